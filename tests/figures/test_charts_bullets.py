"""目标完成图: what was done, what was planned, and the share of it."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.model import Chart, Series, Value
from tests.figures.charted import AMOUNTS, NAMES, PRINTED, codes, said, seen, value


def bullets(*rows: tuple[str, Value | None, Value | None], unit: str = "") -> Chart:
    labels, actual, targets = zip(*rows, strict=True)
    return Chart("目标完成图", unit, labels, (Series("", actual),), targets)


YEAR = bullets(
    ("个案服务", value(97, "{}个"), value(100)),
    ("探访老年人", value(774, "{}人次"), value(700, "≥{}人次")),
    ("社区活动", value(300, "{}余场"), value(320, "{}场")),
    ("志愿者培育", None, value(50, "{}人")),
    ("慈善资源", value(4500, "{}多万元"), None),
    ("督导", value(0, "{}次"), value(12)),
)


def test_rows_of_any_unit_on_the_scale_of_their_targets() -> None:
    for drawing in seen(YEAR):
        words = said(drawing)
        assert "个案服务97个 / 目标100个97%完成" in words
        assert "774人次 / 目标≥700人次110.6%完成" in words
        assert "300余场 / 目标320场93.7%以上完成" in words
        assert "— 无数据 / 目标50人" in words
        assert "慈善资源4500多万元未设目标" in words
        assert "0次 / 目标12次0%" in words
        assert drawing.words.startswith("目标完成图：个案服务97个，目标100个，完成97%；探访老年人774人次，目标≥700人次")
        assert "志愿者培育无数据，目标50人；慈善资源4500多万元，未设目标" in drawing.words


def share(amount: float, target: float, form: str = "{}") -> str:
    words = seen(bullets(("甲", value(amount, form), value(target))))[0].words
    return words.rpartition("完成")[2].removesuffix("。")


def test_what_falls_short_is_not_a_hundred() -> None:
    assert share(100, 100) == "100%"
    assert share(9999, 10000) == "99.9%"
    assert share(10001, 10000) == "100%"
    assert share(1, 10000) == "不足0.1%"
    assert share(2, 3) == "66.7%"
    assert share(2, 3, "{}余") == "66.6%以上"
    assert share(2, 3, "约{}") == "约66.7%"
    assert share(500, 500, "近{}") == "近100%"
    assert share(9.99, 1) == "999%"
    assert share(80000, 1000) == "目标的80倍"
    assert share(100000, 3) == "目标的3.3万倍"
    assert share(99999999, 7, "约{}") == "目标的约1428.6万倍"
    assert share(99999999, 7, "{}余") == "目标的1428.6万倍以上"


def test_a_share_of_an_approximate_target_is_approximate() -> None:
    assert "完成约90%" in seen(bullets(("甲", value(90), value(100, "约{}"))))[0].words
    assert "完成90%" in seen(bullets(("甲", value(90), value(100, "不超过{}"))))[0].words


def test_a_bar_far_beyond_its_target_leaves_the_others_legible() -> None:
    rows = (("推文", value(80000), value(1000)), ("个案", value(9), value(10)))
    for drawing in seen(bullets(*rows)):
        assert drawing.sheets[0].svg.count('Z"') == 1  # the gap in the bar


def test_the_largest_chart_fits_all_rooms() -> None:
    rows = tuple(
        (f"第{n}类专职社会工作者持证（含助理、社工师、高级社工师）", value(1e7 - n, "{}余人次"), value(1.0, "{}人"))
        for n in range(10, 30)
    )
    assert codes(bullets(*rows)) == []
    seen(bullets(*rows))


def test_flaws() -> None:
    assert codes(YEAR) == []
    assert codes(bullets(("甲", value(1), None))) == ["figure.target_missing"]
    assert codes(Chart("目标完成图", "", ("甲",), (Series("", (value(1),)),))) == ["figure.target_missing"]
    assert codes(bullets(("甲", value(1), value(0)), ("乙", value(1), value(1)))) == ["figure.target_zero"]
    assert codes(bullets(*((f"第{n}项", value(1), value(1)) for n in range(21)))) == ["figure.too_many"]
    assert codes(bullets(("甲", value(1), value(1)), ("甲", value(1), value(1)))) == ["figure.label_twice"]
    assert codes(bullets(("甲", value(-1), value(1)))) == ["figure.negative"]
    assert codes(bullets(("甲", None, value(1)))) == ["figure.no_value"]
    assert codes(bullets(("甲", value(1, "{}个" + "零" * 13), value(1)))) == ["figure.long_value"]
    assert codes(bullets(("甲", value(1), value(1, "{}个" + "零" * 13)))) == ["figure.long_value"]
    two = Chart("目标完成图", "", ("甲",), (Series("子", (value(1),)), Series("丑", (value(1),))), (value(1),))
    assert codes(two) == ["figure.too_many"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_has_no_flaw_is_drawn(data: st.DataObject) -> None:
    labels = data.draw(st.lists(NAMES, min_size=1, max_size=20, unique_by=str.strip))
    numbers = st.one_of(st.none(), st.builds(value, AMOUNTS, PRINTED))
    made = bullets(*((label, data.draw(numbers), data.draw(numbers)) for label in labels))
    assume(codes(made) == [])
    seen(made)
