"""The library's calls: a `Request` goes in, a `Response` comes out, both frozen. Every skin is made of these.

    from envwright import api

    world = api.open_world("golden/shop/services.yaml")
    response = api.render(api.Request(environment="production"), world)
    response.files["plan.json"]

Bad input raises `Refused` with every diagnostic that was found; a call that does not fit the stack raises `WrongCall`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from envwright.adapters.entry_points import installed
from envwright.adapters.files import DirectoryReader
from envwright.adapters.processes import for_each_in_processes
from envwright.host import Host
from envwright.model.contract.environment import ClusterScope
from envwright.model.diagnostic import Diagnostic, Refused, Report, diagnostic, refuse
from envwright.model.output import TRANSITION
from envwright.model.pins import Pins
from envwright.model.resolved import ResolvedEnvironment
from envwright.model.value import Value
from envwright.model.wrong_call import WrongCall
from envwright.pipeline.context import project_of
from envwright.pipeline.environments import kind_of, no_environment, spec_of, which_environment, written_for
from envwright.pipeline.graph import unit_nodes
from envwright.pipeline.namespaces import first_facts
from envwright.pipeline.run import RENDER, RESOLVE, STACK, Step, run
from envwright.pipeline.state import Goal, Selection, State, Variables, World
from envwright.report.text import Style, plain_style

if TYPE_CHECKING:
    from typing import Any

    from envwright.adapters.output_folder import Written
    from envwright.changes.known import Known
    from envwright.explain.explanation import Explanation
    from envwright.formats.pre_api_version import Migration
    from envwright.hookspecs import Output
    from envwright.model.changes import Changes
    from envwright.model.plan import Plan
    from envwright.plan.tree import Tree

# Imports inside of functions keep what a call does not need out of the start of the others: `validate` runs in a
# pre-commit hook, and the whole engine takes 0.2 s to import.

__all__ = ["Refused", "Request", "Response", "World", "WrongCall", "open_world", "render", "resolve", "validate"]


class Request(Value):
    """What to make of which file.

    `file` is relative to the world's directory; `text` stands for its content where it was read elsewhere (standard
    input). `environment` is empty for the stack's only one; `slot` is 0 outside slots. `variables` are what the caller
    passed, `public` the names among them that may stand in the plan by value. `only` limits rendering to these units.
    `cluster_scope` replaces the environment's own; `pins` are versions and image references that hold whatever the
    stack says.
    """

    file: str = "services.yaml"
    text: str | None = None
    environment: str = ""
    slot: int = 0
    variables: Mapping[str, str] = {}
    public: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()
    cluster_scope: ClusterScope | None = None
    pins: Pins = Pins()


class Response(Value):
    """What was made: the resolved environment and, after `render`, the plan with its manifests and all files.

    `files` maps paths in the environment's directory to their bytes; `transition.json` is not among them, for it
    depends on the predecessor. `shown` is what plugins make their views of. `diagnostics` are warnings.
    """

    environment: ResolvedEnvironment
    tree: Tree | None = None
    files: Mapping[str, bytes] = {}
    shown: Output | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def plan(self) -> Plan:
        """The plan. Raises RuntimeError for a response of `resolve`."""
        return self.rendered.plan

    @property
    def rendered(self) -> Tree:
        """The plan with its manifests. Raises RuntimeError for a response of `resolve`."""
        if self.tree is None:
            raise RuntimeError("nothing was rendered")
        return self.tree


def open_world(file: str | Path, host: Host | None = None, *, processes: bool = False) -> World:
    """Return the world of a root file: a reader of its directory, and the installed plugins unless `host` is given.

    `file` may be a directory too. With `processes` a large stack is rendered in several processes: for a caller that
    may be forked, as a command line may, and a server may not. Raises Refused: EW001, EW990.
    """
    path = Path(file)
    reader = DirectoryReader(path if path.is_dir() else path.parent)
    return World(reader, installed() if host is None else host, for_each_in_processes if processes else map)


def resolve(request: Request, world: World) -> Response:
    """Run steps 1 to 8. No manifest is opened. Raises Refused and WrongCall."""
    state = _run_selected(request, world, "resolve", RESOLVE)
    return Response(environment=state.environment, diagnostics=state.diagnostics)


def load(request: Request, world: World) -> State:
    """Run steps 1 to 4, whose outcome all environments of a stack have in common: `render` takes it.

    Of the request the file and the variables count. Raises Refused.
    """
    state = run(_start(request, "plan"), world, STACK)
    return state.but(facts=first_facts(state.but(spec=spec_of(state.tree)), world))


def project(request: Request, loaded: State, world: World) -> str:
    """Return the project of an environment of a stack that `load` gave. Raises Refused and WrongCall."""
    state = run(_selected(loaded, request), world, RESOLVE[:1])
    return project_of(state, world, state.selection.environment, state.selection.slot)


def environment_name(request: Request, loaded: State) -> str:
    """Return the environment that a request names, or the only one of a stack that `load` gave; empty for none."""
    return _selected(loaded, request).selection.environment


def render(request: Request, world: World, loaded: State | None = None) -> Response:
    """Run all ten steps, or what is left of them for a stack that `load` gave. Raises Refused and WrongCall."""
    if loaded is None:
        state = _run_selected(request, world, "plan", RESOLVE + RENDER)
    else:
        state = run(_selected(loaded, request), world, RESOLVE + RENDER)
    return Response(
        environment=state.environment,
        tree=state.output,
        files=state.files,
        shown=state.shown,
        diagnostics=state.diagnostics,
    )


class Names(Value):
    """The names that a stack declares: its environments, and its units whether enabled or not."""

    environments: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


def names(request: Request, world: World) -> Names:
    """Return what a stack declares by name. Runs steps 1 to 4. Raises Refused."""
    state = run(_start(request, "validate"), world, STACK)
    return Names(environments=tuple(state.inherited), units=tuple(unit_nodes(spec_of(state.tree))))


def instances(request: Request, world: World) -> tuple[Request, ...]:
    """Return what `validate` checks of a stack: the request for each environment, slot 1 of those that take slots.

    Raises Refused and WrongCall.
    """
    return tuple(
        request.but(environment=selection.environment, slot=selection.slot)
        for selection in _selections(load(request, world), request)
    )


def validate(request: Request, world: World, *, manifests: bool = False) -> tuple[Diagnostic, ...]:
    """Check the environment of the request, or every one and slot 1 of each slot environment if it names none.

    With `manifests` the objects are rendered and checked too. Returns warnings, EW317 among them for a stack of which
    nothing could be rendered. Raises Refused with the diagnostics of
    all environments, each once, and WrongCall.
    """
    state = run(_start(request, "check" if manifests else "validate"), world, STACK)
    steps = RESOLVE + RENDER[:1] if manifests else RESOLVE
    report = Report(state.diagnostics)
    selections = _selections(state, request)
    if not selections:
        report.extend([no_environment(state)])
    if len(selections) > 1:
        state = state.but(facts=first_facts(state.but(spec=spec_of(state.tree)), world))
    for selection in selections:
        try:
            found = run(state.but(selection=selection, diagnostics=()), world, steps).diagnostics
        except WrongCall:
            raise
        except Refused as error:
            found = error.diagnostics
        report.extend(item for item in found if item not in report.items)
    report.raise_if_failed()
    return tuple(report.items)


def explain(request: Request, world: World, path: str) -> Explanation:
    """Tell where a value came from: of services.yaml by its path, or of a rendered object as `Kind/name:field`.

    Raises Refused: EW014 for a path that leads nowhere. Raises WrongCall: EW300 for a field of a rendered object
    without an environment.
    """
    from envwright.explain.declared import explain_declared, explain_stack
    from envwright.explain.rendered import explain_rendered, object_path

    if (wanted := object_path(path)) is not None:
        state = _run_selected(request, world, "check", RESOLVE + RENDER[:1])
        return explain_rendered(state, world, *wanted)
    state = run(_start(request, "resolve"), world, STACK)
    declared = run(_selected(state, request), world, RESOLVE[:1]) if request.environment else None
    spec = spec_of(state.tree) if declared is None else declared.spec
    if (told := explain_stack(spec, world, path)) is not None:
        return told
    if declared is None:
        return explain_declared(state.tree, None, path)
    return explain_declared(written_for(declared), run(declared, world, RESOLVE[1:2]).spec, path)


class Assessed(NamedTuple):
    """What follows from changed files, and warnings."""

    changes: Changes
    diagnostics: tuple[Diagnostic, ...]


def changes(request: Request, world: World, compared: str) -> Assessed:
    """Tell what follows from the files that differ between two revisions of the world's repository.

    `compared` is `A..B`, `A...B` (B and where it left A), or `A` (the working tree). The stack is resolved at both ends
    where its own files differ. Raises Refused and WrongCall as `resolve` does for the later end, WrongCall: EW350 for
    an unknown revision, Refused: EW351 where git cannot answer.
    """
    from envwright.adapters.revisions import Repository
    from envwright.changes.assessment import assess

    repository = Repository(_directory_of(world))
    ends = repository.compared(compared)
    files = repository.changed(ends)
    now = World(repository.reader(ends.after), world.host) if ends.after else world
    after = _known(request, now, repository.here)
    before: Known | None = after
    warnings = after.state.diagnostics
    if any(file.status == "deleted" or file.path in after.files for file in files):
        former = World(repository.reader(ends.before), world.host)
        before, more = _former(request, former, repository.here)
        warnings += more
    return Assessed(assess(files, after, before, ends, request.only), warnings)


def changes_of(request: Request, world: World, paths: Iterable[str]) -> Assessed:
    """Tell what follows if these files changed; each is absolute, or relative to the top of the repository.

    Raises Refused and WrongCall as `resolve` does.
    """
    from envwright.adapters.named_files import named_files
    from envwright.changes.assessment import assess

    named = named_files(paths, _directory_of(world))
    after = _known(request, world, named.here)
    return Assessed(assess(named.files, after, None, only=request.only), after.state.diagnostics)


def _directory_of(world: World) -> Path:
    if not isinstance(world.reader, DirectoryReader):
        raise TypeError("changes are told of files on a disk: make the world by open_world")
    return world.reader.directory


def _known(request: Request, world: World, here: str) -> Known:
    from envwright.changes.known import Known
    from envwright.changes.paths import Paths

    selected = _selected(run(_start(request, "validate"), world, STACK), request)
    return Known(selected.but(selection=selected.selection.but(only=())), world, Paths(here))


def _former(request: Request, world: World, here: str) -> tuple[Known | None, tuple[Diagnostic, ...]]:
    """Return the stack as it was, or None and why it cannot be told."""
    try:
        return _known(request, world, here), ()
    except Refused as error:
        first = error.diagnostics[0]
        summary = f"the former stack cannot be resolved: {first.summary} ({first.code})"
        hint = "what its files declare counts as changed, wherever they may speak of it"
        return None, (diagnostic("warning", "EW352", summary, hint=hint),)


def write(response: Response, folder: Path, *, allow_empty: bool = False) -> Written:
    """Write what was rendered into a folder, `transition.json` against the plan that is there.

    Raises Refused: EW700-EW702 for a folder that cannot be written or is not a render's, EW703 for a render without
    objects over one that has some unless `allow_empty`, EW705 for a partial render over a whole one, EW754 for a folder
    that holds another environment.
    """
    from envwright.adapters.output_folder import write_tree
    from envwright.adapters.rendered_folder import kept_transition, tree_in
    from envwright.plan.transition import compute_transition, refuse_another, refuse_emptying, transition_bytes
    from envwright.plan.tree import is_whole

    # the same plan again changes nothing: what the folder says of how it came to be stays true
    if (kept := kept_transition(folder, response.rendered.digest)) is not None:
        return write_tree(folder, {**response.files, TRANSITION: kept})
    before = tree_in(folder)
    predecessor = before.plan if before else None
    refuse_another(predecessor, response.plan, str(folder), None, hint="render into another folder")
    if not allow_empty:
        refuse_emptying(predecessor, response.plan)
    if before is not None and is_whole(before.plan) and not is_whole(response.plan):
        fault = f"{folder} holds a whole environment, --only renders a part of it"
        raise refuse("EW705", fault, hint="render into another folder, or without --only")
    transition = transition_bytes(compute_transition(before, response.rendered))
    return write_tree(folder, {**response.files, TRANSITION: transition})


def migrate(request: Request, world: World, folder: Path) -> Migration:
    """Convert a stack of the format without apiVersion, and write the new one into a folder.

    Raises Refused: EW100 for a file of another format, EW802 for files that are there already and differ, EW701.
    """
    from envwright.adapters.new_files import text_in, write_files
    from envwright.formats.pre_api_version import conflicts
    from envwright.formats.pre_api_version import migrate as convert

    source = world.reader.read(request.file) if request.text is None else request.text
    migration = convert(source, world.reader, request.file)
    Report(conflicts(migration, lambda path: text_in(folder, path))).raise_if_failed()
    write_files(folder, migration.files)
    return migration


def stream(response: Response) -> str:
    """Return every manifest as one YAML stream, in the order of the plan."""
    paths = [planned.file for planned in response.plan.objects]
    return "".join(f"---\n{response.files[path].decode()}" for path in paths)


def view(response: Response, form: str, style: Style = plain_style) -> str:
    """Return the plan as `text`, `json` (the bytes of plan.json), `markdown` (PLAN.md), `mermaid` or `dot`."""
    from envwright.plan.views.forms import VIEWS

    return VIEWS[form](response.rendered, style)


def schema(what: str, host: Host | None = None) -> Mapping[str, Any]:
    """Return the JSON Schema of `services` (with the sections of the installed plugins), `plan` or `transition`."""
    from envwright.contract.jsonschema import model_schema, stack_schema
    from envwright.plan.schema import plan_schema, transition_schema

    if what != "services":
        return plan_schema() if what == "plan" else transition_schema()
    sections = (installed() if host is None else host).sections
    models = {name: section.value.model for name, section in sections.items()}
    return stack_schema(
        {
            name: model_schema(model) if issubclass(model, Value) else model.model_json_schema()
            for name, model in models.items()
        }
    )


def _run_selected(request: Request, world: World, goal: Goal, steps: tuple[Step, ...]) -> State:
    state = run(_start(request, goal), world, STACK)
    return run(_selected(state, request), world, steps)


def _start(request: Request, goal: Goal) -> State:
    return State(
        root=request.file,
        text=request.text,
        variables=Variables(values=request.variables, public=request.public),
        goal=goal,
    )


def _selected(state: State, request: Request) -> State:
    name = request.environment or state.dialect.environment_default or _only_environment(state)
    return state.but(
        selection=Selection(
            environment=name,
            slot=request.slot,
            only=request.only,
            cluster_scope=request.cluster_scope,
            pins=request.pins,
        )
    )


def _only_environment(state: State) -> str:
    environments = list(state.inherited)
    return environments[0] if len(environments) == 1 else ""


def _selections(state: State, request: Request) -> list[Selection]:
    selected = _selected(state, request).selection
    if request.environment or (request.slot and len(state.inherited) == 1):
        return [selected]
    if request.slot:
        raise which_environment(state)
    return [
        selected.but(environment=name, slot=1 if kind_of(name, environment) == "slot" else 0)
        for name, environment in state.inherited.items()
    ]
