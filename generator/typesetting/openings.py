"""Openings: the paragraph of a piece whose first character stands two lines high."""

from __future__ import annotations

from lxml import etree

from generator.tree import text
from generator.typesetting import clreq

#: Pieces that open with a large first character, if their first paragraph has at least so many.
_OPENED, _LONG = frozenset({"essay", "editorial", "portrait"}), 60


def opening(body: etree._Element, kind: str) -> etree._Element | None:
    """The first plain paragraph of the text of a piece, if it is long and begins with a Han character."""
    if kind not in _OPENED:
        return None
    for paragraph in body.iter("p"):
        if paragraph.get("class") or any(e.tag in ("header", "aside", "blockquote") for e in paragraph.iterancestors()):
            continue
        long = len(text(paragraph)) >= _LONG
        return paragraph if long and clreq.is_han((paragraph.text or " ")[:1]) else None
    return None
