"""Has everyone agreed to what is about to be printed, and is it meant to be?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from generator.diagnostics import Diagnostic, error, say
from generator.model import Publication, Record, Records
from generator.privacy.lists import ages
from generator.reading import Reading
from generator.records.edition import Anthology, Bulletin, Guidelines
from generator.records.photo import Photo

#: Type of edition -> the channel its readers reach a piece through.
_CHANNELS: Mapping[type[Record], str] = {Bulletin: "季刊", Anthology: "案例集", Guidelines: "指引"}


def agreed(reading: Reading) -> Iterator[Diagnostic]:
    """Whoever is served and told of agreed, in writing, to this very publication, and still does.

    社会工作者职业道德指引: informed consent; 个人信息保护法 articles 14, 15, 25, 29.
    """
    channel = _CHANNELS.get(type(reading.edition))
    today = reading.project.today
    for record in reading.printed:
        for number, subject in enumerate(record.people):
            if not subject.protected:
                continue
            origin = reading.records.origin(record)
            base = ("涉及人物", number)
            consent = subject.consent
            if consent is None:
                yield error(
                    "consent.missing",
                    say("这个人的同意没有记录"),
                    origin.span(base),
                    say("取得同意后写上“同意:”（形式、由谁、范围、日期、凭证）；没有同意就不能登"),
                )
                continue
            if channel is not None and channel not in consent.scope:
                yield error(
                    "consent.out_of_scope",
                    say("同意范围里没有“{channel}”，不能登在这里", channel=channel),
                    origin.span((*base, "同意", "范围"), key=True),
                    say(
                        "取得服务对象（未成年人还有监护人）的同意后补上“{channel}”，或从这份出版物里拿下",
                        channel=channel,
                    ),
                )
            if consent.withdrawn is not None and consent.withdrawn <= today:
                yield error(
                    "consent.withdrawn",
                    say("同意已经撤回"),
                    origin.span((*base, "同意", "撤回")),
                    say("从所有还没有印出的出版物里拿下；网上的版本也要撤"),
                )
            if consent.until is not None and consent.until < today:
                yield error(
                    "consent.expired",
                    say("同意已经过期"),
                    origin.span((*base, "同意", "至")),
                    say("重新征得同意，写上新的日期；没有续上就拿下"),
                )
            if consent.date > today:
                yield error(
                    "consent.not_yet",
                    say("同意的日子还没有到"),
                    origin.span((*base, "同意", "日期")),
                    say("核对日期；先取得同意，再刊登"),
                )
            if consent.form != "书面":
                yield error(
                    "consent.not_written",
                    say("发表要书面同意，口头的不够"),
                    origin.span((*base, "同意", "形式")),
                    say("补签同意书，再把“形式”改成 书面"),
                )
            if consent.evidence is None:
                yield error(
                    "consent.no_evidence",
                    say("没有写明同意书在哪里"),
                    origin.span((*base, "同意"), key=True),
                    say("写上“凭证:”，如档案柜里的编号，或扫描件的 sha256；不要把同意书放进来"),
                )


def of_children(reading: Reading) -> Iterator[Diagnostic]:
    """For a minor a guardian agreed, and from eight years on the child as well.

    未成年人保护法 article 103; 民法典 article 19; 困境儿童个人信息保护工作办法: the child and the parents or guardian.
    """
    for record in reading.printed:
        for number, subject in enumerate(record.people):
            consent = subject.consent
            if not subject.protected or not subject.minor or consent is None:
                continue
            span = reading.records.origin(record).span(("涉及人物", number, "同意", "由谁"), key=True)
            if "监护人" not in consent.by:
                yield error(
                    "consent.guardian",
                    say("未成年人要有监护人的同意"),
                    span,
                    say("取得监护人书面同意，把“监护人”写进“由谁”"),
                )
            if subject.over_eight and "本人" not in consent.by:
                yield error(
                    "consent.child",
                    say("满八周岁的孩子，本人也要同意"),
                    span,
                    say("问过孩子本人，把“本人”写进“由谁”；不满八周岁就写 满八周岁: false"),
                )


def _printed(publication: Publication, records: Records) -> Iterator[Record]:
    edition = records[publication.id]
    seen: set[str] = set()
    for article in publication.articles:
        for identifier in (article.record, *(entry.id for entry in article.entries)):
            record = records.get(identifier)
            if record is not None and record.id not in seen and record is not edition:
                seen.add(record.id)
                yield record


#: What only children are, or have.
_CHILDISH = re.compile(r"学龄|儿童|幼儿|婴|小学|初中|未成年|少年")
_YOUNG = re.compile(
    r"[^。；\n]{0,12}?(?<![0-9一二三四五六七八九十])(1[0-7]|[1-9]|十?[一二三四五六七]|[八九十])(?:周)?岁"
)


def minors(reading: Reading) -> Iterator[Diagnostic]:
    """Whoever is told of as a child is declared as one: by an age band below eighteen, or an age beside the name.

    未成年人保护法 article 2: minors are under eighteen.
    """
    for record in reading.printed:
        for number, subject in enumerate(record.people):
            if not subject.protected or subject.minor:
                continue
            band = subject.traits.age if subject.traits is not None and subject.traits.age else ""
            years = ages(band)
            young = (years is not None and years[1] < 18) or bool(_CHILDISH.search(band))
            if young or any(
                _YOUNG.match(passage.words, at + len(shown))
                for shown in subject.shown_as
                for passage in reading.by_record.get(record.id, ())
                if (at := passage.words.find(shown)) >= 0
            ):
                yield error(
                    "consent.minor_unsaid",
                    say("写的是未成年人，没有写“未成年: true”"),
                    reading.records.origin(record).span(("涉及人物", number)),
                    say("写上“未成年: true”；同意要有监护人，满八周岁的还要本人"),
                )


def of_photos(reading: Reading) -> Iterator[Diagnostic]:
    """Faces that can be known are printed with the consent of those they belong to; a child's never.

    未成年人保护法 article 103; 民法典 article 1019.
    """
    photos = {photo.file: photo for photo in reading.records.of(Photo)}
    for article in reading.publication.articles:
        for picture in article.body.iter("img"):
            photo = photos.get(picture.get("src") or "")
            if photo is None or photo.looked is None or photo.looked.faces != "已同意":
                continue
            told = {s.ref: s for record in reading.printed for s in record.people}
            span = reading.records.origin(photo).span(("人物",), key=True)
            if not photo.shown:
                yield error(
                    "consent.photo_of_nobody",
                    say("照片上的人同意了，却没有写是谁"),
                    reading.records.origin(photo).span(),
                    say("在“人物”里写上每个人的代号；没有认得出的脸就把“面部”写成 无 或 已处理"),
                )
            for ref in photo.shown:
                subject = told.get(ref)
                if subject is not None and subject.minor:
                    yield error(
                        "consent.photo_of_minor",
                        say("照片上有未成年服务对象的脸"),
                        span,
                        say("换一张，或把脸遮住后重新核过，“面部”写成 已处理"),
                    )
                elif subject is None or (
                    subject.protected and (subject.consent is None or "照片" not in subject.consent.scope)
                ):
                    yield error(
                        "consent.photo_scope",
                        say("照片上的人没有同意刊登照片"),
                        span,
                        say("在这一篇的“涉及人物”里写上这个人，同意范围要有“照片”；否则换掉或遮住"),
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
