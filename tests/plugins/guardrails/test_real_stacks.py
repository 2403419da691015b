"""Two real stacks in a slot: what their guardrails find, and that they render all the same where that may go."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright import api
from envwright.host import Candidate, Host
from envwright.model.diagnostic import Refused
from envwright_plugins import platform_rule
from envwright_plugins.guardrails import plugin
from tests.formats.pre_api_version.stacks import converted, real_stack, variables_of

HOST = Host([Candidate("guardrails", plugin, "", ""), Candidate("platform_rule", platform_rule, "", "")])
NAMESPACE = "codex-k8s-dev-3"


def platform(mode: str) -> api.Response:
    """Render slot 3 of the platform that deploys itself."""
    variables = {**variables_of(real_stack("codex-k8s.env")), "CODEXK8S_PRODUCTION_NAMESPACE": NAMESPACE}
    request = api.Request(environment="ai", slot=3, variables=variables, cluster_scope=mode)  # type: ignore[arg-type]  # a parameter
    return api.render(request, api.open_world(real_stack("codex-k8s"), HOST))


def units(response: api.Response) -> set[str]:
    return {planned.unit for planned in response.plan.objects}


@pytest.mark.parametrize("mode", ["drop", "narrow"])
def test_the_platform_renders_without_what_is_of_others(mode: str) -> None:
    response = platform(mode)
    assert {planned.namespace for planned in response.plan.objects} == {NAMESPACE}
    kinds = {planned.kind for planned in response.plan.objects}
    assert not kinds & {"ClusterRole", "ClusterRoleBinding", "Ingress", "Namespace"}
    assert (kinds >= {"Role", "RoleBinding"}) is (mode == "narrow")
    # its host is production's
    (ingress,) = [item for item in response.plan.omitted if item.kind == "Ingress"]
    assert (ingress.action, "the environment has no domain" in ingress.reason) == ("dropped", True)
    assert {"codex-k8s-app", "postgres", "oauth2-proxy", "web-console", "slot-network"} <= units(response)
    policies = {planned.name for planned in response.plan.objects if planned.kind == "NetworkPolicy"}
    assert "slot-default-deny" in policies
    assert "slot-unit-codex-k8s-app" in policies


def test_the_platform_refused_gets_every_diagnostic() -> None:
    with pytest.raises(Refused) as caught:
        platform("refuse")
    errors = [item for item in caught.value.diagnostics if item.severity == "error"]
    assert sorted((item.code, item.where and item.where.file.rpartition("/")[2]) for item in errors) == [
        ("EW600", "app.yaml.tpl"),
        ("EW600", "app.yaml.tpl"),
        ("EW600", "app.yaml.tpl"),
        ("EW600", "app.yaml.tpl"),
        ("EW609", "ingress.yaml.tpl"),
        ("EW609", "ingress.yaml.tpl"),
    ]


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project-example")
    converted(real_stack("project-example"), folder)
    return folder


@pytest.mark.parametrize("mode", ["drop", "narrow"])
def test_the_converted_stack_renders(chat: Path, mode: str) -> None:
    request = api.Request(environment="ai", slot=3, cluster_scope=mode)  # type: ignore[arg-type]  # a parameter
    response = api.render(request, api.open_world(chat, HOST))
    assert {(item.kind, item.action) for item in response.plan.omitted} == {
        ("ClusterIssuer", "dropped"),
        ("Ingress", "narrowed"),
        ("Namespace", "platform"),
        ("RoleBinding", "dropped"),
    }
    # it names no dependency, so nobody knows who calls whom
    assert "slot-inside" in {planned.name for planned in response.plan.objects if planned.kind == "NetworkPolicy"}
