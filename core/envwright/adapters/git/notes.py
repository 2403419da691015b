"""Notes on commits, as `git notes` keeps them: commits of a ref of their own, moved with a lease as a branch is.

https://git-scm.com/docs/git-notes
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping

from envwright.adapters.git.fast_import import notes_stream
from envwright.adapters.git.objects import blob_id
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Identity, RefUpdate
from envwright.model.diagnostic import refuse

ATTEMPTS = 8  # every note of a repository moves the one ref: hydrators race for it
LONGEST_PAUSE = 2.0  # seconds


def put_notes(repository: Repository, ref: str, notes: Mapping[str, bytes], by: Identity, date: str) -> None:
    """Give commits of a repository their notes, in place of those that they have.

    `notes` are by commit, which the server has; `date` is `<seconds since 1970> <+hhmm>`. Raises Refused: EW722 where
    the server cannot be reached, EW727 if others moved the ref each time.
    """
    for attempt in range(ATTEMPTS):
        tip = repository.server.tip_of(repository.cache.folder, ref)
        there = _notes_at(repository, tip) if tip else {}
        new = {commit: note for commit, note in notes.items() if there.get(commit) != blob_id(note, commit)}
        if not new:
            return
        (made,) = repository.store.imported(notes_stream(new, tip, by, date))
        update = RefUpdate(ref=ref, commit=made, expected=tip)
        done = repository.server.push_refs(repository.store.folder, [update])
        if not done.status:
            return
        time.sleep(random.uniform(0, min(0.1 * 2**attempt, LONGEST_PAUSE)))  # noqa: S311  # who waits is no secret
    hint = "see whether the token may write that ref, and run the same command again"
    raise refuse("EW727", f"the push to {ref} did not land", hint=hint, detail=repository.server.said(done))


def _notes_at(repository: Repository, tip: str) -> Mapping[str, str]:
    """Return the ids of the notes at a tip of their ref, by commit."""
    if not repository.store.has(tip):
        with repository.cache.locked("fetch"):
            done = repository.server.fetch_objects(repository.store.folder, [tip], "--depth=1")
        if done.status:
            raise repository.server.unreachable(done)
    # many notes are spread over directories by the first digits of their commits
    return {path.replace("/", ""): file.blob for path, file in repository.store.listing(tip, "").files.items()}
