apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: inside-only
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
{{- range $name := list "api-gateway" "web-console" }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ $name }}-from-ingress
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: {{ $name }}
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ingress-nginx
{{- end }}
{{- with envOr "API_SERVER_CIDR" "" }}
---
# The control plane talks to the API server; nothing else of the platform does.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: control-plane-to-api-server
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: control-plane
  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock: {cidr: {{ . }}}
      ports:
        - port: 443
    - to:
        - namespaceSelector: {}
{{- end }}
