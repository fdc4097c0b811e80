"""Colour: each column of a publication in its own, where the styles are drawn in the theme's accent 6."""

from __future__ import annotations

from collections.abc import Iterable

from generator.model import Article, Publication, Theme
from generator.writers.docx.package import Package
from generator.writers.docx.styles import COLUMN, INK, INKS, Tints, is_tinted
from generator.writers.docx.wordml import Element, find, put_property, q, set_look, twin, value

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
        for found in element.iter(_PARAGRAPH_STYLE, _RUN_STYLE, _TABLE, *_TWINS):
            if found.tag == _PARAGRAPH_STYLE:
                if (drawn := package.sheet.tints(found.get(_VAL, ""))) is not None:
                    _tint_paragraph(package, found, drawn, colour)
            elif found.tag == _RUN_STYLE:
                run = found.getparent().getparent()  # type: ignore[union-attr]
                if run is not None and run.tag == _RUN and package.sheet.is_tinted_ink(found.get(_VAL, "")):
                    _ink(run, colour)
            elif found.tag == _TABLE:
                _tint_table(package, found, colour)
            else:
                _recolour(found, colour)


def _tint_table(package: Package, table: Element, colour: str) -> None:
    """Give a table the rules of its style, if they are tinted and it has none of its own."""
    borders = find(package.style(value(table, "w:tblPr/w:tblStyle")), "w:tblPr/w:tblBorders")
    layout = find(table, "w:tblPr/w:tblLayout")
    if layout is None or borders is None or not is_tinted(borders):
        return
    if find(table, "w:tblPr/w:tblBorders") is None:
        layout.addprevious(_recolour(twin(borders), colour))


def _ink(run: Element, colour: str) -> None:
    """Colour a run that has no colour of its own and is no picture."""
    if find(run, "w:rPr/w:color") is None and run.find(q("w:drawing")) is None:
        set_look(run, "color", val=colour)


def _recolour(drawn: Element, colour: str) -> Element:
    for element in drawn.iter():
        for name in INKS:
            if element.get(q(name)) == COLUMN:
                del element.attrib[q(name)]
                plain = "w:fill" if name == "w:themeFill" else "w:val" if element.tag == q("w:color") else "w:color"
                element.set(q(plain), colour)
    return drawn


def _tint_paragraph(package: Package, named: Element, drawn: Tints, colour: str) -> None:
    """Tint the paragraph whose style ``named`` names."""
    own = named.getparent()
    assert own is not None
    paragraph = own.getparent()
    assert paragraph is not None
    for part in drawn.parts:
        if own.find(part.tag) is None:
            put_property(paragraph, _recolour(twin(part), colour))
    for run in paragraph.iter(_RUN) if drawn.words else ():
        style = value(run, "w:rPr/w:rStyle")
        if not style or package.drawn(style, INK) is None:
            _ink(run, colour)


_PARAGRAPH_STYLE, _RUN_STYLE, _RUN, _TABLE, _VAL = map(q, ("w:pStyle", "w:rStyle", "w:r", "w:tbl", "w:val"))
#: What is copied from styles into the text.
_TWINS = tuple(map(q, ("w:pBdr", "w:shd", "w:tblBorders")))
