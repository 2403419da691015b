"""`envwright verify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from envwright import envrepo
from envwright.adapters.git.address import remote_of
from envwright.adapters.git.signing import Signers
from envwright.cli.options import call_of, stack_options
from envwright.cli.repository_options import OUTPUT, REPO, SOURCE_REPO, source_of_call
from envwright.model.output import instance_of


@click.command("verify")
@click.argument("commit")
@stack_options
@SOURCE_REPO
@REPO
@click.option("--require-signature", is_flag=True, help="Refuse a commit without a signature that counts.")
@click.option(
    "--allowed-signers",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The ssh keys that count, in the form of ssh-keygen(1).",
)
@click.option("--gpg-keys", metavar="FILE", type=click.Path(path_type=Path), help="The gpg keys that count.")
@OUTPUT
def command(
    commit: str,
    repo: str,
    require_signature: bool,
    allowed_signers: Path | None,
    gpg_keys: Path | None,
    output: str,
    **options: Any,
) -> None:
    """Prove that a commit of the environment repository is what its source says, byte for byte.

    COMMIT is an id, also one that is cut short, or a branch for its tip. It is made again of the recorded source
    commit, with the recorded engine, plugins, pins and variables; -f names a clone that has the source commit,
    --source-repo a server that has it on a branch or a tag. Variables that are recorded by name have to be passed.
    """
    if require_signature and allowed_signers is None and gpg_keys is None:
        raise click.UsageError("--require-signature needs the keys that count: --allowed-signers or --gpg-keys")
    call = call_of(**options)
    signers = Signers(ssh=allowed_signers, gpg=gpg_keys) if require_signature else None
    with call.shown():
        found = envrepo.verify(
            envrepo.VerifyRequest(
                commit=commit,
                remote=remote_of(repo),
                source=source_of_call(call),
                signers=signers,
            )
        )
    call.show(found.warnings)
    name = instance_of(found.environment.environment, found.environment.slot)
    if output == "json":
        data = {
            "commit": found.commit,
            "environment": found.environment.environment,
            "slot": found.environment.slot,
            "path": found.path,
            "planDigest": found.plan_digest,
            "files": found.files,
            "signer": found.signer or None,
        }
        click.echo(json.dumps(data, indent=2))
        return
    signed = f", signed by {found.signer}" if found.signer else ""
    click.echo(f"{found.commit[:12]} is what its source makes: {name}, {found.files} files{signed}")
