"""The strategy rebuild: an image is named by its content, and that name stands wherever the image is used."""

from __future__ import annotations

from pathlib import Path

from envwright import api
from tests.plugins.stacks.making import HOST
from tests.support.stacks import stack, world

SPEC = """\
environments: {dev: {}}
images:
  api: {type: build, repository: registry.example.org/api, tagTemplate: '1.0', context: api}
services:
  - name: api
    image: api
    manifests: [pods.yaml.tpl]
    workload: {kind: deployment}
    migrations: [{name: schema, command: [migrate]}]
    hooks: {afterReady: [{name: warm, command: [warm]}]}
  - {name: nightly, image: api, workload: {kind: cronjob, schedule: '@daily'}}
"""
PODS = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      initContainers: [{name: first, image: '{{ image "api" }}'}]
      containers: [{name: main, image: 'nginx:1'}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: '{{ image "api" }}'}]
"""


def references(folder: Path, code: str) -> dict[str, set[str]]:
    """Return the references of the built image by the file that holds them."""
    files = {
        "services.yaml": stack(SPEC),
        "pods.yaml.tpl": PODS,
        "api/Dockerfile": "FROM scratch\nCOPY . .\n",
        "api/main.c": code,
    }
    response = api.render(api.Request(environment="dev"), world(folder, files, HOST))
    found = {}
    for path, content in response.files.items():
        words = {word.strip("\"'") for word in content.decode().split() if "registry.example.org/api:" in word}
        if words and path.startswith("manifests/"):
            found[path.rpartition("/")[2]] = words
    return found


def test_the_new_reference_stands_everywhere(tmp_path: Path) -> None:
    before, after = references(tmp_path, "1"), references(tmp_path, "2")
    assert set(before) == {
        "cronjob-nightly.yaml",
        "daemonset-agent.yaml",
        "deployment-api.yaml",
        "job-api-schema.yaml",
        "job-api-warm.yaml",
        "job-once.yaml",
    }
    assert len({reference for words in before.values() for reference in words}) == 1
    assert len({reference for words in after.values() for reference in words}) == 1
    assert before != after
    assert references(tmp_path, "1") == before
