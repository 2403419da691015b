"""Whom a binding gives rights: accounts of the environment's namespace, or of another one."""

from __future__ import annotations

from typing import Any

ACCOUNT_USER = "system:serviceaccount:"
ACCOUNT_GROUP = "system:serviceaccounts"


def split_subjects(subjects: Any, namespace: str) -> tuple[list[Any], list[str]]:
    """Return the subjects of a binding that may stay, and those of another namespace by name.

    A service account without a namespace is of the binding's own; it is written out.
    """
    kept: list[Any] = []
    foreign: list[str] = []
    for subject in subjects if isinstance(subjects, list) else ():
        if not isinstance(subject, dict):
            kept.append(subject)  # not a subject at all: for the API server to refuse
        elif is_foreign(subject, namespace):
            foreign.append(described(subject))
        elif subject.get("kind") == "ServiceAccount":
            kept.append({**subject, "namespace": namespace})
        else:
            kept.append(subject)
    return kept, foreign


def is_foreign(subject: dict[str, Any], namespace: str) -> bool:
    """Return whether the subject is an account, or a group of accounts, beyond the namespace."""
    kind, name = subject.get("kind"), str(subject.get("name"))
    if kind == "ServiceAccount":
        return subject.get("namespace") not in (None, "", namespace)
    if kind == "User":
        return name.startswith(ACCOUNT_USER) and not name.startswith(f"{ACCOUNT_USER}{namespace}:")
    if kind == "Group":
        return f"{name}:".startswith(f"{ACCOUNT_GROUP}:") and name != f"{ACCOUNT_GROUP}:{namespace}"
    return False


def described(subject: dict[str, Any]) -> str:
    """Return the subject as people write it."""
    kind, name, namespace = subject.get("kind"), subject.get("name"), subject.get("namespace")
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"
