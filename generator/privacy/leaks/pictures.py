"""Pictures: what they carry besides what they show; what they show is for a person to look at."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from generator.diagnostics import Text, say
from generator.privacy.leaks import plain
from generator.privacy.leaks.sieve import Leak, Piece, Told

_PNG = b"\x89PNG\r\n\x1a\n"
#: JPEG, PNG, GIF, TIFF, BMP, Photoshop, JPEG 2000.
_MAGIC = (
    b"\xff\xd8\xff", _PNG, b"GIF8", b"II*\0", b"MM\0*", b"BM", b"8BPS", b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51",
)  # fmt: skip
#: Chunks of a PNG that say how it looks (PNG 3rd ed., 11).
_CHUNKS = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)
_TEXTS = frozenset((b"tEXt", b"zTXt", b"iTXt"))
#: Kinds of entries of a colour profile that are numbers alone (ICC.1:2022, 10).
_CURVES = frozenset((b"curv", b"para", b"mft1", b"mft2", b"mAB ", b"mBA ", b"XYZ ", b"sf32", b"chrm", b"view", b"meas"))
#: What a text of a PNG may inflate to.
_MOST = 4_000_000

EXIF, XMP, COMMENT = say("拍摄信息（EXIF）"), say("图片的属性（XMP）"), say("图片的注释")
_GPS = say("拍摄地点（GPS）")
_IPTC = say("图片的属性（IPTC）")
_MORE = say("别的附加信息")
_BEHIND = say("接在图片后面的数据")


def is_picture(data: bytes) -> bool:
    """Whether bytes are a picture of pixels, by what they begin with."""
    return (
        data.startswith(_MAGIC)
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or (data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"avif", b"mif1", b"msf1"))
    )  # fmt: skip


def read(data: bytes, where: Text) -> Iterator[Told | bytes]:
    """What a picture carries; bytes are another file behind it."""
    if data.startswith(_PNG):
        yield from _png(data, where)
    elif data.startswith(b"\xff\xd8"):
        yield from _jpeg(data, where)
    else:
        yield from _other(data, where)


def _residue(where: Text, what: Text) -> Leak:
    return Leak("residue", where, what)


def _said(data: bytes, where: Text) -> Iterator[Piece]:
    words = plain.text(data)
    if words is not None:
        yield Piece(where, words)
    yield from (Piece(where, run) for run in plain.strings(data))


def _exif(data: bytes, where: Text) -> Iterator[Told]:
    yield _residue(where, EXIF)
    if b"\x88\x25" in data or b"\x25\x88" in data:
        yield _residue(where, _GPS)
    yield from _said(data, where)


def _png(data: bytes, where: Text) -> Iterator[Told | bytes]:
    position = len(_PNG)
    while position + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        content = data[position + 8 : position + 8 + length]
        position += length + 12
        if name in _TEXTS:
            yield _residue(where, XMP if b"xmp" in content[:40] else COMMENT)
            yield from _said(content, where)
            for start in range(min(len(content), 200)):
                if content[start : start + 1] == b"x" and content[start + 1 : start + 2] in b"\x01\x5e\x9c\xda":
                    yield from _said(inflated(content[start:], _MOST), where)
        elif name == b"eXIf":
            yield from _exif(content, where)
        elif name == b"iCCP":
            title, _, packed = content.partition(b"\0")
            yield from profile(inflated(packed[1:], _MOST), where)
            yield from _said(title, where)
        elif name not in _CHUNKS:
            yield _residue(where, _MORE)
            yield from _said(content, where)
        if name == b"IEND":
            break
    if data[position:].strip(b"\0\r\n"):
        yield _residue(where, _BEHIND)
        yield data[position:]


def _jpeg(data: bytes, where: Text) -> Iterator[Told | bytes]:
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            position = data.find(b"\xff", position)
            if position < 0:
                return
            continue
        marker = data[position + 1]
        if marker in (0xFF, 0x00, 0x01) or 0xD0 <= marker <= 0xD8:
            position += 1 if marker == 0xFF else 2
            continue
        if marker == 0xD9:
            position += 2
            break
        length = struct.unpack_from(">H", data, position + 2)[0]
        content = data[position + 4 : position + 2 + length]
        if marker == 0xFE:
            yield _residue(where, COMMENT)
            yield from _said(content, where)
        elif content.startswith(b"Exif\0"):
            yield from _exif(content, where)
        elif marker == 0xE1:
            yield _residue(where, XMP)
            yield from _said(content, where)
        elif marker == 0xED:
            yield _residue(where, _IPTC)
            yield from _said(content, where)
        elif content.startswith(b"ICC_PROFILE\0"):
            yield from profile(content[14:], where)
        elif 0xE0 <= marker <= 0xEF and not content.startswith((b"JFIF\0", b"Adobe")):
            yield _residue(where, _MORE)
            yield from _said(content, where)
        elif marker == 0xE0 and len(content) > 14:
            yield _residue(where, say("图片里的缩略图"))
        position += 2 + length
        if marker == 0xDA:
            position = _scan_end(data, position)
    if position < len(data) and data[position:].strip(b"\0\r\n\xff"):
        yield _residue(where, _BEHIND)
        yield data[position:]


def _scan_end(data: bytes, position: int) -> int:
    while 0 <= (found := data.find(b"\xff", position)) < len(data) - 1:
        if data[found + 1] != 0 and not 0xD0 <= data[found + 1] <= 0xD7:
            return found
        position = found + 2
    return len(data)


def _other(data: bytes, where: Text) -> Iterator[Told]:
    """Any other kind: what is said in it as it stands."""
    if b"Exif\0\0" in data or b"EXIF" in data:
        yield _residue(where, EXIF)
    if b"<x:xmpmeta" in data or b"<?xpacket" in data:
        yield _residue(where, XMP)
    yield from _said(data, where)


def profile(data: bytes, where: Text) -> Iterator[Told]:
    """The words in a colour profile (ICC.1:2022, 10): its description, its copyright; its curves are none."""
    count = min(struct.unpack_from(">I", data, 128)[0], 200) if len(data) > 132 else 0
    for number in range(count):
        if len(data) < 144 + 12 * number:
            return
        start, length = struct.unpack_from(">II", data, 136 + 12 * number)
        content = data[start : start + length]
        if content[:4] not in _CURVES:
            yield from (Piece(where, run) for run in plain.strings(content[:100_000]))


def inflated(data: bytes, most: int) -> bytes:
    """What deflated data come to, as far as they are whole and no more than ``most`` bytes."""
    try:
        return zlib.decompressobj().decompress(data, most)
    except zlib.error:
        return b""
