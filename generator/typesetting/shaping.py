"""Shaped text: the glyphs of a text box, found once by Pango and kept for every line they may stand in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

#: Dashes and dots that follow Western text: Pango gives them its script, and they lose their two em (measured).
_DASHES = re.compile("(?<=[^\u2e80-\U0003ffff—…])[—…]+")
_HAN = "一"
#: Glyphs that stand for nothing, and for a character no font has (pango-glyph.h).
EMPTY, _UNKNOWN = 0x0FFFFFFF, 0x10000000


@dataclass(frozen=True)
class Glyphs:
    """The glyphs of a text box. ``first[n]`` is the first glyph of character n, ``first[-1]`` how many there are.

    ``widths`` and ``offsets`` are pixels; ``fonts`` are pairs of a first glyph and a Pango font. ``height`` and
    ``baseline`` are the line's, ``decoration`` what Pango says of underlines.
    """

    text: str
    ids: Sequence[int]
    widths: Sequence[float]
    offsets: Sequence[float]
    first: Sequence[int]
    fonts: Sequence[tuple[int, Any]]
    height: float
    baseline: float
    decoration: dict[str, Any]

    def advances(self) -> list[float]:
        """Width of every character."""
        first, widths = self.first, self.widths
        if len(widths) == len(self.text) and first[-1] == len(first) - 1:
            return list(widths)
        return [sum(widths[a:b]) for a, b in pairwise(first)]


class Shaper:
    """Shapes text boxes with the Pango that WeasyPrint has loaded."""

    def __init__(self) -> None:
        from weasyprint.text import line_break
        from weasyprint.text.ffi import FROM_UNITS, ffi, pango

        self.line_break, self.ffi, self.pango, self.from_units = line_break, ffi, pango, FROM_UNITS

    def shape(self, style: Any, words: str) -> Glyphs | None:
        """The glyphs of ``words``; None if they need more than one line, run right to left, rise, or are missing."""
        spacing = style["letter_spacing"]
        if spacing not in ("normal", 0):  # Pango puts half of it before each character: all of it goes after
            style = style.copy()
            style["letter_spacing"] = "normal"
            found = self.shape(style, words)
            return found and replace(found, widths=tuple(w + spacing for w in found.widths))
        found = self._shape(style, words)
        if found is None or ("—" not in words and "…" not in words):
            return found
        for match in _DASHES.finditer(words):
            alone = self._shape(style, _HAN + match[0])
            if alone is not None and len(alone.fonts) == 1 and alone.first[1] == 1:
                found = _spliced(found, *match.span(), alone)
        return found

    def _shape(self, style: Any, words: str) -> Glyphs | None:
        ffi, units = self.ffi, self.from_units
        layout = self.line_break.Layout(style)
        layout.set_text(words)
        line, index = layout.get_first_line()
        if index is not None:
            return None
        _, height = self.line_break.line_size(line, style)
        baseline = self.pango.pango_layout_get_baseline(layout.layout) * units
        ids: list[int] = []
        widths: list[int] = []
        offsets: list[int] = []
        bytes_at: list[int] = []
        fonts: list[tuple[int, Any]] = []
        run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
        while run != ffi.NULL:
            item, run = run.data, run.next
            if item.item.analysis.level % 2:
                return None
            glyphs, count = item.glyphs, item.glyphs.num_glyphs
            fonts.append((len(ids), self._kept(style, item.item.analysis.font, layout)))
            values = memoryview(ffi.buffer(glyphs.glyphs, count * ffi.sizeof("PangoGlyphInfo"))).cast("i").tolist()
            if any(values[3::5]) or max(values[0::5], default=0) & _UNKNOWN:
                return None
            ids += values[0::5]
            widths += values[1::5]
            offsets += values[2::5]
            start = item.item.offset
            bytes_at += [start + cluster for cluster in ffi.unpack(glyphs.log_clusters, count)]
        names = (
            "ascent",
            "underline_position",
            "strikethrough_position",
            "underline_thickness",
            "strikethrough_thickness",
        )
        decoration = {name: getattr(layout, name, None) for name in names}
        return Glyphs(
            words,
            tuple(ids),
            tuple([w * units for w in widths]),
            tuple([o * units for o in offsets]) if any(offsets) else (0.0,) * len(offsets),
            tuple(_first(words, bytes_at)),
            tuple(fonts),
            height,
            baseline,
            decoration,
        )

    def _kept(self, style: Any, font: Any, layout: Any) -> Any:
        """The font, which lives as long as the document: a layout that uses it is kept with the fonts' own set-up."""
        keepers = style.font_config.__dict__.setdefault("keepers", {})
        keepers.setdefault(int(self.ffi.cast("uintptr_t", font)), layout)
        return font


def _first(words: str, bytes_at: list[int]) -> list[int]:
    """The first glyph of every character from the byte each glyph's cluster begins at."""
    if len(bytes_at) == len(words) == len(set(bytes_at)):
        return list(range(len(words) + 1))
    first, glyph, count, place = [], 0, len(bytes_at), 0
    for character in words:
        while glyph < count and bytes_at[glyph] < place:
            glyph += 1
        first.append(glyph)
        point = ord(character)
        place += 3 if 0x800 <= point < 0x10000 else 1 if point < 0x80 else 2 if point < 0x800 else 4
    first.append(count)
    return first


def _spliced(glyphs: Glyphs, start: int, stop: int, alone: Glyphs) -> Glyphs:
    """``glyphs`` with those of characters ``start`` to ``stop`` taken from ``alone``, whose first one is left out."""
    begin, end = glyphs.first[start], glyphs.first[stop]
    more = alone.first[-1] - 1 - (end - begin)
    fonts = [f for f in glyphs.fonts if f[0] < begin]
    fonts.append((begin, alone.fonts[0][1]))
    if end < glyphs.first[-1]:
        fonts.append((end + more, next(font for at, font in reversed(glyphs.fonts) if at <= end)))
        fonts += [(at + more, font) for at, font in glyphs.fonts if at > end]

    def swap(old: Sequence[Any], new: Sequence[Any]) -> tuple[Any, ...]:
        return (*old[:begin], *new[1:], *old[end:])

    return replace(
        glyphs,
        ids=swap(glyphs.ids, alone.ids),
        widths=swap(glyphs.widths, alone.widths),
        offsets=swap(glyphs.offsets, alone.offsets),
        first=(
            *glyphs.first[:start],
            *(begin - 1 + n for n in alone.first[1:-1]),
            *(n + more for n in glyphs.first[stop:]),
        ),
        fonts=tuple(fonts),
    )
