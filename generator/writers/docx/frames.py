"""Frames: pictures that the text runs round, at the foot of both columns or beside a column, caption and all.

A frame is a property of paragraphs (``w:framePr``): those that follow each other with the same one are one frame,
so picture and caption can't part, and no text box hides them from programs that read the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator import tree
from generator.model import Asset
from generator.writers.docx.draft import Copy, Draft, Place
from generator.writers.docx.pictures import Size, natural_size, printed_size
from generator.writers.docx.wordml import TWIPS, Element, set_property

#: A picture at the foot of an opening page belongs to the first so many characters, and takes this part of its height.
_OPENING, _FOOT_HEIGHT = 1200, 0.36
#: A picture beside the text takes no more than this part of its measure, and of the height of the page.
_SIDE, _SIDE_HEIGHT = 0.4, 0.3
#: Between a frame and the text beside it, and above or below it, in twips.
_ASIDE, _ABOVE = 200, 160


@dataclass(frozen=True)
class Frame:
    """A frame and the picture in it, by their widths in twips; at the foot if it is ``wide``, else beside the text."""

    width: int
    picture: int
    wide: bool

    def put_round(self, paragraphs: Sequence[Element]) -> None:
        """Make consecutive paragraphs one frame."""
        place: dict[str, object] = (
            {"hAnchor": "margin", "vAnchor": "margin", "xAlign": "center", "yAlign": "bottom"}
            if self.wide
            else {"hAnchor": "text", "vAnchor": "text", "xAlign": "right", "y": 1}
        )
        for paragraph in paragraphs:
            set_property(paragraph, "framePr", w=self.width, hSpace=_ASIDE, vSpace=_ABOVE, wrap="around", **place)


def wanted(draft: Draft, figure: Element, place: Place, columns: int) -> Frame | None:
    """The frame a figure stands in; None if it stands in line with the text.

    In line are pictures of a copy to correct or to fill in, those that a field refers to (LibreOffice loses bookmarks
    in frames), and those that a frame would do no good: of several sheets, with a table (frames hold none), far from an
    opening page, over footnotes, or with little text to run round them.
    """
    picture = figure.find("img")
    if figure.find("table") is not None or len(figure.findall("img")) > 1:
        return None
    asset = draft.publication.assets.get(picture.get("src", "")) if picture is not None else None
    if draft.copy is not Copy.PLAIN or place.parent is not draft.package.body or asset is None or draft.cover:
        return None
    if figure.get("id") in draft.references.linked:
        return None
    if columns > 1:
        if "wide" not in tree.classes(figure) or not _belongs_to_opening(figure):
            return None
        size = printed_size(asset, Size(draft.text_width / TWIPS, draft.text_height * _FOOT_HEIGHT))
        return Frame(draft.text_width, round(size.width * TWIPS), wide=True)
    beside = _beside(draft, asset, place)
    if beside is None or not _runs_round(draft, figure, beside, place):
        return None
    width = round(beside.width * TWIPS)
    return Frame(width, width, wide=False)


def _belongs_to_opening(figure: Element) -> bool:
    """Whether a picture is the first of its article and no more text than a page holds stands before it.

    A frame at the foot would stand on footnotes, and one anchored late would leave half a page blank before it.
    """
    article = next(figure.iterancestors("article"), None)
    if article is None or any("footnote" in tree.classes(span) for span in article.iter("span")):
        return False
    before = 0
    for element in article.iter("figure", "p", "li", "dd"):
        if element.tag == "figure":
            return element is figure and before <= _OPENING
        before += len(tree.text(element))
    return False


def _beside(draft: Draft, asset: Asset, place: Place) -> Size | None:
    """The size of a photograph that stands beside the text: of portrait shape, or small; None for any other picture."""
    room = Size(place.width / TWIPS, draft.text_height)
    if not asset.width or not asset.height:
        return None
    if asset.height > asset.width:
        return printed_size(asset, Size(room.width * _SIDE, room.height * _SIDE_HEIGHT))
    size = natural_size(asset)
    return size if size.width <= room.width * _SIDE else None


def _runs_round(draft: Draft, figure: Element, size: Size, place: Place) -> bool:
    """Whether the paragraphs that follow fill the space beside a picture, so that no heading or table comes there."""
    layout = draft.publication.layout
    letters = 0
    for following in figure.itersiblings():
        if following.tag != "p" or following.get("class"):
            break
        letters += len(tree.text(following, notes=False))
    em, line = layout.body_size / 72 * 25.4, layout.line_height / 72 * 25.4
    beside = (place.width / TWIPS - size.width) / em
    return letters >= beside * (size.height / line + 3)
