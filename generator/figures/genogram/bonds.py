"""The ways of emotional relations: straight or in a bow past everybody else, else through the lanes between rows."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from generator.figures.genogram.family import AIMED, Tie
from generator.figures.genogram.lines import SMALL, Point, Slash, Stroke
from generator.figures.genogram.placing import Box, Plan

#: Kept free between a relation's line and anybody's symbol or words, and between two lines, in millimetres.
CLEAR, APART = 0.85, 0.8
#: How far a relation's drawing reaches to either side of its way.
HALF = {"亲密": 0.65, "很亲密": 0.95, "亲密而冲突": 1.0, "冲突": 0.8, "虐待": 0.8, "断绝": 0.4}
_THIN, _HEAD = 0.25, 1.2
#: What a millimetre near another line costs beside its length, along it and across it: a line of kinship, the
#: household's outline, another relation; what a port costs that is nobody's own.
_KIN, _FENCE, _OTHER, _PORT = (11.0, 1.0), (4.0, 0.3), (13.0, 1.7), 16.0
#: How often every relation is led anew, past all the others.
_ROUNDS = 2
#: The ground is weighed in squares so wide (mm), and in so many directions.
_CELL, _COMPASS = 0.7, 12
#: What lies near a square: direction -> the cost of going along it and across it.
_Ground = dict[tuple[int, int], dict[int, tuple[float, float]]]


def routes(plan: Plan, drawn: Iterable[Stroke | Slash], fences: list[list[Point]]) -> list[tuple[Tie, list[Point]]]:
    """Each relation with the points of its way, from one outline to the other."""
    drawn = list(drawn)
    ties = sorted(plan.web.family.bonds, key=lambda t: _span(plan, t))
    kin = {half: _settled(drawn, fences, half) for half in {_half(t) for t in ties}}
    marks = [Box(s.x - 1.7, s.y - 1.5, s.x + 1.7, s.y + 1.5) for s in drawn if isinstance(s, Slash)]
    found: dict[int, list[Point]] = {}
    for turn in range(_ROUNDS):
        for number, tie in enumerate(ties):
            others = [(ties[n], points) for n, points in found.items() if n != number]
            if turn and not _crowded(tie, found[number], kin[_half(tie)], others):
                continue
            found[number] = _route(plan, tie, marks, kin[_half(tie)], others)
    return [(tie, found[number]) for number, tie in enumerate(ties)]


def _half(tie: Tie) -> float:
    return HALF.get(tie.kind, _THIN)


def _settled(drawn: list[Stroke | Slash], fences: list[list[Point]], half: float) -> _Ground:
    """What the lines of kinship and of the household cost a relation that reaches so far."""
    ground: _Ground = {}
    for loop in fences:
        _stamp(ground, [*loop, loop[0]], half + 0.6, _FENCE)
    for stroke in drawn:
        if isinstance(stroke, Stroke):
            _stamp(ground, stroke.points, half + APART, _KIN)
    return ground


def _felt(tie: Tie, others: list[tuple[Tie, list[Point]]]) -> _Ground:
    """What the other relations cost one."""
    ground: _Ground = {}
    for other, points in others:
        _stamp(ground, points, _half(tie) + _half(other) + APART, _OTHER)
        if other.kind in AIMED:
            _stamp(ground, points[-2:], _half(tie) + _HEAD + APART, _OTHER)
    return ground


def _crowded(tie: Tie, points: list[Point], kin: _Ground, others: list[tuple[Tie, list[Point]]]) -> bool:
    return _toll(points, (kin, _felt(tie, others))) + _ports_taken(tie, points, others) > 6.0


def _ports_taken(tie: Tie, points: list[Point], others: list[tuple[Tie, list[Point]]]) -> float:
    ends = (points[0], points[-1])
    near = [_half(tie) + _half(other) + APART for other, _ in others]
    return _PORT * sum(
        math.dist(end, far) < apart
        for (_, way), apart in zip(others, near, strict=True)
        for end in ends
        for far in (way[0], way[-1])
    )


def _route(plan: Plan, tie: Tie, marks: list[Box], kin: _Ground, others: list[tuple[Tie, list[Point]]]) -> list[Point]:
    web = plan.web
    symbols = {n: plan.symbol(n) for n in range(web.people)}
    words = [plan.words(n) for n in range(web.people)]
    ways = [plan.body(n).grown(-0.3) for n in range(web.people, len(web.row))]
    ends = web.node[tie.start], web.node[tie.end]
    clear = max(CLEAR, _half(tie) + 0.3)
    solid = [  # down to the words: what passes between a symbol and its bracket seems to be the couple's
        Box(b.left, b.top, b.right, plan.names[web.row[n]]).grown(clear) for n, b in symbols.items() if n not in ends
    ]
    solid += [b.grown(clear) for b in words]
    solid += ways + marks
    own = [symbols[n].grown(-0.8) for n in ends]
    grounds = (kin, _felt(tie, others))
    best, least = None, math.inf
    for search, enough in ((_bows, 2.0), (_wide, 1.3), (_passes, 2.0)):
        if best is not None and least < enough * (_span(plan, tie) + 10):
            continue
        for length, points, way in search(plan, *ends):
            if length >= least:
                break
            if not _free(points, solid, own, plan):
                continue
            cost = length + _toll(points, grounds) + _ports_taken(tie, points, others)
            if cost < least:
                best, least = _drawn(way) or points, cost
    if best is None or least > 2 * _span(plan, tie) + 20:
        heads = (2.0, 0.0) if tie.kind in AIMED else (0.0,)  # an arrow comes in straight if it can
        other = next(
            (w for head in heads if (w := _lanes(plan, ends, solid, symbols, grounds, head, least - 14))), None
        )
        if other:
            cost = 1.5 * _length(other) + 14 + _toll(other, grounds) + _ports_taken(tie, other, others)
            if best is None or cost < least:
                best = other
    return best or _straight(plan, *ends)


def _span(plan: Plan, tie: Tie) -> float:
    a, b = plan.web.node[tie.start], plan.web.node[tie.end]
    return math.hypot(plan.x[a] - plan.x[b], plan.middle(a) - plan.middle(b))


def _length(points: list[Point]) -> float:
    return sum(math.dist(a, b) for a, b in itertools.pairwise(points))


def radius(plan: Plan, node: int, angle: float) -> float:
    """From the middle of a symbol to its outline in a direction."""
    half = plan.style.symbol / 2
    person = plan.web.family.people[plan.web.ids[node]]
    across, up = abs(math.cos(angle)), abs(math.sin(angle))
    if person.pregnancy:
        return half * 2 * SMALL[person.pregnancy]
    if person.gender == "男":
        return half / max(across, up)
    return half if person.gender == "女" else half * 1.08 / (across + up)


def _port(plan: Plan, node: int, angle: float) -> Point:
    away = radius(plan, node, angle) + 0.5
    return plan.x[node] + away * math.cos(angle), plan.middle(node) + away * math.sin(angle)


def _straight(plan: Plan, one: int, other: int) -> list[Point]:
    angle = math.atan2(plan.middle(other) - plan.middle(one), plan.x[other] - plan.x[one])
    return [_port(plan, one, angle), _port(plan, other, angle + math.pi)]


#: What a bow is made of: its ends, and what it is drawn to.
_Bow = tuple[Point, Point, Point, Point]
#: How long a way is, its turns counted in; points on it; the bows it is made of.
_Way = tuple[float, list[Point], tuple[_Bow, ...]]


def _drawn(bows: tuple[_Bow, ...]) -> list[Point]:
    """Bows with so many points that nobody sees them."""
    found: list[Point] = []
    for bow in bows:
        steps = max(12, round(math.dist(bow[0], bow[-1]) * 1.5))
        found += [_bezier(*bow, t / steps) for t in range(1 if found else 0, steps + 1)]
    return found


#: The weights of a bow's four points at fifteen places along it.
_WEIGHTS = tuple(((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3) for t in (n / 14 for n in range(15)))


def _weighed(*bows: _Bow) -> _Way:
    points: list[Point] = []
    turn = 0.0
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in bows:
        points += [
            (p * ax + q * bx + r * cx + s * dx, p * ay + q * by + r * cy + s * dy)
            for p, q, r, s in _WEIGHTS[1 if points else 0 :]
        ]
        legs = [(bx - ax, by - ay), (cx - bx, cy - by), (dx - cx, dy - cy)]
        ways = [math.atan2(y, x) for x, y in legs if abs(x) + abs(y) > 1e-9]
        turn += sum(abs((w - v + math.pi) % math.tau - math.pi) for v, w in itertools.pairwise(ways))
    return _length(points) + 2.5 * turn, points, bows


#: Ways to leave a symbol, from the direction of the other one.
_TURNS = tuple(math.radians(a) for a in (0, 15, -15, 30, -30, 50, -50, 70, -70, 95, -95))
_ANGLES = tuple(math.radians(a) for a in (0, 35, 60, 120, 145, 180, 215, 240, 300, 325))


def _bows(plan: Plan, one: int, other: int) -> Iterator[_Way]:
    """Straight, then bows that leave both symbols in all directions, the shortest first."""
    straight = _straight(plan, one, other)
    yield _length(straight), straight, ()
    yield from _bent(plan, one, other, ((0.0, 0.0), (0.2, 0.2), (0.38, 0.38), (0.6, 0.6)))


def _wide(plan: Plan, one: int, other: int) -> Iterator[_Way]:
    """Bows that go far out at one end or at both."""
    yield from _bent(plan, one, other, ((0.15, 0.5), (0.5, 0.15), (0.2, 0.9), (0.9, 0.2), (0.9, 0.9)))


def _bent(plan: Plan, one: int, other: int, pulls: tuple[tuple[float, float], ...]) -> Iterator[_Way]:
    bows: list[_Way] = []
    toward = math.atan2(plan.middle(other) - plan.middle(one), plan.x[other] - plan.x[one])
    for leave, come in itertools.product(_TURNS, _TURNS):
        if abs(leave) + abs(come) > 2.8:
            continue
        out, back = toward + leave, toward + math.pi - come
        a, d = _port(plan, one, out), _port(plan, other, back)
        far = max(math.dist(a, d), 5.0)
        for first, last in pulls:
            if first or abs(leave) + abs(come) < 1.2:
                bows.append(_weighed((a, _beyond(a, out, first * far), _beyond(d, back, last * far), d)))
    yield from sorted(bows, key=lambda bow: bow[0])


def _passes(plan: Plan, one: int, other: int) -> Iterator[_Way]:
    """Over a row between theirs, down through a gap of it: two bows that meet upright."""
    turned = plan.middle(one) > plan.middle(other)
    if turned:
        one, other = other, one
    rows = plan.web.row[one], plan.web.row[other]
    ways: list[_Way] = []
    for row in range(rows[0] + 1, rows[1]) if rows[1] - rows[0] == 2 else ():
        bodies = [plan.body(n) for n in plan.orders[row]]
        gaps = []
        for left, right in itertools.pairwise(bodies):
            low, high = left.right + CLEAR + 0.3, right.left - CLEAR - 0.3
            if low < high:  # beside what falls in the middle, too
                gaps += [(low + high) / 2, *((low, high) if high - low > 1.5 else ())]
        gaps += [bodies[0].left - 2.0, bodies[-1].right + 2.0] if bodies else []
        for x in gaps:
            top, bottom = (x, plan.top[row] - 1.0), (x, plan.foot[row] + 1.0)
            for leave, come in itertools.product(_ANGLES, _ANGLES):
                a, d = _port(plan, one, leave), _port(plan, other, come)
                if (x - plan.x[one]) * math.cos(leave) < -1e-6 or (x - plan.x[other]) * math.cos(come) < -1e-6:
                    continue  # away from the gap
                up, down = 0.4 * math.dist(a, top), 0.4 * math.dist(d, bottom)
                first = (a, _beyond(a, leave, up), (x, top[1] - up), top)
                last = (bottom, (x, bottom[1] + down), _beyond(d, come, down), d)
                ways.append(_weighed(first, (top, top, bottom, bottom), last))
    for length, points, (first, through, last) in sorted(ways, key=lambda way: way[0]):
        if turned:
            yield length, points[::-1], (last[::-1], through[::-1], first[::-1])
        else:
            yield length, points, (first, through, last)


def _beyond(point: Point, angle: float, far: float) -> Point:
    return point[0] + far * math.cos(angle), point[1] + far * math.sin(angle)


def _bend(a: Point, b: Point, c: Point) -> float:
    turn = math.atan2(c[1] - b[1], c[0] - b[0]) - math.atan2(b[1] - a[1], b[0] - a[0])
    return abs((turn + math.pi) % math.tau - math.pi)


def _bezier(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    w = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    return (
        w[0] * a[0] + w[1] * b[0] + w[2] * c[0] + w[3] * d[0],
        w[0] * a[1] + w[1] * b[1] + w[2] * c[1] + w[3] * d[1],
    )


def enters(a: Point, b: Point, box: Box) -> bool:
    """Whether a stretch comes into a box."""
    if max(a[0], b[0]) <= box.left or min(a[0], b[0]) >= box.right:
        return False
    if max(a[1], b[1]) <= box.top or min(a[1], b[1]) >= box.bottom:
        return False
    low, high = 0.0, 1.0
    for start, step, near, far in ((a[0], b[0] - a[0], box.left, box.right), (a[1], b[1] - a[1], box.top, box.bottom)):
        if abs(step) < 1e-9:
            continue
        t1, t2 = sorted(((near - start) / step, (far - start) / step))
        low, high = max(low, t1), min(high, t2)
    return low < high


def _free(points: list[Point], solid: list[Box], own: list[Box], plan: Plan) -> bool:
    left, right = min(p[0] for p in points), max(p[0] for p in points)
    top, bottom = min(p[1] for p in points), max(p[1] for p in points)
    if left < 0.9 or right > plan.width - 0.9 or top < 0.9 or bottom > plan.height - 0.9:
        return False
    near = [b for b in solid if b.left < right and b.right > left and b.top < bottom and b.bottom > top]
    stretches = list(itertools.pairwise(points))
    if any(enters(a, b, box) for a, b in stretches for box in near):
        return False
    return not any(enters(a, b, box) for a, b in stretches[1:-1] for box in own)


@cache
def _disc(radius: float) -> tuple[tuple[int, int], ...]:
    far = math.ceil(radius / _CELL)
    steps = range(-far, far + 1)
    return tuple((i, j) for i in steps for j in steps if math.hypot(i, j) * _CELL <= radius)


def _heading(a: Point, b: Point) -> int:
    return round(math.atan2(b[1] - a[1], b[0] - a[0]) / math.pi * _COMPASS) % _COMPASS


def _samples(a: Point, b: Point) -> Iterator[tuple[int, int]]:
    """The squares a stretch goes through."""
    count = max(1, round(math.dist(a, b) / _CELL))
    for n in range(count):
        part = (n + 0.5) / count
        x, y = a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
        yield int(x // _CELL), int(y // _CELL)


def _stamp(ground: _Ground, points: Sequence[Point], radius: float, cost: tuple[float, float]) -> None:
    for a, b in itertools.pairwise(points):
        heading = _heading(a, b)
        for i, j in _samples(a, b):
            for di, dj in _disc(radius):
                cell = ground.setdefault((i + di, j + dj), {})
                cell[heading] = max(cost, cell.get(heading, cost))


def _toll(points: Sequence[Point], grounds: tuple[_Ground, ...]) -> float:
    """What a way costs beside its length: what it runs along, and what it crosses."""
    toll = 0.0
    for a, b in itertools.pairwise(points):
        heading, step = _heading(a, b), math.dist(a, b) / max(1, round(math.dist(a, b) / _CELL))
        for square in _samples(a, b):
            for ground in grounds:
                if near := ground.get(square):
                    toll += step * max(
                        cost[1 < (heading - way) % _COMPASS < _COMPASS - 1] for way, cost in near.items()
                    )
    return toll


def away(p: Point, a: Point, b: Point) -> float:
    """How far a point is from a stretch."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    t = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy or 1.0)
    t = min(1.0, max(0.0, t))
    return math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)


# -- through the lanes ---------------------------------------------------------------------------------------


def _lanes(
    plan: Plan,
    ends: tuple[int, int],
    solid: list[Box],
    symbols: dict[int, Box],
    grounds: tuple[_Ground, ...],
    head: float,
    most: float,
) -> list[Point] | None:
    """The cheapest way on a grid between everybody, its corners rounded (A*); none that costs more than ``most``."""
    blocked = [*solid, *(symbols[n].grown(CLEAR) for n in ends)]
    ports = [[(q, _out(q, plan, n, far)) for q in _ports(plan, n)] for n, far in zip(ends, (0.0, head), strict=True)]
    xs = {1.6, plan.width - 1.6} | {o[0] for side in ports for _, o in side}
    ys = {1.6, plan.height - 1.6} | {o[1] for side in ports for _, o in side}
    for box in blocked:
        xs |= {box.left - 0.15, box.right + 0.15}
        ys |= {box.top - 0.15, box.bottom + 0.15, box.top - 1.6, box.bottom + 1.6}
    for row in plan.orders:
        bodies = [plan.body(n) for n in row]
        xs |= {(a.right + b.left) / 2 for a, b in itertools.pairwise(bodies)}
    near = [b.grown(0.8) for b in blocked]
    kept = [o for side in ports for _, o in side]
    across = _thinned((x for x in xs if 1.0 < x < plan.width - 1.0), {o[0] for o in kept})
    along = _thinned((y for y in ys if 1.0 < y < plan.height - 1.0), {o[1] for o in kept})
    starts = _open(ports[0], across, along, blocked)
    goals = dict(_open(ports[1], across, along, blocked))
    if not starts or not goals:
        return None
    aim = (plan.x[ends[1]], plan.middle(ends[1]))
    cache: dict[tuple[Point, Point], float] = {}

    def price(a: Point, b: Point) -> float:
        key = (min(a, b), max(a, b))
        if key not in cache:
            cache[key] = (
                math.inf
                if any(enters(a, b, box) for box in blocked)
                else math.dist(a, b) * (1.6 if any(enters(a, b, box) for box in near) else 1) + _toll((a, b), grounds)
            )
        return cache[key]

    heap: list[tuple[float, float, int, tuple[int, int], int]] = []
    came: dict[tuple[tuple[int, int], int], tuple[tuple[int, int], int] | Point] = {}
    best: dict[tuple[tuple[int, int], int], float] = {}
    tick = itertools.count()
    for cell, port in starts:
        for way in (0, 1):
            if (cell, way) not in best:
                best[cell, way] = 0.0
                came[cell, way] = port
                heapq.heappush(heap, (0.0, 0.0, next(tick), cell, way))
    while heap:
        hoped, paid, _, cell, way = heapq.heappop(heap)
        if hoped > most:
            return None
        if paid > best[cell, way] + 1e-9:
            continue
        if cell in goals:
            return _rounded(_back(cell, way, came, across, along, goals[cell]))
        here = (across[cell[0]], along[cell[1]])
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            to = (cell[0] + dx, cell[1] + dy)
            if not (0 <= to[0] < len(across) and 0 <= to[1] < len(along)):
                continue
            there, turn = (across[to[0]], along[to[1]]), 1 if dy else 0
            cost = paid + price(here, there) + (4.0 if turn != way else 0.0)
            if cost < best.get((to, turn), math.inf) - 1e-9:
                best[to, turn] = cost
                came[to, turn] = (cell, way)
                rest = abs(there[0] - aim[0]) + abs(there[1] - aim[1]) - 2 * plan.style.symbol
                heapq.heappush(heap, (cost + max(rest, 0.0), cost, next(tick), to, turn))
    return None


def _thinned(values: Iterable[float], kept: set[float]) -> list[float]:
    """In order, without those that hardly differ."""
    found: list[float] = []
    for value in sorted(values):
        if value in kept or not found or value - found[-1] > 0.35:
            found.append(value)
    return found


def _ports(plan: Plan, node: int) -> list[Point]:
    slant = plan.style.symbol * 0.24
    y, half = plan.middle(node), plan.style.symbol / 2
    top = y - half * 0.86 - 0.5
    return [
        (plan.x[node] - slant, top), (plan.x[node] + slant, top),
        (plan.x[node] - half - 0.5, y), (plan.x[node] + half + 0.5, y),
    ]  # fmt: skip


def _out(port: Point, plan: Plan, node: int, far: float) -> Point:
    """Where a line from a port is clear of its symbol, and so much further."""
    box = plan.symbol(node).grown(CLEAR + 0.15 + far)
    if port[1] < plan.middle(node) - 0.1:
        return port[0], box.top
    return (box.left if port[0] < plan.x[node] else box.right), port[1]


def _open(
    ports: list[tuple[Point, Point]], across: list[float], along: list[float], blocked: list[Box]
) -> list[tuple[tuple[int, int], Point]]:
    cells = []
    for port, (x, y) in ports:
        inside = any(b.left < x < b.right and b.top < y < b.bottom for b in blocked)
        if not inside and x in across and y in along:
            cells.append(((across.index(x), along.index(y)), port))
    return cells


def _back(
    cell: tuple[int, int],
    way: int,
    came: dict[tuple[tuple[int, int], int], tuple[tuple[int, int], int] | Point],
    across: list[float],
    along: list[float],
    end: Point,
) -> list[Point]:
    points = [end]
    state: tuple[tuple[int, int], int] | Point = (cell, way)
    while isinstance(state[0], tuple):
        (i, j), _ = state
        points.append((across[i], along[j]))
        state = came[state]
    points.append(state)
    points.reverse()
    straight = points[:1]
    for before, point, after in zip(points, points[1:], points[2:], strict=False):
        if _bend(before, point, after) > 1e-6 and point not in (straight[-1], after):
            straight.append(point)
    return [*straight, points[-1]]


def _rounded(points: list[Point], by: float = 2.4) -> list[Point]:
    """A way with its corners cut in a bow."""
    found = points[:1]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        cut = min(by, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        a, b = _toward(corner, before, cut), _toward(corner, after, cut)
        found += [
            _bezier(a, _toward(corner, a, cut * 0.45), _toward(corner, b, cut * 0.45), b, t / 5) for t in range(6)
        ]
    return [*found, points[-1]]


def _toward(a: Point, b: Point, by: float) -> Point:
    whole = math.dist(a, b) or 1.0
    return a[0] + (b[0] - a[0]) * by / whole, a[1] + (b[1] - a[1]) * by / whole
