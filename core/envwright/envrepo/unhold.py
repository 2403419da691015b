"""`envwright unhold`: free again."""

from __future__ import annotations

from envwright.adapters.git.repository import Repository
from envwright.envrepo.content import content_of
from envwright.envrepo.deployed import deployed_at
from envwright.envrepo.landing import Attempt, Change, Prepared, carry_out_one
from envwright.envrepo.requests import MACHINE, Committed, UnholdRequest
from envwright.envrepo.review import plan_part
from envwright.envrepo.stored import Stored
from envwright.model.output import HOLD, METADATA, REVIEW


def unhold(request: UnholdRequest) -> Committed:
    """Lift the hold of an environment; its content stays. Nothing is committed where nothing holds it."""
    with Repository(request.remote) as repository:

        def prepare(stored: Stored) -> Prepared:
            deployed = deployed_at(repository, request.place)
            if stored.hold is None or stored.tree is None:
                return Prepared(deployed.record.plan_digest, None)
            files = {path: content for path, content in stored.everything().items() if path != HOLD}
            files |= {REVIEW: plan_part(files.get(REVIEW, b""))}
            content = content_of(files, stored.tree, stored.tree, files.get(METADATA, b""))
            title = f"{request.place.title}: hold lifted"
            record = deployed.record._replace(hold="")
            return Prepared(record.plan_digest, Change(title, content, record, MACHINE, deployed.info.date))

        return carry_out_one(Attempt(repository, request.place, request.hand, prepare), dry_run=False)
