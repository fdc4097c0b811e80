"""三审三校 at the command line: what is missing from whom, what may be signed, when an edition may be printed."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import cli, signing, signoff
from generator.build import check
from generator.compose import compose
from generator.diagnostics import Report
from generator.load import load
from generator.model import Record, Signature
from generator.project import Project
from generator.readers import READERS
from generator.records.article import Article
from generator.records.edition import Edition
from generator.review import files

SAMPLE = Path(__file__).parent / "sample"

EDITION = """标题: 荷源社会工作
示例: true
站点: st-heyuan
日期: 2024-06-28
年: 2024
期: 2
总期: 6
资料类型: 工作简报
发送对象: [荷源区民政局]
要求: {字数: {全部: [1, 9000]}}
职员:
  编印单位: [st-heyuan]
  主编: [p-zhaoqing]
  执行主编: [p-hezhu]
  责任编辑: [p-wangmin]
  审核: [p-lu]
  校对: [p-sunqi, p-wangmin]
栏目:
  - 名称: 经验分享
    文章: [art-lamp, art-door]
"""
LAMP = """---
标题: 灯   # 一行
体裁: 经验
站点: st-hexi
作者: [p-linan]
---
灯亮了，楼道里有人说话。
"""
DOOR = """- 编号: art-door
  类型: 文章
  标题: 门
  体裁: 经验
  站点: st-hexi
  作者: [p-wangmin]
  正文: |
    门开了。

    门里有灯。

- 编号: art-other
  类型: 文章
  标题: 窗
  体裁: 经验
  站点: st-hexi
  正文: 窗关了。
"""
STEPS = (
    ("初审", "p-wangmin", "p-hezhu"),
    ("复审", "p-hezhu", "p-zhaoqing"),
    ("终审", "p-lu", "p-lu"),
    ("一校", "p-sunqi", "p-sunqi"),
    ("二校", "p-wangmin", "p-hezhu"),
    ("三校", "p-sunqi", "p-sunqi"),
    ("通读", "p-sunqi", "p-sunqi"),
)

Run = Callable[..., Result]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "hub"
    shutil.copytree(SAMPLE, place, ignore=shutil.ignore_patterns("build"))
    content = place / "content"
    (content / "bulletins" / "heyuan-2024-2.yaml").write_text(EDITION, encoding="utf-8")
    (content / "articles" / "art-lamp.md").write_text(LAMP, encoding="utf-8", newline="\r\n")
    (content / "articles" / "more.yaml").write_text(DOOR, encoding="utf-8")
    person = "- {编号: p-lu, 姓名: 陆一, 身份: [领导], 单位: 荷源区民政局}\n"
    with (content / "people" / "people.yaml").open("a", encoding="utf-8") as file:
        file.write(person)
    return place


@pytest.fixture
def run(root: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("ZHANKAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*args: str) -> Result:
        return CliRunner().invoke(cli.zhankan, ["--root", str(root), *args])

    return invoke


def signed(run: Run, piece: str, *, until: str = "通读", second: bool = False) -> None:
    for day, (step, one, other) in enumerate(STEPS, 1):
        by = other if second else one
        done = run("sign", piece, "--step", step, "--by", by, "--date", f"2024-06-{day:02}", "--note", "看过")
        assert done.exit_code == 0, done.output
        if step == until:
            return


def state(run: Run) -> dict[str, object]:
    told = run("status", "heyuan-2024-2", "--format", "json")
    assert told.exit_code == 0
    found: dict[str, object] = json.loads(told.stdout_bytes.decode())["editions"][0]
    return found


def pieces(run: Run) -> dict[str, dict[str, list[dict[str, object]]]]:
    found = state(run)["pieces"]
    assert isinstance(found, list)
    return {piece["id"]: piece for piece in found}


# -- signing ----------------------------------------------------------------------------------------------------------


def test_a_signature_is_one_line_more_and_nothing_else(run: Run, root: Path) -> None:
    for name, piece in (("articles/art-lamp.md", "art-lamp"), ("articles/more.yaml", "art-door")):
        path = root / "content" / name
        before = path.read_bytes()
        done = run("sign", piece, "--step", "初审", "--by", "p-hezhu", "--note", "好: 可用", "--date", "2024-06-01")
        assert done.exit_code == 0, done.output
        assert done.stdout.strip() == f"content/{name}"
        after = path.read_bytes()
        added = [line for line in after.splitlines(True) if line not in before.splitlines(True)]
        assert len(added) == 2
        assert b"".join(line for line in after.splitlines(True) if line not in added) == before
        assert b"\r\n" in added[0] if name.endswith(".md") else b"\r" not in after
    records = load(Project(root), Report())
    assert [s.note for s in records["art-lamp"].reviews] == ["好: 可用"]
    assert [s.step for s in records["art-door"].reviews] == ["初审"]
    assert records["art-other"].reviews == ()


@pytest.mark.parametrize(
    ("before", "arguments", "code", "words"),
    [
        (None, ("--step", "初审", "--by", "p-linan", "--note", "好"), "reviews.author", "作者"),
        (None, ("--step", "初审", "--by", "林安", "--note", "好"), "reviews.author", "作者"),
        (None, ("--step", "初审", "--by", "p-wangmin"), "reviews.no_report", "意见"),
        (None, ("--step", "初审", "--by", "p-nobody", "--note", "好"), "reviews.unknown_person", "人物"),
        (None, ("--step", "终审", "--by", "p-lu"), "reviews.step_order", "还没有初审、复审"),
        ("初审", ("--step", "复审", "--by", "王敏"), "reviews.same_reviewer", "已经做了初审"),
        ("一校", ("--step", "二校", "--by", "p-sunqi"), "reviews.same_proofreader", "换一个人"),
        ("通读", ("--step", "付印", "--by", "p-zhaoqing", "--result", "通过"), "reviews.result", "结论"),
        ("初审", ("--step", "复审", "--by", "p-hezhu", "--date", "2024-05-01"), "reviews.date_order", "早于"),
        (None, ("--step", "初审", "--by", "王敏", "--note", "好", "--date", "2999-01-01"), "reviews.refused", "日期"),
    ],
)  # fmt: skip
def test_what_the_rules_forbid_is_not_written(
    run: Run, root: Path, before: str | None, arguments: tuple[str, ...], code: str, words: str
) -> None:
    if before:
        signed(run, "art-lamp", until=before)
    path = root / "content" / "articles" / "art-lamp.md"
    written = path.read_bytes()
    refused = run("sign", "art-lamp", *arguments)
    assert refused.exit_code == 1
    assert code in refused.stderr
    assert words in refused.stderr
    assert path.read_bytes() == written


def test_steps_have_names_for_an_english_keyboard(run: Run, root: Path) -> None:
    done = run("sign", "art-lamp", "--step", "r1", "--by", "p-wangmin", "--note", "ok", "--result", "mended")
    assert done.exit_code == 0, done.output
    (entry,) = load(Project(root), Report())["art-lamp"].reviews
    assert (entry.step, entry.result) == ("初审", "改后通过")


def test_one_piece_that_may_not_be_signed_keeps_all_from_being_signed(run: Run, root: Path) -> None:
    path = root / "content" / "articles" / "art-lamp.md"
    refused = run("sign", "heyuan-2024-2", "--step", "初审", "--by", "p-wangmin", "--note", "好")
    assert refused.exit_code == 1
    assert "《门》" in refused.stderr
    assert "审校" not in path.read_text(encoding="utf-8")


def test_what_is_sent_back_goes_through_again(run: Run) -> None:
    signed(run, "art-lamp", until="终审")
    assert (
        run("sign", "art-lamp", "--step", "终审", "--by", "p-lu", "--result", "退改", "--note", "数不对").exit_code == 0
    )
    assert run("sign", "art-lamp", "--step", "一校", "--by", "p-sunqi").exit_code == 1
    assert pieces(run)["art-lamp"]["missing"][0] == {"step": "终审", "from": [{"id": "p-lu", "name": "陆一"}]}
    assert run("sign", "art-lamp", "--step", "终审", "--by", "p-lu", "--result", "改后通过").exit_code == 0
    assert run("sign", "art-lamp", "--step", "一校", "--by", "p-sunqi").exit_code == 0


def test_a_list_in_brackets_is_left_to_a_person(run: Run, root: Path) -> None:
    path = root / "content" / "articles" / "one.yaml"
    path.write_text("{标题: 一行, 体裁: 经验, 站点: st-hexi, 正文: 一行。}\n", encoding="utf-8")
    refused = run("sign", "one", "--step", "初审", "--by", "p-wangmin", "--note", "好")
    assert refused.exit_code == 1
    assert "reviews.unwritable" in refused.stderr
    assert "环节: 初审" in refused.stderr


# -- who is due -------------------------------------------------------------------------------------------------------


def test_status_tells_who_is_due(run: Run) -> None:
    found = pieces(run)
    due = {m["step"]: [p["id"] for p in m["from"]] for m in found["art-lamp"]["missing"]}  # type: ignore[attr-defined]
    assert list(due) == ["初审", "复审", "终审", "一校", "二校", "三校", "通读"]
    assert (due["初审"], due["复审"], due["终审"]) == (["p-wangmin"], ["p-hezhu"], ["p-lu"])
    assert due["一校"] == ["p-sunqi", "p-wangmin"]
    # the editor wrote the other: somebody else reads it first, and the next after that
    other = {m["step"]: [p["id"] for p in m["from"]] for m in found["art-door"]["missing"]}  # type: ignore[attr-defined]
    assert (other["初审"], other["复审"], other["一校"]) == (["p-hezhu"], ["p-zhaoqing"], ["p-sunqi"])
    signed(run, "art-lamp")
    assert pieces(run)["art-lamp"]["ready"] is True
    assert state(run)["ready"] is False
    text = run("status", "heyuan-2024-2").stdout
    assert "art-door" in text
    assert "art-lamp" not in text
    assert "何竹" in text


def test_status_tells_which_stations_sent_nothing(run: Run, root: Path) -> None:
    (root / "content" / "stations" / "more.yaml").write_text(
        "- {编号: st-hedong, 标题: 荷东社工站, 简称: 荷东站, 层级: 镇街站, 上级: st-heyuan, 地区: 荷源区}\n",
        encoding="utf-8",
    )
    stations = {s["id"]: s["pieces"] for s in state(run)["stations"]}  # type: ignore[attr-defined]
    assert stations == {"st-hedong": 0, "st-hexi": 2}
    assert "荷东站（st-hedong）　没有稿" in run("status", "heyuan-2024-2").stdout


# -- releasing --------------------------------------------------------------------------------------------------------


def test_an_edition_is_released_when_all_is_through_and_only_as_it_is(run: Run, root: Path) -> None:
    refused = run("release", "heyuan-2024-2", "--by", "p-zhaoqing")
    assert refused.exit_code == 1
    assert "《灯》还缺初审、复审、终审、一校、二校、三校、通读" in refused.stderr
    assert "《门》还缺" in refused.stderr
    signed(run, "art-lamp")
    signed(run, "art-door", second=True)
    path = root / "content" / "bulletins" / "heyuan-2024-2.yaml"
    assert path.read_text(encoding="utf-8") == EDITION
    done = run("release", "heyuan-2024-2", "--by", "赵青", "--date", "2024-06-20")
    assert done.exit_code == 0, done.output
    written = path.read_text(encoding="utf-8")
    assert written.startswith(EDITION)
    assert written.count("\n") == EDITION.count("\n") + 1
    assert is_released(root)
    assert "2024-06-20 已发布" in run("status", "heyuan-2024-2").stdout

    lamp = root / "content" / "articles" / "art-lamp.md"
    kept = lamp.read_bytes()
    lamp.write_bytes(kept.replace("灯亮了".encode(), "灯灭了".encode()))
    assert not is_released(root)
    assert faults(root) >= {"reviews.changed_after", "reviews.released_changed"}
    again = run("release", "heyuan-2024-2", "--by", "p-zhaoqing")
    assert again.exit_code == 1
    assert "签过字以后又改了" in again.stderr

    done = run("sign", "art-lamp", "--step", "通读", "--by", "p-sunqi", "--result", "改后通过", "--date", "2024-06-21")
    assert done.exit_code == 0, done.output
    done = run("release", "heyuan-2024-2", "--by", "p-zhaoqing", "--date", "2024-06-22")
    assert done.exit_code == 0, done.output
    assert path.read_text(encoding="utf-8").count("发布:") == 1
    assert is_released(root)
    assert not faults(root)


def test_a_change_after_the_last_review_is_no_plain_pass(run: Run, root: Path) -> None:
    signed(run, "art-lamp", until="终审")
    lamp = root / "content" / "articles" / "art-lamp.md"
    lamp.write_bytes(lamp.read_bytes().replace("灯亮了".encode(), "灯灭了".encode()))
    refused = run("sign", "art-lamp", "--step", "一校", "--by", "p-sunqi")
    assert refused.exit_code == 1
    assert "reviews.changed_after" in refused.stderr
    assert run("sign", "art-lamp", "--step", "一校", "--by", "p-sunqi", "--result", "改后通过").exit_code == 0


def test_a_final_edition_needs_its_reviews(run: Run, root: Path) -> None:
    assert "reviews.missing" not in faults(root)
    path = root / "content" / "bulletins" / "heyuan-2024-2.yaml"
    path.write_text(EDITION + "状态: 定稿\n", encoding="utf-8")
    assert "reviews.missing" in faults(root)
    signed(run, "art-lamp")
    signed(run, "art-door", second=True)
    assert faults(root) == set()


def is_released(root: Path) -> bool:
    records, project = load(Project(root), Report()), Project(root)
    edition = records["heyuan-2024-2"]
    assert isinstance(edition, Edition)
    return compose(edition, records, project, Report()).released


def faults(root: Path) -> set[str]:
    report = Report()
    check(Project(root), ["heyuan-2024-2"], report)
    return {d.code for d in report.diagnostics}


# -- fingerprints and files -------------------------------------------------------------------------------------------


def article(**fields: object) -> Record:
    return Article.model_validate({"编号": "art-x", "标题": "灯", "体裁": "经验", "正文": "灯亮了。", **fields})


def test_a_fingerprint_is_of_what_a_piece_says() -> None:
    one = signoff.fingerprint(article())
    entry = {"环节": "初审", "人": "p-x", "日期": "2024-01-01"}
    assert signoff.fingerprint(article(审校=[entry])) == one
    assert signoff.fingerprint(article(状态="终审")) == one
    assert signoff.fingerprint(article(密级="内部")) == one  # what was said by saying nothing
    assert signoff.fingerprint(article(正文="灯亮了！")) != one
    assert signoff.fingerprint(article(作者=["p-x"])) != one


@given(st.lists(st.tuples(st.sampled_from(signoff.STEPS), st.sampled_from(["通过", "退改", "改后通过"])), max_size=12))
def test_nothing_stands_after_what_was_sent_back(taken: list[tuple[str, str]]) -> None:
    entries = [Signature.model_construct(step=step, by="p", result=result) for step, result in taken]  # type: ignore[arg-type, call-arg]
    standing = signoff.standing(entries)
    for step in standing:
        last = max(n for n, (s, r) in enumerate(taken) if s == step and r != "退改")
        backs = [signoff.STEPS.index(s) for s, r in taken[last + 1 :] if r == "退改"]
        assert all(back > signoff.STEPS.index(step) for back in backs)


_VALUE = st.text("灯门窗abc：:#-\"'{}[], |>0", min_size=1, max_size=12).map(str.strip).filter(bool)


@settings(max_examples=60)
@given(st.lists(_VALUE, min_size=1, max_size=4), st.booleans(), st.integers(0, 2), _VALUE)
def test_a_line_more_leaves_the_rest_of_any_file_as_it_was(
    values: list[str], items: bool, blank: int, note: str
) -> None:
    """Records with all sorts of values, in one file or several in one; what is read back has one item more."""
    fields = [f"字段{n}: {files.scalar(value)}" for n, value in enumerate(values)]
    block = ["正文: |", "  一行", "", "  # 二行"]
    lines = [*fields, *block, *[""] * blank]
    if items:
        text = "\n".join(f"{'- ' if n == 0 else '  ' if line else ''}{line}" for n, line in enumerate(lines))
        text = f"{text}\n{text}\n"
    else:
        text = "\n".join(lines) + "\n"
    before = READERS[".yaml"](text, "a.yaml", Report())
    entry = Signature.model_construct(step="初审", by="p-x", date=dt.date(2024, 1, 1), result="通过", note=note)
    line = signing.as_line(entry)
    once = files.with_line(text, before[0].origin, "审校", line, item=True)
    middle = READERS[".yaml"](once, "a.yaml", Report())
    twice = files.with_line(once, middle[0].origin, "审校", line, item=True)
    after = READERS[".yaml"](twice, "a.yaml", Report())
    given = {"环节": "初审", "人": "p-x", "日期": "2024-01-01", "结论": "通过", "意见": note}
    assert [r.data for r in after[1:]] == [r.data for r in before[1:]]
    assert after[0].data == {**before[0].data, "审校": [given] * 2}
    assert [line for line in twice.split("\n") if "意见" not in line and "审校" not in line] == text.split("\n")
