"""References as skopeo takes them, and which of them the settings allow."""

from __future__ import annotations

from collections.abc import Iterable

from envwright.images.reference import parse


def as_source(reference: str) -> str:
    """Return what skopeo reads an image by: its digest if the reference has one, else its tag."""
    found = parse(reference)
    return f"docker://{found._replace(tag='') if found.digest else found}"


def as_destination(reference: str) -> str:
    """Return what skopeo writes an image to: its tag if the reference has one, else its digest."""
    found = parse(reference)
    return f"docker://{found._replace(digest='') if found.tag else found}"


def registry_of(reference: str) -> str:
    """Return the registry that a reference names."""
    return parse(reference).domain or "docker.io"


def tls(option: str, reference: str, insecure: Iterable[str]) -> list[str]:
    """Return the option that lets skopeo talk plain HTTP, where the reference's registry does."""
    return [f"--{option}=false"] if registry_of(reference) in insecure else []


def is_below(name: str, repository: str) -> bool:
    """Return whether a repository is another one or below it."""
    return name == repository or name.startswith(f"{repository}/")


def repository_of(reference: str) -> str:
    """Return a reference without its tag and digest."""
    return str(parse(reference)._replace(tag="", digest=""))
