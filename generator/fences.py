"""Figures written in a text: a fenced block that says what is to be drawn, read and judged.

    ```流程图
    受理：登记来意
    是否接案？
      否 → 结束
      是：接案
    ```
    图题：个案服务流程

What stands in it is YAML, or for some figures a text of their own. What is said of it has its very place.
"""

from __future__ import annotations

import difflib
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from generator.diagnostics import Diagnostic, Report, Span, Text, error, say, warning
from generator.facts import Facts
from generator.figures import CHARTS, DIAGRAMS
from generator.load import validated
from generator.model import Mark, Origin, Part, Path, Records
from generator.plotting import plot
from generator.readers.yamltext import parse
from generator.records.chart import ChartBlock
from generator.vector import Flaw

#: A fenced block: what it draws, and what stands in it.
FENCE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[ \t]*(?P<kind>[^\n`]*?)[ \t]*\n(?P<inside>(?:.*\n)*?)(?P=fence)[ \t]*$", re.M
)
_CAPTION = re.compile(r"^[ \t]*图[题源][：:].*", re.M)
#: A line at the margin that may be a field of YAML.
_KEYED = re.compile(r"^([^\s:#]+):([^\n]*)", re.M)
_OPENED = re.compile(r"^(?P<lead>[ \t>]*)(?:`{3,}|~{3,})[^\n]*", re.M)

#: So many faults of a figure are told; who has more has made one mistake many times.
_TOLD = 20
#: Of a label longer than the first number a message names so many characters; of what a hint lists, more.
_LABEL, _SHOWN, _LIST = 30, 20, 120

#: The place of so many characters from an offset in the text that holds the block.
At = Callable[[int, int], Span]


def blanked(text: str, fill: str = " ") -> str:
    """A text with blanks where figures are written, every character in its place; ``fill`` is a blank.

    What follows a fence that is not closed, or that doesn't begin its line, is taken for a figure, too.
    """
    text, wrong = FENCE.sub(lambda m: _blank(m[0], fill), text), _wrong(text)
    return text if wrong is None else text[: wrong.start()] + _blank(text[wrong.start() :], fill)


def cut(text: str) -> str:
    """A text with blanks from a fence on that is not closed or doesn't begin its line."""
    wrong = _wrong(text)
    return text if wrong is None else text[: wrong.start()] + _blank(text[wrong.start() :], " ")


def _blank(text: str, fill: str) -> str:
    return re.sub(r"[^\n]", fill, text)


def _wrong(text: str) -> re.Match[str] | None:
    if "```" not in text and "~~~" not in text:
        return None
    return _OPENED.search(FENCE.sub(lambda m: _blank(m[0], " "), text))


def unclosed(text: str, at: At) -> Iterator[Diagnostic]:
    """A fence that is not closed, or that doesn't begin its line."""
    m = _wrong(text)
    if m is None:
        return
    if m["lead"]:
        message = say("``` 前面有空格，认不出这里的图", en="There is space before ```: no figure is seen here")
        hint = say("``` 要顶格写，不放在列表、引文里", en="``` begins its line, outside of lists and quotations")
        yield error("prose.fence_indented", message, at(m.start(), len(m[0])), hint)
        return
    message = say("这里开始的图没有结束", en="The figure that begins here has no end")
    hint = say("图的最后单独写一行 ```", en="Close it with a line of ``` alone")
    yield error("prose.fence_open", message, at(m.start(), len(m[0])), hint)


def read(
    m: re.Match[str], facts: Callable[[], Facts], records: Records, station: str | None, at: At, report: Report
) -> str:
    """What a block asks for as JSON, for :func:`asked`; empty after a report. ``facts`` is called if it counts."""
    kind, inside, start = m["kind"], m["inside"], m.start("inside")
    known = [*DIAGRAMS, *CHARTS]
    if kind not in known:
        close = difflib.get_close_matches(kind, known, 1, 0.4)
        report.add(
            error(
                "prose.unknown_figure",
                say("没有“{name}”这种图", name=kind, en="There is no figure “{name}”"),
                at(m.start("kind"), len(kind) or 1),
                say("是不是“{word}”？", word=close[0]) if close else say("可选：{known}", known="、".join(known)),
            )
        )
        return ""
    if caption := _CAPTION.search(inside):
        report.add(
            error(
                "prose.fence_caption",
                say("图题写在图里面了", en="The caption stands inside the figure"),
                at(start + caption.start(), len(caption[0])),
                say("写到结尾的 ``` 下面一行", en="Put it on the line below the closing ```"),
            )
        )
        return ""
    values, origin, stop = _values(kind, inside, report, lambda offset, length: at(start + offset, length))
    if values is None or stop:
        return ""
    model: type[Part] = DIAGRAMS[kind].model if kind in DIAGRAMS else ChartBlock
    found = Report()
    data = validated(values, model, origin, found, {})
    placed = _Placed(inside, lambda offset, length: at(start + offset, length))
    report.extend(placed.diagnostic(d) for d in found.diagnostics[:_TOLD])
    if data is None or found.failed:
        return ""
    if kind in DIAGRAMS:
        flaws = list(DIAGRAMS[kind].flaws(data))
    else:
        assert isinstance(data, ChartBlock)
        plotted, flaws = plot(kind, data, facts(), records, station)
        if plotted is not None and plotted.missing:
            report.add(missing(plotted.missing, placed.span(origin.span(("数据",)))))
    report.extend(of_flaw(flaw, placed.span(origin.span(flaw.path))) for flaw in flaws[:_TOLD])
    if flaws:
        return ""
    written = data.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps([kind, written, station], ensure_ascii=False, separators=(",", ":"))


def asked(written: str) -> tuple[str, Part, str | None]:
    """What :func:`read` has written: 图式, its data, the station that stands in for one not named."""
    kind, values, station = json.loads(written)
    model: type[Part] = DIAGRAMS[kind].model if kind in DIAGRAMS else ChartBlock
    return kind, model.model_validate(values), station


def of_flaw(flaw: Flaw, span: Span) -> Diagnostic:
    """A flaw of a figure's data, told at a place."""
    return error(flaw.code, _brief(flaw.message, _LABEL), span, _brief(flaw.hint, _LIST))


def _brief(text: Text, most: int) -> Text:
    """A message that names the beginning of a label, where that is far too long."""

    def shown(value: Any) -> Any:
        return f"{value[:_SHOWN]}…" if isinstance(value, str) and len(value) > most else value

    return replace(text, values=tuple((key, shown(value)) for key, value in text.values))


def missing(said: tuple[str, ...], span: Span) -> Diagnostic:
    """Figures that a chart asks for and nobody has recorded; it shows a gap for each."""
    return warning(
        "figure.missing",
        say(
            "图里有 {count} 处没有登记的数，印成空缺：{said}",
            en="{count} figures of the chart are not recorded and print as gaps: {said}",
            count=len(said),
            said="；".join(said[:6]) + ("……" if len(said) > 6 else ""),
        ),
        span,
        say("补登事实，或把它从图里去掉", en="Record them in content/facts/, or take them out of the chart"),
    )


def _values(kind: str, inside: str, report: Report, at: At) -> tuple[dict[str, Any] | None, Origin, bool]:
    """What is written, where, and whether it is so wrong that there is no use in going on."""
    placed = _Placed(inside, at)
    reader = DIAGRAMS[kind].read if kind in DIAGRAMS else None
    if not inside.strip():
        report.add(
            error(
                "prose.fence_empty",
                say("“{name}”里什么也没有写", name=kind, en="Nothing is written in this {name}"),
                at(0, 1),
                say("zhankan explain prose.fence_empty 有写法", en="zhankan explain prose.fence_empty shows how"),
            )
        )
        return None, Origin("", {}), True
    if reader is not None and not _is_yaml(inside, DIAGRAMS[kind].model):
        values, places, slips = reader(inside)
        for offset, length, code, message, hint in slips[:_TOLD]:
            report.add(of_flaw(Flaw(code, (), message, hint), at(offset, length)))
        return values, Origin("", placed.marks(places)), bool(slips)
    found = Report()
    parsed = parse(inside, "", found, placed.first)  # what it says of lines is true of the file
    report.extend(placed.diagnostic(d) for d in found.diagnostics[:_TOLD])
    if parsed is None or found.failed:
        return None, Origin("", {}), True
    if not isinstance(parsed[0], dict):
        report.add(
            error(
                "prose.fence_form",
                say("“{name}”里要写成 字段: 值", name=kind, en="A {name} is written as 字段: value"),
                at(0, len(inside.split("\n", 1)[0]) or 1),
                say("冒号用英文的，后面空一格", en="The colon is an ASCII one with a space behind it"),
            )
        )
        return None, Origin("", {}), True
    return parsed[0], Origin("", parsed[1]), False


def _is_yaml(inside: str, model: type[Part]) -> bool:
    """Whether a line begins with a field that the model can't do without, an ASCII colon behind it."""
    needed = {name for field, info in model.model_fields.items() if info.is_required() for name in (field, info.alias)}
    return any(key in needed and (not rest or rest[0] in " \r") for key, rest in _KEYED.findall(inside))


class _Placed:
    """Turns lines (of the file) and columns of a block into places of the text that holds it.

    ``first`` is the line its first line has in the file.
    """

    def __init__(self, inside: str, at: At) -> None:
        self._at = at
        self.first = max(at(0, 1).line, 1)
        self._starts = [0] + [m.end() for m in re.finditer("\n", inside)]

    def span(self, span: Span) -> Span:
        line = min(max(span.line - self.first + 1, 1), len(self._starts))
        return self._at(self._starts[line - 1] + max(span.column, 1) - 1, span.length)

    def diagnostic(self, d: Diagnostic) -> Diagnostic:
        return Diagnostic(d.code, d.severity, d.message, self.span(d.span), d.hint, d.fix)

    def marks(self, places: Mapping[Path, tuple[int, int]]) -> dict[Path, Mark]:
        """Marks of values by their offsets; what holds them stands where its first value does."""
        found: dict[Path, Mark] = {}
        for path, (offset, length) in sorted(places.items(), key=lambda item: item[1]):
            line = bisect_right(self._starts, offset)
            column = offset - self._starts[line - 1] + 1
            for depth in range(1, len(path) + 1):
                if depth == len(path) or path[:depth] not in found:
                    at = self.first + line - 1
                    found[path[:depth]] = Mark(at, column, length, at, column, length)
        return found
