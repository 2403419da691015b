"""Step 6: resolve the template context, and with it every templated value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from envwright.ast.merge import is_unset
from envwright.ast.plain import plain
from envwright.contract.build import build
from envwright.contract.evaluate import evaluate_templates
from envwright.hookspecs import EnvironmentFacts
from envwright.images.chosen import without_other_types
from envwright.images.resolve import resolve_image
from envwright.model.contract.environment import Environment
from envwright.model.contract.image import Image
from envwright.model.contract.stack import Spec, Version
from envwright.model.contract.types import Json
from envwright.model.diagnostic import Refused, Report, diagnostic
from envwright.model.language import StackDockerfile
from envwright.model.nodes import Entry, Map, Node, Scalar
from envwright.model.resolved import ResolvedImage
from envwright.model.suggest import did_you_mean
from envwright.model.value import Value
from envwright.pipeline.environments import instance_scope_of, kind_of, variables_of
from envwright.pipeline.inheritance import namer_of
from envwright.pipeline.state import State, World
from envwright.templates.render import evaluate
from envwright.templates.scope import Reads, Scope
from envwright.templates.values import StringMap

# what of an environment has been used by then
SPENT = frozenset({"overrides", "vars", "namespaceTemplate", "domainTemplate"})

V = TypeVar("V", bound=Value)

# what step 6 does not evaluate as a whole: some of it is spent, some has its own turn
STACK_LEVEL = frozenset({"imports", "components", "environments", "vars", "versions", "plugins", "project"})


def resolve_context(state: State, world: World) -> State:
    """Evaluate the context's own parts in their order, then every template of the environment's AST, into typed values.

    The order: project, versions, vars, namespace, domain, images, all else; each sees what came before it. A value of
    `vars` that holds a template sees the `vars` that hold none. Raises Refused: EW2xx.
    """
    evaluator = _Evaluator(state, world)
    context = evaluator.context()
    spec = evaluator.spec(context)
    typed = build(spec, Spec, evaluator.report, evaluator.passed) if not evaluator.report.failed else None
    return state.after(
        evaluator.report,
        context=context,
        namespace=context["Namespace"],
        spec=spec,
        declared=typed,
        images=evaluator.images,
        withheld_vars=evaluator.withheld,
        variables_read=frozenset(evaluator.reads.passed),
    )


def namespace_facts(state: State, world: World, name: str, slot: int) -> EnvironmentFacts:
    """Return what is known of an environment of the stack, also of one that is not selected.

    Raises Refused when its template does not evaluate.
    """
    evaluator = _Evaluator(state, world)
    facts = evaluator.facts(name, slot)
    evaluator.report.raise_if_failed()
    return facts


def project_of(state: State, world: World, name: str, slot: int) -> str:
    """Return the project of an environment of the stack. Raises Refused when its template does not evaluate."""
    evaluator = _Evaluator(state, world)
    project = evaluator.project({"Env": name, "Slot": slot})
    evaluator.report.raise_if_failed()
    return project


class _Evaluator:
    """Evaluates the parts of one environment, collecting diagnostics and what was read."""

    def __init__(self, state: State, world: World) -> None:
        self.state = state
        self.world = world
        self.report = Report()
        self.passed = dict(state.checked)
        self.withheld: dict[str, Any] = {}
        self.reads = Reads()
        self.images: dict[str, ResolvedImage] = {}
        self.typed_images: Mapping[str, Image] = {}
        self.evaluated: dict[str, Node] = {}

    def context(self) -> dict[str, Any]:
        """Return the template context of the selected environment."""
        chosen = self.state.selection
        environment = self.state.environment_tree
        base = self.base(chosen.environment, chosen.slot, environment)
        facts = self.namespace(chosen.environment, chosen.slot, environment, base)
        known = {**base, "Namespace": facts.namespace}
        template = environment.get("domainTemplate")
        domain = self.value(template, known) if isinstance(template, Scalar) and not is_unset(template) else ""
        return {**known, "Domain": str(domain)}

    def base(self, name: str, slot: int, environment: Map) -> dict[str, Any]:
        """Return project, environment, slot, versions and vars of any environment of the stack."""
        known: dict[str, Any] = {"Env": name, "Slot": slot}
        known["Project"] = self.project(known)
        known["Versions"] = self._versions(known)
        known["Vars"] = self._vars(environment, known)
        return known

    def facts(self, name: str, slot: int) -> EnvironmentFacts:
        """Return what is known of any environment of the stack."""
        environment = self.state.inherited[name]
        return self.namespace(name, slot, environment, self.base(name, slot, environment))

    def namespace(self, name: str, slot: int, environment: Map, known: Mapping[str, Any]) -> EnvironmentFacts:
        """Evaluate an environment's namespace, or that of the one whose it shares; a plugin may replace it."""
        owner = namer_of(name, self.state.inherited)
        if owner != name:
            return self.shared(owner, slot)._replace(environment=name, slot=slot)
        declared = environment.get("namespaceTemplate")
        default = Scalar(self.state.dialect.namespace_default, environment.mark)
        template = declared if isinstance(declared, Scalar) and not is_unset(declared) else default
        namespace = str(self.value(template, known))
        facts = EnvironmentFacts(known["Project"], name, slot, template.text, namespace, template.mark)
        replaced = self.world.host.call("envwright_namespace", facts=facts)
        return facts._replace(namespace=replaced[0]) if replaced else facts

    def shared(self, owner: str, slot: int) -> EnvironmentFacts:
        """Return what is known of the environment that gives the namespace, evaluated with its own context."""
        evaluator = _Evaluator(self.state, self.world)
        facts = evaluator.facts(owner, slot if kind_of(owner, self.state.inherited[owner]) == "slot" else 0)
        self.report.extend(item for item in evaluator.report.items if item not in self.report.items)
        self.reads = self.reads.union(evaluator.reads)
        return facts

    def spec(self, context: Mapping[str, Any]) -> Map:
        """Return the environment's AST with every template evaluated; images first, for others may name them."""
        entries = dict(self.state.spec.entries)
        images = entries.pop("images", None)
        done = {key: Entry(entries[key].mark, node) for key, node in self.evaluated.items() if key in entries}
        if images is not None:
            node = without_other_types(images.node, self.tree(images.node, Mapping[str, Image], context))
            done["images"] = Entry(images.mark, node)
            self.typed_images = self.typed(node, Image)
        rest = {key: entry for key, entry in entries.items() if key not in STACK_LEVEL}
        evaluated = self.tree(self.state.spec._replace(entries=rest), Spec, context)
        assert isinstance(evaluated, Map)  # noqa: S101  # a map stays a map
        done["environments"] = self._environment(context)
        if "plugins" in entries:  # typed since step 4; here for the places of what plugins report
            done["plugins"] = entries["plugins"]
        return evaluated._replace(entries={**evaluated.entries, **done})

    def _environment(self, context: Mapping[str, Any]) -> Entry:
        node, name = self.state.environment_tree, self.state.selection.environment
        kept = {key: entry for key, entry in node.entries.items() if key not in SPENT}
        for key, default in (("kind", kind_of(name, node)), ("instanceScope", instance_scope_of(name, node))):
            kept[key] = Entry(node.mark, Scalar(default, node.mark, '"', "default"))
        evaluated = self.tree(node._replace(entries=kept), Environment, context)
        return Entry(node.mark, Map({name: Entry(node.mark, evaluated)}, node.mark))

    def project(self, known: Mapping[str, Any]) -> str:
        """Return the project, the stack's name where it says none."""
        metadata = self.state.tree.get("metadata")
        stack = metadata.get("name") if isinstance(metadata, Map) else None
        project = self.state.spec.get("project") or stack
        return str(self.value(project, known)) if isinstance(project, Scalar) else ""

    def _versions(self, known: Mapping[str, Any]) -> StringMap:
        versions = self.state.spec.get("versions")
        if not isinstance(versions, Map):
            return StringMap()
        self.evaluated["versions"] = self.tree(versions, Mapping[str, Version], known)
        typed = self.typed(self.evaluated["versions"], Version)
        return StringMap({name: version.value for name, version in typed.items()})

    def _vars(self, environment: Map, known: Mapping[str, Any]) -> dict[str, Any]:
        variables = variables_of(self.state.tree, environment)
        constant = {name: entry for name, entry in variables.entries.items() if not holds_template(entry.node)}
        known = {**known, "Vars": {name: plain(entry.node) for name, entry in constant.items()}}
        evaluated = {
            name: entry if name in constant else self._var(name, entry, known)
            for name, entry in variables.entries.items()
        }
        self.evaluated["vars"] = variables._replace(entries=evaluated)
        return {name: plain(entry.node) for name, entry in evaluated.items()}

    def _var(self, name: str, entry: Entry, known: Mapping[str, Any]) -> Entry:
        """Evaluate one of `vars`; what it made of passed variables that are not public is kept as it is written."""
        before, self.reads = self.reads, Reads()
        evaluated = Entry(entry.mark, self.tree(entry.node, Json, known))
        if not shows_values(self.state, self.reads.passed):
            self.withheld[name] = plain(entry.node)
        self.reads = before.union(self.reads)
        return evaluated

    def tree(self, node: Node, annotation: Any, known: Mapping[str, Any]) -> Node:
        """Evaluate every template below a node; errors are reported."""
        scope = self.scope(known)
        dialect = self.state.dialect
        return evaluate_templates(
            node,
            annotation,
            lambda scalar: self.evaluate(scalar, scope),
            self.report,
            empty_unsets=dialect.lenient_templates,
            everywhere=dialect.templates_everywhere,
        )

    def evaluate(self, scalar: Scalar, scope: Scope) -> object:
        """Evaluate one scalar, noting what it read and its warnings. Raises Refused."""
        found = evaluate(scalar, scope)
        self.reads = self.reads.union(found.reads)
        self.report.extend(found.warnings)
        return found.value

    def typed(self, node: Node, declared: type[V]) -> dict[str, V]:
        """Return the typed values of a map of one kind; what does not fit is reported and left out."""
        entries = node.entries if isinstance(node, Map) else {}
        built = {name: build(entry.node, declared, self.report, self.passed) for name, entry in entries.items()}
        return {name: value for name, value in built.items() if value is not None}

    def value(self, scalar: Scalar, known: Mapping[str, Any]) -> object:
        """Evaluate one scalar; an error is reported and gives an empty text."""
        try:
            return self.evaluate(scalar, self.scope(known))
        except Refused as error:
            self.report.extend(error.diagnostics)
            return ""

    def scope(self, known: Mapping[str, Any]) -> Scope:
        """Return what a template sees when `known` is known."""
        return scope_of(self.state, known, self.image)

    def image(self, name: str) -> str:
        """Return an image's reference for the template function `image`. Raises Refused: EW310."""
        if name not in self.typed_images:
            hint = did_you_mean(name, self.typed_images) or "define it in `images`"
            raise Refused([diagnostic("error", "EW310", f'unknown image "{name}"', hint=hint)])
        if name not in self.images:
            self.images[name] = resolved_image(
                self.state,
                self.world,
                name,
                self.typed_images[name],
                self.report,
                shown=shows_values(self.state, self.reads.passed),
            )
        return self.images[name].reference or ""


def scope_of(state: State, known: Mapping[str, Any], image: Callable[[str], str]) -> Scope:
    """Return what a template of this run sees when `known` is known."""
    return Scope(
        known,
        state.variables.values,
        public=state.variables.public,
        functions={"image": image},
        strict=not state.dialect.lenient_templates,
    )


def shows_values(state: State, read: Iterable[str]) -> bool:
    """Return whether a message may show what was made of the variables in `read`: all that were passed are public."""
    return not ((set(read) & state.variables.values.keys()) - state.variables.public)


def resolved_image(
    state: State, world: World, name: str, image: Image, report: Report, *, shown: bool
) -> ResolvedImage:
    """Return an image with its reference; content that cannot be read is an error where the run renders.

    `shown` says whether messages may show the reference.
    """
    nodes = state.spec.get("images")
    mark = nodes.entries[name].mark if isinstance(nodes, Map) else state.spec.mark
    contents = None if state.goal == "validate" else world.contents
    required = state.goal in ("check", "plan")
    made = None if contents is None else _made_dockerfile(state, world, name, image)
    return resolve_image(
        name,
        image,
        mark,
        exact=state.dialect.exact_images,
        contents=contents,
        report=report,
        required=required,
        shown=shown,
        generated="" if made is None else made.text,
    )


def _made_dockerfile(state: State, world: World, name: str, image: Image) -> StackDockerfile | None:
    from envwright.pipeline.made_dockerfiles import made_dockerfile  # what looks into no build context does without

    return made_dockerfile(state, world, name, image)


def holds_template(node: Node) -> bool:
    """Return whether any scalar of a node holds a template."""
    if isinstance(node, Scalar):
        return "{{" in node.text
    children = (entry.node for entry in node.entries.values()) if isinstance(node, Map) else node.items
    return any(holds_template(child) for child in children)
