"""Numerals to GB/T 15835—2011; telephones, codes, versions, times and what facts print are no numbers here."""

# ruff: noqa: E501 - a pattern is read as a whole

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

from generator.diagnostics import Text, say
from generator.writing import HAN, Finding, Writing

_H = rf"[{HAN}]"
_HAN_DIGITS = "一二三四五六七八九〇零"
_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?[万亿]?|[一二两三四五六七八九十百千万亿几数]{1,8})"
_UNIT = "(?:人次|人|名|位|个|元|万元|亿元|岁|户|家|次|场|件|套|本|册|篇|份|组|小时|分钟|公里|平方米|米|公斤|斤|吨|种|项|间|所|支|天|年|月|%|％)"


def _finding(code: str, m: re.Match[str], message: Text, hint: Text, fix: str | None = None, group: int = 0) -> Finding:
    return Finding(code, m.start(group), m.end(group), message, hint, fix)


# -- dates (5.1.4, 5.2.2, 5.2.5) -----------------------------------------------------------------------------

_PADDED = re.compile(r"(?<=年)0([1-9])(?=月)|(?<=月)0([1-9])(?=日)|(?<![\d.:：/\-])0([1-9])(?=月\d{1,2}日)")
_SHORT_YEAR = re.compile(r"年(?=(?:1[0-2]|[1-9])月(?!\d*个)|[底末初](?!中|级|高))")
_TWO_DIGITS = re.compile(r"(?<![\d.,\-—～~/至到第近约前后满逾])(9\d|0\d|[12]\d)年$")
_DURATION = re.compile("(?:刑|期|限|龄|工作|服务|从业|入职|任职|连续|长达|历时)$")
_HAN_YEAR = re.compile(r"[一二][\d○ＯOo零〇一二三四五六七八九]{3}(?=年)")


def _dates(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    for m in _PADDED.finditer(words) if "0" in words else ():
        yield _finding(
            "digits.date", m, say("月、日前面不补0"), say("写成“2023年3月5日”（GB/T 9704—2012 第7.3.5.4条）"),
            m[1] or m[2] or m[3],
        )  # fmt: skip
    for year in _SHORT_YEAR.finditer(words):
        short = _TWO_DIGITS.search(words, max(year.start() - 3, 0), year.end())
        if short is None or _DURATION.search(words, max(short.start() - 2, 0), short.start()):
            continue
        yield _finding(
            "digits.date",
            short,
            say("年份要写四位数"),
            say("写成“2023年”（GB/T 15835—2011 第5.1.4条）"),
            ("19" if short[1][0] == "9" else "20") + short[1],
            1,
        )
    for m in _HAN_YEAR.finditer(words):
        if not re.search("[一二三四五六七八九]", m[0][1:]) and not m[0].endswith(("0", "〇", "○", "零")):
            continue
        fix = m[0]
        for wrong in "0○ＯOo零":
            fix = fix.replace(wrong, "〇")
        if fix != m[0] and not re.search(r"\d", fix):
            yield _finding(
                "digits.zero", m, say("汉字年份里的零要写“〇”"),
                say("写成“二〇二三年”；一般写“2023年”（GB/T 15835—2011 第5.2.5条）"), fix,
            )  # fmt: skip
        elif re.search(r"\d", fix):
            yield _finding(
                "digits.mixed", m, say("一个数里汉字和阿拉伯数字混用"), say("全用一种（GB/T 15835—2011 第5.3条）")
            )


_DOTTED = re.compile(r"(?<![\d./])((?:19|20)\d\d)([./．])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?![\d./])")
_LETTER = re.compile(r"(?<![\dA-Za-z])(?:[12][OoＯ〇○]\d\d|[12]\d[OoＯ〇○]\d|[12]\d\d[OoＯ〇○])(?=年)")
_LETTERS = str.maketrans("OoＯ〇○", "00000")


def _odd_dates(writing: Writing) -> Iterator[Finding]:
    for m in _DOTTED.finditer(writing.words):
        yield _finding(
            "digits.date", m, say("日期的年、月、日之间用了点或斜线"),
            say("写成“2023年3月5日”或“2023-03-05”（GB/T 15835—2011 第5.1.4条）"), f"{m[1]}年{int(m[3])}月{int(m[4])}日",
        )  # fmt: skip
    for m in _LETTER.finditer(writing.words):
        yield _finding(
            "digits.zero", m, say("年份里的零写成了字母或汉字"), say("写成“2023年”"), m[0].translate(_LETTERS)
        )


_CENTURY = re.compile(r"(?:(\d\d)世纪([一二三四五六七八九])十年代|([一二]?十[一二三四五六七八九]?)世纪(\d0)年代)")


def _centuries(writing: Writing) -> Iterator[Finding]:
    for m in _CENTURY.finditer(writing.words):
        fix = f"{m[1]}世纪{_HAN_DIGITS.index(m[2]) + 1}0年代" if m[1] else f"{_small(m[3])}世纪{m[4]}年代"
        yield _finding(
            "digits.mixed", m, say("一个数里汉字和阿拉伯数字混用"), say("写成“20世纪90年代”（GB/T 15835—2011 第5.3条）"),
            fix,
        )  # fmt: skip


def _small(words: str) -> int:
    tens, _, ones = words.rpartition("十")
    return (_HAN_DIGITS.index(tens) + 1 if tens else 1) * 10 + (_HAN_DIGITS.index(ones) + 1 if ones else 0)


# -- both kinds of numerals in one number (5.3) --------------------------------------------------------------

_TAILED = re.compile(rf"(?<![第\d初])[一二三四五六七八九]?[十百]\d{{1,2}}(?={_UNIT})")
_POWERS = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_THOUSANDS = re.compile(
    r"(?<![\d.,\-A-Za-z/])(\d+(?:\.\d+)?)([万亿])(\d{1,4})千(万?)(?![米克瓦卡伏安赫兆帕焦])"
    r"|(?<![\d.,\-A-Za-z/万亿])(\d{1,2}(?:\.\d+)?)([千百])(万?)(?=[余多]?(?:[人名位个元户次场件套本册]|$|[，。；、）”]))(?!分)"
)


def _thousands(writing: Writing) -> Iterator[Finding]:
    for m in _THOUSANDS.finditer(writing.words):
        if m[2]:
            value = Decimal(m[1]) * _POWERS[m[2]] + Decimal(m[3]) * 1000 * (_POWERS["万"] if m[4] else 1)
            unit = m[2]
        else:
            value, unit = Decimal(m[5]) * _POWERS[m[6]], m[7]
            value *= _POWERS["万"] if unit else 1
        fix = f"{(value / _POWERS[unit]).normalize():f}{unit}" if unit else f"{value.normalize():f}"
        yield _finding(
            "digits.mixed", m, say("一个数里汉字和阿拉伯数字混用"),
            say("除“万”“亿”外不混用：5千人写5000人（GB/T 15835—2011 第5.3条）"), fix,
        )  # fmt: skip


def _tailed(writing: Writing) -> Iterator[Finding]:
    for m in _TAILED.finditer(writing.words):
        yield _finding(
            "digits.mixed", m, say("一个数里汉字和阿拉伯数字混用"), say("全用一种（GB/T 15835—2011 第5.3条）")
        )


_FEW = re.compile(r"(?<![\d、.第—～\-])(?:1、2|2、3|3、4|4、5|5、6|6、7|7、8|8、9|3、5)(?=[名个人次天户位件])")


def _few(writing: Writing) -> Iterator[Finding]:
    for m in _FEW.finditer(writing.words):
        fix = (
            "".join(_HAN_DIGITS[int(d) - 1] for d in (m[0][0], m[0][2])).replace("一二", "一两").replace("二三", "两三")
        )
        yield _finding(
            "digits.few",
            m,
            say("概数要用汉字，中间不用顿号"),
            say("写成“三四个”（GB/T 15835—2011 第4.2.2条、第5.2.1条）"),
            fix,
        )


# -- ranges (5.1.3) ------------------------------------------------------------------------------------------

_SHARED = re.compile(
    r"(?<![\d.,\-—～A-Za-z/])(\d{1,4}(?:\.\d+)?)([～—])(\d{1,4}(?:\.\d+)?)([万亿])(?=[余多]?[人名元户个次件]|[，。；、])"
)


def _ranges(writing: Writing) -> Iterator[Finding]:
    for m in _SHARED.finditer(writing.words):
        yield _finding(
            "digits.range", m, say("“万”“亿”只写在后一个数上，前一个数会读错"),
            say("写成“9亿～16亿”（GB/T 15835—2011 第5.1.3条）"), f"{m[1]}{m[4]}{m[2]}{m[3]}{m[4]}",
        )  # fmt: skip


# -- approximate numbers said twice (4.2.2) ------------------------------------------------------------------

_ABOUT = re.compile(
    rf"(?:约|大约|大概|近|将近|差不多|逾)(?:有|为|占|需要?|用)?({_NUMBER})({_UNIT}?)(左右|上下|[余多]{_UNIT})"
)
#: 节约, 预约, 附近, 最近: not about, not nearly.
_OTHER = frozenset("节预签条合契公违邀缔履简制特隐婉失附最就接邻亲临新远靠相贴")
_AT_LEAST = re.compile(
    rf"(?:超过|超|多达|至少|最少|不少于|不低于|高达|逾|大于|不足|不到|最多|不超过|至多)(?:了|需要?|要|应|有|为|达)?({_NUMBER})(?:余)?({_UNIT}?)(以上|以下|以内|左右)"
)
_MANY_MORE = re.compile(rf"\d(多余|余多)(?={_UNIT}|户)")
_SOME_MORE = re.compile(rf"(?:[几数上][十百千万]{{1,2}}|十几|好几[十百千])(余)(?={_UNIT})")


def _about(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    hint = say("表示约数的词只用一个")
    for m in _ABOUT.finditer(words):
        if m.start() and words[m.start() - 1] in _OTHER:
            continue
        if m[0].startswith("近") and m[3][0] in "余多" and m[3][1:] in ("年", "天", "月", "次"):
            continue  # 近十多年: lately, not nearly
        if re.match(r"[12]\d{3}$", m[1]) and m[2] == "年":
            continue
        group = 3 if m[3] in ("左右", "上下") else None
        yield Finding(
            "digits.approximate", m.start(3) if group else m.start(), m.end(3) if group else m.end(),
            say("约数重复：“{first}”和“{last}”", first=m[0][: m.start(1) - m.start()], last=m[3][:1] if group is None else m[3]),
            hint, "" if group else None,
        )  # fmt: skip
    for m in _AT_LEAST.finditer(words):
        less = m[0].startswith(("不足", "不到", "最多", "不超过", "至多"))
        if (m[3] == "以上") == less and m[3] != "左右":
            continue
        yield Finding(
            "digits.approximate", m.start(3), m.end(3),
            say("约数重复：“{first}”和“{last}”", first=m[0][: m.start(1) - m.start()], last=m[3]), hint, "",
        )  # fmt: skip
    for m in _MANY_MORE.finditer(words):
        yield Finding(
            "digits.approximate", m.start(1), m.end(1), say("约数重复：“{first}”和“{last}”", first="多", last="余"), hint, "余"
        )  # fmt: skip
    for m in _SOME_MORE.finditer(words):
        yield Finding(
            "digits.approximate", m.start(1), m.end(1), say("约数重复：“{first}”和“{last}”", first=m[0][:-1], last="余"),
            hint, "",
        )  # fmt: skip


# -- times and shares ----------------------------------------------------------------------------------------

_FEWER = re.compile(
    r"(?:下降|减少|降低|缩短|缩小|减轻|下滑|减缓)了?(?:近|约|到)?((?:\d+(?:\.\d+)?|[一二两三四五六七八九十几数百]+)[多余]?倍)"
)
_PERCENT = re.compile(r"百分之(\d+(?:\.\d+)?)(?!点)")


def _times(writing: Writing) -> Iterator[Finding]:
    for m in _FEWER.finditer(writing.words):
        yield _finding(
            "digits.fewer", m, say("减少不能用“倍”"), say("改成几分之几或百分之几，如“下降三分之一”“下降30%”"), None, 1
        )


def _shares(writing: Writing) -> Iterator[Finding]:
    for m in _PERCENT.finditer(writing.words):
        yield _finding(
            "digits.mixed", m, say("一个数里汉字和阿拉伯数字混用"), say("写成“30%”或“百分之三十”（GB/T 15835—2011 第5.3条）"),
            f"{m[1]}%",
        )  # fmt: skip


# -- 二 and 两; thousands; one style in a text ----------------------------------------------------------------

_TWO = re.compile(
    r"二(?<![第十百千万零〇一二三四五六七八九\d、初老双数]二)(?=个(?!百分)|位(?!数|置|一体|阶)|名(?!单|称|字)|只|户(?!口)|件(?!套))"
)
_SECOND = re.compile(r"第两(?=[个次名位期届年章节条批阶轮])")
_GROUPS = re.compile(r"，(?<=\d，)(\d{3})(?=[余多]?(?:人次|人|名|元|户|个|次|件|本|场))(?!\d)")


def _two(writing: Writing) -> Iterator[Finding]:
    hint = say("量词前用“两”，序数用“第二”")
    for m in _TWO.finditer(writing.words):
        yield _finding("digits.two", m, say("“二”和“两”用错了"), hint, "两")
    for m in _SECOND.finditer(writing.words):
        yield _finding("digits.two", m, say("“二”和“两”用错了"), hint, "第二")


_LEADING = re.compile(r"(?<![\d.,，、])\d{1,3}$")


def _groups(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    for m in _GROUPS.finditer(words):
        if _LEADING.search(words, max(m.start() - 4, 0), m.start()):
            yield _finding(
                "digits.grouping", m, say("千分位用了中文逗号"),
                say("写成“1234”或“1,234”（GB/T 15835—2011 第5.1.1条）"), f",{m[1]}",
            )  # fmt: skip


_COUNTED = re.compile(
    rf"(?<![\d.\-—～第{_HAN_DIGITS}两十百千几数每某同这那另任哪])(\d{{1,2}}|[一二两三四五六七八九十]{{1,2}})(个|名|位|场|次|户|项|间|所|家|本|篇)({_H}{{2}})"
)


def _alike(writing: Writing) -> Iterator[Finding]:
    """One quantity of one thing in both kinds of numerals within a text (4.3)."""
    seen: dict[tuple[int, str, str], dict[bool, list[re.Match[str]]]] = defaultdict(lambda: defaultdict(list))
    for m in _COUNTED.finditer(writing.words):
        arabic = m[1].isdigit()
        value = int(m[1]) if arabic else 2 if m[1] == "两" else _small(m[1]) if "十" in m[1] else _one(m[1])
        if value > 1:
            seen[value, m[2], m[3]][arabic].append(m)
    for forms in seen.values():
        if len(forms) == 2:
            m = min(forms.values(), key=len)[0]
            yield _finding(
                "digits.alike", m, say("同一个数，文中别处写成另一种数字"),
                say("同一篇里同样的数写法一致（GB/T 15835—2011 第4.3条）"), None, 1,
            )  # fmt: skip


_HAN_SHARE = re.compile("百分之[一二三四五六七八九十]{1,4}(?!百)")
_ARABIC_SHARE = re.compile(r"\d[%％]")


def _shares_alike(writing: Writing) -> Iterator[Finding]:
    """Shares in one form within a text (4.3)."""
    if not _ARABIC_SHARE.search(writing.words):
        return
    for m in _HAN_SHARE.finditer(writing.words):
        yield _finding(
            "digits.alike", m, say("同一篇里百分数有的写“百分之”，有的写“%”"),
            say("同一篇里同样的数写法一致（GB/T 15835—2011 第4.3条）"),
        )  # fmt: skip


_GROUPED = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)")
_UNGROUPED = re.compile(rf"(?<![\d.,\-A-Za-z])\d{{5,9}}(?=[余多]?{_UNIT})")


def _groups_alike(writing: Writing) -> Iterator[Finding]:
    """Thousands set apart in all numbers of five digits and more within a text, or in none (5.1.1)."""
    if not _GROUPED.search(writing.words):
        return
    for m in _UNGROUPED.finditer(writing.words):
        yield _finding(
            "digits.grouping", m, say("同一篇里多位数有的分节，有的不分"),
            say("写成“1234”或“1,234”（GB/T 15835—2011 第5.1.1条）"), f"{int(m[0]):,}",
        )  # fmt: skip


def _one(words: str) -> int:
    return _HAN_DIGITS.index(words) + 1 if len(words) == 1 else 0


def _rule(
    needs: str, rule: Callable[[Writing], Iterator[Finding]]
) -> tuple[frozenset[str], Callable[[Writing], Iterator[Finding]]]:
    return frozenset(needs), rule


RULES = (
    _rule("年月", _dates),
    _rule("./．OoＯ〇○", _odd_dates),
    _rule("纪", _centuries),
    _rule("十百", _tailed),
    _rule("、", _few),
    _rule("千百", _thousands),
    _rule("～—", _ranges),
    _rule("右下余多上内", _about),
    _rule("倍", _times),
    _rule("百", _shares),
    _rule("二两", _two),
    _rule("，", _groups),
    _rule("0123456789", _alike),
    _rule("%％", _shares_alike),
    _rule(",", _groups_alike),
)
