"""Rust: bacon, which builds again and starts what it built.

Documentation: https://dystroy.org/bacon/ (`--headless`, and the job `run-long` for programs that serve).
"""

from __future__ import annotations

from envwright.host import hookimpl
from envwright.model.language import LanguageStack, Program, Recipe, ServiceFiles, StackDockerfile
from envwright_plugins.stacks.shared import BUILD_FILES, NOT_CODE, USER, first, rules, whole_source

ROOT = "/src"


def detect(files: ServiceFiles) -> str:
    """Return `Cargo.toml` if the service has one."""
    return first(files, "Cargo.toml")


def recipe(program: Program) -> Recipe:
    """Return how to run a Rust service under bacon."""
    return Recipe(
        command=("bacon", "--headless", "run-long"),
        sources=whole_source(program, ROOT),
        working_directory=program.working_directory or ROOT,
        dependencies=("/cache",),
        caches=("/cache",),
        port=program.port,
        env={"CARGO_HOME": "/cache/cargo", "CARGO_TARGET_DIR": "/cache/target"},
        memory="2Gi",
        live="the log of the container shows the build, then what the service says at its start",
    )


def dockerfile(program: Program) -> StackDockerfile:
    """Return a Dockerfile that ships the program alone."""
    copied = " ".join(name for name in ("Cargo.toml", first(program.files, "Cargo.lock")) if name)
    dev = f"""\
FROM base AS dev
RUN cargo install --locked bacon@3.18.0
USER {USER}"""
    runtime = f"""\
FROM base AS build
COPY {copied} ./
COPY . .
RUN cargo install --path . --root /service

FROM debian:13-slim AS runtime
COPY --from=build /service/bin/ /usr/local/bin/
USER {USER}
CMD ["{_binary(program)}"]"""
    return StackDockerfile(f"FROM rust:1.90-slim AS base\nWORKDIR {ROOT}", dev, runtime)


def _binary(program: Program) -> str:
    """Return the name of the program: that of the package, which is the first `name` of Cargo.toml."""
    lines = program.files.read("Cargo.toml").splitlines()
    named = next((line for line in lines if line.replace(" ", "").startswith('name="')), f'name="{program.name}"')
    return named.split('"')[1]


STACK = LanguageStack(
    name="rust",
    title="Rust, with bacon",
    detect=detect,
    recipe=recipe,
    dockerfile=dockerfile,
    special_of=("static",),
    changes=(
        *BUILD_FILES,
        *NOT_CODE,
        *rules("none", "it is a test", "tests/**", "benches/**"),
        *rules("rebuild", "it says what is installed", "Cargo.toml", "Cargo.lock", "rust-toolchain*", "build.rs"),
        *rules("migrate", "it changes the database", "migrations/**"),
        *rules("restart", "it is read only at the start", ".env*", "bacon.toml"),
        *rules("hot-reload", "bacon builds it again", "src/**", "crates/**"),
    ),
)


@hookimpl
def envwright_stack() -> LanguageStack:
    """Bring the stack `rust`."""
    return STACK
