"""Memory: what pure stages made, for the next build of the same process to take again.

Nothing is taken on other grounds than those it was made on. Whoever builds again and again owns one and hands it down.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar

T = TypeVar("T")

#: What so many builds had no use for is forgotten: no more is held than these builds were made of.
BUILDS = 4


@dataclass
class _Kept:
    grounds: Any
    value: Any
    used: int


class Memory:
    """Values by name, each with its grounds; one value a name.

    ``builds`` is how many builds without use a value outlasts; with 0 nothing is kept.
    """

    def __init__(self, builds: int = BUILDS) -> None:
        self._builds, self._now = builds, 0
        self._kept: dict[Hashable, _Kept] = {}

    @property
    def keeps(self) -> bool:
        """Whether anything is kept."""
        return self._builds > 0

    @property
    def now(self) -> int:
        """Which build this is."""
        return self._now

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, name: Hashable, grounds: Any) -> Any:
        """What was kept under a name on the same grounds; None if there is nothing."""
        kept = self._kept.get(name)
        if kept is None or not same(kept.grounds, grounds):
            return None
        kept.used = self._now
        return kept.value

    def put(self, name: Hashable, grounds: Any, value: T) -> T:
        """Keep a value that nobody changes from now on; the value."""
        if self._builds:
            self._kept[name] = _Kept(grounds, value, self._now)
        return value

    def made(self, name: Hashable, grounds: Any, make: Callable[[], T]) -> T:
        """What is kept under a name on these grounds, or is made now."""
        found: T | None = self.get(name, grounds)
        return found if found is not None else self.put(name, grounds, make())

    def one(self, name: Hashable, value: T) -> T:
        """The value kept under a name if it is the same as this one, which is else kept: the same is one object."""
        return self.made(name, value, lambda: value)

    def turn(self) -> None:
        """A build begins: forget what the last ones had no use for."""
        if not self._builds:
            return
        self._now += 1
        for name in [n for n, kept in self._kept.items() if self._now - kept.used > self._builds]:
            del self._kept[name]


def same(one: Any, other: Any) -> bool:
    """Whether two values can't be told apart: one object, or equal and written alike, as 0.0 and -0.0 are not.

    Tuples and dataclasses are looked into, for most of what they hold is one object in both.
    """
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if is_dataclass(one) and type(one).__eq__ is not object.__eq__:
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one) if f.compare)
    return bool(one == other) and (isinstance(one, str | bytes | int | frozenset) or repr(one) == repr(other))


#: Keeps nothing.
FORGETFUL = Memory(0)
