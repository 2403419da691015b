from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envwright.kubernetes.paths import manifest_paths
from envwright.model.rendered import KubernetesObject
from tests.kubernetes.making import HERE


def thing(api_version: str, kind: str, name: str, namespace: str = "shop") -> KubernetesObject:
    metadata = {"name": name, "namespace": namespace}
    return KubernetesObject({"apiVersion": api_version, "kind": kind, "metadata": metadata}, HERE)


@pytest.mark.parametrize(
    ("manifest", "file"),
    [
        (thing("apps/v1", "Deployment", "api"), "deployment-api.yaml"),
        (thing("v1", "Service", "api", ""), "service-api.yaml"),
        (thing("v1", "ConfigMap", "coredns", "kube-system"), "configmap.kube-system-coredns.yaml"),
        (thing("cert-manager.io/v1", "Issuer", "acme"), "issuer.cert-manager.io-acme.yaml"),
        (thing("serving.knative.dev/v1", "Service", "api"), "service.serving.knative.dev-api.yaml"),
        (thing("mq.io/v1", "Queue", "jobs", "other"), "queue.mq.io.other-jobs.yaml"),
        (thing("rbac.authorization.k8s.io/v1", "ClusterRole", "system:Ops", ""), "clusterrole-system%3a%4fps.yaml"),
        (thing("rbac.authorization.k8s.io/v1", "Role", "../x y"), "role-..%2fx%20y.yaml"),
    ],
)
def test_the_name_says_what_is_not_usual(manifest: KubernetesObject, file: str) -> None:
    assert manifest_paths("internal", "api", [manifest], "shop") == (f"manifests/internal/api/{file}",)


def test_a_long_name_is_cut_with_a_hash() -> None:
    long = "x" * 253
    (path,) = manifest_paths("internal", "api", [thing("v1", "ConfigMap", long)], "shop")
    name = path.rpartition("/")[2]
    assert len(name) == 200
    assert re.fullmatch(r"configmap-x+-[0-9a-f]{12}\.yaml", name)
    assert (path,) != manifest_paths("internal", "api", [thing("v1", "ConfigMap", long[:-1] + "y")], "shop")


def test_two_objects_never_share_a_file() -> None:
    objects = [thing("v1", "ConfigMap", "y-z", "x"), thing("v1", "ConfigMap", "z", "x-y"), thing("v1", "Secret", "z")]
    one, other, third = manifest_paths("internal", "api", objects, "shop")
    assert re.fullmatch(r"manifests/internal/api/configmap\.x-y-z-[0-9a-f]{12}\.yaml", one)
    assert one != other
    assert third == "manifests/internal/api/secret-z.yaml"


NAMES = st.text(alphabet="ab-.:%/XÄ ", min_size=1, max_size=12)
OBJECTS = st.builds(
    thing,
    st.sampled_from(["v1", "a.io/v1", "a.io.b/v1", "rbac.authorization.k8s.io/v1"]),
    st.sampled_from(["Role", "ROLE", "ConfigMap"]),
    NAMES,
    st.sampled_from(["", "shop", "a", "a-b", "b"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(OBJECTS, max_size=8, unique_by=lambda m: (m.group, m.kind.lower(), m.name, m.namespace or "shop")))
def test_names_are_safe_and_differ_on_every_file_system(objects: list[KubernetesObject]) -> None:
    paths = manifest_paths("internal", "api", objects, "shop")
    assert len({path.lower() for path in paths}) == len(objects)
    for path in paths:
        name = path.removeprefix("manifests/internal/api/")
        assert re.fullmatch(r"[a-z0-9.%-]+", name)
        assert len(name) <= 200


def test_the_order_makes_no_difference() -> None:
    objects = [thing("v1", "ConfigMap", "y-z", "x"), thing("v1", "ConfigMap", "z", "x-y"), thing("v1", "Secret", "z")]
    paths = manifest_paths("internal", "api", objects, "shop")
    assert manifest_paths("internal", "api", objects[::-1], "shop") == paths[::-1]
