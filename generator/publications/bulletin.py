"""The quarterly bulletin (季刊): cover, imprint, contents, columns, data page, contributors, back cover."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Entry, PageLayout, Record, Records, Theme
from generator.publications.piece import Piece, PublicationType, author_line, page
from generator.records.article import Article
from generator.records.case import Case
from generator.records.edition import Bulletin, IssueColumn
from generator.records.station import Station

#: Columns whose short pieces run on, one under another, in two columns of text.
RUNNING = frozenset({"要闻", "服务动态"})


def layout(edition: Bulletin, theme: Theme) -> PageLayout:
    """Two columns on 大16开 210×285 mm, or the trim asked for."""
    return page(edition.printing.format, theme.pages.bulletin)


def series(edition: Bulletin) -> str:
    return f"{edition.year}年第{edition.number}期"


def pieces(edition: Bulletin, records: Records) -> Iterator[Piece]:
    yield Piece("cover", "cover", "封面", "cover")
    # The imprint is the inside of the cover; folios count from the first page of the body.
    yield Piece("imprint", "imprint", "版权页", "cover")
    yield Piece("contents", "contents", "目录")
    for number, column in enumerate(edition.columns, 1):
        yield from _column(column, f"column-{number}", edition, records)
    yield Piece("contributors", "contributors", "本期作者", section="本期作者")
    yield Piece("back-cover", "back-cover", "封底", "cover")


def _column(column: IssueColumn, identifier: str, edition: Bulletin, records: Records) -> Iterator[Piece]:
    items = [record for i in column.items if (record := records.get(i)) is not None]
    name = column.name
    if name == "数据看板":
        entry = Entry(identifier, f"{edition.year}年数据看板", section=name)
        yield Piece(identifier, "dashboard", entry.title, section=name, entries=(entry,), data={"note": column.note})
    elif name in RUNNING or name == "政策速递":
        kind = {"政策速递": "policies", "要闻": "headlines"}.get(name, "digest")
        entries = tuple(Entry(r.id, r.title, author_line(r, records), section=name) for r in items)
        yield Piece(identifier, kind, name, section=name, entries=entries, data={"items": items, "note": column.note})
    else:
        for place, record in enumerate(items):
            entry = Entry(record.id, record.title, author_line(record, records), section=name)
            yield Piece(
                record.id,
                _kind(record),
                record.title,
                section=name,
                record=record,
                entries=(entry,),
                data={"columns": True, "note": column.note if place == 0 else None},
            )


def _kind(record: Record) -> str:
    if isinstance(record, Station):
        return "profile"
    if isinstance(record, Article):
        return {"卷首语": "editorial", "启事": "notice", "人物": "portrait"}.get(record.genre, "essay")
    if isinstance(record, Case):
        return "case"
    return type(record).__name__.lower()


TYPE = PublicationType(Bulletin, "bulletin", layout, series, pieces)
