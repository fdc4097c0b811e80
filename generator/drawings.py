"""Drawings (SVG) from content: plain ones, of a closed vocabulary and a bounded size, and no others.

An SVG file may run scripts, fetch files, and name shapes by shapes by shapes until no memory is left (SVG 1.1, 5 and
18; SVG 2, 5.5). What an editor draws needs none of this: shapes, words, gradients, clips, markers and copies of
shapes. Whatever else a file holds is told with its line, before anything opens it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from generator.diagnostics import Diagnostic, Span, Text, error, say

#: Bytes of a file, its elements with all copies, elements within elements, characters of one attribute and of words.
LARGEST, MOST, DEEPEST, LONGEST, MOST_WORDS = 2_000_000, 20_000, 24, 400_000, 20_000
#: No coordinate and no factor is larger; no line has more dashes.
_FAR, _FACTOR, _DASHES = 1e6, 1e5, 50_000
#: Faults that are told of one file.
_TOLD = 20

_SVG, _XLINK, _XML = (
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/XML/1998/namespace",
)

_SHAPES = frozenset("rect circle ellipse line polyline polygon path text tspan".split())
_GRADIENTS = frozenset({"linearGradient", "radialGradient"})
_ELEMENTS = _SHAPES | _GRADIENTS | frozenset("svg g defs title desc stop clipPath marker use".split())
#: Elements that stand only in some others.
_WITHIN = {"stop": _GRADIENTS, "tspan": frozenset({"text", "tspan"})}

# digits are never given back, or a long number could be divided in more ways than there is time
_NUMBER = r"[-+]?(?>\d++\.?\d*+|\.\d++)(?>[eE][-+]?\d++)?"
_NUMBERS = re.compile(_NUMBER)
_LENGTHS = re.compile(rf"\s*+(?>{_NUMBER}(?:mm|cm|in|pt|pc|px|em|ex|%)?[\s,]*+)++|none")
_PATH = re.compile(r"[\sMmZzLlHhVvCcSsQqTtAa0-9eE.,+-]*")
_POINTS = re.compile(r"[\s0-9eE.,+-]*")
_TRANSFORM = re.compile(r"\s*(?:(matrix|translate|scale|rotate|skewX|skewY)\s*\(([-+0-9eE.,\s]*)\)[\s,]*)")
_PAINT = re.compile(
    r"\s*(?:#[0-9A-Fa-f]{3,8}|[A-Za-z]{1,30}|rgba?\([-+0-9.,%\s/]{1,60}\)|hsla?\([-+0-9.,%\sdeg/]{1,60}\)|"
    r"url\(\s*#[^\s()'\"#]{1,100}\s*\)(?:\s+[#0-9A-Za-z]{1,30})?)\s*"
)
_REFERENCE = re.compile(r"url\(\s*#([^\s()'\"#]{1,100})\s*\)")
_WORD = re.compile(r"[\w\s.,'\"%+-]{0,300}")
_ANY = re.compile(r"[^\x00-\x08]{0,2000}", re.S)
_ID = re.compile(r"[^\s()'\"#<>&]{1,100}")
_HASH = re.compile(r"#[^\s()'\"#]{1,100}")
_PAD = re.compile("pad")

_KINDS: Mapping[re.Pattern[str], str] = {
    _LENGTHS: "x y width height rx ry cx cy r x1 y1 x2 y2 dx dy fx fy fr offset font-size stroke-width "
    "stroke-miterlimit opacity fill-opacity stroke-opacity stop-opacity stroke-dasharray stroke-dashoffset "
    "letter-spacing word-spacing refX refY markerWidth markerHeight textLength rotate viewBox baseline-shift",
    _PAINT: "fill stroke stop-color color",
    _REFERENCE: "clip-path marker marker-start marker-mid marker-end",
    _WORD: "font-family font-weight font-style font-variant font-stretch text-anchor dominant-baseline "
    "alignment-baseline text-decoration stroke-linecap stroke-linejoin fill-rule clip-rule visibility display "
    "gradientUnits clipPathUnits markerUnits orient preserveAspectRatio lengthAdjust paint-order vector-effect "
    "shape-rendering text-rendering image-rendering color-interpolation color-rendering overflow writing-mode "
    "enable-background isolation mix-blend-mode line-height white-space -inkscape-font-specification "
    "version baseProfile focusable",
    _PATH: "d",
    _POINTS: "points",
    _ID: "id",
    _HASH: "href",
    _PAD: "spreadMethod",
    _ANY: "class role aria-label aria-hidden aria-labelledby aria-describedby lang",
}
_ATTRIBUTES = {name: kind for kind, names in _KINDS.items() for name in names.split()}
_STYLED = frozenset(name for kind in (_LENGTHS, _PAINT, _REFERENCE, _WORD) for name in _KINDS[kind].split())
_MARKERS = frozenset("marker marker-start marker-mid marker-end".split())
#: Properties that elements have from those around them, of those that can be overdone.
_PASSED = _MARKERS | {"stroke-dasharray"}
#: What says how far a shape extends.
_EXTENDED = frozenset("d points x1 y1 x2 y2 r rx ry width height".split())
#: What has others drawn, and which.
_LINKED = _GRADIENTS | {"use"}
_COPIED = {
    "href": _SHAPES | _GRADIENTS | {"g"},
    "clip-path": frozenset({"clipPath"}),
    "marker": frozenset({"marker"}),
}


@dataclass
class _Element:
    """What is remembered of an element: where it stands, what it passes on, how large it is, what it names.

    ``size`` and ``holds`` are of all that is in it: how many elements, and their names.
    """

    name: str
    span: Span
    identifier: str
    passed: Mapping[str, str]
    factor: float
    within: frozenset[str]
    size: int = 1
    holds: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Copy:
    """An element that has others drawn: those called ``target``, so many ``times``."""

    by: _Element
    kind: str
    target: str
    times: int


class _EndError(Exception):
    """There is no use in reading on."""


def faults(data: bytes, file: str) -> list[Diagnostic]:
    """What forbids a drawing, at most twenty things of it; nothing if it may be shown. ``file`` names it."""
    reader = _Reader(file)
    with suppress(_EndError):
        reader.read(data)
    return reader.found[:_TOLD]


class _Reader:
    """Goes through a file as WeasyPrint's own parser does (expat), never beyond the first thing that is dangerous."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Diagnostic] = []
        self._open: list[_Element] = []
        self._known: dict[str, _Element] = {}
        self._copies: list[_Copy] = []
        self._count = self._words = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")

    def read(self, data: bytes) -> None:
        if len(data) > LARGEST:
            message = say("图 {size} MB，太大了", size=round(len(data) / 1_000_000, 1))
            hint = say("图里多半嵌了照片：照片另存为 JPEG，单独放")
            self.found.append(error("drawing.too_large", message, Span(self.file), hint))
            return
        parser: Any = self._parser
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = lambda *_: self._refuse(say("文档类型声明（<!DOCTYPE>）"))
        parser.EntityDeclHandler = lambda *_: self._refuse(say("实体声明（<!ENTITY>）"))
        parser.ProcessingInstructionHandler = lambda target, _: self._refuse(
            say("处理指令 <?{name}?>", name=_short(target))
        )
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            data.decode("utf-8")
            parser.Parse(data, True)
        except UnicodeDecodeError:
            self.add("drawing.broken", say("SVG 不是 UTF-8 编码的文字"), _export(), Span(self.file))
            return
        except expat.ExpatError as fault:
            message = say("这张 SVG 打不开：{reason}", reason=expat.errors.messages[fault.code])
            self.add("drawing.broken", message, _export(), Span(self.file, fault.lineno, fault.offset + 1))
            return
        self._look_at_copies()

    def add(self, code: str, message: Text, hint: Text | None = None, span: Span | None = None) -> None:
        self.found.append(error(code, message, span or self.here(), hint))
        if len(self.found) >= _TOLD:
            raise _EndError

    def here(self, length: int = 1) -> Span:
        return Span(self.file, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1, length)

    def _refuse(self, what: Text) -> None:
        self.add("drawing.refused", say("图里有{what}，本工具不收", what=what), _export())
        raise _EndError

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if (encoding or "utf-8").lower().replace("_", "-") not in ("utf-8", "utf8", "us-ascii"):
            self.add("drawing.broken", say("SVG 不是 UTF-8 编码的文字"), _export())
            raise _EndError

    # -- elements

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        namespace, _, name = tag.rpartition(" ")
        above = self._open[-1] if self._open else None
        self._count += 1
        if self._count > MOST:
            self._refuse(say("多于 {count} 个元素", count=MOST))
        if len(self._open) >= DEEPEST:
            self._refuse(say("套了 {count} 层还没到底的元素", count=DEEPEST))
        span = self.here(len(name) + 1)
        root_fits = (name == "svg") is (above is None)
        if namespace != _SVG or name not in _ELEMENTS or not root_fits:
            if above is None:
                self.add("drawing.broken", say("这不是 SVG 图：最外层是 <{name}>", name=_short(name)), _export(), span)
                raise _EndError
            self.add("drawing.element", say("图里有 <{name}>，本工具不收", name=_short(name)), _instead(name), span)
        elif above is not None and name in _WITHIN and above.name in _ELEMENTS and above.name not in _WITHIN[name]:
            self.add("drawing.element", say("<{name}> 不能放在 <{above}> 里", name=name, above=above.name), None, span)
        passed, factor, within = (above.passed, above.factor, above.within) if above else ({}, 1.0, frozenset[str]())
        element = _Element(name, span, attributes.get("id", ""), passed, factor, within | {name}, holds={name})
        if namespace == _SVG and name in _ELEMENTS:
            self._attributes(element, attributes)
        self._open.append(element)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        if self._open:
            self._open[-1].size += element.size
            self._open[-1].holds |= element.holds
        if element.identifier:
            before = self._known.get(element.identifier)
            if before is None or before.size < element.size:
                self._known[element.identifier] = element

    def _text(self, words: str) -> None:
        self._words += len(words) if words.strip() else 0
        if self._words > MOST_WORDS:
            self._refuse(say("多于 {count} 个字", count=MOST_WORDS))

    # -- attributes

    def _attributes(self, element: _Element, attributes: Mapping[str, str]) -> None:
        own: dict[str, str] = {}
        for key, value in attributes.items():
            namespace, _, name = key.rpartition(" ")
            if len(value) > LONGEST:
                self._refuse(say("{count} 个字符长的 {name}", count=len(value), name=_short(name)))
            elif namespace == _XML and name in ("space", "lang"):
                continue
            elif namespace not in ("", _XLINK) or (namespace == _XLINK and name != "href"):
                self._odd(element, name, value)
            elif name == "style":
                own |= self._styled(element, value)
            elif name in ("transform", "gradientTransform"):
                self._transform(element, name, value)
            elif self._fits(element, name, value):
                own[name] = value
        inherited = {name: value for name, value in own.items() if name in _PASSED}
        element.passed = {**element.passed, **inherited}
        self._lined(element, own)
        self._naming(element, own)

    def _odd(self, element: _Element, name: str, value: str) -> None:
        what = f'{_short(name)}="{_short(value)}"'
        message = say("<{element}> 的 {what} 本工具不收", element=element.name, what=what)
        self.add("drawing.attribute", message, _export(), element.span)

    def _styled(self, element: _Element, value: str) -> dict[str, str]:
        own: dict[str, str] = {}
        for part in filter(str.strip, value.split(";")):
            name, colon, said = (piece.strip() for piece in part.partition(":"))
            if not colon or name not in _STYLED:
                self._odd(element, "style", part.strip())
            elif self._fits(element, name, said):
                own[name] = said
        return own

    def _fits(self, element: _Element, name: str, value: str) -> bool:
        kind = _ATTRIBUTES.get(name)
        fits = kind is not None and (kind.fullmatch(value.strip()) is not None or value.strip() == "none")
        if fits and kind in (_LENGTHS, _PATH, _POINTS):
            numbers = _numbers(value)
            fits = all(abs(number) <= _FAR for number in numbers)
            if fits and name == "viewBox":
                fits = len(numbers) == 4 and min(numbers[2:]) > 0 and max(numbers[2:]) / min(numbers[2:]) <= 1000
        if name == "href" and element.name not in _LINKED:
            fits = False
        if not fits:
            self._odd(element, name, value)
        return fits

    def _transform(self, element: _Element, name: str, value: str) -> None:
        at = 0
        while found := _TRANSFORM.match(value, at):
            at, numbers = found.end(), _numbers(found[2])
            scaling = {"matrix": numbers[:4], "scale": numbers}.get(found[1], [])
            element.factor *= max([1.0, *map(abs, scaling)])
            if element.factor > _FACTOR or any(abs(n) > _FAR for n in numbers):
                at = -1
                break
        if at < 0 or value[at:].strip():
            self._odd(element, name, value)

    def _lined(self, element: _Element, own: Mapping[str, str]) -> None:
        """A line of no more dashes than anybody draws."""
        dashes = element.passed.get("stroke-dasharray", "none")
        if element.name not in _SHAPES or not (step := sum(_numbers(dashes))):
            return
        given = [abs(n) for name, value in own.items() if name in _EXTENDED for n in _numbers(value)]
        if max(given, default=0) * 2 * max(len(given), 8) > _DASHES * step:
            message = say("<{element}> 的虚线细到数不清", element=element.name)
            self.add("drawing.too_much", message, say("把 stroke-dasharray 改大"), element.span)

    def _naming(self, element: _Element, own: Mapping[str, str]) -> None:
        corners = sum(len(_numbers(own.get(name, ""))) for name in ("d", "points")) // 2 + 2
        said = dict(own)
        if element.name in _SHAPES:
            said |= {name: value for name, value in element.passed.items() if name in _MARKERS}
        for name, value in said.items():
            for target in (value[1:],) if name == "href" else _REFERENCE.findall(value):
                if name == "href" or name == "clip-path" or name in _MARKERS:
                    self._copies.append(_Copy(element, name, target, corners if name in _MARKERS else 1))
                    element.holds.add(f"@{name}")

    # -- what is drawn again and again

    def _look_at_copies(self) -> None:
        """Copies of copies multiply: what is drawn again must not itself have others drawn; the rest is counted."""
        size = self._count
        for copy in self._copies:
            target = self._known.get(copy.target)
            if target is None:
                continue
            again = any(name == "use" or name[0] == "@" for name in target.holds)
            if target.name not in _COPIED[copy.kind if copy.kind in _COPIED else "marker"] or again:
                message = say(
                    "<{element}> 引用了不能这样引用的“{name}”", element=copy.by.name, name=_short(copy.target)
                )
                self.add("drawing.reference", message, _export(), copy.by.span)
            size += target.size * copy.times
            if size > MOST:
                message = say("照 <{element}> 画下去会有几万个图形", element=copy.by.name)
                self.add("drawing.too_much", message, say("少用 use 和 marker，直接画出来"), copy.by.span)
                return


def _numbers(value: str) -> list[float]:
    return [float(number) for number in _NUMBERS.findall(value)]


def _short(words: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in words)
    return shown if len(shown) <= 40 else f"{shown[:40]}……"


def _export() -> Text:
    return say("在绘图软件里另存为“普通 SVG”（不带脚本、样式表、图片和链接），或导出 PNG")


def _instead(name: str) -> Text:
    return _INSTEAD.get(name) or _export()


_INSTEAD: Mapping[str, Text] = {
    "image": say("照片另存为 PNG 或 JPEG，单独放进 media；图里只留线条和文字"),
    "foreignObject": say("draw.io：导出时不勾“格式化文本”；或直接导出 PNG"),
    "style": say("导出时选“样式写在各图形上”（presentation attributes），不用样式表"),
    "script": say("图里不能有脚本；重新导出"),
}
