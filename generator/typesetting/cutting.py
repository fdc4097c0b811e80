"""A laid-out WeasyPrint document -> a fragment: pages without fonts and numbers, furniture for both sides.

WeasyPrint's own writer is used up to the embedding of fonts. Its page streams name glyphs by their numbers in the
font file and fonts by a hash of their description, so they hold beside any other pages set with the same files.
"""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image, ImageChops

from generator.store import NOWHERE, Store
from generator.typesetting import notes, preflight, press, screen
from generator.typesetting.fragment import (
    FONTS,
    TAGS_ROOT,
    Bookmark,
    Catalogue,
    Face,
    Fragment,
    Layer,
    Leaf,
    Link,
    Number,
    Part,
    Side,
    Tags,
    leaf_reference,
    link_reference,
    printed_number,
)
from generator.typesetting.profiles import Inks
from generator.typesetting.shaping import Shaper

#: Module and name of what is replaced, as in ``lines``.
TOUCHED = (
    ("weasyprint.document", "layout_document"),
    ("weasyprint.layout", "make_margin_boxes"),
    ("weasyprint.pdf", "build_fonts_dictionary"),
)
#: What is called as it is.
USED = (
    ("weasyprint.layout.page", "set_page_type_computed_styles"),
    ("weasyprint.layout.page", "page_width"),
    ("weasyprint.layout.page", "page_height"),
    ("weasyprint.layout.percent", "resolve_percentages"),
    ("weasyprint.layout.background", "layout_backgrounds"),
)

#: Points in a pixel of CSS.
_POINTS = 0.75
#: What shows type.
_SHOWN = re.compile(rb"\[[^\]]*\]\s*TJ|<[0-9A-Fa-f]*>\s*Tj")
#: So many bytes of a font file, and its length, tell it from others.
_HEAD = 4096
#: The beginning of text that belongs to a tag.
_MARK = re.compile(rb"/\w+\s+<</MCID \d+>>\s+BDC")
_CHARACTERS = {"decimal": "0123456789", "lower-roman": "ivxlcdm"}


# -- what WeasyPrint is made to do -----------------------------------------------------------------------------


@dataclass
class Sides:
    """What layout leaves behind of the pages of a fragment: given to WeasyPrint as an attribute of its HTML."""

    stand_in: int
    start: Side = "right"
    starts: Side | None = None
    sided: bool = False
    leaves: list[dict[str, Any]] = field(default_factory=list)


class _KeptFonts(dict[Any, Any]):
    """Fonts of a document that are not embedded."""


def install() -> None:
    """Replace the functions; a second call does nothing. Raises ``AttributeError`` if WeasyPrint has moved them."""
    import pydyf
    from weasyprint import document, layout, pdf

    if getattr(document.layout_document, "lays_out_sides", False):
        return
    whole, margin_boxes, embed = document.layout_document, layout.make_margin_boxes, pdf.build_fonts_dictionary

    def layout_document(html: Any, root_box: Any, context: Any, *rest: Any) -> Iterator[Any]:
        sides = getattr(html, "sides", None)
        if sides is None:
            yield from whole(html, root_box, context, *rest)
            return
        context.sides = sides
        pages = list(whole(html, root_box, context, *rest))
        furniture = _furniture(html, context, pages, margin_boxes, sides)
        for page in pages:
            page.background = page.canvas_background = None
        yield from (*pages, *(page for pair in furniture for page in pair))

    def make_margin_boxes(context: Any, page: Any, state: Any) -> Any:
        return () if getattr(context, "sides", None) else margin_boxes(context, page, state)

    def build_fonts_dictionary(file: Any, fonts: Any, *rest: Any) -> Any:
        return pydyf.Dictionary() if isinstance(fonts, _KeptFonts) else embed(file, fonts, *rest)

    layout_document.lays_out_sides = True  # type: ignore[attr-defined]
    document.layout_document = layout_document
    layout.make_margin_boxes = make_margin_boxes
    pdf.build_fonts_dictionary = build_fonts_dictionary


def _furniture(html: Any, context: Any, pages: Sequence[Any], margin_boxes: Any, sides: Sides) -> list[list[Any]]:
    """Pages of furniture alone, each for the right and for the left side; ``sides`` says which belong to which page.

    Pages that are styled alike and show the same running heads have the same.
    """
    from weasyprint.layout.background import layout_backgrounds

    sides.starts = _first_break(pages[0].children[0])
    sides.leaves = []
    settled = False
    made: list[list[Any]] = []
    known: dict[Any, tuple[int, dict[str, Any]]] = {}
    for number, page in enumerate(pages):
        context.current_page = number + 1
        state = context.page_maker[number + 1][3]
        settled = settled or any(name == "page" for name, _ in page.style["counter_reset"] or ())
        count = state[1]["page"][-1]
        alike = _likeness(context, page), count if settled else None
        if alike not in known:
            shown = state if settled else (state[0], {**state[1], "page": [sides.stand_in]}, *state[2:])
            pair, slots = [], []
            for side in ("right", "left"):
                other = page if page.page_type.side == side else _turned(html, context, page, side)
                boxes = list(margin_boxes(context, other, shown))
                slots.append([] if settled else list(_slots(boxes, sides.stand_in)))
                other = other.copy()
                other.children = (page.children[0].copy_with_children([]), *boxes)
                layout_backgrounds(other, context.get_image_from_uri)
                pair.append(other)
            known[alike] = (
                len(made),
                {
                    "shift": (pair[1].margin_left - pair[0].margin_left) * _POINTS,
                    "grounded": any(p.background is not None and p.background.color.alpha for p in pair),
                    "slots": slots,
                    "sided": abs(pair[0].width - pair[1].width) > 0.01,
                },
            )
            made.append(pair)
        place, found = known[alike]
        sides.sided = sides.sided or found["sided"] or (page.page_type.blank and number > 0)
        sides.leaves.append(
            {**found, "furniture": place, "number": count, "settled": settled, "side": page.page_type.side}
        )
    return made


def _likeness(context: Any, page: Any) -> Any:
    """What makes the furniture of a page: the rules that hold for it on either side, and what its heads run with."""
    style = context.style_for
    cascaded = style.get_cascaded_styles()
    kept = dict(cascaded)
    rules = []
    for side in ("right", "left"):
        cascaded.clear()
        style.add_page_declarations(page.page_type._replace(side=side))
        rules.append(
            tuple(
                (pseudo, *((name, id(value)) for name, (value, _) in sorted(declared.items())))
                for (_, pseudo), declared in sorted(cascaded.items(), key=lambda item: str(item[0][1]))
            )
        )
    cascaded.clear()
    cascaded.update(kept)
    heads = tuple(
        (n, tuple(map(id, context.get_running_element_for(page, n)))) for n in sorted(context.running_elements)
    )
    words = tuple((n, str(context.get_string_set_for(page, n))) for n in sorted(context.string_set))
    return tuple(rules), heads, words, page.page_type.blank, page.width, page.height


def _first_break(root: Any) -> Side | None:
    """The side to which the first element of the text wants to begin."""
    box = root
    while True:
        value = box.style["break_before"]
        if value in ("right", "left"):
            return value  # type: ignore[no-any-return]
        below = [
            child for child in getattr(box, "children", ()) if child.is_in_normal_flow() and child.element is not None
        ]
        if not below or box.element_tag == "article":
            return None
        box = below[0]


def _turned(html: Any, context: Any, page: Any, side: str) -> Any:
    """The page as it would be on the other side: without its text."""
    from weasyprint.layout.page import page_height, page_width, set_page_type_computed_styles
    from weasyprint.layout.percent import resolve_percentages

    other = page.copy()
    other.page_type = page.page_type._replace(side=side)
    set_page_type_computed_styles(other.page_type, html, context.style_for)
    other.style = context.style_for(other.page_type)
    other.style["overflow"] = page.style["overflow"]
    size = other.style["size"]
    resolve_percentages(other, size)
    page_width(other, context, size[0])
    page_height(other, context, size[1])
    return other


def _slots(boxes: Sequence[Any], stand_in: int) -> Iterator[tuple[Any, str, str, str, float, float]]:
    """Take the stand-ins out of margin boxes: text box, style, text before and after it, where it is aligned, how."""
    from weasyprint.formatting_structure.boxes import LineBox, TextBox

    for margin in boxes:
        for line in [box for box in margin.descendants() if isinstance(box, LineBox)]:
            for parent in [line, *line.descendants()]:
                for child in list(getattr(parent, "children", ())):
                    if not isinstance(child, TextBox):
                        continue
                    for style in _CHARACTERS:
                        before, found, after = child.text.partition(printed_number(stand_in, style))
                        if found:
                            parent.children = [c for c in parent.children if c is not child]
                            way = margin.style["text_align_all"]
                            align = {"right": 1.0, "end": 1.0, "center": 0.5}.get(way, 0.0)
                            yield child, style, before, after, child.position_x + align * child.width, align
                            break


# -- cutting ---------------------------------------------------------------------------------------------------


def stand_in(html: str) -> int:
    """A page number that stands for those to come: one that the text doesn't contain, however it is printed."""
    return next(n for n in range(3999, 0, -1) if not any(printed_number(n, style) in html for style in _CHARACTERS))


def cut(
    document: Any,
    sides: Sides,
    name: str,
    files: Files,
    inks: Inks,
    *,
    catalogued: str | None,
    store: Store = NOWHERE,
) -> Fragment:
    """The fragment ``name`` of a document laid out with ``sides``.

    ``catalogued`` (the identifier, the date and the program, by blanks) asks for what the whole file says of itself.
    ``store`` keeps pictures.
    """
    count = len(sides.leaves)
    leaves = document.pages[:count]
    furniture = [leaf["furniture"] for leaf in sides.leaves]
    document.fonts = _KeptFonts()
    numbers: list[tuple[tuple[Number, ...], ...]] = []

    def finish(_: Any, pdf: Any) -> None:
        screen.spare_spans(document, pdf)
        streams = [pdf.objects[int(pdf.objects[int(p.split()[0])]["Contents"].split()[0])] for p in pdf.page_references]
        shaper = Shaper()
        numbers.extend(
            tuple(
                tuple(_number(slot, streams[0], page.height, shaper, inks) for slot in slots) for slots in leaf["slots"]
            )
            for page, leaf in zip(leaves, sides.leaves, strict=True)
        )

    notes.renumber(document)
    written = document.write_pdf(pdf_variant="pdf/a-3a", finisher=finish, uncompressed_pdf=True)
    with pikepdf.open(BytesIO(written)) as pdf:
        placed = press.dress(pdf, inks, store)
        cutter = _Cutter(pdf, count)
        press_layer = cutter.layer(furniture)
        if catalogued:
            identifier, date, creator = catalogued.split(" ", 2)
            press.identify(pdf, inks.profile, identifier, date, creator)
            printed = cutter.catalogue(("/Metadata", "/OutputIntents", "/Lang"))
        bare = list(_bare(pdf, sides.leaves))
    catalogues = None
    with pikepdf.open(BytesIO(written)) as pdf:
        for page in list(pdf.pages)[count:]:  # furniture is no part of the text
            page.Contents.write(_MARK.sub(b"/Artifact BMC", page.Contents.read_bytes()))
        screen.dress(pdf, inks.profile, placed, f"{name}-", store)
        links = [
            Link(leaf, _box(a.Rect), str(a.Dest if "/Dest" in a else a.A.URI), "/Dest" not in a)
            for leaf, page in enumerate(list(pdf.pages)[:count])
            for a in page.get("/Annots", ())
        ]
        boxes = [(_box(page.MediaBox), _box(page.TrimBox)) for page in list(pdf.pages)[:count]]
        cutter = _Cutter(pdf, count)
        top, marks, owners = cutter.tags()
        screen_layer = cutter.layer(furniture)
        if catalogued:
            screen.declare(pdf)
            shown = cutter.catalogue(("/Metadata", "/OutputIntents", "/Lang", "/MarkInfo", "/ViewerPreferences"))
            catalogues = shown, printed
    return Fragment(
        name,
        tuple(
            Leaf(
                bleed, trim, leaf["number"], leaf["settled"], leaf["side"], leaf["shift"], leaf["grounded"],
                set_, _anchors(page), edges,  # type: ignore[arg-type]
            )
            for leaf, (bleed, trim), set_, page, edges in zip(sides.leaves, boxes, numbers, leaves, bare, strict=True)
        ),
        sides.starts,
        sides.sided,
        screen_layer,
        press_layer,
        Tags(top, marks, owners),
        tuple(links),
        tuple(_bookmarks(leaves)),
        tuple(_faces(document, files)),
        tuple(p for p in placed if p.page <= count),
        catalogues,
    )  # fmt: skip


def _anchors(page: Any) -> tuple[tuple[str, float, float], ...]:
    places = ((name, x, y) for name, (x, y, _, _) in page.anchors.items())
    return tuple((name, round(x * _POINTS, 3), round((page.height - y) * _POINTS, 3)) for name, x, y in places)


def _bookmarks(pages: Sequence[Any]) -> Iterator[Bookmark]:
    for leaf, page in enumerate(pages):
        for level, label, (x, y), _ in page.bookmarks:
            yield Bookmark(level, label, leaf, x * _POINTS, (page.height - y) * _POINTS)


def _number(slot: Any, stream: Any, height: float, shaper: Shaper, inks: Inks) -> Number:
    box, style, before, after, x, align = slot
    glyphs: dict[str, tuple[int, int]] = {}
    font = None
    for character in dict.fromkeys(_CHARACTERS[style] + before + after):
        shaped = shaper.shape(box.style, character)
        assert shaped is not None
        font, _ = stream.add_font(shaped.fonts[0][1])
        width = round(shaped.widths[0] * 1000 / box.style["font_size"])
        glyphs[character] = shaped.ids[0], width
        font.widths.setdefault(shaped.ids[0], width)
        font.to_unicode.setdefault(shaped.ids[0], character)
    assert font is not None
    red, green, blue = box.style["color"].to("srgb").coordinates
    ink = inks.ink(red, green, blue)
    return Number(
        round(x * _POINTS, 3),
        round((height - box.position_y - box.baseline) * _POINTS, 3),
        align,
        style,
        font.hash,
        box.style["font_size"] * _POINTS,
        glyphs,
        before,
        after,
        (f"{red:.4g} {green:.4g} {blue:.4g} rg".encode(), press.painted(ink)),
    )


class Files:
    """Which file a font of WeasyPrint's came from: one of ours, or one of the machine's that is kept for assembly."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._known = {}
        self._folder = paths[0].parent
        for path in paths:
            with path.open("rb") as file:
                self._known[path.stat().st_size, file.read(_HEAD)] = str(path)

    def path(self, font: Any) -> str:
        data = font.file_content
        if known := self._known.get((len(data), data[:_HEAD])):
            return known
        kept = self._folder / f"{hashlib.sha256(data).hexdigest()[:16]}.font"
        if not kept.is_file():
            part = kept.with_name(f".{os.getpid()}-{kept.name}")
            part.write_bytes(data)
            part.replace(kept)
        return f"{kept}#{font.index}"


def _faces(document: Any, files: Files) -> Iterator[Face]:
    for font in document.fonts.values():
        if not font.widths:
            continue
        yield Face(
            font.hash, font.name, font.family, files.path(font), font.flags,
            font.ascent, font.descent, dict(font.widths), dict(font.to_unicode),
        )  # fmt: skip


def _box(array: Any) -> tuple[float, float, float, float]:
    left, bottom, right, top = (round(float(v), 3) for v in array)
    return left, bottom, right, top


def _bare(pdf: pikepdf.Pdf, leaves: Sequence[dict[str, Any]]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """For each leaf the bare edges on a right and on a left page, content and furniture seen as one.

    Type is left out: without its fonts a renderer would set it in one of its own.
    """
    for page in pdf.pages:
        page.BleedBox = page.MediaBox
        page.Contents.write(_SHOWN.sub(b"", page.Contents.read_bytes()))
    made = BytesIO()
    pdf.save(made)
    images = list(preflight.renderings(made.getvalue()))
    for leaf, (content, rows) in zip(leaves, images, strict=False):
        edges = []
        for number, side in enumerate(("right", "left")):
            way = (side == "left") - (leaf["side"] == "left")
            seen, _ = images[len(leaves) + 2 * leaf["furniture"] + number]
            if way and leaf["shift"]:
                shifted = Image.new("L", content.size, 255)
                shifted.paste(content, (round(way * leaf["shift"] * preflight.PIXELS), 0))
            else:
                shifted = content
            edges.append(tuple(preflight.bare(ImageChops.darker(shifted, seen), rows)))
        yield edges[0], edges[1]


# -- parts -----------------------------------------------------------------------------------------------------

#: A reference in the text of an object; strings are passed over.
_REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f]+>|%|\b(\d+) 0 R\b", re.S)


class _Cutter:
    """Objects of a file as parts, each taken once, in the order in which they are met."""

    def __init__(self, pdf: pikepdf.Pdf, count: int) -> None:
        self.pdf, self.count = pdf, count
        self.parts: list[Part] = []
        self.taken: dict[Any, int] = {}
        self.waiting: list[int] = []
        self.pages = list(pdf.pages)
        for leaf, page in enumerate(self.pages):
            self.taken[page.objgen[0]] = leaf_reference(leaf)
        fonts = self.pages[0].Resources.Font
        self.taken[fonts.objgen[0]] = FONTS
        self.links = [a for page in self.pages[:count] for a in page.get("/Annots", ())]
        for number, link in enumerate(self.links):
            self.taken[link.objgen[0]] = link_reference(number)

    def take(self, target: Any) -> int:
        """The number of an object among the parts."""
        number = self._number(target.objgen[0])
        while self.waiting:
            identifier = self.waiting.pop()
            self.parts[self.taken[identifier]] = self._part(self.pdf.get_object(identifier, 0))
        return number

    def _number(self, identifier: int) -> int:
        if identifier not in self.taken:
            self.taken[identifier] = len(self.parts)
            self.parts.append(Part(b"null", ()))
            self.waiting.append(identifier)
        return self.taken[identifier]

    def _part(self, target: Any) -> Part:
        if isinstance(target, pikepdf.Stream):
            data = target.read_raw_bytes()
            entries = Dictionary({name: value for name, value in target.stream_dict.items() if name != "/Length"})
            if "/Filter" not in entries and entries.get("/Type") != Name.Metadata:
                data, entries.Filter = zlib.compress(data, 6), Name.FlateDecode
            return replace(self.part(entries.unparse(resolved=True)), data=data)
        return self.part(target.unparse(resolved=True))

    def part(self, written: bytes) -> Part:
        """A part of the text of an object."""
        found: list[int] = []

        def stand_in(match: re.Match[bytes]) -> bytes:
            if match[1] is None:
                return match[0].replace(b"%", b"%%")
            found.append(self._number(int(match[1])))
            return b"%d 0 R"

        return Part(_REFERENCE.sub(stand_in, written), tuple(found))

    def layer(self, furniture: Sequence[int]) -> Layer:
        """What the pages draw; ``furniture`` is which of the pairs belongs to each leaf."""
        drawn = [self.take(page.Contents) for page in self.pages]
        resources = self.take(self.pages[0].Resources)
        pairs = list(zip(drawn[self.count :: 2], drawn[self.count + 1 :: 2], strict=True))
        return Layer(tuple(self.parts), tuple(drawn[: self.count]), tuple(pairs[n] for n in furniture), resources)

    def tags(self) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...], tuple[int | None, ...]]:
        """The top of the tag tree, the owners of each leaf's marks, the owner of each link."""
        root = self.pdf.Root.StructTreeRoot
        self.taken[root.K[0].objgen[0]] = TAGS_ROOT
        tree = {
            int(key): value for key, value in zip(root.ParentTree.Nums[::2], root.ParentTree.Nums[1::2], strict=True)
        }
        top = tuple(self.take(kid) for kid in root.K[0].K)
        marks = tuple(tuple(self.take(owner) for owner in tree[leaf]) for leaf in range(self.count))
        owners = tuple(self.take(tree[int(a.StructParent)]) if "/StructParent" in a else None for a in self.links)
        return top, marks, owners

    def catalogue(self, keys: Sequence[str]) -> Catalogue:
        """What the file says of itself, in parts of its own."""
        self.parts, self.taken = [], {}
        root = Dictionary({key: self.pdf.Root[key] for key in keys if key in self.pdf.Root})
        made = [self.part(root.unparse()), self.part(self.pdf.docinfo.unparse(resolved=True))]
        while self.waiting:
            identifier = self.waiting.pop()
            self.parts[self.taken[identifier]] = self._part(self.pdf.get_object(identifier, 0))
        return Catalogue(tuple(self.parts), *made)
