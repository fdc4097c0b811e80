"""Keeping rosters: the private one encrypted and outside version control, its hashes, the public one of samples."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from generator.diagnostics import Diagnostic, Report, Text, error, say
from generator.model import Origin, Traits
from generator.privacy.hashed import Hashes, keyed
from generator.privacy.roster import Entry, Match, Roster, Secrets
from generator.project import Project
from generator.readers.text import read_text
from generator.readers.yamltext import parse

_FILE, _HASHES, _SAMPLE = "roster.age", "style/roster.hashes", "style/sample-roster.yaml"


@dataclass(frozen=True, eq=False)
class Together:
    """Several rosters asked as one; whom two of them have belongs to the first."""

    several: tuple[Secrets, ...]

    @property
    def refs(self) -> frozenset[str]:
        return frozenset().union(*(one.refs for one in self.several))

    @property
    def state(self) -> str:
        return "-".join(one.state for one in self.several)

    def traits(self) -> Sequence[Traits]:
        return [traits for one in self.several for traits in one.traits()]

    def find(self, words: str) -> Sequence[Match]:
        return [match for one in self.several for match in one.find(words)]

    def sounding(self, words: str, refs: Iterable[str]) -> Sequence[Match]:
        wanted = list(refs)
        return [match for one in self.several for match in one.sounding(words, wanted)]

    def betrays(self, ref: str, shown: str) -> str | None:
        own = next((one for one in self.several if ref in one.refs), None)
        first = own.betrays(ref, shown) if own is not None else None
        return first or next(
            (found for one in self.several if one is not own and (found := one.betrays("", shown))), None
        )


# -- files -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """What a project has of rosters: ``secrets`` of any kind; ``real`` those of people who exist, hashed or not.

    ``invented`` are the people of the public roster of samples. ``why`` says why there is none of the real kind;
    ``locked``, that there is one which this machine can't read.
    """

    secrets: Secrets | None
    real: frozenset[str]
    invented: frozenset[str]
    why: Text | None
    locked: bool = False


#: What a project has that has nothing.
NOTHING = Held(None, frozenset(), frozenset(), say("没有保密名册"))


def key_file() -> Path:
    """Where this user's key to rosters lies: outside every project, so that it never travels with one."""
    if configured := os.environ.get("ZHANKAN_ROSTER_KEY_FILE"):
        return Path(configured)
    if roaming := os.environ.get("APPDATA"):
        return Path(roaming) / "zhankan" / "roster.key"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "zhankan" / "roster.key"


def held(project: Project, report: Report) -> Held:
    """The rosters of a project: the private one, else its hashes, and the public one of invented people.

    What can't be read is reported without a word of what it holds.
    """
    known, why = _private(project, report)
    real: Secrets | None = known if known is not None else _hashed(project, report)
    invented = _sample(project, report)
    several = tuple(one for one in (real, invented) if one is not None)
    return Held(
        Together(several) if len(several) > 1 else several[0] if several else None,
        real.refs if real is not None else frozenset(),
        invented.refs if invented is not None else frozenset(),
        None if real is not None else why or NOTHING.why,
        real is None and roster_file(project).is_file(),
    )


def roster_file(project: Project) -> Path:
    """Where the private roster of a project lies."""
    return project.private / _FILE


def hashes_file(project: Project) -> Path:
    """Where the keyed hashes of a project's roster lie; this file may be committed, its key may not."""
    return project.content / _HASHES


def hash_key() -> bytes | None:
    """The key of the hashes, from ``ZHANKAN_ROSTER_KEY``; None if there is none that is long enough."""
    key = os.environ.get("ZHANKAN_ROSTER_KEY", "").strip().encode()
    return key if len(key) >= 16 else None


def _private(project: Project, report: Report) -> tuple[Roster | None, Text | None]:
    path = roster_file(project)
    if not path.is_file():
        return None, None
    try:
        text = decrypted(path)
    except LockedError:
        return None, say("保密名册锁着：这台机器上没有打开它的钥匙")
    found = read_people(text, "private/roster.age", report)
    return (Roster(found), None) if found is not None else (None, say("保密名册读不懂"))


class LockedError(Exception):
    """The roster can't be opened with what this machine has."""


def decrypted(path: Path) -> str:
    """The text of an encrypted roster; raises :class:`LockedError`, which tells nothing."""
    import pyrage  # whoever has no roster needn't load it

    try:
        identity = _identity(key_file())
        return bytes(pyrage.decrypt(path.read_bytes(), [identity])).decode()
    except (OSError, UnicodeDecodeError, pyrage.IdentityError, pyrage.DecryptError):
        raise LockedError from None


def encrypt(text: str, path: Path) -> None:
    """Write a roster that this user's key opens, which is made when there is none; nobody else may read either file."""
    import pyrage

    place = key_file()
    if place.is_file():
        try:
            identity = _identity(place)
        except (OSError, UnicodeDecodeError, pyrage.IdentityError):
            raise LockedError from None
    else:
        identity = pyrage.x25519.Identity.generate()
        _write(place, f"{identity}".encode())
    _write(path, pyrage.encrypt(text.encode(), [identity.to_public()]))


def _identity(place: Path) -> Any:
    """The key in a file, whatever comments and blank lines stand around it."""
    import pyrage

    lines = [line.strip() for line in place.read_text("utf-8").splitlines()]
    return pyrage.x25519.Identity.from_str(next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), ""))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(f".{path.name}.new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def _hashed(project: Project, report: Report) -> Hashes | None:
    path, key = hashes_file(project), hash_key()
    if key is None or not path.is_file():
        return None
    with suppress(ValueError, OSError, LookupError, TypeError, AttributeError):
        data = json.loads(path.read_text("utf-8"))
        found = Hashes(data, key)
        if data["version"] == 1 and hmac.compare_digest(data["mark"], keyed("mark", key)):
            found.find("张三 zhangsan 13800138000")
            return found
    report.add(
        error(
            "privacy.roster_unreadable",
            say("名册的散列文件读不了，或与 ZHANKAN_ROSTER_KEY 不是一对"),
            Origin(project.relative(path), {}).span(),
            say("在有名册的机器上运行 zhankan roster hashes 重新生成，把钥匙照样给这台机器"),
        )
    )
    return None


def _sample(project: Project, report: Report) -> Roster | None:
    path = project.content / _SAMPLE
    if not path.is_file():
        return None
    file = project.relative(path)
    text = read_text(path, file, report)
    found = read_people(text, file, report) if text is not None else None
    return Roster(found, invented=True) if found is not None else None


def read_people(text: str, file: str, report: Report) -> Mapping[str, Entry] | None:
    """The people of a roster's YAML text, ref -> entry; None after a report, which names places and no values."""
    own = Report()
    parsed = parse(text, file, own)
    if parsed is None or own.failed:
        report.extend(_quiet(d) for d in own.diagnostics)
        return None
    data, marks = parsed
    origin = Origin(file, marks)
    people = data.get("人员", data.get("people")) if isinstance(data, dict) else None
    if data is None or (people is None and isinstance(data, dict) and "人员" in data):
        return {}
    if not isinstance(people, dict):
        report.add(_faulty(origin, ()))
        return None
    found: dict[str, Entry] = {}
    for ref, fields in people.items():
        try:
            found[str(ref)] = Entry.model_validate(_listed(fields))
        except (ValidationError, TypeError) as fault:
            where = fault.errors()[0]["loc"] if isinstance(fault, ValidationError) else ()
            own.add(_faulty(origin, ("人员", ref, *where)))
    report.extend(own.diagnostics)
    return found if not own.failed else None


def _listed(fields: Any) -> Any:
    """A lone value stands for a list of one; numbers are text."""
    if not isinstance(fields, dict):
        return fields
    return {
        key: [str(v) for v in value] if isinstance(value, list) else value if isinstance(value, dict) else [str(value)]
        for key, value in fields.items()
        if value is not None
    }


def _quiet(diagnostic: Diagnostic) -> Diagnostic:
    return _faulty(None, (), diagnostic)


def _faulty(origin: Origin | None, path: tuple[Any, ...], known: Diagnostic | None = None) -> Diagnostic:
    """A fault in a roster, told by its place alone."""
    assert origin is not None or known is not None
    return error(
        "privacy.roster_form",
        say("名册这里的写法不对"),
        known.span if known is not None else origin.span(path),  # type: ignore[union-attr]
        say("名册写成 人员: 下面一个代号一段，代号下写 姓名、别名、证件、电话、住址、学校、编号、账号、特征"),
    )
