"""Casework with a person or a family (个案/家庭), in the canonical order of MZ/T 094-2017."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from generator.figures.ecomap import Ecomap, System
from generator.figures.genogram import Genogram
from generator.model import Day, Line, Part, Prose, Record, Ref, Who

FIELD = Literal["养老", "儿童", "青少年", "残障", "救助", "司法", "医务", "学校", "社区", "流动人口"]


class Client(Part):
    """The person or family served, only under a pseudonym."""

    alias: Line = Field(alias="化名", description="书面使用的化名，不写真名")
    gender: Literal["男", "女", "不写"] = Field("不写", alias="性别", description="男、女或不写")
    age_band: Line = Field(alias="年龄段", description="如 80–84、小学低年级；不写确切年龄")
    tags: tuple[Line, ...] = Field((), alias="特征", description="如 独居、低保对象")


class Background(Part):
    """What was known at the start; at least three of the six."""

    personal: Prose | None = Field(None, alias="个人", description="个人情况")
    family: Prose | None = Field(None, alias="家庭", description="家庭情况")
    health: Prose | None = Field(None, alias="健康", description="身体状况")
    mind: Prose | None = Field(None, alias="心理", description="情绪与心理")
    economy: Prose | None = Field(None, alias="经济", description="收入与支出")
    support: Prose | None = Field(None, alias="支持", description="家庭、社区、正式支持")


class Assessment(Part):
    methods: tuple[Line, ...] = Field((), alias="方法", description="如 入户访谈、生态图")
    needs: tuple[Line, ...] = Field(alias="需求", description="逐条写需求", min_length=1)
    strengths: tuple[Line, ...] = Field((), alias="优势", description="个人、家庭、社会资源")
    risks: tuple[Line, ...] = Field((), alias="风险", description="需要防范的情况")
    analysis: Prose | None = Field(None, alias="分析", description="成段的分析预估")


class Theory(Part):
    name: Line = Field(alias="名称", description="如 社会支持理论")
    reason: Line = Field(alias="理由", description="为什么适用")
    used_in: tuple[Literal["预估", "计划", "过程", "评估", "反思"], ...] = Field((), alias="用于")


class Goal(Part):
    id: Line = Field(alias="代号", description="如 目标1")
    text: Line = Field(alias="内容", description="可观察、可衡量")
    measure: Line | None = Field(None, alias="衡量", description="用什么衡量")
    target: Line | None = Field(None, alias="目标值")


class Goals(Part):
    overall: Line = Field(alias="总目标")
    items: tuple[Goal, ...] = Field(alias="分目标", min_length=1)


class Step(Part):
    """One stage of the service plan."""

    stage: Line = Field(alias="阶段")
    goal: Line | None = Field(None, alias="目标")
    content: Line = Field(alias="内容")
    time: Line | None = Field(None, alias="时间")


class Agreement(Part):
    signed: bool = Field(alias="已签")
    date: Day | None = Field(None, alias="日期")


class Session(Part):
    """One meeting or a stage of meetings."""

    no: Line = Field(alias="次", description="第几次，或一段：1–3")
    date: Line | None = Field(None, alias="日期", description="日期或时段")
    form: Line | None = Field(None, alias="形式", description="面谈、入户、电访、联席会……")
    focus: Line = Field(alias="重点", description="本次的目标或主题")
    process: Prose = Field(alias="过程", description="做了什么、看到什么")
    change: Line | None = Field(None, alias="变化")
    skills: tuple[Line, ...] = Field((), alias="技巧")
    next: Line | None = Field(None, alias="下一步")


class Measure(Part):
    """A scale before and after."""

    scale: Line = Field(alias="量表", description="如 GDS-15")
    range: tuple[float, float] | None = Field(None, alias="范围", description="[最低分, 最高分]")
    direction: Literal["越低越好", "越高越好"] = Field(alias="方向")
    pre: float = Field(alias="前测")
    post: float = Field(alias="后测")
    dates: tuple[Day, ...] = Field((), alias="日期", description="[前测日, 后测日]")


class Outcome(Part):
    goal: Line = Field(alias="目标", description="分目标代号")
    rating: Literal["完全达成", "大部分达成", "部分达成", "未达成"] = Field(alias="达成")
    evidence: Line = Field(alias="证据", description="记录、量表、旁证")


class Closure(Part):
    type: Literal["目标达成", "转介", "服务对象要求结束", "失联", "死亡", "其他"] = Field(alias="类型")
    reason: Line | None = Field(None, alias="说明")
    followup: Line | None = Field(None, alias="跟进", description="结案后的回访安排")


class Comment(Part):
    """督导点评 or 专家点评."""

    by: Who = Field(alias="点评人", description="人物编号或姓名")
    title: Line | None = Field(None, alias="职称")
    date: Day | None = Field(None, alias="日期")
    text: Prose = Field(alias="正文", description="200–400 字")


class Case(Record):
    """个案、家庭、个案管理、危机介入"""

    type_name: ClassVar[str] = "个案"
    folder: ClassVar[str] = "cases"
    station: Ref = Field(alias="站点", description="所属站点的编号")
    subtype: Literal["个案", "家庭", "个案管理", "危机"] = Field(alias="类别", description="个案、家庭、个案管理或危机")
    field: FIELD = Field(alias="领域", description="养老、儿童、残障……")
    opened: Day = Field(alias="接案日期")
    closed: Day | None = Field(None, alias="结案日期", description="发表前必填")
    source_of_case: Literal["求助", "外展", "转介", "社区"] = Field(
        alias="个案来源", description="求助、外展、转介或社区"
    )
    keywords: tuple[Line, ...] = Field((), alias="关键词", description="3–5 个")
    client: Client = Field(alias="服务对象")
    background: Background = Field(alias="背景")
    genogram: Genogram | None = Field(None, alias="家系图")
    ecomap: tuple[System, ...] = Field((), alias="生态图")
    assessment: Assessment = Field(alias="预估")
    theories: tuple[Theory, ...] = Field((), alias="理论")
    goals: Goals = Field(alias="目标")
    plan: tuple[Step, ...] = Field(alias="计划", min_length=1)
    agreement: Agreement | None = Field(None, alias="服务协议")
    sessions: tuple[Session, ...] = Field(alias="过程", min_length=1)
    measures: tuple[Measure, ...] = Field((), alias="测量")
    outcome: tuple[Outcome, ...] = Field(alias="成效", min_length=1)
    satisfaction: Line | None = Field(None, alias="满意度", description="如 4.8/5")
    evaluation: Prose | None = Field(None, alias="评估", description="成段的总结评估")
    closure: Closure = Field(alias="结案")
    resources: tuple[Ref, ...] = Field((), alias="资源", description="合作方编号")
    reflection: Prose = Field(alias="反思", description="专业反思")
    supervisor_comment: Comment | None = Field(None, alias="督导点评")
    expert_comment: Comment | None = Field(None, alias="专家点评")

    def surroundings(self) -> Ecomap | None:
        """The ecomap with its middle: the client's home, and of whom it is made up if the genogram says so."""
        if not self.ecomap:
            return None
        home = self.client.alias.replace("（化名）", "").replace("(化名)", "")
        return Ecomap.model_validate(
            {"中心": home if home.endswith(("家", "家庭")) else f"{home}家", "系统": self.ecomap}
        )
