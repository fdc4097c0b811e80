"""Colour profiles of presses: found on this machine, and what they make of sRGB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageCms

from generator.diagnostics import Report, Span, error, say, warning
from generator.project import Project

#: Profiles to take where the hub names none, best first, and the name of the printing condition they describe
#: in the registry of characterisations at color.org; without one, the file describes it by the profile alone.
DEFAULTS: Mapping[str, str] = {
    "FOGRA39L_coated.icc": "FOGRA39",
    "CoatedFOGRA39.icc": "FOGRA39",
    "PSOcoated_v3.icc": "FOGRA51",
    "JapanColor2001Coated.icc": "JC200103",
    "USWebCoatedSWOP.icc": "CGATS TR 001",
    "RSWOP.icm": "",
    "Generic CMYK Profile.icc": "",
    "default_cmyk.icc": "",
}

_SUFFIXES = (".icc", ".icm")


@dataclass(frozen=True)
class Profile:
    """An ICC profile of a four-colour press; ``condition`` is the registered name of what it describes, or empty."""

    name: str
    data: bytes
    condition: str = ""

    @cached_property
    def description(self) -> str:
        return ImageCms.getProfileDescription(BytesIO(self.data)).strip() or self.name


def directories(project: Project) -> Iterator[Path]:
    """Where profiles may be: the hub's own first, then the user's and the system's."""
    yield from project.profile_folders


def installed(project: Project) -> dict[str, Path]:
    """Every profile's file by its name; a file found earlier wins."""
    files: dict[str, Path] = {}
    for folder in directories(project):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in _SUFFIXES:
                files.setdefault(path.name.lower(), path)
    return files


def find(project: Project, report: Report, name: str | None = None) -> Profile | None:
    """The profile ``name``, a file name with or without its ending, or else the first of :data:`DEFAULTS` there is.

    One that was named must be there and be of a four-colour press: else an error. With none at all, a warning.
    """
    files = installed(project)
    if name is not None:
        wanted = (name.lower(), *(name.lower() + suffix for suffix in _SUFFIXES))
        named = next((files[n] for n in wanted if n in files), None)
        if named is None:
            report.add(
                error(
                    "profile.not_found",
                    say("找不到印刷色彩特性文件 {name}", name=name),
                    Span(name),
                    say("向印刷厂要这个 ICC 文件，放进 content/style/，或改写成这台机器上有的文件名"),
                )
            )
        elif (found := _read(named)) is None:
            report.add(
                error(
                    "profile.unfit",
                    say("{name} 不是印刷机的 CMYK 特性文件", name=named.name),
                    Span(project.relative(named)),
                    say("向印刷厂要四色输出（output，CMYK）的 ICC 文件；显示器、相机的不能用"),
                )
            )
        else:
            return found
        return None
    for default in DEFAULTS:
        if default.lower() in files and (found := _read(files[default.lower()])) is not None:
            return found
    report.add(
        warning(
            "profile.missing",
            say("没有找到印刷机的 ICC 特性文件：印刷版的颜色只作粗略换算，也不标为 PDF/X-4"),
            Span("ICC"),
            say(
                "向印刷厂要一个 CMYK 的 ICC 文件，放进 content/style/；Debian、Ubuntu 也可运行 {command}",
                command="apt-get install libgs-common",
            ),
        )
    )
    return None


def _read(path: Path) -> Profile | None:
    """ICC.1:2004, 7.2: the header names the class of the device, its colour space, and ``acsp``."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if data[12:20] != b"prtrCMYK" or data[36:40] != b"acsp":
        return None
    conditions = {name.lower(): condition for name, condition in DEFAULTS.items()}
    return Profile(path.name, data, conditions.get(path.name.lower(), ""))


# -- inks ----------------------------------------------------------------------------------------------------

#: Cyan, magenta, yellow and black in percent.
Ink = tuple[int, int, int, int]

BLACK: Ink = (0, 0, 0, 100)
#: All four inks together on one spot, in percent: more doesn't dry before the next sheet lies on it.
MOST_INK = 300
#: In CIELAB: colours below this lightness and chroma are inks for text; of these, the darkest are black itself.
_TEXT_LIGHTNESS, _TEXT_CHROMA, _BLACK_LIGHTNESS = 62, 12.5, 25
#: A chroma the eye takes for grey.
_GREY_CHROMA = 1.5
_INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
#: A picture whose channels differ by no more than this (of 255) is a grey one.
_GREY_PICTURE = 10


#: The red of official documents in sRGB; on paper M80 Y80, whatever the profile (GB/T 9704—2012 6.2).
OFFICIAL_RED = (255, 51, 51)


class Inks:
    """sRGB in the inks of a press; without a profile, by the complement of each colour.

    ``text`` (#rrggbb) is what body text is set in: black ink alone, whatever it looks like on a screen.
    """

    def __init__(self, profile: Profile | None, text: str = "#000000") -> None:
        self.profile = profile
        self._text = tuple(bytes.fromhex(text.removeprefix("#")))
        greys = [_lab(v / 255, v / 255, v / 255)[0] for v in range(256)]
        self._transform = None
        self._black = [255 - v for v in range(256)]
        if profile is not None:
            press = ImageCms.ImageCmsProfile(BytesIO(profile.data))
            self._transform = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), press, "RGB", "CMYK", *_INTENT)
            to_lab = ImageCms.buildTransform(
                press, ImageCms.createProfile("LAB"), "CMYK", "LAB", ImageCms.Intent.RELATIVE_COLORIMETRIC
            )
            ramp = Image.frombytes("CMYK", (256, 1), bytes(v for k in range(256) for v in (0, 0, 0, k)))
            lightness = _transformed(ramp, to_lab).getchannel(0).tobytes()
            # black alone is not as dark as sRGB's: the darkest are all solid
            self._black = [
                255 if grey < _BLACK_LIGHTNESS else min(range(256), key=lambda k: abs(lightness[k] / 2.55 - grey))
                for grey in greys
            ]
            self._black[255] = 0
        self.ink = cache(self._ink)

    def _ink(self, red: float, green: float, blue: float) -> Ink:
        """The inks for a flat colour (0 … 1 each): black alone for greys and inks of text."""
        rgb = tuple(round(v * 255) for v in (red, green, blue))
        if rgb == self._text:
            return BLACK
        if rgb == OFFICIAL_RED:
            return (0, 80, 80, 0)
        lightness, chroma = _lab(red, green, blue)
        if chroma < _GREY_CHROMA or (chroma < _TEXT_CHROMA and lightness < _TEXT_LIGHTNESS):
            if lightness < _BLACK_LIGHTNESS:
                return BLACK
            return (0, 0, 0, round(self._black[_grey(lightness)] / 2.55))
        pixel = Image.new("RGB", (1, 1), rgb)
        cyan, magenta, yellow, black = (round(v / 2.55) for v in self._separate(pixel).tobytes())
        excess = max(cyan + magenta + yellow + black - MOST_INK, 0) / max(cyan + magenta + yellow, 1)
        return (*(int(v * (1 - excess)) if excess else v for v in (cyan, magenta, yellow)), black)  # type: ignore[return-value]

    def blend(self, colours: list[tuple[float, float, float]]) -> bytes:
        """The steps of a gradient, four bytes each, in black alone if all are grey."""
        row = Image.frombytes("RGB", (len(colours), 1), bytes(round(v * 255) for c in colours for v in c))
        if all(self.ink(*colour)[:3] == (0, 0, 0) for colour in (colours[0], colours[-1])) and grey(row):
            return b"".join(bytes((0, 0, 0, 255 - v)) for v in self.black(row.convert("L")).tobytes())
        return self._separate(row).tobytes()

    def picture(self, image: Image.Image) -> Image.Image:
        """A picture in the inks of the press, CMYK; or L (black alone) if it is grey."""
        image = image if image.mode in ("L", "RGB") else image.convert("RGB")
        if image.mode == "L" or grey(image):
            return self.black(image.convert("L"))
        return self._separate(image)

    def black(self, image: Image.Image) -> Image.Image:
        """A grey picture as PDF counts black ink: 255 is none."""
        return image.point([255 - k for k in self._black])

    def _separate(self, image: Image.Image) -> Image.Image:
        if self._transform is not None:
            return _transformed(image, self._transform)
        inverted = ImageChops.invert(image).split()
        black = ImageChops.darker(ImageChops.darker(*inverted[:2]), inverted[2])
        return Image.merge("CMYK", (*(ImageChops.subtract(channel, black) for channel in inverted), black))


def in_colours(image: Image.Image, profile: Profile | None) -> Image.Image:
    """A picture in the inks of a press (CMYK) -> in the colours of a screen (RGB)."""
    if profile is None:
        return image.convert("RGB")
    press, screen = ImageCms.ImageCmsProfile(BytesIO(profile.data)), ImageCms.createProfile("sRGB")
    return _transformed(image, ImageCms.buildTransform(press, screen, "CMYK", "RGB", *_INTENT))


def grey(image: Image.Image) -> bool:
    """Whether an RGB picture has no colour: scans, line drawings, QR codes."""
    red, green, blue = image.split()
    differences = (ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return all(d.getextrema()[1] <= _GREY_PICTURE for d in differences)  # type: ignore[operator]


def _transformed(image: Image.Image, transform: ImageCms.ImageCmsTransform) -> Image.Image:
    made = ImageCms.applyTransform(image, transform)
    assert made is not None  # None is for a change in place
    return made


def _lab(red: float, green: float, blue: float) -> tuple[float, float]:
    """Lightness and chroma (CIELAB, D65) of an sRGB colour, 0 … 1 each (IEC 61966-2-1)."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (red, green, blue)]
    rows = ((0.4339, 0.3763, 0.1899), (0.2127, 0.7152, 0.0722), (0.0178, 0.1095, 0.8730))
    parts = [sum(m * v for m, v in zip(row, linear, strict=True)) for row in rows]
    x, y, z = (p ** (1 / 3) if p > 216 / 24389 else (24389 / 27 * p + 16) / 116 for p in parts)
    return 116 * y - 16, ((500 * (x - y)) ** 2 + (200 * (y - z)) ** 2) ** 0.5


def _grey(lightness: float) -> int:
    """The sRGB grey (0 … 255) of a lightness."""
    part = ((lightness + 16) / 116) ** 3 if lightness > 8 else lightness * 27 / 24389
    value = 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
    return max(0, min(255, round(value * 255)))
