"""Measure a commit from memory (`git fast-import`) against `git add && git commit` in a work tree. Prints a table.

    python bench/commit.py [--files 5000] [--changed 500] [--repeat 5]

The files of the work tree are written before the clock starts, which favours git. Every figure is the fastest of the
repeated runs; what is compared runs in turn, so that a busy machine slows all of it down alike.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from envwright.adapters.git.store import Store
from envwright.adapters.git.values import Draft, Identity, NewCommit

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--changed", type=int, default=500)
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    runs = [measured(arguments.files, arguments.changed) for _ in range(arguments.repeat)]
    first, first_git, second, second_git = (min(times) for times in zip(*runs, strict=True))
    print("| commit | envwright | git add && git commit | ratio |")
    print("| --- | ---: | ---: | ---: |")
    print(f"| {arguments.files} new files | {first:.2f} s | {first_git:.2f} s | {first / first_git:.2f} |")
    row = f"{arguments.changed} changed of {arguments.files}"
    print(f"| {row} | {second:.2f} s | {second_git:.2f} s | {second / second_git:.2f} |")
    print(f"\n{row} against git's commit of all {arguments.files}: {second / first_git:.2f}")


def measured(count: int, changed: int) -> tuple[float, float, float, float]:
    """Return the seconds of the first commit and of the second, each from memory and with a work tree."""
    before, after = manifests(count, 0), manifests(count, changed)
    with tempfile.TemporaryDirectory(prefix="envwright-bench-") as name:
        bare, work = Path(name) / "bare", Path(name) / "work"
        bare.mkdir()
        store = Store(bare)
        store.make("sha1")
        subprocess.run(["git", "init", "-q", str(work)], check=True)
        parents: list[str] = []

        def commit(files: Mapping[str, bytes]) -> None:
            draft = Draft(files=files, message="bench\n", author=ROBOT, committer=ROBOT, date="1700000000 +0000")
            parent = parents[-1] if parents else None
            parents.append(store.commit(NewCommit(parent=parent, directory=DIRECTORY, draft=draft)))

        write(work, before)
        first = seconds(lambda: commit(before)), seconds(lambda: add_and_commit(work))
        write(work, {path: data for path, data in after.items() if before[path] != data})
        second = seconds(lambda: commit(after)), seconds(lambda: add_and_commit(work))
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


def seconds(call: Callable[[], None]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
