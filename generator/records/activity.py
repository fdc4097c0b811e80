"""Community work (社区活动): an event, or a process of community work told as a case."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from generator.model import Day, Line, Part, Prose, Record, Ref
from generator.records.case import Comment, Outcome


class Hosts(Part):
    """Roles as an internal publication may print them: there is no 协办 (办法第十五条)."""

    host: Line = Field(alias="主办")
    organiser: Line | None = Field(None, alias="承办")
    support: tuple[Line, ...] = Field((), alias="支持")


class Volunteers(Part):
    n: int = Field(alias="人数", ge=0)
    hours: float | None = Field(None, alias="时长", ge=0, description="小时合计")


class Stakeholder(Part):
    name: Line = Field(alias="名称")
    interest: Line = Field(alias="诉求")
    role: Line | None = Field(None, alias="作用")


class Feedback(Part):
    n: int | None = Field(None, alias="份数", ge=0)
    satisfaction: Line | None = Field(None, alias="满意度")
    quotes: tuple[Line, ...] = Field((), alias="原话")


class Stage(Part):
    """One stage of a longer process."""

    title: Line = Field(alias="标题")
    time: Line | None = Field(None, alias="时间")
    text: Prose = Field(alias="正文")


class Activity(Record):
    """社区活动、社区工作案例"""

    type_name: ClassVar[str] = "社区活动"
    folder: ClassVar[str] = "activities"
    station: Ref = Field(alias="站点", description="所属站点的编号")
    subtype: Literal["宣传", "节日", "讲座", "议事", "义诊", "志愿", "主题日", "社区治理"] = Field(alias="类别")
    date: Day = Field(alias="日期")
    until: Day | None = Field(None, alias="至", description="持续多日时的最后一天")
    place: Line = Field(alias="地点")
    communities: tuple[Line, ...] = Field((), alias="社区")
    hosts: Hosts = Field(alias="单位")
    keywords: tuple[Line, ...] = Field((), alias="关键词", description="3–5 个")
    aim: Line = Field(alias="目的")
    background: Prose | None = Field(None, alias="背景", description="社区概况与问题")
    assessment: Prose | None = Field(None, alias="预估", description="需求、优势与资源")
    stakeholders: tuple[Stakeholder, ...] = Field((), alias="利益相关方")
    plan: Prose | None = Field(None, alias="计划", description="目标与策略")
    stages: tuple[Stage, ...] = Field((), alias="过程", description="分阶段写")
    process: Prose | None = Field(None, alias="经过", description="单次活动写经过")
    participants: int | None = Field(None, alias="人次", ge=0)
    indirect: int | None = Field(None, alias="间接受益", ge=0)
    volunteers: Volunteers | None = Field(None, alias="志愿者")
    feedback: Feedback | None = Field(None, alias="反馈")
    outcome: tuple[Outcome, ...] = Field((), alias="成效")
    evaluation: Prose | None = Field(None, alias="评估")
    issues: Prose | None = Field(None, alias="问题", description="发现的问题")
    reflection: Prose | None = Field(None, alias="反思")
    supervisor_comment: Comment | None = Field(None, alias="督导点评")
    expert_comment: Comment | None = Field(None, alias="专家点评")
