"""Kill a render into a folder at every system call, and let the next one repair it.

A program of its own, for it forks: `python -m tests.adapters.kill_points FOLDER`. It prints how many kills it survived,
and ends with a traceback at the first one that it did not.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from envwright import api
from envwright.host import Host
from tests.support.stacks import stack, write

KILLED = 9
# of the kills in pairs there are thousands: every so many-th is tried
STRIDE = 15

UNIT = """\
  - name: {name}
    workload: {{kind: statefulset, image: "r/{name}:{tag}", ports: [{{name: http, port: 80}}]}}
"""


def response_of(folder: Path, *units: tuple[str, str]) -> api.Response:
    """Render a stack with a service for each name and tag."""
    services = "".join(UNIT.format(name=name, tag=tag) for name, tag in units)
    write(folder, {"services.yaml": stack("environments: {dev: {}}\nservices:\n" + services)})
    return api.render(api.Request(), api.open_world(folder, Host()))


def killed_at(point: int, call: Callable[[], object]) -> bool:
    """Make a call in a process that ends before its system call number `point`; return False if it makes fewer."""
    child = os.fork()
    if child:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in (0, KILLED), status
        return status == KILLED
    left = [point]

    def count(_frame: object, event: str, function: Any) -> None:
        if event == "c_call" and getattr(function, "__module__", "") == "posix":
            left[0] -= 1
            if left[0] < 0:
                os._exit(KILLED)

    sys.setprofile(count)
    try:
        call()
    except BaseException as error:  # the parent must not go on twice
        print(f"the call failed: {error!r}", file=sys.stderr)
        os._exit(1)
    os._exit(0)


def tree_of(folder: Path) -> dict[str, bytes | None]:
    """Return every file below a folder with its bytes, and every empty directory."""
    found: dict[str, bytes | None] = {}
    for path in folder.rglob("*"):
        if path.is_dir() and not any(path.iterdir()):
            found[f"{path.relative_to(folder).as_posix()}/"] = None
        elif not path.is_dir():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def assert_repaired(folder: Path, response: api.Response, usual: Mapping[str, bytes | None] | None) -> None:
    """Render again; fail unless the folder is what the render is, and `usual` if that is given."""
    before = (folder / "plan.json").read_bytes() if (folder / "plan.json").exists() else None
    api.write(response, folder)
    after = tree_of(folder)
    transition = json.loads(after.pop("transition.json") or b"{}")
    assert after == response.files, sorted(set(after) ^ set(response.files))
    assert transition["plan"] == response.rendered.digest
    assert before is not None or transition["predecessor"] is None
    if usual is not None:
        assert tree_of(folder) == usual


def copy(source: Path, target: Path) -> Path:
    """Return a new copy of a folder that may be missing."""
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target, symlinks=True)
    return target


def kill_everywhere(folder: Path, start: Path, first: api.Response, others: list[api.Response]) -> int:
    """Kill the render of `first` over `start` at every point, and return how often; it and another repair that."""
    usual = copy(start, folder / "usual")
    api.write(first, usual)
    point = 0
    while True:
        state = copy(start, folder / "killed")
        if not killed_at(point, partial(api.write, first, state)):
            assert tree_of(state) == tree_of(usual)
            return point
        plan = state / "plan.json"
        if plan.exists() and plan.read_bytes() == first.files["plan.json"]:
            assert tree_of(state) == tree_of(usual), "the plan was there before the rest"
        assert_repaired(copy(state, folder / "again"), first, tree_of(usual))
        other = others[point % len(others)]
        assert_repaired(copy(state, folder / "again"), other, None)
        if point % STRIDE == 0:
            kill_the_repair(folder, state, other, [first, *others])
        point += 1


def kill_the_repair(folder: Path, state: Path, second: api.Response, last: list[api.Response]) -> None:
    """Kill the render that repairs as well, at some points, and let a third one repair that."""
    point = 0
    while True:
        twice = copy(state, folder / "twice")
        if not killed_at(point, partial(api.write, second, twice)):
            return
        assert_repaired(twice, last[point % len(last)], None)
        point += STRIDE


def main(folder: Path) -> None:
    """Kill a first render, one over an older one, and each again over what a kill left."""
    older = response_of(folder / "stack", ("same", "1"), ("changed", "1"), ("gone", "1"))
    newer = response_of(folder / "stack", ("same", "1"), ("changed", "2"), ("came", "1"))
    other = response_of(folder / "stack", ("came", "2"), ("another", "1"))
    rendered = folder / "rendered"
    kills = kill_everywhere(folder, rendered, older, [newer])
    api.write(older, rendered)
    kills += kill_everywhere(folder, rendered, newer, [older, other])
    print(kills)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
