"""The plugin contract: every extension point, one typed function each.

A plugin is a module (or any object) named by an entry point of the group `envwright`; it implements the functions of
this file that it needs, marked with `envwright.host.hookimpl`. Plugins are registered sorted by the entry point's name
and called in that order. They are pure: they see frozen values and return values, and do no I/O. A plugin that raises
becomes a diagnostic with its name (EW990).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pluggy

from envwright.model.diagnostic import Diagnostic
from envwright.model.mark import Mark

if TYPE_CHECKING:
    from pydantic import BaseModel

    from envwright.model.rendered import KubernetesObject
    from envwright.model.resolved import ResolvedEnvironment

hookspec = pluggy.HookspecMarker("envwright")


class ContractSection(NamedTuple):
    """A plugin's settings: `plugins.NAME` of the contract, checked by `model`, a pydantic model without extras."""

    name: str
    model: type[BaseModel]


class EnvironmentFacts(NamedTuple):
    """What is known of an environment when its namespace is resolved.

    `namespace_template` is the text as written (the dialect's default if there is none), `namespace` what it gave,
    `mark` the place of the template or of the environment.
    """

    project: str
    environment: str
    slot: int
    namespace_template: str
    namespace: str
    mark: Mark


@hookspec
def envwright_contract_section() -> ContractSection | None:
    """Return the plugin's section of the contract.

    Two plugins that return the same name are refused at start.
    """


@hookspec
def envwright_check_namespace(  # type: ignore[empty-body]  # a hookspec is its signature
    facts: EnvironmentFacts,
) -> tuple[Diagnostic, ...]:
    """Check an environment's namespace template. Called in step 7 for every environment of the stack.

    Return diagnostics, an empty tuple if all is well.
    """


@hookspec(firstresult=True)
def envwright_namespace(facts: EnvironmentFacts) -> str | None:
    """Replace an environment's namespace. Called in step 7; the first plugin that returns a name decides.

    Return None to leave the namespace as its template gave it.
    """


@hookspec
def envwright_check_objects(  # type: ignore[empty-body]  # a hookspec is its signature
    environment: ResolvedEnvironment, unit: str, objects: tuple[KubernetesObject, ...], settings: Mapping[str, Any]
) -> tuple[Diagnostic, ...]:
    """Check the rendered objects of one unit. Called in step 9, after isolation, unit by unit in deploy order.

    `settings` maps the names of contract sections to their validated models. Return diagnostics; each error stops the
    plan at the end of step 9.
    """
