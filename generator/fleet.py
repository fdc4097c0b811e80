"""Whole editions through an executor: on this machine's cores, or on a cluster of machines.

A *task* is one edition, or that of one station; it says where its sources are and where its files go, so any machine
can do it. Whoever gets it (:func:`watched`) has a :mod:`~generator.lane` do it under limits, and brings an *outcome*
home. A task done twice changes nothing: its files have the same bytes, and a manifest, written last, says that they
are there.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import FrameType

from generator import __version__, cache, each, sources
from generator.build import composed, looked_through, switch, written
from generator.checks import RECORD_CHECKS
from generator.compose import check_prose
from generator.diagnostics import Diagnostic, Report, Severity, Span, Text, as_data, error, from_data, say
from generator.ignores import apply_ignores
from generator.lane import Crumb, Limits, StoppedError, forget_peak, lanes, peak, trail
from generator.load import load
from generator.model import Article, Records
from generator.places import Place, place
from generator.places import address as address_of
from generator.privacy import keeping, quiet
from generator.project import Project, read_file
from generator.publications import Piece
from generator.readers.text import LARGEST
from generator.records.edition import Edition
from generator.records.station import Station
from generator.store import Store

LIMITS = Limits(300, 2 * 1024**3)


@dataclass(frozen=True)
class Task:
    """One edition to be built by whichever machine gets it.

    ``sources`` is a workspace on this machine, used where it is, or an address that it is taken from; ``revision``
    says which state of it is meant. ``results`` is the address that ``<name>/`` is written below.
    """

    edition: str
    station: str | None
    formats: tuple[str, ...]
    sources: str
    revision: str
    results: str
    today: dt.date
    strict: bool = False
    limits: Limits = LIMITS

    @property
    def name(self) -> str:
        """The id of the edition, and the folder of its files."""
        return f"{self.edition}-{self.station}" if self.station else self.edition


@dataclass(frozen=True)
class Outcome:
    """What became of a task: what was found, the hashes of its files by name – none if it failed or prints nothing.

    ``seconds`` by the clock, ``processor`` seconds and ``memory`` (bytes, of the whole process at most) are what it
    took; ``fresh`` is false for files that were there already.
    """

    name: str
    title: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    files: Mapping[str, str] | None = None
    seconds: float = 0.0
    processor: float = 0.0
    memory: int = 0
    fresh: bool = True

    @property
    def failed(self) -> bool:
        return self.files is None and any(d.severity is Severity.ERROR for d in self.diagnostics)


Work = Callable[[Task], Outcome]
#: Is told of every outcome as it comes, with how many there are now and will be.
Tell = Callable[[Outcome, int, int], None]
#: Opens an executor and closes it.
Hire = Callable[[], AbstractContextManager[Executor]]


# -- one task, in a process of its own -------------------------------------------------------------------------------


def make(task: Task) -> Outcome:
    """Build one edition and put its files where they belong. Faults come back in the outcome."""
    begin, spent = time.perf_counter(), time.process_time()
    forget_peak()
    report: Report = _StrictReport() if task.strict else Report()
    trail().stage("load", clock="load")
    title, files, fresh = "", None, True
    try:
        project, records = _workspace(task)
        title, files, fresh = _made(task, project, records, report)
    except sources.ChangedError as fault:
        report.add(_changed(str(fault)))
    except _UnreachableError as fault:
        report.add(fault.diagnostic)
    except OSError as fault:
        where = Span(task.results)
        message = say("写不进去：{reason}", reason=fault.strerror or type(fault).__name__)
        report.add(error("fleet.unwritable", message, where, say("检查地址、权限和剩余空间，再运行一次")))
    seconds = time.perf_counter() - begin
    spent = time.process_time() - spent
    gc.collect()  # pages laid out hold each other in circles, and would pile up until the collector thinks of them
    return Outcome(task.name, title, tuple(report.sorted(strict=task.strict)), files, seconds, spent, peak(), fresh)


class _StrictReport(Report):
    @property
    def failed(self) -> bool:
        return bool(self.diagnostics)


class _UnreachableError(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


def _changed(name: str) -> Diagnostic:
    return error(
        "fleet.sources_changed",
        say("出的过程中稿件改了"),
        Span(name),
        say("存好稿件再运行一次；没有变的不会重出"),
    )


def _workspace(task: Task) -> tuple[Project, Records]:
    """The workspace of a task and its records: loaded once a revision, what is wrong with them being known."""
    root, records = _loaded(task.sources, task.revision, task.results)
    return Project(root, task.today), records


@lru_cache(maxsize=1)
def _loaded(address: str, revision: str, results: str) -> tuple[Path, Records]:
    project = Project(_root(address, revision, results))
    records = load(project, Report()).alone()
    if _in_place(address) and sources.stamp(project) != revision:
        raise sources.ChangedError("content")
    gc.collect()
    gc.freeze()  # the records stay: later collections needn't look through them
    return project.root, records


def _in_place(address: str) -> bool:
    """Whether sources are a workspace of this machine, not an address that others reach too."""
    return "://" not in address


def _root(address: str, revision: str, results: str) -> Path:
    if _in_place(address):
        return Path(address)
    try:
        listed = _opened(results).read(_listed(revision))
        if listed is None:
            raise _UnreachableError(
                error(
                    "fleet.no_results",
                    say("工作机读不到放成品的地方"),
                    Span(results),
                    say("--results 要写每台机器都看得到的共享文件夹或地址"),
                )
            )
        return sources.take(_opened(address), sources.read(listed))
    except OSError as fault:
        message = say("工作机读不到稿件：{reason}", reason=fault.strerror or type(fault).__name__)
        hint = say("--sources 要写每台机器都看得到的共享文件夹或地址")
        raise _UnreachableError(error("fleet.no_sources", message, Span(address), hint)) from fault


def _opened(address: str) -> Place:
    found = place(address)
    if isinstance(found, Text):
        raise _UnreachableError(error("fleet.bad_address", found, Span(address), say("照 zhankan build --help 写地址")))
    return found


def _listed(revision: str) -> str:
    return f".sources/{revision}.json"


def _made(task: Task, project: Project, records: Records, report: Report) -> tuple[str, dict[str, str] | None, bool]:
    edition = records.get(task.edition)
    if not isinstance(edition, Edition):
        report.add(_changed(task.edition))
        return "", None, True
    spot = records.origin(edition).file
    station = records.get(task.station)
    if isinstance(station, Station):
        found = each.of_station(edition, station, records, report)
        if found is None:
            return station.title, None, True
        edition, records = found[0], records.joined(*found)
    trail().stage("compose", _look(records), clock=task.name, file=spot)
    rosters = keeping.held(project, report)
    publication = composed(edition, records, project, report, rosters=rosters)
    apply_ignores(project, report, partial=True)
    quiet.keep(report, project, rosters.secrets)
    title = f"{publication.title}　{publication.series}"
    if report.failed:
        return title, None, True
    grounds = [sorted(cache.grounds(publication, project, f).items()) for f in task.formats]
    key = hashlib.sha256(json.dumps(grounds, ensure_ascii=False).encode()).hexdigest()
    results = _opened(task.results)
    if (kept := _kept(results, task.name, key)) is not None:
        report.extend(kept[1])
        return title, None if report.failed else kept[0], False
    files: dict[str, bytes] = {}
    before = len(report.diagnostics)
    for format_ in task.formats:
        trail().stage("write", _look(records), clock=task.name, file=spot, format=format_)
        files.update(written(project, publication, format_, report))
    apply_ignores(project, report, partial=True)
    if not report.failed:
        report.extend(looked_through(project, {edition.id: files}))
    if report.failed:
        return title, None, True
    trail().stage("put", clock=task.name, file=spot)
    return title, _put(results, task.name, key, files, report.diagnostics[before:]), True


def _look(records: Records) -> Callable[[Iterator[FrameType]], Crumb]:
    """Finds the article that is being composed or laid out among what the functions at work hold in their hands."""

    def look(frames: Iterator[FrameType]) -> Crumb:
        for frame in frames:
            for value in list(frame.f_locals.values()):
                identifier = title = ""
                if isinstance(value, Article | Piece):
                    identifier, title = value.id, value.title
                elif getattr(value, "element_tag", None) == "article":  # a box of WeasyPrint's
                    identifier = str(value.element.get("id") or "")
                if identifier:
                    record = records.get(identifier)
                    found = {"article": (record.title if record else title) or title or identifier}
                    return found | ({"file": records.origin(record).file} if record else {})
        return {}

    return look


# -- results -----------------------------------------------------------------------------------------------------------

_MANIFEST = "manifest.json"


def _kept(results: Place, name: str, key: str) -> tuple[dict[str, str], list[Diagnostic]] | None:
    """Files that are there, made on the same grounds, and what was said of them."""
    try:
        found = json.loads(results.read(f"{name}/{_MANIFEST}") or b"null")
        files = {str(file): (str(sha), int(size)) for file, (sha, size) in found["files"].items()}
        sizes = results.sizes(name) if found["key"] == key else {}
        if any(sizes.get(f"{name}/{file}") != size for file, (_, size) in files.items()) or not sizes:
            return None
        return {file: sha for file, (sha, _) in files.items()}, [from_data(d) for d in found["diagnostics"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _put(
    results: Place, name: str, key: str, files: Mapping[str, bytes], diagnostics: Iterable[Diagnostic]
) -> dict[str, str]:
    """Write the files of an edition, the manifest last; meanwhile there is none. What is no longer made goes."""
    results.remove(f"{name}/{_MANIFEST}")
    for file, data in files.items():
        results.write(f"{name}/{file}", data)
    for file in results.sizes(name):
        if file.removeprefix(f"{name}/") not in files:
            results.remove(file)
    hashes = {file: hashlib.sha256(data).hexdigest() for file, data in sorted(files.items())}
    manifest = {
        "program": __version__,
        "key": key,
        "files": {file: [sha, len(files[file])] for file, sha in hashes.items()},
        "diagnostics": [as_data(d) for d in diagnostics],
    }
    results.write(f"{name}/{_MANIFEST}", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    return hashes


# -- one task, watched -------------------------------------------------------------------------------------------------

#: An edition that has ended its process so many times does it.
_TRIES = 2


def watched(task: Task, work: Work = make) -> Outcome:
    """The outcome of a task done in a lane under its limits; whatever it does there, this process lives on."""
    begin = time.perf_counter()
    for attempt in range(_TRIES):
        try:
            with lanes().one() as lane:
                return lane.call(work, task, task.limits)
        except StoppedError as stop:
            if stop.reason == "killed" and attempt + 1 < _TRIES and not lanes().ending:
                continue
            return Outcome(task.name, diagnostics=(_stopped(task, stop),), seconds=time.perf_counter() - begin)
    raise AssertionError


def _stopped(task: Task, stop: StoppedError) -> Diagnostic:
    crumb = stop.crumb
    span = Span(crumb.get("file") or task.name)
    at = _STAGES.get(crumb.get("stage", ""), say("启动"))
    if crumb.get("format"):
        at = say("{doing} {format}", doing=at, format=crumb["format"])
    if crumb.get("article"):
        at = say("{doing}，到《{article}》", doing=at, article=crumb["article"])
    if stop.reason == "time":
        return error(
            "fleet.time_limit",
            say("“{name}”超过 {seconds:g} 秒，停了下来；当时在{doing}",
                name=task.name, seconds=task.limits.seconds, doing=at),
            span,
            say("看这一篇有没有特别长的表格、特别大的图；确实要这么久，用 --limit-time 放宽"),
        )  # fmt: skip
    if stop.reason == "memory":
        return error(
            "fleet.memory_limit",
            say("“{name}”占内存超过 {megabytes} MB，停了下来；当时在{doing}",
                name=task.name, megabytes=task.limits.memory // 1024**2, doing=at),
            span,
            say("看这一篇有没有特别大的图；确实要这么多，用 --limit-memory 放宽"),
        )  # fmt: skip
    if stop.reason == "killed":
        return error(
            "fleet.killed",
            say("“{name}”两次让工作进程中途退出（{how}）；当时在{doing}", name=task.name, how=stop.how, doing=at),
            span,
            say("从这一篇查起：换掉刚加的图、表再试；系统日志里若有 Out of memory，用 --limit-memory 收紧"),
        )
    return error(
        "fleet.broke",
        say("程序自身出错，与稿件无关：{how}；当时在{doing}", how=stop.how, doing=at),
        span,
        say("把这一行报给维护的人；别的出版物照出"),
    )


_STAGES: Mapping[str, Text] = {
    "load": say("读稿件"),
    "compose": say("编排"),
    "write": say("排版"),
    "put": say("存成品"),
}


# -- all tasks ---------------------------------------------------------------------------------------------------------

#: Executors that may break down under a task before it is given up.
_ROUNDS = 3


def run(
    hire: Hire, tasks: Sequence[Task], tell: Tell = lambda outcome, done, all_: None, work: Work = make
) -> list[Outcome]:
    """The outcomes of all tasks, in their order. ``hire`` opens an executor, and a fresh one when that broke down.

    What a lost worker was doing is given to another; a task that three executors lose is given up.
    """
    waiting = {task.name: task for task in tasks}
    outcomes: dict[str, Outcome] = {}
    lost: Counter[str] = Counter()
    while waiting:
        with hire() as executor:
            futures = {executor.submit(watched, task, work): task for task in waiting.values()}
            for future in as_completed(futures):
                task = futures[future]
                try:
                    outcome = future.result()
                except Exception as fault:
                    if _is_loss(fault):
                        lost[task.name] += 1
                        if lost[task.name] < _ROUNDS:
                            continue
                        found = error(
                            "fleet.lost",
                            say("{count} 次都没有出成：做它的机器中途没了", count=_ROUNDS),
                            Span(task.name),
                            say("看工作机是不是关机、断网或内存用尽，再运行一次；出好的不会重出"),
                        )
                    else:
                        found = _stopped(task, StoppedError("raised", type(fault).__name__, {}))
                    outcome = Outcome(task.name, diagnostics=(found,))
                outcomes[task.name] = outcome
                del waiting[task.name]
                tell(outcome, len(outcomes), len(tasks))
    return [outcomes[task.name] for task in tasks]


def _is_loss(fault: Exception) -> bool:
    """Whether a machine or a pool went away, not the task wrong. Dask says ``KilledWorker``."""
    return isinstance(fault, BrokenExecutor | CancelledError | ConnectionError) or type(fault).__name__ in (
        "KilledWorker", "CommClosedError", "FutureCancelledError",
    )  # fmt: skip


def here(workers: int) -> Hire:
    """So many editions at a time on this machine."""

    @contextmanager
    def hire() -> Iterator[Executor]:
        executor = ThreadPoolExecutor(workers)
        try:
            yield executor
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            lanes().end()
            raise
        executor.shutdown()
        lanes().close()

    return hire


def on_cluster(address: str) -> Hire:
    """On the workers of the Dask scheduler at an address; raises ``ImportError``, ``OSError`` or ``ValueError``."""

    @contextmanager
    def hire() -> Iterator[Executor]:
        import distributed

        with distributed.Client(address, timeout="20s", set_as_default=False) as client:  # type: ignore[no-untyped-call]
            yield client.get_executor(pure=False)

    return hire


# -- a run -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """What is asked for: editions (all if none), ``for_each`` station or not, the stations if not all, where to build.

    Without ``results`` the finished editions are switched over into ``build/`` together. Without ``sources`` they are
    the workspace itself, which a cluster's workers must see under the same path.
    """

    editions: Sequence[str]
    formats: tuple[str, ...]
    for_each: bool = False
    stations: Sequence[str] = ()
    cluster: str = ""
    sources: str = ""
    results: str = ""
    workers: int = 0
    limits: Limits = LIMITS
    strict: bool = False


@dataclass(frozen=True)
class Done:
    """What became of an order: outcomes in the order of editions and stations, and where the finished ones are."""

    outcomes: Sequence[Outcome] = ()
    folders: Sequence[str] = ()


def build(project: Project, order: Order, report: Report, tell: Tell) -> Done:
    """Build whole editions side by side; one that fails keeps its old files, the others are finished.

    What is wrong with records is put down to the stations it is written for; if there is none, nothing is built and
    the report has it.
    """
    try:
        return _build(project, order, report, tell)
    except _UnreachableError as fault:
        report.add(fault.diagnostic)
    except ImportError:
        hint = say("运行 pip install 'zhankan[cluster]'")
        report.add(error("fleet.not_installed", say("没有装集群用的组件"), Span(order.cluster), hint))
    except sources.ChangedError as fault:
        report.add(_changed(str(fault)))
    except (OSError, ValueError) as fault:
        span = Span(order.cluster or order.results or order.sources or "build")
        message = say("连不上或写不进：{reason}", reason=getattr(fault, "strerror", None) or type(fault).__name__)
        report.add(error("fleet.unreachable", message, span, say("检查地址和网络；调度机要先启动")))
    return Done()


def _build(project: Project, order: Order, report: Report, tell: Tell) -> Done:
    staging = project.build / ".fleet"
    results = _absolute(order.results) or (address_of(staging) if order.cluster else str(staging.absolute()))
    address = _absolute(order.sources) or (address_of(project.root) if order.cluster else str(project.root.absolute()))
    _opened(results)
    workspace = project
    if _in_place(address):
        workspace = replace(project, root=Path(address))
        revision = sources.stamp(workspace)
    else:
        listed = sources.manifest(_opened(address))
        revision = sources.revision(listed)
        _opened(results).write(_listed(revision), sources.written(listed))
        if order.sources:
            workspace = replace(project, root=sources.take(_opened(address), listed))
    records = load(workspace, found := Report())
    for rule in RECORD_CHECKS:
        found.extend(rule(records))
    check_prose(records, workspace, found)
    apply_ignores(workspace, found, partial=True)
    general, blamed = _blamed(found.sorted(strict=order.strict), workspace, records)
    report.extend(general)
    if report.failed or (blamed and not order.for_each):
        report.extend(d for said in blamed.values() for d in said)
        return Done()
    if (unknown := _unknown(order, records)) is not None:
        report.add(unknown)
        return Done()
    tasks, refused = [], []
    for edition, station in _wanted(order, records, blamed):
        task = Task(
            edition.id, station, order.formats, address, revision, results, project.today, order.strict, order.limits
        )
        if said := blamed.get(station or ""):
            refused.append(Outcome(task.name, diagnostics=tuple(said)))
        else:
            tasks.append(task)
    count = len(tasks) + len(refused)
    for number, outcome in enumerate(refused, 1):
        tell(outcome, number, count)
    workers = min(order.workers or os.cpu_count() or 1, max(len(tasks), 1))
    hire = on_cluster(order.cluster) if order.cluster else here(workers)
    outcomes = run(hire, tasks, lambda outcome, done, _: tell(outcome, len(refused) + done, count)) if tasks else []
    outcomes = sorted([*refused, *outcomes], key=lambda outcome: outcome.name)
    finished = [outcome for outcome in outcomes if outcome.files is not None]
    if order.results:
        return Done(outcomes, [f"{results.rstrip('/')}/{outcome.name}" for outcome in finished])
    sets = {o.name: {file: staging / o.name / file for file in o.files or ()} for o in finished}
    if missing := next((path for files in sets.values() for path in files.values() if not path.is_file()), None):
        message = say("工作机写好的成品这里看不到：{file}", file=missing.name)
        hint = say("工作区要在每台机器都看得到的共享文件夹里，路径一样；或用 --results 写共享的地方")
        report.add(error("fleet.results_elsewhere", message, Span("build"), hint))
        return Done(outcomes)
    switch(project, sets, report)
    Store(project.build / ".cache").sweep()
    return Done(outcomes, [] if report.failed else [str(project.build / outcome.name) for outcome in finished])


def _absolute(address: str) -> str:
    """An address that means the same in every folder."""
    return str(Path(address).absolute()) if address and _in_place(address) else address


def _unknown(order: Order, records: Records) -> Diagnostic | None:
    """What is asked for and is not there."""
    where, editions = Span(order.sources or "content"), records.of(Edition)
    kinds = {edition.id: bool(edition.for_each) for edition in editions}
    if order.for_each and not any(kinds.values()):
        hint = say("在出版物里写上“每站一册: 镇街站”（或别的层级、全部）")
        return error("fleet.none_for_each", say("没有一份出版物是每站一册"), where, hint)
    for name in order.editions:
        if kinds.get(name) is not order.for_each:
            hint = say("zhankan list editions 列出全部出版物")
            return error("fleet.no_edition", say("没有“{name}”这份出版物", name=name), where, hint)
    for name in order.stations:
        if not isinstance(records.get(name), Station) and name not in records.faulty:
            hint = say("zhankan list stations 列出全部站点")
            return error("fleet.no_station", say("没有站点“{name}”", name=name), where, hint)
    return None


def _wanted(order: Order, records: Records, blamed: Mapping[str, object]) -> Iterator[tuple[Edition, str | None]]:
    """The editions asked for, with their stations; also stations that are known only by what is wrong with them."""
    for edition in records.of(Edition):
        if edition.id not in order.editions if order.editions else bool(edition.for_each) is not order.for_each:
            continue
        if not edition.for_each:
            yield edition, None
            continue
        stations = [station.id for station in each.stations(edition, records, order.stations)]
        lame = [s for s in blamed if s in records.faulty and (not order.stations or s in order.stations)]
        for station in sorted({*stations, *lame}):
            yield edition, station


_STATION = re.compile(r"(?:站点|station|编号|\bid)[\"']?\s*:\s*[\"']?([0-9A-Za-z][0-9A-Za-z_.-]*)")
_ITEM = re.compile(r"(?:  )?- ")


def _blamed(
    diagnostics: Iterable[Diagnostic], project: Project, records: Records
) -> tuple[list[Diagnostic], dict[str, list[Diagnostic]]]:
    """What concerns everybody, and errors by the stations whose records they are in.

    One station's slip must not keep the others from their editions. Whose it is, is read from the text, because a
    record with a fault in it is none.
    """
    known = {station.id for station in records.of(Station)} | records.faulty
    general: list[Diagnostic] = []
    blamed: dict[str, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        span = diagnostic.span
        try:
            lines = read_file(project.root / span.file, LARGEST).decode("utf-8", "replace").splitlines()
        except OSError:
            lines = []
        starts = [n for n, line in enumerate(lines, 1) if _ITEM.match(line)]
        begin = max((n for n in starts if n <= span.line), default=0)
        end = min((n for n in starts if n > span.line), default=len(lines) + 1)
        item = [s for s in _STATION.findall("\n".join(lines[max(begin - 1, 0) : end - 1])) if s in known]
        owners = {s for s in item if s in records and isinstance(records[s], Station)} or {
            s for s in _STATION.findall("\n".join(lines)) if s in records and isinstance(records[s], Station)
        }
        if span.file.startswith("content/stations/"):
            owners = set(item) or owners
        if diagnostic.severity is Severity.WARNING or not owners:
            general.append(diagnostic)
        for owner in owners if diagnostic.severity is Severity.ERROR else ():
            blamed.setdefault(owner, []).append(diagnostic)
    return general, blamed
