"""`envwright log`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import click

from envwright import envrepo
from envwright.adapters.git.address import remote_of
from envwright.cli.options import call_of, selection_options
from envwright.cli.repository_options import OUTPUT, PROJECT, place_options, stored_place


@click.command("log")
@selection_options
@PROJECT
@place_options
@click.option("-n", "limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many at most.")
@OUTPUT
def command(project: str, repo: str, branch: str, path: str | None, limit: int, output: str, **options: Any) -> None:
    """Show who deployed what to an environment, the latest first.

    Dates are those of the source commits.
    """
    call = call_of(**options)
    with call.shown():
        place = stored_place(call, branch, path, project)
        found = envrepo.log(envrepo.LogRequest(remote=remote_of(repo), place=place, limit=limit))
    if output == "json":
        click.echo(json.dumps([data_of(each) for each in found], ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(text_of(each))
        click.echo(f"    {printable(each.subject)}")


def text_of(done: envrepo.Deployment) -> str:
    """Return a deployment in one line: commit, date, author, source."""
    source = f"from {done.record.source_sha[:12]}" if done.record else "not made by envwright"
    return f"{done.commit[:12]}  {moment(done.date) or 'without a date'}  {printable(done.author.name)}  {source}"


def data_of(done: envrepo.Deployment) -> dict[str, Any]:
    """Return a deployment as plain JSON values."""
    return {
        "commit": done.commit,
        "date": moment(done.date) or None,
        "author": done.author.name,
        "email": done.author.email,
        "subject": done.subject,
        "trailers": done.record.trailers() if done.record else {},
    }


def moment(date: str) -> str:
    """Return a date of git, `<seconds> <+hhmm>`, in UTC; empty for what is no date."""
    try:
        return datetime.fromtimestamp(int(date.partition(" ")[0]), UTC).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):  # by what the platform makes of large numbers
        return ""


def printable(text: str) -> str:
    """Return the text with control characters left out: a commit of somebody else does not speak to the terminal."""
    return "".join(character for character in text if character.isprintable())
