"""Tables shaded by value: stations down, indicators across, each column compared in itself (热力表)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from generator.charting import (
    MISSING,
    joined,
    lengthy,
    miscounted,
    nameless,
    negative,
    parted,
    told,
    unit_of,
    valueless,
)
from generator.diagnostics import say
from generator.model import Chart, Series
from generator.vector import (
    INK,
    LEADING,
    QUIET,
    RULE,
    SHADES,
    SMALL,
    Drawing,
    Flaw,
    Pen,
    Room,
    Sheet,
    broken,
    measure,
)

#: Rows and columns, more than which are a table of its own; characters of what stands in them.
ROWS, COLUMNS = 30, 10
_LABEL, _HEAD, _VALUE = 20, 16, 12
#: Type tried one after the other, in a column of text and across the page.
_COLUMN_SIZES, _PAGE_SIZES = (2.8, 2.5), (3.1, 2.8, 2.5, 2.3, 2.2)
#: Lines of a head, and millimetres: beside words in a cell, between cells, above and below words of a row.
_LINES, _PAD, _GAP, _AIR = 5, 1.1, 0.5, 1.5
#: A column is made wider than it needs up to here.
_WIDEST = 30.0
#: The narrowest of usual pages.
_NARROW = Room(141, 141, 225)
#: The name of an indicator with its unit.
_UNIT = re.compile(r"(.+?)（([^（）]+)）")
_TOTALS = ("合计", "总计")


def flaws(chart: Chart) -> Iterator[Flaw]:
    """Why a chart can't be drawn as a shaded table."""
    found = [
        *miscounted("热力表", "行", len(chart.labels), 2, ROWS, more="图式“数据表”"),
        *miscounted("热力表", "列", len(chart.series), 1, COLUMNS, fewer="条形图", more="图式“数据表”"),
        *nameless(chart),
        *lengthy(chart, labels=_LABEL, series=_HEAD, values=_VALUE),
        *valueless(chart),
        *negative(chart),
    ]
    if not found and not _fits(_laid(chart, *_columns(chart), _NARROW.page, _PAGE_SIZES[-1]), _NARROW):
        found.append(
            Flaw(
                "figure.no_room",
                (),
                say("这张表一页放不下", en="There is no room for this table on a page"),
                say(
                    "少放几行几列，用简称；一列里的数用同一个单位，单位就只印在表头",
                    en="Take fewer rows, columns, or shorter names; a unit all of a column have stands in its head",
                ),
            )
        )
    yield from found


def draw(chart: Chart, room: Room) -> Drawing:
    """The table, as wide as the column if it can be read there, else as wide as the page."""
    columns, key = _columns(chart)
    tries = [(room.column, s) for s in _COLUMN_SIZES] + [(room.page, s) for s in _PAGE_SIZES]
    layouts = (_laid(chart, columns, key, width, size) for width, size in tries)
    laid = next((one for one in layouts if _fits(one, room)), None)
    smallest = _PAGE_SIZES[-1]
    while laid is None or not _fits(laid, room):  # an uncommonly small page
        smallest *= 0.9
        laid = _laid(chart, columns, key, room.page, smallest)
    head = ("", *(c.name + (f"（{c.unit}）" if c.unit else "") for c in columns))
    rows = tuple((label, *(c.cells[n] for c in columns)) for n, label in enumerate(chart.labels))
    said = "；".join(
        f"{label}："
        + "，".join(joined(c.name, told(s.values[n], c.unit)) for c, s in zip(columns, chart.series, strict=True))
        for n, label in enumerate(chart.labels)
    )
    return Drawing((_drawn(chart, columns, laid),), f"热力表：{said}。", (head, *rows))


def _columns(chart: Chart) -> tuple[list[_Column], str]:
    """The columns, and what the key says: of the shades, and the unit if all columns have the same."""
    columns = [_Column.of(chart, series) for series in chart.series]
    shared = columns[0].unit if len(columns) > 1 and len({c.unit for c in columns}) == 1 else ""
    key = f"颜色越深，数越大{'（各列分别比较）' if len(columns) > 1 else ''}"
    if any(MISSING in c.cells for c in columns):
        key += f"；{MISSING} 无数据"
    if shared:
        return [replace(c, alone=False) for c in columns], f"单位：{shared}；{key}"
    return columns, key


def shades(chart: Chart) -> tuple[tuple[int, ...], ...]:
    """How dark the cells of each column are, 0 to 4, -1 where nothing is known or all is summed up.

    Columns of a 热力表 are each on a scale of their own, those of other kinds all on one.
    """
    columns = tuple(_Column.of(chart, series).shades for series in chart.series)
    if chart.kind == "热力表":
        return columns
    amounts = [
        [v.amount if v is not None and shade >= 0 else None for v, shade in zip(series.values, column, strict=True)]
        for series, column in zip(chart.series, columns, strict=True)
    ]
    largest = max((amount for column in amounts for amount in column if amount is not None), default=0.0) or 1.0
    return tuple(tuple(-1 if a is None else _shade(a, largest) for a in column) for column in amounts)


def _shade(amount: float, largest: float) -> int:
    return min(4, int(amount / largest * 5 * (1 - 1e-9)))


@dataclass(frozen=True)
class _Column:
    """An indicator: its name, its unit and whether its head says it, its cells, how dark each is (-1: unknown)."""

    name: str
    unit: str
    cells: tuple[str, ...]
    shades: tuple[int, ...]
    alone: bool = True

    @classmethod
    def of(cls, chart: Chart, series: Series) -> _Column:
        named = _UNIT.fullmatch(series.name.strip())
        name, unit = (named[1], named[2]) if named else (series.name.strip(), unit_of(series.values))
        own = {parted(v.printed)[1] for v in series.values if v is not None}
        unit = unit or (chart.unit if own == {""} else "")
        bare = own <= {unit, ""}
        cells = tuple(MISSING if v is None else parted(v.printed)[0] if bare else v.printed for v in series.values)
        compared = [
            v.amount
            for label, v in zip(chart.labels, series.values, strict=True)
            if v is not None and not _total(chart, label)
        ]
        largest = max(compared, default=0.0) or 1.0
        return cls(
            name or "数量",
            unit if bare else "",
            cells,
            tuple(
                -1 if v is None or _total(chart, label) else _shade(v.amount, largest)
                for label, v in zip(chart.labels, series.values, strict=True)
            ),
        )


def _total(chart: Chart, label: str) -> bool:
    """Whether it is the last row, and sums up those above."""
    return label.strip() in _TOTALS and label == chart.labels[-1]


@dataclass(frozen=True)
class _Layout:
    """``room`` is the width it may have, ``width`` what it takes; ``heads`` and ``labels`` are broken into lines."""

    room: float
    size: float
    left: float
    widths: tuple[float, ...]
    heads: tuple[tuple[str, ...], ...]
    labels: tuple[tuple[str, ...], ...]
    legend: tuple[str, ...]

    @property
    def width(self) -> float:
        return self.left + sum(self.widths)

    @property
    def leading(self) -> float:
        return self.size * LEADING

    @property
    def head(self) -> float:
        return max(len(lines) for lines in self.heads) * self.leading + _AIR

    @property
    def rows(self) -> tuple[float, ...]:
        return tuple(len(lines) * self.leading + _AIR for lines in self.labels)

    @property
    def height(self) -> float:
        return self.head + sum(self.rows) + 2.4 + len(self.legend) * SMALL * LEADING


def _fits(laid: _Layout, room: Room) -> bool:
    return laid.width <= laid.room + 1e-6 and laid.height <= room.height


def _laid(chart: Chart, columns: list[_Column], key: str, width: float, size: float) -> _Layout:
    needs = [_need(column, size) for column in columns]
    spare = width - sum(needs)
    whole = max(measure(label, size, bold=_total(chart, label)) for label in chart.labels) + 2 * _PAD
    narrow = 5 * size - 2 * _PAD
    least = 2 * _PAD + max(measure(w, size) for label in chart.labels for w in (*broken(label, narrow, size), "社工站"))
    # labels on one line if there is room, else on two, else on as many as they need
    left = next((w for w in (whole, whole * 0.55 + size, whole * 0.4 + size) if least <= w <= spare), least)
    if spare > left:
        needs = _evened(needs, min(width - left, max(sum(needs), _WIDEST * len(needs))))
        left = width - sum(needs)
    return _Layout(
        width,
        size,
        left,
        tuple(needs),
        tuple(_headed(c, w - 2 * _GAP, size) for c, w in zip(columns, needs, strict=True)),
        tuple(tuple(broken(label.strip(), left - 2 * _PAD, size)) for label in chart.labels),
        tuple(broken(key, width - 5 * 3.2 - 2, SMALL)),
    )


def _need(column: _Column, size: float) -> float:
    """The least width of a column: of its figures, and of a head of not too many lines."""
    need = max(max(measure(cell, size, bold=True) for cell in column.cells) + 2 * _PAD, 2 * size + 2 * _GAP)
    if column.unit and column.alone:
        need = max(need, measure(f"（{column.unit}）", size) + 2 * _GAP)
    while not _heads_fit(_headed(column, need - 2 * _GAP, size), need - 2 * _GAP, size):
        need += size / 2
    return need


def _heads_fit(lines: tuple[str, ...], width: float, size: float) -> bool:
    """Marks that may not begin a line can make one wider than it should be."""
    return len(lines) <= _LINES and all(measure(line, size) <= width + 1e-6 for line in lines)


def _headed(column: _Column, width: float, size: float) -> tuple[str, ...]:
    lines = broken(column.name.strip(), width, size)
    return (*lines, *broken(f"（{column.unit}）", width, size)) if column.unit and column.alone else tuple(lines)


def _evened(needs: list[float], room: float) -> list[float]:
    """Columns as equal as their needs allow, taking the room together."""
    low, high = 0.0, room
    for _ in range(40):
        even = (low + high) / 2
        low, high = (even, high) if sum(max(n, even) for n in needs) <= room else (low, even)
    return [max(n, low) for n in needs]


def _drawn(chart: Chart, columns: list[_Column], laid: _Layout) -> Sheet:
    pen, size = Pen(), laid.size
    at = laid.left
    for width, lines in zip(laid.widths, laid.heads, strict=True):
        bottom = laid.head - _AIR / 2 - len(lines) * laid.leading / 2  # heads stand on their table
        pen.lines(at + width / 2, bottom, lines, size, fill=QUIET)
        at += width
    top = laid.head
    pen.line((0, top), (laid.width, top), stroke=INK, line=0.35)
    for row, (lines, height) in enumerate(zip(laid.labels, laid.rows, strict=True)):
        total = _total(chart, chart.labels[row])
        middle, at = top + height / 2, laid.left
        pen.lines(_PAD / 2, middle, lines, size, anchor="start", bold=total)
        for column, width in zip(columns, laid.widths, strict=True):
            shade, words = column.shades[row], column.cells[row]
            if shade > 0:
                pen.rect(at + _GAP / 2, top, width - _GAP, height, fill=SHADES[shade])
            longest = max(measure(cell, size, bold=True) for cell in column.cells)
            edge = at + (width + longest) / 2  # figures end below each other, the longest in the middle
            fill = QUIET if words == MISSING else INK
            pen.lines(edge, middle, [words], size, anchor="end", bold=total, fill=fill)
            at += width
        if row:
            pen.line((0, top), (laid.width, top), stroke=INK if total else RULE, line=0.35 if total else 0.25)
        top += height
    pen.line((0, top), (laid.width, top), stroke=INK, line=0.35)
    top += 2.4
    middle = top + SMALL * LEADING / 2 - 0.3
    for number, colour in enumerate(SHADES):
        x = 0.15 + number * 3.2
        pen.rect(x, middle - 1.2, 3.0, 2.4, fill=colour, stroke="" if number else RULE, line=0.25)
    pen.lines(
        5 * 3.2 + 1.4,
        middle + (len(laid.legend) - 1) * SMALL * LEADING / 2,
        laid.legend,
        SMALL,
        anchor="start",
        fill=QUIET,
    )
    return pen.sheet(laid.width, laid.height)
