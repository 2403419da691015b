"""The hooks of the context: `context/` in the output, and `envwright context`."""

from __future__ import annotations

from envwright.hookspecs import Output, OutputWriter, View
from envwright.host import hookimpl

DIRECTORY = "context"


@hookimpl
def envwright_output_writer() -> OutputWriter:
    """Write `context/context.json` and `context/context.md`."""
    return OutputWriter(DIRECTORY, write)


@hookimpl
def envwright_view() -> View:
    """Bring `envwright context`."""
    about = "Tell what a coding agent needs to work in an environment: units, edits, commands, limits."
    return View("context", about, {"markdown": markdown, "json": as_json})


def write(output: Output) -> dict[str, bytes]:
    """Return both files."""
    from envwright_plugins.context.as_json import context_json  # what renders nothing does without, here and below
    from envwright_plugins.context.as_markdown import context_markdown
    from envwright_plugins.context.gather import context_of

    context = context_of(output)
    return {"context.json": context_json(context).encode(), "context.md": context_markdown(context).encode()}


def markdown(output: Output) -> str:
    """Return the context as Markdown."""
    return write(output)["context.md"].decode()


def as_json(output: Output) -> str:
    """Return the context as JSON."""
    return write(output)["context.json"].decode()
