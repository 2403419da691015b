"""An environment that shares a namespace owns what it adds."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright import api
from envwright.hookspecs import ImageBuilder, ImageJob, ImageRequest
from envwright.host import Candidate, Host, hookimpl
from envwright.model.plan import Plan
from tests.plan.trees import names
from tests.support.plans import job, thing
from tests.support.stacks import codes, places, refused, stack, world

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {at: '%s'}\n"
ENVIRONMENTS = """
environments:
  production: {}
  repair: {from: production, sharesNamespaceOf: production}
  audit: {sharesNamespaceOf: repair}
"""
FILES = {
    "same.yaml": CONFIG % ("same", "x"),
    "own.yaml.tpl": CONFIG % ("own-{{ .Env }}", "x"),
    "other.yaml.tpl": CONFIG % ("other", "{{ .Env }}"),
}
UNITS = "services: [{name: a, manifests: [same.yaml, own.yaml.tpl, other.yaml.tpl]}]"


def rendered(tmp_path: Path, spec: str, environment: str, **files: str) -> api.Response:
    there = world(tmp_path, {"services.yaml": stack(ENVIRONMENTS + spec), **FILES, **files})
    return api.render(api.Request(environment=environment), there)


def left(plan: Plan) -> dict[str, str]:
    return {f"{item.kind} {item.name}": item.reason for item in plan.omitted if item.action == "owner"}


def test_an_object_that_the_owner_renders_is_left_to_it(tmp_path: Path) -> None:
    found = rendered(tmp_path, UNITS, "repair")
    assert names(found.plan.objects) == ["ConfigMap own-repair"]
    assert [path for path in found.files if path.startswith("manifests/")] == [
        "manifests/internal/a/configmap-own-repair.yaml",
        "manifests/internal/kustomization.yaml",
    ]
    assert left(found.plan) == {
        "ConfigMap same": "production has it",
        "ConfigMap other": "production has it, with another data.at",
    }


def test_the_owner_has_all_that_it_renders(tmp_path: Path) -> None:
    found = rendered(tmp_path, UNITS, "production")
    assert names(found.plan.objects) == ["ConfigMap other", "ConfigMap own-production", "ConfigMap same"]
    assert (found.plan.omitted, found.diagnostics) == ((), ())


def test_what_is_made_otherwise_than_the_owners_is_warned_of_once_for_each_unit(tmp_path: Path) -> None:
    second = {"more.yaml.tpl": CONFIG % ("more", "{{ .Env }}") + "---\n" + CONFIG % ("yet-more", "{{ .Env }}")}
    spec = "services: [{name: a, manifests: [other.yaml.tpl]}, {name: b, manifests: [same.yaml, more.yaml.tpl]}]"
    found = rendered(tmp_path, spec, "repair", **second)
    assert [(item.code, str(item.where)) for item in found.diagnostics] == [
        ("EW510", "other.yaml.tpl:1:1"),
        ("EW510", "more.yaml.tpl:1:1"),
    ]
    one, two = found.diagnostics
    assert one.summary == 'unit "a" makes ConfigMap other otherwise than "production", which owns the namespace'
    assert two.detail == "ConfigMap more: data.at\nConfigMap yet-more: data.at"


def test_who_shares_with_one_who_shares_leaves_to_each_what_it_has(tmp_path: Path) -> None:
    spec = "services: [{name: a, manifests: [same.yaml, own.yaml.tpl, added.yaml.tpl]}]"
    added = {"added.yaml.tpl": '{{ if ne .Env "production" }}' + CONFIG % ("added", "x") + "{{ end }}"}
    found = rendered(tmp_path, spec, "audit", **added)
    assert names(found.plan.objects) == ["ConfigMap own-audit"]
    assert left(found.plan) == {"ConfigMap same": "production has it", "ConfigMap added": "repair has it"}


def test_another_unit_may_make_what_the_owner_has(tmp_path: Path) -> None:
    spec = """
services:
  - {name: a, manifests: [same.yaml], when: '{{ eq .Env "production" }}'}
  - {name: b, manifests: [same.yaml], when: '{{ ne .Env "production" }}'}
"""
    found = rendered(tmp_path, spec, "repair")
    assert (found.plan.objects, found.diagnostics) == ((), ())
    assert [(item.unit, item.reason) for item in found.plan.omitted] == [("b", "production has it")]


SECRETS = """
secrets:
  - {name: same, keys: [a]}
  - {name: other, keys: [a], copyFrom: {namespace: '{{ .Env }}'}}
  - {name: own, keys: [a], when: '{{ ne .Env "production" }}'}
"""


def test_secrets_are_the_owners_too(tmp_path: Path) -> None:
    found = rendered(tmp_path, SECRETS, "repair")
    assert [step.id for step in found.plan.steps] == ["ensure-secret/own", "prune"]
    assert left(found.plan) == {
        "Secret same": "production has it",
        "Secret other": "production has it, with another copyFrom.namespace",
    }
    assert codes(found.diagnostics) == ["EW510"]
    assert found.diagnostics[0].summary.startswith("the stack makes Secret other otherwise")


JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: %s}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: a, image: "a:1"}]}
"""


def test_jobs_are_the_owners_too(tmp_path: Path) -> None:
    jobs = {"jobs.yaml.tpl": JOB % "same" + "---" + JOB % "own-{{ .Env }}"}
    found = rendered(tmp_path, "services: [{name: a, manifests: [jobs.yaml.tpl]}]", "repair", **jobs)
    assert [step.id for step in found.plan.steps] == ["run-job/a/own-repair", "prune"]
    assert left(found.plan) == {"Job same": "production has it"}


def test_slots_share_slot_by_slot(tmp_path: Path) -> None:
    spec = f"""
environments: {{ai: {{kind: slot}}, tools: {{kind: slot, sharesNamespaceOf: ai}}}}
{UNITS}
"""
    there = world(tmp_path, {"services.yaml": stack(spec), **FILES, "same.yaml.tpl": CONFIG % ("same", "{{ .Slot }}")})
    found = api.render(api.Request(environment="tools", slot=4), there)
    assert left(found.plan)["ConfigMap same"] == "ai has it"
    assert names(found.plan.objects) == ["ConfigMap own-tools"]


def test_an_owner_that_does_not_render_is_told_with_its_errors(tmp_path: Path) -> None:
    spec = "services: [{name: a, manifests: [bad.yaml.tpl]}]"
    bad = {"bad.yaml.tpl": '{{ if eq .Env "production" }}' + CONFIG % ("a", "x") + "metadata: {}\n{{ end }}"}
    found = refused(rendered, tmp_path, spec, "repair", **bad)
    assert places(found) == ["EW509 services.yaml:8:51", "EW004 bad.yaml.tpl:5:1"]
    assert found[0].summary == 'environment "repair" shares the namespace of "production", which does not render'


def test_only_some_units_are_compared_with_all_of_the_owners(tmp_path: Path) -> None:
    spec = """
services:
  - {name: a, manifests: [same.yaml], when: '{{ eq .Env "production" }}'}
  - {name: b, manifests: [same.yaml, own.yaml.tpl], when: '{{ ne .Env "production" }}'}
"""
    there = world(tmp_path, {"services.yaml": stack(ENVIRONMENTS + spec), **FILES})
    found = api.render(api.Request(environment="repair", only=("b",)), there)
    assert names(found.plan.objects) == ["ConfigMap own-repair"]


def test_what_the_owner_reads_is_an_input(tmp_path: Path) -> None:
    spec = "services: [{name: a, manifests: [v.yaml.tpl]}]"
    files = {"v.yaml.tpl": CONFIG % ("a", '{{ if eq .Env "production" }}{{ envOr "A" "" }}{{ end }}')}
    there = world(tmp_path, {"services.yaml": stack(ENVIRONMENTS + spec), **files})
    found = api.render(api.Request(environment="repair", variables={"A": "canary"}), there)
    assert found.plan.inputs.variables == ("A",)
    assert not [path for path, content in found.files.items() if b"canary" in content]


BUILT = """
images:
  same: {type: build, repository: r.test/same, tagTemplate: v1, tagPolicy: exact, context: .}
  own: {type: build, repository: r.test/own, tagTemplate: "{{ .Env }}", tagPolicy: exact, context: .}
  unused: {type: build, repository: r.test/unused, tagTemplate: "{{ .Env }}", tagPolicy: exact, context: .}
services:
  - {name: a, image: unused, workload: {kind: deployment}}
  - {name: b, image: own, workload: {kind: deployment}, when: '{{ ne .Env "production" }}'}
  - {name: c, image: same, workload: {kind: deployment}, when: '{{ ne .Env "production" }}'}
  - {name: d, image: same, workload: {kind: deployment}}
  - {name: e, image: own, workload: {kind: deployment}}
"""


class Builder:
    """Renders a Job, and what it needs, for every image that it is asked for."""

    @hookimpl
    def envwright_image_builder(self) -> ImageBuilder:
        return ImageBuilder("builder", self.job_for)

    def job_for(self, request: ImageRequest) -> ImageJob:
        return ImageJob(job(f"build-{request.name}").object, 900, (thing("ConfigMap", f"build-{request.name}"),))


def test_images_that_the_owner_makes_are_left_to_it_and_others_made_where_they_are_used(tmp_path: Path) -> None:
    host = Host([Candidate("builder", Builder(), "1.0", "tests")])
    files = {"services.yaml": stack(ENVIRONMENTS + BUILT), "Dockerfile": "FROM scratch\n"}
    plan = api.render(api.Request(environment="repair"), world(tmp_path, files, host)).plan
    assert {step.unit for step in plan.steps if step.unit} == {"b", "c"}
    assert [step.produces for step in plan.steps if step.verb == "run-job"] == [("r.test/own:repair",)]
    needs = {step.id: step.needs for step in plan.steps}
    assert (needs["apply/b"], needs["apply/c"]) == (("run-job/build:own",), ())
    assert left(plan)["Job build-same"] == left(plan)["ConfigMap build-same"] == "production makes the image same"
    assert not [name for name in left(plan) if "unused" in name]


@pytest.mark.parametrize("environment", ["repair", "production"])
def test_validate_compares_too(tmp_path: Path, environment: str) -> None:
    there = world(tmp_path, {"services.yaml": stack(ENVIRONMENTS + UNITS), **FILES})
    found = api.validate(api.Request(environment=environment), there, manifests=True)
    assert codes(found) == (["EW510"] if environment == "repair" else [])


def test_an_object_that_is_left_to_the_owner_is_explained_as_such(tmp_path: Path) -> None:
    there = world(tmp_path, {"services.yaml": stack(ENVIRONMENTS + UNITS), **FILES})
    (found,) = refused(api.explain, api.Request(environment="repair"), there, "ConfigMap/same:data")
    assert (found.code, found.hint) == ("EW014", "the plan goes without it: production has it")
