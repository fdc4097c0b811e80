"""Fragments -> one PDF file: pages, numbers, fonts, links, outline, tags; without WeasyPrint."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from generator.typesetting import embedding, marking, press
from generator.typesetting.fragment import (
    ELSEWHERE,
    FONTS,
    TAGS_ROOT,
    Face,
    Fragment,
    Layer,
    Leaf,
    Number,
    Part,
    Side,
    printed_number,
)

#: Objects in one stream of objects.
_BATCH = 300


@dataclass(frozen=True)
class Place:
    """A page in its book: the leaf ``leaf`` of fragment ``fragment``, its number, its side; blank without a leaf."""

    fragment: int
    leaf: int | None
    number: int
    side: Side


def places(fragments: Sequence[Fragment]) -> list[Place]:
    """Every page of a book in order, with the blank ones that put fragments on the side they begin on."""
    found: list[Place] = []
    number = 0

    def side() -> Side:
        return "left" if len(found) % 2 else "right"

    for index, fragment in enumerate(fragments):
        if fragment.starts not in (None, side()):
            number += 1
            found.append(Place(index, None, number, side()))
        for place, leaf in enumerate(fragment.leaves):
            number = leaf.number if leaf.settled else number + 1
            found.append(Place(index, place, number, side()))
    return found


def numbers(fragments: Sequence[Fragment], book: Sequence[Place]) -> dict[str, int]:
    """The number of the page on which each anchor stands; the first of anchors of one name."""
    found: dict[str, int] = {}
    for place in book:
        if place.leaf is not None:
            for name, _, _ in fragments[place.fragment].leaves[place.leaf].anchors:
                found.setdefault(name, place.number)
    return found


# -- a file ----------------------------------------------------------------------------------------------------


class _File:
    """Objects of a PDF file, written in streams of objects (ISO 32000-1 7.5.7) with a stream of references."""

    def __init__(self, version: str) -> None:
        self.chunks = [f"%PDF-{version}\n".encode() + b"%\xe7\xab\x99\xe5\x88\x8a\n"]
        self.length = len(self.chunks[0])
        self.count = 1
        self.found: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
        self.plain: list[tuple[int, bytes]] = []

    def new(self, count: int = 1) -> int:
        """The first of so many new object numbers."""
        self.count += count
        return self.count - count

    def add(self, number: int, body: bytes) -> None:
        self.plain.append((number, body))

    def stream(self, number: int, entries: bytes, data: bytes) -> None:
        """A stream with the entries of its dictionary, and its data as they are encoded."""
        if data.endswith(b"\r"):  # with the LF before ``endstream`` some take it for the end of a line
            data += b"\n"
        chunk = b"%d 0 obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, entries, len(data), data)
        self.found[number] = (1, self.length, 0)
        self.chunks.append(chunk)
        self.length += len(chunk)

    def deflated(self, number: int, entries: bytes, data: bytes) -> None:
        self.stream(number, entries + b"/Filter/FlateDecode", zlib.compress(data, 6))

    def finish(self, root: int, information: int) -> bytes:
        """All of it. The identifier is a hash of the content: same content, same bytes."""
        for start in range(0, len(self.plain), _BATCH):
            batch = self.plain[start : start + _BATCH]
            holder, offset, heads = self.new(), 0, []
            for place, (number, body) in enumerate(batch):
                heads.append(b"%d %d" % (number, offset))
                offset += len(body) + 1
                self.found[number] = (2, holder, place)
            head = b" ".join(heads) + b"\n"
            entries = b"/Type/ObjStm/N %d/First %d" % (len(batch), len(head))
            self.deflated(holder, entries, head + b"\n".join(body for _, body in batch))
        references = self.new()
        self.found[references] = (1, self.length, 0)
        row = struct.Struct(">BIH").pack
        rows = b"".join(row(*self.found.get(n, (0, 0, 65535))) for n in range(self.count))
        identifier = hashlib.md5(b"".join(self.chunks), usedforsecurity=False).hexdigest().encode()
        start = self.length
        entries = b"/Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]" % (
            self.count, root, information, identifier, identifier,
        )  # fmt: skip
        self.deflated(references, entries, rows)
        return b"".join(self.chunks) + b"startxref\n%d\n%%%%EOF\n" % start


def _string(text: str) -> bytes:
    try:
        return b"(" + text.encode("ascii").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"
    except UnicodeEncodeError:
        return b"<FEFF" + text.encode("utf-16-be").hex().encode() + b">"


def _decimal(value: float) -> bytes:
    return f"{value:.3f}".rstrip("0").rstrip(".").encode() or b"0"


def _box(values: Sequence[float]) -> bytes:
    return b"[" + b" ".join(map(_decimal, values)) + b"]"


# -- assembling --------------------------------------------------------------------------------------------------


#: What stands across every page: how wide it is, and its path (``marking.outline``).
Mark = tuple[float, bytes]


def screen(fragments: Sequence[Fragment], book: Sequence[Place], mark: Mark | None = None) -> bytes:
    """The file for the screen: trimmed, with links, outline and tags. Raises ``KeyError`` for a link to nowhere."""
    return _Screen(fragments, book, mark).made()


def printed(fragments: Sequence[Fragment], book: Sequence[Place], mark: Mark | None = None) -> bytes:
    """The file for the press: with bleed and marks."""
    return _Press(fragments, book, mark).made()


class _Assembly:
    version = "1.7"
    #: Which of the paints of a number, and of the catalogues, are of this file's kind.
    kind = 0

    def __init__(self, fragments: Sequence[Fragment], book: Sequence[Place], mark: Mark | None) -> None:
        self.fragments, self.book, self.mark = fragments, book, mark
        self.file = _File(self.version)
        self.root, self.information, self.tree, self.fonts, self.tags = (self.file.new() for _ in range(5))
        self.pages = self.file.new(len(book))
        #: the first object of each fragment's parts, and the page of each of its leaves
        self.bases = [self.file.new(len(self.layer(f).parts)) for f in fragments]
        self.leaves: dict[tuple[int, int], int] = {
            (place.fragment, place.leaf): number for number, place in enumerate(book) if place.leaf is not None
        }
        self.links: dict[tuple[int, int], int] = {}
        self.shared: dict[bytes, int] = {}
        self.same = self.pictures_met_again()

    def layer(self, fragment: Fragment) -> Layer:
        raise NotImplementedError

    def made(self) -> bytes:
        self.write_catalogue()
        self.write_fonts()
        for index, fragment in enumerate(self.fragments):
            resolve = self.resolver(index, self.bases[index])
            for number, part in enumerate(self.layer(fragment).parts, self.bases[index]):
                if number not in self.same:
                    self.write(number, part, resolve)
        kids = b" ".join(b"%d 0 R" % (self.pages + n) for n in range(len(self.book)))
        self.file.add(self.tree, b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(self.book), kids))
        for number, place in enumerate(self.book):
            self.write_page(number, place)
        return self.file.finish(self.root, self.information)

    def pictures_met_again(self) -> dict[int, int]:
        """Objects that are pictures another fragment has too -> the first of these."""
        same: dict[int, int] = {}
        for _ in range(2):  # a mask, then what is masked
            first: dict[tuple[bytes, tuple[int, ...], bytes], int] = {}
            for index, fragment in enumerate(self.fragments):
                for number, part in enumerate(self.layer(fragment).parts, self.bases[index]):
                    if part.data is not None and b"/Image" in part.body:
                        named = tuple(same.get(self.bases[index] + r, self.bases[index] + r) for r in part.references)
                        known = first.setdefault((part.body, named, part.data), number)
                        if known != number:
                            same[number] = known
        return same

    def resolver(self, index: int, base: int) -> Callable[[int], int]:
        def resolve(reference: int) -> int:
            if reference >= 0:
                return self.same.get(base + reference, base + reference)
            if reference == FONTS:
                return self.fonts
            if reference == TAGS_ROOT:
                return self.tags
            if reference % 2 == 0:
                return self.pages + self.leaves[index, (-10 - reference) // 2]
            return self.links[index, (-11 - reference) // 2]

        return resolve

    def write(self, number: int, part: Part, resolve: Callable[[int], int]) -> None:
        body = part.body % tuple(map(resolve, part.references))
        if part.data is None:
            self.file.add(number, body)
        else:
            self.file.stream(number, body.strip()[2:-2], part.data)

    def write_catalogue(self) -> None:
        catalogue = self.fragments[0].catalogues
        assert catalogue is not None
        found = catalogue[self.kind]
        base = self.file.new(len(found.parts))
        resolve = self.resolver(0, base)
        for number, part in enumerate(found.parts, base):
            self.write(number, part, resolve)
        self.write(self.information, found.information, resolve)
        root = (found.root.body % tuple(map(resolve, found.root.references))).strip()[2:-2]
        self.file.add(self.root, b"<</Type/Catalog/Pages %d 0 R%s%s>>" % (self.tree, root, self.more()))

    def more(self) -> bytes:
        """More entries of the catalogue."""
        return b""

    # -- pages

    def write_page(self, number: int, place: Place) -> None:
        fragment = self.fragments[place.fragment]
        leaf = fragment.leaves[place.leaf or 0]
        begin, boxes, end = self.frame(leaf)
        if place.leaf is None:
            contents, entries = [self.piece(begin + b"\n" + end)] if begin else [], b""
        else:
            contents, entries = self.contents(place, leaf, begin, end), self.entries(number, place)
        if self.mark is not None:
            contents.append(self.piece(marking.across(leaf.trim, self.mark)))
        written = b"".join(b"%d 0 R " % c for c in contents)
        resources = self.bases[place.fragment] + self.layer(fragment).resources
        self.file.add(
            self.pages + number,
            b"<</Type/Page/Parent %d 0 R%s/Contents[%s]/Resources %d 0 R%s>>"
            % (self.tree, boxes, written, resources, entries),
        )

    def contents(self, place: Place, leaf: Leaf, begin: bytes, end: bytes) -> list[int]:
        """What a page draws: its furniture and its text, which of the two has a ground first; its number."""
        assert place.leaf is not None
        layer, base = self.layer(self.fragments[place.fragment]), self.bases[place.fragment]
        left = place.side == "left"
        content = base + layer.contents[place.leaf]
        furniture = base + layer.furniture[place.leaf][left]
        shift = self.shift(place, leaf)
        moved = b"q 1 0 0 1 %s 0 cm" % _decimal(shift) if shift else b"q"
        drawn = [self.piece(begin + b"\nq" if begin else b"q"), furniture, self.piece(b"Q " + moved), content]
        if not leaf.grounded:
            drawn = [self.piece(begin + b"\n" + moved if begin else moved), content, self.piece(b"Q q"), furniture]
        shown = b"".join(self.number(number, place.number) for number in leaf.numbers[left])
        return [*drawn, self.piece(b"Q" + shown + (b"\n" + end if end else b""))]

    def shift(self, place: Place, leaf: Leaf) -> float:
        """Points by which what was laid out on one side stands further right on this one."""
        return leaf.shift * ((place.side == "left") - (leaf.side == "left"))

    def number(self, number: Number, value: int) -> bytes:
        words = number.before + printed_number(value, number.style) + number.after
        width = sum(number.glyphs[c][1] for c in words) * number.size / 1000
        glyphs = "".join(f"{number.glyphs[c][0]:04x}" for c in words).encode()
        return b"\n/Artifact <</Type/Pagination>> BDC q %s BT /%s %s Tf 1 0 0 1 %s %s Tm <%s> Tj ET Q EMC" % (
            number.paints[self.kind], number.font.encode(), _decimal(number.size),
            _decimal(number.x - number.align * width), _decimal(number.y), glyphs,
        )  # fmt: skip

    def piece(self, data: bytes) -> int:
        """A short content stream, shared by the pages that begin or end alike."""
        data += b"\n"
        if data not in self.shared:
            self.shared[data] = self.file.new()
            if len(data) > 100:
                self.file.deflated(self.shared[data], b"", data)
            else:
                self.file.stream(self.shared[data], b"", data)
        return self.shared[data]

    def frame(self, leaf: Leaf) -> tuple[bytes, bytes, bytes]:
        """What the content of a page begins with, its boxes, what it ends with."""
        raise NotImplementedError

    def entries(self, number: int, place: Place) -> bytes:
        """More entries of a page."""
        return b""

    # -- fonts

    def write_fonts(self) -> None:
        """One compact font file for each base, one font for each name that pages know it by."""
        used: dict[str, Face] = {}
        for fragment in self.fragments:
            for face in fragment.faces:
                kept = used.get(face.resource)
                if kept is None:
                    used[face.resource] = _copied(face)
                else:
                    if kept.file != face.file:
                        raise ValueError(f"{face.resource}: {kept.file}, {face.file}")
                    kept.widths.update(face.widths)  # type: ignore[attr-defined]
                    for glyph, text in face.characters.items():
                        kept.characters.setdefault(glyph, text)  # type: ignore[attr-defined]
        glyphs: dict[str, set[int]] = {}
        for face in used.values():
            glyphs.setdefault(face.file, {0}).update(face.widths)
        files: dict[str, tuple[int, str]] = {}
        for file in sorted(glyphs):
            kind, size, data = _font_file(file, tuple(sorted(glyphs[file])))
            number = self.file.new()
            entries = b"/Subtype/CIDFontType0C" if kind == "cff" else b"/Length1 %d" % size
            self.file.stream(number, entries + b"/Filter/FlateDecode", data)
            files[file] = number, kind
        named = b"".join(
            b"/%s %d 0 R" % (name.encode(), self.font(face, *files[face.file])) for name, face in sorted(used.items())
        )
        self.file.add(self.fonts, b"<<%s>>" % named)

    def font(self, face: Face, file: int, kind: str) -> int:
        font = self.file.new(4)
        map_, descriptor, descendant = font + 1, font + 2, font + 3
        known = tuple(sorted(face.characters.items()))
        self.file.stream(map_, b"/Filter/FlateDecode", _to_unicode(known))
        widths: list[bytes] = []
        before = None
        for glyph in sorted(face.widths):
            if before is None or glyph != before + 1:
                widths.append(b"%s%d[" % (b"]" if widths else b"", glyph))
            widths.append(b"%g " % face.widths[glyph])
            before = glyph
        widest = max(face.widths.values())
        flags = face.flags + (len(face.widths) > 1 and len(set(face.widths.values())) == 1)
        cff = kind == "cff"
        self.file.add(
            descriptor,
            b"<</Type/FontDescriptor/FontName%s/FontFamily%s/Flags %d/FontBBox[0 %d %d %d]/ItalicAngle 0/Ascent %d"
            b"/Descent %d/CapHeight %d/StemV 80/StemH 80/FontFile%d %d 0 R>>"
            % (face.name, _string(face.family), flags, face.descent, widest, face.ascent, face.ascent, face.descent,
               face.ascent, 3 if cff else 2, file),
        )  # fmt: skip
        self.file.add(
            descendant,
            b"<</Type/Font/Subtype/CIDFontType%d%s/BaseFont%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            b"/Supplement 0>>/W[%s]]/FontDescriptor %d 0 R>>"
            % (0 if cff else 2, b"" if cff else b"/CIDToGIDMap/Identity", face.name, b"".join(widths), descriptor),
        )
        self.file.add(
            font,
            b"<</Type/Font/Subtype/Type0/BaseFont%s/Encoding/Identity-H/ToUnicode %d 0 R/DescendantFonts[%d 0 R]>>"
            % (face.name, map_, descendant),
        )
        return font


def _copied(face: Face) -> Face:
    return Face(
        face.resource, face.name, face.family, face.file, face.flags, face.ascent, face.descent,
        dict(face.widths), dict(face.characters),
    )  # fmt: skip


@lru_cache(maxsize=16)
def _font_file(file: str, glyphs: tuple[int, ...]) -> tuple[str, int, bytes]:
    """Kind, size and deflated bytes of a font file."""
    kind, data = embedding.embedded(file, glyphs)
    return kind, len(data), zlib.compress(data, 6)


@lru_cache(maxsize=32)
def _to_unicode(characters: tuple[tuple[int, str], ...]) -> bytes:
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CIDSystemInfo << /Registry (Adobe) "
        "/Ordering (UCS) /Supplement 0 >> def /CMapName /Adobe-Identity-UCS def /CMapType 2 def "
        "1 begincodespacerange <0000> <ffff> endcodespacerange"
    ]
    for start in range(0, len(characters), 100):
        batch = characters[start : start + 100]
        lines.append(f"{len(batch)} beginbfchar")
        lines += [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in batch]
        lines.append("endbfchar")
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return zlib.compress("\n".join(lines).encode(), 6)


# -- for the press -----------------------------------------------------------------------------------------------


class _Press(_Assembly):
    version = "1.6"
    kind = 1

    def layer(self, fragment: Fragment) -> Layer:
        return fragment.press

    def frame(self, leaf: Leaf) -> tuple[bytes, bytes, bytes]:
        media, bleed, begin = press.frame(leaf.trim, leaf.trim[0] - leaf.bleed[0])
        return begin, b"/MediaBox%s/BleedBox%s/TrimBox%s" % (_box(media), _box(bleed), _box(leaf.trim)), b"Q"


# -- for the screen ----------------------------------------------------------------------------------------------


class _Screen(_Assembly):
    def __init__(self, fragments: Sequence[Fragment], book: Sequence[Place], mark: Mark | None) -> None:
        super().__init__(fragments, book, mark)
        for index, fragment in enumerate(fragments):
            for number in range(len(fragment.links)):
                self.links[index, number] = self.file.new()
        self.parents: list[bytes] = []
        self.owned: dict[tuple[int, int], int] = {}
        for index, fragment in enumerate(fragments):
            for number, owner in enumerate(fragment.tags.links):
                if owner is not None:
                    self.owned[index, number] = len(book) + len(self.owned)
        self.anchors: dict[str, tuple[int, float, float]] = {}
        for number, place in enumerate(book):
            if place.leaf is not None:
                leaf = fragments[place.fragment].leaves[place.leaf]
                for name, x, y in leaf.anchors:
                    self.anchors.setdefault(name, (number, x + self.shift(place, leaf), y))

    def layer(self, fragment: Fragment) -> Layer:
        return fragment.screen

    def frame(self, leaf: Leaf) -> tuple[bytes, bytes, bytes]:
        box = _box(leaf.trim)
        return b"", b"/MediaBox%s/CropBox%s/TrimBox%s" % (box, box, box), b""

    def made(self) -> bytes:
        for (index, number), holder in self.links.items():
            self.write_link(index, number, holder)
        return super().made()

    def write_link(self, index: int, number: int, holder: int) -> None:
        fragment = self.fragments[index]
        link = fragment.links[number]
        place = self.book[self.leaves[index, link.leaf]]
        shift = self.shift(place, fragment.leaves[link.leaf])
        left, bottom, right, top = link.area
        target, inside = link.target, not link.external
        if target.startswith(ELSEWHERE):
            target, inside = target[len(ELSEWHERE) :], True
        if inside:
            if target not in self.anchors:
                raise KeyError(target)
            way = b"/Dest" + _string(target)
        else:
            way = b"/A<</Type/Action/S/URI/URI%s>>" % _string(target)
        owned = self.owned.get((index, number))
        parent = b"/StructParent %d" % owned if owned is not None else b""
        self.file.add(
            holder,
            b"<</Type/Annot/Subtype/Link/F 4/Rect%s/BS<</W 0>>/Contents%s%s%s>>"
            % (_box((left + shift, bottom, right + shift, top)), _string(target), way, parent),
        )

    def entries(self, number: int, place: Place) -> bytes:
        assert place.leaf is not None
        fragment = self.fragments[place.fragment]
        links = [self.links[place.fragment, n] for n, link in enumerate(fragment.links) if link.leaf == place.leaf]
        annotations = b"/Annots[%s]" % b" ".join(b"%d 0 R" % n for n in links) if links else b""
        return b"/Tabs/S/StructParents %d%s" % (number, annotations)

    def more(self) -> bytes:
        """Destinations, outline and tags."""
        names = b"".join(
            b"%s[%d 0 R/XYZ %s %s 0]" % (_string(name), self.pages + page, _decimal(x), _decimal(y))
            for name, (page, x, y) in sorted(self.anchors.items(), key=lambda item: _sorted_as(item[0]))
        )
        holder = self.file.new()
        self.file.add(holder, b"<</Names[%s]>>" % names)
        outline = self.outline()
        more = b"/Names<</Dests %d 0 R>>" % holder if names else b""
        return more + outline + b"/StructTreeRoot %d 0 R" % self.tag_tree()

    def tag_tree(self) -> int:
        root, tree = self.file.new(), self.file.new()
        kids, entries = [], []
        for index, fragment in enumerate(self.fragments):
            kids += [b"%d 0 R" % (self.bases[index] + kid) for kid in fragment.tags.top]
        for number, place in enumerate(self.book):
            if place.leaf is not None:
                base = self.bases[place.fragment]
                owners = self.fragments[place.fragment].tags.marks[place.leaf]
                entries.append(b"%d[%s]" % (number, b" ".join(b"%d 0 R" % (base + o) for o in owners)))
        for (index, link), parent in self.owned.items():
            owner = self.fragments[index].tags.links[link]
            assert owner is not None
            entries.append(b"%d %d 0 R" % (parent, self.bases[index] + owner))
        self.file.add(tree, b"<</Nums[%s]>>" % b" ".join(entries))
        self.file.add(root, b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R>>" % (self.tags, tree))
        self.file.add(self.tags, b"<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>" % (root, b" ".join(kids)))
        return root

    def outline(self) -> bytes:
        """The outline, as deep as its levels say; a level that is left out makes no step."""
        top: list[_Line] = []
        open_: list[tuple[int, list[_Line]]] = [(0, top)]
        for label, level, page, x, y in self.bookmarks():
            while open_[-1][0] >= level:
                open_.pop()
            line = _Line(self.file.new(), label, page, x, y, [])
            open_[-1][1].append(line)
            open_.append((level, line.below))
        if not top:
            return b""
        root = self.file.new()
        count = self.write_lines(top, root)
        self.file.add(
            root, b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (top[0].number, top[-1].number, count)
        )
        return b"/Outlines %d 0 R" % root

    def bookmarks(self) -> Iterator[tuple[str, int, int, float, float]]:
        for index, fragment in enumerate(self.fragments):
            for mark in fragment.bookmarks:
                page = self.leaves[index, mark.leaf]
                shift = self.shift(self.book[page], fragment.leaves[mark.leaf])
                yield mark.label, mark.level, page, mark.x + shift, mark.y

    def write_lines(self, lines: Sequence[_Line], parent: int) -> int:
        """Write the lines below ``parent``; how many there are in all."""
        count = len(lines)
        for number, line in enumerate(lines):
            below = self.write_lines(line.below, line.number) if line.below else 0
            count += below
            entries = b"/Count %d" % below
            if line.below:
                entries += b"/First %d 0 R/Last %d 0 R" % (line.below[0].number, line.below[-1].number)
            if number:
                entries += b"/Prev %d 0 R" % lines[number - 1].number
            if number + 1 < len(lines):
                entries += b"/Next %d 0 R" % lines[number + 1].number
            self.file.add(
                line.number,
                b"<</Title%s/Parent %d 0 R/Dest[%d 0 R/XYZ %s %s 0]%s>>"
                % (_string(line.label), parent, self.pages + line.page, _decimal(line.x), _decimal(line.y), entries),
            )
        return count


@dataclass(frozen=True)
class _Line:
    number: int
    label: str
    page: int
    x: float
    y: float
    below: list[_Line]


def _sorted_as(name: str) -> bytes:
    """Names stand in the order of their bytes (ISO 32000-1 7.9.6)."""
    try:
        return name.encode("ascii")
    except UnicodeEncodeError:
        return b"\xfe\xff" + name.encode("utf-16-be")
