"""What has been printed stays as it was: the facts with which an edition went to press are kept beside the content.

``content/style/printed/<edition>.yaml`` lists each fact with its value, qualifier, unit and printed forms. A fact
that turns out wrong is not overwritten: a new one names it under 更正. The edition is then still made from what it
printed, everything later from the correction, and a later issue prints it as a notice (数据看板, 图式 更正).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generator.diagnostics import Report, Span, error, say
from generator.facts import Facts, plain, printed
from generator.model import Origin, Records
from generator.project import Project
from generator.readers.text import read_text
from generator.readers.yamltext import parse
from generator.records.edition import Bulletin, Edition
from generator.records.fact import Fact

FOLDER = "style/printed"


@dataclass(frozen=True)
class Kept:
    """A fact as an edition printed it."""

    id: str
    value: float
    qualifier: str
    unit: str
    forms: tuple[str, ...]
    span: Span

    @property
    def words(self) -> str:
        return printed(self.value, self.qualifier, self.unit)


def kept(edition: str, project: Project, report: Report) -> Mapping[str, Kept] | None:
    """The facts that an edition printed, by id; None if it has not been printed."""
    path = project.content / FOLDER / f"{edition}.yaml"
    if not path.is_file():
        return None
    file = project.relative(path)
    text = read_text(path, file, report)
    parsed = parse(text, file, report) if text is not None else None
    if parsed is None:
        return None
    values, marks = parsed
    found: dict[str, Kept] = {}
    for number, entry in enumerate(values.get("事实") or () if isinstance(values, dict) else ()):
        origin = Origin(file, marks, ("事实", number))
        try:
            fact = Kept(
                str(entry["编号"]),
                float(entry["值"]),
                str(entry["约数"]),
                str(entry["单位"]),
                tuple(map(str, entry["印作"])),
                origin.span(),
            )
        except (KeyError, TypeError, ValueError):
            report.add(
                error(
                    "figures.printed_form",
                    say("付印存底的这一条读不懂", en="This entry of what was printed can't be read"),
                    origin.span(),
                    say(
                        "存底由 zhankan facts 出版物 --freeze 写出，不手改",
                        en="zhankan facts EDITION --freeze writes it; don't edit it",
                    ),
                )
            )
            continue
        found[fact.id] = fact
    return found


def as_printed(edition: Edition, records: Records, project: Project) -> Records:
    """The records an edition is made from: of a printed one, without what has corrected its facts since."""
    old = kept(edition.id, project, Report())
    if not old:
        return records
    newer = {fact.id for fact in records.of(Fact) if fact.supersedes in old and fact.id not in old}
    return records.without(newer) if newer else records


def frozen(edition: str, forms: Mapping[str, Iterable[str]], facts: Facts) -> str:
    """The file that keeps what an edition prints: its facts in the order of their ids, each with its printed forms."""
    lines = [f"出版物: {edition}", "事实:" if forms else "事实: []"]
    for identifier in sorted(forms):
        fact = facts.all[identifier]
        words = ", ".join(f'"{w}"' for w in sorted(set(forms[identifier])))
        unit = facts.of(fact).unit
        lines.append(
            f'  - {{编号: {fact.id}, 值: {plain(fact.value)}, 约数: "{fact.qualifier}", 单位: "{unit}", '
            f"印作: [{words}]}}"
        )
    return "\n".join(lines) + "\n"


def issues_of(fact: str, records: Records, project: Project) -> list[str]:
    """The printed editions that a fact stands in, as one calls them: 《荷源社会工作》2024年第1期."""
    found = []
    for edition in records.of(Edition):
        if fact in (kept(edition.id, project, Report()) or {}):
            found.append(f"《{edition.title}》{_issue(edition)}")
    return found


def _issue(edition: Edition) -> str:
    if isinstance(edition, Bulletin):
        return f"{edition.year}年第{edition.number}期"
    year = getattr(edition, "year", None)
    return f"（{year}年）" if year else ""
