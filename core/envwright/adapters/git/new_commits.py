"""New commits in a store: many of them by one process of git, in one pack."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from envwright.adapters.git.fast_import import Delta, stream_of
from envwright.adapters.git.names import check_paths, check_place, fault_of
from envwright.adapters.git.objects import TREE, above, blob_id
from envwright.adapters.git.signing import Signer, settings_to_sign
from envwright.adapters.git.store import Store
from envwright.adapters.git.values import Chain, Draft, NewCommit
from envwright.model.diagnostic import refuse

MAX_AT_ONCE = 1 << 26  # bytes of the files of commits that are made together, unless one alone has more


class NewCommits:
    """Makes chains of commits. Every method raises Broken where git fails on the store."""

    def __init__(self, store: Store, chains: Sequence[Chain]) -> None:
        self.store = store
        self.chains = chains
        self.made: list[list[str]] = [[] for _ in chains]
        self._folders: dict[tuple[int, str], dict[str, bool]] = {}  # of a chain: what is in a folder, and what is one

    def make(self) -> tuple[tuple[str, ...], ...]:
        """Return the ids, for each chain those of its steps. Raises Refused: EW723, EW725, EW729, EW731."""
        parents = [(chain.parent, directory) for chain in self.chains for directory, _ in chain.steps]
        self.store.list_all((parent, directory) for parent, directory in parents if parent is not None)
        for batch in self._batches():
            self._make(batch)
        return tuple(map(tuple, self.made))

    def _batches(self) -> Iterator[list[tuple[int, int]]]:
        """Yield steps that are made together, as numbers of chain and step."""
        batch: list[tuple[int, int]] = []
        size = 0
        for number, chain in enumerate(self.chains):
            for place, (_, draft) in enumerate(chain.steps):
                more = sum(map(len, draft.files.values()))
                if batch and size + more > MAX_AT_ONCE:
                    yield batch
                    batch, size = [], 0
                batch.append((number, place))
                size += more
        if batch:
            yield batch

    def _make(self, batch: Sequence[tuple[int, int]]) -> None:
        marks = {step: f":{mark}" for mark, step in enumerate(batch, 1)}
        stream = stream_of(self._delta(*step, marks.get((step[0], step[1] - 1))) for step in batch)
        for (number, place), commit in zip(batch, self.store.imported(stream), strict=True):
            directory, draft = self.chains[number].steps[place]
            parent = self._parent(number, place)
            final = self._signed(commit, parent, draft, draft.signer) if draft.signer else commit
            self.store.told({final: (parent, directory)})
            self.made[number].append(final)

    def _parent(self, number: int, place: int) -> str | None:
        return self.made[number][place - 1] if place else self.chains[number].parent

    def _delta(self, number: int, place: int, mark: str | None) -> Delta:
        """Return a step; `mark` is its parent's, should that be made together with it."""
        chain = self.chains[number]
        directory, draft = chain.steps[place]
        new = NewCommit(parent=mark or self._parent(number, place), directory=directory, draft=draft)
        files = draft.files
        check_paths(directory, files)
        if chain.parent is None:
            self._check_place(number, directory)
            return Delta(new, files, frozenset())
        found = self.store.listing(chain.parent, directory)
        if found.tree is None:
            self._check_place(number, directory)
        there = {path: file.blob for path, file in found.files.items() if file.kind == "file"}
        removed = found.files.keys() - (there.keys() & files.keys())
        if found.twice or any(fault_of(path) for path in removed):
            return Delta(new, files, frozenset(("",)))  # what no git could name goes with all the rest
        changed = {path: data for path, data in files.items() if there.get(path) != blob_id(data, chain.parent)}
        return Delta(new, changed, removed)

    def _check_place(self, number: int, directory: str) -> None:
        """Refuse a directory that is new where the tree has something else, or the same in another case."""
        for folder in above(directory):
            check_place(directory, self._inside(number, folder))
        for path in (*above(directory), directory):
            if path:
                self._inside(number, posixpath.dirname(path))[path] = True

    def _inside(self, number: int, folder: str) -> dict[str, bool]:
        """Return what stands in a folder before the next step of a chain."""
        if (number, folder) not in self._folders:
            parent = self.chains[number].parent
            there = self.store.entries(parent, folder) if parent else ()
            self._folders[number, folder] = {path: mode == TREE for mode, _, path in there}
        return self._folders[number, folder]

    def _signed(self, commit: str, parent: str | None, draft: Draft, signer: Signer) -> str:
        """Make the same commit again with a signature and on a signed parent, and return its id."""
        settings, environment = settings_to_sign(signer)
        for who, identity in (("AUTHOR", draft.author), ("COMMITTER", draft.committer)):
            environment |= {f"GIT_{who}_NAME": identity.name, f"GIT_{who}_EMAIL": identity.email}
            environment[f"GIT_{who}_DATE"] = f"@{draft.date}"
        command = ("commit-tree", "-S", *(("-p", parent) if parent else ()), f"{commit}^{{tree}}")
        done = self.store.git.run(*command, stdin=draft.message.encode(), settings=settings, environment=environment)
        if done.status:
            hint = "see whether the key is there and asks for no passphrase"
            raise refuse("EW729", "the commit could not be signed", hint=hint, detail=done.err)
        return done.out.decode().strip()
