"""What becomes of an object that was found at fault, in each of the three modes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from envwright.model.contract.environment import ClusterScope
from envwright.model.diagnostic import Diagnostic, diagnostic
from envwright.model.rendered import KubernetesObject, Omission
from envwright_plugins.guardrails.finding import Edit, Finding, edited


class Outcome(NamedTuple):
    """The object as it may be, None if it may not; what the environment goes without; what to report."""

    manifest: KubernetesObject | None
    omissions: tuple[Omission, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def enforce(manifest: KubernetesObject, unit: str, findings: Sequence[Finding], mode: ClusterScope) -> Outcome:
    """Report the findings (`refuse`), or leave out or change what is at fault and list it (EW604, EW605)."""
    if mode == "refuse":
        return Outcome(manifest, (), tuple(refusal(manifest, finding) for finding in findings))
    changes = [changes_of(finding, mode) for finding in findings]
    for finding, edits in zip(findings, changes, strict=True):
        if not edits:
            summary = described(manifest, finding)
            warning = diagnostic("warning", "EW604", f"left out: {summary}", manifest.source)
            return Outcome(None, (omission(manifest, unit, "dropped", summary),), (warning,))
    content = edited(manifest.content, [edit for edits in changes for edit in edits])
    made = list(dict.fromkeys(finding.change for finding in findings))
    summary = f'narrowed: {manifest.kind} "{manifest.name}"'
    warning = diagnostic("warning", "EW605", summary, manifest.source, detail="\n".join(made))
    noted = tuple(omission(manifest, unit, "narrowed", change) for change in made)
    return Outcome(manifest._replace(content=content), noted, (warning,))


def changes_of(finding: Finding, mode: ClusterScope) -> tuple[Edit, ...]:
    """Return the edits that a mode makes for a finding, none if the object has to go."""
    return (finding.narrow or finding.drop) if mode == "narrow" else finding.drop


def refusal(manifest: KubernetesObject, finding: Finding) -> Diagnostic:
    """Return the error for a finding."""
    return diagnostic("error", finding.code, described(manifest, finding), manifest.source, hint=finding.hint)


def described(manifest: KubernetesObject, finding: Finding) -> str:
    """Return the finding as a sentence about the object."""
    subject = f": {finding.part}" if finding.part else ""
    return f'{manifest.kind} "{manifest.name}"{subject} {finding.what}'


def omission(manifest: KubernetesObject, unit: str, action: Literal["dropped", "narrowed"], reason: str) -> Omission:
    """Return what the plan lists."""
    return Omission(unit, manifest.api_version, manifest.kind, manifest.namespace, manifest.name, action, reason)
