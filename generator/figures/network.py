"""Resource network (资源图): a station in the middle, groups of partners around it, what each gives and how firmly."""

from __future__ import annotations

import difflib
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from generator.diagnostics import say
from generator.model import Line, Part, Path
from generator.vector import (
    ACCENT,
    INK,
    KEY,
    LARGE,
    LEADING,
    MAIN,
    MIDDLE,
    QUIET,
    SIZE,
    SMALL,
    WHITE,
    Drawing,
    Flaw,
    Pen,
    Room,
    Sheet,
    broken,
    encircled,
    measure,
    number,
)

#: More than these are no picture; the lengths are in ems (a Han is one).
MOST_GROUPS, MOST_RESOURCES, MOST_LINKS, MOST_LINKS_OF_ONE = 9, 45, 8, 4
LONGEST_CENTRE, LONGEST_GROUP, LONGEST_NAME, LONGEST_OFFER, LONGEST_NOTE = 12, 10, 16, 20, 24
#: Where any network must find room: the smallest page that is usual (a book of 170 × 240 mm), and on so many of them.
SMALLEST, MOST_SHEETS = Room(79, 125, 190), 4

_KINDS = {"固定": "固定往来", "项目": "项目合作", "临时": "临时往来"}


class Resource(Part):
    """A partner and what it gives."""

    name: Line = Field(alias="名称", description="如 区慈善会")
    offer: Line | None = Field(None, alias="提供", description="给什么：场地、经费、岗位……")
    contact: Literal["固定", "项目", "临时"] | None = Field(None, alias="往来", description="固定、项目或临时")


#: A colon that is in no time of day and in no address.
_COLON = re.compile("：|(?<![0-9]):(?!//)")


def _as_resource(value: Any) -> Any:
    """A resource may be its name alone, or 名称：提供."""
    if not isinstance(value, str):
        return value
    name, *rest = _COLON.split(value, maxsplit=1)
    return {"名称": name.strip(), "提供": rest[0].strip()} if rest and rest[0].strip() else {"名称": value}


class Group(Part):
    name: Line = Field(alias="名称", description="如 政府部门、社区、企业商户")
    resources: tuple[Annotated[Resource, BeforeValidator(_as_resource, json_schema_input_type=str | Resource)], ...] = (
        Field(alias="资源", description="可只写名称，或写成 名称：提供什么")
    )


class Link(Part):
    """Two partners, or groups, that work together."""

    start: Line = Field(alias="从")
    end: Line = Field(alias="到")
    note: Line | None = Field(None, alias="说明")


class Network(Part):
    """What a station can draw upon."""

    centre: Line = Field(alias="中心", description="如 青园街道社工站")
    groups: tuple[Group, ...] = Field(alias="组", description="资源按来源分组")
    links: tuple[Link, ...] = Field((), alias="联系", description="伙伴之间的联系，写它们的名称")


# --- flaws ------------------------------------------------------------------------------------------------------------


def flaws(network: Network) -> Iterator[Flaw]:
    """Why a network can't be drawn."""
    found = [*_bare(network), *_crowded(network), *_doubled(network), *_loose(network)]
    yield from found
    if not found and not _planned(network, SMALLEST):
        yield Flaw(
            "network.too_high",
            ("组",),
            say("这张资源图太高，有一组一页放不下", en="Too high: a group of this network is higher than a page"),
            say("把大的组分成两组，或把“提供”写短", en="Make two of the largest group, or shorten what partners give"),
        )


def _bare(network: Network) -> Iterator[Flaw]:
    """What is empty, and words that are none or too long."""
    places: list[tuple[Path, str | None, int]] = [(("中心",), network.centre, LONGEST_CENTRE)]
    for n, group in enumerate(network.groups):
        places.append((("组", n, "名称"), group.name, LONGEST_GROUP))
        for m, resource in enumerate(group.resources):
            places.append((("组", n, "资源", m, "名称"), resource.name, LONGEST_NAME))
            places.append((("组", n, "资源", m, "提供"), resource.offer, LONGEST_OFFER))
    places += [(("联系", n, "说明"), link.note, LONGEST_NOTE) for n, link in enumerate(network.links)]
    for path, written, most in places:
        words = _plain(written or "")
        if written is not None and not words:
            message, hint = (
                say("这里没有写字", en="No words here"),
                say("写上字，或删去这一行", en="Write some, or delete it"),
            )
            yield Flaw("network.blank", path, message, hint)
        elif measure(words) > most:
            message = say(
                "“{words}”太长，这里最多 {most} 个字",
                en="“{words}” is too long: at most {most} characters",
                words=words,
                most=most,
            )
            hint = say("写短些，细节放进正文", en="Make it shorter; details belong in the text")
            yield Flaw("network.too_long", path, message, hint)
    empty: list[Path] = [("组", n, "资源") for n, group in enumerate(network.groups) if not group.resources]
    for path in empty if network.groups else [("组",)]:
        message = say("这里没有一项资源", en="No resource here")
        yield Flaw("network.empty", path, message, say("至少写一项，或删去这一组", en="Write one, or delete the group"))


def _crowded(network: Network) -> Iterator[Flaw]:
    """More than a picture takes."""
    resources = sum(len(group.resources) for group in network.groups)
    for key, count, most in (
        ("组", len(network.groups), MOST_GROUPS),
        ("组", resources, MOST_RESOURCES),
        ("联系", len(network.links), MOST_LINKS),
    ):
        if count > most:
            message = say(
                "有 {count} 项，一张图最多 {most} 项", en="{count} are too many: at most {most}", count=count, most=most
            )
            hint = say("合并同类的，或分成两张图", en="Join those of a kind, or make two pictures")
            yield Flaw("network.too_many", (key,), message, hint)
    ends = [_plain(end) for link in network.links for end in (link.start, link.end)]
    for name in dict.fromkeys(ends):
        if ends.count(name) > MOST_LINKS_OF_ONE:
            message = say(
                "“{name}”的联系超过 {most} 条",
                en="“{name}” has more than {most} links",
                name=name,
                most=MOST_LINKS_OF_ONE,
            )
            yield Flaw("network.too_many", ("联系",), message, say("只画最要紧的", en="Draw only those that matter"))


def _doubled(network: Network) -> Iterator[Flaw]:
    """The same name twice, the same link twice."""
    names: list[tuple[Path, str]] = [(("组", n, "名称"), _plain(group.name)) for n, group in enumerate(network.groups)]
    for n, group in enumerate(network.groups):
        names += [(("组", n, "资源", m, "名称"), _plain(r.name)) for m, r in enumerate(group.resources)]
    pairs: list[tuple[Path, str]] = [
        (("联系", n), "—".join(sorted((_plain(link.start), _plain(link.end))))) for n, link in enumerate(network.links)
    ]
    for found in (names, pairs):
        seen: set[str] = set()
        for path, words in found:
            if words and words in seen:
                message = say("“{words}”写了两次", en="“{words}” is there twice", words=words)
                yield Flaw(
                    "network.twice", path, message, say("删去一个，或写明分别是谁", en="Delete one, or say who is who")
                )
            seen.add(words)


def _loose(network: Network) -> Iterator[Flaw]:
    """Links to nobody, and of somebody with itself."""
    names = [_plain(group.name) for group in network.groups]
    names += [_plain(r.name) for group in network.groups for r in group.resources]
    for n, link in enumerate(network.links):
        for key, end in (("从", _plain(link.start)), ("到", _plain(link.end))):
            if end not in names:
                close = difflib.get_close_matches(end, names, 1, 0.4)
                message = say("图里没有“{name}”", en="There is no “{name}” in this picture", name=end)
                hint = (
                    say("是不是“{word}”？", en="Is it “{word}”?", word=close[0])
                    if close
                    else say("写“组”里的名称", en="Use a name from 组")
                )
                yield Flaw("network.unknown", ("联系", n, key), message, hint)
        if _plain(link.start) == _plain(link.end):
            message = say("“{name}”和自己联系", en="“{name}” is linked to itself", name=_plain(link.start))
            yield Flaw("network.itself", ("联系", n, "到"), message, say("写另一方的名称", en="Name the other one"))


def _plain(words: str) -> str:
    return " ".join(words.split())


# --- layout -----------------------------------------------------------------------------------------------------------

#: Millimetres: from a cluster's inner edge to its spine, from one lane of links to the next, a badge and its space.
_SPINE, _LANE, _BADGE, _GAP = 3.0, 1.9, 4.0, 1.5
_KEY_PITCH = 4.6
#: Before what is said of a link, and between two columns of that.
_NUMBERED, _APART = 4.5, 8.0


#: The number of a link, and what is said of it in lines.
_Note = tuple[int, list[str]]


@dataclass(frozen=True)
class _Style:
    """Type of names and offers, space below a row and below a cluster, length of a twig, room beside the hub."""

    name: float
    offer: float
    row: float
    cluster: float
    twig: float
    channel: float


_STYLES = (
    _Style(SIZE, SMALL, 1.3, 6.0, 6.0, 15.0),
    _Style(SIZE, SMALL, 0.9, 4.0, 5.0, 12.0),
    _Style(2.8, 2.4, 0.7, 3.4, 4.5, 10.0),
    _Style(2.6, 2.3, 0.5, 2.6, 4.5, 9.0),
)


@dataclass(frozen=True)
class _Row:
    """A partner: its name, what it gives behind or below the name, the numbers of its links; so many mm high."""

    resource: Resource
    name: list[str]
    offer: list[str]
    inline: bool
    links: tuple[int, ...]
    height: float
    reach: float
    end: float


@dataclass(frozen=True)
class _Cluster:
    """A group's head above its rows; ``end`` is where the head ends, ``reach`` what stands farthest out."""

    head: list[str]
    links: tuple[int, ...]
    rows: list[_Row]
    head_height: float
    height: float
    end: float
    reach: float


@dataclass(frozen=True)
class _Plan:
    """Everything measured: hub, clusters on the left and on the right, lanes of links, the list of links."""

    style: _Style
    hub: tuple[list[str], float]
    clusters: list[_Cluster]
    sides: tuple[list[int], list[int]]
    lanes: tuple[dict[int, int], dict[int, int]]
    tracks: tuple[list[int], list[int]]
    notes: list[list[_Note]]
    width: float
    inner: float
    height: float


def draw(network: Network, room: Room) -> Drawing:
    """A hub with groups on both sides, in a column on its right only; links in lanes of their own outside.

    What is higher than a page goes on on further sheets, each with the hub and some of the groups.
    """
    plans = _planned(network, room) or _planned(network, SMALLEST) or _forced(network, room)
    return Drawing(tuple(_drawn(part, plan) for part, plan in plans), _words(network), _table(network))


def _planned(network: Network, room: Room) -> list[tuple[Network, _Plan]]:
    """The fewest sheets that fit, of the roomiest style; empty if a group is higher than a page."""
    tries = [(1, room.column, style, True, 1.5 * room.column) for style in _STYLES[:2]]
    if room.column >= room.page or len(network.groups) > 5:
        tries = []
    for count in range(1, min(MOST_SHEETS, len(network.groups)) + 1):
        tries += [(count, room.page, style, False, room.height) for style in _STYLES]
    for count, width, style, alone, height in tries:
        parts = _parts(network, count)
        plans = [_plan(part, width, style, alone=alone or len(part.groups) == 1) for part in parts]
        if all(plan.width <= width + 1e-6 and plan.height <= height for plan in plans):
            return list(zip(parts, plans, strict=True))
    return []


def _forced(network: Network, room: Room) -> list[tuple[Network, _Plan]]:
    """One sheet, however high."""
    return [(network, _plan(network, room.page, _STYLES[-1], alone=len(network.groups) == 1))]


def _parts(network: Network, count: int) -> list[Network]:
    """The network in so many parts that have about as many partners each, the groups in their order."""
    groups = network.groups

    def parted(cut: tuple[int, ...]) -> list[tuple[Group, ...]]:
        return [groups[a:b] for a, b in itertools.pairwise((0, *cut, len(groups)))]

    def most(cut: tuple[int, ...]) -> int:
        return max(sum(2 + len(group.resources) for group in part) for part in parted(cut))

    best = min(itertools.combinations(range(1, len(groups)), count - 1), key=most)
    return [network.model_copy(update={"groups": part}) for part in parted(best)]


def _plan(network: Network, width: float, style: _Style, *, alone: bool) -> _Plan:
    hub = encircled(_plain(network.centre), LARGE, bold=True)
    hub = hub[0], max(hub[1] + 1.4, 9.0)
    taken = 2 * hub[1] + (1 if alone else 2) * style.channel
    room = (width - taken) / (1 if alone else 2)
    clusters = _clusters(network, room, style)
    sides = ([], list(range(len(clusters)))) if alone else _balanced(network, clusters, style)
    lanes, tracks = _routes(network, sides)
    gutters = [_GAP + _LANE * (max(side.values()) + 1) if side else 0.0 for side in lanes]
    if any(gutters):
        clusters = _clusters(network, room - max(gutters), style)
    extents = [
        style.channel + max(clusters[n].reach for n in side) + gutter if side else 0.0
        for side, gutter in zip(sides, gutters, strict=True)
    ]
    whole = sum(extents) + 2 * hub[1] + 0.6
    inner = max(2 * hub[1] + 1, *(_tall([clusters[n] for n in side], style) for side in sides))
    notes = _notes(network, max(whole, min(width, 60.0)))
    kinds = _kinds(network)
    least = max(_key_width(kinds), sum(map(_note_width, notes)) + _APART * (len(notes) - 1))
    height = inner + _LANE * (len(tracks[0]) + len(tracks[1])) + (_GAP if tracks[0] else 0) + (_GAP if tracks[1] else 0)
    below = max(map(_note_height, notes)) + 2.2 if notes else 0.0
    below += _KEY_PITCH + 1.8 if kinds else 0.0
    return _Plan(style, hub, clusters, sides, lanes, tracks, notes, max(whole, least), inner, height + below + 0.6)


def _clusters(network: Network, room: float, style: _Style) -> list[_Cluster]:
    """Every group broken into lines that fit into so much room."""
    linked: dict[str, list[int]] = {}
    for n, link in enumerate(network.links):
        for end in (link.start, link.end):
            linked.setdefault(_plain(end), []).append(n)
    clusters = []
    for group in network.groups:
        links = tuple(linked.get(_plain(group.name), ()))
        head = broken(_plain(group.name), max(room - 5.0 - _BADGE * len(links), 12.0), SIZE, bold=True)
        head_height = len(head) * SIZE * LEADING + 2.4
        wide = max(measure(line, SIZE, bold=True) for line in head) + 5.0
        rows = _rows(group, linked, room - _indent(style), style)
        height = head_height + 1.6 + sum(row.height for row in rows) + style.row * (len(rows) - 1)
        reach = max(wide + _BADGE * len(links), *(_indent(style) + row.reach for row in rows))
        clusters.append(_Cluster(head, links, rows, head_height, height, wide, reach))
    return clusters


def _indent(style: _Style) -> float:
    """Where the words of a row begin."""
    return _SPINE + style.twig + 2.2


def _rows(group: Group, linked: dict[str, list[int]], room: float, style: _Style) -> list[_Row]:
    """The partners of a group: what they give stands behind their names if all have room for it, else below."""
    links = [tuple(linked.get(_plain(r.name), ())) for r in group.resources]
    inline = all(
        measure(_plain(r.name), style.name) + _GAP + measure(_plain(r.offer or ""), style.offer) + _BADGE * len(numbers)
        <= room
        for r, numbers in zip(group.resources, links, strict=True)
    )
    rows = []
    for resource, numbers in zip(group.resources, links, strict=True):
        badges = _BADGE * len(numbers)
        name = broken(_plain(resource.name), max(room - badges, 4 * style.name), style.name)
        offer = broken(_plain(resource.offer), max(room, 5 * style.offer), style.offer) if resource.offer else []
        end = max(measure(line, style.name) for line in name)
        wide = max((measure(line, style.offer) for line in offer), default=0.0)
        height = len(name) * style.name * LEADING + (0.0 if inline else len(offer) * style.offer * LEADING)
        if inline and offer:
            end += _GAP + wide
        rows.append(_Row(resource, name, offer, inline, numbers, height, max(end + badges, wide), end))
    return rows


def _tall(clusters: Sequence[_Cluster], style: _Style) -> float:
    return sum(cluster.height for cluster in clusters) + style.cluster * (len(clusters) - 1) if clusters else 0.0


def _balanced(network: Network, clusters: Sequence[_Cluster], style: _Style) -> tuple[list[int], list[int]]:
    """Which groups stand on the left, which on the right: in the order given if that is nearly as good as it gets."""
    every = range(len(clusters))
    where = {_plain(name): n for n in every for name in _names(network.groups[n])}
    ends = [(where.get(_plain(link.start)), where.get(_plain(link.end))) for link in network.links]
    ends = [pair for pair in ends if None not in pair]

    def cost(left: Sequence[int]) -> float:
        right = [n for n in every if n not in left]
        higher = max(_tall([clusters[n] for n in side], style) for side in (left, right))
        return higher + 8.0 * sum((a in left) != (b in left) for a, b in ends)  # links across go a long way

    split = min(([*range(k)] for k in range(1, len(clusters))), key=cost)
    mixed = min((list(c) for k in range(1, len(clusters)) for c in itertools.combinations(every, k)), key=cost)
    left = split if cost(split) <= 1.15 * cost(mixed) else mixed
    return left, [n for n in every if n not in left]


def _names(group: Group) -> list[str]:
    return [group.name, *(resource.name for resource in group.resources)]


def _routes(
    network: Network, sides: tuple[list[int], list[int]]
) -> tuple[tuple[dict[int, int], dict[int, int]], tuple[list[int], list[int]]]:
    """Lanes of links beside the clusters, left and right, and the links that go over or under everything.

    Links whose stretches meet never share a lane; short ones keep inside.
    """
    places: dict[str, tuple[int, int]] = {}
    counts = [0, 0]
    for side, groups in enumerate(sides):
        for n in groups:
            for name in _names(network.groups[n]):
                places[_plain(name)] = (side, counts[side])
                counts[side] += 1
    stretches: tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]] = ([], [])
    tracks: tuple[list[int], list[int]] = ([], [])
    for n, link in enumerate(network.links):
        one, other = places.get(_plain(link.start)), places.get(_plain(link.end))
        if one is None or other is None:  # on another sheet
            continue
        if one[0] == other[0]:
            stretches[one[0]].append((*sorted((one[1], other[1])), n))  # type: ignore[arg-type]
            continue
        under = one[1] / counts[one[0]] + other[1] / counts[other[0]] >= 1.0
        tracks[under].append(n)
        for side, at in (one, other):
            stretches[side].append((at, 999, n) if under else (-1, at, n))
    lanes: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for side in (0, 1):
        used: list[list[tuple[int, int]]] = []
        for low, high, n in sorted(stretches[side], key=lambda stretch: (stretch[1] - stretch[0], stretch)):
            lane = next((k for k, taken in enumerate(used) if all(b < low or high < a for a, b in taken)), len(used))
            if lane == len(used):
                used.append([])
            used[lane].append((low, high))
            lanes[side][n] = lane
    return lanes, tracks


def _notes(network: Network, width: float) -> list[list[_Note]]:
    """What is said of every link that is seen; in two columns if there are four or more that fit."""
    seen = {_plain(name) for group in network.groups for name in _names(group)}
    said = []
    for n, link in enumerate(network.links):
        if seen & {_plain(link.start), _plain(link.end)}:
            note = f"：{_plain(link.note)}" if link.note else ""
            said.append((n, f"{_plain(link.start)}—{_plain(link.end)}{note}"))
    half = (len(said) + 1) // 2 if len(said) > 3 else len(said)
    if 2 * (max((measure(words, SMALL) for _, words in said), default=0.0) + _NUMBERED) + _APART > width:
        half = len(said)
    notes = [(n, broken(words, width - _NUMBERED, SMALL)) for n, words in said]
    return [column for column in (notes[:half], notes[half:]) if column]


def _note_height(notes: Sequence[_Note]) -> float:
    return sum(len(lines) * SMALL * LEADING + 0.8 for _, lines in notes)


def _note_width(notes: Sequence[_Note]) -> float:
    return _NUMBERED + max(measure(line, SMALL) for _, lines in notes for line in lines)


# --- drawing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Port:
    """Where the links of a name leave: a side, the end of its words, the middle of its first line."""

    side: int
    x: float
    y: float


def _drawn(network: Network, plan: _Plan) -> Sheet:
    style, (hub, radius) = plan.style, plan.hub
    reaches = [max((plan.clusters[n].reach for n in side), default=0.0) for side in plan.sides]
    outs = [
        style.channel + reach + (_GAP + _LANE * (max(lanes.values()) + 1) if lanes else 0.0) if side else 0.0
        for side, reach, lanes in zip(plan.sides, reaches, plan.lanes, strict=True)
    ]
    cx = (plan.width - sum(outs) - 2 * radius) / 2 + outs[0] + radius
    top = 0.3 + (_LANE * len(plan.tracks[0]) + _GAP if plan.tracks[0] else 0.0)
    cy = top + plan.inner / 2
    pen, ports = Pen(), dict[str, _Port]()
    for side, groups in enumerate(plan.sides):
        sign = 1 if side else -1
        x = cx + sign * (radius + style.channel)
        spare = plan.inner - _tall([plan.clusters[n] for n in groups], style)
        more = min(spare / (len(groups) + 1), 5.0)
        y = top + (spare - more * (len(groups) - 1)) / 2
        for n in groups:
            cluster = plan.clusters[n]
            _branch(pen, (cx, cy), radius, (x, y + cluster.head_height / 2), sign)
            _cluster(pen, ports, network.groups[n], cluster, x, y, sign, style)
            y += cluster.height + style.cluster + more
    _links(pen, network, plan, ports, cx, top, reaches)
    pen.circle(cx, cy, radius, fill=KEY)
    pen.lines(cx, cy, hub, LARGE, bold=True, fill=WHITE)
    y = top + plan.inner + (_LANE * len(plan.tracks[1]) + _GAP if plan.tracks[1] else 0.0)
    return _legend(pen, network, plan, y)


def _branch(pen: Pen, centre: tuple[float, float], radius: float, end: tuple[float, float], sign: int) -> None:
    """A curve from the hub to a head, leaving the circle towards it and coming in level."""
    angle = 0.75 * math.atan2(end[1] - centre[1], abs(end[0] - centre[0]))
    ux, uy = sign * math.cos(angle), math.sin(angle)
    start = centre[0] + ux * (radius - 0.2), centre[1] + uy * (radius - 0.2)
    far = abs(end[0] - start[0]) * 0.55
    bends = [start[0] + ux * far, start[1] + uy * far, end[0] - sign * far, end[1], *end]
    pen.path(f"M{number(start[0])} {number(start[1])}C{' '.join(map(number, bends))}", stroke=MAIN, line=0.8)


def _cluster(
    pen: Pen, ports: dict[str, _Port], group: Group, cluster: _Cluster, x: float, y: float, sign: int, style: _Style
) -> None:
    """A head, below it a spine with a twig to every partner."""
    anchor, side = ("start", 1) if sign > 0 else ("end", 0)
    pen.rect(min(x, x + sign * cluster.end), y, cluster.end, cluster.head_height, fill=MAIN, round=1.4)
    pen.lines(x + sign * cluster.end / 2, y + cluster.head_height / 2, cluster.head, SIZE, bold=True, fill=WHITE)
    middle = y + cluster.head_height / 2
    out = _badges(pen, cluster.links, x + sign * (cluster.end + 0.6), middle, sign)
    ports[_plain(group.name)] = _Port(side, out, middle)
    spine, y = x + sign * _SPINE, y + cluster.head_height
    first, y = y, y + 1.6
    last = y
    for row in cluster.rows:
        last = y + style.name * LEADING / 2
        tip, words = spine + sign * style.twig, x + sign * _indent(style)
        _twig(pen, spine, tip, last, row.resource.contact)
        for n, line in enumerate(row.name):
            pen.text(words, last + n * style.name * LEADING + MIDDLE * style.name, line, style.name, anchor=anchor)
        for n, line in enumerate(row.offer):
            if row.inline:
                behind, base = words + sign * (row.end - measure(line, style.offer)), last + MIDDLE * style.name
            else:
                behind, base = words, y + len(row.name) * style.name * LEADING + (n * LEADING + 0.96) * style.offer
            pen.text(behind, base, line, style.offer, anchor=anchor, fill=QUIET)
        out = _badges(pen, row.links, words + sign * row.end, last, sign)
        ports[_plain(row.resource.name)] = _Port(side, out, last)
        y += row.height + style.row
    pen.line((spine, first), (spine, last), stroke=MAIN, line=0.45)


def _badges(pen: Pen, links: Sequence[int], x: float, y: float, sign: int) -> float:
    """The numbers of links behind a name; returns where these end."""
    for n in links if sign > 0 else reversed(links):
        pen.circle(x + sign * 2.4, y, 1.6, fill=WHITE, stroke=ACCENT, line=0.3)
        pen.text(x + sign * 2.4, y + MIDDLE * 2.3, str(n + 1), 2.3, anchor="middle", bold=True, fill=ACCENT)
        x += sign * _BADGE
    return x


def _twig(pen: Pen, start: float, end: float, y: float, contact: str | None) -> None:
    """A line of its kind that ends in a mark of its kind: full, with a core, hollow; a mere dot if nothing is said."""
    sign = 1 if end > start else -1
    stroke, line, dash = {
        "固定": (KEY, 0.85, ""),
        "项目": (MAIN, 0.5, "1.3 0.75"),
        "临时": (QUIET, 0.45, "0.45 0.75"),
    }.get(contact or "", (MAIN, 0.3, ""))
    pen.line((start, y), (end - sign * 0.4, y), stroke=stroke, line=line, dash=dash)
    if contact in ("项目", "临时"):
        pen.circle(end, y, 1.0, fill=WHITE, stroke=stroke, line=0.4)
    if contact != "临时":
        pen.circle(end, y, {"固定": 1.15, "项目": 0.45}.get(contact or "", 0.7), fill=stroke)


def _links(
    pen: Pen, network: Network, plan: _Plan, ports: dict[str, _Port], cx: float, top: float, reaches: Sequence[float]
) -> None:
    """Every link in its lane, over or under everything if it goes to the other side."""
    inner = plan.hub[1] + plan.style.channel

    def lane(side: int, n: int) -> float:
        out = inner + reaches[side] + _GAP + _LANE * plan.lanes[side][n] + 0.5
        return cx + (out if side else -out)

    for n, link in enumerate(network.links):
        one, other = ports.get(_plain(link.start)), ports.get(_plain(link.end))
        if one is None or other is None:
            continue
        a, b = lane(one.side, n), lane(other.side, n)
        points = [(one.x, one.y), (a, one.y), (b, other.y), (other.x, other.y)]
        if one.side != other.side:
            under = n in plan.tracks[1]
            k = plan.tracks[under].index(n)
            y = top + plan.inner + _GAP + k * _LANE if under else top - _GAP - k * _LANE
            points[2:2] = [(a, y), (b, y)]
        _rounded(pen, points)


def _rounded(pen: Pen, points: Sequence[tuple[float, float]]) -> None:
    """A line along points with round corners."""
    d = f"M{number(points[0][0])} {number(points[0][1])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        arms = []
        for end in (before, after):
            length = math.hypot(end[0] - corner[0], end[1] - corner[1]) or 1.0
            share = min(1.2, length / 2) / length
            arms.append((corner[0] + (end[0] - corner[0]) * share, corner[1] + (end[1] - corner[1]) * share))
        (ax, ay), (bx, by) = arms
        bend = [(ax + 2 * corner[0]) / 3, (ay + 2 * corner[1]) / 3, (bx + 2 * corner[0]) / 3, (by + 2 * corner[1]) / 3]
        d += f"L{number(ax)} {number(ay)}C{' '.join(map(number, (*bend, bx, by)))}"
    pen.path(f"{d}L{number(points[-1][0])} {number(points[-1][1])}", stroke=ACCENT, line=0.4)


def _kinds(network: Network) -> list[str]:
    used = {resource.contact for group in network.groups for resource in group.resources}
    return [kind for kind in _KINDS if kind in used]


def _key_width(kinds: Sequence[str]) -> float:
    return sum(11.2 + measure(_KINDS[kind], SMALL) for kind in kinds) + 6.0 * (len(kinds) - 1) if kinds else 0.0


def _legend(pen: Pen, network: Network, plan: _Plan, y: float) -> Sheet:
    """What the links are about, and the kinds of lines that are used."""
    x = (plan.width - sum(map(_note_width, plan.notes)) - _APART * (len(plan.notes) - 1)) / 2
    top = y = y + (2.2 if plan.notes else 0.0)
    for column in plan.notes:
        line_y = top
        for n, lines in column:
            _badges(pen, (n,), x - 0.6, line_y + SMALL * LEADING / 2, 1)
            for line in lines:
                pen.text(x + _NUMBERED, line_y + SMALL * (LEADING / 2 + MIDDLE), line, SMALL, fill=INK)
                line_y += SMALL * LEADING
            line_y += 0.8
        x += _note_width(column) + _APART
        y = max(y, line_y)
    kinds = _kinds(network)
    x = (plan.width - _key_width(kinds)) / 2
    y += 1.8 + _KEY_PITCH / 2 if kinds else 0.0
    for kind in kinds:
        _twig(pen, x, x + 8.5, y, kind)
        pen.text(x + 11.2, y + MIDDLE * SMALL, _KINDS[kind], SMALL, fill=QUIET)
        x += 17.2 + measure(_KINDS[kind], SMALL)
    return pen.sheet(plan.width, y + (_KEY_PITCH / 2 if kinds else 0.3))


# --- words ------------------------------------------------------------------------------------------------------------


def _words(network: Network) -> str:
    groups = []
    for group in network.groups:
        resources = []
        for r in group.resources:
            more = "，".join(filter(None, (_plain(r.offer or ""), _KINDS.get(r.contact or "", ""))))
            resources.append(_plain(r.name) + (f"（{more}）" if more else ""))
        groups.append(f"{_plain(group.name)}：{'、'.join(resources)}")
    said = f"资源图：{_plain(network.centre)}在中间，连着各类资源。{'；'.join(groups)}。"
    links = [
        f"{_plain(link.start)}与{_plain(link.end)}" + (f"（{_plain(link.note)}）" if link.note else "")
        for link in network.links
    ]
    return said + (f"彼此有联系的：{'；'.join(links)}。" if links else "")


def _table(network: Network) -> tuple[tuple[str, ...], ...]:
    rows = [
        (_plain(group.name), _plain(r.name), _plain(r.offer or ""), r.contact or "")
        for group in network.groups
        for r in group.resources
    ]
    return (("类别", "资源", "提供", "往来"), *rows)
