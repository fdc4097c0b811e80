"""The sample as PDF, written once for all who read it."""

from __future__ import annotations

import pytest

from generator.diagnostics import Report
from generator.model import Publication
from generator.project import Project
from generator.writers import pdf


@pytest.fixture(scope="session")
def printed(publications: dict[str, Publication], sample: Project) -> dict[str, dict[str, bytes]]:
    """Edition -> its two files, for screen and press; silently made, but for 仿宋, which no system package has."""
    report = Report()
    files = {name: pdf.write(publication, sample, report) for name, publication in publications.items()}
    assert {d.code for d in report.diagnostics} <= {"fonts.stand_in"}
    return files
