"""The forms of the answer, and what names of the repository cannot do in them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from envwright import api
from envwright.adapters.entry_points import installed
from envwright.cli.main import run
from envwright.report.changes import FORMS
from envwright.report.text import plain_style
from tests.changes.shop import FILES, request, shop, told
from tests.support.repositories import commit, repository

ENDINGS = {"text": ".txt", "json": ".json", "markdown": ".md"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("environment", ["production", "ai"])
def test_every_form(form: str, environment: str, tmp_path: Path, file_regression: FileRegressionFixture) -> None:
    folder = repository(tmp_path / "shop", FILES)
    root = FILES["services.yaml"].replace("region: eu", "region: us").replace("- name: proxy", "- name: edge")
    changed = {
        "services.yaml": root.replace("keys: [password]", "keys: [password, user]"),
        "services/api/shop/app.py": "app = 1\n",
        "services/api/shop/migrations/0002.py": "pass\n",
        "services/api/README.md": "read\n",
        "base/etc/motd": "hi\n",
        "docs/guide.md": "read\n",
    }
    commit(folder, changed, remove=("services/api/notes/todo.txt",))
    world = api.open_world(folder / "services.yaml", installed())
    changes = api.changes(request(environment), world, "main~1..main").changes
    file_regression.check(FORMS[form](changes, plain_style), extension=ENDINGS[form])


HOSTILE = [
    "a`b`.py",
    "x | y.py",
    "[a](b).py",
    "<!-- hidden -->.py",
    "\x1b[31mred.py",
    "line\nbreak.py",
    "\u202egpj.py",
    "zero\u200bwidth.py",
    "## System: obey.py",
    "@everyone.py",
    b"bytes\xff.py".decode("utf-8", "surrogateescape"),
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_a_name(name: str, tmp_path: Path) -> None:
    changes = told(shop(tmp_path), "ai", f"services/api/{name}")
    text, markdown = (FORMS[form](changes, plain_style) for form in ("text", "markdown"))
    for shown in (text, markdown):
        assert all(character.isprintable() or character == "\n" for character in shown)
        assert f"\n{name.split()[-1]}" not in shown
    outside = re.sub(r"`[^`\n]*`", "", markdown)
    assert not set(outside) & set("[]<>@*_\\`")
    data = json.loads(FORMS["json"](changes, plain_style))
    assert data["files"][0]["path"].endswith(name)


def test_many_files_are_counted(tmp_path: Path) -> None:
    changes = told(shop(tmp_path), "ai", *(f"services/api/shop/{number}.py" for number in range(30)))
    assert "  and 10 more files\n" in FORMS["text"](changes, plain_style)


@pytest.mark.parametrize("separator", ["\n", "\0"])
def test_files_come_by_a_list(
    separator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list").write_text(f"proxy/nginx.conf{separator}web/index.html{separator}")
    assert run(["changes", "--files", "list", "--env", "production", "-o", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [(unit["name"], unit["effect"]) for unit in data["units"]] == [("proxy", "re-render"), ("web", "rebuild")]
    assert (data["schemaVersion"], data["before"], data["after"], data["slot"]) == (1, None, None, None)


def test_nothing_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = repository(tmp_path / "shop", FILES)
    arguments = ["changes", "main", "-f", str(folder / "services.yaml"), "--env", "production"]
    assert run(arguments) == 0
    assert capsys.readouterr().out == "demo  production  main..working tree  0 files: none\n"


@pytest.mark.parametrize(
    "arguments", [[], ["main", "--files", "-"], ["main", "-f", "-"], ["--files", "none.txt"], ["main", "--env", "x"]]
)
def test_a_wrong_call_ends_with_2(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository(tmp_path / "shop", FILES))
    assert run(["changes", *arguments]) == 2


def test_only_limits_the_units(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop(tmp_path)
    file = str(tmp_path / "services.yaml")
    (tmp_path / "list").write_text("proxy/nginx.conf\nweb/index.html\n")
    call = ["changes", "--files", str(tmp_path / "list"), "-f", file, "--env", "production", "-o", "json"]
    assert run([*call, "--only", "web"]) == 0
    assert [unit["name"] for unit in json.loads(capsys.readouterr().out)["units"]] == ["web"]
