"""Labels and annotations: wishes to controllers that see the whole cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from envwright.kubernetes.pods import pod_template_path
from envwright.model.rendered import KubernetesObject
from envwright_plugins.guardrails.bounds import Bounds
from envwright_plugins.guardrails.finding import Edit, Finding, Path
from envwright_plugins.guardrails.parts import numbered, part

WILDCARD = "name a Secret that holds a wildcard certificate in `tls`: a certificate per slot meets the issuer's limits"
HOSTS = "the platform points a wildcard record at its ingress: serve hosts below the environment's domain"
IDENTITY = "cloud rights belong to the platform: let it make the account, and list it in `serviceAccounts`"
TRACKED = "leave it out: the tool that tracks by it would take the object for its own"
COPIES = "declare the Secret in `secrets[]` with `copyFrom`"
GENERAL = "leave it out, or let the platform list it"

# what to do instead, by how the key begins; the first that fits
HINTS: tuple[tuple[str, str], ...] = (
    ("acme.cert-manager.io/", WILDCARD),
    ("app.kubernetes.io/instance", "use app.kubernetes.io/name: Argo CD and others track their objects by `instance`"),
    ("argocd.argoproj.io/", TRACKED),
    ("azure.workload.identity/", IDENTITY),
    ("cert-manager.io/", WILDCARD),
    ("config.k8s.io/", TRACKED),
    ("eks.amazonaws.com/", IDENTITY),
    ("envwright.dev/", "leave it out: the engine sets what it needs itself"),
    ("external-dns.alpha.kubernetes.io/", HOSTS),
    ("helm.toolkit.fluxcd.io/", TRACKED),
    ("iam.gke.io/", IDENTITY),
    ("kapp.k14s.io/", TRACKED),
    ("kubernetes.io/tls-acme", WILDCARD),
    ("kustomize.toolkit.fluxcd.io/", TRACKED),
    ("meta.helm.sh/", TRACKED),
    ("nginx.ingress.kubernetes.io/auth-", "let the application ask who it is, or put a proxy of the stack before it"),
    ("nginx.ingress.kubernetes.io/", "configure a proxy of the stack: all hosts of the cluster share the controller's"),
    ("rbac.authorization.k8s.io/aggregate-to-", "write the rules as a Role and bind that: roles are not aggregated"),
    ("reflector.v1.k8s.emberstack.com/", COPIES),
    ("replicator.v1.mittwald.de/", COPIES),
)


def metadata_findings(manifest: KubernetesObject, bounds: Bounds) -> Iterator[Finding]:
    """Yield EW607 for each label and annotation outside of the allowed prefixes, also of pods and of claims."""
    for path, metadata in metadata_of(manifest):
        for key in unlisted(metadata.get("labels"), bounds.is_label):
            yield unlisted_label(path, key, bounds)
        for key in unlisted(metadata.get("annotations"), bounds.is_annotation):
            yield unlisted_key((*path, "annotations", key), "annotation")


def metadata_of(manifest: KubernetesObject) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every metadata of an object, with its path: its own, and those of what it makes."""
    content = manifest.content
    yield ("metadata",), content["metadata"]
    template = pod_template_path(content) or ()
    for length in range(1, len(template) + 1):  # a CronJob's Jobs have metadata too, its pods below them
        found = part(content, *template[:length], "metadata")
        if isinstance(found, dict):
            yield (*template[:length], "metadata"), found
    for index, claim in numbered(part(content, "spec", "volumeClaimTemplates")):
        if isinstance(claim.get("metadata"), dict):
            yield ("spec", "volumeClaimTemplates", index, "metadata"), claim["metadata"]


def unlisted(keys: Any, is_allowed: Callable[[str], bool]) -> list[str]:
    """Return the keys of labels or annotations that are not allowed."""
    return [key for key in keys if not is_allowed(str(key))] if isinstance(keys, dict) else []


def unlisted_label(metadata: Path, key: str, bounds: Bounds) -> Finding:
    """Return the finding for a label; one that a selector asks for cannot be left out."""
    found = unlisted_key((*metadata, "labels", key), "label")
    return found._replace(drop=()) if bounds.is_selected(key) else found


def unlisted_key(path: Path, what: str) -> Finding:
    """Return the finding for a label or an annotation."""
    key = str(path[-1])
    hint = next((hint for start, hint in HINTS if key.startswith(start)), GENERAL)
    return Finding("EW607", f"has the {what} {key}", hint, drop=(Edit(path),), change=f"without the {what} {key}")
