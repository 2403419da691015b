"""What changes a step's digest, and what does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from envwright.model.rendered import KubernetesObject, RenderedJob, RenderedUnit
from envwright.model.resolved import ResolvedImage
from tests.support.plans import HERE, deployment, job, plan_of, secret, thing, unit

MIGRATION = "run-job/api/schema"


def digests(*units: RenderedUnit, **changes: Any) -> dict[str, str]:
    return {step.id: step.digest for step in plan_of(*units, **changes).steps}


def api(
    migration: RenderedJob | None = None, *others: KubernetesObject, phase: str = "internal", **options: Any
) -> RenderedUnit:
    return unit("api", phase, deployment("api"), *others, jobs=[migration or job("api-schema")], **options)


def config(data: str, name: str = "settings", namespace: str = "shop-production") -> KubernetesObject:
    return thing("ConfigMap", name, namespace=namespace, data={"key": data})


def labelled(item: KubernetesObject) -> KubernetesObject:
    metadata = {**item.content["metadata"], "labels": {"team": "web"}}
    return item._replace(content={**item.content, "metadata": metadata})


def test_a_label_on_a_namespace_changes_no_migration() -> None:
    namespace = thing("Namespace", "shop-production", namespace="")
    before = digests(unit("base", "stateful", namespace), api())
    after = digests(unit("base", "stateful", labelled(namespace)), api())
    assert {step for step in before if before[step] != after[step]} == {"apply/base/namespace"}


def test_a_namespace_that_a_unit_brings_for_its_migration_is_no_content_of_that() -> None:
    namespace = thing("Namespace", "other", namespace="")
    migration = job("api-schema", namespace="other")
    before, after = digests(api(migration, namespace)), digests(api(migration, labelled(namespace)))
    assert {step for step in before if before[step] != after[step]} == {"apply/api/namespace"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timeout", 1),
        ("run_on", "always"),
        ("reversible", True),
        ("retries", 3),
    ],
)
def test_how_a_job_is_run_is_not_what_it_does(field: str, value: Any) -> None:
    changed = job("api-schema")._replace(**{field: value})
    assert digests(api(changed))[MIGRATION] == digests(api())[MIGRATION]


def test_how_long_a_job_may_take_is_not_what_it_does_in_its_manifest_either() -> None:
    plain = job("api-schema").object.content
    spec = {**plain["spec"], "activeDeadlineSeconds": 60, "backoffLimit": 0}
    limited = job("api-schema")._replace(object=KubernetesObject({**plain, "spec": spec}, HERE))
    assert digests(api(limited))[MIGRATION] == digests(api())[MIGRATION]


@pytest.mark.parametrize(
    "changed",
    [
        job("api-schema", "api:2"),
        job("api-schema", container={"command": ["true"]}),
        job("api-schema")._replace(target="postgres-data"),
        job("api-schema")._replace(object=labelled(job("api-schema").object)),
    ],
    ids=["image", "command", "target", "label"],
)
def test_what_a_job_does_changes_its_digest(changed: RenderedJob) -> None:
    assert digests(api(changed))[MIGRATION] != digests(api())[MIGRATION]


def test_where_a_job_runs_is_not_what_it_does() -> None:
    early, late = digests(api()), digests(api(phase="stateful"))
    other = digests(unit("before", "stateful"), api(needs=["before"]), secrets=[secret("db")])
    assert early[MIGRATION] == late[MIGRATION] == other[MIGRATION]


REFERENCES: Mapping[str, Mapping[str, Any]] = {
    "envFrom": {"container": {"envFrom": [{"configMapRef": {"name": "settings"}}]}},
    "env": {"container": {"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "k"}}}]}},
    "volume": {"volumes": [{"name": "v", "configMap": {"name": "settings"}}]},
    "projected": {"volumes": [{"name": "v", "projected": {"sources": [{"configMap": {"name": "settings"}}]}}]},
    "init": {"initContainers": [{"name": "i", "image": "i", "envFrom": [{"configMapRef": {"name": "settings"}}]}]},
}


@pytest.mark.parametrize("spec", REFERENCES.values(), ids=REFERENCES)
@pytest.mark.parametrize("holder", ["same unit", "other unit"])
def test_a_config_map_that_pods_read_counts_wherever_it_is(spec: Mapping[str, Any], holder: str) -> None:
    def made(data: str) -> dict[str, str]:
        migration = job("api-schema", **{key: _copied(value) for key, value in spec.items()})
        if holder == "same unit":
            return digests(api(migration, config(data)))
        return digests(unit("base", "stateful", config(data)), api(migration))

    assert made("1")[MIGRATION] != made("2")[MIGRATION]
    assert made("1")[MIGRATION] == made("1")[MIGRATION]


def _copied(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, Sequence) else value


def test_a_config_map_of_another_name_or_namespace_does_not_count() -> None:
    migration = job("api-schema", volumes=[{"name": "v", "configMap": {"name": "settings"}}])

    def made(data: str) -> dict[str, str]:
        strangers = (config(data, "others"), config(data, namespace="elsewhere"))
        return digests(unit("base", "stateful", *strangers), api(migration))

    assert made("1")[MIGRATION] == made("2")[MIGRATION]


def test_a_config_map_counts_for_the_applied_pods_too() -> None:
    def made(data: str) -> dict[str, str]:
        reading = deployment("web", volumes=[{"name": "v", "configMap": {"name": "settings"}}])
        return digests(unit("base", "stateful", config(data)), unit("web", "frontend", reading))

    before, after = made("1"), made("2")
    assert {step for step in before if before[step] != after[step]} == {"apply/base", "apply/web", "wait-ready/web"}


def test_the_content_of_an_image_counts_where_the_image_is_used() -> None:
    def made(content: str | None, reference: str = "api:1") -> dict[str, str]:
        image = ResolvedImage(type="build", reference=reference, content=content and "sha256:" + content * 64)
        return digests(api(), unit("web", "frontend", deployment("web", "web:1")), images={"api": image})

    before, after, unknown = made("a"), made("b"), made(None)
    assert {step for step in before if before[step] != after[step]} == {MIGRATION, "apply/api", "wait-ready/api"}
    assert before[MIGRATION] != unknown[MIGRATION]
    assert made("a", "other:1")[MIGRATION] == unknown[MIGRATION]


def test_the_order_of_keys_and_units_does_not_count() -> None:
    item = deployment("api")
    turned = item._replace(content={key: item.content[key] for key in reversed(list(item.content))})
    assert digests(unit("api", "internal", item)) == digests(unit("api", "internal", turned))
    assert digests(unit("a"), unit("b")) == digests(unit("b"), unit("a"))


def test_what_a_secret_asks_for_counts() -> None:
    plain = digests(secrets=[secret("db")])["ensure-secret/db"]
    assert digests(secrets=[secret("db", {"name": "password", "optional": True})])["ensure-secret/db"] != plain
    assert digests(secrets=[secret("db", copy_from=("a", "db"))])["ensure-secret/db"] != plain
