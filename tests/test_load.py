"""Loading: every slip editors make, a file each in ``slips/``, and what is made of good records."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.diagnostics import Report
from generator.load import load
from generator.model import Records
from generator.project import Project
from generator.readers import READERS
from generator.records.article import Article
from generator.records.group import Group
from generator.records.person import Person
from generator.records.policy import Policy
from generator.records.station import Station

SLIPS = Path(__file__).parent / "slips"
PERSON = "姓名: 陈宇\n身份: [社工]\n单位: 河源站\n"

Load = Callable[[dict[str, str]], tuple[Records, Report]]


def faults(report: Report) -> list[str]:
    return [f"{d.span.file.removeprefix('content/')}:{d.span.line}:{d.span.column} {d.code}" for d in report.sorted()]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "content" / "people").mkdir(parents=True)
    return Project(tmp_path, dt.date(2024, 4, 1))


@pytest.fixture
def loaded(project: Project) -> Load:
    """Load a workspace that holds these files of content/."""

    def run(files: dict[str, str]) -> tuple[Records, Report]:
        for name, text in files.items():
            path = project.content / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        report = Report()
        return load(project, report), report

    return run


# -- slips -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slip", sorted(path for path in SLIPS.iterdir() if path.suffix in READERS), ids=lambda path: path.name
)
def test_slip(project: Project, slip: Path) -> None:
    """``<name>.expected`` lists ``line:column code`` in the order they are shown; empty for what is fine."""
    (project.content / "people" / slip.name).write_bytes(slip.read_bytes())
    report = Report()
    load(project, report)
    expected = slip.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    assert [f"{d.span.line}:{d.span.column} {d.code}" for d in report.sorted()] == expected
    assert {d.span.file for d in report.diagnostics} <= {f"content/people/{slip.name}"}


@pytest.mark.parametrize(
    ("line", "code", "hint"),
    [
        ("职位: 站长", "record.unknown_field", "是不是想写“职务”？"),
        ("posision: 站长", "record.unknown_field", "是不是想写“position”？"),
        ("持证: 社工师", "record.unknown_choice", "是不是想写“社会工作师”？"),
        ("简介: @张三", "yaml.special_character", '给整句加英文引号："@张三"'),
        ("简介: 关爱: 行动", "yaml.inner_colon", '给整句加英文引号："关爱: 行动"，或把冒号改成中文“：”'),
        ("简介: 第 #1 站", "yaml.hash", '给整句加英文引号："第 #1 站"'),
        ("示例: 也许", "record.not_yes_no", "是写 true，否写 false"),
    ],
)
def test_hint(loaded: Load, line: str, code: str, hint: str) -> None:
    _, report = loaded({"people/p-chen.yaml": PERSON + line + "\n"})
    (diagnostic,) = report.diagnostics
    assert (diagnostic.code, str(diagnostic.hint)) == (code, hint)


@pytest.mark.parametrize(("written", "hint"), [("人员", "是不是想写“人物”？"), ("歌曲", "写明“类型:”，可选：")])
def test_unknown_type(loaded: Load, written: str, hint: str) -> None:
    _, report = loaded({"people/p-chen.yaml": f"类型: {written}\n{PERSON}"})
    assert faults(report) == ["people/p-chen.yaml:1:5 load.unknown_type"]
    assert str(report.diagnostics[0].hint).startswith(hint)


def test_type_is_needed_elsewhere(loaded: Load) -> None:
    records, report = loaded({"2024/a.yaml": PERSON, "2024/b.yaml": "类型: 人物\n" + PERSON, "c.yaml": PERSON})
    assert faults(report) == ["2024/a.yaml:1:1 load.unknown_type", "c.yaml:1:1 load.unknown_type"]
    assert [r.id for r in records] == ["b"]


# -- files -----------------------------------------------------------------------------------------------


def test_no_content(tmp_path: Path) -> None:
    report = Report()
    assert len(load(Project(tmp_path), report)) == 0
    assert [d.code for d in report.diagnostics] == ["load.no_content"]


def test_unknown_suffix(loaded: Load) -> None:
    _, report = loaded({"people/p.docx": "", "people/说明": "", "people/p.YAML": PERSON})
    assert faults(report) == ["people/p.docx:0:0 load.unknown_suffix", "people/说明:0:0 load.unknown_suffix"]


def test_what_holds_no_records_is_left_alone(loaded: Load) -> None:
    records, report = loaded({"media/a.txt": "", "style/x.yaml": ":", "people/.git": "", "people/~$p.docx": ""})
    assert (len(records), report.diagnostics) == (0, [])


def test_too_large(loaded: Load) -> None:
    _, report = loaded({"people/p.yaml": PERSON + "简介: " + "长" * 400_000})
    assert faults(report) == ["people/p.yaml:0:0 reader.too_large"]


def test_duplicate_ids_over_files(loaded: Load) -> None:
    records, report = loaded(
        {
            "people/a.yaml": "编号: p-chen\n" + PERSON,
            "people/b.yaml": "条目:\n  - {编号: p-wang, 姓名: 王敏, 身份: 社工, 单位: 甲}\n"
            "  - {id: p-chen, 姓名: 陈雨, 身份: 社工, 单位: 甲}\n",
            "people/p-wang.yaml": PERSON,
        }
    )
    assert faults(report) == [
        "people/b.yaml:3:10 load.duplicate_id",
        "people/p-wang.yaml:1:1 load.duplicate_id",
    ]
    assert "content/people/a.yaml:1:5" in str(report.sorted()[0].message)
    assert records["p-chen"].title == "陈宇"


def test_faults_of_several_files_come_out_together_and_sorted(loaded: Load) -> None:
    _, report = loaded({"people/b.yaml": "姓名：甲\n", "people/a.yaml": "姓名: 甲\n身份: [社公]\n", "news/c.txt": ""})
    assert faults(report) == [
        "news/c.txt:0:0 load.unknown_suffix",
        "people/a.yaml:1:1 record.missing_field",
        "people/a.yaml:2:6 record.unknown_choice",
        "people/b.yaml:1:3 yaml.full_width_colon",
    ]


def test_a_faulty_record_is_left_out_and_remembered(loaded: Load) -> None:
    records, _ = loaded({"people/a.yaml": "姓名: 甲\n", "people/b.yaml": PERSON})
    assert [r.id for r in records] == ["b"]
    assert records.faulty == {"a"}


# -- records ---------------------------------------------------------------------------------------------

GROUP = """
标题: 茶话小组
站点: st-heyuan
类别: 支持
领域: 养老
地点: 河源站
背景: 老人少来往。
组员: {对象: 独居老人, 计划人数: 8, 实际人数: 8, 开放式: 是}
带领者: p-chen
目标: 互相认识
节次:
  - {节: 1, 主题: 相识, 阶段: 形成, 出席: 8}
成效: []
反思: 慢一些。
"""


def test_english_keys_read_as_chinese_ones(loaded: Load) -> None:
    chinese = "标题: 甲\n体裁: 经验\n作者: [{人: p-chen, 角色: 文}]\n标签: [一, 二]\n来源: {媒体: 报}\n正文: 乙\n"
    english = (
        "title: 甲\ngenre: 经验\nauthors: [{person: p-chen, role: 文}]\ntags: [一, 二]\nsource: {media: 报}\nbody: 乙\n"
    )
    records, report = loaded({"articles/a.yaml": "编号: x\n" + chinese, "articles/b.yaml": "id: y\n" + english})
    assert report.diagnostics == []
    assert records["x"].model_copy(update={"id": "y"}) == records["y"]


def test_places_under_english_keys(loaded: Load) -> None:
    records, _ = loaded({"articles/a.yaml": "title: 甲\ngenre: 经验\nauthors:\n  - person: p-chen\nbody: 乙\n"})
    origin = records.origin(records["a"])
    assert str(origin.span(("作者", 0, "人"))) == "content/articles/a.yaml:4:13"
    assert str(origin.span(("正文",), key=True)) == "content/articles/a.yaml:5:1"


@pytest.mark.parametrize(
    ("written", "read"), [("是", True), ("否", False), ("true", True), ("false", False), ('"是"', True)]
)
def test_yes_and_no(loaded: Load, written: str, read: bool) -> None:
    records, report = loaded({"people/p.yaml": PERSON + f"示例: {written}\n"})
    assert report.diagnostics == []
    assert records["p"].illustrative is read


def test_a_lone_value_stands_for_a_list(loaded: Load) -> None:
    text = "标题: 通知\n文种: 通知\n发文单位: 民政局\n作者: p-chen\n标签: 2023\n"
    records, report = loaded({"policies/n.yaml": text})
    record = records["n"]
    assert isinstance(record, Policy)
    assert report.diagnostics == []
    assert record.issuers == ("民政局",)
    assert record.tags == ("2023",)
    assert [a.person for a in record.authors] == ["p-chen"]
    assert str(records.origin(record).span(("作者", 0, "人"))) == "content/policies/n.yaml:4:5"
    assert str(records.origin(record).span(("发文单位", 0))) == "content/policies/n.yaml:3:7"


def test_numbers_stay_as_they_were_typed_where_text_is_wanted(loaded: Load) -> None:
    records, report = loaded({"people/p.yaml": "姓名: 1.10\n身份: 社工\n单位: 2023\n职务: +5\n标签: [1.0, 0.50]\n"})
    assert report.diagnostics == []
    record = records["p"]
    assert isinstance(record, Person)
    assert (record.title, record.org, record.position, record.tags) == ("1.10", "2023", "+5", ("1.0", "0.50"))


def test_dates(loaded: Load) -> None:
    records, _ = loaded({"people/p.yaml": PERSON + "日期: 2024-02-29\n"})
    assert records["p"].date == dt.date(2024, 2, 29)


def test_ids_come_from_the_file(loaded: Load) -> None:
    item = "  - {姓名: 甲, 身份: 社工, 单位: 乙}\n"
    records, _ = loaded({"people/one.yaml": PERSON, "people/two.yaml": "条目:\n" + item * 2, "people/no.yml": item})
    assert [r.id for r in records] == ["no", "one", "two-1", "two-2"]


def test_common_is_read_into_items_and_gives_way_to_them(loaded: Load) -> None:
    records, report = loaded(
        {
            "people/p.yaml": "共同:\n  身份: [社工]\n  单位: 河源站\n条目:\n  - {编号: a, 姓名: 甲}\n"
            "  - {编号: b, title: 乙, org: 河西站}\n"
        }
    )
    assert report.diagnostics == []
    assert [getattr(records[i], "org", None) for i in "ab"] == ["河源站", "河西站"]
    assert str(records.origin(records["a"]).span(("单位",))) == "content/people/p.yaml:3:7"
    assert str(records.origin(records["b"]).span(("单位",))) == "content/people/p.yaml:6:28"


def test_a_fault_in_common_is_said_once(loaded: Load) -> None:
    items = "".join(f"  - {{编号: p-{n}, 姓名: 甲}}\n" for n in range(5))
    _, report = loaded({"people/p.yaml": "共同: {身份: [社公], 单位: 甲}\n条目:\n" + items})
    assert faults(report) == ["people/p.yaml:1:11 record.unknown_choice"]


def test_a_markdown_body(loaded: Load) -> None:
    records, report = loaded(
        {"articles/a.md": "---\n标题: 甲\n体裁: 经验\n---\n\n第一段。\n\n## 小标题\n\n第二段。\n\n"}
    )
    record = records["a"]
    assert isinstance(record, Article)
    assert report.diagnostics == []
    assert record.body == "第一段。\n\n## 小标题\n\n第二段。"
    assert str(records.origin(record).locate(("正文",), record.body, record.body.index("二"))) == (
        "content/articles/a.md:10:2"
    )


def test_markdown_sections(loaded: Load) -> None:
    head = "---\n标题: 甲\n简称: 甲\n层级: 镇街站\n---\n"
    records, report = loaded({"stations/s.md": head + "\n## 地区\n\n河源\n\n## intro\n\n第一段。\n\n### 小\n\n二。\n"})
    record = records["s"]
    assert isinstance(record, Station)
    assert report.diagnostics == []
    assert (record.region, record.intro) == ("河源", "第一段。\n\n### 小\n\n二。")
    origin = records.origin(record)
    assert str(origin.locate(("简介",), record.intro or "", 2)) == "content/stations/s.md:13:3"
    assert str(origin.span(("简介",), key=True)) == "content/stations/s.md:11:4"


def test_an_unknown_section_has_a_hint(loaded: Load) -> None:
    _, report = loaded({"groups/g.md": f"---\n{GROUP.strip()}\n---\n## 评沽\n\n好。\n"})
    (diagnostic,) = report.diagnostics
    assert (diagnostic.code, str(diagnostic.hint)) == ("load.unknown_section", "是不是想写“评估”？")


def test_a_part_alone_where_a_list_is_wanted(loaded: Load) -> None:
    _, report = loaded({"groups/g.yaml": GROUP.replace("- {节", "{节")})
    assert faults(report) == ["groups/g.yaml:12:3 record.not_a_list"]


def test_flow_and_block_lists_and_lone_values_of_a_group(loaded: Load) -> None:
    records, report = loaded({"groups/g.yaml": GROUP})
    record = records["g"]
    assert isinstance(record, Group)
    assert report.diagnostics == []
    assert (record.objectives, record.members.open, record.sessions[0].attendance) == (("互相认识",), True, 8)


# -- places inside texts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "正文: |\n  甲乙\n\n  丙*丁\n",
        "正文: |-\n\n    甲乙\n    丙*丁\n",
        "正文: |2\n    甲乙\n  丙*丁\n",
        "正文: >\n  甲乙\n  戊\n\n  丙*丁\n",
        "正文: 甲乙丙*丁\n",
        '正文: "甲乙丙*丁"\n',
        '正文: "甲\\n\\n乙\\"丙\\u4e00*丁"\n',
        "正文: '甲''乙丙*丁'\n",
        '正文: "甲乙\n  戊 \\\n  己\n\n  丙*丁"\n',
        "正文: '甲乙\n  丙*丁'\n",
        "正文:\n  甲乙丙*丁\n",
    ],
)
@pytest.mark.parametrize("before", ["", "副标题: 甲\n", "摘要: |\n  一\n  二\n"])
def test_a_place_inside_a_text(loaded: Load, body: str, before: str) -> None:
    text = f"编号: a\n体裁: 经验\n标题: 乙\n{before}{body}"
    records, _ = loaded({"articles/a.yaml": text})
    record = records["a"]
    assert isinstance(record, Article)
    span = records.origin(record).locate(("正文",), record.body, record.body.index("*"), 2)
    assert text.split("\n")[span.line - 1][span.column - 1 :].startswith("*丁")
    assert span.length == 2


# -- whatever is written ---------------------------------------------------------------------------------

WORDS = "标题 身份 ： : 甲 社工 － \" ' # | > @ % * & ! [ ] { } , --- ... << ~ 010 1.10 \\ 共同 条目 yes 😀".split()
SPACES = ["\n", "\n  ", "\n- ", "- ", ": ", "　", "\t", " #", "\n---\n", "? ", "\r", "类型: 人物\n", "\u00a0", "\ufeff"]
CONTROLS = ["\x07", "\u2028", "\x85"]
PIECES = st.sampled_from([*WORDS, *SPACES, *CONTROLS])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from(["a.yaml", "a.md"]))
def test_nothing_typed_makes_it_fail(project: Project, text: str, name: str) -> None:
    path = project.content / "people" / name
    path.write_bytes(text.encode())
    report = Report()
    records = load(project, report)
    path.unlink()
    assert len(records) or report.failed or "[" in text  # an empty list is no fault
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for diagnostic in report.diagnostics:
        str(diagnostic.message), str(diagnostic.hint)
        assert 0 <= diagnostic.span.line <= len(lines)


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_it_fail(project: Project, data: bytes) -> None:
    (project.content / "people" / "a.yaml").write_bytes(data)
    report = Report()
    assert len(load(project, report)) or report.failed or b"[" in data


@pytest.mark.parametrize("collecting", [True, False])
def test_garbage_is_collected_after_loading_as_before(loaded: Load, collecting: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if collecting else gc.disable)()
        loaded({"people/p-chen.yaml": PERSON})
        assert gc.isenabled() is collecting
    finally:
        (gc.enable if before else gc.disable)()
