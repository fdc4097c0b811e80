"""Is the tree of stations a tree?"""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, error, say
from generator.model import Records
from generator.records.station import Station


def tree(records: Records) -> Iterator[Diagnostic]:
    """No station is, over any number of steps, its own superior. Depth is free."""
    stations = {s.id: s for s in records.of(Station)}
    for station in stations.values():
        seen, above = {station.id}, station.parent
        while above in stations and above not in seen:
            seen.add(above)
            above = stations[above].parent
        if above == station.id:
            yield error(
                "stations.cycle",
                say("“{name}”的上级绕了一圈又回到它自己", name=station.title),
                records.origin(station).span(("上级",)),
                say("改正其中一个站点的“上级”"),
            )
