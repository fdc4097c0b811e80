"""Figures in Chinese report prose: where each stands, what it counts, and the interval of values it may truly mean.

What a printed figure says is an interval, as XBRL reads rounded facts (Calculations 1.1); the forms are those of
GB/T 15835—2011 (4.1 measures, 4.2 数量增加与概数, 5.1 Arabic numerals, 5.2 Chinese ones):

====================  =====================================  ==========================================
form                  example                                interval
====================  =====================================  ==========================================
exact                 25075人次, 25,075, 两千                 [v, v]
written with 万, 亿    13.1万, 24万                           half a unit of the last digit either way: [130500, 131500)
余, 多, 来             25,000余, 24万余, 4500多万, 三百余       [v, v + one unit of its last digit that is not 0)
近, 将近, 接近         近300                                  (v − such a unit, v], no more than a quarter below
约, 左右, 上下, 大约     约300, 8个左右                          ± half such a unit, at most a tenth of v
超, 超过, 逾, 突破      超300                                  (v, v + such a unit]
不少于, 至少, 以上, ≥   不少于20节, 90分以上                     [v, ∞)
不超过, 以内, ≤        不超过60分                              [0, v]
不足, 不到, 低于         不足60分                                [0, v)
十几, 几十, 数百         十几户, 数百名                          (10, 19], [20, 99], [200, 999]
上百, 上千, 上万         上千名                                 [v, 10v)
ranges                3至5人, 3–5节, 两三次                    [3, 5], [2, 3]
shares                三分之一, 七成, 百分之八                  in per cent; a fraction ± 2, a 成 ± 5
====================  =====================================  ==========================================

Years, dates, ages, ordinals, numbers of documents, versions, telephones, and names such as 1+8+N, 一站一品, 五社联动,
“15分钟养老服务圈” are told apart from what counts something: see :data:`Kind`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

#: ``quantity`` counts things; ``money``, ``percent`` (also shares), ``multiple`` (倍), ``duration``, ``age``,
#: ``score``, ``measure`` (lengths, weights, areas) have units of their own; ``rate`` is so many each time (每周2次);
#: ``vague`` is no statement of number (一个, 几次, 数次); the others count nothing.
Kind = Literal[
    "quantity", "money", "percent", "multiple", "duration", "age", "score", "measure", "rate", "vague",
    "year", "date", "time", "ordinal", "name", "document", "version", "phone",
]  # fmt: skip

INFINITY = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Interval:
    """The values between two bounds; ``open_low`` and ``open_high`` leave out the bound itself."""

    low: Decimal
    high: Decimal
    open_low: bool = False
    open_high: bool = False

    def overlaps(self, other: Interval) -> bool:
        """Whether a value can be meant by both."""
        return not (self._before(other) or other._before(self))

    def covers(self, known: Interval) -> bool:
        """Whether what is printed here is true of all that is known: of 300余 one may not print 350, nor 300.

        不少于10 is not said of 不少于20, nor of more than three times as many.
        """
        if self.high == known.high == INFINITY:
            return self.low == known.low
        if self.high == INFINITY and known.low > 3 * max(self.low, Decimal(1)):
            return False
        if self.open_low and known.exact and known.low == self.low:
            return False
        if self.open_high and known.exact and known.high == self.high:
            return False
        return self.low <= known.low and known.high <= self.high

    def __contains__(self, value: Decimal) -> bool:
        return self.overlaps(Interval(value, value))

    def times(self, factor: Decimal) -> Interval:
        return replace(self, low=self.low * factor, high=self.high * factor)

    def plus(self, other: Interval) -> Interval:
        """The interval of sums (Moore: interval arithmetic)."""
        return Interval(
            self.low + other.low,
            self.high + other.high,
            self.open_low or other.open_low,
            self.open_high or other.open_high,
        )

    @property
    def exact(self) -> bool:
        return self.low == self.high

    def _before(self, other: Interval) -> bool:
        return self.high < other.low or (self.high == other.low and (self.open_high or other.open_low))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure at ``text[start:end]``, words that qualify it and its unit included.

    ``value`` is what its digits say, in units of ``unit`` (万元 is 元, 场次 is 场, 位 is 名); ``qualifier`` is as
    facts have it. ``digits`` are Arabic.
    """

    start: int
    end: int
    value: Decimal
    interval: Interval
    unit: str
    qualifier: str
    kind: Kind
    digits: bool


def place(value: Decimal) -> Decimal:
    """The unit of the last digit that is not 0: 1000 for 25000, 0.1 for 13.1."""
    if not value:
        return Decimal(1)
    _, digits, exponent = value.normalize().as_tuple()
    assert isinstance(exponent, int)
    return Decimal(1).scaleb(exponent) if digits else Decimal(1)


def meant(value: Decimal, qualifier: str, step: Decimal | None = None) -> Interval:
    """What a value with a qualifier of a fact (精确, 余, 多, 近, 约, 超, ≥, ≤) may mean; the table above."""
    step = step or place(value)
    match qualifier:
        case "余" | "多":
            return Interval(value, value + step, open_high=True)
        case "近":
            return Interval(max(value - step, value * 3 / 4), value, open_low=True)
        case "约":
            either = max(min(step / 2, value / 10), min(step, Decimal(1)) / 2)
            return Interval(max(value - either, Decimal(0)), value + either)
        case "超":
            return Interval(value, value + step, open_low=True)
        case "≥":
            return Interval(value, INFINITY)
        case "≤":
            return Interval(Decimal(0), value)
        case "<":
            return Interval(Decimal(0), value, open_high=True)
    return Interval(value, value)


def rounded(value: Decimal, unit: Decimal) -> Interval:
    """What a value written to so many digits may have been rounded from: half of ``unit`` either way."""
    return Interval(value - unit / 2, value + unit / 2, open_high=True)


# -- numerals ------------------------------------------------------------------------------------------------

_DIGITS = {
    c: n for n, cs in enumerate(("零〇", "一壹", "二两贰", "三叁", "四", "五", "六", "七", "八", "九")) for c in cs
}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_CHINESE = "零〇一二两三四五六七八九十百千万亿"
#: Width, and the forms of units in traditional characters; one character for one.
_FOLD = str.maketrans(
    "０１２３４５６７８９．％～＋／：個萬億餘戶項節場條冊張時歲篇雙",
    "0123456789.%~+/:个万亿余户项节场条册张时岁篇双",
)


def numeral(text: str) -> tuple[Decimal, Decimal] | None:
    """The least and the greatest value of a numeral in Chinese characters: 两千, 十几, 三五; None if it is none.

    Read by its positions (GB/T 15835—2011, 5.2); 二〇二三 is read digit by digit, 一百二 is 120, 三四十 is 30 to 40.
    """
    if not text:
        return None
    if all(c in _DIGITS for c in text):
        if len(text) == 1:
            n = Decimal(_DIGITS[text])
            return n, n
        if len(text) == 2 and "零" not in text and "〇" not in text:
            low, high = (Decimal(_DIGITS[c]) for c in text)
            return (low, high) if 0 < high - low <= 2 else None
        n = Decimal("".join(str(_DIGITS[c]) for c in text))
        return n, n
    if (few := re.fullmatch(rf"([几数])([{_CHINESE[10:]}]+)", text)) is not None:
        step = _positional("一" + few[2] if few[2][0] != "十" else few[2])
        return None if step is None else (2 * step, 10 * step - 1)
    if text[-1] in "几" and len(text) > 1:
        n0 = _positional(text[:-1])
        return None if n0 is None else (n0 + 1, n0 + 9)
    if (two := re.search(r"([一二两三四五六七八九])([二三四五六七八九])(?=[十百千万亿]|$)", text)) is not None:
        ends = [_positional(text[: two.start()] + c + text[two.end() :]) for c in (two[1], two[2])]
        if ends[0] is not None and ends[1] is not None and 0 < _DIGITS[two[2]] - _DIGITS[two[1]] <= 2:
            return ends[0], ends[1]
        return None
    n1 = _positional(text)
    return None if n1 is None else (n1, n1)


def _positional(text: str) -> Decimal | None:
    total = section = digit = 0
    last = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
            if c in "零〇":
                last = 0
        elif c in _SCALES:
            scale = _SCALES[c]
            if scale >= 10_000:
                total = (total + section + digit or 1) * scale if scale > total else total + (section + digit) * scale
                section = 0
            else:
                section += (digit or 1) * scale
            digit, last = 0, scale
        else:
            return None
    return Decimal(total + section + (digit * last // 10 if last >= 100 and digit else digit))


# -- what stands around a numeral ----------------------------------------------------------------------------

_QUALIFIERS = {
    **dict.fromkeys(("近", "将近", "接近", "快"), "近"),
    **dict.fromkeys(("约", "大约", "大概", "约有", "约为", "约达"), "约"),
    **dict.fromkeys(("超", "超过", "逾", "突破", "超出", "多于", "过", "大于", ">", "＞"), "超"),
    **dict.fromkeys(("不少于", "不低于", "至少", "最少", "≥", "不下", "不下于", "不小于", "达到或超过"), "≥"),
    **dict.fromkeys(("不超过", "不高于", "不多于", "至多", "最多", "≤", "不大于"), "≤"),
    **dict.fromkeys(("不足", "不到", "少于", "低于", "小于", "<", "＜"), "<"),
}
_AFTER = {"左右": "约", "上下": "约", "以上": "≥", "及以上": "≥", "以下": "≤", "以内": "≤", "之内": "≤"}

_COUNTS = (
    "人次 户次 人份 场次 课时 学时 工时 人 名 位 户 家 个 场 次 期 册 本 份 篇 条 支 项 件 台 对 所 间 处 座 类 组 只 "
    "套 批 步 种 节 讲 张 单 班 例 宗 起 门 桌 盒 袋 趟 遍 轮 届 课 块 幅 辆 顿 餐 句 枚 封 副 把 扇 盏 堂 席 箱 瓶 床 "
    "栋 辑 部 款 样 粒 棵 株 盆 根 颗 群 队 站 室 村 镇"
).split()
_UNITS: dict[str, tuple[str, Kind, int]] = {
    **{u: (u, "quantity", 1) for u in _COUNTS},
    "位": ("名", "quantity", 1),
    "场次": ("场", "quantity", 1),
    **{u: (u, "money", 1) for u in ("元",)},
    **dict.fromkeys(("块钱", "元钱"), ("元", "money", 1)),
    "角": ("角", "money", 1),
    **dict.fromkeys(("%",), ("%", "percent", 1)),
    "‰": ("%", "percent", 1),
    **dict.fromkeys(("个百分点", "百分点"), ("百分点", "percent", 1)),
    **{u: (u, "multiple", 1) for u in ("倍", "番")},
    **{u: (u, "duration", 1) for u in ("年", "个月", "天", "日", "周", "分钟", "秒", "秒钟", "刻钟", "工作日", "季度")},
    **dict.fromkeys(("小时", "个小时", "钟头", "个钟头"), ("小时", "duration", 1)),
    **dict.fromkeys(("个工作日",), ("工作日", "duration", 1)),
    **dict.fromkeys(("个星期", "星期"), ("周", "duration", 1)),
    **dict.fromkeys(("岁", "周岁"), ("岁", "age", 1)),
    **dict.fromkeys(("分",), ("分", "score", 1)),
    **{
        u: (u, "measure", 1)
        for u in (
            "字 页 平方米 平米 公里 千米 里 米 厘米 毫米 mm cm km m 亩 公顷 公斤 千克 kg 斤 克 吨 "
            "两 升 毫升 ℃ 度 层 楼 英寸 瓦"
        ).split()
    },
    "成": ("%", "percent", 10),
}
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
#: A unit followed by these is the beginning of another word: 3年级, 5分之, 两家人, 三名单.
_NO_UNIT = re.compile(
    r"年(?:级|代|轻)|分(?:之|别|类|享|工|组|布|析|层|成|为|管|子|期)|家(?:长|庭|人|子|属|园|乡|里)|名(?:单|册|称|为|片)|"
    r"日(?:间|报|常|照)|天(?:津|然|使|府|下)|个(?:案(?!例)|人|体|别|性)|项目|条例|条件|件事(?!情)|位于|位一体|对(?:一|象|口|比|于|接)|"
    r"门(?:口|诊|前|牌|卡|窗)|级|站(?:式|长|点|台)|室内|村(?:民|委|居)|镇(?:街|乡)|组(?:织|长|员|成|建)|所(?:有|在|以|属|需)|"
    r"把(?:手|关)|起(?:步|来|点|草)|张(?:三|罗)|里(?!路)|度|克服|两|米面|米饭|部(?:门|分|署)|队(?:伍|员|长)|"
    r"处(?:理|置|长|于|境|方|室)|批(?:准|复|评)|期(?:间|待|满|限|望|末|中)|场(?:地|所|馆|景)|次(?:要|序|日|年|月)|人(?:员|民|才|力|群|间|生|心|物)|"
    r"户(?:籍|外|口|主|型)|本(?:地|土|市|区|县|站|人|级|次|期|科)|份额|篇章|单(?:位|独|亲|元|身)|班(?:子|组|长|级)|例如|步(?:行|骤)|"
    r"种(?:植|子)|节(?:日|约|水|点|目|能|假)|讲(?:座|解|话|述|课)|课(?:程|堂|后|外)|套餐|类(?:别|型|似)|成(?:立|为|员|果|长|人|绩|本|效|都|年|熟|功|就|了|的)|"
    r"字(?:样|面)|页码|句话?说|层(?:级|次|面)|楼(?:栋|上|下|道|长)|桌(?:子|面)|顿时|根据|群(?:众|体)|床(?:头|边)|箱子|款(?:项|待)|样(?:式|本)|"
    r"周(?:边|围|末|报|年|岁|一|二|三|四|五|六|日|期)|元(?:旦|素|宵)|番薯|台(?:账|阶|风)|座(?:谈|位|椅)|支(?:持|部|撑|付|出|援)|册子|封(?:闭|面)|"
    r"堂(?:课)?妹|席位|口"
)
#: Units before which a numeral in Chinese characters counts something.
_CHINESE_UNIT = re.compile(
    "|".join(
        (
            "人次 户次 场次 人 名 位 户 家 个 场 次 期 册 本 份 篇 条 支 项 件 台 对 所 间 处 座 类 组 只 套 批 "
            "步 种 节 讲 张 班 例 起 门 趟 遍 轮 届 块 辆 顿 餐 句 页 枚 封 把 扇 箱 瓶 元 块钱 倍 成 年 个月 天 "
            "周 分钟 小时 个小时 工作日 个工作日 岁 周岁 分 个百分点 平方米 公里 米 斤 公斤 亩 刻钟 个星期 课时 "
            "学时 桌 盒 袋 站 室 村 镇 样 款 部 群 队"
        ).split()
    )
)

_NUMBER = (
    r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d{1,3}(?:[\u2009\u202f\u00a0]\d{3})+(?!\d)"
    r"|\d{1,3}(?: \d{3})+(?=[余多]?[万亿]?[人户场次册份本元])|\d+(?:\.\d+)?"
)
_GAPS = re.compile(r"[, \u2009\u202f\u00a0]")
_TAIL = re.compile(
    rf"(?P<s1>[百千]?[万亿]|[百千])?(?P<q>余|多(?!个?层|方|样|种)|来(?=[万亿]?(?:{_UNIT}))|几(?=[万亿]?(?:{_UNIT})))?"
    rf"(?P<s2>[万亿])?(?P<gap>[ \u2009\u00a0]?)(?P<unit>{_UNIT})?"
    r"(?P<after>左右|上下|及?以上|以下|[以之]内|余(?!额|下|款)|多(?=[，。、；]))?"
)
_UNIT_NEXT = re.compile(_UNIT)
_RANGE = re.compile(rf"(?:{_UNIT})?(?:至|到|~|—|–|-|－|―|——)(?:{_NUMBER})(?!\d|[+A-Za-z]|年|月)")
_CHINESE_RANGE = re.compile(rf"(?:{_UNIT})?(?:至|到|~|—)([{_CHINESE}]+)")
_BEFORE = re.compile(
    "(?:" + "|".join(sorted(map(re.escape, _QUALIFIERS), key=len, reverse=True)) + r")(?:达|有|为)?\s?$"
)
_EACH = re.compile(r"(?:每|各|人均|户均|站均|平均)[^，。；、：:（）\n]{0,12}$")
_EACH_TIME = re.compile(
    r"每(?:周|月|年|天|日|季度?|学期|半月|隔|逢|两|三|个月|旬|次|场|期|节|人|户|站|名|个)|各(?:发放|配|派|设|有)?$"
)
_PER = re.compile(
    r"/(?:人|户|月|年|天|日|次|场|周|站|小时|节|名|份|季)|每(?:人|户|月|年|天|次|场|周|站)(?=[，。；、）]|$)"
)

_SEEN = re.compile(
    r"https?://[\x21-\x7e]+|[\w.+-]+@[\w.-]+\.\w+"  # addresses
    rf"|(?P<n>{_NUMBER})"
    rf"|(?P<c>(?:[几数上成]?[{_CHINESE}]+几?|半)(?=分之|点[{_CHINESE}]|[余多来]|[人户场课学工名位家个次期册本份篇条支项件台对所间处座类组只套批步种节讲张班例起门趟遍轮届块辆顿餐句页枚封把扇箱瓶元倍成年天日月周分小岁平公米斤亩刻桌盒袋站室村镇样款部群队番至到~—季时点]))"
)
#: What begins like a count and is none: idioms, set phrases, names of policies.
_IDIOM = re.compile(
    r"三番五次|一五一十|三三两两|[三五七]天两头|千家万户|万家|千条|万户|千家|千户|五湖四海|百年|千年|万年|百日|万人空巷|百人|千人|百家|百户|百站|千站|百场|千场|百姓|百名|"
    r"四个(?:意识|自信|全面|服从|伟大)|[两二]个(?:维护|确立|一百年|百年|毫不动摇|结合|务必)|三个(?:代表|一|面向|区分|务必)|六个一|五个一|四个一|两个一|十个一|"
    r"八项规定|四项(?:基本原则|制度)|五位一体|三位一体|多位一体|[三四]下[三四]上|三严三实|两学一做|三会一课|一网|十字路口|一分为二|百分百|百分(?!之)|三百六十行|"
    r"七个八个|一家人|一年一度|一年四季|一天到晚|三心二意|两相|百分制|十分(?!钟|之)|万分(?!之)|千分(?!之)|半个|三分天|一门心思|千门万户|万门|四季|三伏|两天一夜|成百上千|成千上万|千方百计|千辛万苦"
)
_LETTERS = re.compile(r"[A-Za-z][A-Za-z/]*[ \-–—._]?$")
_CODE_AFTER = re.compile(r"(?!(?:mm|cm|km|kg|m|g|h|ml)(?![A-Za-z\d]))[A-Za-z]|[+][\dA-Za-z]|[#＃]")
_DATE = re.compile(
    r"(?:\d{4}(?:—|–|-|~|至|、)\d{2,4}年|\d{4}年(?:度|代|版|级)?(?:(?:第[一二三四1-4]季度|[上下]半年)|\d{1,2}(?:[—–\-~至]\d{1,2})?月(?:份)?"
    r"(?:\d{1,2}[日号]?(?:(?:至|—|–|-)(?:\d{1,2}月)?\d{1,2}日)?)?)?(?:底|初|末|中旬|上旬|下旬)?"
    r"|\d{1,2}(?:[—–\-~至]\d{1,2})?月(?!龄)(?:份)?(?:\d{1,2}[日号]?(?:(?:至|—|–|-)(?:\d{1,2}月)?\d{1,2}日)?)?(?:底|初|末|中旬|上旬|下旬)?"
    r"|(?:19|20)\d{2}[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?!\d)|(?:19|20)\d{2}[HQ][1-4])"
)
_TIME = re.compile(r"\d{1,2}:\d{2}(?:[—–\-~至]\d{1,2}:\d{2})?|\d{1,2}[时点](?!间|位|评)(?:半|整|许|左右|\d{1,2}分)?")
_PHONE = re.compile(r"(?:0\d{2,3}[- ]\d{3,4}[ -]?\d{4}|1[3-9]\d{9}|[48]00-\d{3,4}-\d{3,4})(?!\d)")
_DOCUMENT = re.compile(r"〔(?:19|20)\d{2}〕(?:第)?$|\[(?:19|20)\d{2}\](?:第)?$|[字发函办](?:第)?$")
_LISTED = re.compile(r"\d{1,2}(?:\.\d{1,2})*(?:[.、．](?!\d)|[　 ](?!\d))")
_DEEP = re.compile(r"\d+(?:\.\d+){2,}")
_STANDARD_YEAR = re.compile(r"(?:[—–-]|——)(?:19|20)\d{2}(?!\d)")
_SHARE = re.compile(rf"分之([{_CHINESE}]+)(?:点([{_CHINESE}]+))?")
_NUMBERED = re.compile(
    r"(?:第|附[件录]|图|表|公式|目标|步骤|总第|阶段|注|编号|房|单元|楼|栋|轮次|方案|版本|等级|等|路|线|满分|[（(〔\[])\s?$"
)
_QUOTED = re.compile(r"“([^“”，。；！？]{1,14})”")
_SPOKEN = re.compile(r"[了我你他她吗吧呢啊的]|就|都|也|没|还")
_LONG = re.compile(r"\d{5,}(?!\d)")


_ONE = Decimal(1)
_ONLY_ONE = Interval(_ONE, _ONE)


def find(text: str) -> tuple[Quantity, ...]:
    """Every figure in a text, in order, none inside another."""
    folded = text.translate(_FOLD)
    return tuple(_found(folded))


def _found(text: str) -> Iterator[Quantity]:
    position = 0
    quoted: list[tuple[int, int]] | None = None
    for m in _SEEN.finditer(text):
        start = m.start()
        if start < position or (m["n"] is None and m["c"] is None):
            continue
        found = _of_digits(text, m) if m["n"] is not None else _of_characters(text, m)
        if found is None:
            continue
        if found.kind in _COUNTING and "“" in text:
            if quoted is None:
                quoted = [q.span(1) for q in _QUOTED.finditer(text) if not _SPOKEN.search(q[1])]
            around = next((q for q in quoted if q[0] <= found.start and found.end <= q[1]), None)
            if around is not None and (around != (found.start, found.end) or not found.digits):
                found = replace(found, kind="name")
        position = found.end
        yield found


_COUNTING = frozenset({"quantity", "money", "percent", "multiple", "duration", "measure", "rate", "vague", "score"})


def _plain(text: str, start: int, end: int, value: Decimal, kind: Kind, digits: bool) -> Quantity:
    return Quantity(start, end, value, Interval(value, value), "", "精确", kind, digits)


def _of_digits(text: str, m: re.Match[str]) -> Quantity | None:
    start, end = m.span()
    written = m["n"]
    value = Decimal(_GAPS.sub("", written))
    before = text[max(0, start - 8) : start]
    for pattern, kind in _FORMS:
        if (found := pattern.match(text, start)) is not None:
            if kind == "date":
                year = re.match(r"(?:19|20)\d{2}(?=年|[-/.—–~至、]|[HQ])", found[0])
                only = re.fullmatch(r"\d{4}年(?:度|代|版|级)?", found[0])
                value = Decimal(year[0]) if year else value
                return _plain(text, start, found.end(), value, "year" if only else "date", True)
            return _plain(text, start, found.end(), value, kind, True)
    if (
        (before and _LETTERS.search(before) and not before.endswith(("mm", "m ")))
        or _CODE_AFTER.match(text, end)
        or (before.endswith(("+", "×x")) and not before.endswith("++"))
    ):
        stop = end
        while stop < len(text) and (text[stop].isascii() and (text[stop].isalnum() or text[stop] in "+-.")):
            stop += 1
        if (year := _STANDARD_YEAR.match(text, stop)) is not None:
            stop = year.end()
        return _plain(text, start, stop, value, "name", True)
    if before[-1:] in "〔[" and before and re.match(r"(?:19|20)\d{2}[〕\]]", text[start : end + 1]):
        return _plain(text, start, end, value, "year", True)
    if (deeper := _DEEP.match(text, start)) is not None:
        return _plain(text, start, deeper.end(), value, "ordinal", True)
    if written.endswith(".0") and not _unit_at(text, end):
        return _plain(text, start, end, value, "version", True)
    if _DOCUMENT.search(before) and text[end : end + 1] == "号":
        return _plain(text, start, end + 1, value, "document", True)
    if text[end : end + 1] == "号" or (text[end : end + 1] == "版" and "." in written) or text[end : end + 2] == "版本":
        return _plain(text, start, end + 1, value, "version" if text[end] == "版" else "name", True)
    numbered = _NUMBERED.search(before)
    if (
        numbered is not None
        and (numbered[0][0] not in "（(〔[" or (len(written) <= 2 and text[end : end + 1] in "）)〕]"))
        and not (
            numbered[0].strip() in ("图", "表", "路", "线", "等", "注", "房", "栋", "楼", "编号")
            and _unit_at(text, end)
        )
    ):
        more = re.compile(r"(?:[—–\-~至、]\d+)*").match(text, end)
        last = more.end() if more else end
        if numbered[0].strip() == "满分":
            return _tailed(text, start, m.end(), value, written, "精确", start)
        return _plain(text, start, last, value, "ordinal", True)
    if (not before or before[-1] == "\n") and _LISTED.match(text, start):
        return _plain(text, start, end, value, "ordinal", True)
    if (
        text[end : end + 1] == "日"
        and not re.match(r"日(?:内|后|以)", text[end : end + 3])
        and value <= 31
        and re.search(r"(?:[至—–\-、和月]|^|[，。；（])$", before)
    ):
        return _plain(text, start, end + 1, value, "date", True)
    if re.match(r":\d|∶\d|比\d", text[end : end + 2]) or re.match(r"对\d", text[end : end + 2]):
        pair = re.compile(r"[:∶比对]\d+").match(text, end)
        return _plain(text, start, pair.end() if pair else end, value, "name", True)
    if re.match(r"/\d", text[end : end + 2]):  # 4.8/5: so many points of so many
        most = re.compile(r"/\d+(?:\.\d+)?分?").match(text, end)
        return Quantity(start, most.end() if most else end, value, Interval(value, value), "分", "精确", "score", True)
    if (
        _LONG.match(text, start)
        and not _unit_at(text, end)
        and (len(written) > 6 or text[end : end + 2] in ("热线", "市民"))
    ):
        return _plain(text, start, end, value, "phone", True)
    if value in (110, 119, 120, 122) and (
        text[end : end + 2] in ("电话", "急救", "指挥", "报警") or re.search(r"拨打?[\d、]*$", before)
    ):
        return _plain(text, start, end, value, "name", True)
    qualifier, first = _qualified(text, start)
    return _tailed(text, start, end, value, written, qualifier, first)


_FORMS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_PHONE, "phone"),
    (_DATE, "date"),
    (_TIME, "time"),
)


def _unit_at(text: str, at: int) -> bool:
    m = _TAIL.match(text, at)
    return bool(m and (m["unit"] or m["s1"]))


def _qualified(text: str, start: int) -> tuple[str, int]:
    m = _BEFORE.search(text, max(0, start - 6), start)
    if m is None:
        return "精确", start
    word = m[0].strip()
    for tail in ("达", "有", "为"):
        if word not in _QUALIFIERS:
            word = word.removesuffix(tail)
    if word == "过" and text[max(0, m.start() - 1) : m.start()] not in (
        "",
        "，",
        "已",
        "人",
        "数",
        "量",
        "均",
        "次",
        "计",
    ):
        return "精确", start
    if word == "快" or (word == "近" and text[max(0, m.start() - 1) : m.start()] in ("最", "附", "就", "邻", "靠")):
        return "精确", start
    return _QUALIFIERS[word], m.start()


def _tailed(
    text: str,
    start: int,
    end: int,
    value: Decimal,
    written: str,
    qualifier: str,
    first: int,
    *,
    digits: bool = True,
    high: Decimal | None = None,
) -> Quantity | None:
    """The figure whose numeral ends at ``end``: its range, scale, words that qualify it, unit."""
    step = place(value)
    fraction = len(written.partition(".")[2]) if digits else 0
    ranged = _RANGE.match(text, end) if digits else _CHINESE_RANGE.match(text, end)
    if ranged is not None:
        last = _GAPS.sub("", re.search(rf"(?:{_NUMBER})$", ranged[0])[0]) if digits else None  # type: ignore[index]
        top = Decimal(last) if last is not None else (numeral(ranged[1]) or (None, None))[1]
        if top is not None and top > value:
            high, end = top, ranged.end()
    m = _TAIL.match(text, end)
    assert m is not None
    scale = 1
    for word in (m["s1"] or "") + (m["s2"] or ""):
        scale *= _SCALES[word]
    unit, after, stop = m["unit"] or "", m["after"] or "", m.end()
    if unit and _NO_UNIT.match(text, m.start("unit")) and not (m["gap"] and digits):
        longer = [u for u in _UNITS if len(u) > len(unit) and text.startswith(u, m.start("unit"))]
        if not longer:
            unit, after, stop = "", "", m.start("gap")
    if not unit and m["gap"]:
        stop = m.start("gap")
    if not unit and after:
        if after in ("余", "多"):
            pass
        stop = max(stop, m.end() if after else stop)
    if m["q"] or after in ("余", "多"):
        qualifier = "余"
    elif after in _AFTER:
        qualifier = _AFTER[after]
    if m["q"] and m["s2"] is None and not unit and not digits and not scale > 1 and value <= 10:
        return None
    name, kind, factor = _UNITS.get(unit, ("", "quantity", 1))
    total = value * scale
    step = (Decimal(1).scaleb(-fraction) if fraction else place(value)) * scale
    if high is not None:
        interval = Interval(value * scale, high * scale)
        qualifier = "约" if qualifier == "精确" else qualifier
    elif qualifier == "精确" and (scale >= 10_000 and digits):
        interval = rounded(total, Decimal(1).scaleb(-fraction) * scale)
    elif qualifier == "精确" and kind in ("percent", "multiple") and digits:
        interval = rounded(total, Decimal(1).scaleb(-fraction))
    else:
        interval = meant(total, qualifier, step)
    if qualifier == "约" and high is None and step < 1:
        interval = meant(total, "约", step)
    if unit == "成" and stop < len(text) and text[stop] in _DIGITS and not _UNIT_NEXT.match(text, stop + 1):
        total = total * 10 + _DIGITS[text[stop]]  # 九成七 is 97%
        interval, stop = rounded(total, Decimal(1)), stop + 1
    elif unit == "成":
        total, interval = total * 10, Interval(interval.low * 10 - 5, interval.high * 10 + 5)
    elif unit == "‰":
        total, interval = total / 10, interval.times(Decimal("0.1"))
    del factor
    per = _PER.match(text, stop)
    if per is not None:
        stop = per.end()
    if kind in ("quantity", "money", "duration", "measure") and (per is not None or _is_each(text, first)):
        kind = "rate"
    if kind == "duration" and digits and name == "年" and scale == 1 and 1900 <= value <= 2100:
        kind = "year"
    return Quantity(first, stop, total, interval, name, qualifier, kind, digits)


def _is_each(text: str, start: int) -> bool:
    m = _EACH.search(text, max(0, start - 16), start)
    return (
        m is not None
        and (m[0][0] != "各" or _EACH_TIME.match(m[0]) is not None)
        and not re.search(r"共|总|累计|合计", m[0])
    )


def _of_characters(text: str, m: re.Match[str]) -> Quantity | None:
    start, end = m.span()
    written = m["c"]
    before = text[max(0, start - 3) : start]
    if (idiom := _IDIOM.match(text, start)) is not None:
        return _plain(text, start, idiom.end(), Decimal(0), "name", False)
    if before.endswith("第"):
        return _plain(text, start, end, Decimal(0), "ordinal", False)
    if written == "一" and text[end] not in "月日时点季至到分—~番":  # by far the most: 一个, 一次, 一起
        return Quantity(start, end + 1, _ONE, _ONLY_ONE, text[end], "精确", "vague", False)
    if before.endswith(("（", "(")) and text[end : end + 1] in ("）", ")"):
        return None
    if text.startswith("分之", end):
        top = _SHARE.match(text, end)
        parts, whole = (numeral(top[1]) if top else None), numeral(written)
        if top is None or parts is None or whole is None or not whole[0]:
            return None
        decimals = "".join(str(_DIGITS.get(c, "")) for c in top[2] or "")
        amount = (parts[0] + (Decimal("0." + decimals) if decimals else 0)) * 100 / whole[0]
        qualifier, first = _qualified(text, start)
        interval = (
            rounded(amount, Decimal(1).scaleb(-len(decimals))) if whole[0] == 100 else Interval(amount - 2, amount + 2)
        )
        if qualifier in ("超", "≥"):
            interval = Interval(amount, Decimal(100))
        return Quantity(first, top.end(), amount, interval, "%", qualifier, "percent", False)
    if written.startswith(("零", "〇")) and len(written) > 1:
        return None
    if re.fullmatch(r"[一二三四五六七八九〇零]{4}", written) and text[end : end + 1] == "年":
        return _plain(text, start, end + 1, numeral(written)[0], "year", False)  # type: ignore[index]
    if text[end : end + 1] in ("月", "日", "时", "点", "季") and not text.startswith("点", end + 1):
        if text[end : end + 1] == "月" or (text[end : end + 1] == "日" and "月" in before):
            return _plain(text, start, end + 1, Decimal(0), "date", False)
        if (
            text[end] in "时点"
            and not text.startswith(("时间", "点评", "点位", "点是", "点点"), end)
            and written[0] not in "一半数几上"
        ):
            return _plain(text, start, end + 1, Decimal(0), "time", False)
        if text[end] != "季" and not text.startswith("日", end):
            return None
    if written == "半":
        return None
    if text.startswith("番", end) and before.endswith(("翻", "翻了")):  # 翻一番: twice as many, 翻两番: four times
        times = Decimal(2) ** int((numeral(written) or (Decimal(1),))[0])
        return Quantity(start, end + 1, times, Interval(times * Decimal("0.95"), times * Decimal("1.05")), "番", "约",
                        "multiple", False)  # fmt: skip
    reach = False
    if written[0] in "上成":
        if (
            written[1:2] not in ("百", "千", "万")
            or written[0] == "成"
            or before.endswith(("早", "晚", "马", "路", "线", "网", "以", "之"))
        ):
            return None
        reach, written = True, written[1:]
    bounds = numeral(written)
    if bounds is None:
        return None
    low, high = bounds
    qualifier, first = _qualified(text, start)
    step = Decimal(_SCALES[written[-1]]) if written[-1] in _SCALES else Decimal(1)
    found = _tailed(text, start, end, low, written, qualifier, first, digits=False, high=high if high > low else None)
    if found is None:
        return None
    approximate = (written[-1] in "百千万亿" and found.qualifier == "余") or (qualifier != "精确" and low >= 100)
    if not found.unit and not approximate:
        return None
    if found.unit and not _CHINESE_UNIT.search(text, end, found.end):
        return None
    if reach:
        found = replace(found, interval=Interval(found.value, found.value * 10, open_high=True), qualifier="约")
    elif high > low:
        found = replace(found, qualifier="约")
    elif found.qualifier == "余" and step > 1 and found.unit != "%":
        scale = found.value / low if low else Decimal(1)
        found = replace(found, interval=Interval(found.value, found.value + step * scale, open_high=True))
    if found.kind in _COUNTING and written in ("一", "几", "数") and found.qualifier == "精确":
        return replace(found, kind="vague")
    if written in ("百", "千", "万", "十", "亿") and found.qualifier == "精确" and written != "十" and not reach:
        return replace(found, kind="name")
    return found
