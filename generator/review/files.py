"""Edits of a field's value -> edits of the YAML or Markdown file it is written in, everything else left as it is."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence

from generator.diagnostics import Report
from generator.model import Mark, Origin, Path
from generator.readers.yamltext import parse
from generator.review.fields import ByHandError, Change, Reasons

#: What stands before the value of a field that has its line to itself.
_FIELD = re.compile(r" *(?:- +)*[^\s\"'{\[][^{\[\"']*: +")
_ITEM = re.compile(r"^(\s*)- +\S")


def in_file(text: str, origin: Origin, path: Path, value: str, changes: Sequence[Change]) -> list[Change]:
    """The changes of a value as changes of its file's text; raises :class:`ByHandError` where that is not safe."""
    mark, exact = origin.mark(path)
    if mark is None or not exact:
        raise ByHandError(Reasons.COMPLICATED)
    starts = _starts(text)
    first = starts[mark.line - 1] + mark.column - 1
    if mark.text_line and text[first : first + 1] not in "'\"":
        return [_in_block(text, starts, mark, value, change) for change in changes]
    if mark.text_line or not mark.runs:
        new, place = _changed(value, changes), (first, first + mark.length)
        return [(*place, _block(text, place, mark, new) if "\n" in new else scalar(new, text[first]))]
    return [_in_runs(text, starts, origin, path, value, change) for change in changes]


def as_on_disk(raw: str, text: str, new: str) -> str:
    """A new text with the byte order mark and the line ends of the file, of which ``text`` is the clean form."""
    mark = "\ufeff" if raw.startswith("\ufeff") else ""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", raw.removeprefix("\ufeff"))
    usual = "\r\n" if sum(line.endswith("\r\n") for line in lines) * 2 > len(lines) else "\n"
    before, after = (re.findall(r"[^\n]*\n|[^\n]+", t) for t in (text, new))
    result: list[str] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        result += lines[a:b] if tag == "equal" else [line.replace("\n", usual) for line in after[c:d]]
    return mark + "".join(result)


def _starts(text: str) -> list[int]:
    """Where each line of a text begins."""
    return [0, *(m.end() for m in re.finditer("\n", text))]


def _changed(value: str, changes: Sequence[Change]) -> str:
    for start, end, words in sorted(changes, key=lambda c: c[:2], reverse=True):
        value = value[:start] + words + value[end:]
    return value


def _in_block(text: str, starts: Sequence[int], mark: Mark, value: str, change: Change) -> Change:
    start, end, words = change
    margin = " " * mark.text_indent

    def line_of(offset: int) -> int:
        """The file's line, counted from 0, that an offset of the value is in."""
        return mark.text_line - 1 + value.count("\n", 0, offset)

    def place(offset: int) -> int:
        begin = starts[line_of(offset)]
        end_of_line = text.find("\n", begin) % (len(text) + 1)
        # a blank line may lack the margin
        return min(begin + mark.text_indent, end_of_line) + offset - (value.rfind("\n", 0, offset) + 1)

    if not words and end > start and value[end - 1] == "\n" and (not start or value[start - 1] == "\n"):
        return starts[line_of(start)], starts[line_of(end)], ""  # whole lines go with their margin
    first, *rest = words.split("\n")
    goes_on = end < len(value) and value[end] != "\n"
    margins = [margin if line or (goes_on and n == len(rest)) else "" for n, line in enumerate(rest, 1)]
    return place(start), place(end), "\n".join([first, *(m + line for m, line in zip(margins, rest, strict=True))])


def _in_runs(text: str, starts: Sequence[int], origin: Origin, path: Path, value: str, change: Change) -> Change:
    """A text that is not written as it reads (folded, escaped): only plain words inside one line."""
    start, end, words = change
    if re.search(r"[\n\"'\\#:]", words):
        raise ByHandError(Reasons.COMPLICATED)
    begin = origin.locate(path, value, start if start < len(value) else start - 1)
    finish = origin.locate(path, value, end - 1) if end > start else begin
    first = starts[begin.line - 1] + begin.column - 1 + (start == len(value))
    last = starts[finish.line - 1] + finish.column if end > start else first
    if text[first:last] != value[start:end]:
        raise ByHandError(Reasons.COMPLICATED)
    return first, last, words


def _block(text: str, place: tuple[int, int], mark: Mark, value: str) -> str:
    """A value of several lines as a block (``|``) in place of one that stood behind its field's name."""
    before = text[text.rfind("\n", 0, place[0]) + 1 : place[0]]
    after = text[place[1] :].partition("\n")[0]
    if after.strip() or not _FIELD.fullmatch(before):
        raise ByHandError(Reasons.ONE_LINE)
    margin = " " * (mark.key_column + 1)
    return "\n".join(["|", *(f"{margin}{line}" if line else "" for line in value.split("\n"))])


def scalar(value: str, quote: str = "") -> str:
    """A value as a scalar of YAML on one line, quoted as it was, or where it must be."""
    if quote == "'":
        return "'" + value.replace("'", "''") + "'"
    if quote == '"' or re.search(r"[,\[\]{}]", value) or not _is_plain(value):  # marks that end it in {} and []
        return json.dumps(value, ensure_ascii=False)
    return value


def _is_plain(value: str) -> bool:
    """Whether YAML reads a value as itself without quotes, in a field and in a list."""
    for line, path in ((f"字段: {value}", ("字段",)), (f"字段:\n  - {value}", ("字段", 0))):
        report = Report()
        found = parse(line, "", report)
        if found is None or report.diagnostics or path not in found[1]:
            return False
        read = found[0]["字段"] if len(path) == 1 else found[0]["字段"][0]
        if read != value:
            return False
    return True


def with_line(text: str, origin: Origin, field: str, line: str, *, item: bool) -> str:
    """A file's text with one more line for a record: an item of the list ``field``, or the field itself anew.

    Nothing else is touched; raises :class:`ByHandError` where a line can't be put in: the record, or the list, is
    written on one line in brackets, or shared by several records.
    """
    lines = text.split("\n")
    if origin.is_common((field,)) and origin.mark((field,))[1]:
        raise ByHandError(Reasons.SHARED)
    mark, written = origin.mark((field,))
    if written and mark is not None:
        key = mark.key_line - 1
        end = _block_end(lines, key, mark.key_column - 1)
        if not item:
            lines[key:end] = [f"{' ' * (mark.key_column - 1)}{field}: {line}"]
            return "\n".join(lines)
        first = next((n for n in range(key + 1, end) if lines[n].strip() and not _COMMENT.match(lines[n])), None)
        dash = _DASH.match(lines[first]) if first is not None else None
        if dash is None:
            raise ByHandError(Reasons.BRACKETS)
        lines.insert(end, f"{dash[1]}- {line}")
        return "\n".join(lines)
    any_mark = next((m for path, m in origin.marks.items() if path[:-1] == origin.base and path != origin.base), None)
    if any_mark is None:
        raise ByHandError(Reasons.COMPLICATED)
    if origin.base:
        own = origin.marks[origin.base]
        start, indent = own.line - 1, own.column - 1
        if lines[start][indent : indent + 1] == "{":
            raise ByHandError(Reasons.BRACKETS)
        end = _block_end(lines, start, indent - 1)
    else:
        start, indent = 0, 0
        closing = (n for n, words in enumerate(lines) if n and words.rstrip() == "---")
        end = next(closing, len(lines)) if lines[0].rstrip() == "---" else _block_end(lines, -1, -1)
    margin = " " * indent
    lines[end:end] = [f"{margin}{field}:", f"{margin}  - {line}"] if item else [f"{margin}{field}: {line}"]
    return "\n".join(lines)


_COMMENT = re.compile(r"\s*#")
_DASH = re.compile(r"( *)- ")


def _block_end(lines: Sequence[str], start: int, indent: int) -> int:
    """The line after the last one of what begins at line ``start``, whose key stands ``indent`` spaces in.

    Items of a list may stand as far out as its key. Blank lines and comments that follow belong to what comes next.
    """
    end = start + 1
    for number in range(start + 1, len(lines)):
        words = lines[number]
        here = len(words) - len(words.lstrip(" "))
        if not words.strip() or (_COMMENT.match(words) and here <= indent):
            continue
        if here <= indent and not (here == indent and start >= 0 and words.lstrip().startswith("- ")):
            break
        end = number + 1
    return end


def new_item(text: str, origin: Origin, path: Path, values: Sequence[str], *, after: bool) -> Change:
    """New items of a list of texts, after or before the one at ``path``."""
    start, end, lead = _item(text, origin, path)
    written = "".join(f"{lead}- {scalar(value, '')}\n" for value in values)
    if after and not text[start:end].endswith("\n"):
        written = "\n" + written.removesuffix("\n")
    place = end if after else start
    return place, place, written


def without_item(text: str, origin: Origin, path: Path) -> Change:
    """Take the item at ``path`` out of its list, unless it is the last one left."""
    above = path[:-1]
    if not origin.mark((*above, 1))[1]:
        raise ByHandError(Reasons.ALONE)
    start, end, _ = _item(text, origin, path)
    return start, end, ""


def _item(text: str, origin: Origin, path: Path) -> tuple[int, int, str]:
    """The line of an item of a list, its line end included, and what stands before its dash."""
    mark, exact = origin.mark(path)
    if mark is None or not exact or mark.runs:
        raise ByHandError(Reasons.COMPLICATED)
    starts = [*_starts(text), len(text)]
    start, end = starts[mark.line - 1], starts[mark.line]
    m = _ITEM.match(text[start:end])
    if m is None or start + m.end() - 1 != start + mark.column - 1:
        raise ByHandError(Reasons.COMPLICATED)
    return start, end, m[1]
