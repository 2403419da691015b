"""What `stack` and `codeUpdateStrategy` of a service may say, and what its restart follows from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from envwright.host import Host
from envwright.kubernetes.places import Place
from envwright.model.contract.unit import CodeUpdateStrategy, Service
from envwright.model.diagnostic import Refused, Report, placed
from envwright.model.dialect import Dialect
from envwright.model.nodes import Node
from envwright.model.resolved import ResolvedEnvironment, ResolvedUnit
from envwright.model.suggest import did_you_mean
from envwright.pipeline.places import place_in

if TYPE_CHECKING:
    from envwright.images.content import Contents

STRATEGY = ("codeUpdateStrategy",)


def check_strategies(
    environment: ResolvedEnvironment, nodes: Mapping[str, Node], dialect: Dialect, host: Host, report: Report
) -> None:
    """Report hot-reload in a production environment (EW330), and stacks that no plugin brings (EW332).

    Without any stack at hand nobody can tell, and nothing depends on it.
    """
    production = environment.declared.kind == "production" and dialect.strategies_act
    for unit in environment.units:
        declared = unit.declared
        if not unit.enabled or not isinstance(declared, Service):
            continue
        if production and declared.code_update_strategy == "hot-reload":
            summary = f'"{unit.name}" has the strategy hot-reload in the production environment'
            hint = "choose rebuild or restart here: what runs in production is an image that was built"
            report.error("EW330", summary, place_in(nodes[unit.name])(STRATEGY), hint=hint)
        if declared.stack is not None and host.stacks and declared.stack not in host.stacks:
            hint = did_you_mean(declared.stack, host.stacks) or f"installed are {', '.join(host.stacks)}"
            where = place_in(nodes[unit.name])(("stack",))
            report.error("EW332", f'no installed plugin brings the stack "{declared.stack}"', where, hint=hint)


def strategy_of(unit: ResolvedUnit, dialect: Dialect) -> CodeUpdateStrategy | Literal[""]:
    """Return the strategy of a unit that plugins act on, empty for infrastructure and where it is only exported."""
    declared = unit.declared
    return declared.code_update_strategy if isinstance(declared, Service) and dialect.strategies_act else ""


def inputs_of(
    unit: ResolvedUnit, environment: ResolvedEnvironment, contents: Contents, place: Place, report: Report
) -> str:
    """Return the digest of the files that make up a unit, empty if nothing says which; what is wrong is reported.

    Those are its `inputs`, else the content of its built image.
    """
    declared = unit.declared
    if not isinstance(declared, Service):
        return ""
    if declared.inputs:
        try:
            return contents.inputs_digest(declared.inputs)
        except Refused as error:
            report.extend(placed(error.diagnostics, place(("inputs",))))
            return ""
    image = environment.images.get(declared.image)
    return (image.content or "") if image is not None else ""
