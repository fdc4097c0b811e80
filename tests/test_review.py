"""Review copies: what is in them, and what comes of them when they come back."""

from __future__ import annotations

import copy
import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from generator import cli
from generator.compose import compose
from generator.diagnostics import Report
from generator.load import load
from generator.project import Project
from generator.provenance import Source
from generator.records.edition import Edition
from generator.review import Review, apply, review
from generator.review.fields import Slot, align
from generator.review.matching import BREAK
from generator.review.returned import sent_in
from generator.writers import writer
from generator.writers.docx.manuscript import Manuscript, has_words, is_ours, paragraphs
from tests.redpen import RedPen, W, text
from tests.writers.docx_lint import lint

SAMPLE = Path(__file__).parent / "sample" / "content"
CASES, BULLETIN, RULE = "heyuan-cases", "heyuan-2024-1", "heyuan-rule"
SHE = "她住在楼上，每天下楼时敲一敲门。"


@pytest.fixture
def hub(tmp_path: Path) -> Project:
    """A workspace whose content may be written to."""
    shutil.copytree(SAMPLE, tmp_path / "content")
    return Project(tmp_path)


def copy_of(project: Project, edition: str) -> bytes:
    """The edition's review copy as it is now."""
    records, report = load(project, Report()), Report()
    found = records[edition]
    assert isinstance(found, Edition)
    (data,) = writer("review")(compose(found, records, project, report), project, report).values()
    assert not report.diagnostics
    return data


_COPIES: dict[str, bytes] = {}


def sample_copy(edition: str) -> bytes:
    if edition not in _COPIES:
        _COPIES[edition] = copy_of(Project(SAMPLE.parent), edition)
    return _COPIES[edition]


def read(project: Project, data: bytes, *, untracked: bool = False) -> tuple[Review, list[str]]:
    """The review of a returned file, and the codes of what was reported."""
    path, report = project.root / "改好.docx", Report()
    path.write_bytes(data)
    result = review(project, path, report, untracked=untracked)
    assert result is not None, report.diagnostics
    return result, [d.code for d in report.sorted()]


def told(result: Review) -> list[tuple[str, str, str, str]]:
    return [
        (str(f.kind), f"{f.record} {f.field}".strip(), f.excerpt, f.by.author if f.by else "") for f in result.findings
    ]


def printed(project: Project, edition: str, field: str) -> list[str]:
    """The paragraphs that a field prints now."""
    return [p.text for p in sent_in(copy_of(project, edition)).paragraphs if p.source.endswith(f"#{field}")]


def edit(project: Project, edition: str, hand: Callable[[RedPen], None]) -> tuple[Review, list[str]]:
    pen = RedPen(sample_copy(edition))
    hand(pen)
    return read(project, pen.save())


def diff(result: Review) -> list[str]:
    """The lines that the patch takes out and puts in."""
    return [line for line in result.patch.split("\n") if line.startswith(("+", "-")) and line[:3] not in ("+++", "---")]


# -- the copy itself ---------------------------------------------------------------------------------------------


def part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


@pytest.mark.parametrize("edition", [CASES, BULLETIN, RULE])
def test_every_paragraph_is_named_and_holds_what_was_sent(edition: str) -> None:
    data = sample_copy(edition)
    sent = {p.name: p for p in sent_in(data).paragraphs}
    document = part(data, "word/document.xml")
    found = [*paragraphs(document), *paragraphs(part(data, "word/footnotes.xml"), note=True)]
    named = {n: p for p in found for n in p.names if is_ours(n)}
    assert named.keys() == sent.keys()
    assert len(named) > 20
    for name, paragraph in named.items():
        assert paragraph.before == paragraph.after == sent[name].text
        assert len(name) <= 40
        assert name.isascii()
    bare = [p for p in found if has_words(p.after) and not p.generated and not any(map(is_ours, p.names))]
    assert bare == []
    assert lint(data) == []


def test_a_name_tells_the_record_and_stays_the_same(hub: Project) -> None:
    before = {p.name: p for p in sent_in(sample_copy(CASES)).paragraphs}
    story = next(p for p in before.values() if "识字，爱听戏" in p.text)
    assert story.source == "content/cases/case-door.yaml#case-door:背景.个人"
    assert story.name.startswith("_p_case_door_")
    path = hub.content / "cases" / "case-door.yaml"
    path.write_text(path.read_text("utf-8").replace("识字，爱听戏", "识字，也爱听戏"), "utf-8")
    after = {p.name: p for p in sent_in(copy_of(hub, CASES)).paragraphs}
    assert after.keys() == before.keys()
    assert after[story.name].text == story.text.replace("识字，", "识字，也")


def test_tracking_is_on_and_nothing_disturbs_it() -> None:
    data = sample_copy(CASES)
    assert part(data, "word/settings.xml").find(f"{W}trackRevisions") is not None
    document = part(data, "word/document.xml")
    assert not list(document.iter(f"{W}sdt", f"{W}framePr", f"{W}txbxContent"))
    assert not [a for e in document.iter() for a in e.attrib if "zhankan" in str(a)]


def test_edition_and_revision_are_custom_properties() -> None:
    values = [p[0].text for p in part(sample_copy(CASES), "docProps/custom.xml")]
    sent = sent_in(sample_copy(CASES))
    assert values == [CASES, sent.revision]
    assert len(sent.revision) == 12


def test_every_page_says_which_state_it_is_of() -> None:
    sent = sent_in(sample_copy(CASES))
    with zipfile.ZipFile(io.BytesIO(sample_copy(CASES))) as archive:
        feet = [archive.read(name).decode() for name in archive.namelist() if name.startswith("word/footer")]
    assert any(f"审阅稿 {sent.revision}" in foot for foot in feet)
    assert all(("PAGE" in foot) == ("审阅稿" in foot) for foot in feet)


def test_two_copies_have_the_same_bytes(hub: Project) -> None:
    assert copy_of(hub, CASES) == sample_copy(CASES)


def test_what_is_sent_is_read_as_it_was_written() -> None:
    from generator.writers.docx.manuscript import from_xml, to_xml

    sent = sent_in(sample_copy(CASES))
    assert from_xml(etree.fromstring(to_xml(sent))) == sent


# -- nothing done ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", [CASES, BULLETIN, RULE])
def test_an_untouched_copy_says_so(hub: Project, edition: str) -> None:
    result, codes = read(hub, sample_copy(edition))
    assert (result.findings, result.patched, codes, result.current) == ([], {}, [], True)


# -- one thing done ------------------------------------------------------------------------------------------------


def test_words_for_words(hub: Project) -> None:
    before = {p: p.read_bytes() for p in hub.content.rglob("*") if p.is_file()}
    result, codes = edit(hub, CASES, lambda pen: pen.replace(pen.paragraph("爱听戏"), "八十出头", "八十二岁"))
    assert told(result) == [("改字", "case-door 背景·个人", "张奶奶[-八十出头-]{+八十二岁+}，识字，爱听戏。", "王主任")]
    assert diff(result) == ["-  个人: 张奶奶八十出头，识字，爱听戏。", "+  个人: 张奶奶八十二岁，识字，爱听戏。"]
    assert codes == []
    assert before == {p: p.read_bytes() for p in hub.content.rglob("*") if p.is_file()}
    apply(hub, result)
    assert printed(hub, CASES, "case-door:背景.个人") == ["张奶奶八十二岁，识字，爱听戏。"]


def test_marks_of_markdown_stay(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        paragraph = pen.paragraph("原话记")
        pen.replace(paragraph, "当天记", "当晚记")
        pen.replace(paragraph, "原话", "照原话")
        pen.delete(paragraph, "详见")

    result, codes = edit(hub, BULLETIN, hand)
    assert codes == []
    assert diff(result)[-1] == "+    当晚记、**照原话记**、*分开记*。{文:case-door}（第{页:case-door}页）。"


def test_a_paragraph_added_in_the_middle_and_one_before_it(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        pen.put_after(pen.paragraph("回来后再补一遍"), "写完念一遍。")
        pen.put_before(pen.paragraph("最后交给站长"), "改好的地方画出来。")

    result, codes = edit(hub, BULLETIN, hand)
    assert codes == []
    assert [k for k, *_ in told(result)] == ["增段", "增段"]
    apply(hub, result)
    assert printed(hub, BULLETIN, "art-ledger:正文")[-4:] == [
        "回来后再补一遍，看看漏了什么。", "写完念一遍。", "改好的地方画出来。", "最后交给站长过目。",
    ]  # fmt: skip


def test_a_paragraph_deleted_split_and_joined(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        pen.drop(pen.paragraph("她住在楼上"))
        pen.split(pen.paragraph("社会工作从敲门开始"), "等得久一些，")
        pen.join(pen.paragraph("回来后再补一遍"))

    result, codes = edit(hub, BULLETIN, hand)
    assert codes == []
    assert sorted(k for k, *_ in told(result)) == ["与下段合并", "分段", "删段"]
    apply(hub, result)
    assert printed(hub, BULLETIN, "art-editorial:正文")[:2] == [
        "社会工作从敲门开始。敲得轻一些，等得久一些，",
        "门就开了。",
    ]
    assert printed(hub, BULLETIN, "art-ledger:正文")[-1] == "回来后再补一遍，看看漏了什么。最后交给站长过目。"
    left = printed(hub, BULLETIN, "art-neighbour:正文")
    assert left[-1] == "门里的人慢慢知道，这是她下楼的时候。"
    assert not any("她住在楼上" in words for words in left)


def test_a_paragraph_moved_keeps_what_it_is_written_with(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        pen.move(pen.paragraph("社会工作从敲门开始"), pen.paragraph("这一期写的都是"))

    result, codes = edit(hub, BULLETIN, hand)
    assert codes == []
    assert {"移走", "移来"} <= {k for k, *_ in told(result)}
    apply(hub, result)
    texts = printed(hub, BULLETIN, "art-editorial:正文")
    assert [t[:4] for t in texts] == ["这一期写", "社会工作"]
    again, codes = edit(hub, BULLETIN, hand)
    assert (again.patched, codes) == ({}, [])
    assert "{走访@2023@st-hexi}" in (hub.content / "articles" / "articles.yaml").read_text("utf-8")


def test_items_of_lists(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        pen.put_after(pen.paragraph("修一盏灯"), "配一把钥匙；")
        pen.drop(pen.paragraph("打一个电话"))
        pen.replace(pen.paragraph("带热水"), "热水", "一壶热水")

    result, codes = edit(hub, BULLETIN, hand)
    assert codes == []
    apply(hub, result)
    news = (hub.content / "news" / "news-visit.md").read_text("utf-8")
    assert news.endswith("- 修一盏灯；\n- 配一把钥匙；\n- 换一副{注音:拐|guǎi}杖；\n")
    assert "    - [ ] 带一壶热水\n" in (hub.content / "articles" / "articles.yaml").read_text("utf-8")


def test_clauses_are_put_in_with_the_next_number(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        pen.put_after(pen.paragraph("独居老人；"), "高龄老人；")

    result, codes = edit(hub, RULE, hand)
    assert codes == []
    apply(hub, result)
    assert "    1. 独居老人；\n    2. 高龄老人；\n    2. 困境儿童。\n" in (
        hub.content / "policies" / "rule-visits.md"
    ).read_text("utf-8")
    assert any(words.endswith("困境儿童。") for words in printed(hub, RULE, "rule-visits:正文"))


def test_a_field_of_one_line_becomes_a_block_when_it_is_parted(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        pen.put_after(pen.paragraph("来稿请写明"), "稿件: 用 Word #1。")
        pen.split(pen.paragraph("下雨天，站门口"), "谁用谁取，")

    result, codes = edit(hub, BULLETIN, hand)
    assert codes == []
    apply(hub, result)
    text = (hub.content / "articles" / "articles.yaml").read_text("utf-8")
    assert "  正文: |\n    来稿请写明站点和日期，" in text
    assert "\n\n    稿件: 用 Word #1。\n" in text
    assert printed(hub, BULLETIN, "news-umbrella:正文") == ["下雨天，站门口放了一把伞，谁用谁取，", "用完放回。"]
    again, codes = edit(hub, BULLETIN, hand)
    assert (again.patched, codes) == ({}, [])


def test_a_field_that_shares_its_line_is_parted_by_hand(hub: Project) -> None:
    path = hub.content / "cases" / "case-door.yaml"
    path.write_text(path.read_text("utf-8").replace(
        "背景:\n  个人: 张奶奶八十出头，识字，爱听戏。\n  家庭: |\n    子女在外地，一年回来一次[^1]。\n\n"
        "    [^1]: 据入户访谈记录。\n  健康: 膝关节不好，上下楼吃力。\n",
        "背景: {个人: 张奶奶八十出头，识字，爱听戏。, 健康: 膝关节不好，上下楼吃力。}\n",
    ), "utf-8")  # fmt: skip
    pen = RedPen(copy_of(hub, CASES))
    pen.split(pen.paragraph("爱听戏"), "识字，")
    result, codes = read(hub, pen.save())
    assert (result.patched, codes) == ({}, ["review.by_hand"])


def test_notes_too(hub: Project) -> None:
    pen = RedPen(sample_copy(CASES))
    notes = etree.fromstring(pen.parts["word/footnotes.xml"])
    body, pen.document = pen.document, notes
    pen.replace(pen.paragraph("入户访谈记录"), "访谈", "探访")
    pen.parts["word/footnotes.xml"], pen.document = etree.tostring(notes), body
    result, codes = read(hub, pen.save())
    assert codes == []
    assert diff(result) == ["-    [^1]: 据入户访谈记录。", "+    [^1]: 据入户探访记录。"]


def test_values_are_quoted_where_yaml_wants_it(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        pen.replace(pen.paragraph("只在发物资时来往"), "只在", "仅, [只] 在")
        pen.insert(pen.paragraph("膝关节不好"), "不好", ": 旧伤 # 左")

    result, codes = edit(hub, CASES, hand)
    assert codes == []
    apply(hub, result)
    assert printed(hub, CASES, "case-door:生态图.0.说明") == ["仅, [只] 在发物资时来往"]
    assert printed(hub, CASES, "case-door:背景.健康") == ["膝关节不好: 旧伤 # 左，上下楼吃力。"]


def test_files_keep_their_line_ends(hub: Project) -> None:
    path = hub.content / "cases" / "case-door.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    result, _ = edit(hub, CASES, lambda pen: pen.replace(pen.paragraph("爱听戏"), "八十出头", "八十二岁"))
    apply(hub, result)
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n") > 50


def test_comments_are_told_with_what_they_are_made_on(hub: Project) -> None:
    result, codes = edit(hub, CASES, lambda pen: pen.comment(pen.paragraph("爱听戏"), "八十出头", "确切年龄？"))
    assert told(result) == [("批注", "case-door 背景·个人", "“八十出头”：确切年龄？", "王主任")]
    assert (result.patched, codes) == ({}, [])


def test_two_people_are_told_apart(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        pen.replace(pen.paragraph("爱听戏"), "识字", "认字")
        pen.author = "李科长"
        pen.replace(pen.paragraph("爱听戏"), "听戏", "听川戏")

    result, _ = edit(hub, CASES, hand)
    assert [(e, by) for _, _, e, by in told(result)] == [
        ("张奶奶八十出头，[-识字-]{+认字+}，爱听戏。", "王主任"),
        ("张奶奶八十出头，识字，爱[-听戏-]{+听川戏+}。", "李科长"),
    ]
    assert "认字，爱听川戏" in result.patch


# -- what can't be taken over ----------------------------------------------------------------------------------------


def test_figures_of_facts_are_not_written_over(hub: Project) -> None:
    result, codes = edit(hub, BULLETIN, lambda pen: pen.replace(pen.paragraph("全年走访"), "860", "900"))
    assert codes == ["review.by_hand"]
    assert result.patched == {}
    assert told(result)[0][0] == "改字"


def test_words_of_the_layout_are_not_looked_for_in_records(hub: Project) -> None:
    result, codes = edit(hub, CASES, lambda pen: pen.replace(pen.paragraph("背景介绍"), "介绍", "情况"))
    assert codes == ["review.layout_words"]
    assert result.patched == {}


def test_a_whole_field_emptied_is_for_a_person(hub: Project) -> None:
    result, codes = edit(hub, CASES, lambda pen: pen.drop(pen.paragraph("膝关节不好")))
    assert codes == ["review.by_hand"]
    assert [k for k, *_ in told(result)] == ["删段"]


def test_one_edit_that_can_not_be_made_does_not_stop_the_others(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        pen.replace(pen.paragraph("全年走访"), "860", "900")
        pen.replace(pen.paragraph("她住在楼上"), "每天", "天天")

    result, codes = edit(hub, BULLETIN, hand)
    assert codes == ["review.by_hand"]
    assert diff(result) == [
        "-    她住在楼上，每天下楼时敲一敲门。",
        "+    她住在楼上，天天下楼时敲一敲门。",
    ]


def test_untracked_changes_are_shown_and_only_taken_on_demand(hub: Project) -> None:
    pen = RedPen(sample_copy(CASES))
    pen.overwrite(pen.paragraph("爱听戏"), "八十出头", "八十二岁")
    pen.replace(pen.paragraph("爱听戏"), "爱听戏", "爱看戏")
    result, codes = read(hub, pen.save())
    assert codes == ["review.untracked"]
    assert [k for k, *_ in told(result)] == ["改字，没有修订痕迹", "改字"]
    assert diff(result)[1] == "+  个人: 张奶奶八十出头，识字，爱看戏。"
    result, codes = read(hub, pen.save(), untracked=True)
    assert codes == []
    assert diff(result)[1] == "+  个人: 张奶奶八十二岁，识字，爱看戏。"


def test_records_changed_meanwhile_are_not_overwritten(hub: Project) -> None:
    path = hub.content / "cases" / "case-door.yaml"
    path.write_text(
        path.read_text("utf-8").replace("爱听戏", "爱听川戏").replace("一年回来一次", "两年回来一次"), "utf-8"
    )

    def hand(pen: RedPen) -> None:
        pen.replace(pen.paragraph("爱听戏"), "八十出头", "八十二岁")
        pen.replace(pen.paragraph("上下楼吃力"), "吃力", "困难")

    result, codes = edit(hub, CASES, hand)
    assert codes == ["review.conflict"]
    assert not result.current
    assert diff(result) == ["-  健康: 膝关节不好，上下楼吃力。", "+  健康: 膝关节不好，上下楼困难。"]


def test_paragraphs_added_meanwhile_shift_nothing(hub: Project) -> None:
    path = hub.content / "articles" / "articles.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("    她住在楼上，", "    先说一件小事。\n\n    她住在楼上，"), "utf-8")
    result, codes = edit(hub, BULLETIN, lambda pen: pen.replace(pen.paragraph("她住在楼上"), "每天", "天天"))
    assert codes == []
    assert diff(result)[1] == "+    她住在楼上，天天下楼时敲一敲门。"


def test_reading_it_twice_changes_nothing_more(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        pen.replace(pen.paragraph("爱听戏"), "八十出头", "八十二岁")
        pen.put_after(pen.paragraph("做得少，来得勤"), "慢一点也不要紧。")
        pen.split(pen.paragraph("没有人每天看她一眼"), "不在一件事，")

    result, codes = edit(hub, CASES, hand)
    assert codes == []
    apply(hub, result)
    again, codes = edit(hub, CASES, hand)
    assert (again.patched, codes) == ({}, [])


@pytest.mark.parametrize("how", ["join", "move"])
def test_changes_across_records_are_refused_as_a_whole(hub: Project, how: str) -> None:
    pen = RedPen(sample_copy(BULLETIN))
    pen.replace(pen.paragraph("她住在楼上"), "每天", "天天")
    if how == "move":
        pen.move(pen.paragraph("来稿请写明"), pen.paragraph("社会工作从敲门开始"))
    else:
        sent = sent_in(sample_copy(BULLETIN)).paragraphs
        home = [Source.parse(p.source).record if p.source else "" for p in sent]
        here = next(n for n in range(len(sent) - 1) if home[n] and home[n + 1] and home[n] != home[n + 1])
        pen.join(pen.named(sent[here].name))
    result, codes = read(hub, pen.save())
    assert "review.across_records" in codes
    assert result.refused
    assert result.patched == {}


# -- what programs lose ----------------------------------------------------------------------------------------------


def thorough(pen: RedPen) -> None:
    pen.replace(pen.paragraph("爱听戏"), "八十出头", "八十二岁")
    pen.put_after(pen.paragraph("做得少，来得勤"), "慢一点也不要紧。")
    pen.split(pen.paragraph("没有人每天看她一眼"), "不在一件事，")
    pen.insert(pen.paragraph("膝关节不好"), "上下楼", "十分")


def lost(pen: RedPen, what: str) -> bytes:
    if what == "bookmarks":
        pen.lose_bookmarks()
    elif what == "parts":
        pen.lose_parts(lambda name: not name.startswith(("customXml", "docProps/custom")))
    elif what == "both":
        pen.lose_bookmarks()
        pen.lose_parts(lambda name: not name.startswith("customXml"))
    return pen.save()


@pytest.mark.parametrize("what", ["bookmarks", "parts", "both"])
def test_lost_ids_give_the_same_patch(hub: Project, what: str) -> None:
    whole, codes = edit(hub, CASES, thorough)
    assert codes == []
    pen = RedPen(sample_copy(CASES))
    thorough(pen)
    path, report = hub.root / "丢了.docx", Report()
    path.write_bytes(lost(pen, what))
    result = review(hub, path, report, edition=CASES)
    assert result is not None
    assert [d.code for d in report.sorted()] == ([] if what == "bookmarks" else ["review.base_lost"])
    assert result.patch == whole.patch != ""


def test_without_what_was_sent_untracked_changes_do_not_undo_newer_ones(hub: Project) -> None:
    path = hub.content / "cases" / "case-door.yaml"
    path.write_text(path.read_text("utf-8").replace("爱听戏", "爱听川戏"), "utf-8")
    pen = RedPen(sample_copy(CASES))
    pen.overwrite(pen.paragraph("膝关节不好"), "不好", "疼痛")
    pen.lose_parts(lambda name: not name.startswith("customXml"))
    file, report = hub.root / "回稿.docx", Report()
    file.write_bytes(pen.save())
    assert review(hub, file, report, untracked=True) is None
    assert [d.code for d in report.sorted()] == ["review.base_gone", "review.base_lost"]
    assert "爱听川戏" in path.read_text("utf-8")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_saves_it_and_nothing_is_lost(hub: Project) -> None:
    whole, _ = edit(hub, CASES, thorough)
    pen = RedPen(sample_copy(CASES))
    thorough(pen)
    sent, there = hub.root / "回稿.docx", hub.root / "另存"
    sent.write_bytes(pen.save())
    profile = f"-env:UserInstallation=file://{hub.root}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(there),
        str(sent),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    result, codes = read(hub, (there / "回稿.docx").read_bytes())
    assert codes == []
    assert told(result) == told(whole)
    assert result.patch == whole.patch


# -- what people and programs do to a file -------------------------------------------------------------------------


def test_formats_split_runs_and_wrappers_are_no_findings(hub: Project) -> None:
    result, codes = edit(hub, CASES, RedPen.reformat)
    assert (result.findings, result.patched, codes) == ([], {}, [])


@pytest.mark.parametrize("edition", [CASES, BULLETIN])
def test_words_of_several_people_at_one_place_keep_their_order(hub: Project, edition: str) -> None:
    words = {CASES: ("爱听戏", "识字"), BULLETIN: ("社会工作从敲门开始", "敲得轻")}[edition]

    def hand(pen: RedPen) -> None:
        for author, put_in in (("乙", "（三）"), ("甲", "（二）"), ("丙", "（一）")):
            pen.author = author
            pen.insert(pen.paragraph(words[0]), words[1], put_in)

    result, codes = edit(hub, edition, hand)
    assert codes == []
    assert f"{words[1]}（一）（二）（三）" in diff(result)[-1]


def test_a_paragraph_emptied_is_a_paragraph_deleted(hub: Project) -> None:
    result, codes = edit(hub, BULLETIN, lambda pen: pen.replace(pen.paragraph("她住在楼上"), SHE, ""))
    assert [k for k, *_ in told(result)] == ["删段"]
    assert (diff(result), codes) == ([f"-    {SHE}", "-"], [])


@pytest.mark.parametrize("what", ["cell", "row", "field"])
def test_cells_rows_and_fields_emptied_are_for_a_person(hub: Project, what: str) -> None:
    def hand(pen: RedPen) -> None:
        paragraph = pen.paragraph("膝关节不好" if what == "field" else "不说“案主”")
        if what == "row":
            pen.row(paragraph, "del")
        else:
            pen.delete(paragraph, text(paragraph))

    result, codes = edit(hub, CASES, hand)
    assert set(codes) == {"review.by_hand"}
    assert len(result.findings) == len(codes)
    assert result.patched == {}


def test_a_deletion_over_several_paragraphs_joins_what_is_left(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        first, last = pen.paragraph("原话记"), pen.paragraph("最后交给站长")
        pen.end(pen.paragraph("出门前对一对"), "del")
        for words in ("带证件", "带热水", "回来后再补一遍"):
            pen.drop(pen.paragraph(words))
        pen.delete(last, "最后")
        pen.delete(first, "当天记")

    result, codes = edit(hub, BULLETIN, hand)
    assert codes == []
    apply(hub, result)
    texts = printed(hub, BULLETIN, "art-ledger:正文")
    assert texts[-1] == "出门前对一对：交给站长过目。"
    assert texts[1].startswith("、原话记")


def test_a_paragraph_replaced_by_two(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        paragraph = pen.paragraph("她住在楼上")
        pen.delete(paragraph, SHE)
        pen.put_after(paragraph, "　　乙段。")
        pen.put_after(paragraph, "甲段。")

    result, codes = edit(hub, BULLETIN, hand)
    assert codes == []
    assert diff(result) == [f"-    {SHE}", "+    甲段。", "+", "+    乙段。"]


def test_the_last_paragraph_of_a_field_goes_and_the_next_field_stays(hub: Project) -> None:
    result, codes = edit(hub, BULLETIN, lambda pen: pen.drop(pen.paragraph("最后交给站长")))
    assert codes == []
    assert diff(result) == ["-", "-    最后交给站长过目。"]


def test_a_paragraph_moved_without_tracking_is_told_and_moved_on_demand(hub: Project) -> None:
    pen = RedPen(sample_copy(BULLETIN))
    pen.paragraph("原话记").addnext(pen.paragraph("最后交给站长"))
    result, codes = read(hub, pen.save())
    assert [k for k, *_ in told(result)] == ["移来，没有修订痕迹", "移走，没有修订痕迹"]
    assert (codes, result.patched) == (["review.untracked"] * 2, {})
    result, codes = read(hub, pen.save(), untracked=True)
    assert codes == []
    apply(hub, result)
    assert printed(hub, BULLETIN, "art-ledger:正文")[2] == "最后交给站长过目。"
    assert read(hub, pen.save(), untracked=True)[0].patched == {}


@pytest.mark.parametrize("tracked", ["going", "coming"])
def test_half_a_move_is_not_taken(hub: Project, tracked: str) -> None:
    def hand(pen: RedPen) -> None:
        moved, behind = pen.paragraph("最后交给站长"), pen.paragraph("原话记")
        if tracked == "going":
            there = copy.deepcopy(moved)
            for mark in list(there.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd")):
                there.remove(mark)
            behind.addnext(there)
            pen.drop(moved)
        else:
            pen.put_after(behind, text(moved))
            moved.getparent().remove(moved)  # type: ignore[union-attr]

    result, codes = edit(hub, BULLETIN, hand)
    assert (set(codes), result.patched) == ({"review.untracked"}, {})


def test_everything_accepted_is_taken_on_demand_alike(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        pen.replace(pen.paragraph("她住在楼上"), "每天", "天天")
        pen.put_after(pen.paragraph("回来后再补一遍"), "写完念一遍。")
        pen.drop(pen.paragraph("最后交给站长"))

    whole, _ = edit(hub, BULLETIN, hand)
    pen = RedPen(sample_copy(BULLETIN))
    hand(pen)
    pen.accept()
    assert set(read(hub, pen.save())[1]) == {"review.untracked"}
    result, codes = read(hub, pen.save(), untracked=True)
    assert codes == []
    assert result.patch == whole.patch != ""


def test_a_new_note_is_no_part_of_another_note(hub: Project) -> None:
    result, codes = edit(hub, CASES, lambda pen: pen.note(pen.paragraph("膝关节不好"), "上下楼", "新注。"))
    assert ("加注", "case-door 背景·健康", "{+新注。+}", "王主任") in told(result)
    assert (set(codes), result.patched) == ({"review.by_hand"}, {})


def test_pictures_replaced_and_remarks_on_them_are_told(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        picture = [r for r in pen.document.iter(f"{W}r") if r.find(f"{W}drawing") is not None][-1]
        there, here = pen.mark("del"), pen.mark("ins")
        picture.addprevious(there)
        there.addnext(here)
        here.append(copy.deepcopy(picture))
        there.append(picture)

    result, codes = edit(hub, CASES, hand)
    assert [k for k, *_ in told(result)] == ["动图"]
    assert (codes, result.patched) == (["review.by_hand"], {})


def test_a_new_item_goes_with_the_items_of_its_level(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        item, clause = pen.paragraph("独居老人；"), pen.paragraph("对本办法")
        pen.put_before(clause, "失独老人。")  # pasted: it ends in front of the clause, and keeps its own look
        new = clause.getprevious()
        new.find(f"{W}pPr/{W}pStyle").set(f"{W}val", item.find(f"{W}pPr/{W}pStyle").get(f"{W}val"))  # type: ignore[union-attr,arg-type]
        pen.paragraph("困境儿童。").addnext(new)  # type: ignore[arg-type]

    result, codes = edit(hub, RULE, hand)
    assert codes == []
    assert diff(result) == ["+    3. 失独老人。"]


# -- what was done to the records meanwhile ------------------------------------------------------------------------


def rewrite(hub: Project, file: str, *pairs: tuple[str, str]) -> None:
    path = hub.content / file
    written = path.read_text("utf-8")
    for old, new in pairs:
        assert old in written
        written = written.replace(old, new)
    path.write_text(written, "utf-8")


def test_a_record_that_is_gone_is_a_conflict_and_the_rest_is_taken(hub: Project) -> None:
    def hand(pen: RedPen) -> None:
        pen.replace(pen.paragraph("来稿请写明"), "站点", "站名")
        pen.replace(pen.paragraph("她住在楼上"), "每天", "天天")

    rewrite(hub, "articles/articles.yaml", ("编号: art-notice", "编号: art-rules"))
    for path in (hub.content / "bulletins").iterdir():
        path.write_text(path.read_text("utf-8").replace("art-notice", "art-rules"), "utf-8")
    result, codes = edit(hub, BULLETIN, hand)
    assert codes == ["review.conflict"]
    assert diff(result) == [f"-    {SHE}", f"+    {SHE.replace('每天', '天天')}"]


def test_a_record_in_another_file_takes_its_edits_there(hub: Project) -> None:
    path = hub.content / "articles" / "articles.yaml"
    written = path.read_text("utf-8")
    start, end = written.index("- 编号: art-neighbour"), written.index("- 编号: news-umbrella")
    path.write_text(written[:start] + written[end:], "utf-8")
    path.with_name("other.yaml").write_text(written[start:end], "utf-8")
    result, codes = edit(hub, BULLETIN, lambda pen: pen.replace(pen.paragraph("她住在楼上"), "每天", "天天"))
    assert (codes, list(result.patched)) == ([], ["content/articles/other.yaml"])
    assert {f.file for f in result.findings} == {"content/articles/other.yaml"}


@pytest.mark.parametrize("how", ["drop", "join"])
def test_what_was_rewritten_meanwhile_is_not_taken_for_done(hub: Project, how: str) -> None:
    rewrite(hub, "articles/articles.yaml", ("看看漏了什么。", "看看漏了什么没有。"))

    def hand(pen: RedPen) -> None:
        getattr(pen, how)(pen.paragraph("回来后再补一遍"))

    result, codes = edit(hub, BULLETIN, hand)
    assert (codes, result.patched) == (["review.conflict"], {})


# -- how it is written ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["- 甲", "1. 甲", "# 甲", "> 甲", "*重*", "甲: 乙 #丙", "[链](http://a)", "|", "😀𠮷"]
)
@pytest.mark.parametrize("how", ["insert", "put_after"])
def test_words_that_mean_something_to_markdown_are_only_words(hub: Project, words: str, how: str) -> None:
    def hand(pen: RedPen) -> None:
        paragraph = pen.paragraph("她住在楼上")
        pen.insert(paragraph, "楼上，", words) if how == "insert" else pen.put_after(paragraph, words)

    result, codes = edit(hub, BULLETIN, hand)
    assert codes == []
    apply(hub, result)
    assert any(words in p for p in printed(hub, BULLETIN, "art-neighbour:正文"))


@pytest.mark.parametrize("words", ["{坏}", "<b>粗</b>", "[^9]"])
def test_words_that_would_be_an_error_stop_only_their_paragraph(hub: Project, words: str) -> None:
    def hand(pen: RedPen) -> None:
        pen.insert(pen.paragraph("她住在楼上"), "楼上，", words)
        pen.replace(pen.paragraph("门里的人"), "慢慢", "渐渐")

    result, codes = edit(hub, BULLETIN, hand)
    assert codes == ["review.by_hand"]
    assert [line[:1] for line in diff(result)] == ["-", "+"]
    assert "渐渐" in diff(result)[1]


def test_of_two_equal_paragraphs_the_one_that_was_edited_changes(hub: Project) -> None:
    rewrite(hub, "articles/articles.yaml", ("    门里的人", f"    {SHE}\n\n    门里的人"))
    pen = RedPen(copy_of(hub, BULLETIN))
    pen.replace(pen.paragraph("她住在楼上"), "每天", "天天")
    result, codes = read(hub, pen.save())
    assert codes == []
    apply(hub, result)
    assert [p[6:8] for p in printed(hub, BULLETIN, "art-neighbour:正文") if "她住" in p] == ["每天", "天天"]


def test_what_several_records_share_is_for_a_person(hub: Project) -> None:
    path = hub.content / "articles" / "articles.yaml"
    items = path.read_text("utf-8").replace("  摘要: 一位住在楼上的志愿者。\n", "")
    path.write_text(f"共同:\n  摘要: 大家的摘要。\n条目:\n{items}", "utf-8")
    pen = RedPen(copy_of(hub, BULLETIN))
    pen.replace(pen.paragraph("大家的摘要"), "大家", "各家")
    result, codes = read(hub, pen.save())
    assert (codes, result.patched) == (["review.by_hand"], {})


def test_byte_order_mark_and_line_ends_are_in_the_patch_too(hub: Project) -> None:
    path = hub.content / "articles" / "articles.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    result, _ = edit(hub, BULLETIN, lambda pen: pen.replace(pen.paragraph("社会工作从"), "轻一些", "轻些"))
    (hub.root / "x.patch").write_text(result.patch, encoding="utf-8", newline="")
    done = subprocess.run(["git", "apply", "--check", "x.patch"], cwd=hub.root, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    before = path.read_bytes()
    apply(hub, result)
    assert path.read_bytes() == before.replace("轻一些".encode(), "轻些".encode())


def test_a_disk_that_fails_leaves_every_file_whole(hub: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def hand(pen: RedPen) -> None:
        pen.replace(pen.paragraph("爱听戏"), "八十出头", "八十二岁")
        pen.replace(pen.paragraph("这本书里"), "英雄", "英豪")

    result, _ = edit(hub, CASES, hand)
    assert len(result.patched) == 2
    replaced, replace = [], Path.replace

    def once(path: Path, target: Path) -> Path:
        if replaced:
            raise OSError(28, "满了")
        replaced.append(path)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", once)
    with pytest.raises(OSError, match="满了"):
        apply(hub, result)
    now = [(hub.root / file).read_bytes().decode("utf-8") for file in sorted(result.patched)]
    assert now == [new if n == 0 else old for n, (_, (old, new)) in enumerate(sorted(result.patched.items()))]
    assert not list(hub.content.rglob("*.new"))


def test_a_file_that_names_strange_sources_is_read(hub: Project) -> None:
    pen = RedPen(sample_copy(CASES))
    pen.parts = {
        name: data.replace(b'source="content/', b'source="../') if name.startswith("customXml/item1") else data
        for name, data in pen.parts.items()
    }
    pen.replace(pen.paragraph("爱听戏"), "八十出头", "八十二岁")
    result, codes = read(hub, pen.save())
    assert (codes, list(result.patched)) == ([], ["content/cases/case-door.yaml"])
    pen.parts["customXml/item1.xml"] = pen.parts["customXml/item1.xml"].replace(b'source="', b'source="?')
    pen.parts["customXml/item1.xml"] = pen.parts["customXml/item1.xml"].replace(b"#", b"")
    assert set(read(hub, pen.save())[1]) == {"review.layout_words"}


# -- bad files -------------------------------------------------------------------------------------------------------


def other_word_file() -> bytes:
    (data,) = (
        data
        for name, data in writer("docx")(
            compose(_edition(CASES), load(Project(SAMPLE.parent), Report()), Project(SAMPLE.parent), Report()),
            Project(SAMPLE.parent),
            Report(),
        ).items()
        if not name.endswith("版.docx")
    )
    return data


def _edition(name: str) -> Edition:
    found = load(Project(SAMPLE.parent), Report())[name]
    assert isinstance(found, Edition)
    return found


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 80_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(lambda: b"", "word.not_word", id="empty"),
        pytest.param(lambda: sample_copy(CASES)[:5000], "word.damaged", id="cut off"),
        pytest.param(bomb, "word.bomb", id="bomb"),
        pytest.param(other_word_file, "review.not_ours", id="not a review copy"),
    ],
)
def test_what_is_no_review_copy_is_refused(hub: Project, data: Callable[[], bytes], code: str) -> None:
    path, report = hub.root / "x.docx", Report()
    path.write_bytes(data())
    assert review(hub, path, report) is None
    assert [d.code for d in report.diagnostics] == [code]


def test_an_edition_that_is_not_here(hub: Project) -> None:
    (hub.content / "anthologies" / "heyuan-cases.yaml").unlink()
    path, report = hub.root / "x.docx", Report()
    path.write_bytes(sample_copy(CASES))
    assert review(hub, path, report) is None
    assert "review.no_edition" in [d.code for d in report.diagnostics]


def test_faulty_records_are_told_first(hub: Project) -> None:
    (hub.content / "cases" / "case-door.yaml").write_text("标题：x\n", "utf-8")
    path, report = hub.root / "x.docx", Report()
    path.write_bytes(sample_copy(CASES))
    assert review(hub, path, report) is None
    assert "yaml.full_width_colon" in [d.code for d in report.diagnostics]


# -- the command -----------------------------------------------------------------------------------------------------


def zhankan(project: Project, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.chdir(project.root)
    result = CliRunner().invoke(cli.zhankan, ["--lang", "zh", *arguments])
    return result.exit_code, result.output


def test_the_command_tells_writes_a_patch_and_applies_it(hub: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out = zhankan(hub, "build", CASES, "--format", "docx", "--review", monkeypatch=monkeypatch)
    assert code == 0, out
    (copy,) = (hub.build / CASES).glob("*-审阅版.docx")
    pen = RedPen(copy.read_bytes())
    pen.replace(pen.paragraph("爱听戏"), "八十出头", "八十二岁")
    (hub.root / "回稿.docx").write_bytes(pen.save())
    before = (hub.content / "cases" / "case-door.yaml").read_text("utf-8")
    code, out = zhankan(hub, "review", "回稿.docx", monkeypatch=monkeypatch)
    assert code == 0
    for words in (
        "《重新打开的门》",
        "背景·个人 第 1 段",
        "改字　王主任 2024-01-05",
        "[-八十出头-]{+八十二岁+}",
        "回稿.patch",
    ):
        assert words in out
    assert (hub.content / "cases" / "case-door.yaml").read_text("utf-8") == before
    patch = (hub.root / "回稿.patch").read_text("utf-8")
    assert patch.startswith("--- a/content/cases/case-door.yaml\n+++ b/content/cases/case-door.yaml\n")
    done = subprocess.run(["git", "apply", "--check", "回稿.patch"], cwd=hub.root, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    code, out = zhankan(hub, "review", "--apply", "回稿.docx", monkeypatch=monkeypatch)
    assert code == 0
    assert "八十二岁" in (hub.content / "cases" / "case-door.yaml").read_text("utf-8")


def test_the_command_prints_json_and_nothing_beside_it(hub: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    pen = RedPen(sample_copy(CASES))
    pen.replace(pen.paragraph("爱听戏"), "八十出头", "八十二岁")
    pen.overwrite(pen.paragraph("膝关节不好"), "不好", "疼痛")
    (hub.root / "回稿.docx").write_bytes(pen.save())
    monkeypatch.chdir(hub.root)
    result = CliRunner().invoke(cli.zhankan, ["--lang", "zh", "review", "回稿.docx", "--diagnostics", "json"])
    assert result.exit_code == 0
    assert "review.untracked" in json.dumps(json.loads(result.stdout))
    assert "回稿.patch" in result.stderr


def test_the_command_fails_on_conflicts_and_foreign_files(hub: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (hub.root / "x.docx").write_text("不是")
    assert zhankan(hub, "review", "x.docx", monkeypatch=monkeypatch)[0] == 1
    assert zhankan(hub, "review", "没有.docx", monkeypatch=monkeypatch)[0] == 1


def test_a_review_copy_that_is_out_stays_beside_a_newer_file(hub: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    zhankan(hub, "build", CASES, "--format", "docx", "--review", monkeypatch=monkeypatch)
    zhankan(hub, "build", CASES, "--format", "docx", monkeypatch=monkeypatch)
    assert len(list((hub.build / CASES).glob("*-审阅版.docx"))) == 1


# -- any edits at all --------------------------------------------------------------------------------------------------


def editable(manuscript: Manuscript) -> Iterator[int]:
    """Paragraphs of running text of one field, without anything bound in them."""
    for number, paragraph in enumerate(manuscript.paragraphs):
        sources = {source for _, source in paragraph.parts}
        if len(sources) == 1 and "正文" in paragraph.source and len(paragraph.text) > 6 and not paragraph.note:
            yield number


_WORDS = st.text("社工站走访老人，。、", min_size=1, max_size=8)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_done_is_printed_or_reported(tmp_path: Path, data: st.DataObject) -> None:
    shutil.rmtree(tmp_path, ignore_errors=True)
    shutil.copytree(SAMPLE, tmp_path / "content")
    hub = Project(tmp_path)
    manuscript = sent_in(sample_copy(BULLETIN))
    pen = RedPen(sample_copy(BULLETIN))
    chosen = data.draw(st.lists(st.sampled_from(list(editable(manuscript))), min_size=1, max_size=4, unique=True))
    for number in chosen:
        sent = manuscript.paragraphs[number]
        element = pen.named(sent.name)
        plain = "".join(t.text or "" for t in element.iter(f"{W}t"))
        start = data.draw(st.integers(0, len(plain) - 2))
        words = plain[start : start + data.draw(st.integers(1, 4))]
        match data.draw(st.sampled_from(["replace", "insert", "drop", "after", "before", "split"])):
            case "replace":
                pen.replace(element, words, data.draw(_WORDS))
            case "insert":
                pen.insert(element, words, data.draw(_WORDS))
            case "drop":
                pen.drop(element)
            case "after":
                pen.put_after(element, data.draw(_WORDS))
            case "before":
                pen.put_before(element, data.draw(_WORDS))
            case "split":
                pen.split(element, words)
    result, codes = read(hub, pen.save())
    assert set(codes) <= {"review.by_hand"}
    apply(hub, result)
    if not codes:
        again, codes = read(hub, pen.save())
        assert (again.patched, codes) == ({}, [])
        accepted = [_folded(piece) for p in paragraphs(pen.document) if not p.end_deleted for piece in [p.after]]
        now = [_folded(p.text) for p in sent_in(copy_of(hub, BULLETIN)).paragraphs]
        for words in accepted:
            assert words == "" or any(words in text for text in now)


def _folded(text: str) -> str:
    return "".join(text.replace("\ufffc", "").split())


@given(st.text("甲乙丙丁*#-[](){}|!>\n 1.^：:", max_size=60), st.text("甲乙丙丁 ", min_size=1, max_size=20))
def test_places_are_of_the_same_characters(value: str, words: str) -> None:
    for markdown in (True, False):
        slot = Slot(Source("f", "r", ("正文",)), words)
        align(value, [slot], markdown=markdown)
        for character, place in zip(words, slot.places, strict=True):
            assert place is None or value[place] == character or (character == " " and value[place].isspace())
        known = [p for p in slot.places if p is not None]
        assert known == sorted(set(known))


def test_break_is_no_character_of_content() -> None:
    from generator.readers.text import CONTROL

    assert CONTROL.match(BREAK)
