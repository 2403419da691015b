"""The files below manifests/."""

from __future__ import annotations

import json

from envwright.plan.canonical import digest_of, digest_of_bytes
from envwright.plan.files import manifest_files
from tests.support.plans import emit, layout_of, shop, thing, unit


def test_a_file_for_each_manifest_and_a_kustomization_for_each_phase() -> None:
    files = manifest_files(layout_of(*shop()), emit)
    assert sorted(files) == [
        "manifests/edge/gateway/deployment-gateway.yaml",
        "manifests/edge/gateway/ingress-gateway.yaml",
        "manifests/edge/kustomization.yaml",
        "manifests/frontend/kustomization.yaml",
        "manifests/frontend/web/deployment-web.yaml",
        "manifests/internal/api/deployment-api.yaml",
        "manifests/internal/api/job-api-check.yaml",
        "manifests/internal/api/job-api-warm.yaml",
        "manifests/internal/api/service-api.yaml",
        "manifests/internal/catalog/deployment-catalog.yaml",
        "manifests/internal/kustomization.yaml",
        "manifests/migrations/api/configmap-api-files.yaml",
        "manifests/migrations/api/job-api-schema.yaml",
        "manifests/migrations/catalog/job-catalog-schema.yaml",
        "manifests/migrations/kustomization.yaml",
        "manifests/stateful/kustomization.yaml",
        "manifests/stateful/postgres/service-postgres.yaml",
        "manifests/stateful/postgres/statefulset-postgres.yaml",
        "manifests/stateful/redis/deployment-redis.yaml",
    ]


def test_a_kustomization_lists_the_files_beside_it_sorted_jobs_too() -> None:
    files = manifest_files(layout_of(*shop()), emit)
    assert json.loads(files["manifests/internal/kustomization.yaml"].data) == {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [
            "api/deployment-api.yaml",
            "api/job-api-check.yaml",
            "api/job-api-warm.yaml",
            "api/service-api.yaml",
            "catalog/deployment-catalog.yaml",
        ],
    }


def test_a_phase_whose_name_begins_another_has_its_own_files() -> None:
    layout = layout_of(unit("a", "edge"), unit("b", "edge-late"), phases=("edge", "edge-late"))
    files = manifest_files(layout, emit)
    assert json.loads(files["manifests/edge/kustomization.yaml"].data)["resources"] == ["a/deployment-a.yaml"]


def test_the_bytes_are_what_the_emitter_gives() -> None:
    item = thing("ConfigMap", "a", data={"text": "Привет 🎉"})
    files = manifest_files(layout_of(unit("a", "edge", item)), emit)
    data = emit(item.content).encode()
    assert files["manifests/edge/a/configmap-a.yaml"] == (data, digest_of_bytes(data), digest_of(item.content))
