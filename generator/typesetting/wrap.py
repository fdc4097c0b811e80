"""The cover wrap (封面展开): back cover, spine and front cover on one sheet, their insides on its other side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.typesetting.sheet import ROOM, Box, Lettered, Marks, Placed, Sheets, Stretched

#: What hot-melt glue adds to a spine, millimetres.
GLUE = 0.3
#: The narrowest spine that bears lettering, millimetres (GB/T 11668—1989).
LETTERED = 5.0

#: The strip along an edge of the cover that a spine goes on from, millimetres.
_STRIP = 0.5
#: How much a channel may differ (of 255) along an edge that is one colour; how bright a ground is that bears black.
_EVEN, _BRIGHT = 12, 140


@dataclass(frozen=True)
class Ground:
    """What a spine goes on from: the front cover's left edge or the back cover's right one; whether it is dark."""

    front: bool
    dark: bool


def spine_width(leaves: int, thickness: float, cover: float) -> float:
    """Millimetres: the leaves of the block, the cover on both sides, the glue; to a tenth."""
    return round(leaves * thickness + 2 * cover + GLUE, 1)


def ground(data: bytes) -> Ground:
    """The cover that is of one colour where the spine begins: the front if it is, else the back if it is."""
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        front = _edge(document[0], right=False)
        back = _edge(document[len(document) - 1], right=True)
        if front[0] or not back[0]:
            return Ground(True, front[1])
        return Ground(False, back[1])


def _edge(page: Any, *, right: bool) -> tuple[bool, bool]:
    """Whether an edge of a page's trim is of one colour, and dark."""
    from PIL import ImageStat

    left, bottom, x1, top = page.get_trimbox()
    image = page.render(scale=1, may_draw_forms=False).to_pil().convert("RGB")
    media = page.get_mediabox()
    x = (x1 - 2 if right else left + 1) - media[0]
    strip = image.crop((int(x), int(media[3] - top) + 1, int(x) + 1, int(media[3] - bottom) - 1))
    even = all(high - low <= _EVEN for low, high in strip.getextrema())
    return even, ImageStat.Stat(strip.convert("L")).mean[0] < _BRIGHT


def wrap(
    data: bytes, spine: float, ground: Ground, *, slugs: bytes | None = None, lettering: bytes | None = None
) -> bytes:
    """Outside and inside of the cover as two pages, from the first and last two pages of a book.

    ``spine`` millimetres wide, 0 for sheets folded into each other; it goes on from ``ground``, and bears
    ``lettering``, a page that is turned to run down it. ``slugs`` has a line for each side.
    """
    sheets = Sheets(data)
    bleed, page = sheets.bleed, sheets.trim
    left = bottom = bleed + ROOM
    trim = Box(left, bottom, left + 2 * page.width + spine, bottom + page.height)
    size = (trim.right + left, trim.top + bottom)
    folds = (left + page.width, left + page.width + spine)
    under = min(bleed, spine / 2)  # the covers' own bleed: no white hairline between them and the spine
    last = len(sheets) - 1
    marks = Marks((trim.left, trim.right), (trim.bottom, trim.top), sorted(set(folds)))
    for number, (left_page, right_page) in enumerate(((last, 0), (1, last - 1))):
        items: list[Placed | Stretched | Lettered] = [
            Placed(left_page, trim.left, bottom, _until(trim.grown(bleed), right=folds[0] + under)),
            Placed(right_page, folds[1], bottom, _until(trim.grown(bleed), left=folds[1] - under)),
        ]
        if spine and number == 0:
            back = Box(folds[0], bottom - bleed, folds[1], trim.top + bleed)
            items.append(Stretched(0 if ground.front else last, not ground.front, _STRIP, back))
            if lettering is not None:
                along = Box(folds[0], bottom, folds[1], trim.top)
                items.append(Lettered(lettering, 0, along, "paper" if ground.dark else "black", turned=True))
        if slugs is not None:
            items.append(Lettered(slugs, number, trim.grown(bleed).slug, ink="all"))
        sheets.add(size, trim, bleed, items, marks)
    return sheets.finished()


def _until(box: Box, *, left: float | None = None, right: float | None = None) -> Box:
    return Box(box.left if left is None else left, box.bottom, box.right if right is None else right, box.top)
