"""A Word file from outside -> its XML parts, opened with distrust: refused with one clear word, or read whole."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from generator.archives import CAPS, RefusedArchiveError, open_archive, shown
from generator.diagnostics import Diagnostic, Report, Span, Text, error, say
from generator.readers.text import unreadable

Element = etree._Element

#: The largest file taken (bytes; its pictures may be large), and the most tags in all its XML.
LARGEST, MOST_TAGS = CAPS.archive, 3_000_000

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = "http://purl.oclc.org/ooxml/"
_DRIVE = re.compile(r"(?:file:/{2,3})?[A-Za-z]:[\\/]")
#: What a relationship out of the file would fetch, by the end of its type.
_FETCHED = {
    "attachedTemplate": say("附加的模板"),
    "image": say("链接的图片"),
    "oleObject": say("链接的对象"),
    "package": say("链接的对象"),
    "subDocument": say("链接的子文档"),
    "frame": say("链接的网页"),
    "video": say("链接的视频"),
    "audio": say("链接的声音"),
}


class _RefusedError(Exception):
    """The file is not taken, for the reason it carries."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


@dataclass(frozen=True)
class Relation:
    """What one part says of another: ``kind`` is the end of the relationship's type, such as ``styles``."""

    kind: str
    target: str
    external: bool = False


@dataclass(frozen=True)
class WordFile:
    """A Word file that may be read: the names of all its parts, and every XML part parsed.

    Parts are named as in the package, without the leading slash; ``main`` is the document itself.
    """

    names: tuple[str, ...]
    xml: Mapping[str, Element]
    main: str

    @property
    def document(self) -> Element:
        """The root of the document part."""
        return self.xml[self.main]

    def related(self, kind: str, to: str = "") -> list[Element]:
        """The parts that the document, or the part ``to``, names as its ``styles``, ``comments``, ``header`` …"""
        relations = _relations(self.xml, to or self.main)
        return [self.xml[r.target] for r in relations if r.kind == kind and r.target in self.xml]

    def part(self, kind: str) -> Element | None:
        """The document's only part of a kind, if it has one."""
        return next(iter(self.related(kind)), None)


def read_word(path: Path, file: str, report: Report) -> WordFile | None:
    """Open the Word file at ``path``; None after a report. ``file`` is its name in messages."""
    try:
        if path.stat().st_size > LARGEST:
            report.add(_too_large(file))
            return None
        data = path.read_bytes()
    except OSError as fault:
        report.add(unreadable(file, fault))
        return None
    return open_word(data, file, report)


def open_word(data: bytes, file: str, report: Report) -> WordFile | None:
    """Open a Word file (.docx, .dotx); None after a report of the first thing that forbids it.

    Nothing is inflated before members, sizes and ratios have been looked at; nothing but XML is inflated at all.
    XML is parsed without document types, entities and network. Macros and whatever a program would fetch from
    elsewhere (templates, pictures, objects by reference; not hyperlinks, which wait for a reader) are refused.
    Never raises for what the bytes hold.
    """
    try:
        return _opened(data, Span(file))
    except _RefusedError as refused:
        report.add(refused.diagnostic)
        return None


def named_styles(styles: Element) -> dict[tuple[str, str], Element]:
    """The styles of a styles part by their type and name, in small letters; the first of a name, names before aliases.

    Ids are no guide: Word, WPS and LibreOffice give built-in styles ids of their own, but the same names.
    """
    every = [s for s in styles.iter("{*}style") if _told(s)]
    found: dict[tuple[str, str], Element] = {}
    for style in every:
        found.setdefault((_told(style, "type"), _told(style.find("{*}name")).casefold()), style)
    for style in every:
        for alias in _told(style.find("{*}aliases")).split(","):
            if alias.strip():
                found.setdefault((_told(style, "type"), alias.strip().casefold()), style)
    return found


def _told(element: Element | None, name: str = "") -> str:
    """An attribute of WordprocessingML: ``styleId`` of a style, ``val`` of what stands in one, or ``name``."""
    if element is None:
        return ""
    namespace = etree.QName(element).namespace
    key = name or ("styleId" if etree.QName(element).localname == "style" else "val")
    return element.get(f"{{{namespace}}}{key}", "")


def _opened(data: bytes, span: Span) -> WordFile:
    if len(data) > LARGEST:
        raise _RefusedError(_too_large(span.file))
    if data.startswith(_OLE):
        raise _RefusedError(_locked(span) if _ENCRYPTED in data else _old(span))
    if not data.startswith(b"PK"):
        raise _RefusedError(_old(span) if data.startswith(b"{\\rtf") else _not_word(span))
    try:
        archive = open_archive(data, wanted=lambda name: name.lower().endswith((".xml", ".rels")))
        texts = {name: archive.read(name) for name in archive.wanted}
    except RefusedArchiveError as fault:
        raise _RefusedError(_refused(fault, span)) from fault
    xml = _parsed(texts, span)
    types = xml.get("[Content_Types].xml")
    main = next((r.target for r in _relations(xml, "") if r.kind == "officeDocument"), "")
    names = archive.names
    if types is None or not main:
        raise _RefusedError(_not_word(span))
    kinds = [e.get("ContentType", "") for e in types.iter("{*}Override", "{*}Default")]
    if any("macroenabled" in k.lower() or "vbaproject" in k.lower() for k in kinds) or any(
        posixpath.basename(n).lower().startswith("vba") for n in names
    ):
        raise _RefusedError(_macros(span))
    if "wordprocessingml" not in _content_type(types, main):
        raise _RefusedError(_not_word(span))
    if main not in xml:
        raise _RefusedError(_damaged(span))
    if str(xml[main].tag).startswith(f"{{{_STRICT}"):
        raise _RefusedError(_strict(span))
    for name in sorted(n for n in xml if n.endswith(".rels")):
        for relation in _read_relations(xml[name], ""):
            if relation.external and _is_fetched(relation):
                raise _RefusedError(_external(span, relation))
    return WordFile(names, xml, main)


def _refused(fault: RefusedArchiveError, span: Span) -> Diagnostic:
    if fault.fault == "bomb" and fault.reason is not None:
        return _trap(span, fault.reason)
    return _locked(span) if fault.fault == "encrypted" else _damaged(span)


def _parsed(texts: Mapping[str, bytes], span: Span) -> dict[str, Element]:
    tags, parsed = 0, {}
    for name, data in texts.items():
        try:
            # decoded here, so that no encoding hides a document type from the search for it
            text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
            if "<!DOCTYPE" in text or "<!ENTITY" in text:
                raise _RefusedError(_entities(span, name))
            tags += text.count("<")
            if tags > MOST_TAGS:
                raise _RefusedError(_trap(span, say("装了上百万个元素")))
            parser = etree.XMLParser(
                encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
            )
            parsed[name] = etree.fromstring(text.encode(), parser)
        except (UnicodeError, ValueError, etree.XMLSyntaxError) as fault:
            raise _RefusedError(_damaged(span)) from fault
    return parsed


def _content_type(types: Element, part: str) -> str:
    """The content type of a part: its own, else that of its ending."""
    for element in types.iter("{*}Override"):
        if element.get("PartName", "").lower() == f"/{part}".lower():
            return element.get("ContentType", "")
    ending = part.rpartition(".")[2].lower()
    found = (e for e in types.iter("{*}Default") if e.get("Extension", "").lower() == ending)
    return next((e.get("ContentType", "") for e in found), "")


def _relations(xml: Mapping[str, Element], part: str) -> Iterator[Relation]:
    """The relationships of a part, or of the package."""
    folder, name = posixpath.split(part)
    found = xml.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    if found is not None:
        yield from _read_relations(found, folder)


def _read_relations(relations: Element, folder: str) -> Iterator[Relation]:
    for element in relations.iter(_RELATIONS):
        kind = element.get("Type", "").rpartition("/")[2]
        target = element.get("Target", "")
        if element.get("TargetMode", "").lower() == "external":
            yield Relation(kind, target, external=True)
        else:
            yield Relation(kind, posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/"))


def _is_fetched(relation: Relation) -> bool:
    """Whether a program would fetch it unasked: all but hyperlinks and a template of this computer's own.

    Word names the template a document was made from by its path; a path on a drive says nothing to others.
    """
    if relation.kind == "hyperlink":
        return False
    if relation.kind != "attachedTemplate":
        return True
    return not (_DRIVE.match(relation.target) or re.fullmatch(r"[^\\/:]+", relation.target))


# -- words -------------------------------------------------------------------------------------------------


def _save_anew() -> Text:
    return say("用 Word 或 WPS 打开，另存为“Word 文档（.docx）”，再换上")


def _too_large(file: str) -> Diagnostic:
    message = say("Word 文件超过 {size} MB", size=LARGEST // 1_000_000)
    return error("word.too_large", message, Span(file), say("删掉或压缩里面的图片，再存一次"))


def _not_word(span: Span) -> Diagnostic:
    return error("word.not_word", say("这不是 Word 文件（.docx 或 .dotx）"), span, _save_anew())


def _old(span: Span) -> Diagnostic:
    return error("word.old_format", say("这是旧格式的 Word 文件（.doc、.wps 或 .rtf）"), span, _save_anew())


def _strict(span: Span) -> Diagnostic:
    message = say("这个 Word 文件存成了“Strict Open XML”")
    return error("word.strict", message, span, _save_anew())


def _locked(span: Span) -> Diagnostic:
    return error(
        "word.encrypted", say("Word 文件加了打开密码"), span, say("打开后去掉密码（文件、信息、保护文档），再存一次")
    )


def _damaged(span: Span) -> Diagnostic:
    return error("word.damaged", say("Word 文件坏了，读不出来"), span, say("重新要一份，或用 Word“打开并修复”后另存"))


def _trap(span: Span, reason: Text) -> Diagnostic:
    message = say("Word 文件不正常：{reason}", reason=reason)
    return error("word.bomb", message, span, say("不要打开它；问清来路，重新要一份"))


def _entities(span: Span, name: str) -> Diagnostic:
    message = say("Word 文件的 {name} 里有文档类型声明，Word 自己从不这样写", name=shown(name))
    return error("word.entities", message, span, say("不要打开它；问清来路，重新要一份"))


def _macros(span: Span) -> Diagnostic:
    return error("word.macros", say("Word 文件带有宏"), span, say("另存为不带宏的“Word 文档（.docx）”，再换上"))


def _external(span: Span, relation: Relation) -> Diagnostic:
    what = _FETCHED.get(relation.kind, say("文件外的内容"))
    message = say("Word 文件要从别处取{what}：{place}", what=what, place=_place(relation.target))
    hint = say("在 Word 里断开链接（文件、信息、编辑指向文件的链接），图片改成嵌入，附加的模板换成 Normal，再存一次")
    return error("word.external", message, span, hint)


def _place(target: str) -> str:
    """Where a relationship leads, without what an address may carry beside the name of a host or a file."""
    try:
        host = urlsplit(target.replace("\\", "/")).hostname
    except ValueError:
        host = None
    return shown(host or re.split(r"[\\/]", target.partition("?")[0])[-1])
