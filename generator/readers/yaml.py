"""Records in YAML: one in a file, or several under 条目 (items) with what they share under 共同 (common)."""

from __future__ import annotations

from typing import Any

from generator.diagnostics import Report, Span, error, say
from generator.model import Origin, Path
from generator.readers.raw import Raw
from generator.readers.yamltext import Marks, parse

_ITEMS = ("条目", "items")
_COMMON = ("共同", "common")


def read(text: str, file: str, report: Report) -> list[Raw]:
    """All records of a YAML file."""
    parsed = parse(text, file, report)
    if parsed is None:
        return []
    value, marks = parsed
    if value is None:
        report.add(error("reader.empty", say("文件是空的"), Span(file), say("写上字段，或删掉这个文件")))
        return []
    if isinstance(value, list):
        return _several(value, {}, (), file, marks, report)
    items_key = next((k for k in _ITEMS if k in value), None)
    if items_key is None:
        return [Raw(value, Origin(file, marks))]
    common_key = next((k for k in _COMMON if k in value), None)
    for extra in value.keys() - {items_key, common_key}:
        mark = marks[(extra,)]
        report.add(
            error(
                "reader.beside_items",
                say("“{name}”与“条目”并列，不知道归谁", name=extra),
                Span(file, mark.key_line, mark.key_column, mark.key_length),
                say("各条都有的字段写进“共同:”"),
            )
        )
    common = value.get(common_key) if common_key else {}
    items = value[items_key]
    if not isinstance(items, list) or not isinstance(common or {}, dict):
        mark = marks[(items_key,)]
        report.add(
            error(
                "reader.items_form",
                say("“条目”要写成列表，“共同”要写成字段"),
                Span(file, mark.key_line, mark.key_column, mark.key_length),
                say("每条记录前写“- ”"),
            )
        )
        return []
    return _several(items, common or {}, (items_key,), file, marks, report, (common_key,) if common_key else None)


def _several(
    items: list[Any],
    common: dict[str, Any],
    base: Path,
    file: str,
    marks: Marks,
    report: Report,
    common_base: Path | None = None,
) -> list[Raw]:
    records = []
    for number, item in enumerate(items):
        origin = Origin(file, marks, (*base, number), common=common_base)
        if isinstance(item, dict):
            records.append(Raw({**common, **item}, origin))
        else:
            report.add(error("reader.not_a_record", say("这一条不是字段，是一段文字"), origin.span()))
    return records
