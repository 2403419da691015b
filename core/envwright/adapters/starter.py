"""The first services.yaml of a project."""

from __future__ import annotations

from pathlib import Path

from envwright.adapters.atomic import write_new
from envwright.model.diagnostic import refuse
from envwright.yaml.quoting import inline

STARTER = """\
# yaml-language-server: $schema=https://envwright.dev/schema/v1/services.schema.json
apiVersion: envwright.dev/v1
kind: ServiceStack
metadata:
  name: {name}
spec:
  environments:
    production: {{}}
    dev: {{}}
    ai:
      kind: slot
  services:
    - name: web
      workload:
        kind: deployment
        image: nginxinc/nginx-unprivileged:1.29
        ports: [{{name: http, port: 80, targetPort: 8080}}]
"""


def write_starter(directory: Path, name: str) -> Path:
    """Write services.yaml for the project `name` into a directory, made if it is missing, and return its path.

    Raises Refused: EW704 if there is one already or the directory cannot be written.
    """
    path = directory / "services.yaml"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        write_new(path, STARTER.format(name=inline(name)).encode())
    except OSError as error:
        there = isinstance(error, FileExistsError) and directory.is_dir()
        fault = "is already there" if there else f"cannot be written: {error.strerror}"
        hint = "edit it, or choose another directory" if there else "choose another directory"
        raise refuse("EW704", f"{path} {fault}", hint=hint) from error
    return path
