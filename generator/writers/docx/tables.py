"""Tables: data, information, forms, scores, checklists, months; key figures and pairs in borderless ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from generator import charting, tree
from generator.figures import heat
from generator.model import Asset, Chart
from generator.vector import shades
from generator.writers.docx import charts, controls
from generator.writers.docx.draft import Draft, Node, Place, nodes, runs_of
from generator.writers.docx.grid import Cell, grid_of, rows_of, to_fill_in
from generator.writers.docx.inlines import fill
from generator.writers.docx.measure import ems
from generator.writers.docx.pictures import Size, printed_size
from generator.writers.docx.wordml import TWIPS, Element, Own, add, add_paragraph, make, q, set_property, twin, value

#: Writes the blocks of an element; given by ``blocks``, which imports this module.
Flow = Callable[[Draft, Element, Place], None]

_STYLES = {
    "data": "BookTable",
    "information": "InformationTable",
    "form": "FormTable",
    "score": "ScoreTable",
    "checklist": "ChecklistTable",
    "months": "MonthsTable",
    "equivalent": "BookTable",
}
CLASSES = frozenset(_STYLES)


#: Running text, which leaves room before a table.
_RUNNING = ("BodyText", "ProfileText", "Lead", "ListBullet", "ListNumber", "KeyPoints")

#: Tables of at most so many rows stay on one page.
_SHORT = 7
#: The least height of rows to write in and to score in, in twips.
_WRITING_HEIGHT, _SCORING_HEIGHT = 460, 350
#: Between two cards (mm), and the rule over each (1/8 pt).
_CARD_GAP, _CARD_BAR = 3.0, 19
#: Ems that a cell's margins take.
_PADDING = 1.2


def _widths(table: Element, grid: list[list[Cell]], columns: int, width: int, size: float) -> list[int]:
    """Column widths in twips: as ``col data-width`` says in percent, else after what the cells hold."""
    told = [float(c.get("data-width") or 0) for c in table.iter("col")]
    if len(told) == columns and all(told):
        shares = told
    else:
        shares = _shares(grid, columns, width / 20 / size)
        for column, share in enumerate(told[:columns]):
            if share:
                shares[column] = share / 100 * sum(shares)
    return spread(shares, width)


def _shares(grid: list[list[Cell]], columns: int, room: float) -> list[float]:
    """Ems for each column: what its longest cell wants if there is room, else no less than keeps short words whole."""
    least, most = [3.0] * columns, [3.0] * columns
    for line in grid:
        for cell in line:
            if cell.element is None or cell.span > 1:
                continue
            wide = ems(tree.text(cell.element, notes=False).strip()) + _PADDING
            most[cell.column] = max(most[cell.column], min(wide, 40.0))
            least[cell.column] = max(least[cell.column], min(wide, 6.0 if cell.element.tag == "th" else 5.0))
    if sum(most) <= room:
        return most
    if sum(least) >= room:
        return least
    spare = (room - sum(least)) / (sum(most) - sum(least))
    return [low + (high - low) * spare for low, high in zip(least, most, strict=True)]


def spread(shares: Sequence[float], width: int) -> list[int]:
    """Whole twips in proportion to shares, adding up to ``width``."""
    total = sum(shares) or 1
    result = [int(share / total * width) for share in shares]
    result[-1] += width - sum(result)
    return result


def open_table(place: Place, style: str, widths: Sequence[int], *, heads: bool = False, caption: str = "") -> Element:
    """Append an empty table of fixed column widths."""
    table = add(place.parent, "tbl")
    properties = add(table, "tblPr")
    add(properties, "tblStyle", val=style)
    add(properties, "tblW", w=sum(widths), type="dxa")
    if place.parent.tag == q("w:body"):
        add(properties, "jc", val="center")
    add(properties, "tblLayout", type="fixed")
    add(properties, "tblLook", val="0420" if heads else "0400", firstRow=int(heads), lastRow=0, firstColumn=0,
        lastColumn=0, noHBand=0, noVBand=1)  # fmt: skip
    if caption:
        add(properties, "tblCaption", val=caption)
    columns = add(table, "tblGrid")
    for width in widths:
        add(columns, "gridCol", w=width)
    return table


def open_cell(row: Element, width: int, *, span: int = 1, merge: str = "", shade: str = "", middle: bool = True,
              bar: int = 0, colour: str = "") -> Element:  # fmt: skip
    """Append an empty cell to a row; ``bar`` is a rule over it (1/8 pt) in a colour."""
    cell = twin(_empty_cell(width, span, merge, shade, middle, bar, colour))
    row.append(cell)
    return cell


@lru_cache(maxsize=1024)
def _empty_cell(width: int, span: int, merge: str, shade: str, middle: bool, bar: int, colour: str) -> Element:
    cell = make("tc")
    properties = add(cell, "tcPr")
    add(properties, "tcW", w=width, type="dxa")
    if span > 1:
        add(properties, "gridSpan", val=span)
    if merge:
        add(properties, "vMerge", val=merge)
    if bar:
        add(add(properties, "tcBorders"), "top", val="single", sz=bar, space=0, color=colour)
    if shade:
        add(properties, "shd", val="clear", color="auto", fill=shade)
    if middle:
        add(properties, "vAlign", val="center")
    return cell


def _part(row: Element) -> str:
    parent = row.getparent()
    return str(parent.tag) if parent is not None else "tbody"


def write_table(
    draft: Draft, element: Element, place: Place, flow: Flow, caption: str = "", chart: Chart | None = None
) -> None:
    """Write a ``table`` of the tree: its header rows repeat on every page, no row is torn in two.

    One that says what a drawing says is smaller; ``chart`` gives the cells of a heat table their grounds.
    """
    named = [c for c in element.get("class", "").split() if c in _STYLES]
    kind = "equivalent" if "equivalent" in named else named[0] if named else "data"
    rows = rows_of(element)
    grid, columns = grid_of(rows)
    if not grid:
        return
    heads = sum(1 for row in rows if _part(row) == "thead")
    faces = _faces(kind)
    widths = _widths(element, grid, columns, place.width, draft.package.metrics[faces.text].size)
    grounds = _grounds(draft, chart, [line for line in rows if _part(line) != "thead"]) if chart is not None else {}
    _clear_above(place)
    blank = kind == "form" or (kind in ("checklist", "data") and to_fill_in(rows))
    style = _STYLES["form" if blank else kind]
    table = open_table(place, style, widths, heads=heads > 0, caption=caption)
    for number, line in enumerate(grid):
        row = whole_row(table)
        properties = row[0]
        if blank or kind == "score" or place.style == "ProfileText":
            height = _WRITING_HEIGHT if blank else _SCORING_HEIGHT
            add(properties, "trHeight", val=height, hRule="atLeast")
        if number < heads:
            add(properties, "tblHeader")
        short = len(grid) <= _SHORT and number < len(grid) - 1
        together = short or number <= heads < len(grid) - 1 or number == len(grid) - 2
        for cell in _complete(line, columns):
            shade = grounds.get(cell.element, "") if cell.element is not None else ""
            _cell(draft, row, cell, widths, place, flow, kind, number < heads, together, shade)
    draft.gap = max(draft.gap, 160)


class _Faces(NamedTuple):
    """The styles of a table's paragraphs."""

    head: str
    label: str
    text: str


def _faces(kind: str) -> _Faces:
    if kind == "equivalent":
        return _Faces("EquivalentHead", "EquivalentLabel", "EquivalentText")
    return _Faces("TableHead", "InformationLabel" if kind == "information" else "TableLabel", "TableText")


def _grounds(draft: Draft, chart: Chart, rows: Sequence[Element]) -> dict[Element, str]:
    """The ground (RRGGBB) of the cells of a heat table, as dark as the drawing has them."""
    found: dict[Element, str] = {}
    columns, colours = heat.shades(chart), shades(draft.publication.theme.colours.key)
    for row in rows:
        label, *cells = row
        if (name := tree.text(label).strip()) in chart.labels:
            for column, cell in zip(columns, cells, strict=False):
                if (shade := column[chart.labels.index(name)]) > 0:
                    found[cell] = colours[shade][1:].upper()
    return found


def _clear_above(place: Place) -> None:
    """Keep running text from touching the table below it, and two tables from growing together."""
    above = place.parent[-1] if len(place.parent) else None
    if above is None:
        return
    if above.tag == q("w:tbl"):
        add_paragraph(place.parent, "TableEnd")
    elif above.tag == q("w:p") and value(above, "w:pPr/w:pStyle") in _RUNNING:
        set_property(above, "spacing", after=120)


def _complete(line: list[Cell], columns: int) -> Iterator[Cell]:
    """A row's cells, and an empty one for columns that the tree left out."""
    at = 0
    for cell in sorted(line, key=lambda c: c.column):
        if cell.column > at:
            yield Cell(None, at, cell.column - at)
        yield cell
        at = cell.column + cell.span
    if at < columns:
        yield Cell(None, at, columns - at)


def _cell(
    draft: Draft, row: Element, cell: Cell, widths: Sequence[int], place: Place, flow: Flow, kind: str, head: bool,
    together: bool, shade: str,
) -> None:  # fmt: skip
    width = sum(widths[cell.column : cell.column + cell.span])
    element, faces = cell.element, _faces(kind)
    label = element is not None and element.tag == "th" and not head
    shade = _shade(draft) if label and kind == "form" else shade
    target = open_cell(row, width, span=cell.span, merge=cell.merge, shade=shade)
    if element is None:
        add_paragraph(target, faces.text)
        return
    draft.references.arrive(element.get("id"))
    style = faces.head if head else faces.label if label else faces.text
    inner = Place(target, width - 160, style=style)
    number = "number" in tree.classes(element)
    centred = (kind == "months" and cell.column > 0) or (kind in ("form", "score", "checklist") and (head or number))
    own: Own = (("jc", "center" if centred else "right"),) if centred or number else ()
    own += (("keepNext", ""),) if together else ()
    dressed = kind != "score"
    for content in runs_of(element):
        if isinstance(content, list):
            fill(draft, draft.paragraph(inner, style, own), content)
        else:
            flow(draft, content, inner)
            dressed = False
    draft.gap = 0
    _close_cell(target, faces.text, own)
    if (control := draft.controls.get(element)) is not None:
        controls.fill_cell(target[-1], control, inner.width / 20 / draft.package.metrics[style].size)
    for paragraph in () if dressed else target.iterchildren(q("w:p")):
        for name, told in own:
            set_property(paragraph, name, val=told or None)
        if kind == "score":  # a long list of points, which should stay on its page
            set_property(paragraph, "spacing", before=0, after=0)


def _shade(draft: Draft) -> str:
    """The ground of labels in a form."""
    return draft.publication.theme.colours.key_tint[1:].upper()


def _close_cell(cell: Element, style: str = "TableText", own: Own = ()) -> None:
    """See that a cell ends in a paragraph, as Word demands."""
    if cell[-1].tag != q("w:p"):
        add_paragraph(cell, style, own)


def whole_row(table: Element) -> Element:
    """Append a row that no page end may part."""
    row = add(table, "tr")
    add(add(row, "trPr"), "cantSplit")
    return row


def pairs(element: Element) -> Iterator[tuple[list[Element], list[Element]]]:
    """The terms of a ``dl`` with what is said of each, in order."""
    terms: list[Element] = []
    said: list[Element] = []
    for child in element:
        if child.tag == "dt" and said:
            yield terms, said
            terms, said = [], []
        (terms if child.tag == "dt" else said).append(child)
    if terms or said:
        yield terms, said


def write_cards(draft: Draft, element: Element, place: Place) -> None:
    """Write ``dl.cards``: one card a figure, four in a row (two in a column of text)."""
    cards = list(pairs(element))
    across = max(1, min(4 if place.width > 6500 else 2, len(cards)))
    if len(cards) > across and len(cards) % across == 1:
        across = max(2, across - 1)
    blank = round(_CARD_GAP * TWIPS)
    widths = spread([1] * across, place.width - blank * (across - 1))
    _clear_above(place)
    table = open_table(place, "CardsTable", [w for width in widths for w in (width, blank)][:-1])
    for start in range(0, len(cards), across):
        row = whole_row(table)
        group = cards[start : start + across]
        for number, (width, (terms, said)) in enumerate(zip(widths, group, strict=False)):
            if number:
                add_paragraph(open_cell(row, blank), "CardLabel")
            cell = open_cell(row, width, bar=_CARD_BAR, colour=draft.colour)
            inner = Place(cell, width)
            for child in (*terms, *said):
                draft.references.arrive(child.get("id"))
                style = "CardLabel" if child.tag == "dt" or child.find("small") is not None else "CardValue"
                fill(draft, draft.paragraph(inner, style), _flat(child))
        for width in widths[len(group) :]:
            add_paragraph(open_cell(row, blank), "CardLabel")
            add_paragraph(open_cell(row, width), "CardLabel")
    draft.gap = max(draft.gap, 200)


def _flat(element: Element) -> Iterator[Node]:
    """The inline content of an element that may hold paragraphs, as one line."""
    for content in runs_of(element):
        if isinstance(content, list):
            yield from content
        else:
            yield from nodes(content)


#: A small multiple that is narrower can't be read, in twips.
_PANEL = 2000


def write_panels(draft: Draft, asset: Asset, place: Place) -> None:
    """Write small multiples: a chart for each station below its name, in the cells of a borderless table."""
    if asset.chart is None:
        return
    panels, unit = charts.panels(asset.chart), charting.unit(asset.chart)
    across = 2 if len(panels) in (2, 4) or place.width < 3 * _PANEL else 3
    widths = spread([1] * across, place.width)
    said = f"单位：{unit}　各图比例相同" if unit else "各图比例相同"
    head = draft.paragraph(place, "EquivalentText", (("keepNext", ""),))
    draft.references.settle(head)
    fill(draft, head, [said])
    set_property(head, "spacing", after=60)
    table = open_table(place, "PlainTable", widths)
    for start in range(0, len(panels), across):
        row = whole_row(table)
        for number, width in enumerate(widths):
            inner = Place(open_cell(row, width, middle=False), width - 120)
            if start + number >= len(panels):
                _close_cell(inner.parent)
                continue
            panel = panels[start + number]
            name, shown = panel.series[0].name, replace(asset, chart=panel)
            fill(draft, draft.paragraph(inner, "EquivalentHead", (("keepNext", ""),)), [name])
            paragraph = draft.paragraph(inner, "Picture", (("keepNext", ""),))
            set_property(paragraph, "spacing", before=0, after=80)
            size = printed_size(shown, Size(inner.width / TWIPS, draft.text_height))
            paragraph.append(draft.pictures.inline(shown, size, f"{name}：{charting.said(panel)}"))
            draft.gap = 0


def write_terms(draft: Draft, element: Element, place: Place, flow: Flow) -> None:
    """Write ``dl.imprint-list`` or ``dl.facts``: names in a narrow column, what they mean beside."""
    items = list(pairs(element))
    draft.gap = 0
    widest = max((ems(tree.text(t).strip()) for terms, _ in items for t in terms), default=4.0)
    size = draft.package.metrics["ImprintLabel"].size
    label = min(round((widest + 0.5) * size * 20) + 140, place.width * 2 // 5)
    _clear_above(place)
    table = open_table(place, "ImprintTable", [label, place.width - label])
    for terms, said in items:
        row = whole_row(table)
        for width, group, style in ((label, terms, "ImprintLabel"), (place.width - label, said, "ImprintItem")):
            cell = open_cell(row, width, middle=False)
            inner = place._replace(parent=cell, width=width - 120, style=style, box="")
            for child in group:
                draft.references.arrive(child.get("id"))
                for content in runs_of(child):
                    if isinstance(content, list):
                        fill(draft, draft.paragraph(inner, style), content)
                    else:
                        flow(draft, content, inner)
            draft.gap = 0
            _close_cell(cell, style)
    draft.gap = max(draft.gap, 160)


def write_term_columns(draft: Draft, lists: Sequence[Element], place: Place, flow: Flow) -> None:
    """Write several ``dl`` beside each other, each in a cell of a borderless table."""
    gap = round(8 * TWIPS)
    width = (place.width - gap * (len(lists) - 1)) // len(lists)
    table = open_table(place, "PlainTable", [w for _ in lists for w in (width, gap)][:-1])
    row = whole_row(table)
    for number, element in enumerate(lists):
        if number:
            add_paragraph(open_cell(row, gap), "TableEnd")
        cell = open_cell(row, width, middle=False)
        draft.references.arrive(element.get("id"))
        write_terms(draft, element, place._replace(parent=cell, width=width - 120), flow)
        add_paragraph(cell, "TableEnd")
    draft.gap = 0


def write_side_by_side(draft: Draft, element: Element, place: Place, flow: Flow) -> None:
    """Write ``div.pair``: its children beside each other, at most three."""
    write_beside(draft, list(element), place, flow)


def write_beside(draft: Draft, children: Sequence[Element], place: Place, flow: Flow) -> None:
    """Write blocks beside each other, at most three in a row."""
    across = max(1, min(3, len(children)))
    widths = spread([1] * across, place.width)
    _clear_above(place)
    table = open_table(place, "PlainTable", widths)
    for start in range(0, len(children), across):
        row = whole_row(table)
        group = children[start : start + across]
        for number, width in enumerate(widths):
            cell = open_cell(row, width, middle=False)
            if number < len(group):
                flow(draft, group[number], place._replace(parent=cell, width=width - 120))
            draft.gap = 0
            _close_cell(cell)
    draft.gap = max(draft.gap, 160)
