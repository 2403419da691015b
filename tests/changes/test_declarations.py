"""What a change of the stack's own files comes to, told from real commits."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright import api
from envwright.adapters.entry_points import installed
from tests.changes.shop import FILES, effects, request, told
from tests.support.repositories import commit, repository

ROOT = "services.yaml"
API = "services/api/service.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop", FILES)


def compared(folder: Path, path: str, old: str, new: str, environment: str = "production") -> api.Assessed:
    """Change a file, commit it, and tell what follows."""
    assert old in FILES[path]
    commit(folder, {path: FILES[path].replace(old, new)})
    return api.changes(request(environment), api.open_world(folder / ROOT, installed()), "HEAD~1..HEAD")


# what is changed in which file: the units with what follows
EDITS = {
    "a comment": (ROOT, "vars:", "# more\n  vars:", {}),
    "one unit": (
        ROOT,
        "web\n      image: web",
        "web\n      image: web\n      readiness: {timeout: 9m}",
        {"web": "re-render"},
    ),
    "a variable that one template reads": (ROOT, "region: eu", "region: us", {"reports": "re-render"}),
    "an image": (ROOT, "context: web,", "context: web, target: x,", {"web": "re-render rebuild"}),
    "an image below": (ROOT, "context: base,", "context: base, buildArgs: {A: b},", {"web": "rebuild"}),
    "a version": (ROOT, 'value: "1.0"', 'value: "1.1"', {"api": "re-render rebuild", "reports": "re-render rebuild"}),
    "an import": (API, "port: 8080", "port: 8081", {"api": "re-render"}),
    "the whole environment": (
        ROOT,
        "production: {}",
        "production: {namespaceTemplate: shop}",
        dict.fromkeys(("postgres", "api", "proxy", "reports", "web"), "re-render"),
    ),
    "another environment": (ROOT, "slots: {max: 9}", "slots: {max: 8}", {}),
}


@pytest.mark.parametrize("what", EDITS)
def test_units_that_differ_are_rendered_again(what: str, folder: Path) -> None:
    path, old, new, wanted = EDITS[what]
    assessed = compared(folder, path, old, new)
    assert not assessed.diagnostics
    found = effects(assessed.changes)
    if path == API:
        found = {name: effect for name, effect in found.items() if effect != "none"}
    assert dict(sorted(found.items())) == dict(sorted(wanted.items()))


def test_what_differs_is_said(folder: Path) -> None:
    changes = compared(folder, API, "port: 8080", "port: 8081").changes
    (why,) = [match.rule.why for match in changes.files[0].matches if match.rule.owner == "declaration"]
    assert why == "workload.ports changed"


def test_units_that_come_and_go(folder: Path) -> None:
    old = "    - name: proxy\n"
    changes = compared(folder, ROOT, old, "    - name: edge\n").changes
    assert {unit.name: unit.change for unit in changes.units} == {"edge": "added", "proxy": "removed"}
    assert {unit.effect for unit in changes.units} == {"re-render"}


def test_an_import_that_goes_takes_its_units_along(folder: Path) -> None:
    commit(folder, {ROOT: FILES[ROOT].replace("dependsOn: [api]", "dependsOn: []")}, remove=(API,))
    changes = api.changes(request("production"), api.open_world(folder / ROOT, installed()), "HEAD~1..HEAD").changes
    assert {unit.name for unit in changes.units if unit.change == "removed"} == {"api", "reports"}


def test_a_section_that_is_of_no_unit(folder: Path) -> None:
    changes = compared(folder, ROOT, "keys: [password]", "keys: [password, user]").changes
    assert (changes.units, changes.sections) == ((), ("secrets",))


@pytest.mark.parametrize(("new", "due"), [("api: {value: '1.0'", True), ("api: {value: '1.1'", False)])
def test_a_version_is_due_until_it_is_raised(folder: Path, new: str, due: bool) -> None:
    text = FILES[ROOT].replace('api: {value: "1.0"', new)
    commit(folder, {"services/api/shop/app.py": "app = 1\n", ROOT: text})
    world = api.open_world(folder / ROOT, installed())
    (version,) = api.changes(request("production"), world, "HEAD~1..HEAD").changes.versions
    assert (version.before, version.due) == ("1.0", due)


def test_the_strategy_is_that_of_the_environment(folder: Path) -> None:
    commit(folder, {"services/api/shop/app.py": "app = 1\n"})
    world = api.open_world(folder / ROOT, installed())
    found = {name: effects(api.changes(request(name), world, "HEAD~1").changes)["api"] for name in ("production", "ai")}
    assert found == {"production": "rebuild", "ai": "hot-reload"}


def test_without_the_former_stack_whatever_may_have_changed_counts(folder: Path) -> None:
    commit(folder, {ROOT: "x: [\n"})
    commit(folder, {ROOT: FILES[ROOT]})
    world = api.open_world(folder / ROOT, installed())
    assessed = api.changes(request("production"), world, "HEAD~1..HEAD")
    assert [found.code for found in assessed.diagnostics] == ["EW352"]
    assert {unit.effect for unit in assessed.changes.units} == {"re-render"}
    assert len(assessed.changes.units) == 5
    # of files that are named nobody knows what they were either
    assert effects(told(world, "production", API)) == {"api": "re-render", "reports": "re-render"}


def test_the_later_end_is_read_from_its_commit(folder: Path) -> None:
    commit(folder, {"proxy/new.conf": "x\n"})
    commit(folder, {ROOT: FILES[ROOT].replace('inputs: ["proxy/**"]', 'inputs: ["other/**"]')})
    (folder / ROOT).write_text("broken: [")
    world = api.open_world(folder / ROOT, installed())
    assert effects(api.changes(request("production"), world, "HEAD~2..HEAD~1").changes) == {"proxy": "restart"}
