"""Compose: golden trees, numbers, references, contents, contributors, widths; templates and pictures that fail."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from generator import project as project_module
from generator import tree
from generator.compose import check_prose, compose
from generator.diagnostics import Diagnostic, Report
from generator.load import load
from generator.model import Article, Publication
from generator.project import Project
from generator.prose import Place, Renderer
from generator.publications import PUBLICATION_TYPES
from generator.records import RECORD_TYPES
from generator.records.edition import Edition
from tests.conftest import ROOT

EDITIONS = ("heyuan-2024-1", "heyuan-cases", "heyuan-guide", "heyuan-notice", "heyuan-rule", "heyuan-standard")


def composed(project: Project, edition: str) -> tuple[Publication, list[Diagnostic]]:
    report = Report()
    records = load(project, report)
    assert report.diagnostics == []
    record = records[edition]
    assert isinstance(record, Edition)
    return compose(record, records, project, report), report.sorted()


# -- golden trees --------------------------------------------------------------------------------------------


def dump(publication: Publication) -> str:
    """A publication as text: a line a block, what stands inside a block of text as XML behind it."""
    lines = [
        f"{publication.kind} {publication.id}: {publication.title} | {publication.series} | {publication.name}",
        f"layout {publication.layout}",
        *(f"meta {name}: {value}" for name, value in publication.metadata.items()),
        *(f"asset {a.name} {a.media_type} {a.width}x{a.height}" for a in publication.assets.values()),
    ]
    for article in publication.articles:
        lines += ["", f"== {article.id} | {article.kind} | {article.zone} | {article.section} | {article.title}"]
        lines += [f"entry {e.level} {e.id}: {e.title} | {e.author} | {e.section}" for e in article.entries]
        lines += _lines(article.body, 0)
    return "\n".join(lines) + "\n"


def _lines(element: etree._Element, depth: int) -> Iterator[str]:
    marks = "".join(f" {name}={value}" for name, value in sorted(element.attrib.items()) if name not in ("id", "class"))
    head = "  " * depth + element.tag + "".join(f".{c}" for c in element.get("class", "").split())
    head += f"#{element.get('id')}" if element.get("id") else ""
    if any(tree.VOCABULARY[child.tag].group == tree.BLOCK for child in element):
        yield head + marks + (f"  {element.text}" if element.text else "")
        for child in element:
            yield from _lines(child, depth + 1)
            if child.tail:
                yield "  " * (depth + 1) + child.tail
    else:
        inner = (element.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in element)
        yield head + marks + (f"  {inner}" if inner else "")


@pytest.mark.parametrize("edition", EDITIONS)
def test_tree_is_the_golden_one(
    edition: str, publications: dict[str, Publication], golden: Callable[[str, str], None]
) -> None:
    golden(f"trees/{edition}.txt", dump(publications[edition]))


def test_composing_twice_gives_the_same_trees(publications: dict[str, Publication], sample: Project) -> None:
    for edition, first in publications.items():
        again, _ = composed(sample, edition)
        assert dump(again) == dump(first)
        assert again.assets == first.assets


# -- the sample is worth its name ----------------------------------------------------------------------------


def test_the_sample_has_every_record_and_publication_type(
    sample: Project, publications: dict[str, Publication]
) -> None:
    records = load(sample, Report())
    assert {type(r) for r in records} == set(RECORD_TYPES.values())
    assert {p.kind for p in publications.values()} == set(PUBLICATION_TYPES)
    assert tuple(publications) == EDITIONS
    assert len([p for p in sample.content.rglob("*") if p.is_file()]) <= 19


def test_the_sample_uses_every_template() -> None:
    """A template no test ever renders can be broken without anybody noticing."""
    rendered = set()
    for edition in EDITIONS:
        text = (ROOT / "tests" / "golden" / "trees" / f"{edition}.txt").read_text(encoding="utf-8")
        rendered |= {line.split(" | ")[1] for line in text.splitlines() if line.startswith("== ")}
    parts = {"macros"}  # what others include or extend
    for path in (ROOT / "templates").glob("*/*.xhtml"):
        name = path.stem
        assert name in rendered | parts or name.startswith("base-"), f"{path.name} is rendered by no sample edition"


# -- the publication as a whole ------------------------------------------------------------------------------


def article(publication: Publication, identifier: str) -> Article:
    return next(a for a in publication.articles if a.id == identifier)


def words(element: etree._Element) -> str:
    return re.sub(r"\s+", " ", tree.text(element)).strip()


def every_id(publication: Publication) -> list[str]:
    return [e.get("id", "") for a in publication.articles for e in a.body.iter() if e.get("id")]


@pytest.mark.parametrize("edition", EDITIONS)
def test_ids_are_unique_and_references_have_targets(edition: str, publications: dict[str, Publication]) -> None:
    publication = publications[edition]
    ids = every_id(publication)
    assert len(ids) == len(set(ids))
    for piece in publication.articles:
        assert piece.body.get("id") == piece.id
        for link in piece.body.iter("a"):
            href = link.get("href", "")
            assert not href.startswith("#") or href[1:] in ids, href


@pytest.mark.parametrize("edition", EDITIONS)
def test_nothing_temporary_is_left(edition: str, publications: dict[str, Publication]) -> None:
    for piece in publications[edition].articles:
        left = {name for e in piece.body.iter() for name in e.attrib}
        assert not left & {"data-cite", "data-role", "data-at", "data-letter", "data-anchor"}
        assert "{" not in tree.text(piece.body)


@pytest.mark.parametrize("edition", EDITIONS)
def test_pictures_shown_are_the_assets(edition: str, publications: dict[str, Publication]) -> None:
    publication = publications[edition]
    shown = {i.get("src") for a in publication.articles for i in a.body.iter("img")}
    assert shown == set(publication.assets)


def test_figures_and_tables_are_numbered_through_the_publication(publications: dict[str, Publication]) -> None:
    def labels(edition: str) -> list[str]:
        return [
            (c.findtext("span[@class='label']") or "").strip("　")
            for a in publications[edition].articles
            for c in a.body.iter("figcaption")
            if c.find("span[@class='label']") is not None
        ]

    assert labels("heyuan-2024-1") == [
        "图1",
        "图2",
        "图3",
        "图4",
        "图5",
        "表1",
        "表2",
        "表3",
        "图6",
    ]  # a case, the data page, a portrait
    assert labels("heyuan-cases") == ["表1", "图1", "图2", "图3", "图4"]
    assert labels("heyuan-standard") == ["表A.1"]


def test_cross_references_print_their_targets(publications: dict[str, Publication]) -> None:
    essay = article(publications["heyuan-2024-1"], "art-ledger").body
    assert "详见《重新打开的门》（第页）。" in words(essay)  # the page is the writer's
    assert "（见图2）" in words(article(publications["heyuan-2024-1"], "case-door").body)
    assert "写在表1里" in words(article(publications["heyuan-cases"], "op-ledger").body)
    assert "对本办法第二条所列的人，每周走访一次，用附件登记" in words(
        article(publications["heyuan-rule"], "rule-visits").body
    )
    standard = words(article(publications["heyuan-standard"], "std-hub").body)
    assert "按第2章评价，分级见附录A。" in standard
    assert "走访分两级，见表A.1。" in standard


def test_clauses_are_numbered_by_their_scheme(publications: dict[str, Publication]) -> None:
    def labels(edition: str, piece: str) -> list[str]:
        return [
            "".join(s.itertext()).strip("　 ")
            for s in article(publications[edition], piece).body.iter("span")
            if s.get("class") == "label"
        ]

    assert labels("heyuan-rule", "rule-visits") == [
        "第一章", "第一条", "第二条", "（一）", "（二）", "第二章", "第三条", "附件",
    ]  # fmt: skip
    assert labels("heyuan-standard", "std-hub") == [
        "1", "2", "2.1", "a）", "b）", "2.2", "3", "附录A（资料性）", "A.1", "表A.1",
    ]  # fmt: skip


def test_figures_from_facts_carry_their_value(publications: dict[str, Publication]) -> None:
    figures = {
        (d.get("data-fact"), d.get("value"), "".join(d.itertext()))
        for a in publications["heyuan-2024-1"].articles
        for d in a.body.iter("data")
    }
    assert figures >= {
        ("f-visit-2023", "860", "860人次"),
        ("f-group-2023", "40", "40余节"),
    }


def test_bars_say_what_tells_them_apart(publications: dict[str, Publication]) -> None:
    chart = article(publications["heyuan-2024-1"], "column-7").body.find(".//figure[@class='chart drawn']/img")
    assert chart is not None
    assert chart.get("alt") == "荷西站走访。条形图：上半年410人次；下半年450人次。"


# -- contents and contributors -------------------------------------------------------------------------------


def contents(publication: Publication) -> list[str]:
    body = next(a for a in publication.articles if a.kind == "contents").body
    return [words(item) for item in body.iter("li")]


def test_contents_of_a_bulletin_stand_under_their_columns(publications: dict[str, Publication]) -> None:
    assert contents(publications["heyuan-2024-1"]) == [
        "卷首语", "从敲门开始赵青",
        "要闻", "荷西站走访独居老人林安",
        "站点风采", "荷西街道社会工作服务站林安",
        "经验分享", "走访怎样记林安 赵青",
        "案例鉴赏", "重新打开的门林安", "河边茶座小组林安", "老街议事会林安",
        "政策速递", "荷源区关爱走访办法",
        "数据看板", "2024年数据看板",
        "服务动态", "门口多了一把伞赵青",
        "人物", "楼上的人林安",
        "投稿须知", "投稿须知",
    ]  # fmt: skip


def test_contents_of_an_anthology_have_parts_and_matter(publications: dict[str, Publication]) -> None:
    assert contents(publications["heyuan-cases"]) == [
        "序赵青", "编写说明", "第一编 建设运营类", "一本台账管到底赵青", "第二编 直接服务类",
        "重新打开的门林安", "河边茶座小组林安", "老街议事会林安", "附录 用词", "编后记林安",
    ]  # fmt: skip


def test_contents_of_a_document_are_its_headings(publications: dict[str, Publication]) -> None:
    assert contents(publications["heyuan-guide"]) == ["序", "走访工作指引", "社工站走访服务标准"]
    assert contents(publications["heyuan-rule"]) == ["第一章 总则", "第二章 走访", "附件 走访登记表"]
    assert contents(publications["heyuan-standard"]) == [
        "前言", "1 范围", "2 要求", "3 评价", "附录A（资料性） 走访分级",
    ]  # fmt: skip


@pytest.mark.parametrize("edition", [e for e in EDITIONS if e != "heyuan-notice"])  # which has no contents
def test_entries_point_to_ids_and_to_the_contents(edition: str, publications: dict[str, Publication]) -> None:
    publication = publications[edition]
    ids = every_id(publication)
    entries = [e for a in publication.articles for e in a.entries]
    assert all(e.id in ids for e in entries)
    body = next(a for a in publication.articles if a.kind == "contents").body
    assert [link.get("href") for link in body.iter("a")] == [f"#{e.id}" for e in entries]


def test_highlights_of_the_cover_point_to_pieces(publications: dict[str, Publication]) -> None:
    cover = article(publications["heyuan-2024-1"], "cover").body
    assert [words(item) for item in cover.iter("li")] == ["要闻荷西站走访独居老人", "案例鉴赏重新打开的门"]


def test_contributors_are_named_once_with_all_they_made(publications: dict[str, Publication]) -> None:
    body = article(publications["heyuan-2024-1"], "contributors").body
    shown = {
        item.findtext(".//strong"): (
            item.findtext(".//span[@class='org']"),
            [link.get("href") for link in item.iter("a") if link.get("class") == "ref"],
        )
        for item in body.iter("li")
    }
    assert list(shown) == ["赵青", "林安", "周舟"]
    assert shown["赵青"] == ("荷影社会工作服务中心", ["#art-editorial", "#art-ledger", "#news-umbrella"])
    assert shown["周舟"] == ("荷源区摄影协会", ["#case-door"])
    assert shown["林安"][1] == [
        "#news-visit",
        "#st-hexi",
        "#art-ledger",
        "#case-door",
        "#group-tea",
        "#act-fair",
        "#art-neighbour",
    ]


# -- tables --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_table_has_column_widths_that_fill_it(edition: str, publications: dict[str, Publication]) -> None:
    tables = [t for a in publications[edition].articles for t in a.body.iter("table")]
    for table in tables:
        widths = [float(c.get("data-width", "")) for c in table.iterfind("colgroup/col")]
        assert len(widths) == max(sum(int(c.get("colspan", "1")) for c in row) for row in table.iter("tr"))
        assert sum(widths) == pytest.approx(100, abs=0.1)
        assert min(widths) > 2


def test_a_column_that_says_more_is_wider(publications: dict[str, Publication]) -> None:
    table = next(article(publications["heyuan-cases"], "op-ledger").body.iterfind(".//table[@class='data']"))
    word, meaning, number = (float(c.get("data-width", "")) for c in table.iterfind("colgroup/col"))
    assert meaning > word
    assert meaning > number


def test_a_table_that_fits_is_not_lopsided(publications: dict[str, Publication]) -> None:
    table = article(publications["heyuan-2024-1"], "column-7").body.findall(".//table")[-1]
    station, brand, model = (float(c.get("data-width", "")) for c in table.iterfind("colgroup/col"))
    assert station < 3 * brand  # eleven characters against four
    assert brand == model


# -- templates that fail -------------------------------------------------------------------------------------


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's templates that a test may break."""
    folder = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", folder)
    monkeypatch.setattr(project_module, "templates", lambda: folder)
    return folder


def test_missing_template(templates: Path, sample: Project) -> None:
    (templates / "bulletin" / "notice.xhtml").unlink()
    publication, found = composed(sample, "heyuan-2024-1")
    assert [(d.code, str(d.span)) for d in found] == [("template.missing", "templates/bulletin/notice.xhtml")]
    assert article(publication, "art-notice").body.get("id") == "art-notice"  # contents and links still hold


def test_missing_part_of_a_template(templates: Path, sample: Project) -> None:
    (templates / "house" / "base-cover.xhtml").unlink()
    _, found = composed(sample, "heyuan-rule")
    assert [(d.code, str(d.message)) for d in found] == [("template.missing", "缺少版面模板 base-cover.xhtml")]


BREAKS = {
    "template.syntax": ("{% if record %}", "template.syntax", 2),
    "undefined variable": ("<p>{{ nobody.knows }}</p>", "template.failed", 2),
    "undefined field": ("<p>{{ record.shoe_size }}</p>", "template.failed", 2),
    "value of the wrong kind": ("<p>{{ record.title + 1 }}</p>", "template.failed", 2),
    "division by zero": ("<p>{{ 1 / 0 }}</p>", "template.failed", 2),
    "no such figure": ("{% for x in figures_of(none) %}{% endfor %}", "template.failed", 2),
    "forbidden by the sandbox": ("<p>{{ record.__class__.__mro__ }}</p>", "template.failed", 2),
}


@pytest.mark.parametrize("name", BREAKS)
def test_broken_template(name: str, templates: Path, sample: Project, publications: dict[str, Publication]) -> None:
    text, code, line = BREAKS[name]
    path = templates / "bulletin" / "notice.xhtml"
    path.write_text(f'<article id="{{{{ piece.id }}}}" data-kind="notice">\n{text}\n</article>\n', encoding="utf-8")
    publication, found = composed(sample, "heyuan-2024-1")
    assert [(d.code, d.span.file) for d in found] == [(code, "templates/bulletin/notice.xhtml")], found
    if name != "template.syntax":  # jinja names the line where it gave up
        assert found[0].span.line == line
    assert [a.id for a in publication.articles] == [a.id for a in publications["heyuan-2024-1"].articles]


def test_a_fault_in_an_included_template_names_that_one(templates: Path, sample: Project) -> None:
    path = templates / "house" / "macros.xhtml"
    text = path.read_text(encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "macro bullets" in row) + 1
    path.write_text(text.replace("{% macro bullets(items) %}\n", "{% macro bullets(items) %}\n{{ nobody }}"), "utf-8")
    _, found = composed(sample, "heyuan-2024-1")
    assert {(d.code, str(d.span)) for d in found} == {("template.failed", f"templates/house/macros.xhtml:{line}:1")}


def test_output_that_is_not_xml(templates: Path, sample: Project) -> None:
    path = templates / "bulletin" / "notice.xhtml"
    path.write_text('<article id="{{ piece.id }}">\n<p>一\n</article>\n', encoding="utf-8")
    _, found = composed(sample, "heyuan-2024-1")
    assert [(d.code, d.span.file) for d in found] == [("template.not_xml", "templates/bulletin/notice.xhtml")]


def test_output_outside_the_vocabulary(templates: Path, sample: Project) -> None:
    path = templates / "bulletin" / "notice.xhtml"
    path.write_text(
        '<article id="{{ piece.id }}"><p class="loud">一</p><marquee>二</marquee><section>三</section></article>',
        "utf-8",
    )
    _, found = composed(sample, "heyuan-2024-1")
    assert {d.code for d in found} == {"tree.unknown_class", "tree.unknown_element", "tree.stray_text"}
    assert {d.span.file for d in found} == {"templates/bulletin/notice.xhtml"}


# -- pictures and ids that fail ------------------------------------------------------------------------------


def test_missing_cover_picture(workspace: Callable[..., Project]) -> None:
    project = workspace()
    path = project.content / "bulletins" / "heyuan-2024-1.yaml"
    text = path.read_text(encoding="utf-8").replace("图: steps.svg", "图: stairs.svg")
    path.write_text(text, encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "stairs.svg" in row)
    publication, found = composed(project, "heyuan-2024-1")
    assert [(d.code, str(d.span)) for d in found] == [
        ("compose.picture_missing", f"content/bulletins/heyuan-2024-1.yaml:{line}:6")
    ]
    assert article(publication, "cover").body.find(".//img") is None


@pytest.mark.parametrize(
    ("name", "data"),
    [("broken.svg", b"<svg><g></svg>"), ("broken.png", b"\x89PNG\r\n\x1a\nnothing"), ("broken.jpg", b"")],
)
def test_broken_picture(name: str, data: bytes, workspace: Callable[..., Project]) -> None:
    project = workspace()
    (project.media / name).write_bytes(data)
    path = project.content / "bulletins" / "heyuan-2024-1.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("图: steps.svg", f"图: {name}"), encoding="utf-8")
    _, found = composed(project, "heyuan-2024-1")
    code = "drawing.broken" if name.endswith(".svg") else "compose.picture_broken"
    assert [(d.code, d.span.file) for d in found] == [(code, f"content/media/{name}")]


def test_an_anchor_used_twice_names_its_file(workspace: Callable[..., Project]) -> None:
    project = workspace()
    (project.content / "articles" / "art-notice.md").write_text(
        "---\n编号: art-second\n标题: 又一则\n体裁: 启事\n---\n![三步](steps.svg)\n图题：三步 {#fig-steps}\n",
        encoding="utf-8",
    )
    path = project.content / "bulletins" / "heyuan-2024-1.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("[art-notice]", "[art-notice, art-second]"), "utf-8")
    _, found = composed(project, "heyuan-2024-1")
    assert [(d.code, d.span.file) for d in found] == [("compose.duplicate_anchor", "content/articles/art-notice.md")]


# -- what is done once ---------------------------------------------------------------------------------------


def whole(publication: Publication) -> tuple[bytes, list[str]]:
    """All that is printed of a publication, and the pictures in it."""
    return b"".join(etree.tostring(a.body) for a in publication.articles), sorted(publication.assets)


def test_a_text_is_rendered_once_for_checking_and_all_editions(
    sample: Project, publications: dict[str, Publication], monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[tuple[str, str]] = []
    real = Renderer._render

    def render(self: Renderer, text: str, place: Place) -> list[etree._Element]:
        rendered.append((place.source, text))
        return real(self, text, place)

    monkeypatch.setattr(Renderer, "_render", render)
    report = Report()
    records = load(sample, report)
    prose = check_prose(records, sample, report)
    made = {e.id: compose(e, records, sample, report, prose) for e in records if isinstance(e, Edition)}
    assert len(rendered) == len(set(rendered)) > 0
    assert report.diagnostics == []
    assert {name: whole(p) for name, p in made.items()} == {name: whole(p) for name, p in publications.items()}


@pytest.mark.parametrize("spoil", [None, b"", b"garbage"])
def test_compiled_templates_print_what_templates_do(
    spoil: bytes | None, sample: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Project, "compiled", property(lambda self: tmp_path / "compiled"))
    first, found = composed(sample, "heyuan-rule")
    kept = list((tmp_path / "compiled").iterdir())
    assert kept
    for path in kept if spoil is not None else ():
        path.write_bytes(spoil or b"")
    again, found_again = composed(sample, "heyuan-rule")
    assert (whole(again), found_again) == (whole(first), found)
