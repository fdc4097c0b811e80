"""Words that templates print of values: dates and periods, the rows of an information table."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from generator.records.case import Session


def session_title(session: Session) -> str:
    """第1次　重点; a stage keeps the words it was given."""
    number = (
        f"第{session.no}次" if session.no.replace("–", "").replace("—", "").replace("-", "").isdecimal() else session.no
    )
    return f"{number}　{session.focus}"


def paired(pairs: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Rows of an information table: two short pairs, or one long one; empty values are left out."""
    rows: list[list[tuple[str, str]]] = []
    for label, value in pairs:
        if not value:
            continue
        if len(value) <= _SHORT and rows and len(rows[-1]) == 1 and len(rows[-1][0][1]) <= _SHORT:
            rows[-1].append((label, value))
        else:
            rows.append([(label, value)])
    return rows


_SHORT = 13


def day(value: dt.date | None) -> str:
    """2023年9月5日 (months and days without zero, GB/T 9704-2012)."""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def when(words: str | None) -> str:
    """A date or stretch of time as it was written; ISO dates in it as people read them."""
    text = _ISO_DATE.sub(lambda m: (f"{m[1]}年" if m[1] else "") + f"{int(m[2])}月{int(m[3])}日", words or "")
    return text.replace(" 至 ", "至")


_ISO_DATE = re.compile(r"(?:(\d{4})-)?(\d\d)-(\d\d)")


def sentence(parts: Sequence[str | None]) -> str:
    """Parts as one sentence: joined by ；, one 。 at the end."""
    return "；".join(p.rstrip("。；，") for p in parts if p) + "。"


def days(start: dt.date, end: dt.date | None) -> str:
    """A period in the shortest exact words: 2023年, 2023年6月, 2022年1月—2023年12月, days otherwise."""
    if end is None:
        return f"{start.year}年{start.month}月起"
    next_day = end + dt.timedelta(days=1)
    if start.day == 1 and next_day.day == 1:
        if (start.month, end.month) == (1, 12):
            return f"{start.year}年" if start.year == end.year else f"{start.year}—{end.year}年"
        if (start.year, start.month) == (end.year, end.month):
            return f"{start.year}年{start.month}月"
        tail = f"{end.month}月" if start.year == end.year else f"{end.year}年{end.month}月"
        return f"{start.year}年{start.month}月—{tail}"
    if start == end:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{day(start)}—{end.day}日"
    if start.year == end.year:
        return f"{day(start)}—{end.month}月{end.day}日"
    return f"{day(start)}—{day(end)}"
