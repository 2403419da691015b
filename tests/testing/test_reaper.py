"""The first process of what stands for a container."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from envwright_testing import reaper

LITTERS = """
sh -c 'setsid sleep 600 & echo $!'
setsid sh -c 'sleep 600 & echo $!; sleep 600' &
sleep 600 & echo $!
read line < fifo
exit 7
"""


def start(*command: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-I", reaper.__file__, *command],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 60
    while is_there(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the process group has to do")
def test_what_a_program_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with start("sh", "-c", LITTERS, folder=tmp_path) as keeper:
        left = [int(keeper.stdout.readline()) for _ in range(3)]
        assert all(map(is_there, left))
        (tmp_path / "fifo").write_text("\n")
        assert keeper.wait() == 7
    assert not any(map(is_there, left))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the process group has to do")
def test_all_ends_with_the_input(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with start("sh", "-c", LITTERS, folder=tmp_path) as keeper:
        left = [int(keeper.stdout.readline()) for _ in range(3)]
        keeper.stdin.close()
        assert keeper.wait() == 128 + signal.SIGKILL
    for pid in left:
        wait_until_gone(pid)


def test_a_signal_goes_to_the_program_alone(tmp_path: Path) -> None:
    script = "trap 'echo heard; exit 3' TERM; echo ready; while :; do sleep 0.1; done"
    with start("sh", "-c", script, folder=tmp_path) as keeper:
        assert keeper.stdout.readline() == "ready\n"
        keeper.terminate()
        assert keeper.stdout.read() == "heard\n"
        assert keeper.wait() == 3


@pytest.mark.skipif(sys.platform != "linux", reason="nothing tells whether a program handles a signal")
def test_a_first_process_without_a_handler_does_not_hear(tmp_path: Path) -> None:
    with start("sh", "-c", "echo ready; sleep 1; echo still there", folder=tmp_path) as keeper:
        assert keeper.stdout.readline() == "ready\n"
        keeper.terminate()
        assert keeper.stdout.read() == "still there\n"
        assert keeper.wait() == 0


def test_its_input_is_empty(tmp_path: Path) -> None:
    with start("sh", "-c", "cat; echo read", folder=tmp_path) as keeper:
        assert keeper.stdout.read() == "read\n"
