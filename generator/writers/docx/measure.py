"""How wide a text is, in ems, and how many lines it fills: the ground of column widths and page numbers."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_OPENING = "（《“‘【〔〈「『(["
_CLOSING = "，。、；：！？”’）》】〕〉」』…—·％℃,.;:!?)]%"
#: Han that stand before another: nothing holds them together.
_HAN = re.compile(r"[\u3400-\u9fff]+(?=[\u3400-\u9fff])")
_WORD = re.compile(r"\u00a0+|[0-9A-Za-z][0-9A-Za-z.,:/%'@_\-]*")

#: Word's space between Han and Latin, a quarter of an em on either side of a word.
_JOINT = 0.25


@cache
def _width(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF" or character in "“”‘’—…·×①②③④⑤⑥⑦⑧⑨⑩☐☑":
        return 1.0
    if unicodedata.combining(character):
        return 0.0
    if character == "\u00a0":
        return 0.25
    if character in "ijltfrI.,:;'|!()[] -/":
        return 0.3
    return 0.7 if character.isupper() or character in "mw%@" else 0.5


def ems(text: str) -> float:
    """The width of a text set on one line."""
    return sum(map(_width, text))


def balanced(text: str, measure: float) -> float:
    """The narrowest measure (ems) that keeps a title on as few lines as ``measure`` does, so that they match."""
    count = lines(text, measure)
    if count == 1:
        return measure
    narrow = max(ems(text) / count, 4.0)
    while narrow < measure and lines(text, narrow) > count:
        narrow += 0.25
    return min(narrow + 0.3, measure)


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def lines(text: str, measure: float, indent: float = 0.0) -> int:
    """How many lines of ``measure`` ems a text fills, its first line indented by ``indent`` ems.

    Breaks as Word does: anywhere between Han, not inside Latin words, closing marks never first on a
    line, opening marks never last.
    """
    measure = max(measure, 1.0)
    count, used, position = 1, indent, 0
    while position < len(text):
        if run := _HAN.match(text, position):  # breaks anywhere: no need to go character by character
            left, position = len(run[0]), run.end()
            fitting = max(int(measure + 0.05 - used), 0)
            if left > fitting:
                left, used, count = left - fitting, 0.0, count + 1
                full = (left - 1) // int(measure + 0.05)
                left, count = left - full * int(measure + 0.05), count + full
            used += left
            continue
        start, character = position, text[position]
        if character == "\n":
            count, used, position = count + 1, 0.0, position + 1
            continue
        word = _WORD.match(text, position)
        position += len(word[0]) if word else 1
        end = position
        while position < len(text) and (text[position - 1] in _OPENING or text[position] in _CLOSING):
            position += 1
        wide = ems(text[start:position])
        if word:
            wide += _JOINT * ((start > 0 and _is_han(text[start - 1])) + (end < len(text) and _is_han(text[end])))
        if used + wide > measure + 0.05 and used > 0:
            if character == " ":
                continue
            count, used = count + 1, 0.0
        while wide > measure:
            count, wide = count + 1, wide - measure
        used += wide
    return count
