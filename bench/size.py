"""Measure the commands of the environment repository at its limits: many files in one environment, many environments.

    python bench/size.py [--files 10000] [--environments 500]

Whole processes against a bare repository on this disk. What they are compared with is a render of the same into a
folder; for many environments one of them, which loads the same stack and renders one. Ratios are of processor time, for
the machine may be busy.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from measure import Run, run

FILES_OF_A_UNIT = 2  # a Deployment and a Service
HEAD = "apiVersion: envwright.dev/v1\nkind: ServiceStack\nmetadata: {name: size}\nspec:\n  project: size\n"
TABLE = "| {} | time | processor | memory | ratio |\n| --- | ---: | ---: | ---: | ---: |"


class Bench:
    """A source and a bare environment repository in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = folder / "source"
        self.source.mkdir()
        self.git("init", "--quiet", "--initial-branch=main", ".")
        self.git("init", "--quiet", "--bare", "--initial-branch=main", "../environments.git")
        self.compared: Run | None = None

    def git(self, *arguments: str) -> None:
        """Run git in the source."""
        who = ["-c", "user.name=Robot", "-c", "user.email=robot@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=self.source, check=True)

    def save(self, text: str) -> None:
        """Commit a stack to the source."""
        (self.source / "services.yaml").write_text(text, encoding="utf-8")
        self.git("add", ".")
        self.git("commit", "--quiet", "--allow-empty", "-m", "bench")

    def measure(self, what: str, *arguments: str) -> None:
        """Run envwright and print a line of the table; the first run is what the others are compared with."""
        command = ["env", f"XDG_CACHE_HOME={self.folder / 'cache'}", sys.executable, "-m", "envwright", *arguments]
        done = run(command, self.source)
        self.compared = self.compared or done
        cells = (what, f"{done.wall:.1f} s", f"{done.cpu:.1f} s", f"{done.memory:.0f} MiB")
        print(f"| {' | '.join(cells)} | {done.cpu / self.compared.cpu:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--environments", type=int, default=500)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="envwright-bench-") as name:
        many_files(Bench(Path(name)), arguments.files)
    print()
    with tempfile.TemporaryDirectory(prefix="envwright-bench-") as name:
        many_environments(Bench(Path(name)), arguments.environments)


def many_files(bench: Bench, count: int) -> None:
    """Measure one environment of so many files."""
    units = count // FILES_OF_A_UNIT
    one = ("--env", "production")
    repository = ("--repo", "../environments.git")
    print(TABLE.format(f"{count} files in one environment"))
    bench.save(stack(["production: {}"], (unit(number) for number in range(units))))
    bench.measure("`render` into a folder", "render", *one, "--out", "../out")
    bench.measure("`commit`, the first", "commit", *one, *repository)
    bench.save(stack(["production: {}"], (unit(number, 2 if number < 10 else 1) for number in range(units))))
    bench.measure("`commit` where 10 files change", "commit", *one, *repository)
    bench.measure("`commit` where nothing changes", "commit", *one, *repository)
    bench.measure("`verify`", "verify", "env/size/production", *repository)
    bench.save(stack(["production: {}"], (unit(number, 2 if number < 20 else 1) for number in range(units))))
    bench.measure("`diff` where 10 files change", "diff", *one, *repository)


def many_environments(bench: Bench, count: int) -> None:
    """Measure so many environments of a stack of four units."""
    repository = ("--repo", "../environments.git")
    units = [unit(number) for number in range(3)]
    print(TABLE.format(f"{count} environments of 4 units"))
    bench.save(stack(environments(count), [*units, unit(3, "'{{ .Vars.replicas }}'")]))
    bench.measure("`render` of one into a folder", "render", "--env", "e0", "--out", "../out")
    bench.measure("`commit --all`, the first", "commit", "--all", *repository)
    bench.save(stack(environments(count, changed=1), [*units, unit(3, "'{{ .Vars.replicas }}'")]))
    bench.measure("`commit --all` where one changes", "commit", "--all", *repository)
    bench.measure("`status`", "status", *repository)
    bench.measure("`prune-branches`", "prune-branches", *repository)
    bench.measure("`log` of one", "log", "--env", "e1", *repository)


def stack(environments: Iterable[str], units: Iterable[str]) -> str:
    lines = ["  environments:", *(f"    {line}" for line in environments), "  services:", *units]
    return HEAD + "\n".join(lines) + "\n"


def environments(count: int, changed: int = 0) -> list[str]:
    """Return environments, of which the first `changed` have more replicas."""
    return [f"e{number}: {{vars: {{replicas: {2 if number < changed else 1}}}}}" for number in range(count)]


def unit(number: int, replicas: object = 1) -> str:
    workload = f"kind: deployment, image: 'nginx:1.29', replicas: {replicas}, ports: [{{name: http, port: 80}}]"
    return f"    - {{name: unit-{number}, workload: {{{workload}}}}}"


if __name__ == "__main__":
    main()
