"""Two real stacks, as a user calls the command line on them, and what other revisions of them may hold.

They are kept outside of the repository, in the folder that ENVWRIGHT_REAL_STACKS names; without it these tests say so.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from envwright.cli.main import run
from tests.support.kubernetes_schema import assert_valid

SETTING = "ENVWRIGHT_REAL_STACKS"
pytestmark = pytest.mark.skipif(
    not os.environ.get(SETTING), reason=f"NOT TESTED on real stacks: {SETTING} does not name their folder"
)

VERSIONS = ("1.30", "1.36")
INTERNAL = "127.0.0.1:5000/codex-k8s"
# a field that is nothing but a variable, which is null where that is empty; a namespace has a default
NULLABLE = re.compile(r'^\s*(?:- )?(?!namespace:)[\w.-]+: *\{\{-? *envOr "(\w+)" "" *-?\}\}\s*$')


class Target(NamedTuple):
    """One environment of the platform that deploys itself."""

    environment: str
    slot: int
    namespace: str

    @property
    def options(self) -> tuple[str, ...]:
        return ("--env", self.environment, *(("--slot", str(self.slot)) if self.slot else ()))


PLATFORM = [
    Target("production", 0, "codex-k8s-prod"),
    Target("dev", 0, "codex-k8s-dev"),
    Target("ai", 3, "codex-k8s-dev-3"),
    Target("ai-repair", 0, "codex-k8s-prod"),
]
SLOT = PLATFORM[2]
CHAT = [("dev",), ("ai-staging",), ("ai", "--slot", "1", "--cluster-scope", "drop"), ("ai-repair",)]


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def diagnostics(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.err)["diagnostics"]
        return found


Call = Callable[..., Said]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def made(*arguments: str | Path) -> Said:
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return made


@pytest.fixture
def stacks() -> Path:
    return Path(os.environ[SETTING])


@pytest.fixture
def platform(stacks: Path) -> Path:
    return stacks / "codex-k8s"


def passed(stacks: Path, target: Target) -> tuple[str | Path, ...]:
    """Return the options that pass the example values, and the namespace as the platform does."""
    namespace = f"CODEXK8S_PRODUCTION_NAMESPACE={target.namespace}"
    return ("--env-file", stacks / "codex-k8s.env", "--var", namespace)


def resolution(call: Call, stack: Path, *options: str | Path) -> dict[str, Any]:
    said = call("resolve", "-f", stack, *options, "-o", "json", "--format", "json")
    assert said.code == 0, said.err
    assert said.diagnostics == []
    found: dict[str, Any] = json.loads(said.out)
    return found


def objects(folder: Path) -> list[dict[str, Any]]:
    files = sorted(path for path in folder.glob("manifests/**/*.yaml") if path.name != "kustomization.yaml")
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in files]


def named(found: list[dict[str, Any]]) -> set[str]:
    return {f"{item['kind']}/{item['metadata']['name']}" for item in found}


# The platform that deploys itself: v1alpha1


@pytest.mark.parametrize("target", PLATFORM, ids=lambda target: target.environment)
def test_the_platform_resolves_without_any_variable(call: Call, platform: Path, target: Target) -> None:
    found = resolution(call, platform, *target.options)
    in_slots = target is SLOT
    assert found["project"] == "codex-k8s"
    assert (found["environment"], found["slot"]) == (target.environment, target.slot or None)
    assert found["namespace"] == target.namespace
    assert found["instanceScope"] == ("isolated" if in_slots else "primary")
    services = {unit["name"]: unit for unit in found["services"]}
    infrastructure = {unit["name"]: unit for unit in found["infrastructure"]}
    assert {unit["codeUpdateStrategy"] for unit in services.values()} == {"hot-reload" if in_slots else "restart"}
    assert {unit["codeUpdateStrategy"] for unit in infrastructure.values()} == {None}
    assert len(services) == 5
    assert services["web-console"]["enabled"] is in_slots
    assert infrastructure["network-policy-baseline"]["enabled"] is not in_slots
    assert infrastructure["registry"]["enabled"] is not in_slots
    assert infrastructure["cert-manager-clusterissuer"]["enabled"] is False
    end = ["codex-k8s-migrate", "codex-k8s-app", "oauth2-proxy", "ingress", *(["web-console"] if in_slots else [])]
    assert found["order"][-len(end) :] == end
    assert set(found["order"]) == {name for name, unit in (infrastructure | services).items() if unit["enabled"]}
    console = found["images"]["web-console"]
    assert console["type"] == ("build" if in_slots else "skip")
    assert console["ref"] == (f"{INTERNAL}/web-console:ai-0.1.0" if in_slots else None)
    assert found["images"]["postgres"]["ref"] == f"{INTERNAL}/mirror/pgvector:pg16"
    assert found["images"]["worker"]["ref"] == f"{INTERNAL}/worker:{target.environment}-0.1.0"
    assert found["versions"]["golang-alpine"] == "1.25.6-alpine"
    assert found["webhookRuntime"]["defaultMode"] == "full-env"
    assert found["webhookRuntime"]["triggerModes"]["self_improve"] == "code-only"
    assert found["orchestration"]["cleanupPolicy"]["fullEnvIdleTTL"] == "8h"


@pytest.mark.parametrize("target", PLATFORM, ids=lambda target: target.environment)
def test_the_platform_renders_objects_that_kubernetes_takes(
    call: Call, stacks: Path, platform: Path, tmp_path: Path, target: Target
) -> None:
    scope = ("--cluster-scope", "narrow") if target is SLOT else ()
    options = ("-f", platform, *target.options, *passed(stacks, target), *scope)
    said = call("render", *options, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    found = objects(tmp_path / "out")
    for item in found:
        assert_valid(item, VERSIONS)
        assert item["metadata"].get("namespace", target.namespace) == target.namespace
    assert {"Deployment/codex-k8s", "StatefulSet/postgres", "Job/codex-k8s-migrate"} <= named(found)
    kinds = {item["kind"] for item in found}
    cluster_scoped = {"ClusterRole", "ClusterRoleBinding", "Namespace"}
    assert kinds & cluster_scoped == (set() if target is SLOT else cluster_scoped)
    assert target is not SLOT or {"Role", "RoleBinding"} <= kinds
    plan = json.loads((tmp_path / "out/plan.json").read_text())
    assert json.loads(call("plan", *options, "-o", "json").out) == plan
    (migration,) = [step for step in plan["steps"] if step["verb"] == "run-job" and step["purpose"] == "migration"]
    assert migration["unit"] == "codex-k8s-migrate"
    assert call("render", *options, "--out", tmp_path / "out").out.split(": ")[1].startswith("0 written")


def test_the_cluster_roles_of_a_slot_are_refused_unless_asked_for(call: Call, stacks: Path, platform: Path) -> None:
    options = ("render", "-f", platform, *SLOT.options, *passed(stacks, SLOT), "-o", "-", "--format", "json")
    said = call(*options)
    assert (said.code, said.out) == (1, "")
    refused = " ".join(item["summary"] for item in said.diagnostics if item["code"] == "EW600")
    assert "ClusterRole " in refused
    assert "ClusterRoleBinding " in refused
    narrowed = call(*options, "--cluster-scope", "narrow")
    assert narrowed.code == 0
    roles = [item for item in yaml.safe_load_all(narrowed.out) if item["kind"] == "Role"]
    rules = [rule for role in roles for rule in role["rules"]]
    assert rules
    assert not [rule for rule in rules if "*" in (*rule["verbs"], *rule["resources"], *rule["apiGroups"])]
    assert not {verb for rule in rules for verb in rule["verbs"]} & {"escalate", "bind", "impersonate"}
    dropped = call(*options, "--cluster-scope", "drop")
    assert dropped.code == 0
    assert not [item for item in yaml.safe_load_all(dropped.out) if item["kind"].startswith("Cluster")]


@pytest.mark.parametrize("target", PLATFORM, ids=lambda target: target.environment)
def test_without_the_variables_each_null_is_reported_with_its_own(call: Call, platform: Path, target: Target) -> None:
    enabled = [
        unit
        for part in ("infrastructure", "services")
        for unit in resolution(call, platform, *target.options)[part]
        if unit["enabled"]
    ]
    expected = {
        (path, number, match[1])
        for unit in enabled
        for path in unit["manifests"]
        for number, line in enumerate((platform / path).read_text().splitlines(), 1)
        if (match := NULLABLE.match(line))
    }
    said = call("render", "-f", platform, *target.options, "-o", "-", "--format", "json")
    assert (said.code, said.out) == (1, "")
    nulls = [item for item in said.diagnostics if item["code"] == "EW503"]
    reported = {
        (item["where"]["file"], item["where"]["line"], match[1])
        for item in nulls
        if (match := re.search(r"because the variable (\w+) is empty", item["summary"]))
    }
    assert len(expected) > 8
    assert expected <= reported
    assert len(nulls) == len(reported)


def test_an_unknown_environment_and_a_missing_slot_are_wrong_calls(call: Call, platform: Path) -> None:
    for options in (("--env", "staging"), ("--env", "ai"), ("--env", "dev", "--slot", "1")):
        assert call("resolve", "-f", platform, *options).code == 2


def test_the_platform_validates(call: Call, platform: Path) -> None:
    said = call("validate", "-f", platform, "--format", "json")
    assert (said.code, said.diagnostics) == (0, [])


# Other revisions of that file


@pytest.fixture
def revised(platform: Path, tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Copies the platform's stack with some texts of services.yaml replaced."""

    def copy(changes: Mapping[str, str]) -> Path:
        folder = shutil.copytree(platform, tmp_path / "revised")
        text = (folder / "services.yaml").read_text(encoding="utf-8")
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        (folder / "services.yaml").write_text(text, encoding="utf-8")
        return folder

    return copy


REVISIONS = {
    '    api-gateway: "0.1.0"\n': '    api-gateway: {value: "0.2.0", bumpOn: [./services/api-gateway, proto]}\n',
    '    worker: "0.1.0"\n': '    worker:\n      value: "0.3.0"\n      bumpOn:\n        - services/jobs/worker\n',
    "      self_improve: code-only\n": (
        "      SELF_improve: code-only\n    defaultNamespaceTTL: 24h\n    namespaceTTLByRole: {dev: 48h, QA: 8h}\n"
    ),
    "    - name: oauth2-proxy\n      use:\n": (
        "    - name: oauth2-proxy\n      scope: infrastructure-singleton\n      use:\n"
    ),
    "  orchestration:\n": """\
  secretResolution:
    environmentAliases:
      production: [prod]
    keyOverrides:
      - sourceKey: CODEXK8S_GITHUB_OAUTH_CLIENT_ID
        overrideKeys:
          ai: CODEXK8S_GITHUB_OAUTH_CLIENT_ID_AI
    patterns:
      - sourcePrefix: CODEXK8S_
        excludePrefixes: [CODEXK8S_PRODUCTION_]
        excludeSuffixes: [_AI, _PRODUCTION]
        environments: [ai]
        overrideTemplate: "{key}_{env_upper}"

  projectDocs:
    - repository: codex-k8s
      path: docs/product
      description: what it does
      roles: [pm, dev]
      optional: true

  roleDocTemplates:
    qa:
      - repository: policies
        path: docs/qa.md
        description: how to test

  orchestration:
""",
}


def test_a_later_revision_with_every_key_of_the_format(
    call: Call, revised: Callable[[Mapping[str, str]], Path], stacks: Path
) -> None:
    folder = revised(REVISIONS)
    production = resolution(call, folder, "--env", "production")
    assert (production["versions"]["api-gateway"], production["versions"]["worker"]) == ("0.2.0", "0.3.0")
    runtime = production["webhookRuntime"]
    assert (runtime["defaultNamespaceTTL"], runtime["namespaceTTLByRole"]) == ("24h", {"dev": "48h", "qa": "8h"})
    assert runtime["triggerModes"]["self_improve"] == "code-only"
    assert "oauth2-proxy" in production["order"]
    slot = resolution(call, folder, *SLOT.options)
    assert "oauth2-proxy" not in slot["order"]
    assert slot["order"][-2:] == ["ingress", "web-console"]  # which depends on it: a unit that is off counts as met
    for target, scope in ((PLATFORM[0], ()), (SLOT, ("--cluster-scope", "narrow"))):
        rendered = call("render", "-f", folder, *target.options, *passed(stacks, target), *scope, "-o", "-")
        assert rendered.code == 0, rendered.err
    assert call("validate", "-f", folder).code == 0


def test_a_revision_in_several_files_by_two_routes(
    call: Call, revised: Callable[[Mapping[str, str]], Path], platform: Path
) -> None:
    folder = revised({})
    whole = yaml.safe_load((folder / "services.yaml").read_text(encoding="utf-8"))
    parts = {
        "images": ["images"],
        "units": ["components", "infrastructure", "services"],
        "base": ["versions"],
    }
    head = {name: whole[name] for name in ("apiVersion", "kind", "metadata")}
    spec = whole["spec"]
    for name, keys in parts.items():
        part = {key: spec.pop(key) for key in keys}
        imports = {} if name == "base" else {"imports": ["parts/base.yaml"]}
        (folder / "parts").mkdir(exist_ok=True)
        (folder / f"parts/{name}.yaml").write_text(
            yaml.safe_dump({**head, "spec": {**imports, **part}}, sort_keys=False)
        )
    runtime = {**head, "spec": {"webhookRuntime": spec.pop("webhookRuntime")}}
    root = {**head, "spec": {"imports": [{"path": "parts/images.yaml"}, "parts/uni*.yaml"], **spec}}
    documents = [yaml.safe_dump(document, sort_keys=False) for document in (root, runtime)]
    (folder / "services.yaml").write_text("---\n".join(documents))
    for target in PLATFORM:
        assert resolution(call, folder, *target.options) == resolution(call, platform, *target.options)


# The format before apiVersion


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated") / "out"
    older = Path(os.environ[SETTING]) / "project-example"
    assert run(["migrate", "-f", str(older / "services.yaml"), "--out", str(folder)]) == 0
    return folder


def test_the_older_format_is_refused_with_a_way_out(call: Call, stacks: Path) -> None:
    said = call("validate", "-f", stacks / "project-example")
    assert said.code == 1
    assert "EW800" in said.err
    assert "envwright migrate" in said.err


def test_the_conversion_leaves_the_original_and_writes_the_same_again(call: Call, stacks: Path, tmp_path: Path) -> None:
    older = stacks / "project-example"
    before = {path: path.read_bytes() for path in older.rglob("*") if path.is_file()}
    first = call("migrate", "-f", older / "services.yaml", "--out", tmp_path / "out")
    assert first.code == 0, first.err
    made = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert call("migrate", "-f", older / "services.yaml", "--out", tmp_path / "out").code == 0
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == made
    assert {path: path.read_bytes() for path in older.rglob("*") if path.is_file()} == before


def test_the_converted_stack_validates(call: Call, migrated: Path) -> None:
    said = call("validate", "-f", migrated, "--format", "json")
    assert said.code == 0, said.err
    assert {item["code"] for item in said.diagnostics} <= {"EW312"}


@pytest.mark.parametrize("options", CHAT, ids=lambda options: options[0])
def test_the_converted_stack_renders_objects_that_kubernetes_takes(
    call: Call, migrated: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    said = call("render", "-f", migrated, "--env", *options, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    found = objects(tmp_path / "out")
    assert found
    for item in found:
        assert_valid(item, VERSIONS)
    assert "Secret" not in {item["kind"] for item in found}
    assert json.loads((tmp_path / "out/plan.json").read_text())["environment"] == options[0]
