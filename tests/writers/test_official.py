"""Official documents measured on the page: GB/T 9704—2012 in PDF, and what Word is told to do the same."""

from __future__ import annotations

import copy
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from lxml import etree
from PIL import Image

from generator import tree
from generator.compose import compose
from generator.diagnostics import Report
from generator.load import load
from generator.model import Article, Publication
from generator.project import Project
from generator.publications.official import CHARACTERS, LINES
from generator.records.edition import Official
from generator.writers import docx, pdf
from tests.writers.docx_lint import lint
from tests.writers.word_numbers import printed

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
POINTS = 72 / 25.4
#: 版心: its top, its foot and the left edge on right- and left-hand pages (mm).
TOP, FOOT, RIGHT, LEFT = 37.0, 262.0, 28.0, 26.0
CELL, PITCH = 156 / CHARACTERS, 225 / LINES
#: How far (mm) ink may be from where a box of type stands.
INK = 1.2


@dataclass(frozen=True)
class Box:
    """A character on a page: millimetres from the page's top left corner; ``base`` is its baseline."""

    what: str
    left: float
    top: float
    right: float
    bottom: float
    origin: float
    base: float


class Sheet:
    """One page, measured."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.page, height, text = page, page.get_height(), page.get_textpage()
        self.characters: list[Box] = []
        for n in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(n)
            x, y = pdfium.c_double(), pdfium.c_double()
            pdfium.FPDFText_GetCharOrigin(text.raw, n, x, y)
            measures = (left, height - top, right, height - bottom, x.value, height - y.value)
            what = chr(pdfium.FPDFText_GetUnicode(text.raw, n))
            if what.strip():
                self.characters.append(Box(what, *(m / POINTS for m in measures)))

    def lines(self) -> list[list[Box]]:
        """The characters of the type area, line by line."""
        inside = sorted((c for c in self.characters if c.base < FOOT), key=lambda c: (round(c.base, 1), c.left))
        return [list(line) for _, line in groupby(inside, key=lambda c: round(c.base, 1))]

    def line(self, words: str) -> list[Box]:
        """The first line that reads so."""
        return next(line for line in self.lines() if "".join(c.what for c in line) == words)

    def find(self, words: str) -> list[Box]:
        """The characters of the first place where these words stand."""
        text = "".join(c.what for c in self.characters)
        assert words in text
        return self.characters[text.index(words) : text.index(words) + len(words)]

    def rules(self, left: float, *, red: bool = False) -> list[tuple[float, float]]:
        """Top and foot (mm) of every line, black or red, that is as wide as the type area and no wider."""
        scale = 600 / 25.4
        image = self.page.render(scale=600 / 72).to_pil().convert("RGB")
        reds, greens, _ = image.split()
        ink = greens.point(lambda v: 255 * (v < 128))
        if red:
            ink = Image.composite(ink, Image.new("L", image.size, 0), reds.point(lambda v: 255 * (v > 200)))
        rows = []
        for row in range(image.height):
            line = ink.crop((0, row, image.width, row + 1)).getbbox()
            if line is None or abs(line[0] / scale - left) > 0.1 or abs(line[2] / scale - left - 156) > 0.1:
                continue
            if ink.crop((line[0], row, line[2], row + 1)).getextrema()[0] == 255:
                rows.append(row)
        runs = [[r for _, r in run] for _, run in groupby(enumerate(rows), key=lambda p: p[1] - p[0])]
        return [(run[0] / scale, (run[-1] + 1) / scale) for run in runs]


def sheets(publication: Publication, project: Project) -> list[Sheet]:
    report = Report()
    data = pdf.write(publication, project, report)[f"{publication.name}.pdf"]
    assert {d.code for d in report.diagnostics} <= {"fonts.stand_in"}
    return [Sheet(page) for page in pypdfium2.PdfDocument(data)]


@pytest.fixture(scope="module")
def notice(printed: dict[str, dict[str, bytes]]) -> list[Sheet]:
    data = printed["heyuan-notice"]["heyuan-notice.pdf"]
    return [Sheet(page) for page in pypdfium2.PdfDocument(data)]


@pytest.fixture
def letter(publications: dict[str, Publication]) -> Callable[[str], Publication]:
    """An official document of one article, whose blocks are given."""

    def make(blocks: str) -> Publication:
        body = tree.parse(f'<article id="a" data-kind="document">{blocks}</article>')
        return replace(publications["heyuan-notice"], articles=(Article("a", "document", "公文", body),))

    return make


COLOPHON = (
    '<div class="colophon" id="c"><p class="copies">抄送：区委社会工作部。</p>'
    '<p class="print-line">区民政局办公室<span class="print-date">2024年3月8日印发</span></p></div>'
)


# -- the grid (5.2) ------------------------------------------------------------------------------------------


def test_a_page_holds_22_lines_of_28_characters(letter: Callable[[str], Publication], sample: Project) -> None:
    count = 2 * CHARACTERS * LINES
    first, second, *_ = sheets(letter(f"<p>{'社会工作服务' * (count // 6 + 60)}</p>"), sample)
    for sheet, left in ((first, RIGHT), (second, LEFT)):
        lines = sheet.lines()
        assert len(lines) == LINES
        assert [len(line) for line in lines[1:]] == [CHARACTERS] * (LINES - 1)
        steps = [after[0].base - before[0].base for before, after in pairwise(lines)]
        assert steps == pytest.approx([PITCH] * (LINES - 1), abs=0.15)
        assert lines[0][0].top == pytest.approx(TOP + (PITCH - 16 / POINTS) / 2, abs=INK)
        for line in lines[1:]:
            origins = [(c.origin - left) / CELL for c in line]
            assert origins == pytest.approx(list(range(CHARACTERS)), abs=0.05)
    assert len(first.lines()[0]) == CHARACTERS - 2, "每个自然段左空二字"
    assert (first.lines()[0][0].origin - RIGHT) / CELL == pytest.approx(2, abs=0.05)


def test_marks_keep_their_cells(letter: Callable[[str], Publication], sample: Project) -> None:
    """A line that fits as it is written is neither squeezed nor stretched, whatever marks are in it."""
    words = "“社工”（站），落实《办法》、《方案》，做实服务。请对照执行。"[:CHARACTERS]
    (sheet, *_) = sheets(letter(f'<p class="addressees">{words}社会工作</p>'), sample)
    line = sheet.lines()[0]
    assert "".join(c.what for c in line) == words
    assert [(c.origin - RIGHT) / CELL for c in line] == pytest.approx(list(range(CHARACTERS)), abs=0.05)


def test_a_mark_that_may_not_begin_a_line_is_pulled_in(letter: Callable[[str], Publication], sample: Project) -> None:
    words = "各街道、各社区，各社工站，" + "社会工作服务站" * 3
    line = f"{words[: CHARACTERS - 1]}站，"
    (sheet, *_) = sheets(letter(f'<p class="addressees">{line}{"请照办" * 9}</p>'), sample)
    assert "".join(c.what for c in sheet.lines()[0]) == line


# -- 版头 (7.2) ----------------------------------------------------------------------------------------------


def test_the_mark_stands_35_mm_below_the_type_area_in_red(notice: list[Sheet]) -> None:
    mark = notice[0].find("荷源区民政局文件")
    assert min(c.top for c in mark) == pytest.approx(TOP + 35, abs=2.5)
    assert (mark[0].left + mark[-1].right) / 2 == pytest.approx(RIGHT + 78, abs=INK)
    image = notice[0].page.render(scale=2).to_pil().convert("RGB")
    box = tuple(round(v * POINTS * 2) for v in (mark[0].left, mark[0].top, mark[-1].right, mark[0].bottom))
    colours = {colour for _, colour in image.crop(box).getcolors(10**6)}  # type: ignore[arg-type, union-attr]
    assert (255, 51, 51) in colours, "M80 Y80"


def test_a_red_line_4_mm_below_the_number(notice: list[Sheet]) -> None:
    ((top, foot),) = notice[0].rules(RIGHT, red=True)
    number = notice[0].find("荷民〔2023〕1号")
    assert top - max(c.bottom for c in number) == pytest.approx(4, abs=INK)
    assert 0.4 < foot - top < 0.8
    assert (number[0].left + number[-1].right) / 2 == pytest.approx(RIGHT + 78, abs=INK)
    steps = [after.origin - before.origin for before, after in pairwise(number)]
    assert max(steps) < 1.05 * CELL, "no gap between the year's bracket, the serial number and 号"


def test_the_press_file_has_red_of_magenta_and_yellow(printed: dict[str, dict[str, bytes]]) -> None:
    """M80 Y80 and black alone (6.2)."""
    with pikepdf.open(io.BytesIO(printed["heyuan-notice"]["heyuan-notice-印刷版.pdf"])) as document:
        first = pikepdf.parse_content_stream(document.pages[0])
        inks = {tuple(round(float(v), 2) for v in i.operands) for i in first if str(i.operator) == "k"}
    assert inks == {(0, 0.8, 0.8, 0), (0, 0, 0, 1)}


def test_markings_stand_at_the_top_left_one_under_another(notice: list[Sheet]) -> None:
    for row, words in enumerate(("000012", "秘密★1年", "加急")):
        marking = notice[0].find(words)
        assert marking[0].left == pytest.approx(RIGHT, abs=INK)
        assert (
            TOP + row * PITCH < min(c.top for c in marking) < max(c.bottom for c in marking) < TOP + (row + 1) * PITCH
        )


def test_the_first_page_shows_the_text(notice: list[Sheet]) -> None:
    title, addressee, text = (notice[0].find(w)[0] for w in ("荷源区民政局关于", "各街道办事处", "现将《荷源区"))
    assert title.base < addressee.base < text.base
    assert addressee.left == pytest.approx(RIGHT, abs=INK)
    assert text.left == pytest.approx(RIGHT + 2 * CELL, abs=INK)


# -- 主体 (7.3) ----------------------------------------------------------------------------------------------


def test_sealed_signatures_stand_above_the_middle_of_the_date(notice: list[Sheet]) -> None:
    sheet = next(s for s in notice if "2023年1月5日" in "".join(c.what for c in s.characters))
    left = RIGHT if notice.index(sheet) % 2 == 0 else LEFT
    date = sheet.find("2023年1月5日")
    name = sheet.line("荷源区民政局")
    assert left + 156 - date[-1].right == pytest.approx(4 * CELL, abs=INK)
    assert (name[0].left + name[-1].right) / 2 == pytest.approx((date[0].left + date[-1].right) / 2, abs=INK)
    assert date[0].base - name[0].base == pytest.approx(PITCH, abs=0.2)


@pytest.mark.parametrize(
    ("issuer", "name_right", "date_right"), [("某市荷源区社会工作服务总站", 2, None), ("荷源站", None, 2)]
)
def test_unsealed_signatures(
    issuer: str, name_right: int | None, date_right: int | None, letter: Callable[[str], Publication], sample: Project
) -> None:
    """The date begins two characters to the right of the name; the longer of them leaves two at the end (7.3.5.2)."""
    names = f'<p class="signature">{issuer}</p><p class="sign-date">2024年12月31日</p>'
    (sheet, *_) = sheets(letter(f'<p>正文。</p><section class="signing">{names}</section>'), sample)
    _, name, date = sheet.lines()
    assert date[0].left - name[0].left == pytest.approx(2 * CELL, abs=INK)
    for line, cells in ((name, name_right), (date, date_right)):
        if cells is not None:
            assert RIGHT + 156 - line[-1].right == pytest.approx(cells * CELL, abs=INK)


def test_enclosures_are_listed_and_begin_their_own_pages(notice: list[Sheet]) -> None:
    lines = ["".join(c.what for c in line) for sheet in notice for line in sheet.lines()]
    assert "附件：1.联系人名单" in lines
    assert "2.走访工作指引" in lines
    for label, title in (("附件1", "联系人名单"), ("附件2", "走访工作指引")):
        (sheet,) = [s for s in notice if "".join(c.what for c in s.lines()[0]) == label]
        left = RIGHT if notice.index(sheet) % 2 == 0 else LEFT
        assert sheet.lines()[0][0].left == pytest.approx(left, abs=INK)
        assert "".join(c.what for c in sheet.lines()[1]) == title
        heading = sheet.lines()[1][0]
        assert TOP + 2 * PITCH < heading.base < TOP + 3 * PITCH, "附件标题居中编排在版心第三行"


# -- 版记 and page numbers (7.4, 7.5) ------------------------------------------------------------------------


def test_folios_stand_7_mm_below_the_type_area_outside(notice: list[Sheet]) -> None:
    for number, sheet in enumerate(notice, 1):
        below = [c for c in sheet.characters if c.top > FOOT]
        if number == len(notice):
            continue
        assert "".join(c.what for c in below) == f"—{number}—"
        left, em = (RIGHT, 14 / POINTS) if number % 2 else (LEFT, 14 / POINTS)
        dash = below[0]
        assert len({round(c.base, 1) for c in below}) == 1
        gaps = below[1].left - dash.right, below[-1].left - below[-2].right
        assert gaps[0] == pytest.approx(gaps[1], abs=0.5)
        assert (dash.top + dash.bottom) / 2 == pytest.approx(FOOT + 7, abs=0.3)
        if number % 2:
            assert left + 156 - below[-1].right == pytest.approx(em, abs=0.5)
        else:
            assert dash.left - left == pytest.approx(em, abs=0.5)


@pytest.mark.parametrize(
    ("lines", "pages", "numbered"),
    [
        pytest.param(3, 2, 1, id="ends on an odd page"),
        pytest.param(LINES + 3, 2, 2, id="ends on an even page with room"),
        pytest.param(2 * LINES, 4, 2, id="fills an even page"),
        pytest.param(2 * LINES + 1, 4, 3, id="ends on the next odd page"),
    ],
)
def test_the_colophon_closes_the_last_even_page(
    lines: int, pages: int, numbered: int, letter: Callable[[str], Publication], sample: Project
) -> None:
    made = sheets(letter("".join(f"<p>第{n}行</p>" for n in range(lines)) + COLOPHON), sample)
    assert len(made) == pages
    top, between, foot = made[-1].rules(LEFT)
    assert foot[1] == pytest.approx(FOOT, abs=0.1)
    assert [b - a for a, b in (top, between, foot)] == pytest.approx([0.35, 0.25, 0.35], abs=0.06)
    folios = ["".join(c.what for c in s.characters if c.top > FOOT) for s in made]
    assert folios == [f"—{n}—" if n <= numbered else "" for n in range(1, pages + 1)]
    words = made[-1].find("抄送：区委社会工作部。")
    issuer, date = made[-1].find("区民政局办公室"), made[-1].find("2024年3月8日印发")
    em = 14 / POINTS
    assert words[0].left - LEFT == pytest.approx(em, abs=INK)
    assert issuer[0].left - LEFT == pytest.approx(em, abs=INK)
    assert LEFT + 156 - date[-1].right == pytest.approx(em, abs=INK)
    assert issuer[0].base == pytest.approx(date[0].base, abs=0.3)


# -- several issuers, documents that go up -------------------------------------------------------------------

JOINT = """
标题: 关于开展走访的通知
文件: joint
主送: 各街道
签发人: [赵强, 王敏]
印发机关: 荷源区民政局办公室
印发日期: 2024-03-08
"""
JOINT_TEXT = """---
标题: 关于开展走访的通知
文种: 通知
文号: 荷民〔2024〕3号
发文单位: [荷源区民政局, 荷源区残疾人联合会]
成文日期: 2024-03-08
---
请照办。
"""


@pytest.fixture
def joint(workspace: Callable[..., Project]) -> tuple[Publication, Project]:
    project = workspace()
    (project.content / "officials" / "off-joint.yaml").write_text(JOINT, encoding="utf-8")
    (project.content / "policies" / "joint.md").write_text(JOINT_TEXT, encoding="utf-8")
    report = Report()
    records = load(project, report)
    edition = records["off-joint"]
    assert isinstance(edition, Official)
    made = compose(edition, records, project, report)
    assert report.diagnostics == []
    return made, project


def test_joint_issuers_share_the_word_to_their_right(joint: tuple[Publication, Project]) -> None:
    sheet = sheets(*joint)[0]
    one, two, word = (sheet.line(w) for w in ("荷源区民政局", "荷源区残疾人联合会", "文件"))
    assert one[0].left == pytest.approx(two[0].left, abs=INK)
    assert one[-1].right == pytest.approx(two[-1].right, abs=INK), "names fill the same width"
    assert word[0].left > two[-1].right
    middle = (one[0].top + two[0].bottom) / 2
    assert (word[0].top + word[0].bottom) / 2 == pytest.approx(middle, abs=2)
    number, signer = sheet.find("荷民〔2024〕3号"), sheet.find("签发人：赵强王敏")
    assert number[0].left - RIGHT == pytest.approx(CELL, abs=INK)
    assert RIGHT + 156 - signer[-1].right == pytest.approx(CELL, abs=INK)
    assert number[0].base == pytest.approx(signer[0].base, abs=0.3)


# -- Word ----------------------------------------------------------------------------------------------------


def word(publication: Publication, project: Project) -> dict[str, etree._Element]:
    report = Report()
    data = docx.write(publication, project, report)[f"{publication.name}.docx"]
    assert report.diagnostics == []
    assert lint(data) == []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {n: etree.fromstring(archive.read(n)) for n in archive.namelist() if n.endswith(".xml")}


def said(root: etree._Element) -> str:
    return re.sub(r"\s", "", "".join(t.text or "" for t in root.iter(W + "t")))


@pytest.fixture(scope="module")
def parts(publications: dict[str, Publication], sample: Project) -> dict[str, etree._Element]:
    return word(publications["heyuan-notice"], sample)


def style(parts: dict[str, etree._Element], key: str) -> etree._Element:
    (found,) = [s for s in parts["word/styles.xml"] if s.get(W + "styleId") == key]
    return found


def attributes(root: etree._Element, path: str) -> dict[str, str]:
    (found,) = root.findall(path.replace("w:", W))
    return {etree.QName(k).localname: str(v) for k, v in found.attrib.items()}


def test_word_has_the_same_words(parts: dict[str, etree._Element], publications: dict[str, Publication]) -> None:
    wanted = "".join(tree.text(a.body) for a in publications["heyuan-notice"].articles)
    got = printed(parts)
    assert re.sub(r"[\s☐☑]", "", got) == re.sub(r"[\s☐☑]", "", wanted)


def test_word_has_the_grid(parts: dict[str, etree._Element]) -> None:
    """docGrid of lines, 28.95 pt, 0.25 pt less a character: 22 × 28 in Word, where a grid of characters fails."""
    for section in parts["word/document.xml"].iter(W + "sectPr"):
        assert attributes(section, "w:docGrid") == {"type": "lines", "linePitch": "580"}
        margins = attributes(section, "w:pgMar")
        measured = [round(int(margins[side]) / 1440 * 25.4) for side in ("top", "bottom", "left", "right")]
        assert measured == [37, 35, 28, 26]
    normal = style(parts, "Normal")
    assert attributes(normal, "w:pPr/w:spacing") == {"line": "579", "lineRule": "exact"}
    assert attributes(normal, "w:rPr/w:spacing") == {"val": "-5"}
    assert attributes(normal, "w:pPr/w:autoSpaceDN") == {"val": "0"}
    assert attributes(normal, "w:rPr/w:sz") == {"val": "32"}
    assert 579 / 20 * LINES < 225 * POINTS
    assert (16 - 0.25) * CHARACTERS < 156 * POINTS < (16 - 0.25) * (CHARACTERS + 1)


def test_word_draws_the_red_line_under_the_number(parts: dict[str, etree._Element]) -> None:
    line = attributes(style(parts, "DocumentNumber"), "w:pPr/w:pBdr/w:bottom")
    assert (line["val"], line["color"]) == ("single", "FF3333")
    assert attributes(style(parts, "IssuerMark"), "w:rPr/w:color")["val"] == "FF3333"
    used = [s.get(W + "val") for s in parts["word/document.xml"].iter(W + "pStyle")]
    assert used[:6] == ["Marking"] * 3 + ["IssuerMark", "DocumentNumber", "Title"]


def test_word_numbers_its_pages_between_dashes(parts: dict[str, etree._Element]) -> None:
    relations = {}
    for section in parts["word/document.xml"].iter(W + "sectPr"):
        for reference in section.iter(W + "footerReference"):
            relations[reference.get(W + "type")] = reference
    footers = [p for n, p in parts.items() if n.startswith("word/footer")]
    assert {said(f) for f in footers} == {"—1—"}
    assert {"".join(t.text or "" for t in f.iter(W + "instrText")).strip() for f in footers} == {"PAGE"}
    assert {attributes(f, "w:p/w:pPr/w:jc")["val"] for f in footers} == {"left", "right"}
    assert set(relations) == {"even", "default"}
    assert all(said(p) == "" for n, p in parts.items() if n.startswith("word/header"))


def test_word_puts_the_colophon_at_the_foot(parts: dict[str, etree._Element]) -> None:
    table = list(parts["word/document.xml"].iter(W + "tbl"))[-1]
    place = attributes(table, "w:tblPr/w:tblpPr")
    assert (place["vertAnchor"], place["tblpYSpec"]) == ("margin", "bottom")
    assert said(table) == "抄送：区委社会工作部。荷源区民政局办公室2023年1月6日印发"


def test_word_of_joint_issuers(joint: tuple[Publication, Project]) -> None:
    document = word(*joint)["word/document.xml"]
    table = next(document.iter(W + "tbl"))
    assert said(table) == "荷源区民政局文件荷源区残疾人联合会"
    assert [m.get(W + "val") for m in table.iter(W + "vMerge")] == ["restart", "continue"]
    number = next(p for p in document.iter(W + "p") if said(p).startswith("荷民〔2024〕3号"))
    assert len(list(number.iter(W + "tab"))) == 1
    assert said(copy.deepcopy(number)).endswith("签发人：赵强王敏")


def test_word_s_headings_are_those_of_an_office(parts: dict[str, etree._Element]) -> None:
    """标题 is the document's title, 标题 1 一、, 标题 2 （一）, each in its face of 3号 (7.3.1, 7.3.3)."""
    names = {"Title": "Title", "AttachmentTitle": "附件标题", "Heading1": "heading 1", "Heading2": "heading 2"}
    for key, name in names.items():
        assert attributes(style(parts, key), "w:name")["val"] == name
    written = [(p.find(f"{W}pPr/{W}pStyle"), said(p)) for p in parts["word/document.xml"].iter(W + "p")]
    headings = [(s.get(W + "val"), words) for s, words in written if s is not None and s.get(W + "val") in names]
    assert headings == [
        ("Title", "荷源区民政局关于印发《荷源区关爱走访办法》的通知"),
        ("Heading1", "工作要求"),
        ("Heading2", "专人负责"),
        ("AttachmentTitle", "联系人名单"),
        ("Title", "走访工作指引"),
        ("Heading1", "准备"),
        ("Heading2", "先看台账"),
        ("Heading1", "走访"),
        ("Title", "荷源区关爱走访办法"),
        ("Heading1", "总则"),
        ("Heading1", "走访"),
        ("AttachmentTitle", "走访登记表"),
    ]
    faces = {"Title": "方正小标宋简体", "Heading1": "黑体", "Heading2": "楷体_GB2312", "Heading3": "仿宋_GB2312"}
    for key, face in faces.items():
        assert attributes(style(parts, key), "w:rPr/w:rFonts") == {"ascii": face, "eastAsia": face}
    levels = {key: attributes(style(parts, key), "w:pPr/w:outlineLvl")["val"] for key in faces}
    assert levels == {"Title": "0", "Heading1": "0", "Heading2": "1", "Heading3": "2"}
    bound = {b.get(W + "val") for b in parts["word/numbering.xml"].iter(W + "pStyle")}
    assert {"Heading1", "Heading2", "Clause1"} <= bound, "Word counts a new 一、 in"


# -- another's judgement --------------------------------------------------------------------------------------

#: gongwen-skill, a checker of Word files by GB/T 9704.
CHECKER = shutil.which("gongwen", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))

#: 5.2.1: 天头 37±1 mm, 订口 28±1 mm around 156 × 225 mm; the checker comes with the margins of one province.
STANDARD = {"page_setup": {"margins": {"top": "37mm", "bottom": "35mm", "left": "28mm", "right": "26mm"}}}

#: Faults to the checker that are none: its rule and the style of the paragraph it finds fault with.
NO_FAULTS = {
    # 7.2.4 gives 发文机关标志 小标宋 and no size; whatever is set in 小标宋 is to the checker a title (2号, 7.3.1)
    ("CHK-C008", "IssuerMark"),
}


def grave_faults(publication: Publication, project: Project, folder: Path) -> set[tuple[str, str]]:
    """What the checker calls P0: its rule, and the style of the paragraph, or the place where there is none."""
    data = docx.write(publication, project, Report())[f"{publication.name}.docx"]
    (folder / "document.docx").write_bytes(data)
    assert CHECKER is not None
    options = ["-t", "notice", "-s", "P0", "--json", "--config-overrides", json.dumps(STANDARD)]
    done = subprocess.run(
        [CHECKER, "check", "document.docx", *options],
        cwd=folder,
        env=os.environ | {"GONGWEN_DATA_DIR": str(folder), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))[0]
    styles = [p.find(f"{W}pPr/{W}pStyle") for p in body.findall(W + "p")]
    found = set()
    for fault in json.loads(done.stdout):
        place, _, number = fault["location"].partition(":")
        style = styles[int(number)] if place == "paragraph" else None
        found.add((fault["rule_id"], place if style is None else style.get(W + "val", "")))
    return found


needs_checker = pytest.mark.skipif(CHECKER is None, reason="gongwen-skill is not installed")


@needs_checker
def test_a_checker_of_the_standard_is_content(
    publications: dict[str, Publication], sample: Project, tmp_path: Path
) -> None:
    assert grave_faults(publications["heyuan-notice"], sample, tmp_path) == NO_FAULTS


@needs_checker
def test_a_checker_of_the_standard_is_content_with_joint_issuers(
    joint: tuple[Publication, Project], tmp_path: Path
) -> None:
    assert grave_faults(*joint, tmp_path) == set()


@needs_checker
def test_a_checker_of_the_standard_is_content_with_all_kinds_of_text(
    letter: Callable[[str], Publication], sample: Project, tmp_path: Path
) -> None:
    blocks = (
        "<h1>荷源区民政局关于开展走访的通知</h1><p>请“各站”对照<strong>要求</strong>于2024年3月8日前办理。</p>"
        "<h2>一、 怎样做</h2><h3>（一）谁来做</h3><h4>1. 分工</h4><h5>（1）走访</h5>"
        "<ul><li>先看台账<p>再出门。</p></li></ul><ol><li>敲门，等，再敲。</li></ol>"
        '<p>方式：<span class="box">☐</span>上门，日期<span class="blank" data-width="6"/>。</p>'
        '<figure class="table"><figcaption>走访登记</figcaption>'
        '<table class="data"><tbody><tr><td>日期</td></tr></tbody></table></figure>'
        '<section class="signing"><p class="signature">荷源站</p><p class="sign-date">2024年12月31日</p></section>'
        + COLOPHON
    )
    assert grave_faults(letter(blocks), sample, tmp_path) == set()
