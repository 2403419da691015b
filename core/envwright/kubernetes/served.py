"""Which versions of its own kinds Kubernetes serves, and where the kinds that it served once have gone.

Source of the versions: the OpenAPI documents of Kubernetes 1.30 to 1.36; what any of them serves is taken, also
behind a feature gate. Source of what is gone: the guide "Deprecated API Migration" of Kubernetes, from 1.16 on.
"""

from __future__ import annotations

from envwright.kubernetes.kinds import CLUSTER, NAMESPACED, is_built_in
from envwright.model.diagnostic import Report
from envwright.model.rendered import KubernetesObject
from envwright.model.suggest import did_you_mean

OLDEST, NEWEST = "1.30", "1.36"

_V1 = ("v1",)

# by group and kind, newest first; every other built-in kind is served as v1 alone
OTHER_VERSIONS: dict[tuple[str, str], tuple[str, ...]] = {
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"): ("v1", "v1beta1", "v1alpha1"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"): ("v1", "v1beta1", "v1alpha1"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"): ("v1", "v1beta1", "v1alpha1"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"): ("v1", "v1beta1", "v1alpha1"),
    ("authentication.k8s.io", "SelfSubjectReview"): ("v1", "v1beta1", "v1alpha1"),
    ("autoscaling", "HorizontalPodAutoscaler"): ("v2", "v1"),
    ("certificates.k8s.io", "ClusterTrustBundle"): ("v1beta1", "v1alpha1"),
    ("certificates.k8s.io", "PodCertificateRequest"): ("v1beta1", "v1alpha1"),
    ("coordination.k8s.io", "LeaseCandidate"): ("v1beta1", "v1alpha2", "v1alpha1"),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"): ("v1", "v1beta3"),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"): ("v1", "v1beta3"),
    ("internal.apiserver.k8s.io", "StorageVersion"): ("v1alpha1",),
    ("networking.k8s.io", "IPAddress"): ("v1", "v1beta1", "v1alpha1"),
    ("networking.k8s.io", "ServiceCIDR"): ("v1", "v1beta1", "v1alpha1"),
    ("resource.k8s.io", "DeviceClass"): ("v1", "v1beta2", "v1beta1", "v1alpha3"),
    ("resource.k8s.io", "DeviceTaintRule"): ("v1beta2", "v1alpha3"),
    ("resource.k8s.io", "PodSchedulingContext"): ("v1alpha3", "v1alpha2"),
    ("resource.k8s.io", "ResourceClaim"): ("v1", "v1beta2", "v1beta1", "v1alpha3", "v1alpha2"),
    ("resource.k8s.io", "ResourceClaimParameters"): ("v1alpha2",),
    ("resource.k8s.io", "ResourceClaimTemplate"): ("v1", "v1beta2", "v1beta1", "v1alpha3", "v1alpha2"),
    ("resource.k8s.io", "ResourceClass"): ("v1alpha2",),
    ("resource.k8s.io", "ResourceClassParameters"): ("v1alpha2",),
    ("resource.k8s.io", "ResourcePoolStatusRequest"): ("v1alpha3",),
    ("resource.k8s.io", "ResourceSlice"): ("v1", "v1beta2", "v1beta1", "v1alpha3", "v1alpha2"),
    ("scheduling.k8s.io", "PodGroup"): ("v1alpha2",),
    ("scheduling.k8s.io", "Workload"): ("v1alpha2", "v1alpha1"),
    ("storage.k8s.io", "VolumeAttributesClass"): ("v1", "v1beta1", "v1alpha1"),
    ("storagemigration.k8s.io", "StorageVersionMigration"): ("v1beta1", "v1alpha1"),
}

# what to write in place of a kind that was served once
GONE: dict[tuple[str, str], str] = {
    ("auditregistration.k8s.io", "AuditSink"): "give the API server an audit policy of its own",
    ("extensions", "DaemonSet"): "write apps/v1",
    ("extensions", "Deployment"): "write apps/v1",
    (
        "extensions",
        "Ingress",
    ): "write networking.k8s.io/v1: its backends are `service: {name, port}`, with a `pathType`",
    ("extensions", "NetworkPolicy"): "write networking.k8s.io/v1",
    ("extensions", "PodSecurityPolicy"): "Pod Security admission is in its place: labels of the namespace",
    ("extensions", "ReplicaSet"): "write apps/v1",
    ("networking.k8s.io", "ClusterCIDR"): "write a ServiceCIDR, or leave it out",
    ("policy", "PodSecurityPolicy"): "Pod Security admission is in its place: labels of the namespace",
    ("resource.k8s.io", "PodScheduling"): "leave it out: the scheduler allocates claims by itself",
    ("settings.k8s.io", "PodPreset"): "write what it injects into the pods, or a MutatingAdmissionPolicy",
}
_GROUPS_GONE = frozenset(group for group, _ in GONE) - NAMESPACED.keys() - CLUSTER.keys()


def check_served(manifest: KubernetesObject, report: Report) -> bool:
    """Report an object of Kubernetes' own groups that no supported version serves; return whether one does.

    EW512 for a kind that is served otherwise or no more, EW513 for one that its group never had. Groups of custom kinds
    are not looked at.
    """
    group, kind = manifest.group, manifest.kind
    if is_built_in(group, kind):
        served = OTHER_VERSIONS.get((group, kind), _V1)
        if manifest.api_version.rpartition("/")[2] in served:
            return True
        _report_gone(manifest, f"write {group}/{served[0]}" if group else "write v1", report)
    elif (group, kind) in GONE:
        _report_gone(manifest, GONE[group, kind], report)
    elif group in _GROUPS_GONE:
        _report_gone(manifest, "leave it out", report)
    elif group in NAMESPACED or group in CLUSTER:
        _report_unknown(manifest, report)
    else:
        return True
    return False


def _report_gone(manifest: KubernetesObject, hint: str, report: Report) -> None:
    version = manifest.api_version
    summary = f"{version} {manifest.kind} is not served by Kubernetes {OLDEST} to {NEWEST}"
    report.error("EW512", summary, manifest.source, hint=hint)


def _report_unknown(manifest: KubernetesObject, report: Report) -> None:
    version, kind = manifest.api_version, manifest.kind
    groups = sorted({group for table in (NAMESPACED, CLUSTER) for group, kinds in table.items() if kind in kinds})
    kinds = (*NAMESPACED.get(manifest.group, ()), *CLUSTER.get(manifest.group, ()))
    if groups:
        served = OTHER_VERSIONS.get((groups[0], kind), _V1)[0]
        hint = f"it is a kind of {groups[0]}/{served}" if groups[0] else "it is a kind of v1"
    else:
        hint = did_you_mean(kind, kinds) or "a custom kind has a group of its own"
    report.error("EW513", f"{version} has no kind {kind}", manifest.source, hint=hint)
