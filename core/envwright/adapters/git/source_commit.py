"""One commit of the source, as far as the environment repository tells of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from envwright.adapters.git.source import SourceRepository
from envwright.model.diagnostic import refuse

FORM = "%x00".join(("%H", "%cd", "%an", "%ae", "%cI", "%s", "%b", "%(trailers:only,unfold)"))


class SourceCommit(NamedTuple):
    """A commit: `date` is its committer's as git writes it, `<seconds> <+hhmm>`, `moment` the same as in RFC 3339.

    `body` is the message less its subject, `trailers` are in their order.
    """

    commit: str
    date: str
    author: str
    email: str
    moment: str
    subject: str
    body: str
    trailers: tuple[tuple[str, str], ...]


def source_of(file: str) -> tuple[SourceRepository, str]:
    """Return the repository around a root file and the file's name in its directory; `file` may be the directory."""
    path = Path(file)
    if path.is_dir():
        path = path / "services.yaml"
    return SourceRepository(path.parent), path.name


def seconds_of(moment: str) -> float:
    """Return the seconds since 1970 of a moment in RFC 3339, 0 for what is none."""
    try:
        return datetime.fromisoformat(moment).timestamp()
    except ValueError:
        return 0.0


def source_commit(repository: SourceRepository, revision: str) -> SourceCommit:
    """Return the commit that a revision names. Raises Refused: EW728 where there is none."""
    arguments = ("log", "-1", f"--format={FORM}", "--date=raw", "--end-of-options", f"{revision}^{{commit}}", "--")
    done = repository.git.run(*arguments)
    if done.status:
        hint = "name a commit that this clone has, or fetch it"
        raise refuse("EW728", f"the source has no commit {revision}", hint=hint, detail=done.err.strip())
    text = done.out.decode("utf-8", "replace").removesuffix("\n")
    commit, date, author, email, moment, subject, body, trailers = text.split("\0")
    pairs = (line.partition(": ") for line in trailers.split("\n") if line)
    found = tuple((name, value) for name, _, value in pairs)
    return SourceCommit(commit, date, author, email, moment, subject, body.strip("\n"), found)


def branch_of(repository: SourceRepository, revision: str) -> str:
    """Return the branch that a revision names or that is checked out (for `HEAD`), empty where there is none."""
    done = repository.git.run("rev-parse", "--symbolic-full-name", "--end-of-options", revision)
    lines = [line for line in done.out.decode("utf-8", "replace").split("\n") if line.startswith("refs/heads/")]
    return lines[0].removeprefix("refs/heads/") if not done.status and lines else ""
