"""A fragment: pages of a publication in pieces that can be put anywhere in a file, on a left or a right page."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from generator.typesetting.separation import Placed

Side = Literal["right", "left"]

#: Links to places outside a fragment are written with this scheme.
ELSEWHERE = "elsewhere:"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip

#: What a part refers to besides other parts (which are counted from 0): the root of the tags, the fonts.
TAGS_ROOT, FONTS = -1, -2


def leaf_reference(leaf: int) -> int:
    """How a part refers to a page."""
    return -10 - 2 * leaf


def link_reference(link: int) -> int:
    """How a part refers to a link."""
    return -11 - 2 * link


def printed_number(number: int, style: str) -> str:
    """A page number as a counter style of CSS prints it: ``decimal`` or ``lower-roman``."""
    if style == "decimal":
        return str(number)
    words = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        words += letters * count
    return words


@dataclass(frozen=True)
class Part:
    """An object of a PDF file: ``body % numbers of the objects it refers to``, and the data of a stream."""

    body: bytes
    references: tuple[int, ...]
    data: bytes | None = None


@dataclass(frozen=True)
class Layer:
    """The pages for one use, screen or press: parts, and which of them are content and furniture of each leaf.

    ``furniture`` is what stands around the text, on a right page and on a left one. Everything on these pages
    finds what it names in part ``resources``.
    """

    parts: tuple[Part, ...]
    contents: tuple[int, ...]
    furniture: tuple[tuple[int, int], ...]
    resources: int


@dataclass(frozen=True)
class Number:
    """A page number in the furniture, to be set when it is known; lengths in points from the lower left corner.

    ``align`` is how much of its width stands left of ``x``. ``glyphs`` are glyph and width (thousandths of an em)
    of each character it may have; ``before`` and ``after`` are printed around it. ``paints`` are the operators
    that set its colour on screen and in print.
    """

    x: float
    y: float
    align: float
    style: str
    font: str
    size: float
    glyphs: Mapping[str, tuple[int, int]]
    before: str
    after: str
    paints: tuple[bytes, bytes]


@dataclass(frozen=True)
class Link:
    """An area of a page that leads to an anchor or an address (``external``); points, as laid out."""

    leaf: int
    area: tuple[float, float, float, float]
    target: str
    external: bool


@dataclass(frozen=True)
class Bookmark:
    """A line of the outline: its level, its words, where it leads."""

    level: int
    label: str
    leaf: int
    x: float
    y: float


@dataclass(frozen=True)
class Leaf:
    """A page: its bleed and trim box (points), its number as laid out, the side it was laid out on.

    ``settled``: the number counts from a beginning inside this fragment, and is printed already. On a left page the
    text stands ``shift`` points further right than on a right one. ``grounded``: the furniture has a ground, which
    lies below the text. ``bare`` are the edges where print reaches the trim without bleed, on a right and a left page.
    """

    bleed: tuple[float, float, float, float]
    trim: tuple[float, float, float, float]
    number: int
    settled: bool
    side: Side
    shift: float
    grounded: bool
    numbers: tuple[tuple[Number, ...], tuple[Number, ...]] = ((), ())
    anchors: tuple[tuple[str, float, float], ...] = ()
    bare: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


@dataclass(frozen=True)
class Tags:
    """The tag tree: parts at its top; for each leaf, what its marks belong to, in order; for each link likewise."""

    top: tuple[int, ...]
    marks: tuple[tuple[int, ...], ...]
    links: tuple[int | None, ...]


@dataclass(frozen=True)
class Face:
    """What the pages use of a font file: its name in PDF, its metrics, widths and characters by glyph."""

    resource: str
    name: bytes
    family: str
    file: str
    flags: int
    ascent: int
    descent: int
    widths: Mapping[int, float]
    characters: Mapping[int, str]


@dataclass(frozen=True)
class Catalogue:
    """What a file says of itself: entries of its catalogue and its information dictionary, with the parts they name."""

    parts: tuple[Part, ...]
    root: Part
    information: Part


@dataclass(frozen=True)
class Fragment:
    """Pages in a row. ``starts`` is the side on which the first must stand; None if either will do.

    ``sided``: a break to one side stands within, so these pages hold only on the sides they were laid out on.
    """

    name: str
    leaves: tuple[Leaf, ...]
    starts: Side | None
    sided: bool
    screen: Layer
    press: Layer
    tags: Tags
    links: tuple[Link, ...]
    bookmarks: tuple[Bookmark, ...]
    faces: tuple[Face, ...]
    pictures: tuple[Placed, ...] = ()
    catalogues: tuple[Catalogue, Catalogue] | None = field(default=None)


# -- kept ------------------------------------------------------------------------------------------------------

#: What a fragment is made of. By name alone a pickle could reach whatever these modules import.
_CLASSES = {
    (kind.__module__, kind.__qualname__): kind
    for kind in (Fragment, Leaf, Layer, Part, Number, Link, Bookmark, Tags, Face, Catalogue, Placed)
}


class _Unpickler(pickle.Unpickler):
    """Reads fragments and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _CLASSES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name}") from None


def kept(fragment: Fragment) -> bytes:
    """A fragment as it is kept."""
    return pickle.dumps(fragment, pickle.HIGHEST_PROTOCOL)


def read(data: bytes) -> Fragment:
    """A fragment that was kept. Raises ``ValueError`` for anything else."""
    try:
        found = _Unpickler(io.BytesIO(data)).load()
    except Exception as fault:  # pickle lets through whatever it meets
        raise ValueError(str(fault)) from fault
    if not isinstance(found, Fragment):
        raise ValueError(type(found).__name__)
    return found
