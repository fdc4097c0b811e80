"""Runs of articles laid out apart and put together, against the whole publication as WeasyPrint alone makes it.

``pdf.write_whole`` is the oracle: one document, laid out, numbered and written by WeasyPrint. What is asked of
fragments is that nobody can tell.
"""

from __future__ import annotations

import errno
import json
import os
import pickle
import random
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from generator import store as stores
from generator import tree
from generator.diagnostics import Diagnostic, Report
from generator.model import Article, Entry, PageLayout, Publication
from generator.project import Project
from generator.store import NOWHERE, Store
from generator.theme import house
from generator.typesetting.fragment import printed_number, read
from generator.workers import HERE, Workers
from generator.writers import pdf
from generator.writers.pdf import setting
from tests.conftest import ROOT
from tests.writers.test_pdf import EDITIONS, POINTS, Book, squeeze

Files = dict[str, bytes]
PRESS = "-印刷版.pdf"
#: Points: what nobody sees.
NEAR = 0.5


# -- what is compared ----------------------------------------------------------------------------------------


def boxes(data: bytes) -> list[dict[str, list[float]]]:
    names = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate")
    with pikepdf.open(BytesIO(data)) as file:
        return [
            {n: [round(float(v) + 1e-4, 1) for v in page[n]] for n in names if n in page}  # type: ignore[misc]
            for page in file.pages
        ]


def letters(data: bytes) -> list[dict[str, tuple[list[float], list[float]]]]:
    """For each page and character: how far from the left and from the foot it stands, each in order."""
    found = []
    for page in pypdfium2.PdfDocument(data):
        text = page.get_textpage()
        places: dict[str, tuple[list[float], list[float]]] = {}
        for number, character in enumerate(text.get_text_range()):
            if character.isspace() or character in "\ufffe\u200b" or number >= text.count_chars():
                continue
            left, bottom, *_ = text.get_charbox(number)
            across, up = places.setdefault(character, ([], []))
            across.append(left)
            up.append(bottom)
        found.append({c: (sorted(across), sorted(up)) for c, (across, up) in places.items()})
    return found


def same_letters(ours: bytes, whole: bytes) -> None:
    for number, (one, other) in enumerate(zip(letters(ours), letters(whole), strict=True), 1):
        counts = [Counter({c: len(across) for c, (across, _) in page.items()}) for page in (one, other)]
        assert counts[0] == counts[1], f"page {number}"
        for character, ways in one.items():
            for mine, its in zip(ways, other[character], strict=True):
                assert max(abs(a - b) for a, b in zip(mine, its, strict=True)) < NEAR, f"{character} on page {number}"


def beyond(one: Image.Image, other: Image.Image, reach: int = 3) -> int:
    """How many pixels of either picture are far from every grey that the other has there and next to there.

    A glyph a pixel aside, or with softer edges, makes none; a stroke more or less does.
    """
    count = 0
    for mine, its in ((one, other), (other, one)):
        darker = ImageChops.subtract(its.filter(ImageFilter.MinFilter(reach)), mine)
        lighter = ImageChops.subtract(mine, its.filter(ImageFilter.MaxFilter(reach)))
        count += sum(sum(image.histogram()[_FAR:]) for image in (darker, lighter))
    return count


#: Of 255 greys.
_FAR = 70


def same_pictures(ours: bytes, whole: bytes) -> None:
    pairs = zip(pypdfium2.PdfDocument(ours), pypdfium2.PdfDocument(whole), strict=True)
    for number, pages in enumerate(pairs, 1):
        one, other = (page.render(scale=100 / 72).to_pil().convert("RGB") for page in pages)
        assert one.size == other.size
        difference = ImageChops.difference(one, other)
        if max(high for _, high in difference.getextrema()) < _FAR:  # type: ignore[misc]
            continue
        for mine, its in zip(one.split(), other.split(), strict=True):
            assert beyond(mine, its) == 0, f"page {number}"


def outline(data: bytes) -> list[tuple[int, str, int, float, float]]:
    found = []
    with pikepdf.open(BytesIO(data)) as file, file.open_outline() as lines:
        pages = {page.objgen: number for number, page in enumerate(file.pages)}

        def walk(items: Any, level: int) -> None:
            for item in items:
                page, _, left, top, *_ = item.destination
                found.append((level, item.title, pages[page.objgen], float(left), float(top)))
                walk(item.children, level + 1)

        walk(lines.root, 1)
    return found


def destinations(data: bytes) -> dict[str, tuple[int, float, float]]:
    with pikepdf.open(BytesIO(data)) as file:
        pages = {page.objgen: number for number, page in enumerate(file.pages)}
        listed = list(file.Root.Names.Dests.Names) if "/Names" in file.Root else []
        assert listed[::2] == sorted(listed[::2], key=bytes), "readers search names by halves"
        made = {}
        for name, place in zip(listed[::2], listed[1::2], strict=True):
            page, _, left, top, *_ = place
            made[str(name)] = pages[page.objgen], float(left), float(top)
        return made


def links(data: bytes) -> list[tuple[int, str, str, str, list[float]]]:
    """Page, where it leads, what it says, the kind of element that owns it, its area."""
    found = []
    with pikepdf.open(BytesIO(data)) as file:
        tree_ = file.Root.StructTreeRoot.ParentTree.Nums
        parents = {int(k): v for k, v in zip(tree_[::2], tree_[1::2], strict=True)}
        for number, page in enumerate(file.pages):
            for note in page.get("/Annots", ()):
                owner = parents[int(note.StructParent)]
                owned = [k.Obj.objgen for k in owner.K if isinstance(k, pikepdf.Dictionary) and "/Obj" in k]
                assert note.objgen in owned, "the tag names its link"
                target = f"#{note.Dest}" if "/Dest" in note else str(note.A.URI)
                area = [float(v) for v in note.Rect]
                found.append((number, target, str(note.Contents), str(owner.S), area))
    return found


def tags(data: bytes) -> list[tuple[Any, ...]]:
    """Structure elements in order: depth, type, words for them, and which cells of its table head a cell."""
    found: list[tuple[Any, ...]] = []
    with pikepdf.open(BytesIO(data)) as file:
        heads: dict[bytes, int] = {}

        def walk(node: Any, depth: int) -> None:
            attributes = node.get("/A", pikepdf.Dictionary())
            attributes = attributes if isinstance(attributes, pikepdf.Dictionary) else pikepdf.Dictionary()
            if "/ID" in node:
                heads.setdefault(bytes(node.ID), len(heads))
            said = [str(node[name]) for name in ("/Alt", "/ActualText", "/Lang", "/E") if name in node]
            more = [
                f"{n}{attributes[n]}" for n in ("/Scope", "/RowSpan", "/ColSpan", "/ListNumbering") if n in attributes
            ]
            found.append((depth, str(node.S), said, more, [heads[bytes(h)] for h in attributes.get("/Headers", ())]))
            kids = node.get("/K", pikepdf.Array())
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                    assert kid.P.objgen == node.objgen
                    walk(kid, depth + 1)
                else:
                    found.append((depth + 1, "mark" if not isinstance(kid, pikepdf.Dictionary) else str(kid.Type)))

        walk(file.Root.StructTreeRoot.K[0], 0)
    return found


def owners(data: bytes) -> list[list[str]]:
    """For each page the type of the element that each of its marks belongs to."""
    with pikepdf.open(BytesIO(data)) as file:
        nums = file.Root.StructTreeRoot.ParentTree.Nums
        assert [int(n) for n in nums[::2]] == sorted({int(n) for n in nums[::2]})
        listed = {int(k): v for k, v in zip(nums[::2], nums[1::2], strict=True)}
        return [
            [str(o.S) for o in listed[int(page.StructParents)]] if "/StructParents" in page else []
            for page in file.pages
        ]


def said(data: bytes) -> dict[str, Any]:
    """What a file says of itself."""
    with pikepdf.open(BytesIO(data)) as file:
        root = file.Root
        intents = [
            (str(i.S), str(i.get("/Info")), str(i.get("/OutputConditionIdentifier")), i.DestOutputProfile.read_bytes())
            for i in root.get("/OutputIntents", ())
        ]
        return {
            "version": file.pdf_version,
            "xmp": _rdf(root.Metadata.read_bytes()),
            "information": {k: str(v) for k, v in file.docinfo.items()},
            "intents": intents,
            "labels": "/PageLabels" in root,
            **{name: str(root.get(name)) for name in ("/Lang", "/PageMode", "/PageLayout")},
            **{
                name: {k: str(v) for k, v in root[name].items()} if name in root else None
                for name in ("/MarkInfo", "/ViewerPreferences")
            },
        }


def _rdf(packet: bytes) -> str:
    """What a packet says, however it is written."""
    return ElementTree.canonicalize(ElementTree.tostring(ElementTree.fromstring(packet)), strip_text=True)


def colours(data: bytes) -> list[set[str]]:
    """For each page the operators that set a colour or a state, with their operands, also inside forms."""
    wanted = {"g", "G", "rg", "RG", "k", "K", "sc", "SC", "scn", "SCN", "cs", "CS", "gs"}

    def of(stream: Any, resources: Any, seen: set[Any]) -> Iterator[str]:
        for operands, operator in pikepdf.parse_content_stream(stream):
            name = str(operator)
            if name in wanted:
                values = [round(float(o), 3) if not isinstance(o, pikepdf.Name) else str(o) for o in operands]
                if not (values and isinstance(values[0], str) and re.search(r"\d", values[0])):  # names are its own
                    yield f"{values} {name}"
            elif name == "Do":
                form = resources.XObject[str(operands[0])]
                if form.Subtype == "/Form" and form.objgen not in seen:
                    yield from of(form, form.get("/Resources", resources), seen | {form.objgen})

    with pikepdf.open(BytesIO(data)) as file:
        return [set(of(page, page.Resources, set())) for page in file.pages]


def faces(data: bytes) -> set[str]:
    with pikepdf.open(BytesIO(data)) as file:
        fonts = [font for page in file.pages for font in page.Resources.get("/Font", pikepdf.Dictionary()).values()]
        return {str(font.BaseFont).partition("+")[2] for font in fonts}


def assert_same(ours: Files, whole: Files) -> None:
    """That nobody can tell one from the other."""
    assert list(ours) == list(whole)
    for name, data in ours.items():
        other = whole[name]
        assert boxes(data) == boxes(other)
        same_letters(data, other)
        same_pictures(data, other)
        assert said(data) == said(other)
        assert faces(data) == faces(other)
        if name.endswith(PRESS):
            assert colours(data) == colours(other)
            with pikepdf.open(BytesIO(data)) as file:
                assert not {"/StructTreeRoot", "/Outlines", "/Names"} & set(file.Root.keys())
                assert not [page for page in file.pages if "/Annots" in page]
            continue
        one, two = outline(data), outline(other)
        assert [line[:3] for line in one] == [line[:3] for line in two]
        assert [v for line in one for v in line[3:]] == pytest.approx([v for line in two for v in line[3:]], abs=NEAR)
        ours_, its = destinations(data), destinations(other)
        assert {n: place[0] for n, place in ours_.items()} == {n: place[0] for n, place in its.items()}
        for target, place in ours_.items():
            assert place[1:] == pytest.approx(its[target][1:], abs=NEAR), target
        mine, theirs = links(data), links(other)
        assert [link[:4] for link in mine] == [link[:4] for link in theirs]
        assert [v for link in mine for v in link[4]] == pytest.approx([v for link in theirs for v in link[4]], abs=NEAR)
        assert tags(data) == tags(other)
        for one, two in zip(owners(data), owners(other), strict=True):
            assert one == two[: len(one)], "WeasyPrint goes on with the furniture, which is none of the text"
        assert Book(data).words() == Book(other).words()


def test_the_measure_of_pictures_sees_a_full_stop_and_no_soft_edges() -> None:
    page = Image.new("L", (200, 60), 255)
    draw = ImageDraw.Draw(page)
    for x in range(10, 190, 12):
        draw.line((x, 10, x + 6, 40), fill=0, width=2)
    soft = page.filter(ImageFilter.GaussianBlur(0.5))
    assert beyond(page, ImageChops.offset(page, 1, 0)) == 0
    assert beyond(page, soft) == 0
    assert beyond(page, ImageChops.offset(page, 3, 0)) > 100
    dotted = page.copy()
    ImageDraw.Draw(dotted).ellipse((100, 45, 102, 47), outline=0)
    assert beyond(page, dotted) > 0


# -- the sample ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS)
def test_fragments_make_what_the_whole_makes(
    edition: str, printed: dict[str, Files], publications: dict[str, Publication], sample: Project
) -> None:
    report = Report()
    whole = pdf.write_whole(publications[edition], sample, report)
    assert not report.failed
    assert_same(printed[edition], whole)


# -- a book of one's own ---------------------------------------------------------------------------------------

LAYOUT = PageLayout(150, 110, 18, 16, 28, 14, 10, 16)
SENTENCE = "社工每周上门，坐下来说话，把看见的一件件记下来，再同老人商量下一步。"
#: A title that is also PDF, a format and a path.
AWKWARD = r"收支（100%，约1/2） (1 0 R) %d \ <61>"


def title(name: str) -> str:
    return AWKWARD if name == "a4" else f"题{name}"


def reference(target: str) -> str:
    return f'<p>详见第<a class="page-ref" href="#{target}"/>页。</p>'


def piece(name: str, length: int, more: str = "", **options: Any) -> Article:
    heading = title(name).replace("&", "&amp;").replace("<", "&lt;")
    body = f'<article id="{name}"><h1>{heading}</h1>{more}{f"<p>{SENTENCE * 3}</p>" * length}'
    if name == "a3":
        body += '<h2 id="a3-end">末节</h2><p>止。</p>'
    return Article(name, "matter", title(name), tree.parse(body + "</article>"), **options)


def book(*, referring: bool = True, **lengths: int) -> Publication:
    """Cover, contents and preface in front; five articles in two columns; a list of authors.

    An article has so many paragraphs (2 unless told); all that prints numbers does if ``referring``.
    """
    names = [f"a{number}" for number in range(1, 6)]
    entries = "".join(
        f'<li class="contents-entry" data-level="1"><a href="#{n}"><span class="contents-title">目{n}</span></a></li>'
        for n in ("preface", *names, "a3-end")
    )
    highlights = '<ol class="highlights"><li><a class="ref" href="#a3">目</a><a class="page-ref" href="#a3"/></li></ol>'
    cover = f'<article id="cover"><header class="cover"><h1 class="cover-name">书</h1>{highlights * referring}</header>'
    contents = f'<article id="toc"><h1>目次</h1><nav class="contents" role="doc-toc"><ol>{entries}</ol></nav></article>'
    credits = (
        '<article id="credits"><h1>作者</h1><ul class="contributors"><li><p class="unindented">赵</p>'
        '<p class="unindented"><a class="ref" href="#a4">文</a><a class="page-ref" href="#a4"/></p></li></ul></article>'
    )
    address = '<p><a href="https://example.org/%E7%AB%99?a=%d(1%200%20R)">网页</a></p>'
    more = {
        "preface": reference("preface"),
        "a2": reference("a4") + '<figure class="table"><figcaption>表</figcaption><table class="data"><thead><tr><th>甲'
        "</th><th>乙</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table></figure>",
        "a3": reference("a3-end") + reference("a1"),
        "a5": reference("preface") + address,
    }
    if not referring:
        more = {"a5": address, "a3": '<p><a class="ref" href="#a1">见题a1</a></p>'}
    articles = [Article("cover", "cover", "封面", tree.parse(cover + "</article>"), "cover")]
    if referring:
        articles.append(Article("toc", "contents", "目次", tree.parse(contents), "front"))
    articles.append(piece("preface", lengths.get("preface", 2), more.get("preface", ""), zone="front"))
    for number, name in enumerate(names):
        section = ("一线", "手记")[number > 2]
        entry = (Entry(name, title(name)),)
        articles.append(
            piece(name, lengths.get(name, 2), more.get(name, ""), section=section, record=name, entries=entry)
        )
    if referring:
        articles.append(Article("credits", "contributors", "作者", tree.parse(credits)))
    return Publication(
        "book", "bulletin", "book", "书", "第1期", "zh-CN", LAYOUT, tuple(articles), {},
        {"author": "样", "subject": "样", "date": "2024-01-01"}, house(),
    )  # fmt: skip


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the runs that are laid out in this process, in order."""
    names: list[str] = []
    real = setting.lay_out

    def counted(task: setting.Task) -> tuple[bytes | None, list[Diagnostic]]:
        names.append(task.name)
        return real(task)

    monkeypatch.setattr(setting, "lay_out", counted)
    return names


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(tmp_path / "store")


def made(publication: Publication, project: Project, store: Store = NOWHERE, workers: Workers = HERE) -> Files:
    report = Report()
    files = pdf.write(publication, project, report, workers, store)
    assert not report.failed, report.diagnostics
    return files


def whole(publication: Publication, project: Project) -> Files:
    report = Report()
    files = pdf.write_whole(publication, project, report)
    assert not report.failed, report.diagnostics
    return files


@pytest.fixture(scope="session")
def plain(sample: Project) -> Files:
    """The book, made once without a store."""
    return made(book(), sample)


def test_a_book_is_the_same_as_the_whole(plain: Files, sample: Project) -> None:
    assert_same(plain, whole(book(), sample))


def test_awkward_words_stay_what_they_are(plain: Files) -> None:
    lines = [line[1] for line in outline(plain["book.pdf"])]
    assert AWKWARD in lines
    assert "https://example.org/%E7%AB%99?a=%d(1%200%20R)" in [link[1] for link in links(plain["book.pdf"])]
    assert squeeze(AWKWARD) in Book(plain["book.pdf"]).words()


# -- either side ---------------------------------------------------------------------------------------------


def start(data: bytes, name: str) -> tuple[int, float]:
    """Page (from 0) of an article, and how far from the left its text stands."""
    page, left, _ = destinations(data)[name]
    return page, left


def test_what_follows_changes_sides_and_is_not_laid_out_again(
    sample: Project, kept: Store, laid_out: list[str]
) -> None:
    made(book(referring=False), sample, kept)
    laid_out.clear()
    pages = len(boxes(made(book(referring=False), sample, kept)["book.pdf"]))
    assert laid_out == []
    for length in range(3, 12):  # until the article takes a page more
        files = made(book(referring=False, a1=length), sample, kept)
        assert set(laid_out) == {"a1"}
        if len(boxes(files["book.pdf"])) == pages + 1:
            break
    else:
        pytest.fail("never a page more")
    before = made(book(referring=False), sample, kept)["book.pdf"]
    after = files["book.pdf"]
    for name in ("a2", "a3", "a4", "a5"):
        (old, left), (new, moved) = start(before, name), start(after, name)
        assert new == old + 1
        assert left == pytest.approx((LAYOUT.outer if old % 2 else LAYOUT.inner) * POINTS, abs=NEAR)
        assert moved == pytest.approx((LAYOUT.outer if new % 2 else LAYOUT.inner) * POINTS, abs=NEAR)
    lines = {line[1]: line[2:4] for line in outline(after)}
    assert lines["题a2"] == pytest.approx(start(after, "a2"), abs=NEAR)
    (place,) = [link for link in links(after) if link[1].startswith("https")]
    (was,) = [link for link in links(before) if link[1].startswith("https")]
    way = (LAYOUT.outer - LAYOUT.inner) * POINTS * (1 if place[0] % 2 else -1)
    assert place[4][0] - was[4][0] == pytest.approx(way, abs=NEAR)
    assert_same(files, whole(book(referring=False, a1=length), sample))


@pytest.mark.parametrize("more", [0, 1])
def test_furniture_stands_on_the_outer_side(more: int, sample: Project, kept: Store) -> None:
    lengths = {"a1": 2 + 4 * more}
    data = made(book(referring=False, **lengths), sample, kept)["book.pdf"]
    read, document = Book(data), pypdfium2.PdfDocument(data)
    folios = read.folios(LAYOUT.bottom)
    first = start(data, "a1")[0]
    numbered = [n for n in range(first, len(folios) - 1) if folios[n]]
    assert [folios[n] for n in numbered] == [str(n - first + 1) for n in numbered]
    assert len(numbered) >= 5
    for number in numbered:
        image = document[number].render(scale=2).to_pil().convert("L")
        edges = [image.crop((x, 0, x + 1, image.height)).getextrema()[0] for x in (1, image.width - 2)]
        outer = number % 2 == 0
        assert edges[outer] < 200, "a thumb tab at the outer edge"  # type: ignore[operator]
        assert edges[not outer] == 255, "nothing at the inner one"
        text = document[number].get_textpage()
        head = squeeze(text.get_text_bounded(bottom=(LAYOUT.height - LAYOUT.top) * POINTS))
        assert ("书第1期" in head) == (number % 2 == 1)
        assert bool(re.search("题a|收支", head)) == (number % 2 == 0)


# -- numbers -------------------------------------------------------------------------------------------------


def printed_of(data: bytes, words: str) -> list[str]:
    """The numbers printed after words."""
    return re.findall(words + r"(\d+|[ivxlcdm]+)", Book(data).words())


def numbers_are_right(data: bytes) -> None:
    """Every number that is printed is the folio of the page its target stands on."""
    read, places = Book(data), destinations(data)
    body = places["a1"][0]

    def folio(name: str) -> str:
        return str(places[name][0] - body + 1)

    front = printed_number(places["preface"][0] - places["toc"][0] + 1, "lower-roman")
    folios = read.folios(LAYOUT.bottom)
    assert folios[places["preface"][0]] == front
    assert folios[places["a4"][0]] == folio("a4")
    assert printed_of(data, "详见第") == [front, folio("a4"), folio("a3-end"), folio("a1"), front]
    for name in ("a1", "a2", "a3", "a4", "a5", "a3-end"):
        assert folio(name) in printed_of(data, f"目{name}"), name
    assert printed_of(data, "目preface") == [front]
    assert printed_of(data, "文") == [folio("a4")]
    assert printed_of(data, "书目") == [folio("a3")], "on the cover"


def test_numbers_are_right(plain: Files) -> None:
    numbers_are_right(plain["book.pdf"])


def test_an_edit_that_moves_no_page_sets_one_run(sample: Project, kept: Store, laid_out: list[str]) -> None:
    publication = book()
    made(publication, sample, kept)
    laid_out.clear()
    for article in publication.articles:
        if article.id == "a2":
            for paragraph in article.body.iter("p"):
                paragraph.text = (paragraph.text or "").replace("记下来", "写下来")
    files = made(publication, sample, kept)
    assert laid_out == ["a2"]
    assert "写下来" in Book(files["book.pdf"]).words()
    numbers_are_right(files["book.pdf"])


def test_an_edit_that_moves_pages_sets_what_prints_other_numbers(
    sample: Project, kept: Store, laid_out: list[str]
) -> None:
    made(book(), sample, kept)
    laid_out.clear()
    longer = book(a2=9)
    files = made(longer, sample, kept)
    assert laid_out[0] == "a2"
    assert sorted(laid_out) == sorted(["a2", "a2", "cover", "toc", "a3", "credits"]), "a2 says where a4 is"
    numbers_are_right(files["book.pdf"])
    laid_out.clear()
    assert made(longer, sample, kept) == files
    assert laid_out == []
    assert_same(files, whole(longer, sample))


def test_front_matter_that_grows_leaves_the_body_alone(sample: Project, kept: Store, laid_out: list[str]) -> None:
    made(book(), sample, kept)
    laid_out.clear()
    files = made(book(preface=9), sample, kept)
    assert laid_out == ["preface"]
    numbers_are_right(files["book.pdf"])


NUMBERS: dict[str, Any] = dict.fromkeys(("cover", "toc", "preface", "a1", "a2", "a3", "a3-end", "a4", "a5"), 77)


@pytest.mark.parametrize(
    "remembered",
    [
        b"", b"\xff\xfe", b"[]", b"3", b"null", b'{"a4": 1e999}', b'{"a4": null}', b'{"a4": NaN}', b"[" * 200_000,
        json.dumps(NUMBERS).encode(),
        json.dumps(dict.fromkeys(NUMBERS, -3)).encode(),
        json.dumps(dict.fromkeys(NUMBERS, 10**15)).encode(),
        json.dumps(dict.fromkeys(NUMBERS, "甲")).encode(),
        json.dumps(dict.fromkeys(NUMBERS, True)).encode(),
        json.dumps({**NUMBERS, "a4": [1], "gone": 2}).encode(),
    ],
    ids=lambda data: repr(data[:24]),
)  # fmt: skip
def test_numbers_remembered_wrongly_are_only_a_guess(
    remembered: bytes, plain: Files, sample: Project, settled: Callable[[], Store]
) -> None:
    store = settled()
    store.put("book.numbers", remembered)
    assert made(book(), sample, store) == plain


@pytest.fixture(scope="session")
def first_store(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("settled"))
    made(book(), sample, store)
    return store


@pytest.fixture
def settled(first_store: Store, tmp_path: Path) -> Callable[[], Store]:
    """Make a copy of a store that the book was made with."""

    def copy() -> Store:
        (tmp_path / "copy").mkdir()
        for path in first_store.folder.iterdir():
            (tmp_path / "copy" / path.name).write_bytes(path.read_bytes())
        return Store(tmp_path / "copy")

    return copy


# -- what is kept and is no good -----------------------------------------------------------------------------


def fragments(store: Store) -> list[Path]:
    return [path for path in sorted(store.folder.glob("*")) if re.fullmatch("[0-9a-f]{64}", path.name)]


@pytest.mark.parametrize("harm", ["cut", "empty", "garbage", "swapped", "changed", "folder", "gone"])
def test_a_damaged_entry_is_made_anew(
    harm: str, plain: Files, sample: Project, settled: Callable[[], Store], laid_out: list[str]
) -> None:
    store = settled()
    entries = fragments(store)
    datas = [path.read_bytes() for path in entries]
    for path, data, other in zip(entries, datas, datas[1:] + datas[:1], strict=True):
        match harm:
            case "cut":
                path.write_bytes(data[: len(data) // 2])
            case "empty":
                path.write_bytes(b"")
            case "garbage":
                path.write_bytes(random.Random(1).randbytes(len(data)))
            case "swapped":
                path.write_bytes(other)
            case "changed":
                path.write_bytes(data[:-20] + b"?" + data[-19:])
            case "folder":
                path.unlink()
                path.mkdir()
            case "gone":
                path.unlink()
    laid_out.clear()
    assert made(book(), sample, store) == plain
    assert len(set(laid_out)) == len(book().articles)


class _Evil:
    def __reduce__(self) -> Any:
        return os.system, (f"touch {_EVIL}",)


_EVIL = "executed-by-pickle"


def _called(module: str, name: str, *arguments: str) -> bytes:
    """A pickle that calls something by its name, dotted or not."""

    def said(text: str) -> bytes:
        data = text.encode()
        return b"\x8c" + bytes([len(data)]) + data

    return b"\x80\x04" + said(module) + said(name) + b"\x93(" + b"".join(map(said, arguments)) + b"tR."


PICKLES = {
    "a list": pickle.dumps([1]),
    "another class": pickle.dumps(Report()),
    "nothing": b"",
    "half": pickle.dumps(PageLayout(1, 1, 1, 1, 1, 1, 1, 1))[:30],
    "too long": b"\x80\x04\x8e" + b"\xff" * 8 + b".",
    "system": pickle.dumps(_Evil()),
    "imported": _called("generator.typesetting.separation", "Image.os.system", f"touch {_EVIL}"),
    "builtins": _called("generator.typesetting.fragment", "__builtins__.eval", f"open({_EVIL!r}, 'w')"),
    "function": _called("generator.typesetting.fragment", "printed_number", "1", "decimal"),
    "part": _called("generator.typesetting.fragment", "Part", "1", "2"),
}


@pytest.mark.parametrize("name", PICKLES)
def test_a_pickle_of_something_else_is_never_obeyed(
    name: str, plain: Files, sample: Project, settled: Callable[[], Store], laid_out: list[str],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    store = settled()
    for path in fragments(store):
        store.put(path.name, PICKLES[name])
    laid_out.clear()
    assert made(book(), sample, store) == plain
    assert len(set(laid_out)) == len(book().articles)
    assert not (tmp_path / _EVIL).exists()


def test_what_another_program_kept_is_not_used(
    plain: Files, sample: Project, settled: Callable[[], Store], laid_out: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = settled()
    monkeypatch.setattr(stores, "program", lambda: "another")
    assert made(book(), sample, store) == plain
    assert len(set(laid_out)) == len(book().articles)


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_store_that_takes_nothing_costs_only_time(
    fault: int, plain: Files, sample: Project, settled: Callable[[], Store], laid_out: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A full disk, one for reading only, another's folder."""
    store = settled()
    (of_a1,) = (p for p in fragments(store) if read(store.get(p.name) or b"").name == "a1")
    of_a1.unlink()

    def refuse(path: Any, *rest: Any, **options: Any) -> Any:
        if str(path).startswith(str(store.folder)):
            raise OSError(fault, os.strerror(fault))
        return real(path, *rest, **options)

    real = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", refuse)
    if fault != errno.ENOSPC:
        monkeypatch.setattr(os, "utime", refuse)
    laid_out.clear()
    assert made(book(), sample, store) == plain
    assert laid_out == ["a1"]


def test_a_file_where_the_store_should_be(plain: Files, sample: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert made(book(), sample, Store(tmp_path / "file")) == plain


# -- same bytes ----------------------------------------------------------------------------------------------


def test_the_same_bytes_from_a_pool_a_store_and_after_an_edit(plain: Files, sample: Project, kept: Store) -> None:
    with Workers(2) as workers:
        assert made(book(), sample, kept, workers) == plain
    assert made(book(), sample, kept) == plain
    assert made(book(a3=6), sample, kept) != plain
    assert made(book(), sample, kept) == plain


def test_two_builds_of_one_workspace_at_once(workspace: Callable[..., Project]) -> None:
    project = workspace()
    command = [
        sys.executable,
        "-m",
        "generator",
        "--root",
        str(project.root),
        "build",
        "heyuan-rule",
        "--format",
        "pdf",
    ]
    builds = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(2)]
    said_ = [build.communicate()[0].decode() for build in builds]
    assert [build.returncode for build in builds] == [0, 0], said_
    found = {p.name: p.read_bytes() for p in (project.build / "heyuan-rule").iterdir()}
    shutil.rmtree(project.build)
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert {p.name: p.read_bytes() for p in (project.build / "heyuan-rule").iterdir()} == found


# -- a process that is lost ----------------------------------------------------------------------------------

_MARK = "ZHANKAN_TEST_KILLED"
posix = pytest.mark.skipif(os.name != "posix", reason="kill -9")


def killed_once(task: setting.Task) -> tuple[bytes | None, list[Diagnostic]]:
    """Lay out, but the first time a2 is met the process is killed in the middle."""
    mark = Path(os.environ[_MARK])
    if task.name == "a2" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return _LAY_OUT(task)


def killed_always(task: setting.Task) -> tuple[bytes | None, list[Diagnostic]]:
    if task.name == "a2":
        os.kill(os.getpid(), signal.SIGKILL)
    return None, []


_LAY_OUT = setting.lay_out


@posix
def test_a_process_killed_once_makes_no_difference(
    plain: Files, sample: Project, kept: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(_MARK, str(tmp_path / "killed"))
    monkeypatch.setattr(setting, "lay_out", killed_once)
    with Workers(2) as workers:
        assert made(book(), sample, kept, workers) == plain
    assert (tmp_path / "killed").exists()
    monkeypatch.undo()
    assert made(book(), sample, kept) == plain, "what was kept is good"


@posix
def test_a_run_whose_process_always_dies_is_named(
    sample: Project, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting, "lay_out", killed_always)
    report = Report()
    few = book(referring=False)
    few = replace(few, articles=few.articles[2:5])
    with Workers(2) as workers:
        assert pdf.write(few, sample, report, workers, kept) == {}
    (found,) = report.diagnostics
    assert (found.code, found.severity) == ("pdf.process_lost", "error")
    assert "“题a2”" in str(found.message)
    assert fragments(kept) == []
