"""PDF through WeasyPrint: the articles in one document, under the house's and the publication's styles."""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from html import escape
from typing import Any
from urllib.parse import quote, unquote

from lxml import etree

from generator import __version__, tables
from generator.diagnostics import Diagnostic, Report, Span, error, say
from generator.model import Article, Asset, PageLayout, Publication, Theme
from generator.project import Project
from generator.provenance import forget_sources, source_of
from generator.tree import classes, text
from generator.typesetting import fonts, lines, notes, page, preflight, press, profiles, screen
from generator.typesetting.openings import opening

_ASSET = "asset:"
#: Boxes as Chinese typefaces have them: none holds ☐ or ☑.
_FORMS = {"☐": "□", "☑": "√"}
#: Drawings are lettered in the publication's own Hei, whatever this machine has.
_OWN_FONT = re.compile(rb"font-family=(?:\"[^\"]*\"|'[^']*')")
#: A picture in a column is no higher than this, and has at least so much blank above and below (lines).
_TALLEST, _BLANK = 9.0, 0.9
_VIEW_BOX = re.compile(rb"viewBox=[\"']((?:[-\d.]+[\s,]+){3}[-\d.]+)")
#: A table of no more rows than this is kept on one page.
_WHOLE = 6
#: Millimetres from one thumb tab to the next, at most.
_TAB = 20
#: Lines that headings above a turned table take, space and label included.
_HEADING_LINES = {"h2": 4.0, "h3": 2.0, "h4": 2.0, "h5": 2.0}
#: Rows joined by a merged cell are kept together up to this many.
_HELD = 8


def write(publication: Publication, project: Project, report: Report) -> dict[str, bytes]:
    """One layout, two files.

    ``{name}.pdf`` is for the screen: tagged, with outline, links, language and metadata, PDF/A-3a and PDF/UA-1.
    ``{name}-印刷版.pdf`` is for the press: with bleed and marks, in its inks, PDF/X-4; looked over for what a
    printer would send back.
    """
    try:
        import weasyprint
    except OSError as fault:
        report.add(
            error(
                "pdf.library_missing",
                say("缺少排版用的系统库：{reason}", reason=str(fault).splitlines()[0]),
                Span("WeasyPrint"),
                say("运行 zhankan doctor，照它说的安装"),
            )
        )
        return {}
    lines.install()
    before = len(report.diagnostics)
    theme = publication.theme
    profile = profiles.find(project, report, theme.press.profile)
    sheets = [
        page.css(publication.layout, theme.press.bleed),
        (project.templates / "house" / "print.css").read_text(encoding="utf-8"),
        (project.templates / publication.kind / "print.css").read_text(encoding="utf-8"),
    ]
    css = fonts.css(project, report, theme.typefaces, fonts.named(sheets)) + page.themed("\n".join(sheets), theme)
    if not any(d.severity == "error" for d in report.diagnostics[before:]):
        report.extend(_missing_characters(publication, fonts.characters(project, theme.typefaces), project))
    if any(d.severity == "error" for d in report.diagnostics[before:]):
        return {}
    fetcher = _fetcher(weasyprint, publication.assets)

    def render(css: str) -> Any:
        html = weasyprint.HTML(string=document(publication, css), base_url=_ASSET, url_fetcher=fetcher)
        return html.render(pdf_variant="pdf/a-3a")

    # WeasyPrint 70 doesn't close the file of its sRGB profile
    with _log_as_diagnostics(report, publication), warnings.catch_warnings(), lines.uncollected():
        warnings.simplefilter("ignore", ResourceWarning)
        rendered = render(css)
        if settled := _settle_colophon(rendered, publication):
            rendered = render(css + settled)
        notes.renumber(rendered)
        bled = rendered.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=publication.id.encode())
    if any(d.severity == "error" for d in report.diagnostics[before:]):
        return {}
    date = publication.metadata.get("date") or project.today.isoformat()
    inks = profiles.Inks(profile, theme.colours.ink)
    printed = press.make(bled, inks, identifier=publication.id, date=date, creator=f"zhankan {__version__}")
    file = f"{publication.name}-印刷版.pdf"
    condition = profile.description if profile else "—"
    names, bleed = _pictures(publication, project), theme.press.bleed
    report.extend(preflight.check(printed, file, names, publication.printing, condition, bleed))
    return {f"{publication.name}.pdf": screen.make(bled, profile), file: printed.data}


def _pictures(publication: Publication, project: Project) -> dict[str, str]:
    """What WeasyPrint calls a picture, by its address (with smoothing or without) -> its file, as messages print it."""
    return {
        f"i{hashlib.md5(quote(_ASSET + name, safe=':/').encode(), usedforsecurity=False).hexdigest()}{smooth}": (
            project.relative(project.media / name)
        )
        for name in publication.assets
        for smooth in (0, 1)
    }


def _missing_characters(publication: Publication, known: frozenset[int], project: Project) -> Iterator[Diagnostic]:
    """Characters that no face of ours has, each once for every text it stands in: they would come out as boxes."""
    for article in publication.articles:
        for element in article.body.iter():
            words = "".join(_own_texts(element))
            lacking = sorted({c for c in words if ord(_FORMS.get(c, c)[0]) not in known and _is_printed(c)})
            if not lacking:
                continue
            source = source_of(element)
            for character in lacking:
                yield error(
                    "fonts.missing_character",
                    say("没有一种字体有“{character}”（U+{code:04X}）", character=character, code=ord(character)),
                    _place(project, source, character) or Span(f"{publication.name}.pdf"),
                    say(
                        "换一个通用的写法；确是人名地名用字，就把有这个字的字体放进 content/style/fonts/ 并写进版式文件"
                    ),
                )


def _own_texts(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    yield from (child.tail or "" for child in element)


def _is_printed(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Zs", "Zl", "Zp", "Mn")


def _place(project: Project, source: str, character: str) -> Span | None:
    """Where a character first stands in the file that ``data-source`` names."""
    file = source.partition("#")[0]
    path = project.root / file
    if not file or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8", errors="replace")
    offset = text.find(character)
    if offset < 0:
        return Span(file)
    return Span(file, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _settle_colophon(rendered: Any, publication: Publication) -> str:
    """Rules that bring a colophon (版记) from the end of the text to the foot of the last, even page.

    Where the text leaves no room for it there, it stands on an even page of its own, which like a blank
    one before it has no number (GB/T 9704—2012 7.4, 7.5).
    """
    layout = publication.layout
    identifiers = [
        identifier
        for article in publication.articles
        for element in article.body.iter("div")
        if "colophon" in classes(element) and (identifier := element.get("id"))
    ]
    for identifier in identifiers:
        for number, sheet in enumerate(rendered.pages, 1):
            if identifier in sheet.anchors:
                _, top, _, bottom = (px * 25.4 / 96 for px in sheet.anchors[identifier])
                alone = number % 2 == 1 or top < layout.top + 0.1
                if alone:
                    top, bottom = layout.top, layout.top + bottom - top
                rule = f"position:relative;top:{layout.height - layout.bottom - bottom:.3f}mm"
                return f"[id='{identifier}']{{{rule}{';page:bare;break-before:left' if alone else ''}}}"
    return ""


def document(publication: Publication, css: str) -> str:
    """The whole publication as one HTML document for WeasyPrint."""
    meta = publication.metadata
    head = [
        f"<title>{escape(_full_title(publication))}</title>",
        *(
            f'<meta name="{name}" content="{escape(value)}">'
            for name, value in (
                ("author", meta.get("author", "")),
                ("description", meta.get("subject", "")),
                ("keywords", meta.get("keywords", "")),
                ("dcterms.created", meta.get("date", "")),
                ("dcterms.modified", meta.get("date", "")),
            )
            if value
        ),
        f"<style>{css}</style>",
    ]
    zones = {
        identifier: article.zone
        for article in publication.articles
        for element in article.body.iter()
        if isinstance(element.tag, str) and (identifier := element.get("id"))
    }
    seen: set[str] = set()
    sections = list(dict.fromkeys(a.section for a in publication.articles if a.section))
    opened: set[str] = set()
    bodies = []
    for article in publication.articles:
        body = _article(article, zones, publication.layout, publication.theme, first=article.zone not in seen)
        seen.add(article.zone)
        if article.section and article.section not in opened:
            opened.add(article.section)
            body.set("class", f"{body.get('class')} opener")
        place = sections.index(article.section) + 1 if article.section else 0
        if publication.layout.running_heads:
            _furnish(body, article, publication.layout, place, len(sections))
        for figure in body.iter("figure"):
            if "wide" not in classes(figure) and any("columns" in classes(e) for e in figure.iterancestors()):
                _in_whole_lines(figure, publication)
        bodies.append(etree.tostring(body, encoding="unicode", method="html"))
    return (
        f'<!DOCTYPE html><html lang="{publication.language}"><head><meta charset="utf-8">{"".join(head)}</head>'
        f'<body class="{publication.kind}"><div class="running-series">{escape(publication.title)}　'
        f"{escape(publication.series)}</div>{''.join(bodies)}</body></html>"
    )


def _full_title(publication: Publication) -> str:
    return f"{publication.title}　{publication.series}" if publication.series else publication.title


def _furnish(body: etree._Element, article: Article, layout: PageLayout, place: int, places: int) -> None:
    """Running head and thumb tabs, which style moves into the margins: page furniture, no part of the text.

    Tabs step down the outer edge of left and right pages, one step for each column or part.
    """
    head = etree.Element("div", {"class": "running-head"})
    if article.section:
        etree.SubElement(head, "span").text = article.section
        step = min((layout.height - layout.top - layout.bottom) / places, _TAB)
        for side in ("left", "right"):
            style = f"margin-top:{(place - 1) * step:.2f}mm;height:{step - 1:.2f}mm"
            tab = etree.Element("div", {"class": f"thumb thumb-{side}", "style": style})
            etree.SubElement(tab, "div").text = article.section
            body.insert(0, tab)
    if article.title != article.section and (article.record is not None or not article.section):
        etree.SubElement(head, "small").text = article.title
    body.insert(0, head)


def _article(
    article: Article, zones: Mapping[str, str], layout: PageLayout, theme: Theme, *, first: bool
) -> etree._Element:
    body = deepcopy(article.body)
    names = [f"kind-{article.kind}", f"zone-{article.zone}"] + ([f"{article.zone}-start"] if first else [])
    body.set("class", " ".join(names))
    body.set("style", f"--column:{theme.column_colours.get(article.section, theme.colours.key)}")
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
        if element.text in _FORMS:
            element.text = _FORMS[element.text]
        if element.tag == "img":
            source = _ASSET + element.get("src", "")
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
    asset = publication.assets.get(picture.get("src", "").removeprefix(_ASSET)) if picture is not None else None
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


def _fetcher(weasyprint: Any, assets: Mapping[str, Asset]) -> Any:
    """Serves the publication's own assets and the prepared fonts, and nothing else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(_ASSET):
                asset = assets.get(unquote(url[len(_ASSET) :]))
                if asset is None:
                    raise FatalURLFetchingError(url)
                data = _OWN_FONT.sub(rb'font-family="Hei"', asset.data) if asset.name.endswith(".svg") else asset.data
                return URLFetcherResponse(url, data, {"Content-Type": asset.media_type})
            if url.startswith("file:") and url.endswith((".otf", ".ttf")):
                return super().fetch(url, headers)
            raise FatalURLFetchingError(url)

    return Fetcher(allowed_protocols={"file"}, allow_redirects=False)


class _Collector(logging.Handler):
    def __init__(self, report: Report, publication: Publication) -> None:
        super().__init__(logging.WARNING)
        self.report, self.publication = report, publication

    def emit(self, record: logging.LogRecord) -> None:
        code, message = "pdf.engine", say("排版引擎报告：{message}", message=record.getMessage()[:200])
        self.report.add(error(code, message, Span(f"{self.publication.name}.pdf")))


@contextmanager
def _log_as_diagnostics(report: Report, publication: Publication) -> Iterator[None]:
    """What WeasyPrint or fontTools would log becomes an error: a silent substitution is a fault."""
    collector = _Collector(report, publication)
    loggers = [logging.getLogger(n) for n in ("weasyprint", "fontTools")]
    kept = [(lg.propagate, lg.level) for lg in loggers]
    for logger in loggers:
        logger.addHandler(collector)
        logger.propagate = False
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, (propagate, level) in zip(loggers, kept, strict=True):
            logger.removeHandler(collector)
            logger.propagate = propagate
            logger.setLevel(level)
