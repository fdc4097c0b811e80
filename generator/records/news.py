"""News (动态): what happened, when, where, by whom."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from generator.model import Day, Line, Part, Prose, Record


class Event(Part):
    date: Day = Field(alias="日期")
    place: Line = Field(alias="地点")
    host: Line = Field(alias="主办")


class News(Record):
    """要闻、服务动态"""

    type_name: ClassVar[str] = "动态"
    folder: ClassVar[str] = "news"
    kicker: Line | None = Field(None, alias="引题")
    lead: Line | None = Field(None, alias="导语", description="不超过 100 字", max_length=140)
    event: Event = Field(alias="事件")
    body: Prose = Field(alias="正文", description="300–800 字")
    reviewer: Line | None = Field(None, alias="审核")
