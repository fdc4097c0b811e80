"""Build: the finished set changes as a whole – through faults, kills and company – or not at all."""

from __future__ import annotations

import errno
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from generator import build as build_module
from generator.build import build, check
from generator.diagnostics import Diagnostic, Report, Span, error, say
from generator.model import Publication
from generator.project import Project
from generator.store import Store
from generator.writers import WRITERS
from tests.conftest import ROOT, SAMPLE, TODAY

Snapshot = dict[str, bytes]
EDITIONS = ("heyuan-2024-1", "heyuan-cases", "heyuan-guide", "heyuan-notice", "heyuan-rule", "heyuan-standard")


def finished(project: Project) -> Snapshot:
    """What a reader finds under ``build/<edition>``."""
    return {
        path.relative_to(project.build).as_posix(): path.read_bytes()
        for folder in sorted(project.build.iterdir())
        if not folder.name.startswith(".")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def empty(tmp_path: Path) -> Project:
    return Project(tmp_path, TODAY)


@pytest.fixture
def seed(monkeypatch: pytest.MonkeyPatch, publications: dict[str, Publication]) -> Callable[..., None]:
    """Build without composing and typesetting: every edition gets three files that tell their seed."""

    def plant(word: str, *, fault: str | None = None) -> None:
        def write(publication: Publication, project: Project, report: Report, *rest: Any) -> Callable[[], Snapshot]:
            edition = publication.id
            if edition == fault:
                report.add(error("pdf.engine", say("排版引擎报告：{message}", message="x"), Span("x")))
            return lambda: {
                f"{edition}.pdf": word.encode() * 9000,
                "html/index.html": word.encode(),
                "html/a/b.svg": b"<svg/>",
            }

        def chosen(project: Project, editions: Sequence[str], report: Report, *known: Any) -> list[Publication]:
            return [p for name, p in publications.items() if not editions or name in editions]

        monkeypatch.setattr(build_module, "_publications", chosen)
        monkeypatch.setattr(build_module, "begin", lambda format_: write)
        monkeypatch.setattr(build_module, "grounds", lambda publication, project, format_: {publication.id: word})
        monkeypatch.setattr(Store, "put", lambda self, name, data: None)  # what it can't keep it does without

    return plant


def run(project: Project, *editions: str) -> tuple[list[Path], list[Diagnostic]]:
    report = Report()
    return build(project, editions, ["html"], report), report.sorted()


# -- the real thing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WRITERS)
def test_building_the_sample_is_silent(
    name: str, workspace: Callable[..., Project], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    project, report, lines = workspace(), Report(), list[str]()
    with caplog.at_level("WARNING"):
        paths = build(project, (), [name], report, lines.append)
    assert {d.code for d in report.diagnostics} <= {"fonts.stand_in"}  # no system package has 仿宋
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
    assert len(lines) == len(EDITIONS)
    assert paths
    assert all(path.is_file() for path in paths)
    assert {path.relative_to(project.build).parts[0] for path in paths} == set(EDITIONS)


def test_checking_the_sample_is_silent_and_writes_nothing(workspace: Callable[..., Project]) -> None:
    project, report = workspace(), Report()
    check(project, (), report)
    assert report.diagnostics == []
    assert not project.build.exists()


def test_a_fault_in_content_writes_nothing(workspace: Callable[..., Project]) -> None:
    project = workspace()
    path = project.content / "articles" / "bad.yaml"
    path.write_text("标题: 坏\n体裁: 经验\n正文: 见{图:nowhere}\n站点: st-hexi\n", encoding="utf-8")
    bulletin = project.content / "bulletins" / "heyuan-2024-1.yaml"
    bulletin.write_text(bulletin.read_text(encoding="utf-8").replace("[art-ledger]", "[art-ledger, bad]"), "utf-8")
    paths, found = run(project, "heyuan-2024-1")
    assert paths == []
    assert [(d.code, str(d.span)) for d in found] == [("reference.dangling", "content/articles/bad.yaml:3:6")]
    assert not project.build.exists()


@pytest.mark.parametrize("name", ["pdf", "html"])
def test_two_builds_give_the_same_bytes(name: str, workspace: Callable[..., Project]) -> None:
    """In two processes, hours, a hash seed and the reader's language apart."""
    sets = []
    for number, (zone, language) in enumerate((("Asia/Shanghai", "zh_CN"), ("America/Lima", "en_US"))):
        project = workspace()
        languages = {"LANG": f"{language}.UTF-8", "LANGUAGE": language, "PANGO_LANGUAGE": language}
        environment = {**os.environ, **languages, "PYTHONHASHSEED": str(number), "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-m", "generator", "--root", str(project.root), "build", "--format", name],
            cwd=ROOT, env=environment, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        sets.append(finished(project))
    first, second = sets
    assert list(first) == list(second)
    assert [path for path in first if first[path] != second[path]] == []
    assert len(first) >= len(EDITIONS)


# -- one switch ----------------------------------------------------------------------------------------------


def test_the_set_changes_as_a_whole(empty: Project, seed: Callable[..., None]) -> None:
    seed("old")
    run(empty)
    before = finished(empty)
    seed("new")
    paths, found = run(empty)
    after = finished(empty)
    assert found == []
    assert list(after) == list(before)
    assert len(after) == 3 * len(EDITIONS)
    assert all(after[p] == before[p].replace(b"old", b"new") for p in before)
    assert [p.relative_to(empty.build).as_posix() for p in paths if p.suffix == ".pdf"] == [
        f"{e}/{e}.pdf" for e in EDITIONS
    ]


def test_other_editions_survive(empty: Project, seed: Callable[..., None]) -> None:
    seed("old")
    run(empty)
    before = finished(empty)
    seed("new")
    run(empty, "heyuan-rule")
    after = finished(empty)
    assert list(after) == list(before)
    for path, data in after.items():
        assert (data == before[path]) is (not path.startswith("heyuan-rule/") or path.endswith(".svg"))


def test_a_file_no_longer_made_goes(empty: Project, seed: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the format that was built; what other formats made stays."""
    seed("old")
    run(empty)
    monkeypatch.setattr(build_module, "begin", lambda format_: lambda *given: lambda: {"html/index.html": b"1"})
    monkeypatch.setattr(build_module, "grounds", lambda *given: {"word": "1"})
    run(empty, "heyuan-rule")
    assert [p for p in finished(empty) if p.startswith("heyuan-rule/")] == [
        "heyuan-rule/heyuan-rule.pdf",
        "heyuan-rule/html/index.html",
    ]


def test_one_failing_edition_leaves_the_old_set(empty: Project, seed: Callable[..., None]) -> None:
    seed("old")
    run(empty)
    before = finished(empty)
    seed("new", fault="heyuan-standard")
    paths, found = run(empty)
    assert paths == []
    assert [d.code for d in found] == ["pdf.engine"]
    assert finished(empty) == before


def test_what_is_made_of_finished_files_joins_them(empty: Project, seed: Callable[..., None]) -> None:
    seed("new")
    report = Report()
    more = build(
        empty, (), ["pdf"], report, finish=lambda publication, files, found: {"more.pdf": b"".join(files.values())}
    )
    assert report.diagnostics == []
    made = finished(empty)
    for edition in EDITIONS:
        assert empty.build / edition / "more.pdf" in more
        assert made[f"{edition}/more.pdf"].startswith(made[f"{edition}/{edition}.pdf"])


def test_a_fault_in_what_is_made_of_finished_files_leaves_the_old_set(
    empty: Project, seed: Callable[..., None]
) -> None:
    seed("old")
    run(empty)
    before = finished(empty)
    seed("new")
    report = Report()

    def finish(publication: Publication, files: Mapping[str, bytes], report: Report) -> Mapping[str, bytes]:
        report.add(error("impose.no_binding", say("没有写怎样装订，不知道该怎样拼版"), Span("x")))
        return {}

    assert build(empty, (), ["pdf"], report, finish=finish) == []
    assert finished(empty) == before


def test_old_sets_are_swept(empty: Project, seed: Callable[..., None]) -> None:
    seed("old")
    run(empty)
    (stale,) = (empty.build / ".sets").iterdir()
    os.utime(stale, (time.time() - 3600,) * 2)
    seed("new")
    run(empty)
    assert len(list((empty.build / ".sets").iterdir())) == 1
    assert not stale.exists()


def test_real_folders_in_the_way_give_way(empty: Project, seed: Callable[..., None]) -> None:
    """Such as a build without symbolic links leaves, or an editor who copied a folder back."""
    (empty.build / "heyuan-rule").mkdir(parents=True)
    (empty.build / "heyuan-rule" / "notes.txt").write_text("mine")
    (empty.build / "mine").mkdir()
    (empty.build / "mine" / "notes.txt").write_text("mine")
    seed("new")
    run(empty, "heyuan-rule")
    assert set(finished(empty)) == {
        "heyuan-rule/heyuan-rule.pdf", "heyuan-rule/html/index.html", "heyuan-rule/html/a/b.svg", "mine/notes.txt",
    }  # fmt: skip


# -- faults at every step ------------------------------------------------------------------------------------


class Faults:
    """Counts calls that touch the build folder and makes the ``at``-th raise ``errno``; 0 only counts."""

    def __init__(self, at: int, number: int, root: Path) -> None:
        self.at, self.number, self.root, self.calls = at, number, str(root), 0

    def step(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise OSError(self.number, os.strerror(self.number))

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if any(str(a).startswith(self.root) or isinstance(a, int) for a in arguments[:2]):
                self.step()
            return function(*arguments, **options)

        return call


@contextmanager
def faulty(at: int, number: int, root: Path, *, without: Sequence[str] = ()) -> Iterator[Faults]:
    faults = Faults(at, number, root)
    real_open = io.open

    def opening(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        handle = real_open(file, mode, *arguments, **options)
        if "w" in mode and str(file).startswith(faults.root):
            try:
                faults.step()
                real_write = handle.write

                class Disk:  # runs full in the middle of a file
                    def __enter__(self) -> Disk:
                        return self

                    def __exit__(self, *fault: object) -> None:
                        handle.close()

                    def __getattr__(self, name: str) -> Any:
                        return getattr(handle, name)

                    def write(self, data: bytes) -> int:
                        real_write(data[: len(data) // 2])
                        faults.step()
                        return int(real_write(data[len(data) // 2 :]))

                return Disk()
            except OSError:
                handle.close()
                raise
        return handle

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(io, "open", opening)
        for name in ("fsync", "mkdir", "link", "symlink", "rename", "replace", "open", "chmod"):
            if name not in without:
                patch.setattr(os, name, faults.around(getattr(os, name)))
        yield faults


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "build.disk_full"), (errno.EACCES, "build.unwritable"), (errno.EIO, "build.write_failed")],
)
@pytest.mark.parametrize(
    ("before", "editions"),
    [((), ()), ((), ("heyuan-rule",)), (("heyuan-rule",), ())],
    ids=["all again", "one again", "one, then all"],
)
def test_a_fault_at_any_step_leaves_the_old_set(
    number: int,
    code: str,
    before: tuple[str, ...],
    editions: tuple[str, ...],
    tmp_path: Path,
    seed: Callable[..., None],
) -> None:
    """SQLite's way: fail the N-th call, N = 1, 2, … until a build comes through."""
    rounds = 0

    def start() -> tuple[Project, Snapshot]:
        nonlocal rounds
        rounds += 1
        project = Project(tmp_path / str(rounds), TODAY)
        seed("old")
        run(project, *before)
        seed("new")
        return project, finished(project)

    empty, old = start()
    at, come_through = 0, False
    while not come_through:
        at += 1
        assert at < 500
        with faulty(at, number, empty.build) as faults:
            paths, found = run(empty, *editions)
        now = finished(empty)
        come_through = faults.calls < at
        if paths:  # a fault after the switch, or a link that became a copy, is no fault of the build
            assert found == []
            assert [p for p in paths if b"old" in p.read_bytes()] == []
            assert finished(empty).keys() >= old.keys()
            empty, old = start()
        else:
            assert [(d.code, d.span.file) for d in found] == [(code, "build")], at
            assert now == old, at
    assert at > 10


@pytest.mark.parametrize("at", range(1, 60, 4))
def test_a_fault_in_the_first_build_leaves_nothing_half_done(
    at: int, empty: Project, seed: Callable[..., None]
) -> None:
    seed("new")
    with faulty(at, errno.ENOSPC, empty.build):
        paths, found = run(empty)
    assert paths == []
    assert [d.code for d in found] == ["build.disk_full"]
    assert not empty.build.exists() or finished(empty) == {}
    run(empty)
    assert len(finished(empty)) == 3 * len(EDITIONS)  # the next build heals


def test_a_file_where_the_folder_should_be(empty: Project, seed: Callable[..., None]) -> None:
    empty.build.write_text("not a folder")
    seed("new")
    paths, found = run(empty)
    assert paths == []
    assert [d.code for d in found] == ["build.write_failed"]
    assert empty.build.read_text() == "not a folder"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(empty: Project, seed: Callable[..., None]) -> None:
    seed("old")
    run(empty)
    before = finished(empty)
    seed("new")
    (empty.build / ".sets").chmod(0o500)
    try:
        paths, found = run(empty)
    finally:
        (empty.build / ".sets").chmod(0o700)
    assert paths == []
    assert [d.code for d in found] == ["build.unwritable"]
    assert finished(empty) == before


# -- without symbolic links (Windows, some network drives) -----------------------------------------------------


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any, **options: Any) -> None:
        raise OSError(errno.EPERM, "a required privilege is not held by the client")

    monkeypatch.setattr(os, "symlink", refuse)
    monkeypatch.setattr(Path, "symlink_to", refuse)


@pytest.mark.usefixtures("no_links")
def test_without_symbolic_links_the_set_changes_too(empty: Project, seed: Callable[..., None]) -> None:
    seed("old")
    run(empty)
    before = finished(empty)
    seed("new")
    run(empty)
    assert all(data == before[path].replace(b"old", b"new") for path, data in finished(empty).items())
    seed("old")
    run(empty, "heyuan-rule")
    assert list(finished(empty)) == list(before)
    assert b"old" in finished(empty)["heyuan-rule/heyuan-rule.pdf"]
    assert b"new" in finished(empty)["heyuan-cases/heyuan-cases.pdf"]


@pytest.mark.usefixtures("no_links")
def test_without_symbolic_links_a_fault_takes_all_back(empty: Project, seed: Callable[..., None]) -> None:
    """An open file, say: Windows refuses to rename its folder."""
    seed("old")
    run(empty)
    old = finished(empty)
    seed("new")
    for at in range(1, 2 * len(EDITIONS) + 1):
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(at, errno.EACCES, empty.build)
            patch.setattr(os, "replace", faults.around(os.replace))
            paths, found = run(empty)
        assert paths == []
        assert [d.code for d in found] == ["build.unwritable"]
        assert finished(empty) == old


# -- kill -9 and company -------------------------------------------------------------------------------------

#: Builds the same five editions again and again, each time under the next seed, and tells when one is done.
CHILD = """
import sys
from pathlib import Path
from generator import build as b
from generator.diagnostics import Report
from generator.project import Project

class Made:
    title = series = ""
    articles = ()
    def __init__(self, name): self.id = name

names = sys.argv[3].split(",")
first, rounds = int(sys.argv[2]), int(sys.argv[4])
b._publications = lambda project, editions, report, *known: [Made(n) for n in names]
for seed in range(first, first + rounds):
    b.grounds = lambda publication, project, format_: {publication.id: str(seed)}
    def write(made, *rest):
        files = {f"{n}.bin": f"{seed}|{made.id}|".encode() * 20000 for n in range(4)}
        return lambda: files | {"html/i.html": str(seed).encode()}
    b.begin = lambda format_: write
    report = Report()
    done = b.build(Project(Path(sys.argv[1])), (), ("html",), report)
    assert done and not report.diagnostics
    print(seed, flush=True)
"""
NAMES = ["甲", "乙", "丙"]


def child(root: Path, first: int, rounds: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(root), str(first), ",".join(NAMES), str(rounds)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def seed_of(folder: Path) -> int:
    """The one seed of a complete set; fails on a torn or mixed one."""
    seeds = set()
    for name in NAMES:
        files = sorted(p for p in (folder / name).rglob("*") if p.is_file())
        assert [p.name for p in files] == ["0.bin", "1.bin", "2.bin", "3.bin", "i.html"]
        for path in files:
            data = path.read_bytes().decode()
            seeds.add(data.partition("|")[0])
            if path.suffix == ".bin":
                assert data == f"{data.partition('|')[0]}|{name}|" * 20000
    assert len(seeds) == 1, f"mixed set: {seeds}"
    return int(seeds.pop())


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_kill_at_any_moment_leaves_a_complete_set(tmp_path: Path) -> None:
    chance = random.Random(20231229)
    last, kills = 0, 0
    while kills < 24:
        process = child(tmp_path, last + 1, 10_000)
        assert process.stdout is not None
        done = int(process.stdout.readline())  # at least one is through
        time.sleep(chance.uniform(0, 0.12))
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()
        assert process.wait() == -signal.SIGKILL
        process.stdout.close()
        done = int(rest[-1]) if rest else done
        now = seed_of(tmp_path / "build")
        assert done <= now <= done + 1  # the new one may be in place and not yet told
        last, kills = now, kills + 1


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_two_builds_at_once(tmp_path: Path) -> None:
    processes = [child(tmp_path, first, 12) for first in (1000, 2000)]
    looks = 0
    while any(p.poll() is None for p in processes):
        pointer = tmp_path / "build" / ".current"
        if pointer.is_symlink():
            assert seed_of(pointer.resolve()) // 1000 in (1, 2)
            looks += 1
        time.sleep(0.02)
    for process in processes:
        assert process.communicate()[0].split()[-1] in ("1011", "2011")
        assert process.returncode == 0
    assert seed_of(tmp_path / "build") in (1011, 2011)
    assert looks


def test_a_waiting_build_gets_its_turn(empty: Project, seed: Callable[..., None]) -> None:
    """A lock that a killed build left behind holds nobody up."""
    empty.build.mkdir()
    (empty.build / ".lock").write_bytes(b"")
    seed("new")
    assert run(empty)[1] == []


def test_sample_root_stays_clean() -> None:
    assert not (SAMPLE / "build").exists()


def test_json_of_a_full_disk_is_the_same_every_time(empty: Project, seed: Callable[..., None]) -> None:
    """No random folder name in what is printed."""
    seed("new")
    said = set()
    for _ in range(2):
        with faulty(9, errno.ENOSPC, empty.build):
            said.add(json.dumps([(d.code, str(d.message), str(d.span)) for d in run(empty)[1]]))
    assert len(said) == 1
