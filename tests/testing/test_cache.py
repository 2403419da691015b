"""What is installed for fixture services is installed once."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright_testing.cache import kept, run
from envwright_testing.provide.go import go_programs
from envwright_testing.provide.node import node_packages
from envwright_testing.provide.python import python_packages
from envwright_testing.service import Provide, UnavailableError

KEY = [b"lock", b"version"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_key_is_installed_once(cache: Path) -> None:
    made: list[Path] = []
    told: list[str] = []
    first = kept("kind", KEY, made.append, told.append)
    assert kept("kind", KEY, made.append, told.append) == first
    assert made == [first]
    assert told == [f"installing kind into {first}"]
    assert first.is_relative_to(cache / "envwright/testing")
    assert kept("kind", [b"lockversion"], made.append, told.append) != first


def test_what_was_left_half_installed_is_begun_again() -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise UnavailableError("no network")

    with pytest.raises(UnavailableError, match="no network"):
        kept("kind", KEY, fail, print)
    folder = kept("kind", KEY, lambda place: (place / "whole").touch(), print)
    assert sorted(path.name for path in folder.iterdir()) == [".complete", "whole"]


def test_an_installer_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"`sh -c .*` fails: no such package"):
        run(["sh", "-c", "echo no such package >&2; exit 1"], tmp_path)


def test_a_cache_that_cannot_be_made_is_named(cache: Path) -> None:
    cache.write_text("a file", encoding="utf-8")
    with pytest.raises(UnavailableError, match=r"/envwright/testing cannot be made: Not a directory$"):
        kept("kind", KEY, print, print)


@pytest.mark.parametrize(
    ("provide", "missing"),
    [(node_packages(), "node"), (go_programs(Path("unused"), "example.org/tool"), "go")],
)
def test_a_program_that_is_not_there_is_named(
    provide: Provide, missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnavailableError, match=f"^{missing} is not on PATH$"):
        provide(tmp_path, print)


def test_packages_of_python_are_those_of_the_lock(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("", encoding="utf-8")
    provided = python_packages(at="/venv")(tmp_path, print)
    assert (provided.path[0] / "python").exists()
    assert provided.places["/venv"] == provided.path[0].parent
