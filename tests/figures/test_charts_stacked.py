"""堆叠条形图, 百分比条形图: segments by field with their sums, and their shares."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.model import Chart, Series
from generator.vector import TONES
from tests.figures.charted import PRINTED, alike, chart, charts, codes, said, seen, value, values

FIELDS = chart(
    "堆叠条形图",
    "西安路站 荷花池站 抚琴站",
    ("养老", values(40, 30, 0, printed="{}场")),
    ("儿童", values(20, 25, None, printed="{}场")),
    ("残障", values(12, 1, None, printed="{}场")),
)
SHARES = replace(FIELDS, kind="百分比条形图")


def test_segments_and_sums() -> None:
    for drawing in seen(FIELDS):
        assert said(drawing).startswith("养老儿童残障西安路站40201272场荷花池站302556场抚琴站0场（缺2项）")
        assert "西安路站：养老40场、儿童20场、残障12场，合计72场；" in drawing.words
        assert drawing.table[2] == ("荷花池站", "30场", "25场", "1场")  # one found no room in the picture


def test_shares_make_a_hundred() -> None:
    for drawing in seen(SHARES):
        assert "西安路站55%28%17%共72场" in said(drawing)
        assert "儿童20场（28%）" in drawing.words
        assert drawing.table[1] == ("西安路站", "40场", "20场", "12场")
    thirds = chart("百分比条形图", "甲", *((name, values(1)) for name in "子丑寅"))
    assert re.findall(r"(\d+)%", said(seen(thirds)[0])) == ["34", "33", "33"]


@given(st.lists(st.integers(0, 9999), min_size=2, max_size=6))
def test_shares_of_anything_make_a_hundred(amounts: list[int]) -> None:
    assume(sum(amounts))
    one = chart("百分比条形图", "甲", *((f"组{n}", values(float(a))) for n, a in enumerate(amounts)))
    shares = re.findall(r"（(<?)(\d+)%）", seen(one)[2].words)
    assert sum(int(digits) for less, digits in shares if not less) == 100
    assert len(shares) == len(amounts)


def test_a_sum_is_as_exact_as_what_it_is_made_of() -> None:
    def end(*printed: tuple[float, str], unit: str = "人次") -> str:
        rows = tuple(Series(f"组{n}", (value(amount, form),)) for n, (amount, form) in enumerate(printed))
        drawing = seen(Chart("堆叠条形图", unit, ("甲",), rows))[0]
        return drawing.words.rpartition("合计")[2].removesuffix("。")

    assert end((1204, "{}人次"), (96, "{}人次")) == "1300人次"
    assert end((1200, "{}余人次"), (96, "{}人次")) == "1296余人次"
    assert end((1200, "约{}人次"), (96, "{}余人次")) == "约1296人次"
    assert end((1200, "近{}人次"), (96, "{}人次")) == "约1296人次"
    assert end((131000, "13.1万人次"), (110000, "11万人次")) == "24.1万人次"
    assert end((4500, "{}多万元"), (265, "{}万元"), unit="万元") == "4765余万元"
    assert end((0.1, "{}万元"), (0.2, "{}万元"), unit="万元") == "0.3万元"
    assert end((900, "{}"), (900, "{}余")) == "1800余人次"
    assert end((9000, "{}"), (9000, "{}")) == "18,000人次"  # as figures of tables are grouped
    assert end((123456, "123,456"), (44, "{}")) == "123,500人次"


def test_six_tones_differ_without_colour() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    plain = sorted(grey(tone.fill) for tone in TONES if not tone.hatch)
    assert all(b - a > 40 for a, b in itertools.pairwise(plain))
    assert len({(tone.fill, tone.hatch) for tone in TONES}) == 6


def test_the_largest_chart_fits_all_rooms() -> None:
    labels = tuple(f"第{n}街道特殊困难群体巡访探访　金牛区社会工作服务总站　2023年1—12月" for n in range(10, 34))
    rows = tuple(Series(f"第{n}类社会工作服务领域", values(*[1234567.0 * n] * 24)) for n in range(1, 7))
    for kind in ("堆叠条形图", "百分比条形图"):
        largest = Chart(kind, "人次", labels, rows)
        assert codes(largest) == []
        seen(largest)


def test_flaws() -> None:
    assert codes(FIELDS) == codes(SHARES) == []
    assert codes(chart("堆叠条形图", "甲 乙", ("养老", values(1, 2)))) == ["figure.too_few"]
    assert codes(chart("堆叠条形图", "甲", *((f"组{n}", values(1)) for n in range(7)))) == ["figure.too_many"]
    many = " ".join(f"站{n}" for n in range(25))
    assert codes(chart("堆叠条形图", many, *((name, values(*range(25))) for name in "子丑"))) == ["figure.too_many"]
    assert codes(chart("堆叠条形图", "甲 乙", ("养老", values(1, -2)), ("儿童", values(1, 2)))) == ["figure.negative"]
    assert codes(chart("堆叠条形图", "甲", ("养老", values(1)), ("养老", values(2)))) == ["figure.label_twice"]
    assert codes(chart("堆叠条形图", "甲", ("养老", values(1)), ("儿童", values(None)))) == ["figure.no_value"]
    mixed = chart("堆叠条形图", "甲", ("养老", values(1, printed="{}场")), ("儿童", values(2, printed="{}个")))
    assert codes(mixed) == ["figure.mixed_units"]
    ratios = chart("百分比条形图", "甲", *((name, values(1, printed="{}%")) for name in "子丑"), unit="%")
    assert codes(ratios) == ["figure.ratios_added"]


@settings(max_examples=60, deadline=None)
@given(charts("堆叠条形图", (1, 24), (2, 6)), PRINTED, st.sampled_from(["堆叠条形图", "百分比条形图"]))
def test_what_has_no_flaw_is_drawn(made: Chart, form: str, kind: str) -> None:
    one = replace(alike(made, form), kind=kind)
    assume(codes(one) == [])
    seen(one)
