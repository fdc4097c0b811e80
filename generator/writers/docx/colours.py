"""Colour: each column of a publication in its own, where the styles are drawn in the theme's accent 6."""

from __future__ import annotations

from collections.abc import Iterable

from generator.model import Article, Publication, Theme
from generator.writers.docx.package import Package
from generator.writers.docx.wordml import Element, find, properties, put_property, q, set_look, twin, value

#: What styles and tables call the colour of the column that they stand in.
COLUMN = "accent6"
_ATTRIBUTES = ("w:themeColor", "w:themeFill")
#: What stands in the colour of the part of an anthology before it.
_CASES = frozenset({"part", "case", "group", "activity", "operation"})


def column_colour(theme: Theme, section: str) -> str:
    """The colour of a column of the issue, RRGGBB."""
    return theme.column_colours.get(section, theme.colours.key)[1:].upper()


class Colours:
    """The colour that each article stands in: its column's; the parts of an anthology take turns."""

    def __init__(self, publication: Publication) -> None:
        self._publication = publication
        self._parts = 0

    def of(self, article: Article) -> str:
        """The colour of the next article in order, RRGGBB."""
        theme = self._publication.theme
        self._parts += article.kind == "part"
        if article.kind in _CASES and self._parts and self._parts % 2 == 0:
            return theme.colours.accent[1:].upper()
        return column_colour(theme, article.section)


def tint(package: Package, elements: Iterable[Element], colour: str) -> None:
    """Give the column's colour to all that is drawn in accent 6, by its style or itself."""
    if colour == package.column_colour:
        return
    for element in elements:
        for paragraph in element.iter(q("w:p")):
            _tint_paragraph(package, paragraph, colour)
        for table in element.iter(q("w:tbl")):
            drawn = find(package.style(value(table, "w:tblPr/w:tblStyle")), "w:tblPr/w:tblBorders")
            layout = find(table, "w:tblPr/w:tblLayout")
            if (
                layout is not None
                and drawn is not None
                and _is_tinted(drawn)
                and find(table, "w:tblPr/w:tblBorders") is None
            ):
                layout.addprevious(twin(drawn))
        for child in element.iter():
            _recolour(child, colour)


def _is_tinted(element: Element | None) -> bool:
    if element is None:
        return False
    return any(e.get(q(name)) == COLUMN for e in element.iter() for name in _ATTRIBUTES)


def _recolour(element: Element, colour: str) -> None:
    for name in _ATTRIBUTES:
        if element.get(q(name)) == COLUMN:
            del element.attrib[q(name)]
            plain = "w:fill" if name == "w:themeFill" else "w:val" if element.tag == q("w:color") else "w:color"
            element.set(q(plain), colour)


def _tint_paragraph(package: Package, paragraph: Element, colour: str) -> None:
    style = value(paragraph, "w:pPr/w:pStyle")
    own = properties(paragraph)
    for name in ("w:pBdr", "w:shd"):
        drawn = package.drawn(style, f"w:pPr/{name}")
        if drawn is not None and own.find(q(name)) is None and _is_tinted(drawn):
            put_property(paragraph, twin(drawn))
    plain = _is_tinted(package.drawn(style, "w:rPr/w:color"))
    for run in paragraph.iter(q("w:r")):
        if find(run, "w:rPr/w:color") is not None or run.find(q("w:drawing")) is not None:
            continue
        named = value(run, "w:rPr/w:rStyle")
        drawn = package.drawn(named, "w:rPr/w:color") if named else None
        if _is_tinted(drawn) or (plain and drawn is None):
            set_look(run, "color", val=colour)
