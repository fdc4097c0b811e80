"""Readers: bytes of a file to values and the places of every key and value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.diagnostics import Report
from generator.model import Mark, Origin
from generator.readers import READERS, Raw, text
from generator.readers.yamltext import parse


def read(tmp_path: Path, data: str | bytes, suffix: str = ".yaml") -> tuple[list[Raw], Report]:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    report = Report()
    written = text.read_text(path, f"a{suffix}", report)
    return READERS[suffix](written, f"a{suffix}", report) if written is not None else [], report


def parsed(source: str, first_line: int = 1) -> tuple[Any, dict[tuple[str | int, ...], Mark], list[str]]:
    report = Report()
    result = parse(source, "a", report, first_line)
    faults = [f"{d.span.line}:{d.span.column} {d.code}" for d in report.sorted()]
    return (*result, faults) if result else (None, {}, faults)


# -- bytes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_utf8_with_any_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    (raw,), report = read(tmp_path, f"标题: 好{end}正文: |{end}  甲{end}  乙{end}".encode(encoding))
    assert report.diagnostics == []
    assert raw.data == {"标题": "好", "正文": "甲\n乙\n"}
    assert (raw.origin.marks[("标题",)].line, raw.origin.marks[("标题",)].column) == (1, 5)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("标题: 社工站\n正文: 好".encode("gbk"), "文件像是 GBK（ANSI）编码，应为 UTF-8"),
        ("标题: 好".encode("utf-16"), "文件是 UTF-16 编码，应为 UTF-8"),
        ("标题: 好".encode("utf-16-be"), "文件不是 UTF-8 编码的文字"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x81", "文件不是 UTF-8 编码的文字"),
    ],
)
def test_other_encodings_are_named(tmp_path: Path, data: bytes, message: str) -> None:
    raws, report = read(tmp_path, data)
    (diagnostic,) = report.diagnostics
    assert raws == []
    assert diagnostic.code in ("reader.not_utf8", "yaml.control_character")
    if diagnostic.code == "reader.not_utf8":
        assert str(diagnostic.message) == message


def test_the_line_of_the_first_byte_that_is_no_utf8(tmp_path: Path) -> None:
    _, report = read(tmp_path, b"a: 1\nb: 2\nc: \xcd\n")
    assert str(report.diagnostics[0].span) == "a.yaml:3:1"


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    report = Report()
    assert text.read_text(tmp_path / "no.yaml", "no.yaml", report) is None
    assert [d.code for d in report.diagnostics] == ["reader.unreadable"]


def test_the_largest_file(tmp_path: Path) -> None:
    head = b"a: |\n"
    rows = (b"  " + b"x" * 97 + b"\n") * (text.LARGEST // 100)
    assert read(tmp_path, (head + rows)[: text.LARGEST])[1].diagnostics == []
    _, report = read(tmp_path, (head + rows)[: text.LARGEST + 1])
    assert [(d.code, str(d.span)) for d in report.diagnostics] == [("reader.too_large", "a.yaml")]


# -- scalars ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("false", False),
        ("21", 21),
        ("-3", -3),
        ("0", 0),
        ("72.45", 72.45),
        ("1.10", "1.10"),
        ("+5", "+5"),
        ("1e3", "1e3"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        (".inf", ".inf"),
        ("2024-03-05", "2024-03-05"),
        ("2024-13-05", "2024-13-05"),
        ('"21"', "21"),
        ("'true'", "true"),
        ('""', ""),
        ("9" * 5000, "9" * 5000),
        ("甲：乙", "甲：乙"),
        ("https://x.cn/a", "https://x.cn/a"),
        ("[甲, 乙]", ["甲", "乙"]),
        ("{甲: 乙}", {"甲": "乙"}),
        ("|\n  甲\n\n  乙", "甲\n\n乙"),
        (">-\n  a\n  b", "a b"),
    ],
)
def test_value(written: str, value: Any) -> None:
    result, _, faults = parsed(f"k: {written}")
    assert faults == []
    assert result["k"] == value
    assert type(result["k"]) is type(value)


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "Yes", "NO", "True", "False"])
def test_words_other_programs_take_for_yes_and_no(word: str) -> None:
    result, _, faults = parsed(f"甲: {word}")
    assert (result, faults) == ({"甲": word}, ["1:4 yaml.ambiguous_word"])


@pytest.mark.parametrize("number", ["010", "007", "00"])
def test_leading_zero(number: str) -> None:
    result, _, faults = parsed(f"甲: {number}")
    assert (result, faults) == ({"甲": number}, ["1:4 yaml.leading_zero"])


def test_a_list_with_chinese_dashes_is_still_read_as_one() -> None:
    assert parsed("甲:\n  － 乙\n  － 丙\n丁:\n  — 戊\n") == (
        {"甲": ["乙", "丙"], "丁": ["戊"]},
        parsed("甲:\n  － 乙\n  － 丙\n丁:\n  — 戊\n")[1],
        ["2:3 yaml.full_width_dash", "5:3 yaml.full_width_dash"],
    )


@pytest.mark.parametrize("line", ["甲: —— 乙", "甲: － 乙", "甲:\n  ——乙", "甲: 2023－2024", "甲: a　b"])
def test_dashes_and_wide_spaces_inside_a_text_are_fine(line: str) -> None:
    assert parsed(line)[2] == []


# -- places ----------------------------------------------------------------------------------------------


def place(mark: Mark) -> tuple[int, int, int, int, int, int]:
    return mark.line, mark.column, mark.length, mark.key_line, mark.key_column, mark.key_length


def test_places_of_keys_and_values() -> None:
    _, marks, _ = parsed('标题: 社工站\n作者:\n  - {人: "张三", 角色: 文}\n  - 李四\n正文: |\n  甲\n  乙\n', 5)
    assert place(marks[("标题",)]) == (5, 5, 3, 5, 1, 2)
    assert place(marks[("作者", 0)]) == (7, 5, 1, 7, 5, 1)
    assert place(marks[("作者", 0, "人")]) == (7, 9, 4, 7, 6, 1)
    assert place(marks[("作者", 0, "角色")]) == (7, 19, 1, 7, 15, 2)
    assert place(marks[("作者", 1)]) == (8, 5, 2, 8, 5, 1)
    assert place(marks[("正文",)])[:2] == (9, 5)
    assert (marks[("正文",)].text_line, marks[("正文",)].text_indent) == (10, 2)


def test_places_count_characters_not_bytes() -> None:
    _, marks, _ = parsed("{甲: 😀😀, 乙: 丙}")
    assert place(marks[("乙",)]) == (1, 12, 1, 1, 9, 1)


TEXTS = st.text(st.sampled_from("甲乙丙x *\"'\\\n😀：-#"), min_size=1, max_size=30).filter(lambda t: t.strip())


@given(TEXTS, st.sampled_from(["double", "single", "block", "folded", "keep"]))
def test_every_character_of_a_text_is_found_again(content: str, style: str) -> None:
    """However a text is written, its characters are located where they stand in the file."""
    escaped = content.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    lines = "\n".join("  " + line for line in content.split("\n"))
    source = {
        "double": f'k: "{escaped}"\nz: 1',
        "single": "k: '" + content.replace("'", "''").replace("\n", "\n\n ") + "'\nz: 1",
        "block": f"k: |\n{lines}\nz: 1",
        "folded": f"k: >\n{lines}\nz: 1",
        "keep": f"k: |2+\n{lines}\nz: 1",
    }[style]
    report = Report()
    result = parse(source, "a", report)
    if result is None:  # e.g. a block whose first line is indented less than an empty one above it
        assert report.failed
        return
    value, marks = result
    raw, origin = value["k"], Origin("a", marks)
    written = source.split("\n")
    for offset, character in enumerate(raw):
        if not character.isspace():
            span = origin.locate(("k",), raw, offset)
            shown = written[span.line - 1][span.column - 1]
            assert shown == character or (shown == "\\" and character in '"\\') or (shown, character) == ("'", "'")


# -- refusals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ("甲: 1\n甲: 2\n乙: {丙: 1, 丙: 2}\n", ["2:1 yaml.duplicate_key", "3:11 yaml.duplicate_key"]),
        ("甲: &a 1\n", ["1:4 yaml.alias"]),
        ("甲: {<<: {乙: 1}}\n", ["1:5 yaml.merge"]),
        ("甲: !!int 3\n", ["1:4 yaml.tag"]),
        ("甲: !!map {}\n", ["1:4 yaml.tag"]),
        ("甲: 1\n---\n乙: 2\n", ["2:1 yaml.second_document"]),
        ("? {a: b}\n: 甲\n", ["1:3 yaml.key"]),
        ("甲: [乙\n", ["1:4 yaml.special_character"]),
        ("甲: }\n", ["1:4 yaml.syntax"]),
        ("甲: 1\n甲: 2\n乙: *a\n丙: @丁\n", ["2:1 yaml.duplicate_key", "3:4 yaml.alias", "4:4 yaml.special_character"]),
    ],
)
def test_refused(source: str, faults: list[str]) -> None:
    assert parsed(source)[2] == faults


def test_texts_in_blocks_are_not_taken_for_slips() -> None:
    source = "甲: |\n  电话：139\n  @张三\n\n  - 乙: 丙: 丁\n乙：丙\n"
    assert parsed(source)[2] == ["6:2 yaml.full_width_colon"]


# -- several records in a file ---------------------------------------------------------------------------


@pytest.mark.parametrize(("common", "items"), [("共同", "条目"), ("common", "items")])
def test_common_and_items(tmp_path: Path, common: str, items: str) -> None:
    raws, report = read(tmp_path, f"{common}:\n  甲: 1\n  乙: 2\n{items}:\n  - {{丙: 3}}\n  - {{乙: 4}}\n")
    assert report.diagnostics == []
    assert [raw.data for raw in raws] == [{"甲": 1, "乙": 2, "丙": 3}, {"甲": 1, "乙": 4}]
    assert [str(raw.origin.span(("乙",))) for raw in raws] == ["a.yaml:3:6", "a.yaml:6:9"]


@pytest.mark.parametrize(
    ("source", "codes", "records"),
    [
        ("[]\n", [], 0),
        ("条目: []\n", [], 0),
        ("条目:\n", ["reader.items_form"], 0),
        ("条目: {a: 1}\n", ["reader.items_form"], 0),
        ("共同: 甲\n条目: []\n", ["reader.items_form"], 0),
        ("共同:\n条目: [{a: 1}]\n", [], 1),
        ("甲: 1\n条目: [{a: 1}]\n", ["reader.beside_items"], 1),
        ("- 甲\n- {a: 1}\n", ["reader.not_a_record"], 1),
        ("甲\n", ["yaml.not_a_record"], 0),
        ("21\n", ["yaml.not_a_record"], 0),
        ("true\n", ["yaml.not_a_record"], 0),
        ("# 甲\n", ["reader.empty"], 0),
        ("---\n", ["reader.empty"], 0),
    ],
)
def test_forms_of_a_file(tmp_path: Path, source: str, codes: list[str], records: int) -> None:
    raws, report = read(tmp_path, source)
    assert [d.code for d in report.sorted()] == codes
    assert len(raws) == records


# -- Markdown --------------------------------------------------------------------------------------------


def test_front_matter_and_body(tmp_path: Path) -> None:
    (raw,), report = read(tmp_path, "---\n标题: 甲\n---\n\n正文\n---\n还是正文\n", ".md")
    assert report.diagnostics == []
    assert raw.data == {"标题": "甲"}
    assert raw.body == ("\n正文\n---\n还是正文\n", 4)
    assert str(raw.origin.span(("标题",))) == "a.md:2:5"


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("", "1:1 reader.no_front_matter"),
        ("正文\n", "1:1 reader.no_front_matter"),
        ("---\n标题: 甲\n", "1:1 reader.open_front_matter"),
        ("---\n---\n正文\n", "2:1 reader.not_a_record"),
        ("---\n- 甲\n---\n正文\n", "2:1 reader.not_a_record"),
        ("---\n标题：甲\n---\n正文\n", "2:3 yaml.full_width_colon"),
    ],
)
def test_front_matter_faults(tmp_path: Path, source: str, fault: str) -> None:
    raws, report = read(tmp_path, source, ".md")
    assert raws == []
    assert [f"{d.span.line}:{d.span.column} {d.code}" for d in report.sorted()] == [fault]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([".yaml", ".md"]), st.text(max_size=60))
def test_reading_never_fails(tmp_path: Path, suffix: str, source: str) -> None:
    for data in (source, f"---\n{source}\n---\n{source}", f"甲: |\n  {source}\n乙: {source}\n"):
        raws, report = read(tmp_path, data, suffix)
        assert raws or report.failed or "[" in data  # an empty list is no fault
