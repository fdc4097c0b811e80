"""How wide a text is, in ems, and how many lines it fills: the ground of column widths and page numbers."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_OPENING = "（《“‘【〔〈「『(["
_CLOSING = "，。、；：！？”’）》】〕〉」』…—·％℃,.;:!?)]%"
_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,:/%'@_\-]*")


@cache
def _width(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF" or character in "“”‘’—…·×①②③④⑤⑥⑦⑧⑨⑩☐☑":
        return 1.0
    if unicodedata.combining(character):
        return 0.0
    if character in "ijltfrI.,:;'|!()[] -/":
        return 0.3
    return 0.7 if character.isupper() or character in "mw%@" else 0.5


def ems(text: str) -> float:
    """The width of a text set on one line."""
    return sum(map(_width, text))


def lines(text: str, measure: float, indent: float = 0.0) -> int:
    """How many lines of ``measure`` ems a text fills, its first line indented by ``indent`` ems.

    Breaks as Word does: anywhere between Han, not inside Latin words, closing marks never first on a
    line, opening marks never last.
    """
    measure = max(measure, 1.0)
    count, used, position = 1, indent, 0
    while position < len(text):
        character = text[position]
        if character == "\n":
            count, used, position = count + 1, 0.0, position + 1
            continue
        word = _WORD.match(text, position)
        piece = word[0] if word else character
        position += len(piece)
        while position < len(text) and (piece[-1] in _OPENING or text[position] in _CLOSING):
            piece += text[position]
            position += 1
        wide = ems(piece)
        if used + wide > measure + 0.05 and used > 0:
            if piece == " ":
                continue
            count += 1
            used = 0.0
        while wide > measure:
            count, wide = count + 1, wide - measure
        used += wide
    return count
