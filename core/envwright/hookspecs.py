"""The plugin contract, as a manual: every extension point is one function, after the values that it deals in.

A plugin is a module (or any object) named by an entry point of the group `envwright`. It implements the functions of
this file that it needs, each marked with `envwright.host.hookimpl`, and takes of a function's arguments those that it
uses. Plugins are registered sorted by the entry point's name and called in that order, so output is byte-stable.

Plugins are pure: they see frozen values and return values. They never change what they are given, and do no I/O of
their own; where files are needed, a port that reads them is among the arguments. What is asked for each unit may be
asked in several processes at once: a plugin that keeps notes of its own will miss some. A plugin that raises, or
returns something else than its function says, becomes a diagnostic with its name (EW990).

Some functions register something under a name, and are called once, when the engine starts: contract sections, stacks,
manifest transforms, image builders, migration tools, output writers, views, commands. Two plugins that register one
name are refused (EW990). The others are called where their documentation says, in one of the pipeline's ten steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pluggy

from envwright.kubernetes.places import Place
from envwright.model.contract.environment import ClusterScope
from envwright.model.contract.job import Migration
from envwright.model.diagnostic import Diagnostic
from envwright.model.language import Development, LanguageStack, Program, Recipe, ServiceCode, ServiceFiles
from envwright.model.mark import Mark
from envwright.model.rendered import KubernetesObject, Omission, RenderedJob, RenderedUnit
from envwright.model.resolved import ResolvedEnvironment, ResolvedImage, ResolvedUnit
from envwright.model.value import Value

if TYPE_CHECKING:
    import click
    from pydantic import BaseModel

    from envwright.model.plan import Plan
    from envwright.model.step import ReadinessRule

hookspec = pluggy.HookspecMarker("envwright")

Settings = Mapping[str, Any]
"""The plugins' settings: the name of each contract section and its validated model, defaults where a stack has none."""


# ---------------------------------------------------------------------------------------------------------------------
# The contract
# ---------------------------------------------------------------------------------------------------------------------


class ContractSection(NamedTuple):
    """A plugin's settings: `plugins.NAME` of the contract, checked by `model`.

    The model is an `envwright.model.value.Value` with `key(...)` for each key, as the contract's own types are, or a
    pydantic model that forbids extras. All of its keys need a default: a stack may leave the section out.
    """

    name: str
    model: type[Value] | type[BaseModel]


@hookspec
def envwright_contract_section() -> ContractSection | None:
    """Register the plugin's section of the contract. Called at start."""


# ---------------------------------------------------------------------------------------------------------------------
# Namespaces and the resolved environment (steps 7 and 8)
# ---------------------------------------------------------------------------------------------------------------------


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


@hookspec(firstresult=True)
def envwright_namespace(facts: EnvironmentFacts) -> str | None:
    """Replace an environment's namespace. Called in step 7; the first plugin that returns a name decides.

    Return None to leave the namespace as its template gave it.
    """


@hookspec
def envwright_check_namespace(  # type: ignore[empty-body]  # a hookspec is its signature
    facts: EnvironmentFacts,
) -> tuple[Diagnostic, ...]:
    """Check an environment's namespace template. Called in step 7 for every environment of the stack.

    Return diagnostics, an empty tuple if all is well.
    """


@hookspec
def envwright_check_environment(  # type: ignore[empty-body]  # a hookspec is its signature
    environment: ResolvedEnvironment, place: Place, settings: Settings
) -> tuple[Diagnostic, ...]:
    """Check the selected environment before anything is rendered. Called at the end of step 8, by `validate` too.

    `place` answers where a value of `spec` stands, such as `("orchestration", "prunePolicy")` or, for the environment's
    own, `("environments", environment.environment, "ttl")`: its place or the nearest that is there. Return
    diagnostics; each error stops the pipeline at the end of step 8.
    """


# ---------------------------------------------------------------------------------------------------------------------
# Languages and frameworks
# ---------------------------------------------------------------------------------------------------------------------


class UnitFacts(NamedTuple):
    """A unit as step 9 sees it.

    `place` answers for a path inside the unit's declaration, such as `("patches", 0)`, with its place in a file.
    `strategy` is the service's `codeUpdateStrategy`, empty where none acts: for infrastructure and in older formats.
    `development` says how its code becomes live under a reloader, None where it runs without one. `inputs` is the
    digest of the files that make up the unit (`sha256:...`) where its strategy is `restart`, empty if there are none.
    """

    environment: ResolvedEnvironment
    unit: ResolvedUnit
    place: Place
    settings: Settings
    strategy: Literal["hot-reload", "rebuild", "restart", ""] = ""
    development: Development | None = None
    inputs: str = ""


@hookspec
def envwright_stack() -> LanguageStack | None:
    """Register a language or a framework for `stack: NAME` of a service. Called at start.

    Its functions are asked where something depends on the stack: `detect` for a service without `stack`, `dockerfile`
    for a built image without a Dockerfile, `recipe` in step 9 for a service whose strategy is `hot-reload`, `changes`
    by `envwright changes` and `envwright context`.
    """


@hookspec
def envwright_recipe(facts: UnitFacts, program: Program, recipe: Recipe | None) -> Recipe | None:
    """Change how a unit runs under its reloader. Called in step 9, each plugin with what the one before it returned.

    `recipe` is the stack's, None if the service has no stack or that has no recipe for it. Return None to leave it as
    it is.
    """


# ---------------------------------------------------------------------------------------------------------------------
# Objects (step 9)
# ---------------------------------------------------------------------------------------------------------------------


class ExtraJob(NamedTuple):
    """A step of the plan that a plugin adds to a unit: a Job with its purpose and stage, and the objects it needs."""

    job: RenderedJob
    objects: tuple[KubernetesObject, ...] = ()


@hookspec
def envwright_extra_jobs(  # type: ignore[empty-body]  # a hookspec is its signature
    facts: UnitFacts, objects: tuple[KubernetesObject, ...]
) -> tuple[ExtraJob, ...]:
    """Add steps to the plan: Jobs before a unit's objects are applied, in their place, or after they are ready.

    Called in step 9, unit by unit in deploy order, with the objects after excludes, patches and mounts. What else the
    plan does follows from the objects; work that needs a tool is a Job.
    """


class Transformed(NamedTuple):
    """What a transform made of a unit's objects.

    `omissions` are the objects that it left out, for the plan to list. A Job may be changed, but not renamed.
    """

    objects: tuple[KubernetesObject, ...]
    omissions: tuple[Omission, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


class ManifestTransform(NamedTuple):
    """A change of rendered objects.

    `before` and `after` name other transforms; where neither says, names decide. A name that is not there is ignored,
    a cycle refused (EW990).
    """

    name: str
    transform: Callable[[UnitFacts, tuple[KubernetesObject, ...]], Transformed]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@hookspec
def envwright_manifest_transform() -> ManifestTransform | None:
    """Register a change of every unit's objects. Called at start.

    Transforms see all objects of a unit, typed Jobs among them, after its excludes, patches and mounts, and before
    isolation: nothing that a transform makes escapes the guardrails.
    """


class Isolated(NamedTuple):
    """An isolated environment's units, what they go without, and what there is to report, as far as plugins got."""

    units: tuple[RenderedUnit, ...]
    omissions: tuple[Omission, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@hookspec
def envwright_isolate(
    environment: ResolvedEnvironment, isolated: Isolated, mode: ClusterScope, settings: Settings
) -> Isolated | None:
    """Keep an isolated environment within its bounds. Called once in step 9, for isolated environments only.

    `isolated.units` are the rendered ones in deploy order, after transforms, and without what no isolated environment
    may own (cluster-scoped objects, foreign namespaces). Jobs and Secrets with data are taken out of their objects; the
    namespace and the owner's annotations are not set yet. By `mode`, report what must not be (`refuse`), leave it out
    (`drop`) or make of it what may be (`narrow`), and note what the environment goes without. Objects may be added.

    Each plugin gets what the one before it returned, and adds to it. Return None to change nothing.
    """


@hookspec
def envwright_check_objects(  # type: ignore[empty-body]  # a hookspec is its signature
    environment: ResolvedEnvironment, unit: str, objects: tuple[KubernetesObject, ...], settings: Settings
) -> tuple[Diagnostic, ...]:
    """Check the rendered objects of one unit. Called in step 9, after isolation, unit by unit in deploy order.

    Return diagnostics; each error stops the plan at the end of step 9.
    """


@hookspec
def envwright_readiness_rules() -> tuple[ReadinessRule, ...]:  # type: ignore[empty-body]  # as above
    """Say when custom resources are ready. Called in step 10.

    A rule is data: it goes into the plan's `wait-ready` steps that wait for such an object. Two rules for one kind are
    refused; a unit's own `readiness.custom` has precedence.
    """


# ---------------------------------------------------------------------------------------------------------------------
# Work that needs a tool
# ---------------------------------------------------------------------------------------------------------------------


class MigrationFiles(NamedTuple):
    """The files of a migration, and where its container has them.

    `files` are those in the directory of its `path`, or in the service's own if it says none. `in_image` is that
    directory in the container: an absolute path, empty for the image's own working directory, None where the image does
    not have it or nothing tells where.
    """

    files: ServiceFiles
    in_image: str | None


class MigrationTool(NamedTuple):
    """A migration tool, for `tool: NAME` of a migration.

    `command_of` returns the migration with what it runs written out: `tool` is `command` then, and `command`, `args`,
    `env`, `files`, `image` say how. What the user set stays. Raise `Refused` for a migration that lacks something; a
    diagnostic without a place gets that of the migration.
    """

    name: str
    command_of: Callable[[Migration, UnitFacts, MigrationFiles], Migration]


@hookspec
def envwright_migration_tool() -> MigrationTool | None:
    """Register a migration tool. Called at start; the tool is asked in step 9 for each migration that names it."""


class ImageRequest(NamedTuple):
    """An image that must be there before the pods that use it.

    `name` is that in `images`, with `.STAGE` for another stage of the same image. `purpose` is `build` for images of
    the type build, `mirror` for the type mirror (from `image.upstream`). `image.reference` is what to push.
    `dockerfile` is the text of a Dockerfile that the service's stack made, empty if the repository has one.
    """

    name: str
    purpose: Literal["build", "mirror"]
    image: ResolvedImage
    dockerfile: str
    environment: ResolvedEnvironment
    settings: Settings


class ImageJob(NamedTuple):
    """The Job that makes an image, what it needs, and how long it may take, in seconds.

    The plan is a function of the source alone, so it does not know the commit that it is made of. Whoever starts the
    Job does, and writes two annotations on the Job's pods, `spec.template.metadata.annotations`, as it creates it:
    `envwright.dev/source-sha`, the whole id of the commit (the trailer `Source-Sha` of the environment repository), and
    `envwright.dev/source-repository`, what git fetches it from (`Source-Repo`). A container reads them as variables by
    `fieldRef`; they are no part of any digest.

    The Job is no unit's and is not held to the bounds of an isolated environment: whatever network policy or namespace
    it needs it brings, or names in `metadata.namespace`. It runs whenever the plan does, so it asks the registry first.
    """

    job: KubernetesObject
    timeout: int
    objects: tuple[KubernetesObject, ...] = ()


class ImageBuilder(NamedTuple):
    """A way to make images. `job_for` returns None for what this builder leaves to others."""

    name: str
    job_for: Callable[[ImageRequest], ImageJob | None]


@hookspec
def envwright_image_builder() -> ImageBuilder | None:
    """Register an image builder. Called at start.

    In step 9 the builders are asked in the order of their names for each image of type build or mirror that a pod of
    the environment uses; the first Job is taken. It becomes a `run-job` step, needed by every unit that uses the image;
    an image that no builder makes is somebody else's to push.
    """


# ---------------------------------------------------------------------------------------------------------------------
# Output and commands
# ---------------------------------------------------------------------------------------------------------------------


class Guidance(NamedTuple):
    """Something that is not allowed in an environment, and what to do instead (may be empty), each one sentence.

    `allowed` are names of the stack or of settings that the sentences speak of, such as hosts: they are shown as data,
    and never stand in the sentences themselves.
    """

    forbidden: str
    instead: str = ""
    allowed: tuple[str, ...] = ()


@hookspec
def envwright_guidance(  # type: ignore[empty-body]  # a hookspec is its signature
    environment: ResolvedEnvironment, settings: Settings
) -> tuple[Guidance, ...]:
    """Say what the plugin does not allow in an environment. Called in step 10, for who writes or shows it.

    Coding agents and people read it before they edit: say what they would else find out by a diagnostic.
    """


class Output(NamedTuple):
    """A rendered environment.

    `plan_digest` is that of `plan.json`; `files` are all files so far by their path. `root` is the name of the stack's
    root file, `-` if it came by standard input. `code` tells of the rendered services whose code is known, by name;
    `guidance` is what plugins do not allow here.
    """

    environment: ResolvedEnvironment
    units: tuple[RenderedUnit, ...]
    plan: Plan
    plan_digest: str
    files: Mapping[str, bytes]
    settings: Settings
    root: str = "services.yaml"
    code: Mapping[str, ServiceCode] = {}
    guidance: tuple[Guidance, ...] = ()


class OutputWriter(NamedTuple):
    """Further files of a rendered environment, all of them in `directory`, which belongs to this writer alone.

    `write` returns their bytes by the path below `directory`. They are no part of the plan, which lists the directory.
    """

    directory: str
    write: Callable[[Output], dict[str, bytes]]


@hookspec
def envwright_output_writer() -> OutputWriter | None:
    """Register a writer of further files. Called at start; the writer is asked at the end of step 10."""


class View(NamedTuple):
    """A view of a rendered environment, shown by a command of its name, which takes what `envwright plan` takes.

    `help` is the line in `envwright --help`. `forms` give the text by the value of `-o`, the first is the default.
    """

    name: str
    help: str
    forms: Mapping[str, Callable[[Output], str]]


@hookspec
def envwright_view() -> View | None:
    """Register a view: `envwright NAME`. Called at start; a form is made after step 10 of the command's own render.

    It may not have the name of a command.
    """


class Command(NamedTuple):
    """A command of the command line; `load` imports it when it is called. `help` is the line in `envwright --help`."""

    name: str
    help: str
    load: Callable[[], click.Command]


@hookspec
def envwright_command() -> Command | None:
    """Register a command: `envwright NAME`. Called when the command line does not know a name, and for `--help`.

    A command is the one place where a plugin may do I/O. It may not have the name of a built-in command.
    """
