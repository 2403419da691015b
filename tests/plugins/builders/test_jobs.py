"""The rendered Jobs, word for word where it matters: exec form, Secrets apart, no more rights than a builder needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from envwright import api
from envwright.model.step import RunJob
from envwright_plugins.builders import buildah, scripts
from envwright_plugins.builders.scripts import literal
from tests.plugins.builders.rendering import BUILDAH, BUILDKIT, BY_BUILDER, KANIKO, made, small
from tests.plugins.builders.substitution import substituted
from tests.support.goldens import Golden

GREETING = """Bob's "bargains" at $(date); $HOME/`id` \\ & <more>"""
SCRIPTS = {scripts.ASK, scripts.CLONE, scripts.UNLESS_THERE, buildah.SCRIPT}
SOURCE = "/run/envwright/work/source"
ARCHIVE = "/run/envwright/work/image.tar"
EVERY = [(golden, image) for golden in BY_BUILDER.values() for image in ("api", "docs", "redis")]
LEVEL = "trustLevels: {development: {repositories: [registry.example.org]}}"
BUILT = "type: build, repository: registry.example.org/api, context: api"
FILES = {"api/Dockerfile": "FROM scratch\n"}


def build_command(golden: Golden, image: str = "api") -> list[str]:
    """Return what builds, as the kubelet starts it, without the script around it."""
    command = [substituted(word, {}) for word in made(golden.render(), image).containers["build"]["command"]]
    assert command[:4] == ["sh", "-c", buildah.SCRIPT if golden is BUILDAH else scripts.UNLESS_THERE, "build"]
    return command[4:]


def content(golden: Golden) -> str | None:
    """Return the digest of an image's content."""
    return golden.render().plan.inputs.images["api"].content


def test_buildkit() -> None:
    assert build_command(BUILDKIT) == [
        "buildctl-daemonless.sh",
        "build",
        "--frontend=dockerfile.v0",
        f"--local=context={SOURCE}/api",
        f"--local=dockerfile={SOURCE}/api",
        "--opt=filename=Dockerfile",
        f"--opt=build-arg:GREETING={GREETING}",
        f"--opt=label:dev.envwright.content={content(BUILDKIT)}",
        f"--output=type=oci,dest={ARCHIVE}",
        "--import-cache=type=registry,ref=registry.example.org/cache/production/api:buildkit",
        "--export-cache=type=registry,ref=registry.example.org/cache/production/api:buildkit,mode=max,ignore-error=true",
    ]
    build = made(BUILDKIT.render(), "api").containers["build"]
    assert {each["name"]: each["value"] for each in build["env"]} == {
        "BUILDKITD_FLAGS": "--oci-worker-no-process-sandbox --root=/run/envwright/storage/buildkit",
        "DOCKER_CONFIG": "/run/envwright/registry",
    }


def test_buildah() -> None:
    assert build_command(BUILDAH) == [
        "buildah",
        "--root=/run/envwright/storage/root",
        "--runroot=/run/envwright/storage/run",
        "--storage-driver=vfs",
        "build",
        "--isolation=chroot",
        "--layers",
        f"--file={SOURCE}/api/Dockerfile",
        f"--build-arg=GREETING={GREETING}",
        f"--label=dev.envwright.content={content(BUILDAH)}",
        "--cache-from=registry.example.org/cache/development/api",
        "--cache-to=registry.example.org/cache/development/api",
        "--tag=localhost/built",
        f"{SOURCE}/api",
    ]
    build = made(BUILDAH.render(), "api").containers["build"]
    assert {each["name"]: each["value"] for each in build["env"]} == {
        "STORAGE_DRIVER": "vfs",
        "REGISTRY_AUTH_FILE": "/run/envwright/registry/config.json",
    }


def test_kaniko() -> None:
    reference = made(KANIKO.render(), "api").containers["push"]["command"][-1].removeprefix("docker://")
    assert build_command(KANIKO) == [
        "/kaniko/executor",
        f"--context=dir://{SOURCE}/api",
        f"--dockerfile={SOURCE}/api/Dockerfile",
        f"--build-arg=GREETING={GREETING}",
        f"--label=dev.envwright.content={content(KANIKO)}",
        f"--destination={reference}",
        "--skip-unused-stages=true",
        "--no-push",
        f"--tar-path={ARCHIVE}",
        "--cache=true",
        "--cache-repo=registry.example.org/cache/slots/api",
    ]


@pytest.mark.parametrize(("golden", "image"), EVERY, ids=str)
def test_commands_are_programs_with_arguments_and_scripts_are_constants(golden: Golden, image: str) -> None:
    for name, container in made(golden.render(), image).containers.items():
        assert "args" not in container
        program, option, script, named, *_ = container["command"]
        assert (program, option, named) == ("sh", "-c", name)
        assert substituted(script, {}) in SCRIPTS


@pytest.mark.parametrize(("golden", "image"), EVERY, ids=str)
def test_the_secret_for_pushing_is_where_nothing_of_the_stack_runs(golden: Golden, image: str) -> None:
    found = made(golden.render(), image)
    having = {name for name in found.containers if "push" in found.mounts(name)}
    assert having == ({"ask", "copy"} if image == "redis" else {"ask", "ask-again", "push"})
    secrets = {each["name"]: each["secret"]["secretName"] for each in found.pod["volumes"] if "secret" in each}
    level = {"production": "production", "dev": "development", "ai": "slots"}[golden.environment]
    assert secrets["push"] == f"push-{level}"
    assert secrets["registry"] == f"build-{level}"
    if image != "redis":
        assert list(found.containers) == ["ask", "clone", "build", "ask-again", "push"]
        assert found.mounts("build") - {"storage", "files"} == {"work", "registry"}
        assert found.mounts("clone") == {"work", "git"}
    assert not any("valueFrom" in variable and "secretKeyRef" in variable["valueFrom"] for variable in variables(found))
    assert "envFrom" not in str(found.job)


def variables(found: object) -> list[dict[str, object]]:
    """Return the variables of all containers."""
    return [each for container in found.containers.values() for each in container.get("env", [])]  # type: ignore[attr-defined]  # a Job


@pytest.mark.parametrize(("golden", "image"), EVERY, ids=str)
def test_pods_have_no_token_and_no_privilege(golden: Golden, image: str) -> None:
    found = made(golden.render(), image)
    assert found.pod["automountServiceAccountToken"] is False
    assert "privileged" not in str(found.job)
    unconfined = {name for name, each in found.containers.items() if "Unconfined" in str(each["securityContext"])}
    as_root = {name for name, each in found.containers.items() if not each["securityContext"].get("runAsNonRoot")}
    builds = image != "redis"
    assert unconfined == ({"build"} if builds and golden is not KANIKO else set())
    assert as_root == ({"build"} if builds and golden is KANIKO else set())


@pytest.mark.parametrize("golden", BY_BUILDER.values(), ids=str)
def test_an_image_is_pushed_by_its_content_name_to_its_trust_levels_repository(golden: Golden) -> None:
    response = golden.render()
    level = {"production": "production", "dev": "development", "ai": "slots"}[golden.environment]
    steps = {step.id: step for step in response.plan.steps}
    build = steps["run-job/build:api"]
    assert isinstance(build, RunJob)
    (reference,) = build.produces
    assert re.fullmatch(rf"registry\.example\.org/{level}/api:1\.0-[0-9a-f]{{12}}", reference)
    containers = made(response, "api").containers
    assert containers["ask"]["command"][3:] == ["ask", "", "inspect", "--raw", *containers["ask-again"]["command"][7:]]
    assert containers["ask"]["command"][-1] == containers["push"]["command"][-1] == f"docker://{reference}"


@pytest.mark.parametrize("golden", BY_BUILDER.values(), ids=str)
def test_a_dockerfile_that_a_stack_made_comes_in_a_config_map(golden: Golden) -> None:
    response = golden.render()
    found = made(response, "docs")
    text = found.objects["ConfigMap"]["data"]["Dockerfile"]
    assert text.encode() == response.files["images/docs/Dockerfile"]
    mount = next(each for each in found.containers["build"]["volumeMounts"] if each["name"] == "files")
    command = " ".join(build_command(golden, "docs"))
    assert mount["mountPath"] in command or "--local=dockerfile=/run/envwright/files " in command


def test_where_git_clones_from_and_which_commit_come_from_outside_of_the_plan(tmp_path: Path) -> None:
    clone = made(small(tmp_path, LEVEL, BUILT, FILES), "api").containers["clone"]
    fields = {each["name"]: each["valueFrom"]["fieldRef"]["fieldPath"] for each in clone["env"] if "valueFrom" in each}
    assert fields == {
        "ENVWRIGHT_SOURCE_SHA": "metadata.annotations['envwright.dev/source-sha']",
        "ENVWRIGHT_SOURCE_REPOSITORY": "metadata.annotations['envwright.dev/source-repository']",
    }
    settings = f"{LEVEL}, source: {{repository: 'https://x/$(id).git'}}"
    clone = made(small(tmp_path, settings, BUILT, FILES), "api").containers["clone"]
    (value,) = [each["value"] for each in clone["env"] if each["name"] == "ENVWRIGHT_SOURCE_REPOSITORY"]
    assert value == "https://x/$$(id).git"


def test_nothing_is_built_for_a_trust_level_that_is_not_listed(tmp_path: Path) -> None:
    for settings in ("", "source: {repository: 'https://x'}"):
        response = small(tmp_path, settings, BUILT, FILES)
        assert not any(isinstance(step, RunJob) for step in response.plan.steps)
    assert not any(isinstance(step, RunJob) for step in production(tmp_path).plan.steps)


def production(folder: Path) -> api.Response:
    """Render the environment `production`, whose trust level the settings do not list."""
    return small(folder, LEVEL, BUILT, FILES, environment="production")


def test_plain_http_only_where_the_settings_say_so(tmp_path: Path) -> None:
    level = "repositories: ['registry.build.svc:5000'], builder: "
    images = "type: build, repository: 'registry.build.svc:5000/api', context: api"
    for builder, said in (
        ("buildkit", '[registry."registry.build.svc:5000"]\n  http = true\n'),
        ("buildah", '[[registry]]\nlocation = "registry.build.svc:5000"\ninsecure = true\n'),
        ("kaniko", ""),
    ):
        settings = (
            f"insecureRegistries: ['registry.build.svc:5000'], trustLevels: {{development: {{{level}{builder}}}}}"
        )
        found = made(small(tmp_path, settings, images, FILES), "api")
        assert "--tls-verify=false" in found.containers["ask"]["command"]
        assert "--dest-tls-verify=false" in found.containers["push"]["command"]
        assert "".join(found.objects.get("ConfigMap", {}).get("data", {}).values()) == said
        assert ("--insecure-registry=registry.build.svc:5000" in found.containers["build"]["command"]) == (not said)
    other = f"insecureRegistries: [else.example.org], {LEVEL}"
    assert "tls-verify" not in str(made(small(tmp_path, other, BUILT, FILES), "api").job)


def test_a_mirror_reads_by_digest_and_writes_by_tag(tmp_path: Path) -> None:
    digest = "sha256:" + "ab" * 32
    images = f"type: mirror, from: 'redis:8@{digest}', local: 'registry.example.org/redis:8@{digest}'"
    found = made(small(tmp_path, LEVEL, images, {}), "api")
    assert found.containers["ask"]["command"][-1] == f"docker://registry.example.org/redis@{digest}"
    copy = found.containers["copy"]["command"]
    assert copy[-2:] == [f"docker://redis@{digest}", "docker://registry.example.org/redis:8"]
    assert {"--all", "--preserve-digests"} <= set(copy)


def test_an_image_whose_name_does_not_say_its_content_is_asked_for_it(tmp_path: Path) -> None:
    response = small(tmp_path, LEVEL, f"{BUILT}, tagTemplate: '1.0', tagPolicy: exact", FILES)
    content = response.plan.inputs.images["api"].content
    ask = made(response, "api").containers["ask"]["command"]
    assert ask[3:6] == ["ask", content, "inspect"]
    assert ask[6:] == ["--config", "--retry-times=3", "docker://registry.example.org/api:1.0"]


def test_names_of_jobs_are_of_all_that_they_do(tmp_path: Path) -> None:
    def name(settings: str = LEVEL, images: str = BUILT) -> str:
        found: str = made(small(tmp_path, settings, images, FILES), "api").job["metadata"]["name"]
        return found

    names = [
        name(),
        name(images=f"{BUILT}, buildArgs: {{A: '1'}}"),
        name(settings=f"{LEVEL}, storage: 1Gi"),
        name(settings=f"{LEVEL}, insecureRegistries: [registry.example.org]"),
    ]
    assert len(set(names)) == len(names)
    assert name() == names[0]


def test_a_job_brings_a_network_policy_for_its_own_pods() -> None:
    found = made(KANIKO.render(), "api")
    policy = found.objects["NetworkPolicy"]
    assert policy["metadata"]["namespace"] == found.job["metadata"]["namespace"] == "builds-slots"
    labels = found.job["spec"]["template"]["metadata"]["labels"]
    assert policy["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in policy["spec"]
    blocks = [peer["ipBlock"] for rule in policy["spec"]["egress"] for peer in rule["to"] if "ipBlock" in peer]
    assert all("169.254.0.0/16" in each["except"] or each["cidr"] == "::/0" for each in blocks)


def test_a_network_policy_names_what_the_settings_name(tmp_path: Path) -> None:
    peer = "egress: [{namespace: registry, pods: {app: registry}, ports: [5000]}]"
    policy = made(small(tmp_path, f"{LEVEL}, network: {{dns: [], {peer}}}", BUILT, FILES), "api").objects[
        "NetworkPolicy"
    ]
    assert policy["spec"]["egress"] == [
        {
            "to": [
                {
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "registry"}},
                    "podSelector": {"matchLabels": {"app": "registry"}},
                }
            ],
            "ports": [{"protocol": "TCP", "port": 5000}],
        }
    ]
    none = made(small(tmp_path, f"{LEVEL}, network: {{policy: false}}", BUILT, FILES), "api")
    assert none.objects == {}


@pytest.mark.parametrize("text", ["$", "$$", "$(X)", "$$(X)", "$$$(X)", "a$b", "$(", "$X $(X", ""])
def test_the_kubelet_gives_a_literal_back(text: str) -> None:
    assert substituted(literal(text), {"X": "wrong"}) == text


@pytest.mark.parametrize(
    ("builder", "said"),
    [
        (
            "buildkit",
            [f"--local=dockerfile={SOURCE}/deploy/build", "--opt=filename=api.Dockerfile", "--opt=target=run"],
        ),
        ("buildah", [f"--file={SOURCE}/deploy/build/api.Dockerfile", "--target=run", f"{SOURCE}/api"]),
        (
            "kaniko",
            [f"--dockerfile={SOURCE}/deploy/build/api.Dockerfile", "--target=run", f"--context=dir://{SOURCE}/api"],
        ),
    ],
)
def test_stage_dockerfile_and_context_of_a_stack_below_the_top(builder: str, said: list[str], tmp_path: Path) -> None:
    level = f"trustLevels: {{development: {{builder: {builder}, repositories: [registry.example.org]}}}}"
    images = "type: build, repository: registry.example.org/api, context: ../api, dockerfile: build/api.Dockerfile"
    (tmp_path / "api").mkdir()
    files = {"build/api.Dockerfile": "FROM scratch AS run\n"}
    (tmp_path / ".git").mkdir()  # the top of the repository
    found = small(tmp_path / "deploy", f"{level}, source: {{path: deploy}}", f"{images}, target: run", files)
    assert set(said) <= set(made(found, "api").containers["build"]["command"])
