"""HTML: one page an article plus a contents page, for preview and web; plain files, no script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from html import escape
from urllib.parse import quote

from lxml import etree

from generator import rasters
from generator.diagnostics import Report, Span, error, say
from generator.model import DRAFT, DRAFT_MARK, Article, Asset, Publication
from generator.project import Project
from generator.provenance import forget_sources
from generator.store import NOWHERE, Store
from generator.tree import classes

#: Articles that only make sense on paper.
_PAPER_ONLY = frozenset({"back-cover", "title-page", "contents"})
#: Pictures are at most so many pixels wide: twice the column of text, for screens with fine pixels.
_WIDTH = 1600


#: The width a drawing says it has, in millimetres; how much larger it is shown on a screen.
_ACROSS, _ENLARGED = re.compile(rb'<svg[^>]* width="([0-9.]+)mm"'), 1.3


def write(publication: Publication, project: Project, report: Report, store: Store = NOWHERE) -> dict[str, bytes]:
    """``html/index.html``, ``html/<article>.html``, ``html/style.css`` and ``html/media/…``."""
    shown = [a for a in publication.articles if a.kind not in _PAPER_ONLY]
    pages = {
        identifier: f"{article.id}.html"
        for article in shown
        for element in article.body.iter()
        if isinstance(element.tag, str) and (identifier := element.get("id"))
    }
    folder = "html" if publication.draft is None else f"html-{DRAFT}"
    files: dict[str, bytes] = {
        f"{folder}/style.css": _style(publication, project).encode(),
        f"{folder}/index.html": _index(publication, shown, pages).encode(),
    }
    for number, article in enumerate(shown):
        before = shown[number - 1] if number else None
        after = shown[number + 1] if number + 1 < len(shown) else None
        files[f"{folder}/{article.id}.html"] = _page(publication, article, pages, before, after).encode()
    for asset in publication.assets.values():
        files[f"{folder}/media/{asset.alias}"] = _picture(asset, store, report)
    return files


def _picture(asset: Asset, store: Store, report: Report) -> bytes:
    try:
        return rasters.fitted(rasters.cleaned(asset, store), _WIDTH, store).data
    except (ValueError, OSError):
        message = say("图片 {name} 读不出来，未能放进网页", name=asset.name)
        report.add(error("html.unreadable_picture", message, Span(asset.name)))
        return b""


def _style(publication: Publication, project: Project) -> str:
    colours = publication.theme.colours.model_dump().items()
    mark = _MARK if publication.draft is not None else ""
    variables = "; ".join(f"--{name.replace('_', '-')}: {value}" for name, value in colours)
    return (
        f":root {{ {variables} }}\n" + (project.templates / "house" / "screen.css").read_text(encoding="utf-8") + mark
    )


#: What lies over every page of a draft, again and again, and the line at its head.
_MARK = (
    "\n.draft { position: sticky; top: 0; z-index: 10; margin: 0; padding: .4em 1em; background: #b3261e; color: #fff;"
    " text-align: center; font-weight: bold }\n"
    "body::after { content: ''; position: fixed; inset: 0; z-index: 9; pointer-events: none; opacity: .3;"
    ' background: url("data:image/svg+xml,'
    + quote(
        '<svg xmlns="http://www.w3.org/2000/svg" width="460" height="260"><text x="230" y="130" font-size="24" '
        'fill="#666" font-family="sans-serif" text-anchor="middle" transform="rotate(-24 230 130)">'
        f"{DRAFT_MARK}</text></svg>"
    )
    + '") }\n@media print { body::after { print-color-adjust: exact; -webkit-print-color-adjust: exact } }\n'
)


def _frame(publication: Publication, title: str, body: str, kind: str) -> str:
    meta = publication.metadata
    mark = f'<p class="draft" role="note">{DRAFT_MARK}</p>\n' if publication.draft is not None else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{publication.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n"
        f'<meta name="author" content="{escape(meta.get("author", ""))}">\n'
        f'<link rel="stylesheet" href="style.css">\n</head>\n'
        f'<body class="{publication.kind} {kind}">\n{mark}{body}\n</body>\n</html>\n'
    )


def _index(publication: Publication, shown: list[Article], pages: Mapping[str, str]) -> str:
    rows: list[str] = []
    section = ""
    for entry in (e for a in publication.articles for e in a.entries):
        if entry.section and entry.section != section:
            section = entry.section
            rows.append(f"<li class=contents-section>{escape(section)}</li>")
        author = f" <span class=contents-author>{escape(entry.author)}</span>" if entry.author else ""
        link = f'<a href="{_href(entry.id, pages)}">{escape(entry.title)}</a>'
        rows.append(f'<li class="contents-entry level-{entry.level}">{link}{author}</li>')
    extra = "".join(
        f'<li class="contents-entry"><a href="{a.id}.html">{escape(a.title)}</a></li>'
        for a in shown
        if a.zone != "cover" and not a.entries
    )
    body = (
        f"<header class=site><p>{escape(publication.series)}</p><h1>{escape(publication.title)}</h1></header>"
        f"<main><nav class=contents><ol>{''.join(rows)}{extra}</ol></nav></main>"
    )
    return _frame(publication, f"{publication.title}　{publication.series}", body, "index")


def _href(identifier: str, pages: Mapping[str, str]) -> str:
    page = pages.get(identifier)
    if page is None:
        return "index.html"
    return page if page == f"{identifier}.html" else f"{page}#{identifier}"


def _page(
    publication: Publication, article: Article, pages: Mapping[str, str], before: Article | None, after: Article | None
) -> str:
    body = deepcopy(article.body)
    body.set("class", article.kind)
    forget_sources(body)
    notes = _take_notes(body, article.id)
    for element in list(body.iter()):
        if not isinstance(element.tag, str):
            continue
        element.attrib.pop("data-kind", "")
        href = element.get("href", "")
        if href.startswith("#") and not href.startswith("#note-"):
            element.set("href", _href(href[1:], pages))
            if "page-ref" in classes(element):
                element.text = "↗"
        if element.tag == "img":
            asset = publication.assets[element.get("src", "")]
            element.set("src", f"media/{asset.alias}")
            if asset.drawn and (across := _ACROSS.search(asset.data)):  # lettered for paper, read at arm's length
                element.set("style", f"width:{float(across[1]) * _ENLARGED:.1f}mm")
        if (width := element.get("data-width")) and "blank" in classes(element):
            element.set("style", f"min-width:{width}em")
        if element.tag == "dl" and "cards" in classes(element):
            _box(element)
        if element.tag == "col":
            element.set("style", f"width:{element.get('data-width')}%")
    if notes is not None:
        body.append(notes)
    links = [f'<a href="index.html">{escape(publication.title)}</a>']
    if before is not None:
        links.append(f'<a rel="prev" href="{before.id}.html">← {escape(before.title)}</a>')
    if after is not None:
        links.append(f'<a rel="next" href="{after.id}.html">{escape(after.title)} →</a>')
    content = etree.tostring(body, encoding="unicode", method="html")
    return _frame(
        publication,
        f"{article.title}　{publication.title}",
        f"<nav class=site>{''.join(links)}</nav><main>{content}</main>",
        "page",
    )


def _box(cards: etree._Element) -> None:
    """Each term with what is said of it in a box of its own (HTML lets a list be divided so)."""
    box = cards
    for child in list(cards):
        if child.tag == "dt":
            box = etree.SubElement(cards, "div")
        box.append(child)


def _take_notes(body: etree._Element, prefix: str) -> etree._Element | None:
    """Footnotes moved to the end of the article, with links both ways."""
    notes = [e for e in body.iter("span") if "footnote" in classes(e)]
    if not notes:
        return None
    section = etree.Element("section", {"class": "notes", "role": "doc-endnotes"})
    items = etree.SubElement(section, "ol")
    for number, note in enumerate(notes, 1):
        call = etree.Element("sup")
        link = etree.SubElement(call, "a", {"href": f"#note-{prefix}-{number}", "id": f"call-{prefix}-{number}"})
        link.set("role", "doc-noteref")
        link.text = str(number)
        call.tail, note.tail = note.tail, None
        parent = note.getparent()
        assert parent is not None
        parent.replace(note, call)
        item = etree.SubElement(items, "li", {"id": f"note-{prefix}-{number}"})
        note.attrib.pop("role", "")
        item.append(note)
    return section
