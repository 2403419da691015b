"""From what shall stand in a directory to the commit that brings it."""

from __future__ import annotations

import shlex

from envwright.adapters.git.source_commit import SourceCommit
from envwright.adapters.git.values import Draft, Identity
from envwright.envrepo.content import Content
from envwright.envrepo.message import commit_message
from envwright.envrepo.record import Record
from envwright.envrepo.requests import Hand


def draft_of(title: str, content: Content, record: Record, hand: Hand, source: SourceCommit) -> Draft:
    """Return the commit of a content; its date is that of the source commit, and so is its author unless told."""
    return Draft(
        files=content.files,
        message=commit_message(title, content.transition, record),
        author=hand.author or Identity(name=source.author or "unknown", email=source.email or "unknown"),
        committer=hand.committer,
        date=source.date,
        signer=hand.signer,
    )


def render_command(file: str, environment: str, slot: int, record: Record) -> str:
    """Return the command that renders what a record tells of, in a checkout of its source."""
    words = ["envwright", "render", "-f", file, "--env", environment]
    words += ["--slot", str(slot)] if slot else []
    words += ["--cluster-scope", record.cluster_scope] if record.cluster_scope else []
    words += [word for name in record.variables for word in ("--pass-env", name)]
    return shlex.join([*words, "--out", "out"])
