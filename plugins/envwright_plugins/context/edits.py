"""How an edit of each kind of file becomes live."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from envwright.model.contract.unit import Infrastructure, Service
from envwright.model.language import ChangeRule, ServiceCode
from envwright.model.rendered import RenderedUnit
from envwright_plugins.context.facts import Edit

EVERYTHING = "**"


def edits_of(unit: RenderedUnit, declared: Infrastructure | Service, code: ServiceCode) -> Iterator[Edit]:
    """Yield what follows from an edit of a unit's files, in the order in which they hold."""
    if declared.manifests:
        paths = tuple(manifest.path for manifest in declared.manifests)
        yield Edit("re-render", paths, "its objects are made of them")
    if declared.workload is not None and (mounted := tuple(file.path for file in declared.workload.files if file.path)):
        yield Edit("re-render", mounted, "a ConfigMap holds them")
    hooks = (*declared.hooks.before_deploy, *declared.hooks.after_ready)
    if read := tuple(file.path for hook in hooks if hook.when for file in hook.files if file.path):
        yield Edit("re-render", read, "a hook reads them")
    if isinstance(declared, Service):
        yield from _of_code(unit, declared, code)


def _of_code(unit: RenderedUnit, declared: Service, code: ServiceCode) -> Iterator[Edit]:
    migrations = [job for job in declared.migrations if job.when]
    mounted = tuple(file.path for job in migrations for file in job.files if file.path)
    if files := (*mounted, *(posixpath.join(job.path, EVERYTHING) for job in migrations if job.path)):
        yield Edit("migrate", files, "a migration reads them")
    if not code.directory:
        return
    if unit.development is not None:
        yield from _by_rules(code.rules, code.directory, migrates=bool(migrations))
        if not any(rule.pattern == EVERYTHING for rule in code.rules):
            yield Edit("rebuild", _whole(declared, code), "nothing says that less is enough")
        return
    if migrations:
        yield from (each for each in _by_rules(code.rules, code.directory, migrates=True) if each.effect == "migrate")
    if declared.code_update_strategy == "restart" and declared.inputs:
        yield Edit("restart", declared.inputs, "its pods carry the digest of these files")
    else:
        yield Edit(
            "rebuild", _whole(declared, code), "its image is made of them, but for what .dockerignore leaves out"
        )


def _by_rules(rules: tuple[ChangeRule, ...], directory: str, *, migrates: bool) -> Iterator[Edit]:
    """Yield a stack's rules for the files of a directory."""
    for effect, patterns, why in _in_rows(rules):
        said = "rebuild" if effect == "migrate" and not migrates else effect
        yield Edit(said, tuple(_in(directory, pattern) for pattern in patterns), why)


@lru_cache(maxsize=64)  # services of one stack have the same rules
def _in_rows(rules: tuple[ChangeRule, ...]) -> tuple[Edit, ...]:
    """Return rules, those in a row that say the same as one, their patterns relative to the service's directory."""
    rows = groupby(rules, key=lambda rule: (rule.effect, rule.why))
    return tuple(Edit(effect, tuple(rule.pattern for rule in row), why) for (effect, why), row in rows)


def _whole(declared: Service, code: ServiceCode) -> tuple[str, ...]:
    return declared.inputs or (_in(code.directory, EVERYTHING),)


def _in(directory: str, pattern: str) -> str:
    return posixpath.normpath(f"{directory}/{pattern}")
