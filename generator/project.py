"""Project: the one object through which a build sees the outside world, and the only holder of paths."""

from __future__ import annotations

import datetime as dt
import errno
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LANGUAGES = ("zh", "en")


def templates() -> Path:
    """The folder of templates: beside the package in a checkout, inside it in an installed wheel."""
    package = Path(__file__).parent
    installed = package / "_data" / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def samples() -> Path:
    """The folder of sample content that ``init`` copies: as :func:`templates`."""
    package = Path(__file__).parent
    installed = package / "_data" / "content"
    return installed if installed.is_dir() else package.parent / "content"


def cache_home() -> Path:
    """Where prepared fonts and compiled templates are kept for all workspaces of this user."""
    if configured := os.environ.get("ZHANKAN_CACHE"):
        return Path(configured)
    if local := os.environ.get("LOCALAPPDATA"):
        return Path(local) / "zhankan"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "zhankan"


#: Folders in folders that are looked into.
DEEPEST = 30


def files(folder: Path, *, hidden: bool = False) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """The files among :func:`entries`."""
    return ((name, entry) for name, entry in entries(folder, hidden=hidden) if entry.is_file())


def entries(folder: Path, *, hidden: bool = False, deepest: int = DEEPEST) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All that is below a folder in the order of its paths, each with its name relative to it, with forward slashes.

    Of folders only those that are not looked into: what lies deeper than ``deepest``, what a link leads to, and what
    the system doesn't show. Unless ``hidden``, what begins with ``.`` or ``~$`` is left out. Raises ``OSError`` if
    the folder is there and is not shown.
    """
    listed = _listed(folder)
    if listed is None:
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    return _below(listed, hidden, deepest)


def _below(listed: list[os.DirEntry[str]], hidden: bool, deepest: int) -> Iterator[tuple[str, os.DirEntry[str]]]:
    for entry in listed:
        if not hidden and entry.name.startswith((".", "~$")):
            continue
        inside = _listed(Path(entry.path)) if deepest and entry.is_dir(follow_symlinks=False) else None
        if inside is None:
            yield entry.name, entry
            continue
        for name, below in _below(inside, hidden, deepest - 1):
            yield f"{entry.name}/{name}", below


def _listed(folder: Path) -> list[os.DirEntry[str]] | None:
    """What is in a folder, by name; None if the system doesn't say."""
    try:
        with os.scandir(folder) as scanned:
            return sorted(scanned, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):  # gone meanwhile
        return []
    except OSError:
        return None


def read_file(path: Path, most: int) -> bytes:
    """The bytes of a regular file, ``most`` and one more at most. Raises ``OSError``, also for what is no such file.

    A pipe would be waited for, and a device has no end.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    with open(handle, "rb") as file:
        return file.read(most + 1)


@dataclass(frozen=True)
class Project:
    """A workspace: ``root`` holds ``content/`` and receives ``build/``.

    ``today`` and ``language`` are the only facts about the moment and the reader that a build may use.
    """

    root: Path
    today: dt.date = field(default_factory=dt.date.today)
    language: str = "zh"

    @property
    def content(self) -> Path:
        return self.root / "content"

    @property
    def media(self) -> Path:
        return self.content / "media"

    @property
    def build(self) -> Path:
        return self.root / "build"

    @property
    def private(self) -> Path:
        """What never leaves this machine: the roster of real names, encrypted; never in version control."""
        return self.root / "private"

    @property
    def templates(self) -> Path:
        return templates()

    @property
    def fonts(self) -> Path:
        return cache_home() / "fonts"

    @property
    def font_folders(self) -> tuple[Path, ...]:
        """Where fonts may be: the hub's own first, then the system's and the user's."""
        home, own = Path.home(), self.content / "style" / "fonts"
        if sys.platform == "win32":
            windows, local = os.environ.get("WINDIR", "C:/Windows"), os.environ.get("LOCALAPPDATA", home)
            return own, Path(windows) / "Fonts", Path(local) / "Microsoft/Windows/Fonts"
        if sys.platform == "darwin":
            system = Path("/System/Library/Fonts")
            return own, home / "Library/Fonts", Path("/Library/Fonts"), system, system / "Supplemental"
        shared = (Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))
        return own, home / ".local/share/fonts", home / ".fonts", *shared

    @property
    def profile_folders(self) -> tuple[Path, ...]:
        """Where colour profiles may be: the hub's own first, then the user's and the system's."""
        home, own = Path.home(), self.content / "style"
        if sys.platform == "win32":
            return own, Path(os.environ.get("WINDIR", "C:/Windows")) / "System32/spool/drivers/color"
        if sys.platform == "darwin":
            return own, *(root / "Library/ColorSync/Profiles" for root in (home, Path("/"), Path("/System")))
        return own, home / ".local/share/icc", Path("/usr/local/share/color/icc"), Path("/usr/share/color/icc")

    @property
    def pictures(self) -> Path:
        """Where it is remembered which pictures are sound."""
        return cache_home() / "pictures"

    @property
    def compiled(self) -> Path:
        return cache_home() / "templates"

    def holds(self, path: Path) -> bool:
        """Whether a file of content/ is there in truth: no link in its name leads out."""
        try:
            return path.resolve(strict=True).is_relative_to(self.content.resolve())
        except (OSError, RuntimeError):  # a link into the void, or to itself
            return False

    def relative(self, path: Path) -> str:
        """A path as messages print it: relative to the workspace, with forward slashes."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.name
