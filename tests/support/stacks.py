"""Small stacks for tests: real files in a folder, answered by the library's own calls."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from envwright import api
from envwright.host import Host
from envwright.model.diagnostic import Diagnostic, Refused

HEAD = """\
apiVersion: envwright.dev/v1
kind: ServiceStack
metadata:
  name: demo
spec:
"""


def stack(spec: str) -> str:
    """Return a stack file whose `spec` is the dedented text."""
    return HEAD + "".join(f"  {line}\n" if line else "\n" for line in dedent(spec).strip("\n").split("\n"))


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write text files below a folder."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def world(folder: Path, files: Mapping[str, str], host: Host | None = None) -> api.World:
    """Write the files and return their world; without plugins unless `host` is given."""
    write(folder, files)
    return api.open_world(folder / "services.yaml", Host() if host is None else host)


def refused(call: object, *arguments: object, **options: object) -> tuple[Diagnostic, ...]:
    """Make a call that must be refused, and return its diagnostics."""
    try:
        result = call(*arguments, **options)  # type: ignore[operator]  # any call of the library
    except Refused as error:
        return error.diagnostics
    raise AssertionError(f"not refused: {result}")


def codes(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    """Return the codes of diagnostics in their order."""
    return [item.code for item in diagnostics]


def places(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    """Return `code file:line:column` of diagnostics in their order."""
    return [f"{item.code} {item.where}" for item in diagnostics]
