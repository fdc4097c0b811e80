"""Column widths of tables: short columns whole on one line, the rest shared by how much they say."""

from __future__ import annotations

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


def spills(table: etree._Element, layout: PageLayout) -> bool:
    """Whether a table is too wide for one of the page's columns."""
    columns = _columns(table)
    return sum(max(cells, default=0) + _PADDING for cells in columns) > _ems(layout.measure, layout) * _SPILLS


def set_column_widths(table: etree._Element, layout: PageLayout) -> None:
    """Put ``colgroup`` with ``col data-width`` (percent of the table) into a table."""
    if table.find("colgroup") is not None:
        return
    columns = _columns(table)
    if len(columns) < 2:
        return
    halves = any("columns" in classes(a) for a in table.iterancestors("section"))
    width = layout.measure if halves else layout.width - layout.inner - layout.outer
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
