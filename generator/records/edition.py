"""Editions (出版物): one bulletin issue, one anthology, one book of guidelines, one official document."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from generator.model import STEP, Day, FileName, Line, Part, Prose, Record, Ref, Who
from generator.records.chart import Dashboard
from generator.records.station import RANK

COLUMN = Literal[
    "卷首语", "要闻", "服务动态", "站点风采", "经验分享", "案例鉴赏",
    "督导专栏", "人物", "政策速递", "数据看板", "投稿须知",
]  # fmt: skip


class Print(Part):
    """What the law wants printed of the printing (内部资料性出版物管理办法第十四条)."""

    printer: Line | None = Field(None, alias="印刷单位")
    date: Day | None = Field(None, alias="印刷日期")
    copies: int | None = Field(None, alias="印数", ge=1, description="册")
    format: Literal["210×285", "210×297", "185×260", "170×240"] = Field("210×285", alias="开本", description="毫米")
    binding: Literal["骑马订", "胶装", "平订"] | None = Field(None, alias="装订")
    paper: Line | None = Field(None, alias="用纸", description="内文用纸，如 80克双胶纸；书脊按它的厚度计算")
    thickness: float | None = Field(
        None, alias="纸厚", gt=0, lt=2, description="一张内文纸的厚度，毫米；不写按用纸估算"
    )
    cover_paper: Line | None = Field(None, alias="封面用纸", description="如 200克铜版纸，不写就按它算；书脊要加上两层")
    pages: int | None = Field(None, alias="页数", ge=1, description="要印在版权页上时写；连封面一共多少面")
    sheets: float | None = Field(None, alias="印张", gt=0, description="要印在版权页上时写；内文面数除以开数")
    licence: Line | None = Field(
        None, alias="印刷许可证", description="印刷单位的印刷经营许可证号（出版物印刷，本省的）；定稿前核对"
    )
    samples: Line | None = Field(None, alias="送样", description="样本哪天送到哪里、几份；印好以后填")


class Masthead(Part):
    """编印职员；内部资料不设协办."""

    authority: tuple[Who, ...] = Field((), alias="主管")
    publisher: tuple[Who, ...] = Field(alias="编印单位", min_length=1)
    organiser: tuple[Who, ...] = Field((), alias="承办")
    board_head: tuple[Who, ...] = Field((), alias="编委会主任")
    board: tuple[Who, ...] = Field((), alias="编委")
    chief_editor: tuple[Who, ...] = Field((), alias="主编")
    executive_editor: tuple[Who, ...] = Field((), alias="执行主编")
    editors: tuple[Who, ...] = Field((), alias="责任编辑")
    proofreaders: tuple[Who, ...] = Field((), alias="校对")
    designers: tuple[Who, ...] = Field((), alias="美编")
    reviewers: tuple[Who, ...] = Field((), alias="审核")
    address: Line | None = Field(None, alias="地址")
    phone: Line | None = Field(None, alias="电话")
    email: Line | None = Field(None, alias="投稿邮箱")
    wechat: Line | None = Field(None, alias="公众号")


class Cover(Part):
    picture: Line | None = Field(None, alias="图", description="media/ 里的文件名")
    title_lines: tuple[Line, ...] = Field((), alias="书名分行", description="封面书名怎样分行；连起来应与标题一样")
    theme: Line | None = Field(None, alias="主题")
    slogan: Line | None = Field(None, alias="题语")


class Release(Part):
    """The word to print: whoever gives it, and what exactly it was given for."""

    date: Day = Field(alias="日期")
    by: Who = Field(alias="人", description="签付印的人")
    fingerprint: Line = Field(alias="指纹", pattern=r"^[0-9a-f]{16}$", description="zhankan release 写入")


class Edition(Record):
    """Fields of every edition; one that does not say so is not finished."""

    status: Literal["草稿", "已提交", "初审", "复审", "终审", "定稿", "已付印"] = Field(
        "草稿", alias="状态", description="定稿、已付印的，每一篇都要过了三审三校"
    )
    required_steps: tuple[STEP, ...] = Field(
        ("初审", "复审", "终审", "一校", "二校", "三校", "通读"),
        alias="审校环节",
        description="每一篇要过哪些环节；不写就是三审三校加通读",
    )
    release: Release | None = Field(None, alias="发布", description="由 zhankan release 写入")
    name: FileName | None = Field(None, alias="文件名", description="成品文件名；不写用编号")
    printing: Print = Field(Print.model_validate({}), alias="印刷")
    for_each: tuple[Literal["全部", RANK], ...] = Field(
        (), alias="每站一册", description="照这一份给每个站点各出一册；写站点的层级，如 镇街站"
    )


#: What has a usual length: columns of a bulletin, and kinds of pieces.
LENGTHS = Literal[
    "卷首语", "要闻", "服务动态", "站点风采", "经验分享", "案例鉴赏", "督导专栏", "人物", "政策速递", "投稿须知",
    "案例", "小组", "社区活动", "建设运营案例", "督导点评", "专家点评", "摘要", "全部",
]  # fmt: skip


class Wanted(Part):
    """What an edition asks of its pieces."""

    comments: tuple[Literal["督导点评", "专家点评"], ...] = Field((), alias="点评", description="每篇案例都要有的点评")
    lengths: dict[LENGTHS, Annotated[tuple[int, ...], Field(min_length=2, max_length=2)]] = Field(
        {}, alias="字数", description="栏目或文体: [最少, 最多]；全部 管没写的；都不写的按通行的字数"
    )


class Absent(Part):
    """A station of which nothing is printed, and why."""

    station: Ref = Field(alias="站点", description="没有稿件的站点")
    reason: Line = Field(alias="原因", description="如 当季新建，尚未开展服务")


class Volume(Edition):
    """Fields of an edition between covers, with an imprint and the people who made it."""

    legal_type: Literal["内部资料", "工作简报", "电子版"] = Field("内部资料", alias="资料类型")
    permit_no: Line | None = Field(None, alias="准印证号", description="内部资料必填")
    recipients: tuple[Line, ...] = Field((), alias="发送对象", description="不得发给服务对象和公众")
    masthead: Masthead = Field(alias="职员")
    cover: Cover = Field(Cover.model_validate({}), alias="封面")
    colophon: Prose | None = Field(None, alias="版权页说明", description="样例声明、化名声明等")
    wanted: Wanted = Field(Wanted.model_validate({}), alias="要求", description="点评和字数")


class IssueColumn(Part):
    name: COLUMN = Field(alias="名称", description="卷首语、要闻、服务动态……")
    items: tuple[Ref, ...] = Field((), alias="文章", description="记录编号，按刊登顺序")
    note: Line | None = Field(None, alias="栏目语")


class Bulletin(Volume):
    """季刊一期"""

    type_name: ClassVar[str] = "季刊"
    folder: ClassVar[str] = "bulletins"
    year: int = Field(alias="年", ge=1980, le=2100)
    number: int = Field(alias="期", ge=1)
    total_no: int = Field(alias="总期", ge=1)
    highlights: tuple[Ref, ...] = Field((), alias="要目", description="封面上列出的记录编号")
    columns: tuple[IssueColumn, ...] = Field(alias="栏目", min_length=1)
    dashboard: tuple[Dashboard, ...] = Field((), alias="数据看板")
    absent: tuple[Absent, ...] = Field((), alias="未供稿", description="本期没有稿件的下属站点和原因")


class Division(Part):
    """One part (编) of an anthology."""

    title: Line = Field(alias="标题", description="如 建设运营类")
    opener: Prose | None = Field(None, alias="编首语")
    cases: tuple[Ref, ...] = Field(alias="案例", min_length=1)


class Anthology(Volume):
    """案例集"""

    type_name: ClassVar[str] = "案例集"
    folder: ClassVar[str] = "anthologies"
    year: int = Field(alias="年", ge=1980, le=2100)
    preface: Ref | None = Field(None, alias="序")
    about: Ref = Field(alias="编写说明")
    divisions: tuple[Division, ...] = Field(alias="编", min_length=1)
    figure_list: bool = Field(False, alias="图表目录", description="目录之后列出图和表，带页码")
    appendices: tuple[Ref, ...] = Field((), alias="附录")
    afterword: Ref | None = Field(None, alias="编后记")


class Guidelines(Volume):
    """操作指引、办法、标准、制度汇编、方案"""

    type_name: ClassVar[str] = "指引"
    folder: ClassVar[str] = "guidelines"
    year: int = Field(alias="年", ge=1980, le=2100)
    family: Literal["指引", "办法", "标准", "制度汇编", "方案"] = Field(alias="体例")
    preface: Ref | None = Field(None, alias="序")
    figure_list: bool = Field(False, alias="图表目录", description="目录之后列出图和表，带页码")
    documents: tuple[Ref, ...] = Field(alias="文件", min_length=1)


class Official(Edition):
    """公文（红头文件）：GB/T 9704—2012 的版头、主体和版记"""

    type_name: ClassVar[str] = "公文"
    folder: ClassVar[str] = "officials"
    document: Ref = Field(alias="文件", description="通知、意见、函等的编号；文号、发文单位、成文日期取自它")
    issued: tuple[Ref, ...] = Field((), alias="印发文件", description="印发、转发的文件，排在正文之后，不算附件")
    enclosures: tuple[Ref, ...] = Field((), alias="附件", description="作附件的文件；正文自己的附录排在它们前面")
    copy_no: Line | None = Field(None, alias="份号", pattern=r"^\d{6}$", description="六位数字，涉密公文用")
    secrecy: Line | None = Field(None, alias="密级标注", description="密级和保密期限，如 秘密★1年")
    urgency: Literal["特急", "加急"] | None = Field(None, alias="紧急程度")
    marks: tuple[Line, ...] = Field((), alias="发文机关标志", description="版头的红字，一个机关一行；不写用发文单位")
    mark_word: bool = Field(True, alias="文件二字", description="标志后面加不加“文件”二字")
    signers: tuple[Who, ...] = Field((), alias="签发人", max_length=2, description="上行文（请示、报告）必填")
    title_lines: tuple[Line, ...] = Field((), alias="标题分行", description="标题怎样分行；连起来应与标题一样")
    addressees: Line | None = Field(None, alias="主送", description="主送机关，照印；末尾的冒号不写")
    addressees_last: bool = Field(False, alias="主送移至版记", description="主送机关太多，首页排不下正文时写 true")
    sealed: bool = Field(True, alias="加盖印章", description="落款处给印章留位置")
    annotation: Line | None = Field(None, alias="附注", description="不写时照公开方式印“此件公开发布”等")
    copies_to: Line | None = Field(None, alias="抄送", description="抄送机关，照印；末尾的句号不写")
    #: documents are checked and signed for as 条例第二十四至二十六条 want it
    required_steps: tuple[STEP, ...] = Field(
        (), alias="审校环节", description="公文另走审核、签发；要按三审三校走就写上"
    )
    printed_by: Line = Field(alias="印发机关", description="一般是发文机关的办公室")
    date: Day = Field(alias="印发日期", description="写成 2024-03-08")
