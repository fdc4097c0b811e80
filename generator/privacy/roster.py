"""The roster: real names and what else belongs to people who are served, and how it is found in a text.

Every kind of roster has the face of :class:`Secrets`: the roster itself, and keyed hashes of it (``hashed``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from operator import add
from typing import Literal, Protocol

from pydantic import Field

from generator.model import Line, Part, Traits
from generator.privacy.folding import fold, folded, homophones, lettered, numbered, readings, sounds, spellings

#: What of a person a match shows.
What = Literal["姓名", "别名", "证件", "电话", "住址", "学校", "编号", "账号"]

HAN = re.compile(r"[一-鿿㐀-䶿]+")
LATIN = re.compile(r"[a-z]+")
LATIN_ANY = re.compile(r"[A-Za-zÀ-ɏａ-ｚＡ-Ｚ]")
#: Where digits are close enough to make a number, with what stands before and after.
NUMBERS = re.compile(r"[^0-9]{0,24}(?:[0-9][^0-9]{0,4}){4,}[^0-9]{0,12}")
#: What of an address is left when the road is not named.
_DOOR = re.compile(r"\d+(?:号|弄|栋|幢|座|单元|组).*")


class Entry(Part):
    """Somebody as they really are. Read from the private roster alone; nothing of it is ever printed."""

    names: tuple[Line, ...] = Field(alias="姓名", min_length=1, description="真实姓名；改过名的都写")
    nicknames: tuple[Line, ...] = Field((), alias="别名", description="小名、绰号、网名")
    cards: tuple[Line, ...] = Field((), alias="证件", description="身份证、残疾证等号码")
    phones: tuple[Line, ...] = Field((), alias="电话")
    addresses: tuple[Line, ...] = Field((), alias="住址", description="到门牌")
    schools: tuple[Line, ...] = Field((), alias="学校", description="学校、班级，工作单位")
    numbers: tuple[Line, ...] = Field((), alias="编号", description="病历号、低保证号、档案号")
    accounts: tuple[Line, ...] = Field((), alias="账号", description="微信号、QQ、邮箱、银行卡")
    traits: Traits | None = Field(None, alias="特征", description="用来数有多少人与他相像")

    def __repr__(self) -> str:
        return "Entry()"  # tracebacks print what they come by

    __str__ = __repr__

    def strings(self) -> Iterator[tuple[What, str]]:
        """All that must not be printed of this person."""
        several: tuple[tuple[What, tuple[str, ...]], ...] = (
            ("姓名", self.names), ("别名", self.nicknames), ("证件", self.cards), ("电话", self.phones),
            ("住址", self.addresses), ("学校", self.schools), ("编号", self.numbers), ("账号", self.accounts),
        )  # fmt: skip
        return ((what, value) for what, values in several for value in values)


@dataclass(frozen=True)
class Match:
    """Something of the roster in a text: where (in characters), whose, and what it is; never the words themselves."""

    start: int
    end: int
    ref: str
    what: What


class Secrets(Protocol):
    """What a roster, of whatever kind, is asked."""

    @property
    def refs(self) -> frozenset[str]:
        """The people it has."""
        ...

    @property
    def state(self) -> str:
        """What it holds, as a hash that gives nothing away: two rosters with the same find the same."""
        ...

    def find(self, words: str) -> Sequence[Match]:
        """Everything of it that stands in a text, however it is written."""
        ...

    def sounding(self, words: str, refs: Iterable[str]) -> Sequence[Match]:
        """Where a text has other characters that are read like the name of one of these people."""
        ...

    def betrays(self, ref: str, shown: str) -> str | None:
        """What is wrong with calling somebody so: same, one_off, sounds, contains, other; None if nothing is."""
        ...

    def traits(self) -> Sequence[Traits]:
        """What is known of the people served, for counting those who are alike."""
        ...


@dataclass(frozen=True, eq=False)
class Roster:
    """A roster that knows what it holds; ``invented`` for one of people who don't exist."""

    people: Mapping[str, Entry] = field(repr=False)
    invented: bool = False

    @property
    def refs(self) -> frozenset[str]:
        return frozenset(self.people)

    @cached_property
    def state(self) -> str:
        told = sorted((ref, entry.model_dump_json()) for ref, entry in self.people.items())
        return hashlib.blake2b(repr(told).encode(), digest_size=16).hexdigest()

    def traits(self) -> Sequence[Traits]:
        return [entry.traits for entry in self.people.values() if entry.traits is not None]

    def find(self, words: str) -> Sequence[Match]:
        found = [*self._han(words), *self._latin(words), *self._numbers(words)]
        return sorted(set(found), key=lambda m: (m.start, m.end, m.ref, m.what))

    def sounding(self, words: str, refs: Iterable[str]) -> Sequence[Match]:
        there = folded(words, stops=True)
        found = []
        for ref in refs:
            for name in self._names(ref):
                for m in _like(name).finditer(there.text):
                    if m[0] != name:
                        found.append(Match(*there.original(m.start(), m.end()), ref, "姓名"))
        return found

    def betrays(self, ref: str, shown: str) -> str | None:
        alias = fold(shown)
        for name in self._names(ref):
            if alias == name:
                return "same"
            if len(alias) == len(name) and len(name) > 1 and sum(a != b for a, b in zip(alias, name, strict=True)) == 1:
                return "one_off"
            if sounds(alias) & sounds(name) or alias in spellings(name):
                return "sounds"
            if any(part in alias for part in (name, *given(name))) or (len(alias) >= 2 and alias in name):
                return "contains"
        for nickname in self.people[ref].nicknames if ref in self.people else ():
            if fold(nickname) == alias:
                return "same"
        if any(alias == fold(name) for other, entry in self.people.items() if other != ref
               for name in (*entry.names, *entry.nicknames)):  # fmt: skip
            return "other"
        return None

    def _names(self, ref: str) -> list[str]:
        entry = self.people.get(ref)
        return [fold(name) for name in entry.names] if entry is not None else []

    @cached_property
    def _strings(self) -> _Index:
        """Names and other strings, folded."""
        found: dict[str, tuple[str, What]] = {}
        for ref, what, value in self._all():
            plain = fold(value)
            if len(plain) >= 2:
                found.setdefault(plain, (ref, what))
                for tail in door(plain) if what == "住址" else ():
                    found.setdefault(tail, (ref, what))
        return _Index(found)

    @cached_property
    def _spelt(self) -> _Index:
        """Names in Latin letters."""
        found: dict[str, tuple[str, What]] = {}
        for ref, what, value in self._all():
            if what in ("姓名", "别名") and HAN.fullmatch(plain := fold(value)):
                for spelling in spellings(plain):
                    if len(spelling) >= 4:
                        found.setdefault(spelling, (ref, what))
        return _Index(found)

    @cached_property
    def _digits(self) -> _Index:
        """Numbers, with the letters and characters in them."""
        found: dict[str, tuple[str, What]] = {}
        for ref, what, value in self._all():
            plain = numbered(value).text
            if what not in ("姓名", "别名") and sum(c.isdigit() for c in plain) >= 4 and len(plain) >= 5:
                found.setdefault(plain, (ref, what))
        return _Index(found)

    def _all(self) -> Iterator[tuple[str, What, str]]:
        for ref in sorted(self.people):
            for what, value in self.people[ref].strings():
                yield ref, what, value

    def _han(self, words: str) -> Iterator[Match]:
        close = folded(words, stops=True)
        for start, end, known in self._strings.short(close.text):
            yield Match(*close.original(start, end), *known)
        wide = folded(words)
        for start, end, known in self._strings.long(wide.text):
            yield Match(*wide.original(start, end), *known)

    def _latin(self, words: str) -> Iterator[Match]:
        if self._spelt.known and LATIN_ANY.search(words):
            yield from whole_words(words, self._spelt.long)

    def _numbers(self, words: str) -> Iterator[Match]:
        if self._digits.known:
            there = numbered(words)
            for run in NUMBERS.finditer(there.text):
                for start, end, known in self._digits.long(run[0]):
                    yield Match(*there.original(run.start() + start, run.start() + end), *known)


_Find = Callable[[str], Iterator[tuple[int, int, tuple[str, What]]]]


def whole_words(words: str, find: _Find) -> Iterator[Match]:
    """What is found in the Latin letters of a text where it neither begins nor ends inside a word."""
    letters = lettered(words)
    for start, end, known in find(letters.text):
        first, last = letters.original(start, end)
        if not is_letter(words[max(first - 1, 0) : first]) and not is_letter(words[last : last + 1]):
            yield Match(first, last, *known)


@dataclass(frozen=True)
class _Index:
    """Strings found in a text: the signs they begin with tell which of them need be looked for at all."""

    known: Mapping[str, tuple[str, What]]

    @cached_property
    def _beginnings(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for string in sorted(self.known):
            found.setdefault(string[:3], []).append(string)
        return {three: tuple(strings) for three, strings in found.items()}

    @cached_property
    def _short(self) -> frozenset[str]:
        return frozenset(string for string in self.known if len(string) == 2)

    def short(self, text: str) -> Iterator[tuple[int, int, tuple[str, What]]]:
        """Strings of two characters."""
        if self._short:
            yield from self._of(text, self._short.intersection(map(add, text, text[1:])))

    def long(self, text: str) -> Iterator[tuple[int, int, tuple[str, What]]]:
        """Strings of three characters or more."""
        there = self._beginnings.keys() & set(map(add, map(add, text, text[1:]), text[2:]))
        yield from self._of(text, (string for three in there for string in self._beginnings[three]))

    def _of(self, text: str, strings: Iterable[str]) -> Iterator[tuple[int, int, tuple[str, What]]]:
        for string in strings:
            place = text.find(string)
            while place >= 0:
                yield place, place + len(string), self.known[string]
                place = text.find(string, place + 1)


def given(name: str) -> tuple[str, ...]:
    """What may be the given name, of two characters or more: after a surname of one or, in longer names, of two."""
    return tuple(name[n:] for n in (1, 2) if len(name) >= n + 2)


def door(address: str) -> Iterator[str]:
    """What of a folded address is left when the road is not named: from the first house number on."""
    tail = _DOOR.search(address)
    if tail is not None and len(tail[0]) >= 5 and tail[0] != address:
        yield tail[0]


def is_letter(sign: str) -> bool:
    """Whether a sign is a Latin letter of any width or with any accent."""
    return bool(LATIN.fullmatch(fold(sign)))


@cache
def _like(name: str) -> re.Pattern[str]:
    """Any characters that are read as a name of three or more is; those of two are too common to tell."""
    if len(name) < 3 or not HAN.fullmatch(name):
        return re.compile(r"(?!)")
    alike = homophones()
    return re.compile("".join(f"[{sign}{''.join(alike[r] for r in sorted(readings(sign)))}]" for sign in name))
