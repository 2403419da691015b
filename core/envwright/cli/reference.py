"""The reference of the command line, made of the commands themselves: `python -m envwright.cli.reference`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from envwright.cli.main import COMMANDS, envwright

TARGET = "docs/cli.md"
HEAD = """\
# The command line

Made by `make schema` from the commands themselves: do not edit.

Output goes to stdout, and only if the call succeeds; diagnostics go to stderr, in the form of `--format`. Colours are
for terminals, and `NO_COLOR` turns them off.

| exit code | meaning |
|---|---|
| 0 | done; there may be warnings |
| 1 | bad input: the diagnostics say what, where, and what to do instead |
| 2 | a wrong call: an unknown option, environment, slot or unit |
| 3 | a fault of envwright, with a report to paste |
| 130 | interrupted by Ctrl-C |

Passed variables come from `--pass-env`, `--env-file` and `--var`; where two set one name, the later of these three
wins. Nothing else of the process environment reaches a template.

Plugins bring further commands, which `envwright --help` lists; among the built-in ones is [`context`](context.md).

Completion for bash, zsh and fish: `eval "$(_ENVWRIGHT_COMPLETE=bash_source envwright)"` in the shell's start file, with
`zsh_source` or `fish_source` for the others.
"""


def reference() -> str:
    """Return the page as Markdown."""
    context = click.Context(envwright, info_name="envwright", **envwright.context_settings)
    return "\n".join([HEAD, *(line for name in COMMANDS for line in _named(envwright, name, context))])


def _named(group: click.Group, name: str, context: click.Context) -> Iterator[str]:
    command = group.get_command(context, name)
    assert command is not None  # noqa: S101  # the group names it
    inner = click.Context(command, info_name=name, parent=context)
    if isinstance(command, click.Group):
        for each in command.list_commands(inner):
            yield from _named(command, each, inner)
    else:
        yield from _command(command, inner)


def _command(command: click.Command, inner: click.Context) -> Iterator[str]:
    yield f"## {inner.command_path}\n"
    yield f"```console\n$ {' '.join((inner.command_path, *command.collect_usage_pieces(inner)))}\n```\n"
    yield f"{_text(command.help or '')}\n"
    yield "| option | meaning |"
    yield "|---|---|"
    for parameter in command.get_params(inner):
        record = parameter.get_help_record(inner)
        if record is not None:
            yield f"| `{_cell(record[0])}` | {_cell(record[1])} |"
    yield ""


def _text(help_text: str) -> str:
    paragraphs = help_text.split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write the page below the working directory."""
    Path(TARGET).write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
