"""Office packages (ISO/IEC 29500-2): parts, what they say of each other, and a zip file that is the same every time."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from generator.writers.docx.wordml import Element

_FORMATS = "application/vnd.openxmlformats-"
_WORD = f"{_FORMATS}officedocument.wordprocessingml."
#: The media types of parts that we make, by what they are to the part that names them; pictures have their own.
MEDIA_TYPES = {
    "chart": f"{_FORMATS}officedocument.drawingml.chart+xml",
    "custom-properties": f"{_FORMATS}officedocument.custom-properties+xml",
    "customXml": "application/xml",
    "customXmlProps": f"{_FORMATS}officedocument.customXmlProperties+xml",
    "footer": f"{_WORD}footer+xml",
    "header": f"{_WORD}header+xml",
    "package": f"{_FORMATS}officedocument.spreadsheetml.sheet",
}
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"

_EPOCH = (1980, 1, 1, 0, 0, 0)
#: What is compressed already is only stored.
_PACKED = (".png", ".jpg", ".xlsx")

#: For parts of our own; space between elements is nobody's.
_PARSER = etree.XMLParser(remove_blank_text=True, resolve_entities=False)


def parse(xml: str | bytes) -> Element:
    """The root of a part."""
    return etree.fromstring(xml.encode() if isinstance(xml, str) else xml, _PARSER)


@dataclass(eq=False)
class Part:
    """A part, by its name without the leading slash; the package itself, which has none, names the first parts.

    ``content`` is a tree that may still change, or bytes that are kept as they are.
    """

    name: str = ""
    media_type: str = ""
    content: Element | bytes = b""
    #: (kind of the relationship, part or address outside), that of ``rId1`` first
    relations: list[tuple[str, Part | str]] = field(default_factory=list)
    _addresses: dict[str, str] = field(default_factory=dict)

    def relate(self, kind: str, part: Part) -> str:
        """Name another part; ``kind`` is the end of the relationship's type, such as ``image``. Returns its id."""
        self.relations.append((kind, part))
        return f"rId{len(self.relations)}"

    def relate_address(self, address: str) -> str:
        """The id of a hyperlink to an address outside the package."""
        if address not in self._addresses:
            self.relations.append(("hyperlink", address))
            self._addresses[address] = f"rId{len(self.relations)}"
        return self._addresses[address]

    def related(self, kind: str) -> Part:
        """The first part that is named as one of a kind; raises ``StopIteration`` if none is."""
        return next(p for k, p in self.relations if k == kind and isinstance(p, Part))


def read(texts: Mapping[str, str], trees: Iterable[str]) -> Part:
    """The package made of files by their names; the parts in ``trees`` are parsed."""
    trees = frozenset(trees)
    types = parse(texts["[Content_Types].xml"])
    parts = {
        (name := override.get("PartName", "")[1:]): Part(
            name, override.get("ContentType", ""), parse(texts[name]) if name in trees else texts[name].encode()
        )
        for override in types.iter(f"{{{_TYPES}}}Override")
    }
    package = Part()
    for part in (package, *parts.values()):
        folder = posixpath.dirname(part.name)
        for relation in parse(texts[name]) if (name := _relations_name(part)) in texts else ():
            target = posixpath.normpath(posixpath.join(folder, relation.get("Target", "")))
            part.relate(relation.get("Type", "").removeprefix(_KINDS), parts[target])
    return package


def save(package: Part) -> bytes:
    """The package as a file; equal content gives equal bytes."""
    parts: dict[str, Part] = {}
    waiting = [package]
    files: dict[str, bytes] = {}
    while waiting:
        part = waiting.pop()
        parts[part.name] = part
        if part.relations:
            files[_relations_name(part)] = _serialised(_relations(part))
            waiting.extend(p for _, p in part.relations if isinstance(p, Part) and p.name not in parts)
    del parts[package.name]
    files["[Content_Types].xml"] = _serialised(_content_types(parts.values()))
    for name, part in parts.items():
        files[name] = part.content if isinstance(part.content, bytes) else _serialised(part.content)
    return _zipped(files)


def stable(package: bytes) -> bytes:
    """An Office file with its parts in one order and without the time of day."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return _zipped({name: source.read(name) for name in source.namelist()})


def _serialised(root: Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", standalone=True)


def _relations_name(part: Part) -> str:
    folder, name = posixpath.split(part.name)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relations(part: Part) -> Element:
    root = etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS})  # type: ignore[dict-item]
    folder = part.name.split("/")[:-1]
    for number, (kind, target) in enumerate(part.relations, 1):
        relation = etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", Id=f"rId{number}")
        relation.set("Type", kind if ":" in kind else _KINDS + kind)
        relation.set("Target", target if isinstance(target, str) else _from(folder, target.name.split("/")))
        if isinstance(target, str):
            relation.set("TargetMode", "External")
    return root


def _from(folder: list[str], path: list[str]) -> str:
    """A path as it is named from a folder."""
    shared = next((n for n, (a, b) in enumerate(zip(folder, path, strict=False)) if a != b), len(folder))
    return "/".join([".."] * (len(folder) - shared) + path[shared:])


def _content_types(parts: Iterable[Part]) -> Element:
    """``[Content_Types].xml``: every part by its name but media, which go by their endings."""
    media = {p.name.rpartition(".")[2].lower(): p.media_type for p in parts if "/media/" in p.name}
    endings = {"rels": f"{_FORMATS}package.relationships+xml", "xml": "application/xml", **dict(sorted(media.items()))}
    root = etree.Element(f"{{{_TYPES}}}Types", nsmap={None: _TYPES})  # type: ignore[dict-item]
    for ending, kind in endings.items():
        etree.SubElement(root, f"{{{_TYPES}}}Default", Extension=ending, ContentType=kind)
    for part in sorted((p for p in parts if "/media/" not in p.name), key=lambda p: p.name):
        etree.SubElement(root, f"{{{_TYPES}}}Override", PartName=f"/{part.name}", ContentType=part.media_type)
    return root


def _zipped(files: Mapping[str, bytes]) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(files, key=lambda n: (n != "[Content_Types].xml", n != "_rels/.rels", n)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 0
            method = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
            target.writestr(entry, files[name], method, 6)
    return result.getvalue()
