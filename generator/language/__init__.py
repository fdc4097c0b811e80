"""How Chinese is written: faults of punctuation, of numerals, of the hand, of texts that were copied badly."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator.language import digits, garbling, punctuation, slips
from generator.writing import Finding, Writing

#: Every rule, with the characters without one of which it has nothing to find (none: it always looks).
Rule = tuple[frozenset[str], Callable[[Writing], Iterator[Finding]]]

PUNCTUATION: tuple[Rule, ...] = punctuation.RULES
DIGITS: tuple[Rule, ...] = digits.RULES
SLIPS: tuple[Rule, ...] = slips.RULES
GARBLING: tuple[Rule, ...] = garbling.RULES


def found(writing: Writing, rules: tuple[Rule, ...]) -> Iterator[Finding]:
    """All that rules find in a text; of findings in the same words the first rule's alone."""
    taken: set[tuple[int, int]] = set()
    characters = writing.characters
    for needs, rule in rules:
        if needs and needs.isdisjoint(characters):
            continue
        for finding in rule(writing):
            place = finding.start, finding.end
            if place not in taken:
                taken.add(place)
                yield finding
