"""People who write, photograph, supervise, review. Never clients."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from generator.model import Line, Record, Who


class Person(Record):
    """人物（作者、督导、编辑；不收服务对象）"""

    type_name: ClassVar[str] = "人物"
    folder: ClassVar[str] = "people"
    title: Line = Field(alias="姓名", description="印出来的姓名")
    roles: tuple[Literal["社工", "督导", "编辑", "通讯员", "专家", "志愿者", "领导", "摄影"], ...] = Field(
        alias="身份", min_length=1
    )
    org: Who = Field(alias="单位", description="站点编号、合作方编号或单位名称")
    position: Line | None = Field(None, alias="职务")
    cert: Literal["助理社会工作师", "社会工作师", "高级社会工作师"] | None = Field(None, alias="持证")
    bio: Line | None = Field(None, alias="简介", description="不超过 80 字", max_length=120)
    honours: tuple[Line, ...] = Field((), alias="荣誉")
