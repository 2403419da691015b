"""What points Argo CD and Flux to a tree is what their own definitions take.

Node and npm are needed: the packages of `package.json` are made of the controllers' CustomResourceDefinitions.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from envwright import api
from tests.support.npm import node_modules
from tests.support.paths import ROOT
from tests.support.stacks import stack, world

HERE = Path(__file__).parent
WRITTEN = sorted(ROOT.glob("renders/*/*/gitops/*.yaml"))
SHARED_BRANCH = stack(
    """
gitops:
  tool: argocd
  repository: git@git.example.org:environments.git
  branch: main
  argocd: {namespace: gitops, server: "https://cluster.example.org"}
environments: {production: {}, ai: {kind: slot}}
services:
  - name: web
    ownership: [{kind: Deployment, name: web, paths: [/spec/replicas]}]
    workload: {kind: deployment, image: "web:1"}
"""
)


OWN_BRANCHES = SHARED_BRANCH.replace("    branch: main\n", "").replace(
    "git@git.example.org:", "https://git.example.org/"
)


@pytest.fixture(scope="module")
def models() -> None:
    node_modules(HERE, "what Argo CD and Flux say of their objects")


def faults(objects: list[Any]) -> list[str | None]:
    """Return what the controllers' definitions say is wrong with each object."""
    done = subprocess.run(
        ["node", HERE / "validate.mjs"], input=json.dumps(objects), capture_output=True, text=True, check=True
    )
    return list(json.loads(done.stdout))


def test_every_object_of_the_goldens_is_valid(models: None) -> None:
    objects = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in WRITTEN]
    assert {item["kind"] for item in objects} == {"Application", "GitRepository", "Kustomization"}
    assert faults(objects) == [None] * len(objects)


def test_a_wrong_object_is_found(models: None) -> None:
    wrong = yaml.safe_load(WRITTEN[0].read_text(encoding="utf-8"))
    wrong["spec"]["destination"] = "somewhere"
    unknown = {"apiVersion": "argoproj.io/v1", "kind": "Application", "metadata": {"name": "a"}}
    assert faults([wrong, unknown]) == ["data/spec/destination must be object", "no model of this kind and version"]


def test_slots_of_one_branch_have_one_application_set(models: None, tmp_path: Path) -> None:
    there = world(tmp_path, {"services.yaml": SHARED_BRANCH})
    of_slots = [api.render(api.Request(environment="ai", slot=slot), there).files for slot in (1, 7)]
    assert of_slots[0]["gitops/applicationset.yaml"] == of_slots[1]["gitops/applicationset.yaml"]
    found = yaml.safe_load(of_slots[0]["gitops/applicationset.yaml"])
    assert faults([found]) == [None]
    (generator,) = found["spec"]["generators"]
    assert generator["git"]["directories"] == [{"path": "demo/ai-[0-9]*"}]
    assert found["spec"]["template"]["spec"]["source"]["path"] == "{{ .path.path }}/manifests"
    only = {"argocd.argoproj.io/manifest-generate-paths": "."}
    assert found["spec"]["template"]["metadata"]["annotations"] == only
    production = yaml.safe_load(
        api.render(api.Request(environment="production"), there).files["gitops/application.yaml"]
    )
    assert faults([production]) == [None]
    assert production["metadata"]["namespace"] == "gitops"
    assert production["spec"]["source"] == {
        "repoURL": "git@git.example.org:environments.git",
        "targetRevision": "main",
        "path": "demo/production/manifests",
    }
    assert production["spec"]["destination"] == {"server": "https://cluster.example.org"}
    assert production["spec"]["ignoreDifferences"] == [
        {"group": "*", "kind": "Deployment", "name": "web", "jsonPointers": ["/spec/replicas"]}
    ]

    # what is ignored is not overwritten by the next sync either
    assert "RespectIgnoreDifferences=true" in production["spec"]["syncPolicy"]["syncOptions"]


def test_only_the_application_of_a_slot_takes_its_objects_with_it(models: None, tmp_path: Path) -> None:
    there = world(tmp_path, {"services.yaml": OWN_BRANCHES})
    found = [
        yaml.safe_load(api.render(request, there).files["gitops/application.yaml"])
        for request in (api.Request(environment="production"), api.Request(environment="ai", slot=1))
    ]
    assert faults(found) == [None, None]
    assert [item["metadata"].get("finalizers") for item in found] == [None, ["resources-finalizer.argocd.argoproj.io"]]


def test_flux_leaves_to_others_what_they_own(models: None, tmp_path: Path) -> None:
    text = SHARED_BRANCH.replace("tool: argocd", "tool: flux").replace(
        "git@git.example.org:", "https://git.example.org/"
    )
    files = api.render(api.Request(environment="production"), world(tmp_path, {"services.yaml": text})).files
    found = yaml.safe_load(files["gitops/kustomization-internal.yaml"])
    assert found["spec"]["ignore"] == [{"paths": ["/spec/replicas"], "target": {"kind": "Deployment", "name": "web"}}]


@pytest.mark.parametrize("tool", ["argocd", "flux"])
def test_a_name_fits_the_label_that_a_controller_makes_of_it(models: None, tmp_path: Path, tool: str) -> None:
    long = "a" * 60
    text = OWN_BRANCHES.replace("tool: argocd", f"tool: {tool}").replace("name: demo", f"name: {long}")
    text = text.replace("production: {}", "production: {namespaceTemplate: live}")
    text = text.replace("kind: slot", "kind: slot, namespaceTemplate: 'ai-{{ .Slot }}'")
    there = world(tmp_path, {"services.yaml": text})
    names = {
        yaml.safe_load(content)["metadata"]["name"]
        for environment, slot in (("production", 0), ("ai", 1))
        for path, content in api.render(api.Request(environment=environment, slot=slot), there).files.items()
        if path.startswith("gitops/")
    }
    assert len(names) == (2 if tool == "argocd" else 4)
    assert max(map(len, names)) <= 63


CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: files, annotations: {argocd.argoproj.io/sync-options: "Replace=true"}}
spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}
"""
MOUNTED = """
gitops: TOOL
environments: {production: {}}
infrastructure: [{name: files, manifests: [claim.yaml]}]
services:
  - name: web
    workload: {kind: deployment, image: "web:1", volumes: [{name: files, mountPath: /files, claim: {name: files}}]}
"""


def test_a_claim_comes_with_what_mounts_it_and_stays(tmp_path: Path) -> None:
    (tmp_path / "claim.yaml").write_text(CLAIM, encoding="utf-8")
    there = world(tmp_path, {"services.yaml": stack(MOUNTED.replace("TOOL", "argocd"))})
    files = api.render(api.Request(), there).files
    claim, web = (
        yaml.safe_load(files[path])["metadata"]["annotations"]
        for path in (
            "manifests/stateful/files/persistentvolumeclaim-files.yaml",
            "manifests/internal/web/deployment-web.yaml",
        )
    )
    # a volume is made for the first pod: a claim in an earlier wave would be waited for in vain
    assert claim["argocd.argoproj.io/sync-wave"] == web["argocd.argoproj.io/sync-wave"] == "2000"
    assert claim["argocd.argoproj.io/sync-options"] == "Replace=true,Prune=false"
    assert claim["argocd.argoproj.io/compare-options"] == "IgnoreExtraneous"


def test_without_a_repository_the_tree_is_ready_and_nothing_points_to_it(tmp_path: Path) -> None:
    text = SHARED_BRANCH.replace("    repository: git@git.example.org:environments.git\n", "")
    files = api.render(api.Request(environment="production"), world(tmp_path, {"services.yaml": text})).files
    assert not [path for path in files if path.startswith("gitops/")]
    assert b'argocd.argoproj.io/sync-wave: "1000"' in files["manifests/internal/web/deployment-web.yaml"]


def test_the_built_in_reconciler_needs_no_marks(tmp_path: Path) -> None:
    text = stack(
        'environments: {production: {}}\nservices: [{name: web, workload: {kind: deployment, image: "web:1"}}]'
    )
    files = api.render(api.Request(), world(tmp_path, {"services.yaml": text})).files
    assert not [path for path in files if path.startswith("gitops/") or path == "manifests/kustomization.yaml"]
    assert b"argoproj" not in b"".join(files.values())
