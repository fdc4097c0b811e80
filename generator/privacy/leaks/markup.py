"""XML and HTML: words as they are read together, attributes, comments, what is hidden in a source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from lxml import etree, html

from generator.diagnostics import Text, say
from generator.privacy.leaks import plain
from generator.privacy.leaks.sieve import Leak, Piece, RefusedError, Told, joined

_PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_DATA = re.compile(r"data:[^,\"'()\s]{0,100},[^\"'()\s<>]+")
#: Elements between whose words a reader sees no gap.
_INLINE = frozenset(
    "a abbr b bdi bdo br cite code data em font i mark q rp s small span strong sub sup tspan u wbr".split()
)
_ASIDE = frozenset(("rt", "rp"))
#: Elements whose text is no writing for readers.
_CODE = frozenset(("script", "style", "template", "noscript", "svg"))
#: Attributes that lead out of a drawing or a page.
_LINKS = frozenset(("href", "src", "action", "data", "poster", "background", "cite"))
_OUT = re.compile(r"(?:file|smb|ftp|javascript|vbscript):|\\\\", re.I)

ATTRIBUTE = say("标签里的属性")
_COMMENT = say("源代码里的注释")


def xml(data: bytes) -> etree._Element:
    """The root of an XML file. Raises ``RefusedError`` for what is none, or means to grow."""
    parser = etree.XMLParser(**_PARSER)  # type: ignore[arg-type]
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise RefusedError from fault
    if root.getroottree().docinfo.internalDTD is not None and b"<!ENTITY" in data[:100_000]:
        raise RefusedError
    return root


def is_html(data: bytes) -> bool:
    """Whether bytes begin as a page does."""
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or b"<html" in head


def read_html(data: bytes, where: Text) -> Iterator[Told | bytes]:
    """A page; bytes are files it carries."""
    words = plain.text(data) or data.decode("utf-8", "replace")
    try:
        root = html.document_fromstring(words.encode("utf-8"), html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        root = None
    if root is not None:
        yield from _tree(root, where)
    yield from _source(words, where)


def read_xml(data: bytes, where: Text) -> Iterator[Told | bytes]:
    """Any XML; bytes are files it carries."""
    yield from _tree(xml(data), where)
    yield from _source(plain.text(data) or data.decode("utf-8", "replace"), where)


def _source(words: str, where: Text) -> Iterator[Told | bytes]:
    yield Piece(say("{place}的源代码", place=where), words, loose=True)
    for m in _DATA.finditer(words):
        head, _, content = m[0].partition(",")
        if ";base64" not in head:
            yield unquote_to_bytes(content)
        else:
            yield from _base64(content)
    yield from plain.carried(_DATA.sub("", words) if "data:" in words else words)
    if plain.has_path(words):
        yield Leak("residue", where, say("本机的文件路径"))


def _base64(content: str) -> Iterator[bytes]:
    import base64
    import binascii

    bare = re.sub(r"[^A-Za-z0-9+/]", "", unquote_to_bytes(content).decode("ascii", "ignore"))
    try:
        yield base64.b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return


def _tree(root: etree._Element, where: Text) -> Iterator[Told]:
    values: dict[tuple[str, str], None] = {}
    flows: dict[bool, list[str]] = {True: [], False: []}
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            yield Piece(say("{place}：{what}", place=where, what=_COMMENT), element.text or "")
            if event == "comment" and element.tail:
                _say(flows, element.tail, element.getparent())
            continue
        name = etree.QName(element).localname
        if event == "start":
            values.update(dict.fromkeys((etree.QName(k).localname, v) for k, v in element.attrib.items()))
            _break(flows, name)
            if element.text:
                _say(flows, element.text, element)
        else:
            _break(flows, name)
            if element.tail:
                _say(flows, element.tail, element.getparent())
    for name, value in values:
        yield Piece(say("{place}：{what}（{name}）", place=where, what=ATTRIBUTE, name=name), value, inner=True)
        if name in _LINKS and _OUT.match(value):
            yield Leak("residue", where, say("指向本机或局域网的链接"))
    for aside in (True, False):
        said = "".join(flows[aside])
        yield Piece(where, said)
        for line in said.splitlines():
            yield Piece(where, line)
    yield from columns(root, where, "tr", ("td", "th"))


def _break(flows: dict[bool, list[str]], name: str) -> None:
    if name not in _INLINE and name not in _ASIDE and name != "ruby":
        for flow in flows.values():
            if flow and flow[-1] != "\n":
                flow.append("\n")


def _say(flows: dict[bool, list[str]], words: str, element: etree._Element | None) -> None:
    """Words with what stands beside them (ruby), and without."""
    flows[True].append(words)
    while element is not None and isinstance(element.tag, str):
        if etree.QName(element).localname in _ASIDE:
            return
        if etree.QName(element).localname not in _INLINE:
            break
        element = element.getparent()
    flows[False].append(words)


def columns(root: etree._Element, where: Text, row: str, cells: tuple[str, ...]) -> Iterator[Piece]:
    """The columns of tables, each read downwards."""
    tables: dict[etree._Element | None, list[list[str]]] = {}
    for line in root.iter(f"{{*}}{row}"):
        said = [
            "".join(map(str, cell.itertext()))
            for cell in line
            if isinstance(cell.tag, str) and etree.QName(cell).localname in cells
        ]
        tables.setdefault(line.getparent(), []).append(said)
    for rows in tables.values():
        for place in range(min(max(map(len, rows)), 60)):
            yield Piece(where, joined(r[place] for r in rows if place < len(r)))
