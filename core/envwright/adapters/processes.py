"""A map over several processes, for work that depends on nothing but files: a part of it is done by forks of this one.

Each process takes every n-th item, so that all have about the same to do. A worker hands over one block of bytes when
it is through. What it does not hand over, because it died, because the function raised there or because a result
cannot be pickled, is done here when its turn comes: results, their order and exceptions are those of Python's `map`,
whatever happens to a worker.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, NoReturn, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# beyond that the part of a run that is not shared takes most of the time
MOST_PROCESSES = 4
# a fork and its results cost about what rendering so many units does
FEWEST_ITEMS = 40


class Worker(NamedTuple):
    """A fork of this process, and the pipe that its results come out of."""

    process: int
    pipe: int


def for_each_in_processes(function: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """Yield `function` of each item, in the order of the items: `envwright.model.ports.ForEach`."""
    count = min(processes_at_hand(), len(items) // FEWEST_ITEMS)
    found = _found_by(count, function, items) if count > 1 else [[]]
    for index, item in enumerate(items):
        turn, share = divmod(index, len(found))
        yield found[share][turn] if turn < len(found[share]) else function(item)


def processes_at_hand() -> int:
    """Return how many processes may share the work: 1 where forking is not safe.

    A fork has none but the thread that made it, and locks that others held stay locked; on macOS the system's own
    libraries have threads.
    """
    from threading import active_count

    if sys.platform != "linux" or active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def _found_by(count: int, function: Callable[[T], R], items: Sequence[T]) -> list[list[R]]:
    """Return what each of `count` processes, this one first, found of its share. No worker outlives the call."""
    workers: list[Worker] = []
    try:
        while len(workers) < count - 1 and (worker := _forked(function, items[len(workers) + 1 :: count], workers)):
            workers.append(worker)
        found = [_results(function, items[::count]), *(_handed_over(worker) for worker in workers)]
        return found + [[]] * (count - len(found))
    finally:
        for worker in workers:
            os.close(worker.pipe)
            os.kill(worker.process, signal.SIGKILL)  # one that is through is not harmed by it
            os.waitpid(worker.process, 0)


def _results(function: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """Return the results up to the first exception: it is raised again when it is that item's turn."""
    found: list[R] = []
    try:
        found.extend(map(function, items))
    except Exception:  # see above
        return found
    return found


def _forked(function: Callable[[T], object], items: Sequence[T], others: Sequence[Worker]) -> Worker | None:
    """Return a worker that has begun, None if the system has no room for another process."""
    reading, writing = os.pipe()
    # an interrupt between the fork and its first statement would make it go on as if it were the caller
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process = os.fork()
        if process == 0:
            _work(function, items, writing, [reading, *(other.pipe for other in others)], before)
    except OSError:
        os.close(reading)
        return None
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(writing)
    return Worker(process, reading)


def _work(
    function: Callable[[T], object], items: Sequence[T], pipe: int, inherited: Sequence[int], mask: Iterable[int]
) -> NoReturn:
    """Hand the results over and end, whatever happens: nobody hears of a worker's exception but by what is missing."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for other in inherited:  # the pipe of a caller that was killed breaks when nobody else holds it
            os.close(other)
        from pickle import dumps

        with open(pipe, "wb") as stream:
            stream.write(dumps(_results(function, items), protocol=5))
    finally:
        os._exit(0)


def _handed_over(worker: Worker) -> list[R]:
    """Return the results of a worker, none of them if they did not arrive whole."""
    from pickle import loads

    with open(worker.pipe, "rb", closefd=False) as stream:
        data = stream.read()
    try:
        found: list[R] = loads(data)  # noqa: S301  # written by a fork of this process
    except Exception:  # of a truncated block, or of a plugin's class
        return []
    return found
