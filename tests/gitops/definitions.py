"""The CustomResourceDefinitions of Argo CD and Flux, out of the Go modules of their releases.

They are fetched once and kept in the user's cache, in a folder named by the digest of the pins.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from tests.support.npm import unavailable

# module and version, the digest that Go's checksum database has of it, the folder of the definitions
PINS = (
    ("github.com/argoproj/argo-cd/v3@v3.5.7", "h1:Xm1BF+I5OgDKUG3SDK49vn2/Y5AMyaNVko+/JT08gj0=", "manifests/crds"),
    (
        "github.com/fluxcd/kustomize-controller@v1.9.6",
        "h1:XB+G3A0mky0j5uVHZWv4oSlS2RvZBoNIUhstIvY0JKE=",
        "config/crd/bases",
    ),
    (
        "github.com/fluxcd/source-controller@v1.9.6",
        "h1:nG534/bI6nVpyHra7ONAk6xDB3xPsVT+EOLHZHXPrrc=",
        "config/crd/bases",
    ),
)
# a number's width, and rules in CEL
UNUSED = frozenset({"format", "x-kubernetes-validations"})
Schemas = Mapping[tuple[str, str], Any]


def schemas() -> Schemas:
    """Return the schema of every kind by apiVersion and kind; without Go, or its proxy, the test is skipped."""
    found = {}
    for file in sorted(_folder().glob("*.yaml")):
        definition = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # a safe one
        if definition["kind"] != "CustomResourceDefinition":
            continue
        spec = definition["spec"]
        for version in spec["versions"]:
            key = (f"{spec['group']}/{version['name']}", spec["names"]["kind"])
            found[key] = closed(version["schema"]["openAPIV3Schema"])
    return found


def closed(schema: Any) -> Any:
    """Return a structural schema that refuses the fields which an API server would drop, or refuse if asked to."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    found = {
        key: _below(key, value) for key, value in schema.items() if key not in ("format", "x-kubernetes-validations")
    }
    if "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
        found.setdefault("additionalProperties", False)
    return found


def _below(key: str, value: Any) -> Any:
    return {name: closed(each) for name, each in value.items()} if key == "properties" else closed(value)


def faults(known: Schemas, item: Mapping[str, Any]) -> list[str]:
    """Return what the definition of an object's kind says is wrong with it."""
    schema = known[item["apiVersion"], item["kind"]]
    errors = jsonschema.Draft7Validator(schema).iter_errors(item)
    return sorted(f"{error.json_path}: {error.message}" for error in errors)


def _folder() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "envwright" / "gitops"
    folder = cache / hashlib.sha256(repr(PINS).encode()).hexdigest()[:16]
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=cache) as scratch:
                _fetch(Path(scratch))
                (Path(scratch) / "definitions").rename(folder)
    return folder


def _fetch(scratch: Path) -> None:
    go = shutil.which("go")
    if go is None:
        unavailable("go is not on PATH: the objects of Argo CD and Flux are not checked by their definitions")
    (scratch / "definitions").mkdir()
    for module, digest, where in PINS:
        # a cache of its own, which goes with the scratch folder: the sources are large
        settings = {"GOMODCACHE": str(scratch / "modules"), "GOFLAGS": "-modcacherw", "GOTOOLCHAIN": "local"}
        command = [str(go), "mod", "download", "-json", module]
        done = subprocess.run(
            command, cwd=scratch, env={**os.environ, **settings}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            unavailable(f"go does not fetch {module}: {done.stdout[-300:]}{done.stderr[-300:]}")
        told = json.loads(done.stdout)
        assert told["Sum"] == digest, module
        for file in (Path(told["Dir"]) / where).glob("*.yaml"):
            shutil.copy(file, scratch / "definitions" / file.name)
