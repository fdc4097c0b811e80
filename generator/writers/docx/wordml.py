"""WordprocessingML: its namespaces, the order its schema wants, and the elements every room makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from lxml import etree

Element = etree._Element

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "adec": "http://schemas.microsoft.com/office/drawing/2017/decorative",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "xml": "http://www.w3.org/XML/1998/namespace",
}

#: Twentieths of a point and English metric units in a millimetre.
TWIPS = 1440 / 25.4
EMU = 36000

#: Paragraph properties in the order of the schema.
PARAGRAPH_ORDER = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
).split()

_RUN_ORDER = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish "
    "webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang"
).split()

#: Characters that Word sets in the Latin font unless told that they are Chinese here.
_AMBIGUOUS = re.compile("[‘’“”—…·×÷±°§→←↑↓①-⑳Ⅰ-Ⅻ■□▲△●○☐☑]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


#: For parts that we make or keep; space between elements is nobody's.
_PARSER = etree.XMLParser(remove_blank_text=True, resolve_entities=False)


def parse(xml: str | bytes) -> Element:
    """The root of a part."""
    return etree.fromstring(xml.encode() if isinstance(xml, str) else xml, _PARSER)


@cache
def q(name: str) -> str:
    """``w:p`` as lxml names it."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


@cache
def _w(name: str) -> str:
    """``p`` of WordprocessingML as lxml names it; ``from_`` stands for a Python keyword."""
    return q(f"w:{name.rstrip('_')}")


@lru_cache(maxsize=4096)
def _model(name: str, values: tuple[tuple[str, str], ...]) -> Element:
    """What :func:`make` copies: most elements are like many others, and a copy costs a quarter of a new one."""
    element = etree.Element(_w(name), nsmap={"w": NAMESPACES["w"]})
    for key, value in values:
        element.set(_w(key), value)
    return element


def make(name: str, /, **values: object) -> Element:
    """A ``w:name`` that has no parent yet; ``w:`` attributes, of which ``from_`` stands for a Python keyword.

    None is left out.
    """
    return twin(_model(name, tuple([(key, str(value)) for key, value in values.items() if value is not None])))


def make_bookmark(identity: int, name: str) -> tuple[Element, Element]:
    """The start and the end of a bookmark; no two are alike, so that none is worth keeping as a model."""
    start, end = make("bookmarkStart"), make("bookmarkEnd")
    for element in (start, end):
        element.set(_ID, str(identity))
    start.set(_NAME, name)
    return start, end


def add(parent: Element, name: str, /, **values: object) -> Element:
    """Append what :func:`make` makes."""
    element = make(name, **values)
    parent.append(element)
    return element


_PROPERTIES, _ID, _NAME = q("w:pPr"), q("w:id"), q("w:name")
_PARAGRAPH_RANKS = {q(f"w:{name}"): rank for rank, name in enumerate(PARAGRAPH_ORDER)}
_RUN_RANKS = {q(f"w:{name}"): rank for rank, name in enumerate(_RUN_ORDER)}


def find(element: Element | None, path: str) -> Element | None:
    """The element at a path such as ``w:pPr/w:ind`` below another, if it is there."""
    return None if element is None else _first(element, _steps(path))


@cache
def _steps(path: str) -> tuple[str, ...]:
    return tuple(map(q, path.split("/")))


def _first(element: Element, steps: tuple[str, ...], at: int = 0) -> Element | None:
    """What ``element.find`` gives, at half its cost."""
    for child in element.iterchildren(steps[at]):
        found = child if at + 1 == len(steps) else _first(child, steps, at + 1)
        if found is not None:
            return found
    return None


def value(element: Element | None, path: str = "", name: str = "val", default: str = "") -> str:
    """The ``w:`` attribute of the element at a path, or ``default``."""
    found = find(element, path) if path else element
    return default if found is None else found.get(q(f"w:{name}"), default)


def number(element: Element | None, path: str = "", name: str = "val", default: float = 0.0) -> float:
    """The same as a number; ``default`` for what is none, as a hub's own file may hold."""
    try:
        return float(value(element, path, name, str(default)))
    except ValueError:
        return default


def since(parent: Element, begin: int) -> list[Element]:
    """The children of an element from the one numbered ``begin`` on."""
    children: list[Element] = parent[begin:]  # type: ignore[index, assignment]
    return children


def twin(element: Element) -> Element:
    """A copy that belongs to no tree."""
    made: Element = element.__copy__()  # type: ignore[attr-defined]  # what copy.copy calls, at half its cost
    return made


def properties(paragraph: Element) -> Element:
    """The ``w:pPr`` of a paragraph, its first child, or of a style."""
    if len(paragraph) and (first := paragraph[0]).tag == _PROPERTIES:
        return first
    found = paragraph.find(_PROPERTIES)
    if found is None:
        found = make("pPr")
        paragraph.insert(0, found)
    return found


def set_property(paragraph: Element, name: str, /, **values: object) -> Element:
    """Set a paragraph property of the paragraph's own, at the place the schema wants it."""
    return put_property(paragraph, make(name, **values))


def put_property(paragraph: Element, child: Element) -> Element:
    """Put a ready property into a paragraph, replacing one of the same name."""
    return _put(properties(paragraph), child, _PARAGRAPH_RANKS)


def _put(parent: Element, child: Element, ranks: Mapping[str, int]) -> Element:
    """Put a property where the schema's order wants it, in place of one of the same name."""
    rank = ranks[str(child.tag)]
    for sibling in parent:
        other = ranks[str(sibling.tag)]
        if other == rank:
            parent.replace(sibling, child)
            return child
        if other > rank:
            sibling.addprevious(child)
            return child
    parent.append(child)
    return child


def set_look(run: Element, name: str, /, **values: object) -> Element:
    """Set a property of a run's own, at the place the schema wants it."""
    look = run.find(q("w:rPr"))
    if look is None:
        look = make("rPr")
        run.insert(0, look)
    return _put(look, make(name, **values), _RUN_RANKS)


#: Properties of a paragraph by their names: ``{"jc": "center"}`` as pairs, empty where the name says it all.
Own = tuple[tuple[str, str], ...]


@lru_cache(maxsize=1024)
def _empty(style: str, own: Own) -> Element:
    paragraph = make("p")
    add(add(paragraph, "pPr"), "pStyle", val=style)
    for name, told in own:
        set_property(paragraph, name, val=told or None)
    return paragraph


def add_paragraph(parent: Element, style: str, own: Own = ()) -> Element:
    """Append an empty paragraph of a style, with properties of its own."""
    paragraph = twin(_empty(style, own))
    parent.append(paragraph)
    return paragraph


def add_text(run: Element, text: str, name: str = "t") -> Element:
    """Append text to a run; control characters, which XML cannot carry, fall out."""
    return set_text(add(run, name), text)


def set_text(element: Element, text: str) -> Element:
    """Fill a ``w:t`` with such text."""
    element.text = _UNPRINTABLE.sub("", text)
    if text != text.strip() or "  " in text:
        element.set(_SPACE, "preserve")
    return element


_SPACE = q("xml:space")


def wants_hint(text: str) -> bool:
    """Whether a text has marks such as “” that belong to Chinese here but also to Latin."""
    return bool(_AMBIGUOUS.search(text))


def add_field(parent: Element, instruction: str, results: Iterable[Element]) -> None:
    """Append a complex field whose printed result is already known, so that no program must update it."""
    add(add(parent, "r"), "fldChar", fldCharType="begin")
    add_text(add(parent, "r"), f" {instruction} ", "instrText")
    add(add(parent, "r"), "fldChar", fldCharType="separate")
    for result in results:
        parent.append(result)
    add(add(parent, "r"), "fldChar", fldCharType="end")


def make_run(text: str, style: str = "") -> Element:
    """A run of plain text, in a character style if one is named."""
    run = make("r")
    if style or wants_hint(text):
        look = add(run, "rPr")
        if style:
            add(look, "rStyle", val=style)
        if wants_hint(text):
            add(look, "rFonts", hint="eastAsia")
    add_text(run, text)
    return run
