"""The Word writer: everything in the tree comes out, as Word's own fields, notes, sections and tables."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from lxml import etree

from generator import tree
from generator.diagnostics import Report
from generator.model import Article, Asset, Chart, Entry, PageLayout, Publication, Series, Value
from generator.project import Project
from generator.theme import house
from generator.writers import docx
from generator.writers.docx import measure, tables
from generator.writers.docx.blocks import BLOCKS
from generator.writers.docx.draft import Copy
from generator.writers.docx.inlines import INLINES
from generator.writers.docx.references import References
from tests import vocabulary
from tests.writers import validators
from tests.writers.docx_lint import lint
from tests.writers.word_numbers import printed, said

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90" width="160mm" height="90mm">'
    '<rect width="160" height="90" fill="#1f5a54"/></svg>'
)
SAMPLES = vocabulary.samples()
ROOT = Path(__file__).parents[2]
PROJECT = Project(Path(tempfile.mkdtemp()))


def publication(*articles: Article) -> Publication:
    return Publication(
        id="sample",
        kind="bulletin",
        name="样刊",
        title="社工样刊",
        series="2023年第1期",
        language="zh-CN",
        layout=PageLayout(210, 285, 25, 24, 22, 20, 10.5, 18),
        articles=articles,
        assets={vocabulary.PICTURE: Asset(vocabulary.PICTURE, SVG.encode(), "image/svg+xml")},
        metadata={"author": "编辑部", "subject": "季刊", "keywords": "社会工作", "date": "2023-12-29"},
        theme=house(),
    )


def article(xhtml: str, number: int = 1, **changes: object) -> Article:
    given: dict[str, object] = {"id": f"a-{number}", "kind": "essay", "title": "题名", "body": tree.parse(xhtml)}
    return Article(**{**given, **changes})  # type: ignore[arg-type]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(*articles: Article) -> tuple[dict[str, etree._Element], bytes]:
    report = Report()
    data = docx.write(publication(*articles), PROJECT, report)["样刊.docx"]
    assert report.diagnostics == []
    assert lint(data) == []
    return {n: etree.fromstring(b) for n, b in parts(data).items() if n.endswith((".xml", ".rels"))}, data


def body(*articles: Article) -> etree._Element:
    return written(*articles)[0]["word/document.xml"]


def instructions(root: etree._Element) -> list[str]:
    return [(t.text or "").strip() for t in root.iter(W + "instrText")]


def styles(root: etree._Element) -> list[str]:
    return [s.get(W + "val", "") for s in root.iter(W + "pStyle")]


# ------------------------------------------------------------------ the whole vocabulary


@pytest.mark.parametrize(("name", "xhtml"), SAMPLES, ids=[name for name, _ in SAMPLES])
def test_every_element_comes_out(name: str, xhtml: str) -> None:
    made, data = written(article(xhtml))
    text = said(made["word/document.xml"]) + said(made["word/footnotes.xml"])
    if vocabulary.has_words(name):
        assert text.count(vocabulary.words(name)) == 1
    assert vocabulary.PICTURE not in xhtml or any(n.startswith("word/media/") for n in parts(data))


@pytest.mark.parametrize(("name", "xhtml"), SAMPLES, ids=[name for name, _ in SAMPLES])
def test_all_words_stand_in_the_tree_s_order(name: str, xhtml: str) -> None:
    """Nothing lost, nothing added: page numbers, blanks, boxes and spaces apart."""
    parsed = tree.parse(xhtml)
    expected = re.sub(r"\s", "", tree.text(parsed, notes=False))
    got = re.sub(r"[\s☐☑]", "", printed(written(article(xhtml))[0]))
    if "page-ref" in xhtml or "contents-entry" in xhtml:
        got, expected = re.sub(r"\d", "", got), re.sub(r"\d", "", expected)
    assert got == expected


def test_handlers_know_the_vocabulary_and_nothing_else() -> None:
    known = {
        name
        for element, kind in tree.VOCABULARY.items()
        for name in (element, *(f"{element}.{c}" for c in kind.classes))
    }
    assert {*BLOCKS, *INLINES} == known


def test_unknown_elements_are_kept_and_reported() -> None:
    report = Report()
    strange = article("<article><marquee>滚动</marquee><p class='neon'>霓虹<blink>闪</blink></p></article>")
    data = docx.write(publication(strange), PROJECT, report)["样刊.docx"]
    assert said(etree.fromstring(parts(data)["word/document.xml"])) == "滚动霓虹闪"
    assert [d.code for d in report.diagnostics] == ["docx.not_rendered"] * 3


def test_a_missing_picture_is_reported() -> None:
    report = Report()
    docx.write(publication(article('<article><img src="none.png" alt="无图"/></article>')), PROJECT, report)
    assert [d.code for d in report.diagnostics] == ["docx.not_rendered"]


def test_a_broken_drawing_is_reported() -> None:
    report = Report()
    broken = publication(article(f'<article><img src="{vocabulary.PICTURE}" alt="坏图"/></article>'))
    object.__setattr__(broken, "assets", {vocabulary.PICTURE: Asset(vocabulary.PICTURE, b"<svg", "image/svg+xml")})
    data = docx.write(broken, PROJECT, report)["样刊.docx"]
    assert [d.code for d in report.diagnostics] == ["docx.unreadable_picture"]
    assert "坏图" in said(etree.fromstring(parts(data)["word/document.xml"]))


# ------------------------------------------------------------------ fields and references


CONTENTS = """<article><header class="article-header"><h1>目录</h1></header><nav class="contents"><ol>
<li class="contents-section">经验分享</li>
<li class="contents-entry" data-level="1"><a href="#a-2"><span class="contents-title">一张台账</span><span
class="contents-author">陈雨</span></a></li>
<li class="contents-entry" data-level="2"><a href="#s-1"><span class="contents-title">怎样记</span></a></li>
</ol></nav></article>"""
ESSAY = """<article id="a-2"><h1>一张台账</h1><p>见<a class="ref" href="#fig-1">图1</a>、<a class="ref"
href="#tab-1">表1</a>和<a class="ref" href="#s-1">怎样记</a>，在第<a class="page-ref" href="#s-1"/>页<span
class="footnote" role="doc-footnote">出自<em>年报</em>。</span>。</p>
<figure class="picture" id="fig-1"><img src="sample.svg" alt="流程"/><figcaption><span
class="label">图1　</span>流程<span class="credit">（图／王敏）</span></figcaption></figure>
<figure class="table" id="tab-1"><figcaption><span class="label">表1　</span>人数</figcaption>
<table class="data"><thead><tr><th rowspan="2">站点</th><th colspan="2">人次</th></tr>
<tr><th>男</th><th>女</th></tr></thead>
<tbody><tr><th>甲</th><td
class="number">1</td><td class="number">2</td></tr></tbody></table><p class="table-note">注：半年。</p></figure>
<h2 id="s-1">怎样记</h2><p>逐户记。</p></article>"""


def two() -> tuple[Article, Article]:
    entries = (Entry("a-2", "一张台账", "陈雨"), Entry("s-1", "怎样记", level=2))
    return article(CONTENTS, 1, zone="front"), article(ESSAY, 2, entries=entries, section="经验分享", title="一张台账")


def test_contents_are_a_field_over_finished_entries() -> None:
    root = body(*two())
    assert 'TOC \\o "1-2" \\h \\z' in instructions(root)
    found = {p: p.find(f"{W}pPr/{W}pStyle") for p in root.iter(W + "p")}
    lines = [p for p, s in found.items() if s is not None and s.get(W + "val") in ("TOC1", "TOC2")]
    assert [said(p) for p in lines] == ["一张台账　陈雨1", "怎样记1"]
    assert styles(root)[:2] == ["TOCHeading", "ContentsSection"]


def test_contents_of_parts_are_rebuilt_at_their_levels() -> None:
    lines = "".join(
        f'<li class="contents-entry" data-level="{level}"><a href="#{i}">{i}</a></li>'
        for i, level in (("编一", 0), ("案例一", 1))
    )
    root = body(
        article(f'<article><h1>目录</h1><nav class="contents"><ol>{lines}</ol></nav></article>'),
        article(
            '<article id="编一"><header class="part-header"><h1 class="part-title">编一</h1></header></article>', 2
        ),
        article('<article id="案例一"><h1>案例一</h1></article>', 3),
    )
    assert instructions(root)[0] == 'TOC \\h \\z \\t "heading 1,2,标题 1,2,编标题,1"'
    assert styles(root)[1:3] == ["TOC1", "TOC2"]


def test_captions_count_and_references_follow_them() -> None:
    root = body(*two())
    assert "SEQ 图 \\* ARABIC" in instructions(root)
    assert "SEQ 表 \\* ARABIC" in instructions(root)
    figure, table = References.name("fig-1"), References.name("tab-1")
    assert f"REF {figure} \\h \\* MERGEFORMAT" in instructions(root)
    assert f"REF {table} \\h \\* MERGEFORMAT" in instructions(root)
    start = next(b for b in root.iter(W + "bookmarkStart") if b.get(W + "name") == figure)
    between = []
    for sibling in start.itersiblings():
        if sibling.tag == W + "bookmarkEnd":
            break
        between.append(said(sibling))
    assert "".join(between) == "图1"


def test_a_reference_to_a_heading_is_a_link_with_its_words() -> None:
    links = {h.get(W + "anchor"): said(h) for h in body(*two()).iter(W + "hyperlink")}
    assert links[References.name("s-1")].startswith("怎样记")


def test_caption_numbers_that_jump_restart_the_count() -> None:
    caption = '<figcaption><span class="label">图7　</span>题</figcaption>'
    figure = f'<figure class="picture"><img src="sample.svg" alt="图"/>{caption}</figure>'
    assert "SEQ 图 \\* ARABIC \\r 7" in instructions(body(article(f"<article>{figure}</article>")))


def test_footnotes_are_word_s_own() -> None:
    made, _ = written(*two())
    notes = made["word/footnotes.xml"].findall(W + "footnote")
    assert [n.get(W + "id") for n in notes] == ["-1", "0", "1"]
    assert said(notes[2]).strip() == "出自年报。"
    references = [r.get(W + "id") for r in made["word/document.xml"].iter(W + "footnoteReference")]
    assert references == ["1"]
    format_ = next(made["word/document.xml"].iter(W + "footnotePr"))
    assert [e.get(W + "val") for e in format_] == ["decimalEnclosedCircleChinese", "eachPage"]


def test_links_in_text_and_notes_have_relationships_of_their_own_part() -> None:
    link = '<a href="https://example.org/a">网页</a>'
    made, _ = written(
        article(f'<article><p>{link}<span class="footnote" role="doc-footnote">{link}</span></p></article>')
    )
    for part in ("document", "footnotes"):
        targets = [r.get("Target") for r in made[f"word/_rels/{part}.xml.rels"] if r.get("TargetMode") == "External"]
        assert targets == ["https://example.org/a"]


@pytest.mark.parametrize("identity", ["a-1", "A-1", "条-巡访", "x" * 60, "1", "a.b", "a-b"])
def test_bookmark_names_are_lawful_and_differ(identity: str) -> None:
    name = References.name(identity)
    assert re.fullmatch(r"_\w{1,39}", name)
    assert name.lower() != References.name(identity + "2").lower()


def test_ids_that_differ_in_case_or_marks_get_different_bookmarks() -> None:
    names = {References.name(i).lower() for i in ("ab-c", "ab_c", "AB-C", "ab.c")}
    assert len(names) == 4


# ------------------------------------------------------------------ sections


def sections(root: etree._Element) -> list[tuple[str | None, str | None]]:
    found = []
    for section in root.iter(W + "sectPr"):
        kind, columns = section.find(W + "type"), section.find(W + "cols")
        assert kind is not None
        assert columns is not None
        found.append((kind.get(W + "val"), columns.get(W + "num")))
    return found


def test_columns_are_continuous_sections_and_end_level() -> None:
    root = body(article('<article><h1>动态</h1><section class="columns"><p>一</p><p>二</p></section></article>'))
    assert sections(root) == [("nextPage", None), ("continuous", "2"), ("continuous", None)]


def test_zones_number_their_pages() -> None:
    page = "<article><h1>甲</h1><p>文</p></article>"
    root = body(
        article('<article><header class="cover"><h1 class="cover-name">刊名</h1></header></article>', 1, zone="cover"),
        article(page, 2, zone="front"),
        article(page, 3, zone="front"),
        article(page, 4),
        article(page, 5),
    )
    folios = [s.find(W + "pgNumType") for s in root.iter(W + "sectPr")]
    assert [None if f is None else (f.get(W + "fmt"), f.get(W + "start")) for f in folios] == [
        None,
        ("lowerRoman", "1"),
        ("lowerRoman", None),
        ("decimal", "1"),
        ("decimal", None),
    ]


def test_running_heads() -> None:
    made, _ = written(*two())
    heads = [root for name, root in sorted(made.items()) if name.startswith("word/header")]
    assert "社工样刊　2023年第1期" in {said(h) for h in heads}
    odd = next(h for h in heads if "STYLEREF 1" in instructions(h))
    assert said(odd) == "经验分享　一张台账"
    settings = made["word/settings.xml"]
    assert settings.find(W + "evenAndOddHeaders") is not None
    assert settings.find(W + "mirrorMargins") is not None


COVER = f"""<article><header class="cover"><img class="cover-art" src="{vocabulary.PICTURE}" alt=""
role="presentation"/><p class="cover-legal">内部资料</p><h1 class="cover-name">名字很长的一份社工站刊物</h1>
<p class="cover-issue">2023年第<span class="value">3</span>期</p><p class="cover-theme">主题</p>
<ol class="highlights"><li><small>要闻</small><a class="ref" href="#a-2">第一篇</a><a class="page-ref"
href="#a-2"/></li><li><small>人物</small><a class="ref" href="#a-2">很长很长很长很长很长很长很长的第二篇</a><a
class="page-ref" href="#a-2"/></li></ol><p class="cover-publisher">编印</p></header></article>"""


def frames(root: etree._Element) -> list[etree._Element]:
    return [f for f in root.iter(W + "framePr") if f.get(W + "vAnchor") == "page"]


def review(*articles: Article) -> dict[str, bytes]:
    return parts(docx.written(publication(*articles), PROJECT, Report(), Copy.REVIEW))


def test_a_cover_has_art_behind_editable_lines() -> None:
    root = body(article(COVER, zone="cover", kind="cover"), article("<article><h1>甲</h1></article>", 2))
    lines = [s for s in styles(root) if s.startswith("Cover")]
    assert lines == ["CoverLegal", "CoverName", "CoverIssue", "CoverTheme", *["CoverHighlight"] * 2, "CoverPublisher"]
    assert len(frames(root)) == len(lines)
    anchor = next(e for e in root.iter() if etree.QName(e).localname == "anchor")
    assert anchor.get("behindDoc") == "1"


def test_lines_of_a_cover_do_not_meet() -> None:
    """Highlights stand in frames of their own, one under another, a longer title farther from the next."""
    root = body(article(COVER, zone="cover", kind="cover"), article("<article><h1>甲</h1></article>", 2))
    heights = [int(f.get(W + "y", "0")) for f in frames(root)]
    assert heights[4] < heights[5] < heights[6]


def test_a_long_name_is_made_to_fit_its_frame() -> None:
    root = body(article(COVER, zone="cover", kind="cover"), article("<article><h1>甲</h1></article>", 2))
    name = next(p for p in root.iter(W + "p") if said(p).startswith("名字"))
    assert name.find(f"{W}r/{W}rPr/{W}sz") is not None


def test_a_cover_in_a_copy_to_be_corrected_flows() -> None:
    made = review(article(COVER, zone="cover", kind="cover"), article("<article><h1>甲</h1></article>", 2))
    for part in ("word/document.xml", "word/styles.xml"):
        assert b"framePr" not in made[part]


def test_a_cover_takes_one_page(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    cover = article(COVER, zone="cover", kind="cover")
    following = article("<article id='a-2'><h1>甲</h1><p>文</p></article>", 2, zone="front")
    path = tmp_path / "cover.docx"
    path.write_bytes(docx.write(publication(cover, following), PROJECT, Report())["样刊.docx"])
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)], capture_output=True, check=True
    )
    with pikepdf.open(tmp_path / "cover.pdf") as pdf:
        assert len(pdf.pages) == 2


def column(section: str, xhtml: str, number: int = 1, kind: str = "essay") -> Article:
    opened = f'<header class="article-header"><p class="column-name">{section}</p><h1>题</h1></header>'
    return article(f"<article>{opened}{xhtml}</article>", number, section=section, kind=kind)


def test_columns_stand_in_their_colours() -> None:
    figure = """<figure class="picture"><img src="sample.svg" alt="图"/><figcaption><span
    class="label">图1　</span>题</figcaption></figure>"""
    made, _ = written(column("人物", f"<h2>小题</h2>{figure}"), column("经验分享", "<h2>又一题</h2>", 2))
    root, theme = made["word/document.xml"], house()
    purple, green = (theme.column_colours[name][1:].upper() for name in ("人物", "经验分享"))
    coloured = {said(r): c.get(W + "val") for r in root.iter(W + "r") if (c := r.find(f"{W}rPr/{W}color")) is not None}
    assert coloured["小题"] == purple
    assert coloured["图"] == purple
    assert green == theme.colours.key[1:].upper()
    assert "又一题" not in coloured, "the house's own colour is the style's"
    grounds = [s.get(W + "fill") for s in root.iter(W + "shd")]
    assert grounds[:2] == [purple, green]


def test_each_column_has_a_tab_at_the_edge() -> None:
    given = publication(column("人物", "<p>一</p>"), column("案例鉴赏", "<p>二</p>", 2))
    object.__setattr__(given, "layout", PageLayout(210, 285, 25, 24, 22, 20, 10.5, 18, columns=2, gap=7.4))
    data = docx.write(given, PROJECT, Report())["样刊.docx"]
    assert lint(data) == []
    heads = [etree.fromstring(b) for n, b in parts(data).items() if n.startswith("word/header")]
    colours = {e.get("val") for head in heads for e in head.iter() if etree.QName(e).localname == "srgbClr"}
    assert colours == {house().column_colours[name][1:].upper() for name in ("人物", "案例鉴赏")}


def test_only_the_first_piece_of_a_column_has_its_bar() -> None:
    root = body(column("人物", "<p>一</p>"), column("人物", "<p>二</p>", 2))
    assert [s for s in styles(root) if s.startswith("Column")] == ["ColumnTab", "ColumnNote", "ColumnName"]


def test_a_theme_recolours_columns_and_covers() -> None:
    changed = house().model_copy(update={"column_colours": {"人物": "#123456"}})
    given = publication(column("人物", "<h2>小题</h2>"))
    object.__setattr__(given, "theme", changed)
    made = parts(docx.write(given, PROJECT, Report())["样刊.docx"])
    assert b'w:val="123456"' in made["word/document.xml"]


LONG = "社工站的灯亮着，门开着，人来了，话慢慢说。" * 5


def test_an_essay_opens_with_a_large_character() -> None:
    xhtml = f'<h1>题</h1><p class="lead">导语</p><p>{LONG}</p><p>{LONG}</p>'
    root = body(article(f"<article>{xhtml}</article>"))
    large = [p for p in root.iter(W + "p") if p.find(f"{W}pPr/{W}framePr") is not None]
    assert [said(p) for p in large] == [LONG[0]]
    following = large[0].getnext()
    assert following is not None
    assert said(following) == LONG[1:]


@pytest.mark.parametrize("xhtml", [f"<p>{LONG}</p>", f"<p>“{LONG}</p>", "<p>短。</p>"])
def test_only_long_text_of_plain_copies_opens_so(xhtml: str) -> None:
    made = review(article(f"<article><h1>题</h1>{xhtml}</article>"))
    assert b"framePr" not in made["word/document.xml"]
    if not xhtml.startswith(f"<p>{LONG[0]}"):
        assert b"framePr" not in etree.tostring(body(article(f"<article><h1>题</h1>{xhtml}</article>")))


def test_a_theme_may_do_without_large_characters() -> None:
    given = publication(article(f"<article><h1>题</h1><p>{LONG}</p></article>"))
    plain = replace(given, layout=replace(given.layout, initials=False))
    made = [parts(docx.write(p, PROJECT, Report())["样刊.docx"])["word/document.xml"] for p in (given, plain)]
    assert [b"dropCap" in part for part in made] == [True, False]


def test_two_charts_of_a_data_page_stand_side_by_side() -> None:
    chart = '<figure class="chart"><img src="sample.svg" alt="图"/><figcaption>题</figcaption></figure>'
    root = body(article(f"<article><h1>数据</h1>{chart * 3}</article>", kind="dashboard"))
    tables = list(root.iter(W + "tbl"))
    assert [len(list(t.iter(W + "tc"))) for t in tables] == [2]
    assert sum(etree.QName(e).localname == "inline" for e in root.iter()) == 3


def test_styles_are_in_the_theme_s_colours_alone() -> None:
    known = {c[1:].upper() for c in house().colours.model_dump().values()}
    known |= {"000000", "FFFFFF", "E4EEEA", "DCEBE6", "F2C98F"}  # official documents; the ground of covers
    for sheet in (ROOT / "templates").glob("**/*.xml"):
        if sheet.name in ("styles.xml", "numbering.xml") and sheet.parent.name != "official":
            text = sheet.read_text(encoding="utf-8")
            assert set(re.findall(r'w:(?:color|fill|val)="([0-9A-F]{6})"', text)) <= known, sheet


# ------------------------------------------------------------------ tables, lists, inlines


def test_header_rows_repeat_and_cells_merge() -> None:
    root = body(*two())
    table = next(root.iter(W + "tbl"))
    rows = table.findall(W + "tr")
    assert [r.find(f"{W}trPr/{W}tblHeader") is not None for r in rows] == [True, True, False]
    assert all(r.find(f"{W}trPr/{W}cantSplit") is not None for r in rows)
    assert [c.get(W + "val") for c in table.iter(W + "vMerge")] == ["restart", "continue"]
    assert [c.get(W + "val") for c in table.iter(W + "gridSpan")] == ["2"]
    assert len(table.findall(f"{W}tblGrid/{W}gridCol")) == 3


@pytest.mark.parametrize(
    "rows",
    [
        "<tr><td rowspan='2'>一</td><td>二</td></tr><tr><td>三</td></tr>",
        "<tr><td>一</td><td rowspan='3'>二</td><td>三</td></tr><tr><td>四</td><td>五</td></tr><tr><td>六</td></tr>",
        "<tr><td colspan='2' rowspan='2'>一</td><td>二</td></tr><tr><td>三</td></tr>",
        "<tr><td>一</td><td>二</td></tr><tr><td>三</td></tr>",
        "<tr><td rowspan='2'>一</td></tr><tr></tr>",
    ],
)
def test_every_row_fills_the_grid(rows: str) -> None:
    root = body(article(f"<article><table><tbody>{rows}</tbody></table></article>"))
    columns = len(list(root.iter(W + "gridCol")))
    for row in root.iter(W + "tr"):
        spans = [cell.find(f"{W}tcPr/{W}gridSpan") for cell in row.findall(W + "tc")]
        assert sum(1 if s is None else int(s.get(W + "val", "1")) for s in spans) == columns


def test_column_widths_follow_data_width() -> None:
    columns = '<colgroup><col data-width="25"/><col data-width="75"/></colgroup>'
    table = f"<table>{columns}<tbody><tr><td>一</td><td>二</td></tr></tbody></table>"
    widths = [int(c.get(W + "w", "0")) for c in body(article(f"<article>{table}</article>")).iter(W + "gridCol")]
    assert abs(widths[1] - 3 * widths[0]) <= 3


def test_widths_add_up() -> None:
    assert sum(tables.spread([1, 1, 1], 1000)) == 1000


def test_each_numbered_list_begins_anew() -> None:
    two_lists = "<ol><li>一</li><li>二</li></ol><p>隔</p><ol start='3'><li>三</li></ol>"
    made, _ = written(article(f"<article>{two_lists}</article>"))
    numbers = [n.get(W + "val") for n in made["word/document.xml"].iter(W + "numId")]
    assert len(numbers) == 3
    assert numbers[0] == numbers[1] != numbers[2]
    starts = [s.get(W + "val") for s in made["word/numbering.xml"].iter(W + "startOverride")]
    assert starts == ["1", "3"]


def test_space_in_the_source_is_space_on_the_page_only_between_words() -> None:
    root = body(article("<article>\n <p>\n  甲 <strong> 乙</strong>\n  </p></article>"))
    assert "".join(t.text or "" for t in root.iter(W + "t")) == "甲 乙"


def test_small_marks() -> None:
    marked = (
        '<p><span class="dots">要紧</span><ruby>堃<rt>kūn</rt></ruby><span class="box"/><span class="box-checked"/>'
        '<span class="blank" data-width="3"/><strong>重</strong><em>楷</em>H<sub>2</sub>O<br/>“引”</p>'
    )
    root = body(article(f"<article>{marked}</article>"))
    assert [e.get(W + "val") for e in root.iter(W + "em")] == ["underDot"]
    assert said(root).startswith("要紧堃kūn☐☑")
    assert {"Strong", "Emphasis"} <= {s.get(W + "val") for s in root.iter(W + "rStyle")}
    assert [e.get(W + "val") for e in root.iter(W + "u")] == ["single"]
    assert "eastAsia" in {f.get(W + "hint") for f in root.iter(W + "rFonts")}


def test_pictures_have_words_or_are_decorative() -> None:
    root = body(
        article(
            f'<article><img src="{vocabulary.PICTURE}" alt="三个人"/>'
            f'<img src="{vocabulary.PICTURE}" alt="" role="presentation"/></article>'
        )
    )
    described = [e for e in root.iter() if etree.QName(e).localname == "docPr"]
    assert [e.get("descr") for e in described] == ["三个人", ""]
    assert [any(etree.QName(d).localname == "decorative" for d in e.iter()) for e in described] == [False, True]
    assert sum(etree.QName(e).localname == "svgBlip" for e in root.iter()) == 2


def test_control_characters_do_not_break_the_file() -> None:
    parsed = article("<article><p>甲</p></article>")
    parsed.body[0].set("class", "lead")
    assert "甲" in said(body(parsed))


# ------------------------------------------------------------------ measures


@pytest.mark.parametrize(
    ("text", "wide", "count"),
    [
        ("", 10, 1),
        ("一二三四五六七八九十", 10, 1),
        ("一二三四五六七八九十甲", 10, 2),
        ("一二三四五六七八九，十", 9, 2),
        ("甲\n乙", 9, 2),
    ],
)
def test_lines(text: str, wide: float, count: int) -> None:
    assert measure.lines(text, wide) == count


def test_a_long_title_is_broken_in_like_lines() -> None:
    assert measure.balanced("关爱援助服务站（驿站）建设运营操作指引", 16) < 12


# ------------------------------------------------------------------ the file


def everything() -> Publication:
    cover = article(
        '<article><header class="cover"><h1 class="cover-name">刊名</h1></header></article>', 0, zone="cover"
    )
    pieces = []
    for number, (_, xhtml) in enumerate(SAMPLES, 10):
        unique = xhtml.replace('id="', f'id="n{number}-').replace('href="#', f'href="#n{number}-')
        pieces.append(article(unique, number))
    pieces.append(article('<article><h1>数据</h1><img src="bars.svg" alt="条形图"/></article>', 9))
    whole = publication(cover, *two(), *pieces)
    chart = Chart(
        "条形图",
        "场",
        ("小组", "服务群众"),
        (Series("", (Value(300.0, "300余场"), Value(240000.0, "24万余人次"))),),
    )
    bars = Asset("bars.svg", SVG.encode(), "image/svg+xml", chart=chart)
    layout = replace(whole.layout, opening_heads=False)
    return replace(whole, assets={**whole.assets, bars.name: bars}, layout=layout)


def test_two_writes_give_the_same_bytes() -> None:
    assert docx.write(everything(), PROJECT, Report()) == docx.write(everything(), PROJECT, Report())


def test_package_is_stable_and_impersonal() -> None:
    data = docx.write(publication(*two()), PROJECT, Report())["样刊.docx"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    assert entries[0].filename == "[Content_Types].xml"
    assert {e.date_time for e in entries} == {(1980, 1, 1, 0, 0, 0)}
    core = parts(data)["docProps/core.xml"].decode()
    assert "2023-12-29T00:00:00Z" in core
    for text in ("社工样刊 2023年第1期", "编辑部", "季刊", "社会工作", "zh-CN"):
        assert text in core
    assert not [n for n in parts(data) if "thumbnail" in n or "stylesWithEffects" in n]
    assert b"ja-JP" not in b"".join(parts(data).values())


def test_styles_follow_the_layout() -> None:
    made, _ = written(article("<article><p>文</p></article>"))
    size = made["word/styles.xml"].find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}sz")
    assert size is not None
    assert size.get(W + "val") == "21"
    spacing = made["word/styles.xml"].find(f"{W}style[@{W}styleId='BodyText']/{W}pPr/{W}spacing")
    assert spacing is not None
    assert spacing.get(W + "line") == "360"


def test_the_lint_has_teeth() -> None:
    data = docx.write(publication(*two()), PROJECT, Report())["样刊.docx"]
    broken = parts(data)
    text = broken["word/document.xml"].decode()
    text = re.sub(r"<w:bookmarkEnd [^>]*/>", "", text, count=1).replace('w:val="BodyText"', 'w:val="Nowhere"', 1)
    broken["word/document.xml"] = text.encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, blob in broken.items():
            archive.writestr(name, blob)
    assert len(lint(buffer.getvalue())) == 2


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("docx") / "everything.docx"
    path.write_bytes(docx.write(everything(), PROJECT, Report())["样刊.docx"])
    return path


def test_own_lint_is_content(file: Path) -> None:
    assert lint(file.read_bytes()) == []


def test_openxml_audit_is_content(file: Path) -> None:
    validators.audit([file])


def test_ooxml_integrity_is_content(file: Path) -> None:
    validators.integrity([file])


def test_open_xml_sdk_is_content(file: Path) -> None:
    validators.sdk([file])
