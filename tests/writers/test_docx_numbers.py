"""The numbers of a Word file: counted by Word, printed as in the tree, followed by references and contents."""

from __future__ import annotations

import copy
import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from generator import tree
from generator.compose import compose
from generator.diagnostics import Report
from generator.load import load
from generator.model import Publication
from generator.numbering import SCHEMES, chinese, number_clauses
from generator.project import Project
from generator.records.edition import Edition
from generator.writers import docx
from tests.conftest import ROOT
from tests.writers import word_numbers
from tests.writers.docx_lint import lint
from tests.writers.test_docx import article, instructions, parts, publication, styles, written
from tests.writers.word_numbers import Numbering, W, paragraphs, said

Parts = dict[str, etree._Element]


def tight(words: str) -> str:
    return re.sub(r"\s", "", words)


@pytest.fixture(scope="module")
def shelf(publications: dict[str, Publication], sample: Project) -> dict[str, tuple[Publication, Parts]]:
    """The editions of the sample and of the starter, as they are composed and as Word gets them."""
    starter, report = Project(ROOT, dt.date(2024, 4, 1)), Report()
    records = load(starter, report)
    everything = {
        **publications,
        **{e.id: compose(e, records, starter, report) for e in records if isinstance(e, Edition)},
    }
    found = {}
    for name, made in everything.items():
        data = docx.write(made, sample, report)[f"{made.name}.docx"]
        assert lint(data) == []
        found[name] = (made, {n: etree.fromstring(b) for n, b in parts(data).items() if n.endswith(".xml")})
    return found


def labelled(made: Publication) -> Iterator[etree._Element]:
    """Headings and paragraphs that begin with a label."""
    for piece in made.articles:
        for label in piece.body.iter("span"):
            owner = label.getparent()
            assert owner is not None
            if "label" in tree.classes(label) and owner.tag != "figcaption":
                yield owner


def bookmarked(made: Parts) -> dict[str, etree._Element]:
    return {b.get(W + "name", ""): b for b in made["word/document.xml"].iter(W + "bookmarkStart")}


def fields(made: Parts) -> Iterator[tuple[str, str]]:
    """The instruction and the result of every simple field of the body."""
    for start in made["word/document.xml"].iter(W + "fldChar"):
        if start.get(W + "fldCharType") != "begin":
            continue
        instruction = result = ""
        for run in start.getparent().itersiblings(W + "r"):  # type: ignore[union-attr]
            instruction += "".join(t.text or "" for t in run.iter(W + "instrText"))
            result += "".join(t.text or "" for t in run.iter(W + "t"))
            ends = [f.get(W + "fldCharType") for f in run.iter(W + "fldChar")]
            if "end" in ends:
                yield instruction.strip(), result
                break


# ------------------------------------------------------------------ every publication


def test_every_label_is_counted_and_printed_as_in_the_tree(shelf: dict[str, tuple[Publication, Parts]]) -> None:
    seen = 0
    for made, file in shelf.values():
        lines = iter((p, words) for p, words in paragraphs(file))
        for owner in labelled(made):
            wanted = tight(tree.text(owner, notes=False))
            paragraph = next((p for p, words in lines if tight(words) == wanted), None)
            assert paragraph is not None, wanted
            label = tree.text(next(owner.iter("span")))
            if "enclosure" in tree.classes(owner) or label == "附件　":
                continue  # nothing to count, and 附件说明, which names what is counted elsewhere
            number = re.sub(r"（(规范|资料)性）", "", tight(label))
            assert not said(paragraph).startswith(number), wanted
            seen += 1
    assert seen > 500


def test_references_print_what_word_will_print(shelf: dict[str, tuple[Publication, Parts]]) -> None:
    kinds = set()
    for _, file in shelf.values():
        marks = bookmarked(file)
        numbering = Numbering(file["word/document.xml"], file["word/numbering.xml"], file["word/styles.xml"])
        numbers = {p: number for p, number, _ in numbering.numbers()}
        for instruction, result in fields(file):
            found = re.match(r"REF (\S+) (\\n )?\\h", instruction)
            if found is None:
                continue
            start = marks[found[1]]
            if found[2]:
                number = numbers[start.getparent()]  # type: ignore[index]
                assert number.rstrip(".") == result
                kinds.add(re.sub(r"[\d一二三四五六七八九十.]+", "#", result))
            else:
                inside = []
                for sibling in start.itersiblings():
                    if sibling.tag == W + "bookmarkEnd" and sibling.get(W + "id") == start.get(W + "id"):
                        break
                    inside.append(said(sibling))
                assert "".join(inside) == result
                kinds.add("文")
    assert {"第#条", "附件#", "附录A", "#", "文"} <= kinds


def test_contents_print_what_word_will_print(shelf: dict[str, tuple[Publication, Parts]]) -> None:
    """Number, what stands behind it, title; an author, which Word would not find, may follow."""
    for _, file in shelf.values():
        lines = dict(paragraphs(file))
        marks = bookmarked(file)
        for link in file["word/document.xml"].iter(W + "hyperlink"):
            owner = link.getparent()
            assert owner is not None
            style = (styles(owner) or [""])[0]
            target = marks[link.get(W + "anchor", "")].getparent() if style.startswith("TOC") else None
            if target is not None and styles(target)[0] in ("Heading1", "Heading2", "Heading3"):
                assert re.sub(r"\d+$", "", said(link)).startswith(lines[target].rstrip())


# ------------------------------------------------------------------ what an editor does


def insert(file: Parts, style: str, after: str) -> list[str]:
    """What is printed once a paragraph of a style has been put behind the one that begins so."""
    changed = {name: copy.deepcopy(root) for name, root in file.items()}
    place = next(p for p, words in paragraphs(changed) if words.startswith(after) and styles(p)[0] == style)
    new = etree.Element(W + "p")
    etree.SubElement(etree.SubElement(new, W + "pPr"), W + "pStyle").set(W + "val", style)
    etree.SubElement(etree.SubElement(new, W + "r"), W + "t").text = "新增"
    place.addnext(new)
    return [words for _, words in paragraphs(changed)]


def test_an_article_put_in_renumbers_the_rest_of_its_rule(shelf: dict[str, tuple[Publication, Parts]]) -> None:
    _, file = shelf["regulations"]
    before, after = [w for _, w in paragraphs(file)], insert(file, "Clause1", "第三条 ")
    place = after.index("第四条 新增")
    assert after[:place] == before[:place]
    rest = [w for w in after[place + 1 :] if re.match("第.+条 ", w)]
    assert rest[0].startswith("第五条")
    begin = next(n for n, w in enumerate(rest) if w.startswith("第一条"))
    assert rest[begin:] == [w for w in before if re.match("第.+条 ", w)][-len(rest[begin:]) :]


@pytest.mark.parametrize(
    ("edition", "style", "after", "new", "later"),
    [
        ("jinniu-guide", "Heading2", "四、", "五、新增", "六、个案服务"),
        ("jinniu-guide", "Heading3", "（二）名称界定", "（三）新增", "（四）工作原则"),
        ("jinniu-guide", "Clause1", "4. 及时留痕", "5. 新增", "6. 服务免费"),
        ("station-standard", "Heading3", "4.2 ", "4.3 新增", "4.4 设备"),
        ("jinniu-2023-cases", "Heading1", "案例五 ", "案例六 新增", "案例七 一把竹椅"),
        ("jinniu-2023-cases", "Heading2", "五、总结评估", "六、新增", "七、专业反思"),
    ],
)
def test_a_heading_or_clause_put_in_renumbers_what_follows(
    shelf: dict[str, tuple[Publication, Parts]], edition: str, style: str, after: str, new: str, later: str
) -> None:
    lines = insert(shelf[edition][1], style, after)
    begin = lines.index(new)
    assert any(line.startswith(later) for line in lines[begin:])


def test_levels_and_styles_are_bound_both_ways(shelf: dict[str, tuple[Publication, Parts]]) -> None:
    _, file = shelf["regulations"]
    bound = {s.get(W + "val") for s in file["word/numbering.xml"].iter(W + "pStyle")}
    assert {"Heading2", "Heading3", "Clause1", "Clause2", "Clause3"} <= bound
    first = [p for p, words in paragraphs(file) if re.match("第.条 ", words)][:3]
    assert [p.find(f"{W}pPr/{W}numPr") for p in first] == [None] * 3


# ------------------------------------------------------------------ trees of any shape


def test_labels_of_no_known_form_stay_text() -> None:
    odd = "<h2><span class='label'>甲　</span>题</h2><h2><span class='label'>第零章　</span>题</h2>"
    made, _ = written(article(f"<article>{odd}<p><span class='label'>（一）</span>文</p></article>"))
    assert [said(p) for p in made["word/document.xml"].iter(W + "p")] == ["甲　题", "第零章　题", "（一）文"]


def test_a_dotted_number_under_another_chapter_stays_text() -> None:
    made, _ = written(article("<article><h2><span class='label'>3　</span>题</h2>"
                              "<h3><span class='label'>2.1　</span>节</h3></article>"))  # fmt: skip
    assert [tight(w) for _, w in paragraphs(made)] == ["3题", "2.1节"]


_KINDS = {
    "h2": ("<h2><span class='label'>{}</span>题</h2>", (lambda n: f"{chinese(n)}、", lambda n: f"第{chinese(n)}章　")),
    "h3": (
        "<h3><span class='label'>{}</span>题</h3>",
        (lambda n: f"（{chinese(n)}）", lambda n: f"第{chinese(n)}节　"),
    ),
    "c1": (
        "<div class='clause' data-level='1'><p><span class='label'>{}</span>文</p></div>",
        (lambda n: f"{n}. ", lambda n: f"第{chinese(n)}条　"),
    ),
    "c2": (
        "<div class='clause' data-level='2'><p><span class='label'>{}</span>文</p></div>",
        (lambda n: f"（{n}）", lambda n: f"（{chinese(n)}）"),
    ),
    "p": ("<p>{}</p>", (str, str)),
}


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(_KINDS)), st.integers(0, 1), st.integers(1, 120)), min_size=1, max_size=12
    )
)
def test_numbers_in_any_order_are_printed_as_they_stand(pieces: list[tuple[str, int, int]]) -> None:
    body = "".join(_KINDS[kind][0].format(_KINDS[kind][1][form](number)) for kind, form, number in pieces)
    parsed = tree.parse(f"<article>{body}</article>")
    data = docx.write(publication(article(f"<article>{body}</article>")), Project(Path("nowhere")), Report())[
        "样刊.docx"
    ]
    made = {n: etree.fromstring(b) for n, b in parts(data).items() if n.endswith(".xml")}
    assert tight(word_numbers.printed(made)) == tight(tree.text(parsed))


@given(st.sampled_from(sorted(SCHEMES)), st.lists(st.sampled_from(["h2", "h3", "h4", "ol", "p"]), max_size=14))
def test_documents_of_every_scheme_are_counted_alike(scheme: str, blocks: list[str]) -> None:
    held = {
        "ol": "<ol><li>一<ol><li>甲</li><li>乙</li></ol></li><li>二</li></ol>",
        "p": "<p>文</p>",
        "h4": "<h4>条。</h4>",
    }
    elements = [tree.parse(held.get(name, f"<{name}>题</{name}>")) for name in blocks]
    body = "".join(tree.serialise(b) for b in number_clauses(elements, SCHEMES[scheme]))
    xhtml = re.sub(r' data-cite="[^"]*"', "", f"<article>{body}</article>")
    made, _ = written(article(xhtml))
    assert tight(word_numbers.printed(made)) == tight(tree.text(tree.parse(xhtml)))


# ------------------------------------------------------------------ fields


def test_citations_are_words_and_fields() -> None:
    clause = (
        '<div class="clause" data-level="1" id="t"><p><span class="label">第一条　</span>下列：</p>'
        '<div class="clause" data-level="2" id="x"><p><span class="label">（一）</span>甲；</p></div></div>'
    )
    part = '<h2><span class="label">一、</span>总则</h2><h3 id="s"><span class="label">（一）</span>目的</h3>'
    seen = (
        '<p>见<a class="ref" href="#x">第一条第（一）项</a>、<a class="ref" href="#t">第一条</a>、'
        '<a class="ref" href="#s">第一部分（一）</a>、<a class="ref" href="#t">上条</a>。</p>'
    )
    made, _ = written(article(f"<article>{part}{clause}{seen}</article>"))
    results = [result for instruction, result in fields(made) if instruction.startswith("REF ")]
    assert results == ["第一条", "（一）", "第一条"]
    links = [said(h) for h in made["word/document.xml"].iter(W + "hyperlink")]
    assert links == ["第一部分（一）", "上条"], "一、 can't be printed without its mark"
    assert "见第一条第（一）项、第一条、第一部分（一）、上条。" in word_numbers.printed(made)


def test_captions_of_an_annex_count_anew() -> None:
    figure = (
        '<figure class="table" id="{}"><figcaption><span class="label">表{}　</span>题</figcaption>'
        "<table><tbody><tr><td>格</td></tr></tbody></table></figure>"
    )
    shown = "".join(figure.format(f"t{n}", label) for n, label in enumerate(("1", "A.1", "A.2", "B.1", "2")))
    root = written(article(f'<article>{shown}<p><a class="ref" href="#t2">表A.2</a></p></article>'))[0]
    series = [i for i in instructions(root["word/document.xml"]) if i.startswith("SEQ")]
    assert series == [f"SEQ {name} \\* ARABIC" for name in ("表", "表A", "表A", "表B", "表")]
    assert ("表A.2") in [result for instruction, result in fields(root) if instruction.startswith("REF")]


def test_a_list_of_figures_is_a_field_for_each_series(shelf: dict[str, tuple[Publication, Parts]]) -> None:
    _, file = shelf["jinniu-2023-cases"]
    assert [i for i in instructions(file["word/document.xml"]) if "\\c" in i] == [
        'TOC \\h \\z \\c "图"',
        'TOC \\h \\z \\c "表"',
    ]
    lines = [said(p) for p in file["word/document.xml"].iter(W + "p") if styles(p) == ["TableofFigures"]]
    assert lines[0].startswith("图1　“总站—站—室”三级分工与往来")
    assert sum(line.startswith("表") for line in lines) == 17
    assert all(re.search(r"\d$", line) for line in lines)


def test_running_heads_name_the_number(shelf: dict[str, tuple[Publication, Parts]]) -> None:
    _, file = shelf["jinniu-2023-cases"]
    heads = [root for name, root in file.items() if name.startswith("word/header")]
    numbered = [h for h in heads if "STYLEREF 1 \\n" in instructions(h)]
    assert any("案例一　从" in said(h) for h in numbered)
    assert any(instructions(h) == ["STYLEREF 1"] for h in heads), "what has no number names none"


# ------------------------------------------------------------------ other eyes


def test_the_lint_sees_faults_of_numbering(shelf: dict[str, tuple[Publication, Parts]]) -> None:
    _, file = shelf["heyuan-rule"]
    for part, path, value, fault in (
        ("numbering", "num/abstractNumId", "99", "abstract numbering 99 is not defined"),
        ("numbering", "abstractNum/lvl/pStyle", "BodyText", "does not name it back"),
        ("styles", "style/pPr/numPr/ilvl", "8", "has no level 8"),
    ):
        broken = {name: copy.deepcopy(root) for name, root in file.items()}
        broken[f"word/{part}.xml"].find("/".join(W + n for n in path.split("/"))).set(W + "val", value)  # type: ignore[union-attr]
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, root in broken.items():
                archive.writestr(name, etree.tostring(root))
        assert any(fault in said for said in lint(buffer.getvalue()))


def test_libreoffice_counts_the_same(tmp_path: Path, publications: dict[str, Publication], sample: Project) -> None:
    command = shutil.which("soffice")
    if command is None:
        pytest.skip("LibreOffice is not installed")
    for name, lines in (
        ("heyuan-rule", ["第二章 走访", "第一条 为规范走访，制定本办法。", "（二）困境儿童。", "第三条 "]),
        ("heyuan-standard", ["2.1 人员", "a）一人谈话；", "2.2 走访记录应当天完成", "A.1 分级"]),
        ("heyuan-cases", ["案例三 河边茶座小组", "六、专业反思", "第二编"]),
    ):
        data = docx.write(publications[name], sample, Report())[f"{publications[name].name}.docx"]
        (tmp_path / f"{name}.docx").write_bytes(data)
        home = f"-env:UserInstallation=file://{tmp_path}/office"
        told = [command, home, "--headless", "--convert-to", "txt:Text (encoded):UTF8", f"{name}.docx"]
        subprocess.run(told, cwd=tmp_path, check=True, capture_output=True)
        text = (tmp_path / f"{name}.txt").read_text(encoding="utf-8-sig")
        assert [line for line in lines if tight(line) not in tight(text)] == []
