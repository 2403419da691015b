"""The plan and every file of the output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from envwright.gitops.lacks import lacks
from envwright.gitops.tree import for_tool, objects_for_tool
from envwright.hookspecs import Output
from envwright.host import AUTHOR, Host
from envwright.kubernetes.paths import image_directory
from envwright.model.diagnostic import Report, refuse
from envwright.model.output import PLAN, REVIEW
from envwright.model.step import ReadinessRule
from envwright.pipeline.shown import code_of_services, guidance_of
from envwright.pipeline.state import State, World
from envwright.plan.build import build_plan, inputs_of
from envwright.plan.files import File, manifest_files
from envwright.plan.layout import Layout, lay_out
from envwright.plan.tree import Tree, rendered_tree
from envwright.plan.views.markdown import plan_markdown
from envwright.plan.writing import plan_bytes
from envwright.yaml.emit import emit as emit_yaml


class Emitted(NamedTuple):
    """The plan with its manifests, every file by its path in the environment's directory, what plugins see of it."""

    tree: Tree
    files: Mapping[str, bytes]
    shown: Output


def output_of(state: State, world: World) -> Emitted:
    """Return the plan with its manifests, and every file by its path in the environment's directory.

    Raises Refused: EW502 if two objects would share a file, EW990 for a plugin's rule or writer that cannot be.
    """
    environment, host = state.environment, world.host
    layout = for_tool(lay_out(environment.phases, state.units, environment.namespace, state.made_images), environment)
    manifests = manifest_files(layout, emit_yaml, world.for_each)
    listed = {**manifests, **_dockerfiles(state), **_for_tool(state, layout)}
    plan = build_plan(
        environment,
        layout,
        state.secrets,
        state.omissions,
        inputs_of(environment, state.variables_read, _public(state), state.withheld_vars, state.selection.pins),
        listed,
        rules=_readiness_rules(host),
        directories=host.writers,
        whole=not state.selection.only,
    )
    plan_json = plan_bytes(plan)
    tree = rendered_tree(plan, plan_json, layout)
    files = {
        **{path: file.data for path, file in listed.items()},
        REVIEW: plan_markdown(plan, tree.read).encode(),
        PLAN: plan_json,
    }
    code, guidance = dict(code_of_services(state, world)), guidance_of(state, world)
    units, settings = state.units, state.settings
    shown = Output(environment, units, plan, tree.digest, files, settings, state.root, code, guidance)
    return Emitted(tree, {**files, **_written_by_plugins(shown, host)}, shown)


def _for_tool(state: State, layout: Layout) -> dict[str, File]:
    """Return the files that Argo CD or Flux needs besides the manifests."""
    objects = objects_for_tool(layout, state.environment)
    return {path: File.of(emit_yaml(item).encode()) for path, item in objects.items()}


def _dockerfiles(state: State) -> dict[str, File]:
    """Return the Dockerfiles that stacks made for images that have none."""
    images = state.environment.images.items()
    return {
        f"{image_directory(name)}/Dockerfile": File.of(image.generated.encode())
        for name, image in images
        if image.generated
    }


def report_lacks(state: State, report: Report) -> None:
    """Report what Argo CD or Flux cannot carry (EW410), if the stack names one. Raises Refused: EW502."""
    environment = state.environment
    if environment.gitops.tool == "envwright":
        return
    layout = lay_out(environment.phases, state.units, environment.namespace, state.made_images)
    orchestration = state.spec.get("orchestration") or state.spec.get("gitops") or state.spec
    report.extend(lacks(environment, layout, state.secrets, orchestration.mark))


def _readiness_rules(host: Host) -> list[ReadinessRule]:
    """Return the plugins' rules. Raises Refused: EW990 for two of one kind."""
    found: dict[tuple[str, str], tuple[str, ReadinessRule]] = {}
    for plugin, rule in host.items("envwright_readiness_rules", ReadinessRule):
        kind = (rule.group, rule.kind)
        if kind in found:
            summary = f"the plugins {found[kind][0]} and {plugin} both say when {rule.kind} of {rule.group} is ready"
            raise refuse("EW990", summary, hint="uninstall one of them: `envwright plugins` lists their origins")
        found[kind] = (plugin, rule)
    return [rule for _, rule in found.values()]


def _written_by_plugins(output: Output, host: Host) -> dict[str, bytes]:
    """Return the files of the plugins' writers by their paths. Raises Refused: EW990 for one that cannot be."""
    written: dict[str, bytes] = {}
    for directory, writer in host.writers.items():
        found: dict[str, object] = writer.answer(dict, writer.value.write, output)
        for path, content in found.items():
            whole = f"{directory}/{path}"
            parts = str(path).split("/")
            if not isinstance(content, bytes) or any(part in ("", ".", "..") for part in parts):
                summary = f"plugin {writer.plugin} failed in {writer.hook}: {whole} is no file that it may write"
                raise refuse("EW990", summary, hint=AUTHOR)
            written[whole] = content
    return written


def _public(state: State) -> dict[str, str]:
    """Return the public variables that were read and set, by value."""
    names = sorted(state.variables.public & state.variables_read & state.variables.values.keys())
    return {name: state.variables.values[name] for name in names}
