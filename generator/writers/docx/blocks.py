"""Blocks: the tree's block elements as paragraphs in named styles, lists, boxes, figures and tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from lxml import etree

from generator import tree
from generator.writers.docx import contents, covers, frames, official, tables
from generator.writers.docx.draft import Draft, Node, Place, is_block, nodes, runs_of, spaced
from generator.writers.docx.inlines import fill
from generator.writers.docx.measure import balanced
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
    set_property,
    twin,
    value,
)

Block = Callable[["Writer", Element, Place], None]

#: Lists of the vocabulary: paragraph style, and the numbering that numbering.xml draws.
_BULLETS, _NUMBERS, _STEPS, _POINTS, _TICKS = 1, 2, 3, 4, 5

#: A box of at most so many paragraphs stays on one page.
_SHORT_BOX = 8

#: A title that fills more of its line than this may not fit where fonts differ.
_SURE = 0.97

#: Styles of headings that go with what stands right below them.
_HEADINGS = ("Heading", "AttachmentTitle", "ItemTitle")

#: No figure is higher than this part of the type area.
_HIGHEST = 0.46


class Writer:
    """Writes blocks into the draft; sections of the text, where columns change, are its concern too."""

    def __init__(self, draft: Draft, sections: Sections) -> None:
        self.draft = draft
        self.sections = sections
        self.contents = False

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


def _styled(style: str) -> Block:
    def write(writer: Writer, element: Element, place: Place) -> None:
        writer.paragraph(place, style, list(nodes(element)))

    return write


def _plain(writer: Writer, element: Element, place: Place) -> None:
    writer.paragraph(place, place.style, list(nodes(element)))


def _heading(style: str) -> Block:
    def write(writer: Writer, element: Element, place: Place) -> None:
        if place.box:
            paragraph = writer.paragraph(place, "BoxTitle", list(nodes(element)))
            set_property(paragraph, "outlineLvl", val=int(str(element.tag)[1]) - 1)
            return
        paragraph = writer.paragraph(
            place, "TOCHeading" if writer.contents and style == "Heading1" else style, list(nodes(element))
        )
        writer.draft.references.mark_title(element, paragraph)

    return write


def _balance(draft: Draft, paragraph: Element, title: str, style: str, width: int) -> None:
    """Indent a title of several lines so that its last is not a lonely word."""
    room = width / 20 / draft.package.metrics[style].size * _SURE
    narrow = balanced(" ".join(title.split()), room)
    if narrow < room:
        set_property(paragraph, "ind", right=round(width * (1 - narrow / room)))


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


def _rule(writer: Writer, element: Element, place: Place) -> None:
    writer.draft.paragraph(place, "Rule")


# ------------------------------------------------------------------ containers


def _article(writer: Writer, element: Element, place: Place) -> None:
    """An article; the head of a table of contents must not list itself."""
    writer.contents = any(tree.classes(nav) & {"contents", "figures"} for nav in element.iter("nav"))
    writer.write_children(element, place)


def _article_header(writer: Writer, element: Element, place: Place) -> None:
    """The head of an article; that of an official document stands in the middle."""
    begin = len(place.parent)
    writer.write_children(element, place)
    if any(tree.classes(child) & {"issuer", "document-no"} for child in element):
        for paragraph in list(place.parent)[begin:]:
            set_property(paragraph, "jc", val="center")
            indent = find(paragraph, "w:pPr/w:ind")
            if indent is not None:
                half = round(number(indent, name="right") / 2)
                set_property(paragraph, "ind", left=half, right=half)


def _columns(writer: Writer, element: Element, place: Place) -> None:
    """Two columns of equal height; inside a cell or a box there is no room for them."""
    if place.parent is not writer.sections.body or writer.sections.columns > 1:
        writer.write_children(element, place)
        return
    width = writer.sections.begin_columns(2)
    writer.write_children(element, replace(place, width=width))
    writer.sections.begin_columns(1)


def _across(writer: Writer, element: Element, place: Place, write: Callable[[Place], None]) -> None:
    """Write something over the full width, interrupting columns."""
    if place.parent is writer.sections.body and writer.sections.columns > 1:
        writer.sections.begin_columns(1)
        write(replace(place, width=writer.draft.text_width))
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
    writer.write_children(element, replace(place, style=style, clause=level))


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
        writer.draft.gap = max(writer.draft.gap, 200)
        writer.write_children(element, replace(place, style=style, box=style, width=place.width - 420))
        written = list(place.parent)[begin:]
        paragraphs = [p for p in written if p.tag == q("w:p")]
        if len(written) == len(paragraphs) <= _SHORT_BOX:
            for paragraph in paragraphs[:-1]:
                set_property(paragraph, "keepNext")
        if written and written[-1].tag == q("w:p"):
            _add_after(writer.draft, written[-1], 220)

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


def _aside_plain(style: str) -> Block:
    def write(writer: Writer, element: Element, place: Place) -> None:
        begin = len(place.parent)
        writer.write_children(element, replace(place, style=style))
        written = [p for p in list(place.parent)[begin:] if p.tag == q("w:p")]
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
    deeper = replace(place, level=place.level + 1)
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
        writer.write_children(child, replace(place, style="Term" if child.tag == "dt" else "TermMeaning"))


def _lone_term(style: str) -> Block:
    def write(writer: Writer, element: Element, place: Place) -> None:
        writer.write_children(element, replace(place, style=style))

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
    _write_figure(writer, element, replace(place, width=frame.picture))
    written = list(place.parent)[begin:]
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
    for heading in list(place.parent)[begin:]:
        for broken in properties(heading).findall(q("w:pageBreakBefore")):  # the section begins a page already
            properties(heading).remove(broken)
    writer.draft.gap, writer.draft.breaks = 0, False
    _write_figure(writer, element, replace(place, width=width))
    writer.draft.gap = 0
    writer.sections.turn_back()
    writer.sections.begin_columns(columns)


def _write_figure(writer: Writer, element: Element, place: Place) -> None:
    """Picture or table, caption and note, all kept together."""
    begin = len(place.parent)
    parts = list(element)
    caption = next((c for c in parts if c.tag == "figcaption"), None)
    for part in parts:
        writer.draft.references.arrive(part.get("id"))
        if part.tag == "table":
            name = " ".join(tree.text(caption, notes=False).split()) if caption is not None else ""
            writer.draft.gap = 0
            tables.write_table(writer.draft, part, place, writer.flow, name)
        elif part.tag == "figcaption":
            paragraph = writer.paragraph(place, "Caption", list(nodes(part)))
            if part is not parts[-1]:
                set_property(paragraph, "spacing", before=200, after=80)
        else:
            writer.write(part, place)
    written = list(place.parent)[begin:]
    for one in written[:-1]:
        if one.tag == q("w:p"):
            set_property(one, "keepNext")


def _picture(writer: Writer, element: Element, place: Place) -> None:
    draft = writer.draft
    paragraph = draft.paragraph(place, "Picture")
    alt = "" if element.get("role") == "presentation" else element.get("alt", "")
    asset = draft.asset(element.get("src", ""), element)
    if asset is not None:
        room = Size(place.width / TWIPS, draft.text_height * _HIGHEST)
        try:
            draft.references.settle(paragraph)
            paragraph.append(draft.pictures.inline(asset, printed_size(asset, room), alt))
            return
        except UnreadablePictureError:
            draft.unreadable(asset)
    paragraph.append(make_run(alt))


def _table(writer: Writer, element: Element, place: Place) -> None:
    tables.write_table(writer.draft, element, place, writer.flow)


def _cards(writer: Writer, element: Element, place: Place) -> None:
    tables.write_cards(writer.draft, element, place)


def _pair(writer: Writer, element: Element, place: Place) -> None:
    tables.write_side_by_side(writer.draft, element, place, writer.flow)


def _caption(writer: Writer, element: Element, place: Place) -> None:
    writer.paragraph(place, "Caption", list(nodes(element)))


_PARAGRAPHS = {
    "kicker": "Kicker",
    "subtitle": "Subtitle",
    "lead": "Lead",
    "abstract": "Abstract",
    "keywords": "Keywords",
    "column-name": "ColumnName",
    "column-note": "ColumnNote",
    "callout-title": "BoxTitle",
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
_PARTS = ("item", "case-section", "background", "session", "stage", "profile")

#: Every block element and class of the vocabulary.
BLOCKS: dict[str, Block] = {
    "article": _article,
    "section": _children,
    "section.columns": _columns,
    "section.attachment": _attachment,
    "section.comment": _boxed("BoxComment"),
    "section.signing": official.signing,
    "section.sealed": official.signing,
    **dict.fromkeys((f"section.{c}" for c in _PARTS), _children),
    "header": _children,
    "header.cover": _cover,
    "header.article-header": _article_header,
    **dict.fromkeys((f"header.{c}" for c in ("item-header", "part-header")), _children),
    "header.official-head": _children,
    "nav": _children,
    "nav.contents": _contents,
    "nav.figures": _contents,
    "aside": _aside,
    **dict.fromkeys((f"aside.{c}" for c in _BOXES), _aside),
    "aside.pull-quote": _aside_plain("PullQuote"),
    "aside.author-bio": _aside_plain("AuthorBio"),
    "div": _children,
    "div.clause": _clause,
    "div.imprint": _children,
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
    "p.enclosure": official.enclosure,
    "p.numbered": _plain,
    **{f"p.{name}": _styled(style) for name, style in _PARAGRAPHS.items()},
    **{f"p.{name}": _following(style) for name, style in _FOLLOWING.items()},
    "p.comment-by": _following("CommentBy", right=False),
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
    **dict.fromkeys((f"figure.{c}" for c in ("table", "chart", "picture", "wide", "landscape")), _figure),
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
