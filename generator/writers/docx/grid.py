"""The grid of a table of the tree: which cell stands in which columns, which wait for a pen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from generator.writers.docx.wordml import Element


class Cell(NamedTuple):
    """A cell at its place in the grid; ``element`` is None where a cell from above reaches down."""

    element: Element | None
    column: int
    span: int
    merge: str = ""


def rows_of(table: Element) -> list[Element]:
    """The rows of a table, those of its head first."""
    return list(table.iter("tr"))


def grid_of(rows: Sequence[Element]) -> tuple[list[list[Cell]], int]:
    """The cells of every row at their columns, merged ones filled in, and the number of columns."""
    reaching: dict[int, tuple[int, int]] = {}  # column -> rows still covered, columns
    grid: list[list[Cell]] = []
    for row in rows:
        line = [Cell(None, column, span, "continue") for column, (_, span) in reaching.items()]
        taken = {column + n for column, (_, span) in reaching.items() for n in range(span)}
        reaching = {column: (left - 1, span) for column, (left, span) in reaching.items() if left > 1}
        column = 0
        for element in row:
            while column in taken:
                column += 1
            span, down = int(element.get("colspan") or 1), int(element.get("rowspan") or 1)
            line.append(Cell(element, column, span, "restart" if down > 1 else ""))
            if down > 1:
                reaching[column] = (down - 1, span)
            column += span
        grid.append(line)
    columns = max((cell.column + cell.span for line in grid for cell in line), default=1)
    return grid, columns


def is_empty(cell: Element) -> bool:
    """Whether nothing stands in a cell."""
    return not len(cell) and not (cell.text or "").strip()


def to_fill_in(rows: Sequence[Element]) -> bool:
    """Whether a table is a form: more than a quarter of its cells wait for a pen."""
    cells = [cell for row in rows for cell in row if cell.tag == "td"]
    empty = sum(1 for cell in cells if is_empty(cell))
    return bool(cells) and empty > len(cells) / 4
