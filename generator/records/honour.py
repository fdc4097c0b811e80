"""Honours (荣誉): awards to stations and people."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from generator.model import Line, Record, Who


class Honour(Record):
    """荣誉"""

    type_name: ClassVar[str] = "荣誉"
    folder: ClassVar[str] = "honours"
    rank: Literal["国家级", "省级", "市级", "区县级", "街道级"] = Field(alias="级别")
    by: Line = Field(alias="授予单位")
    year: int = Field(alias="年度", ge=1980, le=2100)
    count: int = Field(1, alias="数量", ge=1)
    unit: Line = Field("个", alias="单位")
    recipients: tuple[Who, ...] = Field((), alias="获得者", description="站点或人物编号，或名称")
