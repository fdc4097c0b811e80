"""The chain, and the one place that writes: whole sets of finished files, switched over at once."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from generator import each, limits
from generator.cache import Cache, changes, grounds, key
from generator.checks import CHECKS, READING_CHECKS, RECORD_CHECKS, privacy
from generator.compose import check_prose, compose
from generator.diagnostics import Diagnostic, Report, Severity, Span, Text, error, say
from generator.ignores import apply_ignores
from generator.load import load
from generator.memory import FORGETFUL, Memory
from generator.model import DRAFT, Publication, Records
from generator.printed import as_printed
from generator.privacy import keeping, outgoing, quiet
from generator.privacy.leaks import Sieve
from generator.project import Project
from generator.prose import Renderer
from generator.reading import Reading
from generator.records.edition import Edition
from generator.store import NOWHERE, Later, Store
from generator.typesetting import engine
from generator.workers import Workers
from generator.writers import begin, hands_over, writer

Files = Mapping[str, bytes]
#: Is told, for every format of an edition, why it is made again; nothing if it is not.
Why = Callable[[Publication, str, Sequence[Text]], None]
#: Makes more files of an edition's finished ones.
Finish = Callable[[Publication, Files, Report], Files]


def check(project: Project, editions: Sequence[str], report: Report) -> None:
    """Everything that could be wrong with the records and with the editions as they would be printed."""
    _publications(project, editions, report)


def read(project: Project, editions: Sequence[str], report: Report) -> Iterator[Reading]:
    """The editions named (all if none is) as their readers meet them, whatever checks would say of them."""
    records = load(project, report)
    if report.failed:
        return
    for edition, given in _chosen(records, editions, report):
        known = as_printed(edition, given, project)
        yield Reading(compose(edition, known, project, report), known, project)


def build(
    project: Project,
    editions: Sequence[str],
    formats: Sequence[str],
    report: Report,
    progress: Callable[[str], None] = lambda line: None,
    finish: Finish = lambda publication, files, report: {},
    why: Why = lambda publication, format_, reasons: None,
    workers: Workers | None = None,
    memory: Memory = FORGETFUL,
) -> list[Path]:
    """Build editions (all if none is named); the paths of the files to open, or nothing if a fault was reported.

    content/ -> Records -> Publication -> checks -> files (-> finish) -> opened and looked through again ->
    build/<edition>/, the old set kept until the new one is complete. Files whose grounds have not changed are taken
    from the cache; the rest is made by ``workers``, which stay for the next build, or by some of its own. What
    ``memory`` holds of earlier builds is taken again where nothing it was made of has changed.
    """
    memory.turn()
    finished: dict[str, Files] = {}
    with nullcontext(workers) if workers else Workers() as working:
        if "pdf" in formats and not (project.build / ".cache").is_dir():  # much to set: no time to lose
            working.warm(engine.ready)
        store = Later(project.build / ".cache")
        publications = _publications(project, editions, report, memory, store)
        if report.failed:
            return []
        store.settle()
        made = _finished(project, publications, formats, why, working)
        for publication, (files, found) in zip(publications, made, strict=True):
            progress(f"{publication.title}　{publication.series}")
            report.extend(found)
            finished[publication.id] = files if report.failed else {**files, **finish(publication, files, report)}
    if not report.failed:
        report.extend(looked_through(project, finished))
    if report.failed:
        return []
    return switch(project, finished, report)


def _publications(
    project: Project, editions: Sequence[str], report: Report, memory: Memory = FORGETFUL, store: Store = NOWHERE
) -> list[Publication]:
    publications: list[Publication] = []
    rosters = keeping.held(project, report)  # the key to it lies outside the project
    with _watched(report, say("检查"), Span("content")), limits.confined_to(project):
        records = load(project, report, memory)
        for rule in RECORD_CHECKS:
            with _watched(report, say("检查 {name}", name=rule.__name__), Span("content"), _PATIENCE):
                report.extend(rule(records))
        prose = check_prose(records, project, report, memory, store)
        publications += [
            composed(edition, known, project, report, prose if known is records else None, memory, rosters)
            for edition, given in _chosen(records, editions, report)
            for known in (as_printed(edition, given, project),)
        ]
        apply_ignores(project, report)
    quiet.keep(report, project, rosters.secrets)
    return publications


def composed(
    edition: Edition,
    records: Records,
    project: Project,
    report: Report,
    prose: Renderer | None = None,
    memory: Memory = FORGETFUL,
    rosters: keeping.Held | None = None,
) -> Publication:
    """The publication of an edition, looked over as it will be printed; ``prose`` and ``memory`` as for `compose`."""
    spot = records.origin(edition).span()
    rosters = rosters or keeping.held(project, report)
    with limits.confined_to(project):
        publication = compose(edition, records, project, report, prose, memory)
        for check_ in CHECKS:
            with _watched(report, say("检查 {name}", name=check_.__name__), spot, _PATIENCE):
                report.extend(check_(publication, records))
        reading = Reading(publication, records, project, rosters)
        for look in READING_CHECKS:
            with _watched(report, say("检查 {name}", name=look.__name__), spot, _PATIENCE):
                report.extend(look(reading))
        why = privacy.draft(reading)
    return publication if why is None else replace(publication, draft=str(why))


#: Seconds of processor time that a check may take, and a writer for the edition and for each of its articles.
_PATIENCE, _WRITING, _WRITING_EACH = 20, 60, 5


@contextmanager
def _watched(report: Report, work: Text, spot: Span, seconds: float = 0) -> Iterator[None]:
    """Work that becomes a word about ``spot`` if it doesn't end, eats all memory, or tries what it may not."""
    try:
        with limits.at_most(seconds) if seconds else nullcontext():
            yield
    except limits.TOO_MUCH:
        hint = say("看这里有没有特别长的表格、特别多的条目；找不出就把这一行报给维护的人")
        report.add(error("build.endless", say("{work}用尽了时间或内存，停了下来", work=work), spot, hint))
    except limits.DeniedError as denied:
        message = say("{work}时，有内容想读写工作区以外的东西（{event}），拦下了", work=work, event=denied.event)
        report.add(error("build.denied", message, spot, say("从最近改动的稿件和图查起；来路不明的文件先拿掉")))


def _chosen(records: Records, names: Sequence[str], report: Report) -> Iterator[tuple[Edition, Records]]:
    """The editions named, or all; a 每站一册 only if it is named, and then the edition of each of its stations."""
    for edition in records.of(Edition):
        if edition.id not in names if names else edition.for_each:
            continue
        if not edition.for_each:
            yield edition, records
        for station in each.stations(edition, records) if edition.for_each else ():
            if (found := each.of_station(edition, station, records, report)) is not None:
                yield found[0], records.joined(*found)


# -- writing -------------------------------------------------------------------------------------------------


def _finished(
    project: Project, publications: Sequence[Publication], formats: Sequence[str], why: Why, workers: Workers
) -> Iterator[tuple[Files, list[Diagnostic]]]:
    """Files and diagnostics of each edition, in order: from the cache what is there, the rest made now."""
    store = Store(project.build / ".cache")
    cache = Cache(store)
    given = {(p.id, f): grounds(p, project, f) for p in publications for f in formats}
    kept = {place: cache.get(key(found)) for place, found in given.items()}
    lacking = [(p, f) for p in publications for f in formats if kept[p.id, f] is None]
    made = _made(project, lacking, workers, store)
    for publication in publications:
        files: dict[str, bytes] = {}
        diagnostics: list[Diagnostic] = []
        for format_ in formats:
            place = publication.id, format_
            found = kept[place] or next(made)
            why(publication, format_, [] if kept[place] else changes(cache.last(*place), given[place]))
            if not kept[place] and not any(d.severity is Severity.ERROR for d in found[1]):
                cache.put(key(given[place]), *found)
                cache.note(*place, given[place])
            files.update(found[0])
            diagnostics += found[1]
        yield files, diagnostics
    store.sweep()


def _made(
    project: Project, jobs: Sequence[tuple[Publication, str]], workers: Workers, store: Store
) -> Iterator[tuple[Files, list[Diagnostic]]]:
    """What each writer makes of its publication, in order; what can be done beside this process is begun at once."""
    reports = [Report() for _ in jobs]
    finishing = [
        begin(format_)(publication, project, report, workers, store)
        for (publication, format_), report in zip(jobs, reports, strict=True)
    ]
    for (publication, format_), finish, report in zip(jobs, finishing, reports, strict=True):
        files: Files = {}
        with _writing(project, publication, format_, report):
            files = finish()
        yield files, report.diagnostics


@contextmanager
def _writing(project: Project, publication: Publication, format_: str, report: Report) -> Iterator[None]:
    work = say("给《{title}》出 {format}", title=publication.title, format=format_)
    seconds = _WRITING + _WRITING_EACH * len(publication.articles)
    apart = nullcontext() if hands_over(format_) else limits.confined_to(project)  # processes are begun, and confined
    with _watched(report, work, Span(publication.id), seconds), apart:
        yield


def looked_through(project: Project, finished: Mapping[str, Files]) -> Iterator[Diagnostic]:
    """What may not leave the house in the finished files of editions, whatever the records said."""
    secrets = keeping.held(project, Report()).secrets  # what is wrong with a roster was said when records were checked
    sieve = Sieve(secrets.find) if secrets is not None else None
    for edition, files in finished.items():
        named = {f"{edition}/{name}": data for name, data in files.items()}
        yield from outgoing.look_through(named, secrets, Store(project.build / ".cache"), sieve)


def written(project: Project, publication: Publication, format_: str, report: Report) -> Files:
    """What one writer makes of a publication, in this process and past the cache."""
    with _writing(project, publication, format_, report):
        return writer(format_)(publication, project, report)
    return {}


# -- one switch ----------------------------------------------------------------------------------------------


def switch(project: Project, finished: Mapping[str, Mapping[str, bytes | Path]], report: Report) -> list[Path]:
    """Put finished editions in place of the old ones, all or none. A file may be given where it lies.

    ``build/.sets/<set>/<edition>/…`` is written and synced; then one rename turns ``build/.current`` to it.
    ``build/<edition>`` points through ``.current``. Editions that were not built come along as hard links.
    """
    build = project.build
    new: Path | None = None
    try:
        build.mkdir(parents=True, exist_ok=True)
        with _lock(build):
            sets = build / ".sets"
            sets.mkdir(exist_ok=True)
            new = Path(tempfile.mkdtemp(dir=sets))
            new.chmod(0o755)
            for edition, files in finished.items():
                for name, data in files.items():
                    _write_file(_within(new, f"{edition}/{name}"), data)
            _keep_others(build / ".current", new)
            _sync_folders(new)
            _sync_folder(sets)
            if not _point(build, new):
                _exchange(build, new)
            with suppress(OSError):  # the new set is in place: what follows must not undo it
                _sync_folder(build)
                _sweep(build)
    except OSError as fault:
        if new is not None:
            shutil.rmtree(new, ignore_errors=True)
        report.add(_not_written(fault))
        return []
    return [build / edition / name for edition, files in finished.items() for name in files if _is_front(name)]


def _is_front(name: str) -> bool:
    """Whether a file is one to open, not a part of another."""
    return "/" not in name or name.endswith("/index.html")


def _not_written(fault: OSError) -> Diagnostic:
    where = Span("build")
    if fault.errno in _FULL:
        return error("build.disk_full", say("磁盘满了，没有写成"), where, say("腾出空间再运行；原来的成品没有动"))
    if fault.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return error(
            "build.unwritable",
            say("build 文件夹写不进去：{reason}", reason=fault.strerror or "?"),
            where,
            say("关掉正打开着的成品，检查文件夹权限；原来的成品没有动"),
        )
    return error(
        "build.write_failed", say("写文件失败：{reason}", reason=fault.strerror or "?"), where, say("原来的成品没有动")
    )


_FULL = (errno.ENOSPC, errno.EDQUOT)


def _within(folder: Path, name: str) -> Path:
    """The file of that name below a folder. Raises ``OSError`` for a name that leads out of it."""
    path = folder / name
    if ".." in path.parts or not path.is_relative_to(folder) or path == folder:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return path


def _write_file(path: Path, data: bytes | Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(data, Path):
        _link(data, path)
        return
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _keep_others(old: Path, new: Path) -> None:
    """Take along from the old set what was not built: other editions, and other formats of the same."""
    built = {(place.parts[0], _format(place)) for place in _files_in(new)}
    for place in _files_in(old.resolve()) if old.is_dir() else []:
        if (place.parts[0], _format(place)) in built:
            continue
        source, target = old.resolve() / place, new / place
        target.parent.mkdir(parents=True, exist_ok=True)
        _link(source, target)


def _files_in(folder: Path) -> list[Path]:
    """The files below a folder, relative to it. Raises ``OSError`` where ``rglob`` would leave out something."""

    def fail(fault: OSError) -> None:
        raise fault

    found = [Path(at, name).relative_to(folder) for at, _, names in os.walk(folder, onerror=fail) for name in names]
    return sorted(found)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _format(place: Path) -> str:
    """What tells the files of one format from another's: their folder, or their ending.

    A review copy that is out stays beside a newer Word file; a draft takes the place of what it is a draft of.
    """
    if place.stem.removesuffix(f"-{DRAFT}").endswith(_REVIEW):
        return _REVIEW
    return place.parts[1].removesuffix(f"-{DRAFT}") if len(place.parts) > 2 else place.suffix


_REVIEW = "-审阅版"


def _sync_folders(root: Path) -> None:
    for folder in [root, *(p for p in root.rglob("*") if p.is_dir())]:
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _point(build: Path, new: Path) -> bool:
    """The switch: one rename, before which nothing of the old set is touched; false without symbolic links."""
    pointer = build / ".current-new"
    pointer.unlink(missing_ok=True)
    try:
        pointer.symlink_to(Path(".sets") / new.name, target_is_directory=True)
    except (OSError, NotImplementedError) as fault:
        if isinstance(fault, OSError) and fault.errno in _FULL:
            raise
        return False
    aside, linked = new.with_name(f"{new.name}-old"), []
    try:
        for name in sorted(p.name for p in new.iterdir()):
            place = build / name
            if not place.is_symlink():
                linked.append(name)
                _move(place, aside / name)
                place.symlink_to(Path(".current") / name, target_is_directory=True)
        os.replace(pointer, build / ".current")
    except OSError:
        for name in linked:
            if (build / name).is_symlink():
                (build / name).unlink()
            _move(aside / name, build / name)
        pointer.unlink(missing_ok=True)
        raise
    shutil.rmtree(aside, ignore_errors=True)
    return True


def _exchange(build: Path, new: Path) -> None:
    """Where there are no symbolic links: folder after folder changes places, all back again if one can't."""
    aside = new.with_name(f"{new.name}-old")
    names = sorted(p.name for p in new.iterdir())
    try:
        for name in names:
            _move(build / name, aside / name)
            os.replace(new / name, build / name)
    except OSError:
        for name in names:
            if not (new / name).exists():
                _move(build / name, new / name)
            _move(aside / name, build / name)
        raise
    shutil.rmtree(aside, ignore_errors=True)
    shutil.rmtree(new, ignore_errors=True)


def _move(source: Path, target: Path) -> None:
    if source.is_symlink() or source.exists():
        target.parent.mkdir(exist_ok=True)
        os.replace(source, target)


#: Sets older than this many seconds that nobody points to are swept away.
_OLD = 600


def _sweep(build: Path) -> None:
    current = (build / ".current").resolve()
    for folder in (build / ".sets").iterdir():
        if folder.resolve() != current and time.time() - folder.stat().st_mtime > _OLD:
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
