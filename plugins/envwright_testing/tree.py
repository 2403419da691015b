"""The synced tree of a service: real files under git, changed in place."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from envwright_testing.machine import Mount
from envwright_testing.service import Change, Edit

MAIN, OTHER = "main", "other"
# seconds between two changes of one file: no hand is faster, and Vite's watcher drops a change 50 ms after another
BETWEEN_EDITS = 0.25
# a user's own configuration decides nothing here, such as hooks or signatures
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
AUTHOR = ("-c", "user.name=conformance", "-c", "user.email=conformance@example.org", "-c", "core.autocrlf=false")


class Tree:
    """The files of a service where they are mounted; paths are relative to the service's directory.

    Each mount is a working tree of its own, whose repository is elsewhere, as a mounted part of a checkout shows it. A
    file that is mounted nowhere is in the image alone: changing it here changes nothing.
    """

    def __init__(self, files: Path, name: str, mounts: Sequence[Mount], repositories: Path) -> None:
        self._mounts = tuple(mounts)
        self._edited: dict[str, float] = {}
        self._checked_out = 0.0
        self._name = name
        self._repositories = {mount: repositories / f"{number}.git" for number, mount in enumerate(self._mounts)}
        for mount, repository in self._repositories.items():
            shutil.copytree(files / mount.inside, mount.folder, dirs_exist_ok=True)
            repository.mkdir(parents=True)
            self._git(mount, "init", "--quiet", "--initial-branch", MAIN)
            self._git(mount, "add", "--all", "--force")
            self._commit(mount, "as it is")

    def branch(self, changes: Sequence[Change]) -> None:
        """Make the branch `other` with these changes, and go back to `main`."""
        for mount in self._mounts:
            self._git(mount, "checkout", "--quiet", "-b", OTHER)
        for change in changes:
            self.apply(change)
        for mount in self._mounts:
            self._git(mount, "add", "--all", "--force")
            self._commit(mount, "changed")
        self.checkout(MAIN)

    def checkout(self, branch: str) -> None:
        """Change to a branch in place, what was edited by hand included."""
        self._rest(*self._edited.values())
        for mount in self._mounts:
            self._git(mount, "checkout", "--quiet", "--force", branch)
        self._checked_out = time.monotonic()

    def apply(self, change: Change) -> None:
        """Make the edits and write the new files: new ones first, for the edits refer to them."""
        for path, text in change.files.items():
            self.write(path, text)
        for edit in change.edits:
            self.edit(edit)

    def take_back(self, change: Change, *, replace: bool = False) -> None:
        """Undo a change: edits first, then the files go."""
        for edit in reversed(change.edits):
            self.edit(edit.reversed, replace=replace)
        for path in change.files:
            if (file := self._file(path)) is not None:
                file.unlink()

    def edit(self, edit: Edit, *, replace: bool = False) -> None:
        """Edit one file, in place as a script does, or by a new file in its place as many editors do.

        Raises ValueError if there is nothing to edit.
        """
        file = self._file(edit.path)
        if file is not None:
            self.write(edit.path, edit.of(file.read_text(encoding="utf-8")), replace=replace)

    def write(self, path: str, text: str, *, replace: bool = False) -> None:
        """Write one file, with the directories that it lacks."""
        file = self._file(path)
        if file is None:
            return
        self._rest(self._edited.get(path, 0.0))
        file.parent.mkdir(parents=True, exist_ok=True)
        written = file.with_name(f".{file.name}.new") if replace else file
        written.write_text(text, encoding="utf-8")
        if replace:
            written.replace(file)
        self._edited[path] = time.monotonic()

    def _rest(self, *changed: float) -> None:
        """Let some time pass since the last of these changes; a checkout may have changed every file."""
        time.sleep(max(0.0, max((self._checked_out, *changed)) + BETWEEN_EDITS - time.monotonic()))

    def _file(self, path: str) -> Path | None:
        whole = PurePosixPath(self._name, path)
        for mount in reversed(self._mounts):
            if whole.is_relative_to(mount.inside):
                return mount.folder / whole.relative_to(mount.inside)
        return None

    def _commit(self, mount: Mount, message: str) -> None:
        self._git(mount, "commit", "--quiet", "--allow-empty", "--message", message)

    def _git(self, mount: Mount, *arguments: str) -> None:
        where: Mapping[str, str] = {"GIT_DIR": str(self._repositories[mount]), "GIT_WORK_TREE": str(mount.folder)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(  # noqa: S603  # git, with words of this module
            ["git", *AUTHOR, *arguments],  # noqa: S607  # git of the PATH, whose arguments are the kit's own
            cwd=mount.folder,
            env={**kept, **GIT, **where},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"git {arguments[0]}: {done.stderr.strip()}")
