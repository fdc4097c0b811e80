"""堆叠条形图, 百分比条形图: segments by field with their sums, and their shares."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.model import Chart, Series, Value
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
        assert said(drawing).startswith("养老儿童残障西安路站40201272场荷花池站302556场残障 1抚琴站0场（不全）")
        assert "西安路站：养老40场、儿童20场、残障12场，合计72场；" in drawing.words
        assert drawing.table == ()


def test_segments_are_as_long_as_they_are_many_and_all_are_seen() -> None:
    rows = (values(60, 6), values(20, 3), values(5, 2), values(1, 1), values(0, 0), values(0.01, 0))
    apart = chart("堆叠条形图", "大站 小站", *((f"第{n}类", row) for n, row in enumerate(rows)))
    for drawing in seen(apart):
        svg = drawing.sheets[0].svg
        boxes = re.findall(r'<rect x="([0-9.]+)" y="([0-9.]+)" width="([0-9.]+)"', svg)
        drawn = [(float(x), float(y), float(w)) for x, y, w in boxes if float(y) > 5 and float(w) > 0]
        tops = sorted({round(y) for _, y, _ in drawn})
        first = [(x, w) for x, y, w in drawn if round(y) == tops[0]]
        assert min(w for _, _, w in drawn) >= 0.24
        long, next_ = first[0], first[1]
        assert long[1] / next_[1] == pytest.approx(3, abs=0.05)  # no seam is taken from them
        assert long[0] + long[1] == pytest.approx(next_[0], abs=0.02)
        assert said(drawing).count("第3类 1") == 2


def shares(*amounts: Value | None, kind: str = "百分比条形图") -> list[str]:
    """The shares of a bar as the words have them, then what is printed below it."""
    one = chart(kind, "甲", *((f"组{n}", (amount,)) for n, amount in enumerate(amounts)))
    drawing = seen(one)[0]
    return re.findall(r"（([^）]*%)）", drawing.words) + (["四舍五入"] if "四舍五入" in said(drawing) else [])


def test_shares() -> None:
    for drawing in seen(SHARES):
        assert "西安路站56%28%17%共72场" in said(drawing)
        assert said(drawing).endswith("因四舍五入，各段百分数之和与总数略有出入")
        assert "儿童20场（28%）" in drawing.words
        assert drawing.table[1] == ("西安路站", "40场", "20场", "12场")


def test_what_is_equal_is_printed_as_equal() -> None:
    assert shares(*values(1, 1, 6)) == ["12.5%", "12.5%", "75.0%"]
    assert shares(*values(1, 1, 1)) == ["33%", "33%", "33%", "四舍五入"]
    assert shares(*values(13, 12, 75)) == ["13%", "12%", "75%"]
    assert shares(*values(996, 4)) == [">99%", "<1%"]
    assert shares(*values(5, 0)) == ["100%", "0%"]


def test_shares_of_what_is_approximate_are_approximate() -> None:
    assert shares(value(350), value(50, "{}余")) == ["约88%", "约13%"]
    assert shares(value(400, "{}余"), value(0)) == ["100%", "0%"]
    both = chart("百分比条形图", "甲 乙", ("子", (value(400, "{}余"), value(3))), ("丑", values(60, 1)))
    assert "约87%" in said(seen(both)[2])
    assert "75%25%" in said(seen(both)[2])


def test_a_share_stands_in_its_segment_where_it_fits() -> None:
    tenths = chart("百分比条形图", "甲 乙", *((f"组{n}", values(10, 12)) for n in range(5)), ("组5", values(50, 40)))
    assert "组0 " not in said(seen(tenths)[1])


@given(st.lists(st.integers(0, 9999), min_size=2, max_size=6))
def test_shares_are_rounded_as_numbers_are(amounts: list[int]) -> None:
    assume(sum(amounts))
    printed = shares(*values(*map(float, amounts)))
    exact = [amount / sum(amounts) * 100 for amount in amounts]
    total = 0.0
    for one, share in zip(printed, exact, strict=False):
        digits = float(one.strip("<>%"))
        total += 0.0 if "<" in one else digits
        if "<" in one or ">" in one:
            assert 0 < share < digits if "<" in one else digits < share < 100
        else:
            assert abs(digits - share) <= (0.05 if "." in one else 0.5) + 1e-9
    little = any("<" in one for one in printed)
    assert (printed[-1] == "四舍五入") != (round(total, 1) == 100 or (little and round(100 - total, 1) in (0.1, 1)))


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
    for kind in (FIELDS, SHARES):
        assert codes(replace(kind, additive=False)) == ["figure.ratios_added"]


@settings(max_examples=60, deadline=None)
@given(charts("堆叠条形图", (1, 24), (2, 6)), PRINTED, st.sampled_from(["堆叠条形图", "百分比条形图"]))
def test_what_has_no_flaw_is_drawn(made: Chart, form: str, kind: str) -> None:
    one = replace(alike(made, form), kind=kind)
    assume(codes(one) == [])
    seen(one)
