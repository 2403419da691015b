"""Services made of a few files, and what the stacks say of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from envwright.adapters.entry_points import installed
from envwright.adapters.files import DirectoryReader
from envwright.host import Host
from envwright.images.stage import StageFacts, stage_facts
from envwright.model.language import LanguageStack, Program, Recipe
from envwright.pipeline.service_files import FilesBelow
from tests.support.stacks import write

HOST: Host = installed()
STACKS: Mapping[str, LanguageStack] = {name: found.value for name, found in HOST.stacks.items()}


def files_in(folder: Path, files: Mapping[str, str]) -> FilesBelow:
    """Write files, and return them as a plugin reads them."""
    write(folder, files)
    return FilesBelow(DirectoryReader(folder), ".")


def program(folder: Path, files: Mapping[str, str], **known: Any) -> Program:
    """Return a service of these files; what its Dockerfile says is known unless a test says otherwise."""
    dockerfile = files.get("Dockerfile", "")
    facts = stage_facts(dockerfile) or StageFacts()
    own = stage_facts(dockerfile, "dev") or facts
    said: dict[str, Any] = {
        "name": "api",
        "dockerfile": dockerfile,
        "command": facts.starts,
        "working_directory": own.working_directory,
        "user": own.user,
    }
    return Program(files=files_in(folder, files), **{**said, **known})


def recipe(stack: str, folder: Path, files: Mapping[str, str], **known: Any) -> Recipe:
    """Return the recipe of a stack for a service of these files."""
    found = STACKS[stack].recipe(program(folder, files, **known))
    assert found is not None
    return found
