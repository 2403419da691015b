"""What the tool of the older format made of a stack, as an oracle for the conversion.

It knows the format's rules and nothing of the conversion: the whole file is a template whose scalars see the prelude,
manifests are templates, a Deployment that is called as its service gets the service's image and the overlay's mounts in
its first container and its init containers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from envwright.ast.plain import plain
from envwright.model.mark import Mark
from envwright.model.nodes import Scalar
from envwright.templates.render import evaluate, prelude, prelude_actions, render
from envwright.templates.scope import Scope
from envwright.yaml.reader import read

CLUSTER_SCOPED = ("Namespace", "ClusterRole", "ClusterRoleBinding", "ClusterIssuer")
NOWHERE = Mark("older")


def objects_of(
    folder: Path, environment: str, slot: int = 0, variables: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return all objects of an environment but Secrets with data."""
    found = _Older(folder, environment, slot, variables or {}).objects()
    return [item for item in found if item["kind"] != "Secret" or not (item.get("data") or item.get("stringData"))]


class _Older:
    def __init__(self, folder: Path, environment: str, slot: int, variables: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.variables = variables
        text = (folder / "services.yaml").read_text(encoding="utf-8")
        raw = plain(read(text, "services.yaml"))
        known = {"Env": environment, "Slot": slot, "Project": raw["project"], "Versions": raw.get("versions", {})}
        pattern = raw.get("namespace", {}).get("patterns", {}).get(environment, "{{ .Project }}-{{ .Env }}")
        self.known: dict[str, Any] = {**known, "Namespace": self.value(pattern, known)}
        self.prelude = prelude(prelude_actions(text, "services.yaml"), self.scope(self.known)).variables
        self.stack = self.tree({key: value for key, value in raw.items() if key not in ("namespace", "codex")})
        self.known["BaseDomain"] = self.stack.get("baseDomain", {})
        self.known["Storage"] = {
            name.title(): _structure(volume) for name, volume in self.stack.get("storage", {}).items()
        }

    def objects(self) -> Iterator[dict[str, Any]]:
        for unit in (*self.stack.get("infrastructure", []), *self.stack.get("services", [])):
            if str(unit.get("when", "")).strip().lower() in ("false", "0", "no"):
                continue
            overlay = unit.get("overlays", {}).get(self.environment, {})
            dropped = {kind.lower() for kind in overlay.get("dropKinds", [])}
            for manifest in unit["manifests"]:
                for item in self.documents(manifest["path"]):
                    if item["kind"].lower() not in dropped:
                        yield self.finished(item, unit, overlay.get("pvcMounts", []))

    def finished(self, item: dict[str, Any], unit: dict[str, Any], mounts: list[dict[str, Any]]) -> dict[str, Any]:
        if item["kind"] not in CLUSTER_SCOPED:
            item["metadata"]["namespace"] = item["metadata"].get("namespace") or self.known["Namespace"]
        if item["kind"] == "Deployment" and item["metadata"]["name"] == unit["name"]:
            pod = item["spec"]["template"]["spec"]
            main, inits = pod["containers"][0], pod.get("initContainers", [])
            if unit.get("image", {}).get("repository"):
                old = main.get("image")
                for container in (main, *(init for init in inits if init.get("image") in (None, old))):
                    container["image"] = f"{unit['image']['repository']}:{unit['image']['tagTemplate']}"
            names = [mount["name"] for mount in mounts]
            if mounts:
                pod["volumes"] = _kept(pod.get("volumes"), names) + [
                    {"name": mount["name"], "persistentVolumeClaim": {"claimName": mount["claimName"]}}
                    for mount in mounts
                ]
                for container in (main, *inits):
                    container["volumeMounts"] = _kept(container.get("volumeMounts"), names) + [
                        {key: mount[key] for key in ("name", "mountPath", "subPath") if mount.get(key)}
                        for mount in mounts
                    ]
        return item

    def documents(self, path: str) -> Iterator[dict[str, Any]]:
        text = (self.folder / path).read_text(encoding="utf-8")
        rendered = render(text, path, self.scope(self.known)).text
        yield from filter(None, YAML(typ="safe", pure=True).load_all(rendered))

    def tree(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self.tree(item) for name, item in value.items() if name != "hooks"}
        if isinstance(value, list):
            return [self.tree(item) for item in value]
        return self.value(value, self.known) if isinstance(value, str) else value

    def value(self, text: str, known: Mapping[str, Any]) -> Any:
        variables = getattr(self, "prelude", {})
        found = evaluate(Scalar(text, NOWHERE, '"'), self.scope(known), variables).value
        return str(found).lower() if isinstance(found, bool) else found

    def scope(self, known: Mapping[str, Any]) -> Scope:
        return Scope(known, self.variables, strict=False)


def _structure(volume: dict[str, Any]) -> dict[str, Any]:
    return {
        "Size": volume.get("size", ""),
        "StorageClass": volume.get("storageClass", ""),
        "AccessModes": volume.get("accessModes", []),
    }


def _kept(items: list[dict[str, Any]] | None, gone: list[str]) -> list[dict[str, Any]]:
    return [item for item in items or [] if item["name"] not in gone]
