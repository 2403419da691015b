"""Next.js: the development server.

Documentation: https://nextjs.org/docs/app/api-reference/config/next-config-js/allowedDevOrigins for requests that carry
another name than localhost; https://nextjs.org/docs/app/api-reference/cli/next for the options.
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
from envwright_plugins.stacks.shared import DEFAULT_PORT, first, rules

PORT = 3000


def detect(files: ServiceFiles) -> str:
    """Return what makes a service one of Next.js: its configuration, or the package."""
    if configuration := first(files, *(f"next.config.{ending}" for ending in ("ts", "js", "mjs"))):
        return configuration
    return "package.json names next" if "next" in dependencies(package_json(files)) else ""


def recipe(program: Program) -> Recipe:
    """Return how to run the development server of Next.js."""
    port = program.port or PORT
    root = program.working_directory or ROOT
    origins = {"NEXT_ALLOWED_DEV_ORIGINS": ",".join(program.hosts)} if program.hosts else {}
    return Recipe(
        command=("next", "dev", "-H", "0.0.0.0", "-p", str(port)),  # noqa: S104  # in a pod, behind its Service
        sources=sources(program),
        working_directory=root,
        dependencies=installed_in(program),
        caches=(f"{root}/.next", f"{root}/node_modules"),
        port=port,
        env={"NODE_ENV": "development", "NEXT_TELEMETRY_DISABLED": "1", **origins},
        polling={"WATCHPACK_POLLING": "true"},
        memory="1Gi",
        live="the page in the browser changes without a reload",
    )


def dockerfile(program: Program) -> StackDockerfile:
    """Return a Dockerfile that ships the built application."""
    port = str(program.port or DEFAULT_PORT)
    return images(program, ("next", "start", "-H", "0.0.0.0", "-p", port), build=True)  # noqa: S104  # in a pod


STACK = LanguageStack(
    name="next",
    title="Next.js",
    detect=detect,
    recipe=recipe,
    dockerfile=dockerfile,
    special_of=("node", "vite"),
    changes=(
        *PACKAGES,
        *rules("restart", "it is read only at the start", "next.config.*", "postcss.config.*", "tailwind.config.*"),
        *rules("restart", "it is read only at the start", "middleware.*", "instrumentation.*"),
        *rules("hot-reload", "the development server watches it", "**/*.ts", "**/*.tsx", "**/*.js", "**/*.jsx"),
        *rules("hot-reload", "the development server watches it", "**/*.css", "**/*.mdx", "public/**"),
    ),
)


@hookimpl
def envwright_stack() -> LanguageStack:
    """Bring the stack `next`."""
    return STACK
