"""Figures: the grammar of periods, the printed forms, what may be added up and what is found wrong."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Text
from generator.facts import Facts, Total, check, number, period, printed
from generator.model import Mark, Origin, Record, Records
from generator.records.fact import Fact, Indicator

# -- periods ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2023Q1", "2023-01-01", "2023-03-31"),
        ("2023Q3", "2023-07-01", "2023-09-30"),
        ("2023q4", "2023-10-01", "2023-12-31"),
        ("2023H1", "2023-01-01", "2023-06-30"),
        ("2023h2", "2023-07-01", "2023-12-31"),
        ("2023-06", "2023-06-01", "2023-06-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-03-05", "2023-03-05", "2023-03-05"),
        ("2023-06..2023-12", "2023-06-01", "2023-12-31"),
        ("2023 .. 2024", "2023-01-01", "2024-12-31"),
        ("2023Q4..2024H1", "2023-10-01", "2024-06-30"),
        ("2024-01-23..2025-01-22", "2024-01-23", "2025-01-22"),
    ],
)
def test_period(text: str, first: str, last: str) -> None:
    assert period(text) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    "23 2023年 2023Q5 2023Q0 2023H3 2023-13 2023-00 2023-1 2023-02-30 2023-1-5 0000 20230105 2023-W05 2023-W05-1 "
    "2024..2023 2023.. ..2023 2023..2024..2025 2023.2024 全年".split(),
)
def test_no_period(text: str) -> None:
    assert period(text) is None
    assert period("") is None


@given(st.text("0123456789QH-.", max_size=30))
def test_periods_run_forward(text: str) -> None:
    days = period(text)
    assert days is None or days[0] <= days[1]


# -- printed forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "qualifier", "unit", "text"),
    [
        (21, "精确", "个", "21个"),
        (300, "余", "场", "300余场"),
        (240_000, "余", "人次", "24万余人次"),
        (131_000, "精确", "小时", "13.1万小时"),
        (4500, "多", "万元", "4500多万元"),
        (120_000, "精确", "万元", "120000万元"),
        (300, "近", "人", "近300人"),
        (300, "约", "人", "约300人"),
        (20, "≥", "节", "不少于20节"),
        (3000, "超", "场", "超3000场"),
        (72.45, "精确", "%", "72.45%"),
        (25_075, "精确", "人次", "25075人次"),
        (100_000, "精确", "人次", "10万人次"),
        (99_000, "精确", "人次", "99000人次"),
        (123_456, "精确", "人次", "123456人次"),
        (129_000_000, "精确", "元", "1.29亿元"),
        (0, "精确", "个", "0个"),
        (0.001, "精确", "%", "0.001%"),
        (99.999, "精确", "%", "99.999%"),
    ],
)
def test_printed(value: float, qualifier: str, unit: str, text: str) -> None:
    assert printed(value, qualifier, unit) == text


@pytest.mark.parametrize(
    ("value", "text"), [(25_075, "25,075"), (240_000, "240,000"), (1234.5, "1,234.5"), (999, "999"), (0.5, "0.5")]
)
def test_numbers_of_tables_are_grouped(value: float, text: str) -> None:
    assert number(value, grouped=True) == text


VALUES = st.one_of(
    st.integers(0, 10**12).map(float),
    st.integers(0, 10**9).map(lambda n: n * 1000.0),
    st.decimals(0, 10**9, places=2, allow_nan=False).map(float),
    st.floats(0, 1e15, allow_nan=False, allow_subnormal=False),
)


@given(VALUES)
def test_number_round_trips(value: float) -> None:
    """Nothing is lost in print, in any of its forms."""
    for text in (number(value), number(value, grouped=True).replace(",", "")):
        scale = {"万": 10_000, "亿": 100_000_000}.get(text[-1], 1)
        assert float(text.rstrip("万亿")) * scale == pytest.approx(value, rel=1e-14)
        assert "e" not in text
        assert not text.endswith(".")


# -- looking up and adding -------------------------------------------------------------------------------

INDICATORS: Mapping[str, Mapping[str, Any]] = {
    "case": {"标题": "个案", "单位": "个", "性质": "流量"},
    "group": {"标题": "小组", "单位": "节", "性质": "流量"},
    "visit": {"标题": "走访", "单位": "人次", "性质": "流量", "别名": ["走访人次", "上门"]},
    "staff": {"标题": "驻站社工", "单位": "名", "性质": "存量"},
    "people": {"标题": "受益人数", "单位": "人", "性质": "人数"},
    "rate": {"标题": "持证率", "单位": "%", "性质": "比率"},
    "money": {"标题": "经费", "单位": "万元", "性质": "金额"},
}


def indicators() -> list[Record]:
    return [Indicator.model_validate({"编号": k, "组": "甲", "口径": "全部"} | v) for k, v in INDICATORS.items()]


def fact(identifier: str, indicator: str, value: float, when: str = "2023", station: str = "st-a", **more: Any) -> Fact:
    days = period(when)
    assert days is not None
    given = {"编号": identifier, "指标": indicator, "值": value, "站点": station, "起": days[0], "止": days[1]}
    return Fact.model_validate(given | more)


def book(*facts: Fact) -> Records:
    records = {r.id: r for r in [*indicators(), *facts]}
    keys = ("指标", "站点", "起", "止", "值", "单位", "分项", "合计自")

    def marks(line: int) -> dict[tuple[str | int, ...], Mark]:
        places = {(k,): Mark(line + n, 9, 1, line + n, 1, len(k)) for n, k in enumerate(keys)}
        return {(): Mark(line, 1, 1, line, 1, 1, leaf=False), **places}

    return Records(records, {i: Origin(f"{i}.yaml", marks(1)) for i in records})


def total(*facts: Fact) -> Total | str:
    found = Facts(book(*facts)).total(facts)
    return str(found) if isinstance(found, Text) else found


@pytest.mark.parametrize(
    ("spec", "station", "found"),
    [
        ("走访@2023H1", "st-a", "h1"),
        ("走访人次@2023H1", "st-a", "h1"),
        ("上门 @ 2023H1", "st-a", "h1"),
        ("visit@2023-01..2023-06", "st-a", "h1"),
        ("走访@2023H1@st-a", None, "h1"),
        ("走访@2023H1@st-b", "st-a", "b"),
    ],
)
def test_find(spec: str, station: str | None, found: str) -> None:
    facts = Facts(book(fact("h1", "走访", 410, "2023H1"), fact("b", "visit", 5, "2023H1", "st-b")))
    result = facts.find(spec, station)
    assert isinstance(result, Fact)
    assert result.id == found


@pytest.mark.parametrize(
    ("spec", "station", "message"),
    [
        ("走访", "st-a", "“走访”要写成 指标@时段 或 指标@时段@站点"),
        ("@2023", "st-a", "“@2023”要写成 指标@时段 或 指标@时段@站点"),
        ("走访@2023@st-a@x", "st-a", "“走访@2023@st-a@x”要写成 指标@时段 或 指标@时段@站点"),
        ("走坊@2023", "st-a", "没有“走坊”这个指标，是不是“走访”？"),
        ("唱歌@2023", "st-a", "没有“唱歌”这个指标"),
        ("走访@去年", "st-a", "时段“去年”写法不对，应如 2023、2023Q3、2023-06"),
        ("走访@2023", None, "“走访@2023”没有说是哪个站点，写成 走访@2023@站点编号"),
        ("走访@2022", "st-a", "指标“走访”没有这个时段和站点的事实；已有：2023-01-01—2023-06-30·st-a"),
        ("走访@2022", "st-c", "指标“走访”没有这个时段和站点的事实；已有：2023-01-01—2023-06-30·st-a"),
        ("小组@2023", "st-a", "指标“小组”还没有任何事实"),
    ],
)
def test_not_found(spec: str, station: str | None, message: str) -> None:
    result = Facts(book(fact("h1", "走访", 410, "2023H1"))).find(spec, station)
    assert isinstance(result, Text)
    assert str(result) == message


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    old, new = fact("old", "走访", 1), fact("new", "走访", 2, 更正="old")
    records = book(old, new)
    assert Facts(records).find("走访@2023", "st-a") is new
    assert list(check(records)) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([fact("a", "走访", 1, "2023H1"), fact("b", "走访", 2, "2023H2")], Total(3, "精确", "人次")),
        ([fact("a", "走访", 1), fact("b", "走访", 2, station="st-b")], Total(3, "精确", "人次")),
        ([fact("a", "驻站社工", 1), fact("b", "驻站社工", 2, station="st-b")], Total(3, "精确", "名")),
        ([fact("a", "经费", 0.1), fact("b", "经费", 0.2, "2024")], Total(0.3, "精确", "万元")),
        ([fact("a", "走访", 1), fact("b", "小组", 2)], "单位不同，不能相加：人次、节"),
        (
            [fact("a", "驻站社工", 1, "2023"), fact("b", "驻站社工", 2, "2024", "st-b")],
            "“驻站社工”是存量，只能在同一天按站点相加",
        ),
        ([fact("a", "受益人数", 1), fact("b", "受益人数", 2, "2024")], "“受益人数”是人数，不能相加"),
        ([fact("a", "持证率", 1), fact("b", "持证率", 2, station="st-b")], "“持证率”是比率，不能相加"),
        ([fact("a", "走访", 1), fact("b", "走访", 2, "2023Q4")], "“走访”有两条事实时段重叠，相加会重复"),
        ([fact("a", "走访", 1), fact("b", "visit", 2, "2023Q4")], "“走访”有两条事实时段重叠，相加会重复"),
        ([fact("a", "上门", 1), fact("a", "上门", 1)], "“走访”有两条事实时段重叠，相加会重复"),
    ],
)
def test_total(facts: list[Fact], expected: Total | str) -> None:
    assert total(*facts) == expected


@pytest.mark.parametrize(
    ("qualifiers", "joint"),
    [
        ("精确 精确", "精确"),
        ("精确 余", "余"),
        ("余 多 超", "余"),
        ("精确 ≥", "≥"),
        ("余 ≥", "≥"),
        ("近 精确", "约"),
        ("余 近", "约"),
        ("≥ 约", "约"),
    ],
)
def test_the_qualifier_of_a_sum(qualifiers: str, joint: str) -> None:
    facts = [fact(f"f{n}", "走访", 10, str(2020 + n), 约数=q) for n, q in enumerate(qualifiers.split())]
    for order in (facts, facts[::-1]):
        result = total(*order)
        assert isinstance(result, Total)
        assert result.qualifier == joint


@given(
    st.lists(
        st.tuples(st.decimals(0, 10**9, places=2).map(float), st.sampled_from("精确 余 多 近 约 ≥ 超".split())),
        min_size=1,
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_no_order_of_adding_makes_another_sum(parts: list[tuple[float, str]], dice: random.Random) -> None:
    facts = [fact(f"f{n}", "走访", value, str(2000 + n), 约数=q) for n, (value, q) in enumerate(parts)]
    shuffled = list(facts)
    dice.shuffle(shuffled)
    assert total(*facts) == total(*shuffled)


# -- faults of the facts themselves ----------------------------------------------------------------------

HALVES = [fact("h1", "走访", 410, "2023H1"), fact("h2", "走访", 450, "2023H2", 约数="余")]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([fact("f", "走访", 1)], []),
        ([fact("f", "走坊", 1)], ["f.yaml:1:9 facts.unknown_indicator"]),
        ([fact("f", "走访", 1, 单位="人次")], []),
        ([fact("f", "走访", 1, 单位="人")], ["f.yaml:6:9 facts.unit_mixed"]),
        ([fact("f", "走访", 1, 起="2024-02-01", 止="2024-01-01")], ["f.yaml:4:9 facts.period_reversed"]),
        ([fact("f", "走访", 3, 分项=[{"项": "甲", "值": 1}, {"项": "乙", "值": 2}])], []),
        ([fact("f", "经费", 0.3, 分项=[{"项": "甲", "值": 0.1}, {"项": "乙", "值": 0.2}])], []),
        (
            [fact("f", "走访", 4, 分项=[{"项": "甲", "值": 1}, {"项": "乙", "值": 2}])],
            ["f.yaml:7:1 facts.parts_differ"],
        ),
        ([fact("f", "走访", 1), fact("g", "visit", 1)], ["g.yaml:1:9 facts.twice"]),
        ([fact("f", "走访", 1), fact("g", "走访", 1, station="st-b")], []),
        ([*HALVES, fact("y", "走访", 860, 约数="余", 合计自=["h1", "h2"])], []),
        ([*HALVES, fact("y", "走访", 860, 合计自=["h1", "h2"])], ["y.yaml:5:9 facts.sum_differs"]),
        ([*HALVES, fact("y", "走访", 861, 约数="余", 合计自=["h1", "h2"])], ["y.yaml:5:9 facts.sum_differs"]),
        ([*HALVES, fact("y", "个案", 860, 约数="余", 合计自=["h1", "h2"])], ["y.yaml:8:1 facts.unit_mixed"]),
        ([*HALVES, fact("y", "走访", 410, 合计自=["h1", "no"])], []),
        (
            [*HALVES, fact("q", "走访", 1, "2023Q1"), fact("y", "走访", 411, 合计自=["h1", "q"])],
            ["y.yaml:8:1 facts.not_additive"],
        ),
        (
            [
                fact("r", "持证率", 50),
                fact("s", "持证率", 60, "2024"),
                fact("y", "持证率", 110, "2025", 合计自=["r", "s"]),
            ],
            ["y.yaml:8:1 facts.not_additive"],
        ),
    ],
)
def test_check(facts: list[Fact], expected: list[str]) -> None:
    assert [f"{d.span} {d.code}" for d in check(book(*facts))] == expected
