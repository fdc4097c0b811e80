"""Raster pictures as they leave the house: no finer than they are shown, pixels and nothing else."""

from __future__ import annotations

import io
import math
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from generator.diagnostics import Diagnostic, Span, Text, error, say
from generator.model import Asset
from generator.store import NOWHERE, Store

if TYPE_CHECKING:
    from PIL import Image  # many publications have no photograph

#: Chunks of a PNG that say how it looks (PNG 3rd ed., 11); text, time and EXIF are not among them.
_CHUNKS = frozenset("IHDR PLTE IDAT IEND tRNS iCCP sRGB gAMA cHRM sBIT pHYs".split())
_PNG = b"\x89PNG\r\n\x1a\n"
#: What an APPn segment of a JPEG must begin with to be kept: density, colour profile, colour transform.
_APPLICATIONS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_COMMENT, _SCAN, _END, _ADOBE = 0xFE, 0xDA, 0xD9, 0xEE
_ORIENTATION = 0x0112
#: What a colour profile says of its colours, by Pillow's mode.
_SPACES = {"L": b"GRAY", "LA": b"GRAY", "1": b"GRAY", "I;16": b"GRAY", "CMYK": b"CMYK"}

#: The quality of photographs that are looked at on screens; their colours may be half as fine as their light.
QUALITY = 85
#: Pictures of no more pixels than these weigh little, and may be codes that a telephone reads: they stay as they are.
_SMALL = 200_000
#: Lossless pictures of so few colours are drawn with hard edges (codes, plans, scans of type): they stay as they are,
#: as they weigh less than with the colours in between.
_FLAT = 16
#: What can be scaled, of the modes of Pillow; palettes are made colours before.
_SCALABLE = ("L", "LA", "RGB", "RGBA", "CMYK")


# -- no finer than they are shown ----------------------------------------------------------------------------


def fitted(asset: Asset, width: int, store: Store = NOWHERE) -> Asset:
    """The picture with at most ``width`` pixels across: in the same format, lossless if it was, if that is smaller."""
    size = scaled_size((asset.width, asset.height), width / max(asset.width, 1))
    if size is None or asset.media_type not in ("image/png", "image/jpeg"):
        return asset
    data = store.keep(["fitted", repr(size), asset.data], lambda: _fitted(asset.data, size))
    return replace(asset, data=data, width=size[0], height=size[1]) if data else asset


def scaled_size(pixels: tuple[int, int], scale: float) -> tuple[int, int] | None:
    """What is left of so many pixels, scaled; nothing if they are to stay."""
    if scale >= 1 or pixels[0] * pixels[1] <= _SMALL:
        return None
    width, height = (max(1, math.ceil(round(side * scale, 3))) for side in pixels)
    return width, height


def scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image | None:
    """A picture made smaller; nothing if that would only blur it. One that was opened as JPEG is read at that size."""
    from PIL import Image

    if image.format in ("JPEG", "MPO"):
        image.draft(image.mode, (2 * size[0], 2 * size[1]))
    elif image.getcolors(_FLAT) is not None:
        return None
    if image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3) if image.mode in _SCALABLE else None


def _fitted(data: bytes, size: tuple[int, int]) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        made, profile, photograph = scaled(image, size), image.info.get("icc_profile"), image.format != "PNG"
    if made is None:
        return b""
    buffer = io.BytesIO()
    if photograph:
        made.save(buffer, "JPEG", quality=QUALITY, icc_profile=profile)
    else:
        made.save(buffer, "PNG", icc_profile=profile)
    return buffer.getvalue() if buffer.tell() < len(data) else b""


def deflated(image: Image.Image) -> bytes:
    """The rows of a picture (L, RGB or CMYK) filtered and compressed as in PNG, which PDF takes as they are."""
    from PIL import Image

    if image.mode == "CMYK":  # of four channels, as PNG has with transparency
        image = Image.frombytes("RGBA", image.size, image.tobytes())
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return b"".join(chunk[8:-4] for chunk in _chunks(buffer.getvalue()) if chunk[4:8] == b"IDAT")


# -- what is taken -------------------------------------------------------------------------------------------

#: Bytes, pixels and pixels of one side that a picture may have; scans of a JPEG, each of which costs as much as all.
LARGEST, MOST_PIXELS, LONGEST, MOST_SCANS = 50_000_000, 25_000_000, 20_000, 64
_KINDS = {b"\x89PNG\r\n\x1a\n": ("PNG", "image/png"), b"\xff\xd8\xff": ("JPEG", "image/jpeg")}


def examined(asset: Asset, span: Span, store: Store = NOWHERE) -> Asset | Diagnostic:
    """The picture with its size, or why it can't be taken. ``store`` remembers pictures that were sound.

    It is looked at as it will be used, :func:`cleaned`, and decoded to its last row: what is cut short, or swells,
    or only begins like a picture must be known before anything is set.
    """
    from PIL import Image

    data = asset.data
    if len(data) > LARGEST:
        return _too_large(span, say("{size} MB", size=len(data) // 1_000_000))
    found = next((kind for head, kind in _KINDS.items() if data.startswith(head)), None)
    if found is None:
        return _broken(span, say("不是 PNG，也不是 JPEG"))
    if found[1] != asset.media_type:
        message = say("这张图片其实是 {kind}，后缀写错了", kind=found[0])
        return error("compose.picture_suffix", message, span, say("按它真正的格式改后缀，或重新导出"))
    try:
        kept = b"".join(_pieces(asset))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its size is looked at here
            with Image.open(io.BytesIO(kept), formats=[found[0]]) as image:
                width, height = image.size
                if width * height > MOST_PIXELS or max(width, height) > LONGEST:
                    return _too_large(span, say("{width}×{height} 像素", width=width, height=height))
                store.keep(["sound", kept], lambda: _decoded(image, kept))
    except Image.DecompressionBombError:
        return _too_large(span, say("多于一亿像素"))
    except Exception:  # of what is no picture, Pillow raises whatever comes
        return _broken(span, say("数据不全或已损坏"))
    return replace(asset, width=width, height=height)


def _decoded(image: Image.Image, data: bytes) -> bytes:
    image.load()
    if image.format == "PNG" and _inflated(data) != _rows(data):
        raise IndexError("rows")
    return b"sound"


def _rows(data: bytes) -> int:
    """How many bytes the filtered rows of a PNG come to (PNG 3rd ed., 7.2 and 8.1)."""
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    bits = depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    passes = _ADAM if interlaced else ((0, 0, 1, 1),)
    sizes = ((-(-(width - x) // across), -(-(height - y) // down)) for x, y, across, down in passes)
    return sum(high * (1 + -(-wide * bits // 8)) for wide, high in sizes if wide > 0 and high > 0)


def _inflated(data: bytes) -> int:
    """How many bytes the image data of a PNG come to: counted, not kept, and no further than anybody may have."""
    inflate, size = zlib.decompressobj(), 0
    for piece in (chunk[8:-4] for chunk in _chunks(data) if chunk[4:8] == b"IDAT"):
        while piece and not inflate.eof and size <= 9 * MOST_PIXELS:
            size += len(inflate.decompress(piece, 1 << 20))
            piece = inflate.unconsumed_tail
    return size + len(inflate.decompress(b"", 1 << 20))


#: Where the passes of an interlaced PNG begin and how far their pixels are apart, across and down.
_ADAM = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def _broken(span: Span, reason: Text) -> Diagnostic:
    message = say("这张图片打不开：{reason}", reason=reason)
    return error("compose.picture_broken", message, span, say("重新导出这张图"))


def _too_large(span: Span, size: Text) -> Diagnostic:
    message = say("图片太大：{size}", size=size)
    hint = say("缩到 {pixels} 万像素以内、{size} MB 以内再用；印满一页 300 dpi 的 A4 也只要 870 万像素",
               pixels=MOST_PIXELS // 10_000, size=LARGEST // 1_000_000)  # fmt: skip
    return error("compose.picture_too_large", message, span, hint)


# -- nothing of the camera -----------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def cleaned(asset: Asset, store: Store = NOWHERE) -> Asset:
    """The picture coded anew from its pixels: without EXIF, XMP, IPTC, comments, thumbnails, whatever stood behind it.

    Upright if only EXIF said which way is up, with no more than 8 bits a channel. A colour profile that is one is
    kept, and so are the tables of a photograph, by which it loses next to nothing. Raises ``ValueError`` for a file
    that is broken.
    """
    if asset.media_type not in ("image/png", "image/jpeg"):
        return asset
    try:
        data = store.keep(["pixels", asset.data], lambda: _pixels(asset.data))
        width, height = _size(data)
    except (struct.error, IndexError, OSError, SyntaxError) as broken:
        raise ValueError(asset.name) from broken
    return replace(asset, data=data, width=width, height=height)


def _pieces(asset: Asset) -> Iterator[bytes]:
    """What of a picture's file is looked at at all."""
    if asset.media_type == "image/png":
        yield _PNG
        yield from _chunks(asset.data)
    else:
        yield from _segments(asset.data)


def _has_profile(image: Image.Image) -> bool:
    """Whether a picture's colour profile is one, and of its kind of colours (ICC.1:2022, 7.2)."""
    from PIL import ImageCms

    profile, space = image.info.get("icc_profile") or b"", _SPACES.get(image.mode, b"RGB ")
    try:
        ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except Exception:  # of what is no profile Pillow raises whatever comes
        return False
    return bool(profile[16:20] == space and profile[36:40] == b"acsp")


def _size(data: bytes) -> tuple[int, int]:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        return image.size


def _pixels(data: bytes) -> bytes:
    from PIL import Image, ImageOps

    buffer = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        kept = {name: image.info[name] for name in ("icc_profile", "dpi") if image.info.get(name)}
        photograph, shades = image.format != "PNG", image.info.get("transparency")
        if not _has_profile(image):
            kept.pop("icc_profile", None)
        image.load()
        turned = image.getexif().get(_ORIENTATION, 1) != 1
        made: Image.Image = ImageOps.exif_transpose(image) if turned else image
        if made.mode.startswith("I"):  # 16 bits a channel
            made = made.convert("I").point([value >> 8 for value in range(1 << 16)], "L")
        made.info = {} if shades is None else {"transparency": shades}
        if not photograph:
            made.save(buffer, "PNG", **kept)
            return _PNG + b"".join(_chunks(buffer.getvalue()))
        if turned:
            made.save(buffer, "JPEG", quality=95, subsampling=0, **kept)
        else:
            made.format = "JPEG"  # of several pictures in one file (MPO) the first
            made.save(buffer, "JPEG", quality="keep", **kept)
    # what takes 0 for full ink says so; what doesn't, must not
    inked = b"Adobe" in data[: data.find(b"\xff\xda")]
    return b"".join(s for s in _segments(buffer.getvalue()) if inked or s[1] != _ADOBE)


def _chunks(data: bytes) -> Iterator[bytes]:
    """The chunks of a PNG that are kept: length, name, content and checksum each."""
    position = len(_PNG)
    name = ""
    while name != "IEND":
        length, code = struct.unpack_from(">I4s", data, position)
        name, end = code.decode("latin-1"), position + length + 12
        if end > len(data) or zlib.crc32(data[position + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
            raise IndexError(name)
        if name in _CHUNKS:
            yield data[position:end]
        position = end


def _segments(data: bytes) -> Iterator[bytes]:
    """The segments of a JPEG that are kept, its scans among them; what follows its end is another file."""
    yield data[:2]
    position, marker, scans = 2, 0, 0
    while marker != _END:
        while data[position + 1] == 0xFF:  # fill bytes
            position += 1
        marker = data[position + 1]
        end = position + 2 + (0 if marker == _END else struct.unpack_from(">H", data, position + 2)[0])
        if marker == _SCAN:
            end, scans = _scan_end(data, end), scans + 1
            if scans > MOST_SCANS:
                raise IndexError(scans)
        own = 0xE0 <= marker <= 0xEF or marker == _COMMENT
        if not own or data[position + 4 : end].startswith(_APPLICATIONS.get(marker, b"\0none")):
            yield data[position:end]
        position = end


def _scan_end(data: bytes, position: int) -> int:
    """Where the coded data of a scan end: at the next marker that is neither stuffing nor a restart."""
    while True:
        position = data.index(b"\xff", position)
        if data[position + 1] != 0 and not 0xD0 <= data[position + 1] <= 0xD7 and data[position + 1] != 0xFF:
            return position
        position += 1 if data[position + 1] == 0xFF else 2
