"""The commands on the environment repository, as people and pipelines call them."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from envwright.cli.main import run
from tests.support.git_server import GitServer, served
from tests.support.two_repositories import Repositories


class Said(NamedTuple):
    code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def call(repositories: Repositories, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a command beside the source, on the environment repository."""
    monkeypatch.chdir(repositories.source / "deploy")
    monkeypatch.setenv("ENVWRIGHT_REPO", str(repositories.bare))

    def made(*arguments: str) -> Said:
        code = run(arguments)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return made


def test_the_outcome_of_a_commit_is_one_object(repositories: Repositories, call: Call) -> None:
    said = call("commit", "--env", "production", "-o", "json")
    data = json.loads(said.out)
    digest = repositories.git(
        "log", "-1", "--format=%(trailers:key=Plan-Digest,valueonly)", data["commit"], at=repositories.bare
    )
    assert said.code == 0
    assert data == {
        "commit": repositories.tip(),
        "changed": True,
        "planDigest": digest.strip(),
        "branch": "env/demo/production",
        "path": "demo/production",
        "pushed": True,
    }
    again = json.loads(call("commit", "--env", "production", "-o", "json").out)
    assert again == {**data, "changed": False, "pushed": False}


def test_that_of_several_is_a_list(call: Call) -> None:
    data = json.loads(call("commit", "--all", "-o", "json").out)
    assert [each["path"] for each in data] == ["demo/production", "demo/staging"]


def test_of_several_the_one_that_is_refused_is_named(repositories: Repositories, call: Call) -> None:
    repositories.edit("staging: {}", 'staging: {overrides: {web: {workload: {image: "{{ .Nope }}"}}}}')
    said = call("commit", "--all")
    assert (said.code, said.out.splitlines()[1]) == (1, "staging: not committed")
    assert said.out.startswith("production: ")
    assert "the environment staging is not committed" in said.err


def test_what_several_are_refused_for_is_one_document(repositories: Repositories, call: Call) -> None:
    repositories.edit(
        "production: {}, staging: {}", "production: {vars: {a: '{{ .No }}'}}, staging: {vars: {a: '{{ .No }}'}}"
    )
    said = call("commit", "--all", "-o", "json", "--format", "json")
    assert [item["code"] for item in json.loads(said.err)["diagnostics"]] == ["EW201", "EW201"]
    assert [(each["planDigest"], each["changed"]) for each in json.loads(said.out)] == [("", False), ("", False)]


def test_an_id_as_the_log_shows_it_is_enough(repositories: Repositories, call: Call) -> None:
    call("commit", "--env", "production")
    repositories.edit("replicas: 1", "replicas: 2")
    call("commit", "--env", "production")
    lines = call("log", "--env", "production").out.splitlines()
    for line in (lines[0], lines[2]):
        assert call("verify", line.split()[0]).code == 0
    first = repositories.git("rev-parse", "env/demo/production~1", at=repositories.bare)[:10]
    assert f"against {first}" in call("diff", "--env", "production", "--against", first).out
    assert call("verify", "abcdef0").code == 2


def test_a_commit_of_another_environment_is_nothing_to_compare_with(repositories: Repositories, call: Call) -> None:
    call("commit", "--all")
    said = call("diff", "--env", "production", "--against", repositories.tip("env/demo/staging"))
    assert (said.code, "error[EW740]" in said.err) == (1, True)


def test_status_tells_what_is_proposed_and_that_nothing_is_there(call: Call) -> None:
    assert call("status").out == "nothing is deployed on env/*\n"
    assert call("status", "--project", "demo").out == "nothing is deployed on env/demo/*\n"
    call("commit", "--env", "production")
    call("commit", "--env", "production", "--next")
    deployed, proposed = call("status").out.splitlines()
    assert ("proposed" in deployed, proposed.endswith("proposed on env/demo/production-next")) == (False, True)


def test_what_is_refused_ends_with_1_and_says_why(repositories: Repositories, call: Call) -> None:
    assert call("commit", "--env", "production").code == 0
    repositories.edit("replicas: 1", "replicas: 2")
    assert call("commit", "--env", "production", "--author", "Grace Hopper <grace@example.org>").code == 0
    said = call("commit", "--env", "production", "--rev", "HEAD~1")
    assert (said.code, said.out) == (1, "")
    assert "error[EW738]" in said.err
    assert "Grace Hopper" in call("log", "--env", "production", "-n", "1").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("commit", "--all", "--env", "production"),
        ("commit", "--env", "nothing"),
        ("commit", "--env", "ai"),
        ("commit", "--env", "production", "--path", "../x"),
        ("commit", "--env", "production", "--author", "nobody"),
        ("commit", "-f", "-", "--env", "production"),
        ("commit", "--env", "production", "--signing-key", "a", "--gpg-key", "b"),
        ("verify", "nothing"),
        ("verify", "main", "--require-signature"),
        ("promote", "--to", "production"),
        ("promote", "--to", "production", "--from", "production"),
        ("promote", "--to", "production", "--from", "staging", "--unpin"),
    ],
)
def test_a_wrong_call_ends_with_2(call: Call, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert call(*arguments).code == 2


def test_without_a_repository_it_is_a_wrong_call(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENVWRIGHT_REPO")
    for command in ("commit", "diff", "status", "log", "rollback", "unhold", "prune-branches"):
        assert call(command).code == 2


def test_a_stack_in_no_repository_is_refused(call: Call, tmp_path: Path) -> None:
    (tmp_path / "services.yaml").write_text(Path("services.yaml").read_text())
    said = call("commit", "-f", str(tmp_path), "--env", "production")
    assert said.code == 1
    assert "EW728" in said.err


def test_changes_that_are_in_no_commit_are_told(call: Call) -> None:
    Path("services.yaml").write_text(Path("services.yaml").read_text() + "# more\n")
    said = call("commit", "--all")
    assert said.code == 0
    assert said.err.count("warning[EW755]") == 1


def test_a_file_that_is_in_no_commit_is_missed_with_a_reason(call: Call) -> None:
    Path("other.yaml").write_text(Path("services.yaml").read_text())
    said = call("commit", "-f", "other.yaml", "--env", "production")
    assert said.code == 1
    assert ("error[EW001]: other.yaml" in said.err, "warning[EW755]" in said.err) == (True, True)


def test_nothing_to_do_is_told(repositories: Repositories, call: Call) -> None:
    repositories.git("remote", "set-url", "origin", str(repositories.source))
    assert call("prune-branches").out == "no slot with a branch is gone\n"
    repositories.edit("production: {}, staging: {}, ", "")
    said = call("commit", "--all")
    assert (said.code, said.out) == (0, "nothing to commit: the stack has no environment without slots\n")
    assert call("commit", "--all", "-o", "json").out == "[]\n"


def test_differences_can_be_asked_for_by_exit_code(call: Call) -> None:
    assert call("diff", "--env", "production", "--exit-code").code == 1
    call("commit", "--env", "production")
    assert call("diff", "--env", "production", "--exit-code").code == 0
    Path("services.yaml").write_text(Path("services.yaml").read_text().replace("replicas: 1", "replicas: 2"))
    assert call("diff", "--env", "production").code == 0
    assert call("diff", "--env", "production", "--exit-code").code == 1
    assert call("diff", "--env", "production", "--exit-code", "--rev", "HEAD").code == 0


def test_status_as_data(repositories: Repositories, call: Call) -> None:
    call("commit", "--all")
    repositories.edit("replicas: 1", "replicas: 2")
    call("commit", "--env", "staging")
    found = json.loads(call("status", "-o", "json").out)
    assert [(each["environment"], each["source"]) for each in found] == [
        ("production", "behind"),
        ("staging", "current"),
    ]
    assert found[0]["pins"] == {"versions": {}, "images": {}}
    assert found[0]["deployment"]["trailers"]["Directory"] == "demo/production"


def test_what_a_hand_did_hides_no_environment_and_no_hold(repositories: Repositories, call: Call) -> None:
    call("commit", "--env", "production")
    repositories.edit("replicas: 1", "replicas: 2")
    call("commit", "--env", "production")
    call("rollback", "--env", "production", "--reason", "it fails")
    place = repositories.checkout()
    (place / "demo/production/extra").write_text("")
    repositories.push(place, "by hand")
    for options in ((), ("--project", "demo")):
        (line,) = call("status", *options).out.splitlines()
        assert line.endswith("  not made by envwright  held: it fails")


def test_environments_of_one_name_are_told_apart(repositories: Repositories, call: Call) -> None:
    call("commit", "--env", "production")
    repositories.edit("name: demo", "name: other")
    call("commit", "--env", "production")
    said = call("status").out.splitlines()
    assert [line.split()[0] for line in said] == ["env/demo/production", "env/other/production"]


def test_a_hold_without_a_reason_is_data_too(repositories: Repositories, call: Call) -> None:
    call("commit", "--env", "production")
    repositories.edit("replicas: 1", "replicas: 2")
    blocked = json.loads(call("commit", "--env", "production", "-o", "json").out)["commit"]
    call("rollback", "--env", "production")
    (found,) = json.loads(call("status", "-o", "json").out)
    assert (found["held"]["reason"], found["held"]["blocked"]) == ("", blocked)


def test_what_is_said_of_all_environments_is_said_once(repositories: Repositories, call: Call) -> None:
    repositories.change({"deploy/Dockerfile": "FROM nginx:latest\n"})
    built = "images: {b: {type: build, dockerfile: Dockerfile, repository: r.example.org/b, tagTemplate: x}, "
    repositories.edit("images: {", built)
    said = call("commit", "--all")
    assert (said.code, said.err.count("warning[EW")) == (0, 1), said.err


def test_a_directory_of_another_environment_is_not_taken(repositories: Repositories, call: Call) -> None:
    call("commit", "--env", "production", "--branch", "main", "--path", "here")
    said = call("commit", "--env", "staging", "--branch", "main", "--path", "here")
    assert said.code == 1
    assert "error[EW754]" in said.err


def test_a_slot_can_be_promoted_from_and_to(repositories: Repositories, call: Call) -> None:
    call("commit", "--env", "production")
    repositories.edit('"1.4"', '"1.5"')
    call("commit", "--env", "ai", "--slot", "7")
    assert call("promote", "--from", "ai-7", "--to", "production").code == 0
    assert json.loads(repositories.show("demo/production/pins.json"))["promotedFrom"] == "ai-7"
    call("commit", "--env", "ai", "--slot", "8")
    assert call("promote", "--from", "production", "--to", "ai-8").code == 0
    assert call("promote", "--from", "ai-x", "--to", "production").code == 2


def test_environments_in_other_places_are_promoted(repositories: Repositories, call: Call) -> None:
    call("commit", "--env", "production", "--branch", "live", "--path", "prod")
    repositories.edit('"1.4"', '"1.5"')
    call("commit", "--env", "staging", "--branch", "test", "--path", ".")
    places = ("--branch", "live", "--path", "prod", "--from-branch", "test", "--from-path", ".")
    assert call("promote", "--from", "staging", "--to", "production", *places).code == 0
    assert '"1.5"' in repositories.show("prod/pins.json", "live")
    assert call("promote", "--to", "production", "--unpin", *places[:4]).code == 0


def test_a_broken_stack_is_no_reason_not_to_go_back(repositories: Repositories, call: Call) -> None:
    call("commit", "--env", "production")
    repositories.edit("replicas: 1", "replicas: 2")
    call("commit", "--env", "production")
    repositories.edit("kind: ServiceStack", "kind: Bad")
    said = call("rollback", "--env", "production")
    assert (said.code, "EW100" in said.err, "--project NAME" in said.err) == (1, True, True)
    assert call("rollback", "--env", "production", "--project", "demo").code == 0
    assert "back to" in call("log", "--env", "production", "--project", "demo", "-n", "1").out
    assert call("unhold", "--env", "production", "--project", "demo").code == 0
    assert call("log", "--project", "demo").code == 2


# Signatures


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("NOT TESTED: ssh-keygen is not there")
    for name in ("mine", "other"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", tmp_path / name]
        subprocess.run(command, check=True)
    public = (tmp_path / "mine.pub").read_text()
    (tmp_path / "allowed").write_text(f"robot@example.org {public}")
    return tmp_path


def test_a_signature_of_an_allowed_key_counts_alone(repositories: Repositories, call: Call, keys: Path) -> None:
    required = ("--require-signature", "--allowed-signers", str(keys / "allowed"))
    for key, code in (("mine", 0), ("other", 1), ("", 1)):
        repositories.change({"deploy/services.yaml": repositories.file.read_text() + f"# {key}\n"})
        repositories.edit("nginx:1.29", "nginx:1.29.1" if key == "mine" else "nginx:1.29.1.2") if key else None
        if not key:
            repositories.edit("replicas: 1", "replicas: 7")
        signing = ("--signing-key", str(keys / key)) if key else ()
        assert call("commit", "--env", "production", *signing).code == 0
        said = call("verify", "env/demo/production", *required)
        assert said.code == code, said.err
        assert ("signed by robot@example.org" in said.out) == (code == 0)
        assert ("EW750" in said.err) == (code == 1)
        assert call("verify", "env/demo/production").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("commit", "-f", "nothing/services.yaml"), 1, "EW728"),  # git would find the repository around the caller
        (("commit", "-f", "x" * 5000), 1, "EW"),
        (("commit", "--repo", "/x\udcff"), 1, "EW722"),
        (("commit", "--repo", "/x\0"), 1, "EW722"),
        (("commit", "--rev", "\udcff"), 1, "EW728"),
        (("commit", "--rev", "\0"), 1, "EW728"),
        (("commit", "--rev", "--all"), 1, "EW728"),
        (("commit", "--author", "A\udcff <a@b>"), 1, "EW725"),
        (("commit", "--branch", "-x"), 1, "EW724"),
        (("commit", "--path", "-x"), 2, "EW741"),
        (("diff", "--repo", ""), 2, "say against what"),
    ],
)
def test_a_value_that_is_none_is_told(
    repositories: Repositories, call: Call, arguments: tuple[str, ...], code: int, said: str
) -> None:
    found = call(*arguments, "--env", "production")
    assert (found.code, found.out) == (code, "")
    assert said in found.err
    assert "EW999" not in found.err
    assert repositories.git("for-each-ref", at=repositories.bare) == ""


STRANGE = {
    "nobody": b"",
    "no-date": b"author A <a@b> never\ncommitter A <a@b> never\n",
    "far-date": b"author A <a@b> 999999999999 +1400\ncommitter A <a@b> 999999999999 +1400\n",
    "control": b"author A\x1b[31m <a\x01@b> 1 +0000\ncommitter A\x07 <a@b> 1 +0000\n",
    "latin": b"author \xe9 <a@b> 1 +0000\ncommitter \xe9 <a@b> 1 +0000\n",
    "null": b"author A\0B <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n",
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_commit_that_no_git_makes_is_shown(repositories: Repositories, call: Call, name: str) -> None:
    assert call("commit", "--env", "production").code == 0
    made = repositories.tip()
    tree = repositories.git("rev-parse", f"{made}^{{tree}}", at=repositories.bare)
    message = repositories.git("log", "-1", "--format=%B", made, at=repositories.bare)
    raw = f"tree {tree}\n".encode() + STRANGE[name] + b"\n\x1b[31m" + message.encode() + b"\n"
    command = ["git", "-C", repositories.bare, "hash-object", "-t", "commit", "-w", "--literally", "--stdin"]
    commit = subprocess.run(command, input=raw, check=True, capture_output=True).stdout.decode().strip()
    (repositories.bare / "refs/heads/env/demo/production").write_text(f"{commit}\n")
    for arguments in (("log", "--env", "production"), ("status",), ("diff", "--env", "production")):
        for form in ("text", "json"):
            said = call(*arguments, "-o", form)
            assert said.code == 0, said.err
            assert (said.out + said.err).replace("\n", "").isprintable()
            assert commit[:12] in said.out


# Over HTTP, with a password


@pytest.fixture
def http(repositories: Repositories) -> Iterator[GitServer]:
    repositories.git("config", "http.receivepack", "true", at=repositories.bare)
    repositories.git("config", "uploadpack.allowFilter", "true", at=repositories.bare)
    with served(repositories.folder) as server:
        yield server


def test_a_password_comes_from_the_environment(http: GitServer, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVWRIGHT_REPO", http.url("environments.git"))
    assert call("commit", "--env", "production").code == 1
    monkeypatch.setenv("ENVWRIGHT_GIT_USER", "robot")
    monkeypatch.setenv("ENVWRIGHT_GIT_PASSWORD", "wrong-canary")
    said = call("commit", "--env", "production")
    assert said.code == 1
    assert "wrong-canary" not in said.err
    monkeypatch.setenv("ENVWRIGHT_GIT_PASSWORD", "canary-of-the-password")
    assert call("commit", "--all").code == 0
    assert call("verify", "env/demo/staging").code == 0
    assert "production" in call("status").out


def test_environments_that_are_committed_at_once_to_one_branch_all_land(
    http: GitServer, repositories: Repositories, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVWRIGHT_REPO", http.url("environments.git"))
    monkeypatch.setenv("ENVWRIGHT_GIT_USER", "robot")
    monkeypatch.setenv("ENVWRIGHT_GIT_PASSWORD", "canary-of-the-password")
    selections = [("production",), ("staging",), *(("ai", "--slot", str(slot)) for slot in range(1, 5))]
    running = []
    for index, selection in enumerate(selections):
        monkeypatch.setenv("XDG_CACHE_HOME", str(repositories.folder / f"cache-{index}"))
        command = [sys.executable, "-m", "envwright", "commit", "--branch", "main", "-o", "json", "--env", *selection]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    ended = [(*process.communicate(), process.returncode) for process in running]
    assert [code for *_, code in ended] == [0] * len(ended), [err for _, err, _ in ended]
    history = repositories.git("rev-list", "--parents", "main", at=repositories.bare).splitlines()
    assert len(history) == len(selections)
    assert {len(line.split()) for line in history[:-1]} == {2}
    assert sorted(json.loads(out)["commit"] for out, *_ in ended) == sorted(line.split()[0] for line in history)
    for line in history:
        said = call("verify", line.split()[0])
        assert said.code == 0, said.err
