"""What isolated environments may always ask for: the lists that need no setting, each with its source."""

from __future__ import annotations

from envwright.kubernetes.objects import INPUTS_ANNOTATION
from envwright.kubernetes.workload.files import DIGEST_ANNOTATION

# Kinds that work inside of their namespace. Not here: what the platform sets for the namespace (ResourceQuota,
# LimitRange), what only controllers write (Event, ControllerRevision, CSIStorageCapacity), and what claims devices of
# the nodes (ResourceClaim, ResourceClaimTemplate).
# https://kubernetes.io/docs/reference/kubernetes-api/
KINDS: frozenset[tuple[str, str]] = frozenset(
    {
        ("", "ConfigMap"),
        ("", "PersistentVolumeClaim"),
        ("", "Pod"),
        ("", "PodTemplate"),
        ("", "ReplicationController"),
        ("", "Secret"),
        ("", "Service"),
        ("", "ServiceAccount"),
        ("apps", "DaemonSet"),
        ("apps", "Deployment"),
        ("apps", "ReplicaSet"),
        ("apps", "StatefulSet"),
        ("autoscaling", "HorizontalPodAutoscaler"),
        ("batch", "CronJob"),
        ("batch", "Job"),
        ("coordination.k8s.io", "Lease"),
        ("gateway.networking.k8s.io", "GRPCRoute"),
        ("gateway.networking.k8s.io", "HTTPRoute"),
        ("networking.k8s.io", "Ingress"),
        ("networking.k8s.io", "NetworkPolicy"),
        ("policy", "PodDisruptionBudget"),
        ("rbac.authorization.k8s.io", "Role"),
        ("rbac.authorization.k8s.io", "RoleBinding"),
    }
)

# Keys without a domain are private to users: no controller acts on them.
# https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
# https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
LABELS = frozenset({"app.kubernetes.io/", "helm.sh/chart"})

# A label by which another tool takes an object for its own, and prunes it.
# https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
TRACKING = frozenset({"app.kubernetes.io/instance"})

# Of the annotations of ingress-nginx those that shape the answers of the Ingress' own hosts. Not here: snippets and
# what ends up in the configuration of all hosts (risk High and Critical), who may sign in, further hosts
# (server-alias), other targets (mirror-target, upstream-vhost), and references to Secrets and ConfigMaps, which may be
# of other namespaces.
# https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations-risk/
NGINX = (
    "affinity",
    "affinity-mode",
    "allowlist-source-range",
    "app-root",
    "backend-protocol",
    "client-body-buffer-size",
    "cors-allow-credentials",
    "cors-allow-headers",
    "cors-allow-methods",
    "cors-allow-origin",
    "cors-expose-headers",
    "cors-max-age",
    "enable-cors",
    "force-ssl-redirect",
    "limit-connections",
    "limit-rps",
    "proxy-body-size",
    "proxy-buffer-size",
    "proxy-buffering",
    "proxy-buffers-number",
    "proxy-connect-timeout",
    "proxy-http-version",
    "proxy-read-timeout",
    "proxy-request-buffering",
    "proxy-send-timeout",
    "rewrite-target",
    "service-upstream",
    "session-cookie-expires",
    "session-cookie-max-age",
    "session-cookie-name",
    "session-cookie-path",
    "session-cookie-samesite",
    "session-cookie-secure",
    "ssl-redirect",
    "use-regex",
    "x-forwarded-prefix",
)

# https://kubernetes.io/docs/reference/labels-annotations-taints/
ANNOTATIONS = frozenset(
    {
        "app.kubernetes.io/",
        "checksum/",  # the idiom of Helm charts that rolls pods when their configuration changes
        "helm.sh/chart",
        "kubectl.kubernetes.io/default-container",
        "kubectl.kubernetes.io/default-logs-container",
        "kubectl.kubernetes.io/restartedAt",
        "kubernetes.io/change-cause",
        "kubernetes.io/description",
        "kubernetes.io/ingress.class",  # the older form of ingressClassName
        "prometheus.io/",  # where pods have metrics; whoever scrapes them needs a way in all the same
        "service.kubernetes.io/topology-mode",
        DIGEST_ANNOTATION,
        INPUTS_ANNOTATION,
        INPUTS_ANNOTATION,
        *(f"nginx.ingress.kubernetes.io/{name}" for name in NGINX),
    }
)

# The volumes of the Pod Security Standard `restricted`, less `csi`: an inline volume is made by a driver of the node.
# https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
VOLUMES = frozenset(
    {"configMap", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"}
)
PROJECTED = frozenset({"configMap", "downwardAPI", "secret", "serviceAccountToken"})

# What the Pod Security Standard `baseline` lets pods add.
# https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_syncookies",
    }
)
SELINUX_TYPES = frozenset({"", "container_engine_t", "container_init_t", "container_kvm_t", "container_t"})

# Taints that every pod gets a toleration for anyway.
# https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions
TOLERATIONS = frozenset({"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"})
SCHEDULER = "default-scheduler"
ACCOUNT = "default"
