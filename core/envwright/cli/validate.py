"""`envwright validate`."""

from __future__ import annotations

from typing import Any

import click

from envwright import api
from envwright.cli.options import call_of, environment_options


@click.command("validate")
@environment_options
@click.option("--manifests", is_flag=True, help="Render the manifests and check the objects too.")
def command(manifests: bool, **options: Any) -> None:
    """Check services.yaml: every environment and slot 1 of each slot environment, or the one of --env.

    All errors are shown at once. Prints nothing else, and exits 0, if all is well.
    """
    call = call_of(**options)
    with call.shown():
        call.show(api.validate(call.request, call.world, manifests=manifests))
