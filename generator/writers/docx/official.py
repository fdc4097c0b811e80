"""The head and the signatures of an official document (GB/T 9704—2012): places that depend on what stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import tree
from generator.typesetting.page import MARK_LINE, mark_size
from generator.writers.docx import tables
from generator.writers.docx.draft import Place, nodes
from generator.writers.docx.inlines import fill
from generator.writers.docx.measure import ems
from generator.writers.docx.wordml import TWIPS, Element, add, add_paragraph, find, make, q, set_property

if TYPE_CHECKING:
    from generator.writers.docx.blocks import Writer

#: 发文机关标志 begins 35 mm below the top of the type area (7.2.4).
_ABOVE_MARK = 35 * TWIPS

#: Titles stand in the middle (7.3.1, 7.3.7) in another file too, whose own style of that name may say otherwise.
TITLES = ("Title", "AttachmentTitle")


def mark(writer: Writer, element: Element, place: Place) -> None:
    """发文机关标志: one name, or names one under another with 文件 to their right."""
    draft, layout = writer.draft, writer.draft.publication.layout
    names = [p for p in element.iter("p") if "mark-word" not in tree.classes(p)]
    words = [p for p in element.iter("p") if "mark-word" in tree.classes(p)]
    word = "".join(tree.text(p) for p in words)
    size = mark_size([tree.text(p).strip() or "　" for p in names] or ["　"], word, layout)
    style = draft.package.style("IssuerMark")
    for measure in ("sz", "szCs"):
        if (found := find(style, f"w:rPr/w:{measure}")) is not None:
            found.set(q("w:val"), str(round(size * 2)))
    if (spacing := find(style, "w:pPr/w:spacing")) is not None:
        spacing.set(q("w:line"), str(round(size * MARK_LINE * 20)))
    line = layout.line_height * 20
    header = element.getparent()
    markings = 0 if header is None else sum("marking" in tree.classes(p) for p in header)
    room = max(0, round(_ABOVE_MARK - markings * line))
    if not words:
        for number, name in enumerate(names):
            paragraph = writer.paragraph(place, "IssuerMark", list(nodes(name)))
            set_property(paragraph, "jc", val="center")
            if number == 0:
                set_property(paragraph, "spacing", before=room)
        return
    set_property(add_paragraph(place.parent, "SectionEnd"), "spacing", before=room, line=20, lineRule="exact")
    letters = max(len(tree.text(p)) for p in names) if names else 1
    widths = [round(letters * size * 20) + 160, round(len(word) * size * 20) + 160]
    table = tables.open_table(place, "PlainTable", widths)
    for number, name in enumerate(names):
        row = tables.whole_row(table)
        cell = tables.open_cell(row, widths[0])
        paragraph = writer.paragraph(Place(cell, widths[0]), "IssuerMark", list(nodes(name)))
        set_property(paragraph, "jc", val="distribute")
        cell = tables.open_cell(row, widths[1], merge="continue" if number else "restart")
        if number:
            add_paragraph(cell, "IssuerMark")
        else:
            writer.paragraph(Place(cell, widths[1]), "IssuerMark", [n for p in words for n in nodes(p)])


def enclosure(writer: Writer, element: Element, place: Place) -> None:
    """A line of 附件说明: a name of several lines stands under its own first character (7.3.4)."""
    paragraph = writer.draft.paragraph(place, "Enclosure")
    before = element.getprevious()
    if before is None or "enclosure" not in tree.classes(before):
        set_property(paragraph, "spacing", before=_line(writer))
    label, cell = element.find("span"), _cell(writer)
    if label is None or "numbered" not in tree.classes(element):
        fill(writer.draft, paragraph, nodes(element))
        return
    begins = len(tree.text(label).partition("：")[1])
    set_property(paragraph, "ind", left=round(6 * cell), hanging=round((4 if begins else 1) * cell))
    fill(writer.draft, paragraph, [label])
    add(add(paragraph, "r"), "tab")
    fill(writer.draft, paragraph, [n for n in nodes(element) if n is not label])


def signing(writer: Writer, element: Element, place: Place) -> None:
    """发文机关署名 and 成文日期: in the middle of their seals, or, unsealed, at the right (7.3.5)."""
    seals = element.findall("div")
    names = [p for p in element.iter("p") if "signature" in tree.classes(p)]
    dates = [p for p in element.iter("p") if "sign-date" in tree.classes(p)]
    if not names or len(names) + len(dates) < len(list(element.iter("p"))):
        writer.write_children(element, place)
        return
    above = place.parent[-1] if len(place.parent) else None
    if above is not None and above.tag == q("w:p"):
        set_property(above, "keepNext")
    line = _line(writer)
    if len(seals) > 1:
        add_paragraph(place.parent, "SectionEnd")
        set_property(place.parent[-1], "spacing", before=2 * line)
        tables.write_side_by_side(writer.draft, element, place, writer.flow)
        for paragraph in place.parent[-1].iter(q("w:p")):
            set_property(paragraph, "jc", val="center")
        return
    cell = _cell(writer)
    name_width = max(ems(tree.text(p)) for p in names)
    date_width = max((ems(tree.text(p)) for p in dates), default=0.0)
    for number, paragraph in enumerate([*names, *dates]):
        signed = number < len(names)
        made = writer.paragraph(place, "Signature" if signed else "SignDate", list(nodes(paragraph)))
        if number == 0:
            set_property(made, "spacing", before=(2 if seals else 1) * line)
        if not seals:
            if signed:
                set_property(made, "jc", val="left")
            begins = place.width / cell - 2 - max(name_width, date_width + 2)
            set_property(made, "ind", left=round((begins + (0 if signed else 2)) * cell))
        elif signed:
            narrow = 2 * (4 + date_width / 2)
            if name_width >= narrow:  # wider than its room, which the style would have it in the middle of
                set_property(made, "jc", val="right")
            set_property(made, "ind", left=round(max(0.0, place.width / cell - max(narrow, name_width)) * cell))
        else:
            set_property(made, "jc", val="right")
            set_property(made, "ind", right=round(4 * cell))


def colophon(writer: Writer, element: Element, place: Place) -> None:
    """版记 at the foot of the page it falls on: a table, which Word places and an office may move (7.4)."""
    lines = [p for p in element if p.tag == "p"]
    if place.parent is not writer.sections.body or len(lines) < len(element):
        writer.write_children(element, place)
        return
    table = tables.open_table(place, "ColophonTable", [place.width])
    position = make("tblpPr", leftFromText=0, rightFromText=0, vertAnchor="margin", horzAnchor="margin",
                    tblpXSpec="left", tblpYSpec="bottom")  # fmt: skip
    table[0][0].addnext(position)
    for line in lines:
        if "copies" in tree.classes(line) and line.getprevious() is not None:
            cell = table[-1][-1]  # 主送 and 抄送 have no line between them
        else:
            cell = tables.open_cell(tables.whole_row(table), place.width, middle=False)
        writer.write(line, place._replace(parent=cell))


def _line(writer: Writer) -> int:
    """The height of a line of the grid in twips."""
    return round(writer.draft.publication.layout.line_height * 20)


def _cell(writer: Writer) -> float:
    """The width of a character of the grid in twips."""
    layout = writer.draft.publication.layout
    return writer.draft.text_width / (layout.characters or writer.draft.text_width / 20 / layout.body_size)
