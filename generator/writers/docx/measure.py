"""How wide a text is, in ems, and how many lines it fills: the ground of column widths and page numbers."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

_OPENING = "（《“‘【〔〈「『(["
_CLOSING = "，。、；：！？”’）》】〕〉」』…—·％℃,.;:!?)]%"
#: Word's space between Han and Latin, a quarter of an em on either side of a word.
_JOINT = 0.25


#: What a text falls into: Han that a line may break between, and the marks after the last of them; the end of a line;
#: a word or a single character with what must stay on its line, and the Han after a word.
_UNITS = re.compile(
    rf"([\u3400-\u9fff]+)([{re.escape(_CLOSING)}]*)|(\n)|"
    rf"((?:(\u00a0+|[0-9A-Za-z][0-9A-Za-z.,:/%'@_\-]*)(?=([\u3400-\u9fff]?))|[^\n])"
    rf"(?:(?<=[{re.escape(_OPENING)}])[\s\S]|[{re.escape(_CLOSING)}])*)"
)


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


@lru_cache(maxsize=4096)
def _unit(text: str) -> float:
    """The same for what occurs often."""
    return ems(text)


@cache
def _marked(marks: str) -> float:
    """The width of a Han and the marks after it."""
    return sum(map(_width, marks), 1.0)


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


@lru_cache(maxsize=16384)
def lines(text: str, measure: float, indent: float = 0.0) -> int:
    """How many lines of ``measure`` ems a text fills, its first line indented by ``indent`` ems.

    Breaks as Word does: anywhere between Han, not inside Latin words, closing marks never first on a
    line, opening marks never last. A publication's copies ask for the same paragraphs: answers are kept.
    """
    measure = max(measure, 1.0)
    most, whole = measure + 0.05, int(measure + 0.05)
    count, used, after_han = 1, indent, False
    for han, marks, end, unit, word, before_han in _UNITS.findall(text):
        if han:
            if left := len(han) - 1:
                fitting = max(int(most - used), 0)
                if left > fitting:
                    full, left = divmod(left - fitting - 1, whole)
                    used, left, count = 0.0, left + 1, count + 1 + full
                used += left
            wide = _marked(marks) if marks else 1.0
            after_han = not marks
        elif end:
            count, used, after_han = count + 1, 0.0, False
            continue
        else:
            wide = _unit(unit)
            if word:
                wide += _JOINT * (after_han + bool(before_han))
            after_han = _is_han(unit[-1])
            if unit[0] == " " and used + wide > most and used > 0:
                continue
        if used + wide > most and used > 0:
            count, used = count + 1, 0.0
        while wide > measure:
            count, wide = count + 1, wide - measure
        used += wide
    return count
