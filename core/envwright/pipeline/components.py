"""Step 3: merge the documents, and fill components into the services that use them."""

from __future__ import annotations

from envwright.ast.fill import fill
from envwright.ast.merge import Named, merge, nothing_named
from envwright.ast.names import refuse_duplicates
from envwright.contract.naming import named_lists
from envwright.formats import FORMATS
from envwright.model.contract.unit import ServiceFields
from envwright.model.diagnostic import Related, Report
from envwright.model.dialect import Dialect
from envwright.model.nodes import Entry, Map, Node, Scalar, Seq
from envwright.model.suggest import did_you_mean
from envwright.pipeline.state import Document, State, World


def merge_components(state: State, _world: World) -> State:
    """Merge the documents in their order into one tree, and fill in what `use` names.

    A component fills, deeply, only what the service leaves unset; later components win over earlier ones. Raises
    Refused: EW104 for an unknown component, EW105 for a name defined twice in one list.
    """
    report = Report()
    replace = state.dialect.replace_lists
    tree = _merged(
        state.documents, nothing_named if replace else named_lists(FORMATS[state.api_version].stack_type), report
    )
    lists = nothing_named if replace else named_lists(ServiceFields)
    return state.after(report, tree=_fill_services(tree, lists, state.dialect, report))


def _merged(documents: tuple[Document, ...], named: Named, report: Report) -> Map:
    tree = documents[0].root
    for document in documents[1:]:
        tree = merge(tree, document.root, named)
    if len(documents) > 1:  # of a single document step 4 says so, with all else that is wrong
        for document in documents:
            refuse_duplicates(document.root, named, report)
    return tree


def _fill_services(tree: Map, named: Named, dialect: Dialect, report: Report) -> Map:
    spec = tree.get("spec")
    services = spec.get("services") if isinstance(spec, Map) else None
    if not isinstance(spec, Map) or not isinstance(services, Seq):
        return tree
    components = _components(spec)
    items = tuple(
        _filled(item, components, named, dialect, report) if isinstance(item, Map) else item for item in services.items
    )
    return _with(tree, "spec", _with(spec, "services", services._replace(items=items)))


def _components(spec: Map) -> dict[str, Map]:
    components = spec.get("components")
    found = {}
    for item in components.items if isinstance(components, Seq) else ():
        name = item.get("name") if isinstance(item, Map) else None
        if isinstance(item, Map) and isinstance(name, Scalar):
            found[name.text] = item
    return found


def _filled(service: Map, components: dict[str, Map], named: Named, dialect: Dialect, report: Report) -> Map:
    use = service.get("use")
    wanted_ones = use.items if isinstance(use, Seq) else ()
    if wanted_ones and dialect.components_fill_empty:
        service = _without_empty(service)
    # what is set is not filled: the first to come wins
    for wanted in wanted_ones if dialect.components_fill_empty else reversed(wanted_ones):
        if not isinstance(wanted, Scalar):
            continue
        component = components.get(wanted.text)
        if component is None:
            _report_unknown(wanted, components, report)
            continue
        defaults = component.get("serviceDefaults")
        if isinstance(defaults, Map):
            service = fill(service, defaults, f"component {wanted.text}", named)
    return service


def _without_empty(service: Map) -> Map:
    def is_empty(node: Node) -> bool:
        return not node.items if isinstance(node, Seq) else isinstance(node, Scalar) and not node.text.strip()

    return service._replace(entries={name: e for name, e in service.entries.items() if not is_empty(e.node)})


def _report_unknown(wanted: Scalar, components: dict[str, Map], report: Report) -> None:
    suggestion = did_you_mean(wanted.text, components)
    near = [Related(f"component {name}", node.mark) for name, node in components.items() if f'"{name}"' in suggestion]
    hint = suggestion or "define it in `components`"
    report.error("EW104", f'unknown component "{wanted.text}"', wanted.mark, hint=hint, related=near)


def _with(tree: Map, key: str, node: Node) -> Map:
    return tree._replace(entries={**tree.entries, key: Entry(tree.entries[key].mark, node)})
