"""每站一册: one definition, the edition of each station."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import each
from generator.build import build, check, composed
from generator.diagnostics import Report
from generator.load import load
from generator.model import Publication, Records
from generator.project import Project
from generator.records.edition import Edition
from generator.records.station import Station
from generator.tree import text

OVERLAY = Path(__file__).parent / "stations"


@pytest.fixture
def hub(workspace: Callable[..., Project]) -> Project:
    return workspace(OVERLAY)


def loaded(project: Project) -> Records:
    report = Report()
    records = load(project, report)
    assert report.diagnostics == []
    return records


def made(project: Project, station: str, definition: str = "yearly") -> tuple[Publication | None, Report]:
    records, report = loaded(project), Report()
    edition, place = records[definition], records[station]
    assert isinstance(edition, Edition)
    assert isinstance(place, Station)
    found = each.of_station(edition, place, records, report)
    return (composed(found[0], records.joined(*found), project, report) if found else None), report


def said(report: Report) -> list[str]:
    return [f"{d.code} {d.span}" for d in report.sorted()]


def words(publication: Publication, identifier: str) -> str:
    return next(text(a.body) for a in publication.articles if a.id == identifier)


def edit(project: Project, file: str, *changes: tuple[str, str]) -> None:
    path = project.content / file
    written = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in written
        written = written.replace(old, new)
    path.write_text(written, encoding="utf-8")


# -- what comes out ------------------------------------------------------------------------------------------


def test_names_and_words_are_the_stations(hub: Project) -> None:
    publication, report = made(hub, "st-hexi")
    assert report.diagnostics == []
    assert publication is not None
    assert (publication.id, publication.name, publication.title) == ("yearly-st-hexi", "荷西站-2023年", "荷西站年报")
    assert publication.metadata["author"] == "荷西街道社会工作服务站"
    assert "荷源区荷西街道" in words(publication, "cover")
    assert "荷西站编印。" in words(publication, "imprint")
    assert "来自荷源区荷西街道" in words(publication, "column-2")


def test_pieces_are_the_stations_own_by_date(hub: Project) -> None:
    publication, report = made(hub, "st-hedong")
    assert (publication is not None, report.diagnostics) == (True, [])
    assert publication is not None
    digest = next(a for a in publication.articles if a.section == "服务动态")
    assert [e.id for e in digest.entries] == ["news-bench", "news-lamp"], "not the draft, not last year's"
    assert [a.id for a in publication.articles] == [
        "cover", "imprint", "contents", "column-1", "art-editorial", "st-hedong", "column-4", "contributors",
        "back-cover",
    ], "a column without pieces is left out, one that always has them is not"  # fmt: skip
    assert "修好了路灯" in words(publication, "cover"), "|1 is the latest"
    assert "添了长椅" not in words(publication, "cover")


def test_figures_are_the_stations(hub: Project) -> None:
    for station, figure in (("st-hexi", "860"), ("st-hedong", "120")):
        publication, _ = made(hub, station)
        assert publication is not None
        board = next(a for a in publication.articles if a.kind == "dashboard")
        assert figure in text(board.body)


def test_a_station_without_pieces_has_no_edition(hub: Project) -> None:
    publication, report = made(hub, "st-henan")
    assert publication is None
    assert said(report) == ["each.nothing_to_print content/bulletins/yearly.yaml:15:7"]
    assert not report.failed


def test_stations_are_those_of_the_rank_or_those_named(hub: Project) -> None:
    records = loaded(hub)
    yearly = records["yearly"]
    assert isinstance(yearly, Edition)
    assert [s.id for s in each.stations(yearly, records)] == ["st-hedong", "st-henan", "st-hexi"]
    assert [s.id for s in each.stations(yearly, records, ("st-heyuan", "st-hexi"))] == ["st-hexi", "st-heyuan"]
    everybody = yearly.model_copy(update={"for_each": ("全部",)})
    assert len(each.stations(everybody, records)) == 4


@pytest.mark.parametrize(
    ("change", "there"),
    [
        (("结案日期: ", "# 结案日期: "), False),
        (("      范围: [季刊, ", "      范围: ["), False),
        (("副标题: ", "状态: 初审\n副标题: "), False),
        (("副标题: ", "状态: 已付印\n副标题: "), True),
    ],
)
def test_only_what_may_be_printed_is_selected(change: tuple[str, str], there: bool, hub: Project) -> None:
    """Nobody chooses by hand, so an open case, one without consent, or an unfinished text must not slip in."""
    edit(hub, "cases/case-door.yaml", change)
    publication, report = made(hub, "st-hexi")
    assert report.diagnostics == []
    assert publication is not None
    assert ("case-door" in [a.id for a in publication.articles]) is there


@pytest.mark.parametrize(
    ("folder", "definition", "station_words"),
    [
        (
            "anthologies",
            "标题: '{站点.简称}案例集'\n年: 2023\n资料类型: 工作简报\n发送对象: [各站]\n职员: {编印单位: ['{站点}']}\n"
            "编写说明: art-about\n编:\n  - {标题: 个案, 案例: ['{选:个案}']}\n"
            "  - {标题: 站点, 案例: ['{选:建设运营案例}']}\n",
            "荷西站案例集",
        ),
        (
            "guidelines",
            "标题: '{站点.简称}走访指引'\n年: 2023\n资料类型: 工作简报\n发送对象: [各站]\n"
            "职员: {编印单位: ['{站点}']}\n体例: 指引\n文件: [guide-visits]\n",
            "荷西站走访指引",
        ),
        (
            "officials",
            "标题: 关于走访的通知\n文件: notice-visits\n主送: '{站点}'\n"
            "印发机关: 荷源区民政局办公室\n印发日期: 2024-03-08\n",
            "荷西街道社会工作服务站：",
        ),
    ],
    ids=["anthology", "guidelines", "official"],
)
def test_other_publications(folder: str, definition: str, station_words: str, hub: Project) -> None:
    path = hub.content / folder / "for-each.yaml"
    path.write_text(f"每站一册: 镇街站\n示例: true\n{definition}", encoding="utf-8")
    publication, report = made(hub, "st-hexi", "for-each")
    assert report.diagnostics == []
    assert publication is not None
    assert station_words in "".join(text(a.body) for a in publication.articles)
    assert "{" not in "".join(text(a.body) for a in publication.articles)


# -- slips ---------------------------------------------------------------------------------------------------


def test_what_a_station_lacks_is_named_where_it_is_wanted(hub: Project) -> None:
    edit(hub, "bulletins/yearly.yaml", ("{站点.地区}", "{站点.品牌.口号}"))
    _, report = made(hub, "st-hedong")
    assert said(report) == [
        "each.station_lacks content/bulletins/yearly.yaml:13:8",
        "each.station_lacks content/bulletins/yearly.yaml:20:12",
    ]
    assert "st-hedong" in str(report.diagnostics[0].message)
    assert "content/stations/more.yaml" in str(report.diagnostics[0].hint)


def test_a_piece_without_a_date_is_told(hub: Project) -> None:
    edit(hub, "bulletins/yearly.yaml", ("{选:个案}", "{选:文章@2023}"))
    path = hub.content / "articles" / "undated.md"
    path.write_text("---\n标题: 无日\n体裁: 经验\n站点: st-hedong\n---\n无日的事。\n", encoding="utf-8")
    _, report = made(hub, "st-hedong")
    assert said(report) == ["each.undated content/articles/undated.md:2:1"]
    assert not report.failed


def test_faults_after_a_selection_stand_where_they_were_written(hub: Project) -> None:
    """No piece stands for two items: the places of what follows must not slide."""
    edit(hub, "bulletins/yearly.yaml", ('"{选:小组@2023}"]', '"{选:小组@2023}", p-linan]'))
    _, report = made(hub, "st-hedong")
    assert said(report) == ["compose.unprintable content/bulletins/yearly.yaml:18:35"]


def test_a_placeholder_without_quotation_marks_is_told_what_it_lacks(hub: Project) -> None:
    """YAML reads a mapping."""
    edit(hub, "bulletins/yearly.yaml", ('["{站点}"]\n  - 名称: 数据', "[{站点}]\n  - 名称: 数据"))
    report = Report()
    load(hub, report)
    assert said(report) == ["record.not_text content/bulletins/yearly.yaml:25:10"]
    assert '"{站点}"' in str(report.diagnostics[0].hint)


def test_a_taken_id(hub: Project) -> None:
    edit(hub, "news/hedong.yaml", ("news-old", "yearly-st-hedong"))
    publication, report = made(hub, "st-hedong")
    assert publication is None
    assert [d.code for d in report.diagnostics] == ["each.taken_id"]


SELECTIONS = st.text("选:：动态个案文章经验.@2023Q|06 {}", max_size=20) | st.text(max_size=12)


@given(SELECTIONS)
def test_whatever_is_written_is_a_selection_or_is_told(inner: str) -> None:
    found: Any = each._selection(inner)
    if isinstance(found, each.Selection):
        assert inner.strip().startswith("选")
        assert found.most != 0
    else:
        message, hint = found
        assert str(message)
        assert str(hint)


# -- the chain -----------------------------------------------------------------------------------------------


def test_a_plain_build_leaves_it_alone(hub: Project) -> None:
    absent = "未供稿: [{站点: st-hedong, 原因: 当季新建}, {站点: st-henan, 原因: 当季新建}]"
    edit(hub, "bulletins/heyuan-2024-1.yaml", ("要目: [", f"{absent}\n要目: ["))
    report = Report()
    paths = build(hub, (), ["html"], report)
    assert report.diagnostics == []
    assert not [p for p in paths if "yearly" in str(p)]
    assert len({p.relative_to(hub.build).parts[0] for p in paths}) == 6


def test_check_by_name_looks_at_every_station(hub: Project) -> None:
    report = Report()
    check(hub, ["yearly"], report)
    assert said(report) == ["each.nothing_to_print content/bulletins/yearly.yaml:15:7"]
    edit(hub, "facts/hedong.yaml", ("2023-12-31", "2023-06-30"))
    report = Report()
    check(hub, ["yearly"], report)
    assert {"compose.unbound_figure", "prose.unbound_figure"} & {d.code for d in report.diagnostics}
