"""Go: air, which builds again and starts what it built.

Measured: with the caches of builds and modules on a volume, an edit is live in the time of an incremental build; after
a syntax error the program that was built last goes on. Options: https://github.com/air-verse/air.
"""

from __future__ import annotations

from envwright.host import hookimpl
from envwright.model.language import LanguageStack, Program, Recipe, ServiceFiles, StackDockerfile
from envwright_plugins.stacks.shared import BUILD_FILES, NOT_CODE, USER, first, rules, whole_source

ROOT = "/src"
BUILT = "/tmp/air/main"  # noqa: S108  # in the container, where it is a volume of its own
CONFIGURATIONS = (".air.toml", "air.toml")


def detect(files: ServiceFiles) -> str:
    """Return `go.mod` or the first Go file of the service."""
    return first(files, "go.mod") or next(iter((*files.glob("*.go"), *files.glob("cmd/*/*.go"))), "")


def recipe(program: Program) -> Recipe | None:
    """Return how to run a Go service under air, None if no package of it is a program."""
    configuration = first(program.files, *CONFIGURATIONS)
    package = main_package(program)
    if not package and not configuration:
        return None
    return Recipe(
        command=("air", "-c", configuration) if configuration else _air(package, program.command[1:]),
        sources=whole_source(program, ROOT),
        working_directory=program.working_directory or ROOT,
        dependencies=("/cache",),
        caches=("/cache", "/tmp"),  # noqa: S108  # see above
        port=program.port,
        env={"GOCACHE": "/cache/build", "GOMODCACHE": "/cache/modules", "GOFLAGS": "-buildvcs=false"},
        polling_arguments=("--build.poll", "true"),
        memory="1Gi",
        live="the log of the container says `building...`, then `running...`",
    )


def _air(package: str, arguments: tuple[str, ...]) -> tuple[str, ...]:
    build = f"go build -o {BUILT} {package}"
    # an interrupt first, so that the program may answer what it has begun
    stop = ("--build.send_interrupt", "true", "--build.kill_delay", "1s")
    passed = ("--build.args_bin", ",".join(arguments)) if arguments else ()
    built = ("--build.cmd", build, "--build.bin", BUILT, *passed)
    return ("air", "--tmp_dir", "/tmp/air", *built, *stop)  # noqa: S108  # see above


def main_package(program: Program) -> str:
    """Return the package that the service is: its root, the one in `cmd/` of its name, or the only one there."""
    files = program.files
    if any("package main" in files.read(path) for path in files.glob("*.go") if not path.endswith("_test.go")):
        return "."
    named = [path.rpartition("/")[0] for path in files.glob("cmd/*/main.go")]
    own = f"cmd/{program.name}"
    chosen = own if own in named else named[0] if len(named) == 1 else ""
    return f"./{chosen}" if chosen else ""


def dockerfile(program: Program) -> StackDockerfile | None:
    """Return a Dockerfile that ships the program alone."""
    package = main_package(program)
    if not package:
        return None
    copied = " ".join(name for name in ("go.mod", first(program.files, "go.sum")) if name)
    base = f"""\
FROM golang:1.26-alpine AS base
WORKDIR {ROOT}
COPY {copied} ./
RUN go mod download"""
    dev = f"""\
FROM base AS dev
RUN go install github.com/air-verse/air@v1.63.0
USER {USER}"""
    runtime = f"""\
FROM base AS build
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /service {package}

FROM gcr.io/distroless/static-debian12:nonroot AS runtime
COPY --from=build /service /service
USER {USER}
ENTRYPOINT ["/service"]"""
    return StackDockerfile(base, dev, runtime)


STACK = LanguageStack(
    name="go",
    title="Go, with air",
    detect=detect,
    recipe=recipe,
    dockerfile=dockerfile,
    special_of=("static",),
    changes=(
        *BUILD_FILES,
        *NOT_CODE,
        *rules("none", "it is a test", "**/*_test.go", "**/testdata/**"),
        *rules("rebuild", "it says what is installed", "go.mod", "go.sum", "go.work", "go.work.sum", "vendor/**"),
        *rules(
            "migrate", "it changes the database", "migrations/**/*.sql", "**/migrations/*.sql", "**/migrations/*.go"
        ),
        *rules("restart", "it is read only at the start", ".env*", ".air.toml", "air.toml"),
        *rules("hot-reload", "air builds it again", "**/*.go"),
        *rules("hot-reload", "air builds it again", "**/*.tpl", "**/*.tmpl", "**/*.html"),
    ),
)


@hookimpl
def envwright_stack() -> LanguageStack:
    """Bring the stack `go`."""
    return STACK
