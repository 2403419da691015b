"""A rendered environment in a folder: changed files alone are written, and a kill at any moment is repaired.

The order: the next plan is written beside (`.plan.json.next`), then changed files, each beside and renamed, then stale
ones are deleted, then the next plan takes the name `plan.json`, which is the commit point. At every moment each file of
ours is listed by one of the two plans, so the next run knows what it may change and delete; a file that neither lists
is not ours and stops the render before it writes anything.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from envwright.model.diagnostic import Report, refuse
from envwright.model.mark import Mark

PLAN = "plan.json"
NEXT_PLAN = ".plan.json.next"
# files of a render that its plan does not list, since they are made of the plan
BESIDE_PLAN = frozenset({PLAN, NEXT_PLAN, "PLAN.md", "transition.json"})
SUFFIX = ".envwright-tmp"
MOST_NAMED = 10


class Written(NamedTuple):
    """How many files were written, left untouched and removed."""

    changed: int
    unchanged: int
    removed: int


def write_tree(folder: Path, files: Mapping[str, bytes]) -> Written:
    """Make `folder` hold exactly `files`, which map relative paths to bytes; `plan.json` is one of them.

    Files whose bytes are right are not touched. Raises Refused: EW700 for files that no plan lists, EW701 when the
    folder cannot be written; then nothing half-written stays behind.
    """
    try:
        present = _present(folder)
        stale = _stale(folder, present, files)
        changed = [path for path, data in files.items() if not _holds(folder / path, present.get(path), data)]
        if changed or stale or NEXT_PLAN in present:
            _replace(folder, files, changed, stale)
    except OSError as error:
        place = error.filename or folder
        hint = "choose a folder that can be written, or make room"
        raise refuse("EW701", f"{place}: {(error.strerror or str(error)).lower()}", hint=hint) from error
    return Written(len(changed), len(files) - len(changed), sum(not path.endswith(SUFFIX) for path in stale))


def _present(folder: Path) -> dict[str, os.stat_result]:
    """Return every file below the folder, none if it does not exist; links are never followed."""
    found: dict[str, os.stat_result] = {}
    pending = [("", folder)] if folder.exists() else []
    while pending:
        prefix, directory = pending.pop()
        with os.scandir(directory) as scan:
            for item in scan:
                if item.is_dir(follow_symlinks=False):
                    pending.append((f"{prefix}{item.name}/", Path(item.path)))
                else:
                    found[prefix + item.name] = item.stat(follow_symlinks=False)
    return found


def _stale(folder: Path, present: Mapping[str, os.stat_result], files: Mapping[str, bytes]) -> list[str]:
    """Return the files to delete. Raises Refused (EW700) for those that are not of a render."""
    listed = {*files, *BESIDE_PLAN}
    for plan in (PLAN, NEXT_PLAN):
        if plan in present:
            listed |= _listed(folder / plan)
    foreign = sorted(path for path in present if path not in listed and not _is_leftover(path))
    if foreign:
        report = Report()
        for path in foreign[:MOST_NAMED]:
            hint = "render into a folder of its own, or remove the file"
            report.error("EW700", f"{path} is not of a render", Mark(str(folder / path)), hint=hint)
        if len(foreign) > MOST_NAMED:
            report.error("EW700", f"and {len(foreign) - MOST_NAMED} more files in {folder}")
        report.raise_if_failed()
    return sorted(path for path in present if path not in files and path != NEXT_PLAN)


def _listed(plan: Path) -> set[str]:
    """Return the files that a plan lists; none if it cannot be read, as after a kill while it was written."""
    try:
        found = json.loads(plan.read_bytes())
    except ValueError:
        return set()
    files = found.get("files") if isinstance(found, dict) else None
    return set(files) if isinstance(files, dict) else set()


def _is_leftover(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith(".") and name.endswith(SUFFIX)


def _holds(file: Path, found: os.stat_result | None, data: bytes) -> bool:
    return found is not None and found.st_size == len(data) and not file.is_symlink() and file.read_bytes() == data


def _replace(folder: Path, files: Mapping[str, bytes], changed: list[str], stale: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / NEXT_PLAN, files[PLAN], sync=True)
    for parent in sorted({(folder / path).parent for path in changed}):
        parent.mkdir(parents=True, exist_ok=True)
    for path in changed:
        if path != PLAN:
            _write_beside(folder / path, files[path])
    for path in stale:
        (folder / path).unlink()
    _remove_empty(folder, stale)
    for directory in sorted({folder, *((folder / path).parent for path in changed)}):
        _sync(directory)
    (folder / NEXT_PLAN).replace(folder / PLAN)
    _sync(folder)


def _write_beside(file: Path, data: bytes) -> None:
    beside = file.with_name(f".{file.name}{SUFFIX}")
    if len(os.fsencode(beside.name)) > 255:  # the longest name that file systems take
        beside = file.with_name(f".{SUFFIX}")
    try:
        _write(beside, data, sync=False)
        beside.replace(file)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _write(file: Path, data: bytes, *, sync: bool) -> None:
    try:
        with file.open("wb") as stream:
            stream.write(data)
            if sync:
                stream.flush()
                os.fsync(stream.fileno())
    except OSError:
        file.unlink(missing_ok=True)
        raise


def _remove_empty(folder: Path, removed: list[str]) -> None:
    """Remove the directories that deletes left empty, the deepest first."""
    directories = {parent for path in removed for parent in _parents(path)}
    for directory in sorted(directories, key=len, reverse=True):
        try:
            (folder / directory).rmdir()
        except OSError:
            continue  # it still holds something


def _parents(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
