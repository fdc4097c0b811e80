"""What a Word file says, paragraph by paragraph, tracked changes told apart, and what a review copy remembers of it.

A review copy carries a hidden bookmark round every paragraph and, in a custom XML part, what was sent under each
bookmark and which field of which record it came from. Bookmarks and the part survive Word, WPS and LibreOffice.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from generator.provenance import Source
from generator.writers.docx.wordml import Element, make_bookmark, properties, q

#: What stands in the text for something that has no words of its own: a picture, a note's mark, a field's result.
OBJECT = "\ufffc"
#: On runs of a review copy until it is signed: the field their words come from.
SOURCE = "{urn:zhankan:review}source"

NAMESPACE = "urn:zhankan:review"
_Z = f"{{{NAMESPACE}}}"
_PREFIX = "_p_"

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_INSIDE = "hyperlink smartTag sdt sdtContent bdo dir customXml ruby rubyBase".split()
_HOLDERS = frozenset(q(f"w:{name}") for name in _INSIDE) | {f"{_MC}AlternateContent", f"{_MC}Choice"}
_WORDS = {q("w:t"): "", q("w:delText"): "", q("w:tab"): "\t", q("w:cr"): "\n", q("w:noBreakHyphen"): "-"}
_OBJECTS = frozenset(map(q, ("w:drawing", "w:pict", "w:object", "w:footnoteReference", "w:endnoteReference", "w:sym")))


@dataclass(frozen=True)
class Revision:
    """Who changed something, and when (ISO)."""

    author: str
    date: str = ""


@dataclass(frozen=True)
class Piece:
    """Words of a paragraph that were treated alike; with both revisions they were put in and taken out again."""

    text: str
    inserted: Revision | None = None
    deleted: Revision | None = None
    #: ids of the comments made on these words
    comments: frozenset[str] = frozenset()
    source: str = ""


@dataclass
class Paragraph:
    """One ``w:p``: its words, the bookmarks on it, and what became of its end and of its row."""

    element: Element
    pieces: list[Piece] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    #: the paragraph's end was put in (the rest was split off) or taken out (the next one was joined to it)
    end_inserted: Revision | None = None
    end_deleted: Revision | None = None
    #: name of the move that took it away or brought it here, as Word writes it
    moved_from: str = ""
    moved_to: str = ""
    comments: list[str] = field(default_factory=list)
    #: the result of a field that spans paragraphs, such as the contents
    generated: bool = False
    style: str = ""
    note: bool = False
    #: the note it stands in, and the notes called in it, by their ids
    note_id: str = ""
    calls: list[str] = field(default_factory=list)
    in_table: bool = False

    @property
    def before(self) -> str:
        """The words as they were sent."""
        return "".join(p.text for p in self.pieces if not p.inserted)

    @property
    def after(self) -> str:
        """The words with all changes accepted."""
        return "".join(p.text for p in self.pieces if not p.deleted)


def paragraphs(root: Element, *, note: bool = False) -> Iterator[Paragraph]:
    """The paragraphs of a document or notes part in order, those in text boxes left out."""
    reader = _Reader()
    for element in root.iter(q("w:p")):
        if next(element.iterancestors(q("w:txbxContent"), f"{_MC}Fallback"), None) is not None:
            continue
        yield reader.read(element, note)


class _Reader:
    """Reads paragraphs one after another; fields may reach over several of them, and so may comments and moves."""

    def __init__(self) -> None:
        #: for every open field: whether its result has begun
        self._fields: list[bool] = []
        self._comments: set[str] = set()
        self._moves: dict[str, tuple[str, str]] = {}
        self._waiting: list[str] = []

    def read(self, element: Element, note: bool) -> Paragraph:
        paragraph = Paragraph(element, generated=bool(self._fields), note=note)
        paragraph.in_table = next(element.iterancestors(q("w:tc")), None) is not None
        paragraph.note_id = next((a.get(q("w:id"), "") for a in element.iterancestors(q("w:footnote"))), "")
        paragraph.calls = [call.get(q("w:id"), "") for call in element.iter(q("w:footnoteReference"))]
        self._between(element, paragraph)
        for kind, name in self._moves.values():
            setattr(paragraph, kind, name)
        style = element.find(f"{q('w:pPr')}/{q('w:pStyle')}")
        paragraph.style = style.get(q("w:val"), "") if style is not None else ""
        mark = element.find(f"{q('w:pPr')}/{q('w:rPr')}")
        row = next((a for a in element.iterancestors(q("w:tr"))), None)
        inserted, deleted = _row(row, "w:ins"), _row(row, "w:del")
        for child in element:
            self._walk(child, paragraph, inserted, deleted)
        for child in mark if mark is not None else ():
            if child.tag in (q("w:ins"), q("w:moveTo")):
                paragraph.end_inserted = _revision(child)
            elif child.tag in (q("w:del"), q("w:moveFrom")):
                paragraph.end_deleted = _revision(child)
        if inserted:
            paragraph.end_inserted = None  # a row of its own: nothing was split
        paragraph.generated = paragraph.generated and bool(self._fields or not paragraph.pieces)
        paragraph.pieces = [p for p in _joined(paragraph.pieces) if p.text]
        if note:  # between the mark and the words stands a space, or, after LibreOffice, a tab
            while paragraph.pieces and not paragraph.pieces[0].text.strip(" \t"):
                del paragraph.pieces[0]
            if paragraph.pieces:
                first = paragraph.pieces[0]
                paragraph.pieces[0] = replace(first, text=first.text.lstrip(" \t"))
        return paragraph

    def _between(self, element: Element, paragraph: Paragraph) -> None:
        """Marks that stand between paragraphs belong to the one that follows."""
        before: list[Element] = []
        sibling = element.getprevious()
        while sibling is not None and sibling.tag not in (q("w:p"), q("w:tbl"), q("w:tcPr"), q("w:sdt")):
            before.append(sibling)
            sibling = sibling.getprevious()
        for mark in reversed(before):
            self._mark(mark, paragraph)

    def _mark(self, node: Element, paragraph: Paragraph) -> None:
        name = etree.QName(node).localname
        identity = node.get(q("w:id"), "")
        if name == "bookmarkStart":
            paragraph.names.append(node.get(q("w:name"), ""))
        elif name == "commentRangeStart":
            self._comments.add(identity)
        elif name == "commentRangeEnd":
            self._comments.discard(identity)
        elif name in ("moveFromRangeStart", "moveToRangeStart"):
            self._moves[identity] = ("moved_from" if "From" in name else "moved_to", node.get(q("w:name"), "?"))
            setattr(paragraph, *self._moves[identity])
        elif name in ("moveFromRangeEnd", "moveToRangeEnd"):
            self._moves.pop(identity, None)

    def _walk(
        self, node: Element, paragraph: Paragraph, inserted: Revision | None, deleted: Revision | None, source: str = ""
    ) -> None:
        if not isinstance(node.tag, str):
            return
        if node.tag == q("w:r"):
            for child in node:
                self._run(child, paragraph, inserted, deleted, node.get(SOURCE, ""))
        elif node.tag in (q("w:ins"), q("w:moveTo")):
            for child in node:
                self._walk(child, paragraph, _revision(node), deleted)
        elif node.tag in (q("w:del"), q("w:moveFrom")):
            for child in node:
                self._walk(child, paragraph, inserted, _revision(node))
        elif node.tag == q("w:fldSimple"):
            self._say(OBJECT, paragraph, inserted, deleted, source)
        elif node.tag in _HOLDERS:
            for child in node:
                self._walk(child, paragraph, inserted, deleted, source)
        elif node.tag in _OBJECTS:  # in AlternateContent: a text box
            self._say(OBJECT, paragraph, inserted, deleted, source)
        else:
            self._mark(node, paragraph)

    def _run(
        self, node: Element, paragraph: Paragraph, inserted: Revision | None, deleted: Revision | None, source: str
    ) -> None:
        if node.tag == q("w:fldChar"):
            kind = node.get(q("w:fldCharType"))
            if kind == "begin":
                self._fields.append(False)
            elif kind == "separate" and self._fields:
                if len(self._fields) == 1:
                    self._say(OBJECT, paragraph, inserted, deleted, source, always=True)
                self._fields[-1] = True
            elif kind == "end" and self._fields:
                self._fields.pop()
        elif node.tag in _WORDS:
            words = _WORDS[str(node.tag)] or node.text or ""
            self._say(words, paragraph, inserted, deleted, source)
        elif node.tag == q("w:br"):
            if node.get(q("w:type"), "textWrapping") == "textWrapping":
                self._say("\n", paragraph, inserted, deleted, source)
        elif node.tag in _OBJECTS:
            self._say(OBJECT, paragraph, inserted, deleted, source)
        elif node.tag == q("w:commentReference"):
            paragraph.comments.append(node.get(q("w:id"), ""))
        elif node.tag in _HOLDERS:
            for child in node:
                self._walk(child, paragraph, inserted, deleted, source)

    def _say(
        self, text: str, paragraph: Paragraph, inserted: Revision | None, deleted: Revision | None, source: str,
        *, always: bool = False,
    ) -> None:  # fmt: skip
        if always or not self._fields:
            paragraph.pieces.append(Piece(text, inserted, deleted, frozenset(self._comments), source))


def _row(row: Element | None, name: str) -> Revision | None:
    mark = row.find(f"{q('w:trPr')}/{q(name)}") if row is not None else None
    return _revision(mark) if mark is not None else None


def _revision(element: Element) -> Revision:
    return Revision(element.get(q("w:author"), ""), element.get(q("w:date"), ""))


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours that were treated alike, as one."""
    result: list[Piece] = []
    for piece in pieces:
        last = result[-1] if result else None
        if last is not None and (last.inserted, last.deleted, last.comments, last.source) == (
            piece.inserted, piece.deleted, piece.comments, piece.source,
        ):  # fmt: skip
            result[-1] = replace(last, text=last.text + piece.text)
        else:
            result.append(piece)
    return result


# -- what was sent ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """A paragraph as it was sent: its bookmark, its article, and its words by the field they came from (or none)."""

    name: str
    article: str
    parts: tuple[tuple[str, str], ...]
    note: bool = False

    @property
    def text(self) -> str:
        return "".join(words for words, _ in self.parts)

    @property
    def source(self) -> str:
        """The field that most of the words come from; empty for words of the layout itself."""
        lengths: Counter[str] = Counter()
        for words, source in self.parts:
            lengths[source] += len(words) if source else 0
        return max(lengths, key=lengths.__getitem__, default="")


@dataclass(frozen=True)
class Manuscript:
    """All paragraphs of a review copy in order, and of which state of which edition it is."""

    edition: str
    revision: str
    paragraphs: tuple[Sent, ...]


def sign(roots: Mapping[str, Element], edition: str, revision: str, article_of: Callable[[Element], str]) -> Manuscript:
    """Put a bookmark round every paragraph that has words and take the sources off the runs.

    ``roots`` are the document (first) and its notes. The bookmark's name tells the record, and by a hash the field
    and which of the field's paragraphs it is, so that the content alone can tell what a name means.
    """
    sent: list[Sent] = []
    counted: Counter[str] = Counter()
    number = 1 + max(
        (int(b.get(q("w:id"), "0")) for root in roots.values() for b in root.iter(q("w:bookmarkStart"))), default=-1
    )
    for place, root in enumerate(roots.values()):
        for paragraph in list(paragraphs(root, note=place > 0)):
            words = paragraph.after
            if paragraph.generated or not has_words(words):
                continue
            parts = tuple((p.text, p.source) for p in _joined(
                [Piece(p.text, source=p.source) for p in paragraph.pieces]))  # fmt: skip
            article = article_of(paragraph.element)
            source = Sent("", article, parts).source
            owner = source or article
            key = f"{owner}/{counted[owner]}"
            counted[owner] += 1
            record = source.partition("#")[2].partition(":")[0] or article
            made = Sent(_name(record, key), article, parts, place > 0)
            start, end = make_bookmark(number, made.name)
            properties(paragraph.element).addnext(start)
            paragraph.element.append(end)
            number += 1
            sent.append(made)
        for run in root.iter(q("w:r")):
            if run.get(SOURCE) is not None:
                del run.attrib[SOURCE]
        etree.cleanup_namespaces(root, keep_ns_prefixes=[p for p in root.nsmap if p])
    return Manuscript(edition, revision, tuple(sent))


def _name(record: str, key: str) -> str:
    clean = re.sub(r"\W", "_", record, flags=re.ASCII)[:24]
    return f"{_PREFIX}{clean}_{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def has_words(text: str) -> bool:
    """Whether there is anything to correct: not only pictures, fields and space."""
    return bool(text.strip(f"{OBJECT} \t\n\xa0"))


def is_ours(name: str) -> bool:
    """Whether a bookmark is one that :func:`sign` made."""
    return name.startswith(_PREFIX)


def to_xml(manuscript: Manuscript) -> bytes:
    """The custom XML part that goes with a review copy."""
    root = etree.Element(f"{_Z}sent", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    root.set("edition", manuscript.edition)
    root.set("revision", manuscript.revision)
    for paragraph in manuscript.paragraphs:
        element = etree.SubElement(root, f"{_Z}p", name=paragraph.name, article=paragraph.article)
        if paragraph.note:
            element.set("note", "1")
        for words, source in paragraph.parts:
            part = etree.SubElement(element, f"{_Z}s")
            if source:
                part.set("source", source)
            part.text = words
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _source(text: str) -> str:
    """A source that a file names, empty if it is none: the file has been in other hands."""
    try:
        return str(Source.parse(text)) if text else ""
    except ValueError:
        return ""


def from_xml(root: Element) -> Manuscript | None:
    """What :func:`to_xml` wrote; None if it is something else."""
    if root.tag != f"{_Z}sent":
        return None
    return Manuscript(
        root.get("edition", ""),
        root.get("revision", ""),
        tuple(
            Sent(
                p.get("name", ""),
                p.get("article", ""),
                tuple((s.text or "", _source(s.get("source", ""))) for s in p.iter(f"{_Z}s")),
                p.get("note") == "1",
            )
            for p in root.iter(f"{_Z}p")
        ),
    )
