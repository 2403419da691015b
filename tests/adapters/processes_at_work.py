"""Calls the map over several processes, whatever the machine has, and lets its workers fail.

A program of its own, for it forks: `python -m tests.adapters.processes_at_work CASE`. It prints what came of it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice

from envwright import api
from envwright.adapters import processes
from envwright.adapters.processes import for_each_in_processes
from envwright.model.diagnostic import Refused
from tests.support.goldens import goldens

ITEMS = range(20)
CALLER = os.getpid()


def who(_: int) -> int:
    """Return which process does it."""
    return os.getpid()


def doubled(item: int) -> int:
    """Return what every case but `several` expects."""
    return item * 2


def dying(item: int) -> int:
    """Return the same, but kill the worker that is given this item."""
    if item == 7 and os.getpid() != CALLER:
        os.kill(os.getpid(), signal.SIGKILL)
    return item * 2


def leaving(item: int) -> int:
    """Return the same, but end the worker that is given this item as a program ends."""
    if item == 7 and os.getpid() != CALLER:
        raise SystemExit(0)
    return item * 2


def raising(item: int) -> int:
    """Return the same, but raise at one item."""
    if item == 7:
        raise Refused([])
    return item * 2


class Unsendable(int):
    """A number that no process can hand over to another one."""

    def __reduce__(self) -> str:
        raise TypeError("not to be pickled")


def unsendable(item: int) -> int:
    """Return the same as such a number."""
    return Unsendable(item * 2)


class Unreadable(int):
    """A number that can be handed over, but not taken."""

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return int, ("not a number",)


def unreadable(item: int) -> int:
    """Return the same as such a number."""
    return Unreadable(item * 2)


def lasting(_: int) -> None:
    """Say which process this is and go on until somebody ends it."""
    os.write(1, f"{os.getpid()}\n".encode())
    time.sleep(600)


def short(item: int) -> None:
    """Say which process this is; the caller goes on until somebody ends it, a worker for a moment."""
    if item < 3:
        os.write(1, f"{os.getpid()}\n".encode())
    time.sleep(600 if os.getpid() == CALLER else 0.05)


def with_a_thread(function: Callable[[int], int]) -> list[int]:
    """Return the results while another thread runs."""
    through = threading.Event()
    other = threading.Thread(target=through.wait)
    other.start()
    try:
        return list(for_each_in_processes(function, ITEMS))
    finally:
        through.set()
        other.join()


def until_it_raises() -> Iterator[int]:
    """Yield what comes before the exception, then -1."""
    try:
        yield from for_each_in_processes(raising, ITEMS)
    except Refused:
        yield -1


def differing() -> list[str]:
    """Return the example environments whose files depend on how many processes render them."""
    found = []
    for golden in goldens():
        alone = golden.render()
        shared = golden.render(processes=True)
        if (alone.files, alone.diagnostics, alone.environment) != (
            shared.files,
            shared.diagnostics,
            shared.environment,
        ):
            found.append(str(golden))
    return found


def refused(file: str, *, shared: bool) -> list[str]:
    """Return the diagnostics of a stack that cannot be rendered."""
    try:
        api.render(api.Request(), api.open_world(file, processes=shared))
    except Refused as error:
        return [str(item) for item in error.diagnostics]
    return []


CASES: dict[str, Callable[[], object]] = {
    "several": lambda: len(set(for_each_in_processes(who, ITEMS))),
    "few": lambda: list(for_each_in_processes(who, range(2))) == [CALLER] * 2,
    "in order": lambda: list(for_each_in_processes(doubled, ITEMS)),
    "part": lambda: list(islice(for_each_in_processes(doubled, ITEMS), 5)),
    "dying": lambda: list(for_each_in_processes(dying, ITEMS)),
    "leaving": lambda: list(for_each_in_processes(leaving, ITEMS)),
    "unsendable": lambda: list(for_each_in_processes(unsendable, ITEMS)),
    "unreadable": lambda: list(for_each_in_processes(unreadable, ITEMS)),
    "raising": lambda: list(until_it_raises()),
    "lasting": lambda: list(for_each_in_processes(lasting, ITEMS)),
    "short": lambda: list(for_each_in_processes(short, ITEMS)),
    "goldens": differing,
    "refused": lambda: refused(sys.argv[2], shared=True) == refused(sys.argv[2], shared=False) != [],
}


def main() -> None:
    case = sys.argv[1]
    if case == "thread":
        print(set(with_a_thread(who)) == {CALLER})
        return
    processes.processes_at_hand = lambda: 3
    processes.FEWEST_ITEMS = 1
    if case == "few":
        processes.FEWEST_ITEMS = 2
    if case == "no room":
        os.fork = no_room
        case = "in order"
    print(CASES[case]())


def no_room() -> int:
    """Refuse to fork, as a system does that has no room for another process."""
    raise BlockingIOError


if __name__ == "__main__":
    main()
