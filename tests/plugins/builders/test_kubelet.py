"""What runs as root in the tests changes nothing of the machine that they run on."""

from __future__ import annotations

import copy
from pathlib import Path
from uuid import uuid4

from tests.plugins.builders import programs
from tests.plugins.builders.conftest import Make
from tests.plugins.builders.kubelet import USERS, Kubelet
from tests.plugins.builders.rendering import KANIKO, Made, made

FOLDERS = ("/etc", "/usr/share", "/root", "/tmp", "/var/lib", "/var/tmp", "/run")


def test_a_container_that_is_root_writes_to_nothing_of_the_machine(once: Make, tmp_path: Path) -> None:
    once(programs.registry)  # says whether such tests can run here
    name = f"envwright-{uuid4().hex}"
    before = {path: path.read_bytes() for path in map(Path, (f"/etc/{each}" for each in USERS)) if path.exists()}
    job = copy.deepcopy(made(KANIKO.render(), "api"))
    build = job.containers["build"]
    assert build["securityContext"]["runAsUser"] == 0
    written = "; ".join(f"echo written >{folder}/{name} && echo {folder}" for folder in FOLDERS)
    build["command"] = [
        "sh",
        "-c",
        f"cat /etc/passwd; {written}",
    ]
    build["volumeMounts"] = [each for each in build["volumeMounts"] if each["name"] == "work"]
    pod = {**job.pod, "initContainers": [], "containers": [build]}
    alone = Made({**job.job, "spec": {"template": {"spec": pod}}}, job.objects)
    pod["volumes"] = [each for each in job.pod["volumes"] if each["name"] == "work"]
    ended = Kubelet(tmp_path, {}).run(alone, {})
    printed = ended.printed["build"]
    assert printed.startswith(USERS["passwd"])
    assert [folder for folder in FOLDERS if f"\n{folder}\n" in printed] == [
        "/etc",
        "/tmp",
        "/var/lib",
        "/var/tmp",
        "/run",
    ]
    assert [folder for folder in FOLDERS if Path(folder, name).exists()] == []
    assert {path: path.read_bytes() for path in before} == before
