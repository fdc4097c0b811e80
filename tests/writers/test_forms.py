"""The form copy: every blank is a content control of the right kind, the rest is locked, the words are the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from generator.compose import compose
from generator.diagnostics import Report
from generator.load import load
from generator.model import Publication
from generator.project import Project
from generator.records.edition import Edition
from generator.writers import docx
from generator.writers.docx import forms
from generator.writers.docx.forms import Kind
from tests.writers import validators
from tests.writers.docx_lint import lint
from tests.writers.test_docx import PROJECT, ROOT, W, article, parts, publication

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
BLANK = '<span class="blank" data-width="6"/>'
DATE = (
    '<span class="blank" data-width="4"/>年<span class="blank" data-width="2"/>月<span class="blank" data-width="2"/>日'
)
BOX = '<span class="box">☐</span>'


def attachment(inner: str) -> str:
    return f'<article><section class="attachment" id="app-a"><h2>登记表</h2>{inner}</section></article>'


def form(*rows: str, kind: str = "form", head: str = "") -> str:
    cells = "".join(f"<tr>{row}</tr>" for row in rows)
    return attachment(
        f'<table class="{kind}">{head and f"<thead><tr>{head}</tr></thead>"}<tbody>{cells}</tbody></table>'
    )


def td(*cells: str) -> str:
    return "".join(f"<td>{cell}</td>" for cell in cells)


def th(*cells: str) -> str:
    return "".join(f'<th scope="col">{cell}</th>' for cell in cells)


def copies(xhtml: str) -> dict[str, bytes]:
    report = Report()
    files = docx.write(publication(article(xhtml)), PROJECT, report)
    assert report.diagnostics == []
    assert [lint(data) for data in files.values()] == [[]] * len(files)
    return files


def document(data: bytes) -> etree._Element:
    return etree.fromstring(parts(data)["word/document.xml"])


def filled(xhtml: str) -> etree._Element:
    return document(copies(xhtml)["样刊-填写版.docx"])


def kind_of(control: etree._Element) -> str:
    last = control[0][-1]
    name = etree.QName(last).localname
    return "lines" if last.get(f"{W}multiLine") == "1" else name


def told(control: etree._Element, name: str) -> str:
    found = control.find(f"{W}sdtPr/{W}{name}")
    assert found is not None
    return found.get(f"{W}val", "")


def controls(xhtml: str) -> list[tuple[str, str]]:
    return [(kind_of(c), told(c, "alias")) for c in filled(xhtml).iter(f"{W}sdt")]


def words(root: etree._Element) -> str:
    """What is printed, without the prompts that stand in blanks; a date and a choice show what the plain copy does."""
    for control in root.iter(f"{W}sdt"):
        text = next(control.iter(f"{W}t"))
        if control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None and re.fullmatch(
            r"\s*(请?填写?|请选日期|日期|请?选)\s*", text.text or ""
        ):
            text.text = ""
    return re.sub(r"\s", "", "".join(t.text or "" for t in root.iter(f"{W}t")))


# ------------------------------------------------------------------ kinds


@pytest.mark.parametrize(
    ("xhtml", "expected"),
    [
        (attachment(f"<p>站点：{BLANK}　填表人：{BLANK}</p>"), [("text", "站点"), ("text", "填表人")]),
        (attachment(f"<p>评估组：{BLANK}、{BLANK}</p>"), [("text", "评估组"), ("text", "评估组（2）")]),
        (attachment(f"<p>监护人（如需）：{BLANK}</p>"), [("text", "监护人")]),
        (attachment('<p>事由：<span class="blank" data-width="24"/></p>'), [("lines", "事由")]),
        (attachment(f"<p>日期：{DATE}</p>"), [("date", "日期")]),
        (attachment(f"<p>期限：{DATE}至{DATE}</p>"), [("date", "期限"), ("date", "期限（2）")]),
        (attachment(f"<p>受理日期：{BLANK}</p>"), [("date", "受理日期")]),
        (attachment(f"<p>{BLANK}年{BLANK}月</p>"), [("text", "…年"), ("text", "年…月")]),
        (attachment(f"<p>程度：{BOX}急　{BOX}缓</p>"), [("checkbox", "程度：急"), ("checkbox", "程度：缓")]),
        (attachment(f"<p>程度（单选）：{BOX}急　{BOX}缓。</p>"), [("dropDownList", "程度")]),
        (attachment(f"<p>{BOX}同意，理由{BLANK}</p>"), [("checkbox", "同意"), ("text", "理由")]),
        (attachment(f'<ul class="checklist"><li>{BOX}带钥匙</li></ul>'), [("checkbox", "带钥匙")]),
        (attachment('<ul class="checklist"><li>带钥匙</li></ul>'), [("checkbox", "带钥匙")]),
        (attachment(f'<ul class="key-points"><li>{BOX}先敲门</li></ul>'), [("checkbox", "先敲门")]),
        (form(td("姓名", "", "性别", f"{BOX}男　{BOX}女")),
         [("text", "姓名"), ("checkbox", "性别：男"), ("checkbox", "性别：女")]),
        (form(td("性别（单选）", f"{BOX}男　{BOX}女", "年龄", "")),
         [("dropDownList", "性别（单选）"), ("text", "年龄")]),
        (form(td("出生日期", "", "日期与时段", "")), [("date", "出生日期"), ("text", "日期与时段")]),
        (form(td("受理时间", "", "时间", "")), [("date", "受理时间"), ("text", "时间")]),
        (form(td("站长签字", "", "社工签名与日期", "", "代号", "")), [("text", "代号")]),
        (form(td("家庭情况", "", "代号", "")), [("lines", "家庭情况"), ("text", "代号")]),
        (form("<td>来意</td><td colspan='3'/>", td("甲", "", "乙", "")),
         [("lines", "来意"), ("text", "甲"), ("text", "乙")]),
        (form(td("回访日期", "第1月：", "第3月："), td("姓名：", "", "")),
         [("date", "回访日期：第1月"), ("date", "回访日期：第3月"), ("text", "姓名"), ("text", "姓名（2）")]),
        (form(td("一", f"{BLANK}", ""), head=th("星期", "时间", "内容安排")),
         [("text", "一：时间"), ("lines", "一：内容安排")]),
        (form(td("场地", "5", "", ""), td("合计", "5", "", ""), kind="score", head=th("指标", "分值", "自评", "得分")),
         [("dropDownList", "场地：自评"), ("dropDownList", "场地：得分"),
          ("text", "合计：自评"), ("text", "合计：得分")]),
        (form(td("场地", "50", ""), kind="score", head=th("指标", "满分", "得分")), [("text", "场地：得分")]),
    ],
)  # fmt: skip
def test_each_blank_is_a_control_of_its_kind(xhtml: str, expected: list[tuple[str, str]]) -> None:
    assert controls(xhtml) == expected


def test_scores_are_chosen_from_nought_to_the_most_or_typed_where_decimals_are_kept() -> None:
    head = th("指标", "分值", "得分")
    [control] = filled(form(td("场地", "3", ""), kind="score", head=head)).iter(f"{W}sdt")
    assert [i.get(f"{W}value") for i in control.iter(f"{W}listItem")] == ["0", "1", "2", "3"]
    table = f'<table class="score"><thead><tr>{head}</tr></thead><tbody><tr>{td("场地", "3", "")}</tr></tbody></table>'
    noted = attachment(f'<figure class="table">{table}</figure><p class="table-note">得分保留一位小数。</p>')
    assert controls(noted) == [("comboBox", "场地：得分")]


@pytest.mark.parametrize(
    "xhtml",
    [
        "<article><p>没有空的地方。</p></article>",
        f'<article><section class="profile"><table class="checklist"><tbody><tr>{td("有场地", BOX, "")}</tr></tbody>'
        "</table></section></article>",
        attachment(f'<ul class="checklist"><li>{BOX}甲</li><li><span class="box-checked">☑</span>乙</li></ul>'),
        f'<article><table class="data"><tbody><tr>{td("父亲", "", "务工", "健在")}</tr></tbody></table></article>',
        form(td("签字", "", "盖章", "")),
    ],
)
def test_where_nothing_is_to_be_filled_in_there_is_no_form_copy(xhtml: str) -> None:
    assert list(copies(xhtml)) == ["样刊.docx"]


# ------------------------------------------------------------------ the file


EVERYTHING = attachment(
    f"<p>站点：{BLANK}　日期：{DATE}　程度（单选）：{BOX}急　{BOX}缓</p>"
    f'<table class="form"><tbody><tr>{td("姓名", "", "性别", f"{BOX}男　{BOX}女")}</tr>'
    f"<tr>{td('日期', '', '签字', '')}</tr></tbody></table>"
)


def test_the_form_copy_says_what_the_plain_copy_says_and_the_plain_copy_has_no_controls() -> None:
    files = copies(EVERYTHING)
    plain, form_ = document(files["样刊.docx"]), document(files["样刊-填写版.docx"])
    assert list(plain.iter(f"{W}sdt")) == []
    assert b"documentProtection" not in parts(files["样刊.docx"])["word/settings.xml"]
    assert words(form_) == words(plain)


def test_all_but_the_controls_is_locked() -> None:
    files = copies(EVERYTHING)
    settings = etree.fromstring(parts(files["样刊-填写版.docx"])["word/settings.xml"])
    protection = settings.find(f"{W}documentProtection")
    assert protection is not None
    assert dict(protection.attrib) == {f"{W}edit": "forms", f"{W}enforcement": "1"}
    assert {told(c, "lock") for c in document(files["样刊-填写版.docx"]).iter(f"{W}sdt")} == {"sdtLocked"}


def test_a_control_asks_in_grey_until_it_is_filled_and_a_box_does_not_ask() -> None:
    for control in filled(EVERYTHING).iter(f"{W}sdt"):
        asks = control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
        grey = control.find(f".//{W}rStyle")
        assert asks == (kind_of(control) != "checkbox")
        assert asks == (grey is not None and grey.get(f"{W}val") == "PlaceholderText")


def test_dates_are_written_the_chinese_way() -> None:
    date = next(filled(EVERYTHING).iter(f"{W}date"))
    assert [(etree.QName(e).localname, e.get(f"{W}val")) for e in date][:2] == [
        ("dateFormat", "yyyy年M月d日"),
        ("lid", "zh-CN"),
    ]


def test_words_in_a_blank_are_its_answer() -> None:
    [control] = filled(attachment('<p>站点：<span class="blank" data-width="6">河源站</span></p>')).iter(f"{W}sdt")
    assert control.find(f"{W}sdtPr/{W}showingPlcHdr") is None
    assert "".join(t.text or "" for t in control.iter(f"{W}t")) == "河源站"


def test_cells_end_in_a_paragraph_and_rows_keep_their_width() -> None:
    root = filled(EVERYTHING)
    assert all(cell[-1].tag == f"{W}p" for cell in root.iter(f"{W}tc"))
    assert all(control.getparent().tag == f"{W}p" for control in root.iter(f"{W}sdt"))  # type: ignore[union-attr]


def test_two_form_copies_are_the_same_bytes() -> None:
    assert copies(EVERYTHING) == copies(EVERYTHING)


# ------------------------------------------------------------------ tags


def tags(xhtml: str) -> list[str]:
    return [c.tag for c in forms.prepared(publication(article(xhtml)))[1].values()]


def test_tags_name_the_form_and_the_row() -> None:
    assert tags(form(td("姓名", "", "性别", f"{BOX}男　{BOX}女"))) == [
        "f:app-a.姓名", "f:app-a.性别.男", "f:app-a.性别.女"
    ]  # fmt: skip


def test_a_row_added_above_leaves_the_tags_of_others() -> None:
    before, after = form(td("姓名", "")), form(td("年龄", ""), td("姓名", ""))
    assert set(tags(before)) < set(tags(after))


@given(st.lists(st.text("甲乙丙丁：. 　很长的栏目名称", min_size=1, max_size=70), min_size=1, max_size=12))
def test_tags_are_short_and_differ(labels: list[str]) -> None:
    table = form(*(td(label, "") for label in labels))
    planned = list(forms.prepared(publication(article(table)))[1].values())
    assert all(0 < len(c.tag) <= 64 and 0 < len(c.title) <= 64 for c in planned)
    assert len({c.tag for c in planned}) == len({c.identity for c in planned}) == len(planned)
    assert all(0 < c.identity < 2**31 for c in planned)


# ------------------------------------------------------------------ the samples


@pytest.fixture(scope="module")
def samples() -> list[Publication]:
    project, report = Project(ROOT), Report()
    records = load(project, report)
    return [
        compose(e, records, project, report)
        for e in records.of(Edition)
        if e.id in ("jinniu-guide", "evaluation-measures")
    ]


def test_the_samples_forms_have_every_kind(samples: list[Publication]) -> None:
    kinds = {c.kind for sample in samples for c in forms.prepared(sample)[1].values()}
    assert kinds == set(Kind)


def test_the_samples_words_stay_and_the_file_is_sound(samples: list[Publication], tmp_path: Path) -> None:
    audit = pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")
    for sample in samples:
        files = docx.write(sample, Project(ROOT), Report())
        plain, form_ = (document(data) for data in files.values())
        assert words(form_) == words(plain)
        for name, data in files.items():
            assert lint(data) == []
            path = tmp_path / name
            path.write_bytes(data)
            assert audit.OpenXmlValidator().validate(str(path)).errors == []


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("form") / "form.docx"
    path.write_bytes(copies(EVERYTHING)["样刊-填写版.docx"])
    return path


def test_ooxml_integrity_is_content(file: Path) -> None:
    validators.integrity([file])


def test_open_xml_sdk_is_content(file: Path) -> None:
    validators.sdk([file])
