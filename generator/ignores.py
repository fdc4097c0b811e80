"""Accepted findings: ``content/style/ignores.yaml``, each with a reason; one that matches nothing is an error."""

from __future__ import annotations

from typing import Any

from generator.diagnostics import Report, error, say
from generator.model import Origin
from generator.project import Project
from generator.readers.text import read_text
from generator.readers.yamltext import parse

_FILE = "style/ignores.yaml"


def apply_ignores(project: Project, report: Report, *, partial: bool = False) -> None:
    """Take accepted findings out of the report. Findings about privacy can't be accepted.

    Of a ``partial`` report, which is not about everything, it is no fault that it lacks some of them.
    """
    path = project.content / _FILE
    if not path.is_file() or not project.holds(path):
        return
    file = project.relative(path)
    text = read_text(path, file, report)
    parsed = parse(text, file, report) if text is not None else None
    if parsed is None or parsed[0] is None:
        return
    entries, marks = parsed
    if not isinstance(entries, list):
        report.add(
            error("ignores.form", say("这里要写成列表"), Origin(file, marks).span(), say("每项写 代码、文件、理由"))
        )
        return
    for number, entry in enumerate(entries):
        origin = Origin(file, marks, (number,))
        if not isinstance(entry, dict) or not all(entry.get(k) for k in ("代码", "文件", "理由")):
            report.add(
                error(
                    "ignores.form",
                    say("接受一条提示要写明代码、文件和理由"),
                    origin.span(),
                    say("写成 {{代码: …, 文件: …, 理由: …}}"),
                )
            )
            continue
        _take_out(entry, origin, report, partial)


def _take_out(entry: dict[str, Any], origin: Origin, report: Report, partial: bool) -> None:
    code, file = str(entry["代码"]), str(entry["文件"])
    if code.startswith("privacy."):
        report.add(error("ignores.privacy", say("隐私问题不能接受，只能改正"), origin.span(("代码",))))
        return
    kept = [d for d in report.diagnostics if not (d.code == code and d.span.file == file)]
    matched = len(kept) < len(report.diagnostics)
    report.diagnostics[:] = kept
    if not matched and not partial:
        report.add(
            error(
                "ignores.unused",
                say("这一条没有对上任何提示：{code}，{file}", code=code, file=file),
                origin.span(),
                say("问题已经改好了就删掉这一条；否则核对代码和文件"),
            )
        )
