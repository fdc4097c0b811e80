"""Blocks: the tree's block elements as paragraphs in named styles, lists, boxes, figures and tables."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from lxml import etree

from generator import charting, tree
from generator.model import Chart
from generator.typesetting import openings
from generator.writers.docx import charts, contents, covers, frames, official, pagination, tables
from generator.writers.docx.draft import Copy, Draft, Node, Place, is_block, nodes, runs_of, spaced
from generator.writers.docx.inlines import fill
from generator.writers.docx.measure import balanced, ems
from generator.writers.docx.pictures import Size, UnreadablePictureError, printed_size
from generator.writers.docx.sections import Sections
from generator.writers.docx.wordml import (
    TWIPS,
    Element,
    add,
    add_paragraph,
    find,
    make,
    make_run,
    number,
    properties,
    put_property,
    q,
    set_look,
    set_property,
    since,
    twin,
    value,
)

Block = Callable[["Writer", Element, Place], None]

#: Lists of the vocabulary: paragraph style, and the numbering that numbering.xml draws.
_BULLETS, _NUMBERS, _STEPS, _POINTS, _TICKS = 1, 2, 3, 4, 5

#: A box of at most so many paragraphs stays on one page.
_SHORT_BOX = 8

#: Titles of some kinds of pieces, as parts of their style's size.
_SIZES = {("editorial", "Heading1"): 1.5, ("policies", "ItemTitle"): 0.857}

#: Titles that are broken into lines alike.
_BALANCED = ("Heading1", "ItemTitle", "AttachmentTitle", "PartTitle")

#: A title that fills more of its line than this may not fit where fonts differ.
_SURE = 0.97

#: The bar over the first piece of a column, in eighths of a point.
_BAR = 29

#: Twips left under an imprint that stands at the foot of its page.
_IMPRINT_SLACK = 700

#: Styles of headings that go with what stands right below them.
_HEADINGS = ("Title", "Heading", "AttachmentTitle", "ItemTitle")

#: No picture is higher than this part of the type area; what is drawn from data leaves room for its caption.
_HIGHEST, _HIGHEST_DRAWN = 0.46, 0.92


class Writer:
    """Writes blocks into the draft; sections of the text, where columns change, are its concern too."""

    def __init__(self, draft: Draft, sections: Sections) -> None:
        self.draft = draft
        self.sections = sections
        self.contents = False
        self.opening: Element | None = None

    def write(self, element: Element, place: Place) -> None:
        """Write one block by the handler of its element or of the first of its classes that has one."""
        self.draft.references.arrive(element.get("id"))
        tag = str(element.tag)
        handler = BLOCKS.get(tag)
        if handler is None:
            self.draft.lost(element, tag)
            handler = _any
        chosen = handler
        for name in element.get("class", "").split():
            special = BLOCKS.get(f"{tag}.{name}")
            if special is None:
                self.draft.lost(element, f"{tag}.{name}")
            elif chosen is handler:
                chosen = special
        chosen(self, element, place)

    def write_children(self, element: Element, place: Place) -> None:
        """Write what an element holds, stray text as plain paragraphs."""
        for content in runs_of(element):
            if isinstance(content, list):
                self.paragraph(place, place.style, content)
            else:
                self.write(content, place)

    def paragraph(self, place: Place, style: str, content: list[Node]) -> Element:
        """Write one paragraph."""
        paragraph = self.draft.paragraph(place, style)
        fill(self.draft, paragraph, content)
        return paragraph

    def flow(self, draft: Draft, element: Element, place: Place) -> None:
        """The writer as ``tables`` calls it back."""
        self.write(element, place)


# ------------------------------------------------------------------ paragraphs


def _any(writer: Writer, element: Element, place: Place) -> None:
    """An element nobody knows: its text is kept."""
    if any(is_block(child) for child in element):
        writer.write_children(element, place)
    else:
        writer.paragraph(place, place.style, list(nodes(element)))


def _children(writer: Writer, element: Element, place: Place) -> None:
    writer.write_children(element, place)


def _open_with_initial(writer: Writer, element: Element, place: Place) -> None:
    """The paragraph that a piece opens with: its first character two lines high, in a frame as Word makes it."""
    first, *rest = nodes(element)
    assert isinstance(first, str)
    line = round(writer.draft.publication.layout.line_height * 20)
    initial = writer.paragraph(place, "DropCap", [first.lstrip()[0]])
    frame = make("framePr", dropCap="drop", lines=2, hSpace=60, wrap="around", vAnchor="text", hAnchor="text")
    put_property(initial, frame)
    set_property(initial, "keepNext")
    set_property(initial, "spacing", before=0, after=0, line=2 * line, lineRule="exact")
    set_property(initial, "textAlignment", val="baseline")
    following = writer.paragraph(place, place.style, [first.lstrip()[1:], *rest])
    set_property(following, "ind", firstLineChars=0, firstLine=0)


def _styled(style: str) -> Block:
    def write(writer: Writer, element: Element, place: Place) -> None:
        writer.paragraph(place, style, list(nodes(element)))

    return write


def _plain(writer: Writer, element: Element, place: Place) -> None:
    if element is writer.opening:
        _open_with_initial(writer, element, place)
        return
    writer.paragraph(place, place.style, list(nodes(element)))


def _heading(style: str) -> Block:
    def write(writer: Writer, element: Element, place: Place) -> None:
        if place.box:
            paragraph = writer.paragraph(place, _title_of(place.box), list(nodes(element)))
            set_property(paragraph, "outlineLvl", val=int(str(element.tag)[1]) - 1)
            return
        chosen = "TOCHeading" if writer.contents and style == "Heading1" else writer.draft.package.heading(style)
        paragraph = writer.paragraph(place, chosen, list(nodes(element)))
        if chosen in official.TITLES:
            set_property(paragraph, "jc", val="center")
        writer.draft.references.mark_title(element, paragraph)
        factor = _SIZES.get((writer.draft.kind, style), 1.0)
        if chosen in _BALANCED and not writer.draft.publication.layout.characters:
            _balance(writer.draft, paragraph, _title(element), chosen, place.width, factor)
        if factor != 1.0:
            _resize(writer.draft, paragraph, chosen, factor)
        _suit(writer.draft, paragraph, element, style)

    return write


def _suit(draft: Draft, paragraph: Element, element: Element, style: str) -> None:
    """Heads of rules and of attachments stand in the middle; those of a standard are Hei of the text's size."""
    parent = element.getparent()
    attached = style == "Heading2" and parent is not None and "attachment" in tree.classes(parent)
    if attached or (draft.kind == "rules" and style in ("Heading2", "Heading3")):
        set_property(paragraph, "jc", val="center")
    face, size = "", 0.0
    if draft.kind == "standard" and style in ("Heading2", "Heading3", "Heading4"):
        face, size = "黑体", draft.package.metrics["BodyText"].size
    elif attached:
        face, size = "宋体", draft.package.metrics["Heading2"].size * 1.25
    if not size and draft.kind != "rules":
        return
    ink = draft.publication.theme.colours.ink[1:].upper()
    for run in paragraph.iter(q("w:r")):
        if face:
            set_look(run, "rFonts", eastAsia=face)
            set_look(run, "b")
            set_look(run, "sz", val=round(size * 2))
            set_look(run, "szCs", val=round(size * 2))
        set_look(run, "color", val=ink)


def _title_of(box: str) -> str:
    return "BoxTitleLink" if box in ("BoxSupervision", "BoxLink", "BoxFacts") else "BoxTitle"


def _title(element: Element) -> str:
    """The words of a title; its number is set at half its size."""
    words = tree.text(element, notes=False)
    label = next((tree.text(child) for child in element if "label" in tree.classes(child)), "")
    return words[max(0, len(label) // 2 - 1) :] if element.tag == "h1" else words


def _resize(draft: Draft, paragraph: Element, style: str, factor: float) -> None:
    """Make a title larger or smaller than its style."""
    metrics = draft.package.metrics[style]
    before, after = round(metrics.before * 20), round(metrics.after * 20)
    line = round(metrics.line * 20 * factor)
    set_property(paragraph, "spacing", before=before, after=after, line=line, lineRule="atLeast")
    for run in paragraph.iter(q("w:r")):
        set_look(run, "sz", val=round(metrics.size * 2 * factor))
        set_look(run, "szCs", val=round(metrics.size * 2 * factor))


def _balance(draft: Draft, paragraph: Element, title: str, style: str, width: int, factor: float) -> None:
    """Indent a title of several lines so that its last is not a lonely word."""
    room = width / 20 / (draft.package.metrics[style].size * factor) * _SURE
    narrow = balanced(" ".join(title.split()), room)
    if narrow < room:
        spare = round(width * (1 - narrow / room))
        if value(draft.package.drawn(style, "w:pPr/w:jc")) == "center":
            set_property(paragraph, "ind", left=spare // 2, right=spare // 2)
        else:
            set_property(paragraph, "ind", right=spare)


def _following(style: str, *, right: bool = True) -> Block:
    """A line that belongs to what stands above it: never alone at the head of a column."""

    def write(writer: Writer, element: Element, place: Place) -> None:
        parent = element.getparent()
        above = place.parent[-1] if len(place.parent) else None
        paragraph = writer.paragraph(place, style, list(nodes(element)))
        if parent is not None and parent.tag == "header":
            set_property(paragraph, "keepNext")
        elif above is not None and above.tag == q("w:p") and find(above, "w:pPr/w:sectPr") is None:
            set_property(above, "keepNext")
            if right:
                set_property(paragraph, "jc", val="right")

    return write


def _callout_title(writer: Writer, element: Element, place: Place) -> None:
    writer.paragraph(place, _title_of(place.box), list(nodes(element)))


def _rule(writer: Writer, element: Element, place: Place) -> None:
    writer.draft.paragraph(place, "Rule")


# ------------------------------------------------------------------ containers


def _article(writer: Writer, element: Element, place: Place) -> None:
    """An article; the head of a table of contents must not list itself."""
    writer.contents = any(tree.classes(nav) & {"contents", "figures"} for nav in element.iter("nav"))
    wanted = writer.draft.copy is Copy.PLAIN and writer.draft.publication.layout.initials
    writer.opening = openings.opening(element, writer.draft.kind) if wanted else None
    writer.write_children(element, place.inside("PartText") if writer.draft.kind == "part" else place)


def _article_header(writer: Writer, element: Element, place: Place) -> None:
    """The head of an article; that of an official document stands in the middle."""
    begin = len(place.parent)
    if not _opener(writer, element, place):
        writer.write_children(element, place)
    written = [p for p in since(place.parent, begin) if p.tag == q("w:p")]
    if written and value(written[-1], "w:pPr/w:pStyle") in ("Heading1", "Subtitle", "Byline"):
        _add_after(writer.draft, written[-1], round(writer.draft.publication.layout.line_height * 20))
    if any(tree.classes(child) & {"issuer", "document-no"} for child in element):
        ink = writer.draft.publication.theme.colours.ink[1:].upper()
        if written:
            borders = make("pBdr")
            add(borders, "bottom", val="single", sz=6, space=9, color=ink)
            put_property(written[-1], borders)
        for paragraph in since(place.parent, begin):
            set_property(paragraph, "jc", val="center")
            indent = find(paragraph, "w:pPr/w:ind")
            if indent is not None:
                half = round(number(indent, name="right") / 2)
                set_property(paragraph, "ind", left=half, right=half)


def _opener(writer: Writer, element: Element, place: Place) -> bool:
    """The head of the first piece of a column: a bar with the column's name on its colour, its note at the right."""
    draft, children = writer.draft, list(element)
    if not children or "column-name" not in tree.classes(children[0]) or not draft.opener:
        return False
    name, *rest = children
    note = rest.pop(0) if rest and "column-note" in tree.classes(rest[0]) else None
    metrics = draft.package.metrics["ColumnTab"]
    if place.parent is writer.sections.body:
        draft.paragraph(place, "SectionEnd")  # a page that begins with a table may lose its break
    wide = round((ems(tree.text(name)) * 1.1 + 2) * metrics.size * 20)
    table = tables.open_table(place, "PlainTable", [wide, place.width - wide])
    row = tables.whole_row(table)
    add(row[0], "trHeight", val=round(metrics.line * 20) + 40, hRule="atLeast")
    for width, part, style in ((wide, name, "ColumnTab"), (place.width - wide, note, "ColumnNote")):
        shade = draft.colour if part is name else ""
        cell = tables.open_cell(row, width, bar=_BAR, colour=draft.colour, shade=shade)
        paragraph = draft.paragraph(Place(cell, width), style)
        if part is not None:
            draft.references.arrive(part.get("id"))
            fill(draft, paragraph, nodes(part))
        if part is not name:
            set_property(paragraph, "spacing", after=0)
            set_property(paragraph, "jc", val="right")
    draft.gap = 160
    for child in rest:
        writer.write(child, place)
    return True


def _profile(writer: Writer, element: Element, place: Place) -> None:
    writer.write_children(element, place.inside("ProfileText"))


def _subtitle(writer: Writer, element: Element, place: Place) -> None:
    """A subtitle; that of a station, what it is known for, on its colour."""
    style = "BrandLine" if writer.draft.kind == "profile" else "Subtitle"
    style = "ImprintSubtitle" if place.style == "ImprintNote" else style
    writer.paragraph(place, style, list(nodes(element)))


def _part_header(writer: Writer, element: Element, place: Place) -> None:
    """The opener of a part of a book, on the drawing that the templates have for it."""
    begin = len(place.parent)
    writer.write_children(element, place)
    written = [p for p in since(place.parent, begin) if p.tag == q("w:p")]
    if written:
        covers.ground(writer.draft, written[0])


def _piece(writer: Writer, element: Element, place: Place) -> None:
    """One of several pieces in a row: a rule in the column's colour sets it off from the one before."""
    before = element.getprevious()
    begin = len(place.parent)
    writer.draft.references.arrive(element.get("id"))
    if before is not None and "item" in tree.classes(before):
        writer.draft.gap = max(writer.draft.gap, round(writer.draft.publication.layout.line_height * 20))
    writer.write_children(element, place)
    written = since(place.parent, begin)
    if before is not None and "item" in tree.classes(before) and written and written[0].tag == q("w:p"):
        borders = make("pBdr")
        add(borders, "top", val="single", sz=6, space=8, color=writer.draft.colour)
        put_property(written[0], borders)


def _imprint(writer: Writer, element: Element, place: Place) -> None:
    """The imprint: lists side by side where there are columns; else all of it at the foot of its page."""
    draft, begin = writer.draft, len(place.parent)
    lists = [child for child in element if child.tag == "dl"]
    columns = draft.publication.layout.columns > 1 and len(lists) == 2
    inner = place.inside("ImprintNote")
    drop: Element | None = None
    for child in element:
        if columns and child is lists[0]:
            drop = draft.paragraph(place, "TableEnd")
            tables.write_term_columns(draft, lists, inner, writer.flow)
        elif not columns or child not in lists:
            writer.write(child, inner)
    written = since(place.parent, begin)
    used = pagination.height(draft.package, written, place.width / 20)
    spare = max(0, round((draft.text_height * TWIPS / 20 - used) * 20) - _IMPRINT_SLACK)
    first = next((p for p in written if p.tag == q("w:p")), None)
    notice = next((p for p in written if value(p, "w:pPr/w:pStyle") in ("LegalNotice", "ImprintNote")), None)
    if drop is not None and notice is not None:
        set_property(drop, "spacing", before=spare * 3 // 5, after=0, line=160, lineRule="exact")
        set_property(notice, "spacing", before=spare * 2 // 5 + 360)
    elif first is not None and place.parent is writer.sections.body:
        first.addprevious(_blank_line(draft, spare))


def _blank_line(draft: Draft, height: int) -> Element:
    """An empty paragraph so many twips high, at the head of a page where space before may be dropped."""
    paragraph = make("p")
    add(add(paragraph, "pPr"), "pStyle", val="TableEnd")
    set_property(paragraph, "spacing", before=height, after=0, line=20, lineRule="exact")
    return paragraph


def _columns(writer: Writer, element: Element, place: Place) -> None:
    """Two columns of equal height; inside a cell or a box there is no room for them."""
    if place.parent is not writer.sections.body or writer.sections.columns > 1:
        writer.write_children(element, place)
        return
    width = writer.sections.begin_columns(2)
    writer.write_children(element, place._replace(width=width))
    writer.sections.begin_columns(1)


def _across(writer: Writer, element: Element, place: Place, write: Callable[[Place], None]) -> None:
    """Write something over the full width, interrupting columns."""
    if place.parent is writer.sections.body and writer.sections.columns > 1:
        writer.sections.begin_columns(1)
        write(place._replace(width=writer.draft.text_width))
        writer.sections.begin_columns(2)
    else:
        write(place)


def _attachment(writer: Writer, element: Element, place: Place) -> None:
    """附件另面编排 (GB/T 9704-2012, 7.3.7), where it belongs to the article itself."""
    parent = element.getparent()
    if place.parent is writer.sections.body and parent is not None and parent.tag == "article":
        writer.draft.breaks = True
    writer.write_children(element, place)


def _clause(writer: Writer, element: Element, place: Place) -> None:
    level = int(element.get("data-level") or place.clause + 1)
    style = f"Clause{max(1, min(level, 4))}"
    writer.write_children(element, place._replace(style=style, clause=level))


def _clause_text(writer: Writer, element: Element, place: Place) -> None:
    """条 without a title; it is counted with the headings (GB/T 1.1-2020, 7.4)."""
    style = place.style if place.style.startswith("Clause") else "ClauseText"
    writer.paragraph(place, style, list(nodes(element)))


def _part_number(writer: Writer, element: Element, place: Place) -> None:
    """第一编, over the title of the part."""
    paragraph = writer.paragraph(place, "PartNumber", [])
    if writer.draft.numbers.give(paragraph, tree.text(element).strip(), element):
        fill(writer.draft, paragraph, nodes(element))
    else:
        writer.draft.references.settle(paragraph)


def _boxed(style: str) -> Block:
    """A box: framed, shaded paragraphs, kept together if they are few."""

    def write(writer: Writer, element: Element, place: Place) -> None:
        if place.style.startswith("Table"):
            writer.write_children(element, place)
            return
        if len(place.parent) and _boxes_touch(place, style):
            add_paragraph(place.parent, "TableEnd")
        begin = len(place.parent)
        writer.draft.gap = max(writer.draft.gap, 170)
        writer.write_children(element, place._replace(style=style, box=style, width=place.width - 420))
        written = since(place.parent, begin)
        paragraphs = [p for p in written if p.tag == q("w:p")]
        if len(written) == len(paragraphs) <= _SHORT_BOX and style != "BoxComment":
            for paragraph in paragraphs[:-1]:
                set_property(paragraph, "keepNext")
        if written and written[-1].tag == q("w:p"):
            _add_after(writer.draft, written[-1], 190)

    return write


def _boxes_touch(place: Place, style: str) -> bool:
    """Whether the last paragraph is of a box too, so that Word would make one box of two."""
    above = place.parent[-1]
    return find(above, "w:pPr/w:pBdr") is not None or value(above, "w:pPr/w:pStyle") == style


def _add_after(draft: Draft, paragraph: Element, after: int) -> None:
    """Leave room under a paragraph."""
    spacing = properties(paragraph).find(q("w:spacing"))
    if spacing is None:
        spacing = set_property(paragraph, "spacing")
    spacing.set(q("w:after"), str(after))


def _aside(writer: Writer, element: Element, place: Place) -> None:
    style = next((s for c, s in _BOXES.items() if c in tree.classes(element)), "Box")
    _boxed(style)(writer, element, place)


def _pull_quote(writer: Writer, element: Element, place: Place) -> None:
    """A pull quote; that of an essay or an editorial takes the full width, larger."""
    if writer.draft.kind in ("essay", "editorial") and place.parent is writer.sections.body:
        _across(writer, element, place, lambda wider: _aside_plain("PullQuoteWide")(writer, element, wider))
    else:
        _aside_plain("PullQuote")(writer, element, place)


def _aside_plain(style: str) -> Block:
    def write(writer: Writer, element: Element, place: Place) -> None:
        begin = len(place.parent)
        writer.write_children(element, place._replace(style=style))
        written = [p for p in since(place.parent, begin) if p.tag == q("w:p")]
        for one, following in pairwise(written):
            _add_after(writer.draft, one, 0)
            set_property(one, "keepNext")
            spacing = set_property(following, "spacing", before=0)
            if following is written[-1]:
                spacing.set(q("w:after"), str(round(writer.draft.package.metrics[style].after * 20)))

    return write


#: Which box a callout stands in, by its class, the more telling first.
_BOXES = {
    "caution": "BoxCaution",
    "supervision": "BoxSupervision",
    "link": "BoxLink",
    "data": "BoxFacts",
    "facts-box": "BoxFacts",
    "sidebar": "BoxFacts",
    "tip": "Box",
    "example": "Box",
    "callout": "Box",
}


def _cover(writer: Writer, element: Element, place: Place) -> None:
    covers.write(writer.draft, element, place)


def _cover_art(writer: Writer, element: Element, place: Place) -> None:
    covers.art(writer.draft, element, writer.draft.paragraph(place, "CoverText"))


def _contents(writer: Writer, element: Element, place: Place) -> None:
    contents.write(writer.draft, element, place, writer.flow)


# ------------------------------------------------------------------ lists


def _list(style: str, abstract: int) -> Block:
    def write(writer: Writer, element: Element, place: Place) -> None:
        numbered = abstract in (_NUMBERS, _STEPS)
        level = min(place.level, 2)
        identity = abstract
        if numbered:
            identity = writer.draft.package.new_list(abstract, level, int(element.get("start") or 1))
        for item in element:
            if item.tag != "li":
                writer.write(item, place)
                continue
            ticked = abstract != _TICKS or not _has_box(item)
            _item(writer, item, place, style, identity if ticked else 0, level)

    return write


def _has_box(item: Element) -> bool:
    return any(tree.classes(span) & {"box", "box-checked"} for span in item.iter("span"))


def _item(writer: Writer, item: Element, place: Place, style: str, identity: int, level: int) -> None:
    """A list item: the first paragraph carries the mark, the others stand under its text."""
    writer.draft.references.arrive(item.get("id"))
    own = place.box or (place.style if place.style.startswith("Table") else "")
    deeper = place._replace(level=place.level + 1)
    first = True
    for content in runs_of(item):
        if isinstance(content, list) or content.tag == "p":
            text = content if isinstance(content, list) else list(nodes(content))
            if not isinstance(content, list):
                writer.draft.references.arrive(content.get("id"))
            paragraph = writer.paragraph(place, (own or style) if first else (own or "ListContinue"), text)
            _indent(writer.draft, paragraph, place, own, identity, level, first)
            first = False
        else:
            writer.write(content, deeper)
    if first and not len(item):
        _indent(writer.draft, writer.paragraph(place, own or style, []), place, own, identity, level, True)


def _indent(draft: Draft, paragraph: Element, place: Place, own: str, identity: int, level: int, first: bool) -> None:
    """Number an item and indent it, where its style alone does not do so."""
    if first:
        numbering = make("numPr")
        add(numbering, "ilvl", val=level)
        add(numbering, "numId", val=identity)
        put_property(paragraph, numbering)
    size = draft.package.metrics[own or "BodyText"].size
    if own:
        step = round(size * 20 * 1.2)
        base = round(draft.package.metrics[own].left * 20) + step * (level + 1)
        right = round(draft.package.metrics[own].right * 20)
        _set_indent(paragraph, base, step if first else 0, right)
    elif not first and level:
        _set_indent(paragraph, round(size * 20 * (1.75 + level)), 0, 0)


def _set_indent(paragraph: Element, left: int, hanging: int, right: int) -> None:
    indent = make("ind", left=left, right=right)
    if hanging:
        indent.set(q("w:hanging"), str(hanging))
    else:
        indent.set(q("w:firstLineChars"), "0")
        indent.set(q("w:firstLine"), "0")
    put_property(paragraph, indent)


def _run_in(style: str) -> Block:
    """A list of short words in one paragraph; of persons with their works in one paragraph each."""

    def write(writer: Writer, element: Element, place: Place) -> None:
        if any(is_block(child) for item in element for child in item):
            _list("ListBullet", _BULLETS)(writer, element, place)
            return
        if any(len(item) > 1 for item in element):
            for item in element:
                writer.draft.references.arrive(item.get("id"))
                writer.paragraph(place, style, list(spaced(nodes(item))))
            return
        content: list[Node] = []
        for item in element:
            writer.draft.references.arrive(item.get("id"))
            if content:
                content.append("\u3000")
            content.extend(nodes(item))
        writer.paragraph(place, style, content)

    return write


def _cover_list(writer: Writer, element: Element, place: Place) -> None:
    """Highlights outside a cover: a plain list."""
    _list("KeyPoints", _POINTS)(writer, element, place)


def _lone_item(writer: Writer, element: Element, place: Place) -> None:
    _item(writer, element, place, "ListBullet", _BULLETS, 0)


def _terms(writer: Writer, element: Element, place: Place) -> None:
    """Names and what they stand for: a table, or in a box one paragraph each."""
    if not place.box:
        tables.write_terms(writer.draft, element, place, writer.flow)
        return
    for terms, said in tables.pairs(element):
        content: list[Node] = []
        for child in (*terms, *said):
            writer.draft.references.arrive(child.get("id"))
            if child.tag == "dd":
                content.append("\u3000")
            lines = [n for part in runs_of(child) for n in (part if isinstance(part, list) else nodes(part))]
            content.extend([_as_label(lines)] if child.tag == "dt" else lines)
        writer.paragraph(place, place.style, content)


def _as_label(content: list[Node]) -> Node:
    """A term on the same line as its meaning, set apart by its face."""
    strong = etree.Element("strong")
    for node in content:
        if isinstance(node, str):
            if len(strong):
                strong[-1].tail = (strong[-1].tail or "") + node
            else:
                strong.text = (strong.text or "") + node
        else:
            strong.append(twin(node))
    return strong


def _glossary(writer: Writer, element: Element, place: Place) -> None:
    for child in element:
        writer.draft.references.arrive(child.get("id"))
        writer.write_children(child, place._replace(style="Term" if child.tag == "dt" else "TermMeaning"))


def _lone_term(style: str) -> Block:
    def write(writer: Writer, element: Element, place: Place) -> None:
        writer.write_children(element, place._replace(style=style))

    return write


# ------------------------------------------------------------------ figures and tables


def _figure(writer: Writer, element: Element, place: Place) -> None:
    if "landscape" in tree.classes(element) and place.parent is writer.sections.body:
        _landscape(writer, element, place)
    elif (frame := frames.wanted(writer.draft, element, place, writer.sections.columns)) is not None:
        _framed(writer, element, place, frame)
    elif "wide" in tree.classes(element):
        _across(writer, element, place, lambda wider: _write_figure(writer, element, wider))
    else:
        _write_figure(writer, element, place)


def _framed(writer: Writer, element: Element, place: Place, frame: frames.Frame) -> None:
    """A figure in a frame, which holds on to the paragraph that follows; at a foot, to the first of the columns."""
    begin = len(place.parent)
    writer.draft.gap = 0
    _write_figure(writer, element, place._replace(width=frame.picture))
    written = since(place.parent, begin)
    frame.put_round(written)
    if frame.wide:
        for position, paragraph in enumerate(written, writer.sections.begin):
            place.parent.insert(position, paragraph)


def _landscape(writer: Writer, element: Element, place: Place) -> None:
    """A figure on a landscape page, with the headings right above it."""
    columns = writer.sections.columns
    writer.sections.begin_columns(1)
    begin = len(place.parent)
    while begin > writer.sections.begin and value(place.parent[begin - 1], "w:pPr/w:pStyle").startswith(_HEADINGS):
        begin -= 1
    width = writer.sections.turn(begin)
    for heading in since(place.parent, begin):
        for broken in properties(heading).findall(q("w:pageBreakBefore")):  # the section begins a page already
            properties(heading).remove(broken)
    writer.draft.gap, writer.draft.breaks = 0, False
    _write_figure(writer, element, place._replace(width=width))
    writer.draft.gap = 0
    writer.sections.turn_back()
    writer.sections.begin_columns(columns)


def _write_figure(writer: Writer, element: Element, place: Place) -> None:
    """Picture or table, caption and note, all kept together; of pictures over several pages, the last.

    What a chart of Word's own says needs no table besides; a heat table is one, and needs no picture.
    """
    kept = len(place.parent)
    picture = element.find("img")
    asset = writer.draft.publication.assets.get(picture.get("src", "")) if picture is not None else None
    chart = asset.chart if asset is not None else None
    hot = chart if chart is not None and charts.is_table(chart) and element.find("table") is not None else None
    parts = [part for part in element if not (part.tag == "img" and hot)]
    if charts.is_native(chart):
        parts = [part for part in parts if "equivalent" not in tree.classes(part)]
    caption = next((c for c in parts if c.tag == "figcaption"), None)
    for part in parts:
        writer.draft.references.arrive(part.get("id"))
        if part.tag == "table":
            name = " ".join(tree.text(caption, notes=False).split()) if caption is not None else ""
            writer.draft.gap = 0
            said = _of_one_unit(part, hot) if hot is not None and hot.kind != "热力表" else part
            tables.write_table(writer.draft, said, place, writer.flow, name, hot)
        elif part.tag == "figcaption":
            paragraph = writer.paragraph(place, "Caption", list(nodes(part)))
            if part is not parts[-1]:
                set_property(paragraph, "spacing", before=200, after=80)
        else:
            kept = len(place.parent) if part.tag == "img" else kept
            writer.write(part, place)
    for one in since(place.parent, kept)[:-1]:
        last = [one] if one.tag == q("w:p") else list(one.iter(q("w:tr")))[-1].iter(q("w:p"))
        for paragraph in last:
            set_property(paragraph, "keepNext")


def _of_one_unit(table: Element, chart: Chart) -> Element:
    """A chart's table with its unit at the head, not in every cell."""
    unit, bare = charting.unit(chart), twin(table)
    for place, cell in enumerate(bare.iter("th", "td", "data")):
        if not place and unit:
            cell.text = f"单位：{unit}"
        elif cell.tag != "th" and cell.text:
            cell.text = charting.bare(cell.text, unit)
    return bare


def _picture(writer: Writer, element: Element, place: Place) -> None:
    draft = writer.draft
    shown = draft.publication.assets.get(element.get("src", ""))
    if shown is not None and shown.chart is not None and shown.chart.kind == "小多图" and charts.is_native(shown.chart):
        tables.write_panels(draft, shown, place)
        return
    paragraph = draft.paragraph(place, "Picture")
    alt = "" if element.get("role") == "presentation" else element.get("alt", "")
    asset = draft.asset(element.get("src", ""), element)
    if asset is not None:
        part = _HIGHEST_DRAWN if asset.drawn or asset.chart is not None else _HIGHEST
        room = Size(place.width / TWIPS, draft.text_height * part)
        try:
            draft.references.settle(paragraph)
            paragraph.append(draft.pictures.inline(asset, printed_size(asset, room), alt))
            return
        except UnreadablePictureError:
            draft.unreadable(asset)
    paragraph.append(make_run(alt))


def _table(writer: Writer, element: Element, place: Place) -> None:
    tables.write_table(writer.draft, element, place, writer.flow)


def _chart(writer: Writer, element: Element, place: Place) -> None:
    """A chart; on a page of figures two stand beside each other, if half a page's width is enough for them."""
    if writer.draft.kind != "dashboard" or place.parent is not writer.sections.body:
        _figure(writer, element, place)
        return
    run = [element]  # charts of half a page one after the other, of which this is the last but for what follows
    while (before := run[0].getprevious()) is not None and _is_half(writer, before):
        run.insert(0, before)
    following = element.getnext()
    if not _is_half(writer, element):
        _figure(writer, element, place)
    elif len(run) % 2 == 0:  # stands beside the one before it
        return
    elif following is not None and _is_half(writer, following):
        tables.write_beside(writer.draft, [element, following], place, writer.flow)
    else:
        _figure(writer, element, place)


def _is_half(writer: Writer, element: Element) -> bool:
    """Whether a block is a chart that can be read in half a page's width."""
    if "chart" not in tree.classes(element) or "wide" in tree.classes(element):
        return False
    picture = element.find("img")
    asset = writer.draft.publication.assets.get(picture.get("src", "")) if picture is not None else None
    return asset is None or asset.chart is None or asset.chart.kind not in ("热力表", "小多图")


def _cards(writer: Writer, element: Element, place: Place) -> None:
    tables.write_cards(writer.draft, element, place)


def _pair(writer: Writer, element: Element, place: Place) -> None:
    tables.write_side_by_side(writer.draft, element, place, writer.flow)


def _caption(writer: Writer, element: Element, place: Place) -> None:
    writer.paragraph(place, "Caption", list(nodes(element)))


_PARAGRAPHS = {
    "kicker": "Kicker",
    "lead": "Lead",
    "abstract": "Abstract",
    "keywords": "Keywords",
    "column-name": "ColumnName",
    "column-note": "ColumnNote",
    "series-name": "SeriesName",
    "document-no": "DocumentNumber",
    "issuer": "Issuer",
    "event-line": "EventLine",
    "references": "References",
    "legal-notice": "LegalNotice",
    "unindented": "Unindented",
    "motto": "Motto",
    "marking": "Marking",
    "petition": "Petition",
    "addressees": "Addressees",
    "annotation": "Annotation",
    "mark-word": "IssuerMark",
    "copies": "ColophonCopies",
    "print-line": "ColophonIssuer",
} | covers.STYLES

#: Lines that close what stands above them.
_FOLLOWING = {
    "byline": "Byline",
    "attribution": "Attribution",
    "reprint": "Reprint",
    "signature": "Signature",
    "sign-date": "SignDate",
}

#: Sections that have a name but no form of their own.
_PARTS = ("case-section", "background", "session", "stage")

#: Every block element and class of the vocabulary.
BLOCKS: dict[str, Block] = {
    "article": _article,
    "section": _children,
    "section.columns": _columns,
    "section.attachment": _attachment,
    "section.item": _piece,
    "section.profile": _profile,
    "section.comment": _boxed("BoxComment"),
    "section.signing": official.signing,
    "section.sealed": official.signing,
    **dict.fromkeys((f"section.{c}" for c in _PARTS), _children),
    "header": _children,
    "header.cover": _cover,
    "header.article-header": _article_header,
    "header.item-header": _children,
    "header.part-header": _part_header,
    "header.official-head": _children,
    "nav": _children,
    "nav.contents": _contents,
    "nav.figures": _contents,
    "aside": _aside,
    **dict.fromkeys((f"aside.{c}" for c in _BOXES), _aside),
    "aside.pull-quote": _pull_quote,
    "aside.author-bio": _aside_plain("AuthorBio"),
    "div": _children,
    "div.clause": _clause,
    "div.imprint": _imprint,
    "div.masthead": _children,
    "div.cards": _children,
    "div.pair": _pair,
    "div.issuer-mark": official.mark,
    "div.seal": _children,
    "div.colophon": official.colophon,
    "h1": _heading("Heading1"),
    "h1.cover-name": _styled("Title"),
    "h1.part-title": _heading("PartTitle"),
    "h2": _heading("Heading2"),
    "h2.item-title": _heading("ItemTitle"),
    "h2.attachment-title": _heading("AttachmentTitle"),
    "h3": _heading("Heading3"),
    "h4": _heading("Heading4"),
    "h5": _heading("Heading5"),
    "p": _plain,
    "p.clause-text": _clause_text,
    "p.part-number": _part_number,
    "p.subtitle": _subtitle,
    "p.callout-title": _callout_title,
    "p.enclosure": official.enclosure,
    "p.numbered": _plain,
    **{f"p.{name}": _styled(style) for name, style in _PARAGRAPHS.items()},
    **{f"p.{name}": _following(style) for name, style in _FOLLOWING.items()},
    "p.comment-by": _following("CommentBy"),
    "p.table-note": _following("TableNote", right=False),
    "blockquote": _lone_term("Quote"),
    "hr": _rule,
    "ul": _list("ListBullet", _BULLETS),
    "ul.tags": _run_in("Tags"),
    "ul.contributors": _run_in("Names"),
    "ul.checklist": _list("Checklist", _TICKS),
    "ul.key-points": _list("KeyPoints", _POINTS),
    "ol": _list("ListNumber", _NUMBERS),
    "ol.highlights": _cover_list,
    "ol.steps": _list("Steps", _STEPS),
    "li": _lone_item,
    "li.contents-section": _lone_item,
    "li.contents-entry": _lone_item,
    "dl": _glossary,
    "dl.glossary": _glossary,
    "dl.imprint-list": _terms,
    "dl.facts": _terms,
    "dl.cards": _cards,
    "dt": _lone_term("Term"),
    "dd": _lone_term("TermMeaning"),
    "figure": _figure,
    **dict.fromkeys((f"figure.{c}" for c in ("table", "picture", "wide", "landscape", "drawn")), _figure),
    "figure.chart": _chart,
    "figcaption": _caption,
    "img": _picture,
    "img.cover-art": _cover_art,
    "table": _table,
    **dict.fromkeys((f"table.{c}" for c in tables.CLASSES), _table),
    "colgroup": _children,
    "col": _children,
    "thead": _children,
    "tbody": _children,
    "tr": _children,
    "th": _children,
    "th.number": _children,
    "td": _children,
    "td.number": _children,
}
