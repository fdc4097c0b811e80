"""Records in Markdown: fields between two ``---`` lines, then the text."""

from __future__ import annotations

from generator.diagnostics import Report, Span, error, say
from generator.model import Origin
from generator.readers.raw import Raw
from generator.readers.yamltext import parse


def read(text: str, file: str, report: Report) -> list[Raw]:
    """The one record of a Markdown file."""
    lines = text.split("\n")
    if not lines or lines[0].rstrip() != "---":
        report.add(
            error(
                "reader.no_front_matter",
                say("文件开头没有字段"),
                Span(file, 1, 1),
                say("第一行写“---”，接着写“标题: ……”等字段，再写一行“---”，下面才是正文"),
            )
        )
        return []
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        report.add(
            error(
                "reader.open_front_matter",
                say("字段后面缺少结束的“---”"),
                Span(file, 1, 1),
                say("在字段和正文之间单写一行“---”"),
            )
        )
        return []
    parsed = parse("\n".join(lines[1:end]), file, report, first_line=2)
    if parsed is None:
        return []
    value, marks = parsed
    if not isinstance(value, dict):
        report.add(error("reader.not_a_record", say("“---”之间没有读出字段"), Span(file, 2, 1)))
        return []
    return [Raw(value, Origin(file, marks), ("\n".join(lines[end + 1 :]), end + 2))]
