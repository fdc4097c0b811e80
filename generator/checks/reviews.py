"""三审三校: has every piece been seen by everybody who has to, and is it still what they saw?"""

from __future__ import annotations

from collections.abc import Iterator

from generator import signoff
from generator.diagnostics import Diagnostic, Severity, error, say, warning
from generator.model import Publication, Records
from generator.records.edition import Edition

_WARNINGS = frozenset(("reviews.no_report", "reviews.same_proofreader", "reviews.changed_after"))
_FINAL = ("定稿", "已付印")


def signatures(records: Records) -> Iterator[Diagnostic]:
    """Signatures stand in order, by known people, no two levels of review by one, none by an author (三审三校)."""
    people: signoff.People | None = None
    for record in records:
        if not record.reviews:
            continue
        people = people or signoff.People(records)
        origin = records.origin(record)
        for fault in signoff.faults(record.reviews, people.authors(record), people):
            if fault.code == "reviews.unknown_person" and record.reviews[fault.number].by in records.faulty:
                continue
            yield Diagnostic(
                fault.code,
                Severity.WARNING if fault.code in _WARNINGS else Severity.ERROR,
                fault.message,
                origin.span(("审校", fault.number, fault.field)),
                fault.hint,
            )
        if signoff.is_changed(record):
            yield warning(
                "reviews.changed_after",
                say("签过字以后又改了：{step}看的不是这一稿", step=record.reviews[-1].step),
                origin.span(("审校", len(record.reviews) - 1, "指纹")),
                say("请最后看的人再看一遍，用 zhankan sign 写 改后通过；改动大的退回重新终审"),
            )


def complete(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """An edition that is 定稿 or 已付印 holds only pieces that have passed all steps it wants (审校环节)."""
    edition = records[publication.id]
    if not isinstance(edition, Edition) or edition.status not in _FINAL:
        return
    for record in signoff.pieces(edition, records):
        lacking = signoff.lacking(record, edition)
        if lacking or signoff.is_changed(record):
            why = (
                say("还缺{steps}", steps="、".join(lacking))
                if lacking
                else say("签过字以后又改了：{step}看的不是这一稿", step=record.reviews[-1].step)
            )
            yield error(
                "reviews.missing",
                say("“{edition}”已经{status}，《{title}》{why}", edition=edition.title, status=edition.status,
                    title=record.title, why=why),
                records.origin(record).span(("审校",), key=True),
                say("zhankan status {edition} 看在等谁；还没审完，把出版物的“状态”改回 草稿", edition=edition.id),
            )  # fmt: skip


def release(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """What was released is printed as it was then: a new fault is put right in the next issue (不得一期多版)."""
    edition = records[publication.id]
    if isinstance(edition, Edition) and edition.release is not None and not publication.released:
        said = (
            say("发布以后又改了，现在的稿与签付印的不是同一稿"),
            records.origin(edition).span(("发布", "指纹")),
            say("已经印了的不再改，下一期登更正；没有印的，审过再运行 zhankan release {id}", id=edition.id),
        )
        printed = edition.status == "已付印"
        yield error("reviews.released_changed", *said) if printed else warning("reviews.released_changed", *said)
