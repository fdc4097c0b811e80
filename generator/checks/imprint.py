"""What the rule on internal publications (内部资料性出版物管理办法第十四、十五条) wants and forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, error, say, warning
from generator.model import Publication, Records
from generator.records.edition import Volume

#: Not 报告, which is no newspaper.
_NAMES = re.compile(r"报(?!告)|刊|杂志")
#: Not 市民政局, not 居民委员会.
_OUTSIDERS = re.compile(r"服务对象|公众|市民(?!政)|居民(?!委员会)|社会大众|境外")


def _volume(publication: Publication, records: Records) -> Volume | None:
    edition = records[publication.id]
    return edition if isinstance(edition, Volume) else None


def required_items(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """An internal publication prints its permit number, recipients, printer, date and number of copies.

    内部资料性出版物管理办法第十四条.
    """
    edition = _volume(publication, records)
    if edition is None or edition.legal_type != "内部资料":
        return
    origin = records.origin(edition)
    required = (
        ("准印证号", edition.permit_no, ("准印证号",)),
        ("发送对象", edition.recipients, ("发送对象",)),
        ("印刷单位", edition.printing.printer, ("印刷", "印刷单位")),
        ("印刷日期", edition.printing.date, ("印刷", "印刷日期")),
        ("印数", edition.printing.copies, ("印刷", "印数")),
    )
    for label, value, path in required:
        if not value:
            yield error(
                "imprint.required_item",
                say("内部资料必须印出“{name}”", name=label),
                origin.span(path),
                say("补上“{name}:”；不是内部资料就把“资料类型”改成 工作简报 或 电子版", name=label),
            )


def lawful_name(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """The name of an internal publication holds none of 报, 刊, 杂志 (第十五条)."""
    edition = _volume(publication, records)
    found = _NAMES.search(edition.title) if edition is not None else None
    if edition is not None and edition.legal_type == "内部资料" and found:
        yield error(
            "imprint.unlawful_name",
            say("内部资料的名称不能用“{word}”字", word=found[0]),
            records.origin(edition).span(("标题",)),
            say("去掉这个字，如“荷源社会工作”"),
        )


def lawful_recipients(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """Internal publications go to the trade only, never to service users or the public (第十五条)."""
    edition = _volume(publication, records)
    if edition is None or edition.legal_type != "内部资料":
        return
    for number, recipient in enumerate(edition.recipients):
        found = _OUTSIDERS.search(recipient)
        if found and "不" not in recipient:
            yield warning(
                "imprint.outside_recipient",
                say("发送对象里的“{word}”不属于本系统内部", word=found[0]),
                records.origin(edition).span(("发送对象", number)),
                say("内部资料只在本行业、本单位内部交流"),
            )


def cover_lines(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """The lines a cover's title is broken into make up the title, nothing more or less."""
    edition = _volume(publication, records)
    if edition is not None and edition.cover.title_lines and "".join(edition.cover.title_lines) != edition.title:
        yield error(
            "imprint.cover_lines",
            say("“书名分行”连起来与标题不一样"),
            records.origin(edition).span(("封面", "书名分行"), key=True),
            say("照标题“{title}”分行，不增不减", title=edition.title),
        )
