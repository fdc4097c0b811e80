"""Covers: art over the whole page, and on it ordinary paragraphs that anybody can edit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from generator import tree
from generator.model import Article
from generator.writers.docx.draft import Draft, Place, nodes, spaced
from generator.writers.docx.inlines import fill
from generator.writers.docx.measure import balanced, ems, lines
from generator.writers.docx.pictures import Area, Ground, Size, UnreadablePictureError, ground
from generator.writers.docx.wordml import TWIPS, Element, add, find, make, q, set_property

#: The paragraph styles of a cover, by class.
STYLES = {
    "cover-legal": "CoverLegal",
    "cover-permit": "CoverPermit",
    "cover-subtitle": "CoverSubtitle",
    "cover-issue": "CoverIssue",
    "cover-theme": "CoverTheme",
    "cover-slogan": "CoverSlogan",
    "cover-publisher": "CoverPublisher",
}

#: Lines of a cover that are broken into lines alike.
_BALANCED = ("CoverName", "CoverSubtitle", "CoverTheme", "CoverSlogan")

#: Groups of lines: at the top, the title's, the highlights', at the foot.
_TOP, _TITLE, _LOW, _FOOT = "top", "title", "low", "foot"
_GROUPS = {"CoverLegal": _TOP, "CoverPermit": _TOP, "CoverHighlight": _LOW, "CoverPublisher": _FOOT}

#: Heights at which a group may begin, as parts of the page; the first calm one is taken.
_BEGINNINGS = {
    _TITLE: (0.13, 0.16, 0.10, 0.19, 0.22, 0.25, 0.28, 0.31, 0.34, 0.37, 0.40),
    _LOW: (0.64, 0.66, 0.68, 0.70, 0.62, 0.60, 0.58, 0.72, 0.74, 0.55),
}
#: Millimetres kept free above the first and under the last line, and at the sides as a part of the width.
MARGIN_TOP, MARGIN_FOOT, MARGIN_SIDE = 14.0, 14.0, 0.1
#: From where to where lines may run, as parts of the width: the first calm strip is taken.
_SIDES = ((MARGIN_SIDE, 1 - MARGIN_SIDE), (MARGIN_SIDE, 0.62), (MARGIN_SIDE, 0.48), (0.45, 1 - MARGIN_SIDE))
#: Art darker than this carries white text; art that varies less than this is calm.
_DARK, _CALM = 0.55, 0.06


def is_cover(article: Article) -> bool:
    """Whether an article is a cover proper, with a cover's margins: the imprint in its zone is not."""
    return article.zone == "cover" and any("cover" in tree.classes(header) for header in article.body.iter("header"))


@dataclass(frozen=True)
class Group:
    """Lines that stand together: what they are, where they begin (mm), from where to where (parts of the width)."""

    items: list[tuple[str, Element]]
    begin: float
    left: float
    right: float


def write(draft: Draft, element: Element, place: Place) -> None:
    """Write ``header.cover``: each group of lines is brought to a calm place of the art by space before it."""
    layout = draft.publication.layout
    picture = next(iter(element.iter("img")), None)
    surface = _ground(draft, picture)
    top = MARGIN_TOP if draft.cover else layout.top
    used, first = top, True
    for group in _groups(draft, element, surface, top):
        for number, (style, item) in enumerate(group.items):
            draft.references.arrive(item.get("id"))
            height = _height(draft, style, item, _width(draft, group.left, group.right))
            space = max(0.0, group.begin - used) if number == 0 else 0.0
            paragraph = draft.paragraph(place, style)
            if space:
                set_property(paragraph, "spacing", before=round(space * TWIPS))
            _indent(draft, paragraph, group)
            if first and picture is not None:
                art(draft, picture, paragraph)
            fill(draft, paragraph, spaced(nodes(item)) if item.tag == "li" else nodes(item))
            if style in _BALANCED:
                _set_name(draft, paragraph, style, item, group)
            upper, lower = (used + space) / layout.height, (used + space + height) / layout.height
            area = Area(upper, lower, group.left, group.left + 0.4)
            if surface is not None and surface.lightness(area) < _DARK:
                _whiten(paragraph)
            used, first = used + space + height, False
    if first and picture is not None:
        art(draft, picture, draft.paragraph(place, "SectionEnd"))


def _indent(draft: Draft, paragraph: Element, group: Group, more: float = 0.0) -> None:
    """Hold a line between its group's left and right, and ``more`` points from the right."""
    part = draft.publication.layout.width * TWIPS if draft.cover else 0.0
    left, right = (group.left - MARGIN_SIDE) * part, (1 - MARGIN_SIDE - group.right) * part + more * 20
    sides = {side: round(value) for side, value in (("left", left), ("right", right)) if round(value) > 0}
    if sides:
        set_property(paragraph, "ind", **sides)


def _groups(draft: Draft, element: Element, surface: Ground | None, top: float) -> list[Group]:
    """The cover's lines in the tree's order, in groups, each with its place."""
    height = draft.publication.layout.height
    groups: list[Group] = []
    items = [pair for child in element for pair in _items(child)]
    while items:
        name = _GROUPS.get(items[0][0], _TITLE)
        count = next((n for n, (style, _) in enumerate(items) if _GROUPS.get(style, _TITLE) != name), len(items))
        own, items = items[:count], items[count:]
        begin, left, right = top, MARGIN_SIDE, 1 - MARGIN_SIDE
        if name == _FOOT:
            begin = height - MARGIN_FOOT - _heights(draft, [*own, *items], left, right)
            begin, left, right = _calm_place(draft, own, surface, (begin / height,))
        elif name in _BEGINNINGS:
            begin, left, right = _calm_place(draft, own, surface, _BEGINNINGS[name])
        groups.append(Group(own, begin, left, right))
    return groups


def _calm_place(
    draft: Draft, items: list[tuple[str, Element]], surface: Ground | None, beginnings: tuple[float, ...]
) -> tuple[float, float, float]:
    """Where a group begins (mm), its left and right: over calm art, else over the calmest there is."""
    page = draft.publication.layout.height
    if surface is None:
        return beginnings[len(beginnings) > 1] * page, MARGIN_SIDE, 1 - MARGIN_SIDE
    found: list[tuple[float, float, float, float]] = []
    for left, right in _SIDES:
        reach = min(right, left + _reach(draft, items, right))
        height = _heights(draft, items, left, right) / page
        for begin in beginnings:
            unrest = surface.unrest(Area(begin - 0.01, begin + height + 0.01, left - 0.02, reach))
            if unrest < _CALM:
                return begin * page, left, right
            found.append((unrest, begin, left, right))
    _, begin, left, right = min(found)
    return begin * page, left, right


def _reach(draft: Draft, items: list[tuple[str, Element]], right: float) -> float:
    """How far the longest line goes, as a part of the page's width."""
    widths = [max(map(ems, _text(item).split("\n"))) * draft.package.metrics[style].size for style, item in items]
    return max(widths, default=0.0) * 20 / TWIPS / draft.publication.layout.width + 0.02


def _items(element: Element) -> list[tuple[str, Element]]:
    """The lines of a cover with their styles."""
    name = next(iter(element.get("class", "").split()), "")
    if element.tag == "img":
        return []
    if element.tag in ("ol", "ul"):
        return [("CoverHighlight", item) for item in element.iter("li")]
    if element.tag == "h1":
        return [("CoverName", element)]
    if element.tag == "p":
        return [(STYLES.get(name, "CoverSeries" if name == "series-name" else "CoverText"), element)]
    return [pair for child in element for pair in _items(child)] or [("CoverText", element)]


def _width(draft: Draft, left: float, right: float) -> float:
    """The room of a line in points."""
    if not draft.cover:
        return draft.text_width / 20
    return (right - left) * draft.publication.layout.width * TWIPS / 20


def _heights(draft: Draft, items: list[tuple[str, Element]], left: float, right: float) -> float:
    return sum(_height(draft, style, item, _width(draft, left, right)) for style, item in items)


def _height(draft: Draft, style: str, element: Element, width: float) -> float:
    """Millimetres that a line of the cover takes, its space after included."""
    metrics = draft.package.metrics[style]
    size, measure = _fitted(draft, style, element, width)
    count = lines(_text(element), measure / size)
    return (count * metrics.line * size / metrics.size + metrics.after) * 20 / TWIPS


def _text(element: Element) -> str:
    """The words of a line of the cover, its own line breaks included."""
    parts = [part if isinstance(part, str) else "\n" if part.tag == "br" else _text(part) for part in nodes(element)]
    return "".join(parts).strip()


def art(draft: Draft, element: Element, paragraph: Element) -> None:
    """Put the cover's picture behind the page that begins with this paragraph."""
    asset = draft.asset(element.get("src", ""), element)
    if asset is None:
        return
    layout = draft.publication.layout
    try:
        paragraph.append(draft.pictures.behind(asset, Size(layout.width, layout.height)))
    except UnreadablePictureError:
        draft.unreadable(asset)


def _ground(draft: Draft, picture: Element | None) -> Ground | None:
    asset = draft.publication.assets.get(picture.get("src", "")) if picture is not None else None
    layout = draft.publication.layout
    try:
        return ground(asset, Size(layout.width, layout.height)) if asset is not None else None
    except UnreadablePictureError:
        return None


def _fitted(draft: Draft, style: str, item: Element, room: float) -> tuple[float, float]:
    """The size (points) of a line of the cover and its measure: titles of several lines are broken into like ones.

    A name whose lines the edition has set itself is made so small that each of them fits, never under half.
    """
    text, drawn = _text(item), draft.package.metrics[style].size
    if style not in _BALANCED:
        return drawn, room
    if "\n" not in text:
        return drawn, balanced(text, room / drawn) * drawn
    longest = max(ems(line) for line in text.split("\n")) + 0.2
    return max(drawn / 2, min(drawn, math.floor(room / longest * 2) / 2)), room


def _set_name(draft: Draft, paragraph: Element, style: str, item: Element, group: Group) -> None:
    """Give a title on a cover its size and measure."""
    room, drawn = _width(draft, group.left, group.right), draft.package.metrics[style]
    size, narrow = _fitted(draft, style, item, room)
    if narrow < room:
        _indent(draft, paragraph, group, room - narrow)
    if size < drawn.size:
        spacing = find(paragraph, "w:pPr/w:spacing")
        if spacing is None:
            spacing = set_property(paragraph, "spacing")
        spacing.set(q("w:line"), str(round(drawn.line * size / drawn.size * 20)))
        spacing.set(q("w:lineRule"), "exact")
        for run in paragraph.iter(q("w:r")):
            _set_look(run, "sz", round(size * 2))
            _set_look(run, "szCs", round(size * 2))


def _set_look(run: Element, name: str, value: object) -> None:
    """Set a property of a run's own, before those that the schema wants after it."""
    look = run.find(q("w:rPr"))
    if look is None:
        look = make("rPr")
        run.insert(0, look)
    made = add(look, name, val=value)
    order = ("color", "sz", "szCs", "u", "vertAlign", "em", "lang")
    later = [e for n in order[order.index(name) + 1 :] if (e := find(look, f"w:{n}")) is not None]
    if later:
        later[0].addprevious(made)


def _whiten(paragraph: Element) -> None:
    """White text, because the art is dark."""
    for run in paragraph.iter(q("w:r")):
        if run.find(q("w:drawing")) is None:
            _set_look(run, "color", "FFFFFF")
