"""The draft: what the rooms of the writer share while one publication is being written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from generator import rasters, tree
from generator.diagnostics import Report, Span, error, say, warning
from generator.model import Article, Asset, Publication
from generator.provenance import source_of
from generator.writers.docx.forms import Controls
from generator.writers.docx.notes import Notes
from generator.writers.docx.numbers import Numbers
from generator.writers.docx.package import Package
from generator.writers.docx.pictures import Pictures
from generator.writers.docx.references import References
from generator.writers.docx.wordml import (
    TWIPS,
    Element,
    Own,
    add_paragraph,
    find,
    put_property,
    set_property,
    twin,
    value,
)

Node = str | Element


class Copy(Enum):
    """What a file is for: reading and editing; filling in its forms; being corrected and read back.

    A review copy has no drop caps, text boxes and content controls: LibreOffice loses tracked changes beside the
    first and text in the last.
    """

    PLAIN = ""
    FORM = "填写版"
    REVIEW = "审阅版"


class Place(NamedTuple):
    """Where blocks go: their parent, the room they have in twips, the style of a plain paragraph.

    ``box`` is the style of the box around; ``level`` counts the lists and ``clause`` the clauses around.
    """

    parent: Element
    width: int
    style: str = "BodyText"
    box: str = ""
    level: int = 0
    clause: int = 0

    def inside(self, style: str, **changes: Any) -> Place:
        """The same place with another style for plain paragraphs."""
        return self._replace(style=style, **changes)


@dataclass
class Draft:
    """One publication on its way into one Word file."""

    publication: Publication
    report: Report
    package: Package
    references: References
    notes: Notes
    pictures: Pictures
    numbers: Numbers
    copy: Copy = Copy.PLAIN
    #: What is to be filled in, by the blank, box or cell of the tree; empty but in a form copy.
    controls: Controls = field(default_factory=dict)
    #: Runs' texts that print a page number, and the id of the place they mean; filled in last.
    page_numbers: list[tuple[Element, str]] = field(default_factory=list)
    #: How far SEQ has counted, by label word.
    counted: dict[str, int] = field(default_factory=dict)
    #: Lines of the contents and the headings they list; their numbers are known last.
    listed: list[tuple[Element, Element]] = field(default_factory=list)
    #: Space in twips and a page break that the next paragraph must bring.
    gap: int = 0
    breaks: bool = False
    #: Whether the article being written is a cover, with margins of its own.
    cover: bool = False
    #: In a review copy: the state of the edition it was made of, printed on every page.
    revision: str = ""
    #: The kind of the article being written, its colour, and whether it is the first of its column.
    kind: str = ""
    colour: str = ""
    opener: bool = False
    _columns: set[str] = field(default_factory=set)

    def open(self, article: Article, colour: str) -> None:
        """Begin an article."""
        self.kind, self.colour, self.opener = article.kind, colour, article.section not in self._columns
        self._columns.add(article.section)

    @property
    def text_width(self) -> int:
        """The width of the type area in twips."""
        layout = self.publication.layout
        return round((layout.width - layout.inner - layout.outer) * TWIPS)

    @property
    def text_height(self) -> float:
        """The height of the type area in millimetres."""
        layout = self.publication.layout
        return layout.height - layout.top - layout.bottom

    def paragraph(self, place: Place, style: str, own: Own = ()) -> Element:
        """Append an empty paragraph in a style, with what waits for it: bookmarks, space, a page break."""
        paragraph = add_paragraph(place.parent, style, own)
        if self.breaks:
            self.breaks = False
            set_property(paragraph, "pageBreakBefore")
        if self.gap:
            metrics = self.package.metrics[style]
            if self.gap > metrics.before * 20:
                set_property(paragraph, "spacing", before=self.gap)
            self.gap = 0
        if place.box and style != place.box:
            self._box(paragraph, place.box)
        return paragraph

    def _box(self, paragraph: Element, box: str) -> None:
        """Give a paragraph of another style the frame and ground of the box it stands in."""
        for name in ("w:pBdr", "w:shd", "w:ind"):
            drawn = find(self.package.style(box), f"w:pPr/{name}")
            if drawn is not None:
                put_property(paragraph, twin(drawn))
        metrics = self.package.metrics[value(paragraph, "w:pPr/w:pStyle")]
        if metrics.before > 4:
            set_property(paragraph, "spacing", before=40, after=round(min(metrics.after, 3) * 20))

    def asset(self, name: str, element: Element) -> Asset | None:
        """The asset of a picture, fit to leave the house; reports and gives None if there is none of that name."""
        found = self.publication.assets.get(name)
        if found is None:
            self.lost(element, "img")
            return None
        try:
            return rasters.cleaned(found, self.pictures.kept)
        except ValueError:
            self.unreadable(found)
            return None

    def unreadable(self, asset: Asset) -> None:
        """Report a picture that can't be drawn."""
        message = say("图片 {name} 读不出来，未能放进 Word", name=asset.name)
        self.report.add(error("docx.unreadable_picture", message, Span(asset.name)))

    def lost(self, element: Element, name: str) -> None:
        """Report an element or class that this writer has no form for."""
        file = source_of(element).partition("#")[0] or self.publication.name
        self.report.add(
            warning("docx.not_rendered", say("Word 版没有为“{name}”准备样式，已按普通文字排出", name=name), Span(file))
        )


class Words(str):
    """Text of an element of the tree, which it remembers."""

    owner: Element


def _words(text: str, owner: Element) -> Words:
    made = Words(text)
    made.owner = owner
    return made


def nodes(element: Element) -> Iterator[Node]:
    """The text and the children of an element in reading order."""
    if element.text:
        yield _words(element.text, element)
    for child in element:
        yield child
        if child.tail:
            yield _words(child.tail, element)


_BLOCKS = frozenset(tag for tag, kind in tree.VOCABULARY.items() if kind.group == tree.BLOCK)


def is_block(node: Node) -> bool:
    """Whether a node is a block; unknown elements are taken for inline."""
    return not isinstance(node, str) and node.tag in _BLOCKS


def runs_of(element: Element) -> Iterator[Element | list[Node]]:
    """The content of an element that may hold blocks, inlines or both: blocks, and lists of inline nodes."""
    line: list[Node] = []
    for node in nodes(element):
        if is_block(node):
            if any(not isinstance(n, str) or n.strip() for n in line):
                yield line
            line = []
            assert not isinstance(node, str)
            yield node
        else:
            line.append(node)
    if any(not isinstance(n, str) or n.strip() for n in line):
        yield line


def spaced(content: Iterable[Node]) -> Iterator[Node]:
    """Inline nodes with an em of space between elements that a style sheet would have set apart."""
    before = False
    for node in content:
        if isinstance(node, str):
            if node.strip():
                before = False
            elif before:
                continue
        elif before:
            yield "\u3000"
        else:
            before = True
        yield node
