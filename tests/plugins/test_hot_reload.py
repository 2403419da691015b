"""The strategy hot-reload, as it shows in the objects, the plan and the diagnostics."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from envwright import api
from tests.plugins.stacks.making import HOST
from tests.support.kubernetes_schema import VERSIONS, assert_valid
from tests.support.stacks import places, refused, stack, world

DOCKERFILE = """\
FROM python:3.14-slim AS base
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt

FROM base AS dev
USER 10001

FROM base
COPY . .
CMD ["uvicorn", "app:app", "--port", "8080"]
"""
CODE = {
    "api/Dockerfile": DOCKERFILE,
    "api/requirements.txt": "uvicorn\n",
    "api/app.py": "app = None\n",
    "api/lib/cart.py": "",
}
WORKLOAD = """\
kind: deployment
ports: [{name: http, port: 80, targetPort: 8080}]
probes: {readiness: {http: /healthz}, liveness: {http: /healthz}}
autoscaling: {minReplicas: 2, maxReplicas: 5, cpuPercent: 70}
disruptionBudget: {minAvailable: 1}
resources: {cpu: 50m, memory: 128Mi}
"""


def spec(*, workload: str = WORKLOAD, service: str = "", settings: str = "", strategy: str = "hot-reload") -> str:
    indented = "".join(f"      {line}\n" for line in workload.splitlines())
    return (
        "environments: {production: {}, dev: {domainTemplate: dev.example.org}, ai: {kind: slot}}\n"
        "images:\n"
        "  api: {type: build, repository: registry.example.org/api, tagTemplate: '1.0', context: api}\n"
        "services:\n"
        "  - name: api\n"
        "    image: api\n"
        f"    codeUpdateStrategy: {strategy}\n"
        f"{service}"
        f"    workload:\n{indented}"
        f"plugins: {{hot-reload: {{{settings}}}}}\n"
    )


def render(
    folder: Path, text: str, environment: str = "dev", files: Mapping[str, str] | None = None, **request: Any
) -> api.Response:
    there = world(folder, {**CODE, **(files or {}), "services.yaml": stack(text)}, HOST)
    return api.render(api.Request(environment=environment, **request), there)


def deployment(response: api.Response, name: str = "api") -> Mapping[str, Any]:
    (path,) = (item.file for item in response.plan.objects if (item.kind, item.name) == ("Deployment", name))
    return response.rendered.read(path)


def pod_of(response: api.Response, name: str = "api") -> Any:
    return deployment(response, name)["spec"]["template"]["spec"]


def test_the_pod_runs_the_reloader_over_the_mounted_source(tmp_path: Path) -> None:
    response = render(tmp_path, spec())
    pod = pod_of(response)
    (container,) = pod["containers"]
    assert container["image"].startswith("registry.example.org/api:1.0-dev-")
    assert container["command"][:3] == ["uvicorn", "app:app", "--reload"]
    assert container["workingDir"] == "/app"
    assert container["volumeMounts"] == [{"name": "hot-reload-source", "mountPath": "/app", "subPath": "api"}]
    assert pod["volumes"] == [{"name": "hot-reload-source", "persistentVolumeClaim": {"claimName": "workspace"}}]
    assert {"name": "PYTHONUNBUFFERED", "value": "1"} in container["env"]
    assert pod["securityContext"]["fsGroup"] == 10001
    assert response.diagnostics == ()


def test_probes_wait_for_a_fix(tmp_path: Path) -> None:
    (container,) = pod_of(render(tmp_path, spec()))["containers"]
    get = {"path": "/healthz", "port": "http"}
    assert "livenessProbe" not in container
    assert container["startupProbe"] == {
        "httpGet": get,
        "periodSeconds": 5,
        "timeoutSeconds": 3,
        "failureThreshold": 60,
    }
    assert container["readinessProbe"]["httpGet"] == get


def test_there_is_one_pod_and_nothing_scales_it(tmp_path: Path) -> None:
    response = render(tmp_path, spec())
    made = deployment(response)["spec"]
    assert (made["replicas"], made["strategy"]) == (1, {"type": "Recreate"})
    assert {item.kind for item in response.plan.objects} == {"Deployment", "Service"}
    dropped = {(each.kind, each.action, each.reason) for each in response.plan.omitted}
    why = "hot-reload runs one pod of api, and replaces it as a whole"
    assert dropped == {("HorizontalPodAutoscaler", "dropped", why), ("PodDisruptionBudget", "dropped", why)}


def test_what_scales_something_else_stays(tmp_path: Path) -> None:
    other = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: other}
spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: other}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: other}
spec: {minAvailable: 1, selector: {matchLabels: {app: other}}}
"""
    response = render(tmp_path, spec(service="    manifests: [other.yaml]\n"), files={"other.yaml": other})
    assert {item.name for item in response.plan.objects if item.kind.startswith(("Horizontal", "Pod"))} == {"other"}


def test_other_environments_are_as_before(tmp_path: Path) -> None:
    strategy = '\'{{ ternary (eq .Env "dev") "hot-reload" "rebuild" }}\''
    response = render(tmp_path, spec(strategy=strategy), "production")
    (container,) = pod_of(response)["containers"]
    assert "livenessProbe" in container
    assert "command" not in container
    assert list(response.plan.inputs.images) == ["api"]


def test_an_edit_of_mounted_source_changes_nothing_that_is_deployed(tmp_path: Path) -> None:
    before = render(tmp_path, spec())
    edited = render(tmp_path, spec(), files={"api/app.py": "app = 1\n"})
    assert pod_of(before) == pod_of(edited)
    assert before.plan.steps == edited.plan.steps
    installed = render(tmp_path, spec(), files={"api/requirements.txt": "uvicorn\nfastapi\n"})
    assert pod_of(before)["containers"][0]["image"] != pod_of(installed)["containers"][0]["image"]


def test_the_image_for_development_is_in_the_plan(tmp_path: Path) -> None:
    plan = render(tmp_path, spec()).plan
    assert list(plan.inputs.images) == ["api", "api.dev"]
    assert plan.inputs.images["api.dev"].content != plan.inputs.images["api"].content


def test_jobs_keep_the_image_that_is_shipped(tmp_path: Path) -> None:
    response = render(tmp_path, spec(service="    hooks: {afterReady: [{name: seed, command: [seed]}]}\n"))
    (path,) = (item.file for item in response.plan.objects if item.kind == "Job")
    (container,) = response.rendered.read(path)["spec"]["template"]["spec"]["containers"]
    assert "-dev-" not in container["image"]
    assert container["command"] == ["seed"]


@pytest.mark.parametrize(
    ("settings", "mount", "volume"),
    [
        ("source: {claim: tree}", {"subPath": "api"}, {"persistentVolumeClaim": {"claimName": "tree"}}),
        (
            "source: {path: shop/deploy/..}",
            {"subPath": "shop/api"},
            {"persistentVolumeClaim": {"claimName": "workspace"}},
        ),
        ("source: {sync: {repository: 'https://git/x'}}", {"subPath": "api"}, {"emptyDir": {}}),
    ],
)
def test_where_the_source_comes_from(
    settings: str, mount: dict[str, Any], volume: dict[str, Any], tmp_path: Path
) -> None:
    pod = pod_of(render(tmp_path, spec(settings=settings)))
    name = "hot-reload-source"
    assert pod["containers"][0]["volumeMounts"] == [{"name": name, "mountPath": "/app", **mount}]
    assert pod["volumes"] == [{"name": name, **volume}]


def test_a_copy_in_the_pod_is_kept_in_step_and_there_before_the_service(tmp_path: Path) -> None:
    settings = "source: {sync: {repository: 'https://git.example.org/$(x); rm -rf /', revision: main, period: 1m}}"
    response = render(tmp_path, spec(settings=settings))
    (sync,) = pod_of(response)["initContainers"]
    assert sync["restartPolicy"] == "Always"
    assert sync["command"][3:] == ["hot-reload-sync", "https://git.example.org/$(x); rm -rf /", "main", "60"]
    assert "rm -rf" not in sync["command"][2]
    assert sync["startupProbe"]["exec"]["command"] == ["test", "-e", "/source/.git/synced"]
    assert sync["securityContext"]["runAsUser"] == 10001


def test_polling_where_events_do_not_arrive(tmp_path: Path) -> None:
    (container,) = pod_of(render(tmp_path, spec(settings="source: {polling: true}")))["containers"]
    assert {"name": "WATCHFILES_FORCE_POLLING", "value": "true"} in container["env"]


def test_a_service_says_what_it_does_differently(tmp_path: Path) -> None:
    settings = (
        "services: {api: {command: [watchexec, -r, ./serve], mountPath: /work, readiness: /ready, "
        "env: {PYTHONUNBUFFERED: '0', DEBUG: '1'}, caches: [/root/.cache]}}"
    )
    pod = pod_of(render(tmp_path, spec(settings=settings)))
    (container,) = pod["containers"]
    assert container["command"] == ["watchexec", "-r", "./serve"]
    assert container["workingDir"] == "/work"
    assert container["startupProbe"]["httpGet"]["path"] == "/ready"
    assert [item["value"] for item in container["env"] if item["name"] in ("PYTHONUNBUFFERED", "DEBUG")] == ["0", "1"]
    assert container["volumeMounts"] == [
        {"name": "hot-reload-source", "mountPath": "/work", "subPath": "api"},
        {"name": "hot-reload-cache-1", "mountPath": "/root/.cache"},
    ]


def test_variables_of_the_container_win_over_the_recipes(tmp_path: Path) -> None:
    workload = WORKLOAD + "env: {PYTHONUNBUFFERED: 'yes'}\n"
    (container,) = pod_of(render(tmp_path, spec(workload=workload)))["containers"]
    assert [item for item in container["env"] if item["name"] == "PYTHONUNBUFFERED"] == [
        {"name": "PYTHONUNBUFFERED", "value": "yes"}
    ]


def test_any_program_with_a_command_of_its_own(tmp_path: Path) -> None:
    files = {"api/Dockerfile": "FROM perl:5 AS dev\nWORKDIR /srv\n", "api/requirements.txt": ""}
    settings = "services: {api: {command: [morbo, app.pl]}}"
    response = render(tmp_path, spec(service="    stack: command\n", settings=settings), files=files)
    (container,) = pod_of(response)["containers"]
    assert container["command"] == ["morbo", "app.pl"]
    assert container["workingDir"] == "/srv"


def test_what_the_unit_mounts_itself_stays(tmp_path: Path) -> None:
    mounts = "    mounts: [{name: mine, claimName: mine, mountPath: /app}]\n"
    pod = pod_of(render(tmp_path, spec(service=mounts)))
    assert pod["containers"][0]["volumeMounts"] == [{"name": "mine", "mountPath": "/app"}]
    assert [volume["name"] for volume in pod["volumes"]] == ["mine"]


def test_memory_is_what_a_build_takes(tmp_path: Path) -> None:
    files = {
        "api/Dockerfile": "FROM golang:1.26 AS dev\nWORKDIR /src\nUSER 10001\n",
        "api/go.mod": "module x\n",
        "api/main.go": "package main\n",
        "api/requirements.txt": "",
    }
    response = render(tmp_path, spec(service="    stack: go\n"), files=files)
    assert pod_of(response)["containers"][0]["resources"] == {
        "requests": {"cpu": "50m", "memory": "128Mi"},
        "limits": {"memory": "1Gi"},
    }


def test_a_statefulset_has_one_pod_too(tmp_path: Path) -> None:
    workload = "kind: statefulset\nreplicas: 3\nports: [{name: http, port: 8080}]\n"
    response = render(tmp_path, spec(workload=workload))
    (path,) = (item.file for item in response.plan.objects if item.kind == "StatefulSet")
    made = response.rendered.read(path)["spec"]
    assert made["replicas"] == 1
    assert "strategy" not in made


def test_objects_of_manifests_are_changed_as_well(tmp_path: Path) -> None:
    manifest = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: hand}
spec:
  replicas: 4
  selector: {matchLabels: {app: hand}}
  template:
    metadata: {labels: {app: hand}}
    spec:
      securityContext: {runAsUser: 33, fsGroup: 7}
      containers:
        - name: side
          image: envoy:1
        - name: main
          image: '{{ image "api" }}'
          args: [--loud]
          ports: [{containerPort: 9000}]
          livenessProbe: {tcpSocket: {port: 9000}}
"""
    text = spec(service="    manifests: [hand.yaml.tpl]\n", workload="kind: deployment\n")
    response = render(tmp_path, text, files={"hand.yaml.tpl": manifest})
    pod = pod_of(response, "hand")
    side, main = pod["containers"]
    assert side == {"name": "side", "image": "envoy:1"}
    assert "args" not in main
    assert main["startupProbe"]["httpGet"] == {"path": "/", "port": 9000}
    assert pod["securityContext"] == {"runAsUser": 33, "fsGroup": 7}
    for item in response.plan.objects:
        assert_valid(response.rendered.read(item.file), VERSIONS)


# --- what is refused, and what is only said --------------------------------------------------------------------------


def test_never_in_production(tmp_path: Path) -> None:
    files = {**CODE, "services.yaml": stack(spec())}
    for call in (api.validate, api.render):
        found = refused(call, api.Request(environment="production"), world(tmp_path, files, HOST))
        assert places(found) == ["EW330 services.yaml:12:27"]


def test_a_dockerfile_without_the_stage_gets_one_to_begin_with(tmp_path: Path) -> None:
    files = {"api/Dockerfile": 'FROM python:3.14-slim\nCMD ["uvicorn", "app:app"]\n'}
    (found,) = refused(render, tmp_path, spec(), files=files)
    assert places((found,)) == ["EW333 services.yaml:12:27"]
    assert found.summary == 'api/Dockerfile has no stage "dev", which hot-reload of "api" needs'
    assert "FROM base AS dev\nRUN pip install --no-cache-dir uvicorn watchfiles\n" in found.detail


@pytest.mark.parametrize("target", ["develop", "''"])
def test_another_stage_or_the_image_itself(target: str, tmp_path: Path) -> None:
    files = {"api/Dockerfile": 'FROM python:3.14-slim AS develop\nCMD ["uvicorn", "app:app"]\n'}
    response = render(tmp_path, spec(settings=f"services: {{api: {{target: {target}}}}}"), files=files)
    image = pod_of(response)["containers"][0]["image"]
    assert image.startswith("registry.example.org/api:1.0-" + ("develop-" if target == "develop" else ""))


def test_dependencies_below_the_mount_would_be_hidden(tmp_path: Path) -> None:
    files = {
        "api/Dockerfile": "FROM node:24 AS dev\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\n",
        "api/package.json": '{"main": "server.js"}',
        "api/server.js": "",
        "api/requirements.txt": "",
    }
    (found,) = refused(render, tmp_path, spec(service="    stack: node\n"), files=files)
    assert found.code == "EW334"
    assert found.summary == 'the source of "api" at /app would hide its dependencies in /app/node_modules'


def test_source_outside_of_the_tree(tmp_path: Path) -> None:
    text = spec(settings="source: {path: ../..}")
    (found,) = refused(render, tmp_path, text)
    assert found.code == "EW335"


def test_settings_of_an_unknown_service(tmp_path: Path) -> None:
    (found,) = refused(render, tmp_path, spec(settings="services: {apo: {readiness: /}}"))
    assert (found.code, found.hint) == ("EW405", 'did you mean "api"?')


IDLE = {
    "no image": (
        spec(workload="kind: deployment\nimage: nginx:1\n").replace("    image: api\n", ""),
        "it has no image of type build",
    ),
    "another image": (
        spec(workload="kind: deployment\nimage: nginx:1\n"),
        "no Deployment or StatefulSet of it runs its image api",
    ),
    "no pods that stay": (
        spec(workload="kind: cronjob\nschedule: '@daily'\n"),
        "no Deployment or StatefulSet of it runs its image api",
    ),
    "a stack that cannot tell": (spec(service="    stack: command\n"), "the stack command cannot tell how"),
}


@pytest.mark.parametrize("case", IDLE)
def test_where_it_changes_nothing_it_says_so(case: str, tmp_path: Path) -> None:
    text, why = IDLE[case]
    response = render(tmp_path, text)
    (found,) = response.diagnostics
    assert (found.severity, found.code) == ("warning", "EW331")
    assert found.summary == f'the strategy hot-reload changes nothing for "api": {why}'
    assert found.where is not None


def test_an_unknown_stack_gets_a_suggestion(tmp_path: Path) -> None:
    (found,) = refused(render, tmp_path, spec(service="    stack: pyton\n"))
    assert (found.code, found.hint) == ("EW332", 'did you mean "python"?')
    assert places((found,)) == ["EW332 services.yaml:13:14"]


OLDER = """\
apiVersion: codex-k8s.dev/v1alpha1
kind: ServiceStack
metadata: {name: shop}
spec:
  environments: {production: {}, dev: {}}
  images:
    api: {type: build, repository: registry.example.org/api, tagTemplate: '1.0', context: api}
  services:
    - name: api
      codeUpdateStrategy: STRATEGY
      manifests: [{path: hand.yaml}]
"""
HAND = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 3
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: main, image: 'registry.example.org/api:1.0'}]}
"""


@pytest.mark.parametrize("strategy", ["hot-reload", "restart", "rebuild"])
@pytest.mark.parametrize("environment", ["production", "dev"])
def test_in_older_formats_a_strategy_is_exported_alone(strategy: str, environment: str, tmp_path: Path) -> None:
    files = {**CODE, "hand.yaml": HAND, "services.yaml": OLDER.replace("STRATEGY", strategy)}
    response = api.render(api.Request(environment=environment), world(tmp_path, files, HOST))
    made = deployment(response)["spec"]
    assert made["replicas"] == 3
    assert made["template"] == {
        "metadata": {"labels": {"app": "api"}},
        "spec": {"containers": [{"name": "main", "image": "registry.example.org/api:1.0"}]},
    }
    assert response.diagnostics == ()
