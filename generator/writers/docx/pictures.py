"""Pictures: their printed size, drawings with a PNG behind them, alternative text, full-bleed art."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import quoteattr

import resvg_py
from lxml import etree

from generator import rasters, store
from generator.model import Asset, Chart
from generator.store import Store
from generator.writers.docx import charts
from generator.writers.docx.package import Package
from generator.writers.docx.wordml import EMU, NAMESPACES, Element, make, q, twin

_SVG = "image/svg+xml"
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", _SVG: "svg"}
_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "px": 25.4 / 96, "": 25.4 / 96}
_DECLARED = " ".join(
    f'xmlns:{p}="{NAMESPACES[p]}"' for p in ("w", "wp", "a", "c", "pic", "r", "asvg", "adec", "mc", "wps")
)

_DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative val="1"/></a:ext></a:extLst>'
)
_DRAWING = (
    '<a:extLst><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}"><asvg:svgBlip r:embed="{}"/></a:ext></a:extLst>'
)

#: A photograph is printed at this resolution or finer, never larger than its pixels allow.
PRINT_DPI = 150
#: Photographs are stored no finer than this: enough for the printers of an office.
STORED_DPI = 220
#: PNG stand-ins for vector drawings: pixels to a CSS pixel of the printed size, and the most in width.
STAND_IN_SCALE, STAND_IN_WIDTH = 2, 2000


class UnreadablePictureError(ValueError):
    """A drawing that can't be drawn."""


@dataclass(frozen=True)
class Size:
    """Millimetres."""

    width: float
    height: float


@lru_cache(maxsize=256)
def natural_size(asset: Asset) -> Size:
    """The size a picture has of its own accord."""
    if asset.media_type != _SVG:
        scale = 25.4 / PRINT_DPI
        return Size(max(asset.width, 1) * scale, max(asset.height, 1) * scale)
    try:
        root = etree.fromstring(asset.data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as broken:
        raise UnreadablePictureError(asset.name) from broken
    box = [float(v) for v in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if v] or [0, 0, 0, 0]
    width, height = _length(root.get("width", "")), _length(root.get("height", ""))
    ratio = box[3] / box[2] if box[2] else 1.0
    if width and not height:
        height = width * ratio
    if not width:
        width, height = box[2] * _MILLIMETRES[""], box[3] * _MILLIMETRES[""]
    return Size(width or 100.0, height or 100.0)


def _length(text: str) -> float:
    found = re.fullmatch(r"\s*([0-9.]+)\s*(mm|cm|in|pt|px|)\s*", text)
    return float(found[1]) * _MILLIMETRES[found[2]] if found else 0.0


def printed_size(asset: Asset, room: Size) -> Size:
    """The size a picture is printed at: as wide as ``room`` (a photograph as its pixels allow), no higher.

    What was drawn from data is no larger than it was drawn; Word's own chart is as high as its labels need.
    """
    if asset.chart is not None and charts.is_native(asset.chart):
        return Size(room.width, min(charts.height(asset.chart, room.width), room.height))
    natural = natural_size(asset)
    width = min(room.width, natural.width) if asset.drawn or asset.media_type != _SVG else room.width
    height = width * natural.height / natural.width
    if height > room.height:
        width, height = width * room.height / height, room.height
    return Size(width, height)


@lru_cache(maxsize=256)
def _stand_in(data: bytes, pixels: int, kept: Store) -> bytes:
    """A drawing as PNG; one that looks alike on every machine, having no words in it, is kept in a store."""
    name = "" if b"text" in data else store.key(["stand-in", str(pixels), data])
    if name and (found := kept.get(name)) is not None:
        return found
    try:
        drawn = bytes(resvg_py.svg_to_bytes(svg_string=data.decode("utf-8"), width=pixels, dpi=96))
    except ValueError as broken:
        raise UnreadablePictureError(str(broken)) from broken
    if name:
        kept.put(name, drawn)
    return drawn


class Pictures:
    """The pictures of one file; the same picture at the same size is stored once."""

    def __init__(self, package: Package, kept: Store) -> None:
        """``kept`` is where what is drawn and scaled is found in the next run."""
        self._package, self.kept = package, kept
        self._relations: dict[tuple[str, int], str] = {}
        self._drawn = 0

    def _relate(self, asset: Asset, width: float, shown: float) -> tuple[str, str]:
        """Relationship ids of a picture so wide, a part of it ``shown`` (millimetres); of a vector drawing itself."""
        if asset.media_type != _SVG:
            fitted = rasters.fitted(asset, math.ceil(width / 25.4 * STORED_DPI), self.kept)
            return self._store(asset.name, fitted.width, asset.media_type, fitted.data), ""
        pixels = min(STAND_IN_WIDTH, round(shown / 25.4 * 96 * STAND_IN_SCALE))
        raster = self._store(asset.name, pixels, "image/png", _stand_in(asset.data, pixels, self.kept))
        return raster, self._store(asset.name, 0, _SVG, asset.data)

    def _store(self, name: str, pixels: int, media_type: str, data: bytes) -> str:
        key = (name, pixels)
        if key not in self._relations:
            extension = _EXTENSIONS[media_type]
            stem = "media/drawing" if extension == "svg" else "media/image"
            self._relations[key] = self._package.relate_picture(stem, extension, data, media_type)
        return self._relations[key]

    def inline(self, asset: Asset, size: Size, alt: str) -> Element:
        """A run that shows a picture, or the chart that it draws, as a big character of its line."""
        width, height = round(size.width * EMU), round(size.height * EMU)
        chart = asset.chart if charts.is_native(asset.chart) else None
        return _run(
            f'<wp:inline {_DECLARED} distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
            f"{self._chart(chart, size.width, alt) if chart else self._shown(asset, size, alt)}</wp:inline>"
        )

    def behind(self, asset: Asset, page: Size) -> Element:
        """A run that shows decorative art behind the text of the whole page, its bleed cut off."""
        width, height = round(page.width * EMU), round(page.height * EMU)
        return _run(
            f'<wp:anchor {_DECLARED} distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" '
            f'behindDoc="1" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
            f'<wp:positionH relativeFrom="page"><wp:posOffset>0</wp:posOffset></wp:positionH>'
            f'<wp:positionV relativeFrom="page"><wp:posOffset>0</wp:posOffset></wp:positionV>'
            f'<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
            f"{self._shown(asset, page, '', trim(asset, page))}</wp:anchor>"
        )

    def block(self, colour: str, place: tuple[float, float], size: Size) -> Element:
        """A run that shows a plain block of colour (RRGGBB) behind the text; ``place`` and size in millimetres.

        It has no number yet: :meth:`number` gives one to those that stand in a part that is kept.
        """
        return twin(_block(colour, place, size))

    def number(self, part: Element) -> None:
        """Number the blocks of a part."""
        for named in part.iter(q("wp:docPr")):
            self._drawn += 1
            named.set("id", str(self._drawn))
            named.set("name", f"饰图 {self._drawn}")

    def _chart(self, chart: Chart, width: float, alt: str) -> str:
        relation = self._package.relate_chart(charts.xml(chart, width), charts.workbook(chart, self._package.day))
        self._drawn += 1
        return (
            f'<wp:docPr id="{self._drawn}" name="图表 {self._drawn}" descr={quoteattr(alt)}/><wp:cNvGraphicFramePr/>'
            f'<a:graphic><a:graphicData uri="{NAMESPACES["c"]}"><c:chart r:id="{relation}"/></a:graphicData>'
            "</a:graphic>"
        )

    def _shown(self, asset: Asset, size: Size, alt: str, cut: tuple[float, float] = (0.0, 0.0)) -> str:
        raster, vector = self._relate(asset, size.width / (1 - 2 * cut[0]), size.width)
        self._drawn += 1
        number, width, height = self._drawn, round(size.width * EMU), round(size.height * EMU)
        decorative = "" if alt else _DECORATIVE
        drawing = _DRAWING.format(vector) if vector else ""
        across, down = round(cut[0] * 100000), round(cut[1] * 100000)
        crop = f'<a:srcRect l="{across}" t="{down}" r="{across}" b="{down}"/>' if across or down else ""
        kind = "插图" if alt else "饰图"
        return (
            f'<wp:docPr id="{number}" name="{kind} {number}" descr={quoteattr(alt)}>{decorative}</wp:docPr>'
            '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
            f'<a:graphic><a:graphicData uri="{NAMESPACES["pic"]}"><pic:pic><pic:nvPicPr>'
            f'<pic:cNvPr id="{number}" name="{kind} {number}"/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{raster}">{drawing}</a:blip>{crop}<a:stretch><a:fillRect/></a:stretch>'
            f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        )


@lru_cache(maxsize=256)
def _block(colour: str, place: tuple[float, float], size: Size) -> Element:
    width, height = round(size.width * EMU), round(size.height * EMU)
    run = make("r")
    run.append(
        etree.fromstring(
            f'<mc:AlternateContent {_DECLARED}><mc:Choice Requires="wps"><w:drawing>'
            f'<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="1" '
            f'locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
            f'<wp:positionH relativeFrom="page"><wp:posOffset>{round(place[0] * EMU)}</wp:posOffset></wp:positionH>'
            f'<wp:positionV relativeFrom="page"><wp:posOffset>{round(place[1] * EMU)}</wp:posOffset></wp:positionV>'
            f'<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
            f'<wp:docPr id="0" name="" descr="">{_DECORATIVE}</wp:docPr>'
            f'<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{NAMESPACES["wps"]}"><wps:wsp><wps:cNvSpPr/>'
            f'<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
            f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
            "<a:ln><a:noFill/></a:ln></wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor>"
            "</w:drawing></mc:Choice></mc:AlternateContent>"
        )
    )
    return run


def _run(drawing: str) -> Element:
    run = make("r")
    holder = make("drawing")
    holder.append(etree.fromstring(drawing))
    run.append(holder)
    return run


def trim(asset: Asset, page: Size) -> tuple[float, float]:
    """What to cut off art at either side and at top and bottom, as parts of it, so that it fills a page.

    Art drawn larger than the page has that much bleed; other art is scaled to cover the page.
    """
    natural = natural_size(asset)
    over = Size(natural.width - page.width, natural.height - page.height)
    if 0 <= over.width <= 20 and 0 <= over.height <= 20:
        scale = 1.0
    else:
        scale = max(page.width / natural.width, page.height / natural.height)
    return (
        (1 - page.width / (natural.width * scale)) / 2,
        (1 - page.height / (natural.height * scale)) / 2,
    )
