"""What migration tools have in common: where they run, what they read, and what they cannot do without."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from envwright.hookspecs import MigrationFiles
from envwright.model.contract.job import Migration
from envwright.model.contract.workload import EnvValue, FileMount
from envwright.model.diagnostic import Refused, refuse

MOUNTED = "/migrations"
"""Where files are mounted that the image does not have."""


def written_out(migration: Migration, *command: str, **changes: object) -> Migration:
    """Return a migration that runs a command, unless the user wrote one; their `args` follow."""
    return migration.but(tool="command", command=migration.command or command, **changes)


def in_service(migration: Migration, files: MigrationFiles) -> Migration:
    """Return a migration that runs where its image has its files. Raises Refused: EW803 if nothing tells where."""
    if migration.working_dir or files.in_image == "":
        return migration
    if files.in_image is not None:
        return migration.but(working_dir=files.in_image)
    if not migration.path:
        return migration
    hint = "name a built image whose context holds it, or write `workingDir`: the directory in the container"
    raise lacking(migration, f"nothing tells where its image has {migration.path}", hint)


def mounted(migration: Migration, files: MigrationFiles, image: str = "") -> tuple[Migration, str]:
    """Return a migration whose container has its files, and where: in the image, or mounted from the repository.

    `image` is the tool's own, taken where the migration names none. Raises Refused: EW803 without a path.
    """
    if not migration.path:
        raise lacking(migration, "it does not say where its files are", "add `path: migrations`")
    if files.in_image is not None and (migration.image or not image):
        return migration, files.in_image or "."
    mount = FileMount(mount_path=MOUNTED, path=posixpath.join(files.files.directory, "**"))
    return migration.but(image=migration.image or image, files=(*migration.files, mount)), MOUNTED


def file_named(migration: Migration, files: MigrationFiles) -> str:
    """Return the name of the one file that `path` means, empty if it means a directory."""
    path = posixpath.normpath(migration.path) if migration.path else ""
    directory = posixpath.normpath(files.files.directory)
    return posixpath.basename(path) if path and path != directory else ""


def with_env(migration: Migration, **values: str) -> dict[str, EnvValue]:
    """Return a migration's variables and those of these values that it does not set."""
    return {**{name: EnvValue(value=value) for name, value in values.items()}, **migration.env}


def sets(migration: Migration, variable: str, *options: str) -> bool:
    """Return whether a migration sets a variable, or says the same by an option of its command or its arguments."""
    words = (*migration.command, *migration.args)
    said = any(word == option or word.startswith(f"{option}=") for word in words for option in options)
    return variable in migration.env or said


def require(migration: Migration, examples: Mapping[str, str], *, what: str) -> None:
    """Raise Refused (EW803) if a migration lacks one of these variables, each with an example of its value."""
    absent = [name for name in examples if name not in migration.env]
    if absent:
        names = " and ".join(absent)
        added = ", ".join(f"{name}: {value}" for name, value in examples.items())
        raise lacking(migration, f"{migration.tool} {what} {names}", f"add `env: {{{added}}}`")


def check_file(migration: Migration, files: MigrationFiles, *names: str, hint: str) -> None:
    """Raise Refused (EW803) if none of these files, of which one is needed, is in the directory of a migration."""
    if not any(files.files.exists(name) for name in names):
        raise lacking(migration, f"{files.files.directory} has no {' and no '.join(names)}", hint)


def lacking(migration: Migration, what: str, hint: str) -> Refused:
    """Return the exception for a migration that lacks something."""
    return refuse("EW803", f'the migration "{migration.name}" cannot run: {what}', hint=hint)


def check_forward_only(migration: Migration, why: str, hint: str) -> None:
    """Raise Refused (EW804) for a migration that says it is `reversible` and is not."""
    if migration.reversible:
        raise refuse("EW804", f'the migration "{migration.name}" is not reversible: {why}', hint=hint)
