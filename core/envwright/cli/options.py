"""The options that commands share, and what they make of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from envwright import api
from envwright.adapters.variables import passed_variables, public_names
from envwright.cli.completion import complete_environments, complete_units
from envwright.cli.terminal import FORMATS, exit_code, show, source_lines
from envwright.model.diagnostic import Diagnostic, Refused, diagnostic
from envwright.model.pins import Pins
from envwright.model.value import Value
from envwright.model.wrong_call import WrongCall, wrong_call

F = TypeVar("F", bound=Callable[..., Any])


class Call(Value):
    """One call of a command on a stack: the request, the world it is answered in, and how diagnostics are shown.

    `file` is the root file as it was named; with `source_repo`, an address, it is in that repository, and the world is
    only where the command runs.
    """

    request: api.Request
    world: api.World
    format: str
    file: str
    source_repo: str = ""

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the diagnostics of a Refused in the form that the call asks for, then end with its exit code."""
        try:
            yield
        except Refused as error:
            self.show(error.diagnostics)
            raise click.exceptions.Exit(exit_code(error)) from error

    def show(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Write diagnostics to stderr."""
        reader = None if self.source_repo else self.world.reader  # a file of the same name here is another one
        show(diagnostics, self.format, source_lines(reader, self.request.text))


def stack_options(command: F) -> F:
    """Add the options that name a stack and pass variables."""
    for option in reversed(_STACK):
        command = option(command)
    return command


def environment_options(command: F) -> F:
    """Add the options that select an environment, and those of `stack_options`."""
    for option in reversed(_ENVIRONMENT):
        command = option(command)
    return stack_options(command)


def selection_options(command: F) -> F:
    """Add the options that select whole environments, and those of `stack_options`."""
    for option in reversed((_ENVIRONMENT[0], _ENVIRONMENT[1], _ENVIRONMENT[3])):
        command = option(command)
    return stack_options(command)


FILE = click.option(
    "-f",
    "--file",
    default="services.yaml",
    show_default=True,
    metavar="FILE",
    type=click.Path(allow_dash=True),
    help="The stack's root file; - reads standard input.",
)
FORMAT = click.option(
    "--format",
    "how",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How diagnostics are written to stderr.",
)
_STACK = (
    FILE,
    click.option(
        "--base-dir",
        metavar="DIR",
        type=click.Path(),
        help="Where paths start when the file is standard input.  [default: .]",
    ),
    click.option("--var", "var", multiple=True, metavar="NAME=VALUE", help="Pass a variable; repeatable."),
    click.option(
        "--env-file", multiple=True, metavar="FILE", type=click.Path(), help="Pass the variables of a file; repeatable."
    ),
    click.option(
        "--pass-env", multiple=True, metavar="GLOB", help="Pass variables of this process by name; repeatable."
    ),
    click.option(
        "--public", multiple=True, metavar="GLOB", help="Passed variables whose values may be shown; repeatable."
    ),
    FORMAT,
)
_ENVIRONMENT = (
    click.option(
        "--env",
        "environment",
        metavar="NAME",
        default="",
        shell_complete=complete_environments,
        help="The environment.",
    ),
    click.option("--slot", type=click.IntRange(min=1), default=None, metavar="N", help="The slot's number."),
    click.option(
        "--only",
        multiple=True,
        metavar="UNIT",
        shell_complete=complete_units,
        help="Render this unit alone; repeatable.",
    ),
    click.option(
        "--cluster-scope",
        type=click.Choice(["refuse", "drop", "narrow"]),
        help="What happens to objects that an isolated environment must not own.  [default: the environment's]",
    ),
    click.option(
        "--pins", metavar="FILE", type=click.Path(), help="Versions and images that hold: a pins.json of `promote`."
    ),
)


def call_of(
    file: str,
    base_dir: str | None = None,
    var: tuple[str, ...] = (),
    env_file: tuple[str, ...] = (),
    pass_env: tuple[str, ...] = (),
    public: tuple[str, ...] = (),
    how: str = "text",
    environment: str = "",
    slot: int | None = None,
    only: tuple[str, ...] = (),
    cluster_scope: Any = None,
    pins: str | None = None,
    source_repo: str | None = None,
) -> Call:
    """Make the call that the shared options describe. Ends with an exit code after showing what is wrong with it."""
    try:
        variables = passed_variables(var, env_file, pass_env)
        directory, name, text = _root(file, base_dir)
        world = api.open_world(directory, processes=True)
        pinned = Pins() if pins is None else _pins(pins)
    except Refused as error:
        show(error.diagnostics, how, source_lines(None, None))
        raise click.exceptions.Exit(exit_code(error)) from error
    request = api.Request(
        file=name,
        text=text,
        environment=environment,
        slot=slot or 0,
        variables=variables,
        public=public_names(variables, public),
        only=only,
        cluster_scope=cluster_scope,
        pins=pinned,
    )
    return Call(request=request, world=world, format=how, file=file, source_repo=source_repo or "")


def _pins(file: str) -> Pins:
    from envwright.plan.notes import read_pins  # few calls have pins

    try:
        return read_pins(Path(file).read_bytes())
    except OSError as error:
        raise wrong_call("EW900", f"{file} cannot be read: {error.strerror}", hint="name a pins.json") from error


def _root(file: str, base_dir: str | None) -> tuple[Path, str, str | None]:
    """Return the directory where paths start, the root file's name in it, and its text if it came by standard input."""
    if file == "-":
        data = sys.stdin.buffer.read() if sys.stdin else b""  # none at all if the caller closed it
        try:
            return Path(base_dir or "."), "-", data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused([diagnostic("error", "EW002", "standard input is not UTF-8")]) from error
    if base_dir is not None:
        fault = "--base-dir goes with -f -"
        raise WrongCall([diagnostic("error", "EW900", fault, hint="a file's own directory is where its paths start")])
    path = Path(file)
    if os.path.isdir(path):  # noqa: PTH112  # unlike pathlib's it raises nothing for a name that no file can have
        path = path / "services.yaml"
    return path.parent, path.name, None
