"""The chain, and the one place that writes: whole sets of finished files, switched over at once."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from generator.checks import CHECKS, RECORD_CHECKS
from generator.compose import check_prose, compose
from generator.diagnostics import Diagnostic, Report, Span, error, say
from generator.ignores import apply_ignores
from generator.load import load
from generator.model import Publication, Records
from generator.project import Project
from generator.records.edition import Edition
from generator.writers import writer

Files = Mapping[str, bytes]


def check(project: Project, editions: Sequence[str], report: Report) -> None:
    """Everything that could be wrong with the records and with the editions as they would be printed."""
    _publications(project, editions, report)


def build(
    project: Project,
    editions: Sequence[str],
    formats: Sequence[str],
    report: Report,
    progress: Callable[[str], None] = lambda line: None,
) -> list[Path]:
    """Build editions (all if none is named) and return the finished files' paths, or nothing if a fault was reported.

    content/ -> Records -> Publication -> checks -> files -> build/<edition>/, the old set kept until the
    new one is complete.
    """
    publications = _publications(project, editions, report)
    if report.failed:
        return []
    finished: dict[str, Files] = {}
    jobs = [(project, publication.id, tuple(formats)) for publication in publications]
    for publication, (files, found) in zip(publications, _write_all(jobs), strict=True):
        progress(f"{publication.title}　{publication.series}")
        report.extend(found)
        finished[publication.id] = files
    if report.failed:
        return []
    return _switch(project, finished, report)


def _publications(project: Project, editions: Sequence[str], report: Report) -> list[Publication]:
    records = load(project, report)
    for rule in RECORD_CHECKS:
        report.extend(rule(records))
    check_prose(records, project, report)
    publications = []
    for edition in _chosen(records, editions):
        publication = compose(edition, records, project, report)
        for check_ in CHECKS:
            report.extend(check_(publication, records))
        publications.append(publication)
    apply_ignores(project, report)
    return publications


def _chosen(records: Records, names: Sequence[str]) -> list[Edition]:
    every = [r for r in records if isinstance(r, Edition)]
    return [e for e in every if not names or e.id in names]


# -- writing -------------------------------------------------------------------------------------------------


def _write_all(jobs: Sequence[tuple[Project, str, tuple[str, ...]]]) -> Iterator[tuple[Files, list[Diagnostic]]]:
    """Files and diagnostics of each edition, in order; several editions share the processor's cores."""
    workers = min(len(jobs), os.cpu_count() or 1)
    if workers < 2:
        yield from (_write(*job) for job in jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_write, *zip(*jobs, strict=True))


def _write(project: Project, edition_id: str, formats: tuple[str, ...]) -> tuple[Files, list[Diagnostic]]:
    """One edition's files. Loads and composes anew: trees don't travel between processes, and it takes no time."""
    report = Report()
    quiet = Report()  # what loading says has been said
    records = load(project, quiet)
    edition = records[edition_id]
    assert isinstance(edition, Edition)
    publication = compose(edition, records, project, quiet)
    files: dict[str, bytes] = {}
    for name in formats:
        files.update(writer(name)(publication, project, report))
    return files, report.diagnostics


# -- one switch ----------------------------------------------------------------------------------------------


def _switch(project: Project, finished: Mapping[str, Files], report: Report) -> list[Path]:
    """Put finished editions in place of the old ones, all or none.

    ``build/.sets/<set>/<edition>/…`` is written and synced; then one rename turns ``build/.current`` to it.
    ``build/<edition>`` points through ``.current``. Editions that were not built come along as hard links.
    """
    build = project.build
    new: Path | None = None
    try:
        build.mkdir(parents=True, exist_ok=True)
        with _lock(build):
            (build / ".sets").mkdir(exist_ok=True)
            new = Path(tempfile.mkdtemp(dir=build / ".sets"))
            new.chmod(0o755)
            old = _current(build)
            for edition, files in finished.items():
                for name, data in files.items():
                    _write_file(new / edition / name, data)
            if old is not None:
                for folder in sorted(p for p in old.iterdir() if p.is_dir() and p.name not in finished):
                    shutil.copytree(folder, new / folder.name, copy_function=_link)
            _sync_folders(new)
            _point(build, new)
            _sweep(build, new)
    except OSError as fault:
        if new is not None:
            shutil.rmtree(new, ignore_errors=True)
        report.add(_not_written(fault, project))
        return []
    return [build / edition / name for edition, files in finished.items() for name in files]


def _not_written(fault: OSError, project: Project) -> Diagnostic:
    where = Span(project.relative(Path(fault.filename)) if isinstance(fault.filename, str) else "build")
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return error("build.disk_full", say("磁盘满了，没有写成"), where, say("腾出空间再运行；原来的成品没有动"))
    if fault.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return error(
            "build.unwritable",
            say("build 文件夹写不进去：{reason}", reason=fault.strerror or "?"),
            where,
            say("关掉正打开着的成品，检查文件夹权限；原来的成品没有动"),
        )
    return error("build.write_failed", say("写文件失败：{reason}", reason=fault.strerror or "?"), where, say("原来的成品没有动"))


def _write_file(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _sync_folders(root: Path) -> None:
    if os.name != "posix":
        return
    for folder in [root, *(p for p in root.rglob("*") if p.is_dir())]:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _current(build: Path) -> Path | None:
    pointer = build / ".current"
    if pointer.is_symlink() or pointer.is_dir():
        target = pointer.resolve()
    elif pointer.is_file():
        target = build / ".sets" / pointer.read_text(encoding="utf-8").strip()
    else:
        return None
    return target if target.is_dir() else None


def _point(build: Path, new: Path) -> None:
    """The switch: one rename. Without symbolic links (Windows) the folders are exchanged one by one after it."""
    link = build / f".current-{os.getpid()}"
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(Path(".sets") / new.name, target_is_directory=True)
        os.replace(link, build / ".current")
        linked = True
    except (OSError, NotImplementedError):
        if os.name == "posix":
            raise
        link.write_text(new.name, encoding="utf-8")
        os.replace(link, build / ".current")
        linked = False
    for folder in sorted(p.name for p in new.iterdir()):
        place = build / folder
        if linked:
            if not place.is_symlink():
                if place.exists():
                    shutil.rmtree(place)
                place.symlink_to(Path(".current") / folder, target_is_directory=True)
        else:
            fresh, stale = build / f".{folder}-new", build / f".{folder}-old"
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(new / folder, fresh, copy_function=_link)
            if place.exists():
                shutil.rmtree(stale, ignore_errors=True)
                os.replace(place, stale)
            os.replace(fresh, place)
            shutil.rmtree(stale, ignore_errors=True)


#: Sets older than this many seconds that nobody points to are swept away.
_OLD = 600


def _sweep(build: Path, keep: Path) -> None:
    for folder in (build / ".sets").iterdir():
        if folder != keep and time.time() - folder.stat().st_mtime > _OLD:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _lock(build: Path) -> Iterator[None]:
    """Only one process switches at a time; a second one waits."""
    with (build / ".lock").open("a+b") as file:
        if os.name == "posix":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        else:
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
        yield
