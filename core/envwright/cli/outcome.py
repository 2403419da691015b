"""What a command that commits says of it."""

from __future__ import annotations

import json
from typing import Any

import click

from envwright import envrepo
from envwright.plan.views.changes import summary, transition_text


def show_outcome(done: envrepo.Committed, output: str) -> None:
    """Write what became of one environment, as text or as JSON."""
    click.echo(json.dumps(data_of(done), indent=2) + "\n" if output == "json" else text_of(done), nl=False)


def data_of(done: envrepo.Committed) -> dict[str, Any]:
    """Return what became of one environment as plain JSON values."""
    found = done.pull_request
    asked = {} if found is None else {"pullRequest": {"number": found.number, "url": found.url}}
    return {
        "commit": done.commit,
        "changed": done.changed,
        "planDigest": done.plan_digest,
        "branch": done.branch,
        "path": done.path,
        "pushed": done.pushed,
        **asked,
    }


def text_of(done: envrepo.Committed) -> str:
    """Return what became of one environment, in lines."""
    if done.failed:
        return f"{done.environment}: not committed\n"
    short = (done.commit or "")[:12]
    if not done.changed:
        return f"{done.environment}: nothing changed, {short} on {done.branch} stays\n"
    assert done.transition is not None  # noqa: S101  # what changed has one
    if not done.pushed:
        return f"{done.environment}: would be committed to {done.branch}\n{transition_text(done.transition)}"
    if (found := done.pull_request) is not None:
        return f"{done.environment}: {short} in {found.url}: {summary(done.transition)}\n"
    return f"{done.environment}: {short} on {done.branch}: {summary(done.transition)}\n"
