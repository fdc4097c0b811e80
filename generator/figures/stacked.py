"""Bars of segments, by field of service, with their sums (堆叠条形图), or as shares of a hundred (百分比条形图)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

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
    WHITE,
    Drawing,
    Flaw,
    Pen,
    Room,
    Tone,
    broken,
    measure,
)

#: More bars are a table; more segments can't be told apart.
MOST, SEGMENTS = 24, len(TONES)
#: The kind whose bars are all as long as a hundred percent.
_SHARES = "百分比条形图"
#: Characters of a label, of a series' name, of a printed value.
_LABEL, _NAME, _VALUE = 40, 12, 12
#: Space beside words, beside figures in segments and before those below bars, and what bars need at least, in
#: millimetres.
_GAP, _BESIDE, _NOTED, _TRACK = 1.6, 0.35, 0.5, 28.0
#: The least length of a segment, and of one in a bar that has no room for that; segments so long have a seam between.
_LEAST, _LEAST_OF_LITTLE, _SEAMED = 0.5, 0.25, 1.2
_SHARE = 0.3
_SIZES = (SIZE, 2.8, SMALL, 2.2)
#: How figures are told that find no room in their segments: with names, all of a bar in the order of the key, not at
#: all (the words and the table have them).
_WAYS = ("named", "in order", "")
_ROUNDED = "因四舍五入，各段百分数之和与总数略有出入"


def flaws(chart: Chart) -> Iterator[Flaw]:
    """Why a chart can't be drawn as stacked bars."""
    yield from charting.miscounted(chart.kind, "项", len(chart.labels), 1, MOST, more="热力表")
    yield from charting.miscounted(chart.kind, "数据组", len(chart.series), 2, SEGMENTS, fewer="条形图", more="热力表")
    yield from charting.nameless(chart)
    yield from charting.lengthy(chart, labels=_LABEL, series=_NAME, values=_VALUE)
    yield from charting.valueless(chart)
    yield from charting.negative(chart)
    yield from charting.mixed(chart)
    if not chart.additive or "%" in charting.unit(chart):
        yield Flaw(
            "figure.ratios_added",
            (),
            say(
                "比率和会重复计算的人数不能相加，画不成{kind}",
                en="Ratios, and people who may be counted twice, can't be added up in a {kind}",
                kind=chart.kind,
            ),
            say("用可以相加的数，如场次、人次，或改用条形图", en="Take what adds up, such as 人次, or a 条形图"),
        )


@dataclass(frozen=True)
class _Row:
    """A bar: its label in lines, its amounts, what is printed of each, and at its end."""

    lines: list[str]
    amounts: list[float]
    printed: list[str]
    end: str


@dataclass(frozen=True)
class _Bar:
    """A bar as it stands: its segments' lengths, the type of the figure in each (0: no room), and the other figures.

    These are ``notes``: in a line after the end of the bar if ``beside``, else in lines below it.
    """

    row: _Row
    pieces: list[float]
    inside: list[float]
    notes: list[str]
    beside: bool
    height: float

    @property
    def length(self) -> float:
        return sum(self.pieces)


@dataclass(frozen=True)
class _Layout:
    width: float
    size: float
    left: float
    bars: list[_Bar]
    key: float
    rounded: bool
    told: bool

    @property
    def thick(self) -> float:
        return self.size * 1.6

    @property
    def height(self) -> float:
        return self.key + sum(bar.height for bar in self.bars) + (SMALL * LEADING if self.rounded else 0.0)


def draw(chart: Chart, room: Room) -> Drawing:
    """Bars as long as their sums; figures in the segments that have room for them, the others beside or below."""
    for way in _WAYS:
        for width in dict.fromkeys((room.column, room.page)):
            for size in _SIZES if width == room.page else _SIZES[:2]:
                layout = _laid(chart, width, size, way)
                longest = max((bar.length for bar in layout.bars if any(bar.row.amounts)), default=_TRACK)
                if layout.height <= room.height and longest >= min(_TRACK, width):
                    return _drawn(chart, layout)
    return _drawn(chart, layout)


def _laid(chart: Chart, width: float, size: float, way: str) -> _Layout:
    rows, rounded = _rows(chart, width, size)
    left = max(measure(line, size) for row in rows for line in row.lines) + _GAP
    ends = [_GAP + measure(row.end, size, bold=True) for row in rows]
    sums = [sum(row.amounts) for row in rows]
    if chart.kind == _SHARES:
        lengths = [width - left - max(ends) if amount else 0.0 for amount in sums]
    else:
        most = max(sums)
        known = [(width - left - end) / amount for amount, end in zip(sums, ends, strict=True) if amount > most * 1e-9]
        scale = max(min(known, default=0.0), 0.0)
        lengths = [scale * amount for amount in sums]
    names = [one.name for one in chart.series]
    bars = [_bar(row, length, end, names, width - left, size, way)
            for row, length, end in zip(rows, lengths, ends, strict=True)]  # fmt: skip
    key = charting.key(Pen(), _entries(chart), 0.0, 0.0, width) + 1.4
    told = bool(way) or all(all(bar.inside) for bar in bars)
    return _Layout(width, size, left, bars, key, rounded, told)


def _bar(row: _Row, length: float, end: float, names: Sequence[str], room: float, size: float, way: str) -> _Bar:
    """A bar in so much room for itself, what stands at its end, and the figures that its segments don't hold."""
    pieces = _pieces(row.amounts, length)
    inside = [
        _inside(printed, piece, size) if amount else _SIZES[0]
        for printed, piece, amount in zip(row.printed, pieces, row.amounts, strict=True)
    ]
    entries = [f"{name} {printed}" for name, printed, fits in zip(names, row.printed, inside, strict=True) if not fits]
    if way != _WAYS[0]:
        entries = [" + ".join(printed or charting.MISSING for printed in row.printed)] if entries and way else []
    note, notes, beside = _note(size), ["　".join(entries)] if entries else [], True
    if entries and sum(pieces) + end + _GAP + measure(notes[0], note) > room:
        notes, beside = _filled(entries, room - _NOTED, note), False
    block = size * 1.6 + (0.5 + len(notes) * note * LEADING if notes and not beside else 0.0)
    return _Bar(
        row, pieces, inside, notes, beside, max(block, len(row.lines) * size * LEADING - size * 0.4) + size * 0.9
    )


def _note(size: float) -> float:
    """The type of figures that stand beside or below."""
    return max(size * 0.82, _SIZES[-1])


def _filled(entries: Sequence[str], room: float, size: float) -> list[str]:
    """Entries in lines; one that is too long for a line is broken."""
    lines: list[str] = []
    for entry in entries:
        if lines and measure(f"{lines[-1]}　{entry}", size) <= room:
            lines[-1] += f"　{entry}"
        else:
            lines += broken(entry, room, size)
    return lines


def _pieces(amounts: Sequence[float], length: float) -> list[float]:
    """The lengths of segments, all of them to be seen: what little ones are given is taken from the others."""
    whole, count = sum(amounts), sum(1 for amount in amounts if amount)
    if not whole:
        return [0.0 for _ in amounts]
    least = _LEAST if length > 2 * count * _LEAST else _LEAST_OF_LITTLE
    if length <= count * least:
        return [least if amount else 0.0 for amount in amounts]
    small: set[int] = set()
    while True:
        rest = length - least * len(small)
        sum_ = sum(amount for n, amount in enumerate(amounts) if n not in small)
        pieces = [least if n in small else rest * amount / sum_ for n, amount in enumerate(amounts)]
        short = {n for n, amount in enumerate(amounts) if amount and pieces[n] < least}
        if not short:
            return pieces
        small |= short


def _rows(chart: Chart, width: float, size: float) -> tuple[list[_Row], bool]:
    """The bars, and whether their shares don't make a hundred because they are rounded."""
    unit, shares, rows = charting.unit(chart), chart.kind == _SHARES, []
    columns = [[one.values[place] for one in chart.series] for place in range(len(chart.labels))]
    percents, rounded = _percents(columns) if shares else ([], False)
    for place, (label, values) in enumerate(zip(chart.labels, columns, strict=True)):
        plain = [charting.bare(value.printed, unit) if value is not None else "" for value in values]
        amounts = [value.amount if value is not None else 0.0 for value in values]
        lines = charting.named(label, width * _SHARE, size)
        rows.append(_Row(lines, amounts, percents[place] if shares else plain, whole(chart, place)))
    return rows, rounded


def whole(chart: Chart, place: int) -> str:
    """What is printed at the end of a bar: the sum, and that it is not that of all segments if one is unknown."""
    values = [one.values[place] for one in chart.series]
    known = [value for value in values if value is not None]
    if not known:
        return f"{charting.MISSING} 无数据"
    lacking = "（不全）" if len(values) > len(known) else ""
    return f"{'共' if chart.kind == _SHARES else ''}{charting.total(known, charting.unit(chart))}{lacking}"


def shares(chart: Chart) -> list[list[str]]:
    """The shares of all bars in print, a list a bar."""
    return _percents([[one.values[place] for one in chart.series] for place in range(len(chart.labels))])[0]


def _percents(bars: Sequence[Sequence[Value | None]]) -> tuple[list[list[str]], bool]:
    """The shares of all bars, and whether those of one don't make a hundred.

    All have one decimal place if whole percentages don't make a hundred and these do; never is one rounded otherwise
    than the rest so that they do: what is equal is printed as equal. What is approximate has approximate shares.
    """
    for places in (0, 1):
        found = [_shares(values, places) for values in bars]
        if all(whole for _, whole in found):
            return [printed for printed, _ in found], False
    return [_shares(values, 0)[0] for values in bars], True


def _shares(values: Sequence[Value | None], places: int) -> tuple[list[str], bool]:
    """Percentages with so many decimal places, and whether they make a hundred, or aren't said to be exact."""
    known = [value for value in values if value is not None]
    amounts = [Fraction(repr(value.amount)) if value is not None else Fraction(0) for value in values]
    whole, step = sum(amounts), 10**places
    if not whole:
        return ["" for _ in values], True
    about = "约" if charting.nearness(known) else ""
    printed, total, little = [], 0, False
    for value, amount in zip(values, amounts, strict=True):
        count = int(amount / whole * 100 * step + Fraction(1, 2))
        mark = "" if amount in (0, whole) else "<" if not count else ">" if count == 100 * step else about
        shown = count + (mark == "<") - (mark == ">")
        little, total = little or mark == "<", total + (shown if mark != "<" else 0)
        printed.append("" if value is None else f"{mark}{shown / step:.{places}f}%" if amount else "0%")
    return printed, bool(about) or total == 100 * step or (little and total == 100 * step - 1)


def _entries(chart: Chart) -> list[tuple[str, Tone]]:
    return [(one.name, tone) for one, tone in zip(chart.series, TONES, strict=False)]


def _drawn(chart: Chart, layout: _Layout) -> Drawing:
    pen = Pen()
    charting.key(pen, _entries(chart), 0.0, 0.0, layout.width)
    top, size, note = layout.key, layout.size, _note(layout.size)
    for bar in layout.bars:
        row, below = bar.row, 0 if bar.beside else len(bar.notes)
        block = layout.thick + (0.5 + below * note * LEADING if below else 0.0)
        middle = top + (bar.height - block) / 2 + layout.thick / 2
        at = middle if len(row.lines) == 1 else top + bar.height / 2
        pen.lines(layout.left - _GAP, at, row.lines, size, anchor="end")
        _segments(pen, bar, layout.left, middle, layout.thick)
        bold = chart.kind != _SHARES and not row.end.startswith(charting.MISSING)
        x = layout.left + bar.length + _GAP / 2
        pen.text(x, middle + MIDDLE * size, row.end, size, bold=bold, fill=KEY if bold else QUIET)
        if bar.notes and bar.beside:
            x += measure(row.end, size, bold=True) + _GAP
            pen.text(x, middle + MIDDLE * note, bar.notes[0], note, fill=QUIET)
        for number, line in enumerate(bar.notes if below else ()):
            y = middle + layout.thick / 2 + 0.5 + note * (number * LEADING + 1.0)
            pen.text(layout.left + _NOTED, y, line, note, fill=QUIET)
        top += bar.height
    pen.line((layout.left, layout.key), (layout.left, top), stroke=INK, line=0.3)
    if layout.rounded:
        pen.text(0, top + SMALL * 1.1, _ROUNDED, _SIZES[-1], fill=QUIET)
    table = () if layout.told and chart.kind != _SHARES else charting.tabled(chart, "")
    return Drawing((pen.sheet(layout.width, layout.height),), _words(chart, layout), table)


def _segments(pen: Pen, bar: _Bar, left: float, middle: float, thick: float) -> None:
    """The segments in their true lengths, white seams over them where both have room for it, and their figures."""
    x, top, before = left, middle - thick / 2, 0.0  # the length of the one before, 0 if it has an edge of its own
    seams: list[float] = []
    for piece, tone in zip(bar.pieces, TONES, strict=False):
        if not piece:
            continue
        if tone.edge and piece < 2 * _LEAST:  # an outline on all sides would fill it
            pen.rect(x, top, piece, thick, fill=tone.edge)
            pen.rect(x + piece / 2, top + 0.25, piece / 2, thick - 0.5, fill=tone.fill)
        else:
            pen.area(x, top, piece, thick, tone)
        if min(before, piece) >= _SEAMED and not tone.edge:
            seams.append(x)
        x, before = x + piece, 0.0 if tone.edge else piece
    for x in seams:
        pen.line((x, top), (x, top + thick), stroke=WHITE, line=0.3)
    x = left
    for piece, printed, fits, tone in zip(bar.pieces, bar.row.printed, bar.inside, TONES, strict=False):
        if piece and fits:
            if tone.hatch:
                plate = measure(printed, fits) + 2 * (_BESIDE - 0.03)
                pen.rect(x + (piece - plate) / 2, middle - fits * 0.6, plate, fits * 1.2, fill=tone.fill)
            pen.text(x + piece / 2, middle + MIDDLE * fits, printed, fits, anchor="middle", fill=tone.ink)
        x += piece


def _inside(words: str, wide: float, size: float) -> float:
    """The type in which words stand in a segment, 0 if they find no room."""
    for smaller in (min(size, SMALL), _SIZES[-1]):
        if words and measure(words, smaller) + 2 * _BESIDE <= wide:
            return smaller
    return 0.0


def _words(chart: Chart, layout: _Layout) -> str:
    unit, rows = charting.unit(chart), []
    for place, (label, bar) in enumerate(zip(chart.labels, layout.bars, strict=True)):
        parts = []
        for one, printed in zip(chart.series, bar.row.printed, strict=True):
            share = f"（{printed}）" if chart.kind == _SHARES and printed else ""
            parts.append(f"{one.name}{charting.told(one.values[place], unit)}{share}")
        rows.append(f"{label}：{'、'.join(parts)}，{_whole(bar.row.end)}")
    return f"{chart.kind}：{'；'.join(rows)}。{_ROUNDED + '。' if layout.rounded else ''}"


def _whole(end: str) -> str:
    return end if end.startswith("共") else "合计" + end.removeprefix(charting.MISSING).strip()
