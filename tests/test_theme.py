"""The theme: a hub changes what it names, keeps the rest, and is told what can't be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.diagnostics import Report
from generator.project import Project, templates
from generator.theme import house, load_theme, recolour
from generator.typesetting import page
from generator.vector import SHADES, shades

#: Colours that no hub needs to change: paper, and tints on a coloured ground.
NEUTRAL = {"#fff", "#dcebe6", "#e4eeea", "#f2c98f"}


def hub(folder: Path, text: str | None) -> Project:
    (folder / "content" / "style").mkdir(parents=True)
    if text is not None:
        (folder / "content" / "style" / "theme.yaml").write_text(text, "utf-8")
    return Project(folder)


def test_without_a_file_everything_is_the_house_s(tmp_path: Path) -> None:
    report = Report()
    assert load_theme(hub(tmp_path, None), report) == house()
    assert report.diagnostics == []


def test_what_is_named_changes_and_the_rest_stays(tmp_path: Path) -> None:
    report = Report()
    theme = load_theme(
        hub(tmp_path, '颜色: {主色: "#0B3D91"}\n版面:\n  季刊: {正文: 11}\n栏目色: {要闻: "#123456"}\n'), report
    )
    assert report.diagnostics == []
    assert theme.colours.key == "#0b3d91"
    assert theme.colours.ink == house().colours.ink
    assert (theme.pages.bulletin.body, theme.pages.bulletin.line) == (11, house().pages.bulletin.line)
    assert theme.column_colours["要闻"] == "#123456"
    assert theme.column_colours.keys() == house().column_colours.keys()


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("颜色: {主色: 绿}\n", "record.colour_form", 1),
        ("颜色:\n  住色: '#000000'\n", "record.unknown_field", 2),
        ("版面:\n  季刊:\n    正文: 大\n", "record.not_a_number", 3),
        ("版面:\n  季刊:\n    正文: 3\n", "record.out_of_range", 3),
        ("- 颜色\n", "theme.form", 1),
        ("颜色\n", "yaml.not_a_record", 1),
    ],
)
def test_a_slip_is_one_message_at_its_place(tmp_path: Path, text: str, code: str, line: int) -> None:
    report = Report()
    assert load_theme(hub(tmp_path, text), report) == house()
    assert [(d.code, d.span.file, d.span.line) for d in report.diagnostics] == [
        (code, "content/style/theme.yaml", line)
    ]


def test_colours_reach_style_sheets_drawings_and_word(tmp_path: Path) -> None:
    theme = load_theme(hub(tmp_path, '颜色: {主色: "#0b3d91"}\n'), Report())
    assert page.themed("h1{color:var(--key)} p{color:var(--column)}", theme) == (
        "h1{color:#0b3d91} p{color:var(--column)}"
    )
    assert recolour('<path fill="#1f5a54"/><w:color w:val="1F5A54"/>', theme) == (
        '<path fill="#0b3d91"/><w:color w:val="0B3D91"/>'
    )
    drawn = "".join(f'<rect fill="{shade}"/>' for shade in SHADES)
    assert recolour(drawn, theme) == "".join(f'<rect fill="{shade}"/>' for shade in shades("#0b3d91"))


def test_families_fall_back_to_ours_alone() -> None:
    assert page.themed("p{font:9pt/1.5 Kai}b{font-family: Hei; color:red}", house()) == (
        "p{font:9pt/1.5 Kai, Song, Hei}b{font-family: Hei, Song, Kai; color:red}"
    )


#: Black and M80 Y80, which GB/T 9704—2012 prescribes for official documents.
OFFICIAL = {"#000", "#ff3333"}


@pytest.mark.parametrize("sheet", sorted(templates().glob("*/*.css")), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_style_sheets_name_no_colour_of_their_own(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.S)
    assert set(re.findall(r"#[0-9a-f]{3,8}\b(?![^{}]*\{)", text)) <= NEUTRAL | OFFICIAL | {"#fffffff2"}
