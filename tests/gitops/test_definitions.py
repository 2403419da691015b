"""Every object that points a controller to a tree, against the definitions that its own release installs.

No API server runs here: rules that the definitions have in CEL are not evaluated.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from envwright import api
from tests.gitops import definitions
from tests.gitops.test_controllers import SHARED_BRANCH, WRITTEN
from tests.support.stacks import world


@pytest.fixture(scope="module")
def known() -> definitions.Schemas:
    return definitions.schemas()


def test_the_objects_of_the_goldens_have_no_field_that_the_release_does_not_know(known: definitions.Schemas) -> None:
    found = {path: definitions.faults(known, yaml.safe_load(path.read_text(encoding="utf-8"))) for path in WRITTEN}
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_the_application_set_of_slots_is_what_the_release_takes(known: definitions.Schemas, tmp_path: Path) -> None:
    there = world(tmp_path, {"services.yaml": SHARED_BRANCH})
    files = api.render(api.Request(environment="ai", slot=1), there).files
    assert definitions.faults(known, yaml.safe_load(files["gitops/applicationset.yaml"])) == []


def test_a_field_that_nobody_knows_and_a_wrong_value_are_found(known: definitions.Schemas) -> None:
    found = yaml.safe_load(WRITTEN[0].read_text(encoding="utf-8"))
    found["spec"]["syncPolicy"]["automated"]["prunes"] = True
    found["spec"]["source"]["path"] = 7
    assert definitions.faults(known, found) == [
        "$.spec.source.path: 7 is not of type 'string'",
        "$.spec.syncPolicy.automated: Additional properties are not allowed ('prunes' was unexpected)",
    ]
