"""The Jobs of Buildah, and those that mirror, run for real: their own commands, a git server, a registry."""

from __future__ import annotations

import base64
import tarfile

import pytest

from tests.plugins.builders import programs
from tests.plugins.builders.conftest import Make
from tests.plugins.builders.kubelet import docker_config
from tests.plugins.builders.place import Place, git, pushed
from tests.plugins.builders.test_jobs import GREETING


def writes(place: Place, since: int) -> list[str]:
    """Return the requests that changed something in the registry, but for the first `since` of all."""
    return [each for each in place.registry.requests()[since:] if each.split()[1] not in ("GET", "HEAD")]


def test_the_exact_commit_is_built_and_pushed_by_its_content_name(place: Place) -> None:
    sha = place.source.commit()
    job = place.made()
    (place.source.tree / "api/index.html").write_text("a later commit")
    place.source.commit()
    ended = place.run(job, sha)
    assert ended.status == 0, ended.printed
    files = place.registry.files(pushed(job))
    assert files["srv/index.html"].startswith(b"<p>An API")
    assert files["srv/greeting.txt"].decode() == f"{GREETING}\n"


def test_what_is_there_is_not_built_again(place: Place) -> None:
    sha = place.source.commit()
    job = place.made()
    assert place.run(job, sha).status == 0
    digest = place.registry.manifest(pushed(job))[0]
    before = len(place.registry.requests())
    ended = place.run(job, sha)
    assert ended.status == 0
    assert ended.printed == {
        "ask": "it is there already: nothing to do\n",
        "clone": "",
        "build": "",
        "ask-again": "it is there already: nothing to do\n",
        "push": "",
    }
    assert writes(place, before) == []
    assert place.registry.manifest(pushed(job))[0] == digest


def test_what_was_built_meanwhile_is_not_written_over(place: Place) -> None:
    sha = place.source.commit()
    job = place.made()
    ask = job.containers["ask"]
    job.pod["initContainers"].remove(ask)  # the answer was no
    assert place.run(job, sha).status == 0
    before = place.registry.manifest(pushed(job))[0]
    ended = place.run(job, sha)
    assert ended.status == 0
    assert "Successfully tagged" in ended.printed["build"]
    assert ended.printed["ask-again"] == "it is there already: nothing to do\n"
    assert place.registry.manifest(pushed(job))[0] == before


def test_a_name_that_does_not_say_its_content_is_built_again_when_that_changes(place: Place) -> None:
    place.replace("services.yaml", 'tagTemplate: "1.0"', "tagTemplate: latest\n      tagPolicy: exact")
    sha = place.source.commit()
    job = place.made()
    assert pushed(job).endswith("/api:latest")
    assert place.run(job, sha).status == 0
    assert place.run(job, sha).printed["ask"] == "it is there already: nothing to do\n"
    (place.source.tree / "api/index.html").write_text("changed")
    sha = place.source.commit()
    ended = place.run(place.made(), sha)
    assert ended.status == 0, ended.printed
    assert ended.printed["ask"] == "its name is there, with another content\n"
    assert place.registry.files(pushed(job))["srv/index.html"] == b"changed"


@pytest.mark.parametrize(
    ("sha", "says"),
    [
        ("", "which commit?"),
        ("main", "not the id of a commit: main"),
        ("abc123", "not the whole id of a commit: abc123"),
        ("--upload-pack=touch${IFS}/tmp/x", "not the id of a commit"),
        ("0" * 40, "not our ref"),
    ],
)
def test_nothing_but_a_commit_that_is_there_is_built(sha: str, says: str, place: Place) -> None:
    place.source.commit()
    before = len(place.registry.requests())
    ended = place.run(place.made(), sha)
    assert ended.status != 0
    assert list(ended.printed) == ["ask", "clone"]
    assert says in ended.printed["clone"]
    assert writes(place, before) == []


def test_a_branch_that_is_named_like_a_commit_is_not_built(place: Place) -> None:
    place.source.commit()
    git(place.source.tree, "push", "--quiet", str(place.source.repository), f"HEAD:refs/heads/{'a' * 40}")
    ended = place.run(place.made(), "a" * 40)
    assert ended.status != 0
    assert list(ended.printed) == ["ask", "clone"]


def test_commands_of_the_build_find_nothing_to_push_with(place: Place) -> None:
    files = "/run/envwright/*/* /proc/[0-9]*/environ /proc/[0-9]*/cmdline /proc/[0-9]*/root/run/envwright/*/*"
    place.replace("api/Dockerfile", "WORKDIR /pages", f"WORKDIR /pages\nRUN cat {files} >seen.txt 2>/dev/null || true")
    sha = place.source.commit()
    job = place.made()
    ended = place.run(job, sha)
    assert ended.status == 0, ended.printed
    seen = place.registry.files(pushed(job))["srv/seen.txt"]
    assert b"GREETING=Bob's" in seen  # its own environment, so it does look
    for secret in (b"pusher", base64.b64encode(b"pusher:pusher-password"), b'it\'s a "secret"'):
        assert secret not in seen


def test_a_build_uses_again_what_an_earlier_one_left(place: Place) -> None:
    place.replace("api/Dockerfile", "ARG GREETING", "RUN printf once >/first.txt\nARG GREETING")
    assert place.run(place.made(), place.source.commit()).status == 0
    (place.source.tree / "api/index.html").write_text("changed")
    ended = place.run(job := place.made(), place.source.commit())
    assert ended.status == 0, ended.printed
    assert "Cache pulled from remote" in ended.printed["build"]
    assert place.registry.files(pushed(job))["srv/index.html"] == b"changed"


def test_a_dockerfile_that_a_stack_made_is_built(place: Place) -> None:
    job = place.made("docs")
    data = job.objects["ConfigMap"]["data"]
    data["Dockerfile"] = data["Dockerfile"].replace("nginxinc/nginx-unprivileged:1.29-alpine", base(place))
    ended = place.run(job, place.source.commit())
    assert ended.status == 0, ended.printed
    assert place.registry.files(pushed(job))["usr/share/nginx/html/index.html"] == b"<p>How to use it.</p>\n"


def test_an_image_of_debian_keeps_owners_and_modes(place: Place, once: Make) -> None:
    place.registry.push("base/debian", "12", [once(programs.debian).read_bytes()])
    (place.source.tree / "api/Dockerfile").write_text(
        f"FROM {place.registry.address}/base/debian:12\n"
        "RUN useradd --uid 4711 app && install --owner app --group app --mode 4755 /bin/true /srv/tool"
        " && ln /srv/tool /srv/same && chmod 700 /srv\n"
        "USER app\n"
    )
    sha = place.source.commit()
    job = place.made()
    ended = place.run(job, sha)
    assert ended.status == 0, ended.printed
    base, made = (place.registry.layers(pushed(job))[index] for index in (0, -1))
    assert "usr/bin/dpkg" in base
    assert {"usr/bin/dpkg", "bin/true"}.isdisjoint(made)
    assert (made["srv/tool"].uid, made["srv/tool"].mode & 0o7777) == (4711, 0o4755)
    assert {made["srv/same"].type, made["srv/tool"].type} == {tarfile.REGTYPE, tarfile.LNKTYPE}
    assert made["srv"].mode & 0o7777 == 0o700
    assert b"app:x:4711:" in place.registry.files(pushed(job))["etc/passwd"]


def base(place: Place) -> str:
    """Return the base image that the registry has."""
    return f"{place.registry.address}/base/busybox:1.37.0"


def test_a_build_that_fails_pushes_nothing(place: Place) -> None:
    place.replace("api/Dockerfile", "WORKDIR /pages", "RUN exit 3\nWORKDIR /pages")
    ended = place.run(job := place.made(), place.source.commit())
    assert ended.status != 0
    assert list(ended.printed) == ["ask", "clone", "build"]
    assert not place.registry.has(pushed(job))


def test_a_registry_that_does_not_say_is_not_taken_for_one_that_lacks_the_image(place: Place) -> None:
    sha, job = place.source.commit(), place.made()
    place.secrets["push-development"] = docker_config(place.registry.address, "nobody-of-this-name-but")
    config = place.secrets["push-development"]
    config[".dockerconfigjson"] = config[".dockerconfigjson"].replace("auth", "wrong")
    ended = place.run(job, sha)
    assert ended.status != 0
    assert list(ended.printed) == ["ask"]
    assert "who is it?" in ended.printed["ask"] or "unauthorized" in ended.printed["ask"]


def test_the_credentials_of_the_build_cannot_push_the_image(place: Place) -> None:
    place.secrets["push-development"] = place.secrets["build-development"]
    ended = place.run(job := place.made(), place.source.commit())
    assert list(ended.printed) == ["ask", "clone", "build", "ask-again", "push"]
    assert ended.status != 0
    assert not place.registry.has(pushed(job))


def test_an_image_is_mirrored_with_all_its_platforms_once(place: Place) -> None:
    digest = place.registry.push("upstream/redis", "8.2.3-alpine", [b""], platforms=("amd64", "arm64"))
    job = place.made("redis")
    ended = place.run(job, "")
    assert ended.status == 0, ended.printed
    found, index = place.registry.manifest(pushed(job))
    assert found == digest
    assert [each["platform"]["architecture"] for each in index["manifests"]] == ["amd64", "arm64"]
    before = len(place.registry.requests())
    again = place.run(job, "")
    assert again.printed == {"ask": "it is there already: nothing to do\n", "copy": ""}
    assert writes(place, before) == []
