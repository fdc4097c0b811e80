"""Imposition: pages put on sheets so that these, folded and gathered or cut, read from first to last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.typesetting.sheet import ROOM, Box, Lettered, Marks, Placed, Sheets

#: A page by its number from 0; None is a blank.
Slot = int | None

#: Collating marks on the backs of signatures: size, where the first stands below the head, the step down. Mm.
_COLLATING = (6.0, 15.0, 8.0)


@dataclass(frozen=True)
class Side:
    """One side of a sheet: its pages row by row, as one looks at it.

    Sheets and signatures count from 1, signature 0 meaning that there are none; ``outside`` is how many
    sheets lie around this one when it is folded.
    """

    sheet: int
    back: bool
    pages: tuple[Slot, ...]
    outside: int = 0
    signature: int = 0


@dataclass(frozen=True)
class Forme:
    """How pages stand on a sheet: trimmed size, columns and rows, what is between them. Millimetres.

    ``folded`` formes have two columns and a fold between; others are cut apart.
    """

    width: float
    height: float
    columns: int
    rows: int
    gutter: float = 0.0
    folded: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """What the trimmed pages take up together."""
        return (
            self.columns * self.width + (self.columns - 1) * self.gutter,
            self.rows * self.height + (self.rows - 1) * self.gutter,
        )

    def with_room(self, bleed: float) -> tuple[float, float]:
        """What they need with bleed and marks around."""
        return self.size[0] + 2 * (bleed + ROOM), self.size[1] + 2 * (bleed + ROOM)


# -- order ---------------------------------------------------------------------------------------------------


def padded(pages: Sequence[int], multiple: int, *, closing: bool) -> list[Slot]:
    """The pages and as many blanks as make a multiple; before the last page if that is a ``closing`` cover."""
    cut = len(pages) - 1 if closing and pages else len(pages)
    return [*pages[:cut], *[None] * (-len(pages) % multiple), *pages[cut:]]


def folded(pages: Sequence[Slot], sheets: int | None = None) -> list[Side]:
    """Sheets folded once: all in one another (骑马订), or in signatures (帖) of so many sheets side by side.

    ``pages`` are a multiple of four. The outermost sheet of a block of n pages has [n | 1] on its front and
    [2 | n − 1] on its back, the next [n − 2 | 3] and [4 | n − 3]. A signature that is short comes last but
    one: at the end a single sheet would hang by little glue.
    """
    sides, start = [], 0
    for signature, size in enumerate(_signatures(len(pages) // 4, sheets), 1):
        block = pages[start : start + 4 * size]
        for k in range(size):
            place = (k, signature if sheets else 0)
            number = start // 4 + k + 1
            sides.append(Side(number, False, (block[-1 - 2 * k], block[2 * k]), *place))
            sides.append(Side(number, True, (block[2 * k + 1], block[-2 - 2 * k]), *place))
        start += 4 * size
    return sides


def _signatures(total: int, sheets: int | None) -> list[int]:
    if sheets is None:
        return [total]
    whole, short = divmod(total, sheets)
    sizes = [sheets] * whole
    if short:
        sizes.insert(-1, short)
    return sizes


def flat(pages: Sequence[int], columns: int, rows: int, *, duplex: bool) -> list[Side]:
    """Pages side by side in reading order; in ``duplex`` the leaf's other page lies behind each one."""
    many = columns * rows
    step = 2 * many if duplex else many
    sides = []
    for number, start in enumerate(range(0, len(pages), step), 1):
        slots: list[Slot] = [*pages[start : start + step], *[None] * step][:step]
        if not duplex:
            sides.append(Side(number, False, tuple(slots)))
            continue
        behind = slots[1::2]
        mirrored = [slot for row in range(rows) for slot in reversed(behind[row * columns : (row + 1) * columns])]
        sides += [Side(number, False, tuple(slots[::2])), Side(number, True, tuple(mirrored))]
    return sides


# -- sheets --------------------------------------------------------------------------------------------------


def creep(side: Side, thickness: float) -> float:
    """How far the pages of a side move towards the spine: thickness of a leaf × sheets outside. Millimetres.

    Each sheet around pushes a folded sheet out by its own thickness, and the knife takes that from its edge.
    """
    return side.outside * thickness


def impose(
    data: bytes,
    sides: Sequence[Side],
    forme: Forme,
    size: tuple[float, float],
    *,
    scale: float = 1.0,
    thickness: float = 0.0,
    slugs: bytes | None = None,
    upside_down_backs: bool = False,
) -> bytes:
    """A PDF with one page for each side, ``size`` millimetres; forme in its middle at ``scale``.

    Pages end at the fold or half way to their neighbour, elsewhere with their bleed. Marks are drawn if there
    is ``slugs``, a PDF of a line for each side.
    """
    sheets = Sheets(data)
    bleed = sheets.bleed * scale
    width, height = forme.width * scale, forme.height * scale
    gutter = forme.gutter * scale
    whole = (forme.size[0] * scale, forme.size[1] * scale)
    left, bottom = (size[0] - whole[0]) / 2, (size[1] - whole[1]) / 2
    trim = Box(left, bottom, left + whole[0], bottom + whole[1])
    columns = [left + c * (width + gutter) for c in range(forme.columns)]
    rows = [trim.top - height - r * (height + gutter) for r in range(forme.rows)]
    inner = min(bleed, gutter / 2)
    for number, side in enumerate(sides):
        items: list[Placed | Lettered] = []
        for slot, page in enumerate(side.pages):
            if page is None:
                continue
            r, c = divmod(slot, forme.columns)
            x, y = columns[c], rows[r]
            shift = creep(side, thickness) * scale * (1 if c == 0 else -1) if forme.folded else 0.0
            clip = Box(
                x - inner if c else x + shift - bleed,
                y - (inner if r < forme.rows - 1 else bleed),
                x + width + (inner if c < forme.columns - 1 else shift + bleed),
                y + height + (inner if r else bleed),
            )
            items.append(Placed(page, x + shift, y, clip, scale))
        if slugs is not None:
            items.append(Lettered(slugs, number, trim.grown(bleed).slug, ink="all"))
        upside_down = side.back and upside_down_backs
        marks = _marks(side, forme, trim, columns, rows, (width, height)) if slugs is not None else None
        sheets.add(size, trim, bleed, items, marks, upside_down=upside_down)
    return sheets.finished()


def _marks(
    side: Side, forme: Forme, trim: Box, columns: Sequence[float], rows: Sequence[float], page: tuple[float, float]
) -> Marks:
    across = sorted({round(y, 3) for row in rows for y in (row, row + page[1])})
    if not forme.folded:
        return Marks(sorted({round(x, 3) for column in columns for x in (column, column + page[0])}), across)
    fold = (trim.left + trim.right) / 2
    blocks = []
    if side.signature and side.outside == 0 and not side.back:
        length, first, step = _COLLATING
        down = first + step * (side.signature - 1) % max(step, (trim.height - 2 * first) // step * step)
        half = max(0.5, min(1.5, forme.gutter / 2))
        blocks.append(Box(fold - half, trim.top - down - length, fold + half, trim.top - down))
    return Marks((trim.left, trim.right), across, (fold,), blocks)
