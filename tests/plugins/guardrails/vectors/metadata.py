"""Kinds, labels and annotations: wishes to controllers that may do more than the slot."""

from __future__ import annotations

from tests.plugins.guardrails.vectors.vector import GONE, Json, Vector, config_map, deployment, ingress, service, thing


def of_kind(api_version: str, kind: str, hint: str, code: str = "EW606") -> Vector:
    allowed = {"customKinds": [f"{api_version.partition('/')[0]}/{kind}"]} if "." in api_version else None
    return Vector(f"the kind {kind}", (thing(api_version, kind, spec={}),), code, hint, allowed_by=allowed)


KINDS = [
    of_kind("helm.cattle.io/v1", "HelmChart", "write the objects that it would make"),
    of_kind("helm.toolkit.fluxcd.io/v2", "HelmRelease", "write the objects that it would make"),
    of_kind("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "write the objects that it would make"),
    of_kind("source.toolkit.fluxcd.io/v1", "GitRepository", "write the objects that it would make"),
    of_kind("argoproj.io/v1alpha1", "Application", "write the objects that it would make"),
    of_kind("argoproj.io/v1alpha1", "AppProject", "write the objects that it would make"),
    of_kind("external-secrets.io/v1", "ExternalSecret", "declare the Secret in `secrets[]`"),
    of_kind("external-secrets.io/v1", "SecretStore", "declare the Secret in `secrets[]`"),
    of_kind("bitnami.com/v1alpha1", "SealedSecret", "declare the Secret in `secrets[]`"),
    of_kind("cert-manager.io/v1", "Certificate", "a wildcard certificate"),
    of_kind("cert-manager.io/v1", "Issuer", "a wildcard certificate"),
    of_kind("envwright.dev/v1", "Environment", "ask it for one by a trigger"),
    of_kind("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", "an HTTPRoute that attaches to one of"),
    of_kind("gateway.networking.k8s.io/v1", "Gateway", "an HTTPRoute that attaches to one of"),
    of_kind("cilium.io/v2", "CiliumNetworkPolicy", "write a NetworkPolicy"),
    of_kind("example.org/v1", "Widget", "let the platform list it in `plugins.guardrails.customKinds`"),
    of_kind("v1", "ResourceQuota", "set `resources` of the containers"),
    of_kind("v1", "LimitRange", "set `resources` of the containers"),
    of_kind("v1", "Endpoints", "write a Service with a selector"),
    of_kind("discovery.k8s.io/v1", "EndpointSlice", "write a Service with a selector"),
    of_kind("resource.k8s.io/v1", "ResourceClaim", "cpu, memory and storage"),
    of_kind("resource.k8s.io/v1", "ResourceClaimTemplate", "cpu, memory and storage"),
]


def annotation(key: str, hint: str) -> Vector:
    path = "metadata.annotations." + key.replace(".", "\\.")
    return Vector(
        f"the annotation {key}",
        (config_map(annotations={key: "a", "note": "b"}),),
        "EW607",
        hint,
        drop={path: GONE, "metadata.annotations.note": "b"},
        narrow={path: GONE, "metadata.annotations.note": "b"},
        allowed_by={"annotations": [key]},
    )


ANNOTATIONS = [
    annotation("external-dns.alpha.kubernetes.io/hostname", "below the environment's domain"),
    annotation("reflector.v1.k8s.emberstack.com/reflection-allowed", "`copyFrom`"),
    annotation("replicator.v1.mittwald.de/replicate-from", "`copyFrom`"),
    annotation("cert-manager.io/cluster-issuer", "a wildcard certificate"),
    annotation("acme.cert-manager.io/http01-edit-in-place", "a wildcard certificate"),
    annotation("kubernetes.io/tls-acme", "a wildcard certificate"),
    annotation("eks.amazonaws.com/role-arn", "list it in `serviceAccounts`"),
    annotation("iam.gke.io/gcp-service-account", "list it in `serviceAccounts`"),
    annotation("azure.workload.identity/client-id", "list it in `serviceAccounts`"),
    annotation("argocd.argoproj.io/tracking-id", "take the object for its own"),
    annotation("meta.helm.sh/release-name", "take the object for its own"),
    annotation("config.k8s.io/owning-inventory", "take the object for its own"),
    annotation("envwright.dev/anything", "the engine sets what it needs itself"),
    annotation("cluster-autoscaler.kubernetes.io/safe-to-evict", "let the platform list it"),
    annotation("service.beta.kubernetes.io/aws-load-balancer-type", "let the platform list it"),
    annotation("nginx.ingress.kubernetes.io/server-snippet", "a proxy of the stack"),
    annotation("nginx.ingress.kubernetes.io/configuration-snippet", "a proxy of the stack"),
    annotation("nginx.ingress.kubernetes.io/server-alias", "a proxy of the stack"),
    annotation("nginx.ingress.kubernetes.io/auth-url", "let the application ask who it is"),
    annotation("nginx.ingress.kubernetes.io/auth-signin", "let the application ask who it is"),
    annotation("nginx.ingress.kubernetes.io/auth-tls-secret", "let the application ask who it is"),
    annotation("container.apparmor.security.beta.kubernetes.io/main", "let the platform list it"),
]

LABEL = "kustomize\\.toolkit\\.fluxcd\\.io/name"
INSTANCE = "app.kubernetes.io/instance"


def selected_by_instance() -> Json:
    made = deployment(labels={INSTANCE: "x"})
    made["spec"]["selector"]["matchLabels"] = {INSTANCE: "x"}
    return made


LABELS = [
    Vector(
        "a label by which Flux tracks",
        (config_map(labels={"kustomize.toolkit.fluxcd.io/name": "apps", "team": "a"}),),
        "EW607",
        "take the object for its own",
        drop={f"metadata.labels.{LABEL}": GONE, "metadata.labels.team": "a"},
        narrow={f"metadata.labels.{LABEL}": GONE, "metadata.labels.team": "a"},
        allowed_by={"labels": ["kustomize.toolkit.fluxcd.io/"]},
    ),
    Vector(
        "a label by which Argo CD tracks",
        (config_map(labels={INSTANCE: "shop", "app.kubernetes.io/name": "x"}),),
        "EW607",
        "use app.kubernetes.io/name",
        drop={"metadata.labels": {"app.kubernetes.io/name": "x"}},
        narrow={"metadata.labels": {"app.kubernetes.io/name": "x"}},
        allowed_by={"labels": [INSTANCE]},
    ),
    Vector(
        "a label by which the engine tells units apart",
        (deployment(labels={"envwright.dev/unit": "postgres"}),),
        "EW607",
        "the engine sets what it needs itself",
        drop={"spec.template.metadata.labels": {"app": "x"}},
        narrow={"spec.template.metadata.labels": {"app": "x"}},
    ),
    Vector(
        "a label of pods",
        (deployment(labels={"azure.workload.identity/use": "true"}),),
        "EW607",
        "list it in `serviceAccounts`",
        drop={"spec.template.metadata.labels": {"app": "x"}},
        narrow={"spec.template.metadata.labels": {"app": "x"}},
        allowed_by={"labels": ["azure.workload.identity/use"]},
    ),
    Vector(
        "a label that a selector asks for",
        (selected_by_instance(),),
        "EW607",
        "use app.kubernetes.io/name",
        allowed_by={"labels": [INSTANCE]},
    ),
    Vector(
        "a label that another object's selector asks for",
        (deployment(labels={"example.org/role": "x"}), service(selector={"example.org/role": "x"})),
        "EW607",
        "let the platform list it",
        allowed_by={"labels": ["example.org/"]},
    ),
    Vector(
        "a label that adds a Role to a cluster role",
        (
            thing(
                "rbac.authorization.k8s.io/v1",
                "Role",
                metadata={"labels": {"rbac.authorization.k8s.io/aggregate-to-view": "true"}},
                rules=[],
            ),
        ),
        "EW607",
        "roles are not aggregated",
        drop={"metadata.labels": {}},
        narrow={"metadata.labels": {}},
    ),
    Vector(
        "an annotation of claims",
        (
            thing(
                "apps/v1",
                "StatefulSet",
                spec={
                    "selector": {"matchLabels": {"app": "x"}},
                    "template": deployment()["spec"]["template"],
                    "volumeClaimTemplates": [
                        {
                            "metadata": {"name": "data", "annotations": {"volume.beta.kubernetes.io/x": "a"}},
                            "spec": {"accessModes": ["ReadWriteOnce"]},
                        }
                    ],
                },
            ),
        ),
        "EW607",
        "let the platform list it",
        drop={"spec.volumeClaimTemplates.0.metadata.annotations": {}},
        narrow={"spec.volumeClaimTemplates.0.metadata.annotations": {}},
    ),
    Vector(
        "an annotation of an Ingress that asks for a certificate",
        (ingress("pr-7.example.org", annotations={"cert-manager.io/cluster-issuer": "letsencrypt"}),),
        "EW607",
        "name a Secret that holds a wildcard certificate in `tls`",
        drop={"metadata.annotations": {}, "spec.rules.0.host": "pr-7.example.org"},
        narrow={"metadata.annotations": {}, "spec.rules.0.host": "pr-7.example.org"},
    ),
]

METADATA = [*KINDS, *ANNOTATIONS, *LABELS]
