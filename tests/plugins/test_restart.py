"""The strategy restart: a digest on the pods of what they are made from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from envwright import api
from tests.plugins.stacks.making import HOST
from tests.support.stacks import places, stack, world

ANNOTATION = "envwright.dev/inputs"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {level: info}\n"
FILES = {
    "conf/app.toml": "a = 1\n",
    "conf/sub/more.toml": "b = 1\n",
    "other.toml": "c = 1\n",
    "api/Dockerfile": "FROM scratch\n",
    "config.yaml": CONFIG,
}
SPEC = """\
environments: {dev: {}}
images: {api: {type: build, repository: registry.example.org/api, context: api}}
services:
  - name: api
    codeUpdateStrategy: restart
    workload: {kind: deployment, image: 'nginx:1'}
"""


def render(folder: Path, service: str, files: Mapping[str, str] | None = None, spec: str = SPEC) -> api.Response:
    text = spec + "".join(f"    {line}\n" for line in service.splitlines())
    there = world(folder, {**FILES, **(files or {}), "services.yaml": stack(text)}, HOST)
    return api.render(api.Request(environment="dev"), there)


def annotation(response: api.Response, kind: str = "Deployment") -> str | None:
    (path,) = (item.file for item in response.plan.objects if item.kind == kind)
    spec = response.rendered.read(path)["spec"]
    template = spec["jobTemplate"]["spec"]["template"] if kind == "CronJob" else spec["template"]
    found: str | None = template["metadata"].get("annotations", {}).get(ANNOTATION)
    return found


@pytest.mark.parametrize(
    ("inputs", "counts"),
    [
        ('["conf/**"]', {"conf/app.toml", "conf/sub/more.toml"}),
        ('["conf/*.toml"]', {"conf/app.toml"}),
        ("[conf]", {"conf/app.toml", "conf/sub/more.toml"}),
        ("[conf/app.toml]", {"conf/app.toml"}),
        ('["**/app.toml", other.toml]', {"conf/app.toml", "other.toml"}),
    ],
)
def test_the_digest_is_that_of_the_inputs(inputs: str, counts: set[str], tmp_path: Path) -> None:
    before = annotation(render(tmp_path, f"inputs: {inputs}"))
    assert before is not None
    for path in ("conf/app.toml", "conf/sub/more.toml", "other.toml"):
        after = annotation(render(tmp_path, f"inputs: {inputs}", {path: "changed\n"}))
        assert (after != before) == (path in counts), path
    assert annotation(render(tmp_path, f"inputs: {inputs}")) == before


def test_config_maps_of_the_unit_count(tmp_path: Path) -> None:
    before = annotation(render(tmp_path, "manifests: [config.yaml]"))
    after = annotation(render(tmp_path, "manifests: [config.yaml]", {"config.yaml": CONFIG.replace("info", "debug")}))
    assert before is not None
    assert before != after


def test_without_inputs_the_files_of_the_built_image_count(tmp_path: Path) -> None:
    files = {"api/Dockerfile": "FROM scratch\n", "api/app.py": "1\n"}
    before = annotation(render(tmp_path, "image: api", files))
    after = annotation(render(tmp_path, "image: api", {**files, "api/app.py": "2\n"}))
    assert before is not None
    assert before != after


def test_the_controllers_of_pods_that_stay_are_rolled(tmp_path: Path) -> None:
    for kind, name in (("statefulset", "StatefulSet"), ("daemonset", "DaemonSet")):
        spec = SPEC.replace("kind: deployment", f"kind: {kind}")
        assert annotation(render(tmp_path, "inputs: [conf]", spec=spec), name) is not None
    cron = SPEC.replace("kind: deployment", "kind: cronjob, schedule: '@daily'")
    assert annotation(render(tmp_path, "inputs: [conf]", spec=cron), "CronJob") is None


def test_other_annotations_stay(tmp_path: Path) -> None:
    spec = SPEC.replace("'nginx:1'}", "'nginx:1', annotations: {prometheus.io/scrape: 'true'}}")
    response = render(tmp_path, "inputs: [conf]", spec=spec)
    (path,) = (item.file for item in response.plan.objects)
    annotations = response.rendered.read(path)["spec"]["template"]["metadata"]["annotations"]
    assert set(annotations) == {ANNOTATION, "prometheus.io/scrape"}


def test_other_strategies_annotate_nothing(tmp_path: Path) -> None:
    assert annotation(render(tmp_path, "inputs: [conf]", spec=SPEC.replace("restart", "rebuild"))) is None


def test_where_it_changes_nothing_it_says_so(tmp_path: Path) -> None:
    response = render(tmp_path, "")
    assert places(response.diagnostics) == ["EW331 services.yaml:10:27"]
    assert annotation(response) is None
