"""Edits taken over into the files of content/: tried on a copy, and kept if they print what was accepted."""

from __future__ import annotations

import difflib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path as FilePath

from generator import limits
from generator.compose import compose
from generator.diagnostics import Diagnostic, Report, Span, Text, error, say, warning
from generator.load import load
from generator.model import Markdown, Records, leaves, marked, value_at
from generator.project import Project
from generator.provenance import Source
from generator.records.edition import Edition
from generator.review import files
from generator.review.fields import (
    ByHandError,
    Change,
    Reasons,
    Slot,
    align,
    chains,
    changes,
    raw_paragraph,
    untouchable,
)
from generator.review.matching import BREAK, Edit, Fate, edited, is_alike
from generator.review.returned import sent_in
from generator.review.telling import field_name, short
from generator.writers import writer
from generator.writers.docx.manuscript import Manuscript, Sent

#: What is said of a file that the machine doesn't hand out.
_NOT_READ = frozenset({"reader.unreadable", "load.closed", "compose.picture_unreadable"})


def manuscript(project: Project, records: Records, edition: Edition, report: Report | None = None) -> Manuscript:
    """What a review copy of the edition would say now; what is wrong with it goes to the report."""
    report = Report() if report is None else report
    publication = compose(edition, records, project, report)
    (data,) = writer("review")(publication, project, report).values()
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
        self, project: Project, records: Records, edition: Edition, now: Manuscript, report: Report, *,
        known: Report, untracked: bool,
    ) -> None:  # fmt: skip
        self.project, self.records, self.edition, self.report = project, records, edition, report
        self.now, self.untracked = now, untracked
        self.fields = _fields(now)
        self.texts: dict[str, str] = {}
        #: the files as they are on disk
        self.raw: dict[str, str] = {}
        #: paragraphs that were moved, by their words: how they are written
        self.moved: dict[str, str] = {}
        #: what was wrong with the edition before
        self.errors = _errors(known)
        #: paragraphs of now that stand unchanged since they were sent
        self.twins: set[str] = set()

    def patched(self, every: Sequence[Fate]) -> dict[str, tuple[str, str]]:
        """The files that change, each with its text now and then; what can't be taken over is reported."""
        self._take_over(every)
        while edits := self._edits():
            texts = self._texts(edits)
            faulty = self._faulty(texts, edits)
            if not faulty:
                return {
                    file: (raw, files.as_on_disk(raw, self.texts[file], texts[file]))
                    for file, raw in self.raw.items()
                    if file in texts and texts[file] != self.texts[file]
                }
            for key, reason in faulty.items():
                for slot in self._culprits(key):
                    self._by_hand(slot.source, reason, slot.words)
                    self._leave([slot])
        return {}

    def _culprits(self, key: str) -> list[Slot]:
        """Of the edited paragraphs of a faulty field, those whose edits alone are faulty; else all."""
        slots = self.fields[key]
        edited_chains = [chain for chain in chains(slots) if any(slot.touched for slot in chain)]
        found: list[Slot] = []
        for chain in edited_chains if len(edited_chains) > 1 else ():
            self.fields[key] = [s if any(s is c for c in chain) else s.untouched() for s in slots]
            made = {key: self._file_changes(key, self.fields[key])}
            if self._faulty(self._texts(made), made):
                found += [slot for slot in chain if slot.touched]
        self.fields[key] = slots
        return found or [slot for slot in slots if slot.touched]

    def _edits(self) -> dict[str, list[tuple[str, Change]]]:
        """For every field that is edited the changes of its file."""
        while True:
            touched = {key for key, slots in self.fields.items() if any(s.touched for s in slots)}
            edits = {key: self._file_changes(key, self.fields[key]) for key in self.fields if key in touched}
            if all(any(s.touched for s in self.fields[key]) for key in touched):  # none was left to a person
                return edits

    def _leave(self, slots: Sequence[Slot]) -> None:
        """Forget edits that a person has to make, and with them the other ends of moves."""
        words = {p for s in slots for e in s.edits for p in _pieces(e)} & self.moved.keys()
        words |= {w for s in slots if s.deleted and (w := s.words.strip()) in self.moved}
        for slot in slots:
            slot.leave()
        for slot in (s for others in self.fields.values() for s in others if s.touched):
            here = slot.words.strip() in words if slot.deleted else any(_pieces(e) & words for e in slot.edits)
            if here:
                self._by_hand(slot.source, Reasons.ELSEWHERE, slot.words)
                self._leave([slot])

    def _take_over(self, every: Sequence[Fate]) -> None:
        """Bring the edits of paragraphs that were sent to the same paragraphs as they are now."""
        twins = _twins([f.sent for f in every], self.now)
        of_paragraph: dict[str, list[Slot]] = {}
        for slot in (slot for slots in self.fields.values() for slot in slots):
            of_paragraph.setdefault(slot.paragraph, []).append(slot)
        self.twins = {twin.name for twin in twins.values()}
        for fate in every:
            if fate.moved and (twin := twins.get(fate.sent.name)) and (there := of_paragraph.get(twin.name)):
                self._align(self.fields[str(there[0].source)])
                self.moved[fate.sent.text.strip()] = raw_paragraph(self._value(there[0].source), there[0])
        halves = set() if self.untracked else _halves(every)
        arrived = self._arrived(every, twins)
        for fate, following in zip(every, [*every[1:], None], strict=True):
            if fate.pictures:
                self._by_hand_at(fate, Reasons.PICTURE)
            if fate.notes:
                self._by_hand_at(fate, Reasons.NOTE)
            if not (fate.edits or fate.deleted or fate.joined):
                continue
            wanted = [e for e in fate.edits if (e.tracked and not _pieces(e) & halves) or self.untracked]
            deleted = fate.deleted and (fate.by is not None or self.untracked) and fate.sent.text.strip() not in halves
            if not (wanted or deleted or fate.joined):
                self._say_untracked(fate)
                continue
            if len(wanted) < len(fate.edits) or (fate.deleted and not deleted):
                self._say_untracked(fate)
            twin = twins.get(fate.sent.name)
            if fate.moved and deleted and fate.sent.text.strip() in arrived:
                continue
            if self._is_done(fate, wanted, twin, following, deleted=deleted):
                continue
            if twin is None:
                self._conflict(fate)
                continue
            slots = sorted(of_paragraph.get(twin.name, []), key=lambda s: s.offset)
            for edit in wanted if not deleted else []:
                self._give(slots, edit, fate)
            if deleted:
                if not slots or len(slots) > 1 or slots[0].words.strip() != twin.text.strip():
                    self._by_hand_at(fate, Reasons.LAYOUT)
                    continue
                slots[0].deleted = True
                slots[0].edits += [replace(e, start=0, end=0, words=e.words.strip(BREAK)) for e in wanted if e.words]
            if fate.joined:
                if len(slots) != 1:
                    self._by_hand_at(fate, Reasons.LAYOUT)
                    continue
                slots[0].joined = True

    def _arrived(self, every: Sequence[Fate], twins: Mapping[str, Sent]) -> set[str]:
        """Words of moved paragraphs that stand where they were moved to: the file has been taken over before."""
        moved = {fate.sent.text.strip() for fate in every if fate.moved}
        result: set[str] = set()
        for fate in every:
            wanted = [e for e in fate.edits if e.tracked or self.untracked]
            coming = {piece for edit in wanted for piece in _pieces(edit)} & moved
            if coming and not fate.deleted:
                done = self._is_done(fate, wanted, twins.get(fate.sent.name), None, deleted=False)
                result |= coming if done else set()
        return result

    def _is_done(
        self, fate: Fate, wanted: Sequence[Edit], twin: Sent | None, following: Fate | None, *, deleted: bool
    ) -> bool:
        """Whether the record says already what was accepted: the file has been taken over before."""
        same = [p for p in self.now.paragraphs if p.source and _owner(p) == _owner(fate.sent)]
        there = [p.text.strip() for p in same]
        if deleted:
            changed = [p.text for p in same if p.name not in self.twins]
            return twin is None and not any(is_alike(fate.sent.text, text) for text in changed)
        words = edited(fate.sent.text, wanted)
        if fate.joined:
            joined = (words + edited(following.sent.text, following.tracked) if following else words).strip()
            return twin is None and any(joined in text for text in there)
        pieces = [piece.strip() for piece in words.split(BREAK) if piece.strip()]
        return bool(pieces) and any(there[n : n + len(pieces)] == pieces for n in range(len(there)))

    def _give(self, slots: Sequence[Slot], edit: Edit, fate: Fate) -> None:
        """Hand an edit of a paragraph to the field whose words it changes."""
        for slot in slots:
            begin, end = slot.offset, slot.offset + len(slot.words)
            if begin <= edit.start and edit.end <= end and (edit.start < end or edit.start == edit.end):
                slot.edits.append(replace(edit, start=edit.start - begin, end=edit.end - begin))
                slot.moved = self.moved
                return
        self._by_hand_at(fate, Reasons.LAYOUT)

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
            self.raw[file] = text = (self.project.root / file).read_bytes().decode("utf-8")
            self.texts[file] = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        return self.texts[file]

    def _file_changes(self, key: str, slots: Sequence[Slot]) -> list[tuple[str, Change]]:
        """The changes of files that a field's edits come to; none after a report."""
        source = slots[0].source
        self._align(slots)
        try:
            return [(source.file, change) for change in self._made(source, slots)]
        except ByHandError as fault:
            self._by_hand(source, fault.reason)
            self._leave(slots)
            return []

    def _made(self, source: Source, slots: Sequence[Slot]) -> list[Change]:
        origin, text = self.records.origin(self.records[source.record]), self._text(source.file)
        in_list = isinstance(source.path[-1], int)
        touched = [slot for slot in slots if slot.touched]
        if in_list and touched[0].deleted and not touched[0].edits:
            return [files.without_item(text, origin, source.path)]
        value, markdown = self._value(source), self._is_markdown(source)
        if origin.is_common(source.path):
            raise ByHandError(Reasons.SHARED)
        made: list[Change] = []
        if in_list:
            for edit in [e for e in touched[0].edits if BREAK in e.words]:
                first, *rest = edit.words.split(BREAK)
                at_end = edit.start == len(touched[0].words) and not first
                if edit.start == edit.end and (at_end or (edit.start == 0 and not rest[-1])):
                    items = [piece for piece in (first, *rest) if piece.strip()]
                    made.append(files.new_item(text, origin, source.path, items, after=at_end))
                    touched = [replace(touched[0], edits=[e for e in touched[0].edits if e is not edit])]
        if markdown:
            for slot, reason in untouchable(value, slots, markdown=True):
                self._by_hand(source, reason, slot.words)
                self._leave([slot])
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
            for start, end, words in sorted(changes_, key=lambda c: c[:2], reverse=True):
                text = text[:start] + words + text[end:]
            texts[file] = text
        return texts

    def _faulty(self, texts: Mapping[str, str], edits: Mapping[str, Sequence[tuple[str, Change]]]) -> dict[str, Text]:
        """The fields whose edits don't print what was accepted, or spoil something, and why; tried on a copy."""
        with tempfile.TemporaryDirectory(prefix=limits.prefix()) as folder:
            root = FilePath(folder)
            _copy(self.project.content, root / "content")
            for file, text in texts.items():
                (root / file).write_text(text, encoding="utf-8", newline="")
            trial = replace(self.project, root=root)
            report = Report()
            records = load(trial, report)
            found = _errors(report)
            if any(d.code in _NOT_READ for d in report.diagnostics):  # the machine's fault, not the edit's
                raise OSError(errno.EIO, os.strerror(errno.EIO), str(root))
            edition = records.get(self.edition.id)
            if not found and isinstance(edition, Edition):
                said = manuscript(trial, records, edition, report)
                found = {error: d for error, d in _errors(report).items() if error not in self.errors}
            if found:
                return self._guilty({d.span.file: d for d in found.values()}, edits)
        if touched := self._changed_besides(records, texts, edits):
            return {key: Reasons.COMPLICATED for key in edits if self.fields[key][0].source.file in touched}
        printed = _groups(_fields(said))
        wanted: dict[str, list[str]] = {}
        for slots in self.fields.values():
            wanted.setdefault(_group(slots[0].source), []).extend(_expected(slots, self._is_markdown(slots[0].source)))
        return {
            key: Reasons.COMPLICATED
            for key in edits
            if _folded(wanted[g := _group(self.fields[key][0].source)]) != _folded(printed.get(g, []))
        }

    def _guilty(
        self, faults: Mapping[str, Diagnostic], edits: Mapping[str, Sequence[tuple[str, Change]]]
    ) -> dict[str, Text]:
        """Of the fields in the files with faults, or of all, those whose edits alone are faulty."""
        suspects = [key for key in edits if self.fields[key][0].source.file in faults] or list(edits)
        guilty: dict[str, Text] = {}
        for key in suspects if len(edits) > 1 else ():
            guilty |= self._faulty(self._texts({key: edits[key]}), {key: edits[key]})
        some = next(iter(faults.values()))
        return guilty or {
            key: say("照写就会出错（{fault}）", fault=faults.get(self.fields[key][0].source.file, some).message)
            for key in suspects
        }

    def _changed_besides(self, records: Records, texts: Iterable[str], edits: Iterable[str]) -> set[str]:
        """The files in which something else has become different than what was edited."""
        allowed = {_group(self.fields[key][0].source).partition("#")[2] for key in edits}
        result: set[str] = set()
        for record in self.records:
            file = self.records.origin(record).file
            if file not in texts:
                continue
            after = records.get(record.id)
            values = [dict(leaves(r.model_dump(by_alias=True))) if r else {} for r in (record, after)]
            for path in values[0].keys() | values[1].keys():
                if values[0].get(path) != values[1].get(path):
                    name = f"{record.id}:{'.'.join(map(str, path))}"
                    if not any(name == one or name.startswith(f"{one}.") for one in allowed):
                        result.add(file)
        return result

    # -- what is reported ------------------------------------------------------------------------------------

    def _by_hand(self, source: Source, reason: Text, words: str = "") -> None:
        origin = self.records.origin(self.records[source.record])
        message = say("“{field}”里的改动没有写进补丁：{reason}", field=field_name(source), reason=reason)
        if words:
            message = say(
                "“{field}”里“{words}”一段的改动没有写进补丁：{reason}",
                field=field_name(source), words=short(words), reason=reason,
            )  # fmt: skip
        self.report.add(
            warning("review.by_hand", message, origin.span(source.path), say("看上面列出的改动，手工改这一处"))
        )

    def _by_hand_at(self, fate: Fate, reason: Text) -> None:
        if fate.sent.source:
            source = Source.parse(fate.sent.source)
            if source.record in self.records:
                self._by_hand(source, reason, fate.sent.text)
            else:
                self._conflict(fate)
            return
        if reason is not Reasons.LAYOUT:
            message = say("“{words}”一段的改动没有写进补丁：{reason}", words=short(fate.sent.text), reason=reason)
            self.report.add(warning("review.by_hand", message, self._span(fate), say("看上面列出的改动，手工改这一处")))
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
        if source is not None and record is None:
            message = say(
                "“{field}”所在的记录“{id}”已经不在了，改动没有着落：{words}",
                field=field_name(source), id=source.record, words=short(fate.sent.text),
            )  # fmt: skip
            hint = say("若是改了编号或并进了别的稿件，对照上面列出的改动，手工改那里")
            self.report.add(error("review.conflict", message, self._span(fate), hint))
            return
        if source is None or record is None:
            self._by_hand_at(fate, Reasons.LAYOUT)
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


def _expected(slots: Sequence[Slot], markdown: bool) -> list[str]:
    """The words of a field's paragraphs with all edits made; where the field is printed again, there too."""
    edited = next((s for s in slots if s.edits and not s.deleted), None)
    result: list[str] = []
    joining = False
    for slot in slots:
        again = not (markdown and any(place is not None for place in slot.places))
        same = edited is not None and again and not slot.touched and slot.words == edited.words
        after = edited.after if same and edited is not None else slot.after
        if joining and result:
            result[-1] += after[0]
            after = after[1:]
        result += after
        joining = slot.joined or (joining and slot.deleted)
    return result


def _folded(words: Sequence[str]) -> list[str]:
    return [folded for w in words if (folded := "".join(w.split()))]


def _owner(paragraph: Sent) -> str:
    """The record and field of a paragraph, whatever file they stand in by now; else its article."""
    return paragraph.source.partition("#")[2] or paragraph.article


def _pieces(edit: Edit) -> set[str]:
    return {piece.strip() for piece in edit.words.split(BREAK)}


def _halves(every: Sequence[Fate]) -> set[str]:
    """Words of paragraphs that were moved with only their going or only their coming tracked."""
    came = {piece for fate in every for edit in fate.tracked for piece in _pieces(edit)}
    return {words for f in every if f.moved and (f.by is not None) != ((words := f.sent.text.strip()) in came)}


def _errors(report: Report) -> dict[tuple[str, str, str], Diagnostic]:
    return {(d.span.file, d.code, str(d.message)): d for d in report.diagnostics if d.severity == "error"}


def _twins(sent: Sequence[Sent], now: Manuscript) -> dict[str, Sent]:
    """For paragraphs that were sent the same ones as they are now; those changed meanwhile have none."""
    current: dict[str, list[Sent]] = {}
    for paragraph in now.paragraphs:
        current.setdefault(_owner(paragraph), []).append(paragraph)
    before: dict[str, list[Sent]] = {}
    for paragraph in sent:
        before.setdefault(_owner(paragraph), []).append(paragraph)
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
