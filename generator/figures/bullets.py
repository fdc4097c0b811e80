"""What was done against what was planned: bars on the way to their targets, and the share done (目标完成图)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from generator import charting
from generator.diagnostics import say
from generator.model import Chart, Series, Value
from generator.vector import (
    INK,
    KEY,
    LEADING,
    MAIN,
    MIDDLE,
    QUIET,
    RULE,
    SHADES,
    SIZE,
    SMALL,
    TINT,
    WHITE,
    Drawing,
    Flaw,
    Pen,
    Room,
    Tone,
    broken,
    measure,
)

#: More rows are a table.
MOST = 20
#: Characters of a label, of a printed value.
_LABEL, _VALUE = 32, 14
#: A bar that goes further beyond its target is cut off, with a gap in it: times the target.
_BEYOND = 1.5
#: From so many times the target on, it is told how many times; how targets are set that need not be met exactly.
_TIMES, _BOUNDS = 10, ("不超过", "至多", "不足", "≤")
#: From a bar to the figures below it, in millimetres.
_LEAD = 0.9
#: Space beside words, and what bars need at least, in millimetres.
_GAP, _TRACK = 2.0, 26.0
_SHARE = 0.34
_SIZES = (SIZE, 2.8, SMALL)
DONE, UNPLANNED = "完成", "未设目标"


def flaws(chart: Chart) -> Iterator[Flaw]:
    """Why targets can't be shown."""
    yield from charting.miscounted(chart.kind, "项", len(chart.labels), 1, MOST, more="数据表")
    yield from charting.miscounted(chart.kind, "数据组", len(chart.series), 1, 1, more="柱形图")
    yield from charting.nameless(chart)
    printed = (*chart.series, Series("", chart.targets)) if len(chart.targets) == len(chart.labels) else chart.series
    yield from charting.lengthy(replace(chart, series=printed), labels=_LABEL, series=_LABEL, values=_VALUE)
    yield from charting.valueless(chart)
    yield from charting.negative(chart)
    if not any(chart.targets):
        yield Flaw(
            "figure.target_missing",
            (),
            say("一项目标也没有，画不成{kind}", en="There is no target at all in a {kind}", kind=chart.kind),
            say("在事实里写“目标”，或改用条形图", en="Give the facts their 目标, or take a 条形图"),
        )
    for place, (label, target) in enumerate(zip(chart.labels, chart.targets, strict=False)):
        if target is not None and target.amount <= 0:
            yield Flaw(
                "figure.target_zero",
                ("数据", place),
                say(
                    "“{label}”的目标是 {target}，算不出完成率",
                    en="The target of “{label}” is {target}, which there is no share of",
                    label=label,
                    target=target.printed,
                ),
                say("核对目标；没有目标就不写", en="Check it, or leave it out"),
            )


@dataclass(frozen=True)
class _Row:
    """An indicator: its label, what was done and planned in print, their ratio unrounded and in print."""

    lines: list[str]
    below: str
    ratio: float | None
    share: str
    known: bool
    planned: bool


@dataclass(frozen=True)
class _Layout:
    width: float
    size: float
    left: float
    track: float
    scale: float
    notes: list[list[str]]
    heights: list[float]
    rows: list[_Row]


def draw(chart: Chart, room: Room) -> Drawing:
    """Every row on the scale of its own target; the targets stand below each other."""
    for width in dict.fromkeys((room.column, room.page)):
        for size in _SIZES if width == room.page else _SIZES[:2]:
            layout = _laid(chart, width, size)
            if sum(layout.heights) <= room.height and layout.track >= _TRACK:
                return _drawn(chart, layout)
    return _drawn(chart, layout)


def _laid(chart: Chart, width: float, size: float) -> _Layout:
    rows = [_row(chart, place, label, width, size) for place, label in enumerate(chart.labels)]
    left = max(measure(line, size) for row in rows for line in row.lines) + _GAP
    right = _GAP + max(_wide(row, size) for row in rows)
    track = width - left - right
    furthest = max([min(row.ratio, _BEYOND) for row in rows if row.ratio is not None] + [1.0])
    notes = [broken(row.below, track, _note(size)) for row in rows]
    heights = [
        max(_bar(size) + _LEAD + len(note) * _note(size) * LEADING, len(row.lines) * size * LEADING) + size * 0.8
        for row, note in zip(rows, notes, strict=True)
    ]
    return _Layout(width, size, left, track, (track - 0.4) / furthest, notes, heights, rows)


def _bar(size: float) -> float:
    return size * 1.2


def _note(size: float) -> float:
    return max(size * 0.82, 2.2)


def _wide(row: _Row, size: float) -> float:
    """The width of what stands at the end of a row."""
    if row.share:
        return measure(DONE, SMALL) + 0.8 + measure(row.share, size, bold=True)
    return measure(UNPLANNED, SMALL) if not row.planned else 0.0


def _row(chart: Chart, place: int, label: str, width: float, size: float) -> _Row:
    value = chart.series[0].values[place]
    target = chart.targets[place] if place < len(chart.targets) else None
    lines = charting.named(label, width * _SHARE, size)
    below, ratio, share = said(chart, place)
    return _Row(lines, below, ratio, share, value is not None, target is not None)


def said(chart: Chart, place: int) -> tuple[str, float | None, str]:
    """What is printed of a row: what was done and planned; their ratio unrounded, and in print (97%)."""
    value = chart.series[0].values[place]
    target = chart.targets[place] if place < len(chart.targets) else None
    unit = chart.unit or (charting.parted(value.printed)[1] if value is not None else "")
    actual = charting.told(value, unit) if value is not None else f"{charting.MISSING} 无数据"
    if target is None:
        return actual, None, ""
    below = f"{actual} / 目标{charting.told(target, unit)}"
    if value is None or target.amount <= 0:
        return below, None, ""
    ratio = value.amount / target.amount
    return below, ratio, _share(ratio, _nearness(value, target))


def _nearness(value: Value, target: Value) -> str:
    """What is known of a share: 近 if a little less was done than is said (近500), else as of any ratio."""
    if charting.nearness([target]) == "约" and not any(mark in target.printed for mark in _BOUNDS):
        return "约"
    return "近" if value.printed.startswith("近") else charting.nearness([value])


def _share(ratio: float, nearness: str) -> str:
    """A share of a target in percent: 97%, 110.6%; what falls short of it by whatever little is at most 99.9%.

    Ten times the target and more are said as such: 目标的3.3万倍.
    """
    if ratio >= _TIMES:
        power, name = next((p, n) for p, n in ((1e8, "亿"), (1e4, "万"), (1.0, "")) if ratio >= p)
        times = f"{round(ratio / power, 1):.10g}{name}倍"
        return f"目标的{times}以上" if nearness == "余" else f"目标的{nearness}{times}"
    percent = math.floor(ratio * 1000 + 1e-6) / 10 if nearness == "余" else round(ratio * 100, 1)
    if ratio < 1 and nearness != "近":
        percent = min(percent, 99.9)
    if not percent and ratio:
        return "不足0.1%"
    return f"{percent:.10g}%以上" if nearness == "余" else f"{nearness}{percent:.10g}%"


def _drawn(chart: Chart, layout: _Layout) -> Drawing:
    pen, top, size = Pen(), 0.0, layout.size
    thick, small = _bar(size), _note(size)
    goal = layout.left + layout.scale
    for row, note, height in zip(layout.rows, layout.notes, layout.heights, strict=True):
        upper = top + (height - thick - _LEAD - len(note) * small * LEADING) / 2
        middle = upper + thick / 2
        pen.lines(
            layout.left - _GAP, middle if len(row.lines) == 1 else top + height / 2, row.lines, size, anchor="end"
        )
        if row.planned:
            pen.rect(layout.left, upper, layout.scale, thick, fill=SHADES[2])
        if row.ratio is not None:
            _reached(pen, row.ratio, layout, middle, thick * 0.6)
        elif row.known:  # of what is not planned there is no scale
            pen.area(layout.left, middle - thick * 0.3, layout.scale, thick * 0.6, Tone(TINT, INK, hatch=RULE))
        if row.planned:
            pen.line((goal, upper - 0.5), (goal, upper + thick + 0.5), stroke=INK, line=0.6)
        pen.line((layout.left, upper - 0.5), (layout.left, upper + thick + 0.5), stroke=INK, line=0.3)
        for number, line in enumerate(note):
            pen.text(layout.left, upper + thick + _LEAD + small * (number * LEADING + 1.0), line, small, fill=QUIET)
        if row.share:
            pen.text(layout.width, middle + MIDDLE * size, row.share, size, anchor="end", bold=True, fill=KEY)
            left = layout.width - measure(row.share, size, bold=True) - 0.8
            pen.text(left, middle + MIDDLE * size, DONE, SMALL, anchor="end", fill=QUIET)
        elif not row.planned:
            pen.text(layout.width, middle + MIDDLE * SMALL, UNPLANNED, SMALL, anchor="end", fill=QUIET)
        top += height
    return Drawing((pen.sheet(layout.width, top),), _words(chart, layout))


def _reached(pen: Pen, ratio: float, layout: _Layout, middle: float, thick: float) -> None:
    """The bar of what was done; one that goes too far has a gap where a piece of it is left out."""
    length = max(layout.scale * min(ratio, _BEYOND), 0.25) if ratio else 0.0
    if not length:
        return
    pen.rect(layout.left, middle - thick / 2, length, thick, fill=MAIN)
    if ratio > _BEYOND:
        x = layout.left + layout.scale * (1 + _BEYOND) / 2
        lean = thick / 3
        upper, lower = middle - thick / 2 - 0.2, middle + thick / 2 + 0.2
        pen.polygon((x, lower), (x + lean, upper), (x + lean + 0.9, upper), (x + 0.9, lower), fill=WHITE)


def _words(chart: Chart, layout: _Layout) -> str:
    rows = []
    for label, row in zip(chart.labels, layout.rows, strict=True):
        said = row.below.removeprefix(f"{charting.MISSING} ").replace(" / ", "，")
        share = f"，{DONE}{row.share}" if row.share else "" if row.planned else f"，{UNPLANNED}"
        rows.append(f"{label}{said}{share}")
    return f"{chart.kind}：{'；'.join(rows)}。"
