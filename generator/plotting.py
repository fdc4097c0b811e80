"""Facts arranged as charts: what a chart's block asks for is found, set side by side, and noted below it."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from generator.diagnostics import Text, say
from generator.facts import Days, Facts, period, plain, printed
from generator.figures import CHARTS
from generator.model import Chart, Record, Records, Scale, Series, Value
from generator.records.case import Measure
from generator.records.chart import RANKS, ChartBlock
from generator.records.fact import Fact, Indicator
from generator.records.station import Station
from generator.vector import Flaw
from generator.wording import days as in_words

#: 图式 -> which of indicator, station, period stand as labels, and which as series, the most fitting first.
_LABELS = {
    "柱形图": "tsi", "折线图": "tsi", "小多图": "sit", "热力表": "sti", "堆叠条形图": "sti", "百分比条形图": "sti",
    "条形图": "sit", "目标完成图": "ist", "图标图": "ist", "方格图": "sit", "雷达图": "ist",
}  # fmt: skip
_SERIES = {
    "柱形图": "ist", "折线图": "ist", "小多图": "tis", "热力表": "its", "堆叠条形图": "ist", "百分比条形图": "ist",
    "条形图": "tis", "雷达图": "tsi",
}  # fmt: skip
#: Kinds whose values stand beside their units whatever they are compared with.
_OWN_UNITS = frozenset({"条形图", "目标完成图", "图标图", "方格图"})
_EACH = re.compile(r"(?:(\d{4})各(季|月)度?|(\d{4})\s*[-—–~～至]\s*(\d{4})各年)")
#: Facts that one chart may ask for.
_MOST = 400


@dataclass(frozen=True)
class Plot:
    """A chart of facts, what is noted below it, and which of the figures it asks for nobody has recorded.

    ``subject`` is what all of its figures are of, empty if they are of several things.
    """

    chart: Chart
    notes: tuple[str, ...]
    missing: tuple[str, ...]
    subject: str = ""


@dataclass(frozen=True)
class _Cell:
    """One figure that is asked for: its three dimensions, the fact if there is one."""

    indicator: str
    period: Days
    station: str
    fact: Fact | None


def plot(
    kind: str, block: ChartBlock, facts: Facts, records: Records, station: str | None
) -> tuple[Plot | None, list[Flaw]]:
    """The chart that a block asks for, ``station`` standing in for one that is not named; or what is wrong with it."""
    cells, flaws = _cells(block, facts, records, station)
    if flaws or not cells:
        return None, flaws
    if flaws := [*_unequal(cells), *_misplaced(block, records)]:
        return None, flaws
    if block.parts:
        chart, flaws = _of_parts(kind, cells, facts, records)
    else:
        chart, flaws = _arranged(kind, block, cells, facts, records)
    if chart is None or flaws:
        return None, flaws
    kinds = {i.kind for c in cells if (i := facts.by_id(c.indicator)) is not None}
    chart = replace(_completed(chart, block, cells), additive=block.parts or not kinds & {"比率", "人数"})
    found = list(CHARTS[kind].flaws(chart))
    if found:
        return None, found
    gaps = tuple(_said(c, facts, records) for c in cells if c.fact is None)
    notes = tuple(_notes(chart, block, cells, facts, records, station))
    return Plot(chart, notes, gaps, _subject(cells, facts, records)), []


# -- what is asked for -----------------------------------------------------------------------------------------


def _cells(block: ChartBlock, facts: Facts, records: Records, station: str | None) -> tuple[list[_Cell], list[Flaw]]:
    flaws: list[Flaw] = []
    periods = _periods(block, flaws)
    stations = _stations(block, records, station, flaws)
    cells: list[_Cell] = []
    for number, spec in enumerate(block.facts):
        parts = [part.strip() for part in spec.split("@")]
        if len(parts) == 1 and not block.periods:
            flaws.append(_unknown(number, spec, say("“{spec}”要写成 指标@时段 或 指标@时段@站点", spec=spec)))
            continue
        if len(parts) == 1 and not periods:
            continue  # what is wrong with the periods has been told
        if len(parts) > 1 and periods:
            flaws.append(
                Flaw(
                    "figure.period_twice",
                    ("数据", number),
                    say(
                        "“{spec}”写了时段，另外又写了“时段”",
                        en="“{spec}” has a period, and 时段 is given, too",
                        spec=spec,
                    ),
                    say("只写一处", en="Write it in one place only"),
                )
            )
            continue
        grid = bool(periods) or bool(block.stations and len(parts) < 3)
        for days in periods or [parts[1]]:
            for place in stations if len(parts) < 3 else [parts[2]]:
                found = facts.find("@".join([parts[0], days, *([place] if place else [])]), station)
                known, when = facts.indicator(parts[0]), period(days)
                if isinstance(found, Fact):
                    cells.append(_Cell(facts.of(found).id, (found.start, found.end), found.station, found))
                elif grid and known is not None and when is not None and (place or station):
                    cells.append(_Cell(known.id, when, place or station or "", None))
                elif not facts.incomplete:
                    flaws.append(_unknown(number, spec, found))
                    break
    if len(cells) > _MOST:
        flaws.append(
            Flaw(
                "figure.too_many_facts",
                ("数据",),
                say("一张图要了 {count} 个数", en="One chart asks for {count} figures", count=len(cells)),
                say("分成几张", en="Make several charts of it"),
            )
        )
    if cells and not flaws and all(cell.fact is None for cell in cells):
        flaws.append(
            Flaw(
                "figure.no_facts",
                ("数据",),
                say("要的数一个也没有登记", en="None of the figures it asks for is recorded"),
                say("zhankan list facts 列出全部事实", en="zhankan list facts lists all facts"),
            )
        )
    return cells, flaws


def _unknown(number: int, spec: str, message: Text) -> Flaw:
    hint = say("zhankan list facts 列出全部事实")
    if any(mark in spec for mark in "，、；＠"):
        hint = say(
            "指标、时段、站点之间用英文的 @，两条之间用英文逗号",
            en="@ and the comma between two of them are ASCII ones",
        )
    elif message.template.startswith("时段"):
        hint = say("也可写 2023各季、2023各月、2021-2023各年", en="2023各季, 2023各月, 2021-2023各年 do, too")
    return Flaw("figure.unbound", ("数据", number), message, hint)


def _periods(block: ChartBlock, flaws: list[Flaw]) -> list[str]:
    found: list[str] = []
    for number, written in enumerate(block.periods):
        if m := _EACH.fullmatch(written):
            year, unit, first, last = m.groups()
            if unit:
                found += (
                    [f"{year}Q{n}" for n in range(1, 5)] if unit == "季" else [f"{year}-{n:02}" for n in range(1, 13)]
                )
            else:
                found += [str(n) for n in range(int(first), int(last) + 1)]
        elif period(written) is not None:
            found.append(written)
        else:
            flaws.append(
                Flaw(
                    "figure.period",
                    ("时段", number),
                    say("时段“{period}”写法不对，应如 2023、2023Q3、2023-06", period=written),
                    say("也可写 2023各季、2023各月、2021-2023各年", en="2023各季, 2023各月, 2021-2023各年 do, too"),
                )
            )
    return found


def _stations(block: ChartBlock, records: Records, station: str | None, flaws: list[Flaw]) -> list[str]:
    """The stations that are named, those of a rank below ``station``; an empty name if none are."""
    found: list[str] = []
    for number, written in enumerate(block.stations):
        if written in RANKS:
            below = [s.id for s in _below(station, records) if written in ("全部", s.rank)]
            if not below and "station" not in records.faulty_types:
                flaws.append(
                    Flaw(
                        "figure.no_stations",
                        ("站点", number),
                        say("本站下面没有“{rank}”", en="There is no {rank} below this station", rank=written),
                        say("写站点编号，或换一个层级", en="Give the stations' ids, or another rank"),
                    )
                )
            found += below
        elif isinstance(records.get(written), Station) or written in records.faulty:
            found.append(written)
        else:
            flaws.append(
                Flaw(
                    "figure.unknown_station",
                    ("站点", number),
                    say("没有编号为“{id}”的站点", en="There is no station “{id}”", id=written),
                    _meant(written, records),
                )
            )
    return found or ([] if block.stations else [""])


def _meant(written: str, records: Records) -> Text:
    """The id of the station that somebody may have meant."""
    names = {name: s.id for s in records.of(Station) for name in (s.id, s.short_name, s.title)}
    close = difflib.get_close_matches(written, names, 1, 0.6)
    return say("是不是“{word}”？", word=names[close[0]]) if close else say("zhankan list 列出全部编号")


def _below(station: str | None, records: Records) -> list[Station]:
    """The stations at any depth below one, in the order of the files; all if there is none to start from."""
    written = {s.id: records.origin(s) for s in records.of(Station)}
    every = sorted(records.of(Station), key=lambda s: (written[s.id].file, written[s.id].base))
    if station is None:
        return every
    known, grew = {station}, True
    while grew:
        new = {s.id for s in every if s.parent in known} - known
        known, grew = known | new, bool(new)
    return [s for s in every if s.id in known and s.id != station]


def _unequal(cells: Sequence[_Cell]) -> Iterator[Flaw]:
    """Months beside quarters or years: the longer is the larger, whatever was done."""
    lengths = {_length(cell.period) for cell in cells}
    if len(lengths) > 1:
        yield Flaw(
            "figure.mixed_periods",
            ("数据",),
            say(
                "一张图里的时段长短不一：{said}",
                en="Periods of unequal length: {said}",
                said="、".join(sorted(lengths)),
            ),
            say("都用月、都用季，或都用年", en="Use months, quarters or years alone"),
        )


def _length(days: Days) -> str:
    """How long a period is, in whole months if it is made of such."""
    first, last = days
    after = last + dt.timedelta(days=1)
    if first.day == 1 and after.day == 1:
        return f"{(after.year - first.year) * 12 + after.month - first.month}个月"
    return f"{(after - first).days}天"


def _misplaced(block: ChartBlock, records: Records) -> Iterator[Flaw]:
    for written in block.places:
        if not isinstance(records.get(written), Station) and written not in records.faulty:
            yield Flaw(
                "figure.unknown_station",
                ("位置", written),
                say("没有编号为“{id}”的站点", en="There is no station “{id}”", id=written),
                _meant(written, records),
            )


# -- side by side ----------------------------------------------------------------------------------------------


def _arranged(
    kind: str, block: ChartBlock, cells: Sequence[_Cell], facts: Facts, records: Records
) -> tuple[Chart | None, list[Flaw]]:
    """Labels and series of cells, as fits their kind."""
    keys: dict[str, Callable[[_Cell], object]] = {
        "i": lambda c: c.indicator,
        "t": lambda c: c.period,
        "s": lambda c: c.station,
    }
    varying = [d for d, key in keys.items() if len({key(c) for c in cells}) > 1]
    unit = _unit(cells, facts)
    if len(varying) < 2 or kind not in _SERIES or not _is_grid(cells, varying, keys):
        if len(varying) > 1 and kind in _SERIES and kind not in _OWN_UNITS:
            return None, [_too_many_ways() if len(varying) > 2 else _no_grid()]
        names = _names(cells, varying or ["i"], facts, records)
        by_year = block.by_year and varying == ["t"]
        values = tuple(_value(c, facts, with_unit=not by_year) for c in cells)
        chart = Chart(kind, unit, tuple(names), (Series("", values),))
        return (_year_by_year(chart, cells) if by_year else chart), []
    if len(varying) > 2:
        return None, [_too_many_ways()]
    rows = next(d for d in _LABELS[kind] if d in varying)
    columns = next(d for d in _SERIES[kind] if d in varying and d != rows)
    at = {(keys[rows](c), keys[columns](c)): c for c in cells}
    heads = list(dict.fromkeys(keys[rows](c) for c in cells))
    across = list(dict.fromkeys(keys[columns](c) for c in cells))
    labels = _names([next(c for c in cells if keys[rows](c) == head) for head in heads], [rows], facts, records)
    firsts = [next(c for c in cells if keys[columns](c) == head) for head in across]
    titles = _names(firsts, [columns], facts, records)
    if kind == "热力表" and columns == "i":
        titles = [f"{title}（{facts_unit(c, facts)}）" for title, c in zip(titles, firsts, strict=True)]
    series = tuple(
        Series(title, tuple(_value(at[head, one], facts, with_unit=kind in _OWN_UNITS) for head in heads))
        for title, one in zip(titles, across, strict=True)
    )
    return Chart(kind, unit, tuple(labels), series), []


def _year_by_year(chart: Chart, cells: Sequence[_Cell]) -> Chart:
    """The same months or quarters of several years under one label, a series a year."""
    values = dict(zip((c.period for c in cells), chart.series[0].values, strict=True))
    years = sorted({first.year for first, _ in values})
    within = list(dict.fromkeys(short_period(days, with_year=False) for days in values))
    at = {(days[0].year, short_period(days, with_year=False)): value for days, value in values.items()}
    series = tuple(Series(f"{year}年", tuple(at.get((year, name)) for name in within)) for year in years)
    return Chart(chart.kind, chart.unit, tuple(within), series)


def _is_grid(cells: Sequence[_Cell], varying: Sequence[str], keys: dict[str, Callable[[_Cell], object]]) -> bool:
    """Whether every combination is asked for, once."""
    size = 1
    for d in varying:
        size *= len({keys[d](c) for c in cells})
    return size == len(cells) == len({tuple(keys[d](c) for d in varying) for c in cells})


def _too_many_ways() -> Flaw:
    return Flaw(
        "figure.too_many_ways",
        ("数据",),
        say(
            "指标、时段、站点三样都在变，一张图排不下",
            en="Indicators, periods and stations all differ: one chart can't show that",
        ),
        say("定下其中一样，或分成几张图", en="Settle one of them, or make several charts"),
    )


def _no_grid() -> Flaw:
    return Flaw(
        "figure.no_grid",
        ("数据",),
        say("这些数排不成行和列", en="These figures make no rows and columns"),
        say(
            "每个指标（站点）要有同样的几个时段：只写指标，时段、站点另写一行",
            en="Each must have the same periods: write indicators alone, 时段 and 站点 on lines of their own",
        ),
    )


def _of_parts(kind: str, cells: Sequence[_Cell], facts: Facts, records: Records) -> tuple[Chart | None, list[Flaw]]:
    """Each fact's breakdown (分项) as the segments of its bar."""
    lacking = [n for n, c in enumerate(cells) if c.fact is not None and not c.fact.breakdown]
    if lacking:
        said = _said(cells[lacking[0]], facts, records)
        message = say("“{said}”没有分项", en="“{said}” has no 分项", said=said)
        hint = say("在事实里写“分项”，或去掉“分项: true”", en="Give the fact its 分项, or leave 分项: true out")
        return None, [Flaw("figure.no_parts", ("数据",), message, hint)]
    varying = [d for d, many in (
        ("i", {c.indicator for c in cells}), ("t", {c.period for c in cells}), ("s", {c.station for c in cells})
    ) if len(many) > 1]  # fmt: skip
    names = list(dict.fromkeys(part.name for c in cells if c.fact for part in c.fact.breakdown))
    series = []
    for name in names:
        values: list[Value | None] = []
        for cell in cells:
            parts = [p.value for p in cell.fact.breakdown if p.name == name] if cell.fact else []
            said = printed(parts[0], "精确", "", grouped=True) if parts else ""
            values.append(Value(parts[0], said, (cell.fact.id,)) if parts and cell.fact else None)
        series.append(Series(name, tuple(values)))
    return Chart(kind, _unit(cells, facts), tuple(_names(cells, varying or ["s"], facts, records)), tuple(series)), []


def _completed(chart: Chart, block: ChartBlock, cells: Sequence[_Cell]) -> Chart:
    """Order, targets, scales and places."""
    lone = len(chart.series) == 1 and len(chart.labels) == len(cells)
    targets: tuple[Value | None, ...] = ()
    if lone and chart.kind in ("目标完成图", "雷达图"):
        targets = tuple(
            Value(c.fact.target, printed(c.fact.target, "精确", ""), (c.fact.id,))
            if c.fact is not None and c.fact.target is not None
            else None
            for c in cells
        )
    scales: tuple[Scale, ...] = ()
    if chart.kind == "雷达图":
        most = max((v.amount for s in chart.series for v in s.values if v is not None), default=1.0)
        full = _full_marks(block, cells, len(chart.labels))
        scales = tuple(Scale(0.0, f or most, True) for f in full)
        targets = ()
    chart = replace(chart, targets=targets, scales=scales)
    if chart.kind == "方格图" and lone and block.places:
        placed = [block.places.get(c.station) for c in cells]
        if all(placed):
            chart = replace(chart, places=tuple((p[0], p[1]) for p in placed if p))
    return _ranked(chart) if block.order == "数值" else chart


def _full_marks(block: ChartBlock, cells: Sequence[_Cell], labels: int) -> list[float]:
    """What may be had at most of each label: as the block says, else the target of its figures; nought if unknown."""
    if block.full_marks:
        return [block.full_marks] * labels
    indicators = list(dict.fromkeys(c.indicator for c in cells))
    groups = [[c for c in cells if c.indicator == i] for i in indicators]
    if len(indicators) != labels:
        groups = [[c] for c in cells] if len(cells) == labels else [[]] * labels
    return [max((c.fact.target or 0.0 for c in group if c.fact is not None), default=0.0) for group in groups]


def _ranked(chart: Chart) -> Chart:
    """From the largest to the smallest, what is not known last: by the sum of segments, the later of two years."""

    def key(n: int) -> tuple[bool, float, int]:
        values = [s.values[n] for s in chart.series]
        if chart.kind == "条形图":
            values = values[-1:]  # of two years the later
        elif chart.kind not in ("堆叠条形图", "百分比条形图"):
            values = values[:1]
        known = [v.amount for v in values if v]
        return (not known, -sum(known), n)

    turn = sorted(range(len(chart.labels)), key=key)
    return replace(
        chart,
        labels=tuple(chart.labels[n] for n in turn),
        series=tuple(replace(s, values=tuple(s.values[n] for n in turn)) for s in chart.series),
        targets=tuple(chart.targets[n] for n in turn) if chart.targets else (),
        scales=tuple(chart.scales[n] for n in turn) if chart.scales else (),
        places=tuple(chart.places[n] for n in turn) if chart.places else (),
    )


# -- in words --------------------------------------------------------------------------------------------------


def _value(cell: _Cell, facts: Facts, *, with_unit: bool) -> Value | None:
    if cell.fact is None:
        return None
    unit = facts.of(cell.fact).unit if with_unit else ""
    said = printed(cell.fact.value, cell.fact.qualifier, unit, grouped=not with_unit)
    return Value(cell.fact.value, said, (cell.fact.id,))


def facts_unit(cell: _Cell, facts: Facts) -> str:
    indicator = facts.by_id(cell.indicator)
    return indicator.unit if indicator is not None else ""


def _unit(cells: Sequence[_Cell], facts: Facts) -> str:
    units = {facts_unit(c, facts) for c in cells}
    return units.pop() if len(units) == 1 else ""


def _names(cells: Sequence[_Cell], telling: Sequence[str], facts: Facts, records: Records) -> list[str]:
    """What tells cells apart, in words as short as they may be."""
    years = {c.period[0].year for c in cells} | {c.period[1].year for c in cells}

    def said(cell: _Cell) -> Iterator[str]:
        for d in telling:
            if d == "i":
                indicator = facts.by_id(cell.indicator)
                yield indicator.title if indicator is not None else cell.indicator
            elif d == "t":
                yield short_period(cell.period, with_year=len(years) > 1)
            else:
                yield _station_name(cell.station, records)

    return ["　".join(said(cell)) for cell in cells]


def _station_name(identifier: str, records: Records) -> str:
    found: Record | None = records.get(identifier)
    return found.short_name if isinstance(found, Station) else identifier


def short_period(days: Days, *, with_year: bool) -> str:
    """A period as an axis says it: 2023年, 第一季度, 6月, 2023年6月; else from day to day."""
    first, last = days
    year = f"{first.year}年" if with_year else ""
    for months, name in ((1, f"{first.month}月"), (3, f"第{'一二三四'[(first.month - 1) // 3]}季度"), (6, "")):
        start = first.month if months == 1 else (first.month - 1) // months * months + 1
        if period(f"{first.year}-{start:02}..{first.year}-{start + months - 1:02}") == days:
            return year + (name or ("上半年" if first.month < 7 else "下半年"))
    if days == period(str(first.year)):
        return f"{first.year}年"
    return in_words(first, last)


def _said(cell: _Cell, facts: Facts, records: Records) -> str:
    return "　".join(_names([cell], ["s", "i", "t"], facts, records))


def told_apart(found: Sequence[Fact], facts: Facts, records: Records, station: str | None) -> list[str]:
    """What tells facts from each other, in words as short as they may be; a station other than the page's is named."""
    cells = [_Cell(facts.of(f).id, (f.start, f.end), f.station, f) for f in found]
    telling = ["i"]
    if len({c.station for c in cells}) > 1 or any(station and c.station != station for c in cells):
        telling.insert(0, "s")
    if len({c.period for c in cells}) > 1:
        telling.append("t")
    return _names(cells, telling, facts, records)


def _subject(cells: Sequence[_Cell], facts: Facts, records: Records) -> str:
    """Station and indicator where there is one of each, or of one of them."""
    one = [d for d, many in (("s", {c.station for c in cells}), ("i", {c.indicator for c in cells})) if len(many) == 1]
    return "".join(_names(cells[:1], one, facts, records)).replace("　", "") if one else ""


def _notes(
    chart: Chart, block: ChartBlock, cells: Sequence[_Cell], facts: Facts, records: Records, station: str | None
) -> Iterator[str]:
    """Station, unit, period, definition and source, each a sentence without its full stop."""
    stations = {c.station for c in cells}
    if len(stations) == 1 and station is not None and station not in stations:
        yield f"站点：{_station_name(stations.pop(), records)}"
    if chart.unit and chart.kind not in _OWN_UNITS and not (chart.kind == "热力表" and "（" in chart.series[0].name):
        yield f"单位：{chart.unit}"
    indicators = [i for n in dict.fromkeys(c.indicator for c in cells) if (i := facts.by_id(n)) is not None]
    found = [c.fact for c in cells if c.fact is not None]
    yield from noted(indicators, [c.period for c in cells], found, records, block.source)


def noted(
    indicators: Sequence[Indicator],
    periods: Sequence[Days],
    found: Sequence[Fact],
    records: Records,
    source: str | None = None,
) -> Iterator[str]:
    """The period of figures, what they count, and where they come from: ``source``, or what the facts say."""
    if periods:
        yield f"统计时段：{in_words(min(p[0] for p in periods), max(p[1] for p in periods))}"
    kinds = list({i.id: i for i in indicators}.values())
    if kinds:
        said = [kinds[0].definition] if len(kinds) == 1 else [f"{i.title}，{i.definition}" for i in kinds]
        yield "口径：" + "；".join(words.rstrip("。；") for words in said)
    if source or (sources := _sources(found, records)):
        yield f"来源：{source or '、'.join(sources)}"


def _sources(found: Sequence[Fact], records: Records) -> list[str]:
    """Where facts say they come from: what was reprinted, who reported them, what they were counted from."""
    said = []
    for fact in found:
        if fact.source is not None:
            said.append(fact.source.media)
        elif fact.reporter is not None:
            person = records.get(fact.reporter)
            said.append(f"{person.title if person is not None else fact.reporter}填报")
        said += [r.title for e in fact.evidence if (r := records.get(e)) is not None]
    return list(dict.fromkeys(said))


def before_and_after(measures: Sequence[Measure]) -> Chart:
    """Scales of a case or a group, before and after, each on its own range."""
    scales = []
    for m in measures:
        low, high = m.range or (0.0, max(m.pre, m.post, 1.0))
        scales.append(Scale(low, high, m.direction == "越高越好"))
    pre, post = (
        Series(name, tuple(Value(v, plain(v)) for v in values))
        for name, values in (("前测", [m.pre for m in measures]), ("后测", [m.post for m in measures]))
    )
    return Chart("前后测图", "分", tuple(m.scale for m in measures), (pre, post), scales=tuple(scales))
