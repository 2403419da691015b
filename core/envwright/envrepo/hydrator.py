"""`hydrator.metadata`: which commit of the source a directory was made of, as Argo CD's hydrator writes it.

gitops-promoter reads it to tell which commit a branch proposes, and a note on that commit to tell up to which commit of
the source nothing else was to be proposed: https://argo-cd.readthedocs.io/en/stable/user-guide/source-hydrator/ and
https://gitops-promoter.readthedocs.io/en/latest/custom-hydrator/
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from envwright.plan.writing import json_bytes

# lines of a source commit's message that name the commit of the code it deploys, the keys that they become, and what
# Argo CD takes as their values; the body is a string of JSON
REFERENCES = {
    "Argocd-reference-commit-author": ("author", re.compile(r"([^<>]*<[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)")),
    "Argocd-reference-commit-date": (
        "date",
        re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
    ),
    "Argocd-reference-commit-subject": ("subject", re.compile(".*")),
    "Argocd-reference-commit-body": ("body", re.compile(".*")),
    "Argocd-reference-commit-sha": ("sha", re.compile("[0-9a-f]{5,40}")),
    "Argocd-reference-commit-repourl": ("repoUrl", re.compile(r"\S+")),
}
NOTES = "refs/notes/hydrator.metadata"


class SourceFacts(NamedTuple):
    """A commit of the source: `author` is `Name <address>`, `date` as in RFC 3339, `body` the message less its subject.

    `repository` is a URL without credentials, empty where there is none.
    """

    repository: str
    sha: str
    author: str
    date: str
    subject: str
    body: str


def metadata_bytes(source: SourceFacts, command: str, ref: str = "") -> bytes:
    """Return the bytes of `hydrator.metadata`; `command` renders the directory in a checkout of the source.

    `ref`, the branch of a slot's source, is ours: readers of the file pass over a key that they do not know.
    """
    reference, body = _reference(source.body)
    fields: dict[str, Any] = {
        "repoURL": source.repository,
        "drySha": source.sha,
        "commands": [command],
        "author": source.author,
        "date": source.date,
        "subject": source.subject,
        "body": body,
        "references": [{"commit": reference}] if reference else [],
        "ref": ref,
    }
    # not sorted: in the order of Argo CD
    kept = [f"{json.dumps(name)}: {_block(value)}" for name, value in fields.items() if value]
    return ("{\n  " + ",\n  ".join(kept) + "\n}\n").encode()


def rendered_file(metadata: Mapping[str, Any]) -> str:
    """Return the root file that a directory was rendered from, empty where that cannot be told."""
    return next(iter(_values(metadata, "-f")), "")


def passed_names(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the variables that were passed and are not public."""
    return _values(metadata, "--pass-env")


def _values(metadata: Mapping[str, Any], option: str) -> tuple[str, ...]:
    commands = metadata.get("commands")
    command = commands[0] if isinstance(commands, list) and commands else ""
    try:
        words = shlex.split(command) if isinstance(command, str) else []
    except ValueError:
        return ()  # not as the engine writes it
    return tuple(value for name, value in pairwise(words) if name == option)


def note_bytes(sha: str) -> bytes:
    """Return the note of a commit that is, or still is, what a commit of the source makes."""
    return json.dumps({"drySha": sha}).encode()


def _block(value: Any) -> str:
    return json_bytes(value).decode().rstrip("\n").replace("\n", "\n  ")


def _reference(body: str) -> tuple[Mapping[str, str], str]:
    """Return what a message tells of the commit that it deploys, and the message without that."""
    found: dict[str, str] = {}
    rest = []
    for line in body.split("\n"):
        name, _, value = line.partition(": ")
        key, form = REFERENCES.get(name, ("", re.compile("")))
        told = _body(value) if key == "body" else value if key and form.fullmatch(value) else None
        if told is None:
            rest.append(line)
        else:
            found[key] = told
    return found, "\n".join(rest).strip("\n")


def _body(value: str) -> str | None:
    """Return the text that a string of JSON holds, None for anything else."""
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, str) else None
