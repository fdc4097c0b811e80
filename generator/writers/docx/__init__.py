"""The Word writer: a publication as one .docx that an office can edit, update and print."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace

from generator.diagnostics import Report
from generator.model import Publication
from generator.project import Project
from generator.provenance import join_sources
from generator.store import NOWHERE, Store
from generator.theme import hub_styles
from generator.writers.docx import citations, contents, covers, forms, pagination, watermark
from generator.writers.docx.blocks import Writer
from generator.writers.docx.colours import Colours, tint
from generator.writers.docx.draft import Copy, Draft, Place
from generator.writers.docx.forms import Controls
from generator.writers.docx.notes import Notes
from generator.writers.docx.numbers import Numbers
from generator.writers.docx.package import Package
from generator.writers.docx.pictures import Pictures
from generator.writers.docx.references import References
from generator.writers.docx.sections import Sections
from generator.writers.docx.sending import revision, send
from generator.writers.docx.wordml import Element, q, since


def write(publication: Publication, project: Project, report: Report, store: Store = NOWHERE) -> dict[str, bytes]:
    """Write the publication as ``<name>.docx``; equal publications give equal bytes.

    If it holds something to fill in, ``<name>-填写版.docx`` is the same with content controls, locked around them.
    Page numbers in the contents and in references are estimates until Word updates them (F9).
    Whatever this writer has no form for is kept as plain text and reported as ``docx.not_rendered``.
    """
    publication = _without_source_spans(publication)
    files = {publication.file(".docx"): written(publication, project, report, Copy.PLAIN, store=store)}
    form, controls = forms.prepared(publication)
    if controls:
        files[publication.file(".docx", Copy.FORM.value)] = written(form, project, report, Copy.FORM, controls, store)
    return files


def _without_source_spans(publication: Publication) -> Publication:
    """The publication with words of several fields run together as they will be read."""
    articles = tuple(replace(article, body=deepcopy(article.body)) for article in publication.articles)
    for article in articles:
        join_sources(article.body)
    return replace(publication, articles=articles)


def written(
    publication: Publication,
    project: Project,
    report: Report,
    copy: Copy,
    controls: Controls | None = None,
    store: Store = NOWHERE,
) -> bytes:
    """One file: the publication for reading and editing, for filling in or for review.

    ``controls`` are what stands in its blanks. Only a review copy wants the words of several fields kept apart.
    """
    hub = hub_styles(project, publication.theme, report)
    package = Package(publication, project.templates, hub, frames=copy is not Copy.REVIEW)
    references = References(publication)
    notes, pictures, numbers = Notes(package.footnotes), Pictures(package, store), Numbers(package)
    draft = Draft(publication, report, package, references, notes, pictures, numbers, copy, controls or {})
    draft.revision = revision(publication) if copy is Copy.REVIEW else ""
    sections = Sections(draft)
    writer, colours = Writer(draft, sections), Colours(publication)
    begins: dict[Element, str] = {}
    for number, article in enumerate(publication.articles, 1):
        draft.cover = copy is not Copy.REVIEW and covers.is_cover(article)
        draft.open(article, colours.of(article))
        begin = len(package.body)
        sections.open(article)
        references.arrive(article.id)
        writer.write(article.body, Place(package.body, draft.text_width))
        references.flush(package.body)
        draft.gap, draft.breaks = 0, False
        if publication.draft is not None and draft.cover:
            _mark_cover(since(package.body, begin), number)
        tint(package, since(package.body, begin), draft.colour)
        sections.close(last=number == len(publication.articles))
        if copy is Copy.REVIEW:
            begins.update(dict.fromkeys(since(package.body, begin), article.id))
    numbers.bind()
    citations.resolve(draft)
    contents.number(draft)
    shown = {paragraph: number.shown + " " for paragraph, number in numbers.given.items()}
    pages = pagination.estimate(package, publication.layout, shown) if draft.page_numbers else {}
    for text, target in draft.page_numbers:
        text.text = pages.get(references.name(target), "1")
    if copy is Copy.FORM:
        package.lock()
    if copy is Copy.REVIEW:
        send(package, publication.id, draft.revision, begins)
    return package.save()


def _mark_cover(written_: Iterable[Element], number: int) -> None:
    """The mark of a draft over a page whose art lies over what the header draws."""
    paragraphs = [p for element in written_ for p in element.iter(q("w:p"))]
    drawn = [p for p in paragraphs if p.find(f".//{q('wp:anchor')}") is not None]
    if paragraphs:
        (drawn or paragraphs)[0].append(watermark.mark(900 + number, above=True))
