"""A Word file that came back -> what was sent, what it says now, and what people remarked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.diagnostics import Report
from generator.readers.word import WordFile, open_word, read_word
from generator.writers.docx.manuscript import Manuscript, Paragraph, from_xml, is_ours, paragraphs
from generator.writers.docx.wordml import q

_PROPERTY = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"


@dataclass(frozen=True)
class Comment:
    """A remark in the margin."""

    author: str
    date: str
    text: str


@dataclass(frozen=True)
class Returned:
    """A returned file. ``sent`` is None if the program it was saved by threw away what we put in."""

    sent: Manuscript | None
    edition: str
    revision: str
    paragraphs: tuple[Paragraph, ...]
    comments: Mapping[str, Comment]

    @property
    def is_ours(self) -> bool:
        """Whether anything in the file says that it is a review copy."""
        return bool(self.sent or self.edition or any(is_ours(name) for p in self.paragraphs for name in p.names))


def read_returned(path: Path, file: str, report: Report) -> Returned | None:
    """Read a returned file; None after a report if it is none that may be read."""
    word = read_word(path, file, report)
    return None if word is None else _returned(word)


def sent_in(data: bytes) -> Manuscript:
    """What a review copy of our own making says was sent."""
    report = Report()
    word = open_word(data, "", report)
    sent = None if word is None else _sent(word)
    if sent is None:
        raise ValueError("no review copy")
    return sent


def _sent(word: WordFile) -> Manuscript | None:
    return next((found for root in word.xml.values() if (found := from_xml(root)) is not None), None)


def _returned(word: WordFile) -> Returned:
    sent = _sent(word)
    properties = {
        e.get("name", ""): "".join(map(str, e.itertext())).strip()
        for root in word.xml.values()
        for e in root.iter(_PROPERTY)
    }
    found = list(paragraphs(word.document))
    for notes in word.related("footnotes"):
        found += paragraphs(notes, note=True)
    return Returned(
        sent,
        sent.edition if sent else properties.get("zhankan.edition", ""),
        sent.revision if sent else properties.get("zhankan.revision", ""),
        tuple(found),
        _comments(word),
    )


def _comments(word: WordFile) -> dict[str, Comment]:
    return {
        comment.get(q("w:id"), ""): Comment(
            comment.get(q("w:author"), ""),
            comment.get(q("w:date"), ""),
            "\n".join(text for p in paragraphs(comment) if (text := p.after.strip())),
        )
        for part in word.related("comments")
        for comment in part.iter(q("w:comment"))
    }
