"""Renders compared with files: what the fixture `render_case` does."""

from __future__ import annotations

import difflib
import posixpath
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from envwright import api
from envwright.host import Host
from envwright.model.diagnostic import Diagnostic
from envwright.model.mark import Mark
from envwright.report.text import as_text
from envwright_testing.hosts import host_of
from envwright_testing.schemas import faults

EXPECTED = "expected"
DIAGNOSTICS = "diagnostics.txt"
SHOWN_LINES = 60
HOW = "if this is what you meant: pytest --regen-all"


class Outcome(NamedTuple):
    """What became of one environment: its files by their path, and what was reported, an error or warnings."""

    files: Mapping[str, bytes]
    diagnostics: tuple[Diagnostic, ...]
    response: api.Response | None


class RenderCase:
    """Compares renders with files; the fixture `render_case` is one.

    `scratch` is an empty folder, `keep` writes what is rendered instead of comparing it, `forgive` passes even so.
    """

    def __init__(self, scratch: Path, *, keep: bool = False, forgive: bool = False) -> None:
        self._scratch = scratch
        self._keep = keep
        self._forgive = forgive
        self._copies = 0

    def __call__(
        self,
        folder: Path,
        *,
        plugins: Sequence[object] = (),
        variables: Mapping[str, str] | None = None,
        kubernetes: Sequence[str] = (),
    ) -> dict[str, Outcome]:
        """Render the stack in a folder, and compare every file, byte for byte, with those in `expected/` there.

        Each environment that the stack declares is a folder of that, slot 1 of those that take slots. Diagnostics are
        compared too, as `diagnostics.txt`: so a refused stack is a case like any other. `plugins` are those under test
        besides the built-in ones; where none is named, those that are installed take part. With versions of
        `kubernetes` such as `1.34` every object has to pass their schemas, for which `kubernetes-validate` must be
        installed.

        Returns what became of each environment by the name of its folder; a stack that is not valid has one outcome, by
        the name "". Fails where something differs; with `--regen-all` it writes `expected/` instead, with
        `--force-regen` too, and fails. The first time it writes what is there to be looked at, and fails.
        """
        outcomes = self._outcomes(folder, host_of(plugins), variables or {})
        for name, outcome in outcomes.items():
            if outcome.response is not None and (wrong := faults(outcome.response, kubernetes)):
                pytest.fail("\n".join([f"{folder.name}, {name}: Kubernetes does not take", *wrong]), pytrace=False)
        made = {
            posixpath.join(name, path): content
            for name, outcome in outcomes.items()
            for path, content in outcome.files.items()
        }
        expected = folder / EXPECTED
        fresh = not expected.exists()
        differences = [] if fresh else _differences(expected, made)
        if fresh or (self._keep and differences):
            _write(expected, made)
        if fresh and not self._forgive:
            pytest.fail(f"{expected} was not there: it is written, look at it", pytrace=False)
        if differences and not self._forgive:
            pytest.fail("\n".join([f"{folder.name} renders something else; {HOW}", *differences]), pytrace=False)
        return outcomes

    def _outcomes(self, folder: Path, host: Host, variables: Mapping[str, str]) -> dict[str, Outcome]:
        """Render a copy without `expected/`: nothing that is compared may depend on what it is compared with."""
        self._copies += 1
        copy = self._scratch / str(self._copies) / folder.name
        shutil.copytree(folder, copy, ignore=lambda place, _names: [EXPECTED] if Path(place) == folder else [])
        world = api.open_world(copy, host)
        try:
            requests = api.instances(api.Request(variables=variables), world)
        except api.Refused as refused:
            return {"": _refused(refused, world)}
        return {_name(request): _outcome(request, world) for request in requests}


def _outcome(request: api.Request, world: api.World) -> Outcome:
    try:
        response = api.render(request, world)
    except api.Refused as refused:
        return _refused(refused, world)
    reported = _report(response.diagnostics, world)
    return Outcome({**response.files, **reported}, response.diagnostics, response)


def _refused(refused: api.Refused, world: api.World) -> Outcome:
    return Outcome(_report(refused.diagnostics, world), refused.diagnostics, None)


def _report(diagnostics: tuple[Diagnostic, ...], world: api.World) -> dict[str, bytes]:
    if not diagnostics:
        return {}

    def line(mark: Mark) -> str | None:
        lines = world.reader.read(mark.file).splitlines()
        return lines[mark.line - 1] if 0 < mark.line <= len(lines) else None

    return {DIAGNOSTICS: as_text(diagnostics, line).encode()}


def _name(request: api.Request) -> str:
    return f"{request.environment}-{request.slot}" if request.slot else request.environment


def _differences(expected: Path, made: Mapping[str, bytes]) -> list[str]:
    """Return what differs, as a unified diff of each file."""
    there = {path.relative_to(expected).as_posix(): path for path in sorted(expected.rglob("*")) if path.is_file()}
    found: list[str] = []
    for path in sorted({*there, *made}):
        before = there[path].read_bytes() if path in there else b""
        after = made.get(path, b"")
        if before != after or (path in there) != (path in made):
            found += _difference(path, before, after)
    return found


def _difference(path: str, before: bytes, after: bytes) -> list[str]:
    old, new = (text.decode("utf-8", "replace").splitlines() for text in (before, after))
    lines = list(difflib.unified_diff(old, new, f"{EXPECTED}/{path}", f"{path} (now)", lineterm=""))
    return lines[:SHOWN_LINES] or [f"{EXPECTED}/{path}: only the ends of lines differ"]


def _write(expected: Path, made: Mapping[str, bytes]) -> None:
    shutil.rmtree(expected, ignore_errors=True)
    for path, content in made.items():
        file = expected / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
