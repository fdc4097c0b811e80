"""Has everyone agreed to what is about to be printed, and is it meant to be?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.diagnostics import Diagnostic, error, say
from generator.model import Publication, Record, Records
from generator.records.case import Ethics
from generator.records.edition import Anthology, Bulletin

#: Type of edition -> the channel its readers reach a case through.
_CHANNELS: Mapping[type[Record], str] = {Bulletin: "季刊", Anthology: "案例集"}


def _printed(publication: Publication, records: Records) -> Iterator[Record]:
    edition = records[publication.id]
    seen: set[str] = set()
    for article in publication.articles:
        for identifier in (article.record, *(entry.id for entry in article.entries)):
            record = records.get(identifier)
            if record is not None and record.id not in seen and record is not edition:
                seen.add(record.id)
                yield record


def scope(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """Service users agreed to this very publication (社会工作者职业道德指引: informed consent; PIPL art. 25)."""
    channel = _CHANNELS.get(type(records[publication.id]))
    for record in _printed(publication, records):
        ethics = getattr(record, "ethics", None)
        if channel is not None and isinstance(ethics, Ethics) and channel not in ethics.consent_scope:
            yield error(
                "consent.out_of_scope",
                say("同意范围里没有“{channel}”，不能登在这里", channel=channel),
                records.origin(record).span(("伦理", "同意范围"), key=True),
                say("取得服务对象（未成年人还有监护人）的同意后补上“{channel}”，或从这份出版物里拿下", channel=channel),
            )


def final(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """Only a piece that has left the state of 草稿 is printed."""
    for record in _printed(publication, records):
        if record.status == "草稿":
            yield error(
                "consent.draft",
                say("这一篇还是草稿，不能登"),
                records.origin(record).span(("状态",)),
                say("定稿后把“状态”改为 定稿，或从这份出版物里拿下"),
            )
