from pathlib import Path

import pytest

from envwright import api
from envwright.adapters.files import DirectoryReader
from envwright.ast.plain import plain
from envwright.formats.pre_api_version import Migration, conflicts, migrate
from envwright.host import Host
from envwright.model.diagnostic import Refused
from envwright.yaml.reader import read
from tests.formats.pre_api_version.older_tool import objects_of
from tests.formats.pre_api_version.stacks import FILES, by_name, converted, rendered
from tests.support.stacks import write

ENVIRONMENTS = (("dev", 0), ("ai", 3), ("repair", 0))


@pytest.fixture
def older(tmp_path: Path) -> Path:
    write(tmp_path / "older", FILES)
    return tmp_path / "older"


@pytest.fixture
def newer(older: Path, tmp_path: Path) -> Path:
    converted(older, tmp_path / "newer")
    return tmp_path / "newer"


@pytest.fixture
def migration(older: Path) -> Migration:
    return migrate((older / "services.yaml").read_text(), DirectoryReader(older))


def spec_of(migration: Migration) -> dict[str, object]:
    found = plain(read(migration.files["services.yaml"], "services.yaml"))["spec"]
    assert isinstance(found, dict)
    return found


# What it renders


@pytest.mark.parametrize(("environment", "slot"), ENVIRONMENTS)
@pytest.mark.parametrize(
    "variables", [{}, {"MOUNT": "/m", "REGISTRY": "r.example.org", "CLASS": "fast", "DOMAIN": "d.org"}]
)
def test_the_new_stack_renders_what_the_older_tool_did(
    older: Path, newer: Path, environment: str, slot: int, variables: dict[str, str]
) -> None:
    before = by_name(objects_of(older, environment, slot, variables))
    after = by_name(rendered(newer, environment, slot, variables=variables))
    gone = {key for key in before if key not in after}
    left = set(by_name(objects_of(older, "dev", 0, variables))) if environment == "repair" else set()
    assert gone == ({("Namespace", "", "shop-dev-3")} if slot else left & set(before))  # a slot's is the platform's
    assert {key: item for key, item in before.items() if key in after} == after


def test_the_new_stack_validates_in_every_environment(newer: Path) -> None:
    found = api.validate(api.Request(), api.open_world(newer, Host()), manifests=True)
    assert {item.code for item in found} <= {"EW312", "EW505", "EW510"}


def test_a_slot_above_the_older_maximum_is_a_wrong_call(newer: Path) -> None:
    with pytest.raises(api.WrongCall):
        api.resolve(api.Request(environment="ai", slot=8), api.open_world(newer, Host()))


# Sections


def test_environments_say_what_the_older_format_implied(migration: Migration) -> None:
    environments = spec_of(migration)["environments"]
    assert isinstance(environments, dict)
    for environment in environments.values():
        environment.pop("overrides", None)
    assert environments == {
        "dev": {
            "namespaceTemplate": "{{ .Project }}-dev",
            "domainTemplate": "{{ .Vars.baseDomain.dev }}",
            "imagePullPolicy": "Always",
        },
        "ai": {
            "kind": "slot",
            "slots": {"max": 7},
            "namespaceTemplate": "{{ .Project }}-dev-{{ .Slot }}",
            "domainTemplate": "dev-{{ .Slot }}.{{ .Vars.baseDomain.ai }}",
            "imagePullPolicy": "Always",
        },
        "repair": {
            "namespaceTemplate": "{{ .Project }}-dev",
            "sharesNamespaceOf": "dev",
            "domainTemplate": "{{ .Vars.baseDomain.repair }}",
            "imagePullPolicy": "Always",
        },
    }


def test_the_prelude_becomes_vars_where_they_can_hold_it(migration: Migration) -> None:
    variables = spec_of(migration)["vars"]
    assert variables == {
        "root": '{{ printf "%s/src" (envOr "MOUNT" "/workspace") }}',
        "claim": '{{ printf "%s-ws" .Project }}',
        "baseDomain": {
            "dev": '{{ envOr "DOMAIN" "dev.example.org" }}',
            "ai": "ai.example.org",
            "repair": "dev.example.org",
        },
        "storage": {"data": {"size": "5Gi", "storageClass": '{{ envOr "CLASS" "" }}', "accessModes": []}},
    }
    images = spec_of(migration)["images"]
    assert isinstance(images, dict)
    assert images["redis"]["local"] == '{{ envOr "REGISTRY" (printf "registry.%s.svc:5000" .Namespace) }}/redis:7'


def test_images_are_named_as_before(migration: Migration) -> None:
    images = spec_of(migration)["images"]
    assert isinstance(images, dict)
    assert list(images) == ["api", "redis"]
    assert images["api"]["tagPolicy"] == "exact"
    assert images["redis"]["type"] == "mirror"


def test_secrets_keep_their_keys_and_nothing_of_their_values(migration: Migration) -> None:
    assert spec_of(migration)["secrets"] == [
        {
            "name": '{{ printf "%s-db" .Project }}',
            "keys": ["PASSWORD", "USER", "FIXED"],
            "when": '{{ ne .Env "repair" }}',
        },
        {"name": "slot-only", "keys": ["KEY"], "when": '{{ and (ne .Env "repair") (eq .Env "ai") }}'},
    ]
    for path, text in migration.files.items():
        assert "in-the-file-by-mistake" not in text, path
        assert "shop-user-default" not in text, path
    kept = migration.files["deploy/secret.yaml.tpl"]
    assert kept.startswith('{{- $name := printf "%s-db" .Project -}}')
    assert kept.count("kind: ") == 2
    assert "service-account-token" in kept


def test_a_manifest_without_actions_stays_a_plain_file(migration: Migration) -> None:
    assert migration.files["deploy/clock.yaml"] == FILES["deploy/clock.yaml"]
    assert "deploy/base.yaml" not in migration.files
    services = spec_of(migration)["services"]
    assert isinstance(services, list)
    assert [service["manifests"] for service in services] == [
        [{"path": "api/deploy.yaml.tpl"}],
        [{"path": "deploy/clock.yaml"}],
    ]


def test_a_condition_becomes_a_truth_value(migration: Migration) -> None:
    infrastructure = spec_of(migration)["infrastructure"]
    assert isinstance(infrastructure, list)
    assert [unit["when"] for unit in infrastructure] == [
        '{{ ne .Env "repair" }}',
        '{{ not (eq (toLower (printf "%v" (ternary (eq .Env "repair") "no" "yes"))) "false" "0" "no") }}',
    ]


def test_the_unit_with_the_namespace_comes_first(migration: Migration) -> None:
    infrastructure = spec_of(migration)["infrastructure"]
    assert isinstance(infrastructure, list)
    assert "dependsOn" not in infrastructure[0]
    assert infrastructure[1]["dependsOn"] == [{"name": "base", "optional": True}]


def test_waiting_becomes_the_units_readiness(migration: Migration) -> None:
    spec = spec_of(migration)
    infrastructure = spec["infrastructure"]
    assert isinstance(infrastructure, list)
    assert infrastructure[1]["readiness"] == {"timeout": "20m"}
    assert spec["orchestration"] == {"readiness": {"timeout": "5m"}}


# Comments


def test_comments_stay_beside_what_they_are_about(migration: Migration) -> None:
    lines = [line.strip() for line in migration.files["services.yaml"].splitlines()]
    for comment, following in [
        ("# Domains by environment.", "baseDomain:"),
        ("# Slots for agents.", "ai:"),
        ("# Data.", "- name: data"),
        ("# Slots have their own part.", "mounts:"),
    ]:
        assert lines[lines.index(comment) + 1] == following
    assert lines[0] == "# Kept: who owns this stack."
    assert "project: shop  # the name" in lines
    assert 'api: "1.0"  # bumped by hand' in lines
    assert not any("{{-" in line for line in lines)


# What is told


def test_what_is_lost_is_told_with_its_place_and_reason(migration: Migration) -> None:
    found = {str(item.where): item for item in migration.diagnostics}
    assert {(item.code, item.severity) for item in found.values()} == {("EW801", "warning")}
    assert {place: item.summary.removesuffix(" could not be carried over") for place, item in found.items()} == {
        "deploy/secret.yaml:26:18": 'Secret "foreign" in the namespace other-system',
        "services.yaml:27:1": "registry",
        "services.yaml:29:1": "codex",
        "services.yaml:44:5": "images.api.buildContexts",
        "services.yaml:51:23": "environments.repair.kubeconfig",
        "services.yaml:66:11": 'infrastructure.data: hook afterApply "shout"',
        "services.yaml:82:9": "services.api.overlays.ai.hostMounts",
    }
    assert all(item.hint for item in found.values())


def test_the_summary_tells_the_same_and_what_to_create(migration: Migration) -> None:
    text = migration.files["MIGRATION.md"]
    for item in migration.diagnostics:
        assert f"`{item.where}`" in text
    assert "echo done  # to whom" in text  # what stood there
    assert "# for the agent" in text
    assert "| `USER` | `DB_USER` | yes |" in text
    assert "| `PASSWORD` | `DB_PASSWORD` |  |" in text
    assert "services.clock.image" in text  # it had no effect
    assert "`CLASS`, `DOMAIN`, `MOUNT`" in text  # now public


# The call


def test_a_second_run_makes_the_same_files(older: Path) -> None:
    source = (older / "services.yaml").read_text()
    first, second = (migrate(source, DirectoryReader(older)) for _ in range(2))
    assert first == second
    assert conflicts(first, dict(second.files).get) == ()


def test_a_file_that_differs_is_a_conflict(migration: Migration) -> None:
    (found,) = conflicts(migration, {"services.yaml": "something else", "README.md": "mine"}.get)
    assert (found.code, found.severity, found.where) == ("EW802", "error", None)
    assert found.summary.startswith("services.yaml ")


@pytest.mark.parametrize("text", ["apiVersion: envwright.dev/v1\nproject: x\n", "spec: {}\n", "- a\n"])
def test_a_file_of_another_format_is_refused(older: Path, text: str) -> None:
    with pytest.raises(Refused) as caught:
        migrate(text, DirectoryReader(older))
    assert [item.code for item in caught.value.diagnostics] == ["EW100"]


def test_everything_that_cannot_be_read_is_told_at_once(older: Path) -> None:
    (older / "deploy/clock.yaml").unlink()
    (older / "deploy/data.yaml").write_text("a: {{ if }}\n")
    source = (older / "services.yaml").read_text().replace("'{{ $host }}/redis:7'", "'{{ $host'")
    with pytest.raises(Refused) as caught:
        migrate(source, DirectoryReader(older))
    assert sorted(item.code for item in caught.value.diagnostics) == ["EW001", "EW200", "EW200"]
