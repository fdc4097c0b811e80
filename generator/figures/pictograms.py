"""Rows of little signs, each for a round number of what is counted: people, households, books, hours (图标图)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator import charting
from generator.model import Chart
from generator.vector import (
    KEY,
    LEADING,
    MAIN,
    MIDDLE,
    QUIET,
    SHADES,
    SIZE,
    SMALL,
    WHITE,
    Drawing,
    Flaw,
    Pen,
    Room,
    measure,
    number,
)

#: More rows are a table; more signs in a row are not seen at a glance.
MOST, SIGNS = 12, 20
#: Characters of a label, of a printed value.
_LABEL, _VALUE = 32, 12
#: The heights of signs, the usual first; the space between two as a share of that; beside words and between rows, in
#: millimetres.
_HEIGHTS, _BETWEEN, _GAP, _ROW = (4.8, 4.0, 3.2), 0.1875, 1.8, 2.8
_SHARE = 0.3
#: So many signs the largest figure has in a column, with smaller type if need be; with fewer it takes the page.
_MANY, _FEW = 8, 5
_SIZES = (SIZE, 2.8, SMALL)
#: The least part of a sign that is known for one; of one more behind others so little isn't drawn.
_PART, _NOTHING = 0.25, 0.125

Points = tuple[tuple[float, float], ...]


def flaws(chart: Chart) -> Iterator[Flaw]:
    """Why a chart can't be drawn as rows of signs."""
    yield from charting.miscounted(chart.kind, "项", len(chart.labels), 1, MOST, more="条形图")
    yield from charting.miscounted(chart.kind, "数据组", len(chart.series), 1, 1, more="条形图")
    yield from charting.nameless(chart)
    yield from charting.lengthy(chart, labels=_LABEL, series=_LABEL, values=_VALUE)
    yield from charting.valueless(chart)
    yield from charting.negative(chart)
    yield from charting.mixed(chart)


# ------------------------------------------------------------------ signs, in a square of one, from its upper left


def _arc(x: float, y: float, radius: float, start: float = 0.0, end: float = 360.0) -> Points:
    """Points on a circle, degrees clockwise from the right."""
    count = max(math.ceil((end - start) / 15), 2)
    turns = (math.radians(start + (end - start) * step / count) for step in range(count + 1))
    return tuple((x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns)


def _box(left: float, top: float, right: float, bottom: float) -> Points:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


@dataclass(frozen=True)
class _Sign:
    """Filled shapes, and what is left white in them."""

    filled: tuple[Points, ...]
    white: tuple[Points, ...] = ()

    @property
    def left(self) -> float:
        return min(x for shape in self.filled for x, _ in shape)

    @property
    def width(self) -> float:
        return max(x for shape in self.filled for x, _ in shape) - self.left


_PERSON = _Sign(
    (
        _arc(0.5, 0.2, 0.18),
        (*_arc(0.42, 0.66, 0.22, 180, 270), *_arc(0.58, 0.66, 0.22, 270, 360), (0.8, 1.0), (0.2, 1.0)),
    )
)
_HOUSE = _Sign(
    (((0.5, 0.04), (1.0, 0.5), (0.86, 0.5), (0.86, 0.98), (0.14, 0.98), (0.14, 0.5), (0.0, 0.5)),),
    (_box(0.4, 0.62, 0.6, 0.98),),
)
_BOOK = _Sign(
    (
        ((0.0, 0.14), (0.3, 0.14), (0.47, 0.24), (0.47, 0.96), (0.3, 0.86), (0.0, 0.86)),
        ((1.0, 0.14), (0.7, 0.14), (0.53, 0.24), (0.53, 0.96), (0.7, 0.86), (1.0, 0.86)),
    )
)
_PAGE = _Sign(
    (((0.14, 0.02), (0.6, 0.02), (0.86, 0.28), (0.86, 0.98), (0.14, 0.98)),),
    tuple(_box(0.28, y, right, y + 0.08) for y, right in ((0.4, 0.72), (0.57, 0.72), (0.74, 0.56))),
)
_CLOCK = _Sign((_arc(0.5, 0.5, 0.48),), (_box(0.46, 0.18, 0.54, 0.54), _box(0.46, 0.46, 0.74, 0.54)))
_COIN = _Sign(
    (_arc(0.5, 0.5, 0.48),),
    (
        ((0.28, 0.22), (0.37, 0.22), (0.5, 0.44), (0.63, 0.22), (0.72, 0.22), (0.545, 0.5), (0.455, 0.5)),
        _box(0.46, 0.46, 0.54, 0.8),
        _box(0.33, 0.5, 0.67, 0.565),
        _box(0.33, 0.625, 0.67, 0.69),
    ),
)
_TICKET = _Sign(
    (
        (
            *_arc(0.2, 0.2, 0.12, 180, 270),
            *_arc(0.8, 0.2, 0.12, 270, 360),
            *_arc(0.8, 0.8, 0.12, 0, 90),
            *_arc(0.2, 0.8, 0.12, 90, 180),
        ),
    )
)
#: What a unit ends with -> its sign; a plain one for all others.
_SIGNS = (
    (("户次", "户", "家庭"), _HOUSE),
    (("人次", "人", "名", "位"), _PERSON),
    (("本", "册"), _BOOK),
    (("篇", "份", "条", "件", "期", "稿"), _PAGE),
    (("小时", "课时", "学时", "分钟"), _CLOCK),
    (("元",), _COIN),
)


def _sign(unit: str) -> _Sign:
    return next((sign for ends, sign in _SIGNS if unit.endswith(ends)), _TICKET)


def _cut(shape: Sequence[tuple[float, float]], x: float) -> Points:
    """The part of a shape left of ``x`` (Sutherland–Hodgman)."""
    kept: list[tuple[float, float]] = []
    for (ax, ay), (bx, by) in zip(shape, (*shape[1:], shape[0]), strict=True):
        if ax <= x:
            kept.append((ax, ay))
        if (ax < x < bx) or (bx < x < ax):
            kept.append((x, ay + (by - ay) * (x - ax) / (bx - ax)))
    return tuple(kept)


# ------------------------------------------------------------------ layout


@dataclass(frozen=True)
class _Layout:
    width: float
    size: float
    left: float
    step: float
    sign: float
    names: list[list[str]]
    heights: list[float]
    top: float

    @property
    def height(self) -> float:
        return self.top + sum(self.heights)


def draw(chart: Chart, room: Room) -> Drawing:
    """Signs for as small a round number as the width allows; of few things one each, if need be smaller."""
    column = [_laid(chart, room.column, size, _HEIGHTS[0]) for size in _SIZES[:2]]
    page = [_laid(chart, room.page, size, _HEIGHTS[0]) for size in _SIZES]
    if _most(chart) <= SIGNS:
        tried = (_laid(chart, width, size, sign) for width, sizes in ((room.column, _SIZES[:2]), (room.page, _SIZES))
                 for size in sizes for sign in _HEIGHTS)  # fmt: skip
        for layout in tried:
            if layout.height <= room.height and layout.step == 1:
                return _drawn(chart, layout, room.column)
    for layouts, least in ((column, _MANY), (column, _FEW), (page, 0)):
        for layout in layouts:
            if layout.height <= room.height and _most(chart) / layout.step >= min(least, _most(chart)):
                return _drawn(chart, layout, room.column)
    return _drawn(chart, page[-1], room.column)


def _most(chart: Chart) -> float:
    return max((value.amount for value in chart.series[0].values if value is not None), default=0.0)


def _laid(chart: Chart, width: float, size: float, sign: float) -> _Layout:
    names = [charting.named(label, width * _SHARE, size) for label in chart.labels]
    left = max(measure(line, size) for lines in names for line in lines) + _GAP
    heights = [max(sign + _ROW, len(lines) * size * LEADING + 1.4) for lines in names]
    step = 1.0
    for power in range(18):
        tried = (nice * 10.0**power for nice in (1, 2, 5))
        fitting = [each for each in tried if _wide(chart, each, size, sign) <= width - left]
        if fitting:
            step = fitting[0]
            break
    return _Layout(width, size, left, step, sign, names, heights, _key(sign) + 2.6)


def _key(sign: float) -> float:
    """The height of the sign in the key."""
    return max(sign * 0.7, _HEIGHTS[-1])


def _wide(chart: Chart, step: float, size: float, sign: float) -> float:
    """The width of the widest row of signs and its figure, infinite if it has too many."""
    unit = charting.unit(chart)
    pitch = (_sign(unit).width + _BETWEEN) * sign
    widest = 0.0
    for value in chart.series[0].values:
        if value is not None:
            count = math.ceil(value.amount / step - 1e-9)
            if count > SIGNS:
                return math.inf
            widest = max(widest, count * pitch + _GAP + measure(charting.told(value, unit), size, bold=True))
    return widest


def _drawn(chart: Chart, layout: _Layout, least: float) -> Drawing:
    pen, size, unit = Pen(), layout.size, charting.unit(chart)
    sign = _sign(unit)
    each = f"每个代表{_round(layout.step, unit)}{unit}"
    small = _key(layout.sign)
    _row(pen, sign, 0.0, 0.0, small, 1.0)
    pen.text(sign.width * small + 1.2, small / 2 + MIDDLE * SMALL, each, SMALL, fill=QUIET)
    top = layout.top
    for lines, height, value in zip(layout.names, layout.heights, chart.series[0].values, strict=True):
        middle, x = top + height / 2, layout.left
        pen.lines(layout.left - _GAP, middle, lines, size, anchor="end")
        if value is None:
            pen.text(x, middle + MIDDLE * size, f"{charting.MISSING} 无数据", size, fill=QUIET)
        else:
            x = _row(pen, sign, x, middle - layout.sign / 2, layout.sign, value.amount / layout.step)
            printed = charting.told(value, unit)
            pen.text(x, middle + MIDDLE * size, printed, size, bold=True, fill=KEY)
        top += height
    words = f"{chart.kind}：{charting.said(chart)}。"
    wide = max(
        least, layout.left + _wide(chart, layout.step, size, layout.sign)
    )  # no wider than the longest row asks for
    return Drawing((pen.sheet(min(wide, layout.width), top),), words)


def _row(pen: Pen, sign: _Sign, left: float, top: float, size: float, count: float) -> float:
    """So many signs, of the last one only a part dark where it is not whole; returns where the next words may stand."""
    whole = math.floor(count + 1e-9)
    rest = count - whole
    parts = [1.0] * whole + ([max(rest, _PART)] if rest > (_NOTHING if whole else 1e-9) else [])
    between = _BETWEEN * size
    pitch = sign.width * size + between
    partial = [(n, 1.0) for n, part in enumerate(parts) if part < 1]
    for fill, shapes, drawn in (
        (SHADES[2], sign.filled, partial),
        (MAIN, sign.filled, list(enumerate(parts))),
        (WHITE, sign.white, [(n, 1.0) for n, _ in enumerate(parts)]),
    ):
        d = ""
        for place, part in drawn:
            x = left + place * pitch
            for shape in shapes:
                kept = _cut(shape, sign.left + sign.width * part) if part < 1 else shape
                if kept:
                    at = ((x + (px - sign.left) * size, top + py * size) for px, py in kept)
                    d += "M" + "L".join(f"{number(a)} {number(b)}" for a, b in at) + "Z"
        if d:
            pen.path(d, fill=fill)
    return left + len(parts) * pitch + (_GAP - between if parts else 0.0)


def _round(step: float, unit: str) -> str:
    return f"{step:.10g}" if unit.startswith(("万", "亿")) else charting.counted(step)
