"""Where a service's code is, and how plugins read it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from envwright.adapters.files import DirectoryReader
from envwright.model.contract.image import Image
from envwright.pipeline.service_files import FilesBelow, service_directory
from tests.support.stacks import write

BUILT = Image(type="build", repository="registry.example.org/api", context="services/api")


@pytest.mark.parametrize(
    ("inputs", "image", "directory"),
    [
        (["services/web/**"], BUILT, "services/web"),
        (["services/web/src/*.ts", "go.mod"], None, "services/web/src"),
        (["services/api/main.go"], None, "services/api"),
        (["services/api"], None, "services/api"),
        (["**/*.go"], None, "."),
        ((), BUILT, "services/api"),
        ((), BUILT.but(context="./services/api/"), "services/api"),
        ((), Image(type="external", from_="nginx:1"), None),
        ((), None, None),
    ],
)
def test_where_the_code_is(inputs: Sequence[str], image: Image | None, directory: str | None, tmp_path: Path) -> None:
    write(tmp_path, {"services/api/main.go": ""})
    assert service_directory(inputs, image, DirectoryReader(tmp_path)) == directory


@pytest.fixture
def files(tmp_path: Path) -> FilesBelow:
    write(
        tmp_path, {"stack/services.yaml": "", "api/main.go": "package main\n", "api/cmd/a/main.go": "", "web/x.js": ""}
    )
    (tmp_path / ".git").mkdir()
    (tmp_path / "api/logo.png").write_bytes(b"\x89PNG\xff")
    (tmp_path / "api/out").symlink_to("/etc/hostname")
    return FilesBelow(DirectoryReader(tmp_path / "stack"), "../api")


def test_paths_are_those_of_the_service(files: FilesBelow) -> None:
    assert files.glob("**/*.go") == ("cmd/a/main.go", "main.go")
    assert files.read("main.go") == "package main\n"
    assert files.exists("cmd/a/main.go")
    assert not files.exists("x.js")


def test_a_question_ends_at_the_first_name_that_is_not_there(files: FilesBelow, tmp_path: Path) -> None:
    (tmp_path / "api/linked").symlink_to("cmd")
    there = ("linked/a/main.go", "./main.go", "none/../main.go", "cmd/a/../a/main.go")
    assert [path for path in there if not files.exists(path)] == []
    assert [path for path in ("main.go/x", "cmd", "none/main.go", "") if files.exists(path)] == []
    assert [pattern for pattern in ("*.md", "none/*", "main.go/*", "cmd") if files.glob(pattern)] == []
    for pattern in ("c*/*/*.go", "[c]md/a/main.go", "./cmd/**"):
        assert files.glob(pattern) == ("cmd/a/main.go",)
    assert files.glob("m*") == files.glob("main.go") == ("main.go",)


def test_what_cannot_be_read_is_empty(files: FilesBelow) -> None:
    assert [files.read(path) for path in ("none.go", "logo.png", "cmd", "out", "../../../etc/passwd")] == [""] * 5


def test_a_directory_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    nothing = FilesBelow(DirectoryReader(tmp_path), "none")
    assert (nothing.exists("a"), nothing.exists("a/b"), nothing.glob("*"), nothing.read("a")) == (False, False, (), "")
