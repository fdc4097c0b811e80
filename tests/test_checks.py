"""Every check fires where it should and nowhere else; the cases are content an editor could have written.

``tests/checks/<area>.<check>/firing`` is laid over the sample and makes the check report exactly what its
``expected.txt`` lists, one ``code file:line:column`` a line; ``…/silent`` comes as near to that as is allowed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.build import check as check_everything
from generator.checks import CHECKS, READING_CHECKS, RECORD_CHECKS
from generator.compose import compose
from generator.diagnostics import Diagnostic, Report, Severity
from generator.load import load
from generator.privacy import keeping
from generator.project import Project
from generator.reading import Reading
from generator.records.edition import Edition

CASES = Path(__file__).parent / "checks"


def name_of(check: Callable[..., Any]) -> str:
    return f"{check.__module__.rpartition('.')[2]}.{check.__name__}"


EVERY = {name_of(check): check for check in (*RECORD_CHECKS, *CHECKS, *READING_CHECKS)}


def findings(name: str, project: Project) -> list[Diagnostic]:
    """What one check says of a workspace, whose records must be well formed."""
    report = Report()
    records = load(project, report)
    assert report.diagnostics == []

    def found() -> Iterator[Diagnostic]:
        check: Callable[..., Iterator[Diagnostic]] = EVERY[name]
        if check in RECORD_CHECKS:
            yield from check(records)
            return
        for edition in records:
            if isinstance(edition, Edition):
                publication = compose(edition, records, project, Report())
                looked = (
                    (Reading(publication, records, project, keeping.held(project, report)),)
                    if check in READING_CHECKS
                    else (publication, records)
                )
                yield from check(*looked)

    report.extend(found())
    return report.sorted()


def test_names_are_unique() -> None:
    assert len(EVERY) == len(RECORD_CHECKS) + len(CHECKS) + len(READING_CHECKS)


def test_no_cases_without_a_check() -> None:
    assert {p.name for p in CASES.iterdir()} == set(EVERY)


@pytest.mark.parametrize("name", EVERY)
def test_check_fires(name: str, workspace: Callable[..., Project]) -> None:
    folder = CASES / name / "firing"
    assert folder.is_dir(), f"write a case for {name}: tests/checks/{name}/firing/content/…"
    expected = (folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert expected
    assert [f"{d.code} {d.span}" for d in findings(name, workspace(folder))] == expected


@pytest.mark.parametrize("name", EVERY)
def test_firing_reaches_the_report(name: str, workspace: Callable[..., Project]) -> None:
    """The whole chain says the same, once, and an error stops it."""
    folder = CASES / name / "firing"
    report = Report()
    check_everything(workspace(folder), (), report)
    said = Counter(f"{d.code} {d.span}" for d in report.sorted())
    expected = Counter((folder / "expected.txt").read_text(encoding="utf-8").splitlines())
    assert {line: said[line] for line in expected} == expected


@pytest.mark.parametrize("name", EVERY)
def test_check_is_silent(name: str, workspace: Callable[..., Project]) -> None:
    folder = CASES / name / "silent"
    assert folder.is_dir(), f"write a case for {name}: tests/checks/{name}/silent/content/…"
    assert findings(name, workspace(folder)) == []


@pytest.mark.parametrize("name", EVERY)
def test_check_is_silent_about_the_sample(name: str, sample: Project) -> None:
    assert findings(name, sample) == []


@pytest.mark.parametrize("name", EVERY)
def test_findings_can_be_acted_upon(name: str, workspace: Callable[..., Project]) -> None:
    """Every finding has a place in a file and, but for the self-evident, a hint what to do."""
    project = workspace(CASES / name / "firing")
    for d in findings(name, project):
        lines = (project.root / d.span.file).read_text(encoding="utf-8").splitlines()
        assert 1 <= d.span.line <= len(lines)
        assert 1 <= d.span.column <= len(lines[d.span.line - 1]) + 1
        assert d.severity in (Severity.ERROR, Severity.WARNING)
        assert d.hint is not None


@pytest.mark.parametrize("name", EVERY)
def test_every_check_has_its_manual_page(name: str) -> None:
    assert (EVERY[name].__doc__ or "").strip()
