from __future__ import annotations

from pathlib import Path

import pytest

from envwright import api
from envwright.hookspecs import ImageBuilder, ImageJob, ImageRequest
from envwright.host import Candidate, Host, hookimpl
from tests.support.plans import job
from tests.support.stacks import refused, stack, world

WEB = 'workload: {kind: deployment, image: "web:1"}'


class Builder:
    """A plugin that builds every image."""

    @hookimpl
    def envwright_image_builder(self) -> ImageBuilder:
        return ImageBuilder("any", self.job_for)

    def job_for(self, request: ImageRequest) -> ImageJob:
        return ImageJob(job(f"build-{request.name}").object, 600)


def said(tmp_path: Path, tool: str, spec: str, host: Host | None = None) -> list[str]:
    """Return what is lacking, less what every line begins with."""
    text = stack(f"gitops: {tool}\nenvironments: {{production: {{}}}}\n{spec}")
    diagnostics = refused(api.render, api.Request(), world(tmp_path, {"services.yaml": text}, host))
    found = [item for item in diagnostics if item.severity == "error"]
    assert {item.code for item in found} == {"EW410"}
    return [f"{item.where and item.where.line} {item.summary.partition(': ')[2]}" for item in found]


@pytest.mark.parametrize("tool", ["argocd", "flux"])
@pytest.mark.parametrize(
    ("spec", "lack"),
    [
        (
            "secrets: [{name: db, keys: [{name: password, generate: {}}]}]",
            '8 nothing generates the Secret "db"',
        ),
        (
            "secrets: [{name: db, keys: [password], copyFrom: {namespace: shared}}]",
            '8 nothing copies the Secret "db"',
        ),
        ("orchestration: {onFailure: rollback}", "8 it does not go back by itself: `onFailure: rollback`"),
    ],
)
def test_neither_generates_copies_or_goes_back(tmp_path: Path, tool: str, spec: str, lack: str) -> None:
    assert said(tmp_path, tool, spec) == [lack]


def test_neither_builds(tmp_path: Path) -> None:
    spec = (
        "images: {web: {type: build, repository: registry.example.org/web, tagPolicy: exact, tagTemplate: '1'}}\n"
        "services: [{name: web, image: web, workload: {kind: deployment}}]"
    )
    host = Host([Candidate("builder", Builder(), "1", "here")])
    assert said(tmp_path, "argocd", spec, host) == ['8 no Job can make the image "web"']


def test_argocd_runs_hooks_at_every_sync(tmp_path: Path) -> None:
    spec = f"""
services:
  - name: web
    {WEB}
    image: web
    migrations: [{{name: schema, command: [migrate]}}]
    hooks:
      beforeDeploy: [{{name: check, command: [check]}}, {{name: each, command: [each], runOn: always}}]
images: {{web: {{type: external, from: "web:1"}}}}
"""
    assert said(tmp_path, "argocd", spec) == ['10 the Job "web-check" would run at every sync, not when it changed']


def test_a_job_of_a_manifest_is_argocds_own_if_it_says_so(tmp_path: Path) -> None:
    manifest = """\
apiVersion: batch/v1
kind: Job
metadata: {name: seed, annotations: {HERE: there}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "a:1"}]}}}
"""
    spec = "services: [{name: web, manifests: [seed.yaml]}]"
    (tmp_path / "seed.yaml").write_text(manifest, encoding="utf-8")
    assert said(tmp_path, "argocd", spec) == ['8 the Job "seed" would run at every sync, not when it changed']
    (tmp_path / "seed.yaml").write_text(manifest.replace("HERE: there", "argocd.argoproj.io/hook: PostSync"), "utf-8")
    files = api.render(api.Request(), api.open_world(tmp_path)).files
    assert b"argocd.argoproj.io/hook: PostSync" in files["manifests/internal/web/job-seed.yaml"]


def test_flux_applies_all_of_a_phase_at_once(tmp_path: Path) -> None:
    spec = f"""
services:
  - name: api
    {WEB}
    hooks: {{afterReady: [{{name: smoke, image: "a:1", command: [smoke]}}]}}
  - name: web
    dependsOn: [config]
    {WEB}
  - name: config
    dependsOn: [api]
    manifests: [config.yaml]
  - name: report
    dependsOn: [settings]
    hooks: {{beforeDeploy: [{{name: each, image: "a:1", command: [each], runOn: always}}]}}
  - name: settings
    manifests: [settings.yaml]
"""
    for name in ("config", "settings"):
        text = f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert said(tmp_path, "flux", spec) == [
        '19 the Job "report-each" would run when it changed, not at every run',
        '10 the Job "api-smoke" would run at once with all of the phase internal',
        '16 "config" would not wait for "api": all of the phase internal comes at once',
        '13 "web" would not wait for "config": all of the phase internal comes at once',
    ]


DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.org}
spec:
  group: example.org
  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
{apiVersion: v1, kind: Namespace, metadata: {name: more}}
"""
IN_PLACE = """
gitops: {tool: TOOL, repository: "https://git.example.org/environments.git"}
environments: {production: {}}
infrastructure: [{name: definitions, manifests: [definition.yaml]}]
services: [{name: web, manifests: [web.yaml]}]
"""


def definition_files(tmp_path: Path) -> None:
    widget = "{apiVersion: example.org/v1, kind: Widget, metadata: {name: w}}\n"
    config = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: more}}\n"
    (tmp_path / "web.yaml").write_text(f"{widget}---\n{config}", encoding="utf-8")
    (tmp_path / "definition.yaml").write_text(DEFINITION, encoding="utf-8")


def test_flux_has_no_step_before_the_phases(tmp_path: Path) -> None:
    definition_files(tmp_path)
    spec = """
services:
  - {name: web, manifests: [web.yaml]}
  - {name: late, deployGroup: frontend, manifests: [definition.yaml]}
"""
    assert said(tmp_path, "flux", spec) == [
        '3 ConfigMap "c" would come before what it is of or in, which has a later phase',
        '1 Widget "w" would come before what it is of or in, which has a later phase',
    ]


@pytest.mark.parametrize("tool", ["argocd", "flux"])
def test_a_unit_of_definitions_alone_is_applied_and_kept(tmp_path: Path, tool: str) -> None:
    definition_files(tmp_path)
    there = world(tmp_path, {"services.yaml": stack(IN_PLACE.replace("TOOL", tool))})
    files = api.render(api.Request(), there).files
    made = files["manifests/stateful/definitions/customresourcedefinition-widgets.example.org.yaml"]
    assert (b"Prune=false" if tool == "argocd" else b"prune: disabled") in made
    assert tool == "argocd" or [path for path in files if path.startswith("gitops/kustomization-")] == [
        "gitops/kustomization-stateful.yaml",
        "gitops/kustomization-internal.yaml",
    ]


CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: files}
spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}
"""


def test_flux_waits_for_a_claim_in_its_own_phase(tmp_path: Path) -> None:
    (tmp_path / "claim.yaml").write_text(CLAIM, encoding="utf-8")
    spec = f"""
infrastructure: [{{name: files, manifests: [claim.yaml]}}]
services: [{{name: web, {WEB}}}]
"""
    assert said(tmp_path, "flux", spec) == [
        '2 PersistentVolumeClaim "files" would be waited for, and nothing of the phase stateful mounts it'
    ]
    (tmp_path / "claim.yaml").write_text(CLAIM.replace("accessModes", "volumeName: disk, accessModes"), "utf-8")
    text = stack(f"gitops: flux\nenvironments: {{production: {{}}}}\n{spec}")
    assert api.render(api.Request(), world(tmp_path, {"services.yaml": text})).files
