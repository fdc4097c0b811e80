"""The styles of a file: the house's and a publication type's fitted to the layout, and what they say, asked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from generator.model import PageLayout
from generator.writers.docx.wordml import TWIPS, Element, add, find, number, parse, q, value

#: The layout that templates/house/word/word/styles.xml is drawn for.
DRAWN_SIZE, DRAWN_LINE, DRAWN_WIDTH = 10.5, 18.0, 210.0

#: What styles call the colour of the column that they stand in, and the attributes that name a colour.
COLUMN = "accent6"
INKS = ("w:themeColor", "w:themeFill")
#: Where a style says what its words are written in.
INK = "w:rPr/w:color"

#: Single spacing, in ems.
SINGLE = 1.45

_INDENTS = ("w:left", "w:right", "w:hanging", "w:firstLine")


@dataclass(frozen=True)
class Metrics:
    """What a paragraph style does to the space text fills: points, but ``first`` in ems."""

    size: float = 10.5
    line: float = 0.0
    before: float = 0.0
    after: float = 0.0
    left: float = 0.0
    right: float = 0.0
    first: float = 0.0
    keep: bool = False
    page: bool = False
    framed: bool = False
    #: Points that rules above and below take, and whether one stands between paragraphs alike.
    over: float = 0.0
    under: float = 0.0
    ruled: bool = False

    @property
    def pitch(self) -> float:
        """The distance of lines: what the style says, or what typefaces need."""
        return self.line or self.size * SINGLE


@dataclass(frozen=True)
class Tints:
    """What a style draws in the colour of the column: rules and ground of the paragraph, its words."""

    parts: tuple[Element, ...]
    words: bool


class Sheet:
    """Styles that change no more, and what they say."""

    def __init__(self, styles: Element) -> None:
        self.styles = styles
        key = q("w:styleId")
        self._styles = {style.get(key, ""): style for style in styles.iterchildren(q("w:style"))}
        #: What every paragraph style does to the space text fills.
        self.metrics: Mapping[str, Metrics] = self._measured()
        self._drawn: dict[tuple[str, str], Element | None] = {}
        self._tints: dict[str, Tints | None] = {}
        self._inks: dict[str, bool] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._styles

    def style(self, key: str) -> Element:
        """The style of an id."""
        return self._styles[key]

    def drawn(self, key: str, path: str) -> Element | None:
        """What a style or the nearest one it is based on says at a path."""
        if (key, path) not in self._drawn:
            based, found = key, None
            while found is None and based in self._styles:
                found = find(self._styles[based], path)
                based = value(self._styles[based], "w:basedOn")
            self._drawn[key, path] = found
        return self._drawn[key, path]

    def tints(self, key: str) -> Tints | None:
        """What a paragraph style draws in the colour of the column, if anything."""
        if key not in self._tints:
            drawn = [self.drawn(key, f"w:pPr/{name}") for name in ("w:pBdr", "w:shd")]
            parts = tuple(d for d in drawn if d is not None and is_tinted(d))
            words = self.is_tinted_ink(key)
            self._tints[key] = Tints(parts, words) if parts or words else None
        return self._tints[key]

    def is_tinted_ink(self, key: str) -> bool:
        """Whether a style writes in the colour of the column."""
        if key not in self._inks:
            ink = self.drawn(key, INK)
            self._inks[key] = ink is not None and is_tinted(ink)
        return self._inks[key]

    def _measured(self) -> dict[str, Metrics]:
        size = number(self.styles, "w:docDefaults/w:rPrDefault/w:rPr/w:sz") / 2
        own = {key: _said(style) for key, style in self._styles.items()}
        based = {key: value(style, "w:basedOn") for key, style in self._styles.items()}
        found: dict[str, Metrics] = {}
        for key in own:
            chain, at = [], key
            while at in own:
                chain.append(own[at])
                at = based[at]
            found[key] = _metrics(chain, size)
        return found


def is_tinted(drawn: Element) -> bool:
    """Whether something of a style is drawn in the colour of the column."""
    return any(e.get(q(name)) == COLUMN for e in drawn.iter() for name in INKS)


@dataclass(frozen=True)
class Base:
    """Styles and numberings as a layout wants them, made once for all files of an edition: to be copied, not changed.

    ``headings``: the styles of h1, h2 … where they are others than ``Heading1``, ``Heading2`` …; ``prescribed``:
    whether a standard prescribes the styles.
    """

    sheet: Sheet
    numbering: Element
    headings: Mapping[str, str]
    prescribed: bool


@lru_cache(maxsize=16)
def fitted(styles: str, numbering: str, overlay: str, layout: PageLayout) -> Base:
    """The house's styles and numberings, given as text, for a layout.

    ``overlay``: the style sheet of a publication type, if it has one. If that says what page it is drawn for, it is
    fitted to the layout; else it is drawn for its own, as a standard prescribes.
    """
    made, numbers = parse(styles), parse(numbering)
    _fit(made, numbers, layout)
    headings: dict[str, str] = {}
    prescribed = False
    if overlay:
        sheet = etree.fromstring(overlay.encode())
        if sheet.get("width"):
            _fit_overlay(sheet, layout)
        headings = {f"Heading{depth}": key for depth, key in enumerate(sheet.get("headings", "").split(), 1)}
        known = {value(style, name="styleId"): style for style in made.iterchildren(q("w:style"))}
        for style in sheet.findall(q("w:style")):
            key = value(style, name="styleId")
            if key in known:
                made.replace(known[key], style)
            else:
                made.append(style)
        prescribed = not sheet.get("width")
    return Base(Sheet(made), numbers, headings, prescribed)


def drop_frames(styles: Element) -> None:
    """Let the lines of covers flow in plain ink."""
    for style in styles.findall(q("w:style")):
        paragraph, look = find(style, "w:pPr"), find(style, "w:rPr")
        frame, colour = find(paragraph, "w:framePr"), find(look, "w:color")
        if paragraph is not None and frame is not None:
            paragraph.remove(frame)
            if look is not None and colour is not None:
                look.remove(colour)


def _fit(styles: Element, numbering: Element, layout: PageLayout) -> None:
    """Scale sizes and pitches from the layout the styles are drawn for to the publication's own."""
    size = _set_default_size(styles, layout.body_size)
    for style in styles.findall(q("w:style")):
        if value(style, name="styleId").startswith("Cover"):
            page = layout.width / DRAWN_WIDTH
            _scale(style, page, page)
        else:
            _fit_style(style, layout)
    _scale(numbering, size, 1.0)


def _fit_overlay(sheet: Element, layout: PageLayout) -> None:
    """Scale the styles of a publication type: type as the house's, what stands in a frame as the page."""
    across, down = layout.width / float(sheet.get("width", "")), layout.height / float(sheet.get("height", ""))
    for style in sheet.findall(q("w:style")):
        frame = find(style, "w:pPr/w:framePr")
        if frame is None or value(frame, name="vAnchor") != "page":
            _fit_style(style, layout)
            continue
        _scale(style, across, across)
        for name, factor in (("x", across), ("y", down), ("w", across)):
            frame.set(q(f"w:{name}"), str(round(number(frame, name=name) * factor)))


def _fit_style(style: Element, layout: PageLayout) -> None:
    """Scale a style to the body's size and line; lines of contents end at the right of the page."""
    _scale(style, layout.body_size / DRAWN_SIZE, layout.line_height / DRAWN_LINE)
    if value(style, name="styleId") in ("TOC1", "TOC2", "TOC3", "TableofFigures"):
        tabs = etree.Element(q("w:tabs"))
        add(tabs, "tab", val="right", pos=round((layout.width - layout.inner - layout.outer) * TWIPS))
        following = find(style, "w:pPr/w:spacing")
        if following is not None:
            following.addprevious(tabs)


def _set_default_size(styles: Element, size: float) -> float:
    """Set the size that styles without one have; returns the factor to the size they are drawn for."""
    for name in ("w:sz", "w:szCs"):
        element = find(styles, f"w:docDefaults/w:rPrDefault/w:rPr/{name}")
        if element is not None:
            element.set(q("w:val"), str(round(size * 2)))
    return size / DRAWN_SIZE


def _scale(element: Element, size: float, line: float) -> None:
    for found in element.iter(q("w:sz"), q("w:szCs")):
        parent = found.getparent()
        if parent is not None and parent.tag == q("w:rPr") and parent.getparent() is not None:
            found.set(q("w:val"), str(max(2, round(number(found) * size))))
    for found in element.iter(q("w:spacing")):
        for key in ("w:before", "w:after", "w:line"):
            if (told := found.get(q(key))) is not None and found.get(q("w:lineRule")) != "auto":
                found.set(q(key), str(round(int(told) * line)))
    for found in element.iter(q("w:ind")):
        for key in _INDENTS:
            if (told := found.get(q(key))) is not None:
                found.set(q(key), str(round(int(told) * size)))


def _said(style: Element) -> dict[str, Element]:
    """What a style says of itself: the properties of paragraphs and of runs by their tags."""
    return {
        str(child.tag): child
        for name in ("w:rPr", "w:pPr")
        for group in style.iterchildren(q(name))
        for child in group.iterchildren("*")
    }


def _rule(chain: list[dict[str, Element]], side: str) -> float:
    """Points that the rule of a style at a side takes, its distance included."""
    borders = next((b for said in chain if (b := said.get(_BORDERS)) is not None), None)
    rule = find(borders, f"w:{side}")
    return 0.0 if rule is None or value(rule) == "nil" else number(rule, name="space") + number(rule, name="sz") / 8


def _metrics(chain: list[dict[str, Element]], size: float) -> Metrics:
    """A paragraph style's measures from what it and its ancestors say, itself first; ``size`` is the document's."""
    measures = {"size": size}
    rule = "auto"
    for said in reversed(chain):
        spacing, indent = said.get(_SPACING), said.get(_INDENT)
        measures["size"] = number(said.get(_SIZE), default=measures["size"] * 2) / 2
        for names, element in ((("before", "after", "line"), spacing), (("left", "right"), indent)):
            for name in names:
                measures[name] = number(element, name=name, default=measures.get(name, 0.0) * 20) / 20
        rule = value(spacing, name="lineRule", default=rule)
        first = number(indent, name="firstLine", default=measures.get("first", 0.0) * measures["size"] * 20)
        measures["first"] = first / 20 / measures["size"]
        measures["first"] = number(indent, name="firstLineChars", default=measures["first"] * 100) / 100
    if rule == "auto":  # in 240ths of a line
        measures["line"] *= measures["size"] * SINGLE / 12
    return Metrics(
        size=measures["size"],
        line=measures["line"],
        before=measures["before"],
        after=measures["after"],
        left=measures["left"],
        right=measures["right"],
        first=measures["first"],
        keep=any(_KEEP in said for said in chain),
        page=any(_BREAK in said for said in chain),
        over=_rule(chain, "top"),
        under=_rule(chain, "bottom"),
        ruled=any(find(said.get(_BORDERS), "w:between") is not None for said in chain),
        framed=any(_FRAME in said for said in chain),
    )


_SIZE, _SPACING, _INDENT, _BORDERS, _KEEP, _BREAK, _FRAME = map(
    q, ("w:sz", "w:spacing", "w:ind", "w:pBdr", "w:keepNext", "w:pageBreakBefore", "w:framePr")
)
