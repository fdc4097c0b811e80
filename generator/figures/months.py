"""A theme a month: months as tiles of a calendar with what is done in each (月计划，月月有主题)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from pydantic import Field

from generator.diagnostics import say
from generator.model import Line, Part, Path
from generator.vector import (
    ACCENT,
    INK,
    KEY,
    LARGE,
    LEADING,
    MAIN,
    QUIET,
    SIZE,
    SMALL,
    Drawing,
    Flaw,
    Pen,
    Room,
    broken,
    measure,
)

# -- what is written ---------------------------------------------------------------------------------------


class Month(Part):
    """What a month is about."""

    month: Line = Field(alias="月", description="如 2023-06")
    theme: Line = Field(alias="主题", description="如 敲门问需")
    activities: tuple[Line, ...] = Field((), alias="活动", description="逐项写，每项一行")
    whom: Line | None = Field(None, alias="对象", description="为谁做，如 独居老人")
    who: Line | None = Field(None, alias="负责", description="牵头的站点或人")


class Months(Part):
    months: tuple[Month, ...] = Field(alias="月份", min_length=1)


#: Months from the first to the last; activities of one; characters of each.
MONTHS, ACTIVITIES, THEME, WORDS = 18, 8, 16, 40


def flaws(data: Months) -> Iterator[Flaw]:
    """Why a plan can't be drawn."""
    first: dict[int, int] = {}
    for number, month in enumerate(data.months):
        path: Path = ("月份", number)
        at = _number(month.month)
        if at is None:
            yield Flaw(
                "months.month",
                (*path, "月"),
                say("“{said}”不是月份", said=month.month, en="“{said}” is no month"),
                say("写成 2023-06：四位年、两位月", en="Such as 2023-06: four figures for the year, two for the month"),
            )
        elif at in first:
            yield Flaw(
                "months.twice",
                (*path, "月"),
                say("{month} 写了两次", month=month.month, en="{month} is there twice"),
                say("两处合成一个月，或改成别的月份", en="Make one month of the two, or change one"),
            )
        else:
            first[at] = number
        for key, said, most in (("主题", month.theme, THEME), ("对象", month.whom, WORDS), ("负责", month.who, WORDS)):
            if said is not None:
                yield from _wordy((*path, key), key, said, most)
        for index, activity in enumerate(month.activities):
            yield from _wordy((*path, "活动", index), "活动", activity, WORDS)
            if activity in month.activities[:index]:
                yield Flaw(
                    "months.same_activity",
                    (*path, "活动", index),
                    say("“{said}”在这个月写了两次", said=activity, en="“{said}” is twice in this month"),
                    say("删掉一个，或写明是第几次", en="Leave one out, or tell which is which"),
                )
        if len(month.activities) > ACTIVITIES:
            yield Flaw(
                "months.too_many_activities",
                (*path, "活动", ACTIVITIES),
                say("一个月有 {count} 项活动，最多 {most} 项", count=len(month.activities), most=ACTIVITIES,
                    en="{count} activities of one month are too many: {most} at most"),
                say("只留要紧的，其余放到周排期表里", en="Keep those that matter; the rest belongs in a weekly table"),
            )  # fmt: skip
    if first and max(first) - min(first) >= MONTHS:
        last = first[max(first)]
        yield Flaw(
            "months.too_long",
            ("月份", last, "月"),
            say("从最早的月份到这里有 {count} 个月，最多 {most} 个月", count=max(first) - min(first) + 1, most=MONTHS,
                en="There are {count} months from the first to this one: {most} at most"),
            say("核对年份；真有这么长就按年分成几张", en="Check the year, or make a figure of each year"),
        )  # fmt: skip


def _wordy(path: Path, key: str, said: str, most: int) -> Iterator[Flaw]:
    if not said.strip():
        yield Flaw(
            "months.blank",
            path,
            say("“{key}”是空的", key=key, en="“{key}” is blank"),
            say("写上字，或删掉这一项", en="Write something, or leave it out"),
        )
    elif len(said) > most:
        yield Flaw(
            "months.too_wordy",
            path,
            say("“{key}”有 {count} 个字，图里最多 {most} 个", key=key, count=len(said), most=most,
                en="“{key}” has {count} characters; the figure takes {most}"),
            say("写短些，详细的放到正文里", en="Shorten it; details belong in the text"),
        )  # fmt: skip


def _number(text: str) -> int | None:
    """Months since the year 0; None for what is no month."""
    m = re.fullmatch(r"(19\d\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])", text.strip())
    return int(m[1]) * 12 + int(m[2]) - 1 if m else None


# -- layout ------------------------------------------------------------------------------------------------

#: Height of a month's numeral; between tiles and rows of them; the narrowest tile; what a bullet takes.
_NUMERAL, _GAP, _ROW, _LEAST, _BULLET = 8.0, 5.0, 5.5, 27.0, 2.6
#: From a tile's rule to the baseline of its numeral, from there to its theme.
_HEAD, _THEME = 9.2, 2.0


@dataclass(frozen=True)
class _Tile:
    """A month with its words broken, or one of which nothing is planned."""

    at: int
    month: Month | None
    theme: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    activities: tuple[tuple[str, ...], ...] = ()

    @property
    def theme_height(self) -> float:
        return len(self.theme) * LARGE * LEADING

    @property
    def rest_height(self) -> float:
        notes = len(self.notes) * SMALL * LEADING
        lines = sum(len(lines) * SMALL * LEADING + 0.5 for lines in self.activities)
        return notes + (0.6 if notes and lines else 0.0) + lines


def _tile(at: int, month: Month | None, width: float) -> _Tile:
    if month is None:
        return _Tile(at, None)
    notes = [f"面向{_plain(month.whom)}"] if month.whom else []
    notes += [f"{_plain(month.who)}牵头"] if month.who else []
    return _Tile(
        at,
        month,
        tuple(broken(_plain(month.theme), width, LARGE, bold=True, whole=True)),
        tuple(line for note in notes for line in broken(note, width, SMALL, whole=True)),
        tuple(tuple(broken(_plain(one), width - _BULLET, SMALL)) for one in month.activities),
    )


def _plain(words: str) -> str:
    return " ".join(words.split())


def _height(row: list[_Tile]) -> float:
    return _HEAD + _THEME + max(t.theme_height for t in row) + 0.8 + max(t.rest_height for t in row)


def _rows(months: dict[int, Month], columns: int, width: float) -> list[list[_Tile]]:
    across = (width - (columns - 1) * _GAP) / columns
    tiles = [_tile(at, months.get(at), across) for at in range(min(months), max(months) + 1)]
    return [tiles[start : start + columns] for start in range(0, len(tiles), columns)]


def _best(months: dict[int, Month], width: float) -> tuple[int, list[list[_Tile]], float]:
    """How many columns make the plan low and its last row full; with the rows and their height."""
    count = max(months) - min(months) + 1
    found = []
    for columns in range(1, min(count, 6) + 1):
        if columns > 1 and (width - (columns - 1) * _GAP) / columns < _LEAST:
            break
        rows = _rows(months, columns, width)
        height = sum(map(_height, rows)) + _ROW * (len(rows) - 1)
        empty = -count % columns
        found.append((height + 5.0 * empty, -columns, rows, height))
    _, columns, rows, height = min(found, key=lambda one: one[:2])
    return -columns, rows, height


# -- drawing -----------------------------------------------------------------------------------------------


def draw(data: Months, room: Room) -> Drawing:
    """The months in rows, those without a plan shown as such; on more sheets than one if there is much to say."""
    months = {at: month for month in data.months if (at := _number(month.month)) is not None}
    width = room.column
    columns, rows, height = _best(months, width)
    if height > room.column and room.column < room.page:
        width = room.page
        columns, rows, height = _best(months, width)
    across = (width - (columns - 1) * _GAP) / columns
    pages: list[list[list[_Tile]]] = [[]]
    used = 0.0
    for row in rows:
        if pages[-1] and used + _height(row) > room.height - 1.0:
            pages.append([])
            used = 0.0
        pages[-1].append(row)
        used += _height(row) + _ROW
    sheets = []
    for page in pages:
        pen, y = Pen(), 0.4
        for row in page:
            theme = max(tile.theme_height for tile in row)
            for number, tile in enumerate(row):
                first = tile.at == min(months) or tile.at % 12 == 0 or (row is page[0] and not number)
                _draw(pen, tile, number * (across + _GAP), y, across, theme, year=first)
            y += _height(row) + _ROW
        sheets.append(pen.sheet(width, y - _ROW + 0.4))
    ordered = [months[at] for at in sorted(months)]
    return Drawing(tuple(sheets), _words(ordered), _table(ordered))


def _draw(pen: Pen, tile: _Tile, x: float, y: float, width: float, theme: float, *, year: bool) -> None:
    planned = tile.month is not None
    if planned:
        pen.line((x, y), (x + width, y), stroke=KEY, line=0.6)
    else:
        pen.line((x, y), (x + width, y), stroke=QUIET, line=0.3, dash="1.1 0.9")
    numeral, base = str(tile.at % 12 + 1), y + _HEAD
    pen.text(x, base, numeral, _NUMERAL, bold=planned, fill=KEY if planned else QUIET)
    beside = x + measure(numeral, _NUMERAL, bold=planned) + 1.0
    pen.text(beside, base, "月", SIZE, bold=planned, fill=KEY if planned else QUIET)
    if year:
        pen.text(x + width, y + 3.6, f"{tile.at // 12}年", SMALL, anchor="end", fill=QUIET)
    at = base + _THEME
    if not planned:
        pen.text(x, at + SMALL, "未安排", SMALL, fill=QUIET)
        return
    for line in tile.theme:
        pen.text(x, at + LARGE, line, LARGE, bold=True, fill=INK)
        at += LARGE * LEADING
    at = base + _THEME + theme + 0.8
    for line in tile.notes:
        pen.text(x, at + SMALL, line, SMALL, fill=ACCENT)
        at += SMALL * LEADING
    at += 0.6 if tile.notes else 0.0
    for lines in tile.activities:
        pen.rect(x, at + SMALL * 0.5, 1.0, 1.0, fill=MAIN)
        for line in lines:
            pen.text(x + _BULLET, at + SMALL, line, SMALL)
            at += SMALL * LEADING
        at += 0.5


# -- words -------------------------------------------------------------------------------------------------


def _called(month: Month) -> str:
    at = _number(month.month)
    assert at is not None, "a month with flaws"
    return f"{at // 12}年{at % 12 + 1}月"


def _words(months: list[Month]) -> str:
    return "月计划：" + "".join(map(_told, months)) + _gaps(months)


def _told(month: Month) -> str:
    parts = [f"{_called(month)}主题“{month.theme}”"]
    parts += [f"面向{month.whom}"] if month.whom else []
    parts += [f"{month.who}牵头"] if month.who else []
    parts += ["活动：" + "、".join(month.activities)] if month.activities else []
    return "，".join(parts) + "。"


def _gaps(months: list[Month]) -> str:
    """Which months in between have no plan, in runs."""
    planned = {at for month in months if (at := _number(month.month)) is not None}
    missing = [at for at in range(min(planned), max(planned) + 1) if at not in planned]
    runs = [[at for _, at in run] for _, run in groupby(enumerate(missing), lambda pair: pair[1] - pair[0])]
    said = [
        f"{run[0] // 12}年{run[0] % 12 + 1}月" + (f"至{run[-1] // 12}年{run[-1] % 12 + 1}月" if run[1:] else "")
        for run in runs
    ]
    return f"{'、'.join(said)}未安排。" if said else ""


def _table(months: list[Month]) -> tuple[tuple[str, ...], ...]:
    optional = [
        (head, [getattr(month, name) or "" for month in months]) for head, name in (("对象", "whom"), ("负责", "who"))
    ]
    kept = [(head, values) for head, values in optional if any(values)]
    rows = [("月份", "主题", "活动", *(head for head, _ in kept))]
    for number, month in enumerate(months):
        rows.append((_called(month), month.theme, "；".join(month.activities), *(values[number] for _, values in kept)))
    return tuple(rows)
