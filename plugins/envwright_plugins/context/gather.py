"""The context of a rendered environment."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from envwright.hookspecs import Output
from envwright.kubernetes.mounts import named
from envwright.kubernetes.pods import pod_spec_of
from envwright.model.contract.unit import Infrastructure, Service
from envwright.model.language import ServiceCode
from envwright.model.rendered import KubernetesObject, RenderedUnit
from envwright.plan.references import at, maps
from envwright_plugins.context.commands import commands_of
from envwright_plugins.context.edits import edits_of
from envwright_plugins.context.facts import Context, Mount, Port, UnitContext, Url
from envwright_plugins.context.rules import forbidden

WORKLOADS = frozenset({"DaemonSet", "Deployment", "StatefulSet"})
ROUTES = frozenset({"HTTPRoute", "Ingress"})


def context_of(output: Output) -> Context:
    """Return what there is to know of a rendered environment."""
    environment = output.environment
    declared = {unit.name: unit.declared for unit in environment.units}
    secured = _secured(output.units)
    slot = ("--slot", str(environment.slot)) if environment.slot else ()
    root = "" if output.root == "-" else output.root
    selection = shlex.join((*(("-f", root) if root else ()), "--env", environment.environment, *slot))
    return Context(
        project=environment.project,
        environment=environment.environment,
        slot=environment.slot,
        kind=environment.declared.kind,
        instance_scope=environment.instance_scope,
        namespace=environment.namespace,
        domain=environment.domain,
        plan_digest=output.plan_digest,
        root=root,
        selection=selection,
        units=tuple(_unit(unit, declared.get(unit.name), output, secured) for unit in output.units),
        off=tuple(unit.name for unit in environment.units if not unit.enabled),
        commands=tuple(commands_of(selection, environment.namespace)),
        forbidden=(*forbidden(environment), *output.guidance),
        documents=environment.documents,
    )


def _unit(
    unit: RenderedUnit, declared: Infrastructure | Service | None, output: Output, secured: frozenset[str]
) -> UnitContext:
    code = output.code.get(unit.name, ServiceCode("", "", "", ()))
    kinds = [(item.kind, item) for item in unit.objects]
    return UnitContext(
        name=unit.name,
        kind=unit.kind,
        phase=unit.phase,
        depends_on=unit.depends_on,
        strategy=declared.code_update_strategy if isinstance(declared, Service) else "",
        image=_image(declared.image if isinstance(declared, Service) else "", unit, output),
        workloads=tuple(f"{kind.lower()}/{item.name}" for kind, item in kinds if kind in WORKLOADS),
        jobs=tuple(f"job/{job.object.name}" for job in unit.jobs),
        ports=tuple(port for kind, item in kinds if kind == "Service" for port in _ports(item)),
        urls=tuple(dict.fromkeys(url for kind, item in kinds if kind in ROUTES for url in _urls(item, secured))),
        directory=code.directory,
        inputs=declared.inputs if isinstance(declared, Service) else (),
        stack=code.stack,
        why=code.why,
        mounts=tuple(_mounts(unit)),
        edits=tuple(edits_of(unit, declared, code)) if declared is not None else (),
        live=unit.development.recipe.live if unit.development is not None else "",
    )


def _image(name: str, unit: RenderedUnit, output: Output) -> str:
    """Return what the unit runs: the image for development where it is developed."""
    if unit.development is not None:
        return unit.development.dev_image
    image = output.environment.images.get(name)
    return (image.reference or "") if image is not None else ""


def _ports(service: KubernetesObject) -> Iterator[Port]:
    for port in maps(at(service.content, "spec", "ports")):
        if isinstance(number := port.get("port"), int):
            yield Port(service.name, str(port.get("name") or ""), number)


def _secured(units: Iterable[RenderedUnit]) -> frozenset[str]:
    """Return the hosts that any Ingress has a certificate for: controllers know them by the host."""
    ingresses = [item.content for unit in units for item in unit.objects if item.kind == "Ingress"]
    entries = (entry for content in ingresses for entry in maps(at(content, "spec", "tls")))
    return frozenset(str(host) for entry in entries for host in entry.get("hosts") or ())


def _urls(item: KubernetesObject, secured: frozenset[str]) -> Iterator[Url]:
    spec = at(item.content, "spec")
    if item.kind == "Ingress":
        for rule in maps(at(spec, "rules")):
            host = str(rule.get("host") or "")
            if host and not host.startswith("*"):
                yield from (Url(host, path, host in secured) for path in _paths(rule))
    else:
        hosts = [str(host) for host in at(spec, "hostnames") or ()]
        yield from (Url(host, "/", None) for host in hosts if not host.startswith("*"))


def _paths(rule: Mapping[str, Any]) -> Iterator[str]:
    found = [str(path.get("path") or "/") for path in maps(at(rule, "http", "paths"))]
    yield from (path if path.startswith("/") else "/" for path in found or ["/"])


def _mounts(unit: RenderedUnit) -> Iterator[Mount]:
    """Yield where the pods of a unit under its reloader have their source."""
    wanted = {source.path for source in unit.development.recipe.sources} if unit.development is not None else set()
    for item in unit.objects if wanted else ():
        spec = pod_spec_of(item.content) if item.kind in WORKLOADS else None
        for container in maps(spec.get("containers")) if spec is not None else ():
            for mount in maps(container.get("volumeMounts")):
                if mount.get("mountPath") in wanted:
                    volume = named((spec or {}).get("volumes"), str(mount.get("name"))) or {}
                    yield Mount(str(mount["mountPath"]), _volume(volume), str(mount.get("subPath") or ""))


def _volume(volume: Mapping[str, Any]) -> str:
    claim = at(volume, "persistentVolumeClaim", "claimName")
    return f"claim {claim}" if claim else f"volume {volume.get('name', '')} of the pod"
