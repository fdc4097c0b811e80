"""How Chinese is set, judged on paper: 50,000 characters of hard text, read back from the PDF glyph by glyph.

The rules are stated here anew, from CLREQ and GB/T 15834—2011, and not taken from the code that keeps them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pypdfium2
import pytest

from generator.project import Project
from tests import galley, specimen
from tests.conftest import SAMPLE, TODAY
from tests.galley import Row

#: GB/T 15834—2011 5.1.1–5.1.9; CLREQ 3.1.4, strict.
NEVER_FIRST = frozenset("。，、；：？！”’）〕］｝》〉」』】—…～·／/％%‰℃–")
NEVER_LAST = frozenset("“‘（〔［｛《〈「『【￥／")
CLOSING = frozenset("。，、；：？！”’）〕］｝》〉」』】")
OPENING = frozenset("“‘（〔［｛《〈「『【")
#: No line ends inside these (a long date may be parted after 年 or 月); they are set tight.
TIGHT = re.compile(r"\d+年(?=\D|$)|\d+月(?=\D|$)|\d+日|第\d+[条章期]|\d[\d,.]*[%％‰℃]|\d[\d,.:]*\d")
#: No line ends inside these either.
TOGETHER = re.compile(r"\d[\d,]*(?:人次|元)|\d+万人|\d+余节|￥\d[\d,]*|——|……|图\d|表\d\.\d|附件\d")

#: Measure (em), size (pt), characters.
PROOFS = [(10, 10.5, 9000), (16, 9, 9000), (22, 10.5, 50000), (25, 10.5, 9000), (34, 9, 9000), (40, 10.5, 9000)]


@dataclass(frozen=True)
class Proof:
    """A text set: what was to be set (blanks left out), the PDF, its lines; measure and size in points."""

    paragraphs: list[str]
    pdf: bytes
    rows: list[Row]
    measure: float
    size: float

    def full(self) -> Iterator[Row]:
        return (row for row in self.rows if not row.last)

    def source(self, row: Row) -> str:
        return "".join(self.paragraphs[row.paragraph].split())


@cache
def _proof(measure: float, size: float, length: int) -> Proof:
    texts = specimen.prose(length)
    data = galley.typeset(Project(SAMPLE, TODAY), "".join(f"<p>{t}</p>" for t in texts), measure * size, size)
    return Proof(texts, data, galley.rows(galley.glyphs(data), texts), measure * size, size)


@pytest.fixture(params=PROOFS, ids=lambda p: f"{p[0]}em-{p[1]}pt")
def proof(request: pytest.FixtureRequest) -> Proof:
    return _proof(*request.param)


@pytest.fixture
def long_proof() -> Proof:
    """All 50,000 characters."""
    return _proof(*max(PROOFS, key=lambda p: p[2]))


def edge_error(row: Row, right: float) -> float:
    """How far a full line ends from the measure; a mark at its end may have given up its blank half (5.1.10)."""
    last = row.glyphs[-1]
    ends = [last.right, last.right - last.size / 2] if last.character in CLOSING else [last.right]
    return min((end - right for end in ends), key=abs)


def start_error(row: Row, left: float) -> float:
    first = row.glyphs[0]
    starts = [first.left, first.left + first.size / 2] if first.character in OPENING else [first.left]
    return min((start - left for start in starts), key=abs)


def han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character >= "\U00020000"


def western(character: str) -> bool:
    return character.isascii() and character.isalnum()


def gaps(row: Row, wanted: Callable[[str, str], bool]) -> list[float]:
    """The gaps (em) between neighbours of the wanted kinds."""
    return [(b.left - a.right) / a.size for a, b in pairwise(row.glyphs) if wanted(a.character, b.character)]


def han_gaps(row: Row) -> list[float]:
    """Gaps between Han; beside characters beyond U+FFFF they are kept from reading as spaces."""
    return gaps(row, lambda a, b: han(a) and han(b) and max(a, b) < "\U00010000")


# -- lines ---------------------------------------------------------------------------------------------------


def test_the_specimen_is_large_and_has_everything(long_proof: Proof) -> None:
    text = "".join(long_proof.paragraphs)
    assert 50_000 <= len(text) < 51_000
    marks = dict.fromkeys(specimen.MARKS)
    assert all(a * (1 + (a in "—…")) + b in text for a in marks for b in marks)
    assert all(term in text for term in specimen.TERMS)


def test_no_line_begins_or_ends_with_a_forbidden_mark() -> None:
    found = []
    for measure in PROOFS:
        sheet = _proof(*measure)
        found += [row.text for row in sheet.rows if not row.first and row.glyphs[0].character in NEVER_FIRST]
        found += [row.text for row in sheet.full() if row.glyphs[-1].character in NEVER_LAST]
    assert found == []


def test_no_line_begins_with_a_mark_but_an_opening_one(proof: Proof) -> None:
    assert [r.text for r in proof.rows if not r.first and r.glyphs[0].character in NEVER_FIRST] == []
    assert [r.text for r in proof.full() if r.glyphs[-1].character in OPENING] == []


def test_full_lines_end_at_the_measure() -> None:
    """Within 0.1 pt."""
    for sheet in (_proof(*p) for p in PROOFS):
        for row in sheet.full():
            if han_gaps(row):
                assert abs(edge_error(row, galley.MARGIN + sheet.measure)) <= 0.1, row.text


def test_full_lines_end_near_the_measure(proof: Proof) -> None:
    """Within 0.4 pt, and half of them within 0.1."""
    errors = sorted(abs(edge_error(row, galley.MARGIN + proof.measure)) for row in proof.full() if han_gaps(row))
    assert errors[-1] < 0.4
    assert errors[len(errors) // 2] < 0.1


def test_lines_begin_at_the_edge(proof: Proof) -> None:
    for row in proof.rows:
        assert abs(start_error(row, galley.MARGIN + 2 * proof.size * row.first)) < 0.15, row.text


def test_lines_may_begin_with_an_opening_quote_and_end_with_a_closing_one(long_proof: Proof) -> None:
    """Quotes that may stand at no edge tear holes; in this text they open or close a line in every hundred."""
    assert sum(r.text[0] in "“‘" for r in long_proof.rows if not r.first) > len(long_proof.rows) / 100
    assert sum(r.text[-1] in "”’" for r in long_proof.full()) > 0


def test_numbers_dates_and_double_marks_stay_whole(proof: Proof) -> None:
    for row in proof.rows:
        if row.first:
            continue
        text = proof.source(row)
        for pattern in (TIGHT, TOGETHER):
            for m in pattern.finditer(text, max(row.start - 14, 0), row.start + 14):
                assert not m.start() < row.start < m.end(), f"{m.group()} is parted before {row.text}"


@pytest.mark.parametrize("text", ["他说——好", "——说", "“——好”", "一……二", "（——）他"])
def test_dashes_and_ellipses_are_two_ems_in_one_piece(text: str) -> None:
    assert dash_length(text) == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("text", ["PDF——格式", "走访A——", "“——”", "A……B"])
def test_dashes_beside_latin_are_two_ems(text: str) -> None:
    assert dash_length(text) == pytest.approx(2, abs=0.01)


def dash_length(text: str) -> float:
    """From the start of a dash or an ellipsis to its end, em."""
    (page,) = galley.glyphs(galley.typeset(Project(SAMPLE, TODAY), f"<p>{text}</p>", 300, 10))
    marks = [g for g in page if g.character in "—…"]
    return (max(g.right for g in marks) - marks[0].left) / 10


# -- gaps ----------------------------------------------------------------------------------------------------


def test_gaps_are_alike_and_small(proof: Proof) -> None:
    """In a line, Han stand evenly; from 16 em on nine lines in ten are within a tenth of an em."""
    widest = []
    for row in proof.full():
        if found := han_gaps(row):
            assert max(found) - min(found) < 0.02, row.text
            widest.append(max(found))
    widest.sort()
    if proof.measure >= 16 * proof.size:
        assert widest[len(widest) * 9 // 10] < 0.1
    assert widest[len(widest) * 9 // 10] < 0.25


def test_no_wide_gap_where_other_breaks_avoid_it() -> None:
    """Above a fifth of an em only where no far better breaks are to be had, as :func:`breaks_better` shows."""
    found = []
    for sheet in (_proof(*p) for p in PROOFS):
        for index, row in enumerate(sheet.rows):
            loose = not row.last and max(row.text) < "\U00010000" and max(han_gaps(row), default=0) > 0.2
            if loose and breaks_better(sheet, index):
                found.append((sheet.measure / sheet.size, row.text))
    assert found == []


def breaks_better(proof: Proof, index: int) -> bool:
    """Whether a line and up to two before and four after it can be broken with gaps a third smaller than its own."""
    number = proof.rows[index].paragraph
    limit = max(max(han_gaps(proof.rows[index]), default=0) * 2 / 3, 0.13)
    for first in range(index, index - 3, -1):
        for end in range(index + 1, index + 5):
            part = proof.rows[max(first, 0) : end]
            if {row.paragraph for row in part} == {number} and can_be_even(part, proof.measure, proof.size, limit):
                return True
    return False


def can_be_even(rows: list[Row], measure: float, size: float, limit: float) -> bool:
    """Whether these lines together can be broken, at places that are surely allowed, with no gap above ``limit`` (em).

    Nothing is squeezed but marks side by side and at the edges, so that what this finds is no matter of taste.
    """
    glyphs = [g for row in rows for g in row.glyphs]
    count, text = len(glyphs), "".join(g.character for g in glyphs)
    held = {p for m in re.finditer(r"[A-Za-z0-9].{0,3}|.{0,2}·.{0,2}", text) for p in range(m.start() + 1, m.end())}
    held |= {p for pattern in (TIGHT, TOGETHER) for m in pattern.finditer(text) for p in range(m.start() + 1, m.end())}
    indented, ends = rows[0].first, rows[-1].last

    def may_break(p: int) -> bool:
        before, after = text[p - 1], text[p]
        return p not in held and (han(before) or before in CLOSING) and (han(after) or after in OPENING)

    def fits(begin: int, end: int) -> bool:
        room = measure - 2 * size * (indented and begin == 0)
        if (end - begin) * 0.2 * size > room:
            return False
        natural, even = 0.0, 0
        for p in range(begin, end):
            full = text[p] in CLOSING | OPENING or han(text[p])
            natural += size if full else glyphs[p].right - glyphs[p].left
        for a, b in pairwise(text[begin:end]):
            even += not western(a) and not western(b)
            natural += 0.25 * size * ((han(a) and western(b)) or (western(a) and han(b)))
            natural -= 0.5 * size * ((a in CLOSING and b in CLOSING | OPENING) or (a in OPENING and b in OPENING))
        natural -= 0.5 * size * (text[begin] in OPENING and not (indented and begin == 0))
        natural -= 0.5 * size * (text[end - 1] in CLOSING)
        if end == count and ends:
            return natural <= room and sum(map(str.isalnum, text[begin:])) > 1
        return natural <= room <= natural + limit * size * even

    begins = [0]
    for end in [p for p in range(1, count) if may_break(p)] + [count]:
        if any(fits(begin, end) for begin in begins):
            begins.append(end)
    return begins[-1] == count


def test_han_and_western_stand_an_eighth_to_half_an_em_apart() -> None:
    """CLREQ 3.2.2."""
    seams = [(gap, row.text) for sheet in (_proof(*p) for p in PROOFS) for row in sheet.rows for gap in seam_gaps(row)]
    assert min(seams)[0] > 0.12, min(seams)
    assert max(seams)[0] < 0.51, max(seams)


def test_han_and_western_are_a_quarter_em_apart_as_a_rule(long_proof: Proof) -> None:
    seams = sorted(gap for row in long_proof.rows for gap in seam_gaps(row))
    assert len(seams) > 1000
    assert seams[0] > 0.07
    assert seams[len(seams) // 2] == pytest.approx(0.25, abs=0.06)
    assert seams[len(seams) * 19 // 20] < 0.5


def seam_gaps(row: Row) -> Iterator[float]:
    """Gaps (em) between Han and Western, but inside what is set tight."""
    tight = {p for m in re.finditer(r"\d+年(?:\d+月)?(?:\d+日)?|\d+月(?:\d+日)?|\d+日|第\d+[条章期]|第\d+$", row.text)
             for p in range(m.start() + 1, m.end())}  # fmt: skip
    for p, (a, b) in enumerate(pairwise(row.glyphs), 1):
        if (
            p not in tight
            and max(a.character, b.character) < "\U00010000"
            and ((han(a.character) and western(b.character)) or (western(a.character) and han(b.character)))
        ):
            yield (b.left - a.right) / a.size


def test_marks_side_by_side_are_squeezed(long_proof: Proof) -> None:
    """Two full-width marks together take one and a half em at most (CLREQ 3.1.6.1)."""
    for row in long_proof.rows:
        for a, b in pairwise(row.glyphs):
            if (a.character in CLOSING and b.character in CLOSING | OPENING) or (
                a.character in OPENING and b.character in OPENING
            ):
                assert b.left - a.left < (0.6 + max(han_gaps(row), default=0.2)) * a.size, row.text


def test_the_last_line_is_more_than_one_character(proof: Proof) -> None:
    """孤字不成行 – but where the words before are too long for anything else: not once in two hundred paragraphs."""
    alone = [
        (index, row.text)
        for index, row in enumerate(proof.rows)
        if row.last and not row.first and sum(map(str.isalnum, row.text)) < 2
    ]
    assert [text for index, text in alone if breaks_better(proof, index)] == []
    assert len(alone) <= 2


# -- text read back --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "source", "right"),
    [
        ("社工\r\n站", "社工站", True),
        ("a\nb", "a b", True),
        ("社 工", "社工", False),
        ("ab", "a b", False),
        ("社", "社工", False),
    ],
)
def test_reading_back_is_strict(read: str, source: str, right: bool) -> None:
    assert (galley.read_back(read, source) == "") is right


def test_pdfium_reads_what_was_set(proof: Proof) -> None:
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(proof.pdf)]
    text = "\n".join(pages).replace("\ufffe", "-").replace("\x02", "-")
    assert galley.read_back(*(t.replace("𠮷", "") for t in (text, "\n".join(proof.paragraphs)))) == ""


def test_pdfium_reads_rare_characters(long_proof: Proof) -> None:
    read = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(long_proof.pdf))
    assert read.count("𠮷") == "".join(long_proof.paragraphs).count("𠮷")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_poppler_reads_what_was_set(proof: Proof, tmp_path: Path) -> None:
    path = tmp_path / "proof.pdf"
    path.write_bytes(proof.pdf)
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True)
    assert galley.read_back(done.stdout, "\n".join(proof.paragraphs)) == ""


# -- places ----------------------------------------------------------------------------------------------------

_TEXT = specimen.paragraph(Random(7), 150)
_PLAIN = "社工在门口坐了二十分钟只说天气没有问一句家里的事老人后来说那天她记得最清楚的不是说了什么" * 3
_PICTURE = (
    '<img alt="图" style="float:{};width:6em;height:5em;margin:0 1em" '
    "src=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E\">"
)
_BODY = 10.0
_WIDTH = 24


@dataclass(frozen=True)
class Case:
    """HTML whose texts are ``paragraphs``; where (em) its full lines may begin and end."""

    html: str
    paragraphs: list[str]
    begins: tuple[float, ...] = (0, 2)
    ends: tuple[float, ...] = (_WIDTH,)
    css: str = ""


def _inline(open_: str, close: str) -> Case:
    """An inline element again and again, across lines."""
    parts = [_PLAIN[n : n + 17] for n in range(0, len(_PLAIN), 17)]
    marked = "".join(f"{open_}{part}{close}" if n % 2 else part for n, part in enumerate(parts))
    return Case(f"<p>{marked}</p>", [_PLAIN])


CASES = {
    "list": Case(
        f"<ul>{f'<li>{_TEXT}</li>' * 2}</ul>", [_TEXT] * 2, (2,), css="ul{margin-left:2em;list-style:none}"
    ),
    "hanging": Case(
        f"<p>一、{_TEXT}</p>", [f"一、{_TEXT}"], (0, 2), css="p{padding-left:2em;text-indent:-2em}"
    ),
    "no indent": Case(f"<p style='text-indent:0'>{_TEXT}</p>", [_TEXT], (0,)),
    "cell of 4 em": Case(
        f"<table><tr><td style='width:4em'>{_PLAIN}</td></tr></table>", [_PLAIN], (0,), (4,),
        "table{border-spacing:0;table-layout:fixed;width:4em}",
    ),
    "cells of 6 em": Case(
        f"<table><tr><td>{_PLAIN}</td></tr><tr><td>{_PLAIN}</td></tr></table>", [_PLAIN] * 2, (0,), (6,),
        "table{border-spacing:0;table-layout:fixed;width:6em}",
    ),
    "columns": Case(
        f"<div style='columns:2;column-gap:2em'><p>{_TEXT}</p><p>{_TEXT}</p></div>", [_TEXT] * 2, (0, 2, 13, 15),
        (11, 24),
    ),
    "break": Case(f"<p>{_PLAIN}<br>{_PLAIN}</p>", [_PLAIN, _PLAIN]),
    "strong": _inline("<strong>", "</strong>"),
    "em": _inline("<em>", "</em>"),
    "link": _inline("<a href='https://example.org'>", "</a>"),
    "padding": _inline("<span style='padding:0 3pt;border:1pt solid'>", "</span>"),
    "larger and smaller": _inline("<span style='font-size:1.4em'>", "</span>"),
    "rare": Case(f"<p>{'喆堃祎璟𠮷' * 20}</p>", ["喆堃祎璟𠮷" * 20]),
    "beside a picture on the left": Case(
        f"<p>{_PICTURE.format('left')}{_PLAIN}{_TEXT}</p>", [_PLAIN + _TEXT], (0, 8, 10)
    ),
    "beside a picture on the right": Case(
        f"<p>{_PICTURE.format('right')}{_PLAIN}{_TEXT}</p>", [_PLAIN + _TEXT], (0, 2), (_WIDTH, _WIDTH - 8)
    ),
    "below a picture": Case(
        f"<div>{_PICTURE.format('right')}<p>{_PLAIN[:60]}</p><p>{_TEXT}</p></div>", [_PLAIN[:60], _TEXT], (0, 2),
        (_WIDTH, _WIDTH - 8),
    ),
    "letter spacing": Case(f"<p style='letter-spacing:.1em'>{_TEXT}</p>", [_TEXT]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_lines_are_full_everywhere(name: str, sample: Project) -> None:
    """Full lines begin and end where they should within 0.4 pt, and never with a forbidden mark."""
    case = CASES[name]
    css = "span,strong,em,a{line-height:0}strong{font-family:Hei}em{font-family:Kai;font-style:normal}" + case.css
    rows = galley.rows(galley.glyphs(galley.typeset(sample, case.html, _WIDTH * _BODY, _BODY, css)), case.paragraphs)
    assert len([row for row in rows if not row.last]) > 3
    for row in rows:
        left, right = (lambda values: [galley.MARGIN + v * _BODY for v in values]), case.ends
        pad = 4 if name == "padding" else 0
        assert min(abs(start_error(row, edge)) for edge in left(case.begins)) < 0.4 + pad, row.text
        if not row.last:
            assert min(abs(edge_error(row, edge)) for edge in left(right)) < 0.4 + pad, row.text
            assert row.glyphs[-1].character not in OPENING
        if not row.first:
            assert row.glyphs[0].character not in NEVER_FIRST


@pytest.mark.parametrize(
    "text",
    [
        "网址见https://example.org/heyuan/2024/abcdefghijklmnopqrstuvwxyz/index.html的页面",
        "英文的internationalization和Donaudampfschifffahrtsgesellschaft都是长词",
        "人均1,234,567,890.50元，人均12,345.67元，比上年增长1,234.5%，电话028-12345678",
    ],
)
def test_nothing_sticks_out_of_a_narrow_column(text: str, sample: Project) -> None:
    """In eight em: long words, addresses and amounts are broken before they overflow, and no line holds one mark."""
    data = galley.typeset(sample, f"<p>{text}</p>", 8 * _BODY, _BODY, "p{text-indent:0}")
    rows = galley.rows(galley.glyphs(data), [text])
    for row in rows:
        assert row.glyphs[-1].right < galley.MARGIN + 8.6 * _BODY, row.text
        assert row.last or len(row.text) > 2, row.text


def test_a_centred_heading_of_several_lines_is_centred(sample: Project) -> None:
    text = "关于进一步加强街道社会工作服务站规范化建设的通知（2023年第12号）"
    data = galley.typeset(sample, f"<h1>{text}</h1>", 240, 10, "h1{text-align:center;font-size:20pt;line-height:2}")
    middle = galley.MARGIN + 120
    rows = galley.rows(galley.glyphs(data), [text])
    assert len(rows) > 2
    for row in rows:
        assert (row.glyphs[0].left + edge_error(row, 0)) / 2 == pytest.approx(middle, abs=0.6) or (
            row.glyphs[0].left + row.glyphs[-1].right
        ) / 2 == pytest.approx(middle, abs=0.6), row.text


def test_a_note_call_stays_with_its_word(sample: Project) -> None:
    css = ".footnote{float:footnote}::footnote-call{content:'①';font-size:.6em}"
    lengths = range(20, 32)
    html = "".join(f"<p>{_PLAIN[:n]}<span class=footnote>注文</span>{_PLAIN}</p>" for n in lengths)
    pages = galley.glyphs(galley.typeset(sample, html, 24 * _BODY, _BODY, css, height=2000))
    calls = [g for page in pages for g in page if g.character == "①"]
    assert len(calls) == len(lengths)
    assert all(call.left > galley.MARGIN + 1 for call in calls)


def test_a_bullet_stays_with_its_words_where_they_move_to_the_grid() -> None:
    """After something that isn't whole lines high the first item moves to the grid, and its bullet with it."""
    items = "".join(f"<li>第{n}项</li>" for n in "一二三")
    css = (
        "html{font-size:10pt;line-height:20pt;--grid:26.667}ul{list-style:none;margin:0}li{padding-left:1em;position:relative}"
        "li::before{content:'';position:absolute;left:0;width:4pt;height:4pt;background:#000}"
    )
    body = f"<div style='height:27pt'></div><ul>{items}</ul>"
    pdf = galley.typeset(Project(SAMPLE, TODAY), body, 200, 10, css)
    words = [g.baseline for g in galley.glyphs(pdf)[0] if g.character == "第"]
    sheet = pypdfium2.PdfDocument(pdf)[0]
    shapes = [o.get_bounds() for o in sheet.get_objects() if o.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH]
    bullets = sorted(sheet.get_height() - bottom for left, bottom, right, _ in shapes if right - left < 5)
    assert len(bullets) == len(words) == 3
    assert [round(word - bullet, 1) for word, bullet in zip(words, bullets, strict=True)] == [
        round(words[0] - bullets[0], 1)
    ] * 3
