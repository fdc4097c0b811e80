"""Signing: what editions still lack and from whom; signatures and releases, written into content/."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator import signoff
from generator.build import check
from generator.checks.stations import coverage
from generator.diagnostics import Report, Severity, Span, Text, error, say
from generator.load import load
from generator.model import Origin, Record, Records, Signature
from generator.project import Project
from generator.publications import PUBLICATION_TYPES
from generator.publications.piece import printed_name
from generator.readers import READERS
from generator.records.edition import Edition, Release
from generator.review import files
from generator.review.fields import ByHandError

# -- what is missing from whom ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """A step a piece has not passed, and the people it waits for: (id, name); none if nobody may take it."""

    step: str
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PieceState:
    """A piece of an edition: the steps passed, those due, days since it last moved, and whether it changed since."""

    id: str
    title: str
    station: str
    done: tuple[str, ...]
    due: tuple[Due, ...]
    days: int | None
    changed: bool
    #: the last signature does not tell what was signed
    unsure: bool
    draft: bool

    @property
    def ready(self) -> bool:
        return not (self.due or self.changed or self.unsure or self.draft)


@dataclass(frozen=True)
class StationState:
    """What an edition prints of a station below its own, and why nothing if that is said."""

    id: str
    name: str
    pieces: int
    reason: str


@dataclass(frozen=True)
class EditionState:
    """Where an edition stands."""

    id: str
    title: str
    status: str
    pieces: tuple[PieceState, ...]
    stations: tuple[StationState, ...]
    released: dt.date | None
    #: released once, and changed since
    stale: bool

    @property
    def ready(self) -> bool:
        return bool(self.pieces) and all(piece.ready for piece in self.pieces)

    def as_data(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            "id": self.id,
            "title": self.title,
            "status": self.status,
            "released": self.released.isoformat() if self.released and not self.stale else None,
            "changed_since_release": self.stale,
            "ready": self.ready,
            "pieces": [
                {
                    "id": piece.id,
                    "title": piece.title,
                    "station": piece.station or None,
                    "done": list(piece.done),
                    "missing": [
                        {"step": due.step, "from": [{"id": i, "name": n} for i, n in due.people]} for due in piece.due
                    ],
                    "days": piece.days,
                    "changed": piece.changed,
                    "unsure": piece.unsure,
                    "draft": piece.draft,
                    "ready": piece.ready,
                }
                for piece in self.pieces
            ],
            "stations": [
                {"id": s.id, "name": s.name, "pieces": s.pieces, "reason": s.reason or None} for s in self.stations
            ],
        }


def status(edition: Edition, records: Records, today: dt.date) -> EditionState:
    """What is missing of an edition, from whom, and how long it has been waited for."""
    people = signoff.People(records)
    stations = tuple(StationState(s.id, s.short_name, count, reason) for s, count, reason in coverage(edition, records))
    return EditionState(
        edition.id,
        _name(edition),
        edition.status,
        tuple(_piece(record, edition, records, people, today) for record in signoff.pieces(edition, records)),
        stations,
        edition.release.date if edition.release else None,
        edition.release is not None and not signoff.is_released(edition, records),
    )


def _piece(record: Record, edition: Edition, records: Records, people: signoff.People, today: dt.date) -> PieceState:
    last = max((s.date for s in record.reviews), default=record.date)
    return PieceState(
        record.id,
        record.title,
        printed_name(record.station, records) if record.station else "",
        tuple(step for step in signoff.STEPS if step in signoff.standing(record.reviews)),
        tuple(
            Due(step, tuple((i, people.name(i)) for i in found)) for step, found in signoff.due(record, edition, people)
        ),
        (today - last).days if last is not None and last <= today else None,
        signoff.is_changed(record),
        signoff.is_unsure(record, edition),
        record.status == "草稿",
    )


def _name(edition: Edition) -> str:
    kind = next(t for t in PUBLICATION_TYPES.values() if isinstance(edition, t.record))
    return f"{edition.title}　{kind.series(edition)}".strip("　")


# -- signing ----------------------------------------------------------------------------------------------------------


def sign(project: Project, names: Sequence[str], signature: Signature, report: Report) -> list[str]:
    """Write a signature into pieces, named by their ids or by the edition of which all are meant; the files written.

    The fingerprint of what each piece says now goes with it. What the rules of 三审三校 forbid is reported, and then
    nothing is written at all.
    """
    records = load(project, report)
    if report.failed:
        return []
    people = signoff.People(records)
    asked: dict[str, Record] = {}
    for name in names:
        record = records.get(name)
        if record is None:
            report.add(_refused(say("没有编号为“{id}”的稿件", id=name), say("zhankan list 列出全部编号")))
        elif isinstance(record, Edition):
            asked |= {piece.id: piece for piece in signoff.pieces(record, records)}
        else:
            asked[name] = record
    if signature.date > project.today:
        report.add(_refused(say("签字的日期还没有到"), say("--date 写签字那天；不写就是今天")))
    texts: dict[str, _File] = {}
    for record in asked.values():
        origin = records.origin(record)
        entry = signature.model_copy(update={"fingerprint": signoff.fingerprint(record)})
        found = _forbidden(record, entry, records, people)
        report.extend(
            error(f.code, say("《{title}》：{why}", title=record.title, why=f.message), origin.span(), f.hint)
            for f in found
        )
        if not found:
            texts.setdefault(origin.file, _File.of(project, origin.file)).put(record, "审校", as_line(entry), report)
    if report.failed:
        return []
    return [file for file, text in texts.items() if text.write(project, report)]


def _forbidden(record: Record, entry: Signature, records: Records, people: signoff.People) -> list[signoff.Fault]:
    """What forbids that a piece gets one signature more."""
    number = len(record.reviews)
    found = [
        fault
        for fault in signoff.faults((*record.reviews, entry), people.authors(record), people)
        if fault.number == number
    ]
    wanted = _wanted(record, records)
    before = wanted[: wanted.index(entry.step)] if entry.step in wanted else wanted if entry.step == "付印" else []
    standing = signoff.standing(record.reviews)
    if lacking := [step for step in before if step not in standing]:
        found.append(
            signoff.Fault(
                number, "环节", "reviews.step_order",
                say("还没有{lacking}，不能{step}", lacking="、".join(lacking), step=entry.step),
                say("一步一步来：zhankan sign {id} --step {step} …", id=record.id, step=lacking[0]),
            )
        )  # fmt: skip
    return found


def _wanted(record: Record, records: Records) -> list[str]:
    """The steps that the editions which print a piece want of it; the usual ones if none prints it."""
    printing = [e.required_steps for e in records.of(Edition) if record in signoff.pieces(e, records)]
    steps = {step for required in printing for step in required} or {*Edition.model_fields["required_steps"].default}
    return [step for step in signoff.STEPS if step in steps]


def as_line(entry: Signature) -> str:
    """A signature as one line of YAML."""
    pairs = [
        ("环节", entry.step), ("人", entry.by), ("日期", entry.date.isoformat()), ("结论", entry.result),
        ("意见", entry.note), ("指纹", entry.fingerprint),
    ]  # fmt: skip
    return "{" + ", ".join(f"{key}: {_scalar(key, value)}" for key, value in pairs if value) + "}"


def _scalar(key: str, value: str) -> str:
    """A value inside braces: in quotes unless it is plain words; a fingerprint always, which may look like a number."""
    plain = key != "指纹" and _PLAIN.fullmatch(value) and files.scalar(value) == value
    return value if plain else json.dumps(value, ensure_ascii=False)


_PLAIN = re.compile(r"[\w，。；：、！？（）《》“”·-]+")


def _refused(message: Text, hint: Text | None = None) -> Any:
    return error("reviews.refused", message, Span("content"), hint)


# -- releasing --------------------------------------------------------------------------------------------------------


def release(project: Project, edition: str, by: str, date: dt.date, report: Report) -> str | None:
    """Write into an edition that it may be printed, by whom and exactly as it is; None after all that forbids it."""
    records = load(project, report)
    found = records[edition]
    assert isinstance(found, Edition)
    people = signoff.People(records)
    if not people.known(by):
        report.add(_refused(say("“{name}”不在人物里", name=by), say("--by 写签付印的人在 content/people/ 里的编号")))
    if date > project.today:
        report.add(_refused(say("签字的日期还没有到"), say("--date 写签字那天；不写就是今天")))
    if found.for_each:
        report.add(_refused(say("每站一册的出版物不能整份发布"), say("给要付印的站点另建一份")))
        return None
    checked = Report()
    check(project, [edition], checked)
    for found_ in checked.diagnostics:  # what is only a draft can't go to press
        if found_.severity is Severity.ERROR or found_.code == "privacy.only_a_draft":
            report.add(replace(found_, severity=Severity.ERROR))
    for record in signoff.pieces(found, records):
        report.extend(
            error("reviews.missing", say("《{title}》{why}", title=record.title, why=why),
                  records.origin(record).span(), hint)
            for why, hint in _unready(record, found)
        )  # fmt: skip
    if report.failed:
        return None
    given = Release.model_validate(
        {"日期": date, "人": people.id(by), "指纹": signoff.edition_fingerprint(found, records)}
    )
    line = f'{{日期: {given.date}, 人: {given.by}, 指纹: "{given.fingerprint}"}}'
    file = _File.of(project, records.origin(found).file)
    file.put(found, "发布", line, report, records.origin(found))
    return None if report.failed or not file.write(project, report) else records.origin(found).file


def _unready(record: Record, edition: Edition) -> list[tuple[Text, Text]]:
    """Why a piece may not be printed yet, with what to do."""
    lacking = signoff.lacking(record, edition)
    found = []
    if lacking:
        hint = say("zhankan status {edition} 看在等谁；看过用 zhankan sign 记下", edition=edition.id)
        found.append((say("还缺{steps}", steps="、".join(lacking)), hint))
    if signoff.is_changed(record):
        found.append((say("签过字以后又改了"), say("请最后看的人再看一遍，用 zhankan sign 写 改后通过")))
    if signoff.is_unsure(record, edition):
        found.append((say("最后一步没有指纹，不知道看的是哪一稿"), say("请最后看的人用 zhankan sign 再签一次")))
    if record.status == "草稿":
        found.append((say("还是草稿"), say("定稿后把“状态”改为 定稿")))
    return found


# -- files ------------------------------------------------------------------------------------------------------------


@dataclass
class _File:
    """A file of content/ that gets lines; everything else in it stays byte for byte."""

    name: str
    raw: str
    text: str
    _new: str = field(default="")
    _lines: list[tuple[Record, str]] = field(default_factory=list)

    @classmethod
    def of(cls, project: Project, name: str) -> _File:
        raw = (project.root / name).read_bytes().decode("utf-8")
        text = raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        return cls(name, raw, text, text)

    def put(self, record: Record, key: str, line: str, report: Report, origin: Origin | None = None) -> None:
        """Give a record one line more; reported if it can't be."""
        before = self._read(self._new, record)
        place = origin or (before[1] if before else None)
        try:
            if before is None or place is None:
                raise ByHandError(say("没有读出这一条"))
            new = files.with_line(self._new, before[1], key, line, item=key == "审校")
            after = self._read(new, record)
            if after is None or not _is_added(before[0], after[0], key):
                raise ByHandError(say("照写会改到别的字段"))
            self._new = new
        except ByHandError as fault:
            report.add(
                error(
                    "reviews.unwritable",
                    say("《{title}》写不进去：{reason}", title=record.title, reason=fault.reason),
                    before[1].span() if before else Span(self.name),
                    say("手工写进“{key}”：{line}", key=key, line=line),
                )
            )

    def _read(self, text: str, record: Record) -> tuple[Mapping[str, Any], Origin] | None:
        """The values of a record in a text, and where they stand."""
        raws = READERS[Path(self.name).suffix.lower()](text, self.name, Report())
        stem = Path(self.name).stem
        for number, raw in enumerate(raws, 1):
            given = str(raw.data.get("编号", raw.data.get("id", stem if len(raws) == 1 else f"{stem}-{number}")))
            if given == record.id:
                names = {"审校": ("reviews",), "发布": ("release",)}
                origin = Origin(raw.origin.file, raw.origin.marks, raw.origin.base, names, raw.origin.common)
                return {**raw.data, "\0": raw.body and raw.body[0]}, origin
        return None

    def write(self, project: Project, report: Report) -> bool:
        """Put the new text in place of the old, complete or not at all."""
        path = project.root / self.name
        aside = path.with_name(f".{path.name}.new")
        try:
            data = files.as_on_disk(self.raw, self.text, self._new).encode()
            aside.write_bytes(data)
            shutil.copymode(path, aside)
            aside.replace(path)
        except OSError as fault:
            reason = say("写不成 {file}：{reason}", file=self.name, reason=fault.strerror or "?")
            report.add(error("reviews.unwritable", reason, Span(self.name), say("检查文件夹权限；原来的文件没有动")))
            return False
        finally:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
        return True


def _is_added(before: Mapping[str, Any], after: Mapping[str, Any], key: str) -> bool:
    """Whether nothing but the field has become different, and a list has one item more at its end."""
    names = {key, {"审校": "reviews", "发布": "release"}[key]}
    if {k: v for k, v in before.items() if k not in names} != {k: v for k, v in after.items() if k not in names}:
        return False
    old, new = (next((v for k, v in values.items() if k in names), None) for values in (before, after))
    if key == "发布":
        return isinstance(new, dict)
    return isinstance(new, list) and new[:-1] == (old or [])
