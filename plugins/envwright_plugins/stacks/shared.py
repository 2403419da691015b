"""What several stacks have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from envwright.model.language import ChangeRule, Effect, Program, ServiceFiles, SourceMount

DEFAULT_PORT = 8080
# any id above the system's own; images that choose another say so in their Dockerfile
USER = 10001

# what no reloader watches and no image needs, for every stack
NOT_CODE = (
    ChangeRule("**/*.md", "none", "it is documentation"),
    ChangeRule("docs/**", "none", "it is documentation"),
    ChangeRule("LICENSE*", "none", "it is documentation"),
    ChangeRule(".github/**", "none", "it is for the forge"),
    ChangeRule(".gitignore", "none", "it is for git"),
)
BUILD_FILES = (
    ChangeRule("**/Dockerfile*", "rebuild", "the image is made from it"),
    ChangeRule("**/*.Dockerfile", "rebuild", "the image is made from it"),
    ChangeRule("**/.dockerignore", "rebuild", "it says what the image is made from"),
)


def rules(effect: Effect, why: str, *patterns: str) -> tuple[ChangeRule, ...]:
    """Return one rule for each pattern."""
    return tuple(ChangeRule(pattern, effect, why) for pattern in patterns)


def option(command: Sequence[str], *names: str) -> str:
    """Return the value of an option of a command, `--port 80` or `--port=80`, empty if it is not there."""
    for index, word in enumerate(command):
        name, equals, value = word.partition("=")
        if name in names:
            return value if equals else next(iter(command[index + 1 :]), "")
    return ""


def without_options(command: Sequence[str], with_value: Iterable[str], flags: Iterable[str] = ()) -> list[str]:
    """Return a command without some of its options; those in `with_value` go with the word after them."""
    kept: list[str] = []
    skip = False
    for word in command:
        name, equals, _ = word.partition("=")
        if skip:
            skip = False
        elif name in with_value:
            skip = not equals
        elif name not in flags:
            kept.append(word)
    return kept


def port_in(command: Sequence[str], *names: str) -> int:
    """Return the port that a command says, 0 if it says none."""
    said = option(command, *names)
    digits = re.search(r"(\d+)$", said)
    return int(digits[1]) if digits else 0


def first(files: ServiceFiles, *names: str) -> str:
    """Return the first of these files that is there, empty if none is."""
    return next((name for name in names if files.exists(name)), "")


def whole_source(program: Program, default: str) -> tuple[SourceMount, ...]:
    """Return the mount of all of a service's source where its image has it, or at `default` if nothing says where."""
    return (SourceMount("", program.working_directory or default),)
