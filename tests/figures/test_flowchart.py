"""Flowcharts: read from text, laid out without a line through a box, cut at page ends, every flaw told at its place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import outline
from generator.figures import flowchart
from generator.layers import Layout
from generator.vector import Drawing, Room
from tests.figures.seen import collisions, size, well_formed, words

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


def chart(text: str) -> flowchart.Flowchart:
    values, _, slips = outline.read(text)
    assert slips == []
    return flowchart.Flowchart.model_validate(values)


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


def crossings(layout: Layout, ways: tuple[flowchart._Way, ...]) -> int:
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
    for art in flowchart._layouts(chart(TEXTS[name])):
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
        art = flowchart._layouts(chart(text))[3]
        if count := crossings(art.layout, art.ways):
            found[name] = count
    assert sum(found.values()) <= 6, found


def test_two_runs_draw_the_same() -> None:
    text = TEXTS["大杂烩"]
    first = flowchart.draw(chart(text), ROOMS[0])
    flowchart._layouts.cache_clear()
    assert flowchart.draw(chart(text), ROOMS[0]) == first


def test_the_main_way_runs_straight_down() -> None:
    made = chart(TEXTS["个案服务"])
    art = flowchart._layouts(made)[0]
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
    art = flowchart._layouts(made)[0]
    edges = (0.0, *art.layout.walls, art.layout.width)
    for step, (x, _) in zip(made.steps, art.layout.boxes, strict=True):
        lane = made.lanes.index(step.lane or "")
        assert edges[lane] < x < edges[lane + 1]


# -- any chart -------------------------------------------------------------------------------------------

NAMES = st.text(alphabet="登记预估计划服务评估转介督导（）3A，", min_size=1, max_size=14).filter(outline.plain)


@st.composite
def charts(draw: st.DrawFn) -> flowchart.Flowchart:
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
    return flowchart.Flowchart.model_validate({"步骤": steps, "泳道": used})


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(charts(), st.sampled_from(ROOMS))
def test_any_chart_is_drawn_well_or_refused(made: flowchart.Flowchart, room: Room) -> None:
    art = flowchart._layouts(made)[3]
    assert through_boxes(art) == []
    assert shared(art) == []
    if list(flowchart.flaws(made)):
        return
    drawing = flowchart.draw(made, room)
    for sheet in drawing.sheets:
        assert collisions(sheet.svg) == []
        assert size(sheet.svg).right <= room.page + 0.01
        assert size(sheet.svg).bottom <= room.height + 0.01
