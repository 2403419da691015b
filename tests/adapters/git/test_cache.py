"""The cache of a remote: shared, cheap to read into, and replaced when it is broken."""

from __future__ import annotations

import multiprocessing
import os
import select
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from envwright.adapters.git import cache as caches
from envwright.adapters.git.cache import Cache
from envwright.adapters.git.child import Git
from envwright.adapters.git.land import land
from envwright.adapters.git.remote import Remote
from envwright.adapters.git.repository import Repository
from envwright.adapters.git.values import Landed
from tests.adapters.git.drafts import draft, git, history, proposal
from tests.support.git_server import GitServer
from tests.support.stacks import refused


def opened(server: Path, tmp_path: Path) -> Repository:
    return Repository(Remote(url=str(server)), tmp_path / "cache")


def generation(tmp_path: Path) -> Path:
    (current,) = (tmp_path / "cache").glob("*/current")
    return current.parent / current.read_text()


def packs(folder: Path) -> list[Path]:
    return sorted((folder / "objects/pack").glob("*.pack"))


def truncate_packs(folder: Path) -> None:
    for pack in packs(folder):
        pack.chmod(0o600)
        pack.write_bytes(pack.read_bytes()[:20])


def change_packs(folder: Path) -> None:
    for pack in packs(folder):
        pack.chmod(0o600)
        data = bytearray(pack.read_bytes())
        for at in range(12, len(data) - 20, 3):
            data[at] ^= 0xFF
        pack.write_bytes(data)


def empty_refs(folder: Path) -> None:
    for ref in (folder / "refs/tips").iterdir():
        ref.write_text("")


def wrong_refs(folder: Path) -> None:
    for ref in (folder / "refs/tips").iterdir():
        ref.write_text("1" * 40 + "\n")


def locks(folder: Path) -> None:
    """Leave the locks of a dead git."""
    for name in ("shallow.lock", "packed-refs.lock", "config.lock", "HEAD.lock"):
        (folder / name).write_text("half")
    for ref in (folder / "refs/tips").iterdir():
        (folder / f"refs/tips/{ref.name}.lock").touch()


BREAKERS: list[Callable[[Path], object]] = [
    truncate_packs,
    change_packs,
    empty_refs,
    wrong_refs,
    locks,
    lambda folder: [pack.unlink() for pack in packs(folder)],
    lambda folder: [index.unlink() for index in (folder / "objects/pack").glob("*.idx")],
    lambda folder: (folder / "HEAD").unlink(),
    lambda folder: (folder / "config").write_text("[core"),
    lambda folder: (folder / "shallow").write_text("half"),
    lambda folder: shutil.rmtree(folder / "objects"),
    shutil.rmtree,
    lambda folder: (folder.parent / "current").write_text("../../elsewhere"),
    lambda folder: (folder.parent / "current").write_bytes(b"\xff\0"),
    lambda folder: (folder.parent / "current").unlink(),
]
NAMES = "truncated changed empty-refs wrong-refs locks no-packs no-indexes no-head config shallow no-objects gone"
BROKEN = pytest.mark.parametrize("broken", BREAKERS, ids=[*NAMES.split(), "elsewhere", "garbage", "no-current"])


@BROKEN
def test_a_broken_cache_is_replaced(server: Path, tmp_path: Path, broken: Callable[[Path], object]) -> None:
    with opened(server, tmp_path) as repository:
        land(repository, [proposal("shop", draft("one", plan="1")), proposal("other", draft("two", plan="2"))])
        repository.fetch(["main"])
    broken(generation(tmp_path))
    with opened(server, tmp_path) as repository:
        commit = repository.fetch(["main"])["main"]
        file = repository.files_in(commit, "other")["plan"]
        assert repository.read([file.blob]) == {file.blob: b"2"}
        assert isinstance(land(repository, [proposal("shop", draft("three", plan="3"))])[0], Landed)
    assert history(server) == ["one", "two", "three"]


@BROKEN
def test_a_cache_that_breaks_at_work_is_replaced(
    server: Path, tmp_path: Path, broken: Callable[[Path], object]
) -> None:
    with opened(server, tmp_path) as repository:
        land(repository, [proposal("shop", draft("one", plan="1")), proposal("other", draft("two", plan="2"))])
        commit = repository.fetch(["main"])["main"]
        broken(generation(tmp_path))
        assert set(repository.files_in(commit, "other")) == {"plan"}
        assert isinstance(land(repository, [proposal("shop", draft("three", plan="3"))])[0], Landed)
    assert history(server) == ["one", "two", "three"]


def test_a_blob_whose_contents_are_wrong_is_fetched_again(server: Path, tmp_path: Path) -> None:
    with opened(server, tmp_path) as repository:
        land(repository, [proposal("shop", draft(plan="right"))])
        commit = repository.fetch(["main"])["main"]
        blob = repository.files_in(commit, "shop")["plan"].blob
        wrong = git(generation(tmp_path), "hash-object", "-w", "--stdin", stdin="wrong").strip()
        loose = generation(tmp_path) / "objects"
        target = loose / blob[:2] / blob[2:]
        for pack in packs(generation(tmp_path)):
            for file in (pack, pack.with_suffix(".idx")):
                file.unlink()
        target.parent.mkdir(exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copy(loose / wrong[:2] / wrong[2:], target)
        assert repository.read([blob]) == {blob: b"right"}


def test_reading_fetches_one_commit_and_no_contents_but_those_asked_for(
    http: GitServer, remote: Remote, server: Path, tmp_path: Path
) -> None:
    with Repository(remote, tmp_path / "writer") as repository:
        for number in range(5):
            wanted = [proposal(f"shop/{name}", draft(plan=f"{name} {number}")) for name in "abc"]
            land(repository, wanted)
    with Repository(remote, tmp_path / "cache") as repository:
        http.requests.clear()
        commit = repository.fetch(["main", "gone"])["main"]
        files = repository.files_in(commit, "shop/b")
        folder = generation(tmp_path)
        assert git(folder, "rev-list", "--all", "--count").strip() == "1"
        kinds = git(folder, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)").split()
        assert sorted(set(kinds)) == ["commit", "tree"]
        before = len(http.requests)
        assert repository.read([files["plan"].blob]) == {files["plan"].blob: b"b 4"}
        assert repository.read([files["plan"].blob]) == {files["plan"].blob: b"b 4"}
        kinds = git(folder, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)").split()
        assert kinds.count("blob") == 1
        fetches = [request for request in http.requests[before:] if request.method == "POST"]
        assert len(fetches) == 1


def test_one_fetch_and_one_push_serve_all_environments(
    http: GitServer, remote: Remote, server: Path, tmp_path: Path
) -> None:
    def pushed(text: str) -> list[str]:
        with Repository(remote, tmp_path / "cache") as repository:
            http.requests.clear()
            wanted = [proposal(f"shop/{n}", draft(plan=f"{text} {n}"), f"env/shop/{n}") for n in range(20)]
            assert all(isinstance(outcome, Landed) for outcome in land(repository, wanted))
            return [request.path for request in http.requests if request.method == "GET" and request.user]

    services = [f"/envs.git/info/refs?service=git-{name}" for name in ("upload-pack", "receive-pack")]
    pushed("first")
    assert pushed("second") == services
    assert len(git(server, "for-each-ref", "refs/heads/").splitlines()) == 20


def test_a_generation_goes_with_the_last_who_uses_it(tmp_path: Path) -> None:
    folder = tmp_path / "cache"

    def cache() -> Cache:
        return Cache(folder, lambda unfinished: (unfinished / "HEAD").touch())

    def there() -> list[str]:
        return sorted(path.name for path in folder.iterdir() if path.is_dir())

    one, two = cache(), cache()
    first = one.open()
    assert two.open() == first
    second = one.renew(first)
    assert one.renew(first) == second  # made already
    (folder / "unfinished-x").mkdir()
    assert cache().open() == second
    assert there() == sorted([first.name, second.name])  # two still uses the first
    two.close()
    assert cache().open() == second
    assert there() == [second.name]


def test_a_cache_of_many_packs_is_begun_anew(server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "MAX_PACKS", 3)
    used = set()
    for number in range(6):
        with opened(server, tmp_path) as repository:
            assert isinstance(land(repository, [proposal("shop", draft(f"{number}", plan=f"{number}"))])[0], Landed)
            repository.fetch(["main"])
            used.add(generation(tmp_path))
    assert 1 < len(used) < 6
    assert len(history(server)) == 6


def test_a_lock_is_waited_for_and_dies_with_its_holder(tmp_path: Path) -> None:
    cache = Cache(tmp_path, lambda _: None)
    ready = multiprocessing.get_context("spawn").Event()
    holder = multiprocessing.get_context("spawn").Process(target=hold, args=(tmp_path, ready))
    holder.start()
    ready.wait()
    with cache.locked("x", 0.05) as taken:
        assert not taken
    with cache.locked("y", 0.05) as taken:
        assert taken
    holder.kill()
    with cache.locked("x") as taken:
        assert taken
    holder.join()


def hold(folder: Path, ready: object) -> None:
    with Cache(folder, lambda _: None).locked("x"):
        ready.set()  # type: ignore[attr-defined]  # an event has no type that can be named
        while True:
            os.read(0, 1) or os.sched_yield()


def test_a_cache_that_cannot_be_written_is_told(server: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    (found,) = refused(opened(server, tmp_path).__enter__)
    assert (found.code, found.hint) == ("EW726", "set XDG_CACHE_HOME")


def test_a_repository_around_the_cache_has_no_part_in_it(server: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", ".")
    (tmp_path / ".git/config").write_text(f'[url "/nowhere"]\n\tinsteadOf = {server}\n')
    with opened(server, tmp_path) as repository:
        assert repository.branches() == {}


def test_a_server_of_long_ids_gets_a_cache_of_them(tmp_path: Path) -> None:
    bare = tmp_path / "long.git"
    git(tmp_path, "init", "-q", "--bare", "--object-format=sha256", str(bare))
    seed = git(bare, "-c", "user.name=a", "-c", "user.email=b", "commit-tree", "-m", "x", git(bare, "mktree").strip())
    git(bare, "update-ref", "refs/heads/main", seed.strip())
    with Repository(Remote(url=str(bare)), tmp_path / "cache") as repository:
        (landed,) = land(repository, [proposal("shop", draft(plan="1"))])
    assert isinstance(landed, Landed)
    assert len(landed.commit) == 64
    assert git(bare, "rev-parse", "main").strip() == landed.commit


def test_an_old_git_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\necho git version 2.30.2\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    (found,) = refused(Git(tmp_path).run, "version")
    assert (found.code, found.summary, found.hint) == ("EW720", "git 2.30.2 is too old", "install git 2.34 or newer")


def test_git_that_hangs_is_ended(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    slow = Git(tmp_path, timeout=0.5)
    (found,) = refused(slow.run, "-c", "alias.wait=!sleep 100", "wait", pipes=(writing,))
    assert (found.code, found.summary) == ("EW722", "git took more than 0.5 seconds")
    os.close(writing)
    ended, _, _ = select.select([reading], [], [], 50)  # it can be read once nobody holds the other end
    assert ended
    os.close(reading)
