"""Objects that arrive by another way: in a list, without a name, from the short form, as a typed Job."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright import api
from envwright.model.diagnostic import Refused
from tests.plugins.guardrails.harness import HOST, SLOT, render, stack_of
from tests.plugins.guardrails.vectors.vector import Json, config_map, deployment, service, thing
from tests.support.stacks import write

NODE_PORT = service(type="NodePort")


def refused(folder: Path, *objects: Json) -> list[str]:
    with pytest.raises(Refused) as caught:
        render(folder, objects, "refuse")
    return [f"{item.code} {item.summary}" for item in caught.value.diagnostics]


def test_the_items_of_a_list_are_objects(tmp_path: Path) -> None:
    listed = {"apiVersion": "v1", "kind": "List", "items": [config_map(), NODE_PORT]}
    assert refused(tmp_path, listed) == ['EW608 Service "x" is of type NodePort']
    listed = {"apiVersion": "v1", "kind": "ServiceList", "items": [{**NODE_PORT, "kind": "Service"}]}
    assert refused(tmp_path, listed) == ['EW608 Service "x" is of type NodePort']


def test_a_generated_name_is_no_name(tmp_path: Path) -> None:
    nameless = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "x-"}}
    (found,) = refused(tmp_path, nameless)
    assert found.startswith("EW501 ")


def test_an_owner_of_another_namespace_cannot_be_named(tmp_path: Path) -> None:
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "0"}
    (found,) = refused(tmp_path, config_map(ownerReferences=[owner]))
    assert found == "EW504 ConfigMap sets metadata.ownerReferences, which the API server owns"


def test_a_kind_of_another_group_with_the_same_name_is_another_kind(tmp_path: Path) -> None:
    (found,) = refused(tmp_path, thing("serving.knative.dev/v1", "Service", spec={}))
    assert found.startswith("EW606 ")


def test_several_findings_of_one_object_are_told_at_once(tmp_path: Path) -> None:
    wrong = deployment({"image": "api", "securityContext": {"privileged": True}}, hostNetwork=True, nodeName="a")
    assert [found.split()[0] for found in refused(tmp_path, wrong)] == ["EW611", "EW614", "EW622", "EW612"]


SHORT_FORM = {
    "services": [
        {
            "name": "api",
            "workload": {
                "kind": "deployment",
                "image": "acme/api",
                "ports": [{"name": "http", "port": 80}],
                "ingress": {"hosts": ["shop.example.org"]},
                "tolerations": [{"operator": "Exists"}],
            },
            "migrations": [{"name": "schema", "image": "acme/migrate", "command": ["up"]}],
            "hooks": {"afterReady": [{"name": "warm", "image": "acme/warm", "command": ["true"]}]},
        }
    ]
}


def test_the_short_form_and_typed_jobs_are_held_to_the_same_lists(tmp_path: Path) -> None:
    write(tmp_path, {"services.yaml": stack_of("refuse", {}, SHORT_FORM)})
    world = api.open_world(tmp_path / "services.yaml", HOST)
    with pytest.raises(Refused) as caught:
        api.render(api.Request(environment="ai", slot=SLOT), world)
    found = {(item.code, item.summary.partition(":")[0]) for item in caught.value.diagnostics}
    assert found == {
        ("EW609", 'Ingress "api" serves the host shop.example.org, which is not below pr-7.example.org'),
        ("EW614", 'Deployment "api" tolerates every taint'),
        ("EW622", 'Deployment "api"'),
        ("EW622", 'Job "api-schema"'),
        ("EW622", 'Job "api-warm"'),
    }
    assert all(item.where is not None and item.where.file == "services.yaml" for item in caught.value.diagnostics)


def test_what_is_isolated_without_being_a_slot_is_held_too_and_primary_is_not(tmp_path: Path) -> None:
    environments = {
        "staging": {"instanceScope": "isolated", "domainTemplate": "staging.example.org"},
        "dev": {"domainTemplate": "dev.example.org"},
    }
    write(tmp_path, {"services.yaml": stack_of("refuse", {}, {**SHORT_FORM, "environments": environments})})
    world = api.open_world(tmp_path / "services.yaml", HOST)
    assert api.render(api.Request(environment="dev"), world).diagnostics == ()
    with pytest.raises(Refused, match=r"EW609 Ingress \"api\" serves the host shop.example.org"):
        api.render(api.Request(environment="staging"), world)
