"""Numbers: Chinese numerals, the four schemes of clauses, figures and tables, and what references print."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from generator import tree
from generator.diagnostics import Diagnostic, Report, Span
from generator.facts import Facts
from generator.model import Mark, Origin, Records
from generator.numbering import SCHEMES, chinese, circled, list_figures, number_clauses, number_figures, resolve
from generator.prose import Place, Renderer

NOTHING = Records({}, {})
ORIGIN = Origin("content/policies/p.md", {("正文",): Mark(1, 1, 1, 1, 1, 1, 1, 0)})


def blocks_of(source: str) -> list[etree._Element]:
    report = Report()
    media = {"a.svg": object()}
    blocks = Renderer(NOTHING, Facts(NOTHING), media, report).render(source, Place(ORIGIN, "note", ("正文",), None))
    assert report.diagnostics == []
    return blocks


def article(source: str, scheme: str | None = None, prefix: str = "") -> etree._Element:
    root = etree.Element("article")
    blocks = blocks_of(source)
    root.extend(number_clauses(blocks, SCHEMES[scheme], prefix) if scheme else blocks)
    return root


def labels(root: etree._Element) -> list[str]:
    return [tree.text(e) for e in root.iter("span") if "label" in tree.classes(e)]


def outline(source: str, scheme: str, prefix: str = "") -> list[str]:
    """Every numbered line with its label."""
    root = article(source, scheme, prefix)
    numbered = [label.getparent() for label in root.iter("span") if "label" in tree.classes(label)]
    return [tree.text(e) for e in numbered if e is not None]


def cited(source: str, scheme: str, reference: str, prefix: str = "") -> str:
    """What ``{条:x}`` and the like print."""
    root = article(source, scheme, prefix)
    pointing = article("见{" + reference + ":x}。")
    assert list(resolve([root, pointing], {})) == []
    return tree.text(pointing)[1:-1]


# -- numerals --------------------------------------------------------------------------------------------


def reference_numeral(value: int) -> str:
    """Built the other way round: from the spoken words for thousands, hundreds, tens and ones."""
    digits = "零一二三四五六七八九"
    thousands, hundreds, tens, ones = (int(d) for d in f"{value:04}")
    words = [
        digits[thousands] + "千" if thousands else "零",
        digits[hundreds] + "百" if hundreds else "零",
        digits[tens] + "十" if tens else "零",
        digits[ones] if ones else "零",
    ]
    spoken = "".join(words)
    while "零零" in spoken:
        spoken = spoken.replace("零零", "零")
    spoken = spoken.strip("零")
    return spoken[1:] if spoken.startswith("一十") else spoken


def test_every_numeral() -> None:
    assert [chinese(n) for n in range(1, 10_000)] == [reference_numeral(n) for n in range(1, 10_000)]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (21, "二十一"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (111, "一百一十一"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (9999, "九千九百九十九"),
    ],
)
def test_numeral(value: int, words: str) -> None:
    assert chinese(value) == words


@pytest.mark.parametrize("value", [0, -1, 10_000])
def test_no_numeral(value: int) -> None:
    with pytest.raises(ValueError, match=str(value)):
        chinese(value)


def test_circled() -> None:
    assert [circled(n) for n in (1, 20, 21)] == ["①", "⑳", "(21)"]


# -- the four schemes ------------------------------------------------------------------------------------

GUIDE = """## 接案

### 准备

1. 查台账

    1. 核姓名
    2. 核住址

2. 打电话

### 上门

1. 敲门

## 评估

### 方法

1. 访谈
"""

RULES = """## 总则

1. 制定本办法。

2. 对象：

    1. 老人；
    2. 儿童：

        1. 甲。

一段说明。

3. 职责。

## 巡访

### 频次

1. 每月一次。

### 记录

1. 当天记。

    第二款。
"""


def test_guide() -> None:
    assert outline(GUIDE, "指引") == [
        "一、接案",
        "（一）准备",
        "1. 查台账",
        "（1）核姓名",
        "（2）核住址",
        "2. 打电话",
        "（二）上门",
        "1. 敲门",
        "二、评估",
        "（一）方法",
        "1. 访谈",
    ]


@pytest.mark.parametrize("scheme", ["办法", "制度"])
def test_articles_run_on_over_chapters_and_interruptions(scheme: str) -> None:
    assert outline(RULES, scheme) == [
        "第一章　总则",
        "第一条　制定本办法。",
        "第二条　对象：",
        "（一）老人；",
        "（二）儿童：",
        "1. 甲。",
        "第三条　职责。",
        "第二章　巡访",
        "第一节　频次",
        "第四条　每月一次。",
        "第二节　记录",
        "第五条　当天记。",
    ]


def test_an_article_keeps_its_paragraphs() -> None:
    root = article(RULES, "办法")
    last = root[-1]
    assert (last.tag, last.get("class"), last.get("data-level")) == ("div", "clause", "1")
    assert [tree.text(p) for p in last] == ["第五条　当天记。", "第二款。"]


def test_deeper_clauses_stand_in_their_article() -> None:
    root = article(RULES, "办法")
    levels = [(e.get("data-level"), tree.text(e[0])) for e in root.iter("div")]
    assert levels[2:5] == [("2", "（一）老人；"), ("2", "（二）儿童："), ("3", "1. 甲。")]


def test_standard() -> None:
    source = (
        "## 范围\n\n本文件规定……\n\n## 要求\n\n### 人员\n\n#### 数量\n\n#### 应有证书。\n\n"
        "1. 甲；\n\n    1. 一；\n    2. 二。\n\n2. 乙。\n\n### 场地\n\n1. 丙。\n"
    )
    assert outline(source, "标准") == [
        "1　范围",
        "2　要求",
        "2.1　人员",
        "2.1.1　数量",
        "2.1.2　应有证书。",
        "a）甲；",
        "1）一；",
        "2）二。",
        "b）乙。",
        "2.2　场地",
        "a）丙。",
    ]


@pytest.mark.parametrize(
    ("heading", "tag"), [("应有证书。", "p"), ("应有下列证书：", "p"), ("应有证书；", "p"), ("证书", "h3")]
)
def test_clauses_without_title(heading: str, tag: str) -> None:
    """GB/T 1.1-2020 7.4: a clause that is a sentence is text, not a heading."""
    root = article(f"## 要求\n\n### {heading}\n", "标准")
    clause = root[1]
    assert clause.tag == tag
    assert ("clause-text" in tree.classes(clause)) == (tag == "p")
    assert tree.text(clause) == f"1.1　{heading}"


def test_a_lettered_appendix() -> None:
    assert outline("## 总则\n\n### 甲\n\n## 表格\n\n1. 乙\n", "标准", "A") == [
        "A.1　总则",
        "A.1.1　甲",
        "A.2　表格",
        "a）乙",
    ]


def test_headings_below_a_scheme_have_no_number() -> None:
    assert outline("## 甲\n\n### 乙\n\n#### 丙\n", "办法") == ["第一章　甲", "第一节　乙"]


def test_sections_begin_anew_in_each_chapter() -> None:
    assert outline("## 甲\n\n### 一\n\n### 二\n\n## 乙\n\n### 三\n", "办法") == [
        "第一章　甲",
        "第一节　一",
        "第二节　二",
        "第二章　乙",
        "第一节　三",
    ]


@given(st.lists(st.sampled_from(["chapter", "section", "item", "two items", "words"]), max_size=12))
def test_articles_are_numbered_without_gap(pieces: list[str]) -> None:
    words = {"chapter": "## 章", "section": "### 节", "item": "1. 条", "two items": "1. 条\n2. 条", "words": "话"}
    root = article("\n\n".join(words[p] for p in pieces), "制度")
    articles = [label for label in labels(root) if label.endswith("条　")]
    assert articles == [f"第{chinese(n)}条　" for n in range(1, len(articles) + 1)]
    assert len(articles) == sum({"item": 1, "two items": 2}.get(p, 0) for p in pieces)


def test_numbered_trees_are_of_the_vocabulary() -> None:
    for scheme in SCHEMES:
        for source in (GUIDE, RULES):
            root = article(source, scheme)
            assert list(resolve([root], {})) == []
            assert list(tree.faults(root, Span("a"))) == []


# -- what a reference prints -----------------------------------------------------------------------------

TWELVE = "\n\n".join(f"{n}. 条" for n in range(1, 13))


@pytest.mark.parametrize(
    ("source", "scheme", "prefix", "printed"),
    [
        ("## 甲\n\n## 乙 {#x}", "办法", "", "第二章"),
        ("## 甲\n\n### 乙 {#x}", "办法", "", "第一章第一节"),
        ("## 甲\n\n1. 一\n\n## 乙\n\n1. 二 {#x}", "办法", "", "第二条"),
        (TWELVE + "\n\n    1. 一\n    2. 二\n    3. 三 {#x}", "办法", "", "第十二条第（三）项"),
        ("1. 条\n\n    1. 一：\n\n        1. 甲\n        2. 乙 {#x}", "制度", "", "第一条第（一）项第2目"),
        ("## 甲\n\n## 乙 {#x}", "标准", "", "第2章"),
        ("## 甲\n\n## 乙\n\n### 一\n\n### 二 {#x}", "标准", "", "2.2"),
        ("## 甲\n\n### 应有证书。 {#x}", "标准", "", "1.1"),
        ("## 甲\n\n### 一\n\n1. 子\n2. 丑 {#x}", "标准", "", "1.1 b）"),
        ("## 甲\n\n### 一\n\n1. 子：\n\n    1. 寅\n    2. 卯 {#x}", "标准", "", "1.1 a）2）"),
        ("## 甲\n\n### 乙 {#x}", "标准", "B", "B.1.1"),
        ("## 甲\n\n## 乙\n\n## 丙\n\n### 一\n\n### 二 {#x}", "指引", "", "第三部分（二）"),
        ("## 甲\n\n### 一\n\n1. 子\n2. 丑 {#x}", "指引", "", "第一部分（一）第2项"),
        ("## 甲\n\n1. 子：\n\n    1. 寅 {#x}", "指引", "", "第一部分第1项第（1）目"),
    ],
)  # fmt: skip
def test_cite(source: str, scheme: str, prefix: str, printed: str) -> None:
    assert cited(source, scheme, "条", prefix) == printed


FIGURES = (
    "![一](a.svg)\n图题：甲 {#fig-a}\n\n表题：乙 {#tbl-b}\n\n| 子 | 丑 |\n|---|---|\n| 寅 | 卯 |"
    "\n\n![二](a.svg)\n图题：丙 {#fig-c}"
)


def test_figures_and_tables_run_through_the_publication() -> None:
    first, second = article(FIGURES), article("![三](a.svg)\n图题：丁\n\n![四](a.svg)\n\n![五](a.svg)\n图源：王敏")
    number_figures([first, second])
    assert labels(first) == ["图1　", "表1　", "图2　"]
    assert labels(second) == ["图3　"]
    caption = first.find("figure/figcaption")
    assert caption is not None
    assert tree.text(caption) == "图1　甲"


def test_figures_of_a_lettered_appendix() -> None:
    root = article(FIGURES)
    for letter in "AB":
        section = etree.SubElement(root, "section", {"class": "attachment", "data-letter": letter})
        section.extend(blocks_of("![一](a.svg)\n图题：甲\n\n![一](a.svg)\n图题：乙"))
    number_figures([root])
    assert labels(root) == ["图1　", "表1　", "图2　", "图A.1　", "图A.2　", "图B.1　", "图B.2　"]


def test_a_list_of_figures_has_tables_last_and_captions_alone() -> None:
    note = '<span class="footnote">注</span>'
    articles = [
        tree.parse(
            '<article><figure class="table" id="t"><figcaption>甲</figcaption></figure><figure><img/></figure>'
            f'<figure><figcaption>乙{note}<span class="credit">（图／王）</span></figcaption></figure></article>'
        )
    ]
    number_figures(articles)
    assert [(e.id, e.title, e.section) for e in list_figures(articles)] == [
        ("figure-1", "图1　乙", "插图"),
        ("t", "表1　甲", "表格"),
    ]
    assert articles[0][2].get("id") == "figure-1"


def test_references_print_numbers_titles_and_nothing_for_pages() -> None:
    root = article(FIGURES)
    number_figures([root])
    target = etree.Element("article", {"id": "art-x"})
    pointing = article("{图:fig-c} {表:tbl-b} {文:art-x} {页:fig-a}")
    assert list(resolve([root, target, pointing], {"art-x": "一扇门"})) == []
    assert [tree.text(a) for a in pointing.iter("a")] == ["图2", "表1", "《一扇门》", ""]


def test_an_appendix_is_cited_by_its_label() -> None:
    root = etree.fromstring(
        '<article><section class="attachment" id="app-x" data-cite="附录A" data-letter="A"/></article>'
    )
    pointing = article("见{附录:app-x}")
    assert list(resolve([root, pointing], {})) == []
    assert tree.text(pointing) == "见附录A"


def test_nothing_of_the_numbering_stays_in_the_tree() -> None:
    root = article(RULES + "\n见{条:y}、{图:fig-a}。\n\n" + FIGURES, "办法")
    number_figures([root])
    list(resolve([root], {}))
    names = {name for element in root.iter() for name in element.attrib}
    assert not names & {"data-cite", "data-role", "data-at", "data-letter"}


# -- references that lead nowhere ------------------------------------------------------------------------


def wrong(source: str, reference: str, titles: dict[str, str] | None = None) -> list[Diagnostic]:
    root = article(source, "办法")
    number_figures([root])
    etree.SubElement(root, "section", {"class": "attachment", "id": "app-x", "data-cite": "附件1"})
    pointing = article("甲\n\n见{" + reference + "}。")

    def run() -> Iterator[Diagnostic]:
        yield from resolve([root, pointing], titles or {})

    diagnostics = list(run())
    if diagnostics:
        assert tree.text(pointing).endswith("见？。")
    return diagnostics


PLACES = "## 总则 {#zong}\n\n1. 条 {#tiao}\n\n一段 {#duan}\n\n![五](a.svg)\n图源：王敏 {#fig-z}\n\n" + FIGURES


@pytest.mark.parametrize(
    ("reference", "code", "hint"),
    [
        ("图:fig-x", "reference.dangling", "是不是“fig-"),
        ("图:nowhere", "reference.dangling", "在目标后面写 {#nowhere}，或改正这里的编号"),
        ("条:tiaoo", "reference.dangling", "是不是“tiao”？"),
        ("页:nowhere", "reference.dangling", "在目标后面写"),
        ("文:nowhere", "reference.dangling", "在目标后面写"),
        ("图:tbl-b", "reference.wrong_kind", ""),
        ("表:fig-a", "reference.wrong_kind", ""),
        ("图:tiao", "reference.wrong_kind", ""),
        ("图:fig-z", "reference.wrong_kind", "图表要有图题、表题才有号"),
        ("条:duan", "reference.wrong_kind", "图表要有图题"),
        ("条:fig-a", "reference.wrong_kind", ""),
        ("条:app-x", "reference.wrong_kind", ""),
        ("附录:tiao", "reference.wrong_kind", ""),
        ("附录:fig-a", "reference.wrong_kind", ""),
        ("文:tiao", "reference.wrong_kind", ""),
    ],
)
def test_wrong_reference(reference: str, code: str, hint: str) -> None:
    (diagnostic,) = wrong(PLACES, reference)
    assert diagnostic.code == code
    assert diagnostic.span == Span("content/policies/p.md", 3, 2, len(reference) + 2)
    assert str(diagnostic.hint).startswith(hint)


@pytest.mark.parametrize(
    "reference", ["图:fig-a", "表:tbl-b", "条:tiao", "条:zong", "附录:app-x", "页:duan", "页:fig-z"]
)
def test_right_reference(reference: str) -> None:
    assert wrong(PLACES, reference) == []
