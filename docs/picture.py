"""Sets pages of the built PDFs on a neutral ground: the picture at the head of the README.

``python docs/picture.py OUT.png EDITION:PAGE[-PAGE] …`` – one leaf or spread each, from left to right.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFilter

BUILD = Path(__file__).parent.parent / "build"
GROUND = (228, 229, 226)
HEIGHT, GAP, MARGIN = 560, 36, 40
COLOURS = 96


def leaf(source: str) -> Image.Image:
    """The pages named by ``jinniu-2023-3:12-13`` side by side, without a gap."""
    edition, _, pages = source.partition(":")
    first, _, last = pages.partition("-")
    document = pypdfium2.PdfDocument(min((BUILD / edition).glob("*.pdf"), key=lambda p: len(p.name)))
    drawn = [document[n - 1] for n in range(int(first), int(last or first) + 1)]
    images = [page.render(scale=2 * HEIGHT / page.get_height()).to_pil().convert("RGB") for page in drawn]
    images = [i.resize((round(i.width * HEIGHT / i.height), HEIGHT), Image.Resampling.LANCZOS) for i in images]
    spread = Image.new("RGB", (sum(i.width for i in images), HEIGHT))
    left = 0
    for image in images:
        spread.paste(image, (left, 0))
        left += image.width
    if len(images) > 1:  # the fold
        ImageDraw.Draw(spread).line([(images[0].width, 0), (images[0].width, HEIGHT)], fill=(214, 214, 212))
    return spread


def picture(sources: list[str]) -> Image.Image:
    leaves = [leaf(source) for source in sources]
    width = sum(image.width for image in leaves) + GAP * (len(leaves) - 1) + 2 * MARGIN
    ground = Image.new("RGB", (width, HEIGHT + 2 * MARGIN), GROUND)
    shadow = Image.new("L", ground.size)
    left = MARGIN
    for image in leaves:
        ImageDraw.Draw(shadow).rectangle((left + 3, MARGIN + 6, left + image.width + 3, MARGIN + HEIGHT + 6), fill=90)
        left += image.width + GAP
    ground.paste((40, 44, 46), mask=shadow.filter(ImageFilter.GaussianBlur(9)))
    left = MARGIN
    for image in leaves:
        ground.paste(image, (left, MARGIN))
        left += image.width + GAP
    return ground.quantize(COLOURS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    target, *sources = sys.argv[1:]
    picture(sources).save(target, optimize=True)
    print(target, Path(target).stat().st_size // 1024, "KiB")
