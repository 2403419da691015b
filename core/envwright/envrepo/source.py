"""The source of an environment: a commit of the repository that the stack is in, and its files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from envwright.adapters.entry_points import installed
from envwright.adapters.git.clone import Clone
from envwright.adapters.git.source import SourceCommit, SourceRepository
from envwright.envrepo.hydrator import SourceFacts
from envwright.envrepo.record import Record
from envwright.envrepo.requests import Source
from envwright.model.diagnostic import refuse
from envwright.pipeline.state import World


class OpenSource(NamedTuple):
    """A commit of the source: `file` is the stack's root file there, `name` the same relative to the world's directory.

    `url` is the remote's without credentials, the folder for a source without one; `ref` the branch, where one is
    known; `dirty` tells of changes in the work tree that are not in the commit.
    """

    repository: SourceRepository
    commit: SourceCommit
    url: str
    file: str
    name: str
    ref: str
    dirty: bool
    world: World

    def has(self, commit: str) -> bool:
        """Return whether a commit is in the history of this one, or is it."""
        return bool(self.repository.is_ancestor(commit, self.commit.commit))

    def has_file(self, path: str) -> bool:
        """Return whether the commit has a file, by its path in the repository."""
        return self.repository.reader_at(self.commit.commit, "").exists(path)

    @property
    def facts(self) -> SourceFacts:
        """What `hydrator.metadata` tells of the commit."""
        made = self.commit
        author = f"{made.author} <{made.email}>"
        return SourceFacts(self.url, made.commit, author, made.moment, made.subject, made.body)


@contextmanager
def source_repository(source: Source) -> Iterator[SourceRepository]:
    """Open the repository that a stack is in: its remote if one is named, else the clone that its file is in."""
    if source.remote is None:
        yield Clone(source.file)
        return
    from envwright.adapters.git.remote_source import RemoteSource  # few calls do without a clone

    with RemoteSource(source.remote, source.file) as opened:
        yield opened


def open_source(repository: SourceRepository, source: Source) -> OpenSource:
    """Open the commit that is asked for. Raises Refused: EW728 outside of a repository, or where it is unknown."""
    named = repository.resolve(source.revision)
    commit = repository.commit(named.commit)
    file = repository.file_at(commit.commit)
    directory, name = posixpath.split(file)
    return OpenSource(
        repository=repository,
        commit=commit,
        url=repository.url,
        file=file,
        name=name,
        ref=source.ref or named.branch,
        dirty=repository.is_dirty(commit.commit),
        world=World(repository.reader_at(commit.commit, directory), installed()),
    )


def open_recorded(repository: SourceRepository, record: Record) -> OpenSource:
    """Open the commit that a record names; where that is, the record does not say: whoever wrote it is not trusted.

    Raises Refused: EW728 where there is no such commit, EW781 where no branch and no tag of the source has it.
    """
    directory, name = posixpath.split(record.source_file)
    commit = repository.commit(record.source_sha)
    if not repository.is_published(commit.commit):
        hint = "push it to a branch or a tag of the source, or commit again from what is there"
        raise refuse("EW781", f"no branch and no tag of {repository.url} has {record.source_sha}", hint=hint)
    return OpenSource(
        repository=repository,
        commit=commit,
        url=record.source_repo,
        file=record.source_file,
        name=name,
        ref=record.source_ref,
        dirty=False,
        world=World(repository.reader_at(commit.commit, directory), installed()),
    )
