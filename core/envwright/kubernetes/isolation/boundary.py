"""The line that an isolated environment's objects stay inside of, and what becomes of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from envwright.kubernetes.kinds import CustomKinds
from envwright.model.contract.environment import ClusterScope
from envwright.model.diagnostic import Report
from envwright.model.rendered import KubernetesObject, Omission

RBAC = "rbac.authorization.k8s.io"


class Boundary(NamedTuple):
    """What the decision about one object depends on.

    `namespace` is the environment's, `custom` are the stack's own kinds. `roles` and `bindings` map the names of the
    stack's ClusterRoles and ClusterRoleBindings to those that they have once narrowed. `omissions` and `report`
    collect.
    """

    mode: ClusterScope
    namespace: str
    custom: CustomKinds
    roles: Mapping[str, str]
    bindings: Mapping[str, str]
    omissions: list[Omission]
    report: Report

    def leave_out(self, manifest: KubernetesObject, unit: str, code: str, summary: str, hint: str) -> None:
        """Refuse an object with a hint, or drop it, as the mode says."""
        if self.mode == "refuse":
            self.report.error(code, summary, manifest.source, hint=hint)
        else:
            self.report.warning("EW604", f"left out: {summary}", manifest.source)
            self.note(manifest, unit, "dropped", summary)

    def narrowed(
        self, manifest: KubernetesObject, content: Mapping[str, Any], unit: str, name: str, changes: Sequence[str]
    ) -> KubernetesObject:
        """Return the object as `content` of that name in the namespace; `changes` says what else became of it."""
        metadata = {**manifest.content["metadata"], "name": name, "namespace": self.namespace}
        made = KubernetesObject({**content, "metadata": metadata}, manifest.source)
        was, now = f'{manifest.kind} "{manifest.name}"', f'{made.kind} "{name}"'
        changes = [*([f"became {now} of the namespace"] if was != now else []), *changes]
        for change in changes:
            self.note(manifest, unit, "narrowed", change)
        self.report.warning("EW605", f"narrowed: {was}", manifest.source, detail="\n".join(changes))
        return made

    def note(
        self, manifest: KubernetesObject, unit: str, action: Literal["dropped", "narrowed", "platform"], reason: str
    ) -> None:
        """Take down for the plan what the environment goes without."""
        omission = Omission(
            unit, manifest.api_version, manifest.kind, manifest.namespace, manifest.name, action, reason
        )
        self.omissions.append(omission)
