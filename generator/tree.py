"""The semantic vocabulary of an article – closed – and parse, check, walk, serialise.

One XHTML tree (no namespace) per article, HTML's own elements and semantics, meaning in classes that
name things, never looks. Every writer reads this tree, so the same words stand in PDF, Word and web.

Conventions the tables below can't say:

* A number that the model gave stands as text in ``<span class="label">`` at the start of a heading,
  caption or clause, with its separator (``第一章　``, ``（一）``, ``图1　``).
* ``<figure>`` holds one ``img`` or, as ``figure.table``, one ``table`` (caption first); ``p.table-note``
  may follow the table. What was drawn from data may have several ``img``, one a page, and after its caption
  ``table.data.equivalent``, which says in words what the drawing says, for those who can't see it or edit it.
* ``figure.wide`` reaches across the columns; ``figure.landscape`` holds a table that is read with the page turned.
* A footnote stands at its place as ``<span class="footnote" role="doc-footnote">text</span>``.
* ``<a class="ref" href="#id">`` prints its own text; ``<a class="page-ref" href="#id"/>`` is empty and
  the writer prints the page number of the target.
* A clause is ``<div class="clause" data-level="1">`` with paragraphs and deeper clauses inside.
* ``nav.contents`` lists ``li.contents-section`` (a group's name) and ``li.contents-entry`` (``a`` with
  ``span.contents-title`` and, perhaps, ``span.contents-author``); the writer adds page numbers. ``nav.figures``
  lists figures and tables alike, their labels in the title.
* An official document (GB/T 9704—2012) has ``header.official-head`` (版头), its text, ``section.signing`` with a
  ``div.seal`` for every seal, ``section.attachment`` and, last of all, ``div.colophon`` (版记).
* ``data-source="file#field"`` says where a block came from; writers strip or translate it.
* Ids are unique in the whole publication; ``img@src`` names an asset of the publication.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from generator.diagnostics import Diagnostic, Span, error, say

BLOCK = "block"
INLINE = "inline"
MIXED = "mixed"  # holds either blocks or inlines
EMPTY = "empty"


@dataclass(frozen=True)
class Kind:
    """What an element is (``group``), what it holds (``holds``), its own attributes and classes."""

    group: str
    holds: str
    attributes: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()


def _k(group: str, holds: str, attributes: str = "", classes: str = "") -> Kind:
    return Kind(group, holds, frozenset(attributes.split()), frozenset(classes.split()))


#: Attributes every element may carry.
GLOBAL = frozenset({"id", "class", "lang", "data-source"})

VOCABULARY: dict[str, Kind] = {
    # structure
    "article": _k(
        BLOCK, BLOCK, "data-kind",
    ),
    "section": _k(
        BLOCK, BLOCK, "",
        "columns item case-section comment background session stage profile attachment signing sealed",
    ),
    "header": _k(BLOCK, BLOCK, "", "article-header item-header part-header cover official-head"),
    "nav": _k(BLOCK, BLOCK, "role", "contents figures"),
    "aside": _k(
        BLOCK, BLOCK, "role",
        "callout tip caution supervision link example data pull-quote facts-box author-bio sidebar",
    ),
    "div": _k(BLOCK, BLOCK, "data-level", "clause imprint masthead cards pair issuer-mark seal colophon"),
    "h1": _k(BLOCK, INLINE, "", "cover-name part-title"),
    "h2": _k(BLOCK, INLINE, "", "item-title attachment-title"),
    "h3": _k(BLOCK, INLINE),
    "h4": _k(BLOCK, INLINE),
    "h5": _k(BLOCK, INLINE),
    "p": _k(
        BLOCK, INLINE, "",
        "kicker subtitle lead abstract keywords byline column-name column-note attribution table-note reprint "
        "callout-title comment-by cover-legal cover-permit cover-subtitle cover-issue cover-theme cover-slogan "
        "cover-publisher part-number series-name document-no issuer signature sign-date event-line references "
        "legal-notice clause-text unindented motto marking mark-word petition addressees enclosure numbered annotation "
        "copies print-line",
    ),
    "blockquote": _k(BLOCK, BLOCK),
    "hr": _k(BLOCK, EMPTY),
    # lists
    "ul": _k(BLOCK, BLOCK, "", "tags checklist contributors key-points"),
    "ol": _k(BLOCK, BLOCK, "start", "highlights steps"),
    "li": _k(BLOCK, MIXED, "data-level", "contents-section contents-entry"),
    "dl": _k(BLOCK, BLOCK, "", "imprint-list facts cards glossary"),
    "dt": _k(BLOCK, INLINE),
    "dd": _k(BLOCK, MIXED),
    # tables and figures
    "figure": _k(BLOCK, BLOCK, "", "table chart picture wide landscape drawn"),
    "figcaption": _k(BLOCK, INLINE),
    "img": _k(BLOCK, EMPTY, "src alt role", "cover-art"),
    "table": _k(BLOCK, BLOCK, "", "data information form score checklist months equivalent"),
    "colgroup": _k(BLOCK, BLOCK),
    "col": _k(BLOCK, EMPTY, "data-width"),
    "thead": _k(BLOCK, BLOCK),
    "tbody": _k(BLOCK, BLOCK),
    "tr": _k(BLOCK, BLOCK),
    "th": _k(BLOCK, MIXED, "colspan rowspan scope", "number"),
    "td": _k(BLOCK, MIXED, "colspan rowspan", "number"),
    # text
    "a": _k(INLINE, INLINE, "href", "ref page-ref"),
    "em": _k(INLINE, INLINE),
    "strong": _k(INLINE, INLINE),
    "span": _k(
        INLINE, INLINE, "role data-width",
        "label footnote credit author role org dots proper-name work-title blank box box-checked contents-title "
        "contents-author value unit signers print-date",
    ),
    "data": _k(INLINE, INLINE, "value data-fact"),
    "time": _k(INLINE, INLINE, "datetime"),
    "small": _k(INLINE, INLINE),
    "cite": _k(INLINE, INLINE),
    "sup": _k(INLINE, INLINE),
    "sub": _k(INLINE, INLINE),
    "ruby": _k(INLINE, INLINE),
    "rt": _k(INLINE, INLINE),
    "br": _k(INLINE, EMPTY),
}  # fmt: skip


def parse(xhtml: str) -> etree._Element:
    """Parse one article's XHTML; raises ``etree.XMLSyntaxError`` if a template wrote no XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    return etree.fromstring(xhtml.encode(), parser)


def classes(element: etree._Element) -> frozenset[str]:
    """The class names of an element."""
    return frozenset(element.get("class", "").split())


def faults(root: etree._Element, span: Span, besides: frozenset[str] = frozenset()) -> Iterator[Diagnostic]:
    """Everything in the tree that is not of the vocabulary, nor an attribute ``besides`` it: faults of a template."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        kind = VOCABULARY.get(element.tag)
        if kind is None:
            yield error("tree.unknown_element", say("版面模板写出了词汇表以外的元素 <{name}>", name=element.tag), span)
            continue
        for name in element.attrib:
            if name not in GLOBAL and name not in kind.attributes and name not in besides:
                yield error(
                    "tree.unknown_attribute",
                    say("元素 <{name}> 不收属性 {attribute}", name=element.tag, attribute=name),
                    span,
                )
        for name in sorted(classes(element) - kind.classes):
            yield error("tree.unknown_class", say("元素 <{name}> 不收类名 {value}", name=element.tag, value=name), span)
        if kind.holds is BLOCK or kind.holds is EMPTY:
            texts = [element.text, *(child.tail for child in element)]
            if any(t and t.strip() for t in texts):
                yield error("tree.stray_text", say("元素 <{name}> 里有不该直接出现的文字", name=element.tag), span)


def text(element: etree._Element, *, notes: bool = True) -> str:
    """The words of an element in reading order; without footnotes if ``notes`` is false."""
    if notes:
        return "".join(map(str, element.itertext()))
    parts = [element.text or ""]
    for child in element:
        if "footnote" not in classes(child):
            parts.append(text(child, notes=False))
        parts.append(child.tail or "")
    return "".join(parts)


def serialise(root: etree._Element) -> str:
    """The tree as XHTML text, one stable form."""
    return etree.tostring(root, encoding="unicode")
