apiVersion: v1
kind: ServiceAccount
metadata:
  name: repair-agent
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: repair-agent
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: edit
subjects:
  - kind: ServiceAccount
    name: repair-agent
    namespace: {{ .Namespace }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: repair-agent
spec:
  selector:
    matchLabels:
      app.kubernetes.io/name: repair-agent
  template:
    metadata:
      labels:
        app.kubernetes.io/name: repair-agent
    spec:
      serviceAccountName: repair-agent
      securityContext:
        runAsNonRoot: true
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: agent
          image: {{ image "platform" }}
          command: [control-plane, repair]
          resources:
            requests: {cpu: 50m, memory: 128Mi}
            limits: {memory: 256Mi}
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: {drop: [ALL]}
