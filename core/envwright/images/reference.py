"""Image references, by the grammar of the distribution project.

https://pkg.go.dev/github.com/distribution/reference: `[domain[:port]/]path[:tag][@digest]`, and its rule for telling a
domain from the first part of a path. What `docker` and the kubelet refuse is refused here, and the other way round.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from envwright.model.diagnostic import refuse
from envwright.model.mark import Mark

FORM = "a reference is `REGISTRY/PATH:TAG`, such as `registry.example.org/shop/api:1.0`"
NAME_LENGTH = 255
TAG_LENGTH = 128
# algorithm -> characters of its hexadecimal form
DIGESTS = {"sha256": 64, "sha384": 96, "sha512": 128}

_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_SPACE = re.compile(r"\s")
_SCHEME = re.compile(r"[a-z]+://")
# what a bare image id looks like: never a name, so that the two cannot be mixed up
_IDENTIFIER = re.compile(r"[a-f0-9]{64}")


class Reference(NamedTuple):
    """A reference in its parts, as written: `domain` may carry a port; `domain`, `tag` and `digest` may be empty."""

    domain: str
    path: str
    tag: str = ""
    digest: str = ""

    @property
    def floats(self) -> bool:
        """True if the same reference is expected to mean another image tomorrow: no digest, and no tag or `latest`."""
        return not self.digest and self.tag in ("", "latest")

    def __str__(self) -> str:
        name = f"{self.domain}/{self.path}" if self.domain else self.path
        return name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")


class Problem(NamedTuple):
    """Why a text is no reference, in words that follow a colon, and what to write instead (may be empty)."""

    what: str
    hint: str = ""


def parse(text: str, where: Mark | None = None) -> Reference:
    """Return the parts of a reference; a missing tag is allowed. Raises Refused: EW311 at `where`."""
    if problem := _problem_as_a_whole(text):
        raise refuse("EW311", f'"{text}" is not an image reference: {problem.what}', where, hint=problem.hint)
    reference, separators = _split(text)
    problem = (
        _problem_of_name(reference)
        or _problem_of_tag(reference, ":" in separators)
        or _problem_of_digest(reference, "@" in separators)
    )
    if problem:
        raise refuse("EW311", f'"{text}" is not an image reference: {problem.what}', where, hint=problem.hint)
    return reference


def _split(text: str) -> tuple[Reference, str]:
    """Return the unchecked parts, and which of the separators `:` (before a tag) and `@` are there."""
    name, at, digest = text.partition("@")
    domain, slash, path = name.partition("/")
    # a first part that could not be a path's, or is `localhost`, is a domain
    if not slash or not (domain == "localhost" or "." in domain or ":" in domain or domain != domain.lower()):
        domain, path = "", name
    path, colon, tag = path.partition(":")
    return Reference(domain, path, tag, digest), colon + at


def _problem_as_a_whole(text: str) -> Problem | None:
    if not text:
        return Problem("it is empty", FORM)
    if _SPACE.search(text):
        without = _SPACE.sub("", text)
        return Problem("it holds a space", f'did you mean "{without}"?')
    if scheme := _SCHEME.match(text):
        return Problem("it begins with a scheme", f'did you mean "{text[scheme.end() :]}"?')
    if _IDENTIFIER.fullmatch(text):
        return Problem("64 hexadecimal digits are an image's id, not a name", "write NAME@sha256:...")
    return None


def _problem_of_name(reference: Reference) -> Problem | None:
    domain, path = reference.domain, reference.path
    if domain and not _DOMAIN.fullmatch(domain):
        return Problem(f'"{domain}" is not a registry', "a registry is a host name or address, with `:PORT` if need be")
    if not path:
        return Problem("it names no repository", "after the registry comes a path such as `shop/api`")
    if path != path.lower():
        return Problem("a repository is lower-case", f'did you mean "{reference._replace(path=path.lower())}"?')
    if len(path) > NAME_LENGTH:
        return Problem(f"its path has {len(path)} characters, {NAME_LENGTH} are allowed")
    for component in path.split("/"):
        if not component:
            return Problem("a part of its path is empty", "remove the doubled `/`, or the one at the end")
        if not _COMPONENT.fullmatch(component):
            allowed = "lower-case letters and digits, between them one `.`, one or two `_`, or any number of `-`"
            return Problem(f'"{component}" is not a part of a path', f"allowed are {allowed}")
    return None


def _problem_of_tag(reference: Reference, written: bool) -> Problem | None:
    tag = reference.tag
    if not written:
        return None
    if not tag:
        return Problem("the tag after `:` is empty", "write the tag, or leave out the `:`")
    if ":" in tag:
        return Problem("it has two tags", "a repository is written without one where the tag has a key of its own")
    if "/" in tag:
        return Problem(f'"{tag}" is not a tag', "a tag stands at the end, after the whole path")
    if not _TAG.fullmatch(tag):
        return Problem(
            f'"{tag}" is not a tag', "allowed are letters, digits, `_`, `.` and `-`; the first is none of `.` and `-`"
        )
    if len(tag) > TAG_LENGTH:
        return Problem(f"its tag has {len(tag)} characters, {TAG_LENGTH} are allowed")
    return None


def _problem_of_digest(reference: Reference, written: bool) -> Problem | None:
    if not written:
        return None
    algorithm, colon, encoded = reference.digest.partition(":")
    if not colon or algorithm not in DIGESTS:
        return Problem(f'"{reference.digest}" is not a digest', f"known are {', '.join(f'`{a}:...`' for a in DIGESTS)}")
    length = DIGESTS[algorithm]
    if not re.fullmatch("[a-f0-9]*", encoded):
        return Problem("its digest is not lower-case hexadecimal", f"`{algorithm}:` takes {length} digits and a to f")
    if len(encoded) != length:
        return Problem(f"its digest has {len(encoded)} digits, `{algorithm}` has {length}")
    return None
