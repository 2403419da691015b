"""What a Job runs, in a few words."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from envwright.kubernetes.pods import pod_spec_of
from envwright.plan.references import maps

LONGEST_COMMAND = 60


def runs(content: Mapping[str, Any]) -> str:
    """Return the images of a Job's containers, each with its command as a shell would take it, cut to a glance."""
    spec = pod_spec_of(content) or {}
    return " and ".join(_container(each) for each in maps(spec.get("containers")))


def _container(container: Mapping[str, Any]) -> str:
    words = [str(word) for part in ("command", "args") for word in _list(container.get(part))]
    command = shlex.join(words)
    if len(command) > LONGEST_COMMAND:
        command = command[: LONGEST_COMMAND - 1] + "…"
    return f"{container.get('image') or 'an image'} {command}".rstrip()


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
