"""A new plugin's package in a folder: whole, or not there at all."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from envwright import api
from envwright.adapters.atomic import write_beside
from envwright.adapters.entry_points import candidates
from envwright.host import Candidate, Host
from envwright.model.diagnostic import refuse
from envwright.report.text import as_text
from envwright.scaffold.names import Names
from envwright.scaffold.package import files_of
from envwright.version import __version__

BUILT_IN = "envwright"
ENVIRONMENT = "dev"
"""The one environment of the cases."""


def create(directory: Path, names: Names, kind: str) -> tuple[Path, bool]:
    """Write a plugin's package into a folder of its name in `directory`, and return that folder.

    The second value is False where the folder is there and holds the same files already. Raises Refused: EW805 if it
    holds others, or cannot be written.
    """
    target = directory / names.distribution
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory, prefix=f".{names.distribution}.") as scratch:
            made = Path(scratch) / names.distribution
            _write(made, files_of(names, kind, __version__), names)
            if not target.is_dir() or not any(target.iterdir()):
                made.rename(target)
                return target, True
            if difference := _difference(made, target):
                hint = "choose another name, or remove it"
                raise refuse("EW805", f"{target} is there, and {difference}", hint=hint)
            return target, False
    except OSError as error:
        summary = f"{error.filename or target}: {(error.strerror or str(error)).lower()}"
        raise refuse("EW805", summary, hint="choose another directory") from error


def _write(folder: Path, files: Mapping[str, str], names: Names) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_beside(folder / path, text.encode())
    with _loaded(f"{names.module}.plugin", files[f"src/{names.module}/plugin.py"]) as plugin:
        own = [each for each in candidates() if each.origin == BUILT_IN]
        host = Host([*own, Candidate(names.plugin, plugin, "", names.distribution)])
        for case in sorted((folder / "tests/cases").iterdir()):
            _render(case, host)


def _render(case: Path, host: Host) -> None:
    """Write what a case renders to, or why it is refused, as the fixture `render_case` compares it."""
    world = api.open_world(case, host)
    try:
        response = api.render(api.Request(environment=ENVIRONMENT), world)
        files, diagnostics = dict(response.files), response.diagnostics
    except api.Refused as refused:
        files, diagnostics = {}, refused.diagnostics
    if diagnostics:
        lines = world.reader.read("services.yaml").splitlines()
        files["diagnostics.txt"] = as_text(diagnostics, lambda mark: lines[mark.line - 1]).encode()
    for path, content in files.items():
        file = case / "expected" / ENVIRONMENT / path
        file.parent.mkdir(parents=True, exist_ok=True)
        write_beside(file, content)


@contextmanager
def _loaded(name: str, source: str) -> Iterator[ModuleType]:
    """Yield a module made of source text, which `import` does not find."""
    module = ModuleType(name)
    sys.modules[name] = module  # where annotations are looked up
    try:
        exec(compile(source, f"{name}.py", "exec"), vars(module))  # noqa: S102  # it comes from a file beside this one
        yield module
    finally:
        del sys.modules[name]


def _difference(made: Path, there: Path) -> str:
    """Return how a folder differs from a package as it is made, empty if all of that is there."""
    for file in sorted(path for path in made.rglob("*") if path.is_file()):
        path = file.relative_to(made)
        if not (there / path).is_file():
            return f"has no {path.as_posix()}"
        if (there / path).read_bytes() != file.read_bytes():
            return f"its {path.as_posix()} is another"
    return ""
