"""Font roles: found on this machine, prepared once into a cache, loaded by ``@font-face`` – never guessed.

Preparation takes the simplified-Chinese face out of a collection and mends LXGW WenKai: its GDEF makes
HarfBuzz 6 embed the whole 15 MB, and its quotes are Latin-wide (measured, WenKai 1.250).
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from array import array
from collections.abc import Container, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.diagnostics import Diagnostic, Report, Span, Text, error, say, warning
from generator.model import Typefaces
from generator.project import Project
from generator.typesetting import embedding

#: Raise when preparation changes, so that caches are made anew.
_PREPARATION = "4"


@dataclass(frozen=True)
class Face:
    """One face of a role: its CSS weight and the files that can supply it, best first."""

    weight: int
    files: tuple[str, ...]


@dataclass(frozen=True)
class Role:
    """A typeface by its task. ``instead`` names the role that stands in when nothing supplies it."""

    faces: tuple[Face, ...]
    instead: str | None = None


ROLES: Mapping[str, Role] = {
    "Song": Role(
        (
            Face(400, ("NotoSerifCJK-Regular.ttc", "NotoSerifCJKsc-Regular.otf", "NotoSerifSC-Regular.otf",
                       "NotoSerifSC-Regular.ttf", "SourceHanSerifSC-Regular.otf", "SourceHanSerif-Regular.ttc",
                       "simsun.ttc", "Songti.ttc")),
            Face(700, ("NotoSerifCJK-Bold.ttc", "NotoSerifCJKsc-Bold.otf", "NotoSerifSC-Bold.otf",
                       "NotoSerifSC-Bold.ttf", "SourceHanSerifSC-Bold.otf", "SourceHanSerif-Bold.ttc",
                       "simhei.ttf", "Songti.ttc")),
        )
    ),
    "Hei": Role(
        (
            Face(400, ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf",
                       "NotoSansSC-Regular.ttf", "SourceHanSansSC-Regular.otf", "SourceHanSans-Regular.ttc",
                       "msyh.ttc", "simhei.ttf", "PingFang.ttc", "STHeiti Light.ttc", "Hiragino Sans GB.ttc")),
            Face(700, ("NotoSansCJK-Bold.ttc", "NotoSansCJKsc-Bold.otf", "NotoSansSC-Bold.otf",
                       "NotoSansSC-Bold.ttf", "SourceHanSansSC-Bold.otf", "SourceHanSans-Bold.ttc",
                       "msyhbd.ttc", "simhei.ttf", "STHeiti Medium.ttc", "Hiragino Sans GB.ttc")),
        )
    ),
    "Kai": Role(
        (
            Face(400, ("LXGWWenKai-Regular.ttf", "LXGWWenKaiGB-Regular.ttf", "simkai.ttf", "Kaiti.ttc", "ukai.ttc")),
        ),
        instead="Song",
    ),
    "Fang": Role(
        (Face(400, ("ZhuqueFangsong-Regular.ttf", "simfang.ttf", "STFANGSO.ttf", "FandolFang-Regular.otf")),),
        instead="Kai",
    ),
    "Biaosong": Role(
        (Face(400, ("FZXBSJW.TTF", "FZXBSJW--GB1-0.ttf", "FZXBSK.TTF", "方正小标宋简体.ttf", "方正小标宋_GBK.ttf")),),
        instead="Song",
    ),
}  # fmt: skip

_NONE_CHOSEN = Typefaces.model_validate({})
_THEME = "content/style/theme.yaml"
#: Roles that every publication sets type in; the others are for official documents, and no package of a free
#: system supplies them.
EVERYDAY = ("Song", "Hei", "Kai")

_CHINESE_FACES = ("SC", "CN", "GB", "S")


def installed(project: Project) -> dict[str, Path]:
    """Every font file by its name; a file found earlier wins."""
    files: dict[str, Path] = {}
    for folder in project.font_folders:
        if folder.is_dir():
            for path in sorted(folder.rglob("*")):
                if path.suffix.lower() in (".ttf", ".otf", ".ttc"):
                    files.setdefault(path.name.lower(), path)
    return files


def named(sheets: Sequence[str]) -> frozenset[str]:
    """The roles that style sheets can't do without: where a sheet says ``Fang, Kai``, Kai will do."""
    return frozenset(role for role in ROLES if re.search(rf"\b{role}\s*[;}}]", "\n".join(sheets)))


def faces(
    project: Project,
    report: Report,
    chosen: Typefaces = _NONE_CHOSEN,
    used: Container[str] = EVERYDAY,
    characters: Set[int] | None = None,
) -> dict[str, list[tuple[int, Path]]]:
    """Weight and font file of every face by role; prepares what is not in the cache yet.

    ``chosen`` names the files a hub wants. A role that nothing supplies is an error, or, where another role
    may stand in, a warning naming it if the role is ``used``; so is a chosen file that is not there.
    The files hold all characters of the faces, or the everyday ones if ``characters``, the text's, are among these.
    """
    found = _found(project, report, chosen, used)
    whole = characters is None or not characters <= embedding.REPERTOIRE
    try:
        return {name: [(weight, embedding.base(path, whole=whole)) for weight, path in f] for name, f in found.items()}
    except OSError as fault:
        report.add(_not_prepared(next(iter(found.values()))[0][1], fault))
        return {}


def css(project: Project, report: Report, chosen: Typefaces = _NONE_CHOSEN, used: Container[str] = EVERYDAY) -> str:
    """``@font-face`` rules for :func:`faces`."""
    return rules(faces(project, report, chosen, used))


def rules(found: Mapping[str, Sequence[tuple[int, Path]]]) -> str:
    """``@font-face`` rules for faces."""
    return "\n".join(
        f"@font-face{{font-family:{name};font-weight:{weight};src:url('{path.as_uri()}')}}"
        for name, each in found.items()
        for weight, path in each
    )


def characters(project: Project, chosen: Typefaces = _NONE_CHOSEN) -> frozenset[int]:
    """Every code point that some face of ours has."""
    known: set[int] = set()
    for path in {path for faces in _found(project, Report(), chosen, ()).values() for _, path in faces}:
        listed = path.with_suffix(".characters")
        if not listed.is_file():
            _list_characters(path, listed)
        known.update(array("I", listed.read_bytes()))
    return frozenset(known)


def _list_characters(font: Path, listed: Path) -> None:
    """Keep what a font has beside it: reading its table takes longer than all else."""
    from fontTools.ttLib import TTFont

    with TTFont(font, lazy=True) as opened:
        codes = array("I", sorted(opened.getBestCmap()))
    part = listed.with_name(f".{os.getpid()}-{listed.name}")
    part.write_bytes(codes.tobytes())
    part.replace(listed)


def _found(
    project: Project, report: Report, chosen: Typefaces, used: Container[str]
) -> dict[str, list[tuple[int, Path]]]:
    """Weight and prepared file of every face by role."""
    files = installed(project)
    found: dict[str, list[tuple[int, Path]]] = {}
    for name, role in ROLES.items():
        faces = []
        wanted: Sequence[str] = getattr(chosen, name.lower())
        for file in wanted:
            if file.lower() not in files:
                message = say("版式文件要的{role}“{file}”找不到", role=_NAMES[name], file=file)
                report.add(error("fonts.chosen_missing", message, Span(_THEME), _where_to_put()))
        for number, face in enumerate(_faces(role, wanted)):
            names = (*wanted[number : number + 1], *face.files)
            source = next((files[f.lower()] for f in names if f.lower() in files), None)
            if source is None:
                continue
            try:
                faces.append((face.weight, prepare(source, project.fonts)))
            except OSError as fault:
                report.add(_not_prepared(source, fault))
                return {}
        if not faces and role.instead in found:
            faces = found[role.instead]
            if name in used:
                remedy = _remedy() if name in EVERYDAY else _own_file(role)
                report.add(warning("fonts.stand_in", _missing(name, role.instead), Span("fonts"), remedy))
        elif not faces and role.instead is not None:
            continue  # what should stand in is missing, which has been said
        elif not faces:
            report.add(error("fonts.missing", say("找不到“{role}”字体", role=_NAMES[name]), Span("fonts"), _remedy()))
            continue
        found[name] = faces
    return found


def _faces(role: Role, wanted: Sequence[str]) -> Sequence[Face]:
    """A role's faces; a hub may give a bold to one that has none of its own."""
    return (*role.faces, Face(700, ())) if len(wanted) > len(role.faces) else role.faces


def _where_to_put() -> Text:
    return say("把字体文件放进 content/style/fonts/，文件名照写；或删掉这一项")


def _not_prepared(source: Path, fault: OSError) -> Diagnostic:
    return error(
        "fonts.not_prepared",
        say("字体“{file}”没能备好：{reason}", file=source.name, reason=fault.strerror or "?"),
        Span("fonts"),
        say("字体缓存写不进去或磁盘满了；用环境变量 ZHANKAN_CACHE 换一个能写的文件夹"),
    )


_NAMES = {"Song": "宋体", "Hei": "黑体", "Kai": "楷体", "Fang": "仿宋", "Biaosong": "小标宋"}


def _missing(name: str, instead: str | None) -> Text:
    return say("找不到“{role}”字体，用“{instead}”代替", role=_NAMES[name], instead=_NAMES[instead or "Song"])


def _remedy() -> Text:
    if sys.platform == "win32":
        return say("运行 zhankan doctor 看缺什么；Windows 自带宋体、黑体、楷体")
    if sys.platform == "darwin":
        return say("运行 brew install --cask font-noto-serif-cjk-sc font-noto-sans-cjk-sc font-lxgw-wenkai")
    return say("运行 sudo apt-get install fonts-noto-cjk fonts-lxgw-wenkai")


def _own_file(role: Role) -> Text:
    files = "、".join(role.faces[0].files[:2])
    return say("公文用这种字体；把字体文件（如 {files}）放进 content/style/fonts/，或装进系统", files=files)


def prepare(source: Path, cache: Path) -> Path:
    """A single static face ready for embedding, made once; raises ``OSError`` if the cache can't be written."""
    stat = source.stat()
    key = hashlib.sha256(f"{_PREPARATION}|{source}|{stat.st_size}|{stat.st_mtime_ns}".encode()).hexdigest()[:16]
    for suffix in (".ttf", ".otf"):
        ready = cache / f"{source.stem}-{key}{suffix}"
        if ready.is_file():
            return ready
    from fontTools.ttLib import TTFont

    cache.mkdir(parents=True, exist_ok=True)
    # The stamp of the time would make fonts, and so PDFs, differ from machine to machine.
    with TTFont(source, fontNumber=_face_number(source), lazy=True, recalcTimestamp=False) as font:
        if "wenkai" in source.name.lower():
            _mend_wenkai(font)
        ready = cache / f"{source.stem}-{key}{'.otf' if 'CFF ' in font else '.ttf'}"
        part = ready.with_name(f".{os.getpid()}-{ready.name}")
        font.save(part, reorderTables=None)
    part.replace(ready)
    return ready


def _face_number(source: Path) -> int:
    """The index of the simplified-Chinese, proportional face of a collection."""
    if source.suffix.lower() != ".ttc":
        return 0
    from fontTools.ttLib import TTCollection

    with TTCollection(source, lazy=True) as collection:
        names = [font["name"].getDebugName(1) or "" for font in collection]
    for ending in _CHINESE_FACES:
        for number, name in enumerate(names):
            if name.split()[-1:] == [ending] and "Mono" not in name:
                return number
    return 0


def _mend_wenkai(font: Any) -> None:
    if "GDEF" in font:
        del font["GDEF"]
    cmap, glyphs, metrics = font.getBestCmap(), font["glyf"], font["hmtx"]
    em = font["head"].unitsPerEm
    for character in "“”‘’·":
        name = cmap.get(ord(character))
        if name is None:
            continue
        glyph = glyphs[name]
        ink, width = glyph.xMax - glyph.xMin, em // 2 if character == "·" else em
        left = {"“": em - ink - 60, "‘": em - ink - 60, "”": 60, "’": 60, "·": (width - ink) // 2}[character]
        glyph.coordinates.translate((left - glyph.xMin, 0))
        glyph.recalcBounds(glyphs)
        metrics[name] = (width, glyph.xMin)
