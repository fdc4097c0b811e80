"""Office packages (ISO/IEC 29500-2): python-docx's parts and relationships, in a zip file that is always the same."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import cast

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.oxml import CT_Types, serialize_part_xml
from docx.opc.package import OpcPackage
from docx.opc.packuri import CONTENT_TYPES_URI, PACKAGE_URI, PackURI
from docx.opc.part import Part, XmlPart

from generator.writers.docx.wordml import Element

_MEDIA = "/word/media/"
_EPOCH = (1980, 1, 1, 0, 0, 0)
#: What is compressed already is only stored.
_PACKED = (".png", ".jpg", ".xlsx")


def part(name: str, media_type: str, content: Element | bytes) -> Part:
    """A part of bytes, or of a tree that may change until the package is saved.

    The tree is plain lxml: python-docx's own element classes make every access to an element slow.
    """
    if isinstance(content, bytes):
        return Part(PackURI(name), media_type, content)
    return XmlPart(PackURI(name), media_type, content, None)  # type: ignore[arg-type]


def relate(source: OpcPackage | Part, kind: str, target: Part | str) -> str:
    """Name a new part or an address outside; returns the relationship's id.

    ``relate_to`` looks through all relationships for an equal one and a free id, so that many would take long.
    """
    identity = f"rId{len(source.rels) + 1}"
    source.load_rel(kind, target, identity, is_external=isinstance(target, str))
    return identity


def save(package: OpcPackage) -> bytes:
    """The package as a file; equal content gives equal bytes.

    python-docx's own writer would set the time of day and compress pictures once more.
    """
    parts = package.parts
    files = {CONTENT_TYPES_URI: _content_types(parts)}
    for uri, rels in ((PACKAGE_URI, package.rels), *((p.partname, p.rels) for p in parts)):
        if rels:
            files[uri.rels_uri] = cast(bytes, rels.xml)  # declared as str
    files |= {p.partname: p.blob for p in parts}
    return _zipped({uri.membername: data for uri, data in files.items()})


def stable(package: bytes) -> bytes:
    """An Office file with its parts in one order and without the time of day."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return _zipped({name: source.read(name) for name in source.namelist()})


def _content_types(parts: Iterable[Part]) -> bytes:
    """``[Content_Types].xml``: every part by its name but media, which go by their endings."""
    types = {p.partname: p.content_type for p in parts}
    media = {uri.ext.lower(): kind for uri, kind in types.items() if uri.startswith(_MEDIA)}
    root = CT_Types.new()
    for ending, kind in {"rels": CT.OPC_RELATIONSHIPS, "xml": CT.XML, **dict(sorted(media.items()))}.items():
        root.add_default(ending, kind)
    for uri in sorted(uri for uri in types if not uri.startswith(_MEDIA)):
        root.add_override(uri, types[uri])
    return serialize_part_xml(root)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(files, key=lambda n: (n != "[Content_Types].xml", n != "_rels/.rels", n)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 0
            method = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
            target.writestr(entry, files[name], method, 6)
    return result.getvalue()
