"""Texts that were copied badly: traces of converters, of page ends, of code pages, of web pages around them."""

# ruff: noqa: E501 - a pattern is read as a whole

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from itertools import pairwise

from generator.diagnostics import Severity, say
from generator.writing import HAN, Finding, Writing

_H = rf"[{HAN}]"
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"

# -- readings and traditional characters of converters -------------------------------------------------------

_SYLLABLE = (
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    rf"[aeiouüɑɡ{_TONED}]{{1,4}}(?:ng|n|r|ɡ)?"
)
_READING = re.compile(rf"(?<=([{HAN}\uf900-\ufaff]))(?:\({_SYLLABLE}\)|（{_SYLLABLE}）|[(（][ㄅ-ㄯˇˊˋ˙]{{1,4}}[)）])")


def _readings(writing: Writing) -> Iterator[Finding]:
    for m in _READING.finditer(writing.words):
        toned = any(c in _TONED for c in m[0]) or "ㄅ" <= m[0][1] <= "ㄯ"
        if m[0][0] == "（" and m[1] not in _strange(m[1]):
            continue  # the reading of a rare character, written by hand: 翀（chōng）
        if not toned and not _strange(m[1]):
            continue
        yield Finding(
            "garbled.annotation",
            m.start(),
            m.end(),
            say("夹着注音“{words}”，是网页转换留下的", words=m[0]),
            say("删去注音"),
            "",
            Severity.ERROR,
        )


def _common() -> frozenset[str]:
    """The characters of GB 2312 and those that 《通用规范汉字表》 lets stand though they look traditional."""
    rows = bytes(range(0xA1, 0xFF))
    known = b"".join(bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in rows).decode("gb2312", "ignore")
    return frozenset(known) | frozenset("〇喆淼犇堃昇陞甦邨氾仝迺脩龢於甯祎翀玥珺璟昕旸垚赟祾骉飏媖濛䶮")


_UNCOMMON = frozenset(map(chr, (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)))) - _common()


def _strange(words: str) -> frozenset[str]:
    """Characters that are not simplified Chinese, those that merely are rare left out."""
    return frozenset(c for c in _UNCOMMON.intersection(words) if _simplified(c) != c)


@cache
def _simplified(words: str) -> str:
    from opencc import OpenCC  # its tables are read only for a text that needs them

    return str(OpenCC("tw2s").convert(words))


_RUN = re.compile(rf"{_H}+")


def _traditional(writing: Writing) -> Iterator[Finding]:
    odd = frozenset(c for c in _UNCOMMON & writing.characters if _simplified(c) != c)
    if not odd:
        return
    pattern = re.compile(f"[{''.join(sorted(odd))}]+")
    words = writing.words
    several = sum(1 for c in words if c in odd) > 2
    for m in pattern.finditer(words):
        start, end = m.span()
        around = words[max(start - 4, 0) : end + 4]
        whole = _simplified(around)
        fix = whole[start - max(start - 4, 0) :][: end - start] if len(whole) == len(around) else _simplified(m[0])
        yield Finding(
            "garbled.traditional",
            start,
            end,
            say("“{words}”是繁体字", words=m[0]),
            say("改成简体；人名、书名要核对"),
            fix if several or end - start > 1 or words[end : end + 1] == "(" else None,
            Severity.ERROR if several else Severity.WARNING,
        )


# -- words cut by page ends, set apart by spaces --------------------------------------------------------------

_GOES_ON = re.compile(rf"^{_H}[^：:\n]{{1,400}}[。！？…”；]$|^{_H}{{1,14}}[，。、][^\n]*[。！？]$")
_ITEM = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|第[一二三四五六七八九十]+|[—一]是|其[一二三]")


def _split(writing: Writing) -> Iterator[Finding]:
    words, paragraphs = writing.words, writing.paragraphs
    heads = writing.apart.union(start for start, _ in writing.headings)
    for (first, last), (begin, end) in pairwise(paragraphs):
        before, after = words[first:last], words[begin:end]
        if len(before) < 24 or first in heads or begin in heads or not re.search("[，。]", before):
            continue
        if not re.search(rf"{_H}$", before) or not _GOES_ON.match(after) or _ITEM.match(after) or _ITEM.match(before):
            continue
        yield Finding(
            "garbled.split",
            last - 1,
            last,
            say("这一段没有结束，下一段像是接着它的"),
            say("删去中间的换行，接成一段；本是两段就补上句末的标点"),
        )


_SPACED = re.compile(rf"(?<![{HAN}])(?:{_H}[ \u3000]){{3,}}{_H}(?![{HAN}])")


def _spaced(writing: Writing) -> Iterator[Finding]:
    for m in _SPACED.finditer(writing.words):
        line = writing.words[slice(*writing.paragraph(m.start()))]
        if re.search("[☐□☑：]", line):
            continue
        yield Finding(
            "garbled.spaced",
            m.start(),
            m.end(),
            say("每个字之间都有空格"),
            say("删去空格；要拉开字距由排版负责"),
            re.sub(r"[ \u3000]", "", m[0]),
            Severity.ERROR,
        )


# -- words of other languages, noise, wrong code pages --------------------------------------------------------

_ENGLISH = re.compile(
    rf"(?<=[{HAN}”’）》]) ?(?:and|of|the|or|to|in|for|with|is|are|on|at|by|from|that|this) ?(?=[{HAN}“‘《（])"
)


def _foreign(writing: Writing) -> Iterator[Finding]:
    for m in _ENGLISH.finditer(writing.words):
        lead = len(m[0]) - len(m[0].lstrip())
        yield Finding(
            "garbled.foreign",
            m.start() + lead,
            m.start() + len(m[0].rstrip()),
            say("中文里夹着英文词“{word}”，是识别或转换留下的", word=m[0].strip()),
            say("改成中文，如“和”，或删去"),
            "和" if m[0].strip() == "and" else None,
            Severity.ERROR,
        )


#: Without one of these nothing is of a wrong code page.
_ODD = frozenset("\ufffd&\\%锟烫屯锛銆鈥鐨绀浠涓ïâÃǘòň").union(
    map(chr, (*range(0x3105, 0x3130), *range(0xC0, 0x100), *range(0x2E80, 0x2FE0), *range(0xE000, 0xFB00)))
)
#: （一） and its like of which a converter has lost the first byte of GBK.
_NUMBERS = {
    "ㄒ唬": "一",
    "ǘ": "二",
    "ㄈ": "三",
    "ㄋ模": "四",
    "ㄎ澹": "五",
    "ㄆ撸": "七",
    "ò耍": "八",
    "ň牛": "九",
    "ㄊ": "十",
}
_MOJIBAKE = re.compile(
    rf"(?:ㄒ唬|ㄋ模|ㄎ澹|ㄆ撸|ò耍|ň牛)[┙\ufffd]?|[ㄅ-ㄯ](?![ㄅ-ㄯˊˇˋ˙)）])[┙\ufffd]?|(?<![A-Za-zǕ-ǜ])ǘ(?={_H}|[\ufffd）┙])"
    r"|\ufffd+|(?:锟斤拷)+锟?|[烫]{3,}|[屯]{3,}|ï»¿|â€[œ\u009d™˜“”]|Ã[\u0080-¿]|(?:[À-ÿ][\u0080-¿]){2,}"
    r"|(?:锛[屽岀氾乬歬堜塜岎坖]|銆[傚佷愭憘]|鈥[滃濇漒滄檚樻]|鐨勶|绀句[細]|浠[ュ嬪]|涓[€氫]|锛)"
    r"|[\ue000-\uf8ff]+|&(?:nbsp|amp|lt|gt|quot|ldquo|rdquo|hellip|mdash|middot);|&#\d{2,5};|\\u[0-9a-f]{4}|%[EeB-D][0-9A-F](?:%[89A-F][0-9A-F])+"
)  # fmt: skip
_ENTITIES = {
    "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&ldquo;": "“", "&rdquo;": "”", "&hellip;": "……",
    "&mdash;": "——", "&middot;": "·",
}  # fmt: skip
_COMPATIBLE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]+")


def _mojibake(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    for m in _MOJIBAKE.finditer(words):
        if m[0] == "ㄈ" and words[m.end() : m.end() + 1] in ("形", "字"):
            continue
        number = next((n for key, n in _NUMBERS.items() if m[0].startswith(key)), None)
        hint = say("多半是“（{number}）”，照原文改", number=number) if number else say("编码错了，照原文改")
        yield Finding(
            "garbled.mojibake",
            m.start(),
            m.end(),
            say("乱码"),
            hint,
            "" if m[0] == "&nbsp;" else _ENTITIES.get(m[0]) or (unescape(m[0]) if m[0].startswith("&#") else None),
            Severity.ERROR,
        )
    for m in _COMPATIBLE.finditer(words):
        plain = unicodedata.normalize("NFKC", m[0])
        yield Finding(
            "garbled.mojibake",
            m.start(),
            m.end(),
            say("“{words}”是部首或兼容字，不是正常的汉字", words=m[0]),
            say("多是从 PDF 复制来的；改成“{plain}”", plain=plain),
            plain if plain != m[0] else None,
            Severity.ERROR,
        )


#: Han characters that GBK makes of UTF-8, other letters that Windows-1252 makes of it.
_AS_GBK = re.compile(r"[\u3105-\u3129一-鿿€]{2,}")
_AS_LATIN = re.compile(r"[\u00a1-\u00ff\u00adŒœŠšŽžŸƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]{3,}")
_FEWEST = 2


def _wrong_page(writing: Writing) -> Iterator[Finding]:
    """Stretches that become Chinese when they are read in another code page."""
    for pattern, page in ((_AS_GBK, "gbk"), (_AS_LATIN, "cp1252")):
        for m in pattern.finditer(writing.words):
            for start in range(m.start(), m.end() - 1):
                plain = _read_as(writing.words[start : m.end()], page)
                if plain and sum(1 for c in plain if "一" <= c <= "鿿") >= _FEWEST and not _UNCOMMON & set(plain):
                    yield Finding(
                        "garbled.mojibake", start, m.end(), say("乱码"), say("多半是“{words}”，照原文改", words=plain),
                        plain, Severity.ERROR,
                    )  # fmt: skip
                    break


def _read_as(words: str, page: str) -> str:
    try:
        return words.encode(page).decode("utf-8")
    except UnicodeError:
        return ""


_NOISE = re.compile(r"(?:(?<=\s)|^|(?<=[\u3000-\uffef]))(?:[!-~]{1,3}[ \t]){3,}[!-~]{1,4}(?![!-~])", re.M)
_ODD_TOKEN = re.compile(r"(?=.*[A-Za-z])(?=.*[\d!-/:-@\[-`{-~])[!-~]{2,4}|[\^~`\\|{}@#$&]+")


def _noise(writing: Writing) -> Iterator[Finding]:
    for m in _NOISE.finditer(writing.words):
        tokens = m[0].split()
        if sum(1 for token in tokens if _ODD_TOKEN.fullmatch(token)) < 2:
            continue
        yield Finding(
            "garbled.noise",
            m.start(),
            m.end(),
            say("夹着一串没有意义的字符"),
            say("是论坛网页的防复制字符，删去"),
            "",
            Severity.ERROR,
        )


# -- lost structure, what stood around the text on a web page -------------------------------------------------

_LONGEST = 1200  # characters; a page of a book holds about 800
_RUN_ON = re.compile(rf"(?<=[。！？”])[ \u3000]?{_H}[{HAN}“”、]{{5,24}}[ \u3000]+(?={_H})")


def _run_on(writing: Writing) -> Iterator[Finding]:
    for first, last in writing.paragraphs:
        if last - first > _LONGEST:
            yield Finding(
                "garbled.run_on",
                first,
                first + 1,
                say("这一段有 {count} 字，像是丢了分段", count=last - first),
                say("照原文分段，小标题另起一行"),
            )
    for m in _RUN_ON.finditer(writing.words) if not writing.characters.isdisjoint(" \u3000") else ():
        line = writing.words[slice(*writing.paragraph(m.start()))]
        if line.count("。") < 2:
            continue
        yield Finding(
            "garbled.run_on",
            m.start(),
            m.end(),
            say("“{words}”像是混进段里的小标题", words=m[0].strip()),
            say("另起一行，写成小标题"),
        )


_FURNITURE = re.compile(
    r"打印(?:本页|页面|此页)|关闭窗口|返回顶部|加入收藏|设为首页|收藏本[页站]|网站地图|"
    r"【打印】|【关闭】|【收藏】|【纠错】|【返回】|首页[ ]?(?:[>＞»›]|&gt;|-[ ]?>)|当前(?:所在)?(?:的)?位置[：:]|您的位置[：:]|现在(?:的)?位置[：:]|当前所在[：:]|"
    r"免责声明[\]】］：:]|分享到(?=[：:]|$|\n)|上一篇[：:]|下一篇[：:]|"
    r"字[体号][：:][ ]?(?:【?[ ]?[大小]|\[)|大[ ]中[ ]小(?=[ ]?】)|浏览(?:次数|量)[：:][ ]?\d+|点击(?:数|次数|率)?[：:][ ]?\d+|"
    r"阅读(?:次数|量)?[：:][ ]?\d+|发布时间[：:][ ]?\d{4}|作者[：:][ ]?佚名|Copyright[ ]?©?[ ]?(?:19|20)\d\d|©[ ]?(?:19|20)\d\d|"
    r"我要评论|发表评论|发表回复|点击查看(?:原文|大图|更多)|查看原文|APP下载|扫码下载|推荐阅读[：:]|热门(?:推荐|文章)[：:]|"
    r"ICP备\d+号|京公网安备"
)


def _furniture(writing: Writing) -> Iterator[Finding]:
    for m in _FURNITURE.finditer(writing.words):
        yield Finding(
            "garbled.furniture",
            m.start(),
            m.end(),
            say("“{words}”是网页上的按钮或栏目，不是正文", words=m[0]),
            say("删去；来源和日期写进“来源”"),
            None,
            Severity.ERROR,
        )


RULES: tuple[tuple[frozenset[str], Callable[[Writing], Iterator[Finding]]], ...] = (
    (frozenset("(（"), _readings),
    (_UNCOMMON | frozenset("äåæçèéã"), _wrong_page),
    (_UNCOMMON, _traditional),
    (frozenset("\n"), _split),
    (frozenset(" \u3000"), _spaced),
    (frozenset("adhnorty"), _foreign),
    (_ODD, _mojibake),
    (frozenset(" "), _noise),
    (frozenset("。"), _run_on),
    (frozenset("【印关返加设收网首前在免分篇字浏点阅布佚Co©评回看下扫荐门I安"), _furniture),
)
