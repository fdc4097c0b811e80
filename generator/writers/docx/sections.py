"""Sections: pages, margins, columns, folios and running heads, one run of them for every article."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from lxml import etree

from generator import tree
from generator.model import Article
from generator.writers.docx import covers, watermark
from generator.writers.docx.colours import tint
from generator.writers.docx.draft import Copy, Draft
from generator.writers.docx.pictures import Size
from generator.writers.docx.wordml import (
    NAMESPACES,
    TWIPS,
    Element,
    add,
    add_field,
    add_paragraph,
    find,
    make,
    make_run,
    put_property,
    q,
    set_property,
    since,
    twin,
)

#: Between two columns where the layout has but one, in millimetres.
_GUTTER = 8.0

_FOLIOS = {"front": "lowerRoman", "body": "decimal"}
#: Kinds of articles that count as pages but print no number.
_UNNUMBERED = ("part", "title-page")

#: Tabs at the outer edge: how wide, and how far from one to the next at most; a book's, one a case (millimetres).
_TAB_WIDTH, _TAB_STEP, _CASE_STEP, _CASE_TABS = 7.0, 20.0, 13.5, 14
_CASES = ("case", "group", "activity", "operation")


def heading(article: Article) -> Element | None:
    """The article's first ``heading 1``, as STYLEREF finds it."""
    if any(tree.classes(nav) & {"contents", "figures"} for nav in article.body.iter("nav")):
        return None
    return next((h for h in article.body.iter("h1") if not tree.classes(h) & {"cover-name", "part-title"}), None)


class Sections:
    """Opens and closes Word's sections while the articles are written into the body."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.body = draft.package.body
        for child in list(self.body):
            self.body.remove(child)
        self.columns = 1
        #: Where in the body the section begins.
        self.begin = 0
        self._type = "nextPage"
        self._article: Article | None = None
        self._zones: set[str] = set()
        self._starts = False
        self._opens = False
        self._turned = False
        #: Headers and footers by their bytes, and by what they look like: the ids of their relationships.
        self._furniture: dict[bytes, str] = {}
        self._parts: dict[tuple[object, ...], str] = {}

    def open(self, article: Article) -> None:
        """Begin an article on a new page; the first of a zone on a right-hand one."""
        self._article = article
        self.columns = 1
        self.begin = len(self.body)
        self._starts = article.zone not in self._zones
        self._zones.add(article.zone)
        self._opens = True
        self._type = "oddPage" if self._starts and article.zone in _FOLIOS and self.begin else "nextPage"

    def begin_columns(self, number: int) -> int:
        """From here on so many columns, on the same page; returns a column's width in twips."""
        if number != self.columns:
            if len(self.body) > self.begin:
                self._end()
                self._type = "continuous"
            self.columns = number
        return self.column_width

    def turn(self, begin: int) -> int:
        """What stands in the body from ``begin`` on and what follows goes on a landscape page; returns its width.

        :meth:`turn_back` ends it. Width in twips.
        """
        if begin > self.begin:
            waiting = since(self.body, begin)
            for element in waiting:
                self.body.remove(element)
            self._end()
            self._type = "nextPage"
            self.body.extend(waiting)
        self._turned = True
        layout = self._draft.publication.layout
        return _twips(layout.height - layout.top - layout.bottom)

    def turn_back(self) -> None:
        """End the landscape page; what follows begins a page of the usual shape."""
        self._end()
        self._type, self._turned = "nextPage", False

    @property
    def gutter(self) -> float:
        """Millimetres between two columns."""
        return self._draft.publication.layout.gap or _GUTTER

    @property
    def column_width(self) -> int:
        """The width of one column in twips."""
        return (self._draft.text_width - round(self.gutter * TWIPS) * (self.columns - 1)) // self.columns

    def close(self, last: bool) -> None:
        """End the article; the last one's section properties close the document."""
        if not self._opens and len(self.body) == self.begin and self._type == "nextPage":  # a landscape page was last
            if last:
                section = find(self.body[-1], "w:pPr/w:sectPr")
                assert section is not None
                self.body.append(section)
        elif last:
            if len(self.body) == self.begin or self.body[-1].tag == q("w:tbl"):
                add_paragraph(self.body, "SectionEnd")
            self.body.append(self._properties())
        else:
            self._end()

    def _end(self) -> None:
        """Close the section in its last paragraph, an empty one of no height where there is none."""
        last = self.body[-1] if len(self.body) > self.begin else None
        if last is None or last.tag != q("w:p") or find(last, "w:pPr/w:sectPr") is not None:
            last = add_paragraph(self.body, "SectionEnd")
        put_property(last, self._properties())
        self.begin = len(self.body)
        self._opens = self._starts = False

    def _properties(self) -> Element:
        article, layout = self._article, self._draft.publication.layout
        assert article is not None
        cover = self._draft.cover
        section = make("sectPr")
        opening = False
        if self._type != "continuous":
            opening = self._opens and self._has_opening(article)
            self._refer(section, article, opening)
        notes = add(section, "footnotePr")
        add(notes, "numFmt", val="decimalEnclosedCircleChinese")
        add(notes, "numRestart", val="eachPage")
        add(section, "type", val=self._type)
        if self._turned:
            add(section, "pgSz", w=_twips(layout.height), h=_twips(layout.width), orient="landscape")
        else:
            add(section, "pgSz", w=_twips(layout.width), h=_twips(layout.height))
        if cover:
            margins = dict.fromkeys(("top", "right", "bottom", "left"), _twips(covers.MARGIN))
        elif self._turned:  # the head of the page lies at its left edge when the book is held upright
            margins = {
                "top": _twips(layout.inner),
                "right": _twips(layout.top),
                "bottom": _twips(layout.outer),
                "left": _twips(layout.bottom),
            }
        else:
            margins = {
                "top": _twips(layout.top),
                "right": _twips(layout.outer),
                "bottom": _twips(layout.bottom),
                "left": _twips(layout.inner),
            }
        head, foot = (0.0, 0.0) if cover else (max(layout.top - 11, 6), max(layout.bottom - 13, 6))
        add(section, "pgMar", **margins, header=_twips(head), footer=_twips(foot), gutter=0)
        if article.zone in _FOLIOS:
            add(section, "pgNumType", fmt=_FOLIOS[article.zone], start=1 if self._starts else None)
        if self.columns > 1:
            add(section, "cols", num=self.columns, space=_twips(self.gutter))
        else:
            add(section, "cols", space=_twips(self.gutter))
        if opening:
            add(section, "titlePg")
        grid = "lines" if layout.characters else None
        add(section, "docGrid", type=grid, linePitch=round(layout.line_height * 20))
        return section

    # -------------------------------------------------------------- running heads and folios

    def _is_bare(self, article: Article) -> bool:
        """Whether an article's pages have no running heads at all."""
        return (
            article.zone != "body"
            or not self._draft.publication.layout.running_heads
            or any(tree.classes(header) & {"part-header", "cover"} for header in article.body.iter("header"))
        )

    def _has_opening(self, article: Article) -> bool:
        """Whether an article's first page has a head and a foot of its own."""
        return not self._draft.publication.layout.opening_heads and not self._is_bare(article)

    def _refer(self, section: Element, article: Article, opening: bool) -> None:
        bare, colour = self._is_bare(article), self._draft.colour
        tab = None if bare else self._tab(article)
        for kind, right in (("even", False), ("default", True)):
            titled = article.id if right and not bare else ""  # the name of the publication is everywhere the same
            header = partial(self._header, article, tab, bare=bare, right=right)
            self._add_reference(section, "header", kind, (bare, tab, colour, titled), header)
        if opening:
            self._add_reference(section, "header", "first", (), self._empty_header)
        numbered = article.zone in _FOLIOS and article.kind not in _UNNUMBERED
        for kind in ("even", "default", *(("first",) if opening else ())):
            self._add_reference(section, "footer", kind, (numbered,), partial(self._footer, kind, numbered=numbered))

    def _add_reference(
        self, section: Element, part: str, kind: str, look: tuple[object, ...], furnish: Callable[[], Element]
    ) -> None:
        """Refer to the header or footer of a kind of page; ``look`` is all that makes it another than others."""
        key = (part, kind, *look)
        if key not in self._parts:
            self._parts[key] = self._store(part, furnish())
        add(section, f"{part}Reference", type=kind).set(q("r:id"), self._parts[key])

    def _header(self, article: Article, tab: tuple[float, float] | None, *, bare: bool, right: bool) -> Element:
        publication = self._draft.publication
        header = self._part("hdr")
        paragraph = _furnish(header, "Header", right)
        if tab is not None:
            outer = publication.layout.width - _TAB_WIDTH if right else 0.0
            block = self._draft.pictures.block(self._draft.colour, (outer, tab[0]), Size(_TAB_WIDTH, tab[1]))
            paragraph.append(block)
        if not bare and right:
            self._running_head(paragraph, article)
        elif not bare:
            paragraph.append(make_run("\u3000".join(filter(None, (publication.title, publication.series)))))
        tint(self._draft.package, [header], self._draft.colour)
        return header

    def _empty_header(self) -> Element:
        header = self._part("hdr")
        _furnish(header, "Footer", True)
        return header

    def _footer(self, kind: str, *, numbered: bool) -> Element:
        footer = self._part("ftr")
        paragraph = _furnish(footer, "Footer", kind == "default")
        if kind == "first":  # left or right-hand page, nobody knows: an outer edge can't be named
            set_property(paragraph, "jc", val="center")
        if numbered:
            before, after = self._draft.publication.layout.folio.split("{}")
            paragraph.extend([make_run(before)] if before else [])
            add_field(paragraph, "PAGE", [make_run("1")])
            paragraph.extend([make_run(after)] if after else [])
            if self._draft.revision:
                paragraph.append(make_run(f"\u3000\u3000审阅稿 {self._draft.revision}", "Small"))
        return footer

    def _running_head(self, paragraph: Element, article: Article) -> None:
        """The column's name and the article's, which Word takes from the page by STYLEREF."""
        found = heading(article)
        title = " ".join(tree.text(found, notes=False).split(" ")).strip() if found is not None else None
        shown = title if title is not None else article.title
        if article.section and article.section != shown:
            paragraph.append(make_run(article.section, "HeadSection"))
            if shown:
                paragraph.append(make_run("\u3000"))
        if title:
            number = self._draft.numbers.of(found)
            if number is not None:
                title = title.removeprefix(number.shown).lstrip()
                add_field(paragraph, "STYLEREF 1 \\n", [make_run(number.shown)])
                paragraph.append(make_run("\u3000"))
            add_field(paragraph, "STYLEREF 1", [make_run(title)])
        elif shown:
            paragraph.append(make_run(shown))

    def _tab(self, article: Article) -> tuple[float, float] | None:
        """Where the tab of the column's colour at the outer edge begins, and its height (millimetres): decoration.

        One step down for each column or case.
        """
        layout, articles = self._draft.publication.layout, self._draft.publication.articles
        if self._draft.copy is Copy.REVIEW:
            return None
        if layout.columns > 1:
            names = list(dict.fromkeys(a.section for a in articles if a.section))
            if article.section not in names:
                return None
            step = min((layout.height - layout.top - layout.bottom) / len(names), _TAB_STEP)
            return layout.top + names.index(article.section) * step, step - 1.0
        cases = [a.id for a in articles if a.kind in _CASES]
        if article.id not in cases or self._draft.publication.kind != "anthology":
            return None
        return layout.top + cases.index(article.id) % _CASE_TABS * _CASE_STEP, _CASE_STEP - 1.5

    @staticmethod
    def _part(name: str) -> Element:
        return twin(_root(name))

    def _store(self, kind: str, part: Element) -> str:
        if kind == "header" and self._draft.publication.draft is not None:
            part[-1].append(watermark.mark(len(self._furniture) + 1))
        key = etree.tostring(part)
        if key not in self._furniture:
            self._draft.pictures.number(part)
            self._furniture[key] = self._draft.package.relate_furniture(kind, part)
        return self._furniture[key]


@cache
def _root(name: str) -> Element:
    used = {prefix: NAMESPACES[prefix] for prefix in ("w", "r", "mc", "wp", "a", "wps")}
    return etree.Element(q(f"w:{name}"), nsmap=used)


def _furnish(part: Element, style: str, right: bool) -> Element:
    paragraph = add_paragraph(part, style)
    set_property(paragraph, "jc", val="right" if right else "left")
    return paragraph


def _twips(millimetres: float) -> int:
    return round(millimetres * TWIPS)
