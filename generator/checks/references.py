"""Do the ids that records name exist?"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache

from generator.diagnostics import Diagnostic, error, say
from generator.model import Name, Records, Reference, marked
from generator.records.edition import Edition
from generator.records.station import Station

_ID = re.compile(r"[a-z]{1,4}-[0-9a-z_.-]+")


def known(records: Records) -> Iterator[Diagnostic]:
    """Every id a record names – station, article of a column, partner, person – belongs to a record."""
    ids = [r.id for r in records]

    @cache
    def close_to(value: str) -> list[str]:
        return difflib.get_close_matches(value, ids, 1, 0.6)

    for record in records:
        origin = records.origin(record)
        for path, value in marked(record, Reference):
            if value in records.faulty or (isinstance(record, Edition) and value.startswith("{")):
                continue  # answered for where it was read, or by ``each``
            if value not in records:
                close = close_to(value)
                yield error(
                    "references.unknown_record",
                    say("没有编号为“{id}”的记录", id=value),
                    origin.span(path),
                    say("是不是“{word}”？", word=close[0])
                    if close
                    else say("zhankan list 列出全部编号；或把它从这里删掉"),
                )
            elif path[-1] in ("站点", "上级") and not isinstance(records[value], Station):
                yield error(
                    "references.not_a_station",
                    say("“{id}”不是站点，是{type}", id=value, type=records[value].type_name),
                    origin.span(path),
                    say("这里填站点的编号"),
                )
        for path, value in marked(record, Name):
            if _ID.fullmatch(value) and value not in records and value not in records.faulty:
                close = close_to(value)
                yield error(
                    "references.unknown_person",
                    say("没有编号为“{id}”的人物", id=value),
                    origin.span(path),
                    say("是不是“{word}”？", word=close[0]) if close else say("写人物编号，或直接写姓名"),
                )
