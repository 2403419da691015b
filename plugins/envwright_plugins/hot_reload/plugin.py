"""The hooks of the strategy `hot-reload`."""

from __future__ import annotations

from envwright.hookspecs import ContractSection, ManifestTransform, Settings, Transformed, UnitFacts
from envwright.host import hookimpl
from envwright.kubernetes.places import Place
from envwright.model.diagnostic import Diagnostic, diagnostic
from envwright.model.language import Program, Recipe, SourceMount
from envwright.model.rendered import KubernetesObject
from envwright.model.resolved import ResolvedEnvironment
from envwright.model.suggest import did_you_mean
from envwright_plugins.hot_reload.settings import NAME, HotReload, ServiceSettings

DEFAULT_PATH = "/app"


@hookimpl
def envwright_contract_section() -> ContractSection:
    """Bring `plugins.hot-reload`."""
    return ContractSection(NAME, HotReload)


@hookimpl
def envwright_check_environment(
    environment: ResolvedEnvironment, place: Place, settings: Settings
) -> tuple[Diagnostic, ...]:
    """Report settings for a service that is not there (EW405)."""
    names = [unit.name for unit in environment.units if unit.kind == "service"]
    return tuple(
        diagnostic(
            "error",
            "EW405",
            f'unknown service "{name}" in plugins.hot-reload',
            place(("plugins", NAME, "services", name)),
            hint=did_you_mean(name, names),
        )
        for name in settings[NAME].services
        if name not in names
    )


@hookimpl
def envwright_recipe(facts: UnitFacts, program: Program, recipe: Recipe | None) -> Recipe | None:
    """Put in what the service's settings say; with a command of its own it needs no stack."""
    own: ServiceSettings | None = facts.settings[NAME].services.get(facts.unit.name)
    if own is None or (recipe is None and not own.command):
        return None
    path = own.mount_path or program.working_directory or DEFAULT_PATH
    base = recipe or Recipe(sources=(SourceMount("", path),), working_directory=path)
    if own.mount_path:
        base = base._replace(sources=(SourceMount("", path),), working_directory=path)
    return base._replace(
        command=own.command or base.command,
        target=base.target if own.target is None else own.target,
        readiness=own.readiness or base.readiness,
        port=own.port or base.port,
        caches=(*base.caches, *own.caches),
    )


@hookimpl
def envwright_manifest_transform() -> ManifestTransform:
    """Change the pods of services that run under a reloader."""
    return ManifestTransform(NAME, transform)


def transform(facts: UnitFacts, objects: tuple[KubernetesObject, ...]) -> Transformed:
    """Return a unit's objects with its service under its reloader, as they are where it runs without one."""
    if facts.development is None:
        return Transformed(objects)
    from envwright_plugins.hot_reload.objects import developed  # few stacks have such a unit, every run loads this

    return developed(facts, facts.development, objects)
