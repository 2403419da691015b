import pytest

from envwright.hookspecs import EnvironmentFacts
from envwright.host import Candidate, Host
from envwright.model.mark import Mark
from envwright_plugins import platform_rule

MARK = Mark("services.yaml", 9, 26, 24)


def facts(template: str, *, project: str = "codex-k8s", environment: str = "production") -> EnvironmentFacts:
    return EnvironmentFacts(project, environment, 0, template, "as-the-template-says", MARK)


@pytest.fixture
def host() -> Host:
    return Host([Candidate("platform_rule", platform_rule, "", "")])


@pytest.mark.parametrize(
    "template",
    [
        "{{ .Project }}-production",
        "{{ .Project }}-prod",
        "{{.Project}}-production",
        "codex-k8s-production",
        "codex-k8s-prod",
        " codex-k8s-prod ",
    ],
)
def test_every_allowed_template_gives_the_platforms_namespace(host: Host, template: str) -> None:
    assert host.diagnostics("envwright_check_namespace", facts=facts(template)) == ()
    assert host.call("envwright_namespace", facts=facts(template)) == ["codex-k8s-prod"]


def test_an_environment_that_shares_it_has_the_same_namespace(host: Host) -> None:
    shared = facts("{{ .Project }}-production", environment="ai-repair")
    assert host.call("envwright_namespace", facts=shared) == ["codex-k8s-prod"]


@pytest.mark.parametrize("template", ["{{ .Project }}-live", "{{ .Env }}-prod", "", "codex-k8s-prod-2"])
def test_another_template_in_production_is_refused_at_its_place(host: Host, template: str) -> None:
    (found,) = host.diagnostics("envwright_check_namespace", facts=facts(template))
    assert (found.severity, found.code, found.where) == ("error", "EW320", MARK)
    assert "{{ .Project }}-production" in found.hint
    assert host.call("envwright_namespace", facts=facts(template)) == []


def test_other_environments_and_other_projects_choose_freely(host: Host) -> None:
    for free in (facts("{{ .Project }}-dev-3", environment="ai"), facts("{{ .Project }}-live", project="shop")):
        assert host.diagnostics("envwright_check_namespace", facts=free) == ()
        assert host.call("envwright_namespace", facts=free) == []
    assert host.call("envwright_namespace", facts=facts("{{ .Project }}-prod", project="shop")) == []
