"""The PDF for the press: PDF/X-4 with bleed, marks and an output intent; black text in black ink alone."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from io import BytesIO
from itertools import pairwise
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from generator.store import NOWHERE, Store
from generator.typesetting import separation, xmp
from generator.typesetting.page import POINTS
from generator.typesetting.profiles import BLACK, Ink, Inks, Profile
from generator.typesetting.separation import Placed

#: In millimetres: marks stand this far beyond the bleed (and no nearer to the trim than if that were 2 mm), are so
#: long, and have so much room beyond them.
_CLEAR, _LEAST, _LENGTH, _ROOM = 1, 2, 5, 1
#: Hairlines of 0.25 pt are marks; the radius of a register mark's circle is in millimetres.
_HAIRLINE, _CIRCLE = 0.25, 1.5


@dataclass(frozen=True)
class Sheets:
    """A finished file for the press and the pictures in it."""

    data: bytes
    pictures: tuple[Placed, ...]


def make(bled: bytes, inks: Inks, *, identifier: str, date: str, creator: str) -> Sheets:
    """A file laid out with bleed -> the same in the inks of a press, with boxes and marks.

    ``date`` (ISO) is that of the edition. It is PDF/X-4 (ISO 15930-7:2010) if there is a profile. Tags, links and
    outline stay behind: a press has no use for them, and PDF/X-4 allows no links on a printed page.
    """
    with pikepdf.open(BytesIO(bled)) as pdf:
        pictures = dress(pdf, inks)
        _boxes(pdf)
        identify(pdf, inks.profile, identifier, date, creator)
        made = BytesIO()
        pdf.save(
            made,
            force_version="1.6",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return Sheets(made.getvalue(), pictures)


def dress(pdf: pikepdf.Pdf, inks: Inks, store: Store = NOWHERE) -> tuple[Placed, ...]:
    """Separate every colour, make the ink of all plates known, and leave behind what a press has no use for."""
    pictures = separation.separate(pdf, inks, store)
    for key in ("/StructTreeRoot", "/MarkInfo", "/Outlines", "/Names", "/ViewerPreferences", "/OutputIntents"):
        if key in pdf.Root:
            del pdf.Root[key]
    for page in pdf.pages:
        for key in ("/Annots", "/StructParents", "/Tabs"):
            if key in page:
                del page[key]
        spaces = separation.part(page.Resources, "/ColorSpace")
        if "/Registration" not in spaces:
            tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 1, 1, 1], N=1)
            spaces.Registration = pdf.make_indirect(Array([Name.Separation, Name.All, Name.DeviceCMYK, tint]))
        separation.overprint(page.Resources)
    return pictures


# -- boxes and marks -----------------------------------------------------------------------------------------


def _boxes(pdf: pikepdf.Pdf) -> None:
    """Media ⊃ bleed ⊃ trim (ISO 15930-7); the page, laid out as large as its bleed, cut there; marks around."""
    made: dict[bytes, Stream] = {}
    end = pdf.make_stream(b"Q")
    for page in pdf.pages:
        trim = tuple(float(v) for v in page.TrimBox)
        page.MediaBox, page.BleedBox, begin = map(_as_object, frame(trim, trim[0] - float(page.MediaBox[0])))
        if begin not in made:
            made[begin] = pdf.make_stream(begin)
        page.Contents = Array([made[begin], page.Contents, end])


def _as_object(value: Sequence[float] | bytes) -> Any:
    return value if isinstance(value, bytes) else Array(value)


@lru_cache(maxsize=16)
def frame(trim: tuple[float, ...], bleed: float) -> tuple[list[float], list[float], bytes]:
    """Media and bleed box of a page, and what its content begins with: marks, then ``q`` and a cut to the bleed.

    All in points. The content ends with ``Q``.
    """
    near = max(bleed, _LEAST * POINTS) + _CLEAR * POINTS
    far = near + _LENGTH * POINTS
    left, bottom, right, top = _out(trim, bleed)
    clip = f"q {left:.3f} {bottom:.3f} {right - left:.3f} {top - bottom:.3f} re W n"
    begin = f"{_marks(trim, near, far)}\n{clip}".encode()
    return _out(trim, far + _ROOM * POINTS), [left, bottom, right, top], begin


def painted(ink: Ink) -> bytes:
    """The operators for type in an ink: black alone lies over what is below it."""
    state = b"/Overprint gs " if ink == BLACK else b""
    return state + b" ".join(b"%.4g" % (v / 100) for v in ink) + b" k"


def _out(box: Sequence[float], by: float) -> list[float]:
    left, bottom, right, top = box
    return [round(v, 3) for v in (left - by, bottom - by, right + by, top + by)]


def _marks(trim: Sequence[float], near: float, far: float) -> str:
    """Crop marks at the corners, register marks at the middles, ``near`` to ``far`` from the trim, on all plates."""
    circle = _CIRCLE * POINTS
    left, bottom, right, top = trim
    lines: list[tuple[float, float, float, float]] = []
    for x, way in ((left, -1), (right, 1)):
        lines += [(x + way * near, y, x + way * far, y) for y in (bottom, top)]
    for y, way in ((bottom, -1), (top, 1)):
        lines += [(x, y + way * near, x, y + way * far) for x in (left, right)]
    middle, reach = (near + far) / 2, (far - near) / 2
    centre, height = (left + right) / 2, (bottom + top) / 2
    crosses = [(left - middle, height), (right + middle, height), (centre, bottom - middle), (centre, top + middle)]
    drawn = []
    for x, y in crosses:
        lines += [(x - reach, y, x + reach, y), (x, y - reach, x, y + reach)]
        drawn.append(_circle(x, y, circle))
    drawn += [f"{a:.3f} {b:.3f} m {c:.3f} {d:.3f} l" for a, b, c, d in lines]
    return "\n".join(("q /Registration CS 1 SCN", f"{_HAIRLINE} w", *drawn, "S Q"))


def _circle(x: float, y: float, radius: float) -> str:
    bend = radius * 0.5523
    path = [f"{x + radius:.3f} {y:.3f} m"]
    for (a, b), (c, d) in pairwise([(1, 0), (0, 1), (-1, 0), (0, -1), (1, 0)]):
        points = [(a * radius + c * bend, b * radius + d * bend), (c * radius + a * bend, d * radius + b * bend)]
        points.append((c * radius, d * radius))
        path.append(" ".join(f"{x + right:.3f} {y + up:.3f}" for right, up in points) + " c")
    return "\n".join(path)


# -- identification ------------------------------------------------------------------------------------------


def identify(pdf: pikepdf.Pdf, profile: Profile | None, identifier: str, date: str, creator: str) -> None:
    """What ISO 15930-7 wants said of a file: its version and trapping, dates, printing condition."""
    stamp = "D:" + date.replace("-", "")
    pdf.docinfo["/Creator"] = String(creator)
    pdf.docinfo["/CreationDate"] = pdf.docinfo["/ModDate"] = String(stamp)
    pdf.docinfo["/Trapped"] = Name("/False")
    claims = ""
    if profile is not None:
        pdf.docinfo["/GTS_PDFXVersion"] = String("PDF/X-4")
        claims = "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>"
        target = pdf.make_stream(profile.data, N=4)
        intent = Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFX,
            OutputConditionIdentifier=String(profile.condition or "Custom"),
            Info=String(profile.description),
            DestOutputProfile=target,
        )
        if profile.condition:
            intent.RegistryName = String("http://www.color.org")
        pdf.Root.OutputIntents = Array([intent])
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{identifier} {date}")
    xmp.declare(
        pdf,
        '<rdf:Description rdf:about="" xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" '
        f'xmlns:pdf="http://ns.adobe.com/pdf/1.3/">{claims}'
        f"<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>"
        f"<xmp:MetadataDate>{date}</xmp:MetadataDate><xmp:CreatorTool>{escape(creator)}</xmp:CreatorTool>"
        f"<pdf:Trapped>False</pdf:Trapped><xmpMM:DocumentID>uuid:{name}</xmpMM:DocumentID>"
        "<xmpMM:VersionID>1</xmpMM:VersionID><xmpMM:RenditionClass>default</xmpMM:RenditionClass></rdf:Description>",
        alone=True,
    )
