"""A page layout and a theme as CSS: trim, bleed, margins mirrored left and right, type, colours, fallbacks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from generator.model import PageLayout, Theme

_VARIABLE = re.compile(r"var\(--([a-z-]+)\)")
#: A family at the end of a declaration, where those to turn to are added.
_FAMILY = re.compile(r"\b(Song|Hei|Kai|Fang|Biaosong)(?=\s*[;}])")
#: Where a face lacks a character, the next of ours is asked; never one that happens to be on the machine.
_NEXT = {
    "Song": "Song, Hei, Kai",
    "Hei": "Hei, Song, Kai",
    "Kai": "Kai, Song, Hei",
    "Fang": "Fang, Kai, Song, Hei",
    "Biaosong": "Biaosong, Song, Hei, Kai",
}

#: Lines that a caption of two lines, a note and the space around a figure take.
_CAPTION = 4.5
#: Points in a millimetre.
POINTS = 72 / 25.4


def css(layout: PageLayout, bleed: float) -> str:
    """The rules that give every publication its page.

    What is printed ``bleed`` millimetres beyond the trim shows no white edge where the knife errs. A layout with
    ``characters`` has the width of one as ``--cell``, and characters that keep to their cells (CSS Text 4,
    text-spacing: none; ``lines`` reads it).
    """
    grid = ""
    if layout.characters:
        cell = layout.measure * POINTS / layout.characters
        tracking = cell - layout.body_size
        grid = f"html{{--cell:{cell:.5f}pt;letter-spacing:{tracking:.5f}pt;--text-spacing:none}}\n"
    opening = ""
    if not layout.opening_heads:
        bare = "{content:none}"
        opening = f"@page:nth(1 of body),:nth(1 of body-start){{@top-left{bare}@top-right{bare}}}\n"
    return (
        f"@page{{size:{layout.width:g}mm {layout.height:g}mm;margin:{layout.top:g}mm {layout.outer:g}mm "
        f"{layout.bottom:g}mm {layout.inner:g}mm;bleed:{bleed:g}mm}}\n"
        f"@page:left{{margin-left:{layout.outer:g}mm;margin-right:{layout.inner:g}mm}}\n"
        f"@page:right{{margin-left:{layout.inner:g}mm;margin-right:{layout.outer:g}mm}}\n"
        f"html{{font-size:{layout.body_size:g}pt;line-height:{layout.line_height:g}pt;"
        f"--grid:{layout.top / 25.4 * 96:.3f};--sheet:{_sheet(layout):.2f}mm}}\n{grid}{opening}"
        f".columns{{columns:{layout.columns};column-gap:{layout.gap:g}mm}}\n"
        f".cover{{width:{layout.width:g}mm;height:{layout.height:g}mm}}\n"
        f".cover-art{{left:{-bleed:g}mm;top:{-bleed:g}mm;"
        f"width:{layout.width + 2 * bleed:g}mm;height:{layout.height + 2 * bleed:g}mm}}\n"
    )


def _sheet(layout: PageLayout) -> float:
    """Millimetres that a figure on a page of its own may be high, its caption beneath."""
    return layout.height - layout.top - layout.bottom - _CAPTION * layout.line_height / POINTS


def themed(css: str, theme: Theme) -> str:
    """A style sheet with the theme's colours in place of ``var(--key)`` and the like, and with fallback families.

    Text is replaced, because WeasyPrint takes a fifth longer over paragraphs styled with variables (measured).
    What is no colour of the theme stays a variable.
    """
    colours = {name.replace("_", "-"): value for name, value in theme.colours.model_dump().items()}
    css = _VARIABLE.sub(lambda m: colours.get(m[1], m[0]), css)
    return _FAMILY.sub(lambda m: _NEXT[m[1]], css)


#: 发文机关标志 is at most so high (points; 22 mm), its lines so far apart (ems).
_LARGEST, MARK_LINE = 56.0, 1.1


def mark_size(names: Sequence[str], word: str, layout: PageLayout) -> float:
    """The size (points) of a letterhead (发文机关标志): names one under another, ``word`` (文件) to their right.

    As large as the measure allows; smaller for several names, which the first page must hold beside its
    text (GB/T 9704—2012 7.2.4, 7.3.3).
    """
    measure = layout.measure * POINTS
    letters = max(map(len, names)) + (len(word) + 0.3 if word else 0)
    return round(min(_LARGEST if len(names) == 1 else _LARGEST * 0.75, 0.97 * measure / letters), 1)
