"""Programs that the machine has."""

from __future__ import annotations

from pathlib import Path

from envwright_testing.cache import program
from envwright_testing.service import Progress, Provide, Provided


def programs(*names: str) -> Provide:
    """Bring nothing, but say which programs have to be on `PATH`."""

    def provide(_folder: Path, _progress: Progress) -> Provided:
        for name in names:
            program(name)
        return Provided()

    return provide
