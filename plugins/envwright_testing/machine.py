"""A rendered container as a process of this machine: its directories are folders, its address one of loopback."""

from __future__ import annotations

import os
import re
import secrets
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from envwright_testing.service import Provided

EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  # the word that is replaced


class Endpoint(NamedTuple):
    """Where the service listens on this machine."""

    address: str
    port: int


class Mount(NamedTuple):
    """A part of the source: `inside` is its directory below the top of the tree, `folder` where that is mounted."""

    inside: str
    folder: Path


class LocalProcess(NamedTuple):
    """What to start, in which folder, with which variables."""

    command: tuple[str, ...]
    folder: Path
    env: Mapping[str, str]


def free_endpoint() -> Endpoint:
    """Return an address with a port where nobody listens.

    It is one of loopback that `localhost` is not, so that a program which listens on that name alone is not taken for
    one that a pod's Service would reach; where only one address of loopback is usable, it is that.
    """
    chosen = f"127.{64 + secrets.randbelow(128)}.{secrets.randbelow(256)}.{1 + secrets.randbelow(254)}"
    for address in (chosen, "127.0.0.1"):
        try:
            with socket.create_server((address, 0)) as listener:
                return Endpoint(address, int(listener.getsockname()[1]))
        except OSError:
            continue
    raise OSError("no address of loopback can be listened on")


def source_mounts(pod: Mapping[str, Any], container: Mapping[str, Any], claim: str, root: Path) -> tuple[Mount, ...]:
    """Return where the tree of a claim is mounted, outermost first, below `root` by the container's path."""
    volumes = {each["name"] for each in pod.get("volumes") or () if _claim_of(each) == claim}
    mounts = [
        Mount(str(each.get("subPath", "")), folder_of(root, each["mountPath"]))
        for each in container.get("volumeMounts") or ()
        if each["name"] in volumes
    ]
    return tuple(sorted(mounts, key=lambda mount: len(mount.folder.parts)))


def _claim_of(volume: Mapping[str, Any]) -> str:
    return str((volume.get("persistentVolumeClaim") or {}).get("claimName", ""))


def local_process(container: Mapping[str, Any], provided: Provided, endpoint: Endpoint, root: Path) -> LocalProcess:
    """Return a container as a process whose file system is below `root`, made as far as something is mounted there.

    A directory of the container is below `root` by its own path, so that what is above it stays above it; what is
    provided is linked there. In words and variables the paths of directories become those of folders, and `0.0.0.0`
    the address.
    """
    mounted = [str(each["mountPath"]) for each in container.get("volumeMounts") or ()]
    working_directory = str(container.get("workingDir") or "/")
    places = {path: folder_of(root, path) for path in (*mounted, working_directory) if path != "/"}
    places |= provided.places
    _make(root, places)

    def here(word: object) -> str:
        return with_folders(str(word), places).replace(EVERY_ADDRESS, endpoint.address)

    said = {item["name"]: here(item.get("value", "")) for item in container.get("env") or ()}
    words = (*(container.get("command") or ()), *(container.get("args") or ()))
    return LocalProcess(
        tuple(map(here, words)),
        places.get(working_directory, root),
        {**_base(provided.path, root), **provided.env, **said},
    )


def with_folders(text: str, places: Mapping[str, Path]) -> str:
    """Return a text in which the paths of a container are those of folders, each where a whole path begins."""
    longest = sorted(places, key=len, reverse=True)
    paths = "|".join(re.escape(path.rstrip("/")) for path in longest)
    pattern = rf"(?<![\w./-])(?:{paths})(?=/|$|[^\w.-])"
    return re.sub(pattern, lambda found: str(places.get(found[0]) or places[f"{found[0]}/"]), text) if paths else text


def folder_of(root: Path, path: str) -> Path:
    """Return the folder that stands for a directory of the container."""
    return root / path.strip("/")


def _make(root: Path, places: Mapping[str, Path]) -> None:
    for path, folder in places.items():
        inside = folder_of(root, path)
        if inside == folder:
            folder.mkdir(parents=True, exist_ok=True)
        else:
            inside.parent.mkdir(parents=True, exist_ok=True)
            inside.symlink_to(folder)


def _base(path: Iterable[Path], root: Path) -> dict[str, str]:
    """Return the variables that every image has, with a home and a place for temporary files below the root."""
    home, temporary = root / "home", root / "tmp"
    for folder in (home, temporary):
        folder.mkdir(parents=True, exist_ok=True)
    search = os.pathsep.join([*map(str, path), os.environ.get("PATH", os.defpath)])
    return {"PATH": search, "HOME": str(home), "TMPDIR": str(temporary), "LANG": "C.UTF-8"}
