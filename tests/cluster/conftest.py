"""One small Kubernetes for all tests of this folder; `tests/conftest.py` gives them to one worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.cluster import programs
from tests.cluster.client import Client, Connection
from tests.support.paths import ROOT


@pytest.fixture(scope="session")
def assets(request: pytest.FixtureRequest) -> Path:
    """The folder of the programs; without them these tests are skipped, and fail in continuous integration."""

    def progress(line: str) -> None:
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\ntests/cluster: {line}", file=sys.stderr, flush=True)

    try:
        return programs.find(progress)
    except programs.UnavailableError as error:
        reason = f"NOT TESTED on a real API server: {error}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def cluster(assets: Path) -> Iterator[Client]:
    """An administrator's client of a running cluster."""
    with serving(assets) as connection, closing(Client(connection)) as client:
        yield client


@contextmanager
def serving(assets: Path) -> Iterator[Connection]:
    """Run the cluster in a process of its own session, out of reach of Ctrl-C: it ends when its input does."""
    command = [sys.executable, "-m", "tests.cluster.serve", str(assets)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, text=True
    ) as keeper:
        line = keeper.stdout.readline()
        if not line:
            pytest.fail("the cluster does not start: see what it printed")
        yield Connection(**json.loads(line))
