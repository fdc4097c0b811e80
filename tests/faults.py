"""Whole commands on a small workspace, in which the N-th step that touches a file fails, or is the last one.

Run by ``tests/test_faults.py`` in a process of its own, which forks for every attempt: one that is killed leaves
nothing behind but its files. Prints what came of the attempts as a line of JSON.
"""

from __future__ import annotations

import builtins
import errno
import io
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generator import build as _build  # noqa: F401 – before anything is counted
from generator import cli, prepress, review, schema  # noqa: F401
from generator.writers import docx, html  # noqa: F401

#: What touches a file or a folder.
STEPS = ("open", "fsync", "mkdir", "link", "symlink", "rename", "replace", "unlink", "chmod", "rmdir", "scandir")
MOST = 1_000

Snapshot = dict[str, bytes]


class Steps:
    """Counts steps below ``root`` and at the ``at``-th fails with ``number``, or ends the process if that is 0."""

    def __init__(self, at: int, number: int, root: Path) -> None:
        self.at, self.number, self.root, self.count = at, number, str(root), 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.at:
            if not self.number:
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(self.number, os.strerror(self.number))

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if any((isinstance(a, int) and not isinstance(a, bool)) or str(a).startswith(self.root) for a in given[:2]):
                self.step()
            return function(*given, **named)

        return call

    def writing(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """``open``, whose files fail halfway through what is written."""

        def call(file: Any, mode: str = "r", *given: Any, **named: Any) -> Any:
            handle = function(file, mode, *given, **named)
            if "w" not in mode or not str(file).startswith(self.root):
                return handle
            write = handle.write

            class Half:
                def __enter__(half) -> Any:  # noqa: N805
                    return half

                def __exit__(half, *fault: object) -> None:  # noqa: N805
                    handle.close()

                def __getattr__(half, name: str) -> Any:  # noqa: N805
                    return getattr(handle, name)

                def write(half, data: Any) -> int:  # noqa: N805
                    write(data[: len(data) // 2])
                    handle.flush()
                    try:
                        self.step()
                    except OSError:
                        handle.close()
                        raise
                    return int(write(data[len(data) // 2 :]))

            return Half()

        return call

    def install(self) -> None:
        for name in STEPS:
            setattr(os, name, self.around(getattr(os, name)))
        io.open = builtins.open = self.writing(io.open)


def attempt(root: Path, command: list[str], at: int, number: int) -> tuple[int, int]:
    """The exit code of a command (negative: a signal) of which the ``at``-th step fails, and how many steps it took."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        code = 70
        try:
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
            steps = Steps(at, number, root)
            steps.install()
            try:
                cli.zhankan.main(["--root", str(root), *command], "zhankan")
            except SystemExit as end:
                code = int(end.code or 0)
            os.write(writer, str(steps.count).encode())
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        count = int(told.read() or 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), count


def snapshot(root: Path) -> Snapshot:
    """The finished files, and those of content."""
    found = {}
    for folder in ("build/book", "content"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def stray(root: Path) -> list[str]:
    """What a command that ended by itself must not leave behind."""
    build = root / "build"
    found = [p.name for p in build.glob(".cache/.*")] + [p.name for p in build.glob(".current-new")]
    found += [p.name for p in (root / "content").rglob(".*") if p.is_file()]
    sets = sorted(p.name for p in build.glob(".sets/*"))
    return found + (sets if len(sets) > 1 else [])


def main(base: Path, change: Path, number: int, stride: int, command: list[str]) -> None:
    scratch, wrong, tries = base.with_name("scratch"), [], 0

    def fresh() -> Path:
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(base, scratch, symlinks=True)
        shutil.copytree(change, scratch, dirs_exist_ok=True)
        return scratch

    old = snapshot(fresh())
    code, _ = attempt(scratch, command, 0, number)
    new = snapshot(scratch)
    assert code == 0, code
    assert old != new
    at = 1
    while at < MOST:
        root = fresh()
        code, count = attempt(root, command, at, number)
        tries += 1
        now = snapshot(root)
        halves = {p: d for p, d in now.items() if p.startswith("content/")}
        whole = now == old or now == new or (
            all(d in (old.get(p), new.get(p)) for p, d in halves.items())
            and {p: d for p, d in now.items() if p not in halves} == {p: d for p, d in old.items() if p not in halves}
        )  # fmt: skip
        if not whole or (code == 0 and now != new):
            wrong.append(f"step {at}: exit {code}, {'whole' if whole else 'torn'}")
        if code == 1 and (left := stray(root)):
            wrong.append(f"step {at}: exit {code}, left {left}")
        if code not in (0, 1, -signal.SIGKILL):
            wrong.append(f"step {at}: exit {code}")
        if attempt(root, command, 0, 0)[0] != 0 or snapshot(root) != new:
            wrong.append(f"step {at}: not mended by the next run")
        if code >= 0 and count < at:
            break
        at += stride
    print(json.dumps({"tries": tries, "last": at, "wrong": wrong}))


if __name__ == "__main__":
    name = sys.argv[3]
    fault = 0 if name == "kill" else int(getattr(errno, name))
    main(Path(sys.argv[1]), Path(sys.argv[2]), fault, int(sys.argv[4]), sys.argv[5:])
