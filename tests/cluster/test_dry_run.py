"""Every object of every golden, as an API server takes it: known fields, valid values, nothing that is on its way out.

Each is in a namespace where Pod Security warns of what it would forbid in a slot. A custom kind is served with any
content: what its own project would say of an object is not covered.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from envwright import api
from tests.cluster.client import Client
from tests.cluster.rendering import described, objects_of, prepare
from tests.support.goldens import Golden, goldens


@pytest.mark.parametrize("golden", goldens(), ids=str)
def test_the_server_takes_every_object_and_warns_of_none(cluster: Client, golden: Golden) -> None:
    objects = objects_of(golden.render())
    assert objects
    prepare(cluster, objects)
    refused = []
    for item in objects:
        answer = cluster.apply(item, dry_run=True)
        if not answer.accepted or answer.warnings:
            refused.append(f"{described(item)}: {'; '.join(answer.warnings) or answer.message}")
    assert refused == []


def test_a_field_that_nobody_knows_is_refused(cluster: Client) -> None:
    metadata = {"name": "mistaken", "namespace": "default"}
    answer = cluster.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "datas": {}}, dry_run=True)
    assert not answer.accepted
    assert ".datas: field not declared" in answer.message


def test_kubectl_takes_the_folder_of_each_phase(cluster: Client, assets: Path, tmp_path: Path) -> None:
    response = Golden("shop", "production", 0).render()
    prepare(cluster, objects_of(response))
    api.write(response, tmp_path / "rendered")
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(json.dumps(cluster.connection.kubeconfig()), encoding="utf-8")
    environment = {**os.environ, "KUBECONFIG": str(kubeconfig), "HOME": str(tmp_path)}
    taken = 0
    for phase in sorted((tmp_path / "rendered/manifests").iterdir()):
        command = [assets / "kubectl", "apply", "--server-side", "--dry-run=server", "-o", "name", "-k", phase]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, ""), phase
        taken += len(done.stdout.splitlines())
    assert taken == len(objects_of(response))
