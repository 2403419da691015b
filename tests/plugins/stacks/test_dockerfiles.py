"""The Dockerfile that a stack makes for a service that has none."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from envwright.images.dockerfile import scan
from envwright.images.reference import parse
from envwright.images.stage import stage_facts
from tests.plugins.stacks.making import STACKS, program

SERVICES: dict[str, dict[str, str]] = {
    "python": {"requirements.txt": "", "app.py": "from fastapi import FastAPI\napp = FastAPI()\n"},
    "node": {"package.json": "{}", "package-lock.json": "{}", "server.js": ""},
    "vite": {"package.json": json.dumps({"scripts": {"build": "vite build"}}), "vite.config.js": "", "yarn.lock": ""},
    "next": {"package.json": json.dumps({"scripts": {"build": "next build"}}), "pnpm-lock.yaml": ""},
    "go": {"go.mod": "module x\n", "go.sum": "", "main.go": "package main\n"},
    "spring": {"pom.xml": "spring-boot"},
    "rails": {"Gemfile": "", "Gemfile.lock": "", "bin/rails": ""},
    "php": {"composer.json": "{}", "public/index.php": ""},
    "rust": {"Cargo.toml": '[package]\nname = "mailer"\n'},
    "static": {"public/index.html": ""},
}


@pytest.mark.parametrize("name", SERVICES)
def test_it_builds_what_is_there_for_development_and_to_ship(name: str, tmp_path: Path) -> None:
    made = STACKS[name].dockerfile(program(tmp_path, SERVICES[name]))
    assert made is not None
    found = scan(made.text)
    assert not any(parse(base.image).floats for base in found.bases({}))
    shipped = stage_facts(made.text)
    assert shipped is not None
    copied = {source for path in SERVICES[name] for source in (path, path.split("/")[0], ".")}
    assert {each for each in shipped.sources if "*" not in each} <= copied
    if name != "static":  # the image that is shipped serves an edit as it is
        assert found.has_stage("dev")
        dev = stage_facts(made.text, "dev")
        assert dev is not None
        assert "." not in dev.sources, "an edit would make another image"
        assert dev.user.isdecimal()
        recipe = STACKS[name].recipe(program(tmp_path, {**SERVICES[name], "Dockerfile": made.text}))
        assert recipe is not None
        (mount,) = recipe.sources
        assert mount.path == dev.working_directory
        assert not any(place.startswith(f"{mount.path}/") for place in recipe.dependencies)


def test_what_a_pyproject_asks_for_is_installed(tmp_path: Path) -> None:
    files = {"pyproject.toml": "[project]\ndependencies = ['a>=1 ; python_version > \"3\"', 'b']\n", "main.py": ""}
    made = STACKS["python"].dockerfile(program(tmp_path, files))
    assert made is not None
    (line,) = (line for line in made.base.splitlines() if "tomllib" in line)
    shown = line.removeprefix("RUN ").replace("pip install --no-cache-dir", "printf '[%s]'")
    ended = subprocess.run(["sh", "-c", shown], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ended.stdout == '[a>=1 ; python_version > "3"][b]'


def test_the_port_of_the_container_is_in_the_command(tmp_path: Path) -> None:
    made = STACKS["python"].dockerfile(program(tmp_path, SERVICES["python"], port=9000))
    assert made is not None
    assert made.runtime.endswith('CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "9000"]')


def test_a_typescript_service_is_shipped_built(tmp_path: Path) -> None:
    package = {"scripts": {"build": "tsc", "start": "node dist/server.js"}, "devDependencies": {"typescript": "5"}}
    files = {"package.json": json.dumps(package), "package-lock.json": "", "src/server.ts": ""}
    made = STACKS["node"].dockerfile(program(tmp_path, files))
    assert made is not None
    assert "RUN npm run build\nRUN npm prune --prefix /srv --omit=dev" in made.runtime
    assert made.runtime.endswith('CMD ["node", "dist/server.js"]')
    assert "RUN npm install --prefix /srv tsx" in made.dev


def test_the_command_stack_makes_none(tmp_path: Path) -> None:
    assert STACKS["command"].dockerfile(program(tmp_path, {"a.pl": ""})) is None
