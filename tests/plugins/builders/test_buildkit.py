"""The Jobs of rootless BuildKit, run for real: their own commands, a git server, a registry."""

from __future__ import annotations

import base64

import pytest

from tests.plugins.builders import programs
from tests.plugins.builders.conftest import Make
from tests.plugins.builders.place import Place, pushed
from tests.plugins.builders.rendering import Made
from tests.plugins.builders.test_jobs import GREETING


@pytest.fixture
def production(place: Place, once: Make) -> Place:
    """The golden stack, with the programs of BuildKit's image."""
    place.kubelet = place.kubelet._replace(image=(once(programs.buildkit), programs.HERE / "buildkit"))
    return place


def job_of(place: Place, image: str = "api") -> Made:
    """Return the Job of an image in production, where BuildKit builds."""
    return place.made(image, "production")


def test_an_image_is_built_pushed_and_used_again(production: Place) -> None:
    sha = production.source.commit()
    ended = production.run(job := job_of(production), sha)
    assert ended.status == 0, ended.printed
    assert "CACHED" not in ended.printed["build"]
    files = production.registry.files(pushed(job))
    assert files["srv/index.html"].startswith(b"<p>An API")
    assert files["srv/greeting.txt"].decode() == f"{GREETING}\n"
    assert production.run(job, sha).printed["ask"] == "it is there already: nothing to do\n"

    (production.source.tree / "api/more.html").write_text("another file that no instruction copies")
    sha = production.source.commit()
    ended = production.run(again := job_of(production), sha)
    assert ended.status == 0, ended.printed
    assert pushed(again) != pushed(job)
    assert "importing cache manifest" in ended.printed["build"]
    assert "CACHED" in ended.printed["build"]


def test_commands_of_the_build_see_buildkit_and_nothing_to_push_with(production: Place) -> None:
    files = "/run/envwright/*/* /proc/[0-9]*/environ /proc/[0-9]*/cmdline /proc/[0-9]*/root/run/envwright/*/*"
    production.replace("api/Dockerfile", "WORKDIR /pages", f"WORKDIR /pages\nRUN cat {files} >seen 2>/dev/null || true")
    sha = production.source.commit()
    ended = production.run(job := job_of(production), sha)
    assert ended.status == 0, ended.printed
    seen = production.registry.files(pushed(job))["srv/seen"]
    assert b"--oci-worker-no-process-sandbox" in seen  # of the daemon's command line: that is why it pushes nothing
    for secret in (b"pusher", base64.b64encode(b"pusher:pusher-password"), b'it\'s a "secret"'):
        assert secret not in seen


def test_a_dockerfile_that_a_stack_made_is_built(production: Place) -> None:
    job = job_of(production, "docs")
    data = job.objects["ConfigMap"]["data"]
    base = f"{production.registry.address}/base/busybox:1.37.0"
    data["Dockerfile"] = data["Dockerfile"].replace("nginxinc/nginx-unprivileged:1.29-alpine", base)
    ended = production.run(job, production.source.commit())
    assert ended.status == 0, ended.printed
    assert production.registry.files(pushed(job))["usr/share/nginx/html/index.html"] == b"<p>How to use it.</p>\n"


def test_a_build_that_fails_pushes_nothing(production: Place) -> None:
    production.replace("api/Dockerfile", "WORKDIR /pages", "RUN exit 3\nWORKDIR /pages")
    ended = production.run(job := job_of(production), production.source.commit())
    assert ended.status != 0
    assert list(ended.printed) == ["ask", "clone", "build"]
    assert not production.registry.has(pushed(job))
