"""Directed graphs laid out in layers (Sugiyama): where boxes stand, and how orthogonal lines run between them.

Steps stand in ranks, one below the other. What leads to the next rank runs through the channel between them; what
leads further passes the ranks between at a place of its own, so no line runs through a box. Lines share a stretch only
where they come from one split or lead to the same box. Lengths are millimetres; nothing here knows words or shapes.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Point = tuple[float, float]


@dataclass(frozen=True)
class Edge:
    source: int
    target: int


@dataclass(frozen=True)
class Graph:
    """Boxes by number, each in a lane (all in 0 where there are none); ``starts`` are drawn first.

    Edges of a box in ``decisions`` may leave at its sides; several edges of another leave by one split.
    """

    lanes: tuple[int, ...]
    edges: tuple[Edge, ...]
    starts: tuple[int, ...]
    decisions: frozenset[int]

    def out(self, node: int) -> list[int]:
        return [n for n, edge in enumerate(self.edges) if edge.source == node]


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


@dataclass(eq=False)
class _Item:
    """What has a place in a rank: a box, a turn of a line beside one, a line passing, the wall between lanes."""

    kind: Literal["box", "turn", "pass", "wall"]
    rank: int
    lane: int
    node: int = -1
    target: int = -1
    split: bool = False
    label: int = -1
    at: int = 0
    left: float = 0.0
    right: float = 0.0
    column: int = -1


@dataclass(eq=False)
class _Hop:
    """One stretch of a line: beside a box, or through a channel, where lines of one ``net`` are joined."""

    channel: int | None
    start: _Item
    end: _Item
    net: object = None
    edge: int = -1


@dataclass(eq=False)
class _Unit:
    """A box with what is bound to its sides, or a line passing."""

    item: _Item
    left: _Item | None = None
    right: _Item | None = None

    def items(self) -> list[_Item]:
        return [item for item in (self.left, self.item, self.right) if item is not None]


@dataclass
class Plan:
    """Which box stands in which rank, in which order, and the way of each line; sizes don't matter yet."""

    graph: Graph
    ranks: list[list[_Item]]
    routes: list[list[_Hop]]
    exits: list[str]
    joins: frozenset[int]
    crossings: int
    columns: list[list[_Item]] = field(default_factory=list)
    boxes: dict[int, _Item] = field(default_factory=dict)


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


# -- ranks -----------------------------------------------------------------------------------------------


def backward(graph: Graph) -> frozenset[int]:
    """Edges that lead back: to a box listed earlier from which their source is reached by edges that don't."""
    ahead: list[set[int]] = [set() for _ in graph.lanes]
    later = []
    for n, edge in enumerate(graph.edges):
        if edge.target > edge.source:
            ahead[edge.source].add(edge.target)
        else:
            later.append(n)
    found = set()
    for n in later:
        source, target = graph.edges[n].source, graph.edges[n].target
        seen, stack = {target}, [target]
        while stack:
            fresh = ahead[stack.pop()] - seen
            seen |= fresh
            stack += fresh
        if source in seen:
            found.add(n)
        else:
            ahead[source].add(target)
    return frozenset(found)


def _sorted(graph: Graph, back: frozenset[int]) -> list[int]:
    """Boxes, each after all that lead forward to it."""
    waiting = [0] * len(graph.lanes)
    for n, edge in enumerate(graph.edges):
        if n not in back:
            waiting[edge.target] += 1
    ready = [node for node, count in enumerate(waiting) if not count]
    done = []
    while ready:
        node = ready.pop(0)
        done.append(node)
        for n in graph.out(node):
            if n not in back:
                target = graph.edges[n].target
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
    return done


@dataclass(frozen=True)
class _Choice:
    """What may be tried: ends of branches beside a decision, where sides are taken first, whose lane returns run in."""

    beside: bool
    sides: Literal["right", "left", "turns", "other turns"]
    own_lane: bool


class _Planner:
    def __init__(self, graph: Graph, choice: _Choice) -> None:
        self.graph, self.choice = graph, choice
        self.back = backward(graph)
        self.order = _sorted(graph, self.back)
        count = len(graph.lanes)
        self.ways = [graph.out(node) for node in range(count)]
        self.forward_in: list[list[int]] = [[] for _ in range(count)]
        self.back_in: list[list[int]] = [[] for _ in range(count)]
        for n, edge in enumerate(graph.edges):
            (self.back_in if n in self.back else self.forward_in)[edge.target].append(n)
        self.main = self._main()
        self.sides = [0] * count
        self.beside: dict[int, int] = {}  # box -> the edge that leads to it from the box beside it
        self.exits = [""] * len(graph.edges)
        for node in self.order:
            self._leave(node)
        self.entry = ["side" if self._take(v) else "top" if self.back_in[v] else "" for v in range(count)]
        self.joins = frozenset(self._joins())
        self.rank = self._ranks()
        self.items: dict[object, _Item] = {}
        self.bound = 0
        self.units: list[list[_Unit]] = [[] for _ in range(max(self.rank) + 1)]
        self.hops: list[_Hop] = []
        self.routes: list[list[_Hop]] = []
        self._route()

    def _main(self) -> list[int]:
        """The edge of each box that leads the longest way forward to an end; -1 where there is none."""
        main = [-1] * len(self.graph.lanes)
        steps = [0] * len(main)
        for node in reversed(self.order):
            ahead = [n for n in self.ways[node] if n not in self.back]
            if not ahead:
                steps[node] = -len(main) if self.ways[node] else 0
                continue
            longest = max(steps[self.graph.edges[n].target] for n in ahead)
            least = 0 if longest >= 0 and (len(ahead) > 3 or node not in self.graph.decisions) else longest
            best = [n for n in ahead if steps[self.graph.edges[n].target] >= least]
            main[node] = best[len(best) // 2] if len(best) > 2 else best[0]
            steps[node] = longest + 1
        return main

    def main_way(self) -> list[int]:
        """The edges from the beginning to an end, the longest way."""
        way, node = [], self.graph.starts[0]
        while self.main[node] >= 0:
            way.append(self.main[node])
            node = self.graph.edges[way[-1]].target
        return way

    def _leave(self, node: int) -> None:
        """Where the edges of a box leave it."""
        ahead = [n for n in self.ways[node] if n not in self.back]
        behind = [n for n in self.ways[node] if n in self.back]
        if node in self.beside:
            for n in behind:
                self.exits[n] = "top"
            for n in ahead:
                self.exits[n] = "bottom"
            return
        for n in behind[:2]:
            self.exits[n] = "side"
        self.sides[node] += min(len(behind), 2)
        straight = len(behind) <= 2
        if node in self.graph.decisions and straight and len(ahead) - 1 <= 2 - self.sides[node]:
            for n in ahead:
                target = self.graph.edges[n].target
                self.exits[n] = "bottom" if n == self.main[node] else "side"
                if n != self.main[node]:
                    self.sides[node] += 1
                    if self._may_stand_beside(node, target):
                        self.beside[target] = n
            return
        rest = [*ahead, *behind[2:]]
        for n in rest:
            self.exits[n] = "bottom" if len(rest) == 1 and n in ahead else "split"

    def _may_stand_beside(self, node: int, target: int) -> bool:
        ways = self.ways[target]
        return (
            self.choice.beside
            and len(self.forward_in[target]) == 1
            and not self.back_in[target]
            and target not in self.graph.decisions
            and self.graph.lanes[node] == self.graph.lanes[target]
            and len(ways) <= 1
            and not (ways and ways[0] in self.back and self.graph.edges[ways[0]].target == node)
        )

    def _take(self, node: int) -> bool:
        if not self.back_in[node] or node in self.beside or self.sides[node] >= 2:
            return False
        self.sides[node] += 1
        return True

    def _joins(self) -> Iterator[int]:
        """Where all that a split (not of a decision) parted meets again."""
        reach: list[set[int]] = [set() for _ in self.graph.lanes]
        for node in reversed(self.order):
            for n in self.ways[node]:
                if n not in self.back:
                    target = self.graph.edges[n].target
                    reach[node] |= reach[target] | {target}
        for node in range(len(self.graph.lanes)):
            heads = [self.graph.edges[n].target for n in self.ways[node] if self.exits[n] == "split"]
            if node in self.graph.decisions or len(heads) < 2:
                continue
            common = set.intersection(*(reach[head] | {head} for head in heads))
            first = next((n for n in self.order if n in common), None)
            if first is not None and all(
                any(self.graph.edges[n].source in reach[head] | {head} for head in heads)
                for n in self.forward_in[first]
            ):
                yield first

    def _ranks(self) -> list[int]:
        """The longest way from the beginning; a line that comes from a split and joins others needs a rank between."""
        rank = [0] * len(self.graph.lanes)
        for node in self.order:
            for n in self.ways[node]:
                if n in self.back:
                    continue
                target = self.graph.edges[n].target
                joined = (
                    len(self.forward_in[target]) > 1
                    or self.entry[target] == "top"
                    or any(self.exits[other] == "split" for other in self.back_in[target])
                )
                least = 0 if self.beside.get(target) == n else 2 if self.exits[n] == "split" and joined else 1
                rank[target] = max(rank[target], rank[node] + least)
        return rank

    # -- routes

    def _item(self, key: object, kind: Literal["turn", "pass"], rank: int, lane: int, target: int) -> _Item:
        item = self.items.get(key)
        if item is None:
            item = self.items[key] = _Item(kind, rank, lane, target=target)
            if kind == "pass":
                self.units[rank].append(_Unit(item))
        return item

    def _bind(self, node: int, item: _Item) -> None:
        """Put an item to a free side of a box."""
        unit = self.items[("unit", node)]
        assert isinstance(unit, _Unit)
        right = {"right": True, "left": False, "turns": self.bound % 2 == 0}.get(self.choice.sides, self.bound % 2 == 1)
        self.bound += 1
        if unit.left is not None or (right and unit.right is None):
            unit.right = item
        else:
            unit.left = item

    def _hop(self, edge: int, start: _Item, end: _Item, channel: int | None, net: object = None) -> None:
        self.routes[edge].append(_Hop(channel, start, end, net or ("in", id(end)), edge))

    def _route(self) -> None:
        graph = self.graph
        boxes = [_Item("box", self.rank[node], graph.lanes[node], node) for node in range(len(graph.lanes))]
        for node in self._seen():
            if node not in self.beside:
                unit = _Unit(boxes[node])
                self.units[self.rank[node]].append(unit)
                self.items[("unit", node)] = unit  # type: ignore[assignment]
        self.boxes = boxes
        for n, edge in enumerate(graph.edges):
            self.routes.append([])
            start, end, rank = boxes[edge.source], boxes[edge.target], self.rank[edge.source]
            at, net = start, None
            if self.exits[n] == "side":
                if self.beside.get(edge.target) == n:
                    end.label = n
                    self._bind(edge.source, end)
                    self._hop(n, start, end, None)
                    continue
                at = _Item("turn", rank, start.lane, edge.source, edge.target, label=n)
                self._bind(edge.source, at)
                self._hop(n, start, at, None)
            elif self.exits[n] == "split":
                net = ("out", edge.source)
            if n in self.back:
                self._return(n, at, net)
                continue
            for between in range(rank + 1, end.rank):
                passing = self._item(("ahead", n, between), "pass", between, end.lane, edge.target)
                passing.split = net is not None
                passing.label = n if net else -1
                self._hop(n, at, passing, between - 1, net)
                at, net = passing, None
            self._hop(n, at, end, end.rank - 1, net)

    def _return(self, n: int, at: _Item, net: object) -> None:
        """The way back: up beside the ranks, all that returns to a box by one line."""
        target = self.graph.edges[n].target
        end, rank = self.boxes[target], at.rank
        lane = at.lane if self.choice.own_lane else end.lane
        if net is not None:  # down, aside and up, without meeting what returns from below
            passing = self._item(("back", n, rank), "pass", rank, lane, target)
            passing.split = True
            self._hop(n, at, passing, rank, net)
            at = passing
        own: object = n if net is not None else -1
        for between in range(rank - 1, end.rank, -1):
            passing = self._item(("back", target, own, between), "pass", between, lane, target)
            self._hop(n, at, passing, between)
            at = passing
        if net is None and self.entry[target] == "side":
            key = ("entry", target)
            fresh = key not in self.items
            turn = self._item(key, "turn", end.rank, end.lane, target)
            if fresh:
                self._bind(target, turn)
            self._hop(n, at, turn, end.rank)
            self._hop(n, turn, end, None)
            return
        if at.rank > end.rank:
            passing = self._item(("back", target, own, end.rank), "pass", end.rank, lane, target)
            self._hop(n, at, passing, end.rank)
            at = passing
        self._hop(n, at, end, end.rank - 1)

    def _seen(self) -> list[int]:
        """Boxes as they are met."""
        seen: dict[int, None] = {}
        stack = [*reversed(range(len(self.graph.lanes))), *reversed(self.graph.starts)]
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen[node] = None
            stack += [self.graph.edges[n].target for n in reversed(self.ways[node]) if n not in self.back]
        return list(seen)


# -- order -----------------------------------------------------------------------------------------------


def _number(units: Sequence[_Unit]) -> None:
    at = 0
    for unit in units:
        for item in unit.items():
            item.at = at
            at += 1


#: What lines that run aside, and ways not in the order they are written in, count against a crossing.
_ASIDE, _UNWRITTEN = 0.004, 0.02


def _cost(channel: int, hops: Sequence[_Hop], middles: tuple[float, float]) -> float:
    """Crossings in a channel, and a little for lines that run far aside of the middles of its ranks."""
    cost = 0.0
    straight: list[tuple[int, int, object, int]] = []
    folded: list[tuple[int, int, int, object]] = []
    for hop in hops:
        one, other = hop.start, hop.end
        if one.rank == other.rank:
            low, high = sorted((one.at, other.at))
            folded.append((low, high, one.rank, hop.net))
            cost += _ASIDE * (high - low)
            continue
        upper, lower = (one, other) if one.rank == channel else (other, one)
        straight.append((upper.at, lower.at, hop.net, hop.edge))
        cost += _ASIDE * abs(upper.at - middles[0] - lower.at + middles[1])
    for (a, b, net, n), (c, d, other_net, m) in itertools.combinations(straight, 2):
        if net != other_net and (a - c) * (b - d) < 0:
            cost += 1
        elif net == other_net and a == c and (b - d) * (n - m) < 0:
            cost += _UNWRITTEN
    for low, high, rank, net in folded:
        for a, b, other_net, _ in straight:
            if net != other_net and low < (a if rank == channel else b) < high:
                cost += 1
    return cost


def _crossing_free(planner: _Planner) -> float:
    """Put each rank in the order with the fewest crossings that sweeps and swaps find; returns the cost."""
    ranks = planner.units
    hops: dict[int, list[_Hop]] = defaultdict(list)
    for hop in {(h.channel, h.start, h.end): h for route in planner.routes for h in route}.values():
        if hop.channel is not None:
            hops[hop.channel].append(hop)
    near: dict[_Item, list[_Item]] = defaultdict(list)
    for hop in itertools.chain.from_iterable(hops.values()):
        near[hop.start].append(hop.end)
        near[hop.end].append(hop.start)

    lanes = planner.graph.lanes

    def astray(unit: _Unit) -> float:
        """What leaves a box at the side its lane is not, or not in the order it is written in."""
        left, right, found = unit.left, unit.right, 0.0
        if left is not None and right is not None and left.label > right.label >= 0:
            found += _UNWRITTEN
        for item, side in ((left, -1), (right, 1)):
            if item is not None and item.kind == "turn" and item.node >= 0:
                found += 0.5 * ((lanes[item.target] - lanes[item.node]) * side < 0)
        return found

    sizes = [1, *(sum(len(unit.items()) for unit in units) for units in ranks), 1]
    main: dict[int, _Item] = {}
    for n in planner.main_way():
        for hop in planner.routes[n]:
            main[hop.start.rank], main[hop.end.rank] = hop.start, hop.end

    def middle(rank: int) -> float:
        return main[rank].at if rank in main else (sizes[rank + 1] - 1) / 2

    def cost_of(*channels: int) -> float:
        total = 0.0
        for channel in channels:
            if 0 <= channel < len(ranks):
                total += sum(map(astray, ranks[channel]))
            if channel in hops:
                total += _cost(channel, hops[channel], (middle(channel), middle(channel + 1)))
        return total

    channels = range(-1, len(ranks))

    def sweep(down: bool) -> None:
        for r in range(len(ranks)) if down else reversed(range(len(ranks))):
            step = -1 if down else 1

            def weight(unit: _Unit, step: int = step, r: int = r) -> float:
                places = [n.at for item in unit.items() for n in near[item] if n.rank == r + step]
                return sum(places) / len(places) if places else unit.item.at

            ranks[r].sort(key=lambda unit: (unit.item.lane, weight(unit)))
            _number(ranks[r])

    def swaps() -> None:
        for _ in range(6):
            better = False
            for r, units in enumerate(ranks):
                for here in range(len(units)):
                    for change in _changes(units, here):
                        before = cost_of(r - 1, r)
                        _change(units, here, change)
                        _number(units)
                        if cost_of(r - 1, r) < before - 1e-9:
                            better = True
                        else:
                            _change(units, here, change)
                            _number(units)
            if not better:
                return

    for units in ranks:
        units.sort(key=lambda unit: unit.item.lane)
        _number(units)
    sweep(True)
    best, kept = float("inf"), _snapshot(ranks)
    for turn in range(5):
        swaps()
        cost = cost_of(*channels)
        if cost < best - 1e-9:
            best, kept = cost, _snapshot(ranks)
        if best < 1 and turn:  # no crossing is left
            break
        sweep(turn % 2 == 0)
    _restore(ranks, kept)
    return best


def _changes(units: Sequence[_Unit], here: int) -> Iterator[str]:
    """Mirror what is bound to a box; swap two neighbours of one lane."""
    if units[here].left is not units[here].right:
        yield "flip"
    if here + 1 < len(units) and units[here].item.lane == units[here + 1].item.lane:
        yield "swap"


def _change(units: list[_Unit], here: int, change: str) -> None:
    """Do it; done twice nothing has changed."""
    if change == "flip":
        unit = units[here]
        unit.left, unit.right = unit.right, unit.left
    else:
        units[here], units[here + 1] = units[here + 1], units[here]


_Kept = list[list[tuple[_Unit, _Item | None, _Item | None]]]


def _snapshot(ranks: list[list[_Unit]]) -> _Kept:
    return [[(unit, unit.left, unit.right) for unit in units] for units in ranks]


def _restore(ranks: list[list[_Unit]], kept: _Kept) -> None:
    for units, before in zip(ranks, kept, strict=True):
        units[:] = [unit for unit, _, _ in before]
        for unit, left, right in before:
            unit.left, unit.right = left, right
        _number(units)


_SIDES: tuple[Literal["right", "left", "turns", "other turns"], ...] = ("right", "left", "turns", "other turns")


def plans(graph: Graph) -> Iterator[Plan]:
    """Ways to arrange a graph whose boxes can all be reached from its starts; which is best depends on sizes."""
    lanes = max(graph.lanes) > 0
    for beside, own_lane in itertools.product((True, False), (False, True) if lanes else (False,)):
        for sides in _SIDES:
            yield _planned(graph, _Choice(beside, sides, own_lane))


def _planned(graph: Graph, choice: _Choice) -> Plan:
    planner = _Planner(graph, choice)
    cost = _crossing_free(planner)
    lanes = max(graph.lanes) + 1
    ranks = []
    for r, units in enumerate(planner.units):
        row: list[_Item] = []
        for lane in range(lanes):
            row += [item for unit in units if unit.item.lane == lane for item in unit.items()]
            if lane + 1 < lanes:
                row.append(_Item("wall", r, lane))
        ranks.append(row)
    made = Plan(graph, ranks, planner.routes, planner.exits, planner.joins, int(cost))
    made.boxes = {item.node: item for item in planner.boxes}
    _merge(made)
    _slide(made)
    _meet(made)
    for row in made.ranks:
        for at, item in enumerate(row):
            item.at = at
    _align(made, planner)
    return made


def _merge(made: Plan) -> None:
    """Lines that pass side by side to the same box become one."""
    same: dict[_Item, _Item] = {}
    after: dict[_Item, _Item] = {}
    for route in made.routes:
        for hop in route:
            if hop.start.kind == "pass" and hop.end.rank > hop.start.rank:
                after[hop.start] = hop.end
    for row in reversed(made.ranks):
        kept: list[_Item] = []
        for item in row:
            last = kept[-1] if kept else None
            if (
                last is not None
                and item.kind == last.kind == "pass"
                and item.target == last.target
                and item.target not in made.joins
                and not (item.split or last.split)
                and item in after
                and last in after
                and same.get(after[item], after[item]) is same.get(after[last], after[last])
            ):
                same[item] = last
            else:
                kept.append(item)
        row[:] = kept
    for route in made.routes:
        for hop in route:
            hop.start, hop.end = same.get(hop.start, hop.start), same.get(hop.end, hop.end)
            if isinstance(hop.net, tuple) and hop.net[0] == "in":
                hop.net = ("in", id(hop.end))


def _slide(made: Plan) -> None:
    """A turn stands in the lane its line leads to, if nothing but walls and lines lie between."""
    for route in made.routes:
        for hop, then in itertools.pairwise(route):
            turn = hop.end
            if turn.kind != "turn" or hop.start.kind != "box" or hop.channel is not None or then.channel is None:
                continue
            lane = then.end.lane
            row = made.ranks[turn.rank]
            at, box = row.index(turn), row.index(hop.start)
            step = 1 if at > box else -1
            if (lane - turn.lane) * step <= 0:
                continue
            to = at
            while 0 <= to + step < len(row) and row[to + step].kind in ("wall", "pass"):
                if row[to + step].kind == "pass" and row[to + step].lane == lane:
                    break
                to += step
                if row[to].kind == "wall" and (row[to].lane + 1 == lane if step > 0 else row[to].lane == lane):
                    row.insert(to, row.pop(at))
                    turn.lane = lane
                    break


def _another(item: _Item, target: int) -> bool:
    return item.kind == "pass" and item.target != target


def _meet(made: Plan) -> None:
    """A line from a box joins, at its side, the one that passes next to it to the same box."""
    onward: dict[_Item, set[_Item]] = defaultdict(set)
    for route in made.routes:
        for hop in route:
            onward[hop.start].add(hop.end)
    crossed: set[_Item] = set()
    joined: set[_Item] = set()
    aside = {hop.end for route in made.routes for hop in route if hop.channel is None and hop.end.kind == "box"}
    for route in made.routes:
        first, target = route[0], made.graph.edges[route[0].edge].target
        turning = first.channel is None and first.end.kind == "turn"
        if turning:
            own, then, box = first.end, route[1].end, first.start
        elif first.start in aside and first.end.kind == "pass":
            own, then, box = first.start, first.end, first.start
        else:
            continue
        row = made.ranks[box.rank]
        at = row.index(own)
        for step in (1, -1):
            if turning and (at - row.index(box)) * step < 0:
                continue
            to, over = at + step, []
            while 0 <= to < len(row) and (row[to].kind == "wall" or _another(row[to], target)):
                over.append(row[to])
                to += step
            other = row[to] if 0 <= to < len(row) else own
            if other.kind != "pass" or other.target != target or onward[other] != {then}:
                continue
            lines = {item for item in over if item.kind == "pass"}
            if lines & (crossed | joined) or other in crossed:
                continue
            crossed |= lines
            joined.add(other)
            if turning:
                row.remove(own)
                first.end = route[1].start = other
                first.net = ("in", id(other))
            else:
                route.insert(0, _Hop(None, box, other, ("in", id(other)), first.edge))
                first.start = other
            break


# -- columns ---------------------------------------------------------------------------------------------


def _align(made: Plan, planner: _Planner) -> None:
    """Chains of items that stand exactly below one another: the main way first, lines that pass, the rest."""
    wanted: list[tuple[float, int, _Item, _Item]] = []
    main = set(planner.main_way())
    middle = {}
    for n in main:
        for hop in made.routes[n]:
            middle[hop.start.rank], middle[hop.end.rank] = hop.start.at, hop.end.at
    for n, route in enumerate(made.routes):
        for hop in route:
            if hop.channel is None or hop.start.rank == hop.end.rank:
                continue
            upper, lower = sorted((hop.start, hop.end), key=lambda i: i.rank)
            if n in main:
                weight = 0.0
            elif upper.kind == lower.kind == "pass":
                weight = 1.0
            elif {upper.kind, lower.kind} == {"pass", "turn"}:
                weight = 2.0
            elif n == planner.main[made.graph.edges[n].source]:
                weight = 3.0
            else:
                weight = 4.0
            wanted.append((weight, n, upper, lower))
    for upper_row, lower_row in itertools.pairwise(made.ranks):
        walls = [[item for item in row if item.kind == "wall"] for row in (upper_row, lower_row)]
        wanted += [(-1.0, 0, upper, lower) for upper, lower in zip(*walls, strict=True)]
    below: dict[_Item, _Item] = {}
    above: dict[_Item, _Item] = {}
    taken: dict[int, list[tuple[int, int]]] = defaultdict(list)

    def inner(upper: _Item, lower: _Item) -> int:
        """How far aside the looser end is: of lines joined the one nearest to the main way goes straight on."""
        return max(abs(item.at - middle.get(item.rank, item.at)) for item in (upper, lower))

    for _, _, upper, lower in sorted(wanted, key=lambda w: (w[0], inner(w[2], w[3]), w[1], w[2].rank, w[2].at)):
        if upper in below or lower in above:
            continue
        if any((upper.at - a) * (lower.at - b) <= 0 for a, b in taken[upper.rank]):
            continue
        below[upper], above[lower] = lower, upper
        taken[upper.rank].append((upper.at, lower.at))
    for row in made.ranks:
        for item in row:
            if item not in above:
                column = [item]
                while column[-1] in below:
                    column.append(below[column[-1]])
                for part in column:
                    part.column = len(made.columns)
                made.columns.append(column)


class _Placer:
    def __init__(
        self, plan: Plan, boxes: Sequence[tuple[float, float]], labels: Mapping[int, tuple[float, float]], m: Measures
    ) -> None:
        self.plan, self.sizes, self.labels, self.m = plan, boxes, labels, m
        self.needs: dict[tuple[_Item, int], float] = {}
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

    def _apart(self, one: _Item, other: _Item) -> float:
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

    def at(self, item: _Item) -> float:
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
        self, hop: _Hop, channels: Mapping[int, _Channel], boxes: Sequence[Point], middles: Sequence[float]
    ) -> list[Point]:
        a, b = hop.start, hop.end
        xa, xb = self.at(a), self.at(b)
        if hop.channel is None:
            y = middles[a.rank]
            side = 1 if xb > xa else -1
            start = xa + side * self.sizes[a.node][0] / 2 if a.kind == "box" else xa
            end = xb - side * self.sizes[b.node][0] / 2 if b.kind == "box" else xb
            return [(start, y), (end, y)]

        def edge(item: _Item) -> float:
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

    def way(self, hop: _Hop) -> list[Point]:
        """The corners of a line within the channel."""
        net = self.nets[hop.net]
        start, end = self.placer.at(hop.start), self.placer.at(hop.end)
        return [*self._to(net, hop.start, start), *reversed(self._to(net, hop.end, end))] if net.track >= 0 else []

    def _to(self, net: _Net, item: _Item, x: float) -> list[Point]:
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
