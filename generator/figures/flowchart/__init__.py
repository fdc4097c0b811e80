"""Flowchart (流程图): the steps of a procedure, its decisions and branches, who does what, from above to below.

Symbols are those of GB/T 1526-1989 (ISO 5807): a pill begins and ends, a box is a step, a rhombus decides (a hexagon
where its words are long), a box with a wavy foot is a document, heavy bars split and join work done at the same time,
letters in circles lead over the edge of a page.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from generator.diagnostics import say
from generator.figures.flowchart import procedure
from generator.figures.flowchart.layers import Edge, Graph, Plan, backward, meetings, plans
from generator.figures.flowchart.outline import read
from generator.figures.flowchart.procedure import Flowchart, Lead, Step
from generator.figures.flowchart.routing import Gap, Layout, Measures, place, sheets
from generator.vector import (
    ACCENT,
    INK,
    KEY,
    LEADING,
    MAIN,
    MIDDLE,
    QUIET,
    RULE,
    SIZE,
    SMALL,
    TINT,
    WARM,
    WHITE,
    Drawing,
    Flaw,
    Pen,
    Room,
    Sheet,
    broken,
    measure,
    number,
)

__all__ = ["Flowchart", "draw", "flaws", "read"]

#: The widest page a flowchart gets, as low as the lowest; on a narrower one it is drawn smaller.
WIDEST = Room(165, 165, 225)


def flaws(chart: Flowchart) -> Iterator[Flaw]:
    """Why a flowchart can't be drawn, or can't be meant."""
    said = list(procedure.flaws(chart))
    if not said and _fitting(chart, WIDEST) is None:
        said.append(_too_wide(chart))
    yield from said


def _too_wide(chart: Flowchart) -> Flaw:
    """What takes most of the width where nothing fits: lanes, or the steps side by side."""
    art = _laid(chart, _LOOKS[-1])
    lanes = procedure.columns(chart)
    if lanes:
        edges = (0.0, *art.layout.walls, art.layout.width)
        widths = [b - a for a, b in itertools.pairwise(edges)]
        wide = [n for n, width in enumerate(widths) if width > WIDEST.page / len(lanes)] or [widths.index(max(widths))]
        return Flaw(
            "flowchart.too_wide",
            ("泳道", wide[0]) if chart.lanes else (),
            say("泳道{names}里并排的步骤太多，一页排不下", names="".join(f"“{lanes[n]}”" for n in wide[:3]),
                en="Too much stands side by side in the lanes {names} for a page"),
            say("把职责相近的泳道合成一条，把这里的名称和说明写短，或另画一张图",
                en="Make one lane of two with like tasks, shorten names and notes there, or make two figures"),
        )  # fmt: skip
    ranks = art.layout.ranks
    beside = max(([n for n, rank in enumerate(ranks[: len(chart.steps)]) if rank == r] for r in ranks), key=len)
    return Flaw(
        "flowchart.too_wide",
        ("步骤", beside[0], "名称"),
        say("岔路太多，一页排不下：{names}并排", names="".join(f"“{chart.steps[n].name}”" for n in beside[:3])
            + (f"等 {len(beside)} 步" if len(beside) > 3 else ""),
            en="It branches too widely for a page: {names} side by side"),
        say("把一条岔路另画一张图，或把名称写短", en="Draw a branch as a figure of its own, or shorten names"),
    )  # fmt: skip


# -- looks -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Look:
    """How wide words may run in a box, how large type is, how near things stand."""

    words: float
    type: float = 1.0
    tight: float = 1.0
    least: float = 22.0

    @property
    def name(self) -> float:
        return SIZE * self.type

    @property
    def note(self) -> float:
        return max(SMALL * self.type, min(SMALL, 2.2))

    def measures(self) -> Measures:
        m, t = Measures(), self.tight
        return Measures(
            m.beside * t, max(m.line * t, 2.5), m.track * t, m.above * t, max(m.arrow * t, 3.2), m.label, m.wall * t * t
        )


_LOOKS = (
    _Look(44), _Look(36), _Look(29), _Look(29, tight=0.75), _Look(23, tight=0.75, least=19),
    _Look(18, tight=0.7, least=16), _Look(23, 0.88, 0.65, 16), _Look(17, 0.88, 0.6, 14), _Look(13, 0.88, 0.55, 11),
    _Look(11, 0.8, 0.5, 9), _Look(9, 0.8, 0.5, 9), _Look(9, 0.74, 0.45, 9),
)  # fmt: skip
_PAD, _LINE, _HEAD, _ROUND = 2.6, 0.4, 2.0, 1.3
#: Radius of a connector, how far it stands from the cut, and what both take.
_RING, _STUB = 1.7, 1.4
_ENDS = _STUB + 2 * _RING + 0.4


@dataclass(frozen=True)
class _Box:
    kind: str
    names: tuple[str, ...]
    notes: tuple[str, ...]
    width: float
    height: float


@dataclass(frozen=True)
class _Art:
    """A flowchart laid out for a look."""

    look: _Look
    boxes: tuple[_Box, ...]
    ways: tuple[Lead, ...]
    answers: Mapping[int, tuple[str, ...]]
    lanes: tuple[tuple[str, ...], ...]
    layout: Layout
    head: float


def _graph(chart: Flowchart) -> tuple[Graph, tuple[Lead, ...]]:
    """Boxes by the numbers of their steps, and the way of each edge."""
    ways = procedure.follow(chart).ways
    listed = procedure.columns(chart)
    lanes = [listed.index(step.lane) if step.lane in listed else -1 for step in chart.steps]
    near = [*((w.source, w.target) for w in ways), *((w.target, w.source) for w in reversed(ways))]
    for _ in chart.steps:  # a beginning or an end without a lane stands in that of its neighbour
        for one, other in near:
            if lanes[one] < 0 <= lanes[other]:
                lanes[one] = lanes[other]
    asked = frozenset(n for n, step in enumerate(chart.steps) if step.kind == "判断")
    columns = tuple(max(lane, 0) for lane in lanes)
    graph = Graph(columns, tuple(Edge(w.source, w.target) for w in ways), procedure.starts(chart), asked)
    return graph, ways


def _joined(graph: Graph, ways: tuple[Lead, ...]) -> tuple[Graph, tuple[Lead, ...]]:
    """With a join, a box without a look, before each step that work done at the same time and others lead to.

    Without it nobody sees that all of the work must be done, but that one of the others is enough.
    """
    known = meetings(graph)
    whole = {meeting.target for meeting in known if meeting.alone}
    joins: dict[int, Lead] = {}
    lanes = list(graph.lanes)
    for meeting in known:
        if meeting.target not in whole and len(meeting.edges) > 1 and not meeting.edges & joins.keys():
            joins |= dict.fromkeys(meeting.edges, Lead(len(lanes), meeting.target, "", ()))
            lanes.append(graph.lanes[meeting.target])
    led = (*dict.fromkeys(joins.values()),  # first, for these lead ahead though their boxes are listed last
           *(replace(way, target=joins[n].source) if n in joins else way for n, way in enumerate(ways)))  # fmt: skip
    return replace(graph, lanes=tuple(lanes), edges=tuple(Edge(w.source, w.target) for w in led)), led


def _note(step: Step, tagged: bool) -> str:
    """What stands below the name: who does it, where that is said by no column, and the note."""
    who, note = step.lane if tagged else None, step.note or ""
    return "：".join(part for part in (None if who and note.startswith(who) else who, note) if part)


def _box(step: Step, look: _Look, tagged: bool, room: float) -> _Box:
    note = _note(step, tagged)
    names = tuple(broken(step.name, room, look.name, bold=True))
    notes = tuple(broken(note, room, look.note)) if note else ()
    wide = max(_widths(names, notes, look))
    high = _block(names, notes, look) + 3.4
    if step.kind in ("开始", "结束"):
        return _Box(step.kind, names, notes, max(wide + 2 * _PAD + 3, look.least - 2), high)
    return _Box(step.kind, names, notes, max(wide + 2 * _PAD, look.least), high + 2.2 * (step.kind == "文书"))


def _widths(names: Sequence[str], notes: Sequence[str], look: _Look) -> list[float]:
    return [measure(line, look.name, bold=True) for line in names] + [measure(line, look.note) for line in notes]


def _block(names: Sequence[str], notes: Sequence[str], look: _Look) -> float:
    return (len(names) * look.name + len(notes) * look.note) * LEADING + (0.4 if notes else 0.0)


def _rhombus(step: Step, look: _Look, tagged: bool) -> _Box | None:
    """The smallest rhombus that holds the words, three times as wide as high at most; None if they are too long."""
    note = _note(step, tagged)
    best: tuple[float, _Box] | None = None
    for room in range(10, 1 + round(look.words), 3):
        names = tuple(broken(step.name, room, look.name, bold=True))
        notes = tuple(broken(note, room, look.note)) if note else ()
        high = _block(names, notes, look)
        edges = _edges(names, notes, look, high)
        for extra in (2.6, 3.4, 4.4, 5.6, 7.0):
            half = high / 2 + extra
            wide = max((width / 2 + 1.8) / (1 - edge / half) for width, edge in edges)
            if wide > 3.2 * half or 2 * wide > look.words + 14 or half > 14:
                continue
            cost = wide * half + 10.0 * (len(names) + len(notes))
            if best is None or cost < best[0]:
                best = cost, _Box("判断", names, notes, max(2 * wide, look.least + 2), 2 * half)
    return best[1] if best else None


def _edges(names: Sequence[str], notes: Sequence[str], look: _Look, high: float) -> list[tuple[float, float]]:
    """Of each line its width, and how far its outer edge is from the middle."""
    found, y = [], -high / 2
    for line, size, bold in [*((n, look.name, True) for n in names), *((n, look.note, False) for n in notes)]:
        middle = y + size * LEADING / 2
        found.append((measure(line, size, bold=bold), abs(middle) + 0.45 * size))
        y += size * LEADING
    return found


@lru_cache(maxsize=64)
def _boxes(chart: Flowchart, look: _Look, tagged: bool) -> tuple[_Box, ...]:
    """Every box; rhombi if all decisions fit into one."""
    rhombi = {n: _rhombus(s, look, tagged) for n, s in enumerate(chart.steps) if s.kind == "判断"}
    pointed = all(rhombi.values())
    boxes = []
    for n, step in enumerate(chart.steps):
        rhombus = rhombi.get(n)
        if step.kind != "判断":
            boxes.append(_box(step, look, tagged, look.words))
        elif pointed and rhombus is not None:
            boxes.append(rhombus)
        else:
            flat = _box(step, look, tagged, look.words)
            boxes.append(_Box("判断六边", flat.names, flat.notes, flat.width - 2 * _PAD + 2 * _slant(flat.height) + 2,
                              flat.height))  # fmt: skip
    return tuple(boxes)


def _even(boxes: list[_Box], columns: Sequence[Sequence[int]]) -> None:
    """Boxes below one another become equally wide."""
    for column in columns:
        plain_ = [n for n in column if boxes[n].kind in ("步骤", "文书")]
        wide = max((boxes[n].width for n in plain_), default=0.0)
        for n in plain_:
            boxes[n] = _Box(boxes[n].kind, boxes[n].names, boxes[n].notes, wide, boxes[n].height)


def _slant(height: float) -> float:
    return min(height / 2 * 0.75, 5.5)


@lru_cache(maxsize=32)
def _arranged(chart: Flowchart) -> tuple[Plan, tuple[Lead, ...]]:
    """The arrangement that is best in a middling look."""
    graph, ways = _joined(*_graph(chart))
    return min(plans(graph), key=lambda plan: _cost(plan, _art(chart, plan, ways, _LOOKS[3]))), ways


@lru_cache(maxsize=256)
def _laid(chart: Flowchart, look: _Look) -> _Art:
    """The flowchart in a look."""
    return _art(chart, *_arranged(chart), look)


def _cost(plan: Plan, art: _Art) -> float:
    """How bad an arrangement is: lines crossed, paper taken, long lines, a main way far from the middle."""
    layout = art.layout
    length = sum(abs(a - c) + abs(b - d) for line in layout.lines for (a, b), (c, d) in itertools.pairwise(line))
    corners = sum(len(line) - 2 for line in layout.lines)
    aside = abs(layout.boxes[0][0] - layout.width / 2) if not art.lanes else 0.0
    return plan.cost * 15 + layout.width + 0.35 * layout.height + 0.02 * length + corners + 0.5 * aside


def _art(chart: Flowchart, plan: Plan, ways: tuple[Lead, ...], look: _Look) -> _Art:
    lanes = procedure.columns(chart)
    columns = [[item.node for item in column if item.kind == "box"] for column in plan.columns]
    boxes = list(_boxes(chart, look, not lanes))
    boxes += [_Box("汇合", (), (), 0.0, 0.0)] * (len(plan.graph.lanes) - len(boxes))
    _even(boxes, columns)
    answers = {n: tuple(broken(way.answer, 15 * look.type, look.note)) for n, way in enumerate(ways) if way.answer}
    sizes = {
        n: (max(measure(line, look.note, bold=True) for line in lines), len(lines) * look.note * LEADING)
        for n, lines in answers.items()
    }
    for n, (_, high) in sizes.items():  # words stand above the line from a corner
        box = boxes[ways[n].source]
        if plan.exits[n] == "side" and box.height < 2 * high + 1.6:
            wide = _slant(2 * high + 1.6) - _slant(box.height) if box.kind == "判断六边" else 0.0
            boxes[ways[n].source] = _Box(box.kind, box.names, box.notes, box.width + 2 * wide, 2 * high + 1.6)
    layout = place(plan, [(box.width, box.height) for box in boxes], sizes, look.measures())
    edges = (0.0, *layout.walls, layout.width)
    heads = tuple(
        tuple(broken(lane, b - a - 2, look.name, bold=True))
        for lane, (a, b) in zip(lanes, itertools.pairwise(edges), strict=False)
    )
    head = max((len(lines) for lines in heads), default=0) * look.name * LEADING
    return _Art(look, tuple(boxes), ways, answers, heads, layout, head + 5.4 if head else 0.3)


def _fitting(chart: Flowchart, room: Room) -> tuple[_Art, list[Gap]] | None:
    """The best look that fits into the room, and where it is cut: large type, few sheets, one column."""
    best: tuple[tuple[int, bool, int], _Art, list[Gap]] | None = None
    for n, look in enumerate(_LOOKS):
        if best is not None and look.type < 1:
            break
        art = _laid(chart, look)
        cuts = sheets(art.layout, room.height - art.head - 0.4, _ENDS)
        if cuts is None:
            continue
        wide = sum(_margins(art, cuts)) + art.layout.width
        width = room.column if wide <= room.column and look.words >= 23 else room.page
        rank = (len(cuts), width > room.column, n)
        if wide <= width and (best is None or rank < best[0]):
            best = rank, art, cuts
    return best[1:] if best else None


def _margins(art: _Art, cuts: Sequence[Gap]) -> tuple[float, float]:
    """Room left and right for strokes, and for connectors at the edge."""
    rings = [x for gap in cuts for x in gap.lines]
    reach = _RING + 0.4
    left = max([0.3, *(reach - x for x in rings)])
    return left, max([0.3, *(x + reach - art.layout.width for x in rings)])


# -- drawing ---------------------------------------------------------------------------------------------


def draw(chart: Flowchart, room: Room) -> Drawing:
    """Sheets as wide as a column or the page, cut between ranks where the page is too low."""
    fitting = _fitting(chart, room)
    if fitting is not None:
        art, cuts = fitting
    else:  # a page smaller than any that is printed: as small as it must be
        art = _laid(chart, _LOOKS[-1])
        high = max(room.height * art.layout.width / room.page, room.height) - art.head - 0.4
        cuts = sheets(art.layout, high, _ENDS) or []
    margins = _margins(art, cuts)
    scale = min(1.0, room.page / (art.layout.width + sum(margins)))
    marks = [0.0, *(gap.y for gap in cuts), art.layout.height]
    letters = itertools.count()
    named = [{x: next(letters) for x in gap.lines} for gap in cuts]
    drawn = []
    for n, (top, bottom) in enumerate(itertools.pairwise(marks)):
        above, below = named[n - 1] if n else None, named[n] if n < len(cuts) else None
        sheet = _sheet(art, margins, (top, bottom), above, below)
        if scale < 1:
            small = sheet.svg.replace(f'width="{number(sheet.width)}mm" height="{number(sheet.height)}mm"',
                                      f'width="{number(sheet.width * scale)}mm" '
                                      f'height="{number(sheet.height * scale)}mm"', 1)  # fmt: skip
            sheet = Sheet(small, sheet.width * scale, sheet.height * scale)
        drawn.append(sheet)
    return Drawing(tuple(drawn), _words(chart))


def _sheet(
    art: _Art,
    margins: tuple[float, float],
    within: tuple[float, float],
    above: Mapping[float, int] | None,
    below: Mapping[float, int] | None,
) -> Sheet:
    """What lies between two heights of the whole, with connectors where lines are cut."""
    (top, bottom), dx, wide = within, margins[0], art.layout.width + sum(margins)
    pen, look, layout = Pen(), art.look, art.layout
    first = art.head + (_ENDS if above is not None else 0.0)
    dy = first - top
    last = bottom + dy
    high = last + (_ENDS if below is not None else 0.3)
    if art.lanes:
        _lane_heads(pen, art, dx, wide, (first if above is not None else 0.0, last))
    arrived: set[tuple[float, float]] = set()
    for way, line in zip(art.ways, layout.lines, strict=True):
        points = [(x + dx, y + dy) for x, y in line]
        if art.boxes[way.source].kind == "文书" and points[0][1] < points[1][1]:
            points[0] = (points[0][0], points[0][1] - 1.3)  # its foot is higher in the middle
        for part, whole in _within(points, first, last):
            shown = list(part)
            if shown[0][1] == last and below is not None and points[0] != shown[0]:
                shown[0] = (shown[0][0], last + _STUB)
            if shown[0][1] == first and above is not None and points[0] != shown[0]:
                shown[0] = (shown[0][0], first - _STUB)
            tip = shown[-1]
            if whole:
                if art.boxes[way.target].kind == "汇合":
                    pen.line(*shown, stroke=KEY, line=_LINE, round=_ROUND)
                elif tip in arrived:
                    before = shown[-2]
                    reach = min(_HEAD * 0.8 / (abs(tip[0] - before[0]) + abs(tip[1] - before[1]) or 1.0), 1.0)
                    shown[-1] = (tip[0] - (tip[0] - before[0]) * reach, tip[1] - (tip[1] - before[1]) * reach)
                    pen.line(*shown, stroke=KEY, line=_LINE, round=_ROUND)
                else:
                    pen.arrow(*shown, stroke=KEY, line=_LINE, head=_HEAD, round=_ROUND)
                arrived.add(tip)
            else:
                shown[-1] = (tip[0], last + _STUB if tip[1] == last else first - _STUB)
                pen.line(*shown, stroke=KEY, line=_LINE, round=_ROUND)
    for left, right, y in layout.bars:
        if top <= y <= bottom:
            pen.line((left + dx, y + dy), (right + dx, y + dy), stroke=KEY, line=1.3)
    for box, (x, y) in zip(art.boxes, layout.boxes, strict=True):
        if top <= y <= bottom:
            _draw_box(pen, box, x + dx, y + dy, look)
    for n, label in layout.labels.items():
        if top <= label.middle <= bottom:
            pen.lines(label.x + dx, label.middle + dy, art.answers[n], look.note, anchor=label.anchor, bold=True,
                      fill=ACCENT)  # fmt: skip
    if above is not None:
        _connectors(pen, art.look, wide, {x + dx: n for x, n in above.items()}, first - _STUB - _RING, "接上页")
    if below is not None:
        _connectors(pen, art.look, wide, {x + dx: n for x, n in below.items()}, last + _STUB + _RING, "接下页")
    return pen.sheet(wide, high)


def _within(
    points: Sequence[tuple[float, float]], top: float, bottom: float
) -> Iterator[tuple[list[tuple[float, float]], bool]]:
    """The pieces of a line between two heights, and whether its end is that of the line."""
    piece: list[tuple[float, float]] = []
    for n, (one, other) in enumerate(itertools.pairwise(points)):
        (ax, ay), (bx, by) = one, other
        if max(ay, by) < top - 1e-6 or min(ay, by) > bottom + 1e-6 or (ay != by and (
            max(ay, by) <= top + 1e-6 or min(ay, by) >= bottom - 1e-6)):  # fmt: skip
            continue
        start, end = (ax, min(max(ay, top), bottom)), (bx, min(max(by, top), bottom))
        piece = [*piece, end] if piece else [start, end]
        last = n + 2 == len(points)
        if end != other or last:
            yield piece, end == other and last
            piece = []
    if piece:
        yield piece, False


def _lane_heads(pen: Pen, art: _Art, dx: float, wide: float, walls: tuple[float, float]) -> None:
    edges = [0.3, *(x + dx for x in art.layout.walls), wide - 0.3]
    foot = art.head - 3.0
    pen.rect(0.3, 0.3, wide - 0.6, foot - 0.3, fill=TINT)
    pen.line((0.3, foot), (wide - 0.3, foot), stroke=MAIN, line=0.5)
    for lines, (left, right) in zip(art.lanes, itertools.pairwise(edges), strict=True):
        pen.lines((left + right) / 2, foot / 2 + 0.15, lines, art.look.name, bold=True, fill=KEY)
    for x in edges[1:-1]:
        pen.line((x, max(foot, walls[0])), (x, walls[1]), stroke=RULE, line=0.3)


def _connectors(pen: Pen, look: _Look, sheet: float, rings: Mapping[float, int], y: float, words: str) -> None:
    size = max(look.note, 2.3)
    wide = measure(words, size)
    places = sorted(rings)
    free = 0.0  # where nothing is written yet
    for n, x in enumerate(places):
        pen.circle(x, y, _RING, fill=WHITE, stroke=KEY, line=_LINE)
        pen.text(x, y + MIDDLE * 2.3 - 0.02, _letter(rings[x]), 2.3, anchor="middle", bold=True, fill=KEY)
        after = places[n + 1] - _RING if n + 1 < len(places) else sheet
        if after - x - _RING > wide + 1.6:
            pen.text(x + _RING + 0.8, y + MIDDLE * size, words, size, fill=QUIET)
            free = x + _RING + wide + 1.6
            continue
        if x - _RING - free > wide + 1.6:
            pen.text(x - _RING - 0.8, y + MIDDLE * size, words, size, anchor="end", fill=QUIET)
        free = x + _RING


def _letter(n: int) -> str:
    return (chr(64 + n // 26) if n >= 26 else "") + chr(65 + n % 26)


def _draw_box(pen: Pen, box: _Box, x: float, y: float, look: _Look) -> None:
    """A step centred on x, y; a join is seen by its bar alone."""
    if box.kind == "汇合":
        return
    left, top, wide, high = x - box.width / 2, y - box.height / 2, box.width, box.height
    name, note, middle = KEY, INK, y
    if box.kind in ("开始", "结束"):
        pen.rect(left, top, wide, high, fill=KEY, stroke=KEY, line=_LINE, round=min(high / 2, 5.0))
        name = note = WHITE
    elif box.kind == "判断":
        pen.polygon((x, top), (left + wide, y), (x, top + high), (left, y), fill=WARM, stroke=ACCENT, line=0.45)
        name = ACCENT
    elif box.kind == "判断六边":
        slant = _slant(high)
        right, foot = left + wide, top + high
        pen.polygon((left + slant, top), (right - slant, top), (right, y), (right - slant, foot), (left + slant, foot),
                    (left, y), fill=WARM, stroke=ACCENT, line=0.45)  # fmt: skip
        name = ACCENT
    elif box.kind == "文书":
        foot, wave = top + high - 1.1, 2.0
        points = [
            (1, 0),
            (0.75, -wave),
            (0.58, -wave * 0.1),
            (0.5, 0),
            (0.36, wave * 0.72),
            (0.14, wave * 0.72),
            (0, 0),
        ]
        spots = [f"{number(left + wide * a)} {number(foot + b)}" for a, b in points]
        pen.path(f"M{number(left)} {number(top)}H{number(left + wide)}L{spots[0]}C{' '.join(spots[1:4])}"
                 f"C{' '.join(spots[4:])}Z", fill=WHITE, stroke=MAIN, line=_LINE)  # fmt: skip
        middle = y - 1.1
    else:
        pen.rect(left, top, wide, high, fill=TINT, stroke=MAIN, line=_LINE, round=1.4)
    block = _block(box.names, box.notes, look)
    names = len(box.names) * look.name * LEADING
    pen.lines(x, middle - block / 2 + names / 2, box.names, look.name, bold=True, fill=name)
    pen.lines(x, middle + block / 2 - len(box.notes) * look.note * LEADING / 2, box.notes, look.note, fill=note)


# -- words -----------------------------------------------------------------------------------------------


def _words(chart: Flowchart) -> str:
    """All of it as a list of numbered steps."""
    graph, ways = _graph(chart)
    back = backward(graph)
    meets = {meeting.source: f"，都办完→{meeting.target + 1}" for meeting in meetings(graph)}
    said = []
    for n, step in enumerate(chart.steps):
        kind = {"判断": "判断：", "文书": "文书：" if not step.name.startswith("《") else ""}.get(step.kind, "")
        note = "；".join(part for part in (step.lane, step.note) if part)
        mine = [(k, way) for k, way in enumerate(ways) if way.source == n]
        goals = "；".join(f"{way.answer}→{'回到' if k in back else ''}{way.target + 1}" for k, way in mine)
        if len(mine) > 1 and step.kind != "判断":
            goals = f"。同时：{goals}{meets.get(n, '')}"
        said.append(f"{n + 1}. {kind}{step.name}{f'（{note}）' if note else ''}{goals}。")
    lanes = procedure.columns(chart)
    by = f"泳道：{'、'.join(lanes)}。" if lanes else ""
    return f"流程图。{by}{''.join(said)}"
