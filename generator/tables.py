"""Tables: how wide each column is, and whether a table goes across the columns or on a page turned on its side."""

from __future__ import annotations

import math
import unicodedata

from lxml import etree

from generator.model import PageLayout
from generator.tree import classes, text

#: Type size of a table against the body, and what a cell's padding takes (em of the table's type).
_SIZE, _PADDING = 0.86, 1.3
#: A column whose longest cell is no longer than this (em) is never broken.
_SHORT = 7.0
#: Where such columns alone would take more than this share of the table, only those up to this (em) stay whole.
_CROWDED, _KEPT = 0.7, 4.0
#: A table whose longest cells side by side take more than so many columns of text is set across all of them.
_SPILLS = 1.35
#: Lines (of the body) that a row's padding takes, one of its lines, and a caption with the note under the table.
_ROW, _LINE, _LABELS = 0.45, 0.8, 2.75


def spills(table: etree._Element, layout: PageLayout) -> bool:
    """Whether a table is too wide for one of the page's columns.

    Never one that says in words what a drawing says: the drawing has its place, and the table goes with it.
    """
    columns = _columns(table)
    return (
        "equivalent" not in classes(table)
        and sum(max(cells, default=0) + _PADDING for cells in columns) > _ems(layout.measure, layout) * _SPILLS
    )


def turns(table: etree._Element, layout: PageLayout) -> bool:
    """Whether a table is too wide for the page: its columns don't hold even a few characters side by side.

    Never one that says in words what a drawing says.
    """
    columns = _columns(table)
    least = sum(min(max(cells, default=0), _KEPT) + _PADDING for cells in columns)
    return "equivalent" not in classes(table) and least > _ems(_text_width(layout), layout)


def fits_turned(table: etree._Element, layout: PageLayout, *, taken: float = 0) -> bool:
    """Whether a table, its column widths set, its caption and its note fit one page turned on its side.

    ``taken`` of the longer side (mm) is not the table's.
    """
    room = _ems(_text_height(layout) - taken, layout)
    wide = [float(c.get("data-width") or 0) / 100 * room - _PADDING for c in table.iter("col")]
    lines = 0.0
    for row in table.iter("tr"):
        cells = [measure(text(c, notes=False).strip()) for c in row]
        fitted = zip(cells, wide, strict=False) if len(cells) == len(wide) else ((c, room) for c in cells)
        lines += _ROW + _LINE * max((math.ceil(c / max(w, 1.0)) or 1 for c, w in fitted), default=1)
    return (lines + _LABELS) * layout.line_height / 72 * 25.4 <= _text_width(layout)


def set_column_widths(table: etree._Element, layout: PageLayout) -> None:
    """Put ``colgroup`` with ``col data-width`` (percent of the table) into a table."""
    if table.find("colgroup") is not None:
        return
    columns = _columns(table)
    if len(columns) < 2:
        return
    halves = any("columns" in classes(a) for a in table.iterancestors("section"))
    turned = any("landscape" in classes(a) for a in table.iterancestors("figure"))
    width = _text_height(layout) if turned else layout.measure if halves else _text_width(layout)
    room = _ems(width, layout) - _PADDING * len(columns)
    longest = [max(*cells, 1.2) if cells else 1.2 for cells in columns]
    if sum(longest) <= room:  # every cell on one line: what is left over belongs to all
        needs = [width * room / sum(longest) for width in longest]
    else:
        needs = [min(width, _SHORT) for width in longest]
        if sum(needs) > room * _CROWDED:  # no room for whole words everywhere: only the shortest stay whole
            needs = [min(width, _KEPT) for width in longest]
        rest = max(room - sum(needs), 0.0)
        wishes = [max(width - need, 0.0) ** 0.7 for width, need in zip(longest, needs, strict=True)]
        if sum(wishes) > 0:
            needs = [need + rest * wish / sum(wishes) for need, wish in zip(needs, wishes, strict=True)]
    whole = sum(needs) + _PADDING * len(needs)
    group = etree.Element("colgroup")
    for need in needs:
        etree.SubElement(group, "col", {"data-width": f"{(need + _PADDING) / whole * 100:.2f}"})
    table.insert(0, group)


def _text_width(layout: PageLayout) -> float:
    return layout.width - layout.inner - layout.outer


def _text_height(layout: PageLayout) -> float:
    return layout.height - layout.top - layout.bottom


def _ems(width: float, layout: PageLayout) -> float:
    """Millimetres as em of a table's type."""
    return width / 25.4 * 72 / (layout.body_size * _SIZE)


def _columns(table: etree._Element) -> list[list[float]]:
    """Width in em of every cell that spans one column, by column."""
    rows = table.findall(".//tr")
    count = max((sum(int(c.get("colspan", "1")) for c in row) for row in rows), default=0)
    columns: list[list[float]] = [[] for _ in range(count)]
    held: dict[int, int] = {}  # column -> rows still taken by a cell above
    for row in rows:
        position = 0
        for cell in row:
            while held.get(position, 0) > 0:
                held[position] -= 1
                position += 1
            span = int(cell.get("colspan", "1"))
            if span == 1 and position < count:
                columns[position].append(measure(text(cell, notes=False).strip()))
            for offset in range(span):
                held[position + offset] = int(cell.get("rowspan", "1")) - 1
            position += span
        while held.get(position, 0) > 0:
            held[position] -= 1
            position += 1
    return columns


def measure(words: str) -> float:
    """Width of a text in em: one for a wide character, a little over half for any other."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" or "\u2190" <= c <= "\u2bff" else 0.56 for c in words)
