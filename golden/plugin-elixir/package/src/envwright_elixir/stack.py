"""The stack `elixir`: Phoenix reloads code at the next request, and compiles it then.

Documentation: https://hexdocs.pm/phoenix/Mix.Tasks.Phx.Server.html, https://hexdocs.pm/mix/Mix.html#module-environment-variables
(`MIX_DEPS_PATH`, `MIX_BUILD_PATH`), https://hexdocs.pm/phoenix/releases.html.
"""

from __future__ import annotations

import re

from envwright.model.language import (
    ChangeRule,
    LanguageStack,
    Program,
    Recipe,
    ServiceFiles,
    SourceMount,
    StackDockerfile,
)

ROOT = "/app"
PORT = 4000
USER = 10001
APP = re.compile(r"\bapp:\s*:(\w+)")


def detect(files: ServiceFiles) -> str:
    """Return the file that makes a service one of Elixir, empty if it is none."""
    return "mix.exs" if files.exists("mix.exs") else ""


def is_phoenix(files: ServiceFiles) -> bool:
    """Return whether the project depends on Phoenix."""
    return "{:phoenix," in files.read("mix.exs")


def recipe(program: Program) -> Recipe | None:
    """Return how to run Phoenix under its reloader, None for a project without it: nothing reloads that one."""
    if not is_phoenix(program.files):
        return None
    root = program.working_directory or ROOT
    return Recipe(
        command=("mix", "phx.server"),
        sources=(SourceMount("", root),),
        working_directory=root,
        dependencies=("/opt/deps",),
        caches=("/opt/build",),
        port=program.port or PORT,
        env={
            "MIX_ENV": "dev",
            "MIX_DEPS_PATH": "/opt/deps",
            "MIX_BUILD_PATH": "/opt/build",
            "PHX_HOST": next(iter(program.hosts), "localhost"),
            "PORT": str(program.port or PORT),
        },
        memory="768Mi",
        live="the next request runs the new code",
    )


def dockerfile(program: Program) -> StackDockerfile | None:
    """Return a Dockerfile that ships a release, None where mix.exs does not name the application."""
    named = APP.search(program.files.read("mix.exs"))
    if named is None:
        return None
    copied = " ".join(name for name in ("mix.exs", "mix.lock") if program.files.exists(name))
    base = f"""\
FROM elixir:1.19-otp-28-alpine AS base
ENV MIX_DEPS_PATH=/opt/deps MIX_HOME=/opt/mix
RUN mix local.hex --force && mix local.rebar --force
WORKDIR {ROOT}
COPY {copied} ./
RUN mix deps.get"""
    runtime = f"""\
FROM base AS build
ENV MIX_ENV=prod
RUN mix deps.compile
COPY . .
RUN mix release

FROM elixir:1.19-otp-28-alpine AS runtime
WORKDIR {ROOT}
COPY --from=build {ROOT}/_build/prod/rel/{named[1]} ./
USER {USER}
CMD ["bin/server"]"""
    return StackDockerfile(base, f"FROM base AS dev\nUSER {USER}", runtime)


STACK = LanguageStack(
    name="elixir",
    title="Elixir and Phoenix",
    detect=detect,
    recipe=recipe,
    dockerfile=dockerfile,
    special_of=("node", "static"),  # a project of Phoenix may have a package.json for its assets
    changes=(
        ChangeRule("**/*.md", "none", "it is documentation"),
        ChangeRule("test/**", "none", "it is a test"),
        ChangeRule("mix.exs", "rebuild", "it says what is installed"),
        ChangeRule("mix.lock", "rebuild", "it says what is installed"),
        ChangeRule("priv/repo/migrations/**", "migrate", "it changes the database"),
        ChangeRule("config/**", "restart", "it is read only at the start"),
        ChangeRule("lib/**", "hot-reload", "the next request compiles it"),
        ChangeRule("assets/**", "hot-reload", "the watchers of Phoenix build it"),
        ChangeRule("priv/static/**", "hot-reload", "it is read again when it is asked for"),
    ),
)
