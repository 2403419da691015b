"""A unit's objects with its service under a reloader: one pod, replaced as a whole, and nothing that scales it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envwright.hookspecs import Transformed, UnitFacts
from envwright.kubernetes.pods import pod_metadata_of, pod_spec_of, with_pod_spec
from envwright.model.diagnostic import Report
from envwright.model.language import Development
from envwright.model.rendered import KubernetesObject, Omission
from envwright_plugins.hot_reload.pod import developed_pod, runs_image

CONTROLLERS = frozenset({"Deployment", "StatefulSet"})
REASON = "hot-reload runs one pod of {}, and replaces it as a whole"


def developed(facts: UnitFacts, development: Development, objects: tuple[KubernetesObject, ...]) -> Transformed:
    """Return the objects of a unit that is developed, and what it goes without."""
    report = Report()
    own = [item for item in objects if is_developed(item, development)]
    changed = []
    omissions = []
    for item in objects:
        if any(item is each for each in own):
            changed.append(one_pod(item, facts, development, report))
        elif any(scales(item, each) for each in own):
            omissions.append(_omission(item, facts))
        else:
            changed.append(item)
    return Transformed(tuple(changed), tuple(omissions), tuple(report.items))


def is_developed(item: KubernetesObject, development: Development) -> bool:
    """Return whether an object runs the pods that the developer works on."""
    spec = pod_spec_of(item.content) if item.kind in CONTROLLERS else None
    return spec is not None and runs_image(spec, development.image)


def one_pod(item: KubernetesObject, facts: UnitFacts, development: Development, report: Report) -> KubernetesObject:
    """Return a Deployment or StatefulSet with one pod, which runs the reloader."""
    pod = developed_pod(pod_spec_of(item.content) or {}, item, facts, development, report)
    content = with_pod_spec(item.content, pod)
    spec = {**content["spec"], "replicas": 1}
    if item.kind == "Deployment":
        spec["strategy"] = {"type": "Recreate"}
    return item._replace(content={**content, "spec": spec})


def scales(item: KubernetesObject, controller: KubernetesObject) -> bool:
    """Return whether an object wants more than one pod of a controller, or keeps the only one from being replaced."""
    spec = item.content.get("spec")
    if not isinstance(spec, dict):
        return False
    if item.kind in ("HorizontalPodAutoscaler", "ScaledObject"):
        target = spec.get("scaleTargetRef")
        kind = target.get("kind", controller.kind) if isinstance(target, dict) else ""
        return isinstance(target, dict) and (kind, target.get("name")) == (controller.kind, controller.name)
    if item.kind == "PodDisruptionBudget":
        return _selects(spec.get("selector"), (pod_metadata_of(controller.content) or {}).get("labels"))
    return False


def _selects(selector: Any, labels: Any) -> bool:
    """Return whether a selector that names labels finds pods with these; one of expressions is taken to."""
    wanted = selector.get("matchLabels") if isinstance(selector, dict) else None
    if not isinstance(wanted, Mapping) or not isinstance(labels, Mapping):
        return isinstance(selector, dict)
    return wanted.items() <= labels.items()


def _omission(item: KubernetesObject, facts: UnitFacts) -> Omission:
    unit = facts.unit.name
    return Omission(unit, item.api_version, item.kind, item.namespace, item.name, "dropped", REASON.format(unit))
