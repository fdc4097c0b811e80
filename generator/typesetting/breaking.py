"""The breaks of a paragraph, all chosen together: the lines that need the least squeezing and stretching.

Lengths are CSS pixels. A line may give (quarter ems between Han and Western, the blank halves of marks)
before it takes (the same quarter ems, spaces, then every gap between Han alike): CLREQ 3.2.6, 推入 before 推出.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

_INFINITE = float("inf")
#: A line stretched by this much of an em in every gap is as bad as a line should ever be.
_TOLERABLE = 0.1
_WIDE = 0.2
#: A line may overrun its room by this (px): boxes shrunk to fit their text are measured a hair short.
_TOLERANCE = 0.1


@dataclass(frozen=True)
class Material:
    """A paragraph as numbers, one of each for every character.

    ``advance`` its own width; ``gap`` what is added after it in the middle of a line (squeezed marks are
    negative, a quarter em before Western positive); ``give`` and ``take`` how far that gap may shrink or
    cheaply grow; ``stretch`` whether a gap after it may grow like any other; ``lead`` and ``tail`` the
    blank that falls away when it starts or ends a line; ``may_break`` whether a line may begin with it;
    ``blank`` whether it is a space that vanishes at a line's edge.
    """

    advance: Sequence[float]
    gap: Sequence[float]
    give: Sequence[float]
    take: Sequence[float]
    stretch: Sequence[bool]
    lead: Sequence[float]
    tail: Sequence[float]
    may_break: Sequence[bool]
    blank: Sequence[bool]
    solid: Sequence[bool]
    em: float


@dataclass(frozen=True)
class Line:
    """Characters ``start`` to ``end`` (spaces at the end left out; the next line starts at ``following``).

    ``after`` is what to add behind each of them, ``lead`` what to cut off before the first.
    """

    start: int
    end: int
    following: int
    after: tuple[float, ...]
    lead: float


def break_lines(
    material: Material, first: float, measure: float, *, justify: bool, last: bool = False, start: int = 0
) -> list[Line] | None:
    """The best lines from ``start`` on, the first ``first`` wide, the others ``measure``.

    ``justify`` fills all lines but the last, ``last`` that one too (均排). None if something never fits.
    """
    m, count = material, len(material.advance)
    width = [0.0, *accumulate(a + g for a, g in zip(m.advance, m.gap, strict=True))]
    give = [0.0, *accumulate(m.give)]
    take = [0.0, *accumulate(m.take)]
    gaps = [0, *accumulate(int(s) for s in m.stretch)]
    ends = [p for p in range(start + 1, count) if m.may_break[p]] + [count]
    widest = max(first, measure)
    best: dict[int, tuple[float, int]] = {start: (0.0, -1)}
    begins = [start]
    oldest = 0
    for end in ends:
        final_line = end == count
        stop = end
        while stop > start and m.blank[stop - 1]:
            stop -= 1
        found = (_INFINITE, -1)
        for index in range(len(begins) - 1, oldest - 1, -1):
            begin = begins[index]
            if stop <= begin:
                continue
            room = first if begin == start else measure
            final = stop - 1
            natural = width[final] - width[begin] + m.advance[final] - m.lead[begin] - m.tail[final]
            slack = room - natural
            shrink = give[final] - give[begin]
            if slack + shrink < -_TOLERANCE:
                if natural - (give[final] - give[begin]) > widest * 1.5 and index > oldest:
                    oldest = index
                    break
                continue
            cost = _cost(
                slack, shrink, take[final] - take[begin], gaps[final] - gaps[begin], m.em, final_line, justify, room
            )
            if final_line and begin > start and sum(m.solid[begin:stop]) == 1:
                cost += 5000.0  # 孤字不成行
            total = best[begin][0] + cost
            if total < found[0]:
                found = (total, begin)
        if found[1] >= 0:
            best[end] = found
            begins.append(end)
    if count not in best:
        return None
    cuts = [count]
    while cuts[-1] != start:
        cuts.append(best[cuts[-1]][1])
    cuts.reverse()
    return [
        _line(m, begin, end, first if begin == start else measure, last if end == count else justify)
        for begin, end in pairwise(cuts)
    ]


def _cost(
    slack: float, shrink: float, take: float, gaps: int, em: float, last: bool, justify: bool, room: float
) -> float:
    if slack < 0:
        ratio = -slack / shrink if shrink > 0 else 0.0
        return 12.0 * ratio * ratio
    if last:
        return 0.0
    if not justify:
        return 100.0 * (slack / room) ** 2
    if slack <= take:
        return 8.0 * (slack / take) ** 2 if take else 0.0
    if not gaps:
        return 1e5 + slack
    each = (slack - take) / gaps / em
    cost = 10.0 + 60.0 * (each / _TOLERABLE) ** 2
    return cost + (4000.0 * (each / _WIDE) ** 2 if each > _WIDE else 0.0)


def _line(m: Material, begin: int, end: int, room: float, justify: bool) -> Line:
    stop = end
    while stop > begin and m.blank[stop - 1]:
        stop -= 1
    final = stop - 1
    after = [m.gap[i] for i in range(begin, final)]
    natural = sum(m.advance[begin:stop]) + sum(after) - m.lead[begin] - m.tail[final]
    slack = room - natural
    if slack < 0:
        shrink = sum(m.give[begin:final])
        ratio = min(-slack / shrink, 1.0) if shrink > 0 else 0.0
        after = [a - m.give[begin + n] * ratio for n, a in enumerate(after)]
        if (over := -slack - shrink) > 0 and after:  # within the tolerance: shared by all
            after = [a - over / len(after) for a in after]
    elif justify and slack > 0:
        cheap = sum(m.take[begin:final])
        part = min(slack, cheap)
        if cheap > 0:
            after = [a + m.take[begin + n] * part / cheap for n, a in enumerate(after)]
        gaps = sum(m.stretch[begin:final])
        if slack > cheap and gaps:
            each = (slack - cheap) / gaps
            after = [a + each if m.stretch[begin + n] else a for n, a in enumerate(after)]
    return Line(begin, stop, end, (*after, -m.tail[final]), m.lead[begin])
