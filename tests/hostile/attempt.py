"""Builds workspaces given on standard input, one after the other, and tells what came of each as a line of JSON.

Run by ``tests/test_hostile.py`` in a process of its own under limits; nobody else's files may be opened in it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from generator.build import build
from generator.diagnostics import Report, Severity
from generator.project import Project
from generator.workers import HERE

MEMORY, SECONDS = 4 * 1024**3, 600


def main(canary: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    touched: list[str] = []

    def watch(event: str, given: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "os.system", "os.exec", "socket.getaddrinfo", "os.posix_spawn"):
            touched.append(event)
        elif event == "open" and isinstance(given[0], str | bytes) and canary in os.fsdecode(given[0]):
            touched.append("canary")

    sys.addaudithook(watch)
    for line in sys.stdin:
        root, formats = json.loads(line)
        touched.clear()
        project, report = Project(Path(root), dt.date(2024, 4, 1)), Report()
        begin, paths, broke = time.process_time(), [], ""
        try:
            paths = build(project, (), formats, report, workers=HERE)
        except BaseException:
            broke = traceback.format_exc()
        said = [f"{d.code} {d.span}" for d in report.sorted() if d.severity is Severity.ERROR]
        words = "".join(f"{d.message} {d.hint}" for d in report.diagnostics)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        told = {"said": said, "words": words, "built": len(paths), "broke": broke, "touched": touched}
        print(json.dumps(told | {"seconds": time.process_time() - begin, "peak": peak}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
