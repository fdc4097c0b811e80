"""Figures drawn from data: each module turns values into SVG plus words for those who can't see it.

``CHARTS`` draw figures that are facts: ``draw(chart, room)`` and ``flaws(chart)``. ``DIAGRAMS`` draw what an editor
writes in a record or in a text: a model of what may be written, ``flaws(data)`` and ``draw(data, room)``. What has
flaws is not drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator import outline
from generator.diagnostics import Text
from generator.figures import bars, ecomap, flowchart, heat
from generator.model import Chart, Part, Path
from generator.vector import Drawing, Flaw, Room

Reader = Callable[[str], tuple[dict[str, Any], Mapping[Path, tuple[int, int]], list[tuple[int, int, str, Text, Text]]]]


@dataclass(frozen=True)
class ChartKind:
    flaws: Callable[[Chart], Iterator[Flaw]]
    draw: Callable[[Chart, Room], Drawing]


@dataclass(frozen=True)
class DiagramKind:
    """``read`` makes of a text that is no YAML what ``model`` validates, with where each value stands in the text
    (offset, length), and what is wrong with how it is written (offset, length, code, message, hint).
    """

    model: type[Part]
    flaws: Callable[[Any], Iterator[Flaw]]
    draw: Callable[[Any, Room], Drawing]
    read: Reader | None = None


#: 图式 -> what draws it.
CHARTS: Mapping[str, ChartKind] = {
    "条形图": ChartKind(bars.flaws, bars.draw),
    "热力表": ChartKind(heat.flaws, heat.draw),
}
DIAGRAMS: Mapping[str, DiagramKind] = {
    "生态图": DiagramKind(ecomap.Ecomap, ecomap.flaws, ecomap.draw),
    "流程图": DiagramKind(flowchart.Flowchart, flowchart.flaws, flowchart.draw, outline.read),
}
