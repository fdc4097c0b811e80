"""Organisation trees: any tree is drawn without collisions, or what is wrong with it is said where it stands."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from generator.figures import DIAGRAMS, orgtree
from generator.figures.orgtree.written import walk
from generator.vector import TINT, Room, Sheet
from tests.figures.seen import collisions, size, well_formed, words

ROOMS = (Room(79, 165, 235), Room(141, 141, 247), Room(156, 156, 225))
STREETS = "荷花池 茶店子 驷马桥 沙河源 抚琴 西安路 人民北路 九里堤 五块石 营门口 黄忠 金泉 天回镇".split()
HOMES = "红花 曙光 花照壁 中心 长庆 肖家村 福星".split()

TREES = {
    "three levels": "区社会工作总站：定标准、带队伍 \n  街道社工站 ×13\n    社区社工室：早发现 ×90\n",
    "sides": "总站\n  旁：养老机构站 ×4\n  旁：学校站 ×2\n  旁：专家督导组：高校\n  镇街站 ×9\n    村社区室 ×23\n",
    "sides only": "总站\n  旁：养老机构站\n  旁：学校站\n",
    "provinces": "省指导中心\n  甲市中心：一市州一中心\n    一县总站\n      乡镇站 ×18\n        村社区室 120余个\n"
    "    二县总站\n      乡镇站 ×19\n  乙州中心\n    三县总站：1+8+N\n      旁：专家督导团\n      乡镇站 ×8\n"
    "        村社区室 ×N\n    四县总站\n      乡镇站\n",
    "many stations": "总站\n" + "".join(f"  {s}街道社工站\n" for s in STREETS),
    "13 and 90": "总站：统筹全区\n  旁：督导组\n  旁：评估组\n"
    + "".join(
        f"  {s}街道社工站\n" + "".join(f"    {h}社区社工室\n" for h in HOMES[: 7 if s != "天回镇" else 6])
        for s in STREETS
    ),
    "ragged": "总站\n  甲\n  乙站\n    一室\n    二室\n      小组\n    三室\n  丙\n  丁站\n    四室\n",
    "deep": "自治区\n  市\n    县\n      乡镇\n        村社区\n          互助点\n",
    "long": "某某某自治州社会工作和志愿服务指导中心总站\n  某某县社会工作服务总站（示范站点建设单位）："
    + "负责全县业务指导" * 5
    + "\n  另一个县总站\n    旁：顾问：" + "医院精神科" * 8 + "\n    a long name in Latin\n",
    "30 rooms": "总站\n" + "".join(f"  第{n}社区社工室\n" for n in range(1, 31)),
    "every room a note": "站\n" + "".join(f"  {h}组：{h}社区 ×{n + 2}\n" for n, h in enumerate(HOMES)),
    "uneven": "总站\n  旁：顾问\n  指导中心：统筹\n"
    + "".join(f"    {s}站 ×3\n      旁：督导\n      旁：评估\n      一室\n      二室\n        点\n" for s in HOMES),
    "a line": "省\n  市\n    旁：督导\n    县 ×3\n",
    "side under side": "总站\n" + "".join(
        f"  {s}站\n    旁：顾问\n    旁：督导\n    {s}一室\n      旁：志愿者 86人\n    {s}二室\n" for s in STREETS[:6]
    ),
}  # fmt: skip


def read(text: str) -> orgtree.Orgtree:
    values, _, wrong = orgtree.read(text)
    assert wrong == []
    return orgtree.Orgtree.model_validate(values)


def lines_through_boxes(svg: str) -> list[str]:
    """Stretches of line that come into a box (a pile's sheets lie on each other, so boxes alone are not compared)."""
    root = etree.fromstring(svg.encode())
    number = lambda e, name: float(e.get(name, "0"))  # noqa: E731
    boxes = [
        tuple(number(e, k) for k in ("x", "y", "width", "height"))
        for e in root.iter("{*}rect")
        if e.get("fill") != TINT
    ]
    found = []
    for path in root.iter("{*}path"):
        points = [tuple(map(float, p.split())) for p in re.split("[ML]", path.get("d", ""))[1:]]
        for (ax, ay), (bx, by) in itertools.pairwise(points):
            for x, y, w, h in boxes:
                if (
                    max(ax, bx) > x + 1.0 and min(ax, bx) < x + w - 1.0
                    and max(ay, by) > y + 1.0 and min(ay, by) < y + h - 1.0
                ):  # fmt: skip
                    found.append(f"{(ax, ay, bx, by)} in {(x, y, w, h)}")
    return found


def judged(sheet: Sheet, room: Room) -> None:
    assert collisions(sheet.svg) == []
    well_formed(sheet.svg)
    assert lines_through_boxes(sheet.svg) == []
    assert sheet.width <= room.page
    assert sheet.height <= room.height
    assert size(sheet.svg).right == pytest.approx(sheet.width, abs=0.01)


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("name", TREES)
def test_trees_are_drawn(name: str, room: Room) -> None:
    data = read(TREES[name])
    assert list(orgtree.flaws(data)) == []
    drawing = orgtree.draw(data, room)
    assert drawing == orgtree.draw(data, room)
    (sheet,) = drawing.sheets
    judged(sheet, room)
    seen = "".join(word.words for word in words(sheet.svg)).replace(" ", "")
    for _, unit, _ in walk(data):
        assert unit.name in drawing.words
        for said in (unit.name, unit.note or "", unit.count or ""):
            assert said.replace(" ", "") in seen, said


def test_few_units_stay_in_a_column() -> None:
    (sheet,) = orgtree.draw(read(TREES["three levels"]), ROOMS[0]).sheets
    assert sheet.width <= 79


def test_words_say_what_is_below_and_beside() -> None:
    said = orgtree.draw(read("总站：统筹\n  旁：督导组\n  街道站 ×13\n    社区室 90个\n"), ROOMS[1]).words
    assert said == "组织图：总站（统筹）下设街道站（×13）；旁设督导组。街道站下设社区室（90个）。"


def test_yaml_may_have_lines_for_units() -> None:
    data = orgtree.Orgtree.model_validate(
        {"名称": "总站", "下级": ["东站：示范 ×2", {"名称": "西站"}], "旁设": ["督导"]}
    )
    assert [(u.name, u.note, u.count) for u in data.below] == [("东站", "示范", "2"), ("西站", None, None)]
    assert data.beside[0].name == "督导"


# -- the text form ---------------------------------------------------------------------------------------


def test_the_text_form_and_its_places() -> None:
    text = "# 注\n总站：统筹\n\n  旁：督导组 ×3\n  街道站 ×13：受理\n\t社区室：陪伴 ×90\n"
    values, places, wrong = orgtree.read(text)
    assert wrong == []
    assert values == {
        "名称": "总站",
        "说明": "统筹",
        "旁设": [{"名称": "督导组", "数量": "3"}],
        "下级": [
            {"名称": "街道站", "数量": "13", "说明": "受理", "下级": [{"名称": "社区室", "说明": "陪伴", "数量": "90"}]}
        ],
    }
    for path, (offset, length) in places.items():
        value: Any = values
        for step in path:
            value = value[step]
        if isinstance(value, str):
            assert text[offset : offset + length] == value
    assert {p for p in places if p and isinstance(p[-1], str)} == {
        ("名称",), ("说明",), ("旁设", 0, "名称"), ("旁设", 0, "数量"), ("下级", 0, "名称"), ("下级", 0, "数量"),
        ("下级", 0, "说明"), *((("下级", 0, "下级", 0, key)) for key in ("名称", "说明", "数量")),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("总站\n  东站\n西站\n", [("orgtree.two_tops", "西站")]),
        ("总站\n    东站\n  西站\n", [("orgtree.indent", "西站")]),
        ("总站\n  旁：督导\n    专家\n", [("orgtree.below_side", "专家")]),
        ("总站\n  ：说明\n", [("orgtree.nameless", "：说明")]),
        ("旁：督导\n  甲\n", [("orgtree.side_of_none", "旁：督导")]),
        ("总站\n  东站\n西站\n  ×3\n", [("orgtree.two_tops", "西站"), ("orgtree.nameless", "×3")]),
    ],
)
def test_faults_of_lines_have_their_places(text: str, told: list[tuple[str, str]]) -> None:
    _, _, wrong = orgtree.read(text)
    assert [(code, text[offset : offset + length]) for offset, length, code, _, _ in wrong] == told


@given(st.text("甲乙站：:×x*旁 \t　\n\r13N#（）", max_size=60))
def test_any_text_is_read(text: str) -> None:
    values, places, wrong = orgtree.read(text)
    for offset, length in [*places.values(), *((o, n) for o, n, *_ in wrong)]:
        assert length > 0
        assert offset + length <= len(text)
    if values and not wrong:
        orgtree.Orgtree.model_validate(values)


# -- flaws -----------------------------------------------------------------------------------------------


def nested(levels: int) -> dict[str, Any]:
    return {"名称": f"第{levels}", "下级": [nested(levels - 1)] if levels > 1 else []}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"名称": "总站"}, [("orgtree.alone", ("名称",))]),
        ({"名称": "总站", "下级": [{"名称": "甲"}, {"名称": "甲"}]}, [("orgtree.same_name", ("下级", 1, "名称"))]),
        (
            {"名称": "总站", "下级": [{"名称": "甲"}], "旁设": [{"名称": "甲"}]},
            [("orgtree.same_name", ("下级", 0, "名称"))],
        ),
        ({"名称": "总站", "下级": [{"名称": "甲" * 25}]}, [("orgtree.too_long", ("下级", 0, "名称"))]),
        ({"名称": "总站", "旁设": [{"名称": "甲", "说明": "说" * 41}]}, [("orgtree.too_long", ("旁设", 0, "说明"))]),
        ({"名称": "总站", "下级": [{"名称": "甲", "数量": "-3"}]}, [("orgtree.count", ("下级", 0, "数量"))]),
        ({"名称": "总站", "下级": [{"名称": "甲", "数量": 0}]}, [("orgtree.count", ("下级", 0, "数量"))]),
        ({"名称": "总站", "下级": [{"名称": "甲", "数量": "很多"}]}, [("orgtree.count", ("下级", 0, "数量"))]),
        ({"名称": " ", "下级": [{"名称": "甲"}]}, [("orgtree.blank", ("名称",))]),
        (nested(7), [("orgtree.too_deep", ("下级", 0) * 6 + ("名称",))]),
        (
            {"名称": "总站", "旁设": [{"名称": f"甲{n}"} for n in range(7)]},
            [("orgtree.too_many_beside", ("旁设", 6))],
        ),
        ({"名称": "总站", "下级": [{"名称": f"甲{n}"} for n in range(130)]}, [("orgtree.too_many", ())]),
        (
            {
                "名称": "总站",
                "下级": [
                    {"名称": f"甲{n}" + "很长的名字" * 4, "下级": [{"名称": "乙", "说明": "说明" * 20}]}
                    for n in range(50)
                ],
            },
            [("orgtree.too_large", ())],
        ),
    ],
)  # fmt: skip
def test_flaws_stand_where_they_are(values: dict[str, Any], told: list[tuple[str, tuple[str | int, ...]]]) -> None:
    found = list(orgtree.flaws(orgtree.Orgtree.model_validate(values)))
    assert [(flaw.code, flaw.path) for flaw in found] == told
    for flaw in found:
        assert flaw.message.english
        assert flaw.hint.english


@pytest.mark.parametrize("count", ["13", "1", "90个", "N", "1,000余个", "120余个", "约30家", "2.5万", "86人"])
def test_usual_counts_are_taken(count: str) -> None:
    data = orgtree.Orgtree.model_validate({"名称": "总站", "下级": [{"名称": "站", "数量": count}]})
    assert list(orgtree.flaws(data)) == []
    judged(orgtree.draw(data, ROOMS[0]).sheets[0], ROOMS[0])


NAMES = st.text("总站社工服务室街道乡镇组（）·A1b ", min_size=1, max_size=12)
POSTS = st.fixed_dictionaries(
    {"名称": NAMES},
    optional={
        "说明": st.text("统筹督导、，陪伴2", min_size=1, max_size=20),
        "数量": st.sampled_from(["3", "90个", "N"]),
    },
)


def units(below: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda post, under, beside: {**post, "下级": under, "旁设": beside},
        POSTS,
        st.lists(below, max_size=7, unique_by=lambda unit: unit["名称"]),
        st.lists(POSTS, max_size=2, unique_by=lambda post: post["名称"]),
    )


@settings(max_examples=40, deadline=None)
@given(st.recursive(POSTS, units, max_leaves=40), st.sampled_from(ROOMS))
def test_any_tree_is_drawn_or_has_a_flaw(values: dict[str, Any], room: Room) -> None:
    data = orgtree.Orgtree.model_validate(values)
    if not list(DIAGRAMS["组织图"].flaws(data)):
        judged(orgtree.draw(data, room).sheets[0], room)


def test_a_tree_without_end_is_told_once() -> None:
    _, _, slips = orgtree.read("\n".join(" " * n + f"第{n}级" for n in range(500)))
    assert [slip[2] for slip in slips] == ["orgtree.too_deep"]


def test_a_long_top_alone_is_told_once() -> None:
    values, _, _ = orgtree.read("总" * 30)
    assert [flaw.code for flaw in orgtree.flaws(orgtree.Orgtree.model_validate(values))] == ["orgtree.too_long"]
