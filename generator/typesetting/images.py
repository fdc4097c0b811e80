"""Pictures of a PDF made anew for one use: no finer than they are shown, in its colours; each once, in a store."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops

from generator import rasters
from generator.store import Store

#: What a picture is described by, besides its data.
_DESCRIBED = ("/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Filter", "/DecodeParms", "/Decode")
_SPACES = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}


@dataclass(frozen=True)
class Use:
    """Pictures ``fine`` (dots an inch) or finer are made just fine ``enough``; how photographs are coded.

    With ``halved``, their colours are half as fine as their light.
    """

    name: str
    fine: float
    enough: float
    quality: int
    halved: bool


@dataclass(frozen=True)
class Paint:
    """Turns a picture (L, RGB or CMYK) into other colours; ``ground`` is all that this depends on."""

    apply: Callable[[Image.Image], Image.Image]
    ground: str | bytes | None


def remake(picture: Any, resolution: float, use: Use, store: Store, paint: Paint | None = None) -> None:
    """Make a picture of ``resolution`` (dots an inch where it is shown largest) fit for a use, with its soft mask.

    A photograph (JPEG) stays one, all else stays lossless; without a ``paint``, what would not become smaller stays.
    """
    pixels = int(picture.Width), int(picture.Height)
    size = rasters.scaled_size(pixels, use.enough / resolution) if resolution > use.fine else None
    if size is None and paint is None:
        return
    mask = picture.get("/SMask")
    described = Dictionary({key: picture[key] for key in _DESCRIBED if key in picture}).unparse(resolved=True)
    came = [described, picture.read_raw_bytes(), mask.read_raw_bytes() if mask is not None else b""]
    ground = (paint.ground or b"") if paint is not None else "as it is"
    made = store.keep([repr(use), repr(size), ground, *came], lambda: _made(picture, size, use, paint))
    if made and (paint is not None or len(made) < sum(map(len, came))):
        _put(picture, made)


def _made(picture: Any, size: tuple[int, int] | None, use: Use, paint: Paint | None) -> bytes:
    """The picture as its size, mode and coding, its data and those of its mask; nothing if it is to stay."""
    image = came = _image(picture)
    photograph = image.format is not None
    if size is not None:
        image = rasters.scaled(image, size) or image
    if image is came and paint is None:
        return b""
    if photograph and image.mode == "CMYK" and "/Decode" not in picture:
        image = ImageChops.invert(image)  # Pillow takes every such JPEG for one of Adobe's, in which 0 is full ink
    alpha = image.getchannel("A") if image is not came and image.mode.endswith("A") else None
    image = image.convert("L" if image.mode in ("L", "LA") else "CMYK" if image.mode == "CMYK" else "RGB")
    if paint is not None:
        image = paint.apply(image)
    if photograph:
        buffer = BytesIO()
        image.save(buffer, "JPEG", quality=use.quality, subsampling=2 if use.halved else 0)
        data = buffer.getvalue()
    else:
        data = rasters.deflated(image)
    head = json.dumps([*image.size, image.mode, photograph, len(data)]).encode()
    return head + b"\n" + data + (rasters.deflated(alpha) if alpha is not None else b"")


def _image(picture: Any) -> Image.Image:
    """As Pillow has it: a photograph is opened and not read yet, all else has the soft mask as its alpha."""
    if "/DCTDecode" in str(picture.get("/Filter")):
        return Image.open(BytesIO(picture.read_raw_bytes()))
    image = pikepdf.PdfImage(picture).as_pil_image()
    image.format = None
    if "/SMask" in picture and not image.mode.endswith("A"):
        image.putalpha(pikepdf.PdfImage(picture.SMask).as_pil_image())
    return image


def _put(picture: Any, made: bytes) -> None:
    head, _, data = made.partition(b"\n")
    width, height, mode, photograph, length = json.loads(head)
    for key in ("/Decode", "/DecodeParms"):
        if key in picture:
            del picture[key]
    if photograph:
        picture.Width, picture.Height, picture.ColorSpace = width, height, _SPACES[mode]
        picture.BitsPerComponent = 8
        picture.write(data[:length], filter=Name.DCTDecode)
        if mode == "CMYK":
            picture.Decode = Array([1, 0] * 4)  # Adobe's way, which Pillow writes
    else:
        _put_deflated(picture, width, height, mode, data[:length])
    if data[length:]:
        _put_deflated(picture.SMask, width, height, "L", data[length:])


def _put_deflated(picture: Any, width: int, height: int, mode: str, data: bytes) -> None:
    picture.Width, picture.Height, picture.ColorSpace = width, height, _SPACES[mode]
    picture.BitsPerComponent = 8
    rows = Dictionary(Predictor=15, Colors=len(mode), Columns=width)  # filtered as in PNG
    picture.write(data, filter=Name.FlateDecode, decode_parms=rows)
