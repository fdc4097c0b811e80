"""Keyed hashes of a roster: what a machine needs that must check and may not know, such as one that builds for many."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from generator.model import Traits
from generator.privacy.folding import fold, folded, numbered, sounds, spellings
from generator.privacy.roster import HAN, LATIN_ANY, NUMBERS, Match, Roster, What, door, given, whole_words

#: Of a longer string, such as an address, its end is hashed: the door, the class.
_LONGEST = 12


@dataclass(frozen=True, eq=False)
class Hashes:
    """Keyed hashes of a roster: finds what it holds, and can't say what that is.

    ``data`` is what :func:`hashes` made. A plain hash of a Chinese name is guessed within seconds; so the key, of at
    least 16 bytes, is as secret as the roster.
    """

    data: Mapping[str, Any] = field(repr=False)
    key: bytes = field(repr=False)

    @property
    def refs(self) -> frozenset[str]:
        return frozenset(self.data["people"])

    @cached_property
    def state(self) -> str:
        return hashlib.blake2b(json.dumps(self.data, sort_keys=True).encode(), digest_size=16).hexdigest()

    def traits(self) -> Sequence[Traits]:
        return ()

    def find(self, words: str) -> Sequence[Match]:
        found = []
        close, wide, there = folded(words, stops=True), folded(words), numbered(words)
        for start, end, known in self._found(close.text, "han", short=True):
            found.append(Match(*close.original(start, end), *known))
        for start, end, known in self._found(wide.text, "han"):
            found.append(Match(*wide.original(start, end), *known))
        for run in NUMBERS.finditer(there.text):
            for start, end, known in self._found(run[0], "number"):
                found.append(Match(*there.original(run.start() + start, run.start() + end), *known))
        if LATIN_ANY.search(words):
            found += whole_words(words, lambda text: self._found(text, "latin"))
        return sorted(set(found), key=lambda m: (m.start, m.end, m.ref, m.what))

    def _found(self, text: str, kind: str, *, short: bool = False) -> Iterator[tuple[int, int, tuple[str, What]]]:
        """What stands in a folded text: short strings by their own hash, long ones first by that of their head."""
        lengths: Mapping[int, Sequence[int]] = {int(k): v for k, v in self.data["lengths"][kind].items()}
        for head, rests in lengths.items():
            if (head == 2) != short:
                continue
            heads: dict[str, list[int]] = {}
            for start in range(len(text) - head + 1):
                heads.setdefault(text[start : start + head], []).append(start)
            for gram, starts in heads.items():
                if self._hash(f"{kind}:{gram}") not in self._heads:
                    continue
                for start in starts:
                    for length in rests:
                        known = self._known.get(self._hash(f"{kind}:{text[start : start + length]}"))
                        if known is not None and start + length <= len(text):
                            yield start, start + length, known

    def sounding(self, words: str, refs: Iterable[str]) -> Sequence[Match]:
        return ()  # hashes of all that could be read so would give the name away

    def betrays(self, ref: str, shown: str) -> str | None:
        alias = fold(shown)
        person = self.data["people"].get(ref, {})

        def known(kind: str, forms: Iterable[str]) -> bool:
            return any(self._hash(f"{kind}:{form}") in person.get(kind, ()) for form in forms)

        if any(self._hash(f"han:{alias}") in strings for strings in person.get("strings", {}).values()):
            return "same"
        if known("wild", _wild(alias)):
            return "one_off"
        if known("said", (" ".join(said) for said in sounds(alias))) or known("spelt", [alias]):
            return "sounds"
        if known("part", (gram for *_, gram in _grams(alias, range(2, 5)))) or known("piece", [alias]):
            return "contains"
        if self._hash(f"han:{alias}") in self._known:
            return "other"
        return None

    @cached_property
    def _known(self) -> Mapping[str, tuple[str, What]]:
        return {
            hashed: (ref, what)
            for ref, person in sorted(self.data["people"].items())
            for what, all_ in person["strings"].items()
            for hashed in all_
        }

    @cached_property
    def _heads(self) -> frozenset[str]:
        return frozenset(self.data["heads"])

    @cached_property
    def _keyed(self) -> hashlib.blake2b:
        return hashlib.blake2b(key=self.key[:64], digest_size=12)

    def _hash(self, text: str) -> str:
        own = self._keyed.copy()
        own.update(text.encode())
        return own.hexdigest()


#: Of a string longer than this the first characters are hashed on their own as well, so that only these are tried.
_HEADS = {"han": 4, "number": 6, "latin": 6}
_NUMBER_RUN = re.compile(r"[0-9a-z]{5,}")


def keyed(text: str, key: bytes) -> str:
    """The hash of a text under a key, in hexadecimal digits."""
    return hashlib.blake2b(text.encode(), key=key[:64], digest_size=12).hexdigest()


def _grams(text: str, lengths: Iterable[int]) -> Iterator[tuple[int, int, str]]:
    for length in lengths:
        for start in range(len(text) - length + 1):
            yield start, start + length, text[start : start + length]


def _wild(name: str) -> Iterator[str]:
    return (f"{name[:n]}*{name[n + 1 :]}" for n in range(len(name)) if len(name) > 1)


def hashes(roster: Roster, key: bytes) -> Mapping[str, Any]:
    """What a machine needs to check against a roster without knowing it, as what JSON can hold."""
    people: dict[str, Any] = {}
    lengths: dict[str, dict[int, set[int]]] = {"han": {}, "number": {}, "latin": {}}
    heads: set[str] = set()
    for ref, entry in sorted(roster.people.items()):
        strings: dict[str, set[str]] = {}
        forms: dict[str, set[str]] = {"wild": set(), "said": set(), "spelt": set(), "part": set(), "piece": set()}

        def put(kind: str, what: What, plain: str, strings: dict[str, set[str]] = strings) -> None:
            head = min(len(plain), _HEADS[kind])
            lengths[kind].setdefault(head, set()).add(len(plain))
            heads.add(keyed(f"{kind}:{plain[:head]}", key))
            strings.setdefault(what, set()).add(keyed(f"{kind}:{plain}", key))

        for what, value in entry.strings():
            plain, number = fold(value), numbered(value).text
            if what not in ("姓名", "别名") and _NUMBER_RUN.fullmatch(number):
                put("number", what, number)
            elif len(plain) > 1:
                put("han", what, plain[-_LONGEST:])
            for tail in door(plain) if what == "住址" else ():
                put("han", what, tail)
            if what in ("姓名", "别名") and HAN.fullmatch(plain):
                for spelling in spellings(plain):
                    if len(spelling) >= 4:
                        put("latin", what, spelling)
                        forms["spelt"].add(spelling)
            if what == "姓名":
                forms["wild"].update(_wild(plain))
                forms["said"].update(" ".join(said) for said in sounds(plain))
                forms["part"].update((plain, *given(plain)))
                forms["piece"].update(gram for *_, gram in _grams(plain, range(2, len(plain))))
        people[ref] = {
            "strings": {what: sorted(found) for what, found in sorted(strings.items())},
            **{kind: sorted(keyed(f"{kind}:{form}", key) for form in found) for kind, found in forms.items()},
        }
    return {
        "version": 1,
        "mark": keyed("mark", key),
        "lengths": {k: {str(head): sorted(rest) for head, rest in sorted(v.items())} for k, v in lengths.items()},
        "heads": sorted(heads),
        "people": people,
    }
