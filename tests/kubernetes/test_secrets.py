from __future__ import annotations

import pytest

from envwright.kubernetes.secrets import declared_secret, take_secrets
from envwright.model.contract.secret import GeneratedKey, SecretDeclaration, SecretKey, SecretSource
from envwright.model.diagnostic import Report
from envwright.model.mark import Mark
from envwright.model.rendered import RequiredSecret
from tests.kubernetes.making import found, manifests

CANARY = "canary-b7f3"
SECRETS = f"""
{{apiVersion: v1, kind: Secret, metadata: {{name: db}}, type: kubernetes.io/basic-auth,
  stringData: {{username: shop, password: {CANARY}}}, data: {{extra: {CANARY}}}}}
---
{{apiVersion: v1, kind: Secret, metadata: {{name: foreign, namespace: other}}, data: {{key: {CANARY}}}}}
---
{{apiVersion: v1, kind: Secret, metadata: {{name: token}}, type: kubernetes.io/service-account-token, data: {{}}}}
---
{{apiVersion: v1, kind: ConfigMap, metadata: {{name: app}}, data: {{key: value}}}}
---
{{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {{name: sealed}}, spec: {{}}}}
"""


def test_v1_refuses_secrets_with_data() -> None:
    report = Report()
    kept, required = take_secrets(manifests(SECRETS), "refuse", unit="api", namespace="shop", report=report)
    assert [each.name for each in kept] == ["token", "app", "sealed"]
    assert required == ()
    assert found(report) == [
        'error EW603 deploy/all.yaml: Secret "db" holds data: extra, password, username',
        'error EW603 deploy/all.yaml: Secret "foreign" holds data: key',
    ]


def test_older_formats_take_the_keys() -> None:
    report = Report()
    kept, required = take_secrets(manifests(SECRETS), "keys", unit="api", namespace="shop", report=report)
    assert [each.name for each in kept] == ["token", "app", "sealed"]
    keys = tuple({"name": name, "optional": False, "generate": None} for name in ("extra", "password", "username"))
    assert required == (
        RequiredSecret("db", "api", keys, "kubernetes.io/basic-auth", None, Mark("deploy/all.yaml", 1)),
    )
    assert found(report) == [
        'warning EW603 deploy/all.yaml: of Secret "db" only the keys are used: extra, password, username',
        'warning EW603 deploy/all.yaml: Secret "foreign" is for the namespace other and was left out',
    ]


@pytest.mark.parametrize("mode", ["refuse", "keys"])
def test_no_value_gets_past(mode: str) -> None:
    report = Report()
    result = take_secrets(manifests(SECRETS), mode, unit="api", namespace="shop", report=report)  # type: ignore[arg-type]  # a parameter
    assert CANARY not in repr(result)
    assert CANARY not in repr(report.items)


def test_an_empty_data_is_no_data() -> None:
    kept, _ = take_secrets(manifests(SECRETS), "refuse", unit="api", namespace="shop", report=Report())
    assert "data" not in kept[0].content


def test_declarations_have_the_same_form() -> None:
    here = Mark("services.yaml", 7, 5)
    keys = (SecretKey(name="user"), SecretKey(name="password", generate=GeneratedKey(length=20), optional=True))
    source = SecretSource(namespace="shared")
    declaration = SecretDeclaration(name="db", keys=keys, copy_from=source)
    assert declared_secret(declaration, here) == RequiredSecret(
        "db",
        "",
        (
            {"name": "user", "optional": False, "generate": None},
            {"name": "password", "optional": True, "generate": {"length": 20, "alphabet": "alphanumeric"}},
        ),
        "Opaque",
        ("shared", "db"),
        here,
    )
    named = declared_secret(declaration.but(copy_from=source.but(name="pg")), here)
    assert named.copy_from == ("shared", "pg")
    assert declared_secret(declaration.but(copy_from=None), here).copy_from is None
