"""Measure a cold render against other tools, the built-in plugins against none, `validate` against a bare Python.

    python bench/run.py [--sizes 100 500 1000 2000] [--repeat 3]

helm and kustomize are compared when they are on PATH. Every figure is the fastest of the repeated runs of a whole
process; what is compared runs in turn, so that a busy machine slows all of it down alike.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import extensions
import stacks
from measure import Run, fastest, run

ROOT = Path(__file__).resolve().parent.parent
MONOREPO = ROOT / "golden/monorepo/services.yaml"
ENVWRIGHT = [sys.executable, "-m", "envwright"]
KUSTOMIZE_LIMIT = 500  # above that it takes minutes
PLUGINS_AT = 1000


class Row(NamedTuple):
    """The runs of one size; None where a tool is not there, or would take too long.

    `stream` prints the manifests as one stream, as helm and kustomize do; `folder` writes each into a file of its own,
    with plan, PLAN.md and transition.
    """

    count: int
    stream: Run
    folder: Run
    helm: Run | None
    kustomize: Run | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 500, 1000, 2000])
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    print(machine())
    print()
    print(
        "| services | envwright | processor | memory | into a folder | helm | processor | ratio | kustomize | ratio |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    rows = []
    for count in arguments.sizes:
        rows.append(render(count, arguments.repeat))
        print(table_line(rows[-1]), flush=True)
    print()
    print(growth(rows))
    print(company(rows))
    print(validation(max(arguments.repeat, 5)))
    print()
    print(extensions.table(PLUGINS_AT, extensions.costs(PLUGINS_AT, arguments.repeat)))


def render(count: int, repeat: int) -> Row:
    """Render `count` services with every tool that is there."""
    with tempfile.TemporaryDirectory(prefix="envwright-bench-") as name:
        work = Path(name)
        stacks.write_envwright(work / "stack", count)
        render_stack = [*ENVWRIGHT, "render", "-f", "stack/services.yaml", "--env", "production"]

        def folder() -> Run:
            shutil.rmtree(work / "out", ignore_errors=True)
            return run([*render_stack, "--out", "out"], work)

        attempts = [lambda: run([*render_stack, "-o", "-"], work), folder]
        if shutil.which("helm"):
            stacks.write_helm(work / "chart", count)
            attempts.append(lambda: run(["helm", "template", "bench", "chart"], work))
        stream, written, *helm = fastest(repeat, *attempts)
        kustomize = None
        if shutil.which("kustomize") and count <= KUSTOMIZE_LIMIT:
            stacks.write_kustomize(work / "kustomize", count, work / "out")
            kustomize = run(["kustomize", "build", "kustomize"], work)
        return Row(count, stream, written, helm[0] if helm else None, kustomize)


def table_line(row: Row) -> str:
    """Return one line of the table."""
    memory = max(row.stream.memory, row.folder.memory)
    cells = [f"{row.count}", f"{row.stream.wall:.2f} s", f"{row.stream.cpu:.2f} s", f"{memory:.0f} MiB"]
    cells.append(f"{row.folder.wall:.2f} s")
    cells += [f"{row.helm.wall:.2f} s", f"{row.helm.cpu:.2f} s", ratio(row, row.helm)] if row.helm else ["-", "-", "-"]
    cells += [f"{row.kustomize.wall:.2f} s", ratio(row, row.kustomize)] if row.kustomize else ["-", "-"]
    return f"| {' | '.join(cells)} |"


def ratio(row: Row, other: Run) -> str:
    """Return how many times as long envwright takes as another tool."""
    return f"{row.stream.wall / other.wall:.2f}"


def growth(rows: list[Row]) -> str:
    """Return the exponent of the growth of time with the number of services: the slope of the logarithms."""
    if len(rows) < 2:
        return "growth exponent: needs two sizes"
    xs = [math.log(row.count) for row in rows]
    ys = [math.log(row.stream.wall) for row in rows]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum((x - mean_x) ** 2 for x in xs)
    last = (ys[-1] - ys[-2]) / (xs[-1] - xs[-2])
    return f"growth exponent: {slope:.2f} over all sizes, {last:.2f} from {rows[-2].count} to {rows[-1].count} services"


def company(rows: list[Row]) -> str:
    """Return what else the machine had to do."""
    runs = [run for row in rows for run in (row.stream, row.folder, row.helm) if run]
    least, most = min(run.others for run in runs), max(run.others for run in runs)
    return f"other work kept {least:.1f} to {most:.1f} cores busy while these ran"


def validation(repeat: int) -> str:
    """Compare `validate` of golden/monorepo with a Python that does nothing."""
    bare, own = fastest(
        repeat,
        lambda: run([sys.executable, "-c", "pass"], ROOT),
        lambda: run([*ENVWRIGHT, "validate", "-f", str(MONOREPO)], ROOT),
    )
    return (
        f"validate of golden/monorepo: {own.wall * 1000:.0f} ms where `python -c pass` takes {bare.wall * 1000:.0f} ms "
        f"({own.wall / bare.wall:.1f} times)"
    )


def machine() -> str:
    """Return what the figures were measured on."""
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
