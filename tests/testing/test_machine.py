"""A rendered container as a process of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from envwright_testing.machine import Endpoint, Mount, free_endpoint, local_process, source_mounts, with_folders
from envwright_testing.service import Provided

PLACES = {"/app": Path("/x/app"), "/app/cache": Path("/kept"), "/tmp": Path("/x/tmp"), "/opt/venv": Path("/venv")}


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ("/app", "/x/app"),
        ("/app/src", "/x/app/src"),
        ("/app/cache/a", "/kept/a"),
        ("--dir=/app", "--dir=/x/app"),
        ("/opt/venv/bin:/usr/bin", "/venv/bin:/usr/bin"),
        ("go build -o /tmp/air/main .", "go build -o /x/tmp/air/main ."),
        ("'/app','/tmp'", "'/x/app','/x/tmp'"),
        ("/application", "/application"),
        ("/srv/app", "/srv/app"),
        ("./app", "./app"),
        ("https://example.org/app", "https://example.org/app"),
    ],
)
def test_paths_of_the_container_are_those_of_folders(text: str, here: str) -> None:
    assert with_folders(text, PLACES) == here


def test_without_places_nothing_moves() -> None:
    assert with_folders("/app", {}) == "/app"


POD: dict[str, Any] = {
    "volumes": [
        {"name": "source", "persistentVolumeClaim": {"claimName": "workspace"}},
        {"name": "cache", "emptyDir": {}},
    ]
}
CONTAINER: dict[str, Any] = {
    "command": ["serve", "--at", "0.0.0.0:8080", "/opt/venv/bin"],
    "args": ["--tmp=/cache"],
    "workingDir": "/srv/app",
    "env": [{"name": "CACHE", "value": "/cache/build"}],
    "volumeMounts": [
        {"name": "source", "mountPath": "/srv/app/src", "subPath": "api/src"},
        {"name": "source", "mountPath": "/srv/app", "subPath": "api"},
        {"name": "cache", "mountPath": "/cache"},
    ],
}


def test_the_tree_is_where_its_claim_is_mounted(tmp_path: Path) -> None:
    app = tmp_path / "srv/app"
    assert source_mounts(POD, CONTAINER, "workspace", tmp_path) == (Mount("api", app), Mount("api/src", app / "src"))


def test_a_container_is_a_process(tmp_path: Path) -> None:
    root, venv = tmp_path / "root", tmp_path / "venv"
    venv.mkdir()
    provided = Provided((venv / "bin",), {"/opt/venv": venv}, {"CACHE": "its own wins", "LEVEL": "1"})
    process = local_process(CONTAINER, provided, Endpoint("127.9.9.9", 8080), root)
    assert process.command == ("serve", "--at", "127.9.9.9:8080", f"{venv}/bin", f"--tmp={root}/cache")
    assert process.folder == root / "srv/app"
    assert process.env["CACHE"] == f"{root}/cache/build"
    assert process.env["LEVEL"] == "1"
    assert process.env["PATH"].startswith(f"{venv}/bin:")
    assert (root / "opt/venv").resolve() == venv
    assert (root / "cache").is_dir()


def test_where_it_listens_is_not_localhost() -> None:
    first, second = free_endpoint(), free_endpoint()
    assert first != second
    assert first.address.startswith("127.")
    assert first.port > 0
