"""The case anthology (案例集): title page, imprint, preface, about, contents, parts with cases, back matter."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Entry, PageLayout, Records, Theme
from generator.numbering import chinese
from generator.publications.piece import FIGURE_LIST, Piece, PublicationType, author_line, page
from generator.records.edition import Anthology


def layout(edition: Anthology, theme: Theme) -> PageLayout:
    """A book page of one column."""
    return page(edition.printing.format, theme.pages.anthology, opening_heads=False)


def series(edition: Anthology) -> str:
    return edition.subtitle or f"{edition.year}年度"


def pieces(edition: Anthology, records: Records) -> Iterator[Piece]:
    yield Piece("cover", "cover", "封面", "cover")
    yield Piece("title-page", "title-page", "扉页", "cover")
    yield Piece("imprint", "imprint", "版权页", "cover")
    for reference in (edition.preface, edition.about):
        yield from _article(reference, "front", records)
    yield Piece("contents", "contents", "目录", "front")
    if edition.figure_list:
        yield FIGURE_LIST
    number = 0
    for index, division in enumerate(edition.divisions, 1):
        part = f"part-{index}"
        title = f"第{chinese(index)}编　{division.title}"
        yield Piece(
            part,
            "part",
            division.title,
            section=division.title,
            entries=(Entry(part, title, level=0),),
            data={"division": division, "number": f"第{chinese(index)}编", "index": index - 1},
        )
        for reference in division.cases:
            record = records.get(reference)
            if record is None:
                continue
            number += 1
            yield Piece(
                record.id,
                type(record).__name__.lower(),
                record.title,
                section=division.title,
                record=record,
                entries=(Entry(record.id, record.title, author_line(record, records)),),
                data={"columns": False, "number": number},
            )
    for reference in (*edition.appendices, edition.afterword):
        yield from _article(reference, "body", records)
    yield Piece("back-cover", "back-cover", "封底", "cover")


def _article(reference: str | None, zone: str, records: Records) -> Iterator[Piece]:
    record = records.get(reference)
    if record is not None:
        entry = Entry(record.id, record.title, author_line(record, records), level=0)
        yield Piece(
            record.id,
            "matter",
            record.title,
            "front" if zone == "front" else "body",
            section=record.title,
            record=record,
            entries=(entry,),
        )


TYPE = PublicationType(Anthology, "anthology", layout, series, pieces)
