"""Objects, files and contexts for tests, made by hand: the pipeline is not needed."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatch
from textwrap import dedent
from typing import Any

import yaml

from envwright.images.reference import parse
from envwright.kubernetes.workload.context import WorkloadContext
from envwright.model.diagnostic import Report, refuse
from envwright.model.mark import Mark
from envwright.model.ports import Entry
from envwright.model.rendered import KubernetesObject

HERE = Mark("deploy/api.yaml.tpl", 3, 1)
UNIT = Mark("services.yaml", 20, 7)


def manifest(text: str, source: Mark = HERE) -> KubernetesObject:
    """Make one object of YAML."""
    return KubernetesObject(yaml.safe_load(text), source)


def manifests(text: str) -> tuple[KubernetesObject, ...]:
    """Make an object of every document, marked with its number as the line."""
    documents = yaml.safe_load_all(dedent(text))
    return tuple(KubernetesObject(content, Mark("deploy/all.yaml", line)) for line, content in enumerate(documents, 1))


def place(path: tuple[str | int, ...]) -> Mark:
    """Answer for a unit's declaration: the file's name tells the path."""
    return Mark("services.yaml#" + "/".join(map(str, path)), 20, 7)


def found(report: Report) -> list[str]:
    """Return what was reported, as `severity code place: summary`."""
    return [f"{item.severity} {item.code} {item.where and item.where.file}: {item.summary}" for item in report.items]


def codes(report: Report) -> list[str]:
    """Return the codes that were reported."""
    return [item.code for item in report.items]


class Files:
    """A reader of files in memory."""

    def __init__(self, content: Mapping[str, bytes]) -> None:
        self.content = content

    def read(self, path: str) -> str:
        return self.read_bytes(path).decode()

    def read_bytes(self, path: str) -> bytes:
        if path not in self.content:
            raise refuse("EW001", f"{path} is missing")
        return self.content[path]

    def exists(self, path: str) -> bool:
        return path in self.content

    def glob(self, pattern: str) -> tuple[str, ...]:
        return tuple(sorted(path for path in self.content if fnmatch(path, pattern.replace("**/", "*"))))

    def entries(self, path: str) -> tuple[Entry, ...]:
        return tuple(Entry(name, "file") for name in sorted(self.content) if name.startswith(path))


def context(report: Report, files: Mapping[str, bytes] | None = None, **changes: Any) -> WorkloadContext:
    """Make the context of the unit `api` in the project `shop`."""
    images = {"api": "registry.example.org/shop/api:1.2.0", "web": None}
    made = WorkloadContext("api", "shop", "api", images, "IfNotPresent", Files(files or {}), place, report, parse)
    return made._replace(**changes)
