"""The table of contents: a TOC field of Word's over entries that are already there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from generator import tree
from generator.writers.docx.colours import column_colour, tint
from generator.writers.docx.draft import Draft, Node, Place, nodes, spaced
from generator.writers.docx.inlines import Look, fill, page_field
from generator.writers.docx.references import sequence
from generator.writers.docx.wordml import (
    Element,
    add,
    add_paragraph,
    add_text,
    make,
    put_property,
    q,
    set_look,
    set_property,
    twin,
    value,
)

Flow = Callable[[Draft, Element, Place], None]

#: Headings that have a style of our own, which TOC must be told of by name.
_OWN_HEADINGS = {"item-title": "ItemTitle", "part-title": "PartTitle"}
#: Twips under the last entry of a group whose name stands beside it.
_GROUP_SPACE = 150
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")


@dataclass(frozen=True)
class Item:
    """A line of the contents: a group's name or an entry of a level (0 = a part, 1 = an article, …)."""

    element: Element
    level: int
    group: bool = False


def write(draft: Draft, element: Element, place: Place, flow: Flow) -> None:
    """Write ``nav.contents`` or ``nav.figures``; F9 in Word rebuilds them from headings and captions."""
    for child in element:
        if child.tag in ("ol", "ul") and "figures" in tree.classes(element):
            _write_figures(draft, list(_items(child, 1)), place)
        elif child.tag in ("ol", "ul"):
            _write_field(draft, list(_items(child, 1)), place)
        else:
            flow(draft, child, place)
    if place.parent.tag == q("w:body"):
        # a section that ends inside the field would lose the number of its pages in LibreOffice
        add_paragraph(place.parent, "SectionEnd")


def number(draft: Draft) -> None:
    """Put the numbers that Word has counted into the lines of the contents, as an update in Word would write them."""
    for line, heading in draft.listed:
        counted, words = draft.numbers.of(heading), next(line.iter(q("w:t")), None)
        if counted is None or words is None:
            continue
        rest = (words.text or "").removeprefix(counted.shown)
        words.text = counted.shown + (" " + rest.lstrip() if counted.after == "space" else rest)


def _items(group: Element, level: int) -> Iterator[Item]:
    for item in group:
        if item.tag != "li":
            continue
        deeper = [child for child in item if child.tag in ("ol", "ul")]
        section = "contents-section" in tree.classes(item)
        yield Item(item, int(item.get("data-level") or level), section)
        for child in deeper:
            yield from _items(child, level if section else level + 1)


def _write_field(draft: Draft, items: list[Item], place: Place) -> None:
    paragraphs = _entries(draft, items, place)
    if paragraphs:
        for place_in_line, run in enumerate(_opening(_instruction(draft, items, _ranks(items))), 1):
            paragraphs[0].insert(place_in_line, run)
        add(add(paragraphs[-1], "r"), "fldChar", fldCharType="end")


def _entries(draft: Draft, items: list[Item], place: Place) -> list[Element]:
    paragraphs: list[Element] = []
    framed = False
    ranks = _ranks(items)
    colour = draft.package.column_colour
    for item in items:
        draft.references.arrive(item.element.get("id"))
        style = "ContentsSection" if item.group else f"TOC{ranks[item.level]}"
        paragraph = draft.paragraph(place, style)
        _write_entry(draft, paragraph, item)
        if item.group:
            colour = column_colour(draft.publication.theme, tree.text(item.element).strip())
            framed = _stand_beside(draft, paragraph)
            if framed and paragraphs:
                set_property(paragraphs[-1], "spacing", after=_GROUP_SPACE)
        elif framed:
            _open_group(draft, paragraph, colour)
            framed = False
        tint(draft.package, [paragraph], colour)
        if not item.group:
            _colour_number(paragraph, colour)
        paragraphs.append(paragraph)
    return paragraphs


def _write_figures(draft: Draft, items: list[Item], place: Place) -> None:
    """A field for each series of captions: figures, tables, those of each annex."""
    for series, group in groupby(items, lambda item: "" if item.group else _series(draft, item)):
        paragraphs = []
        for item in group:
            draft.references.arrive(item.element.get("id"))
            paragraphs.append(draft.paragraph(place, "ContentsSection" if item.group else "TableofFigures"))
            if series and len(paragraphs) == 1:
                paragraphs[0].extend(_opening(f'TOC \\h \\z \\c "{series}"'))
            _write_entry(draft, paragraphs[-1], item)
        if series:
            add(add(paragraphs[-1], "r"), "fldChar", fldCharType="end")


def _series(draft: Draft, item: Item) -> str:
    """The SEQ series that counts the figure or table of a line."""
    link = _link_of(item.element)
    return sequence(draft.references.labels.get(link.get("href", "")[1:], "")) if link is not None else ""


def _opening(instruction: str) -> Iterator[Element]:
    begin, code, separate = make("r"), make("r"), make("r")
    add(begin, "fldChar", fldCharType="begin")
    add_text(code, f" {instruction} ", "instrText")
    add(separate, "fldChar", fldCharType="separate")
    yield from (begin, code, separate)


def _link_of(item: Element) -> Element | None:
    return next((a for a in item.iter("a") if a.get("href", "").startswith("#")), None)


def _write_entry(draft: Draft, paragraph: Element, item: Item) -> None:
    content = [n for n in nodes(item.element) if isinstance(n, str) or n.tag not in ("ol", "ul")]
    link = _link_of(item.element)
    target = link.get("href", "")[1:] if link is not None else ""
    if link is None or target not in draft.references.ids or item.group:
        fill(draft, paragraph, [n for node in content for n in _unwrapped(node)])
        return
    holder = draft.references.link(paragraph, target)
    found = _heading(draft, item)
    part = found is not None and "part-title" in tree.classes(found)
    fill(draft, holder, spaced(nodes(link)), Look("ContentsPart") if part else None)
    if found is not None:
        draft.listed.append((holder, found))
    add(add(holder, "r"), "tab")
    page_field(draft, holder, target, "PageNumber")


def _stand_beside(draft: Draft, paragraph: Element) -> bool:
    """Let a group's name stand beside its first entry, if its style is framed."""
    frame = draft.package.drawn("ContentsSection", "w:pPr/w:framePr")
    if frame is not None:
        put_property(paragraph, twin(frame))
    return frame is not None


def _open_group(draft: Draft, paragraph: Element, colour: str) -> None:
    """Rule off the first entry of a group as its name beside is."""
    drawn = draft.package.drawn("ContentsSection", "w:pPr/w:pBdr")
    if drawn is not None:
        put_property(paragraph, twin(drawn))
    tint(draft.package, [paragraph], colour)


def _colour_number(paragraph: Element, colour: str) -> None:
    """The page's number in the colour of the column; an update of the field sets it as the style does."""
    for run in paragraph.iter(q("w:r")):
        if value(run, "w:rPr/w:rStyle") == "PageNumber":
            set_look(run, "color", val=colour)


def _unwrapped(node: Node) -> Iterator[Node]:
    if not isinstance(node, str) and node.tag == "p":
        yield from nodes(node)
    else:
        yield node


def _ranks(items: list[Item]) -> dict[int, int]:
    """Levels that occur, as Word's levels 1, 2 and 3."""
    levels = sorted({item.level for item in items if not item.group})
    return {level: min(rank, 3) for rank, level in enumerate(levels, 1)}


def _heading(draft: Draft, item: Item) -> Element | None:
    """The heading that an entry points to."""
    link = _link_of(item.element)
    target = draft.references.elements.get(link.get("href", "")[1:]) if link is not None else None
    return next(target.iter(*_HEADINGS), None) if target is not None and not item.group else None


def _instruction(draft: Draft, items: list[Item], ranks: dict[int, int]) -> str:
    """TOC's switches, so that an update lists the headings that the entries point to, at their levels.

    Built-in headings are told by the outline switch; where their level in the contents is another one than their own,
    by name, in the languages of Word that our readers use.
    """
    plain: dict[int, Counter[int]] = {}
    own: dict[str, int] = {}
    for item in items:
        found = _heading(draft, item)
        if found is None:
            continue
        special = next((_OWN_HEADINGS[c] for c in tree.classes(found) if c in _OWN_HEADINGS), "")
        if special:
            own[value(draft.package.style(special), "w:name")] = ranks[item.level]
        else:
            plain.setdefault(int(str(found.tag)[1]), Counter())[ranks[item.level]] += 1
    usual = {depth: counted.most_common(1)[0][0] for depth, counted in plain.items()}
    outline = f' \\o "1-{max(usual, default=1)}"' if usual or not own else ""
    if any(depth != rank for depth, rank in usual.items()):
        outline = ""
        own |= {f"{name} {depth}": rank for depth, rank in usual.items() for name in ("heading", "标题")}
    listed = ",".join(f"{name},{level}" for name, level in sorted(own.items()))
    return f"TOC{outline} \\h \\z" + (f' \\t "{listed}"' if listed else "")
