"""The breaks of a paragraph, all chosen together: the lines that need the least squeezing and stretching.

Lengths are CSS pixels. A line may give (quarter ems between Han and Western, the blank halves of marks)
before it takes (the same quarter ems, spaces, then every gap between Han alike): CLREQ 3.2.6, 推入 before 推出.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from operator import add
from typing import Any

INFINITE = float("inf")
#: A line stretched by this much of an em in every gap is as bad as a line should ever be.
_TOLERABLE = 0.1
_WIDE = 0.2
#: A line may overrun its room by this (px): boxes shrunk to fit their text are measured a hair short.
_TOLERANCE = 0.1
#: What lines may cost together, and each of them more, for the first search, in which no line is emptier than
#: this share of its room. What it finds within this is the best there is, for all it leaves out costs more.
_CHEAP, _CHEAP_LINE, _FULL = 100.0, 30.0, 0.75
#: What a last line of one character costs (孤字不成行), and a full line with nothing to stretch, the emptier the more.
_ORPHAN, _RIGID = 5000.0, 1e4
#: What it costs to break what must not be broken, where nothing else fits.
_EMERGENCY = 1e5


@dataclass(frozen=True)
class Material:
    """A paragraph as numbers, one of each for every character.

    ``advance`` its own width; ``gap`` what is added after it in the middle of a line (squeezed marks are
    negative, a quarter em before Western positive); ``give`` and ``take`` how far that gap may shrink or
    cheaply grow; ``stretch`` whether a gap after it may grow like any other, though those of ``most`` no
    further; ``lead`` and ``tail`` the blank that falls away when it starts or ends a line; ``price`` what it
    costs to begin a line with it (``INFINITE``: never); ``blank`` whether it is a space that vanishes at a
    line's edge; ``solid`` whether it counts as a character on a last line.
    """

    advance: Sequence[float]
    gap: Sequence[float]
    give: Sequence[float]
    take: Sequence[float]
    stretch: Sequence[bool]
    most: Mapping[int, float]
    lead: Sequence[float]
    tail: Sequence[float]
    price: Sequence[float]
    blank: Sequence[bool]
    solid: Sequence[bool]
    em: float

    def ever_looser(self) -> Iterator[Material]:
        """The paragraph; then, for lines too short for it, with long words, then any run, broken at a high price."""
        yield self
        western = [s and a < 0.8 * self.em for s, a in zip(self.solid, self.advance, strict=True)]
        for every in (False, True):
            yield replace(
                self,
                price=tuple(
                    _EMERGENCY if p == INFINITE and i and (every or (western[i] and western[i - 1])) else p
                    for i, p in enumerate(self.price)
                ),
            )

    @cached_property
    def sums(self) -> _Sums:
        """What lies before each character, for lines to be measured by subtraction."""
        return _Sums(self)


class _Sums:
    """Totals before each character, and every place where a line may end: after which character, how far right."""

    def __init__(self, m: Material) -> None:
        self.width = (0.0, *accumulate(map(add, m.advance, m.gap)))
        self.give = (0.0, *accumulate(m.give))
        self.take = (0.0, *accumulate(m.take))
        self.gaps = (0, *accumulate(m.stretch))
        self.ends = (*(p for p, price in enumerate(m.price) if price < INFINITE and p), len(m.advance))
        finals = [e - 1 for e in self.ends]
        if True in m.blank:
            blank = m.blank
            for i, final in enumerate(finals):
                while final > 0 and blank[final]:
                    final -= 1
                finals[i] = final
        self.finals = tuple(finals)
        width, advance, tail = self.width, m.advance, m.tail
        self.rights = tuple(width[f] + advance[f] - tail[f] for f in finals)


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


#: A place a line may begin: position, left edge, give, take and gaps before it, cost so far, where it came from.
_Begin = tuple[int, float, float, float, int, float, Any]


def break_lines(
    material: Material,
    rooms: Sequence[float],
    *,
    justify: bool,
    last: bool = False,
    balance: bool = False,
    start: int = 0,
) -> list[Line] | None:
    """The best lines from ``start`` on; line n has ``rooms[n]``, those after the last named have that.

    ``justify`` fills all lines but the last, ``last`` that one too (均排); ``balance`` makes ragged lines, the
    last among them, of like length. None if something never fits.
    """
    m = material
    final = m.sums.finals[-1]
    if m.sums.rights[-1] - m.sums.width[start] - m.lead[start] <= rooms[0] or final < start:
        cuts = [start, len(m.advance)]
    else:
        limit = _CHEAP + _CHEAP_LINE * (m.sums.rights[-1] - m.sums.width[start]) / rooms[-1]
        found = _cuts(m, rooms, justify, balance, start, _FULL, limit) if justify else None
        found = found or _cuts(m, rooms, justify, balance, start, 0.0, INFINITE)
        if found is None:
            return None
        cuts = found
    lines = []
    for number, (begin, end) in enumerate(pairwise(cuts)):
        room = rooms[min(number, len(rooms) - 1)]
        lines.append(_line(m, begin, end, room, last if end == len(m.advance) else justify))
    return lines


def _cuts(
    m: Material, rooms: Sequence[float], justify: bool, balance: bool, start: int, full: float, limit: float
) -> list[int] | None:
    """Where lines begin and the last one ends; None if there are none at least so ``full`` that cost no more."""
    s = m.sums
    begins = [(start, s.width[start] + m.lead[start], s.give[start], s.take[start], s.gaps[start], 0.0, None)]
    finals: list[_Begin] = []
    for number, room in enumerate(rooms):
        on = number == len(rooms) - 1
        begins = _stage(m, begins, room, justify, balance, full, limit, start, on)
        if begins and begins[-1][0] == len(m.advance):
            finals.append(begins.pop())
        if not begins:
            break
    if not finals:
        return None
    node: Any = min(finals, key=lambda b: b[5])
    cuts = []
    while node is not None:
        cuts.append(node[0])
        node = node[6]
    return cuts[::-1]


def _stage(
    m: Material,
    begins: list[_Begin],
    room: float,
    justify: bool,
    balance: bool,
    full: float,
    limit: float,
    start: int,
    on: bool,
) -> list[_Begin]:
    """Where lines of this room that start at ``begins`` may end, each reached the cheapest way, in order.

    With ``on`` further lines follow in the same room, so that what is reached is begun from as well.
    For every end the fuller lines are tried first; the search stops where a looser one can only cost more.
    """
    s, em = m.sums, m.em
    width, gives, takes, gaps, lead, price = s.width, s.give, s.take, s.gaps, m.lead, m.price
    ends, finals, rights = s.ends, s.finals, s.rights
    count = len(m.advance)
    reached: list[_Begin] = []
    waiting: list[_Begin] = []
    if on:  # those further on take their places among what is reached on the way
        begins, waiting = begins[:1], begins[:0:-1]
    lows = list(accumulate((b[5] for b in reversed(begins)), min))[::-1]
    oldest = 0
    i = bisect_left(ends, begins[0][0] + 1)
    enough = room * full
    while i < len(ends):
        if oldest == len(begins):
            if not waiting:
                break
            begins.append(waiting.pop())
            lows.append(begins[-1][5])
            i = bisect_left(ends, begins[-1][0] + 1)
            continue
        if full and rights[i] < begins[oldest][1] + enough:
            nearest = bisect_left(ends, waiting[-1][0], i) if waiting else len(ends) - 1
            i = min(bisect_left(rights, begins[oldest][1] + enough, i), nearest)
        end, final, right = ends[i], finals[i], rights[i]
        i += 1
        give, take, gap = gives[final], takes[final], gaps[final]
        closing = end == count
        extra = 0.0 if closing else price[end]
        best, chosen = INFINITE, None
        index, size = oldest, len(begins)
        while index < size:
            entry = begins[index]
            begin, left, give_before, take_before, gaps_before, total, _ = entry
            index += 1
            if final < begin:
                break
            slack = room - right + left
            if slack < 0.0:
                shrink = give - give_before
                if slack + shrink < -_TOLERANCE:
                    if right - left - shrink > room * 1.5 or index - 1 == oldest:
                        oldest = index
                    continue
                cost = 12.0 * (slack / shrink) ** 2 if shrink > 0 else 0.0
            elif closing:
                cost = 100.0 * (slack / room) ** 2 if balance else 0.0
            elif justify:
                cheap = take - take_before
                if slack <= cheap:
                    cost = 8.0 * (slack / cheap) ** 2 if cheap else 0.0
                elif gap > gaps_before:
                    each = (slack - cheap) / (gap - gaps_before) / em
                    cost = 10.0 + 60.0 * (each / _TOLERABLE) ** 2
                    if each > _WIDE:
                        cost += 4000.0 * (each / _WIDE) ** 2
                    # What is looser costs no less, unless it is a line with nothing to stretch.
                    least = cost if cost < _RIGID else min(cost, _rigid(slack, room))
                    if least + lows[index - 1] >= best:
                        break
                else:
                    cost = _rigid(slack, room)
            else:
                cost = 100.0 * (slack / room) ** 2
                if cost + lows[index - 1] >= best:
                    break
            if closing and begin > start and sum(m.solid[begin : final + 1]) == 1:
                cost += _ORPHAN
            total += cost + extra
            if total < best:
                best, chosen = total, entry
        held = waiting.pop() if waiting and waiting[-1][0] == end else None
        if held is None and (chosen is None or best > limit):
            continue
        node: _Begin = (end, 0.0, 0.0, 0.0, 0, best, chosen)
        if not closing:
            node = (
                held
                if held is not None and held[5] <= best
                else (end, width[end] + lead[end], gives[end], takes[end], gaps[end], best, chosen)
            )
            if on:
                begins.append(node)
                lows.append(node[5])
                k = len(lows) - 2
                while k >= oldest and lows[k] > node[5]:
                    lows[k] = node[5]
                    k -= 1
        if closing or not on:
            reached.append(node)
    return reached


def _rigid(slack: float, room: float) -> float:
    return _RIGID + 100 * _RIGID * (slack / room) ** 2


def _line(m: Material, begin: int, end: int, room: float, justify: bool) -> Line:
    stop = end
    while stop > begin + 1 and m.blank[stop - 1]:
        stop -= 1
    final = stop - 1
    after = list(m.gap[begin:final])
    natural = sum(m.advance[begin:stop]) + sum(after) - m.lead[begin] - m.tail[final]
    slack = room - natural
    if slack < 0:
        shrink = sum(m.give[begin:final])
        ratio = min(-slack / shrink, 1.0) if shrink > 0 else 0.0
        after = [a - g * ratio for a, g in zip(after, m.give[begin:final], strict=True)]
        if (over := -slack - shrink) > 0 and after:  # within the tolerance: shared by all
            after = [a - over / len(after) for a in after]
    elif justify and slack > 0:
        cheap = sum(m.take[begin:final])
        if cheap > 0:
            part = min(slack, cheap) / cheap
            after = [a + t * part for a, t in zip(after, m.take[begin:final], strict=True)]
        if slack > cheap:
            after = [a + e for a, e in zip(after, _shares(m, begin, final, slack - cheap), strict=True)]
    return Line(begin, stop, end, (*after, -m.tail[final]), m.lead[begin])


def _shares(m: Material, begin: int, final: int, slack: float) -> list[float]:
    """``slack`` shared by the gaps that may grow, alike but for those that have a limit."""
    stretch = m.stretch[begin:final]
    gaps = sum(stretch)
    limits = {p: m.most[p] for p in range(begin, final) if p in m.most and m.stretch[p]} if m.most else {}
    held = [p for p, limit in limits.items() if gaps and slack / gaps > limit]
    if len(held) == gaps:
        held = []
    each = (slack - sum(limits[p] for p in held)) / (gaps - len(held)) if gaps else 0.0
    shares = [each if s else 0.0 for s in stretch]
    for p in held:
        shares[p - begin] = limits[p]
    return shares
