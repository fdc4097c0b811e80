from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.diagnostics import Report
from generator.figures import DIAGRAMS, network
from generator.messages import translate
from generator.readers.yamltext import parse
from generator.vector import Drawing, Room
from tests.figures.seen import collisions, size, well_formed, words

ROOMS = [Room(79, 165, 235), Room(141, 141, 247), Room(156, 156, 225), Room(126, 126, 190)]
KINDS = ["固定", "项目", "临时"]
GROUPS = ["政府部门", "社区", "社会组织", "学校医院", "企业商户", "志愿者", "慈善资源", "媒体", "高校与专家智库"]
GIVEN = ["场地", "经费、物资", "每周探访独居老人", "心理评估、转介和督导", "体检、健康讲座与家庭医生签约服务"]
NAMES = ["居委会", "区慈善会", "惠民超市", "心理服务指导中心", "社区卫生服务中心", "青园街道社会工作服务中心站点"]


def made(groups: int, each: int, *, told: int = 1, kinds: bool = True, links: int = 0) -> network.Network:
    """So many groups of up to so many partners; every so manyth says what it gives."""
    data: dict[str, Any] = {"中心": "黑石铺街道社工站", "组": []}
    for g in range(groups):
        resources: list[Any] = []
        for r in range(1 + (g * 2 + each) % each):
            resource: dict[str, str] = {"名称": f"{NAMES[(g + r) % 6]}{g}{r}"}
            if told and (g + r) % told == 0:
                resource["提供"] = GIVEN[(g * 2 + r) % 5]
            if kinds:
                resource["往来"] = KINDS[(g + r) % 3]
            resources.append(resource)
        data["组"].append({"名称": GROUPS[g], "资源": resources})
    every = [r["名称"] for group in data["组"] for r in group["资源"]] + GROUPS[:groups]
    pairs = [(every[n], every[-1 - n]) for n in range(min(links, len(every) // 2))]
    data["联系"] = [{"从": a, "到": b} | ({"说明": "转介服务对象"} if n % 2 else {}) for n, (a, b) in enumerate(pairs)]
    return network.Network.model_validate(data)


ODD = [
    *(made(groups, each) for groups in range(1, 10) for each in (1, 3, 5)),
    *(made(groups, 4, told=0, kinds=False) for groups in range(1, 10)),
    *(made(groups, 5, told=2, links=2 * groups) for groups in range(1, 5)),
    *(made(groups, 4, told=3, links=8) for groups in range(4, 8)),
    made(9, 5, told=4, links=5),
    made(1, 12),
    network.Network.model_validate({"中心": "站", "组": [{"名称": "组", "资源": [f"伙伴{n}" for n in range(40)]}]}),
    network.Network.model_validate(
        {"中心": "站", "组": [{"名称": g, "资源": [f"{g}{n}：场地、经费" for n in range(5)]} for g in GROUPS]}
    ),
]


def flawless(drawing: Drawing, room: Room) -> None:
    for sheet in drawing.sheets:
        assert collisions(sheet.svg) == []
        well_formed(sheet.svg)
        assert size(sheet.svg).right <= room.page + 0.01
        assert size(sheet.svg).bottom <= room.height + 0.01


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_lies_on_anything(room: Room) -> None:
    for data in ODD:
        assert [str(flaw.message) for flaw in network.flaws(data)] == []
        drawing = network.draw(data, room)
        flawless(drawing, room)
        assert drawing == network.draw(data, room)


TEN_LINES = """\
中心: 青园街道社工站
组:
  - {名称: 政府部门, 资源: [区民政局：政策、经费, 街道办]}
  - {名称: 社区, 资源: [居委会：民情、场地]}
  - {名称: 社会组织, 资源: [{名称: 区慈善会, 提供: 善款, 往来: 项目}]}
  - {名称: 志愿者, 资源: [{名称: 巡访队, 往来: 固定}, 护学岗]}
联系:
  - {从: 居委会, 到: 巡访队, 说明: 提供独居老人名单}
"""


def test_ten_lines_are_a_picture() -> None:
    parsed = parse(TEN_LINES, "", Report())
    assert parsed is not None
    data = network.Network.model_validate(parsed[0])
    assert list(network.flaws(data)) == []
    drawing = network.draw(data, ROOMS[2])
    assert drawing.words == (
        "资源图：青园街道社工站在中间，连着各类资源。政府部门：区民政局（政策、经费）、街道办；社区：居委会（民情、场地）；"
        "社会组织：区慈善会（善款，项目合作）；志愿者：巡访队（固定往来）、护学岗。彼此有联系的：居委会与巡访队（提供独居老人名单）。"
    )
    assert drawing.table == (
        ("类别", "资源", "提供", "往来"),
        ("政府部门", "区民政局", "政策、经费", ""),
        ("政府部门", "街道办", "", ""),
        ("社区", "居委会", "民情、场地", ""),
        ("社会组织", "区慈善会", "善款", "项目"),
        ("志愿者", "巡访队", "", "固定"),
        ("志愿者", "护学岗", "", ""),
    )
    seen = {word.words for word in words(drawing.sheets[0].svg)}
    assert {"区民政局", "政策、经费", "街道办", "巡访队", "志愿者", "项目合作", "固定往来", "社工站"} <= seen
    assert "临时往来" not in seen
    assert "居委会—巡访队：提供独居老人名单" in seen
    assert DIAGRAMS["资源图"].model is network.Network


def test_a_small_one_stands_in_a_column() -> None:
    assert network.draw(made(3, 3), ROOMS[0]).sheets[0].width <= 79
    assert network.draw(made(9, 3), ROOMS[0]).sheets[0].width > 79


def test_both_sides_bear_alike() -> None:
    data = network.Network.model_validate(
        {"中心": "站", "组": [{"名称": g, "资源": [f"{g}{n}" for n in range(4)]} for g in GROUPS[:6]]}
    )
    seen = words(network.draw(data, ROOMS[2]).sheets[0].svg)
    hub = next(word.box.left for word in seen if word.words == "站")
    left = [word.words for word in seen if word.words in GROUPS and word.box.left < hub]
    assert left == GROUPS[:3]


def test_both_ends_of_a_link_bear_its_number() -> None:
    data = made(4, 3, links=3)
    svg = network.draw(data, ROOMS[2]).sheets[0].svg
    placed = words(svg)
    for n, link in enumerate(data.links):
        numbers = [word for word in placed if word.words == str(n + 1)]
        assert len(numbers) == 3  # at both ends and in the list
        for end in (link.start, link.end):
            name = next(word for word in placed if word.words == end)
            assert any(abs(name.box.top - number.box.top) < 1 for number in numbers)


def test_kinds_of_contact_are_told_apart_without_colour() -> None:
    def look(kind: str | None) -> tuple[object, ...]:
        resource = {"名称": "伙伴"} | ({"往来": kind} if kind else {})
        data = network.Network.model_validate({"中心": "站", "组": [{"名称": "组", "资源": [resource]}]})
        svg = network.draw(data, ROOMS[2]).sheets[0].svg
        twig = next(part for part in re.findall(r"<path [^>]*>", svg) if "C" not in part.split('"')[1])
        circles = re.findall(r'r="([0-9.]+)" fill="(#ffffff)?', svg)
        return re.findall(r'stroke-(?:width|dasharray)="([^"]*)"', twig), circles

    looks = [look(kind) for kind in (*KINDS, None)]
    assert all(one != other for n, one in enumerate(looks) for other in looks[:n])


def one(**changes: Any) -> dict[str, Any]:
    return {"中心": "站", "组": [{"名称": "社区", "资源": ["居委会", "党支部"]}], **changes}


FAULTS: list[tuple[dict[str, Any], str, tuple[str | int, ...]]] = [
    (one(组=[]), "network.empty", ("组",)),
    (one(组=[{"名称": "社区", "资源": []}]), "network.empty", ("组", 0, "资源")),
    (one(中心="  "), "network.blank", ("中心",)),
    (one(组=[{"名称": " ", "资源": ["居委会"]}]), "network.blank", ("组", 0, "名称")),
    (one(组=[{"名称": "社区", "资源": [" "]}]), "network.blank", ("组", 0, "资源", 0, "名称")),
    (
        one(组=[{"名称": "社区", "资源": [{"名称": "居委会", "提供": " "}]}]),
        "network.blank",
        ("组", 0, "资源", 0, "提供"),
    ),
    (one(中心="某" * 13), "network.too_long", ("中心",)),
    (one(组=[{"名称": "某" * 11, "资源": ["居委会"]}]), "network.too_long", ("组", 0, "名称")),
    (one(组=[{"名称": "社区", "资源": ["某" * 17]}]), "network.too_long", ("组", 0, "资源", 0, "名称")),
    (one(组=[{"名称": "社区", "资源": ["居委会：" + "某" * 21]}]), "network.too_long", ("组", 0, "资源", 0, "提供")),
    (one(联系=[{"从": "居委会", "到": "党支部", "说明": "某" * 25}]), "network.too_long", ("联系", 0, "说明")),
    (one(组=[{"名称": f"组{n}", "资源": [f"伙伴{n}"]} for n in range(10)]), "network.too_many", ("组",)),
    (one(组=[{"名称": "社区", "资源": [f"伙伴{n}" for n in range(46)]}]), "network.too_many", ("组",)),
    (one(组=[{"名称": "社区", "资源": ["居委会", "居委会 "]}]), "network.twice", ("组", 0, "资源", 1, "名称")),
    (one(组=[{"名称": "社区", "资源": ["社区"]}]), "network.twice", ("组", 0, "资源", 0, "名称")),
    (one(联系=[{"从": "居委会", "到": "党支部"}, {"从": "党支部", "到": "居委会"}]), "network.twice", ("联系", 1)),
    (one(联系=[{"从": "居委会", "到": "派出所"}]), "network.unknown", ("联系", 0, "到")),
    (one(联系=[{"从": "居民委员会", "到": "党支部"}]), "network.unknown", ("联系", 0, "从")),
    (one(联系=[{"从": "居委会", "到": "居委会"}]), "network.itself", ("联系", 0, "到")),
]


@pytest.mark.parametrize(("data", "code", "path"), FAULTS)
def test_what_can_not_be_drawn_is_told(data: dict[str, Any], code: str, path: tuple[str | int, ...]) -> None:
    (flaw,) = network.flaws(network.Network.model_validate(data))
    assert (flaw.code, flaw.path) == (code, path)
    for language in ("zh", "en"):
        assert translate(flaw.message, language)
        assert translate(flaw.hint, language)
    assert flaw.message.english
    assert flaw.hint.english


def test_too_many_links_are_told() -> None:
    resources = [f"伙伴{n}" for n in range(12)]
    links = [{"从": "伙伴0", "到": f"伙伴{n}"} for n in range(1, 6)]
    data = one(组=[{"名称": "社区", "资源": resources}], 联系=links)
    (flaw,) = network.flaws(network.Network.model_validate(data))
    assert (flaw.code, "伙伴0" in str(flaw.message)) == ("network.too_many", True)
    pairs = [{"从": f"伙伴{n}", "到": f"伙伴{n + 1}"} for n in range(9)]
    (flaw,) = network.flaws(network.Network.model_validate(data | {"联系": pairs}))
    assert (flaw.code, flaw.path) == ("network.too_many", ("联系",))


LONG = [f"某市某区残疾人康复服务指导中{n}：" + "场地经费" * 5 for n in range(45)]


def test_more_than_a_page_goes_on_on_the_next() -> None:
    groups = [{"名称": name, "资源": LONG[n * 5 : n * 5 + 5]} for n, name in enumerate(GROUPS)]
    links = [{"从": "某市某区残疾人康复服务指导中0", "到": "某市某区残疾人康复服务指导中44", "说明": "转介"}]
    data = network.Network.model_validate(one(组=groups, 联系=links))
    assert list(network.flaws(data)) == []
    for room in ROOMS[2:]:
        drawing = network.draw(data, room)
        flawless(drawing, room)
        assert len(drawing.sheets) > 1
        seen = [[word.words for word in words(sheet.svg)] for sheet in drawing.sheets]
        assert [name for sheet in seen for name in GROUPS if name in sheet] == GROUPS
        assert all("站" in sheet for sheet in seen)
        for at in (0, -1):  # a link to another sheet has its number here and its words in the list
            assert seen[at].count("1") == 2
            assert any("转介" in word for word in seen[at])


def test_a_group_higher_than_a_page_is_told() -> None:
    (flaw,) = network.flaws(
        network.Network.model_validate(one(组=[{"名称": "社区", "资源": LONG}], 中心="某街道社会工作综合服务站"))
    )
    assert flaw.code == "network.too_high"


#: Han, Latin words, figures, marks: also where they make no sense.
WRITTEN = st.text("社区居委会学校医院邻里与亲属、，（）“”abcWi123.%-/ 　\n", min_size=1, max_size=16)
SHORT = WRITTEN.map(lambda said: said[:10])
RESOURCES = st.one_of(
    WRITTEN,
    st.fixed_dictionaries({"名称": WRITTEN}, optional={"提供": WRITTEN, "往来": st.sampled_from(KINDS)}),
)
SOME = st.lists(
    st.fixed_dictionaries({"名称": SHORT, "资源": st.lists(RESOURCES, min_size=1, max_size=9)}), min_size=1, max_size=9
)


LINKS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), WRITTEN), max_size=8)


@given(SHORT, SOME, LINKS, st.sampled_from(ROOMS))
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_is_drawn_or_refused(centre: str, groups: Any, links: Any, room: Room) -> None:
    for n, group in enumerate(groups):  # nothing is there twice
        group["名称"] = f"{n}{group['名称']}"[:10]
        group["资源"] = [
            f"{n}{m}{r}"[:15] if isinstance(r, str) else r | {"名称": f"{n}{m}{r['名称']}"[:15]}
            for m, r in enumerate(group["资源"])
        ]
    data = network.Network.model_validate({"中心": centre, "组": groups})
    names = [r.name for group in data.groups for r in group.resources] + [group.name for group in data.groups]
    linked = [{"从": names[a % len(names)], "到": names[b % len(names)], "说明": note} for a, b, note in links]
    data = network.Network.model_validate({"中心": centre, "组": groups, "联系": linked})
    if not list(network.flaws(data)):
        flawless(network.draw(data, room), room)


def test_a_resource_may_be_a_line_with_either_colon() -> None:
    for line in ("居委会：场地", "居委会:场地", "居委会: 场地"):
        (resource,) = network.Group.model_validate({"名称": "社区", "资源": [line]}).resources
        assert (resource.name, resource.offer) == ("居委会", "场地")
    assert network.Group.model_validate({"名称": "社区", "资源": ["食堂9:30开"]}).resources[0].offer is None
