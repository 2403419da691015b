"""What a call costs, in a unit that a slow or a busy machine stretches as much as the call itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

# what the yardstick takes on a quiet machine of 2 cores, about: 20 ms of processor time
LAPS = 400_000


def yardstick() -> float:
    """Return the processor time of a fixed piece of plain Python, in seconds."""
    began = time.process_time()
    total = 0
    for number in range(LAPS):
        total += number % 7
    assert total
    return time.process_time() - began


@contextmanager
def cheap(yardsticks: float = 50) -> Iterator[None]:
    """Fail if the block costs more than so many yardsticks: a second of a quiet machine is 50.

    It tells milliseconds from the minutes of a missing limit, nothing finer.
    """
    unit = yardstick()
    began = time.process_time()
    yield
    spent = time.process_time() - began
    unit = max(unit, yardstick())
    assert spent < yardsticks * unit, f"{spent / unit:.0f} yardsticks"
