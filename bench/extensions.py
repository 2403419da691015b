"""What the built-in plugins cost: the same stack rendered with all of them and without any."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import stacks
from measure import Run, cheapest, run

WITH = "from envwright import __main__, api\n__main__.main()"
WITHOUT = "from envwright import __main__, api\nfrom envwright.host import Host\napi.installed = Host\n__main__.main()"
PRODUCTION = ("--env", "production")
PREVIEW = ("--env", "preview", "--slot", "7")
RELOADING = ("--env", "ai", "--slot", "7")
# what selects an environment with plugins, and what the same without any: nobody else knows a reloader
ENVIRONMENTS = {
    "production": (PRODUCTION, PRODUCTION),
    "a slot": (PREVIEW, PREVIEW),
    "a slot, every service under its reloader": (RELOADING, PREVIEW),
}


class Cost(NamedTuple):
    """The runs of one environment."""

    without: Run
    all: Run

    @property
    def ratio(self) -> float:
        """How much more processor time it takes with the plugins: what they cost, however busy the machine is."""
        return self.all.cpu / self.without.cpu


def costs(count: int, repeat: int) -> dict[str, Cost]:
    """Render a stack of `count` services in every kind of environment, with all built-in plugins and without any."""
    with tempfile.TemporaryDirectory(prefix="envwright-bench-") as name:
        work = Path(name)
        stacks.write_developed(work / "stack", count)
        return {label: _cost(work, *selections, repeat) for label, selections in ENVIRONMENTS.items()}


def _cost(work: Path, with_plugins: tuple[str, ...], without: tuple[str, ...], repeat: int) -> Cost:
    def attempt(program: str, selection: tuple[str, ...]) -> Run:
        arguments = ["render", "-f", "stack/services.yaml", *selection, "-o", "-"]
        return run([sys.executable, "-c", program, *arguments], work)

    return Cost(*cheapest(repeat, lambda: attempt(WITHOUT, without), lambda: attempt(WITH, with_plugins)))


def table(count: int, found: dict[str, Cost]) -> str:
    """Return the table."""
    lines = [
        f"| {count} services in | without plugins | with all built-in ones | ratio |",
        "| --- | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {label} | {cost.without.cpu:.2f} s | {cost.all.cpu:.2f} s | {cost.ratio:.2f} |"
        for label, cost in found.items()
    ]
    return "\n".join(lines)
