"""柱形图: columns over periods, figures above them, years below."""

from __future__ import annotations

import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.model import Chart, Series
from tests.figures.charted import PRINTED, alike, chart, charts, codes, said, seen, value, values
from tests.figures.seen import words

MONTHS = tuple(f"{n}月" for n in range(1, 13))
TWO_YEARS = tuple(f"{year}年{month}" for year in (2022, 2023) for month in MONTHS)
YEAR = Chart("柱形图", "场", MONTHS, (Series("", values(*range(7, 17), None, 0, printed="{}场")),))


def test_a_year_of_months_stands_in_one_column_of_text() -> None:
    drawing = seen(YEAR)[0]
    assert drawing.sheets[0].width == 79
    assert said(drawing) == "单位：场　— 无数据" + "".join(map(str, range(7, 17))) + "0" + "".join(MONTHS)
    assert drawing.words.startswith("柱形图：1月7场；2月8场；")
    assert drawing.words.endswith("11月无数据；12月0场。")


def test_qualifiers_stay_with_their_figures() -> None:
    quarters = "第一季度 第二季度 第三季度 第四季度"
    for drawing in seen(chart("柱形图", quarters, ("", values(900, 300, 80, 24, printed="{}余场")))):
        assert said(drawing).startswith("单位：场900余300余80余24余")


def test_years_are_written_once_below_their_months() -> None:
    for drawing in seen(Chart("柱形图", "", TWO_YEARS, (Series("", values(*range(24))),))):
        assert said(drawing).endswith("".join(MONTHS * 2) + "2022年2023年")
        assert "2023年12月23" in drawing.words
    for drawing in seen(chart("柱形图", "2022年11月 12月 2023年1月", ("", values(1, 2, 3)))):
        assert said(drawing).endswith("11月12月1月2022年2023年")
    drawing = seen(Chart("柱形图", "", TWO_YEARS[8:24:2], (Series("", values(*range(8))),)))[0]
    assert said(drawing).count("2022年") == 1


def test_years_that_find_no_room_stand_with_their_months() -> None:
    lone = tuple(f"{year}年12月" for year in range(2000, 2020))
    assert "2000年12月2001年12月" in said(seen(Chart("柱形图", "", lone, (Series("", values(*range(20))),)))[1])


def test_figures_that_find_no_room_above_stand_in_a_table_below() -> None:
    rows = [[1021 + (n * 7919 + k * 3571) % 8000 for n in range(12)] for k in range(3)]
    three = Chart("柱形图", "人次", MONTHS, tuple(Series(f"第{k}类", values(*row)) for k, row in enumerate(rows)))
    for drawing in seen(three):
        below = said(drawing).partition("12月")[2]
        assert below == "".join(f"第{k}类" + "".join(map(str, row)) for k, row in enumerate(rows))
        assert drawing.table == ()


def test_where_figures_find_no_room_at_all_there_is_an_axis() -> None:
    for shift, printed in ((0, set()), (7, {"28382", "29202", "30022"})):
        rows = [[(n + k * shift) % 24 * 1234.0 + k * 820 * (shift > 0) for n in range(24)] for k in range(3)]
        series = (Series(name, values(*row)) for name, row in zip(("个案", "小组", "社区活动"), rows, strict=True))
        drawing = seen(Chart("柱形图", "人次", TWO_YEARS, tuple(series)))[2]
        assert re.search("03?0?0?0?.*1万2万3万", said(drawing))
        assert drawing.table[1][:2] == ("2022年1月", "0")
        figures = {word.words for word in words(drawing.sheets[0].svg) if len(word.words) == 5}
        assert {figure for figure in figures if figure.isdigit()} == printed  # of every series the same, or none
    assert seen(YEAR)[0].table == ()


def test_of_years_the_latest_is_the_darkest() -> None:
    rows = (("2022年", values(1, 2)), ("2023年", values(3, 4)))
    for drawing in seen(chart("柱形图", "上半年 下半年", *rows)):
        assert re.search('"700" fill="#1f5a54">3<', drawing.sheets[0].svg)
        assert not re.search('"700"[^>]*>1<', drawing.sheets[0].svg)


def test_nothing_at_all_is_no_empty_field() -> None:
    for drawing in seen(Chart("柱形图", "场", MONTHS, (Series("", values(*[0.0] * 12)),))):
        assert drawing.sheets[0].height < 16
        assert said(drawing).endswith("0" * 12 + "".join(MONTHS))


def test_odd_sets() -> None:
    seen(chart("柱形图", "全年", ("", values(0))))
    seen(Chart("柱形图", "个", (*map(str, range(16)), "11 1W··"), (Series("", values(*[None] * 16, 0)),)))
    seen(chart("柱形图", "甲 乙", ("", values(0, 0)), ("丙", values(None, 0))))
    seen(chart("柱形图", "甲 乙 丙", ("", values(7, 7, 7, printed="不少于{}万元"))))
    seen(Chart("柱形图", "", MONTHS, (Series("", values(1e15, *[0.01] * 11)),)))
    seen(Chart("柱形图", "", TWO_YEARS, (Series("", values(*[1e8] * 24, printed="近{}")),)))
    seen(Chart("柱形图", "万元", MONTHS, tuple(Series(n, values(*[123456.0] * 12)) for n in "甲乙丙")))


def test_flaws() -> None:
    assert codes(YEAR) == []
    assert codes(Chart("柱形图", "场", tuple(f"第{n}" for n in range(25)), (Series("", values(*range(25))),))) == [
        "figure.too_many"
    ]
    assert codes(chart("柱形图", "甲", *((name, values(1)) for name in "子丑寅卯"))) == ["figure.too_many"]
    assert codes(Chart("柱形图", "场", (), (Series("", ()),))) == ["figure.too_few", "figure.no_value"]
    assert codes(chart("柱形图", "1月 1月", ("", values(1, 2)))) == ["figure.label_twice"]
    assert codes(chart("柱形图", "1月 2月", ("", values(1, -2)))) == ["figure.negative"]
    assert codes(chart("柱形图", "1月 2月", ("", values(None, None)))) == ["figure.no_value"]
    assert codes(chart("柱形图", "1月 2月", ("", (value(1, "{}场"), value(2, "{}人次"))))) == ["figure.mixed_units"]
    apart = (Series("社区活动", values(3, 4)), Series("小组", values(1, 2)))  # 场 and 个, said nowhere
    assert codes(Chart("柱形图", "", ("1月", "2月"), apart)) == ["figure.mixed_units"]
    long = tuple(f"第{n}街道社会工作服务站" for n in range(20))
    assert codes(Chart("柱形图", "场", long, (Series("", values(*range(20))),))) == ["figure.long_label"] * 20
    assert codes(Chart("柱形图", "场", long[:6], (Series("", values(*range(6))),))) == []


@settings(max_examples=40, deadline=None)
@given(charts("柱形图", (1, 24), (1, 3)), PRINTED)
def test_what_has_no_flaw_is_drawn(made: Chart, form: str) -> None:
    one = alike(made, form)
    assume(codes(one) == [])
    seen(one)


@settings(max_examples=30, deadline=None)
@given(charts("柱形图", (1, 24), (1, 3)), PRINTED, st.integers(1, 12))
def test_months_from_any_month_on(made: Chart, form: str, first: int) -> None:
    count = len(made.labels)
    labels = tuple(f"{2022 + n // 12}年{n % 12 + 1}月" for n in range(first, first + count))
    dated = Chart("柱形图", made.unit, labels, alike(made, form).series)
    assume(codes(dated) == [])
    seen(dated)
