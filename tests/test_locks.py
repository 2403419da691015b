from __future__ import annotations

import re
import tomllib
from importlib.metadata import requires
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
    return {name: Version(version) for name, version in re.findall(r"^([a-z0-9.-]+)\S*==([^ ;]+)", text, re.MULTILINE)}


@pytest.mark.parametrize("lock", NEEDED)
def test_a_lock_file_pins_what_pyproject_asks_for(lock: str) -> None:
    pinned = pins(lock)
    for requirement in map(Requirement, NEEDED[lock]):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f"{requirement} is missing; refresh with: make lock"
        assert version in requirement.specifier, f"{requirement}, locked: {version}; refresh with: make lock"


def test_a_package_that_another_needs_with_an_extra_is_locked_with_it() -> None:
    """Else pip looks for the extra in the newest release, which the lock has no hash of: as with coverage 7.17.4."""
    text = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    needed = [Requirement(line) for line in requires("pytest-cov") or ()]
    extras = [f"{item.name}[{extra}]==" for item in needed if not item.marker for extra in sorted(item.extras)]
    assert extras
    assert [item for item in extras if item not in text] == []


@pytest.mark.parametrize("lock", NEEDED)
def test_a_lock_file_names_no_host(lock: str) -> None:
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links", (ROOT / lock).read_text(encoding="utf-8"))


def test_the_tools_are_locked_on_top_of_what_runs() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()
