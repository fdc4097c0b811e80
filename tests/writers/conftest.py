"""The sample as PDF, written once for all who read it."""

from __future__ import annotations

import pytest

from generator.diagnostics import Report
from generator.model import Publication
from generator.project import Project
from generator.writers import pdf


@pytest.fixture(scope="session")
def printed(publications: dict[str, Publication], sample: Project) -> dict[str, dict[str, bytes]]:
    """Edition -> its two files, for screen and press; silently made."""
    report = Report()
    files = {name: pdf.write(publication, sample, report) for name, publication in publications.items()}
    assert report.diagnostics == []
    return files
