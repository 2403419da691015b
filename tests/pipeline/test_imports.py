import os
from pathlib import Path

import pytest

from envwright import api
from tests.support.stacks import codes, places, refused, stack, world

ENVIRONMENT = "environments: {production: {}}\n"


def service(name: str, path: str) -> str:
    return stack(f"services:\n  - name: {name}\n    manifests: [{path}]")


def test_imports_merge_in_order_and_the_file_itself_wins(tmp_path: Path) -> None:
    files = {
        "services.yaml": stack(f"{ENVIRONMENT}imports: [a.yaml, b.yaml]\nvars: {{who: root}}"),
        "a.yaml": stack("vars: {who: a, first: a, both: a}"),
        "b.yaml": stack("vars: {who: b, both: b}"),
    }
    found = api.resolve(api.Request(), world(tmp_path, files)).environment
    assert found.vars == {"who": "root", "first": "a", "both": "b"}


def test_a_file_reached_twice_counts_once_at_its_first_place(tmp_path: Path) -> None:
    files = {
        "services.yaml": stack(f"{ENVIRONMENT}imports: [a.yaml, b.yaml]"),
        "a.yaml": stack("imports: [base.yaml]\nvars: {level: a}"),
        "b.yaml": stack("imports: [base.yaml]\nvars: {other: b}"),
        "base.yaml": stack("vars: {level: base}"),
    }
    assert api.resolve(api.Request(), world(tmp_path, files)).environment.vars["level"] == "a"


def test_globs_are_sorted_and_paths_are_relative_to_the_declaring_file(tmp_path: Path) -> None:
    files = {
        "services.yaml": stack(f"{ENVIRONMENT}imports: ['units/*/services.yaml']"),
        "units/b/services.yaml": service("b", "deploy.yaml"),
        "units/a/services.yaml": service("a", "../shared.yaml"),
    }
    units = api.resolve(api.Request(), world(tmp_path, files)).environment.units
    assert [(unit.name, unit.declared.manifests[0].path) for unit in units] == [
        ("a", "units/shared.yaml"),
        ("b", "units/b/deploy.yaml"),
    ]


def test_a_cycle_shows_its_chain(tmp_path: Path) -> None:
    files = {
        "services.yaml": stack("imports: [a.yaml]"),
        "a.yaml": stack("imports: [b.yaml]"),
        "b.yaml": stack("imports: [a.yaml]"),
    }
    (found,) = refused(api.validate, api.Request(), world(tmp_path, files))
    assert found.code == "EW021"
    assert "a.yaml -> b.yaml -> a.yaml" in found.summary
    assert [near.where.file for near in found.related] == ["a.yaml", "b.yaml"]


def test_every_import_that_leads_nowhere_is_reported_at_its_place(tmp_path: Path) -> None:
    files = {
        "services.yaml": stack("imports: [componnents.yaml, other/x.yaml]"),
        "components.yaml": stack("vars: {}"),
    }
    found = refused(api.validate, api.Request(), world(tmp_path, files))
    assert places(found) == ["EW020 services.yaml:6:13", "EW020 services.yaml:6:31"]
    assert found[0].hint == 'did you mean "components.yaml"?'


def test_an_import_of_what_is_no_file_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    files = {"services.yaml": stack("imports: [folder, pipe.yaml]")}
    found = refused(api.validate, api.Request(), world(tmp_path, files))
    assert [(item.code, item.summary) for item in found] == [
        ("EW020", "folder is a directory"),
        ("EW020", "pipe.yaml is no regular file"),
    ]


@pytest.mark.parametrize("imports", ["[null]", "[5]", "[{path: 5}]", "[~]"])
def test_an_import_that_is_no_text_is_a_value_of_the_wrong_type(tmp_path: Path, imports: str) -> None:
    files = {"services.yaml": stack(f"{ENVIRONMENT}imports: {imports}")}
    (found,) = refused(api.validate, api.Request(), world(tmp_path, files))
    assert (found.code, found.where.line) == ("EW102", files["services.yaml"].count("\n"))


def test_a_glob_without_files_is_a_warning(tmp_path: Path) -> None:
    files = {"services.yaml": stack(f"{ENVIRONMENT}imports: ['nothing/*.yaml']")}
    assert codes(api.validate(api.Request(), world(tmp_path, files))) == ["EW020"]


def test_an_import_outside_of_the_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text(stack("vars: {}"))
    files = {"services.yaml": stack(f"{ENVIRONMENT}imports: [../outside.yaml]")}
    found = refused(api.validate, api.Request(), world(tmp_path / "repo", files))
    assert codes(found) == ["EW022"]


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    files = {
        "services.yaml": stack(f"{ENVIRONMENT}imports: [old.yaml]"),
        "old.yaml": "apiVersion: codex-k8s.dev/v1alpha1\nkind: ServiceStack\nspec: {}\n",
    }
    assert codes(refused(api.validate, api.Request(), world(tmp_path, files))) == ["EW100"]


def test_v1_refuses_a_second_document(tmp_path: Path) -> None:
    files = {"services.yaml": stack(ENVIRONMENT) + "---\n" + stack("vars: {}")}
    assert places(refused(api.validate, api.Request(), world(tmp_path, files))) == ["EW009 services.yaml:8:1"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", ["EW100", "EW100"]),
        ("kind: ServiceStack\n", ["EW100"]),
        ("apiVersion: envwright.dev/v1\n", ["EW100"]),
        ("apiVersion: envwright.dev/v1\nkind: ServiceStack\n", []),
    ],
)
def test_an_imported_file_says_its_format(tmp_path: Path, head: str, expected: list[str]) -> None:
    files = {
        "services.yaml": stack(f"{ENVIRONMENT}imports: [more.yaml]"),
        "more.yaml": head + "spec: {vars: {a: b}}\n",
    }
    there = world(tmp_path, files)
    found = refused(api.validate, api.Request(), there) if expected else api.validate(api.Request(), there)
    assert codes(found) == expected


def test_v1alpha1_imports_files_without_a_format(tmp_path: Path) -> None:
    root = "apiVersion: codex-k8s.dev/v1alpha1\nkind: ServiceStack\nmetadata: {name: demo}\nspec:\n"
    files = {
        "services.yaml": root + "  environments: {production: {}}\n  imports: [{path: more.yaml}]\n",
        "more.yaml": "spec: {services: [{name: api}]}\n",
    }
    found = api.resolve(api.Request(), world(tmp_path, files))
    assert found.environment.order == ("api",)
