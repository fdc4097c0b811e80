"""Checks: each is one function whose docstring is its manual page; a new one is a function and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator.checks import consent, figures, imprint, official, references, stations, structure
from generator.diagnostics import Diagnostic
from generator.each import check as placeholders_filled
from generator.facts import agree as facts_agree
from generator.facts import check as facts_are_right
from generator.model import Publication, Records
from generator.reading import Reading

#: Checks of the records as a whole.
RECORD_CHECKS: tuple[Callable[[Records], Iterator[Diagnostic]], ...] = (
    references.known,
    stations.tree,
    facts_are_right,
    facts_agree,
    structure.filled_in,
    placeholders_filled,
)

#: Checks of a publication as it will be printed.
CHECKS: tuple[Callable[[Publication, Records], Iterator[Diagnostic]], ...] = (
    imprint.required_items,
    imprint.lawful_name,
    imprint.lawful_recipients,
    imprint.cover_lines,
    official.documents,
    official.document_number,
    official.dates,
    official.title,
    official.parties,
    structure.closed_cases,
    structure.case_background,
    structure.case_order,
    structure.printed_once,
    structure.heading_order,
    consent.scope,
    consent.final,
)

#: Checks of the words of a publication, all that a reader can reach, in what comes around them.
READING_CHECKS: tuple[Callable[[Reading], Iterator[Diagnostic]], ...] = (
    figures.true,
    figures.parts,
    figures.kept,
)
