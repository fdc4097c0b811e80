"""Places of files, read and written whole: a folder of this machine or a share, or what fsspec reaches (``s3://…``)."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from generator.diagnostics import Text, say


class Place(Protocol):
    """Files by name: relative, with forward slashes. Every method raises ``OSError`` where the place fails."""

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None if there is none."""

    def write(self, name: str, data: bytes) -> None:
        """Put a file there as a whole: who reads it meanwhile sees the old one or the new one."""

    def remove(self, name: str) -> None:
        """Take a file away if it is there."""

    def sizes(self, below: str) -> dict[str, int]:
        """All files in a folder and below, with their sizes; hidden ones too."""


def place(url: str) -> Place | Text:
    """The place a path or an address (``file:///…``, ``s3://…``) names; or why there is none."""
    scheme = urlsplit(url).scheme
    if len(scheme) < 2:  # a path, perhaps with a Windows drive
        return Folder(Path(url))
    if scheme == "file":
        return Folder(Path(url2pathname(urlsplit(url).path)))
    try:
        import fsspec

        system, root = fsspec.core.url_to_fs(url)
    except ImportError as fault:
        return say("“{url}”要先安装：pip install 'zhankan[cluster]' {name}", url=url, name=_wanted(fault))
    except (ValueError, OSError):
        return say("不认识“{url}”这样的地址", url=url)
    return Remote(system, root)


def _wanted(fault: ImportError) -> str:
    """The package that fsspec misses for a kind of address: it says ``Install s3fs to …``."""
    words = str(fault).split()
    return words[1] if words[:1] == ["Install"] and len(words) > 1 else ""


class Folder:
    """A folder that this machine sees as its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str) -> bytes | None:
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, name: str, data: bytes) -> None:
        target = self.path / name
        if ".." in target.parts or not target.is_relative_to(self.path):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=target.parent, prefix=".")
        try:
            with open(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(aside, 0o644)
            os.replace(aside, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(aside)
            raise

    def remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)

    def sizes(self, below: str) -> dict[str, int]:
        found = {}
        for folder, _, names in os.walk(self.path / below):
            for name in names:
                path = Path(folder, name)
                with suppress(FileNotFoundError):  # gone between two looks
                    found[path.relative_to(self.path).as_posix()] = path.stat().st_size
        return dict(sorted(found.items()))


class Remote:
    """A folder or bucket behind fsspec, whose stores put an object as a whole."""

    def __init__(self, system: Any, root: str) -> None:
        self.system, self.root = system, root.rstrip("/")

    def read(self, name: str) -> bytes | None:
        try:
            data: bytes = self.system.cat_file(f"{self.root}/{name}")
        except (FileNotFoundError, NotADirectoryError):
            return None
        return data

    def write(self, name: str, data: bytes) -> None:
        path = f"{self.root}/{name}"
        self.system.makedirs(path.rpartition("/")[0], exist_ok=True)
        self.system.pipe_file(path, data)

    def remove(self, name: str) -> None:
        with suppress(FileNotFoundError):
            self.system.rm_file(f"{self.root}/{name}")

    def sizes(self, below: str) -> dict[str, int]:
        self.system.invalidate_cache()  # what others have written meanwhile
        try:
            found = self.system.find(f"{self.root}/{below}", detail=True)
        except FileNotFoundError:
            return {}
        return {
            path.removeprefix(self.root).lstrip("/"): int(info["size"])
            for path, info in sorted(found.items())
            if info["type"] == "file"
        }


def address(path: Path) -> str:
    """A folder of this machine as other machines that share it are told."""
    return path.absolute().as_uri() if sys.platform != "win32" else str(path.absolute())
