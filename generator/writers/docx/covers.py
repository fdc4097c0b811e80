"""Covers, title pages, back covers: ordinary paragraphs in frames over art or a coloured ground."""

from __future__ import annotations

import math

from generator import tree
from generator.model import Article, Asset
from generator.writers.docx.draft import Copy, Draft, Node, Place, nodes, spaced
from generator.writers.docx.inlines import Look, fill
from generator.writers.docx.measure import ems, lines
from generator.writers.docx.pictures import Size, UnreadablePictureError
from generator.writers.docx.wordml import (
    Element,
    add,
    number,
    properties,
    put_property,
    q,
    set_look,
    set_property,
    twin,
)

#: The paragraph styles of a cover, by class; where they stand on the page is the styles' own affair.
STYLES = {
    "cover-legal": "CoverLegal",
    "cover-permit": "CoverPermit",
    "cover-subtitle": "CoverSubtitle",
    "cover-issue": "CoverIssue",
    "cover-theme": "CoverTheme",
    "cover-slogan": "CoverSlogan",
    "cover-publisher": "CoverPublisher",
}
#: Kinds of articles that have styles of their own for the same lines.
_OWN = {"title-page": "TitlePage", "back-cover": "BackCover"}

#: Millimetres between a cover's edge and what stands in no frame: nothing that can be seen.
MARGIN = 4.0


def is_cover(article: Article) -> bool:
    """Whether an article is a page of framed lines: a cover, a title page, a back cover."""
    return any("cover" in tree.classes(header) for header in article.body.iter("header"))


def write(draft: Draft, element: Element, place: Place) -> None:
    """Write ``header.cover``; art and frames hang on an empty paragraph at the head of the page."""
    below: dict[str, float] = {}
    for style, item in _items(draft, element):
        draft.references.arrive(item.get("id"))
        paragraph = draft.paragraph(place, style)
        frame = draft.package.drawn(style, "w:pPr/w:framePr")
        if frame is not None:
            frame = put_property(paragraph, twin(frame))  # LibreOffice reads no frame from a style
            if item.tag == "li":  # a frame each, or one rule would stand over them all
                frame.set(q("w:y"), str(round(number(frame, name="y") + below.get(style, 0.0))))
                below[style] = below.get(style, 0.0) + _step(draft, style, item, number(frame, name="w"))
        if item.tag == "li":
            _highlight(draft, paragraph, item)
        elif style == "CoverIssue":
            _issue(draft, paragraph, item)
        else:
            fill(draft, paragraph, nodes(item))
        if style == "CoverName":
            _fit(draft, paragraph, style, item)
    last = draft.paragraph(place, "SectionEnd")
    if draft.copy is Copy.REVIEW:
        return
    picture = next(iter(element.iter("img")), None)
    if picture is not None:
        art(draft, picture, last)
    else:
        ground(draft, last)


def _items(draft: Draft, element: Element) -> list[tuple[str, Element]]:
    """The lines of a cover with their styles."""
    name = next(iter(element.get("class", "").split()), "")
    if element.tag == "img":
        return []
    if element.tag in ("ol", "ul"):
        return [("CoverHighlight", item) for item in element.iter("li")]
    if element.tag == "h1":
        return [(_own(draft, "CoverName"), element)]
    if element.tag == "p":
        series = "CoverName" if draft.kind == "back-cover" else "CoverSeries"
        style = STYLES.get(name, series if name == "series-name" else "CoverText")
        alone = style == "CoverTheme" and draft.package.has_style("CoverThemeAlone") and not _has_subtitle(element)
        return [("CoverThemeAlone" if alone else _own(draft, style), element)]
    return [pair for child in element for pair in _items(draft, child)] or [("CoverText", element)]


def _own(draft: Draft, style: str) -> str:
    special = style.replace("Cover", _OWN.get(draft.kind, "Cover"), 1)
    return special if draft.package.has_style(special) else style


def _has_subtitle(element: Element) -> bool:
    return any("cover-subtitle" in tree.classes(sibling) for sibling in element.itersiblings(preceding=True))


def _highlight(draft: Draft, paragraph: Element, item: Element) -> None:
    """A line of 要目: its column above, its title, its page at the right."""
    parts: list[Node] = [n for n in nodes(item) if not isinstance(n, str) or n.strip()]
    column = parts.pop(0) if parts and not isinstance(parts[0], str) and parts[0].tag == "small" else None
    page = parts.pop() if parts and not isinstance(parts[-1], str) and "page-ref" in tree.classes(parts[-1]) else None
    if column is not None:
        assert not isinstance(column, str)
        fill(draft, paragraph, nodes(column), Look("CoverColumn"))
        add(add(paragraph, "r"), "br")
    fill(draft, paragraph, spaced(parts))
    if page is not None:
        add(add(paragraph, "r"), "tab")
        fill(draft, paragraph, [page], Look("CoverPage"))


def _step(draft: Draft, style: str, item: Element, width: float) -> float:
    """Twips from a line of 要目 to the next: its column, its title, the space between."""
    metrics = draft.package.metrics[style]
    title = "".join(tree.text(child) for child in item if child.tag != "small")
    return ((1 + lines(title, width / 20 / metrics.size - 1.45)) * metrics.line + metrics.over + metrics.after) * 20


def _issue(draft: Draft, paragraph: Element, item: Element) -> None:
    """The number of the issue, large and in a line of its own between the words around it."""
    content = list(nodes(item))
    for place, node in enumerate(content):
        large = not isinstance(node, str) and "value" in tree.classes(node)
        if large and place:
            add(add(paragraph, "r"), "br")
        if large:
            assert not isinstance(node, str)
            fill(draft, paragraph, nodes(node), Look("CoverNumber"))
            if place + 1 < len(content):
                add(add(paragraph, "r"), "br")
        else:
            fill(draft, paragraph, [node])


def _fit(draft: Draft, paragraph: Element, style: str, item: Element) -> None:
    """Make a name so small that each line of it fits its frame, never under half its size."""
    drawn, frame = draft.package.metrics[style], draft.package.drawn(style, "w:pPr/w:framePr")
    if frame is None:
        return
    tracking = number(draft.package.drawn(style, "w:rPr/w:spacing")) / 20
    longest = max((ems(line) for line in _text(item).split("\n")), default=1.0)
    room = number(frame, name="w") / 20
    size = max(drawn.size / 2, math.floor((room - longest * tracking) / max(longest, 1.0) * 2) / 2)
    if size < drawn.size:
        set_property(paragraph, "spacing", line=round(drawn.line * size / drawn.size * 20), lineRule="exact")
        for run in paragraph.iter(q("w:r")):
            set_look(run, "sz", val=round(size * 2))
            set_look(run, "szCs", val=round(size * 2))


def _text(element: Element) -> str:
    """The words of a line of the cover, its own line breaks included."""
    parts = [part if isinstance(part, str) else "\n" if part.tag == "br" else _text(part) for part in nodes(element)]
    return "".join(parts).strip()


def art(draft: Draft, element: Element, paragraph: Element) -> None:
    """Put the cover's picture behind the page that this paragraph stands on."""
    asset = draft.asset(element.get("src", ""), element)
    if asset is not None:
        _behind(draft, asset, paragraph)


def ground(draft: Draft, paragraph: Element) -> None:
    """Put the drawing that the templates have for this kind of page behind it."""
    drawing = draft.package.ground(draft.kind)
    if drawing is not None:
        drawing = drawing.replace(f"#{draft.package.column_colour.lower()}", f"#{draft.colour.lower()}")
        _behind(draft, Asset(f"{draft.kind}-{draft.colour}.svg", drawing.encode(), "image/svg+xml"), paragraph)


def _behind(draft: Draft, asset: Asset, paragraph: Element) -> None:
    layout = draft.publication.layout
    try:
        run = draft.pictures.behind(asset, Size(layout.width, layout.height))
        properties(paragraph).addnext(run)  # first, where LibreOffice would put it
    except UnreadablePictureError:
        draft.unreadable(asset)
