"""A registry and a git server for the tests that run Jobs for real."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cluster.programs import UnavailableError
from tests.plugins.builders import git_server, programs
from tests.plugins.builders.place import Place, Source
from tests.plugins.builders.registry_server import Registry, running

BASE = ("sh", "cat", "mkdir", "printf", "sleep", "strings")


Make = Callable[[Callable[[programs.Progress], Path]], Path]


@pytest.fixture(scope="session")
def once(request: pytest.FixtureRequest) -> Make:
    """Gives what is built once; without what that needs, tests are skipped, and fail in continuous integration."""

    def progress(line: str) -> None:
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\ntests/plugins/builders: {line}", file=sys.stderr, flush=True)

    def make(what: Callable[[programs.Progress], Path]) -> Path:
        try:
            programs.check()
            return what(progress)
        except UnavailableError as error:
            reason = f"NOT TESTED with a real builder: {error}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)

    return make


@pytest.fixture
def registry(once: Make, tmp_path: Path) -> Iterator[Registry]:
    """A registry of this test's own, with a base image: a shell, and no more."""
    with running(once(programs.registry), tmp_path / "registry.log") as found:
        found.push("base/busybox", "1.37.0", [base_layer()])
        yield found


def base_layer() -> bytes:
    """Return a layer with busybox, and links to it by the names of its programs."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        program = Path(str(shutil.which("busybox"))).read_bytes()
        member = tarfile.TarInfo("bin/busybox")
        member.size, member.mode = len(program), 0o755
        archive.addfile(member, io.BytesIO(program))
        for name in BASE:
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(link)
    return layer.getvalue()


@pytest.fixture
def place(registry: Registry, tmp_path: Path) -> Iterator[Place]:
    """The golden stack in a repository of a git server, its images in the registry."""
    (tmp_path / "git").mkdir()
    with git_server.serving(tmp_path / "git") as address:
        yield Place(tmp_path, registry, Source(tmp_path / "source", tmp_path / "git/builders.git", address))
