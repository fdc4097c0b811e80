"""Graphs arranged in layers are given lengths: x of every column, tracks of lines between ranks, and where to cut.

Lines that run between two ranks have tracks of their own where they would meet (channel routing), so two share a
stretch only where they come from one split or lead to the same box. Lengths are millimetres; nothing here knows words
or shapes.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from generator.figures.flowchart.layers import Hop, Item, Plan, Point


@dataclass(frozen=True)
class Measures:
    """Space between boxes side by side, between lines, above and below a rank, for an arrow, beside a label."""

    beside: float = 7.0
    line: float = 3.4
    track: float = 2.6
    above: float = 2.2
    arrow: float = 4.2
    label: float = 1.3
    wall: float = 4.0


@dataclass(frozen=True)
class Label:
    """Where words of an edge stand: x of their ``anchor``, the middle of their lines."""

    x: float
    middle: float
    anchor: str


@dataclass(frozen=True)
class Gap:
    """A channel where the drawing may be cut: at which height, the x of each line cut there, those it cuts twice."""

    y: float
    lines: tuple[float, ...]
    folds: int
    rank: int


@dataclass(frozen=True)
class Layout:
    """Middles of the boxes, the corners of each edge's line, its label, bars of splits and joins, walls of lanes."""

    width: float
    height: float
    boxes: tuple[Point, ...]
    lines: tuple[tuple[Point, ...], ...]
    labels: Mapping[int, Label]
    bars: tuple[tuple[float, float, float], ...]
    walls: tuple[float, ...]
    gaps: tuple[Gap, ...]
    ranks: tuple[int, ...]
    crossings: int


# -- columns ---------------------------------------------------------------------------------------------


class _Placer:
    def __init__(
        self, plan: Plan, boxes: Sequence[tuple[float, float]], labels: Mapping[int, tuple[float, float]], m: Measures
    ) -> None:
        self.plan, self.sizes, self.labels, self.m = plan, boxes, labels, m
        self.needs: dict[tuple[Item, int], float] = {}
        self._extents()
        self.x = self._columns()

    # -- across

    def _extents(self) -> None:
        plan, m = self.plan, self.m
        for item in itertools.chain.from_iterable(plan.ranks):
            item.left = item.right = {"turn": 0.6, "pass": 0.6}.get(item.kind, 0.0)
            if item.kind == "box":
                item.left = item.right = self.sizes[item.node][0] / 2
        for n, route in enumerate(plan.routes):
            wide = self.labels.get(n, (0.0, 0.0))[0]
            for hop in route:
                if hop.channel is None:
                    box, other = (hop.start, hop.end) if hop.start.kind == "box" else (hop.end, hop.start)
                    side = 1 if other.at > box.at else -1
                    leaving = box is hop.start
                    need = wide + 2 * m.label + 1.6 if leaving and wide else m.label
                    if other.kind == "box" or not leaving:
                        need = max(need + 2.4, m.arrow + 1.8)
                    self.needs[box, side] = max(self.needs.get((box, side), 0.0), need)
            if not wide or not route:
                continue
            if plan.exits[n] == "bottom":
                route[0].start.right = max(route[0].start.right, m.label + wide)
            elif plan.exits[n] == "split":
                route[0].end.right = max(route[0].end.right, m.label + wide)

    def _apart(self, one: Item, other: Item) -> float:
        """Least distance of the middles of two neighbours in a rank."""
        m = self.m
        kinds = {one.kind, other.kind}
        if "wall" in kinds:
            gap = m.wall if "box" in kinds else m.line * 0.8
        elif kinds == {"box"}:
            gap = m.beside
        else:
            gap = m.line
        gap = max(gap, self.needs.get((one, 1), 0.0), self.needs.get((other, -1), 0.0))
        return one.right + gap + other.left

    def _columns(self) -> list[float]:
        plan = self.plan
        count = len(plan.columns)
        rules: dict[tuple[int, int], float] = {}
        for row in plan.ranks:
            for one, other in itertools.pairwise(row):
                key = one.column, other.column
                rules[key] = max(rules.get(key, 0.0), self._apart(one, other))
        lefts = [max((i.left for i in column), default=0.0) for column in plan.columns]
        rights = [max((i.right for i in column), default=0.0) for column in plan.columns]
        walls = max(plan.graph.lanes) > 0
        edge = self.m.wall if walls else 0.0
        low = [left + edge for left in lefts]
        for _ in range(count + 1):
            moved = False
            for (a, b), least in rules.items():
                if low[b] < low[a] + least - 1e-9:
                    low[b], moved = low[a] + least, True
            if not moved:
                break
        self.width = max((x + right + edge for x, right in zip(low, rights, strict=True)), default=0.0)
        high = [self.width - right - edge for right in rights]
        for _ in range(count + 1):
            moved = False
            for (a, b), least in rules.items():
                if high[a] > high[b] - least + 1e-9:
                    high[a], moved = high[b] - least, True
            if not moved:
                break
        x = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
        before: dict[int, list[tuple[int, float]]] = defaultdict(list)
        after: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for (a, b), least in rules.items():
            after[a].append((b, least))
            before[b].append((a, least))
        wishes = self._wishes()
        for turn in range(24):
            for c in range(count) if turn % 2 else reversed(range(count)):
                wanted = sorted((x[other] + apart, weight) for other, apart, weight in wishes[c])
                if not wanted:
                    continue
                least = max([lefts[c] + edge, *(x[a] + d for a, d in before[c])])
                most = min([self.width - rights[c] - edge, *(x[b] - d for b, d in after[c])])
                x[c] = min(max(_median(wanted), least), most)
        return x

    def _wishes(self) -> dict[int, list[tuple[int, float, float]]]:
        """Column -> columns it would stand near to: at which distance, and how much."""
        wishes: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
        for route in self.plan.routes:
            for hop in route:
                a, b = hop.start, hop.end
                apart, weight = 0.0, 2.0 if a.kind == b.kind == "box" else 1.0
                if hop.channel is None:
                    one, other = (a, b) if a.at < b.at else (b, a)
                    apart = self._apart(one, other) if other.at - one.at == 1 else 0.0
                    apart, weight = (apart if a.at < b.at else -apart), 1.5
                if a.column != b.column:
                    wishes[b.column].append((a.column, apart, weight))
                    wishes[a.column].append((b.column, -apart, weight))
        return wishes

    def at(self, item: Item) -> float:
        return self.x[item.column]

    # -- down

    def layout(self) -> Layout:
        plan, m = self.plan, self.m
        heights = [max((self.sizes[i.node][1] for i in row if i.kind == "box"), default=0.0) for row in plan.ranks]
        channels = {c: _Channel(self, c) for c in range(-1, len(plan.ranks))}
        y, middles, gaps = 0.0, [], []
        for c in range(-1, len(plan.ranks)):
            if c >= 0:
                middles.append(y + heights[c] / 2)
                y += heights[c]
            channel = channels[c]
            channel.top = y
            y += channel.height
            if 0 <= c < len(plan.ranks) - 1:
                gaps.append(Gap(y - m.arrow * 0.62, channel.cut(), channel.folds(), c))
        boxes = [(0.0, 0.0)] * len(plan.graph.lanes)
        for node, item in plan.boxes.items():
            boxes[node] = (self.at(item), middles[item.rank])
        lines, labels = [], {}
        for n, route in enumerate(plan.routes):
            points: list[Point] = []
            for hop in route:
                points += self._stretch(hop, channels, boxes, middles)
            lines.append(tuple(_straightened(points)))
            if n in self.labels:
                labels[n] = self._label(n, lines[-1], channels)
        bars = [bar for channel in channels.values() for bar in channel.bars()]
        walls = [self.at(item) for item in plan.ranks[0] if item.kind == "wall"]
        ranks = [plan.boxes[node].rank for node in range(len(boxes))]
        return Layout(
            self.width, y, tuple(boxes), tuple(lines), labels, tuple(bars), tuple(walls), tuple(gaps), tuple(ranks),
            plan.crossings,
        )  # fmt: skip

    def _stretch(
        self, hop: Hop, channels: Mapping[int, _Channel], boxes: Sequence[Point], middles: Sequence[float]
    ) -> list[Point]:
        a, b = hop.start, hop.end
        xa, xb = self.at(a), self.at(b)
        if hop.channel is None:
            y = middles[a.rank]
            side = 1 if xb > xa else -1
            start = xa + side * self.sizes[a.node][0] / 2 if a.kind == "box" else xa
            end = xb - side * self.sizes[b.node][0] / 2 if b.kind == "box" else xb
            return [(start, y), (end, y)]

        def edge(item: Item) -> float:
            if item.kind != "box":
                return middles[item.rank]
            half = self.sizes[item.node][1] / 2
            return middles[item.rank] + (half if item.rank == hop.channel else -half)

        inside = channels[hop.channel].way(hop)
        return [(xa, edge(a)), *inside, (xb, edge(b))]

    def _label(self, n: int, line: Sequence[Point], channels: Mapping[int, _Channel]) -> Label:
        m, (_, high) = self.m, self.labels[n]
        (x, y), then = line[0], line[1]
        if self.plan.exits[n] == "side":
            right = then[0] > x
            return Label(x + (m.label if right else -m.label), y - 0.7 - high / 2, "start" if right else "end")
        first = self.plan.routes[n][0]
        assert first.channel is not None
        channel = channels[first.channel]
        if self.plan.exits[n] == "split" and first.end.rank > first.start.rank:
            return Label(self.at(first.end) + m.label, channel.top + channel.height - m.arrow - high / 2, "start")
        if self.plan.exits[n] == "split":
            return Label(self.at(first.end) + m.label, channel.top - 0.4 - high / 2, "start")
        return Label(x + m.label, channel.top + 0.5 + high / 2, "start")


def _median(values: Sequence[tuple[float, float]]) -> float:
    """Of values, sorted, each with a weight; the mean of two in the middle."""
    half = sum(weight for _, weight in values) / 2
    passed = 0.0
    for n, (value, weight) in enumerate(values):
        passed += weight
        if abs(passed - half) < 1e-9 and n + 1 < len(values):
            return (value + values[n + 1][0]) / 2
        if passed > half:
            return value
    return values[-1][0]


def _straightened(points: Iterable[Point]) -> Iterator[Point]:
    """Corners only."""
    kept: list[Point] = []
    for point in points:
        if kept and abs(kept[-1][0] - point[0]) < 1e-6 and abs(kept[-1][1] - point[1]) < 1e-6:
            continue
        while len(kept) > 1 and any(
            abs(kept[-2][axis] - kept[-1][axis]) < 1e-6 and abs(kept[-1][axis] - point[axis]) < 1e-6 for axis in (0, 1)
        ):
            kept.pop()
        kept.append(point)
    return iter(kept)


# -- channels --------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Net:
    """Lines joined in a channel: the x of what comes from above and from below; the track it runs on."""

    key: object
    upper: set[float] = field(default_factory=set)
    lower: set[float] = field(default_factory=set)
    track: int = -1

    def span(self) -> tuple[float, float]:
        both = self.upper | self.lower
        return min(both), max(both)


class _Channel:
    """The lines between two ranks, each on a track of its own where they would meet."""

    #: Lines nearer than that would seem one.
    NEAR = 1.5

    def __init__(self, placer: _Placer, number: int) -> None:
        self.number, self.placer, self.m = number, placer, placer.m
        self.top = 0.0
        self.nets: dict[object, _Net] = {}
        self.parted: dict[tuple[object, float], tuple[_Net, float]] = {}
        hops = [hop for route in placer.plan.routes for hop in route if hop.channel == number]
        self.hops = hops
        for hop in hops:
            net = self.nets.setdefault(hop.net, _Net(hop.net))
            for item in (hop.start, hop.end):
                (net.upper if item.rank == number else net.lower).add(round(placer.at(item), 3))
        tracked = [net for net in self.nets.values() if net.span()[1] - net.span()[0] > 1e-3]
        self.tracks = self._ordered(self._parting(tracked))
        self._assign()
        labels = placer.labels
        firsts = {hop.edge for hop in hops if placer.plan.routes[hop.edge][0] is hop and hop.edge in labels}
        exits = placer.plan.exits
        self.above = max(
            max((labels[n][1] + 0.8 for n in firsts if exits[n] == "bottom"), default=0.0) - self.m.above, 0.0
        )
        self.below = max((labels[n][1] + 0.4 for n in firsts if exits[n] == "split"), default=0.0)
        if any(self._barred(net) for net in self.tracks):
            self.above += 1.4
        count = max((net.track for net in self.tracks), default=0)
        self.height = self.m.above + self.above + count * self.m.track + self.below + self.m.arrow if hops else 0.0

    def _after(self, one: _Net, other: _Net) -> bool:
        """Whether ``one`` must run above ``other``, as it comes from above where that leads down."""
        if any(one is part and net is other for part, net in self._links()):
            return True
        return any(abs(x - at) < self.NEAR for x in one.upper for at in other.lower)

    def _links(self) -> Iterator[tuple[_Net, _Net]]:
        for (key, _), (part, _) in self.parted.items():
            yield part, self.nets[key]

    def _parting(self, tracked: list[_Net]) -> list[_Net]:
        """Nets, some of them parted so that none must run above another and below it as well."""
        for _ in range(len(tracked) * 3):
            circle = self._circle(tracked)
            if circle is None:
                break
            one, x = circle
            taken = {at for net in (*tracked, *self.nets.values()) for at in net.upper | net.lower}
            aside = next(
                at
                for step in range(1, 400)
                for at in (x + step * 0.5, x - step * 0.5)
                if all(abs(at - near) >= self.NEAR for near in taken)
            )
            part = _Net(("part", one.key, x), {x}, {aside})
            one.upper.remove(x)
            one.upper.add(aside)
            self.parted[one.key, x] = (part, aside)
            tracked = [*tracked, part]
        return tracked

    def _circle(self, nets: Sequence[_Net]) -> tuple[_Net, float] | None:
        """A net that must run above another and below it, through others or not: what comes from above, and where."""
        after = {net: [other for other in nets if other is not net and self._after(net, other)] for net in nets}
        for net in nets:
            seen: set[_Net] = set()
            stack = list(after[net])
            while stack:
                other = stack.pop()
                if other is net:
                    for below in after[net]:
                        for x in sorted(net.upper):
                            if any(abs(x - at) < self.NEAR for at in below.lower) and self._leads(after, below, net):
                                return net, x
                if other not in seen:
                    seen.add(other)
                    stack += after[other]
        return None

    def _leads(self, after: Mapping[_Net, Sequence[_Net]], one: _Net, other: _Net) -> bool:
        seen: set[_Net] = set()
        stack = [one]
        while stack:
            net = stack.pop()
            if net is other:
                return True
            if net not in seen:
                seen.add(net)
                stack += after[net]
        return False

    def _ordered(self, nets: list[_Net]) -> list[_Net]:
        """Nets from the uppermost track to the lowest, with as few crossings as swaps of neighbours find."""
        order: list[_Net] = []
        rest = sorted(nets, key=lambda net: (net.span(), repr(net.key)))
        while rest:
            free = [net for net in rest if not any(o is not net and self._after(o, net) for o in rest)] or rest
            order.append(min(free, key=lambda net: sum(_over(net, o) - _over(o, net) for o in rest if o is not net)))
            rest.remove(order[-1])
        for _ in order:
            for here in range(len(order) - 1):
                a, b = order[here], order[here + 1]
                if not self._after(a, b) and _over(b, a) < _over(a, b):
                    order[here], order[here + 1] = b, a
        return order

    def _assign(self) -> None:
        for n, net in enumerate(self.tracks):
            low, high = net.span()
            net.track = 0
            for other in self.tracks[:n]:
                start, end = other.span()
                if (start < high + self.NEAR and low < end + self.NEAR) or self._after(other, net):
                    net.track = max(net.track, other.track + 1)

    def _y(self, net: _Net) -> float:
        return self.top + self.m.above + self.above + net.track * self.m.track

    def way(self, hop: Hop) -> list[Point]:
        """The corners of a line within the channel."""
        net = self.nets[hop.net]
        start, end = self.placer.at(hop.start), self.placer.at(hop.end)
        return [*self._to(net, hop.start, start), *reversed(self._to(net, hop.end, end))] if net.track >= 0 else []

    def _to(self, net: _Net, item: Item, x: float) -> list[Point]:
        if item.rank == self.number and (parted := self.parted.get((net.key, round(x, 3)))):
            part, aside = parted
            return [(x, self._y(part)), (aside, self._y(part)), (aside, self._y(net))]
        return [(x, self._y(net))]

    def _barred(self, net: _Net) -> bool:
        """Whether work is split or joined here."""
        plan, key = self.placer.plan, net.key
        if not isinstance(key, tuple) or key[0] == "part":
            return False
        if key[0] == "in":
            return any(id(plan.boxes[node]) == key[1] for node in plan.joins)
        return key[1] not in plan.graph.decisions

    def bars(self) -> Iterator[tuple[float, float, float]]:
        """Left, right and height of the bars where work is split and joined."""
        for net in self.tracks:
            if self._barred(net):
                low, high = net.span()
                yield low - 1.6, high + 1.6, self._y(net)

    def cut(self) -> tuple[float, ...]:
        return tuple(sorted({x for net in self.nets.values() for x in net.lower}))

    def folds(self) -> int:
        """Lines that come from below and lead down again."""
        return sum(hop.start.rank == hop.end.rank == self.number + 1 for hop in self.hops)


def _over(upper: _Net, lower: _Net) -> int:
    """Crossings if one net runs above another."""
    low, high = upper.span()
    start, end = lower.span()
    return sum(low < x < high for x in lower.upper) + sum(start < x < end for x in upper.lower)


def place(
    plan: Plan, boxes: Sequence[tuple[float, float]], labels: Mapping[int, tuple[float, float]], measures: Measures
) -> Layout:
    """Where everything stands, with the width and height of each box and of the label of each edge that has one."""
    return _Placer(plan, boxes, labels, measures).layout()


# -- pages -----------------------------------------------------------------------------------------------


def sheets(layout: Layout, room: float, ends: float) -> list[Gap] | None:
    """Where to cut a layout higher than ``room``: as few pieces as may be, even, few lines cut, no step alone.

    ``ends`` is the height a connector takes above or below a cut; None if the pieces can't be made low enough.
    """
    if layout.height <= room:
        return []
    count = len(layout.gaps) + 1
    steps = [sum(rank == r for rank in layout.ranks) for r in range(count)]
    marks = [0.0, *(gap.y for gap in layout.gaps), layout.height]
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {(0, 0): (0.0, ())}
    for pieces in range(1, count + 1):
        even = layout.height / pieces
        for pass_ in range(1, pieces + 1):
            for end in range(pass_, count + 1):
                found: list[tuple[float, tuple[int, ...]]] = []
                for start in range(pass_ - 1, end):
                    known = best.get((pass_ - 1, start))
                    high = marks[end] - marks[start] + ends * ((start > 0) + (end < count))
                    if known is None or high > room:
                        continue
                    alone = 60.0 if sum(steps[start:end]) < 2 else 0.0
                    cut = (
                        3.0 * len(layout.gaps[end - 1].lines) + 30.0 * layout.gaps[end - 1].folds
                        if end < count
                        else 0.0
                    )
                    found.append((known[0] + alone + cut + ((high - even) / 10) ** 2, (*known[1], end)))
                best.pop((pass_, end), None)
                if found:
                    best[pass_, end] = min(found)
        done = best.get((pieces, count))
        if done:
            return [layout.gaps[end - 1] for end in done[1][:-1]]
    return None
