"""The privacy gate, one situation a row: what is found, where it points, and that nothing it says gives anybody away.

The table is ``tests/gate/scenarios.yaml``; every row is looked at twice, by the roster and by its keyed hashes.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import messages
from generator.build import check as check_everything
from generator.checks import READING_CHECKS, privacy
from generator.compose import compose
from generator.diagnostics import Diagnostic, Report
from generator.load import load
from generator.privacy import keeping
from generator.privacy.hashed import hashes
from generator.privacy.roster import Roster
from generator.project import Project
from generator.reading import Reading
from generator.records.edition import Edition
from tests.conftest import TODAY

GATE = Path(__file__).parent / "gate"
ROSTER = (GATE / "roster.yaml").read_text("utf-8")
SCENARIOS: list[dict[str, Any]] = yaml.safe_load((GATE / "scenarios.yaml").read_text("utf-8"))
KEY = "a key of more than sixteen bytes"

PIECE: Mapping[str, Any] = {
    "编号": "art-gate", "标题": "门口的椅子", "体裁": "经验", "作者": ["p-linan"],
    "正文": "社工每周去看小禾（化名），陪她说说话。",
    "涉及人物": [{
        "代号": "C-1", "角色": "服务对象", "印作": ["小禾"], "称呼方式": "化名",
        "特征": {"年龄段": "80–84", "性别": "女"},
        "同意": {"形式": "书面", "由谁": ["本人"], "范围": ["季刊"], "日期": "2023-09-30", "凭证": "乙-03"},
    }],
}  # fmt: skip
EDITION: Mapping[str, Any] = {
    "编号": "issue", "标题": "荷源社会工作", "年": 2024, "期": 1, "总期": 5, "日期": "2024-03-29",
    "资料类型": "内部资料",
    "职员": {"编印单位": ["st-heyuan"], "主编": ["p-zhaoqing"], "电话": "0817-2839104"},
    "栏目": [{"名称": "经验分享", "文章": ["art-gate"]}],
}  # fmt: skip
AROUND: Mapping[str, Any] = {
    "people/people.yaml": [
        {"编号": "p-linan", "姓名": "林安", "身份": ["社工"], "单位": "st-heyuan", "职务": "站长"},
        {"编号": "p-zhaoqing", "姓名": "赵青", "身份": ["督导"], "单位": "pt-heying"},
        {"编号": "pt-heying", "类型": "合作方", "名称": "荷影社会工作服务中心", "类别": "社会组织", "角色": "运营"},
    ],
    "stations/stations.yaml": [
        {"编号": "st-heyuan", "标题": "荷源区社会工作总站", "简称": "荷源总站", "层级": "区县总站", "地区": "荷源区"}
    ],
    "style/sample-roster.yaml": {"人员": {"V-1": {"姓名": "韦巧云"}}},
    "style/population.yaml": {
        "人群": [{"地点": "荷源区", "年龄段": "80–84", "性别": "女", "处境": ["独居"], "人数": 52}]
    },
}  # fmt: skip


def over(base: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Fields with some of them changed; None takes one out."""
    found = dict(copy.deepcopy(base))
    for name, value in changes.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = over(found.get(name, {}), value) if isinstance(value, dict) else value
    return found


def people() -> Mapping[str, Any]:
    found = keeping.read_people(ROSTER, "roster", Report())
    assert found is not None
    return found


SECRETS = sorted({value for entry in people().values() for _, value in entry.strings()} | {"韦巧云"})


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key of the encrypted roster, outside every workspace."""
    path = tmp_path_factory.mktemp("keys") / "roster.key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHANKAN_ROSTER_KEY_FILE", str(path))
        keeping.encrypt(ROSTER, path.parent / "roster.age")
    return path


@pytest.fixture(params=["roster", "hashes"])
def held(request: pytest.FixtureRequest, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A machine that knows the roster, or one that has only its hashes."""
    kind = str(request.param)
    if kind == "roster":
        monkeypatch.setenv("ZHANKAN_ROSTER_KEY_FILE", str(key))
        (tmp_path / "private").mkdir()
        (tmp_path / "private/roster.age").write_bytes((key.parent / "roster.age").read_bytes())
    else:
        monkeypatch.setenv("ZHANKAN_ROSTER_KEY", KEY)
        (tmp_path / "content/style").mkdir(parents=True)
        told = json.dumps(hashes(Roster(people()), KEY.encode()))
        (tmp_path / "content/style/roster.hashes").write_text(told, "utf-8")
    return kind


def write(root: Path, scenario: Mapping[str, Any]) -> Project:
    """The workspace of a situation."""
    first = over(PIECE["涉及人物"][0], scenario.get("人", {}))
    piece = over(PIECE, scenario.get("篇", {}))
    piece |= {"涉及人物": [first, *scenario.get("另", ())]} | ({"正文": scenario["文"]} if "文" in scenario else {})
    files = {
        **AROUND,
        "articles/art-gate.yaml": piece,
        "bulletins/issue.yaml": over(EDITION, scenario.get("刊", {})),
        **({"style/not-names.yaml": scenario["词"]} if "词" in scenario else {}),
        **({"style/population.yaml": scenario["人数"]} if "人数" in scenario else {}),
    }
    for name, data in files.items():
        path = root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=9999), "utf-8")
    (root / "content/media").mkdir(exist_ok=True)
    picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30" width="90mm" height="30mm">{}</svg>'
    words = f'<text x="9" y="9">{scenario.get("图", "门")}</text>'
    (root / "content/media/pic.svg").write_text(picture.format(words), "utf-8")
    return Project(root, TODAY)


def findings(project: Project) -> list[Diagnostic]:
    report = Report()
    records = load(project, report)
    edition = records["issue"]
    assert isinstance(edition, Edition)
    publication = compose(edition, records, project, report)
    assert report.diagnostics == []
    reading = Reading(publication, records, project, keeping.held(project, Report()))
    assert privacy.draft(reading) is None
    for look in READING_CHECKS:
        if look.__module__.endswith((".privacy", ".consent")):
            report.extend(look(reading))
    return report.sorted()


def pointed(project: Project, found: Diagnostic) -> str:
    """The words of the source that a finding points to."""
    line = (project.root / found.span.file).read_text("utf-8").splitlines()[found.span.line - 1]
    return line[found.span.column - 1 : found.span.column - 1 + found.span.length]


def test_situations_are_told_apart() -> None:
    names = [s["说"] for s in SCENARIOS]
    assert len(names) == len(set(names))
    assert len(names) >= 70


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[s["说"] for s in SCENARIOS])
def test_situation(scenario: dict[str, Any], held: str, tmp_path: Path) -> None:
    project = write(tmp_path, scenario)
    found = findings(project)
    expected = scenario.get("散列", scenario.get("有", [])) if held == "hashes" else scenario.get("有", [])
    wanted = sorted((code, words) for one in expected for code, words in one.items())
    assert sorted({d.code for d in found}) == sorted({code for code, _ in wanted})
    places = {(d.code, pointed(project, d)) for d in found}
    assert {(code, words) for code, words in wanted if words is not None} <= places
    assert_quiet(project, found)


def assert_quiet(project: Project, found: list[Diagnostic]) -> None:
    """Nothing that is said of a finding, in whatever form and language, holds anything of the roster."""

    def lines(file: str) -> list[str]:
        return (project.root / file).read_text("utf-8").splitlines()

    said = repr(found)
    for language in ("zh", "en"):
        said += messages.render(found, language, lines) + messages.as_json(found, language)
    assert [secret for secret in SECRETS if secret in said] == []


@pytest.mark.parametrize(
    ("example", "draft"),
    [(None, "没有保密名册"), (True, None)],
)
def test_without_a_roster_there_is_only_a_draft(example: bool | None, draft: str | None, tmp_path: Path) -> None:
    """But of made-up people, whose public roster is enough; nothing is said of references that can't be looked up."""
    report = Report()
    project = write(tmp_path, {"刊": {"示例": example}, "篇": {"示例": True}, "人": {"代号": "V-1"}})
    records = load(project, report)
    edition = records["issue"]
    assert isinstance(edition, Edition)
    reading = Reading(compose(edition, records, project, report), records, project, keeping.held(project, report))
    why = privacy.draft(reading)
    assert (None if why is None else str(why)) == draft
    assert list(privacy.in_roster(reading)) == []
    assert [d.code for d in privacy.only_a_draft(reading)] == ([] if draft is None else ["privacy.only_a_draft"])


def test_a_locked_roster_is_no_roster(key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHANKAN_ROSTER_KEY_FILE", str(tmp_path / "none.key"))
    (tmp_path / "private").mkdir()
    (tmp_path / "private/roster.age").write_bytes((key.parent / "roster.age").read_bytes())
    report = Report()
    found = keeping.held(write(tmp_path, {}), report)
    assert (report.diagnostics, found.real, found.invented) == ([], frozenset(), frozenset({"V-1"}))
    assert "锁着" in str(found.why)


def test_nothing_of_the_roster_is_repeated_of_what_cant_be_read(tmp_path: Path) -> None:
    """A real name in a field it has no business in: neither the message nor the line shown tells it."""
    project = write(tmp_path, {"刊": {"示例": True}, "篇": {"示例": True}})
    entries = yaml.safe_load((project.content / "style" / "sample-roster.yaml").read_text("utf-8"))["人员"]
    names = next(iter(entries.values()))["姓名"]
    real = names if isinstance(names, str) else names[0]
    (project.content / "stations" / "s2.yaml").write_text(
        f"标题: 某站\n简称: 某站\n层级: 镇街站\n地区: 某区\n建站日期: {real}的生日\n{real}: 1\n", "utf-8"
    )
    report = Report()
    check_everything(project, (), report)
    found = report.sorted()
    assert {"record.date_form", "record.unknown_field", "privacy.roster_match"} <= {d.code for d in found}

    def lines(file: str) -> list[str]:
        return (project.root / file).read_text("utf-8").splitlines()

    for language in ("zh", "en"):
        assert real not in messages.render(found, language, lines) + messages.as_json(found, language)
