from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NEEDED = {
    "requirements.lock": [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]],
    "requirements-dev.lock": [
        *PROJECT["project"]["dependencies"],
        *(item for item in PROJECT["dependency-groups"]["dev"] if isinstance(item, str)),
    ],
}


def pins(lock: str) -> dict[str, Version]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {name: Version(version) for name, version in re.findall(r"^([a-z0-9.-]+)==([^ ;]+)", text, re.MULTILINE)}


@pytest.mark.parametrize("lock", NEEDED)
def test_a_lock_file_pins_what_pyproject_asks_for(lock: str) -> None:
    pinned = pins(lock)
    for requirement in map(Requirement, NEEDED[lock]):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f"{requirement} is missing; refresh with: make lock"
        assert version in requirement.specifier, f"{requirement}, locked: {version}; refresh with: make lock"


@pytest.mark.parametrize("lock", NEEDED)
def test_a_lock_file_names_no_host(lock: str) -> None:
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links", (ROOT / lock).read_text(encoding="utf-8"))


def test_the_tools_are_locked_on_top_of_what_runs() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()
