apiVersion: v1
kind: Namespace
metadata:
  name: {{ .Namespace }}
  labels:
    pod-security.kubernetes.io/enforce: restricted
