"""Flowcharts: read from text, laid out without a line through a box, cut at page ends, every flaw told at its place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.figures import flowchart
from generator.figures.flowchart import outline
from generator.figures.flowchart.procedure import Flowchart, Lead, follow
from generator.figures.flowchart.routing import Layout
from generator.vector import Drawing, Room
from tests.figures.seen import collisions, size, well_formed, words
from tests.test_fences import render

TEXTS = dict(
    zip(
        *[iter(re.split(r"^== (.+)\n", (Path(__file__).parent / "flowcharts.txt").read_text("utf-8"), flags=re.M)[1:])]
        * 2,
        strict=True,
    )
)
ROOMS = (Room(79, 165, 235), Room(141, 141, 247), Room(156, 156, 225))
#: Nearer than that, two lines that run side by side seem one.
NEAR = 1.0


def chart(text: str) -> Flowchart:
    values, _, slips = outline.read(text)
    assert slips == []
    return Flowchart.model_validate(values)


def layouts(made: Flowchart) -> list[flowchart._Art]:
    """The chart in every look."""
    return [flowchart._laid(made, look) for look in flowchart._LOOKS]


@cache
def drawn(name: str, room: Room) -> Drawing:
    made = chart(TEXTS[name])
    assert list(flowchart.flaws(made)) == []
    return flowchart.draw(made, room)


def stretches(line: tuple[tuple[float, float], ...]) -> Iterator[tuple[float, float, float, float]]:
    for (ax, ay), (bx, by) in itertools.pairwise(line):
        yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def through_boxes(art: flowchart._Art) -> list[str]:
    """Lines that run through boxes or over labels, or leave the drawing."""
    found = []
    layout = art.layout
    rooms = [(x, y, box.width / 2, box.height / 2) for box, (x, y) in zip(art.boxes, layout.boxes, strict=True)]
    for one, other in itertools.combinations(rooms, 2):
        if abs(one[0] - other[0]) < one[2] + other[2] + 1 and abs(one[1] - other[1]) < one[3] + other[3] + 1:
            found.append(f"box over box: {one} {other}")
    for way, line in zip(art.ways, layout.lines, strict=True):
        for left, top, right, bottom in stretches(line):
            assert left == right or top == bottom, "a slanted line"
            if left < -0.01 or right > layout.width + 0.01 or top < -0.01 or bottom > layout.height + 0.01:
                found.append(f"line {way} leaves the drawing")
            for n, (x, y, wide, high) in enumerate(rooms):
                slack = 0.01 if n in (way.source, way.target) else -0.5
                if (
                    left < x + wide - slack
                    and right > x - wide + slack
                    and top < y + high - slack
                    and bottom > y - high + slack
                ):
                    found.append(f"line {way} through box {n}")
    return found


def shared(art: flowchart._Art) -> list[str]:
    """Lines that run on top of each other, or nearly so, though they neither part here nor lead to the same box."""
    found = []
    lines = list(zip(art.ways, art.layout.lines, strict=True))
    for (one, a), (other, b) in itertools.combinations(lines, 2):
        if one.target == other.target or one.source == other.source:
            continue
        for (al, at, ar, ab), (bl, bt, br, bb) in itertools.product(stretches(a), stretches(b)):
            if at == ab and bt == bb and abs(at - bt) < NEAR and al < br - 0.3 and bl < ar - 0.3:
                found.append(f"{one} and {other} at y {at}")
            if al == ar and bl == br and abs(al - bl) < NEAR and at < bb - 0.3 and bt < ab - 0.3:
                found.append(f"{one} and {other} at x {al}")
    return found


def crossings(layout: Layout, ways: tuple[Lead, ...]) -> int:
    """How often lines that have nothing in common cross."""
    spots = set()
    lines = list(zip(ways, layout.lines, strict=True))
    for (one, a), (other, b) in itertools.permutations(lines, 2):
        if one.target == other.target or one.source == other.source:
            continue
        for (al, at, ar, ab), (bl, bt, br, bb) in itertools.product(stretches(a), stretches(b)):
            if at == ab and bl == br and al < bl < ar and bt < at < bb:
                spots.add((round(bl, 1), round(at, 1)))
    return len(spots)


# -- drawn well ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS, ids=str)
@pytest.mark.parametrize("name", TEXTS)
def test_nothing_collides_and_nothing_leaves_the_room(name: str, room: Room) -> None:
    drawing = drawn(name, room)
    for sheet in drawing.sheets:
        well_formed(sheet.svg)
        assert collisions(sheet.svg) == []
        box = size(sheet.svg)
        assert box.right <= room.page + 0.01
        assert box.bottom <= room.height + 0.01


@pytest.mark.parametrize("name", TEXTS)
def test_no_line_runs_through_a_box_or_along_another(name: str) -> None:
    for art in layouts(chart(TEXTS[name])):
        assert through_boxes(art) == []
        assert shared(art) == []


@pytest.mark.parametrize("name", TEXTS)
def test_everything_written_is_seen_and_said(name: str) -> None:
    made = chart(TEXTS[name])
    drawing = drawn(name, ROOMS[2])
    seen = "".join(word.words for sheet in drawing.sheets for word in words(sheet.svg))
    answers = [way.answer for step in made.steps for way in step.ways or () if way.answer]
    for said in [*(s.name for s in made.steps), *(s.note for s in made.steps if s.note), *answers, *made.lanes]:
        assert said in drawing.words
        assert seen.count(said[:4]) >= 1


def test_most_are_drawn_without_a_crossing() -> None:
    found = {}
    for name, text in TEXTS.items():
        art = layouts(chart(text))[3]
        if count := crossings(art.layout, art.ways):
            found[name] = count
    assert sum(found.values()) <= 6, found


def test_two_runs_draw_the_same() -> None:
    text = TEXTS["大杂烩"]
    first = flowchart.draw(chart(text), ROOMS[0])
    flowchart._laid.cache_clear()
    flowchart._arranged.cache_clear()
    assert flowchart.draw(chart(text), ROOMS[0]) == first


def test_the_main_way_runs_straight_down() -> None:
    made = chart(TEXTS["个案服务"])
    art = layouts(made)[0]
    main = [n for n, s in enumerate(made.steps) if s.name not in ("转介", "不接案存档")]
    assert len({round(art.layout.boxes[n][0], 2) for n in main}) == 1


# -- pages -----------------------------------------------------------------------------------------------


def test_long_charts_are_cut_and_every_cut_line_goes_on() -> None:
    sheets = drawn("巡访六十步", ROOMS[0]).sheets
    assert len(sheets) == 3
    ends = []
    for sheet in sheets:
        said = words(sheet.svg)
        letters = [(w.words, w.box.top > size(sheet.svg).bottom / 2) for w in said if re.fullmatch("[A-Z]", w.words)]
        ends.append(({w for w, low in letters if not low}, {w for w, low in letters if low}))
        names = [s.name for s in chart(TEXTS["巡访六十步"]).steps]
        assert sum(w.words in names for w in said) > 4
    assert ends[0][0] == set()
    assert ends[0][1] == ends[1][0] != set()
    assert ends[1][1] == ends[2][0] != set()
    assert ends[2][1] == set()
    first = [w.words for w in words(sheets[0].svg)]
    last = [w.words for w in words(sheets[2].svg)]
    assert "接下页" in first
    assert "接上页" not in first
    assert "接上页" in last
    assert "接下页" not in last


def test_lanes_have_their_heads_on_every_sheet() -> None:
    sheets = drawn("最低生活保障", ROOMS[0]).sheets
    assert len(sheets) > 1
    for sheet in sheets:
        assert {"申请人", "县级民政"} <= {w.words for w in words(sheet.svg)}


def test_steps_stand_in_their_lanes() -> None:
    made = chart(TEXTS["泳道往返"])
    art = layouts(made)[0]
    edges = (0.0, *art.layout.walls, art.layout.width)
    for step, (x, _) in zip(made.steps, art.layout.boxes, strict=True):
        lane = made.lanes.index(step.lane or "")
        assert edges[lane] < x < edges[lane + 1]


# -- any chart -------------------------------------------------------------------------------------------

NAMES = st.text(alphabet="登记预估计划服务评估转介督导（）3A，", min_size=1, max_size=14).filter(outline.plain)


@st.composite
def charts(draw: st.DrawFn) -> Flowchart:
    """Any procedure that can be followed: each step leads on, some ask, some part, some go back or ahead."""
    count = draw(st.integers(1, 16))
    lanes = draw(st.sampled_from([(), (), ("社工", "站长"), ("申请人", "社工", "站长")]))
    steps: list[dict[str, Any]] = []
    for n in range(count):
        step: dict[str, Any] = {"代号": str(n), "名称": draw(NAMES)}
        if lanes:
            step["泳道"] = draw(st.sampled_from(lanes))
        if draw(st.booleans()):
            step["说明"] = draw(NAMES)
        if n + 1 == count:
            step["类别"] = "结束"
        else:
            others = st.integers(0, count - 1).filter(lambda m, n=n: m not in (n, n + 1))  # type: ignore[misc]
            more = draw(st.lists(others, unique=True, max_size=4)) if count > 2 and draw(st.booleans()) else []
            goals = [n + 1, *more]
            if more and draw(st.integers(0, 3)):
                step["类别"] = "判断"
                step["下一步"] = [{"到": str(m), "条件": f"答案{k}"} for k, m in enumerate(goals)]
            else:
                step["下一步"] = [{"到": str(m)} for m in goals]
        steps.append(step)
    used = tuple(lane for lane in lanes if any(s.get("泳道") == lane for s in steps))
    return Flowchart.model_validate({"步骤": steps, "泳道": used})


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(charts(), st.sampled_from(ROOMS))
def test_any_chart_is_drawn_well_or_refused(made: Flowchart, room: Room) -> None:
    art = layouts(made)[3]
    assert through_boxes(art) == []
    assert shared(art) == []
    if list(flowchart.flaws(made)):
        return
    drawing = flowchart.draw(made, room)
    for sheet in drawing.sheets:
        assert collisions(sheet.svg) == []
        shown = re.search(r'width="([0-9.]+)mm"', sheet.svg)
        assert shown is not None
        assert float(shown[1]) == pytest.approx(sheet.width, abs=0.01)
        assert sheet.width <= room.page + 0.01  # a wide one is shown smaller than it was drawn, but not by much
        assert sheet.width >= size(sheet.svg).right * 0.85
        assert sheet.height <= room.height + 0.01


def test_the_checks_themselves_see_a_line_through_a_box() -> None:
    art = layouts(chart(TEXTS["个案六步"]))[0]
    moved = (art.layout.boxes[0], art.layout.boxes[2], art.layout.boxes[1], *art.layout.boxes[3:])
    assert through_boxes(replace(art, layout=replace(art.layout, boxes=moved)))
    line = art.layout.lines[0]
    along = replace(art.layout, lines=(line, art.layout.lines[1], line, *art.layout.lines[3:]))
    assert shared(replace(art, layout=along))


# -- flaws -----------------------------------------------------------------------------------------------

NEXT = {"下一步": "完"}
END = {"名称": "完", "类别": "结束"}


def asks(*ways: Any, name: str = "行吗？", **more: Any) -> dict[str, Any]:
    return {"名称": name, "类别": "判断", "下一步": list(ways), **more}


YES, NO = {"到": "完", "条件": "是"}, {"到": "甲", "条件": "否"}
START = {"名称": "甲", "下一步": "行吗？"}

FLAWED: list[tuple[str, list[dict[str, Any]], tuple[str, ...], tuple[str | int, ...]]] = [
    ("unknown", [{"名称": "甲", "下一步": "丙"}, END], (), ("步骤", 0, "下一步", 0, "到")),
    (
        "ambiguous",
        [{"名称": "甲", "下一步": ["乙"]}, {"名称": "乙", **NEXT}, {"名称": "乙", **NEXT}, END],
        (),
        ("步骤", 0, "下一步", 0, "到"),
    ),
    ("itself", [START, asks(YES, {"到": "行吗？", "条件": "否"}), END], (), ("步骤", 1, "下一步", 1, "到")),
    ("next_missing", [{"名称": "甲", "下一步": "完"}, {"名称": "乙"}, END], (), ("步骤", 1)),
    ("too_long", [{"名称": "很" * 31, **NEXT}, END], (), ("步骤", 0, "名称")),
    ("too_long", [{"名称": "甲", "说明": "很" * 61, **NEXT}, END], (), ("步骤", 0, "说明")),
    ("too_long", [START, asks(YES, {"到": "甲", "条件": "很" * 13}), END], (), ("步骤", 1, "下一步", 1, "条件")),
    ("no_name", [{"名称": " 。", **NEXT}, END], (), ("步骤", 0, "名称")),
    ("too_many", [{"名称": f"第{n}件"} for n in range(61)], (), ("步骤", 60)),
    (
        "too_many_ways",
        [{"名称": "甲", "下一步": list("一二三四五六")}, *({"名称": n, "下一步": "完"} for n in "一二三四五六"), END],
        (),
        ("步骤", 0, "下一步", 5),
    ),
    ("too_many_lanes", [{"名称": n, "泳道": n} for n in "一二三四五六七"], tuple("一二三四五六七"), ("泳道", 6)),
    ("lane_twice", [{"名称": "甲", "泳道": "社工"}], ("社工", "社工"), ("泳道", 1)),
    ("lane_unused", [{"名称": "甲", "泳道": "社工"}], ("社工", "站长"), ("泳道", 1)),
    ("lane_missing", [{"名称": "甲", "泳道": "社工"}, {"名称": "乙"}], ("社工",), ("步骤", 1, "名称")),
    (
        "lane_unknown",
        [{"名称": "甲", "泳道": "社工"}, {"名称": "乙", "泳道": "站长"}],
        ("社工",),
        ("步骤", 1, "泳道"),
    ),
    ("after_end", [{"名称": "完", "类别": "结束", "下一步": "乙"}, {"名称": "乙"}], (), ("步骤", 0, "下一步", 0, "到")),
    ("few_answers", [START, asks(YES), END], (), ("步骤", 1, "名称")),
    ("answer_missing", [START, asks(YES, "甲"), END], (), ("步骤", 1, "下一步", 1, "到")),
    ("answer_twice", [START, asks(YES, {"到": "甲", "条件": "是 "}), END], (), ("步骤", 1, "下一步", 1, "条件")),
    ("not_decision", [{"名称": "甲", "下一步": {"到": "完", "条件": "是"}}, END], (), ("步骤", 0, "下一步", 0, "条件")),
    ("way_twice", [{"名称": "甲", "下一步": ["完", "完"]}, END], (), ("步骤", 0, "下一步", 1, "到")),
    ("unreached", [{"名称": "甲", **NEXT}, {"名称": "乙", **NEXT}, END], (), ("步骤", 1, "名称")),
    (
        "unreached",
        [{"名称": "甲", **NEXT}, {"名称": "乙", "下一步": "丙"}, {"名称": "丙", "下一步": "乙"}, END],
        (),
        ("步骤", 1, "名称"),
    ),
    ("endless", [{"名称": "甲", "下一步": "乙"}, {"名称": "乙", "下一步": "甲"}], (), ("步骤", 0, "名称")),
]


@pytest.mark.parametrize(("code", "steps", "lanes", "path"), FLAWED)
def test_flaws_are_told_at_their_place(
    code: str, steps: list[dict[str, Any]], lanes: tuple[str, ...], path: tuple[str | int, ...]
) -> None:
    made = Flowchart.model_validate({"步骤": steps, "泳道": lanes})
    found = [(flaw.code, flaw.path) for flaw in flowchart.flaws(made)]
    assert (f"flowchart.{code}", path) in found
    assert len(found) == 1, found


def test_what_is_too_wide_is_told() -> None:
    """Five ways each of which parts in five."""
    steps: list[dict[str, Any]] = [asks(*({"到": f"问{n}", "条件": str(n)} for n in range(5)))]
    for n in range(5):
        steps.append(asks(*({"到": f"办理事项之{n}{m}", "条件": str(m)} for m in range(5)), name=f"问{n}"))
        steps += [{"名称": f"办理事项之{n}{m}", **NEXT} for m in range(5)]
    made = Flowchart.model_validate({"步骤": [*steps, END]})
    assert [flaw.code for flaw in flowchart.flaws(made)] == ["flowchart.too_wide"]
    assert flowchart.draw(made, Room(79, 141, 225)).sheets[0].width <= 141


def test_lanes_that_are_too_wide_are_named() -> None:
    steps = [asks(*({"到": f"问{n}", "条件": str(n)} for n in range(5)), 泳道="站长")]
    for n in range(5):
        steps.append(asks(*({"到": f"办理{n}{m}", "条件": str(m)} for m in range(5)), name=f"问{n}", 泳道="站长"))
        steps += [{"名称": f"办理{n}{m}", "泳道": "站长", **NEXT} for m in range(5)]
    made = Flowchart.model_validate({"步骤": [{"名称": "受理", "泳道": "社工", "下一步": "行吗？"}, *steps, END],
                                     "泳道": ["社工", "站长"]})  # fmt: skip
    (flaw,) = flowchart.flaws(made)
    assert (flaw.code, flaw.path) == ("flowchart.too_wide", ("泳道", 1))
    assert "“站长”" in str(flaw.message)


SLIPS = [
    ("outdent", "甲？\n    是：乙\n  否：丙", "否：丙"),
    ("indented", "甲\n  乙\n丙", "乙"),
    ("jump_from_nowhere", "甲\n结束\n→ 甲", "→ 甲"),
    ("arrow_bare", "甲\n乙 →", "→"),
    ("jump_goes_on", "甲\n乙 → 甲 → 丙\n丙", "甲"),
    ("question_goes", "甲\n好吗？ → 甲", "甲"),
    ("stray_lane", "甲：说明 @社工 再说", "再说"),
    ("stray_lane", "甲？\n  是 @社工：乙\n  否：丙", "是 @社工"),
    ("jump_or_step", "甲\n好吗？\n  是：乙\n  否：甲\n丙", "甲"),
    ("parallel_alone", "同时：\n  甲\n  乙\n丙", "同时："),
    ("parallel_alone", "甲\n同时：\n乙", "同时："),
    ("leads_nowhere", "甲\n好吗？\n  是：乙\n  否", "否"),
    ("no_name", "甲\n：说明", "：说明"),
    ("answer_missing", "甲？\n  ：乙\n  否：丙\n  是：丁", "：乙"),
    ("same_name", "受理\n预估\n受理\n结案", "受理"),
    ("question_goes", "受理 → 接案？ → 介入", "介入"),
    ("question_goes", "受理 → 接案？ → 介入 → 结案\n结案", "介入"),
    ("arrow_bare", "→", "→"),
    ("outdent", "接案？\n  否 → 结束\n   是：接案\n结案", "是：接案"),
    ("outdent", "接案？\n  否 → 结束\n\t是：接案\n结案", "是：接案"),
    ("outdent", "接案？\n  否 → 结束\n 是：接案\n结案", "是：接案"),
    ("too_deep", "\n".join(f"{'  ' * n}问{n}？" for n in range(100)), "问23？"),
    ("too_many", "\n".join(f"第{n}步" for n in range(400)), "第"),
]


@pytest.mark.parametrize(("code", "text", "at"), SLIPS)
def test_slips_of_writing_are_told_at_their_words(code: str, text: str, at: str) -> None:
    _, _, slips = outline.read(text)
    assert [(slip[2], text[slip[0] : slip[0] + slip[1]]) for slip in slips] == [(f"flowchart.{code}", at)]


TEXT_FLAWS = [
    ("unknown", "甲\n乙 → 丙", "丙"),
    ("ambiguous", "甲？\n  是：乙：一回\n  否：乙：两回\n戊？\n  是 → 乙\n  否 → 结束", "乙"),
    ("few_answers", "甲\n好吗？\n是：乙\n结束", "好吗？"),
    ("unreached", "甲\n结束\n乙", "乙"),
    ("itself", "甲\n乙 → 乙", "乙"),
    ("lane_unknown", "泳道：社工\n甲 @社工\n乙 @站长", "站长"),
    ("answer_twice", "甲？\n  是：乙\n  是：丙", "是"),
    ("endless", "甲\n乙\n→ 甲", "甲"),
]


@pytest.mark.parametrize(("code", "text", "at"), TEXT_FLAWS)
def test_flaws_of_a_text_are_told_at_its_words(code: str, text: str, at: str) -> None:
    values, places, slips = outline.read(text)
    assert slips == []
    (flaw,) = flowchart.flaws(Flowchart.model_validate(values))
    offset, length = places[flaw.path]
    assert flaw.code == f"flowchart.{code}"
    assert text[offset : offset + length] == at


# -- text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
def test_every_value_stands_where_it_is_said_to_stand(name: str) -> None:
    text = TEXTS[name]
    values, places, _ = outline.read(text)
    for n, step in enumerate(values["步骤"]):
        for key in ("名称", "说明", "泳道"):
            if key in step and (key != "名称" or ("步骤", n, key) in places):
                offset, length = places["步骤", n, key]
                assert text[offset : offset + length] == step[key]
        for k, way in enumerate(step["下一步"]):
            offset, length = places["步骤", n, "下一步", k, "到"]
            assert way["到"].startswith("#") or text[offset : offset + length] == way["到"]
            if "条件" in way:
                offset, length = places["步骤", n, "下一步", k, "条件"]
                assert text[offset : offset + length] == way["条件"]


def ways(text: str) -> dict[str, list[tuple[str, str]]]:
    """Name of each step -> where it leads, and by which answer."""
    made = chart(text)
    assert list(flowchart.flaws(made)) == []
    found: dict[str, list[tuple[str, str]]] = {step.name: [] for step in made.steps}
    for way in follow(made).ways:
        found[made.steps[way.source].name].append((way.answer, made.steps[way.target].name))
    return found


def test_the_text_says_what_it_seems_to_say() -> None:
    assert ways(TEXTS["个案服务"]) == {
        "开始": [("", "受理（预估）")],
        "受理（预估）": [("", "是否接案？")],
        "是否接案？": [("否", "不接案存档"), ("须转介", "转介"), ("是", "接案")],
        "不接案存档": [("", "结束")],
        "转介": [("", "回访")],
        "接案": [("", "计划")],
        "计划": [("", "介入")],
        "介入": [("", "评估")],
        "评估": [("", "目标是否达成？")],
        "目标是否达成？": [("否", "计划"), ("是", "结案")],
        "结案": [("", "回访")],
        "回访": [("", "结束")],
        "结束": [],
    }


SAME = """开始：居民求助
登记
是否受理？ 站长定
  否 → 结束
  是 → 办理
办理：5个工作日内
结束"""


@pytest.mark.parametrize(
    "text",
    [
        "1. 开始：居民求助\n2、登记\n（3）是否受理？站长定\n\t否 -> 结束\n\t是 => 办理\n④ 办理: 5个工作日内\n五、结束",
        "- 开始: 居民求助\n- 登记；\n- 是否受理? 站长定\n  * 否：→结束\n  * 是 ➝ 5\n5. 办理：5个工作日内\n- 结束",
        "第一步：开始：居民求助\n第二步：登记\n\n是否受理？：站长定\n　　否——>“结束”\n　　是→第四步\n"
        "第四步：办理：5个工作日内\n结束",
        SAME.replace("\n", "\r\n"),
        SAME.replace("→ 办理", "→ 转到办理。"),
        "# 说明\n" + SAME,
        "\n".join("    " + line for line in SAME.split("\n")),
    ],
)
def test_marks_numbers_and_indents_may_be_written_in_many_ways(text: str) -> None:
    found = {
        outline.plain(name): [(answer, outline.plain(goal)) for answer, goal in leads]
        for name, leads in ways(text).items()
    }
    assert found == {
        outline.plain(name): [(answer, outline.plain(goal)) for answer, goal in leads]
        for name, leads in ways(SAME).items()
    }
    notes = {outline.plain(step.name): step.note for step in chart(text).steps}
    assert notes == {outline.plain(step.name): step.note for step in chart(SAME).steps}


def test_yaml_without_ways_is_a_row_and_short_forms_are_read() -> None:
    row = Flowchart.model_validate({"步骤": [{"名称": "甲"}, {"名称": "乙"}, {"名称": "丙"}]})
    assert [(w.source, w.target) for w in follow(row).ways] == [(0, 1), (1, 2)]
    short = Flowchart.model_validate(
        {"步骤": [{"代号": 1, "名称": "甲", "下一步": 3}, {"代号": 3, "名称": "乙", "下一步": []}]}
    )
    assert [(w.source, w.target) for w in follow(short).ways] == [(0, 1)]
    assert list(flowchart.flaws(short)) == []


@pytest.mark.parametrize("name", ["个案服务", "泳道往返", "末尾文书"])
def test_what_was_read_can_be_kept_as_json(name: str) -> None:
    made = chart(TEXTS[name])
    kept = made.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    assert Flowchart.model_validate(kept) == made


def test_lanes_said_of_some_steps_only_stand_in_their_boxes() -> None:
    made = chart(TEXTS["个案服务"])
    sheet = flowchart.draw(made, ROOMS[0]).sheets[0].svg
    assert any(word.words.startswith("社工：登记来意") for word in words(sheet))
    assert layouts(made)[0].layout.walls == ()


def test_the_words_tell_every_way() -> None:
    said = flowchart.draw(chart(TEXTS["个案服务"]), ROOMS[0]).words
    assert said.startswith("流程图。1. 开始（本人求助、巡访发现、部门转介）→2。2. 受理（预估）（社工；")
    assert "3. 判断：是否接案？（站长；站长审批）否→4；须转介→5；是→6。" in said
    assert "10. 判断：目标是否达成？否→回到7；是→11。" in said


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(alphabet="甲乙丙？：→@是否\n\n\n  \t1.-（）同时结束", max_size=60))
def test_any_text_is_read_and_its_faults_stand_in_it(text: str) -> None:
    values, places, slips = outline.read(text)
    for offset, length in [*places.values(), *((slip[0], slip[1]) for slip in slips)]:
        assert 0 <= offset <= len(text)
        assert offset + length <= len(text) + 1
    if values["步骤"] and not slips:
        list(flowchart.flaws(Flowchart.model_validate(values)))


def test_a_fence_in_a_text_is_drawn_and_its_faults_stand_at_their_words() -> None:
    blocks, told = render(f"```流程图\n{TEXTS['个案服务']}```\n")
    assert told == []
    assert "data-figure" in blocks[0]
    _, told = render("前文。\n\n```流程图\n受理\n是否接案？\n  是：建档 → 结案存档\n  否 → 结束\n```\n")
    assert [(code, span.line, span.column, span.length) for code, span in told] == [("flowchart.unknown", 12, 10, 4)]
    _, told = render("```流程图\n步骤:\n  - {名称: 甲, 下一步: 乙}\n  - {名称: 丙, 类别: 结束}\n```\n")
    assert ("flowchart.unknown", 9) in [(code, span.line) for code, span in told]


@pytest.mark.parametrize("name", ["汇合又有别路", "汇合又回头"])
def test_work_that_was_parted_is_joined_before_another_way_comes_in(name: str) -> None:
    made = chart(TEXTS[name])
    for art in layouts(made):
        split, join = sorted(art.layout.bars, key=lambda bar: bar[2])
        (meeting,) = {way.target for way in art.ways if art.boxes[way.target].kind == "汇合"}
        ends = [line[-1] for way, line in zip(art.ways, art.layout.lines, strict=True) if way.target == meeting]
        assert len(ends) > 1
        assert split[2] < join[2] < min(y for _, y in ends)
    said = flowchart.draw(made, ROOMS[0]).words
    assert "。同时：→4；→5" in said
    assert "，都办完→" in said


def test_numbers_are_left_out_wherever_a_step_is_written() -> None:
    found = ways("1. 发布\n2. 面谈？\n  合适：3. 培训\n  不合适：致谢 → 结束\n4. 试岗？\n  行：授牌\n  不行 → 3. 培训")
    assert found["面谈？"] == [("合适", "培训"), ("不合适", "致谢")]
    assert found["试岗？"] == [("行", "授牌"), ("不行", "培训")]
    assert ways("应急？\n  是：一、二级响应\n  否：24小时值守")["应急？"] == [
        ("是", "一、二级响应"),
        ("否", "24小时值守"),
    ]


@pytest.mark.parametrize("arrow", ["＞", ">", "=>", "⇒", "–>", "》", "→", "—＞"])
def test_arrows_are_written_in_many_ways(arrow: str) -> None:
    assert ways(f"甲 {arrow} 乙 {arrow} 丙") == {"甲": [("", "乙")], "乙": [("", "丙")], "丙": []}


def test_what_only_looks_like_an_arrow_is_none() -> None:
    assert list(ways("年龄>60岁的\n《 同意书 》 签字")) == ["年龄>60岁的", "《 同意书 》 签字"]


@pytest.mark.parametrize(
    "first", ["泳道: 社工,站长", "泳道: 社工、站长", "泳道：社工，站长", "泳道：社工/站长", "泳道: 社工 站长"]
)
def test_lanes_are_listed_in_many_ways(first: str) -> None:
    blocks, told = render(f"```流程图\n{first}\n受理 @社工\n审批 @站长\n```\n")
    assert told == []
    assert "data-figure" in blocks[0]
    assert chart(f"{first}\n受理 @社工\n审批 @站长").lanes == ("社工", "站长")


def test_a_lane_written_wrong_is_told_once_with_what_may_be_meant() -> None:
    (flaw,) = flowchart.flaws(chart("泳道：社工、站长\n受理 @社工\n审批 @站张"))
    assert flaw.code == "flowchart.lane_unknown"
    assert str(flaw.hint) == "是不是“站长”？"
    (flaw,) = flowchart.flaws(chart("泳道：社工、站长\n受理 @社工\n审批：（站长）\n结案 @社工"))
    assert flaw.code == "flowchart.lane_missing"
    assert "@站长" in str(flaw.hint)
    assert len(list(flowchart.flaws(chart("泳道：社工、站长\n受理\n审批\n结案")))) == 1


def test_a_question_and_a_step_may_have_one_name() -> None:
    found = ways("受理\n接案？\n  否 → 结束\n  是：接案\n满意？\n  否 → 接案\n  是 → 结束")
    assert found["接案？"] == [("否", "结束"), ("是", "接案")]
    assert found["满意？"] == [("否", "接案"), ("是", "结束")]
