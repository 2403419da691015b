"""What a commit puts into the directory of an environment, and whether that is worth a commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from envwright.adapters.git.objects import blob_id
from envwright.envrepo.review import with_changes
from envwright.model.output import HOLD, METADATA, PINS, REVIEW, TRANSITION
from envwright.model.transition import Transition
from envwright.plan.canonical import digest_of_bytes
from envwright.plan.transition import compute_transition, transition_bytes
from envwright.plan.tree import Tree

# where these alone differ, nothing was changed: they tell how a directory came about
ABOUT = frozenset({TRANSITION, METADATA})


class Content(NamedTuple):
    """The files of a directory, by path; `pins` and `hold` are the digests of these files, empty without one."""

    files: Mapping[str, bytes]
    transition: Transition

    @property
    def pins(self) -> str:
        """The digest of `pins.json`, empty where nothing is pinned."""
        return digest_in(self.files, PINS)

    @property
    def hold(self) -> str:
        """The digest of `hold.json`, empty where nothing is held."""
        return digest_in(self.files, HOLD)


def digest_in(files: Mapping[str, bytes], path: str) -> str:
    """Return the digest of a file, empty if it is not there."""
    return digest_of_bytes(files[path]) if path in files else ""


def content_of(rendered: Mapping[str, bytes], tree: Tree, before: Tree | None, metadata: bytes) -> Content:
    """Return what stands in the directory once `rendered` (with pins and hold) follows `before`."""
    transition = compute_transition(before, tree)
    files = {**rendered, METADATA: metadata, TRANSITION: transition_bytes(transition)}
    if REVIEW in files:
        files[REVIEW] = with_changes(files[REVIEW], transition)
    return Content(files, transition)


def changed_paths(blobs: Mapping[str, str], files: Mapping[str, bytes]) -> frozenset[str]:
    """Return which files of a directory differ from those there, by the ids of `blobs`; those on one side too."""
    like = next(iter(blobs.values()), "")
    differ = {path for path, content in files.items() if blobs.get(path) != blob_id(content, like)}
    return frozenset(differ | (blobs.keys() - files.keys()))
