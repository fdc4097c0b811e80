"""Messages: translation, alignment, JSON, completeness of catalogues and manual pages."""

from __future__ import annotations

import ast
import json
import re
import string
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import click
import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import inventory, messages
from generator.diagnostics import Diagnostic, Span, Text, error, say, warning

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "generator").rglob("*.py"))
_CODE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_0-9]*")


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in names and node.args:
                yield node


def constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def templates() -> dict[str, str]:
    """Every template of ``say`` and ``phrase`` and every help text, with the file it stands in."""
    found: dict[str, str] = {}
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in calls(tree, "say", "phrase"):
            if any(k.arg == "en" for k in call.keywords):
                continue  # its English stands beside it
            if text := constant(call.args[0]):
                found.setdefault(text, path.name)
        if path.name == "cli.py":
            for keyword in (
                k for n in ast.walk(tree) if isinstance(n, ast.Call) for k in n.keywords if k.arg == "help"
            ):
                found.setdefault(constant(keyword.value) or "?", path.name)
    return found


def codes() -> dict[str, str]:
    """Every code of a diagnostic, with its file; where a code is a variable, the file's strings that look like one."""
    found: dict[str, str] = {}
    loose: dict[str, str] = {}
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        handed_on = {
            id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and f.name == "_fault" for n in ast.walk(f)
        }
        for call in calls(tree, "error", "warning", "_fault", "Fault", "Diagnostic", "Finding", "_finding", "Flaw"):
            if not isinstance(call.func, ast.Name) or id(call) in handed_on:
                continue
            if code := constant(call.args[0]):
                found[code] = path.name
            else:
                strings = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
                loose.update(dict.fromkeys((s for s in strings if _CODE.fullmatch(s)), path.name))
    areas = {code.partition(".")[0] for code in found} | {p.stem for p in SOURCES if p.parent.name == "checks"}
    return found | {code: file for code, file in loose.items() if code.partition(".")[0] in areas}


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    entries = polib.pofile(str(messages.LOCALE / "en" / "LC_MESSAGES" / "zhankan.po"), encoding="utf-8")
    return {entry.msgid: entry.msgstr for entry in entries}


# -- completeness ----------------------------------------------------------------------------------------


def test_say_gets_its_template_as_it_stands() -> None:
    """A template put together at run time could not be found by a translator."""
    for path in SOURCES:
        for call in calls(ast.parse(path.read_text(encoding="utf-8")), "say"):
            if path.name != "cli.py" or not isinstance(call.func, ast.Attribute):
                assert constant(call.args[0]) is not None, f"{path}:{call.lineno}"


def test_every_template_has_its_english(english: dict[str, str]) -> None:
    missing = {text: file for text, file in templates().items() if not english.get(text)}
    assert not missing, "add them to generator/locale/en/LC_MESSAGES/zhankan.po"


def test_no_english_is_left_over(english: dict[str, str]) -> None:
    assert english.keys() <= templates().keys()


def test_english_has_the_same_placeholders(english: dict[str, str]) -> None:
    assert {k: v for k, v in english.items() if fields(k) != fields(v)} == {}


def test_templates_take_the_values_they_are_given() -> None:
    for path in SOURCES:
        for call in calls(ast.parse(path.read_text(encoding="utf-8")), "say"):
            template = constant(call.args[0])
            if template is not None and isinstance(call.func, ast.Name):
                assert fields(template) == {k.arg for k in call.keywords} - {"en"}, f"{path}:{call.lineno}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_has_a_manual_page(language: str) -> None:
    pages = inventory.manual(language)
    known = codes()
    assert {c: f for c, f in known.items() if c not in pages} == {}, (
        f"add to generator/locale/{language}/diagnostics.md"
    )
    assert pages.keys() <= known.keys()
    catalogue = messages.manual(language)
    assert all("\n\n" in page for page in catalogue.values()), "a line that says what it is, then what to do"
    assert all(pages.values())


# -- translation -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "environment", "expected"),
    [
        (None, {}, "zh"),
        (None, {"LANG": "C.UTF-8"}, "zh"),
        (None, {"LANG": "en_GB.UTF-8"}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "en_US"}, "zh"),
        (None, {"ZHANKAN_LANG": "en", "LANG": "zh_CN"}, "en"),
        ("zh", {"ZHANKAN_LANG": "en", "LANG": "en_US"}, "zh"),
        ("xx", {"LANG": "fr_FR"}, "zh"),
    ],
)
def test_language(choice: str | None, environment: dict[str, str], expected: str) -> None:
    assert messages.language(choice, environment) == expected


def test_translate_with_a_sentence_as_value() -> None:
    text = say("建议：{hint}", hint=say("写成“{name}: ”", name="标题"))
    assert messages.translate(text, "zh") == "建议：写成“标题: ”"
    assert messages.translate(text, "en") == "hint: Write “标题: ”"


def test_what_has_no_entry_stays_chinese() -> None:
    assert messages.translate(Text("没有译文的话{n}", (("n", 3),)), "en") == "没有译文的话3"


# -- alignment -------------------------------------------------------------------------------------------

#: Characters of every width, tabs and invisible ones.
MIXED = st.text(
    st.one_of(
        st.sampled_from("社工站：“”（）《》Ａ１ー가あabcXYZ019 :#-\t\u200b\u202e\u00a0\u3000é\u0301𠮷😀"),
        st.characters(exclude_characters="\n\r", exclude_categories=("Cs",)),
    ),
    max_size=200,
)


def columns(text: str) -> int:
    """Terminal columns by Unicode's own tables, told apart from the code under test."""
    total = 0
    for character in text:
        if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
            continue
        total += {"W": 2, "F": 2}.get(unicodedata.east_asian_width(character), 1)
    return total


@given(line=MIXED, column=st.integers(1, 210), length=st.integers(0, 60))
def test_carets_line_up(line: str, column: int, length: int) -> None:
    shown, carets = messages.excerpt(line, column, length)
    assert set(carets) <= {" ", "^"}
    assert "^" in carets
    assert columns(shown) <= messages.EXCERPT + 6
    assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in shown)
    start, run = carets.index("^"), carets.count("^")
    starts = {}  # column -> index of the character that is drawn there
    before = 0
    for index, character in enumerate(shown):
        if columns(character):
            starts[before] = index
        before += columns(character)
    starts[before] = len(shown)
    assert start in starts, "the carets begin between two characters"
    if column > len(line):
        assert run == 1
        return
    meant, under = line[column - 1], shown[starts[start] :]
    if columns(meant) and unicodedata.category(meant) not in ("Cc", "Cf", "Zl", "Zp"):
        assert under.startswith(meant)
    assert run <= max(columns(under), 1)


@given(line=st.text("社工ab，1", min_size=1, max_size=40), data=st.data())
def test_carets_run_under_exactly_the_span(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line) - 1))
    end = data.draw(st.integers(start + 1, len(line)))
    shown, carets = messages.excerpt(line, start + 1, end - start)
    assert shown == line
    assert carets == " " * columns(line[:start]) + "^" * columns(line[start:end])


def test_tabs_stop_every_four_columns() -> None:
    assert messages.excerpt("社\ta\tb", 5, 1) == ("社  a   b", "        ^")


def test_a_long_line_is_cut_around_its_span() -> None:
    line = "甲" * 200 + "错" + "乙" * 200
    shown, carets = messages.excerpt(line, 201, 1)
    assert shown.startswith("...甲")
    assert shown.endswith("乙...")
    assert columns(shown[: shown.index("错")]) == carets.index("^")


@given(rows=st.lists(st.tuples(MIXED, MIXED), min_size=1, max_size=4))
def test_table_columns_line_up(rows: list[tuple[str, str]]) -> None:
    rows = [(a.replace("\t", ""), "|" + b) for a, b in rows]
    lines = messages.table(("甲", "|"), rows).split("\n")
    first = max(columns(a) for a, _ in (("甲", ""), *rows))
    for (a, _), line in zip(rows, lines[2:], strict=True):
        assert line.startswith(a + " " * (first - columns(a)) + "  |")


@given(text=st.text("社工站，。a b-", max_size=120), width=st.integers(10, 60))
def test_wrap_keeps_every_word_and_the_width(text: str, width: int) -> None:
    lines = messages.wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    longest = max((columns(unit) for unit in re.findall(r"[!-~]+|[社工站][，。]*|[，。]+", text)), default=0)
    assert all(columns(line) <= max(width, longest) for line in lines)


# -- rendering -------------------------------------------------------------------------------------------

TAB = error("yaml.tab", say("缩进用了制表符（Tab）"), Span("content/a.yaml", 2, 5, 2), say("改成空格，每级两个"))
FILE = warning("load.no_content", say("这里没有 content 文件夹"), Span("content"))


def source(file: str) -> list[str] | None:
    return ["标题: 好", "来源: [财政, 彩票]"] if file == "content/a.yaml" else None


def test_render() -> None:
    assert messages.render([TAB, FILE], "zh", source) == (
        "错误[yaml.tab]: 缩进用了制表符（Tab）\n"
        " --> content/a.yaml:2:5\n"
        "  |\n"
        "2 | 来源: [财政, 彩票]\n"
        "  |       ^^^\n"
        "  = 建议：改成空格，每级两个\n"
        "\n"
        "警告[load.no_content]: 这里没有 content 文件夹\n"
        " --> content\n"
        "\n"
        "1 个错误，1 个警告"
    )


def test_render_in_english() -> None:
    text = messages.render([TAB], "en", source)
    assert text.startswith("error[yaml.tab]: This is indented with a tab\n")
    assert text.endswith("= hint: Use spaces, two a level\n\nErrors: 1, warnings: 0")


def test_colour_only_on_demand() -> None:
    assert "\x1b[" not in messages.render([TAB], "zh", source)
    coloured = messages.render([TAB], "zh", source, color=True)
    assert "\x1b[" in coloured
    assert click.unstyle(coloured) == messages.render([TAB], "zh", source)


def test_nothing_found() -> None:
    assert messages.render([], "zh", source) == "没有发现问题"


def test_a_file_that_cannot_be_read_shows_no_line() -> None:
    lost = error("yaml.tab", say("缩进用了制表符（Tab）"), Span("content/b.yaml", 2, 5))
    beyond = error("yaml.tab", say("缩进用了制表符（Tab）"), Span("content/a.yaml", 9, 5))
    for diagnostic in (lost, beyond):
        assert "|" not in messages.render([diagnostic], "zh", source)


def test_a_line_with_something_private_is_never_shown() -> None:
    private = error("privacy.phone", say("缩进用了制表符（Tab）"), TAB.span)
    text = messages.render([TAB, private], "zh", source)
    assert "财政" not in text
    assert "content/a.yaml:2:5" in text


def test_control_characters_of_a_value_do_not_reach_the_terminal() -> None:
    evil = error("record.unknown_field", say("不认识的字段“{name}”", name="a\x1b[2J\u202e"), Span("x"))
    assert "\x1b" not in messages.render([evil], "zh", source)
    assert "\u202e" not in messages.render([evil], "zh", source)


def test_json() -> None:
    first, second = json.loads(messages.as_json([TAB, FILE], "en"))
    assert first == {
        "code": "yaml.tab",
        "severity": "error",
        "message": "This is indented with a tab",
        "hint": "Use spaces, two a level",
        "file": "content/a.yaml",
        "line": 2,
        "column": 5,
        "length": 2,
        "fix": None,
    }
    assert (second["hint"], second["line"]) == (None, 0)
    assert json.loads(messages.as_json([], "zh")) == []


@given(
    st.lists(
        st.builds(
            error,
            st.sampled_from(["yaml.tab", "privacy.name"]),
            st.builds(Text, st.just("{a}"), st.tuples(st.tuples(st.just("a"), MIXED))),
            st.builds(Span, st.sampled_from(["f", "g"]), st.integers(0, 3), st.integers(0, 9), st.integers(0, 9)),
        ),
        max_size=4,
    ),
    st.lists(MIXED, max_size=3),
)
def test_rendering_never_fails(diagnostics: list[Diagnostic], lines: list[str]) -> None:
    messages.render(diagnostics, "en", lambda file: lines if file == "f" else None)
    json.loads(messages.as_json(diagnostics, "zh"))
