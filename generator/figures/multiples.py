"""A small panel for every station, all of the same periods on the same scale, so that courses are compared (小多图)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from generator import charting
from generator.diagnostics import say
from generator.model import Chart, Value
from generator.vector import (
    INK,
    KEY,
    LEADING,
    MAIN,
    MIDDLE,
    QUIET,
    SHADES,
    SMALL,
    Drawing,
    Flaw,
    Pen,
    Room,
    broken,
    measure,
)

#: Panels; periods; from how many of these on they are a line.
MOST, PERIODS, _LINE = 20, 24, 13
#: Characters of a station's name, of a period's, of a value's.
_LABEL, _NAME, _VALUE = 24, 12, 12
#: Panels in a row.
_FEWEST, _ACROSS = 2, 5
#: Type of heads, figures, periods; the heights of a panel's tallest column, the usual first; space between panels.
_HEAD, _FIGURE, _PERIOD = 2.9, SMALL, 2.3
_PLOTS = (15.0, 11.0, 8.0, 6.0)
#: The height of panels in which all is nought.
_FLAT = 2.0
_GAP = 6.0
#: The least room that is reckoned with.
_NARROW = Room(79, 141, 225)
_SAME = "各图比例相同"


def flaws(chart: Chart) -> Iterator[Flaw]:
    """Why a chart can't be drawn as small multiples."""
    found = [
        *charting.miscounted(chart.kind, "项", len(chart.labels), 2, MOST, fewer="柱形图", more="热力表"),
        *charting.miscounted(chart.kind, "时段", len(chart.series), 2, PERIODS, fewer="条形图", more="热力表"),
        *charting.nameless(chart),
        *charting.lengthy(chart, labels=_LABEL, series=_NAME, values=_VALUE),
        *charting.negative(chart),
        *charting.mixed(chart),
    ]
    if all(value is None for one in chart.series for value in one.values):
        found += charting.valueless(chart)
    if not found and _laid(chart, _NARROW) is None:
        found.append(
            Flaw(
                "figure.no_room",
                (),
                say("小图太多，名称或数字太长，一页放不下", en="There is no room for so many panels with such words"),
                say("用简称，数以万计，或分成几张", en="Use short names, count by 万, or make several charts"),
            )
        )
    yield from found


@dataclass(frozen=True)
class _Panel:
    """A station: its name in lines, its values over the periods, their printed forms without unit."""

    lines: list[str]
    values: list[Value | None]
    first: str
    last: str
    peak: int | None
    most: str


@dataclass(frozen=True)
class _Layout:
    width: float
    panel: float
    across: int
    plot: float
    top: float
    heads: list[int]
    panels: list[_Panel]

    def row(self, number: int) -> float:
        """The height of a row of panels."""
        under = 0.9 + _FIGURE * 1.15 + _PERIOD * 1.2
        return self.heads[number] * _HEAD * LEADING + _FIGURE * 1.5 + self.plot + under

    @property
    def height(self) -> float:
        rows = range(len(self.heads))
        return self.top + sum(self.row(number) for number in rows) + self.between * (len(rows) - 1)

    @property
    def between(self) -> float:
        """From one row of panels to the next."""
        return 2.0 + self.plot / 5


def draw(chart: Chart, room: Room) -> Drawing:
    """Panels in rows over the page; two of them in a column."""
    layout = _laid(chart, room) or _in_rows(chart, room.page, _FEWEST, _PLOTS[-1])
    return _drawn(chart, layout)


def _laid(chart: Chart, room: Room) -> _Layout | None:
    """Panels as high as may be in the fullest rows in which their words find room; None if they find none."""
    count = len(chart.labels)
    across = sorted(
        range(min(_FEWEST, count), min(_ACROSS, count) + 1),
        key=lambda across: ((-count) % across + abs(across - (4 if count > 6 else 3)) * 0.6, -across),
    )
    for width in dict.fromkeys((room.column, room.page) if count <= _FEWEST else (room.page,)):
        for plot in _PLOTS if any(v and v.amount for one in chart.series for v in one.values) else (_FLAT,):
            for number in across:
                layout = _in_rows(chart, width, number, plot)
                if layout.height <= room.height and _fits(chart, layout):
                    return layout
    return None


def _in_rows(chart: Chart, width: float, across: int, plot: float) -> _Layout:
    wide = (width - _GAP * (across - 1)) / across
    panels = [_panel(chart, place, wide) for place in range(len(chart.labels))]
    rows = [panels[start : start + across] for start in range(0, len(panels), across)]
    heads = [max(len(panel.lines) for panel in row) for row in rows]
    return _Layout(width, wide, across, plot, SMALL * 1.1 + 2.4, heads, panels)


def _panel(chart: Chart, place: int, wide: float) -> _Panel:
    unit = charting.unit(chart)
    values = [one.values[place] for one in chart.series]
    said = [charting.bare(value.printed, unit) if value is not None else charting.MISSING for value in values]
    known = [(value.amount, -number) for number, value in enumerate(values) if value is not None]
    peak = -max(known)[1] if known else None
    lines = broken(chart.labels[place], wide, _HEAD, bold=True, whole=True)
    return _Panel(lines, values, said[0], said[-1], peak, said[peak] if peak is not None else "无数据")


def _fits(chart: Chart, layout: _Layout) -> bool:
    """Whether what is printed at both ends of every panel leaves space between."""
    first, last = chart.series[0].name, chart.series[-1].name
    if measure(first + last, _PERIOD) + 2 > layout.panel:
        return False
    return all(
        measure(panel.first + panel.last, _FIGURE, bold=True) + 2 <= layout.panel
        and measure(panel.most, _FIGURE, bold=True) <= layout.panel
        for panel in layout.panels
    )


def _drawn(chart: Chart, layout: _Layout) -> Drawing:
    pen = Pen()
    unit = charting.unit(chart)
    notes = [_SAME]
    if any(value is not None and value.printed.endswith(unit) for p in layout.panels for value in p.values) and unit:
        notes.insert(0, f"单位：{unit}")
    if any(value is None for panel in layout.panels for value in panel.values):
        notes.append(f"{charting.MISSING} 无数据")
    pen.text(0, SMALL * (0.52 + MIDDLE), "　".join(notes), SMALL, fill=QUIET)
    largest = max((v.amount for p in layout.panels for v in p.values if v is not None), default=0.0) or 1.0
    top = layout.top
    for number, head in enumerate(layout.heads):
        start = number * layout.across
        for place, panel in enumerate(layout.panels[start : start + layout.across]):
            left = place * (layout.panel + _GAP)
            for at, line in enumerate(panel.lines):
                pen.text(left, top + _HEAD * (0.88 + at * LEADING), line, _HEAD, bold=True)
            base = top + head * _HEAD * LEADING + _FIGURE * 1.5 + layout.plot
            _course(pen, panel, layout, left, base, largest)
            _ends(pen, chart, panel, left, left + layout.panel, base)
        top += layout.row(number) + layout.between
    words = f"{chart.kind}：{charting.said(chart)}。"
    return Drawing((pen.sheet(layout.width, layout.height),), words, charting.tabled(chart, "站点"))


def _course(pen: Pen, panel: _Panel, layout: _Layout, left: float, base: float, largest: float) -> None:
    """A panel's values as columns, or of many periods as a line; the largest stands out and is printed."""
    slot = layout.panel / len(panel.values)
    heights = [layout.plot * v.amount / largest if v is not None else None for v in panel.values]
    middles = [left + slot * (number + 0.5) for number in range(len(heights))]
    if len(heights) >= _LINE:
        _line(pen, middles, heights, base)
    for number, (middle, height) in enumerate(zip(middles, heights, strict=True)):
        if height is None:
            dash = min(slot * 0.5, 1.4)
            pen.line((middle - dash / 2, base - 0.9), (middle + dash / 2, base - 0.9), stroke=QUIET, line=0.3)
        elif len(heights) < _LINE and height:
            tall, thick = max(height, 0.25), min(slot * 0.72, 7.0)
            pen.rect(middle - thick / 2, base - tall, thick, tall, fill=KEY if number == panel.peak else SHADES[3])
        elif number == panel.peak and len(heights) >= _LINE:
            pen.circle(middle, base - height, 0.8, fill=KEY)
    pen.line((left, base), (left + layout.panel, base), stroke=INK, line=0.3)
    wide = measure(panel.most, _FIGURE, bold=panel.peak is not None)
    if panel.peak is None:
        pen.text(left + layout.panel / 2, base - 2.0, panel.most, _FIGURE, anchor="middle", fill=QUIET)
    else:
        x = min(max(middles[panel.peak] - wide / 2, left), left + layout.panel - wide)
        y = base - max(heights[panel.peak] or 0.0, 1.2) - 0.7 - (0.6 if len(heights) >= _LINE else 0.0)
        pen.text(x, y, panel.most, _FIGURE, bold=True, fill=KEY)


def _line(pen: Pen, middles: Sequence[float], heights: Sequence[float | None], base: float) -> None:
    """A line through what is known, broken where nothing is; a point that stands alone is a dot."""
    points = [(x, base - height) if height is not None else None for x, height in zip(middles, heights, strict=True)]
    run: list[tuple[float, float]] = []
    for one, following in pairwise([*points, None]):
        if one is not None:
            run.append(one)
        if following is None:
            if len(run) > 1:
                pen.line(*run, stroke=MAIN, line=0.5)
            elif run:
                pen.circle(*run[0], 0.5, fill=MAIN)
            run = []


def _ends(pen: Pen, chart: Chart, panel: _Panel, left: float, right: float, base: float) -> None:
    """The first and the last value below the base, and when they were."""
    y = base + 0.9 + _FIGURE * 0.9
    below = y + _PERIOD * 1.25
    for x, anchor, said, name in (
        (left, "start", panel.first, chart.series[0].name),
        (right, "end", panel.last, chart.series[-1].name),
    ):
        known = said != charting.MISSING
        pen.text(x, y, said, _FIGURE, anchor=anchor, bold=known, fill=INK if known else QUIET)
        pen.text(x, below, name, _PERIOD, anchor=anchor, fill=QUIET)
