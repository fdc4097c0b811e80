"""Bars of segments, by field of service, with their sums (堆叠条形图), or as shares of a hundred (百分比条形图)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator import charting
from generator.diagnostics import say
from generator.model import Chart, Value
from generator.vector import (
    INK,
    KEY,
    LEADING,
    MIDDLE,
    QUIET,
    SIZE,
    SMALL,
    TONES,
    Drawing,
    Flaw,
    Pen,
    Room,
    Tone,
    measure,
)

#: More bars are a table; more segments can't be told apart.
MOST, SEGMENTS = 24, len(TONES)
#: The kind whose bars are all as long as a hundred percent.
_SHARES = "百分比条形图"
#: Characters of a label, of a series' name, of a printed value.
_LABEL, _NAME, _VALUE = 40, 12, 12
#: Space beside words, between two segments, and what bars need at least, in millimetres.
_GAP, _SEAM, _TRACK = 1.6, 0.3, 28.0
_SHARE = 0.3
_SIZES = (SIZE, 2.8, SMALL, 2.2)


def flaws(chart: Chart) -> Iterator[Flaw]:
    """Why a chart can't be drawn as stacked bars."""
    yield from charting.miscounted(chart.kind, "项", len(chart.labels), 1, MOST, more="热力表")
    yield from charting.miscounted(chart.kind, "数据组", len(chart.series), 2, SEGMENTS, fewer="条形图", more="热力表")
    yield from charting.nameless(chart)
    yield from charting.lengthy(chart, labels=_LABEL, series=_NAME, values=_VALUE)
    yield from charting.valueless(chart)
    yield from charting.negative(chart)
    yield from charting.mixed(chart)
    if "%" in charting.unit(chart):
        yield Flaw(
            "figure.ratios_added",
            (),
            say("百分比不能相加，画不成{kind}", en="Percentages can't be added up in a {kind}", kind=chart.kind),
            say("用原数，或改用条形图", en="Take the counts, or a 条形图"),
        )


@dataclass(frozen=True)
class _Row:
    """A bar: its label in lines, its amounts, what is printed in its segments and at its end."""

    lines: list[str]
    amounts: list[float]
    inside: list[str]
    end: str


@dataclass(frozen=True)
class _Layout:
    width: float
    size: float
    left: float
    thick: float
    heights: list[float]
    lengths: list[float]
    rows: list[_Row]
    key: float

    @property
    def height(self) -> float:
        return self.key + sum(self.heights)


def draw(chart: Chart, room: Room) -> Drawing:
    """Bars as long as their sums; figures in the segments that have room for them."""
    for width in dict.fromkeys((room.column, room.page)):
        for size in _SIZES if width == room.page else _SIZES[:2]:
            layout = _laid(chart, width, size)
            if layout.height <= room.height and max(layout.lengths, default=0.0) >= min(_TRACK, width):
                return _drawn(chart, layout)
    return _drawn(chart, layout)


def _laid(chart: Chart, width: float, size: float) -> _Layout:
    rows = [_row(chart, place, label, width, size) for place, label in enumerate(chart.labels)]
    left = max(measure(line, size) for row in rows for line in row.lines) + _GAP
    heights = [max(size * 2.5, len(row.lines) * size * LEADING + size * 0.5) for row in rows]
    ends = [_GAP + measure(row.end, size, bold=True) for row in rows]
    sums = [sum(row.amounts) for row in rows]
    if chart.kind == _SHARES:
        track = width - left - max(ends)
        lengths = [track if amount else 0.0 for amount in sums]
        lengths = lengths if any(lengths) else [track * 1.0 for _ in sums]
    else:
        most = max(sums)
        known = [(width - left - end) / amount for amount, end in zip(sums, ends, strict=True) if amount > most * 1e-9]
        scale = max(min(known, default=0.0), 0.0)
        lengths = [scale * amount for amount in sums] if most else [width - left - max(ends) for _ in sums]
    key = charting.key(Pen(), _entries(chart), 0.0, 0.0, width) + 1.4
    return _Layout(width, size, left, size * 1.6, heights, lengths, rows, key)


def _row(chart: Chart, place: int, label: str, width: float, size: float) -> _Row:
    unit = charting.unit(chart)
    values = [one.values[place] for one in chart.series]
    if chart.kind == _SHARES:
        inside = shares(values)
    else:
        inside = [charting.bare(value.printed, unit) if value is not None else "" for value in values]
    return _Row(
        charting.named(label, width * _SHARE, size),
        [value.amount if value is not None else 0.0 for value in values],
        inside,
        whole(chart, place),
    )


def whole(chart: Chart, place: int) -> str:
    """What is printed at the end of a bar: the sum, and of how many segments nothing is known."""
    values = [one.values[place] for one in chart.series]
    known = [value for value in values if value is not None]
    if not known:
        return f"{charting.MISSING} 无数据"
    missing = f"（缺{len(values) - len(known)}项）" if len(known) < len(values) else ""
    return ("共" if chart.kind == _SHARES else "") + charting.total(known, charting.unit(chart)) + missing


def shares(values: Sequence[Value | None]) -> list[str]:
    """Whole percentages that make a hundred (largest remainders); ``<1%`` of what is there, and rounds to nought."""
    amounts = [value.amount if value is not None else 0.0 for value in values]
    whole = sum(amounts)
    if not whole:
        return ["" for _ in values]
    exact = [amount / whole * 100 for amount in amounts]
    floors = [int(share + 1e-9) for share in exact]
    turn = sorted(range(len(exact)), key=lambda n: (floors[n] - exact[n], n))
    for number in turn[: 100 - sum(floors)]:
        floors[number] += 1
    return [
        "" if value is None else "<1%" if not floor and value.amount else f"{floor}%"
        for value, floor in zip(values, floors, strict=True)
    ]


def _entries(chart: Chart) -> list[tuple[str, Tone]]:
    return [(one.name, tone) for one, tone in zip(chart.series, TONES, strict=False)]


def _drawn(chart: Chart, layout: _Layout) -> Drawing:
    pen, told = Pen(), True
    charting.key(pen, _entries(chart), 0.0, 0.0, layout.width)
    top, size = layout.key, layout.size
    for row, height, length in zip(layout.rows, layout.heights, layout.lengths, strict=True):
        middle, x, whole = top + height / 2, layout.left, sum(row.amounts)
        pen.lines(layout.left - _GAP, middle, row.lines, size, anchor="end")
        for amount, inside, tone in zip(row.amounts, row.inside, TONES, strict=False):
            wide = length * amount / whole if whole else 0.0
            if wide:
                seam = min(_SEAM, wide / 3)
                pen.area(x, middle - layout.thick / 2, wide - seam, layout.thick, tone)
            fits = _inside(inside, wide, size)
            told = told and (fits > 0 or not amount)
            if fits and amount:
                if tone.hatch:
                    plate = measure(inside, fits) + 1.0
                    pen.rect(x + (wide - _SEAM - plate) / 2, middle - fits * 0.6, plate, fits * 1.2, fill=tone.fill)
                pen.text(x + (wide - _SEAM) / 2, middle + MIDDLE * fits, inside, fits, anchor="middle", fill=tone.ink)
            x += wide
        bold = chart.kind != _SHARES and not row.end.startswith(charting.MISSING)
        pen.text(x + _GAP / 2, middle + MIDDLE * size, row.end, size, bold=bold, fill=KEY if bold else QUIET)
        top += height
    pen.line((layout.left, layout.key), (layout.left, top), stroke=INK, line=0.3)
    table = () if told and chart.kind != _SHARES else charting.tabled(chart, "")
    return Drawing((pen.sheet(layout.width, top),), _words(chart, layout), table)


def _inside(words: str, wide: float, size: float) -> float:
    """The type in which words stand in a segment, 0 if they find no room."""
    for smaller in (min(size, SMALL), 2.2):
        if words and measure(words, smaller) + 1.4 <= wide:
            return smaller
    return 0.0


def _words(chart: Chart, layout: _Layout) -> str:
    unit, rows = charting.unit(chart), []
    for place, (label, row) in enumerate(zip(chart.labels, layout.rows, strict=True)):
        parts = []
        for one, inside in zip(chart.series, row.inside, strict=True):
            share = f"（{inside}）" if chart.kind == _SHARES and inside else ""
            parts.append(f"{one.name}{charting.told(one.values[place], unit)}{share}")
        rows.append(f"{label}：{'、'.join(parts)}，{_summed(row.end)}")
    return f"{chart.kind}：{'；'.join(rows)}。"


def _summed(end: str) -> str:
    return end if end.startswith("共") else "合计" + end.removeprefix(charting.MISSING).strip()
