"""前后测图: scores on their own ranges, what became of them said in words and by form."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.model import Chart, Scale, Series, Value
from generator.vector import ACCENT
from tests.figures.charted import NAMES, chart, codes, said, seen, values
from tests.figures.seen import words

LOW, HIGH = Scale(0, 15, False), Scale(0, 30, True)
TWO = replace(
    chart("前后测图", "GDS-15 LSNS-6", ("前测", values(9, 8)), ("后测", values(4, 17)), unit="分"), scales=(LOW, HIGH)
)


def scored(scale: Scale, *scores: float | None) -> Chart:
    names = ("前测", "后测", "追踪", "回访")
    series = tuple(Series(name, values(score)) for name, score in zip(names, scores, strict=False))
    return Chart("前后测图", "分", ("量表",), series, scales=(scale,))


def test_scores_ends_of_ranges_and_directions_are_printed() -> None:
    for drawing in seen(TWO):
        assert {"前测", "9", "后测", "4", "0", "15分", "越低越好", "越高越好", "改善"} <= {
            w.words for w in words(drawing.sheets[0].svg)
        }
        assert drawing.words.startswith("前后测图：GDS-15（0–15分，越低越好）：前测9分，后测4分，下降5分（改善）；")
        assert drawing.table[0] == ("量表", "范围", "方向", "前测", "后测", "变化")
        assert drawing.table[2] == ("LSNS-6", "0–30分", "越高越好", "8", "17", "上升9（改善）")


def test_the_better_end_is_where_the_direction_is_said() -> None:
    svg = seen(TWO)[0].sheets[0].svg
    at = {w.words: w.box for w in words(svg)}
    assert at["越低越好"].right < 79 / 2 < at["越高越好"].left


def test_dots_stand_where_their_scores_are_on_the_scale() -> None:
    svg = seen(scored(Scale(20, 80, True), 20, 50, 80))[1].sheets[0].svg
    dots = [float(part.split('"')[1]) for part in svg.split("<circle ")[1:]]
    first, middle, _, last = dots
    assert abs((first + last) / 2 - middle) < 0.02


def test_for_worse_is_told_by_form_and_word() -> None:
    better, worse = (seen(scored(LOW, *two))[0] for two in ((9, 4), (4, 9)))
    assert "改善" in said(better)
    assert "变差" in said(worse)
    assert "dasharray" in worse.sheets[0].svg
    assert ACCENT in worse.sheets[0].svg
    assert "dasharray" not in better.sheets[0].svg
    assert "不变" in said(seen(scored(LOW, 4, 4))[0])


def test_follow_ups_and_missing_measurements() -> None:
    (drawing, *_) = seen(scored(LOW, 9, 4, 6))
    assert "下降5分（改善），上升2分（变差）" in drawing.words
    (drawing, *_) = seen(scored(LOW, 9, None, 6, 6))
    assert "后测无数据" in drawing.words
    assert "下降3分（改善），不变" in drawing.words
    (drawing, *_) = seen(scored(LOW, None, 4))
    assert "无对比" in said(drawing)


def test_without_scales_the_range_is_chosen_and_nothing_is_judged() -> None:
    (drawing, *_) = seen(replace(TWO, scales=()))
    assert "20分" in said(drawing)
    assert "改善" not in said(drawing) + drawing.words
    assert "上升9分" in drawing.words


def test_flaws() -> None:
    assert codes(TWO) == []
    assert codes(scored(LOW, 9)) == ["figure.too_few"]
    assert codes(scored(LOW, 9, 16)) == ["figure.outside_scale"]
    assert codes(scored(Scale(0, 0, True), 0, 0)) == ["figure.empty_scale"]
    assert codes(scored(LOW, None, None)) == ["figure.no_value"]
    assert codes(replace(TWO, labels=("GDS-15", "GDS-15"))) == ["figure.label_twice"]
    assert codes(replace(TWO, labels=("GDS-15", ""))) == ["figure.label_missing"]
    assert codes(
        chart("前后测图", " ".join("一二三四五六七八九"), ("前", values(*range(9))), ("后", values(*range(9))))
    ) == ["figure.too_many"]
    assert codes(chart("前后测图", "分", *((n, values(1)) for n in "一二三四五"))) == ["figure.too_many"]
    assert codes(chart("前后测图", "分", ("很长很长的名称", values(1)), ("后测", values(1)))) == ["figure.long_label"]
    wordy = (
        ("第一次评估人", (Value(-1234567, "负一百多万分钟"),)),
        ("第二次评估人", (Value(7654321, "七百六十多万分"),)),
    )
    far = (Scale(-1234567, 7654321, True),)
    assert codes(replace(chart("前后测图", "时长", *wordy, unit="分钟"), scales=far)) == ["figure.no_room"]


@st.composite
def measured(draw: st.DrawFn) -> Chart:
    count, times = draw(st.integers(1, 8)), draw(st.integers(2, 4))
    labels = draw(st.lists(NAMES, min_size=count, max_size=count, unique_by=str.strip))
    scales, rows = [], []
    for _ in labels:
        low, extent = draw(st.integers(-20, 60)), draw(st.sampled_from([1, 4, 15, 60, 100, 1000]))
        scales.append(Scale(low, low + extent, draw(st.booleans())))
        score = st.one_of(st.sampled_from([low, low + extent]), st.integers(low, low + extent))
        rows.append(draw(st.lists(st.one_of(st.none(), score, score), min_size=times, max_size=times)))
    series = tuple(
        Series(name, values(*(row[n] for row in rows))) for n, name in zip(range(times), "前后追终", strict=False)
    )
    return Chart("前后测图", draw(st.sampled_from(["分", ""])), tuple(labels), series,
                 scales=tuple(scales) if draw(st.booleans()) else ())  # fmt: skip


@settings(max_examples=40)
@given(measured())
def test_any_scores_are_drawn_well(any_chart: Chart) -> None:
    assume(not codes(any_chart))
    seen(any_chart)
