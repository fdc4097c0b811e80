"""What CLREQ and GB/T 15834—2011 say of characters side by side: where a line may end, what gives and takes."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

OPENING = frozenset("“‘（《〈「『【〔〖［｛")
CLOSING = frozenset("”’）》〉」』】〕〗］｝，。、；：！？．")
#: Never at the start of a line beside CLOSING (GB/T 15834—2011 5.1.8–5.1.10; CLREQ 3.1.4, strict).
_NOT_FIRST = CLOSING | frozenset("—…～·/／%％‰℃°)]},.;:!?〕ー々")
_NOT_LAST = OPENING | frozenset("([{￥$￡#＃☐☑□／")
_FIRST = re.compile(f"(?<=.)[{re.escape(''.join(sorted(_NOT_FIRST)))}]", re.S)
_LAST = re.compile(f"[{re.escape(''.join(sorted(_NOT_LAST)))}]|(?<=[\u4e00-\u9fff])/(?=[\u4e00-\u9fff])")
#: A run longer than this (characters) may be broken all the same.
_LONGEST = 24
#: Runs that stay on one line, and tight.
_WHOLE = re.compile(
    r"〔\d{4}〕\d+号|\d+年(?:\d+月(?:\d+日)?)?|\d+月\d+日|第\d+(?:[.–—～-]\d+)*[条章节款项期号版页届次编]|\d+(?:[.,]\d+)*\s?[%％‰℃°]"
    r"|——+|……+|[A-Z]+/[A-Z]+(?:\s?\d+(?:[.—–-]\d+)*)?|\d+(?:[.:]\d+)+"
)
#: Runs that stay on one line, but are spaced like any other text: a number and its unit, a label and the
#: blank it belongs to, a box and its words, 图 and its number.
_TOGETHER = re.compile(
    r"\d+(?:[.,]\d+)*[万亿]?[余多]?(?:人次|小时|平方米|工作日|[个节场次人名户元篇条期册本支家份件项讲张天日月岁分米套间处类级步轮批位])"
    r"|[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+|[图表例][A-Z]?\.?\d+(?:\.\d+)*|附[件录] ?[0-9A-Z]+"
    r"|[\u4e00-\u9fff、]{1,7}：\u3000+|[□√][^\u3000\s，。；、（）]{1,8}|\u3000+"
)
#: Where a run longer than this (characters) may be broken, at a price: after the unit of a date, between the
#: letters and the number of a standard, so that it does not tear a hole into the line before.
_LONG = 7
_SEAMS = re.compile(r"(?<=[年月\s])(?=\d)|(?<=[—–])(?=\d)")
_PRICE = 150.0


def is_han(character: str) -> bool:
    """An ideograph: what Chinese text is set of, marks left out."""
    point = ord(character)
    return (
        0x4E00 <= point <= 0x9FFF
        or 0x3400 <= point <= 0x4DBF
        or 0x20000 <= point <= 0x3FFFF
        or 0xF900 <= point <= 0xFAFF
        or character in "〇々"
    )


def is_western(character: str) -> bool:
    """A Latin or Greek letter or a digit: what keeps a quarter em from Han (CLREQ 3.2.2)."""
    if character.isascii():
        return character.isalnum()
    return unicodedata.name(character, "").startswith(("LATIN", "GREEK"))


class _Kinds(dict[int, str]):
    """Code point -> kind, found once."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        if is_han(character):
            kind = "H"
        elif is_western(character):
            kind = "W"
        elif character in CLOSING:
            kind = "C"
        elif character in OPENING:
            kind = "O"
        else:
            kind = "F" if unicodedata.east_asian_width(character) in "WF" else "X"
        self[point] = kind
        return kind


_KINDS = _Kinds()


def kinds(text: str) -> str:
    """A letter for each character: H Han, W Western, C closing and O opening mark, F other full-width, X any other."""
    return text.translate(_KINDS)


@lru_cache(maxsize=4)
def whole_runs(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of every run that is set tight."""
    return tuple(m.span() for m in _WHOLE.finditer(text))


def no_breaks(text: str) -> frozenset[int]:
    """Positions before which a line must not begin, beyond what Unicode line breaking forbids."""
    forbidden = {m.start() for m in _FIRST.finditer(text)} | {m.end() for m in _LAST.finditer(text)}
    for start, end in whole_runs(text):
        forbidden.update(range(start + 1, end))
    for m in _TOGETHER.finditer(text):
        if m.end() - m.start() <= _LONGEST:
            forbidden.update(range(m.start() + 1, m.end()))
    return frozenset(forbidden - discouraged(text).keys() - {0, len(text)})


def discouraged(text: str) -> dict[int, float]:
    """Positions where a line may begin only to keep another from being torn apart, and what that costs."""
    return {
        start + m.start(): _PRICE
        for start, end in whole_runs(text)
        if end - start > _LONG
        for m in _SEAMS.finditer(text[start:end])
        if m.start()
    }


def tight(text: str) -> frozenset[int]:
    """Positions (between ``i-1`` and ``i``) without the quarter em that stands between Han and Western."""
    return frozenset(p for start, end in whole_runs(text) for p in range(start + 1, end))
