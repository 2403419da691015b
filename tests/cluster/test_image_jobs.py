"""The Jobs that make images, as an API server takes them, and the Pod Security that each builder's namespace needs."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from envwright import api
from tests.cluster.client import Client
from tests.plugins.builders.rendering import BY_BUILDER

# what docs/builders.md says of each: the level that holds it, and the one above, which does not
LEVELS = {
    "buildkit": ("privileged", "baseline"),
    "buildah": ("privileged", "baseline"),
    "kaniko": ("baseline", "restricted"),
}


@pytest.mark.parametrize("builder", BY_BUILDER)
def test_the_server_takes_every_object_in_a_namespace_of_the_level_that_is_documented(
    cluster: Client, builder: str
) -> None:
    objects = of_images(BY_BUILDER[builder].render())
    holding, above = LEVELS[builder]
    assert warnings(cluster, objects, holding) == []
    violations = warnings(cluster, objects, above)
    assert len(violations) == 2  # api and docs, but not the mirrored redis
    assert not any(f'"{name}"' in each for each in violations for name in ("ask", "clone", "push", "copy"))


def of_images(response: api.Response) -> list[dict[str, Any]]:
    """Return what a render has below `images/`."""
    files = [path for path in response.files if path.startswith("images/") and path.endswith(".yaml")]
    return [yaml.safe_load(response.files[path]) for path in files]


def warnings(cluster: Client, objects: list[dict[str, Any]], level: str) -> list[str]:
    """Return what the server warns of in namespaces of a level, which refuse nothing."""
    labels = {"pod-security.kubernetes.io/warn": level}
    for name in {item["metadata"]["namespace"] for item in objects}:
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
        assert cluster.apply(namespace).accepted
    answers = [cluster.apply(item, dry_run=True) for item in objects]
    assert [answer.message for answer in answers if not answer.accepted] == []
    return [warning for answer in answers for warning in answer.warnings]
