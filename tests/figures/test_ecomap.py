from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from generator.figures import DIAGRAMS, ecomap
from generator.messages import translate
from generator.vector import Drawing, Room, encircled
from tests.figures.seen import collisions, size, well_formed, words

ROOMS = [Room(79, 165, 235), Room(141, 141, 247), Room(156, 156, 225), Room(126, 126, 190)]
KINDS = ["强", "一般", "弱", "紧张", "强而紧张", "中断"]
FLOWS = ["输入", "输出", "双向", "无"]
NAMES = [
    "社区居委会", "学校", "卫生服务中心", "亲属", "邻居", "教育部门与学校", "民政保障", "街道社工站", "派出所",
    "残疾人联合会", "老年大学合唱团", "单位", "妇联", "区慈善总会",
]  # fmt: skip
NOTES = [
    "每月上门一次",
    "送菜、临时照看",
    "定期随访，取药要自己去",
    "地面返潮、线路老化，多次申请没有回音，很焦急",
]
FAMILY = [
    {"称呼": "奶奶", "性别": "女", "服务对象": True}, {"称呼": "父亲", "性别": "男"}, "表弟",
    {"称呼": "孙女", "性别": "女"}, "表姐", "二叔", "堂兄", {"称呼": "外祖母亲", "性别": "女", "服务对象": True},
]  # fmt: skip


def made(count: int, *, noted: int = 1, shift: int = 0, family: int = 0, centre: str = "林家") -> ecomap.Ecomap:
    """An ecomap of so many systems of all kinds; every so manyth has a note."""
    systems = [
        {"系统": NAMES[n], "关系": KINDS[(n + shift) % 6], "能量": FLOWS[(n // 2 + shift) % 4]}
        | ({"说明": NOTES[(n + shift) % 4]} if noted and n % noted == 0 else {})
        for n in range(count)
    ]
    return ecomap.Ecomap.model_validate({"中心": centre, "家庭成员": FAMILY[:family], "系统": systems})


def crowded() -> ecomap.Ecomap:
    """As much of everything as may be."""
    systems = [
        {"系统": f"民政残联与住房保障局{end}", "关系": KINDS[n % 6], "能量": "双向", "说明": "线路老化地面返潮" * 3}
        for n, end in enumerate("甲乙丙丁戊己庚辛壬癸子丑寅卯")
    ]
    members = [{"称呼": f"外孙女{n}", "性别": "女", "服务对象": True} for n in "甲乙丙丁戊己庚辛"]
    return ecomap.Ecomap.model_validate({"中心": "两三代同住的联合大家庭", "家庭成员": members, "系统": systems})


ODD = [
    *(made(n) for n in range(1, 15)),
    *(made(n, noted=0, shift=n) for n in range(1, 15)),
    *(made(n, noted=3, shift=2, family=n % 9, centre="秦奶奶家") for n in range(2, 15)),
    made(2, family=8, centre="外祖母与孙辈同住的一家"),
    crowded(),
]


def flawless(drawing: Drawing, room: Room) -> None:
    (sheet,) = drawing.sheets
    assert collisions(sheet.svg) == []
    well_formed(sheet.svg)
    assert size(sheet.svg).right <= room.page + 0.01
    assert size(sheet.svg).bottom <= room.height + 0.01


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_lies_on_anything(room: Room) -> None:
    for data in ODD:
        assert list(ecomap.flaws(data)) == []
        drawing = ecomap.draw(data, room)
        flawless(drawing, room)
        assert drawing == ecomap.draw(data, room)


def test_a_few_systems_stand_in_a_column() -> None:
    for count in range(2, 7):
        drawing = ecomap.draw(made(count, noted=0), ROOMS[0])
        assert drawing.sheets[0].width <= 79
    assert ecomap.draw(made(14), ROOMS[0]).sheets[0].width > 79


def test_all_that_is_said_is_seen_and_told() -> None:
    data = made(14, family=4)
    drawing = ecomap.draw(data, ROOMS[2])
    seen = "".join(word.words for word in words(drawing.sheets[0].svg))
    rows = drawing.table[1:]
    for system, row in zip(data.systems, rows, strict=True):
        assert all(line in seen for line in re.split("(?<=[，、])", system.note or ""))
        assert f"{system.name}：关系{system.line}" in drawing.words
        assert (system.note or "") in drawing.words
        assert row == (system.name, system.line, system.arrow, system.note or "")
    assert drawing.table[0] == ("系统", "关系", "能量流向", "说明")
    assert drawing.words.startswith(
        "生态图：林家在中间，家庭成员有奶奶（女，服务对象）、父亲（男）、表弟、孙女（女）；周围的系统如下。"
    )
    assert "能量流入家庭" in drawing.words
    assert {"林家", "奶奶", "表弟"} <= {word.words for word in words(drawing.sheets[0].svg)}


def test_words_stay_whole_in_a_circle() -> None:
    drawing = ecomap.draw(made(8, noted=0), ROOMS[2])
    seen = {word.words for word in words(drawing.sheets[0].svg)}
    assert {"社区", "居委会", "卫生", "服务中心", "街道", "社工站"} <= seen


def test_the_key_has_what_is_used_and_no_more() -> None:
    def keyed(**system: str) -> set[str]:
        data = ecomap.Ecomap.model_validate({"中心": "林家", "系统": [{"系统": "学校", **system}]})
        return {word.words for word in words(ecomap.draw(data, ROOMS[2]).sheets[0].svg)} - {"学校", "林家"}

    for kind in KINDS:
        assert keyed(关系=kind) == {f"关系{kind}"}
    assert keyed(关系="弱", 能量="输入") == {"关系弱", "能量流向"}
    people = {word.words for word in words(ecomap.draw(made(1, family=2), ROOMS[2]).sheets[0].svg)}
    assert {"男", "女", "服务对象"} <= people
    assert "服务对象" not in {word.words for word in words(ecomap.draw(made(1), ROOMS[2]).sheets[0].svg)}


def strokes(**system: str) -> set[tuple[str, ...]]:
    """How the lines of a tie look, but for their colour."""
    data = ecomap.Ecomap.model_validate({"中心": "林家", "系统": [{"系统": "学校", "关系": "弱"} | system]})
    svg = ecomap.draw(data, ROOMS[2]).sheets[0].svg
    return {
        (str(d.count("L")), dash, line, fill)
        for d, fill, dash, line in (
            (
                part,
                str('fill="none"' not in part),
                str("dasharray" in part),
                "".join(re.findall(r'stroke-width="([0-9.]+)"', part)),
            )
            for part in re.findall(r"<path [^>]*>", svg)
        )
    }


def test_kinds_of_ties_are_told_apart_without_colour() -> None:
    looks = [frozenset(strokes(关系=kind)) for kind in KINDS]
    assert len(set(looks)) == len(KINDS)


def test_energy_points_where_it_flows() -> None:
    def heads(flow: str) -> list[float]:
        data = ecomap.Ecomap.model_validate({"中心": "林家", "系统": [{"系统": "学校", "关系": "紧张", "能量": flow}]})
        svg = ecomap.draw(data, ROOMS[2]).sheets[0].svg
        tips = [float(y) for y in re.findall(r'd="M[0-9.]+ ([0-9.]+)L[^Z]*Z" fill="#', svg)]
        system, household = (float(y) for y in re.findall(r'<circle cx="[0-9.]+" cy="([0-9.]+)"', svg))
        return [(y - system) / (household - system) for y in tips[:-1]]  # the last one is the key's

    (inwards,), (outwards,) = heads("输入"), heads("输出")
    assert inwards > 0.5 > outwards
    assert len(heads("双向")) == 2
    assert min(heads("双向")) < 0.5 < max(heads("双向"))
    assert heads("无") == []


FAULTS: list[tuple[dict[str, Any], str, tuple[str | int, ...]]] = [
    ({"系统": []}, "ecomap.empty", ("系统",)),
    ({"中心": " "}, "ecomap.blank", ("中心",)),
    ({"系统": [{"系统": "　", "关系": "弱"}]}, "ecomap.blank", ("系统", 0, "系统")),
    ({"系统": [{"系统": "学校", "关系": "弱", "说明": " "}]}, "ecomap.blank", ("系统", 0, "说明")),
    ({"家庭成员": [" "]}, "ecomap.blank", ("家庭成员", 0, "称呼")),
    ({"系统": [{"系统": "学校", "关系": "弱"}, {"系统": "学校 ", "关系": "强"}]}, "ecomap.twice", ("系统", 1, "系统")),
    ({"家庭成员": ["母亲", "母亲"]}, "ecomap.twice", ("家庭成员", 1, "称呼")),
    ({"系统": [{"系统": f"单位{n}", "关系": "弱"} for n in range(15)]}, "ecomap.too_many", ("系统",)),
    ({"家庭成员": [f"孩子{n}" for n in range(9)]}, "ecomap.too_many", ("家庭成员",)),
    ({"中心": "某" * 13}, "ecomap.too_long", ("中心",)),
    ({"家庭成员": ["某" * 5]}, "ecomap.too_long", ("家庭成员", 0, "称呼")),
    ({"系统": [{"系统": "某" * 13, "关系": "弱"}]}, "ecomap.too_long", ("系统", 0, "系统")),
    ({"系统": [{"系统": "学校", "关系": "弱", "说明": "某" * 25}]}, "ecomap.too_long", ("系统", 0, "说明")),
]


@pytest.mark.parametrize(("change", "code", "path"), FAULTS)
def test_what_can_not_be_drawn_is_told(change: dict[str, Any], code: str, path: tuple[str | int, ...]) -> None:
    data = {"中心": "林家", "系统": [{"系统": "学校", "关系": "弱"}]} | change
    (flaw,) = ecomap.flaws(ecomap.Ecomap.model_validate(data))
    assert (flaw.code, flaw.path) == (code, path)
    for language in ("zh", "en"):
        assert translate(flaw.message, language)
        assert translate(flaw.hint, language)
    assert flaw.message.english
    assert flaw.hint.english


def test_all_faults_at_once() -> None:
    data = {"中心": " ", "系统": [{"系统": "某" * 13, "关系": "弱"}] * 2}
    assert [f.code for f in ecomap.flaws(ecomap.Ecomap.model_validate(data))] == [
        "ecomap.blank", "ecomap.too_long", "ecomap.too_long", "ecomap.twice",
    ]  # fmt: skip


def test_a_centre_is_asked_for() -> None:
    with pytest.raises(ValidationError):
        ecomap.Ecomap.model_validate({"系统": [{"系统": "学校", "关系": "弱"}]})
    assert DIAGRAMS["生态图"].model is ecomap.Ecomap


#: Han, Latin words, figures, marks: also where they make no sense.
WRITTEN = st.text("社区居委会学校医院邻里与亲属、，（）“”abcWi123.%-/ 　\n", min_size=1, max_size=16)


MEMBERS = st.fixed_dictionaries(
    {
        "称呼": WRITTEN.map(lambda words: words[:4]),
        "性别": st.sampled_from(["男", "女", "不详"]),
        "服务对象": st.booleans(),
    }
)
SYSTEMS = st.fixed_dictionaries(
    {"系统": WRITTEN, "关系": st.sampled_from(KINDS), "能量": st.sampled_from(FLOWS)},
    optional={"说明": st.tuples(WRITTEN, WRITTEN).map("".join)},
)


@given(WRITTEN, st.lists(MEMBERS, max_size=9), st.lists(SYSTEMS, max_size=15), st.sampled_from(ROOMS))
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_is_drawn_or_refused(centre: str, members: Any, systems: Any, room: Room) -> None:
    data = ecomap.Ecomap.model_validate({"中心": centre, "家庭成员": members, "系统": systems})
    if not list(ecomap.flaws(data)):
        flawless(ecomap.draw(data, room), room)


def test_names_break_between_usual_words() -> None:
    assert encircled("区残疾人联合会康复科室")[0] == ["区残疾人", "联合会", "康复科室"]
    assert encircled("县人民医院精神科")[0] == ["县人民", "医院", "精神科"]
