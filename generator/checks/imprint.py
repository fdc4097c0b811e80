"""What the rule on internal publications (内部资料性出版物管理办法第十四至十六条) wants of cover, imprint and name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from generator.diagnostics import Diagnostic, Text, error, say, warning
from generator.model import Name as NameOf
from generator.model import Path, Publication, Records, marked
from generator.reading import Reading
from generator.records.edition import Anthology, Bulletin, Volume

#: A newspaper or a magazine, not 报告, 汇报, 简报, 年报.
_NAMES = re.compile(
    r"(?<![汇申通填上呈禀回简年预情])报(?![告名到送销表备案道请考答恩修])|[期会院社校专季月双周半年]?刊|杂志|记者"
)
_NUMBERS = re.compile(r"(?:刊|报|书)号|\bISSN\b|\bISBN\b|\bCN\s?[\d(（]", re.I)
_SOCIETIES = re.compile(r"(?:期刊|杂志|报)社(?!区)")
#: Not 市民政局, not 居民委员会.
_OUTSIDERS = re.compile(
    r"服务对象|案主|公众(?!号)|市民(?!政)|居民(?!委员会|委)|群众(?!团体|组织)|社会大众|社会各界|境外|海外|国外|港澳|台湾|外国|书店|报刊亭|邮局|公众号|网站"
)
_PERMIT = "内部资料，免费交流"
#: What stands where something is still to be filled in; 示例 may in an edition that says it is one.
_UNKNOWN = re.compile(
    r"待定|待补|待填|待批|暂无|暂缺|未定|申请中|办理中|审批中|[×ＸX]{2,}|[xX]{3,}|[?？]{2,}|_{2,}|[○〇]{2,}|…|^[（(]?准印证号?[）)]?$|^[—\-－/、.。]+$"
)
_SPECIMEN = re.compile(r"示例|样例|例如")


def _volume(publication: Publication, records: Records) -> Volume | None:
    edition = records[publication.id]
    return edition if isinstance(edition, Volume) else None


def _words(reading: Reading, *kinds: str) -> str:
    """All words printed on pages of these kinds, without white space."""
    articles = {a.id for a in reading.publication.articles if a.kind in kinds}
    return "".join("".join(p.words for p in reading.passages if p.article in articles and p.words).split())


def required_items(reading: Reading) -> Iterator[Diagnostic]:
    """An internal publication prints its permit number and 内部资料，免费交流 on the cover.

    Makers, recipients, printer, date, number of copies and the issue stand there, on the back cover or in the
    imprint (内部资料性出版物管理办法第十四条).
    """
    edition = _volume(reading.publication, reading.records)
    if edition is None or edition.legal_type != "内部资料":
        return
    origin = reading.records.origin(edition)
    cover, everywhere = _words(reading, "cover"), _words(reading, "cover", "back-cover", "title-page", "imprint")
    printing = edition.printing
    day = printing.date
    required: list[tuple[Text, object, Path, str, str]] = [
        (say("准印证号"), edition.permit_no, ("准印证号",), edition.permit_no or "", cover),
        (say("编印单位"), True, ("职员", "编印单位"), "编印", everywhere),
        (say("发送对象"), edition.recipients, ("发送对象",), "、".join(edition.recipients), everywhere),
        (say("印刷单位"), printing.printer, ("印刷", "印刷单位"), printing.printer or "", everywhere),
        (say("印刷日期"), day, ("印刷", "印刷日期"),
         f"{day.year}年{day.month}月{day.day}日" if day else "", everywhere),
        (say("印数"), printing.copies, ("印刷", "印数"), f"{printing.copies}册", everywhere),
        (say("“内部资料，免费交流”"), True, (), _PERMIT, cover),
    ]  # fmt: skip
    if isinstance(edition, Bulletin):
        required.append((say("期号"), True, ("期",), f"第{edition.number}期", everywhere))
    for label, value, path, words, where in required:
        if not value:
            yield error(
                "imprint.required_item",
                say("内部资料必须印出“{name}”", name=label),
                origin.span(path),
                say("补上“{name}:”；不是内部资料就把“资料类型”改成 工作简报 或 电子版", name=label),
            )
        elif "".join(words.split()) not in where:
            yield error(
                "imprint.not_printed",
                say("封面和版权页上没有印出“{name}”", name=label),
                origin.span(path),
                say("版面模板漏了这一项：准印证号和“内部资料，免费交流”要印在封面，其余在封面、封底或版权页"),
            )


def placeholders(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """What has to be printed is known: no 待定, no ××, and a permit number that is a number (第十四条)."""
    edition = _volume(publication, records)
    if edition is None or edition.legal_type == "电子版":
        return
    origin, printing = records.origin(edition), edition.printing
    given: list[tuple[str, str | None, Path]] = [
        ("准印证号", edition.permit_no, ("准印证号",)),
        ("印刷单位", printing.printer, ("印刷", "印刷单位")),
        ("印刷许可证", printing.licence, ("印刷", "印刷许可证")),
        *(("发送对象", words, ("发送对象", n)) for n, words in enumerate(edition.recipients)),
    ]
    for name, words, path in given:
        if not words:
            continue
        specimen = _SPECIMEN.search(words)
        empty = name == "准印证号" and not (re.search(r"\d", words) and re.search(r"[1-9]", words))
        if _UNKNOWN.search(words) or (specimen and not edition.illustrative) or (empty and not specimen):
            yield error(
                "imprint.placeholder",
                say("“{name}”还没有真的内容：{words}", name=name, words=words[:20]),
                origin.span(path),
                say("准印证要先向所在地新闻出版部门申领，拿到证再印；没有证的，资料类型改成 工作简报 或 电子版"),
            )


def lawful_name(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """The name of an internal publication and of its parts holds none of 报, 刊, 杂志, 记者, 刊号 (第十五条)."""
    edition = _volume(publication, records)
    if edition is None or edition.legal_type != "内部资料":
        return
    origin = records.origin(edition)
    named: list[tuple[Path, str | None]] = [
        (("标题",), edition.title),
        (("副标题",), edition.subtitle),
        (("封面", "主题"), edition.cover.theme),
        (("文件名",), edition.name),
    ]
    if isinstance(edition, Bulletin):
        named += [(("栏目", n, "栏目语"), column.note) for n, column in enumerate(edition.columns)]
    if isinstance(edition, Anthology):
        named += [(("编", n, "标题"), division.title) for n, division in enumerate(edition.divisions)]
    for path, words in named:
        short = path in (("标题",), ("文件名",)) or path[-1] == "标题"
        found = words and ((short and _NAMES.search(words)) or _NUMBERS.search(words) or _SOCIETIES.search(words))
        if found and not (path == ("文件名",) and edition.title in (words or "")):
            yield error(
                "imprint.unlawful_name",
                say("内部资料的名称不能用“{word}”字", word=found[0]),
                origin.span(path),
                say("去掉这个字，如“荷源社会工作”"),
            )


def lawful_people(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """Nobody is 记者, no office is a 编辑部 of a magazine or a 期刊社, and nobody from outside is 协办 (第十五条)."""
    edition = _volume(publication, records)
    if edition is None or edition.legal_type != "内部资料":
        return
    for path, words in marked(edition, NameOf):
        record = records.get(words)
        name = record.title if record is not None else words
        if found := re.search(r"协办|记者|(?:期刊|杂志|报)社(?!区)", name):
            yield error(
                "imprint.unlawful_role",
                say("职员表里不能有“{word}”", word=found[0]),
                records.origin(edition).span(path),
                say("内部资料不得与外单位协办，也没有记者：写 支持、通讯员 或 供稿"),
            )
    seen: set[str] = set()
    for article in publication.articles:
        for identifier in filter(None, (article.record, *(entry.id for entry in article.entries))):
            piece = records.get(identifier)
            if piece is None or piece.id in seen or piece.source is not None:
                continue
            seen.add(piece.id)
            for number, author in enumerate(piece.authors):
                person = records.get(author.person)
                said = (person.title if person is not None else author.person, author.org or "")
                if any("记者" in words and "小记者" not in words for words in said):
                    yield error(
                        "imprint.unlawful_role",
                        say("作者不能署“记者”"),
                        records.origin(piece).span(("作者", number)),
                        say("只写姓名，角色写 通讯员 或 供稿；转载的补上“来源:”"),
                    )


def lawful_recipients(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """Internal publications go to the trade only, never to service users, the public or abroad (第十五条)."""
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
    if edition.level == "公开":
        yield error(
            "imprint.public",
            say("内部资料的密级不能是“公开”"),
            records.origin(edition).span(("密级",)),
            say("内部资料不得公开散发、上网传播；要发公众号的，另建一份 电子版"),
        )


def own_kind(reading: Reading) -> Iterator[Diagnostic]:
    """工作简报 and 电子版 bear no marks of an internal publication; one names its recipients, one is not printed.

    机关公文性的简报 is outside the rule (1997 年办法第二条): no permit, no 内部资料，免费交流.
    """
    edition = _volume(reading.publication, reading.records)
    if edition is None or edition.legal_type == "内部资料":
        return
    origin, printing = reading.records.origin(edition), edition.printing
    kind = edition.legal_type
    if edition.permit_no:
        yield error(
            "imprint.permit_out_of_place",
            say("{kind}没有准印证号", kind=kind),
            origin.span(("准印证号",)),
            say("删掉它；有准印证的，资料类型写 内部资料"),
        )
    articles = {
        a.id for a in reading.publication.articles if a.kind in ("cover", "back-cover", "title-page", "imprint")
    }
    for passage in reading.passages:
        if passage.article in articles and (found := re.search(r"内部资料[，,　 ]*免费交流|准印证", passage.words)):
            yield error(
                "imprint.marked_internal",
                say("{kind}不能印“{words}”", kind=kind, words=found[0]),
                reading.span(passage, found.start(), found.end()),
                say("这是有准印证的内部资料才印的字样，删掉它"),
            )
    if kind == "工作简报" and not edition.recipients:
        yield warning(
            "imprint.no_recipients",
            say("工作简报没有写发至哪里"),
            origin.span(("发送对象",)),
            say("补上“发送对象:”，如 [区民政局, 各街道社工站]"),
        )
    if kind == "电子版":
        for name, value in (("印刷单位", printing.printer), ("印刷日期", printing.date), ("印数", printing.copies)):
            if value:
                yield error(
                    "imprint.electronic_print",
                    say("电子版不印刷，不写“{name}”", name=name),
                    origin.span(("印刷", name)),
                    say("删掉它；要印的，资料类型写 内部资料 或 工作简报"),
                )


def one_version(records: Records) -> Iterator[Diagnostic]:
    """One issue has one version: no two editions are the same issue of one publication (不得一期多版，第十五条)."""
    bulletins = [e for e in records.of(Bulletin) if e.legal_type == "内部资料" and not e.for_each]
    for one, other in combinations(bulletins, 2):
        if one.title == other.title and (one.year, one.number) == (other.year, other.number):
            yield error(
                "imprint.two_versions",
                say("与“{id}”是同一期：一期不能有两个版本", id=one.id),
                records.origin(other).span(("期",)),
                say("改对年和期；印出后的更正登在下一期"),
            )


def checklist(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """Before printing, the printer is one of this province with a licence for publications; after, samples are sent.

    内部资料性出版物管理办法第十六条 and following; asked for once the edition is 定稿 (已付印).
    """
    edition = _volume(publication, records)
    if edition is None or edition.legal_type != "内部资料" or edition.status not in ("定稿", "已付印"):
        return
    origin = records.origin(edition)
    if not edition.printing.licence:
        yield warning(
            "imprint.printer_unverified",
            say("还没有核对印刷单位：要在本省，有出版物印刷许可"),
            origin.span(("印刷", "印刷单位")),
            say("看过《印刷经营许可证》，把证号写进“印刷许可证:”"),
        )
    if edition.status == "已付印" and not edition.printing.samples:
        yield warning(
            "imprint.samples_unsent",
            say("印好了，还没有记下送样本"),
            origin.span(("印刷",), key=True),
            say("按准印证上的要求送交样本，把日期、单位、份数写进“送样:”"),
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
