"""Pages: an estimate of where everything will stand, so that the contents have numbers before Word opens the file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from generator.model import PageLayout
from generator.writers.docx.measure import lines
from generator.writers.docx.package import Metrics, Package
from generator.writers.docx.wordml import EMU, TWIPS, Element, find, number, properties, q, value

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


def _runs(package: Package, layout: PageLayout, extras: _Extras) -> Iterator[Run]:
    pending: list[Element] = []
    for child in package.body:
        if child.tag == q("w:sectPr"):
            yield _run(package, layout, extras, pending, child)
            return
        pending.append(child)
        section = find(child, "w:pPr/w:sectPr")
        if section is not None:
            yield _run(package, layout, extras, pending, section)
            pending = []


def _run(package: Package, layout: PageLayout, extras: _Extras, elements: list[Element], section: Element) -> Run:
    margins, size = section.find(q("w:pgMar")), section.find(q("w:pgSz"))
    wide = _measure(size, "w") - _measure(margins, "left") - _measure(margins, "right")
    height = (_measure(size, "h") - _measure(margins, "top") - _measure(margins, "bottom")) / 20
    columns = section.find(q("w:cols"))
    count = int(_measure(columns, "num", 1))
    width = (wide - _measure(columns, "space") * (count - 1)) / count / 20
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
    return number(element, name=name, default=default)


def _blocks(package: Package, element: Element, width: float, extras: _Extras) -> Iterator[Block]:
    if element.tag == q("w:tbl"):
        for row in element.iterchildren(q("w:tr")):
            keep = all(find(cell, "w:p/w:pPr/w:keepNext") is not None for cell in row.iter(q("w:tc")))
            height = _row_height(package, row, extras)
            yield Block(height, height, 0.0, 0.0, keep, True, _names(row))
    elif element.tag == q("w:p"):
        yield _paragraph(package, element, width, extras)


def _names(element: Element) -> list[str]:
    return [b.get(q("w:name"), "") for b in element.iter(q("w:bookmarkStart"))]


def _row_height(package: Package, row: Element, extras: _Extras) -> float:
    highest = 0.0
    for cell in row.iterchildren(q("w:tc")):
        if find(cell, "w:tcPr/w:vMerge") is not None:
            continue
        width = number(cell, "w:tcPr/w:tcW", "w") / 20 - 8.0
        height = 0.0
        for element in cell:
            for block in _blocks(package, element, width, extras):
                height += block.before + block.height + block.after
        highest = max(highest, height)
    return max(highest, number(row, "w:trPr/w:trHeight") / 20) + 0.5


def _paragraph(package: Package, paragraph: Element, width: float, extras: _Extras) -> Block:
    own = {child.tag: child for child in properties(paragraph)}
    style = value(own.get(_STYLE))
    metrics = package.metrics.get(style) or Metrics()
    held = _held(paragraph)
    frame = own.get(_FRAME)
    if metrics.framed or value(frame, name="dropCap"):
        return Block(0.0, 1.0, 0.0, 0.0, keep=False, whole=True, names=held.names)
    spacing, indent = own.get(_SPACING), own.get(_INDENT)
    before = _measure(spacing, "before", metrics.before * 20) / 20
    after = _measure(spacing, "after", metrics.after * 20) / 20
    left, right, first = metrics.left, metrics.right, metrics.first
    if indent is not None:
        left, right = _measure(indent, "left") / 20, _measure(indent, "right") / 20
        first = _measure(indent, "firstLineChars") / 100
    elif paragraph not in extras.numbers and (
        value(own.get(_NUMBER), "w:numId", default="0") != "0" or style in ("ListBullet", "ListNumber")
    ):
        left = max(left, metrics.size * 2.5)
    pitch = metrics.pitch
    column = width
    if frame is not None:
        width = _measure(frame, "w") / 20
    if held.drawing:
        height = held.drawing + 3.0
    else:
        text = extras.numbers.get(paragraph, "") + held.text
        height = lines(text, (width - left - right) / metrics.size, first) * pitch
    height += sum(extras.notes.get(note, 0.0) for note in held.notes)
    if metrics.over and (metrics.ruled or not _goes_on(paragraph.getprevious(), style)):
        height += metrics.over
    if metrics.under and (metrics.ruled or not _goes_on(paragraph.getnext(), style)):
        height += metrics.under
    keep = metrics.keep or _KEEP in own
    if frame is not None:  # text runs round it: it takes its part of the column, or of all of them
        return Block((height + before + after) * width / column, pitch, 0.0, 0.0, False, False, held.names)
    page = metrics.page or _BREAK in own
    return Block(height, pitch, before, after, keep, bool(held.drawing), held.names, page)


_STYLE, _FRAME, _SPACING, _INDENT, _NUMBER, _KEEP, _BREAK = map(
    q, ("w:pStyle", "w:framePr", "w:spacing", "w:ind", "w:numPr", "w:keepNext", "w:pageBreakBefore")
)
_BOOKMARK, _INLINE, _NOTE, _WORDS, _LINE, _TAB = map(
    q, ("w:bookmarkStart", "wp:inline", "w:footnoteReference", "w:t", "w:br", "w:tab")
)


@dataclass
class _Held:
    """What a paragraph holds: its words, the height of its pictures (points), its bookmarks and notes."""

    text: str = ""
    drawing: float = 0.0
    names: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _held(paragraph: Element) -> _Held:
    held, words = _Held(), []
    for element in paragraph.iter(_BOOKMARK, _INLINE, _NOTE, _WORDS, _LINE, _TAB):
        if element.tag == _WORDS:
            words.append(element.text or "")
        elif element.tag == _LINE:
            words.append("\n")
        elif element.tag == _TAB:
            words.append(" ")
        elif element.tag == _BOOKMARK:
            held.names.append(element.get(q("w:name"), ""))
        elif element.tag == _NOTE:
            held.notes.append(element.get(q("w:id"), ""))
        else:
            held.drawing += _emu(element)
    held.text = "".join(words)
    return held


def _goes_on(neighbour: Element | None, style: str) -> bool:
    """Whether the paragraph beside is of the same style, so that one frame stands round both."""
    return neighbour is not None and neighbour.tag == q("w:p") and value(neighbour, "w:pPr/w:pStyle") == style


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
