"""Figures drawn from data: each module turns values into SVG plus words for those who can't see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from generator.figures import bars

#: 图式 of a block of a data page -> what draws it from (label, value, printed value) rows, so many mm wide.
FIGURES: Mapping[str, Callable[[Sequence[tuple[str, float, str]], float], tuple[str, str]]] = {"条形图": bars.draw}
