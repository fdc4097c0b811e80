"""Partners (合作方): who gives money, goods, services, supervision."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from generator.model import Day, Line, Part, Record, Ref


class Contribution(Part):
    date: Day | None = Field(None, alias="日期")
    kind: Literal["款", "物", "服务"] = Field(alias="种类")
    item: Line | None = Field(None, alias="内容")
    quantity: float | None = Field(None, alias="数量", ge=0)
    unit: Line | None = Field(None, alias="单位")
    yuan: float | None = Field(None, alias="折合元", ge=0)
    to: tuple[Ref, ...] = Field((), alias="给", description="受益站点的编号")


class Partner(Record):
    """合作方"""

    type_name: ClassVar[str] = "合作方"
    folder: ClassVar[str] = "partners"
    title: Line = Field(alias="名称")
    kind: Literal["政府", "高校", "基金会", "慈善会", "企业", "社会组织", "医院", "学校", "物业"] = Field(alias="类别")
    role: Literal["主办", "承办", "支持", "捐赠", "督导", "研学", "运营"] = Field(alias="角色")
    contributions: tuple[Contribution, ...] = Field((), alias="贡献")
    intro: Line | None = Field(None, alias="简介")
