"""A folder of data under the hash of what it was made from; whatever is wrong with an entry makes it no entry."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from generator import __version__

#: What all entries together may take on disk, in bytes; the longest unused go first.
LARGEST = 1_000_000_000
_LIBRARIES = (
    "weasyprint", "pydyf", "python-docx", "xlsxwriter", "lxml", "fonttools", "uharfbuzz", "pikepdf", "pillow",
    "resvg_py", "markdown", "jinja2",
)  # fmt: skip
#: Nothing takes so long to be written (ns).
_OLD = 3_600_000_000_000
_DIGEST = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Store:
    """Entries are written beside and renamed; each begins with the hash of its name and of what follows.

    They hold what records say: the folder and all in it are for this user alone.
    """

    folder: Path

    def get(self, name: str) -> bytes | None:
        """What is kept under a name; nothing if it is not whole."""
        path = self.folder / name
        try:
            kept = path.read_bytes()
        except OSError:
            return None
        with suppress(OSError):  # it may be another's, or on a disk for reading only
            os.utime(path)
        data = kept[_DIGEST:]
        return data if _sealed(name, data) == kept[:_DIGEST] else None

    def put(self, name: str, data: bytes) -> None:
        """Keep data; a full disk or a folder that can't be written to only means that they are not kept."""
        aside = self.folder / f".{name}.{os.getpid()}"
        try:
            self.folder.mkdir(0o700, parents=True, exist_ok=True)
            with open(aside, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(_sealed(name, data) + data)
            aside.replace(self.folder / name)
        except OSError:
            with suppress(OSError):
                aside.unlink(missing_ok=True)

    def keep(self, grounds: Iterable[str | bytes], make: Callable[[], bytes]) -> bytes:
        """What ``make`` gives, which depends on ``grounds`` alone and is made only if it is not kept."""
        name = key(grounds)
        data = self.get(name)
        if data is None:
            data = make()
            self.put(name, data)
        return data

    def sweep(self, largest: int = LARGEST) -> None:
        """Drop the entries that were not used for the longest time until the rest takes no more than ``largest``."""
        with suppress(OSError):
            states = ((path.stat(), path) for path in self.folder.iterdir())
            taken, old = 0, time.time_ns() - _OLD
            for moment, size, path in sorted(((s.st_mtime_ns, s.st_size, p) for s, p in states), reverse=True):
                taken += size
                if taken > largest or (path.name.startswith(".") and moment < old):  # its writer was killed
                    path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Later(Store):
    """A store into which nothing is put before :meth:`settle`."""

    _waiting: dict[str, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)

    def put(self, name: str, data: bytes) -> None:
        self._waiting[name] = data

    def settle(self) -> None:
        """Put what has been waiting."""
        for name, data in self._waiting.items():
            super().put(name, data)
        self._waiting.clear()


def _sealed(name: str, data: bytes) -> bytes:
    """What an entry begins with: under another name it is none."""
    return hashlib.sha256(name.encode() + b"\0" + data).digest()


#: Keeps nothing.
NOWHERE = Store(Path(os.devnull))


def key(grounds: Iterable[str | bytes]) -> str:
    """The name of what depends on these grounds alone, and on the program."""
    digest = hashlib.sha256(program().encode())
    for ground in grounds:
        data = ground if isinstance(ground, bytes) else ground.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def tree_of(folder: Path) -> str:
    """The hash of the names and bytes of all files below a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file():
            name, data = path.relative_to(folder).as_posix(), path.read_bytes()
            digest.update(f"{name}\0{hashlib.sha256(data).hexdigest()}\0".encode())
    return digest.hexdigest()


@cache
def program() -> str:
    """The hash of the program itself and of the versions of the libraries it writes with."""
    from importlib import metadata

    package = Path(__file__).parent
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(package.rglob("*.py")):
        digest.update(f"{path.relative_to(package).as_posix()}\0".encode() + path.read_bytes())
    for name in _LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            digest.update(f"{name} {metadata.version(name)}\0".encode())
    return digest.hexdigest()
