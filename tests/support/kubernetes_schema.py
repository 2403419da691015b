"""Strict schema validation of Kubernetes objects, with the schemas that `kubernetes-validate` carries.

Its own `validate` reads 1.3 MB of definitions for every object; here each version's are read once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from envwright.kubernetes.kinds import is_built_in
from envwright.kubernetes.names import LABEL, SUBDOMAIN, fits

VERSIONS = ("1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36")
SCHEMAS = files("kubernetes_validate") / "kubernetes-json-schema"
LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?)?")
KEY = re.compile(r"([a-z0-9][-.a-z0-9]*/)?[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?")


def assert_valid(content: Mapping[str, Any], versions: Iterable[str] = VERSIONS) -> None:
    """Fail unless every one of the Kubernetes versions takes the object, unknown fields and all.

    A kind that Kubernetes itself does not serve has no schema here: its metadata alone is looked at, and that the rest
    of it is plain JSON.
    """
    check_metadata(content)
    if not is_built_in(content["apiVersion"].rpartition("/")[0], content["kind"]):
        assert fits(content["metadata"]["name"], SUBDOMAIN), described(content)
        json.dumps(content, allow_nan=False)
        return
    for version in versions:
        problems = sorted(validator(version, content["apiVersion"], content["kind"]).iter_errors(content), key=str)
        assert not problems, f"{described(content)}, Kubernetes {version}: " + "; ".join(
            f"{problem.json_path}: {problem.message}" for problem in problems[:5]
        )


def check_metadata(content: Mapping[str, Any]) -> None:
    """Fail unless what every object has in common is as an API server wants it; the schemas say little about it."""
    metadata = content["metadata"]
    assert metadata["name"], content
    assert "namespace" not in metadata or fits(metadata["namespace"], LABEL), described(content)
    for key, value in metadata.get("labels", {}).items():
        assert KEY.fullmatch(key), f"{described(content)}: label {key}"
        assert LABEL_VALUE.fullmatch(value), f"{described(content)}: label {key}={value}"
    for key, value in metadata.get("annotations", {}).items():
        assert KEY.fullmatch(key), f"{described(content)}: annotation {key}"
        assert isinstance(value, str), f"{described(content)}: annotation {key}={value!r}"


def described(content: Mapping[str, Any]) -> str:
    """Return the object as people say it."""
    return f"{content['kind']} {content['metadata']['name']}"


@cache
def validator(version: str, api_version: str, kind: str) -> Draft202012Validator:
    """Return the checker of one kind in one version; fail if that version does not serve it."""
    short = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    folder = SCHEMAS / f"v{version}.0-local-strict"
    file = folder / f"{kind.lower()}-{short}.json"
    assert file.is_file(), f"Kubernetes {version} does not serve {api_version} {kind}"
    schema = json.loads(file.read_text(encoding="utf-8"))
    return Draft202012Validator(schema, registry=definitions(version))


@cache
def definitions(version: str) -> Registry[Any]:
    """Return the definitions of all types of one version."""
    file = SCHEMAS / f"v{version}.0-local-strict" / "_definitions.json"
    resource: Resource[Any] = Resource.from_contents(json.loads(file.read_text(encoding="utf-8")))
    return resource @ Registry()
