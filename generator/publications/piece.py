"""What a publication type yields: pieces in printing order, before any template has seen them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from generator.model import Entry, PageLayout, PageSizes, Record, Records, Theme
from generator.records.edition import Edition


@dataclass(frozen=True)
class Piece:
    """One article to be composed.

    ``kind`` is the name of its template. ``entries`` are its lines in the contents; with ``depth`` they
    are taken from its headings instead (1 = title only). ``scheme`` numbers its clauses. ``data`` is what
    its template needs beyond the record.
    """

    id: str
    kind: str
    title: str
    zone: Literal["cover", "front", "body"] = "body"
    section: str = ""
    record: Record | None = None
    entries: tuple[Entry, ...] = ()
    depth: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PublicationType:
    """A kind of edition: its record, its folder of templates, its page, its running head, its pieces, its authors."""

    record: type[Edition]
    templates: str
    layout: Callable[[Any, Theme], PageLayout]
    series: Callable[[Any], str]
    pieces: Callable[[Any, Records], Iterator[Piece]]
    publishers: Callable[[Any, Records], Sequence[str]] = lambda edition, _: edition.masthead.publisher


#: Figures, then tables, with their pages; after the contents.
FIGURE_LIST = Piece("figures", "figures", "图表目录", "front")

#: Millimetres in a point.
MM = 25.4 / 72


def page(trim: str, sizes: PageSizes, *, opening_heads: bool = True) -> PageLayout:
    """A page of ``trim`` (``210×285``, mm) whose columns hold as many whole characters as the margins leave.

    The inner margin is two millimetres wider than the outer.
    """
    width, height = map(float, trim.split("×"))
    em, gaps = sizes.body * MM, (sizes.columns - 1) * sizes.gap
    measure = int((width - sizes.sides - gaps) / sizes.columns / em) * em * sizes.columns + gaps
    inner = round((width - measure) / 2 + 1, 2)
    outer = round(width - measure - inner, 2)
    return PageLayout(
        width,
        height,
        sizes.top,
        sizes.bottom,
        inner,
        outer,
        sizes.body,
        sizes.line,
        sizes.columns,
        sizes.gap,
        opening_heads=opening_heads,
        initials=sizes.initials,
    )


def author_line(record: Record, records: Records) -> str:
    """Names of a record's authors as a contents list prints them."""
    return "　".join(dict.fromkeys(printed_name(a.person, records) for a in record.authors if a.role != "图"))


def printed_name(reference: str, records: Records) -> str:
    """The printed name behind a person's, station's or partner's id; a plain name is itself."""
    record = records.get(reference)
    if record is None:
        return reference
    return getattr(record, "short_name", None) or record.title
