"""PDF through WeasyPrint: the articles in one document, under the house's and the publication's styles."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from html import escape
from typing import Any

from lxml import etree

from generator.diagnostics import Report, Span, error, say
from generator.model import Article, Asset, PageLayout, Publication, Theme
from generator.project import Project
from generator.tree import classes
from generator.typesetting import fonts, lines, page

_ASSET = "asset:"
#: Boxes as Chinese typefaces have them: none holds ☐ or ☑.
_FORMS = {"☐": "□", "☑": "√"}
#: Drawings are lettered in the publication's own Hei, whatever this machine has.
_OWN_FONT = re.compile(rb"font-family=(?:\"[^\"]*\"|'[^']*')")
#: A table of no more rows than this is kept on one page.
_WHOLE = 6
#: Millimetres from one thumb tab to the next, at most.
_TAB = 20
#: Rows joined by a merged cell are kept together up to this many.
_HELD = 8


def write(publication: Publication, project: Project, report: Report) -> dict[str, bytes]:
    """``{name}.pdf``: tagged (PDF/UA-1), with outline, links, language and metadata."""
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
    sheets = [
        page.css(publication.layout),
        (project.templates / "house" / "print.css").read_text(encoding="utf-8"),
        (project.templates / publication.kind / "print.css").read_text(encoding="utf-8"),
    ]
    css = fonts.css(project, report, theme.typefaces) + page.themed("\n".join(sheets), theme)
    if any(d.severity == "error" for d in report.diagnostics[before:]):
        return {}
    with _log_as_diagnostics(report, publication):
        html = weasyprint.HTML(
            string=document(publication, css),
            base_url=_ASSET,
            url_fetcher=_fetcher(weasyprint, publication.assets),
        )
        data = html.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=publication.id.encode())
    return {f"{publication.name}.pdf": data}


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
        body = _article(article, zones, publication.theme, first=article.zone not in seen)
        seen.add(article.zone)
        if article.section and article.section not in opened:
            opened.add(article.section)
            body.set("class", f"{body.get('class')} opener")
        place = sections.index(article.section) + 1 if article.section else 0
        _furnish(body, article, publication.layout, place, len(sections))
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


def _article(article: Article, zones: Mapping[str, str], theme: Theme, *, first: bool) -> etree._Element:
    body = deepcopy(article.body)
    names = [f"kind-{article.kind}", f"zone-{article.zone}"] + ([f"{article.zone}-start"] if first else [])
    body.set("class", " ".join(names))
    body.set("style", f"--column:{theme.column_colours.get(article.section, theme.colours.key)}")
    colour = ""
    for element in body.iter():
        if not isinstance(element.tag, str):
            continue
        for name in [n for n in element.attrib if n in ("data-source", "data-kind", "data-fact")]:
            del element.attrib[name]
        href = element.get("href", "")
        if href.startswith("#") and zones.get(href[1:]) == "front":
            element.set("class", f"{element.get('class', '')} to-front".strip())
        if (width := element.get("data-width")) and "blank" in classes(element):
            element.text = "\u3000" * int(width)  # underlined: breaks with the line, after its label
            for holder in element.iterancestors("p"):
                holder.set("class", f"{holder.get('class', '')} form-line".strip())
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
    for line in body.iter("li", "p"):
        _page_number(line)
    etree.strip_tags(body, "data", "time")  # nothing to see: fewer boxes, and no seams in the text
    for figure in body.iter("figure"):
        if "table" in classes(figure) and len(figure.findall(".//tr")) <= _WHOLE:
            figure.set("class", f"{figure.get('class')} whole")
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
    from urllib.parse import unquote

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
