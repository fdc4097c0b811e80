"""Policies, notices and the hub's own rules (政策、制度): abstracts, or whole documents with clauses."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from generator.model import Address, Day, Line, Part, Prose, Record


class Validity(Part):
    start: Day = Field(alias="起")
    end: Day | None = Field(None, alias="止")


class Standard(Part):
    """Head data of a standard (GB/T 1.1-2020)."""

    no: Line = Field(alias="标准号")
    ics: Line | None = Field(None, alias="ICS")
    ccs: Line | None = Field(None, alias="CCS")
    published: Day | None = Field(None, alias="发布日期")
    implemented: Day | None = Field(None, alias="实施日期")
    drafters: tuple[Line, ...] = Field((), alias="起草单位")


class Appendix(Part):
    id: Line = Field(alias="编号", description="供引用", pattern=r"^[0-9A-Za-z][0-9A-Za-z_.-]*$")
    title: Line = Field(alias="标题")
    nature: Literal["规范性", "资料性"] | None = Field(None, alias="性质", description="标准的附录须写")
    body: Prose = Field(alias="正文")


class Policy(Record):
    """政策摘要；指引、办法、标准、制度、方案全文"""

    type_name: ClassVar[str] = "政策"
    folder: ClassVar[str] = "policies"
    doc_type: Literal[
        "办法", "方案", "通知", "指引", "标准", "制度", "公示", "意见",
        "决定", "公告", "通告", "通报", "报告", "请示", "批复", "函", "纪要",
    ] = Field(alias="文种")  # fmt: skip
    doc_no: Line | None = Field(None, alias="文号", description="如 某民〔2023〕12号")
    issuers: tuple[Line, ...] = Field(alias="发文单位", min_length=1)
    signed: Day | None = Field(None, alias="成文日期")
    effective: Validity | None = Field(None, alias="施行")
    validity: Literal["有效", "试行", "失效"] = Field("有效", alias="效力")
    openness: Literal["主动公开", "依申请公开", "不公开"] | None = Field(None, alias="公开方式")
    index_no: Line | None = Field(None, alias="索引号")
    key_points: tuple[Line, ...] = Field((), alias="要点", description="政策速递里逐条列出")
    based_on: tuple[Line, ...] = Field((), alias="依据")
    replaces: tuple[Line, ...] = Field((), alias="取代")
    standard: Standard | None = Field(None, alias="标准信息")
    url: Address | None = Field(None, alias="网址")
    numbering: Literal["指引", "办法", "标准", "制度"] | None = Field(
        None,
        alias="编号体例",
        description="指引：一、（一）1.；办法：第X章第X条；标准：1/1.1；制度：第X条，每件重新起编",
    )
    foreword: Prose | None = Field(None, alias="前言")
    body: Prose | None = Field(None, alias="正文", description="全文；## 为章，### 为节，有序列表为条款")
    appendices: tuple[Appendix, ...] = Field((), alias="附录")
