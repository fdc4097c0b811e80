"""Builds again whenever a file of content/ is saved, in one process that stays warm."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from generator.build import Why, build
from generator.diagnostics import Report
from generator.memory import Memory
from generator.project import Project, files
from generator.workers import Workers

#: Is told what a build came to: the files that were saved (none at first), the report, the finished files, seconds.
Tell = Callable[[Sequence[str], Report, Sequence[Path], float], None]

#: Seconds between two looks at the files.
PAUSE = 0.3


def watch(
    project: Project,
    editions: Sequence[str],
    formats: Sequence[str],
    tell: Tell,
    why: Why = lambda publication, format_, reasons: None,
    pause: Callable[[float], object] = time.sleep,
) -> None:
    """Build now and after every save until ``pause`` raises, as a key press makes ``time.sleep`` do."""
    seen: State = snapshot(project)
    saved: list[str] = []
    memory = Memory()
    with Workers() as workers:
        while True:
            begin, report = time.perf_counter(), Report()
            paths = build(project, editions, formats, report, why=why, workers=workers, memory=memory)
            tell(saved, report, paths, time.perf_counter() - begin)
            saved, seen = next_save(project, seen, pause)


State = Mapping[str, tuple[int, int]]


def snapshot(project: Project) -> dict[str, tuple[int, int]]:
    """Time and size of every file of content/; hidden files and what programs write aside are left out."""
    found: dict[str, tuple[int, int]] = {}
    with suppress(OSError):
        for _, entry in files(project.content):
            with suppress(OSError):  # gone between two looks
                state = Path(entry.path).stat()
                found[project.relative(Path(entry.path))] = (state.st_mtime_ns, state.st_size)
    return found


def next_save(project: Project, seen: State, pause: Callable[[float], object]) -> tuple[list[str], State]:
    """Wait until files differ from ``seen`` and have stopped changing; which, and the state they are in then."""
    before = seen
    while True:
        pause(PAUSE)
        now = snapshot(project)
        if now == before != seen:
            return sorted(name for name in now.keys() | seen.keys() if now.get(name) != seen.get(name)), now
        before = now
