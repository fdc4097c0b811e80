"""A book to be imposed: pages that tell their number, each of one colour of its own that runs into the bleed."""

from __future__ import annotations

import ctypes
import re
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from pikepdf import Array, Dictionary, Name

POINTS = 72 / 25.4
WIDTH, HEIGHT, BLEED, AROUND = 60.0, 90.0, 3.0, 10.0
#: Where the number of a page stands, from the lower left corner of its trim.
AT = (20.0, 40.0)

_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/" '
    'xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfxid:GTS_PDFXVersion="PDF/X-4" pdfuaid:part="1"/>'
    "</rdf:RDF></x:xmpmeta>"
)


def colour(page: int) -> tuple[float, float, float, float]:
    """Cyan, magenta, yellow, black of a page: two neighbours are never alike."""
    return (0.9, 0.1, 0.1, 0) if page % 2 else (0.1, 0.1, 0.9, 0)


def book(pages: int, *, bleed: float = BLEED, colours: Any = colour) -> bytes:
    """A press file of so many pages; without bleed, one whose pages have a MediaBox alone."""
    pdf = pikepdf.new()
    around = AROUND if bleed else 0.0
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    for number in range(pages):
        page = pdf.add_blank_page(page_size=((WIDTH + 2 * around) * POINTS, (HEIGHT + 2 * around) * POINTS))
        if bleed:
            for name, out in (("/TrimBox", 0.0), ("/BleedBox", bleed)):
                page[name] = Array(
                    [(around - out) * POINTS] * 2 + [(s + around + out) * POINTS for s in (WIDTH, HEIGHT)]
                )
        page.Resources = Dictionary(Font=Dictionary(F=font))
        ink = " ".join(map(str, colours(number)))
        x, y = ((a + around) * POINTS for a in AT)
        page.Contents = pdf.make_stream(
            f"{ink} k 0 0 {page.mediabox[2]} {page.mediabox[3]} re f "
            f"0 0 0 1 k BT /F 12 Tf {x:.3f} {y:.3f} Td (p{number + 1}.) Tj ET".encode()
        )
    pdf.docinfo["/Title"] = "样书"
    pdf.Root.Metadata = pdf.make_stream(_XMP.encode(), Type=Name.Metadata, Subtype=Name.XML)
    profile = pdf.make_stream(b"profile", N=4)
    intent = Dictionary(
        Type=Name.OutputIntent, S=Name.GTS_PDFX, OutputConditionIdentifier="x", DestOutputProfile=profile
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
    pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    buffer = BytesIO()
    pdf.save(buffer, static_id=True)
    return buffer.getvalue()


def numbers(data: bytes) -> list[dict[int, tuple[float, float]]]:
    """Of each sheet: the number of a page -> where it stands, in millimetres from the lower left."""
    found = []
    for sheet in pypdfium2.PdfDocument(data):
        text = sheet.get_textpage()
        words = text.get_text_range()
        places = {}
        for match in re.finditer(r"p(\d+)\.", words):
            x, y = ctypes.c_double(), ctypes.c_double()
            pdfium.FPDFText_GetCharOrigin(text.raw, match.start(), x, y)
            places[int(match[1])] = (x.value / POINTS, y.value / POINTS)
        found.append(places)
    return found


def pixels(data: bytes, sheet: int, scale: float = 4.0) -> Any:
    """A function that gives the colour at a place of a sheet, in millimetres from the lower left."""
    page = pypdfium2.PdfDocument(data)[sheet]
    image = page.render(scale=scale).to_pil().convert("RGB")

    def at(x: float, y: float) -> tuple[int, int, int]:
        found = image.getpixel((round(x * POINTS * scale - 0.5), round(image.height - y * POINTS * scale - 0.5)))
        return (int(found[0]), int(found[1]), int(found[2]))

    return at
