"""A case about building and running stations (建设运营类): no client, but practice and results."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from generator.model import Line, Part, Prose, Record, Ref
from generator.records.case import Comment


class Practice(Part):
    """One thing that was done: a mechanism, a rule, people, premises."""

    title: Line = Field(alias="标题", description="不超过 20 字，不加句号")
    text: Prose = Field(alias="正文")


class Operation(Record):
    """站点建设与运营案例"""

    type_name: ClassVar[str] = "建设运营案例"
    folder: ClassVar[str] = "operations"
    place: Line = Field(alias="地区", description="案例所在地区")
    unit: Line = Field(alias="实施单位", description="实施单位全称")
    keywords: tuple[Line, ...] = Field((), alias="关键词", description="3–5 个")
    overview: Prose = Field(alias="概况", description="站点概况与背景")
    problem: Prose = Field(alias="问题", description="要解决的问题")
    practices: tuple[Practice, ...] = Field(alias="做法", description="机制、制度、人员、阵地", min_length=1)
    results: Prose = Field(alias="成效", description="成效数据，用 {指标@年} 引用事实")
    lessons: Prose = Field(alias="经验", description="经验与推广价值")
    reflection: Prose | None = Field(None, alias="反思")
    partners: tuple[Ref, ...] = Field((), alias="合作方")
    supervisor_comment: Comment | None = Field(None, alias="督导点评")
    expert_comment: Comment | None = Field(None, alias="专家点评")
