"""Files of a conversion, written into a folder that may hold others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envwright.adapters.atomic import write_beside
from envwright.model.diagnostic import refuse


def text_in(folder: Path, path: str) -> str | None:
    """Return the text of a file, None if there is none; what is not text counts as another text."""
    file = folder / path
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else None


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write text files by their path in a folder, each as a whole. Raises Refused: EW701."""
    try:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            write_beside(folder / path, text.encode())
    except OSError as error:
        place = error.filename or folder
        raise refuse("EW701", f"{place}: {(error.strerror or str(error)).lower()}") from error
