"""Is the tree of stations a tree, and is every station heard?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator import signoff
from generator.diagnostics import Diagnostic, error, say, warning
from generator.model import Publication, Record, Records
from generator.records.article import Article
from generator.records.edition import Bulletin, Edition, Volume
from generator.records.person import Person
from generator.records.policy import Policy
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


# -- what an edition prints of stations -------------------------------------------------------------------------------

#: Pieces that are nobody's in particular: the editors' own, and documents.
_HOUSE = frozenset(("卷首语", "启事", "编写说明", "序", "编首语", "编后记", "附录"))


def coverage(edition: Edition, records: Records) -> list[tuple[Station, int, str]]:
    """Stations below that of a bulletin: how many of its pieces are theirs, and the reason given if none is."""
    if not isinstance(edition, Bulletin) or edition.station is None or edition.for_each:
        return []
    above = {s.id: s.parent for s in records.of(Station)}
    heard: dict[str, int] = {}
    for record in signoff.pieces(edition, records):
        for station in _stations_of(record, records):
            step, seen = station, set[str]()
            while step and step not in seen:
                seen.add(step)
                heard[step] = heard.get(step, 0) + 1
                step = above.get(step) or ""
    reasons = {absent.station: absent.reason for absent in edition.absent}
    below = [s for s in records.of(Station) if s.id != edition.station and edition.station in _line(s.id, above)]
    return [(s, heard.get(s.id, 0), reasons.get(s.id, "")) for s in below]


def _line(station: str, above: Mapping[str, str | None]) -> set[str]:
    """A station and all above it."""
    found: set[str] = set()
    step: str | None = station
    while step and step not in found:
        found.add(step)
        step = above.get(step)
    return found


def _stations_of(record: Record, records: Records) -> set[str]:
    """The stations a piece comes from: its own, or those its authors work for."""
    if isinstance(record, Station):
        return {record.id}
    if record.station:
        return {record.station}
    people = (records.get(author.person) for author in record.authors)
    orgs = [*(p.org for p in people if isinstance(p, Person)), *(a.org for a in record.authors if a.org)]
    return {org for org in orgs if isinstance(records.get(org), Station)}


def pieces_have_one(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """Every piece comes from a station: it names one, or its authors work for one; the editors' own need none."""
    edition = records[publication.id]
    if not isinstance(edition, Volume):
        return
    for record in signoff.pieces(edition, records):
        if isinstance(record, Policy | Station) or (isinstance(record, Article) and record.genre in _HOUSE):
            continue
        if not _stations_of(record, records) and record.source is None:
            yield warning(
                "stations.piece_without_station",
                say("《{title}》看不出是哪个站点的稿", title=record.title),
                records.origin(record).span(("站点",)),
                say("补上“站点:”，或把作者写成人物编号，人物的单位写站点"),
            )


def every_one_heard(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """A bulletin prints something of every station below its own, or says why not (未供稿)."""
    edition = records[publication.id]
    if not isinstance(edition, Bulletin):
        return
    silent = [s.short_name for s, count, reason in coverage(edition, records) if not count and not reason]
    if silent:
        yield warning(
            "stations.unheard",
            say("本期没有这些站点的稿：{names}", names="、".join(silent)),
            records.origin(edition).span(("栏目",), key=True),
            say("催一催；确实没有，在“未供稿”里写明站点和原因"),
        )
    for number, absent in enumerate(edition.absent):
        count = next((count for s, count, _ in coverage(edition, records) if s.id == absent.station), 0)
        if count:
            yield warning(
                "stations.heard_after_all",
                say("“未供稿”里的站点其实有 {count} 篇稿", count=count),
                records.origin(edition).span(("未供稿", number, "站点")),
                say("从“未供稿”里删掉它"),
            )
