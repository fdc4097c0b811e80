"""Lists that people have looked over: words that only look like names, and how many people are alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError

from generator.diagnostics import Report, Text, error, say
from generator.model import Day, Line, Origin, Part, Traits
from generator.project import Project, templates
from generator.readers.text import read_text
from generator.readers.yamltext import parse

_P = TypeVar("_P", bound=Part)

_NOT_NAMES, _POPULATION = "style/not-names.yaml", "style/population.yaml"


class NotName(Part):
    """A word that looks like a name and is none; with a sentence, only there."""

    word: Line = Field(alias="词")
    record: Line | None = Field(None, alias="记录", description="只在这一条记录里")
    sentence: Line | None = Field(None, alias="原句", description="只在这一句里；与名册里的名字一样的词必须写明")
    reviewer: Line = Field(alias="审核", description="谁看过")
    date: Day | None = Field(None, alias="日期")
    note: Line | None = Field(None, alias="说明")


@dataclass(frozen=True)
class NotNames:
    """All words that were looked over: the house's and the hub's own."""

    known: frozenset[str]
    own: tuple[NotName, ...] = ()

    def allows(self, word: str, record: str, sentence: str) -> bool:
        """Whether a word that looks like a name is known to be none here."""
        return word in self.known or any(
            one.word == word and one.record in (None, record) and (one.sentence is None or one.sentence in sentence)
            for one in self.own
        )

    def excuses(self, word: str, record: str, sentence: str) -> bool:
        """Whether a word that is somebody's name, too, was looked at in this very sentence."""
        return any(
            one.word == word and one.record == record and one.sentence is not None and one.sentence in sentence
            for one in self.own
        )


class Group(Part):
    """How many people of a place share some traits; from registers, without anybody's name."""

    place: Line = Field(alias="地点")
    age: Line | None = Field(None, alias="年龄段")
    sex: Literal["男", "女"] | None = Field(None, alias="性别")
    condition: tuple[Line, ...] = Field((), alias="处境")
    count: int = Field(alias="人数", ge=0)


class Population(Part):
    """The people served, counted: ``least`` is how many must be alike for one of them to be told of (K-anonymity).

    GB/T 37964—2019 annex D, GB/T 42460—2023.
    """

    least: int = Field(5, alias="最少", ge=2)
    groups: tuple[Group, ...] = Field((), alias="人群")

    def count(self, traits: Traits, known: Iterable[Traits]) -> int | None:
        """How many people share all these traits, at least; None if nothing is known of people in such a place.

        ``known`` are people of the roster, who are among those counted: the greater of both numbers holds.
        """
        groups = [g for g in self.groups if _same_place(g.place, traits.place)]
        counted = sum(g.count * _alike(g, traits) for g in groups)
        listed = sum(_alike(one, traits) for one in known if _same_place(one.place or "", traits.place))
        alike = int(max(counted, listed))
        return alike if groups or alike >= self.least else None


def _alike(some: Group | Traits, traits: Traits) -> float:
    """What share of some people, or of one, has all these traits."""
    if (traits.sex is not None and some.sex not in (None, traits.sex)) or not set(traits.condition) <= set(
        some.condition
    ):
        return 0
    return _share(some.age, traits.age)


def _same_place(one: str, other: str | None) -> bool:
    """Whether a place is, or lies in, the place that is told; no place told is everywhere."""
    return other is None or one == other or one.startswith(other)


_NUMBER = re.compile(r"\d+|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]")
_HAN_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}


def years(written: str) -> int:
    """Years of life from digits or from Chinese numerals up to ninety-nine."""
    if written.isdigit():
        return int(written)
    tens, _, ones = written.rpartition("十")
    if "十" not in written:
        return _HAN_DIGITS.get(written, 0) if len(written) == 1 else 100
    return _HAN_DIGITS.get(tens, 1) * 10 + _HAN_DIGITS.get(ones, 0)


def ages(band: str) -> tuple[int, int] | None:
    """The first and last year of life of a band such as 70–79, 80多岁, 九十岁上下; None for 学龄儿童 and such."""
    numbers = [years(n) for n in _NUMBER.findall(band)]
    if not numbers:
        return None
    if len(numbers) > 1:
        return min(numbers), max(numbers)
    only = numbers[0]
    if re.search(r"[多余]", band):
        return only, only + 9
    if re.search(r"上下|左右|前后|约|近|出头", band):
        return only - 3, only + 3
    return only, 130 if re.search(r"\+|以上", band) else only


def _share(some: str | None, told: str | None) -> float:
    """What share of people in one age band is in another, were they spread evenly."""
    if told is None or some == told:
        return 1
    a, b = ages(some or ""), ages(told)
    if a is None or b is None:
        return 0
    return max(0, min(a[1], b[1]) - max(a[0], b[0]) + 1) / (a[1] - a[0] + 1)


@cache
def _house() -> frozenset[str]:
    report = Report()
    path = templates() / "house" / "not-names.yaml"
    text = read_text(path, path.name, report)
    parsed = parse(text, path.name, report) if text is not None else None
    assert parsed is not None
    assert isinstance(parsed[0], dict)
    return frozenset(str(word) for words in parsed[0].values() for word in words)


def not_names(project: Project, report: Report) -> NotNames:
    """Words that only look like names: the house's list and the hub's ``content/style/not-names.yaml``."""
    values = _read(project, _NOT_NAMES, report)
    if values is None:
        return NotNames(_house())
    data, origin = values
    found = []
    for number, entry in enumerate(data if isinstance(data, list) else [None]):
        made = _made(NotName, entry, origin, (number,), report, say("每项写 {{词: …, 审核: 谁看过, 原句: …}}"))
        if made is not None:
            found.append(made)
    return NotNames(_house(), tuple(found))


def population(project: Project, report: Report) -> Population:
    """The people served, counted: ``content/style/population.yaml``."""
    values = _read(project, _POPULATION, report)
    if values is None:
        return Population.model_validate({})
    hint = say("写成 最少: 5，人群: 下面每行 {{地点: …, 年龄段: …, 性别: …, 处境: […], 人数: …}}")
    return _made(Population, values[0], values[1], (), report, hint) or Population.model_validate({})


def _read(project: Project, name: str, report: Report) -> tuple[Any, Origin] | None:
    path = project.content / name
    if not path.is_file():
        return None
    file = project.relative(path)
    text = read_text(path, file, report)
    parsed = parse(text, file, report) if text is not None else None
    return (parsed[0], Origin(file, parsed[1])) if parsed is not None and parsed[0] is not None else None


def _made(
    model: type[_P], values: Any, origin: Origin, base: tuple[str | int, ...], report: Report, hint: Text
) -> _P | None:
    try:
        return model.model_validate(values)
    except ValidationError as fault:
        for one in fault.errors():
            path = (*base, *one["loc"])
            report.add(error("privacy.list_form", say("这一项的写法不对"), origin.span(path), hint))
    return None
