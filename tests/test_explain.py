from __future__ import annotations

from pathlib import Path

import pytest

from envwright import api
from envwright.hookspecs import ManifestTransform, Transformed, UnitFacts
from envwright.host import Candidate, Host, hookimpl
from envwright.model.rendered import KubernetesObject
from tests.support.stacks import codes, refused, stack, world

FILES = {
    "services.yaml": stack(
        """
imports: [base.yaml]
vars: {region: eu}
environments:
  production: {vars: {region: us}}
  dev: {from: production, overrides: {api: {codeUpdateStrategy: hot-reload}}}
components: [{name: web, serviceDefaults: {deployGroup: edge, codeUpdateStrategy: restart}}]
services:
  - name: api
    use: [web]
    manifests: [api.yaml.tpl]
    patches: [{target: {kind: Service}, merge: {spec: {type: NodePort}}}]
    workload: {kind: deployment, image: 'nginx:1', replicas: '{{ len .Vars.region }}'}
"""
    ),
    "base.yaml": stack("vars: {region: base}"),
    "api.yaml.tpl": """\
{{- $port := 80 -}}
apiVersion: v1
kind: Service
metadata:
  name: front
spec:
  type: ClusterIP
  ports:
    - name: http
      port: {{ $port }}
""",
}


@pytest.fixture
def there(tmp_path: Path) -> api.World:
    return world(tmp_path, FILES, Host())


def told(explanation: object) -> list[str]:
    return [
        f"{origin.mark} {origin.value} {origin.via}".strip()
        for origin in explanation.origins  # type: ignore[attr-defined]  # an Explanation
    ]


def test_what_a_value_overrode_over_files_and_environments(there: api.World) -> None:
    stack_wide = api.explain(api.Request(), there, "vars.region")
    assert (stack_wide.value, told(stack_wide)) == ("eu", ["services.yaml:7:18 eu", "base.yaml:6:18 base"])


def test_an_environments_vars_override_the_stacks(there: api.World) -> None:
    found = api.explain(api.Request(environment="dev"), there, "vars.region")
    assert found.value == "us"
    assert told(found)[0].startswith("services.yaml:9:33 us environment production")
    assert [line.split()[1] for line in told(found)] == ["us", "eu", "base"]


def test_what_an_environment_inherits_is_explained_by_its_origin(there: api.World) -> None:
    found = api.explain(api.Request(environment="dev"), there, "environments.dev.vars.region")
    assert (found.value, told(found)) == ("us", ["services.yaml:9:33 us environment production"])


@pytest.mark.parametrize(
    ("path", "value"), [("metadata.name", "demo"), ("kind", "ServiceStack"), ("spec.vars.region", "eu")]
)
def test_every_value_of_the_file_is_explained(there: api.World, path: str, value: str) -> None:
    found = api.explain(api.Request(), there, path)
    assert (found.value, found.default, len(found.origins) > 0) == (value, False, True)


def test_which_component_or_environment_brought_it(there: api.World) -> None:
    declared = api.explain(api.Request(), there, "spec.services[api].codeUpdateStrategy")
    assert told(declared) == ["services.yaml:11:85 restart component web"]
    overridden = api.explain(api.Request(environment="dev"), there, "services[api].codeUpdateStrategy")
    assert overridden.value == "hot-reload"
    assert told(overridden) == [
        "services.yaml:10:67 hot-reload environment dev",
        "services.yaml:11:85 restart component web",
    ]


def test_a_templated_value_is_shown_as_written_and_as_it_became(there: api.World) -> None:
    found = api.explain(api.Request(environment="dev"), there, "services[0].workload.replicas")
    assert found.value == 2
    assert told(found) == ["services.yaml:17:64 {{ len .Vars.region }}"]


def test_a_default_is_the_contracts(there: api.World) -> None:
    found = api.explain(api.Request(), there, "services[api].readiness")
    assert found.default
    assert api.explain(api.Request(), there, "services[api].onConflict").value == "refuse"


def test_a_path_that_leads_nowhere_gets_a_suggestion(there: api.World) -> None:
    (found,) = refused(api.explain, api.Request(), there, "services[apii].image")
    assert (found.code, found.hint) == ("EW014", 'did you mean "api"?')


def test_a_rendered_field_comes_from_a_line_of_a_template(there: api.World) -> None:
    found = api.explain(api.Request(environment="dev"), there, "Service/front:spec.ports[http].port")
    assert (found.value, told(found)) == (80, ["api.yaml.tpl:10:13 80"])


def test_a_patched_field_says_so(there: api.World) -> None:
    found = api.explain(api.Request(environment="dev"), there, "Service/front:spec.type")
    assert found.value == "NodePort"
    assert told(found) == ["services.yaml:16:64 NodePort patches[0].merge", "api.yaml.tpl:7:9 ClusterIP"]


LAYERED = {
    "services.yaml": stack(
        """
environments:
  production: {namespaceTemplate: shop-prod}
services:
  - name: api
    manifests: [api.yaml]
    patches:
      - target: {kind: Deployment}
        json:
          - {op: replace, path: /spec/replicas, value: 2}
          - {op: add, path: /spec/paused, value: true}
          - {op: replace, path: /spec/replicas, value: 3}
    mounts: [{name: data, mountPath: /data, claimName: data}]
    hooks:
      afterReady: [{name: seed, image: 'seed:1', command: [seed]}]
"""
    ),
    "api.yaml": """\
apiVersion: v1
kind: List
items:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {name: api}
    spec:
      replicas: 1
      selector: {matchLabels: {app: api}}
      template:
        metadata: {labels: {app: api}}
        spec:
          containers:
            - {name: api, image: 'nginx:1'}
""",
}


class Paints:
    """A plugin with one transform."""

    @hookimpl
    def envwright_manifest_transform(self) -> ManifestTransform:
        return ManifestTransform("paint", self.paint)

    def paint(self, facts: UnitFacts, objects: tuple[KubernetesObject, ...]) -> Transformed:
        return Transformed(
            tuple(
                item._replace(
                    content={**item.content, "metadata": {**item.content["metadata"], "labels": {"is": "red"}}}
                )
                for item in objects
            )
        )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "spec.replicas",
            [
                "services.yaml:16:15 3 patches[0].json[2], replace",
                "services.yaml:14:15 2 patches[0].json[0], replace",
                "api.yaml:8:17 1",
            ],
        ),
        ("spec.paused", ["services.yaml:15:15 true patches[0].json[1], add"]),
        ("spec.template.spec.volumes[data].persistentVolumeClaim", ["services.yaml:17:16 a map mounts[0]"]),
        ("spec.template.spec.containers[api].image", ["api.yaml:14:34 nginx:1"]),
        ("metadata.labels.is", ["services.yaml:9:7 red plugin painter"]),
        ("metadata.namespace", ["services.yaml:7:37 shop-prod the environment"]),
    ],
)
def test_everything_that_sets_a_field_is_told(tmp_path: Path, path: str, expected: list[str]) -> None:
    there = world(tmp_path, LAYERED, Host([Candidate("painter", Paints(), "1", "here")]))
    assert told(api.explain(api.Request(), there, f"Deployment/api:{path}")) == expected


def test_a_field_of_a_typed_job_leads_to_its_declaration(tmp_path: Path) -> None:
    there = world(tmp_path, LAYERED, Host())
    (job,) = (item for item in api.render(api.Request(), there).plan.objects if item.kind == "Job")
    found = api.explain(api.Request(), there, f"Job/{job.name}:spec.template.spec.containers[0].command")
    assert told(found) == ["services.yaml:19:22 a list migrations and hooks"]


def test_a_whole_object_is_explained_and_a_kind_alone_is_not(there: api.World) -> None:
    whole = api.explain(api.Request(environment="dev"), there, "Service/front")
    assert whole.value["kind"] == "Service"
    assert told(whole)[-1] == "api.yaml.tpl:2:1 a map"
    (found,) = refused(api.explain, api.Request(environment="dev"), there, "Service:spec")
    assert (found.code, found.summary) == ("EW014", '"Service:spec" does not say which Service')


def test_a_field_of_a_workload_leads_to_it(there: api.World) -> None:
    found = api.explain(api.Request(environment="dev"), there, "Deployment/api:spec.replicas")
    assert (found.value, told(found)) == (2, ["services.yaml:17:17 2 workload"])


@pytest.mark.parametrize("path", ["Service/fron:spec", "Service/front:spec.typ", "Service/front:spec.ports[htp]"])
def test_an_object_or_a_field_that_is_not_there(there: api.World, path: str) -> None:
    (found,) = refused(api.explain, api.Request(environment="dev"), there, path)
    assert found.code == "EW014"
    assert found.hint.startswith("did you mean")


def test_a_rendered_field_needs_an_environment(there: api.World) -> None:
    assert codes(refused(api.explain, api.Request(), there, "Service/front:spec")) == ["EW300"]
