"""Figures of one unit over many periods as lines, each named where it ends (折线图)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from generator import charting
from generator.charting import (
    MISSING,
    bare,
    counted,
    joined,
    lengthy,
    miscounted,
    mixed,
    nameless,
    steps,
    told,
    valueless,
)
from generator.model import Chart, Series
from generator.vector import (
    ACCENT,
    BRIGHT,
    INK,
    KEY,
    LEADING,
    MIDDLE,
    QUIET,
    RULE,
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

#: Periods and lines in one figure; characters of what is printed.
LEAST, MOST, LINES = 4, 24, 4
_LABEL, _NAME, _VALUE = 12, 8, 12
#: Millimetres: from period to period at least (a column too narrow is left for the page), with marks on all, and how
#: high a chart is against its width.
_PITCH, _MARKED, _RISE, _LOW, _HIGH = 2.2, 2.8, 0.5, 44.0, 74.0
_MARK, _GAP = 0.95, 1.2
#: From the last period to the words that name a line.
_GUTTER = 4.0
#: Colour, dashes and mark of each line: told apart by form alone.
_STYLES = ((KEY, "", "●"), (ACCENT, "2.4 1.1", "○"), (QUIET, "0.7 0.8", "■"), (BRIGHT, "3 0.9 0.6 0.9", "□"))

Point = tuple[float, float]
#: Left, top, right, bottom.
Box = tuple[float, float, float, float]


def flaws(chart: Chart) -> Iterator[Flaw]:
    """Why a chart can't be drawn as lines."""
    yield from miscounted("折线图", "时段", len(chart.labels), LEAST, MOST, fewer="柱形图")
    yield from miscounted("折线图", "条线", len(chart.series), 1, LINES, more="小多图")
    yield from nameless(chart)
    yield from lengthy(chart, labels=_LABEL, series=_NAME, values=_VALUE)
    yield from valueless(chart)
    yield from mixed(chart)


def draw(chart: Chart, room: Room) -> Drawing:
    """Lines with their first, last, highest and lowest values; as wide as the column if its periods fit there."""
    plot = _Plot.of(chart, room.column, room.height)
    if plot.pitch < _PITCH and room.page > room.column:
        plot = _Plot.of(chart, room.page, room.height)
    names = [series.name.strip() or "数量" for series in chart.series]
    rows = (
        (label, *(told(series.values[n], "") if series.values[n] else MISSING for series in chart.series))
        for n, label in enumerate(chart.labels)
    )
    unit = charting.unit(chart)
    head = ("时段", *(f"{name}（{unit}）" if unit else name for name in names))
    said = "；".join(_said(chart, series) for series in chart.series)
    return Drawing((_drawn(chart, plot),), f"折线图：{said}。", (head, *rows))


def _said(chart: Chart, series: Series) -> str:
    """What a line says: its values, the highest and lowest, and whether it ends higher than it began."""
    unit = charting.unit(chart)
    values = "，".join(
        joined(label.strip(), told(v, unit)) for label, v in zip(chart.labels, series.values, strict=True)
    )
    known = [(v.amount, label.strip()) for label, v in zip(chart.labels, series.values, strict=True) if v is not None]
    highest, lowest = max(known, key=lambda pair: pair[0]), min(known, key=lambda pair: pair[0])
    said = f"{series.name.strip()}{'：' if series.name.strip() else ''}{values}"
    if highest[0] == lowest[0]:
        return said
    first, last = known[0][0], known[-1][0]
    ends = series.values[0] is not None and series.values[-1] is not None
    began, ended = ("首期", "末期") if ends else (known[0][1], known[-1][1])
    course = f"{ended}{'与' if first == last else '高于' if last > first else '低于'}{began}{'持平' * (first == last)}"
    return f"{said}（{highest[1]}最高，{lowest[1]}最低，{course}）"


@dataclass(frozen=True)
class _Line:
    """A series: its amounts, and what is printed of them without the unit that is said above."""

    name: str
    amounts: tuple[float | None, ...]
    printed: tuple[str, ...]

    @classmethod
    def of(cls, series: Series, unit: str) -> _Line:
        printed = tuple("" if v is None else bare(v.printed, unit) for v in series.values)
        return cls(series.name.strip(), tuple(None if v is None else v.amount for v in series.values), printed)

    @property
    def known(self) -> list[tuple[int, float]]:
        return [(n, amount) for n, amount in enumerate(self.amounts) if amount is not None]

    @property
    def extremes(self) -> list[int]:
        """The highest and the lowest where neither the first nor the last is; of several the first."""
        known = self.known
        ends, amounts = {known[0][1], known[-1][1]}, [amount for _, amount in known]
        bounds = [bound for bound in (max(amounts), min(amounts)) if bound not in ends]
        return [next(n for n, amount in known if amount == bound) for bound in bounds]

    @property
    def ended(self) -> bool:
        """Whether nothing is known of the last periods."""
        return self.amounts[-1] is None

    @property
    def last(self) -> str:
        return self.printed[self.known[-1][0]]

    @property
    def end(self) -> float:
        """How wide the words are that name it at its end."""
        return (measure(self.name, SMALL) + 0.8 if self.name else 0.0) + measure(self.last, SIZE, bold=True)


@dataclass(frozen=True)
class _Plot:
    """Where lines stand: the ends of the periods, the round values of the axis and their heights."""

    width: float
    left: float
    right: float
    top: float
    bottom: float
    ticks: tuple[float, ...]
    lines: tuple[_Line, ...]

    @classmethod
    def of(cls, chart: Chart, width: float, height: float) -> _Plot:
        unit = charting.unit(chart)
        lines = tuple(_Line.of(series, unit) for series in chart.series)
        amounts = [amount for line in lines for _, amount in line.known]
        low, high = min(amounts), max(amounts)
        far = 0.6 * high < low < high  # from nought, unless that would press the lines together
        ticks = steps(low - (high - low) * 0.1 if far else min(0.0, low), max(0.0, high), 4)
        firsts = [measure(line.printed[0], SIZE, bold=True) for line in lines if line.printed[0]]
        left = _axis(ticks) + max(firsts, default=0.0) + _GAP + _MARK
        ends = [line.end + _GUTTER for line in lines if not line.ended]
        right = width - max(ends, default=SMALL)
        top = SMALL * LEADING + 1.8
        rise = min(max(width * _RISE, _LOW), _HIGH, height - top - 3 * SMALL * LEADING)
        return cls(width, left, right, top, top + rise, ticks, lines)

    @property
    def pitch(self) -> float:
        return (self.right - self.left) / (len(self.lines[0].amounts) - 1)

    @property
    def axis(self) -> float:
        return _axis(self.ticks)

    def y(self, amount: float) -> float:
        return self.bottom - (self.bottom - self.top) * (amount - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])

    def at(self, number: int, amount: float) -> Point:
        return (self.left + number * self.pitch, self.y(amount))

    def points(self, line: _Line) -> list[Point]:
        return [self.at(n, amount) for n, amount in line.known]

    def runs(self, line: _Line) -> list[list[Point]]:
        """Stretches without a gap."""
        found: list[list[Point]] = [[]]
        for n, amount in enumerate(line.amounts):
            if amount is None:
                found.append([])
            else:
                found[-1].append(self.at(n, amount))
        return [run for run in found if run]

    def leader(self, line: _Line, y: float) -> list[Point]:
        """From the last value to the words at ``y`` that name the line."""
        end = self.points(line)[-1]
        return [(end[0] + _MARK, end[1]), (self.right + _MARK, end[1]), (self.right + _GUTTER - 0.8, y)]

    def printed(self, line: _Line) -> list[int]:
        """The values printed beside their marks: of a single line all if there is room, else what stands out."""
        wanted = line.extremes + ([line.known[0][0]] if line.amounts[0] is None and len(line.known) > 1 else [])
        if len(self.lines) == 1 and max(measure(p, SIZE, bold=True) for p in line.printed) < self.pitch - 0.8:
            wanted += [n for n, _ in line.known[1:-1] if n not in wanted]
        return wanted


def _axis(ticks: tuple[float, ...]) -> float:
    """How much the numbers of the axis take."""
    return max(measure(counted(tick), SMALL) for tick in ticks) + 1.5


def _drawn(chart: Chart, plot: _Plot) -> Sheet:
    pen = Pen()
    _ground(pen, chart, plot)
    lasting = [line for line in plot.lines if not line.ended]
    ends = _apart([plot.points(line)[-1][1] for line in lasting], plot)
    courses: list[list[Point]] = []
    for line, y in zip(lasting, ends, strict=True):
        leader = plot.leader(line, y)
        if abs(leader[0][1] - y) > 1.2:
            pen.line(*leader, stroke=RULE, line=0.25)
        courses.append(leader)
    for line, style in zip(plot.lines, _STYLES, strict=False):
        for run in plot.runs(line):
            if len(run) > 1:
                pen.line(*run, stroke=style[0], line=0.6, dash=style[1])
        courses += plot.runs(line)
    for line, style in zip(plot.lines, _STYLES, strict=False):
        shown = {n for n, _ in line.known} if plot.pitch >= _MARKED else {line.known[0][0], line.known[-1][0]}
        shown |= set(plot.printed(line)) | {n for n, _ in line.known if _lonely(line, n)}
        for n, known in line.known:
            if n in shown:
                _mark(pen, plot.at(n, known), style)
    taken = [(x - _MARK, y - _MARK, x + _MARK, y + _MARK) for line in plot.lines for x, y in plot.points(line)]
    firsts = [(line, amount) for line in plot.lines if (amount := line.amounts[0]) is not None]
    for (line, _first), y in zip(firsts, _apart([plot.y(amount) for _, amount in firsts], plot), strict=True):
        edge = plot.left - _MARK - _GAP / 2
        pen.rect(plot.axis - 0.2, y - SIZE / 2, edge - plot.axis, SIZE, fill=WHITE)
        taken.append(_written(pen, edge - measure(line.printed[0], SIZE, bold=True), y, line.printed[0]))
    for line, y in zip(lasting, ends, strict=True):
        left = plot.right + _GUTTER
        _named(pen, line, left, y)
        taken.append((left - 0.3, y - SIZE / 2, left + line.end + 0.3, y + SIZE / 2))
    for line in plot.lines:
        if line.ended:
            taken.append(_ended(pen, plot, line, taken, courses))
    _inner(pen, plot, taken, courses)
    return pen.sheet(plot.width, _periods(pen, [label.strip() for label in chart.labels], plot))


def _named(pen: Pen, line: _Line, left: float, middle: float) -> None:
    """The name of a line, and its last value."""
    if line.name:
        pen.text(left, middle + MIDDLE * SMALL, line.name, SMALL, fill=INK)
    pen.text(left + line.end, middle + MIDDLE * SIZE, line.last, anchor="end", bold=True)


def _ended(pen: Pen, plot: _Plot, line: _Line, taken: Sequence[Box], courses: Sequence[Sequence[Point]]) -> Box:
    """The name and last value of a line that ends before the last period, beside the mark where it does.

    Clear of all else if there is room for it, else over lines, at last over marks, but never over other words.
    """
    x, y = plot.points(line)[-1]
    wide, high = line.end + 0.6, 0.98 * SIZE
    near = [(x + _MARK + 0.5, y - high / 2)]
    near += [(x - wide * shift, y + away) for away in (-_MARK - 0.5 - high, _MARK + 0.5) for shift in (0.25, 0.5, 0.0)]
    lefts = [plot.axis + n * (plot.width - wide - plot.axis) / 24 for n in range(25)]
    tops = [plot.top + n * (plot.bottom - 0.3 - high - plot.top) / 16 for n in range(17)]
    far = sorted(
        ((left, top) for left in lefts for top in tops),
        key=lambda at: math.hypot(max(at[0] - x, 0.0, x - at[0] - wide), at[1] + high / 2 - y),
    )
    boxes = [
        (left, top, left + wide, top + high)
        for left, top in (*near, *far)
        if plot.axis <= left <= plot.width - wide + 1e-6 and SMALL * 1.1 <= top <= plot.bottom - 0.3 - high + 1e-6
    ]
    words = taken[sum(len(one.known) for one in plot.lines) :]  # what was taken first are the marks
    free = [box for box in boxes if not any(_overlap(box, other) for other in taken)]
    clear = (box for box in free if not any(_through(a, b, box) for c in courses for a, b in pairwise(c)))
    apart = (box for box in boxes if not any(_overlap(box, other) for other in words))
    box = next(clear, None) or next(iter(free), None) or next(apart, boxes[0])
    pen.rect(box[0], box[1], wide, high, fill=WHITE)
    _named(pen, line, box[0] + 0.3, box[1] + 0.84 * SIZE - MIDDLE * SIZE)
    return box


def _lonely(line: _Line, number: int) -> bool:
    """Whether a value has a gap on both sides, so that its mark is all there is of it."""
    around = line.amounts[max(0, number - 1) : number] + line.amounts[number + 1 : number + 2]
    return all(amount is None for amount in around)


def _ground(pen: Pen, chart: Chart, plot: _Plot) -> None:
    """The axis: round values, their lines, the unit above; what a gap means."""
    for tick in plot.ticks:
        y, base = plot.y(tick), tick in (0, plot.ticks[0])
        pen.line((plot.axis, y), (plot.right + _MARK, y), stroke=QUIET if base else RULE, line=0.3 if base else 0.25)
        pen.text(plot.axis - 1.5, y + MIDDLE * SMALL, counted(tick), SMALL, anchor="end", fill=QUIET)
    gaps = any(value is None for series in chart.series for value in series.values)
    x = 0.0
    for note in filter(
        None, (f"单位：{charting.unit(chart)}" if charting.unit(chart) else "", "断开处无数据" if gaps else "")
    ):
        pen.text(x, SMALL * 0.9, note, SMALL, fill=QUIET)
        x += measure(note, SMALL) + 3


def _mark(pen: Pen, at: Point, style: tuple[str, str, str]) -> None:
    x, y = at
    hue, _, form = style
    fill = WHITE if form in "○□" else hue
    if form in "●○":
        pen.circle(x, y, _MARK - 0.1, fill=fill, stroke=hue, line=0.4)
    else:
        side = _MARK - 0.2
        pen.rect(x - side, y - side, 2 * side, 2 * side, fill=fill, stroke=hue, line=0.4)


def _apart(wanted: list[float], plot: _Plot) -> list[float]:
    """Heights of words as near as may be to those wanted, a line of words apart, within the plot."""
    order = sorted(range(len(wanted)), key=lambda n: (wanted[n], n))
    groups: list[list[int]] = []
    pitch = SIZE * 1.15

    def first(group: list[int]) -> float:
        middle = sum(wanted[n] for n in group) / len(group) - (len(group) - 1) * pitch / 2
        return min(max(middle, plot.top), plot.bottom - (len(group) - 1) * pitch)

    for number in order:  # neighbours that come too near move as one
        groups.append([number])
        while len(groups) > 1 and first(groups[-1]) < first(groups[-2]) + len(groups[-2]) * pitch:
            groups[-2:] = [groups[-2] + groups[-1]]
    placed = {number: first(group) + n * pitch for group in groups for n, number in enumerate(group)}
    return [placed[number] for number in range(len(wanted))]


def _written(pen: Pen, left: float, middle: float, words: str) -> Box:
    """A value on white, so that the lines of the axis end beside it; returns where it stands."""
    base, right = middle + MIDDLE * SIZE, left + measure(words, SIZE, bold=True)
    box = (left - 0.3, base - 0.84 * SIZE, right + 0.3, base + 0.14 * SIZE)
    pen.rect(box[0], box[1], box[2] - box[0], box[3] - box[1], fill=WHITE)
    pen.text(left, base, words, bold=True, fill=INK)
    return box


def _inner(pen: Pen, plot: _Plot, taken: list[Box], courses: Sequence[Sequence[Point]]) -> None:
    """Values between the ends, where they lie on nothing; what stands out may cover a bit of a line."""
    wanted = [(line, n, n in line.extremes) for line in plot.lines for n in plot.printed(line)]
    for line, number, stands_out in sorted(wanted, key=lambda one: not one[2]):
        amount = line.amounts[number]
        assert amount is not None
        beside = [a for a in line.amounts[max(0, number - 1) : number + 2] if a is not None]
        free = [
            box
            for box in _around(plot, plot.at(number, amount), line.printed[number], amount * len(beside) < sum(beside))
            if not any(_overlap(box, other) for other in taken)
        ]
        clear = (box for box in free if not any(_through(a, b, box) for c in courses for a, b in pairwise(c)))
        box = next(clear, free[0] if free and stands_out else None)
        if box is not None:
            middle = box[1] + 0.84 * SIZE - MIDDLE * SIZE
            taken.append(_written(pen, box[0] + 0.3, middle, line.printed[number]))


def _around(plot: _Plot, at: Point, words: str, below: bool) -> Iterator[Box]:
    """Places for a value near its mark, the best first."""
    x, y = at
    width, high = measure(words, SIZE, bold=True) + 0.6, 0.98 * SIZE
    for away in (0.5, 2.2, 4.0):
        for under in (below, not below):
            top = y + _MARK + away if under else y - _MARK - away - high
            for shift in (0.5, 0.25, 0.75, 0.0, 1.0):
                left = x - width * shift
                across = plot.axis <= left and left + width <= plot.right + _MARK
                if across and top >= SMALL * 1.1 and top + high <= plot.bottom - 0.3:
                    yield (left, top, left + width, top + high)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _through(a: Point, b: Point, box: Box) -> bool:
    """Whether a stretch of a line, drawn from left to right, comes into a box."""
    low, high = max(a[0], box[0] - 0.3), min(b[0], box[2] + 0.3)
    if low > high:
        return False
    rise = (b[1] - a[1]) / (b[0] - a[0] or 1.0)
    ends = (a[1] + (low - a[0]) * rise, a[1] + (high - a[0]) * rise)
    return min(ends) < box[3] + 0.3 and max(ends) > box[1] - 0.3


def _periods(pen: Pen, labels: Sequence[str], plot: _Plot) -> float:
    """Ticks of all periods, the names of as many as fit, the last among them; returns where these end."""
    count = len(labels)
    for n in range(count):
        x = plot.left + n * plot.pitch
        pen.line((x, plot.bottom), (x, plot.bottom + 0.9), stroke=QUIET, line=0.25)
    for each, deep in ((each, deep) for each in range(1, count + 1) for deep in (1, 2)):
        shown = list(range(0, count, each))
        if shown[-1] != count - 1:
            shown[-1 if count - 1 - shown[-1] < each and len(shown) > 1 else len(shown) :] = [count - 1]
        said = [labels[n] if deep == 1 else labels[n].replace("年", "年\n", 1).strip() for n in shown]
        names = [broken(label, 99 if deep == 1 else each * plot.pitch - 1, SMALL) for label in said]
        spans = []
        for n, lines in zip(shown, names, strict=True):
            wide = max(measure(line, SMALL) for line in lines)
            x = min(max(plot.left + n * plot.pitch, wide / 2), plot.width - wide / 2)
            spans.append((x - wide / 2, x + wide / 2))
        if (
            max(map(len, names)) <= deep
            and all(len(line) > 1 for lines in names for line in lines[1:])
            and all(a[1] + 1.2 <= b[0] for a, b in pairwise(spans))
        ):
            break
    for (left, right), lines in zip(spans, names, strict=True):
        for n, line in enumerate(lines):
            base = plot.bottom + 1.8 + SMALL * (0.9 + n * LEADING)
            pen.text((left + right) / 2, base, line, SMALL, anchor="middle", fill=QUIET)
    return plot.bottom + 1.8 + max(map(len, names)) * SMALL * LEADING
