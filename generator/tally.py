"""Whose figure is it? Every figure a reader meets, held against the facts its words name and against its own record.

A figure in prose is an interval (``quantities``), so is a fact; the first must be true of all that the second knows.
Which fact is meant is told by the words around: names of indicators first of all in the clause, then in the sentence,
then by the pairs of characters that few indicators share; a period and a station named before it, or else the record's
own.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Literal, get_args

from generator.diagnostics import Span, Text, say
from generator.facts import Days, Facts, interval_of, period
from generator.model import Markdown, Record, leaves, marked, value_at
from generator.provenance import Source
from generator.quantities import Interval, Quantity, find, rounded
from generator.reading import Passage, Reading
from generator.records.activity import Activity
from generator.records.case import Case
from generator.records.fact import UNIT, Fact, Indicator
from generator.records.group import Group
from generator.records.operation import Operation
from generator.records.person import Person
from generator.records.policy import Policy
from generator.records.station import Station

#: ``bound`` was printed from a fact; ``agrees`` with one, ``own`` with data of its record; ``waived`` with a reason;
#: ``norm`` is what a rule asks for; ``told`` is of a story, below the line; the others are faults.
Verdict = Literal["bound", "agrees", "own", "waived", "norm", "told", "differs", "unit", "stale", "unbound"]


#: Heads of columns in which people are told of.
_AGES = frozenset({"年龄", "年龄段"})


@dataclass(frozen=True)
class Figure:
    """A figure where it is printed: what it was found to be, the facts it is of, and for a fault what is wrong."""

    passage: Passage
    start: int
    end: int
    verdict: Verdict
    facts: tuple[str, ...] = ()
    quantity: Quantity | None = None
    indicator: Indicator | None = None
    message: Text | None = None

    @property
    def words(self) -> str:
        return self.passage.words[self.start : self.end]


@dataclass(frozen=True)
class _Entry:
    """A fact, or one of its parts, as what a figure may be of."""

    fact: Fact
    indicator: Indicator
    unit: str
    interval: Interval
    part: str = ""


#: Kinds of figures that state how many; durations only where they are counted service (小时).
_STATING = frozenset({"quantity", "money", "percent", "multiple", "rate", "score", "duration"})
#: Records that tell of somebody: small numbers in them are of the story.
_STORIES = (Case, Group, Activity, Person)
#: Words beside which even a small number is a statistic.
_CUE = re.compile(
    r"共|累计|总计|合计|全年|全区|全市|全县|全省|全站|年度|[本上下]季度|[上下]半年|覆盖|\d{4}年|已达|达到|先后|建成|同比|环比"
)
_CLAUSE = re.compile(r"[，。；：、！？,;:（）()\n]")
_SENTENCE = re.compile(r"[。！？\n]")
_GROWTH = re.compile(r"增长|增加|上升|提高|增幅|提升|增至|下降|减少|降低|降幅|下滑|同比|环比|翻")
_FALL = re.compile(r"下降|减少|降低|降幅|下滑|少了|降了")
_SHARE = re.compile(r"占|比例|比重|份额")
_PERIOD = re.compile(
    r"(?P<not>[比较与同]|相比)?(?P<year>(?:19|20)\d{2})年(?:度)?(?:(?:第?(?P<q>[一二三四1-4])季度)|(?P<half>[上下])半年|(?:(?P<from>\d{1,2})[至—–\-~])?(?P<month>\d{1,2})月"
    r"(?P<day>\d{1,2}日)?(?:[至—–\-~](?:\d{1,2}月)?)?)?(?P<since>(?:[底末初]|以来|以后|之后|起))?"
    r"|(?P<rel>去年|上年|今年|本年度?|全年)(?!同期)(?:(?:第?(?P<q2>[一二三四1-4])季度)|(?P<half2>[上下])半年)?(?P<since2>以来|起|\d{1,2}月)?"
    r"|(?<![\d年])(?:第?(?P<q3>[一二三四])季度|(?P<half3>[上下])半年)"
)
#: In a rule these tell what was, not what shall be.
_REPORTED = re.compile(r"已[^经]|累计|目前|增[至加]|降至|建成|以来|上一?年度|共计|去年|(?:19|20)\d{2}年(?![\d前内])")
_FACT_UNITS = frozenset(get_args(UNIT))
_SCORED = re.compile(r"(?:分|分由|分从|降[至到]|升[至到])$")
#: 由2022年的…增加到…, 比上年增加…, 两年累计…
_TO = re.compile(r"(?:增|增加|增长|上升|提高|提升|扩大|发展|下降|减少|降)[到至为]$")
_FROM = re.compile(r"[从由][^，。]{0,8}$")
_THEN = re.compile(r"(?:增|上升|提|扩|发展|下降|减|降)")
_MORE = re.compile(r"(?:增加|增长|增|减少|下降|减|多|少)了?$")
_YEARS = re.compile(r"([两二三四五])年(?:来|间|里|累计|共|合计)")
#: Before a number these say that not all are meant: 向4个街道社工站捐赠.
_SOME = re.compile(r"(?:向|给|为|在|由|对|与|联合|组织|其中|选取|选出|走进|深入|来自|派往|惠及)(?:$|\d)")
#: Words before a score that was measured, not given in talk.
_MEASURED = re.compile(r"前测|后测|均分|总分|标准分|得分|降[至到低]|升[至到高]|提高|增加|减少|[由从]$|测得|满意度为?$")
#: A role that prints a figure, as prose has it.
_ROLE = re.compile(r"\{(?:[^{}\n]*@[^{}\n]*|[数和][:：][^{}\n]*)\}")
_RATIO = re.compile(r"率|占|比例|比重|同比|环比|增长|增幅|满意度|翻")
_POINTS = re.compile(r"分值|得分|分数|评分|满分|计分|自评")
_SCALE = re.compile(r"[A-Z][A-Za-z]{1,9}(?:-\d+)?")
_SAME_UNIT = {"名": "人", "位": "人", "例": "个", "宗": "个", "课时": "节", "条": "条"}
_GENERIC = frozenset(
    "社工 服务 活动 工作 社区 街道 人次 人数 次数 场次 数量 "
    "开展 覆盖 志愿 培训 项目 机构 社会 会工 组织 站点 全区 人员".split()
)
#: Keys of fields -> the unit of the number in them.
_FIELD_UNITS = {
    "人数": "人",
    "计划人数": "人",
    "实际人数": "人",
    "出席": "人",
    "志愿者": "人",
    "人次": "人次",
    "间接受益": "人次",
    "份数": "份",
    "分钟": "分钟",
    "预算": "元",
    "决算": "元",
    "金额": "元",
    "面积": "平方米",
    "社区数": "个",
    "人口": "人",
    "印数": "册",
    "前测": "分",
    "后测": "分",
    "时长": "小时",
    "年": "年",
    "期": "期",
    "总期": "期",
}
_PLAIN_FIELDS = frozenset(
    {
        "标题",
        "副标题",
        "引题",
        "导语",
        "摘要",
        "说明",
        "栏目语",
        "题语",
        "主题",
        "要点",
        "成效",
        "下一步",
        "变化",
        "依据",
    }
)


def unit_of(unit: str) -> tuple[str, Decimal]:
    """The unit as which one counts: 名 is 人, 万元 is 10000 元."""
    if unit == "万元":
        return "元", Decimal(10_000)
    return _SAME_UNIT.get(unit, unit), Decimal(1)


class _Known:
    """The facts of a workspace as figures look for them."""

    def __init__(self, reading: Reading) -> None:
        self.facts = Facts(reading.records)
        self.records = reading.records
        self.indicators = tuple(i for i in reading.records.of(Indicator))
        self.names: dict[str, tuple[str, ...]] = {
            i.id: tuple(dict.fromkeys(n for name in (i.title, *i.aliases) for n in _variants(name, i.unit)))
            for i in self.indicators
        }
        grams = {i.id: {n[k : k + 2] for n in self.names[i.id] for k in range(len(n) - 1)} for i in self.indicators}
        often = Counter(g for some in grams.values() for g in some)
        most = max(2, len(self.indicators) // 12)
        self.grams = {
            i: frozenset(g for g in some if often[g] <= most and g not in _GENERIC) for i, some in grams.items()
        }
        self.entries: dict[str, list[_Entry]] = {i.id: [] for i in self.indicators}
        self.by_unit: dict[str, list[_Entry]] = {}
        for fact in self.facts.current:
            indicator = self.facts.of(fact)
            unit, factor = unit_of(indicator.unit)
            self._add(_Entry(fact, indicator, unit, interval_of(fact).times(factor)))
            for part in fact.breakdown:
                value = Decimal(repr(part.value)) * factor
                self._add(_Entry(fact, indicator, unit, Interval(value, value), part.name))
        self.parts = {i: tuple({e.part for e in some if e.part}) for i, some in self.entries.items()}
        self.kinds = {i.id: i.kind for i in self.indicators}
        self.unit_classes = {i.id: unit_of(i.unit)[0] for i in self.indicators}
        #: the stations that any fact is of
        self.stations = {fact.station for fact in self.facts.current}
        stations = reading.records.of(Station)
        self.parents = {s.id: s.parent for s in stations}
        self.places = sorted(
            ((name, s.id) for s in stations for name in dict.fromkeys((s.title, s.short_name)) if len(name) > 1),
            key=lambda place: -len(place[0]),
        )

    def _add(self, entry: _Entry) -> None:
        self.entries[entry.indicator.id].append(entry)
        self.by_unit.setdefault(entry.unit, []).append(entry)


def _variants(name: str, unit: str) -> Iterator[str]:
    """A name, and what is left of it without its unit: 巡访人次 is 巡访 before 人次."""
    yield name
    for tail in ("人次", "人数", "场次", "次数", "个数", "数量", "总数", unit, "数"):
        if name.endswith(tail) and len(name) - len(tail) >= 2 and name.removesuffix(tail) not in _GENERIC:
            yield name.removesuffix(tail)
            return


@dataclass(frozen=True)
class _Around:
    """What stands around a figure: its clause up to the figure, what follows it, its sentence up to it."""

    before: str
    after: str
    sentence: str
    passage: str
    head: str = ""
    rest: str = ""

    @cached_property
    def near(self) -> str:
        return f"{self.before}\0{self.after}\0{self.head}"

    @property
    def listed(self) -> str:
        """What stands before the figure and others listed with it: 向4个街道站、14个社区室."""
        return re.split(r"[，；：]", self.sentence)[-1]

    @property
    def whole(self) -> str:
        """The sentence to its end."""
        return f"{self.sentence}\0{self.rest}"

    @cached_property
    def wide(self) -> str:
        return f"{self.sentence}\0{self.after}\0{self.head}"


#: A role that could not be printed stands as it was written.
_ROLE = re.compile(r"\{[^{}]*\}")
#: Whose figure it is when no station is named: the whole of what lies under one of such a rank.
_WHOLE = re.compile(r"全(自治区|省|市|州|师|区|县|旗|街道|镇|乡)(?!别|分|间|域|块)")
_RANKS = {
    **dict.fromkeys(("省", "自治区"), "省"),
    **dict.fromkeys(("市", "州", "师"), "市"),
    **dict.fromkeys(("区", "县", "旗"), "区县总站"),
    **dict.fromkeys(("街道", "镇", "乡"), "镇街站"),
}


@dataclass
class Tally:
    """All figures of a reading, judged."""

    reading: Reading
    _own: dict[str, _Own] = field(default_factory=dict)
    _paths: dict[str, tuple[Record | None, bool]] = field(default_factory=dict)

    @cached_property
    def known(self) -> _Known:
        return _Known(self.reading)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the prose, once for each place in content/, in reading order."""
        found: list[Figure] = []
        seen: set[tuple[str, str, int]] = set()
        for passage, identified in zip(self.reading.passages, self.reading.identified, strict=True):
            if passage.kind in ("head", "metadata") or not (passage.sources or passage.drawn):
                found += (Figure(passage, b, e, "bound", f) for b, e, f in passage.bound)
                continue
            out = [(one.start, one.end) for one in identified]
            out += [m.span() for m in _ROLE.finditer(passage.words)] if "{" in passage.words else []
            found += self._of(passage, seen, out)
        return tuple(found)

    def _of(
        self, passage: Passage, seen: set[tuple[str, str, int]], out: Sequence[tuple[int, int]]
    ) -> Iterator[Figure]:
        """The figures of a passage but for stretches that are answered for: numbers of persons, roles."""
        quantities = self.reading.quantities(passage)
        judged: list[Figure] = []
        for start, end, facts in passage.bound:
            touching = next((q for q in quantities if q.start < end and start < q.end), None)
            yield self._bound(passage, start, end, facts, touching)
        for number, quantity in enumerate(quantities):
            if quantity.kind not in _STATING or passage.is_bound(quantity.start, quantity.end):
                continue
            if any(begin < quantity.end and quantity.start < stop for begin, stop in out):
                continue
            if passage.heads[1] in _AGES:
                continue  # somebody's, not what a station did
            source = next((s for b, e, s in passage.sources if b <= quantity.end - 1 and quantity.start < e), "")
            if not source and passage.drawn is None:
                continue  # printed by a template from data of the record
            key = (source, passage.words, quantity.start)
            if key in seen:
                continue
            seen.add(key)
            judged.append(self._judged(passage, quantities, number, source, judged))
            yield judged[-1]

    def span(self, figure: Figure) -> Span:
        """Where a figure is written: the role it was printed by, or its own words."""
        passage = figure.passage
        stretch = next(((b, e) for b, e, _ in passage.bound if b < figure.end and figure.start < e), None)
        source = next((s for b, e, s in passage.sources if stretch and b <= stretch[0] < e), "")
        if stretch is None or not source:
            return self.reading.span(passage, figure.start, figure.end)
        place = Source.parse(source)
        record = self.reading.records[place.record]
        value = value_at(record, place.path)
        number = 0
        for other in self.reading.passages:
            for b, _, _ in other.bound:
                if other is passage and b == stretch[0]:
                    roles = list(_ROLE.finditer(value))
                    origin = self.reading.records.origin(record)
                    if number >= len(roles):
                        return origin.span(place.path)
                    return origin.locate(place.path, value, roles[number].start(), len(roles[number][0]))
                number += any(start <= b < stop and s == source for start, stop, s in other.sources)
        return self.reading.span(passage, figure.start, figure.end)

    def key(self, figure: Figure) -> tuple[str, str, str] | None:
        """Indicator, station and period that the words around a figure name clearly; None if they don't."""
        quantity = figure.quantity
        if quantity is None:
            return None
        before = max((q.end for q in self.reading.quantities(figure.passage) if q.end <= quantity.start), default=0)
        around = _around(
            figure.passage, (before, quantity.end), quantity.start, quantity.end, len(figure.passage.words)
        )
        unit = unit_of(quantity.unit)[0]
        scores = {i: v for i, v in self._scores(around).items() if v >= 4 and self.known.unit_classes[i] == unit}
        if not scores:
            return None
        record = self.reading.records.get(figure.passage.record)
        place = (record.station or (record.id if record.source else "")) if record is not None else ""
        station = (self._stations(around) or [place])[0]
        named = self._period(around, figure.passage)
        days = said(named[0]) if named is not None else str(self._year(figure.passage))
        return max(scores, key=lambda i: scores[i]), station, days

    def elsewhere(self, figure: Figure, printed: Set[str]) -> Iterator[tuple[str, str, Quantity]]:
        """Figures with the same key in prose that this edition doesn't print: place, words, figure."""
        key = self.key(figure)
        if key is None:
            return
        names = self.known.names[key[0]]
        for record in self.reading.records:
            if record.id in printed:
                continue
            for path, words in marked(record, Markdown):
                if not any(name in words for name in names):
                    continue
                passage = Passage(words, "body", "", record.id)
                for quantity in find(words):
                    there = Figure(passage, quantity.start, quantity.end, "told", quantity=quantity)
                    if quantity.kind in _STATING and self.key(there) == key:
                        origin = self.reading.records.origin(record)
                        span = origin.locate(path, words, quantity.start, quantity.end - quantity.start)
                        yield str(span), there.words, quantity

    # -- what was printed from facts -------------------------------------------------------------------------

    def _bound(self, passage: Passage, start: int, end: int, ids: tuple[str, ...], quantity: Quantity | None) -> Figure:
        facts = [f for i in ids if (f := self.known.facts.all.get(i)) is not None]
        if len(facts) != 1 or not passage.sources:
            return Figure(passage, start, end, "bound", ids)
        fact = facts[0]
        indicator = self.known.facts.indicator(fact.indicator)
        if indicator is None:
            return Figure(passage, start, end, "bound", ids)
        if quantity is not None and quantity.kind in _STATING:
            unit, factor = unit_of(indicator.unit)
            has = unit_of(quantity.unit)[0]
            if quantity.end > end and has and unit != has and has in passage.words[end : quantity.end]:
                return Figure(
                    passage,
                    start,
                    quantity.end,
                    "unit",
                    ids,
                    quantity,
                    indicator,
                    _unit_words(quantity, passage, indicator),
                )
            if quantity.start < start and not quantity.interval.overlaps(interval_of(fact).times(factor)):
                return Figure(
                    passage,
                    quantity.start,
                    quantity.end,
                    "differs",
                    ids,
                    quantity,
                    indicator,
                    self._against(passage, quantity, _Entry(fact, indicator, unit, interval_of(fact))),
                )
        around = _around(passage, (), start, end, end)
        named = self._period(around, passage)
        if named is not None and named[1] and (fact.end < named[0][0] or fact.start > named[0][1]):
            return Figure(
                passage,
                start,
                end,
                "stale",
                ids,
                quantity,
                indicator,
                say(
                    "句子说的是{named}，“{words}”却是{period}的数",
                    en="The sentence speaks of {named}, “{words}” is of {period}",
                    named=said(named[0]),
                    words=passage.words[start:end],
                    period=said((fact.start, fact.end)),
                ),
            )
        return Figure(passage, start, end, "bound", ids)

    # -- what was typed --------------------------------------------------------------------------------------

    @staticmethod
    def _before(passage: Passage, start: int, judged: Sequence[Figure]) -> str | None:
        """The fact of the figure before, which a growth without a name of its own is of."""
        bound = [(end, facts[0]) for _, end, facts in passage.bound if end <= start and facts]
        found = [(f.end, f.facts[0]) for f in judged if f.facts and f.verdict == "agrees"]
        return max([*bound, *found], default=(0, None))[1]

    def _judged(
        self, passage: Passage, quantities: Sequence[Quantity], number: int, source: str, earlier: Sequence[Figure]
    ) -> Figure:
        quantity = quantities[number]
        record, is_data = self._field(source, passage)

        def verdict(
            name: Verdict, entry: _Entry | None = None, message: Text | None = None, indicator: Indicator | None = None
        ) -> Figure:
            return Figure(
                passage,
                quantity.start,
                quantity.end,
                name,
                (entry.fact.id,) if entry else (),
                quantity,
                entry.indicator if entry else indicator,
                message,
            )

        before = max((q.end for q in quantities[:number] if q.kind in _STATING), default=0)
        after = quantities[number + 1].start if number + 1 < len(quantities) else len(passage.words)
        bounds = [e for b, e, _ in passage.bound if e <= quantity.start]
        nexts = [b for b, e, _ in passage.bound if b >= quantity.end]
        before, after = max([before, *bounds]), min([after, *nexts])
        around = _around(passage, (before, after), quantity.start, quantity.end, after)
        quantity = self._with_unit(quantity, passage)
        scores = self._scores(around)
        if not quantity.unit and _SCORED.search(around.before) and isinstance(record, _STORIES):
            quantity = replace(quantity, kind="score")
        if quantity.kind == "score":
            return self._score(verdict, quantity, around, record, is_data)
        if quantity.kind == "multiple" or (quantity.kind == "percent" and _GROWTH.search(around.near)):
            told = self._growth(quantity, around, passage, record, self._before(passage, quantity.start, earlier))
            if told is not None:
                return verdict(*told)
        if quantity.kind == "percent" and _SHARE.search(around.wide):
            told = self._share(quantity, around, passage, record)
            if told is not None:
                return verdict(*told)
        if quantity.kind == "quantity" and _MORE.search(around.before) and re.search(r"比|较|同", around.sentence):
            told = self._difference(quantity, around, passage, record)
            if told is not None:
                return verdict(*told)
        found = self._matched(quantity, around, passage, record, scores)
        if found[0] in ("agrees",):
            return verdict(*found)
        if isinstance(record, Group) and not is_data and (wrong := _miscounted(record, quantity, around)) is not None:
            return verdict("waived") if self._waived(record, passage, quantity) else verdict("differs", None, wrong)
        if record is not None and self._of_record(record).agrees(quantity):
            return verdict("own")
        if self._waived(record, passage, quantity):
            return verdict("waived")
        if isinstance(record, Policy) and not _REPORTED.search(around.whole):
            return verdict("norm")
        if found[0] in ("differs", "stale", "unit"):
            small = quantity.interval.low < 100 and (isinstance(record, _STORIES) or is_data)
            small = small or (not quantity.digits and quantity.interval.low <= 20)
            tale = small and not _CUE.search(around.wide if quantity.digits else around.before)
            return verdict("told") if tale or quantity.kind == "rate" else verdict(*found)
        if is_data or not self._is_statistic(quantity, around, record, scores):
            return verdict("told")
        return verdict(*found)

    def _with_unit(self, quantity: Quantity, passage: Passage) -> Quantity:
        """In a table the unit stands in the head: 人次, 数量（场）; so does that it is so many each time, or points."""
        if not any(passage.heads[:2]) or quantity.kind not in ("quantity", "percent"):
            return quantity
        head = "\0".join(passage.heads[:2])
        if _POINTS.search(head):
            return replace(quantity, kind="score")
        if re.search(r"每[周月季年天人户次场]|人均", passage.heads[1]):
            return replace(quantity, kind="rate")
        if quantity.unit:
            return quantity
        for unit in sorted({i.unit for i in self.known.indicators}, key=len, reverse=True):
            if re.search(rf"[（(／/]{re.escape(unit)}[)）]?|{re.escape(unit)}数?$", head):
                return replace(quantity, unit=unit_of(unit)[0])
        return quantity

    def _scores(self, around: _Around) -> dict[str, float]:
        """How clearly the words name each indicator: 4 and more in the clause, 2 in the sentence, less in part."""
        found: dict[str, float] = {}
        known = self.known
        near, wide, after = around.near, around.wide, around.after
        for indicator, names in known.names.items():
            best = 0.0
            for name in names:
                if name in wide:
                    size = len(name) / 10
                    if name in after and after.index(name) <= 6:
                        best = max(best, 4.2 + size)
                    elif name in around.before or name in around.head:
                        best = max(best, 4 + size)
                    elif name in near:
                        best = max(best, 3 + size)
                    else:
                        best = max(best, 2 + size)
            if best < 2:
                grams = known.grams[indicator]
                inside = sum(g in near for g in grams)
                beyond = 0 if inside else sum(g in wide for g in grams)
                best = min(1 + inside * 0.3, 1.9) if inside else min(0.4 + beyond * 0.15, 0.95) if beyond else 0.0
            for part in known.parts.get(indicator, ()):
                if part in near:
                    best = max(best, 3.0 if best >= 0.5 else 1.0)
            if best:
                found[indicator] = best
        return found

    def _matched(
        self, quantity: Quantity, around: _Around, passage: Passage, record: Record | None, scores: Mapping[str, float]
    ) -> tuple[Verdict, _Entry | None, Text | None, Indicator | None]:
        known = self.known
        unit, _ = unit_of(quantity.unit)
        named = self._period(around, passage)
        if _TO.search(around.before):
            named = None  # 由2022年的…增加到…: now it is of the later one
        elif _FROM.search(around.before) and _THEN.match(around.after) and (day := self._day(record)) is not None:
            base = (int(named[0][0].year) if named is not None else day.year - 1,) * 2
            named = (dt.date(base[0], 1, 1), dt.date(base[1], 12, 31)), True
        stations = self._stations(around) or self._above(around, record)
        ranked = sorted(scores, key=lambda i: -scores[i])
        fitting = [i for i in ranked if not unit or known.unit_classes[i] == unit]
        best = scores[fitting[0]] if fitting else 0.0
        least = 1.5 if best >= 4 else 0.5
        small = quantity.interval.low < 10
        contrary: _Entry | None = None
        for indicator in fitting:
            if scores[indicator] < least or (small and scores[indicator] < 0.7):
                break
            scope, exact = self._scope(indicator, stations, named, record)
            for entry in scope:
                if (entry.part and entry.part not in around.wide) or self._is_wider(entry, named):
                    continue
                if quantity.interval.covers(entry.interval):
                    return "agrees", entry, None, None
            whole = [e for e in scope if not e.part]
            parts = [e for e in scope if e.part and e.part in around.near]
            if known.kinds[indicator] == "存量" and _SOME.search(around.listed):
                whole = [e for e in whole if e.interval.high < quantity.interval.low]  # some of them, not more than all
            if contrary is None and exact and scores[indicator] >= 4 and (whole or parts):
                contrary = min(parts or whole, key=lambda e: abs(e.interval.low - quantity.interval.low))
            elif contrary is None and exact and scores[indicator] >= 2 and unit and (whole or parts):
                close = next((e for e in parts or whole if _slip(e.interval.low, quantity.interval.low)), None)
                contrary = close
        years = _YEARS.search(around.wide)
        if years is not None and contrary is not None:
            for indicator in (i for i in fitting if scores[i] >= 2):
                summed = self._of_years(indicator, stations, record, years, quantity)
                if summed is not None:
                    return "agrees", summed, None, None
        mixed = self._other_unit(quantity, scores, ranked, stations, named, record) if unit else None
        if mixed is not None and (best < 4 or contrary is not None):
            return "unit", mixed, _unit_words(quantity, passage, mixed.indicator), None
        top = next((i for i in fitting if scores[i] >= 4), None)
        if top is not None and (contrary is None or contrary.indicator.id == top):
            other = next(
                (
                    e
                    for e in self._at(top, stations, record)
                    if not e.part and quantity.interval.low >= 10 and quantity.interval.covers(e.interval)
                ),
                None,
            )
            meant_ = named[0] if named is not None else (contrary.fact.start, contrary.fact.end) if contrary else None
            if other is not None and meant_ is not None:
                return "stale", other, self._stale(passage, quantity, other, meant_), None
        if contrary is not None:
            return "differs", contrary, self._against(passage, quantity, contrary), None
        if unit and quantity.interval.low >= 100:  # no words name it, and yet it is no chance
            for entry in known.by_unit.get(unit, ()):
                if self._is_wider(entry, named):
                    continue
                if quantity.interval in (entry.interval, *_same(entry)) and self._near(entry, stations, record):
                    return "agrees", entry, None, None
        for indicator in fitting:
            if scores[indicator] < 1:
                break
            scope, exact = self._scope(indicator, stations, named, record)
            for entry in scope if exact else ():
                if not entry.part and _slip(entry.interval.low, quantity.interval.low) and quantity.interval.low >= 10:
                    return "differs", entry, self._against(passage, quantity, entry), None
        first = known.facts.indicator(fitting[0]) if fitting and best >= 1 else None
        return "unbound", None, _unbound(passage, quantity, first, best >= 4), first

    def _is_wider(self, entry: _Entry, named: tuple[Days, bool] | None) -> bool:
        """Whether a fact counts more days than the words say: a year's visits are not those of half a year."""
        if named is None or not named[1] or self.known.kinds[entry.indicator.id] == "存量":
            return False
        return entry.fact.start < named[0][0] or entry.fact.end > named[0][1]

    def _other_unit(
        self,
        quantity: Quantity,
        scores: Mapping[str, float],
        ranked: Sequence[str],
        stations: Sequence[str],
        named: tuple[Days, bool] | None,
        record: Record | None,
    ) -> _Entry | None:
        """The fact that the words name and the number fits, were it not for the unit: 25075人 for 25075人次."""
        unit = unit_of(quantity.unit)[0]
        if quantity.interval.low < 2 or (not quantity.digits and quantity.interval.low <= 20):
            return None
        for indicator in ranked:
            if scores[indicator] >= 4 and self.known.unit_classes[indicator] != unit:
                for entry in self._scope(indicator, stations, named, record)[0]:
                    if not entry.part and quantity.interval.covers(entry.interval):
                        return entry
        return None

    def _of_years(
        self, indicator: str, stations: Sequence[str], record: Record | None, years: re.Match[str], quantity: Quantity
    ) -> _Entry | None:
        """The last of so many years whose sum is printed: 两年累计."""
        count = "〇一二三四五".find(years[1].replace("两", "二"))
        whole = sorted(
            (
                e
                for e in self._at(indicator, stations, record)
                if not e.part
                and e.fact.end.month == 12
                and (e.fact.start.month, e.fact.start.day) == (1, 1)
                and e.fact.start.year == e.fact.end.year
            ),
            key=lambda e: e.fact.start,
        )[-count:]
        if len(whole) != count or self.known.kinds[indicator] not in ("流量", "金额"):
            return None
        total = whole[0].interval
        for entry in whole[1:]:
            total = total.plus(entry.interval)
        return whole[-1] if quantity.interval.covers(total) else None

    def _near(self, entry: _Entry, stations: Sequence[str], record: Record | None) -> bool:
        """Whether a fact is of the station that is meant, or of one above or below it."""
        places = list(stations) or ([record.station] if record is not None and record.station else [])
        return not places or any(entry.fact.station == p or self._akin(entry.fact.station, p) for p in places)

    def _at(self, indicator: str, stations: Sequence[str], record: Record | None) -> list[_Entry]:
        """The facts of an indicator of all periods at the station that is meant."""
        entries = self.known.entries.get(indicator, [])
        places = list(stations) or ([record.station] if record is not None and record.station else [])
        return [e for e in entries if not places or e.fact.station in places]

    def _scope(
        self, indicator: str, stations: Sequence[str], named: tuple[Days, bool] | None, record: Record | None
    ) -> tuple[list[_Entry], bool]:
        """The facts of an indicator that the words can mean, and whether they must mean one of these."""
        entries = self.known.entries.get(indicator, [])
        exact = True
        if stations:
            here = [e for e in entries if e.fact.station in stations]
            exact = bool(here)
            entries = here or [e for e in entries if any(self._akin(e.fact.station, s) for s in stations)]
        elif record is not None and record.station:
            own = record.station
            here = [e for e in entries if e.fact.station == own]
            exact = bool(here)
            entries = here or [e for e in entries if self._akin(e.fact.station, own)] or entries
        else:
            exact = len(self.known.stations) == 1
        if named is not None:
            days, strict = named
            same = [e for e in entries if (e.fact.start, e.fact.end) == days]
            touching = [e for e in entries if e.fact.start <= days[1] and days[0] <= e.fact.end]
            within = [e for e in touching if e.fact.start <= days[0] and days[1] <= e.fact.end]
            entries = (same or within or touching) if strict else touching
            if strict and not same and within:
                exact = exact and not any(e.fact.start < days[0] or e.fact.end > days[1] for e in within)
        elif entries:  # of no period in particular is what was last counted
            day = self._day(record)
            past = [e for e in entries if day is None or e.fact.start <= day] or entries
            last = max(e.fact.end.year for e in past)
            entries = [e for e in past if e.fact.end.year == last]
        return entries, exact

    def _akin(self, one: str, other: str) -> bool:
        """Whether one station stands above the other."""
        for low, high in ((one, other), (other, one)):
            at: str | None = low
            for _ in range(9):
                at = self.known.parents.get(at) if at else None
                if at == high:
                    return True
        return False

    def _stations(self, around: _Around) -> list[str]:
        """The station named last before the figure, in its clause or else in its sentence."""
        for words in (f"{around.before}{around.head}", around.sentence):
            best = (-1, 0, "")
            for name, station in self.known.places:
                at = words.rfind(name)
                if at >= 0 and (at + len(name), len(name)) > best[:2]:
                    best = (at + len(name), len(name), station)
            if best[2]:
                return [best[2]]
        return []

    def _above(self, around: _Around, record: Record | None) -> list[str]:
        """The station over the record's own that 全区, 全市 and the like speak of."""
        m = _WHOLE.search(around.sentence)
        rank = _RANKS[m[1]] if m is not None else None
        at = record.station if record is not None else None
        for _ in range(9):
            station = self.reading.records.get(at)
            if rank is None or not isinstance(station, Station):
                break
            if station.rank == rank:
                return [station.id]
            at = station.parent
        return []

    def _period(self, around: _Around, passage: Passage) -> tuple[Days, bool] | None:
        """The period named last before the figure in its sentence, and whether it is meant exactly."""
        last = None
        for m in _PERIOD.finditer(around.sentence):
            compared = m["not"] or around.sentence[max(0, m.start() - 2) : m.start()].endswith(("比", "较", "同", "与"))
            if not compared or around.sentence[m.end() :] in ("", "的"):  # 比上年的800场: these 800 are of last year
                last = m
        if last is None:
            return None
        m = last
        if m["since"] or m["since2"] or m["day"] or around.sentence[max(0, m.start() - 1) : m.start()] in ("自", "从"):
            return None
        quarter, half = m["q"] or m["q2"] or m["q3"], m["half"] or m["half2"] or m["half3"]
        day = self._day(self.reading.records.get(passage.record))
        if m["year"]:
            year = int(m["year"])
        elif not m["rel"] and (before := re.findall(r"((?:19|20)\d{2})年", around.sentence[: m.start()])):
            year = int(before[-1])
        elif day is not None:
            year = day.year
            over = int(("一二三四".find(quarter) + 1) or quarter) * 3 if quarter else 6 if half == "上" else 12
            if not m["rel"] and day.month < over:
                year -= 1  # not yet over: the last one is meant
        else:
            return None
        if m["rel"] in ("去年", "上年"):
            year -= 1
        if m["rel"] == "全年" and (
            (day := self._day(self.reading.records.get(passage.record))) is None or day.month < 10
        ):
            return None  # of which year nobody can say
        if m["from"] and m["month"]:
            days = period(f"{year}-{int(m['from']):02}..{year}-{int(m['month']):02}")
            return (days, True) if days else None
        if m["month"]:
            days = period(f"{year}")
            return (days, False) if days else None
        spec = (
            f"{year}Q{'一二三四'.find(quarter) + 1 or quarter}"
            if quarter
            else f"{year}H{1 if half == '上' else 2}"
            if half
            else str(year)
        )
        days = period(spec)
        return (days, True) if days else None

    def _day(self, record: Record | None) -> dt.date | None:
        """The day on which a record speaks: its own, that of its event, or else the edition's."""
        event = getattr(getattr(record, "event", None), "date", None)
        day = (record.date if record is not None else None) or event or self.reading.edition.date
        return day if isinstance(day, dt.date) else None

    def _year(self, passage: Passage) -> int | None:
        day = self._day(self.reading.records.get(passage.record))
        return None if day is None else day.year

    def _against(self, passage: Passage, quantity: Quantity, entry: _Entry) -> Text:
        span = self.reading.records.origin(entry.fact).span(("值",))
        station = self.reading.records.get(entry.fact.station)
        name = entry.indicator.title + (f"（{entry.part}）" if entry.part else "")
        part = f"{entry.interval.low.normalize():f}{entry.unit}"
        return say(
            "“{words}”与事实不符：{name}（{period}，{station}）是{value}，见 {where}",
            en="“{words}” is not what the fact says: {name} ({period}, {station}) is {value}, see {where}",
            words=_excerpt(passage, quantity),
            name=name,
            period=said((entry.fact.start, entry.fact.end)),
            station=getattr(station, "short_name", entry.fact.station),
            value=part if entry.part else self.known.facts.print(entry.fact),
            where=str(span),
        )

    def _stale(self, passage: Passage, quantity: Quantity, entry: _Entry, named: Days) -> Text:
        return say(
            "“{words}”是{period}的“{name}”，句子说的却是{named}",
            en="“{words}” is “{name}” of {period}, and the sentence speaks of {named}",
            words=_excerpt(passage, quantity),
            period=said((entry.fact.start, entry.fact.end)),
            name=entry.indicator.title,
            named=said(named),
        )

    # -- growth, shares, scores ------------------------------------------------------------------------------

    def _growth(
        self, quantity: Quantity, around: _Around, passage: Passage, record: Record | None, before: str | None
    ) -> tuple[Verdict, _Entry | None, Text | None, Indicator | None] | None:
        """A growth that is typed, reckoned from the facts of the two periods; None if they are not to be had."""
        scores = self._scores(_Around(around.sentence, around.after, around.sentence, around.passage, around.head))
        named = self._period(around, passage)
        stations = self._stations(around)
        if quantity.kind == "multiple" and not re.search(r"增长|增加|翻|提高|扩大", around.near):
            return None
        options: list[list[_Entry]] = []
        for indicator in sorted(scores, key=lambda i: -scores[i]):
            if scores[indicator] >= 2:
                scope, _ = self._scope(indicator, stations, named, record)
                options.append([e for e in scope if not e.part])
        if before is not None and (fact := self.known.facts.all.get(before)) is not None:
            of = self.known.facts.of(fact).id
            options.insert(0, [e for e in self.known.entries[of] if e.fact is fact and not e.part])
        results: list[tuple[_Entry, Decimal]] = []
        for candidates in options:
            for entry in candidates:
                for how in (
                    ("环比",) if "环比" in around.near else ("同比",) if "同比" in around.near else ("同比", "环比")
                ):
                    other = self.known.facts.earlier(entry.fact, how)
                    grown = self.known.facts.growth(entry.fact, other) if other is not None else None
                    if grown is not None and not isinstance(grown, Text):
                        results.append((entry, grown))
        for entry, grown in results:
            if _grows(quantity, around.near, grown):
                return "agrees", entry, None, None
        if not results:
            return None
        entry, grown = results[0]
        message = say(
            "“{words}”与事实算出的{growth}对不上",
            en="“{words}” is not the {growth} that the facts give",
            words=_excerpt(passage, quantity),
            growth=_growth_words(grown),
        )
        return "differs", entry, message, None

    def _difference(
        self, quantity: Quantity, around: _Around, passage: Passage, record: Record | None
    ) -> tuple[Verdict, _Entry | None, Text | None, Indicator | None] | None:
        """比上年增加5个, reckoned from the facts of the two years; unbound if they are not to be had."""
        scores, stations = self._scores(around), self._stations(around)
        unit = unit_of(quantity.unit)[0]
        for indicator in sorted(scores, key=lambda i: -scores[i]):
            if scores[indicator] < 2 or self.known.unit_classes[indicator] != unit:
                continue
            for entry in self._scope(indicator, stations, None, record)[0]:
                other = self.known.facts.earlier(entry.fact, "同比")
                if entry.part or other is None or {entry.fact.qualifier, other.qualifier} != {"精确"}:
                    continue
                more = abs(Decimal(repr(entry.fact.value)) - Decimal(repr(other.value)))
                if more in quantity.interval:
                    return "agrees", entry, None, None
                message = say(
                    "“{words}”与事实算出的差{more}对不上",
                    en="“{words}” is not the difference that the facts give: {more}",
                    words=_excerpt(passage, quantity),
                    more=f"{more.normalize():f}{entry.indicator.unit}",
                )
                return "differs", entry, message, None
        return "unbound", None, _unbound(passage, quantity, None, False), None

    def _share(
        self, quantity: Quantity, around: _Around, passage: Passage, record: Record | None
    ) -> tuple[Verdict, _Entry | None, Text | None, Indicator | None] | None:
        """A share that is typed, reckoned from a fact's parts or from two facts of one unit."""
        named, stations = self._period(around, passage), self._stations(around)
        scores = self._scores(_Around(around.sentence, around.after, around.sentence, around.passage, around.head))
        options: list[tuple[_Entry, Decimal]] = []
        for indicator in scores:
            for entry in self._scope(indicator, stations, named, record)[0]:
                whole = Decimal(repr(entry.fact.value))
                if entry.part and entry.part in around.wide and whole and entry.fact.qualifier == "精确":
                    options.append((entry, entry.interval.low * 100 / whole))
        strong = sorted((i for i in scores if scores[i] >= 2), key=lambda i: around.wide.rfind(self.known.names[i][0]))
        for one in strong:
            for other in strong:
                if one == other or self.known.unit_classes[one] != self.known.unit_classes[other]:
                    continue
                for a in self._scope(one, stations, named, record)[0]:
                    for b in self._scope(other, stations, named, record)[0]:
                        same = (a.fact.start, a.fact.end, a.fact.station) == (b.fact.start, b.fact.end, b.fact.station)
                        if (
                            same
                            and not a.part
                            and not b.part
                            and a.interval.exact
                            and b.interval.exact
                            and a.interval.low <= b.interval.low
                            and b.interval.low
                        ):
                            options.append((a, a.interval.low * 100 / b.interval.low))
        for one in strong:  # a station's part of what stands above it
            for a in self._scope(one, stations, named, record)[0] if stations else ():
                for b in self.known.entries[one]:
                    above = self.known.parents.get(a.fact.station) == b.fact.station
                    same = (a.fact.start, a.fact.end) == (b.fact.start, b.fact.end)
                    if (
                        above
                        and same
                        and not (a.part or b.part)
                        and a.interval.exact
                        and b.interval.exact
                        and b.interval.low
                    ):
                        options.append((a, a.interval.low * 100 / b.interval.low))
        for entry, share in options:
            if Interval(share, share).overlaps(quantity.interval):
                return "agrees", entry, None, None
        if options and (record is None or not self._of_record(record).agrees(quantity)):
            entry, share = min(options, key=lambda o: abs(o[1] - quantity.value))
            return (
                "differs",
                entry,
                say(
                    "“{words}”与事实算出的{share}对不上",
                    en="“{words}” is not the {share} that the facts give",
                    words=_excerpt(passage, quantity),
                    share=f"{share:.2f}%",
                ),
                None,
            )
        return None

    def _score(
        self, verdict: Callable[..., Figure], quantity: Quantity, around: _Around, record: Record | None, is_data: bool
    ) -> Figure:
        """Points: of a scale that the record measures with they are its own; else they are told."""
        if record is None or is_data:
            return verdict("told")
        own = self._of_record(record)
        scale = max((s for s in own.scales if s in around.sentence), key=around.sentence.rfind, default=None)
        if own.agrees(quantity) or any(quantity.interval.covers(i) for some in own.scales.values() for i in some):
            meant_ = own.scales.get(scale or "", [])
            if not meant_ or any(quantity.interval.covers(i) for i in meant_):
                return verdict("own")
        told = quantity.qualifier in ("≤", "<", "≥", "超") or not (
            (scale is not None and scale in around.before) or _MEASURED.search(around.before)
        )
        if not own.scales or told or self._waived(record, around.passage, quantity):
            return verdict("told")
        measures = [scale] if scale else list(own.scales)
        values = "、".join(f"{s} {'→'.join(f'{i.low.normalize():f}' for i in own.scales[s][:2])}" for s in measures)
        return verdict(
            "differs",
            None,
            say(
                "“{words}”与“测量”对不上：{values}",
                en="“{words}” is not what “测量” has: {values}",
                words=around.passage[quantity.start : quantity.end],
                values=values,
            ),
        )

    # -- the record's own data -------------------------------------------------------------------------------

    def _of_record(self, record: Record) -> _Own:
        if record.id not in self._own:
            self._own[record.id] = _Own(record)
        return self._own[record.id]

    def _field(self, source: str, passage: Passage) -> tuple[Record | None, bool]:
        """The record whose words these are, and whether they stand in a field of data."""
        if not source:
            return self.reading.records.get(passage.record), False
        if source not in self._paths:
            try:
                where = Source.parse(source)
            except ValueError:
                self._paths[source] = (None, False)
            else:
                record = self.reading.records.get(where.record)
                prose = next(s for s in reversed(where.path) if isinstance(s, str)) in _PLAIN_FIELDS
                if isinstance(record, _STORIES) and len(where.path) > 2:
                    prose = False
                if record is not None and not prose:
                    prose = any(path == where.path for path, _ in marked(record, Markdown))
                self._paths[source] = (record, not prose)
        return self._paths[source]

    def _waived(self, record: Record | None, passage: Passage | str, quantity: Quantity) -> bool:
        words = passage if isinstance(passage, str) else passage.words
        title = "" if isinstance(passage, str) else passage.heads[2]
        for note in record.figure_notes if record is not None else ():
            if title.endswith(note.text):
                return True
            at = words.find(note.text)
            while at >= 0:
                if (at <= quantity.start and quantity.end <= at + len(note.text)) or (
                    quantity.start <= at and at + len(note.text) <= quantity.end
                ):
                    return True
                at = words.find(note.text, at + 1)
        return False

    def _is_statistic(
        self, quantity: Quantity, around: _Around, record: Record | None, scores: Mapping[str, float]
    ) -> bool:
        """The line between what is reported and what is told.

        GB/T 15835—2011 (4.1, 4.2) wants what is counted and measured in Arabic numerals, and lets what is told be in
        Chinese ones: a number in Chinese characters below 100 is told, unless words of a statistic stand before it and
        it is above 20 and not in a story, which is a case, a group, an activity or a person. A number in Arabic
        numerals is reported, unless it is below 10 (100 in a story) and no word beside it is of a statistic; so is a
        percentage, in a story if it is called a rate, a share or a growth. Durations other than hours of service,
        money below 10000 and so many each time (每周2次) are told, unless their indicator is named.
        """
        named = max(scores.values(), default=0.0) >= 4 and any(
            scores[i] >= 4 and self.known.unit_classes[i] == unit_of(quantity.unit)[0] for i in scores
        )
        low, story = quantity.interval.low, isinstance(record, _STORIES)
        alone = around.passage.strip() == around.passage[quantity.start : quantity.end] and around.head.strip("\0")
        if not quantity.unit and quantity.kind == "quantity" and not alone:
            return low >= 100 and quantity.digits
        if quantity.kind == "duration":
            return quantity.unit == "小时" and (named or low >= 100)
        if quantity.kind == "rate":
            return low >= 100 and quantity.unit != "元"
        if quantity.kind == "money":
            return low >= 10_000 or bool(named)
        if not quantity.digits and quantity.kind == "quantity":
            return low >= 100 or (low > 20 and not story and bool(named or _CUE.search(around.before)))
        if quantity.kind in ("percent", "multiple"):
            return quantity.digits and (not story or _RATIO.search(around.wide) is not None)
        counted = quantity.unit in _FACT_UNITS
        cue = bool(named) or _CUE.search(around.wide if counted else around.near) is not None
        if story and quantity.digits and (quantity.unit in ("人次", "份") or around.after.startswith("组员")):
            return True  # what the data of such a record count
        total = re.search(r"共|累计|合计|总计", around.before) is not None
        return low >= (100 if story else 10) or (cue and not story) or (named and cue) or (total and low >= 10)


class _Own:
    """The numbers that the data of a record say: fields, how many items a list has, sums of a column, differences."""

    def __init__(self, record: Record) -> None:
        self.values: list[tuple[str, Interval]] = []
        self.scales: dict[str, list[Interval]] = {}
        dumped = record.model_dump(by_alias=True)
        prose = {path for path, _ in marked(record, Markdown)}
        for path, value in leaves(dumped):
            key = str(next((s for s in reversed(path) if isinstance(s, str)), ""))
            if isinstance(value, bool) or value is None or path[0] in ("数字说明", "涉及人物"):
                continue
            if isinstance(value, int | float):
                if key in _FIELD_UNITS:
                    self._add(_FIELD_UNITS[key], Decimal(repr(value)))
            elif (
                isinstance(value, str)
                and path not in prose
                and key not in _PLAIN_FIELDS
                and (len(path) > 1 or key == "满意度")
            ):
                self.values += ((unit_of(q.unit)[0], q.interval) for q in find(value) if q.kind in _STATING)
        self._lists(dumped, isinstance(record, (*_STORIES, Operation)))
        if isinstance(record, Group):
            came = Decimal(sum(session.attendance for session in record.sessions))
            rate = came * 100 / (len(record.sessions) * record.members.actual)
            self.values.append(("%", Interval(rate, rate)))
        for m in getattr(record, "measures", ()):
            name = _SCALE.search(m.scale)
            pre, post = Decimal(repr(m.pre)), Decimal(repr(m.post))
            values = [pre, post, abs(pre - post), *(Decimal(repr(v)) for v in m.range or ())]
            self.scales[name[0] if name else m.scale] = [Interval(v, v) for v in values]
        for goal in getattr(getattr(record, "goals", None), "goals", ()) or ():
            for scale in self.scales:
                if scale in str(goal):
                    self.scales[scale] += (q.interval for q in find(str(goal)) if q.kind == "score")

    def _add(self, unit: str, value: Decimal) -> None:
        self.values.append((unit_of(unit)[0], Interval(value, value)))

    def _lists(self, dumped: object, lists: bool) -> None:
        if isinstance(dumped, dict):
            for value in dumped.values():
                self._lists(value, lists)
                if isinstance(value, list | tuple) and value:
                    if lists and len(value) > 1:
                        self._add("", Decimal(len(value)))
                    columns = {
                        k
                        for item in value
                        if isinstance(item, dict)
                        for k, v in item.items()
                        if type(v) in (int, float)
                    }
                    for column in sorted(columns & _FIELD_UNITS.keys()):
                        numbers = [Decimal(repr(item[column])) for item in value if item.get(column) is not None]
                        self._add("人次" if column == "出席" else _FIELD_UNITS[column], sum(numbers, Decimal(0)))
        elif isinstance(dumped, list | tuple):
            for item in dumped:
                self._lists(item, lists)

    def agrees(self, quantity: Quantity) -> bool:
        unit = unit_of(quantity.unit)[0]
        for has, interval in self.values:
            if (
                has == unit or (not has and unit != "人次" and quantity.kind in ("quantity", "rate"))
            ) and quantity.interval.covers(interval):
                return True
            if not unit and quantity.kind == "quantity" and interval.exact and quantity.interval.covers(interval):
                return True
        return False


def _around(passage: Passage, limits: tuple[int, int] | tuple[()], start: int, end: int, after: int) -> _Around:
    words = passage.words
    first = max((m.end() for m in _SENTENCE.finditer(words, 0, start)), default=0)
    clause = max((m.end() for m in _CLAUSE.finditer(words, first, start)), default=first)
    left = max(clause, limits[0]) if limits and limits[0] > clause else clause
    if (
        limits and not words[left:start].strip() and words[left - 1 : left] != "、"
    ):  # 场次：12 – the label stands before the mark
        earlier = words[max(first, limits[0]) : start].rstrip("，：:、 ")
        left = max(first, limits[0]) + max((m.end() for m in _CLAUSE.finditer(earlier)), default=0)
    stop = next((m.start() for m in _CLAUSE.finditer(words, end)), len(words))
    return _Around(
        words[left:start],
        words[end : max(min(stop, after), end)],
        words[first:start],
        words,
        "\0".join(passage.heads[:2]),
        words[end : next((m.start() for m in _SENTENCE.finditer(words, end)), len(words))],
    )


def _miscounted(group: Group, quantity: Quantity, around: _Around) -> Text | None:
    """What is wrong with a total that a group's own sessions and members give: 共六节 of eight, 招募12名组员 of ten."""
    right: tuple[int, ...] = ()
    if quantity.unit == "节" and re.search(r"共(?:有|计|开展|举办|安排|分|设)?$|全部$|分为?$", around.before):
        right = (len(group.sessions),)
    elif unit_of(quantity.unit)[0] == "人" and (
        re.search(r"(?:招募|全体|计划|实际)[^，。；]{0,4}$", around.before)
        or re.search(r"组员共?(?:有|计)?$", around.before)
    ):
        right = (group.members.planned, group.members.actual)
    if not right or any(Decimal(n) in quantity.interval for n in right):
        return None
    return say(
        "“{words}”与“{field}”对不上：那里是 {right}",
        en="“{words}” is not what “{field}” has: {right}",
        words=around.passage[quantity.start : quantity.end],
        field="节次" if quantity.unit == "节" else "组员",
        right="、".join(map(str, dict.fromkeys(right))),
    )


def _same(entry: _Entry) -> tuple[Interval, ...]:
    """The intervals in which an exact fact is read when it is written with 万."""
    if not entry.interval.exact or entry.interval.low < 10_000 or entry.interval.low % 1000:
        return ()
    return tuple(rounded(entry.interval.low, Decimal(10) ** n) for n in (3, 4, 6))


def _slip(one: Decimal, other: Decimal) -> bool:
    """Whether two numbers differ in one digit, or in the order of their digits: a slip of the hand."""
    a, b = f"{one.normalize():f}", f"{other.normalize():f}"
    if len(a) != len(b) or a == b:
        return False
    if len(a) < 2:
        return False
    return sum(x != y for x, y in zip(a, b, strict=True)) == 1 or sorted(a) == sorted(b)


def _grows(quantity: Quantity, words: str, grown: Decimal) -> bool:
    """Whether words such as 增长12.5%, 下降3%, 翻一番, 增长2倍 say this growth in per cent."""
    if quantity.kind == "multiple":
        said_ = quantity.interval.times(Decimal(100))
        return (
            (said_.low - 100 <= grown <= said_.high - 100)
            if quantity.unit == "番"
            else bool(
                Interval(grown, grown).overlaps(said_)
                or Interval(grown, grown).overlaps(rounded(quantity.value * 100, Decimal(10)))
            )
        )
    if _FALL.search(words):
        grown = -grown
    elif not re.search(r"增|升|提|长|高|翻", words):
        return Interval(abs(grown), abs(grown)).overlaps(quantity.interval)
    return Interval(grown, grown).overlaps(quantity.interval)


def _growth_words(grown: Decimal) -> str:
    return f"{'增长' if grown >= 0 else '下降'}{abs(grown):.1f}%"


def said(days: Days) -> str:
    """A period as one says it: 2023年, 2023年上半年, 2023年第3季度, 2023年1月1日至6月10日."""
    start, end = days
    for spec, words in (
        (f"{start.year}", f"{start.year}年"),
        *((f"{start.year}H{n}", f"{start.year}年{half}半年") for n, half in ((1, "上"), (2, "下"))),
        *((f"{start.year}Q{n}", f"{start.year}年第{n}季度") for n in range(1, 5)),
        (f"{start:%Y-%m}", f"{start.year}年{start.month}月"),
    ):
        if period(spec) == days:
            return words
    return f"{start.year}年{start.month}月{start.day}日至{end.year}年{end.month}月{end.day}日"


def _excerpt(passage: Passage, quantity: Quantity) -> str:
    return passage.words[quantity.start : quantity.end]


def _unit_words(quantity: Quantity, passage: Passage, indicator: Indicator | None) -> Text:
    return say(
        "“{words}”的单位不对：“{name}”的单位是“{unit}”",
        en="The unit of “{words}” is wrong: “{name}” is counted in “{unit}”",
        words=_excerpt(passage, quantity),
        name=indicator.title if indicator else "",
        unit=indicator.unit if indicator else "",
    )


def _unbound(passage: Passage, quantity: Quantity, indicator: Indicator | None, clearly: bool) -> Text:
    words = _excerpt(passage, quantity)
    if indicator is not None and clearly:
        return say(
            "“{words}”没有出处：指标“{name}”没有对应时段和站点的事实",
            en="Nothing vouches for “{words}”: indicator “{name}” has no fact of that period and station",
            words=words,
            name=indicator.title,
        )
    return say(
        "“{words}”没有出处：不是由事实印出，也没有一条事实与它相符",
        en="Nothing vouches for “{words}”: no fact was printed here, and none agrees with it",
        words=words,
    )
