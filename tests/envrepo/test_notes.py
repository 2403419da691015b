"""What is proposed has a note that gitops-promoter reads: up to which commit of the source it holds."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from envwright.adapters.git import notes
from envwright.adapters.git.repository import Repository
from envwright.envrepo.requests import MACHINE
from tests.support.two_repositories import Repositories

REF = "refs/notes/hydrator.metadata"
DATE = "1700000000 +0000"


def note(repositories: Repositories, commit: str) -> object:
    """Return what git shows as the note of a commit."""
    return json.loads(repositories.git("notes", f"--ref={REF}", "show", commit, at=repositories.bare))


def test_a_source_that_changes_nothing_moves_the_note_alone(repositories: Repositories) -> None:
    deployed = repositories.commit().commit or ""
    assert repositories.git("for-each-ref", "refs/notes", at=repositories.bare) == ""
    # somebody else's note stays
    repositories.git("notes", f"--ref={REF}", "add", "-m", "theirs", deployed, at=repositories.bare)
    changed = repositories.edit("replicas: 1", "replicas: 2")
    proposed = repositories.commit(proposed=True).commit or ""
    assert note(repositories, proposed) == {"drySha": changed}
    unrelated = repositories.change({"README.md": "nothing that is rendered\n"})
    assert repositories.commit(proposed=True).commit == proposed
    assert note(repositories, proposed) == {"drySha": unrelated}
    assert repositories.git("notes", f"--ref={REF}", "show", deployed, at=repositories.bare) == "theirs"
    tip = repositories.git("rev-parse", REF, at=repositories.bare)
    repositories.commit(proposed=True)
    assert repositories.git("rev-parse", REF, at=repositories.bare) == tip


def test_notes_that_are_written_at_once_are_all_kept(repositories: Repositories, tmp_path: Path) -> None:
    done = repositories.commit_all()
    commits = [each.commit or "" for each in done] + [repositories.commit("ai", slot).commit or "" for slot in (1, 2)]

    def write(commit: str) -> None:
        with Repository(repositories.remote, tmp_path / commit) as repository:
            repository.find(commit)
            notes.put_notes(repository, REF, {commit: commit.encode()}, MACHINE, DATE)

    with ThreadPoolExecutor() as threads:
        list(threads.map(write, commits))
    for commit in commits:
        assert repositories.git("notes", f"--ref={REF}", "show", commit, at=repositories.bare) == commit


def test_a_server_that_takes_no_notes_keeps_nothing_from_being_proposed(
    repositories: Repositories, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes.time, "sleep", lambda _seconds: None)
    repositories.commit()
    hook = repositories.bare / "hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\ncase "$1" in refs/notes/*) exit 1 ;; esac\n', encoding="utf-8")
    hook.chmod(0o755)
    repositories.edit("replicas: 1", "replicas: 2")
    done = repositories.commit(proposed=True)
    assert (done.changed, done.failed) == (True, ())
    assert [item.code for item in done.warnings] == ["EW776"]
