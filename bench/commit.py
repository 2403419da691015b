"""Measure a commit from memory (`git fast-import`) against `git add && git commit` in a work tree. Prints a table.

    python bench/commit.py [--files 5000] [--changed 500] [--repeat 7]

The files of the work tree are written before the clock starts, which favours git. Every figure is the fastest of the
repeated runs; what is compared runs in turn, so that a busy machine slows all of it down alike. On such a machine the
processor time tells more than the clock.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from envwright.adapters.git.new_commits import NewCommits
from envwright.adapters.git.store import Store
from envwright.adapters.git.values import Chain, Draft, Identity

ROBOT = Identity(name="Robot", email="robot@example.org")
DIRECTORY = "shop/production"
WHO = {f"GIT_{who}_{what}": "robot" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: unit-{number}
  labels:
    version: "{version}"
spec:
  template:
    spec:
      containers:
        - name: unit-{number}
          image: registry.example.org/unit-{number}:{version}
"""


class Cost(NamedTuple):
    """Wall-clock time and the processor time of this process and its children, in seconds."""

    wall: float
    cpu: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--changed", type=int, default=500)
    parser.add_argument("--repeat", type=int, default=7)
    arguments = parser.parse_args()
    runs = [measured(arguments.files, arguments.changed) for _ in range(arguments.repeat)]
    first, first_git, second, second_git = (least(costs) for costs in zip(*runs, strict=True))
    print("| commit | envwright | git add && git commit | ratio | processor | git's | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    print(table_line(f"{arguments.files} new files", first, first_git))
    row = f"{arguments.changed} changed of {arguments.files}"
    print(table_line(row, second, second_git))
    print(f"\n{row} against git's commit of all {arguments.files}: {second.wall / first_git.wall:.2f}")


def table_line(what: str, own: Cost, git: Cost) -> str:
    cells = [what]
    for mine, others in zip(own, git, strict=True):
        cells += [f"{mine:.2f} s", f"{others:.2f} s", f"{mine / others:.2f}"]
    return f"| {' | '.join(cells)} |"


def least(costs: Sequence[Cost]) -> Cost:
    return Cost(min(cost.wall for cost in costs), min(cost.cpu for cost in costs))


def measured(count: int, changed: int) -> tuple[Cost, Cost, Cost, Cost]:
    """Return what the first commit costs and what the second does, each from memory and with a work tree."""
    before, after = manifests(count, 0), manifests(count, changed)
    with tempfile.TemporaryDirectory(prefix="envwright-bench-") as name:
        bare, work = Path(name) / "bare", Path(name) / "work"
        bare.mkdir()
        Store(bare).make("sha1")
        subprocess.run(["git", "init", "-q", str(work)], check=True)
        parents: list[str] = []

        def commit(files: Mapping[str, bytes]) -> None:
            draft = Draft(files=files, message="bench\n", author=ROBOT, committer=ROBOT, date="1700000000 +0000")
            chain = Chain(parent=parents[-1] if parents else None, steps=((DIRECTORY, draft),))
            store = Store(bare)  # one that knows nothing, as that of every new process
            parents.extend(NewCommits(store, [chain]).make()[0])

        write(work, before)
        first = cost_of(lambda: commit(before)), cost_of(lambda: add_and_commit(work))
        write(work, {path: data for path, data in after.items() if before[path] != data})
        second = cost_of(lambda: commit(after)), cost_of(lambda: add_and_commit(work))
    return *first, *second


def manifests(count: int, changed: int) -> dict[str, bytes]:
    """Return the manifests of `count` units, of which the first `changed` have a new version."""
    return {
        f"manifests/internal/unit-{number}/deployment-unit-{number}.yaml": MANIFEST.format(
            number=number, version="2" if number < changed else "1"
        ).encode()
        for number in range(count)
    }


def write(work: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        file = work / DIRECTORY / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def add_and_commit(work: Path) -> None:
    subprocess.run(["git", "add", "."], cwd=work, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "bench"], cwd=work, check=True, env={**os.environ, **WHO})


def cost_of(call: Callable[[], None]) -> Cost:
    began, busy = time.perf_counter(), processor_time()
    call()
    return Cost(time.perf_counter() - began, processor_time() - busy)


def processor_time() -> float:
    spent = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


if __name__ == "__main__":
    main()
