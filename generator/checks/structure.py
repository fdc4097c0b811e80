"""Is each piece complete and in order?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from generator.diagnostics import Diagnostic, Span, error, say, warning
from generator.model import Markdown, Publication, Record, Records, Reference, marked, texts
from generator.provenance import Source
from generator.records.case import Case
from generator.tree import text

_HEADING = re.compile(r"^#+ +([^{\n]*[^{\s])", re.M)


_PLACEHOLDER = re.compile(r"（(?:填写|在这里写正文)[^（）]*）")


def filled_in(records: Records) -> Iterator[Diagnostic]:
    """No field still holds the words （填写……） that ``zhankan new`` put there."""
    for record in records:
        if "（" not in (said := record.model_dump_json()) or not _PLACEHOLDER.search(said):
            continue
        for path, words in texts(record.model_dump(by_alias=True)):
            if _PLACEHOLDER.fullmatch(words.strip()):
                name = next(str(step) for step in reversed(path) if isinstance(step, str))
                yield error(
                    "structure.placeholder",
                    say("“{name}”还没有填", en="“{name}” has not been filled in yet", name=name),
                    records.origin(record).span(path),
                    say(
                        "换成真的内容；选填的字段也可以整个删掉",
                        en="Write what belongs here; an optional field may be deleted",
                    ),
                )


def _cases(publication: Publication, records: Records) -> Iterator[Case]:
    for article in publication.articles:
        record = records.get(article.record)
        if isinstance(record, Case):
            yield record


def closed_cases(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """A case is published only when it is closed: only finished and evaluated service counts (完整性)."""
    for case in _cases(publication, records):
        if case.closed is None:
            yield error(
                "structure.case_open",
                say("个案还没有结案日期，不能发表"),
                records.origin(case).span(("结案日期",)),
                say("补上“结案日期:”，或先从出版物里拿下"),
            )


def case_background(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """The background of a case tells at least three of person, family, health, mind, economy, support."""
    for case in _cases(publication, records):
        told = sum(value is not None for value in case.background.model_dump().values())
        if told < 3:
            yield error(
                "structure.thin_background",
                say("背景只写了 {count} 项，至少写 3 项", count=told),
                records.origin(case).span(("背景",), key=True),
                say("个人、家庭、健康、心理、经济、支持，六项里再补几项"),
            )


def case_order(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """A case is closed after it was opened."""
    for case in _cases(publication, records):
        if case.closed is not None and case.closed < case.opened:
            yield error(
                "structure.closed_before_opened",
                say("结案日期早于接案日期"),
                records.origin(case).span(("结案日期",)),
                say("核对两个日期"),
            )


def printed_once(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """A piece stands in an edition once."""
    edition = records[publication.id]
    seen: set[str] = set()
    for path, value in marked(edition, Reference):
        if path[0] in ("栏目", "编", "文件", "印发文件", "附件", "附录"):
            if value in seen:
                yield error(
                    "structure.printed_twice",
                    say("“{id}”在这份出版物里排了两次", id=value),
                    records.origin(edition).span(path),
                    say("删掉一处"),
                )
            seen.add(value)


def heading_order(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """Headings go down one level at a time (## then ###), for the outline and for screen readers."""
    for article in publication.articles:
        level = 1
        for heading in article.body.iter("h1", "h2", "h3", "h4", "h5"):
            here = int(heading.tag[1])
            span = _written_at(heading, records.get(article.record), records) if here > level + 1 else None
            if span is not None:
                yield warning(
                    "structure.heading_skipped",
                    say("小标题“{title}”跳了一级", title=text(heading)[:12]),
                    span,
                    say("先用 ##，再用 ###"),
                )
            level = here


def _written_at(heading: etree._Element, record: Record | None, records: Records) -> Span | None:
    """Where a heading of somebody's prose is written; none for those that templates set."""
    source = heading.get("data-source")
    above = (records.get(e.get("id")) for e in heading.iterancestors())
    record = next((r for r in above if r is not None), record)
    if record is None:
        return None
    for path, words in marked(record, Markdown):
        if source and Source.parse(source).path == path:
            lines = _HEADING.finditer(words)
            line = next((m for m in lines if m[1] in text(heading)), None)
            origin = records.origin(record)
            return origin.locate(path, words, line.start(1), len(line[1])) if line else origin.span(path)
    return None
