"""`hydrator.metadata`: which commit of the source a directory was made of, as Argo CD's hydrator writes it.

gitops-promoter reads it to tell which commit a branch proposes, and a note on that commit to tell up to which commit of
the source nothing else was to be proposed: https://argo-cd.readthedocs.io/en/stable/user-guide/source-hydrator/ and
https://gitops-promoter.readthedocs.io/en/latest/custom-hydrator/
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from envwright.plan.writing import json_bytes

# trailers of a source commit that name the commit of the code it deploys, and the keys that they become
REFERENCES = {
    "Argocd-reference-commit-author": "author",
    "Argocd-reference-commit-date": "date",
    "Argocd-reference-commit-subject": "subject",
    "Argocd-reference-commit-body": "body",
    "Argocd-reference-commit-sha": "sha",
    "Argocd-reference-commit-repourl": "repoURL",
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
    trailers: tuple[tuple[str, str], ...] = ()


def metadata_bytes(source: SourceFacts, command: str, ref: str = "") -> bytes:
    """Return the bytes of `hydrator.metadata`; `command` renders the directory in a checkout of the source.

    `ref`, the branch of a slot's source, is ours: readers of the file pass over a key that they do not know.
    """
    fields: dict[str, Any] = {
        "repoURL": source.repository,
        "drySha": source.sha,
        "commands": [command],
        "author": source.author,
        "date": source.date,
        "subject": source.subject,
        "body": source.body,
        "references": _references(source.trailers),
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


def _references(trailers: Iterable[tuple[str, str]]) -> list[Mapping[str, Mapping[str, str]]]:
    found = {REFERENCES[name]: value for name, value in trailers if name in REFERENCES}
    return [{"commit": found}] if found else []
