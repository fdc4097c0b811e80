"""Fonts for a whole file: a base of each face with the usual characters, and of it the glyphs that were used."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import uharfbuzz as hb

#: Tables that readers of PDF have no use for.
_USELESS = ("GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "name", "post", "OS/2", "DSIG", "STAT")
#: Raise when bases change.
_VERSION = "2"


def _repertoire() -> frozenset[int]:
    """Characters of everyday Chinese print: GB 2312, Latin, punctuation, symbols, forms for compatibility."""
    ranges = ((0x20, 0x250), (0x370, 0x530), (0x1E00, 0x2700), (0x2E80, 0x3400), (0xFE10, 0xFE70), (0xFF00, 0xFFF0))
    points = {point for start, stop in ranges for point in range(start, stop)}
    for first in range(0xB0, 0xF8):
        row = bytes(byte for second in range(0xA1, 0xFF) for byte in (first, second))
        points.update(map(ord, row.decode("gb2312", errors="ignore")))
    return frozenset(points)


REPERTOIRE = _repertoire()


def base(face: Path, *, whole: bool) -> Path:
    """A face with the glyphs of ``REPERTOIRE`` (``whole``: all of its own), made once beside it.

    Glyphs have their own numbers for character identifiers: WeasyPrint writes those, Ghostscript and Acrobat go by
    the identifiers of a CFF font, and a subset of a Chinese font keeps the old ones unless told not to. They share
    one dictionary, as not every reader looks up which of several is whose. Raises ``OSError`` if it can't be written.
    """
    ready = face.with_name(f"{face.stem}-{'whole' if whole else 'base'}{_VERSION}{face.suffix}")
    if ready.is_file():
        return ready
    wanted = hb.SubsetInput()
    if whole:
        wanted.glyph_set.invert()
    else:
        wanted.unicode_set.update(REPERTOIRE)
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.invert()
    wanted.flags = hb.SubsetFlags.CFF_IDENTITY_CHARSET | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE
    made = hb.subset(hb.Face(hb.Blob.from_file_path(str(face))), wanted)
    part = ready.with_name(f".{os.getpid()}-{ready.name}")
    part.write_bytes(_with_one_dictionary(bytes(made.blob.data)))
    part.replace(ready)
    return ready


def _with_one_dictionary(data: bytes) -> bytes:
    """A font whose glyphs have no subroutines: the same with the widths of all of them said in one way."""
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(data), lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        top = font["CFF "].cff.topDictIndex[0] if "CFF " in font else None
        if top is None or len(getattr(top, "FDArray", ())) < 2:
            return data
        first = top.FDArray[0]
        first.Private.rawDict.pop("nominalWidthX", None)
        first.Private.nominalWidthX = 0
        first.Private.defaultWidthX = 0
        glyphs, metrics = top.CharStrings.charStringsIndex, font["hmtx"]
        for number, name in enumerate(font.getGlyphOrder()):
            glyph = glyphs[number]
            width = metrics[name][0]
            glyph.bytecode = _number(width) + glyph.bytecode[_width_ends(glyph.bytecode) :]
            glyph.private, glyph.fdSelectIndex = first.Private, 0
        top.FDArray.items = [first]
        top.FDSelect.gidArray = [0] * len(glyphs)
        made = BytesIO()
        font.save(made, reorderTables=None)
    return made.getvalue()


#: Operators of Type 2 charstrings before which a width may stand, and how many operands they have without one
#: (Adobe TN 5177, 3.1 and 4.1); of stems and masks any even number.
_OPERANDS = {21: 2, 22: 1, 4: 1, 14: 0}


def _width_ends(code: bytes) -> int:
    """Where the width at the beginning of a charstring ends; 0 if there is none."""
    place, count, first = 0, 0, 0
    while True:
        byte = code[place]
        if byte < 32 and byte != 28:
            more = count > _OPERANDS[byte] if byte in _OPERANDS else count % 2 == 1
            if byte == 14:
                more = count in (1, 5)
            return first if more else 0
        place += 3 if byte == 28 else 5 if byte == 255 else 1 if byte < 247 else 2
        count += 1
        first = first or place


def _number(value: int) -> bytes:
    return bytes((28, *value.to_bytes(2, "big", signed=True)))


@lru_cache(maxsize=32)
def _face(path: str) -> hb.Face:
    file, _, index = path.partition("#")
    return hb.Face(hb.Blob.from_file_path(file), int(index or 0))


def embedded(path: str, glyphs: Iterable[int]) -> tuple[str, bytes]:
    """The glyphs of a font as a font file for PDF: ``cff`` (bare, by identifier) or ``ttf``, and its bytes.

    Both go by the numbers that glyphs have in the file at ``path`` (``#index`` for one of a collection).
    """
    face = _face(path)
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(glyphs)
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.DESUBROUTINIZE
    wanted.layout_feature_tag_set.clear()
    wanted.drop_table_tag_set.update(int.from_bytes(tag.ljust(4).encode(), "big") for tag in _USELESS)
    compact = "CFF " in face.table_tags
    if "#" in path or not compact or not _keyed(path):
        wanted.flags |= hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.CFF_IDENTITY_CHARSET
    made = hb.subset(face, wanted)
    return ("cff", bytes(made.reference_table("CFF ").data)) if compact else ("ttf", bytes(made.blob.data))


@lru_cache(maxsize=32)
def _keyed(path: str) -> bool:
    """Whether a CFF font goes by character identifiers: its top dictionary has ROS (12 30, Adobe TN 5176, 9)."""
    cff = bytes(_face(path).reference_table("CFF ").data)
    header = cff[2]
    names = _index_end(cff, header)
    top = cff[names : _index_end(cff, names)]
    return b"\x0c\x1e" in top


def _index_end(cff: bytes, start: int) -> int:
    count = int.from_bytes(cff[start : start + 2], "big")
    if not count:
        return start + 2
    size = cff[start + 2]
    last = start + 3 + count * size
    return start + 3 + (count + 1) * size - 1 + int.from_bytes(cff[last : last + size], "big")
