"""Pages: an estimate of where everything will stand, so that the contents have numbers before Word opens the file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from lxml import etree

from generator.model import PageLayout
from generator.writers.docx.measure import lines
from generator.writers.docx.package import Package
from generator.writers.docx.styles import Metrics
from generator.writers.docx.wordml import EMU, NAMESPACES, TWIPS, Element, find, q, value

_LISTS = ("ListBullet", "ListNumber")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass
class Block:
    """Something that takes height (points): ``lines`` of one pitch, or one piece if ``whole``."""

    height: float
    pitch: float
    before: float
    after: float
    keep: bool
    whole: bool
    names: list[str] = field(default_factory=list)
    page: bool = False
    #: whether it is told itself, not by its style, to stay with the next
    told: bool = False


@dataclass(frozen=True)
class Run:
    """A section of the document: its blocks and what its properties say."""

    blocks: list[Block]
    kind: str
    columns: int
    height: float
    numbering: str
    start: int | None


@dataclass(frozen=True)
class _Extras:
    """What takes room and is no text of a paragraph: its notes (points, by their ids) and its number."""

    notes: Mapping[str, float]
    numbers: Mapping[Element, str]


def estimate(package: Package, layout: PageLayout, numbers: Mapping[Element, str]) -> dict[str, str]:
    """The printed page number of every bookmark of the body, by the bookmark's name.

    ``numbers`` are what Word prints before the text of paragraphs.
    """
    extras = _Extras(_notes(package, layout), numbers)
    flow = _Flow()
    for run in _runs(package, layout, extras):
        flow.section(run)
    return flow.numbers


def height(package: Package, elements: Iterable[Element], width: float) -> float:
    """Points that blocks of a page take one under another in a column ``width`` points wide."""
    used = trail = 0.0
    for element in elements:
        for block in _blocks(package, element, width, _Extras({}, {})):
            used += max(block.before, trail) + block.height
            trail = block.after
    return used + trail


def _roman(count: int) -> str:
    text = ""
    for worth, letters in _ROMAN:
        while count >= worth:
            text, count = text + letters, count - worth
    return text


def _least(block: Block) -> float:
    """What of a block must stand together: all of a picture or a row, two lines of a paragraph."""
    return block.height if block.whole else min(block.height, 2 * block.pitch)


class _Flow:
    """Fills pages with blocks."""

    def __init__(self) -> None:
        self.numbers: dict[str, str] = {}
        self._page = 0
        self._format = "decimal"
        self._used = 0.0
        self._column = 0
        self._top = 0.0
        self._trail = 0.0

    def section(self, run: Run) -> None:
        """Fill the pages of one section."""
        if run.kind != "continuous":
            self._page = run.start if run.start is not None else self._page + 1
            if run.kind == "oddPage" and self._page % 2 == 0:
                self._page += 1
            self._used = self._top = self._trail = 0.0
            self._format = run.numbering
        self._column, self._top = 0, self._used
        heights = [0.0]
        blocks = run.blocks
        for place, block in enumerate(blocks):
            if block.page and self._used > 0:
                self._next(run, heights, new_page=True)
            need = _least(block)
            ahead = place
            while blocks[ahead].keep and ahead + 1 < len(blocks):
                ahead += 1
                following = blocks[ahead]
                need += max(blocks[ahead - 1].after, following.before)
                need += following.height if following.keep else _least(following)
            begun = self._used > (self._top if self._column else 0.0)
            gap = max(block.before, self._trail) if begun else 0.0
            if begun and self._used + gap + need > run.height + 0.5 and need <= run.height:
                self._next(run, heights)
                gap = 0.0
            self._used += gap
            heights[-1] += gap
            self._mark(block)
            self._place(block, run, heights)
            self._trail = block.after
        if run.columns > 1:
            self._balance(run, heights)

    def _place(self, block: Block, run: Run, heights: list[float]) -> None:
        left = block.height
        while not block.whole and self._used + left > run.height + 0.5:
            fitting = math.floor((run.height - self._used) / block.pitch + 0.02) * block.pitch
            if left - fitting < 2 * block.pitch:
                fitting -= block.pitch
            fitting = max(fitting, 0.0)
            left -= fitting
            heights[-1] += fitting
            self._next(run, heights)
            if left <= 0:
                break
        self._used += left
        heights[-1] += left

    def _next(self, run: Run, heights: list[float], *, new_page: bool = False) -> None:
        """Go on to the next column or page; ``heights`` holds what stands in the columns of this page."""
        self._trail = 0.0
        if self._column + 1 < run.columns and not new_page:
            self._column += 1
            self._used = self._top
            heights.append(0.0)
            return
        self._column, self._used, self._top = 0, 0.0, 0.0
        self._page += 1
        heights[:] = [0.0]

    def _balance(self, run: Run, heights: list[float]) -> None:
        """Columns end level: what the last page holds is shared out between them."""
        self._used = self._top + sum(heights) / run.columns + 9.0
        self._column = 0

    def _mark(self, block: Block) -> None:
        label = _roman(self._page) if self._format == "lowerRoman" else str(self._page)
        self.numbers.update(dict.fromkeys(block.names, label))


_sections = etree.XPath("w:p/w:pPr/w:sectPr", namespaces=NAMESPACES)


def _runs(package: Package, layout: PageLayout, extras: _Extras) -> Iterator[Run]:
    pending: list[Element] = []
    sections = cast("list[Element]", _sections(package.body))
    ends = {section.getparent(): section for section in sections}
    for child in package.body:
        if child.tag == _SECTION:
            yield _run(package, layout, extras, pending, child)
            return
        pending.append(child)
        section = ends.get(child[0]) if len(child) else None
        if section is not None:
            yield _run(package, layout, extras, pending, section)
            pending = []


def _run(package: Package, layout: PageLayout, extras: _Extras, elements: list[Element], section: Element) -> Run:
    margins, size = section.find(q("w:pgMar")), section.find(q("w:pgSz"))
    wide = _measure(size, _WIDE) - _measure(margins, _LEFT) - _measure(margins, _RIGHT)
    height = (_measure(size, _HIGH) - _measure(margins, _TOP) - _measure(margins, _BOTTOM)) / 20
    columns = section.find(q("w:cols"))
    count = int(_measure(columns, _COUNT, 1))
    width = (wide - _measure(columns, _SPACE) * (count - 1)) / count / 20
    folio = section.find(q("w:pgNumType"))
    start = value(folio, name="start")
    blocks = [block for element in elements for block in _blocks(package, element, width, extras)]
    return Run(
        blocks,
        value(section, "w:type"),
        count,
        height,
        value(folio, name="fmt", default="decimal"),
        int(start) if start else None,
    )


def _measure(element: Element | None, name: str, default: float = 0.0) -> float:
    told = None if element is None else element.get(name)
    return default if told is None else float(told)


def _blocks(package: Package, element: Element, width: float, extras: _Extras) -> Iterator[Block]:
    if element.tag == _TABLE:
        for row in element.iterchildren(_ROW):
            yield _row(package, row, extras)
    elif element.tag == _PARAGRAPH:
        yield _paragraph(package, element, width, extras)


def _own(element: Element, name: str) -> dict[str, Element]:
    """The properties of a paragraph, row or cell by their tags; they stand in its first child."""
    first = element[0] if len(element) else None
    return {child.tag: child for child in first} if first is not None and first.tag == name else {}


def _row(package: Package, row: Element, extras: _Extras) -> Block:
    """A row; it stays with the next one if all its cells say so."""
    highest, keep = 0.0, True
    names: list[str] = []
    for cell in row.iterchildren(_CELL):
        own = _own(cell, _CELL_PROPERTIES)
        width = _measure(own.get(_CELL_WIDTH), _WIDE) / 20 - 8.0
        height, kept, inner = 0.0, False, True
        for element in cell:
            for block in _blocks(package, element, width, extras):
                height += block.before + block.height + block.after
                names += block.names
                if element.tag == _PARAGRAPH:
                    kept = kept or block.told
                else:
                    inner = inner and block.keep
        keep = keep and kept and inner
        if _MERGED not in own:
            highest = max(highest, height)
    least = _measure(_own(row, _ROW_PROPERTIES).get(_ROW_HEIGHT), _VAL) / 20
    height = max(highest, least) + 0.5
    return Block(height, height, 0.0, 0.0, keep, True, names)


def _paragraph(package: Package, paragraph: Element, width: float, extras: _Extras) -> Block:
    own = _own(paragraph, _PROPERTIES)
    named = own.get(_STYLE)
    style = "" if named is None else named.get(_VAL, "")
    metrics = package.metrics.get(style) or Metrics()
    held = _held(paragraph)
    frame = own.get(_FRAME)
    if metrics.framed or (frame is not None and value(frame, name="dropCap")):
        return Block(0.0, 1.0, 0.0, 0.0, keep=False, whole=True, names=held.names)
    spacing, indent = own.get(_SPACING), own.get(_INDENT)
    before = _measure(spacing, _BEFORE, metrics.before * 20) / 20
    after = _measure(spacing, _AFTER, metrics.after * 20) / 20
    left, right, first = metrics.left, metrics.right, metrics.first
    if indent is not None:
        left, right = _measure(indent, _LEFT) / 20, _measure(indent, _RIGHT) / 20
        first = _measure(indent, _FIRST) / 100
    elif (style in _LISTS or _numbered(own.get(_NUMBER))) and paragraph not in extras.numbers:
        left = max(left, metrics.size * 2.5)
    pitch = metrics.pitch
    column = width
    if frame is not None:
        width = _measure(frame, _WIDE) / 20
    if held.drawing:
        height = held.drawing + 3.0
    else:
        text = extras.numbers.get(paragraph, "") + held.text
        height = lines(text, (width - left - right) / metrics.size, first) * pitch
    for note in held.notes:
        height += extras.notes.get(note, 0.0)
    if metrics.over and (metrics.ruled or not _goes_on(paragraph.getprevious(), style)):
        height += metrics.over
    if metrics.under and (metrics.ruled or not _goes_on(paragraph.getnext(), style)):
        height += metrics.under
    keep = metrics.keep or _KEEP in own
    if frame is not None:  # text runs round it: it takes its part of the column, or of all of them
        return Block((height + before + after) * width / column, pitch, 0.0, 0.0, False, False, held.names)
    page = metrics.page or _BREAK in own
    return Block(height, pitch, before, after, keep, bool(held.drawing), held.names, page, _KEEP in own)


_STYLE, _FRAME, _SPACING, _INDENT, _NUMBER, _KEEP, _BREAK = map(
    q, ("w:pStyle", "w:framePr", "w:spacing", "w:ind", "w:numPr", "w:keepNext", "w:pageBreakBefore")
)
_BOOKMARK, _INLINE, _NOTE, _WORDS, _LINE, _TAB = map(
    q, ("w:bookmarkStart", "wp:inline", "w:footnoteReference", "w:t", "w:br", "w:tab")
)
_PARAGRAPH, _PROPERTIES, _SECTION, _NAME, _ID = map(q, ("w:p", "w:pPr", "w:sectPr", "w:name", "w:id"))
_LEFT, _RIGHT, _WIDE, _HIGH, _TOP, _BOTTOM, _COUNT, _SPACE, _BEFORE, _AFTER, _FIRST, _VAL = (
    q(f"w:{name}") for name in "left right w h top bottom num space before after firstLineChars val".split()
)
_TABLE, _ROW, _ROW_PROPERTIES, _ROW_HEIGHT, _CELL, _CELL_PROPERTIES, _CELL_WIDTH, _MERGED = map(
    q, ("w:tbl", "w:tr", "w:trPr", "w:trHeight", "w:tc", "w:tcPr", "w:tcW", "w:vMerge")
)


class _Held(NamedTuple):
    """What a paragraph holds: its words, the height of its pictures (points), its bookmarks and notes."""

    text: str
    drawing: float
    names: list[str]
    notes: list[str]


def _held(paragraph: Element) -> _Held:
    words: list[str] = []
    names: list[str] = []
    notes: list[str] = []
    drawing = 0.0
    for element in paragraph.iter(_WORDS, _BOOKMARK, _INLINE, _NOTE, _LINE, _TAB):
        tag = element.tag
        if tag == _WORDS:
            words.append(element.text or "")
        elif tag == _LINE:
            words.append("\n")
        elif tag == _TAB:
            words.append(" ")
        elif tag == _BOOKMARK:
            names.append(element.get(_NAME, ""))
        elif tag == _NOTE:
            notes.append(element.get(_ID, ""))
        else:
            drawing += _emu(element)
    return _Held("".join(words), drawing, names, notes)


def _numbered(numbering: Element | None) -> bool:
    return numbering is not None and value(numbering, "w:numId", default="0") != "0"


def _goes_on(neighbour: Element | None, style: str) -> bool:
    """Whether the paragraph beside is of the same style, so that one frame stands round both."""
    return neighbour is not None and neighbour.tag == _PARAGRAPH and value(neighbour, "w:pPr/w:pStyle") == style


def _emu(picture: Element) -> float:
    """The height of a picture in points."""
    extent = find(picture, "wp:extent")
    return float(extent.get("cy", "0")) / EMU * TWIPS / 20 if extent is not None else 0.0


def _notes(package: Package, layout: PageLayout) -> dict[str, float]:
    """The height each footnote takes at the foot of its page."""
    metrics = package.metrics["FootnoteText"]
    width = (layout.width - layout.inner - layout.outer) * TWIPS / 20
    heights = {}
    for note in package.footnotes:
        text = "".join(t.text or "" for t in note.iter(q("w:t")))
        heights[note.get(q("w:id"), "")] = lines(text, width / metrics.size) * metrics.pitch
    return heights
