"""A resolved environment as JSON for tools and as text for people."""

from __future__ import annotations

import json
from typing import Any

from envwright.model.resolved import ResolvedEnvironment, ResolvedImage, ResolvedUnit


def as_json(environment: ResolvedEnvironment) -> str:
    """Return one JSON object: camelCase keys, defaults filled in, null where there is none.

    `infrastructure` and `services` list every unit, also those that are off; `order` names the enabled ones in the
    order of deployment.
    """
    return json.dumps(as_data(environment), ensure_ascii=False, indent=2) + "\n"


def as_data(environment: ResolvedEnvironment) -> dict[str, Any]:
    """Return the same as plain JSON values."""
    return {
        "project": environment.project,
        "environment": environment.environment,
        "slot": environment.slot or None,
        "namespace": environment.namespace,
        "domain": environment.domain or None,
        "instanceScope": environment.instance_scope,
        "versions": dict(environment.versions),
        "images": {name: _image(image) for name, image in environment.images.items()},
        "infrastructure": [_unit(unit) for unit in environment.units if unit.kind == "infrastructure"],
        "services": [_unit(unit) for unit in environment.units if unit.kind == "service"],
        "order": list(environment.order),
        "webhookRuntime": _webhook_runtime(environment),
        "orchestration": _orchestration(environment),
    }


def _image(image: ResolvedImage) -> dict[str, Any]:
    return {
        "type": image.type,
        "ref": image.reference,
        "from": image.upstream,
        "repository": image.repository,
        "dockerfile": image.dockerfile,
        "context": image.context,
        "target": image.target or None,
        "buildArgs": dict(image.build_args),
        "content": image.content,
    }


def _unit(unit: ResolvedUnit) -> dict[str, Any]:
    strategy = getattr(unit.declared, "code_update_strategy", None)
    return {
        "name": unit.name,
        "phase": None if unit.phase == "ungrouped" else unit.phase,
        "enabled": unit.enabled,
        "dependsOn": list(unit.depends_on),
        "manifests": [manifest.path for manifest in unit.declared.manifests],
        "codeUpdateStrategy": strategy,
        "image": getattr(unit.declared, "image", "") or None,
    }


def _webhook_runtime(environment: ResolvedEnvironment) -> dict[str, Any]:
    runtime = environment.webhook_runtime
    return {
        "defaultMode": runtime.default_mode,
        "triggerModes": dict(runtime.trigger_modes),
        "defaultNamespaceTTL": runtime.default_namespace_ttl,
        "namespaceTTLByRole": dict(runtime.namespace_ttl_by_role),
    }


def _orchestration(environment: ResolvedEnvironment) -> dict[str, Any]:
    orchestration = environment.orchestration
    return {
        "deployOrder": list(orchestration.deploy_order),
        "readiness": {
            "timeout": orchestration.readiness.timeout,
            "strategy": orchestration.readiness.strategy,
        },
        "onFailure": orchestration.on_failure,
        "cleanupPolicy": {
            "fullEnvIdleTTL": orchestration.cleanup_policy.full_env_idle_ttl,
            "retention": orchestration.cleanup_policy.retention,
        },
        "prunePolicy": {
            "maxPercent": orchestration.prune_policy.max_percent,
            "protectedKinds": list(orchestration.prune_policy.protected_kinds),
        },
    }


def as_text(environment: ResolvedEnvironment) -> str:
    """Return a short overview: facts, images, and the units in deploy order, those that are off at the end."""
    slot = f"  slot {environment.slot}" if environment.slot else ""
    lines = [
        f"{environment.project}  {environment.environment}{slot}  ({environment.instance_scope})",
        f"namespace  {environment.namespace}",
    ]
    if environment.domain:
        lines.append(f"domain     {environment.domain}")
    if environment.images:
        lines += ["", "images"]
        width = max(len(name) for name in environment.images)
        for name, image in environment.images.items():
            lines.append(f"  {name:{width}}  {image.type:8}  {image.reference or '-'}")
    lines += ["", "units in deploy order", *_unit_lines(environment)]
    return "\n".join(lines) + "\n"


def _unit_lines(environment: ResolvedEnvironment) -> list[str]:
    units = {unit.name: unit for unit in environment.units}
    names = [*environment.order, *(unit.name for unit in environment.units if not unit.enabled)]
    width = max((len(name) for name in names), default=0)
    lines = []
    for name in names:
        unit = units[name]
        strategy = getattr(unit.declared, "code_update_strategy", "-")
        waits = f"after {', '.join(unit.depends_on)}" if unit.depends_on else ""
        state = "" if unit.enabled else "off"
        lines.append(f"  {name:{width}}  {unit.phase:10}  {strategy:10}  {state or waits}".rstrip())
    return lines
