"""Validate the stacks that the changed files belong to: the entry point of the pre-commit hook `envwright-validate`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from envwright import api
from envwright.adapters.entry_points import installed
from envwright.adapters.files import DirectoryReader
from envwright.cli.terminal import show, source_lines
from envwright.host import Host
from envwright.model.diagnostic import Diagnostic, Refused

ROOT_FILE = "services.yaml"


class RecordingReader(DirectoryReader):
    """A reader that remembers which files it gave, as resolved paths."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.base = directory
        self.given: set[Path] = set()

    def read(self, path: str) -> str:
        """Return the text of a file, and remember it. Raises Refused as every reader does."""
        text = super().read(path)
        self.given.add((self.base / path).resolve())
        return text


def main(argv: Sequence[str] | None = None) -> int:
    """Validate each stack that one of the files belongs to; print what is wrong, return 1 if anything is."""
    parser = argparse.ArgumentParser(prog="envwright-validate", description=__doc__)
    parser.add_argument("--manifests", action="store_true", help="render the manifests and check the objects too")
    parser.add_argument("files", nargs="*", type=Path, help="changed files, relative to the working directory")
    arguments = parser.parse_args(argv)
    valid = True
    try:
        host = installed()
    except Refused as error:
        show(error.diagnostics, "text", source_lines(None, None))
        return 1
    answered: set[Path] = set()
    for root in root_files(arguments.files):
        if root.resolve() not in answered:  # else an outer stack imports it, and answers for it
            reader = RecordingReader(root.parent)
            valid &= validate(root, reader, host, manifests=arguments.manifests)
            answered |= reader.given
    return 0 if valid else 1


def root_files(files: Iterable[Path]) -> list[Path]:
    """Return every `services.yaml` from the folders of `files` up to the working directory; outer ones first."""
    folders = {folder for file in files if not file.is_absolute() for folder in file.parents}
    roots = [folder / ROOT_FILE for folder in folders]
    return sorted((root for root in roots if root.is_file()), key=lambda root: (len(root.parts), root))


def validate(root: Path, reader: DirectoryReader, host: Host, *, manifests: bool) -> bool:
    """Validate a stack and print what is wrong, at places relative to the working directory; return if it is valid."""
    try:
        found = api.validate(api.Request(file=root.name), api.World(reader, host), manifests=manifests)
        valid = True
    except Refused as error:
        found, valid = error.diagnostics, False
    if found:
        show((placed(item, root.parent) for item in found), "text", source_lines(DirectoryReader(Path()), None))
    return valid


def placed(item: Diagnostic, directory: Path) -> Diagnostic:
    """Return a diagnostic whose places are relative to the working directory instead of to the root file's."""
    where = item.where and item.where._replace(file=(directory / item.where.file).as_posix())
    related = tuple(
        other._replace(where=other.where._replace(file=(directory / other.where.file).as_posix()))
        for other in item.related
    )
    return item._replace(where=where, related=related)
