"""Photographs (照片): that a person has looked at one, and what is on it."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from generator.model import Day, Line, Part, Record, Who


class Looked(Part):
    """Who looked at a photograph, when, and what became of faces and writings on it (PIPL art. 13, 29)."""

    by: Who = Field(alias="人", description="看图的人的编号或姓名")
    date: Day = Field(alias="日期", description="看图的日子")
    faces: Literal["无", "已处理", "已同意"] = Field(alias="面部", description="没有认得出的脸，或已遮挡，或本人同意")
    writings: Literal["无", "已处理"] = Field(alias="文字证件", description="没有证件、病历、门牌、名单，或已遮挡")


class Photo(Record):
    """照片"""

    type_name: ClassVar[str] = "照片"
    folder: ClassVar[str] = "photos"
    title: Line = Field("照片", alias="标题", max_length=60)
    file: Line = Field(alias="文件", description="content/media/ 里的文件名")
    fingerprint: Line | None = Field(
        None, alias="指纹", pattern=r"^[0-9a-f]{64}$", description="文件的 sha256；图改过就要重看，zhankan tick 会写"
    )
    shown: tuple[Line, ...] = Field((), alias="人物", description="图上的人在涉及人物里的代号；没有人就不写")
    looked: Looked | None = Field(None, alias="已核", description="谁在哪天看过，面部和文字证件怎样")
    credit: Who | None = Field(None, alias="供图", description="拍照或供图的人")
