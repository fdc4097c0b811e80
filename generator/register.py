"""Every figure of the editions in one table: its fact, where that comes from, where it is printed, bound or bare."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from generator import printed
from generator.build import read
from generator.diagnostics import Report, Span, Text, error, say
from generator.facts import Facts
from generator.messages import translate
from generator.model import Records
from generator.project import Project
from generator.records.fact import Fact
from generator.tally import Tally, said

#: The titles of the columns of :func:`rows`.
HEAD = (
    say("指标"),
    say("时段"),
    say("站点"),
    say("数字"),
    say("依据"),
    say("印法"),
    say("印在"),
    say("出版物"),
    say("篇目"),
)

#: How a figure came to be printed -> what the table says of it.
_HOW: Mapping[str, Text] = {
    "bound": say("引用"),
    "agrees": say("直写，相符"),
    "own": say("直写，本篇的数"),
    "waived": say("直写，有说明"),
    "norm": say("规定"),
    "told": say("叙述"),
    "differs": say("不符"),
    "unit": say("单位不符"),
    "stale": say("时段不符"),
    "unbound": say("没有出处"),
}


@dataclass(frozen=True)
class Row:
    """A figure where it is printed, or a fact that nothing prints; the last has no ``span``."""

    fact: Fact | None
    indicator: str
    period: str
    station: str
    words: str
    evidence: str
    how: str = ""
    span: Span | None = None
    edition: str = ""
    article: str = ""


@dataclass(frozen=True)
class Register:
    rows: tuple[Row, ...]
    tallies: Mapping[str, Tally] = field(default_factory=dict)


def figures(project: Project, editions: Sequence[str], report: Report) -> Register:
    """The figures of the editions named, or of all; then the facts that none of these prints."""
    found: list[Row] = []
    tallies: dict[str, Tally] = {}
    records: Records | None = None
    for reading in read(project, editions, report):
        records = reading.records
        tally = tallies[reading.edition.id] = Tally(reading)
        found += _rows(tally)
    if records is not None:
        known = Facts(records)
        there = {row.fact.id for row in found if row.fact is not None}
        found += (_unprinted(fact, known, records) for fact in known.all.values() if fact.id not in there)
    return Register(tuple(found), tallies)


def _rows(tally: Tally) -> Iterator[Row]:
    records, known = tally.reading.records, tally.known.facts
    titles = {article.id: article.title for article in tally.reading.publication.articles}
    for figure in tally.figures:
        if figure.verdict in ("told", "norm", "own"):
            continue  # of a story, a rule or the record's own data: no fact is asked for
        edition, article = tally.reading.edition.id, titles.get(figure.passage.article, "")
        span = tally.span(figure)
        facts: list[Fact | None] = [known.all[i] for i in figure.facts if i in known.all] or [None]
        for fact in facts:
            indicator = known.indicator(fact.indicator) if fact is not None else figure.indicator
            yield Row(
                fact,
                indicator.title if indicator is not None else "",
                said((fact.start, fact.end)) if fact is not None else "",
                fact.station if fact is not None else "",
                figure.words,
                _evidence(fact, records) if fact is not None else "",
                figure.verdict,
                span,
                edition,
                article,
            )


def _unprinted(fact: Fact, known: Facts, records: Records) -> Row:
    indicator = known.indicator(fact.indicator)
    words = known.print(fact) if indicator is not None else ""
    name = indicator.title if indicator is not None else fact.indicator
    return Row(fact, name, said((fact.start, fact.end)), fact.station, words, _evidence(fact, records))


def _evidence(fact: Fact, records: Records) -> str:
    """What a fact rests on: its 依据, else where it was published first, else where it is written."""
    if fact.evidence:
        return "、".join(fact.evidence)
    if fact.source is not None:
        return fact.source.media
    span = records.origin(fact).span()
    return f"{span.file}:{span.line}"


def rows(register: Register, language: str) -> list[tuple[str, ...]]:
    """The table as text."""
    nobody = translate(say("没有印"), language)
    return [
        (
            row.indicator, row.period, row.station, row.words, row.evidence,
            translate(_HOW[row.how], language) if row.how else nobody,
            str(row.span) if row.span is not None else "", row.edition, row.article,
        )
        for row in register.rows
    ]  # fmt: skip


def as_json(register: Register) -> str:
    """The table as a JSON list of objects."""
    return json.dumps(
        [
            {
                "fact": row.fact.id if row.fact is not None else None,
                "indicator": row.indicator or None,
                "start": row.fact.start.isoformat() if row.fact is not None else None,
                "end": row.fact.end.isoformat() if row.fact is not None else None,
                "station": row.station or None,
                "value": row.fact.value if row.fact is not None else None,
                "qualifier": row.fact.qualifier if row.fact is not None else None,
                "printed": row.words,
                "evidence": row.evidence or None,
                "how": row.how or "unprinted",
                "file": row.span.file if row.span is not None else None,
                "line": row.span.line if row.span is not None else None,
                "column": row.span.column if row.span is not None else None,
                "edition": row.edition or None,
                "article": row.article or None,
            }
            for row in register.rows
        ],
        ensure_ascii=False,
        indent=1,
    )


def freeze(project: Project, register: Register, report: Report) -> list[Path]:
    """Keep what the editions print; their paths. What has been kept once is not written over."""
    written = []
    for edition, tally in register.tallies.items():
        path = project.content / printed.FOLDER / f"{edition}.yaml"
        if path.exists():
            report.add(
                error(
                    "figures.frozen_already",
                    say("这一份已经付印存底", en="What this edition printed has been kept already"),
                    Span(project.relative(path)),
                    say("印错的数登更正，存底不改", en="Print a correction; what was printed stays"),
                )
            )
            continue
        forms: dict[str, list[str]] = {}
        for figure in tally.figures:
            for number, identifier in enumerate(figure.facts if figure.verdict in ("bound", "agrees") else ()):
                if identifier in tally.known.facts.all:
                    forms.setdefault(identifier, []).extend([figure.words] if number == 0 and figure.words else [])
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(printed.frozen(edition, forms, tally.known.facts), encoding="utf-8", newline="\n")
        os.replace(part, path)
        written.append(path)
    return written
