"""``zhankan facts``, the forms of figures in prose, and what becomes of a fact that has been printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.build import check as check_everything
from generator.cli import zhankan
from generator.compose import compose
from generator.diagnostics import Report
from generator.load import load
from generator.model import Publication
from generator.printed import as_printed
from generator.project import Project
from generator.records.edition import Edition
from generator.tree import text as words_of
from tests.figures_book import hub


def composed(project: Project, name: str = "b") -> tuple[Publication, Report]:
    report = Report()
    records = load(project, report)
    edition = records[name]
    assert isinstance(edition, Edition)
    return compose(edition, as_printed(edition, records, project), project, report), report


def shown(project: Project, name: str = "b") -> str:
    publication, report = composed(project, name)
    assert [str(d.message) for d in report.diagnostics] == []
    return "".join(words_of(article.body) for article in publication.articles)


# -- forms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("关爱巡访@2023|余", "25000余人次"),
        ("关爱巡访@2023|万", "2.5万人次"),
        ("关爱巡访@2023|约", "约25000人次"),
        ("关爱巡访@2023|近", "近26000人次"),
        ("关爱巡访@2023|同比", "同比增长17.7%"),
        ("关爱巡访@2023H2|环比", "环比增长8.3%"),
        ("社区活动@2023|同比", "同比增长12.5%"),
        ("关爱巡访@2023H1|占比:关爱巡访@2023", "48%"),
        ("个案@2023|倍:个案@2022", "1.3倍"),
        ("志愿服务时长@2023|万", "13.1万小时"),
        ("服务群众@2023|万", "24万余人次"),
        ("服务群众@2023|余", "24万余人次"),
        ("社区活动@2023|余", None),
        ("个案@2023|万", None),
        ("服务群众@2023|约", None),
        ("小组活动@2023|同比", None),
        ("服务群众@2023|占比:关爱巡访@2023", None),
        ("关爱巡访@2022|同比", None),
        ("个案@2023|占比:关爱巡访@2023", None),
        ("关爱巡访@2023|占比:关爱巡访@2023H1", None),
        ("关爱巡访@2023|十万", None),
    ],
)
def test_a_figure_is_printed_in_its_true_forms_only(tmp_path: Path, role: str, words: str | None) -> None:
    project = hub(tmp_path, {"a": f"全年【{{{role}}}】。"})
    publication, report = composed(project)
    if words is None:
        assert [d.code for d in report.diagnostics] == ["prose.unbound_figure"]
        return
    assert report.diagnostics == []
    assert f"【{words}】" in "".join(words_of(article.body) for article in publication.articles)


# -- the table -------------------------------------------------------------------------------------------------


def run(project: Project, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(zhankan, ["--lang", "zh", "--root", str(project.root), *arguments])
    return result.exit_code, result.output


def test_every_figure_is_listed_with_its_place(tmp_path: Path) -> None:
    project = hub(tmp_path, {"a": "全年{关爱巡访@2023}，个案21个。\n\n全年办讲座127场。"})
    code, output = run(project, "facts", "b", "--format", "json")
    assert code == 0
    rows = json.loads(output)
    printed = {row["printed"]: row for row in rows if row["how"] != "unprinted"}
    assert printed["25075人次"]["how"] == "bound"
    assert (printed["25075人次"]["line"], printed["25075人次"]["column"]) == (8, 3)
    assert (printed["21个"]["how"], printed["21个"]["fact"]) == ("agrees", "f-b-7")
    assert (printed["127场"]["how"], printed["127场"]["fact"], printed["127场"]["line"]) == ("unbound", None, 10)
    assert printed["21个"]["edition"] == "b"
    assert {"f-b-1", "f-b-7"}.isdisjoint(row["fact"] for row in rows if row["how"] == "unprinted")
    assert "f-b-9" in {row["fact"] for row in rows if row["how"] == "unprinted"}


def test_the_table_is_readable(tmp_path: Path) -> None:
    code, output = run(hub(tmp_path, {"a": "全年{关爱巡访@2023}。"}), "facts")
    assert code == 0
    line = next(line for line in output.splitlines() if "content/news/a.md:8:3" in line)
    assert line.split()[:4] == ["关爱巡访", "2023年", "st-heyuan", "25075人次"]
    assert "没有印" in output


# -- to press --------------------------------------------------------------------------------------------------


def told(project: Project) -> dict[str, str]:
    report = Report()
    check_everything(project, (), report)
    return {d.code: str(d.span) for d in report.sorted() if d.code.startswith(("figures.", "facts."))}


@pytest.fixture
def printed(tmp_path: Path) -> Project:
    """A hub whose issue has gone to press."""
    project = hub(tmp_path, {"a": "全年{关爱巡访@2023}，也就是{关爱巡访@2023|余}。"})
    assert told(project) == {}
    code, output = run(project, "facts", "b", "--freeze")
    assert (code, "content/style/printed/b.yaml" in output) == (0, True)
    return project


def replaced(project: Project, old: str, new: str, file: str = "facts/f.yaml") -> None:
    path = project.content / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_what_was_printed_is_kept(printed: Project) -> None:
    kept = (printed.content / "style" / "printed" / "b.yaml").read_text("utf-8")
    assert '编号: f-b-1, 值: 25075, 约数: "精确", 单位: "人次", 印作: ["25000余人次", "25075人次"]' in kept
    assert told(printed) == {}
    code, output = run(printed, "facts", "b", "--freeze")
    assert code == 1
    assert "figures.frozen_already" in output


def test_a_silent_change_is_refused(printed: Project) -> None:
    replaced(printed, "值: 25075", "值: 25076")
    assert told(printed)["figures.changed_after_print"].startswith("content/")
    report = Report()
    check_everything(printed, (), report)
    assert any(d.span.file == "content/facts/f.yaml" for d in report.diagnostics)


def test_a_fact_that_was_printed_is_not_deleted(printed: Project) -> None:
    replaced(printed, "编号: f-b-1,", "编号: f-b-new,")
    assert "figures.changed_after_print" in told(printed)


def test_another_form_is_a_change_too(printed: Project) -> None:
    replaced(printed, "{关爱巡访@2023|余}", "{关爱巡访@2023|万}", "news/a.md")
    assert told(printed) == {"figures.changed_after_print": "content/news/a.md:8:18"}


CORRECTION = (
    "  - {编号: f-b-corrected, 指标: 关爱巡访, 站点: st-heyuan, 起: 2023-01-01, 止: 2023-12-31, "
    "值: 25057, 更正: f-b-1}\n"
)


def test_a_correction_is_printed_in_the_next_issue(printed: Project) -> None:
    facts = printed.content / "facts" / "f.yaml"
    facts.write_text(facts.read_text("utf-8").replace("值: 13035", "值: 13017") + CORRECTION, "utf-8")
    assert "25075人次" in shown(printed)  # the printed issue stays what it was
    issue = (printed.content / "bulletins" / "b.yaml").read_text("utf-8")
    following = issue.replace("期: 4", "期: 5").replace("日期: 2023-12-29", "日期: 2024-03-29").replace("[a]", "[c]")
    (printed.content / "news" / "c.md").write_text((printed.content / "news" / "a.md").read_text("utf-8"), "utf-8")
    (printed.content / "bulletins" / "c-next.yaml").write_text(following, "utf-8")
    assert "25057人次" in shown(printed, "c-next")
    assert told(printed) == {"figures.correction_untold": "content/facts/f.yaml:50:94"}
    following += "  - {名称: 数据看板}\n数据看板:\n  - {图式: 更正, 标题: 更正, 数据: [f-b-corrected]}\n"
    (printed.content / "bulletins" / "c-next.yaml").write_text(following, "utf-8")
    assert told(printed) == {}
    page = shown(printed, "c-next")
    assert "原印" in page
    assert "25075人次" in page
    assert "25057人次" in page
    assert "《荷源社会工作》2023年第4期" in page


def test_a_correction_block_names_a_correction(tmp_path: Path) -> None:
    project = hub(tmp_path, {"a": "一。"})
    issue = project.content / "bulletins" / "b.yaml"
    block = "  - {名称: 数据看板}\n数据看板:\n  - {图式: 更正, 标题: 更正, 数据: [f-b-1]}\n"
    issue.write_text(issue.read_text("utf-8") + block, "utf-8")
    assert [d.code for d in composed(project)[1].diagnostics] == ["compose.no_correction"]


def test_what_is_not_in_order_does_not_go_to_press(tmp_path: Path) -> None:
    project = hub(tmp_path, {"a": "全年办讲座127场。"})
    code, output = run(project, "facts", "b", "--freeze")
    assert code == 1
    assert "figures.unbound" in output
    assert not (project.content / "style" / "printed").exists()
    assert run(project, "facts", "--freeze")[0] == 2
