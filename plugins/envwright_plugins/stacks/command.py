"""Anything else: the service itself says what its reloader is, in `plugins.hot-reload.services`."""

from __future__ import annotations

from envwright.host import hookimpl
from envwright.model.language import LanguageStack, Program, Recipe, ServiceFiles
from envwright_plugins.stacks.shared import BUILD_FILES, NOT_CODE, rules


def detect(_files: ServiceFiles) -> str:
    """Return nothing: this stack is chosen, never found."""
    return ""


def recipe(_program: Program) -> Recipe | None:
    """Return nothing: without a command of the service's own there is none to run."""
    return None


STACK = LanguageStack(
    name="command",
    title="Any program: the service says what its reloader is",
    detect=detect,
    recipe=recipe,
    changes=(
        *BUILD_FILES,
        *NOT_CODE,
        *rules("none", "it is a test", "tests/**", "test/**"),
        *rules("migrate", "it changes the database", "migrations/**"),
        *rules("restart", "it is read only at the start", ".env*", "config/**"),
        *rules("hot-reload", "the reloader watches it", "src/**"),
    ),
)


@hookimpl
def envwright_stack() -> LanguageStack:
    """Bring the stack `command`."""
    return STACK
