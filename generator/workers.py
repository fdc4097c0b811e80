"""One pool of processes for work that is worth it, begun when there is enough of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from types import TracebackType
from typing import Generic, Self, TypeVar

from generator import limits

Task = TypeVar("Task")
Result = TypeVar("Result")


class Lost:
    """Stands for the result of a task whose process ended: it was killed, or a library brought it down."""


LOST = Lost()
#: So few tasks are done sooner here than in processes that must start first.
_FEW = 2
#: A process is replaced after so many tasks: libraries in C leak a little.
_TASKS = 2000


def _settle() -> None:
    """What a process does first: what it works on must neither take all memory nor see others' files."""
    limits.memory(limits.MEMORY)
    limits.keep_apart()


class Workers:
    """Runs functions on tasks, in processes of its own or, with ``count`` below 2, in this one.

    Functions and tasks must be picklable. Leaving the context ends the processes.
    """

    def __init__(self, count: int | None = None) -> None:
        self._count = (os.cpu_count() or 1) if count is None else count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def begin(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Pending[Task, Result]:
        """Hand tasks over in this order, longest first; the results are asked of what is returned."""
        return Pending(self, function, tasks)

    def warm(self, function: Callable[[], object]) -> None:
        """Begin the processes now, each with a call of ``function``, while this one has other things to do."""
        pool = self.begun(_FEW + 1)
        if pool is not None:
            with suppress(BrokenProcessPool):
                for _ in range(self._count):
                    pool.submit(function)

    def begun(self, count: int) -> ProcessPoolExecutor | None:
        """The processes, begun if there are tasks enough; None if these are to be done in this one."""
        if self._pool is None and count > _FEW and self._count > 1:
            try:
                self._pool = ProcessPoolExecutor(
                    self._count, mp_context=get_context("spawn"), max_tasks_per_child=_TASKS, initializer=_settle
                )
            except OSError:  # no shared memory on this machine
                self._count = 1
        return self._pool

    def broken(self, pool: ProcessPoolExecutor | None) -> None:
        """Forget a pool that lost a process, if it is still ours; the next tasks begin a new one."""
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
            if pool is self._pool:
                self._pool = None


class Pending(Generic[Task, Result]):
    """Results to come, in the order of their tasks."""

    def __init__(self, workers: Workers, function: Callable[[Task], Result], tasks: Sequence[Task]) -> None:
        self._workers, self._function, self._tasks = workers, function, tasks
        self._submit(tasks)

    def _submit(self, tasks: Sequence[Task]) -> None:
        """Hand over as many tasks as the pool takes: none once it has lost a process, be it while it was idle."""
        self._pool, self._futures = self._workers.begun(len(tasks)), list[Future[Result]]()
        if self._pool is not None:
            with suppress(BrokenProcessPool):
                for task in tasks:
                    self._futures.append(self._pool.submit(self._function, task))

    def results(self) -> Iterator[Result | Lost]:
        """Each result. What a lost process leaves undone is done by a new pool, and then each on its own."""
        if self._pool is None:
            yield from map(self._function, self._tasks)
            return
        done = 0
        for again in (False, True):
            if again:
                self._submit(self._tasks[done:])
            for future in self._futures:
                try:
                    result = future.result()
                except BrokenProcessPool:
                    break
                done += 1
                yield result
            if done == len(self._tasks):
                return
            self._workers.broken(self._pool)
        for task in self._tasks[done:]:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_settle) as alone:
                try:
                    yield alone.submit(self._function, task).result()
                except BrokenProcessPool:
                    yield LOST


#: Does everything in this process.
HERE = Workers(1)
