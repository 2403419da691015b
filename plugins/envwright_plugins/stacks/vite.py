"""Vite: the development server, with the hot replacement of modules in the browser.

Measured: a request that carries the name of a Service gets 403 unless `__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS` names
it; the variable holds one name, so it is the one that requests from outside carry. The socket for hot replacement goes
to the port of the page, which is the ingress's; where the configuration sets `server.hmr`, set `clientPort` there.
"""

from __future__ import annotations

from envwright.host import hookimpl
from envwright.model.language import LanguageStack, Program, Recipe, ServiceFiles, StackDockerfile
from envwright_plugins.stacks.javascript import (
    PACKAGES,
    ROOT,
    dependencies,
    images,
    installed_in,
    package_json,
    sources,
)
from envwright_plugins.stacks.shared import first, rules

PORT = 5173
CONFIGURATIONS = tuple(f"vite.config.{ending}" for ending in ("ts", "js", "mts", "mjs"))


def detect(files: ServiceFiles) -> str:
    """Return what makes a service one of Vite: its configuration, or the package without a server of its own."""
    if configuration := first(files, *CONFIGURATIONS):
        return configuration
    return "package.json names vite" if "vite" in dependencies(package_json(files)) else ""


def recipe(program: Program) -> Recipe:
    """Return how to run Vite's development server."""
    port = program.port or PORT
    root = program.working_directory or ROOT
    served = ("--host", "0.0.0.0", "--port", str(port), "--strictPort")  # noqa: S104  # in a pod, behind its Service
    hosts = {"__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS": program.hosts[0]} if program.hosts else {}
    return Recipe(
        command=("vite", *served),
        sources=sources(program),
        working_directory=root,
        dependencies=installed_in(program),
        caches=(f"{root}/node_modules",),
        port=port,
        env={"NODE_ENV": "development", **hosts},
        polling={"CHOKIDAR_USEPOLLING": "true"},
        memory="512Mi",
        live="the page in the browser changes without a reload",
    )


def dockerfile(program: Program) -> StackDockerfile:
    """Return a Dockerfile that ships what was built as static files."""
    return images(program, (), files_in="dist")


STACK = LanguageStack(
    name="vite",
    title="Vite",
    detect=detect,
    recipe=recipe,
    dockerfile=dockerfile,
    special_of=("node", "static"),
    changes=(
        *PACKAGES,
        *rules("restart", "it is read only at the start", "vite.config.*", "postcss.config.*", "tailwind.config.*"),
        *rules("hot-reload", "the development server watches it", "src/**", "public/**", "index.html", "**/*.css"),
        *rules("hot-reload", "the development server watches it", "**/*.ts", "**/*.tsx", "**/*.js", "**/*.jsx"),
        *rules("hot-reload", "the development server watches it", "**/*.vue", "**/*.svelte", "**/*.html"),
    ),
)


@hookimpl
def envwright_stack() -> LanguageStack:
    """Bring the stack `vite`."""
    return STACK
