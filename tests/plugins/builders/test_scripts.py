"""What the script that asks makes of a registry's answers: yes, no, and all that is neither.

The answers are those of real registries, as skopeo prints them; a program that prints them stands in for skopeo.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from envwright_plugins.builders.place import THERE
from envwright_plugins.builders.scripts import ASK

MANIFEST = '{"schemaVersion":2,"layers":[]}'
CONFIG = '{"config":{"Labels":{"dev.envwright.content":"sha256:%s"}}}'
FATAL = 'FATA[0000] Error parsing image name "docker://registry.example.org/shop/api:1.0": '
READING = "reading manifest 1.0 in registry.example.org/shop/api: "


def asked(folder: Path, answer: str, status: int, content: str = "") -> tuple[int, bool]:
    """Return how the script ends, and whether it says that the image is there."""
    (folder / "answer").write_text(answer)
    stream = 1 if status == 0 else 2
    (folder / "skopeo").write_text(f"#!/bin/sh\ncat {folder}/answer >&{stream}\nexit {status}\n")
    (folder / "skopeo").chmod(0o755)
    script = ASK.replace(THERE, str(folder / "there"))
    done = subprocess.run(
        ["sh", "-c", script, "ask", content, "inspect", "docker://registry.example.org/shop/api:1.0"],
        env={"PATH": f"{folder}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 or answer in done.stderr
    return done.returncode, (folder / "there").exists()


def test_yes(tmp_path: Path) -> None:
    assert asked(tmp_path, MANIFEST, 0) == (0, True)


@pytest.mark.parametrize(("there", "wanted"), [("ab", "ab"), ("ab", "cd")])
def test_yes_by_the_label(there: str, wanted: str, tmp_path: Path) -> None:
    answer = CONFIG % (there * 32)
    assert asked(tmp_path, answer, 0, f"sha256:{wanted * 32}") == (0, there == wanted)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (f"{FATAL}{READING}manifest unknown", 2),
        (f"{FATAL}{READING}manifest unknown", 1),
        (f"{FATAL}{READING}manifest unknown: The named manifest is not known to the registry.", 1),
        (f"{FATAL}{READING}name unknown: repository name not known to registry", 1),
        (f"{FATAL}{READING}name unknown: The repository with name 'shop/api' does not exist in the registry", 1),
        (f"{FATAL}{READING}unknown: artifact shop/api:1.0 not found", 1),
        (f"{FATAL}{READING}unknown: repository shop/api not found", 1),
        (f"{FATAL}{READING}invalid status code from registry 404 (Not Found)", 1),
    ],
)
def test_no(answer: str, status: int, tmp_path: Path) -> None:
    assert asked(tmp_path, answer, status) == (0, False)


@pytest.mark.parametrize(
    "answer",
    [
        f"{FATAL}{READING}unauthorized: authentication required",
        f"{FATAL}{READING}denied: requested access to the resource is denied",
        f"{FATAL}{READING}received unexpected HTTP status: 503 Service Unavailable",
        f"{FATAL}{READING}toomanyrequests: You have reached your pull rate limit",
        f'{FATAL}pinging container registry registry.example.org: Get "https://registry.example.org/v2/": dial tcp: '
        "lookup registry.example.org: no such host",
        f"{FATAL}pinging container registry registry.example.org: invalid status code from registry 404 (Not Found)",
        "sh: skopeo: not found",
        "",
    ],
)
def test_neither(answer: str, tmp_path: Path) -> None:
    assert asked(tmp_path, answer, 1) == (1, False)
