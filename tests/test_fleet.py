"""Whole editions through an executor: what is lost is done again, what harms is named, what is there is left alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from generator import fleet, lane, places, sources
from generator.build import build
from generator.diagnostics import Report
from generator.fleet import Done, Order, Outcome, Task
from generator.lane import Limits, StoppedError
from generator.places import Folder, Place
from generator.project import Project
from tests.conftest import TODAY

OVERLAY = Path(__file__).parent / "stations"


@pytest.fixture
def hub(workspace: Callable[..., Project]) -> Project:
    return workspace(OVERLAY)


@pytest.fixture
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where sources are taken to."""
    monkeypatch.setenv("ZHANKAN_CACHE", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def _no_lanes_left() -> Iterator[None]:
    yield
    lane.lanes().close()


def ordered(project: Project, order: Order) -> tuple[Done, Report, list[str]]:
    report, told = Report(), list[str]()
    done = fleet.build(project, order, report, lambda outcome, n, count: told.append(f"{n}/{count} {outcome.name}"))
    return done, report, told


def each(formats: tuple[str, ...] = ("html",), **more: object) -> Order:
    return replace(Order((), formats, for_each=True, workers=2), **more)  # type: ignore[arg-type]


def many(project: Project, count: int) -> list[str]:
    """That many more stations, each with one piece of news; the ids of their editions."""
    lines = "".join(
        f"- {{编号: st-{n}, 标题: 第{n}站, 简称: 第{n}站, 层级: 村社区室, 地区: 荷源区}}\n" for n in range(count)
    )
    (project.content / "stations" / "many.yaml").write_text(lines, encoding="utf-8")
    for n in range(count):
        event = "{日期: 2023-05-02, 地点: 荷东, 主办: 荷东站}"
        news = f"---\n标题: 第{n}件事\n站点: st-{n}\n事件: {event}\n---\n社工办好了一件事。\n"
        (project.content / "news" / f"news-{n}.md").write_text(news, encoding="utf-8")
        fact = f"- {{编号: f-{n}, 指标: 走访, 站点: st-{n}, 起: 2023-01-01, 止: 2023-12-31, 值: {n + 1}}}\n"
        (project.content / "facts" / f"fact-{n}.yaml").write_text(fact, encoding="utf-8")
    return [f"yearly-st-{n}" for n in range(count)]


def tasks(project: Project, *stations: str, results: str = "", limits: Limits = fleet.LIMITS) -> list[Task]:
    revision, place = sources.stamp(project), results or str(project.build / ".fleet")
    root = str(project.root)
    return [Task("yearly", s, ("html",), root, revision, place, TODAY, limits=limits) for s in stations]


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def codes(outcome: Outcome) -> list[str]:
    return [d.code for d in outcome.diagnostics]


own_cache_ = pytest.mark.usefixtures("own_cache")


# -- on this machine -----------------------------------------------------------------------------------------


def test_one_edition_a_station(hub: Project) -> None:
    done, report, told = ordered(hub, each())
    assert report.diagnostics == []
    assert [(o.name, o.files is not None) for o in done.outcomes] == [
        ("yearly-st-hedong", True),
        ("yearly-st-henan", False),
        ("yearly-st-hexi", True),
    ]
    assert codes(done.outcomes[1]) == ["each.nothing_to_print"]
    assert done.folders == [str(hub.build / "yearly-st-hedong"), str(hub.build / "yearly-st-hexi")]
    assert [line.split()[0] for line in told] == ["1/3", "2/3", "3/3"]
    assert all(o.memory > 0 and o.seconds > 0 for o in done.outcomes if o.files)
    page = (hub.build / "yearly-st-hedong" / "html" / "index.html").read_text("utf-8")
    assert "荷东站年报" in page
    assert "修好了路灯" in page


def test_the_same_bytes_as_a_plain_build(hub: Project, tmp_path: Path) -> None:
    report = Report()
    formats = ("pdf", "docx", "html")
    build(hub, ["heyuan-rule"], formats, report)
    plain, elsewhere = files(hub.build / "heyuan-rule"), tmp_path / "elsewhere"
    done, said, _ = ordered(hub, Order(["heyuan-rule"], formats, results=str(elsewhere)))
    assert done.folders == [f"{elsewhere}/heyuan-rule"]
    assert {d.code for o in done.outcomes for d in o.diagnostics} == {d.code for d in report.diagnostics}
    found = files(elsewhere / "heyuan-rule")
    assert found.pop("manifest.json")
    assert found == plain
    assert not said.failed


def test_a_repeated_run_makes_only_what_changed(hub: Project) -> None:
    ordered(hub, each())
    before = files(hub.build / ".fleet")
    written = (hub.build / ".fleet" / "yearly-st-hexi" / "manifest.json").stat().st_mtime_ns
    again, _, _ = ordered(hub, each())
    assert [o.fresh for o in again.outcomes if o.files] == [False, False]
    assert files(hub.build / ".fleet") == before
    news = hub.content / "news" / "hedong.yaml"
    news.write_text(news.read_text("utf-8").replace("三张长椅", "四张长椅"), "utf-8")
    third, _, _ = ordered(hub, each())
    assert {o.name: o.fresh for o in third.outcomes if o.files} == {"yearly-st-hedong": True, "yearly-st-hexi": False}
    assert (hub.build / ".fleet" / "yearly-st-hexi" / "manifest.json").stat().st_mtime_ns == written
    assert "四张长椅" in "".join(p.read_text("utf-8") for p in (hub.build / "yearly-st-hedong").rglob("*.html"))


def test_one_that_fails_keeps_its_old_files_and_nobody_elses(hub: Project) -> None:
    names = many(hub, 10)
    ordered(hub, each())
    before = {name: files(hub.build / name) for name in names}
    for n in range(10):
        news = hub.content / "news" / f"news-{n}.md"
        news.write_text(news.read_text("utf-8").replace("一件事。", "两件事。"), "utf-8")
    (hub.content / "facts" / "fact-7.yaml").unlink()
    done, report, _ = ordered(hub, each())
    assert report.diagnostics == []
    failed = [o for o in done.outcomes if o.failed]
    assert [(o.name, codes(o)) for o in failed] == [("yearly-st-7", ["compose.unbound_figure"])]
    assert failed[0].title.startswith("第7站年报")
    for name in names:
        assert (files(hub.build / name) == before[name]) is (name == "yearly-st-7")


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("news/hedong.yaml", ("标题: 添了", "标题：添了")),
        ("news/hedong.yaml", ("{走访@2023}", "{走访@2021}")),
        ("facts/hedong.yaml", ("值: 120", "值: 一百二")),
        ("stations/more.yaml", ("简称: 荷东站", "名字: 荷东站")),
    ],
)
def test_a_stations_slip_is_its_own(file: str, change: tuple[str, str], hub: Project) -> None:
    path = hub.content / file
    path.write_text(path.read_text("utf-8").replace(*change), "utf-8")
    done, report, told = ordered(hub, each())
    assert not report.failed
    assert [o.name for o in done.outcomes if o.failed] == ["yearly-st-hedong"]
    assert [o.name for o in done.outcomes if o.files] == ["yearly-st-hexi"]
    assert all(d.span.file == f"content/{file}" for o in done.outcomes if o.failed for d in o.diagnostics)
    assert len(told) == 3


def test_a_stations_slip_hides_no_others(hub: Project) -> None:
    """A figure may be missing because its fact could not be read; but that was another station's."""
    for file, change in (
        ("facts/hedong.yaml", ("值: 120", "值: 一百二")),
        ("bulletins/yearly.yaml", ("走访@", "小组@")),
    ):
        path = hub.content / file
        path.write_text(path.read_text("utf-8").replace(*change), "utf-8")
    path = hub.content / "facts" / "facts.yaml"
    path.write_text(
        path.read_text("utf-8").replace(
            "编号: f-group-2023, 指标: 小组, 起: 2023", "编号: f-group, 指标: 小组, 起: 2022"
        )
    )
    path.write_text(path.read_text("utf-8").replace("起: 2022-01-01, 止: 2023-12-31", "起: 2022-01-01, 止: 2022-12-31"))
    intro = hub.content / "stations" / "stations.yaml"
    intro.write_text(intro.read_text("utf-8").replace("办小组{小组@2023}", "办小组"), "utf-8")
    done, _, _ = ordered(hub, each(stations=("st-hexi",)))
    assert [(o.name, codes(o)) for o in done.outcomes] == [("yearly-st-hexi", ["compose.unbound_figure"])]


def test_a_slip_of_all_stops_all(hub: Project) -> None:
    path = hub.content / "indicators.yaml"
    path.write_text("- {类型: 指标, 标题: 无}\n", encoding="utf-8")
    done, report, _ = ordered(hub, each())
    assert report.failed
    assert done.outcomes == ()
    assert not (hub.build / "yearly-st-hexi").exists()


def test_strict_makes_no_edition_with_a_warning(hub: Project) -> None:
    done, _, _ = ordered(hub, each(strict=True))
    assert [(o.name, o.failed) for o in done.outcomes] == [
        ("yearly-st-hedong", False),
        ("yearly-st-henan", True),
        ("yearly-st-hexi", False),
    ]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (each(stations=("st-nowhere",)), "fleet.no_station"),
        (each(editions=["heyuan-rule"]), "fleet.no_edition"),
        (each(results="nothing://x"), "fleet.bad_address"),
        (each(sources="nothing://x"), "fleet.bad_address"),
    ],
    ids=["station", "edition", "results", "sources"],
)
def test_what_is_not_there_is_told(order: Order, code: str, hub: Project) -> None:
    done, report, _ = ordered(hub, order)
    found = [d.code for o in done.outcomes for d in o.diagnostics] + [d.code for d in report.diagnostics]
    assert set(found) == {code}
    assert not (hub.build / "yearly-st-hexi").exists()


def test_a_workspace_without_one_for_each(workspace: Callable[..., Project]) -> None:
    _, report, _ = ordered(workspace(), each())
    assert [d.code for d in report.diagnostics] == ["fleet.none_for_each"]


# -- harm ----------------------------------------------------------------------------------------------------


def dies_once(task: Task) -> Outcome:
    """In the process of a lane: the first time it is tried, the process is killed."""
    marker = Path(task.results).parent / f"died-{task.station}"
    if task.station == "st-hedong" and not marker.exists():
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return fleet.make(task)


def dies(task: Task) -> Outcome:
    if task.station == "st-hedong":
        os.kill(os.getpid(), signal.SIGKILL)
    return fleet.make(task)


def hangs(task: Task) -> Outcome:
    """Some article's layout never ends."""
    if task.station == "st-hedong":
        from generator.model import Publication
        from generator.writers import html

        def stuck(publication: Publication, project: Project, report: Report) -> dict[str, bytes]:
            for article in publication.articles:
                if article.record == "st-hedong":
                    time.sleep(60)
            return {}

        html.write = stuck
    return fleet.make(task)


def swells(task: Task) -> Outcome:
    if task.station == "st-hedong":
        lane.trail().stage("write", format="pdf", clock=task.name, file="content/bulletins/yearly.yaml")
        held = bytearray(600 * 1024**2)
        held[::4096] = b"x" * len(held[::4096])
        time.sleep(60)
    return fleet.make(task)


def breaks(task: Task) -> Outcome:
    if task.station == "st-hedong":
        raise ValueError("张奶奶的电话")
    return fleet.make(task)


posix = pytest.mark.skipif(os.name != "posix", reason="signals")


@posix
def test_a_killed_process_loses_nothing(hub: Project) -> None:
    outcomes = fleet.run(fleet.here(2), tasks(hub, "st-hedong", "st-hexi"), work=dies_once)
    assert [(o.name, bool(o.files)) for o in outcomes] == [("yearly-st-hedong", True), ("yearly-st-hexi", True)]
    assert (hub.build / "died-st-hedong").exists()


@pytest.mark.parametrize(
    ("work", "limits", "code", "words"),
    [
        pytest.param(dies, fleet.LIMITS, "fleet.killed", ("SIGKILL",), marks=posix),
        pytest.param(hangs, Limits(seconds=4.5), "fleet.time_limit", ("4.5", "html", "《荷东街道社会工作服务站》")),
        pytest.param(swells, Limits(memory=500 * 1024**2), "fleet.memory_limit", ("500", "pdf")),
        pytest.param(breaks, fleet.LIMITS, "fleet.broke", ("ValueError",)),
    ],
    ids=["killed", "time", "memory", "raised"],
)
def test_the_culprit_is_named_and_the_others_finish(
    work: fleet.Work, limits: Limits, code: str, words: tuple[str, ...], hub: Project
) -> None:
    stations = ("st-hedong", "st-hexi")
    culprit, other = fleet.run(fleet.here(2), tasks(hub, *stations, limits=limits), work=work)
    assert (codes(culprit), culprit.failed) == ([code], True)
    message = str(culprit.diagnostics[0].message)
    assert all(word in message for word in words), message
    assert "yearly-st-hedong" in (culprit.diagnostics[0].span.file if work is breaks else message)
    assert "张奶奶" not in message
    if work is hangs:
        assert culprit.diagnostics[0].span.file == "content/stations/more.yaml"
    assert (other.failed, bool(other.files)) == (False, True)


def test_what_libraries_print_does_not_stand_among_answers() -> None:
    mine = lane.Lane()
    try:
        assert mine.call(_noisy, 20, Limits()) == 21
        assert mine.call(_noisy, 1, Limits()) == 2
        with pytest.raises(StoppedError) as stop:
            mine.call(_noisy, -1, Limits())
        assert (stop.value.reason, stop.value.how.startswith("ZeroDivisionError")) == ("raised", True)
    finally:
        mine.close()


def _noisy(number: int) -> int:
    os.write(1, b"noise\n")
    print("more noise")
    return number + 1 // (number + 1) * 0 + 1


def test_a_process_makes_room_for_a_fresh_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "MOST", 2)
    mine = lane.Lane()
    try:
        first, second, third = (mine.call(_process, n, Limits()) for n in range(3))
    finally:
        mine.close()
    assert first == second != third


def _process(number: int) -> int:
    return os.getpid()


# -- executors -----------------------------------------------------------------------------------------------


@contextmanager
def _pool() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        yield executor


def kills_the_pool_once(task: Task) -> Outcome:
    marker = Path(task.results).parent / "pool-died"
    if not marker.exists():
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(1)
    return fleet.make(task)


@posix
def test_a_broken_pool_is_replaced(hub: Project) -> None:
    outcomes = fleet.run(_pool, tasks(hub, "st-hedong", "st-hexi"), work=kills_the_pool_once)
    assert [bool(o.files) for o in outcomes] == [True, True]


class _Doomed(Executor):
    def submit(self, *job: object, **more: object) -> object:  # type: ignore[override]
        from concurrent.futures import BrokenExecutor, Future

        future: Future[object] = Future()
        future.set_exception(BrokenExecutor())
        return future


def test_what_every_executor_loses_is_given_up(hub: Project) -> None:
    hired = []

    @contextmanager
    def hire() -> Iterator[Executor]:
        hired.append(1)
        yield _Doomed()

    (outcome,) = fleet.run(hire, tasks(hub, "st-hexi"))
    assert (codes(outcome), len(hired)) == (["fleet.lost"], 3)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    distributed = pytest.importorskip("distributed", reason="the extra zhankan[cluster] is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, processes=True
    ) as local:
        yield local.scheduler_address


@posix
@own_cache_
@pytest.mark.filterwarnings("default")
def test_a_cluster_with_shared_folders_loses_a_worker_and_nothing_else(
    cluster: str, hub: Project, tmp_path: Path
) -> None:
    shared, out = hub.root.as_uri(), tmp_path / "out"
    done, report, _ = ordered(hub, each(cluster=cluster, sources=shared, results=out.as_uri()))
    assert report.diagnostics == []
    assert done.folders == [f"{out.as_uri()}/yearly-st-hedong", f"{out.as_uri()}/yearly-st-hexi"]
    ordered(hub, each())
    for name in ("yearly-st-hedong", "yearly-st-hexi"):
        here = files(hub.build / name)
        assert {k: v for k, v in files(out / name).items() if k != "manifest.json"} == here
    listed = sources.manifest(Folder(hub.root))
    lost = [
        replace(task, sources=shared, revision=sources.revision(listed), results=out.as_uri())
        for task in tasks(hub, "st-hedong", "st-hexi")
    ]
    outcomes = fleet.run(fleet.on_cluster(cluster), lost, work=kills_the_dask_worker_once)
    assert [(bool(o.files), o.fresh) for o in outcomes] == [(True, False), (True, False)]
    assert (tmp_path / "worker-died").exists()


def kills_the_dask_worker_once(task: Task) -> Outcome:
    marker = Path(places.Folder(Path(task.results.removeprefix("file://"))).path).parent / "worker-died"
    if task.station == "st-hedong" and not marker.exists():
        marker.touch()
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(1)
    return fleet.make(task)


# -- places and sources --------------------------------------------------------------------------------------


@pytest.fixture(params=["folder", "file", "memory"])
def spot(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "memory":
        pytest.importorskip("fsspec", reason="the extra zhankan[cluster] is not installed")
        found = places.place(f"memory://{tmp_path.name}")
    else:
        found = places.place(str(tmp_path / "a b") if request.param == "folder" else (tmp_path / "中 文").as_uri())
    assert not isinstance(found, places.Text)
    return found


def test_places_are_alike(spot: Place) -> None:
    assert spot.read("a/b.txt") is None
    assert spot.sizes("a") == {}
    spot.remove("a/b.txt")
    spot.write("a/b.txt", b"1")
    spot.write("a/b.txt", b"22")
    spot.write("a/字/.c", b"")
    spot.write("d", b"4")
    assert spot.read("a/b.txt") == b"22"
    assert spot.sizes("a") == {"a/b.txt": 2, "a/字/.c": 0}
    spot.remove("a/b.txt")
    assert spot.sizes("a") == {"a/字/.c": 0}


@own_cache_
def test_sources_and_results_in_a_store_of_objects(hub: Project) -> None:
    """In this process: memory is no other's."""
    pytest.importorskip("fsspec", reason="the extra zhankan[cluster] is not installed")
    address = f"memory://hub-{hub.root.parent.name}"
    store = places.place(address)
    assert not isinstance(store, places.Text)
    for name, data in files(hub.root).items():
        store.write(name, data)
    listed = sources.manifest(store)
    assert listed == sources.manifest(Folder(hub.root))
    results = f"{address}/out"
    out = places.place(results)
    assert not isinstance(out, places.Text)
    out.write(f".sources/{sources.revision(listed)}.json", sources.written(listed))
    task = Task("yearly", "st-hexi", ("html",), address, sources.revision(listed), results, TODAY)
    first, second = fleet.make(task), fleet.make(task)
    assert (codes(first), first.fresh, second.fresh, second.files) == ([], True, False, first.files)
    assert first.files is not None
    assert set(out.sizes("yearly-st-hexi")) == {
        *(f"yearly-st-hexi/{file}" for file in first.files),
        "yearly-st-hexi/manifest.json",
    }


def test_half_a_result_is_none(hub: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (task,) = tasks(hub, "st-hexi")
    whole = fleet.make(task)
    place = Path(task.results) / task.name
    (place / "html" / "index.html").unlink()
    assert fleet.make(task).fresh, "a file is missing"
    later = replace(task, formats=("docx",))
    real = Folder.write

    def full(self: Folder, name: str, data: bytes) -> None:
        if name.endswith(".docx"):
            raise OSError(28, "No space left on device")
        real(self, name, data)

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "write", full)
        assert codes(fleet.make(later)) == ["fleet.unwritable"]
    assert not (place / "manifest.json").exists()
    again = fleet.make(task)
    assert (again.fresh, again.files) == (True, whole.files)


@own_cache_
def test_sources_are_taken_once_and_whole(hub: Project) -> None:
    here = Folder(hub.root)
    listed = sources.manifest(here)
    root = sources.take(here, listed)
    assert sources.manifest(Folder(root)) == listed
    news = hub.content / "news" / "hedong.yaml"
    before, changed = news.read_text("utf-8"), news.read_text("utf-8").replace("三张", "四张")
    news.write_text(changed, "utf-8")
    assert sources.take(here, listed) == root, "it is there: nothing is read"
    newer = sources.manifest(here)
    news.write_text(before, "utf-8")
    with pytest.raises(sources.ChangedError):
        sources.take(here, newer)
    assert not [p for p in root.parent.iterdir() if p.name.startswith(".new")]
    assert sources.read(sources.written(newer)) == newer
    with pytest.raises(sources.ChangedError):
        sources.take(here, {"../outside": listed["content/news/hedong.yaml"]})


@own_cache_
def test_two_workers_take_the_same_sources_at_once(hub: Project) -> None:
    with _pool() as executor:
        futures = [executor.submit(_take, hub.root) for _ in range(4)]
        (root,) = {future.result() for future in futures}
    assert sources.manifest(Folder(root)) == sources.manifest(Folder(hub.root))


def _take(root: Path) -> Path:
    return sources.take(Folder(root), sources.manifest(Folder(root)))


def test_sources_that_change_meanwhile_are_told(hub: Project) -> None:
    (task,) = tasks(hub, "st-hexi")
    (hub.content / "news" / "late.md").write_text("x", encoding="utf-8")
    assert codes(fleet.make(task)) == ["fleet.sources_changed"]
