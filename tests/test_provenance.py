"""Where printed words come from stays on the tree, and can be taken off again without a trace."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from generator import tree
from generator.compose import compose
from generator.diagnostics import Report
from generator.load import load
from generator.model import Part
from generator.project import Project
from generator.provenance import Source, forget_sources, join_sources, source_of
from generator.records.edition import Edition

SAMPLE = Project(Path(__file__).parent / "sample")
RECORDS = load(SAMPLE, Report())
EDITIONS = [r for r in RECORDS if isinstance(r, Edition)]


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda e: e.id)
def test_what_a_source_names_holds_the_words(edition: Edition) -> None:
    publication = compose(edition, RECORDS, SAMPLE, Report())
    seen = 0
    for article in publication.articles:
        for element in article.body.iter():
            if not (written := element.get("data-source")):
                continue
            source = Source.parse(written)
            record = RECORDS[source.record]
            assert RECORDS.origin(record).file == source.file
            value = _at(record, source)
            assert isinstance(value, str)
            if "\n" not in value and not set("{*[#>|") & set(value) and element.tag != "figure":
                words = "".join(t for t in tree.text(element, notes=False).split())
                label = "".join("".join(tree.text(e).split()) for e in element.iter() if "label" in tree.classes(e))
                assert words.removeprefix(label) in "".join(value.split())
                seen += 1
    assert seen > 5


def _at(part: Part, source: Source) -> object:
    value: object = part
    for step in source.path:
        if isinstance(step, int):
            assert isinstance(value, tuple)
            value = value[step]
        else:
            names = {info.alias or name: name for name, info in type(value).model_fields.items()}  # type: ignore[attr-defined]
            value = getattr(value, names[step])
    return value


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda e: e.id)
def test_forgetting_sources_leaves_the_words(edition: Edition) -> None:
    for article in compose(edition, RECORDS, SAMPLE, Report()).articles:
        for forget in (forget_sources, join_sources):
            body = deepcopy(article.body)
            forget(body)
            assert tree.text(body) == tree.text(article.body)
            assert not [s for s in body.iter("span") if not s.attrib or list(s.attrib) == ["data-source"]]
        assert not [e for e in body.iter("span") if e.get("data-source") and len(e.attrib) == 1]


def test_spans_with_another_meaning_stay() -> None:
    body = tree.parse('<p data-source="f#r:a">一<span data-source="f#r:b">二<em>三</em>四</span>五'
                      '<span class="dots" data-source="f#r:c">六</span></p>')  # fmt: skip
    joined = deepcopy(body)
    join_sources(joined)
    assert etree.tostring(joined, encoding="unicode") == (
        '<p data-source="f#r:a">一二<em>三</em>四五<span class="dots" data-source="f#r:c">六</span></p>'
    )
    forget_sources(body)
    assert etree.tostring(body, encoding="unicode") == '<p>一二<em>三</em>四五<span class="dots">六</span></p>'


def test_the_nearest_source_counts() -> None:
    body = tree.parse('<ul data-source="f#r:a"><li>一</li><li data-source="f#r:b"><p>二</p></li></ul>')
    assert [source_of(e) for e in body] == ["f#r:a", "f#r:b"]
    assert source_of(body[1][0]) == "f#r:b"


@given(st.lists(st.one_of(st.integers(0, 99), st.sampled_from(["正文", "过程", "body"])), min_size=1).map(tuple))
def test_a_source_reads_as_it_is_written(path: tuple[str | int, ...]) -> None:
    source = replace(Source("content/a.yaml", "a.1-b_c", ()), path=path)
    assert Source.parse(str(source)) == source


@pytest.mark.parametrize("text", ["", "content/a.yaml", "content/a.yaml#a", "content/a.yaml#a:"])
def test_what_names_no_field_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}$"):
        Source.parse(text)
