"""What the stacks of Node.js have in common: packages, scripts, and images that keep packages outside of the source.

Measured: Node finds packages in `node_modules` of a parent directory, so the source may be mounted below it; npm does
not pass signals on, so programs are started themselves.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping, Sequence

from envwright.model.language import ChangeRule, Program, ServiceFiles, SourceMount, StackDockerfile
from envwright_plugins.stacks.shared import BUILD_FILES, NOT_CODE, first, rules

ROOT = "/srv/app"
# the account of the official image
NODE_USER = 1000
INSTALLS = re.compile(r"\b(npm (ci|i|install)|pnpm (i|install)|yarn install|yarn(\s|$)|bun install)")
LOCKFILES = {
    "package-lock.json": "RUN npm ci",
    "npm-shrinkwrap.json": "RUN npm ci",
    "pnpm-lock.yaml": "RUN corepack enable && pnpm install --frozen-lockfile",
    "yarn.lock": "RUN corepack enable && yarn install --immutable",
}

PACKAGES: tuple[ChangeRule, ...] = (
    *BUILD_FILES,
    *NOT_CODE,
    *rules("none", "it is a test", "**/*.test.*", "**/*.spec.*", "**/__tests__/**", "test/**", "tests/**", "e2e/**"),
    *rules("rebuild", "it says what is installed", "package.json", "*-lock.json", "*-lock.yaml", "*.lock", ".npmrc"),
    *rules("migrate", "it changes the database", "prisma/migrations/**", "migrations/**", "db/migrations/**"),
    *rules("restart", "it is read only at the start", ".env*", "tsconfig*.json"),
)


def package_json(files: ServiceFiles) -> Mapping[str, object]:
    """Return a service's package.json, empty if it has none that can be read."""
    text = files.read("package.json")
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def dependencies(package: Mapping[str, object]) -> frozenset[str]:
    """Return the names of the packages that a package.json asks for, those of development too."""
    asked = (package.get(key) for key in ("dependencies", "devDependencies"))
    return frozenset(name for each in asked if isinstance(each, dict) for name in each)


def script(package: Mapping[str, object], name: str) -> list[str]:
    """Return the words of a script of a package.json, none if it has no such script or a shell has to read it."""
    scripts = package.get("scripts")
    found = scripts.get(name) if isinstance(scripts, dict) else None
    words = found.split() if isinstance(found, str) else []
    return [] if any(re.search("[&|;<>$`'\"]", word) for word in words) else words


def installed_in(program: Program) -> tuple[str, ...]:
    """Return where the image for development has its packages."""
    from envwright.images.stage import StageFacts, stage_facts  # every run loads the stacks, few ask for a recipe

    facts = stage_facts(program.dockerfile, "dev") or stage_facts(program.dockerfile) or StageFacts()
    places = [directory for command, directory in facts.runs if directory and INSTALLS.search(command)]
    return tuple(dict.fromkeys(posixpath.join(place, "node_modules") for place in places))


def sources(program: Program, entry: str = "") -> tuple[SourceMount, ...]:
    """Return what to mount: all of the source, or `src` alone where that would hide the packages."""
    root = program.working_directory or ROOT
    hidden = any(place.startswith(f"{root}/") for place in installed_in(program))
    if hidden and (entry.startswith("src/") or (not entry and program.files.glob("src/*"))):
        return (SourceMount("src", f"{root}/src"),)
    return (SourceMount("", root),)


def images(
    program: Program, shipped: Sequence[str], *, build: bool = False, files_in: str = "", dev: str = ""
) -> StackDockerfile:
    """Return a Dockerfile whose packages are one directory above the source.

    `shipped` is what the image starts; `build` runs the script of that name first. With `files_in`, what was built
    there is served by nginx instead. `dev` are more lines of the stage for development.
    """
    lockfile = first(program.files, *LOCKFILES)
    copied = " ".join(name for name in ("package.json", lockfile, first(program.files, ".npmrc")) if name)
    base = f"""\
FROM node:24-slim AS base
ENV PATH=/srv/node_modules/.bin:$PATH
WORKDIR /srv
COPY {copied} ./
{LOCKFILES.get(lockfile, "RUN npm install")}
WORKDIR {ROOT}"""
    develop = "\n".join(line for line in ("FROM base AS dev", dev, f"USER {NODE_USER}") if line)
    if files_in:
        return StackDockerfile(base, develop, _served(files_in))
    lines = ["FROM base AS runtime", "ENV NODE_ENV=production", "COPY . ."]
    lines += ["RUN npm run build"] if build else []
    lines += ["RUN npm prune --prefix /srv --omit=dev"] if lockfile.startswith("package") else []
    return StackDockerfile(base, develop, "\n".join([*lines, f"USER {NODE_USER}", f"CMD {json.dumps(list(shipped))}"]))


def _served(files_in: str) -> str:
    return f"""\
FROM base AS build
COPY . .
RUN npm run build

FROM nginxinc/nginx-unprivileged:1.29-alpine AS runtime
COPY --from=build {ROOT}/{files_in} /usr/share/nginx/html"""
