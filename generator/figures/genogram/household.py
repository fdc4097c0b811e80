"""The line round those who live together.

It is one outline if they stand beside or below each other; if others stand between them there are several, which look
alike: a line that led past the others would seem to take them in.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable

from generator.figures.genogram.lines import Point, Slash, Stroke
from generator.figures.genogram.placing import Box, Plan
from generator.vector import number

#: Beyond the words and symbols it goes round, and how round its corners are; what is no step.
_PAD, _ROUND, _STEP = 1.1, 2.4, 8.0
#: Further apart from side to side, two rows are not joined.
_REACH = 9.0


def fences(plan: Plan, kin: Iterable[Stroke | Slash]) -> list[list[Point]]:
    """The corners of the outlines; none if nobody was said to live together."""
    web = plan.web
    boxes: list[Box] = []
    rows = [(row, runs) for row in range(web.rows) if (runs := _runs(plan, row))] if web.household else []
    _aligned(plan, rows)
    for _, runs in rows:
        boxes += runs
    for (row, upper), (below, lower) in itertools.pairwise(rows):
        for run in lower if below == row + 1 else ():
            above = min(upper, key=lambda a: _between(run, a))
            if _between(run, above) < _REACH:
                boxes += _joined(above, run, *_lane(plan, row))
    lines = [part for s in kin if isinstance(s, Stroke) for part in itertools.pairwise(s.points)]
    bodies = [plan.body(n) for n in range(web.people)]
    return [_clear(loop, lines, bodies) for loop in _loops(boxes)]


def _clear(loop: list[Point], lines: list[tuple[Point, Point]], bodies: list[Box]) -> list[Point]:
    """An outline none of whose sides lies on a line of kinship; bodies stay on the side they are on."""
    points = list(loop)

    def near(axis: int, at: float, low: float, high: float) -> bool:
        return any(
            abs(a[axis] - b[axis]) < 0.1
            and abs(a[axis] - at) < 1.15
            and min(high, max(a[1 - axis], b[1 - axis])) - max(low, min(a[1 - axis], b[1 - axis])) > 1.0
            for a, b in lines
        )

    for n, corner in enumerate(loop):
        after = (n + 1) % len(points)
        axis = 0 if abs(corner[0] - loop[after][0]) < 1e-6 else 1
        at = points[n][axis]
        low, high = sorted((points[n][1 - axis], points[after][1 - axis]))
        if not near(axis, at, low, high):
            continue
        for by in (-0.6, 0.6, -1.2, 1.2, -1.7, 1.7):
            reach = sorted((at, at + by))
            sides = (
                (b.left, b.right, b.top, b.bottom) if axis == 0 else (b.top, b.bottom, b.left, b.right) for b in bodies
            )
            if near(axis, at + by, low, high) or any(
                a < reach[1] + 0.5 and b > reach[0] - 0.5 and c < high and d > low for a, b, c, d in sides
            ):
                continue
            for place in (n, after):
                moved = list(points[place])
                moved[axis] = at + by
                points[place] = (moved[0], moved[1])
            break
    return points


def _aligned(plan: Plan, rows: list[tuple[int, list[Box]]]) -> None:
    """Edges of neighbouring rows that are nearly in one line are brought into it, if nobody stands there."""
    for _ in range(2):
        for (row, upper), (below, lower) in itertools.pairwise(rows):
            if below > row + 1 or len(upper) > 1 or len(lower) > 1:
                continue
            a, b = upper[0], lower[0]
            left, right = min(a.left, b.left), max(a.right, b.right)
            for place, runs, box in ((row, upper, a), (below, lower, b)):
                others = [plan.body(n) for n in plan.orders[place] if n not in plan.web.household]
                if 0 < box.left - left < _STEP and not any(o.right > left - 0.8 and o.left < box.left for o in others):
                    runs[0] = box = Box(left, box.top, box.right, box.bottom)
                if 0 < right - box.right < _STEP and not any(
                    o.left < right + 0.8 and box.right < o.right for o in others
                ):
                    runs[0] = Box(box.left, box.top, right, box.bottom)


def _runs(plan: Plan, row: int) -> list[Box]:
    """The boxes of those of a row who stand side by side."""
    runs: list[Box] = []
    together = False
    for node in plan.orders[row]:
        if node not in plan.web.household:
            together = False
            continue
        body = plan.body(node)
        box = Box(body.left - _PAD, plan.top[row] - _PAD - 0.2, body.right + _PAD, body.bottom + _PAD * 0.7)
        if together:
            box = Box(runs[-1].left, box.top, box.right, max(runs[-1].bottom, box.bottom))
            runs[-1] = box
        else:
            runs.append(box)
        together = True
    return runs


def _between(one: Box, other: Box) -> float:
    """How far apart two boxes stand from side to side; negative if one is below the other."""
    return max(one.left, other.left) - min(one.right, other.right)


def _lane(plan: Plan, row: int) -> Point:
    """From where to where the outline may go across below a row: on both sides of the bars, not along one."""
    return plan.foot[row] + 1.2, plan.foot[row] + (4.0 if row + 1 < plan.web.rows else 2.2)


def _joined(above: Box, below: Box, top: float, bottom: float) -> list[Box]:
    """What joins two rows: straight down where both are, else across through the lanes."""
    left, right = max(above.left, below.left), min(above.right, below.right)
    if right - left >= 3:
        return [Box(left, above.top, right, below.bottom)]
    over = Box(above.right - 5, above.top, above.right, bottom)
    under = Box(below.left, top, below.left + 5, below.bottom)
    if above.left > below.left:
        over = Box(above.left, above.top, above.left + 5, bottom)
        under = Box(below.right - 5, top, below.right, below.bottom)
    across = Box(min(over.left, under.left), top, max(over.right, under.right), bottom)
    return [over, across, under]


def _loops(boxes: list[Box]) -> list[list[Point]]:
    """The outlines of all that the boxes cover."""
    xs = sorted({round(v, 3) for b in boxes for v in (b.left, b.right)})
    ys = sorted({round(v, 3) for b in boxes for v in (b.top, b.bottom)})
    full = set()
    for i, (x1, x2) in enumerate(itertools.pairwise(xs)):
        for j, (y1, y2) in enumerate(itertools.pairwise(ys)):
            x, y = (x1 + x2) / 2, (y1 + y2) / 2
            if any(b.left < x < b.right and b.top < y < b.bottom for b in boxes):
                full.add((i, j))
    ways: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for i, j in sorted(full):  # the inside lies on the right hand
        for a, b, beyond in (
            ((i, j), (i + 1, j), (i, j - 1)),
            ((i + 1, j), (i + 1, j + 1), (i + 1, j)),
            ((i + 1, j + 1), (i, j + 1), (i, j + 1)),
            ((i, j + 1), (i, j), (i - 1, j)),
        ):
            if beyond not in full:
                ways[a].append(b)
    loops = []
    while ways:
        start = min(ways)
        loop = [start]
        while True:
            nexts = ways[loop[-1]]
            to = nexts.pop(0)
            if not nexts:
                del ways[loop[-1]]
            if to == start:
                break
            loop.append(to)
        loops.append([(xs[i], ys[j]) for i, j in loop])
    return [_corners(loop) for loop in loops]


def _corners(loop: list[Point]) -> list[Point]:
    """Only where an outline turns, without steps too small to be meant."""
    points = list(loop)
    changed = True
    while changed and len(points) > 4:
        changed = False
        for n in range(len(points)):
            a, b, c = points[n - 1], points[n], points[(n + 1) % len(points)]
            if (abs(a[0] - b[0]) < 1e-6 and abs(b[0] - c[0]) < 1e-6) or (
                abs(a[1] - b[1]) < 1e-6 and abs(b[1] - c[1]) < 1e-6
            ):
                del points[n]
                changed = True
                break
    return points


def smooth(loop: list[Point]) -> str:
    """Path data of an outline with round corners."""
    parts: list[str] = []
    for n, corner in enumerate(loop):
        before, after = loop[n - 1], loop[(n + 1) % len(loop)]
        cut = min(_ROUND, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        a, b = _toward(corner, before, cut), _toward(corner, after, cut)
        c, d = _toward(corner, a, cut * 0.45), _toward(corner, b, cut * 0.45)
        parts.append(f"{'L' if parts else 'M'}{_at(a)}C{_at(c)} {_at(d)} {_at(b)}")
    return "".join(parts) + "Z"


def _toward(a: Point, b: Point, by: float) -> Point:
    whole = math.dist(a, b) or 1.0
    return a[0] + (b[0] - a[0]) * by / whole, a[1] + (b[1] - a[1]) * by / whole


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"
