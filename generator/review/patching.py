"""Edits taken over into the files of content/: tried on a copy, and kept if they print what was accepted."""

from __future__ import annotations

import difflib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path as FilePath

from generator.compose import compose
from generator.diagnostics import Diagnostic, Report, Span, Text, error, say, warning
from generator.load import load
from generator.model import Markdown, Records, marked, value_at
from generator.project import Project
from generator.provenance import Source
from generator.records.edition import Edition
from generator.review import files
from generator.review.fields import REASONS, ByHandError, Change, Slot, align, changes, raw_paragraph
from generator.review.matching import BREAK, Edit, Fate
from generator.review.returned import sent_in
from generator.review.telling import field_name, short
from generator.writers import writer
from generator.writers.docx.manuscript import Manuscript, Sent


def manuscript(project: Project, records: Records, edition: Edition) -> Manuscript:
    """What a review copy of the edition would say now."""
    quiet = Report()
    publication = compose(edition, records, project, quiet)
    (data,) = writer("review")(publication, project, quiet).values()
    return sent_in(data)


def across_records(every: Sequence[Fate], records: Records) -> Iterator[Diagnostic]:
    """Tracked changes that take words from one record into another: nobody can say whose they are."""
    homes = {f.sent.text.strip(): _record(f.sent) for f in every if f.moved}
    for fate, following in zip(every, [*every[1:], None], strict=True):
        here = _record(fate.sent)
        if fate.joined and following is not None and (there := _record(following.sent)) != here and here and there:
            yield _across(here, there, records)
        for edit in fate.edits:
            for piece in edit.words.split(BREAK):
                home = homes.get(piece.strip(), "")
                if home and here and home != here:
                    yield _across(home, here, records)


def _record(sent: Sent) -> str:
    return Source.parse(sent.source).record if sent.source else ""


def _across(here: str, there: str, records: Records) -> Diagnostic:
    title = {r: record.title if (record := records.get(r)) else r for r in (here, there)}
    message = say("修订把《{one}》的字并进或移进了《{other}》，不知道归谁", one=title[here], other=title[there])
    record = records.get(here)
    span = records.origin(record).span() if record is not None else Span("content")
    return error("review.across_records", message, span, say("在 Word 里拒绝这一处修订，另在两篇稿件里各自改"))


class Patcher:
    """Takes edits over into the files of content/, tries them, and keeps those that print what was accepted."""

    def __init__(
        self, project: Project, records: Records, edition: Edition, now: Manuscript, report: Report, *, untracked: bool
    ) -> None:
        self.project, self.records, self.edition, self.report = project, records, edition, report
        self.now, self.untracked = now, untracked
        self.fields = _fields(now)
        self.texts: dict[str, str] = {}

    def patched(self, every: Sequence[Fate]) -> dict[str, tuple[str, str]]:
        """The files that change, each with its text now and then; what can't be taken over is reported."""
        self._take_over(every)
        pending = {key: slots for key, slots in self.fields.items() if any(s.touched for s in slots)}
        edits = {key: self._file_changes(key, slots) for key, slots in pending.items()}
        while edits := {key: made for key, made in edits.items() if made}:
            texts = self._texts(edits)
            faulty = self._faulty(texts, edits)
            if not faulty:
                return {f: (self.texts[f], new) for f, new in texts.items() if new != self.texts[f]}
            for key in faulty:
                del edits[key]
                self._by_hand(self.fields[key][0].source, REASONS.COMPLICATED)
        return {}

    def _take_over(self, every: Sequence[Fate]) -> None:
        """Bring the edits of paragraphs that were sent to the same paragraphs as they are now."""
        twins = _twins([f.sent for f in every], self.now)
        of_paragraph: dict[str, list[Slot]] = {}
        for slot in (slot for slots in self.fields.values() for slot in slots):
            of_paragraph.setdefault(slot.paragraph, []).append(slot)
        moved: dict[str, str] = {}
        for fate in every:
            if fate.moved and (twin := twins.get(fate.sent.name)) and (there := of_paragraph.get(twin.name)):
                self._align(self.fields[str(there[0].source)])
                moved[fate.sent.text.strip()] = raw_paragraph(self._value(there[0].source), there[0])
        for fate in every:
            if not fate.touched:
                continue
            wanted = [e for e in fate.edits if e.tracked or self.untracked]
            deleted = fate.deleted and (fate.by is not None or fate.moved is not None or self.untracked)
            if not (wanted or deleted or fate.joined):
                self._say_untracked(fate)
                continue
            if len(wanted) < len(fate.edits) or (fate.deleted and not deleted):
                self._say_untracked(fate)
            twin = twins.get(fate.sent.name)
            if self._is_done(fate, wanted, twin, deleted=deleted):
                continue
            if twin is None:
                self._conflict(fate)
                continue
            slots = sorted(of_paragraph.get(twin.name, []), key=lambda s: s.offset)
            for edit in wanted if not deleted else []:
                self._give(slots, edit, moved, fate)
            if deleted:
                if not slots or len(slots) > 1 or slots[0].words.strip() != twin.text.strip():
                    self._by_hand_at(fate, REASONS.LAYOUT)
                    continue
                slots[0].deleted = True
                slots[0].edits += [replace(e, start=0, end=0, words=e.words.strip(BREAK)) for e in wanted if e.words]
            if fate.joined:
                if len(slots) != 1:
                    self._by_hand_at(fate, REASONS.LAYOUT)
                    continue
                slots[0].joined = True

    def _is_done(self, fate: Fate, wanted: Sequence[Edit], twin: Sent | None, *, deleted: bool) -> bool:
        """Whether the record says already what was accepted: the file has been taken over before."""
        owner = fate.sent.source
        there = [p.text.strip() for p in self.now.paragraphs if p.source == owner] if owner else []
        if deleted:
            return twin is None and fate.sent.text.strip() not in there
        if fate.joined:
            return twin is None and any(fate.sent.text.strip() in text for text in there)
        words = fate.sent.text
        for edit in sorted(wanted, key=lambda e: (e.start, e.end), reverse=True):
            words = words[: edit.start] + edit.words + words[edit.end :]
        pieces = [piece.strip() for piece in words.split(BREAK) if piece.strip()]
        return any(there[n : n + len(pieces)] == pieces for n in range(len(there)))

    def _give(self, slots: Sequence[Slot], edit: Edit, moved: Mapping[str, str], fate: Fate) -> None:
        """Hand an edit of a paragraph to the field whose words it changes."""
        for slot in slots:
            begin, end = slot.offset, slot.offset + len(slot.words)
            if begin <= edit.start and edit.end <= end and (edit.start < end or edit.start == edit.end):
                slot.edits.append(replace(edit, start=edit.start - begin, end=edit.end - begin))
                slot.moved.update(moved)
                return
        self._by_hand_at(fate, REASONS.LAYOUT)

    # -- one field -------------------------------------------------------------------------------------------

    def _value(self, source: Source) -> str:
        value = value_at(self.records[source.record], source.path)
        return value if isinstance(value, str) else ""

    def _is_markdown(self, source: Source) -> bool:
        return any(path == source.path for path, _ in marked(self.records[source.record], Markdown))

    def _align(self, slots: Sequence[Slot]) -> None:
        source = slots[0].source
        align(self._value(source), slots, markdown=self._is_markdown(source))

    def _text(self, file: str) -> str:
        if file not in self.texts:
            text = (self.project.root / file).read_text(encoding="utf-8-sig")
            self.texts[file] = text.replace("\r\n", "\n").replace("\r", "\n")
        return self.texts[file]

    def _file_changes(self, key: str, slots: Sequence[Slot]) -> list[tuple[str, Change]]:
        """The changes of files that a field's edits come to; none after a report."""
        source = slots[0].source
        self._align(slots)
        try:
            return [(source.file, change) for change in self._made(source, slots)]
        except ByHandError as fault:
            self._by_hand(source, fault.reason)
            return []

    def _made(self, source: Source, slots: Sequence[Slot]) -> list[Change]:
        origin, text = self.records.origin(self.records[source.record]), self._text(source.file)
        in_list = isinstance(source.path[-1], int)
        touched = [slot for slot in slots if slot.touched]
        if in_list and touched[0].deleted and not touched[0].edits:
            return [files.without_item(text, origin, source.path)]
        value, markdown = self._value(source), self._is_markdown(source)
        made: list[Change] = []
        if in_list:
            for edit in [e for e in touched[0].edits if BREAK in e.words]:
                first, *rest = edit.words.split(BREAK)
                at_end = edit.start == len(touched[0].words) and not first
                if edit.start == edit.end and (at_end or (edit.start == 0 and not rest[-1])):
                    items = [piece for piece in (first, *rest) if piece.strip()]
                    made.append(files.new_item(text, origin, source.path, items, after=at_end))
                    touched[0].edits.remove(edit)
        value_changes = changes(value, touched if not markdown else slots, markdown=markdown)
        return [*made, *(files.in_file(text, origin, source.path, value, value_changes) if value_changes else [])]

    # -- the trial -------------------------------------------------------------------------------------------

    def _texts(self, edits: Mapping[str, Sequence[tuple[str, Change]]]) -> dict[str, str]:
        by_file: dict[str, list[Change]] = {}
        for made in edits.values():
            for file, change in made:
                by_file.setdefault(file, []).append(change)
        texts = {}
        for file, changes_ in by_file.items():
            text = self._text(file)
            for start, end, words in sorted(changes_, reverse=True):
                text = text[:start] + words + text[end:]
            texts[file] = text
        return texts

    def _faulty(self, texts: Mapping[str, str], edits: Mapping[str, Sequence[tuple[str, Change]]]) -> list[str]:
        """The fields whose edits don't print what was accepted, or spoil their file; tried on a copy of content/."""
        with tempfile.TemporaryDirectory() as folder:
            root = FilePath(folder)
            _copy(self.project.content, root / "content")
            for file, text in texts.items():
                (root / file).write_text(text, encoding="utf-8", newline="")
            trial = replace(self.project, root=root)
            report = Report()
            records = load(trial, report)
            spoilt = {d.span.file for d in report.diagnostics if d.severity == "error"}
            faulty = [key for key in edits if self.fields[key][0].source.file in spoilt]
            alone = [key for key in faulty if self._spoils(edits[key])]
            faulty = alone or faulty
            edition = records.get(self.edition.id)
            if faulty or not isinstance(edition, Edition):
                return faulty or list(edits)
            printed = _groups(_fields(manuscript(trial, records, edition)))
        wanted: dict[str, list[str]] = {}
        for slots in self.fields.values():
            wanted.setdefault(_group(slots[0].source), []).extend(_expected(slots))
        return [
            key
            for key in edits
            if _folded(wanted[g := _group(self.fields[key][0].source)]) != _folded(printed.get(g, []))
        ]

    def _spoils(self, made: Sequence[tuple[str, Change]]) -> bool:
        """Whether a field's edits alone leave its file in a state that can't be read."""
        ((file, text),) = self._texts({"": made}).items()
        with tempfile.TemporaryDirectory() as folder:
            trial = replace(self.project, root=FilePath(folder))
            (trial.root / file).parent.mkdir(parents=True)
            (trial.root / file).write_text(text, encoding="utf-8", newline="")
            report = Report()
            load(trial, report)
            return report.failed

    # -- what is reported ------------------------------------------------------------------------------------

    def _by_hand(self, source: Source, reason: Text) -> None:
        origin = self.records.origin(self.records[source.record])
        message = say("“{field}”里的改动没有写进补丁：{reason}", field=field_name(source), reason=reason)
        self.report.add(
            warning("review.by_hand", message, origin.span(source.path), say("看上面列出的改动，手工改这一处"))
        )

    def _by_hand_at(self, fate: Fate, reason: Text) -> None:
        if fate.sent.source:
            self._by_hand(Source.parse(fate.sent.source), reason)
            return
        message = say("“{words}”改了，但这是版式自己印的字，稿件里没有", words=short(fate.sent.text))
        hint = say("若该改，改它所依据的字段，或告诉管版式的人")
        self.report.add(warning("review.layout_words", message, self._span(fate), hint))

    def _span(self, fate: Fate) -> Span:
        record = self.records.get(fate.sent.article) or self.edition
        return self.records.origin(record).span()

    def _conflict(self, fate: Fate) -> None:
        source = Source.parse(fate.sent.source) if fate.sent.source else None
        record = self.records.get(source.record) if source else None
        if source is None or record is None:
            self._by_hand_at(fate, REASONS.LAYOUT)
            return
        message = say(
            "“{field}”这一段发出以后稿件也改过，两边对不上，没有动它：{words}",
            field=field_name(source),
            words=short(fate.sent.text),
        )
        span = self.records.origin(record).span(source.path)
        self.report.add(error("review.conflict", message, span, say("对照上面列出的改动，定一个写法，手工改稿件")))

    def _say_untracked(self, fate: Fate) -> None:
        source = Source.parse(fate.sent.source) if fate.sent.source else None
        record = self.records.get(source.record) if source else None
        span = self.records.origin(record).span(source.path) if source and record else self._span(fate)
        message = say("这一段有没留修订痕迹的改动，没有写进补丁：{words}", words=short(fate.sent.text))
        self.report.add(warning("review.untracked", message, span, say("问清是谁改的；确实要改，加 --untracked")))


def _fields(manuscript: Manuscript) -> dict[str, list[Slot]]:
    """The printed words of every field, in order of printing."""
    found: dict[str, list[Slot]] = {}
    for paragraph in manuscript.paragraphs:
        offset = 0
        for words, source in paragraph.parts:
            if source:
                slot = Slot(Source.parse(source), words, paragraph.note, paragraph=paragraph.name, offset=offset)
                slots = found.setdefault(source, [])
                same = slots and slots[-1].paragraph == paragraph.name
                if same and slots[-1].offset + len(slots[-1].words) == offset:
                    slots[-1].words += words
                else:
                    slots.append(slot)
            offset += len(words)
    return found


def _group(source: Source) -> str:
    """Items of a list of texts belong together: one put in shifts the rest."""
    if isinstance(source.path[-1], int):
        return str(replace(source, path=source.path[:-1]))
    return str(source)


def _groups(fields: Mapping[str, Sequence[Slot]]) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for slots in fields.values():
        result.setdefault(_group(slots[0].source), []).extend(s.words for s in slots)
    return result


def _expected(slots: Sequence[Slot]) -> list[str]:
    """The words of a field's paragraphs with all edits made."""
    edited = next((s for s in slots if s.edits and not s.deleted), None)
    result: list[str] = []
    joining = False
    for slot in slots:
        same = edited is not None and not slot.touched and slot.words == edited.words
        after = edited.after if same and edited is not None else slot.after
        if joining and result:
            result[-1] += after[0]
            after = after[1:]
        result += after
        joining = slot.joined
    return result


def _folded(words: Sequence[str]) -> list[str]:
    return [folded for w in words if (folded := "".join(w.split()))]


def _twins(sent: Sequence[Sent], now: Manuscript) -> dict[str, Sent]:
    """For paragraphs that were sent the same ones as they are now; those changed meanwhile have none."""
    current: dict[str, list[Sent]] = {}
    for paragraph in now.paragraphs:
        current.setdefault(paragraph.source or paragraph.article, []).append(paragraph)
    before: dict[str, list[Sent]] = {}
    for paragraph in sent:
        before.setdefault(paragraph.source or paragraph.article, []).append(paragraph)
    result: dict[str, Sent] = {}
    for owner, paragraphs in before.items():
        others = current.get(owner, [])
        matcher = difflib.SequenceMatcher(None, [p.text for p in paragraphs], [p.text for p in others], autojunk=False)
        for block in matcher.get_matching_blocks():
            for step in range(block.size):
                result[paragraphs[block.a + step].name] = others[block.b + step]
    return result


def _copy(content: FilePath, target: FilePath) -> None:
    """A copy of content/ for a trial; pictures are linked where that can be done."""

    def link(source: str, place: str) -> str:
        if FilePath(source).suffix.lower() in (".yaml", ".yml", ".md"):
            return str(shutil.copyfile(source, place))
        try:
            FilePath(place).hardlink_to(source)
        except OSError:
            shutil.copyfile(source, place)
        return place

    shutil.copytree(content, target, copy_function=link)
