"""Typesetting: Chinese lines are full and begin and end as they may; fonts are found, prepared and never guessed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from generator import tree
from generator.diagnostics import Report, Severity
from generator.model import Article, PageLayout, Publication
from generator.project import Project
from generator.theme import house
from generator.typesetting import alike, clreq, cutting, fonts, lines, page
from generator.writers import pdf
from tests.conftest import ROOT
from tests.galley import Glyph

POINTS = 72 / 25.4
LAYOUT = PageLayout(170, 240, 25, 22, 21, 23, 10.5, 18)

PARAGRAPHS = {
    "plain": "社工在门口坐了二十分钟只说天气没有问一句家里的事"
    "老人后来说那天她记得最清楚的不是说了什么而是有人肯坐下来" * 3,
    "marks": "“你明天还来吗？”她问。社工说：“来。”（那时还没有人知道，这一句话有多重。）"
    "《台账》里记着：三月五日，坐，二十分钟；"
    "三月十二日，坐，四十分钟——“话多了”。以后每周如此，风雨无阻……直到九月。" * 3,
    "figures": "2023年全年走访860人次，其中独居老人600人次，儿童260人次，比上年增长12.5%，按T/HYSW 001—2023执行；"
    "小组40余节，GDS-15前测9分、后测4分，NGO与社区各出资￥1,200元，见第3章第12条。" * 3,
    "mixed": "社工站Station的English说明写在Word文档里，email是tougao@example.org，电话028-0000 0000（示例），"
    "网址见https://example.org/heyuan/2024的页面，CSS与PDF两种版本都有。" * 3,
    "markup": "先看<strong>台账</strong>，再看<em>人</em>；走访<data value='860'>860人次</data>，"
    "见<a class='ref' href='#x'>图1</a>，"
    "“<strong>坐下来</strong>”是要紧的一步<span class='footnote' role='doc-footnote'>注文一句。</span>，不能省。" * 3,
    "short": "社工站Station的English说明",
}  # fmt: skip
LONG = [name for name in PARAGRAPHS if name != "short"]


def article(name: str) -> Article:
    """A paragraph alone; the notes of the one with markup are kept out of the way."""
    words = PARAGRAPHS[name]
    return Article(
        name,
        "matter",
        name,
        tree.parse(f'<article id="{name}" data-kind="matter"><p id="x-{name}">{words}</p></article>'),
    )


@pytest.fixture(scope="module")
def book(sample: Project) -> bytes:
    articles = [replace(a, body=_numbered(a)) for a in map(article, PARAGRAPHS)]
    publication = Publication(
        "lines", "anthology", "lines", "行", "样", "zh-CN", LAYOUT, tuple(articles), {}, {"date": "2024-01-01"}, house()
    )
    report = Report()
    files = pdf.write(publication, sample, report)
    assert report.diagnostics == []
    return files["lines.pdf"]


def _numbered(piece: Article):  # type: ignore[no-untyped-def]
    for link in piece.body.iter("a"):
        link.set("href", f"#x-{piece.id}")
    return piece.body


@pytest.fixture(scope="module")
def bare(book: bytes) -> bytes:
    """The same without /ActualText, under which pdfium spaces glyphs evenly instead of telling where they are."""
    document = pikepdf.open(BytesIO(book))
    for sheet in document.pages:
        steps = []
        for operands, operator in pikepdf.parse_content_stream(sheet):
            if operator == pikepdf.Operator("BDC") and "/ActualText" in operands[1]:
                operands = [operands[0], pikepdf.Dictionary()]
            steps.append((operands, operator))
        sheet.Contents = document.make_stream(pikepdf.unparse_content_stream(steps))
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def rows(data: bytes, number: int) -> list[list[Glyph]]:
    """The lines of the paragraph on a page, from the top: every glyph with its advance box, in points."""
    sheet = pypdfium2.PdfDocument(data)[number]
    text = sheet.get_textpage()
    height = sheet.get_height()
    glyphs = []
    for index in range(text.count_chars()):
        character = text.get_text_range(index, 1)
        if not character.strip():
            continue
        left, bottom, right, top = text.get_charbox(index, loose=True)
        if LAYOUT.bottom * POINTS < bottom and top < height - LAYOUT.top * POINTS + 6:
            glyphs.append(Glyph(character, left, right, bottom, top - bottom))
    found: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: (-g.baseline, g.left)):
        if not found or found[-1][0].baseline - glyph.baseline > LAYOUT.line_height / 2:
            if found and found[-1][0].baseline - glyph.baseline > LAYOUT.line_height * 1.2:
                break  # notes at the foot
            found.append([])
        found[-1].append(glyph)
    return [sorted(row, key=lambda g: g.left) for row in found]


def paragraph(bare: bytes, name: str) -> list[list[Glyph]]:
    return rows(bare, list(PARAGRAPHS).index(name))


def edges(name: str) -> tuple[float, float]:
    """Left and right edge of the measure on the page of a paragraph."""
    right_hand = list(PARAGRAPHS).index(name) % 2 == 0
    inner, outer = LAYOUT.inner * POINTS, LAYOUT.outer * POINTS
    left = inner if right_hand else outer
    return left, left + (LAYOUT.width * POINTS - inner - outer)


# -- lines ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LONG)
def test_full_lines_fill_the_measure(name: str, bare: bytes) -> None:
    """Within 0.6 pt; a mark at the end may have lost its blank half (GB/T 15834—2011 5.1.10)."""
    left, right = edges(name)
    body = paragraph(bare, name)
    assert len(body) >= 4
    for row in body[:-1]:
        last = row[-1]
        ends = {last.right} | ({last.right - LAYOUT.body_size / 2} if last.character in clreq.CLOSING else set())
        assert min(abs(end - right) for end in ends) < 0.6, "".join(g.character for g in row)
    for row in body[1:]:
        first = row[0]
        starts = {first.left} | ({first.left + LAYOUT.body_size / 2} if first.character in clreq.OPENING else set())
        assert min(abs(start - left) for start in starts) < 0.6, "".join(g.character for g in row)


def test_the_first_line_is_indented_two_ems(bare: bytes) -> None:
    left, _ = edges("plain")
    first = paragraph(bare, "plain")[0][0]
    assert first.left - left == pytest.approx(2 * LAYOUT.body_size, abs=0.6)


@pytest.mark.parametrize("name", LONG)
def test_no_line_starts_or_ends_with_a_forbidden_mark(name: str, bare: bytes) -> None:
    body = paragraph(bare, name)
    for row in body[1:]:
        assert row[0].character not in clreq.CLOSING
        assert row[0].character not in "—…·～%①②③"
    for row in body[:-1]:
        assert row[-1].character not in clreq.OPENING


@pytest.mark.parametrize("name", ["marks", "figures", "mixed"])
def test_numbers_and_double_marks_stay_whole(name: str, bare: bytes) -> None:
    body = paragraph(bare, name)
    for above, below in pairwise(body):
        end, start = above[-1].character, below[0].character
        assert (end, start) not in {("—", "—"), ("…", "…")}
        assert not (end.isdigit() and start.isdigit())


def test_han_gaps_of_a_line_are_alike(bare: bytes) -> None:
    """Stretched evenly (CLREQ 3.2.6), and never by a hole."""
    for row in paragraph(bare, "plain")[1:-1]:
        gaps = [b.left - a.right for a, b in pairwise(row)]
        assert max(gaps) - min(gaps) < 0.1
        assert max(gaps) < LAYOUT.body_size * 0.2


def test_marks_side_by_side_are_squeezed(bare: bytes) -> None:
    """：“ and 。” take one and a half em, not two (CLREQ 3.1.6.1)."""
    pairs = [
        (a, b)
        for row in paragraph(bare, "marks")
        for a, b in pairwise(row)
        if a.character + b.character in ("：“", "。”")
    ]
    assert pairs
    for a, b in pairs:
        assert b.left - a.left < LAYOUT.body_size * 0.8


def test_han_and_western_keep_a_distance(bare: bytes) -> None:
    """A quarter em in a line that need not be filled (CLREQ 3.2.2)."""
    (row,) = paragraph(bare, "short")
    gaps = [b.left - a.right for a, b in pairwise(row) if clreq.is_han(a.character) != clreq.is_han(b.character)]
    assert gaps == pytest.approx([LAYOUT.body_size / 4] * 4, abs=0.1)


@pytest.mark.parametrize("name", PARAGRAPHS)
def test_text_read_back_is_the_text_written(name: str, book: bytes, tmp_path: Path) -> None:
    """No space is put in between Han characters, none is lost between words."""
    path = tmp_path / "lines.pdf"
    path.write_bytes(book)
    number = str(list(PARAGRAPHS).index(name) + 1)
    words = tree.text(article(name).body, notes=False)
    poppler = subprocess.run(
        ["pdftotext", "-raw", "-f", number, "-l", number, str(path), "-"], capture_output=True, text=True, check=True
    ).stdout
    sheet = pypdfium2.PdfDocument(book)[int(number) - 1]
    for read in (poppler, sheet.get_textpage().get_text_range()):
        joined = read.replace("\r\n", "").replace("\n", "").replace("①", "")
        assert words[:30] in joined


# -- what is replaced in WeasyPrint ---------------------------------------------------------------------------

_SIGNATURES = """
weasyprint.layout.inline.split_text_box(context, box, available_width, skip, is_line_start=True)
weasyprint.layout.inline.justify_line(context, line, extra_width)
weasyprint.layout.block.iter_line_boxes(context, box, position_y, bottom_space, skip_stack, \
containing_block, absolute_boxes, fixed_boxes, first_letter_style, first_line_style)
weasyprint.draw.draw_text(stream, textbox, offset_x, text_overflow, block_ellipsis)
weasyprint.draw.text.draw_first_line(stream, textbox, text_overflow, block_ellipsis, matrix)
weasyprint.document.Document._render(html, font_config, counter_style, color_profiles, options)
weasyprint.layout.inline._adjust_line_height(box)
weasyprint.layout.inline.line_box_verticality(box)
weasyprint.layout.inline.text_align(context, line, available_width, last)
weasyprint.layout.float.avoid_collisions(context, box, containing_block, outer=True)
weasyprint.layout.percent.resolve_percentages(box, containing_block)
weasyprint.layout.percent.resolve_one_percentage(box, property_name, refer_to)
weasyprint.text.line_break.Layout(style, justification_spacing=0, max_width=None)
weasyprint.text.line_break.get_log_attrs(text, lang)
weasyprint.text.line_break.line_size(line, style)
weasyprint.text.line_break.strut(style)
weasyprint.document.layout_document(html, root_box, context, max_loops=8)
weasyprint.layout.make_margin_boxes(context, page, state)
weasyprint.pdf.build_fonts_dictionary(pdf, fonts, compress, subset, options)
weasyprint.layout.page.set_page_type_computed_styles(page_type, html, style_for)
weasyprint.layout.page.page_width(box, context, containing_block_width)
weasyprint.layout.page.page_height(box, context, containing_block_height)
weasyprint.layout.background.layout_backgrounds(page, get_image_from_uri)
weasyprint.layout.background.layout_box_backgrounds(page, box, get_image_from_uri, layout_children=True, style=None)
weasyprint.HTML._ua_stylesheets(self, forms=False)
"""


def test_what_is_touched_is_what_we_know() -> None:
    """Fails when an upgrade of WeasyPrint moves or changes a function that is replaced."""
    script = (
        "import inspect\nfrom importlib import import_module\nfrom operator import attrgetter\n"
        "from generator.typesetting import alike, cutting, lines\n"
        "names = dict.fromkeys(lines.TOUCHED + lines.USED + cutting.TOUCHED + cutting.USED + alike.TOUCHED)\n"
        "for m, n in names: print(f'{m}.{n}{inspect.signature(attrgetter(n)(import_module(m)))}')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == _SIGNATURES.strip()


def test_install_twice_is_harmless() -> None:
    from importlib import import_module
    from operator import attrgetter

    lines.install()
    names = lines.TOUCHED + cutting.TOUCHED + alike.TOUCHED

    def installed() -> list[object]:
        lines.install()
        cutting.install()
        return [attrgetter(name)(import_module(module)) for module, name in names]

    assert installed() == installed()


def test_other_languages_are_left_alone(sample: Project) -> None:
    """Once installed, WeasyPrint still sets what is no Chinese."""
    import weasyprint

    lines.install()
    html = "<html lang=en><p style='width:9em;text-align:justify'>plain words in a narrow measure, set as ever</p>"
    assert weasyprint.HTML(string=html).write_pdf().startswith(b"%PDF")


# -- fonts ---------------------------------------------------------------------------------------------------


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, sample: Project) -> Callable[..., None]:
    """A machine that has only the font files whose names start with one of these."""
    every = fonts.installed(sample)

    def has(*starts: str) -> None:
        chosen = {name: path for name, path in every.items() if name.startswith(tuple(s.lower() for s in starts))}
        monkeypatch.setattr(fonts, "installed", lambda project: chosen)

    return has


def test_all_roles_on_this_machine(sample: Project) -> None:
    report = Report()
    css = fonts.css(sample, report)
    assert report.diagnostics == []
    for name in fonts.ROLES:
        assert f"font-family:{name};" in css


def test_a_missing_role_is_named_with_its_remedy(machine: Callable[..., None], sample: Project) -> None:
    machine("NotoSansCJK", "LXGW")
    report = Report()
    fonts.css(sample, report)
    (found,) = report.diagnostics
    assert (found.code, found.severity) == ("fonts.missing", Severity.ERROR)
    assert "宋体" in str(found.message)
    assert found.hint is not None
    if sys.platform == "linux":
        assert "fonts-noto-cjk" in str(found.hint)


def test_a_stand_in_is_named(machine: Callable[..., None], sample: Project) -> None:
    machine("Noto")
    report = Report()
    css = fonts.css(sample, report)
    (found,) = report.diagnostics
    assert (found.code, found.severity) == ("fonts.stand_in", Severity.WARNING)
    assert "楷体" in str(found.message)
    assert "宋体" in str(found.message)
    assert "font-family:Kai;" in css


@pytest.mark.parametrize(
    ("sheets", "told"), [(["p{font:9pt Song}"], 0), (["p{font:9pt Song}", "h1{font:9pt Fang}"], 1)]
)
def test_a_stand_in_is_told_where_type_is_set_in_it(
    sheets: list[str], told: int, machine: Callable[..., None], sample: Project
) -> None:
    machine("Noto", "LXGW")
    report = Report()
    fonts.css(sample, report, used=fonts.named(sheets))
    assert [d.code for d in report.diagnostics] == ["fonts.stand_in"] * told
    if told:
        assert "仿宋" in str(report.diagnostics[0].message)
        assert "content/style/fonts/" in str(report.diagnostics[0].hint)


def test_without_fonts_nothing_is_written(
    machine: Callable[..., None], sample: Project, publications: dict[str, Publication]
) -> None:
    machine()
    report = Report()
    assert pdf.write(publications["heyuan-rule"], sample, report) == {}
    assert {d.code for d in report.diagnostics} == {"fonts.missing"}


def test_fonts_of_the_workspace_come_first(workspace: Callable[..., Project], sample: Project) -> None:
    project = workspace()
    source = fonts.installed(sample)["lxgwwenkai-regular.ttf"]
    own = project.content / "style" / "fonts" / "LXGWWenKai-Regular.ttf"
    own.parent.mkdir(parents=True)
    own.symlink_to(source)
    assert fonts.installed(project)["lxgwwenkai-regular.ttf"] == own


def test_prepared_once_and_kept(sample: Project, tmp_path: Path) -> None:
    source = fonts.installed(sample)["lxgwwenkai-regular.ttf"]
    ready = fonts.prepare(source, tmp_path / "cache")
    made = ready.stat()
    assert fonts.prepare(source, tmp_path / "cache") == ready
    assert ready.stat().st_mtime_ns == made.st_mtime_ns
    assert [p.name for p in (tmp_path / "cache").iterdir()] == [ready.name]  # nothing half made is left


def test_prepared_faces_are_single_and_chinese(sample: Project) -> None:
    files = fonts.installed(sample)
    name = next(f for f in fonts.ROLES["Song"].faces[0].files if f.lower() in files)
    with TTFont(fonts.prepare(files[name.lower()], sample.fonts), lazy=True) as font:
        family = font["name"].getDebugName(1)
        assert family.split()[-1] in ("SC", "CN", "GB", "SimSun") or "Song" in family
        assert {ord(c) for c in "镇直骨①—…“”ǎ□√"} <= set(font.getBestCmap())


def test_prepared_wenkai_is_mended(sample: Project) -> None:
    """Quotes as wide as a character, and no GDEF, which makes HarfBuzz 6 embed the whole font."""
    source = fonts.installed(sample)["lxgwwenkai-regular.ttf"]
    with TTFont(fonts.prepare(source, sample.fonts), lazy=True) as font:
        assert "GDEF" not in font
        cmap, em = font.getBestCmap(), font["head"].unitsPerEm
        assert {font["hmtx"][cmap[ord(c)]][0] for c in "“”‘’"} == {em}


def test_a_cache_that_can_not_be_written(sample: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ZHANKAN_CACHE", str(tmp_path / "file"))
    report = Report()
    assert fonts.css(sample, report) == ""
    assert [d.code for d in report.diagnostics] == ["fonts.not_prepared"]


# -- pages ---------------------------------------------------------------------------------------------------


def test_page_margins_are_mirrored() -> None:
    css = page.css(LAYOUT, 3)
    assert "@page{size:170mm 240mm;margin:25mm 23mm 22mm 21mm;bleed:3mm}" in css
    assert "@page:left{margin-left:23mm;margin-right:21mm}" in css
    assert "html{font-size:10.5pt;line-height:18pt;--grid:" in css
