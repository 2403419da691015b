"""Every vector in every mode: refused with its alternative, left out and listed, or narrowed and listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright.model.diagnostic import Refused
from tests.plugins.guardrails.harness import assert_left, render, rendered
from tests.plugins.guardrails.vectors import VECTORS
from tests.plugins.guardrails.vectors.vector import Vector


def rows(vectors: list[Vector]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", vectors, ids=str)


@rows(VECTORS)
def test_refuse_names_the_place_and_the_alternative(vector: Vector, tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        render(tmp_path, vector.objects, "refuse", vector.settings)
    found = next(item for item in caught.value.diagnostics if item.code == vector.refuse)
    assert found.severity == "error"
    assert found.where is not None
    assert (found.where.file, found.where.line) == ("deploy/api.yaml", 1)
    assert found.summary.startswith(f'{vector.objects[0]["kind"]} "x"')
    assert vector.hint in found.hint


@rows(VECTORS)
@pytest.mark.parametrize("mode", ["drop", "narrow"])
def test_drop_and_narrow_leave_what_may_be_and_list_the_rest(vector: Vector, mode: str, tmp_path: Path) -> None:
    response = render(tmp_path, vector.objects, mode, vector.settings)
    expected = vector.drop if mode == "drop" else vector.narrow
    first = vector.objects[0]
    found = [each for each in rendered(response) if each["kind"] == first["kind"]]
    (noted, *_) = [item for item in response.plan.omitted if item.kind == first["kind"]]
    assert (noted.unit, noted.name) == ("api", "x")
    if expected is None:
        assert found == []
        assert noted.action == "dropped"
        assert "EW604" in {item.code for item in response.diagnostics}
    else:
        assert_left(found[0], expected)
        assert {item.action for item in response.plan.omitted} == {"narrowed"}
        (warning,) = [item for item in response.diagnostics if item.code == "EW605"]
        assert sorted(warning.detail.splitlines()) == sorted(item.reason for item in response.plan.omitted)


@rows([vector for vector in VECTORS if vector.narrow is not None])
def test_what_narrow_makes_is_what_refuse_accepts(vector: Vector, tmp_path: Path) -> None:
    made = rendered(render(tmp_path, vector.objects, "narrow", vector.settings))
    again = render(tmp_path, made, "refuse", vector.settings)
    assert rendered(again) == made
    assert again.diagnostics == ()


@rows([vector for vector in VECTORS if vector.allowed_by is not None])
def test_the_platform_may_allow_it(vector: Vector, tmp_path: Path) -> None:
    assert vector.allowed_by is not None
    response = render(tmp_path, vector.objects, "refuse", {**vector.settings, **vector.allowed_by})
    assert response.diagnostics == ()
    assert response.plan.omitted == ()
