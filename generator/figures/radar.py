"""Scores of an evaluation on five to ten axes, each against its full marks (雷达图)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from generator import charting
from generator.charting import (
    MISSING,
    bare,
    counted,
    joined,
    lengthy,
    miscounted,
    misscaled,
    mixed,
    nameless,
    told,
    valueless,
)
from generator.diagnostics import say
from generator.model import Chart
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

#: Fewer axes say nothing that bars don't say better; more can't be named.
LEAST, MOST, SERIES = 5, 10, 2
_LABEL, _NAME, _VALUE = 10, 8, 8
#: Millimetres: widest sheet; the largest radius, one large enough, the smallest; from a tip to its words, a mark.
_WIDEST, _LARGE, _FAIR, _SMALL, _GAP, _MARK = 112.0, 34.0, 23.0, 15.0, 1.6, 0.9
#: Colour, dashes and whether marks are filled.
_STYLES = ((KEY, "", True), (ACCENT, "1.9 1.0", False))
_RINGS = 4
#: The narrowest of usual rooms.
_NARROW = Room(79, 141, 225)

Point = tuple[float, float]


def flaws(chart: Chart) -> Iterator[Flaw]:
    """Why a chart can't be drawn as a radar."""
    found = [
        *miscounted("雷达图", "指标", len(chart.labels), LEAST, MOST, fewer="条形图", more="条形图"),
        *miscounted("雷达图", "组得分", len(chart.series), 1, SERIES, more="图式“热力表”"),
        *nameless(chart),
        *lengthy(chart, labels=_LABEL, series=_NAME, values=_VALUE),
        *valueless(chart),
        *misscaled(chart),
        *mixed(chart),
    ]
    if not chart.scales:
        found.append(
            Flaw(
                "figure.no_full_marks",
                (),
                say("没有满分，画不出雷达图", en="A radar can't be drawn without full marks"),
                say("写“满分”，或改用条形图", en="Give 满分, or take a 条形图"),
            )
        )
    if not found and _laid(chart, _NARROW) is None:
        found.append(
            Flaw(
                "figure.no_room",
                (),
                say("指标名称和得分太长，雷达图四周放不下", en="There is no room for such words around the radar"),
                say("用简称，或改用条形图", en="Use short names, or take a 条形图"),
            )
        )
    yield from found


def draw(chart: Chart, room: Room) -> Drawing:
    """Rings at quarters of the full marks, a polygon for each series, names and scores outside."""
    laid = _laid(chart, room) or _laid(chart, _NARROW)
    assert laid is not None  # or it has a flaw
    unit, names = charting.unit(chart), [series.name.strip() for series in chart.series]
    rows, said = [], []
    for n, (label, scale) in enumerate(zip(chart.labels, chart.scales, strict=True)):
        full = f"{counted(scale.high)}{unit}"
        scores = [told(series.values[n], unit) for series in chart.series]
        rows.append((label.strip(), *scores, full))
        each = "，".join(
            joined(name, score) if len(names) > 1 else score for name, score in zip(names, scores, strict=True)
        )
        said.append(f"{label.strip()}：{each}（满分{full}）")
    head = ("指标", *(name or "得分" for name in names), "满分")
    return Drawing((_drawn(chart, laid),), f"雷达图：{'；'.join(said)}。", (head, *rows))


@dataclass(frozen=True)
class _Label:
    """What stands at the tip of an axis: its name in lines, the scores below; a box on the sheet."""

    name: tuple[str, ...]
    scores: tuple[str, ...]
    full: str
    left: float
    top: float
    width: float
    anchor: str

    @property
    def height(self) -> float:
        return (len(self.name) * SMALL + SIZE) * LEADING

    def overlaps(self, other: _Label) -> bool:
        return (
            self.left < other.left + other.width + 0.8
            and other.left < self.left + self.width + 0.8
            and self.top < other.top + other.height + 0.3
            and other.top < self.top + self.height + 0.3
        )


@dataclass(frozen=True)
class _Layout:
    """The middle of the radar is the origin; ``width`` is that of the sheet, the labels stand around."""

    width: float
    radius: float
    labels: tuple[_Label, ...]

    @classmethod
    def of(cls, chart: Chart, width: float, characters: int) -> _Layout:
        """As large as a sheet so wide allows, names broken after so many characters."""
        count, blocks = len(chart.labels), []
        same = len({scale.high for scale in chart.scales}) == 1
        unit = charting.unit(chart)
        for n, label in enumerate(chart.labels):
            name = tuple(broken(label.strip(), characters * SMALL + 0.1, SMALL))
            scores = tuple(bare(v.printed, unit) if (v := series.values[n]) else MISSING for series in chart.series)
            full = "" if same else f"/{counted(chart.scales[n].high)}"
            words = max(*(measure(line, SMALL) for line in name), _score_width(scores, full))
            blocks.append((name, scores, full, words))
        radius = _LARGE
        for n, (_, _, _, words) in enumerate(blocks):
            across = abs(math.cos(_turn(n, count)))
            if across > 0.2:
                radius = min(radius, (width / 2 - 0.3 - words) / across - _GAP)
        radius = max(radius, 1.0)
        labels = []
        for n, (name, scores, full, words) in enumerate(blocks):
            dx, dy = math.cos(_turn(n, count)), math.sin(_turn(n, count))
            high = (len(name) * SMALL + SIZE) * LEADING
            x, y = (radius + _GAP) * dx, (radius + _GAP) * dy + dy * high / 2
            anchor = "middle" if abs(dx) <= 0.2 else "start" if dx > 0 else "end"
            left = x - {"middle": words / 2, "start": 0.0, "end": words}[anchor]
            labels.append(_Label(name, scores, full, left, y - high / 2, words, anchor))
        return cls(width, radius, tuple(labels))

    @property
    def fits(self) -> bool:
        apart = not any(a.overlaps(b) for a, b in combinations(self.labels, 2))
        inside = all(-self.width / 2 <= a.left and a.left + a.width <= self.width / 2 for a in self.labels)
        return self.radius >= _SMALL and apart and inside


def _laid(chart: Chart, room: Room) -> _Layout | None:
    """A radar whose words don't touch: in the column before the page."""
    for width in (min(room.column, _WIDEST), min(room.page, _WIDEST)):
        tried = [_Layout.of(chart, width, characters) for characters in (10, 7, 6, 5, 4, 3)]
        fitting = [laid for laid in tried if laid.fits]
        if fitting:  # names broken as little as may be
            return next((laid for laid in fitting if laid.radius >= _FAIR), max(fitting, key=lambda laid: laid.radius))
    return None


def _turn(number: int, count: int) -> float:
    return math.tau * number / count - math.pi / 2


def _score_width(scores: tuple[str, ...], full: str) -> float:
    marks = len(scores) * (2 * _MARK + 0.7) if len(scores) > 1 else 0.0
    between = (len(scores) - 1) * 1.4
    return (
        marks
        + between
        + sum(measure(score, SIZE, bold=True) for score in scores)
        + (measure(full, SMALL) + 0.5 if full else 0.0)
    )


def _drawn(chart: Chart, laid: _Layout) -> Sheet:
    pen, count = Pen(), len(chart.labels)
    reach = laid.radius + _GAP
    top = min(-reach, *(label.top for label in laid.labels))
    bottom = max(reach * 0.9, *(label.top + label.height for label in laid.labels))
    x, y = laid.width / 2, -top

    def at(number: int, share: float) -> Point:
        turn, out = _turn(number, count), laid.radius * share
        return (x + out * math.cos(turn), y + out * math.sin(turn))

    courses = [
        [
            None if v is None else at(n, (v.amount - scale.low) / (scale.high - scale.low))
            for n, (v, scale) in enumerate(zip(series.values, chart.scales, strict=True))
        ]
        for series in chart.series
    ]
    if all(courses[0]):
        pen.polygon(*(point for point in courses[0] if point), fill=TINT)
    for ring in range(1, _RINGS + 1):
        outer = ring == _RINGS
        pen.line(*(at(n, ring / _RINGS) for n in range(count)), stroke=QUIET if outer else RULE,
                 line=0.3 if outer else 0.25, close=True)  # fmt: skip
    for n in range(count):
        pen.line((x, y), at(n, 1), stroke=RULE, line=0.25)
    for course, (hue, dash, _) in zip(courses, _STYLES, strict=False):
        for a, b in pairwise([*course, course[0]]) if dash or not all(course) else ():
            if a is not None and b is not None:
                pen.line(a, b, stroke=hue, line=0.6, dash=dash)
        if not dash and all(course):
            pen.line(*(point for point in course if point), stroke=hue, line=0.6, close=True)
    for course, style in zip(courses, _STYLES, strict=False):
        for point in filter(None, course):
            _mark(pen, *point, style)
    for label in laid.labels:
        _words(pen, label, x, y)
    key = y + bottom + 3.0
    return pen.sheet(laid.width, _key(pen, chart, laid.width, key))


def _mark(pen: Pen, x: float, y: float, style: tuple[str, str, bool]) -> None:
    pen.circle(x, y, _MARK, fill=style[0] if style[2] else WHITE, stroke=style[0], line=0.4)


def _words(pen: Pen, label: _Label, x: float, y: float) -> None:
    """The name, below it the scores, each with the mark of its series if there are two."""
    left, top = x + label.left, y + label.top
    edge = {"start": left, "middle": left + label.width / 2, "end": left + label.width}[label.anchor]
    pen.lines(edge, top + len(label.name) * SMALL * LEADING / 2, label.name, SMALL, anchor=label.anchor, fill=INK)
    wide = _score_width(label.scores, label.full)
    at = edge - {"start": 0.0, "middle": wide / 2, "end": wide}[label.anchor]
    middle = top + len(label.name) * SMALL * LEADING + SIZE * LEADING / 2
    for score, style in zip(label.scores, _STYLES, strict=False):
        if len(label.scores) > 1:
            _mark(pen, at + _MARK, middle, style)
            at += 2 * _MARK + 0.7
        pen.text(at, middle + MIDDLE * SIZE, score, bold=True)
        at += measure(score, SIZE, bold=True) + 1.4
    pen.text(at - 0.9, middle + MIDDLE * SIZE, label.full, SMALL, fill=QUIET)


def _key(pen: Pen, chart: Chart, width: float, top: float) -> float:
    """Which line is which, and what rings mean, centred; returns where it ends."""
    unit, highs = charting.unit(chart), {scale.high for scale in chart.scales}
    notes = f"外圈为满分{counted(highs.pop()) + unit if len(highs) == 1 else ''}，每圈四分之一"
    entries = [(series.name.strip(), style) for series, style in zip(chart.series, _STYLES, strict=False)]
    wide = [9.5 + measure(name, SMALL) for name, _ in entries]
    beside = sum(wide) + 4 <= width
    at = (width - (sum(wide) + 4 if beside else max(wide))) / 2
    for number, ((name, style), step) in enumerate(zip(entries, wide, strict=True) if len(entries) > 1 else ()):
        if not beside and number:
            top += SMALL * LEADING
        pen.line((at, top + 1.6), (at + 8, top + 1.6), stroke=style[0], line=0.6, dash=style[1])
        _mark(pen, at + 4, top + 1.6, style)
        pen.text(at + 9.5, top + 1.6 + MIDDLE * SMALL, name, SMALL, fill=INK)
        at += step + 4 if beside else 0
    top += SMALL * LEADING + 0.6 if len(entries) > 1 else 0
    lines = broken(notes, width, SMALL)
    pen.lines(width / 2, top + len(lines) * SMALL * LEADING / 2, lines, SMALL, fill=QUIET)
    return top + len(lines) * SMALL * LEADING
