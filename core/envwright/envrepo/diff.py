"""`envwright diff`: what a render would change, operations first, then the files."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Literal

from envwright import api
from envwright.adapters.git.repository import Repository
from envwright.adapters.rendered_folder import is_folder, rendered_in
from envwright.envrepo.content import ABOUT
from envwright.envrepo.deployed import commit_named
from envwright.envrepo.guards import refuse_held
from envwright.envrepo.place import Place, spelled
from envwright.envrepo.requests import Diff, DiffRequest, FileChange
from envwright.envrepo.stored import Stored
from envwright.model.diagnostic import Diagnostic, Refused, refuse
from envwright.model.output import HOLD, MADE_OF_PLAN, METADATA, PINS
from envwright.plan.notes import note_files, read_pins
from envwright.plan.transition import compute_transition
from envwright.plan.tree import Tree

# what the operations tell already, or what only tells how a directory came about
UNSHOWN = MADE_OF_PLAN | {METADATA, HOLD}
CONTEXT = 3

Kind = Literal["added", "removed", "changed"]


def diff(request: DiffRequest) -> Diff:
    """Render, and compare with the tip of the environment's branch, another commit or a folder; nothing is written.

    What is pinned there is pinned in the render too. Raises Refused and WrongCall.
    """
    if request.against and is_folder(request.against):
        return _against_folder(request, request.against)
    assert request.remote is not None  # noqa: S101  # the command asks for one
    with Repository(request.remote) as repository:
        stored, against = _stored(repository, request)
        response = api.render(request.asked.but(pins=stored.pins), request.world)
        files = {**response.files, **note_files(stored.pins, None)}
        every = stored.changed(files) - {HOLD}
        changed = shown(every, response.plan.directories)
        ours = {path: files[path] for path in changed & files.keys()}
        found = _diff(against, stored.tree, response, stored.read(*changed), ours)
        odd = [_odd(path, stored.files[path].kind, files.get(path)) for path in changed if stored.is_odd(path)]
        plain = [file for file in found.files if not stored.is_odd(file.path)]
        held = _held(stored, request.place) if not request.against else []
        return found.but(
            files=tuple(sorted((*plain, *odd), key=lambda file: file.path)),
            unshown=tuple(sorted(every - changed)),
            warnings=(*held, *found.warnings),
        )


def _held(stored: Stored, place: Place) -> list[Diagnostic]:
    """Return a warning (EW737) if a commit would be refused because the environment is held."""
    try:
        refuse_held(stored.hold, place)
    except Refused as error:
        return [item._replace(severity="warning") for item in error.diagnostics]
    return []


def _odd(path: str, kind: str, content: bytes | None) -> FileChange:
    """Return the change of what is no plain file: nothing of it is read; the render puts a file there, or none."""
    lines = (f"--- a/{path}", "+++ /dev/null" if content is None else f"+++ b/{path}", f"-({kind})")
    more = () if content is None else tuple(f"+{line}" for line in _lines(content))
    return FileChange(path=path, kind="removed" if content is None else "changed", lines=(*lines, *more))


def _stored(repository: Repository, request: DiffRequest) -> tuple[Stored, str]:
    """Return what the render is compared with, and how that is called."""
    place = request.place
    if request.against:
        commit = commit_named(repository, request.against, place).commit
        stored = Stored(repository, commit, place.path)
        if not stored.files:
            hint = "compare with a commit of this environment: `envwright log` lists them"
            raise refuse("EW740", f"{commit[:12]} has nothing in {spelled(place.path)}", hint=hint)
        return stored, commit[:12]
    tip = repository.fetch([place.branch]).get(place.branch)
    stored = Stored(repository, tip, place.path)
    return stored, f"{tip[:12]} on {place.branch}" if tip and stored.files else f"nothing on {place.branch}"


def _against_folder(request: DiffRequest, against: str) -> Diff:
    before, found = rendered_in(against)
    pins = read_pins(found.get(PINS))
    response = api.render(request.asked.but(pins=pins), request.world)
    files = {**response.files, **note_files(pins, None)}
    every = {path for path in {*found, *files} - ABOUT - {HOLD} if found.get(path) != files.get(path)}
    paths = shown(every, response.plan.directories)
    old, new = ({path: each[path] for path in paths & each.keys()} for each in (found, files))
    return _diff(against, before, response, old, new).but(unshown=tuple(sorted(every - paths)))


def _diff(
    against: str, before: Tree | None, response: api.Response, old: Mapping[str, bytes], new: Mapping[str, bytes]
) -> Diff:
    return Diff(
        against=against,
        transition=compute_transition(before, response.rendered),
        files=file_changes(old, new),
        warnings=response.diagnostics,
    )


def file_changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[FileChange, ...]:
    """Return the files that differ, by path."""
    paths = sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
    return tuple(_file(path, old.get(path), new.get(path)) for path in paths)


def _file(path: str, before: bytes | None, after: bytes | None) -> FileChange:
    old = "/dev/null" if before is None else f"a/{path}"
    new = "/dev/null" if after is None else f"b/{path}"
    lines = difflib.unified_diff(_lines(before), _lines(after), old, new, n=CONTEXT, lineterm="")
    kind: Kind = "added" if before is None else "removed" if after is None else "changed"
    return FileChange(path=path, kind=kind, lines=tuple(lines))


def _lines(content: bytes | None) -> list[str]:
    return [] if content is None else content.decode("utf-8", "backslashreplace").splitlines()


def shown(paths: Iterable[str], directories: Iterable[str]) -> frozenset[str]:
    """Return the paths of what a reader looks at: not what plugins made of the plan in directories of their own."""
    own = tuple(f"{directory}/" for directory in directories)
    return frozenset(path for path in paths if path not in UNSHOWN and not path.startswith(own))
