"""Files of a commit: `envwright.model.ports.Reader` without a work tree."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from envwright.adapters.files import MAX_BYTES, WILDCARD
from envwright.adapters.git.child import Git
from envwright.adapters.git.objects import blob_id, objects_of
from envwright.model.diagnostic import Refused, refuse
from envwright.model.mark import Mark
from envwright.model.ports import Entry
from envwright.model.suggest import did_you_mean

MAX_LINKS = 40  # as Linux does
LFS = b"version https://git-lfs.github.com/spec/"  # the first line of what stands for a file
MAX_ALONG = 1 << 20  # bytes of a file that is read along with another
MAX_BELOW = 1 << 25  # bytes of all files of the directory together, up to which they are read at once


class Leaf(NamedTuple):
    """One file or link of the tree; `size` in bytes, None where its contents are not at hand."""

    mode: str
    blob: str
    size: int | None


class Objects(Protocol):
    """What a reader asks of a repository."""

    def listed(self, commit: str) -> bytes:
        """Return what `list_tree` does. Raises Refused: EW728 where there is no such commit."""
        ...

    def contents(self, blob: str, along: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of a blob, and of those of `along` that are at hand, by their ids.

        Raises Refused: EW728 for a blob that is not there.
        """
        ...


def list_tree(git: Git, commit: str) -> bytes | None:
    """Return every entry of a commit's tree as git lists it, with sizes; None where there is no such commit.

    A partial clone, in which git would fetch what is missing to tell its size, is listed without any.
    """
    for sizes in (("-l",), ()):
        done = git.run("ls-tree", "-r", "-t", *sizes, "-z", "--full-tree", "--end-of-options", commit)
        if not done.status:
            return done.out
    return None


def read_blobs(git: Git, blobs: Iterable[str]) -> Mapping[str, bytes]:
    """Return the contents of blobs by their ids; what is not there, or is not what its id says, is left out."""
    data = git.run("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in blobs).encode()).out
    return {blob: content for blob, _, content in objects_of(data) if blob_id(content, blob) == blob}


class TreeReader:
    """Reads the files of one commit, relative to a directory of it; links are followed while they stay inside.

    Differs from a checkout in that nothing is converted: line endings and filters are a work tree's matter.
    """

    def __init__(self, objects: Objects, commit: str, directory: str) -> None:
        """List the files of a commit. Raises Refused: EW728."""
        self.objects = objects
        self.directory = directory
        self.leaves, self.folders, self.modules = _read_tree(objects.listed(commit))
        self.contents: dict[str, bytes] = {}

    def read(self, path: str) -> str:
        """Return the text of a file. Raises Refused: EW001, EW002, EW010, EW022, EW774 for one that git-lfs keeps."""
        whole, leaf = self._leaf(path)
        data = self._content(whole) if (leaf.size or 0) <= MAX_BYTES else b""
        if (size := leaf.size or len(data)) > MAX_BYTES:
            raise refuse("EW010", f"{path} has {size} bytes, more than {MAX_BYTES}", hint="split the file")
        if data.startswith(LFS):
            hint = "take it out of git-lfs: git lfs untrack, then commit it again"
            raise refuse(
                "EW774", f"{path} is kept by git-lfs: the commit holds its address, not its content", hint=hint
            )
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8")
            where = Mark(path, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
            raise refuse("EW002", f"{path} is not UTF-8", where, hint="save the file as UTF-8") from error

    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of a file. Raises Refused: EW001, EW022."""
        return self._content(self._leaf(path)[0])

    def exists(self, path: str) -> bool:
        """Return whether `path` is a file of the commit, or a link of any kind, which `read` may refuse."""
        folder, _, name = path.rpartition("/")
        try:
            leaf = self.leaves.get(posixpath.join(self._resolved(folder), name))
            return (leaf is not None and leaf.mode == "120000") or self._resolved(path) in self.leaves
        except Refused:
            return False

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the files that match, sorted. Raises Refused: EW022 for a pattern that leads out of the repository."""
        parts = posixpath.normpath(pattern).split("/")
        up = next((index for index, part in enumerate(parts) if part != ".."), len(parts))
        base = self._lexical("/".join(parts[:up]))
        found = self._matches(base, parts[up:]) if parts[up:] else ()
        return tuple(sorted({"../" * up + posixpath.relpath(path, base or ".") for path in found}))

    def entries(self, path: str) -> tuple[Entry, ...]:
        """Return what a directory holds, sorted by name. Raises Refused: EW001, EW022."""
        whole = self._resolved(path)
        if whole not in self.folders:
            raise self._unreadable(path, "not a directory" if whole in self.leaves else "no such file or directory")
        return tuple(sorted(self._entry(posixpath.join(whole, name)) for name in self.folders[whole]))

    def _entry(self, whole: str) -> Entry:
        name = posixpath.basename(whole)
        if whole in self.folders:
            return Entry(name, "directory")
        leaf = self.leaves[whole]
        if leaf.mode == "120000":
            return Entry(name, "link", target=self._content(whole).decode("utf-8", "surrogateescape"))
        return Entry(name, "file", executable=leaf.mode == "100755")

    def _leaf(self, path: str) -> tuple[str, Leaf]:
        whole = self._resolved(path)
        if whole in self.folders:
            raise refuse("EW001", f"{path} is a directory", hint="name a file")
        if whole not in self.leaves:
            raise self._unreadable(path, "no such file or directory")
        return whole, self.leaves[whole]

    def _content(self, whole: str) -> bytes:
        leaf = self.leaves[whole]
        if leaf.blob not in self.contents:
            self.contents.update(self.objects.contents(leaf.blob, self._near(whole)))
        return self.contents[leaf.blob]

    def _near(self, whole: str) -> Iterator[str]:
        """Yield the files that are read along: a process of git for each would take longer than the render."""
        start = f"{self.directory}/" if self.directory else ""
        below = [leaf for path, leaf in self.leaves.items() if path.startswith(start)]
        if sum(leaf.size or 0 for leaf in below) > MAX_BELOW:
            below = []
        folder = posixpath.dirname(whole)
        paths = (posixpath.join(folder, name) for name in self.folders.get(folder, ()))
        beside = (leaf for path in paths if (leaf := self.leaves.get(path)) is not None)
        near = {leaf.blob for leaf in (*below, *beside) if leaf.size is not None and leaf.size <= MAX_ALONG}
        yield from near - self.contents.keys()

    def _lexical(self, path: str) -> str:
        whole = posixpath.normpath(posixpath.join(self.directory, path))
        if whole == ".." or whole.startswith(("../", "/")):
            raise refuse("EW022", f"{path} leads out of the repository", hint="copy it into the repository")
        return "" if whole == "." else whole

    def _resolved(self, path: str) -> str:
        """Return where in the tree a path leads, every link on the way followed."""
        return self._walked(self._parts(path), path)

    def _walked(self, rest: list[str], path: str) -> str:
        at, links = "", 0
        while rest:
            part = rest.pop(0)
            if part == "..":
                if not at:
                    raise refuse("EW022", f"{path} leads out of the repository", hint="copy it into the repository")
                at = posixpath.dirname(at)
                continue
            at = posixpath.join(at, part)
            leaf = self.leaves.get(at)
            if leaf is not None and leaf.mode == "120000":
                links += 1
                target = self._content(at).decode("utf-8", "surrogateescape")
                if target.startswith("/"):
                    raise refuse("EW022", f"{path} leads out of the repository", hint="copy it into the repository")
                if links > MAX_LINKS:
                    raise self._unreadable(path, "too many levels of symbolic links")
                at, rest = posixpath.dirname(at), [*_split(target), *rest]
        return at

    def _parts(self, path: str) -> list[str]:
        if path.startswith("/"):
            raise refuse("EW022", f"{path} leads out of the repository", hint="copy it into the repository")
        return [*_split(self.directory), *_split(path)]

    def _unreadable(self, path: str, why: str) -> Refused:
        folder = posixpath.dirname(path)
        try:
            near = [posixpath.join(folder, name) for name in self.folders.get(self._resolved(folder), ())]
        except Refused:
            near = []
        if any(f"{self._lexical(path)}/".startswith(f"{module}/") for module in self.modules):
            hint = "copy it into this one: a commit has of a submodule its address alone"
            return refuse("EW001", f"{path}: it is in a submodule, which is another repository", hint=hint)
        return refuse("EW001", f"{path}: {why}", hint=did_you_mean(path, near))

    def _matches(self, base: str, parts: list[str]) -> Iterator[str]:
        """Yield the files below `base` that match the rest of a pattern, by the rules of `adapters.files`."""
        first, rest = parts[0], parts[1:]
        if first == "**":
            while rest[:1] == ["**"]:
                rest = rest[1:]
            for folder in self._below(base):
                yield from self._matches(folder, rest or ["*"])
        elif WILDCARD.search(first):
            real = self._real(base)
            for name in self.folders.get(real, ()):
                path = posixpath.join(base, name)
                if not _fits(name, first):
                    continue
                if not rest:
                    yield from (path,) if self._is_file(path) else ()
                elif posixpath.join(real, name) in self.folders:  # a linked directory is not walked into
                    yield from self._matches(path, rest)
        else:
            path = posixpath.join(base, first)
            if rest:
                yield from self._matches(path, rest)
            elif self._is_file(path):
                yield path

    def _real(self, whole: str) -> str:
        """Return where a directory of a pattern leads. Raises Refused: EW022 out of the repository."""
        try:
            return self._walked(_split(whole), whole)
        except Refused as error:
            if error.diagnostics[0].code == "EW022":
                raise
            return whole  # a loop of links, which is no directory

    def _is_file(self, path: str) -> bool:
        try:
            return self._resolved(posixpath.relpath(path, self.directory or ".")) in self.leaves
        except Refused as error:
            return error.diagnostics[0].code == "EW022"  # for `read` to refuse

    def _below(self, base: str) -> Iterator[str]:
        """Yield `base` and every directory below it that does not begin with a dot."""
        pending = [(base, self._real(base))]
        while pending:
            folder, real = pending.pop()
            yield folder
            inside = ((posixpath.join(folder, name), posixpath.join(real, name)) for name in self._shown(real))
            pending += [(path, below) for path, below in inside if below in self.folders]

    def _shown(self, folder: str) -> list[str]:
        return [name for name in self.folders.get(folder, ()) if name[0] != "."]


def _read_tree(listed: bytes) -> tuple[Mapping[str, Leaf], Mapping[str, list[str]], frozenset[str]]:
    """Return the files of a commit, its directories (empty: the root) with the names in them, and its submodules."""
    leaves: dict[str, Leaf] = {}
    folders: dict[str, list[str]] = {"": []}
    modules: set[str] = set()
    for line in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        facts, _, path = line.partition("\t")
        mode, kind, blob, *size = facts.split()
        if kind == "blob":
            known = bool(size) and size[0].isdecimal()  # `BAD`: not at hand
            leaves[path] = Leaf(mode, blob, int(size[0]) if known else None)
        else:
            folders[path] = []  # a submodule too: a directory with nothing in it
            modules |= {path} if kind == "commit" else set()
        folders[posixpath.dirname(path)].append(posixpath.basename(path))
    return leaves, folders, frozenset(modules)


def _split(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def _fits(name: str, pattern: str) -> bool:
    return (name[0] != "." or pattern[0] == ".") and fnmatch.fnmatchcase(name, pattern)
