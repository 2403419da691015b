"""Where things are in the pods of the Jobs. A folder of /run: kaniko takes apart all else of its container."""

from __future__ import annotations

import posixpath

HOME = "/run/envwright"
WORK = f"{HOME}/work"
"""A volume that every container of the pod has: the source, and the image as an archive."""
THERE = f"{WORK}/there"
"""A file that is there if the registry has the image already."""
SOURCE = f"{WORK}/source"
ARCHIVE = f"{WORK}/image.tar"
STORAGE = f"{HOME}/storage"
"""The builder's own files."""
FILES = f"{HOME}/files"
"""The ConfigMap of the Job: a Dockerfile that the stack made, configuration of the builder."""
PUSH = f"{HOME}/push"
REGISTRY = f"{HOME}/registry"
"""The credentials of the build itself, as `config.json`."""
GIT = f"{HOME}/git"


def in_repository(root: str, path: str) -> str:
    """Return where a file of the stack is in the repository; it begins with `..` if it is outside of it.

    `root` is where in the repository the directory of the root file is, `path` is relative to that.
    """
    return posixpath.normpath(posixpath.join(root, path))


def in_pod(root: str, path: str) -> str:
    """Return where a file of the stack is in the pod."""
    return posixpath.normpath(posixpath.join(SOURCE, in_repository(root, path)))
