"""Horizontal bars with direct labels: figures of one unit side by side, in the order given; pairs of them (条形图)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator import charting
from generator.model import Chart, Value
from generator.vector import (
    INK,
    KEY,
    LEADING,
    MAIN,
    MIDDLE,
    QUIET,
    SIZE,
    SMALL,
    TONES,
    WHITE,
    Drawing,
    Flaw,
    Pen,
    Room,
    Tone,
    measure,
)

#: More bars are a table.
MOST = 24
#: The length of a bar that would be shorter, in millimetres: enough to be seen, too little to be taken for more.
_LEAST = 0.25
#: Characters of a label, of a series' name, of a printed value.
_LABEL, _NAME, _VALUE = 40, 8, 12
#: The space beside words, and what bars need at least to be compared, in millimetres.
_GAP, _TRACK = 1.6, 24.0
#: The part of the width that labels may take.
_SHARE = 0.36
#: Type of labels and figures, the usual first.
_SIZES = (SIZE, 2.8, SMALL, 2.2)
#: Type of the names of a pair.
_NOTE = 2.3
_ONE = (Tone(MAIN, WHITE),)
_PAIR = (TONES[0], TONES[1])


def flaws(chart: Chart) -> Iterator[Flaw]:
    """Why a chart can't be drawn as bars."""
    yield from charting.miscounted(chart.kind, "项", len(chart.labels), 1, MOST, more="数据表")
    yield from charting.miscounted(chart.kind, "数据组", len(chart.series), 1, 2, more="柱形图")
    yield from charting.nameless(chart)
    yield from charting.lengthy(chart, labels=_LABEL, series=_NAME, values=_VALUE)
    yield from charting.valueless(chart)
    yield from charting.negative(chart)
    yield from charting.mixed(chart)


@dataclass(frozen=True)
class _Layout:
    width: float
    size: float
    names: list[list[str]]
    left: float
    rows: list[float]
    scale: float

    @property
    def height(self) -> float:
        return sum(self.rows)

    def bar(self, pair: bool) -> float:
        return self.size * (1.12 if pair else 1.45)


def draw(chart: Chart, room: Room) -> Drawing:
    """Bars proportional to their values; the longest takes what labels and figures leave of the width."""
    longest = max((v.amount for one in chart.series for v in one.values if v is not None), default=0)
    for width in dict.fromkeys((room.column, room.page)):
        for size in _SIZES if width == room.page else _SIZES[:2]:
            layout = _laid(chart, width, size, longest)
            if layout.height <= room.height and layout.scale * longest >= min(_TRACK, longest * _TRACK):
                return _drawn(chart, layout)
    return _drawn(chart, layout)


def _laid(chart: Chart, width: float, size: float, longest: float) -> _Layout:
    names = [charting.named(label, width * _SHARE, size) for label in chart.labels]
    left = max(measure(line, size) for lines in names for line in lines) + _GAP
    pair = len(chart.series) == 2
    least = size * (3.2 if pair else 2.4)
    rows = [max(least, len(lines) * size * LEADING + size * 0.5) for lines in names]
    scale = min(
        (
            (width - left - _beside(chart, value, number, place, size)) / value.amount
            for number, one in enumerate(chart.series)
            for place, value in enumerate(one.values)
            if value is not None and value.amount > longest * 1e-9
        ),
        default=0.0,
    )
    return _Layout(width, size, names, left, rows, max(scale, 0.0))


def _beside(chart: Chart, value: Value | None, number: int, place: int, size: float) -> float:
    """The width of what stands at the end of a bar."""
    name = chart.series[number].name if place == 0 and len(chart.series) == 2 else ""
    figure = measure(_figure(value), _type(size, len(chart.series) == 2), bold=True)
    return _GAP + figure + (_GAP + measure(name, _NOTE) if name else 0)


def _type(size: float, pair: bool) -> float:
    """The type of figures: those of pairs stand closer."""
    return max(size * 0.92, _SIZES[-1]) if pair else size


def _figure(value: Value | None) -> str:
    return value.printed if value is not None else f"{charting.MISSING} 无数据"


def _drawn(chart: Chart, layout: _Layout) -> Drawing:
    pen, top, pair = Pen(), 0.0, len(chart.series) == 2
    thick = layout.bar(pair)
    tones = charting.graded(chart.series, _PAIR) if pair else _ONE
    for place, (lines, height) in enumerate(zip(layout.names, layout.rows, strict=True)):
        middle = top + height / 2
        pen.lines(layout.left - _GAP, middle, lines, layout.size, anchor="end")
        for number, one in enumerate(chart.series):
            value = one.values[place]
            centre = middle + (number - 0.5) * thick * 1.06 if pair else middle
            length = max(layout.scale * value.amount, _LEAST) if value is not None and value.amount else 0.0
            if length:
                pen.area(layout.left, centre - thick / 2, length, thick, tones[number])
            type_ = _type(layout.size, pair)
            x, base = layout.left + length + _GAP / 2, centre + MIDDLE * type_
            bold = value is not None and tones[number].ink == WHITE  # what matters stands in the dark
            pen.text(x, base, _figure(value), type_, bold=bold, fill=KEY if bold else QUIET)
            if pair and place == 0:  # the first pair says what the two are
                x += measure(_figure(value), type_, bold=bold) + _GAP
                pen.text(x, base, one.name, _NOTE, fill=QUIET)
        top += height
    pen.line((layout.left, 0), (layout.left, top), stroke=INK, line=0.3)
    return Drawing((pen.sheet(layout.width, top),), f"{chart.kind}：{charting.said(chart)}。")
