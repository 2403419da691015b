"""Images: from which repositories, and named so that it is known what they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from envwright.images.reference import Reference, parse
from envwright.model.diagnostic import Refused
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Finding

# what a reference without a registry, and one without a path before the name, stand for
# https://pkg.go.dev/github.com/distribution/reference#ParseNormalizedNamed
REGISTRY, LIBRARY = "docker.io", "library"


def image(value: Any, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW622 for an image outside of the allowed repositories, and for one without a tag or a digest."""
    if not value or not isinstance(value, str):
        return  # for the API server to refuse
    try:
        reference = parse(value)
    except Refused as error:
        yield Finding("EW622", f"runs the image {value}", error.diagnostics[0].summary)
        return
    allowed = bounds.settings.image_repositories
    if allowed and not any(is_below(reference, repository) for repository in allowed):
        hint = f"copy it with `type: mirror` in `images` to one of {', '.join(allowed)}"
        yield Finding("EW622", f"runs {value}, which is of no allowed repository", hint)
    if not reference.tag and not reference.digest:
        hint = f"name the version: {value}:TAG"
        yield Finding("EW622", f"runs {value}, which has no tag", hint)


def is_below(reference: Reference, repository: str) -> bool:
    """Return whether an image is of a repository or of one below it."""
    wanted = full_name(repository.rstrip("/"))
    name = full_name(str(reference._replace(tag="", digest="")))
    return name == wanted or name.startswith(f"{wanted}/")


def full_name(name: str) -> str:
    """Return a repository, or a registry, with what goes without saying."""
    first, slash, _ = name.partition("/")
    if "." in first or ":" in first or first == "localhost":
        return name
    return f"{REGISTRY}/{name}" if slash else f"{REGISTRY}/{LIBRARY}/{name}"
