"""Probes of a container under a reloader.

Measured: reloaders close the port on a syntax error and stay alive, so a liveness probe would kill a process that waits
for the fix. The first start may compile and install: it has five minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envwright.kubernetes.mounts import maps
from envwright.model.language import Recipe
from envwright_plugins.hot_reload.settings import ServiceSettings

Json = dict[str, Any]

STARTUP = {"periodSeconds": 5, "timeoutSeconds": 3, "failureThreshold": 60}
READINESS = {"periodSeconds": 5, "timeoutSeconds": 3, "failureThreshold": 3}


def with_probes(container: Mapping[str, Any], recipe: Recipe, own: ServiceSettings) -> Json:
    """Return the container without a liveness probe, with a long startup and a readiness that asks the service."""
    changed = {name: value for name, value in container.items() if name not in ("livenessProbe", "startupProbe")}
    asked = _question(container, recipe, own)
    if asked is None:
        return changed  # nobody can ask: readiness stays as it is
    given = container.get("readinessProbe")
    kept = given if isinstance(given, dict) and given.get("httpGet") == asked.get("httpGet") else {**asked, **READINESS}
    return {**changed, "startupProbe": {**asked, **STARTUP}, "readinessProbe": kept}


def _question(container: Mapping[str, Any], recipe: Recipe, own: ServiceSettings) -> Json | None:
    """Return what probes ask: what the container's own ask by HTTP, else the recipe's path at its port."""
    for name in ("readinessProbe", "startupProbe", "livenessProbe"):
        probe = container.get(name)
        get = probe.get("httpGet") if isinstance(probe, dict) else None
        if isinstance(get, dict):
            return {"httpGet": {**get, "path": own.readiness} if own.readiness else get}
    port = _port(container) or recipe.port
    if not port:
        return None
    return {"httpGet": {"path": recipe.readiness, "port": port}} if recipe.readiness else {"tcpSocket": {"port": port}}


def _port(container: Mapping[str, Any]) -> Any:
    first = next(iter(maps(container.get("ports"))), {})
    return first.get("name") or first.get("containerPort")
