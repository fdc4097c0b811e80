"""Stations as equal tiles, as they lie to each other or in their order, shaded by value (方格图)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from generator.charting import (
    MISSING,
    counted,
    joined,
    lengthy,
    miscounted,
    nameless,
    negative,
    parted,
    steps,
    told,
    unit_of,
    valueless,
)
from generator.diagnostics import say
from generator.model import Chart, Value
from generator.vector import (
    INK,
    LARGE,
    LEADING,
    MIDDLE,
    QUIET,
    RULE,
    SHADES,
    SIZE,
    SMALL,
    WHITE,
    Drawing,
    Flaw,
    Pen,
    Room,
    Sheet,
    broken,
    measure,
)

#: Tiles in one figure; characters of what they say.
MOST, _LABEL, _VALUE = 40, 14, 12
#: Millimetres: from tile to tile, from edge to words, the longest side.
_GAP, _PAD, _LARGEST = 0.9, 0.6, 19.0
#: Type of names and of values, tried one after the other; lines of a name.
_SIZES, _LINES = ((2.8, LARGE), (SMALL, SIZE), (2.3, 2.8), (2.2, 2.4)), 3
#: The narrowest of usual pages.
_NARROW = Room(141, 141, 225)
#: Which shades are used for so many steps.
_USED = {1: (0,), 2: (0, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}


def flaws(chart: Chart) -> Iterator[Flaw]:
    """Why a chart can't be drawn as tiles."""
    found = [
        *miscounted("方格图", "格", len(chart.labels), 2, MOST, more="图式“热力表”"),
        *miscounted("方格图", "组数据", len(chart.series), 1, 1, more="图式“热力表”"),
        *nameless(chart),
        *lengthy(chart, labels=_LABEL, series=99, values=_VALUE),
        *valueless(chart),
        *negative(chart),
    ]
    for number, place in enumerate(chart.places):
        if place in chart.places[:number]:
            found.append(
                Flaw(
                    "figure.place_twice",
                    ("数据", number),
                    say(
                        "“{one}”和“{other}”都在第 {row} 行第 {column} 列",
                        en="“{one}” and “{other}” are both in row {row}, column {column}",
                        one=chart.labels[chart.places.index(place)],
                        other=chart.labels[number],
                        row=place[0],
                        column=place[1],
                    ),
                    say("给它们不同的位置，或不写位置", en="Give them different places, or none"),
                )
            )
    if not found and _laid(chart, _NARROW) is None:
        found.append(
            Flaw(
                "figure.no_room",
                (),
                say("格子太多，名称或数字太长，一页放不下", en="There is no room for so many tiles with such words"),
                say("用简称，数以万计，或把位置排得紧些", en="Use short names, count by 万, or put the tiles closer"),
            )
        )
    yield from found


def draw(chart: Chart, room: Room) -> Drawing:
    """Tiles as large as names and values need, below them the bounds of the shades."""
    laid = _laid(chart, room) or _laid(chart, room, pressed=True)
    assert laid is not None  # what is pressed fits any room
    unit = _unit(chart)
    rows = [(label, told(value, "")) for label, value in _tiles(chart)]
    said = "；".join(joined(label, told(value, unit)) for label, value in _tiles(chart))
    head = ("名称", chart.series[0].name or (f"数量（{unit}）" if unit else "数量"))
    return Drawing((_drawn(chart, laid),), f"方格图：{said}。", (head, *rows))


def _tiles(chart: Chart) -> list[tuple[str, Value | None]]:
    return [(label.strip(), value) for label, value in zip(chart.labels, chart.series[0].values, strict=True)]


def _unit(chart: Chart) -> str:
    return unit_of(chart.series[0].values) or chart.unit


def _figure(chart: Chart, value: Value | None) -> str:
    """What a tile says of its value; a unit that all have is said below."""
    if value is None:
        return MISSING
    return parted(value.printed)[0] if unit_of(chart.series[0].values) else value.printed


@dataclass(frozen=True)
class _Layout:
    """Tiles of one side; the row and column of each, from 0; type of names and values; the names broken into lines."""

    width: float
    side: float
    places: tuple[tuple[int, int], ...]
    size: float
    large: float
    names: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> int:
        return max(column for _, column in self.places) + 1

    @property
    def rows(self) -> int:
        return max(row for row, _ in self.places) + 1

    @property
    def grid(self) -> float:
        """The height of all tiles."""
        return self.rows * (self.side + _GAP) - _GAP


def _laid(chart: Chart, room: Room, *, pressed: bool = False) -> _Layout | None:
    """The first layout that fits: in the column before the page, in few columns before many, in large type first."""
    for width in (room.column, room.page):
        for columns in _columns(chart):
            side = min(_LARGEST, (width + _GAP) / columns - _GAP)
            places = _placed(chart, columns)
            rows = max(row for row, _ in places) + 1
            side = min(side, (room.height - _KEY + _GAP) / rows - _GAP)
            for size, large in ((side / 9, side / 9),) if pressed else _SIZES:
                names = tuple(tuple(broken(label, side - 2 * _PAD, size)) for label, _ in _tiles(chart))
                laid = _Layout(width, side, places, size, large, names)
                if pressed or _fits(chart, laid):
                    return laid
    return None


def _columns(chart: Chart) -> list[int]:
    """How many columns are tried: as places say, or a few more than rows, then fewer."""
    if chart.places:
        first = min(column for _, column in chart.places)
        return [max(column for _, column in chart.places) - first + 1]
    count = len(chart.labels)
    widest = min(count, max(2, math.ceil(math.sqrt(count * 1.6))))
    return list(range(widest, max(1, widest // 2), -1))


def _placed(chart: Chart, columns: int) -> tuple[tuple[int, int], ...]:
    if not chart.places:
        return tuple(divmod(number, columns) for number in range(len(chart.labels)))
    top, left = (min(place[axis] for place in chart.places) for axis in (0, 1))
    return tuple((row - top, column - left) for row, column in chart.places)


def _fits(chart: Chart, laid: _Layout) -> bool:
    room = laid.side - 2 * _PAD
    deepest = max(len(lines) for lines in laid.names)
    return (
        deepest <= _LINES
        and (deepest * laid.size + laid.large) * LEADING <= room + 0.4
        and all(measure(line, laid.size) <= room for lines in laid.names for line in lines)
        and all(measure(_figure(chart, v), laid.large, bold=True) <= room for _, v in _tiles(chart))
    )


#: Height of the key with the space above it.
_KEY = 2.6 + 3.0 + SMALL * LEADING


def _bounds(chart: Chart) -> tuple[float, ...]:
    """Round bounds of at most five steps; from nought unless the values are far from it; few whole numbers each."""
    amounts = [value.amount for _, value in _tiles(chart) if value is not None]
    low, high = min(amounts), max(amounts)
    if low < 0.6 * high or low == high:
        low = 0.0
    if high - low <= 4 and all(amount == int(amount) for amount in amounts):
        return tuple(low + number for number in range(int(high - low) + 2))
    return next(bounds for most in (5, 4, 3, 2) if len(bounds := steps(low, high, most)) <= 6)


def _shade(bounds: tuple[float, ...], amount: float) -> str:
    step = max(n for n, bound in enumerate(bounds[:-1]) if n == 0 or amount >= bound)
    return SHADES[_USED[len(bounds) - 1][step]]


def _drawn(chart: Chart, laid: _Layout) -> Sheet:
    pen, bounds, side = Pen(), _bounds(chart), laid.side
    missing = False
    for (row, column), lines, (_, value) in zip(laid.places, laid.names, _tiles(chart), strict=True):
        x, y = column * (side + _GAP), row * (side + _GAP)
        fill = WHITE if value is None else _shade(bounds, value.amount)
        missing |= value is None
        edge = RULE if fill == WHITE else ""
        pen.rect(x + 0.15, y + 0.15, side - 0.3, side - 0.3, fill=fill, stroke=edge,
                 dash="0.9 0.7" if value is None else "")  # fmt: skip
        block = (len(lines) * laid.size + laid.large) * LEADING
        top = y + (side - block) / 2
        pen.lines(x + side / 2, top + len(lines) * laid.size * LEADING / 2, lines, laid.size, fill=INK)
        base = top + block - laid.large * (LEADING / 2 - MIDDLE)
        pen.text(x + side / 2, base, _figure(chart, value), laid.large, anchor="middle", bold=value is not None,
                 fill=QUIET if value is None else INK)  # fmt: skip
    right = _key(pen, bounds, _unit(chart), laid, missing)
    return pen.sheet(max(right, laid.columns * (side + _GAP) - _GAP), laid.grid + _KEY)


def _key(pen: Pen, bounds: tuple[float, ...], unit: str, laid: _Layout, missing: bool) -> float:
    """The shades with their bounds below, the unit, and what stands for nothing; returns where it ends."""
    words = [counted(bound) for bound in bounds]
    step = max(8.0, max(measure(word, SMALL) for word in words) * 1.5 + 1)
    top, x = laid.grid + 2.6, 0.0
    for number, (low, word) in enumerate(zip(bounds, words, strict=True)):
        anchor = "start" if number == 0 else "middle"
        pen.text(x, top + 3.0 + SMALL * 0.95, word, SMALL, anchor=anchor, fill=QUIET)
        if number < len(bounds) - 1:
            fill = _shade(bounds, low)
            pen.rect(x + 0.15, top, step - 0.3, 2.4, fill=fill, stroke=RULE if fill == WHITE else "", line=0.25)
            x += step
    x += 2.0
    base = top + 1.2 + MIDDLE * SMALL
    for note in filter(None, (f"单位：{unit}" if unit else "", f"{MISSING} 无数据" if missing else "")):
        pen.text(x, base, note, SMALL, fill=QUIET)
        x += measure(note, SMALL) + 3
    return max(x - 3, (len(bounds) - 1) * step + measure(words[-1], SMALL) / 2)
