"""Every object before the checks of its kind, and what the mode makes of what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from envwright.hookspecs import Isolated
from envwright.model.contract.environment import ClusterScope
from envwright.model.diagnostic import Diagnostic
from envwright.model.rendered import KubernetesObject, Omission, RenderedJob, RenderedUnit
from envwright_plugins.guardrails.accounts import secret_findings
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.claims import claims_of
from envwright_plugins.guardrails.enforce import enforce
from envwright_plugins.guardrails.finding import Finding
from envwright_plugins.guardrails.ingress import ingress_findings
from envwright_plugins.guardrails.kinds import kind_findings
from envwright_plugins.guardrails.metadata import metadata_findings
from envwright_plugins.guardrails.pods import pod_findings
from envwright_plugins.guardrails.policies import policy_findings
from envwright_plugins.guardrails.roles import binding_findings, role_findings
from envwright_plugins.guardrails.routes import route_findings
from envwright_plugins.guardrails.services import service_findings

Check = Callable[[KubernetesObject, Bounds], Iterator[Finding]]

EVERY_KIND: tuple[Check, ...] = (metadata_findings, pod_findings)
BY_KIND: dict[tuple[str, str], tuple[Check, ...]] = {
    ("", "PersistentVolumeClaim"): (claims_of,),
    ("", "Secret"): (secret_findings,),
    ("", "Service"): (service_findings,),
    ("apps", "StatefulSet"): (claims_of,),
    ("gateway.networking.k8s.io", "GRPCRoute"): (route_findings,),
    ("gateway.networking.k8s.io", "HTTPRoute"): (route_findings,),
    ("networking.k8s.io", "Ingress"): (ingress_findings,),
    ("networking.k8s.io", "NetworkPolicy"): (policy_findings,),
    ("rbac.authorization.k8s.io", "Role"): (role_findings,),
    ("rbac.authorization.k8s.io", "RoleBinding"): (binding_findings,),
}


def findings_of(manifest: KubernetesObject, bounds: Bounds) -> list[Finding]:
    """Return all that an object may not ask for, empty for most of them. Of a forbidden kind nothing else counts."""
    found = list(kind_findings(manifest, bounds))
    if not found:
        for check in (*EVERY_KIND, *BY_KIND.get((manifest.group, manifest.kind), ())):
            found += check(manifest, bounds)
    return found


def judge(isolated: Isolated, bounds: Bounds, mode: ClusterScope) -> Isolated:
    """Return the units with what they may have of their objects and Jobs, and what they go without."""
    court = Court(bounds, mode)
    units = tuple(court.unit(unit) for unit in isolated.units)
    return Isolated(units, (*isolated.omissions, *court.omissions), (*isolated.diagnostics, *court.diagnostics))


class Court:
    """Collects what becomes of the objects of one environment."""

    def __init__(self, bounds: Bounds, mode: ClusterScope) -> None:
        self.bounds = bounds
        self.mode: ClusterScope = mode
        self.omissions: list[Omission] = []
        self.diagnostics: list[Diagnostic] = []

    def unit(self, unit: RenderedUnit) -> RenderedUnit:
        """Return a unit with what it may have."""
        objects = tuple(self.objects(unit.objects, unit.name))
        jobs = tuple(self.jobs(unit.jobs, unit.name))
        return unit._replace(objects=objects, jobs=jobs)

    def objects(self, manifests: Iterable[KubernetesObject], unit: str) -> Iterator[KubernetesObject]:
        """Yield the objects that may be, as they may be."""
        for manifest in manifests:
            admitted = self.admit(manifest, unit)
            if admitted is not None:
                yield admitted

    def jobs(self, jobs: Iterable[RenderedJob], unit: str) -> Iterator[RenderedJob]:
        """Yield the Jobs that may be, as they may be."""
        for job in jobs:
            admitted = self.admit(job.object, unit)
            if admitted is not None:
                yield job._replace(object=admitted)

    def admit(self, manifest: KubernetesObject, unit: str) -> KubernetesObject | None:
        """Return what may be of an object, None if that is nothing."""
        findings = findings_of(manifest, self.bounds)
        if not findings:
            return manifest
        outcome = enforce(manifest, unit, findings, self.mode)
        self.omissions += outcome.omissions
        self.diagnostics += outcome.diagnostics
        return outcome.manifest
