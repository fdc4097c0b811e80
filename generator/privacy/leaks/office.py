"""Zip files: Word, Excel, PowerPoint, ODF, EPUB, archives; every part, and what hides between the parts."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from lxml import etree

from generator.archives import CAPS, Archive, Caps, RefusedArchiveError, open_archive
from generator.diagnostics import Text, say
from generator.privacy.leaks import markup, plain
from generator.privacy.leaks.sieve import Leak, Piece, RefusedError, Told, joined

#: A book of photographs is larger than what is read in.
_CAPS = Caps(archive=400_000_000, members=20_000, member=100_000_000, whole=600_000_000, ratio=CAPS.ratio)

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: Parts of Office files by their paths, in an editor's words; the first that fits.
_PARTS: tuple[tuple[re.Pattern[str], Text], ...] = tuple(
    (re.compile(pattern, re.I), words)
    for pattern, words in (
        (r"word/document\.xml$", say("正文")),
        (r"word/header\w*\.xml$", say("页眉")),
        (r"word/footer\w*\.xml$", say("页脚")),
        (r"word/footnotes\.xml$", say("脚注")),
        (r"word/endnotes\.xml$", say("尾注")),
        (r"(?:word|ppt|xl)/(?:\w+/)*(?:people|persons?|commentAuthors|authors)\w*\.xml$", say("批注人名单")),
        (r"(?:word|xl|ppt)/(?:\w+/)*(?:comments|threadedComment)\w*\.xml$", say("批注")),
        (r"word/glossary/", say("自动图文集")),
        (r"word/settings\.xml$", say("文档设置")),
        (r"docProps/(?:core|app)\.xml$", say("文件属性")),
        (r"docProps/custom\.xml$", say("自定义属性")),
        (r"docProps/thumbnail", say("缩略图")),
        (r"customXml/", say("自定义 XML")),
        (r"customUI/", say("自定义界面")),
        (r"embeddings/|oleObject", say("嵌入的文件")),
        (r"media/|Pictures/", say("图片")),
        (r"charts/", say("图表")),
        (r"diagrams/", say("SmartArt 图形")),
        (r"ink/", say("墨迹")),
        (r"styles\w*\.xml$", say("样式")),
        (r"numbering\.xml$", say("编号")),
        (r"fonts?/|fontTable", say("字体")),
        (r"xl/externalLinks/", say("外部链接")),
        (r"xl/pivot", say("数据透视表")),
        (r"xl/sharedStrings\.xml$", say("单元格文字")),
        (r"xl/worksheets/", say("工作表")),
        (r"xl/workbook\.xml$", say("工作簿")),
        (r"ppt/notesSlides/", say("备注")),
        (r"ppt/slides/", say("幻灯片")),
        (r"\.rels$", say("链接")),
        (r"\.(?:opf|ncx)$", say("书目信息")),
        (r"meta\.xml$", say("文件属性")),
    )
)
_NAME = say("部件的名字")
#: Properties that name a person.
_PEOPLE = ("creator", "lastModifiedBy", "Manager", "initial-creator", "author", "LastAuthor")

_TRACKED = tuple(_W + name for name in "ins del moveFrom moveTo rPrChange pPrChange cellIns cellDel".split())
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
#: Links that may lead out of a file that leaves the house.
_LINK = re.compile(r"(?:https?|mailto|tel):|#", re.I)
_UNPACKED = re.compile(rb"PK\x03\x04")


def is_archive(data: bytes) -> bool:
    """Whether bytes are, or end as, a zip file."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def read(data: bytes, where: Text | None) -> Iterator[Told | tuple[Text, bytes]]:
    """All that stands in a zip file; names and bytes are further files. Raises ``RefusedError`` if it is not read."""
    try:
        archive = open_archive(data, _CAPS)
    except RefusedArchiveError as fault:
        raise RefusedError from fault
    names = set(archive.names)
    yield from (Piece(_at(where, _NAME), name, inner=True) for name in archive.names)
    if "META-INF/encryption.xml" in names or "EncryptedPackage" in names:
        raise RefusedError
    for name in archive.wanted:
        place = _at(where, _part(name))
        try:
            content = archive.read(name)
        except RefusedArchiveError:
            yield Leak("unread", place, say("坏了，读不出来"))
            continue
        yield from _member(name, content, place)
    yield from _around(data, archive, where)


def _part(name: str) -> Text | str:
    words = next((words for pattern, words in _PARTS if pattern.search(name)), None)
    if words is None:
        return name
    return say("{part}（{name}）", part=words, name=name)


def _at(where: Text | None, part: Text | str) -> Text:
    if where is not None:
        return say("{place}里的{part}", place=where, part=part)
    return part if isinstance(part, Text) else say("{part}", part=part)


def _member(name: str, content: bytes, place: Text) -> Iterator[Told | tuple[Text, bytes]]:
    if re.search(r"vbaProject|\.bin$", name, re.I) and b"VBA" in content:
        yield Leak("residue", place, say("宏"))
    if re.search(r"docProps/thumbnail|Thumbnails/", name):
        yield Leak("residue", place, say("缩略图"))
    if re.search(r"xl/externalLinks/\w+\.xml$", name):
        yield Leak("residue", place, say("指向别的工作簿的链接"))
    if not re.search(r"\.(?:xml|rels|vml)$", name, re.I) or markup.is_html(content):
        yield place, content
        return
    try:
        root = markup.xml(content)
    except RefusedError:
        yield Leak("unread", place, say("不是规矩的 XML"))
        yield place, b"\0" + content
        return
    yield from _xml(name, root, place)
    yield from ((place, carried) for carried in plain.carried(content.decode("utf-8", "replace")))


def _xml(name: str, root: etree._Element, place: Text) -> Iterator[Told]:
    values: dict[str, None] = {}
    codes: list[str] = []
    for element in root.iter():
        if not isinstance(element.tag, str):
            yield Piece(say("{place}：{what}", place=place, what=say("源代码里的注释")), str(element.text or ""))
            continue
        values.update(dict.fromkeys(map(str, element.attrib.values())))
        if element.tag == _W + "sym":
            codes.append(element.get(_W + "char", ""))
    yield from (
        Piece(say("{place}：{what}", place=place, what=markup.ATTRIBUTE), value, inner=True) for value in values
    )
    for words in _flows(root):
        yield Piece(place, words)
    if codes:
        yield Piece(place, "".join(chr(int(c, 16)) for c in codes if re.fullmatch(r"[0-9A-Fa-f]{4}", c)))
    yield Piece(place, joined(said for e in root.iter() if isinstance(said := e.text, str) and said), loose=True)
    yield from markup.columns(root, place, "tr", ("tc",))
    yield from _residues(name, root, place, values)


def _flows(root: etree._Element) -> Iterator[str]:
    """The words of each paragraph: with all that was struck out, as it would be, as it was; with what stands beside.

    Then all elements' own words.
    """
    kept: dict[etree._Element | None, list[tuple[str, frozenset[str]]]] = {}
    for element in root.iter("{*}t", "{*}delText", "{*}instrText", "{*}delInstrText", "{*}span"):
        words = element.text
        if not words:
            continue
        owner, marks = _paragraph(element)
        kept.setdefault(owner, []).append((words, marks | {etree.QName(element).localname}))
    for runs in kept.values():
        yield from dict.fromkeys(
            "".join(words for words, marks in runs if not marks & hidden)
            for hidden in (_NONE, _ASIDE, _ASIDE | _STRUCK, _ASIDE | _ADDED, _ASIDE | _STRUCK | _FIELDS)
        )
        yield "".join(words for words, marks in runs if marks & _FIELDS)
    hidden = _ASIDE | _STRUCK | _FIELDS
    yield joined("".join(words for words, marks in runs if not marks & hidden) for runs in kept.values())
    for element in root.iter():
        if isinstance(element.tag, str) and len(element) == 0 and element.text and len(element.text) > 1:
            yield element.text


_NONE: frozenset[str] = frozenset()
_ASIDE = frozenset(("rt", "rPh"))
_STRUCK = frozenset(("delText", "delInstrText", "moveFrom"))
_ADDED = frozenset(("ins", "moveTo"))
_FIELDS = frozenset(("instrText", "delInstrText"))
_MARKS = _ASIDE | _ADDED | {"moveFrom"}


def _paragraph(element: etree._Element) -> tuple[etree._Element | None, frozenset[str]]:
    """The nearest paragraph around words, and what of our marks are on the way to it."""
    marks: set[str] = set()
    around = element.getparent()
    for _ in range(40):
        if around is None:
            break
        name = etree.QName(around).localname
        if name in _MARKS:
            marks.add(name)
        if name in ("p", "si", "is", "h", "text") and not marks & _ASIDE:
            break
        if name == "p":  # words beside others belong to the paragraph of these
            break
        around = around.getparent()
    return around, frozenset(marks)


def _residues(name: str, root: etree._Element, place: Text, values: Mapping[str, None]) -> Iterator[Leak]:
    def residue(what: Text) -> Leak:
        return Leak("residue", place, what)

    local = etree.QName(root).localname
    if local in ("comments", "commentsEx", "threadedComments", "ThreadedComments", "cmLst") and len(root):
        yield residue(say("批注"))
    if local in ("people", "personList", "cmAuthorLst") and len(root):
        yield residue(say("批注人名单"))
    if next(root.iter(*_TRACKED), None) is not None:
        yield residue(say("修订痕迹"))
    if any(e.get(_W + "val", "1") not in ("0", "false", "off") for e in root.iter(_W + "vanish", _W + "webHidden")
           if e.tag == _W + "vanish" and _has_words(e)):  # fmt: skip
        yield residue(say("隐藏文字"))
    for element in root.iter("{*}sheet", "{*}sld"):
        if element.get("state") in ("hidden", "veryHidden") or element.get("show") == "0":
            yield residue(say("隐藏的工作表") if element.get("state") else say("隐藏的幻灯片"))
    for element in root.iter(*(f"{{*}}{n}" for n in _PEOPLE)):
        said = (element.text or "").strip()
        if plain.is_person(said) and re.search("docProps|meta|core", name):
            yield residue(say("个人署名（{name}）", name=etree.QName(element).localname))
    for element in root.iter(_RELATION):
        target, kind = element.get("Target", ""), element.get("Type", "").rpartition("/")[2]
        if element.get("TargetMode") == "External" and not (kind == "hyperlink" and _LINK.match(target)):
            yield residue(say("指向文件以外的链接（{kind}）", kind=kind))
    if root.find(f".//{_W}mailMerge") is not None:
        yield residue(say("邮件合并的数据源"))
    if any(map(plain.has_path, values)) or any(
        plain.has_path(e.text) for e in root.iter("{*}t", "{*}instrText", "{*}f", "{*}Template", "{*}HyperlinkBase")
        if e.text
    ):  # fmt: skip
        yield residue(say("本机的文件路径"))


def _has_words(mark: etree._Element) -> bool:
    """Whether what is hidden is a run with words, not a paragraph's mark or a style."""
    run = mark.getparent()
    run = run.getparent() if run is not None else None
    return run is not None and run.tag == _W + "r" and any(run.itertext(_W + "t", _W + "delText"))


# -- between the parts ---------------------------------------------------------------------------------------------


def _around(data: bytes, archive: Archive, where: Text | None) -> Iterator[Told | tuple[Text, bytes]]:
    """Comments, extra fields, members that no list names, what stands before and behind."""
    place = _at(where, say("压缩包的注释和空隙"))
    ends: list[tuple[int, int]] = []
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        notes = [source.comment]
        begin = source.start_dir
        for member in source.infolist():
            notes += [member.comment, member.extra]
            try:
                name, extra = struct.unpack_from("<HH", data, member.header_offset + 26)
            except struct.error:
                continue
            start = member.header_offset + 30 + name
            notes.append(data[start : start + extra])
            ends.append((member.header_offset, start + extra + member.compress_size))
            if member.is_dir() and member.file_size:
                yield place, source.read(member)
    for note in notes:
        for words in (plain.text(note), *plain.others(note), *plain.strings(note)):
            if words:
                yield Piece(place, words)
    last = 0
    for start, end in [*sorted(ends), (begin, len(data))]:
        gap = data[last:start]
        if len(gap) > 28:  # a descriptor is no longer
            yield from _gap(gap, place)
        last = max(last, end)


def _gap(gap: bytes, place: Text) -> Iterator[Told | tuple[Text, bytes]]:
    yield Leak("residue", place, say("目录里没有的数据"))
    yield place, b"\0" + gap
    for m in _UNPACKED.finditer(gap):
        try:
            (method,) = struct.unpack_from("<H", gap, m.start() + 8)
            name, extra = struct.unpack_from("<HH", gap, m.start() + 26)
        except struct.error:
            continue
        start = m.start() + 30 + name + extra
        if method == zipfile.ZIP_DEFLATED:
            try:
                yield place, zlib.decompressobj(-15).decompress(gap[start:], 20_000_000)
            except zlib.error:
                continue
