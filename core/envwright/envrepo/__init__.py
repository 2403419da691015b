"""The environment repository: calls that commit rendered environments, and read and prove what was committed.

    from envwright import envrepo
    from envwright.adapters.git.remote import Remote

    request = envrepo.CommitRequest(
        source=envrepo.Source(file="services.yaml"),
        target=envrepo.Target(remote=Remote(url="https://git.example.org/environments.git")),
        selected=(envrepo.Selected(environment="production"),),
    )
    (committed,) = envrepo.commit(request)

Requests and what comes back are frozen. Bad input raises `Refused`, a call that does not fit raises `WrongCall`.
"""

from __future__ import annotations

from envwright.envrepo.commit import commit
from envwright.envrepo.diff import diff
from envwright.envrepo.history import log, status
from envwright.envrepo.merge import merge
from envwright.envrepo.promote import promote
from envwright.envrepo.prune import prune_branches
from envwright.envrepo.requests import (
    CommitRequest,
    Committed,
    Deployment,
    Diff,
    DiffRequest,
    GoneSlot,
    Hand,
    LogRequest,
    MergeRequest,
    PromoteRequest,
    PruneRequest,
    RollbackRequest,
    Selected,
    Source,
    Standing,
    StatusRequest,
    Target,
    UnholdRequest,
    Verified,
    VerifyRequest,
)
from envwright.envrepo.rollback import rollback
from envwright.envrepo.unhold import unhold
from envwright.envrepo.verify import verify

__all__ = [
    "CommitRequest",
    "Committed",
    "Deployment",
    "Diff",
    "DiffRequest",
    "GoneSlot",
    "Hand",
    "LogRequest",
    "MergeRequest",
    "PromoteRequest",
    "PruneRequest",
    "RollbackRequest",
    "Selected",
    "Source",
    "Standing",
    "StatusRequest",
    "Target",
    "UnholdRequest",
    "Verified",
    "VerifyRequest",
    "commit",
    "diff",
    "log",
    "merge",
    "promote",
    "prune_branches",
    "rollback",
    "status",
    "unhold",
    "verify",
]
