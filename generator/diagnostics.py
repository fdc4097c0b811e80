"""The values in which every stage reports what is wrong; how they are shown lives in ``messages``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Text:
    """A sentence for the reader: a Chinese template, which is also its translation key, and values.

    ``english`` may stand beside it where it was written; otherwise the catalogue has it.
    """

    template: str
    values: tuple[tuple[str, Any], ...] = ()
    english: str = ""

    def __str__(self) -> str:
        return self.template.format(**dict(self.values))


def say(template: str, /, *, en: str = "", **values: Any) -> Text:
    """Make a :class:`Text`; its English is ``en`` or the entry of ``template`` in ``locale/en``."""
    return Text(template, tuple(sorted(values.items())), en)


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Span:
    """A place in a source file.

    ``file`` is relative to the workspace (or ``book.xlsx!sheet`` for a sheet); ``line`` and ``column``
    count from 1 in characters, 0 meaning the file as a whole; ``length`` is in characters.
    """

    file: str
    line: int = 0
    column: int = 0
    length: int = 1

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Diagnostic:
    """One fault or doubt. ``code`` is ``<area>.<fault>`` and is never reused for another fault.

    ``fix`` is what the words at ``span`` become when it is mended for certain, None where a person must decide.
    """

    code: str
    severity: Severity
    message: Text
    span: Span
    hint: Text | None = None
    fix: str | None = None


def error(code: str, message: Text, span: Span, hint: Text | None = None, fix: str | None = None) -> Diagnostic:
    """A diagnostic that stops publication."""
    return Diagnostic(code, Severity.ERROR, message, span, hint, fix)


def warning(code: str, message: Text, span: Span, hint: Text | None = None, fix: str | None = None) -> Diagnostic:
    """A diagnostic that is shown; ``--strict`` promotes it."""
    return Diagnostic(code, Severity.WARNING, message, span, hint, fix)


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as what JSON can hold, for :func:`from_data`, as far as the values of its texts are."""
    d = diagnostic
    hint = _text_as_data(d.hint) if d.hint is not None else None
    span = [d.span.file, d.span.line, d.span.column, d.span.length]
    return {
        "code": d.code,
        "severity": d.severity.value,
        "message": _text_as_data(d.message),
        "span": span,
        "hint": hint,
        "fix": d.fix,
    }


def from_data(found: Mapping[str, Any]) -> Diagnostic:
    """The diagnostic that :func:`as_data` was given; raises what looking into something else does."""
    hint = found["hint"]
    file, line, column, length = found["span"]
    return Diagnostic(
        str(found["code"]), Severity(found["severity"]), _text_from_data(found["message"]),
        Span(str(file), int(line), int(column), int(length)), None if hint is None else _text_from_data(hint),
        None if found["fix"] is None else str(found["fix"]),
    )  # fmt: skip


def _text_as_data(text: Text) -> dict[str, Any]:
    values = {k: {"text": _text_as_data(v)} if isinstance(v, Text) else {"value": v} for k, v in text.values}
    return {"template": text.template, "values": values, "english": text.english}


def _text_from_data(found: Mapping[str, Any]) -> Text:
    values: Sequence[tuple[str, Any]] = sorted(
        (k, _text_from_data(v["text"]) if "text" in v else v["value"]) for k, v in found["values"].items()
    )
    return Text(str(found["template"]), tuple(values), str(found["english"]))


@dataclass
class Report:
    """Where a stage with another product puts its diagnostics."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics.extend(diagnostics)

    @property
    def failed(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self.diagnostics)

    def sorted(self, *, strict: bool = False) -> list[Diagnostic]:
        """All diagnostics once each, in one order for every run; ``strict`` turns warnings into errors."""
        return list(_ordered(self.diagnostics, strict))


def _ordered(diagnostics: Iterable[Diagnostic], strict: bool) -> Iterator[Diagnostic]:
    seen = set()
    for d in sorted(diagnostics, key=lambda d: (d.span, d.severity, d.code, str(d.message))):
        if strict and d.severity is Severity.WARNING:
            d = replace(d, severity=Severity.ERROR)
        if d not in seen:
            seen.add(d)
            yield d
