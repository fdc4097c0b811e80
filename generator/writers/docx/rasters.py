"""Raster pictures as they leave the house: pixels, colours and density, nothing of the camera or the place."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from generator.model import Asset

#: Chunks of a PNG that say how it looks (PNG 3rd ed., 11); text, time and EXIF are not among them.
_CHUNKS = frozenset("IHDR PLTE IDAT IEND tRNS iCCP sRGB gAMA cHRM sBIT pHYs".split())
_PNG = b"\x89PNG\r\n\x1a\n"
#: What an APPn segment of a JPEG must begin with to be kept: density, colour profile, colour transform.
_APPLICATIONS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_COMMENT, _SCAN, _END = 0xFE, 0xDA, 0xD9
_ORIENTATION = 0x0112


@lru_cache(maxsize=64)
def cleaned(asset: Asset) -> Asset:
    """The picture without EXIF, XMP, IPTC, comments, thumbnails; turned upright if only EXIF did so.

    Pixels are not coded anew but for a turn. Raises ``ValueError`` for a file that is broken.
    """
    try:
        if asset.media_type == "image/png":
            return replace(asset, data=_PNG + b"".join(_chunks(asset.data)))
        if asset.media_type == "image/jpeg":
            upright = _upright(asset)
            return replace(upright, data=b"".join(_segments(upright.data)))
    except (struct.error, IndexError, OSError) as broken:
        raise ValueError(asset.name) from broken
    return asset


def _upright(asset: Asset) -> Asset:
    from PIL import Image, ImageOps  # many publications have no photograph

    with Image.open(io.BytesIO(asset.data)) as image:
        if image.getexif().get(_ORIENTATION, 1) == 1:
            return asset
        turned = ImageOps.exif_transpose(image)
        buffer = io.BytesIO()
        turned.save(buffer, "JPEG", quality=95, subsampling=0, icc_profile=image.info.get("icc_profile"))
    return replace(asset, data=buffer.getvalue(), width=turned.width, height=turned.height)


def _chunks(data: bytes) -> Iterator[bytes]:
    """The chunks of a PNG that are kept: length, name, content and checksum each."""
    position = len(_PNG)
    name = ""
    while name != "IEND":
        length, code = struct.unpack_from(">I4s", data, position)
        name, end = code.decode("latin-1"), position + length + 12
        if end > len(data):
            raise IndexError(name)
        if name in _CHUNKS:
            yield data[position:end]
        position = end


def _segments(data: bytes) -> Iterator[bytes]:
    """The segments of a JPEG that are kept, its scans among them; what follows its end is another file."""
    yield data[:2]
    position, marker = 2, 0
    while marker != _END:
        while data[position + 1] == 0xFF:  # fill bytes
            position += 1
        marker = data[position + 1]
        end = position + 2 + (0 if marker == _END else struct.unpack_from(">H", data, position + 2)[0])
        if marker == _SCAN:
            end = _scan_end(data, end)
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
