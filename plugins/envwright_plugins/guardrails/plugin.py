"""The hooks of the guardrails. What they need is imported when they are called: most calls are for no slot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from envwright.hookspecs import ContractSection, Guidance, Isolated
from envwright.host import hookimpl
from envwright.model.contract.environment import ClusterScope
from envwright.model.diagnostic import Diagnostic
from envwright.model.rendered import KubernetesObject
from envwright.model.resolved import ResolvedEnvironment
from envwright_plugins.guardrails.settings import Guardrails

if TYPE_CHECKING:
    from envwright.kubernetes.places import Place

SECTION = "guardrails"


@hookimpl
def envwright_contract_section() -> ContractSection:
    """Bring the platform's lists: `plugins.guardrails`."""
    return ContractSection(SECTION, Guardrails)


@hookimpl
def envwright_check_environment(environment: ResolvedEnvironment, place: Place) -> tuple[Diagnostic, ...]:
    """Check the prune policy and the time to live."""
    from envwright_plugins.guardrails.orchestration import check_orchestration

    return tuple(check_orchestration(environment, place))


@hookimpl
def envwright_guidance(environment: ResolvedEnvironment, settings: Mapping[str, Any]) -> tuple[Guidance, ...]:
    """Say what an isolated environment may not ask for."""
    if environment.instance_scope != "isolated":
        return ()
    from envwright_plugins.guardrails.guidance import guidance

    return tuple(guidance(environment, settings[SECTION]))


@hookimpl
def envwright_isolate(
    environment: ResolvedEnvironment, isolated: Isolated, mode: ClusterScope, settings: Mapping[str, Any]
) -> Isolated:
    """Hold an isolated environment to the platform's lists, and give a slot its network policies."""
    from envwright_plugins.guardrails.bounds import bounds_of
    from envwright_plugins.guardrails.judge import judge
    from envwright_plugins.guardrails.network import with_network_policies

    lists = settings[SECTION]
    judged = judge(isolated, bounds_of(environment, isolated.units, lists), mode)
    return judged._replace(units=with_network_policies(environment, judged.units, lists.network))


@hookimpl
def envwright_check_objects(
    environment: ResolvedEnvironment, objects: tuple[KubernetesObject, ...], settings: Mapping[str, Any]
) -> tuple[Diagnostic, ...]:
    """Check the admission webhooks of an environment that may have some."""
    if environment.instance_scope == "isolated":
        return ()
    from envwright_plugins.guardrails.webhooks import check_webhooks

    return tuple(check_webhooks(environment, objects, settings[SECTION].platform_namespaces))
