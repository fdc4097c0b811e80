"""Figures in a publication: drawn from records and texts, with their words, their tables and their notes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from generator import figures
from generator.diagnostics import Diagnostic
from generator.model import Asset, Publication
from generator.project import Project
from generator.tree import text
from generator.vector import Room
from tests.figures import seen
from tests.test_compose import composed

Workspace = Callable[..., Project]


def written(workspace: Workspace, changes: dict[str, tuple[str, str]]) -> tuple[Publication, list[Diagnostic]]:
    """The sample's bulletin after words in files of content/ were replaced."""
    project = workspace()
    for file, (old, new) in changes.items():
        path = project.content / file
        words = path.read_text("utf-8")
        assert words.count(old) == 1, (file, old)
        path.write_text(words.replace(old, new), "utf-8")
    return composed(project, "heyuan-2024-1")


def figures_of(publication: Publication, article: str) -> list[etree._Element]:
    body = next(a.body for a in publication.articles if a.id == article)
    return [f for f in body.iter("figure") if "drawn" in f.get("class", "")]


def drawing(publication: Publication, figure: etree._Element) -> Asset:
    image = figure.find("img")
    assert image is not None
    return publication.assets[str(image.get("src"))]


def table(figure: etree._Element) -> list[list[str]]:
    return [[text(cell) for cell in row] for row in figure.iterfind("table/*/tr") if len(row)]


# -- what records ask for ------------------------------------------------------------------------------------


def test_a_case_shows_its_family_its_surroundings_and_its_scales(publications: dict[str, Publication]) -> None:
    publication = publications["heyuan-2024-1"]
    family, around, scales = figures_of(publication, "case-door")
    assert [f.get("id") for f in (family, around, scales)] == [
        "case-door-genogram",
        "case-door-ecomap",
        "case-door-scales",
    ]
    for figure, said in ((family, "长子"), (around, "社区"), (scales, "GDS-15")):
        svg = drawing(publication, figure).data.decode()
        assert said in svg
        assert seen.collisions(svg) == []
        assert said in str(figure.find("img").get("alt"))  # type: ignore[union-attr]
        assert any(said in cell for row in table(figure) for cell in row)
    assert drawing(publication, scales).chart is not None
    assert drawing(publication, family).chart is None


def test_every_drawing_of_the_sample_keeps_within_its_page(publications: dict[str, Publication]) -> None:
    for publication in publications.values():
        page = publication.layout
        across = page.columns * page.measure + (page.columns - 1) * page.gap
        for asset in publication.assets.values():
            if asset.name.startswith("figure-"):
                size = seen.size(asset.data.decode())
                assert size.right <= across + 0.5
                assert size.bottom <= page.height - page.top - page.bottom + 0.5


def test_a_station_has_figures_of_its_own(workspace: Workspace) -> None:
    block = (
        "  简介: |\n    荷西站在老街中段",
        "  数据看板:\n"
        "    - {图式: 指标卡, 标题: 去年, 数据: [走访@2023]}\n"
        "    - {图式: 条形图, 标题: 两个半年, 数据: [走访], 时段: [2023H1, 2023H2], 来源: 站里台账,\n"
        "       说明: 雨天没出门}\n"
        "  简介: |\n    荷西站在老街中段",
    )
    publication, found = written(workspace, {"stations/stations.yaml": block})
    assert found == []
    body = next(a.body for a in publication.articles if a.id == "st-hexi")
    cards = next(d for d in body.iter("dl") if d.get("class") == "cards")
    assert text(cards) == "走访860人次"
    (chart,) = figures_of(publication, "st-hexi")
    assert table(chart) == [["项目", "数值"], ["上半年", "410人次"], ["下半年", "450人次"]]
    notes = [text(p) for p in chart.iterfind("p")]
    assert notes == ["统计时段：2023年。口径：上门一次记一人次。来源：站里台账。雨天没出门。"]
    said = next(s for s in chart.iter("span") if text(s) == "雨天没出门。")
    assert str(said.get("data-source")).endswith("#st-hexi:数据看板.1.说明")
    assert [d.get("data-fact") for d in chart.iter("data")] == ["f-visit-h1", "f-visit-h2"]


def test_key_figures_say_how_they_changed(workspace: Workspace) -> None:
    changes = {
        "bulletins/heyuan-2024-1.yaml": (
            "数据: [走访@2023@st-hexi, 小组@2023@st-hexi]",
            "数据: [走访@2023@st-hexi, 小组@2023@st-hexi]\n    对比: 同比",
        ),
        "facts/facts.yaml": (
            "  - {编号: f-group-2023,",
            "  - {编号: f-visit-2022, 指标: 走访, 起: 2022-01-01, 止: 2022-12-31, 值: 800}\n"
            "  - {编号: f-group-2022, 指标: 小组, 起: 2022-01-01, 止: 2022-12-31, 值: 30, 约数: 余}\n"
            "  - {编号: f-group-2023,",
        ),
    }
    publication, found = written(workspace, changes)
    assert found == []
    body = next(a.body for a in publication.articles if a.id == "column-7")
    cards = next(d for d in body.iter("dl") if d.get("class") == "cards")
    assert [text(d) for d in cards.iter("small")] == ["较上年增7.5%▲", "上年30余节▲"]
    assert [d.get("data-fact") for d in cards.iterfind(".//small/data")] == [
        "f-visit-2023 f-visit-2022",
        "f-group-2022",
    ]


# -- what texts ask for --------------------------------------------------------------------------------------

_BEFORE = "荷西站在老街中段，门朝着河。"


def in_the_station(figure: str) -> dict[str, tuple[str, str]]:
    indented = "".join(f"    {line}\n" if line else "\n" for line in figure.split("\n"))
    return {"stations/stations.yaml": (f"    {_BEFORE}", f"{indented}\n    {_BEFORE}")}


def test_a_text_has_a_chart_of_its_station_s_facts(workspace: Workspace) -> None:
    fence = "```条形图\n数据: [走访@2023H1, 走访@2023H2]\n说明: 单位为人次\n```\n\n图题：走访 {#fig-visits}\n"
    publication, found = written(workspace, in_the_station(fence))
    assert found == []
    (chart,) = figures_of(publication, "st-hexi")
    assert chart.get("id") == "fig-visits"
    assert chart.get("class") == "chart drawn"
    assert text(chart.find("figcaption")).endswith("走访")  # type: ignore[arg-type]
    assert table(chart)[1:] == [["上半年", "410人次"], ["下半年", "450人次"]]
    assert text(chart.find("p")).endswith("单位为人次。")  # type: ignore[arg-type]


def test_a_text_has_a_diagram(workspace: Workspace) -> None:
    systems = "  - {系统: 学校, 关系: 强}\n  - {系统: 社区, 关系: 弱, 能量: 输入}\n"
    fence = f"```生态图\n中心: 小院\n系统:\n{systems}```\n图题：小院的来往\n"
    publication, found = written(workspace, in_the_station(fence))
    assert found == []
    (diagram,) = figures_of(publication, "st-hexi")
    assert "picture drawn" in str(diagram.get("class"))
    assert "学校" in drawing(publication, diagram).data.decode()
    assert any("学校" in row[0] for row in table(diagram))


def test_what_is_wrong_leaves_no_broken_picture(workspace: Workspace) -> None:
    fence = "```条形图\n数据: [走仿@2023]\n```\n图题：走访\n"
    project = workspace()
    path = project.content / "stations/stations.yaml"
    old, new = in_the_station(fence)["stations/stations.yaml"]
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    publication, found = composed(project, "heyuan-2024-1")
    assert [d.code for d in found] == ["figure.unbound"]
    line = path.read_text("utf-8").split("\n").index("    数据: [走仿@2023]") + 1
    assert (found[0].span.line, found[0].span.column) == (line, 10)
    body = next(a.body for a in publication.articles if a.id == "st-hexi")
    assert all(image.get("src") in publication.assets for image in body.iter("img"))


# -- every kind ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*figures.CHARTS, *figures.DIAGRAMS])
def test_kinds_have_names_that_may_follow_a_fence(kind: str) -> None:
    from generator.fences import FENCE

    m = FENCE.fullmatch(f"```{kind}\n数据\n```")
    assert m is not None
    assert m["kind"] == kind


def test_the_same_family_is_the_same_picture(publications: dict[str, Publication]) -> None:
    publication = publications["heyuan-2024-1"]
    chart = next(a.chart for a in publication.assets.values() if a.chart is not None and a.chart.kind == "条形图")
    room = Room(79, 165, 235)
    assert figures.CHARTS[chart.kind].draw(chart, room) == figures.CHARTS[chart.kind].draw(chart, room)


def test_a_word_in_a_figure_has_its_place(workspace: Workspace) -> None:
    """What gates say of a figure's words points to the line of the figure where they are written."""
    from generator.diagnostics import Report
    from generator.load import load
    from generator.privacy.keeping import NOTHING
    from generator.reading import Reading

    systems = "  - {系统: 学校, 关系: 强}\n  - {系统: 河边诊所, 关系: 弱, 能量: 输入}\n"
    fence = f"```生态图\n中心: 小院\n系统:\n{systems}```\n图题：小院的来往\n"
    project = workspace()
    path = project.content / "stations/stations.yaml"
    old, new = in_the_station(fence)["stations/stations.yaml"]
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    publication, found = composed(project, "heyuan-2024-1")
    assert found == []
    reading = Reading(publication, load(project, Report()), project, NOTHING)
    passage = next(p for p in reading.passages if p.words == "河边诊所")
    span = reading.span(passage, 0, 4)
    line = path.read_text("utf-8").split("\n")[span.line - 1]
    assert line[span.column - 1 : span.column + 3] == "河边诊所"


def test_figures_in_texts_need_no_facts_besides(workspace: Workspace) -> None:
    """A chart's values come from facts, an age is nobody's achievement: neither is asked where it comes from."""
    from generator.diagnostics import Report
    from generator.load import load
    from generator.privacy.keeping import NOTHING
    from generator.reading import Reading
    from generator.tally import Tally

    family = (
        "```家系图\n成员:\n  - {代号: a, 称呼: 奶奶, 性别: 女, 年龄: 60–69, 服务对象: 是}\n"
        "  - {代号: b, 称呼: 孙子, 性别: 男, 年龄: 10–14}\n```\n图题：一家人\n\n"
    )
    bars = "```百分比条形图\n数据: [走访@2023]\n分项: true\n```\n图题：走访\n"
    project = workspace()
    path = project.content / "stations/stations.yaml"
    old, new = in_the_station(family + bars)["stations/stations.yaml"]
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    publication, found = composed(project, "heyuan-2024-1")
    assert found == []
    reading = Reading(publication, load(project, Report()), project, NOTHING)
    figures_ = [f for f in Tally(reading).figures if f.passage.record == "st-hexi"]
    assert figures_
    assert not {f.verdict for f in figures_} & {"differs", "unit", "stale", "unbound"}
