"""What a reader hands over: field values as written, with the place of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.model import Origin


@dataclass(frozen=True)
class Raw:
    """One record as written. ``body`` is the Markdown below a front matter with its first line's number."""

    data: dict[str, Any]
    origin: Origin
    body: tuple[str, int] | None = None
