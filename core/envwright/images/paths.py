"""Where a built image's files are, relative to the root file's directory, which is `.`."""

from __future__ import annotations

import posixpath
from functools import lru_cache

from envwright.model.contract.image import Image


def context_path(image: Image) -> str:
    """Return where a built image's context is."""
    return _normal(image.context)


def dockerfile_path(image: Image) -> str:
    """Return where a built image's Dockerfile is."""
    return _normal(image.dockerfile or join(context_path(image), "Dockerfile"))


@lru_cache(maxsize=4096)  # asked a dozen times for each image
def _normal(path: str) -> str:
    return posixpath.normpath(path)


def join(context: str, path: str) -> str:
    """Return `path`, relative to `context`, as one relative to the root file's directory."""
    if context == ".":
        return path or "."
    return f"{context}/{path}" if path else context
