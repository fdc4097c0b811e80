"""content/ -> Records: find, read and validate every file, and report all faults at once."""

from __future__ import annotations

import difflib
import os
import re
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path as FilePath
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from generator import collector, limits
from generator.diagnostics import Diagnostic, Report, Severity, Span, Text, error, say
from generator.memory import FORGETFUL, Memory
from generator.model import Mark, Origin, Part, Path, Record, Records, Theme, models_in
from generator.project import DEEPEST, Project, entries, read_file
from generator.readers import READERS, Raw
from generator.readers.text import LARGEST, read_text
from generator.readers.yamltext import slip
from generator.records import RECORD_TYPES

#: Folder of content/ -> type of the records in it (a record's 类型 overrides it).
FOLDERS: Mapping[str, str] = {model.folder: name for name, model in RECORD_TYPES.items()}

#: Folders of content/ that hold no records.
ELSEWHERE = frozenset({"media", "style"})

#: A workspace of more files, or of more characters in its records, is none.
MOST_FILES, LARGEST_WHOLE = 100_000, 200_000_000

_TYPE_KEYS = ("类型", "type")


def load(project: Project, report: Report, memory: Memory = FORGETFUL) -> Records:
    """All records of the workspace. Faulty ones are reported and left out.

    A file that ``memory`` knows with the same text is not read again: its records are the same objects.
    """
    with collector.stopped():
        return _load(project, report, memory)


def _load(project: Project, report: Report, memory: Memory) -> Records:
    records: dict[str, Record] = {}
    origins: dict[str, Origin] = {}
    faulty: set[str] = set()
    faulty_types: set[str] = set()
    if not project.content.is_dir():
        report.add(
            error(
                "load.no_content",
                say("这里没有 content 文件夹"),
                Span("content"),
                say("在工作区里运行，或先运行 zhankan init 新建一个"),
            )
        )
        return Records({}, {})
    try:
        found = entries(project.content)
    except OSError:
        report.add(_closed(Span("content")))
        return Records({}, {})
    size = 0
    for number, (name, entry) in enumerate(found, 1):
        folder, path = name.partition("/")[0], FilePath(entry.path)
        file = f"content/{name}"
        if number > MOST_FILES or size > LARGEST_WHOLE:
            report.add(_too_much(file))
            break
        if (refused := _refused(entry, project, file)) is not None:
            report.add(refused)
            faulty.add(path.stem)
            continue
        if folder in ELSEWHERE:
            continue
        if path.suffix.lower() not in READERS:
            report.add(
                error(
                    "load.unknown_suffix",
                    say("不认识“{suffix}”文件", suffix=path.suffix or path.name),
                    Span(file),
                    say("稿件用 .yaml 或 .md；图片放进 content/media/"),
                )
            )
            continue
        text = read_text(path, file, report)
        read = _NONE
        if text is not None:
            size += len(text)
            read = memory.made(("file", file), text, partial(_watched, path, file, folder, text))
        report.extend(read.diagnostics)
        for record, origin in read.records:
            if record.id in records:
                report.add(
                    error(
                        "load.duplicate_id",
                        say("编号“{id}”已在 {place} 用过", id=record.id, place=str(origins[record.id].span(("编号",)))),
                        origin.span(("编号",)),
                        say("每条记录的编号全库唯一，请改一个"),
                    )
                )
                continue
            records[record.id], origins[record.id] = record, origin
        if read.lost:
            faulty |= _ids_in(path)
            faulty_types.add(FOLDERS.get(folder, ""))
    return Records(records, origins, frozenset(faulty - records.keys()), frozenset(faulty_types))


def _refused(entry: os.DirEntry[str], project: Project, file: str) -> Diagnostic | None:
    """Why something in content/ is not looked at: it leads out of the workspace, or is no file."""
    path, shown = FilePath(entry.path), Span(_printable(file))
    if entry.is_symlink():
        if not project.holds(path):
            message = say("这是一个链接，指到 content 外面或一个没有的地方")
            return error("load.link", message, shown, say("把文件本身复制进来，删掉链接"))
        if entry.is_dir():
            return error("load.link", say("这是一个指向文件夹的链接"), shown, say("把文件夹本身复制进来，删掉链接"))
    if entry.is_dir() and file.count("/") <= DEEPEST:
        return _closed(shown)
    if entry.is_dir():
        message = say("文件夹套了 {count} 层还没到底", count=DEEPEST)
        return error("load.too_deep", message, shown, say("少套几层文件夹"))
    if not entry.is_file():
        return error("load.no_file", say("这不是普通文件"), shown, say("管道、设备、套接字不能作稿件，请删掉"))
    if shown.file != file:
        message = say("文件名里有看不见的字符")
        return error("load.name", message, shown, say("给文件改个名字，只用汉字、字母、数字和 - _ ."))
    return None


def _closed(span: Span) -> Diagnostic:
    return error("load.closed", say("打不开这个文件夹"), span, say("看看有没有权限、磁盘是否正常"))


def _printable(name: str) -> str:
    """A name as a message may print it: nothing in it turns the line round or speaks to the terminal."""
    return "".join(c if c.isprintable() or c == "\u3000" else "?" for c in name)


def _too_much(file: str) -> Diagnostic:
    message = say("content 里多于 {count} 个文件，或稿件合起来超过 {size} MB", count=MOST_FILES,
                  size=LARGEST_WHOLE // 1_000_000)  # fmt: skip
    return error("load.too_much", message, Span(_printable(file)), say("从这个文件起没有读；把不用的稿件移出 content"))


@dataclass(frozen=True)
class _Read:
    """What a file holds; ``lost`` if some of it could not be used."""

    records: tuple[tuple[Record, Origin], ...]
    diagnostics: tuple[Diagnostic, ...]
    lost: bool


#: What there is to say of a file that can't be read has been said.
_NONE = _Read((), (), lost=True)


#: Seconds of processor time that a file may take to be read; one of a megabyte takes less than one.
_PATIENCE = 20


def _watched(path: FilePath, file: str, folder: str, text: str) -> _Read:
    try:
        with limits.at_most(_PATIENCE):
            return _read(path, file, folder, text)
    except limits.TOO_MUCH:
        message = say("这个文件读了很久也读不完")
        return _Read(
            (), (error("load.endless", message, Span(file), say("不像人写的稿子；拆成几份，或找维护的人看")),), True
        )


def _read(path: FilePath, file: str, folder: str, text: str) -> _Read:
    report = Report()
    raws = READERS[path.suffix.lower()](text, file, report)
    found = [
        _record(raw, folder, path.stem if len(raws) == 1 else f"{path.stem}-{number}", report)
        for number, raw in enumerate(raws, 1)
    ]
    records = tuple((record, origin) for record, origin in found if record is not None)
    said = sorted(report.diagnostics, key=lambda d: d.severity is not Severity.ERROR)[:_TOLD]  # in every file enough
    return _Read(records, tuple(said), not raws or len(records) < len(found))


#: Faults of one file that are told of.
_TOLD = 200


_WRITTEN_ID = re.compile(r"(?:编号|\bid)\s*[:：]\s*[\"']?([0-9A-Za-z][0-9A-Za-z_.-]*)|\{#\s*([^}\s]+)\s*\}")


def _ids_in(path: FilePath) -> set[str]:
    """Every id that a file which could not be used seems to give to a record, a figure or a clause."""
    try:
        data = read_file(path, LARGEST)[:LARGEST]
    except OSError:
        return {path.stem}
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "gb18030", "replace")
    several = text.lstrip().startswith("- ") or "条目" in text or "items" in text
    counted = {f"{path.stem}-{n}" for n in range(1, text.count("\n") + 2)} if several else ()
    return {path.stem, *counted, *(m[1] or m[2] for m in _WRITTEN_ID.finditer(text))}


def _record(raw: Raw, folder: str, default_id: str, report: Report) -> tuple[Record | None, Origin]:
    data = dict(raw.data)
    origin = Origin(raw.origin.file, raw.origin.marks, raw.origin.base, _english_names(), raw.origin.common)
    written = next((data.pop(key) for key in _TYPE_KEYS if key in data), None)
    name = _type_name(written) if written is not None else FOLDERS.get(folder)
    if name is None:
        known = [m.type_name for m in RECORD_TYPES.values()]
        report.add(
            error(
                "load.unknown_type",
                say("不知道这是哪一类记录") if written is None else say("没有“{name}”这类记录", name=str(written)),
                origin.span(("类型",)),
                _closest(str(written), known) or say("写明“类型:”，可选：{known}", known="、".join(known)),
            )
        )
        return None, origin
    model = RECORD_TYPES[name]
    if raw.body is not None:
        origin = _place_body(data, raw, model, origin, report)
    return validated(data, model, origin, report, onto={"编号": default_id}), origin


P = TypeVar("P", bound=Part)


def validated(
    data: dict[str, Any], model: type[P], origin: Origin, report: Report, onto: Mapping[str, Any]
) -> P | None:
    """A model of what was written, laid over ``onto``; None after a report. Chinese and English keys both do."""
    data = _overlaid(onto, _canonical(data, model, origin, origin.base, report))
    try:
        return model.model_validate(data)
    except ValidationError as faults:
        for fault in faults.errors(include_url=False):
            if fault["type"] == "too_short" and fault["input"]:
                continue  # its items were left out because each has a fault of its own
            report.add(_translate(fault, model, origin))
        return None


def _overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """``above`` over ``below``, field by field at every depth."""
    result = {**below, **above}
    for key in below.keys() & above.keys():
        if isinstance(below[key], dict) and isinstance(above[key], dict):
            result[key] = _overlaid(below[key], above[key])
    return result


def _type_name(written: Any) -> str | None:
    for name, model in RECORD_TYPES.items():
        if written in (name, model.type_name):
            return name
    return None


def _place_body(data: dict[str, Any], raw: Raw, model: type[Record], origin: Origin, report: Report) -> Origin:
    """Put the Markdown below a front matter into 正文, or its ``## sections`` into the fields they name.

    Returns the origin with their places too.
    """
    assert raw.body is not None
    text, first_line = raw.body
    marks: ChainMap[Path, Mark] = ChainMap({}, origin.marks)  # type: ignore[arg-type]  # only the first is written to
    names = {name: info.alias or name for name, info in model.model_fields.items()}

    def put(key: str, value: str, line: int, place: Span) -> None:
        if not value.strip():
            return
        written = next((k for k in (key, *origin.names.get(key, ())) if data.get(k) is not None), None)
        if written is not None:
            report.add(_twice(key, marks[(written,)].key_line, place))
            return
        lead = len(value) - len(value.lstrip("\n"))
        data[key] = value.strip("\n")
        marks[(key,)] = Mark(line + lead, 1, 1, place.line, place.column, place.length, line + lead)

    if "正文" in names.values():
        lead = len(text) - len(text.lstrip("\n"))
        put("正文", text, first_line, Span(origin.file, first_line + lead, 1))
    else:
        heads = [n for n, line in enumerate(text.split("\n")) if line.startswith("## ")]
        lines = text.split("\n")
        if any(line.strip() for line in lines[: heads[0] if heads else None]):
            report.add(
                error(
                    "load.text_before_section",
                    say("“{type}”的正文要放在“## 字段名”下面", type=model.type_name),
                    Span(origin.file, first_line, 1),
                )
            )
        for head, end in zip(heads, [*heads[1:], len(lines)], strict=True):
            name = lines[head][3:].strip()
            key = names.get(name, name)
            place = Span(origin.file, first_line + head, 4, max(len(name), 1))
            if key in names.values():
                put(key, "\n".join(lines[head + 1 : end]), first_line + head + 1, place)
            else:
                report.add(
                    error(
                        "load.unknown_section",
                        say("“{type}”没有“{name}”这一节", type=model.type_name, name=name),
                        place,
                        _closest(name, [*names.values(), *names]),
                    )
                )
    return replace(origin, marks=marks)


@cache
def _english_names() -> Mapping[str, tuple[str, ...]]:
    """Chinese key -> the English names it has in some model."""
    names: dict[str, set[str]] = {"类型": {"type"}}
    waiting: list[type[BaseModel]] = [*RECORD_TYPES.values(), Theme]
    seen: set[type[BaseModel]] = set()
    while waiting:
        model = waiting.pop()
        if model in seen:
            continue
        seen.add(model)
        for name, info in model.model_fields.items():
            names.setdefault(info.alias or name, set()).add(name)
            waiting.extend(models_in(info.annotation))
    return {alias: tuple(sorted(english)) for alias, english in names.items()}


def _holds(annotation: Any, wanted: type) -> bool:
    return (
        annotation is wanted
        or get_origin(annotation) is wanted
        or any(_holds(a, wanted) for a in get_args(annotation) if get_origin(annotation) is not tuple)
    )


@dataclass(frozen=True)
class _Slot:
    """What a field does with what is written for it: ``key`` is its Chinese name, ``part`` the model below it."""

    key: str
    part: type[BaseModel] | None
    required: bool
    yes_no: bool
    several: bool


@cache
def _slots(model: type[BaseModel]) -> Mapping[str, _Slot]:
    """Chinese and English name -> the field it names."""
    slots = {
        name: _Slot(
            info.alias or name,
            next(models_in(info.annotation), None),
            info.is_required(),
            _holds(info.annotation, bool),
            _holds(info.annotation, tuple),
        )
        for name, info in model.model_fields.items()
    }
    return {slot.key: slot for slot in slots.values()} | slots


def _canonical(data: Any, model: type[BaseModel], origin: Origin, place: Path, report: Report) -> Any:
    """The same values under Chinese keys, 是/否 as true/false, a lone value as a list of one.

    ``place`` is where ``data`` is written; what is written there under both its names is reported.
    """
    if not isinstance(data, dict):
        return data
    slots = _slots(model)
    result: dict[str, Any] = {}
    written: dict[str, str] = {}
    for name, value in data.items():
        slot = slots.get(name)
        key = slot.key if slot is not None else name
        if key in written:
            before, mark = origin.marks.get((*place, written[key])), origin.marks.get((*place, name))
            if before is not None and mark is not None:
                span = Span(origin.file, mark.key_line, mark.key_column, mark.key_length)
                report.add(_twice(name, before.key_line, span))
        written[key] = name
        if slot is not None:
            if value is None and not slot.required:
                continue
            if slot.yes_no and value in ("是", "否"):
                value = value == "是"
            if slot.several and isinstance(value, str | int | float):
                value = [value]
            if slot.part is not None:
                here = (*place, name)
                if isinstance(value, list):
                    value = [_canonical(v, slot.part, origin, (*here, n), report) for n, v in enumerate(value)]
                else:
                    value = _canonical(value, slot.part, origin, here, report)
        result[key] = value
    return result


def _twice(name: str, line: int, span: Span) -> Diagnostic:
    return error(
        "record.duplicate_field",
        say("“{name}”写了两次，第一次在第 {line} 行", name=name, line=line),
        span,
        say("删掉其中一处"),
    )


def _closest(word: str, known: list[str]) -> Text | None:
    match = difflib.get_close_matches(word, known, 1, 0.4)
    return say("是不是想写“{word}”？", word=match[0]) if match else None


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel]:
    for step in path:
        if isinstance(step, int):
            continue
        for name, info in model.model_fields.items():
            if step in (info.alias, name):
                model = next(models_in(info.annotation), model)
    return model


def _translate(fault: Any, model: type[Part], origin: Origin) -> Diagnostic:
    """A pydantic error as one of our diagnostics."""
    kind, context, value = fault["type"], fault.get("ctx") or {}, fault["input"]
    path: Path = tuple(step for step in fault["loc"] if not (isinstance(step, str) and step.startswith("function-")))
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    span = origin.span(path)
    shown = _shown(value) if "涉及人物" not in path else "＊＊"  # a real name may stand where a code should

    def fields() -> list[str]:
        return [i.alias or n for n, i in _model_at(model, path[:-1]).model_fields.items()]

    if value is None and kind != "extra_forbidden":
        return error("record.empty", say("“{name}”不能空", name=name), span, say("写上内容；不需要就删掉这个字段"))
    if kind == "missing" and path[-1] == name:
        described = next(
            (i.description for n, i in _model_at(model, path[:-1]).model_fields.items() if (i.alias or n) == name), None
        )
        hint = (
            say("补上“{name}:”（{about}）", name=name, about=described)
            if described
            else say("补上“{name}:”", name=name)
        )
        return error(
            "record.missing_field", say("缺少必填字段“{name}”", name=name), origin.span(path[:-1], key=True), hint
        )
    if kind == "extra_forbidden":
        span = origin.span(path, key=True)
        english = list(_model_at(model, path[:-1]).model_fields)
        hint = _closest(name, [*fields(), *english]) or say("可用的字段：{names}", names="、".join(fields()))
        return error("record.unknown_field", say("不认识的字段“{name}”", name=name), span, hint)
    if kind == "literal_error":
        choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
        return error(
            "record.unknown_choice",
            say("“{value}”不在“{name}”的可选值里：{choices}", value=shown, name=name, choices="、".join(choices)),
            span,
            _closest(str(value), choices),
        )
    if kind == "date_impossible":
        return error("record.impossible_date", say("没有“{value}”这一天", value=shown), span, say("核对月份和日子"))
    if kind == "date_form":
        return error(
            "record.date_form",
            say("“{name}”的“{value}”不是日期", name=name, value=shown),
            span,
            say("写成 2023-03-05 的样子"),
        )
    if kind == "address_form":
        message = say("“{name}”的“{value}”不是网址", name=name, value=shown)
        return error("record.address_form", message, span, say("网址以 https:// 或 http:// 开头，不带空格"))
    if kind == "file_name_form":
        message = say("“{name}”的“{value}”不能作文件名", name=name, value=shown)
        hint = say("用汉字、字母、数字和 - _；不带 / \\ : * ? 等符号，不以点开头，不超过 50 字")
        return error("record.file_name_form", message, span, hint)
    if kind == "colour_form":
        message = say("“{name}”的“{value}”不是颜色", name=name, value=shown)
        return error("record.colour_form", message, span, say('写成 "#1f5a54" 的样子，带引号'))
    if kind.startswith(("int_", "float_", "decimal_", "finite_")):
        return error(
            "record.not_a_number",
            say("“{name}”的“{value}”不是数", name=name, value=shown),
            span,
            say("只写数字，单位和“余”另有字段"),
        )
    if kind.startswith("bool_"):
        return error(
            "record.not_yes_no", say("“{name}”要写 true 或 false", name=name), span, say("是写 true，否写 false")
        )
    if kind == "string_pattern_mismatch":
        return error(
            "record.form",
            say("“{name}”的“{value}”不合格式", name=name, value=shown),
            span,
            say("编号只用英文字母、数字、- _ .，以字母或数字开头"),
        )
    if kind == "string_too_long":
        limit = context.get("max_length")
        return error(
            "record.too_long",
            say("“{name}”太长：{count} 字，最多 {limit} 字", name=name, count=len(str(value)), limit=limit),
            span,
        )
    if kind in ("string_too_short", "too_short"):
        return error("record.empty", say("“{name}”不能空", name=name), span, say("写上内容；不需要就删掉这个字段"))
    if kind in ("tuple_type", "list_type"):
        return error("record.not_a_list", say("“{name}”要写成列表", name=name), span, say("每项一行，前面写“- ”"))
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        if isinstance(value, str) and (found := slip(value, span.file, span.line, span.column)):
            return found
        names = "、".join(i.alias or n for n, i in _model_at(model, path).model_fields.items())
        return error(
            "record.not_fields", say("“{name}”下面要写字段", name=name), span, say("字段有：{names}", names=names)
        )
    if kind == "string_type" and isinstance(value, dict) and list(value.values()) == [None]:
        hint = say('花括号开头的要加英文引号："{{{words}}}"', words=str(next(iter(value))))
        return error("record.not_text", say("“{name}”要写一段文字", name=name), span, hint)
    if kind == "string_type":
        return error(
            "record.not_text",
            say("“{name}”要写一段文字", name=name),
            span,
            say("写在同一行，或写“|”后换行缩进；若只是没写完，请补上"),
        )
    if kind.startswith(("greater_than", "less_than")):
        limit = next(iter(context.values()), "")
        return error(
            "record.out_of_range",
            say("“{name}”的“{value}”超出范围（{limit}）", name=name, value=shown, limit=limit),
            span,
        )
    return error("record.invalid", say("“{name}”的值不合要求：{reason}", name=name, reason=fault["msg"]), span)


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 20 else text[:20] + "……"
