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
from envwright.envrepo.history import log, status
from envwright.envrepo.requests import (
    CommitRequest,
    Committed,
    Deployment,
    Hand,
    LogRequest,
    Selected,
    Source,
    Standing,
    StatusRequest,
    Target,
    Verified,
    VerifyRequest,
)
from envwright.envrepo.verify import verify

__all__ = [
    "CommitRequest",
    "Committed",
    "Deployment",
    "Hand",
    "LogRequest",
    "Selected",
    "Source",
    "Standing",
    "StatusRequest",
    "Target",
    "Verified",
    "VerifyRequest",
    "commit",
    "log",
    "status",
    "verify",
]
