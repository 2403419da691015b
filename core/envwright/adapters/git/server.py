"""The server's side of a remote: every call here goes over the network, with its credentials and no other protocol."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from envwright.adapters.git.advice import advice
from envwright.adapters.git.askpass import answers
from envwright.adapters.git.child import Git, Output
from envwright.adapters.git.names import is_branch
from envwright.adapters.git.remote import Password, Remote, scheme_of
from envwright.adapters.git.ssh import ssh_variables
from envwright.adapters.git.store import SETTINGS
from envwright.adapters.git.values import RefUpdate, Update
from envwright.model.diagnostic import Refused, refuse

# what makes a fetch leave contents out; no other command knows of it, for it would fetch what is missing one by one
PROMISOR = {"remote.origin.promisor": "true", "remote.origin.partialclonefilter": "blob:none"}
# contents are asked for by id: what else is in the cache plays no part
BY_ID = {**PROMISOR, "fetch.negotiationAlgorithm": "noop"}
MESSAGES = 20  # lines of what git said that a user is shown
FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none", "--stdin")


class Server:
    """Where a remote is. Raises Refused: EW721.

    `folder` keeps the program that answers for credentials. `settings` add to those of every call, and `ssh` are the
    variables that say how ssh is called.
    """

    def __init__(
        self,
        remote: Remote,
        folder: Path,
        settings: Mapping[str, str] | None = None,
        ssh: Mapping[str, str] | None = None,
    ) -> None:
        self.remote = remote
        self.folder = folder
        self.settings = {**SETTINGS, "remote.origin.url": remote.url, **(settings or {})}
        self.environment = {"GIT_ALLOW_PROTOCOL": scheme_of(remote), **(ssh or ssh_variables(remote))}

    def branches(self, directory: Path) -> dict[str, str]:
        """Return every branch with its tip; `directory` is any. Raises Refused: EW722 the server cannot be reached."""
        return {branch: tip for branch, tip in self.refs(directory).items() if is_branch(branch)}

    def refs(self, directory: Path) -> dict[str, str]:
        """Return what `branches` does, with names that are taken for none here. Raises Refused: EW722."""
        # of the repository around the directory, should there be one, nothing counts
        outside = {"GIT_CEILING_DIRECTORIES": str(directory.parent)}
        done = self._run(directory, outside, "ls-remote", "--refs", self.remote.url, "refs/heads/*")
        if done.status:
            raise self.unreachable(done)
        pairs = (line.partition("\t") for line in done.out.decode("utf-8", "replace").split("\n") if line)
        return {ref.removeprefix("refs/heads/"): tip for tip, _, ref in pairs}

    def fetch(self, store: Path, lines: Iterable[str], *options: str) -> Output:
        """Fetch refspecs into a store, without contents."""
        command = (*FETCH, *options, "origin")
        return self._run(store, {"GIT_DIR": str(store)}, *command, stdin=_text(lines), settings=PROMISOR)

    def fetch_objects(self, store: Path, ids: Iterable[str], *options: str) -> Output:
        """Fetch objects by their ids into a store, contents too where they are what is asked for."""
        command = (*FETCH, *options, "origin")
        return self._run(store, {"GIT_DIR": str(store)}, *command, stdin=_text(ids), settings=BY_ID)

    def tip_of(self, directory: Path, ref: str) -> str | None:
        """Return what a ref points to, by its whole name, None if it is not there. Raises Refused: EW722."""
        outside = {"GIT_CEILING_DIRECTORIES": str(directory.parent)}
        done = self._run(directory, outside, "ls-remote", "--refs", self.remote.url, ref)
        if done.status:
            raise self.unreachable(done)
        lines = (line.partition("\t") for line in done.out.decode("utf-8", "replace").splitlines())
        return next((tip for tip, _, name in lines if name == ref), None)

    def push(self, store: Path, updates: Sequence[Update]) -> Output:
        """Push out of a store, each branch only if it is where it is expected; a status other than 0 tells nothing."""
        moves = (RefUpdate(ref=f"refs/heads/{new.branch}", commit=new.commit, expected=new.expected) for new in updates)
        return self.push_refs(store, tuple(moves))

    def push_refs(self, store: Path, updates: Sequence[RefUpdate]) -> Output:
        """Do the same for any refs."""
        leases = [f"--force-with-lease={new.ref}:{new.expected or ''}" for new in updates]
        specs = [f"{new.commit}:{new.ref}" for new in updates]
        command = ("push", "--quiet", *leases, "--end-of-options", "origin", *specs)
        return self._run(store, {"GIT_DIR": str(store)}, *command)

    def unreachable(self, done: Output) -> Refused:
        """Return the error for a command that failed."""
        said = self.said(done)
        return refuse("EW722", f"{self.remote.url} cannot be read", hint=advice(said), detail=said)

    def said(self, done: Output) -> str:
        """Return what git and the server said, without the password, should the server repeat it."""
        text = "\n".join(done.err.splitlines()[-MESSAGES:])
        given = self.remote.credentials
        if isinstance(given, Password):
            basic = base64.b64encode(f"{given.user}:{given.secret}".encode()).decode()
            for secret in (given.secret, quote(given.secret, safe=""), basic):
                text = text.replace(secret, "***")
        return text

    def _run(
        self,
        directory: Path,
        environment: dict[str, str],
        *arguments: str,
        stdin: bytes = b"",
        settings: dict[str, str] | None = None,
    ) -> Output:
        options = {**self.settings, **(settings or {})}
        if isinstance(self.remote.credentials, Password):
            options["http.proactiveAuth"] = "basic"  # spares a request that is refused; unknown before git 2.46
        with answers(self.remote, self.folder) as given:
            git = Git(directory, {**self.environment, **environment, **given.environment})
            return git.run(*arguments, stdin=stdin, settings=options, pipes=given.pipes)


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
