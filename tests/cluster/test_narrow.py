"""What `narrow` makes of a real platform that deploys itself, as RBAC judges it.

It is the stack `codex-k8s` of ENVWRIGHT_REAL_STACKS. Accounts, roles and bindings are really made: that is where the
server holds who grants against what is granted. Of the rest a dry run.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from envwright import api
from tests.cluster import accounts
from tests.cluster.accounts import RBAC
from tests.cluster.client import Answer, Client
from tests.cluster.rendering import described, make_namespace, objects_of, prepare
from tests.formats.pre_api_version.stacks import real_stack, variables_of

SLOT, NAMESPACE = 3, "codex-k8s-dev-3"
PRODUCTION = "codex-k8s-prod"
MADE = {"ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}
Objects = list[dict[str, Any]]


def rendered(environment: str, namespace: str, **options: Any) -> Objects:
    variables = {**variables_of(real_stack("codex-k8s.env")), "CODEXK8S_PRODUCTION_NAMESPACE": namespace}
    request = api.Request(environment=environment, variables=variables, **options)
    return objects_of(api.render(request, api.open_world(real_stack("codex-k8s"))))


@pytest.fixture(scope="module")
def narrowed(cluster: Client) -> Objects:
    """The platform in its slot."""
    objects = rendered("ai", NAMESPACE, slot=SLOT, cluster_scope="narrow")
    prepare(cluster, objects)
    return objects


@pytest.fixture(scope="module")
def original(cluster: Client) -> Objects:
    """The platform in production."""
    objects = rendered("production", PRODUCTION)
    prepare(cluster, objects)
    return objects


@pytest.fixture(scope="module")
def deployer(cluster: Client) -> Client:
    """An account that has `admin` and all verbs on roles and their bindings, in the slot alone."""
    make_namespace(cluster, NAMESPACE)
    return accounts.deployer(cluster, NAMESPACE, "deployer")


@pytest.fixture(scope="module")
def answers(deployer: Client, narrowed: Objects) -> dict[str, Answer]:
    """What the server says of the narrowed objects to the slot's deployer."""
    return applied(deployer, narrowed)


def applied(client: Client, objects: Objects) -> dict[str, Answer]:
    return {described(item): client.apply(item, dry_run=item["kind"] not in MADE) for item in objects}


def refusals(answers: dict[str, Answer]) -> dict[str, int]:
    return {name: answer.status for name, answer in answers.items() if not answer.accepted}


def test_the_narrowed_platform_is_accepted_in_its_slot(answers: dict[str, Answer]) -> None:
    assert {name: answer.message for name, answer in answers.items() if not answer.accepted} == {}
    made = [answer.status for name, answer in answers.items() if name.startswith(("Role ", "RoleBinding "))]
    assert made == [201] * 4


def test_all_of_the_original_is_forbidden_to_the_deployer_of_the_slot(deployer: Client, original: Objects) -> None:
    assert refusals(applied(deployer, original)) == {described(item): 403 for item in original}


def test_in_its_own_namespace_what_is_cluster_scoped_of_the_original_is_forbidden_and_nothing_else(
    cluster: Client, original: Objects
) -> None:
    given = applied(accounts.deployer(cluster, PRODUCTION, "deployer"), original)
    outside = [item for item in original if not cluster.served[item["apiVersion"], item["kind"]].namespaced]
    assert refusals(given) == {described(item): 403 for item in outside}
    assert {item["kind"] for item in outside} == {"Namespace", "ClusterRole", "ClusterRoleBinding"}


def under_another_name(item: dict[str, Any]) -> dict[str, Any]:
    metadata = item["metadata"]
    return {**item, "metadata": {**metadata, "name": f"{metadata['name']}-again"}}


def test_without_all_verbs_on_roles_nobody_grants_more_than_he_has(cluster: Client, narrowed: Objects) -> None:
    admin = accounts.administrator(cluster, NAMESPACE, "admin")
    roles = [under_another_name(item) for item in narrowed if item["kind"] == "Role"]
    given = {described(item): admin.apply(item, dry_run=True) for item in roles}
    assert refusals(given) == {described(item): 403 for item in roles}
    lacking = {found for answer in given.values() for found in re.findall(r'Resources:\["([a-z/]+)"\]', answer.message)}
    assert lacking == {"endpoints", "limitranges", "pods/log", "resourcequotas"}


@pytest.fixture
def inside(cluster: Client, answers: dict[str, Answer]) -> Client:
    """The platform's own account in the slot, with the rights that the narrowed objects give it."""
    assert answers[f"RoleBinding codex-k8s-control-plane-runtime-{NAMESPACE}"].accepted
    client = accounts.account(cluster, NAMESPACE, "codex-k8s-control-plane")
    accounts.wait_until_allowed(client, NAMESPACE, "list", "", "secrets")
    return client


def made_inside(kind: str, namespace: str = "", **content: Any) -> dict[str, Any]:
    metadata = {"name": "made-inside", **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "v1" if kind == "Namespace" else f"{RBAC}/v1", "kind": kind, "metadata": metadata, **content}


def reading(resource: str) -> list[dict[str, Any]]:
    return [{"apiGroups": [""], "resources": [resource], "verbs": ["get"]}]


def binding(role: str) -> dict[str, Any]:
    reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": role}
    subject = {"kind": "ServiceAccount", "name": "codex-k8s-control-plane", "namespace": NAMESPACE}
    return made_inside("RoleBinding", NAMESPACE, roleRef=reference, subjects=[subject])


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(made_inside("Role", NAMESPACE, rules=reading("configmaps")), 201, id="a role of what it has"),
        pytest.param(made_inside("Role", NAMESPACE, rules=reading("pods/exec")), 403, id="a role of more"),
        pytest.param(made_inside("Role", PRODUCTION, rules=reading("configmaps")), 403, id="a role elsewhere"),
        pytest.param(made_inside("ClusterRole", rules=reading("configmaps")), 403, id="a cluster role"),
        pytest.param(binding("view"), 403, id="a binding to more"),
        pytest.param(binding("cluster-admin"), 403, id="a binding to everything"),
        pytest.param(made_inside("Namespace"), 403, id="a namespace"),
    ],
)
def test_what_runs_in_the_slot_makes_nothing_beyond_it(inside: Client, content: dict[str, Any], status: int) -> None:
    assert inside.apply(content, dry_run=True).status == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/api/v1/namespaces/{NAMESPACE}/secrets", 200),
        (f"/api/v1/namespaces/{PRODUCTION}/secrets", 403),
        ("/api/v1/secrets", 403),
        ("/api/v1/namespaces", 403),
        (f"/apis/{RBAC}/v1/clusterroles", 403),
    ],
)
def test_what_runs_in_the_slot_reads_nothing_beyond_it(inside: Client, path: str, status: int) -> None:
    assert inside.ask("GET", path).status == status


def test_what_runs_in_the_slot_takes_no_tokens(inside: Client) -> None:
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    path = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts/deployer/token"
    assert inside.ask("POST", path, request).status == 403
