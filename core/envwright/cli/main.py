"""The command group and the one place where errors become exit codes."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click

from envwright.cli.terminal import exit_code, show, show_fault, source_lines
from envwright.model.diagnostic import Refused
from envwright.version import __version__

# name: what it does, in the order of `--help`; a command's module is imported when it is called
COMMANDS = {
    "init": "Write a first services.yaml.",
    "validate": "Check services.yaml; --manifests also renders and checks the objects.",
    "resolve": "Show what an environment is made of: namespace, images, units, order.",
    "render": "Render an environment's manifests and plan into a folder.",
    "plan": "Show the plan of an environment.",
    "explain": "Tell where a value came from and what it overrode.",
    "migrate": "Convert a stack of the format without apiVersion.",
    "schema": "Print the JSON Schema of services.yaml, the plan or the transition.",
    "plugins": "List the installed plugins.",
    "version": "Show the version.",
}


class LazyGroup(click.Group):
    """A group whose commands are modules of this package, imported on use."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"envwright.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a call; an unknown name gets a suggestion."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from envwright.model.suggest import did_you_mean

            hint = did_you_mean(args[0], COMMANDS) or "see envwright --help"
            raise click.UsageError(f'no command "{args[0]}": {hint}', ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(version)s")
def envwright() -> None:
    """One typed file, services.yaml, becomes a running Kubernetes environment."""


def run(arguments: Sequence[str]) -> int:
    """Run one call and return its exit code, as `envwright.__main__.main` lists them."""
    try:
        # an `Exit` of a command becomes what this returns
        code = envwright.main(args=list(arguments), prog_name="envwright", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort:
        click.echo("interrupted", err=True)
        return 130
    except Refused as error:  # of a command without a form for diagnostics
        show(error.diagnostics, "text", source_lines(None, None))
        return exit_code(error)
    except Exception as fault:  # the last handler: an internal error is shown as one
        show_fault(fault, arguments)
        return 3
