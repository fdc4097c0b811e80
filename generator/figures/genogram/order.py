"""Who stands beside whom: the order in each generation that crosses the fewest lines.

Families are small, so people are put in one after the other where they cost least, and then moved one by one, and
branch by branch, as long as that makes it better. The same family always comes out the same.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from generator.figures.genogram.family import Child, Couple, Family

#: What it costs: two lines crossing; a stranger between those who live together; the younger left of the elder,
#: which is never right; the same of children of one parent only; the wife left of her husband; one's unions not in
#: their order; somebody between partners; a stranger among siblings; somebody between two who are tied by a relation.
CROSSING, STRANGER, ELDER, HALF, SIDE, LATER, BETWEEN, AMONG, BOND = (
    200.0, 40.0, 450.0, 4.0, 7.0, 3.0, 3.0, 1.0, 0.3,
)  # fmt: skip
#: Orders that are weighed at most, so that a large family, too, is drawn at once.
TRIALS = 6000


@dataclass(frozen=True)
class Drop:
    """What hangs below one place of a row: a couple's children, or the way through a row of one who stands lower."""

    couple: int  # -1 for a way
    source: int  # the way's node
    targets: tuple[int, ...]
    children: tuple[Child, ...]  # of the targets


class Web:
    """The people as nodes in rows, what ties them, and the cost of an order.

    Nodes beyond the people are the ways of lines to children two rows below.
    """

    def __init__(self, family: Family) -> None:
        self.family = family
        self.ids = list(family.people)
        self.row = [family.rows[i] for i in self.ids]
        node = {id_: n for n, id_ in enumerate(self.ids)}
        self.node = node
        self.couples: tuple[Couple, ...] = family.couples
        self.partners = [tuple(node[p] for p in c.partners) for c in self.couples]
        self.unions = [0] * len(self.ids)
        for pair in self.partners:
            for one in pair:
                self.unions[one] += len(pair) == 2
        self.drops: list[Drop] = []
        self.siblings: list[list[int]] = []
        for number, couple in enumerate(self.couples):
            below: list[int] = []
            start = self.row[self.partners[number][0]]
            for child in couple.children:
                below.append(self._way(node[child.id], start + 1, child))
            if below:
                self.drops.append(Drop(number, -1, tuple(below), couple.children))
                self.siblings.append(below)
        self.household = {node[i] for i in family.genogram.household}
        self.people = len(self.ids)
        self.rows = max(self.row) + 1
        self._couples_in: list[list[int]] = [[] for _ in range(self.rows)]
        for number, pair in enumerate(self.partners):
            self._couples_in[self.row[pair[0]]].append(number)
        self._drops_in: list[list[Drop]] = [[] for _ in range(self.rows)]
        for drop in self.drops:
            self._drops_in[self.row[drop.targets[0]] - 1].append(drop)
        self.has_children = {d.couple for d in self.drops}
        self._ways = {d.source for d in self.drops if d.couple < 0}
        self._bonds = [(node[t.start], node[t.end]) for t in family.bonds]
        self._man_left = [
            len(pair) == 2
            and family.people[self.ids[pair[0]]].gender == "男"
            and family.people[self.ids[pair[1]]].gender == "女"
            and self.unions[pair[0]] == self.unions[pair[1]] == 1
            for pair in self.partners
        ]
        self._serial: list[tuple[int, int, int]] = []  # a person's partners, the earlier before the later
        for one in range(self.people):
            mates = [p[0] if p[1] == one else p[1] for p in self.partners if len(p) == 2 and one in p]
            self._serial += [(one, a, b) for a, b in itertools.pairwise(mates)]
        self._halves: list[list[tuple[int, int]]] = [[] for _ in range(self.rows)]
        born = {i: n for n, i in enumerate(family.people)}
        for one in range(self.people):
            mine = [d for d in self.drops if d.couple >= 0 and one in self.partners[d.couple]]
            for first in mine:
                for second in mine:
                    if first is not second:
                        self._halves[self.row[one]] += [
                            (a, b)
                            for a, c in zip(first.targets, first.children, strict=True)
                            for b, d in zip(second.targets, second.children, strict=True)
                            if born[c.id] < born[d.id]
                        ]
        self.place: list[int] = []

    def _way(self, child: int, row: int, said: Child) -> int:
        """The node in ``row`` that leads to a child, itself if it stands there."""
        if self.row[child] == row:
            return child
        self.row.append(row)
        way = len(self.row) - 1
        self.drops.append(Drop(-1, way, (self._way(child, row + 1, said),), (said,)))
        return way

    # -- cost -----------------------------------------------------------------------------------------------

    def gap(self, couple: int) -> float:
        """Where a couple's children hang, between two places of its row: beside the partner with fewer unions."""
        place, pair = self.place, self.partners[couple]
        if len(pair) == 1:
            mine = place[pair[0]]
            taken = {
                tuple(sorted((place[p[0]], place[p[1]])))
                for p in self.partners
                if len(p) == 2 and pair[0] in p and place[p[0]] >= 0 and place[p[1]] >= 0
            }
            return mine - 0.5 if (mine, mine + 1) in taken and (mine - 1, mine) not in taken else mine + 0.5
        left, right = sorted(pair, key=lambda n: place[n])
        return place[left] + 0.5 if self.unions[left] < self.unions[right] else place[right] - 0.5

    def _in_row(self, row: int, order: list[int]) -> float:
        place, total = self.place, 0.0
        brackets = []
        for number in self._couples_in[row]:
            pair = self.partners[number]
            if any(place[p] < 0 for p in pair):
                continue
            if len(pair) == 1:
                gap = self.gap(number)
                brackets.append((gap - 0.2, gap + 0.2, True))
                continue
            a, b = place[pair[0]], place[pair[1]]
            if self._man_left[number] and a > b:
                total += SIDE
            if a > b:
                a, b = b, a
            total += BETWEEN * (b - a - 1)
            total += CROSSING * sum(1 for way in self._ways if self.row[way] == row and a < place[way] < b)
            brackets.append((float(a), float(b), number in self.has_children))
        for n, (left, right, fruit) in enumerate(brackets):
            for c, d, others in brackets[n + 1 :]:
                if left <= c and d <= right:
                    total += CROSSING * others
                elif c <= left and right <= d:
                    total += CROSSING * fruit
                elif left < c < right < d or c < left < d < right:
                    total += CROSSING
        for one, first, second in self._serial:
            if self.row[one] == row and -1 < place[second] < place[first]:
                total += LATER
        here = [place[n] for n in self.household if self.row[n] == row and place[n] >= 0]
        if here:
            total += STRANGER * (max(here) - min(here) + 1 - len(here))
        for one, other in self._bonds:
            if self.row[one] == row == self.row[other] and place[one] >= 0 <= place[other]:
                total += BOND * (abs(place[one] - place[other]) - 1)
        return total

    def _below(self, row: int) -> float:
        """What the lines from one row to the next cost."""
        place, total, lines = self.place, 0.0, []
        for drop in self._drops_in[row]:
            if drop.couple < 0:
                if place[drop.source] < 0:
                    continue
                start = float(place[drop.source])
            else:
                there = all(place[p] >= 0 for p in self.partners[drop.couple])
                start = self.gap(drop.couple) if there else -1.0
            here = [place[t] for t in drop.targets if place[t] >= 0]
            if start >= 0:
                lines.append((start, here))
            for n, one in enumerate(here):
                for other in here[n + 1 :]:
                    total += ELDER * (one > other)
            if here:
                total += AMONG * (max(here) - min(here) + 1 - len(here))
        for elder, younger in self._halves[row]:
            total += HALF * (-1 < place[younger] < place[elder])
        for n, (start, ends) in enumerate(lines):
            for begin, others in lines[n + 1 :]:
                if start == begin:
                    continue
                for end in ends:
                    for far in others:
                        if (start - begin) * (end - far) < 0:
                            total += CROSSING
        return total

    def cost(self, orders: list[list[int]], rows: Iterable[int]) -> float:
        """The cost of what touches these rows."""
        rows = set(rows)
        between = {r for r in rows if r + 1 < self.rows} | {r - 1 for r in rows if r > 0}
        return sum(self._in_row(r, orders[r]) for r in rows) + sum(self._below(r) for r in between)

    def number(self, orders: list[list[int]], row: int) -> None:
        for n, node in enumerate(orders[row]):
            self.place[node] = n

    # -- search ---------------------------------------------------------------------------------------------

    def arrange(self) -> list[list[int]]:
        """The order of each row."""
        self.trials = 0
        best: list[list[int]] | None = None
        least = 0.0
        for sequence in self._sequences():
            orders: list[list[int]] = [[] for _ in range(self.rows)]
            self.place = [-1] * len(self.row)
            for node in sequence:
                self._put(orders, (node,))
            for turned in (False, True):  # all the other way round may be better, and no single step leads there
                if turned:
                    orders = [list(reversed(o)) for o in orders]
                    for row in range(self.rows):
                        self.number(orders, row)
                cost = self._improve(orders)
                if best is None or cost < least - 1e-6:
                    best, least = [list(o) for o in orders], cost
            if least < CROSSING:
                break
        assert best is not None
        self.place = [-1] * len(self.row)
        for row in range(self.rows):
            self.number(best, row)
        return best

    def _near(self) -> dict[int, list[int]]:
        near: dict[int, list[int]] = defaultdict(list)
        for drop in self.drops:
            sources = self.partners[drop.couple] if drop.couple >= 0 else (drop.source,)
            for target in drop.targets:
                for source in sources:
                    near[source].append(target)
                    near[target].append(source)
        for pair in self.partners:
            if len(pair) == 2:
                near[pair[0]].insert(0, pair[1])
                near[pair[1]].insert(0, pair[0])
        return near

    def _sequences(self) -> Iterable[list[int]]:
        """In what turn people are put in: from the client outwards, from the oldest down, and into the depth."""
        near = self._near()
        everyone = range(len(self.row))
        clients = [n for n in range(self.people) if self.family.people[self.ids[n]].client]
        for starts, deep in (
            ([*clients, *everyone], False),
            (sorted(everyone, key=lambda n: self.row[n]), True),
            ([*clients, *everyone], True),
            (sorted(everyone, key=lambda n: self.row[n]), False),
        ):
            seen: list[int] = []
            known: set[int] = set()
            todo: list[int] = list(reversed(starts)) if deep else list(starts)
            if deep:
                while todo:
                    node = todo.pop()
                    if node not in known:
                        known.add(node)
                        seen.append(node)
                        todo += [n for n in reversed(near[node]) if n not in known]
            else:
                for start in todo:
                    queue = [start] if start not in known else []
                    known.add(start)
                    for node in queue:
                        seen.append(node)
                        for other in near[node]:
                            if other not in known:
                                known.add(other)
                                queue.append(other)
            yield seen

    def _put(self, orders: list[list[int]], block: tuple[int, ...]) -> float:
        """Put nodes of one row in where they cost least."""
        row = self.row[block[0]]
        order = orders[row]
        best, least = 0, float("inf")
        for at in range(len(order) + 1):
            orders[row] = [*order[:at], *block, *order[at:]]
            self.number(orders, row)
            cost = self.cost(orders, (row,))
            self.trials += 1
            if cost < least - 1e-9:
                best, least = at, cost
        orders[row] = [*order[:best], *block, *order[best:]]
        self.number(orders, row)
        return least

    def _take(self, orders: list[list[int]], nodes: Iterable[int]) -> None:
        for node in nodes:
            orders[self.row[node]].remove(node)
            self.place[node] = -1
        for row in {self.row[node] for node in nodes}:
            self.number(orders, row)

    def _improve(self, orders: list[list[int]]) -> float:
        """Move people and branches as long as it makes the orders better; returns their cost."""
        blocks = self._blocks()
        every = range(self.rows)
        now = self.cost(orders, every)
        better = True
        while better and self.trials < TRIALS and now > 0:
            better = False
            for block in blocks:
                kept = [list(o) for o in orders]
                rows: dict[int, list[int]] = defaultdict(list)
                for node in sorted(block, key=lambda n: self.place[n]):
                    rows[self.row[node]].append(node)
                for turned in (False, True) if len(block) > 1 else (False,):
                    self._take(orders, block)
                    for row in sorted(rows, key=lambda r: (r != self.row[block[0]], r)):
                        self._put(orders, tuple(reversed(rows[row])) if turned else tuple(rows[row]))
                    after = self.cost(orders, every)
                    if after < now - 1e-6:
                        now, better = after, True
                        break
                    orders[:] = [list(o) for o in kept]
                    for row in every:
                        self.number(orders, row)
                if self.trials > TRIALS:
                    break
        return now

    def _blocks(self) -> list[list[int]]:
        """What is moved as one: each alone, partners, and every branch that hangs on the rest by one line."""
        blocks = [[n] for n in range(len(self.row))]
        blocks += [list(pair) for pair in self.partners if len(pair) == 2]
        joints: dict[int, list[int]] = defaultdict(list)  # couples and ways, numbered below 0, and their people
        for number, pair in enumerate(self.partners):
            joints[-1 - number] += pair
        for number, drop in enumerate(self.drops):
            joint = -1 - drop.couple if drop.couple >= 0 else -1 - len(self.partners) - number
            joints[joint] += [n for n in (drop.source,) if n >= 0]
            joints[joint] += drop.targets
        near: dict[int, list[int]] = defaultdict(list)
        for joint, ends in joints.items():
            for end in ends:
                near[joint].append(end)
                near[end].append(joint)
        for joint, ends in joints.items():
            for end in ends:
                branch = [end]
                for node in branch:
                    branch += [n for n in near[node] if n not in branch and (node, n) != (end, joint)]
                    if joint in branch:
                        break
                else:
                    part = [n for n in branch if n >= 0]
                    rest = [n for n in range(len(self.row)) if n not in part]
                    for block in (part, rest):
                        if 1 < len(block) <= len(self.row) / 2 and block not in blocks:
                            blocks.append(block)
        return blocks
