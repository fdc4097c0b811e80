"""Characters side by side -> what may give, take and fall away between them: a paragraph ready to be broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from generator.typesetting import clreq
from generator.typesetting.breaking import INFINITE, Material

_MARK = re.compile("[CO]")
#: Han and Western side by side, either way round.
_SEAM = re.compile("(?:H(?=W)|W(?=H))")
#: Two ASCII characters: Western words are never spaced out.
_WORD = re.compile(r"[\x21-\x7e](?=[\x21-\x7e])")
_SPACE = re.compile(" ")
#: Everywhere but between Han, where lines may always break.
_NOT_BETWEEN_HAN = re.compile("[^H]|(?<!H)H")
_RARE = re.compile("[\U00010000-\U0010ffff]+")
#: A gap (em) that no program takes for a space.
_UNSEEN = 0.04

#: Blank before and after the ink of the mark at a position, in px.
Blanks = Callable[[int], tuple[float, float]]


def material(
    text: str,
    advances: list[float],
    sizes: list[float],
    spacing: list[float],
    em: float,
    blanks: Blanks,
    breaks: Callable[[int], bool],
    bound: Collection[int] = (),
    *,
    cells: bool = False,
) -> Material:
    """A paragraph's material. ``sizes`` are type sizes, ``spacing`` is what each advance has of letter spacing (px).

    ``breaks`` says whether Unicode lets a line begin at a position; none begins at one of ``bound``. With
    ``cells`` characters keep to those of a grid: nothing is squeezed or set apart unless a line needs it.
    """
    count = len(text)
    kinds = clreq.kinds(text)
    gap, give, take = [0.0] * count, [0.0] * count, [0.0] * count
    lead, tail = [0.0] * count, [0.0] * count
    stretch = [True] * count
    most: dict[int, float] = {}
    tight = clreq.tight(text)
    for m in _MARK.finditer(kinds):
        i = m.start()
        if m[0] == "C":
            tail[i] = blanks(i)[1]
        else:
            lead[i] = blanks(i)[0]
    for m in _MARK.finditer(kinds):
        i = m.start()
        if tail[i] and i + 1 < count:
            if kinds[i + 1] == "C":
                gap[i] = -tail[i]
            elif lead[i + 1]:
                gap[i] = -min(tail[i], lead[i + 1])
            elif text[i + 1] != " ":
                give[i] = tail[i] * (0.3 if text[i] in "。！？" else 0.5)
        elif lead[i] and i:
            if kinds[i - 1] == "O":
                gap[i - 1] = -lead[i]
            elif not tail[i - 1] and text[i - 1] != " ":
                give[i - 1] = lead[i] * 0.5
    for m in _SEAM.finditer(kinds):
        i = m.start()
        if i + 1 not in tight:  # a quarter em, not below an eighth nor above a half: CLREQ 3.2.2
            size = sizes[i]
            gap[i], give[i], most[i] = size / 4, size / 8, size / 4
    for m in _RARE.finditer(text):  # in no /ActualText (see drawing): what is beside them must not read as a space
        for i in range(max(m.start() - 1, 0), m.end()):
            most[i] = sizes[i] * _UNSEEN
            if gap[i] > 0:
                gap[i] = give[i] = most[i] = sizes[i] * _UNSEEN / 2
    for m in _WORD.finditer(text):
        stretch[m.start()] = False
    for i in tight:
        stretch[i - 1] = False
    for m in _SPACE.finditer(text):
        i = m.start()
        gap[i], give[i], take[i], stretch[i] = 0.0, sizes[i] * 0.08, sizes[i] * 0.08, True
        if i:
            stretch[i - 1] = False
    if 0.0 in advances:
        for i in range(1, count):
            if not advances[i]:
                stretch[i - 1] = False
    if cells:
        blank = zip(text, give, tail, (*lead[1:], 0.0), strict=True)
        give = [max(g if c == " " else 0.0, after, before) for c, g, after, before in blank]
        # What is lost to rounding is as good as nothing.
        take = [max(t, s * 0.01) if stretches else t for t, s, stretches in zip(take, sizes, stretch, strict=True)]
        gap, lead, tail, most = [0.0] * count, [0.0] * count, [0.0] * count, {}
    elif any(spacing):  # falls away at a line's end: CSS Text 4 8.2
        tail = [t + s for t, s in zip(tail, spacing, strict=True)]
    # Tuples of plain numbers: the cyclic collector leaves them alone, where it would walk lists again and again.
    return Material(
        tuple(advances), tuple(gap), tuple(give), tuple(take), tuple(stretch), most, tuple(lead), tuple(tail),
        tuple(_prices(text, kinds, breaks, bound)), tuple(map(" ".__eq__, text)), tuple(map("HW".__contains__, kinds)),
        em,
    )  # fmt: skip


def _prices(text: str, kinds: str, breaks: Callable[[int], bool], bound: Collection[int]) -> Sequence[float]:
    prices = [0.0] * len(text)
    for m in _NOT_BETWEEN_HAN.finditer(kinds):
        i = m.start()
        if i and not breaks(i):
            before, kind = kinds[i - 1], m[0]
            # Unicode (LB19) never breaks beside curly quotes; Chinese ones open and close like any other mark.
            if not (text[i] in "“‘" and before in "HCF") and not (text[i - 1] in "”’" and kind in "HOF"):
                prices[i] = INFINITE
    for i, price in clreq.discouraged(text).items():
        prices[i] = price
    for i in clreq.no_breaks(text):
        prices[i] = INFINITE
    for i in bound:
        prices[i] = INFINITE
    if prices:
        prices[0] = INFINITE
    return prices
