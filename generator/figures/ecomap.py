"""Ecomap (生态图): a household, the systems around it, how strong each tie is and which way energy flows."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from generator.diagnostics import say
from generator.model import Line, Part, Path
from generator.vector import (
    ACCENT,
    INK,
    KEY,
    LARGE,
    LEADING,
    MAIN,
    MIDDLE,
    QUIET,
    SIZE,
    SMALL,
    TINT,
    WARM,
    WHITE,
    Drawing,
    Flaw,
    Pen,
    Room,
    Sheet,
    broken,
    encircled,
    measure,
)

#: More than these are no picture; the lengths are in ems (a Han is one).
MOST_SYSTEMS, MOST_MEMBERS = 14, 8
LONGEST_NAME, LONGEST_NOTE, LONGEST_CENTRE, LONGEST_MEMBER = 12, 24, 12, 4

_KINDS = ("强", "一般", "弱", "紧张", "强而紧张", "中断")
_FLOWS = {"输入": "能量流入家庭", "输出": "能量流向系统", "双向": "能量双向", "无": "无能量流动"}


class System(Part):
    """One system around the household of an ecomap."""

    name: Line = Field(alias="系统", description="如 社区、学校、亲属")
    line: Literal["强", "一般", "弱", "紧张", "强而紧张", "中断"] = Field(
        alias="关系", description="强、一般、弱、紧张、强而紧张或中断"
    )
    arrow: Literal["输入", "输出", "双向", "无"] = Field("无", alias="能量", description="资源流向")
    note: Line | None = Field(None, alias="说明")


class Member(Part):
    """One of the household."""

    label: Line = Field(alias="称呼", description="如 奶奶、长子；不写真名")
    gender: Literal["男", "女", "不详"] = Field("不详", alias="性别")
    client: bool = Field(False, alias="服务对象")


def _as_member(value: Any) -> Any:
    return {"称呼": value} if isinstance(value, str) else value


class Ecomap(Part):
    """A household and what it lives with; after Ann Hartman, Diagrammatic Assessment of Family Relationships, 1978."""

    centre: Line = Field(alias="中心", description="圆心里写的家庭，如 秦奶奶家")
    members: tuple[Annotated[Member, BeforeValidator(_as_member, json_schema_input_type=str | Member)], ...] = Field(
        (), alias="家庭成员", description="画在家庭圆里；可只写称呼"
    )
    systems: tuple[System, ...] = Field(alias="系统", description="家庭以外的人、群体和机构")


def flaws(ecomap: Ecomap) -> Iterator[Flaw]:
    """Why a household and its systems can't be drawn."""
    systems, members = ecomap.systems, ecomap.members
    named: list[tuple[Path, str, int]] = [
        (("中心",), ecomap.centre, LONGEST_CENTRE),
        *((("家庭成员", n, "称呼"), m.label, LONGEST_MEMBER) for n, m in enumerate(members)),
        *((("系统", n, "系统"), s.name, LONGEST_NAME) for n, s in enumerate(systems)),
        *((("系统", n, "说明"), s.note, LONGEST_NOTE) for n, s in enumerate(systems) if s.note),
    ]
    for path, written, most in named:
        words = _plain(written)
        if not words:
            message, hint = (
                say("这里没有写字", en="No words here"),
                say("写上字，或删去这一行", en="Write some, or delete it"),
            )
            yield Flaw("ecomap.blank", path, message, hint)
        elif measure(words) > most:
            message = say(
                "“{words}”太长，这里最多 {most} 个字",
                en="“{words}” is too long: at most {most} characters",
                words=words,
                most=most,
            )
            hint = say("写短些，细节放进正文", en="Make it shorter; details belong in the text")
            yield Flaw("ecomap.too_long", path, message, hint)
    if not systems:
        message = say("生态图里没有一个系统", en="An ecomap without systems")
        hint = say("至少写一个，如：社区、学校、亲属", en="Write at least one: community, school, relatives …")
        yield Flaw("ecomap.empty", ("系统",), message, hint)
    for key, field, names, most in (
        ("系统", "系统", [s.name for s in systems], MOST_SYSTEMS),
        ("家庭成员", "称呼", [m.label for m in members], MOST_MEMBERS),
    ):
        if len(names) > most:
            message = say(
                "“{key}”有 {count} 项，一张图最多 {most} 项",
                en="{count} entries under {key}; a picture takes {most}",
                key=key,
                count=len(names),
                most=most,
            )
            hint = say("合并同类的，或只画最要紧的", en="Join those of a kind, or draw only those that matter")
            yield Flaw("ecomap.too_many", (key,), message, hint)
        words_of = [_plain(name) for name in names]
        for number, words in enumerate(words_of):
            if words and words in words_of[:number]:
                message = say("“{words}”写了两次", en="“{words}” is there twice", words=words)
                hint = say("删去一个，或写明分别是谁", en="Delete one, or say who is who")
                yield Flaw("ecomap.twice", (key, number, field), message, hint)


def draw(ecomap: Ecomap, room: Room) -> Drawing:
    """The household in the middle, systems on an ellipse around it; in a column if that leaves every tie its length."""
    return Drawing((_sheet(ecomap, room),), _words(ecomap), _table(ecomap))


def _plain(words: str) -> str:
    return " ".join(words.split())


# --- layout -----------------------------------------------------------------------------------------------------------

Box = tuple[float, float, float, float]

#: Millimetres: between things that are none of each other's business, from a circle to its note, the longest tie.
_APART, _NEAR, _LONGEST_TIE = 1.8, 1.1, 27.0
_STEP = 2.5
#: Heads a tie has, and how much longer each makes it where teeth must be seen beside it.
_HEADS, _TEETH = {"输入": 1, "输出": 1, "双向": 2, "无": 0}, {"紧张": 1.5, "强而紧张": 3.0}
#: Notes above or below a circle stay in one line up to this width.
_ONE_LINE = 38.0


@dataclass(frozen=True)
class _Style:
    """Sizes of type for names of systems and for notes, how wide notes may be, the shortest tie."""

    name: float
    note: float
    note_width: float
    shortest: float


_COLUMN = (_Style(SIZE, SMALL, 20.0, 10.5), _Style(2.9, 2.4, 18.0, 8.5))
_PAGE = (
    _Style(SIZE, SMALL, 26.0, 14.0),
    _Style(SIZE, SMALL, 22.0, 12.0),
    _Style(2.6, 2.3, 20.0, 9.0),
    _Style(2.4, 2.2, 20.0, 6.5),
    _Style(2.4, 2.2, 15.0, 6.5),
)


@dataclass(frozen=True)
class _Household:
    """The middle: its circle and what stands in it, around (0, 0)."""

    lines: list[str]
    lines_y: float
    members: list[tuple[float, float, Member]]
    radius: float


@dataclass(frozen=True)
class _Node:
    """A system: its circle, its name, and its note beside, above or below, anchored at ``note_x``."""

    x: float
    y: float
    radius: float
    name: list[str]
    note: list[str]
    box: Box | None
    anchor: str


def _sheet(ecomap: Ecomap, room: Room) -> Sheet:
    tries = [(room.column, style, room.column * 1.2) for style in _COLUMN if len(ecomap.systems) <= 8]
    for height in (0.82 * room.page, min(1.1 * room.page, room.height)):
        tries += [(room.page, style, height) for style in _PAGE[:2]]
    tries += [(room.page, style, room.height) for style in _PAGE[2:]]
    tries += [(room.page * wider, _PAGE[-1], 2 * room.height) for wider in (1.0, 1.5, 2.0, 4.0)]  # never no picture
    middle = _household(ecomap)
    names = {
        size: [encircled(_plain(system.name), size) for system in ecomap.systems]
        for size in {style.name for style in (*_COLUMN, *_PAGE)}
    }
    for width, style, height in tries:
        keys = _keys(ecomap, width)
        nodes = _around(ecomap.systems, names[style.name], middle, width, height - len(keys) * _KEY_PITCH - 2.0, style)
        if nodes:
            break
    return _drawn(ecomap, middle, nodes, style, keys, width)


def _around(
    systems: Sequence[System],
    names: Sequence[tuple[list[str], float]],
    middle: _Household,
    width: float,
    height: float,
    style: _Style,
) -> list[_Node]:
    """The flattest ring of systems on which nothing touches anything; empty if there is none of such a height."""
    notes = [_phrased(_plain(s.note), style.note_width, style.note) if s.note else [] for s in systems]
    ties = [style.shortest + _HEADS[s.arrow] * _TEETH.get(s.line, 0.0) for s in systems]
    widest = max((measure(line, style.note) for lines in notes for line in lines), default=0.0)
    largest = max(radius for _, radius in names)
    longest = middle.radius + largest + _LONGEST_TIE
    least = middle.radius + largest + style.shortest
    best: list[_Node] = []
    lowest = height
    for beside in (True, False):
        side = largest + (_NEAR + 0.4 + widest if beside and widest else max(0.0, widest / 2 - largest))
        across = min(width / 2 - side, longest)
        if across < least:
            continue
        for turn in (0.0, 0.5):
            down = least
            while 2 * (down + largest) * math.cos(math.pi / len(systems) * turn) <= lowest:
                places = _ellipse(len(systems), across, down, turn)
                nodes = _settled(places, names, notes, ties, middle.radius, width, style, beside=beside)
                if nodes:
                    top, bottom = _extent(nodes, middle.radius)
                    if bottom - top < lowest - _STEP:
                        best, lowest = nodes, bottom - top
                    break
                down += _STEP
    return best


def _ellipse(count: int, across: float, down: float, turn: float) -> list[tuple[float, float]]:
    """Points evenly along an ellipse, clockwise, the first at the top or half a step beyond."""
    steps = 240
    points = [
        (across * math.sin(math.tau * n / steps), -down * math.cos(math.tau * n / steps)) for n in range(steps + 1)
    ]
    along = [0.0]
    for a, b in itertools.pairwise(points):
        along.append(along[-1] + math.hypot(b[0] - a[0], b[1] - a[1]))
    places, at = [], 0
    for n in range(count):
        wanted = along[-1] * (n + turn) / count
        while along[at + 1] < wanted:
            at += 1
        share = (wanted - along[at]) / (along[at + 1] - along[at])
        a, b = points[at], points[at + 1]
        places.append((a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share))
    return places


def _settled(
    places: Sequence[tuple[float, float]],
    names: Sequence[tuple[list[str], float]],
    notes: Sequence[list[str]],
    ties: Sequence[float],
    middle: float,
    width: float,
    style: _Style,
    *,
    beside: bool,
) -> list[_Node]:
    """Circles at their places, each note where nothing is in its way; empty if there is no such place."""
    circles = [(x, y, radius) for (x, y), (_, radius) in zip(places, names, strict=True)]
    for n, (x, y, radius) in enumerate(circles):
        others = circles[:n] + circles[n + 1 :]
        if math.hypot(x, y) < middle + radius + ties[n] or any(
            math.hypot(x - a, y - b) < radius + r + _APART or _from_tie((x, y), (a, b)) < radius + _APART
            for a, b, r in others
        ):
            return []
    nodes: list[_Node] = []
    for n, ((x, y, radius), (name, _), note) in enumerate(zip(circles, names, notes, strict=True)):
        obstacles = [(0.0, 0.0, middle), *circles[:n], *circles[n + 1 :]]
        if not note:
            nodes.append(_Node(x, y, radius, name, [], None, "middle"))
            continue
        for box, anchor, lines in _spots(x, y, radius, note, style.note, beside=beside):
            if (
                max(-box[0], box[2]) <= width / 2
                and all(_gap(box, (a, b, a, b)) >= r + _APART for a, b, r in obstacles)
                and all(_gap(box, other.box) >= _APART for other in nodes if other.box)
                and all(_gap(box, (a * t, b * t, a * t, b * t)) >= _APART for a, b, _ in circles for t in _ALONG)
            ):
                nodes.append(_Node(x, y, radius, name, lines, box, anchor))
                break
        else:
            return []
    return nodes


#: Where along a tie it is seen whether it keeps away from a note.
_ALONG = [n / 24 for n in range(25)]


def _spots(
    x: float, y: float, radius: float, note: list[str], size: float, *, beside: bool
) -> Iterator[tuple[Box, str, list[str]]]:
    """Where a note may stand, the best place first: outwards, away from the household; there in one line if it can."""
    steep, right, top = abs(x) < 0.45 * abs(y), x >= 0, y < -0.1
    out, aside = radius + _NEAR, radius + _NEAR + 0.4
    whole = ["".join(note)]
    for lines in (whole, note) if steep and measure(whole[0], size) <= _ONE_LINE else (note,):
        wide, high = max(measure(line, size) for line in lines), len(lines) * size * LEADING
        left, above = (x + aside if right else x - aside - wide), (y - out - high if top else y + out)
        opposite = y + out if top else y - out - high
        outward = (left, y - high / 2, left + wide, y + high / 2), "start" if right else "end", lines
        upright = (x - wide / 2, above, x + wide / 2, above + high), "middle", lines
        inward = (x - wide / 2, opposite, x + wide / 2, opposite + high), "middle", lines
        if beside:
            yield from (upright, outward) if steep else (outward, upright)
        else:
            yield from (upright,) if steep else (upright, inward)


def _gap(one: Box, other: Box) -> float:
    """How far two boxes are apart; 0 if they touch."""
    across = max(one[0] - other[2], other[0] - one[2], 0.0)
    return math.hypot(across, max(one[1] - other[3], other[1] - one[3], 0.0))


def _from_tie(point: tuple[float, float], end: tuple[float, float]) -> float:
    """How far a point is from the line that goes from the middle through the end of a tie."""
    (x, y), (a, b) = point, end
    return abs(x * b - y * a) / math.hypot(a, b) if x * a + y * b > 0 else math.hypot(x, y)


def _extent(nodes: Sequence[_Node], middle: float) -> tuple[float, float]:
    top = min([-middle, *(min(n.y - n.radius, n.box[1] if n.box else n.y) for n in nodes)])
    bottom = max([middle, *(max(n.y + n.radius, n.box[3] if n.box else n.y) for n in nodes)])
    return top, bottom


def _phrased(words: str, room: float, size: float) -> list[str]:
    """Lines of a note, ending with a phrase if that takes one line more at most."""
    lines = broken(words, room, size, whole=True)
    phrases = [p for p in re.split(r"(?<=[，、；。？！])", words) if p]
    if any(measure(p, size) > room for p in phrases):
        return lines
    filled = [""]
    for phrase in phrases:
        if filled[-1] and measure(filled[-1] + phrase, size) > room:
            filled.append("")
        filled[-1] += phrase
    return [f.strip() for f in filled] if len(filled) <= len(lines) + 1 else lines


#: A member's symbol, the height of a row of them, and the space between two.
_SYMBOL, _ROW, _BETWEEN = 3.4, 7.6, 1.4


def _household(ecomap: Ecomap) -> _Household:
    """The smallest circle that holds the household's words and its members' symbols."""
    members = ecomap.members
    candidates = [
        _stacked(broken(_plain(ecomap.centre), room * LARGE, LARGE, bold=True, whole=True), members, a_row)
        for room in (4, 5, 6, 8, 12)
        for a_row in range(1, max(2, len(members) + 1))
    ]
    return min(candidates, key=lambda household: household.radius)


def _stacked(lines: list[str], members: Sequence[Member], a_row: int) -> _Household:
    """The household's words above its members, so many in a row."""
    titled = len(lines) * LARGE * LEADING
    rows = [members[n : n + a_row] for n in range(0, len(members), a_row)]
    top = -(titled + len(rows) * _ROW + (1.0 if rows else 0.0)) / 2
    middle, y = top + titled / 2, top + titled + 1.0
    corners = [
        (measure(line, LARGE, bold=True) / 2, abs(top + (n + 0.5) * LARGE * LEADING) + LARGE * 0.45)
        for n, line in enumerate(lines)
    ]
    placed = []
    for row in rows:
        widths = [max(measure(_plain(m.label), SMALL), _SYMBOL) for m in row]
        x = -(sum(widths) + _BETWEEN * (len(row) - 1)) / 2
        corners += [(x, y), (x, y + _ROW - 0.8)]
        for member, wide in zip(row, widths, strict=True):
            placed.append((x + wide / 2, y + _SYMBOL / 2, member))
            x += wide + _BETWEEN
        y += _ROW
    return _Household(lines, middle, placed, max(10.5, max(math.hypot(*corner) for corner in corners) + 2.3))


# --- drawing ----------------------------------------------------------------------------------------------------------


def _drawn(
    ecomap: Ecomap, middle: _Household, nodes: Sequence[_Node], style: _Style, keys: list[list[_Key]], most: float
) -> Sheet:
    top, bottom = _extent(nodes, middle.radius)
    reach = max(max(abs(n.x) + n.radius, *(abs(v) for v in (n.box[::2] if n.box else (0.0,)))) for n in nodes) + 0.6
    key = max(map(_long, keys))
    width = min(most, max(2 * reach, key))
    cx, cy = width / 2, 0.6 - top
    pen = Pen()
    for node, system in zip(nodes, ecomap.systems, strict=True):
        length = math.hypot(node.x, node.y)
        ux, uy = node.x / length, node.y / length
        start = (cx + ux * (middle.radius + 0.9), cy + uy * (middle.radius + 0.9))
        end = (cx + node.x - ux * (node.radius + 0.7), cy + node.y - uy * (node.radius + 0.7))
        _tie(
            pen,
            start,
            end,
            system.line,
            inward=system.arrow in ("输入", "双向"),
            outward=system.arrow in ("输出", "双向"),
        )
    for node, system in zip(nodes, ecomap.systems, strict=True):
        x, y = cx + node.x, cy + node.y
        fill, stroke = _GROUNDS.get(system.line, (TINT, MAIN))
        pen.circle(x, y, node.radius, fill=fill, stroke=stroke, line=0.4)
        pen.lines(x, y, node.name, style.name)
        if node.box:
            at = {"start": node.box[0], "end": node.box[2], "middle": (node.box[0] + node.box[2]) / 2}[node.anchor]
            pen.lines(
                cx + at, cy + (node.box[1] + node.box[3]) / 2, node.note, style.note, anchor=node.anchor, fill=QUIET
            )
    pen.circle(cx, cy, middle.radius, fill=WHITE if middle.members else KEY, stroke=KEY, line=0.9)
    pen.lines(cx, cy + middle.lines_y, middle.lines, LARGE, bold=True, fill=KEY if middle.members else WHITE)
    for x, y, member in middle.members:
        _symbol(pen, cx + x, cy + y, member)
        pen.text(cx + x, cy + y + _SYMBOL / 2 + 0.9 + SMALL * 0.8, _plain(member.label), SMALL, anchor="middle")
    y = cy + bottom + 2.0 + _KEY_PITCH / 2
    for keyed in keys:
        x = cx - _long(keyed) / 2
        for k in keyed:
            k.draw(pen, x, y)
            x += k.width + _KEY_GAP
        y += _KEY_PITCH
    return pen.sheet(width, y - _KEY_PITCH / 2)


#: Ground and outline of a system's circle where its tie is not a good one.
_GROUNDS = {"紧张": (WARM, ACCENT), "强而紧张": (WARM, ACCENT), "弱": (WHITE, QUIET), "中断": (WHITE, QUIET)}


def _symbol(pen: Pen, x: float, y: float, member: Member) -> None:
    """A square for a man, a circle for a woman, a diamond if it isn't said; a double outline for the client."""
    for size in (_SYMBOL / 2, _SYMBOL / 2 - 0.75) if member.client else (_SYMBOL / 2,):
        if member.gender == "男":
            pen.rect(x - size, y - size, 2 * size, 2 * size, stroke=INK, line=0.35)
        elif member.gender == "女":
            pen.circle(x, y, size, stroke=INK, line=0.35)
        else:
            pen.polygon((x, y - size), (x + size, y), (x, y + size), (x - size, y), stroke=INK, line=0.35)


def _tie(
    pen: Pen, start: tuple[float, float], end: tuple[float, float], kind: str, *, inward: bool, outward: bool
) -> None:
    """A line of its kind; heads show the flow of energy, to the household at ``start``, to the system at ``end``."""
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length

    def at(along: float, aside: float = 0.0) -> tuple[float, float]:
        return (start[0] + ux * along - uy * aside, start[1] + uy * along + ux * aside)

    stroke = ACCENT if kind in ("紧张", "强而紧张") else QUIET if kind in ("弱", "中断") else KEY
    head, wing = (3.2, 1.55) if kind in ("强", "强而紧张") else (2.7, 1.15)
    low, high = 0.0, length
    if inward:
        pen.polygon(at(0), at(head, wing), at(head, -wing), fill=stroke)
        low = head * 0.85
    if outward:
        pen.polygon(at(length), at(length - head, wing), at(length - head, -wing), fill=stroke)
        high = length - head * 0.85
    if kind == "强":
        pen.line(at(low), at(high), stroke=stroke, line=1.3)
    elif kind == "一般":
        pen.line(at(low), at(high), stroke=stroke, line=0.45)
    elif kind == "弱":
        pen.line(at(low), at(high), stroke=stroke, line=0.45, dash="1.5 1.1")
    elif kind == "中断":
        half = (low + high) / 2
        for sign in (-1, 1):
            pen.line(at(low if sign < 0 else high), at(half + sign * 0.9), stroke=stroke, line=0.45)
            pen.line(at(half + sign * 0.9, -1.5), at(half + sign * 0.9, 1.5), stroke=stroke, line=0.6)
    else:
        swing = 1.05 if kind == "紧张" else 0.85
        lead = 0.7 if kind == "紧张" else 0.0
        teeth = max(3, round((high - low - 2 * lead) / 1.5))
        step = (high - low - 2 * lead) / teeth
        points = [at(low), at(low + lead)]
        points += [at(low + lead + (n + 0.5) * step, swing if n % 2 else -swing) for n in range(teeth)]
        points += [at(high - lead), at(high)]
        pen.line(*points, stroke=stroke, line=0.45)
        if kind == "强而紧张":
            for side in (-1.35, 1.35):
                pen.line(at(low, side), at(high, side), stroke=stroke, line=0.55)


# --- key --------------------------------------------------------------------------------------------------------------

_KEY_PITCH, _KEY_GAP, _SAMPLE = 4.6, 4.5, 9.0
#: Symbols that need a word; the diamond of who is neither has none.
_GENDERS: tuple[Literal["男", "女"], ...] = ("男", "女")


@dataclass(frozen=True)
class _Key:
    """A sample of a line or a symbol, and what it means."""

    words: str
    line: str = ""
    member: Member | None = None

    @property
    def width(self) -> float:
        return (_SYMBOL if self.member else _SAMPLE) + 1.3 + measure(self.words, SMALL)

    def draw(self, pen: Pen, x: float, y: float) -> None:
        if self.member:
            wide = _SYMBOL
            _symbol(pen, x + _SYMBOL / 2, y, self.member)
        else:
            wide = _SAMPLE
            flow = self.line == "能量"
            _tie(pen, (x, y), (x + _SAMPLE, y), "一般" if flow else self.line, inward=False, outward=flow)
        pen.text(x + wide + 1.3, y + MIDDLE * SMALL, self.words, SMALL, fill=QUIET)


def _keys(ecomap: Ecomap, width: float) -> list[list[_Key]]:
    """What is used, in rows as wide as there is room; lines and persons apart if one row doesn't hold all."""
    used, genders = {s.line for s in ecomap.systems}, {m.gender for m in ecomap.members}
    lines = [_Key("关系" + kind, kind) for kind in _KINDS if kind in used]
    lines += [_Key("能量流向", "能量")] * any(s.arrow != "无" for s in ecomap.systems)
    people = [_Key(g, member=Member(label=g, gender=g)) for g in _GENDERS if g in genders]
    people += [_Key("服务对象", member=member) for member in ecomap.members if member.client][:1]
    rows: list[list[_Key]] = []
    apart = people and _long([*lines, *people]) > width
    for group in (lines, people) if apart else ([*lines, *people],):
        rows.append([])
        for key in group:
            if rows[-1] and _long([*rows[-1], key]) > width:
                rows.append([])
            rows[-1].append(key)
    return rows


def _long(keys: Sequence[_Key]) -> float:
    return sum(key.width for key in keys) + _KEY_GAP * (len(keys) - 1)


# --- words ------------------------------------------------------------------------------------------------------------


def _words(ecomap: Ecomap) -> str:
    members = "、".join(_plain(m.label) + _traits(m) for m in ecomap.members)
    systems = [
        "，".join(filter(None, (f"{_plain(s.name)}：关系{s.line}", _FLOWS[s.arrow], _plain(s.note or ""))))
        for s in ecomap.systems
    ]
    family = f"，家庭成员有{members}" if members else ""
    return f"生态图：{_plain(ecomap.centre)}在中间{family}；周围的系统如下。{'；'.join(systems)}。"


def _traits(member: Member) -> str:
    traits = [member.gender] * (member.gender != "不详") + ["服务对象"] * member.client
    return f"（{'，'.join(traits)}）" if traits else ""


def _table(ecomap: Ecomap) -> tuple[tuple[str, ...], ...]:
    head = ("系统", "关系", "能量流向", "说明")
    return (head, *((_plain(s.name), s.line, s.arrow, _plain(s.note or "")) for s in ecomap.systems))
