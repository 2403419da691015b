# The API is reached from the internet: the rest of the namespace is not.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: gateway-from-ingress
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: gateway
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: {{ .Vars.ingressNamespace }}
