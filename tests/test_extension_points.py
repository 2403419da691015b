"""Every extension point, called by the engine as the hookspecs say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from envwright import api
from envwright.hookspecs import (
    ContractSection,
    ExtraJob,
    ImageBuilder,
    ImageJob,
    ImageRequest,
    ManifestTransform,
    MigrationTool,
    Output,
    OutputWriter,
    Transformed,
    UnitFacts,
)
from envwright.host import Candidate, Host, hookimpl
from envwright.model.contract.job import Migration
from envwright.model.diagnostic import Diagnostic, Refused, diagnostic, refuse
from envwright.model.language import Development, LanguageStack, Program, Recipe, ServiceFiles
from envwright.model.mark import Mark
from envwright.model.rendered import KubernetesObject, Omission, RenderedJob
from envwright.model.resolved import ResolvedEnvironment
from envwright.model.step import ReadinessRule, RunJob, Step, WaitReady
from envwright.model.value import Value, key
from envwright.plan.views.text import plan_text
from tests.support.stacks import codes, places, refused, stack, world

SPEC = """\
environments: {dev: {}, ai: {kind: slot}}
services: [{name: api, workload: {kind: deployment, image: 'nginx:1'}}]
"""
HERE = Mark("acme.py")

Objects = tuple[KubernetesObject, ...]


def plugin(name: str = "acme", **hooks: Callable[..., object]) -> Candidate:
    """Make a plugin of some hooks."""
    return Candidate(name, SimpleNamespace(**{hook: hookimpl(each) for hook, each in hooks.items()}), "1.0", name)


def registering(name: str, hook: str, value: object) -> Candidate:
    return plugin(name, **{hook: lambda: value})


def render(folder: Path, spec: str, *candidates: Candidate, files: dict[str, str] | None = None) -> api.Response:
    there = world(folder, {"services.yaml": stack(spec), **(files or {})}, Host(candidates))
    return api.render(api.Request(environment="dev"), there)


def thing(kind: str, name: str, **content: Any) -> KubernetesObject:
    return KubernetesObject({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, **content}, HERE)


def job(name: str, image: str = "busybox:1.36") -> KubernetesObject:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": image}]}}
    content = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": {"template": template}}
    return KubernetesObject(content, HERE)


# --- what does not fit ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("candidates", "says"),
    [
        ([plugin(envwright_chek_objects=lambda: ())], "unknown hook envwright_chek_objects"),
        ([plugin(envwright_check_objects=lambda obiects: ())], "acme cannot be registered: .*obiects"),
        ([registering("acme", "envwright_output_writer", OutputWriter("manifests", dict))], "'manifests' cannot be"),
        ([registering("acme", "envwright_output_writer", OutputWriter("../x", dict))], "'../x' cannot be its name"),
        ([registering("acme", "envwright_stack", "python")], "acme failed in envwright_stack: it returned str"),
        (
            [registering(name, "envwright_output_writer", OutputWriter("notes", dict)) for name in ("b", "a")],
            "the plugins a and b both bring the output directory `notes`",
        ),
        (
            [
                registering("x", "envwright_manifest_transform", ManifestTransform("x", Transformed, before=("y",))),
                registering("y", "envwright_manifest_transform", ManifestTransform("y", Transformed, before=("x",))),
            ],
            "wait for each other: x of x, y of y",
        ),
    ],
)
def test_a_plugin_that_does_not_fit_is_refused_at_start(candidates: list[Candidate], says: str) -> None:
    with pytest.raises(Refused, match=f"EW990.*{says}"):
        Host(candidates)


def test_an_unknown_hook_gets_a_suggestion() -> None:
    with pytest.raises(Refused) as refusal:
        Host([plugin(envwright_chek_objects=lambda: ())])
    assert refusal.value.diagnostics[0].hint == 'did you mean "envwright_check_objects"?'


RAISING: dict[str, object] = {
    "envwright_check_namespace": None,
    "envwright_check_environment": None,
    "envwright_extra_jobs": None,
    "envwright_check_objects": None,
    "envwright_readiness_rules": None,
    "envwright_guidance": None,
    "envwright_recipe": None,
    "envwright_stack": lambda fail: LanguageStack("x", "X", fail, fail, ()),
    "envwright_manifest_transform": lambda fail: ManifestTransform("x", fail),
    "envwright_image_builder": lambda fail: ImageBuilder("x", fail),
    "envwright_migration_tool": lambda fail: MigrationTool("alembic", fail),
    "envwright_output_writer": lambda fail: OutputWriter("notes", fail),
}
BROAD = """\
environments: {dev: {}}
images: {api: {type: mirror, from: 'nginx:1', local: 'registry.example.org/nginx:1'}}
services:
  - name: api
    image: api
    workload: {kind: deployment}
    migrations: [{name: schema, tool: alembic}]
"""


@pytest.mark.parametrize("hook", RAISING)
@pytest.mark.parametrize("wrong", ["raises", "returns 7"])
def test_a_plugin_that_fails_is_a_diagnostic_with_its_name(hook: str, wrong: str, tmp_path: Path) -> None:
    def fail(*_: object) -> Any:
        if wrong == "raises":
            raise KeyError("its own fault")
        return 7

    make = RAISING[hook]
    failing = fail if make is None else lambda: make(fail)  # type: ignore[operator]  # one of the table's
    others = [] if hook == "envwright_migration_tool" else [tool()]
    spec = SERVED + HOT if hook in ("envwright_stack", "envwright_recipe") else BROAD
    (found,) = refused(render, tmp_path, spec, plugin("bad", **{hook: hookable(failing)}), *others, files=FILES)
    assert found.code == "EW990"
    assert found.summary.startswith(f"plugin bad failed in {hook}: ")
    assert ("its own fault" if wrong == "raises" else "it returned int") in found.summary


def hookable(function: Any) -> Callable[[], object]:
    """Return a function without arguments, as a hook may have."""
    return lambda: function()


def tool() -> Candidate:
    """Make the migration tool that `BROAD` names."""

    def command_of(migration: Migration) -> Migration:
        return migration.but(tool="command", command=("alembic", "upgrade", "head"))

    return registering(
        "tool", "envwright_migration_tool", MigrationTool("alembic", lambda migration, *_: command_of(migration))
    )


# --- the contract ---------------------------------------------------------------------------------------------------


class Limits(Value):
    """How much."""

    most: int = key("The most.", example=3, default=5)


class Settings(Value):
    """The settings of acme."""

    level: int = key("The level.", example=2, default=1)
    limits: Limits = key("Limits.", example={"most": 3}, default=Limits())


def test_settings_may_be_of_the_contracts_own_kind(tmp_path: Path) -> None:
    seen: list[Settings] = []

    def check(settings: dict[str, Any]) -> tuple[Diagnostic, ...]:
        seen.append(settings["acme"])
        return ()

    section = registering("section", "envwright_contract_section", ContractSection("acme", Settings))
    render(tmp_path, SPEC + "plugins: {acme: {limits: {most: 9}}}", section, plugin(envwright_check_environment=check))
    render(tmp_path, SPEC, section, plugin(envwright_check_environment=check))
    assert seen == [Settings(limits=Limits(most=9)), Settings()]
    (found,) = refused(render, tmp_path, SPEC + "plugins: {acme: {limits: {moste: 9}}}", section)
    assert (found.code, found.hint) == ("EW101", 'did you mean "most"?')
    assert found.where == Mark("services.yaml", 8, 29, 5)


def test_the_schema_knows_such_settings() -> None:
    host = Host([registering("section", "envwright_contract_section", ContractSection("acme", Settings))])
    definitions = api.schema("services", host)["$defs"]
    sections = definitions["Spec"]["properties"]["plugins"]["properties"]
    assert sections["acme"]["properties"]["limits"]["$ref"] == "#/$defs/acme.Limits"
    assert definitions["acme.Limits"]["properties"]["most"]["default"] == 5


# --- steps 8 and 9 --------------------------------------------------------------------------------------------------


def test_a_check_of_the_environment_points_into_the_stack(tmp_path: Path) -> None:
    def check(environment: ResolvedEnvironment, place: Callable[..., Mark]) -> tuple[Diagnostic, ...]:
        assert environment.order == ("api",)
        return (diagnostic("error", "EW309", "not this", place(("services", 0, "workload", "image"))),)

    checking = plugin(envwright_check_environment=check)
    there = world(tmp_path, {"services.yaml": stack(SPEC)}, Host([checking]))
    found = refused(api.validate, api.Request(environment="dev"), there)
    assert places(found) == ["EW309 services.yaml:7:62"]


def labelling(name: str, **order: tuple[str, ...]) -> Candidate:
    """Make a transform that writes its name into an annotation, after what is there."""

    def transform(facts: UnitFacts, objects: Objects) -> Transformed:
        assert facts.unit.name == "api"
        return Transformed(tuple(labelled(item) for item in objects))

    def labelled(item: KubernetesObject) -> KubernetesObject:
        metadata = item.content["metadata"]
        before = metadata.get("annotations", {}).get("order", "")
        changed = {**metadata, "annotations": {"order": before + name}}
        return item._replace(content={**item.content, "metadata": changed})

    return registering(name, "envwright_manifest_transform", ManifestTransform(name, transform, **order))


def test_transforms_run_in_their_order_over_every_object_and_typed_job(tmp_path: Path) -> None:
    spec = SPEC.replace(
        "'nginx:1'}", "'nginx:1'}, hooks: {afterReady: [{name: warm, image: 'busybox:1', command: ['true']}]}"
    )
    made = render(
        tmp_path, spec, labelling("a", after=("c", "absent")), labelling("b"), labelling("c", before=("b",))
    ).rendered
    orders = {item.kind: made.read(item.file)["metadata"]["annotations"]["order"] for item in made.plan.objects}
    assert orders == {"Deployment": "cab", "Job": "cab"}
    assert [step.id for step in made.plan.steps if isinstance(step, RunJob)] == ["run-job/api/warm"]


def test_what_a_transform_leaves_out_is_in_the_plan(tmp_path: Path) -> None:
    def transform(facts: UnitFacts, objects: Objects) -> Transformed:
        gone = [Omission("api", "apps/v1", item.kind, "", item.name, "dropped", "not here") for item in objects]
        warning = diagnostic("warning", "EW505", "nothing is left", facts.place(()))
        return Transformed((), tuple(gone), (warning,))

    transforming = registering("x", "envwright_manifest_transform", ManifestTransform("x", transform))
    response = render(tmp_path, SPEC, transforming)
    assert [(each.kind, each.reason) for each in response.plan.omitted] == [("Deployment", "not here")]
    assert places(response.diagnostics) == ["EW505 services.yaml:7:14"]


def test_isolation_sees_what_a_transform_makes(tmp_path: Path) -> None:
    def transform(_facts: UnitFacts, objects: Objects) -> Transformed:
        return Transformed((*objects, thing("PersistentVolume", "mine")))

    transforming = registering("x", "envwright_manifest_transform", ManifestTransform("x", transform))
    there = world(tmp_path, {"services.yaml": stack(SPEC)}, Host([transforming]))
    assert codes(refused(api.render, api.Request(environment="ai", slot=3), there)) == ["EW600"]


def test_a_plugin_adds_steps_to_a_unit(tmp_path: Path) -> None:
    def extra(facts: UnitFacts, objects: Objects) -> tuple[ExtraJob, ...]:
        assert [item.kind for item in objects] == ["Deployment"]
        made = RenderedJob(job(f"{facts.unit.name}-copy"), "sync", "before", timeout=60)
        return (ExtraJob(made, (thing("ConfigMap", "list"),)),)

    plan = render(tmp_path, SPEC, plugin(envwright_extra_jobs=extra)).plan
    (step,) = (each for each in plan.steps if isinstance(each, RunJob))
    assert (step.id, step.purpose, step.timeout, step.supersede) == ("run-job/api/copy", "sync", 60, True)
    assert {item.kind for item in plan.objects} == {"ConfigMap", "Deployment", "Job"}
    assert plan.steps[1].needs == ("run-job/api/copy",)


def test_a_tool_writes_out_what_a_migration_runs(tmp_path: Path) -> None:
    made = render(tmp_path, BROAD, tool()).rendered
    (path,) = (item.file for item in made.plan.objects if item.kind == "Job")
    (container,) = made.read(path)["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["alembic", "upgrade", "head"]


def test_a_tool_may_refuse_a_migration_at_its_place(tmp_path: Path) -> None:
    def command_of(*_: object) -> Migration:
        raise refuse("EW103", "alembic needs a path")

    found = refused(
        render, tmp_path, BROAD, registering("t", "envwright_migration_tool", MigrationTool("alembic", command_of))
    )
    assert places(found) == ["EW103 services.yaml:12:20"]


def test_an_unknown_tool_gets_a_suggestion(tmp_path: Path) -> None:
    (found,) = refused(render, tmp_path, BROAD.replace("alembic", "alembik"), tool())
    assert (found.code, found.hint) == ("EW106", 'did you mean "alembic"?')


def test_a_plugin_changes_the_recipe_of_a_unit(tmp_path: Path) -> None:
    def detect(_files: ServiceFiles) -> str:
        return "everything"

    def recipe(program: Program) -> Recipe:
        return Recipe(command=("watch", program.name), target="")

    def louder(facts: UnitFacts, program: Program, recipe: Recipe | None) -> Recipe | None:
        assert (facts.unit.name, program.port) == ("api", 0)
        return None if recipe is None else recipe._replace(command=(*recipe.command, "--loud"))

    def again(facts: UnitFacts, program: Program, recipe: Recipe | None) -> Recipe | None:
        return louder(facts, program, recipe)

    seen: list[Development | None] = []

    def transform(facts: UnitFacts, objects: Objects) -> Transformed:
        seen.append(facts.development)
        return Transformed(objects)

    bringing = registering("s", "envwright_stack", LanguageStack("any", "Any", detect, recipe, ()))
    looking = registering("x", "envwright_manifest_transform", ManifestTransform("x", transform))
    changing = [plugin("a", envwright_recipe=louder), plugin("b", envwright_recipe=again)]
    render(tmp_path, SERVED + HOT, bringing, looking, *changing, files=FILES)
    assert seen[0] is not None
    assert (seen[0].stack, seen[0].why, seen[0].directory) == ("any", "everything", "api")
    assert seen[0].recipe.command == ("watch", "api", "--loud", "--loud")
    assert seen[0].image == seen[0].dev_image


# --- images ---------------------------------------------------------------------------------------------------------

IMAGES = """\
environments: {dev: {}}
images:
  api: {type: build, repository: registry.example.org/api, context: api}
  tool: {type: build, repository: registry.example.org/tool, context: api}
  idle: {type: build, repository: registry.example.org/idle, context: api}
  redis: {type: mirror, from: 'redis:8', local: 'registry.example.org/redis:8'}
infrastructure:
  - {name: redis, workload: {kind: deployment, image: redis}}
services:
  - {name: api, image: api, workload: {kind: deployment}, manifests: [init.yaml.tpl]}
  - {name: cron, image: api, dependsOn: [api], workload: {kind: cronjob, schedule: '@daily'}}
  - {name: web, image: api, workload: {kind: deployment}}
"""
SERVED = IMAGES.partition("infrastructure:")[0]
HOT = """\
services:
  - {name: api, image: api, codeUpdateStrategy: hot-reload, workload: {kind: deployment}}
"""
INIT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: with-init}
spec:
  template:
    spec:
      initContainers: [{name: first, image: '{{ image "tool" }}'}]
      containers: [{name: main, image: 'nginx:1'}]
"""
FILES = {"api/Dockerfile": "FROM scratch\nCOPY . .\n", "init.yaml.tpl": INIT}


def building(seen: list[ImageRequest]) -> Candidate:
    def job_for(request: ImageRequest) -> ImageJob | None:
        seen.append(request)
        name = f"{request.purpose}-{request.name}"
        return ImageJob(job(name, "builder:1"), 900, (thing("ConfigMap", name),) if request.name == "api" else ())

    return registering("builder", "envwright_image_builder", ImageBuilder("acme", job_for))


def test_an_image_is_made_before_each_unit_that_uses_it(tmp_path: Path) -> None:
    seen: list[ImageRequest] = []
    made = render(tmp_path, IMAGES, building(seen), files=FILES).rendered
    assert [(request.name, request.purpose) for request in seen] == [
        ("api", "build"),
        ("tool", "build"),
        ("redis", "mirror"),
    ]
    steps = {step.id: step for step in made.plan.steps}
    assert list(steps)[:4] == ["apply/image:api", "run-job/build:api", "run-job/mirror:redis", "run-job/build:tool"]
    needs = {name: set(step.needs) for name, step in steps.items() if name.count("/") == 1}
    assert needs["run-job/build:api"] == {"apply/image:api"}
    assert needs["apply/redis"] == {"run-job/mirror:redis"}
    assert needs["apply/api"] == {"wait-ready/redis", "run-job/build:api", "run-job/build:tool"}
    assert needs["apply/web"] == {"wait-ready/redis", "run-job/build:api"}
    assert needs["apply/cron"] == {"wait-ready/api"}  # which has waited for the image already
    build = steps["run-job/build:api"]
    assert isinstance(build, RunJob)
    assert build.produces == (seen[0].image.reference,)
    assert build.produces[0].startswith("registry.example.org/api:")
    assert (build.phase, build.unit, build.supersede, build.timeout) == ("", "", True, 900)
    assert made.read(build.manifest)["metadata"]["annotations"] == {"envwright.dev/environment": "demo/dev"}
    assert "run-job build api, on change, up to 15m" in plan_text(made.plan)
    assert not any("kustomization" in path for path in made.plan.files if path.startswith("images/"))


def test_an_image_that_no_builder_makes_is_somebody_elses_to_push(tmp_path: Path) -> None:
    leaving = registering("builder", "envwright_image_builder", ImageBuilder("acme", lambda _request: None))
    for candidates in ([], [leaving]):
        plan = render(tmp_path, IMAGES, *candidates, files=FILES).plan
        assert not any(isinstance(step, RunJob) for step in plan.steps)


def test_the_first_builder_that_makes_an_image_is_taken(tmp_path: Path) -> None:
    def builder(name: str) -> Candidate:
        made = ImageBuilder(name, lambda request: ImageJob(job(f"{name}-{request.name}"), 60))
        return registering(f"plugin-{name}", "envwright_image_builder", made)

    plan = render(tmp_path, IMAGES, builder("b"), builder("a"), files=FILES).plan
    assert {item.name for item in plan.objects if item.kind == "Job"} == {"a-api", "a-tool", "a-redis"}


# --- step 10 --------------------------------------------------------------------------------------------------------

CERTIFICATE = "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: tls}\nspec: {secretName: tls}\n"
READY = ReadinessRule(group="cert-manager.io", kind="Certificate", conditions=("Ready",))


@pytest.mark.parametrize(("readiness", "rules"), [("", (READY,)), (", readiness: {custom: {Certificate: exists}}", ())])
def test_a_rule_for_readiness_is_data_of_the_plan(readiness: str, rules: tuple[object, ...], tmp_path: Path) -> None:
    spec = f"environments: {{dev: {{}}}}\nservices: [{{name: api, manifests: [c.yaml]{readiness}}}]\n"
    ruling = plugin(envwright_readiness_rules=lambda: (READY,))
    plan = render(tmp_path, spec, ruling, files={"c.yaml": CERTIFICATE}).plan
    assert [step.rules for step in waits(plan.steps)] == [rules]
    assert [step.rules for step in waits(render(tmp_path, SPEC, ruling).plan.steps)] == [()]


def waits(steps: tuple[Step, ...]) -> list[WaitReady]:
    return [step for step in steps if isinstance(step, WaitReady)]


def test_two_rules_for_one_kind_are_refused(tmp_path: Path) -> None:
    two = [plugin(name, envwright_readiness_rules=lambda: (READY,)) for name in ("a", "b")]
    (found,) = refused(render, tmp_path, SPEC, *two)
    assert found.code == "EW990"
    assert "the plugins a and b both say when Certificate of cert-manager.io is ready" in found.summary


def writing(write: Callable[[Output], Any]) -> Candidate:
    return registering("notes", "envwright_output_writer", OutputWriter("notes", write))


def test_a_writer_adds_files_that_know_the_plan(tmp_path: Path) -> None:
    def write(output: Output) -> dict[str, bytes]:
        assert "plan.json" in output.files
        return {"a/digest.txt": output.plan_digest.encode()}

    response = render(tmp_path / "stack", SPEC, writing(write))
    assert response.plan.directories == ("notes",)
    assert response.files["notes/a/digest.txt"] == response.rendered.digest.encode()
    api.write(response, tmp_path / "out")
    again = api.write(response, tmp_path / "out")
    assert (again.changed, again.removed) == (0, 0)
    without = api.write(render(tmp_path / "stack", SPEC), tmp_path / "out")
    assert without.removed == 1
    assert not (tmp_path / "out/notes").exists()


@pytest.mark.parametrize("path", ["../plan.json", "/etc/passwd", "a//b", ""])
def test_a_writer_stays_in_its_directory(path: str, tmp_path: Path) -> None:
    (found,) = refused(render, tmp_path, SPEC, writing(lambda _output: {path: b""}))
    assert found.code == "EW990"
