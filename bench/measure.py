"""Time and memory of whole processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

# An installed package has its bytecode; a machine may forbid to write that of a checkout.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Run(NamedTuple):
    """One process with its children: wall-clock and CPU time in seconds, peak memory in MiB.

    `others` is how many cores all else on the machine kept busy meanwhile, 0 where the system does not tell.
    """

    wall: float
    cpu: float
    memory: float
    others: float


def run(command: Sequence[str], directory: Path) -> Run:
    """Run a process to its end, its output thrown away. Exits with its errors if it fails."""
    busy, started = busy_time(), time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=directory,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stderr is not None
        errors = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(command)} exited with {child.returncode}\n{errors.decode(errors='replace')}")
    unit = 2**20 if sys.platform == "darwin" else 2**10  # ru_maxrss: bytes there, KiB elsewhere
    cpu = usage.ru_utime + usage.ru_stime
    return Run(wall, cpu, usage.ru_maxrss / unit, max(0.0, (busy_time() - busy - cpu) / wall))


def busy_time() -> float:
    """Return how long the machine's processors have worked since it was started, in seconds of one; 0 if unknown."""
    statistics = Path("/proc/stat")  # https://docs.kernel.org/filesystems/proc.html: in ticks, idle and iowait left out
    if not statistics.exists():
        return 0.0
    user, nice, system, _, _, *interrupts = map(int, statistics.read_text().split("\n", 1)[0].split()[1:8])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def cheapest(repeat: int, *attempts: Callable[[], Run]) -> list[Run]:
    """Do as `fastest`, but return of each attempt the run that took the least processor time."""
    rounds = [[attempt() for attempt in attempts] for _ in range(repeat)]
    return [min(runs, key=lambda run: run.cpu) for runs in zip(*rounds, strict=True)]


def fastest(repeat: int, *attempts: Callable[[], Run]) -> list[Run]:
    """Make every attempt `repeat` times in turn, so that all see the same machine; return the fastest run of each."""
    rounds = [[attempt() for attempt in attempts] for _ in range(repeat)]
    return [min(runs) for runs in zip(*rounds, strict=True)]
