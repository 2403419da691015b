"""What step 4 finds out about all environments at once: what each inherits through `from`, and who shares what."""

from __future__ import annotations

from collections.abc import Mapping

from envwright.ast.merge import is_unset, merge
from envwright.contract.naming import named_lists
from envwright.model.contract.environment import Environment
from envwright.model.diagnostic import Report
from envwright.model.nodes import Map, Node, Scalar
from envwright.model.suggest import did_you_mean
from envwright.pipeline.environments import environments_of, kind_of, with_map_origin


def inherited_environments(tree: Map, report: Report) -> dict[str, Map]:
    """Return every environment by name, in the order of the file, with all that it inherits.

    The nearest declaration wins. Reported are EW300 for an unknown environment in `from` and `sharesNamespaceOf`,
    EW301 for a cycle of either, each once, and EW107 for keys that an environment's kind excludes.
    """
    environments = environments_of(tree)
    done: dict[str, Map] = {}
    for name in environments:
        _inherit(name, environments, done, report)
    found = {name: done[name] for name in environments}
    for name, node in found.items():
        _check_kind(name, node, report)
    _check_sharing(environments, found, report)
    return found


def owner_of(name: str, inherited: Mapping[str, Map]) -> str:
    """Return the environment whose namespace one has in the end: `sharesNamespaceOf` followed, its own name at last."""
    return (name, *owners_of(name, inherited))[-1]


def owners_of(name: str, inherited: Mapping[str, Map]) -> tuple[str, ...]:
    """Return the environments whose namespace one shares, nearest first; the last one shares nobody's."""
    chain = [name]
    while (shared := _shared(inherited, chain[-1])) in inherited and shared not in chain:
        chain.append(shared)
    return tuple(chain[1:])


def namer_of(name: str, inherited: Mapping[str, Map]) -> str:
    """Return the environment whose template makes the namespace of one: itself unless it shares and has none."""
    chain = [name]
    while _text(inherited[chain[-1]], "namespaceTemplate") is None:
        shared = _shared(inherited, chain[-1])
        if shared not in inherited or shared in chain:
            break
        chain.append(shared)
    return chain[-1]


def _inherit(name: str, environments: Mapping[str, Map], done: dict[str, Map], report: Report) -> None:
    """Add an environment and all that it inherits from to those that are done."""
    chain: list[str] = []
    following: str | None = name
    while following is not None and following not in done:
        chain.append(following)
        following = _parent(chain, environments, report)
    named = named_lists(Environment)
    for child in reversed(chain):
        own = environments[child]
        done[child] = own if following is None else merge(with_map_origin(done[following], following), own, named)
        following = child


def _parent(chain: list[str], environments: Mapping[str, Map], report: Report) -> str | None:
    """Return the environment that the last of a chain inherits from, None for none; a fault is reported as none."""
    parent = _text(environments[chain[-1]], "from")
    if parent is None:
        return None
    if parent.text not in environments:
        _report_unknown(parent, environments, report)
        return None
    if parent.text in chain:
        loop = " -> ".join([*chain[chain.index(parent.text) :], parent.text])
        report.error("EW301", f"environments inherit in a cycle: {loop}", parent.mark, hint="remove one `from`")
        return None
    return parent.text


def _check_kind(name: str, environment: Map, report: Report) -> None:
    """Report what an environment declares itself against its kind; what it inherits of that does not count."""
    scope = _text(environment, "instanceScope")
    kind = kind_of(name, environment)
    if kind == "slot" and scope is not None and scope.text == "primary" and not scope.via:
        report.error("EW107", "a slot is always isolated", scope.mark, hint="remove `instanceScope`")
    slots = environment.get("slots")
    if kind != "slot" and slots is not None and not slots.via:
        report.error("EW107", f"`slots` on an environment of kind {kind}", slots.mark, hint="set `kind: slot`")


def _check_sharing(environments: Mapping[str, Map], inherited: Mapping[str, Map], report: Report) -> None:
    """Report every `sharesNamespaceOf` that names no environment, and every cycle of them at its first one."""
    checked: set[str] = set()
    for start in environments:
        own = _text(environments[start], "sharesNamespaceOf")
        if own is not None and own.text not in environments:
            _report_unknown(own, environments, report)
        chain: list[str] = []
        name = start
        while name in inherited and name not in checked and name not in chain:
            chain.append(name)
            name = _shared(inherited, name)
        if name in chain:
            loop = " -> ".join([*chain[chain.index(name) :], name])
            mark = inherited[chain[-1]].entries["sharesNamespaceOf"].node.mark
            if name == chain[-1]:
                fault = f'environment "{name}" shares the namespace of itself'
                report.error("EW300", fault, mark, hint="name another one, or remove `sharesNamespaceOf`")
            else:
                fault = f"environments share their namespace in a cycle: {loop}"
                report.error("EW301", fault, mark, hint="remove one `sharesNamespaceOf`")
        checked.update(chain)


def _report_unknown(place: Scalar, environments: Mapping[str, Map], report: Report) -> None:
    hint = did_you_mean(place.text, environments) or f"the stack has: {', '.join(environments)}"
    report.error("EW300", f'unknown environment "{place.text}"', place.mark, hint=hint)


def _shared(inherited: Mapping[str, Map], name: str) -> str:
    found = _text(inherited[name], "sharesNamespaceOf")
    return "" if found is None else found.text


def _text(node: Node, key: str) -> Scalar | None:
    found = node.get(key) if isinstance(node, Map) else None
    return found if isinstance(found, Scalar) and not is_unset(found) else None
