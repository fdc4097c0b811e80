"""Writers: publication -> {file name: bytes}. A new output format is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line reads WRITERS, and must start fast
    from generator.diagnostics import Report
    from generator.model import Publication
    from generator.project import Project
    from generator.store import Store
    from generator.workers import Workers

    Write = Callable[[Publication, Project, Report], dict[str, bytes]]
    Finish = Callable[[], dict[str, bytes]]
    Begin = Callable[[Publication, Project, Report, Workers, Store], Finish]

#: Format -> the module whose ``write`` makes it. Named, not imported: WeasyPrint takes a second to load.
WRITERS: Mapping[str, str] = {
    "pdf": "generator.writers.pdf",
    "docx": "generator.writers.docx",
    "html": "generator.writers.html",
    "review": "generator.writers.docx.review",
}

#: Formats that are only written when asked for.
ON_REQUEST = frozenset({"review"})


def writer(format_: str) -> Write:
    """The ``write`` function of a format."""
    write: Write = import_module(WRITERS[format_]).write
    return write


def hands_over(format_: str) -> bool:
    """Whether a writer has work done by other processes."""
    return hasattr(import_module(WRITERS[format_]), "begin")


def begin(format_: str) -> Begin:
    """What starts the work of a format; what it returns makes the files.

    A writer with a ``begin`` of its own hands work over to ``Workers`` first, and keeps parts in the ``Store``.
    """
    module = import_module(WRITERS[format_])
    if hands_over(format_):
        return lambda *given: module.begin(*given).finish
    return lambda publication, project, report, workers, store: partial(
        module.write, publication, project, report, store
    )
