"""Columns over periods, up to three series side by side, each with its figure above it (柱形图)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from generator import charting
from generator.model import Chart
from generator.vector import (
    INK,
    KEY,
    LEADING,
    MAIN,
    MIDDLE,
    QUIET,
    RULE,
    SMALL,
    TONES,
    WHITE,
    Drawing,
    Flaw,
    Pen,
    Room,
    Tone,
    broken,
    measure,
)

#: More columns, or more series, are a table.
MOST, SERIES = 24, 3
#: Characters of a series' name, of a printed value; lines of a label, and the page that is reckoned with for them.
_NAME, _VALUE, _LINES, _PAGE = 12, 12, 3, 134.0
#: The height of the tallest column in a column of text and on a page, the widest of them, space, in millimetres.
_PLOT, _PLOT_PAGE, _WIDEST, _GAP = 32.0, 40.0, 10.0, 0.7
#: Columns of the table below are no narrower; where the names of series begin in it, behind their marks.
_TABLED, _MARK = 4.0, 4.0
#: Type of figures and labels, the usual first.
_SIZES = (2.9, SMALL, 2.3)
_DATED = re.compile(r"(\d{4}年)(.+)")
_ONE = (Tone(MAIN, WHITE),)
#: Where figures are printed: above the columns, in a table below them, or an axis says what they are about.
_ABOVE, _BELOW, _AXIS = "above", "below", "axis"
#: What stands for columns that are all nought, in millimetres; the least height of one that isn't.
_FLAT, _LEAST = 1.5, 0.25


def flaws(chart: Chart) -> Iterator[Flaw]:
    """Why a chart can't be drawn as columns."""
    yield from charting.miscounted(chart.kind, "项", len(chart.labels), 1, MOST, more="热力表")
    yield from charting.miscounted(chart.kind, "数据组", len(chart.series), 1, SERIES, more="小多图")
    yield from charting.nameless(chart)
    longest = _LINES * int(_PAGE / max(len(chart.labels), 1) / _SIZES[-1])
    short = tuple(label for label, _ in _dated(chart.labels))
    yield from charting.lengthy(
        replace(chart, labels=short), labels=max(min(longest, 24), 4), series=_NAME, values=_VALUE
    )
    yield from charting.valueless(chart)
    yield from charting.negative(chart)
    yield from charting.mixed(chart)


def _dated(labels: Sequence[str]) -> list[tuple[str, str]]:
    """Labels without their years, and these; a year goes on until another is named. As they are if one has none."""
    found: list[tuple[str, str]] = []
    for label in labels:
        dated = _DATED.fullmatch(label)
        if dated is None and not found:
            return [(one, "") for one in labels]
        found.append((dated[2], dated[1]) if dated else (label, found[-1][1]))
    return found


@dataclass(frozen=True)
class _Column:
    """A column as it stands: its place, its middle, its height above the base, what is printed of it."""

    series: int
    place: int
    middle: float
    height: float
    figure: str


@dataclass(frozen=True)
class _Layout:
    where: str
    width: float
    size: float
    left: float
    slot: float
    thick: float
    plot: float
    ticks: tuple[float, ...]
    columns: list[_Column]
    labels: list[list[str]]
    years: list[tuple[str, int, int]]

    def box(self, column: _Column) -> tuple[float, float, float, float]:
        """Where a column's figure would stand: left, right, and from what to what height above the base."""
        wide = measure(column.figure, self.size, bold=True)
        left = min(max(column.middle - wide / 2, self.left), max(self.width - wide, self.left))
        return left, left + wide, column.height, column.height + self.size * 1.3

    def figures(self) -> set[_Column]:
        """The columns whose figures are printed above them.

        These are all, or beside an axis the largest and the last of each series, or the largest if these find no room:
        the same of every series.
        """
        known = [column for column in self.columns if column.figure]
        if self.where != _AXIS:
            return set(known) if self.where == _ABOVE else set()
        groups = [[c for c in known if c.series == number] for number in sorted({c.series for c in known})]
        largest = [max(own, key=lambda c: c.height) for own in groups]
        for chosen in ({*largest, *(own[-1] for own in groups)}, set(largest)):
            if all(self._free(column, [c for c in chosen if c is not column]) for column in chosen):
                return chosen
        return set()

    def fits(self) -> bool:
        """Whether all figures can be printed, and the labels below in a few lines."""
        known = [column for column in self.columns if column.figure]
        if not all(len(lines) == 1 or (len(lines) == 2 and len("".join(lines)) > 3) for lines in self.labels):
            return False
        if self.where == _BELOW:
            widest = max((measure(column.figure, self.size) for column in known), default=0.0)
            return self.slot >= max(widest + 0.5, _TABLED)
        return all(self._free(column, [c for c in known if c is not column]) for column in known)

    def _free(self, column: _Column, printed: Sequence[_Column]) -> bool:
        left, right, low, high = self.box(column)
        if right > self.width:
            return False
        half = self.thick / 2
        beside = (c for c in self.columns if c is not column and c.middle - half < right and left < c.middle + half)
        if any(other.height > low + 0.2 for other in beside):
            return False
        return not any(
            first < right + _GAP and left < last + _GAP and bottom < high and low < top
            for first, last, bottom, top in map(self.box, printed)
        )


def draw(chart: Chart, room: Room) -> Drawing:
    """Columns proportional to their values, with all figures above them, else below, else with an axis beside them."""
    for where in (_ABOVE, _BELOW):
        for width in dict.fromkeys((room.column, room.page)):
            for size in _SIZES:
                layout = _laid(chart, width, size, where)
                if layout.fits():
                    return _drawn(chart, layout)
    return _drawn(chart, _laid(chart, room.page, _SIZES[-1], _AXIS))


def _laid(chart: Chart, width: float, size: float, where: str) -> _Layout:
    unit, count, many = charting.unit(chart), len(chart.labels), len(chart.series)
    longest = max((v.amount for one in chart.series for v in one.values if v is not None), default=0.0)
    ticks = charting.steps(0.0, longest, 4) if where == _AXIS else ()
    left = max((measure(_tick(tick, unit), SMALL) for tick in ticks), default=-1.6) + 1.6
    if where == _BELOW:
        left = max(measure(one.name, SMALL) for one in chart.series) + (_MARK if many > 1 else 0.0) + 1.6
    slot = (width - left) / count
    thick = min(slot * (0.62 if many == 1 else 0.8 / many), _WIDEST)
    plot = (_PLOT_PAGE if width > 120 else _PLOT) if longest or ticks else _FLAT
    full = (ticks[-1] if ticks else longest) or 1.0
    columns = []
    for number, one in enumerate(chart.series):
        for place, value in enumerate(one.values):
            middle = left + slot * (place + 0.5) + (number - (many - 1) / 2) * thick
            height = max(plot * value.amount / full, _LEAST) if value is not None and value.amount else 0.0
            figure = charting.bare(value.printed, unit) if value is not None else ""
            columns.append(_Column(number, place, middle, height if value is not None else 0.9, figure))
    dated = _dated(chart.labels)
    years = _years(dated)
    if any(measure(year, SMALL) > slot * (last - first + 1) - 1 for year, first, last in years):
        dated, years = [(year + "\n" + label if year else label, "") for label, year in dated], []
    labels = [broken(label, slot - 0.6, size, whole=True) for label, _ in dated]
    return _Layout(where, width, size, left, slot, thick, plot, ticks, columns, labels, years)


def _years(dated: Sequence[tuple[str, str]]) -> list[tuple[str, int, int]]:
    """Years with the first and the last of their places; none if no label has one."""
    found, place = [], 0
    for year, run in groupby(dated, key=lambda one: one[1]):
        count = len(list(run))
        if year:
            found.append((year, place, place + count - 1))
        place += count
    return found


def _tick(amount: float, unit: str) -> str:
    return f"{amount:.10g}" if unit.startswith(("万", "亿")) else charting.counted(amount)


def _drawn(chart: Chart, layout: _Layout) -> Drawing:
    pen = Pen()
    top = _headed(chart, layout, pen)
    base = top + layout.plot + (layout.size * 1.3 if layout.where != _BELOW else 0.6)
    tones = charting.graded(chart.series, TONES) if len(chart.series) > 1 else _ONE
    for tick in layout.ticks:
        y = base - layout.plot * tick / layout.ticks[-1]
        if tick:
            pen.line((layout.left, y), (layout.width, y), stroke=RULE, line=0.25)
        pen.text(
            layout.left - 1.2,
            y + MIDDLE * SMALL,
            _tick(tick, charting.unit(chart)),
            SMALL,
            anchor="end",
            fill=QUIET,
        )
    printed = layout.figures()
    for column in layout.columns:
        x = column.middle - layout.thick / 2
        if not column.figure and chart.series[column.series].values[column.place] is None:
            dash = min(layout.thick * 0.8, 1.6)
            middle = column.middle
            pen.line((middle - dash / 2, base - 0.9), (middle + dash / 2, base - 0.9), stroke=QUIET, line=0.3)
        elif column.height:
            space = 0.12 if len(chart.series) > 1 else 0.0
            pen.area(x + space, base - column.height, layout.thick - 2 * space, column.height, tones[column.series])
    for column in layout.columns:
        if column not in printed:
            continue
        left, right, low, _ = layout.box(column)
        if layout.ticks:
            pen.rect(left - 0.3, base - low - layout.size * 1.2, right - left + 0.6, layout.size * 1.15, fill=WHITE)
        bold = tones[column.series].ink == WHITE
        pen.text(
            (left + right) / 2,
            base - low - layout.size * 0.28,
            column.figure,
            layout.size,
            anchor="middle",
            bold=bold,
            fill=KEY if bold else QUIET,
        )
    pen.line((layout.left, base), (layout.width, base), stroke=INK, line=0.3)
    bottom = _footed(layout, pen, base)
    if layout.where == _BELOW:
        bottom = _tabled(chart, layout, pen, bottom)
    table = charting.tabled(chart, "") if layout.where == _AXIS else ()
    words = f"{chart.kind}：{charting.said(chart)}。"
    return Drawing((pen.sheet(layout.width, bottom),), words, table)


def _headed(chart: Chart, layout: _Layout, pen: Pen) -> float:
    """The unit, what the tones mean, and what stands for nothing; returns where the columns may begin."""
    unit, x, notes = charting.unit(chart), 0.0, []
    if unit and any(v is not None and v.printed.endswith(unit) for one in chart.series for v in one.values):
        notes.append(f"单位：{unit}")
    if any(value is None for one in chart.series for value in one.values):
        notes.append(f"{charting.MISSING} 无数据")
    if notes:
        pen.text(0, SMALL * (0.52 + MIDDLE), "　".join(notes), SMALL, fill=QUIET)
        x = measure("　".join(notes), SMALL) + 3.4
    if len(chart.series) > 1 and layout.where != _BELOW:
        tones = charting.graded(chart.series, TONES)
        entries = [(one.name, tone) for one, tone in zip(chart.series, tones, strict=True)]
        room = layout.width - x
        beside = room >= max(measure(one.name, SMALL) for one in chart.series) + 4
        at = (x, 0.0) if beside else (0.0, SMALL * 1.6)
        return charting.key(pen, entries, at[0], at[1], layout.width - at[0]) + 1.6
    return SMALL * 1.1 + 1.2 if notes else 0.0


def _tabled(chart: Chart, layout: _Layout, pen: Pen, top: float) -> float:
    """The figures in a row for each series, each below its column, and what the tones mean; returns where they end."""
    tones, high = charting.graded(chart.series, TONES), layout.size * 1.55
    top += 0.8
    for number, one in enumerate(chart.series):
        y = top + number * high
        pen.line((0, y), (layout.width, y), stroke=RULE, line=0.25)
        if len(chart.series) > 1:
            pen.area(0, y + high / 2 - SMALL * 0.44, _MARK - 1.0, SMALL * 0.88, tones[number], pitch=0.9)
            pen.text(_MARK, y + high / 2 + MIDDLE * SMALL, one.name, SMALL, fill=QUIET)
        for column in layout.columns:
            if column.series == number:
                figure, middle = column.figure or charting.MISSING, y + high / 2 + MIDDLE * layout.size
                x = layout.left + layout.slot * (column.place + 0.5)
                pen.text(x, middle, figure, layout.size, anchor="middle", fill=INK if column.figure else QUIET)
    bottom = top + len(chart.series) * high
    pen.line((0, bottom), (layout.width, bottom), stroke=RULE, line=0.25)
    return bottom + 0.2


def _footed(layout: _Layout, pen: Pen, base: float) -> float:
    """Labels below the columns, years below these; returns where they end."""
    lines = max(len(lines) for lines in layout.labels)
    for place, label in enumerate(layout.labels):
        x = layout.left + layout.slot * (place + 0.5)
        for number, line in enumerate(label):
            y = base + 1.2 + layout.size * (0.88 + number * LEADING * 0.93)
            pen.text(x, y, line, layout.size, anchor="middle")
    bottom = base + 1.2 + layout.size * (1.1 + (lines - 1) * LEADING * 0.93)
    if not layout.years:
        return bottom
    for year, first, last in layout.years:
        left, right = layout.left + layout.slot * first + 0.6, layout.left + layout.slot * (last + 1) - 0.6
        pen.line((left, bottom + 0.7), (right, bottom + 0.7), stroke=QUIET, line=0.25)
        pen.text((left + right) / 2, bottom + 1.5 + SMALL * 0.88, year, SMALL, anchor="middle", fill=QUIET)
    return bottom + 1.5 + SMALL * 1.1
