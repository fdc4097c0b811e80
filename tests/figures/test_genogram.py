"""Genograms: families of every kind, as they are seen; what can't be true; words and table."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from generator.figures import DIAGRAMS
from generator.figures.genogram import Genogram, ties_of
from generator.figures.genogram.faults import years
from generator.vector import ACCENT, INK, KEY, QUIET, WARM, WHITE, Drawing, Room
from tests.figures.seen import Box, Point, Word, collisions, size, well_formed, words
from tests.figures.seen import _lines as outlines

KIND = DIAGRAMS["家系图"]
ROOMS = (Room(79, 165, 235), Room(141, 141, 247), Room(156, 156, 225))


def _plain(value: Any) -> Any:
    """YAML as the loader hands it on: 是 is true."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return True if value == "是" else value


FAMILIES: dict[str, Any] = _plain(yaml.safe_load((Path(__file__).parent / "genograms.yaml").read_text("utf-8")))
#: How relations are drawn.
STROKES = ((KEY, "0.32"), (KEY, "0.4"), (ACCENT, "0.4"), (ACCENT, "0.3"), (QUIET, "0.4"))
#: Lines that must cross: three unions with children each; two children who have both their parents in common; a couple
#: whose younger brothers and sisters, married too, stand between them.
CROSSINGS = {"三次婚姻": 1, "寄养": 1, "姻亲的姻亲": 2}


def family(data: Any) -> Genogram:
    return Genogram.model_validate(data)


def shown(text: str) -> Genogram:
    return family(_plain(yaml.safe_load(text)))


def codes(text: str) -> list[tuple[str, tuple[str | int, ...]]]:
    return [(f.code, f.path) for f in KIND.flaws(shown(text))]


# -- what is seen --------------------------------------------------------------------------------------------


def _paths(svg: str) -> list[etree._Element]:
    return [e for e in etree.fromstring(svg.encode()).iter() if etree.QName(e).localname in ("path", "rect", "circle")]


def _length(points: list[Point]) -> float:
    return sum(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in itertools.pairwise(points))


def kin(svg: str) -> list[list[Point]]:
    """The lines of kinship: the strokes of a separation are shorter."""
    pens = ((INK, "0.35"), (QUIET, "0.3"))
    found = [outlines(e)[0] for e in _paths(svg) if (e.get("stroke"), e.get("stroke-width")) in pens]
    return [points for points in found if _length(points) > 3.8 or (len(points) == 2 and points[0][0] == points[1][0])]


def _side(p: Point, q: Point, r: Point) -> float:
    return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    ends = min(_near(a, c, d), _near(b, c, d), _near(c, a, b), _near(d, a, b))  # one that ends on another is no cross
    return ends > 0.1 and _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def crossings(svg: str) -> int:
    """How often a line of kinship crosses another."""
    return sum(
        any(_cross(*s, *t) for s in itertools.pairwise(one) for t in itertools.pairwise(other))
        for one, other in itertools.combinations(kin(svg), 2)
    )


def relations(svg: str) -> list[list[Point]]:
    """The ways of emotional relations: of zigzags the line about which they run."""
    found = []
    for e in _paths(svg):
        if e.get("fill") != "none" or (e.get("stroke"), e.get("stroke-width")) not in STROKES:
            continue
        for chain in outlines(e):
            if e.get("stroke") == ACCENT:
                chain = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in itertools.pairwise(chain)]
            found.append(chain)
    return found


def _sampled(chain: list[Point], step: float = 0.25) -> list[tuple[float, float, float]]:
    """Points along a line at even distances, each with its direction."""
    found = []
    for a, b in itertools.pairwise(chain):
        count = max(1, round(math.dist(a, b) / step))
        angle = math.atan2(b[1] - a[1], b[0] - a[0])
        found += [(a[0] + (b[0] - a[0]) * n / count, a[1] + (b[1] - a[1]) * n / count, angle) for n in range(count)]
    return found


def alongside(svg: str) -> list[float]:
    """How many millimetres relations run nearly parallel and closer than 0.7 mm to another line, if 2 or more."""
    bonds = [_sampled(chain) for chain in relations(svg)]
    others = [*bonds, *(_sampled(chain) for chain in kin(svg))]
    found = []
    for number, one in enumerate(bonds):
        for place, other in enumerate(others):
            if place <= number:
                continue
            near = sum(
                any(
                    abs(x - u) < 0.7 and math.hypot(x - u, y - v) < 0.7 and abs(math.sin(a - b)) < 0.34
                    for u, v, b in other
                )
                for x, y, a in one
            )
            if near * 0.25 >= 2:
                found.append(near * 0.25)
    return found


def symbols(svg: str) -> list[Box]:
    """The outer outlines of the people, those in the key among them."""
    boxes = []
    for e in _paths(svg):
        if e.get("fill") in (WHITE, "#eef4f1") and e.get("stroke"):
            points = outlines(e)[0]
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            boxes.append(Box(min(xs), min(ys), max(xs), max(ys)))
    return boxes


def trespasses(svg: str) -> list[str]:
    """Lines that run through somebody's symbol."""
    found = []
    for e in _paths(svg):
        if e.get("fill") != "none" or e.get("stroke-width") == "0.28":
            continue  # a cross of the dead stands in its symbol
        for chain in outlines(e):
            if etree.QName(e).localname != "path":
                continue
            for box in symbols(svg):
                middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
                reach = (box.right - box.left) * 0.36
                if _length(chain) > 3.2 and any(_near(middle, a, b) < reach for a, b in itertools.pairwise(chain)):
                    found.append(f"a line at {middle}")
    return found


def _near(p: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    t = min(1.0, max(0.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy or 1.0)))
    return ((p[0] - a[0] - t * dx) ** 2 + (p[1] - a[1] - t * dy) ** 2) ** 0.5


def _inside(p: Point, loop: list[Point]) -> bool:
    return (
        sum(
            (a[1] > p[1]) != (b[1] > p[1]) and p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0]
            for a, b in itertools.pairwise([*loop, loop[0]])
        )
        % 2
        == 1
    )


def _label(said: list[Word], name: str) -> Word:
    """The first line of somebody's name."""
    return max((w for w in said if w.words and name.startswith(w.words)), key=lambda w: len(w.words))


def around(svg: str) -> list[list[Point]]:
    """The outlines of the household."""
    return [chain for e in _paths(svg) if e.get("fill") == WARM and e.tag.endswith("path") for chain in outlines(e)]


def well(drawing: Drawing, room: Room) -> None:
    (sheet,) = drawing.sheets
    well_formed(sheet.svg)
    assert collisions(sheet.svg) == []
    assert trespasses(sheet.svg) == []
    assert sheet.width <= room.page + 1e-6
    assert sheet.height <= room.height
    box = size(sheet.svg)
    assert abs(box.right - sheet.width) + abs(box.bottom - sheet.height) < 0.02


@pytest.mark.parametrize("name", FAMILIES)
def test_families_are_drawn_well(name: str) -> None:
    data = family(FAMILIES[name])
    assert list(KIND.flaws(data)) == []
    for room in ROOMS:
        drawing = KIND.draw(data, room)
        well(drawing, room)
        assert crossings(drawing.sheets[0].svg) == CROSSINGS.get(name, 0)
        assert alongside(drawing.sheets[0].svg) == []
    assert drawing == KIND.draw(data, ROOMS[-1])


@pytest.mark.parametrize("name", [n for n, d in FAMILIES.items() if "同住" in d])
def test_the_household_goes_round_those_who_live_together_alone(name: str) -> None:
    data = family(FAMILIES[name])
    svg = KIND.draw(data, ROOMS[1]).sheets[0].svg
    loops = around(svg)
    said = words(svg)
    for person in data.people:
        box = _label(said, person.name).box
        middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        assert any(_inside(middle, loop) for loop in loops) == (person.id in data.household), person.name


@pytest.mark.parametrize("name", FAMILIES)
def test_all_is_said(name: str) -> None:
    """Words and table name everybody, every age, every relation; the picture prints every name."""
    data = family(FAMILIES[name])
    drawing = KIND.draw(data, ROOMS[1])
    printed = "".join(w.words for w in words(drawing.sheets[0].svg))
    rows = {row[0].partition("（")[0] for row in drawing.table[1:]}
    for person in data.people:
        assert person.name in drawing.words
        assert person.name.partition("（")[0] in rows
        assert all(character in printed for character in person.name)
        for more in (person.age, person.note):
            assert more is None or more in drawing.words
            assert more is None or all(character in printed for character in more)
    assert len(drawing.table) == len(data.people) + 1


@pytest.mark.parametrize("name", FAMILIES)
def test_partners_stand_in_one_row_and_children_below(name: str) -> None:
    data = family(FAMILIES[name])
    said = words(KIND.draw(data, ROOMS[1]).sheets[0].svg)
    y: dict[str, float] = {}
    for person in data.people:
        y[person.id] = _label(said, person.name).box.top
    for tie in data.ties:
        if tie.kind in ("婚姻", "同居", "离异", "分居", "复婚", "恋爱"):
            assert abs(y[tie.start] - y[tie.end]) < 0.5
    for person in data.people:
        for parent in (person.father, person.mother):
            assert parent is None or y[parent] < y[person.id] - 10


def test_key_names_only_what_was_used() -> None:
    svg = KIND.draw(family(FAMILIES["单身老人"]), ROOMS[1]).sheets[0].svg
    assert [w.words for w in words(svg)] == ["罗爷爷", "80多岁", "独居", "男", "服务对象"]


def test_small_families_fit_into_a_column() -> None:
    for name in ("单身老人", "离异后复婚", "同性伴侣", "父不详", "恋爱中的青少年", "隔代抚养"):
        assert KIND.draw(family(FAMILIES[name]), ROOMS[0]).sheets[0].width == 79


def test_siblings_stand_from_old_to_young() -> None:
    said = words(KIND.draw(family(FAMILIES["兄弟姐妹九人"]), ROOMS[1]).sheets[0].svg)
    row = ["大姐", "大哥", "二姐", "二哥", "伍婆婆", "三弟", "四妹", "五弟", "小妹"]
    places = [next(w.box.left for w in said if w.words == name) for name in row]
    assert places == sorted(places)


@pytest.mark.parametrize("name", FAMILIES)
def test_brothers_and_sisters_stand_as_they_were_written(name: str) -> None:
    data = family(FAMILIES[name])
    svg = KIND.draw(data, ROOMS[1]).sheets[0].svg
    said = words(svg)
    x: dict[str, float] = {}
    for person in data.people:
        box = _label(said, person.name).box
        x[person.id] = (box.left + box.right) / 2
    for one, other in itertools.pairwise(p for p in data.people if p.father and p.mother):
        if (one.father, one.mother) == (other.father, other.mother) and not one.born and one.name != other.name:
            assert x[one.id] < x[other.id]


_STEP = """
成员:
  - {代号: 继, 称呼: 继父, 性别: 男}
  - {代号: 前, 称呼: 前妻, 性别: 女, 年龄: 40多岁}
  - {代号: 母, 称呼: 母亲, 性别: 女, 服务对象: 是, 年龄: 40–49, 说明: 三班倒}
  - {代号: j1, 称呼: 老大, 性别: 男, 年龄: 高中, 父: 继, 母: 前}
  - {代号: j2, 称呼: 老二, 性别: 女, 年龄: 初中, 父: 继, 母: 前}
关系:
  - {从: 继, 到: 前, 关系: %s}
  - {从: 继, 到: 母, 关系: 婚姻}
同住: [继, 母, j1]
"""


def test_the_elder_stands_left_even_if_the_household_would_be_rounder() -> None:
    said = words(KIND.draw(shown(_STEP % "离异"), ROOMS[1]).sheets[0].svg)
    assert _label(said, "老大").box.left < _label(said, "老二").box.left


def test_parents_of_whom_nothing_was_told_are_not_married() -> None:
    text = (
        "成员: [{代号: a, 称呼: 父亲, 性别: 男}, {代号: b, 称呼: 母亲, 性别: 女},"
        " {代号: c, 称呼: 长女, 性别: 女, 父: a, 母: b, 服务对象: 是}, {代号: d, 孕产: 流产, 父: a, 母: b}]"
    )
    drawing = KIND.draw(shown(text), ROOMS[1])
    key = [w.words for w in words(drawing.sheets[0].svg)]
    assert "婚姻" not in key
    assert "关系未写明" in key
    assert "父亲与母亲育有长女；父亲与母亲的孕产：流产" in drawing.words
    assert "夫妻" not in drawing.words
    assert drawing.table[1][3] == "与母亲育有长女；与母亲的孕产：流产"
    told = KIND.draw(shown(text + "\n关系: [{从: a, 到: b, 关系: 婚姻}]"), ROOMS[1])
    assert "婚姻" in [w.words for w in words(told.sheets[0].svg)]
    assert "父亲与母亲为夫妻" in told.words


def test_ages_of_a_generation_stand_alike() -> None:
    """One that is too long for its symbol takes the others of its row out of theirs."""
    text = (
        "成员: [{代号: a, 称呼: 父亲, 性别: 男, 年龄: 46岁},"
        " {代号: b, 称呼: 母亲, 性别: 女, 年龄: 大约四十五六岁, 服务对象: 是}]\n"
        "关系: [{从: a, 到: b, 关系: 婚姻}]"
    )
    said = words(KIND.draw(shown(text), ROOMS[1]).sheets[0].svg)
    (age,) = (w for w in said if w.words == "46岁")
    assert age.box.top > _label(said, "父亲").box.bottom - 1


def test_a_household_with_others_between_has_several_outlines() -> None:
    text = """
成员:
  - {代号: 爷, 称呼: 爷爷, 性别: 男}
  - {代号: 奶, 称呼: 奶奶, 性别: 女}
  - {代号: 伯, 称呼: 伯父, 性别: 男, 父: 爷, 母: 奶}
  - {代号: 爸, 称呼: 爸爸, 性别: 男, 父: 爷, 母: 奶}
  - {代号: 妈, 称呼: 妈妈, 性别: 女}
  - {代号: 娃, 称呼: 男孩, 性别: 男, 父: 爸, 母: 妈, 服务对象: 是}
同住: [爷, 奶, 娃]
"""
    svg = KIND.draw(shown(text), ROOMS[1]).sheets[0].svg
    assert len(around(svg)) == 2
    assert "同住（各框是同一户）" in [w.words for w in words(svg)]


# -- what is said --------------------------------------------------------------------------------------------


def test_ties_in_words() -> None:
    data = family(FAMILIES["收养与两边家庭"])
    assert (
        ties_of(data, "c") == "生父、生母之女；由养父、养母收养；与养母亲密；与生母疏远；与养父、养母、养父母之女同住"
    )
    data = family(FAMILIES["孕产史"])
    assert ties_of(data, "m") == "与丈夫为夫妻；遭丈夫虐待"
    assert ties_of(family(FAMILIES["双胞胎与三胞胎"]), "a") == "父亲、母亲之女；与小双同卵同胎"


def test_the_whole_in_words() -> None:
    drawing = KIND.draw(family(FAMILIES["离异后复婚"]), ROOMS[1])
    assert drawing.words == (
        "家系图：两代。第一代：丈夫（男，40–49，服务对象，戒酒中）；妻子（女，40–49，服务对象）。"
        "第二代：儿子（男，高一）。婚姻与伴侣：丈夫与妻子离异后复婚。子女：丈夫与妻子的子女：儿子。"
        "关系：丈夫与儿子又亲密又冲突。同住：丈夫、妻子、儿子。"
    )


# -- what can't be -------------------------------------------------------------------------------------------

_PAIR = """
成员:
  - {代号: f, 称呼: 父亲, 性别: 男, 服务对象: 是}
  - {代号: m, 称呼: 母亲, 性别: 女}
  - {代号: c, 称呼: 孩子, 父: f, 母: m%s}
关系:
  - {从: f, 到: m, 关系: 婚姻}
%s"""


@pytest.mark.parametrize(
    ("person", "more", "code", "path"),
    [
        (", 收养: [x]", "", "genogram.unknown_person", ("成员", 2, "收养", 0)),
        ("", "  - {从: f, 到: x, 关系: 亲密}", "genogram.unknown_person", ("关系", 1, "到")),
        ("", "同住: [f, x]", "genogram.unknown_person", ("同住", 1)),
        ("", "  - {从: f, 到: f, 关系: 亲密}", "genogram.self_tie", ("关系", 1)),
        (", 寄养: [c]", "", "genogram.self_tie", ("成员", 2, "寄养", 0)),
        ("", "  - {从: m, 到: f, 关系: 离异}", "genogram.contradiction", ("关系", 1, "关系")),
        ("", "  - {从: c, 到: f, 关系: 亲子}", "genogram.cycle", ("成员", 0)),
        ("", "同住: [f, f]", "genogram.household", ("同住", 1)),
        (", 同胎: 甲", "", "genogram.twins", ("成员", 2, "同胎")),
        (", 出生: 1990, 卒: 1980", "", "genogram.years", ("成员", 2, "卒")),
        (", 年龄: 三百岁", "", "genogram.years", ("成员", 2, "年龄")),
        (", 年龄: 8岁, 出生: 1950, 卒: 1990", "", "genogram.years", ("成员", 2, "卒")),
        (", 说明: 一二三四五六七八九十一二三四五六七", "", "genogram.too_long", ("成员", 2, "说明")),
        ("", "  - {从: f, 到: c, 关系: 婚姻}", "genogram.generations", ("关系", 1)),
    ],
)
def test_faults_are_found_where_they_are(person: str, more: str, code: str, path: tuple[str | int, ...]) -> None:
    assert codes(_PAIR % (person, more)) == [(code, path)]
    assert codes(_PAIR % ("", "")) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("成员: [{代号: a, 称呼: 甲, 服务对象: 是}, {代号: a, 称呼: 乙}]", "genogram.duplicate_id"),
        ("成员: [{代号: a, 服务对象: 是}]", "genogram.no_label"),
        ("成员: [{代号: a, 称呼: 甲}]", "genogram.no_client"),
        ("成员: [{代号: a, 称呼: 甲, 性别: 女, 服务对象: 是}, {代号: b, 称呼: 乙, 父: a}]", "genogram.parent_sex"),
        (
            "成员: [{代号: a, 称呼: 甲, 服务对象: 是}, {代号: b, 孕产: 流产, 母: a}]\n"
            "关系: [{从: a, 到: b, 关系: 同居}]",
            "genogram.no_parent",
        ),
        (
            "成员: [{代号: a, 称呼: 甲}, {代号: b, 称呼: 乙}, {代号: c, 称呼: 丙},"
            " {代号: d, 称呼: 丁, 父: a, 母: b, 服务对象: 是}]\n关系: [{从: c, 到: d, 关系: 亲子}]",
            "genogram.too_many_parents",
        ),
    ],
)
def test_other_faults(text: str, code: str) -> None:
    assert code in [c for c, _ in codes(text)]


@pytest.mark.parametrize(
    ("parent", "child", "wrong"),
    [
        ("年龄: 30多岁", "年龄: 30岁", True),
        ("年龄: 30多岁", "年龄: 26岁", False),
        ("年龄: 30–34", "年龄: 20–24", False),
        ("年龄: 25–29", "年龄: 20–24", True),
        ("年龄: 40岁上下", "年龄: 80多岁", True),
        ("年龄: 40岁上下, 已故: 是", "年龄: 80多岁", False),
        ("年龄: 初二", "年龄: 老年", True),
        ("年龄: 初中", "年龄: 小学", True),
        ("年龄: 不知道", "年龄: 老年", False),
        ("出生: 1980", "出生: 1985", True),
        ("出生: 1980", "出生: 2005", False),
        ("出生: 1950, 卒: 1980", "出生: 1983", True),
        ("年龄: 三十出头", "年龄: 二十五岁", True),
        ("年龄: 八旬", "年龄: 五十多岁", False),
    ],
)
def test_children_are_younger_than_their_parents(parent: str, child: str, wrong: bool) -> None:
    text = f"成员: [{{代号: p, 称呼: 甲, {parent}}}, {{代号: c, 称呼: 乙, {child}, 服务对象: 是, 父: p}}]"
    found = codes(text)
    assert [code for code, _ in found] == ["genogram.too_young_parent"] * wrong
    assert not wrong or found[0][1][:2] == ("成员", 1)


@pytest.mark.parametrize(
    ("said", "band"),
    [
        ("80多岁", (80, 90)), ("90岁上下", (84, 96)), ("30–40岁", (30, 41)), ("65-69", (65, 70)), ("46", (46, 47)),
        ("八十五岁", (85, 86)), ("六旬", (60, 70)), ("3个月", (0, 4)), ("60岁以上", (60, 130)), ("小学低年级", (5, 16)),
        ("约60岁", (54, 66)), ("一百零二岁", (102, 103)), ("不明", None), ("", None), ("50–40", None),
    ],
)  # fmt: skip
def test_age_bands(said: str, band: tuple[float, float] | None) -> None:
    assert years(said) == band


def test_too_large_a_family_is_a_flaw() -> None:
    """Twenty-five siblings stand on no page, and sixty-one people are a register."""
    for count, code in ((25, "genogram.too_large"), (60, "genogram.too_many")):
        people = [{"代号": "p", "称呼": "父亲", "服务对象": True}]
        people += [{"代号": str(n), "称呼": "孩子", "父": "p"} for n in range(count)]
        assert [f.code for f in KIND.flaws(family({"成员": people}))] == [code]


# -- any family ----------------------------------------------------------------------------------------------

_AGES = st.sampled_from(["80多岁", "90岁上下", "初二", "46岁", "65–69", "老年", "小学低年级", None])
_NAMES = st.sampled_from(["甲", "母亲", "外曾祖母", "第一任妻子", "同母异父的弟弟", "阿宁（化名）", "A1"])


@st.composite
def families(draw: st.DrawFn) -> dict[str, Any]:
    count = draw(st.integers(1, 11))
    people: list[dict[str, Any]] = []
    for number in range(count):
        person: dict[str, Any] = {
            "代号": str(number), "称呼": draw(_NAMES), "性别": draw(st.sampled_from(["男", "女", "不详"])),
            "年龄": draw(_AGES), "已故": draw(st.booleans()), "服务对象": number == count - 1,
            "说明": draw(st.sampled_from([None, "在外务工", "患病多年卧床不起"])),
        }  # fmt: skip
        if number and draw(st.booleans()):
            one = draw(st.integers(0, number - 1))
            person["父" if people[one]["性别"] != "女" else "母"] = str(one)
            if draw(st.booleans()):
                other = draw(st.integers(0, number - 1))
                person.setdefault("父" if people[other]["性别"] != "女" else "母", str(other))
        if number > 2 and draw(st.integers(0, 5)) == 0:
            person["收养"] = [str(draw(st.integers(0, number - 1)))]
        if draw(st.integers(0, 9)) == 0 and number:
            person["孕产"] = draw(st.sampled_from(["怀孕", "流产", "引产", "死产"]))
        people.append(person)
    ids = [str(n) for n in range(count)]
    kinds = [
        "婚姻",
        "同居",
        "离异",
        "分居",
        "复婚",
        "恋爱",
        "亲密",
        "很亲密",
        "疏远",
        "冲突",
        "亲密而冲突",
        "断绝",
        "虐待",
        "照顾",
    ]
    pairs = draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=6, unique=True))
    ties = [{"从": a, "到": b, "关系": draw(st.sampled_from(kinds))} for a, b in pairs if a != b]
    living = [p["代号"] for p in people if not p["已故"] and p.get("孕产") in (None, "怀孕")]
    household = draw(st.lists(st.sampled_from(living), unique=True, max_size=5)) if living else []
    return {"成员": people, "关系": ties, "同住": household}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(families(), st.sampled_from(ROOMS))
def test_any_family_is_drawn_well_or_has_a_flaw(data: dict[str, Any], room: Room) -> None:
    genogram = family(data)
    if not list(KIND.flaws(genogram)):
        drawing = KIND.draw(genogram, room)
        well(drawing, room)
        assert alongside(drawing.sheets[0].svg) == []
