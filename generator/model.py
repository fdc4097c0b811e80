"""The nouns every stage speaks of: records, editions, articles, publications, assets, themes, pages, printing."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args

from lxml import etree
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from generator.diagnostics import Span
from generator.memory import FORGETFUL, Memory


@dataclass(frozen=True)
class Markdown:
    """Marks a field whose text is Markdown (see ``prose``)."""


@dataclass(frozen=True)
class Reference:
    """Marks a field that holds the id of another record."""


@dataclass(frozen=True)
class Name:
    """Marks a field that holds the id of a person, station or partner, or simply a name."""


def _as_date(value: Any) -> Any:
    """Dates reach us as text; say apart what is no date at all and what is a day that never was."""
    if value is None or isinstance(value, dt.date):
        return value
    text = str(value).strip()
    if len(text) == 10 and text[4] == text[7] == "-":
        with suppress(ValueError):
            return dt.date.fromisoformat(text)
    parts = text.split("-")
    if len(parts) != 3 or [len(p) for p in parts] != [4, 2, 2] or not all(p.isdecimal() for p in parts):
        raise PydanticCustomError("date_form", "not a date")
    try:
        return dt.date(*map(int, parts))
    except ValueError:
        raise PydanticCustomError("date_impossible", "no such day") from None


def _as_address(value: str) -> str:
    """An address of the web; other schemes run programs or open files."""
    if not re.fullmatch(r"https?://[^\s/?#@\\]+(?:[/?#]\S*)?", value, re.I):
        raise PydanticCustomError("address_form", "no address")
    return value


#: Names that Windows keeps for devices, whatever ending follows.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\..*)?", re.I)


def _as_file_name(value: str) -> str:
    """A name that is one on every system, and stays in its folder."""
    if re.search(r"[/\\:*?\"<>|\x00-\x1f\x7f]", value) or value[0] in ".~- " or value[-1] in ". ":
        raise PydanticCustomError("file_name_form", "no file name")
    if _DEVICES.fullmatch(value) or len(value.encode()) > 150:
        raise PydanticCustomError("file_name_form", "no file name")
    return value


Day = Annotated[dt.date, BeforeValidator(_as_date)]
#: A title such as 2023 or 1.0 is text even where YAML reads a number.
_Text = Annotated[str, Field(coerce_numbers_to_str=True)]
Line = Annotated[_Text, Field(min_length=1)]
FileName = Annotated[Line, AfterValidator(_as_file_name)]
Address = Annotated[Line, AfterValidator(_as_address)]
Prose = Annotated[str, Markdown(), Field(min_length=1)]
Who = Annotated[_Text, Name(), Field(min_length=1, description="人物、站点或合作方的编号，或直接写名称")]
Ref = Annotated[_Text, Reference(), Field(min_length=1, description="另一条记录的编号")]


class Part(BaseModel):
    """A group of fields inside a record. Keys may be Chinese (the alias) or English (the name)."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, protected_namespaces=(), allow_inf_nan=False
    )


def marked(part: BaseModel, marker: type) -> Iterator[tuple[Path, str]]:
    """Every text below ``part`` whose field carries ``marker``, with its path of Chinese keys."""
    for name, key, here in _marked_fields(type(part), marker):
        value = getattr(part, name)
        if value is None:
            continue
        if isinstance(value, str):
            if here:
                yield (key,), value
        elif isinstance(value, BaseModel):
            for path, text in marked(value, marker):
                yield (key, *path), text
        elif isinstance(value, tuple):
            for number, item in enumerate(value):
                if isinstance(item, str):
                    if here:
                        yield (key, number), item
                elif isinstance(item, BaseModel):
                    for path, text in marked(item, marker):
                        yield (key, number, *path), text


@cache
def _marked_fields(model: type[BaseModel], marker: type) -> tuple[tuple[str, str, bool], ...]:
    """The fields that carry ``marker`` or hold parts that may: name, Chinese key, whether it is the field itself."""
    fields = (
        (name, info.alias or name, _carries(info.metadata, info.annotation, marker), info.annotation)
        for name, info in model.model_fields.items()
    )
    return tuple((name, key, here) for name, key, here, annotation in fields if here or any(models_in(annotation)))


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field's annotation names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)


def leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every single value in a dumped record, with its path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from leaves(item, (*path, number))
    else:
        yield path, value


def texts(value: object) -> Iterator[tuple[Path, str]]:
    """Every text in a dumped record, with its path."""
    return ((path, words) for path, words in leaves(value) if isinstance(words, str))


def value_at(part: BaseModel, path: Path) -> Any:
    """The value of the field at a path of Chinese (or English) keys; None below a field that is not there.

    Raises ``ValueError`` for a key that no field has, ``IndexError`` beyond a list's end.
    """
    value: Any = part
    for step in path:
        if value is None:
            return None
        if isinstance(step, int):
            value = value[step]
            continue
        fields = type(value).model_fields
        name = next((n for n, i in fields.items() if step in (i.alias, n)), None)
        if name is None:
            raise ValueError(f"{type(value).__name__} has no field {step}")
        value = getattr(value, name)
    return value


def _carries(metadata: list[Any], annotation: Any, marker: type) -> bool:
    if any(isinstance(m, marker) for m in metadata):
        return True
    if any(isinstance(m, marker) for m in getattr(annotation, "__metadata__", ())):
        return True
    return any(_carries([], argument, marker) for argument in get_args(annotation))


class Byline(Part):
    """Who made a piece, and what they did."""

    person: Who = Field(alias="人", description="人物编号，或直接写姓名")
    role: Literal["文", "图", "文/图", "供稿", "通讯员", "整理", "编译", "口述"] = Field(
        "文", alias="角色", description="文、图、供稿、通讯员……"
    )
    org: Who | None = Field(None, alias="单位", description="写姓名时可补单位")


#: Where something about a person may be published.
CHANNEL = Literal["季刊", "案例集", "指引", "公众号", "照片", "内部交流"]


def _as_byline(value: Any) -> Any:
    return {"人": value} if isinstance(value, str) else value


Author = Annotated[Byline, BeforeValidator(_as_byline)]


class Source(Part):
    """Where a reprinted or first published text comes from."""

    media: Line = Field(alias="媒体", description="如 中国日报网")
    date: Day | None = Field(None, alias="日期", description="发表日期")
    url: Address | None = Field(None, alias="网址", description="原文网址")


class Consent(Part):
    """What somebody agreed to before it is published (PIPL art. 25, 29; 未成年人保护法第一百零三条)."""

    form: Literal["书面", "口头"] = Field("书面", alias="形式", description="发表要书面同意")
    by: tuple[Literal["本人", "监护人", "代理人"], ...] = Field(
        alias="由谁", min_length=1, description="未成年人：监护人；满八周岁的还要本人"
    )
    scope: tuple[CHANNEL, ...] = Field(alias="范围", min_length=1, description="同意用在哪里")
    date: Day = Field(alias="日期", description="同意的日子")
    until: Day | None = Field(None, alias="至", description="同意到哪一天为止；不写就是不限期")
    withdrawn: Day | None = Field(None, alias="撤回", description="撤回同意的日子")
    evidence: Line | None = Field(None, alias="凭证", description="同意书存放的编号，或扫描件的 sha256；不放文件本身")
    real_name: bool = Field(False, alias="本名", description="同意印出本名写 true")


class Traits(Part):
    """What the text gives away of somebody: few people may share all of it (GB/T 37964—2019: quasi-identifiers)."""

    age: Line | None = Field(None, alias="年龄段", description="如 70–79、学龄儿童；不写确切年龄")
    sex: Literal["男", "女"] | None = Field(None, alias="性别")
    place: Line | None = Field(None, alias="地点", description="文中写到的最小地名，如 某街道；不写小区和门牌")
    condition: tuple[Line, ...] = Field((), alias="处境", description="如 丧偶独居、残疾、无户籍")


class Subject(Part):
    """Somebody a record tells of, as it may be known outside: never a real name of who is served."""

    ref: Line = Field(
        alias="代号",
        pattern=r"^[0-9A-Za-z][0-9A-Za-z_.-]*$",
        description="保密名册里的代号，本身没有含义；工作人员可写人物编号",
    )
    role: Literal["服务对象", "家属", "居民", "社工", "志愿者", "公职人员", "其他"] = Field(
        alias="角色", description="服务对象、家属、居民要受保护；社工、志愿者、公职人员可用本名"
    )
    shown_as: tuple[Line, ...] = Field(alias="印作", min_length=1, description="文中怎样称呼；第一个是主要的")
    shown_by: Literal["化名", "某", "称谓", "字母", "本名"] = Field(
        alias="称呼方式", description="化名、某（李某）、称谓（林女士、奶奶）、字母（案主Z）、本名"
    )
    minor: bool = Field(False, alias="未成年", description="未满十八周岁写 true")
    over_eight: bool = Field(True, alias="满八周岁", description="未满八周岁的孩子写 false，不需本人同意")
    traits: Traits | None = Field(None, alias="特征", description="文中透露的年龄段、性别、地点、处境")
    consent: Consent | None = Field(None, alias="同意")
    masked: tuple[Line, ...] = Field((), alias="隐去", description="已经隐去的信息，如 姓名、住址")

    @property
    def protected(self) -> bool:
        """Whether nobody outside may learn who this is, and nothing is printed without consent."""
        return self.role in ("服务对象", "家属", "居民")


#: What a manuscript goes through before it is printed: three reviews, three proofs, a last reading, a look at
#: the corrections, the word to print (三审三校、通读、核红、付印).
STEP = Literal["初审", "复审", "终审", "一校", "二校", "三校", "通读", "核红", "付印"]


class Signature(Part):
    """One step of 三审三校 that somebody has taken with a piece."""

    step: STEP = Field(alias="环节", description="初审、复审、终审、一校、二校、三校、通读、核红、付印")
    by: Who = Field(alias="人", description="人物编号，或人物里有的姓名")
    date: Day = Field(alias="日期")
    result: Literal["通过", "改后通过", "退改", "付印", "改后付印"] = Field(
        "通过", alias="结论", description="付印一步写 付印 或 改后付印"
    )
    note: Line | None = Field(None, alias="意见", description="初审要写明意见")
    fingerprint: Line | None = Field(
        None, alias="指纹", pattern=r"^[0-9a-f]{16}$", description="zhankan sign 写入：看的是哪一稿；手写的不填"
    )


class FigureNote(Part):
    """Why a figure of the prose that no fact vouches for may be printed."""

    text: Line = Field(alias="文", description="正文里的原话，一字不差，如 12场")
    reason: Line = Field(alias="理由", description="数字从哪里来，为什么没有记成事实")


class Record(Part):
    """The envelope all record types share."""

    #: the name of the type in Chinese, and the folder of content/ whose files are of it
    type_name: ClassVar[str]
    folder: ClassVar[str]
    id: Line = Field(
        alias="编号", description="全库唯一；不写时取文件名", max_length=100, pattern=r"^[0-9A-Za-z][0-9A-Za-z_.-]*$"
    )
    title: Line = Field(alias="标题", description="题名，一般不超过 30 字", max_length=60)
    subtitle: Line | None = Field(None, alias="副标题", description="副题")
    station: Ref | None = Field(None, alias="站点", description="所属站点的编号")
    date: Day | None = Field(None, alias="日期", description="写成 2023-12-31")
    authors: tuple[Author, ...] = Field((), alias="作者", description="人物编号或姓名；可写 {人:, 角色:, 单位:}")
    tags: tuple[Line, ...] = Field((), alias="标签", description="便于查找的词")
    level: Literal["公开", "内部", "受限"] = Field("内部", alias="密级", description="公开、内部或受限")
    status: Literal["草稿", "已提交", "初审", "复审", "终审", "定稿", "已付印"] = Field(
        "定稿", alias="状态", description="稿件走到哪一步"
    )
    source: Source | None = Field(None, alias="来源", description="转载或首发的出处")
    summary: Line | None = Field(None, alias="摘要", description="不超过 200 字", max_length=260)
    people: tuple[Subject, ...] = Field((), alias="涉及人物", description="文中写到的人：代号、角色、怎样称呼、同意")
    figure_notes: tuple[FigureNote, ...] = Field(
        (), alias="数字说明", description="正文里没有事实可核的数字，写明为什么可以照印"
    )
    illustrative: bool = Field(False, alias="示例", description="部分细节为编写样例而虚构时写 true")
    reviews: tuple[Signature, ...] = Field((), alias="审校", description="三审三校的记录，由 zhankan sign 写入")


@dataclass(frozen=True)
class Mark:
    """Where a value stands: key and value start (1-based line, column; lengths in characters).

    ``text_line`` and ``text_indent`` say where the first line of a text in a YAML block (``|``) begins, so
    that an offset inside it can be turned into a place in the file. A text that is not written as it
    reads (folded lines, escapes) has ``runs`` instead: offset in the text, line, column. A ``leaf`` has
    no marks below it.
    """

    line: int
    column: int
    length: int
    key_line: int
    key_column: int
    key_length: int
    text_line: int = 0
    text_indent: int = 0
    runs: tuple[tuple[int, int, int], ...] = ()
    leaf: bool = True


Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Origin:
    """The file a record was read from and the marks of its values by path (keys as written).

    The record stands at ``base``; what it doesn't say itself may stand at ``common``.
    """

    file: str
    marks: Mapping[Path, Mark]
    base: Path = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    common: Path | None = None

    def mark(self, path: Path) -> tuple[Mark | None, bool]:
        """The mark of the value at ``path`` and true, or the nearest enclosing one and false.

        ``path`` uses the Chinese keys; what was written under an English key (``names``) is found too,
        and so is a lone value that stands for a list or a part.
        """
        place = self.base
        for number, step in enumerate(path):
            below = self._below(place, step) or (self._below(self.common, step) if number == 0 else None)
            if below is None:
                found = self.marks.get(place)
                return found, found is not None and found.leaf and number > 0
            place = below
        found = self.marks.get(place)
        return found, found is not None

    def is_common(self, path: Path) -> bool:
        """Whether the value at ``path`` is written under what several records share."""
        return self._below(self.base, path[0]) is None and self._below(self.common, path[0]) is not None

    def _below(self, place: Path | None, step: str | int) -> Path | None:
        if place is None:
            return None
        written = (step, *self.names.get(step, ())) if isinstance(step, str) else (step,)
        return next(((*place, w) for w in written if (*place, w) in self.marks), None)

    def span(self, path: Path = (), *, key: bool = False) -> Span:
        """The place of the value (or key) at ``path``; the nearest enclosing key if it was not written."""
        mark, exact = self.mark(path)
        if mark is None:
            return Span(self.file, 1, 1) if self.marks else Span(self.file)
        if key or not exact:
            return Span(self.file, mark.key_line, mark.key_column, mark.key_length)
        return Span(self.file, mark.line, mark.column, mark.length)

    def locate(self, path: Path, text: str, offset: int, length: int = 1) -> Span:
        """The place of ``text[offset:offset+length]`` where ``text`` is the Markdown value at ``path``."""
        mark, exact = self.mark(path)
        if mark is None or not exact:
            return self.span(path)
        if mark.runs:
            start, line, column = max((run for run in mark.runs if run[0] <= offset), default=mark.runs[0])
            return Span(self.file, line, column + max(offset - start, 0), length)
        line = text.count("\n", 0, offset)
        column = offset - (text.rfind("\n", 0, offset) + 1)
        if mark.text_line:
            return Span(self.file, mark.text_line + line, mark.text_indent + column + 1, length)
        if line == 0:
            return Span(self.file, mark.line, mark.column + column, length)
        return Span(self.file, mark.line, mark.column, 1)


R = TypeVar("R", bound=Record)


class Records:
    """All records of a workspace by id, with their origins; iteration is in id order."""

    def __init__(
        self,
        records: Mapping[str, Record],
        origins: Mapping[str, Origin],
        faulty: frozenset[str] = frozenset(),
        faulty_types: frozenset[str] = frozenset(),
    ) -> None:
        self._records = dict(sorted(records.items()))
        self._origins = dict(origins)
        self._faulty, self._faulty_types = faulty, faulty_types

    @property
    def faulty(self) -> frozenset[str]:
        """Ids in records that could not be read: what refers to them has been answered for where they stand."""
        return self._faulty

    @property
    def faulty_types(self) -> frozenset[str]:
        """The types of records that could not be read: nothing more need be said of what lacks them."""
        return self._faulty_types

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records.values())

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._records

    def __getitem__(self, record_id: str) -> Record:
        return self._records[record_id]

    def get(self, record_id: str | None) -> Record | None:
        return self._records.get(record_id) if record_id else None

    def of(self, record_type: type[R]) -> tuple[R, ...]:
        """All records of one type, in id order."""
        return tuple(r for r in self._records.values() if isinstance(r, record_type))

    def origin(self, record: Record) -> Origin:
        return self._origins[record.id]

    def alone(self) -> Records:
        """These records as if no others had been written: what refers to a faulty one is answered for by nobody."""
        return Records(self._records, self._origins)

    def joined(self, record: Record, origin: Origin) -> Records:
        """These records and one more, which has an id of its own."""
        return Records(
            {**self._records, record.id: record},
            {**self._origins, record.id: origin},
            self.faulty,
            self.faulty_types,
        )

    def without(self, ids: Set[str]) -> Records:
        """These records but for some."""
        return Records(
            {i: record for i, record in self._records.items() if i not in ids},
            self._origins,
            self.faulty,
            self.faulty_types,
        )

    def told(self, ids: Iterable[str] | None) -> tuple[Any, ...]:
        """All that can be learnt of the records with these ids, there or not; of all records if ``ids`` is None."""
        if ids is not None:
            return tuple((i, self._records.get(i), self._origins.get(i)) for i in sorted(ids))
        return *self._records.values(), *self._origins.values(), self._faulty, self._faulty_types


class Asked(Records):
    """The same records, noting which of them are asked for."""

    def __init__(self, records: Records) -> None:
        self._records, self._origins = records._records, records._origins
        self._faulty, self._faulty_types = records._faulty, records._faulty_types
        self._ids: set[str] | None = set()

    def forget(self) -> None:
        """Begin anew with noting."""
        self._ids = set()

    @property
    def asked(self) -> frozenset[str] | None:
        """The ids asked for since :meth:`forget`; None if it was about records as a whole."""
        return None if self._ids is None else frozenset(self._ids)

    def _ask(self, record_id: object) -> None:
        if self._ids is not None and isinstance(record_id, str):
            self._ids.add(str(record_id))

    @property
    def faulty(self) -> frozenset[str]:
        self._ids = None
        return self._faulty

    @property
    def faulty_types(self) -> frozenset[str]:
        self._ids = None
        return self._faulty_types

    def __iter__(self) -> Iterator[Record]:
        self._ids = None
        return super().__iter__()

    def __len__(self) -> int:
        self._ids = None
        return super().__len__()

    def __contains__(self, record_id: object) -> bool:
        self._ask(record_id)
        return super().__contains__(record_id)

    def __getitem__(self, record_id: str) -> Record:
        self._ask(record_id)
        return super().__getitem__(record_id)

    def get(self, record_id: str | None) -> Record | None:
        self._ask(record_id)
        return super().get(record_id)

    def of(self, record_type: type[R]) -> tuple[R, ...]:
        self._ids = None
        return super().of(record_type)

    def origin(self, record: Record) -> Origin:
        self._ask(record.id)
        return super().origin(record)


def _is_colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise PydanticCustomError("colour_form", "not a colour")
    return value.lower()


Colour = Annotated[_Text, AfterValidator(_is_colour)]


class Colours(Part):
    """The house's colours by their task, written #rrggbb."""

    ink: Colour = Field(alias="正文")
    quiet: Colour = Field(alias="次要", description="图注、作者行")
    key: Colour = Field(alias="主色", description="标题、线条、表头")
    key_light: Colour = Field(alias="主色浅")
    key_tint: Colour = Field(alias="主色底")
    accent: Colour = Field(alias="点缀", description="眉题、提示框标题")
    bright: Colour = Field(alias="亮色", description="引文和提示框的边线")
    accent_tint: Colour = Field(alias="点缀底")
    rule: Colour = Field(alias="细线")


class Typefaces(Part):
    """Files that supply a typeface: regular, then bold. Empty: what this machine has."""

    song: tuple[Line, ...] = Field((), alias="宋体", max_length=2)
    hei: tuple[Line, ...] = Field((), alias="黑体", max_length=2)
    kai: tuple[Line, ...] = Field((), alias="楷体", max_length=2)
    fang: tuple[Line, ...] = Field((), alias="仿宋", max_length=2)
    biaosong: tuple[Line, ...] = Field((), alias="小标宋", max_length=2, description="公文的标志和标题")


class PageSizes(Part):
    """Type and page of one publication type: sizes in points, lengths in millimetres."""

    body: float = Field(alias="正文", ge=7, le=24)
    line: float = Field(alias="行距", ge=9, le=48)
    top: float = Field(alias="天头", ge=5, le=80)
    bottom: float = Field(alias="地脚", ge=5, le=80)
    sides: float = Field(alias="两边", ge=10, le=120, description="左右白边之和")
    columns: int = Field(1, alias="栏数", ge=1, le=3)
    gap: float = Field(0, alias="栏距", ge=0, le=30)
    initials: bool = Field(True, alias="首字下沉", description="季刊的长文以两行高的首字开头")


class Pages(Part):
    bulletin: PageSizes = Field(alias="季刊")
    anthology: PageSizes = Field(alias="案例集")
    guidelines: PageSizes = Field(alias="指引")


class Press(Part):
    """What a printer asks for."""

    bleed: float = Field(3, alias="出血", ge=0, le=10, description="毫米")
    profile: Line | None = Field(None, alias="色彩特性文件", description="印刷厂给的 .icc 文件名")


class Theme(Part):
    """How everything looks: one file a hub can change."""

    colours: Colours = Field(alias="颜色")
    column_colours: dict[str, Colour] = Field(alias="栏目色")
    typefaces: Typefaces = Field(alias="字体")
    pages: Pages = Field(alias="版面")
    press: Press = Field(alias="印前")
    word_styles: Line | None = Field(
        None, alias="Word 样式", description="content/style/ 里一个 .docx 或 .dotx 的文件名，Word 版照它的样式"
    )


@dataclass(frozen=True)
class PageLayout:
    """A trimmed page. All lengths in millimetres, type sizes in points.

    The type area holds ``columns`` columns of whole characters, ``gap`` apart.
    ``characters`` a line is set on a grid of so many equal cells, its marks full-width (0: no grid).
    ``folio`` is how a page number is printed. Without ``running_heads`` nothing stands above the text; without
    ``opening_heads`` nothing above the first page of an article, whose title stands there. With ``initials`` long
    pieces open with a large first character.
    """

    width: float
    height: float
    top: float
    bottom: float
    inner: float
    outer: float
    body_size: float
    line_height: float
    columns: int = 1
    gap: float = 0
    characters: int = 0
    folio: str = "{}"
    running_heads: bool = True
    opening_heads: bool = True
    initials: bool = True

    @property
    def measure(self) -> float:
        """Width of one column in millimetres."""
        return (self.width - self.inner - self.outer - (self.columns - 1) * self.gap) / self.columns


@dataclass(frozen=True)
class Printing:
    """How an edition is bound and on what: what a printer is told, and what the spine is reckoned from.

    ``binding`` is 骑马订 (sheets folded into each other), 胶装 (a spine) or 平订; ``paper`` is the stock of the
    body as it is traded, ``cover_paper`` that of the cover; ``thickness`` is that of one leaf of the body in
    millimetres. ``pages`` and ``sheets`` are what the imprint says of 页数 and 印张. All are None if not known.
    """

    binding: str | None = None
    paper: str | None = None
    thickness: float | None = None
    cover_paper: str | None = None
    pages: int | None = None
    sheets: float | None = None


@dataclass(frozen=True)
class Value:
    """A value of a chart: the amount, as it is printed (300余场), and the ids of the facts it comes from."""

    amount: float
    printed: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """Values of one name, one a label of its chart; None where nothing is known."""

    name: str
    values: tuple[Value | None, ...]


@dataclass(frozen=True)
class Scale:
    """What the values at a label are measured on: its range, and whether more of it is better."""

    low: float
    high: float
    rising: bool


@dataclass(frozen=True)
class Chart:
    """What a chart shows: its kind (图式), the unit its values share if they do, labels, and series of values.

    ``targets`` are those of the first series, ``scales`` and ``places`` (row and column of a grid, from 1) those of the
    labels; all are empty where there are none. ``additive`` is false where sums of the values mean nothing: ratios,
    heads of people who may be counted twice.
    """

    kind: str
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    targets: tuple[Value | None, ...] = ()
    scales: tuple[Scale, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    additive: bool = True


@dataclass(frozen=True)
class Asset:
    """A picture or drawing the publication shows: bytes of a file, and its size if it is a raster.

    What is drawn from data has the data beside it, for writers whose readers can work with them.
    """

    name: str
    data: bytes
    media_type: str
    width: int = 0
    height: int = 0
    chart: Chart | None = None

    @property
    def drawn(self) -> bool:
        """Whether it was drawn from data, in type of the house's sizes: to be shown as large as it was drawn."""
        return self.name.startswith("figure-")

    @cached_property
    def alias(self) -> str:
        """A file name that tells nothing of where the picture came from, or who is on it."""
        return f"{hashlib.sha256(self.data).hexdigest()[:16]}.{self.media_type.rpartition('/')[2].partition('+')[0]}"


@dataclass(frozen=True)
class Entry:
    """A line of the contents: the id it points to, its words, its author line, its depth (1 = article)."""

    id: str
    title: str
    author: str = ""
    level: int = 1
    section: str = ""


@dataclass(frozen=True)
class Article:
    """A piece of a publication: front matter, a part opener, a run of news items, a case, a rule …

    ``kind`` chooses its template and page style; ``body`` is a tree of ``tree``'s vocabulary whose root
    is ``<article>``. ``zone`` sets folios: ``cover`` pages have none, ``front`` is numbered in roman,
    ``body`` in arabic from 1. ``section`` is its column or part, printed in running heads. ``entries``
    are its lines in the contents.
    """

    id: str
    kind: str
    title: str
    body: etree._Element
    zone: Literal["cover", "front", "body"] = "body"
    section: str = ""
    record: str | None = None
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Publication:
    """An edition as it will be printed and how it will look, before any writer has touched it.

    ``name`` is the stem of its files; ``series`` is printed in running heads beside ``title`` (an issue
    line such as 2023年第3期); ``metadata`` has ``author``, ``subject``, ``keywords``, ``date`` (ISO). It is
    ``released`` once it has gone through all reviews and nothing was changed since; before, it is a proof. ``draft``
    says why it is less than that and must not go out. ``memory`` has what was made of the same articles before.
    """

    id: str
    kind: str
    name: str
    title: str
    series: str
    language: str
    layout: PageLayout
    articles: tuple[Article, ...]
    assets: Mapping[str, Asset]
    metadata: Mapping[str, str]
    theme: Theme
    printing: Printing = Printing()
    draft: str | None = None
    released: bool = False
    memory: Memory = field(default=FORGETFUL, compare=False, repr=False)

    def file(self, ending: str, copy: str = "") -> str:
        """The name of a finished file: of a copy such as 印刷版, if it is one; drafts say so last."""
        return "-".join(filter(None, (self.name, copy, DRAFT if self.draft is not None else ""))) + ending


#: What the names of the files of a draft end in, and what stands across all its pages.
DRAFT, DRAFT_MARK = "草稿", "草稿 · 未经保密核对 · 不得外传"
