"""Files for a hub: a new workspace, a new record, the schemas its editor reads. Nothing is ever overwritten."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from generator import schema
from generator.diagnostics import Diagnostic, Report, Span, error, say
from generator.load import ELSEWHERE, FOLDERS, load
from generator.project import Project, samples
from generator.readers import READERS
from generator.records import RECORD_TYPES
from generator.records.photo import Photo

_STARTER = Path(__file__).parent / "starter"
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]*")

#: What a folder may hold and still be empty to ``init``.
_IGNORED = frozenset({".git", ".DS_Store"})


def init(target: Path, report: Report, *, empty: bool = False) -> list[Path]:
    """Make a workspace in ``target``; the files written.

    With the sample content or, if ``empty``, every folder and one small example of a kind. A folder that
    holds anything, or can't be written, is reported.
    """
    span = Span(str(target))
    try:
        if target.exists() and not target.is_dir():
            report.add(error("workspace.not_a_folder", say("这是一个文件，不是文件夹"), span, say("换一个文件夹名")))
            return []
        if target.is_dir() and any(path.name not in _IGNORED for path in target.iterdir()):
            report.add(
                error(
                    "workspace.not_empty",
                    say("文件夹里已有东西，为免覆盖，什么也没有写"),
                    span,
                    say("给一个新文件夹的名字，如 zhankan init 我们站的刊物"),
                )
            )
            return []
        written = []
        for name, data in _files(empty):
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(data)
            written.append(path)
        for folder in (*FOLDERS, *ELSEWHERE):
            (target / "content" / folder).mkdir(parents=True, exist_ok=True)
        return [*written, *write_schemas(target / "schemas")]
    except OSError as fault:
        report.add(_unwritable(span, fault))
        return []


def _files(empty: bool) -> Iterator[tuple[str, bytes]]:
    yield "README.md", (_STARTER / "README.md").read_bytes()
    yield ".gitignore", (_STARTER / "gitignore").read_bytes()
    yield ".vscode/settings.json", _json(_settings())
    yield (
        ".vscode/extensions.json",
        _json({"recommendations": ["redhat.vscode-yaml", "MS-CEINTL.vscode-language-pack-zh-hans"]}),
    )
    source = _STARTER / "content" if empty else samples()
    for path in sorted(source.rglob("*")):
        relative = path.relative_to(source)
        if path.is_file() and not any(part.startswith((".", "~$")) for part in relative.parts):
            yield f"content/{relative.as_posix()}", path.read_bytes()


def _settings() -> dict[str, object]:
    """Settings of VS Code and its YAML extension (redhat.vscode-yaml)."""
    globs: dict[str, list[str]] = {}
    for folder, name in FOLDERS.items():
        globs.setdefault(f"./schemas/{name}.json", []).extend(
            f"content/{folder}/**/*{suffix}" for suffix in (".yaml", ".yml")
        )
    return {
        "yaml.schemas": globs,
        "yaml.schemaStore.enable": False,
        "files.encoding": "utf8",
        "files.eol": "\n",
        "editor.wordWrap": "on",
        "editor.insertSpaces": True,
        "editor.tabSize": 2,
        "editor.unicodeHighlight.ambiguousCharacters": False,
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def write_schemas(folder: Path) -> list[Path]:
    """One JSON Schema a record type, made anew; raises ``OSError`` if the folder can't be written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, model in RECORD_TYPES.items():
        path = folder / f"{name}.json"
        path.write_bytes(_json(schema.document(model)))
        written.append(path)
    return written


#: What became of faces and writings on a photograph, as the command line says it.
_TICKS = {"none": "无", "covered": "已处理", "agreed": "已同意"}


def tick(project: Project, name: str, by: str, faces: str, writings: str, report: Report) -> Path | None:
    """Write that somebody has looked at a picture of content/media/ as it is now; the file, or None after a report.

    ``faces`` are none, covered or agreed; ``writings`` none or covered. What its record says besides stays.
    """
    import hashlib

    import yaml

    try:
        data = (project.media / name).read_bytes()
    except OSError:
        report.add(
            error("photos.no_file", say("content/media/ 里没有图片“{name}”", name=name), Span(f"content/media/{name}"),
                  say("写 content/media/ 里的文件名"))
        )  # fmt: skip
        return None
    records = load(project, Report())
    known = next((photo for photo in records.of(Photo) if photo.file == name), None)
    place = project.content / Photo.folder / f"photo-{hashlib.sha256(name.encode()).hexdigest()[:10]}.yaml"
    said: dict[str, object] = {"文件": name}
    if known is not None:
        origin = records.origin(known)
        if origin.base:
            report.add(
                error("photos.shared_file", say("“{id}”与别的记录写在一个文件里，改不了", id=known.id), origin.span(),
                      say("把它单独放进 content/photos/ 的一个文件"))
            )  # fmt: skip
            return None
        place = project.root / origin.file
        said = known.model_dump(mode="json", by_alias=True, exclude_unset=True)
    said["指纹"] = hashlib.sha256(data).hexdigest()
    said["已核"] = {"人": by, "日期": project.today.isoformat(), "面部": _TICKS[faces], "文字证件": _TICKS[writings]}
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return place


def new(kind: str, identifier: str | None, project: Project, report: Report) -> Path | None:
    """Write the skeleton of a record into its folder; its path, or None after a report.

    ``kind`` is a type's English or Chinese name or its folder; without ``identifier`` the id is made of the
    type and today's date.
    """
    if not project.content.is_dir():
        report.add(
            error(
                "workspace.missing",
                say("这里没有 content 文件夹"),
                Span("content"),
                say("在工作区里运行，或先运行 zhankan init 新建一个"),
            )
        )
        return None
    name = _type(kind)
    if name is None:
        known = [word for n, model in RECORD_TYPES.items() for word in (n, model.type_name)]
        close = difflib.get_close_matches(kind, known, 1, 0.4)
        report.add(
            error(
                "workspace.unknown_type",
                say("没有“{name}”这类记录", name=kind),
                Span("content"),
                say("是不是想写“{word}”？", word=close[0]) if close else say("zhankan list types 列出全部类型"),
            )
        )
        return None
    folder = project.content / next(f for f, n in FOLDERS.items() if n == name)
    taken = {path.stem for path in project.content.rglob("*") if path.suffix.lower() in READERS}
    identifier = identifier or _free(f"{name}-{project.today:%Y%m%d}", taken)
    path = folder / f"{identifier}{schema.suffix(RECORD_TYPES[name])}"
    span = Span(project.relative(path))
    if not _ID.fullmatch(identifier):
        report.add(
            error(
                "workspace.id_form",
                say("“{id}”不能作编号", id=identifier),
                Span(project.relative(folder)),
                say("编号只用英文字母、数字、- _ .，以字母或数字开头"),
            )
        )
        return None
    if identifier in taken:
        report.add(error("workspace.exists", say("已有叫“{id}”的稿件", id=identifier), span, say("换一个编号")))
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(schema.skeleton(RECORD_TYPES[name], project.today))
    except OSError as fault:
        report.add(_unwritable(span, fault))
        return None
    return path


def _type(word: str) -> str | None:
    return next((n for n, model in RECORD_TYPES.items() if word in (n, model.type_name)), FOLDERS.get(word))


def _free(wanted: str, taken: set[str]) -> str:
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _unwritable(span: Span, fault: OSError) -> Diagnostic:
    return error(
        "workspace.unwritable",
        say("写不进去：{reason}", reason=fault.strerror or "?"),
        span,
        say("看看文件夹有没有写权限、磁盘满没满"),
    )
