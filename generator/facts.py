"""Figures: look a fact up, print it in its true form, add facts up where they may be added.

Kinds: 流量 adds over stations and over periods that don't overlap; 存量 over stations at
one date only; 人数 and 比率 never. A sum of approximate figures is approximate.
"""

from __future__ import annotations

import calendar
import datetime as dt
import difflib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction

from generator.diagnostics import Diagnostic, Text, error, say, warning
from generator.model import Records
from generator.quantities import Interval, meant, rounded
from generator.records.fact import Fact, Indicator
from generator.records.station import Station

Days = tuple[dt.date, dt.date]


def period(text: str) -> Days | None:
    """First and last day of ``2023``, ``2023Q3``, ``2023H1``, ``2023-06``, a day, or ``a..b``; None for all else."""
    if text.count("..") == 1:
        start, end = (period(part.strip()) for part in text.split(".."))
        return (start[0], end[1]) if start and end and start[0] <= end[1] else None
    if m := re.fullmatch(r"(\d{4})", text):
        return _months(int(m[1]), 1, 12)
    if m := re.fullmatch(r"(\d{4})[Qq]([1-4])", text):
        return _months(int(m[1]), int(m[2]) * 3 - 2, int(m[2]) * 3)
    if m := re.fullmatch(r"(\d{4})[Hh]([12])", text):
        return _months(int(m[1]), int(m[2]) * 6 - 5, int(m[2]) * 6)
    if (m := re.fullmatch(r"(\d{4})-(\d\d)", text)) and 1 <= int(m[2]) <= 12:
        return _months(int(m[1]), int(m[2]), int(m[2]))
    if m := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        with suppress(ValueError):
            day = dt.date(int(m[1]), int(m[2]), int(m[3]))
            return day, day
    return None


def _months(year: int, first: int, last: int) -> Days | None:
    if not 1 <= year <= 9999:
        return None
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def year_before(start: dt.date, end: dt.date) -> Days | None:
    """The same days a year earlier; the last day of a month stays the last."""
    if start.year < 2:
        return None

    def back(day: dt.date) -> dt.date:
        last = calendar.monthrange(day.year, day.month)[1] == day.day
        most = calendar.monthrange(day.year - 1, day.month)[1]
        return day.replace(year=day.year - 1, day=most if last else min(day.day, most))

    return back(start), back(end)


def just_before(start: dt.date, end: dt.date) -> Days | None:
    """The period of as many whole months, or else of as many days, that ends where this one begins."""
    day = dt.timedelta(days=1)
    last = start - day
    if start.day == 1 and (end + day).day == 1:
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        first = (start.year * 12 + start.month - 1) - months
        return (dt.date(first // 12, first % 12 + 1, 1), last) if first >= 12 else None
    return last - (end - start), last


def number(value: float, *, grouped: bool = False, unit: str = "") -> str:
    """A number as Chinese print writes it (GB/T 15835): 25075, 24万, 13.1万, 1.29亿; ``grouped`` for tables: 25,075.

    What was typed is printed to its last digit. Before a ``unit`` with its own 万 a number has none.
    """
    if not grouped and not unit.startswith("万"):
        if value >= 100_000_000 and value % 1_000_000 == 0:
            return plain(value / 100_000_000) + "亿"
        if value >= 100_000 and value % 1000 == 0:
            return plain(value / 10_000) + "万"
    return f"{Decimal(plain(value)):,}" if grouped else plain(value)


def plain(value: float) -> str:
    """A number in digits alone, all that are known and no more: 25075, 72.45."""
    return f"{Decimal(repr(value)):f}".removesuffix(".0")


_BEFORE = {"近": "近", "约": "约", "≥": "不少于", "超": "超"}
_AFTER = {"余": "余", "多": "多"}


def printed(value: float, qualifier: str, unit: str, *, grouped: bool = False) -> str:
    """A figure in its true form: 300余场, 近300人, 不少于20节, 24万余人次, 72.45%."""
    digits = number(value, grouped=grouped, unit=unit)
    # 4500多万元, not 4500万多元: the qualifier stands before the 万 of a unit, after the 万 of a number.
    return f"{_BEFORE.get(qualifier, '')}{digits}{_AFTER.get(qualifier, '')}{unit}"


#: Forms in which prose may ask for a figure, other than as it was given; see :meth:`Facts.form`.
FORMS = ("余", "万", "约", "近")


def interval_of(fact: Fact) -> Interval:
    """The values that a fact may truly have."""
    return meant(Decimal(repr(fact.value)), fact.qualifier)


@dataclass(frozen=True)
class Total:
    """A sum of facts."""

    value: float
    qualifier: str
    unit: str


class Facts:
    """The facts of a workspace, found by indicator (id, name or alias), period and station."""

    def __init__(self, records: Records) -> None:
        #: some facts or indicators could not be read: what is missing may be among them
        self.incomplete = bool(records.faulty_types & {"fact", "indicator"})
        self._indicators: dict[str, Indicator] = {}
        self._close: dict[str, list[str]] = {}
        self.all = {f.id: f for f in records.of(Fact)}
        for indicator in records.of(Indicator):
            for name in (indicator.id, indicator.title, *indicator.aliases):
                self._indicators.setdefault(name, indicator)
        replaced = {f.supersedes for f in self.all.values() if f.supersedes}
        self._facts: dict[tuple[str, str, dt.date, dt.date], Fact] = {}
        for fact in self.all.values():
            known = self.indicator(fact.indicator)
            if known is not None and fact.id not in replaced:
                self._facts.setdefault((known.id, fact.station, fact.start, fact.end), fact)

    @property
    def current(self) -> tuple[Fact, ...]:
        """All facts that no other has corrected, each indicator, station and period once."""
        return tuple(self._facts.values())

    def by_id(self, indicator: str) -> Indicator | None:
        found = self._indicators.get(indicator)
        return found if found is not None and found.id == indicator else None

    def people_of(self, visits: Indicator) -> Indicator | None:
        """The indicator that counts the people whose visits another counts: 巡访人数 of 巡访人次."""
        if visits.unit != "人次":
            return None
        for name in (visits.title, *visits.aliases):
            stem = name.removesuffix("人次")
            for other in (f"{stem}人数", f"{stem}人", stem):
                found = self._indicators.get(other)
                if found is not None and found.unit in ("人", "名"):
                    return found
        return None

    def at(self, indicator: str, station: str, days: Days) -> Fact | None:
        """The fact of an indicator (its id) at a station for a period."""
        return self._facts.get((indicator, station, *days))

    def earlier(self, fact: Fact, how: str) -> Fact | None:
        """The fact of the same period a year before (同比), or of the period of the same length just before (环比)."""
        days = year_before(fact.start, fact.end) if how == "同比" else just_before(fact.start, fact.end)
        return None if days is None else self.at(self.of(fact).id, fact.station, days)

    def growth(self, fact: Fact, other: Fact) -> Decimal | Text:
        """How much more a fact is than an earlier one, in per cent (of a ratio, in 百分点); or why nobody can say."""
        for one in (other, fact):
            if one.qualifier != "精确":
                return say(
                    "“{id}”是约数，算不出确切的增减",
                    en="“{id}” is approximate: no exact growth can be reckoned",
                    id=one.id,
                )
        now, before = Decimal(repr(fact.value)), Decimal(repr(other.value))
        if self.of(fact).unit == "%":
            return now - before
        if not before:
            return say(
                "“{id}”是 0，算不出增减的百分比", en="“{id}” is 0: no growth in per cent can be reckoned", id=other.id
            )
        return (now - before) * 100 / before

    def share(self, fact: Fact, whole: Fact) -> Decimal | Text:
        """What part of another fact this one is, in per cent; or why nobody can say."""
        if self.of(fact).unit != self.of(whole).unit:
            return say(
                "单位不同，算不出占比：{units}",
                en="Different units have no share: {units}",
                units=f"{self.of(fact).unit}、{self.of(whole).unit}",
            )
        for one in (fact, whole):
            if one.qualifier != "精确":
                return say(
                    "“{id}”是约数，算不出确切的占比",
                    en="“{id}” is approximate: no exact share can be reckoned",
                    id=one.id,
                )
        if not whole.value:
            return say("“{id}”是 0，算不出占比", en="“{id}” is 0: no share can be reckoned", id=whole.id)
        if fact.value > whole.value:
            return say(
                "“{id}”比“{whole}”还大，不是它的一部分",
                en="“{id}” is more than “{whole}”, no part of it",
                id=fact.id,
                whole=whole.id,
            )
        return Decimal(repr(fact.value)) * 100 / Decimal(repr(whole.value))

    def form(self, fact: Fact, form: str) -> str | Text:
        """A fact printed in one of :data:`FORMS`, with its unit; or why that would not be true.

        余 cuts the figure to two digits (25000余), or one if the two are all there are; 近 goes up as far; 约 and 万
        round, 万 to a tenth of 万. What is approximate is not printed more exactly than it is known.
        """
        unit, value, has = self.of(fact).unit, Decimal(repr(fact.value)), interval_of(fact)
        false = say(
            "“{value}”写成“{form}”就不真了",
            en="“{value}” would not be true as “{form}”",
            value=self.print(fact),
            form=form,
        )
        if (form, fact.qualifier) in (("余", "余"), ("余", "多"), ("近", "近"), ("约", "约")):
            return self.print(fact)
        if form == "万":
            if unit.startswith("万") or value < 10_000:
                return false
            tenths = (value / 1000).to_integral_value(ROUND_HALF_UP) * 1000
            if fact.qualifier in ("余", "多"):
                tenths = (value / 1000).to_integral_value(ROUND_FLOOR) * 1000
            elif fact.qualifier != "精确" and tenths != value:
                return false
            digits = f"{(tenths / 10_000).normalize():f}"
            step = Decimal(1000) if "." in digits else Decimal(10_000)
            said = meant(tenths, fact.qualifier, step) if fact.qualifier != "精确" else rounded(tenths, step)
            if said.low > has.low or has.high > said.high or (fact.qualifier == "精确" and value not in said):
                return false
            return f"{_BEFORE.get(fact.qualifier, '')}{digits}万{_AFTER.get(fact.qualifier, '')}{unit}"
        if fact.qualifier != "精确" or value != value.to_integral_value() or value < 10:
            return false
        for digits_kept in (2, 1):
            step = Decimal(1).scaleb(max(value.adjusted() + 1 - digits_kept, 0))
            if step == 1:
                continue
            how = {"余": ROUND_FLOOR, "近": ROUND_CEILING, "约": ROUND_HALF_UP}[form]
            cut = (value / step).to_integral_value(how) * step
            if cut != value and value in meant(cut, form):
                return printed(float(cut), form, unit)
        return false

    def indicator(self, name: str) -> Indicator | None:
        return self._indicators.get(name)

    def close(self, name: str) -> list[str]:
        """The known name most like one that isn't known, if there is one; a slip that is often made costs once."""
        if name not in self._close:
            self._close[name] = difflib.get_close_matches(name, self._indicators, 1, 0.5)
        return self._close[name]

    def of(self, fact: Fact) -> Indicator:
        """The indicator of a fact that the checks have accepted."""
        return self._indicators[fact.indicator]

    def print(self, fact: Fact, *, grouped: bool = False) -> str:
        return printed(fact.value, fact.qualifier, self.of(fact).unit, grouped=grouped)

    def find(self, spec: str, station: str | None) -> Fact | Text:
        """The fact ``指标@时段[@站点]`` names, ``station`` standing in for a missing one; or what is wrong."""
        parts = [p.strip() for p in spec.split("@")]
        if len(parts) not in (2, 3) or not all(parts):
            return say("“{spec}”要写成 指标@时段 或 指标@时段@站点", spec=spec)
        known = self.indicator(parts[0])
        if known is None:
            close = self.close(parts[0])
            if close:
                return say("没有“{name}”这个指标，是不是“{close}”？", name=parts[0], close=close[0])
            return say("没有“{name}”这个指标", name=parts[0])
        days = period(parts[1])
        if days is None:
            return say("时段“{period}”写法不对，应如 2023、2023Q3、2023-06", period=parts[1])
        place = parts[2] if len(parts) == 3 else station
        if place is None:
            return say("“{spec}”没有说是哪个站点，写成 {spec}@站点编号", spec=spec)
        fact = self._facts.get((known.id, place, *days))
        if fact is not None:
            return fact
        others = sorted(
            {f"{f.start}—{f.end}·{f.station}" for (i, s, *_), f in self._facts.items() if i == known.id and s == place}
            or {f"{f.start}—{f.end}·{f.station}" for (i, *_), f in self._facts.items() if i == known.id}
        )
        if others:
            return say(
                "指标“{name}”没有这个时段和站点的事实；已有：{others}", name=known.title, others="；".join(others[:4])
            )
        return say("指标“{name}”还没有任何事实", name=known.title)

    def total(self, facts: Sequence[Fact]) -> Total | Text:
        """The sum of facts if their unit, kind and periods allow one; else why not."""
        indicators = [self.of(f) for f in facts]
        units = list(dict.fromkeys(i.unit for i in indicators))
        if len(units) > 1:
            return say("单位不同，不能相加：{units}", units="、".join(units))
        for indicator in indicators:
            if indicator.kind in ("人数", "比率"):
                return say("“{name}”是{kind}，不能相加", name=indicator.title, kind=indicator.kind)
            if indicator.kind == "存量" and len({f.end for f in facts}) > 1:
                return say("“{name}”是存量，只能在同一天按站点相加", name=indicator.title)
        for a, b in _pairs(facts):
            if a.station == b.station and self.of(a) is self.of(b) and a.start <= b.end and b.start <= a.end:
                return say("“{name}”有两条事实时段重叠，相加会重复", name=self.of(a).title)
        value = float(sum(Fraction(repr(f.value)) for f in facts))  # exact, so no order of adding is another sum
        return Total(value, _joint(f.qualifier for f in facts), units[0])


def _pairs(facts: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    for n, a in enumerate(facts):
        for b in facts[n + 1 :]:
            yield a, b


def _joint(qualifiers: Iterable[str]) -> str:
    """The qualifier of a sum: exact only if all are; 余 if all lie at or above their figure; else 约."""
    kinds = set(qualifiers) - {"精确"}
    if not kinds:
        return "精确"
    if kinds <= {"余", "多", "超"}:
        return "余"
    return "≥" if kinds <= {"余", "多", "超", "≥"} else "约"


def check(records: Records) -> Iterator[Diagnostic]:
    """Faults inside the facts themselves: unknown indicator, unit mixed up, parts that don't sum, doubles."""
    facts = Facts(records)
    seen: dict[tuple[str, str, dt.date, dt.date], Fact] = {}
    for fact in facts.all.values():
        origin = records.origin(fact)
        indicator = facts.indicator(fact.indicator)
        if indicator is None and facts.incomplete:
            continue
        if indicator is None:
            close = facts.close(fact.indicator)
            yield error(
                "facts.unknown_indicator",
                say("没有“{name}”这个指标", name=fact.indicator),
                origin.span(("指标",)),
                say("是不是想写“{word}”？", word=close[0])
                if close
                else say("先在 content/indicators/ 里写明它的单位和口径"),
            )
            continue
        if fact.unit is not None and fact.unit != indicator.unit:
            yield error(
                "facts.unit_mixed",
                say(
                    "单位“{unit}”与指标“{name}”的“{right}”不一致",
                    unit=fact.unit,
                    name=indicator.title,
                    right=indicator.unit,
                ),
                origin.span(("单位",)),
                say("个、节、场各是各的，人与人次也不能混；改单位，或换一个指标"),
            )
        if fact.start > fact.end:
            yield error("facts.period_reversed", say("止日早于起日"), origin.span(("止",)), say("核对两个日期"))
        if fact.breakdown:
            total = float(sum(Fraction(repr(b.value)) for b in fact.breakdown))
            if Decimal(repr(total)) not in interval_of(fact):
                yield error(
                    "facts.parts_differ",
                    say("分项之和是 {total}，合计写的是 {value}", total=number(total), value=facts.print(fact)),
                    origin.span(("分项",), key=True),
                    say("核对分项和合计"),
                )
        if fact.sum_of:
            yield from _check_sum(fact, facts, records)
        key = (indicator.id, fact.station, fact.start, fact.end)
        if key in seen and fact.supersedes != seen[key].id and seen[key].supersedes != fact.id:
            yield error(
                "facts.twice",
                say("“{name}”同一站点同一时段已有一条事实：{other}", name=indicator.title, other=seen[key].id),
                origin.span(("指标",)),
                say("删掉一条；若是更正，写上“更正: {other}”", other=seen[key].id),
            )
        seen.setdefault(key, fact)


#: Units of which there may be a part.
_DIVISIBLE = frozenset({"小时", "元", "万元", "%", "分"})


def agree(records: Records) -> Iterator[Diagnostic]:
    """Facts agree with each other: periods with the year, stations with what stands above them, 人次 with 人, ratios.

    What is approximate is compared as an interval (see ``quantities``). Sources: domain rules 2, 3, 4 of reports
    (总数等于分项之和，比率要有分母，同一数字处处相同).
    """
    facts = Facts(records)
    if facts.incomplete:
        return
    by_station: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts.current:
        by_station.setdefault((facts.of(fact).id, fact.station), []).append(fact)
    for some in by_station.values():
        for fact in some:
            yield from _periods_agree(fact, some, facts, records)
    yield from _stations_agree(facts, records)
    for fact in facts.current:
        yield from _whole(fact, facts.of(fact), records)
        yield from _enough(fact, facts, records)
        yield from _ratio_agrees(fact, facts, records)


def _periods_agree(fact: Fact, others: Sequence[Fact], facts: Facts, records: Records) -> Iterator[Diagnostic]:
    """Halves, quarters, months add up to the period they fill, and never come to more than it."""
    if facts.of(fact).kind not in ("流量", "金额") or fact.sum_of:
        return
    for size in (6, 3, 1):
        parts = sorted(
            (
                f
                for f in others
                if f is not fact and fact.start <= f.start and f.end <= fact.end and _months_of(f) == size
            ),
            key=lambda f: f.start,
        )
        if not parts or any(a.end >= b.start for a, b in itertools.pairwise(parts)):
            continue
        total = _interval_sum(parts)
        fills = sum((f.end - f.start).days + 1 for f in parts) == (fact.end - fact.start).days + 1
        whole = interval_of(fact)
        if (fills and not total.overlaps(whole)) or (not fills and total.low > whole.high):
            yield error(
                "facts.periods_differ",
                say(
                    "“{name}”各时段相加是 {total}，{period}写的是{value}",
                    en="The periods of “{name}” add up to {total}; {period} has {value}",
                    name=facts.of(fact).title,
                    total=_interval_words(total),
                    value=facts.print(fact),
                    period=f"{fact.start}—{fact.end}",
                ),
                records.origin(fact).span(("值",)),
                say("核对 {facts}", en="Check {facts}", facts="、".join(f.id for f in parts)),
            )
            return


def _months_of(fact: Fact) -> int:
    """How many whole calendar months a fact covers; 0 if they aren't whole."""
    if fact.start.day != 1 or (fact.end + dt.timedelta(days=1)).day != 1:
        return 0
    return (fact.end.year - fact.start.year) * 12 + fact.end.month - fact.start.month + 1


def _interval_sum(facts: Sequence[Fact]) -> Interval:
    total = Interval(Decimal(0), Decimal(0))
    for fact in facts:
        total = total.plus(interval_of(fact))
    return total


def _interval_words(interval: Interval) -> str:
    low = number(float(interval.low))
    return (
        low if interval.exact else f"{low}～{number(float(interval.high))}" if interval.high.is_finite() else f"≥{low}"
    )


def _stations_agree(facts: Facts, records: Records) -> Iterator[Diagnostic]:
    """What a station counts is what the stations below it count, if all of them have; and never less than they do."""
    below: dict[str, list[str]] = {}
    for station in records.of(Station):
        if station.parent:
            below.setdefault(station.parent, []).append(station.id)
    for fact in facts.current:
        indicator = facts.of(fact)
        if indicator.kind not in ("流量", "存量", "金额") or not indicator.sums_stations or fact.sum_of:
            continue
        stations = below.get(fact.station, [])
        parts = [p for s in stations if (p := facts.at(indicator.id, s, (fact.start, fact.end))) is not None]
        if not parts:
            continue
        total, whole = _interval_sum(parts), interval_of(fact)
        if (len(parts) == len(stations) > 1 and not total.overlaps(whole)) or total.low > whole.high:
            yield error(
                "facts.stations_differ",
                say(
                    "“{name}”下级各站相加是 {total}，这里写的是{value}",
                    en="The stations below add up to {total} of “{name}”; here it is {value}",
                    name=indicator.title,
                    total=_interval_words(total),
                    value=facts.print(fact),
                ),
                records.origin(fact).span(("值",)),
                say(
                    "核对 {facts}；上级的数另有口径时，在指标里写“分站合计: false”",
                    en="Check {facts}; if it is counted otherwise, write “分站合计: false” in the indicator",
                    facts="、".join(f.id for f in parts),
                ),
            )


def _whole(fact: Fact, indicator: Indicator, records: Records) -> Iterator[Diagnostic]:
    """Nobody comes half."""
    if indicator.unit not in _DIVISIBLE and fact.value != int(fact.value):
        yield error(
            "facts.not_whole",
            say(
                "{value}不是整数：{unit}不能有零头",
                en="{value} is not whole: {unit} has no fractions",
                value=plain(fact.value),
                unit=indicator.unit,
            ),
            records.origin(fact).span(("值",)),
            say("核对小数点，或换一个指标", en="Check the decimal point, or name another indicator"),
        )


def _enough(fact: Fact, facts: Facts, records: Records) -> Iterator[Diagnostic]:
    """人次 is never less than 人, nor any indicator than the one it declares under 不少于."""
    indicator = facts.of(fact)
    least = facts.by_id(indicator.at_least) if indicator.at_least else facts.people_of(indicator)
    other = facts.at(least.id, fact.station, (fact.start, fact.end)) if least is not None else None
    if other is not None and interval_of(fact).high < interval_of(other).low:
        yield error(
            "facts.below",
            say(
                "“{name}”{value}少于“{other}”{least}",
                en="“{name}” {value} is less than “{other}” {least}",
                name=indicator.title,
                value=facts.print(fact),
                other=facts.of(other).title,
                least=facts.print(other),
            ),
            records.origin(fact).span(("值",)),
            say("同一个人可以来几次，人次不会比人少；核对这两条", en="One person may come several times: check both"),
        )


def _ratio_agrees(fact: Fact, facts: Facts, records: Records) -> Iterator[Diagnostic]:
    """A ratio is the quotient of its numerator and denominator, as far as its digits say."""
    indicator = facts.of(fact)
    if indicator.kind != "比率" or len(indicator.parts) != 2:
        return
    over, under = (
        facts.at(part, fact.station, (fact.start, fact.end)) if facts.by_id(part) is not None else None
        for part in indicator.parts
    )
    origin = records.origin(fact)
    if over is None or under is None:
        lacking = "、".join(
            i.title
            for part, f in zip(indicator.parts, (over, under), strict=True)
            if f is None and (i := facts.by_id(part)) is not None
        )
        yield warning(
            "facts.ratio_unproven",
            say(
                "“{name}”没有同一时段的分子或分母：{lacking}",
                en="“{name}” lacks its numerator or denominator: {lacking}",
                name=indicator.title,
                lacking=lacking,
            ),
            origin.span(("值",)),
            say("比率要由分子、分母算出；补上这条事实", en="A ratio is reckoned from both; add the fact"),
        )
        return
    a, b = interval_of(over), interval_of(under)
    if not b.low or not a.high.is_finite() or not b.high.is_finite():
        return
    value = Decimal(repr(fact.value))
    _, _, exponent = value.as_tuple()
    digits = -exponent if isinstance(exponent, int) and value != value.to_integral_value() else 0
    written = rounded(value, Decimal(1).scaleb(-digits)) if fact.qualifier == "精确" else interval_of(fact)
    quotient = Interval(a.low * 100 / b.high, a.high * 100 / b.low)
    if not quotient.overlaps(written) and not (quotient.exact and quotient.low == written.high):
        yield error(
            "facts.ratio_differs",
            say(
                "“{name}”写的是{value}，{over}÷{under}是{share}%",
                en="“{name}” is given as {value}; {over} ÷ {under} is {share}%",
                name=indicator.title,
                value=facts.print(fact),
                over=facts.print(over),
                under=facts.print(under),
                share=f"{quotient.low:.2f}",
            ),
            origin.span(("值",)),
            say("核对三个数", en="Check the three figures"),
        )


def _check_sum(fact: Fact, facts: Facts, records: Records) -> Iterator[Diagnostic]:
    origin = records.origin(fact)
    parts = [facts.all[i] for i in fact.sum_of if i in facts.all and facts.indicator(facts.all[i].indicator)]
    if len(parts) != len(fact.sum_of):
        return  # unknown ones are reported as dangling references
    total = facts.total(parts)
    if isinstance(total, Text):
        yield error("facts.not_additive", total, origin.span(("合计自",), key=True), say("去掉不能相加的一条"))
        return
    for number, part in enumerate(parts):
        if not fact.start <= part.start <= part.end <= fact.end:
            yield error(
                "facts.part_outside",
                say(
                    "“{id}”的时段不在合计的时段里", id=part.id, en="The period of “{id}” lies outside that of the total"
                ),
                origin.span(("合计自", number)),
                say("换成同一时段的事实", en="Name facts of the same period"),
            )
    if total.unit != facts.of(fact).unit:
        yield error(
            "facts.unit_mixed",
            say("各项单位是“{unit}”，合计的单位是“{right}”", unit=total.unit, right=facts.of(fact).unit),
            origin.span(("合计自",), key=True),
            say("个、节、场各是各的，人与人次也不能混；改单位，或换一个指标"),
        )
    elif abs(total.value - fact.value) > 1e-6 or total.qualifier != fact.qualifier:
        yield error(
            "facts.sum_differs",
            say(
                "各项相加是 {total}，这里写的是 {value}",
                total=printed(total.value, total.qualifier, total.unit),
                value=printed(fact.value, fact.qualifier, total.unit),
            ),
            origin.span(("值",)),
            say("有一项是约数，合计也是约数；核对后改正"),
        )
