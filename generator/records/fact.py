"""Indicators and facts (指标与事实): every printed figure with unit, kind, period and qualifier."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from generator.model import Day, Line, Part, Record, Ref

KIND = Literal["流量", "存量", "人数", "比率", "金额"]
QUALIFIER = Literal["精确", "余", "多", "近", "约", "≥", "超"]
UNIT = Literal[
    "个", "节", "场", "次", "人次", "人", "名", "户", "小时", "元", "万元", "篇", "条", "期", "册", "本", "支",
    "家", "份", "件", "项", "%", "讲", "张", "分",
]  # fmt: skip


class Indicator(Record):
    """指标：名称、单位、可否相加"""

    type_name: ClassVar[str] = "指标"
    folder: ClassVar[str] = "indicators"
    unit: UNIT = Field(alias="单位", description="个≠节≠场，人≠人次")
    kind: KIND = Field(alias="性质", description="流量可按站点和时段相加；存量只按站点相加；人数、比率不可相加")
    group: Line = Field(alias="组", description="如 个案、小组、走访")
    definition: Line = Field(alias="口径", description="统计什么、不统计什么")
    aliases: tuple[Line, ...] = Field((), alias="别名", description="正文里可用的其他叫法")
    parts: tuple[Ref, ...] = Field(
        (), alias="分子分母", description="比率：[分子指标的编号, 分母指标的编号]", max_length=2
    )
    at_least: Ref | None = Field(None, alias="不少于", description="这个数不会小于哪个指标，如 人次不少于人数")
    sums_stations: bool = Field(True, alias="分站合计", description="上级的数不是下级各站之和时写 false")


#: No hub counts more of anything; up to here whole numbers are exact.
MOST = 1e15


_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")


def _as_number(value: Any) -> Any:
    """A number as it is written everywhere: what programs read as one, such as ``true`` and ``1_000``, is none."""
    odd = isinstance(value, str) and not _NUMBER.fullmatch(value.strip())
    if odd or isinstance(value, bool):
        raise PydanticCustomError("float_form", "no number")
    return value


Amount = Annotated[float, BeforeValidator(_as_number), Field(ge=0, le=MOST, allow_inf_nan=False)]


class Breakdown(Part):
    name: Line = Field(alias="项")
    value: Amount = Field(alias="值")


class Fact(Record):
    """事实：某站某时段某指标的数"""

    type_name: ClassVar[str] = "事实"
    folder: ClassVar[str] = "facts"
    title: Line | None = Field(None, alias="标题", description="一般不写")  # type: ignore[assignment]
    indicator: Line = Field(alias="指标", description="指标编号或名称")
    station: Ref = Field(alias="站点", description="所属站点的编号")
    start: Day = Field(alias="起", description="统计第一天")
    end: Day = Field(alias="止", description="统计最后一天")
    grain: Literal["日", "周", "月", "季", "半年", "年", "项目年", "行动"] = Field("年", alias="粒度")
    value: Amount = Field(alias="值", description="数字，不带单位和“余”")
    unit: UNIT | None = Field(None, alias="单位", description="须与指标一致；可省")
    qualifier: QUALIFIER = Field("精确", alias="约数", description="余、多、近、约、≥、超；确数不写")
    target: float | None = Field(None, alias="目标值", ge=0)
    breakdown: tuple[Breakdown, ...] = Field((), alias="分项", description="分项之和应等于值")
    sum_of: tuple[Ref, ...] = Field((), alias="合计自", description="由哪些事实相加；值应等于它们之和")
    evidence: tuple[Line, ...] = Field((), alias="依据", description="记录编号或文件名")
    reporter: Line | None = Field(None, alias="填报人")
    verifier: Line | None = Field(None, alias="核对人")
    supersedes: Ref | None = Field(None, alias="更正", description="取代哪一条事实")
    note: Line | None = Field(None, alias="说明")
