"""A lane: one process of our own that does one thing at a time, is watched, and may be killed without harm to others.

Limits are kept from outside, because what hangs or eats memory in a library can't be interrupted from inside.
It is no ``multiprocessing`` process: those are denied to daemons, which the workers of a cluster are.
"""

from __future__ import annotations

import atexit
import json
import mmap
import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import IO, Any, TypeVar

from generator.limits import keep_apart, prefix

A = TypeVar("A")
R = TypeVar("R")

#: What a process says of where it is: any words by their names.
Crumb = Mapping[str, str]

#: Finds out from the frames of a process's main thread, innermost first, where it is.
Look = Callable[[Iterator[FrameType]], Crumb]


@dataclass(frozen=True)
class Limits:
    """What one call may take: seconds, and bytes of memory of the whole process; 0 is no limit."""

    seconds: float = 0
    memory: int = 0


class StoppedError(Exception):
    """A call did not end by itself, or not well.

    ``reason`` is ``time``, ``memory``, ``killed`` (``how``: the signal) or ``raised`` (``how``: type and place);
    ``crumb`` says where it was.
    """

    def __init__(self, reason: str, how: str, crumb: Crumb) -> None:
        super().__init__(reason, how, crumb)
        self.reason, self.how, self.crumb = reason, how, crumb


#: Calls after which a process makes room for a fresh one, whatever libraries may have left behind in it.
MOST = 250
#: Seconds between two looks at a process.
_TICK = 0.1
#: Seconds that a process may take to start, whatever the limit.
_START = 60.0
#: A process that nobody has called for so many seconds ends itself.
_IDLE = 900.0
#: A call is looked into when it has lasted so many seconds, and then as often again.
_LONG = 0.5
_SIZE = 4096

_COMMAND = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from generator.lane import serve; serve(sys.argv[2])"
)


# -- outside -------------------------------------------------------------------------------------------------


class Lane:
    """One process; ``call`` runs a module's function in it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._crumbs = Path()
        self._calls = 0

    def call(self, function: Callable[[A], R], argument: A, limits: Limits) -> R:
        """What the function returns. The clock starts anew when its trail names another ``clock``.

        Raises :class:`StoppedError` when the process was killed for a limit, ended by itself, or the function raised.
        """
        process = self._process
        if process is None or process.poll() is not None or self._calls >= MOST or self._swollen(limits):
            self.close()
            process = self._start()
        self._calls += 1
        assert process.stdin is not None
        assert process.stdout is not None
        answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=_receive, args=(process.stdout, answers), daemon=True).start()
        with suppress(OSError):  # it has ended: the receiver finds out
            pickle.dump((function, argument), process.stdin)
            process.stdin.flush()
        since, clock = time.monotonic(), ""
        while True:
            try:
                answer = answers.get(timeout=_TICK)
                break
            except queue.Empty:
                crumb = self._crumb()
            if crumb.get("clock", "") != clock:
                since, clock = time.monotonic(), crumb.get("clock", "")
            allowed = limits.seconds if clock else max(limits.seconds, _START)
            if limits.seconds and time.monotonic() - since > allowed:
                self.close()
                raise StoppedError("time", "", crumb)
            if limits.memory and (resident(process.pid) or 0) > limits.memory:
                crumb = self._crumb()
                self.close()
                raise StoppedError("memory", "", crumb)
        if answer is None:
            crumb = self._crumb()
            code = process.wait()
            self.close()
            raise StoppedError("killed", _how(code), crumb)
        kind, value = answer
        if kind == "raised":
            raise StoppedError("raised", value, self._crumb())
        result: R = value
        return result

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with suppress(OSError):
                    assert stream is not None
                    stream.close()
            self._crumbs.unlink(missing_ok=True)

    def _start(self) -> subprocess.Popen[bytes]:
        handle, name = tempfile.mkstemp(prefix=prefix())
        os.write(handle, b"\0" * _SIZE)
        os.close(handle)
        self._crumbs, self._calls = Path(name), 0
        self._process = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, json.dumps(sys.path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self._process

    def _crumb(self) -> Crumb:
        try:
            found = json.loads(self._crumbs.read_bytes().rstrip(b"\0") or b"{}")
        except (OSError, ValueError):  # half written
            return {}
        return {str(k): str(v) for k, v in found.items()}

    def _swollen(self, limits: Limits) -> bool:
        """What earlier calls left behind must not count against the next."""
        assert self._process is not None
        return bool(limits.memory) and (resident(self._process.pid) or 0) > limits.memory // 2


def _receive(stream: IO[bytes], answers: queue.SimpleQueue[Any]) -> None:
    try:
        answers.put(pickle.load(stream))
    except (EOFError, OSError, ValueError, pickle.UnpicklingError):  # it has ended, perhaps in the middle of a word
        answers.put(None)


def _how(code: int) -> str:
    """How a process ended: the name of a signal, or its exit code."""
    with suppress(ValueError):
        return signal.Signals(-code).name if code < 0 else str(code)
    return str(code)


class Lanes:
    """The lanes of this process: as many as calls have been made at the same time."""

    def __init__(self) -> None:
        self._idle: list[Lane] = []
        self._busy: list[Lane] = []
        #: nothing is to be begun any more
        self.ending = False

    @contextmanager
    def one(self) -> Iterator[Lane]:
        try:
            lane = self._idle.pop()
        except IndexError:
            lane = Lane()
        self._busy.append(lane)
        try:
            yield lane
        finally:
            self._busy.remove(lane)
            self._idle.append(lane)

    def close(self) -> None:
        """End the processes of all that are idle."""
        while self._idle:
            self._idle.pop().close()

    def end(self) -> None:
        """End all processes for good, whatever they are doing."""
        self.ending = True
        for lane in list(self._busy):
            lane.close()
        self.close()


@cache
def lanes() -> Lanes:
    """Those of this process; they end with it."""
    own = Lanes()
    atexit.register(own.end)
    return own


# -- memory --------------------------------------------------------------------------------------------------


def resident(pid: int) -> int | None:
    """Bytes of memory that a process holds; None if it has ended or this system doesn't say."""
    try:
        if sys.platform == "linux":
            return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * mmap.PAGESIZE
        if sys.platform == "win32":
            return _working_set(pid)
        said = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=False).stdout
        return int(said) * 1024
    except (OSError, ValueError, IndexError):
        return None


def _working_set(pid: int) -> int | None:  # pragma: no cover
    import ctypes
    from ctypes import wintypes

    names = "peak size peak_paged paged peak_nonpaged nonpaged pagefile peak_pagefile".split()

    class Counters(ctypes.Structure):
        _fields_ = [
            ("cb", wintypes.DWORD), ("faults", wintypes.DWORD), *((name, ctypes.c_size_t) for name in names)
        ]  # fmt: skip

    kernel, counters = ctypes.WinDLL("kernel32"), Counters()  # type: ignore[attr-defined]
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    try:
        size = ctypes.sizeof(counters)
        done = kernel.K32GetProcessMemoryInfo(handle, ctypes.byref(counters), size)
        return int(counters.size) if done else None
    finally:
        kernel.CloseHandle(handle)


def forget_peak() -> None:
    """Let :func:`peak` tell of what comes after this, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_bytes(b"5")


def peak() -> int:
    """The most memory this process has held, in bytes; 0 where the system doesn't say."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_bytes().splitlines()
        return int(next(line for line in lines if line.startswith(b"VmHWM:")).split()[1]) * 1024
    if os.name != "posix":
        return 0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


# -- inside --------------------------------------------------------------------------------------------------


class Trail:
    """Where this process tells from outside to see what it is doing; nowhere unless it is a lane's."""

    def __init__(self) -> None:
        self._memory: mmap.mmap | None = None
        self._stage: dict[str, str] = {}
        self._look: Look | None = None

    def open(self, path: str) -> None:
        with open(path, "r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _SIZE)
        threading.Thread(target=self._watch, args=(threading.main_thread().ident,), daemon=True).start()

    def stage(self, name: str, look: Look | None = None, **words: str) -> None:
        """Tell what begins; while it lasts ``look`` may find out more from the stack."""
        self._look, self._stage = look, {"stage": name, **words}
        self._write(self._stage)

    def _write(self, crumb: Crumb) -> None:
        if self._memory is not None:
            said = json.dumps(dict(crumb)).encode()
            if len(said) <= _SIZE:
                self._memory[:] = said.ljust(_SIZE, b"\0")

    def _watch(self, main: int) -> None:
        """Looked at from a thread of its own, the work needn't know of it, and what is short is left in peace."""
        before: dict[str, str] = {}
        while True:
            time.sleep(_LONG)
            stage, look = self._stage, self._look
            if look is not None and stage is before:
                frame = sys._current_frames().get(main)
                with suppress(Exception):  # whatever it finds halfway through a change
                    found = look(_outwards(frame))
                    if found and stage is self._stage:
                        self._write({**stage, **found})
                del frame
            before = stage


@cache
def trail() -> Trail:
    """That of this process."""
    return Trail()


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def serve(crumbs: str) -> None:
    """Inside a lane's process: answer calls from standard input until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for whoever watches
    calls, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not stand among answers
    trail().open(crumbs)
    keep_apart()
    while True:
        idle = threading.Timer(_IDLE, os._exit, (0,))
        idle.daemon = True
        idle.start()
        try:
            function, argument = pickle.load(calls)
        except (EOFError, OSError):
            return
        except Exception as fault:  # a function this machine doesn't know; what follows in the stream is its rest
            pickle.dump(("raised", _named(fault)), answers)
            return
        idle.cancel()
        try:
            answer = "returned", function(argument)
        except Exception as fault:
            answer = "raised", _named(fault)
        with suppress(BrokenPipeError):
            pickle.dump(answer, answers)
            answers.flush()


def _named(fault: Exception) -> str:
    """An exception's type and place, never what its message quotes from content."""
    trace, place = fault.__traceback__, ""
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if "generator" in path.parts or not place:
            place = f"{path.parent.name}/{path.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(fault).__name__}, {place}"
