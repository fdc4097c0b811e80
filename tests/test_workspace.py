"""``init`` and ``new``: what they write, and that they never overwrite."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

import pytest

from generator import workspace
from generator.diagnostics import Report
from generator.load import FOLDERS, load
from generator.project import Project, samples
from generator.records import RECORD_TYPES


def made(target: Path, *, empty: bool) -> list[Path]:
    report = Report()
    written = workspace.init(target, report, empty=empty)
    assert report.diagnostics == []
    return written


def test_init_brings_the_samples(tmp_path: Path) -> None:
    target = tmp_path / "站"
    written = made(target, empty=False)
    assert len(set(written)) == len(written)
    assert all(path.is_file() for path in written)
    for path in samples().rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            assert (target / "content" / path.relative_to(samples())).read_bytes() == path.read_bytes()


def test_an_empty_workspace_loads_and_has_every_folder(tmp_path: Path) -> None:
    made(tmp_path, empty=True)
    report = Report()
    records = load(Project(tmp_path), report)
    assert report.diagnostics == []
    assert {type(r).__name__ for r in records} == {"Station", "Person", "News", "Bulletin"}
    assert all((tmp_path / "content" / folder).is_dir() for folder in (*FOLDERS, "media", "style"))


def test_an_empty_workspace_builds(tmp_path: Path) -> None:
    from generator.build import check

    made(tmp_path, empty=True)
    report = Report()
    check(Project(tmp_path), [], report)
    assert report.diagnostics == []


def test_settings_point_at_schemas_that_are_there(tmp_path: Path) -> None:
    made(tmp_path, empty=True)
    settings = json.loads((tmp_path / ".vscode/settings.json").read_text(encoding="utf-8"))
    assert {Path(name).stem for name in settings["yaml.schemas"]} == set(RECORD_TYPES)
    for name, globs in settings["yaml.schemas"].items():
        assert json.loads((tmp_path / name).read_text(encoding="utf-8"))["title"]
        assert all(glob.startswith("content/") for glob in globs)
    assert settings["yaml.schemaStore.enable"] is False
    assert settings["files.encoding"] == "utf8"


def test_git_ignores_what_is_made(tmp_path: Path) -> None:
    made(tmp_path, empty=True)
    assert "/build/" in (tmp_path / ".gitignore").read_text(encoding="utf-8").split("\n")


def test_init_refuses_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "稿.txt").write_text("我的", encoding="utf-8")
    report = Report()
    assert workspace.init(tmp_path, report) == []
    assert [d.code for d in report.diagnostics] == ["workspace.not_empty"]
    assert [p.name for p in tmp_path.iterdir()] == ["稿.txt"]


def test_init_accepts_a_fresh_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert made(tmp_path, empty=True)


def test_init_refuses_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    report = Report()
    assert workspace.init(tmp_path / "a", report) == []
    assert [d.code for d in report.diagnostics] == ["workspace.not_a_folder"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_init_reports_a_folder_it_may_not_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    report = Report()
    workspace.init(tmp_path / "a", report)
    tmp_path.chmod(0o700)
    assert [d.code for d in report.diagnostics] == ["workspace.unwritable"]


def test_init_below_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    report = Report()
    assert workspace.init(tmp_path / "a" / "b", report) == []
    assert [d.code for d in report.diagnostics] == ["workspace.unwritable"]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "content").mkdir()
    return Project(tmp_path, dt.date(2024, 3, 5))


@pytest.mark.parametrize("name", RECORD_TYPES)
def test_new_makes_a_record_that_loads(name: str, project: Project) -> None:
    report = Report()
    path = workspace.new(name, "x-1", project, report)
    assert path is not None
    records = load(project, report)
    assert report.diagnostics == []
    assert type(records["x-1"]) is RECORD_TYPES[name]


@pytest.mark.parametrize("word", ["news", "动态"])
def test_new_without_an_id(word: str, project: Project) -> None:
    report = Report()
    first, second = (workspace.new(word, None, project, report) for _ in range(2))
    assert report.diagnostics == []
    assert [p and p.relative_to(project.content).as_posix() for p in (first, second)] == [
        "news/news-20240305.md",
        "news/news-20240305-2.md",
    ]


@pytest.mark.parametrize(
    ("kind", "identifier", "code"),
    [
        ("newz", "a", "workspace.unknown_type"),
        ("news", "../a", "workspace.id_form"),
        ("news", "张三", "workspace.id_form"),
        ("news", "", None),
        ("news", "taken", "workspace.exists"),
    ],
)
def test_new_reports(kind: str, identifier: str, code: str | None, project: Project) -> None:
    (project.content / "people").mkdir()
    (project.content / "people" / "taken.yaml").write_text("姓名: 甲", encoding="utf-8")
    report = Report()
    path = workspace.new(kind, identifier, project, report)
    assert [d.code for d in report.diagnostics] == ([code] if code else [])
    assert (path is None) == bool(code)
    assert (project.content / "people" / "taken.yaml").read_text(encoding="utf-8") == "姓名: 甲"


def test_new_outside_a_workspace(tmp_path: Path) -> None:
    report = Report()
    assert workspace.new("news", None, Project(tmp_path), report) is None
    assert [d.code for d in report.diagnostics] == ["workspace.missing"]
    assert list(tmp_path.iterdir()) == []


def test_schemas_are_made_anew(tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text("{}")
    written = workspace.write_schemas(tmp_path)
    assert {path.stem for path in written} == set(RECORD_TYPES)
    assert json.loads((tmp_path / "case.json").read_text(encoding="utf-8"))["title"] == "个案"
