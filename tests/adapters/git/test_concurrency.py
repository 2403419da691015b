"""Many committers on one branch of a server over HTTP: all commits land, none is lost or doubled, history is a line."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from envwright.adapters.git.land import land
from envwright.adapters.git.remote import Password, Remote
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Budget, Landed
from tests.adapters.git.conftest import SECRET
from tests.adapters.git.drafts import draft, git, history, proposal
from tests.support.git_server import Cut, GitServer, proxied
from tests.support.paths import ROOT

COMMITTERS = 16
# `make stress` asks for more: commits of each committer, and how many are killed
COMMITS = int(os.environ.get("ENVWRIGHT_STRESS_COMMITS", "5"))
KILLS = int(os.environ.get("ENVWRIGHT_STRESS_KILLS", "6"))
SHARING = max(2, COMMITS // 2)  # of those who share a cache each: they do not race, so fewer will do


def start(url: str, cache: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.adapters.git.committer", url, str(cache), name, str(count)]
    # a group of its own, so that it can be killed with the git that it runs
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdin is not None
    process.stdin.write(f"{SECRET}\n")
    process.stdin.close()
    return process


def assert_all_landed(server: Path, counts: Mapping[str, int]) -> None:
    subjects = history(server)
    assert Counter(subjects) == Counter(f"{name} {number}" for name in counts for number in range(1, counts[name] + 1))
    for name, count in counts.items():  # each on top of its own last
        own = [subject for subject in subjects if subject.split()[0] == name]
        assert own == [f"{name} {number}" for number in range(1, count + 1)]
    for commit in git(server, "rev-list", "main").split()[:-1]:  # and nobody touched what is another's
        name = git(server, "log", "-1", "--format=%s", commit).split()[0]
        assert git(server, "diff-tree", "--no-commit-id", "--name-only", "-r", commit).split() == [
            f"shop/{name}/number"
        ]


@pytest.mark.parametrize("caches", ["one each", "one for all"])
def test_many_committers_on_one_branch_all_land(http: GitServer, server: Path, tmp_path: Path, caches: str) -> None:
    names = [f"c{number}" for number in range(COMMITTERS)]
    shared = caches == "one for all"
    url, count = http.url("envs.git"), SHARING if shared else COMMITS
    running = [start(url, tmp_path / ("cache" if shared else name), name, count) for name in names]
    assert [process.wait() for process in running] == [0] * COMMITTERS
    assert_all_landed(server, dict.fromkeys(names, count))


@pytest.mark.parametrize("pattern", [["before"], ["after"], ["after", "before", "after"], ["before"] * 4])
def test_a_push_whose_connection_is_cut_lands_once(
    http: GitServer, server: Path, tmp_path: Path, pattern: list[Cut]
) -> None:
    cuts = iter(pattern)
    with proxied(http, lambda: next(cuts, "never")) as proxy:
        given = Password(scope=proxy.url(""), user="robot", secret=SECRET)
        with Repository(Remote(url=proxy.url("envs.git"), credentials=given), tmp_path / "cache") as repository:
            for number in ("1", "2", "3"):
                wanted = proposal("shop", draft(f"c {number}\n", number=number))
                assert isinstance(land(repository, [wanted], Budget(refusals=20))[0], Landed)
        assert proxy.cuts[: len(pattern)] == pattern
    assert_all_landed_at(server, "shop", ["c 1", "c 2", "c 3"])


def assert_all_landed_at(server: Path, directory: str, subjects: list[str]) -> None:
    assert history(server) == subjects
    assert git(server, "ls-tree", "-r", "--name-only", "main").split() == [f"{directory}/number"]


def test_many_committers_over_a_connection_that_is_cut_at_random_all_land(
    http: GitServer, server: Path, tmp_path: Path
) -> None:
    chance = random.Random(5)
    cuts: list[Cut] = ["before", "after", "never"]
    names = [f"c{number}" for number in range(4)]
    with proxied(http, lambda: chance.choice(cuts)) as proxy:
        running = [start(proxy.url("envs.git"), tmp_path / name, name, 3) for name in names]
        assert [process.wait() for process in running] == [0] * len(names)
        assert set(proxy.cuts) == set(cuts)
    assert_all_landed(server, dict.fromkeys(names, 3))


@pytest.mark.parametrize("caches", ["one each", "one for all"])
def test_committers_that_are_killed_and_start_again_land_each_commit_once(
    http: GitServer, server: Path, tmp_path: Path, caches: str
) -> None:
    chance = random.Random(7)
    counts, running, kills = {"a": 0, "b": 0}, dict[str, subprocess.Popen[str]](), 0

    def begin(name: str) -> subprocess.Popen[str]:
        cache = tmp_path / ("cache" if caches == "one for all" else name)
        return start(http.url("envs.git"), cache, name, counts[name])

    while running or kills < KILLS:
        for name in sorted(counts.keys() - running.keys()) if kills < KILLS else ():
            counts[name] += 3
            running[name] = begin(name)
        name = chance.choice(sorted(running))
        try:
            # from before its first fetch to after its last push
            assert running[name].wait(chance.uniform(0.1, 2.5) if kills < KILLS else None) == 0
            del running[name]
        except subprocess.TimeoutExpired:
            # its git dies with it, or goes on without it
            kill = os.killpg if chance.random() < 0.5 else os.kill
            kill(running[name].pid, signal.SIGKILL)
            running[name].wait()
            kills += 1
            running[name] = begin(name)
    assert_all_landed(server, counts)
