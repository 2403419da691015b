"""Which stack a service is of, by its files alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from envwright import api
from envwright.adapters.files import DirectoryReader
from envwright.pipeline.stacks import Stacks
from tests.plugins.stacks.making import HOST, STACKS
from tests.support.stacks import stack, world, write

BUILT_IN = ["command", "go", "next", "node", "php", "python", "rails", "rust", "spring", "static", "vite"]


def package(**packages: str) -> str:
    return json.dumps({"dependencies": packages})


@pytest.mark.parametrize(
    ("files", "name", "why"),
    [
        ({"requirements.txt": ""}, "python", "requirements.txt"),
        ({"manage.py": "", "requirements.txt": ""}, "python", "manage.py"),
        ({"app.py": ""}, "python", "app.py"),
        ({"pyproject.toml": "", "static/index.html": ""}, "python", "pyproject.toml"),
        ({"package.json": package(express="5")}, "node", "package.json"),
        ({"package.json": package(vite="7"), "index.html": ""}, "vite", "package.json names vite"),
        ({"package.json": "{}", "vite.config.ts": ""}, "vite", "vite.config.ts"),
        ({"package.json": package(next="16", vite="7")}, "next", "package.json names next"),
        ({"go.mod": "module x\n"}, "go", "go.mod"),
        ({"cmd/api/main.go": ""}, "go", "cmd/api/main.go"),
        ({"pom.xml": "<artifactId>spring-boot-starter</artifactId>"}, "spring", "pom.xml names spring-boot"),
        ({"build.gradle.kts": 'id("org.springframework.boot")'}, "spring", "build.gradle.kts names spring-boot"),
        ({"bin/rails": "", "package.json": "{}", "public/index.html": ""}, "rails", "bin/rails"),
        ({"Gemfile": 'gem "rails", "~> 8"'}, "rails", "Gemfile names rails"),
        ({"composer.json": "{}", "package.json": "{}"}, "php", "composer.json"),
        ({"public/index.php": ""}, "php", "public/index.php"),
        ({"Cargo.toml": ""}, "rust", "Cargo.toml"),
        ({"public/index.html": ""}, "static", "public/index.html"),
        ({"index.html": ""}, "static", "index.html"),
    ],
)
def test_a_stack_is_told_from_files(files: dict[str, str], name: str, why: str, tmp_path: Path) -> None:
    write(tmp_path, files)
    answer = Stacks(DirectoryReader(tmp_path), HOST).of(None, ".")
    assert (answer.name, answer.why) == (name, why)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"README.md": ""}, "no installed stack knows the files in ."),
        ({"go.mod": "", "requirements.txt": ""}, "it could be go (go.mod), python (requirements.txt)"),
        ({"pom.xml": "<artifactId>jakarta</artifactId>"}, "no installed stack knows the files in ."),
    ],
)
def test_nobody_guesses(files: dict[str, str], why: str, tmp_path: Path) -> None:
    write(tmp_path, files)
    answer = Stacks(DirectoryReader(tmp_path), HOST).of(None, ".")
    assert (answer.stack, answer.why) == (None, why)


def test_the_built_in_stacks_are_all_there() -> None:
    assert sorted(STACKS) == BUILT_IN


SPEC = """\
environments: {dev: {}, ai: {kind: slot}}
images:
  api: {type: build, repository: registry.example.org/api, context: services/api}
services:
  - {name: api, image: api, workload: {kind: deployment}}
  - {name: web, inputs: ["web/src/**"], workload: {kind: deployment, image: 'nginx:1'}}
  - {name: job, stack: go, workload: {kind: deployment, image: 'nginx:1'}}
  - {name: cron, workload: {kind: deployment, image: 'nginx:1'}}
"""


@pytest.mark.parametrize("environment", ["", "dev"])
def test_explain_says_why(environment: str, tmp_path: Path) -> None:
    files = {"services.yaml": stack(SPEC), "services/api/requirements.txt": "", "web/src/package.json": "{}"}
    there = world(tmp_path, files, HOST)

    def told(service: str) -> tuple[object, str]:
        found = api.explain(api.Request(environment=environment), there, f"services[{service}].stack")
        return found.value, found.note

    assert told("api") == ("python", "detected by requirements.txt")
    assert told("web") == ("node", "detected by package.json")
    assert told("job") == ("go", "")
    assert told("cron") == (None, "not detected: neither `inputs` nor a built image says where its code is")
