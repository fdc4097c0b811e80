"""What the words of an internal publication must not say of it (内部资料性出版物管理办法第十五条)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generator.diagnostics import Diagnostic, Text, error, say
from generator.reading import Reading
from generator.records.article import Article
from generator.records.edition import Volume

#: What an outside medium is called by its last word; 记者 after it are its own.
_MEDIA = r"(?:[》报网社台]|电视|广播|媒体|频道|客户端|杂志|新闻|传媒|中心)"
#: 样本刊登, 日本报道: the end of another word.
_OTHER_WORD = r"(?<![日基样版原文副资成根剧课读账标书抄译母范摹临善蓝])"
_NOT_A_PAPER = r"(?![告名表送销到备批刊道考请价恩答复数废停警偿国单修关批帐账案酬])"

#: Words one of which has to be there for anything below to be found: looked for first, and most passages are done.
_WORDS = (
    "本刊 本报 本杂志 本期刊 我刊 我报 敝刊 记者 定价 售价 零售 订阅 征订 订购 邮购 工本费 版面费 刊登费 "
    "发表费 审稿费 价格 单价 订价 收费 广告 赞助 冠名 特约 招商 加盟 代理 经销 购买 下单 选购 抢购 优惠 促销 "
    "扫码 二维码 协办 公开发行 邮发 刊号 书号 ISSN ISBN CN ¥ ￥ 转发 电子版 全文 公众号 网站"
).split()
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
#: Talk about advertising, selling and fraud is none.
_TALK = re.compile(
    r"不(?![仅但断同少止只久妨光过])|未(?!来)|没有|禁止|严禁|杜绝|拒绝|谢绝|切勿|勿|警惕|谨防|防范|提防|识别|辨别|"
    r"虚假|违法|非法|诈骗|骗|诈|陷阱|套路|举报|查处|清理|整治|公益|小广告|误|轻信|可疑|提醒"
)
_QUOTED = re.compile(r"“[^“”]*(?:”|$)|「[^「」]*(?:」|$)")


@dataclass(frozen=True)
class Rule:
    """What is looked for, what to say of it, and where it does not count."""

    code: str
    pattern: re.Pattern[str]
    message: Text
    hint: Text
    #: only on cover, imprint and pages of the editors' own
    own: bool = False
    #: not in a sentence that talks about such things
    talk: bool = False
    #: not in a text taken from elsewhere
    reprint: bool = False
    #: what it becomes, where that is certain
    fix: Callable[[re.Match[str]], str | None] | None = None


_OWN = r"(?:本(?:刊|报|杂志|期|册|书|集|资料|栏目|栏|版|内部资料)|《[^《》]{2,20}》编辑部)"

_RULES: tuple[Rule, ...] = (
    Rule(
        "law.reporter",
        re.compile(
            r"(?:本[报刊社站]|我[报刊站]|站刊|见习|实习|特约|社工站|总站)记者(?!站)"
            r"|[（(][\s　]*(?:文|图|摄影|撰文|作者|供稿|通讯员)?[／/：:\s　]*(?:文|图|摄影)?[／/：:\s　]*"
            r"记者[\s　：:／/]*[\u4e00-\u9fff]{2,4}?(?=[\s　）)、，,。]|通讯员|摄影|$)"
            r"|^[\s　■●◆▲]*(?:文|图|摄影|作者)?[／/：:\s　]*记者"
            r"(?:[\s　：:／/]+[\u4e00-\u9fff]{2,4}(?=[\s　）)、，,。]|$)"
            r"|[\u4e00-\u9fff]{2,3}(?:$|[\s　]*(?:通讯员|摄影)))"
            r"|(?:文|图|摄影|撰文|采写)[／/：:\s　]+(?:图[／/：:\s　]*)?记者[\s　：:]*[\u4e00-\u9fff]{2,3}"
            r"|(?:^|(?<=[，。：“”\s　]))(?:近日|日前|昨日|今日|当天|随后|[0-9]+月[0-9]+日)?[，,]?记者"
            r"(?:从[^，。]{2,20}(?:获悉|了解到|得知)|了解到|获悉|看到|注意到|走进|来到|见到|在[^，。]{1,14}(?:看到|见到|采访))"
        ),
        say("内部资料没有记者"),
        say("改作 通讯员、编者 或 社工；引外面报纸的，写明是哪家的记者"),
        reprint=True,
    ),
    Rule(
        "law.self_name",
        re.compile(
            rf"{_OTHER_WORD}本刊(?!物)|{_OTHER_WORD}本(?:杂志|期刊)|{_OTHER_WORD}(?<![日当每即全])本报{_NOT_A_PAPER}|敝刊|"
            rf"(?<![自忘])我[刊](?!登)|(?:^|(?<=[，。：“\s]))我报{_NOT_A_PAPER}"
        ),
        say("内部资料不能自称刊、报、杂志"),
        say("改作 本资料、本期 或 编者"),
        fix=lambda m: "本资料" if m[0] == "本刊" and m.string[m.end() : m.end() + 1] not in ("讯", "记") else None,
    ),
    Rule(
        "law.price",
        re.compile(
            rf"{_OWN}[^。！？；，]{{0,8}}?(?:定价|售价|零售价|单价|价格|订阅费|订价|工本费)"
            r"|(?:定价|售价|零售价)[:：]?\s*[¥￥]?\s*[0-9〇零一二三四五六七八九十]+(?:\.[0-9]+)?\s*元\s*[／/每]\s*(?:册|期|份|本)"
            r"|每[册期份](?:定价|售价|收费|收取|工本费)"
            r"|(?:欢迎|接受|即日起|现已|开始)[^。，；]{0,6}(?:订阅|征订|订购|邮购)(?![^。，；]{0,4}(?:号|牛奶|报))|征订(?:启事|单|热线|电话|通知)|订阅(?:费|价|热线|电话|单)"
            r"|(?:收取|收|交纳|缴纳|交|缴|付)[^。，；]{0,4}(?:版面费|刊登费|发表费|审稿费)"
        ),
        say("内部资料免费交流，不能定价、收费"),
        say("删掉；不收订费、版面费，也不印价格"),
        talk=True,
    ),
    Rule(
        "law.price",
        re.compile(r"(?:定价|售价|零售价|零售|订价|工本费)[^。；，]{0,6}[0-9〇零一二三四五六七八九十]|[¥￥]\s*[0-9]|^\s*(?:定价|售价)"),
        say("内部资料免费交流，不能定价、收费"),
        say("删掉；不收订费、版面费，也不印价格"),
        own=True,
        talk=True,
    ),
    Rule(
        "law.number",
        re.compile(r"邮发代号|公开发行|国际标准(?:连续出版物|刊|书)号|国内统一(?:连续出版物|刊)号|刊号|\bISSN\b|\bISBN\b|\bCN\s?[0-9]{2}[-－—/]"),
        say("内部资料没有刊号、书号，也不公开发行"),
        say("删掉；内部资料只有准印证号"),
        own=True,
    ),
    Rule(
        "law.advertisement",
        re.compile(
            r"广告(?:位|招商|刊例|合作|热线|部|联系|投放|价格|代理|发布|服务热线|招租|电话|洽谈|业务)(?!违法|审查)"
            r"|(?:承接|刊登|代理|招揽|诚招|欢迎刊登|承揽)[^，。；]{0,4}广告|^[\s　（(【［]*广[\s　]*告[\s　）)】］]*$"
            r"|(?:特别|独家|友情|联合|本期|本刊|本资料|本栏目)赞助|赞助(?:单位|商|方|鸣谢)\s*[:：]"
            rf"|{_OWN}[^。；]{{0,16}}(?:赞助|冠名)|由[^，。；]{{2,24}}(?:独家|特约|友情)(?:冠名|赞助|刊出|刊登|播出)"
            r"|特约(?:刊登|刊出|赞助|播出|冠名)|独家冠名|冠名(?:刊出|播出|赞助|单位\s*[:：]|商\s*[:：])"
            r"|招商(?:热线|电话|加盟|合作|启事|代理)|诚邀(?:加盟|招商)|加盟热线|诚招(?:代理|加盟|经销)"
            r"|(?:欢迎|请|可|立即|即可|马上|现在|长按|识别|扫描|点击)[^，。；]{0,10}(?:二维码|扫码|扫一扫)[^，。；]{0,6}(?:购买|下单|选购|抢购|订购|优惠|领券)"
            r"|(?:^|(?<=[，。！；：\s]))扫码[^，。；]{0,4}(?:购买|下单|选购|抢购|订购|领券)"
            r"|(?:欢迎|敬请)选购|限时(?:抢购|优惠|特价|促销)|优惠(?:热线|促销)|(?:购买|选购|订购)(?:热线|电话)\s*[:：]"
        ),
        say("内部资料不能登广告，不能收赞助"),
        say("删掉；感谢捐赠的，写明捐赠了什么、给谁用，不写商品和购买办法"),
        talk=True,
    ),
    Rule(
        "law.cohost",
        re.compile(rf"{_OWN}[^。；]{{0,16}}协办"),
        say("内部资料不能与外单位协办"),
        say("改作 支持单位，或删掉"),
        talk=True,
    ),
    Rule(
        "law.cohost",
        re.compile(r"协办"),
        say("内部资料不能与外单位协办"),
        say("改作 支持单位，或删掉"),
        own=True,
        talk=True,
    ),
    Rule(
        "law.public_channel",
        re.compile(
            rf"{_OWN}[^。；]{{0,12}}(?:电子版|全文)[^。；]{{0,16}}(?:公众号|网站|官网|下载|二维码|扫码)"
            rf"|(?:公众号|网站|官网|扫码)[^。；]{{0,12}}(?:阅读|下载|查看|浏览){_OWN}|欢迎转发{_OWN}|{_OWN}[^。；，]{{0,6}}欢迎转发"
        ),
        say("内部资料不能放到公开的地方"),
        say("删掉；要上网的，另编一份 电子版"),
        talk=True,
    ),
)  # fmt: skip

_OWN_PAGES = frozenset(("cover", "imprint", "back-cover", "title-page", "notice", "contributors"))
_OWN_GENRES = frozenset(("启事", "编写说明"))


def wording(reading: Reading) -> Iterator[Diagnostic]:
    """An internal publication is no 本刊, has no reporters, price, advertisement, 协办 or 刊号, and is not public.

    内部资料性出版物管理办法第十五条. Outside newspapers that are quoted, reports and work are spoken of freely.
    """
    edition = reading.edition
    if not isinstance(edition, Volume) or edition.legal_type != "内部资料":
        return
    own = {a.id for a in reading.publication.articles if a.kind in _OWN_PAGES}
    everything = "\n".join(passage.words for passage in reading.passages)
    words = [word for word in _WORDS if word in everything]
    for passage in reading.passages:
        if passage.kind == "head" or not any(word in passage.words for word in words):
            continue
        record = reading.records.get(passage.record)
        house = passage.article in own or passage.record == edition.id
        house = house or (isinstance(record, Article) and record.genre in _OWN_GENRES)
        reprinted = record is not None and record.source is not None
        for rule, start, end, match in breaches(passage.words, house=house, reprinted=reprinted):
            yield error(
                rule.code,
                say("{why}：“{words}”", why=rule.message, words=passage.words[start:end].strip()[:20]),
                reading.span(passage, start, end),
                rule.hint,
                rule.fix(match) if rule.fix else None,
            )


def breaches(text: str, *, house: bool, reprinted: bool) -> Iterator[tuple[Rule, int, int, re.Match[str]]]:
    """The rules that a text breaks, and where it does.

    ``house``: it is the editors' own, of cover, imprint or notices; ``reprinted``: it is taken from elsewhere.
    """
    taken: list[tuple[int, int]] = []
    for sentence in _SENTENCE.finditer(text):
        words = sentence[0]
        if not any(word in words for word in _WORDS):
            continue
        for rule in _RULES:
            if (rule.own and not house) or (rule.reprint and reprinted):
                continue
            for match in rule.pattern.finditer(words):
                start, end = sentence.start() + match.start(), sentence.start() + match.end()
                if any(begin < end and start < stop for begin, stop in taken):
                    continue
                if rule.talk and _TALK.search(_clause(words, match.start(), match.end())):
                    continue
                if rule.code in ("law.reporter", "law.self_name") and _is_outside(text, start, end):
                    continue
                taken.append((start, end))
                yield rule, start, end, match


def _clause(words: str, start: int, end: int) -> str:
    """The part of a sentence that a find stands in, with the one before it."""
    marks = [m.end() for m in re.finditer(r"[，,：:]", words[:start])]
    begin = marks[-2] if len(marks) > 1 else 0
    stop = words.find("，", end)
    return words[begin : stop if stop >= 0 else len(words)]


def _is_outside(text: str, start: int, end: int) -> bool:
    """Whether 记者 or 本报 are somebody else's: of a medium that is named before, or in words quoted from one."""
    before = text[:start]
    if _OTHERS.search(before) and "记者" in text[start:end]:
        return not text[start:end].startswith(("本", "我", "站刊"))
    quoted = any(m.start() <= start and end <= m.end() for m in _QUOTED.finditer(text))
    aside = re.search(r"[（(][^（）()]*$", before) is not None
    return (quoted or aside) and _CITES.search(_QUOTED.sub("", text)) is not None


_OTHERS = re.compile(rf"{_MEDIA}(?:的|首席|见习|实习|特约|驻[\u4e00-\u9fff]{{1,4}})?$")
_CITES = re.compile(
    rf"{_MEDIA}[^，。]{{0,12}}(?:报道|写道|刊登|刊发|刊载|记者|评论|称|说|消息|一文)|据[《\u4e00-\u9fff]{{2,14}}{_MEDIA}"
)
