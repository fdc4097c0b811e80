"""The review copy: a Word file to be corrected by others and read back into the records."""

from __future__ import annotations

from generator.diagnostics import Report
from generator.model import Publication
from generator.project import Project
from generator.store import NOWHERE, Store
from generator.writers.docx import written
from generator.writers.docx.draft import Copy


def write(publication: Publication, project: Project, report: Report, store: Store = NOWHERE) -> dict[str, bytes]:
    """Write ``<name>-审阅版.docx``: change tracking on, every paragraph marked with its record and field."""
    return {
        publication.file(".docx", Copy.REVIEW.value): written(publication, project, report, Copy.REVIEW, store=store)
    }
