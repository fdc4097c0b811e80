"""A roster of invented people, found in any spelling: what the scan of finished files is tried with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from opencc import OpenCC
from pypinyin import lazy_pinyin

_DROPPED = re.compile(r"[\W_]+")
_SIMPLIFY = OpenCC("t2s")


@dataclass(frozen=True)
class Match:
    start: int
    end: int
    ref: str
    what: str


def fold(words: str) -> str:
    return _SIMPLIFY.convert(_DROPPED.sub("", unicodedata.normalize("NFKC", words))).lower()


@dataclass(frozen=True)
class Roster:
    """People by reference: kinds of strings and the strings."""

    people: Mapping[str, Mapping[str, str]]
    state: str = "1"

    @cached_property
    def _forms(self) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        for ref, strings in self.people.items():
            for what, value in strings.items():
                found[fold(value)] = ref, what
                if what == "姓名":
                    spelt = lazy_pinyin(value)
                    found["".join(spelt)] = ref, what
                    found["".join((*spelt[1:], spelt[0]))] = ref, what
        return found

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted(self._forms, key=len, reverse=True))))

    def find(self, words: str) -> Sequence[Match]:
        return [Match(0, len(words), *self._forms[m[0]]) for m in self._pattern.finditer(fold(words))]


NAME, PHONE, IDENTITY, ADDRESS = "闻人采蘩", "13912345670", "110101195003074514", "茶店子西街88号院3栋1单元502号"
ROSTER = Roster(
    {
        "C-1": {"姓名": NAME, "电话": PHONE, "身份证号": IDENTITY, "住址": ADDRESS},
        "C-2": {"姓名": "谷绾"},
        "C-3": {"姓名": "陆听荷"},
    }
)
