"""A page layout and a theme as CSS: trim, bleed, margins mirrored left and right, type, colours, fallbacks."""

from __future__ import annotations

import re

from generator.model import PageLayout, Theme

_VARIABLE = re.compile(r"var\(--([a-z-]+)\)")
#: A family at the end of a declaration, where those to turn to are added.
_FAMILY = re.compile(r"\b(Song|Hei|Kai|Fang)(?=\s*[;}])")
#: Where a face lacks a character, the next of ours is asked; never one that happens to be on the machine.
_NEXT = {"Song": "Song, Hei, Kai", "Hei": "Hei, Song, Kai", "Kai": "Kai, Song, Hei", "Fang": "Fang, Kai, Song, Hei"}

#: In a millimetre.
POINTS = 72 / 25.4


def css(layout: PageLayout, bleed: float) -> str:
    """The rules that give every publication its page.

    What is printed ``bleed`` millimetres beyond the trim shows no white edge where the knife errs.
    """
    return (
        f"@page{{size:{layout.width:g}mm {layout.height:g}mm;margin:{layout.top:g}mm {layout.outer:g}mm "
        f"{layout.bottom:g}mm {layout.inner:g}mm;bleed:{bleed:g}mm}}\n"
        f"@page:left{{margin-left:{layout.outer:g}mm;margin-right:{layout.inner:g}mm}}\n"
        f"@page:right{{margin-left:{layout.inner:g}mm;margin-right:{layout.outer:g}mm}}\n"
        f"html{{font-size:{layout.body_size:g}pt;line-height:{layout.line_height:g}pt;"
        f"--grid:{layout.top / 25.4 * 96:.3f}}}\n"
        f".columns{{columns:{layout.columns};column-gap:{layout.gap:g}mm}}\n"
        f".cover{{width:{layout.width:g}mm;height:{layout.height:g}mm}}\n"
        f".cover-art{{left:{-bleed:g}mm;top:{-bleed:g}mm;"
        f"width:{layout.width + 2 * bleed:g}mm;height:{layout.height + 2 * bleed:g}mm}}\n"
    )


def themed(css: str, theme: Theme) -> str:
    """A style sheet with the theme's colours in place of ``var(--key)`` and the like, and with fallback families.

    Text is replaced, because WeasyPrint takes a fifth longer over paragraphs styled with variables (measured).
    What is no colour of the theme stays a variable.
    """
    colours = {name.replace("_", "-"): value for name, value in theme.colours.model_dump().items()}
    css = _VARIABLE.sub(lambda m: colours.get(m[1], m[0]), css)
    return _FAMILY.sub(lambda m: _NEXT[m[1]], css)
