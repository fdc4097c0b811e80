"""YAML text -> values with the place of every key and value, and a word for each slip editors make.

YAML 1.2 scalars: null, true, false, decimal numbers; everything else, dates too, stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from generator.diagnostics import Diagnostic, Report, Span, Text, error, say, warning
from generator.model import Mark, Path
from generator.readers.text import CONTROL, control_character

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})$")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+$")
_LITERALS = {"": None, "~": None, "null": None, "true": True, "false": False}
_WORDS = {"yes", "no", "on", "off", "Yes", "No", "On", "Off", "YES", "NO", "ON", "OFF", "True", "False"}
_DEEPEST = 40

#: Gives the parser's next event.
_Following = Callable[[], Any]


class _ReadingError(Exception):
    """A diagnostic that ends the reading of this text."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


def parse(text: str, file: str, report: Report, first_line: int = 1) -> tuple[Any, Marks] | None:
    """Values and marks of a YAML text whose first line is ``first_line`` of ``file``; None after a report."""
    found = Report()  # what the builder finds counts only if the text is YAML at all
    builder = _Builder(text, file, found, first_line)
    try:
        value = builder.build()
    except _ReadingError as fault:
        report.extend([*found.diagnostics, fault.diagnostic])  # and what would stop the next attempt
        rest = _suspects(text.split("\n"), file, first_line)
        report.extend(s for s in rest if s.span.line > fault.diagnostic.span.line)
        return None
    except yaml.YAMLError as fault:
        report.extend(_slips(text, file, first_line) or [_syntax(fault, text, file, first_line)])
        return None
    except RecursionError:
        report.add(error("yaml.too_deep", say("层次嵌套太深"), Span(file)))
        return None
    if value is not None and not isinstance(value, dict | list):
        report.extend(
            _slips(text, file, first_line)
            or [error("yaml.not_a_record", say("整个文件只读出一段文字，没有读出字段"), Span(file, first_line, 1))]
        )
        return None
    report.extend(found.diagnostics)
    return value, builder.marks


class Marks(Mapping[Path, Mark]):
    """The marks of a text's values: kept as the parser's bare numbers, and worked out when one is asked for."""

    def __init__(self, text: str, first_line: int) -> None:
        self._text, self._first_line = text, first_line
        self._written: dict[Path, _Written] = {}

    def __getitem__(self, path: Path) -> Mark:
        written = self._written[path]
        line, column, *_, key_line, key_column, key_length = written
        length, text_line, text_indent, runs = self._extent(written)
        first = self._first_line
        return Mark(line + first, column + 1, length, key_line + first, key_column + 1, key_length,
                    text_line, text_indent, runs, leaf=written[4] is not None)  # fmt: skip

    def __contains__(self, path: object) -> bool:
        return path in self._written

    def __iter__(self) -> Iterator[Path]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def keep(self, path: Path, event: Any, key: Any, key_length: int) -> None:
        """Remember where a value stands: the event that begins or is it, the place and length of its key."""
        start, end = event.start_mark, event.end_mark
        value, style = (event.value, event.style or "") if type(event) is ScalarEvent else (None, "")
        self._written[path] = (
            start.line, start.column, end.line, end.column, value, style, key.line, key.column, key_length
        )  # fmt: skip

    @cached_property
    def _lines(self) -> list[str]:
        return self._text.split("\n")

    def _extent(self, written: _Written) -> tuple[int, int, int, tuple[tuple[int, int, int], ...]]:
        """The ``length``, ``text_line``, ``text_indent`` and ``runs`` of a mark."""
        line, column, end_line, end_column, value, style, *_ = written
        if value is None:
            return 1, 0, 0, ()
        length = end_column - column if end_line == line else len(self._lines[line]) - column
        text_line = text_indent = 0
        runs: tuple[tuple[int, int, int], ...] = ()
        if style == "|" and not re.match(r"\|[-+]?\d", self._lines[line][column:]):
            text_line = line + 1 + self._first_line
            below = (self._lines[n] for n in range(line + 1, len(self._lines)))
            first = next((text for text in below if text.strip()), "")
            text_indent = len(first) - len(first.lstrip(" "))
        elif style in ("'", '"') and end_line == line and length == len(value) + 2:
            text_line, text_indent = line + self._first_line, column + 1
        elif style or end_line > line:
            runs = tuple(_runs(written, self._lines, self._first_line))
        return max(length, 1), text_line, text_indent, runs


#: Start and end of a value (line, column, from 0), a scalar's value and style, line, column and length of its key.
_Written = tuple[int, int, int, int, str | None, str, int, int, int]


class _Builder:
    """Builds the value from parser events; no node tree, so ten thousand records load in about a second.

    What few texts hold is looked for in the whole of it first, and only then in every value.
    """

    def __init__(self, text: str, file: str, report: Report, first_line: int) -> None:
        self.text, self.file, self.report = text, file, report
        self.offset = first_line
        self.marks = Marks(text, first_line)
        self.odd = _ODD_SPACES.search(text) is not None
        self.dashes = _DASHES.search(text) is not None
        self.hashes = "#" in text

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def span(self, mark: Any, length: int = 1, skip: int = 0) -> Span:
        return Span(self.file, mark.line + self.offset, mark.column + skip + 1, max(length, 1))

    def build(self) -> Any:
        loader = _LOADER(self.text)
        try:
            return self.document(loader.get_event)
        finally:
            loader.dispose()

    def document(self, following: _Following) -> Any:
        documents = 0
        result: Any = None
        while type(event := following()) is not StreamEndEvent:
            if type(event) is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise _ReadingError(
                        error(
                            "yaml.second_document",
                            say("一个文件里出现了第二个“---”"),
                            self.span(event.start_mark, 3),
                            say("几条记录写在一个文件里用“条目:”，不用“---”分隔"),
                        )
                    )
            elif type(event) in (ScalarEvent, MappingStartEvent, SequenceStartEvent, AliasEvent):
                result = self.value(event, following, (), event.start_mark, 1)
        return result

    def value(self, event: Any, following: _Following, path: Path, key: Any, key_length: int) -> Any:
        kind = type(event)
        if kind is AliasEvent or event.anchor:
            raise _ReadingError(
                error(
                    "yaml.alias",
                    say("这里用了 & 或 *（YAML 的引用），本工具不收"),
                    self.span(event.start_mark),
                    say("若是正文里的符号，给整句加英文引号；若想重复内容，请直接写出来"),
                )
            )
        if event.tag:
            raise _ReadingError(
                error(
                    "yaml.tag",
                    say("这里以“!”开头，YAML 会当成类型标记"),
                    self.span(event.start_mark),
                    say("给整句加英文引号"),
                )
            )
        if len(path) > _DEEPEST:
            raise _ReadingError(error("yaml.too_deep", say("层次嵌套太深"), self.span(event.start_mark)))
        self.marks.keep(path, event, key, key_length)
        if kind is ScalarEvent:
            return self.scalar(event)
        return self.sequence(following, path) if kind is SequenceStartEvent else self.mapping(following, path)

    def sequence(self, following: _Following, path: Path) -> list[Any]:
        items: list[Any] = []
        while type(event := following()) is not SequenceEndEvent:
            items.append(self.value(event, following, (*path, len(items)), event.start_mark, 1))
        return items

    def mapping(self, following: _Following, path: Path) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        while type(event := following()) is not MappingEndEvent:
            if type(event) is not ScalarEvent:
                raise _ReadingError(error("yaml.key", say("字段名只能是文字"), self.span(event.start_mark)))
            name: str = event.value
            start: Any = event.start_mark
            if self.odd and not event.style and (m := _ODD_EDGE.search(name)):
                self.report.add(_odd_space(self.span(start, len(m[0]), m.start())))
                name = name.strip(m[0])
            if name == "<<":
                raise _ReadingError(
                    error("yaml.merge", say("不收“<<”合并写法"), self.span(start, 2), say("请把字段直接写出来"))
                )
            place = (*path, name)
            if name in fields:
                self.report.add(
                    error(
                        "yaml.duplicate_key",
                        say("“{name}”写了两次，第一次在第 {line} 行", name=name, line=self.marks[place].key_line),
                        self.span(start, len(name)),
                        say("删掉其中一处"),
                    )
                )
                self.value(following(), following, (*place, "$again"), start, len(name))
            else:
                fields[name] = self.value(following(), following, place, start, len(name))
        return fields

    def scalar(self, event: Any) -> Any:
        value = event.value
        if event.style:  # None from the Python parser, "" from the C one, for a plain scalar
            # what stands in the text itself was looked for when it was read: an escape may say it too
            if event.style == '"' and (m := CONTROL.search(value)):
                self.report.add(control_character(self.span(event.start_mark), m[0]))
                return CONTROL.sub(" ", value)
            return value
        start, end = event.start_mark, event.end_mark
        if self.dashes and (m := _FULL_DASH_ITEM.match(value)) and not self.lines[start.line][: start.column].strip():
            self.report.add(_full_dash(m[0], self.span(start)))
            return re.split(rf" ?{m[0]}[ \u3000]", value)[1:]
        if end.line > start.line and value:
            self.report.add(
                warning(
                    "yaml.folded_lines",
                    say("一句话写成了几行，拼起来会多出空格"),
                    self.span(start, len(self.lines[start.line]) - start.column),
                    say("写成一行，或在字段名后写“|”，下面几行缩进两格"),
                )
            )
        if self.hashes:
            self.look_for_hash(value, end)
        if self.odd and end.line == start.line and (m := _ODD_EDGE.search(value)):
            self.report.add(_odd_space(self.span(start, len(m[0]), m.start())))
        if not value.isascii() and value[0] != "0":
            return value
        return self.literal(value, start)

    def look_for_hash(self, value: str, end: Any) -> None:
        rest = self.lines[end.line][end.column :] if end.line < len(self.lines) else ""
        if found := _HASH.match(rest):
            self.report.add(
                error(
                    "yaml.hash",
                    say("“#”后面的字会被当成注释丢掉"),
                    Span(self.file, end.line + self.offset, end.column + found.start(1), len(rest.strip())),
                    say('给整句加英文引号："{text}"', text=(value + rest).strip()),
                )
            )

    def literal(self, value: str, start: Any) -> Any:
        """A plain value that may be a number, true, false or nothing."""
        if value in _LITERALS:
            return _LITERALS[value]
        if value in _WORDS:
            self.report.add(
                warning(
                    "yaml.ambiguous_word",
                    say("“{value}”在有些程序里会读成“是/否”，这里按文字处理", value=value),
                    self.span(start, len(value)),
                    say("要表示是或否，写 true 或 false；要写文字，加英文引号"),
                )
            )
            return value
        if _INT.match(value) or _FLOAT.match(value):
            number = float(value) if "." in value else int(value)
            return number if str(number) == value else value  # 1.10 may be a text; a number field reads it all the same
        if _ZERO.match(value):
            self.report.add(
                warning(
                    "yaml.leading_zero",
                    say("以 0 开头的“{value}”按文字处理，不当数", value=value),
                    self.span(start, len(value)),
                    say('是编号就加英文引号："{value}"；是数就去掉前面的 0', value=value),
                )
            )
        return value


_ESCAPES = {
    "'": re.compile("''"),
    '"': re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.?)"),
}


def _runs(written: _Written, lines: list[str], first_line: int) -> Iterator[tuple[int, int, int]]:
    """Where the pieces of a scalar that is not written as it reads stand: offset in the value, line, column."""
    start_line, start_column, end_line, end_column, value, style, *_ = written
    assert value is not None
    offset = 0
    escapes, block = _ESCAPES.get(style), style in ("|", ">")
    for number in range(start_line + block, min(end_line + (not block), len(lines))):
        column = start_column + bool(style) if number == start_line else 0
        line = lines[number][: end_column - bool(style)] if number == end_line else lines[number]
        if number < end_line and not block:
            line = line.rstrip(" ")
        if number > start_line:
            column = len(line) - len(line.lstrip(" "))
            while column < len(line) and value[offset : offset + 1] in ("\n", " "):
                offset += 1
        while column < len(line):
            m = escapes.search(line, column) if escapes else None
            stop = m.start() if m else len(line)
            if stop > column:
                yield offset, number + first_line, column + 1
            offset += stop - column
            column = stop
            if m:
                yield offset, number + first_line, column + 1
                offset += len(m[0]) > 1  # a backslash at the end of a line only joins it to the next
                column = m.end()


def _syntax(fault: yaml.YAMLError, text: str, file: str, first_line: int) -> Diagnostic:
    last = len(text.rstrip().split("\n")) - 1
    marks = [getattr(fault, name, None) for name in ("problem_mark", "context_mark")]
    # what is noticed only at the end, such as a missing quote, is shown where it began
    mark = next((m for m in marks if m is not None and m.line <= last), None)
    span = Span(file, mark.line + first_line, mark.column + 1) if mark is not None else Span(file, last + first_line, 1)
    return error(
        "yaml.syntax",
        say("这里的写法 YAML 读不懂"),
        span,
        say("检查这一行和上一行：冒号后要空一格，同级字段要左对齐，引号要成对；长句可整句加英文引号"),
    )


def _odd_space(span: Span) -> Diagnostic:
    return error(
        "yaml.odd_space",
        say("这里有全角空格或不换行空格，看上去像空格，YAML 不认"),
        span,
        say("删掉，改成英文输入法的空格"),
    )


def _full_dash(dash: str, span: Span) -> Diagnostic:
    return error(
        "yaml.full_width_dash", say("列表用了中文横线“{dash}”", dash=dash), span, say("改成英文减号加空格“- ”")
    )


_ODD_SPACES = re.compile(r"[\u3000\u00a0\u2002-\u200b]")
_DASHES = re.compile(r"[－—–−]")
_FULL_DASH_ITEM = re.compile(r"[－—–−](?=[ \u3000]\S)")
_HASH = re.compile(r"\s*#(\S)")
_ZERO = re.compile(r"0\d+$")
_ODD_EDGE = re.compile(r"^[\u3000\u00a0\u2002-\u200b]+|[\u3000\u00a0\u2002-\u200b]+$")
_FULL_COLON = re.compile(r"^\s*(?:- +)?([^\s:#\"'：，。！？|>{\[]{1,12})(：)")
_ODD_SPACE = re.compile(r"^\s*(?:- +)?[^\s:#\"']+:([\u3000\u00a0\u2002-\u200b])|^([ ]*[\u3000\u00a0]+)[^\s]")
_FULL_DASH = re.compile(r"^\s*([－—–−])[ \u3000]?\S")
_INNER_COLON = re.compile(r"^\s*(?:- +)?[^\s:#\"'{\[]+: +([^\"'\[{|>#\s].*?)(:)( |$)")
_SPECIAL = re.compile(r"^\s*(?:- +)?(?:[^\s:#\"']+: +)?([@%`*&!|>\[{,])")
_TIGHT = re.compile(r"^\s*(?:- +)?([\u3400-\u9fff]{1,8})(:)[^\s/\\]")


def _slips(text: str, file: str, first_line: int) -> list[Diagnostic]:
    """The fewest slips whose repair lets the text be read: each is mended and reading tried again.

    A line that merely looks like a slip is innocent if mending it gets the reading no further.
    """
    lines = text.split("\n")
    suspects = {d.span.line: d for d in _suspects(lines, file, first_line)}
    found: list[Diagnostic] = []
    stop = _stop(lines)
    attempts = _MOST_READ // (len(text) + 1)
    while stop is not None and suspects and len(found) < _MOST_SLIPS:
        near = sorted((n for n in suspects if n - first_line <= stop + 1), reverse=True)[:_NEAR] or sorted(suspects)[:1]
        for number in near:
            attempts -= 1
            if attempts < 0:
                return found
            here = number - first_line
            kept, lines[here] = lines[here], _mended(lines[here], suspects[number])
            further = _stop(lines)
            if further is None or further > stop:
                found.append(suspects.pop(number))
                stop = further
                break
            lines[here] = kept
        else:
            break
    return found


#: Slips mended in one text, and suspects tried for one place.
_MOST_SLIPS, _NEAR = 50, 8
#: Characters that are read again and again to find them.
_MOST_READ = 10_000_000


def _stop(lines: Sequence[str]) -> float | None:
    """The line (from 0) at which reading stops; -1 if all is taken for one text; None if nothing stops it."""
    try:
        first = True
        for event in yaml.parse("\n".join(lines), Loader=_LOADER):
            if first and isinstance(event, ScalarEvent):
                return -1
            first = first and not isinstance(event, MappingStartEvent | SequenceStartEvent)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        return float(mark.line) if mark is not None else 0.0
    except yaml.YAMLError:
        return 0.0
    return None


def _mended(line: str, slip_: Diagnostic) -> str:
    """A line as its slip's hint says to write it."""
    column, length = slip_.span.column - 1, slip_.span.length
    before, after = line[:column], line[column + length :]
    match slip_.code:
        case "yaml.tab":
            return line.replace("\t", "  ")
        case "yaml.full_width_colon":
            return f"{before}: {after}"
        case "yaml.odd_space":
            return before + " " * length + after
        case "yaml.full_width_dash":
            return f"{before}- {after.lstrip()}"
        case "yaml.tight_colon":
            return f"{before}: {after}"
    start = column
    if slip_.code == "yaml.inner_colon" and (m := re.match(r"\s*(?:- +)?[^\s:#\"'{\[]+: +", line)):
        start = m.end()
    quoted = line[start:].rstrip().replace("\\", "").replace('"', "")
    return f'{line[:start]}"{quoted}"'


def _suspects(lines: Sequence[str], file: str, first_line: int) -> Iterator[Diagnostic]:
    """Lines that look like a known slip, block texts left out."""
    block: int | None = None
    for number, line in enumerate(lines, first_line):
        indent = len(line) - len(line.lstrip(" "))
        if block is not None:
            if not line.strip() or indent > block:
                continue
            block = None
        if line.strip().startswith("#"):
            continue
        if re.search(r":\s+[|>][-+]?\s*$", line):
            block = indent
            continue
        if diagnostic := slip(line, file, number):
            yield diagnostic


def slip(line: str, file: str, number: int, first_column: int = 1) -> Diagnostic | None:
    """The known slip in a line that should have been YAML; ``first_column`` is where ``line`` begins."""

    def at(column: int, length: int, code: str, message: Text, hint: Text) -> Diagnostic:
        return error(code, message, Span(file, number, first_column + column, length), hint)

    if "\t" in line[: len(line) - len(line.lstrip())]:
        return at(line.index("\t"), 1, "yaml.tab", say("缩进用了制表符（Tab）"), say("改成空格，每级两个"))
    if m := _FULL_COLON.match(line):
        return at(
            m.start(2),
            1,
            "yaml.full_width_colon",
            say("字段名“{name}”后面用了中文冒号“：”", name=m[1]),
            say("改成英文冒号加一个空格“: ”"),
        )
    if m := _ODD_SPACE.match(line):
        group = 1 if m[1] else 2
        return _odd_space(Span(file, number, first_column + m.start(group), len(m[group])))
    if m := _FULL_DASH.match(line):
        return _full_dash(m[1], Span(file, number, first_column + m.start(1)))
    if m := _TIGHT.match(line):
        return at(
            m.start(2),
            1,
            "yaml.tight_colon",
            say("字段名“{name}”的冒号后面少一个空格", name=m[1]),
            say("写成“{name}: ”", name=m[1]),
        )
    if m := _INNER_COLON.match(line):
        return at(
            m.start(2),
            1,
            "yaml.inner_colon",
            say("句子里的“: ”会被当成又一个字段"),
            say('给整句加英文引号："{text}"，或把冒号改成中文“：”', text=line[m.start(1) :].strip()),
        )
    if m := _SPECIAL.match(line):
        sign, rest = m[1], line[m.start(1) :].strip()
        balanced = sign in "[{" and rest.endswith({"[": "]", "{": "}"}[sign])
        if not balanced and not (sign in "|>" and len(rest) < 3):
            return at(
                m.start(1),
                1,
                "yaml.special_character",
                say("值以“{sign}”开头，YAML 另有用途", sign=sign),
                say('给整句加英文引号："{text}"', text=rest),
            )
    return None
