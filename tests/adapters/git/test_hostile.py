"""A repository that means harm reads, writes and runs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright.adapters.git.child import ENVIRONMENT, MAX_FILE, MAX_MEMORY, Git
from envwright.adapters.git.land import land
from envwright.adapters.git.remote import Remote
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import File, Landed, NewCommit
from tests.adapters.git import hostile
from tests.adapters.git.drafts import draft, git, proposal, tree
from tests.adapters.git.hostile import FILE, FOLDER, LINK, SUBMODULE
from tests.support.effort import cheap
from tests.support.stacks import refused


@pytest.fixture(autouse=True)
def outside(tmp_path: Path) -> Path:
    """Return a folder that nothing may touch, with a file that nothing may read."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret").write_text("canary")
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_links_are_neither_followed_nor_written_through(
    repository: Repository, server: Path, tmp_path: Path, outside: Path
) -> None:
    link = hostile.blob(server, str(outside))
    inside = hostile.tree(server, [(LINK, "manifests", link), (FILE, "plan.json", hostile.blob(server, "{}"))])
    hostile.branch(server, hostile.tree(server, [(FOLDER, "shop", inside)]))
    commit = repository.fetch(["main"])["main"]
    files = repository.files_in(commit, "shop")
    assert files["manifests"] == File("link", link)
    assert repository.read([link])[link] == str(outside).encode()  # the link's own text
    before = everything(outside)
    land(repository, [proposal("shop", draft(plan="1", manifests__a="2", manifests__secret="3"))])
    assert everything(outside) == before
    assert tree(server) == ["shop/manifests/a", "shop/manifests/secret", "shop/plan"]
    assert git(server, "ls-tree", "-r", "main").count(FILE) == 3


@pytest.mark.parametrize("mode", [FILE, LINK, SUBMODULE])
@pytest.mark.parametrize("directory", ["shop", "shop/production", "shop/production/eu"])
def test_what_stands_in_the_way_of_the_directory_is_not_replaced(
    repository: Repository, server: Path, outside: Path, mode: str, directory: str
) -> None:
    item = hostile.blob(server, str(outside)) if mode != SUBMODULE else "1" * 40
    commit = hostile.branch(server, hostile.tree(server, [(mode, "shop", item)]))
    (found,) = refused(land, repository, [proposal(directory, draft(plan="1"))])
    assert (found.code, found.summary) == ("EW731", "'shop' is there and is no directory")
    assert git(server, "rev-parse", "main").strip() == commit


def test_a_directory_that_differs_in_case_alone_is_refused(repository: Repository, server: Path) -> None:
    land(repository, [proposal("Shop/production", draft(plan="1"))])
    (found,) = refused(land, repository, [proposal("shop/production", draft(plan="1"))])
    assert (found.code, found.summary) == ("EW731", "'Shop' is there, which differs from 'shop' in case alone")
    (found,) = refused(land, repository, [proposal("Shop/Production", draft(plan="1"))])
    assert found.summary == "'Shop/production' is there, which differs from 'Shop/Production' in case alone"


def test_submodules_are_not_fetched(repository: Repository, server: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    modules = f'[submodule "x"]\n\tpath = sub\n\turl = "ext::sh -c touch% {ran}"\n\tupdate = !touch {ran}\n'
    entries = [(FILE, ".gitmodules", hostile.blob(server, modules)), (SUBMODULE, "sub", "1" * 40)]
    hostile.branch(server, hostile.tree(server, entries))
    repository.fetch(["main"])
    repository.histories(["main"])
    assert isinstance(land(repository, [proposal("shop", draft(plan="1"))])[0], Landed)
    assert tree(server) == [".gitmodules", "shop/plan", "sub"]
    assert not ran.exists()


def test_attributes_change_no_byte_and_run_no_filter(repository: Repository, server: Path) -> None:
    lines = "* text eol=crlf ident export-subst filter=lfs diff=evil merge=evil working-tree-encoding=UTF-16\n"
    hostile.branch(server, hostile.tree(server, [(FILE, ".gitattributes", hostile.blob(server, lines))]))
    text = "a\r\nb\n$Id$ $Format:%H$\n"
    land(repository, [proposal("shop", draft(plan=text))])
    commit = repository.fetch(["main"])["main"]
    file = repository.files_in(commit, "shop")["plan"].blob
    assert repository.read([file])[file] == text.encode()


@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT", "git~1", "../../outside", "a\nb", "-rf", ".git/hooks"])
def test_names_that_lead_out_go_with_the_directory(
    repository: Repository, server: Path, outside: Path, name: str
) -> None:
    evil = hostile.blob(server, "evil")
    inside = hostile.tree(server, [(FILE, name, evil), (FOLDER, "zz", hostile.tree(server, [(FILE, name, evil)]))])
    hostile.branch(server, hostile.tree(server, [(FILE, "other", evil), (FOLDER, "shop", inside)]))
    before = everything(outside.parent / "server") | everything(outside)
    commit = repository.fetch(["main"])["main"]
    assert repository.files_in(commit, "shop")[name] == File("file", evil)
    assert repository.read([evil]) == {evil: b"evil"}
    assert everything(outside.parent / "server") | everything(outside) == before
    assert isinstance(land(repository, [proposal("shop", draft(plan="1"))])[0], Landed)
    assert tree(server) == ["other", "shop/plan"]


def test_a_name_that_stands_twice_goes(repository: Repository, server: Path) -> None:
    one, two = hostile.blob(server, "1"), hostile.blob(server, "2")
    inside = hostile.tree(server, [(FILE, "plan", one), (FILE, "plan", two)])
    hostile.branch(server, hostile.tree(server, [(FOLDER, "shop", inside)]))
    land(repository, [proposal("shop", draft(plan="2"))])
    assert git(server, "ls-tree", "main:shop").splitlines() == [f"{FILE} blob {two}\tplan"]


def test_a_huge_blob_is_not_read(repository: Repository, server: Path) -> None:
    hostile.branch(server, hostile.tree(server, [(FILE, "huge", hostile.blob(server, "0" * (17 << 20)))]))
    file = repository.files_in(repository.fetch(["main"])["main"], "")["huge"]
    (found,) = refused(repository.read, [file.blob])
    assert (found.code, found.summary) == ("EW730", "the repository holds more than can be read")


def test_what_a_child_may_use_is_limited(tmp_path: Path) -> None:
    command = "!ulimit -v; ulimit -f"
    done = Git(tmp_path).run("-c", f"alias.limits={command}", "limits")
    assert done.out.split() == [str(MAX_MEMORY // 1024).encode(), str(MAX_FILE // 512).encode()]


def test_a_server_whose_objects_are_missing_is_told_with_what_git_says(repository: Repository, server: Path) -> None:
    commit = hostile.branch(server, hostile.tree(server, [(FILE, "x", hostile.blob(server, "x"))]))
    root = git(server, "rev-parse", f"{commit}^{{tree}}").strip()
    (server / "objects" / root[:2] / root[2:]).unlink()
    (found,) = refused(repository.fetch, ["main"])
    assert found.code == "EW722"
    assert root in found.detail


def test_a_tree_that_lists_billions_of_files_is_not_listed(repository: Repository, server: Path) -> None:
    item, mode = hostile.blob(server, "x"), FILE
    for _ in range(10):
        item = hostile.tree(server, [(mode, f"f{number}", item) for number in range(10)])
        mode = FOLDER
    commit = hostile.branch(server, item)
    assert repository.fetch(["main"]) == {"main": commit}
    with cheap(300):
        (found,) = refused(repository.files_in, commit, "")
    assert found.code == "EW730"
    # what is beside it can be worked with
    assert isinstance(land(repository, [proposal("shop", draft(plan="1"))])[0], Landed)


def test_branches_that_would_be_options_or_commands_are_names_at_most(
    repository: Repository, server: Path, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    commit = hostile.branch(server, hostile.tree(server, []))
    names = ["main", "--upload-pack=touch", f"$(touch${{IFS}}{ran.name})", "a;touch", "\x1b[31m", "-x", "a/-x"]
    packed = sorted(f"{commit} refs/heads/{name}\n" for name in names)
    (server / "packed-refs").write_text("# pack-refs with: peeled fully-peeled sorted \n" + "".join(packed))
    git(server, "update-ref", "-d", "--no-deref", "refs/heads/nothing")
    assert set(repository.branches()) <= set(names) - {"--upload-pack=touch", "-x", "\x1b[31m", "a/-x"}
    assert repository.fetch(["main"]) == {"main": commit}
    for name in ("-x", "--upload-pack=touch", "a b", "a..b", "", "a.lock", "@", "x\x1b[31m", "HEAD:x", "a/.b"):
        assert [found.code for found in refused(repository.fetch, [name])] == ["EW724"]
    assert not ran.exists()


def test_the_callers_git_has_no_part_in_it(server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Git(tmp_path).run("version")  # GitPython asks for it too when it is imported, in the caller's environment
    ran = tmp_path / "ran"
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\necho $0 $* >> {ran}\nexit 1\n")
    evil.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("pre-push", "reference-transaction", "post-commit", "proc-receive"):
        (hooks / hook).symlink_to(evil)
    config = f"""[core]
        hooksPath = {hooks}
        sshCommand = {evil}
        fsmonitor = {evil}
        askPass = {evil}
    [url "{tmp_path}/elsewhere"]
        insteadOf = {server}
    [credential]
        helper = {evil}
    [commit]
        gpgSign = true
    [gpg]
        program = {evil}
    [user]
        name = Eve
    """
    (tmp_path / ".gitconfig").write_text(config)
    for name, value in {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "GIT_CONFIG_GLOBAL": str(tmp_path / ".gitconfig"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": str(hooks),
        "GIT_CONFIG_PARAMETERS": f"'core.hooksPath={hooks}'",
        "GIT_DIR": str(tmp_path / "nowhere"),
        "GIT_WORK_TREE": str(tmp_path),
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path / "objects"),
        "GIT_NAMESPACE": "evil",
        "GIT_EXEC_PATH": str(tmp_path),
        "GIT_ASKPASS": str(evil),
        "SSH_ASKPASS": str(evil),
        "GIT_SSH_COMMAND": str(evil),
        "GIT_EXTERNAL_DIFF": str(evil),
        "GIT_TRACE": str(tmp_path / "trace"),
        "GIT_AUTHOR_NAME": "Eve",
        "GIT_ALLOW_PROTOCOL": "ext",
        "LD_PRELOAD": "",
        "CANARY": "canary",
    }.items():
        monkeypatch.setenv(name, value)
    with Repository(Remote(url=str(server)), tmp_path / "cache") as repository:
        (landed,) = land(repository, [proposal("shop", draft(plan="1"))])
    monkeypatch.undo()
    assert isinstance(landed, Landed)
    assert git(server, "log", "--format=%an %cn %G?", "main").strip() == "Robot Robot N"
    assert not ran.exists()
    assert not (tmp_path / "trace").exists()


def test_what_git_is_given_stands_whatever_the_caller_has_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {**ENVIRONMENT, "GIT_ALLOW_PROTOCOL": "https", "GIT_ASKPASS": "/ours"}
    for name in wanted:
        monkeypatch.setenv(name, "/theirs")
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    done = Git(tmp_path, {"GIT_ALLOW_PROTOCOL": "https"}).run(
        "-c", "alias.show-environment=!env", "show-environment", environment={"GIT_ASKPASS": "/ours"}
    )
    found = dict(line.split("=", 1) for line in done.out.decode().splitlines() if "=" in line)
    assert {name: found.get(name) for name in wanted} == wanted
    assert "GIT_TRACE" not in found


@pytest.mark.parametrize(
    ("directory", "path"),
    [("shop", path) for path in ("../x", ".git/hooks/post-checkout", "a/../../x", "/etc/passwd")]
    + [(directory, "plan") for directory in ("../shop", ".git", "shop/", "/shop", "shop//x", "-shop")],
)
def test_a_path_that_cannot_be_committed_makes_no_commit(repository: Repository, directory: str, path: str) -> None:
    new = NewCommit(parent=None, directory=directory, draft=draft().but(files={path: b"x"}))
    assert [found.code for found in refused(repository.commit, new)] == ["EW723"]
