"""The command group and the one place where errors become exit codes."""

from __future__ import annotations

import errno
import importlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import click

from envwright.cli.terminal import exit_code, show, show_fault, source_lines
from envwright.model.diagnostic import Refused, refuse
from envwright.version import __version__

if TYPE_CHECKING:
    from envwright.hookspecs import Command, View
    from envwright.host import Registered

# what a disk says that holds the standard output
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})

# name: what it does, in the order of `--help`; a command's module is imported when it is called
COMMANDS = {
    "init": "Write a first services.yaml.",
    "validate": "Check services.yaml; --manifests also renders and checks the objects.",
    "resolve": "Show what an environment is made of: namespace, images, units, order.",
    "render": "Render an environment's manifests and plan into a folder.",
    "plan": "Show the plan of an environment.",
    "changes": "Tell what follows from changed files, unit by unit.",
    "commit": "Render environments and commit what changed into the environment repository.",
    "merge": "Merge the pull request of an environment, at the commit that was reviewed.",
    "diff": "Show what a commit would change, operations first.",
    "verify": "Prove that a commit of the environment repository is what its source says.",
    "log": "Show who deployed what.",
    "status": "Show what is deployed.",
    "rollback": "Put an earlier content of an environment back, and hold it there.",
    "unhold": "Lift the hold that a rollback left.",
    "promote": "Move versions and image references from one environment to another.",
    "prune-branches": "Delete the branches of slots that are gone.",
    "explain": "Tell where a value came from and what it overrode.",
    "migrate": "Convert a stack of the format without apiVersion.",
    "schema": "Print the JSON Schema of services.yaml, the plan or the transition.",
    "plugins": "List the installed plugins.",
    "plugin": "Write a plugin: plugin new NAME.",
    "version": "Show the version.",
}


class LazyGroup(click.Group):
    """A group whose commands are modules of this package, and those of plugins after them; both are imported on use."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the commands in the order of the table, then those of plugins by name."""
        return [*COMMANDS, *plugin_commands()]

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None for an unknown name. Raises Refused: EW990 for a plugin's that cannot be imported."""
        if cmd_name in COMMANDS:
            command: click.Command = importlib.import_module(f"envwright.cli.{cmd_name.replace('-', '_')}").command
            return command
        found = plugin_commands().get(cmd_name)
        return None if found is None else found.answer(click.Command, found.value.load)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a call; an unknown name gets a suggestion."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-") and args[0] not in plugin_commands():
            from envwright.model.suggest import did_you_mean

            hint = did_you_mean(args[0], self.list_commands(ctx)) or "see envwright --help"
            raise click.UsageError(f'no command "{args[0]}": {hint}', ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the tables of commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
        if others := [(name, found.value.help) for name, found in plugin_commands().items()]:
            with formatter.section("Commands of plugins"):
                formatter.write_dl(others)


@cache
def plugin_commands() -> Mapping[str, Registered[Command]]:
    """Return the commands of the installed plugins by name, those of views among them.

    Raises Refused: EW990 for a name that is taken.
    """
    from envwright.adapters.entry_points import installed  # `version` and `init` know no plugin

    host = installed()
    commands = {name: _command_of(view) for name, view in host.views.items()}
    for name, found in host.commands.items():
        if name in commands:
            raise _taken(found, f"the plugin {commands[name].plugin}")
        commands[name] = found
    for name, found in commands.items():
        if name in COMMANDS:
            raise _taken(found, "envwright")
    return dict(sorted(commands.items()))


def _taken(command: Registered[Command], owner: str) -> Refused:
    summary = f"the plugin {command.plugin} brings the command `{command.value.name}`, which {owner} has"
    return refuse("EW990", summary, hint="uninstall it, or ask its author for another name")


def _command_of(view: Registered[View]) -> Registered[Command]:
    from envwright.hookspecs import Command
    from envwright.host import Registered

    def load() -> click.Command:
        from envwright.cli.view import view_command  # with the library's calls, which `--help` does without

        return view_command(view)

    return Registered(view.plugin, view.hook, Command(view.value.name, view.value.help, load))


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
        without_words(error).show()
        return 2
    except click.Abort:
        click.echo("interrupted", err=True)
        return 130
    except Refused as error:  # of a command without a form for diagnostics
        show(error.diagnostics, "text", source_lines(None, None))
        return exit_code(error)
    except OSError as error:
        if error.errno not in NO_ROOM or error.filename is not None:
            show_fault(error, arguments)
            return 3
        click.echo(f"standard output cannot be written: {str(error.strerror).lower()}", err=True)
        return 1
    except Exception as fault:  # the last handler: an internal error is shown as one
        show_fault(fault, arguments)
        return 3


def without_words(error: click.ClickException) -> click.ClickException:
    """Return an error without the words of the call that belong to no option: the rest of a secret without quotes."""
    if isinstance(error, click.UsageError) and error.message.startswith("Got unexpected extra argument"):
        fault = "there is a word that belongs to no option: quote a value that holds spaces"
        return click.UsageError(fault, error.ctx)
    return error
