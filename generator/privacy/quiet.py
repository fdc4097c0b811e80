"""Quiet: nothing that is said about content repeats what the roster holds, be it in a value or in the line shown."""

from __future__ import annotations

from dataclasses import replace

from generator.diagnostics import Diagnostic, Report, Span, Text, error, say
from generator.privacy.roster import Secrets
from generator.project import Project

#: Stands for what is not repeated.
_MASK = "＊＊"


def keep(report: Report, project: Project, secrets: Secrets | None) -> None:
    """Mask what diagnostics repeat of the roster, and say of their lines that something of it stands there.

    Lines with a finding of privacy are never shown; so one is added where a line with anything of the roster has none.
    """
    if secrets is None:
        return
    lines: dict[str, list[str]] = {}
    told = {(d.span.file, d.span.line) for d in report.diagnostics if d.code.startswith("privacy.")}
    added: list[Diagnostic] = []
    for number, one in enumerate(report.diagnostics):
        if one.code.startswith("privacy."):
            continue
        masked = replace(one, message=_masked(one.message, secrets), hint=one.hint and _masked(one.hint, secrets))
        place = one.span.file, one.span.line
        if place not in told and (masked != one or secrets.find(_line(one.span, project, lines))):
            told.add(place)
            added.append(
                error(
                    "privacy.roster_match",
                    say("这一行里有保密名册里的内容"),
                    replace(one.span, column=1, length=1),
                    say("换成化名或代号；名册里的内容不写进 content/ 的任何地方"),
                )
            )
        if masked != one:
            report.diagnostics[number] = replace(masked, fix=None)
    report.extend(added)


def _masked(text: Text, secrets: Secrets) -> Text:
    values = tuple(
        (name, _masked(v, secrets) if isinstance(v, Text) else _MASK if isinstance(v, str) and secrets.find(v) else v)
        for name, v in text.values
    )
    return replace(text, values=values) if values != text.values else text


def _line(span: Span, project: Project, lines: dict[str, list[str]]) -> str:
    if not span.line:
        return ""
    if span.file not in lines:
        try:
            lines[span.file] = (project.root / span.file).read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError):
            lines[span.file] = []
    there = lines[span.file]
    return there[span.line - 1] if span.line <= len(there) else ""
