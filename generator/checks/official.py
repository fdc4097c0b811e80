"""What the rules on official documents (党政机关公文处理工作条例, GB/T 9704—2012) want of one that goes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from generator.diagnostics import Diagnostic, Text, error, say, warning
from generator.model import Publication, Records
from generator.records.edition import Official
from generator.records.policy import Policy

_NUMBER = re.compile(r"[^\s\d〔〕（）()\[\]【】第]+〔(?P<year>\d{4})〕[1-9]\d*号")
#: What goes up asks for a signer, and what is addressed to someone names them (条例第九条、第十五条).
_UPWARD = ("请示", "报告")
_ADDRESSED = (*_UPWARD, "通知", "通报", "意见", "批复", "函")
#: A title may go on after its 文种.
_AFTER_GENRE = re.compile(r"（(?:试行|暂行|草案|征求意见稿)）$")


def _parts(publication: Publication, records: Records) -> tuple[Official, Policy] | None:
    edition = records[publication.id]
    document = records.get(edition.document) if isinstance(edition, Official) else None
    return (edition, document) if isinstance(edition, Official) and isinstance(document, Policy) else None


def documents(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """An official document, what it issues and what it encloses are documents (政策), and have a text."""
    edition = records[publication.id]
    if not isinstance(edition, Official):
        return
    places = [(("文件",), edition.document)]
    places += [(("印发文件", n), r) for n, r in enumerate(edition.issued)]  # type: ignore[misc]
    places += [(("附件", n), r) for n, r in enumerate(edition.enclosures)]  # type: ignore[misc]
    for path, reference in places:
        record = records.get(reference)
        if record is not None and not (isinstance(record, Policy) and record.body):
            yield error(
                "official.not_a_document",
                say("“{id}”不是有正文的政策，不能排成公文", id=reference),
                records.origin(edition).span(path),
                say("写 content/policies/ 里一件的编号，那一件要有“正文”"),
            )


def document_number(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """发文字号 is 机关代字〔年份〕序号号: full year in 〔〕, no 第, no leading zero (GB/T 9704—2012 7.2.5)."""
    found = _parts(publication, records)
    if found is None:
        return
    document = found[1]
    origin = records.origin(document)
    if not document.doc_no:
        yield error(
            "official.number_missing",
            say("公文没有发文字号"),
            origin.span(("文号",)),
            say("补上“文号:”，如 某民发〔2024〕3号"),
        )
        return
    match = _NUMBER.fullmatch(document.doc_no)
    if match is None:
        yield error(
            "official.number_form",
            say("发文字号“{number}”写法不对：{reason}", number=document.doc_no, reason=_why(document.doc_no)),
            origin.span(("文号",)),
            say("写成 某民发〔2024〕3号：机关代字、六角括号里四位年份、序号、“号”"),
        )
    elif document.signed is not None and int(match["year"]) != document.signed.year:
        yield warning(
            "official.number_year",
            say("发文字号是{year}年的，成文日期在{signed}年", year=match["year"], signed=document.signed.year),
            origin.span(("文号",)),
            say("核对文号和成文日期"),
        )


def _why(number: str) -> Text:
    if not re.search(r"〔[^〔〕]*〕", number):
        return say("年份要用六角括号〔〕括起来")
    if not re.search(r"〔\d{4}〕", number):
        return say("年份要写全四位")
    if re.search(r"〕\s*第", number):
        return say("序号前不加“第”字")
    if re.search(r"〕\s*0", number):
        return say("序号不编虚位，1不写成01")
    if not number.endswith("号"):
        return say("末尾要有“号”字，后面不再写别的")
    return say("机关代字、年份、序号要连着写，序号用阿拉伯数字")


def dates(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """成文日期 is there, and no document is printed before it is signed (GB/T 9704—2012 7.3.5, 7.4.3)."""
    found = _parts(publication, records)
    if found is None:
        return
    edition, document = found
    if document.signed is None:
        yield error(
            "official.undated",
            say("公文没有成文日期"),
            records.origin(document).span(("成文日期",)),
            say("补上“成文日期:”，写成 2024-03-08；那是签发的日子，联合行文以最后签发的为准"),
        )
    elif edition.date < document.signed:
        yield error(
            "official.printed_before_signed",
            say("印发日期早于成文日期"),
            records.origin(edition).span(("印发日期",)),
            say("核对两个日期"),
        )


def title(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """The title ends with its 文种; its lines make up the title and narrow or widen evenly (7.3.1)."""
    found = _parts(publication, records)
    if found is None:
        return
    edition, document = found
    if not _AFTER_GENRE.sub("", document.title).endswith(document.doc_type):
        yield warning(
            "official.title_genre",
            say("公文标题没有以文种“{genre}”结尾", genre=document.doc_type),
            records.origin(document).span(("标题",)),
            say("标题由发文机关、事由、文种组成，如“某县民政局关于开展……的通知”"),
        )
    lines = edition.title_lines
    if lines and "".join(lines) != document.title:
        yield error(
            "official.title_lines",
            say("“标题分行”连起来与公文的标题不一样"),
            records.origin(edition).span(("标题分行",), key=True),
            say("照标题“{title}”分行，不增不减", title=document.title),
        )
        return
    steps = [len(after) - len(before) for before, after in pairwise(lines)]
    if any(down < 0 < up for down, up in pairwise(steps)):
        yield warning(
            "official.title_shape",
            say("标题的分行中间短、两头长，成了沙漏形"),
            records.origin(edition).span(("标题分行",), key=True),
            say("排成梯形或菱形，词意要完整"),
        )


def parties(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """A notice and the like names whom it is addressed to; a request or report names who signed it (条例第九条)."""
    found = _parts(publication, records)
    if found is None:
        return
    edition, document = found
    origin = records.origin(edition)
    if document.doc_type in _ADDRESSED and not edition.addressees:
        yield warning(
            "official.no_addressee",
            say("“{genre}”没有写主送机关", genre=document.doc_type),
            origin.span(("主送",)),
            say("补上“主送:”；公开发布、不写主送机关的，改用公告、通告，或在 content/style/ignores.yaml 里接受"),
        )
    if document.doc_type in _UPWARD and not edition.signers:
        yield error(
            "official.no_signer",
            say("上行文“{genre}”没有写签发人", genre=document.doc_type),
            origin.span(("签发人",)),
            say("补上“签发人:”"),
        )
