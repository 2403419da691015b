"""A stack of the older format, with everything that the format has, and how to convert and render it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from envwright import api
from envwright.adapters.files import DirectoryReader
from envwright.formats.pre_api_version import Migration, migrate
from envwright.host import Host
from tests.support.stacks import write

ROOT = """\
# {{- $mount := envOr "MOUNT" "/workspace" -}}
# {{- $root := printf "%s/src" $mount -}}
# {{- $host := envOr "REGISTRY" (printf "registry.%s.svc:5000" .Namespace) -}}
# {{- $claim := printf "%s-ws" .Project -}}
# Kept: who owns this stack.
# {{- $unused := "x" -}}

project: shop  # the name

# Domains by environment.
baseDomain:
  dev: '{{ envOr "DOMAIN" "dev.example.org" }}'
  ai: ai.example.org
  repair: dev.example.org

namespace:
  patterns:
    ai: "{{ .Project }}-dev-{{ .Slot }}"
    repair: "{{ .Project }}-dev"
    dev: "{{ .Project }}-dev"

maxSlots: 7

storage:
  data: {size: 5Gi, storageClass: '{{ envOr "CLASS" "" }}'}

registry: '{{ $host }}'

codex:
  # for the agent
  model: some
  timeouts: {deployWait: 5m}

versions:
  api: "1.0"  # bumped by hand

images:
  api:
    type: build
    repository: '{{ $host }}/shop/api'
    tagTemplate: '{{ .Env }}-{{ index .Versions "api" }}'
    dockerfile: api/Dockerfile
    context: api
    buildContexts: {libs: ../libs}
  redis: {type: external, from: 'redis:7', local: '{{ $host }}/redis:7'}

environments:
  dev: {imagePullPolicy: Always}
  # Slots for agents.
  ai: {from: dev, slotBootstrapInfra: [base]}
  repair: {from: dev, kubeconfig: ~/.kube/config}

infrastructure:
  - name: base
    when: '{{ ne .Env "repair" }}'
    manifests:
      - path: deploy/base.yaml
      - path: deploy/secret.yaml
  # Data.
  - name: data
    when: '{{ ternary (eq .Env "repair") "no" "yes" }}'
    manifests: [{path: deploy/data.yaml}]
    hooks:
      afterApply:
        - {name: wait, use: kubectl.wait, with: {kind: Deployment, name: redis, timeout: 20m}}
        - name: shout
          run: |
            echo done  # to whom

services:
  - name: api
    manifests:
      - path: api/deploy.yaml
    image: {repository: '{{ $host }}/shop/api', tagTemplate: '{{ .Env }}-{{ index .Versions "api" }}'}
    overlays:
      dev:
        pvcMounts: [{name: ws, claimName: '{{ $claim }}', mountPath: /app, subPath: '{{ $root }}'}]
      ai:
        # Slots have their own part.
        pvcMounts: [{name: ws, claimName: '{{ $claim }}', mountPath: /app, subPath: '{{ printf "%s/%d" $root .Slot }}'}]
        dropKinds: [ingress]
        hostMounts: [{name: h, hostPath: /h, mountPath: /h}]
  - name: clock
    when: '{{ eq .Env "dev" }}'
    manifests: [{path: deploy/clock.yaml}]
    image: {repository: other/clock, tagTemplate: "2"}
    overlays: {dev: {pvcMounts: [{name: ws, claimName: x, mountPath: /x}]}}
"""

FILES = {
    "services.yaml": ROOT,
    "deploy/base.yaml": """\
apiVersion: v1
kind: Namespace
metadata: {name: "{{ .Namespace }}"}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: base
data:
  HOST: "{{ index .BaseDomain .Env }}"
  ENV: {{ .Env }}
""",
    "deploy/secret.yaml": """\
{{- $name := printf "%s-db" .Project -}}
apiVersion: v1
kind: Secret
metadata: {name: '{{ $name }}', namespace: {{ .Namespace }}}
stringData:
  PASSWORD: '{{ envOr "DB_PASSWORD" "" }}'
  USER: '{{ envOr "DB_USER" (envOr "USER" "shop-user-default") }}'
  FIXED: in-the-file-by-mistake
---
# stays
apiVersion: v1
kind: ConfigMap
metadata: {name: '{{ $name }}'}
data: {A: b}
---
{{- if eq .Env "ai" }}
apiVersion: v1
kind: Secret
metadata: {name: slot-only}
data:
  KEY: '{{ envOr "SLOT_KEY" "" }}'
{{- end }}
---
apiVersion: v1
kind: Secret
metadata: {name: foreign, namespace: other-system}
stringData: {TOKEN: '{{ envOr "TOKEN" "" }}'}
---
apiVersion: v1
kind: Secret
metadata:
  name: token
  annotations: {kubernetes.io/service-account.name: default}
type: kubernetes.io/service-account-token
""",
    "deploy/data.yaml": """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: "{{ .Project }}-data"}
spec:
  accessModes:
{{- if .Storage.Data.AccessModes }}
{{- range .Storage.Data.AccessModes }}
    - {{ . }}
{{- end }}
{{- else }}
    - ReadWriteOnce
{{- end }}
  resources: {requests: {storage: {{ .Storage.Data.Size }}}}
{{- with .Storage.Data.StorageClass }}
  storageClassName: {{ . }}
{{- end }}
""",
    "deploy/clock.yaml": """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: clock}
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: clock, image: "clock:1", command: ["date"]}]
""",
    "api/deploy.yaml": """\
{{- $host := ternary (eq .Env "ai") (printf "dev-%d.%s" .Slot (index .BaseDomain "ai")) (index .BaseDomain .Env) -}}
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, labels: {app: api}}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      initContainers:
        - name: wait
          image: busybox:1.36
          command: ["true"]
        - name: migrate
          image: api-placeholder:latest
          volumeMounts:
            - name: ws
              mountPath: /workspace
      containers:
        - name: api
          image: "api-placeholder:latest"
          env: [{name: HOST, value: "{{ $host }}"}]
          volumeMounts:
            - name: ws
              mountPath: /workspace
            - mountPath: /tmp
              name: tmp
      volumes:
        - name: ws
          persistentVolumeClaim: {claimName: "{{ .Project }}-ws"}
        - name: tmp
          emptyDir: {}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: api}
spec:
  rules:
    - host: {{ $host }}
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}
""",
}


def converted(older: Path, newer: Path) -> Migration:
    """Convert the stack in one folder and write the result into another."""
    migration = migrate((older / "services.yaml").read_text(encoding="utf-8"), DirectoryReader(older))
    write(newer, migration.files)
    return migration


def rendered(folder: Path, environment: str, slot: int = 0, **options: Any) -> list[dict[str, Any]]:
    """Render an environment of a v1 stack; return its objects without the owner's annotations."""
    request = api.Request(environment=environment, slot=slot, **options)
    response = api.render(request, api.open_world(folder, Host()))
    texts = (content.decode() for path, content in response.files.items() if _is_manifest(path))
    return [_unowned(YAML(typ="safe", pure=True).load(text)) for text in texts]


def by_name(objects: list[dict[str, Any]]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return objects by kind, namespace and name."""
    return {(o["kind"], o["metadata"].get("namespace", ""), o["metadata"]["name"]): o for o in objects}


def real_stack(name: str) -> Path:
    """Return the folder of a real stack; a test that asks for one is skipped where they are not at hand."""
    root = os.environ.get("ENVWRIGHT_REAL_STACKS")
    if not root:
        pytest.skip("NOT TESTED on the real stacks: set ENVWRIGHT_REAL_STACKS to their folder")
    return Path(root) / name


def variables_of(path: Path) -> Mapping[str, str]:
    """Return the variables of a file with NAME=value lines."""
    lines = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines())
    return {name: value for name, equals, value in lines if equals and not name.startswith("#")}


def _is_manifest(path: str) -> bool:
    return path.startswith("manifests/") and not path.endswith("kustomization.yaml")


def _unowned(item: dict[str, Any]) -> dict[str, Any]:
    annotations = item["metadata"].pop("annotations", {})
    kept = {name: value for name, value in annotations.items() if not name.startswith("envwright.dev/")}
    return {**item, "metadata": {**item["metadata"], **({"annotations": kept} if kept else {})}}
