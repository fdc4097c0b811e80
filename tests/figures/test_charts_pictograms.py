"""图标图: rows of signs, each for a round number."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings

from generator.model import Chart, Series
from generator.vector import MAIN, Drawing
from tests.figures.charted import PRINTED, alike, chart, charts, codes, said, seen, value, values

VISITS = chart(
    "图标图", "关爱巡访 小组活动 培训 督导", ("", values(1204, 370, None, 0, printed="{}余人次")), unit="人次"
)


def shapes(drawing: Drawing) -> list[int]:
    """How many shapes each row of signs has, that of the key first."""
    return [d.count("M") for d in re.findall(rf'<path d="([^"]+)" fill="{MAIN}"', drawing.sheets[0].svg)]


def test_each_sign_stands_for_a_round_number_that_is_printed() -> None:
    for drawing in seen(VISITS):
        assert "每个代表100人次关爱巡访1204余人次小组活动370余人次培训— 无数据督导0余人次" in said(drawing)
        assert drawing.words.startswith("图标图：关爱巡访1204余人次；")  # nobody recorded what a sign stands for
        assert shapes(drawing) == [2, 24, 8]  # heads and bodies; of the 4 of 1204 there is nothing


def test_the_last_sign_is_cut() -> None:
    drawing = seen(chart("图标图", "甲 乙", ("", values(2, 1.5, printed="{}场"))))[0]
    key, whole, half = re.findall(rf'<path d="([^"]+)" fill="{MAIN}"', drawing.sheets[0].svg)

    def width(d: str) -> float:
        xs = [float(x) for x in re.findall(r"[ML]([0-9.]+) ", d)]
        return max(xs) - min(xs)

    sign, pitch = width(key) / 0.7, width(whole) - width(key) / 0.7
    assert width(half) == pytest.approx(pitch + sign / 2, abs=0.05)


def test_next_to_nothing_is_a_quarter_of_a_sign() -> None:
    drawing = seen(chart("图标图", "甲 乙", ("", values(90000, 45, printed="{}场"))))[0]
    key, _, least = (
        [float(x) for x in re.findall(r"[ML]([0-9.]+) ", d)]
        for d in re.findall(rf'<path d="([^"]+)" fill="{MAIN}"', drawing.sheets[0].svg)
    )
    assert "每个代表1万场" in said(drawing)
    assert (max(least) - min(least)) / 4.8 == pytest.approx((max(key) - min(key)) / 3.36 / 4, abs=0.01)


@pytest.mark.parametrize(
    ("amounts", "unit", "each"),
    [
        ((7, 1), "名", "每个代表1名"),
        ((4, 14), "个", "每个代表1个"),
        ((20, 3), "户", "每个代表1户"),
        ((131000, 12000), "小时", "每个代表1万小时"),
        ((4500, 265), "万元", "每个代表500万元"),
        ((45000, 265), "万元", "每个代表5000万元"),
        ((450000, 265), "万元", "每个代表50000万元"),
        ((0.5, 0.25), "小时", "每个代表1小时"),
        ((0, 0), "场", "每个代表1场"),
        ((3e14, 1), "元", "每个代表200000亿元"),
    ],
)
def test_round_numbers(amounts: tuple[float, ...], unit: str, each: str) -> None:
    drawing = seen(chart("图标图", "甲 乙", ("", values(*amounts, printed="{}" + unit)), unit=unit))[2]
    assert each in said(drawing)


def test_signs_say_what_is_counted() -> None:
    drawn = {
        unit: seen(chart("图标图", "甲", ("", values(1, printed="{}" + unit))))[0].sheets[0].svg.replace(unit, "")
        for unit in ("人", "户", "本", "份", "小时", "元", "场")
    }
    assert len({"".join(re.findall(r'd="([^"]+)"', svg)) for svg in drawn.values()}) == 7


def test_the_largest_chart_fits_all_rooms() -> None:
    labels = tuple(f"第{n}街道特殊困难群体巡访探访　金牛区社会工作服务总站" for n in range(10, 22))
    largest = Chart(
        "图标图", "户", labels, (Series("", values(*(1999999.0 - n for n in range(12)), printed="约{}余户")),)
    )
    assert codes(largest) == []
    seen(largest)


def test_flaws() -> None:
    assert codes(VISITS) == []
    assert codes(chart("图标图", " ".join(f"第{n}" for n in range(13)), ("", values(*range(13))))) == [
        "figure.too_many"
    ]
    assert codes(chart("图标图", "甲", ("子", values(1)), ("丑", values(1)))) == ["figure.too_many"]
    assert codes(Chart("图标图", "", (), (Series("", ()),))) == ["figure.too_few", "figure.no_value"]
    assert codes(chart("图标图", "甲 甲", ("", values(1, 1)))) == ["figure.label_twice"]
    assert codes(chart("图标图", "甲 乙", ("", values(1, -1)))) == ["figure.negative"]
    assert codes(chart("图标图", "甲 乙", ("", values(None, None)))) == ["figure.no_value"]
    assert codes(chart("图标图", "甲 乙", ("", (value(1, "{}人"), value(1, "{}人次"))))) == ["figure.mixed_units"]


@settings(max_examples=40, deadline=None)
@given(charts("图标图", (1, 12), (1, 1)), PRINTED)
def test_what_has_no_flaw_is_drawn(made: Chart, form: str) -> None:
    one = alike(made, form)
    assume(codes(one) == [])
    seen(one)
