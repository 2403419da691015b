from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.goldens import ROOT
from tests.support.stacks import stack, write

PROGRAM = [sys.executable, "-m", "tests.adapters.processes_at_work"]
DOUBLED = str([item * 2 for item in range(20)])

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="NOT TESTED here: workers are for Linux alone")


def said(case: str, *arguments: str) -> str:
    """Run a case in a process of its own; return what it printed, which is all that anybody hears of it."""
    done = subprocess.run([*PROGRAM, case, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_several_processes_share_the_work() -> None:
    assert said("several") == "3"


def test_a_few_items_are_not_worth_a_fork() -> None:
    assert said("few") == "True"


def test_nothing_is_forked_while_another_thread_runs() -> None:
    assert said("thread") == "True"


@pytest.mark.parametrize("case", ["in order", "dying", "leaving", "unsendable", "unreadable", "no room"])
def test_the_results_are_those_of_map_whatever_happens_to_a_worker(case: str) -> None:
    assert said(case) == DOUBLED


def test_a_caller_may_stop_early() -> None:
    assert said("part") == "[0, 2, 4, 6, 8]"


def test_an_exception_comes_in_the_place_of_its_result() -> None:
    assert said("raising") == "[0, 2, 4, 6, 8, 10, 12, -1]"


def test_files_and_warnings_are_the_same_however_many_processes_render() -> None:
    assert said("goldens") == "[]"


def test_errors_are_the_same_however_many_processes_find_them(tmp_path: Path) -> None:
    units = [f"{{name: u{number}, manifests: [m.yaml.tpl, m{number % 4}.yaml.tpl]}}" for number in range(12)]
    spec = f"environments: {{dev: {{}}}}\nservices: [{', '.join(units)}]"
    files = {f"m{number}.yaml.tpl": f"{{{{ .Nope{number} }}}}" for number in range(3)}
    write(tmp_path, {"services.yaml": stack(spec), "m.yaml.tpl": "a: [", **files})
    assert said("refused", str(tmp_path)) == "True"


@pytest.mark.parametrize(("case", "stop"), [("lasting", signal.SIGINT), ("short", signal.SIGKILL)])
def test_no_worker_is_left_when_the_caller_is_interrupted_or_killed(case: str, stop: signal.Signals) -> None:
    with subprocess.Popen(
        [*PROGRAM, case], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as caller:
        assert caller.stdout is not None
        at_work = [int(caller.stdout.readline()) for _ in range(3)]
        assert caller.pid in at_work
        caller.send_signal(stop)
        _, errors = caller.communicate()  # a worker that went on would keep the output open, and be waited for
    assert errors.count("Traceback") == (stop == signal.SIGINT)  # the caller's own, none of a worker
