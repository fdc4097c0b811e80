"""Prose: every construct of docs/authoring.zh-CN.md as the tree it makes, and the exact place of every fault."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from generator import tree
from generator.diagnostics import Report, Span
from generator.facts import Facts
from generator.model import Mark, Origin, Records
from generator.prose import CALLOUTS, Place, Renderer, span_of
from generator.records.fact import Fact, Indicator

FILE = "content/articles/a.md"
MEDIA = {"door.svg": object(), "map.png": object()}


def _fact(identifier: str, indicator: str, value: float, first: str, last: str, station: str, qualifier: str) -> Fact:
    return Fact.model_validate(
        {
            "编号": identifier,
            "指标": indicator,
            "值": value,
            "起": first,
            "止": last,
            "站点": station,
            "约数": qualifier,
        }
    )


def _records() -> Records:
    def indicator(identifier: str, title: str, unit: str) -> Indicator:
        return Indicator.model_validate(
            {"编号": identifier, "标题": title, "单位": unit, "性质": "流量", "组": "甲", "口径": "全部"}
        )

    records = [
        indicator("ind-case", "个案", "个"),
        indicator("ind-visit", "巡访人次", "人次"),
        indicator("ind-money", "经费", "万元"),
        _fact("f-case", "个案", 21, "2023-01-01", "2023-12-31", "st-a", "精确"),
        _fact("f-h1", "巡访人次", 240_000, "2023-01-01", "2023-06-30", "st-a", "余"),
        _fact("f-h2", "巡访人次", 10_000, "2023-07-01", "2023-12-31", "st-a", "精确"),
        _fact("f-b", "巡访人次", 131_000, "2023-06-01", "2023-06-30", "st-b", "精确"),
        _fact("f-money", "经费", 4500, "2023-01-01", "2023-12-31", "st-a", "多"),
    ]
    return Records({r.id: r for r in records}, {r.id: Origin(f"{r.id}.yaml", {}) for r in records})


RECORDS = _records()
#: The text begins on line 7 of a Markdown file.
ORIGIN = Origin(FILE, {("正文",): Mark(7, 1, 1, 7, 1, 1, 7, 0)})


def render(text: str, *, shift: int = 0, station: str | None = "st-a") -> tuple[list[etree._Element], Report, Renderer]:
    report = Report()
    renderer = Renderer(RECORDS, Facts(RECORDS), MEDIA, report)
    return renderer.render(text, Place(ORIGIN, "note", ("正文",), station), shift=shift), report, renderer


def shown(source: str, *, shift: int = 0) -> str:
    """The tree as text, one block a line, without the provenance that every block has."""
    blocks, report, _ = render(source, shift=shift)
    assert [f"{d.span} {d.code}" for d in report.sorted()] == []
    assert all(b.get("data-source") == f"{FILE}#note:正文" for b in blocks)
    for block in blocks:
        del block.attrib["data-source"]
    text = "\n".join(tree.serialise(b) for b in blocks)
    assert faults(blocks) == []
    return text


def found(text: str) -> list[str]:
    """``line:column length code`` of every diagnostic; the text begins on line 7."""
    _, report, _ = render(text)
    return [f"{d.span.line}:{d.span.column} {d.span.length} {d.code}" for d in report.sorted()]


def faults(blocks: list[etree._Element]) -> list[str]:
    """What is not of the vocabulary, once compose has taken its own marks off."""
    article = etree.Element("article")
    article.extend(blocks)
    etree.strip_attributes(article, "data-cite", "data-role", "data-at", "data-letter")
    result = [f"{d.code} {d.message}" for d in tree.faults(article, Span("a"))]
    for block in list(article):
        article.remove(block)
    return result


# -- every construct -------------------------------------------------------------------------------------

CONSTRUCTS = {
    "paragraphs": ("第一段。\n\n第二段。", "<p>第一段。</p>\n<p>第二段。</p>"),
    "indented paragraph": ("　　第一段。", "<p>第一段。</p>"),
    "paragraph after four blanks": ("    第一段。", "<p>第一段。</p>"),
    "headings": ("## 甲\n\n### 乙\n\n正文", "<h2>甲</h2>\n<h3>乙</h3>\n<p>正文</p>"),
    "deep heading": ("#### 甲\n\n###### 乙", "<h4>甲</h4>\n<h5>乙</h5>"),
    "strong": ("甲**“重点”**乙", "<p>甲<strong>“重点”</strong>乙</p>"),
    "emphasis": ("甲*楷体*乙", "<p>甲<em>楷体</em>乙</p>"),
    "both": ("**甲*乙*丙**", "<p><strong>甲<em>乙</em>丙</strong></p>"),
    "list": ("- 甲\n- 乙", "<ul><li>甲</li><li>乙</li></ul>"),
    "ordered list": ("1. 甲\n2. 乙", "<ol><li>甲</li><li>乙</li></ol>"),
    "ordered list that goes on": ("3. 甲\n4. 乙", '<ol start="3"><li>甲</li><li>乙</li></ol>'),
    "list with paragraphs": (
        "1. 甲\n\n    第二款。\n\n2. 乙",
        "<ol><li><p>甲</p><p>第二款。</p></li><li><p>乙</p></li></ol>",
    ),
    "list in a list": (
        "1. 甲：\n\n    1. 一；\n    2. 二。\n\n2. 乙",
        "<ol><li><p>甲：</p><ol><li>一；</li><li>二。</li></ol></li><li><p>乙</p></li></ol>",
    ),
    "tight list in a list": ("- 甲\n    - 一", "<ul><li><p>甲</p><ul><li>一</li></ul></li></ul>"),
    "checklist": (
        "- [ ] 甲\n- [x] 乙",
        '<ul class="checklist"><li><span class="box">☐</span>甲</li><li><span class="box-checked">☑</span>乙</li></ul>',
    ),
    "rule": ("甲\n\n***\n\n乙", "<p>甲</p>\n<hr/>\n<p>乙</p>"),
    "quotation": ("> 话", "<blockquote><p>话</p></blockquote>"),
    "quotation with its speaker": (
        "> 门开了。\n> —— 张奶奶",
        '<blockquote><p>门开了。</p><p class="attribution">——张奶奶</p></blockquote>',
    ),
    "speaker in a paragraph of their own": (
        "> 门开了。\n>\n> ——张奶奶",
        '<blockquote><p>门开了。</p><p class="attribution">——张奶奶</p></blockquote>',
    ),
    "two quotations": ("> 甲\n\n> 乙", "<blockquote><p>甲</p></blockquote>\n<blockquote><p>乙</p></blockquote>"),
    "dashes that name nobody": ("门开了。\n——她说。", "<p>门开了。——她说。</p>"),
    "callout": (
        "> [!督导手记]\n> 慢一些。\n>\n> 再慢一些。",
        '<aside class="callout supervision"><p class="callout-title">督导手记</p>'
        "<p>慢一些。</p><p>再慢一些。</p></aside>",
    ),
    "callout with a title of its own": (
        "> [!案例] 一扇门\n> 开了。",
        '<aside class="callout example"><p class="callout-title">一扇门</p><p>开了。</p></aside>',
    ),
    "callout after a blank line": (
        "> [!提示]\n>\n> - 甲\n> - 乙",
        '<aside class="callout tip"><p class="callout-title">提示</p><ul><li>甲</li><li>乙</li></ul></aside>',
    ),
    "pull quote": (
        "> [!金句]\n> 门开了。\n> —— 张奶奶",
        '<aside class="pull-quote"><p>门开了。</p><p class="attribution">——张奶奶</p></aside>',
    ),
    "footnote": (
        "甲[^1]乙\n\n[^1]: 注**文**",
        '<p>甲<span class="footnote" role="doc-footnote">注<strong>文</strong></span>乙</p>',
    ),
    "footnote of several lines": (
        "甲[^a]\n\n[^a]: 注文\n    又一行\n\n乙",
        '<p>甲<span class="footnote" role="doc-footnote">注文又一行</span></p>\n<p>乙</p>',
    ),
    "footnote with a figure": (
        "甲[^1]\n\n[^1]: 共{个案@2023}。",
        '<p>甲<span class="footnote" role="doc-footnote">'
        '共<data data-fact="f-case" value="21">21个</data>。</span></p>',
    ),
    "footnote called twice": (
        "甲[^1]乙[^1]丙\n\n[^1]: {框}注",
        '<p>甲<span class="footnote" role="doc-footnote"><span class="box">☐</span>注</span>乙'
        '<span class="footnote" role="doc-footnote"><span class="box">☐</span>注</span>丙</p>',
    ),
    "picture": ("![一扇门](door.svg)", '<figure class="picture"><img src="door.svg" alt="一扇门"/></figure>'),
    "picture with its lines": (
        "![一扇门](door.svg)\n图题：门*开了* {#fig-door}\n图源：王敏",
        '<figure class="picture" id="fig-door"><img src="door.svg" alt="一扇门"/>'
        '<figcaption>门<em>开了</em><span class="credit">（图／王敏）</span></figcaption></figure>',
    ),
    "picture with a credit": (
        "![一扇门](door.svg)\n图源：王敏",
        '<figure class="picture"><img src="door.svg" alt="一扇门"/>'
        '<figcaption><span class="credit">（图／王敏）</span></figcaption></figure>',
    ),
    "credit before the title": (
        "![一扇门](door.svg)\n图源: 王敏\n  图题: 门",
        '<figure class="picture"><img src="door.svg" alt="一扇门"/>'
        '<figcaption>门<span class="credit">（图／王敏）</span></figcaption></figure>',
    ),
    "pictures among words stand alone": (
        '甲![一](door.svg)乙![二](map.png "题")',
        '<p>甲</p>\n<figure class="picture"><img src="door.svg" alt="一"/></figure>\n'
        '<p>乙</p>\n<figure class="picture"><img src="map.png" alt="二"/></figure>',
    ),
    "words below a picture": (
        "![一](door.svg)\n说明",
        '<figure class="picture"><img src="door.svg" alt="一"/></figure>\n<p>说明</p>',
    ),
    "picture in a list": (
        "- 甲![一](door.svg)",
        '<ul><li><p>甲</p><figure class="picture"><img src="door.svg" alt="一"/></figure></li></ul>',
    ),
    "table": (
        "| 甲 | 乙 |\n|---|--:|\n| 一 | 2 |",
        '<figure class="table"><table class="data"><thead><tr><th scope="col">甲</th>'
        '<th class="number" scope="col">乙</th></tr></thead>'
        '<tbody><tr><td>一</td><td class="number">2</td></tr></tbody></table></figure>',
    ),
    "table with title and note": (
        "表题：人手 {#tbl-staff}\n\n| 甲 | 乙 |\n|---|---|\n| 一 | 二 |\n\n表注：至年底。",
        '<figure class="table" id="tbl-staff"><figcaption>人手</figcaption><table class="data"><thead><tr>'
        '<th scope="col">甲</th><th scope="col">乙</th></tr></thead><tbody><tr><td>一</td><td>二</td></tr></tbody>'
        '</table><p class="table-note">注：至年底。</p></figure>',
    ),
    "table that asks for a page on its side": (
        "表题：人手 {#tbl-staff} {横排}\n\n| 甲 | 乙 |\n|---|---|\n| 一 | 二 |",
        '<figure class="table landscape" id="tbl-staff"><figcaption>人手</figcaption><table class="data"><thead><tr>'
        '<th scope="col">甲</th><th scope="col">乙</th></tr></thead><tbody><tr><td>一</td><td>二</td></tr></tbody>'
        "</table></figure>",
    ),
    "picture that asks for all columns": (
        "![门](door.svg)\n图题：门口 {通栏}",
        '<figure class="picture wide"><img src="door.svg" alt="门"/><figcaption>门口</figcaption></figure>',
    ),
    "title of nothing that asks for all columns": ("图题：门口 {通栏}", "<p>图题：门口</p>"),
    "table without head": (
        "| | |\n|---|---|\n| 一 | 二 |",
        '<figure class="table"><table class="data"><tbody><tr><th scope="row">一</th><td>二</td></tr></tbody>'
        "</table></figure>",
    ),
    "anchor in a cell": (
        "| 甲 | 乙 |\n|---|---|\n| 一{#x} | {框} |",
        '<figure class="table"><table class="checklist"><thead><tr><th scope="col">甲</th><th scope="col">乙</th></tr>'
        '</thead><tbody><tr><td id="x">一</td><td><span class="box">☐</span></td></tr></tbody></table></figure>',
    ),
    "form": (
        "| 姓名 | |\n|---|---|\n| 住址 | |",
        '<figure class="table"><table class="form"><thead><tr><th scope="col">姓名</th><th scope="col"/></tr></thead>'
        "<tbody><tr><td>住址</td><td/></tr></tbody></table></figure>",
    ),
    "score sheet": (
        "| 指标 | 分值 | 得分 |\n|---|--:|--:|\n| 甲 | 5 | |",
        '<figure class="table"><table class="score"><thead><tr><th scope="col">指标</th>'
        '<th class="number" scope="col">分值</th><th class="number" scope="col">得分</th></tr></thead>'
        '<tbody><tr><td>甲</td><td class="number">5</td><td class="number"/></tr></tbody></table></figure>',
    ),
    "references": (
        "见{图:fig-x}、{表：tbl-x}、{条:tiao-x}、{附录:app-x}、{文:art-x}，第{页:art-x}页",
        "<p>见"
        + "、".join(
            f'<a class="ref" data-at="{FILE}|7|{c}|{n}" data-role="{r}" href="#{i}"/>'
            for r, i, c, n in [
                ("图", "fig-x", 2, 9),
                ("表", "tbl-x", 12, 9),
                ("条", "tiao-x", 22, 10),
                ("附录", "app-x", 33, 10),
                ("文", "art-x", 44, 9),
            ]
        )
        + f'，第<a class="page-ref" data-at="{FILE}|7|55|9" data-role="页" href="#art-x"/>页</p>',
    ),
    "figure": ("共{个案@2023}。", '<p>共<data data-fact="f-case" value="21">21个</data>。</p>'),
    "figure of another station": (
        "{巡访人次@2023-06@st-b}",
        '<p><data data-fact="f-b" value="131000">13.1万人次</data></p>',
    ),
    "figure by its fact": ("{数:f-h1}", '<p><data data-fact="f-h1" value="240000">24万余人次</data></p>'),
    "figure without unit": ("{巡访人次@2023H1|数}", '<p><data data-fact="f-h1" value="240000">24万余</data></p>'),
    "figure alone": ("{巡访人次@2023H1|值}", '<p><data data-fact="f-h1" value="240000">24万</data></p>'),
    "figure in 万元": (
        "{经费@2023}、{经费@2023|数}",
        '<p><data data-fact="f-money" value="4500">4500多万元</data>、'
        '<data data-fact="f-money" value="4500">4500多</data></p>',
    ),
    "sum": (
        "{和:巡访人次@2023H1+巡访人次@2023H2}",
        '<p><data data-fact="f-h1 f-h2" value="250000">25万余人次</data></p>',
    ),
    "figure in a cell": (
        "| 甲 | 乙 |\n|---|---|\n| 个案 | {个案@2023\\|数} |",
        '<figure class="table"><table class="data"><thead><tr><th scope="col">甲</th><th scope="col">乙</th></tr>'
        '</thead><tbody><tr><td>个案</td><td><data data-fact="f-case" value="21">21</data></td></tr></tbody>'
        "</table></figure>",
    ),
    "ruby": ("{注音:堃|kūn}", "<p><ruby>堃<rt>kūn</rt></ruby></p>"),
    "dots": ("{重:文字}", '<p><span class="dots">文字</span></p>'),
    "blank": ("姓名{空:8}", '<p>姓名<span class="blank" data-width="8"/></p>'),
    "boxes": ("{框}是{勾}否", '<p><span class="box">☐</span>是<span class="box-checked">☑</span>否</p>'),
    "roles hold no markup": ("{重:*甲*&lt;}", '<p><span class="dots">*甲*&amp;lt;</span></p>'),
    "role inside markup": (
        "**{个案@2023}**",
        '<p><strong><data data-fact="f-case" value="21">21个</data></strong></p>',
    ),
    "anchor of a heading": ("## 总则 {#zong}", '<h2 id="zong">总则</h2>'),
    "anchor of an item": ("1. 甲 {#tiao}\n2. 乙", '<ol><li id="tiao">甲</li><li>乙</li></ol>'),
    "anchor of an item of paragraphs": (
        "1. 甲 {#tiao}\n\n2. 乙",
        '<ol><li id="tiao"><p>甲</p></li><li><p>乙</p></li></ol>',
    ),
    "link": ("[报](https://x.cn/a?b=1&c=2)", '<p><a href="https://x.cn/a?b=1&amp;c=2">报</a></p>'),
    "link with a title": ('[报](https://x.cn "题")', '<p><a href="https://x.cn">报</a></p>'),
    "bare link": ("<https://x.cn>", '<p><a href="https://x.cn">https://x.cn</a></p>'),
    "mail": ("[信](mailto:a@b.cn)", '<p><a href="mailto:a@b.cn">信</a></p>'),
    "signs": ("AT&T &lt; 3 < 4 `x` \\*", "<p>AT&amp;T &amp;lt; 3 &lt; 4 `x` *</p>"),
    "blanks at the end of a line": ("甲  \n乙", "<p>甲乙</p>"),
}


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_construct(name: str) -> None:
    source, expected = CONSTRUCTS[name]
    assert shown(source) == expected


@pytest.mark.parametrize("name", CALLOUTS)
def test_every_callout(name: str) -> None:
    (aside,), report, _ = render(f"> [!{name}]\n> 内容")
    assert report.diagnostics == []
    assert aside.tag == "aside"
    assert CALLOUTS[name] in tree.classes(aside)
    assert tree.text(aside).endswith("内容")


@pytest.mark.parametrize("word", ["提示", "注意", "督导手记", "知识链接", "案例", "数据", "金句"])
def test_the_manual_names_every_callout(word: str) -> None:
    assert word in CALLOUTS


def test_headings_may_be_lowered() -> None:
    assert shown("## 甲\n\n### 乙\n\n#### 丙", shift=2) == "<h4>甲</h4>\n<h5>乙</h5>\n<h5>丙</h5>"


def test_pictures_that_are_used() -> None:
    _, report, renderer = render("![门](door.svg)\n\n- ![图](map.png)\n")
    assert report.diagnostics == []
    assert renderer.used == {"door.svg", "map.png"}


def test_rendering_one_text_leaves_nothing_for_the_next() -> None:
    report = Report()
    renderer = Renderer(RECORDS, Facts(RECORDS), MEDIA, report)
    place = Place(ORIGIN, "note", ("正文",), "st-a")
    renderer.render("甲[^1]{框}\n\n[^1]: 注", place)
    assert report.diagnostics == []
    (block,) = renderer.render("甲[^1]", place)
    assert [d.code for d in report.diagnostics] == ["prose.note_missing"]
    assert "注" not in tree.text(block)


# -- merged cells ----------------------------------------------------------------------------------------


def cells(*rows: str) -> str:
    """The body of a table: one row a line, ``text:colspan×rowspan`` a cell."""
    width = rows[0].count("|") + 1
    lines = ["|".join("h" * width), "|".join(["---"] * width), *rows]
    blocks, _, _ = render("\n".join(f"| {line} |" for line in lines))
    return " / ".join(
        " ".join(f"{tree.text(c)}:{c.get('colspan', '1')}×{c.get('rowspan', '1')}" for c in row)
        for row in blocks[0].iterfind(".//tbody/tr")
    )


@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        (["甲|乙", "^|丙"], "甲:1×2 乙:1×1 / 丙:1×1"),
        (["甲|乙", "^|丙", "^|丁"], "甲:1×3 乙:1×1 / 丙:1×1 / 丁:1×1"),
        (["甲|<", "乙|丙"], "甲:2×1 / 乙:1×1 丙:1×1"),
        (["甲|<|<"], "甲:3×1"),
        (["甲|<|乙", "^|^|丙"], "甲:2×2 乙:1×1 / 丙:1×1"),
        (["甲|乙", "丙|<", "^|^"], "甲:1×1 乙:1×1 / 丙:2×2 / "),
        (["甲|乙|丙", "丁|^|戊"], "甲:1×1 乙:1×2 丙:1×1 / 丁:1×1 戊:1×1"),
        (["甲|<", "^|乙"], "甲:2×1 / ^:1×1 乙:1×1"),
        (["^|乙"], "^:1×1 乙:1×1"),
        (["<|乙"], "<:1×1 乙:1×1"),
    ],
)
def test_merged_cells(rows: list[str], merged: str) -> None:
    assert cells(*rows) == merged


# -- joined lines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "joined"),
    [
        ("汉字\n汉字", "汉字汉字"),
        ("汉字，\n汉字", "汉字，汉字"),
        ("汉字\nword", "汉字word"),
        ("word\n汉字", "word汉字"),
        ("one\ntwo", "one two"),
        ("one \n two", "one two"),
        ("2023\n2024", "2023 2024"),
        ("汉**字**\n汉字", "汉字汉字"),
        ("汉字\n**汉**字", "汉字汉字"),
        ("汉**字\n汉**字", "汉字汉字"),
        ("one **two**\nthree", "one two three"),
        ("one\n**two**", "one two"),
        ("汉{重:字}\n{重:汉}字", "汉字汉字"),
        ("甲[^1]\n乙\n\n[^1]: 注", "甲注乙"),
        ("“甲”\n“乙”", "“甲”“乙”"),
        ("甲……\n乙——\n丙", "甲……乙——丙"),
        ("𠀀\n𠀁", "𠀀𠀁"),
        ("> 汉字\n> 汉字", "汉字汉字"),
        ("- 汉字\n  汉字", "汉字汉字"),
    ],
)
def test_line_ends(source: str, joined: str) -> None:
    blocks, _, _ = render(source)
    assert "".join(map(tree.text, blocks)) == joined


# -- faults and their places -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("甲<b>乙</b>", ["7:2 3 prose.raw_html", "7:6 4 prose.raw_html"]),
        ("甲\n\n<div>乙</div>", ["9:1 5 prose.raw_html", "9:7 6 prose.raw_html"]),
        ("甲<!-- 乙 -->", ["7:2 4 prose.raw_html"]),
        ("甲<br>乙<br/>", ["7:2 4 prose.raw_html", "7:7 5 prose.raw_html"]),
        ("3 < 4，5 > 4", []),
        ("甲[乙](javascript:alert)丙", ["7:6 16 prose.link"]),
        ("甲[乙](JavaScript:alert)丙", ["7:6 16 prose.link"]),
        ("[甲\n乙](javascript:x)", ["8:4 12 prose.link"]),
        ("[甲[乙]丙](javascript:x)", ["7:9 12 prose.link"]),
        ("[甲](<javascript:x>)", ["7:5 14 prose.raw_html", "7:6 12 prose.link"]),
        ("[甲](data:text/html,x)\n\n[乙](a.md)", ["7:5 16 prose.link", "9:5 4 prose.link"]),
        ("[甲]()", ["7:5 1 prose.link"]),
        ("甲[^1]", ["7:2 4 prose.note_missing"]),
        ("甲\n\n[^1]: 注", ["9:1 5 prose.note_unused"]),
        ("![](door.svg)", ["7:1 2 prose.no_alt"]),
        ("![门](dor.svg)", ["7:6 7 prose.picture_missing"]),
        ("甲\n\n- ![门](x.gif)", ["9:8 5 prose.picture_missing"]),
        ("甲\n- 乙", ["8:1 3 prose.needs_blank_line"]),
        ("甲\n1. 乙", ["8:1 4 prose.needs_blank_line"]),
        ("甲\n| 乙 | 丙 |\n|---|---|", ["8:1 9 prose.needs_blank_line"]),
        ("甲__乙__", ["7:2 5 prose.underscores"]),
        ("甲\n\n乙{唱歌:x}丙", ["9:2 6 prose.unknown_role"]),
        ("{#a b}", ["7:1 6 prose.unknown_role"]),
        ("甲{横排}", ["7:2 4 prose.unknown_role"]),
        ("{#}", ["7:1 3 prose.unknown_role"]),
        ("{空:0}{空:八}{空:61}", ["7:1 5 prose.unknown_role", "7:6 5 prose.unknown_role", "7:11 6 prose.unknown_role"]),
        ("{注音:堃}", ["7:1 6 prose.unknown_role"]),
        ("甲{个按@2023}", ["7:2 9 prose.unbound_figure"]),
        ("甲{个案@2022}", ["7:2 9 prose.unbound_figure"]),
        ("{个案@2023|元}", ["7:1 11 prose.unbound_figure"]),
        ("{数:f-x}", ["7:1 7 prose.unbound_figure"]),
        ("{和:个案@2023+巡访人次@2023H1}", ["7:1 23 prose.unbound_figure"]),
        ("{和:}", ["7:1 4 prose.unbound_figure"]),
        ("甲\n\n# 乙", ["9:1 1 prose.top_heading"]),
        ("#1 社工站\n\n## 乙\n\n# 丙", ["7:1 1 prose.top_heading", "11:1 1 prose.top_heading"]),
        ("> # 乙", ["7:3 1 prose.top_heading"]),
        ("表题：甲\n\n乙", ["7:1 4 prose.title_without_table"]),
        ("甲\n\n表题：乙", ["9:1 4 prose.title_without_table"]),
        ("表题：甲\n\n表题：乙\n\n| a | b |\n|---|---|\n| c | d |", ["7:1 4 prose.title_without_table"]),
        ("表题：甲\n\n乙\n\n| a | b |\n|---|---|\n| c | d |", ["7:1 4 prose.title_without_table"]),
        ("甲\n\n> [!提醒]\n> 乙", ["9:5 2 prose.unknown_callout"]),
        ("> [!提示]\n> 甲\n\n> [!唱歌]\n> 乙", ["10:5 2 prose.unknown_callout"]),
        (
            "甲<b>{乙@1}\n\n[^1]: 丙{重}\n\n# 丁",
            [
                "7:2 3 prose.raw_html",
                "7:5 5 prose.unbound_figure",
                "9:1 5 prose.note_unused",
                "9:8 3 prose.unknown_role",
                "11:1 1 prose.top_heading",
            ],
        ),
    ],
)
def test_fault(source: str, expected: list[str]) -> None:
    assert found(source) == expected


def test_hints_name_what_was_meant() -> None:
    _, report, _ = render("![门](dor.svg)\n\n> [!提醒]\n> 甲\n\n{巡访人@2023H1}")
    hints = [str(d.hint or d.message) for d in report.sorted()]
    assert hints[0] == "是不是“door.svg”？"
    assert hints[1] == "是不是“提示”？"
    assert str(report.sorted()[2].message) == "没有“巡访人”这个指标，是不是“巡访人次”？"


def test_without_a_station_a_figure_must_name_one() -> None:
    _, report, _ = render("{个案@2023}", station=None)
    assert [d.code for d in report.diagnostics] == ["prose.unbound_figure"]


@pytest.mark.parametrize("source", ["[甲](javascript:x)", "[甲][乙]\n\n[乙]: javascript:x", "![甲](javascript:x)"])
def test_a_refused_link_leads_nowhere(source: str) -> None:
    blocks, _, _ = render(source)
    assert all("javascript" not in a.get("href", "") for b in blocks for a in b.iter("a"))


def test_reference_links_are_words() -> None:
    blocks, report, _ = render("[甲][乙]、[乙]\n\n[乙]: https://x.cn")
    assert report.diagnostics == []
    assert [tree.text(b) for b in blocks] == ["[甲][乙]、[乙]", "[乙]: https://x.cn"]


def test_what_is_refused_is_still_shown() -> None:
    blocks, _, _ = render("甲<b>乙</b>{丙}[丁](x)![戊](no.png)\n\n表题：己")
    words = "".join(map(tree.text, blocks))
    assert words == "甲<b>乙</b>{丙}丁己"
    assert faults(blocks) == []


def test_references_remember_their_place() -> None:
    (block,), _, _ = render("甲\n乙{图:fig-x}")
    reference = block.find("a")
    assert reference is not None
    assert span_of(reference.get("data-at", "")) == Span(FILE, 8, 2, 9)


# -- whatever is written ---------------------------------------------------------------------------------

MARKS = (
    "# ## ### - 1. > >> | || |---|---| ** * _ __ ` ``` ~~~ [ ] ( ) ! [^1] [^1]: [x] "
    "\\ & &amp; &nbsp; &#3; < > <b> { } ^"
)
WORDS = (
    "甲 乙丙 word 12 “ ” ， —— 表题： 图题： 图源： 表注： [!提示] [!金句] [!x] {框} {#a} {图:a} {空:3} {重:&x;} 😀 　"
)
FIGURES = (
    "{个案@2023} {个案@2023|数} {数:f-h1} {和:个案@2023} {#a.b} {注音:甲|a} ![门](door.svg) [甲](https://x.cn) (x)"
)
SPACES = "\n|\n\n|\n    | |  \n|\t|\r|\x07|\x02|\x03|\u2028|\ufdd0|\ufdd10\ufdd1|\ue000".split("|")
PIECES = st.sampled_from([*MARKS.split(), *WORDS.split(), *FIGURES.split(), *SPACES])
TEXTS = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=60))


@given(TEXTS)
def test_any_text_makes_a_tree_of_the_vocabulary(source: str) -> None:
    blocks, report, _ = render(source)
    assert faults(blocks) == []
    lines = source.count("\n") + 7
    for diagnostic in report.diagnostics:
        str(diagnostic.message), str(diagnostic.hint)
        assert 7 <= diagnostic.span.line <= lines
    for block in blocks:
        etree.fromstring(tree.serialise(block))
        assert not re.search("[\ufdd0-\ufdef\u2028\x00-\x08]", tree.serialise(block))


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=20)
SENTENCE = st.lists(HAN, min_size=1, max_size=4).map("，".join).map(lambda s: s + "。")


@given(st.lists(st.lists(SENTENCE, min_size=1, max_size=3), min_size=1, max_size=4))
def test_han_paragraphs_lose_nothing(paragraphs: list[list[str]]) -> None:
    blocks, report, _ = render("\n\n".join("\n".join(lines) for lines in paragraphs))
    assert report.diagnostics == []
    assert [tree.text(b) for b in blocks] == ["".join(lines) for lines in paragraphs]


@pytest.mark.parametrize(
    "source", [">" * 1000 + "甲", "> " * 300 + "甲", "[" * 500 + "甲" + "]" * 500, "*" * 2000, "{" * 2000]
)
def test_depth_is_no_danger(source: str) -> None:
    blocks, _, _ = render(source)
    assert faults(blocks) == []


def test_a_long_text_is_read_in_passable_time() -> None:
    started = dt.datetime.now(tz=dt.UTC)
    blocks, _, _ = render("\n\n".join("社工**上门**，\n{个案@2023}。" for _ in range(1000)))
    assert len(blocks) == 1000
    assert dt.datetime.now(tz=dt.UTC) - started < dt.timedelta(seconds=20)
