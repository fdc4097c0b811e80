"""What points where: the names of bookmarks, the ids that are pointed to, the labels of captions."""

from __future__ import annotations

import hashlib
import re

from generator import tree
from generator.model import Publication
from generator.writers.docx.wordml import Element, add, make_bookmark, properties, q

#: 图1, 表 2, 图 A.1 … and the separator after it.
LABEL = re.compile(r"^(?P<word>\D*?)(?P<gap>\s*)(?P<number>\d+)(?P<rest>\s*)$")


def sequence(label: str) -> str:
    """The name of the SEQ series that counts a caption's label: 图 for 图1, 表A for 表A.1, anew in each annex."""
    found = LABEL.match(label)
    return re.sub(r"[\W\d]", "", found["word"]) or "编号" if found else ""


class References:
    """The ids of a publication and the bookmarks that stand for those something points to."""

    def __init__(self, publication: Publication) -> None:
        self.ids: set[str] = set()
        self.wanted: set[str] = set()
        #: What a link in the text points to.
        self.linked: set[str] = set()
        self.elements: dict[str, Element] = {}
        self.labels: dict[str, str] = {}
        #: Links with printed words, and the ids they point to.
        self.cited: list[tuple[Element, str]] = []
        #: The bookmarks round the words of headings, by the ids of what they head.
        self.titles: dict[str, str] = {}
        self._headings: dict[Element, list[str]] = {}
        self._pending: list[str] = []
        self._count = 0
        for article in publication.articles:
            self.ids.add(article.id)
            self.elements.setdefault(article.id, article.body)
            self.wanted.update(entry.id for entry in article.entries)
            for element in article.body.iter():
                if identity := element.get("id"):
                    self.ids.add(identity)
                    self.elements[identity] = element
                if (href := element.get("href", "")).startswith("#"):
                    self.linked.add(href[1:])
                if element.tag == "figcaption":
                    self._note_label(element)
        self.wanted = (self.wanted | self.linked) & self.ids
        for article in publication.articles:
            for link in article.body.iter("a"):
                if tree.text(link).startswith("《"):
                    self._note_title(link.get("href", "")[1:])

    def _note_title(self, identity: str) -> None:
        target = self.elements.get(identity)
        heading = next(target.iter("h1", "h2", "h3"), None) if target is not None else None
        if heading is not None and identity not in (noted := self._headings.setdefault(heading, [])):
            noted.append(identity)

    def _note_label(self, caption: Element) -> None:
        label = next((child for child in caption if "label" in tree.classes(child)), None)
        figure = caption.getparent()
        for owner in (caption, figure):
            if label is not None and owner is not None and owner.get("id"):
                self.labels[owner.get("id", "")] = tree.text(label).strip()

    @staticmethod
    def name(identity: str) -> str:
        """The bookmark's name for an id: hidden (``_``), at most 40 letters, alike for alike ids only.

        Word compares names without case and allows letters, digits and the underscore.
        """
        clean = "_" + re.sub(r"\W", "_", identity)
        if clean == "_" + identity.lower() and len(clean) <= 40 and not clean.startswith("_toc"):
            return clean
        return f"{clean[:31]}_{hashlib.sha256(identity.encode()).hexdigest()[:8]}"

    def arrive(self, identity: str | None) -> None:
        """An element with this id begins: the next paragraph will carry its bookmark."""
        if identity in self.wanted and identity not in self._pending:
            self._pending.append(identity or "")

    def settle(self, paragraph: Element, *, everything: bool = False) -> None:
        """Put the bookmarks that wait at the start of a paragraph; a caption's wait for its label."""
        if not self._pending:
            return
        waiting = [i for i in self._pending if everything or i not in self.labels]
        self._pending = [i for i in self._pending if i not in waiting]
        for identity in waiting:
            paragraph.extend(self._bookmark(identity))

    def surround(self, paragraph: Element, first: Element, last: Element, identities: list[str]) -> None:
        """Put bookmarks of ids that wait round the children ``first`` … ``last`` of a paragraph."""
        for identity in identities:
            if identity in self._pending:
                self._pending.remove(identity)
                start, end = self._bookmark(identity)
                first.addprevious(start)
                last.addnext(end)

    def embrace(self, paragraph: Element) -> None:
        """Stretch the bookmarks at the start of a paragraph over the whole of it."""
        for end in paragraph.findall(q("w:bookmarkEnd")):
            paragraph.append(end)

    def mark_title(self, heading: Element, paragraph: Element) -> None:
        """Put a bookmark round the words of a heading, if a reference prints them."""
        words = [child for child in paragraph if child.tag != q("w:pPr")]
        for identity in self._headings.get(heading, ()):
            self.titles[identity] = self.mark(f"{identity}:title", words[0], words[-1])

    def mark(self, identity: str, first: Element, last: Element) -> str:
        """Put a bookmark of our own round siblings; returns its name."""
        start, end = self._bookmark(identity)
        first.addprevious(start)
        last.addnext(end)
        return self.name(identity)

    def flush(self, body: Element) -> None:
        """What still waits when an article ends goes to its last paragraph."""
        if self._pending:
            paragraphs = list(body.iter(q("w:p")))
            if paragraphs:
                properties(paragraphs[-1])
                self.settle(paragraphs[-1], everything=True)

    def _bookmark(self, identity: str) -> tuple[Element, Element]:
        number, self._count = self._count, self._count + 1
        return make_bookmark(number, self.name(identity))

    def link(self, parent: Element, identity: str) -> Element:
        """Append a hyperlink to the bookmark of an id."""
        return add(parent, "hyperlink", anchor=self.name(identity), history=1)
