"""Credentials for git: a program answers for one URL out of pipes, so they are in no file, argument or variable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from envwright.adapters.atomic import write_beside
from envwright.adapters.git.remote import Password, Remote

# a line of a pipe for each time that git asks: once in each connection that it opens
TIMES = 16
PROGRAM = b"""\
#!/bin/sh
# Answers git, for one URL; the answers are in pipes that git was started with.
case "$1" in
  "Username for '$ENVWRIGHT_ASKED': ") IFS= read -r answer <"/dev/fd/$ENVWRIGHT_USER" ;;
  "Password for '$ENVWRIGHT_ASKED_AS': ") IFS= read -r answer <"/dev/fd/$ENVWRIGHT_SECRET" ;;
  *) exit 1 ;;
esac && printf '%s\\n' "$answer"
"""


class Answers(NamedTuple):
    """What makes git ask: variables of its environment, and the pipes that it inherits."""

    environment: dict[str, str]
    pipes: tuple[int, ...]


@contextmanager
def answers(remote: Remote, folder: Path) -> Iterator[Answers]:
    """Prepare the answers for one run of git; the program, which holds no secret, is kept in `folder`."""
    given = remote.credentials
    if not isinstance(given, Password):
        yield Answers({}, ())
        return
    program = folder / "askpass"
    if not program.is_file() or program.read_bytes() != PROGRAM:
        write_beside(program, PROGRAM)
        program.chmod(0o700)
    pipes = [_filled(text) for text in (given.user, given.secret)]
    try:
        yield Answers(_environment(remote.url, given, program, pipes), tuple(pipes))
    finally:
        for pipe in pipes:
            os.close(pipe)


def _environment(url: str, credentials: Password, program: Path, pipes: list[int]) -> dict[str, str]:
    scheme, _, rest = url.rstrip("/").partition("://")
    return {
        "GIT_ASKPASS": str(program),
        "ENVWRIGHT_ASKED": f"{scheme}://{rest}",
        "ENVWRIGHT_ASKED_AS": f"{scheme}://{_encoded(credentials.user)}@{rest}",
        "ENVWRIGHT_USER": str(pipes[0]),
        "ENVWRIGHT_SECRET": str(pipes[1]),
    }


def _encoded(user: str) -> str:
    return quote(user, safe="")


def _filled(text: str) -> int:
    """Return the end of a pipe to read a text from, some times."""
    there, end = os.pipe()
    os.set_blocking(end, False)
    os.write(end, f"{text}\n".encode() * TIMES)
    os.close(end)
    return there
