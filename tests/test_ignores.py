"""Accepted findings: each with a reason, none about privacy, none that matches nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from generator.diagnostics import Report, Span, error, say, warning
from generator.ignores import apply_ignores
from generator.project import Project

FILE = "content/style/ignores.yaml"
WORDS = say("YAML 另有用途")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "content" / "style").mkdir(parents=True)
    return Project(tmp_path, dt.date(2024, 4, 1))


def left(project: Project, text: str) -> list[str]:
    """Codes and places that are still reported after ``text`` has been applied."""
    report = Report()
    report.add(warning("prose.underscores", WORDS, Span("content/a.md", 3, 1)))
    report.add(warning("prose.underscores", WORDS, Span("content/a.md", 9, 1)))
    report.add(warning("prose.underscores", WORDS, Span("content/b.md", 1, 1)))
    report.add(error("structure.thin_background", WORDS, Span("content/a.md", 1, 1)))
    report.add(error("privacy.phone", WORDS, Span("content/a.md", 2, 1)))
    (project.root / FILE).write_text(text, encoding="utf-8")
    apply_ignores(project, report)
    return [f"{d.code} {d.span}" for d in report.sorted()]


ALL = [
    "structure.thin_background content/a.md:1:1",
    "privacy.phone content/a.md:2:1",
    "prose.underscores content/a.md:3:1",
    "prose.underscores content/a.md:9:1",
    "prose.underscores content/b.md:1:1",
]


def test_without_the_file_nothing_changes(project: Project) -> None:
    report = Report()
    report.add(warning("prose.underscores", WORDS, Span("content/a.md", 3, 1)))
    apply_ignores(project, report)
    assert len(report.diagnostics) == 1


@pytest.mark.parametrize("text", ["", "# 还没有\n", "[]\n"])
def test_an_empty_list_accepts_nothing(project: Project, text: str) -> None:
    assert left(project, text) == ALL


def test_one_entry_takes_all_of_its_kind_in_its_file(project: Project) -> None:
    assert left(project, "- {代码: prose.underscores, 文件: content/a.md, 理由: 引文如此}\n") == [
        ALL[0],
        ALL[1],
        ALL[4],
    ]


def test_errors_may_be_accepted_too(project: Project) -> None:
    text = "- 代码: structure.thin_background\n  文件: content/a.md\n  理由: 背景另附\n"
    assert left(project, text) == ALL[1:]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            "- {代码: prose.underscores, 文件: content/c.md, 理由: 无}\n",
            "ignores.unused content/style/ignores.yaml:1:3",
        ),
        (
            "# 一\n\n- {代码: prose.link, 文件: content/a.md, 理由: 无}\n",
            "ignores.unused content/style/ignores.yaml:3:3",
        ),
        ("- {代码: privacy.phone, 文件: content/a.md, 理由: 无}\n", "ignores.privacy content/style/ignores.yaml:1:8"),
        ("- {代码: prose.underscores, 文件: content/a.md}\n", "ignores.form content/style/ignores.yaml:1:3"),
        ("- {代码: prose.underscores, 文件: content/a.md, 理由: }\n", "ignores.form content/style/ignores.yaml:1:3"),
        ("- prose.underscores\n", "ignores.form content/style/ignores.yaml:1:3"),
        ("代码: prose.underscores\n", "ignores.form content/style/ignores.yaml:1:1"),
        ("- 代码：prose.underscores\n", "ignores.form content/style/ignores.yaml:1:3"),
        ("- {代码: a\n", "yaml.special_character content/style/ignores.yaml:1:3"),
    ],
)
def test_fault(project: Project, text: str, place: str) -> None:
    assert left(project, text) == [*ALL, place]


def test_an_entry_written_twice_is_unused_the_second_time(project: Project) -> None:
    entry = "- {代码: prose.underscores, 文件: content/a.md, 理由: 无}\n"
    assert left(project, entry * 2)[-1] == "ignores.unused content/style/ignores.yaml:2:3"
