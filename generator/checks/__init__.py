"""Checks: each is one function whose docstring is its manual page; a new one is a function and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator.checks import (
    completeness,
    consent,
    diagrams,
    figures,
    imprint,
    language,
    law,
    official,
    photos,
    privacy,
    references,
    reviews,
    stations,
    structure,
)
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
    diagrams.drawable,
    facts_are_right,
    facts_agree,
    structure.filled_in,
    placeholders_filled,
    imprint.one_version,
    reviews.signatures,
    language.writing,
)

#: Checks of a publication as it will be printed.
CHECKS: tuple[Callable[[Publication, Records], Iterator[Diagnostic]], ...] = (
    imprint.placeholders,
    imprint.lawful_name,
    imprint.lawful_people,
    imprint.lawful_recipients,
    imprint.checklist,
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
    consent.final,
    completeness.evaluated,
    completeness.measurable,
    completeness.theories_return,
    completeness.scales,
    completeness.improvement,
    completeness.groups,
    completeness.activities,
    completeness.news,
    completeness.comments,
    completeness.verdicts,
    stations.pieces_have_one,
    stations.every_one_heard,
    reviews.complete,
    reviews.release,
    photos.ticked,
)

#: Checks of the words of a publication, all that a reader can reach, in what comes around them.
READING_CHECKS: tuple[Callable[[Reading], Iterator[Diagnostic]], ...] = (
    privacy.lists,
    privacy.in_roster,
    privacy.only_a_draft,
    privacy.aliases,
    privacy.clients_declared,
    privacy.marked_once,
    privacy.roster_strings,
    privacy.identifying,
    privacy.named_people,
    privacy.traits_declared,
    privacy.rare_combinations,
    consent.agreed,
    consent.of_children,
    consent.minors,
    consent.of_photos,
    imprint.required_items,
    imprint.own_kind,
    law.wording,
    completeness.lengths,
    completeness.pictures,
    language.lettering,
    language.wording,
    figures.true,
    figures.scores,
    figures.parts,
    figures.kept,
)
