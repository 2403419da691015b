"""The source on its server: what is fetched of it, and when; what breaks; and what a hostile one can do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from envwright.adapters.git.clone import Clone
from envwright.adapters.git.remote import Password, Remote
from envwright.adapters.git.remote_source import RemoteSource
from envwright.model.diagnostic import Refused
from tests.adapters.git.conftest import SECRET
from tests.adapters.git.drafts import git
from tests.support.git_server import GitServer, served
from tests.support.stacks import codes, refused, write

WHO = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgSign=false")
LARGE = b"x" * (1 << 21)


class Pushed:
    """A work tree, and the server that gets what is committed in it."""

    def __init__(self, work: Path, bare: Path, http: GitServer) -> None:
        self.work = work
        self.bare = bare
        self.http = http
        self.remote = Remote(
            url=http.url(bare.name), credentials=Password(scope=http.url(""), user="robot", secret=SECRET)
        )

    def commit(self, files: dict[str, str], branch: str = "main") -> str:
        write(self.work, files)
        git(self.work, "add", "-A")
        git(self.work, *WHO, "commit", "-q", "--allow-empty", "-m", "x")
        git(
            self.work, "push", "-q", "-f", str(self.bare), f"HEAD:{branch if '/' in branch else 'refs/heads/' + branch}"
        )
        return git(self.work, "rev-parse", "HEAD").strip()

    @property
    def fetches(self) -> int:
        """How often objects were asked for; what branches there are is asked in the same way, but says less."""
        return sum(request.method == "POST" for request in self.http.requests)


@pytest.fixture(params=["sha1", "sha256"])
def pushed(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Pushed]:
    work, bare = tmp_path / "work", tmp_path / "server/source.git"
    form = f"--object-format={request.param}"
    work.mkdir()
    git(work, "init", "-q", "-b", "main", form)
    bare.mkdir(parents=True)
    git(bare, "init", "-q", "--bare", "-b", "main", form)
    git(bare, "config", "uploadpack.allowFilter", "true")
    with served(bare.parent, "robot", SECRET) as http:
        yield Pushed(work, bare, http)


def opened(pushed: Pushed, tmp_path: Path) -> RemoteSource:
    return RemoteSource(pushed.remote, "stack/services.yaml", tmp_path / "cache")


def kept(folder: Path) -> int:
    """Return how many objects a repository has."""
    return int(git(folder, "count-objects", "-v").partition("in-pack: ")[2].split()[0])


def test_it_reads_as_a_clone_does(pushed: Pushed, tmp_path: Path) -> None:
    (pushed.work / "stack").mkdir()
    (pushed.work / "stack/large.bin").write_bytes(LARGE)
    older = pushed.commit({"stack/services.yaml": "a: é\n", "shared/common.yaml": "b"})
    newer = pushed.commit({"stack/services.yaml": "a: b\n"})
    clone = Clone(str(pushed.work / "stack/services.yaml"))
    with opened(pushed, tmp_path) as source:
        assert source.resolve("HEAD") == clone.resolve("HEAD") == (newer, "main")
        assert source.commit(older) == clone.commit(older)
        assert source.file_at(newer) == clone.file_at(newer) == "stack/services.yaml"
        there, here = source.reader_at(older, "stack"), clone.reader_at(older, "stack")
        assert there.read("services.yaml") == here.read("services.yaml") == "a: é\n"
        assert there.glob("../**/*.yaml") == here.glob("../**/*.yaml")
        assert there.entries("..") == here.entries("..")
        assert there.read_bytes("large.bin") == LARGE
        for ancestor, commit in ((older, newer), (newer, older), (newer, newer), ("1" * len(newer), newer)):
            assert source.is_ancestor(ancestor, commit) == clone.is_ancestor(ancestor, commit)


def test_a_directory_stands_for_its_stack(pushed: Pushed, tmp_path: Path) -> None:
    commit = pushed.commit({"services.yaml": "a", "stack/services.yaml": "b"})
    for file, found in {".": "services.yaml", "stack": "stack/services.yaml", "stack/": "stack/services.yaml"}.items():
        with RemoteSource(pushed.remote, file, tmp_path / "cache") as source:
            assert source.file_at(commit) == found


def test_what_was_fetched_is_not_fetched_again(pushed: Pushed, tmp_path: Path) -> None:
    older = pushed.commit({f"stack/{number}.yaml": f"{number}\n" for number in range(100)})
    newer = pushed.commit({"stack/0.yaml": "changed\n"})
    with opened(pushed, tmp_path) as source:
        assert source.reader_at(older, "stack").read("7.yaml") == "7\n"
        before = pushed.fetches
        assert source.reader_at(older, "stack").read("8.yaml") == "8\n"
    with opened(pushed, tmp_path) as source:
        assert source.commit(older).commit == older
        assert pushed.fetches == before
        folder = source.files.store.folder
        assert kept(folder) == 103
        assert source.reader_at(newer, "stack").read("0.yaml") == "changed\n"
        assert 107 <= kept(folder) <= 110  # a commit, two trees and a file, and what they are told from


def test_large_files_come_when_they_are_read(pushed: Pushed, tmp_path: Path) -> None:
    (pushed.work / "large.bin").write_bytes(LARGE)
    commit = pushed.commit({"services.yaml": "a"})
    with opened(pushed, tmp_path) as source:
        reader = source.reader_at(commit, "")
        assert reader.read("services.yaml") == "a"
        before = pushed.fetches
        assert reader.leaves["large.bin"].size is None
        assert reader.read_bytes("large.bin") == LARGE
        assert pushed.fetches > before


def test_a_file_that_was_large_may_come_as_a_difference_to_what_it_was(pushed: Pushed, tmp_path: Path) -> None:
    lines = [f"{number} {number * 7919}\n" for number in range(100_000)]
    older = pushed.commit({"data.yaml": "".join(lines)})
    newer = pushed.commit({"data.yaml": "".join(lines[:50_000])})
    with opened(pushed, tmp_path) as source:
        assert source.commit(older).commit == older
        assert source.reader_at(older, "").leaves["data.yaml"].size is None
        assert source.reader_at(newer, "").read("data.yaml") == "".join(lines[:50_000])


def test_a_tag_of_its_own_name_is_found_after_the_branch(pushed: Pushed, tmp_path: Path) -> None:
    older = pushed.commit({"services.yaml": "a"})
    newer = pushed.commit({"services.yaml": "b"}, branch="both")
    for tag, target in (("both", older), ("light", newer)):
        git(pushed.work, "push", "-q", str(pushed.bare), f"{target}:refs/tags/{tag}")
    with opened(pushed, tmp_path) as source:
        assert source.resolve("both") == (newer, "both")
        assert source.resolve("light") == (newer, "")
        assert source.resolve("HEAD") == (older, "main")


def test_only_branches_and_tags_publish(pushed: Pushed, tmp_path: Path) -> None:
    base = pushed.commit({"services.yaml": "a"})
    tip = pushed.commit({"services.yaml": "b"})
    proposed = pushed.commit({"services.yaml": "c"}, branch="refs/pull/1/head")
    with opened(pushed, tmp_path) as source:
        assert [source.is_published(commit) for commit in (base, tip, proposed)] == [True, True, False]
        assert source.commit(proposed).commit == proposed  # a forge gives it out nonetheless
        assert source.is_ancestor(tip, proposed)
    with opened(pushed, tmp_path) as source:
        assert not source.is_published(proposed)  # though the cache has it by now
    git(pushed.bare, "update-ref", "refs/heads/main", base)
    with opened(pushed, tmp_path) as source:
        assert not source.is_published(tip)


@pytest.mark.parametrize("damage", ["objects", "pack", "current"])
def test_a_broken_cache_is_filled_again(pushed: Pushed, tmp_path: Path, damage: str) -> None:
    commit = pushed.commit({"stack/services.yaml": "a: b\n"})
    with opened(pushed, tmp_path) as source:
        assert source.reader_at(commit, "stack").read("services.yaml") == "a: b\n"
        folder = source.files.store.folder
    if damage == "objects":
        shutil.rmtree(folder / "objects/pack")
    elif damage == "current":
        (folder.parent / "current").write_text("nothing")
    else:
        for pack in folder.glob("objects/pack/*.pack"):
            pack.chmod(0o600)
            pack.write_bytes(pack.read_bytes()[:40])
    with opened(pushed, tmp_path) as source:
        assert source.reader_at(commit, "stack").read("services.yaml") == "a: b\n"


def test_a_commit_that_is_not_there_costs_no_cache(pushed: Pushed, tmp_path: Path) -> None:
    commit = pushed.commit({"services.yaml": "a"})
    with opened(pushed, tmp_path) as source:
        source.commit(commit)
        folder = source.files.store.folder
        assert codes(refused(source.commit, "1" * len(commit))) == ["EW728"]
        assert source.files.store.folder == folder


def test_an_id_of_something_else_is_no_commit(pushed: Pushed, tmp_path: Path) -> None:
    commit = pushed.commit({"services.yaml": "a"})
    with opened(pushed, tmp_path) as source:
        for part in ("^{tree}", ":services.yaml"):
            other = git(pushed.work, "rev-parse", f"{commit}{part}").strip()
            assert codes(refused(source.commit, other)) == ["EW728"]


def test_the_server_may_be_gone(pushed: Pushed, tmp_path: Path) -> None:
    commit = pushed.commit({"services.yaml": "a"})
    with opened(pushed, tmp_path) as source:
        source.commit(commit)
    shutil.rmtree(pushed.bare)
    with opened(pushed, tmp_path) as source:
        assert source.commit(commit).commit == commit
        for call in (lambda: source.commit("1" * len(commit)), lambda: source.resolve("HEAD"), source.branches):
            assert codes(refused(call)) == ["EW722"]


def test_a_redirect_is_not_followed(pushed: Pushed, tmp_path: Path) -> None:
    pushed.commit({"services.yaml": "a"})
    with served(tmp_path, "robot", SECRET) as other:
        pushed.http.redirect = other.url("").rstrip("/")
        with pytest.raises(Refused) as refusal, opened(pushed, tmp_path):
            pass
        assert codes(refusal.value.diagnostics) == ["EW722"]
        assert other.requests == []
