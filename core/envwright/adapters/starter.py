"""The first services.yaml of a project."""

from __future__ import annotations

from pathlib import Path

from envwright.adapters.atomic import write_new
from envwright.model.diagnostic import refuse

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
        write_new(path, STARTER.format(name=name).encode())
    except FileExistsError as error:
        raise refuse("EW704", f"{path} is already there", hint="edit it, or choose another directory") from error
    except OSError as error:
        raise refuse("EW704", f"{path} cannot be written: {error.strerror}", hint="choose another directory") from error
    return path
