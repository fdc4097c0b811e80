"""Publication types: edition + records -> pieces in printing order. A new type is one file, its
templates, and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from generator.publications import anthology, bulletin, guidelines
from generator.publications.piece import Piece, PublicationType

PUBLICATION_TYPES: Mapping[str, PublicationType] = {
    "bulletin": bulletin.TYPE,
    "anthology": anthology.TYPE,
    "guidelines": guidelines.TYPE,
}

__all__ = ["PUBLICATION_TYPES", "Piece", "PublicationType"]
