"""The articles of a publication as HTML for WeasyPrint: runs that can be laid out alone, or all in one document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
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
    """

    name: str
    zone: str
    bodies: tuple[etree._Element, ...]
    identifiers: frozenset[str]
    targets: frozenset[str]
    colophons: tuple[str, ...]
    pictures: frozenset[str]


def runs(publication: Publication) -> list[Run]:
    """The articles of a publication as they go on paper."""
    zones = {
        identifier: article.zone
        for article in publication.articles
        for element in article.body.iter()
        if isinstance(element.tag, str) and (identifier := element.get("id"))
    }
    sections = list(dict.fromkeys(a.section for a in publication.articles if a.section))
    cases = [a.id for a in publication.articles if a.kind in _CASES]
    found: list[list[Article]] = []
    on = _RUN_ON.get(publication.kind, frozenset())
    for article in publication.articles:
        if found and (publication.kind in _SIDED or (found[-1][-1].kind, article.kind) in on):
            found[-1].append(article)
        else:
            found.append([article])
    seen: set[str] = set()
    made = []
    for articles in found:
        bodies = []
        for article in articles:
            first = {name for name in (article.zone, article.section) if name and name not in seen}
            seen |= first
            colour = _colour(article, publication, sections)
            body = _article(article, zones, publication, colour, first=article.zone in first)
            names = ["opener"] * (article.section in first)
            names += ["run-on"] * (article is not articles[0] and publication.kind not in _SIDED)
            body.set("class", " ".join([str(body.get("class")), *names]))
            if publication.layout.running_heads:
                _furnish(body, article, publication, sections, cases)
            for figure in body.iter("figure"):
                if "wide" not in classes(figure) and any("columns" in classes(e) for e in figure.iterancestors()):
                    _in_whole_lines(figure, publication)
            bodies.append(body)
        identifiers = frozenset(i for body in bodies for e in body.iter() if (i := e.get("id")))
        targets = frozenset(target for body in bodies for _, target in _numbered(body))
        colophons = tuple(
            i for body in bodies for e in body.iter("div") if "colophon" in classes(e) and (i := e.get("id"))
        )
        pictures = frozenset(img.get("src", "") for article in articles for img in article.body.iter("img"))
        made.append(Run(articles[0].id, articles[0].zone, tuple(bodies), identifiers, targets, colophons, pictures))
    return made


def document(publication: Publication, given: Sequence[Run], css: str) -> str:
    """The whole publication as one HTML document for WeasyPrint, which counts its pages itself."""
    head = [*_metadata(publication), f"<style>{css}</style>"]
    return _html(publication, [body for run in given for body in run.bodies], head, "html")


def part(publication: Publication, run: Run, numbers: Mapping[str, int], *, first: bool) -> str:
    """A run as an HTML document in XML. ``numbers`` are the pages of the anchors it names; links lead out of it.

    The ``first`` run of a publication says what the file says of itself.
    """
    bodies = []
    for original in run.bodies:
        body = deepcopy(original)
        for element, target in _numbered(body):
            number = numbers.get(target)
            style = "lower-roman" if "to-front" in classes(element) else "decimal"
            element.set("data-page", printed_number(number, style) if number else _UNKNOWN)
        for link in body.iter("a"):
            target = link.get("href", "")
            if target.startswith("#") and target[1:] not in run.identifiers:
                link.set("href", ELSEWHERE + target[1:])
        bodies.append(body)
    return _html(publication, bodies, _metadata(publication) if first else [], "xml")


def _numbered(body: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Elements that print the number of a page, and the anchor on that page."""
    for element in body.iter("a", "li", "p"):
        names = classes(element)
        if "paged" in names or (element.tag == "a" and "page-ref" in names):
            target = element.get("data-href", "") if "paged" in names else element.get("href", "")
            if target.startswith("#"):
                yield element, target[1:]


def _html(publication: Publication, bodies: Sequence[etree._Element], head: Sequence[str], method: str) -> str:
    names = [publication.kind]
    if sum(article.zone == "body" for article in publication.articles) > 1:
        names.append("collection")
    articles = "".join(etree.tostring(body, encoding="unicode", method=method) for body in bodies)
    return (
        f'<!DOCTYPE html><html lang="{publication.language}"><head><meta charset="utf-8"/>'
        f"<title>{escape(_full_title(publication))}</title>{''.join(head)}</head>"
        f'<body class="{" ".join(names)}"><div class="running-series">{escape(publication.title)}　'
        f"{escape(publication.series)}</div>{articles}</body></html>"
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


def _furnish(
    body: etree._Element, article: Article, publication: Publication, sections: Sequence[str], cases: Sequence[str]
) -> None:
    """Running head and thumb tabs, which style moves into the margins: page furniture, no part of the text.

    Tabs step down the outer edge of left and right pages: one for each column of a bulletin, each case of an
    anthology, each attachment of guidelines.
    """
    layout = publication.layout
    head = etree.Element("div", {"class": "running-head"})
    if article.section:
        etree.SubElement(head, "span").text = article.section
    if publication.kind == "anthology":
        number = cases.index(article.id) if article.id in cases else None
        if number is not None:
            _tabs(body, chinese(number + 1), number % _TABS, 13.5, 12)
        elif article.zone == "body":
            _tabs(body, "", 0, 0, 0)  # or that of the case before would go on
    elif publication.kind == "guidelines":
        if article.zone == "body":
            _attachment_tabs(body, article.kind)
    elif article.section:
        step = min((layout.height - layout.top - layout.bottom) / len(sections), _TAB)
        _tabs(body, article.section, sections.index(article.section), step, step - 1)
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


def _article(
    article: Article, zones: Mapping[str, str], publication: Publication, colour: str, *, first: bool
) -> etree._Element:
    layout, theme = publication.layout, publication.theme
    body = deepcopy(article.body)
    names = [f"kind-{article.kind}", f"zone-{article.zone}"] + ([f"{article.zone}-start"] if first else [])
    body.set("class", " ".join(names))
    body.set("style", f"--column:{colour}")
    colour = ""
    forget_sources(body)
    for element in body.iter():
        if not isinstance(element.tag, str):
            continue
        for name in [n for n in element.attrib if n in ("data-kind", "data-fact")]:
            del element.attrib[name]
        href = element.get("href", "")
        if href.startswith("#") and zones.get(href[1:]) == "front":
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
    for row in body.iter("tr"):
        if any(int(cell.get("rowspan", "1")) > 1 for cell in row):
            _hold_together(row)
    for cards in body.iter("dl"):
        if "cards" in classes(cards):
            _pair(cards)
    for line in body.iter("li"):
        if "contents-section" in classes(line):
            colour = theme.column_colours.get(line.text or "", theme.colours.key)
        if classes(line) & {"contents-section", "contents-entry"} and colour:
            line.set("style", f"--column:{colour}")
    return body


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


def _in_whole_lines(figure: etree._Element, publication: Publication) -> None:
    """A picture in a column takes whole lines, blank and caption with it; what is over is shared above and below."""
    picture = figure.find("img")
    asset = publication.assets.get(picture.get("src", "").removeprefix(ASSET)) if picture is not None else None
    shape = _proportion(asset) if asset is not None else None
    if picture is None or shape is None or figure.get("style"):
        return
    layout = publication.layout
    line = layout.line_height / 72 * 25.4
    height = min(layout.measure * shape / line, _TALLEST)
    caption = 1.5 if figure.find("figcaption") is not None else 0.0
    blank = -(height + caption + _BLANK) % 1 + _BLANK
    picture.set("style", f"height:{height:.3f}rlh")
    figure.set("style", f"margin:{blank * 0.45:.3f}rlh 0 {blank * 0.55:.3f}rlh")


def _proportion(asset: Asset) -> float | None:
    """Height by width of a picture; None for a drawing that doesn't say."""
    if asset.width:
        return asset.height / asset.width
    box = _VIEW_BOX.search(asset.data)
    if box is None:
        return None
    _, _, width, height = map(float, box[1].replace(b",", b" ").split())
    return height / width if width > 0 else None


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
    """Each term and its value in one box, as a grid needs it: a list each, for a list holds nothing but items."""
    box = cards
    cards.tag = "div"
    for child in list(cards):
        if child.tag == "dt":
            box = etree.SubElement(cards, "dl", {"class": "pair"})
        box.append(child)
