"""The lines of kinship: brackets of couples, what falls from them, bars of siblings, twins."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from generator.figures.genogram.family import Descent
from generator.figures.genogram.order import Drop
from generator.figures.genogram.placing import Plan

Point = tuple[float, float]
#: Half the size of the small symbols of pregnancies, of that of a person.
SMALL = {"怀孕": 0.4, "死产": 0.34, "流产": 0.16, "引产": 0.2}


#: What ties parents of whom no union was told.
UNSAID = "关系未写明"


@dataclass(frozen=True)
class Stroke:
    """A line through points; ``kind`` says how it is drawn: a union's kind, or how a child came."""

    points: tuple[Point, ...]
    kind: str


@dataclass(frozen=True)
class Slash:
    """Where the strokes of a separation cross a bracket."""

    x: float
    y: float
    kind: str


def reach(plan: Plan, node: int, offset: float = 0.0) -> float:
    """From the middle of a symbol to its outline, straight up or down at ``offset`` beside the middle."""
    half = plan.style.symbol / 2
    person = plan.web.family.people[plan.web.ids[node]]
    if person.pregnancy:
        return half * 2 * SMALL[person.pregnancy]
    if person.gender == "男":
        return half
    if person.gender == "女":
        return math.sqrt(max(half * half - offset * offset, 0.0))
    return half * 1.08 - abs(offset)


def _feet(plan: Plan) -> dict[tuple[int, int], float]:
    """Where the brackets of each person leave the symbol: (couple, person) -> x; nested ones side by side."""
    web = plan.web
    feet: dict[tuple[int, int], float] = {}
    of: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for number, pair in enumerate(web.partners):
        for one in pair:
            far = web.place[pair[0] if pair[-1] == one else pair[-1]] if len(pair) == 2 else web.gap(number)
            side = 1 if far > web.place[one] else -1
            of[one].append((side, -side * plan.lanes[number], number))
    for one, couples in of.items():
        step = min(1.9, plan.style.symbol * 0.62 / max(len(couples) - 1, 1))
        for n, (_, _, number) in enumerate(sorted(couples)):
            feet[number, one] = plan.x[one] + step * (n - (len(couples) - 1) / 2)
    return feet


def level(plan: Plan, couple: int) -> float:
    """The y of a couple's bracket."""
    row = plan.web.row[plan.web.partners[couple][0]]
    return plan.top[row] + plan.style.symbol + plan.style.lane * plan.lanes[couple]


def brackets(plan: Plan) -> Iterator[Stroke | Slash]:
    web, feet = plan.web, _feet(plan)
    falls = {d.couple: plan.fall[n] for n, d in enumerate(web.drops) if d.couple >= 0}
    for number, pair in enumerate(web.partners):
        y, kind = level(plan, number), web.couples[number].kind or UNSAID
        ends = [
            (feet[number, one], plan.middle(one) + reach(plan, one, feet[number, one] - plan.x[one])) for one in pair
        ]
        if len(pair) == 1:
            (x, bottom), fall = ends[0], falls[number]
            yield Stroke(((x, bottom), (x, y), (fall, y)), "亲子")
            continue
        (a, up), (b, down) = sorted(ends)
        dashed = kind if kind in ("同居", "恋爱", UNSAID) else "婚姻"
        yield Stroke(((a, up), (a, y), (b, y), (b, down)), dashed)
        if kind in ("分居", "离异", "复婚"):
            yield Slash(_separated(plan, number, a, b, falls), y, kind)


def _separated(plan: Plan, couple: int, left: float, right: float, falls: dict[int, float]) -> float:
    """Where a bracket bears the strokes of a separation: below nobody else, clear of what falls, nearest to that of
    the two who has the fewer unions, so that it is not taken for somebody else's.
    """
    web, row = plan.web, plan.web.row[plan.web.partners[couple][0]]
    half = plan.style.symbol / 2 + 1.2
    shut = [
        (plan.x[n] - half, plan.x[n] + half)
        for n in plan.orders[row]
        if n < web.people and n not in web.partners[couple]
    ]
    shut += [(x - 1.8, x + 1.8) for number, x in falls.items() if web.row[web.partners[number][0]] == row]
    free: list[tuple[float, float]] = []
    reached = left + 1.2
    for low, high in [*sorted(shut), (right - 1.2, right)]:
        if min(low, right - 1.2) - reached > 0.3:
            free.append((reached, min(low, right - 1.2)))
        reached = max(reached, high)
    one, other = sorted(web.partners[couple], key=lambda n: (web.unions[n], n))
    if not free:
        return (left + right) / 2
    if web.unions[one] == web.unions[other]:
        low, high = max(free, key=lambda part: part[1] - part[0])
        return (low + high) / 2
    low, high = min(free, key=lambda part: abs((part[0] + part[1]) / 2 - plan.x[one]))
    return (low + high) / 2


def descents(plan: Plan) -> Iterator[Stroke]:
    """What hangs below couples."""
    web = plan.web
    for number, drop in enumerate(web.drops):
        fall, bar = plan.fall[number], plan.bars[number]
        start = level(plan, drop.couple) if drop.couple >= 0 else plan.top[web.row[drop.source]]
        ways = {child.how for child in drop.children}
        whole = ways.pop() if len(ways) == 1 else "亲子"
        ends = [(x, t, c.how) for x, t, c in zip(plan.stems(drop), drop.targets, drop.children, strict=True)]
        groups = _twins(plan, drop, ends)
        joints = [sum(x for x, _, _ in group) / len(group) for group in groups]
        near = 0.12 * plan.style.symbol if drop.targets[0] < web.people else 1e-6
        if len(joints) == 1 and abs(joints[0] - fall) < near:  # one child nearly below: a straight line
            joints = [fall]
            if len(groups[0]) == 1:
                groups = [[(fall, *groups[0][0][1:])]]
        for group, joint in zip(groups, joints, strict=True):
            yield from _stems(plan, group, joint, bar)
        yield Stroke(((fall, start), (fall, bar)), whole)
        turns = sorted({*joints, fall})
        for a, b in itertools.pairwise(turns):  # a stretch is as those are that it leads to
            led = {g[0][2] for g, j in zip(groups, joints, strict=True) if (j >= b if a >= fall else j <= a)}
            yield Stroke(((a, bar), (b, bar)), led.pop() if len(led) == 1 else "亲子")


def _twins(plan: Plan, drop: Drop, ends: list[tuple[float, int, Descent]]) -> list[list[tuple[float, int, Descent]]]:
    """Children by birth: twins together if they stand side by side."""
    people, ids = plan.web.family.people, plan.web.ids
    groups: list[list[tuple[float, int, Descent]]] = []
    mark = None
    for end in sorted(ends):
        mine = people[ids[end[1]]].twin if end[1] < plan.web.people and drop.couple >= 0 else None
        if mine and mine == mark:
            groups[-1].append(end)
        else:
            groups.append([end])
        mark = mine
    return groups


def _stems(plan: Plan, group: list[tuple[float, int, Descent]], joint: float, bar: float) -> Iterator[Stroke]:
    web = plan.web
    if len(group) == 1:
        x, node, how = group[0]
        if node >= web.people:
            yield Stroke(((x, bar), (x, plan.top[web.row[node]])), how)
        else:
            yield Stroke(((x, bar), (x, plan.middle(node) - reach(plan, node, x - plan.x[node]))), how)
        return
    tips = [(x, plan.middle(n) - reach(plan, n, x - plan.x[n])) for x, n, _ in group]
    for tip, (_, _, how) in zip(tips, group, strict=True):
        yield Stroke(((joint, bar), tip), how)
    alike = [web.family.people[web.ids[n]].identical for _, n, _ in group]
    for (one, other), both in zip(itertools.pairwise(tips), itertools.pairwise(alike), strict=True):
        if all(both):
            part = 0.55
            a, b = ((joint + (x - joint) * part, bar + (y - bar) * part) for x, y in (one, other))
            yield Stroke((a, b), "同卵")


def kinship(plan: Plan) -> list[Stroke | Slash]:
    """All lines of kinship; where one has to cross another it goes over it in a small bow."""
    found = [*brackets(plan), *descents(plan)]
    level = [
        s for one in found if isinstance(one, Stroke) for s in itertools.pairwise(one.points) if s[0][1] == s[1][1]
    ]
    return [_hopping(one, level) if isinstance(one, Stroke) else one for one in found]


def _hopping(stroke: Stroke, level: list[tuple[Point, Point]]) -> Stroke:
    points = list(stroke.points[:1])
    for a, b in itertools.pairwise(stroke.points):
        if a[0] == b[0]:
            down = 1 if b[1] > a[1] else -1
            low, high = sorted((a[1], b[1]))
            met = {c[1] for c, d in level if min(c[0], d[0]) + 0.2 < a[0] < max(c[0], d[0]) - 0.2}
            for y in sorted((y for y in met if low + 0.9 < y < high - 0.9), key=lambda y: y * down):
                turn = [math.pi * t / 9 for t in range(10)]
                points += [(a[0] + 0.8 * math.sin(t), y - down * 0.8 * math.cos(t)) for t in turn]
        points.append(b)
    return Stroke(tuple(points), stroke.kind)
