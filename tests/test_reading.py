"""Every text a reader can reach is a passage, and its words are found again where they were written."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest
from lxml import etree

from generator.compose import compose
from generator.diagnostics import Report, Span
from generator.load import load
from generator.model import Asset, Publication
from generator.privacy import keeping
from generator.project import Project
from generator.reading import Passage, Reading
from generator.records.edition import Edition
from generator.tree import text
from tests.conftest import SAMPLE

EDITIONS = ("heyuan-2024-1", "heyuan-cases", "heyuan-guide", "heyuan-standard", "heyuan-rule", "heyuan-notice")


@cache
def reading(name: str) -> Reading:
    project = Project(SAMPLE)
    records = load(project, Report())
    edition = records[name]
    assert isinstance(edition, Edition)
    return Reading(compose(edition, records, project, Report()), records, project, keeping.held(project, Report()))


def shown(publication: Publication) -> str:
    """All words of the trees, readings of characters apart."""
    found = []
    for article in publication.articles:
        body = etree.fromstring(etree.tostring(article.body))
        etree.strip_elements(body, "rt", with_tail=False)
        found.append(text(body))
    return "".join(found)


@pytest.mark.parametrize("name", EDITIONS)
def test_nothing_that_is_printed_is_left_out(name: str) -> None:
    there = reading(name)
    of_trees = [p for p in there.passages if p.kind not in ("alt", "head", "metadata", "picture")]
    assert sorted("".join(p.words for p in of_trees).replace("\n", "").replace(" ", "")) == sorted(
        shown(there.publication).replace("\n", "").replace(" ", "")
    )


@pytest.mark.parametrize("name", EDITIONS)
def test_words_are_found_where_they_were_written(name: str) -> None:
    there = reading(name)
    looked = 0
    for passage in there.passages:
        for begin, stop, _ in passage.sources:
            words = passage.words[stop - 4 : stop]
            if stop - begin < 8 or not re.fullmatch(r"[一-鿿，]{4}", words) or passage.is_bound(stop - 4, stop):
                continue
            span = there.span(passage, stop - 4, stop)
            line = (SAMPLE / span.file).read_text("utf-8").split("\n")[span.line - 1]
            assert line[span.column - 1 :][:1] == words[0], (passage, span)
            looked += 1
    assert looked >= 2


def passages(name: str, kind: str) -> list[Passage]:
    return [p for p in reading(name).passages if p.kind == kind]


def test_what_only_a_files_properties_and_drawings_show_is_read_too() -> None:
    assert "荷源总站" in {p.words for p in passages("heyuan-2024-1", "metadata")}
    assert passages("heyuan-2024-1", "alt")
    assert "荷源社会工作" in {p.words for p in passages("heyuan-2024-1", "head")}


def test_what_was_printed_from_a_fact_is_known() -> None:
    bound = [(p, b) for p in reading("heyuan-2024-1").passages for b in p.bound]
    assert bound
    for passage, (begin, stop, facts) in bound:
        assert facts
        assert passage.is_bound(begin, stop)
        assert not passage.is_bound(stop, stop + 1)


def test_the_lettering_of_a_drawing_is_read() -> None:
    there = reading("heyuan-2024-1")
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg"><title>\xe5\x9b\xbe</title>\n<text>a<tspan>b</tspan></text></svg>'
    )
    assets = {**there.publication.assets, "drawn.svg": Asset("drawn.svg", drawing, "image/svg+xml")}
    drawn = Reading(replace(there.publication, assets=assets), there.records, there.project, there.held)
    found = {p.words: p.drawn for p in drawn.passages if p.kind == "picture"}
    assert found == {"图": Span("content/media/drawn.svg", 1, 1), "ab": Span("content/media/drawn.svg", 2, 1)}
