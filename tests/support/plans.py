"""Values of rendering for tests of the plan, made by hand: the pipeline is not needed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from envwright.model.contract.environment import Environment
from envwright.model.contract.gitops import Gitops
from envwright.model.contract.orchestration import PHASES, Orchestration, WebhookRuntime
from envwright.model.mark import Mark
from envwright.model.plan import Plan
from envwright.model.rendered import KubernetesObject, Omission, RenderedJob, RenderedUnit, RequiredSecret
from envwright.model.resolved import ResolvedEnvironment, ResolvedImage
from envwright.plan.build import build_plan, inputs_of
from envwright.plan.files import manifest_files
from envwright.plan.layout import Layout, lay_out

NAMESPACE = "shop-production"
HERE = Mark("services.yaml", 3, 5)


def thing(
    kind: str, name: str, *, api_version: str = "v1", namespace: str = NAMESPACE, **content: Any
) -> KubernetesObject:
    """Make an object; `namespace=""` for a cluster-scoped one."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return KubernetesObject({"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}, HERE)


def definition(kind: str) -> KubernetesObject:
    """Make the CustomResourceDefinition of a namespaced kind of the group `example.org`."""
    plural = f"{kind.lower()}s"
    spec = {"group": "example.org", "names": {"kind": kind, "plural": plural}, "scope": "Namespaced"}
    name = f"{plural}.example.org"
    return thing("CustomResourceDefinition", name, api_version="apiextensions.k8s.io/v1", namespace="", spec=spec)


def pod_template(image: str, **spec: Any) -> dict[str, Any]:
    """Make a pod template with one container; `container` is merged into that, the rest into the pod spec."""
    container = {"name": "main", "image": image, **spec.pop("container", {})}
    return {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [container], **spec}}


def deployment(name: str, image: str = "api:1", *, replicas: int = 1, **spec: Any) -> KubernetesObject:
    """Make a Deployment; `strategy` goes into its spec, the rest as in `pod_template`."""
    body: dict[str, Any] = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}}
    if "strategy" in spec:
        body["strategy"] = spec.pop("strategy")
    body["template"] = pod_template(image, **spec)
    return thing("Deployment", name, api_version="apps/v1", spec=body)


def job(
    name: str,
    image: str = "api:1",
    *,
    purpose: str = "migration",
    stage: str = "before",
    namespace: str = NAMESPACE,
    **spec: Any,
) -> RenderedJob:
    """Make a Job with its pod spec."""
    body = thing(
        "Job", name, api_version="batch/v1", namespace=namespace, spec={"template": pod_template(image, **spec)}
    )
    return RenderedJob(body, purpose, stage, timeout=600)  # type: ignore[arg-type]  # literals, spelled by the tests


def secret(
    name: str, *keys: Mapping[str, Any], unit: str = "", copy_from: tuple[str, str] | None = None
) -> RequiredSecret:
    """Make a required Secret."""
    return RequiredSecret(name, unit, keys or ({"name": "password"},), "Opaque", copy_from, HERE)


def unit(
    name: str,
    phase: str = "internal",
    *objects: KubernetesObject,
    needs: Sequence[str] = (),
    jobs: Sequence[RenderedJob] = (),
    secrets: Sequence[RequiredSecret] = (),
    options: Mapping[str, Any] | None = None,
) -> RenderedUnit:
    """Make a unit; without objects and Jobs it gets a Deployment of its name."""
    return RenderedUnit(
        name,
        phase,
        "infrastructure" if phase == "stateful" else "service",
        tuple(needs),
        objects or (() if jobs else (deployment(name),)),
        tuple(jobs),
        tuple(secrets),
        600,
        options or {},
    )


def environment(**changes: Any) -> ResolvedEnvironment:
    """Make the resolved environment `production` of the project `shop`."""
    return ResolvedEnvironment(
        **{
            "stack": "shop",
            "project": "shop",
            "environment": "production",
            "slot": 0,
            "namespace": NAMESPACE,
            "domain": "shop.example.org",
            "declared": Environment(kind="production"),
            "instance_scope": "primary",
            "vars": {"region": "eu"},
            "versions": {"api": "1.4.2"},
            "images": {"api": ResolvedImage(type="build", reference="api:1", content="sha256:" + "a" * 64)},
            "secrets": (),
            "units": (),
            "order": (),
            "phases": PHASES,
            "webhook_runtime": WebhookRuntime(),
            "orchestration": Orchestration(),
            "gitops": Gitops(),
            **changes,
        }
    )


def emit(content: Mapping[str, Any]) -> str:
    """Stand in for the emitter: JSON is YAML."""
    return json.dumps(content, sort_keys=True) + "\n"


def layout_of(*units: RenderedUnit, phases: Sequence[str] = PHASES) -> Layout:
    """Lay out units that are given in deploy order."""
    return lay_out(phases, units, NAMESPACE)


def plan_of(
    *units: RenderedUnit,
    secrets: Sequence[RequiredSecret] = (),
    omissions: Sequence[Omission] = (),
    variables: Sequence[str] = (),
    public_variables: Mapping[str, str] | None = None,
    whole: bool = True,
    **changes: Any,
) -> Plan:
    """Build the plan of units that are given in deploy order, in `environment(**changes)`."""
    target = environment(**changes)
    layout = lay_out(target.phases, units, target.namespace)
    inputs = inputs_of(target, variables, public_variables or {})
    return build_plan(target, layout, secrets, omissions, inputs, manifest_files(layout, emit), whole=whole)


def shop() -> tuple[RenderedUnit, ...]:
    """Make a small web shop: database and cache, two services with migrations, a gateway, a frontend."""
    settings = thing("ConfigMap", "api-files", data={"schema.sql": "create table t ();"})
    volumes = [{"name": "files", "configMap": {"name": "api-files"}}]
    ingress = thing("Ingress", "gateway", api_version="networking.k8s.io/v1")
    postgres = thing("StatefulSet", "postgres", api_version="apps/v1", spec={"template": pod_template("postgres:16")})
    return (
        unit("postgres", "stateful", postgres, thing("Service", "postgres")),
        unit("redis", "stateful"),
        unit(
            "catalog",
            "internal",
            deployment("catalog"),
            needs=["postgres"],
            jobs=[job("catalog-schema")],
            secrets=[secret("catalog-token", {"name": "token", "generate": {"length": 32}}, unit="catalog")],
        ),
        unit(
            "api",
            "internal",
            deployment("api"),
            thing("Service", "api"),
            settings,
            needs=["postgres", "redis", "catalog"],
            jobs=[
                job("api-schema", volumes=volumes),
                job("api-check", purpose="hook", stage="before"),
                job("api-warm", purpose="hook", stage="after"),
            ],
        ),
        unit("gateway", "edge", deployment("gateway"), ingress, needs=["api"]),
        unit("web", "frontend", needs=["gateway"]),
    )
