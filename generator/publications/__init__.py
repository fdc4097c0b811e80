"""Publication types: edition + records -> pieces in order. A new type is a file, its templates, a line here."""

from __future__ import annotations

from collections.abc import Mapping

from generator.publications import anthology, bulletin, guidelines, official
from generator.publications.piece import Piece, PublicationType

PUBLICATION_TYPES: Mapping[str, PublicationType] = {
    "bulletin": bulletin.TYPE,
    "anthology": anthology.TYPE,
    "guidelines": guidelines.TYPE,
    "official": official.TYPE,
}

__all__ = ["PUBLICATION_TYPES", "Piece", "PublicationType"]
