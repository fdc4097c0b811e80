"""Scores before and after, each on the range of its scale, with an arrow from one to the next (前后测图)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from generator.charting import counted, joined, lengthy, miscounted, misscaled, nameless, steps, told
from generator.diagnostics import say
from generator.model import Chart, Scale, Value
from generator.vector import (
    ACCENT,
    INK,
    KEY,
    LEADING,
    MIDDLE,
    QUIET,
    RULE,
    SIZE,
    SMALL,
    TINT,
    WHITE,
    Drawing,
    Flaw,
    Pen,
    Room,
    Sheet,
    broken,
    measure,
)

#: Scales and measurements in one figure; characters of what is printed.
SCALES, MEASUREMENTS = 8, 4
_LABEL, _NAME, _VALUE = 16, 6, 8
#: Millimetres: from arrow to arrow, a dot's radius, between words, between scales; a figure so wide has the names of
#: the scales beside it, no wider than a share of it.
_LANE, _DOT, _GAP, _APART, _WIDE, _SHARE = 5.2, 1.35, 1.2, 3.4, 110.0, 0.26
#: The arrow of the better direction, the least length of a band, the narrowest of usual pages.
_POINTER, _LEAST, _NARROW = 4.2, 20.0, 141.0
#: From arrow to arrow on an uncommonly low page.
_PRESSED = 3.7


def flaws(chart: Chart) -> Iterator[Flaw]:
    """Why a chart can't be drawn as scores before and after."""
    found = [
        *miscounted("前后测图", "量表", len(chart.labels), 1, SCALES),
        *miscounted("前后测图", "次测量", len(chart.series), 2, MEASUREMENTS, fewer="条形图", more="折线图"),
        *nameless(chart),
        *lengthy(chart, labels=_LABEL, series=_NAME, values=_VALUE),
        *_unscored(chart),
        *misscaled(chart),
    ]
    tests = [] if found else [_Test.of(chart, place) for place in range(len(chart.labels))]
    if tests and _laid(tests, chart.unit, (_NARROW,)) is None:
        found.append(
            Flaw(
                "figure.no_room",
                (),
                say("名称、得分太长，一页里放不下", en="Names and scores are too long for a page"),
                say("用短的名称，如前测、后测", en="Take short names, such as 前测 and 后测"),
            )
        )
    yield from found


def _unscored(chart: Chart) -> Iterator[Flaw]:
    """Scales without any score."""
    for place, (label, values) in enumerate(zip(chart.labels, _rows(chart), strict=True)):
        if not any(values):
            yield Flaw(
                "figure.no_value",
                ("数据", place),
                say("“{name}”一个数也没有", en="“{name}” has no value at all", name=label),
                say("补上数据，或删去它", en="Add its data, or drop it"),
            )


def draw(chart: Chart, room: Room) -> Drawing:
    """A band for each scale, as long as its range; in it an arrow for each step from one measurement to the next."""
    tests = [_Test.of(chart, place) for place in range(len(chart.labels))]
    said = "；".join(test.words(chart.unit) for test in tests)
    names = [series.name.strip() for series in chart.series]
    table = [("量表", "范围", *(["方向"] if chart.scales else []), *names, "变化")]
    for test in tests:
        values = [told(v, "") for v in test.values]
        table.append(
            (test.name, test.span(chart.unit), *([test.better] if chart.scales else []), *values, test.outcome)
        )
    laid = _laid(tests, chart.unit, (room.column, room.page)) or _laid(tests, chart.unit, (_NARROW,))
    assert laid is not None  # or it has a flaw
    sheet = _drawn(tests, chart.unit, laid)
    if sheet.height > room.height:
        sheet = _drawn(tests, chart.unit, replace(laid, lane=_PRESSED))
    return Drawing((sheet,), f"前后测图：{said}。", tuple(table))


def _rows(chart: Chart) -> list[tuple[Value | None, ...]]:
    """For each scale its scores, in the order they were taken."""
    return [tuple(series.values[place] for series in chart.series) for place in range(len(chart.labels))]


@dataclass(frozen=True)
class _Step:
    """From one measurement to the next that is known: their names and scores, and whether it is for the better."""

    names: tuple[str, str]
    values: tuple[Value, Value]
    better: bool | None

    @property
    def change(self) -> float:
        return round(self.values[1].amount - self.values[0].amount, 4)

    @property
    def verdict(self) -> str:
        if not self.change:
            return "不变"
        return "" if self.better is None else "改善" if self.better else "变差"

    @property
    def size(self) -> str:
        return counted(abs(self.change)) if self.change else ""

    def words(self, unit: str) -> str:
        if not self.change:
            return "不变"
        amount = f"{'上升' if self.change > 0 else '下降'}{self.size}{unit}"
        return f"{amount}（{self.verdict}）" if self.verdict else amount


@dataclass(frozen=True)
class _Test:
    """A scale with its range, whether more of it is better (None: not said), and its scores."""

    name: str
    low: float
    high: float
    rising: bool | None
    names: tuple[str, ...]
    values: tuple[Value | None, ...]

    @classmethod
    def of(cls, chart: Chart, place: int) -> _Test:
        values = _rows(chart)[place]
        names = tuple(series.name.strip() for series in chart.series)
        if chart.scales:
            scale: Scale = chart.scales[place]
            return cls(chart.labels[place].strip(), scale.low, scale.high, scale.rising, names, values)
        known = [v.amount for v in values if v is not None]
        ends = steps(min(0.0, *known, *known), max(0.0, *known, *known))
        return cls(chart.labels[place].strip(), ends[0], ends[-1], None, names, values)

    @property
    def known(self) -> list[tuple[str, Value]]:
        return [(name, value) for name, value in zip(self.names, self.values, strict=True) if value is not None]

    @property
    def steps(self) -> list[_Step]:
        found = []
        for (before, first), (after, second) in pairwise(self.known):
            up = second.amount > first.amount
            found.append(_Step((before, after), (first, second), None if self.rising is None else up == self.rising))
        return found

    @property
    def better(self) -> str:
        return "" if self.rising is None else "越高越好" if self.rising else "越低越好"

    @property
    def outcome(self) -> str:
        return "，".join(step.words("") for step in self.steps) or "无对比"

    def span(self, unit: str) -> str:
        return f"{counted(self.low)}–{counted(self.high)}{unit}"

    def words(self, unit: str) -> str:
        scores = "，".join(joined(n, told(v, unit)) for n, v in zip(self.names, self.values, strict=True))
        changes = "，".join(step.words(unit) for step in self.steps)
        kind = "，".join(filter(None, (self.span(unit), self.better)))
        return f"{self.name}（{kind}）：{scores}{'，' if changes else ''}{changes}"

    def at(self, amount: float, left: float, right: float) -> float:
        return left + (right - left) * (amount - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class _Label:
    """A score beside its dot: the lane it stands in, and on which side."""

    lane: int
    amount: float
    leftward: bool
    name: str
    printed: str

    @property
    def width(self) -> float:
        return measure(self.name, SMALL) + 0.7 + measure(self.printed, SIZE, bold=True) + _DOT + 0.8


def _labels(test: _Test) -> list[_Label]:
    """Each score once, on the outer side of its arrow, where nothing else stands."""
    found = []
    if not test.steps:
        name, value = test.known[0]
        return [_Label(0, value.amount, False, name, value.printed)]
    for lane, step in enumerate(test.steps):
        left_first = step.change >= 0  # the earlier score is the left one, or they are the same
        for which in (0, 1) if lane == 0 else (1,):
            value = step.values[which]
            found.append(_Label(lane, value.amount, (which == 0) == left_first, step.names[which], value.printed))
    return found


@dataclass(frozen=True)
class _Layout:
    """A figure so wide: names above the bands or beside them; where bands and verdicts stand."""

    width: float
    wide: bool
    names: tuple[tuple[str, ...], ...]
    left: float
    right: float
    verdicts: float
    lane: float = _LANE

    @classmethod
    def of(cls, tests: list[_Test], width: float, wide: bool) -> _Layout:
        verdicts = width - max(
            measure("无对比", SIZE) if not test.steps else max(_verdict_width(step) for step in test.steps)
            for test in tests
        )
        names = tuple(tuple(broken(t.name, width * _SHARE if wide else width, SIZE, bold=True)) for t in tests)
        start = max(measure(line, SIZE, bold=True) for lines in names for line in lines) + 4 if wide else 0.0
        return cls(width, wide, names, *_band(tests, start, verdicts - 3), verdicts)

    def fits(self, tests: list[_Test], unit: str) -> bool:
        """Whether there is room for the ends of the ranges and the directions below the bands."""
        needs = [
            measure(counted(t.low) + counted(t.high) + unit + t.better, SMALL)
            + (2 * _GAP + _POINTER if t.better else 0)
            for t in tests
        ]
        return self.right - self.left > max(*needs, _LEAST) + _GAP


def _laid(tests: list[_Test], unit: str, widths: tuple[float, ...]) -> _Layout | None:
    """The first layout with room for all words, names beside the bands before names above them."""
    tried = (_Layout.of(tests, width, wide) for width in widths for wide in (True, False) if width >= _WIDE or not wide)
    return next((laid for laid in tried if laid.fits(tests, unit)), None)


def _drawn(tests: list[_Test], unit: str, laid: _Layout) -> Sheet:
    width, left, right = laid.width, laid.left, laid.right
    pen, top = Pen(), 0.0
    for number, (test, lines) in enumerate(zip(tests, laid.names, strict=True)):
        if number:
            pen.line((0, top), (width, top), stroke=RULE, line=0.25)
            top += _APART * 0.7
        deep = max(1, len(test.steps)) * laid.lane + 0.6
        if laid.wide:
            down = max(0.0, (len(lines) * SIZE * LEADING - deep) / 2)
            pen.lines(0, top + down + deep / 2, lines, anchor="start", bold=True)
        else:
            down = len(lines) * SIZE * LEADING + 0.6
            pen.lines(0, top + (down - 0.6) / 2, lines, anchor="start", bold=True)
        _scale(pen, test, unit, left, right, top + down, deep)
        _arrows(pen, test, laid, top + down + 0.3)
        if not test.steps:
            pen.lines(laid.verdicts, top + down + deep / 2, ["无对比"], anchor="start", fill=QUIET)
        for lane, step in enumerate(test.steps):
            _verdict(pen, step, laid.verdicts, top + down + 0.3 + (lane + 0.5) * laid.lane)
        top += down + deep + SMALL * LEADING + _APART * 0.75
    return pen.sheet(width, top - _APART * 0.4)


def _band(tests: list[_Test], start: float, end: float) -> tuple[float, float]:
    """The ends of the bands, such that dots and scores that stand beyond them are still on the sheet."""
    left, right = start + _DOT, end - _DOT
    labels = [(test, label) for test in tests for label in _labels(test)]
    for _ in range(30):
        over = max((label.width - test.at(label.amount, left, right) for test, label in labels if label.leftward),
                   default=-start)  # fmt: skip
        under = max((test.at(label.amount, left, right) + label.width for test, label in labels if not label.leftward),
                    default=end)  # fmt: skip
        left, right = left + max(0.0, over + start), right - max(0.0, under - end)
    return left, right


def _scale(pen: Pen, test: _Test, unit: str, left: float, right: float, top: float, deep: float) -> None:
    """The band, its ends, and at the better one the direction."""
    pen.rect(left, top, right - left, deep, fill=TINT)
    bottom = top + deep
    pen.line((left, bottom - 0.9), (left, bottom), (right, bottom), (right, bottom - 0.9), stroke=QUIET, line=0.25)
    low, high = counted(test.low), f"{counted(test.high)}{unit}"
    base = top + deep + SMALL * (LEADING / 2 + MIDDLE) + 0.5
    pen.text(left, base, low, SMALL, fill=QUIET)
    pen.text(right, base, high, SMALL, anchor="end", fill=QUIET)
    middle = base - MIDDLE * SMALL
    if test.rising is False:
        x = left + measure(low, SMALL) + _GAP
        pen.arrow((x + _POINTER, middle), (x, middle), stroke=QUIET, line=0.3, head=1.5)
        pen.text(x + _POINTER + 0.6, base, test.better, SMALL, fill=QUIET)
    elif test.rising:
        x = right - measure(high, SMALL) - _GAP
        pen.arrow((x - _POINTER, middle), (x, middle), stroke=QUIET, line=0.3, head=1.5)
        pen.text(x - _POINTER - 0.6, base, test.better, SMALL, anchor="end", fill=QUIET)


def _arrows(pen: Pen, test: _Test, laid: _Layout, top: float) -> None:
    left, right, pitch = laid.left, laid.right, laid.lane
    places = [test.at(value.amount, left, right) for _, value in test.known]
    if len(places) == 1:
        hollow = test.known[0][0] == test.names[0]
        pen.circle(places[0], top + pitch / 2, _DOT, fill=WHITE if hollow else KEY, stroke=KEY, line=0.45)
    for lane, (step, (start, end)) in enumerate(zip(test.steps, pairwise(places), strict=True)):
        middle, hue = top + (lane + 0.5) * pitch, ACCENT if step.better is False and step.change else KEY
        if lane:  # where the arrow above ended
            pen.line((start, middle - pitch + _DOT), (start, middle - _DOT), stroke=RULE, line=0.3)
        toward = 1 if end > start else -1
        if abs(end - start) > 2 * _DOT + 2.2:
            pen.arrow(
                (start + toward * (_DOT + 0.3), middle),
                (end - toward * (_DOT + 0.3), middle),
                stroke=hue,
                line=0.5,
                dash="" if hue == KEY else "1.1 0.8",
                head=2.1,
            )
        if step.change:
            pen.circle(start, middle, _DOT, fill=WHITE, stroke=KEY if lane == 0 else QUIET, line=0.45)
            pen.circle(end, middle, _DOT, fill=hue, stroke=hue, line=0.45)
        else:
            pen.circle(end, middle, _DOT, fill=WHITE, stroke=KEY, line=0.45)
            pen.circle(end, middle, _DOT * 0.5, fill=KEY)
    for label in _labels(test):
        x, base = test.at(label.amount, left, right), top + (label.lane + 0.5) * pitch + MIDDLE * SIZE
        name = measure(label.name, SMALL)
        first = x - label.width if label.leftward else x + _DOT + 0.8
        pen.text(first, base, label.name, SMALL, fill=QUIET)
        pen.text(first + name + 0.7, base, label.printed, SIZE, bold=True, fill=INK)


def _verdict_width(step: _Step) -> float:
    sign = 2.6 + measure(step.size, SIZE) if step.change else 0.0
    return sign + (1.2 if sign and step.verdict else 0.0) + measure(step.verdict, SIZE, bold=True)


def _verdict(pen: Pen, step: _Step, left: float, middle: float) -> None:
    """What became of it: up or down by how much, for the better or worse."""
    base = middle + MIDDLE * SIZE
    fill = QUIET if not step.change else ACCENT if step.better is False else KEY
    if step.change:
        tip = -1.0 if step.change > 0 else 1.0
        pen.polygon(
            (left + 1, middle + tip * 0.95),
            (left, middle - tip * 0.85),
            (left + 2, middle - tip * 0.85),
            fill=fill,
        )
        pen.text(left + 2.6, base, step.size, fill=fill)
        left += 2.6 + measure(step.size, SIZE) + 1.2
    pen.text(left, base, step.verdict, bold=True, fill=fill)
