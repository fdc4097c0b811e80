"""How an organisation tree is arranged: boxes, lists and grids of names, with the lines between them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.figures.orgtree.written import Post, Unit, counted, walk
from generator.vector import ACCENT, INK, KEY, LARGE, LEADING, QUIET, SIZE, SMALL, WHITE, Room, broken, measure


@dataclass(frozen=True)
class _Run:
    """Words in one type."""

    words: str
    size: float
    bold: bool = False
    fill: str = INK

    @property
    def width(self) -> float:
        return measure(self.words, self.size, bold=self.bold)


@dataclass(frozen=True)
class Face:
    """A unit's words, set: lines of runs, with the room of a box around them. ``many``: there are several."""

    lines: tuple[tuple[_Run, ...], ...]
    width: float
    height: float
    look: str  # 0 1 2 3 (level), side, item
    many: bool = False


@dataclass(frozen=True)
class _Plan:
    """How a tree is arranged: ``rows`` levels from the top (or ``columns`` from the left), what is below as ``grid``
    of so many columns of names; names broken at ``wrap`` ems; how much it is disliked; or as so many ``shelves``.
    """

    sideways: bool
    rows: int
    grid: int
    wrap: float
    upright: bool
    scale: float
    dislike: float
    shelves: int = 0


@dataclass
class Art:
    """What is placed: faces with their left and top, lines, grounds. ``left`` to ``right`` by level, and ``bottom``."""

    faces: list[tuple[float, float, float, float, Face]] = field(default_factory=list)
    lines: list[tuple[tuple[tuple[float, float], ...], bool]] = field(default_factory=list)
    grounds: list[tuple[float, float, float, float]] = field(default_factory=list)
    reach: dict[int, tuple[float, float]] = field(default_factory=dict)
    bottom: float = 0.0
    middle: float = 0.0  # of the topmost box

    def take(self, other: Art, dx: float = 0.0, dy: float = 0.0) -> None:
        self.faces += [(x + dx, y + dy, w, h, face) for x, y, w, h, face in other.faces]
        self.lines += [(tuple((x + dx, y + dy) for x, y in points), side) for points, side in other.lines]
        self.grounds += [(x + dx, y + dy, w, h) for x, y, w, h in other.grounds]
        self.bottom = max(self.bottom, other.bottom + dy)
        for level, (left, right) in other.reach.items():
            self.widen(level, left + dx, right + dx)

    def widen(self, level: int, left: float, right: float) -> None:
        was = self.reach.get(level, (left, right))
        self.reach[level] = (min(was[0], left), max(was[1], right))

    @property
    def ends(self) -> tuple[float, float]:
        return min(left for left, _ in self.reach.values()), max(right for _, right in self.reach.values())


#: Between boxes side by side, a row and the next, columns, boxes in a list, a unit and its side.
_BESIDE, _LEVEL, _COLUMN, _BELOW, _SIDE = 2.8, 6.6, 7.0, 1.8, 4.4
#: How far a list is indented under its unit, where its line runs, and the space in a ground.
_INDENT, _SPINE, _EDGE = 4.4, 2.0, 1.8
_TYPE = {"0": LARGE, "1": SIZE, "2": 2.8, "3": SMALL, "side": 2.7, "item": SMALL}
#: A number of units, not of people in one.
_PILE = re.compile(r"(?!1[个家所处支]?$)[\d余约近超,]+[余多]?[个家所处支]?|N")
_HAN = re.compile(r"[一-鿿]{2,9}")


class _Layout:
    """One arrangement of a tree."""

    def __init__(self, plan: _Plan, cache: dict[tuple[Any, ...], Face]) -> None:
        self.plan, self._cache = plan, cache
        close = plan.scale < 1  # space is closed up before type gets small
        self.below, self.step, self._over = (
            _BELOW * (0.6 if close else 1),
            _LEVEL * (0.8 if close else 1),
            0.8 if close else 1.15,
        )

    def face(self, unit: Post, look: str, wrap: float, upright: bool = False) -> Face:
        key = (id(unit), look, wrap, upright, self.plan.scale)
        if key not in self._cache:
            self._cache[key] = self._set(unit, look, wrap, upright)
        return self._cache[key]

    def _set(self, unit: Post, look: str, wrap: float, upright: bool) -> Face:
        size, small = _TYPE[look] * self.plan.scale, min(_TYPE[look], SMALL) * self.plan.scale
        dark, item = look == "0", look == "item"
        if look == "0":
            wrap = max(wrap, 9.0)
        name = " ".join(unit.name.split())
        room, bold = wrap * size, not item
        ink = WHITE if dark else KEY if look in "01" else INK
        count = _Run(counted(unit.count), size, True, WHITE if dark else ACCENT) if unit.count else None
        lines: list[tuple[_Run, ...]]
        if upright:
            lines = [(_Run(character, size, bold, ink),) for character in name]
        else:
            lines = [(_Run(line, size, bold, ink),) for line in broken(name, room, size, bold=bold, whole=True)]
        if count and not upright and lines[-1][0].width + size * 0.5 + count.width <= max(room, 7 * size):
            lines[-1] = (*lines[-1], count)
        elif count:
            lines.append((count,))
        if unit.note:
            note = " ".join(unit.note.split())
            least = max(room, 6 * small, *(run_width(line) for line in lines))
            lines += [(_Run(line, small, False, WHITE if dark else QUIET),) for line in _phrased(note, least, small)]
        width, height = max(map(run_width, lines)), sum(map(line_height, lines))
        side, over = (0.0, 0.25) if item else (1.1, 1.4) if upright else (2.0, self._over)
        many = not item and unit.count is not None and _PILE.fullmatch(unit.count) is not None
        return Face(tuple(lines), width + 2 * side, height + 2 * over, look, many)

    # -- from the top ---------------------------------------------------------------------------------------

    def down(self, root: Unit, width: float) -> Art | None:
        """``rows`` levels in rows, the rest below the last of them; None if that is wider than there is room."""
        heights: dict[int, float] = {}
        count = sum(1 for _, unit, level in walk(root) if isinstance(unit, Unit) and level == self.plan.rows)
        for _, unit, level in walk(root):
            if isinstance(unit, Unit) and level <= self.plan.rows:
                face = self.face(unit, _look(level), self._wrap(level), self._upright(unit, level))
                left, right = self._sides(unit)
                heights[level] = max([heights.get(level, 0.0), face.height, self._stack(left), self._stack(right)])
        tops = {0: 0.0}
        for level in range(max(heights)):
            tops[level + 1] = tops[level] + heights[level] + self.step
        wide = {
            level: max(
                self.face(u, _look(level), self._wrap(level), self._upright(u, level)).width
                for _, u, at in walk(root)
                if isinstance(u, Unit) and at == level
            )
            for level in heights
        }
        level = self.plan.rows
        if count * (wide[level] if not self.plan.upright else 5.0) > width:
            return None
        return self._row(root, 0, tops, heights, wide)

    def _wrap(self, level: int) -> float:
        return self.plan.wrap if level else 14.0

    def _upright(self, unit: Unit, level: int) -> bool:
        return self.plan.upright and level == self.plan.rows and not unit.below

    def _sides(self, unit: Unit) -> tuple[list[Face], list[Face]]:
        """What stands to the left and to the right of a unit."""
        faces = [self.face(post, "side", 9.0) for post in unit.beside]
        return faces[1::2], faces[::2]

    def _stack(self, faces: list[Face]) -> float:
        return sum(face.height for face in faces) + self.below * (len(faces) - 1) if faces else 0.0

    def _row(
        self,
        unit: Unit,
        level: int,
        tops: Mapping[int, float],
        heights: Mapping[int, float],
        wide: Mapping[int, float],
        face: Face | None = None,
    ) -> Art:
        """A unit, its middle at 0, with all below it."""
        art = Art()
        upright = self._upright(unit, level)
        face = face or self.face(unit, _look(level), self._wrap(level), upright)
        top, high = tops[level], heights[level]
        width = wide[level] if not (self.plan.upright and level == self.plan.rows) else face.width
        if not unit.beside:
            box = (-width / 2, top, width, high)
        else:
            box = (-width / 2, top + (high - face.height) / 2, width, face.height)
        middle = top + high / 2
        art.faces.append((*box, face))
        art.widen(level, -width / 2, width / 2 + (0.9 if face.many else 0.0))
        for faces, to in zip(self._sides(unit), (-1, 1), strict=True):
            y = middle - self._stack(faces) / 2
            across = max((f.width for f in faces), default=0.0)
            start = to * (width / 2 + _SIDE)
            bend = to * (width / 2 + _SIDE * 0.55)
            for one in faces:
                at = start if to > 0 else start - across
                art.faces.append((at, y, across, one.height, one))
                mine = y + one.height / 2
                if abs(mine - middle) < 0.05:
                    art.lines.append((((to * width / 2, middle), (start, mine)), True))
                else:
                    art.lines.append((((to * width / 2, middle), (bend, middle), (bend, mine), (start, mine)), True))
                y += one.height + self.below
                art.widen(level, min(at, 0), max(at + across + 0.9 * one.many, 0))
        art.bottom = top + high
        foot = box[1] + box[3]
        if unit.below and level < self.plan.rows:
            children = [self._row(child, level + 1, tops, heights, wide) for child in unit.below]
            places = _spread(children)
            centre = (places[0] + places[-1]) / 2
            bus = tops[level + 1] - self.step / 2
            for child, place in zip(children, places, strict=True):
                art.take(child, place - centre)
                head = tops[level + 1] + child.middle
                art.lines.append((((place - centre, bus), (place - centre, head)), False))
            art.lines.append((((0.0, foot), (0.0, bus)), False))
            if len(places) > 1:
                art.lines.append((((places[0] - centre, bus), (places[-1] - centre, bus)), False))
        elif unit.below:
            below = Art()
            low = top + high  # a box with something at its side may end above
            self._hang(below, unit, level, -width / 2, low, centred=True)
            if foot < low:
                along = 0.0 if self.plan.grid > 1 and _leaves(unit) else _SPINE - width / 2
                art.lines.append((((along, foot), (along, low)), False))
            below.reach = {level + 1: below.ends}  # however deep, it has the room below the rows to itself
            art.take(below)
        art.middle = box[1] - top
        return art

    # -- lists ----------------------------------------------------------------------------------------------

    def _hang(self, art: Art, unit: Unit, level: int, left: float, top: float, *, centred: bool = False) -> None:
        """What is below a unit: a list under its left edge, or names on a ground, ``centred`` under a unit at 0."""
        spine, x, y = left + _SPINE, left + _INDENT, top + self.below
        if _leaves(unit) and self.plan.grid == 1:
            for child in unit.below:
                item = self.face(child, "item", max(self.plan.wrap, 6.0))
                first = y + (item.height - sum(map(line_height, item.lines))) / 2 + line_height(item.lines[0]) / 2
                art.faces.append((x + 0.6, y, item.width, item.height, item))
                art.lines.append((((spine, first), (x, first)), False))
                art.widen(level + 1, spine, x + 0.6 + item.width)
                y += item.height
            art.lines.append((((spine, top), (spine, first)), False))
            art.bottom = max(art.bottom, y)
            return
        if _leaves(unit):
            y = top + (self.step * 0.7 if centred else self.below * 1.4)
            names = Art()
            width, height = self._grid(names, unit, level, 0.0, y)
            at = -width / 2 if centred else x
            art.take(names, at)
            art.widen(level + 1, min(at, spine), at + width)
            art.bottom = max(art.bottom, y + height)
            middle = y + min(height / 2, _EDGE + SMALL)
            art.lines.append(
                (((0.0, top), (0.0, y)) if centred else ((spine, top), (spine, middle), (x, middle)), False)
            )
            return
        self._listed(art, unit.below, level, left, top)

    def _listed(self, art: Art, units: tuple[Unit, ...], level: int, left: float, top: float) -> None:
        """Units in boxes below each other, each with what is below it, at a line that runs down on their left."""
        spine, x, y = left + _SPINE, left + _INDENT, top + self.below
        last = y
        for child in units:
            face = self.face(child, _look(level + 1), self.plan.wrap)
            art.faces.append((x, y, face.width, face.height, face))
            last = y + face.height / 2
            art.lines.append((((spine, last), (x, last)), False))
            right, low, start = x + face.width + 0.9 * face.many, y + face.height, x + face.width + _SIDE
            side = y
            for post in (self.face(p, "side", 9.0) for p in child.beside):
                art.faces.append((start, side, post.width, post.height, post))
                mine = side + post.height / 2
                bend = start - _SIDE * 0.45
                path = ((x + face.width, last), (bend, last), (bend, mine), (start, mine))
                art.lines.append((path if abs(mine - last) > 0.05 else (path[0], path[-1]), True))
                right, side = max(right, start + post.width + 0.9 * post.many), side + post.height + self.below
            art.widen(level + 1, spine, right)
            if child.below:
                reach = Art()
                self._hang(reach, child, level + 1, x, low)
                shift = max(0.0, side - self.below - low) if child.beside else 0.0
                art.take(reach, 0.0, shift)
                if shift:  # the list begins below what stands at the side; its line runs down to it
                    art.lines.append((((x + _SPINE, low), (x + _SPINE, low + shift)), False))
                low = max(low, reach.bottom + shift)
            y = max(low, side - self.below if child.beside else 0.0) + self.below
            art.bottom = max(art.bottom, y - self.below)
        art.lines.append((((spine, top), (spine, last)), False))

    def shelves(self, root: Unit) -> Art:
        """What is below the top, or below the first unit that has several, as lists side by side, in order and even."""
        art, unit, level = Art(), root, 0
        while True:
            art.take(self._alone(unit, level, art.bottom + self.step if level else 0.0))
            foot = art.faces[-1 - len(unit.beside)][1] + art.faces[-1 - len(unit.beside)][3]
            bus = art.bottom + self.step / 2
            if len(unit.below) != 1:
                break
            art.lines.append((((0.0, foot), (0.0, art.bottom + self.step)), False))
            unit, level = unit.below[0], level + 1
        heights = []
        for child in unit.below:
            one = Art()
            self._listed(one, (child,), level, 0.0, 0.0)
            heights.append(one.bottom)
        lists, left, start = Art(), 0.0, 0
        spines = []
        for count in _parted(heights, self.plan.shelves):
            one = Art()
            self._listed(one, unit.below[start : start + count], level, 0.0, bus)
            one.reach = {level + 1: one.ends}
            lists.take(one, left)
            spines.append(left + _SPINE)
            left, start = left + one.ends[1] + _BESIDE * 1.4, start + count
        middle = sum(lists.ends) / 2
        lists.lines.append((((spines[0], bus), (max(spines[-1], middle), bus)), False))
        art.take(lists, -middle)
        art.lines.append((((0.0, foot), (0.0, bus)), False))
        return art

    def _alone(self, unit: Unit, level: int, top: float) -> Art:
        """A unit and what stands at its sides, its middle at 0."""
        left, right = self._sides(unit)
        face = self.face(unit, _look(level), 14.0)
        high = max(face.height, self._stack(left), self._stack(right))
        return self._row(
            unit.model_copy(update={"below": ()}), level, {level: top}, {level: high}, {level: face.width}, face
        )

    def _grid(self, art: Art, unit: Unit, level: int, x: float, y: float) -> tuple[float, float]:
        """The names below a unit in columns on a ground, line by line; returns its width and height."""
        chips = level == 0  # what is directly below the top keeps its look
        items = [self.face(child, "1" if chips else "item", 10.0 if chips else 14.0) for child in unit.below]
        rows = -(-len(items) // min(self.plan.grid, len(items)))
        columns = -(-len(items) // rows)
        wide = max(item.width + 0.9 * item.many for item in items)
        gap, edge = (2.0, 2.0) if chips else (3.0, _EDGE)
        low = y + (edge if chips else edge - 0.7)
        for start in range(0, len(items), columns):
            row = items[start : start + columns]
            high = max(item.height for item in row)
            for number, item in enumerate(row):
                size = (wide - 0.9 * item.many, high) if chips else (item.width, item.height)
                art.faces.append((x + edge + number * (wide + gap), low, *size, item))
            low += high + (gap if chips else 0.0)
        width = 2 * edge + columns * wide + (columns - 1) * gap
        height = low - y + (edge - gap if chips else edge - 0.7)
        art.grounds.append((x, y, width, height))
        return width, height

    # -- from the left --------------------------------------------------------------------------------------

    def across(self, root: Unit) -> Art:
        """Levels in columns from the left; names without boxes of their own stand on a ground beside their unit."""
        wide: dict[int, float] = {}
        for _, unit, level in walk(root):
            if isinstance(unit, Unit):
                face = self.face(unit, _look(level), self._wrap(level))
                wide[level] = max([wide.get(level, 0.0), face.width, *(f.width + 4.0 for f in self._all_sides(unit))])
        lefts = [0.0]
        for level in range(max(wide)):
            lefts.append(lefts[-1] + wide[level] + _COLUMN)
        return self._beside(root, 0, lefts, wide)

    def _all_sides(self, unit: Unit) -> list[Face]:
        return [self.face(post, "side", 9.0) for post in unit.beside]

    def _beside(self, unit: Unit, level: int, lefts: list[float], wide: dict[int, float]) -> Art:
        """A unit and all below it, the first line at 0."""
        art, face, x = Art(), self.face(unit, _look(level), self._wrap(level)), lefts[level]
        width = wide[level]
        sides = self._all_sides(unit)
        below, centres = Art(), []
        if unit.below and self.plan.grid and _leaves(unit) and level:
            across, high = self._grid(below, unit, level, lefts[level + 1], 0.0)
            below.widen(level + 1, lefts[level + 1], lefts[level + 1] + across)
            below.bottom, centres = high, [high / 2]
        elif unit.below:
            for number, child in enumerate(unit.below):
                one = self._beside(child, level + 1, lefts, wide)
                gap = 0.0 if not number else self.below if not child.below else self.below * 1.3
                dy = below.bottom + gap
                below.take(one, 0.0, dy)
                centres.append(dy + one.middle)
        middle = (centres[0] + centres[-1]) / 2 if centres else face.height / 2
        group = face.height + sum(f.height + self.below for f in sides)
        top = middle - face.height / 2
        shift = max(0.0, -top)
        top, middle, centres = top + shift, middle + shift, [c + shift for c in centres]
        art.take(below, 0.0, shift)
        art.faces.append((x, top, width, face.height, face))
        art.widen(level, x, x + width + 0.9 * face.many)
        y = top + face.height + self.below
        for post in sides:
            art.faces.append((x + 3.0, y, width - 3.0 - 0.9 * post.many, post.height, post))
            art.lines.append(
                (((x + 1.5, top + face.height), (x + 1.5, y + post.height / 2), (x + 3.0, y + post.height / 2)), True)
            )
            y += post.height + self.below
        art.bottom, art.middle = max(art.bottom, top + group), middle
        if centres:
            bus, start = lefts[level + 1] - _COLUMN / 2, lefts[level + 1]
            art.lines.append((((x + width, middle), (bus, middle)), False))
            if len(centres) > 1:
                art.lines.append((((bus, centres[0]), (bus, centres[-1])), False))
            art.lines += [(((bus, centre), (start, centre)), False) for centre in centres]
        return art


def _phrased(note: str, room: float, size: float) -> list[str]:
    """A note in lines that end where it pauses, if its phrases are short enough."""
    phrases = re.findall(r"[^、，；]+[、，；]?", note) or [note]
    if any(measure(phrase, size) > room for phrase in phrases):
        return broken(note, room, size)
    lines = [""]
    for phrase in phrases:
        if lines[-1] and measure(lines[-1] + phrase, size) > room:
            lines.append(phrase)
        else:
            lines[-1] += phrase
    return lines


def _parted(heights: list[float], parts: int) -> list[int]:
    """How many of a run go into each of so many parts at most, the highest part as low as can be (nearly)."""
    limit = max(*heights, sum(heights) / parts) if len(heights) > 1 else heights[0]
    while True:
        counts, used = [0], 0.0
        for height in heights:
            if counts[-1] and used + height > limit:
                counts.append(0)
                used = 0.0
            counts[-1] += 1
            used += height
        if len(counts) <= parts:
            return counts
        limit *= 1.03


def _look(level: int) -> str:
    return str(min(level, 3))


def run_width(line: tuple[_Run, ...]) -> float:
    return sum(run.width for run in line) + line[0].size * 0.5 * (len(line) - 1)


def line_height(line: tuple[_Run, ...]) -> float:
    return line[0].size * LEADING


def _leaves(unit: Unit) -> bool:
    return all(not child.below and not child.beside for child in unit.below)


def _spread(children: list[Art]) -> list[float]:
    """Where the middles of subtrees stand so that none touches another and what is loose lies in between.

    The leftmost and the rightmost places that keep every distance are averaged: distances are kept by any mean of two
    solutions that keep them.
    """
    apart = {}
    for (i, a), (j, b) in itertools.combinations(enumerate(children), 2):
        shared = a.reach.keys() & b.reach.keys()
        gaps = [a.reach[level][1] - b.reach[level][0] + _BESIDE for level in shared]
        apart[i, j] = max(gaps, default=-1e9)
    count = len(children)
    first = [0.0] * count
    for j in range(1, count):
        first[j] = max(first[i] + apart[i, j] for i in range(j))
    last = [first[-1]] * count
    for i in range(count - 2, -1, -1):
        last[i] = min(last[j] - apart[i, j] for j in range(i + 1, count))
    last[0] = first[0]
    return [(a + b) / 2 for a, b in zip(first, last, strict=True)]


# -- the best arrangement ----------------------------------------------------------------------------------


#: Where every tree without a flaw can be drawn: the narrowest page and the lowest.
LEAST = Room(141, 141, 225)
#: What type is made smaller by until a tree fits; the smallest is 2.2 mm high.
SCALES = (1.0, 0.94, 0.88)


def _plans(data: Unit, scale: float, width: float) -> Iterator[_Plan]:
    """Arrangements that may fit, with how much each is disliked, in millimetres of height."""
    levels: dict[int, list[Unit]] = {}
    for _, unit, level in walk(data):
        if isinstance(unit, Unit):
            levels.setdefault(level, []).append(unit)
    depth = max(levels)
    groups = [u.below for units in levels.values() for u in units if u.below and _leaves(u)]
    plain = bool(groups) and min(map(len, groups)) > 1 and not any(u.note or u.count for g in groups for u in g)
    for rows in range(depth, -1, -1):
        if len(levels[rows]) * 9.0 * scale <= width and rows:
            hung = depth - rows
            for wrap, dislike in ((12.0, 0.0), (8.0, 1.0), (6.0, 3.0), (4.2, 10.0)):
                yield _Plan(False, rows, 1, wrap, False, scale, dislike + hung * (5.0 if plain and hung == 1 else 20.0))
                if hung:
                    yield _Plan(False, rows, 2, wrap, False, scale, dislike + hung * (24.0 if plain else 34.0))
        if rows == depth and all(_HAN.fullmatch(u.name) and not u.note for u in levels[rows]) and len(levels[rows]) > 4:
            yield _Plan(False, rows, 1, 8.0, True, scale, 4.0)
            yield _Plan(False, rows, 1, 5.0, True, scale, 10.0)
    flat = depth == 1 and not data.below[-1].beside
    for grid in range(1, 9):
        if depth and (flat or grid < 7):
            lines = -(-len(data.below) // grid)
            empty = -(-len(data.below) // lines) * lines - len(data.below)
            yield _Plan(False, 0, grid, 12.0, False, scale, 6.0 + 2.0 * empty if flat and grid > 1 else 50.0)
    for wrap, dislike in ((12.0, 24.0), (8.0, 26.0), (6.0, 32.0)):
        for shelves in range(2, 5):
            if depth > 1 and any(len(unit.below) > 1 for units in levels.values() for unit in units):
                yield _Plan(False, 1, 1, wrap, False, scale, dislike + 6.0 + 4.0 * shelves, shelves)
        for grid in (0, 1, 2, 3, 4, 5, 6, 8):
            yield _Plan(True, depth, grid, wrap, False, scale, dislike + (2.0 if grid else 0.0))


def laid(data: Unit, room: Room, scale: float, width: float, *, any_: bool = False) -> tuple[float, Art] | None:
    """The arrangement that fits and is liked best (or just one that fits), with how much it is disliked."""
    best: tuple[float, Art] | None = None
    cache: dict[tuple[Any, ...], Face] = {}
    for plan in _plans(data, scale, width):
        if best and plan.dislike > best[0]:
            continue
        layout = _Layout(plan, cache)
        art = (
            layout.shelves(data) if plan.shelves else layout.across(data) if plan.sideways else layout.down(data, width)
        )
        if art is None:
            continue
        left, right = art.ends
        if right - left > width - 0.6 or art.bottom > room.height - 1.6:
            continue
        cost = art.bottom + plan.dislike
        if best is None or cost < best[0] - 1e-6:
            best = (cost, art)
        if any_:
            break
    return best


def best(data: Unit, room: Room) -> Art | None:
    for scale in SCALES:
        narrow = laid(data, room, scale, room.column) if room.column < room.page else None
        if narrow and narrow[0] < room.column:
            return narrow[1]
        wide = laid(data, room, scale, room.page)
        if narrow and (wide is None or narrow[0] < wide[0] * 1.5):
            return narrow[1]
        if wide:
            return wide[1]
    return None
