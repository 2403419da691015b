"""How ssh is called: what it makes of the options is asked of ssh itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from envwright.adapters.git.remote import Credentials, Remote, SshFiles
from envwright.adapters.git.ssh import ssh_variables


def understood(credentials: Credentials | None) -> dict[str, str]:
    """Return the configuration that ssh works with, by its own account."""
    if shutil.which("ssh") is None:
        missing = "ssh is not on PATH: its options are not tested"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    given = ssh_variables(Remote(url="ssh://git@git.example.org/envs.git", credentials=credentials))
    command = ["sh", "-c", f"{given['GIT_SSH_COMMAND']} -G git.example.org"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(line.split(" ", 1) for line in text.splitlines() if " " in line)


def test_ssh_asks_nothing_and_knows_its_hosts() -> None:
    found = understood(None)
    assert found["batchmode"] == "yes"
    assert found["stricthostkeychecking"] in ("true", "yes")
    assert found["forwardagent"] == "no"
    assert found["permitlocalcommand"] == "no"
    assert found["clearallforwardings"] == "yes"


@pytest.mark.parametrize("name", ["key", "a key; touch 'x'", "100%d"])
def test_a_key_is_the_only_one_and_so_are_its_hosts(tmp_path: Path, name: str) -> None:
    key, hosts = tmp_path / name, tmp_path / f"hosts {name}"
    key.touch()
    found = understood(SshFiles(key=key, known_hosts=hosts))
    assert found["identitiesonly"] == "yes"
    assert found["identityfile"].replace("%%", "%") == str(key)
    assert found["userknownhostsfile"].replace("%%", "%").strip('"') == str(hosts)
    assert found["globalknownhostsfile"] == "/dev/null"
    assert found["identityagent"] == "none"
