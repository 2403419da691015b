"""No secret value is in the environment repository: not in a file, a message or any object that git keeps there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from envwright.cli.main import run
from tests.support.two_repositories import Repositories
from tests.test_canaries import CANARY, SHAPES, TOKEN

REAL = "ENVWRIGHT_REAL_STACKS"
V1ALPHA1 = """\
apiVersion: codex-k8s.dev/v1alpha1
kind: ServiceStack
metadata: {name: demo}
spec:
  environments: {production: {}, staging: {}}
  versions: {api: {value: "1.0"}}
  services: [{name: api, manifests: [{path: api.yaml.tpl}]}]
"""
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: api}
stringData:
  PLAIN: 'x{{ env "T" }}'
  ENCODED: '{{ env "T" | b64enc }}'
  HASHED: '{{ env "T" | sha256sum }}'
---
apiVersion: v1
kind: ConfigMap
metadata: {name: api}
data: {version: '{{ .Versions.api }}'}
"""


def objects_of(repository: Path) -> str:
    """Return every blob, commit, tag and tree of a repository, reachable or not, in lower case."""
    command = ["git", "-C", repository, "cat-file", "--batch-all-objects", "--unordered", "--batch"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace").lower()


def leaks(text: str) -> list[str]:
    """Return how the canary is seen in a text; a marker that stands in for it counts as well."""
    return [how for how, shape in {**SHAPES, "marker": "\ufdd0", "escaped": "\\ufdd0"}.items() if shape in text]


def caches(folder: Path) -> Iterator[Path]:
    for head in folder.rglob("HEAD"):
        yield head.parent


def test_the_net_has_no_holes(repositories: Repositories) -> None:
    repositories.change({"notes.md": f"the password is {CANARY}\n"}, f"a message with {TOKEN}")
    repositories.git("tag", "-a", "-m", TOKEN, "a-tag")
    repositories.git("reset", "--quiet", "--hard", "HEAD~1")
    repositories.git("tag", "-d", "a-tag")
    assert objects_of(repositories.source).count(TOKEN.lower()) == 3


@pytest.mark.parametrize("way", ["option", "file", "environment"])
def test_a_passed_value_is_in_no_object(
    repositories: Repositories,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    way: str,
) -> None:
    repositories.change({"deploy/services.yaml": V1ALPHA1, "deploy/api.yaml.tpl": SECRET})
    monkeypatch.setenv("T", CANARY)
    monkeypatch.setenv("ENVWRIGHT_GIT_PASSWORD", CANARY)
    (tmp_path / "some.env").write_text(f"T='{CANARY}'\n", encoding="utf-8")
    passed = {"option": ("--var", f"T={CANARY}"), "file": ("--env-file", str(tmp_path / "some.env"))}
    options = ("-f", str(repositories.file), *passed.get(way, ("--pass-env", "T")))
    repo = ("--repo", str(repositories.bare))

    assert run(["commit", *options, "--all", *repo]) == 0
    repositories.edit('"1.0"', '"1.1"')
    calls = (
        ("diff", "--env", "production", *repo),
        ("commit", "--env", "production", *repo),
        ("verify", "env/demo/production", *repo),
        ("rollback", "--env", "production", "--reason", "a test", *repo),
        ("unhold", "--env", "production", *repo),
        ("commit", "--env", "staging", "--next", *repo),
        ("commit", "--env", "staging", "-o", "json", *repo),
        ("promote", "--from", "staging", "--to", "production", *repo),
        ("log", "--env", "production", "-o", "json", *repo),
    )
    for command, *rest in calls:
        assert run([command, *options, *rest]) == 0, capsys.readouterr().err
    said = capsys.readouterr()
    assert leaks((said.out + said.err).lower()) == []
    places = [repositories.bare, *caches(tmp_path / "cache")]
    assert len(places) > 1
    for place in places:
        assert leaks(objects_of(place)) == []
    assert "\nVariables: T\n" in repositories.git(
        "log", "-1", "--format=%B", "env/demo/production", at=repositories.bare
    )


def test_a_refusal_does_not_tell_it_either(repositories: Repositories, capsys: pytest.CaptureFixture[str]) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '_{{ env `T` }}'}\n"
    repositories.change({"deploy/services.yaml": V1ALPHA1, "deploy/api.yaml.tpl": config})
    options = ("-f", str(repositories.file), "--var", f"T={CANARY}", "--repo", str(repositories.bare))
    for form in ("text", "json", "sarif", "github"):
        assert run(["commit", *options, "--env", "production", "--format", form]) == 1
    said = capsys.readouterr()
    assert leaks((said.out + said.err).lower()) == []
    assert repositories.git("cat-file", "--batch-all-objects", "--batch-check", at=repositories.bare) == ""


def secrets_of(stack: Path) -> set[str]:
    """Return the variables that templates with a Secret in them read."""
    texts = [path.read_text(encoding="utf-8") for path in stack.rglob("*") if path.suffix in (".yaml", ".tpl")]
    found = (re.findall(r'env(?:Or)? "(\w+)"', text) for text in texts if re.search(r"^kind: Secret$", text, re.M))
    return {name for names in found for name in names}


@pytest.mark.skipif(not os.environ.get(REAL), reason=f"NOT TESTED on real stacks: {REAL} does not name their folder")
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("codex-k8s", ("--env", "production")),
        ("codex-k8s", ("--env", "ai", "--slot", "3", "--cluster-scope", "narrow")),
        ("project-example", ("--env", "dev")),
        ("project-example", ("--env", "ai", "--slot", "1", "--cluster-scope", "drop")),
    ],
)
def test_the_real_stacks_leave_nothing_either(
    repositories: Repositories,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    options: tuple[str, ...],
) -> None:
    real = Path(os.environ[REAL])
    folder = repositories.source / "deploy"
    shutil.rmtree(folder)
    if name == "project-example":
        assert run(["migrate", "-f", str(real / name / "services.yaml"), "--out", str(folder)]) == 0
        passed: tuple[str, ...] = ()
    else:
        shutil.copytree(real / name, folder)
        namespace = "codex-k8s-prod" if "production" in options else "codex-k8s-dev-3"
        variables = f"CODEXK8S_PRODUCTION_NAMESPACE={namespace}"
        passed = ("--env-file", str(real / "codex-k8s.env"), "--var", variables)
    repositories.change({})
    for secret in secrets_of(real / name):
        monkeypatch.setenv(secret, CANARY)
        passed += ("--pass-env", secret)
    monkeypatch.setenv("UNPASSED", CANARY)
    call = ("-f", str(folder), "--repo", str(repositories.bare), *passed)
    assert run(["commit", *call, *options]) == 0, capsys.readouterr().err
    (branch,) = repositories.git("for-each-ref", "--format=%(refname:lstrip=2)", at=repositories.bare).splitlines()
    assert run(["verify", branch, *call]) == 0, capsys.readouterr().err
    said = capsys.readouterr()
    assert leaks((said.out + said.err).lower()) == []
    for place in (repositories.bare, *caches(tmp_path / "cache")):
        assert leaks(objects_of(place)) == []
