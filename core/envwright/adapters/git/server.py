"""The server's side of a remote: every call here goes over the network, with its credentials and no other protocol."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from envwright.adapters.git.address import ENVIRONMENTS
from envwright.adapters.git.advice import advice
from envwright.adapters.git.askpass import answers
from envwright.adapters.git.child import Git, Output
from envwright.adapters.git.names import is_branch
from envwright.adapters.git.remote import Password, Remote, scheme_of
from envwright.adapters.git.ssh import ssh_variables
from envwright.adapters.git.store import SETTINGS, Store
from envwright.adapters.git.values import RefUpdate, Update
from envwright.model.diagnostic import Refused, refuse

CONTENTS = "blob:none"  # a filter: what a fetch leaves out
# contents are asked for by id: what else is in the cache plays no part
BY_ID = {"fetch.negotiationAlgorithm": "noop"}
MESSAGES = 20  # lines of what git said that a user is shown


class Server:
    """Where a remote is. Raises Refused: EW721.

    `folder` keeps the program that answers for credentials. `settings` add to those of every call, `ssh` are the
    variables that say how ssh is called, and `variables` is what the names of those of the credentials begin with.
    """

    def __init__(
        self,
        remote: Remote,
        folder: Path,
        settings: Mapping[str, str] | None = None,
        ssh: Mapping[str, str] | None = None,
        variables: str = ENVIRONMENTS,
    ) -> None:
        self.remote = remote
        self.folder = folder
        self.variables = variables
        self.settings = {**SETTINGS, "remote.origin.url": remote.url, **(settings or {})}
        self.environment = {"GIT_ALLOW_PROTOCOL": scheme_of(remote), **(ssh or ssh_variables(remote))}

    def branches(self, directory: Path) -> dict[str, str]:
        """Return every branch with its tip; `directory` is any. Raises Refused: EW722 the server cannot be reached."""
        return {branch: tip for branch, tip in self.refs(directory).items() if is_branch(branch)}

    def refs(self, directory: Path) -> dict[str, str]:
        """Return what `branches` does, with names that are taken for none here. Raises Refused: EW722."""
        pairs = self._refs(directory, "--refs", self.remote.url, "refs/heads/*")
        return {ref.removeprefix("refs/heads/"): tip for tip, ref in pairs}

    def tips(self, directory: Path) -> frozenset[str]:
        """Return the commits that branches and tags are at. Raises Refused: EW722."""
        return frozenset(tip for tip, _ in self._refs(directory, self.remote.url, "refs/heads/*", "refs/tags/*"))

    def named(self, directory: Path, *refs: str) -> tuple[dict[str, str], str]:
        """Return which of some refs there are, with their ids, and the branch that HEAD is, if that is among them.

        Raises Refused: EW722.
        """
        pairs = self._refs(directory, "--symref", self.remote.url, *refs)
        heads = (said.partition("ref: refs/heads/")[2] for said, ref in pairs if ref == "HEAD")
        return {ref: tip for tip, ref in pairs if ref in refs and ":" not in tip}, max(heads, default="")

    def fetch(self, store: Path, lines: Iterable[str], *options: str, leave_out: str = CONTENTS) -> Output:
        """Fetch refspecs into a store, less what a filter of git leaves out."""
        return self._fetch(store, lines, options, leave_out)

    def fetch_objects(self, store: Path, ids: Iterable[str], *options: str, leave_out: str = CONTENTS) -> Output:
        """Fetch objects by their ids into a store, contents too where they are what is asked for."""
        return self._fetch(store, ids, options, leave_out, BY_ID)

    def tip_of(self, directory: Path, ref: str) -> str | None:
        """Return what a ref points to, by its whole name, None if it is not there. Raises Refused: EW722."""
        return self.named(directory, ref)[0].get(ref)

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
        return refuse("EW722", f"{self.remote.url} cannot be read", hint=advice(said, self.variables), detail=said)

    def said(self, done: Output) -> str:
        """Return what git and the server said, without the password, should the server repeat it."""
        text = "\n".join(done.err.splitlines()[-MESSAGES:])
        given = self.remote.credentials
        if isinstance(given, Password):
            basic = base64.b64encode(f"{given.user}:{given.secret}".encode()).decode()
            for secret in (given.secret, quote(given.secret, safe=""), basic):
                text = text.replace(secret, "***")
        return text

    def make_store(self, folder: Path) -> None:
        """Make an empty repository whose ids are as long as the server's. Raises Refused: EW722, EW726."""
        length = max((len(tip) for tip in self.branches(folder).values()), default=40)
        Store(folder).make("sha256" if length == 64 else "sha1")

    def _refs(self, directory: Path, *words: str) -> list[tuple[str, str]]:
        """Return the refs that `git ls-remote` finds, each after its id."""
        # of the repository around the directory, should there be one, nothing counts
        outside = {"GIT_CEILING_DIRECTORIES": str(directory.parent)}
        done = self._run(directory, outside, "ls-remote", *words)
        if done.status:
            raise self.unreachable(done)
        pairs = (line.partition("\t") for line in done.out.decode("utf-8", "replace").split("\n") if line)
        return [(tip, ref) for tip, _, ref in pairs]

    def _fetch(
        self,
        store: Path,
        lines: Iterable[str],
        options: Iterable[str],
        leave_out: str,
        settings: Mapping[str, str] | None = None,
    ) -> Output:
        command = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", f"--filter={leave_out}", "--stdin")
        # no other command knows of a promise, for it would fetch what is missing one by one
        promise = {"remote.origin.promisor": "true", "remote.origin.partialclonefilter": leave_out}
        settings = {**promise, **(settings or {})}
        text = "".join(f"{line}\n" for line in lines).encode()
        return self._run(store, {"GIT_DIR": str(store)}, *command, *options, "origin", stdin=text, settings=settings)

    def _run(
        self,
        directory: Path,
        environment: dict[str, str],
        *arguments: str,
        stdin: bytes = b"",
        settings: Mapping[str, str] | None = None,
    ) -> Output:
        options = {**self.settings, **(settings or {})}
        if isinstance(self.remote.credentials, Password):
            options["http.proactiveAuth"] = "basic"  # spares a request that is refused; unknown before git 2.46
        with answers(self.remote, self.folder) as given:
            git = Git(directory, {**self.environment, **environment, **given.environment})
            return git.run(*arguments, stdin=stdin, settings=options, pipes=given.pipes)
