"""Plans by months: any plan is drawn without collisions, or what is wrong with it is said where it stands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.figures import DIAGRAMS, months
from generator.vector import Drawing, Room
from tests.figures.seen import collisions, well_formed, words

ROOMS = (Room(79, 165, 235), Room(141, 141, 247), Room(156, 156, 225))
THEMES = "敲门问需 暑期有伴 康复同行 邻里相助 银龄相约 社区共商 暖冬回访".split()


def month(when: str, theme: str, *activities: str, **more: str) -> dict[str, Any]:
    return {"月": when, "主题": theme, "活动": activities, **more}


def running(first: int, count: int, activities: int) -> list[dict[str, Any]]:
    """So many months from the one of that number in 2023."""
    return [
        month(
            f"{2023 + (first + n - 1) // 12}-{(first + n - 1) % 12 + 1:02}",
            THEMES[n % 7] + "与社区营造行动" * (n % 4 == 0),
            *(f"第{k}项：片区集中服务与居民意见征集" for k in range((n + activities) % 9)),
        )
        for n in range(count)
    ]


PLANS: dict[str, list[dict[str, Any]]] = {
    "half a year": [month(f"2023-{n + 6:02}", t, "入户摸底", "需求清单", 负责="城关站") for n, t in enumerate(THEMES)],
    "one": [month("2023-06", "敲门问需", "入户摸底", 对象="低保对象、特困人员和独居老人")],
    "two": running(6, 2, 3),
    "themes alone": running(1, 3, 9),
    "gaps": [month("2023-06", "敲门问需"), month("2023-08", "康复同行"), month("2023-12", "暖冬回访", "总结")],
    "unordered": [month("2023-08", "康复同行"), month("2023-06", "敲门问需"), month("2023-07", "暑期有伴")],
    "a year": running(1, 12, 2),
    "18 months": running(8, 18, 0),
    "18 full months": [m | {"活动": [f"{k}" + "很长的活动名称" * 5 for k in range(8)]} for m in running(8, 18, 0)],
}


def judged(drawing: Drawing, room: Room) -> None:
    for sheet in drawing.sheets:
        assert collisions(sheet.svg) == []
        well_formed(sheet.svg)
        assert sheet.width <= room.page
        assert sheet.height <= room.height


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("name", PLANS)
def test_plans_are_drawn(name: str, room: Room) -> None:
    data = months.Months.model_validate({"月份": PLANS[name]})
    assert list(months.flaws(data)) == []
    drawing = months.draw(data, room)
    assert drawing == months.draw(data, room)
    judged(drawing, room)
    seen = "".join(word.words for sheet in drawing.sheets for word in words(sheet.svg)).replace(" ", "")
    told = "".join(" ".join(row) for row in drawing.table)
    for one in data.months:
        for said in (one.theme, one.whom or "", one.who or "", *one.activities):
            assert said in seen
            assert said in drawing.words
            assert said in told


def texts(plan: list[dict[str, Any]], room: Room = ROOMS[1]) -> list[str]:
    drawing = months.draw(months.Months.model_validate({"月份": plan}), room)
    return [word.words for sheet in drawing.sheets for word in words(sheet.svg)]


def test_months_stand_in_order_with_their_years() -> None:
    numerals = [t for t in texts(PLANS["18 months"]) if t.isdecimal()]
    assert numerals == [str((n + 7) % 12 + 1) for n in range(18)]
    years = [t for t in texts(PLANS["18 months"]) if t.endswith("年")]
    assert list(dict.fromkeys(years)) == ["2023年", "2024年", "2025年"]
    assert [t for t in texts(PLANS["unordered"]) if t.isdecimal()] == ["6", "7", "8"]


def test_gaps_are_shown_and_said() -> None:
    assert texts(PLANS["gaps"]).count("未安排") == 4
    said = months.draw(months.Months.model_validate({"月份": PLANS["gaps"]}), ROOMS[0]).words
    assert said.endswith("2023年7月、2023年9月至2023年11月未安排。")


def test_rows_are_balanced() -> None:
    """Seven months stand as four and three, not as six and one."""
    drawing = months.draw(months.Months.model_validate({"月份": PLANS["half a year"]}), ROOMS[1])
    rows = [word.box.bottom for word in words(drawing.sheets[0].svg) if word.words.isdecimal()]
    assert sorted(rows.count(y) for y in set(rows)) == [3, 4]


def test_the_table_says_all() -> None:
    table = months.draw(months.Months.model_validate({"月份": PLANS["half a year"]}), ROOMS[1]).table
    assert table[:2] == (("月份", "主题", "活动", "负责"), ("2023年6月", "敲门问需", "入户摸底；需求清单", "城关站"))


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ([month("2023-13", "甲")], [("months.month", ("月份", 0, "月"))]),
        ([month("六月", "甲"), month("2023-6", "乙")], [("months.month", ("月份", n, "月")) for n in (0, 1)]),
        ([month("2023-06", "甲"), month("2023-06", "乙")], [("months.twice", ("月份", 1, "月"))]),
        ([month("2023-01", "甲"), month("2024-07", "乙")], [("months.too_long", ("月份", 1, "月"))]),
        ([month("2023-01", "甲" * 17)], [("months.too_wordy", ("月份", 0, "主题"))]),
        ([month("2023-01", " ", "乙" * 41, 负责=" ")],
         [("months.blank", ("月份", 0, "主题")), ("months.blank", ("月份", 0, "负责")),
          ("months.too_wordy", ("月份", 0, "活动", 0))]),
        ([month("2023-01", "甲", "乙", "丙", "乙")], [("months.same_activity", ("月份", 0, "活动", 2))]),
        ([month("2023-01", "甲", *"一二三四五六七八九")], [("months.too_many_activities", ("月份", 0, "活动", 8))]),
    ],
)  # fmt: skip
def test_flaws_stand_where_they_are(plan: list[dict[str, Any]], told: list[tuple[str, tuple[str | int, ...]]]) -> None:
    found = list(months.flaws(months.Months.model_validate({"月份": plan})))
    assert [(flaw.code, flaw.path) for flaw in found] == told
    for flaw in found:
        assert flaw.message.english
        assert flaw.hint.english


SAID = st.text("社区服务、培训（示范）A1", min_size=1, max_size=16)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda n, theme, activities: month(f"{2023 + n // 12}-{n % 12 + 1:02}", theme, *activities),
            st.integers(0, 17),
            SAID,
            st.lists(SAID, max_size=6, unique=True),
        ),
        min_size=1,
        max_size=18,
        unique_by=lambda m: m["月"],
    ),
    st.sampled_from(ROOMS),
)
def test_any_plan_is_drawn_or_has_a_flaw(plan: list[dict[str, Any]], room: Room) -> None:
    data = months.Months.model_validate({"月份": plan})
    assert list(DIAGRAMS["月计划"].flaws(data)) == []
    judged(months.draw(data, room), room)
