"""The official document (公文): a notice or the like in the form of GB/T 9704—2012, with what it issues or encloses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.model import Entry, PageLayout, Records, Theme
from generator.publications.piece import Piece, PublicationType
from generator.records.edition import Official
from generator.records.policy import Policy

#: GB/T 9704—2012 5.2: 22 lines of 28 characters of 3号 (16 pt) fill 156 × 225 mm of an A4 page.
CHARACTERS, LINES = 28, 22

#: 225 mm / 22, in points, rounded down so that the 22nd line still fits.
_LINE = 28.99


def layout(edition: Official, theme: Theme) -> PageLayout:
    """A4, 天头 37 mm, 订口 28 mm; page numbers between dashes (5.2.1, 7.5)."""
    return PageLayout(210, 297, 37, 35, 28, 26, 16, _LINE, characters=CHARACTERS, folio="— {} —", running_heads=False)


def series(edition: Official) -> str:
    return ""


def pieces(edition: Official, records: Records) -> Iterator[Piece]:
    document = records.get(edition.document)
    if not isinstance(document, Policy):
        return
    issued, enclosed = _policies(edition.issued, records), _policies(edition.enclosures, records)
    #: what 附件说明 lists: the document's own appendices, then whole documents
    titles = [a.title for a in document.appendices] + [p.title for p in enclosed]
    labels = [f"附件{number}" for number in range(1, len(titles) + 1)] if len(titles) > 1 else ["附件"] * len(titles)
    following = [("enclosure", p, label) for p, label in zip(enclosed, labels[len(document.appendices) :], strict=True)]
    following += [("issued", p, "") for p in issued]
    yield _piece("document", document, last=not following, titles=titles, labels=labels)
    for number, (kind, policy, label) in enumerate(following, 1):
        yield _piece(kind, policy, last=number == len(following), label=label)


def _policies(references: Sequence[str], records: Records) -> list[Policy]:
    return [p for r in references if isinstance(p := records.get(r), Policy)]


def _piece(kind: str, policy: Policy, **data: object) -> Piece:
    entries = (Entry(policy.id, policy.title),)
    return Piece(policy.id, kind, policy.title, section=policy.title, record=policy, entries=entries, data=data)


def publishers(edition: Official, records: Records) -> Sequence[str]:
    document = records.get(edition.document)
    return document.issuers if isinstance(document, Policy) else ()


TYPE = PublicationType(Official, "official", layout, series, pieces, publishers)
