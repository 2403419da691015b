"""Two real stacks, one of each older format; where they are not at hand, these tests say so and are skipped."""

from pathlib import Path

import pytest

from envwright import api
from envwright.host import Candidate, Host
from envwright_plugins import platform_rule
from tests.formats.pre_api_version.older_tool import objects_of
from tests.formats.pre_api_version.stacks import by_name, converted, real_stack, rendered, variables_of

ENVIRONMENTS = [("production", 0), ("dev", 0), ("ai", 3), ("ai-repair", 0)]
NAMESPACES = {
    "production": "codex-k8s-prod",
    "dev": "codex-k8s-dev",
    "ai": "codex-k8s-dev-3",
    "ai-repair": "codex-k8s-prod",
}


@pytest.fixture
def platform() -> api.World:
    host = Host([Candidate("platform_rule", platform_rule, "", "")])
    return api.open_world(real_stack("codex-k8s"), host)


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project-example")
    converted(real_stack("project-example"), folder)
    return folder


@pytest.mark.parametrize(("environment", "slot"), ENVIRONMENTS)
def test_v1alpha1_resolves_without_any_variable(platform: api.World, environment: str, slot: int) -> None:
    found = api.resolve(api.Request(environment=environment, slot=slot), platform).environment
    assert found.namespace == NAMESPACES[environment]
    services = {unit.name: unit for unit in found.units if unit.kind == "service"}
    strategies = {getattr(unit.declared, "code_update_strategy", "") for unit in services.values()}
    assert strategies == {"hot-reload" if environment == "ai" else "restart"}
    assert len(services) == 5
    in_slots = environment == "ai"
    assert services["web-console"].enabled is in_slots
    assert found.images["web-console"].type == ("build" if in_slots else "skip")
    on = set(found.order)
    assert ({"network-policy-baseline", "registry"} & on == set()) is in_slots
    order = ["codex-k8s-migrate", "codex-k8s-app", "oauth2-proxy", "ingress", *(["web-console"] if in_slots else [])]
    assert list(found.order)[-len(order) :] == order
    assert found.images["postgres"].reference == "127.0.0.1:5000/codex-k8s/mirror/pgvector:pg16"
    assert found.images["api-gateway"].reference == f"127.0.0.1:5000/codex-k8s/api-gateway:{environment}-0.1.0"
    assert found.webhook_runtime.trigger_modes["vision"] == "code-only"


@pytest.mark.parametrize(("environment", "slot"), ENVIRONMENTS)
def test_v1alpha1_renders_with_its_variables(platform: api.World, environment: str, slot: int) -> None:
    variables = variables_of(real_stack("codex-k8s.env"))
    variables = {**variables, "CODEXK8S_PRODUCTION_NAMESPACE": NAMESPACES[environment]}
    scope = "narrow" if slot else None
    request = api.Request(environment=environment, slot=slot, variables=variables, cluster_scope=scope)
    files = [path for path in api.render(request, platform).files if path.startswith("manifests/")]
    assert any("deployment-codex-k8s.yaml" in path for path in files)
    roles = [path for path in files if "/clusterrole" in path]
    assert bool(roles) is not bool(slot)


def test_the_roles_of_a_slot_are_refused_by_default(platform: api.World) -> None:
    variables = {**variables_of(real_stack("codex-k8s.env")), "CODEXK8S_PRODUCTION_NAMESPACE": "codex-k8s-dev-3"}
    with pytest.raises(api.Refused) as caught:
        api.render(api.Request(environment="ai", slot=3, variables=variables), platform)
    errors = [item for item in caught.value.diagnostics if item.severity == "error"]
    assert {item.code for item in errors} == {"EW600"}
    assert all("cluster" in item.summary for item in errors)


def test_each_field_that_an_empty_variable_made_null_names_it(platform: api.World) -> None:
    with pytest.raises(api.Refused) as caught:
        api.render(api.Request(environment="production"), platform)
    nulls = [item for item in caught.value.diagnostics if item.code == "EW503"]
    assert any("spec.replicas" in item.summary and "CODEXK8S_WORKER_REPLICAS" in item.summary for item in nulls)
    assert len(nulls) > 15


@pytest.mark.parametrize(("environment", "slot"), [("dev", 0), ("ai-staging", 0), ("ai", 1), ("ai-repair", 0)])
def test_the_converted_stack_renders_what_the_older_tool_did(chat: Path, environment: str, slot: int) -> None:
    before = by_name(objects_of(real_stack("project-example"), environment, slot))
    after = by_name(rendered(chat, environment, slot, cluster_scope="drop" if slot else None))
    left_out = {("Namespace", "", "project-example-dev-1"), ("ClusterIssuer", "", "letsencrypt")}
    left_out.add(("RoleBinding", "project-example-dev-1", "gha-runner-ai"))
    assert before.keys() - after.keys() == (left_out if slot else set())
    assert {key: item for key, item in before.items() if key in after} == after


def test_the_converted_stack_validates(chat: Path) -> None:
    world = api.open_world(chat, Host())
    assert {item.code for item in api.validate(api.Request(), world)} <= {"EW312"}
    shared = api.resolve(api.Request(environment="ai-repair"), world).environment
    assert (shared.namespace, shared.declared.shares_namespace_of) == ("project-example-ai-staging", "ai-staging")
