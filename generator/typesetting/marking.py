"""The mark across every page of a draft: letters as outlines, so that no page needs a font for them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

#: Parts of a page's diagonal that the words take, and of its height from one line of them to the next.
_REACH, _STEP = 0.8, 0.3
_GREY, _LINE = b"0.7 G 1 j", 0.6


@lru_cache(maxsize=8)
def outline(files: Sequence[Path], words: str) -> tuple[float, bytes]:
    """Words as a path an em high (PDF operators), and how wide it is; in the first face that has all of them.

    Raises ``LookupError`` if none has.
    """
    from fontTools.pens.basePen import BasePen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.ttLib import TTFont

    class Path_(BasePen):  # type: ignore[misc]  # noqa: N801
        """Writes the operators of a path."""

        def __init__(self, glyphs: Any) -> None:
            super().__init__(glyphs)
            self.drawn: list[str] = []

        def _moveTo(self, pt: Any) -> None:  # noqa: N802
            self.drawn.append(f"{pt[0]:.3f} {pt[1]:.3f} m")

        def _lineTo(self, pt: Any) -> None:  # noqa: N802
            self.drawn.append(f"{pt[0]:.3f} {pt[1]:.3f} l")

        def _curveToOne(self, pt1: Any, pt2: Any, pt3: Any) -> None:  # noqa: N802
            self.drawn.append(" ".join(f"{v:.3f}" for v in (*pt1, *pt2, *pt3)) + " c")

        def _closePath(self) -> None:  # noqa: N802
            self.drawn.append("h")

    for file in files:
        with TTFont(file, lazy=True, fontNumber=0) as font:
            known, em = font.getBestCmap(), font["head"].unitsPerEm
            if not all(ord(c) in known for c in words):
                continue
            glyphs, width = font.getGlyphSet(), 0.0
            pen = Path_(glyphs)
            for character in words:
                glyph = glyphs[known[ord(character)]]
                glyph.draw(TransformPen(pen, (1 / em, 0, 0, 1 / em, width, 0)))
                width += glyph.width / em
            return width, "\n".join(pen.drawn).encode()
    raise LookupError(words)


@lru_cache(maxsize=32)
def across(box: tuple[float, ...], mark: tuple[float, bytes]) -> bytes:
    """A mark (:func:`outline`) drawn three times over a page's box (points), rising; no part of its content."""
    left, bottom, right, top = box
    wide, high = right - left, top - bottom
    width, path = mark
    size = _REACH * math.hypot(wide, high) / width
    angle = math.atan2(high, wide) * 0.6
    cos, sin = math.cos(angle) * size, math.sin(angle) * size
    size = min(1.0, 0.84 * wide / (width * cos))
    cos, sin = cos * size, sin * size
    drawn = [b"/Artifact <</Type/Pagination/Subtype/Watermark>> BDC q " + _GREY]
    for step in (-1, 0, 1):
        x = (left + right) / 2 - width / 2 * cos
        y = (bottom + top) / 2 + step * _STEP * high - width / 2 * sin
        thin = _LINE / math.hypot(cos, sin)
        drawn.append(b"q %.4f %.4f %.4f %.4f %.3f %.3f cm %.5f w" % (cos, sin, -sin, cos, x, y, thin))
        drawn += [path, b"S Q"]
    drawn.append(b"Q EMC")
    return b"\n".join(drawn)
