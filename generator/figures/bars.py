"""Horizontal bars with direct labels: figures of one unit side by side, in the order given (条形图)."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import say
from generator.model import Chart, Value
from generator.vector import INK, KEY, MAIN, MIDDLE, SIZE, TINT, Drawing, Flaw, Pen, Room, broken, measure

#: Millimetres from one bar to the next, their height, and the space beside words.
_PITCH, _BAR, _GAP = 7.6, 4.6, 2.0
#: More bars are a table.
MOST = 24


def flaws(chart: Chart) -> Iterator[Flaw]:
    """Why a chart can't be drawn as bars."""
    if len(chart.labels) > MOST:
        yield Flaw(
            "figure.too_many",
            (),
            say(
                "{count} 条太多，一张条形图最多 {most} 条",
                en="{count} bars are too many: a chart has at most {most}",
                count=len(chart.labels),
                most=MOST,
            ),
            say("分成几张，或改用图式“数据表”“热力表”", en="Make several charts, or use 数据表 or 热力表"),
        )


def draw(chart: Chart, room: Room) -> Drawing:
    """Bars proportional to their values; the longest takes the room that labels and figures leave."""
    values = [value or Value(0.0, "—") for value in chart.series[0].values]
    figures = max(measure(value.printed, SIZE, bold=True) for value in values) + _GAP
    names = [broken(label, room.column * 0.36) for label in chart.labels]
    left = max(measure(line, SIZE) for lines in names for line in lines) + _GAP
    track = room.column - left - figures
    longest = max(value.amount for value in values) or 1
    pen, top = Pen(), 0.0
    for lines, value in zip(names, values, strict=True):
        height = max(_PITCH, len(lines) * SIZE * 1.32 + 1.6)
        middle = top + height / 2
        pen.lines(left - _GAP, middle, lines, anchor="end")
        pen.rect(left, middle - _BAR / 2, track, _BAR, fill=TINT)
        length = max(track * value.amount / longest, 0.4) if value.amount else 0.0
        if length:
            pen.rect(left, middle - _BAR / 2, length, _BAR, fill=MAIN)
        pen.text(left + length + _GAP / 2, middle + MIDDLE * SIZE, value.printed, bold=True, fill=KEY)
        top += height
    pen.line((left, 0), (left, top), stroke=INK, line=0.3)
    said = "；".join(f"{label}{value.printed}" for label, value in zip(chart.labels, values, strict=True))
    return Drawing((pen.sheet(room.column, top),), f"条形图：{said}。")
