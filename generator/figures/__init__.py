"""Figures drawn from data: each module turns values into SVG plus words for those who can't see it.

``CHARTS`` draw figures that are facts: ``draw(chart, room)`` and ``flaws(chart)``. ``DIAGRAMS`` draw what an editor
writes in a record or in a text: a model of what may be written, ``flaws(data)`` and ``draw(data, room)``. What has
flaws is not drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.figures import bars, genogram
from generator.model import Chart, Part
from generator.vector import Drawing, Flaw, Room


@dataclass(frozen=True)
class ChartKind:
    flaws: Callable[[Chart], Iterator[Flaw]]
    draw: Callable[[Chart, Room], Drawing]


@dataclass(frozen=True)
class DiagramKind:
    """``read`` makes what ``model`` validates of a text that is no YAML, with where each value stands in it."""

    model: type[Part]
    flaws: Callable[[Any], Iterator[Flaw]]
    draw: Callable[[Any, Room], Drawing]


#: 图式 -> what draws it.
CHARTS: Mapping[str, ChartKind] = {"条形图": ChartKind(bars.flaws, bars.draw)}
DIAGRAMS: Mapping[str, DiagramKind] = {
    "家系图": DiagramKind(genogram.Genogram, genogram.flaws, genogram.draw),
}
