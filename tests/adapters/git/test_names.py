"""Names of branches and paths: what git and every file system take for itself is taken, all else refused."""

from __future__ import annotations

import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envwright.adapters.git.names import check_paths, fault_of, is_branch
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import NewCommit
from envwright.model.diagnostic import Refused
from tests.adapters.git.drafts import draft
from tests.support.stacks import refused

STEERING = [
    ".git",
    ".GIT",
    ".gIt",
    ".git.",
    ".git ",
    ".git. .",
    "git~1",
    "GIT~1",
    ".git::$INDEX_ALLOCATION",
    ".gitmodules",
]
HIDDEN = [
    ".gitmodules",
    ".g\u200cit",
    ".gi\ufefft",
    ".GitModules",
    "gitmod~1",
    ".gitattributes",
    "gi7eba~1",
    ".gitignore",
    ".git\\x",
]
STRANGE = [
    "..",
    ".",
    "",
    "a ",
    "a.",
    "-a",
    "a\nb",
    "a\x7fb",
    "a\x9bb",
    "a\u2028b",
    "a\u202eb",
    "a\\b",
    "\ud800",
    "x" * 256,
]


@pytest.mark.parametrize("name", [*STEERING, *HIDDEN, *STRANGE, "x" * 256])
def test_a_name_that_is_more_than_a_name_is_refused_anywhere(name: str) -> None:
    for path in (name, f"a/{name}", f"{name}/a", f"a/{name}/b"):
        assert fault_of(path)
        assert [found.code for found in refused(check_paths, "shop", [path])] == ["EW723"]


@pytest.mark.parametrize(
    "path", ["a", "manifests/edge/api/service-api.yaml", ".hidden", "x.git", "git", "é/ü", "a b", "a~b"]
)
def test_usual_names_are_taken(path: str) -> None:
    check_paths("shop/production", [path])


def test_a_path_is_short() -> None:
    assert not fault_of("/".join(["x" * 99] * 10))
    assert "1000 bytes" in fault_of("/".join(["x" * 99] * 11))


@pytest.mark.parametrize(
    "paths", [["a/B", "a/b"], ["A/x", "a/y"], ["é", "e\u0301"], ["ß", "ss"], ["a", "a/b"], ["a/b/c", "a/b"]]
)
def test_two_names_of_one_file_are_refused(paths: list[str]) -> None:
    for directory in ("", "shop"):
        assert [found.code for found in refused(check_paths, directory, paths)] == ["EW723"]


@given(st.lists(st.text(st.sampled_from("aB./-é\n"), min_size=1, max_size=6), max_size=4, unique=True))
def test_paths_that_are_looked_at_together_are_as_good_as_each_of_them(paths: list[str]) -> None:
    folders = {"/".join(path.split("/")[:end]) for path in paths for end in range(1, path.count("/") + 1)}
    alone = len({unicodedata.normalize("NFC", name).casefold() for name in {*paths, *folders}})
    good = not any(map(fault_of, paths)) and alone == len(paths) + len(folders)
    try:
        check_paths("", paths)
    except Refused:
        assert not good
    else:
        assert good


@given(st.lists(st.text(st.sampled_from('.git~1 -/\\:aB\u200c\x7f\n"é'), max_size=12), max_size=3))
def test_a_path_that_is_taken_is_below_its_directory_and_no_git(paths: list[str]) -> None:
    for path in paths:
        if not fault_of(path):
            parts = path.split("/")
            assert all(part and part not in (".", "..") for part in parts)
            assert not any(
                part.casefold().startswith((".git", "git~1")) and part[4:5] in ("", " ", ".", ":") for part in parts
            )


@pytest.mark.parametrize("name", ['quote"d', "back'tick`", "a b", "ünicode", "tab in name".replace(" ", "_"), "$x;y|z"])
def test_odd_names_are_committed_as_they_are(repository: Repository, name: str) -> None:
    made = draft().but(files={f"{name}/{name}": b"\0\xff", name + "2": b""})
    commit = repository.commit(NewCommit(parent=None, directory="shop", draft=made))
    files = repository.files_in(commit, "shop")
    assert set(files) == set(made.files)
    assert repository.read([files[f"{name}/{name}"].blob]) == {files[f"{name}/{name}"].blob: b"\0\xff"}


@given(st.text(st.sampled_from("ab./-@{~^:?*[\\ \x7f\n"), min_size=1, max_size=8))
def test_a_branch_is_what_git_takes_for_one_and_no_option(name: str) -> None:
    done = subprocess.run(["git", "check-ref-format", f"refs/heads/{name}"], check=False)
    if is_branch(name):
        assert done.returncode == 0
        assert not name.startswith("-")
    elif done.returncode == 0:  # what is refused beyond git's own rules
        assert name.startswith(("-", "@")) or "/-" in name


@pytest.mark.parametrize("field", ["name", "email"])
@pytest.mark.parametrize("text", ["a<b", "a>b", "a\nb", "a\0b", "", " ", "\udcff", "a\x9bb"])
def test_an_author_is_one_line(repository: Repository, field: str, text: str) -> None:
    made = draft(plan="1")
    for who in ("author", "committer"):
        wrong = made.but(**{who: made.author.but(**{field: text})})
        new = NewCommit(parent=None, directory="shop", draft=wrong)
        assert [found.code for found in refused(repository.commit, new)] == ["EW725"]


@pytest.mark.parametrize("date", ["", "now", "1700000000", "1700000000 +9900", "-5 +0000", "1 +0000\nfrom x"])
def test_a_date_is_seconds_and_a_zone(repository: Repository, date: str) -> None:
    new = NewCommit(parent=None, directory="shop", draft=draft(plan="1").but(date=date))
    assert [found.code for found in refused(repository.commit, new)] == ["EW725"]


def test_contents_that_look_like_commands_are_contents(repository: Repository, tmp_path: Path) -> None:
    text = "\n\nD shop\nM 100644 inline ../x\ndata 3\nabc\ndone\n"
    commit = repository.commit(NewCommit(parent=None, directory="shop", draft=draft(text, plan=text)))
    file = repository.files_in(commit, "")["shop/plan"]
    assert repository.read([file.blob]) == {file.blob: text.encode()}
    assert repository.commit_infos([commit])[commit].message == text
