"""A stack for texts: a server that reads a file when it is asked for it."""

from __future__ import annotations

from envwright.host import hookimpl
from envwright.model.language import ChangeRule, LanguageStack, Program, Recipe, ServiceFiles, SourceMount


def detect(files: ServiceFiles) -> str:
    """Return the text that it begins with."""
    return "home.txt" if files.exists("home.txt") else ""


def recipe(_program: Program) -> Recipe:
    """Return how to serve the texts."""
    return Recipe(command=("python3", "serve.py"), sources=(SourceMount("", "/app"),), working_directory="/app")


STACK = LanguageStack(
    name="toy",
    title="Texts",
    detect=detect,
    recipe=recipe,
    special_of=("python",),
    changes=(
        ChangeRule("packages.txt", "rebuild", "it says what is installed"),
        ChangeRule("*.txt", "hot-reload", "it is read when it is asked for"),
    ),
)


@hookimpl
def envwright_stack() -> LanguageStack:
    """Bring the stack `toy`."""
    return STACK
