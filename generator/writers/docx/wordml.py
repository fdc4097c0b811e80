"""WordprocessingML: its namespaces, the order its schema wants, and the elements every room makes."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from functools import cache

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


@cache
def q(name: str) -> str:
    """``w:p`` as lxml names it."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def add(parent: Element, name: str, /, **values: object) -> Element:
    """Append ``w:name`` with ``w:`` attributes; ``from_`` stands for a Python keyword, None is left out."""
    element = etree.SubElement(parent, q(f"w:{name}"))
    for key, value in values.items():
        if value is not None:
            element.set(q(f"w:{key.rstrip('_')}"), str(value))
    return element


def make(name: str, /, **values: object) -> Element:
    """A ``w:name`` that has no parent yet; attributes as in :func:`add`."""
    element = etree.Element(q(f"w:{name}"), nsmap={"w": NAMESPACES["w"]})
    for key, value in values.items():
        if value is not None:
            element.set(q(f"w:{key.rstrip('_')}"), str(value))
    return element


def find(element: Element | None, path: str) -> Element | None:
    """The element at a path such as ``w:pPr/w:ind`` below another, if it is there."""
    return None if element is None else element.find(_path(path))


@cache
def _path(path: str) -> str:
    return "/".join(map(q, path.split("/")))


def value(element: Element | None, path: str = "", name: str = "val", default: str = "") -> str:
    """The ``w:`` attribute of the element at a path, or ``default``."""
    found = find(element, path) if path else element
    return default if found is None else found.get(q(f"w:{name}"), default)


def number(element: Element | None, path: str = "", name: str = "val", default: float = 0.0) -> float:
    """The same as a number."""
    return float(value(element, path, name, str(default)))


def twin(element: Element) -> Element:
    """A copy that belongs to no tree."""
    return copy.deepcopy(element)


def properties(paragraph: Element) -> Element:
    """The ``w:pPr`` of a paragraph."""
    found = paragraph.find(q("w:pPr"))
    if found is None:
        found = make("pPr")
        paragraph.insert(0, found)
    return found


def set_property(paragraph: Element, name: str, /, **values: object) -> Element:
    """Set a paragraph property of the paragraph's own, at the place the schema wants it."""
    return put_property(paragraph, make(name, **values))


def put_property(paragraph: Element, child: Element) -> Element:
    """Put a ready property into a paragraph, replacing one of the same name."""
    return _put(properties(paragraph), child, PARAGRAPH_ORDER)


def _put(parent: Element, child: Element, order: Sequence[str]) -> Element:
    """Put a property where the schema's order wants it, in place of one of the same name."""
    rank = order.index(etree.QName(child).localname)
    for sibling in parent:
        other = order.index(etree.QName(sibling).localname)
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
    return _put(look, make(name, **values), _RUN_ORDER)


def add_paragraph(parent: Element, style: str) -> Element:
    """Append an empty paragraph of a style."""
    paragraph = etree.SubElement(parent, q("w:p"))
    add(add(paragraph, "pPr"), "pStyle", val=style)
    return paragraph


def add_text(run: Element, text: str, name: str = "w:t") -> Element:
    """Append text to a run; control characters, which XML cannot carry, fall out."""
    element = etree.SubElement(run, q(name))
    element.text = _UNPRINTABLE.sub("", text)
    if text != text.strip() or "  " in text:
        element.set(q("xml:space"), "preserve")
    return element


def wants_hint(text: str) -> bool:
    """Whether a text has marks such as “” that belong to Chinese here but also to Latin."""
    return bool(_AMBIGUOUS.search(text))


def add_field(parent: Element, instruction: str, results: Iterable[Element]) -> None:
    """Append a complex field whose printed result is already known, so that no program must update it."""
    add(add(parent, "r"), "fldChar", fldCharType="begin")
    add_text(add(parent, "r"), f" {instruction} ", "w:instrText")
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
