"""Installed plugins, found by their entry points.

`importlib.metadata` reads the same files, but importing it (email, zipfile, csv) and letting it look through every
distribution takes 50 ms, a third of what `envwright validate` takes in a pre-commit hook. This looks at the files of
directories itself, in 2 ms, and leaves every other kind of `sys.path` entry to `importlib.metadata`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from envwright.host import Candidate, Host
from envwright.model.diagnostic import refuse

GROUP = "envwright"
METADATA = re.compile(r"(?P<name>.+?)-(?P<version>[^-]+)\.dist-info")


class EntryPoint(NamedTuple):
    """An entry point of the group: `value` is `module` or `module:attribute`; `origin` is the distribution."""

    name: str
    value: str
    origin: str
    version: str


def installed() -> Host:
    """Return the host of all installed plugins. Raises Refused (EW990) when one cannot be imported."""
    return Host(candidates())


def candidates() -> list[Candidate]:
    """Return all installed plugins before they are registered. Raises Refused (EW990) when one cannot be imported."""
    return [Candidate(entry.name, _load(entry), entry.version, entry.origin) for entry in entry_points()]


def entry_points() -> list[EntryPoint]:
    """Return the entry points of the group `envwright`; of a distribution found twice the first on `sys.path`."""
    found: dict[str, list[EntryPoint]] = {}
    for place in sys.path:
        for entries in _in_directory(place) if Path(place).is_dir() else _elsewhere(place):
            if entries:
                found.setdefault(entries[0].origin.lower(), entries)
    return [entry for entries in found.values() for entry in entries]


def _in_directory(place: str) -> Iterator[list[EntryPoint]]:
    try:
        names = os.listdir(place or ".")  # noqa: PTH208  # a Path for each of them would double the time
    except OSError:
        return
    for name in sorted(names):
        match = METADATA.fullmatch(name)
        if match is None:
            continue
        try:
            text = Path(place, name, "entry_points.txt").read_text(encoding="utf-8")
        except OSError:
            continue  # a distribution without entry points
        if f"[{GROUP}]" in text:
            yield _parsed(text, match["name"].replace("_", "-"), match["version"])


def _parsed(text: str, origin: str, version: str) -> list[EntryPoint]:
    """Read an `entry_points.txt`: https://packaging.python.org/en/latest/specifications/entry-points/#file-format."""
    found = []
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line
        elif section == f"[{GROUP}]" and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            found.append(EntryPoint(name.strip(), value.strip(), origin, version))
    return found


def _elsewhere(place: str) -> Iterator[list[EntryPoint]]:
    if not Path(place).exists():
        return
    from importlib.metadata import distributions  # a zip file, for example

    for distribution in distributions(path=[place]):
        points = [point for point in distribution.entry_points if point.group == GROUP]
        yield [EntryPoint(point.name, point.value, distribution.name, distribution.version) for point in points]


def _load(entry: EntryPoint) -> object:
    module, _, attribute = entry.value.partition(":")
    try:
        found: object = import_module(module.strip())
        for name in filter(None, attribute.strip().split(".")):
            found = getattr(found, name)
    except Exception as error:
        raise refuse("EW990", f"plugin {entry.name} cannot be imported: {error}") from error
    return found
