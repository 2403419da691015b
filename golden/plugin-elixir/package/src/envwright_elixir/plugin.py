"""The hooks: what envwright asks of this plugin."""

from __future__ import annotations

from envwright.hookspecs import ContractSection, ManifestTransform, MigrationTool, Settings
from envwright.host import hookimpl
from envwright.kubernetes.places import Place
from envwright.model.diagnostic import Diagnostic, diagnostic
from envwright.model.language import LanguageStack
from envwright.model.resolved import ResolvedEnvironment
from envwright.model.suggest import did_you_mean
from envwright_elixir.cluster import SECTION, ElixirSettings, transform
from envwright_elixir.migrations import TOOL
from envwright_elixir.stack import STACK


@hookimpl
def envwright_contract_section() -> ContractSection:
    """Register `plugins.elixir` of services.yaml."""
    return ContractSection(SECTION, ElixirSettings)


@hookimpl
def envwright_stack() -> LanguageStack:
    """Register the stack `elixir`."""
    return STACK


@hookimpl
def envwright_migration_tool() -> MigrationTool:
    """Register the migration tool `ecto`."""
    return TOOL


@hookimpl
def envwright_manifest_transform() -> ManifestTransform:
    """Register the change of units that form a cluster, after the reloader has had its say."""
    return ManifestTransform("elixir-cluster", transform, after=("hot-reload",))


@hookimpl
def envwright_check_environment(
    environment: ResolvedEnvironment, place: Place, settings: Settings
) -> tuple[Diagnostic, ...]:
    """Report services of a cluster that nobody declares."""
    known = [unit.name for unit in environment.units]
    return tuple(
        diagnostic(
            "error",
            "EW806",
            f'no service is named "{name}"',
            place(("plugins", SECTION, "cluster", index)),
            hint=did_you_mean(name, known) or "name a service of this stack",
        )
        for index, name in enumerate(settings[SECTION].cluster)
        if name not in known
    )
