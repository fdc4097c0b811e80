"""Group work (小组), with the stages of MZ/T 095-2017."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from generator.model import Author, Day, Line, Part, Prose, Record, Ref
from generator.records.case import FIELD, Comment, Measure, Outcome


class Members(Part):
    target: Line = Field(alias="对象", description="面向哪些人")
    planned: int = Field(alias="计划人数", ge=1)
    actual: int = Field(alias="实际人数", ge=1)
    criteria: Line | None = Field(None, alias="条件", description="招募条件")
    open: bool = Field(False, alias="开放式", description="中途可加入写 true")


class GroupActivity(Part):
    minutes: int = Field(alias="分钟", ge=1)
    name: Line = Field(alias="名称")
    aim: Line = Field(alias="目的")
    material: Line | None = Field(None, alias="物料")


class GroupSession(Part):
    """One meeting (节)."""

    no: int = Field(alias="节", ge=1)
    date: Day | None = Field(None, alias="日期")
    theme: Line = Field(alias="主题")
    stage: Literal["筹备", "形成", "转折", "成熟", "结束"] = Field(alias="阶段")
    activities: tuple[GroupActivity, ...] = Field((), alias="环节")
    attendance: int = Field(alias="出席", ge=0)
    observation: Prose | None = Field(None, alias="观察", description="看到的事实")
    next: Line | None = Field(None, alias="下一步")


class Risk(Part):
    difficulty: Line = Field(alias="困难")
    response: Line = Field(alias="应对")


class BudgetLine(Part):
    item: Line = Field(alias="项目")
    plan: float = Field(alias="预算", ge=0, description="元")
    actual: float | None = Field(None, alias="决算", ge=0, description="元")


class Group(Record):
    """小组工作"""

    type_name: ClassVar[str] = "小组"
    folder: ClassVar[str] = "groups"
    station: Ref = Field(alias="站点", description="所属站点的编号")
    subtype: Literal["教育", "成长", "支持", "治疗", "兴趣", "志愿者"] = Field(alias="类别")
    field: FIELD = Field(alias="领域")
    keywords: tuple[Line, ...] = Field((), alias="关键词", description="3–5 个")
    background: Prose = Field(alias="背景", description="为什么开这个小组")
    needs: tuple[Line, ...] = Field((), alias="需求")
    theory: Prose | None = Field(None, alias="理论")
    objectives: tuple[Line, ...] = Field(alias="目标", min_length=1)
    members: Members = Field(alias="组员")
    leaders: tuple[Author, ...] = Field(alias="带领者", min_length=1)
    volunteers: int = Field(0, alias="志愿者", ge=0)
    place: Line = Field(alias="地点")
    sessions: tuple[GroupSession, ...] = Field(alias="节次", min_length=1)
    risks: tuple[Risk, ...] = Field((), alias="困难与应对")
    budget: tuple[BudgetLine, ...] = Field((), alias="预算")
    measures: tuple[Measure, ...] = Field((), alias="测量")
    satisfaction: Line | None = Field(None, alias="满意度")
    outcome: tuple[Outcome, ...] = Field((), alias="成效")
    evaluation: Prose | None = Field(None, alias="评估", description="成段的总结评估")
    reflection: Prose = Field(alias="反思")
    supervisor_comment: Comment | None = Field(None, alias="督导点评")
    expert_comment: Comment | None = Field(None, alias="专家点评")

    @property
    def person_times(self) -> int:
        """人次: attendance summed over meetings."""
        return sum(s.attendance for s in self.sessions)
