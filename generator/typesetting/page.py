"""A page layout as CSS: trim, margins mirrored for left and right pages, type size and line."""

from __future__ import annotations

from generator.model import PageLayout


def css(layout: PageLayout) -> str:
    """The rules that give every publication its page; lengths come from the layout alone."""
    return (
        f"@page{{size:{layout.width:g}mm {layout.height:g}mm;margin:{layout.top:g}mm {layout.outer:g}mm "
        f"{layout.bottom:g}mm {layout.inner:g}mm}}\n"
        f"@page:left{{margin-left:{layout.outer:g}mm;margin-right:{layout.inner:g}mm}}\n"
        f"@page:right{{margin-left:{layout.inner:g}mm;margin-right:{layout.outer:g}mm}}\n"
        f"html{{font-size:{layout.body_size:g}pt;line-height:{layout.line_height:g}pt}}\n"
        f".cover,.cover-art{{width:{layout.width:g}mm;height:{layout.height:g}mm}}\n"
    )
