"""The file itself: our base document opened, its styles fitted to the layout, parts added, bytes that stay the same."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.package import OpcPackage, Unmarshaller
from docx.opc.part import Part
from docx.opc.pkgreader import PackageReader
from lxml import etree

from generator.model import Publication
from generator.readers.word import WordFile
from generator.theme import recolour
from generator.writers.docx import opc
from generator.writers.docx.restyle import restyle
from generator.writers.docx.styles import Sheet, drop_frames, fitted
from generator.writers.docx.wordml import Element, add, find, make, parse, q, twin, value

#: The parts of the base document that are written into or replaced; the others stay.
_CORE, _DOCUMENT, _FOOTNOTES = "/docProps/core.xml", "/word/document.xml", "/word/footnotes.xml"
_NUMBERING, _SETTINGS, _STYLES = "/word/numbering.xml", "/word/settings.xml", "/word/styles.xml"
_FURNITURE = {"header": (RT.HEADER, CT.WML_HEADER), "footer": (RT.FOOTER, CT.WML_FOOTER)}


class Package:
    """One Word file in the making."""

    def __init__(
        self, publication: Publication, templates: Path, hub: WordFile | None = None, *, frames: bool = True
    ) -> None:
        """``frames``: whether lines of covers may stand in frames, beside which LibreOffice loses tracked changes."""
        self._folder, self._theme = templates / publication.kind, publication.theme
        source = PackageReader.from_file(str(templates / "house" / "word"))
        texts = {name: recolour(data.decode(), publication.theme) for name, _, _, data in source.iter_sparts()}
        overlay = self._folder / "styles.xml"
        base = fitted(
            texts[_STYLES],
            texts[_NUMBERING],
            recolour(overlay.read_text(encoding="utf-8"), publication.theme) if overlay.is_file() else "",
            publication.layout,
        )
        trees = {name: parse(texts[name]) for name in (_DOCUMENT, _SETTINGS, _FOOTNOTES, _CORE)}
        trees |= {_STYLES: twin(base.sheet.styles), _NUMBERING: twin(base.numbering)}
        self.document, self.settings, self.footnotes = trees[_DOCUMENT], trees[_SETTINGS], trees[_FOOTNOTES]
        self.styles, self.numbering = trees[_STYLES], trees[_NUMBERING]

        def load(name: str, media_type: str, *_: object) -> Part:
            return opc.part(name, media_type, trees[name] if name in trees else texts[name].encode())

        self.opc = OpcPackage()
        Unmarshaller.unmarshal(source, self.opc, load)
        self.part: Part = self.opc.main_document_part
        self._notes = self.part.part_related_by(RT.FOOTNOTES)
        self._links: dict[tuple[Part, str], str] = {}
        self.body: Element = self.document[0]
        self._counts: dict[str, int] = {}
        self._headings = base.headings
        self._styles = {value(s, name="styleId"): s for s in self.styles.iterchildren(q("w:style"))}
        #: What the styles say.
        self.sheet = base.sheet
        restyled = hub is not None and not base.prescribed
        if hub is not None and restyled:
            # sizes are the hub's wish, whatever the layout; what a standard prescribes is not the hub's to change
            restyle(self.styles, hub)
        if not frames:
            drop_frames(self.styles)
        if restyled or not frames:
            self.sheet = Sheet(self.styles)
        self.metrics = self.sheet.metrics
        self.column_colour = publication.theme.colours.key[1:].upper()
        #: The publication's day, the only date in the file.
        day = dt.date.fromisoformat(publication.metadata.get("date") or "1980-01-01")
        self.day = dt.datetime(day.year, day.month, day.day)
        _describe(trees[_CORE], publication, self.day)

    def heading(self, key: str) -> str:
        """The style that headings of a style of the house's have in this publication."""
        return self._headings.get(key, key)

    def style(self, key: str) -> Element:
        """The style of an id, to be changed."""
        return self._styles[key]

    def drawn(self, key: str, path: str) -> Element | None:
        """What a style or the nearest one it is based on says at a path."""
        return self.sheet.drawn(key, path)

    def has_style(self, key: str) -> bool:
        """Whether there is a style of an id."""
        return key in self.sheet

    def ground(self, kind: str) -> str | None:
        """The drawing that stands behind pages of a kind of article (SVG), in the theme's colours, if there is one."""
        path = self._folder / f"{kind}.svg"
        return recolour(path.read_text(encoding="utf-8"), self._theme) if path.is_file() else None

    def relate_picture(self, stem: str, extension: str, picture: bytes, media_type: str) -> str:
        """Add ``word/<stem><n>.<extension>`` and return the id of the relationship that names it."""
        return opc.relate(self.part, RT.IMAGE, self._new_part(stem, extension, media_type, picture))

    def relate_furniture(self, kind: str, content: Element) -> str:
        """The same for a ``header`` or ``footer``."""
        relation, media_type = _FURNITURE[kind]
        return opc.relate(self.part, relation, self._new_part(kind, "xml", media_type, content))

    def relate_chart(self, chart: bytes, workbook: bytes) -> str:
        """Add a chart and, as the first thing it refers to, the workbook of its data; returns the chart's id."""
        part = self._new_part("charts/chart", "xml", CT.DML_CHART, parse(chart))
        data = self._new_part("embeddings/Microsoft_Excel_Worksheet", "xlsx", CT.SML_SHEET, workbook)
        opc.relate(part, RT.PACKAGE, data)
        return opc.relate(self.part, RT.CHART, part)

    def _new_part(self, stem: str, extension: str, media_type: str, content: Element | bytes) -> Part:
        self._counts[stem] = self._counts.get(stem, 0) + 1
        return opc.part(f"/word/{stem}{self._counts[stem]}.{extension}", media_type, content)

    def relate_link(self, address: str) -> str:
        """The relationship id of an address outside the file."""
        return self._link(self.part, address)

    def relate_note_link(self, address: str) -> str:
        """The same for a link that stands in a footnote, whose part has relationships of its own."""
        return self._link(self._notes, address)

    def _link(self, source: Part, address: str) -> str:
        if (source, address) not in self._links:
            self._links[source, address] = opc.relate(source, RT.HYPERLINK, address)
        return self._links[source, address]

    def new_list(self, abstract: int, level: int = 0, start: int = 1) -> int:
        """A fresh run of the numbering ``abstract``, beginning with ``start``; returns its id."""
        identity = len(self.numbering.findall(q("w:num"))) + 1
        element = add(self.numbering, "num", numId=identity)
        add(element, "abstractNumId", val=abstract)
        add(add(element, "lvlOverride", ilvl=level), "startOverride", val=start)
        return identity

    def lock(self) -> None:
        """Let nothing be changed but what stands in content controls; there is no password."""
        protection = make("documentProtection", edit="forms", enforcement=1)
        find(self.settings, "w:defaultTabStop").addprevious(protection)  # type: ignore[union-attr]

    def save(self) -> bytes:
        """The file's bytes: parts in one order, no time of day, so that equal content gives equal bytes."""
        return opc.save(self.opc)


def _describe(core: Element, publication: Publication, day: dt.datetime) -> None:
    """Fill in the core properties (ISO/IEC 29500-2, 8)."""
    said = publication.metadata
    author, moment = said.get("author", ""), f"{day:%Y-%m-%dT%H:%M:%S}Z"
    for name, told in (
        ("dc:title", f"{publication.title} {publication.series}".strip()),
        ("dc:creator", author),
        ("cp:lastModifiedBy", author),
        ("dc:subject", said.get("subject", "")),
        ("cp:keywords", said.get("keywords", "")),
        ("dc:language", publication.language or "zh-CN"),
        ("dcterms:created", moment),
        ("dcterms:modified", moment),
        ("cp:revision", "1"),
    ):
        prefix, _, local = name.partition(":")
        element = etree.SubElement(core, f"{{{core.nsmap[prefix]}}}{local}")
        element.text = told
        if prefix == "dcterms":
            element.set(f"{{{core.nsmap['xsi']}}}type", "dcterms:W3CDTF")
