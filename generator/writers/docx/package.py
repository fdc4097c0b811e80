"""The file itself: our base document opened, its styles fitted to the layout, parts added, bytes that stay the same."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass

from docx import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml import parse_xml
from lxml import etree

from generator.model import PageLayout, Publication
from generator.project import templates
from generator.writers.docx.wordml import TWIPS, Element, add, q

#: The layout that templates/house/word/word/styles.xml is drawn for.
DRAWN_SIZE, DRAWN_LINE, DRAWN_WIDTH = 10.5, 18.0, 210.0

_EPOCH = (1980, 1, 1, 0, 0, 0)
_INDENTS = {"w:left", "w:right", "w:hanging", "w:firstLine"}


@dataclass(frozen=True)
class Metrics:
    """What a paragraph style does to the space text fills: points, but ``first`` in ems."""

    size: float = 10.5
    line: float = 0.0
    before: float = 0.0
    after: float = 0.0
    left: float = 0.0
    right: float = 0.0
    first: float = 0.0
    keep: bool = False
    page: bool = False


def _base() -> bytes:
    folder = templates() / "house" / "word"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.writestr(path.relative_to(folder).as_posix(), path.read_bytes())
    return buffer.getvalue()


class Package:
    """One Word file in the making."""

    def __init__(self, publication: Publication) -> None:
        self._document = Document(io.BytesIO(_base()))
        self._part = self._document.part
        self._counts: dict[str, int] = {}
        self.body: Element = self._document.element.body
        self.styles: Element = self._document.styles.element
        self.numbering: Element = self._part.numbering_part.element
        self.footnotes = self._open_footnotes()
        self.style_names = {s.get(q("w:styleId")): s.find(q("w:name")).get(q("w:val")) for s in self._style_elements()}
        _fit(self.styles, self.numbering, publication.layout)
        self.metrics = {name: _metrics(self.styles, name) for name in self.style_names}
        self._describe(publication)

    def _style_elements(self) -> list[Element]:
        return self.styles.findall(q("w:style"))

    def _open_footnotes(self) -> Element:
        """python-docx holds the footnotes as bytes: put an XML part in their place."""
        key, relation = next((k, r) for k, r in self._part.rels.items() if r.reltype == RT.FOOTNOTES)
        blob = relation.target_part.blob
        part = XmlPart(PackURI("/word/footnotes.xml"), CT.WML_FOOTNOTES, parse_xml(blob), self._part.package)
        del self._part.rels[key]
        self._part.relate_to(part, RT.FOOTNOTES)
        return part.element

    def _describe(self, publication: Publication) -> None:
        said = publication.metadata
        properties = self._document.core_properties
        author = said.get("author", "")
        properties.title = f"{publication.title} {publication.series}".strip()
        properties.author = author
        properties.last_modified_by = author
        properties.subject = said.get("subject", "")
        properties.keywords = said.get("keywords", "")
        properties.language = publication.language or "zh-CN"
        day = dt.date.fromisoformat(said.get("date") or "1980-01-01")
        properties.created = properties.modified = dt.datetime(day.year, day.month, day.day)
        properties.revision = 1

    def relate_part(self, stem: str, extension: str, content_type: str, blob: bytes, relation: str) -> str:
        """Add ``word/<stem><n>.<extension>`` and return the relationship id that names it."""
        number = self._counts[stem] = self._counts.get(stem, 0) + 1
        name = PackURI(f"/word/{stem}{number}.{extension}")
        if extension == "xml":
            part: Part = XmlPart(name, content_type, parse_xml(blob), self._part.package)
        else:
            part = Part(name, content_type, blob, self._part.package)
        return str(self._part.relate_to(part, relation))

    def relate_link(self, address: str) -> str:
        """The relationship id of an address outside the file."""
        return str(self._part.relate_to(address, RT.HYPERLINK, is_external=True))

    def relate_note_link(self, address: str) -> str:
        """The same for a link that stands in a footnote, whose part has relationships of its own."""
        part = next(r.target_part for r in self._part.rels.values() if r.reltype == RT.FOOTNOTES)
        return str(part.relate_to(address, RT.HYPERLINK, is_external=True))

    def new_list(self, abstract: int, level: int = 0, start: int = 1) -> int:
        """A fresh run of the numbering ``abstract``, beginning with ``start``; returns its id."""
        number = len(self.numbering.findall(q("w:num"))) + 1
        element = add(self.numbering, "num", numId=number)
        add(element, "abstractNumId", val=abstract)
        add(add(element, "lvlOverride", ilvl=level), "startOverride", val=start)
        return number

    def save(self) -> bytes:
        """The file's bytes: parts in one order, no time of day, so that equal content gives equal bytes."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        result = io.BytesIO()
        with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
            names = sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n != "_rels/.rels", n))
            for name in names:
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.create_system = 0
                target.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED, 6)
        return result.getvalue()


def _fit(styles: Element, numbering: Element, layout: PageLayout) -> None:
    """Scale sizes and pitches from the layout the styles are drawn for to the publication's own."""
    text = layout.width - layout.inner - layout.outer
    size = _set_default_size(styles, layout.body_size)
    for style in styles.findall(q("w:style")):
        name = style.get(q("w:styleId"), "")
        if name.startswith("Cover"):
            page = layout.width / DRAWN_WIDTH
            _scale(style, page, page)
        else:
            _scale(style, size, layout.line_height / DRAWN_LINE)
        if name.startswith("TOC") and name != "TOCHeading" or name == "TableofFigures":
            tabs = etree.Element(q("w:tabs"))
            add(tabs, "tab", val="right", leader="dot", pos=round(text * TWIPS))
            before = style.find(f"{q('w:pPr')}/{q('w:spacing')}")
            before.addprevious(tabs)
    _scale(numbering, size, 1.0)


def _set_default_size(styles: Element, size: float) -> float:
    """Set the size that styles without one have; returns the factor to the size they are drawn for."""
    for name in ("w:sz", "w:szCs"):
        for element in styles.find(q("w:docDefaults")).iter(q(name)):
            element.set(q("w:val"), str(round(size * 2)))
    return size / DRAWN_SIZE


def _scale(element: Element, size: float, line: float) -> None:
    for found in element.iter(q("w:sz"), q("w:szCs")):
        if found.getparent().tag == q("w:rPr"):
            found.set(q("w:val"), str(max(2, round(int(found.get(q("w:val"), "21")) * size))))
    for found in element.iter(q("w:spacing")):
        for key in ("w:before", "w:after", "w:line"):
            if (value := found.get(q(key))) is not None and found.get(q("w:lineRule")) != "auto":
                found.set(q(key), str(round(int(value) * line)))
    for found in element.iter(q("w:ind")):
        for key in _INDENTS:
            if (value := found.get(q(key))) is not None:
                found.set(q(key), str(round(int(value) * size)))


def _metrics(styles: Element, name: str) -> Metrics:
    """A paragraph style's measures, its ancestors' included."""
    chain: list[Element] = []
    by_id = {s.get(q("w:styleId")): s for s in styles.findall(q("w:style"))}
    current: str | None = name
    while current and current in by_id:
        chain.append(by_id[current])
        based = by_id[current].find(q("w:basedOn"))
        current = based.get(q("w:val")) if based is not None else None
    size = float(styles.find(q("w:docDefaults")).find(f".//{q('w:sz')}").get(q("w:val"))) / 2
    values = {"size": size}
    keep = page = False
    for style in reversed(chain):
        for element in style.iterfind(f"{q('w:rPr')}/{q('w:sz')}"):
            values["size"] = float(element.get(q("w:val"), "21")) / 2
        for element in style.iterfind(f"{q('w:pPr')}/{q('w:spacing')}"):
            for key in ("before", "after", "line"):
                if (value := element.get(q(f"w:{key}"))) is not None:
                    values[key] = float(value) / 20
        for element in style.iterfind(f"{q('w:pPr')}/{q('w:ind')}"):
            for key in ("left", "right"):
                if (value := element.get(q(f"w:{key}"))) is not None:
                    values[key] = float(value) / 20
            if (value := element.get(q("w:firstLineChars"))) is not None:
                values["first"] = float(value) / 100
        keep = keep or style.find(f"{q('w:pPr')}/{q('w:keepNext')}") is not None
        page = page or style.find(f"{q('w:pPr')}/{q('w:pageBreakBefore')}") is not None
    return Metrics(keep=keep, page=page, **values)
