"""The names that follow from a plugin's: of its distribution, its module, and of itself."""

from __future__ import annotations

import keyword
import re
import sys
from typing import NamedTuple

# https://packaging.python.org/en/latest/specifications/name-normalization/
VALID = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
SEPARATORS = re.compile(r"[-_.]+")
LONGEST = 60
OWN = frozenset({"envwright", "envwright_hooks", "envwright_plugins", "envwright_testing"})


class Names(NamedTuple):
    """`distribution` as pip installs it, `module` as Python imports it, `plugin` as `envwright plugins` lists it."""

    distribution: str
    module: str
    plugin: str


def names_of(given: str) -> Names:
    """Return the names of a plugin; an `envwright-` in front is the distribution's alone.

    Raises ValueError, which says what is wrong, for what neither pip nor Python would take.
    """
    if not VALID.fullmatch(given) or len(given) > LONGEST:
        raise ValueError(f"letters, digits, `-`, `_` and `.` inside, at most {LONGEST}")
    distribution = SEPARATORS.sub("-", given).lower()
    module = distribution.replace("-", "_")
    if not module.isidentifier() or keyword.iskeyword(module):
        raise ValueError(f"no module of Python can be named {module}: begin with a letter, and avoid its keywords")
    if module in OWN or module in sys.stdlib_module_names:
        raise ValueError(f"{module} is a module already: choose another name, such as envwright-{distribution}")
    return Names(distribution, module, distribution.removeprefix("envwright-"))
