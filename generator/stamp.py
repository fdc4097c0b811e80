"""Stamp: what a build depended on and said; if all of it still stands, the same can be said again, loading nothing.

One entry of the store for each way of asking. The grounds are at least those on which ``cache`` keeps finished files;
whatever is odd about them or about the entry means that the build is run.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.diagnostics import Diagnostic, as_data, from_data
from generator.project import Project, files
from generator.store import Store

if TYPE_CHECKING:  # imported, it would load what this room is there to do without
    from generator.model import Publication

#: A file that changed less than this before it was hashed may have changed again within the clock's grain (ns).
_GRAIN = 2_000_000_000


@dataclass(frozen=True)
class Outcome:
    """What a build that succeeded came to: its diagnostics, the files to open, and lines told on the way.

    ``told`` has the title and format of files that were looked at, or a line of progress alone.
    """

    diagnostics: Sequence[Diagnostic]
    paths: Sequence[Path]
    told: Sequence[tuple[str, ...]]


#: Size, times of change, inode; when it was hashed (ns); the hash.
_State = tuple[int, int, int, int, int, str]


class Stamp:
    """The stamp of one way of asking for a build; ``request`` is all that was asked, options and names."""

    def __init__(self, project: Project, request: Mapping[str, Any]) -> None:
        self._project = project
        asked = _sha(repr(sorted(request.items())).encode())
        self._store, self._name = Store(project.build / ".cache"), f"stamp-{asked}.json"
        self._seen: dict[str, _State] = {}
        self._known = self._read()
        self._before = self._grounds()
        self._begun = dict(self._seen)
        self._made: dict[str, str] = {}
        self._today = ""

    def outcome(self) -> Outcome | None:
        """What the last build said, if everything it depended on and everything it made is as it was."""
        if self._known is None or self._before is None or self._known["grounds"] != self._before:
            return None
        try:
            if self._known["today"] not in ("", self._project.today.isoformat()):
                return None
            for name, digest in self._known["made"].items():
                path = self._project.build / name
                if self._digest(f"made/{name}", str(path), path.stat()) != digest:
                    return None
            outcome = Outcome(
                [from_data(d) for d in self._known["diagnostics"]],
                [self._project.build / name for name in self._known["paths"]],
                [tuple(line) for line in self._known["told"]],
            )
        except (OSError, LookupError, TypeError, ValueError, AttributeError):
            return None
        if self._seen != self._known["files"]:
            self._write({**self._known, "files": self._seen})
        return outcome

    def note(self, publication: Publication, made: Mapping[str, bytes]) -> None:
        """Remember what a build makes of an edition: its files, and whether it depends on the day."""
        if publication.draft is not None:  # what a draft lacks may come from outside the workspace
            self._before = None
        self._made |= {f"{publication.id}/{name}": _sha(data) for name, data in made.items()}
        self._today = self._project.today.isoformat()  # a consent may run out overnight

    def keep(self, outcome: Outcome) -> None:
        """Remember what a build that succeeded came to, unless what it read was touched meanwhile."""
        if self._before is None or self._grounds() != self._before:
            return
        if any(self._seen[name][:4] != state[:4] for name, state in self._begun.items()):
            return
        state = {
            "grounds": self._before,
            "today": self._today,
            "made": self._made,
            "diagnostics": [as_data(d) for d in outcome.diagnostics],
            "paths": [path.relative_to(self._project.build).as_posix() for path in outcome.paths],
            "told": list(outcome.told),
            "files": self._seen,
        }
        with suppress(TypeError):  # a value that is no JSON is not said again as it was
            again = json.loads(json.dumps(state["diagnostics"]))
            if [from_data(d) for d in again] == list(outcome.diagnostics):
                self._write(state)

    # -- what a build depends on -----------------------------------------------------------------------------

    def _grounds(self) -> str | None:
        """A digest of everything that a build may read; None if some of it can't be read."""
        project, package = self._project, Path(__file__).parent
        found = [sys.version, os.environ.get("ZHANKAN_ROSTER_KEY_FILE", ""), *_libraries()]
        found.append(_sha(os.environ.get("ZHANKAN_ROSTER_KEY", "").encode("utf-8", "surrogateescape")))
        try:
            for kind, folder in (
                ("content", project.content),
                ("templates", project.templates),
                ("program", package),
                ("private", project.private),
            ):
                for name, entry in files(folder, hidden=True):
                    if "__pycache__" not in name:
                        digest = self._digest(f"{kind}/{name}", entry.path, entry.stat())
                        found.append(f"{kind}/{name} {digest}")
            for name, entry in files(project.private, hidden=True):  # their names are nobody's to know
                hidden = f"private/{_sha(name.encode('utf-8', 'surrogateescape'))}"
                found.append(self._digest(hidden, entry.path, entry.stat()))
            for folder in (*project.font_folders, *project.profile_folders):
                if folder.is_relative_to(project.content):
                    continue  # told above, wherever the workspace stands
                for name, entry in files(folder, hidden=True):
                    state = entry.stat()
                    found.append(f"{folder}/{name} {state.st_size} {state.st_mtime_ns}")
        except OSError:
            return None
        return _sha("\0".join(found).encode("utf-8", "surrogateescape"))

    def _digest(self, name: str, path: str, state: os.stat_result) -> str:
        """The hash of a file's bytes: the known one if nothing about the file says that it was written to since."""
        now = (state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
        known = self._seen.get(name) or (self._known["files"].get(name) if self._known else None)
        # elsewhere than on POSIX ctime is no time of change
        if known is None or known[:4] != now or max(now[1:3]) > known[4] - _GRAIN or os.name != "posix":
            looked = time.time_ns()
            known = *now, looked, _sha(Path(path).read_bytes())
        self._seen[name] = known
        digest: str = known[5]
        return digest

    # -- the file --------------------------------------------------------------------------------------------

    def _read(self) -> dict[str, Any] | None:
        try:
            known: dict[str, Any] = json.loads(self._store.get(self._name) or "")
            known["files"] = {name: (*map(int, state[:5]), str(state[5])) for name, state in known["files"].items()}
        except (ValueError, LookupError, TypeError, AttributeError):
            return None
        return known

    def _write(self, state: Mapping[str, Any]) -> None:
        self._store.put(self._name, json.dumps(state, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _libraries() -> Iterator[str]:
    """Name, version and time of every installed distribution, as its folder has them."""
    for place in sys.path:
        with suppress(OSError), os.scandir(place or ".") as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.name.endswith((".dist-info", ".egg-info")):
                    yield f"{entry.name} {entry.stat().st_mtime_ns}"


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
