from __future__ import annotations

import pytest

from envwright.ast.plain import plain
from envwright.contract.naming import named_lists
from envwright.contract.paths import rebase
from envwright.model.contract.environment import Environment
from envwright.model.contract.stack import ServiceStack
from envwright.model.contract.unit import Service
from envwright.yaml.reader import read


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("spec services", "name"),
        ("spec infrastructure * mounts", "name"),
        ("spec services * manifests", None),
        ("spec services * dependsOn", None),
        ("spec services * workload ports", "name"),
        ("spec services * workload ingress hosts", "host"),
        ("spec services * hooks beforeDeploy", "name"),
        ("spec components * serviceDefaults workload volumes", "name"),
        ("spec environments dev overrides api migrations", "name"),
        ("spec images", None),
        ("spec vars services", None),
        ("spec services * patches * merge services", None),
        ("nonsense", None),
        ("spec services * nonsense deeper", None),
    ],
)
def test_named_lists(path: str, key: str | None) -> None:
    assert named_lists(ServiceStack)(tuple(path.split())) == key


def test_named_lists_below_another_type() -> None:
    assert named_lists(Environment)(("overrides", "api", "mounts")) == "name"


STACK = """
spec:
  imports: [a.yaml, {path: "b/*.yaml"}, /absolute.yaml]
  vars: {path: a.yaml}
  images: {api: {type: build, context: "{{ .Dir }}", dockerfile: ../Dockerfile}}
  services:
    - name: api
      manifests: [./deploy/api.yaml, {path: "../{{ .Env }}.yaml"}]
      workload: {files: [{path: x.toml, mountPath: /x.toml}]}
  nonsense: {path: a.yaml}
"""


def test_paths_move_to_the_root_files_directory() -> None:
    assert plain(rebase(read(STACK, "services/api/services.yaml"), ServiceStack, "services/api")) == {
        "spec": {
            "imports": ["services/api/a.yaml", {"path": "services/api/b/*.yaml"}, "/absolute.yaml"],
            "vars": {"path": "a.yaml"},
            "images": {
                "api": {"type": "build", "context": "services/api/{{ .Dir }}", "dockerfile": "services/Dockerfile"}
            },
            "services": [
                {
                    "name": "api",
                    "manifests": ["services/api/deploy/api.yaml", {"path": "services/api/../{{ .Env }}.yaml"}],
                    "workload": {"files": [{"path": "services/api/x.toml", "mountPath": "/x.toml"}]},
                }
            ],
            "nonsense": {"path": "a.yaml"},
        }
    }


def test_paths_of_the_root_file_stay() -> None:
    node = read(STACK, "services.yaml")
    assert rebase(node, ServiceStack, "") is node


def test_a_file_above_the_root_file() -> None:
    node = rebase(read("{name: a, manifests: [x.yaml, ../y.yaml]}", "../common/services.yaml"), Service, "../common")
    assert plain(node) == {"name": "a", "manifests": ["../common/x.yaml", "../y.yaml"]}
