"""The same N services as an envwright stack, a Helm chart and a kustomization: a template file for each service."""

from __future__ import annotations

from pathlib import Path

# Helm calls `.Values` what envwright calls `.Vars`; all else is the same text for both.
TEMPLATE = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
data:
  region: {{{{ .Vars.region | quote }}}}
  upstreams: |
{{{{- range .Vars.upstreams }}}}
    {{{{ printf "http://%s.%s" . $.Vars.domain }}}}
{{{{- end }}}}
---
apiVersion: v1
kind: Service
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: {name}
    team: {{{{ .Vars.team }}}}
spec:
  selector:
    app.kubernetes.io/name: {name}
  ports:
    - name: http
      port: 80
      targetPort: http
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: {name}
    team: {{{{ .Vars.team }}}}
spec:
  replicas: {{{{ if eq .Vars.size "large" }}}}4{{{{ else }}}}{{{{ .Vars.replicas }}}}{{{{ end }}}}
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
        team: {{{{ .Vars.team }}}}
    spec:
      containers:
        - name: app
          image: {{{{ printf "%s/%s:%s" .Vars.registry "{name}" .Vars.tag }}}}
          envFrom:
            - configMapRef:
                name: {name}
          env:
            - name: PORT
              value: "{port}"
            - name: REGION
              value: {{{{ .Vars.region | quote }}}}
          ports:
            - name: http
              containerPort: {port}
          readinessProbe:
            httpGet:
              path: /healthz
              port: http
          resources:
            requests:
              cpu: 50m
              memory: 64Mi
            limits:
              memory: 128Mi
"""

VALUES = """\
region: eu-central
domain: bench.example.org
team: web
size: small
replicas: 2
registry: registry.example.org/bench
tag: 1.4.2
upstreams: [accounts, orders, search]
"""

DEVELOPED = """\
apiVersion: envwright.dev/v1
kind: ServiceStack
metadata: {name: bench}
spec:
  environments:
    production: {}
    preview: {kind: slot}
    ai: {kind: slot}
  vars:
"""
SERVICE = """\
    - name: NAME
      image: NAME
      codeUpdateStrategy: '{{ ternary (eq .Env "ai") "hot-reload" "rebuild" }}'
      manifests: [templates/NAME.yaml.tpl]
"""
DOCKERFILE = """\
FROM python:3.13-slim AS dev
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
FROM dev
COPY . .
CMD ["uvicorn", "app:app"]
"""
PROGRAM = "from fastapi import FastAPI\n\napp = FastAPI()\n"

STACK = """\
apiVersion: envwright.dev/v1
kind: ServiceStack
metadata: {name: bench}
spec:
  environments: {production: {}}
  vars:
"""


def write_envwright(directory: Path, count: int) -> None:
    """Write a stack of `count` services into an empty directory."""
    variables = [f"    {line}\n" for line in VALUES.splitlines()]
    units = [f"    - {{name: {name}, manifests: [templates/{name}.yaml.tpl]}}\n" for name in names(count)]
    _write(directory / "services.yaml", "".join([STACK, *variables, "  services:\n", *units]))
    for index, name in enumerate(names(count)):
        _write(directory / f"templates/{name}.yaml.tpl", template(index, name))


def write_developed(directory: Path, count: int) -> None:
    """Write a stack of `count` services whose images are built here, each from a directory of its own.

    In the environment `ai` all of them run under their reloader.
    """
    variables = [f"    {line}\n" for line in VALUES.splitlines()]
    images = [
        f"    {name}: {{type: build, repository: registry.example.org/bench/{name}, context: src/{name}}}\n"
        for name in names(count)
    ]
    units = [SERVICE.replace("NAME", name) for name in names(count)]
    whole = [DEVELOPED, *variables, "  images:\n", *images, "  services:\n", *units]
    _write(directory / "services.yaml", "".join(whole))
    for index, name in enumerate(names(count)):
        of_registry = f'{{{{ printf "%s/%s:%s" .Vars.registry "{name}" .Vars.tag }}}}'
        manifests = template(index, name).replace(of_registry, f'{{{{ image "{name}" }}}}')
        _write(directory / f"templates/{name}.yaml.tpl", manifests)
        _write(directory / f"src/{name}/Dockerfile", DOCKERFILE)
        _write(directory / f"src/{name}/requirements.txt", "fastapi==0.115.6\nuvicorn==0.34.0\n")
        _write(directory / f"src/{name}/app.py", PROGRAM)


def write_helm(directory: Path, count: int) -> None:
    """Write a chart of `count` services into an empty directory."""
    _write(directory / "Chart.yaml", "apiVersion: v2\nname: bench\nversion: 1.0.0\n")
    _write(directory / "values.yaml", VALUES)
    for index, name in enumerate(names(count)):
        _write(directory / f"templates/{name}.yaml", template(index, name).replace(".Vars.", ".Values."))


def write_kustomize(directory: Path, count: int, rendered: Path) -> None:
    """Write a kustomization of `count` services: its resources are what envwright made of them in `rendered`."""
    resources = []
    for name in names(count):
        files = sorted((rendered / f"manifests/internal/{name}").iterdir())
        _write(directory / f"{name}.yaml", "---\n".join(file.read_text() for file in files))
        resources.append(f"  - {name}.yaml\n")
    _write(directory / "kustomization.yaml", "namespace: bench\nresources:\n" + "".join(resources))


def names(count: int) -> list[str]:
    """Return the names of `count` services."""
    return [f"service-{index:04}" for index in range(count)]


def template(index: int, name: str) -> str:
    """Return the template file of one service, in envwright's words."""
    return TEMPLATE.format(name=name, port=8000 + index % 1000)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
