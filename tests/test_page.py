"""What only a whole page shows: lines on the grid, notes from ① on each, big first letters, dots and lines below."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import pairwise

import pikepdf
import pytest
import weasyprint

from generator import tree
from generator.diagnostics import Report
from generator.model import Article, PageLayout, Publication
from generator.project import Project
from generator.theme import house
from generator.typesetting import fonts, lines, notes
from generator.writers import pdf
from tests import galley

TEXT = "社工在门口坐了二十分钟只说天气没有问一句家里的事老人后来说那天她记得最清楚的不是说了什么而是有人肯坐下来"
PITCH = 18.0


def sheets(sample: Project, body: str, css: str = "", renumber: bool = False) -> bytes:
    """A document in 10.5 pt on 18 pt, 22 characters wide, on the grid of a page with 30 pt above."""
    lines.install()
    style = (
        f"{fonts.css(sample, Report())}@page{{size:300pt 420pt;margin:30pt}}@page{{@footnote{{margin-top:6pt}}}}"
        f"html{{font:10.5pt/{PITCH}pt Song;--grid:40}}body,p{{margin:0}}p{{text-align:justify;text-indent:2em}}"
        f"table,.footnote{{--grid:none}}.footnote{{float:footnote;font:9pt/12pt Song;text-indent:0}}"
        "::footnote-call{content:counter(footnote,c);font:7pt/0 Hei}::footnote-marker{content:counter(footnote,c)}"
        f"@counter-style c{{system:fixed;symbols:'①' '②' '③' '④' '⑤' '⑥'}}span{{line-height:0}}{css}"
    )
    html = weasyprint.HTML(string=f'<html lang="zh-CN"><title>样</title><style>{style}</style><body>{body}')
    document = html.render()
    if renumber:
        notes.renumber(document)
    data: bytes = document.write_pdf()
    return data


def off_grid(glyphs: list[galley.Glyph]) -> list[float]:
    """How far the baselines of body text are from the grid of the first line, in points."""
    baselines = sorted({round(g.baseline, 2) for g in glyphs if g.size == pytest.approx(10.5, abs=0.01)})
    return [min((b - baselines[0]) % PITCH, PITCH - (b - baselines[0]) % PITCH) for b in baselines]


BETWEEN = {
    "a heading": "<h3 style='font:700 13pt/18pt Hei;margin:9pt 0 4pt'>小标题</h3>",
    "a picture": "<div style='height:61pt;margin:5pt 0;background:teal'></div>",
    "a caption": "<div style='height:40pt'></div><p style='font:9.6pt/18pt Hei;text-align:center'>图1　题名</p>",
    "a table": "<table style='font:9pt/13pt Hei;margin:7pt 0'><tr><td>甲<td>乙<tr><td>丙<td>丁</table>",
    "a box": "<div style='padding:7pt 10pt;margin:5pt 0;border:1pt solid'><p>" + TEXT + "</p></div>",
}


@pytest.mark.parametrize("name", BETWEEN)
def test_text_stands_on_one_grid_whatever_comes_between(sample: Project, name: str) -> None:
    (page,) = galley.glyphs(sheets(sample, f"<p>{TEXT}</p>{BETWEEN[name]}<p>{TEXT}</p>"))
    found = off_grid(page)
    assert len(found) >= 6
    assert max(found) < 0.02


def test_columns_share_their_baselines(sample: Project) -> None:
    body = f"<div style='columns:2;column-gap:12pt'><p>{TEXT}</p>{BETWEEN['a picture']}" + f"<p>{TEXT}</p>" * 4
    (page,) = galley.glyphs(sheets(sample, body + "</div>"))
    left = {round(g.baseline, 1) for g in page if g.left < 140}
    right = {round(g.baseline, 1) for g in page if g.left > 155}
    assert len(right) > 5
    assert right <= {round(min(left) + n * PITCH, 1) for n in range(30)}


def test_captions_and_headings_stand_on_the_grid_too(sample: Project) -> None:
    (page,) = galley.glyphs(sheets(sample, f"<p>{TEXT}</p>{BETWEEN['a heading']}{BETWEEN['a caption']}<p>{TEXT}</p>"))
    first = page[0].baseline
    for glyph in page:
        assert min((glyph.baseline - first) % PITCH, PITCH - (glyph.baseline - first) % PITCH) < 0.02, glyph


def test_notes_begin_with_one_on_every_page(sample: Project) -> None:
    note = "{}<span class=footnote>注文{}</span>"
    paragraphs = "".join(f"<p>{TEXT * 3}{note.format('好', n)}{TEXT}</p>" for n in range(6))
    pages = galley.glyphs(sheets(sample, paragraphs, renumber=True))
    marks = [[g.character for g in page if g.character in "①②③④⑤⑥"] for page in pages]
    assert len(pages) > 1
    for found in marks:
        calls = found[: len(found) // 2]
        assert found == calls * 2  # the marks of the text, then those of the notes
        assert calls == list("①②③④⑤⑥")[: len(calls)]
    assert sum(map(len, marks)) == 12


def test_without_it_they_run_on(sample: Project) -> None:
    paragraphs = "".join(f"<p>{TEXT * 4}<span class=footnote>注</span></p>" for _ in range(6))
    pages = galley.glyphs(sheets(sample, paragraphs))
    assert [g.character for page in pages for g in page if g.character in "①②③④⑤⑥"].count("①") == 2


def test_a_big_first_letter_has_full_lines_beside_it(sample: Project) -> None:
    css = (
        ".opening{text-indent:0}.drop-cap{float:left;width:28pt;height:36pt;margin-right:3.5pt;"
        "font:700 28pt/36pt Song;text-align:center}"
    )
    body = f"<p class=opening><span class=drop-cap>年</span>{TEXT * 3}</p>"
    (page,) = galley.glyphs(sheets(sample, body, css))
    rows: dict[float, list[galley.Glyph]] = {}
    for glyph in page:
        if glyph.size < 20:
            rows.setdefault(round(glyph.baseline, 1), []).append(glyph)
    starts = [min(g.left for g in row) for _, row in sorted(rows.items())]
    ends = [max(g.right for g in row) for _, row in sorted(rows.items())]
    assert starts[:3] == pytest.approx([61.5, 61.5, 30], abs=0.05)
    assert ends[:-1] == pytest.approx([270] * (len(ends) - 1), abs=0.1)


@pytest.mark.parametrize(
    ("name", "operator", "least"), [("dots", " c\n", 4 * 4), ("proper-name", " l\n", 1), ("work-title", " c\n", 8)]
)
def test_dots_and_lines_are_drawn_below(sample: Project, name: str, operator: str, least: int) -> None:
    def operators(mark: str) -> int:
        with pikepdf.open(BytesIO(sheets(sample, f"<p>甲<span{mark}>只增，不改</span>乙</p>"))) as document:
            return document.pages[0].Contents.read_bytes().decode("latin-1").count(operator)

    assert operators(f" class={name}") - operators("") >= least


def test_the_space_of_ruby_is_made(sample: Project) -> None:
    """A reading wider than its character pushes the neighbours away; the reading stands above."""
    css = "ruby{position:relative}rt{position:absolute;left:-1em;right:-1em;top:-.9em;font-size:.5em;line-height:1}"
    (page,) = galley.glyphs(
        sheets(sample, "<p>社<ruby style='padding:0 .2em'>祎<rt>yī</rt></ruby>工</p>" + f"<p>{TEXT}</p>", css)
    )
    line = {g.character: g for g in reversed(page)}
    assert line["祎"].left - line["社"].right == pytest.approx(2.1, abs=0.1)
    assert line["y"].baseline < line["祎"].baseline - 5


def publication(body: str) -> Publication:
    article = Article("a", "matter", "题", tree.parse(f'<article data-kind="matter" id="a">{body}</article>'))
    layout = PageLayout(170, 240, 25, 22, 21, 23, 10.5, 18)
    return Publication(
        "p", "anthology", "p", "题", "", "zh-CN", layout, (article,), {}, {"date": "2024-01-01"}, house()
    )


def test_a_character_no_font_has_is_named_with_its_place(sample: Project) -> None:
    report = Report()
    body = '<p data-source="content/cases/x.yaml#正文">他叫喆堃祎璟𠮷，也写作𬀩\U0002fa1c\U000e0fff。</p>'
    body = body.replace("\U000e0fff", "\U0003134a")
    assert pdf.write(publication(body), sample, report) == {}
    found = {re.search(r"U\+[0-9A-F]+", str(d.message))[0]: d for d in report.diagnostics}  # type: ignore[index]
    assert "U+3134A" in found
    assert {d.code for d in found.values()} == {"fonts.missing_character"}
    assert "U+20BB7" not in found  # 𠮷 comes out


def test_rare_characters_of_names_come_out(sample: Project) -> None:
    names = "喆堃祎璟昇珺彧翀晞旻湉玥喆㛃䶮"
    report = Report()
    (data, *_) = pdf.write(publication(f"<p>{names}</p>"), sample, report).values()
    assert report.diagnostics == []
    assert [g.character for page in galley.glyphs(data) for g in page if g.character in names] == list(names)


def test_every_page_of_the_sample_keeps_the_grid(sample: Project) -> None:
    """Body baselines of neighbouring lines are never a part of a line apart."""
    body = "".join(f"<p>{TEXT * 4}</p><h2>题名</h2><ul><li>{TEXT}</li></ul>" for _ in range(6))
    (data, *_) = pdf.write(publication(body), sample, Report()).values()
    for page in galley.glyphs(data):
        for a, b in pairwise(sorted({round(g.baseline, 2) for g in page if g.size == pytest.approx(10.5, abs=0.01)})):
            assert (b - a) % PITCH == pytest.approx(0, abs=0.03) or PITCH - (b - a) % PITCH < 0.03
