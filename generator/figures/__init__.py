"""Figures drawn from data: each module turns values into SVG plus words for those who can't see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from generator.figures import bars

FIGURES: Mapping[str, Callable[..., tuple[str, str]]] = {"bars": bars.draw}
