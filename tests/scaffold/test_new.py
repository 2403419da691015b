"""`envwright plugin new`: what it writes is a plugin whose tests pass."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from envwright.model.diagnostic import Refused
from envwright.scaffold.create import create
from envwright.scaffold.names import names_of
from envwright.scaffold.package import KINDS
from tests.support.plugins import run
from tests.support.venvs import Venv, wheel_of


def test_its_tests_pass_where_its_wheel_is_installed(tmp_path: Path) -> None:
    made = run(["plugin", "new", "Acme_Limits"], cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    folder = tmp_path / "acme-limits"
    here = Venv(tmp_path / "venv")
    (tmp_path / "dist").mkdir()
    here.install(wheel_of(folder, tmp_path / "dist"))
    listed = here.run("envwright", "plugins", cwd=tmp_path).stdout
    assert "acme-limits  0.1.0  (acme-limits)\n  envwright_check_objects\n  envwright_contract_section\n" in listed
    tested = here.run("pytest", "-p", "no:cacheprovider", cwd=folder)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "2 passed" in tested.stdout
    refused = here.run("envwright", "render", "--env", "dev", "-o", "-", cwd=folder / "tests/cases/refused")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "error[EW806]: Deployment web has 6 replicas, and 5 is the most" in refused.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_passes_its_tests_types_and_lint(kind: str, tmp_path: Path) -> None:
    folder, written = create(tmp_path, names_of("acme"), kind)
    assert written
    for command in (["pytest", "-q", "-p", "no:cacheprovider"], ["ruff", "check"], ["ruff", "format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=folder,
            env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    metadata = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert metadata["entry-points"]["envwright"] == {"acme": "acme.plugin"}


def test_the_same_again_changes_nothing_and_another_is_refused(tmp_path: Path) -> None:
    names = names_of("acme")
    folder, _ = create(tmp_path, names, "guardrail")
    (folder / ".pytest_cache").mkdir()
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert create(tmp_path, names, "guardrail") == (folder, False)
    with pytest.raises(Refused, match=r"EW805 .*acme is there, and its README.md is another"):
        create(tmp_path, names, "transform")
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert [path.name for path in tmp_path.iterdir()] == ["acme"]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    create(tmp_path, names_of("acme"), "tool")  # an empty one is as good as none
    (tmp_path / "other").mkdir()
    (tmp_path / "other/notes.txt").write_text("mine")
    with pytest.raises(Refused, match=r"EW805 .*other is there, and has no"):
        create(tmp_path, names_of("other"), "tool")
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="EW805"):
        create(tmp_path / "file", names_of("acme"), "tool")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["acme", "file", "other"]


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("Acme", ("acme", "acme", "acme")),
        ("envwright-elixir", ("envwright-elixir", "envwright_elixir", "elixir")),
        ("Acme__Zig.Tools", ("acme-zig-tools", "acme_zig_tools", "acme-zig-tools")),
    ],
)
def test_names_follow_from_one(given: str, names: tuple[str, str, str]) -> None:
    assert names_of(given) == names


@pytest.mark.parametrize(
    "given", ["", "-acme", "acme-", "ac me", "../acme", "9lives", "class", "json", "envwright", "é", "a" * 61]
)
def test_a_name_that_cannot_be_one_is_a_wrong_call(given: str, tmp_path: Path) -> None:
    called = run(["plugin", "new", "--", given], cwd=tmp_path)
    assert called.returncode == 2
    assert "Invalid value for NAME" in called.stderr
    assert list(tmp_path.iterdir()) == []
