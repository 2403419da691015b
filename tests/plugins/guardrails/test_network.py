"""A slot's network policies: everything denied but what its units need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from envwright import api
from tests.plugins.guardrails.harness import HOST, SLOT, at
from tests.support.stacks import stack, write

UNIT = "envwright.dev/unit"
SHOP = """
environments: {dev: {domainTemplate: dev.example.org}, ai: {kind: slot, domainTemplate: 'pr-{{ .Slot }}.example.org'}}
infrastructure:
  - name: postgres
    workload: {kind: statefulset, image: 'postgres:17', ports: [{name: sql, port: 5432}]}
  - {name: settings, manifests: [settings.yaml]}
services:
  - name: api
    dependsOn: [postgres, settings]
    workload: {kind: deployment, image: 'api:1', ports: [{name: http, port: 80, targetPort: 8080}]}
    migrations: [{name: schema, image: 'api:1', command: [migrate]}]
  - name: web
    dependsOn: [api]
    deployGroup: edge
    workload:
      kind: deployment
      image: 'web:1'
      ports: [{name: http, port: 80, targetPort: 8000}, {name: metrics, port: 9000}]
      ingress: {hosts: ['{{ .Domain }}']}
  - {name: worker, dependsOn: [postgres], workload: {kind: deployment, image: 'api:1'}}
  - {name: hermit, workload: {kind: deployment, image: 'api:1'}}
"""
SETTINGS = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}"


def render(folder: Path, spec: str = SHOP, files: dict[str, str] | None = None, **request: Any) -> api.Response:
    write(folder, {"services.yaml": stack(spec), "settings.yaml": SETTINGS, **(files or {})})
    chosen = {"environment": "ai", "slot": SLOT, **request}
    return api.render(api.Request(**chosen), api.open_world(folder / "services.yaml", HOST))


def policies(response: api.Response) -> dict[str, Any]:
    """Return the spec of each network policy by its name."""
    found = [yaml.safe_load(response.files[it.file]) for it in response.plan.objects if it.kind == "NetworkPolicy"]
    return {each["metadata"]["name"]: each["spec"] for each in found}


def unit(*names: str) -> dict[str, Any]:
    if len(names) == 1:
        return {"podSelector": {"matchLabels": {UNIT: names[0]}}}
    return {"podSelector": {"matchExpressions": [{"key": UNIT, "operator": "In", "values": list(names)}]}}


def namespace(name: str, **pods: str) -> dict[str, Any]:
    selector = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
    return {**selector, "podSelector": {"matchLabels": pods}} if pods else selector


def tcp(*ports: int) -> list[dict[str, Any]]:
    return [{"protocol": "TCP", "port": port} for port in ports]


def test_everything_is_denied_but_dns(tmp_path: Path) -> None:
    denying = policies(render(tmp_path))["slot-default-deny"]
    assert denying["podSelector"] == {}
    assert denying["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in denying
    port = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
    assert denying["egress"] == [{"to": [namespace("kube-system", **{"k8s-app": "kube-dns"})], "ports": port}]


def test_units_reach_what_they_depend_on_at_its_ports(tmp_path: Path) -> None:
    found = policies(render(tmp_path))
    assert found["slot-unit-postgres"]["ingress"] == [
        {"from": [unit("postgres")]},
        {"from": [unit("api", "worker")], "ports": tcp(5432)},
    ]
    assert found["slot-unit-worker"] == {
        "podSelector": {"matchLabels": {UNIT: "worker"}},
        "policyTypes": ["Ingress", "Egress"],
        "egress": [{"to": [unit("postgres")], "ports": tcp(5432)}],
    }


def test_services_call_each_other_both_ways_and_infrastructure_only_answers(tmp_path: Path) -> None:
    found = policies(render(tmp_path))
    assert found["slot-unit-api"]["egress"] == [
        {"to": [unit("api")]},
        {"to": [unit("postgres")], "ports": tcp(5432)},
        {"to": [unit("web")], "ports": tcp(8000, 9000)},
    ]
    assert found["slot-unit-postgres"]["egress"] == [{"to": [unit("postgres")]}]


def test_the_ingress_controller_reaches_the_port_that_an_ingress_names(tmp_path: Path) -> None:
    rules = policies(render(tmp_path))["slot-unit-web"]["ingress"]
    assert {"from": [namespace("ingress-nginx")], "ports": tcp(8000)} in rules
    assert not any(
        "ingress-nginx" in str(policies(render(tmp_path))[f"slot-unit-{name}"]) for name in ("api", "postgres")
    )


def test_a_unit_without_needs_has_no_policy_of_its_own(tmp_path: Path) -> None:
    assert policies(render(tmp_path)).keys() == {
        "slot-default-deny",
        *(f"slot-unit-{n}" for n in ("api", "postgres", "web", "worker")),
    }


def test_every_pod_carries_its_unit_and_no_selector_changes(tmp_path: Path) -> None:
    slot, dev = render(tmp_path), render(tmp_path, environment="dev", slot=0)
    seen = 0
    for planned in slot.plan.objects:
        manifest = yaml.safe_load(slot.files[planned.file])
        if manifest["kind"] in ("Deployment", "StatefulSet", "Job"):
            assert manifest["spec"]["template"]["metadata"]["labels"][UNIT] == planned.unit
            assert UNIT not in str(manifest["spec"].get("selector"))
            seen += 1
    assert seen == 6
    assert not any(UNIT in str(at(yaml.safe_load(dev.files[each.file]), "spec.template")) for each in dev.plan.objects)
    assert policies(dev) == {}


def test_the_policies_come_before_every_other_step(tmp_path: Path) -> None:
    steps = render(tmp_path).plan.steps
    needs = {step.id: set(step.needs) for step in steps}
    own = {step.id for step in steps if step.unit == "slot-network"}
    assert own

    def waits_for_policies(step: str) -> bool:
        return bool(needs[step] & own) or any(waits_for_policies(needed) for needed in needs[step])

    assert all(waits_for_policies(step.id) for step in steps if step.id not in own)


def test_a_stack_without_any_dependency_is_open_inside(tmp_path: Path) -> None:
    spec = SHOP.replace("dependsOn: [postgres, settings]", "").replace("dependsOn: [api]", "")
    spec = spec.replace("dependsOn: [postgres], ", "")
    found = policies(render(tmp_path, spec))["slot-inside"]
    everybody = [{"podSelector": {}}]
    assert found["podSelector"] == {}
    assert (found["ingress"], found["egress"]) == ([{"from": everybody}], [{"to": everybody}])
    assert "slot-inside" not in policies(render(tmp_path))


def test_some_units_alone_change_no_policy(tmp_path: Path) -> None:
    partial = render(tmp_path, only=("api",))
    assert policies(partial) == {}
    (deployment,) = [it for it in partial.plan.objects if it.kind == "Deployment"]
    template = yaml.safe_load(partial.files[deployment.file])["spec"]["template"]
    assert template["metadata"]["labels"][UNIT] == "api"


LISTS = """
plugins:
  guardrails:
    network:
      ingressControllers: [traefik]
      dns: [{cidr: 169.254.20.10/32}]
      ingress: [{namespace: monitoring, pods: {app: prometheus}}]
      egress:
        - {cidr: 0.0.0.0/0, except: [10.0.0.0/8], ports: [443], units: [worker]}
        - {namespace: shared, units: [hermit]}
      apiServer: [{cidr: 10.0.0.1/32, ports: [6443]}]
"""


def test_the_platform_lists_who_stands_outside(tmp_path: Path) -> None:
    found = policies(render(tmp_path, SHOP + LISTS))
    assert found["slot-default-deny"]["egress"][0]["to"] == [{"ipBlock": {"cidr": "169.254.20.10/32"}}]
    assert {"from": [namespace("traefik")], "ports": tcp(8000)} in found["slot-unit-web"]["ingress"]
    scraped = {"from": [namespace("monitoring", app="prometheus")], "ports": tcp(8000, 9000)}
    assert scraped in found["slot-unit-web"]["ingress"]
    outside = {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}], "ports": tcp(443)}
    assert [name for name, spec in found.items() if outside in spec.get("egress", ())] == ["slot-unit-worker"]
    assert found["slot-unit-hermit"]["egress"] == [{"to": [namespace("shared")]}]
    assert "10.0.0.1" not in str(found)


RIGHTS = """
{apiVersion: v1, kind: ServiceAccount, metadata: {name: settings}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: api}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: api}
subjects: [{kind: ServiceAccount, name: api}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: controller}
spec:
  selector: {matchLabels: {app: controller}}
  template:
    metadata: {labels: {app: controller}}
    spec: {serviceAccountName: api, containers: [{name: main, image: 'controller:1'}]}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: api}}
"""


def test_who_has_rights_in_the_cluster_reaches_the_api_server(tmp_path: Path) -> None:
    found = policies(render(tmp_path, SHOP + LISTS, {"settings.yaml": RIGHTS}))
    rule = {"to": [{"ipBlock": {"cidr": "10.0.0.1/32"}}], "ports": tcp(6443)}
    assert [name for name, spec in found.items() if rule in spec.get("egress", ())] == ["slot-unit-settings"]


ELSEWHERE = """
{apiVersion: v1, kind: Service, metadata: {name: sql}, spec: {selector: {app.kubernetes.io/name: postgres},
  ports: [{port: 15432, targetPort: 5433}]}}
"""


def test_a_unit_of_services_alone_stands_for_the_pods_behind_them(tmp_path: Path) -> None:
    spec = SHOP.replace("dependsOn: [postgres, settings]", "dependsOn: [settings]")
    found = policies(render(tmp_path, spec, {"settings.yaml": ELSEWHERE}))
    assert {"to": [unit("postgres")], "ports": tcp(5432, 5433)} in found["slot-unit-api"]["egress"]


def test_the_platform_may_leave_it_to_others(tmp_path: Path) -> None:
    response = render(tmp_path, SHOP + "plugins: {guardrails: {network: {defaultDeny: false}}}")
    assert policies(response) == {}
    assert UNIT not in str(at(yaml.safe_load(response.files[response.plan.objects[-1].file]), "spec.template"))


def test_a_unit_may_have_the_name(tmp_path: Path) -> None:
    response = render(tmp_path, SHOP.replace("name: hermit", "name: slot-network"))
    owners = {planned.unit for planned in response.plan.objects if planned.kind == "NetworkPolicy"}
    assert owners == {"slot-network-2"}


def test_a_policy_can_be_explained(tmp_path: Path) -> None:
    write(tmp_path, {"services.yaml": stack(SHOP), "settings.yaml": SETTINGS})
    request = api.Request(environment="ai", slot=SLOT)
    world = api.open_world(tmp_path / "services.yaml", HOST)
    found = api.explain(request, world, "NetworkPolicy/slot-unit-web:spec.podSelector")
    (origin,) = found.origins
    assert "slot-network" in origin.via
