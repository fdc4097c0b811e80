"""Work on content ends when it has taken its time or memory, names what it was at, and gets at nothing else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from generator import build as chain
from generator import limits
from generator.build import build
from generator.diagnostics import Report
from generator.limits import DeniedError, SpentError, at_most, confined
from generator.project import Project
from generator.store import Store
from generator.workers import HERE, Lost, Workers
from generator.writers.pdf import setting

posix = pytest.mark.skipif(os.name != "posix", reason="clocks of processes")


def endless(_: object = None) -> int:
    number = 0
    while True:
        number += 1


# -- time ------------------------------------------------------------------------------------------------------


@posix
def test_endless_work_ends_even_if_something_passes_over_it() -> None:
    def stubborn() -> None:
        try:
            endless()
        except BaseException:
            endless()

    with pytest.raises(SpentError), at_most(0.05):
        stubborn()


@posix
def test_limits_stand_within_each_other() -> None:
    def work() -> None:
        with at_most(100):
            pass
        endless()

    with pytest.raises(SpentError), at_most(0.1):
        work()
    with at_most(100), pytest.raises(SpentError), at_most(0.02):
        endless()


# -- memory ----------------------------------------------------------------------------------------------------


def greedy(size: int) -> str:
    try:
        return f"{len(bytearray(size))}"
    except MemoryError:
        return "MemoryError"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep no such limit")
def test_a_worker_takes_no_more_than_it_may() -> None:
    with Workers(2) as workers:
        found = list(workers.begin(greedy, [limits.MEMORY + 1, 1000, 1000]).results())
    assert not any(isinstance(result, Lost) for result in found)
    assert found == ["MemoryError", "1000", "1000"]


# -- files, network, programs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attempt",
    [
        lambda other: other.read_text("utf-8"),
        lambda other: os.open(other, os.O_RDONLY),
        lambda other: (other.parent / "in" / "link").read_text("utf-8"),
        lambda other: (other.parent / "in" / ".." / other.name).read_text("utf-8"),
        lambda other: (other.parent / "in" / "new").write_text("x", "utf-8"),
        lambda other: (other.parent / "in" / "kept").unlink(),
        lambda other: (other.parent / "new").mkdir(),
        lambda other: socket.create_connection(("127.0.0.1", 9), 1),
        lambda other: socket.getaddrinfo("localhost", 80),
        lambda other: subprocess.run(["true"], check=True),
        lambda other: os.system("true"),
    ],
)
def test_confined_work_gets_at_nothing_else(attempt: Callable[[Path], object], tmp_path: Path) -> None:
    other, own = tmp_path / "other", tmp_path / "in"
    own.mkdir()
    other.write_text("x", "utf-8")
    (own / "kept").write_text("x", "utf-8")
    (own / "link").symlink_to(other)

    def work() -> None:
        assert (own / "kept").read_text("utf-8") == "x"
        with suppress(OSError):  # as libraries do
            attempt(other)
            pytest.fail("not denied")

    with pytest.raises(DeniedError), confined([own], [tmp_path / "out"]):
        work()
    assert (own / "kept").exists()
    with suppress(ConnectionRefusedError):
        attempt(other)  # afterwards everything is as it was


def test_confined_work_does_its_own(tmp_path: Path) -> None:
    with confined([], [tmp_path]):
        (tmp_path / "a").write_text("x", "utf-8")
        (tmp_path / "a").replace(tmp_path / "b")
        import colorsys

        assert colorsys.__file__
        with confined([], []), open(os.devnull, "w", encoding="utf-8"):
            pass
        (tmp_path / "b").unlink()


# -- a build names what it was at --------------------------------------------------------------------------------


@posix
def test_a_run_that_is_never_laid_out_is_named(
    workspace: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, report = workspace(), Report()
    monkeypatch.setattr(setting, "_PATIENCE", 0.05)
    monkeypatch.setattr(setting, "_A_SECOND", 1e9)
    monkeypatch.setattr(setting._Setter, "fragment", lambda *given: endless())
    assert build(project, ["heyuan-rule"], ["pdf"], report, workers=HERE) == []
    found = [d for d in report.diagnostics if d.code == "pdf.endless"]
    assert "荷源区关爱走访办法" in str(dict(found[0].message.values)["titles"])
    assert {d.span.file for d in found} >= {"content/policies/rule-visits.md"}


@posix
def test_a_check_that_never_ends_is_named(workspace: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> None:
    project, report = workspace(), Report()

    def spins(_: object) -> list[object]:
        endless()
        return []

    monkeypatch.setattr(chain, "_PATIENCE", 0.05)
    monkeypatch.setattr(chain, "RECORD_CHECKS", (spins,))
    for others in ("CHECKS", "READING_CHECKS"):
        monkeypatch.setattr(chain, others, ())
    chain.check(project, (), report)
    assert [d.code for d in report.diagnostics] == ["build.endless"]
    assert "spins" in repr(report.diagnostics[0].message)


def test_content_that_reaches_out_is_told(workspace: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> None:
    project, report = workspace(), Report()
    (project.root.parent / "other").write_text("x", "utf-8")

    def reaches(_: object) -> list[object]:
        (project.root.parent / "other").read_text("utf-8")
        return []

    monkeypatch.setattr(chain, "RECORD_CHECKS", (reaches,))
    chain.check(project, (), report)
    assert [d.code for d in report.diagnostics] == ["build.denied"]


# -- what is kept is one's own -----------------------------------------------------------------------------------


@posix
def test_what_is_kept_is_for_this_user_alone(tmp_path: Path) -> None:
    store = Store(tmp_path / "build" / ".cache")
    store.put("a", b"x")
    assert store.folder.stat().st_mode & 0o777 == 0o700
    assert (store.folder / "a").stat().st_mode & 0o777 == 0o600


@posix
def test_what_killed_processes_left_behind_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (tmp_path / f"zhankan-{gone.pid}-a").mkdir()
    (tmp_path / f"zhankan-{gone.pid}-b").write_text("x", "utf-8")
    (tmp_path / f"zhankan-{os.getpid()}-c").mkdir()
    (tmp_path / "other").mkdir()
    limits.sweep()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["other", f"zhankan-{os.getpid()}-c"]
