"""A hub's Word file restyles ours: by name, whatever wrote it; what it lacks stays as it was."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx as python_docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from generator.diagnostics import Report
from generator.model import Publication
from generator.project import Project
from generator.readers.word import open_word
from generator.theme import house, load_theme
from generator.writers import docx
from generator.writers.docx.package import Package
from tests.writers.docx_lint import lint
from tests.writers.test_docx import PROJECT, article, parts, publication

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = (
    "<article><h1>题名</h1><p>正文一段。</p><ul><li>甲</li></ul>"
    '<table class="data"><tbody><tr><td>一</td></tr></tbody></table></article>'
)
NAME = "我们的样式.docx"


def hub_file() -> Document:
    """The styles of some hub: red 标题 1, body in 仿宋 12 pt, 三线表 in blue."""
    document = python_docx.Document()
    heading = document.styles["Heading 1"]
    heading.font.size, heading.font.color.rgb = Pt(22), RGBColor(0xC0, 0, 0)
    body = document.styles["Body Text"]
    body.font.size = Pt(12)
    body.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
    body.paragraph_format.line_spacing = 1.5
    table = document.styles.add_style("三线表", WD_STYLE_TYPE.TABLE)
    table.element.append(
        parse_xml(
            f'<w:tblPr {nsdecls("w")}><w:tblBorders><w:top w:val="double" w:sz="6" w:space="0" w:color="0000FF"/>'
            "</w:tblBorders></w:tblPr>"
        )
    )
    return document


def hub(folder: Path, file: Document | bytes, name: str = NAME) -> Project:
    style = folder / "content" / "style"
    style.mkdir(parents=True)
    (style / "theme.yaml").write_text(f"Word 样式: {NAME}\n", "utf-8")
    if isinstance(file, bytes):
        (style / name).write_bytes(file)
    else:
        file.save(str(style / name))
    return Project(folder)


def made(project: Project, xhtml: str = TEXT, **changes: object) -> dict[str, bytes]:
    report = Report()
    theme = load_theme(project, report)
    original = publication(article(xhtml))
    given = Publication(**{**original.__dict__, "theme": theme, **changes})
    data = docx.write(given, project, report)["样刊.docx"]
    assert report.diagnostics == []
    assert lint(data) == []
    return parts(data)


def styles(members: dict[str, bytes]) -> dict[str, etree._Element]:
    return {s.get(f"{W}styleId", ""): s for s in etree.fromstring(members["word/styles.xml"]).iter(f"{W}style")}


def said(style: etree._Element, path: str, name: str = "val") -> str | None:
    found = style.find("/".join(W + step for step in path.split("/")))
    return None if found is None else found.get(W + name)


def look(style: etree._Element) -> list[bytes]:
    """What a style looks like, its names apart."""
    return [
        etree.tostring(p, method="c14n") for name in ("pPr", "rPr", "tblPr", "tblStylePr") for p in style.iter(W + name)
    ]


def reported(project: Project) -> list[str]:
    report = Report()
    assert load_theme(project, report).word_styles == NAME
    return [f"{d.span.file} {d.code}" for d in report.diagnostics]


def test_styles_of_a_name_take_the_hub_s_look(tmp_path: Path) -> None:
    ours = styles(made(Project(tmp_path / "none")))
    found = styles(made(hub(tmp_path, hub_file())))
    assert said(found["Heading1"], "rPr/sz") == "44"  # not scaled to the page: the hub's wish
    assert said(found["Heading1"], "rPr/color") == "C00000"
    assert said(found["Heading1"], "rPr/color", "themeColor") is None
    assert said(found["Heading1"], "pPr/outlineLvl") == "0"
    assert said(found["BodyText"], "rPr/rFonts", "eastAsia") == "仿宋"
    assert said(found["BookTable"], "tblPr/tblBorders/top") == "double"
    assert said(found["BodyText"], "pPr/spacing", "line") == "360"
    assert look(found["TableText"]) == look(ours["TableText"])


def test_theme_fonts_are_written_out(tmp_path: Path) -> None:
    """python-docx's file sets headings in the major fonts of its theme."""
    found = styles(made(hub(tmp_path, hub_file())))
    fonts = found["Heading1"].find(f"{W}rPr/{W}rFonts")
    assert fonts is not None
    assert fonts.get(f"{W}ascii") == "Calibri"
    assert not [key for key in fonts.attrib if "heme" in str(key)]


def test_numbering_tab_stops_and_the_page_stay_ours(tmp_path: Path) -> None:
    ours, found = made(Project(tmp_path / "none")), made(hub(tmp_path, hub_file()))
    assert ours["word/numbering.xml"] == found["word/numbering.xml"]
    assert said(styles(found)["ListBullet"], "pPr/numPr/numId") == said(styles(ours)["ListBullet"], "pPr/numPr/numId")
    assert said(styles(found)["TOC1"], "pPr/tabs/tab", "pos") == said(styles(ours)["TOC1"], "pPr/tabs/tab", "pos")
    for name in (n for n in ours if n.startswith(("word/header", "word/footer"))):
        assert ours[name] == found[name]


def test_styles_of_ours_do_not_inherit_the_hub_s_plainest(tmp_path: Path) -> None:
    """Many a hub indents 正文 itself: cells and captions of ours must not follow."""
    file = hub_file()
    file.styles["Normal"].paragraph_format.first_line_indent = Pt(24)
    found = styles(made(hub(tmp_path, file)))
    assert said(found["Normal"], "pPr/ind", "firstLine") == "480"
    base = said(found["TableText"], "basedOn")
    assert base is not None
    assert base != "Normal"
    assert said(found[base], "pPr/ind", "firstLine") is None
    assert said(found["Heading1"], "basedOn") == "Normal"


def test_what_a_style_is_based_on_comes_along_under_a_fresh_id(tmp_path: Path) -> None:
    file = hub_file()
    base = file.styles.add_style("本站标题", WD_STYLE_TYPE.PARAGRAPH)
    base.element.set(qn("w:styleId"), "TableText")  # an id of ours with another meaning
    base.font.name = "KaiTi"
    file.styles.add_style("没人用", WD_STYLE_TYPE.PARAGRAPH)
    file.styles["Heading 1"].base_style = base
    file.styles["Heading 2"].base_style = base
    found = styles(made(hub(tmp_path, file)))
    key = said(found["Heading1"], "basedOn") or ""
    assert key not in ("TableText", "")
    assert said(found["Heading2"], "basedOn") == key
    assert said(found[key], "name") == "本站标题"
    assert said(found[key], "rPr/rFonts", "ascii") == "KaiTi"
    assert said(found["TableText"], "name") == "表格正文"
    assert "没人用" not in {said(s, "name") for s in found.values()}


def test_names_are_compared_without_case_and_aliases_count(tmp_path: Path) -> None:
    file = hub_file()
    file.styles["Heading 2"].font.size = Pt(31)
    file.styles["Heading 2"].element.find(qn("w:name")).set(qn("w:val"), "HEADING 2")
    other = file.styles.add_style("表中文字", WD_STYLE_TYPE.PARAGRAPH)
    other.element.insert(1, parse_xml(f'<w:aliases {nsdecls("w")} w:val="单元格, 表格正文"/>'))
    other.font.size = Pt(8)
    found = styles(made(hub(tmp_path, file)))
    assert said(found["Heading2"], "rPr/sz") == "62"
    assert said(found["TableText"], "rPr/sz") == "16"


def test_our_own_file_given_back_changes_nothing(tmp_path: Path) -> None:
    plain = made(Project(tmp_path / "none"))
    found, ours = styles(made(hub(tmp_path, zipped(plain)))), styles(plain)
    for key, style in ours.items():
        assert [e.tag for e in found[key].iter()] == [e.tag for e in style.iter()] or key == "Normal", key


def test_the_estimate_of_pages_sees_the_hub_s_sizes(tmp_path: Path) -> None:
    file = hub_file()
    file.styles["Body Text"].font.size = Pt(40)
    long = (
        f'<article>{"<p>很长的一段。</p>" * 60}<h2 id="x">末尾</h2><p><a class="page-ref" href="#x">1</a></p></article>'
    )

    def page(members: dict[str, bytes]) -> int:
        root = etree.fromstring(members["word/document.xml"])
        return int([t.text or "" for t in root.iter(f"{W}t")][-1])

    assert page(made(hub(tmp_path, file), long)) > page(made(Project(tmp_path / "none"), long))


def test_what_a_standard_prescribes_is_not_the_hub_s_to_change(tmp_path: Path) -> None:
    plain = made(Project(tmp_path / "none"), kind="official")
    assert made(hub(tmp_path, hub_file()), kind="official")["word/styles.xml"] == plain["word/styles.xml"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda s: s.set(qn("w:val"), "abc"), None),
        (lambda s: s.set(qn("w:val"), "0"), None),
        (lambda s: s.set(qn("w:val"), "99999999"), None),
        (lambda s: s.attrib.clear(), None),
        (lambda s: s.append(etree.fromstring("<x xmlns='urn:y'>z</x>")), "44"),
    ],
)
def test_strange_values_fall_out(
    tmp_path: Path, change: Callable[[etree._Element], object], expected: str | None
) -> None:
    file = hub_file()
    change(file.styles["Heading 1"].element.rPr.find(qn("w:sz")))
    style = styles(made(hub(tmp_path, file)))["Heading1"]
    assert said(style, "rPr/sz") == expected
    assert b"urn:y" not in etree.tostring(style)


@given(st.integers(0, 2**32), st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=9))
def test_any_value_is_borne(seed: int, text: str) -> None:
    chance = random.Random(seed)
    members = dict(PARTS)
    root = etree.fromstring(members["word/styles.xml"])
    for element in chance.sample(list(root.iter()), 40):
        for name in list(element.attrib):
            element.set(name, chance.choice((text, "0", "-1", "Normal", "9" * 9)))
    members["word/styles.xml"] = etree.tostring(root)
    hub_of_any = open_word(zipped(members), "a.docx", Report())
    assert hub_of_any is not None
    package = Package(publication(article(TEXT)), PROJECT.templates, hub_of_any)
    assert all(m.size > 0 and m.pitch > 0 for m in package.metrics.values())


def test_styles_based_on_each_other_in_a_circle_end(tmp_path: Path) -> None:
    file = hub_file()
    one = file.styles.add_style("甲式", WD_STYLE_TYPE.PARAGRAPH)
    two = file.styles.add_style("乙式", WD_STYLE_TYPE.PARAGRAPH)
    one.base_style, two.base_style = two, one
    file.styles["Heading 1"].base_style = one
    assert said(styles(made(hub(tmp_path, file)))["Heading1"], "rPr/sz") == "44"


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def saved(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


PARTS = parts(saved(hub_file()))


def saved_by_libreoffice(folder: Path) -> bytes:
    folder.mkdir()
    hub_file().save(str(folder / "in.docx"))
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
               "docx:MS Word 2007 XML", "--outdir", str(folder / "out"), str(folder / "in.docx")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180, env={**os.environ, "HOME": str(folder)})
    return (folder / "out" / "in.docx").read_bytes()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_file_saved_by_another_program_with_other_ids(tmp_path: Path) -> None:
    found = styles(made(hub(tmp_path / "hub", saved_by_libreoffice(tmp_path / "lo"))))
    assert said(found["Heading1"], "rPr/sz") == "44"
    assert said(found["BodyText"], "rPr/rFonts", "eastAsia") == "仿宋"
    assert said(found["BookTable"], "tblPr/tblBorders/top") in ("double", "single")


def without_styles() -> bytes:
    members = {n: d.replace(b"/relationships/styles", b"/relationships/x") for n, d in PARTS.items()}
    return zipped({n: d for n, d in members.items() if "styles" not in n.lower()})


def of_other_names() -> bytes:
    document = python_docx.Document()
    for style in list(document.styles):
        if style.name != "Normal":
            style.delete()
    return saved(document)


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, NAME, "word.old_format"),
        ("字".encode(), NAME, "word.not_word"),
        (without_styles(), NAME, "theme.no_word_styles"),
        (of_other_names(), NAME, "theme.foreign_word_styles"),
    ],
)
def test_a_file_that_will_not_do_is_told(tmp_path: Path, data: bytes, name: str, expected: str) -> None:
    assert reported(hub(tmp_path, data, name)) == [f"content/style/{NAME} {expected}"]


def test_a_missing_file_is_told_with_the_name_nearest(tmp_path: Path) -> None:
    report = Report()
    load_theme(hub(tmp_path, hub_file(), "我们样式.docx"), report)
    [diagnostic] = report.diagnostics
    assert (diagnostic.code, str(diagnostic.span)) == ("theme.no_word_file", "content/style/theme.yaml:1:10")
    assert str(diagnostic.hint) == "是不是“我们样式.docx”？"


def test_the_house_names_no_file() -> None:
    assert house().word_styles is None
