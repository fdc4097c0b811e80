"""Figures written in a text: what is drawn of them, and the very place of what is wrong."""

from __future__ import annotations

import json

import pytest

from generator import fences
from generator.diagnostics import Report, Span
from generator.facts import Facts
from generator.model import Mark, Origin
from generator.prose import Place, Renderer
from generator.vector import Pen
from generator.writing import Writing
from tests.test_plotting import HUB

FILE = "content/articles/a.md"
ORIGIN = Origin(FILE, {("正文",): Mark(7, 1, 1, 7, 1, 1, 7, 0)})
#: The same text, in a YAML block that begins on line 3, four characters in.
BLOCK = Origin("content/cases/a.yaml", {("正文",): Mark(2, 5, 1, 2, 1, 2, 3, 4)})


def render(text: str, origin: Origin = ORIGIN) -> tuple[list[str], list[tuple[str, Span]]]:
    report = Report()
    renderer = Renderer(HUB, Facts(HUB), {}, report)
    blocks = renderer.words(text, Place(origin, "a", ("正文",), "hub"))
    return blocks, [(d.code, d.span) for d in report.diagnostics]


def test_a_figure_stands_where_it_is_written_with_its_caption() -> None:
    text = "前文。\n\n```条形图\n数据: [走访@2023@s1, 走访@2023@s2]\n```\n\n图题：走访 {#fig-a}\n\n后文。"
    blocks, told = render(text)
    assert told == []
    assert [b.split(" ")[0] for b in blocks] == ["<p", "<figure", "<p"]
    assert 'id="fig-a"' in blocks[1]
    assert "<figcaption>走访" in blocks[1]
    from lxml import etree

    image = etree.fromstring(blocks[1]).find("img")
    assert image is not None
    kind, data, station = fences.asked(str(image.get("data-figure")))
    assert (kind, station) == ("条形图", "hub")
    assert data.model_dump(by_alias=True)["数据"] == ("走访@2023@s1", "走访@2023@s2")


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("条形\n数据: [走访@2023]\n", [("prose.unknown_figure", 9, 4, 2)]),
        ("条形图\n", [("prose.fence_empty", 10, 1, 1)]),
        ("条形图\n走访\n", [("yaml.not_a_record", 10, 1, 1)]),
        ("条形图\n- 走访\n", [("prose.fence_form", 10, 1, 4)]),
        ("条形图\n时断: 甲\n", [("record.missing_field", 10, 1, 1), ("record.unknown_field", 10, 1, 2)]),
        ("条形图\n数据:\n  - 走访@2023\n  - 走仿@2023\n", [("figure.unbound", 12, 5, 7)]),
        ("条形图\n数据: [走访@2023\n", [("yaml.special_character", 10, 5, 1)]),
    ],
)
def test_faults_have_their_places(inside: str, told: list[tuple[str, int, int, int]]) -> None:
    _, found = render(f"前文。\n\n```{inside}```\n")
    assert [(code, s.line, s.column, s.length) for code, s in found] == told


def test_faults_have_their_places_in_a_block_of_yaml() -> None:
    _, found = render("前文。\n\n```条形图\n数据: [走访@2023, 走仿@2023]\n```\n", BLOCK)
    assert found == [("figure.unbound", Span("content/cases/a.yaml", 6, 4 + 15, 7))]


def test_an_open_fence_is_told() -> None:
    _, found = render("前文。\n\n```条形图\n数据: [走访@2023]\n")
    assert [(code, s.line) for code, s in found] == [("prose.fence_open", 9)]


def test_gaps_are_told_where_the_data_is_asked_for() -> None:
    _, found = render("```条形图\n数据: [走访]\n时段: [2023各月]\n```\n")
    assert [(code, s.line) for code, s in found] == [("figure.missing", 8)]


def test_what_a_figure_is_drawn_from_is_no_prose() -> None:
    text = "甲，乙。\n\n```条形图\n数据: [走访@2023, a,b]\n```\n\n丙。"
    assert "数据" not in Writing(text, markdown=True).words
    assert [line for line in Writing(text, markdown=True).words.split("\n") if line] == ["甲，乙。", "丙。"]


def test_blanked_keeps_every_place() -> None:
    text = "甲\n```条形图\n数据\n```\n乙"
    assert len(fences.blanked(text)) == len(text)
    assert fences.blanked(text).split("\n") == ["甲", "      ", "  ", "   ", "乙"]


def test_what_is_asked_for_is_written_once_and_the_same() -> None:
    blocks, _ = render("```条形图\n数据: [走访@2023]\n排序: 数值\n```\n")
    assert json.dumps(
        ["条形图", {"数据": ["走访@2023"], "排序": "数值"}, "hub"], ensure_ascii=False, separators=(",", ":")
    ) in (blocks[0].replace("&quot;", '"'))


def told(text: str) -> list[str]:
    """What is said of a text."""
    report = Report()
    Renderer(HUB, Facts(HUB), {}, report).words(text, Place(ORIGIN, "a", ("正文",), "hub"))
    return [str(d.message) for d in report.diagnostics]


def test_a_field_written_twice_is_told_with_its_line_in_the_file() -> None:
    assert told("前文。\n\n```生态图\n中心: 甲\n中心: 乙\n系统:\n  - {系统: 学校, 关系: 强}\n```\n") == [
        "“中心”写了两次，第一次在第 10 行"
    ]


def test_messages_name_the_beginning_of_a_long_label_and_are_not_without_end() -> None:
    long = "很" * 1000
    for text in (
        f"中心: {long}\n系统:\n  - {{系统: 学校, 关系: 强}}\n",
        f"中心: 甲\n系统:\n  - {{系统: {long}, 关系: 强}}\n",
    ):
        (said,) = told(f"```生态图\n{text}```\n")
        assert "很" * 20 + "…" in said
        assert len(said) < 60
    (said,) = told(f"```流程图\n甲\n{long}\n丙\n```\n")
    assert len(said) < 60
    systems = "".join("  - {系统: 学校, 关系: 强}\n" for _ in range(100))
    assert len(told(f"```生态图\n中心: 甲\n系统:\n{systems}```\n")) == 20


def test_what_xml_has_no_place_for_is_not_drawn() -> None:
    pen = Pen()
    pen.text(0, 3, "甲\x00乙\x08丙\x0b丁\ud800\uffff")
    assert ">甲乙丙丁<" in pen.sheet(10, 5).svg
