"""What an editor writes of a chart: the figures it shows and how they are set side by side."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from generator.figures import CHARTS
from generator.model import Line, Part

#: How the figures of a chart are chosen where stations are asked for by their rank; see ``records.station.RANK``.
RANKS = ("全部", "省", "市", "区县总站", "镇街站", "村社区室")


class ChartBlock(Part):
    """The data of one chart: ``指标@时段@站点`` each, or indicators with periods and stations beside them."""

    facts: tuple[Line, ...] = Field(
        alias="数据",
        min_length=1,
        description="写成 指标@时段 或 指标@时段@站点；时段、站点另写时只写指标",
    )
    periods: tuple[Line, ...] = Field(
        (), alias="时段", description="如 2023、2023Q1、2023-06、2023各季、2023各月、2021-2023各年"
    )
    stations: tuple[Line, ...] = Field(
        (), alias="站点", description="站点编号；或写层级（镇街站……、全部），指本站下属的这一级"
    )
    order: Literal["照排", "数值"] = Field(
        "照排", alias="排序", description="照排：按写的、站点文件里的先后；数值：从大到小"
    )
    by_year: bool = Field(
        False, alias="按年", description="折线图、柱形图把各年同一月、同一季叠在一起比，一年一条时写 true"
    )
    parts: bool = Field(False, alias="分项", description="堆叠条形图按事实的分项分段时写 true")
    full_marks: Annotated[float, Field(gt=0)] | None = Field(
        None, alias="满分", description="雷达图的满分；不写用目标值"
    )
    places: dict[Line, Annotated[tuple[int, ...], Field(min_length=2, max_length=2)]] = Field(
        {}, alias="位置", description="方格图：站点编号: [行, 列]；不写按先后排"
    )
    source: Line | None = Field(None, alias="来源", description="数字的出处，照印；不写用事实的来源")
    note: Line | None = Field(None, alias="说明", description="图下的注")


#: How a block of a data page shows its data: set as type, or drawn as a chart.
_KINDS = ("指标卡", "数据表", "荣誉榜", "品牌榜", "更正", *CHARTS)


def _known_kind(value: str) -> str:
    if value not in _KINDS:
        raise PydanticCustomError("literal_error", "unknown kind", {"expected": ", ".join(_KINDS)})
    return value


class Dashboard(ChartBlock):
    """One block of a data page: key figures, a chart, a table of figures, of honours or of station brands."""

    kind: Annotated[str, AfterValidator(_known_kind)] = Field(alias="图式", json_schema_extra={"enum": [*_KINDS]})
    title: Line = Field(alias="标题")
    facts: tuple[Line, ...] = Field(
        alias="数据",
        min_length=1,
        description="写成 指标@时段 或 指标@时段@站点，时段、站点另写时只写指标；"
        "荣誉榜写荣誉编号，品牌榜写站点编号，更正写更正后的事实编号",
    )
    against: Literal["同比", "环比"] | None = Field(
        None, alias="对比", description="指标卡上印出与上年同期（同比）、上一时段（环比）相比的增减"
    )
