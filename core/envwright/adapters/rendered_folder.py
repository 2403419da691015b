"""A folder that a render wrote, read back as the predecessor of the next one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from envwright.model.diagnostic import refuse
from envwright.model.mark import Mark
from envwright.plan.canonical import digest_of_bytes
from envwright.plan.tree import Tree, stored_tree
from envwright.yaml.manifests import load_documents

PLAN = "plan.json"
TRANSITION = "transition.json"


def tree_in(folder: Path) -> Tree | None:
    """Return the tree whose plan stands in a folder, None if there is no plan.

    Raises Refused: EW702 for a plan that cannot be read.
    """

    def read(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    try:
        plan_json = read(PLAN)
    except OSError as error:
        raise refuse("EW702", f"{folder / PLAN} cannot be read: {error.strerror}", Mark(PLAN)) from error
    return None if plan_json is None else stored_tree(plan_json, read, load_manifest, str(folder / PLAN))


def kept_transition(folder: Path, digest: str) -> bytes | None:
    """Return the bytes of `transition.json` in a folder whose plan has this digest, None in any other."""
    try:
        same = digest_of_bytes((folder / PLAN).read_bytes()) == digest
        return (folder / TRANSITION).read_bytes() if same else None
    except OSError:
        return None  # of a folder that cannot be read, the next look says why


def load_manifest(content: bytes) -> Mapping[str, Any]:
    """Return the object of a manifest file. Raises Refused for what is not one."""
    documents = load_documents(content.decode("utf-8", "replace"), "manifest")
    document = documents[0][0] if documents else None
    if not isinstance(document, dict):
        raise refuse("EW500", "not a Kubernetes object", Mark("manifest"))
    return document
