"""Directed graphs arranged in layers (Sugiyama): which box stands in which rank, in which order, and each line's way.

Steps stand in ranks, one below the other. What leads to the next rank runs through the channel between them; what
leads further passes the ranks between at a place of its own, so no line runs through a box. Lines share a stretch only
where they come from one split or lead to the same box. Sizes don't matter here; see ``routing``.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
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


@dataclass(eq=False)
class Item:
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
class Hop:
    """One stretch of a line: beside a box, or through a channel, where lines of one ``net`` are joined."""

    channel: int | None
    start: Item
    end: Item
    net: object = None
    edge: int = -1


@dataclass(eq=False)
class _Unit:
    """A box with what is bound to its sides, or a line passing."""

    item: Item
    left: Item | None = None
    right: Item | None = None

    def items(self) -> list[Item]:
        return [item for item in (self.left, self.item, self.right) if item is not None]


@dataclass
class Plan:
    """Which box stands in which rank, in which order, and the way of each line; sizes don't matter yet."""

    graph: Graph
    ranks: list[list[Item]]
    routes: list[list[Hop]]
    exits: list[str]
    joins: frozenset[int]
    crossings: int
    cost: float
    columns: list[list[Item]] = field(default_factory=list)
    boxes: dict[int, Item] = field(default_factory=dict)


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
class Meeting:
    """Where all that a box (no decision) parts meets again, by which edges; whether nothing else leads there."""

    source: int
    target: int
    edges: frozenset[int]
    alone: bool


def meetings(graph: Graph) -> list[Meeting]:
    """Of each box that parts the work, in the order they are come to."""
    back = backward(graph)
    order = _sorted(graph, back)
    reach: list[set[int]] = [set() for _ in graph.lanes]
    ahead = {node: [graph.edges[n].target for n in graph.out(node) if n not in back] for node in order}
    for node in reversed(order):
        for target in ahead[node]:
            reach[node] |= reach[target] | {target}
    found = []
    for node in order:
        heads = ahead[node]
        if node in graph.decisions or len(heads) < 2:
            continue
        common = set.intersection(*(reach[head] | {head} for head in heads))
        first = next((n for n in order if n in common), None)
        if first is not None and first not in heads:
            within = set(heads).union(*(reach[head] for head in heads))
            into = [n for n, edge in enumerate(graph.edges) if edge.target == first and n not in back]
            edges = frozenset(n for n in into if graph.edges[n].source in within)
            found.append(Meeting(node, first, edges, len(edges) == len(into)))
    return found


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
        self.joins = frozenset(m.target for m in meetings(graph) if m.alone)
        self.rank = self._ranks()
        self.items: dict[object, Item] = {}
        self.bound = 0
        self.units: list[list[_Unit]] = [[] for _ in range(max(self.rank) + 1)]
        self.hops: list[Hop] = []
        self.routes: list[list[Hop]] = []
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

    def _item(self, key: object, kind: Literal["turn", "pass"], rank: int, lane: int, target: int) -> Item:
        item = self.items.get(key)
        if item is None:
            item = self.items[key] = Item(kind, rank, lane, target=target)
            if kind == "pass":
                self.units[rank].append(_Unit(item))
        return item

    def _bind(self, node: int, item: Item) -> None:
        """Put an item to a free side of a box."""
        unit = self.items[("unit", node)]
        assert isinstance(unit, _Unit)
        right = {"right": True, "left": False, "turns": self.bound % 2 == 0}.get(self.choice.sides, self.bound % 2 == 1)
        self.bound += 1
        if unit.left is not None or (right and unit.right is None):
            unit.right = item
        else:
            unit.left = item

    def _hop(self, edge: int, start: Item, end: Item, channel: int | None, net: object = None) -> None:
        self.routes[edge].append(Hop(channel, start, end, net or ("in", id(end)), edge))

    def _route(self) -> None:
        graph = self.graph
        boxes = [Item("box", self.rank[node], graph.lanes[node], node) for node in range(len(graph.lanes))]
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
                at = Item("turn", rank, start.lane, edge.source, edge.target, label=n)
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

    def _return(self, n: int, at: Item, net: object) -> None:
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


def _cost(channel: int, hops: Sequence[Hop], middles: tuple[float, float]) -> float:
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
    hops: dict[int, list[Hop]] = defaultdict(list)
    for hop in {(h.channel, h.start, h.end): h for route in planner.routes for h in route}.values():
        if hop.channel is not None:
            hops[hop.channel].append(hop)
    near: dict[Item, list[Item]] = defaultdict(list)
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
    main: dict[int, Item] = {}
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


_Kept = list[list[tuple[_Unit, Item | None, Item | None]]]


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
        row: list[Item] = []
        for lane in range(lanes):
            row += [item for unit in units if unit.item.lane == lane for item in unit.items()]
            if lane + 1 < lanes:
                row.append(Item("wall", r, lane))
        ranks.append(row)
    made = Plan(graph, ranks, planner.routes, planner.exits, planner.joins, int(cost), cost)
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
    same: dict[Item, Item] = {}
    after: dict[Item, Item] = {}
    for route in made.routes:
        for hop in route:
            if hop.start.kind == "pass" and hop.end.rank > hop.start.rank:
                after[hop.start] = hop.end
    for row in reversed(made.ranks):
        kept: list[Item] = []
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


def _another(item: Item, target: int) -> bool:
    return item.kind == "pass" and item.target != target


def _meet(made: Plan) -> None:
    """A line from a box joins, at its side, the one that passes next to it to the same box."""
    onward: dict[Item, set[Item]] = defaultdict(set)
    for route in made.routes:
        for hop in route:
            onward[hop.start].add(hop.end)
    crossed: set[Item] = set()
    joined: set[Item] = set()
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
                route.insert(0, Hop(None, box, other, ("in", id(other)), first.edge))
                first.start = other
            break


# -- columns ---------------------------------------------------------------------------------------------


def _align(made: Plan, planner: _Planner) -> None:
    """Chains of items that stand exactly below one another: the main way first, lines that pass, the rest."""
    wanted: list[tuple[float, int, Item, Item]] = []
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
    below: dict[Item, Item] = {}
    above: dict[Item, Item] = {}
    taken: dict[int, list[tuple[int, int]]] = defaultdict(list)

    def inner(upper: Item, lower: Item) -> int:
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
