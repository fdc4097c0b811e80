"""折线图: every line named at its end, gaps left open, what stands out printed."""

from __future__ import annotations

import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.model import Chart
from tests.figures.charted import chart, charts, codes, said, seen, values
from tests.figures.seen import words

YEAR = " ".join(f"{n}月" for n in range(1, 13))
TWO = chart(
    "折线图",
    YEAR,
    ("个案", values(12, 18, 25, 22, 31, 40, 38, 55, 49, 62, 58, 51)),
    ("小组", values(8, 9, None, 14, 15, 13, 2, 18, 20, 22, 21, 50)),
    unit="场",
)


def test_lines_are_named_at_their_ends_and_what_stands_out_is_printed() -> None:
    for drawing in seen(TWO):
        at = {w.words: w.box for w in words(drawing.sheets[0].svg)}
        assert {"个案", "小组", "12", "8", "51", "50", "62", "2", "单位：场", "断开处无数据", "1月", "12月"} <= set(at)
        assert at["个案"].bottom <= at["小组"].top + 0.05
        assert abs(at["个案"].left - at["小组"].left) < 0.01
        assert "1月12场，2月18场" in drawing.words
        assert "（10月最高，1月最低，末期高于首期）" in drawing.words
        assert "3月无数据" in drawing.words
        assert drawing.table[0] == ("时段", "个案（场）", "小组（场）")
        assert drawing.table[3] == ("3月", "25", "—")


def test_a_gap_is_left_open() -> None:
    svg = seen(TWO)[0].sheets[0].svg
    dashed = re.findall(r'd="(M[^"]+)" fill="none" stroke="#a85c12"', svg)
    assert [len(re.findall("[ML]", d)) for d in dashed] == [2, 9]


def test_a_line_that_ends_early_is_named_where_it_ends() -> None:
    nine = (12, 18, 25, 22, 31, 40, 38, 55, 54, None, None, None)
    lone = chart("折线图", YEAR, ("", values(*nine, printed="{}场")))
    beside = chart("折线图", YEAR, ("今年", values(*nine)), ("去年", values(*range(5, 53, 4))))
    for one in (lone, beside):
        for drawing in seen(one):
            at = {w.words: w.box for w in words(drawing.sheets[0].svg)}
            assert at["54"].left < at["12月"].left
            assert abs(at["54"].left - at["9月"].right) < 12
            lines = re.findall(r'd="M([^"]+)" fill="none" stroke="#1f5a54"', drawing.sheets[0].svg)
            furthest = max(float(point.split()[0]) for d in lines for point in re.split("[ML]", d))
            assert furthest < at["10月"].left if "10月" in at else furthest < at["12月"].left - 9


def test_lines_are_told_apart_without_colour() -> None:
    four = chart("折线图", "一 二 三 四", *((name, values(n, n + 1, n, n + 2)) for n, name in enumerate("甲乙丙丁")))
    svg = seen(four)[0].sheets[0].svg
    styles = set(re.findall(r'stroke-width="0.6"( stroke-dasharray="[^"]+")?', svg))
    assert len(styles) == 4


def test_a_single_short_line_has_all_its_values() -> None:
    one = chart("折线图", YEAR, ("", values(*range(3, 99, 8), printed="{}场")))
    for drawing in seen(one):
        assert {str(n) for n in range(3, 99, 8)} <= {w.words for w in words(drawing.sheets[0].svg)}
    assert drawing.words.startswith("折线图：1月3场，2月11场")


def test_values_far_from_nought_are_not_pressed_together() -> None:
    high = chart("折线图", "一 二 三 四", ("满意度", values(92, 94, 93, 97, printed="{}%")))
    assert "0" not in {w.words for w in words(seen(high)[0].sheets[0].svg)}


def test_values_below_nought() -> None:
    net = chart("折线图", "一 二 三 四 五", ("净增", values(-5, 3, -12, 9, 0, printed="{}户")))
    for drawing in seen(net):
        assert {"-12", "9", "-5"} <= {w.words for w in words(drawing.sheets[0].svg)}


def test_the_same_values_all_along_and_the_same_ends() -> None:
    flat = chart("折线图", YEAR, *((name, values(*[5] * 12)) for name in "甲乙丙丁"))
    assert said(seen(flat)[0]).count("5") >= 8
    seen(chart("折线图", "一 二 三 四", ("", values(0, 0, 0, 0))))


def test_flaws() -> None:
    assert codes(TWO) == []
    assert codes(chart("折线图", "一 二 三", ("", values(1, 2, 3)))) == ["figure.too_few"]
    assert codes(chart("折线图", " ".join(map(str, range(25))), ("", values(*range(25))))) == ["figure.too_many"]
    assert codes(chart("折线图", "一 二 三 四", *((n, values(1, 2, 3, 4)) for n in "甲乙丙丁戊"))) == [
        "figure.too_many"
    ]
    assert codes(chart("折线图", "一 二 三 三", ("", values(1, 2, 3, 4)))) == ["figure.label_twice"]
    assert codes(chart("折线图", "一 二 三 四", ("甲", values(*[None] * 4)), ("乙", values(1, 2, 3, 4)))) == [
        "figure.no_value"
    ]
    mixed = chart(
        "折线图", "一 二 三 四", ("甲", values(1, 2, 3, 4, printed="{}场")), ("乙", values(1, 2, 3, 4, printed="{}人"))
    )
    assert codes(mixed) == ["figure.mixed_units"]
    assert codes(chart("折线图", f"一 二 三 {'四' * 13}", ("", values(1, 2, 3, 4)))) == ["figure.long_label"]


@settings(max_examples=50)
@given(
    st.one_of(
        charts("折线图", (4, 24), (1, 4)),
        charts("折线图", (4, 24), (1, 4), amounts=st.integers(-6, 6).map(float)),
        charts("折线图", (4, 8), (3, 4), amounts=st.sampled_from([100.0, 101.0])),
    )
)
def test_any_lines_are_drawn_well(any_chart: Chart) -> None:
    assume(set(codes(any_chart)) <= {"figure.mixed_units"})
    seen(any_chart)
