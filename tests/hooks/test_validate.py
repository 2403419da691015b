from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from envwright_hooks.validate import main

HEAD = "apiVersion: envwright.dev/v1\nkind: ServiceStack\n"
GOOD = f"{HEAD}metadata: {{name: shop}}\nspec:\n  environments: {{production: {{}}}}\n"
UNKNOWN_KEY = f"{HEAD}metadata: {{name: shop}}\nspec:\n  enviroments: {{}}\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(repository: Path, path: str, text: str) -> str:
    file = repository / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return path


def test_a_valid_stack_passes_in_silence(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([write(repository, "services.yaml", GOOD)]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_mistake_is_shown_at_its_place_below_the_working_directory(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([write(repository, "apps/shop/services.yaml", UNKNOWN_KEY)]) == 1
    shown = capsys.readouterr().err
    assert shown.startswith("apps/shop/services.yaml:5:3: error[EW101]:")
    assert "    5 |   enviroments: {}\n" in shown


def test_the_exit_code_is_that_of_the_process(repository: Path) -> None:
    good, wrong = write(repository, "a/services.yaml", GOOD), write(repository, "b/services.yaml", UNKNOWN_KEY)
    hook = [sys.executable, "-m", "envwright_hooks"]
    assert subprocess.run([*hook, good]).returncode == 0
    done = subprocess.run([*hook, good, wrong], stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr.partition(" ")[0]) == (1, "b/services.yaml:5:3:")


def test_a_changed_file_next_to_a_service_concerns_the_stacks_above_it(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repository, "services.yaml", UNKNOWN_KEY)
    write(repository, "other/services.yaml", UNKNOWN_KEY)
    assert main([write(repository, "api/deploy.yaml.tpl", "")]) == 1
    assert "other/services.yaml" not in capsys.readouterr().err


def test_an_imported_services_yaml_is_part_of_the_stack_that_imports_it(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repository, "services.yaml", f"{GOOD}  imports: ['*/services.yaml']\n")
    part = write(repository, "api/services.yaml", f"{HEAD}spec:\n  services: [{{name: api, use: [htpp]}}]\n")
    assert main([part]) == 1
    shown = capsys.readouterr().err
    assert shown.count("error[") == 1
    assert shown.startswith("api/services.yaml:4:")


def test_a_file_without_a_stack_is_none_of_our_business(repository: Path) -> None:
    assert main([write(repository, "docs/page.yaml", "a: [")]) == 0


def test_every_stack_is_checked_once_and_all_their_mistakes_are_shown(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [write(repository, f"{name}/services.yaml", UNKNOWN_KEY) for name in ("a", "b")]
    assert main([*files, write(repository, "a/deploy.yaml", "")]) == 1
    shown = capsys.readouterr().err
    assert [shown.count(f"{name}/services.yaml:5:3: error[EW101]") for name in ("a", "b")] == [1, 1]


def test_the_objects_are_checked_on_demand(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stack = write(repository, "services.yaml", f"{GOOD}  services: [{{name: api, manifests: [api.yaml]}}]\n")
    write(repository, "api.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: ''}\n")
    assert main([stack]) == 0
    assert main(["--manifests", stack]) == 1
    assert "error[EW501]" in capsys.readouterr().err
