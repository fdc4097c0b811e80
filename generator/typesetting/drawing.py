"""Drawing planned lines: their glyphs where they were planned, and what stands under words (dots, lines)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from generator.typesetting import clreq
from generator.typesetting.shaping import EMPTY, Glyphs

#: A gap of this much (em) reads as a space to programs that extract text.
_SEEN = 0.05
_ASTRAL = re.compile("[\U00010000-\U0010ffff]+")
#: Glyphs are placed where they were planned to this (thousandths of an em).
_NEAR = 0.05


@dataclass(frozen=True)
class Piece:
    """Characters ``begin`` to ``end`` of a text box on one line; stands where WeasyPrint keeps a Pango layout.

    ``after`` is what is added behind each character, ``lead`` what is cut off before the first (px).
    """

    glyphs: Glyphs
    begin: int
    end: int
    after: Sequence[float]
    lead: float
    first_line_direction: int = 0

    @property
    def text(self) -> str:
        return self.glyphs.text[self.begin : self.end]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.glyphs.decoration[name]
        except KeyError:
            raise AttributeError(name) from None

    def reactivate(self, style: Any) -> None:
        """Nothing to do: the glyphs are known."""

    def deactivate(self) -> None:
        """Nothing to do: nothing was made."""


def show(stream: Any, textbox: Any, matrix: Any, units: float, pango: Any) -> None:
    """Put the glyphs of a piece into an open text object, each at its place.

    Where gaps were widened, /ActualText (ISO 32000-1 14.9.4) keeps copied and searched text as it was written:
    readers take a gap of a tenth of an em for a space.
    """
    piece: Piece = textbox.pango_layout
    words = piece.text
    if not words.strip():
        return
    size = textbox.style["font_size"]
    wide = max(piece.after, default=0.0) > _SEEN * size
    stream.set_text_matrix(*matrix.values)
    behind = -piece.lead * 1000 / size
    for begin, end, pango_font in _runs(piece):
        font, _ = stream.add_font(pango_font)
        stream.set_font_size(font.hash, size)
        for start, stop in _spans(piece, begin, end) if wide else [(begin, end)]:
            spacing = _spacing(piece, start, stop, size)
            string, behind = _string(
                stream, piece, start, stop, font, pango_font, size, units, pango, behind, spacing * 1000 / size
            )
            text = piece.glyphs.text[start:stop]
            told = wide and text.isprintable() and max(text) < "\U00010000"
            if told:
                stream.begin_marked_content("Span", f"<</ActualText <FEFF{text.encode('utf-16-be').hex().upper()}>>>")
            if spacing:
                stream.stream.append(f"{spacing:g} Tc".encode())
            stream.show_text(string)
            if spacing:
                stream.stream.append(b"0 Tc")
            if told:
                stream.end_marked_content()


#: Characters that must be spaced alike for their spacing to be said once, and that share of all.
_MANY, _MOST = 4, 0.5


def _spacing(piece: Piece, begin: int, end: int, size: float) -> float:
    """What is added behind most characters, in px: said once (Tc, ISO 32000-1 9.3.2), not at each."""
    after = [round(value, 3) for value in piece.after[begin - piece.begin : end - piece.begin]]
    if len(after) < _MANY:
        return 0.0
    common = max(set(after), key=after.count)
    return common if abs(common) * 1000 > _NEAR * size and after.count(common) >= _MOST * len(after) else 0.0


def _spans(piece: Piece, begin: int, end: int) -> list[tuple[int, int]]:
    """``begin`` to ``end`` with characters beyond U+FFFF on their own: PDFium drops them from an /ActualText."""
    spans, start = [], begin
    for match in _ASTRAL.finditer(piece.glyphs.text, begin, end):
        spans += [(start, match.start())] if start < match.start() else []
        spans.append(match.span())
        start = match.end()
    return spans + ([(start, end)] if start < end else [])


def _runs(piece: Piece) -> list[tuple[int, int, Any]]:
    """Characters of the piece by font: begin, end, font."""
    glyphs = piece.glyphs
    if len(glyphs.fonts) == 1:
        return [(piece.begin, piece.end, glyphs.fonts[0][1])]
    runs: list[tuple[int, int, Any]] = []
    font, following = 0, glyphs.fonts[1:]
    for character in range(piece.begin, piece.end):
        first = glyphs.first[character]
        while font < len(following) and following[font][0] <= first:
            font += 1
        used = glyphs.fonts[font][1]
        if runs and runs[-1][2] == used:
            runs[-1] = (runs[-1][0], character + 1, used)
        else:
            runs.append((character, character + 1, used))
    return runs


def _string(
    stream: Any,
    piece: Piece,
    begin: int,
    end: int,
    font: Any,
    pango_font: Any,
    size: float,
    units: float,
    pango: Any,
    behind: float,
    spacing: float,
) -> tuple[str, float]:
    """The operand of TJ for characters of one font, glyphs and how far each is moved, and what is left to move.

    Readers of the file add ``spacing`` behind each glyph (thousandths of an em).

    ``behind`` is what the string before left: PDFium drops a move that no glyph follows.

    ``place`` is where the next glyph is wanted, ``pen`` where a reader of the file would put it, both in
    thousandths of an em: what rounding leaves is carried on, so that lines end where they were planned.
    """
    glyphs, scale = piece.glyphs, 1000 / size
    first, widths, offsets, ids = glyphs.first, glyphs.widths, glyphs.offsets, glyphs.ids
    known, to_unicode = font.widths, font.to_unicode
    pen = 0.0
    place = behind
    parts = ["<"]
    for character in range(begin, end):
        for n in range(first[character], first[character + 1]):
            glyph = ids[n]
            if glyph == EMPTY:
                place += widths[n] * scale
                continue
            moved = place + offsets[n] * scale - pen
            if moved > _NEAR or moved < -_NEAR:
                moved = round(moved, 1)
                parts.append(f">{-moved:g}<")
                pen += moved
            parts.append(f"{glyph:04x}")
            if glyph not in to_unicode:
                stop = character + 1
                while stop < len(glyphs.text) and first[stop + 1] == first[stop]:
                    stop += 1
                to_unicode[glyph] = glyphs.text[character:stop]
            if glyph not in known:
                pango.pango_font_get_glyph_extents(pango_font, glyph, stream.ink_rect, stream.logical_rect)
                known[glyph] = round(stream.logical_rect.width * 1000 * units / size)
            pen += known[glyph] + spacing
            place += widths[n] * scale
        place += piece.after[character - piece.begin] * scale
    return "".join(parts).removeprefix("<>") + ">", place - pen


# -- what stands under words ---------------------------------------------------------------------------------


def underline(stream: Any, textbox: Any) -> None:
    """着重号, 专名号 and 书名号 (GB/T 15834—2011 4.10, 4.16, B.3) below a piece whose element asks for them."""
    element = textbox.element
    names = (element.get("class") or "").split() if element is not None else ()
    size = textbox.style["font_size"]
    if "dots" in names:
        drawn = _dots(textbox, size)
    elif "proper-name" in names:
        drawn = _rule(textbox, size)
    elif "work-title" in names:
        drawn = _wave(textbox, size)
    else:
        return
    with stream.stacked():
        stream.set_color(textbox.style["color"])
        stream.set_color(textbox.style["color"], stroke=True)
        stream.set_line_width(size * 0.045)
        drawn(stream)


def _centres(piece: Piece) -> list[float]:
    """Where on the line the middle of every character is that carries a dot: marks carry none."""
    glyphs, x = piece.glyphs, -piece.lead
    centres = []
    for n, character in enumerate(range(piece.begin, piece.end)):
        width = sum(glyphs.widths[glyphs.first[character] : glyphs.first[character + 1]])
        if clreq.kinds(glyphs.text[character]) in "HW":
            centres.append(x + width / 2)
        x += width + piece.after[n]
    return centres


def _dots(textbox: Any, size: float) -> Any:
    piece: Piece = textbox.pango_layout
    y, r = textbox.position_y + textbox.baseline + size * 0.3, size * 0.075
    k = r * 0.5523

    def draw(stream: Any) -> None:
        for centre in _centres(piece):
            x = textbox.position_x + centre
            stream.move_to(x + r, y)
            stream.curve_to(x + r, y + k, x + k, y + r, x, y + r)
            stream.curve_to(x - k, y + r, x - r, y + k, x - r, y)
            stream.curve_to(x - r, y - k, x - k, y - r, x, y - r)
            stream.curve_to(x + k, y - r, x + r, y - k, x + r, y)
            stream.fill()

    return draw


def _span(textbox: Any, size: float) -> tuple[float, float, float]:
    """Left and right of a line under a piece, short of both ends so that neighbours stay apart, and its height."""
    y = textbox.position_y + textbox.baseline + size * 0.24
    return textbox.position_x + size * 0.06, textbox.position_x + textbox.width - size * 0.06, y


def _rule(textbox: Any, size: float) -> Any:
    left, right, y = _span(textbox, size)

    def draw(stream: Any) -> None:
        stream.move_to(left, y)
        stream.line_to(right, y)
        stream.stroke()

    return draw


def _wave(textbox: Any, size: float) -> Any:
    left, right, y = _span(textbox, size)
    count = max(ceil((right - left) / (size * 0.25)), 1)
    step, rise = (right - left) / count, size * 0.05

    def draw(stream: Any) -> None:
        stream.move_to(left, y)
        for n in range(count):
            x, turn = left + n * step, rise if n % 2 else -rise
            stream.curve_to(x + step * 0.36, y + turn * 2, x + step * 0.64, y + turn * 2, x + step, y)
        stream.stroke()

    return draw
