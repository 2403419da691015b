"""A small shop for the tests of changed files: a service of each strategy, a base image, migrations."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from envwright import api
from envwright.adapters.entry_points import installed
from envwright.model.changes import Changes
from tests.support.stacks import stack, write

SPEC = """
imports: [services/*/service.yaml]
vars: {region: eu}
environments:
  production: {}
  ai: {kind: slot, slots: {max: 9}}
plugins: {hot-reload: {source: {claim: workspace}}}
versions: {api: {value: "1.0", bumpOn: ["services/api/**"]}}
secrets: [{name: db, keys: [password]}]
images:
  base: {type: build, repository: r.example.org/base, context: base, tagTemplate: "1", tagPolicy: exact}
  web: {type: build, repository: r.example.org/web, context: web, buildArgs: {BASE: "r.example.org/base:1"}}
infrastructure:
  - name: postgres
    manifests: [deploy/postgres.yaml.tpl]
services:
  - name: web
    image: web
    dependsOn: [api]
    deployGroup: frontend
    workload: {kind: deployment}
  - name: proxy
    codeUpdateStrategy: restart
    inputs: ["proxy/**"]
    workload:
      kind: deployment
      image: nginx:1.29.3
      files: [{path: proxy/nginx.conf, mountPath: /etc/nginx/nginx.conf}]
"""
API = """
images:
  api: {type: build, repository: r.example.org/api, context: ., tagTemplate: '{{ .Versions.api }}'}
services:
  - name: api
    stack: python
    dependsOn: [postgres]
    image: api
    inputs: ["**", "../../libs/money/**"]
    codeUpdateStrategy: '{{ ternary (eq .Env "ai") "hot-reload" "rebuild" }}'
    workload:
      kind: deployment
      ports: [{name: http, port: 8080}]
    migrations: [{name: schema, command: [migrate], files: [{path: "sql/*.sql", mountPath: /sql}]}]
  - name: reports
    dependsOn: [api]
    manifests: [reports.yaml.tpl]
"""
REPORTS = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: reports, labels: {region: "{{ .Vars.region }}"}}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: reports, image: '{{ image "api" }}', command: [reports]}]
"""
POSTGRES = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: postgres}\ndata: {a: b}\n"
DOCKERFILE = """\
FROM python:3.14.0-slim AS base
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt

FROM base AS dev
RUN pip install watchfiles uvicorn

FROM base
COPY . .
CMD ["uvicorn", "shop.app:app"]
"""
FILES = {
    "services.yaml": stack(SPEC),
    "services/api/service.yaml": stack(API).replace("metadata:\n  name: demo\n", ""),
    "services/api/reports.yaml.tpl": REPORTS,
    "services/api/Dockerfile": DOCKERFILE,
    "services/api/.dockerignore": "service.yaml\n*.tpl\nnotes\n",
    "services/api/requirements.txt": "uvicorn\n",
    "services/api/shop/app.py": "app = FastAPI()\n",
    "services/api/shop/settings.py": "A = 1\n",
    "services/api/shop/migrations/0001.py": "pass\n",
    "services/api/README.md": "read me\n",
    "services/api/notes/todo.txt": "later\n",
    "services/api/tests/test_app.py": "pass\n",
    "services/api/sql/1.sql": "select 1;\n",
    "libs/money/money.py": "pass\n",
    "base/Dockerfile": "FROM debian:13.1\n",
    "base/etc/motd": "hello\n",
    "web/Dockerfile": "ARG BASE\nFROM ${BASE}\nCOPY . .\n",
    "web/index.html": "<p>\n",
    "proxy/nginx.conf": "events {}\n",
    "proxy/README.md": "read me\n",
    "deploy/postgres.yaml.tpl": POSTGRES,
    "docs/guide.md": "read me\n",
}


def shop(folder: Path) -> api.World:
    """Write the shop and return its world, with the installed plugins."""
    write(folder, FILES)
    return api.open_world(folder / "services.yaml", installed())


def request(environment: str) -> api.Request:
    """Ask for `production` or for slot 1 of `ai`."""
    return api.Request(environment=environment, slot=1 if environment == "ai" else 0)


def told(world: api.World, environment: str, *paths: str) -> Changes:
    """Tell what follows if these files changed."""
    return api.changes_of(request(environment), world, paths).changes


def effects(changes: Changes) -> dict[str, str]:
    """Return the units with all that follows for each, the heaviest first."""
    return {unit.name: " ".join(unit.effects) for unit in changes.units}


def rules(changes: Changes, path: str) -> Iterable[str]:
    """Return which rules a file falls under."""
    (file,) = [file for file in changes.files if file.path == path]
    return [f"{match.unit} {match.effect}: {match.rule.owner} {match.rule.pattern}" for match in file.matches]
