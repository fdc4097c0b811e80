"""Vector art in the house's style: words measured and broken into lines, shapes, hatching; as SVG in millimetres.

What figures draw must look the same in print, in a browser and in Word, and in grey: plain shapes with attributes of
their own, real words, hatching as lines. Patterns, markers, style sheets and halos of letters are not drawn alike
everywhere (WeasyPrint has no ``paint-order``; poppler draws no gradients in units of their box).
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from generator.diagnostics import Text
from generator.model import Path

#: What the words are set in: the house's 黑体, or what the reader's machine has of the kind.
FONT = "Hei, 'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', SimHei, sans-serif"

#: The colours of ``templates/house/theme.yaml`` (正文, 次要, 主色, 主色浅, 主色底, 点缀, 亮色, 点缀底, 细线).
#: ``theme.recolour`` puts a hub's own in their place, so art uses no others but white.
INK, QUIET, KEY, MAIN, TINT = "#1b2329", "#4a5a63", "#1f5a54", "#2e7d74", "#eef4f1"
ACCENT, BRIGHT, WARM, RULE, WHITE = "#a85c12", "#d9822b", "#f6f1e7", "#b7c6c0", "#ffffff"


def mixed(colour: str, share: float) -> str:
    """A colour (#rrggbb) let down with white: ``share`` of it, 0 to 1."""
    channels = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (channel - 255) * share):02x}" for channel in channels)


def shades(colour: str) -> tuple[str, ...]:
    """Five steps from white towards a dark colour, told apart in grey; dark words are read on all of them."""
    return tuple(mixed(colour, share) for share in (0, 0.11, 0.24, 0.39, 0.55))


#: What cells and tiles are shaded with; ``theme.recolour`` makes them of a hub's own 主色.
SHADES = shades(KEY)

#: Type in millimetres: what is read first, usual words, notes. 2.4 mm are 6.8 pt, the least that is read with ease.
LARGE, SIZE, SMALL = 3.6, 3.1, 2.5
#: From one line of words to the next, and from the middle of a line of Han to its baseline, in ems.
LEADING, MIDDLE = 1.32, 0.36


@dataclass(frozen=True)
class Tone:
    """What an area is filled with: a ground, hatching on it if any, and the ink of words that stand there."""

    fill: str
    ink: str
    hatch: str = ""
    rising: bool = True
    edge: str = ""


#: Areas beside each other, in the order to be used: told apart by lightness, the last two by hatching, so in grey, too.
TONES = (
    Tone(KEY, WHITE),
    Tone(RULE, INK),
    Tone(BRIGHT, INK),
    Tone(TINT, INK, edge=KEY),
    Tone(MAIN, WHITE, hatch=WHITE, rising=False),
    Tone(WARM, INK, hatch=ACCENT, edge=ACCENT),
)

#: Advances of the characters from space to ~ in Noto Sans CJK SC, regular and bold, thousandths of an em.
_REGULAR = (
    224, 323, 474, 555, 555, 921, 680, 278, 338, 338, 467, 555, 278, 347, 278, 392, 555, 555, 555, 555, 555, 555, 555,
    555, 555, 555, 278, 278, 555, 555, 555, 474, 946, 608, 657, 638, 688, 589, 552, 689, 728, 293, 535, 646, 543, 812,
    723, 742, 633, 742, 635, 596, 599, 721, 575, 878, 573, 531, 603, 338, 392, 338, 555, 559, 606, 563, 618, 510, 620,
    554, 325, 564, 607, 275, 275, 552, 284, 926, 610, 606, 620, 620, 388, 468, 377, 607, 521, 802, 498, 521, 475, 338,
    270, 338, 555,
)  # fmt: skip
_BOLD = (
    227, 370, 574, 590, 590, 963, 740, 325, 378, 378, 507, 590, 325, 370, 325, 387, 590, 590, 590, 590, 590, 590, 590,
    590, 590, 590, 325, 325, 590, 590, 590, 514, 1007, 641, 681, 656, 714, 615, 585, 717, 757, 330, 568, 686, 578, 853,
    749, 770, 667, 770, 682, 624, 625, 748, 619, 915, 627, 580, 613, 378, 387, 378, 590, 567, 626, 591, 644, 527, 644,
    581, 372, 597, 640, 304, 306, 604, 315, 964, 641, 626, 644, 644, 436, 495, 421, 637, 576, 863, 562, 574, 511, 378,
    296, 378, 590,
)  # fmt: skip

_NOT_FIRST = frozenset("，。、；：？！）》〉”’】〕」』％…—～·%),.;:?!")
_NOT_LAST = frozenset("（《〈“‘【〔「『(")
#: Characters that XML has no place for, and those nobody sees.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
#: What a line is never broken within: a number with its unit's sign, a word in Latin.
_UNBROKEN = re.compile(r"[0-9A-Za-z.,%+\-–/:@#]+|——|……|.", re.S)


@dataclass(frozen=True)
class Room:
    """Where a figure may stand: the width of a column, of all columns, and the height of the text, in millimetres."""

    column: float
    page: float
    height: float


@dataclass(frozen=True)
class Sheet:
    """One piece of a figure: an SVG, so many millimetres wide and high."""

    svg: str
    width: float
    height: float


@dataclass(frozen=True)
class Drawing:
    """A figure: its sheets, more than one if it is longer than a page, and what it says in words.

    ``words`` are for those who can't see it; ``table``, its head first, for those who read it in Word or hear it read,
    empty where the words say it all.
    """

    sheets: tuple[Sheet, ...]
    words: str
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Flaw:
    """Why data can't be drawn: a diagnostic at the value at ``path`` (Chinese keys) of the data."""

    code: str
    path: Path
    message: Text
    hint: Text


def measure(words: str, size: float = 1.0, *, bold: bool = False) -> float:
    """The width of words set in ``size``, in its unit."""
    advances = _BOLD if bold else _REGULAR
    total = 0
    for character in words:
        code = ord(character)
        if 32 <= code < 127:
            total += advances[code - 32]
        elif not unicodedata.combining(character):
            total += 1000
    return total / 1000 * size


def broken(words: str, room: float, size: float = SIZE, *, bold: bool = False, whole: bool = False) -> list[str]:
    """Words in as few lines as fit into ``room``, as even as they go; at least one.

    No line begins with a closing mark or ends with an opening one (CLREQ 3.1.3); numbers and Latin words stay whole
    unless one alone is wider than the room, usual words of Chinese, too, if asked to (for names, not for running
    text). A line end in the words is kept.
    """
    return [line for part in words.split("\n") for line in _even(part.strip(), room, size, bold, whole)]


def _even(words: str, room: float, size: float, bold: bool, whole: bool) -> list[str]:
    if measure(words, size, bold=bold) <= room:
        return [words]
    lines = _filled(words, room, size, bold, whole)
    if len(lines) > 1:  # the narrowest room that needs no more lines
        low, high = room / len(lines) / 2, room
        while high - low > size / 4:
            middle = (low + high) / 2
            low, high = (
                (low, middle) if len(_filled(words, middle, size, bold, whole)) <= len(lines) else (middle, high)
            )
        lines = _filled(words, high, size, bold, whole)
    return lines


def _filled(words: str, room: float, size: float, bold: bool, whole: bool) -> list[str]:
    lines = [""]
    for piece in _pieces(words, room, size, bold, whole):
        if lines[-1] and measure((lines[-1] + piece).rstrip(), size, bold=bold) > room + 1e-6:
            lines[-1] = lines[-1].rstrip()
            lines.append(piece.lstrip())
        else:
            lines[-1] += piece
    return [line.rstrip() for line in lines]


def _pieces(words: str, room: float, size: float, bold: bool, whole: bool) -> list[str]:
    """What may be parted from its neighbours."""
    pieces: list[str] = []
    for atom in (_WHOLE if whole else _UNBROKEN).findall(words):
        parts = list(atom) if measure(atom, size, bold=bold) > room else [atom]
        for part in parts:
            kept = pieces and (part[0] in _NOT_FIRST or pieces[-1][-1] in _NOT_LAST) and part not in "%"
            if kept and measure(pieces[-1] + part, size, bold=bold) <= room:
                pieces[-1] += part
            else:
                pieces.append(part)
    return pieces


#: What a name in a circle is not broken within: who and what social workers name most, numbers, Latin words.
_WHOLE = re.compile(
    "残疾人|人民|精神|康复|科室|疾病|预防|控制|福利院|外公|外婆|爷爷|奶奶|父母|叔叔|阿姨|姑姑|舅舅|儿子|女儿|孩子|老人|儿童|年级|"
    "指导中心|社会工作|居委会|村委会|业委会|委员会|联合会|基金会|志愿者|社工站|社工室|服务站|服务室|工作站|总站|服务中心|合唱团|班主任|派出所|司法所|"
    "保障局|教育局|卫健局|民政局|幼儿园|养老院|救助站|医院|学校|小学|中学|大学|中心|社区|街道|部门|单位|机构|"
    "公司|企业|协会|总会|慈善|民政|残联|妇联|家庭|医生|亲属|邻居|朋友|同事|老师|保障|服务|医疗|心理|就业|住房|特殊|教育|法律|援助|家长|互助|小组|"
    "[与和及]|[0-9A-Za-z.+%-]+|[（《“‘]+.|.[，、；：。？！）》”’]+|."
)


def encircled(words: str, size: float = SIZE, *, bold: bool = False) -> tuple[list[str], float]:
    """Words in the lines that take the smallest circle, and its radius; usual words stay whole, no Han stands alone."""

    def reach(widths: Sequence[float]) -> float:
        middle = (len(widths) - 1) / 2
        return max(math.hypot(width / 2, abs(n - middle) * LEADING + 0.45) for n, width in enumerate(widths))

    pieces = _WHOLE.findall(words)
    along = [0.0, *itertools.accumulate(measure(piece, bold=bold) for piece in pieces)]
    best: tuple[int, ...] = (0, len(pieces))
    least = math.inf
    for count in range(min(4, len(pieces))):
        for cuts in itertools.combinations(range(1, len(pieces)), count):
            ends = (0, *cuts, len(pieces))
            widths = [along[b] - along[a] for a, b in itertools.pairwise(ends)]
            poor = count and (min(widths) < 1.5 or any(pieces[cut - 1] in "与和及" for cut in cuts))
            torn = sum(len(pieces[cut - 1]) == len(pieces[cut]) == 1 for cut in cuts)
            cost = reach(widths) + 0.15 * count + 0.06 * torn + (0.5 if poor else 0.0)
            if cost < least - 1e-6:
                best, least = ends, cost
    lines = ["".join(pieces[a:b]).strip() for a, b in itertools.pairwise(best)]
    if any(measure(line, bold=bold) > 6.5 for line in lines):
        lines = broken(words, 5.2 * size, size, bold=bold, whole=True)
    return lines, max(reach([measure(line, bold=bold) for line in lines]) * size + 1.1, 6.6)


def number(value: float) -> str:
    """A coordinate: hundredths of a millimetre, no more digits than it has."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # + 0.0 makes -0 a 0


def _points(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _elbows(points: Sequence[tuple[float, float]], radius: float) -> str:
    """A line through points whose corners are rounded where there is room."""
    parts = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        ways = [(corner[0] - before[0], corner[1] - before[1]), (after[0] - corner[0], after[1] - corner[1])]
        lengths = [math.hypot(*way) or 1.0 for way in ways]
        cut = min(radius, lengths[0] / 2, lengths[1] / 2)
        (ax, ay), (bx, by) = ((x / length, y / length) for (x, y), length in zip(ways, lengths, strict=True))
        bend = [(corner[0] - ax * cut * share, corner[1] - ay * cut * share) for share in (1.0, 0.45)] + [
            (corner[0] + bx * cut * share, corner[1] + by * cut * share) for share in (0.45, 1.0)
        ]
        first, *rest = (f"{number(x)} {number(y)}" for x, y in bend)
        parts.append(f"L{first}C{' '.join(rest)}")
    return "".join(parts) + f"L{number(points[-1][0])} {number(points[-1][1])}"


class Pen:
    """Draws one sheet. Lengths are millimetres from the upper left corner; what is drawn later lies above."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = SIZE,
        *,
        anchor: str = "start",
        bold: bool = False,
        fill: str = INK,
    ) -> None:
        """A line of words with its baseline at ``y``; ``anchor``: start, middle or end of the line stands at ``x``."""
        words = _CONTROL.sub("", words)
        if words:
            weight = ' font-weight="700"' if bold else ""
            aligned = f' text-anchor="{anchor}"' if anchor != "start" else ""
            self._parts.append(
                f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{aligned}{weight} '
                f'fill="{fill}">{escape(words, quote=False)}</text>'
            )

    def lines(
        self,
        x: float,
        middle: float,
        words: Sequence[str],
        size: float = SIZE,
        *,
        anchor: str = "middle",
        bold: bool = False,
        fill: str = INK,
    ) -> None:
        """Lines of words, the block of them centred on ``middle``."""
        for number_, line in enumerate(words):
            y = middle + (number_ - (len(words) - 1) / 2) * size * LEADING + MIDDLE * size
            self.text(x, y, line, size, anchor=anchor, bold=bold, fill=fill)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "",
        line: float = 0.3,
        dash: str = "",
        round: float = 0.0,
    ) -> None:
        corner = f' rx="{number(round)}"' if round else ""
        self._parts.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"{corner} '
            f'fill="{fill}"{_stroke(stroke, line, dash)}/>'
        )

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str = "none",
        stroke: str = "",
        line: float = 0.3,
        dash: str = "",
    ) -> None:
        self._parts.append(
            f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" '
            f'fill="{fill}"{_stroke(stroke, line, dash)}/>'
        )

    def path(self, d: str, *, fill: str = "none", stroke: str = "", line: float = 0.3, dash: str = "") -> None:
        """A shape as SVG's path data says, its coordinates made by :func:`number`."""
        self._parts.append(f'<path d="{d}" fill="{fill}"{_stroke(stroke, line, dash)} stroke-linejoin="round"/>')

    def line(
        self,
        *points: tuple[float, float],
        stroke: str = INK,
        line: float = 0.3,
        dash: str = "",
        close: bool = False,
        round: float = 0.0,
    ) -> None:
        """A line through points, its corners rounded if asked for."""
        d = _elbows(points, round) if round else _points(points)
        self.path(d + ("Z" if close else ""), stroke=stroke, line=line, dash=dash)

    def polygon(
        self, *points: tuple[float, float], fill: str = "none", stroke: str = "", line: float = 0.3, dash: str = ""
    ) -> None:
        self.path(_points(points) + "Z", fill=fill, stroke=stroke, line=line, dash=dash)

    def arrow(
        self,
        *points: tuple[float, float],
        stroke: str = INK,
        line: float = 0.35,
        dash: str = "",
        head: float = 1.9,
        both: bool = False,
        round: float = 0.0,
    ) -> None:
        """A line through points with a head at its end, at ``both`` ends if asked for."""
        path = list(points)
        path[-1] = self._head(path[-2], path[-1], head, stroke)
        if both:
            path[0] = self._head(path[1], path[0], head, stroke)
        self.line(*path, stroke=stroke, line=line, dash=dash, round=round)

    def _head(
        self, before: tuple[float, float], tip: tuple[float, float], head: float, fill: str
    ) -> tuple[float, float]:
        """Draw a head whose tip is there; returns where its line ends."""
        length = math.hypot(tip[0] - before[0], tip[1] - before[1]) or 1.0
        ux, uy = (tip[0] - before[0]) / length, (tip[1] - before[1]) / length
        base = (tip[0] - ux * head, tip[1] - uy * head)
        wing = head * 0.42
        self.polygon(
            tip, (base[0] - uy * wing, base[1] + ux * wing), (base[0] + uy * wing, base[1] - ux * wing), fill=fill
        )
        return (tip[0] - ux * head * 0.8, tip[1] - uy * head * 0.8)

    def hatch(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        stroke: str,
        pitch: float = 1.0,
        line: float = 0.25,
        rising: bool = True,
        crossed: bool = False,
    ) -> None:
        """Slanting lines over a rectangle, so that it is told from others without colour."""
        d = _slanting(x, y, width, height, pitch, rising=rising)
        if crossed:
            d += _slanting(x, y, width, height, pitch, rising=not rising)
        if d:
            self.path(d, stroke=stroke, line=line)

    def area(self, x: float, y: float, width: float, height: float, tone: Tone, *, pitch: float = 1.5) -> None:
        """A rectangle in a tone; its edge, where it has one, lies inside."""
        inset = 0.125 if tone.edge and min(width, height) > 0.5 else 0.0
        self.rect(
            x + inset,
            y + inset,
            width - 2 * inset,
            height - 2 * inset,
            fill=tone.fill,
            stroke=tone.edge if inset else "",
            line=0.25,
        )
        if tone.hatch:
            self.hatch(x, y, width, height, stroke=tone.hatch, pitch=pitch, rising=tone.rising)

    def sheet(self, width: float, height: float) -> Sheet:
        """All that was drawn, on a sheet so wide and high."""
        w, h = number(width), number(height)
        return Sheet(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}mm" height="{h}mm" '
            f'font-family="{FONT}">{"".join(self._parts)}</svg>',
            width,
            height,
        )


def _stroke(stroke: str, line: float, dash: str) -> str:
    if not stroke:
        return ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f' stroke="{stroke}" stroke-width="{number(line)}"{dashed}'


def _slanting(x: float, y: float, width: float, height: float, pitch: float, *, rising: bool) -> str:
    """Lines at 45° cut off at the edges of a rectangle."""
    parts = []
    for step in range(1, math.ceil((width + height) / pitch)):
        along = step * pitch
        left, right = max(0.0, along - height), min(width, along)
        if right - left < 1e-3:
            continue
        low, high = along - left, along - right
        if rising:
            parts.append(_points(((x + left, y + low), (x + right, y + high))))
        else:
            parts.append(_points(((x + left, y + height - low), (x + right, y + height - high))))
    return "".join(parts)
