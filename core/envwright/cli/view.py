"""The command of a view that a plugin brings."""

from __future__ import annotations

from typing import Any

import click

from envwright import api
from envwright.cli.options import call_of, environment_options
from envwright.hookspecs import View
from envwright.host import Registered


def view_command(view: Registered[View]) -> click.Command:
    """Return the command that renders an environment and prints a form of the view."""
    forms = list(view.value.forms)

    @click.command(view.value.name, help=view.value.help)
    @environment_options
    @click.option(
        "-o", "output", type=click.Choice(forms), default=forms[0], show_default=True, help="The output's form."
    )
    def command(output: str, **options: Any) -> None:
        call = call_of(**options)
        with call.shown():
            response = api.render(call.request, call.world)
            text = view.answer(str, view.value.forms[output], response.shown)
        call.show(response.diagnostics)
        click.echo(text, nl=False)

    return command
