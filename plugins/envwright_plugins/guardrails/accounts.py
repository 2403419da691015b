"""Accounts of pods, and tokens that speak for them.

https://kubernetes.io/docs/concepts/security/service-accounts/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from envwright.model.rendered import KubernetesObject
from envwright_plugins.guardrails.allowed import ACCOUNT
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Edit, Finding
from envwright_plugins.guardrails.parts import map_at

TOKEN_SECRET = "kubernetes.io/service-account-token"
BOOTSTRAP = "bootstrap.kubernetes.io/token"


def account(value: Any, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW615 for an account that the stack does not make: the platform's has rights of its own."""
    allowed = (ACCOUNT, *bounds.settings.service_accounts)
    if value and str(value) not in bounds.accounts and value not in allowed:
        hint = "write a ServiceAccount into the stack, and bind what it needs with a Role"
        change = f"runs as the account {ACCOUNT}"
        what = f"runs as the account {value}, which the stack does not make"
        yield Finding("EW615", what, hint, narrow=(Edit(()),), change=change)


def foreign_audience(source: Any, bounds: Bounds) -> str:
    """Return for whom the token of a projected volume is meant, if that is not on the list; else nothing."""
    audience = map_at(source).get("audience")
    return str(audience) if audience and audience not in bounds.settings.token_audiences else ""


def secret_findings(manifest: KubernetesObject, _bounds: Bounds) -> Iterator[Finding]:
    """Yield EW620 for a Secret that the cluster fills with a token that never expires."""
    kind = manifest.content.get("type")
    if kind in (TOKEN_SECRET, BOOTSTRAP):
        hint = "mount a token of the pod's own account: it is renewed, and gone with the pod"
        yield Finding("EW620", f"is of type {kind}", hint)
