"""The articles of a publication as HTML for WeasyPrint: runs that can be laid out alone, or all in one document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from html import escape

from lxml import etree

from generator import tables
from generator.model import Article, Asset, PageLayout, Publication
from generator.numbering import chinese
from generator.provenance import forget_sources
from generator.tree import classes, text
from generator.typesetting import page
from generator.typesetting.fragment import ELSEWHERE, printed_number
from generator.typesetting.openings import opening

#: Ems of a key figure in the largest type that its box has room for, its unit beside it.
_CARD = 3.3
#: The scheme by which pictures are named.
ASSET = "asset:"
#: Boxes as Chinese typefaces have them: none holds ☐ or ☑.
FORMS = {"☐": "□", "☑": "√"}
#: A picture in a column is no higher than this, and has at least so much blank above and below (lines).
_TALLEST, _BLANK = 9.0, 0.9
_VIEW_BOX = re.compile(rb"viewBox=[\"']((?:[-\d.]+[\s,]+){3}[-\d.]+)")
#: A table of no more rows than this is kept on one page.
_WHOLE = 6
#: Millimetres from one thumb tab to the next, at most; tabs down the edge of an anthology, of guidelines.
_TAB, _TABS, _FORM_TABS = 20, 14, 12
#: Kinds of article that follow another on its page, by kind of publication.
_RUN_ON = {
    "bulletin": frozenset({("headlines", "digest"), ("digest", "digest")}),
    "guidelines": frozenset({("contents", "figures")}),
}
#: Kinds of publication that end on a page of a certain side, and so must know where they began: laid out in one.
_SIDED = frozenset({"official"})
#: What an anthology counts.
_CASES = frozenset({"case", "group", "activity", "operation"})
#: Stands in for the number of a page that is not known yet.
_UNKNOWN = "88"
#: Lines that headings above a turned table take, space and label included.
_HEADING_LINES = {"h2": 4.0, "h3": 2.0, "h4": 2.0, "h5": 2.0}
#: Rows joined by a merged cell are kept together up to this many.
_HELD = 8


@dataclass(frozen=True)
class Run:
    """What is laid out together: mostly articles that follow each other without a break of page.

    ``name`` is the id of the first one. ``targets`` are the ids whose page numbers are printed in it,
    ``colophons`` those of what stands at the foot of its last page; ``pictures`` are the names of the assets it shows.
    ``inside`` is what is found in each of ``bodies``. In messages the articles go by their ``titles``, and the
    ``file`` of content/ that the first of them is written in, if it is.
    """

    name: str
    zone: str
    bodies: tuple[etree._Element, ...]
    identifiers: frozenset[str]
    targets: frozenset[str]
    colophons: tuple[str, ...]
    pictures: frozenset[str]
    inside: tuple[_Anatomy, ...]
    titles: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True)
class _Anatomy:
    """What is found in a tree: its ids, where its links lead, the pages it prints the numbers of, its pictures."""

    identifiers: frozenset[str]
    links: frozenset[str]
    targets: tuple[str, ...]
    colophons: tuple[str, ...]
    pictures: frozenset[str]

    @classmethod
    def of(cls, body: etree._Element) -> _Anatomy:
        identifiers, links, targets, colophons, pictures = set(), set(), [], [], set()
        for element in body.iter():
            if identifier := element.get("id"):
                identifiers.add(identifier)
                if element.tag == "div" and "colophon" in classes(element):
                    colophons.append(identifier)
            if (href := element.get("href", "")).startswith("#"):
                links.add(href[1:])
            if element.tag == "img":
                pictures.add(element.get("src", ""))
            if element.tag in _NUMBERED and (target := _numbered(element)):
                targets.append(target)
        return cls(frozenset(identifiers), frozenset(links), tuple(targets), tuple(colophons), frozenset(pictures))


@dataclass(frozen=True)
class _Surroundings:
    """All that an article's markup depends on beside the article.

    ``names`` are the classes its place gives it, ``colour`` is that of its column, ``columns`` those of all by name,
    ``key`` that of the others. ``section`` is the place of its section among so many ``sections``, ``case`` that among
    the cases. ``front`` are the ids before the body that it links to, ``pictures`` those it shows.
    """

    kind: str
    layout: PageLayout
    names: tuple[str, ...]
    colour: str
    columns: tuple[tuple[str, str], ...]
    key: str
    section: int
    sections: int
    case: int | None
    front: frozenset[str]
    pictures: tuple[Asset, ...]


def runs(publication: Publication) -> list[Run]:
    """The articles of a publication as they go on paper."""
    memory, theme = publication.memory, publication.theme
    anatomies = [
        memory.made(("anatomy", publication.id, a.id), a, partial(_Anatomy.of, a.body)) for a in publication.articles
    ]
    zones = {i: a.zone for a, anatomy in zip(publication.articles, anatomies, strict=True) for i in anatomy.identifiers}
    sections = list(dict.fromkeys(a.section for a in publication.articles if a.section))
    cases = [a.id for a in publication.articles if a.kind in _CASES]
    found: list[list[tuple[Article, _Anatomy]]] = []
    on = _RUN_ON.get(publication.kind, frozenset())
    for article, anatomy in zip(publication.articles, anatomies, strict=True):
        if found and (publication.kind in _SIDED or (found[-1][-1][0].kind, article.kind) in on):
            found[-1].append((article, anatomy))
        else:
            found.append([(article, anatomy)])
    seen: set[str] = set()
    made = []
    for together in found:
        bodies: list[etree._Element] = []
        held: list[_Anatomy] = []
        for number, (article, anatomy) in enumerate(together):
            first = {name for name in (article.zone, article.section) if name and name not in seen}
            seen |= first
            names = [f"{article.zone}-start"] * (article.zone in first) + ["opener"] * (article.section in first)
            names += ["run-on"] * (number > 0 and publication.kind not in _SIDED)
            around = _Surroundings(
                publication.kind,
                publication.layout,
                tuple(names),
                _colour(article, publication, sections),
                tuple(theme.column_colours.items()),
                theme.colours.key,
                sections.index(article.section) if article.section else 0,
                len(sections),
                cases.index(article.id) if article.id in cases else None,
                frozenset(i for i in anatomy.links if zones.get(i) == "front"),
                tuple(publication.assets[name] for name in sorted(anatomy.pictures) if name in publication.assets),
            )
            name, grounds = ("markup", publication.id, article.id), (article, around)
            body, inside = memory.made(name, grounds, partial(_made, article, around))
            bodies.append(body)
            held.append(inside)
        made.append(
            Run(
                together[0][0].id,
                together[0][0].zone,
                tuple(bodies),
                frozenset[str]().union(*(inside.identifiers for inside in held)),
                frozenset(target for inside in held for target in inside.targets),
                tuple(i for inside in held for i in inside.colophons),
                frozenset[str]().union(*(anatomy.pictures for _, anatomy in together)),
                tuple(held),
                tuple(article.title or article.id for article, _ in together),
                next(filter(None, (_written_in(article) for article, _ in together)), ""),
            )
        )
    return made


def _written_in(article: Article) -> str:
    """The file of the record that an article prints."""
    own = f"#{article.record}:"
    return next((s.partition("#")[0] for e in article.body.iter() if own in (s := e.get("data-source", ""))), "")


def _made(article: Article, around: _Surroundings) -> tuple[etree._Element, _Anatomy]:
    """An article as it goes on paper."""
    body = _article(article, around)
    if around.layout.running_heads:
        _furnish(body, article, around)
    for figure in body.iter("figure"):
        if "wide" not in classes(figure) and any("columns" in classes(e) for e in figure.iterancestors()):
            _in_whole_lines(figure, around)
    return body, _Anatomy.of(body)


def document(publication: Publication, given: Sequence[Run], css: str) -> str:
    """The whole publication as one HTML document for WeasyPrint, which counts its pages itself."""
    head = [*_metadata(publication), f"<style>{css}</style>"]
    articles = [etree.tostring(body, encoding="unicode", method="html") for run in given for body in run.bodies]
    return _html(publication, articles, head)


def part(publication: Publication, run: Run, numbers: Mapping[str, int], *, first: bool) -> str:
    """A run as an HTML document in XML. ``numbers`` are the pages of the anchors it names; links lead out of it.

    The ``first`` run of a publication says what the file says of itself.
    """
    memory, articles = publication.memory, []
    for place, (body, inside) in enumerate(zip(run.bodies, run.inside, strict=True)):
        printed = tuple((target, numbers.get(target)) for target in inside.targets)
        elsewhere = inside.links - run.identifiers
        name, grounds = ("html", publication.id, run.name, place), (body, printed, elsewhere)
        articles.append(memory.made(name, grounds, partial(_serialised, body, dict(printed), elsewhere)))
    return _html(publication, articles, _metadata(publication) if first else [])


def _serialised(original: etree._Element, numbers: Mapping[str, int | None], elsewhere: frozenset[str]) -> str:
    body = deepcopy(original) if numbers or elsewhere else original
    for element in body.iter(*_NUMBERED) if numbers else ():
        if not (target := _numbered(element)):
            continue
        number = numbers[target]
        style = "lower-roman" if "to-front" in classes(element) else "decimal"
        element.set("data-page", printed_number(number, style) if number else _UNKNOWN)
    for link in body.iter("a") if elsewhere else ():
        target = link.get("href", "")
        if target.startswith("#") and target[1:] in elsewhere:
            link.set("href", ELSEWHERE + target[1:])
    return etree.tostring(body, encoding="unicode", method="xml")


_NUMBERED = ("a", "li", "p")


def _numbered(element: etree._Element) -> str:
    """The anchor whose page's number an element of ``_NUMBERED`` prints; empty if it prints none."""
    names = classes(element)
    if "paged" in names or (element.tag == "a" and "page-ref" in names):
        target = element.get("data-href", "") if "paged" in names else element.get("href", "")
        return target[1:] if target.startswith("#") else ""
    return ""


def _html(publication: Publication, articles: Sequence[str], head: Sequence[str]) -> str:
    names = [publication.kind]
    if sum(article.zone == "body" for article in publication.articles) > 1:
        names.append("collection")
    return (
        f'<!DOCTYPE html><html lang="{publication.language}"><head><meta charset="utf-8"/>'
        f"<title>{escape(_full_title(publication))}</title>{''.join(head)}</head>"
        f'<body class="{" ".join(names)}"><div class="running-series">{escape(publication.title)}　'
        f"{escape(publication.series)}</div>{''.join(articles)}</body></html>"
    )


def _metadata(publication: Publication) -> list[str]:
    meta = publication.metadata
    return [
        f'<meta name="{name}" content="{escape(value)}"/>'
        for name, value in (
            ("author", meta.get("author", "")),
            ("description", meta.get("subject", "")),
            ("keywords", meta.get("keywords", "")),
            ("dcterms.created", meta.get("date", "")),
            ("dcterms.modified", meta.get("date", "")),
        )
        if value
    ]


def _full_title(publication: Publication) -> str:
    return f"{publication.title}　{publication.series}" if publication.series else publication.title


def _colour(article: Article, publication: Publication, sections: Sequence[str]) -> str:
    """The colour of an article's column or part; parts of an anthology take turns."""
    colours = publication.theme.colours
    turns = (colours.key, colours.accent, colours.key)
    own = colours.key
    if publication.kind == "anthology" and article.section:
        own = turns[min(sections.index(article.section), len(turns) - 1)]
    return publication.theme.column_colours.get(article.section, own)


def _furnish(body: etree._Element, article: Article, around: _Surroundings) -> None:
    """Running head and thumb tabs, which style moves into the margins: page furniture, no part of the text.

    Tabs step down the outer edge of left and right pages: one for each column of a bulletin, each case of an
    anthology, each attachment of guidelines.
    """
    layout = around.layout
    head = etree.Element("div", {"class": "running-head"})
    if article.section:
        etree.SubElement(head, "span").text = article.section
    if around.kind == "anthology":
        if around.case is not None:
            _tabs(body, chinese(around.case + 1), around.case % _TABS, 13.5, 12)
        elif article.zone == "body":
            _tabs(body, "", 0, 0, 0)  # or that of the case before would go on
    elif around.kind == "guidelines":
        if article.zone == "body":
            _attachment_tabs(body, article.kind)
    elif article.section:
        step = min((layout.height - layout.top - layout.bottom) / around.sections, _TAB)
        _tabs(body, article.section, around.section, step, step - 1)
    elif around.sections and article.zone == "body":
        _tabs(body, "", 0, 0, 0)
    if article.title != article.section and (article.record is not None or not article.section):
        etree.SubElement(head, "small").text = article.title
    body.insert(0, head)


def _tabs(body: etree._Element, words: str, place: int, step: float, height: float) -> None:
    for side in ("left", "right"):
        style = f"margin-top:{place * step:.2f}mm;height:{height:.2f}mm"
        tab = etree.Element("div", {"class": f"thumb thumb-{side}", "style": style})
        etree.SubElement(tab, "div").text = words
        body.insert(0, tab)


def _attachment_tabs(body: etree._Element, kind: str) -> None:
    attachments = [element for element in body.iter("section") if "attachment" in classes(element)]
    for place, attachment in enumerate(attachments):
        words = chr(65 + place) if kind == "standard" else str(place + 1)
        tab = etree.Element("div", {"class": "form-tab", "style": f"margin-top:{place % _FORM_TABS * 16}mm"})
        tab.text = words
        attachment.insert(0, tab)


def _article(article: Article, around: _Surroundings) -> etree._Element:
    layout, columns = around.layout, dict(around.columns)
    drawn = {asset.name for asset in around.pictures if asset.drawn}
    body = deepcopy(article.body)
    body.set("class", " ".join([f"kind-{article.kind}", f"zone-{article.zone}", *around.names]))
    body.set("style", f"--column:{around.colour}")
    colour = ""
    forget_sources(body)
    for element in body.iter():
        if not isinstance(element.tag, str):
            continue
        for name in [n for n in element.attrib if n in ("data-kind", "data-fact")]:
            del element.attrib[name]
        href = element.get("href", "")
        if href.startswith("#") and href[1:] in around.front:
            element.set("class", f"{element.get('class', '')} to-front".strip())
        if (width := element.get("data-width")) and "blank" in classes(element):
            element.text = "\u3000" * int(width)  # underlined: breaks with the line, after its label
            for holder in element.iterancestors("p"):
                holder.set("class", f"{holder.get('class', '')} form-line".strip())
        if "issuer-mark" in classes(element):
            _set_mark(element, layout)
        if element.tag == "col":
            element.set("style", f"width:{element.get('data-width')}%")
        if element.text in FORMS:
            element.text = FORMS[element.text]
        if element.tag == "img":
            if element.get("src") in drawn and (figure := next(element.iterancestors("figure"), None)) is not None:
                figure.set("class", " ".join(sorted(classes(figure) | {"drawn"})))
            source = ASSET + element.get("src", "")
            if element.get("alt"):
                element.set("src", source)
            else:  # decorative: a background, which tagged PDF leaves out of the structure
                element.tag = "div"
                element.set("style", f"background:url('{source}') center/cover no-repeat")
                for name in ("src", "alt", "role"):
                    element.attrib.pop(name, "")
    if layout.initials:
        _drop_cap(opening(body, article.kind))
    for ruby in body.iter("ruby"):
        _make_room(ruby)
    for line in body.iter("li", "p"):
        _page_number(line)
    etree.strip_tags(body, "data", "time")  # nothing to see: fewer boxes, and no seams in the text
    for figure in body.iter("figure"):
        if "table" in classes(figure) and len(figure.findall(".//tr")) <= _WHOLE:
            figure.set("class", f"{figure.get('class')} whole")
        if "landscape" in classes(figure):
            _turn(figure, layout)
    _set_beside(body)
    for row in body.iter("tr"):
        if any(int(cell.get("rowspan", "1")) > 1 for cell in row):
            _hold_together(row)
    for cards in body.iter("dl"):
        if "cards" in classes(cards):
            _pair(cards)
    for line in body.iter("li"):
        if "contents-section" in classes(line):
            colour = columns.get(line.text or "", around.key)
        if classes(line) & {"contents-section", "contents-entry"} and colour:
            line.set("style", f"--column:{colour}")
    return body


def _set_beside(body: etree._Element) -> None:
    """Charts of half a page one after the other fill two columns, so that none waits for a taller one beside it.

    A lone one has its words beside it.
    """
    for parent in (body, *body.iter("section")):
        if "kind-dashboard" not in classes(body) if parent is body else "profile" not in classes(parent):
            continue
        for halves in _runs(parent):
            if len(halves) == 1:
                halves[0].set("class", f"{halves[0].get('class')} lone")
                words = etree.SubElement(halves[0], "div")
                words.extend([part for part in halves[0] if part.tag not in ("img", "table") and part is not words])
                continue
            box = etree.Element("div", {"class": "beside"})
            halves[0].addprevious(box)
            box.extend(halves)


def _runs(parent: etree._Element) -> list[list[etree._Element]]:
    """Charts of half a page that follow each other."""
    runs: list[list[etree._Element]] = [[]]
    for child in parent:
        named = classes(child)
        if child.tag == "figure" and "chart" in named and "wide" not in named:
            runs[-1].append(child)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _turn(figure: etree._Element, layout: PageLayout) -> None:
    """A table turned by a quarter on a page of its own, its head at the left edge; upright if it is too long for that.

    The page itself stays as it is: a printer gets one size of page, heads and folios stand where they always do.
    Headings right above the table stay upright above it.
    """
    above = 0.0
    for sibling in figure.itersiblings(preceding=True):
        if sibling.tag not in _HEADING_LINES:
            break
        above += _HEADING_LINES[sibling.tag] * layout.line_height / 72 * 25.4
    table = figure.find("table")
    if table is None or not tables.fits_turned(table, layout, taken=above):
        figure.set("class", " ".join(sorted(classes(figure) - {"landscape"})))
        return
    long, short = layout.height - layout.top - layout.bottom - above - 0.2, layout.width - layout.inner - layout.outer
    style = f"width:{long:.2f}mm;height:{short:.2f}mm;transform:translateY({long:.2f}mm) rotate(-90deg)"
    box = etree.Element("div", {"class": "turned", "style": style})
    box.extend(list(figure))
    figure.append(box)
    breaks = "" if above else ";break-before:page"
    figure.set("style", f"height:{long:.2f}mm{breaks}")


def _in_whole_lines(figure: etree._Element, around: _Surroundings) -> None:
    """Pictures in a column take whole lines, blank and caption with them; what is over is shared above and below.

    What was drawn from data is as high as it was drawn, unless it is too wide.
    """
    assets = {asset.name: asset for asset in around.pictures}
    pictures = figure.findall("img")
    shown = [assets.get(picture.get("src", "").removeprefix(ASSET)) for picture in pictures]
    sizes = [size for asset in shown if asset is not None and (size := _size(asset)) is not None]
    if not pictures or len(sizes) < len(pictures) or figure.get("style"):
        return
    layout = around.layout
    line = layout.line_height / 72 * 25.4
    height = 0.0
    for picture, (across, down) in zip(pictures, sizes, strict=True):
        if "drawn" in classes(figure):
            height += min(layout.measure, across) * down / across / line
        else:
            own = min(layout.measure * down / across / line, _TALLEST)
            picture.set("style", f"height:{own:.3f}rlh")
            height += own
    caption = 1.5 if figure.find("figcaption") is not None else 0.0
    blank = -(height + caption + _BLANK) % 1 + _BLANK
    figure.set("style", f"margin:{blank * 0.45:.3f}rlh 0 {blank * 0.55:.3f}rlh")


def _size(asset: Asset) -> tuple[float, float] | None:
    """Width and height of a picture, for one drawn from data in millimetres; None for a drawing that doesn't say."""
    if asset.width:
        return asset.width, asset.height
    box = _VIEW_BOX.search(asset.data)
    if box is None:
        return None
    _, _, width, height = map(float, box[1].replace(b",", b" ").split())
    return (width, height) if width > 0 else None


def _drop_cap(paragraph: etree._Element | None) -> None:
    """The first character of the paragraph that a piece opens with stands two lines high."""
    if paragraph is not None:
        words = paragraph.text or ""
        paragraph.set("class", "opening")
        letter = etree.Element("span", {"class": "drop-cap"})
        letter.text, letter.tail, paragraph.text = words[0], words[1:], ""
        paragraph.insert(0, letter)


def _make_room(ruby: etree._Element) -> None:
    """Characters whose reading is wider than they are stand as far apart as it needs."""
    reading = "".join(text(rt) for rt in ruby.iter("rt"))
    base = len(text(ruby)) - len(reading)
    if (over := tables.measure(reading) / 2 - base) > 0:
        ruby.set("style", f"padding:0 {over / 2 + 0.1:.2f}em")


def _set_mark(mark: etree._Element, layout: PageLayout) -> None:
    """A letterhead as large as its line allows; 文件 to the right of several names."""
    names = [text(p) for p in mark if "mark-word" not in classes(p)]
    word = "".join(text(p) for p in mark if "mark-word" in classes(p))
    room = f";padding-right:{len(word) + 0.3}em" if word else ""
    mark.set("style", f"font-size:{page.mark_size(names, word, layout):g}pt{room}")


def _page_number(line: etree._Element) -> None:
    """A line of a contents list, or one that ends in a page number: the number stands at its end.

    Style draws both from ``data-href``; the title alone is the link, in one box.
    """
    links = line.findall("a")
    entry = "contents-entry" in classes(line)
    number = links[-1] if links and "page-ref" in classes(links[-1]) else None
    if not links or not (entry or (len(links) > 1 and number is line[-1] and not (number.tail or "").strip())):
        return
    line.set("data-href", links[-1].get("href", ""))
    line.set("class", " ".join(sorted(classes(line) | {"paged"} | (classes(links[-1]) & {"to-front"}))))
    if number is not None:
        line.remove(number)
    for author in links[0].findall("span"):
        if "contents-author" in classes(author):
            line.append(author)
    etree.strip_tags(links[0], "span")


def _hold_together(row: etree._Element) -> None:
    """No page ends inside the rows that a merged cell spans."""
    span = max(int(cell.get("rowspan", "1")) for cell in row)
    rows = [row, *row.itersiblings("tr")][: span - 1]
    if span <= _HELD:
        for held in rows:
            held.set("class", "held")


def _pair(cards: etree._Element) -> None:
    """Each term and its value in one box, as a grid needs it: a list each, for a list holds nothing but items.

    A value that is too long for its box is set smaller.
    """
    box = cards
    cards.tag = "div"
    for child in list(cards):
        if child.tag == "dt":
            box = etree.SubElement(cards, "dl", {"class": "pair"})
        box.append(child)
    for value in cards.iter("span"):
        if "value" in classes(value):
            long = sum(1.0 if ord(c) > 0x2E7F else 0.6 for c in text(value))
            if long > _CARD:
                value.set("style", f"font-size:{2.29 * _CARD / long:.2f}rem")
