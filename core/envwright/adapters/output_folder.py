"""A rendered environment in a folder: changed files alone are written, and a kill at any moment is repaired.

The order: the next plan is written beside (`.plan.json.next`), then changed files, each beside and renamed, then stale
ones are deleted, then the next plan takes the name `plan.json`, which is the commit point. At every moment each file of
ours is listed by one of the two plans, so the next run knows what it may change and delete; a file that neither lists
is not ours and stops the render before it writes anything. Before a next plan that a kill left behind is replaced,
what it alone lists is deleted.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from envwright.model.diagnostic import Report, refuse
from envwright.model.output import MADE_OF_PLAN, PLAN, TRANSITION

NEXT_PLAN = ".plan.json.next"
# files of a render that its plan does not list, since they are made of the plan
BESIDE_PLAN = MADE_OF_PLAN | {NEXT_PLAN}
# what a file is called while it is written; one name is enough, for one file is written at a time
UNFINISHED = ".envwright-tmp"
MOST_NAMED = 10


class Written(NamedTuple):
    """How many files were written, left untouched and removed."""

    changed: int
    unchanged: int
    removed: int


class Found(NamedTuple):
    """What stands in the folder: every file, and which of them the plan and the next plan list."""

    files: Mapping[str, os.stat_result]
    plan: frozenset[str]
    next_plan: frozenset[str]


def write_tree(folder: Path, files: Mapping[str, bytes]) -> Written:
    """Make `folder` hold exactly `files`, which map relative paths to bytes; `plan.json` is one of them.

    Files whose bytes are right are not touched. Raises Refused: EW700 for files that no plan lists, EW701 when the
    folder cannot be written; a file is never left half-written.
    """
    try:
        found = _look(folder)
        _refuse_foreign(folder, found)
        changed = [path for path, data in files.items() if not _holds(f"{folder}/{path}", found.files.get(path), data)]
        stale = sorted(path for path in found.files if path not in files and path != NEXT_PLAN)
        if changed or stale or NEXT_PLAN in found.files:
            _replace(folder, files, changed, stale, found)
    except OSError as error:
        place = error.filename2 or error.filename or folder
        hint = "choose a folder that can be written, or make room"
        raise refuse("EW701", f"{place}: {(error.strerror or str(error)).lower()}", hint=hint) from error
    return Written(len(changed), len(files) - len(changed), sum(not _is_unfinished(path) for path in stale))


def _look(folder: Path) -> Found:
    """Return what stands in the folder, nothing if it does not exist; links are never followed."""
    files: dict[str, os.stat_result] = {}
    pending = [("", folder)] if folder.exists() else []
    while pending:
        prefix, directory = pending.pop()
        with os.scandir(directory) as scan:
            for item in scan:
                if item.is_dir(follow_symlinks=False):
                    pending.append((f"{prefix}{item.name}/", Path(item.path)))
                else:
                    files[prefix + item.name] = item.stat(follow_symlinks=False)
    plans = [
        _listed(folder / plan, files) if _is_regular(files.get(plan)) else frozenset[str]()
        for plan in (PLAN, NEXT_PLAN)
    ]
    return Found(files, *plans)


def _listed(plan: Path, present: Iterable[str]) -> frozenset[str]:
    """Return the files of a plan's render, those `present` in its directories too; none if it cannot be read."""
    try:
        found = json.loads(plan.read_bytes())
    except (ValueError, RecursionError):
        return frozenset()
    files = found.get("files") if isinstance(found, dict) else None
    if not isinstance(files, dict):
        return frozenset()
    directories = found.get("directories")
    own = tuple(f"{name}/" for name in directories) if isinstance(directories, list) else ()
    return BESIDE_PLAN.union(files, (path for path in present if path.startswith(own)))


def _refuse_foreign(folder: Path, found: Found) -> None:
    """Raise Refused (EW700) for what is not of a render: a file that no plan lists, and what is no regular file."""
    foreign = sorted(path for path, status in found.files.items() if not _is_ours(path, status, found))
    report = Report()
    for path in foreign[:MOST_NAMED]:
        hint = "render into a folder of its own, or remove the file"
        report.error("EW700", f"{folder / path} is not of a render", hint=hint)
    if len(foreign) > MOST_NAMED:
        report.error("EW700", f"and {len(foreign) - MOST_NAMED} more files in {folder}")
    report.raise_if_failed()


def _is_ours(path: str, status: os.stat_result, found: Found) -> bool:
    known = path in found.plan or path in found.next_plan or path == NEXT_PLAN or _is_unfinished(path)
    return known and _is_regular(status)


def _is_regular(status: os.stat_result | None) -> bool:
    return status is not None and stat.S_ISREG(status.st_mode)


def _is_unfinished(path: str) -> bool:
    return path.rpartition("/")[2] == UNFINISHED


def _holds(file: str, status: os.stat_result | None, data: bytes) -> bool:
    if status is None or status.st_size != len(data):
        return False
    handle = os.open(file, os.O_RDONLY)
    try:
        return os.read(handle, len(data) + 1) == data
    finally:
        os.close(handle)


def _replace(
    folder: Path, files: Mapping[str, bytes], changed: Sequence[str], stale: Sequence[str], found: Found
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _remove(folder, [path for path in stale if path not in found.plan], found.next_plan - found.plan - files.keys())
    _write(f"{folder}/{NEXT_PLAN}", files[PLAN], sync=True)
    _sync(folder)
    for parent in sorted({path.rpartition("/")[0] for path in changed}):
        (folder / parent).mkdir(parents=True, exist_ok=True)
    # the transition first: while the older manifests stand, it can still be made again
    for path in sorted(changed, key=lambda path: path != TRANSITION):
        if path != PLAN:
            _write(f"{folder}/{path}", files[path], sync=False)
    _remove(folder, [path for path in stale if path in found.plan], found.plan - files.keys())
    # a deleted file must not come back once its plan is gone; a manifest that a power cut lost is written again
    for directory in {parent for path in stale for parent in _parents(path)}:
        if (folder / directory).is_dir():
            _sync(folder / directory)
    if PLAN in changed:
        (folder / NEXT_PLAN).replace(folder / PLAN)
    else:
        (folder / NEXT_PLAN).unlink()
    _sync(folder)


def _write(file: str, data: bytes, *, sync: bool) -> None:
    """Write a file beside its place, then put it there; `sync` waits until the data is on the disk."""
    # texts and handles, not Path and its files: that took three times as long for three thousand manifests
    unfinished = f"{file.rpartition('/')[0]}/{UNFINISHED}"
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
            if sync:
                os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(unfinished, file)  # noqa: PTH105  # see above
    except OSError:
        Path(unfinished).unlink(missing_ok=True)
        raise


def _remove(folder: Path, files: Iterable[str], gone: Iterable[str]) -> None:
    """Remove files, then the directories that this or a killed run left empty: those of the paths in `gone`."""
    for path in files:
        (folder / path).unlink()
    directories = {parent for path in gone for parent in _parents(path)}
    for directory in sorted(directories, key=len, reverse=True):
        try:
            (folder / directory).rmdir()
        except OSError:
            continue  # it still holds something, or is not there


def _parents(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
