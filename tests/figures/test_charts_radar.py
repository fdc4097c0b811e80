"""雷达图: each axis against its full marks, scores told apart without colour."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.model import Chart, Scale, Series
from tests.figures.charted import NAMES, chart, codes, said, seen, values
from tests.figures.seen import words

FULL = (15.0, 20.0, 35.0, 20.0, 10.0)
TWO = replace(
    chart(
        "雷达图",
        "行政管理 财务管理 服务执行与产出 社会评价 宣传创新",
        ("自评", values(14, 18, 33, 19, 9)),
        ("复评", values(12, 17, 28.5, 16, 6)),
        unit="分",
    ),
    scales=tuple(Scale(0, full, True) for full in FULL),
)


def rated(count: int, *scores: float | None, high: float = 10) -> Chart:
    return Chart("雷达图", "分", tuple("甲乙丙丁戊己庚辛壬癸子"[:count]), (Series("", values(*scores)),),
                 scales=(Scale(0, high, True),) * count)  # fmt: skip


def test_names_scores_and_full_marks_stand_outside() -> None:
    for drawing in seen(TWO):
        assert {"行政管理", "14", "12", "/15", "28.5", "/35", "自评", "复评"} <= {
            w.words for w in words(drawing.sheets[0].svg)
        }
        assert drawing.words.startswith("雷达图：行政管理：自评14分，复评12分（满分15分）；")
        assert drawing.table[0] == ("指标", "自评", "复评", "满分")
        assert drawing.table[3] == ("服务执行与产出", "33分", "28.5分", "35分")


def test_full_marks_that_all_share_are_said_once() -> None:
    for drawing in seen(rated(6, 1, 2, 3, 4, 5, 6)):
        assert said(drawing).count("10") == 1
        assert "外圈为满分10分，每圈四分之一" in said(drawing)
        assert "自评" not in said(drawing)


def test_the_second_series_is_dashed_and_hollow() -> None:
    svg = seen(TWO)[1].sheets[0].svg
    dashed = re.findall(r'stroke="#a85c12" stroke-width="0.6" stroke-dasharray', svg)
    assert len(dashed) == 6  # five sides and the key
    assert svg.count('fill="#ffffff" stroke="#a85c12"') == 11  # at five tips, five scores and in the key


def test_what_is_unknown_leaves_the_shape_open() -> None:
    (drawing, *_) = seen(rated(5, 1, None, 3, 4, 5))
    assert drawing.sheets[0].svg.count('stroke="#1f5a54" stroke-width="0.6"') == 3
    assert "乙：无数据" in drawing.words


def test_a_score_stands_at_its_share_of_the_way() -> None:
    svg = seen(rated(8, 10, 0, 5, 0, 0, 0, 0, 0))[1].sheets[0].svg
    dots = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([0-9.]+)" cy="([0-9.]+)"', svg)]
    top, middle, right = dots[0], dots[1], dots[2]
    assert abs((right[0] - middle[0]) * 2 - (middle[1] - top[1])) < 0.05


def test_flaws() -> None:
    assert codes(TWO) == []
    assert codes(rated(4, 1, 2, 3, 4)) == ["figure.too_few"]
    assert codes(rated(11, *range(11), high=11)) == ["figure.too_many"]
    assert codes(rated(5, 1, 2, 3, 4, 11)) == ["figure.outside_scale"]
    assert codes(rated(5, *[None] * 5)) == ["figure.no_value"]
    assert codes(rated(5, *[0] * 5, high=0)) == ["figure.empty_scale"] * 5
    assert codes(replace(TWO, scales=())) == ["figure.no_full_marks"]
    assert codes(replace(TWO, labels=("甲", "甲", "乙", "丙", ""))) == ["figure.label_twice", "figure.label_missing"]
    assert codes(replace(TWO, series=(*TWO.series, Series("三评", TWO.series[0].values)))) == ["figure.too_many"]
    wordy = tuple(
        replace(series, values=tuple(replace(v, printed="不足三十一点五分") for v in series.values if v))
        for series in TWO.series
    )
    assert codes(replace(TWO, series=wordy[:1])) == []
    assert codes(replace(TWO, series=wordy)) == ["figure.no_room"]


@st.composite
def evaluated(draw: st.DrawFn) -> Chart:
    count = draw(st.integers(5, 10))
    labels = draw(st.lists(NAMES, min_size=count, max_size=count, unique_by=str.strip))
    full = draw(st.one_of(st.just([100] * count), st.lists(st.integers(1, 100), min_size=count, max_size=count)))
    series = []
    for name in draw(st.sampled_from([("",), ("自评", "专家复评")])):
        scores = [draw(st.one_of(st.none(), st.integers(0, most), st.just(most), st.just(most / 2))) for most in full]
        series.append(Series(name, values(*scores)))
    return Chart("雷达图", draw(st.sampled_from(["分", ""])), tuple(labels), tuple(series),
                 scales=tuple(Scale(0, most, True) for most in full))  # fmt: skip


@settings(max_examples=40)
@given(evaluated())
def test_any_scores_are_drawn_well(any_chart: Chart) -> None:
    assume(not codes(any_chart))
    seen(any_chart)
