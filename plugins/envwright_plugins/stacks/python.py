"""Python: uvicorn, Django, Flask, and any other program or module.

Measured: uvicorn and watchfiles keep the port closed on a syntax error and stay alive. Django's own reloader ends at
one in the settings, and takes what it finds when it first looks for what runs: an edit in the second after a start,
such as the next one of a series, it never sees. Flask's misses a second edit within one second, and with watchdog it
watches all of Python beside the source, whose events may crowd out those of an edit. Watchfiles runs both.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from envwright.host import hookimpl
from envwright.model.language import LanguageStack, Program, Recipe, ServiceFiles, StackDockerfile
from envwright_plugins.stacks.shared import (
    BUILD_FILES,
    DEFAULT_PORT,
    NOT_CODE,
    USER,
    first,
    option,
    port_in,
    rules,
    whole_source,
    without_options,
)

DECLARATIONS = ("pyproject.toml", "requirements.txt", "setup.py", "setup.cfg", "Pipfile")
LOCKFILES = ("requirements*.txt", "pyproject.toml", "uv.lock", "poetry.lock", "Pipfile*", "setup.py", "setup.cfg")
ASGI = ("FastAPI", "Starlette", "Litestar", "Quart")
APPLICATION = re.compile(
    r"^(\w+)(?:\s*:[^=\n]+)?\s*=\s*(?:\w+\.)*(FastAPI|Starlette|Litestar|Quart|Flask)\(", re.MULTILINE
)
# one word with a dot would be taken for a function of Python
WATCHFILES = ("watchfiles", "--target-type", "command", "--filter", "python")
# with its own reloader Django keeps templates and translations until that sees a change of them; without it for good
WATCHED_BY_DJANGO = (".html", ".txt", ".xml", ".mo")
WATCH_DJANGO = (
    "import sys; from watchfiles import PythonFilter, run_process; "
    "run_process('.', target=sys.argv[1], target_type='command', "
    f"watch_filter=PythonFilter(extra_extensions={WATCHED_BY_DJANGO}))"
)
SERVERS = ("uvicorn", "gunicorn", "flask", "hypercorn", "daphne")


class Start(NamedTuple):
    """What a service starts.

    `words` are the server, the application and options for uvicorn, the application for Flask, `manage.py` for Django,
    and the words of any other command.
    """

    kind: Literal["uvicorn", "django", "flask", "command"]
    words: tuple[str, ...]


def detect(files: ServiceFiles) -> str:
    """Return the file that makes a service one of Python."""
    if files.exists("manage.py"):
        return "manage.py"
    if declared := first(files, *DECLARATIONS):
        return declared
    return next(iter(files.glob("*.py")), "")


def recipe(program: Program) -> Recipe | None:
    """Return how to run a Python service under its reloader, None if nothing tells what it starts."""
    start = start_of(program)
    if start is None:
        return None
    port = program.port or port_in(program.command, "--port", "-p", "--bind", "-b") or _default_port(start)
    return Recipe(
        command=_reloader(start, port, program.files),
        sources=whole_source(program, "/app"),
        working_directory=program.working_directory or "/app",
        dependencies=("/opt/venv",),
        port=program.port if start.kind == "command" else port,
        env={"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", **_path(program)},
        polling={"WATCHFILES_FORCE_POLLING": "true"},
        live="the log of the container says that it reloads, then that the application has started",
    )


def _path(program: Program) -> dict[str, str]:
    """Return the variable that lets Python find packages in `src`."""
    root = program.working_directory or "/app"
    return {"PYTHONPATH": f"{root}/src"} if program.files.glob("src/**/*.py") else {}


def start_of(program: Program) -> Start | None:
    """Return what a service starts: as its command says, else as its files tell."""
    return _said(list(program.command), program.files) or _found(program.files)


def _said(command: list[str], files: ServiceFiles) -> Start | None:
    names = [PurePosixPath(word).name for word in command]
    if "manage.py" in names or ("gunicorn" in names and files.exists("manage.py")):
        return Start("django", ("manage.py",))
    application = next((word for word in command if re.fullmatch(r"[\w.]+:[\w.]+(\(\))?", word)), "")
    if "uvicorn" in names and application:
        server = command[names.index("uvicorn")]
        return Start("uvicorn", (server, application, *_uvicorn_options(command, application)))
    if "gunicorn" in names and application and "uvicorn" in option(command, "-k", "--worker-class"):
        return Start("uvicorn", ("uvicorn", application))
    if "flask" in names:
        return Start("flask", (option(command, "--app", "-A") or _flask_application(files) or "app",))
    if "gunicorn" in names and application and _flask_application(files):
        return Start("flask", (application,))
    if not command:
        return None
    return Start("command", tuple(without_options(command, ("--workers", "-w"))))


def _uvicorn_options(command: list[str], application: str) -> list[str]:
    """Return the options after the application that a reloading uvicorn takes too; it has one worker."""
    after = command[command.index(application) + 1 :]
    ours = ("--workers", "--host", "--port", "--reload-dir", "--reload-include", "--reload-exclude")
    return without_options(after, ours, ("--reload",))


def _found(files: ServiceFiles) -> Start | None:
    if files.exists("manage.py"):
        return Start("django", ("manage.py",))
    for path in (*files.glob("*.py"), *files.glob("*/*.py"), *files.glob("src/*/*.py")):
        if found := APPLICATION.search(files.read(path)):
            target = f"{_module(path)}:{found[1]}"
            return Start("uvicorn", ("uvicorn", target)) if found[2] in ASGI else Start("flask", (target,))
    mains = (*files.glob("*/__main__.py"), *files.glob("src/*/__main__.py"))
    if mains:
        return Start("command", ("python", "-m", _module(mains[0]).removesuffix(".__main__")))
    script = first(files, "main.py", "app.py")
    return Start("command", ("python", script)) if script else None


def _flask_application(files: ServiceFiles) -> str:
    start = _found(files)
    return start.words[0] if start is not None and start.kind == "flask" else ""


def _module(path: str) -> str:
    return path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _default_port(start: Start) -> int:
    return {"uvicorn": 8000, "django": 8000, "flask": 5000}.get(start.kind, 0)


def _reloader(start: Start, port: int, files: ServiceFiles) -> tuple[str, ...]:
    source = "src" if files.glob("src/**/*.py") else "."
    match start.kind:
        case "uvicorn":
            server, application, *options = start.words
            served = ("--host", "0.0.0.0", "--port", str(port))  # noqa: S104  # in a pod, where the kubelet asks
            return (server, application, "--reload", "--reload-dir", source, *served, *options)
        case "django":
            return ("python", "-c", WATCH_DJANGO, f"python manage.py runserver --noreload 0.0.0.0:{port}")
        case "flask":
            # for its templates it is in debug mode; the debugger would run whatever a visitor types
            debug = ("run", "--debug", "--no-reload", "--no-debugger")
            served = ("--host", "0.0.0.0", "--port", str(port))  # noqa: S104  # as above
            words = ("flask", "--app", start.words[0], *debug, *served)
            return (*WATCHFILES, shlex.join(words), source)
        case "command":
            return (*WATCHFILES, shlex.join(start.words), source)


def dockerfile(program: Program) -> StackDockerfile | None:
    """Return a Dockerfile with the dependencies in a virtual environment outside of the source."""
    start = start_of(program)
    if start is None:
        return None
    variables = "".join(f" {name}={value}" for name, value in _path(program).items())
    base = f"""\
FROM python:3.14-slim AS base
ENV PYTHONUNBUFFERED=1 PATH=/opt/venv/bin:$PATH{variables}
RUN python -m venv /opt/venv
WORKDIR /app
{_install(program.files)}"""
    tool = {"uvicorn": "uvicorn watchfiles", "flask": "flask watchfiles", "django": "django watchfiles"}.get(
        start.kind, "watchfiles"
    )
    dev = f"""\
FROM base AS dev
RUN pip install --no-cache-dir {tool}
USER {USER}"""
    server = "gunicorn" if start.kind in ("django", "flask") else "uvicorn" if start.kind == "uvicorn" else ""
    runtime = f"""\
FROM base AS runtime
{f"RUN pip install --no-cache-dir {server}" if server else "# nothing more to install"}
COPY . .
USER {USER}
CMD {json.dumps(_shipped(start, program))}"""
    return StackDockerfile(base, dev, runtime)


def _install(files: ServiceFiles) -> str:
    if files.exists("uv.lock"):
        return """\
ENV UV_PROJECT_ENVIRONMENT=/opt/venv
RUN pip install --no-cache-dir uv
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project"""
    if files.exists("requirements.txt"):
        return "COPY requirements.txt ./\nRUN pip install --no-cache-dir -r requirements.txt"
    if files.exists("pyproject.toml"):
        listed = "print(*tomllib.load(open('pyproject.toml', 'rb'))['project'].get('dependencies', ()), sep='\\n')"
        return f"""\
COPY pyproject.toml ./
RUN python -c "import tomllib; {listed}" | xargs -r -d '\\n' pip install --no-cache-dir"""
    if files.exists("setup.py"):
        return "COPY . .\nRUN pip install --no-cache-dir ."
    return "# no dependencies are declared"


def _shipped(start: Start, program: Program) -> tuple[str, ...]:
    port = str(program.port or DEFAULT_PORT)
    served = ("--host", "0.0.0.0", "--port", port)  # noqa: S104  # in a pod, where the kubelet asks
    match start.kind:
        case "uvicorn":
            return ("uvicorn", start.words[1], *served)
        case "django":
            project = next(iter(program.files.glob("*/wsgi.py")), "config/wsgi.py").partition("/")[0]
            return ("gunicorn", f"{project}.wsgi:application", "--bind", f"0.0.0.0:{port}")
        case "flask":
            return ("gunicorn", start.words[0], "--bind", f"0.0.0.0:{port}")
        case "command":
            return start.words


STACK = LanguageStack(
    name="python",
    title="Python: uvicorn, Django, Flask, any other program",
    detect=detect,
    recipe=recipe,
    dockerfile=dockerfile,
    special_of=("static",),
    changes=(
        *BUILD_FILES,
        *NOT_CODE,
        *rules("none", "it is a test", "tests/**", "test/**", "**/test_*.py", "**/*_test.py", "**/conftest.py"),
        *rules("rebuild", "it says what is installed", *LOCKFILES),
        *rules("migrate", "it changes the database", "**/migrations/*.py", "**/alembic/versions/*.py"),
        *rules("restart", "it is read only at the start", "**/settings.py", "**/settings/*.py", "**/gunicorn.conf.py"),
        *rules("restart", "it is read only at the start", "**/.env", "**/logging.*"),
        *rules("hot-reload", "the reloader watches it", "**/*.py"),
        *rules("hot-reload", "it is read again when it is asked for", "**/templates/**", "**/static/**"),
    ),
)


@hookimpl
def envwright_stack() -> LanguageStack:
    """Bring the stack `python`."""
    return STACK
