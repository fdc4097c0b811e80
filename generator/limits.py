"""What a piece of work on content may take and touch: processor time, memory, files; no network, no other program.

A second belt. What content may hold is settled by the readers; what slips through must end, and must not get out.
"""

from __future__ import annotations

import atexit
import os
import signal
import site
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from generator.project import Project, cache_home, templates

#: Bytes that a process that lays out may take beyond what it began with, and one that does everything.
MEMORY, WHOLE_MEMORY = 2 * 1024**3, 4 * 1024**3


class SpentError(BaseException):
    """A piece of work has taken its time. No ``Exception``: libraries pass over these and go on."""


class DeniedError(Exception):
    """A piece of work has tried what it may not; ``event`` is Python's name for that, with no word of content."""

    def __init__(self, event: str) -> None:
        super().__init__(event)
        self.event = event


#: What work that is too much raises.
TOO_MUCH = (SpentError, MemoryError, RecursionError)


# -- time ----------------------------------------------------------------------------------------------------


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise :class:`SpentError` in what takes more processor time; a machine that is busy otherwise harms nobody.

    May stand within itself: the inner one's time is also the outer one's. Does nothing where the system has no such
    clock (Windows), and beside the main thread.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise SpentError

    began = time.process_time()
    before = signal.signal(signal.SIGPROF, stop)
    left, _ = signal.setitimer(signal.ITIMER_PROF, seconds, 1)  # again and again, if something passes over it
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        if left:
            signal.setitimer(signal.ITIMER_PROF, max(left - (time.process_time() - began), 0.01), 1)


# -- memory --------------------------------------------------------------------------------------------------


def memory(most: int) -> None:
    """Let this process take so many bytes more than it has, where the system can (Linux): then ``MemoryError``."""
    with suppress(OSError, ValueError, ImportError, IndexError):
        import resource

        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = pages * resource.getpagesize() + most
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))


# -- files, network, programs --------------------------------------------------------------------------------

#: Python's audit events (library reference, "Audit events table") of what work on content never does.
_NEVER = frozenset(
    "socket.connect socket.bind socket.getaddrinfo socket.gethostbyname socket.gethostbyaddr socket.sendto "
    "subprocess.Popen os.system os.exec os.posix_spawn os.spawn os.startfile os.startfile/2 os.fork os.forkpty "
    "pty.spawn urllib.Request ftplib.connect http.client.connect smtplib.connect webbrowser.open".split()
)
#: Those that change a file or a folder, which they name first.
_CHANGES = frozenset(
    "os.remove os.rmdir os.mkdir os.rename os.link os.symlink os.truncate os.chmod os.chown os.utime".split()
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class _Guard:
    """Watches this process for good; forbids something only while a piece of work is on."""

    def __init__(self) -> None:
        self.reads: tuple[str, ...] | None = None
        self.writes: tuple[str, ...] = ()
        self.denied: list[str] = []
        self._thread = 0
        sys.addaudithook(self.look)

    def begin(self, reads: tuple[str, ...] | None, writes: tuple[str, ...]) -> None:
        self.reads, self.writes, self._thread = reads, writes, threading.get_ident()

    def look(self, event: str, given: tuple[Any, ...]) -> None:
        if self.reads is None or threading.get_ident() != self._thread:
            return
        if event == "open":
            path, _, flags = given
            if isinstance(path, int):
                return
            writing = isinstance(flags, int) and bool(flags & _WRITES)
            if _is_in(path, self.writes) or (not writing and _is_in(path, self.reads)) or _is_compiled(path):
                return
        elif event in _CHANGES:
            # what is named by an open folder has been looked at when that was opened
            opened = (
                event != "os.truncate"
                and isinstance(given[-1], int)
                and given[-1] >= 0
                and not os.path.isabs(os.fsdecode(given[0]))
            )
            if isinstance(given[0], int) or opened or _is_in(given[0], self.writes) or _is_compiled(given[0]):
                return
        elif event not in _NEVER:
            return
        self.denied.append(event)
        raise PermissionError(f"zhankan: {event}")


def _is_in(path: Any, roots: tuple[str, ...]) -> bool:
    try:
        real = os.path.realpath(os.fsdecode(path))
    except (OSError, ValueError, TypeError):
        return False
    return real.startswith(roots) or f"{real}{os.sep}" in roots


def _is_compiled(path: Any) -> bool:
    """Whether Python keeps a module there that it has just imported, or WeasyPrint the fonts of a style sheet.

    Of its fonts WeasyPrint rids itself whenever the style sheet is collected, in the midst of whatever is done then.
    """
    name = os.fsdecode(path)
    return "__pycache__" in name or os.path.basename(name).startswith("weasyprint-") or f"{os.sep}weasyprint-" in name


@cache
def _guard() -> _Guard:
    return _Guard()


def _rooted(paths: Sequence[str | Path]) -> tuple[str, ...]:
    """Folders and files as what a real path begins with."""
    real = (os.path.realpath(path) for path in paths)
    return tuple({path if os.path.isfile(path) else os.path.join(path, "") for path in real if path != os.sep})


@cache
def _program() -> tuple[str, ...]:
    """Where Python, the libraries and we ourselves are, and what a system keeps for every program."""
    installed = (path for path in sys.path if os.path.basename(path) in ("site-packages", "dist-packages"))
    system = ("/usr/share", "/usr/lib", "/usr/local", "/etc/mime.types", "/etc/fonts", "/etc/localtime", "/proc/self",
              "/Library", "/System", *filter(None, [os.environ.get("WINDIR")]))  # fmt: skip
    own = (Path(__file__).parent, templates(), cache_home(), sys.prefix, sys.base_prefix, *site.getsitepackages())
    standing = _rooted([str(path) for path in (*own, *installed, *system) if os.path.exists(str(path))])
    return (*standing, os.devnull, "/dev/urandom", f"/proc/{os.getpid()}/")


@contextmanager
def confined(reads: Sequence[str | Path], writes: Sequence[str | Path]) -> Iterator[None]:
    """Work on content in this thread: files below ``reads`` and of the program are read, below ``writes`` written.

    Whatever else is tried fails, and raises :class:`DeniedError` in the end, also if something passed over it.
    """
    guard = _guard()
    before = guard.reads, guard.writes
    import tempfile  # a moment of every command's start

    apart = [tempfile.tempdir] if tempfile.tempdir and os.path.basename(tempfile.tempdir).startswith(_APART) else []
    kept = (*_rooted([*writes, *apart]), os.devnull)
    if before[0] is None:
        guard.denied.clear()
    guard.begin((*_program(), *_rooted(reads), *kept), kept)
    try:
        yield
    except Exception as fault:
        if guard.denied:
            raise DeniedError(guard.denied[0]) from fault
        raise
    finally:
        guard.begin(*before)
    if guard.denied:
        raise DeniedError(guard.denied[0])


@contextmanager
def confined_to(project: Project) -> Iterator[None]:
    """Work on a workspace's content: nothing but it, fonts and profiles are read, only ``build/`` is written."""
    folders = (*project.font_folders, *project.profile_folders)
    if not cache_home().is_dir():  # of a new user
        with suppress(OSError):
            cache_home().mkdir(parents=True, exist_ok=True)
    with confined([project.root, *folders], [project.build, cache_home()]):
        yield


# -- a place for temporary files -------------------------------------------------------------------------------


def keep_apart() -> None:
    """Have this process put its temporary files in a folder of its own, which nobody else may look into.

    What processes left behind that were killed goes.
    """
    import tempfile

    sweep()
    tempfile.tempdir = tempfile.mkdtemp(prefix=prefix())
    atexit.register(_drop, tempfile.tempdir)


_APART = "zhankan-"


def prefix() -> str:
    """What names of temporary files of this process begin with, so that others know when nobody needs them."""
    return f"{_APART}{os.getpid()}-"


def sweep() -> None:
    """Remove temporary files of processes that were killed."""
    import tempfile

    home = tempfile.gettempdir()
    with suppress(OSError):
        for name in os.listdir(home):
            pid = name.removeprefix(_APART).partition("-")[0]
            if name.startswith(_APART) and pid.isdecimal() and not _lives(int(pid)):
                _drop(os.path.join(home, name))


def _drop(path: str) -> None:
    if os.path.isdir(path):
        import shutil

        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            os.unlink(path)


def _lives(pid: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
