"""What a reader of a drawing sees: where its words stand, what runs through them, what lies on what."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass

from lxml import etree

from generator.vector import measure

_NUMBER = re.compile(r"-?[0-9.]+")
_STEP = re.compile(r"([MLHVZC])([^MLHVZC]*)")
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, slack: float = 0.05) -> bool:
        return (
            self.left + slack < other.right
            and other.left + slack < self.right
            and self.top + slack < other.bottom
            and other.top + slack < self.bottom
        )

    def holds(self, other: Box, slack: float = 0.05) -> bool:
        return (
            self.left <= other.left + slack
            and self.right >= other.right - slack
            and self.top <= other.top + slack
            and self.bottom >= other.bottom - slack
        )


@dataclass(frozen=True)
class Word:
    """Words as they stand: their box is that of the Han in it, from 0.8 em above to 0.08 em below the baseline."""

    words: str
    box: Box
    order: int


def _root(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode())


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def size(svg: str) -> Box:
    """The sheet."""
    _, _, width, height = map(float, _root(svg).get("viewBox", "").split())
    return Box(0, 0, width, height)


def words(svg: str) -> list[Word]:
    found = []
    for order, element in enumerate(_root(svg).iter()):
        if _name(element) != "text":
            continue
        said, em = "".join(map(str, element.itertext())), float(element.get("font-size", "0"))
        width = measure(said, em, bold=element.get("font-weight") == "700")
        x, y = float(element.get("x", "0")), float(element.get("y", "0"))
        left = x - {"middle": width / 2, "end": width}.get(element.get("text-anchor", "start"), 0.0)
        found.append(Word(said, Box(left, y - 0.8 * em, left + width, y + 0.08 * em), order))
    return found


def _lines(element: etree._Element) -> list[list[Point]]:
    """The outlines of a shape as chains of points."""
    name = _name(element)
    at = {k: float(element.get(k, "0")) for k in ("x", "y", "width", "height", "cx", "cy", "r")}
    if name == "rect":
        x, y, w, h = at["x"], at["y"], at["width"], at["height"]
        return [[(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)]]
    if name == "circle":
        turn = [math.tau * n / 36 for n in range(37)]
        return [[(at["cx"] + at["r"] * math.cos(a), at["cy"] + at["r"] * math.sin(a)) for a in turn]]
    if name != "path":
        return []
    chains: list[list[Point]] = []
    for kind, rest in _STEP.findall(element.get("d", "")):
        values = [float(v) for v in _NUMBER.findall(rest)]
        if kind == "M":
            chains.append([(values[0], values[1])])
            values = values[2:]
        chain = chains[-1]
        if kind in "ML":
            chain += list(zip(values[::2], values[1::2], strict=True))
        elif kind == "H":
            chain += [(v, chain[-1][1]) for v in values]
        elif kind == "V":
            chain += [(chain[-1][0], v) for v in values]
        elif kind == "C":
            for n in range(0, len(values), 6):
                a, (b, c, d) = chain[-1], list(zip(values[n : n + 6 : 2], values[n + 1 : n + 6 : 2], strict=True))
                for t in (k / 12 for k in range(1, 13)):
                    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
                    points = (a, b, c, d)
                    chain.append(
                        (
                            sum(w * p[0] for w, p in zip(weights, points, strict=True)),
                            sum(w * p[1] for w, p in zip(weights, points, strict=True)),
                        )
                    )
        else:
            chain.append(chain[0])
    return chains


def _crosses(a: Point, b: Point, box: Box, slack: float = 0.15) -> bool:
    """Whether a stretch of line comes into a box (Liang–Barsky)."""
    low, high = 0.0, 1.0
    dx, dy = b[0] - a[0], b[1] - a[1]
    for delta, near in (
        (-dx, a[0] - box.left - slack),
        (dx, box.right - slack - a[0]),
        (-dy, a[1] - box.top - slack),
        (dy, box.bottom - slack - a[1]),
    ):
        if abs(delta) < 1e-12:
            if near < 0:
                return False
            continue
        along = near / delta
        low, high = (max(low, along), high) if delta < 0 else (low, min(high, along))
        if low > high:
            return False
    return True


def _bounds(points: list[Point]) -> Box:
    return Box(
        min(p[0] for p in points), min(p[1] for p in points), max(p[0] for p in points), max(p[1] for p in points)
    )


def collisions(svg: str) -> list[str]:
    """Words over words, words that a line runs through, words beyond the sheet. None in a good drawing.

    A line below a filled shape that the words stand on doesn't count. A circle or slanted shape is taken for its box.
    """
    found = []
    placed = words(svg)
    sheet = size(svg)
    for one in placed:
        if not sheet.holds(one.box, 0.3):
            found.append(f"“{one.words}” leaves the sheet")
    for one, other in itertools.combinations(placed, 2):
        if one.box.overlaps(other.box):
            found.append(f"“{one.words}” over “{other.words}”")
    shapes = [
        (order, e, _lines(e)) for order, e in enumerate(_root(svg).iter()) if _name(e) in ("rect", "circle", "path")
    ]
    grounds = [(o, _bounds(chain)) for o, e, lines in shapes if e.get("fill", "none") != "none" for chain in lines]
    for order, element, lines in shapes:
        if not element.get("stroke"):
            continue
        for one in placed:
            if any(order < o < one.order and ground.holds(one.box, 0.3) for o, ground in grounds):
                continue
            if any(_crosses(a, b, one.box) for chain in lines for a, b in itertools.pairwise(chain)):
                found.append(f"a line runs through “{one.words}”")
    return found


def well_formed(svg: str) -> None:
    """No number that is none, no element but plain ones, every colour one of the house's."""
    from generator import vector

    assert "nan" not in svg
    assert "inf" not in svg
    assert {_name(e) for e in _root(svg).iter()} <= {"svg", "g", "text", "rect", "circle", "path"}
    house = {
        vector.INK, vector.QUIET, vector.KEY, vector.MAIN, vector.TINT, vector.ACCENT, vector.BRIGHT, vector.WARM,
        vector.RULE, vector.WHITE, "none", *vector.SHADES,
    }  # fmt: skip
    used = {e.get(name, "none") for e in _root(svg).iter() for name in ("fill", "stroke")}
    assert used <= house, used - house
