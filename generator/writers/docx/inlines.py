"""Text in a line: the tree's inline elements as runs, fields, links, notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from generator import tree
from generator.provenance import source_of
from generator.writers.docx import controls
from generator.writers.docx.draft import Copy, Draft, Node, Words, nodes
from generator.writers.docx.forms import is_gathered
from generator.writers.docx.manuscript import SOURCE
from generator.writers.docx.references import LABEL, sequence
from generator.writers.docx.wordml import (
    Element,
    add,
    add_field,
    add_text,
    make,
    make_run,
    q,
    set_text,
    twin,
    wants_hint,
)

_SPACE = re.compile(r"[ \t\r\n]+")


class Look(NamedTuple):
    """How a run differs from its paragraph: a character style and the few things styles can't add up."""

    style: str = ""
    vertical: str = ""
    dots: bool = False
    underline: str = ""
    foreign: bool = False


_PLAIN = Look()


@lru_cache(maxsize=256)
def _run(look: Look, hint: bool, worded: bool) -> Element:
    """A run that looks so, with room for words if it is to hold any; to be copied."""
    run = make("r")
    if look != _PLAIN or hint:
        properties = add(run, "rPr")
        if look.style:
            add(properties, "rStyle", val=look.style)
        if hint:
            add(properties, "rFonts", hint="eastAsia")
        if look.underline:
            add(properties, "u", val=look.underline)
        if look.vertical:
            add(properties, "vertAlign", val=look.vertical)
        if look.dots:
            add(properties, "em", val="underDot")
        if look.foreign:
            add(properties, "lang", val="en-US")
    if worded:
        add(run, "t")
    return run


class Line:
    """The paragraph being filled; like a browser it makes one space of many and none at the ends."""

    def __init__(self, draft: Draft, paragraph: Element, note: bool = False) -> None:
        self.draft = draft
        self.parent = paragraph
        self.note = note
        self._spaced = True
        self._last: Element | None = None
        #: in a review copy: the field that what is being written comes from
        self.source = ""

    def text(self, text: str, look: Look) -> None:
        """Append text as a run."""
        text = _SPACE.sub(" ", text)
        if self._spaced and text.startswith(" "):
            text = text[1:]
        if text:
            self._spaced = text.endswith(" ")
            self._last = set_text(self.run(look, text, worded=True)[-1], text)

    def run(self, look: Look, text: str = "", *, worded: bool = False) -> Element:
        """Append an empty run that looks so; ``text`` is what it will hold, in its last element if it is ``worded``."""
        run = twin(_run(look, not look.foreign and wants_hint(text), worded))
        self.parent.append(run)
        if self.source:
            run.set(SOURCE, self.source)
        self._last = None
        return run

    def append(self, element: Element) -> None:
        """Append a ready element, which counts as a word."""
        self.parent.append(element)
        self._spaced, self._last = False, None

    def close(self) -> None:
        """Drop a space left at the end."""
        if self._spaced and self._last is not None:
            self._last.text = (self._last.text or "").rstrip(" ")


def fill(
    draft: Draft, paragraph: Element, content: Iterable[Node], look: Look | None = None, *, note: bool = False
) -> None:
    """Write inline nodes into a paragraph, after the bookmarks that wait for it."""
    if not note:
        draft.references.settle(paragraph)
    line = Line(draft, paragraph, note)
    _write(line, content, look or _PLAIN)
    line.close()
    if not note:
        draft.references.settle(paragraph)
    if paragraph in draft.numbers.given:
        draft.references.embrace(paragraph)


def _owners(caption: Element) -> list[str]:
    figure = caption.getparent()
    return [e.get("id", "") for e in (caption, figure) if e is not None and e.get("id")]


def _write(line: Line, content: Iterable[Node], look: Look) -> None:
    for node in content:
        if line.draft.copy is Copy.REVIEW:
            owner = node.owner if isinstance(node, Words) else None if isinstance(node, str) else node
            numbered = owner is not None and "label" in tree.classes(owner)  # a number is nobody's words
            line.source = source_of(owner) if owner is not None and not numbered else ""
        if isinstance(node, str):
            line.text(node, look)
        else:
            _element(line, node, look)


def _element(line: Line, element: Element, look: Look) -> None:
    line.draft.references.arrive(element.get("id"))
    if str(element.get("lang", "")).startswith("en"):
        look = look._replace(foreign=True)
    handler = INLINES.get(str(element.tag))
    if handler is None:
        line.draft.lost(element, str(element.tag))
        handler = _plain
    for name in element.get("class", "").split():
        special = INLINES.get(f"{element.tag}.{name}")
        if special is None:
            line.draft.lost(element, f"{element.tag}.{name}")
        else:
            handler = special
    handler(line, element, look)


Inline = Callable[[Line, Element, Look], None]


def _plain(line: Line, element: Element, look: Look) -> None:
    _write(line, nodes(element), look)


def _styled(style: str) -> Inline:
    def write(line: Line, element: Element, look: Look) -> None:
        _write(line, nodes(element), look._replace(style=style))

    return write


def _raised(vertical: str) -> Inline:
    def write(line: Line, element: Element, look: Look) -> None:
        _write(line, nodes(element), look._replace(vertical=vertical))

    return write


def _dots(line: Line, element: Element, look: Look) -> None:
    _write(line, nodes(element), look._replace(dots=True))


def _break(line: Line, element: Element, look: Look) -> None:
    line.close()
    add(line.run(look), "br")
    line._spaced = True


def _underlined(kind: str) -> Inline:
    def write(line: Line, element: Element, look: Look) -> None:
        _write(line, nodes(element), look._replace(underline=kind))

    return write


def _at_the_right(line: Line, element: Element, look: Look) -> None:
    """Words at the right end of their line, behind the tab stop of the paragraph's style."""
    line.close()
    add(line.run(look), "tab")
    line._spaced = True
    _write(line, nodes(element), look)


def _ruby(line: Line, element: Element, look: Look) -> None:
    """The reading above the word, at half its size."""
    base = "".join(
        n if isinstance(n, str) else tree.text(n) for n in nodes(element) if isinstance(n, str) or n.tag != "rt"
    )
    reading = "".join(tree.text(rt) for rt in element.iter("rt"))
    size = line.draft.publication.layout.body_size * 2
    holder = make("r")
    ruby = add(holder, "ruby")
    properties = add(ruby, "rubyPr")
    add(properties, "rubyAlign", val="center")
    add(properties, "hps", val=round(size / 2))
    add(properties, "hpsRaise", val=round(size * 0.9))
    add(properties, "hpsBaseText", val=round(size))
    add(properties, "lid", val="zh-CN")
    above = add(add(ruby, "rt"), "r")
    small = add(above, "rPr")
    add(small, "sz", val=round(size / 2))
    add_text(above, reading.strip())
    under = add(add(ruby, "rubyBase"), "r")
    if look.style:
        add(add(under, "rPr"), "rStyle", val=look.style)
    add_text(under, base.strip())
    line.append(holder)


def _footnote(line: Line, element: Element, look: Look) -> None:
    if line.note:
        line.text("（", look)
        _plain(line, element, look)
        line.text("）", look)
        return
    call, paragraph = line.draft.notes.call()
    line.append(call)
    fill(line.draft, paragraph, nodes(element), note=True)


def _blank(line: Line, element: Element, look: Look) -> None:
    """A line to write on, as many ems long as ``data-width`` says, or under the words it holds."""
    width = max(1, round(float(element.get("data-width") or 4)))
    gathered = is_gathered(element)
    words = _gathered_words(element) if gathered else tree.text(element).strip()
    control = line.draft.controls.get(element)
    asked = "" if control is None else controls.prompt(control, width)
    if control is not None and not _is_alone(element):
        asked = controls.padded(control, width)
    run = line.run(look._replace(style=look.style or "Blank"))
    properties = run[0]
    underline = make("u", val="single")
    later = [c for c in properties if c.tag in (q("w:vertAlign"), q("w:em"), q("w:lang"))]
    if not gathered:  # a date or a choice is not one line to write on
        (later[0].addprevious if later else properties.append)(underline)
    add_text(run, words or asked or "\u00a0" * (width * 4))
    line._spaced = False
    if control is not None:
        controls.enclose(run, control, asks=gathered or not words)


def _is_alone(blank: Element) -> bool:
    """Whether nothing else stands in its cell, so that it needs no room of its own."""
    holder = blank.getparent()
    return holder is not None and holder.tag in ("td", "th") and len(holder) == 1 and not tree.text(holder).strip()


def _gathered_words(blank: Element) -> str:
    """What the blanks and boxes show that one blank is made of."""
    parts = [blank.text or ""]
    for child in blank:
        width = round(float(child.get("data-width") or 4) * 4)
        parts.append("\u00a0" * width if "blank" in tree.classes(child) else "☐")
        parts.append(child.tail or "")
    return "".join(parts)


def _box(mark: str) -> Inline:
    def write(line: Line, element: Element, look: Look) -> None:
        run = line.run(look._replace(style="CheckBox"))
        add_text(run, tree.text(element).strip() or mark)
        line._spaced = False
        if (control := line.draft.controls.get(element)) is not None:
            controls.enclose(run, control, asks=False)

    return write


def _label(line: Line, element: Element, look: Look) -> None:
    """A number the model gave, which Word counts: that of the paragraph or, in a caption, 图 and a SEQ field."""
    caption, text = element.getparent(), tree.text(element)
    if caption is None or caption.tag != "figcaption":
        if caption is not None and line.parent.tag == q("w:p") and line.parent.find(q("w:r")) is None:
            text = line.draft.numbers.give(line.parent, text, caption)
        chapter = caption is not None and caption.tag == "h1"
        line.text(text, look._replace(style="Label") if chapter else look)
        return
    found = LABEL.match(text)
    look = look._replace(style="CaptionLabel")
    owners = [i for i in _owners(caption) if i in line.draft.references.wanted]
    begin = len(line.parent)
    if found is None:
        line.text(text.rstrip(), look)
        rest = text[len(text.rstrip()) :]
    else:
        series, number = sequence(text), int(found["number"])
        line.text(found["word"] + found["gap"], look)
        expected = line.draft.counted.get(series, 0) + 1
        line.draft.counted[series] = number
        restart = "" if number == expected else f" \\r {number}"
        add_field(line.parent, f"SEQ {series} \\* ARABIC{restart}", [make_run(found["number"], look.style)])
        line._spaced = False
        rest = found["rest"]
    line.draft.references.surround(line.parent, line.parent[begin], line.parent[-1], owners)
    line.text(rest, _PLAIN)


def _link(line: Line, element: Element, look: Look) -> None:
    href = element.get("href", "")
    if href.startswith("#"):
        _inner_link(line, element, look, href[1:])
        return
    if not href.startswith(("http://", "https://", "mailto:")):
        _plain(line, element, look)
        return
    package = line.draft.package
    holder = add(line.parent, "hyperlink", history=1)
    holder.set(q("r:id"), (package.relate_note_link if line.note else package.relate_link)(href))
    _within(line, holder, element, look._replace(style="Hyperlink"))


def _within(line: Line, holder: Element, element: Element, look: Look) -> None:
    outer, line.parent = line.parent, holder
    _write(line, nodes(element), look)
    line.parent = outer


def _inner_link(line: Line, element: Element, look: Look, target: str) -> None:
    """A reference inside the publication: to a caption a REF field, else a link with its printed words."""
    references = line.draft.references
    if target not in references.ids:
        _plain(line, element, look)
        return
    if references.labels.get(target) == tree.text(element).strip():
        printed = make_run(tree.text(element).strip(), look.style)
        add_field(line.parent, f"REF {references.name(target)} \\h \\* MERGEFORMAT", [printed])
        line._spaced = False
        return
    link = references.link(line.parent, target)
    _within(line, link, element, look)
    references.cited.append((link, target))


def _page_reference(line: Line, element: Element, look: Look) -> None:
    """The number of the page a target stands on: estimated now, exact after F9 in Word."""
    target = element.get("href", "").removeprefix("#")
    if target not in line.draft.references.ids:
        line.draft.lost(element, "a.page-ref")
        return
    page_field(line.draft, line.parent, target, look.style)
    line._spaced = False


def page_field(draft: Draft, parent: Element, target: str, style: str = "") -> None:
    """Append a PAGEREF field whose result is filled in when all pages have been estimated."""
    result = make_run("0", style)
    add_field(parent, f"PAGEREF {draft.references.name(target)} \\h", [result])
    draft.page_numbers.append((result[-1], target))


#: Every inline element and class of the vocabulary.
INLINES: dict[str, Inline] = {
    "a": _link,
    "a.ref": _link,
    "a.page-ref": _page_reference,
    "em": _styled("Emphasis"),
    "strong": _styled("Strong"),
    "span": _plain,
    "span.label": _label,
    "span.footnote": _footnote,
    "span.credit": _styled("Credit"),
    "span.author": _styled("Author"),
    "span.role": _styled("Role"),
    "span.org": _styled("Role"),
    "span.dots": _dots,
    "span.proper-name": _underlined("single"),
    "span.work-title": _underlined("wave"),
    "span.blank": _blank,
    "span.box": _box("☐"),
    "span.box-checked": _box("☑"),
    "span.contents-title": _plain,
    "span.contents-author": _styled("ContentsAuthor"),
    "span.value": _styled("Figure"),
    "span.unit": _styled("Unit"),
    "span.signers": _at_the_right,
    "span.print-date": _at_the_right,
    "data": _plain,
    "time": _plain,
    "small": _styled("Small"),
    "cite": _plain,
    "sup": _raised("superscript"),
    "sub": _raised("subscript"),
    "ruby": _ruby,
    "rt": _plain,
    "br": _break,
}
