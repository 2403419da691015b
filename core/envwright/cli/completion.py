"""What the shell offers after `--env` and `--only`: the names in the stack that the line so far means."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from envwright import api
from envwright.model.diagnostic import Refused


def complete_environments(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the stack's environments that begin so, sorted; none for a stack with errors."""
    return _beginning(incomplete, _names(ctx).environments)


def complete_units(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the stack's units that begin so, sorted; none for a stack with errors."""
    return _beginning(incomplete, _names(ctx).units)


def _names(ctx: click.Context) -> api.Names:
    path = Path(ctx.params.get("file") or "services.yaml")
    if path.is_dir():
        path = path / "services.yaml"
    try:
        return api.names(api.Request(file=path.name), api.open_world(path))
    except Refused:
        return api.Names()  # the command itself will say what is wrong


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if name.startswith(incomplete))
