"""Articles (文章): experience, supervision, editorial, portrait, house notices."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from generator.model import Line, Prose, Record


class Article(Record):
    """卷首语、经验分享、督导专栏、人物、启事、编后记"""

    type_name: ClassVar[str] = "文章"
    folder: ClassVar[str] = "articles"
    genre: Literal["卷首语", "经验", "督导", "人物", "启事", "编写说明", "序", "编首语", "编后记", "附录"] = Field(
        alias="体裁", description="卷首语、经验、督导、人物、启事……"
    )
    keywords: tuple[Line, ...] = Field((), alias="关键词", description="3–5 个")
    model: Line | None = Field(None, alias="模式", description="如 研+培+巡")
    body: Prose = Field(alias="正文")
    references: tuple[Line, ...] = Field((), alias="参考文献")
    author_bio: Line | None = Field(None, alias="作者简介", description="不超过 80 字", max_length=120)
    pull_quote: Line | None = Field(None, alias="金句", description="版面上突出的一句")
