"""热力表: every column compared in itself, numbers read without colour."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings

from generator.model import Chart, Series
from generator.vector import SHADES
from tests.figures.charted import chart, charts, codes, said, seen, value, values

TWO = chart(
    "热力表",
    "荷源站 清河站 桥北站 合计",
    ("个案", values(4, 10, None, 14, printed="{}个")),
    ("走访探访", values(1000, 0, 500, 1500, printed="{}余户次")),
)


def test_a_table_of_stations_and_indicators() -> None:
    for drawing in seen(TWO):
        assert "走访探访（户次）" in said(drawing)
        assert "500余" in said(drawing)
        assert "颜色越深，数越大（各列分别比较）；— 无数据" in said(drawing)
        assert drawing.table[0] == ("", "个案（个）", "走访探访（户次）")
        assert drawing.table[3] == ("桥北站", "—", "500余")
        assert "桥北站：个案无数据，走访探访500余户次" in drawing.words


def test_each_column_is_shaded_by_its_own_largest_and_a_total_by_none() -> None:
    svg = seen(TWO)[0].sheets[0].svg
    cells = svg[: svg.rindex("<path")]  # before the key
    assert cells.count(f'fill="{SHADES[4]}"') == 2  # 10 of 10, 1000 of 1000
    assert cells.count(f'fill="{SHADES[2]}"') == 1  # 500 of 1000
    assert cells.count(f'fill="{SHADES[1]}"') == 1  # 4 of 10; of nothing there is no shade


def test_a_unit_that_all_columns_share_is_said_once() -> None:
    both = chart("热力表", "甲 乙", ("上半年", values(1, 2, printed="{}场")), ("下半年", values(3, 4, printed="{}场")))
    assert said(seen(both)[0]).count("场") == 1
    assert "单位：场" in said(seen(both)[0])


def test_a_unit_beside_the_name_stands_on_a_line_of_its_own() -> None:
    named = chart("热力表", "甲 乙", ("个案（个）", values(1, 2)), ("探访（户次）", values(1200, 3)))
    for drawing in seen(named):
        assert "个案（个）探访（户次）" in said(drawing)
        assert drawing.words.startswith("热力表：甲：个案1个，探访1200户次；")


def test_the_unit_of_the_chart_stands_in_for_that_of_its_values() -> None:
    quarters = chart("热力表", "甲 乙", ("一季度", values(1, 2)), ("二季度", values(3, None)), unit="场")
    assert "单位：场；颜色越深" in said(seen(quarters)[0])
    assert "甲：一季度1场，二季度3场；乙：一季度2场，二季度无数据" in seen(quarters)[0].words


def test_units_that_differ_within_a_column_stay_in_its_cells() -> None:
    mixed = chart("热力表", "甲 乙", ("资源", (value(1, "{}万元"), value(2, "{}册"))))
    assert "1万元乙2册" in said(seen(mixed)[0])


def test_the_largest_table_fits_all_rooms() -> None:
    labels = tuple(f"第{n}街道社会工作服务站" for n in range(30))
    series = tuple(
        Series(f"第{n}季度残疾人康复服务", tuple(value(12345.0 + n * row, "{}人次") for row in range(30)))
        for n in range(10)
    )
    largest = Chart("热力表", "", labels, series)
    assert codes(largest) == []
    seen(largest)


def test_flaws() -> None:
    assert codes(TWO) == []
    assert codes(chart("热力表", " ".join(f"站{n}" for n in range(31)), ("数", values(*range(31))))) == [
        "figure.too_many"
    ]
    many = tuple((f"列{n}", values(1, 2)) for n in range(11))
    assert codes(chart("热力表", "甲 乙", *many)) == ["figure.too_many"]
    assert codes(chart("热力表", "甲", ("数", values(1)))) == ["figure.too_few"]
    assert codes(chart("热力表", "甲 甲", ("数", values(1, 2)))) == ["figure.label_twice"]
    assert codes(chart("热力表", "甲 乙", ("数", values(1, 2)), ("数", values(1, 2)))) == ["figure.label_twice"]
    assert codes(replace(TWO, labels=("荷源站", " ", "桥北站", "合计"))) == ["figure.label_missing"]
    assert codes(chart("热力表", "甲 乙", ("数", values(None, None)))) == ["figure.no_value"]
    assert codes(chart("热力表", "甲 乙", ("数", values(1, -2)))) == ["figure.negative"]
    assert codes(chart("热力表", f"甲 {'乙' * 21}", ("数", values(1, 2)))) == ["figure.long_label"]
    assert codes(chart("热力表", "甲 乙", ("数", values(None, 2, printed="不少于{}00000000人次")))) == [
        "figure.long_value"
    ]
    wide = tuple((f"列{n}", values(2, 3, printed="不少于12{}户次")) for n in range(10))
    assert codes(chart("热力表", "甲 乙", *wide)) == []  # the unit stands in the head
    wide = tuple((f"列{n}", (value(2, "不少于1230万元"), value(2, "约100000余户次"))) for n in range(10))
    assert codes(chart("热力表", "甲 乙", *wide)) == ["figure.no_room"]


@settings(max_examples=40)
@given(charts("热力表", (2, 30), (1, 10)))
def test_any_table_is_drawn_well(any_chart: Chart) -> None:
    assume(not codes(any_chart))
    seen(any_chart)
