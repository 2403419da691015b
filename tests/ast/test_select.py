import pytest

from envwright.ast.plain import plain
from envwright.ast.select import descend, select
from envwright.model.diagnostic import Diagnostic, Refused
from envwright.yaml.reader import read

TEXT = """\
spec:
  vars: {"a.b": 1, plain: two}
  services:
    - {name: api, image: shop-api}
    - name: worker
      ports: [80, 81]
"""
ROOT = read(TEXT, "services.yaml")


def named(_path: tuple[str, ...]) -> str | None:
    return None


def refused(path: str) -> Diagnostic:
    with pytest.raises(Refused) as caught:
        select(ROOT, path, named)
    (only,) = caught.value.diagnostics
    return only


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("spec.services[api].image", "shop-api"),
        ("spec.services[1].ports[0]", 80),
        ("spec.services[worker].ports[1]", 81),
        ('spec.vars["a.b"]', 1),
        ('spec["vars"].plain', "two"),
        ("spec[vars][plain]", "two"),
    ],
)
def test_a_path_finds_its_node(path: str, value: object) -> None:
    assert plain(select(ROOT, path, named)) == value


def test_the_empty_path_is_the_root() -> None:
    assert select(ROOT, "", named) is ROOT


def test_a_list_is_searched_by_the_key_that_names_its_items() -> None:
    root = read("claims: [{claim: data, size: 1}]", "f.yaml")
    assert plain(select(root, "claims[data].size", lambda path: "claim" if path == ("claims",) else None)) == 1


@pytest.mark.parametrize(
    ("path", "summary", "hint", "where"),
    [
        ("spec.servces", 'spec has no key "servces"', 'did you mean "services"?', "services.yaml:2:3"),
        ("spec.services[apy]", 'spec.services has no item "apy"', 'did you mean "api"?', "services.yaml:4:5"),
        ("spec.services[7]", 'spec.services has no item "7"', "it has api, worker", "services.yaml:4:5"),
        ("spec.vars.plain.x", "spec.vars.plain is a single value: nothing stands below it", "", "services.yaml:2:27"),
        ("nothing", 'the file has no key "nothing"', "it has spec", "services.yaml:1:1"),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_ended(path: str, summary: str, hint: str, where: str) -> None:
    found = refused(path)
    assert (found.code, found.summary, found.hint, str(found.where)) == ("EW014", summary, hint, where)


@pytest.mark.parametrize("path", ["spec.services[api", "spec..vars", "[]", 'spec["vars]'])
def test_a_path_that_cannot_be_read_is_refused(path: str) -> None:
    assert "cannot be read" in refused(path).summary


def test_descending_stops_at_the_last_node_that_exists() -> None:
    assert plain(descend(ROOT, ("spec", "services", 0, "image"))) == "shop-api"
    assert descend(ROOT, ("spec", "services", 5, "image")) is select(ROOT, "spec.services", named)
