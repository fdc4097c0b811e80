"""What was done to a returned file, paragraph by paragraph, as it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.diagnostics import Text, say
from generator.model import Records
from generator.provenance import Source
from generator.review.matching import BREAK, Edit, Fate
from generator.review.returned import Comment, Returned
from generator.writers.docx.manuscript import OBJECT, Revision, Sent


@dataclass(frozen=True)
class Finding:
    """One thing that was done to one paragraph, as it is told: ``kind`` is a key of the catalogue.

    ``excerpt`` has what was taken out between ``[-`` and ``-]`` and what was put in between ``{+`` and ``+}``.
    """

    kind: Text
    file: str
    record: str
    title: str
    field: str
    paragraph: int
    by: Revision | None
    excerpt: str


def findings(every: Sequence[Fate], returned: Returned, records: Records) -> Iterator[Finding]:
    """Everything found, in the order of the text."""
    counted: dict[str, int] = {}
    for fate in every:
        source = fate.sent.source
        counted[source] = counted.get(source, 0) + 1
        place = _Place.of(fate.sent, counted[source], records)
        if fate.deleted:
            kind = say("移走") if fate.moved else say("删段")
            kind = kind if fate.by else say("{kind}，没有修订痕迹", kind=kind)
            yield place.finding(kind, fate.by, f"[-{short(fate.sent.text)}-]")
        for edit in fate.edits:
            yield place.finding(_kind(edit, every), edit.by, _excerpt(fate.sent.text, edit))
        if fate.joined:
            yield place.finding(say("与下段合并"), fate.joined, short(fate.sent.text))
        for by in fate.pictures:
            yield place.finding(say("动图"), by, short(fate.sent.text))
        for words, writer in fate.notes:
            yield place.finding(say("加注"), writer, f"{{+{short(words)}+}}")
        for identity, words in fate.comments.items():
            comment = returned.comments.get(identity, Comment("", "", ""))
            by = Revision(comment.author, comment.date)
            quoted = f"“{short(_plain(words))}”：" if words else ""
            yield place.finding(say("批注"), by, quoted + comment.text.replace("\n", " "))


@dataclass(frozen=True)
class _Place:
    file: str
    record: str
    title: str
    field: str
    paragraph: int

    @classmethod
    def of(cls, sent: Sent, paragraph: int, records: Records) -> _Place:
        if not sent.source:
            return cls("", sent.article, "", "", 0)
        source = Source.parse(sent.source)
        record = records.get(source.record)
        file = records.origin(record).file if record else source.file  # it may have moved meanwhile
        return cls(file, source.record, record.title if record else "", field_name(source), paragraph)

    def finding(self, kind: Text, by: Revision | None, excerpt: str) -> Finding:
        return Finding(kind, self.file, self.record, self.title, self.field, self.paragraph, by, excerpt)


def field_name(source: Source) -> str:
    """过程.2.正文 as people count: 过程 3·正文."""
    name = ""
    for step in source.path:
        name += f" {step + 1}" if isinstance(step, int) else f"{'·' if name else ''}{step}"
    return name


def _kind(edit: Edit, every: Sequence[Fate]) -> Text:
    words = edit.words.strip()
    moved = {f.sent.text.strip() for f in every if f.moved}
    pieces = [p.strip() for p in words.split(BREAK) if p.strip()]
    if pieces and all(p in moved for p in pieces):
        kind = say("移来")
    elif BREAK in edit.words:
        kind = say("增段") if pieces else say("分段")
    elif edit.start == edit.end:
        kind = say("增字")
    else:
        kind = say("改字") if edit.words else say("删字")
    if edit.tracked:
        return kind
    return say("{kind}，没有修订痕迹", kind=kind)


_AROUND, _LONGEST = 12, 40


def _plain(words: str) -> str:
    return words.replace(OBJECT, "▢").replace(BREAK, "¶").replace("\n", "↵").replace("\t", " ")


def short(words: str) -> str:
    words = _plain(words)
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 12]}……{words[-10:]}"


def _excerpt(text: str, edit: Edit) -> str:
    """The edit with a few words around it."""
    before, after = text[: edit.start], text[edit.end :]
    left = f"……{before[-_AROUND:]}" if len(before) > _AROUND else before
    right = f"{after[:_AROUND]}……" if len(after) > _AROUND else after
    out = f"[-{short(text[edit.start : edit.end])}-]" if edit.end > edit.start else ""
    put = f"{{+{_plain(edit.words)}+}}" if edit.words else ""
    return _plain(left) + out + put + _plain(right)
