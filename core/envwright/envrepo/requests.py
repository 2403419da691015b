"""What is asked for, and what comes of it: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from envwright import api
from envwright.adapters.git.remote import Remote
from envwright.adapters.git.signing import Signer, Signers
from envwright.adapters.git.values import Identity
from envwright.envrepo.place import Place
from envwright.envrepo.record import Record
from envwright.model.contract.environment import ClusterScope
from envwright.model.diagnostic import Diagnostic
from envwright.model.forge import MergeMethod, PullRequest
from envwright.model.hold import Hold
from envwright.model.pins import Pins
from envwright.model.transition import Transition
from envwright.model.value import Value

MACHINE = Identity(name="envwright", email="noreply@envwright.dev")


class Source(Value):
    """Where the stack is: `file` on this machine, in a clone of the source; `revision` is what is rendered of it.

    With a `remote` the source is read from there, and `file` is a path from the top of that repository; `revision` is
    then a branch, a tag, the whole id of a commit, or `HEAD` for the tip of the default branch.

    `ref` is the branch that a slot is made of, for a checkout that is on none. `variables` are those that are passed,
    `public` the names among them that may be seen.
    """

    file: str = "services.yaml"
    remote: Remote | None = None
    revision: str = "HEAD"
    ref: str = ""
    variables: Mapping[str, str] = {}
    public: frozenset[str] = frozenset()


class Target(Value):
    """Where an environment stands: as `place_of` has it unless `branch` and `path` say otherwise."""

    remote: Remote
    branch: str = ""
    path: str | None = None
    proposed: bool = False


class Hand(Value):
    """Who commits: `author` is the source commit's, or the machine, where it is None; `signer` None signs nothing."""

    author: Identity | None = None
    committer: Identity = MACHINE
    signer: Signer | None = None


class Selected(Value):
    """One environment of a stack; `slot` is 0 outside slots, `environment` empty for the stack's only one."""

    environment: str = ""
    slot: int = 0


class CommitRequest(Value):
    """Render, and commit what changed.

    `selected` are the environments; None is every one that has no slots, for the source of a slot is its own.
    `fixed_by` lifts a hold if the source has this commit. `labels` are those of pull requests.
    """

    source: Source
    target: Target
    selected: tuple[Selected, ...] | None = (Selected(),)
    cluster_scope: ClusterScope | None = None
    hand: Hand = Hand()
    fixed_by: str = ""
    dry_run: bool = False
    allow_empty: bool = False
    allow_older: bool = False
    allow_prune: bool = False
    labels: tuple[str, ...] = ()


class Committed(Value):
    """What became of one environment.

    `commit` is the commit that holds it now, None where there is none; `changed` whether it is a new one, or in a dry
    run would be; `pushed` whether it was pushed; `failed` is what kept it from being committed, and `plan_digest` is
    empty then. For a pull request `commit` is the one that is proposed.
    """

    environment: str
    branch: str
    path: str
    commit: str | None
    changed: bool
    pushed: bool
    plan_digest: str
    transition: Transition | None = None
    warnings: tuple[Diagnostic, ...] = ()
    failed: tuple[Diagnostic, ...] = ()
    pull_request: PullRequest | None = None


class VerifyRequest(Value):
    """Prove one commit: its id, whole or as `log` shows it, or the name of a branch for its tip.

    `source` is a repository that has the recorded commit; `variables` in it are those that are asked for.
    `signers` asks for a signature of one of them.
    """

    commit: str
    remote: Remote
    source: Source = Source()
    place: Place | None = None
    signers: Signers | None = None


class Verified(Value):
    """A commit that is what its source says; `signer` is empty where no signature was asked for.

    `warnings` tell of a source that has another URL than the commit says (EW780).
    """

    commit: str
    environment: Selected
    path: str
    plan_digest: str
    files: int
    signer: str
    warnings: tuple[Diagnostic, ...] = ()


class MergeRequest(Value):
    """Merge the pull request `number`, if it still is at the commit `head`: the whole id of what was reviewed."""

    remote: Remote
    number: int
    head: str
    method: MergeMethod = "rebase"


class LogRequest(Value):
    """The latest commits of one environment, `limit` at most."""

    remote: Remote
    place: Place
    limit: int = 20


class Deployment(Value):
    """One commit of an environment; `date` is `<seconds> <+hhmm>`; `record` is None if envwright did not make it."""

    commit: str
    author: Identity
    committer: Identity
    date: str
    subject: str
    record: Record | None


class StatusRequest(Value):
    """What is deployed: of one project or of all, on one branch or on every one below `env/`.

    `source` is the source, whose checked out commit (of a remote: `revision`) is compared with what is deployed.
    """

    remote: Remote
    project: str = ""
    branch: str = ""
    source: Source | None = None


class Standing(Value):
    """One environment as it stands; its `deployment` has no record where somebody else changed the directory last.

    `source` tells how the deployed commit of the source stands to the one that is checked out: `current`, `behind`,
    `ahead`, `diverged`, or empty where that cannot be told.
    """

    instance: str
    branch: str
    path: str
    deployment: Deployment | None = None
    held: Hold | None = None
    pins: Pins = Pins()
    source: str = ""


class RollbackRequest(Value):
    """Put an earlier content back and hold it: that of the commit `to`, or of the latest before that differs."""

    remote: Remote
    place: Place
    to: str = ""
    reason: str = ""
    hand: Hand = Hand()
    dry_run: bool = False
    allow_empty: bool = False
    allow_prune: bool = False


class UnholdRequest(Value):
    """Lift the hold of an environment."""

    remote: Remote
    place: Place
    hand: Hand = Hand()


class PromoteRequest(Value):
    """Give `to` the versions and images of `from_place`, or lift its pins where that is None.

    `only` are the names that move, empty for all. `source` is a repository that has the commit `to` was made of,
    with the variables that it was made with.
    """

    remote: Remote
    to: Place
    from_place: Place | None
    source: Source = Source()
    only: tuple[str, ...] = ()
    hand: Hand = Hand()
    dry_run: bool = False
    allow_prune: bool = False


class DiffRequest(Value):
    """Compare a render with what is deployed at `place`, or with `against`: another commit, or a folder.

    `asked` is rendered in `world`, the work tree or a commit of the source; `remote` may be None for a folder.
    """

    asked: api.Request
    world: api.World
    place: Place
    remote: Remote | None = None
    against: str = ""


class FileChange(Value):
    """A file that changes, with the lines of its unified diff."""

    path: str
    kind: Literal["added", "removed", "changed"]
    lines: tuple[str, ...]


class Diff(Value):
    """What a render changes: operations, then files, sorted by path; `against` says against what.

    `unshown` are files that change and are none for a reader: made of the plan, by the engine or by plugins.
    """

    against: str
    transition: Transition
    files: tuple[FileChange, ...]
    unshown: tuple[str, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


class PruneRequest(Value):
    """Delete the branches of a project's slots that are gone; `keep` are slots that are not, whatever else says so.

    `source` is the source, whose stack says which slots there can be.
    """

    remote: Remote
    source: Source = Source()
    keep: frozenset[str] = frozenset()
    dry_run: bool = True


class GoneSlot(Value):
    """A branch of a slot that is gone, and why; `deleted` is false in a dry run, and if somebody moved the branch."""

    instance: str
    branch: str
    commit: str
    why: str
    deleted: bool
