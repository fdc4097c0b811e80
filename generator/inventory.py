"""What a workspace holds, as tables for ``zhankan list``; editions by the names people call them."""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generator import facts, messages
from generator.checks import CHECKS, RECORD_CHECKS
from generator.diagnostics import Text, say
from generator.load import FOLDERS
from generator.model import Record, Records
from generator.publications.piece import printed_name
from generator.records import RECORD_TYPES
from generator.records.edition import Edition
from generator.records.fact import Fact, Indicator
from generator.records.person import Person
from generator.records.station import Station


@dataclass(frozen=True)
class Table:
    """A list: the titles of its columns and its rows."""

    head: tuple[Text, ...]
    rows: list[tuple[str, ...]]


def edition(records: Records, name: str) -> str | Text:
    """The id of the edition with this id, file name or title; or what is wrong."""
    known: dict[str, list[str]] = {}
    for record in records:
        if isinstance(record, Edition):
            for word in dict.fromkeys((record.id, record.name or record.id, record.title)):
                known.setdefault(word, []).append(record.id)
    if name in records and isinstance(records[name], Edition):
        return name
    if name not in known:
        close = difflib.get_close_matches(name, known, 1, 0.4)
        if close:
            return say("没有“{name}”这份出版物，是不是“{close}”？", name=name, close=close[0])
        return say(
            "没有“{name}”这份出版物；已有：{known}", name=name, known="、".join(i for i in known if i in records) or "—"
        )
    if len(known[name]) > 1:
        return say("有几份出版物都叫“{name}”，请用编号：{known}", name=name, known="、".join(known[name]))
    return known[name][0]


def manual(language: str) -> Mapping[str, str]:
    """Code of a diagnostic -> its manual page; a check without a page in the catalogue is its own: its docstring."""
    pages = dict(messages.manual(language))
    for check in (*RECORD_CHECKS, *CHECKS):
        source = inspect.getsource(check)  # type: ignore[arg-type]  # a tuple's items lose that they are functions
        for code in _CODE.findall(source):
            pages.setdefault(code, inspect.getdoc(check) or "")
    return pages


_CODE = re.compile(r'"([a-z_]+\.[a-z_]+)"')


def _source(record: Record, records: Records) -> str:
    span = records.origin(record).span()
    return f"{span.file}:{span.line}" if span.line else span.file


def _types(records: Records, language: str) -> Table:
    folders = {name: folder for folder, name in FOLDERS.items()}
    return Table(
        (say("类型"), say("中文名"), say("文件夹"), say("记录数")),
        [
            (name, model.type_name, f"content/{folders[name]}", str(len(records.of(model))))
            for name, model in RECORD_TYPES.items()
        ],
    )


def _editions(records: Records, language: str) -> Table:
    return Table(
        (say("编号"), say("类型"), say("文件名"), say("标题"), say("出处")),
        [(e.id, e.type_name, e.name or e.id, e.title, _source(e, records)) for e in records.of(Edition)],
    )


def _records(records: Records, language: str) -> Table:
    return Table(
        (say("编号"), say("类型"), say("标题"), say("站点"), say("状态"), say("出处")),
        [(r.id, r.type_name, r.title or "", r.station or "", r.status, _source(r, records)) for r in records],
    )


def _stations(records: Records, language: str) -> Table:
    return Table(
        (say("编号"), say("简称"), say("层级"), say("上级"), say("地区"), say("出处")),
        [(s.id, s.short_name, s.rank, s.parent or "", s.region, _source(s, records)) for s in records.of(Station)],
    )


def _people(records: Records, language: str) -> Table:
    return Table(
        (say("编号"), say("姓名"), say("身份"), say("单位"), say("出处")),
        [
            (p.id, p.title, "、".join(p.roles), printed_name(p.org, records), _source(p, records))
            for p in records.of(Person)
        ],
    )


def _indicators(records: Records, language: str) -> Table:
    return Table(
        (say("编号"), say("名称"), say("单位"), say("性质"), say("组"), say("出处")),
        [(i.id, i.title, i.unit, i.kind, i.group, _source(i, records)) for i in records.of(Indicator)],
    )


def _facts(records: Records, language: str) -> Table:
    known = facts.Facts(records)
    rows = []
    for fact in records.of(Fact):
        indicator = known.indicator(fact.indicator)
        shown = (
            known.print(fact) if indicator is not None else facts.printed(fact.value, fact.qualifier, fact.unit or "")
        )
        rows.append(
            (
                indicator.title if indicator else fact.indicator,
                fact.station,
                period(fact),
                shown,
                _source(fact, records),
            )
        )
    return Table((say("指标"), say("站点"), say("时段"), say("印成"), say("出处")), sorted(rows))


def period(fact: Fact) -> str:
    """A fact's period as prose refers to it: 2023, 2023Q3, 2023-06 or two days."""
    year = fact.start.year
    names = [str(year), *(f"{year}H{n}" for n in (1, 2)), *(f"{year}Q{n}" for n in range(1, 5))]
    names += [f"{fact.start:%Y-%m}", fact.start.isoformat()]
    return next((n for n in names if facts.period(n) == (fact.start, fact.end)), f"{fact.start}..{fact.end}")


def _codes(records: Records, language: str) -> Table:
    pages = manual(language)
    return Table((say("代码"), say("说的是")), [(code, page.split("\n")[0]) for code, page in pages.items()])


#: What ``zhankan list`` lists -> its table, from the records and the reader's language.
TABLES: Mapping[str, Callable[[Records, str], Table]] = {
    "types": _types,
    "editions": _editions,
    "records": _records,
    "stations": _stations,
    "people": _people,
    "indicators": _indicators,
    "facts": _facts,
    "codes": _codes,
}
