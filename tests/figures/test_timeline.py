"""Plans over time: any plan is drawn without collisions, or what is wrong with it is said where it stands."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.figures import DIAGRAMS, timeline
from generator.vector import BRIGHT, Drawing, Room
from tests.figures.seen import collisions, well_formed, words

ROOMS = (Room(79, 165, 235), Room(141, 141, 247), Room(156, 156, 225))


def item(name: str, start: str, end: str | None = None, **more: Any) -> dict[str, Any]:
    return {"名称": name, "起": start, **({"止": end} if end else {}), **more}


PLANS: dict[str, dict[str, Any]] = {
    "a campaign": {
        "起": "2023-06",
        "止": "2023-12",
        "项目": [
            item("入户摸底", "2023-06", 负责="城关站", 分组="启动摸底", 说明="建立需求清单"),
            item("动员培训", "2023-06-01", "2023-06-15", 负责="县总站", 分组="启动摸底"),
            item("主题服务", "2023-07", "2023-11", 分组="集中实施",
                 里程碑={"2023-09-28": "中期交流", "2023-07-15": "特色项目报送", "2023-10-23": "重阳节集中服务"}),
            item("实地督导", "2023Q3", "2023Q4", 分组="集中实施"),
            item("总结大会", "2023-12-28", 里程碑=True, 分组="总结提炼"),
        ],
    },
    "two weeks": {"项目": [item("筹备", "2024-03-01", "2024-03-05"),
                        item("宣传周", "2024-03-06", "2024-03-14", 里程碑={"2024-03-10": "广场活动"})]},
    "over new year": {"项目": [item("冬日行动", "2023-12-20", "2024-02-10"), item("回访", "2024-02-11", "2024-02-29")]},
    "one day": {"项目": [item("会", "2024-03-01")]},
    "a year": {"项目": [item("计划", "2024-01"), item("上半年服务", "2024H1"), item("全年巡访", "2024")]},
    "five years": {"项目": [item("试点", "2020-05", "2021-03"), item("模式", "2021"), item("推广", "2022Q1", "2022Q4"),
                         item("铺开", "2023", "2024-06", 说明="形成操作指南并出版案例集，面向全省推广")]},
    "seven years": {"项目": [item("长期", "2018-01-01", "2024-12-31")]},
    "at the edges": {
        "项目": [
            item("长事", "2024-01", "2024-12",
                 里程碑={"2024-12-30": "年终总结表彰大会暨成果展", "2024-01-01": "启动", "2024-12-31": "封账"}),
            item("头", "2024-01-01"),
            item("尾", "2024-12-31", 里程碑=True),
        ]
    },
    "forty": {"项目": [item(f"第{n}项工作任务的名称", f"2024-{n % 12 + 1:02}-{n % 27 + 1:02}",
                         f"2024-{n % 12 + 1:02}-28", 负责="甲站", 分组=f"第{n // 8}组") for n in range(40)]},
    "wordy": {
        "项目": [
            item("三年行动计划与社工站建设、人才培养、督导评估体系建设同步推进", "2021-03", "2023-12",
                 负责="自治区民政厅、各市民政局与社会工作总站", 说明="说明很长，" * 11),
            *(item(f"第{n}批", f"2022-{n:02}", 里程碑={f"2022-{n:02}-{d}": "现场观摩会与交流" for d in (10, 12, 20)})
              for n in range(1, 13)),
        ]
    },
}  # fmt: skip


def judged(drawing: Drawing, room: Room) -> None:
    for sheet in drawing.sheets:
        assert collisions(sheet.svg) == []
        well_formed(sheet.svg)
        assert sheet.width <= room.page
        assert sheet.height <= room.height


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("name", PLANS)
def test_plans_are_drawn(name: str, room: Room) -> None:
    data = timeline.Timeline.model_validate(PLANS[name])
    assert list(timeline.flaws(data)) == []
    drawing = timeline.draw(data, room)
    assert drawing == timeline.draw(data, room)
    judged(drawing, room)
    seen = "".join(word.words for sheet in drawing.sheets for word in words(sheet.svg)).replace(" ", "")
    told = "".join(" ".join(row) for row in drawing.table)
    for one in data.items:
        milestones = one.milestone.values() if isinstance(one.milestone, dict) else ()
        for said in (one.name, one.who, one.note, one.group, *milestones):
            assert (said or "") in seen
            assert (said or "") in drawing.words
            assert (said or "") in told


def axis(plan: dict[str, Any], room: Room = ROOMS[1]) -> list[str]:
    drawing = timeline.draw(timeline.Timeline.model_validate(plan), room)
    return [word.words for word in words(drawing.sheets[0].svg)]


def test_the_axis_has_the_unit_of_the_plan() -> None:
    assert axis(PLANS["two weeks"])[:3] == ["1", "2", "3"]
    assert "2024年3月" in axis(PLANS["two weeks"])
    assert axis(PLANS["over new year"])[0] == "18日"  # the Monday before
    assert {"2023年12月", "2024年1月", "2月"} <= set(axis(PLANS["over new year"]))
    assert {"1月", "12月", "2024年"} <= set(axis(PLANS["a year"]))
    assert {"1", "12", "2024年"} <= set(axis(PLANS["a year"], ROOMS[0]))
    assert {"Q2", "Q4", "2020年"} <= set(axis(PLANS["five years"]))
    assert {"2018年", "2024年"} <= set(axis(PLANS["seven years"]))


def test_bars_say_when() -> None:
    said = axis(PLANS["a campaign"])
    assert {"6月", "6月1—15日", "7—11月", "三季度—四季度", "12月28日", "9月28日 中期交流"} <= set(said)
    assert "2020年5月—2021年3月" in axis(PLANS["five years"])


def test_long_plans_go_on_with_their_axis() -> None:
    drawing = timeline.draw(timeline.Timeline.model_validate(PLANS["forty"]), ROOMS[1])
    assert len(drawing.sheets) > 1
    for sheet in drawing.sheets:
        assert {"2024年", "1月", "12月"} <= {word.words for word in words(sheet.svg)}


def test_the_table_says_all() -> None:
    table = timeline.draw(timeline.Timeline.model_validate(PLANS["a campaign"]), ROOMS[0]).table
    assert table[0] == ("事项", "起", "止", "负责", "说明")
    assert table[1] == ("启动摸底：入户摸底", "2023年6月", "2023年6月", "城关站", "建立需求清单")
    assert ("主题服务·中期交流", "2023年9月28日", "", "", "里程碑") in table
    assert table[-1] == ("总结提炼：总结大会", "2023年12月28日", "", "", "里程碑")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2023", ("2023-01-01", "2023-12-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2023Q3", ("2023-07-01", "2023-09-30")),
        ("2023q4", ("2023-10-01", "2023-12-31")),
        ("2023H2", ("2023-07-01", "2023-12-31")),
        ("2024-02-29", ("2024-02-29", "2024-02-29")),
        ("2023-02-29", None),
        ("2023-13", None),
        ("2023-00", None),
        ("2023Q5", None),
        ("23-06", None),
        ("0000-01", None),
        ("六月", None),
        ("", None),
    ],
)
def test_dates(text: str, found: tuple[str, str] | None) -> None:
    assert timeline.days(text) == (found and tuple(map(dt.date.fromisoformat, found)))


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ({"项目": [item("甲", "2023-06", "2023-05")]}, [("timeline.end_before_start", ("项目", 0, "止"))]),
        ({"项目": [item("甲", "2023-6")]}, [("timeline.date", ("项目", 0, "起"))]),
        ({"项目": [item("甲", "2023-06", "2023-06-31")]}, [("timeline.date", ("项目", 0, "止"))]),
        ({"起": "明年", "项目": [item("甲", "2023-06")]}, [("timeline.date", ("起",))]),
        (
            {"起": "2023-06", "止": "2023-05", "项目": [item("甲", "2023-06")]},
            [("timeline.end_before_start", ("止",))],
        ),
        (
            {"起": "2023-06", "止": "2023-12", "项目": [item("甲", "2023-05", "2024-01")]},
            [("timeline.outside", ("项目", 0, "起")), ("timeline.outside", ("项目", 0, "止"))],
        ),
        ({"止": "2023-06-15", "项目": [item("甲", "2023-06")]}, [("timeline.outside", ("项目", 0, "起"))]),
        ({"项目": [item("甲", "2023-06"), item("甲", "2023-07")]}, [("timeline.same_name", ("项目", 1, "名称"))]),
        ({"项目": [item("甲", "2023-06", 分组="一"), item("甲", "2023-07", 分组="二")]}, []),
        ({"项目": [item("甲", "2023-06", "2023-07", 里程碑=True)]}, [("timeline.milestone_lasts", ("项目", 0, "止"))]),
        (
            {"项目": [item("甲", "2023-06", 里程碑={"2023-07-01": "乙", "6月": "丙"})]},
            [
                ("timeline.milestone_outside", ("项目", 0, "里程碑", "2023-07-01")),
                ("timeline.date", ("项目", 0, "里程碑", "6月")),
            ],
        ),
        (
            {"项目": [item("甲", "2023-06", 里程碑={f"2023-06-{d:02}": "乙" for d in range(1, 10)})]},
            [("timeline.too_many_milestones", ("项目", 0, "里程碑"))],
        ),
        ({"项目": [item("甲" * 37, "2023-06", 负责=" ")]},
         [("timeline.too_wordy", ("项目", 0, "名称")), ("timeline.blank", ("项目", 0, "负责"))]),
        ({"项目": [item("甲", "2003-06"), item("乙", "2023-06")]}, [("timeline.too_long", ("项目",))]),
        ({"项目": [item(f"甲{n}", "2023-06") for n in range(41)]}, [("timeline.too_many", ("项目", 40))]),
    ],
)  # fmt: skip
def test_flaws_stand_where_they_are(plan: dict[str, Any], told: list[tuple[str, tuple[str | int, ...]]]) -> None:
    found = list(timeline.flaws(timeline.Timeline.model_validate(plan)))
    assert [(flaw.code, flaw.path) for flaw in found] == told
    for flaw in found:
        assert flaw.message.english
        assert flaw.hint.english


DATES = st.one_of(
    st.dates(dt.date(2021, 11, 1), dt.date(2024, 3, 1)).map(str),
    st.sampled_from(["2022", "2022Q1", "2023Q4", "2022H2", "2023-02", "2022-12", "2023"]),
)
WORDS = st.text("社工站服务、培训（示范）A1", min_size=1, max_size=20)


def built(ends: list[str], name: str, more: dict[str, str], marks: list[str]) -> dict[str, Any]:
    inside = {day: "评估" for day in marks if ends[0] <= day <= ends[1]}
    return item(name, ends[0], ends[1], **more, 里程碑=inside)


ITEMS = st.builds(
    built,
    st.lists(DATES, min_size=2, max_size=2).map(sorted),
    WORDS,
    st.fixed_dictionaries({}, optional={"负责": WORDS, "说明": WORDS, "分组": st.sampled_from(["一", "二"])}),
    st.lists(DATES, max_size=4),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(ITEMS, min_size=1, max_size=12), st.sampled_from(ROOMS))
def test_any_plan_is_drawn_or_has_a_flaw(items: list[dict[str, Any]], room: Room) -> None:
    data = timeline.Timeline.model_validate({"项目": items})
    if not list(DIAGRAMS["进度图"].flaws(data)):
        judged(timeline.draw(data, room), room)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2022", "2022-12", "2022年1—12月"),
        ("2022-03", "2022", "3—12月"),
        ("2022Q1", "2022-06", "1—6月"),
        ("2022-03", "2022-04-15", "3月1日—4月15日"),
        ("2022", "2023-06", "2022年1月—2023年6月"),
        ("2022", "2023", "2022—2023年"),
        ("2022", None, "2022年"),
    ],
)
def test_beginning_and_end_are_said_alike(start: str, end: str | None, said: str) -> None:
    made = timeline.Item.model_validate(item("甲", start, end))
    assert timeline._range(made) == said


def test_a_milestone_of_a_quarter_stands_at_its_end() -> None:
    made = timeline.Timeline.model_validate(
        {"项目": [item("甲", "2024-01", "2024-12"), item("乙", "2024Q4", 里程碑=True)]}
    )
    sheet = timeline.draw(made, Room(141, 141, 247)).sheets[0]
    mark = next(float(x) for x in re.findall(rf'd="M([\d.]+) [^"]*" fill="{BRIGHT}"', sheet.svg))
    assert mark > 135
