"""Edits of a Word file as Word writes them, tracked or not, for tests."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Callable, Iterator

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DATE = "2024-01-05T09:30:00Z"


class RedPen:
    """A Word file in somebody's hands."""

    def __init__(self, data: bytes, author: str = "王主任") -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.document = etree.fromstring(self.parts["word/document.xml"])
        self.author = author
        self._id = 9000
        self._comments: list[etree._Element] = []

    # -- finding

    def paragraph(self, words: str) -> etree._Element:
        """The paragraph whose text holds these words; the last one, for contents stand before the text."""
        return [p for p in self.document.iter(f"{W}p") if words in text(p)][-1]

    def named(self, bookmark: str) -> etree._Element:
        """The paragraph with a bookmark."""
        found = next(b for b in self.document.iter(f"{W}bookmarkStart") if b.get(f"{W}name") == bookmark)
        return next(found.iterancestors(f"{W}p"))

    def cut(self, paragraph: etree._Element, words: str) -> list[etree._Element]:
        """The runs that hold exactly these words; runs are split as necessary."""
        runs = [r for r in paragraph.iter(f"{W}r") if r.find(f"{W}t") is not None]
        whole = "".join(r.findtext(f"{W}t") or "" for r in runs)
        start = whole.index(words)
        end, at, found = start + len(words), 0, []
        for run in runs:
            t = run.findtext(f"{W}t") or ""
            a, b = max(start - at, 0), min(end - at, len(t))
            if a < b:
                found.append(self._part(run, t, a, b))
            at += len(t)
        return found

    def _part(self, run: etree._Element, t: str, a: int, b: int) -> etree._Element:
        for piece, before in ((t[:a], True), (t[b:], False)):
            if piece:
                other = copy.deepcopy(run)
                _say(other, piece)
                (run.addprevious if before else run.addnext)(other)
        _say(run, t[a:b])
        return run

    # -- editing

    def mark(self, kind: str, **more: str) -> etree._Element:
        self._id += 1
        values = {"id": str(self._id), "author": self.author, "date": _DATE, **more}
        return etree.Element(f"{W}{kind}", {f"{W}{k}": v for k, v in values.items()})

    def replace(self, paragraph: etree._Element, old: str, new: str) -> None:
        """Words for words, tracked."""
        last = self.delete(paragraph, old)
        if new:
            last.addnext(self._inserted(new))

    def delete(self, paragraph: etree._Element, words: str) -> etree._Element:
        last = None
        for run in self.cut(paragraph, words):
            holder = self.mark("del")
            run.addprevious(holder)
            holder.append(run)
            for t in run.iter(f"{W}t"):
                t.tag = f"{W}delText"
            last = holder
        assert last is not None
        return last

    def insert(self, paragraph: etree._Element, after: str, words: str) -> None:
        self.cut(paragraph, after)[-1].addnext(self._inserted(words))

    def _inserted(self, words: str, name: str = "ins") -> etree._Element:
        holder = self.mark(name)
        _say(etree.SubElement(holder, f"{W}r"), words)
        return holder

    def end(self, paragraph: etree._Element, name: str) -> None:
        """Mark the paragraph's end as put in or taken out."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            properties = etree.Element(f"{W}pPr")
            paragraph.insert(0, properties)
        look = properties.find(f"{W}rPr")
        if look is None:
            look = etree.Element(f"{W}rPr")
            later = [c for c in properties if c.tag in (f"{W}sectPr", f"{W}pPrChange")]
            (later[0].addprevious if later else properties.append)(look)
        look.insert(0, self.mark(name))

    def drop(self, paragraph: etree._Element) -> None:
        """Take a whole paragraph out, tracked."""
        self.delete(paragraph, text(paragraph))
        self.end(paragraph, "del")

    def put_after(self, paragraph: etree._Element, words: str) -> etree._Element:
        """Enter at the end of a paragraph, and a new one typed: the old end is the new paragraph's."""
        new = etree.Element(f"{W}p")
        properties = paragraph.find(f"{W}pPr")
        if properties is not None:
            new.append(copy.deepcopy(properties))
        new.append(self._inserted(words))
        paragraph.addnext(new)
        self.end(paragraph, "ins")
        return new

    def put_before(self, paragraph: etree._Element, words: str) -> None:
        """Words and Enter typed at the start of a paragraph."""
        new = etree.Element(f"{W}p")
        properties = paragraph.find(f"{W}pPr")
        if properties is not None:
            new.append(copy.deepcopy(properties))
        new.append(self._inserted(words))
        paragraph.addprevious(new)
        self.end(new, "ins")

    def split(self, paragraph: etree._Element, after: str) -> None:
        """Enter in the middle of a paragraph."""
        last = self.cut(paragraph, after)[-1]
        new = etree.Element(f"{W}p")
        properties = paragraph.find(f"{W}pPr")
        if properties is not None:
            new.append(copy.deepcopy(properties))
        for follower in list(last.itersiblings()):
            new.append(follower)
        paragraph.addnext(new)
        self.end(paragraph, "ins")

    def join(self, paragraph: etree._Element) -> None:
        """Delete at the end of a paragraph."""
        self.end(paragraph, "del")

    def move(self, paragraph: etree._Element, behind: etree._Element, name: str = "move1") -> None:
        """Drag a paragraph to behind another, as Word tracks it."""
        there = copy.deepcopy(paragraph)
        for element, kind in ((paragraph, "moveFrom"), (there, "moveTo")):
            start, end = self.mark(f"{kind}RangeStart", name=name), etree.Element(f"{W}{kind}RangeEnd")
            end.set(f"{W}id", start.get(f"{W}id", ""))
            for bookmark in list(element.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd")) if kind == "moveTo" else []:
                bookmark.getparent().remove(bookmark)  # type: ignore[union-attr]
            for run in list(element.iter(f"{W}r")):
                holder = self.mark(kind)
                run.addprevious(holder)
                holder.append(run)
            self.end(element, kind)
            element.insert(1, start)
            element.append(end)
        behind.addnext(there)

    def row(self, paragraph: etree._Element, name: str) -> None:
        """Mark the table row a paragraph is in as put in or taken out, words and all."""
        row = next(paragraph.iterancestors(f"{W}tr"))
        properties = row.find(f"{W}trPr")
        if properties is None:
            properties = etree.Element(f"{W}trPr")
            row.insert(0, properties)
        properties.append(self.mark(name))
        for cell in row.iter(f"{W}p"):
            self.delete(cell, text(cell))

    def note(self, paragraph: etree._Element, after: str, words: str) -> None:
        """A new footnote, as Word adds it: the call tracked in the text, the note tracked in its part."""
        notes = etree.fromstring(self.parts["word/footnotes.xml"])
        note = etree.SubElement(notes, f"{W}footnote", {f"{W}id": "777"})
        etree.SubElement(note, f"{W}p").append(self._inserted(words))
        self.parts["word/footnotes.xml"] = etree.tostring(notes)
        call = self.mark("ins")
        etree.SubElement(etree.SubElement(call, f"{W}r"), f"{W}footnoteReference", {f"{W}id": "777"})
        self.cut(paragraph, after)[-1].addnext(call)

    def reformat(self) -> None:
        """Tracked changes of format only, and the marks Word leaves between words: no word is another one."""
        for look in [look for look in self.document.iter(f"{W}rPr") if look.getparent().tag == f"{W}r"]:  # type: ignore[union-attr]
            etree.SubElement(look, f"{W}rPrChange", self.mark("rPrChange").attrib).append(etree.Element(f"{W}rPr"))
        for run in list(self.document.iter(f"{W}r")):
            words = run.findtext(f"{W}t") or ""
            if len(words) > 3 and len(run.findall(f"{W}t")) == 1:
                other = copy.deepcopy(run)
                _say(run, words[:2])
                _say(other, words[2:])
                run.addnext(other)
                run.addnext(etree.Element(f"{W}proofErr", {f"{W}type": "spellStart"}))
        for paragraph in list(self.document.iter(f"{W}p"))[::3]:
            holder = etree.Element(f"{W}sdt")
            paragraph.addprevious(holder)
            etree.SubElement(holder, f"{W}sdtContent").append(paragraph)
        for run in list(self.document.iter(f"{W}r"))[::2]:
            wrapper = etree.Element(f"{W}smartTag")
            run.addprevious(wrapper)
            wrapper.append(run)

    def accept(self) -> None:
        """Accept every change, so that nothing says what was changed."""
        for gone in list(self.document.iter(f"{W}del")):
            parent = gone.getparent()
            assert parent is not None
            if parent.tag == f"{W}rPr":
                paragraph = next(parent.iterancestors(f"{W}p"))
                if not text(paragraph):
                    paragraph.getparent().remove(paragraph)  # type: ignore[union-attr]
            else:
                parent.remove(gone)
        for put in list(self.document.iter(f"{W}ins")):
            for child in list(put):
                put.addprevious(child)
            put.getparent().remove(put)  # type: ignore[union-attr]

    def comment(self, paragraph: etree._Element, on: str, words: str) -> None:
        runs = self.cut(paragraph, on)
        identity = str(len(self._comments))
        for name, place in (("commentRangeStart", runs[0].addprevious), ("commentRangeEnd", runs[-1].addnext)):
            place(etree.Element(f"{W}{name}", {f"{W}id": identity}))
        reference = etree.Element(f"{W}r")
        etree.SubElement(reference, f"{W}commentReference", {f"{W}id": identity})
        paragraph.append(reference)
        comment = etree.Element(f"{W}comment", {f"{W}id": identity, f"{W}author": self.author, f"{W}date": _DATE})
        _say(etree.SubElement(etree.SubElement(comment, f"{W}p"), f"{W}r"), words)
        self._comments.append(comment)

    def overwrite(self, paragraph: etree._Element, old: str, new: str) -> None:
        """Words for words with tracking turned off."""
        first, *rest = self.cut(paragraph, old)
        _say(first, new)
        for run in rest:
            run.getparent().remove(run)  # type: ignore[union-attr]

    # -- losing

    def lose_bookmarks(self) -> None:
        for bookmark in list(self.document.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd")):
            bookmark.getparent().remove(bookmark)  # type: ignore[union-attr]

    def lose_parts(self, keep: Callable[[str], bool]) -> None:
        """Parts thrown away, as some programs do with what they don't know."""
        gone = {name for name in self.parts if not keep(name)}
        for name in gone:
            del self.parts[name]
        for name in [n for n in self.parts if n.endswith((".rels", "[Content_Types].xml"))]:
            root = etree.fromstring(self.parts[name])
            for element in list(root):
                target = element.get("Target", element.get("PartName", ""))
                if any(target.strip("./") and lost.endswith(target.strip("./")) for lost in gone):
                    root.remove(element)
            self.parts[name] = etree.tostring(root)

    def save(self) -> bytes:
        parts = {**self.parts, "word/document.xml": etree.tostring(self.document)}
        if self._comments:
            root = etree.Element(f"{W}comments", nsmap={"w": W[1:-1]})
            root.extend(self._comments)
            parts["word/comments.xml"] = etree.tostring(root)
            _relate(parts)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return buffer.getvalue()


def text(paragraph: etree._Element) -> str:
    return "".join(t.text or "" for t in paragraph.iter(f"{W}t"))


def _say(run: etree._Element, words: str) -> None:
    for child in [c for c in run if c.tag in (f"{W}t", f"{W}delText")]:
        run.remove(child)
    t = etree.SubElement(run, f"{W}t")
    t.text = words
    t.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _relate(parts: dict[str, bytes]) -> None:
    relations = etree.fromstring(parts["word/_rels/document.xml.rels"])
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    etree.SubElement(relations, f"{{{relations.nsmap[None]}}}Relationship", Id="rIdC", Type=kind, Target="comments.xml")
    parts["word/_rels/document.xml.rels"] = etree.tostring(relations)
    types = etree.fromstring(parts["[Content_Types].xml"])
    content = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
    etree.SubElement(types, f"{{{types.nsmap[None]}}}Override", PartName="/word/comments.xml", ContentType=content)
    parts["[Content_Types].xml"] = etree.tostring(types)


def paragraphs(pen: RedPen) -> Iterator[str]:
    yield from (text(p) for p in pen.document.iter(f"{W}p"))
