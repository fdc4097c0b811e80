"""Footnotes numbered from ① on every page: known only once the pages are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from generator.typesetting.drawing import Piece
from generator.typesetting.shaping import Shaper

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def renumber(document: Any) -> None:
    """Number the notes of a laid-out WeasyPrint document anew on each page, in the order of their calls.

    Circled numbers are all of one width, so no line changes. A page with more than twenty notes keeps
    the numbers it has, for there is no circled twenty-one in common fonts.
    """
    shaper = Shaper()
    given: dict[Any, str] = {}
    for page in document.pages:
        boxes = list(page._page_box.descendants())
        calls = [box for box in boxes if box.footnote is not None]
        if len(calls) > len(_CIRCLED):
            continue
        for mark, call in zip(_CIRCLED, calls, strict=False):
            given[call.element] = mark
            _write(shaper, call, mark)
    for page in document.pages:
        for box in page._page_box.descendants():
            if (box.element_tag or "").endswith("::footnote-marker") and box.element in given and box.children:
                _write(shaper, box, given[box.element])


def _write(shaper: Shaper, box: Any, mark: str) -> None:
    """Put another mark into the text box below ``box``, in the place of the one that is there."""
    for below in box.descendants():
        piece = getattr(below, "pango_layout", None)
        if isinstance(piece, Piece) and piece.text in _CIRCLED:
            glyphs = shaper.shape(below.style, mark)
            if glyphs is not None:
                below.text = mark
                below.pango_layout = replace(piece, glyphs=glyphs, begin=0, end=len(mark))
