"""The conformance kit, on a stack that is as it should be and on the same with one flaw at a time."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.testing.authors import command, environment, run


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """The package of the stack's author, outside of this project's configuration."""
    folder = tmp_path / "package"
    shutil.copytree(Path(__file__).parent / "toy", folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "pytest.ini").write_text("[pytest]\npython_files = checks.py\nfilterwarnings = error\n", encoding="utf-8")
    return folder


def test_a_stack_that_keeps_its_promise_passes(toy: Path) -> None:
    done = run(toy, "-k", "TestToy or lockfile")
    assert "12 passed" in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("flaw", "check", "patience", "why"),
    [
        ("keeps what it read", "test_an_edit_becomes_live", 10, "an edit becomes live: not within 10 s"),
        ("ends at a mistake", "test_a_syntax_error_is_survived", 60, "the process ended with status 3"),
        ("does not hear", "test_it_ends_and_starts_again", 10, "it has not ended 10 s after SIGTERM"),
        ("is local", "test_an_edit_becomes_live", 3, "it is ready: not within 3 s"),
    ],
)
def test_a_flaw_is_found(flaw: str, check: str, patience: int, why: str, toy: Path) -> None:
    done = run(toy, "-k", f"TestToy and {check}", FLAW=flaw, PATIENCE=str(patience))
    assert done.returncode == 1, done.stdout
    assert why in done.stdout
    assert "$ python3 serve.py" in done.stdout


def test_what_is_missing_is_said_and_fails_in_continuous_integration(toy: Path) -> None:
    why = "NOT TESTED with a real process: no-such-program is not on PATH"
    skipped = run(toy, "-k", "TestToy and test_an_edit", "-rs", NEEDED="no-such-program")
    assert (skipped.returncode, why in skipped.stdout) == (0, True)
    failed = run(toy, "-k", "TestToy and test_an_edit", NEEDED="no-such-program", CI="true")
    assert (failed.returncode, why in failed.stdout) == (1, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_behind(number: signal.Signals, toy: Path, tmp_path: Path) -> None:
    """Neither by Ctrl-C nor where pytest itself is killed."""
    written = tmp_path / "pid"
    # it waits for an answer that does not come, until it is ended
    waiting = command("-k", "TestToy and test_an_edit_becomes_live")
    variables = environment(FLAW="keeps what it read", WRITTEN=str(written), PATIENCE="600")
    with subprocess.Popen(waiting, cwd=toy, env=variables, stdout=subprocess.DEVNULL) as tests:
        assert until(lambda: written.exists() and written.read_text(encoding="utf-8"))
        server = int(written.read_text(encoding="utf-8"))
        tests.send_signal(number)
    assert until(lambda: not is_there(server))


def until(is_so: Callable[[], object]) -> bool:
    """Return whether it becomes so within two minutes."""
    deadline = time.monotonic() + 120
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(is_so())


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
