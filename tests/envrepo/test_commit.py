"""One commit, provably what the source says."""

from __future__ import annotations

import json

import pytest

from envwright.model.diagnostic import Refused
from envwright.model.wrong_call import WrongCall
from envwright.version import __version__
from tests.support.stacks import codes, refused, stack, write
from tests.support.two_repositories import SPEC, Repositories

DIRECTORY = "demo/production"


def test_a_render_is_one_commit_on_the_environments_own_branch(repositories: Repositories) -> None:
    done = repositories.commit()
    assert (done.changed, done.pushed, done.branch, done.path) == (True, True, "env/demo/production", DIRECTORY)
    assert done.commit == repositories.tip()
    files = repositories.git("ls-tree", "-r", "--name-only", done.commit, at=repositories.bare).splitlines()
    assert {path.removeprefix(f"{DIRECTORY}/") for path in files} >= {
        "plan.json",
        "PLAN.md",
        "transition.json",
        "hydrator.metadata",
        "manifests/internal/kustomization.yaml",
        "manifests/internal/api/deployment-api.yaml",
    }
    assert all(path.startswith(f"{DIRECTORY}/") for path in files)


def test_its_trailers_say_what_it_was_made_of(repositories: Repositories) -> None:
    done = repositories.commit(variables={"SMTP_HOST": "a-secret-host", "UNREAD": "x"})
    source = repositories.git("rev-parse", "HEAD")
    said = repositories.git("log", "-1", "--format=%(trailers)", done.commit or "", at=repositories.bare)
    assert dict(line.split(": ", 1) for line in said.splitlines()) == {
        "Source-Repo": "https://git.example.org/demo.git",
        "Source-Sha": source,
        "Source-File": "deploy/services.yaml",
        "Directory": DIRECTORY,
        "Plan-Digest": done.plan_digest,
        "Engine": f"envwright/{__version__}",
        "Plugins": "none",
        "Variables": "SMTP_HOST",
    }


def test_author_and_date_are_those_of_the_source_commit(repositories: Repositories) -> None:
    done = repositories.commit()
    form = "--format=%an <%ae> %cn %ad"
    said = repositories.git("log", "-1", form, "--date=raw", done.commit or "", at=repositories.bare)
    assert said == "Ada Lovelace <ada@example.org> envwright 1700003600 +0100"


def test_the_same_input_gives_the_same_commit(
    repositories: Repositories, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Repositories(tmp_path_factory.mktemp("other"))
    assert repositories.commit().commit == other.commit().commit


def test_the_metadata_has_the_form_of_argo_cds_hydrator(repositories: Repositories) -> None:
    trailers = (
        "Argocd-reference-commit-sha: abc12",
        "Argocd-reference-commit-author: Bob <b@example.org>",
        'Argocd-reference-commit-body: "two\\nlines"',
        "Argocd-reference-commit-repourl: https://git.example.org/code",
        # as Argo CD has it, what is not of its form stays in the body
        "Argocd-reference-commit-date: yesterday",
    )
    message = "\n".join(("raise it\n\nbecause\n", *trailers))
    sha = repositories.edit("replicas: 1", "replicas: 2", message)
    repositories.commit(variables={"SMTP_HOST": "mail"})
    assert json.loads(repositories.show(f"{DIRECTORY}/hydrator.metadata")) == {
        "repoURL": "https://git.example.org/demo.git",
        "drySha": sha,
        "commands": [
            "envwright render -f deploy/services.yaml --env production --pass-env SMTP_HOST --out out",
        ],
        "author": "Ada Lovelace <ada@example.org>",
        "date": "2023-11-15T01:13:20+01:00",
        "subject": "raise it",
        "body": f"because\n\n{trailers[-1]}",
        "references": [
            {
                "commit": {
                    "sha": "abc12",
                    "author": "Bob <b@example.org>",
                    "body": "two\nlines",
                    "repoUrl": "https://git.example.org/code",
                }
            }
        ],
    }


def test_nothing_changed_is_no_commit(repositories: Repositories) -> None:
    first = repositories.commit()
    repositories.change({"README.md": "words"})  # another source commit, so other metadata
    again = repositories.commit()
    assert (again.commit, again.changed, again.pushed, again.failed) == (first.commit, False, False, ())


def test_files_that_the_render_no_longer_makes_go_with_it(repositories: Repositories) -> None:
    repositories.commit()
    repositories.edit('  - name: jobs\n      workload: {kind: deployment, image: "busybox:1.37"}\n', "")
    done = repositories.commit(allow_prune=True)
    assert done.transition is not None
    assert [item.name for item in done.transition.deleted] == ["jobs"]
    files = repositories.git("ls-tree", "-r", "--name-only", done.commit or "", at=repositories.bare)
    assert "deployment-jobs" not in files
    assert "- Deployment demo-production/jobs of jobs" in repositories.git(
        "log", "-1", "--format=%b", done.commit or "", at=repositories.bare
    )


def test_what_is_rendered_is_the_commit_not_the_work_tree(repositories: Repositories) -> None:
    first = repositories.commit()
    repositories.file.write_text(repositories.file.read_text().replace("replicas: 1", "replicas: 9"))
    assert repositories.commit().commit == first.commit


def test_a_dry_run_pushes_nothing(repositories: Repositories) -> None:
    done = repositories.commit(dry_run=True)
    assert (done.commit, done.changed, done.pushed) == (None, True, False)
    assert done.transition is not None
    assert repositories.git("for-each-ref", at=repositories.bare) == ""


def test_an_older_source_is_refused_unless_asked_for(repositories: Repositories) -> None:
    older = repositories.git("rev-parse", "HEAD")
    repositories.edit("replicas: 1", "replicas: 2")
    repositories.commit()
    assert codes(repositories.commit(revision=older).failed) == ["EW738"]
    assert repositories.commit(revision=older, allow_older=True).changed


def test_an_older_source_that_changes_nothing_is_no_error(repositories: Repositories) -> None:
    older = repositories.git("rev-parse", "HEAD")
    repositories.change({"README.md": "words"})
    repositories.commit()
    assert repositories.commit(revision=older).failed == ()


def test_a_shallow_clone_goes_by_the_dates(repositories: Repositories) -> None:
    older = repositories.git("rev-parse", "HEAD")
    repositories.edit("replicas: 1", "replicas: 2")
    repositories.commit()
    repositories.git("reset", "--quiet", "--hard", older)
    repositories.git("reflog", "expire", "--expire=now", "--all")
    repositories.git("gc", "--quiet", "--prune=now")
    assert codes(repositories.commit().failed) == ["EW738"]


def test_a_branch_that_is_pushed_with_force_is_normal_for_a_slot(repositories: Repositories) -> None:
    older = repositories.git("rev-parse", "HEAD")
    repositories.edit("replicas: 1", "replicas: 2")
    repositories.commit("ai", 7)
    done = repositories.commit("ai", 7, revision=older)
    assert (done.changed, done.branch, done.path) == (True, "env/demo/ai-7", "demo/ai-7")


def test_an_environment_is_not_emptied_unless_asked_for(repositories: Repositories) -> None:
    repositories.commit()
    empty = SPEC[: SPEC.index("services:")] + "services: []\n"
    repositories.change({"deploy/services.yaml": stack(empty)})
    (found,) = repositories.commit().failed
    assert (found.code, "Deployment demo-production/api of api" in found.detail) == ("EW703", True)
    assert repositories.commit(allow_empty=True).changed


def test_more_than_the_budget_is_not_deleted_unless_asked_for(repositories: Repositories) -> None:
    repositories.commit()
    repositories.edit('  - name: jobs\n      workload: {kind: deployment, image: "busybox:1.37"}\n', "")
    (found,) = repositories.commit().failed
    assert found.code == "EW739"
    assert found.detail == "Deployment demo-production/jobs of jobs"
    assert repositories.commit(allow_prune=True).changed


def test_one_environment_that_cannot_be_committed_keeps_no_other(repositories: Repositories) -> None:
    repositories.edit("{production: {}, staging: {}", "{production: {}, staging: {vars: {a: '{{ env \"NONE\" }}'}}")
    production, staging = repositories.commit_all()
    assert production.changed
    assert not staging.changed
    assert [found.severity for found in staging.failed] == ["error"]


def test_all_are_the_environments_without_slots(repositories: Repositories) -> None:
    assert [done.environment for done in repositories.commit_all()] == ["production", "staging"]


def test_environments_may_share_a_branch(repositories: Repositories) -> None:
    production, staging = repositories.commit_all(branch="main")
    assert repositories.git("rev-parse", "main", at=repositories.bare) == staging.commit
    assert repositories.git("rev-parse", "main^", at=repositories.bare) == production.commit
    assert repositories.git("ls-tree", "--name-only", "main:demo", at=repositories.bare) == "production\nstaging"


def test_several_environments_cannot_share_a_directory(repositories: Repositories) -> None:
    with pytest.raises(WrongCall, match="EW741"):
        repositories.commit_all(path="here")


def test_the_directory_may_be_the_root_of_the_branch(repositories: Repositories) -> None:
    done = repositories.commit(path=".")
    assert (done.path, json.loads(repositories.show("plan.json"))["environment"]) == ("", "production")
    assert repositories.verify(done.commit or "").path == "."


@pytest.mark.parametrize("path", ["../x", "a/../b", "/x", ".git", "a/.GIT/x", "-x", "a//b", "a\nb"])
def test_a_directory_that_leads_elsewhere_is_refused(repositories: Repositories, path: str) -> None:
    assert codes(refused(repositories.commit, path=path)) == ["EW741"]


@pytest.mark.parametrize("branch", ["-x", "a..b", "a b", "x.lock", "a\nb", "@", "HEAD"])
def test_a_branch_that_git_would_misread_is_refused(repositories: Repositories, branch: str) -> None:
    with pytest.raises(Refused):
        repositories.commit(branch=branch)


def test_a_hand_edit_is_put_right_by_the_next_commit(repositories: Repositories) -> None:
    repositories.commit()
    place = repositories.checkout()
    file = place / DIRECTORY / "manifests/internal/api/deployment-api.yaml"
    file.write_text(file.read_text().replace("replicas: 1", "replicas: 5"))
    (place / DIRECTORY / "added.yaml").write_text("a: b\n")
    repositories.push(place)
    done = repositories.commit()
    assert done.changed
    assert "replicas: 1" in repositories.show(f"{DIRECTORY}/manifests/internal/api/deployment-api.yaml")
    assert repositories.verify(done.commit or "")


def test_variables_that_were_passed_before_are_missed(repositories: Repositories) -> None:
    repositories.commit(variables={"SMTP_HOST": "mail"})
    done = repositories.commit()
    assert [(item.code, item.severity, item.hint) for item in done.warnings] == [
        ("EW747", "warning", "--pass-env SMTP_HOST")
    ]
    assert repositories.commit().warnings == ()


def test_a_file_that_git_lfs_keeps_is_not_deployed_as_its_address(repositories: Repositories) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    repositories.change({"deploy/jobs.yaml.tpl": pointer})
    repositories.edit('workload: {kind: deployment, image: "busybox:1.37"}', "manifests: [jobs.yaml.tpl]")
    assert [item.code for item in repositories.commit().failed] == ["EW774"]


def test_a_commit_that_lost_its_trailers_is_made_again(repositories: Repositories) -> None:
    repositories.commit()
    commit = repositories.push(repositories.checkout(), "squashed on a page (#7)")
    assert repositories.commit(revision="HEAD").changed
    assert repositories.git("rev-parse", "env/demo/production~", at=repositories.bare) == commit
    assert repositories.verify("env/demo/production").path == "demo/production"
    assert repositories.commit().changed is False


def test_a_commit_of_somebody_else_beside_the_directory_is_no_reason_for_another(repositories: Repositories) -> None:
    repositories.commit()
    place = repositories.checkout()
    write(place, {"README.md": "by hand\n"})
    repositories.git("add", "--all", at=place)
    repositories.git("commit", "--quiet", "-m", "A page for people", at=place)
    repositories.git("push", "--quiet", "origin", "HEAD", at=place)
    assert repositories.commit().changed is False
