"""The programs that a repository's own configuration has git run over the files of a work tree, taken from it."""

from __future__ import annotations

import os

LIST = ("config", "-z", "--name-only", "--get-regexp", r"^filter\.")


def without_filters(listed: bytes) -> dict[str, str]:
    """Return variables of git's environment in which no filter has a program; `listed` is what git prints for LIST.

    A file behind a filter then counts as changed unless its time and size are those that git took down.
    """
    keys = os.fsdecode(listed).split("\0")[:-1]
    names = sorted({key.rpartition(".")[0] for key in keys})
    pairs = [
        (f"{name}.{key}", value)
        for name in names
        for key, value in (("clean", ""), ("process", ""), ("required", "false"))
    ]
    # as variables, for `-c` takes no name that holds a `=`
    found = {"GIT_CONFIG_COUNT": str(len(pairs))}
    for number, (name, value) in enumerate(pairs):
        found |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return found
