"""Guidelines (操作指引、办法、标准、制度汇编、方案): documents with numbered clauses, forms, appendices."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Entry, PageLayout, Records, Theme
from generator.publications.piece import FIGURE_LIST, Piece, PublicationType, page
from generator.records.edition import Guidelines
from generator.records.policy import Policy

#: 编号体例 -> template and page style of a document.
_KINDS = {"办法": "rules", "制度": "rules", "标准": "standard"}


def layout(edition: Guidelines, theme: Theme) -> PageLayout:
    """A4, or the trim asked for."""
    return page(edition.printing.format, theme.pages.guidelines, opening_heads=False)


def series(edition: Guidelines) -> str:
    return f"{edition.year}年"


def pieces(edition: Guidelines, records: Records) -> Iterator[Piece]:
    yield Piece("cover", "cover", "封面", "cover")
    yield Piece("imprint", "imprint", "版权页", "cover")
    preface = records.get(edition.preface)
    if preface is not None:
        yield Piece(
            preface.id,
            "matter",
            preface.title,
            "front",
            preface.title,
            preface,
            (Entry(preface.id, preface.title, level=0),),
        )
    documents = [d for i in edition.documents if isinstance(d := records.get(i), Policy)]
    # GB/T 1.1-2020: a standard's 目次 comes before its 前言.
    contents = Piece("contents", "contents", "目次" if edition.family == "标准" else "目录", "front")
    lists = (contents, FIGURE_LIST) if edition.figure_list else (contents,)
    if edition.family == "标准":
        yield from lists
    for document in documents:
        if document.foreword and len(documents) == 1:
            identifier = f"{document.id}-foreword"
            yield Piece(
                identifier,
                "foreword",
                "前言",
                "front",
                "前言",
                document,
                (Entry(identifier, "前言", level=0),),
            )
    if edition.family != "标准":
        yield from lists
    for document in documents:
        several = len(documents) > 1
        yield Piece(
            document.id,
            _KINDS.get(document.numbering or "指引", "document"),
            document.title,
            section=document.title if several else edition.title,
            record=document,
            depth=1 if several else 2,
            data={"several": several},
        )
    yield Piece("back-cover", "back-cover", "封底", "cover")


TYPE = PublicationType(Guidelines, "guidelines", layout, series, pieces)
