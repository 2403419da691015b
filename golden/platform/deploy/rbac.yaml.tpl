{{- /* Cluster-wide in production. In a slot `clusterScope: narrow` makes a Role of it, and drops what no role may have:
       nodes, non-resource URLs, and the binding to a cluster role from outside the stack. */ -}}
{{- $name := printf "%s-control-plane" .Namespace -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ $name }}
rules:
  - apiGroups: [""]
    resources: [namespaces, nodes, pods, pods/log, services, configmaps]
    verbs: [get, list, watch]
  - apiGroups: [apps]
    resources: ["*"]
    verbs: ["*"]
  - nonResourceURLs: [/metrics]
    verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ $name }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    name: control-plane
    namespace: {{ .Namespace }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ $name }}-tokens
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: system:auth-delegator
subjects:
  - kind: ServiceAccount
    name: control-plane
    namespace: {{ .Namespace }}
