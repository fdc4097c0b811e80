"""条形图: bars of one unit and pairs of them, each with its figure at its end."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings

from generator.model import Chart, Series
from tests.figures.charted import PRINTED, alike, chart, charts, codes, said, seen, value, values

EVENTS = chart(
    "条形图", "社区活动 小组活动 志愿者培训", ("", values(900, 300, 80, printed="{}余场")), unit="场"
)  # fmt: skip
PAIR = chart(
    "条形图",
    "西安路站 荷花池站 抚琴站 九里堤站",
    ("2023年", values(3180, 2870, 9, 0, printed="{}人次")),
    ("2022年", values(2710, 2980, None, 1, printed="{}人次")),
)


def test_values_are_printed_as_they_are_known() -> None:
    for drawing in seen(EVENTS):
        assert said(drawing) == "社区活动900余场小组活动300余场志愿者培训80余场"
        assert drawing.words == "条形图：社区活动900余场；小组活动300余场；志愿者培训80余场。"


def test_nothing_is_told_from_nought() -> None:
    for drawing in seen(chart("条形图", "甲 乙 丙", ("", values(3, 0, None, printed="{}场")))):
        assert "乙0场丙— 无数据" in said(drawing)
        assert "丙无数据" in drawing.words
        assert drawing.sheets[0].svg.count("<rect") == 1


def test_pairs_say_at_the_first_what_they_are() -> None:
    for drawing in seen(PAIR):
        assert said(drawing).startswith("西安路站3180人次2023年2710人次2022年")
        assert said(drawing).count("2023年") == 1
        assert "抚琴站：2023年9人次、2022年无数据" in drawing.words


def test_of_two_years_the_later_stands_out() -> None:
    this, last = PAIR.series
    for one in (PAIR, replace(PAIR, series=(last, this))):
        assert '"700" fill="#1f5a54">3180人次' in seen(one)[0].sheets[0].svg
        assert '"700" fill="#1f5a54">2710人次' not in seen(one)[0].sheets[0].svg


def test_a_figure_is_read_however_small_beside_the_largest() -> None:
    for drawing in seen(chart("条形图", "关爱巡访 个案服务", ("", values(25075, 9, printed="{}次")))):
        assert "25075次" in said(drawing)
        assert "9次" in said(drawing)


def test_the_largest_chart_fits_all_rooms() -> None:
    labels = tuple(f"第{n}街道特殊困难群体巡访探访　金牛区社会工作服务总站　2023年1—12月" for n in range(10, 34))
    series = tuple(Series(f"{year}年全年度", tuple(value(n * 1e6, "{}余人次") for n in range(24))) for year in (1, 2))
    largest = Chart("条形图", "人次", labels, series)
    assert codes(largest) == []
    seen(largest)


def test_flaws() -> None:
    assert codes(EVENTS) == codes(PAIR) == []
    assert codes(chart("条形图", " ".join(f"站{n}" for n in range(40)), ("", values(*range(40))))) == [
        "figure.too_many"
    ]
    assert codes(chart("条形图", "甲", *((name, values(1)) for name in "子丑寅"))) == ["figure.too_many"]
    assert codes(Chart("条形图", "", (), (Series("", ()),))) == ["figure.too_few", "figure.no_value"]
    assert codes(chart("条形图", "甲 甲", ("", values(1, 2)))) == ["figure.label_twice"]
    assert codes(Chart("条形图", "个", ("甲", " "), (Series("", values(1, 2)),))) == ["figure.label_missing"]
    assert codes(chart("条形图", "甲" * 41, ("", values(1)))) == ["figure.long_label"]
    assert codes(chart("条形图", "甲", ("", (value(1, "{}个、两个、三个、四个、五个"),)))) == ["figure.long_value"]
    assert codes(chart("条形图", "甲 乙", ("", values(None, None)))) == ["figure.no_value"]
    assert codes(chart("条形图", "甲 乙", ("", values(1, -2)))) == ["figure.negative"]
    assert codes(chart("条形图", "甲 乙", ("", (value(1, "{}场"), value(2, "{}人次"))))) == ["figure.mixed_units"]


@settings(max_examples=60, deadline=None)
@given(charts("条形图", (1, 24), (1, 2)), PRINTED)
def test_what_has_no_flaw_is_drawn(made: Chart, form: str) -> None:
    one = alike(made, form)
    assume(codes(one) == [])
    seen(one)
