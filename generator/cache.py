"""Finished files kept under the hash of everything they depend on: what has not changed is not set again."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress

from lxml import etree

from generator import store
from generator.diagnostics import Diagnostic, Text, as_data, from_data, say
from generator.model import Article, Publication
from generator.project import Project
from generator.store import Store

Files = Mapping[str, bytes]
#: What a finished set depends on: its kind, for articles and pictures with a name -> a digest.
Grounds = Mapping[str, str]


# -- what files depend on ------------------------------------------------------------------------------------------


def grounds(publication: Publication, project: Project, format_: str) -> dict[str, str]:
    """Everything that the files of one format of a publication depend on; the same grounds give the same files."""
    found = {f"article {a.title or a.kind}（{a.id}）": _digest(a, publication) for a in publication.articles}
    found |= {f"picture {name}": _sha(asset.data) for name, asset in publication.assets.items()}
    metadata = sorted(publication.metadata.items())
    found["title"] = _sha(repr((publication.name, publication.title, publication.series, metadata)).encode())
    found["layout"] = _sha(
        repr(
            (publication.kind, publication.layout, publication.theme, publication.printing, publication.released)
        ).encode()
    )
    found["templates"] = store.tree_of(project.templates)
    found["program"] = store.program()
    found["format"] = format_
    if publication.draft is not None:
        found["draft"] = _sha(publication.draft.encode())
    found["style"] = store.tree_of(project.content / "style")
    if format_ == "pdf":
        found["machine"] = _machine(project)
    if not publication.metadata.get("date"):
        found["today"] = project.today.isoformat()
    return found


def key(given: Grounds) -> str:
    """The name under which files on these grounds are kept."""
    return _sha(json.dumps(sorted(given.items()), ensure_ascii=False).encode())


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest(article: Article, publication: Publication) -> str:
    name = "digest", publication.id, article.id
    return publication.memory.made(name, article, lambda: _digested(article))


def _digested(article: Article) -> str:
    said = (article.id, article.kind, article.title, article.zone, article.section, article.record, article.entries)
    return _sha(repr(said).encode() + etree.tostring(article.body, method="c14n"))


def _machine(project: Project) -> str:
    """The font files and colour profiles that may be used, by name, size and time."""
    from generator.typesetting import fonts, profiles  # Pillow, which a check can do without

    digest = hashlib.sha256()
    for path in (*fonts.installed(project).values(), *profiles.installed(project).values()):
        with suppress(OSError):
            state = path.stat()
            digest.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def changes(old: Grounds | None, new: Grounds) -> list[Text]:
    """Why files are made again, for an editor to read."""
    if old is None:
        return [say("第一次出")]
    told = [say("{what}改了", what=_named(name)) for name in new if name in old and old[name] != new[name]]
    told += [say("新加{what}", what=_named(name)) for name in new if name not in old]
    return told + [say("去掉{what}", what=_named(name)) for name in old if name not in new]


_GROUNDS: Mapping[str, Text] = {
    "title": say("书名和版权信息"),
    "layout": say("版式"),
    "templates": say("版面模板"),
    "program": say("程序"),
    "style": say("样式文件"),
    "machine": say("字体或色彩特性文件"),
    "today": say("日期"),
    "draft": say("草稿标记"),
}


def _named(ground: str) -> Text:
    kind, _, name = ground.partition(" ")
    if kind == "article":
        return say("文章 {name}", name=name)
    return say("图片 {name}", name=name) if kind == "picture" else _GROUNDS.get(kind, say("别的"))


# -- what is kept ----------------------------------------------------------------------------------------------------


class Cache:
    """Finished sets in a store, as zip files; whatever is wrong with an entry makes it no entry."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> tuple[dict[str, bytes], list[Diagnostic]] | None:
        """The files kept under a name and what was said when they were made."""
        data = self._store.get(f"{name}.zip")
        if data is None:
            return None
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                said = json.loads(archive.read(_SAID))
                files = {n.removeprefix(_FILES): archive.read(n) for n in archive.namelist() if n.startswith(_FILES)}
                diagnostics = [from_data(d) for d in said]
        except (zipfile.BadZipFile, ValueError, KeyError, TypeError, NotImplementedError):
            return None
        return files, diagnostics

    def put(self, name: str, files: Files, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep files and what was said of them."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_SAID, json.dumps([as_data(d) for d in diagnostics], ensure_ascii=False))
            for file, data in files.items():
                archive.writestr(f"{_FILES}{file}", data)
        self._store.put(f"{name}.zip", buffer.getvalue())

    def last(self, edition: str, format_: str) -> Grounds | None:
        """The grounds on which an edition's format was made the last time."""
        try:
            found = json.loads(self._store.get(f"{edition}.{format_}.json") or b"null")
            return {str(k): str(v) for k, v in found.items()}
        except (ValueError, AttributeError):
            return None

    def note(self, edition: str, format_: str, given: Grounds) -> None:
        """Remember the grounds on which an edition's format is made now."""
        self._store.put(f"{edition}.{format_}.json", json.dumps(dict(given), ensure_ascii=False, indent=0).encode())


_SAID, _FILES = "said.json", "files/"
