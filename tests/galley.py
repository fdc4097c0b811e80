"""Galley proofs: text set in a measure, and every character of it read back with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from ctypes import byref, c_double
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import groupby

import pikepdf
import pypdfium2
from pypdfium2 import raw

from generator.diagnostics import Report
from generator.project import Project
from generator.typesetting import fonts, lines

#: Blank around a page (pt); what is set begins here.
MARGIN = 20.0
_ACTUAL_TEXT = re.compile(rb"/ActualText <[0-9A-F]*>")


@dataclass(frozen=True)
class Glyph:
    """A character as printed, in points: where it starts and, by its own advance, ends; its baseline from the top."""

    character: str
    left: float
    right: float
    baseline: float
    size: float


@dataclass(frozen=True)
class Row:
    """A printed line: the number of its paragraph, where it starts there, and whether that begins or ends with it."""

    paragraph: int
    start: int
    first: bool
    last: bool
    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        return "".join(g.character for g in self.glyphs)


def typeset(project: Project, body: str, width: float, size: float, css: str = "", height: float = 800) -> bytes:
    """``body`` on pages whose measure is ``width`` points, as PDF."""
    import weasyprint

    report = Report()
    faces = fonts.css(project, report)
    assert report.diagnostics == []
    lines.install()
    style = (
        f"{faces}@page{{size:{width + 2 * MARGIN}pt {height}pt;margin:{MARGIN}pt}}"
        f"html{{font:{size}pt/{size * 1.75}pt Song}}body,p,ul,ol,li,td,h1{{margin:0;padding:0}}"
        f"p,li,td,dd{{text-align:justify}}p{{text-indent:2em;orphans:1;widows:1}}{css}"
    )
    source = f'<html lang="zh-CN"><title>样张</title><style>{style}</style><body>{body}</body></html>'
    made: bytes = weasyprint.HTML(string=source).write_pdf()
    return made


def glyphs(data: bytes) -> list[list[Glyph]]:
    """The characters of every page in the order they were written, blanks left out.

    /ActualText is taken out first: under it pdfium spaces glyphs evenly instead of telling where they are.
    """
    document = pikepdf.open(BytesIO(data))
    for sheet in document.pages:
        sheet.contents_coalesce()
        sheet.Contents.write(_ACTUAL_TEXT.sub(b"", sheet.Contents.read_bytes()))
    made = BytesIO()
    document.save(made, compress_streams=False)
    return [_apart(list(_page(sheet))) for sheet in pypdfium2.PdfDocument(made.getvalue())]


def _page(sheet: pypdfium2.PdfPage) -> Iterator[Glyph]:
    page, height = sheet.get_textpage(), sheet.get_height()
    x, y, box, matrix = c_double(), c_double(), raw.FS_RECTF(), raw.FS_MATRIX()
    for index in range(page.count_chars()):
        code = raw.FPDFText_GetUnicode(page, index)
        if raw.FPDFText_IsGenerated(page, index) or chr(code).isspace() or 0xDC00 <= code < 0xE000:
            continue
        if 0xD800 <= code < 0xDC00:
            code = 0x10000 + ((code - 0xD800) << 10) + raw.FPDFText_GetUnicode(page, index + 1) - 0xDC00
        raw.FPDFText_GetCharOrigin(page, index, byref(x), byref(y))
        raw.FPDFText_GetLooseCharBox(page, index, byref(box))
        raw.FPDFText_GetMatrix(page, index, byref(matrix))
        size = raw.FPDFText_GetFontSize(page, index) * abs(matrix.a)
        character, width = chr(code).replace("\x02", "-"), box.right - box.left  # U+0002: a hyphen that ends a line
        if unicodedata.east_asian_width(character) in "WF" or (character in "“”‘’…" and width > 0.9 * size):
            width = size
        yield Glyph(character, x.value, x.value + width, height - y.value, size)


def _apart(page: Sequence[Glyph]) -> list[Glyph]:
    """A ligature (——) is reported once for each of its characters in the same place: each gets its share."""
    found: list[Glyph] = []
    for _, same in groupby(page, key=lambda g: (g.character, g.left, g.baseline)):
        group = list(same)
        share = (group[0].right - group[0].left) / len(group)
        for n, glyph in enumerate(group):
            found.append(replace(glyph, left=glyph.left + n * share, right=glyph.left + (n + 1) * share))
    return found


def rows(pages: Sequence[Sequence[Glyph]], paragraphs: Sequence[str]) -> list[Row]:
    """The lines of ``paragraphs``, which are all that the pages hold; fails if a character is lost or out of place."""
    found: list[Row] = []
    number, place = 0, 0
    texts = ["".join(text.split()) for text in paragraphs]
    for page in pages:
        for line in _lines(page):
            text = "".join(g.character for g in line)
            assert texts[number].startswith(text, place), (
                f"{texts[number][place : place + 40]!r} is printed as {text!r}"
            )
            end = place + len(text)
            last = end == len(texts[number])
            found.append(Row(number, place, place == 0, last, tuple(line)))
            number, place = (number + 1, 0) if last else (number, end)
    assert number == len(texts), f"not printed: {texts[number][place : place + 40]!r}"
    return found


def _lines(page: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs that share a baseline (within half their size) and go on to the right."""
    line: list[Glyph] = []
    for glyph in page:
        if line and (abs(glyph.baseline - line[0].baseline) > glyph.size * 0.7 or glyph.left < line[-1].left - 1):
            yield line
            line = []
        line.append(glyph)
    if line:
        yield line


def read_back(read: str, source: str) -> str:
    """Where text read from a PDF departs from what was set; empty if nowhere.

    A line's end may stand anywhere, and for a blank; a blank only where there was one.
    """
    place = 0
    for index, character in enumerate(read):
        while place < len(source) and source[place] == "\n":
            place += 1
        if character in "\r\n\f":
            place += place < len(source) and source[place] == " "
        elif character == " " and source[place : place + 1] != " " and source[place - 1 : place] in " \n":
            continue  # the blank was taken for a line's end
        elif place < len(source) and source[place] == character:
            place += 1
        else:
            return f"{source[place - 12 : place + 12]!r} is read as {read[index - 12 : index + 12]!r}"
    return "" if not source[place:].strip() else f"lost: {source[place:][:20]!r}"
