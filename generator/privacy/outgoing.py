"""Outgoing: finished files looked through before they take the place of the old ones, each once a roster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from generator import store
from generator.diagnostics import Diagnostic, Span, error, say, warning
from generator.privacy.leaks import Find, Leak, Secrets, Sieve, read
from generator.store import Store

#: So many findings of one file are told; a name in a running head would be one on every page.
_TOLD = 20


def look_through(
    files: Mapping[str, bytes], secrets: Secrets | None, kept: Store, sieve: Sieve | None = None
) -> Iterator[Diagnostic]:
    """What may not leave the house in finished files (name -> bytes).

    Those that were found clean with the same roster before are not opened again. ``sieve`` remembers words between
    calls.
    """
    state = secrets.state if secrets is not None else ""
    sieves = [sieve or Sieve(secrets.find)] if secrets is not None else []
    for name, data in files.items():
        clean = store.key(["looked through", state, name, data])
        if kept.get(clean) is None:
            found = [*read(name, data, sieves)]
            if not found:
                kept.put(clean, b"")
            yield from _told(name, found, sieves)


def scan(files: Mapping[str, bytes], secrets: Secrets | None, identifiers: Find | None = None) -> Iterator[Diagnostic]:
    """The same for any files, with what is found by ``identifiers``, which may belong to anybody."""
    sieves = [Sieve(secrets.find)] if secrets is not None else []
    others = [Sieve(identifiers, "identifier")] if identifiers is not None else []
    for name, data in files.items():
        yield from _told(name, [*read(PurePath(name).name, data, [*sieves, *others])], sieves)


def _told(name: str, found: Sequence[Leak], sieves: Sequence[Sieve]) -> Iterator[Diagnostic]:
    """Findings in a file, whose name is not repeated if it is somebody's."""
    if any(sieve.find(name) for sieve in sieves):
        name = f"……{PurePath(name).suffix}"
    yield from (diagnostic(name, leak) for leak in found[:_TOLD])
    if len(found) > _TOLD:
        yield error(
            "privacy.more", say("这个文件还有 {count} 处没有列出", count=len(found) - _TOLD), Span(name),
            say("改好上面这些再查一遍"),
        )  # fmt: skip


def diagnostic(name: str, leak: Leak) -> Diagnostic:
    """A finding as an editor reads it; never what was found."""
    span = Span(name)
    if leak.kind == "roster":
        return error(
            "privacy.leak",
            say("成品里有保密名册上 {ref} 的{what}，在{where}", ref=leak.ref, what=leak.what, where=leak.where),
            span,
            say("改掉稿件、图片或模板里的这一处再出；原来的成品没有动"),
        )
    if leak.kind == "identifier":
        return warning(
            "privacy.exposed",
            say("文件里有能认出人的号码或地址（{what}），在{where}", what=leak.what, where=leak.where),
            span,
            say("删去或隐去这一处再发出去"),
        )
    if leak.kind == "residue":
        return error(
            "privacy.residue",
            say("文件带着不该外传的东西：{what}，在{where}", what=leak.what, where=leak.where),
            span,
            say("在做这个文件的软件里清除，或另存一份干净的"),
        )
    return error(
        "privacy.unread",
        say("文件有一处没有核对成：{what}，在{where}", what=leak.what, where=leak.where),
        span,
        say("读不了的不放行：去掉密码、换成普通的格式再试"),
    )


@dataclass(frozen=True)
class _Found:
    """An identifier as what belongs to nobody in particular."""

    start: int
    end: int
    what: str
    ref: str = ""


def identifiers(words: str) -> Sequence[_Found]:
    """Numbers, addresses and dates that single somebody out (:mod:`generator.privacy.identifiers`)."""
    from generator.privacy.identifiers import find

    return [_Found(one.start, one.end, one.kind) for one in find(words)]
