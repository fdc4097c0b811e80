"""The sources of a build for machines that don't hold the workspace: listed by hash, taken once a revision."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from generator.places import Place
from generator.project import Project, cache_home

#: Hash and size of every file by its name below the workspace.
Manifest = Mapping[str, tuple[str, int]]

_CONTENT = "content"


class ChangedError(Exception):
    """A file is no longer what the manifest says; its name."""


def stamp(project: Project) -> str:
    """What tells one state of a workspace on this machine from another: names, sizes and times of its files."""
    digest = hashlib.sha256()
    for path in sorted(project.content.rglob("*")):
        if not _hidden(path.relative_to(project.root).as_posix()):
            with suppress(OSError):  # gone between two looks
                state = path.stat()
                digest.update(f"{path.relative_to(project.root)}\0{state.st_size}\0{state.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def manifest(place: Place) -> dict[str, tuple[str, int]]:
    """All files of a workspace's content, every one read."""
    found = {}
    for name in place.sizes(_CONTENT):
        data = None if _hidden(name) else place.read(name)
        if data is not None:
            found[name] = hashlib.sha256(data).hexdigest(), len(data)
    return found


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "~$")) for part in name.split("/"))


def written(listed: Manifest) -> bytes:
    return json.dumps(sorted(listed.items()), ensure_ascii=False, separators=(",", ":")).encode()


def read(data: bytes) -> dict[str, tuple[str, int]]:
    """What :func:`written` wrote. Raises ``ValueError`` for anything else."""
    return {str(name): (str(sha), int(size)) for name, (sha, size) in json.loads(data)}


def revision(listed: Manifest) -> str:
    return hashlib.sha256(written(listed)).hexdigest()


def take(place: Place, listed: Manifest) -> Path:
    """The root of a workspace on this machine with exactly the files listed, taken from a place unless they are here.

    What other revisions have brought is not brought again. Several processes may do this at the same time: each works
    in a folder of its own, which one rename puts in place. Raises :class:`ChangedError`, and ``OSError``.
    """
    home = cache_home() / "sources"
    root = home / revision(listed)
    if root.is_dir():
        with suppress(OSError):
            os.utime(root)
        return root
    home.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=home, prefix=".new-"))
    try:
        (aside / _CONTENT).mkdir()
        for name, (sha, _) in listed.items():
            target = aside / name
            if not target.resolve().is_relative_to(aside.resolve()):
                raise ChangedError(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            _link_or_copy(_kept(home, place, name, sha), target)
        with suppress(OSError):  # another process was faster
            aside.rename(root)
        _sweep(home)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return root


def _kept(home: Path, place: Place, name: str, sha: str) -> Path:
    """A file by its hash in this machine's store."""
    path = home / ".files" / sha[:2] / sha
    if not path.is_file():
        data = place.read(name)
        if data is None or hashlib.sha256(data).hexdigest() != sha:
            raise ChangedError(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".")
        with open(handle, "wb") as file:
            file.write(data)
        os.utime(aside, (0, 0))  # so that a file's time is the same on every machine
        os.replace(aside, path)
    return path


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


#: Revisions that are kept on a machine at least, and for how many seconds after they were used last.
_REVISIONS, _DAY = 3, 86_400


def _sweep(home: Path) -> None:
    """Drop revisions that nobody has used for a day, and the files that only they had."""
    with suppress(OSError):
        used = sorted(((p.stat().st_mtime, p) for p in home.iterdir() if not p.name.startswith(".")), reverse=True)
        old = [path for moment, path in used[_REVISIONS:] if time.time() - moment > _DAY]
        for path in old:
            shutil.rmtree(path, ignore_errors=True)
        for path in (home / ".files").rglob("*") if old and os.name == "posix" else ():
            state = path.stat()
            if path.is_file() and state.st_nlink == 1 and time.time() - state.st_ctime > _DAY:
                path.unlink(missing_ok=True)
