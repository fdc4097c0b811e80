"""Stations (站点): a free tree of hubs, street stations, community rooms, school and care-home stations."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from generator.model import Day, Line, Part, Prose, Record, Ref, Who
from generator.records.chart import Dashboard

RANK = Literal["省", "市", "区县总站", "镇街站", "村社区室"]


class Evidence(Part):
    ok: bool = Field(alias="达标")
    evidence: Line | None = Field(None, alias="依据")


class SixHave(Part):
    """六有: premises, equipment, staff, service functions, work flow, rules."""

    premises: Evidence = Field(alias="场地")
    equipment: Evidence = Field(alias="设备")
    staff: Evidence = Field(alias="人员")
    functions: Evidence = Field(alias="服务功能")
    workflow: Evidence = Field(alias="工作流程")
    rules: Evidence = Field(alias="规章制度")


class Staff(Part):
    person: Who = Field(alias="人", description="人物编号或姓名")
    role: Line = Field(alias="岗位")
    cert: Literal["助理社会工作师", "社会工作师", "高级社会工作师", "无"] = Field("无", alias="持证")


class Coverage(Part):
    communities: int | None = Field(None, alias="社区数", ge=0)
    population: int | None = Field(None, alias="人口", ge=0)


class Brand(Part):
    name: Line = Field(alias="名称")
    slogan: Line | None = Field(None, alias="口号")
    model: Line | None = Field(None, alias="模式", description="如 1235N")


class Contract(Part):
    period: Line = Field(alias="期限")
    amount: float | None = Field(None, alias="金额", ge=0, description="元")
    source: Line | None = Field(None, alias="资金来源")


class Station(Record):
    """社工总站、社工站、社工室"""

    type_name: ClassVar[str] = "站点"
    folder: ClassVar[str] = "stations"
    short_name: Line = Field(alias="简称", description="刊物里使用的短名")
    rank: RANK = Field(alias="层级", description="省、市、区县总站、镇街站、村社区室")
    kind: Literal["综合", "学校", "养老机构", "医院", "其他"] = Field(
        "综合", alias="类别", description="综合、学校、养老机构……"
    )
    parent: Ref | None = Field(None, alias="上级", description="上级站点的编号；总站不写")
    region: Line = Field(alias="地区")
    opened: Day | None = Field(None, alias="建站日期")
    authority: Line | None = Field(None, alias="主管单位")
    operator: Who | None = Field(None, alias="运营机构", description="合作方编号或名称")
    contract: Contract | None = Field(None, alias="购买合同")
    area: float | None = Field(None, alias="面积", ge=0, description="平方米")
    rooms: tuple[Line, ...] = Field((), alias="功能室")
    six_have: SixHave | None = Field(None, alias="六有")
    staff: tuple[Staff, ...] = Field((), alias="人员")
    coverage: Coverage | None = Field(None, alias="覆盖")
    brand: Brand | None = Field(None, alias="品牌")
    services: tuple[Line, ...] = Field((), alias="服务")
    rules: tuple[Line, ...] = Field((), alias="制度")
    honours: tuple[Line, ...] = Field((), alias="荣誉")
    intro: Prose | None = Field(None, alias="简介", description="150–300 字")
    dashboard: tuple[Dashboard, ...] = Field((), alias="数据看板", description="印在站点风采那一页的指标卡和图")
    contact: Line | None = Field(None, alias="公开电话", description="只写对外公开的")
