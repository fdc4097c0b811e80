"""Seconds and memory of processes, and what machine they ran on."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import psutil

ROOT = Path(__file__).resolve().parent.parent

#: A machine is idle when all its cores together are busy less than this, in percent.
_IDLE = 12


@dataclass
class Memory:
    """Megabytes at the peak: of a process with all its children, and of the largest one among them."""

    tree: float = 0
    largest: float = 0


def limit(cores: int) -> int:
    """Keep this process and those it starts to so many cores where the system can do that; how many there are now."""
    if not hasattr(os, "sched_setaffinity"):
        return os.cpu_count() or 1
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    allowed = len(os.sched_getaffinity(0))
    os.environ["PYTHON_CPU_COUNT"] = str(allowed)  # what os.cpu_count() says from Python 3.13 on
    return allowed


def calm(patience: float = 15) -> bool:
    """Wait until the machine is idle; false if it did not come to rest."""
    until = time.monotonic() + patience
    while psutil.cpu_percent(0.3) > _IDLE:
        if time.monotonic() > until:
            return False
    return True


class Processes:
    """Runs commands one after the other and knows which process it is waiting for."""

    pid: int | None = None

    def run(self, commands: list[list[str]], folder: Path) -> float:
        """Wall seconds from the start of the first to the end of the last."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        began = time.perf_counter()
        for command in commands:
            with subprocess.Popen(
                command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            ) as process:
                self.pid = process.pid
                _, told = process.communicate()
            if process.returncode:
                raise RuntimeError(f"{' '.join(command)}: {told.decode(errors='replace')[-600:]}")
        self.pid = None
        return time.perf_counter() - began


class Warm:
    """A process that works whenever it is sent a line, and answers with its seconds."""

    def __init__(self, arguments: list[str]) -> None:
        command = [sys.executable, str(ROOT / "bench" / "warm.py"), *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = self._process.pid
        self._answer()

    def run(self, line: str) -> float:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> float:
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{' '.join(map(str, self._process.args))}: ended")  # type: ignore[arg-type]
        return float(answer)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


@contextmanager
def watching(runner: Processes | Warm) -> Iterator[Memory]:
    """Look at the memory of a runner's processes fifty times a second: for runs that are not timed.

    Linux counts a page that several processes share once (PSS); elsewhere each process counts it (RSS).
    """
    memory, stop = Memory(), Event()

    def look() -> None:
        while not stop.wait(0.02):
            if runner.pid is None:
                continue
            sizes = []
            with suppress(psutil.Error):
                process = psutil.Process(runner.pid)
                for one in (process, *process.children(recursive=True)):
                    with suppress(psutil.Error):
                        found = one.memory_full_info()
                        sizes.append(getattr(found, "pss", found.rss) / 1e6)
            memory.tree = max(memory.tree, sum(sizes))
            memory.largest = max(memory.largest, *sizes, 0)

    thread = Thread(target=look)
    thread.start()
    try:
        yield memory
    finally:
        stop.set()
        thread.join()


def machine(cores: int) -> str:
    """Cores in use, processor, memory, system and Python."""
    return (
        f"{cores} cores of {_processor()}, {psutil.virtual_memory().total / 1e9:.0f} GB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    if sys.platform == "darwin":
        told = subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True)
        return told.stdout.strip() or platform.processor()
    return platform.processor() or platform.machine()
