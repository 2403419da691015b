"""Dockerfiles that stacks make for images that have none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from envwright import api
from envwright.hookspecs import ImageBuilder, ImageJob, ImageRequest
from envwright.host import Host
from tests.plugins.stacks.making import HOST
from tests.support.stacks import codes, refused, stack, world
from tests.test_extension_points import job, registering

SPEC = """\
environments: {dev: {}, production: {}}
images: {api: {type: build, repository: registry.example.org/api, context: api}}
services:
  - name: api
    image: api
    codeUpdateStrategy: '{{ ternary (eq .Env "dev") "hot-reload" "rebuild" }}'
    workload: {kind: deployment, ports: [{name: http, port: 9000}]}
"""
CODE = {"api/requirements.txt": "fastapi\n", "api/app.py": "from fastapi import FastAPI\napp = FastAPI()\n"}
MADE = "images/api/Dockerfile"


def render(
    folder: Path, files: Mapping[str, str] = CODE, spec: str = SPEC, host: Host = HOST, environment: str = "production"
) -> api.Response:
    there = world(folder, {**files, "services.yaml": stack(spec)}, host)
    return api.render(api.Request(environment=environment), there)


def test_it_is_rendered_and_in_the_plan(tmp_path: Path) -> None:
    response = render(tmp_path)
    text = response.files[MADE].decode()
    assert text.endswith('CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "9000"]\n')
    assert MADE in response.plan.files
    api.write(response, tmp_path / "out")
    assert (tmp_path / "out" / MADE).read_text(encoding="utf-8") == text
    assert response.diagnostics == ()


def test_the_images_name_follows_from_it(tmp_path: Path) -> None:
    before = render(tmp_path).plan.inputs.images["api"]
    assert before.content is not None
    spec = SPEC.replace("9000", "9001")  # it is in the text of the Dockerfile
    assert render(tmp_path, spec=spec).plan.inputs.images["api"].content != before.content


def test_it_is_what_hot_reload_builds(tmp_path: Path) -> None:
    response = render(tmp_path, environment="dev")
    assert list(response.plan.inputs.images) == ["api", "api.dev"]


def test_a_builder_gets_its_text(tmp_path: Path) -> None:
    seen: list[ImageRequest] = []

    def job_for(request: ImageRequest) -> ImageJob:
        seen.append(request)
        return ImageJob(job("build"), 60)

    builder = registering("builder", "envwright_image_builder", ImageBuilder("acme", job_for))
    stacks = registering("stack_python", "envwright_stack", HOST.stacks["python"].value)
    response = render(tmp_path, host=Host([builder, stacks]))
    assert [request.dockerfile.encode() for request in seen] == [response.files[MADE]]


@pytest.mark.parametrize(
    ("files", "spec"),
    [
        ({**CODE, "api/Dockerfile": "FROM scratch\n"}, SPEC),
        ({**CODE, "other": "FROM scratch\n"}, SPEC.replace("context: api}", "context: api, dockerfile: other}")),
    ],
)
def test_one_that_is_there_stays(files: Mapping[str, str], spec: str, tmp_path: Path) -> None:
    assert MADE not in render(tmp_path, files, spec).files


@pytest.mark.parametrize(
    ("files", "spec"),
    [
        (CODE, SPEC.replace("context: api}", "context: api, dockerfile: api/Dockerfile}")),  # somebody means that one
        ({"api/notes.txt": ""}, SPEC),  # nobody knows these files
        (
            CODE,
            SPEC.replace("context: api}", "context: .}").replace(
                "image: api\n", "image: api\n    inputs: ['api/**']\n"
            ),
        ),
    ],
)
def test_where_nobody_can_make_one_it_is_missing_as_before(files: Mapping[str, str], spec: str, tmp_path: Path) -> None:
    assert codes(refused(render, tmp_path, files, spec)) == ["EW312"]


def test_without_plugins_it_is_missing(tmp_path: Path) -> None:
    assert codes(refused(render, tmp_path, host=Host())) == ["EW312"]
