"""Diagnostics, manual pages and help in the reader's language; text and JSON renderings, aligned under Chinese."""

from __future__ import annotations

import gettext
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import click

from generator.diagnostics import Diagnostic, Severity, Span, Text, say
from generator.project import LANGUAGES

#: Compiled catalogues and manual pages. ``.mo`` files are made by ``hatch_build.py``.
LOCALE = Path(__file__).parent / "locale"

#: Widest excerpt of a source line, in columns; longer lines are cut around the span.
EXCERPT = 100

#: The lines of a source file by its name in a span; None where it can't be read or is not text.
Sources = Callable[[str], Sequence[str] | None]

_TAB = 4
_DOMAIN = "zhankan"


# -- languages -------------------------------------------------------------------------------------------


def language(choice: str | None, environment: Mapping[str, str]) -> str:
    """The reader's language: ``choice`` (``--lang``), else ZHANKAN_LANG, else the locale, else Chinese."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    for wanted in (choice, environment.get("ZHANKAN_LANG"), locale):
        known = (wanted or "").lower()[:2]
        if known in LANGUAGES:
            return known
    return LANGUAGES[0]


def translate(text: Text, language: str) -> str:
    """The sentence in ``language``; in Chinese where a catalogue or an entry is missing."""
    values = {k: translate(v, language) if isinstance(v, Text) else v for k, v in text.values}
    template = text.english if language == "en" and text.english else _catalogue(language).gettext(text.template)
    return template.format(**values)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(_DOMAIN, LOCALE, [language], fallback=True)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """While it lasts, click's own words and :func:`phrase` are in ``language``."""
    before = os.environ.get("LANGUAGE")
    gettext.bindtextdomain("messages", LOCALE)  # the domain click looks up
    gettext.bindtextdomain(_DOMAIN, LOCALE)
    os.environ["LANGUAGE"] = language
    try:
        yield
    finally:
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before


def phrase(template: str) -> str:
    """A help text in the language :func:`speaking` has chosen."""
    return gettext.dgettext(_DOMAIN, template)


# -- columns ---------------------------------------------------------------------------------------------


def width(text: str) -> int:
    """Columns of a text on a terminal: East Asian wide characters take two, combining marks none."""
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def excerpt(line: str, column: int, length: int) -> tuple[str, str]:
    """A source line as shown, and the carets under ``length`` characters from ``column`` (from 1).

    Tabs become spaces, invisible characters become ``␣``, long lines are cut around the carets.
    """
    cells = list(_cells(line))
    edges = [0]
    for cell in cells:
        edges.append(edges[-1] + width(cell))
    start = min(max(column - 1, 0), len(cells))
    end = min(start + max(length, 1), len(cells))
    first, last = 0, len(cells)
    if edges[-1] > EXCERPT:
        while edges[start] - edges[first] > EXCERPT // 3:
            first += 1
        while edges[last] - edges[first] > EXCERPT:
            last -= 1
        while first and edges[last] - edges[first - 1] <= EXCERPT:
            first -= 1
    before, after = "..." if first else "", "..." if last < len(cells) else ""
    pad = " " * (len(before) + edges[start] - edges[first])
    carets = "^" * max(edges[min(end, last)] - edges[start], 1)
    return before + "".join(cells[first:last]) + after, pad + carets


def differing(before: str, after: str) -> tuple[str, str]:
    """Two forms of a line, cut to what differs with some words around."""
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    first = max(start - EXCERPT // 5, 0)

    def cut(line: str) -> str:
        last = min(len(line) - end + EXCERPT // 5, len(line))
        words = "".join(_cells(line[first:last]))
        return ("..." if first else "") + words + ("..." if last < len(line) else "")

    return cut(before), cut(after)


def _alike(one: str, other: str) -> int:
    """How many characters two lines begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _cells(line: str) -> Iterator[str]:
    """What is shown for each character of a line."""
    at = 0
    for character in line:
        cell = character
        if character == "\t":
            cell = " " * (_TAB - at % _TAB)
        elif unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            cell = "␣"  # control, bidi and zero-width characters would move or hide what follows
        at += width(cell)
        yield cell


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table for the terminal, its columns lined up under Chinese."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(width(cell) for cell in column) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * w for w in widths])
    return "\n".join(
        "  ".join(cell + " " * (w - width(cell)) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


_UNIT = re.compile(
    r"[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60“‘《（【—…]+?[，。；：！？、）》】”’…—]*|\s+|[!-~]+|.", re.S
)


def wrap(text: str, columns: int) -> list[str]:
    """A paragraph in lines of at most ``columns``; Chinese breaks anywhere but before a closing mark."""
    lines, line = [], ""
    for unit in _UNIT.findall(" ".join(text.split())):
        if line and width(line + unit.rstrip()) > columns:
            lines.append(line.rstrip())
            line = unit.lstrip()
        else:
            line += unit
    return [*lines, line.rstrip()] if line.strip() else lines


# -- diagnostics -----------------------------------------------------------------------------------------

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def render(diagnostics: Sequence[Diagnostic], language: str, sources: Sources, *, color: bool = False) -> str:
    """Diagnostics for a terminal, each with its source line, and a last line that counts them.

    A line on which something private was found is never shown.
    """
    secret = {(d.span.file, d.span.line) for d in diagnostics if private(d)}
    read = cache(sources)
    blocks = []
    for d in diagnostics:
        hidden = (d.span.file, d.span.line) in secret
        lines = read(d.span.file) if d.span.line and not hidden else None
        if hidden:
            d = replace(d, fix=None)
        blocks.append(_block(d, language, lines, color))
    blocks.append(summary(diagnostics, language))
    return "\n\n".join(blocks)


def private(diagnostic: Diagnostic) -> bool:
    """Whether a diagnostic is about something that must not be shown again."""
    return diagnostic.code.startswith("privacy.")


def _block(d: Diagnostic, language: str, lines: Sequence[str] | None, color: bool) -> str:
    def paint(text: str, **style: object) -> str:
        return click.style(text, **style) if color else text  # type: ignore[arg-type]

    kind = translate(say("错误") if d.severity is Severity.ERROR else say("警告"), language)
    shown = lines is not None and 1 <= d.span.line <= len(lines)
    gutter = " " * (len(str(d.span.line)) if shown else 1)
    bar = paint("|", fg="blue")
    hue = _COLOURS[d.severity]
    message = _plain(translate(d.message, language))
    rows = [
        paint(f"{kind}[{d.code}]", fg=hue, bold=True) + paint(f": {message}", bold=True),
        paint(f"{gutter}-->", fg="blue") + f" {_plain(str(d.span))}",
    ]
    if lines is not None and shown:
        line, carets = excerpt(lines[d.span.line - 1], d.span.column, d.span.length)
        rows += [
            f"{gutter} {bar}",
            f"{paint(str(d.span.line), fg='blue')} {bar} {line}".rstrip(),
            f"{gutter} {bar} {paint(carets, fg=hue, bold=True)}",
        ]
    if d.hint is not None:
        hint = _plain(translate(say("建议：{hint}", hint=d.hint), language))
        rows.append(f"{gutter} {paint('=', fg='blue')} {hint}")
    if d.fix is not None:
        fix = translate(say("改为：{words}", words=_plain(d.fix)) if d.fix else say("改为：（删去）"), language)
        rows.append(f"{gutter} {paint('=', fg='blue')} {fix}")
    return "\n".join(rows)


def _plain(text: str) -> str:
    """A message without the control characters a quoted value may carry."""
    return "".join(_cells(" ".join(text.splitlines())))


def summary(diagnostics: Iterable[Diagnostic], language: str) -> str:
    """One line: how many errors and warnings."""
    severities = [d.severity for d in diagnostics]
    errors = severities.count(Severity.ERROR)
    warnings = severities.count(Severity.WARNING)
    if not severities:
        return translate(say("没有发现问题"), language)
    return translate(say("{errors} 个错误，{warnings} 个警告", errors=errors, warnings=warnings), language)


def as_json(diagnostics: Iterable[Diagnostic], language: str) -> str:
    """Diagnostics as one JSON list of objects with code, severity, message, hint, place and, if certain, the fix."""
    return json.dumps([_object(d, d.span, language) for d in _guarded(diagnostics)], ensure_ascii=False, indent=1)


def as_json_of(editions: Iterable[tuple[str, Iterable[Diagnostic]]], language: str) -> str:
    """As :func:`as_json`, each object with the edition whose building found it; an empty one is none of them."""
    found = [_object(d, d.span, language) | {"edition": name} for name, said in editions for d in _guarded(said)]
    return json.dumps(found, ensure_ascii=False, indent=1)


def _guarded(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics without the fixes of lines on which something private was found."""
    said = list(diagnostics)
    secret = {(d.span.file, d.span.line) for d in said if private(d)}
    return [replace(d, fix=None) if (d.span.file, d.span.line) in secret else d for d in said]


def _object(d: Diagnostic, span: Span, language: str) -> dict[str, str | int | None]:
    return {
        "code": d.code,
        "severity": str(d.severity),
        "message": translate(d.message, language),
        "hint": translate(d.hint, language) if d.hint is not None else None,
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "length": span.length,
        "fix": d.fix,
    }


# -- manual pages ----------------------------------------------------------------------------------------


@cache
def manual(language: str) -> Mapping[str, str]:
    """Code of a diagnostic -> its manual page, from ``locale/<language>/diagnostics.md``."""
    text = (LOCALE / language / "diagnostics.md").read_text(encoding="utf-8")
    _, *sections = re.split(r"^## (\S+)\n", text, flags=re.M)
    return {code: page.strip() for code, page in zip(sections[::2], sections[1::2], strict=True)}
