"""What pages of a PDF say: codes of glyphs through their fonts to characters, in the order drawn and as seen."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from operator import itemgetter
from typing import Any

from generator.privacy.leaks.sieve import Budget

#: Encodings of fonts by their names (ISO 32000-1, 9.7.5.2), without the way they run.
_CMAPS: Mapping[str, str] = {
    "GB-EUC": "gb2312", "GBpc-EUC": "gb2312", "GBK-EUC": "gbk", "GBKp-EUC": "gbk", "GBK2K": "gb18030",
    "UniGB-UCS2": "utf-16-be", "UniGB-UTF16": "utf-16-be", "UniCNS-UCS2": "utf-16-be", "UniCNS-UTF16": "utf-16-be",
    "UniJIS-UCS2": "utf-16-be", "UniJIS-UTF16": "utf-16-be", "UniKS-UCS2": "utf-16-be", "UniKS-UTF16": "utf-16-be",
    "UniGB-UTF8": "utf-8", "UniGB-UTF32": "utf-32-be", "B5pc": "big5", "ETen-B5": "big5", "ETenms-B5": "big5",
    "HKscs-B5": "big5hkscs", "90ms-RKSJ": "shift_jis",
}  # fmt: skip
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_SECTION = re.compile(rb"begin(codespacerange|bfchar|bfrange)(.*?)end\1", re.S)
_RANGE = re.compile(rb"<([0-9A-Fa-f\s]+)>\s*<([0-9A-Fa-f\s]+)>\s*(?:<([0-9A-Fa-f\s]*)>|\[([^\]]*)\])")
#: No range of a map holds more codes.
_WIDEST = 65_536


@dataclass(frozen=True)
class Font:
    """How the codes of a font are read. ``known`` is false if what they mean can't be told."""

    read: Callable[[bytes], str]
    em: int
    known: bool = True


def font(found: Any, budget: Budget) -> Font:
    """The font of a dictionary. Takes none for unreadable that has any map of its own."""
    encoding = found.get("/Encoding")
    named = str(encoding) if encoding is not None and not hasattr(encoding, "items") else ""
    composite = str(found.get("/Subtype", "")) == "/Type0"
    if "/ToUnicode" in found and hasattr(found.ToUnicode, "read_bytes"):
        data = found.ToUnicode.read_bytes()
        budget.spend(len(data))
        length, characters = mapping(data)
        length = length or (2 if composite else 1)
        if characters:
            return Font(_mapped(characters, length), length)
    if composite:
        code = next((c for name, c in _CMAPS.items() if named[1:].startswith(name)), None)
        if code is not None:
            return Font(lambda codes: codes.decode(code, "replace"), 2)
        characters = _embedded(found, budget)
        return Font(_mapped(characters, 2), 2, known=bool(characters))
    return Font(_simple(found, encoding), 1)


def mapping(data: bytes) -> tuple[int, dict[int, str]]:
    """What a ToUnicode map says: how many bytes a code has, and its characters."""
    length, found = 0, dict[int, str]()
    for kind, body in _SECTION.findall(data):
        if kind == b"codespacerange":
            first = _HEX.search(body)
            length = max(length, len(first[1].strip()) // 2 if first else 0)
        elif kind == b"bfchar":
            values = [_squeezed(v) for v in _HEX.findall(body)]
            for code, text in zip(values[::2], values[1::2], strict=False):
                if code:
                    found[int(code, 16)] = _text(text)
        else:
            for low, high, start, listed in _RANGE.findall(body):
                first_, last = int(_squeezed(low), 16), int(_squeezed(high), 16)
                if listed:
                    values = [_squeezed(v) for v in _HEX.findall(listed)]
                    found.update((first_ + n, _text(v)) for n, v in enumerate(values[:_WIDEST]))
                elif start and last - first_ < _WIDEST:
                    begins = _text(_squeezed(start))
                    if begins:
                        base = ord(begins[-1])
                        found.update(
                            (first_ + n, begins[:-1] + chr(min(base + n, 0x10FFFF))) for n in range(last - first_ + 1)
                        )
    return length, found


def _squeezed(digits: bytes) -> bytes:
    return b"".join(digits.split())


def _text(digits: bytes) -> str:
    try:
        data = bytes.fromhex(digits.decode())
    except ValueError:
        return ""
    return data.decode("utf-16-be", "ignore") if len(data) > 1 else data.decode("latin-1")


def _mapped(characters: Mapping[int, str], length: int) -> Callable[[bytes], str]:
    if length == 1:
        return lambda codes: "".join([characters.get(code, "\ufffd") for code in codes])
    by_code = {code.to_bytes(length, "big"): text for code, text in characters.items() if code < 256**length}

    def read(codes: bytes) -> str:
        get = by_code.get
        return "".join([get(codes[n : n + length], "\ufffd") for n in range(0, len(codes), length)])

    return read


def _embedded(found: Any, budget: Budget) -> dict[int, str]:
    """What the file of a font says of its glyphs, for one without a map."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        below = found.DescendantFonts[0]
        descriptor = below.FontDescriptor
        file = next(descriptor[key] for key in ("/FontFile2", "/FontFile3") if key in descriptor)
        data = file.read_bytes()
        budget.spend(len(data))
        with TTFont(BytesIO(data), lazy=True) as opened:
            order = opened.getReverseGlyphMap()
            glyphs = {order[name]: chr(code) for code, name in (opened.getBestCmap() or {}).items() if name in order}
        moved = below.get("/CIDToGIDMap")
        if hasattr(moved, "read_bytes"):
            cids = moved.read_bytes()
            return {n // 2: glyphs.get(int.from_bytes(cids[n : n + 2], "big"), "") for n in range(0, len(cids), 2)}
        return glyphs
    except (StopIteration, TTLibError, AttributeError, KeyError, ValueError, IndexError, AssertionError, TypeError):
        return {}


def _simple(found: Any, encoding: Any) -> Callable[[bytes], str]:
    """A font of one byte: what its differences name, and else the letters of the West."""
    from fontTools.agl import toUnicode

    named: dict[int, str] = {}
    if hasattr(encoding, "items") and "/Differences" in encoding:
        code = 0
        for value in encoding.Differences:
            try:
                code = int(value)
            except (TypeError, ValueError):
                name = str(value)[1:]
                named[code] = toUnicode(name) or toUnicode(name.upper()) or name
                code += 1
    if not named:
        return lambda codes: codes.decode("cp1252", "replace")
    return lambda codes: "".join([named.get(c) or bytes((c,)).decode("cp1252", "replace") for c in codes])


# -- pages -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """Words drawn in one go: where they begin, which way they go, how large, and in what font."""

    words: str
    x: float
    y: float
    angle: float
    size: float
    font: bytes

    @property
    def width(self) -> float:
        """About how far the words go."""
        return self.size * sum(1 if c > "\u2000" else 0.5 for c in self.words)


@dataclass
class Drawn:
    """What a page draws: its runs, the texts that replace them, whether anything can't be told or isn't seen."""

    runs: list[Run]
    instead: list[bytes]
    unknown: bool = False
    unseen: bool = False


_STRING = rb"\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+\))*+\)|<(?!<)[0-9A-Fa-f\s]*+>"
STRING = re.compile(_STRING, re.S)
_NUMBER = rb"[-+]?[\d.]+(?:-\d+)?"
_FACE = rb"/([^\s/<>\[\]()%{}]+)\s+([-+\d.]+)\s+Tf(?![^\s/\[(<])"
#: What matters between texts: the font, the place, texts themselves.
_OUTER = re.compile(
    rb"%s|(?<![^\s\])>])(?:(q|Q|cm|TL|Tr)(?![^\s/\[(<])|BT(?=[\s/\[(<])((?:%s|[^(<E]++|<|E(?!T(?!\S))|\()*+))"
    % (_FACE, _STRING), re.S,
)  # fmt: skip
#: What a text is made of: an array or string, a font, a number, an operator.
_INNER = re.compile(
    rb"\[((?:%s|[^\]\[(<]|<(?=<))*+)\]|(%s)|%s|(%s)|([A-Za-z'\"][A-Za-z*]*)" % (_STRING, _STRING, _FACE, _NUMBER), re.S
)
#: Properties of what is drawn, written where it is drawn.
_PROPERTIES = re.compile(
    rb"<<(?:%s|[^()<>]++|>(?!>)|<(?!<)|<<(?:%s|[^()<>]++|>(?!>))*+>>)*+>>" % (_STRING, _STRING), re.S
)
_ELEMENT = re.compile(rb"(%s)|(%s)" % (_STRING, _NUMBER), re.S)
_ESCAPES = re.compile(rb"\\(\r\n|[0-7]{1,3}|.)", re.S)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_ONE = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_Matrix = tuple[float, float, float, float, float, float]
#: A gap within one showing of words that is wider than this (thousandths of their size) may go anywhere.
_JUMP = 900


def octets(string: bytes) -> bytes:
    """The bytes of a string as it is written in a PDF."""
    if string.startswith(b"<"):
        digits = b"".join(string[1:-1].split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    body = string[1:-1]
    return _ESCAPES.sub(_unescaped, body) if b"\\" in body else body


def _unescaped(match: re.Match[bytes]) -> bytes:
    what = match[1]
    return bytes((int(what, 8) & 255,)) if what[:1].isdigit() and what[:1] < b"8" else _LETTERS.get(what, what)


def drawn(content: bytes, fonts: Mapping[bytes, Font], base: _Matrix = _ONE) -> Drawn:
    """What a content stream draws. Fonts that it doesn't know have codes that can't be told."""
    pen = _Pen(fonts, base)
    for token in _OUTER.finditer(content):
        name, size, operator, text = token.groups()
        if name:
            pen.take(name, _float(size))
        elif text is not None:
            pen.write(text)
        else:
            pen.state(operator, content[max(0, token.start() - 160) : token.start()].split()[-6:])
    instead = _PROPERTIES.findall(content) if b"<<" in content else []
    return Drawn(pen.runs, instead, pen.unknown, pen.unseen)


class _Pen:
    """Where and how words are drawn (ISO 32000-1, 9.3 and 9.4)."""

    def __init__(self, fonts: Mapping[bytes, Font], base: _Matrix) -> None:
        self.fonts, self.base, self.ctm = fonts, base, base
        self.stack: list[_Matrix] = []
        self.runs: list[Run] = []
        self.unknown = self.unseen = False
        self.line = self.place = _ONE
        self.leading, self.size, self.name = 0.0, 1.0, b""
        self.face = _UNKNOWN

    def take(self, name: bytes, size: float) -> None:
        self.name, self.size, self.face = name, size, self.fonts.get(name, _UNKNOWN)

    def state(self, operator: bytes, values: list[bytes]) -> None:
        if operator == b"q":
            if len(self.stack) < 10_000:
                self.stack.append(self.ctm)
        elif operator == b"Q":
            self.ctm = self.stack.pop() if self.stack else self.base
        elif operator == b"cm" and len(values) == 6:
            self.ctm = _times(tuple(map(_float, values)), self.ctm)  # type: ignore[arg-type]
        elif operator == b"TL" and values:
            self.leading = _float(values[-1])
        elif operator == b"Tr" and values:
            self.unseen = self.unseen or values[-1] in (b"3", b"7")

    def write(self, text: bytes) -> None:
        """The words and moves of a text object."""
        self.line = self.place = _ONE
        given: list[float] = []
        string, many = b"", b""
        for array, one, name, size, number, operator in _INNER.findall(text):
            if number:
                given.append(_float(number))
                continue
            if operator:
                self.operate(operator, given, string, many)
                given, string, many = [], b"", b""
            elif name:
                self.take(name, _float(size))
            elif one:
                string = one
            else:
                many = array

    def operate(self, operator: bytes, given: list[float], string: bytes, many: bytes) -> None:
        if operator == b"TJ":
            self.show_many(many)
        elif operator in (b"Tj", b"'", b'"'):
            if operator != b"Tj":
                self.next(0, -self.leading)
            if string:
                self.show(octets(string))
        elif operator == b"Tm" and len(given) >= 6:
            self.line = self.place = tuple(given[-6:])  # type: ignore[assignment]
        elif operator in (b"Td", b"TD") and len(given) >= 2:
            if operator == b"TD":
                self.leading = -given[-1]
            self.next(given[-2], given[-1])
        elif operator == b"T*":
            self.next(0, -self.leading)
        elif operator == b"TL" and given:
            self.leading = given[-1]
        elif operator == b"Tr" and given:
            self.unseen = self.unseen or given[-1] in (3, 7)
        elif operator == b"cm" and len(given) >= 6:
            self.ctm = _times(tuple(given[-6:]), self.ctm)  # type: ignore[arg-type]

    def next(self, x: float, y: float) -> None:
        self.line = self.place = _times((1, 0, 0, 1, x, y), self.line)

    def show_many(self, array: bytes) -> None:
        codes = b""
        for string, number in _ELEMENT.findall(array):
            if string:
                codes += octets(string)
            elif abs(by := _float(number)) > _JUMP:
                self.show(codes)
                self.move(-by / 1000 * self.size)
                codes = b""
        self.show(codes)

    def show(self, codes: bytes) -> None:
        if not codes:
            return
        self.unknown = self.unknown or not self.face.known
        a, b, _, _, x, y = _times(self.place, self.ctm)
        size = self.size * math.hypot(a, b) or 1
        self.runs.append(Run(self.face.read(codes), x, y, math.atan2(b, a), size, self.name))
        self.move(len(codes) / self.face.em * self.size * (1 if self.face.em > 1 else 0.5))

    def move(self, by: float) -> None:
        place = self.place
        self.place = (*place[:4], place[4] + by * place[0], place[5] + by * place[1])


_UNKNOWN = Font(lambda codes: codes.decode("cp1252", "replace"), 1, known=False)


def _float(number: bytes) -> float:
    try:
        return float(number)
    except ValueError:
        return 0.0


def _times(m: _Matrix, n: _Matrix) -> _Matrix:
    a, b, c, d, e, f = m
    g, h, i, j, k, o = n
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + o)


# -- as seen ----------------------------------------------------------------------------------------------------------


def flows(runs: list[Run]) -> Iterator[str]:
    """The words of a page: as drawn, by lines; single characters also by columns, backwards, and those of one look."""
    yield _joined(runs)
    placed = [(run, *_placed(run)) for run in runs]
    yield _joined(_lines(placed))
    short = [(run, along, across) for run, along, across in placed if len(run.words) < _SHORT]
    if len(short) > 1:
        yield _joined(_lines([(run, -along, across) for run, along, across in short]))
        yield _joined(_lines([(run, -across, along) for run, along, across in short]))
        yield _joined(_lines([(run, across, along) for run, along, across in short]))
        looks: dict[tuple[bytes, float], list[Run]] = {}
        for run, _, _ in short:
            looks.setdefault((run.font, round(run.size, 1)), []).append(run)
        if len(looks) > 1:
            yield from map(_joined, looks.values())


#: Words of fewer characters may be parts of a name drawn in pieces.
_SHORT = 3


def _placed(run: Run) -> tuple[float, float]:
    """How far along the way its words go a run begins, and how far down across it."""
    cos, sin = math.cos(run.angle), math.sin(run.angle)
    return run.x * cos + run.y * sin, run.x * sin - run.y * cos


def _lines(placed: list[tuple[Run, float, float]]) -> list[Run]:
    """Runs in the order of their lines; what stands less than half a line apart stands on one."""
    said: list[Run] = []
    line: list[tuple[float, Run]] = []
    before, turn = -math.inf, math.inf
    for run, along, across in sorted(placed, key=lambda p: (round(p[0].angle, 1), p[2])):
        if turn != round(run.angle, 1) or across - before > run.size * 0.5:
            said += (r for _, r in sorted(line, key=_first))
            line, before, turn = [], across, round(run.angle, 1)
        line.append((along, run))
    said += (r for _, r in sorted(line, key=_first))
    return said


_first = itemgetter(0)


def _joined(runs: list[Run]) -> str:
    """Words of several runs: a space between those that belong together, the end of a line between all others."""
    parts: list[str] = []
    last: Run | None = None
    for run in runs:
        if last is not None:
            parts.append(" " if _belong(last, run) else "\n")
        parts.append(run.words)
        last = run
    return "".join(parts)


def _belong(run: Run, following: Run) -> bool:
    """Whether words go on: beside each other, or on the next line after one that is full; single characters may."""
    if len(run.words) < _SHORT and len(following.words) < _SHORT:
        return True
    along, across = _placed(run)
    on, down = _placed(following)
    end, size = along + run.width, max(run.size, following.size)
    if abs(down - across) < size * 0.5:
        return -size < on - end < size * 1.5
    if run.font != following.font or round(run.size, 1) != round(following.size, 1):
        return False
    return 0 < down - across < size * 2.5 and end > on + following.width - size * 1.5
