"""三审三校: what a piece has been through, what it still lacks, who is due, and what a release was given for.

The rules are those of the trade: 图书质量保障体系 (三级审稿、责任校对与三校一读) as summed up in docs/review.zh-CN.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, get_args

from generator.diagnostics import Text, say
from generator.model import STEP, Record, Records, Reference, Signature, marked
from generator.records.activity import Activity
from generator.records.article import Article
from generator.records.case import Case
from generator.records.edition import Edition, Volume
from generator.records.group import Group
from generator.records.news import News
from generator.records.operation import Operation
from generator.records.person import Person
from generator.records.policy import Policy
from generator.records.station import Station

#: In the order in which they are taken.
STEPS: tuple[str, ...] = get_args(STEP)
LEVELS = STEPS[:3]
PROOFS = STEPS[3:6]
_LAST = STEPS[-1]

#: Fields of an edition whose records are pieces of it.
_PIECES = frozenset(("栏目", "编", "文件", "印发文件", "附件", "序", "编写说明", "附录", "编后记"))
_KINDS = (Article, Case, Group, Activity, News, Operation, Policy, Station)
#: What may change without anybody having to read a piece again.
_BESIDE = {"reviews", "status"}

#: Step -> fields of the masthead whose people take it; the next if nobody of the first may.
_DUTIES: Mapping[str, tuple[str, ...]] = {
    "初审": ("editors", "executive_editor", "chief_editor"),
    "复审": ("executive_editor", "chief_editor", "board_head"),
    "终审": ("reviewers", "chief_editor"),
    **dict.fromkeys(PROOFS, ("proofreaders", "editors")),
    "通读": ("proofreaders", "editors"),
    "核红": ("editors",),
    "付印": ("chief_editor", "executive_editor"),
}


# -- pieces and their fingerprints ------------------------------------------------------------------------------------


def pieces(edition: Edition, records: Records) -> list[Record]:
    """The records that are printed as pieces of an edition, once each, in order."""
    named = (value for path, value in marked(edition, Reference) if path[0] in _PIECES)
    return [record for i in dict.fromkeys(named) if isinstance(record := records.get(i), _KINDS)]


def fingerprint(record: Record) -> str:
    """Sixteen digits that change when what a record says does; reviews and 状态 may come and go."""
    return _digest(record.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=_BESIDE))


def edition_fingerprint(edition: Edition, records: Records) -> str:
    """As :func:`fingerprint`, of an edition with all its pieces in their order."""
    own = edition.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={*_BESIDE, "release"})
    return _digest([own, *(fingerprint(record) for record in pieces(edition, records))])


def _digest(data: object) -> str:
    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


# -- what a piece has been through ------------------------------------------------------------------------------------


def standing(signatures: Sequence[Signature]) -> dict[str, Signature]:
    """The steps that have been passed and still count: what is sent back (退改) has to pass again from there on."""
    found: dict[str, Signature] = {}
    for signature in signatures:
        if signature.result == "退改":
            here = STEPS.index(signature.step)
            found = {step: s for step, s in found.items() if STEPS.index(step) < here}
        else:
            found[signature.step] = signature
    return found


def is_changed(record: Record) -> bool:
    """Whether a piece says something else than when it was signed last; not if no signature tells."""
    signed = [s for s in record.reviews if s.fingerprint]
    return bool(signed) and signed[-1].fingerprint != fingerprint(record)


def is_unsure(record: Record, edition: Edition) -> bool:
    """Whether the last signature does not tell what was signed, where an edition wants any."""
    return bool(edition.required_steps and record.reviews and not record.reviews[-1].fingerprint)


def lacking(record: Record, edition: Edition) -> list[str]:
    """The steps that an edition wants and a piece has not passed."""
    found = standing(record.reviews)
    return [step for step in STEPS if step in edition.required_steps and step not in found]


def is_through(record: Record, edition: Edition) -> bool:
    """Whether a piece has passed all that an edition wants, and says what it said then."""
    return not lacking(record, edition) and not is_changed(record)


def is_released(edition: Edition, records: Records) -> bool:
    """Whether an edition was released, and is in every word what it was then."""
    given = edition.release
    return (
        given is not None
        and given.fingerprint == edition_fingerprint(edition, records)
        and all(is_through(record, edition) for record in pieces(edition, records))
    )


# -- who may and who is due -------------------------------------------------------------------------------------------


class _Taken(Protocol):
    """A step and who took it."""

    @property
    def step(self) -> str: ...
    @property
    def by(self) -> str: ...


@dataclass(frozen=True)
class _Guess:
    """A step that somebody will take, for nobody else may."""

    step: str
    by: str


class People:
    """Who is meant by an id or a name."""

    def __init__(self, records: Records) -> None:
        self._ids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for person in records.of(Person):
            self._ids.setdefault(person.title, person.id)
            self._ids[person.id] = person.id
            self._names[person.id] = person.title

    def known(self, reference: str) -> bool:
        return reference in self._ids

    def id(self, reference: str) -> str:
        """The id of a person named by id or name; a name that nobody has is itself."""
        return self._ids.get(reference, reference)

    def name(self, reference: str) -> str:
        return self._names.get(self.id(reference), reference)

    def authors(self, record: Record) -> set[str]:
        """Everybody who made a piece: words, pictures, material."""
        return {self.id(author.person) for author in record.authors}


def due(record: Record, edition: Edition, people: People) -> list[tuple[str, list[str]]]:
    """The steps that a piece lacks, each with ids or names of those of the masthead it waits for; none if nobody may.

    Who is alone in being due for one step is not asked for another that must be somebody else's.
    """
    masthead = edition.masthead if isinstance(edition, Volume) else None
    authors, taken = people.authors(record), list[_Taken](record.reviews)
    found: list[tuple[str, list[str]]] = []
    for step in lacking(record, edition):
        able: list[str] = []
        for field in _DUTIES[step] if masthead is not None else ():
            able = [by for by in getattr(masthead, field) if barred(step, by, taken, authors, people) is None]
            if able:
                break
        found.append((step, list(dict.fromkeys(people.id(by) for by in able))))
        if len(able) == 1:
            taken.append(_Guess(step, able[0]))
    return found


def barred(
    step: str, by: str, others: Sequence[_Taken], authors: set[str], people: People
) -> tuple[str, Text, Text] | None:
    """Why somebody may not take a step beside what ``others`` say: code, message, hint; None if they may."""
    person = people.id(by)
    if step != _LAST and person in authors:
        return (
            "reviews.author",
            say("{name}是这一篇的作者，不能做{step}", name=people.name(by), step=step),
            say("审稿、校对都要由作者以外的人做，图的作者也一样"),
        )
    if step in LEVELS:
        for other in others:
            if other.step in LEVELS and other.step != step and people.id(other.by) == person:
                return (
                    "reviews.same_reviewer",
                    say("{name}已经做了{other}，不能再做{step}", name=people.name(by), other=other.step, step=step),
                    say("三级审稿由三个人分别做，任何两级不能是同一个人"),
                )
    if step == "二校" and any(o.step == "一校" and people.id(o.by) == person for o in others):
        return (
            "reviews.same_proofreader",
            say("{name}做过一校，二校要换一个人", name=people.name(by)),
            say("二校是互校：同一双眼睛看第二遍，容易看成第一遍"),
        )
    return None


# -- what the rules forbid --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """What is wrong with a signature: its place in the list, the field, and what to say."""

    number: int
    field: str
    code: str
    message: Text
    hint: Text


def faults(signatures: Sequence[Signature], authors: set[str], people: People) -> Iterator[Fault]:
    """What the rules forbid in the signatures of a piece made by ``authors``."""
    passed: dict[str, Signature] = {}
    before: Signature | None = None
    for number, s in enumerate(signatures):
        if not people.known(s.by):
            yield Fault(
                number, "人", "reviews.unknown_person",
                say("“{name}”不在人物里", name=s.by),
                say("在 content/people/ 里给审校的人建一条，这里写他的编号"),
            )  # fmt: skip
        if found := barred(s.step, s.by, signatures[:number], authors, people):
            yield Fault(number, "人", *found)
        if (s.step == _LAST) != (s.result in ("付印", "改后付印")) and s.result != "退改":
            yield Fault(
                number, "结论" if "result" in s.model_fields_set else "环节", "reviews.result",
                say("{step}的结论不能是“{result}”", step=s.step, result=s.result),
                say("付印一步写 付印 或 改后付印；别的环节写 通过、改后通过 或 退改"),
            )  # fmt: skip
        if before is not None and s.date < before.date:
            yield Fault(
                number, "日期", "reviews.date_order",
                say("{step}的日期早于上一条{other}", step=s.step, other=before.step),
                say("审校按先后写；核对两个日期"),
            )  # fmt: skip
        later = next((step for step in passed if STEPS.index(step) > STEPS.index(s.step)), None)
        if later is not None and s.step not in passed and s.step != "核红":
            yield Fault(
                number, "环节", "reviews.step_order",
                say("已经做完{later}，才补{step}", later=later, step=s.step),
                say("次序是 初审、复审、终审、一校、二校、三校、通读、付印；退改的从退回的那一步重来"),
            )  # fmt: skip
        if s.step == "初审" and not s.note:
            yield Fault(
                number, "环节", "reviews.no_report",
                say("初审没有写意见"),
                say("初审要写审稿意见：写得怎样、改了什么、还有什么要复审定"),
            )  # fmt: skip
        unread = passed.get("终审") is not None and before is not None and s.result == "通过"
        if unread and before is not None and before.fingerprint and s.fingerprint not in (None, before.fingerprint):
            yield Fault(
                number, "结论" if "result" in s.model_fields_set else "环节", "reviews.changed_after",
                say("{other}之后稿子又改过，{step}却写“通过”", other=before.step, step=s.step),
                say("是这一步改的，写 改后通过；改动大的退回重新终审"),
            )  # fmt: skip
        if s.result == "退改":
            passed = standing(signatures[: number + 1])
        else:
            passed[s.step] = s
        before = s
