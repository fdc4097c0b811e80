"""The manual of figures keeps its word: everything to be copied from docs/figures.zh-CN.md is drawn, with no fault."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from generator.diagnostics import Report
from generator.facts import Facts
from generator.figures import CHARTS, DIAGRAMS
from generator.load import load, validated
from generator.model import Origin, Part, Records
from generator.plotting import before_and_after
from generator.project import Project
from generator.prose import Place, Renderer
from generator.readers.yamltext import parse
from generator.records.case import Measure
from generator.records.chart import Dashboard
from generator.records.fact import Fact

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "figures.zh-CN.md").read_text(encoding="utf-8")
#: What stands in a text, fence and caption, and what stands in a record.
TEXTS = re.findall(r"^````markdown\n(.*?)^````$", PAGE, re.M | re.S)
RECORDS = re.findall(
    r"^```yaml\n(.*?)^```$", re.sub(r"^````markdown\n.*?^````$", "", PAGE, flags=re.M | re.S), re.M | re.S
)


@pytest.fixture(scope="module")
def samples() -> Records:
    report = Report()
    found = load(Project(ROOT), report)
    assert not report.failed, [str(d.message) for d in report.diagnostics]
    return found


def named(text: str) -> str:
    m = re.search(r"^```(\S+)$", text, re.M)
    assert m is not None
    return m[1]


@pytest.mark.parametrize("text", TEXTS, ids=named)
def test_what_is_to_be_copied_into_a_text_is_drawn(text: str, samples: Records) -> None:
    report = Report()
    renderer = Renderer(samples, Facts(samples), {}, report)
    (block,) = renderer.words(text, Place(Origin("a.md", {}), "a", ("正文",), "st-cx"))
    assert [(d.code, str(d.message)) for d in report.diagnostics] == []
    assert block.startswith("<figure")
    caption = re.search(r"^图题：([^{\n]*)", text, re.M)
    assert caption is not None
    assert f"<figcaption>{caption[1].strip()}" in block


def parts(values: dict[str, Any], key: str, model: type[Part]) -> list[Any]:
    report = Report()
    found = [validated(one, model, Origin("a.yaml", {}), report, {}) for one in values[key]]
    assert [(d.code, str(d.message)) for d in report.diagnostics] == []
    return found


def test_what_is_to_be_copied_into_a_record_is_drawn(samples: Records) -> None:
    facts = Facts(samples)
    met = set()
    for text in RECORDS:
        report = Report()
        parsed = parse(text, "a.yaml", report)
        assert parsed is not None
        assert report.diagnostics == []
        (key,) = parsed[0]
        met.add(key)
        if key == "测量":
            chart = before_and_after(parts(parsed[0], key, Measure))
            assert list(CHARTS["前后测图"].flaws(chart)) == []
        else:
            for block in parts(parsed[0], key, Dashboard):
                for spec in block.facts:
                    found = facts.find(spec, None)
                    assert isinstance(found, Fact), spec
                    assert block.against is None or facts.earlier(found, block.against) is not None
    assert met == {"数据看板", "测量"}


def test_every_kind_of_figure_has_its_example() -> None:
    """前后测图 is drawn from a record's 测量 alone."""
    assert {named(text) for text in TEXTS} == {*CHARTS, *DIAGRAMS} - {"前后测图"}
