"""What charts of every kind share: what none may lack, how axes count, printed values parted from their units."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from generator.diagnostics import say
from generator.model import Chart, Series, Value
from generator.vector import MIDDLE, QUIET, SMALL, Flaw, Pen, Tone, broken, measure

#: How a series looks, whoever draws it.
Look = TypeVar("Look")

#: What stands where nothing is known.
MISSING = "—"

#: A number as it is printed, with its qualifier: 近300, 24万余, 不少于20, 4500多 (of 4500多万元).
_FIGURE = re.compile(
    r"(?:约|近|超过|超|不少于|不超过|至少|至多|≥|≤)?[-−+]?\d[\d,，]*(?:\.\d+)?(?:[万亿](?!元))?(?:余|多|以上|左右)?"
)


def parted(printed: str) -> tuple[str, str]:
    """A printed value as number and unit: 300余场 is 300余 and 场; no unit if it doesn't begin with a number."""
    found = _FIGURE.match(printed)
    return (found[0], printed[found.end() :].strip()) if found else (printed, "")


def unit_of(values: Sequence[Value | None]) -> str:
    """The unit that all values are printed with; empty if they differ, or have none."""
    units = {parted(value.printed)[1] for value in values if value is not None}
    return units.pop() if len(units) == 1 else ""


def told(value: Value | None, unit: str) -> str:
    """A printed value with its unit, for words that stand alone."""
    if value is None:
        return "无数据"
    return value.printed if parted(value.printed)[1] else value.printed + unit


def joined(label: str, words: str) -> str:
    """A label and what is said of it, with a space where digits or Latin would run together: 1月12场, 2023Q1 12场."""
    return f"{label}{' ' if label[-1:].isascii() and words[:1].isascii() else ''}{words}"


def counted(amount: float) -> str:
    """A number at an axis, by 万 and 亿 from ten thousand on: 500, 1.5万, 2亿."""
    for name, size in (("亿", 1e8), ("万", 1e4)):
        if abs(amount) >= size:
            return f"{round(amount / size, 4):.10g}{name}".replace("-", "−")
    return f"{round(amount, 4) + 0.0:.10g}".replace("-", "−")


def steps(low: float, high: float, most: int = 5) -> tuple[float, ...]:
    """Round numbers 1, 2, 5 × 10ⁿ, 25 × 10ⁿ apart that begin at or below ``low`` and end at or above ``high``.

    There are at least two, and at most ``most`` + 2 of them.
    """
    if high <= low:
        low, high = min(low, 0.0), max(high, 0.0)
        if high == low:
            high = 1.0
    size = 10.0 ** math.floor(math.log10((high - low) / most))
    nice = (1, 2, 2.5, 5, 10, 20) if size >= 10 else (1, 2, 5, 10, 20)
    step = next(size * one for one in nice if size * one * most >= (high - low) * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(step * count for count in range(first, last + 1))


# ------------------------------------------------------------------ what is wrong with a chart, whatever its kind


def nameless(chart: Chart, *, series: bool = True) -> Iterator[Flaw]:
    """Labels, and names of series unless there is but one, that are missing or stand there twice."""
    groups = [(chart.labels, say("标签", en="label"))]
    if series and len(chart.series) > 1:
        groups.append((tuple(s.name for s in chart.series), say("数据组的名称", en="name of a series")))
    for names, what in groups:
        seen: set[str] = set()
        for place, name in enumerate(names):
            if not name.strip():
                yield Flaw(
                    "figure.label_missing",
                    ("数据", place),
                    say("第 {place} 个{what}是空的", en="{what} {place} is empty", place=place + 1, what=what),
                    say("给它一个短名称", en="Give it a short name"),
                )
            elif name.strip() in seen:
                yield Flaw(
                    "figure.label_twice",
                    ("数据", place),
                    say("{what}“{name}”出现了两次", en="{what} “{name}” is there twice", what=what, name=name.strip()),
                    say(
                        "删去重复的，或写出它们的差别，如时段、站点",
                        en="Drop one, or say what tells them apart: period, station",
                    ),
                )
            seen.add(name.strip())


def miscounted(
    kind: str, what: str, count: int, least: int, most: int, *, fewer: str = "表格", more: str = "表格"
) -> Iterator[Flaw]:
    """Too few or too many of ``what`` for a chart; ``fewer`` and ``more`` name the kinds that would do."""
    if count > most:
        yield Flaw(
            "figure.too_many",
            (),
            say(
                "{count} 个{what}太多，一张{kind}最多 {most} 个",
                en="{count} {what} are too many; a {kind} has no more than {most}",
                count=count,
                what=what,
                kind=kind,
                most=most,
            ),
            say("分成几张，或改用{other}", en="Make several of it, or a {other}", other=more),
        )
    if count < least:
        yield Flaw(
            "figure.too_few",
            (),
            say(
                "{count} 个{what}太少，一张{kind}至少 {least} 个",
                en="{count} {what} are too few; a {kind} has at least {least}",
                count=count,
                what=what,
                kind=kind,
                least=least,
            ),
            say("补上数据，或改用{other}", en="Add data, or take a {other}", other=fewer),
        )


def lengthy(chart: Chart, *, labels: int, series: int, values: int) -> Iterator[Flaw]:
    """Labels, names of series or printed values of more characters than there is room for."""
    names = [(n, label, labels) for n, label in enumerate(chart.labels)]
    names += [(n, one.name, series) for n, one in enumerate(chart.series)]
    for place, name, most in names:
        if len(name.strip()) > most:
            yield Flaw(
                "figure.long_label",
                ("数据", place),
                say(
                    "“{name}”有 {count} 个字，这种图最多 {most} 个字",
                    en="“{name}” has {count} characters; there is room for {most}",
                    name=name.strip(),
                    count=len(name.strip()),
                    most=most,
                ),
                say("用简称，全称写在说明里", en="Use a short name; the note may have the long one"),
            )
    for place, one in enumerate(chart.series):
        for label, value in zip(chart.labels, one.values, strict=True):
            if value is not None and len(value.printed) > values:
                yield Flaw(
                    "figure.long_value",
                    ("数据", place),
                    say(
                        "“{label}”的数“{printed}”太长，这种图最多 {most} 个字",
                        en="“{printed}” of “{label}” is too long; there is room for {most} characters",
                        label=label,
                        printed=value.printed,
                        most=values,
                    ),
                    say("用万、亿作单位，如 24万余人次", en="Count by 万 or 亿"),
                )


def valueless(chart: Chart) -> Iterator[Flaw]:
    """A series without any value."""
    for place, one in enumerate(chart.series):
        if all(value is None for value in one.values):
            yield Flaw(
                "figure.no_value",
                ("数据", place),
                say("“{name}”一个数也没有", en="“{name}” has no value at all", name=one.name)
                if one.name
                else say("一个数也没有", en="There is no value at all"),
                say("补上数据，或删去它", en="Add its data, or drop it"),
            )


def negative(chart: Chart) -> Iterator[Flaw]:
    """Values below nought where only amounts can be shown."""
    for place, one in enumerate(chart.series):
        for at, (label, value) in enumerate(zip(chart.labels, one.values, strict=True)):
            if value is not None and value.amount < 0:
                yield Flaw(
                    "figure.negative",
                    ("数据", at if len(chart.series) == 1 else place),
                    say(
                        "“{label}”是负数（{printed}），{kind}画不了负数",
                        en="“{label}” is below nought ({printed}); a {kind} can't show that",
                        label=label,
                        printed=value.printed,
                        kind=chart.kind,
                    ),
                    say("核对数据；要说增减，用“变化”或折线图", en="Check the data; for changes use a 折线图"),
                )


def mixed(chart: Chart) -> Iterator[Flaw]:
    """Values of several units where one scale is to show them all: it has none, and they aren't printed with one.

    What is printed without units says nothing of them, so it is the chart that must have one.
    """
    if chart.unit:
        return
    units = {parted(value.printed)[1]: None for one in chart.series for value in one.values if value is not None}
    if len(units) > 1 or "" in units:
        yield Flaw(
            "figure.mixed_units",
            (),
            say(
                "单位不一（{units}），不能用同一把尺子比长短",
                en="Units differ ({units}) and can't be compared on one scale",
                units="、".join(unit or "无单位" for unit in units),
            )
            if len(units) > 1
            else say("单位不一，不能用同一把尺子比长短", en="Units differ and can't be compared on one scale"),
            say(
                "只放单位相同的，或改用图式“指标卡”“目标完成图”",
                en="Keep those of one unit, or take 指标卡 or 目标完成图",
            ),
        )


def misscaled(chart: Chart) -> Iterator[Flaw]:
    """Scales without extent, and values beyond the ends of theirs."""
    for place, (label, scale) in enumerate(zip(chart.labels, chart.scales, strict=False)):
        low, high = counted(scale.low), counted(scale.high)
        if scale.low >= scale.high:
            yield Flaw(
                "figure.empty_scale",
                ("数据", place),
                say(
                    "“{label}”的最低分 {low} 不小于最高分 {high}",
                    en="The lowest score of “{label}”, {low}, is not below its highest, {high}",
                    label=label,
                    low=low,
                    high=high,
                ),
                say("范围写成 [最低分, 最高分]", en="Write 范围 as [lowest, highest]"),
            )
            continue
        for value in (one.values[place] for one in chart.series):
            if value is not None and not scale.low <= value.amount <= scale.high:
                yield Flaw(
                    "figure.outside_scale",
                    ("数据", place),
                    say(
                        "“{label}”的 {printed} 不在 {low}–{high} 之内",
                        en="{printed} of “{label}” is not within {low}–{high}",
                        label=label,
                        printed=value.printed,
                        low=low,
                        high=high,
                    ),
                    say("核对得分和量表的范围", en="Check the score, and the range of the scale"),
                )


# ------------------------------------------------------------------ printed values, sums, keys


def unit(chart: Chart) -> str:
    """The unit of all values of a chart, empty if they have none in common."""
    return chart.unit or unit_of([value for one in chart.series for value in one.values])


def bare(printed: str, unit: str) -> str:
    """A printed value without its unit, where the unit is said elsewhere: 300余 of 300余场."""
    return printed.removesuffix(unit) or printed


def named(label: str, room: float, size: float) -> list[str]:
    """A label in lines; one of several parts (指标　站点) that is too long for a line is broken between them first."""
    roomy = size > SMALL and measure(label, size) > room
    return broken(label.replace("　", "\n") if roomy else label, room, size, whole=size > SMALL)


def said(chart: Chart) -> str:
    """All labels with the values printed for them."""
    rows, counted_in = [], unit(chart)
    for place, label in enumerate(chart.labels):
        values = [(one.name, one.values[place]) for one in chart.series]
        parts = [f"{name if len(values) > 1 else ''}{told(v, counted_in)}" for name, v in values]
        rows.append(f"{label}{'：' if len(values) > 1 else ''}{'、'.join(parts)}")
    return "；".join(rows)


def tabled(chart: Chart, head: str) -> tuple[tuple[str, ...], ...]:
    """The printed values as a table, a row a label; ``head`` names the labels."""
    rows = [(head, *(one.name for one in chart.series))]
    for place, label in enumerate(chart.labels):
        found = (one.values[place] for one in chart.series)
        rows.append((label, *(value.printed if value else MISSING for value in found)))
    return tuple(rows)


_AT_LEAST = ("余", "多", "超", "以上", "不少于", "至少", "≥")
_ABOUT = ("约", "近", "左右", "上下", "不足", "不超过", "至多", "≤")


def nearness(values: Sequence[Value]) -> str:
    """What is known of a sum or ratio of values: exact (empty), 余 if all are or lie above their figure, else 约."""
    printed = [parted(value.printed)[0] for value in values]
    if any(word in one for one in printed for word in _ABOUT if one[-1:] != "余"):
        return "约"
    return "余" if any(word in one for one in printed for word in _AT_LEAST) else ""


def total(values: Sequence[Value], unit: str) -> str:
    """The sum of values in print, approximate if one of them is.

    It is grouped (12,040) if one of them is, or if it is printed without its unit and has five digits.
    """
    amount = sum((Decimal(repr(value.amount)) for value in values), Decimal(0))
    figure = f"{amount:f}"
    if "." in figure:
        figure = figure.rstrip("0").rstrip(".")
    bare = any(not parted(value.printed)[1] for value in values)
    if any("," in value.printed for value in values) or (bare and amount >= 10**4):
        figure = f"{Decimal(figure):,}"
    elif not unit.startswith(("万", "亿")):
        for name, size, step in (("亿", 10**8, 10**6), ("万", 10**4, 10**3)):
            if amount >= max(size, 10**5) and amount % step == 0:
                figure = f"{(amount / size).normalize():f}{name}"
                break
    near = nearness(values)
    return f"约{figure}{unit}" if near == "约" else f"{figure}{near}{unit}"


def graded(series: Sequence[Series], tones: Sequence[Look]) -> tuple[Look, ...]:
    """A tone for each series: the first has the strongest, but of years one after the other the last."""
    names = [one.name for one in series]
    rising = len(names) > 1 and all(re.match(r"\d{4}", name) for name in names) and names == sorted(names)
    chosen = tuple(tones[: len(names)])
    return chosen[::-1] if rising else chosen


def key(pen: Pen, entries: Sequence[tuple[str, Tone]], left: float, top: float, width: float) -> float:
    """Draw what tones mean, in lines as wide as they may be; returns where the key ends."""
    box, gap, between = 3.0, 1.0, 3.4
    x, y = left, top
    for name, tone in entries:
        wide = box + gap + measure(name, SMALL)
        if x > left and x + wide > left + width + 1e-6:
            x, y = left, y + SMALL * 1.6
        pen.area(x, y + SMALL * 0.08, box, SMALL * 0.88, tone, pitch=0.9)
        pen.text(x + box + gap, y + SMALL * (0.52 + MIDDLE), name, SMALL, fill=QUIET)
        x += wide + between
    return y + SMALL * 1.1
