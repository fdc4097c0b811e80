"""Workers: results in order, exceptions as they are, lost processes made up for, nothing left behind."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from generator.workers import HERE, LOST, Lost, Workers

posix = pytest.mark.skipif(os.name != "posix", reason="kill -9")


def process(task: int) -> tuple[int, int]:
    return task, os.getpid()


def slow_first(task: int) -> int:
    time.sleep(0.2 if task == 0 else 0)
    return task


def fails(task: int) -> int:
    if task == 2:
        raise ValueError(f"task {task}")
    return task


def dies_once(task: tuple[int, str]) -> tuple[int, int]:
    number, mark = task
    if number == 1 and not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number, os.getpid()


def dies(task: int) -> int:
    if task == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def alive(identifier: int) -> bool:
    try:
        os.kill(identifier, 0)
    except ProcessLookupError:
        return False
    return True


def test_results_come_in_the_order_of_their_tasks() -> None:
    with Workers(2) as workers:
        assert list(workers.begin(slow_first, range(6)).results()) == list(range(6))


@pytest.mark.parametrize(("workers", "count"), [(HERE, 6), (Workers(1), 6), (Workers(2), 2), (Workers(2), 0)])
def test_few_tasks_or_one_worker_need_no_process(workers: Workers, count: int) -> None:
    with workers:
        assert list(workers.begin(process, range(count)).results()) == [(n, os.getpid()) for n in range(count)]


def test_processes_are_taken_again_and_end_with_the_context() -> None:
    with Workers(2) as workers:
        workers.warm(os.getpid)
        first = {pid for _, pid in workers.begin(process, range(6)).results()}
        second = {pid for _, pid in workers.begin(process, range(6)).results()}
        assert os.getpid() not in first
        assert len(first | second) <= 2
    assert not any(map(alive, first | second))


def test_several_can_be_under_way_at_once() -> None:
    with Workers(2) as workers:
        one, other = workers.begin(slow_first, range(4)), workers.begin(process, range(4))
        assert [task for task, _ in other.results()] == list(range(4))
        assert list(one.results()) == list(range(4))


@pytest.mark.parametrize("count", [1, 2])
def test_an_exception_is_passed_on_and_the_workers_go_on(count: int) -> None:
    with Workers(count) as workers:
        results = workers.begin(fails, range(4)).results()
        assert [next(results), next(results)] == [0, 1]
        with pytest.raises(ValueError, match="task 2"):
            next(results)
        assert list(workers.begin(slow_first, range(4)).results()) == list(range(4))


@posix
def test_a_process_that_dies_once_costs_nothing_but_time(tmp_path: Path) -> None:
    mark = str(tmp_path / "died")
    with Workers(2) as workers:
        found = list(workers.begin(dies_once, [(n, mark) for n in range(5)]).results())
        assert [n for n, _ in found if not isinstance(_, Lost)] == list(range(5))
        assert Path(mark).exists()
        assert [task for task, _ in workers.begin(process, range(4)).results()] == list(range(4))


@posix
def test_a_task_that_always_kills_is_lost_alone() -> None:
    with Workers(2) as workers:
        assert list(workers.begin(dies, range(4)).results()) == [0, LOST, 2, 3]
        assert list(workers.begin(slow_first, range(4)).results()) == list(range(4))


@posix
@pytest.mark.parametrize("begun", [False, True])
def test_processes_killed_while_idle_are_replaced(begun: bool) -> None:
    """By whoever clears memory, between two builds of ``watch``; also when other tasks are handed over by then."""
    with Workers(2) as workers:
        killed = {pid for _, pid in workers.begin(process, range(6)).results()}
        for identifier in killed:
            os.kill(identifier, signal.SIGKILL)
        while begun and any(map(alive, killed)):
            time.sleep(0.01)
        time.sleep(0.3 * begun)
        pending = [workers.begin(process, range(4)) for _ in range(3)]
        for each in pending:
            found = dict(each.results())  # type: ignore[arg-type]
            assert list(found) == list(range(4))
            assert not killed & set(found.values())
