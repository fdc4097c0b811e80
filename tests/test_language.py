"""Written Chinese: each rule on examples an editor could read, clean prose in silence, and mendings that mend."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import fixing, messages, terms
from generator.build import check
from generator.cli import zhankan
from generator.diagnostics import Diagnostic, Report, Severity, Span, say, warning
from generator.language import DIGITS, GARBLING, PUNCTUATION, SLIPS, found
from generator.project import Project
from generator.readers.yamltext import parse
from generator.writing import OBJECT, Finding, Writing

HERE = Path(__file__).parent / "language"
RULES = (*PUNCTUATION, *SLIPS, *GARBLING, *DIGITS)


def findings(text: str, *, markdown: bool = False, heading: bool = False) -> list[Finding]:
    return list(found(Writing(text, markdown=markdown, heading=heading), RULES))


def mended(text: str, *, heading: bool = False) -> str:
    """A text with all its fixes made, as often as there are any."""
    for _ in range(10):
        fixes = sorted((f for f in findings(text, heading=heading) if f.fix is not None), key=lambda f: f.start)
        if not fixes:
            break
        at, parts = 0, []
        for f in fixes:
            if f.start >= at:
                parts += [text[at : f.start], f.fix or ""]
                at = f.end
        text = "".join(parts) + text[at:]
    return text


# -- rules ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Example:
    code: str
    right: bool
    text: str
    becomes: str | None
    heading: bool


def examples() -> Iterator[Example]:
    code = ""
    for line in (HERE / "rules.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            code = line[3:]
        elif line.startswith(("× ", "√ ")):
            text, _, becomes = line[2:].partition(" → ")
            heading = text.startswith("〔标题〕")
            plain = [t.removeprefix("〔标题〕").replace("〔换行〕", "\n") for t in (text, becomes)]
            yield Example(code, line[0] == "√", plain[0], plain[1] or None, heading)


EXAMPLES = list(examples())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.code}-{'right' if e.right else 'wrong'}-{e.text[:12]}")
def test_rules(example: Example) -> None:
    said = findings(example.text, heading=example.heading)
    if example.right:
        assert [(f.code, example.text[f.start : f.end]) for f in said] == []
        return
    assert example.code in {f.code for f in said}
    if example.becomes is not None:
        assert mended(example.text, heading=example.heading) == example.becomes
    else:
        assert any(f.code == example.code and f.fix is None for f in said) or example.code == "garbled.noise"


def test_every_rule_has_examples_both_ways() -> None:
    manual = messages.manual("zh")
    areas = ("punctuation.", "digits.", "slips.", "garbled.")
    codes = {code for code in manual if code.startswith(areas)} - {"punctuation.invisible"}
    assert {e.code for e in EXAMPLES if e.right} == codes
    assert {e.code for e in EXAMPLES if not e.right} == codes


@pytest.mark.parametrize("unseen", ["\u200b", "\u200e", "\ufeff", "\u00ad", "\u00a0"])
def test_what_cannot_be_seen(unseen: str) -> None:
    (finding,) = findings(f"社工站{unseen}开展活动")
    assert (finding.code, finding.severity, finding.fix) == ("punctuation.invisible", Severity.ERROR, "")


def test_clean_prose_is_left_alone() -> None:
    text = (HERE / "clean.md").read_text(encoding="utf-8")
    assert len(text) > 10_000
    assert [(f.code, f.start) for f in findings(text, markdown=True)] == []
    report = Report()
    known = terms.load_terms(Project(Path("nowhere")), report)
    assert [m[0] for m in known.pattern.finditer(text)] == []


# -- texts ---------------------------------------------------------------------------------------------------


def test_markup_is_no_text() -> None:
    text = "## 做法\n\n见{巡访人次@2023}与[说明](https://a.b/c,d)，**要点**，后面[^a]。\n\n"
    text += "| 甲 | 乙,丙 |\n|---|---|\n\n[^a]: 注文"
    words = Writing(text, markdown=True).words
    assert "做法" in words
    assert f"见{OBJECT}与说明，要点，后面。" in words
    assert "#" not in words
    assert "|" not in words


def test_a_finding_is_told_where_it_is_written() -> None:
    text = "共有**12**场活动,居民**高兴**,都来了。"
    writing = Writing(text, markdown=True)
    places = [writing.place(f.start, f.end) for f in found(writing, RULES)]
    assert [text[a:b] for a, b, _ in places] == [",", ","]


@given(st.text(alphabet="社工站居民,，。“”（）()《》·—-…、：3 \n#*|{}[]!_@ab", max_size=60), st.booleans())
def test_places_lie_within_the_text(text: str, markdown: bool) -> None:
    writing = Writing(text, markdown=markdown)
    for finding in found(writing, RULES):
        start, end, whole = writing.place(finding.start, finding.end)
        assert 0 <= start <= end <= len(text)
        assert whole == (text[start:end] == writing.words[finding.start : finding.end])


@given(st.text(alphabet='社工站居民的,，。“”"（）()《》·—-–…、：:；;!！?？12三四百千万年月日约余 人个', max_size=40))
def test_mending_comes_to_an_end(text: str) -> None:
    once = mended(text)
    assert mended(once) == once


# -- words agreed upon ---------------------------------------------------------------------------------------


def test_the_house_has_rules_enough_with_reasons() -> None:
    known = terms.load_terms(Project(Path("nowhere")), Report())
    entries = {id(t): t for t in (*known.avoided.values(), *known.alike, *known.order)}.values()
    assert len(entries) >= 120
    assert all(t.reason for t in entries)


def with_terms(workspace: Callable[..., Project], text: str) -> Project:
    project = workspace()
    path = project.content / "style" / "terms.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return project


@pytest.mark.parametrize(
    ("entry", "code", "column"),
    [
        ("- {规则: 不要, 词: [甲乙]}", "record.unknown_choice", 9),
        ("- {规则: 不用, 词: [甲乙]}", "terms.incomplete", 3),
        ("- {规则: 替换, 词: [甲乙]}", "terms.incomplete", 3),
        ("- {规则: 替换, 词: [甲乙], 改用: 甲乙}", "terms.incomplete", 26),
        ("- {规则: 替换, 词: [甲乙], 改成: 丙}", "record.unknown_field", 22),
        ("- {规则: 统一, 词: [甲乙]}", "terms.incomplete", 3),
        ("- {规则: 简称, 全称: 甲乙丙}", "terms.incomplete", 3),
        ("- {词: [甲乙]}", "record.missing_field", 3),
        ("- 甲乙", "terms.form", 3),
        ("规则: 不用", "terms.form", 1),
    ],
)
def test_bad_entries_are_told_with_their_place(
    workspace: Callable[..., Project], entry: str, code: str, column: int
) -> None:
    report = Report()
    terms.load_terms(with_terms(workspace, f"# 本单位\n{entry}\n"), report)
    (said,) = report.diagnostics
    assert said.code == code
    assert said.span.file == "content/style/terms.yaml"
    assert said.hint is not None
    if code != "terms.form" or column == 3:
        assert said.span.line == 2


def test_a_hub_overrides_the_house(workspace: Callable[..., Project]) -> None:
    project = with_terms(
        workspace,
        "- {规则: 允许, 词: [案主]}\n"
        "- {规则: 替换, 词: [低保户], 改用: 低保家庭}\n"
        "- {规则: 替换, 词: [甲乙], 改用: 丙}\n",
    )
    report = Report()
    known = terms.load_terms(project, report)
    assert report.diagnostics == []
    assert "案主" not in known.avoided
    assert known.avoided["低保户"].instead == "低保家庭"
    assert known.avoided["甲乙"].instead == "丙"


# -- mendings ------------------------------------------------------------------------------------------------

DIRTY = """\
标题: 社工站"暖冬"行动,走进社区
副标题: "服务了2千人,受到\\"好评\\"..."
导语: '居民说:"很好",3-5人一组' # 注释,不动
站点: st-hexi
日期: 2024-03-05
事件: {日期: 2024-03-05, 地点: 荷西街道, 主办: 荷西站}
正文: >
  新疆生產(chǎn)建設(shè)兵團(tuán),,着力实施“三个一”工作,
  约30人左右。

  专业专业的社工。
"""


def news(project: Project, text: str, name: str = "news-dirty.yaml") -> Path:
    path = project.content / "news" / name
    path.write_bytes(text.encode())
    return path


def language_of(project: Project) -> list[Diagnostic]:
    report = Report()
    check(project, (), report)
    return [d for d in report.sorted() if d.fix is not None]


def test_fixes_are_put_into_yaml_and_nothing_else_changes(workspace: Callable[..., Project]) -> None:
    project = workspace()
    path = news(project, "\ufeff" + DIRTY.replace("\n", "\r\n"))
    before = {p: p.read_bytes() for p in project.content.rglob("*") if p.is_file()}
    report = Report()
    fixed = fixing.fix(project, (), report)
    assert {p: p.read_bytes() for p in before} == before, "nothing is written before it is asked for"
    fixing.write(project, fixed, report)
    text = path.read_bytes().decode()
    assert text.startswith("\ufeff标题: 社工站“暖冬”行动，走进社区\r\n")
    assert '副标题: "服务了2000人，受到“好评”……"\r\n' in text
    assert "导语: '居民说：“很好”，3～5人一组' # 注释,不动\r\n" in text
    assert "  新疆生产建设兵团，着力实施“三个一”工作，\r\n  约30人。\r\n\r\n  专业的社工。\r\n" in text
    assert [p for p, data in before.items() if p.read_bytes() != data] == [path]
    assert language_of(project) == []
    assert fixing.fix(project, (), Report()).files == {}


def test_a_dry_run_writes_nothing_and_says_what_it_would(workspace: Callable[..., Project]) -> None:
    project = workspace()
    path = news(project, DIRTY)
    run = CliRunner().invoke(zhankan, ["--root", str(project.root), "check", "--fix", "--dry-run"])
    assert path.read_text(encoding="utf-8") == DIRTY
    assert "  + 标题: 社工站“暖冬”行动，走进社区" in run.output
    assert "没有写文件" in run.output
    run = CliRunner().invoke(zhankan, ["--root", str(project.root), "check", "--fix"])
    assert path.read_text(encoding="utf-8") != DIRTY
    assert run.exit_code == 0
    assert CliRunner().invoke(zhankan, ["check", "--dry-run"]).exit_code == 2


def test_fixes_are_told(workspace: Callable[..., Project]) -> None:
    project = workspace()
    news(project, DIRTY)
    shown = CliRunner().invoke(zhankan, ["--root", str(project.root), "check"]).output
    assert "= 改为：“暖冬”" in shown
    assert "= 改为：（删去）" in shown
    told = json.loads(CliRunner().invoke(zhankan, ["--root", str(project.root), "check", "--format", "json"]).output)
    assert {"“暖冬”", "", "2000"} <= {d["fix"] for d in told}


def test_a_fix_beside_something_private_is_not_told() -> None:
    span = Span("content/a.yaml", 3, 1)
    said = [warning("privacy.name", say("不能出现"), span), warning("slips.confused", say("写错"), span, None, "张三")]
    assert "张三" not in messages.render(said, "zh", lambda _: ["", "", "张三"])
    assert "张三" not in messages.as_json(said, "zh")


def test_a_mended_line_with_something_private_is_not_shown(
    workspace: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = workspace()
    news(project, DIRTY)

    def found(project: Project, editions: object, report: Report) -> None:
        check(project, (), report)
        report.add(warning("privacy.name", say("不能出现"), Span("content/news/news-dirty.yaml", 1, 5)))

    monkeypatch.setattr(fixing, "check", found)
    shown = CliRunner().invoke(zhankan, ["--root", str(project.root), "check", "--fix", "--dry-run"]).output
    assert "content/news/news-dirty.yaml:1\n" in shown
    assert "暖冬" not in shown
    assert "  + 副标题" in shown


def test_a_file_changed_meanwhile_is_left_alone(workspace: Callable[..., Project]) -> None:
    project = workspace()
    path = news(project, DIRTY)
    fixed = fixing.fix(project, (), Report())
    path.write_text(DIRTY + "# 又改了\n", encoding="utf-8")
    report = Report()
    fixing.write(project, fixed, report)
    assert [d.code for d in report.diagnostics] == ["fix.changed"]
    assert path.read_text(encoding="utf-8").endswith("# 又改了\n")


def test_a_fix_that_would_break_a_file_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    text = "标题: 甲乙丙\n"
    path.write_text(text, encoding="utf-8")
    wrong = warning("x.y", say("写错"), Span("a.yaml", 1, 5, 2), None, "甲: 乙")
    outside = warning("x.y", say("写错"), Span("a.yaml", 1, 1, 2), None, "题目")
    for d in (wrong, outside):
        assert fixing.mend(path, "a.yaml", [d]) == 0
        assert path.read_text(encoding="utf-8") == text


_WORDS = st.text(alphabet="社工站居民的,，。“”\"'\\（）()、：:;!?12千 #-约{}[]&*>|…", min_size=1, max_size=24)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.lists(_WORDS, min_size=1, max_size=3), st.sampled_from(["json", "single", "block"]))
def test_mending_a_file_changes_the_words_that_were_said_and_no_others(
    tmp_path: Path, values: list[str], style: str
) -> None:
    """Whatever the quoting: the file reads as before but for the fixes, and the rest of its bytes stay."""

    def written(value: str) -> str:
        if style == "json":
            return json.dumps(value, ensure_ascii=False)
        if style == "single":
            return "'" + value.replace("'", "''") + "'"
        return f"|-\n  {value}"

    if style == "block":
        values = [v for v in values if not v[0].isspace() and v.strip()] or ["社工"]
    text = "".join(
        f"字段{n}: {written(v)} \n" if style != "block" else f"字段{n}: {written(v)}\n" for n, v in enumerate(values)
    )
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    report = Report()
    parsed = parse(text, "a.yaml", report)
    if parsed is None or report.diagnostics:
        return
    data, marks = parsed
    from generator.checks.language import _diagnostic
    from generator.model import Origin

    diagnostics, expected = [], {}
    for key, value in data.items():
        writing = Writing(str(value))
        said = [f for f in found(writing, RULES) if f.fix is not None]
        diagnostics += [_diagnostic(f, writing, Origin("a.yaml", marks), (key,)) for f in said]
        expected[key] = said
    wanted = sorted((d for d in diagnostics if d.fix is not None), key=lambda d: d.span)
    done = fixing.mend(path, "a.yaml", wanted)
    after = path.read_text(encoding="utf-8")
    again: Any = parse(after, "a.yaml", Report())
    assert again is not None
    assert again[0].keys() == data.keys()
    for key, value in data.items():
        if not expected[key]:
            assert again[0][key] == value
    if done:
        assert re.sub(r"字段\d: ", "", after).count("\n") == text.count("\n")
    else:
        assert after == text
