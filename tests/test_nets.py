"""The nets under the roster: identifiers and names that nobody declared, in sentences an editor could have written.

``tests/nets/*.txt`` hold them, one a line. A net can't find everything; what it has reached it mustn't lose, and it
stays quiet where there is nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.diagnostics import Report
from generator.privacy import identifiers, names
from generator.privacy.lists import not_names
from generator.project import Project
from tests.conftest import TODAY

NETS = Path(__file__).parent / "nets"
#: How many of each kind are found, at least.
FLOORS = {"姓名": 65, "化名": 8, "某": 15, "小称": 18, "称谓": 24, "字母": 10}


def lines(name: str) -> list[tuple[str, str, int, int]]:
    """Kind, sentence, and the stretch that is to be found."""
    found = []
    for line in (NETS / name).read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, _, sentence = line.partition(" ")
        m = re.search("【(.+?)】", sentence)
        assert (m is None) == (kind == "无"), line
        start = m.start() if m is not None else 0
        end = start + (len(m[1]) if m is not None else 0)
        found.append((kind, sentence.replace("【", "").replace("】", "") if m else sentence, start, end))
    return found


def touched(find: Callable[[str], tuple[object, ...]], sentence: str, start: int, end: int) -> bool:
    return any(one.start < end and start < one.end for one in find(sentence))  # type: ignore[attr-defined]


IDENTIFIERS, NAMES = lines("identifiers.txt"), lines("names.txt")


def test_the_sets_are_worth_their_name() -> None:
    for found, least in ((IDENTIFIERS, 120), (NAMES, 150)):
        assert sum(kind != "无" for kind, *_ in found) >= least
        assert sum(kind == "无" for kind, *_ in found) >= least
        assert len({sentence for _, sentence, *_ in found}) == len(found)


@pytest.mark.parametrize(
    ("sentence", "start", "end"), [case[1:] for case in IDENTIFIERS if case[0] != "无"], ids=lambda v: str(v)[:12]
)
def test_identifiers_are_found(sentence: str, start: int, end: int) -> None:
    assert touched(identifiers.find, sentence, start, end)


def test_identifiers_are_not_seen_where_there_are_none() -> None:
    assert [s for kind, s, *_ in IDENTIFIERS if kind == "无" and identifiers.find(s)] == []


def test_names_are_found() -> None:
    there = Counter(kind for kind, s, start, end in NAMES if kind != "无" and touched(names.find, s, start, end))
    assert {kind: there[kind] for kind, floor in FLOORS.items() if there[kind] < floor} == {}


def test_names_are_not_seen_where_there_are_none(tmp_path: Path) -> None:
    """But for those that the house's list of words that are no persons has."""
    known = not_names(Project(tmp_path, TODAY), Report())
    seen = [
        sentence[one.start : one.end]
        for kind, sentence, *_ in NAMES
        if kind == "无"
        for one in names.find(sentence)
        if not known.allows(sentence[one.start : one.end], "", sentence)
    ]
    assert seen == []


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("社工秦晓岚和小周一起去看贺婆婆。", ["秦晓岚", "小周", "贺婆婆"]),
        ("李某某、周某英和案主Z都来了。", ["李某某", "周某英", "Z"]),
        ("十岁的豆豆（化名）跟着欧阳女士。", ["豆豆", "欧阳女士"]),
    ],
)
def test_names_are_told_apart(sentence: str, found: list[str]) -> None:
    assert [sentence[one.start : one.end] for one in names.find(sentence)] == found


@pytest.mark.parametrize("find", [identifiers.find, names.find])
def test_places_are_those_of_the_text_as_written(find: Callable[[str], tuple[object, ...]]) -> None:
    """Invisible signs and other forms before what is found don't move it."""
    for kind, sentence, start, end in (*IDENTIFIERS, *NAMES):
        if kind == "无" or not touched(find, sentence, start, end):
            continue
        assert touched(find, "\ufeff\u200b。" + sentence, start + 3, end + 3), sentence
