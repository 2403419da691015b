"""The pod of a service under its reloader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envwright.hookspecs import UnitFacts
from envwright.kubernetes.mounts import maps
from envwright.model.diagnostic import Report
from envwright.model.language import Development, Recipe
from envwright.model.quantity import amount_of
from envwright.model.rendered import KubernetesObject
from envwright_plugins.hot_reload.probes import with_probes
from envwright_plugins.hot_reload.settings import NAME, HotReload, ServiceSettings
from envwright_plugins.hot_reload.source import Volumes, volumes_of

Json = dict[str, Any]


def runs_image(spec: Mapping[str, Any], image: str) -> bool:
    """Return whether a container of the pod, not one that only prepares it, runs this image."""
    return any(container.get("image") == image for container in maps(spec.get("containers")))


def developed_pod(
    spec: Mapping[str, Any], owner: KubernetesObject, facts: UnitFacts, development: Development, report: Report
) -> Json:
    """Return the spec of a pod whose container of the service runs the reloader over the mounted source.

    Reports EW334 for a mount that would hide the dependencies, EW335 for one that cannot be made.
    """
    settings: HotReload = facts.settings[NAME]
    own = settings.services.get(facts.unit.name, ServiceSettings())
    container = next(each for each in maps(spec["containers"]) if each.get("image") == development.image)
    user = user_of(spec, container, development)
    volumes = volumes_of(spec, container, owner, facts, development, user, report)
    reloading = with_reloader(container, development, settings.source.polling, own, volumes)
    containers = [reloading if each is container else each for each in spec["containers"]]
    changed: Json = {**spec, "containers": containers}
    if volumes.volumes:
        changed["volumes"] = [*(spec.get("volumes") or ()), *volumes.volumes]
    if volumes.init_containers:
        changed["initContainers"] = [*volumes.init_containers, *(spec.get("initContainers") or ())]
    return {**changed, **_security(spec, user)}


def with_reloader(
    container: Mapping[str, Any], development: Development, polling: bool, own: ServiceSettings, volumes: Volumes
) -> Json:
    """Return the service's container: the image for development, the reloader, no liveness probe."""
    recipe = development.recipe
    changed: Json = {**container, "image": development.dev_image}
    if recipe.command:
        changed.pop("args", None)
        changed["command"] = [*recipe.command, *(recipe.polling_arguments if polling else ())]
    if recipe.working_directory:
        changed["workingDir"] = recipe.working_directory
    changed["resources"] = resources(container, recipe)
    changed["env"] = environment(container, recipe, polling, own)
    changed["volumeMounts"] = [*(container.get("volumeMounts") or ()), *volumes.mounts]
    changed = {name: value for name, value in changed.items() if value not in ([], {})}
    return with_probes(changed, recipe, own)


def environment(container: Mapping[str, Any], recipe: Recipe, polling: bool, own: ServiceSettings) -> list[Any]:
    """Return the container's variables, those of the service's settings, and what the recipe sets besides them."""
    given = [
        item for item in container.get("env") or () if not (isinstance(item, dict) and item.get("name") in own.env)
    ]
    names = {item.get("name") for item in maps(given)}
    added = {**recipe.env, **(recipe.polling if polling else {}), **own.env}
    return [*given, *({"name": name, "value": value} for name, value in added.items() if name not in names)]


def resources(container: Mapping[str, Any], recipe: Recipe) -> Json:
    """Return the container's resources, its limit of memory raised to what the recipe takes at least."""
    given = container.get("resources")
    limits = given.get("limits") if isinstance(given, dict) else None
    least, limit = amount_of(recipe.memory), amount_of(limits.get("memory")) if isinstance(limits, dict) else None
    if not isinstance(given, dict) or not isinstance(limits, dict) or least is None or limit is None or limit >= least:
        return given if isinstance(given, dict) else {}
    return {**given, "limits": {**limits, "memory": recipe.memory}}


def user_of(spec: Mapping[str, Any], container: Mapping[str, Any], development: Development) -> int | None:
    """Return the id of the user that the container runs as, None if only the image knows."""
    for holder in (container, spec):
        context = holder.get("securityContext")
        found = context.get("runAsUser") if isinstance(context, dict) else None
        if isinstance(found, int):
            return found
    return int(development.user) if development.user.isdecimal() else None


def _security(spec: Mapping[str, Any], user: int | None) -> Json:
    """Return the pod's security context: its volumes belong to the group of the user that writes to them."""
    context = spec.get("securityContext")
    given: Json = context if isinstance(context, dict) else {}
    if not user or "fsGroup" in given:
        return {}
    return {"securityContext": {**given, "fsGroup": user, "fsGroupChangePolicy": "OnRootMismatch"}}
