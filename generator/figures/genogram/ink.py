"""A genogram in ink: McGoldrick's symbols in the house's style, and the key of those that were used."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence

from generator.figures.genogram.bonds import away, routes
from generator.figures.genogram.family import UNIONS, Relative
from generator.figures.genogram.household import fences, smooth
from generator.figures.genogram.lines import SMALL, UNSAID, Point, Slash, Stroke, kinship
from generator.figures.genogram.placing import EDGE, INNER, Plan
from generator.vector import (
    ACCENT,
    INK,
    KEY,
    LEADING,
    MIDDLE,
    QUIET,
    TINT,
    WARM,
    WHITE,
    Pen,
    Sheet,
    measure,
)

_KIN, _SYMBOL, _STRONG, _THIN = 0.35, 0.4, 0.8, 0.28
_DASHES = {"同居": "1.7 1.1", "恋爱": "0.5 1", "收养": "1.7 1.1", "寄养": "0.5 1", UNSAID: "1.2 0.6 0.25 0.6"}
#: Words of the key: what is called otherwise there than in the data.
_KEY_WORDS = {"收养": "收养子女", "寄养": "寄养子女", "亲密而冲突": "又亲密又冲突"}


def sheet(plan: Plan) -> Sheet:
    """The figure with its key below."""
    pen = Pen()
    kin = kinship(plan)
    loops = fences(plan, kin)
    if loops:
        pen.path("".join(map(smooth, loops)), fill=WARM, stroke=QUIET, line=0.35, dash="2.2 1.3")
    for stroke in kin:
        if isinstance(stroke, Stroke):
            _kin(pen, stroke.points, stroke.kind)
        else:
            _slash(pen, stroke)
    ways = routes(plan, kin, loops)
    lines = [stroke.points for stroke in kin if isinstance(stroke, Stroke)]
    for tie, points in ways:
        others = [*lines, *(way for _, way in ways if way is not points)]
        bond(pen, points, tie.kind, _quiet(points, others) if tie.kind == "断绝" else 0.5)
    people = plan.web.family.people
    for node, id_ in enumerate(plan.web.ids):
        symbol(pen, plan.x[node], plan.middle(node), plan.style.symbol, people[id_])
        _words(pen, plan, node)
    return pen.sheet(plan.width, _key(pen, plan))


def key_height(plan: Plan) -> float:
    return _key(Pen(), plan) - plan.height


def _words(pen: Pen, plan: Plan, node: int) -> None:
    figure = plan.figures[node]
    assert figure is not None
    person = plan.web.family.people[plan.web.ids[node]]
    pen.lines(plan.x[node], plan.middle(node), figure.inside, plan.style.small, fill=INK)
    y = plan.names[plan.web.row[node]]
    for line, size, name in figure.below:
        bold = name and person.client
        fill = KEY if bold else INK if name else QUIET
        pen.text(plan.x[node], y + size * (LEADING / 2 + MIDDLE), line, size, anchor="middle", bold=bold, fill=fill)
        y += size * LEADING


def symbol(pen: Pen, x: float, y: float, size: float, person: Relative) -> None:
    """One person's symbol, so many millimetres wide."""
    half = size / 2
    if person.pregnancy:
        small = size * SMALL[person.pregnancy]
        if person.pregnancy == "怀孕":
            pen.polygon((x, y - small), (x + small, y + small * 0.85), (x - small, y + small * 0.85),
                        fill=WHITE, stroke=INK, line=_SYMBOL)  # fmt: skip
        elif person.pregnancy == "流产":
            pen.circle(x, y, small, fill=INK)
        elif person.pregnancy == "引产":
            _cross(pen, x, y, small, 0.45)
        else:
            _outline(pen, x, y, small, person.gender, WHITE, INK, _SYMBOL)
            _cross(pen, x, y, small * (1.0 if person.gender == "男" else 0.7), _THIN)
        return
    if person.client:
        _outline(pen, x, y, half, person.gender, TINT, KEY, min(_STRONG, 0.1 * size))
        _outline(pen, x, y, half - INNER * size, person.gender, WHITE, KEY, _KIN)
    else:
        _outline(pen, x, y, half, person.gender, WHITE, INK, _SYMBOL)
    if person.gone:
        _cross(pen, x, y, half * {"男": 1.0, "女": 0.707}.get(person.gender, 0.54), _THIN)
    elif person.gender == "不详":
        pen.text(x, y + MIDDLE * size * 0.4, "?", size * 0.4, anchor="middle", fill=QUIET)


def _outline(pen: Pen, x: float, y: float, half: float, gender: str, fill: str, stroke: str, line: float) -> None:
    if gender == "男":
        pen.rect(x - half, y - half, 2 * half, 2 * half, fill=fill, stroke=stroke, line=line)
    elif gender == "女":
        pen.circle(x, y, half, fill=fill, stroke=stroke, line=line)
    else:
        far = half * 1.08
        pen.polygon((x, y - far), (x + far, y), (x, y + far), (x - far, y), fill=fill, stroke=stroke, line=line)


def _cross(pen: Pen, x: float, y: float, half: float, line: float) -> None:
    pen.line((x - half, y - half), (x + half, y + half), stroke=INK, line=line)
    pen.line((x - half, y + half), (x + half, y - half), stroke=INK, line=line)


def _kin(pen: Pen, points: Sequence[Point], kind: str) -> None:
    """A line of kinship; what was not told is drawn quietly."""
    ink, line = (QUIET, _THIN + 0.02) if kind == UNSAID else (INK, _KIN)
    pen.line(*points, stroke=ink, line=line, dash=_DASHES.get(kind, ""))


def _slash(pen: Pen, slash: Slash) -> None:
    at = (-0.55, 0.55) if slash.kind in ("离异", "复婚") else (0.0,)
    for shift in at:
        pen.line((slash.x + shift - 0.6, slash.y + 1.3), (slash.x + shift + 0.6, slash.y - 1.3), stroke=INK, line=_KIN)
    if slash.kind == "复婚":
        pen.line((slash.x - 1.5, slash.y - 1.0), (slash.x + 1.5, slash.y + 1.0), stroke=INK, line=_KIN)


# -- relations -----------------------------------------------------------------------------------------------


def _quiet(points: list[Point], others: Sequence[Sequence[Point]]) -> float:
    """Where along a way it can be broken and no other line is near, about the middle."""
    lines = [stretch for other in others for stretch in itertools.pairwise(other)]

    def room(part: float) -> float:
        at = _until(points, _length(points) * part)[1][0]
        return min(2.0, min((away(at, a, b) for a, b in lines), default=2.0)) - abs(part - 0.5)

    return max((0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74), key=room)


def bond(pen: Pen, points: list[Point], kind: str, cut: float = 0.5) -> None:
    """An emotional relation along a way; ``cut`` is where it is broken if it is."""
    if kind in ("亲密", "很亲密", "亲密而冲突"):
        offsets = {"亲密": (-0.5, 0.5), "很亲密": (-0.8, 0.0, 0.8), "亲密而冲突": (-0.85, 0.85)}[kind]
        for offset in offsets:
            pen.line(*_beside(points, offset), stroke=KEY, line=0.32)
        if kind == "亲密而冲突":
            pen.line(*_zigzag(points, 0.55, 1.0), stroke=ACCENT, line=0.3)
    elif kind == "疏远":
        pen.line(*points, stroke=QUIET, line=0.4, dash="0.5 1.1")
    elif kind == "冲突":
        pen.line(*_zigzag(points, 0.75, 1.15), stroke=ACCENT, line=0.4)
    elif kind == "断绝":
        _cut(pen, points, cut)
    elif kind == "虐待":
        length = _length(points)
        body, tail = _until(points, length - 2.2)
        pen.line(*_zigzag(body, 0.75, 1.15), stroke=ACCENT, line=0.4)
        pen.arrow(body[-1], tail[-1], stroke=ACCENT, line=0.4, head=2.3)
    else:
        body, tail = _until(points, _length(points) - 2.2)
        pen.line(*body, stroke=KEY, line=0.4)
        pen.arrow(body[-1], tail[-1], stroke=KEY, line=0.4, head=2.3)


def _length(points: list[Point]) -> float:
    return sum(math.dist(a, b) for a, b in itertools.pairwise(points))


def _until(points: list[Point], length: float) -> tuple[list[Point], list[Point]]:
    """A way parted after so many millimetres."""
    gone = 0.0
    for n, (a, b) in enumerate(itertools.pairwise(points)):
        step = math.dist(a, b)
        if gone + step >= length and step > 0:
            part = max(length - gone, 0.0) / step
            cut = (a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part)
            return [*points[: n + 1], cut], [cut, *points[n + 1 :]]
        gone += step
    return points, points[-1:]


def _even(points: list[Point], steps: int) -> list[tuple[Point, Point]]:
    """Points along a way at even distances, each with the direction to its left."""
    length, found = _length(points), []
    for step in range(steps + 1):
        _, rest = _until(points, length * step / steps)
        ahead = next((p for p in rest[1:] if math.dist(p, rest[0]) > 1e-6), None)
        if ahead is None:
            ahead, base = points[-1], points[-2]
        else:
            base = rest[0]
        far = math.dist(base, ahead) or 1.0
        found.append((rest[0], ((ahead[1] - base[1]) / far, -(ahead[0] - base[0]) / far)))
    return found


def _beside(points: list[Point], offset: float) -> list[Point]:
    if not offset:
        return points
    steps = 1 if len(points) == 2 else max(8, round(_length(points) / 0.8))
    return [(p[0] + n[0] * offset, p[1] + n[1] * offset) for p, n in _even(points, steps)]


def _zigzag(points: list[Point], high: float, pitch: float) -> list[Point]:
    steps = max(4, round(_length(points) / pitch))
    return [
        (p[0] + n[0] * high * side, p[1] + n[1] * high * side)
        for step, (p, n) in enumerate(_even(points, steps))
        for side in [0 if step in (0, steps) else 1 if step % 2 else -1]
    ]


def _cut(pen: Pen, points: list[Point], part: float) -> None:
    """A line broken, a bar at either end of the break."""
    length, half = _length(points), 0.55
    first, rest = _until(points, length * part - half)
    _, last = _until(rest, 2 * half)
    for half_line, end, before in ((first, first[-1], first[-2]), (last, last[0], last[1])):
        pen.line(*half_line, stroke=QUIET, line=0.4)
        far = math.dist(end, before) or 1.0
        nx, ny = (end[1] - before[1]) / far * 1.25, -(end[0] - before[0]) / far * 1.25
        pen.line((end[0] - nx, end[1] - ny), (end[0] + nx, end[1] + ny), stroke=QUIET, line=0.45)


# -- key -----------------------------------------------------------------------------------------------------


def _key(pen: Pen, plan: Plan) -> float:
    """What was used, in lines as wide as the sheet; returns where it ends."""
    size, high = plan.style.small, 4.6
    items = list(_used(plan))
    y, room = plan.height + 2.2, plan.width - 2 * EDGE
    lines = _filled(items, room, size)
    while len(tighter := _filled(items, room - 2, size)) <= len(lines) and room > 30:
        lines, room = tighter, room - 2  # lines about as long as each other
    for line in lines:
        x = (plan.width - sum(_wide(item, size) for item in line) + _SPACE) / 2
        for item in line:
            wide, sample, words = item
            sample(pen, x, y + high / 2)
            pen.text(x + wide + 1.1, y + high / 2 + MIDDLE * size, words, size, fill=QUIET)
            x += _wide(item, size)
        y += high
    return y + 0.4


#: An entry of the key: how wide its sample is, what draws it at a place, its words.
_Item = tuple[float, Callable[[Pen, float, float], None], str]
_SPACE = 3.4


def _wide(item: _Item, size: float) -> float:
    return item[0] + 1.1 + measure(item[2], size) + _SPACE


def _filled(items: list[_Item], room: float, size: float) -> list[list[_Item]]:
    lines: list[list[_Item]] = [[]]
    for item in items:
        if lines[-1] and sum(_wide(i, size) for i in [*lines[-1], item]) - _SPACE > room:
            lines.append([])
        lines[-1].append(item)
    return lines


def _used(plan: Plan) -> list[_Item]:
    family = plan.web.family
    people = list(family.people.values())
    items: list[_Item] = []

    def figure(words: str, **marks: object) -> None:
        person = Relative.model_validate({"id": "x", "label": "x", **marks})
        items.append((3.6, lambda pen, x, y: symbol(pen, x + 1.8, y, 3.6, person), words))

    persons = [p for p in people if not p.pregnancy]
    for gender, words in (("男", "男"), ("女", "女"), ("不详", "性别不详")):
        if any(p.gender == gender for p in persons):
            figure(words, gender=gender)
    if first := next((p for p in people if p.client), None):
        client = first.model_copy(update={"dead": False, "died": None, "pregnancy": None})
        items.append((4.6, lambda pen, x, y: symbol(pen, x + 2.3, y, 4.6, client), "服务对象"))
    if gone := next((p for p in persons if p.gone), None):
        figure("已故", gender=gone.gender, dead=True)
    for kind in SMALL:
        if any(p.pregnancy == kind for p in people):
            items.append((3.0, _pregnancy(kind), kind))
    kinds = {c.kind or UNSAID for c in family.couples if len(c.partners) == 2}
    items += [(7.5, _union(kind), kind) for kind in (*UNIONS, UNSAID) if kind in kinds]
    hows = {child.how for c in family.couples for child in c.children}
    items += [(2.0, _child(how), _KEY_WORDS[how]) for how in ("收养", "寄养") if how in hows]
    twins = [p for p in people if p.twin]
    for alike in (False, True):
        if any(p.identical == alike for p in twins):
            born = Counter(p.twin for p in twins if p.identical == alike)
            items.append(
                (4.0, _twin(alike), ("同卵" if alike else "") + ("双胞胎" if max(born.values()) < 3 else "多胞胎"))
            )
    told = {t.kind for t in family.bonds}
    for kind in ("亲密", "很亲密", "疏远", "冲突", "亲密而冲突", "断绝", "虐待", "照顾"):
        if kind in told:
            items.append((8.0, _relation(kind), _KEY_WORDS.get(kind, kind)))
    if plan.web.household:
        items.append((7.0, _loop, "同住" if len(fences(plan, ())) < 2 else "同住（各框是同一户）"))
    return items


def _loop(pen: Pen, x: float, y: float) -> None:
    pen.rect(x, y - 1.5, 7, 3, fill=WARM, stroke=QUIET, line=0.35, dash="2.2 1.3", round=1.4)


def _pregnancy(kind: str) -> Callable[[Pen, float, float], None]:
    person = Relative.model_validate({"id": "x", "pregnancy": kind})
    return lambda pen, x, y: symbol(pen, x + 1.5, y, 3.6 if kind in ("怀孕", "死产") else 6.0, person)


def _union(kind: str) -> Callable[[Pen, float, float], None]:
    def sample(pen: Pen, x: float, y: float) -> None:
        _kin(pen, ((x, y - 1.4), (x, y + 0.9), (x + 7.5, y + 0.9), (x + 7.5, y - 1.4)), kind)
        if kind in ("分居", "离异", "复婚"):
            _slash(pen, Slash(x + 3.75, y + 0.9, kind))

    return sample


def _child(how: str) -> Callable[[Pen, float, float], None]:
    return lambda pen, x, y: pen.line((x + 1, y - 2), (x + 1, y + 2), stroke=INK, line=_KIN, dash=_DASHES[how])


def _twin(alike: bool) -> Callable[[Pen, float, float], None]:
    def sample(pen: Pen, x: float, y: float) -> None:
        pen.line((x, y + 1.7), (x + 2, y - 1.7), (x + 4, y + 1.7), stroke=INK, line=_KIN)
        if alike:
            pen.line((x + 0.9, y + 0.2), (x + 3.1, y + 0.2), stroke=INK, line=_KIN)

    return sample


def _relation(kind: str) -> Callable[[Pen, float, float], None]:
    return lambda pen, x, y: bond(pen, [(x, y), (x + 8, y)], kind)
