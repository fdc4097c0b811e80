"""Every colour of a PDF in the inks of a press: text and drawings, gradients, pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
from pikepdf import Dictionary, Matrix, Name, Operator, Stream
from PIL import Image

from generator.store import NOWHERE, Store
from generator.typesetting import images
from generator.typesetting.page import POINTS
from generator.typesetting.profiles import BLACK, Inks

#: Twice the 150 lines an inch of the usual screen are enough; a coarser limit would only soften what is nearly so.
_PICTURES = images.Use("press", fine=450, enough=300, quality=95, halved=False)
#: Steps a gradient is reckoned in.
_STEPS = 512


@dataclass(frozen=True)
class Placed:
    """A picture where it is printed: the engine's name of it, page from 1, pixels, millimetres.

    ``separated`` says that it had the colours of a screen; ``number`` is its object in the file as laid out.
    """

    name: str
    page: int
    pixels: tuple[int, int]
    size: tuple[float, float]
    separated: bool = False
    number: int = 0

    def on(self, page: int) -> Placed:
        """The same on another page."""
        return replace(self, page=page)

    @property
    def resolution(self) -> float:
        """Dots an inch, along the side that has fewer."""
        return min(p / s * 25.4 if s else 0 for p, s in zip(self.pixels, self.size, strict=True))


def separate(pdf: pikepdf.Pdf, inks: Inks, store: Store = NOWHERE) -> tuple[Placed, ...]:
    """Turn every colour of ``pdf`` into ``inks``; the pictures it has, wherever they are placed, as they came.

    Marks of tags are dropped on the way: what they belong to is of no use to a press. ``store`` keeps pictures.
    """
    return _Separation(pdf, inks, store).run()


#: Operators that set a colour in a space of their own; in capitals for strokes, as the others are.
_DIRECT = {"g": "gray", "rg": "rgb", "k": "cmyk"}
#: How many numbers make a colour in a space, among those that are turned into inks.
_CHANNELS = {"gray": 1, "rgb": 3, "cmyk": 4}
_COLOURS = frozenset(name for lower in (*_DIRECT, "cs", "sc", "scn") for name in (lower, lower.upper()))
_MARKED = frozenset("BMC BDC EMC MP DP".split())
_OVERPRINT, _KNOCKOUT = Name("/Overprint"), Name("/Knockout")

_UPRIGHT = Matrix()

_Key = tuple[int, int]
_Instruction = tuple[Any, Operator]


@dataclass(frozen=True)
class _State:
    """Of the graphics state: spaces of fill and stroke, whether fills are black alone, what is transformed how."""

    spaces: tuple[str, str] = ("gray", "gray")
    black: bool = False
    text: bool = False
    matrix: Matrix = _UPRIGHT


def overprint(resources: Any) -> None:
    """Make known the states ``/Overprint``, in which ink lies over what is below it, and ``/Knockout``."""
    states = part(resources, "/ExtGState")
    states[_OVERPRINT] = Dictionary(Type=Name.ExtGState, OP=True, op=True, OPM=1)
    states[_KNOCKOUT] = Dictionary(Type=Name.ExtGState, OP=False, op=False, OPM=0)


class _Separation:
    """Every content stream, shading and picture of a document in the inks of a press, each once.

    A soft mask shows no colour but how much of one: those by luminosity are made grey.
    """

    def __init__(self, pdf: pikepdf.Pdf, inks: Inks, store: Store) -> None:
        self.pdf, self.inks, self.store = pdf, inks, store
        self.done: set[_Key] = set()
        #: what each stream draws: another stream or a picture, its name, and where
        self.drawn: dict[_Key, list[tuple[Any, str, Matrix]]] = {}
        self.pictures: dict[_Key, tuple[Any, bool]] = {}

    def run(self) -> tuple[Placed, ...]:
        for page in self.pdf.pages:
            page.contents_coalesce()
            self._content(page.Contents, page.Resources, masking=False)
        placed = [
            (picture.objgen, Placed(name, number, *_extent(picture, matrix), number=picture.objgen[0]))
            for number, page in enumerate(self.pdf.pages, 1)
            for picture, name, matrix in self._placed(page.Contents.objgen, _UPRIGHT)
        ]
        separated = {
            key
            for key, (picture, masking) in self.pictures.items()
            if self._picture(picture, [p.resolution for k, p in placed if k == key], masking=masking)
        }
        return tuple(replace(p, separated=key in separated) for key, p in placed)

    def _placed(self, key: _Key, base: Matrix) -> Iterator[tuple[Any, str, Matrix]]:
        for child, name, matrix in self.drawn.get(key, ()):
            if child.get("/Subtype") == Name.Image:
                yield child, name, matrix @ base
            else:
                yield from self._placed(child.objgen, matrix @ base)

    # -- content

    def _content(self, stream: Any, resources: Any, *, masking: bool) -> None:
        if stream.objgen in self.done:
            return
        self.done.add(stream.objgen)
        self._resources(resources, masking=masking)
        drawn = self.drawn.setdefault(stream.objgen, [])
        state, stack, overprinting, overprints = _State(), [], False, False
        made: list[_Instruction] = []
        for instruction in pikepdf.parse_content_stream(stream):
            operands: Any = instruction.operands
            operator, written = str(instruction.operator), (operands, instruction.operator)
            if operator in _MARKED:
                continue
            if operator == "q":
                stack.append(state)
            elif operator == "Q":
                state = stack.pop() if stack else _State()
            elif operator in ("BT", "ET"):
                state = replace(state, text=operator == "BT")
            elif operator == "cm":
                state = replace(state, matrix=Matrix(*map(float, operands)) @ state.matrix)
            elif operator == "Do":
                child = resources.XObject[operands[0]]
                drawn.append((child, str(operands[0])[1:], _matrix(child) @ state.matrix))
            elif operator in _COLOURS:
                if operands and isinstance(operands[-1], Name) and operator.lower() == "scn":
                    pattern = resources.Pattern[operands[-1]]
                    drawn.append((pattern, str(operands[-1])[1:], _matrix(pattern)))
                state, written = self._colour(state, operands, operator, resources, masking=masking)
            made.append(written)
            if (state.text and state.black and not masking) != overprinting:
                overprinting, overprints = not overprinting, True
                made.append(([_OVERPRINT if overprinting else _KNOCKOUT], Operator("gs")))
        stream.write(pikepdf.unparse_content_stream(made))
        if overprints:
            overprint(resources)

    def _colour(
        self, state: _State, operands: Any, operator: str, resources: Any, *, masking: bool
    ) -> tuple[_State, _Instruction]:
        """An operator that sets a colour or a space -> the state then, and the operator that sets the inks."""
        lower = operator.lower()
        stroke = operator != lower
        if lower == "cs":
            space, values = _space(operands[0], resources), [0.0]
        else:
            space = _DIRECT.get(lower) or state.spaces[stroke]
            values = [float(v) for v in operands] if space in _CHANNELS else []
        spaces = (state.spaces[0], space) if stroke else (space, state.spaces[1])
        if space not in _CHANNELS:
            return replace(state, spaces=spaces, black=state.black and stroke), (operands, Operator(operator))
        if lower == "cs":  # which also sets the first colour of the space: black
            values = [0.0] * (_CHANNELS[space] - 1) + [float(space == "cmyk")]
        if masking:
            return replace(state, spaces=spaces), ([round(_luminosity(values), 4)], Operator("G" if stroke else "g"))
        ink = self.inks.ink(*_rgb(values)) if len(values) < 4 else tuple(round(v * 100) for v in values)
        black = state.black if stroke else ink == BLACK
        written = [v / 100 for v in ink], Operator("K" if stroke else "k")
        return replace(state, spaces=spaces, black=black), written

    def _resources(self, resources: Any, *, masking: bool) -> None:
        if resources.is_indirect and resources.objgen in self.done:
            return
        self.done.add(resources.objgen)
        for state in _values(resources, "/ExtGState"):
            mask = state.get("/SMask")
            if isinstance(mask, Dictionary):
                self._stream(mask.G, resources, masking=str(mask.S) == "/Luminosity")
        for child in _values(resources, "/XObject"):
            self._stream(child, resources, masking=masking)
        for pattern in _values(resources, "/Pattern"):
            if isinstance(pattern, Stream):
                self._stream(pattern, resources, masking=masking)
            else:
                self._shading(pattern.Shading, masking=masking)
        for shading in _values(resources, "/Shading"):
            self._shading(shading, masking=masking)
        for font in _values(resources, "/Font"):
            for glyph in _values(font, "/CharProcs"):
                self._content(glyph, font.get("/Resources", resources), masking=masking)
        spaces = resources.get("/ColorSpace", Dictionary())
        for name in [n for n, space in spaces.items() if _space(space) in ("rgb", "gray")]:
            del spaces[name]

    def _stream(self, stream: Any, resources: Any, *, masking: bool) -> None:
        if stream.get("/Subtype") == Name.Image:
            self.pictures[stream.objgen] = stream, masking
            return
        if "/Group" in stream and "/CS" in stream.Group:
            stream.Group.CS = Name.DeviceGray if masking else Name.DeviceCMYK
        for key in ("/StructParent", "/StructParents"):
            if key in stream:
                del stream[key]
        self._content(stream, stream.get("/Resources", resources), masking=masking)

    # -- gradients

    def _shading(self, shading: Any, *, masking: bool) -> None:
        """Sampled, as a straight way between two colours bends from one space to another."""
        space = _space(shading.ColorSpace)
        if space not in ("rgb", "gray") or (shading.is_indirect and shading.objgen in self.done):
            return
        if masking and space == "gray":
            return
        self.done.add(shading.objgen)
        start, end = (float(v) for v in shading.get("/Domain", [0, 1]))
        steps = [_evaluate(shading.Function, start + (end - start) * n / (_STEPS - 1)) for n in range(_STEPS)]
        if masking:
            data = bytes(round(255 * _luminosity(colour)) for colour in steps)
        else:
            data = self.inks.blend([_rgb(colour) for colour in steps])
        shading.ColorSpace = Name.DeviceGray if masking else Name.DeviceCMYK
        shading.Function = self.pdf.make_stream(
            data,
            FunctionType=0,
            Domain=[start, end],
            Range=[0, 1] * (len(data) // _STEPS),
            Size=[_STEPS],
            BitsPerSample=8,
        )

    # -- pictures

    def _picture(self, picture: Any, resolutions: Sequence[float], *, masking: bool) -> bool:
        """Whether it had to be separated. It is made no finer than print shows."""
        space, finest = _space(picture.ColorSpace) if "/ColorSpace" in picture else "", min(resolutions, default=0)
        if space == "cmyk":
            images.remake(picture, finest, _PICTURES, self.store)
        elif space == "rgb" or (space == "gray" and not masking):
            inked = images.Paint(self.inks.picture, self.inks.profile.data if self.inks.profile else None)
            paint = images.Paint(_grey, "grey") if masking else inked
            images.remake(picture, finest, _PICTURES, self.store, paint)
            return bool(picture.ColorSpace == Name.DeviceCMYK)
        return False


def _grey(image: Image.Image) -> Image.Image:
    return image.convert("L")


def _space(space: Any, resources: Any = None) -> str:
    """``gray``, ``rgb``, ``cmyk``, or the name of a family that stays as it is."""
    if isinstance(space, Name):
        known = {"/DeviceGray": "gray", "/DeviceRGB": "rgb", "/DeviceCMYK": "cmyk", "/Pattern": "/Pattern"}
        if str(space) in known:
            return known[str(space)]
        assert resources is not None
        return _space(resources.ColorSpace[space])
    family = str(space[0])
    if family == "/ICCBased":
        return {1: "gray", 3: "rgb", 4: "cmyk"}[int(space[1].N)]
    return {"/CalRGB": "rgb", "/CalGray": "gray"}.get(family, family)


def _rgb(values: Sequence[float]) -> tuple[float, float, float]:
    red, green, blue = (min(max(v, 0), 1) for v in (values if len(values) == 3 else [values[0]] * 3))
    return red, green, blue


def _luminosity(values: Sequence[float]) -> float:
    """ISO 32000-1, 10.3: from one device's colours to another's."""
    if len(values) == 4:
        values = [1 - min(1, v + values[3]) for v in values[:3]]
    red, green, blue = _rgb(values)
    return 0.3 * red + 0.59 * green + 0.11 * blue


def _matrix(drawn: Any) -> Matrix:
    return Matrix(drawn.Matrix) if "/Matrix" in drawn else _UPRIGHT


def part(holder: Any, key: str) -> Any:
    """The dictionary ``key`` of ``holder``, made if there is none."""
    if key not in holder:
        holder[key] = Dictionary()
    return holder[key]


def _values(holder: Any, key: str) -> Iterator[Any]:
    yield from dict(holder.get(key, Dictionary()).items()).values()


def _extent(picture: Stream, matrix: Matrix) -> tuple[tuple[int, int], tuple[float, float]]:
    """Pixels and millimetres: a picture is drawn into the unit square."""
    across, down = (matrix.a**2 + matrix.b**2) ** 0.5, (matrix.c**2 + matrix.d**2) ** 0.5
    return (int(picture.Width), int(picture.Height)), (across / POINTS, down / POINTS)


def _evaluate(function: Any, at: float) -> list[float]:
    """The value of a function of one variable: exponential or stitched (ISO 32000-1, 7.10.3 and 7.10.4)."""
    low, high = (float(v) for v in function.Domain)
    at = min(max(at, low), high)
    if int(function.FunctionType) == 2:
        first, last = ([float(v) for v in function.get(key, other)] for key, other in (("/C0", [0]), ("/C1", [1])))
        return [a + at ** float(function.N) * (b - a) for a, b in zip(first, last, strict=True)]
    bounds = [low, *(float(v) for v in function.Bounds), high]
    piece = max(n for n in range(len(function.Functions)) if n == 0 or at >= bounds[n])
    a, b = bounds[piece], bounds[piece + 1]
    start, end = (float(v) for v in list(function.Encode)[2 * piece : 2 * piece + 2])
    return _evaluate(function.Functions[piece], start + (end - start) * (at - a) / (b - a) if b > a else start)
