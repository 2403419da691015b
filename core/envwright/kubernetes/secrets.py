"""Secrets as requirements: which must exist with which keys. A value of one never gets past this module."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from envwright.kubernetes.structure import json_type
from envwright.model.contract.secret import GeneratedKey, SecretDeclaration
from envwright.model.diagnostic import Report
from envwright.model.mark import Mark
from envwright.model.rendered import KubernetesObject, RequiredSecret

SecretManifests = Literal["refuse", "keys"]
# where the values stand
PARTS = ("data", "stringData")


def take_secrets(
    manifests: Iterable[KubernetesObject], mode: SecretManifests, *, unit: str, namespace: str, report: Report
) -> tuple[tuple[KubernetesObject, ...], tuple[RequiredSecret, ...]]:
    """Return the objects without Secrets that hold data, and what `mode` makes of those (EW603, EW507).

    `refuse` reports each as an error; `keys` makes a requirement of it, with a warning. A Secret without data, such as
    a service account's token, which the cluster fills in, stays an object.
    """
    kept: list[KubernetesObject] = []
    required: list[RequiredSecret] = []
    for manifest in manifests:
        if not is_secret(manifest):
            kept.append(manifest)
            continue
        for part in PARTS:
            if not isinstance(manifest.content.get(part) or {}, dict):
                summary = f'{part} of Secret "{manifest.name}" is a {json_type(manifest.content[part])}, not a map'
                report.error("EW507", summary, manifest.source)
        keys = secret_keys(manifest)
        if not keys:
            kept.append(without_values(manifest))
        elif mode == "refuse":
            summary = f'Secret "{manifest.name}" holds data: {", ".join(keys)}'
            hint = "declare it with its keys in secrets[]; values never stand in a render"
            report.error("EW603", summary, manifest.source, hint=hint)
        elif manifest.namespace not in ("", namespace):
            summary = f'Secret "{manifest.name}" is for the namespace {manifest.namespace} and was left out'
            hint = f"an environment looks after the Secrets of its own namespace, {namespace}"
            report.warning("EW603", summary, manifest.source, hint=hint)
        else:
            summary = f'of Secret "{manifest.name}" only the keys are used: {", ".join(keys)}'
            report.warning("EW603", summary, manifest.source, hint="the values must be in the cluster before the units")
            required.append(requirement(manifest, unit, keys))
    return tuple(kept), tuple(required)


def declared_secret(declaration: SecretDeclaration, source: Mark) -> RequiredSecret:
    """Return what `secrets[]` of the stack declares, in the same form."""
    origin = declaration.copy_from
    copy_from = None if origin is None else (origin.namespace, origin.name or declaration.name)
    keys = tuple(required_key(key.name, key.optional, key.generate) for key in declaration.keys)
    return RequiredSecret(declaration.name, "", keys, declaration.type, copy_from, source)


def required_key(name: str, optional: bool = False, generate: GeneratedKey | None = None) -> dict[str, Any]:
    """Return a key's declaration as plain JSON values."""
    how = None if generate is None else {"length": generate.length, "alphabet": generate.alphabet}
    return {"name": name, "optional": optional, "generate": how}


def is_secret(manifest: KubernetesObject) -> bool:
    """Return whether the object is a Secret of Kubernetes itself."""
    return manifest.kind == "Secret" and manifest.group == ""


def secret_keys(manifest: KubernetesObject) -> tuple[str, ...]:
    """Return the keys of a Secret's data, sorted."""
    return tuple(sorted({str(key) for part in PARTS for key in data_of(manifest, part)}))


def data_of(manifest: KubernetesObject, part: str) -> dict[str, Any]:
    """Return `data` or `stringData`, empty where it is missing."""
    found = manifest.content.get(part)
    return found if isinstance(found, dict) else {}


def without_values(manifest: KubernetesObject) -> KubernetesObject:
    """Return a Secret without the parts that could hold values."""
    content = {key: value for key, value in manifest.content.items() if key not in PARTS}
    return manifest._replace(content=content)


def requirement(manifest: KubernetesObject, unit: str, keys: tuple[str, ...]) -> RequiredSecret:
    """Return what a Secret manifest asks for."""
    kind = str(manifest.content.get("type") or "Opaque")
    return RequiredSecret(manifest.name, unit, tuple(map(required_key, keys)), kind, None, manifest.source)
