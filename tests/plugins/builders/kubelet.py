"""A kubelet as small as can be: runs the containers of a Job's pod as processes of this machine, one after the other.

Each has mounts and processes of its own, the volumes that it mounts and no others, only its own variables, and the user
and rights that its security context says. What it does not have is an image: programs are those of this machine, and of
an image's users there is one, with sub-ids, as that of Buildah has.
"""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.plugins.builders.rendering import Made
from tests.plugins.builders.substitution import substituted

Json = dict[str, Any]

USERS = {
    "passwd": "root:x:0:0:root:/root:/bin/sh\nbuild:x:1000:1000::/run/home:/bin/sh\n",
    "group": "root:x:0:\nbuild:x:1000:\n",
    "subuid": "build:100000:65536\n",
    "subgid": "build:100000:65536\n",
}
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# What is mounted where, as pairs. Nothing of the machine can be written to: /etc is a copy, other folders that programs
# write to are empty ones of the pod's own, and the root becomes read-only before the program starts.
PRIVATE = ("/run/", "/etc/")
MOUNT = """\
set -eu
for folder in /run /var/cache /var/lib /var/tmp; do mount -t tmpfs tmpfs "$folder"; done
mkdir /run/home
cp -a /etc /run/etc
mount --bind /run/etc /etc
while [ "$1" != -- ]; do
  mkdir -p "$(dirname "$2")"
  if [ -d "$1" ]; then mkdir -p "$2"; else touch "$2"; fi
  mount --bind "$1" "$2"
  shift 2
done
shift
mount -t tmpfs tmpfs /tmp
chmod 1777 /run/home /var/tmp /tmp
mount -o remount,bind,ro /
exec "$@"
"""


class Ended(NamedTuple):
    """How a pod ended: what each container that ran printed, by its name, and the status of the last of them."""

    printed: Mapping[str, str]
    status: int


class Kubelet(NamedTuple):
    """Runs pods; `secrets` are the Secrets of the namespace, by name and key, `folder` is for volumes.

    `image` are folders of programs that this machine has not.
    """

    folder: Path
    secrets: Mapping[str, Mapping[str, str]]
    image: tuple[Path, ...] = ()

    def run(self, made: Made, annotations: Mapping[str, str]) -> Ended:
        """Run the containers of a Job's pod, each if the one before it succeeded."""
        number = sum(1 for each in self.folder.iterdir() if each.is_dir())
        volumes = {each["name"]: self.volume(each, made, self.folder / str(number)) for each in made.pod["volumes"]}
        printed: dict[str, str] = {}
        for name, container in made.containers.items():
            done = subprocess.run(
                self.command(container, volumes, annotations),
                env=self.variables(container, annotations),
                capture_output=True,
                text=True,
                check=False,
            )
            printed[name] = done.stdout + done.stderr
            if done.returncode:
                return Ended(printed, done.returncode)
        return Ended(printed, 0)

    def volume(self, volume: Json, made: Made, pod: Path) -> Path:
        """Make the folder of a volume."""
        folder = pod / volume["name"]
        folder.mkdir(parents=True)
        if "emptyDir" in volume:
            folder.chmod(0o777)
        elif "configMap" in volume:
            config = made.objects["ConfigMap"]
            assert config["metadata"]["name"] == volume["configMap"]["name"]
            for key, text in config["data"].items():
                (folder / key).write_text(text, encoding="utf-8")
        else:
            secret = self.secrets[volume["secret"]["secretName"]]
            items = volume["secret"].get("items") or [{"key": key, "path": key} for key in secret]
            for item in items:
                (folder / item["path"]).write_text(secret[item["key"]], encoding="utf-8")
        return folder

    def command(self, container: Json, volumes: Mapping[str, Path], annotations: Mapping[str, str]) -> list[str]:
        """Return what starts a container."""
        mounts = [
            part
            for mount in container["volumeMounts"]
            for part in (str(volumes[mount["name"]] / mount.get("subPath", "")), mount["mountPath"])
        ]
        for name, text in USERS.items():
            (self.folder / name).write_text(text, encoding="utf-8")
            mounts += [str(self.folder / name), f"/etc/{name}"]
        for number, folder in enumerate(self.image):
            mounts += [str(folder), f"/run/image/{number}"]
        assert all(path.startswith(PRIVATE) and ".." not in path for path in mounts[1::2])
        known = self.variables(container, annotations)
        command = [substituted(word, known) for word in container["command"]]
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        return [*unshare, "sh", "-c", MOUNT, "sh", *mounts, "--", *identity(container["securityContext"]), *command]

    def variables(self, container: Json, annotations: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a container."""
        places = [*(f"/run/image/{number}" for number, _ in enumerate(self.image)), PATH]
        found = {"PATH": ":".join(places), "HOME": "/run/home"}
        for variable in container.get("env", []):
            if "value" in variable:
                found[variable["name"]] = substituted(variable["value"], found)
            else:
                path = variable["valueFrom"]["fieldRef"]["fieldPath"]
                annotation = path.removeprefix("metadata.annotations['").removesuffix("']")
                found[variable["name"]] = annotations.get(annotation, "")
        return found


def identity(context: Json) -> list[str]:
    """Return what makes a process the one that a security context describes.

    Capabilities are dropped, but not limited to a runtime's: newuidmap of Debian is setuid, and needs more than the one
    of the builders' images, which has file capabilities.
    """
    dropped = context.get("capabilities", {}).get("drop") == ["ALL"]
    gains = context.get("allowPrivilegeEscalation", True)
    return [
        "setpriv",
        f"--reuid={context['runAsUser']}",
        f"--regid={context['runAsGroup']}",
        "--clear-groups",
        *(["--inh-caps=-all", "--bounding-set=-all"] if dropped else []),
        *([] if gains else ["--no-new-privs"]),
    ]


def docker_config(registry: str, user: str) -> dict[str, str]:
    """Return the data of a Secret of the type `kubernetes.io/dockerconfigjson`."""
    auth = base64.b64encode(f"{user}:{user}-password".encode()).decode()
    return {".dockerconfigjson": json.dumps({"auths": {registry: {"auth": auth}}})}
