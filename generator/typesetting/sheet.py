"""Sheets made of finished pages: pages placed and clipped, marks for knife and folder, lettering outside the trim.

Colours, fonts, metadata and output intent of the pages stay as they are; what belongs to a reader's screen
(outline, links, tags) goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

import pikepdf
from pikepdf import Array, Dictionary, Name

from generator.typesetting.page import POINTS

#: Length of marks; how far they keep from the bleed; what is needed around it. Millimetres.
MARK, AWAY, ROOM = 5.0, 0.5, 6.0
#: The line of lettering at the foot: its height, how far right of the corner's marks it begins. Millimetres.
SLUG_HEIGHT, SLUG_INDENT = 4.0, 3.0

_HAIRLINE = 0.25  # pt

#: What a document keeps when its pages become sheets.
_KEPT = {"/Type", "/Pages", "/Metadata", "/OutputIntents", "/OCProperties", "/Version", "/Extensions", "/Lang"}
_UNTAGGED = ("pdfuaid:part", "pdfuaid:rev", "pdfuaid:amd", "pdfuaid:corr")

#: Grey is the black plate's in every output condition, which RGB, as WeasyPrint writes, is in none.
_INKS = {"black": b"0 g\n", "paper": b"1 g\n", "all": b"/All cs 1 scn\n"}
_COLOUR = {"g", "rg", "k", "cs", "sc", "scn", "G", "RG", "K", "CS", "SC", "SCN"}


@dataclass(frozen=True)
class Box:
    """A rectangle in millimetres, from the lower left corner of its page."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def grown(self, by: float) -> Box:
        return Box(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def within(self, other: Box) -> Box:
        """The part inside another box."""
        return Box(
            max(self.left, other.left),
            max(self.bottom, other.bottom),
            min(self.right, other.right),
            min(self.top, other.top),
        )

    @property
    def slug(self) -> Box:
        """Where the line of lettering stands if this is the trim and its bleed."""
        top = self.bottom - AWAY - 0.5
        return Box(self.left + SLUG_INDENT, top - SLUG_HEIGHT, self.right, top)

    def array(self) -> Array:
        return Array([_pt(v) for v in (self.left, self.bottom, self.right, self.top)])


@dataclass(frozen=True)
class Placed:
    """A page on a sheet: its trim's lower left corner at ``x``, ``y``; nothing of it shows outside ``clip``."""

    page: int
    x: float
    y: float
    clip: Box
    scale: float = 1.0


@dataclass(frozen=True)
class Stretched:
    """A strip ``strip`` wide at an edge of a page's trim, drawn out sideways to fill ``area``; without its words."""

    page: int
    right: bool
    strip: float
    area: Box


@dataclass(frozen=True)
class Lettered:
    """A page of lettering in the lower left corner of ``area``; ``turned``, it runs down from the upper left one.

    Its one colour is black (of that plate alone), the white of the paper, or registration colour: every plate.
    """

    data: bytes
    page: int
    area: Box
    ink: Literal["black", "paper", "all"] = "black"
    turned: bool = False


@dataclass(frozen=True)
class Marks:
    """Where knife and folder go: cuts at the height of ``rows`` and at ``columns``, folds at ``folds``; back marks."""

    columns: Sequence[float] = ()
    rows: Sequence[float] = ()
    folds: Sequence[float] = ()
    blocks: Sequence[Box] = ()


class Sheets:
    """A PDF whose pages are being replaced by sheets. Opens ``data``; its pages are numbered from 0."""

    def __init__(self, data: bytes) -> None:
        self._pdf = pikepdf.open(BytesIO(data))
        self._pdf.remove_unreferenced_resources()
        self._pages = list(self._pdf.pages)
        self._trims = [_box(page.trimbox) for page in self._pages]
        self._bleeds = [_box(page.bleedbox) for page in self._pages]
        self._letters: dict[bytes, pikepdf.Pdf] = {}
        self._all = self._pdf.make_indirect(_every_plate())
        del self._pdf.pages[:]
        for key in set(self._pdf.Root.keys()) - _KEPT:
            del self._pdf.Root[key]
        self._say_untagged()

    def __len__(self) -> int:
        return len(self._pages)

    @property
    def trim(self) -> Box:
        """The trim of the first page, whose size is that of all."""
        return self._trims[0]

    @property
    def bleed(self) -> float:
        """How far the art of the pages runs beyond their trim."""
        return max(0.0, self._trims[0].left - self._bleeds[0].left)

    def add(
        self,
        size: tuple[float, float],
        trim: Box,
        bleed: float,
        items: Sequence[Placed | Stretched | Lettered],
        marks: Marks | None = None,
        *,
        upside_down: bool = False,
    ) -> None:
        """Add a sheet; ``trim`` encloses its pages, ``bleed`` is how far their art runs out of it.

        ``upside_down`` turns all of it by 180°, for printers that turn the paper over its top edge.
        """
        paper = Box(0, 0, *size)
        sheet = self._pdf.add_blank_page(page_size=(_pt(size[0]), _pt(size[1])))
        boxes = (("/TrimBox", trim), ("/BleedBox", trim.grown(bleed).within(paper)))
        for name, box in boxes:
            sheet[name] = (_upside_down(box, paper) if upside_down else box).array()
        forms = Dictionary()
        content = [f"-1 0 0 -1 {_number(size[0])} {_number(size[1])} cm".encode()] if upside_down else []
        for number, item in enumerate(items):
            name = f"/S{number}"
            forms[name], matrix = self._form(item)
            content.append(f"q {' '.join(map(_plain, matrix))} cm {name} Do Q".encode())
        if marks is not None:
            content.append(_marks(marks, trim, bleed))
        sheet["/Resources"] = Dictionary(XObject=forms, ColorSpace=Dictionary(All=self._all))
        sheet["/Contents"] = self._pdf.make_stream(b"\n".join(content))

    def finished(self) -> bytes:
        """The sheets as a PDF; the same for the same input."""
        buffer = BytesIO()
        self._pdf.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return buffer.getvalue()

    # -- what is put on a sheet --------------------------------------------------------------------------

    def _form(self, item: Placed | Stretched | Lettered) -> tuple[pikepdf.Object, tuple[float, ...]]:
        """A form and the matrix, in points, that puts it in its place."""
        if isinstance(item, Placed):
            trim, s = self._trims[item.page], item.scale
            form = self._pages[item.page].as_form_xobject()
            dx, dy = item.x - s * trim.left, item.y - s * trim.bottom
            c = item.clip
            form["/BBox"] = Box((c.left - dx) / s, (c.bottom - dy) / s, (c.right - dx) / s, (c.top - dy) / s).array()
            return self._pdf.make_indirect(form), (s, 0, 0, s, _pt(dx), _pt(dy))
        if isinstance(item, Stretched):
            trim, area = self._trims[item.page], item.area
            left = trim.right - item.strip if item.right else trim.left
            form = _without_words(self._pages[item.page].as_form_xobject())
            sx = area.width / item.strip
            dy = area.bottom + (area.height - trim.height) / 2 - trim.bottom
            form["/BBox"] = Box(left, area.bottom - dy, left + item.strip, area.top - dy).array()
            return self._pdf.make_indirect(form), (sx, 0, 0, 1, _pt(area.left - sx * left), _pt(dy))
        source = self._lettering(item.data)
        form = self._inked(
            self._pdf.copy_foreign(source.make_indirect(source.pages[item.page].as_form_xobject())), item
        )
        area = item.area
        if item.turned:
            return form, (0, -1, 1, 0, _pt(area.left), _pt(area.top))
        return form, (1, 0, 0, 1, _pt(area.left), _pt(area.bottom))

    def _lettering(self, data: bytes) -> pikepdf.Pdf:
        if data not in self._letters:
            self._letters[data] = pikepdf.open(BytesIO(data))
        return self._letters[data]

    def _inked(self, form: pikepdf.Object, item: Lettered) -> pikepdf.Object:
        kept = [i for i in pikepdf.parse_content_stream(form) if str(i.operator) not in _COLOUR]
        form.write(_INKS[item.ink] + pikepdf.unparse_content_stream(kept))
        form["/Resources"]["/ColorSpace"] = Dictionary(All=self._all)
        return form

    def _say_untagged(self) -> None:
        """Sheets have no structure, and must not say that they are accessible."""
        if "/Metadata" not in self._pdf.Root:
            return
        with self._pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            for key in _UNTAGGED:
                if key in metadata:
                    del metadata[key]


def _without_words(form: pikepdf.Object) -> pikepdf.Object:
    """What is drawn twice must not be read twice."""
    kept, inside = [], False
    for instruction in pikepdf.parse_content_stream(form):
        name = str(instruction.operator)
        inside = inside or name == "BT"
        if not inside:
            kept.append(instruction)
        inside = inside and name != "ET"
    form.write(pikepdf.unparse_content_stream(kept))
    return form


def _every_plate() -> Array:
    """Registration colour: every separation, shown as black."""
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1], C1=[0], N=1)
    return Array([Name.Separation, Name.All, Name.DeviceGray, tint])


def _marks(marks: Marks, trim: Box, bleed: float) -> bytes:
    near = bleed + AWAY
    far = near + MARK
    ends = [(trim.bottom - near, trim.bottom - far), (trim.top + near, trim.top + far)]
    sides = [(trim.left - near, trim.left - far), (trim.right + near, trim.right + far)]
    drawn = ["q", "/All CS 1 SCN", "/All cs 1 scn", f"{_HAIRLINE} w"]
    drawn += [_line(x, a, x, b) for x in marks.columns for a, b in ends]
    drawn += [_line(a, y, b, y) for y in marks.rows for a, b in sides]
    if marks.folds:
        drawn.append(f"[{_number(1)} {_number(0.7)}] 0 d")
        drawn += [_line(x, a, x, b) for x in marks.folds for a, b in ends]
    drawn += [" ".join(_number(v) for v in (b.left, b.bottom, b.width, b.height)) + " re f" for b in marks.blocks]
    return "\n".join([*drawn, "Q"]).encode()


def _line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{_number(x0)} {_number(y0)} m {_number(x1)} {_number(y1)} l S"


def _upside_down(box: Box, paper: Box) -> Box:
    return Box(paper.right - box.right, paper.top - box.top, paper.right - box.left, paper.top - box.bottom)


def _box(array: pikepdf.Object) -> Box:
    return Box(*(float(v) / POINTS for v in array.as_list()))


def _pt(millimetres: float) -> float:
    return round(millimetres * POINTS, 3)


def _number(millimetres: float) -> str:
    return _plain(_pt(millimetres))


def _plain(number: float) -> str:
    """A number as PDF writes it: never with an exponent."""
    return f"{number:.5f}".rstrip("0").rstrip(".")
