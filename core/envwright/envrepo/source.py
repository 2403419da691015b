"""The source of an environment: a commit of the repository that the stack is in, and its files."""

from __future__ import annotations

import posixpath
from typing import NamedTuple

from envwright.adapters.entry_points import installed
from envwright.adapters.git.source import SourceRepository
from envwright.adapters.git.source_commit import SourceCommit, branch_of, source_commit, source_of
from envwright.envrepo.hydrator import SourceFacts
from envwright.envrepo.record import Record
from envwright.envrepo.requests import Source
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
        return self.repository.has_file(self.commit.commit, path)

    @property
    def facts(self) -> SourceFacts:
        """What `hydrator.metadata` tells of the commit."""
        made = self.commit
        author = f"{made.author} <{made.email}>"
        return SourceFacts(self.url, made.commit, author, made.moment, made.subject, made.body, made.trailers)


def open_source(source: Source) -> OpenSource:
    """Open the commit that is asked for. Raises Refused: EW728 outside of a repository, or where it is unknown."""
    repository, name = source_of(source.file)
    head = repository.head()
    commit = source_commit(repository, source.revision)
    return OpenSource(
        repository=repository,
        commit=commit,
        url=head.url or str(repository.path).removesuffix(head.directory).rstrip("/"),
        file=posixpath.join(head.directory, name),
        name=name,
        ref=source.ref or branch_of(repository, source.revision),
        dirty=head.dirty and commit.commit == head.commit,
        world=World(repository.reader_at(commit.commit, head.directory), installed()),
    )


def open_recorded(source: Source, record: Record) -> OpenSource:
    """Open the commit that a record names, in the clone that `source` is in. Raises Refused: EW728."""
    repository, _ = source_of(source.file)
    directory, name = posixpath.split(record.source_file)
    commit = source_commit(repository, record.source_sha)
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
