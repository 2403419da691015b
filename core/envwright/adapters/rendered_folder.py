"""A folder that a render wrote, read back as the predecessor of the next one."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from envwright.adapters.output_folder import NEXT_PLAN
from envwright.model.diagnostic import refuse
from envwright.model.mark import Mark
from envwright.model.output import PLAN, TRANSITION
from envwright.plan.canonical import digest_of_bytes
from envwright.plan.tree import Tree, stored_tree
from envwright.yaml.manifests import load_documents


def tree_in(folder: Path) -> Tree | None:
    """Return the tree whose plan stands in a folder, None if there is no plan.

    Raises Refused: EW702 for a plan that cannot be read.
    """
    try:
        plan_json = _content(folder / PLAN)
    except OSError as error:
        raise refuse("EW702", f"{folder / PLAN} cannot be read: {error.strerror}", Mark(PLAN)) from error
    if plan_json is None:
        return None

    def read(path: str) -> bytes | None:
        try:
            return _content(folder / path)
        except OSError:
            return None  # what cannot be read cannot be compared; writing says why

    return stored_tree(plan_json, read, load_manifest, str(folder / PLAN))


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files below a folder, by path; links are not followed. Raises Refused: EW001."""
    found: dict[str, bytes] = {}
    try:
        for directory, _, names in os.walk(folder):
            place = Path(directory)
            files = [place / name for name in names]
            found |= {
                file.relative_to(folder).as_posix(): file.read_bytes()
                for file in files
                if file.is_file() and not file.is_symlink()
            }
    except OSError as error:
        raise refuse("EW001", f"{error.filename or folder} cannot be read: {error.strerror}") from error
    return found


def rendered_in(folder: str) -> tuple[Tree | None, dict[str, bytes]]:
    """Return what stands in a folder: the tree of its plan, None without one, and all files. Raises Refused."""
    return tree_in(Path(folder)), files_in(Path(folder))


def is_folder(path: str) -> bool:
    """Return whether a path names a folder."""
    return Path(path).is_dir()


def kept_transition(folder: Path, digest: str) -> bytes | None:
    """Return the bytes of `transition.json` in a folder if it leads to the plan with this digest, else None.

    After a kill the plan is still the older one, but of its manifests some may be gone: then the transition, which was
    written before them, tells where it leads.
    """
    try:
        transition, plan_json = _content(folder / TRANSITION), _content(folder / PLAN)
        if transition is None:
            return None
        if (folder / NEXT_PLAN).exists():
            leads = json.loads(transition)["plan"]
        else:
            leads = None if plan_json is None else digest_of_bytes(plan_json)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None  # of a folder that cannot be read, the next look says why
    return transition if leads == digest else None


def _content(file: Path) -> bytes | None:
    """Return the bytes of a file, None if none is there: reading a pipe would wait."""
    return file.read_bytes() if file.is_file() else None


def load_manifest(content: bytes) -> Mapping[str, Any]:
    """Return the object of a manifest file. Raises Refused for what is not one."""
    documents = load_documents(content.decode("utf-8", "replace"), "manifest")
    document = documents[0][0] if documents else None
    if not isinstance(document, dict):
        raise refuse("EW500", "not a Kubernetes object", Mark("manifest"))
    return document
