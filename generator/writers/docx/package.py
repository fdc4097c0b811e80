"""The file itself: our base document opened, its styles fitted to the layout, parts added, bytes that stay the same."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from docx import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml import parse_xml
from lxml import etree

from generator.model import PageLayout, Publication, Theme
from generator.readers.word import WordFile
from generator.theme import recolour
from generator.writers.docx.restyle import restyle
from generator.writers.docx.wordml import TWIPS, Element, add, find, make, number, q, value

#: The layout that templates/house/word/word/styles.xml is drawn for.
DRAWN_SIZE, DRAWN_LINE, DRAWN_WIDTH = 10.5, 18.0, 210.0

#: Single spacing, in ems.
SINGLE = 1.45

_EPOCH = (1980, 1, 1, 0, 0, 0)
_INDENTS = ("w:left", "w:right", "w:hanging", "w:firstLine")
_MEASURES = {
    "before": "w:pPr/w:spacing",
    "after": "w:pPr/w:spacing",
    "line": "w:pPr/w:spacing",
    "left": "w:pPr/w:ind",
    "right": "w:pPr/w:ind",
}


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
    framed: bool = False
    #: Points that rules above and below take, and whether one stands between paragraphs alike.
    over: float = 0.0
    under: float = 0.0
    ruled: bool = False

    @property
    def pitch(self) -> float:
        """The distance of lines: what the style says, or what typefaces need."""
        return self.line or self.size * SINGLE


def _base(templates: Path, theme: Theme) -> bytes:
    folder = templates / "house" / "word"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                part = recolour(path.read_text(encoding="utf-8"), theme)
                archive.writestr(path.relative_to(folder).as_posix(), part)
    return buffer.getvalue()


class Package:
    """One Word file in the making."""

    def __init__(
        self, publication: Publication, templates: Path, hub: WordFile | None = None, *, frames: bool = True
    ) -> None:
        """``frames``: whether lines of covers may stand in frames, beside which LibreOffice loses tracked changes."""
        self._folder, self._theme = templates / publication.kind, publication.theme
        self._document = Document(io.BytesIO(_base(templates, publication.theme)))
        self._part = self._document.part
        self._counts: dict[str, int] = {}
        self._drawn: dict[tuple[str, str], Element | None] = {}
        self._headings: dict[str, str] = {}
        self.opc = self._part.package
        self.document: Element = self._document.element
        self.settings: Element = self._document.settings.element
        self.body: Element = self._document.element.body
        self.styles: Element = self._document.styles.element
        self.numbering: Element = self._part.numbering_part.element
        self.footnotes = self._open_footnotes()
        _fit(self.styles, self.numbering, publication.layout)
        self._know_styles()
        prescribed = self._overlay(self._folder / "styles.xml", publication)
        if hub is not None and not prescribed:
            # sizes are the hub's wish, whatever the layout; what a standard prescribes is not the hub's to change
            restyle(self.styles, hub)
            self._know_styles()
        if not frames:
            self._drop_frames()
        self.column_colour = publication.theme.colours.key[1:].upper()
        self.metrics = {key: _metrics(self.styles, self._styles, key) for key in self._styles}
        #: The publication's day, the only date in the file.
        day = dt.date.fromisoformat(publication.metadata.get("date") or "1980-01-01")
        self.day = dt.datetime(day.year, day.month, day.day)
        self._describe(publication)

    @property
    def part(self) -> Part:
        """The document part."""
        return cast(Part, self._part)

    def heading(self, key: str) -> str:
        """The style that headings of a style of the house's have in this publication."""
        return self._headings.get(key, key)

    def style(self, key: str) -> Element:
        """The style of an id."""
        found: Element = self._styles[key]
        return found

    def drawn(self, key: str, path: str) -> Element | None:
        """What a style or the nearest one it is based on says at a path."""
        if (key, path) not in self._drawn:
            based, found = key, None
            while found is None and based in self._styles:
                found = find(self._styles[based], path)
                based = value(self._styles[based], "w:basedOn")
            self._drawn[key, path] = found
        return self._drawn[key, path]

    def has_style(self, key: str) -> bool:
        """Whether there is a style of an id."""
        return key in self._styles

    def _drop_frames(self) -> None:
        """Let the lines of covers flow in plain ink."""
        for style in self.styles.findall(q("w:style")):
            paragraph, look = find(style, "w:pPr"), find(style, "w:rPr")
            frame, colour = find(paragraph, "w:framePr"), find(look, "w:color")
            if paragraph is not None and frame is not None:
                paragraph.remove(frame)
                if look is not None and colour is not None:
                    look.remove(colour)

    def ground(self, kind: str) -> str | None:
        """The drawing that stands behind pages of a kind of article (SVG), in the theme's colours, if there is one."""
        path = self._folder / f"{kind}.svg"
        return recolour(path.read_text(encoding="utf-8"), self._theme) if path.is_file() else None

    def _know_styles(self) -> None:
        self._styles = {value(s, name="styleId"): s for s in self.styles.findall(q("w:style"))}
        self.style_names = {key: value(style, "w:name") for key, style in self._styles.items()}

    def _overlay(self, path: Path, publication: Publication) -> bool:
        """Styles of a publication type take the place of the house's; whether they are what a standard prescribes.

        A style sheet that says what page it is drawn for is fitted to the layout; else it is drawn for its own.
        ``headings`` on its root: the styles of h1, h2 … where they are others than ``Heading1``, ``Heading2`` ….
        """
        if not path.is_file():
            return False
        sheet = etree.fromstring(recolour(path.read_text(encoding="utf-8"), publication.theme).encode())
        if sheet.get("width"):
            _fit_overlay(sheet, publication.layout)
        for depth, key in enumerate(sheet.get("headings", "").split(), 1):
            self._headings[f"Heading{depth}"] = key
        for style in sheet.findall(q("w:style")):
            key = value(style, name="styleId")
            if key in self._styles:
                self.styles.replace(self._styles[key], style)
            else:
                self.styles.append(style)
        self._know_styles()
        return not sheet.get("width")

    def _open_footnotes(self) -> Element:
        """python-docx holds the footnotes as bytes: put an XML part in their place."""
        key, relation = next((k, r) for k, r in self._part.rels.items() if r.reltype == RT.FOOTNOTES)
        blob = relation.target_part.blob
        part = XmlPart(PackURI("/word/footnotes.xml"), CT.WML_FOOTNOTES, parse_xml(blob), self._part.package)
        del self._part.rels[key]
        self._part.relate_to(part, RT.FOOTNOTES)
        return cast(Element, part.element)

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
        properties.created = properties.modified = self.day
        properties.revision = 1

    def relate_part(self, stem: str, extension: str, content_type: str, blob: bytes, relation: str) -> str:
        """Add ``word/<stem><n>.<extension>`` and return the relationship id that names it."""
        self._counts[stem] = self._counts.get(stem, 0) + 1
        name = PackURI(f"/word/{stem}{self._counts[stem]}.{extension}")
        if extension == "xml":
            part: Part = XmlPart(name, content_type, parse_xml(blob), self._part.package)
        else:
            part = Part(name, content_type, blob, self._part.package)
        return str(self._part.relate_to(part, relation))

    def relate_chart(self, chart: bytes, workbook: bytes) -> str:
        """Add a chart and, as the first thing it refers to, the workbook of its data; returns the chart's id."""
        identity = self.relate_part("charts/chart", "xml", CT.DML_CHART, chart, RT.CHART)
        name = PackURI(f"/word/embeddings/Microsoft_Excel_Worksheet{self._counts['charts/chart']}.xlsx")
        self._part.rels[identity].target_part.relate_to(
            Part(name, CT.SML_SHEET, stable(workbook), self._part.package), RT.PACKAGE
        )
        return identity

    def relate_link(self, address: str) -> str:
        """The relationship id of an address outside the file."""
        return str(self._part.relate_to(address, RT.HYPERLINK, is_external=True))

    def relate_note_link(self, address: str) -> str:
        """The same for a link that stands in a footnote, whose part has relationships of its own."""
        part = next(r.target_part for r in self._part.rels.values() if r.reltype == RT.FOOTNOTES)
        return str(part.relate_to(address, RT.HYPERLINK, is_external=True))

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
        parts = {part.partname.membername: part for part in self.opc.parts}
        files = {"_rels/.rels": self.opc.rels.xml, "[Content_Types].xml": _content_types(parts.values())}
        for name, part in parts.items():
            files[name] = part.blob
            if len(part.rels):
                files[part.partname.rels_uri.membername] = part.rels.xml
        return _zipped(files)


def stable(package: bytes) -> bytes:
    """An Office file with its parts in one order and without the time of day."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return _zipped({name: source.read(name) for name in source.namelist()})


def _content_types(parts: Iterable[Part]) -> bytes:
    """``[Content_Types].xml``: every part by its name but media, which go by their endings."""
    media = {p.partname.ext.lower(): p.content_type for p in parts if "/media/" in p.partname}
    endings = {"rels": CT.OPC_RELATIONSHIPS, "xml": CT.XML, **dict(sorted(media.items()))}
    root = etree.Element(f"{{{_TYPES}}}Types", nsmap={None: _TYPES})  # type: ignore[dict-item]
    for ending, kind in endings.items():
        etree.SubElement(root, f"{{{_TYPES}}}Default", Extension=ending, ContentType=kind)
    for part in sorted((p for p in parts if "/media/" not in p.partname), key=lambda p: p.partname):
        etree.SubElement(root, f"{{{_TYPES}}}Override", PartName=part.partname, ContentType=part.content_type)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(files, key=lambda n: (n != "[Content_Types].xml", n != "_rels/.rels", n)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 0
            # what is compressed already is only stored
            method = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
            target.writestr(entry, files[name], method, 6)
    return result.getvalue()


_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_PACKED = (".png", ".jpg", ".xlsx")


def _fit(styles: Element, numbering: Element, layout: PageLayout) -> None:
    """Scale sizes and pitches from the layout the styles are drawn for to the publication's own."""
    size = _set_default_size(styles, layout.body_size)
    for style in styles.findall(q("w:style")):
        if value(style, name="styleId").startswith("Cover"):
            page = layout.width / DRAWN_WIDTH
            _scale(style, page, page)
        else:
            _fit_style(style, layout)
    _scale(numbering, size, 1.0)


def _fit_overlay(sheet: Element, layout: PageLayout) -> None:
    """Scale the styles of a publication type: type as the house's, what stands in a frame as the page."""
    across, down = layout.width / float(sheet.get("width", "")), layout.height / float(sheet.get("height", ""))
    for style in sheet.findall(q("w:style")):
        frame = find(style, "w:pPr/w:framePr")
        if frame is None or value(frame, name="vAnchor") != "page":
            _fit_style(style, layout)
            continue
        _scale(style, across, across)
        for name, factor in (("x", across), ("y", down), ("w", across)):
            frame.set(q(f"w:{name}"), str(round(number(frame, name=name) * factor)))


def _fit_style(style: Element, layout: PageLayout) -> None:
    """Scale a style to the body's size and line; lines of contents end at the right of the page."""
    _scale(style, layout.body_size / DRAWN_SIZE, layout.line_height / DRAWN_LINE)
    if value(style, name="styleId") in ("TOC1", "TOC2", "TOC3", "TableofFigures"):
        tabs = etree.Element(q("w:tabs"))
        add(tabs, "tab", val="right", pos=round((layout.width - layout.inner - layout.outer) * TWIPS))
        following = find(style, "w:pPr/w:spacing")
        if following is not None:
            following.addprevious(tabs)


def _set_default_size(styles: Element, size: float) -> float:
    """Set the size that styles without one have; returns the factor to the size they are drawn for."""
    for name in ("w:sz", "w:szCs"):
        element = find(styles, f"w:docDefaults/w:rPrDefault/w:rPr/{name}")
        if element is not None:
            element.set(q("w:val"), str(round(size * 2)))
    return size / DRAWN_SIZE


def _scale(element: Element, size: float, line: float) -> None:
    for found in element.iter(q("w:sz"), q("w:szCs")):
        parent = found.getparent()
        if parent is not None and parent.tag == q("w:rPr") and parent.getparent() is not None:
            found.set(q("w:val"), str(max(2, round(number(found) * size))))
    for found in element.iter(q("w:spacing")):
        for key in ("w:before", "w:after", "w:line"):
            if (told := found.get(q(key))) is not None and found.get(q("w:lineRule")) != "auto":
                found.set(q(key), str(round(int(told) * line)))
    for found in element.iter(q("w:ind")):
        for key in _INDENTS:
            if (told := found.get(q(key))) is not None:
                found.set(q(key), str(round(int(told) * size)))


def _rule(chain: list[Element], side: str) -> float:
    """Points that the rule of a style at a side takes, its distance included."""
    borders = next((b for style in chain if (b := find(style, "w:pPr/w:pBdr")) is not None), None)
    rule = find(borders, f"w:{side}")
    return 0.0 if rule is None or value(rule) == "nil" else number(rule, name="space") + number(rule, name="sz") / 8


def _metrics(styles: Element, by_id: dict[str, Element], key: str) -> Metrics:
    """A paragraph style's measures, its ancestors' included."""
    chain: list[Element] = []
    while key in by_id:
        chain.append(by_id[key])
        key = value(by_id[key], "w:basedOn")
    measures = {"size": number(styles, "w:docDefaults/w:rPrDefault/w:rPr/w:sz") / 2}
    rule = "auto"
    for style in reversed(chain):
        measures["size"] = number(style, "w:rPr/w:sz", default=measures["size"] * 2) / 2
        for name, path in _MEASURES.items():
            measures[name] = number(style, path, name, measures.get(name, 0.0) * 20) / 20
        rule = value(style, "w:pPr/w:spacing", "lineRule", rule)
        first = number(style, "w:pPr/w:ind", "firstLine", measures.get("first", 0.0) * measures["size"] * 20)
        measures["first"] = first / 20 / measures["size"]
        measures["first"] = number(style, "w:pPr/w:ind", "firstLineChars", measures["first"] * 100) / 100
    if rule == "auto":  # in 240ths of a line
        measures["line"] *= measures["size"] * SINGLE / 12
    return Metrics(
        size=measures["size"],
        line=measures["line"],
        before=measures["before"],
        after=measures["after"],
        left=measures["left"],
        right=measures["right"],
        first=measures["first"],
        keep=any(find(style, "w:pPr/w:keepNext") is not None for style in chain),
        page=any(find(style, "w:pPr/w:pageBreakBefore") is not None for style in chain),
        over=_rule(chain, "top"),
        under=_rule(chain, "bottom"),
        ruled=any(find(style, "w:pPr/w:pBdr/w:between") is not None for style in chain),
        framed=any(find(style, "w:pPr/w:framePr") is not None for style in chain),
    )
