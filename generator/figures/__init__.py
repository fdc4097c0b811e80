"""Figures drawn from data: each module turns values into SVG plus words for those who can't see it.

``CHARTS`` draw figures that are facts: ``draw(chart, room)`` and ``flaws(chart)``. ``DIAGRAMS`` draw what an editor
writes in a record or in a text: a model of what may be written, ``flaws(data)`` and ``draw(data, room)``. What has
flaws is not drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.diagnostics import Text
from generator.figures import (
    bars,
    bullets,
    columns,
    ecomap,
    flowchart,
    genogram,
    heat,
    lines,
    months,
    multiples,
    network,
    orgtree,
    pictograms,
    radar,
    slopes,
    stacked,
    tiles,
    timeline,
)
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
    "柱形图": ChartKind(columns.flaws, columns.draw),
    "折线图": ChartKind(lines.flaws, lines.draw),
    "堆叠条形图": ChartKind(stacked.flaws, stacked.draw),
    "百分比条形图": ChartKind(stacked.flaws, stacked.draw),
    "目标完成图": ChartKind(bullets.flaws, bullets.draw),
    "热力表": ChartKind(heat.flaws, heat.draw),
    "小多图": ChartKind(multiples.flaws, multiples.draw),
    "图标图": ChartKind(pictograms.flaws, pictograms.draw),
    "方格图": ChartKind(tiles.flaws, tiles.draw),
    "雷达图": ChartKind(radar.flaws, radar.draw),
    "前后测图": ChartKind(slopes.flaws, slopes.draw),
}
DIAGRAMS: Mapping[str, DiagramKind] = {
    "家系图": DiagramKind(genogram.Genogram, genogram.flaws, genogram.draw),
    "生态图": DiagramKind(ecomap.Ecomap, ecomap.flaws, ecomap.draw),
    "流程图": DiagramKind(flowchart.Flowchart, flowchart.flaws, flowchart.draw, flowchart.read),
    "组织图": DiagramKind(orgtree.Orgtree, orgtree.flaws, orgtree.draw, orgtree.read),
    "资源图": DiagramKind(network.Network, network.flaws, network.draw),
    "进度图": DiagramKind(timeline.Timeline, timeline.flaws, timeline.draw),
    "月计划": DiagramKind(months.Months, months.flaws, months.draw),
}
