"""The PDF for the screen: trimmed pages; PDF/A-3a and PDF/UA-1 in one file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from generator import rasters
from generator.store import NOWHERE, Store
from generator.typesetting import images, xmp
from generator.typesetting.profiles import Profile, in_colours
from generator.typesetting.separation import Placed

#: A page as wide as a screen shows no more; what is a little finer is not worth coding anew.
_PICTURES = images.Use("screen", fine=195, enough=150, quality=rasters.QUALITY, halved=True)

#: PDF/A lets a packet use no property it doesn't describe (ISO 19005-3, 6.6.2.3), and PDF/UA's is not one it knows.
_UA = (
    '<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>'
    '</rdf:Description><rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
    'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>'
    '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>'
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    '<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>Part of ISO 14289 the file meets</pdfaProperty:description></rdf:li>"
    "</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


def make(bled: bytes, profile: Profile | None, placed: Iterable[Placed] = ()) -> bytes:
    """A tagged PDF/A-3a file laid out with bleed -> the same cut to its trim, and PDF/UA-1 besides.

    Pictures are made no finer than the screen shows them where they are ``placed``. Those that came in the inks of a
    press (``profile``) get the colours of a screen: PDF/A has one or the other.
    """
    with pikepdf.open(BytesIO(bled)) as pdf:
        for page in pdf.pages:
            page.MediaBox = page.CropBox = page.TrimBox
            del page.BleedBox
        dress(pdf, profile, placed)
        declare(pdf)
        for stream in pdf.objects:
            if isinstance(stream, pikepdf.Stream):
                _end(stream)
        return _saved(pdf)


def dress(
    pdf: pikepdf.Pdf, profile: Profile | None, placed: Iterable[Placed] = (), prefix: str = "", store: Store = NOWHERE
) -> None:
    """Give cells their headers, whose names begin with ``prefix``; pictures the size and colours of a screen.

    What is empty at the top of the tags, such as what only sets a running head, goes. ``store`` keeps pictures.
    """
    top = pdf.Root.StructTreeRoot.K[0]
    top.K = Array([kid for kid in top.K if len(kid.K)])
    for table in _elements(pdf.Root.StructTreeRoot, "/Table"):
        _head(table, prefix)
    resolutions: dict[int, float] = {}
    for each in placed:
        resolutions[each.number] = min(each.resolution, resolutions.get(each.number, each.resolution))
    paint = images.Paint(lambda image: in_colours(image, profile), profile.data if profile else None)
    for stream in pdf.objects:
        if isinstance(stream, pikepdf.Stream) and stream.get("/Subtype") == Name.Image:
            stream.Interpolate = False  # ISO 19005-3, 6.2.8
            inked = stream.ColorSpace == Name.DeviceCMYK
            resolution = resolutions.get(stream.objgen[0], 0)
            images.remake(stream, resolution, _PICTURES, store, paint if inked else None)


#: What a structure element has that says nothing but that text is text.
_SAYS_NOTHING = frozenset(("Type", "S", "K", "Pg", "P"))


def spare_spans(_: Any, pdf: Any) -> None:
    """Give the text of each line to the element it stands in, not to a Span of its own; as WeasyPrint's finisher.

    A Span without attributes says nothing (ISO 32000-1 14.8.4.4.1), and half of all elements are such.
    """
    import pydyf

    objects = pdf.objects
    owners: dict[bytes, bytes] = {}
    for element in objects:
        if (
            not isinstance(element, pydyf.Dictionary)
            or element.get("S") != "/Span"
            or not _SAYS_NOTHING.issuperset(element)
        ):
            continue
        parent = objects[int(element["P"].split()[0])]
        kids = element["K"]
        if len(kids) == 1 and isinstance(kids[0], int) and parent.get("Pg") == element["Pg"]:
            place = parent["K"].index(element.reference)
            parent["K"][place] = kids[0]
            owners[element.reference] = parent.reference
    tree = objects[int(objects[int(pdf.catalog["StructTreeRoot"].split()[0])]["ParentTree"].split()[0])]
    for marks in tree["Nums"][1::2]:
        if isinstance(marks, list):
            marks[:] = [owners.get(mark, mark) for mark in marks]


def declare(pdf: pikepdf.Pdf) -> None:
    """Say that the file meets PDF/UA-1 besides."""
    xmp.declare(pdf, _UA)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    """No data ends in CR (see :func:`_end`), not even in streams of objects, which are made in saving.

    An object of its own for what stood within another puts all that follow into other places of these.
    """
    data = b""
    for key in ("", "/MarkInfo", "/ViewerPreferences", "/Lang"):
        if key:
            pdf.Root[key] = pdf.make_indirect(pdf.Root[key])
        made = BytesIO()
        pdf.save(made, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        data = made.getvalue()
        if b"\r\nendstream" not in data:
            break
    return data


def _end(stream: Any) -> None:
    """No data ends in CR: with the LF before ``endstream`` some validators take it for the end of a line."""
    raw = stream.read_raw_bytes()
    if raw.endswith(b"\r"):  # decoders stop at the end of what was encoded
        stream.write(raw + b"\n", filter=stream.get("/Filter"), decode_parms=stream.get("/DecodeParms"))


# -- tables --------------------------------------------------------------------------------------------------

#: Rows and columns from, and rows and columns to (not included).
_Area = tuple[int, int, int, int]


def _head(table: Dictionary, prefix: str) -> None:
    """Tell each cell of a table its headers, and each header whether it heads a column or a row.

    WeasyPrint gives a header to the first of the columns it spans, and in a form with several pairs of label
    and value in a row all labels to each value.
    """
    heads: dict[tuple[int, int], tuple[Dictionary, _Area]] = {}
    cells: list[tuple[Dictionary, _Area]] = []
    taken: set[tuple[int, int]] = set()
    for top, row in enumerate(_elements(table, "/TR", "/Table")):
        left = 0
        for cell in _elements(row, "/TH /TD", "/Table"):
            while (top, left) in taken:
                left += 1
            attributes = cell.A
            bottom, right = top + int(attributes.get("/RowSpan", 1)), left + int(attributes.get("/ColSpan", 1))
            covered = [(r, c) for r in range(top, bottom) for c in range(left, right)]
            taken.update(covered)
            area = top, left, bottom, right
            if str(cell.S) == "/TH":
                cell.ID = pikepdf.String(prefix + str(cell.ID))
                heads.update(dict.fromkeys(covered, (cell, area)))
                across = str(row.P.S) == "/THead" or all(str(c.S) == "/TH" for c in _elements(row, "/TH /TD", "/Table"))
                attributes.Scope = Name.Column if across else Name.Row
            else:
                cells.append((cell, area))
    for cell, (top, left, bottom, right) in cells:
        found = [_nearest(heads, [(r, c) for c in reversed(range(left))], Name.Row) for r in range(top, bottom)]
        found += [_nearest(heads, [(r, c) for r in reversed(range(top))], Name.Column) for c in range(left, right)]
        names = dict.fromkeys(bytes(head.ID) for line in found for head in line)
        cell.A.Headers = Array(map(pikepdf.String, names))


def _nearest(
    heads: dict[tuple[int, int], tuple[Dictionary, _Area]], places: list[tuple[int, int]], scope: Name
) -> list[Dictionary]:
    """The headers met on the way from a cell to its table's edge, outermost first.

    Of those of one width that stand apart, only the nearest counts (HTML Living Standard, 4.9.12.2).
    """
    found: list[Dictionary] = []
    ends: set[tuple[int, int]] = set()
    block: set[tuple[int, int]] = set()
    for place in places:
        head, (top, left, bottom, right) = heads.get(place, (None, (0, 0, 0, 0)))
        if head is None:
            ends, block = ends | block, set()
        elif head.A.Scope == scope:
            span = (left, right) if scope == Name.Column else (top, bottom)
            block.add(span)
            if span not in ends and head not in found:
                found.insert(0, head)
    return found


def _elements(node: Any, kinds: str, closed: str = "") -> Iterator[Dictionary]:
    """Structure elements of some kinds below ``node`` in logical order, but none inside a ``closed`` one."""
    for child in node.get("/K", ()):
        if not isinstance(child, Dictionary) or "/S" not in child:
            continue
        if str(child.S) in kinds.split():
            yield child
        if str(child.S) != closed:
            yield from _elements(child, kinds, closed)
