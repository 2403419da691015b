"""Node.js: `node --watch`, tsx and nodemon.

Measured: all three close the port on a syntax error and wait for the next edit. `node --watch` watches what was
imported and cannot poll; tsx and nodemon can (`CHOKIDAR_USEPOLLING`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from envwright.host import hookimpl
from envwright.model.language import LanguageStack, Program, Recipe, ServiceFiles, StackDockerfile
from envwright_plugins.stacks.javascript import (
    PACKAGES,
    ROOT,
    dependencies,
    images,
    installed_in,
    package_json,
    script,
    sources,
)
from envwright_plugins.stacks.shared import DEFAULT_PORT, first, rules

ENTRIES = ("src/server.ts", "src/index.ts", "src/main.ts", "src/server.js", "src/index.js", "src/main.js")
PLAIN_ENTRIES = ("server.ts", "index.ts", "server.js", "index.js", "app.js", "server.mjs", "index.mjs")


def detect(files: ServiceFiles) -> str:
    """Return `package.json` if the service has one."""
    return first(files, "package.json")


def recipe(program: Program) -> Recipe | None:
    """Return how to run a Node service under its reloader, None if nothing tells what it starts."""
    package = package_json(program.files)
    command = _reloader(program, package)
    if not command:
        return None
    port = program.port or DEFAULT_PORT
    root = program.working_directory or ROOT
    return Recipe(
        command=command,
        sources=sources(program, _entry_in(command)),
        working_directory=root,
        dependencies=installed_in(program),
        port=program.port,
        env={"NODE_ENV": "development", **({"PORT": str(port)} if program.port else {})},
        polling={"CHOKIDAR_USEPOLLING": "true"},
        live="the log of the container says that it restarts",
    )


def _reloader(program: Program, package: Mapping[str, object]) -> tuple[str, ...]:
    """Return the script `dev` where that is a reloader, else one around what the service starts."""
    words = script(package, "dev")
    if words and words[0] == "node" and any(word.startswith("--watch") for word in words):
        return tuple(words)
    if words[:2] == ["tsx", "watch"] or words[:1] == ["nodemon"]:
        return tuple(words)
    entry = _entry(program, package)
    if not entry:
        return ()
    packages = dependencies(package)
    if entry.endswith((".ts", ".mts", ".tsx")):
        return ("tsx", "watch", entry)
    if "nodemon" in packages:
        return ("nodemon", "--watch", entry.partition("/")[0] if "/" in entry else ".", entry)
    return ("node", "--watch", *_node_options(program.command), entry)


def _entry(program: Program, package: Mapping[str, object]) -> str:
    """Return the file that the service starts, in its source: of one that was built from TypeScript that one."""
    if dependencies(package) & {"typescript", "tsx"} and (source := first(program.files, *ENTRIES[:3])):
        return source
    main = package.get("main")
    said = (_entry_in(program.command), _entry_in(script(package, "start")), main if isinstance(main, str) else "")
    return next((path for path in said if path and program.files.exists(path)), "") or first(
        program.files, *ENTRIES, *PLAIN_ENTRIES
    )


def _entry_in(command: Sequence[str]) -> str:
    """Return the first word that is a program of Node, empty if there is none."""
    found = next((word for word in command if word.endswith((".js", ".mjs", ".cjs", ".ts", ".mts"))), "")
    return found.removeprefix("./")


def _node_options(command: Sequence[str]) -> tuple[str, ...]:
    """Return the options of `node` itself."""
    if not command or PurePosixPath(command[0]).name != "node":
        return ()
    options = []
    for word in command[1:]:
        if not word.startswith("--"):
            break
        options.append(word)
    return tuple(options)


def dockerfile(program: Program) -> StackDockerfile | None:
    """Return a Dockerfile whose packages are one directory above the source."""
    package = package_json(program.files)
    entry = _entry(program, package)
    if not entry:
        return None
    start = script(package, "start")
    build = bool(script(package, "build"))
    shipped = start if start and build else ["tsx" if entry.endswith("ts") else "node", entry]
    dev = "" if not entry.endswith("ts") or "tsx" in dependencies(package) else "RUN npm install --prefix /srv tsx"
    return images(program, shipped, build=build and bool(start), dev=dev)


STACK = LanguageStack(
    name="node",
    title="Node.js: node --watch, tsx, nodemon",
    detect=detect,
    recipe=recipe,
    dockerfile=dockerfile,
    special_of=("static",),
    changes=(
        *PACKAGES,
        *rules("hot-reload", "the reloader watches it", "**/*.js", "**/*.mjs", "**/*.cjs", "**/*.ts", "**/*.mts"),
        *rules("hot-reload", "the reloader watches it", "**/*.json"),
    ),
)


@hookimpl
def envwright_stack() -> LanguageStack:
    """Bring the stack `node`."""
    return STACK
