import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envwright.adapters.files import DirectoryReader
from envwright.images.content import Contents, blob_id
from envwright.images.context import walk
from envwright.images.ignore import IgnoreFile
from envwright.model.contract.image import Image
from envwright.model.mark import Mark
from envwright.model.ports import Entry
from tests.images.trees import Link, write_tree

TREE = {
    "services.yaml": "",
    "api/Dockerfile": "FROM golang:1.26\n",
    "api/main.go": "package main\n",
    "api/run.sh*": "#!/bin/sh\n",
    "api/current": Link("main.go"),
    "api/deep/er/data.bin": b"\0\xff",
}


def image(**fields):
    return Image(type="build", repository="reg.example.org/api", **{"context": "api", **fields})


def content_of(root, **fields):
    return Contents(DirectoryReader(root)).of(image(**fields))


def digest_of(root, **fields):
    content = content_of(root, **fields)
    assert content.digest, content.diagnostics
    return content.digest


def paths_of(root, **fields):
    return [blob.path for blob in Contents(DirectoryReader(root)).files(image(**fields))]


def found_by(content):
    return [(item.severity, item.code, item.where) for item in content.diagnostics]


@pytest.fixture
def root(tmp_path):
    (tmp_path / ".git").mkdir()
    write_tree(tmp_path, TREE)
    return tmp_path


def git(root, *arguments):
    command = ["git", "-c", "core.autocrlf=false", "-c", "core.fileMode=true", "-c", "core.quotePath=false", *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True).stdout


class TestFiles:
    def test_are_those_of_a_git_index(self, tmp_path):
        git(tmp_path, "init", "-q", ".")
        write_tree(
            tmp_path, {**TREE, "api/имя 🙂": "ё", "api/empty": "", "api/loop": Link("."), "api/gone": Link("/x")}
        )
        git(tmp_path, "add", "-A")
        (tmp_path / "api/main.go").write_text("package dirty\n")
        git(tmp_path, "add", "-u")
        (tmp_path / "api/new").write_text("untracked")

        listed = git(tmp_path / "api", "ls-files", "-s", "-z", ".").decode().split("\0")[:-1]
        staged = {tuple(line.replace("\t", " ").replace(" 0 ", " ", 1).split(" ", 2)) for line in listed}
        new = ("100644", git(tmp_path, "hash-object", "api/new").decode().strip(), "new")
        assert set(Contents(DirectoryReader(tmp_path)).files(image())) == staged | {new}

    @pytest.mark.parametrize("content", [b"", b"x", b"\r\n", bytes(range(256)) * 40])
    def test_ids_are_those_of_git(self, tmp_path, content):
        (tmp_path / "file").write_bytes(content)
        assert blob_id(content) == git(tmp_path, "hash-object", "--no-filters", "file").decode().strip()

    def test_links_are_not_followed(self, root):
        write_tree(root, {"api/up": Link(".."), "api/loop": Link("loop"), "api/out": Link("/etc/passwd")})
        assert paths_of(root) == [
            "Dockerfile",
            "current",
            "deep/er/data.bin",
            "loop",
            "main.go",
            "out",
            "run.sh",
            "up",
        ]

    def test_git_is_never_content(self, root):
        write_tree(root, {"api/.git/config": "x", "api/sub/.git": "gitdir: ../x", "api/sub/.gitignore": ""})
        assert [path for path in paths_of(root) if ".git" in path] == ["sub/.gitignore"]

    def test_what_is_neither_file_nor_link_is_left_out(self, root):
        os.mkfifo(root / "api/pipe")
        assert "pipe" not in paths_of(root)

    def test_names_that_are_not_utf_8(self, root):
        before = digest_of(root)
        with open(os.fsencode(root / "api") + b"/\xff", "wb"):  # noqa: PTH123  # pathlib takes no bytes
            pass
        assert digest_of(root) != before
        (root / "api/.dockerignore").write_bytes(b".dockerignore\n\xff\n")
        assert digest_of(root) == before

    def test_a_path_of_many_parts(self):
        depth = 3 * sys.getrecursionlimit()

        def listing(directory):
            last = directory.count("/") == depth
            return (Entry("file", "file") if last else Entry("d", "directory"),)

        assert [path.count("/") for path, _ in walk(".", IgnoreFile(), (), listing)] == [depth + 1]

    def test_a_folder_that_was_rendered_is_never_content(self, root):
        before = digest_of(root)
        write_tree(root, {f"api/out/{name}": "" for name in ("plan.json", "transition.json", "PLAN.md", "manifests/x")})
        assert digest_of(root) == before

    def test_nor_is_the_folder_of_this_run(self, root):
        before = digest_of(root)
        write_tree(root, {"api/out/manifests/x": "half a render"})
        assert digest_of(root) != before
        assert Contents(DirectoryReader(root), output="./api/out/").of(image()).digest == before


class TestIgnoreFile:
    def test_in_the_context(self, root):
        write_tree(root, {"api/.dockerignore": "**\n!main.go\n", ".dockerignore": "**"})
        assert paths_of(root) == ["main.go"]

    def test_beside_the_dockerfile_comes_first(self, root):
        write_tree(
            root,
            {
                "build/api.Dockerfile": "FROM a:1",
                "build/api.Dockerfile.dockerignore": "deep\n",
                "api/.dockerignore": "**",
            },
        )
        expected = [".dockerignore", "Dockerfile", "current", "main.go", "run.sh"]
        assert paths_of(root, dockerfile="build/api.Dockerfile") == expected

    def test_beside_the_dockerfile_even_if_it_is_empty(self, root):
        write_tree(root, {"api/Dockerfile.dockerignore": "", "api/.dockerignore": "**"})
        assert "main.go" in paths_of(root)

    def test_what_it_leaves_out_does_not_change_the_name(self, root):
        write_tree(root, {"api/.dockerignore": "*.log\n"})
        before = digest_of(root)
        write_tree(root, {"api/x.log": "1"})
        assert digest_of(root) == before
        write_tree(root, {"api/x.txt": "1"})
        assert digest_of(root) != before

    def test_a_pattern_that_no_builder_takes(self, root):
        write_tree(root, {"api/.dockerignore": "a\nb[\n"})
        assert found_by(content_of(root)) == [("error", "EW316", Mark("api/.dockerignore", 2, 1, 2))]


class TestInputs:
    def test_count_alone(self, root):
        write_tree(root, {"go.sum": "", "go.mod": "", "other/x": ""})
        inputs = ("api/**/*.bin", "api/*.go", "go.*")
        assert paths_of(root, context=".", dockerfile="api/Dockerfile", inputs=inputs) == [
            "api/deep/er/data.bin",
            "api/main.go",
            "go.mod",
            "go.sum",
        ]

    def test_a_directory_stands_for_what_is_in_it(self, root):
        assert paths_of(root, inputs=("api/deep/", "api/de")) == ["deep/er/data.bin"]
        assert paths_of(root, inputs=(".",)) == paths_of(root)

    def test_are_relative_to_the_root_file(self, root):
        assert paths_of(root, inputs=("main.go",)) == []
        assert paths_of(root, inputs=("./api/main.go",)) == ["main.go"]

    def test_the_ignore_file_goes_first(self, root):
        write_tree(root, {"api/.dockerignore": "main.go"})
        assert paths_of(root, inputs=("api/*.go",)) == []

    def test_classes(self, root):
        assert paths_of(root, inputs=("api/[!m]*.sh", "api/[^r]*.go")) == ["main.go", "run.sh"]

    def test_other_directories_are_not_opened(self, root):
        opened = []

        class Spy(DirectoryReader):
            def entries(self, path):
                opened.append(path)
                return super().entries(path)

        write_tree(root, {"node_modules/a/b": ""})
        built = image(context=".", dockerfile="api/Dockerfile", inputs=("api/deep/**",))
        assert [blob.path for blob in Contents(Spy(root)).files(built)] == ["api/deep/er/data.bin"]
        assert opened == [".", "api", "api/deep", "api/deep/er"]

    def test_that_match_nothing_are_a_warning(self, root):
        content = content_of(root, inputs=("api/main.go", "src/**"))
        assert content.digest
        assert found_by(content) == [("warning", "EW314", None)]
        assert '"src/**"' in content.diagnostics[0].summary

    def test_that_are_no_pattern_are_an_error(self, root):
        assert found_by(content_of(root, inputs=("api/[",))) == [("error", "EW314", None)]


class TestDigest:
    def test_is_a_sha256(self, root):
        content = content_of(root)
        assert content.files == 5
        assert content.digest.startswith("sha256:")
        assert len(content.digest) == 71

    def test_of_a_known_tree_never_changes(self, root):
        # every image of every stack is built again if it does: then count up SCHEMA
        assert digest_of(root) == "sha256:82adc1e14e6d5e0cd591799d33bd6cac9f97bda25f39041e7862d551b28decbe"

    @pytest.mark.parametrize(
        "change",
        [
            {"api/main.go": "package other\n"},
            {"api/main.go*": "package main\n"},
            {"api/renamed.go": "package main\n"},
            {"api/Dockerfile": "FROM golang:1.27\n"},
        ],
    )
    def test_changes_with_files(self, root, change):
        before = digest_of(root)
        write_tree(root, change)
        assert digest_of(root) != before

    def test_changes_with_the_text_of_a_link(self, root):
        before = digest_of(root)
        (root / "api/current").unlink()
        (root / "api/current").symlink_to("run.sh")
        assert digest_of(root) != before

    @pytest.mark.parametrize(
        "fields", [{"target": "0"}, {"build_args": {"A": "1"}}, {"build_args": {"A": ""}}, {"inputs": ("api/main.go",)}]
    )
    def test_changes_with_the_declaration(self, root, fields):
        assert digest_of(root, **fields) != digest_of(root)

    def test_counts_the_dockerfile_where_it_is_ignored_or_outside(self, root):
        write_tree(root, {"api/.dockerignore": "Dockerfile", "Dockerfile.api": "FROM a:1"})
        inside, outside = digest_of(root), digest_of(root, dockerfile="Dockerfile.api")
        write_tree(root, {"api/Dockerfile": "FROM a:2", "Dockerfile.api": "FROM a:2"})
        assert digest_of(root) != inside
        assert digest_of(root, dockerfile="Dockerfile.api") != outside

    def test_does_not_change_with_what_is_no_content(self, root, tmp_path_factory, monkeypatch):
        before = digest_of(root, build_args={"A": "1", "B": "2"})
        # another place, order of creation, umask, time, working directory, locale, and an empty directory
        other = tmp_path_factory.mktemp("other")
        write_tree(other, {path.replace("api/", "moved/"): TREE[path] for path in reversed(TREE)})
        (other / "moved/empty").mkdir()
        (other / "moved/main.go").chmod(0o600)
        (other / "moved/run.sh").chmod(0o700)
        os.utime(other / "moved/main.go", (1, 1))
        monkeypatch.chdir("/")
        monkeypatch.setenv("LC_ALL", "C")
        assert digest_of(other, context="./moved/", build_args={"B": "2", "A": "1"}) == before

    @settings(max_examples=20, deadline=None)
    @given(st.permutations(["a", "a-", "a.b", "a/b", "ab", "é", "B"]))
    def test_does_not_depend_on_the_order_of_listings(self, tmp_path_factory, names):
        root = tmp_path_factory.mktemp("order")
        write_tree(root, {"api/Dockerfile": "FROM a:1", **{f"api/{name}/x": name for name in names}})

        class Shuffled(DirectoryReader):
            def entries(self, path):
                return tuple(sorted(super().entries(path), key=lambda entry: hash((entry.name, names[0]))))

        expected = digest_of(root)
        assert Contents(Shuffled(root)).of(image()).digest == expected

    def test_of_a_committed_and_a_dirty_tree(self, root):
        before = digest_of(root)
        (root / "api/main.go").write_text("package dirty\n")
        assert digest_of(root) != before
        (root / "api/main.go").write_text("package main\n")
        assert digest_of(root) == before


class TestReading:
    def test_reads_a_file_once_for_all_images(self, root):
        read = []

        class Spy(DirectoryReader):
            def read_bytes(self, path):
                read.append(path)
                return super().read_bytes(path)

            def entries(self, path):
                read.append(f"{path}/")
                return super().entries(path)

        contents = Contents(Spy(root))
        for target in ("", "0"):
            assert contents.of(image(target=target)).digest
        assert contents.of(image(context=".", dockerfile="api/Dockerfile")).digest
        assert sorted(path for path in set(read) if read.count(path) > 1) == []

    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"context": "nowhere"}, "the Dockerfile nowhere/Dockerfile"),
            ({"context": "nowhere", "dockerfile": "api/Dockerfile"}, "the directory nowhere"),
            ({"context": "api/main.go", "dockerfile": "api/Dockerfile"}, "the directory api/main.go"),
            ({"dockerfile": "api/deep"}, "the Dockerfile api/deep"),
        ],
    )
    def test_what_is_not_there(self, root, fields, says):
        content = content_of(root, **fields)
        assert found_by(content) == [("error", "EW312", None)]
        assert says in content.diagnostics[0].summary
        assert content.digest is None

    @pytest.mark.parametrize("fields", [{"context": "../.."}, {"context": "/etc"}, {"dockerfile": "../../Dockerfile"}])
    def test_never_leaves_the_repository(self, root, fields):
        content = content_of(root / "api", **{"context": ".", "dockerfile": "Dockerfile", **fields})
        assert [item.code for item in content.diagnostics] == ["EW022"]

    def test_a_context_above_the_root_file(self, root):
        assert digest_of(root / "api/deep", context="..") == digest_of(root)

    def test_a_context_behind_a_link_that_leaves_the_repository(self, root, tmp_path_factory):
        outside = tmp_path_factory.mktemp("outside")
        write_tree(outside, {"Dockerfile": "FROM a:1"})
        (root / "linked").symlink_to(outside)
        assert [item.code for item in content_of(root, context="linked").diagnostics] == ["EW022"]


class TestBases:
    @pytest.mark.parametrize(
        ("base", "floats"),
        [
            ("golang", True),
            ("golang:latest", True),
            ("golang:1.26", False),
            ("golang@sha256:" + "a" * 64, False),
            ("$BASE", True),
            ("golang:${MISSING}", False),  # nobody here knows
            ("scratch", False),
            ("x AS y\nFROM y", True),
        ],
    )
    def test_that_float_are_a_warning(self, root, base, floats):
        (root / "api/Dockerfile").write_text(f"ARG BASE=alpine\nFROM {base}\n")
        content = content_of(root)
        assert content.digest
        assert [(item.severity, item.code) for item in content.diagnostics] == [("warning", "EW313")] * floats

    def test_where(self, root):
        (root / "api/Dockerfile").write_text("FROM --platform=linux/amd64 golang:latest\n")
        assert content_of(root).diagnostics[0].where == Mark("api/Dockerfile", 1, 29, 13)

    def test_a_build_argument_replaces_the_default(self, root):
        (root / "api/Dockerfile").write_text("ARG V=1.26\nFROM golang:$V\n")
        assert content_of(root).diagnostics == ()
        assert found_by(content_of(root, build_args={"V": "latest"})) == [
            ("warning", "EW313", Mark("api/Dockerfile", 2, 6, 9))
        ]

    def test_the_stage_to_build_must_be_there(self, root):
        (root / "api/Dockerfile").write_text("FROM a:1 AS build\nFROM build AS Runtime\n")
        assert content_of(root, target="runtime").digest
        content = content_of(root, target="dev")
        assert found_by(content) == [("error", "EW315", None)]
        assert content.diagnostics[0].hint == "it has `build`, `runtime`"

    def test_a_dockerfile_without_a_stage(self, root):
        (root / "api/Dockerfile").write_bytes(b"# caf\xe9\n")
        assert found_by(content_of(root)) == [("error", "EW315", Mark("api/Dockerfile"))]
