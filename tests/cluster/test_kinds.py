"""The table of kinds against what a server says that it serves, all versions of its APIs switched on.

Custom kinds that the table knows are of other projects: no server here serves them.
"""

from __future__ import annotations

import pytest

from envwright.kubernetes import kinds
from envwright.kubernetes.unstored import NEVER_STORED, WEBHOOK_BODIES
from tests.cluster import programs
from tests.cluster.client import Client, Resource

GATED = "behind a feature gate that is off"
GONE = "served by older versions"
# what the table has and the pinned version does not serve, and why
ABSENT = {
    ("certificates.k8s.io", "ClusterTrustBundle"): GATED,
    ("certificates.k8s.io", "PodCertificateRequest"): GATED,
    ("resource.k8s.io", "PodSchedulingContext"): GONE,
    ("resource.k8s.io", "ResourceClaimParameters"): GONE,
    ("resource.k8s.io", "ResourceClass"): GONE,
    ("resource.k8s.io", "ResourceClassParameters"): GONE,
    ("scheduling.k8s.io", "PodGroup"): GATED,
    ("scheduling.k8s.io", "Workload"): GATED,
    ("storagemigration.k8s.io", "StorageVersionMigration"): GATED,
}
TABLE = {
    (group, kind): Resource(plural, namespaced, frozenset(kinds.SUBRESOURCES.get((group, plural), ())))
    for namespaced, table in ((True, kinds.NAMESPACED), (False, kinds.CLUSTER))
    for group, plurals in table.items()
    for kind, plural in plurals.items()
}
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


@pytest.fixture
def served(cluster: Client) -> dict[tuple[str, str], Resource]:
    """What the server itself serves, by group and kind: not what other tests defined.

    Subresources of namespaced kinds only, as the table has them; those of all versions that a kind is served in.
    """
    definitions = [item["spec"] for item in cluster.ask("GET", DEFINITIONS).body["items"]]
    custom = {(spec["group"], spec["names"]["kind"]) for spec in definitions}
    found: dict[tuple[str, str], Resource] = {}
    for (api_version, kind), resource in cluster.served.items():
        key = api_version.rpartition("/")[0], kind
        if key not in custom:
            below = resource.subresources if resource.namespaced else frozenset()
            before = found[key].subresources if key in found else frozenset()
            found[key] = resource._replace(subresources=below | before)
    return found


def test_each_kind_that_is_served_is_in_the_table_as_it_is_served(served: dict[tuple[str, str], Resource]) -> None:
    assert {key: TABLE.get(key) for key in served} == served


def test_the_table_has_nothing_else_but_what_is_known_to_be_absent(
    cluster: Client, served: dict[tuple[str, str], Resource]
) -> None:
    version, pinned = cluster.ask("GET", "/version").body["gitVersion"], programs.kubernetes_version()
    if version != f"v{pinned}":
        pytest.skip(f"NOT TESTED what the table has beyond the server: it is {version}, known is {pinned}")
    assert TABLE.keys() - served.keys() == ABSENT.keys()


def test_the_kinds_that_are_never_stored_are_those_that_no_resource_creates_and_gets(cluster: Client) -> None:
    servings = cluster.servings()
    stored = {(each.group, each.kind) for each in servings if each.on_its_own and {"create", "get"} <= each.verbs}
    assert {(each.group, each.kind) for each in servings} - stored == NEVER_STORED.keys() - WEBHOOK_BODIES.keys()
