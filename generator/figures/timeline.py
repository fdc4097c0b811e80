"""Plans over time: what is done from when to when, with milestones, under an axis of days, weeks, months … (进度图)."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from pydantic import Field

from generator.diagnostics import say
from generator.model import Line, Part, Path
from generator.vector import (
    ACCENT,
    BRIGHT,
    INK,
    KEY,
    LEADING,
    MAIN,
    MIDDLE,
    QUIET,
    RULE,
    SIZE,
    SMALL,
    TINT,
    WHITE,
    Drawing,
    Flaw,
    Pen,
    Room,
    Sheet,
    broken,
    measure,
)

# -- what is written ---------------------------------------------------------------------------------------


class Item(Part):
    """Something that is done, or a milestone of its own."""

    name: Line = Field(alias="名称", description="如 入户摸底")
    start: Line = Field(alias="起", description="2023-06、2023-06-15、2023Q3、2023H1 或 2023")
    end: Line | None = Field(None, alias="止", description="不写就是“起”写的那一天、那个月、那个季度")
    who: Line | None = Field(None, alias="负责", description="负责的人或站点")
    milestone: bool | dict[Line, Line] = Field(False, alias="里程碑", description="true，或 {2023-09-28: 中期交流}")
    note: Line | None = Field(None, alias="说明", description="几个字")
    group: Line | None = Field(None, alias="分组", description="如 启动阶段；同组的排在一起")


class Timeline(Part):
    start: Line | None = Field(None, alias="起", description="轴从哪里开始；不写就从最早的一项开始")
    end: Line | None = Field(None, alias="止", description="轴到哪里为止")
    items: tuple[Item, ...] = Field(alias="项目", min_length=1)


#: More is a table. A longer plan, in days, has no readable axis.
ITEMS, MILESTONES, DAYS = 40, 8, 2600
_LONGEST: Mapping[str, int] = {"名称": 36, "负责": 24, "说明": 60, "分组": 20, "里程碑": 16}
_DAY = dt.timedelta(days=1)


def days(text: str) -> tuple[dt.date, dt.date] | None:
    """First and last day of ``2023``, ``2023H1``, ``2023Q3``, ``2023-06`` or a day; None for all else."""
    if m := re.fullmatch(r"(\d{4})(?:[Qq]([1-4])|[Hh]([12])|-(\d\d))?", text.strip()):
        year, first, last = int(m[1]), 1, 12
        if m[2]:
            first, last = int(m[2]) * 3 - 2, int(m[2]) * 3
        elif m[3]:
            first, last = int(m[3]) * 6 - 5, int(m[3]) * 6
        elif m[4]:
            first = last = int(m[4])
        if 1900 <= year <= 2200 and 1 <= first <= 12:
            return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", text.strip()) and "1900" <= text.strip()[:4] <= "2200":
        with suppress(ValueError):
            day = dt.date.fromisoformat(text.strip())
            return day, day
    return None


def flaws(data: Timeline) -> Iterator[Flaw]:
    """Why a plan can't be drawn."""
    frame: list[dt.date | None] = [None, None]
    for number, (key, said) in enumerate((("起", data.start), ("止", data.end))):
        if said is not None:
            if found := days(said):
                frame[number] = found[number]
            else:
                yield _no_date((key,), said)
    if frame[0] and frame[1] and frame[1] < frame[0]:
        yield _reversed(("止",), data.start or "", data.end or "")
        frame = [None, None]
    if len(data.items) > ITEMS:
        yield Flaw(
            "timeline.too_many",
            ("项目", ITEMS),
            say(
                "{count} 项太多，一张进度图最多 {most} 项",
                count=len(data.items),
                most=ITEMS,
                en="{count} items are too many: {most} at most",
            ),
            say("按阶段分成几张，或用表", en="Make several figures, one a stage, or a table"),
        )
    seen: set[tuple[str | None, str]] = set()
    reach: list[dt.date] = []
    for number, item in enumerate(data.items):
        path: Path = ("项目", number)
        yield from _words_of(path, item)
        if (item.group, item.name) in seen:
            yield Flaw(
                "timeline.same_name",
                (*path, "名称"),
                say("“{name}”写了两次", name=item.name, en="“{name}” is written twice"),
                say("合成一项，或起不同的名字", en="Make one item of them, or tell them apart"),
            )
        seen.add((item.group, item.name))
        yield from _times_of(path, item, frame, reach)
    reach += [day for day in frame if day]
    if reach and (max(reach) - min(reach)).days + 1 > DAYS:
        yield Flaw(
            "timeline.too_long",
            ("项目",),
            say(
                "从 {start} 到 {end} 太长，一张进度图最多画七年",
                start=min(reach),
                end=max(reach),
                en="From {start} to {end} is too long: a figure takes seven years",
            ),
            say("核对年份；真有这么长就分成几张", en="Check the years, or make several figures"),
        )


def _times_of(path: Path, item: Item, frame: list[dt.date | None], reach: list[dt.date]) -> Iterator[Flaw]:
    """What is wrong with the dates of an item; adds its days to ``reach``."""
    start, end = days(item.start), days(item.end) if item.end is not None else None
    if start is None:
        yield _no_date((*path, "起"), item.start)
    if item.end is not None and end is None:
        yield _no_date((*path, "止"), item.end)
    span = (start[0], (end or start)[1]) if start and (end or item.end is None) else None
    if span and span[1] < span[0]:
        yield _reversed((*path, "止"), item.start, item.end or "")
        start = end = span = None
    for key, pair in (("起", start), ("止", end)):
        for day in (pair or ())[:1] if key == "起" else (pair or ())[1:]:
            if (frame[0] and day < frame[0]) or (frame[1] and day > frame[1]):
                yield Flaw(
                    "timeline.outside",
                    (*path, key),
                    say("“{name}”的“{key}”在整个计划之外", name=item.name, key=key,
                        en="{key} of “{name}” is outside the plan"),
                    say("核对日期，或改最上面的“起”“止”", en="Check the date, or 起 and 止 of the plan"),
                )  # fmt: skip
    if span and item.end is None and frame[1] and span[0] <= frame[1] < span[1]:
        yield Flaw(
            "timeline.outside",
            (*path, "起"),
            say("“{name}”做到 {day}，超出了整个计划", name=item.name, day=span[1],
                en="“{name}” ends {day}, after the plan"),
            say("核对日期，或改最上面的“起”“止”", en="Check the date, or 起 and 止 of the plan"),
        )  # fmt: skip
    if span:
        reach += span
    if item.milestone is True and item.end is not None and span and span[0] != span[1]:
        yield Flaw(
            "timeline.milestone_lasts",
            (*path, "止"),
            say("“{name}”是里程碑，却写了起止", name=item.name, en="“{name}” is a milestone, yet lasts"),
            say("里程碑只写“起”；要画成一段就去掉“里程碑”", en="A milestone has 起 alone; leave out 里程碑 for a bar"),
        )
    if isinstance(item.milestone, bool):
        return
    if len(item.milestone) > MILESTONES:
        yield Flaw(
            "timeline.too_many_milestones",
            (*path, "里程碑"),
            say(
                "一项有 {count} 个里程碑，最多 {most} 个",
                count=len(item.milestone),
                most=MILESTONES,
                en="{count} milestones of one item are too many: {most} at most",
            ),
            say("只留要紧的", en="Keep those that matter"),
        )
    for when, label in item.milestone.items():
        here: Path = (*path, "里程碑", when)
        yield from _long(here, "里程碑", label)
        found = days(when)
        if found is None:
            yield _no_date(here, when)
        elif span and not span[0] <= found[0] <= found[1] <= span[1]:
            yield Flaw(
                "timeline.milestone_outside",
                here,
                say("里程碑“{label}”不在“{name}”的起止之内", label=label, name=item.name,
                    en="Milestone “{label}” is outside of “{name}”"),
                say("核对日期，或单独写成一项，里程碑: true", en="Check the date, or make it an item, 里程碑: true"),
            )  # fmt: skip


def _words_of(path: Path, item: Item) -> Iterator[Flaw]:
    for key, said in (("名称", item.name), ("负责", item.who), ("说明", item.note), ("分组", item.group)):
        if said is not None:
            yield from _long((*path, key), key, said)


def _long(path: Path, key: str, said: str) -> Iterator[Flaw]:
    if not said.strip():
        yield Flaw(
            "timeline.blank",
            path,
            say("“{key}”是空的", key=key, en="“{key}” is blank"),
            say("写上字，或删掉这一项", en="Write something, or leave it out"),
        )
    elif len(said) > _LONGEST[key]:
        yield Flaw(
            "timeline.too_wordy",
            path,
            say("“{key}”有 {count} 个字，图里最多 {most} 个", key=key, count=len(said), most=_LONGEST[key],
                en="“{key}” has {count} characters; the figure takes {most}"),
            say("写短些，详细的放到正文里", en="Shorten it; details belong in the text"),
        )  # fmt: skip


def _no_date(path: Path, said: str) -> Flaw:
    return Flaw(
        "timeline.date",
        path,
        say("“{said}”不是日期，或没有这一天", said=said, en="“{said}” is no date, or no such day"),
        say("写成 2023-06-15、2023-06、2023Q3、2023H1 或 2023", en="Such as 2023-06-15, 2023-06, 2023Q3, 2023H1, 2023"),
    )


def _reversed(path: Path, start: str, end: str) -> Flaw:
    return Flaw(
        "timeline.end_before_start",
        path,
        say("止（{end}）在起（{start}）之前", start=start, end=end, en="The end ({end}) is before the start ({start})"),
        say("核对年份和月份，是不是写反了", en="Check year and month; were they swapped?"),
    )


# -- the axis ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Axis:
    """Days to millimetres; cells of units with their names, heads above them that hold several."""

    first: dt.date
    last: dt.date
    left: float
    width: float
    cells: tuple[tuple[dt.date, str], ...]
    heads: tuple[tuple[dt.date, str], ...]

    def at(self, day: dt.date) -> float:
        """Where a day begins."""
        return self.left + self.width * (day - self.first).days / ((self.last - self.first).days + 1)

    def spans(self, marks: tuple[tuple[dt.date, str], ...]) -> Iterator[tuple[float, float, str]]:
        edges = [self.at(day) for day, _ in marks] + [self.left + self.width]
        for (left, right), (_, name) in zip(itertools.pairwise(edges), marks, strict=True):
            yield left, right, name


def _axis(first: dt.date, last: dt.date, left: float, width: float) -> _Axis:
    """The finest units whose names have room, from days to years; whole units unless the plan is shorter than one."""
    for unit in ("日", "周", "月", "月数", "季", "Q", "年"):
        start, end = _whole(first, last, unit)
        per_day = width / ((end - start).days + 1)
        cells = tuple(_cells(start, end, unit))
        edges = [*(day for day, _ in cells), end + _DAY]
        rooms = [(b - a).days * per_day for a, b in itertools.pairwise(edges)]
        if unit == "年" or all(
            measure(name, SMALL) + 1.0 <= room for (_, name), room in zip(cells, rooms, strict=True) if name
        ):
            return _Axis(start, end, left, width, cells, tuple(_heads(start, end, unit, per_day)))
    raise AssertionError("years are the last")


def _whole(first: dt.date, last: dt.date, unit: str) -> tuple[dt.date, dt.date]:
    if unit == "日":
        return first, last
    if unit == "周":
        return first - first.weekday() * _DAY, last + (6 - last.weekday()) * _DAY
    if unit in ("季", "Q"):
        first, last = (
            first.replace(month=first.month - (first.month - 1) % 3),
            last.replace(day=1, month=_quarter(last)),
        )
    if unit == "年":
        first, last = first.replace(month=1), last.replace(day=1, month=12)
    return first.replace(day=1), last.replace(day=calendar.monthrange(last.year, last.month)[1])


def _quarter(day: dt.date) -> int:
    """The last month of its quarter."""
    return (day.month + 2) // 3 * 3


def _cells(start: dt.date, end: dt.date, unit: str) -> Iterator[tuple[dt.date, str]]:
    day = start
    while day <= end:
        if unit == "日":
            yield day, str(day.day)
            day += _DAY
        elif unit == "周":
            yield day, f"{day.day}日"
            day += 7 * _DAY
        elif unit in ("月", "月数"):
            yield day, f"{day.month}月" if unit == "月" else str(day.month)
            day = (day + 31 * _DAY).replace(day=1)
        elif unit in ("季", "Q"):
            number = (day.month + 2) // 3
            yield day, f"{'一二三四'[number - 1]}季度" if unit == "季" else f"Q{number}"
            day = (day.replace(month=_quarter(day)) + 31 * _DAY).replace(day=1)
        else:
            yield day, f"{day.year}年"
            day = day.replace(year=day.year + 1)


def _heads(start: dt.date, end: dt.date, unit: str, per_day: float) -> Iterator[tuple[dt.date, str]]:
    """What stands above the units: months of days and weeks, years of months and quarters; none of years."""
    if unit == "年":
        return
    day, said = start, 0
    while day <= end:
        if unit in "日周":
            follows = (day.replace(day=1) + 31 * _DAY).replace(day=1)
            names = [f"{day.year}年{day.month}月", f"{day.month}月"]
            names = names[said == day.year :]
        else:
            follows = day.replace(year=day.year + 1, month=1, day=1)
            names = [f"{day.year}年", str(day.year)]
        room = (min(follows, end + _DAY) - day).days * per_day - 1.0
        name = next((n for n in names if measure(n, SIZE, bold=True) <= room), "")
        said = day.year if name.startswith(str(day.year)) else said
        yield day, name
        day = follows


# -- layout ------------------------------------------------------------------------------------------------

#: Height of a bar, of a line of milestones, space around an item, between words and what they name.
_BAR, _MARK, _PAD, _GAP = 3.4, 4.4, 1.5, 1.1
#: Heights of the head of years and of units, of a group's head; half a diamond.
_HEAD, _UNIT, _GROUP, _DIAMOND = 5.2, 5.0, 6.4, 1.5


@dataclass(frozen=True)
class _Label:
    """Lines of words beside a mark: x of their start or end."""

    x: float
    anchor: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Row:
    """An item as it is drawn; lengths from the top of its row."""

    item: Item
    name: tuple[str, ...]
    who: tuple[str, ...]
    bar: tuple[float, float] | None
    dates: _Label | None
    inside: bool
    marks: tuple[tuple[float, float, _Label], ...]  # x, y, words
    note: _Label | None
    note_y: float
    middle: float
    height: float


def _span(item: Item) -> tuple[dt.date, dt.date]:
    start = days(item.start)
    end = days(item.end) if item.end is not None else start
    assert start, "a date with flaws"
    assert end, "a date with flaws"
    return start[0], end[1]


def _row(item: Item, axis: _Axis, names: float) -> _Row:
    name = tuple(broken(" ".join(item.name.split()), names, SIZE, whole=True))
    who = tuple(broken(" ".join(item.who.split()), names, SMALL, whole=True)) if item.who else ()
    left_high = len(name) * SIZE * LEADING + len(who) * SMALL * LEADING
    first, last = _span(item)
    bar: tuple[float, float] | None = None
    marks: list[tuple[float, float, _Label]] = []
    dates, inside = None, False
    middle = _PAD + max(_BAR, SIZE * LEADING) / 2
    low = middle + _BAR / 2 + 0.3
    if item.milestone is True:
        x = _stands(first, last, axis)
        marks = [(x, middle, _beside(x, _said(item.start), axis))]
        low = middle + max(_BAR, len(marks[0][2].lines) * SMALL * LEADING) / 2 + 0.3
    else:
        bar = axis.at(first), axis.at(last + _DAY)
        dates = _dated(bar, _range(item), _short(item), axis)
        inside = dates.anchor == "middle"
    if isinstance(item.milestone, dict):
        low = _milestones(item, axis, low, marks)
    note = None
    if item.note:
        words = " ".join(item.note.split())
        start = bar[0] if bar else marks[0][0] - _DIAMOND
        lines = tuple(broken(words, axis.width - 0.6, SMALL))
        wide = max(measure(line, SMALL) for line in lines)
        note = _Label(max(axis.left + 0.3, min(start, axis.left + axis.width - wide - 0.3)), "start", lines)
    note_y = low + 0.4
    if note:
        low = note_y + len(note.lines) * SMALL * LEADING
    height = max(low, left_high + _PAD) + _PAD
    return _Row(item, name, who, bar, dates, inside, tuple(marks), note, note_y, middle, height)


def _stands(first: dt.date, last: dt.date, axis: _Axis) -> float:
    """Where a milestone stands: in the middle of its day or month, at the end of what is longer, when all is done."""
    start = first if (last - first).days < 31 else last
    return (axis.at(start) + axis.at(last + _DAY)) / 2


def _dated(bar: tuple[float, float], said: str, short: str, axis: _Axis) -> _Label:
    """The dates of a bar in it, behind it or before it; an axis is so wide that the short ones always have room."""
    for words in (said, short):
        wide = measure(words, SMALL) + _GAP
        if wide + _GAP <= bar[1] - bar[0]:
            return _Label((bar[0] + bar[1]) / 2, "middle", (words,))
        if bar[1] + wide <= axis.left + axis.width:
            return _Label(bar[1] + _GAP, "start", (words,))
        if bar[0] - wide >= axis.left:
            return _Label(bar[0] - _GAP, "end", (words,))
    return _Label(bar[0], "start", ())


def _milestones(item: Item, axis: _Axis, low: float, marks: list[tuple[float, float, _Label]]) -> float:
    """Put milestones into lines below the bar, as few as keep their words apart; returns where they end."""
    assert isinstance(item.milestone, dict)
    lines: list[list[tuple[float, _Label]]] = []
    for when, label in sorted(item.milestone.items(), key=lambda pair: days(pair[0]) or ()):
        found = days(when)
        assert found, "a date with flaws"
        x = _stands(*found, axis)
        words = _beside(x, f"{_said(when)} {' '.join(label.split())}", axis)
        for line in lines:
            if all(_apart(x, words, *other) for other in line):
                line.append((x, words))
                break
        else:
            lines.append([(x, words)])
    for line in lines:
        high = max(_MARK, *(len(words.lines) * SMALL * LEADING + 0.6 for _, words in line))
        marks += [(x, low + high / 2, words) for x, words in line]
        low += high
    return low


def _extent(x: float, label: _Label) -> tuple[float, float]:
    wide = max(measure(line, SMALL) for line in label.lines)
    left = label.x if label.anchor == "start" else label.x - wide
    return min(x - _DIAMOND, left), max(x + _DIAMOND, left + wide)


def _apart(x: float, label: _Label, other_x: float, other: _Label) -> bool:
    (a, b), (c, d) = _extent(x, label), _extent(other_x, other)
    return b + _GAP <= c or d + _GAP <= a


def _beside(x: float, words: str, axis: _Axis) -> _Label:
    """Words to the right of a mark, to the left where there is no room, in lines where there is none either."""
    right = axis.left + axis.width - x - _DIAMOND - _GAP
    left = x - _DIAMOND - _GAP - axis.left
    wide = measure(words, SMALL)
    if wide <= right or (right >= left and wide > left):
        return _Label(x + _DIAMOND + _GAP * 0.7, "start", tuple(broken(words, right, SMALL, whole=True)))
    return _Label(x - _DIAMOND - _GAP * 0.7, "end", tuple(broken(words, left, SMALL, whole=True)))


def _said(text: str) -> str:
    """A date as it is said in Chinese, without the year, which the axis has: 9月28日, 9月, 三季度, 上半年."""
    text = text.strip().upper()
    if "Q" in text:
        return f"{'一二三四'[int(text[-1]) - 1]}季度"
    if "H" in text:
        return "上半年" if text[-1] == "1" else "下半年"
    parts = text.split("-")
    if len(parts) == 1:
        return f"{text}年"
    return f"{int(parts[1])}月" + (f"{int(parts[2])}日" if len(parts) == 3 else "")


def _ends(item: Item) -> tuple[str, str]:
    """What is written of beginning and end; both as months, or days, where one is written less exactly."""
    start, end = item.start.strip(), (item.end or item.start).strip()
    if len(start) == len(end):
        return start, end
    exact = max(len("2022-01"), len(start), len(end))
    first, last = _span(item)
    return first.isoformat()[:exact], last.isoformat()[:exact]


def _range(item: Item) -> str:
    first, last = _span(item)
    written = _ends(item)
    start, end = map(_said, written)
    if first.year != last.year or (len(item.start.strip()) == 4 and start != end):
        start = _full(written[0])
    if first.year != last.year:
        end = _full(written[1])
        return f"{start}—{end}" if first.month != 1 or not start.endswith("年") else f"{start[:-1]}—{end}"
    if start == end:
        return start
    if start.endswith("日") and end.endswith("日") and first.month == last.month:
        return f"{start[:-1]}—{last.day}日"
    return f"{start.removesuffix('月') if end.endswith('月') else start}—{end}"


def _short(item: Item) -> str:
    """The same in the fewest figures: 6.1—7.15, 2020.5—2021.3."""
    first, last = _span(item)
    if first.year != last.year:
        return f"{first.year}.{first.month}—{last.year}.{last.month}"
    return f"{first.month}.{first.day}" + (f"—{last.month}.{last.day}" if first != last else "")


# -- drawing -----------------------------------------------------------------------------------------------


def _grouped(items: tuple[Item, ...]) -> list[tuple[str | None, list[Item]]]:
    """Items by group, groups in the order of their first items, those without a group first."""
    groups: dict[str | None, list[Item]] = {}
    for item in items:
        groups.setdefault(item.group, []).append(item)
    return sorted(groups.items(), key=lambda pair: pair[0] is not None)


def draw(data: Timeline, room: Room) -> Drawing:
    """The plan under its axis, on as many sheets as it needs, each with the axis."""
    spans = [_span(item) for item in data.items]
    start, end = days(data.start) if data.start else None, days(data.end) if data.end else None
    first = start[0] if start else min(a for a, _ in spans)
    last = end[1] if end else max(b for _, b in spans)
    longest = max(
        [measure(" ".join(i.name.split()), SIZE) for i in data.items]
        + [measure(" ".join(i.who.split()), SMALL) for i in data.items if i.who]
    )
    width = room.column
    if room.column < room.page and (len(data.items) > 12 or longest > room.column * 0.5 or _dense(data, first, last)):
        width = room.page
    names = min(longest + 0.1, width * 0.3)
    axis = _axis(first, last, names + 3.0, width - names - 3.0 - _DIAMOND - 0.2)
    rows: list[tuple[str, float, _Row | None]] = []
    for group, items in _grouped(data.items):
        if group is not None:
            rows.append((group, _GROUP, None))
        rows += [("", row.height, row) for row in (_row(item, axis, names) for item in items)]
    sheets = tuple(_sheet(part, axis, width) for part in _paged(rows, room.height - _HEAD - _UNIT - 1.0))
    return Drawing(sheets, _words(data), _table(data))


def _dense(data: Timeline, first: dt.date, last: dt.date) -> bool:
    """Whether a column is too narrow for what has to be told: long plans, milestones, notes."""
    marks = sum(len(item.milestone) for item in data.items if isinstance(item.milestone, dict))
    return (last - first).days > 400 or marks > 3 or any(item.note for item in data.items)


def _paged(rows: list[tuple[str, float, _Row | None]], height: float) -> Iterator[list[tuple[str, float, _Row | None]]]:
    """Rows by sheet; a group's head stays with its first item."""
    part: list[tuple[str, float, _Row | None]] = []
    used = 0.0
    for number, row in enumerate(rows):
        need = row[1] + (rows[number + 1][1] if row[2] is None else 0.0)
        if part and used + need > height:
            yield part
            part, used = [], 0.0
        part.append(row)
        used += row[1]
    yield part


def _sheet(rows: list[tuple[str, float, _Row | None]], axis: _Axis, width: float) -> Sheet:
    pen = Pen()
    head = _HEAD if axis.heads else 0.0
    top = head + _UNIT
    bottom = top + sum(height for _, height, _ in rows)
    for number, (left, right, name) in enumerate(axis.spans(axis.cells)):
        if number % 2 == 0:
            pen.rect(left, head, right - left, bottom - head, fill=TINT)
        pen.text((left + right) / 2, head + _UNIT / 2 + MIDDLE * SMALL, name, SMALL, anchor="middle", fill=QUIET)
    for number, (left, right, name) in enumerate(axis.spans(axis.heads)):
        middle = head / 2 + MIDDLE * SIZE - 0.3
        pen.text(left + 0.6, middle, name, SIZE, bold=True, fill=KEY)
        if number and name:
            pen.line((left, 0.6), (left, head), stroke=RULE, line=0.25)
        pen.line((left, head), (right, head), stroke=RULE, line=0.25)
    y = top
    for group, height, row in rows:
        if row is None:
            pen.line((0, y), (width, y), stroke=KEY, line=0.35)
            pen.text(0, y + height - 1.9, group, SIZE, bold=True, fill=KEY)
        else:
            _draw_row(pen, row, y, axis, width)
        y += height
    pen.line((0, top), (width, top), stroke=KEY, line=0.4)
    pen.line((0, y), (width, y), stroke=KEY, line=0.4)
    return pen.sheet(width, y + 0.3)


def _draw_row(pen: Pen, row: _Row, y: float, axis: _Axis, width: float) -> None:
    pen.line((0, y), (width, y), stroke=RULE, line=0.25)
    at = y + _PAD
    for line in row.name:
        pen.text(0, at + SIZE * (LEADING / 2 + MIDDLE), line, SIZE)
        at += SIZE * LEADING
    for line in row.who:
        pen.text(0, at + SMALL * (LEADING / 2 + MIDDLE), line, SMALL, fill=QUIET)
        at += SMALL * LEADING
    middle = y + row.middle
    if row.bar:
        left, right = row.bar
        pen.rect(left, middle - _BAR / 2, max(right - left, 0.8), _BAR, fill=MAIN, round=0.4)
    if row.dates:
        fill = WHITE if row.inside else INK
        pen.lines(row.dates.x, middle, row.dates.lines, SMALL, anchor=row.dates.anchor, fill=fill)
    for x, mark, label in row.marks:
        m, d = y + mark, _DIAMOND
        pen.polygon((x, m - d), (x + d, m), (x, m + d), (x - d, m), fill=BRIGHT, stroke=ACCENT, line=0.25)
        pen.lines(label.x, m, label.lines, SMALL, anchor=label.anchor)
    if row.note:
        high = len(row.note.lines) * SMALL * LEADING
        pen.lines(row.note.x, y + row.note_y + high / 2, row.note.lines, SMALL, anchor="start", fill=QUIET)


# -- words -------------------------------------------------------------------------------------------------


def _full(text: str) -> str:
    """A date with its year: 2023年9月28日."""
    said = _said(text)
    return said if said.endswith("年") and said[0].isdigit() else f"{text.strip()[:4]}年{said}"


def _words(data: Timeline) -> str:
    parts = []
    for group, items in _grouped(data.items):
        said = "；".join(map(_told, items))
        parts.append(f"{group}：{said}。" if group is not None else f"{said}。")
    return "进度图：" + "".join(parts)


def _told(item: Item) -> str:
    start, end = map(_full, _ends(item))
    when = start + (f"至{end}" if end != start else "")
    more = [f"由{item.who}负责" if item.who else "", item.note or ""]
    if isinstance(item.milestone, dict):
        more += [f"里程碑{_full(day)}{label}" for day, label in item.milestone.items()]
    kind = "（里程碑）" if item.milestone is True else ""
    return f"{item.name}{kind}，{when}" + "".join(f"，{word}" for word in more if word)


def _table(data: Timeline) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = [("事项", "起", "止", "负责", "说明")]
    for group, items in _grouped(data.items):
        for item in items:
            name = f"{group}：{item.name}" if group is not None else item.name
            start, last = map(_full, _ends(item))
            end = "" if item.milestone is True else last
            kind = "里程碑" if item.milestone is True else ""
            rows.append((name, start, end, item.who or "", item.note or kind))
            if isinstance(item.milestone, dict):
                rows += [
                    (f"{item.name}·{label}", _full(day), "", "", "里程碑") for day, label in item.milestone.items()
                ]
    return tuple(rows)
