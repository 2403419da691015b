"""`envwright status`."""

from __future__ import annotations

import json
from typing import Any

import click

from envwright import envrepo
from envwright.adapters.git.address import remote_of
from envwright.cli.log import data_of, printable, text_of
from envwright.cli.options import FORMAT, call_of
from envwright.cli.repository_options import OUTPUT, REPO, SOURCE_REPO, source_of_call
from envwright.envrepo.place import NEXT
from envwright.model.hold import Hold


@click.command("status")
@SOURCE_REPO
@REPO
@click.option("--project", metavar="NAME", default="", help="The environments of this project alone.")
@click.option("--branch", metavar="NAME", default="", help="The environments on this branch.  [default: env/*]")
@click.option(
    "-f",
    "--file",
    default="services.yaml",
    show_default=True,
    metavar="FILE",
    help="A file in a clone of the source, to tell what is behind it.",
)
@FORMAT
@OUTPUT
def command(source_repo: str | None, repo: str, project: str, branch: str, file: str, how: str, output: str) -> None:
    """Show what is deployed: environment, commit, source, and what holds or pins it."""
    call = call_of(file, how=how, source_repo=source_repo)
    with call.shown():
        request = envrepo.StatusRequest(
            remote=remote_of(repo), project=project, branch=branch, source=source_of_call(call)
        )
        found = envrepo.status(request)
    if output == "json":
        click.echo(json.dumps([_data(each) for each in found], ensure_ascii=False, indent=2))
        return
    if not found:
        click.echo(f"nothing is deployed on {branch or f'env/{project}/*'.replace('//', '/')}")
    names = [each.instance for each in found]
    if len({(each.instance, is_proposed(each)) for each in found}) < len(found):  # of several projects, or branches
        names = [f"{each.branch}:{each.path}" if branch else each.branch for each in found]
    width = max(map(len, names), default=0)
    for name, each in zip(names, found, strict=True):
        click.echo(printable(f"{name:{width}}  {_text(each)}"))


def _text(standing: envrepo.Standing) -> str:
    pinned = [*standing.pins.versions, *(f"image {name}" for name in standing.pins.images)]
    words = [
        text_of(standing.deployment) if standing.deployment else "not made by envwright",
        *([standing.source] if standing.source else []),
        *([f"proposed on {standing.branch}"] if is_proposed(standing) else []),
        *([f"held: {standing.held.reason or 'rolled back'}"] if standing.held else []),
        *([f"pinned: {', '.join(pinned)}"] if pinned else []),
    ]
    return "  ".join(words)


def is_proposed(standing: envrepo.Standing) -> bool:
    """Return whether this is what a `-next` branch proposes for an environment."""
    return standing.branch.endswith(NEXT) and not standing.instance.endswith(NEXT)


def _data(standing: envrepo.Standing) -> dict[str, Any]:
    return {
        "environment": standing.instance,
        "branch": standing.branch,
        "path": standing.path,
        "deployment": data_of(standing.deployment) if standing.deployment else None,
        "source": standing.source or None,
        "held": _held(standing.held) if standing.held else None,
        "pins": {"versions": dict(standing.pins.versions), "images": dict(standing.pins.images)},
    }


def _held(hold: Hold) -> dict[str, Any]:
    return {"reason": hold.reason, "blocked": hold.blocked, "restored": hold.restored}
