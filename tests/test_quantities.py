"""What a printed figure may mean is read back from every form in which figures are printed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Text
from generator.facts import Facts, interval_of, printed
from generator.quantities import INFINITY, Interval, Quantity, find, numeral
from generator.records.fact import QUALIFIER, UNIT, Fact
from tests.test_facts import book, fact


def only(text: str) -> Quantity:
    (found,) = find(text)
    return found


def bounds(low: object, high: object, *, open_low: bool = False, open_high: bool = False) -> Interval:
    return Interval(Decimal(str(low)), Decimal(str(high)), open_low, open_high)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("25075人次", 25075, 25075, "人次"),
        ("25,075人次", 25075, 25075, "人次"),
        ("25\u2009075人次", 25075, 25075, "人次"),
        ("２５０７５人次", 25075, 25075, "人次"),
        ("1094 个", 1094, 1094, "个"),
        ("25,000余人次", 25000, 26000, "人次"),
        ("2万余户", 20000, 30000, "户"),
        ("24万余人次", 240000, 250000, "人次"),
        ("4500多万元", 45000000, 46000000, "元"),
        ("13.1万小时", 130500, 131500, "小时"),
        ("1.29亿元", 128500000, 129500000, "元"),
        ("近300场", 225, 300, "场"),
        ("将近一万人", 7500, 10000, "人"),
        ("超过800万元", 8000000, 9000000, "元"),
        ("约300场", 270, 330, "场"),
        ("8个左右", "7.5", "8.5", "个"),
        ("不少于一万户", 10000, INFINITY, "户"),
        ("至少3名", 3, INFINITY, "名"),
        ("90分以上", 90, INFINITY, "分"),
        ("不足60分", 0, 60, "分"),
        ("不超过12个", 0, 12, "个"),
        ("两千人", 2000, 2000, "人"),
        ("三百余户", 300, 400, "户"),
        ("二十四万人次", 240000, 240000, "人次"),
        ("一万二千三百人", 12300, 12300, "人"),
        ("十几户", 11, 19, "户"),
        ("几十户", 20, 99, "户"),
        ("数百名", 200, 999, "名"),
        ("上千名社工", 1000, 10000, "名"),
        ("千余家", 1000, 2000, "家"),
        ("3至5人", 3, 5, "人"),
        ("3–5节", 3, 5, "节"),
        ("两三次", 2, 3, "次"),
        ("二三十人", 20, 30, "人"),
        ("72.45%", "72.445", "72.455", "%"),
        ("百分之七十二点五", "72.45", "72.55", "%"),
        ("三成居民", 25, 35, "%"),
        ("6000餘個", 6000, 7000, "个"),
    ],
)
def test_what_a_form_means(text: str, low: object, high: object, unit: str) -> None:
    found = only(text)
    assert (found.interval.low, found.interval.high, found.unit) == (Decimal(str(low)), Decimal(str(high)), unit)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("2023年", ["year"]),
        ("2022年3月以来", ["date"]),
        ("12月1日上午9时", ["date", "time"]),
        ("2023-03-30", ["date"]),
        ("9:00—17:30", ["time"]),
        ("91岁", ["age"]),
        ("第3次、第2–4次、附件1、图2", ["ordinal"] * 4),
        ("4.2.2　要求", ["ordinal"]),
        ("荷民〔2023〕12号", ["year", "document"]),
        ("GB/T 15835—2011", ["name"]),
        ("GDS-15由9分降到4分", ["name", "score", "score"]),
        ("“1+8+N”", ["name"]),
        ("1235N", ["name"]),
        ("“15分钟养老服务圈”", ["name"]),
        ("3.0版", ["version"]),
        ("028-12345678", ["phone"]),
        ("13812345678", ["phone"]),
        ("五社联动，四川，一站一品", ["vague"]),
        ("三番五次，千家万户", ["name", "name"]),
        ("四个意识", ["name"]),
        ("每周2次，每站派驻两名，100元/月", ["rate", "rate", "rate"]),
        ("3年、30日内、3个工作日", ["duration", "duration", "duration"]),
        ("翻一番", ["multiple"]),
        ("一次、一个", ["vague", "vague"]),
        ("五颜六色", []),
    ],
)
def test_what_counts_nothing_is_told_apart(text: str, kinds: list[str]) -> None:
    assert [q.kind for q in find(text)] == kinds


@pytest.mark.parametrize(
    ("text", "value"),
    [("二十四", 24), ("两千零三", 2003), ("一百二", 120), ("十", 10), ("三万五", 35000), ("一亿二千万", 120000000),
     ("二〇二三", 2023)],
)  # fmt: skip
def test_numerals_in_characters(text: str, value: int) -> None:
    assert numeral(text) == (value, value)


VALUES = st.one_of(
    st.integers(0, 2_000_000_000).map(float),
    st.integers(1, 9999).map(lambda n: n * 1000.0),
    st.decimals("0", "999999", places=2).map(float),
)


@given(VALUES, st.sampled_from(get_args(QUALIFIER)), st.sampled_from(get_args(UNIT)), st.booleans())
def test_every_printed_form_is_read_back(value: float, qualifier: str, unit: str, grouped: bool) -> None:
    """What is read covers all that the fact may be: nothing printed is ever told to be false."""
    words = printed(value, qualifier, unit, grouped=grouped)
    (found,) = find(f"共有{words}。")
    known = interval_of(Fact.model_validate(FACT | {"值": value, "约数": qualifier}))
    factor = Decimal(10_000) if unit == "万元" else Decimal(1)
    assert found.interval.covers(known.times(factor)) or not value, (words, found)


FACT = {"编号": "f", "指标": "甲", "站点": "s", "起": dt.date(2023, 1, 1), "止": dt.date(2023, 12, 31)}


@given(
    st.integers(1, 3_000_000), st.sampled_from(("精确", "余", "近", "约")), st.sampled_from(("余", "万", "约", "近"))
)
def test_a_form_is_true_or_refused(value: int, qualifier: str, form: str) -> None:
    one = fact("f", "走访", value, 约数=qualifier)
    facts = Facts(book(one))
    words = facts.form(one, form)
    if isinstance(words, Text):
        return
    (found,) = find(words)
    assert found.interval.covers(interval_of(one)), words


@given(
    st.text(alphabet="0123456789一二两三十百千万余多近约超几半分之点年月日个人次%.,，、—至+-/“”第 每翻", max_size=40)
)
def test_any_text_is_read(text: str) -> None:
    last = 0
    for quantity in find(text):
        assert last <= quantity.start < quantity.end <= len(text)
        assert quantity.interval.low <= quantity.interval.high
        last = quantity.end
