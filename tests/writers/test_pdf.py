"""PDF: every word in logical order, outline, links, tags, boxes, fonts, folios – read back by other libraries."""

from __future__ import annotations

import ctypes
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from lxml import etree

from generator import tree
from generator.compose import compose
from generator.diagnostics import Report
from generator.load import load
from generator.model import Article, Asset, Entry, PageLayout, Publication
from generator.project import Project
from generator.records.edition import Edition
from generator.tables import set_column_widths
from generator.theme import house
from generator.typesetting.fonts import ROLES
from generator.vector import Pen
from generator.writers import pdf
from tests import vocabulary
from tests.conftest import ROOT

EDITIONS = ("heyuan-2024-1", "heyuan-cases", "heyuan-guide", "heyuan-notice", "heyuan-rule", "heyuan-standard")
#: Those with covers, contents and folios of a book.
BOOKS = tuple(e for e in EDITIONS if e != "heyuan-notice")
POINTS = 72 / 25.4


class Book:
    """A finished PDF, opened for reading."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pdf = pikepdf.open(BytesIO(data))
        self.pages = {page.objgen: number for number, page in enumerate(self.pdf.pages)}
        self.root = self.pdf.Root.StructTreeRoot

    # -- tags --------------------------------------------------------------------------------------------

    def elements(self, kind: str, under: pikepdf.Dictionary | None = None) -> list[pikepdf.Dictionary]:
        """Structure elements of a kind in logical order."""

        def walk(node: Any) -> Iterator[pikepdf.Dictionary]:
            if isinstance(node, pikepdf.Array):
                for child in node:
                    yield from walk(child)
            elif isinstance(node, pikepdf.Dictionary) and node.get("/Type") not in ("/MCR", "/OBJR"):
                if "/S" in node:
                    yield node
                yield from walk(node.get("/K", pikepdf.Array()))

        return [e for e in walk(self.root if under is None else under) if str(e.S) == kind]

    def words(self, node: Any = None) -> str:
        """What assistive technology reads: text by marked content, in the order of the tags; no white space."""
        parts: list[str] = []

        def walk(node: Any, page: int) -> None:
            if isinstance(node, pikepdf.Array):
                for child in node:
                    walk(child, page)
            elif isinstance(node, pikepdf.Dictionary):
                if "/Pg" in node:
                    page = self.pages[node.Pg.objgen]
                if node.get("/Type") == "/MCR":
                    parts.append(self.marked.get((page, int(node.MCID)), ""))
                elif node.get("/Type") != "/OBJR":
                    walk(node.get("/K", pikepdf.Array()), page)
            else:
                parts.append(self.marked.get((page, int(node)), ""))

        walk(self.root if node is None else node, -1)
        return squeeze("".join(parts))

    @property
    def marked(self) -> dict[tuple[int, int], str]:
        """Text of each marked content by page and number; white space as the extractor likes."""
        if not hasattr(self, "_marked"):
            self._marked: dict[tuple[int, int], str] = {}
            document = pypdfium2.PdfDocument(self.data)
            for number, page in enumerate(document):
                text = page.get_textpage()
                for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=9):
                    size = pdfium.FPDFTextObj_GetText(item.raw, text.raw, None, 0)
                    buffer = ctypes.create_string_buffer(size)
                    pointer = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
                    pdfium.FPDFTextObj_GetText(item.raw, text.raw, pointer, size)
                    key = (number, pdfium.FPDFPageObj_GetMarkedContentID(item.raw))
                    self._marked[key] = self._marked.get(key, "") + buffer.raw[:size].decode("utf-16-le").strip("\0")
        return self._marked

    # -- pages -------------------------------------------------------------------------------------------

    def page_texts(self) -> list[str]:
        document = pypdfium2.PdfDocument(self.data)
        return [page.get_textpage().get_text_range() for page in document]

    def folios(self, foot: float) -> list[str]:
        """What stands in the outer corner of the lowest ``foot`` millimetres of each page."""
        document, found = pypdfium2.PdfDocument(self.data), []
        for number, page in enumerate(document):
            width = page.get_width()
            inner = (0, width / 2) if number % 2 else (width / 2, width)
            text = page.get_textpage().get_text_bounded(left=inner[0], right=inner[1], bottom=0, top=foot * POINTS)
            found.append(text.strip() if re.fullmatch(r"\s*(\d+|[ivxl]+)\s*", text) else "")
        return found

    # -- links and outline -------------------------------------------------------------------------------

    def names(self) -> set[str]:
        def walk(node: pikepdf.Dictionary) -> Iterator[str]:
            names = node.get("/Names", pikepdf.Array())
            yield from (str(n) for n in list(names)[::2])
            for child in node.get("/Kids", pikepdf.Array()):
                yield from walk(child)

        tree_ = self.pdf.Root.get("/Names")
        return set(walk(tree_.Dests)) if tree_ is not None else set()

    def places(self) -> dict[str, int]:
        """Page (from 0) of every named destination."""
        tree_ = self.pdf.Root.Names.Dests
        names = list(tree_.Names)
        return {
            str(n): self.pages[(d if isinstance(d, pikepdf.Array) else d.D)[0].objgen]
            for n, d in zip(names[::2], names[1::2], strict=True)
        }

    def links(self) -> list[str]:
        found = []
        for page in self.pdf.pages:
            for note in page.get("/Annots", pikepdf.Array()):
                if "/A" in note and "/D" in note.A:
                    found.append(str(note.A.D))
                elif "/Dest" in note:
                    found.append(str(note.Dest))
        return found

    def outline(self) -> list[tuple[int, str]]:
        def walk(items: Any, level: int) -> Iterator[tuple[int, str]]:
            for item in items:
                yield level, squeeze(str(item.title))
                yield from walk(item.children, level + 1)

        with self.pdf.open_outline() as outline:
            return list(walk(outline.root, 1))

    def fonts(self) -> dict[str, pikepdf.Dictionary]:
        found: dict[str, pikepdf.Dictionary] = {}
        for page in self.pdf.pages:
            for font in page.Resources.get("/Font", pikepdf.Dictionary()).values():
                found[str(font.BaseFont)] = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        return found


def squeeze(text: str) -> str:
    return re.sub(r"[\s\u200b\u2060\ufeff\xad]+", "", text)


@pytest.fixture(scope="module")
def books(printed: dict[str, dict[str, bytes]], publications: dict[str, Publication]) -> dict[str, Book]:
    return {name: Book(files[f"{publications[name].name}.pdf"]) for name, files in printed.items()}


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# -- words ---------------------------------------------------------------------------------------------------

_FORMS = {"☐": "□", "☑": "√"}  # no Chinese typeface has the former


def pattern(block: etree._Element) -> str:
    """A block's words as they are printed: page numbers filled in, notes moved to their own place."""
    made = re.escape(as_printed(block.text))
    for child in block:
        names = tree.classes(child)
        if "footnote" in names:
            made += "[①-⑳]"
        elif "page-ref" in names:
            made += r"\W*[0-9ivxl]+"
        else:
            made += pattern(child)
        made += re.escape(as_printed(child.tail))
    return made


def as_printed(text: str | None) -> str:
    return "".join(_FORMS.get(c, c) for c in squeeze(text or ""))


def blocks(root: etree._Element) -> Iterator[etree._Element]:
    for element in root.iter():
        kind = tree.VOCABULARY[element.tag]
        if kind.group == tree.BLOCK and not any(tree.VOCABULARY[c.tag].group == tree.BLOCK for c in element):
            yield element


def is_seen(element: etree._Element) -> bool:
    """Whether an element is printed: what says in words what a drawing says is the drawing's description there."""
    return not any("equivalent" in tree.classes(e) for e in (element, *element.iterancestors("table")))


def test_every_block_is_there_in_order(
    edition: str, books: dict[str, Book], publications: dict[str, Publication]
) -> None:
    """In the order of the tags, which is the order assistive technology reads, and with nothing in between."""
    read, place = books[edition].words(), 0
    for article in publications[edition].articles:
        for block in filter(is_seen, blocks(article.body)):
            found = re.compile(pattern(block)).search(read, place)
            assert found, f"{article.id}: {tree.text(block)!r} is not in {read[place : place + 200]!r}"
            place = found.start() if block.getparent().tag == "ol" else found.end()  # type: ignore[union-attr]


def test_footnotes_are_there_with_their_marks(books: dict[str, Book]) -> None:
    page = next(t for t in books["heyuan-cases"].page_texts() if "一年回来一次" in squeeze(t))
    assert "一年回来一次①。" in squeeze(page)
    assert "①据入户访谈记录。" in squeeze(page)


def test_extracted_text_has_no_spaces_put_in(books: dict[str, Book]) -> None:
    """Between two Han characters of a line nothing may be read."""
    text = "\n".join(books["heyuan-cases"].page_texts())
    assert re.search(r"老人的困难不在一件事，在于没有人每天看她一眼（见图\d）。", re.sub(r"[\r\n]", "", text))


def test_generated_pages_are_right(books: dict[str, Book], publications: dict[str, Publication]) -> None:
    """A reference prints the folio of the page its target stands on."""
    book = books["heyuan-2024-1"]
    folios = book.folios(publications["heyuan-2024-1"].layout.bottom)
    target = next(n for n, t in enumerate(book.page_texts()) if "一位独居老人的个案" in squeeze(t))
    assert f"详见《重新打开的门》（第{folios[target]}页）。" in book.words()


@pytest.mark.parametrize("edition", BOOKS)
def test_contents_print_the_folios_of_their_targets(
    edition: str, books: dict[str, Book], publications: dict[str, Publication]
) -> None:
    book, publication = books[edition], publications[edition]
    folios = book.folios(publication.layout.bottom)
    pages = {str(name): page for name, page in book.places().items()}
    words = book.words()
    entries = [e for a in publication.articles for e in a.entries]
    assert entries
    for entry in entries:
        page = pages[entry.id]
        folio = folios[page] or str(int(folios[page + 1]) - 1)  # the opener of a part counts, but prints none
        line = squeeze(entry.title) + squeeze(entry.author) + folio
        assert line in words, line


def test_leaders_are_no_text(edition: str, books: dict[str, Book]) -> None:
    assert not re.search(r"\.{4}", books[edition].words())


# -- navigation ----------------------------------------------------------------------------------------------


def test_outline_has_every_title_in_order(
    edition: str, books: dict[str, Book], publications: dict[str, Publication]
) -> None:
    titles = [
        squeeze(tree.text(heading, notes=False))
        for article in publications[edition].articles
        if article.zone != "cover"
        for heading in article.body.iter("h1")
    ]
    outline = [title for _, title in books[edition].outline()]
    assert [t for t in outline if t in titles] == titles
    assert books[edition].outline()[0][0] == 1


def test_outline_nests_headings_under_their_title(books: dict[str, Book]) -> None:
    outline = books["heyuan-rule"].outline()
    (level,) = [lv for lv, title in outline if title == "荷源区关爱走访办法"]
    assert [(lv - level, title) for lv, title in outline if title.startswith("第")] == [
        (1, "第一章总则"),
        (1, "第二章走访"),
    ]


def test_links_lead_to_named_places(edition: str, books: dict[str, Book], publications: dict[str, Publication]) -> None:
    book, publication = books[edition], publications[edition]
    wanted = {
        link.get("href", "")[1:]
        for article in publication.articles
        for link in article.body.iter("a")
        if link.get("href", "").startswith("#")
    }
    assert set(book.links()) >= wanted
    assert set(book.links()) <= book.names()


def test_metadata(edition: str, books: dict[str, Book], publications: dict[str, Publication]) -> None:
    book, publication = books[edition], publications[edition]
    assert str(book.pdf.Root.Lang) == "zh-CN"
    assert book.pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(book.pdf.docinfo.Title).startswith(publication.title)
    assert str(book.pdf.docinfo.Author) == publication.metadata["author"] != ""
    assert str(book.pdf.docinfo.get("/Keywords", "")) == publication.metadata["keywords"]
    day = dt.date.fromisoformat(publication.metadata["date"])
    assert str(book.pdf.docinfo.CreationDate).startswith(f"D:{day:%Y%m%d}")


# -- tags ----------------------------------------------------------------------------------------------------


def test_headings_are_tagged_with_their_level(books: dict[str, Book]) -> None:
    book = books["heyuan-rule"]
    assert [book.words(e) for e in book.elements("/H1")][-1] == "荷源区关爱走访办法"
    assert [book.words(e) for e in book.elements("/H2")] == ["第一章总则", "第二章走访", "附件走访登记表"]


def test_tables_are_tagged_cell_by_cell(
    edition: str, books: dict[str, Book], publications: dict[str, Publication]
) -> None:
    tables = [t for a in publications[edition].articles for t in a.body.iter("table") if is_seen(t)]
    book = books[edition]
    tagged = book.elements("/Table")
    assert len(tagged) == len(tables)
    for table, element in zip(tables, tagged, strict=True):
        assert len(book.elements("/TH", element)) == len(list(table.iter("th")))
        assert len(book.elements("/TD", element)) == len(list(table.iter("td")))


def test_pictures_are_tagged_with_their_words(
    edition: str, books: dict[str, Book], publications: dict[str, Publication]
) -> None:
    spoken = [i.get("alt") for a in publications[edition].articles for i in a.body.iter("img") if i.get("alt")]
    assert [str(e.Alt) for e in books[edition].elements("/Figure") if "/Alt" in e] == spoken


STANDARDS = ("3a", "ua1")


@pytest.mark.parametrize("standard", STANDARDS)
def test_archive_and_accessibility(standard: str, edition: str, books: dict[str, Book]) -> None:
    """PDF/A-3a and PDF/UA-1, in one file."""
    page = pytest.importorskip("page", reason="page-validation is not installed")
    report = page.validate_pdf_bytes(books[edition].data, profile=standard)
    assert [(f.rule_id, f.message) for f in report.failures] == []
    assert report.is_compliant


GRID = """<article id="x"><figure class="table" id="t"><figcaption>表</figcaption><table class="data">
<thead><tr><th rowspan="2">站</th><th colspan="2">走访</th></tr><tr><th>上年</th><th>今年</th></tr></thead>
<tbody><tr><th scope="row">甲</th><td>1</td><td>2</td></tr>
<tr><th scope="row" rowspan="2">乙</th><td>3</td><td>4</td></tr><tr><td colspan="2">5</td></tr></tbody></table></figure>
<table class="form"><tbody><tr><th scope="row">姓名</th><td>赵</td><th scope="row">年龄</th><td>七十</td></tr></tbody>
</table></article>"""


def test_each_cell_knows_its_headers(publications: dict[str, Publication], sample: Project) -> None:
    """Merged headers head all they span; a label of a form heads the value beside it, and no other."""
    body = tree.parse(GRID)
    made = replace(publications["heyuan-rule"], articles=(Article("x", "matter", "题", body),))
    report = Report()
    book = Book(pdf.write(made, sample, report)["heyuan-rule.pdf"])
    assert report.diagnostics == []
    heads = {bytes(e.A.ID if "/ID" in e.A else e.ID): book.words(e) for e in book.elements("/TH")}
    found = {book.words(e): [heads[bytes(n)] for n in e.A.Headers] for e in book.elements("/TD")}
    assert found == {
        "1": ["甲", "走访", "上年"],
        "2": ["甲", "走访", "今年"],
        "3": ["乙", "走访", "上年"],
        "4": ["乙", "走访", "今年"],
        "5": ["乙", "走访", "上年", "今年"],
        "赵": ["姓名"],
        "七十": ["年龄"],
    }
    scopes = {book.words(e): str(e.A.Scope) for e in book.elements("/TH")}
    assert scopes == dict.fromkeys(("站", "走访", "上年", "今年"), "/Column") | dict.fromkeys(
        ("甲", "乙", "姓名", "年龄"), "/Row"
    )


# -- pages ---------------------------------------------------------------------------------------------------


def test_page_boxes(edition: str, books: dict[str, Book], publications: dict[str, Publication]) -> None:
    layout = publications[edition].layout
    for page in books[edition].pdf.pages:
        for box in (page.MediaBox, page.CropBox, page.TrimBox):
            assert [float(v) for v in box] == pytest.approx(
                [0, 0, layout.width * POINTS, layout.height * POINTS], abs=0.01
            )
        assert "/BleedBox" not in page


@pytest.mark.parametrize("edition", BOOKS)
def test_folios_of_a_book(edition: str, books: dict[str, Book], publications: dict[str, Publication]) -> None:
    """Covers have none, front matter is roman, the body arabic from 1 on a right-hand page."""
    book, publication = books[edition], publications[edition]
    folios = book.folios(publication.layout.bottom)
    assert folios[0] == ""
    assert folios[-1] == ""
    arabic = {n: int(f) for n, f in enumerate(folios) if f.isdecimal()}
    (before,) = {n - folio + 1 for n, folio in arabic.items()}  # one count, without a gap
    assert before % 2 == 0, "page 1 is a right-hand page"
    front = [f for f in folios[:before] if f]
    assert all(n >= before for n in arabic)
    if any(a.zone == "front" for a in publication.articles):
        assert front == ["i", "ii", "iii", "iv", "v", "vi"][: len(front)]
        assert front
    else:
        assert front == []


def test_fonts_are_ours_and_embedded(edition: str, books: dict[str, Book]) -> None:
    fonts = books[edition].fonts()
    assert fonts
    for name, font in fonts.items():
        assert re.fullmatch(r"/[A-Z]{6}\+(\w+)(-Bold)?", name), f"{name} is no role's"
        assert re.split(r"[+-]", name)[1] in ROLES, f"{name} is no role's"
        descriptor = font.FontDescriptor
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_two_writes_give_the_same_bytes(
    printed: dict[str, dict[str, bytes]], publications: dict[str, Publication], sample: Project
) -> None:
    again = pdf.write(publications["heyuan-rule"], sample, Report())
    assert again == printed["heyuan-rule"]


def test_a_link_to_nowhere_is_a_fault(
    publications: dict[str, Publication], sample: Project, caplog: pytest.LogCaptureFixture
) -> None:
    body = tree.parse('<article id="x"><p><a href="#nowhere">无处</a></p></article>')
    broken = replace(publications["heyuan-rule"], articles=(Article("x", "matter", "题", body),))
    report = Report()
    pdf.write(broken, sample, report)
    assert [(d.code, d.span.file) for d in report.diagnostics] == [("pdf.dead_link", "heyuan-rule.pdf")]
    assert caplog.records == []


# -- the whole vocabulary ------------------------------------------------------------------------------------

PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4" width="8mm" height="4mm">'
    b'<rect width="8" height="4"/></svg>'
)


def everything_publication() -> Publication:
    """One article for every element and class."""
    articles = []
    for number, (name, xhtml) in enumerate(vocabulary.samples()):
        body = tree.parse(xhtml.replace('"anchor"', f'"anchor-{number}"').replace('"#anchor"', f'"#anchor-{number}"'))
        for element in body.iter():
            if element.get("id") == "t-1":
                element.set("id", f"t-{number}")
        articles.append(Article(f"a-{number}", "matter", name, body, entries=(Entry(f"anchor-{number}", name),)))
    return Publication(
        "everything", "bulletin", "everything", "样刊", "第1期", "zh-CN",
        PageLayout(210, 285, 25, 24, 22, 22, 9, 15.5), tuple(articles),
        {vocabulary.PICTURE: Asset(vocabulary.PICTURE, PICTURE, "image/svg+xml")},
        {"author": "样", "subject": "样", "keywords": "样", "date": "2024-01-01"}, house(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def everything(sample: Project) -> Book:
    report = Report()
    files = pdf.write(everything_publication(), sample, report)
    assert report.diagnostics == []
    return Book(files["everything.pdf"])


@pytest.mark.parametrize("name", [name for name, _ in vocabulary.samples()])
def test_every_element_comes_out(name: str, everything: Book) -> None:
    words = everything.words()
    if name in vocabulary.UNSEEN:
        described = [str(figure.get("/Alt", "")) for figure in everything.elements("/Figure")]
        assert any(vocabulary.words(name) in words for words in described)
        assert squeeze(vocabulary.words(name)) not in words
    elif vocabulary.has_words(name):
        assert squeeze(vocabulary.words(name)) in words


def test_every_element_is_accessible(everything: Book) -> None:
    page = pytest.importorskip("page", reason="page-validation is not installed")
    report = page.validate_pdf_bytes(everything.data, profile="ua1")
    nesting = "PDFUA1-HEADING-NESTING-001"  # the samples' headings skip levels
    assert [(f.rule_id, f.message) for f in report.failures if f.rule_id != nesting] == []


# -- the samples ---------------------------------------------------------------------------------------------


SAMPLES = sorted(
    path.stem
    for kind in ("bulletins", "anthologies", "guidelines")
    for path in (ROOT / "content" / kind).glob("*.yaml")
)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_are_archived_and_accessible(name: str) -> None:
    """What a newcomer sees first; their tables are richer than the tests'."""
    page = pytest.importorskip("page", reason="page-validation is not installed")
    project, report = Project(ROOT, dt.date(2024, 4, 1)), Report()
    records = load(project, report)
    edition = records[name]
    assert isinstance(edition, Edition)
    files = pdf.write(compose(edition, records, project, report), project, report)
    assert not report.failed
    data = next(data for file, data in files.items() if not file.endswith("-印刷版.pdf"))
    for standard in STANDARDS:
        found = page.validate_pdf_bytes(data, profile=standard)
        assert [(f.rule_id, f.message) for f in found.failures] == []


# -- tables on their side, opening pages ---------------------------------------------------------------------


def _registered(rows: int, **layout: object) -> Publication:
    row = "<tr>" + "<td>登记卷数</td>" * 14 + "</tr>"
    xhtml = (
        '<article id="a"><h1>登记</h1><p>一</p><figure class="table landscape"><figcaption>全年登记</figcaption>'
        f'<table class="data"><tbody>{row * rows}</tbody></table></figure><p>二</p></article>'
    )
    page = replace(PageLayout(210, 285, 25, 24, 22, 22, 10.5, 18), **layout)  # type: ignore[arg-type]
    body = tree.parse(xhtml)
    for table in body.iter("table"):
        set_column_widths(table, page)
    made = everything_publication()
    return replace(made, layout=page, articles=(Article("a", "matter", "登记", body, record="a"),))


def _lines(data: bytes, words: str) -> list[tuple[int, float, float]]:
    """Where words stand: page, width and height (points) of the box round them."""
    found = []
    for number, page in enumerate(pypdfium2.PdfDocument(data)):
        text = page.get_textpage()
        search = text.search(words)
        while (place := search.get_next()) is not None:
            boxes = [text.get_charbox(i) for i in range(place[0], place[0] + place[1])]
            left, bottom, right, top = (f(b[i] for b in boxes) for i, f in enumerate((min, min, max, max)))
            found.append((number, right - left, top - bottom))
    return found


@pytest.mark.parametrize("file", ["everything.pdf", "everything-印刷版.pdf"])
def test_a_wide_table_is_turned_on_a_page_like_any_other(file: str, sample: Project) -> None:
    report = Report()
    data = pdf.write(_registered(8), sample, report)[file]
    assert report.diagnostics == []
    (number, wide, high) = _lines(data, "全年登记")[0]
    assert high > 2 * wide, "the caption reads upwards"
    with pikepdf.open(BytesIO(data)) as document:
        assert len({tuple(map(float, page.mediabox)) for page in document.pages}) == 1
        assert not [page for page in document.pages if page.get("/Rotate")]
        assert len(document.pages) == 3
    assert [_lines(data, words)[0][0] - number for words in ("一", "二")] == [-1, 1]
    tagged = Book(data) if not file.startswith("everything-") else None
    assert tagged is None or len(tagged.elements("/TD")) == 8 * 14


def test_a_table_too_long_for_one_page_stays_upright(sample: Project) -> None:
    data = pdf.write(_registered(60), sample, Report())["everything.pdf"]
    (_, wide, high) = _lines(data, "全年登记")[0]
    assert wide > 2 * high
    assert len(_lines(data, "登记卷数")) == 60 * 14


@pytest.mark.parametrize("heads", [True, False])
def test_an_opening_page_has_a_running_head_where_the_layout_says_so(heads: bool, sample: Project) -> None:
    data = pdf.write(_registered(8, opening_heads=heads), sample, Report())["everything.pdf"]
    pages = [p for p, *_ in _lines(data, "样刊")]
    assert 1 in pages
    assert (len(_lines(data, "登记")) > 0, 0 in [p for p, w, h in _lines(data, "登记") if h < 9]) == (True, heads)


# -- what is drawn from data -----------------------------------------------------------------------------------


def _sheet(name: str, width: float, height: float) -> Asset:
    """A drawing with a word two millimetres from its left edge and from its right one."""
    pen = Pen()
    pen.text(2, 5, f"左{name}")
    pen.text(width - 2, height - 2, f"右{name}", anchor="end")
    return Asset(f"figure-{name}.svg", pen.sheet(width, height).svg.encode(), "image/svg+xml")


def _figured(sheets: Sequence[Asset], inside: str = "{}", **layout: object) -> Publication:
    shown = "".join(f'<img src="{sheet.name}" alt="画着{sheet.name}"/>' for sheet in sheets)
    figure = (
        f'<figure class="picture drawn">{shown}<figcaption>图题</figcaption><table class="data equivalent"><tbody><tr>'
        '<th scope="row">家人</th><td>等价</td></tr></tbody></table><p class="table-note">图注</p></figure>'
    )
    body = tree.parse(f'<article id="a"><h1>题</h1>{inside.format(f"<p>前</p>{figure}<p>后</p>")}</article>')
    made = everything_publication()
    page = replace(made.layout, **layout)  # type: ignore[arg-type]
    assets = {sheet.name: sheet for sheet in sheets}
    return replace(made, layout=page, articles=(Article("a", "matter", "题", body),), assets=assets)


def _printed(publication: Publication, sample: Project) -> tuple[Book, dict[str, tuple[int, float, float, float]]]:
    """The file, and where words stand: page, left, right and top edge in millimetres from the page's."""
    report = Report()
    data = pdf.write(publication, sample, report)["everything.pdf"]
    assert report.diagnostics == []
    found = {}
    for number, page in enumerate(pypdfium2.PdfDocument(data)):
        text, height = page.get_textpage(), page.get_height()
        for words in ("前", "后", "图题", "图注", *(w + a[7:-4] for a in publication.assets for w in "左右")):
            place = text.search(words).get_next()
            if place is not None:
                boxes = [text.get_charbox(i) for i in range(place[0], place[0] + place[1])]
                left, right, top = min(b[0] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
                found[words] = (number, left / POINTS, right / POINTS, (height - top) / POINTS)
    return Book(data), found


def test_what_is_drawn_stands_in_its_own_size_in_the_middle(sample: Project) -> None:
    _, found = _printed(_figured([_sheet("s", 60, 30)]), sample)
    assert found["右s"][2] - found["左s"][1] == pytest.approx(56, abs=0.7)
    middle = 22 + (210 - 22 - 22) / 2
    assert (found["右s"][2] + found["左s"][1]) / 2 == pytest.approx(middle, abs=0.7)


def test_what_is_drawn_too_wide_is_made_to_fit(sample: Project) -> None:
    _, found = _printed(_figured([_sheet("w", 300, 60)]), sample)
    assert found["右w"][2] - found["左w"][1] == pytest.approx(296 * 166 / 300, abs=0.7)


def test_what_is_drawn_for_a_column_is_neither_cut_nor_blown_up(sample: Project) -> None:
    """Higher than a photograph in a column may be."""
    around = '<section class="columns">{}</section>'
    _, found = _printed(_figured([_sheet("c", 60, 120)], around, columns=2, gap=7.0), sample)
    assert found["右c"][2] - found["左c"][1] == pytest.approx(56, abs=0.7)
    assert found["右c"][3] - found["左c"][3] == pytest.approx(113, abs=0.7)


def test_sheets_stay_whole_page_after_page_and_the_caption_is_with_the_last(sample: Project) -> None:
    book, found = _printed(_figured([_sheet("a", 140, 211), _sheet("b", 140, 205), _sheet("d", 140, 50)]), sample)
    pages = {words: page for words, (page, *_) in found.items()}
    assert [pages[w] for w in ("前", "左a", "右a", "左b", "右b", "左d", "图题", "图注")] == [0, 0, 0, 1, 1, 2, 2, 2]
    assert found["图题"][3] > found["右d"][3]
    assert [str(f.get("/Alt")) for f in book.elements("/Figure") if "/Alt" in f] == [
        f"画着figure-{name}.svg" for name in "abd"
    ]


def test_a_sheet_as_high_as_the_page_leaves_room_for_its_caption(sample: Project) -> None:
    _, found = _printed(_figured([_sheet("h", 100, 236)]), sample)
    assert found["左h"][0] == found["图题"][0]


def test_what_says_what_is_drawn_is_not_printed(sample: Project) -> None:
    book, found = _printed(_figured([_sheet("s", 60, 30)]), sample)
    assert not book.elements("/Table")
    assert "等价" not in book.words()
    assert found["图注"][3] > found["图题"][3]
    page = pytest.importorskip("page", reason="page-validation is not installed")
    assert page.validate_pdf_bytes(book.data, profile="ua1").failures == []
