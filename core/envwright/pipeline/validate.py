"""Step 4: validate the merged tree against the contract."""

from __future__ import annotations

from typing import Any

from envwright.contract.build import build
from envwright.contract.check import Passed
from envwright.contract.check import check as check_node
from envwright.formats import FORMATS
from envwright.hookspecs import ContractSection
from envwright.host import Host
from envwright.model.diagnostic import Report
from envwright.model.nodes import Map, Node
from envwright.model.suggest import did_you_mean
from envwright.model.value import Value
from envwright.pipeline.inheritance import inherited_environments
from envwright.pipeline.state import State, World


def validate(state: State, world: World) -> State:
    """Check every key and value against the format's types, and the plugins' sections against their models.

    An older format is then carried over into v1's shape, and every environment gets what it inherits. Raises Refused:
    EW101-EW108, EW011, EW300 and EW301 for environments that name each other.
    """
    report = Report()
    chosen = FORMATS[state.api_version]
    checked: Passed = {}
    tree = chosen.with_texts(state.tree) if chosen.with_texts else state.tree
    check_node(tree, chosen.stack_type, report, passed=checked)
    report.raise_if_failed()
    tree = chosen.to_v1(tree, report) if chosen.to_v1 else tree
    settings = _plugin_settings(tree, world.host, report)
    inherited = inherited_environments(tree, report)
    return state.after(report, tree=tree, inherited=inherited, settings=settings, checked=checked)


def _plugin_settings(tree: Map, host: Host, report: Report) -> dict[str, Any]:
    spec = tree.get("spec")
    plugins = spec.get("plugins") if isinstance(spec, Map) else None
    settings = {}
    for name, entry in plugins.entries.items() if isinstance(plugins, Map) else ():
        if name not in host.sections:
            hint = did_you_mean(name, host.sections) or "install the plugin that brings it, or remove the section"
            report.error("EW108", f"no plugin brings the section `plugins.{name}`", entry.mark, hint=hint)
        else:
            settings[name] = _settings(host.sections[name].value, entry.node, report)
    for name, section in host.sections.items():
        if name not in settings:
            settings[name] = section.ask(section.value.model)
    return settings


def _settings(section: ContractSection, node: Node, report: Report) -> Any:
    """Return the typed settings of a section; what is wrong is reported at its place."""
    if issubclass(section.model, Value):
        check_node(node, section.model, report)
        return None if report.failed else build(node, section.model, report)
    from pydantic import ValidationError  # only a stack with the settings of such a plugin pays for its import

    from envwright.ast.plain import plain
    from envwright.ast.select import descend

    try:
        return section.model.model_validate(plain(node), strict=True)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            place = descend(node, fault["loc"])
            report.error("EW102", f"plugins.{section.name}: {fault['msg']}", place.mark)
        return None
