"""小多图: a panel for every station, on one scale."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import assume, given, settings

from generator.model import Chart, Series
from generator.vector import KEY
from tests.figures.charted import PRINTED, alike, chart, charts, codes, said, seen, value, values

MONTHS = tuple(f"{n}月" for n in range(1, 13))
STATIONS = tuple(f"{name}街道站" for name in "甲乙丙丁戊己庚辛壬癸子丑寅")


def panels(stations: tuple[str, ...], periods: tuple[str, ...], *, form: str = "{}场") -> Chart:
    amounts = [[float((row * 37 + at * 53) % 90 + 3) for row in range(len(stations))] for at in range(len(periods))]
    series = tuple(Series(name, values(*row, printed=form)) for name, row in zip(periods, amounts, strict=True))
    return Chart("小多图", "场", stations, series)


def test_the_ends_and_the_largest_are_printed() -> None:
    for drawing in seen(panels(STATIONS, MONTHS)):
        words = said(drawing)
        assert words.startswith("单位：场　各图比例相同甲街道站")
        assert words.count("1月") == words.count("12月") == 13
        assert drawing.table[0] == ("站点", *MONTHS)
        assert drawing.table[1][:3] == ("甲街道站", "3场", "56场")
        assert drawing.sheets[0].width >= 141


def test_one_scale_for_all() -> None:
    two = chart("小多图", "甲站 乙站", ("上半年", values(10, 1)), ("下半年", values(5, 2)))
    drawing = seen(two)[0]
    assert drawing.sheets[0].width == 79
    tallest = [float(h) for h in re.findall(rf'height="([0-9.]+)" fill="{KEY}"', drawing.sheets[0].svg)]
    assert tallest == [15.0, 3.0]  # 10 and 2


def test_of_many_periods_the_course_is_a_line_with_gaps() -> None:
    periods = tuple(f"{year}年{month}" for year in (2022, 2023) for month in MONTHS)
    made = panels(STATIONS[:3], periods)
    gap = replace(made.series[5], values=values(None, 3, 4, printed="{}场"))
    drawing = seen(replace(made, series=(*made.series[:5], gap, *made.series[6:])))[0]
    assert drawing.sheets[0].svg.count('stroke-width="0.5"') == 4  # three lines, one of them in two parts
    assert "— 无数据" in said(drawing)
    assert "甲街道站：" in drawing.words
    assert "2022年6月无数据" in drawing.words


def test_nothing_at_all_is_no_empty_field() -> None:
    none = chart("小多图", "甲 乙", ("上半年", values(0, 0)), ("下半年", values(0, 0)))
    some = chart("小多图", "甲 乙", ("上半年", values(0, 0)), ("下半年", values(0, 1)))
    for low, high in zip(seen(none), seen(some), strict=True):
        assert low.sheets[0].height < high.sheets[0].height - 10


def test_a_station_that_said_nothing() -> None:
    for drawing in seen(chart("小多图", "甲 乙 丙", ("上半年", values(1, None, 0)), ("下半年", values(2, None, 0)))):
        assert "乙无数据——" in said(drawing).replace(" ", "").replace("上半年", "").replace("下半年", "")


def test_the_largest_chart_fits_all_rooms() -> None:
    stations = tuple(f"第{n}街道社会工作服务站" for n in range(10, 30))
    periods = tuple(f"2023年{n}月" for n in range(1, 25))
    largest = Chart(
        "小多图", "", stations, tuple(Series(p, values(*[1234567.0] * 20, printed="约{}元")) for p in periods)
    )
    assert codes(largest) == []
    seen(largest)


def test_flaws() -> None:
    assert codes(panels(STATIONS, MONTHS)) == []
    assert codes(panels(tuple(f"站{n}" for n in range(21)), MONTHS)) == ["figure.too_many"]
    assert codes(panels(STATIONS, tuple(f"{n}月" for n in range(25)))) == ["figure.too_many"]
    assert codes(panels(STATIONS[:1], MONTHS)) == ["figure.too_few"]
    assert codes(panels(STATIONS, MONTHS[:1])) == ["figure.too_few"]
    assert codes(panels(("甲", "甲"), MONTHS)) == ["figure.label_twice"]
    assert codes(chart("小多图", "甲 乙", ("1月", values(1, -1)), ("2月", values(1, 1)))) == ["figure.negative"]
    assert codes(chart("小多图", "甲 乙", ("1月", values(None, None)), ("2月", values(1, 1)))) == []
    nothing = chart("小多图", "甲 乙", ("1月", values(None, None)), ("2月", values(None, None)))
    assert codes(nothing) == ["figure.no_value", "figure.no_value"]
    mixed = chart("小多图", "甲 乙", ("1月", (value(1, "{}场"), value(1, "{}次"))), ("2月", values(None, None)))
    assert codes(mixed) == ["figure.mixed_units"]
    long = panels(tuple(f"第{n}街道特殊困难群体社会工作服务总站分站" for n in range(20)), MONTHS, form="不少于{}余户次")
    assert codes(replace(long, series=long.series[:2])) == []
    wordy = tuple(replace(one, name=f"二〇二三年第{one.name}的统计") for one in long.series[:9])
    assert codes(replace(long, series=wordy)) == ["figure.no_room"]


@settings(max_examples=30, deadline=None)
@given(charts("小多图", (2, 20), (2, 24)), PRINTED)
def test_what_has_no_flaw_is_drawn(made: Chart, form: str) -> None:
    one = alike(made, form)
    assume(codes(one) == [])
    seen(one)
