"""Outgoing: finished files looked through before they take the place of the old ones, each once a roster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator import store
from generator.diagnostics import Diagnostic, Span, error, say
from generator.privacy.leaks import Leak, Secrets, Sieve, read
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
    sieve = sieve or (Sieve(secrets.find) if secrets is not None else None)
    for name, data in files.items():
        clean = store.key(["looked through", state, name, data])
        if kept.get(clean) is not None:
            continue
        found = list(read(name, data, [sieve] if sieve is not None else []))
        if not found:
            kept.put(clean, b"")
        yield from (diagnostic(name, leak) for leak in found[:_TOLD])


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
        return error(
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
