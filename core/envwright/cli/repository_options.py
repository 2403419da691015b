"""The options of the commands that read or write the environment repository, and what they make of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from envwright import api, envrepo
from envwright.adapters.git.address import SOURCE, remote_of
from envwright.adapters.git.remote import Remote
from envwright.adapters.git.signing import GpgSigner, Signer, SshSigner
from envwright.adapters.git.values import Identity
from envwright.cli.options import Call
from envwright.envrepo.place import Place, place_of
from envwright.envrepo.source import open_source, source_repository
from envwright.model.diagnostic import Refused, diagnostic
from envwright.model.forge import Forge
from envwright.pipeline.state import State

F = TypeVar("F", bound=Callable[..., Any])
SLOT = re.compile(r"(?P<environment>.+)-(?P<number>[1-9][0-9]{0,8})")
AUTHOR = re.compile(r"(?P<name>[^<>]*[^<> ]) *<(?P<email>[^<>]+)>")


def _repo(*, required: bool) -> Callable[[F], F]:
    return click.option(
        "--repo",
        required=required,
        envvar="ENVWRIGHT_REPO",
        metavar="URL",
        help="The environment repository: a URL or a path; or the variable ENVWRIGHT_REPO.",
    )


SOURCE_REPO = click.option(
    "--source-repo",
    envvar="ENVWRIGHT_SOURCE_REPO",
    metavar="URL",
    help="Read the source from there, with -f as a path in it; or the variable ENVWRIGHT_SOURCE_REPO.  "
    "[default: the clone that -f is in]",
)
REPO = _repo(required=True)
OPTIONAL_REPO = _repo(required=False)
OUTPUT = click.option(
    "-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The output's form."
)
_PLACE = (
    click.option("--branch", metavar="NAME", default="", help="The branch.  [default: env/PROJECT/ENV[-SLOT]]"),
    click.option("--path", metavar="DIR", help="The environment's directory in it.  [default: PROJECT/ENV[-SLOT]]"),
)


def _author(otherwise: str) -> Callable[[F], F]:
    return click.option(
        "--author",
        envvar="ENVWRIGHT_AUTHOR",
        metavar="'NAME <EMAIL>'",
        help=f"Who deploys; or the variable ENVWRIGHT_AUTHOR.  [default: {otherwise}]",
    )


_SIGNING = (
    click.option(
        "--signing-key", metavar="FILE", type=click.Path(path_type=Path), help="Sign the commit with this ssh key."
    ),
    click.option("--gpg-key", metavar="ID", help="Sign the commit with this gpg key."),
)


FORGE_API = click.option(
    "--forge-api",
    envvar="ENVWRIGHT_FORGE_API",
    default="",
    metavar="URL",
    help="The forge's API, where the repository's address does not tell; or the variable ENVWRIGHT_FORGE_API.",
)


def place_options(command: F) -> F:
    """Add the options that say where an environment stands."""
    return _added(command, (SOURCE_REPO, REPO, *_PLACE))


def optional_place_options(command: F) -> F:
    """Add the same for a command that does without an environment repository too."""
    return _added(command, (SOURCE_REPO, OPTIONAL_REPO, *_PLACE))


PROJECT = click.option(
    "--project",
    metavar="NAME",
    default="",
    help="The project, where the stack cannot be read or has no such environment any more.  [default: the stack's]",
)


def hand_options(command: F) -> F:
    """Add the options that say who commits what a source makes."""
    return _added(command, (_author("the source commit's author"), *_SIGNING))


def operator_options(command: F) -> F:
    """Add the same for a command whose commit has no author in the source."""
    return _added(command, (_author("envwright"), *_SIGNING))


def _added(command: F, options: Iterable[Callable[[F], F]]) -> F:
    for option in reversed(tuple(options)):
        command = option(command)
    return command


def hand_of(author: str | None, signing_key: Path | None, gpg_key: str | None) -> envrepo.Hand:
    """Return who commits."""
    found = AUTHOR.fullmatch(author) if author else None
    if author and found is None:
        raise click.BadParameter("a name and an address: 'Ada Lovelace <ada@example.org>'", param_hint="--author")
    if signing_key is not None and gpg_key is not None:
        raise click.UsageError("--signing-key and --gpg-key exclude each other")
    signer: Signer | None = None
    if signing_key is not None:
        signer = SshSigner(key=signing_key.absolute())
    elif gpg_key is not None:
        signer = GpgSigner(key=gpg_key, home=Path("~/.gnupg").expanduser())
    return envrepo.Hand(author=Identity(name=found["name"], email=found["email"]) if found else None, signer=signer)


def source_of_call(call: Call, revision: str = "HEAD", ref: str = "") -> envrepo.Source:
    """Return the source that a call names: a file in a clone on this machine, or in a repository on a server."""
    if call.request.text is not None:
        raise click.UsageError("-f - is in no repository: name the stack's root file")
    return envrepo.Source(
        file=call.file,
        remote=remote_of(call.source_repo, SOURCE) if call.source_repo else None,
        revision=revision,
        ref=ref,
        variables=call.request.variables,
        public=call.request.public,
    )


@contextmanager
def opened(call: Call, revision: str = "") -> Iterator[Call]:
    """Give the call on a commit of the source; without a revision, on the work tree, or on HEAD where there is none."""
    if not (revision or call.source_repo):
        yield call
        return
    asked = source_of_call(call, revision or "HEAD")
    with source_repository(asked) as repository:
        source = open_source(repository, asked)
        yield call.but(request=call.request.but(file=source.name), world=source.world)


def place_of_call(call: Call, branch: str, path: str | None) -> Place:
    """Return where the environment of an opened call stands; the stack is read for its project."""
    return _place(call, api.load(call.request, call.world), call.request, branch, path)


def named_place(call: Call, name: str, branch: str, path: str | None) -> Place:
    """Return the same for an environment, or with `ENV-SLOT` a slot, that an option names."""
    loaded = api.load(call.request, call.world)
    slot = SLOT.fullmatch(name)
    if slot and name not in loaded.inherited and slot["environment"] in loaded.inherited:
        request = call.request.but(environment=slot["environment"], slot=int(slot["number"]))
    else:
        request = call.request.but(environment=name)
    return _place(call, loaded, request, branch, path)


def _place(call: Call, loaded: State, request: api.Request, branch: str, path: str | None) -> Place:
    name = api.environment_name(request, loaded)
    return place_of(api.project(request, loaded, call.world), name, request.slot, branch=branch, path=path)


def stored_place(call: Call, branch: str, path: str | None, project: str) -> Place:
    """Return the same for a command that needs no stack: who names the project is spared what is wrong with it."""
    if not project:
        try:
            with opened(call) as there:
                return place_of_call(there, branch, path)
        except Refused as error:
            fault = "the stack was read for the place of the environment alone"
            more = diagnostic("warning", "EW771", fault, hint="--project NAME goes without it")
            raise type(error)([*error.diagnostics, more]) from error
    if not call.request.environment:
        raise click.UsageError("--project goes with --env")
    return place_of(project, call.request.environment, call.request.slot, branch=branch, path=path)


def target_of(repo: str, branch: str = "", path: str | None = None, *, proposed: bool = False) -> envrepo.Target:
    """Return where environments are committed."""
    return envrepo.Target(remote=remote_of(repo), branch=branch, path=path, proposed=proposed)


def forge_of(remote: Remote, api_url: str) -> AbstractContextManager[Forge]:
    """Return the forge of a repository; its token comes from the environment. Raises Refused: EW762."""
    from envwright.adapters.forge.address import forge_address, token
    from envwright.adapters.forge.github import GitHub  # an HTTP client, which few commands need

    return GitHub(forge_address(remote.url, api_url), token())
