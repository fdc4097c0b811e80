"""Identifiers: numbers, addresses and dates that single somebody out, in the layouts people write them in.

A net under the roster, which knows its own: what is found here may belong to anybody. Nothing is said of whose it is.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["证件", "电话", "银行卡", "住址", "车牌", "出生日期", "学校班级", "编号", "邮箱", "账号", "坐标"]


@dataclass(frozen=True)
class Identifier:
    """A stretch of a text (in characters) and what it is; the words themselves are nobody's to repeat."""

    start: int
    end: int
    kind: Kind


def find(words: str) -> tuple[Identifier, ...]:
    """All identifiers in a text, in order; of two that overlap the one that begins first, then the longer."""
    view = _View(words)
    found = [*_numbers(view), *_labelled(view)]
    found.sort(key=lambda i: (i.start, -i.end))
    kept: list[Identifier] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


class _View:
    """A text in half width and simplified signs, without invisible ones, and where each of its characters stood."""

    def __init__(self, words: str) -> None:
        self.text = words.translate(_NARROW)
        self._words = words

    @cached_property
    def _places(self) -> Sequence[int]:
        if len(self.text) == len(self._words):
            return range(len(self._words))
        return [place for place, sign in enumerate(self._words) for _ in sign.translate(_NARROW)]

    def identifier(self, start: int, end: int, kind: Kind) -> Identifier:
        return Identifier(self._places[start], self._places[end - 1] + 1, kind)


class _Narrow(dict[int, str]):
    """What a character becomes; worked out when it first occurs."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        plain = "" if unicodedata.category(sign) in ("Cf", "Mn") else unicodedata.normalize("NFKC", sign)
        self[code] = found = _WRITTEN.get(plain, plain)
        return found


#: Characters of the words that rules look for, where they are written in traditional form, and marks of one shape.
_WRITTEN = dict(zip("號電話機聯繫鄰門樓棟單區縣鎮鄉園學級師醫證帳賬銀儲蓄車牌護專陽陰曆農屬龍馬雞豬東廣個",
                    "号电话机联系邻门楼栋单区县镇乡园学级师医证帐账银储蓄车牌护专阳阴历农属龙马鸡猪东广个",
                    strict=True)) | {
    "：": ":", "，": ",", "．": ".", "（": "(", "）": ")", "〜": "~", "－": "-", "–": "-", "—": "-", "‑": "-", "−": "-",
}  # fmt: skip

_NARROW = _Narrow()

# -- numbers -----------------------------------------------------------------------------------------------------

_SIGNS = {
    sign: str(value)
    for value, signs in enumerate(("0〇零Oo", "1一壹幺么lI", "2二贰弍", "3三叁", "4四肆", "5五伍",
        "6六陆", "7七柒", "8八捌", "9九玖"))
    for sign in signs
}  # fmt: skip
_SIGN = "0-9〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_RUN = re.compile(
    rf"(?<![0-9A-Za-z])(?:\+\s?)?[({_SIGN}OolI](?:[\s\-.·•_/,()\[\]|~:]{{0,3}}[{_SIGN}OolI]){{6,27}}"
    r"(?:[\s\-]?[Xx](?![A-Za-z]))?\)?"
)
_MARKS = re.compile(r"[\s\-.·•_/,()\[\]|~:+]+")
#: A number before one of these counts something.
_COUNTED = re.compile(
    r"\s*(?:余|多)?(?:万|亿)?(?:人|元|件|份|册|个|户|名|小时|条|场|次|篇|本|平方|公里|米|公斤|吨|％|%|字|年)"
)
_PROVINCES = frozenset("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 "
                       "71 81 82 83".split())  # fmt: skip
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
#: Numbers that anybody may call.
_PUBLIC = re.compile(r"(?:400|800)\d{7}|(?:95|96|10|11|12)\d{3}(?:\d{1,3})?")
_ABOUT_CARD = re.compile(r"身份|证件|证号|公民|户口|残疾|居民证")
_ABOUT_BANK = re.compile(r"卡号|账号|帐号|账户|帐户|银行|存折|储蓄|开户|一卡通|社保卡|收款|打款|汇款|转账")
_ABOUT_PHONE = re.compile(
    r"电话|手机|座机|致电|拨打|联系|热线|来电|号码|微信|短信|传真|[Tt][Ee][Ll]|[Mm]obile|☎|"
    r"📱|📞"
)


#: Numbers of things.
_CODED = re.compile(
    r"(?:项目|合同|采购|招标|订单|产品|批次|发票|资产|设备|文件|标准|统计|信用|登记管理|机构|许可|备案|"
    r"系统)\S{0,4}(?:号|码|编号|代码)|条形码|ISBN|ISSN"
)
#: Numbers of offices, for anybody to call; a mobile phone is somebody's all the same.
_OFFICE = re.compile(
    r"热线|报名|咨询|预约|监督|投诉|举报|订餐|服务电话|值班|中心|社工站|总站|居委会|村委会|办事处|民政|学校|医院|"
    r"协会|编辑|投稿|编印|地址|基金会|传真|办公"
)


def card(number: str) -> bool:
    """Whether 18 or 15 digits can be a citizen's number: place, birth date and check digit (GB 11643—1999)."""
    if len(number) == 18:
        total = sum(int(d) * w for d, w in zip(number[:17], _WEIGHTS, strict=True))
        return _placed(number) and _is_day(number[6:14]) and "10X98765432"[total % 11] == number[17]
    return len(number) == 15 and _placed(number) and _is_day(f"19{number[6:12]}")


def _placed(number: str) -> bool:
    return number[:2] in _PROVINCES


def _is_day(digits: str) -> bool:
    try:
        return 1880 <= dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2099
    except ValueError:
        return False


def luhn(number: str) -> bool:
    """Whether the last of 15 to 19 digits is the check digit of a bank card (ISO/IEC 7812-1)."""
    digits = [int(d) for d in reversed(number)]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[1::2]]
    return 15 <= len(digits) <= 19 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _numbers(view: _View) -> Iterator[Identifier]:
    """Numbers by what they are made of, however their digits are grouped."""
    for run in _RUN.finditer(view.text):
        before = re.split(r"[。;；\n]", view.text[max(0, run.start() - 20) : run.start()])[-1]
        groups = _groups(run)
        if sum(sign in "0123456789" for sign in run[0]) < 5 and len(run[0]) < 9:
            continue
        first = 0
        while first < len(groups):
            for last in range(len(groups), first, -1):
                start, end = groups[first][1], groups[last - 1][2]
                kind = _kind_of([digits for digits, *_ in groups[first:last]], before, view.text[end : end + 6])
                if kind is not None:
                    yield view.identifier(start, end, kind)
                    first = last
                    break
            else:
                first += 1


def _groups(run: re.Match[str]) -> list[tuple[str, int, int]]:
    """The digits of a run as they are grouped: by marks, and where Arabic digits change into Chinese ones."""
    groups = []
    for m in _GROUP.finditer(run[0]):
        digits = "".join(_SIGNS.get(s, s.upper()) for s in m[0])
        groups.append((digits, run.start() + m.start(), run.start() + m.end()))
    return groups


_GROUP = re.compile(rf"[0-9OolIXx]+|[{_SIGN.removeprefix('0-9')}]+")


def _kind_of(groups: Sequence[str], before: str, after: str) -> Kind | None:
    """What groups of digits are, taken together."""
    number = "".join(groups)
    if any(re.fullmatch(r"(?:19|20)\d\d", g) for g in groups) and any(len(g) <= 2 for g in groups):
        return None  # dates
    if len(number) in (18, 20) and number[:17].isdigit() and _placed(number) and _is_day(number[6:14]):
        return "证件" if card(number[:18]) or not _CODED.search(before) else None
    if not number.isdigit():
        return None
    bare = number.removeprefix("86") if len(number) == 13 else number
    if _COUNTED.match(after):
        return None
    if re.fullmatch(r"1[3-9]\d{9}", bare):
        return None if _CODED.search(before) else "电话"
    if re.fullmatch(r"0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}", bare) and (len(groups) == 1 or len(groups[0]) in (3, 4)):
        return None if _OFFICE.search(before) or _CODED.search(before) else "电话"
    if len(number) == 15 and card(number) and not _CODED.search(before):
        return "证件"
    if len(number) in (15, 18) and _ABOUT_CARD.search(before):
        return "证件"
    banked = _ABOUT_BANK.search(before) or (luhn(number) and number[0] in "3456")
    if 15 <= len(number) <= 19 and banked and not _CODED.search(before):
        return "银行卡"
    if 7 <= len(number) <= 8 and _ABOUT_PHONE.search(before) and not _PUBLIC.fullmatch(number):
        public = _OFFICE.search(before) or _CODED.search(before) or (len(number) == 8 and _is_day(number))
        return None if public else "电话"
    return None


# -- what a word beside it gives away ----------------------------------------------------------------------------

_N = "[0-9一二三四五六七八九十百零〇]{1,5}"
_IS = r"\s*(?:号码?|编号|代码|ID|id)?\s*(?:[:=]|为|是|就是)?\s*[\"“'(]?\s*"
_DATE = (
    r"(?:(?:公元|农历|阴历|旧历|公历|阳历|新历)\s*)?(?:(?:19|20)\d{2}|[一二三四五六七八九〇零○]{4}|\d{2}|"
    r"[二三四五六七八九零〇][零〇一二三四五六七八九]|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥])\s*[年./\-]\s*"
    r"(?:(?:农历|阴历|闰)?\s*(?:\d{1,2}|[一二三四五六七八九十正冬腊]{1,3})\s*[月./\-]?\s*"
    r"(?:(?:\d{1,2}|初?[一二三四五六七八九十廿卅]{1,3})\s*[日号]?)?)?"
)
_HOME = re.compile(r"家住|前住|老屋|祖屋|旧居|曾住|住过|常住|住在|住址|住于|居住|现住|租住|租房|租在|暂住|户籍|"
                   r"户口所在|家庭地址|家里|他家|她家|的家|回家|入户|上门|回访|家访|探访|搬到|搬进|搬至|送到|"
                   r"老家|邮寄|收件|籍贯|住所|住进|住的是|住|门牌|敲开")  # fmt: skip
_INSTITUTION = re.compile(
    r"(?:服务|活动|文化|卫生|综合|党群|指导|救助|养老|照料|康养|治理)?中心|社工站|工作站|服务站|居委会|村委会|"
    r"社区居|街道办|办事处|办公|会议室|"
    r"活动室|教室|工作室|学校|小学|中学|医院|礼堂|广场|公司|大厅|窗口|派出所|民政局|基地|驿站|图书|展厅|食堂|驻地|"
    r"总站|协会|基金会|门诊|药店|报名|"
    r"阵地|会址|报到|机构|服务点|幼儿园|养老院|敬老院|站点|地点"
)
_SCHOOL = (
    r"(?:小学|中心校|完小|村小|教学点|特教|中学|初中|高中|学校|附小|附中|实验学校|[一二三四五六七八九十]+中|"
    r"[一二三四五六七八九十]+小|幼儿园|职高|职中|职校|技校|中专|校区|学院|大学)"
)
_GRADE = (
    r"(?:(?:[一二三四五六七八九1-9])年级|初[一二三123]|高[一二三123]|[小中大]班|大[一二三四]|(?:20|"
    r"19)?\d{2}级|预备班|学前班)"
)
_CLASS = rf"(?:[1-9一二三四五六七八九][(]\s*{_N}\s*[)]\s*班|[(]?\s*{_N}\s*[)]?\s*班|[实火重普]\S?班)"


def _near_home(m: re.Match[str], text: str) -> bool:
    """Whether somebody lives there: said so before it, and no office is named after it."""
    before, after = text[max(0, m.start() - 24) : m.start()], text[m.end() : m.end() + 20]
    after = re.split(r"[。;；\n]", after)[0]
    lives = _HOME.search(before) or _HOME.search(m[0]) or re.search(r"[他她]家|就是.{0,3}家", after)
    return bool(lives) and not _INSTITUTION.search(after[:10])


def _private_door(m: re.Match[str], text: str) -> bool:
    """To the very door: a unit, a room; unless it is an office's."""
    around = text[max(0, m.start() - 20) : m.start()] + m[0] + re.split(r"[。;；\n]", text[m.end() : m.end() + 12])[0]
    return bool(_HOME.search(around)) or not _INSTITUTION.search(around)


def _has_digit(m: re.Match[str], text: str) -> bool:
    return any(c.isdigit() for c in m[0])


def _near_room(m: re.Match[str], text: str) -> bool:
    """A row of numbers is a door where a road, a yard or somebody's living there is named before it."""
    before = text[max(0, m.start() - 12) : m.start()]
    return bool(
        re.search(r"[路街巷道里弄院号苑园府城庭村区宿舍楼]\s*$", before) or _HOME.search(before)
    ) and _private_door(m, text)


#: Before a school that is not named, and where one is read of without its name.
_NO_SCHOOL = re.compile(r"(?:[上读念在是的入升从到所某名，。；：“]|^)$")
_UNNAMED = re.compile(r"(?:就读|在读|读书|上学|念)?[于在]?(?:小学|初中|高中|中学|幼儿园|学校|大学|中专|技校|职高)")


def _of_children(m: re.Match[str], text: str) -> bool:
    if _NO_SCHOOL.search(text[max(0, m.start() - 1) : m.start()]) and _UNNAMED.match(m[0]):
        return False  # 上小学三年级
    return not re.search(
        r"家长学校|老年(?:大学|学校)|夜校|党校|培训学校|市民学校|开放大学|农民学校",
        text[max(0, m.start() - 4) : m.end()],
    )


def _personal(m: re.Match[str], text: str) -> bool:
    return not _OFFICE.search(re.split(r"[。;；\n]", text[max(0, m.start() - 12) : m.start()])[-1])


def _one_person(m: re.Match[str], text: str) -> bool:
    before, after = text[max(0, m.start() - 4) : m.start()], text[m.end() : m.end() + 8]
    several = re.match(
        r"\s*(?:的?[一这那几]代|的?年轻人|人口|率|缺陷|医学证明|证明|登记|一孩|队列|婴儿|的[^,。;]{0,3}(?:儿童|"
        r"孩子|居民|老人|人群|人员|学生|青少年|婴幼儿))",
        after,
    )
    return not several and not re.search(r"[至到~\-]\s*$|以[前后]|之间", before)


_Proof = Callable[[re.Match[str], str], bool]

#: Kind, pattern (its first group is what is found, if it has one), and what else must be so.
_RULES: Sequence[tuple[Kind, re.Pattern[str], _Proof | None]] = tuple(
    (kind, re.compile(pattern), proof)  # type: ignore[misc]
    for kind, pattern, proof in (
        ("证件", r"(?:身份证|证件|公民身份|身份号)[^\d\n,。]{0,8}?([0-9][0-9\s\-*xX×]{12,24}[0-9Xx*])", None),
        ("证件", r"(?<![\dA-Za-z])[1-8]\d{5}\s?[*xX×•·#]{4,12}\s?[\dXx*]{2,4}(?![\dA-Za-z])", None),
        ("证件", r"(?:护照|通行证|军官证|士官证|士兵证|军人证|居留证|居住证|回乡证|台胞证|驾驶证|驾照|行驶证|"
                 r"户口[簿本])"
                 r"(?:的)?" + _IS + r"([A-Za-z军南北沈兰成济广]{0,2}\s?[字第]{0,2}\s?[A-Za-z]{0,3}\s?\d[\d\s\-*]{4,"
                                    r"20}\d)", None),
        ("证件", r"(?<![A-Za-z0-9])(?:[EGDSP][A-HJ-NP-Z]?\d{7,8}|[HM]\d{8}(?:\d{2})?)(?![A-Za-z0-9])", None),
        ("电话", r"(?<![\dA-Za-z])1[3-9]\d?\s?-?[*xX×•·#某]{3,9}\s?-?\d{2,4}(?!\d)", None),
        ("电话", r"(?:手机|电话|号码|微信)[^,。\n]{0,10}?[尾后](?:号|[三四34]位(?:数字|数)?)(?:码)?" + _IS +
            r"(\d{3,4})(?!\d)", None),
        ("证件", r"(?:身份证|证件)[^,。\n]{0,8}?[尾后](?:号|[四六46]位(?:数字|数)?)" + _IS +
            r"(\d{3,6}[Xx]?)(?!\d)", None),
        ("银行卡", r"(?:卡|账号|帐号|存折|银行)[^,。\n]{0,10}?[尾后](?:号|[四4]位(?:数字|数)?)" + _IS +
            r"(\d{3,4})(?!\d)", None),
        ("电话", r"[尾]号(?:为|是|:)?\s*(\d{4})(?!\d)", None),
        ("银行卡", r"(?<!\d)\d{4}\s?-?[*xX×•·#]{4,12}[\s\-*]{0,3}\d{3,4}(?!\d)", None),
        ("银行卡", r"(?:银行卡|卡号|账号|帐号|账户|帐户|存折|对公户|一卡通)[^\d\n,。]{0,8}?(\d[\d\s\-]{9,26}\d)", None),
        ("邮箱", r"[A-Za-z0-9._%+\-]+\s?(?:@|\(at\)|\[at\]|＠|#at#|#(?=[a-z0-9\-]+\.(?:com|cn|net))| at "
                 r")\s?[A-Za-z0-9\-]+(?:\s?(?:\.|\(dot\)|点| dot )\s?[A-Za-z0-9\-]+)*"
                 r"\s?(?:\.|\(dot\)|点| dot )\s?(?i:com|cn|net|org|edu|gov|qq|me|io|cc)(?![A-Za-z0-9])", _personal),
        ("账号", r"(?:QQ|qq|Qq|扣扣|企鹅|(?<![A-Za-z0-9])Q)(?:号|群)?(?:码)?" + _IS + rf"([{_SIGN}](?:[\s\-]?["
                                                                                      rf"{_SIGN}]){{4,11}})(?!"
                                                                                      rf"{_COUNTED.pattern})", None),
        ("账号", r"(?:微信|VX|vx|Vx|V信|v信|威信|薇信|wx|WX|WeChat|wechat|微信公众|weixin)(?:[(\s]*(?:号|ID|id|"
                 r"账号|帐号))?(?:是|为|:|=|\s|搜|加)*[\"“(]?\s*"
                 r"([A-Za-z][A-Za-z0-9_\-]{4,20}|\d{6,20})", None),
        ("账号", r"(?:抖音|快手|小红书|微博|支付宝|淘宝|B站|b站|知乎|陌陌|全民K歌|西瓜视频|视频号|钉钉|游戏|王者|"
                 r"网易云|直播间?|闲鱼|拼多多|贴吧|论坛|[Tt]elegram|[Ii]nstagram|脸书|[Tt]witter|推特)"
                 r"[(\s]*(?:号|账号|帐号|ID|id|昵称|主页|用户名|uid|UID)+" + _IS + r"@?([A-Za-z0-9_\-.]{4,24}|"
                                                                                   r"@?[一-鿿A-Za-z0-9_]{2,12}(?=[,"
                                                                                   r"。)\"”]))", None),
        ("账号", r"(?:https?://)?(?:www\.|m\.|v\.)?(?:weibo|douyin|kuaishou|xiaohongshu|bilibili|zhihu|xhslink|"
                 r"qingsongchou|shuidichou|shuidi|waterdrop|zhulu86)(?:\.[a-z]+)+/[A-Za-z0-9_\-/.?=]+", None),
        ("车牌", r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领]\s?[A-HJ-NP-Z]\s?[·•.\-]?\s?"
                 r"[A-HJ-NP-Z0-9](?:\s?[A-HJ-NP-Z0-9*]){3,4}\s?[A-HJ-NP-Z0-9挂学警港澳*](?![A-Za-z0-9])", _has_digit),
        ("车牌", r"(?:车牌|牌照|号牌)(?:号)?" + _IS + r"([一-鿿]{0,3}\s?[A-Z]?\s?[·\-]?\s?[A-Z0-9]{5,7})(?![A-Z0-9]"
                                                      r")", _has_digit),
        ("住址", rf""
                 rf"(?:{_N}\s*[号弄]\s*(?:院\s*)?)?(?:{_N}|[A-Za-z甲乙丙丁东西南北])\s*[#＃]?\s*(?:栋|幢|座|号楼|"
                 rf"楼栋|单元楼)"
                 rf"[\s,\-]*(?:(?:{_N}|[甲乙丙丁A-Za-z])\s*(?:单元|门|"
                 rf"梯)[\s,\-]*)?(?:{_N}\s*[楼层][\s,\-]*)?附?\s*[0-9一二三四五六七八九〇零]{{2,5}}\s*[室号户房]?",
         _private_door),
        ("住址", rf"(?:{_N}|[甲乙丙丁A-Z])\s*(?:单元|"
                 rf"门)\s*[\-,]?\s*(?:{_N}\s*[楼层]\s*)?[0-9一二三四五六七八九〇零]{{1,5}}\s*(?:室|号|户|"
                 rf"房)?(?![0-9人户个次年月])", _private_door),
        ("住址", r"(?<=[一-鿿])(?:房|苑|小区|园|府|城|区|里|庭|寓|村|湾|郡|居|院)(?:[A-Za-z甲乙丙丁东西南北]区?|"
                 r"[一二三四五六七八九]期|\d期)?\s*"
                 r"(\d{1,3}\s*[\-#/]\s*(?:\d{1,2}\s*[\-#/]\s*)?\d{2,4})(?:\s*[室号房])?(?![\d年月])", _private_door),
        ("住址", rf"(?<=[一-鿿])(?:路|街|巷|道|里|弄|胡同|大街|"
                 rf"街道)\s*{_N}\s*号(?:\s*院)?(?:\s*附\s*{_N}\s*号)?(?:\s*{_N}\s*(?:室|栋|幢|楼|门|户))*", _near_home),
        ("住址", rf"(?<=[一-鿿])(?:村|屯|寨|社区|大队|嘎查|苏木)\s*(?:第)?{_N}\s*(?:组|队|社|屯)\s*(?:{_N}\s*(?:号|"
                 rf"户))?", _near_home),
        ("住址", rf"(?<=[一-鿿])(?:村|屯|寨|组|沟|坝|坳|寨子)\s*{_N}\s*号(?!楼)", _near_home),
        ("住址", r"(?<![0-9])\d{1,3}\s*(?:#|号)\s*楼\s*\d{1,2}\s*-\s*\d{2,4}(?![0-9])", _private_door),
        ("住址", rf"(?<![第0-9一二三四五六七八九十]){_N}\s*弄\s*{_N}\s*号(?:\s*[0-9]{{1,4}}\s*室)?", _private_door),
        ("住址", rf"{_N}\s*(?:楼|层)\s*[0-9]{{3,4}}\s*(?:室|房)?(?![0-9人户个次年月元])", _near_home),
        ("住址", rf"(?<![0-9]){_N}\s*室(?=[,。;的里敲门住]|$)", _near_home),
        ("住址", r"门牌(?:号)?" + _IS + rf"({_N}(?:\s*[\-号]\s*{_N})*)", None),
        ("住址", r"(?<![\d\-])\d{1,3}\s*(?:#|号楼?|栋|幢)?\s*-\s*\d{1,2}\s*-\s*\d{1,4}(?![\d\-年月])", _near_room),
        ("住址", r"(?<![A-Za-z0-9])\d{1,3}\s*#\s*-?\s*\d{1,2}(?:\s*-\s*\d{1,4})+", None),
        ("住址", r"(?:家住|住在|住)[^,。;\n]{1,12}(?:街|路|巷|铺|店|厂|桥|庙|校|院|局|所|场|市|站|"
                 r"坊)[^,。;\n]{0,6}?(?:楼上|楼下|隔壁|对面|背后|后面|拐角|旁边)", None),
        ("坐标", r"(?<![A-Za-z])[EN]\s?1?\d{2}\.\d{3,}", None),
        ("坐标", r"(?<![\d.])[1-5]?\d\.\d{3,}\s*°?\s*[NE]?\s*[,/、\s]\s*(?:东经|经度)?:?\s*1[0-3]\d\.\d{3,}|"
                 r"(?<![\d.])1[0-3]\d\.\d{3,}\s*°?\s*[NE]?\s*[,/、\s]\s*(?:北纬|纬度)?:?\s*[1-5]?\d\.\d{3,}", None),
        ("坐标", r"(?:北纬|东经|N|E)\s*1?\d{2}\s*[°度]\s*\d{1,2}\s*[′'分](?:\s*\d{1,2}(?:\.\d+)?\s*[″\"秒])?", None),
        ("出生日期", rf"{_DATE}\s*(?:出生|生人|诞生|降生|生于|生(?=[,。;\s)的]|$)|的生日)", _one_person),
        ("出生日期", rf"(?:出生(?:日期|年月日?|时间|于|在)?|生于|生日|生辰|诞辰)\s*(?:是|为|:|在|于|,)*\s*(?:在|"
                     rf"于)?\s*({_DATE})(?!.{{0,4}}(?:人口|率))", None),
        ("出生日期", r"(?:生日|出生)(?:是|为|:|在|于)*\s*(?:农历|阴历|公历|阳历|每年)?\s*((?:\d{1,2}|"
                     r"[一二三四五六七八九十正冬腊]{1,2})月(?:\d{1,2}|初?[一二三四五六七八九十廿]{1,3})[日号]?)", None),
        ("出生日期", r"((?:农历|阴历)?(?:[一二三四五六七八九十正冬腊]{1,3}|\d{1,2})月(?:初[一二三四五六七八九十]|"
                     r"[一二三四五六七八九十廿]{1,3}|\d{1,2}日?))"
                     r"(?:这天|那天)?[,]?(?:是|为)(?:[他她]|奶奶|爷爷|婆婆|老人|孩子|[一-鿿]{1,4})的?(?:生日|寿辰|"
                     r"生辰)", None),
        ("出生日期", r"(?<![一-鿿])(?:他|她|老人|本人|孩子)?属[鼠牛虎兔龙蛇马羊猴鸡狗猪](?:的)?(?=[,。;\s)]|$)", None),
        ("学校班级", rf"(?<=[一-鿿A-Za-z0-9]){_SCHOOL}[^,。;\n]{{0,6}}?(?:{_GRADE}[^,。;\n]{{0,4}}?{_CLASS}|"
                     rf"{_CLASS}(?!主任会|级|组|次|车))", _of_children),
        ("学校班级", rf"(?<=[一-鿿A-Za-z0-9]){_SCHOOL}[^,。;\n]{{0,3}}?{_GRADE}", _of_children),
        ("学校班级", rf"(?:就读|在读|读书|上学|念)[^,。;\n]{{0,8}}?{_SCHOOL}[^,。;\n]{{0,4}}?{_GRADE}", None),
        ("出生日期", r"(?:出生|生日|DOB|[Dd]ate of [Bb]irth|[Bb]irthday)[^\d\n,。]{0,6}((?:19|20)\d{6}|"
                     r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4})(?!\d)", None),
        ("出生日期", r"(?:民国|光绪|宣统)[一二三四五六七八九十元\d]{1,4}年[^,。;\n]{0,10}?(?:出生|生人|生于|"
                     r"生(?=[,。;]))", None),
        ("出生日期", r"(?:户口[簿本]|身份证|证件)[^,。;\n]{0,6}?(?:写|登记|显示|记|"
                     r"印)[着的了是为]*\s*(\d{4}年[^,。;\n]{1,8})", None),
        ("出生日期", r"(\d{1,2}月\d{1,2}日)[^。;\n]{0,8}(?:满|过完?|是)[^。;\n]{0,6}?(?:岁|生日|寿辰|大寿)", None),
        ("学校班级", rf"{_GRADE}\s*{_CLASS}(?=[^,。;\n]{{0,3}}(?:的?学生|的小|[男女]生|就读|读书))", None),
        ("编号", r"(?:住院|病历|病案|门诊|就诊卡?|医保卡?|社保卡?|残疾人?证|低保证?|特困证?|特困供养证|救助证?|"
                 r"床位?|档案|个案|案件|案卷|卷宗|学籍|学|工|员工|会员|准考证|"
                 r"受理|登记|诊疗卡|体检|服务对象|建档|户|水表|电表|燃气|房产证|不动产权证?|退役军人优待证|优待证|"
                 r"老年证|结婚证|离婚证|出生医学证明|出生证明?|疫苗本|收养|寄养|监护)"
                 r"(?:卡|证)?(?:的)?(?:号码?|编号|编码|代码|证号)\s*(?:[:=]|为|是|"
                 r"\s)*\s*[\"“(]?\s*((?=[A-Za-z0-9\-/]*\d)[A-Za-z]{0,6}[\-/]?\d[A-Za-z0-9\-/]{2,24})"
                 r"(?!\s*(?:人|元|户|名))", None),
        ("编号", r"(?:优待证|军人证|残疾证|残疾人证|低保证|特困证|救助证|老年证|结婚证|离婚证|出生证|服役|"
                 r"军龄)(?:编号|号码?)?\s*(?:[:为是]\s*)?"
                 r"([一-鿿]{0,4}字?第?\s*[A-Za-z]?\d[A-Za-z0-9\-]{3,20}号?)", None),
        ("编号", r"[京津沪渝冀豫云辽黑湘皖鲁苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼新]\s?[(]\s*(?:19|"
                 r"20)\d{2}\s*[)][^,。;\n]{0,12}(?:不动产权|房权证|国用|宅基地)"
                 r"\S{0,4}第?\s*\d{3,}\s*号?", None),
        ("编号", r"(?:工号|学号|员工号|编制号|胸牌号?)\s*(?:[:为是]\s*)?([一-鿿]{1,8}[A-Za-z]?\d{3,})", None),
        ("编号", r"(?:服刑|罪犯|囚|监区|戒毒|学员|患者|病人|死者|低保|残疾|特困|救助|寄养|收养|案主|服务对象|家庭|"
                 r"老人|儿童|个案|孤儿|留守)[一-鿿]{0,3}编号\s*(?:[:为是]\s*)?"
                 r"([一-鿿]{0,3}[A-Za-z]{0,4}[\-]?\d[A-Za-z0-9\-/]{2,24})", None),
        ("证件", r"[Pp]assport\s*(?:[Nn]o\.?|号)?\s*:?\s*([A-Za-z]{1,2}\s?\d(?:\s?\d){6,8})", None),
        ("电话", r"(?<!\d)0\d{2,3}\s?-?\s?\d{2,4}\s?[*＊xX×•·#]{3,5}", None),
        ("银行卡", r"(?<!\d)\d{4}(?:\s?[*＊•·#]{4}){1,4}\s?\d{3,4}(?!\d)", None),
        ("编号", r"[(〔\[]\s*(?:19|20)\d{2}\s*[)〕\]]\s*[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川"
                 r"宁琼最]\s*\d{0,4}\s*(?:民|刑|行|执|破|家|少|赔)\S{0,3}?\d+\s*号", None),
    )
)  # fmt: skip


#: What a text must have of each of these sets of signs for a rule of that kind to find anything.
_ASCII = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_FIGURES = frozenset("0123456789")
_NUMERALS = _FIGURES | set("〇零一二三四五六七八九十百")
_NEEDS: Mapping[Kind, tuple[frozenset[str], ...]] = {
    **dict.fromkeys(("电话", "证件", "银行卡", "车牌", "坐标", "编号"), (_FIGURES,)),
    "邮箱": (_ASCII, frozenset("@#t点")),
    "账号": (_ASCII | set("扣企抖快"), _ASCII | _NUMERALS),
    "住址": (_NUMERALS | set("住"), frozenset("栋幢座楼单门路街巷道里弄村屯寨组社队号室房苑区园府城庭寓湾郡居院住层"
                                              "#")),
    "出生日期": (frozenset("生岁属DdBb写登显记印寿"),),
    "学校班级": (frozenset("班级初高大"), frozenset("校学园中小院班级")),
}  # fmt: skip


_BY_KIND = {kind: [rule for rule in _RULES if rule[0] == kind] for kind in _NEEDS}


#: What costs least to look for and is there wherever one of these kinds is.
_CUES: Mapping[Kind, re.Pattern[str]] = {
    "住址": re.compile(
        r"[0-9一二三四五六七八九十百零〇甲乙丙丁东西南北A-Za-z]\s*"
        r"[#＃栋幢座楼单门室号弄组社队户房梯院层村屯寨\-—/]|住|门牌|地址"
    ),
    "出生日期": re.compile(
        r"出生|诞|降生|生于|生日|生辰|生人|[0-9日月号年]\s*生|"
        r"属[鼠牛虎兔龙蛇马羊猴鸡狗猪]|岁|户口|户籍|身份|证件|寿|[DdBb]"
    ),
    "学校班级": re.compile(r"年级|班|[初高大][一二三四1234]|级"),
}  # fmt: skip


def _labelled(view: _View) -> Iterator[Identifier]:
    there = set(view.text)
    kinds = [
        kind
        for kind, needs in _NEEDS.items()
        if not any(there.isdisjoint(signs) for signs in needs) and (kind not in _CUES or _CUES[kind].search(view.text))
    ]
    for kind, pattern, proof in (rule for one in kinds for rule in _BY_KIND[one]):
        for m in pattern.finditer(view.text):
            if proof is None or proof(m, view.text):
                group = 1 if m.re.groups and m[1] else 0
                yield view.identifier(m.start(group), m.end(group), kind)


#: What few people share, wherever they live: to be told as a trait of somebody, so that it is counted.
RARE = re.compile(
    r"(?:全?[国省市县区镇乡村]|街道|社区|镇上|村里|本地|当地|辖区)[^，。；\n]{0,4}(?:唯一|仅有|独一|首例|"
    r"第一例)的?[^，。；\n]{0,14}|"
    r"[三四五]胞胎|连体|百岁老人|渐冻症|血友病|白化病|成骨不全|瓷娃娃|脆骨病|庞贝病|戈谢病|艾滋|HIV|变性|侏儒|"
    r"苯丙酮尿症|植物人|杀人|强奸|性侵"
)
