"""Where an environment stands in the environment repository: its branch, and its directory there."""

from __future__ import annotations

from typing import NamedTuple

from envwright.adapters.git.names import check_branch, fault_of
from envwright.model.output import default_branch, default_directory, instance_of
from envwright.model.wrong_call import wrong_call

# gitops-promoter and Argo CD's hydrator propose on such a branch what the branch without it gets once it is merged
NEXT = "-next"


class Place(NamedTuple):
    """A branch, and the directory in it, `""` for the root; `instance` is `production`, or `ai-7` for a slot."""

    project: str
    instance: str
    branch: str
    path: str

    @property
    def title(self) -> str:
        """How the subject of a commit names the environment."""
        return f"{self.project} {self.instance}".strip()


def place_of(
    project: str, environment: str, slot: int = 0, *, branch: str = "", path: str | None = None, proposed: bool = False
) -> Place:
    """Return where an environment stands: `env/<project>/<instance>` and `<project>/<instance>` unless told otherwise.

    `path` may be `.` for the root of the branch; `proposed` gives the `-next` branch. Raises Refused: EW724. Raises
    WrongCall: EW741.
    """
    instance = instance_of(environment, slot)
    name = check_branch(branch.removeprefix("refs/heads/") or default_branch(project, instance))
    directory = default_directory(project, instance) if path is None else directory_of(path)
    return Place(project, instance, name + NEXT if proposed else name, directory)


def directory_of(path: str) -> str:
    """Return a directory of a repository as git spells it, `""` for the root (`.`). Raises WrongCall: EW741."""
    clean = path.removesuffix("/")
    if clean == ".":
        return ""
    if fault := fault_of(clean):
        raise wrong_call("EW741", f"{path!r} is no directory of a repository: {fault}", hint="such as shop/production")
    return clean


def spelled(directory: str) -> str:
    """Return a directory as people and trailers spell it: `.` for the root."""
    return directory or "."
