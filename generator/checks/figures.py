"""Is every figure true, and does it say the same everywhere?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from generator import printed
from generator.diagnostics import Diagnostic, Report, Text, error, say, warning
from generator.facts import plain
from generator.facts import printed as in_print
from generator.quantities import Interval, Quantity, find
from generator.reading import Passage, Reading
from generator.records.case import Case, Measure
from generator.records.edition import Bulletin
from generator.records.fact import Fact
from generator.records.group import Group
from generator.tally import Figure, Tally, unit_of

_CODES = {
    "differs": "figures.differs",
    "unit": "figures.unit_differs",
    "stale": "figures.stale_period",
    "unbound": "figures.unbound",
}


#: Types of record by which figures are judged.
_GROUNDS = frozenset({"fact", "indicator", "station"})


def true(reading: Reading) -> Iterator[Diagnostic]:
    """Every figure in the prose agrees with the fact its words name, or with its own record, or says why not.

    Figures in reports: every number has a source, and one value everywhere.
    """
    if reading.records.faulty_types & _GROUNDS:
        return  # what couldn't be read may be just what is lacking
    tally = Tally(reading)
    for figure in tally.figures:
        if figure.verdict in _CODES and figure.message is not None:
            yield error(
                _CODES[figure.verdict],
                figure.message,
                tally.span(figure),
                _hint(figure, tally),
            )
    yield from _disagreeing(reading, tally)
    yield from _notes(reading)


_RUN = re.compile(
    r"(?:由|从)?(\d+(?:\.\d+)?)\s*分?[^，。；\d]{0,6}?(?:降|升|增|减|提高|改善|回落|上升|下降|变)[^，。；\d]{0,4}?(?:到|至|为)\s*(\d+(?:\.\d+)?)\s*分"
)
_RATED = re.compile(r"(\d+(?:\.\d+)?)\s*[/／]\s*(\d+(?:\.\d+)?)")


def scores(reading: Reading) -> Iterator[Diagnostic]:
    """Scores before and after that a case tells are those of its scales (测量), and none goes beyond its scale."""
    for record in reading.printed:
        measures = record.measures if isinstance(record, Case | Group) else ()
        satisfied = _RATED.search(getattr(record, "satisfaction", None) or "")
        if satisfied is not None and float(satisfied[1]) > float(satisfied[2]):
            yield error(
                "figures.beyond_scale",
                say("满意度{said}超过了满分", said=satisfied[0]),
                reading.records.origin(record).span(("满意度",)),
                say("核对得分和满分"),
            )
        for passage in reading.by_record.get(record.id, ()) if measures else ():
            if passage.kind in ("head", "metadata"):
                continue
            for m in _RUN.finditer(passage.words):
                before = passage.words[max(0, m.start() - 40) : m.start()]
                named = [(before.rfind(name), one) for one in measures for name in _names(one) if name in before]
                meant = [max(named, key=lambda pair: pair[0])[1]] if named else list(measures)
                if any((one.pre, one.post) == (float(m[1]), float(m[2])) for one in meant):
                    continue
                right = "、".join(f"{one.scale} {plain(one.pre)}→{plain(one.post)}" for one in meant)
                yield error(
                    "figures.score_differs",
                    say("“{said}”与“测量”不一致：{right}", said=m[0], right=right),
                    reading.span(passage, m.start(), m.end()),
                    say("核对量表得分，两处写成一样"),
                )


def _names(measure: Measure) -> set[str]:
    """What a scale is called: its whole name, that without brackets, its letters: PHQ-9."""
    bare = re.split(r"[（(]", measure.scale)[0].strip()
    return {measure.scale, bare, *re.findall(r"[A-Z][A-Za-z]+(?:-\d+)?", measure.scale)} - {""}


def parts(reading: Reading) -> Iterator[Diagnostic]:
    """Parts that a sentence or a table lists add up to the total beside them, and shares to a hundred."""
    if reading.records.faulty_types & _GROUNDS:
        return
    seen: set[str] = set()
    tables: dict[tuple[str, str, str], list[Passage]] = {}
    for passage in reading.passages:
        if passage.kind == "cell" and passage.sources and passage.heads[1]:
            tables.setdefault((passage.article, passage.heads[2], passage.heads[1]), []).append(passage)
        if passage.kind in ("head", "metadata") or passage.words in seen or not _LISTS.search(passage.words):
            continue
        if passage.kind == "alt" and not passage.sources:
            continue  # what a figure drawn from facts says of them, value after value; nobody wrote it
        seen.add(passage.words)
        yield from _parts(passage, reading)
        yield from _shares(passage, reading)
    for (_, title, _), cells in tables.items():
        if title:
            yield from _column(cells, reading)


def kept(reading: Reading) -> Iterator[Diagnostic]:
    """A printed edition keeps the facts it printed; a later change is a 更正, and readers are told of it."""
    if reading.records.faulty_types & _GROUNDS:
        return  # what couldn't be read may be just what is lacking
    yield from _changed(Tally(reading))


def _hint(figure: Figure, tally: Tally) -> Text:
    known = figure.indicator
    if figure.verdict == "unit":
        return say(
            "个、节、场各是各的，人与人次也不能混；改成指标的单位",
            en="个, 节 and 场 differ, and so do 人 and 人次; use the indicator's unit",
        )
    if figure.verdict == "stale":
        return say("换成那个时段的数，或改正年份", en="Print the figure of that period, or mend the year")
    if known is not None and figure.facts:
        fact = tally.known.facts.all[figure.facts[0]]
        spec = f"{known.title}@{fact.start.year}"
        return say(
            "核对后改正；写成 {role} 就由事实印出",
            en="Check and mend it; written as {role} it is printed from the fact",
            role="{" + spec + "}",
        )
    return say(
        "补一条事实（记录类型 facts），用 {role} 印出；确实不必记的，在“数字说明”里写明文和理由",
        en="Add a fact and print it as {role}; if it needs none, give its words and a reason under “数字说明”",
        role="{" + f"{known.title if known else '指标'}@时段" + "}",
    )


def _disagreeing(reading: Reading, tally: Tally) -> Iterator[Diagnostic]:
    """The same indicator, period and place printed twice must be able to mean one value."""
    alike: dict[tuple[str, str, str], list[Figure]] = {}
    for figure in tally.figures:
        if figure.verdict in ("unbound", "waived") and figure.quantity is not None and figure.quantity.unit:
            key = tally.key(figure)
            if key is not None:
                alike.setdefault(key, []).append(figure)
    for figures in alike.values():
        for number, figure in enumerate(figures):
            for other in figures[:number]:
                if not figure.quantity.interval.overlaps(other.quantity.interval):  # type: ignore[union-attr]
                    yield _disagree(
                        figure, str(reading.span(other.passage, other.start, other.end)), other.words, reading
                    )
                    break
            else:
                yield from _elsewhere(figure, reading, tally)


def _elsewhere(figure: Figure, reading: Reading, tally: Tally) -> Iterator[Diagnostic]:
    """The same in records that this edition does not print, but another does."""
    own = {p.record for p in reading.passages}
    for file_span, words, quantity in tally.elsewhere(figure, own):
        if figure.quantity is not None and not figure.quantity.interval.overlaps(quantity.interval):
            yield _disagree(figure, file_span, words, reading)
            return


def _disagree(figure: Figure, where: str, words: str, reading: Reading) -> Diagnostic:
    return error(
        "figures.disagree",
        say(
            "“{words}”与 {where} 的“{other}”说的是同一件事，数却不同",
            en="“{words}” and “{other}” at {where} speak of the same, and differ",
            words=figure.words,
            other=words,
            where=where,
        ),
        reading.span(figure.passage, figure.start, figure.end),
        say("核对两处，只留一个数；记成事实，两处都用它印出", en="Check both; make it a fact and print both from it"),
    )


def _notes(reading: Reading) -> Iterator[Diagnostic]:
    """A reason for a figure belongs to words that are printed, and says something."""
    for record in reading.printed:
        origin = reading.records.origin(record)
        for number, note in enumerate(record.figure_notes):
            path = ("数字说明", number, "文")
            passages = reading.by_record.get(record.id, ())
            if not any(note.text in p.words for p in passages):
                yield error(
                    "figures.note_unused",
                    say(
                        "“数字说明”里的“{text}”在这篇里没有印出",
                        en="“{text}” under “数字说明” is not printed in this piece",
                        text=note.text,
                    ),
                    origin.span(path),
                    say("照正文一字不差地写，或删掉这一条", en="Copy the words exactly, or delete the entry"),
                )
            elif not any(q.kind in _NUMBERS for q in find(note.text)) and not any(
                p.heads[2].endswith(note.text) for p in passages
            ):
                yield error(
                    "figures.note_unused",
                    say("“{text}”里没有数字，不用说明", en="There is no figure in “{text}”", text=note.text),
                    origin.span(path),
                    say("照正文一字不差地写，或删掉这一条", en="Copy the words exactly, or delete the entry"),
                )
            if len(re.findall(r"[一-鿿]", note.reason)) < 4:
                yield error(
                    "figures.reason_missing",
                    say("“{text}”的理由没有说清楚", en="The reason for “{text}” says nothing", text=note.text),
                    origin.span(("数字说明", number, "理由")),
                    say(
                        "写明数字从哪里来、为什么没有记成事实",
                        en="Say where the figure comes from, and why it is no fact",
                    ),
                )


_NUMBERS = frozenset({"quantity", "money", "percent", "multiple", "rate", "score", "duration", "measure", "age"})
_LISTS = re.compile(r"其中|分别|包括|由|含|：|共|合计|总计|占")
_WHOLE = re.compile(r"其中|包括|分别为|分别是|由[^。；]{0,30}组成|[:：]|即|含")


def _parts(passage: Passage, reading: Reading) -> Iterator[Diagnostic]:
    words = passage.words
    quantities = [q for q in reading.quantities(passage) if q.kind in ("quantity", "money") and q.unit]
    for number, total in enumerate(quantities):
        if _ALL.search(words, max(0, total.start - 4), total.start) and number >= 2:
            run = _alike(words, total, quantities[number - 1 :: -1])
            if len(run) >= 2 and (found := _off(total, run)) is not None:
                yield _not_the_sum(passage, total, found, reading)
                return
        run = _alike(words, total, quantities[number + 1 :])
        if len(run) < 2 or not _WHOLE.search(words, total.end, run[0].start):
            continue
        found = _off(total, run)
        if found is not None:
            yield _not_the_sum(passage, total, found, reading)
            return


def _alike(words: str, total: Quantity, following: Sequence[Quantity]) -> list[Quantity]:
    """The figures of the same unit in the same sentence that stand next to a total, as far as they are of one list."""
    run: list[Quantity] = []
    last = total
    for quantity in following:
        left, right = sorted((last, quantity), key=lambda q: q.start)
        between = words[left.end : right.start]
        if unit_of(quantity.unit)[0] != unit_of(total.unit)[0] or re.search(r"[。！？\n]", between):
            break
        if run and re.search(r"其中|另有|此外|同时", between):
            break
        run.append(quantity)
        last = quantity
    return run


def _off(total: Quantity, run: Sequence[Quantity]) -> Interval | None:
    """The sum of parts that are not their total: more than it, or so near that it was meant; else None."""
    for number in range(2, len(run) + 1):
        if _sum([q.interval for q in run[:number]]).overlaps(total.interval):
            return None
    found = _sum([q.interval for q in run])
    near = abs(found.low - total.interval.low) * 5 <= max(total.interval.low, Decimal(1))
    return found if total.interval.low >= 2 and (found.low > total.interval.high or near) else None


def _not_the_sum(passage: Passage, total: Quantity, found: Interval, reading: Reading) -> Diagnostic:
    return warning(
        "figures.parts_in_sentence",
        say(
            "与“{total}”列在一起的各项相加是{sum}",
            en="What is listed beside “{total}” adds up to {sum}",
            total=passage.words[total.start : total.end],
            sum=_shown(found, total.unit),
        ),
        reading.span(passage, total.start, total.end),
        say(
            "核对总数和各项；列的不是全部时，改一改说法",
            en="Check the total and its parts; if not all are listed, say so",
        ),
    )


def _shares(passage: Passage, reading: Reading) -> Iterator[Diagnostic]:
    """Shares of one whole, 老人占60%、儿童占45%, come to a hundred, give or take what was rounded."""
    words = passage.words
    run: list[Quantity] = []
    for quantity in (*(q for q in reading.quantities(passage) if q.kind == "percent" and q.unit == "%"), None):
        beside = quantity is not None and re.search(
            r"占[^，。；、]{0,6}$", words[max(0, quantity.start - 8) : quantity.start]
        )
        joined = quantity is not None and (
            not run or not re.search(r"[。！？；\n]", words[run[-1].end : quantity.start])
        )
        if quantity is not None and beside and joined:
            run.append(quantity)
            continue
        if len(run) >= 2:
            found = _sum([q.interval for q in run])
            exactly = sum((q.value for q in run), Decimal(0))
            hundred = Interval(Decimal(100), Decimal(100))
            if not found.overlaps(hundred) and (exactly > 100 or (len(run) >= 3 and exactly >= 90)):
                yield warning(
                    "figures.parts_in_sentence",
                    say(
                        "列出的占比相加是{sum}", en="The shares listed add up to {sum}", sum=f"{exactly.normalize():f}%"
                    ),
                    reading.span(passage, run[-1].start, run[-1].end),
                    say("核对各项占比", en="Check the shares"),
                )
        run = [quantity] if quantity is not None and beside else []


def _column(cells: Sequence[Passage], reading: Reading) -> Iterator[Diagnostic]:
    """The last row of a table, 合计, is the sum of what stands above it in its column."""
    rows = [(cell, q[0]) for cell in cells if len(q := reading.quantities(cell)) == 1 and q[0].end - q[0].start > 0]
    totals = [(cell, q) for cell, q in rows if _TOTAL.fullmatch(cell.heads[0].strip())]
    if len(totals) != 1 or rows[-1] != totals[0] or len(rows) != len(cells) or len(rows) < 3:
        return
    cell, total = totals[0]
    parts_ = [q for _, q in rows[:-1]]
    if total.kind not in ("quantity", "money", "score") or any(
        q.kind != total.kind or q.unit != total.unit for q in parts_
    ):
        return
    found = _sum([q.interval for q in parts_])
    if not found.overlaps(total.interval):
        yield _not_the_sum(cell, total, found, reading)


_ALL = re.compile(r"(?:共|合计|总计|共计|总共)(?:有|为|是)?$")
_TOTAL = re.compile(r"合\s*计|总\s*计|共\s*计|总\s*数")


def _sum(intervals: Sequence[Interval]) -> Interval:
    total = intervals[0]
    for interval in intervals[1:]:
        total = total.plus(interval)
    return total


def _shown(interval: Interval, unit: str) -> str:
    low = f"{interval.low.normalize():f}"
    return f"{low}{unit}" if interval.exact else f"{low}多{unit}"


# -- what went to press --------------------------------------------------------------------------------------


def _changed(tally: Tally) -> Iterator[Diagnostic]:
    """What a printed edition would print otherwise now, if it were made again; corrections nobody was told of."""
    reading = tally.reading
    report = Report()
    old = printed.kept(reading.edition.id, reading.project, report)
    yield from report.diagnostics
    known = tally.known.facts
    for fact in (old or {}).values():
        now = known.all.get(fact.id)
        if now is None:
            yield error(
                "figures.changed_after_print",
                say(
                    "《{title}》已印出“{words}”，这条事实（{id}）却不在了",
                    en="“{title}” has printed “{words}”, and the fact ({id}) is gone",
                    title=reading.edition.title,
                    words=fact.words,
                    id=fact.id,
                ),
                fact.span,
                say(
                    "把它放回来；数错了，另写一条事实，“更正:”里写它的编号",
                    en="Put it back; if it was wrong, write another fact with its id under 更正",
                ),
            )
            continue
        unit = indicator.unit if (indicator := known.indicator(now.indicator)) is not None else ""
        if (now.value, now.qualifier, unit) != (fact.value, fact.qualifier, fact.unit):
            yield error(
                "figures.changed_after_print",
                say(
                    "《{title}》印的是“{words}”，付印后这条事实改成了“{now}”",
                    en="“{title}” has printed “{words}”; since then the fact was changed to “{now}”",
                    title=reading.edition.title,
                    words=fact.words,
                    now=in_print(now.value, now.qualifier, unit),
                ),
                reading.records.origin(now).span(("值",)),
                say(
                    "改回原数，另写一条事实，写上“更正: {id}”；下一期用图式“更正”登出",
                    en="Put the old value back, write another fact with “更正: {id}”, and print it in a 更正 block",
                    id=fact.id,
                ),
            )
    if old is not None:
        yield from _other_forms(tally, old)
    else:
        yield from _untold(tally)


def _other_forms(tally: Tally, old: Mapping[str, printed.Kept]) -> Iterator[Diagnostic]:
    for figure in tally.figures:
        fact = old.get(figure.facts[0]) if figure.facts and figure.verdict in ("bound", "agrees") else None
        if fact is not None and fact.forms and figure.words not in fact.forms:
            yield error(
                "figures.changed_after_print",
                say(
                    "付印时没有“{words}”这个印法，印的是“{forms}”",
                    en="“{words}” was not printed; it was “{forms}”",
                    words=figure.words,
                    forms="”“".join(fact.forms),
                ),
                tally.span(figure),
                say(
                    "照印本改回；确实错了，下一期登更正",
                    en="Put it back as printed; if it was wrong, print a correction",
                ),
            )


def _untold(tally: Tally) -> Iterator[Diagnostic]:
    """Corrections of what was printed that no later issue tells its readers of; said of the issue that uses them."""
    reading = tally.reading
    told = {
        name
        for issue in reading.records.of(Bulletin)
        for block in issue.dashboard
        if block.kind == "更正"
        for name in block.facts
    }
    newer = [f for f in reading.records.of(Fact) if f.supersedes and f.id not in told]
    used = {i for figure in tally.figures for i in figure.facts} if newer else set()
    for fact in newer:
        titles = printed.issues_of(fact.supersedes or "", reading.records, reading.project)
        if titles and fact.id in used:
            yield warning(
                "figures.correction_untold",
                say(
                    "{issues}印过的数已更正，还没有一期登出更正",
                    en="What {issues} printed has been corrected, and no issue has said so",
                    issues="、".join(titles),
                ),
                reading.records.origin(fact).span(("更正",)),
                say(
                    "在下一期的“数据看板”里加一块：图式 更正，数据 {id}",
                    en="Add a block to 数据看板 of the next issue: 图式 更正, 数据 {id}",
                    id=fact.id,
                ),
            )
