"""HTML: every page there, every link leads somewhere, notes at the end, nothing of the workshop left."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

import pytest
from lxml import etree, html

from generator import tree
from generator.diagnostics import Report
from generator.model import Publication
from generator.project import Project
from generator.writers import html as writer
from tests import vocabulary
from tests.writers.test_pdf import EDITIONS, blocks, everything_publication, squeeze

Pages = dict[str, etree._Element]


def pages_of(files: dict[str, bytes]) -> Pages:
    parser = html.HTMLParser(encoding="utf-8")
    return {
        name: html.document_fromstring(data, parser=parser) for name, data in files.items() if name.endswith(".html")
    }


@pytest.fixture(params=EDITIONS)
def publication(request: pytest.FixtureRequest, publications: dict[str, Publication]) -> Publication:
    return publications[str(request.param)]


@pytest.fixture
def files(publication: Publication, sample: Project) -> dict[str, bytes]:
    report = Report()
    made = writer.write(publication, sample, report)
    assert report.diagnostics == []
    return made


@pytest.fixture
def pages(files: dict[str, bytes]) -> Pages:
    return pages_of(files)


def lost_links(pages: Pages, files: dict[str, bytes]) -> list[str]:
    """Links and pictures of the pages that lead to no file or no id."""
    ids = {name: {str(i) for i in page.xpath("//@id")} for name, page in pages.items()}
    lost = []
    for name, page in pages.items():
        for value in (*page.xpath("//a/@href"), *page.xpath("//img/@src"), *page.xpath("//link/@href")):
            target = str(value)
            if target.startswith(("http://", "https://", "mailto:")):
                continue
            file, _, fragment = target.partition("#")
            file = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(file))) if file else name
            if file not in files or (fragment and unquote(fragment) not in ids[file]):
                lost.append(f"{name}: {target}")
    return lost


def test_every_link_leads_somewhere(pages: Pages, files: dict[str, bytes]) -> None:
    assert lost_links(pages, files) == []


def test_ids_are_unique_on_a_page(pages: Pages) -> None:
    for page in pages.values():
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))


def test_every_article_has_its_page(publication: Publication, pages: Pages) -> None:
    paper = {"contents", "title-page", "back-cover"}
    for article in publication.articles:
        if article.kind in paper:
            continue
        page = pages[f"html/{article.id}.html"]
        assert article.title in page.findtext(".//title", "")
        read, place = squeeze(page.find(".//main").text_content()), 0  # type: ignore[union-attr]
        for block in blocks(article.body):
            if block.findall(".//span[@class='footnote']") or block.findall(".//a[@class='page-ref']"):
                continue
            words = squeeze(tree.text(block))
            assert words in read[place:]
            place = read.index(words, place)


def test_every_page_is_reached_from_the_index(publication: Publication, pages: Pages) -> None:
    linked = {str(h).partition("#")[0] for h in pages["html/index.html"].xpath("//a/@href")}
    body = {f"{a.id}.html" for a in publication.articles if a.zone != "cover" and a.kind != "contents"}
    assert linked >= body - {"imprint.html"}


def test_pages_follow_one_another(pages: Pages) -> None:
    following = {name: page.xpath("string(//a[@rel='next']/@href)") for name, page in pages.items()}
    start = next(name for name in pages if not pages[name].xpath("//a[@rel='prev']") and following[name])
    walked = [start]
    while following[walked[-1]]:
        walked.append(f"html/{following[walked[-1]]}")
    assert set(walked) == set(pages) - {"html/index.html"}
    assert len(walked) == len(set(walked))


def test_notes_are_moved_to_the_end(publications: dict[str, Publication], sample: Project) -> None:
    pages = pages_of(writer.write(publications["heyuan-cases"], sample, Report()))
    page = pages["html/case-door.html"]
    notes = page.xpath("//section[@role='doc-endnotes']//li")
    assert [n.text_content() for n in notes] == ["据入户访谈记录。"]
    (call,) = page.xpath("//a[@role='doc-noteref']")
    assert call.get("href") == f"#{notes[0].get('id')}"
    assert "一年回来一次1。" in squeeze(page.text_content())
    assert page.xpath("//section[@role='doc-endnotes']/following-sibling::*") == []


def test_nothing_of_the_workshop_is_left(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        if name.endswith(".html"):
            text = data.decode()
            assert "data-source" not in text
            assert "data-kind" not in text
            assert "content/" not in text
            assert "<script" not in text


def test_pages_stand_on_their_own(files: dict[str, bytes], pages: Pages) -> None:
    """Nothing is fetched from elsewhere; language, title and encoding are said."""
    for page in pages.values():
        assert page.get("lang") == "zh-CN"
        assert page.xpath("//meta[@charset='utf-8']")
        assert page.findtext(".//title")
        assert not [s for s in page.xpath("//@src | //link/@href") if "//" in str(s)]
    assert b"url(http" not in files["html/style.css"]


def test_assets_come_along(publication: Publication, files: dict[str, bytes]) -> None:
    media = {name.removeprefix("html/media/") for name in files if name.startswith("html/media/")}
    assert media == {asset.alias for asset in publication.assets.values()}
    assert not any(name in data.decode("utf-8", "ignore") for name in publication.assets for data in files.values())


def test_writing_twice_gives_the_same_bytes(publication: Publication, files: dict[str, bytes], sample: Project) -> None:
    assert writer.write(publication, sample, Report()) == files


# -- the whole vocabulary ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def everything(sample: Project) -> Pages:
    report = Report()
    files = writer.write(everything_publication(), sample, report)
    assert report.diagnostics == []
    pages = pages_of(files)
    assert lost_links(pages, files) == []
    return pages


@pytest.mark.parametrize(("number", "name"), [(n, name) for n, (name, _) in enumerate(vocabulary.samples())])
def test_every_element_comes_out(number: int, name: str, everything: Pages) -> None:
    page = everything[f"html/a-{number}.html"]
    if vocabulary.has_words(name):
        assert vocabulary.words(name) in page.text_content()
    element, _, class_ = name.partition(".")
    main = page.find(".//main")
    assert main is not None
    if name not in ("span.footnote", "p"):
        assert main.findall(f".//{element}")
    if class_ and element != "article" and name != "span.footnote":
        assert main.xpath(f"//{element}[contains(concat(' ', @class, ' '), ' {class_} ')]")


def test_what_says_what_is_drawn_is_heard_and_not_seen(sample: Project) -> None:
    """Out of the page's flow and cut away; ``display: none`` would hide it from screen readers as well."""
    style = writer.write(everything_publication(), sample, Report())["html/style.css"].decode()
    (rule,) = re.findall(r"\.equivalent \{([^}]*)\}", style)
    assert "clip-path: inset(50%)" in rule
    assert "position: absolute" in rule
    assert "display" not in rule
    assert "visibility" not in rule
