"""每站一册: one definition of an edition -> the edition of each station.

In the definition ``{站点}`` is the station (its id where a record is named, its full name where words are
printed), ``{站点.简称}`` one of its fields. An item ``{选:动态@2023|6}`` of a list of records stands for the
station's own records of a type (``{选:文章.经验}``: of one kind), of a period, at most so many, by date.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from generator import wording
from generator.diagnostics import Diagnostic, Report, Span, Text, error, say, warning
from generator.facts import Days, period
from generator.load import validated
from generator.model import (
    Mark,
    Markdown,
    Name,
    Origin,
    Part,
    Path,
    Record,
    Records,
    Reference,
    marked,
    texts,
    value_at,
)
from generator.records import RECORD_TYPES
from generator.records.activity import Activity
from generator.records.article import Article
from generator.records.case import Case
from generator.records.edition import Anthology, Bulletin, Edition
from generator.records.group import Group
from generator.records.honour import Honour
from generator.records.news import News
from generator.records.policy import Policy
from generator.records.station import Station

_BRACES = re.compile(r"\{([^{}]*)\}")
_SELECTION = re.compile(r"选[:：]\s*([^.@|\s]+)\s*(?:\.\s*([^@|\s]+))?\s*(?:@\s*([^|\s]+))?\s*(?:\|\s*([0-9]+))?\s*")

#: The field that tells the kinds of a type apart: ``{选:文章.经验}``.
_KINDS: Mapping[type[Record], str] = {Article: "体裁", Activity: "类别", Group: "类别", Policy: "文种", Honour: "级别"}

#: What a selection may take: pieces and honours, not what is only referred to.
_SELECTED = tuple(m for m in RECORD_TYPES.values() if not issubclass(m, Edition) and "station" in m.model_fields)

_READY = ("定稿", "已付印")
#: Publications that people agree to one by one (涉及人物: 同意).
_CONSENTED = (Bulletin, Anthology)


@dataclass(frozen=True)
class Selection:
    """What ``{选:…}`` asks for."""

    model: type[Record]
    kind: str | None
    days: Days | None
    most: int | None


def check(records: Records) -> Iterator[Diagnostic]:
    """Every placeholder of a 每站一册 can be filled in; other editions have none.

    ``{站点}`` and ``{站点.字段}`` stand for the station, ``{选:类型@时段}`` in a list for its records.
    """
    for edition in records.of(Edition):
        if not edition.for_each:
            yield from _strays(edition, records.origin(edition))
            continue
        yield from _faults(edition, records.origin(edition))
        if (
            not any(_meant(edition, station) for station in records.of(Station))
            and "station" not in records.faulty_types
        ):
            yield error(
                "each.no_station",
                say("没有一个站点的层级是 {ranks}", ranks="、".join(edition.for_each)),
                records.origin(edition).span(("每站一册",)),
                say("zhankan list stations 列出站点和层级；全部站点都出就写 全部"),
            )


def stations(edition: Edition, records: Records, only: Sequence[str] = ()) -> list[Station]:
    """The stations that a definition makes an edition for: those named, or all of its ranks, in id order."""
    return [s for s in records.of(Station) if (s.id in only if only else _meant(edition, s))]


def identifier(edition: Edition, station: Station) -> str:
    """The id of a station's edition, and the stem of its files."""
    return f"{edition.id}-{station.id}"


def of_station(edition: Edition, station: Station, records: Records, report: Report) -> tuple[Edition, Origin] | None:
    """The edition of one station and where it is written; None after a report, and if it has nothing to print.

    Columns and parts whose selections found nothing are left out. A definition that selects pieces makes
    no edition for a station that has none, which is warned of.
    """
    filler = _Filler(edition, station, records)
    data = filler.filled(edition.model_dump(by_alias=True), (), ())
    report.extend(filler.found)
    if any(d.severity == "error" for d in filler.found):
        return None
    if filler.selects and not filler.selected:
        report.add(
            warning(
                "each.nothing_to_print",
                say("站点“{station}”没有可登的稿件，没有出它的一册", station=station.id),
                filler.selects[0],
                say("选的是本站定稿、结了案、同意范围包括本刊的稿件；稿件齐了再出，或改 {{选:…}} 的类型和时段"),
            )
        )
        return None
    name = edition.name and data["文件名"].replace("/", "-").replace("\\", "-")
    data |= {
        "编号": identifier(edition, station),
        "站点": station.id,
        "每站一册": (),
        "文件名": f"{name}-{station.id}" if name and name == edition.name else name,
    }
    origin = _Moved(**vars(records.origin(edition)), moved=filler.moved)
    found = validated({k: v for k, v in data.items() if v is not None}, type(edition), origin, report, onto={})
    if found is None:
        return None
    if found.id in records:
        report.add(
            error(
                "each.taken_id",
                say("编号“{id}”已有别的记录，给不了站点“{station}”的一册", id=found.id, station=station.id),
                origin.span(("编号",)),
                say("给这份出版物换一个编号"),
            )
        )
        return None
    return found, origin


def _meant(edition: Edition, station: Station) -> bool:
    return "全部" in edition.for_each or station.rank in edition.for_each


# -- what is written -----------------------------------------------------------------------------------------


def _lists_records(edition: Edition) -> set[Path]:
    """Paths of the texts that name records."""
    named = {path for path, _ in marked(edition, Reference)}
    return named | {p for p, _ in texts(edition.model_dump(by_alias=True)) if p[0] == "数据看板" and "数据" in p}


def _strays(edition: Edition, origin: Origin) -> Iterator[Diagnostic]:
    for path, words in texts(edition.model_dump(by_alias=True)):
        for match in _BRACES.finditer(words):
            if _is_station(match[1]) or _is_selection(match[1]):
                yield error(
                    "each.not_each",
                    say("这份出版物不是每站一册，填不了“{words}”", words=match[0]),
                    origin.locate(path, words, match.start(), len(match[0])),
                    say("加上“每站一册: 镇街站”（或别的层级、全部），用 zhankan build {id} --for-each station 出",
                        id=edition.id),
                )  # fmt: skip


def _faults(edition: Edition, origin: Origin) -> Iterator[Diagnostic]:
    prose = {path for path, _ in marked(edition, Markdown)}
    lists = _lists_records(edition)
    for path, words in texts(edition.model_dump(by_alias=True)):
        for match in _BRACES.finditer(words):
            inner, span = match[1].strip(), origin.locate(path, words, match.start(), len(match[0]))
            if _is_selection(inner):
                listed = path in lists and isinstance(path[-1], int)
                if not listed or match[0] != words.strip():
                    yield error(
                        "each.selection_place",
                        say("“{words}”只能单独作为列表里的一项", words=match[0]),
                        span,
                        say('写在“文章”“案例”等列表里，一项一个：- "{words}"', words=match[0]),
                    )
                elif isinstance(fault := _selection(inner), tuple):
                    yield error("each.selection_form", fault[0], span, fault[1])
            elif _is_station(inner):
                if (hint := _field_fault(inner)) is not None:
                    yield error("each.unknown_field", say("站点没有“{words}”这一项", words=match[0]), span, hint)
            elif path not in prose:
                yield error(
                    "each.unknown_placeholder",
                    say("不认识“{words}”", words=match[0]),
                    span,
                    say("可写 {{站点}}、{{站点.简称}} 等站点的字段；在列表里可写 {{选:动态@2023}}"),
                )


def _is_station(inner: str) -> bool:
    return re.fullmatch(r"\s*站点\s*(?:\..*)?", inner) is not None


def _is_selection(inner: str) -> bool:
    return re.match(r"\s*选\s*[:：]", inner) is not None


def _steps(inner: str) -> tuple[str, ...]:
    """``站点.品牌.口号`` -> the path of the field in a station."""
    return tuple(step.strip() for step in inner.split("."))[1:]


def _field_fault(inner: str) -> Text | None:
    """A hint if a station has no such field of words or a number."""
    model: type[Part] = Station
    known = [info.alias or name for name, info in model.model_fields.items()]
    steps = _steps(inner)
    for number, step in enumerate(steps):
        info = next((i for n, i in model.model_fields.items() if step in (i.alias, n)), None)
        known = [i.alias or n for n, i in model.model_fields.items()]
        if info is None:
            close = difflib.get_close_matches(step, known, 1, 0.4)
            if close:
                return say("是不是想写“{word}”？", word=close[0])
            return say("可用的字段：{names}", names="、".join(known))
        below = next((a for a in (info.annotation, *get_args(info.annotation)) if _is_part(a)), None)
        if (below is None) is not (number == len(steps) - 1) or info.annotation is bool:
            return say("写到印得出的一项为止，如 {{站点.简称}}、{{站点.品牌.口号}}")
        model = below or model
    return None


def _is_part(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Part)


def _selection(inner: str) -> Selection | tuple[Text, Text]:
    """What is asked for; or what is wrong, and what to do."""
    match = _SELECTION.fullmatch(inner.strip())
    if match is None:
        return (
            say("“{words}”写得不对", words=inner),
            say("写成 选:类型、选:类型.类别@时段 或 选:类型@时段|最多几篇，如 选:动态@2023|6"),
        )
    name, kind, when, most = match.groups()
    names = {m.type_name: m for m in _SELECTED} | {n: m for n, m in RECORD_TYPES.items() if m in _SELECTED}
    if name not in names:
        return say("没有“{name}”这类稿件可选", name=name), _one_of(name, [m.type_name for m in _SELECTED])
    model = names[name]
    if kind is not None:
        key = _KINDS.get(model)
        info = next((i for i in model.model_fields.values() if i.alias == key), None)
        choices = [str(c) for c in get_args(info.annotation)] if info is not None else []
        if kind not in choices:
            wrong = say("{type}没有“{kind}”这一类", type=model.type_name, kind=kind)
            return wrong, _one_of(kind, choices) if choices else say("{type}不分类，去掉点后面的", type=model.type_name)
    days = period(when) if when is not None else None
    if when is not None and days is None:
        wrong = say("时段“{period}”写法不对，应如 2023、2023Q3、2023-06", period=when)
        return wrong, say("也可写起止，如 2023-07..2023-12；不限时段就不写 @")
    if most == "0":
        return say("“{words}”一篇也选不到", words=inner), say("竖线后写最多几篇，如 |6")
    return Selection(model, kind, days, int(most) if most else None)


def _one_of(word: str, known: Sequence[str]) -> Text:
    close = difflib.get_close_matches(word, known, 1, 0.4)
    return say("是不是想写“{word}”？", word=close[0]) if close else say("可写：{known}", known="、".join(known))


# -- what stands there for a station -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Moved(Origin):
    """Where a station's edition is written: items of lists (``moved``) stand elsewhere in the definition."""

    moved: Mapping[Path, Path] = field(default_factory=dict)

    def mark(self, path: Path) -> tuple[Mark | None, bool]:
        for length in range(len(path), 0, -1):
            if path[:length] in self.moved:
                return super().mark(self.moved[path[:length]] + path[length:])
        return super().mark(path)


class _Filler:
    """Fills one definition in for one station, remembering what came from where."""

    def __init__(self, edition: Edition, station: Station, records: Records) -> None:
        self.edition, self.station, self.records = edition, station, records
        self.origin = records.origin(edition)
        self.lists = _lists_records(edition)
        self.own = [r for r in records if r.station == station.id]
        self.people = {path for path, _ in marked(station, Name)}
        self.moved: dict[Path, Path] = {}
        self.found: list[Diagnostic] = []
        #: where selections stand, and how many records they found
        self.selects: list[Span] = []
        self.selected = 0

    def filled(self, value: Any, old: Path, new: Path) -> Any:
        """The value at ``old`` of the definition as it reads at ``new`` of the station's edition."""
        if isinstance(value, str):
            return self.words(value, old)
        if isinstance(value, dict):
            return {key: self.filled(item, (*old, key), (*new, key)) for key, item in value.items()}
        if not isinstance(value, list | tuple):
            return value
        result: list[Any] = []
        for number, item in enumerate(value):
            place = (*old, number)
            inner = item.strip()[1:-1] if isinstance(item, str) else ""
            if place in self.lists and _is_selection(inner):
                chosen: list[Any] = [r.id for r in self.chosen(inner, item, place)]
            else:
                before = len(self.selects), self.selected
                chosen = [self.filled(item, place, (*new, len(result)))]
                if isinstance(item, dict) and len(self.selects) > before[0] and _is_bare(chosen[0], self.lists, place):
                    chosen = []
            for one in chosen:
                self.moved[*new, len(result)] = place
                result.append(one)
        return result

    def words(self, words: str, path: Path) -> str:
        def put(match: re.Match[str]) -> str:
            if not _is_station(match[1]):
                return match[0]
            if not (steps := _steps(match[1].strip())):
                return self.station.id if path in self.lists else self.station.title
            value = _printed(value_at(self.station, steps), steps in self.people, self.records)
            if not value:
                self.found.append(
                    error(
                        "each.station_lacks",
                        say("站点“{station}”没有写“{field}”", station=self.station.id, field=".".join(steps)),
                        self.origin.locate(path, words, match.start(), len(match[0])),
                        say(
                            "在 {place} 补上，或从出版物里去掉这一项",
                            place=str(self.records.origin(self.station).span()),
                        ),
                    )
                )
            return value

        return _BRACES.sub(put, words)

    def chosen(self, inner: str, words: str, path: Path) -> Sequence[Record]:
        """The station's records that a selection takes, by date."""
        span = self.origin.locate(path, words, 0, len(words))
        self.selects.append(span)
        wanted = _selection(inner)
        if isinstance(wanted, tuple):
            self.found.append(error("each.selection_form", wanted[0], span, wanted[1]))
            return ()
        taken: list[tuple[dt.date, Record]] = []
        for record in self.own:
            if not isinstance(record, wanted.model) or not self.printable(record):
                continue
            if wanted.kind is not None and value_at(record, (_KINDS[wanted.model],)) != wanted.kind:
                continue
            day = date_of(record)
            if day is None and wanted.days is not None:
                self.found.append(
                    warning(
                        "each.undated",
                        say("这一篇没有日期，“{words}”选不到", words=words.strip()),
                        self.records.origin(record).span(("日期",)),
                        say("补上“日期:”"),
                    )
                )
            elif wanted.days is None or (day is not None and wanted.days[0] <= day <= wanted.days[1]):
                taken.append((day or dt.date.min, record))
        taken.sort(key=lambda pair: (pair[0], pair[1].id))
        taken = taken[-wanted.most :] if wanted.most else taken
        self.selected += len(taken)
        return [record for _, record in taken]

    def printable(self, record: Record) -> bool:
        """Whether a piece may stand in the edition without anybody having chosen it by hand."""
        told = [subject for subject in record.people if subject.protected]
        agreed = not isinstance(self.edition, _CONSENTED) or all(
            s.consent is not None and self.edition.type_name in s.consent.scope for s in told
        )
        return agreed and record.status in _READY and not (isinstance(record, Case) and record.closed is None)


def date_of(record: Record) -> dt.date | None:
    """The day a piece belongs to: of the event, of closing a case, of a group's last meeting, of a signature."""
    if isinstance(record, News):
        return record.event.date
    if isinstance(record, Case):
        return record.closed
    if isinstance(record, Group):
        return max((s.date for s in record.sessions if s.date is not None), default=record.date)
    if isinstance(record, Policy):
        return record.signed or record.date
    if isinstance(record, Honour):
        return record.date or dt.date(record.year, 12, 31)
    return record.date


def _is_bare(part: dict[str, Any], lists: set[Path], place: Path) -> bool:
    """Whether a column or part of a book is left without any of the records it was to list."""
    keys = {str(path[len(place)]) for path in lists if path[: len(place)] == place and len(path) > len(place)}
    return all(not part[key] for key in keys)


def _printed(value: Any, named: bool, records: Records) -> str:
    """A field's value as words."""
    if isinstance(value, tuple):
        return "、".join(_printed(item, named, records) for item in value)
    if isinstance(value, dt.date):
        return wording.day(value)
    if value is None:
        return ""
    known = records.get(str(value)) if named else None
    return (
        known.title if known is not None and known.title else f"{value:g}" if isinstance(value, float) else str(value)
    )
