"""What CLREQ and GB/T 15834—2011 say of characters side by side: where a line may end, what gives and takes."""

from __future__ import annotations

import re
import unicodedata

OPENING = frozenset("“‘（《〈「『【〔〖［｛")
CLOSING = frozenset("”’）》〉」』】〕〗］｝，。、；：！？．")
#: Never at the start of a line beside CLOSING (GB/T 15834—2011 5.1.8–5.1.10; CLREQ 3.1.4, strict).
_NOT_FIRST = CLOSING | frozenset("—…～·/／%％‰℃°)]},.;:!?〕ー々")
_NOT_LAST = OPENING | frozenset("([{￥$￡#＃☐☑□")
#: A run longer than this (characters) may be broken all the same.
_LONGEST = 24
#: Runs that stay on one line, and tight.
_WHOLE = re.compile(
    r"\d+年(?:\d+月(?:\d+日)?)?|\d+月\d+日|第\d+(?:[.–—～-]\d+)*[条章节款项期号版页届次编]|\d+(?:[.,]\d+)*\s?[%％‰℃°]"
    r"|——+|……+|[A-Z]+/[A-Z]+(?:\s?\d+(?:[.—–-]\d+)*)?|\d+(?:[.:]\d+)+"
)
#: Runs that stay on one line, but are spaced like any other text: a number and its unit, a label and the
#: blank it belongs to, a box and its words, 图 and its number.
_TOGETHER = re.compile(
    r"\d+(?:[.,]\d+)*[万亿]?[余多]?(?:人次|小时|平方米|工作日|[个节场次人名户元篇条期册本支家份件项讲张天日月岁分米套间处类级步轮批位])"
    r"|[图表例][A-Z]?\.?\d+(?:\.\d+)*|附[件录] ?[0-9A-Z]+"
    r"|[\u4e00-\u9fff、]{1,7}：\u3000+|[□√][^\u3000\s，。；、（）]{1,8}|\u3000+"
)
#: Inside these a break is allowed only after a unit, so that a long date does not tear a line apart.
_DATE_BREAK = re.compile(r"(?<=[年月])(?=\d)")


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


def whole_runs(text: str) -> list[tuple[int, int]]:
    """Start and end of every run that is set tight."""
    return [m.span() for m in _WHOLE.finditer(text)]


def no_breaks(text: str) -> frozenset[int]:
    """Positions before which a line must not begin, beyond what Unicode line breaking forbids."""
    forbidden: set[int] = set()
    for position in range(1, len(text)):
        if text[position] in _NOT_FIRST or text[position - 1] in _NOT_LAST:
            forbidden.add(position)
    for start, end in whole_runs(text):
        loose = {start + m.start() for m in _DATE_BREAK.finditer(text[start:end])} if end - start > 7 else set()
        forbidden.update(set(range(start + 1, end)) - loose)
    for m in _TOGETHER.finditer(text):
        if m.end() - m.start() <= _LONGEST:
            forbidden.update(range(m.start() + 1, m.end()))
    return frozenset(forbidden)


def tight(text: str) -> frozenset[int]:
    """Positions (between ``i-1`` and ``i``) without the quarter em that stands between Han and Western."""
    return frozenset(p for start, end in whole_runs(text) for p in range(start + 1, end))
