"""Zip files from outside (Word, Excel, EPUB, what WPS saves), opened with distrust: refused, or read under caps."""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from generator.diagnostics import Text, say

#: Why an archive is refused: it is none or broken, it wants a pass-word, or it is made to harm its reader.
Fault = Literal["damaged", "encrypted", "bomb"]


@dataclass(frozen=True)
class Caps:
    """What an archive may come to; sizes in bytes.

    No member may swell to more than ``ratio`` times its size in the archive once it is larger than ``ratio_from``:
    XML shrinks to a tenth or a thirtieth.
    """

    archive: int = 64_000_000
    members: int = 2_000
    member: int = 20_000_000
    whole: int = 100_000_000
    ratio: int = 100
    ratio_from: int = 1_000_000


CAPS = Caps()

_CHUNK = 1 << 16
_FAULTS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError,
           RuntimeError, LookupError, OverflowError)  # fmt: skip
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DRIVE = re.compile(r"[A-Za-z]:")


class RefusedArchiveError(ValueError):
    """An archive is not read: ``fault``, and in an editor's words why (of a bomb alone)."""

    def __init__(self, fault: Fault, reason: Text | None = None) -> None:
        super().__init__(fault)
        self.fault, self.reason = fault, reason


@dataclass(frozen=True, eq=False)
class Archive:
    """An archive whose names and sizes are in order. Nothing is inflated before it is asked for."""

    #: The names of all members but folders, as they are in the archive; no two differ in case alone.
    names: tuple[str, ...]
    _source: zipfile.ZipFile
    _members: Mapping[str, zipfile.ZipInfo]

    @property
    def wanted(self) -> tuple[str, ...]:
        """The names of the members that may be read."""
        return tuple(self._members)

    def read(self, name: str) -> bytes:
        """A member's bytes, inflated piece by piece and never beyond what it said it would come to.

        Raises ``KeyError`` for a name that is none, :class:`RefusedArchiveError` for a member that is broken.
        """
        member = self._members[name]
        pieces, size = [], 0
        try:
            with self._source.open(member) as stream:
                while piece := stream.read(_CHUNK):
                    size += len(piece)
                    pieces.append(piece)
        except _FAULTS as fault:
            raise RefusedArchiveError("damaged") from fault
        if size != member.file_size:
            raise RefusedArchiveError("damaged")
        return b"".join(pieces)


def open_archive(data: bytes, caps: Caps = CAPS, wanted: Callable[[str], bool] = lambda name: True) -> Archive:
    """The archive in ``data``, if its names are in order and the members that are ``wanted`` within ``caps``.

    Only these may be read: a picture of one colour may shrink more than any trap does. Raises
    :class:`RefusedArchiveError` and nothing else, whatever the bytes hold. An archive found in an archive is opened
    by the same call; its caller keeps count of how deep that goes.
    """
    if len(data) > caps.archive:
        raise _bomb(say("大到 {size} MB", size=len(data) // 1_000_000))
    try:
        source = zipfile.ZipFile(io.BytesIO(data))
        members = [m for m in source.infolist() if not m.is_dir()]
    except _FAULTS as fault:
        raise RefusedArchiveError("damaged") from fault
    _look_over(members, len(data), caps)
    found = {m.filename: m for m in members if wanted(m.filename)}
    _weigh(tuple(found.values()), caps)
    return Archive(tuple(m.filename for m in members), source, found)


def _look_over(members: Sequence[zipfile.ZipInfo], size: int, caps: Caps) -> None:
    if any(m.flag_bits & 1 for m in members):
        raise RefusedArchiveError("encrypted")
    if len(members) > caps.members:
        raise _bomb(say("装了 {count} 个部件", count=len(members)))
    if strange := next((m.filename for m in members if not _is_plain(m.filename)), None):
        raise _bomb(say("部件的名字 {name} 要写到别处去", name=shown(strange)))
    # members that share bytes would be inflated many times over; names that occur twice are read differently
    if sum(m.compress_size for m in members) > size or len({m.filename.lower() for m in members}) < len(members):
        raise RefusedArchiveError("damaged")
    if any(m.compress_type not in _METHODS for m in members):
        raise RefusedArchiveError("damaged")


def _weigh(members: Sequence[zipfile.ZipInfo], caps: Caps) -> None:
    for member in members:
        name, size = shown(member.filename), member.file_size
        if size > caps.member:
            raise _bomb(say("部件 {name} 展开有 {size} MB", name=name, size=size // 1_000_000))
        if size > max(caps.ratio_from, caps.ratio * member.compress_size):
            raise _bomb(say("部件 {name} 压缩得太狠", name=name))
    if (whole := sum(m.file_size for m in members)) > caps.whole:
        raise _bomb(say("展开有 {size} MB", size=whole // 1_000_000))


def _is_plain(name: str) -> bool:
    """Whether a name stays in the folder that an archive is unpacked into, on every system."""
    name = name.replace("\\", "/")
    return bool(name) and not (
        name.startswith("/") or _DRIVE.match(name) or "\0" in name or ".." in posixpath.normpath(name).split("/")
    )


def _bomb(reason: Text) -> RefusedArchiveError:
    return RefusedArchiveError("bomb", reason)


def shown(name: str) -> str:
    """The name of a member as a message may print it."""
    printable = "".join(c if c.isprintable() else "?" for c in name)
    return printable if len(printable) <= 60 else f"{printable[:57]}…"
