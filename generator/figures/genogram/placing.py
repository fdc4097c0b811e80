"""Where everybody stands, in millimetres: symbols, names, the brackets of couples and the bars of siblings."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from generator.figures.genogram.family import Descent, Relative
from generator.figures.genogram.order import Drop, Web
from generator.vector import LEADING, broken, measure


@dataclass(frozen=True)
class Style:
    """How large and how close: symbol, names, small words, the width words are broken to, what lies between people,
    brackets and rows, and between partners and those beside each other who are tied by a relation.
    """

    symbol: float
    name: float
    small: float
    wrap: float
    gap: float
    lane: float
    channel: float
    pair: float
    felt: float


STYLES = (
    Style(9.0, 3.1, 2.5, 19.2, 4.4, 2.4, 8.5, 6.5, 8.0),
    Style(8.0, 2.8, 2.4, 14.2, 3.0, 2.3, 7.6, 5.0, 7.0),
    Style(6.6, 2.4, 2.2, 10.0, 2.1, 2.2, 6.4, 2.6, 5.6),
)
#: Around the people, for lines that go round them; between those who live together and others.
EDGE, APART = 2.0, 2.4
#: How far within the outer outline of a client's symbol the inner one lies, in widths of the symbol.
INNER = 0.135
_SWEEPS = 60


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass(frozen=True)
class Figure:
    """What is printed of one person: words in the symbol, and lines of words below."""

    inside: tuple[str, ...]
    below: tuple[tuple[str, float, bool], ...]  # words, size, whether they are the name
    width: float
    height: float


def age_inside(person: Relative, style: Style) -> tuple[str, ...]:
    """The lines of an age that fits in a symbol, if no cross or mark is in the way."""
    age = (person.age or "").strip()
    if age and not person.gone and not person.pregnancy and person.gender != "不详":  # the diamond has its own mark
        for lines in ([age], broken(age, measure(age, style.small) * 0.62, style.small)):
            if len(lines) <= 2 and _fits(lines, person, style):
                return tuple(lines)
    return ()


def figure(person: Relative, style: Style, inside: tuple[str, ...]) -> Figure:
    """What is printed of a person: an age that does not stand ``inside`` the symbol stands below the name."""
    age = (person.age or "").strip()
    below = [(line, style.name, True) for line in broken(person.name, style.wrap, style.name, bold=person.client)]
    small = [age] if age and not inside else []
    lived = _lived(person)
    small += [lived] if lived else []
    small += [person.note] if person.note else []
    below += [(line, style.small, False) for words in small for line in broken(words, style.wrap, style.small)]
    words = [measure(line, size, bold=name and person.client) for line, size, name in below]
    return Figure(inside, tuple(below), max([style.symbol, *words]), sum(size * LEADING for _, size, _ in below))


def _fits(lines: list[str], person: Relative, style: Style) -> bool:
    """Whether lines of words stand within a square or a circle, clear of its outline."""
    half = style.symbol / 2 - (INNER * style.symbol if person.client else 0.0) - 0.3
    across = max(measure(line, style.small) for line in lines) / 2
    up = ((len(lines) - 1) * LEADING / 2 + 0.42) * style.small
    return across <= half and up <= half if person.gender == "男" else across * across + up * up <= half * half


def _lived(person: Relative) -> str:
    if person.died is not None:
        return f"{person.born or ''}–{person.died}" if person.born else f"{person.died}年卒"
    return f"{person.born}年生" if person.born is not None else ""


@dataclass
class Plan:
    """Everything's place. ``x`` of every node; ``top`` of each row's symbols; what stands below them."""

    web: Web
    style: Style
    width: float
    orders: list[list[int]]
    figures: list[Figure | None]
    x: list[float] = field(default_factory=list)
    top: list[float] = field(default_factory=list)
    names: list[float] = field(default_factory=list)  # where the words below the symbols begin
    foot: list[float] = field(default_factory=list)  # where they end
    lanes: dict[int, int] = field(default_factory=dict)  # of a couple's bracket
    fall: dict[int, float] = field(default_factory=dict)  # x at which a drop (by its index) falls
    bars: dict[int, float] = field(default_factory=dict)  # y of its bar
    tops: dict[tuple[int, Descent], float] = field(default_factory=dict)  # beside whose middle a child's line comes in
    height: float = 0.0

    def stems(self, drop: Drop) -> list[float]:
        """The x of each line that goes down from a bar."""
        ends = zip(drop.targets, drop.children, strict=True)
        return [self.x[t] + self.tops.get((t, c.how), 0.0) for t, c in ends]

    def half(self, node: int) -> float:
        one = self.figures[node]
        if one is not None:
            return one.width / 2
        return 0.5

    def middle(self, node: int) -> float:
        """The y of a symbol's middle."""
        return self.top[self.web.row[node]] + self.style.symbol / 2

    def symbol(self, node: int) -> Box:
        half, y = self.style.symbol / 2, self.middle(node)
        return Box(self.x[node] - half, y - half, self.x[node] + half, y + half)

    def words(self, node: int) -> Box:
        """The box of the words below a symbol."""
        one = self.figures[node]
        assert one is not None
        row = self.web.row[node]
        half = max((measure(w, s, bold=name) for w, s, name in one.below), default=0.0) / 2
        return Box(self.x[node] - half, self.names[row], self.x[node] + half, self.names[row] + one.height)

    def body(self, node: int) -> Box:
        """All that belongs to one node."""
        row = self.web.row[node]
        if self.figures[node] is None:
            return Box(self.x[node] - self.half(node), self.top[row], self.x[node] + self.half(node), self.foot[row])
        a, b = self.symbol(node), self.words(node)
        return Box(min(a.left, b.left), a.top, max(a.right, b.right), b.bottom)


def plans(web: Web, orders: list[list[int]], widths: tuple[float, ...]) -> Plan | None:
    """The first way that fits into one of the widths, the roomiest first."""
    column, page = widths[0], widths[-1]
    for style, width in ((STYLES[0], column), (STYLES[1], column), (STYLES[0], page), *((s, page) for s in STYLES[1:])):
        plan = Plan(web, style, width, orders, [])
        plan.figures = _figures(web, style)
        plan.figures += [None] * (len(web.row) - len(web.ids))
        if all(_packed(plan, row) <= width - 2 * EDGE for row in range(web.rows)):
            _spread(plan)
            _stack(plan)
            return plan
    return None


def _figures(web: Web, style: Style) -> list[Figure | None]:
    """Everybody's words; the ages of a generation stand in the symbols if all of them fit in."""
    people = [web.family.people[i] for i in web.ids]
    inside = [age_inside(p, style) for p in people]
    below = {web.row[n] for n, p in enumerate(people) if (p.age or "").strip() and not inside[n]}
    return [figure(p, style, () if web.row[n] in below else inside[n]) for n, p in enumerate(people)]


def _gaps(plan: Plan) -> dict[tuple[int, int], int]:
    """How many lines fall between two neighbours of a row: (row, place of the left one) -> count."""
    count: dict[tuple[int, int], int] = defaultdict(int)
    for drop in plan.web.drops:
        if drop.couple >= 0:
            row = plan.web.row[plan.web.partners[drop.couple][0]]
            count[row, int(plan.web.gap(drop.couple) // 1)] += 1
    return count


def _distances(plan: Plan, row: int, falls: dict[tuple[int, int], int]) -> list[float]:
    """From each node of a row to the next, at least."""
    web, style, order = plan.web, plan.style, plan.orders[row]
    bound = {frozenset(pair) for pair in web.partners if len(pair) == 2}
    felt = {frozenset((web.node[t.start], web.node[t.end])) for t in web.family.bonds}
    steps = []
    for place, (one, other) in enumerate(itertools.pairwise(order)):
        apart = style.gap
        fall = falls.get((row, place), 0)
        if fall:
            apart = max(apart, 2.4 + 1.8 * (fall - 1))
        if (one in web.household) != (other in web.household):
            apart += APART
        step = plan.half(one) + plan.half(other) + apart
        pair = frozenset((one, other))
        if pair in felt:
            step = max(step, style.symbol + style.felt)
        elif pair in bound:
            step = max(step, style.symbol + (style.pair if fall else min(style.pair, 4.5)))
        steps.append(step)
    return steps


def _margins(plan: Plan, row: int, falls: dict[tuple[int, int], int]) -> tuple[float, float]:
    """What the first and the last of a row need beside them."""
    order = plan.orders[row]
    if not order:
        return 0.0, 0.0
    left = plan.half(order[0]) + (2.0 if falls.get((row, -1)) else 0) + (1.2 if order[0] in plan.web.household else 0)
    right = plan.half(order[-1]) + (2.0 if falls.get((row, len(order) - 1)) else 0)
    return left, right + (1.2 if order[-1] in plan.web.household else 0)


def _packed(plan: Plan, row: int) -> float:
    falls = _gaps(plan)
    return sum(_distances(plan, row, falls)) + sum(_margins(plan, row, falls))


def _spread(plan: Plan) -> None:
    """Parents over their children, partners close: least squares row by row, again and again."""
    web = plan.web
    falls = _gaps(plan)
    plan.x = [0.0] * len(web.row)
    steps = [_distances(plan, row, falls) for row in range(web.rows)]
    margins = [_margins(plan, row, falls) for row in range(web.rows)]
    inner = plan.width - 2 * EDGE
    for row, order in enumerate(plan.orders):
        at = (inner - sum(steps[row])) / 2
        for node, step in zip(order, [*steps[row], 0.0], strict=False):
            plan.x[node] = at
            at += step
    below: list[list[Drop]] = [[] for _ in range(web.rows)]
    for drop in web.drops:
        below[web.row[drop.targets[0]] - 1].append(drop)
    for sweep in range(_SWEEPS):
        rows = range(web.rows) if sweep % 2 else reversed(range(web.rows))
        for row in rows:
            wishes = _wishes(plan, row, below, steps[row], 0.12 if sweep < _SWEEPS * 0.6 else 0.004)
            _settle(plan, row, wishes, steps[row], margins[row], inner)
    left = min(plan.x[o[0]] - margins[r][0] for r, o in enumerate(plan.orders) if o)
    right = max(plan.x[o[-1]] + margins[r][1] for r, o in enumerate(plan.orders) if o)
    shift = EDGE + (inner - (right - left)) / 2 - left
    plan.x = [x + shift for x in plan.x]
    _fall(plan)


def _middle(plan: Plan, drop: Drop) -> float:
    """About where a drop falls, while people are still being moved."""
    web = plan.web
    if drop.couple < 0:
        return plan.x[drop.source]
    gap, row = web.gap(drop.couple), web.row[web.partners[drop.couple][0]]
    left = int(gap // 1)
    order = plan.orders[row]
    if left < 0:
        return plan.x[order[0]] - plan.half(order[0]) - 1.2
    if left >= len(order) - 1:
        return plan.x[order[-1]] + plan.half(order[-1]) + 1.2
    a, b = order[left], order[left + 1]
    return (plan.x[a] + plan.half(a) + plan.x[b] - plan.half(b)) / 2


def _wishes(
    plan: Plan, row: int, below: list[list[Drop]], steps: list[float], together: float
) -> dict[int, list[tuple[float, float]]]:
    """Where the nodes of a row would like to stand, and how much: (x, weight); ``together`` is the weight of that
    of all to stand close, which only brings them near: in the end children stand right below their parents.
    """
    web, wishes = plan.web, defaultdict[int, list[tuple[float, float]]](list)
    if row > 0:
        for drop in below[row - 1]:
            shift = _middle(plan, drop) - sum(plan.x[t] for t in drop.targets) / len(drop.targets)
            weight = 3.0 if drop.couple < 0 else 1.0
            for target in drop.targets:
                wishes[target].append((plan.x[target] + shift, weight))
    for drop in below[row]:
        shift = sum(plan.x[t] for t in drop.targets) / len(drop.targets) - _middle(plan, drop)
        if drop.couple < 0:
            wishes[drop.source].append((plan.x[drop.source] + shift, 3.0))
            continue
        for partner in web.partners[drop.couple]:
            wishes[partner].append((plan.x[partner] + shift, 1.0))
    order = plan.orders[row]
    at = [0.0, *itertools.accumulate(steps)]
    for pair in web.partners:
        if len(pair) == 2 and web.row[pair[0]] == row:
            a, b = sorted(pair, key=lambda n: web.place[n])
            spare = plan.x[b] - plan.x[a] - (at[web.place[b]] - at[web.place[a]])
            wishes[a].append((plan.x[a] + spare / 2, 1.5))
            wishes[b].append((plan.x[b] - spare / 2, 1.5))
    for place, node in enumerate(order):  # a little towards the neighbours, so that nothing drifts
        for other, step in ((place - 1, -1), (place + 1, 1)):
            if 0 <= other < len(order):
                distance = steps[min(place, other)]
                wishes[node].append((plan.x[order[other]] - step * distance, together))
    for node in order:
        wishes[node].append((plan.x[node], together / 2))
    return wishes


def _settle(
    plan: Plan,
    row: int,
    wishes: dict[int, list[tuple[float, float]]],
    steps: list[float],
    margins: tuple[float, float],
    inner: float,
) -> None:
    """The places nearest to the wishes that keep the distances (isotonic regression), within the width."""
    order = plan.orders[row]
    if not order:
        return
    at = [0.0, *itertools.accumulate(steps)]
    pools: list[tuple[float, float, int]] = []
    for node, offset in zip(order, at, strict=True):
        weight = sum(w for _, w in wishes[node])
        mean = sum(x * w for x, w in wishes[node]) / weight - offset
        pools.append((mean, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (m2, w2, n2), (m1, w1, n1) = pools.pop(), pools.pop()
            pools.append(((m1 * w1 + m2 * w2) / (w1 + w2), w1 + w2, n1 + n2))
    means = [mean for mean, _, count in pools for _ in range(count)]
    first, last = margins[0], inner - margins[1] - at[-1]
    for node, mean, offset in zip(order, means, at, strict=True):
        plan.x[node] = min(max(mean, first), last) + offset


def _fall(plan: Plan) -> None:
    """Where each drop falls: those in one gap side by side, in the order of what hangs on them."""
    web = plan.web
    shared: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, drop in enumerate(web.drops):
        if drop.couple < 0:
            plan.fall[number] = plan.x[drop.source]
        else:
            shared[web.row[web.partners[drop.couple][0]], int(web.gap(drop.couple) // 1)].append(number)
    for gap, numbers in shared.items():
        if len(numbers) == 1:  # right above what hangs on it, if that is between the two
            number = numbers[0]
            low, high = _gap_edges(plan, *gap)
            middle = _middle(plan, web.drops[number])
            wish = sum(plan.x[t] for t in web.drops[number].targets) / len(web.drops[number].targets)
            plan.fall[number] = min(max(wish, min(low, middle)), max(high, middle))
            continue
        numbers.sort(key=lambda n: sum(plan.x[t] for t in web.drops[n].targets) / len(web.drops[n].targets))
        for place, number in enumerate(numbers):
            plan.fall[number] = _middle(plan, web.drops[number]) + 1.8 * (place - (len(numbers) - 1) / 2)
    ways: dict[int, list[tuple[float, Descent]]] = defaultdict(list)
    for number, drop in enumerate(web.drops):
        for target, child in zip(drop.targets, drop.children, strict=True):
            if target < web.people:
                ways[target].append((plan.fall[number], child.how))
    for target, several in ways.items():  # a child of several pairs of parents has a line from each
        for n, (_, how) in enumerate(sorted(several)):
            plan.tops[target, how] = plan.style.symbol * 0.3 * (n - (len(several) - 1) / 2)


def _gap_edges(plan: Plan, row: int, left: int) -> tuple[float, float]:
    """Between what a line may fall: clear of the words on either side."""
    order = plan.orders[row]
    low = plan.x[order[left]] + plan.half(order[left]) + 1.1 if left >= 0 else -math.inf
    high = plan.x[order[left + 1]] - plan.half(order[left + 1]) - 1.1 if left + 1 < len(order) else math.inf
    return max(low, high - 5.0), min(high, low + 5.0)


def _stack(plan: Plan) -> None:
    """The rows below each other: symbols, brackets, words, bars of siblings."""
    web, style = plan.web, plan.style
    depth = [0] * web.rows
    for row in range(web.rows):
        spans: list[tuple[float, float, int]] = []
        for number, pair in enumerate(web.partners):
            if web.row[pair[0]] == row:
                gap = web.gap(number)
                ends = sorted(web.place[p] for p in pair) if len(pair) == 2 else sorted((web.place[pair[0]], gap))
                spans.append((ends[0], ends[1], number))
        taken: list[tuple[float, float, int]] = []
        for a, b, number in sorted(spans, key=lambda s: (s[1] - s[0], s[0])):
            lane = 1 + max((level for c, d, level in taken if c < b and a < d), default=0)
            taken.append((a, b, lane))
            plan.lanes[number] = lane
            depth[row] = max(depth[row], lane)
    felt = len(web.family.bonds)
    y = EDGE + (2.6 if web.household or felt else 0.0)
    for row in range(web.rows):
        plan.top.append(y)
        y += style.symbol + (style.lane * depth[row] + 1.5 if depth[row] else 1.0)
        plan.names.append(y)
        y += max((f.height for n in plan.orders[row] if (f := plan.figures[n])), default=0.0)
        plan.foot.append(y)
        bars = _bars(plan, row)
        if row + 1 < web.rows:
            levels = 1 + max(bars.values(), default=0)
            for number, level in bars.items():
                plan.bars[number] = y + 2.8 + 2.2 * level
            y += style.channel + 2.2 * (levels - 1) + (1.6 if felt else 0.0)
    plan.height = y + (2.6 if web.household or felt else 0.6)


def _bars(plan: Plan, row: int) -> dict[int, int]:
    """The level of each bar between a row and the next, so that as few lines cross as may be."""
    web = plan.web
    here = [n for n, d in enumerate(web.drops) if web.row[d.targets[0]] - 1 == row]
    spans = {n: (min(xs), max(xs)) for n in here for xs in [[plan.fall[n], *plan.stems(web.drops[n])]]}

    @cache
    def cost(upper: int, lower: int) -> float:
        a, b = spans[upper]
        c, d = spans[lower]
        fall = plan.fall[lower]
        stems = plan.stems(web.drops[upper])
        return (
            (a + 0.05 < fall < b - 0.05)
            + sum(c + 0.05 < x < d - 0.05 for x in stems)
            + 1.5 * any(abs(x - fall) < 0.7 for x in stems)
        )

    def total(sequence: tuple[int, ...]) -> float:
        return sum(cost(a, b) for n, a in enumerate(sequence) for b in sequence[n + 1 :])

    best = (
        min(itertools.permutations(here), key=total) if len(here) <= 6 else tuple(sorted(here, key=lambda n: spans[n]))
    )
    levels: dict[int, int] = {}
    for number in best:
        a, b = spans[number]
        levels[number] = 1 + max(
            (lv for n, lv in levels.items() if spans[n][0] < b + 1.2 and a < spans[n][1] + 1.2), default=-1
        )
    return levels
