"""Many committers on one branch of a server over HTTP: all commits land, none is lost or doubled, history is a line."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from envwright.adapters.git.land import land
from envwright.adapters.git.remote import Password, Remote
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Landed
from tests.adapters.git.conftest import SECRET
from tests.adapters.git.drafts import draft, git, history, proposal
from tests.support.git_server import Cut, GitServer, proxied
from tests.support.paths import ROOT

COMMITTERS = 16
# `make stress` asks for more: commits of each committer, and how many are killed
COMMITS = int(os.environ.get("ENVWRIGHT_STRESS_COMMITS", "5"))
KILLS = int(os.environ.get("ENVWRIGHT_STRESS_KILLS", "6"))


def start(url: str, cache: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.adapters.git.committer", url, str(cache), name, str(count)]
    # a group of its own, so that it can be killed with the git that it runs
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdin is not None
    process.stdin.write(f"{SECRET}\n")
    process.stdin.close()
    return process


def assert_all_landed(server: Path, names: list[str], count: int) -> None:
    subjects = history(server)
    assert Counter(subjects) == Counter(f"{name} {number}" for name in names for number in range(1, count + 1))
    for name in names:  # each on top of its own last
        assert [subject for subject in subjects if subject.split()[0] == name] == [
            f"{name} {n}" for n in range(1, count + 1)
        ]
    for commit in git(server, "rev-list", "main").split()[:-1]:  # and nobody touched what is another's
        name = git(server, "log", "-1", "--format=%s", commit).split()[0]
        assert git(server, "diff-tree", "--no-commit-id", "--name-only", "-r", commit).split() == [
            f"shop/{name}/number"
        ]


@pytest.mark.parametrize("caches", ["one each", "one for all"])
def test_many_committers_on_one_branch_all_land(http: GitServer, server: Path, tmp_path: Path, caches: str) -> None:
    names = [f"c{number}" for number in range(COMMITTERS)]
    shared = caches == "one for all"
    url = http.url("envs.git")
    running = [start(url, tmp_path / ("cache" if shared else name), name, COMMITS) for name in names]
    assert [process.wait() for process in running] == [0] * COMMITTERS
    assert_all_landed(server, names, COMMITS)
