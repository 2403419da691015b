"""What others have in the environment repository stays: a commit never deletes what is not its environment's."""

from __future__ import annotations

import pytest

from envwright import envrepo
from envwright.model.diagnostic import Diagnostic
from tests.support.stacks import write
from tests.support.two_repositories import Repositories


def start(repositories: Repositories, files: dict[str, str], branch: str = "main") -> None:
    """Begin a branch of the environment repository with files of somebody else."""
    place = repositories.folder / "by-hand"
    repositories.git("clone", "--quiet", str(repositories.bare), str(place), at=repositories.folder)
    write(place, files)
    repositories.git("add", "--all", at=place)
    repositories.git("commit", "--quiet", "-m", "by hand", at=place)
    repositories.git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}", at=place)


def files(repositories: Repositories, branch: str = "main") -> set[str]:
    return set(repositories.git("ls-tree", "-r", "--name-only", branch, at=repositories.bare).splitlines())


def refusal(repositories: Repositories, path: str) -> Diagnostic:
    done = repositories.commit(branch="main", path=path)
    (why,) = done.failed
    assert (why.code, done.changed) == ("EW770", False)
    return why


@pytest.mark.parametrize("path", [".", "demo"])
def test_environments_below_a_directory_are_not_deleted(repositories: Repositories, path: str) -> None:
    repositories.commit_all(branch="main")
    before = files(repositories)
    why = refusal(repositories, path)
    assert why.detail.splitlines() == ["demo/production", "demo/staging"]
    assert files(repositories) == before


def test_files_of_somebody_else_are_not_deleted(repositories: Repositories) -> None:
    start(repositories, {"README.md": "hello\n", ".github/CODEOWNERS": "* @platform\n"})
    why = refusal(repositories, ".")
    assert why.detail.splitlines() == [".github/CODEOWNERS", "README.md"]
    assert repositories.commit(branch="main").changed
    assert {"README.md", ".github/CODEOWNERS", "demo/production/plan.json"} <= files(repositories)


@pytest.mark.parametrize("outer", [".", "demo"])
def test_an_environment_inside_of_another_is_refused(repositories: Repositories, outer: str) -> None:
    repositories.commit("staging", branch="main", path=outer)
    why = refusal(repositories, "demo/production")
    assert why.summary == (
        f"demo/production is inside of the environment in {outer}, whose next commit would delete it"
    )


def test_a_plan_that_a_hand_removed_is_put_back(repositories: Repositories) -> None:
    repositories.commit()
    place = repositories.checkout()
    (place / "demo/production/plan.json").unlink()
    repositories.push(place)
    assert repositories.commit().changed
    assert "demo/production/plan.json" in files(repositories, "env/demo/production")


def test_the_root_of_a_branch_is_committed_again(repositories: Repositories) -> None:
    repositories.commit(branch="main", path=".")
    repositories.edit("replicas: 1", "replicas: 2")
    assert repositories.commit(branch="main", path=".").changed


def test_a_second_stack_of_the_same_project_is_refused(repositories: Repositories) -> None:
    repositories.commit()
    repositories.change({"other/services.yaml": repositories.file.read_text().replace("replicas: 1", "replicas: 2")})
    moved = repositories.source / "other/services.yaml"
    source = envrepo.Source(file=str(moved))
    request = envrepo.CommitRequest(
        source=source,
        target=envrepo.Target(remote=repositories.remote),
        selected=(envrepo.Selected(environment="production"),),
    )
    (done,) = envrepo.commit(request)
    assert [item.code for item in done.failed] == ["EW754"]
    repositories.file.unlink()
    repositories.change({}, "moved")
    (done,) = envrepo.commit(request)
    assert done.changed
