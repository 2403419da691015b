"""The plugin, rendered with the built-in ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from envwright_elixir import plugin

from envwright import api
from envwright.host import Host
from envwright_testing.hosts import host_of

HEAD = """\
apiVersion: envwright.dev/v1
kind: ServiceStack
metadata: {name: forum}
spec:
  environments: {dev: {}}
"""
WEB = "  services: [{name: web, workload: {kind: deployment, image: 'elixir:1.19', env: {RELEASE_NODE: mine}}}]\n"


@pytest.fixture
def host() -> Host:
    return host_of([plugin])


def test_nodes_of_a_cluster_find_each_other(host: Host, tmp_path: Path) -> None:
    (tmp_path / "services.yaml").write_text(f"{HEAD}{WEB}  plugins: {{elixir: {{cluster: [web]}}}}\n")
    response = api.render(api.Request(environment="dev"), api.open_world(tmp_path, host))
    assert "manifests/internal/web/service-web-nodes.yaml" in response.files
    deployment = response.files["manifests/internal/web/deployment-web.yaml"].decode()
    assert "DNS_CLUSTER_QUERY" in deployment
    assert deployment.count("RELEASE_NODE") == 1


def test_a_service_that_nobody_declares_is_reported(host: Host, tmp_path: Path) -> None:
    (tmp_path / "services.yaml").write_text(f"{HEAD}{WEB}  plugins: {{elixir: {{cluster: [wep]}}}}\n")
    with pytest.raises(api.Refused) as refused:
        api.validate(api.Request(environment="dev"), api.open_world(tmp_path, host))
    (found,) = refused.value.diagnostics
    assert (found.code, found.hint, found.where and found.where.line) == ("EW806", 'did you mean "web"?', 7)


def test_ecto_says_what_it_lacks(host: Host, tmp_path: Path) -> None:
    migrating = WEB.replace("name: web,", "name: web, migrations: [{name: schema, tool: ecto, image: 'web:1'}],")
    (tmp_path / "services.yaml").write_text(HEAD + migrating)
    with pytest.raises(api.Refused, match=r"EW803 .*DATABASE_URL"):
        api.render(api.Request(environment="dev"), api.open_world(tmp_path, host))
