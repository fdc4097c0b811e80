"""Finished files opened again: whoever may not be known stands in no part of them, nor what only editors should see.

PDF, Office files, pages of the web, pictures, texts, archives, and files within files. A file that can't be read, or
takes more to read than an honest one, is told of and not let out.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from generator.diagnostics import Text, say
from generator.privacy.leaks import markup, office, pdf, pictures, plain
from generator.privacy.leaks.sieve import Budget, Find, Leak, Match, Piece, RefusedError, Secrets, Sieve, Told

__all__ = ["Budget", "Find", "Leak", "Match", "Piece", "Secrets", "Sieve", "read", "scan"]

_FILE = say("文件")
#: A place that bears the name of somebody itself.
_UNNAMED = say("文件里的一个部件")
#: What packed data may come to.
_MOST = 200_000_000
_SEALED = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def scan(name: str, data: bytes, secrets: Secrets | None, identifiers: Find | None = None) -> Iterator[Leak]:
    """All that may not leave the house in a file of that name: strings of the roster, identifiers, residues.

    Never raises for what the bytes hold, and never tells a value.
    """
    sieves = [Sieve(secrets.find)] if secrets is not None else []
    sieves += [Sieve(identifiers, "identifier")] if identifiers is not None else []
    yield from read(name, data, sieves)


def read(name: str, data: bytes, sieves: Sequence[Sieve]) -> Iterator[Leak]:
    """As :func:`scan`, with sieves that remember the words they have seen in other files."""
    pieces: list[Piece] = [Piece(say("文件名"), part) for part in PurePosixPath(name).parts]
    leaks: dict[Leak, None] = {}
    for told in _told(name, data):
        if isinstance(told, Piece):
            pieces.append(told)
        else:
            leaks[told] = None
    found = [leak for sieve in sieves for leak in sieve.sift(pieces)]
    for leak in (*found, *leaks):
        private = any(sieve.find(str(leak.where)) for sieve in sieves if sieve.kind == "roster")
        yield replace(leak, where=_UNNAMED) if private else leak


def _told(name: str, data: bytes) -> Iterator[Told]:
    """What the readers tell of a file and all files in it; a file they can't read is told of as such."""
    budget = Budget()
    waiting: list[tuple[Text | None, bytes, int]] = [(None, data, 0)]
    seen: set[bytes] = set()
    count = 0
    while waiting:
        where, content, depth = waiting.pop()
        if content in seen:
            continue
        seen.add(content)
        place = where or _FILE
        try:
            budget.spend(len(content))
            if depth > budget.depth or len(seen) > budget.files:
                raise RefusedError
            for told in _reader(name if where is None else "", content, where, budget):
                count += 1
                if count > budget.pieces:
                    raise RefusedError
                if isinstance(told, bytes):
                    waiting.append((place, told, depth + 1))
                elif isinstance(told, tuple):
                    waiting.append((told[0], told[1], depth + 1))
                else:
                    yield told
        except RefusedError:
            yield Leak("unread", place, say("读不了：加了密、坏了，或是做得太大"))
        except Exception:  # whatever a hostile file breaks, it is not let out
            yield Leak("unread", place, say("读不了：加了密、坏了，或是做得太大"))


def _reader(name: str, data: bytes, where: Text | None, budget: Budget) -> Iterator[Told | bytes | tuple[Text, bytes]]:
    """What one file tells, by what it begins with; nothing is taken for what its name says."""
    place = where or _FILE
    if not data:
        return
    if pdf.is_pdf(data):
        yield from pdf.read(data, where, budget)
    elif office.is_archive(data):
        yield from office.read(data, where)
    elif data.startswith(b"\0PK\x03\x04"):  # what hides between the members of an archive
        yield from (Piece(place, run) for run in plain.strings(data))
    elif pictures.is_picture(data):
        yield from pictures.read(data, place)
    elif data.startswith(b"\x1f\x8b"):
        yield place, _inflated(data)
    elif data.startswith((b"BZh", b"\xfd7zXZ\0")):
        yield place, _unpacked(data)
    elif data.startswith(_SEALED[:2]):
        raise RefusedError
    elif plain.is_mail(data):
        for part, content in plain.mail(data):
            yield say("{place}里的{part}", place=place, part=say("邮件头") if part == "head" else part), content
    else:
        yield from _text(name, data, where, place)


def _text(name: str, data: bytes, where: Text | None, place: Text) -> Iterator[Told | bytes | tuple[Text, bytes]]:
    words = plain.text(data)
    if words is None:
        yield from (Piece(place, run) for run in plain.strings(data))
        yield from _carved(data, place)
        return
    yield from (Piece(place, other, loose=True) for other in plain.others(data))
    if markup.is_html(data):
        yield from markup.read_html(data, place if where else say("网页"))
    elif words.lstrip("\ufeff \t\r\n").startswith("<"):
        try:
            yield from markup.read_xml(words.encode("utf-8") if b"\0" in data[:100] else data, place)
        except RefusedError:
            yield from plain.read_text(words, place)
            if b"<!ENTITY" in data[:100_000]:
                raise
    else:
        yield from plain.read_text(words, where or say("文字"))
        yield from plain.carried(words)


def _carved(data: bytes, place: Text) -> Iterator[tuple[Text, bytes]]:
    """Files within unknown bytes, by what they begin with."""
    for mark in (b"%PDF-", b"PK\x03\x04", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"):
        position = data.find(mark, 1)
        if position > 0:
            yield place, data[position:]


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(data, _MOST)
    except zlib.error as fault:
        raise RefusedError from fault


def _unpacked(data: bytes) -> bytes:
    opened = bz2.BZ2Decompressor() if data.startswith(b"BZh") else lzma.LZMADecompressor(memlimit=200_000_000)
    try:
        return opened.decompress(data, _MOST)
    except (OSError, EOFError, lzma.LZMAError) as fault:
        raise RefusedError from fault
