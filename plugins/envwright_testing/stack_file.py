"""The smallest `services.yaml` around a fixture service: one slot, in which it runs under its reloader."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from envwright import api
from envwright.host import Host
from envwright_testing.service import FixtureService

NAME = "service"
DOMAIN = "pr-1.example.org"
CLAIM = "workspace"
REQUEST = api.Request(environment="slot", slot=1)


class Rendered(NamedTuple):
    """What the engine makes of a fixture service: the pod of its Deployment, and the stack that it was taken for."""

    pod: dict[str, Any]
    stack: str

    @property
    def container(self) -> dict[str, Any]:
        """The service's container."""
        return next(each for each in self.pod["containers"] if each["name"] == NAME)


def lay_out(folder: Path, service: FixtureService, port: int, stack: str = "") -> None:
    """Write a stack with the service's files in `service/`; its `services.yaml` names the language if one is given."""
    shutil.copytree(service.folder, folder / NAME)
    # a program that chooses for itself where to listen is told by these
    variables = {"HOST": "0.0.0.0", "PORT": str(port), **service.env}  # noqa: S104  # in a pod
    declared = {
        "name": NAME,
        "image": NAME,
        **({"stack": stack} if stack else {}),
        "codeUpdateStrategy": "hot-reload",
        "workload": {
            "kind": "deployment",
            "ports": [{"name": "http", "port": 80, "targetPort": port}],
            "env": variables,
        },
    }
    hot_reload: dict[str, Any] = {"source": {"claim": CLAIM}}
    if service.settings:
        hot_reload["services"] = {NAME: dict(service.settings)}
    content = {
        "apiVersion": "envwright.dev/v1",
        "kind": "ServiceStack",
        "metadata": {"name": "conformance"},
        "spec": {
            "environments": {"slot": {"kind": "slot", "domainTemplate": DOMAIN}},
            "plugins": {"hot-reload": hot_reload},
            "images": {NAME: {"type": "build", "repository": f"registry.example.org/{NAME}", "context": NAME}},
            "services": [declared],
        },
    }
    (folder / "services.yaml").write_text(json.dumps(content, indent=2), encoding="utf-8")


def render(folder: Path, host: Host) -> Rendered:
    """Render a stack that was laid out. Raises Refused."""
    world = api.open_world(folder, host)
    response = api.render(REQUEST, world)
    (path,) = (planned.file for planned in response.plan.objects if planned.kind == "Deployment")
    deployment = response.rendered.read(path)
    stack = api.explain(REQUEST, world, f"services[{NAME}].stack").value
    return Rendered(dict(deployment["spec"]["template"]["spec"]), str(stack or ""))
