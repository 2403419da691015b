"""Files of a workload: one ConfigMap that holds them all, mounted where each belongs.

A mounted file never changes in a running pod, so the pods carry the digest of all of them and roll when it changes.
"""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from envwright.kubernetes.workload.context import WorkloadContext
from envwright.kubernetes.workload.labels import joined, metadata
from envwright.model.contract.workload import FileMount, Workload
from envwright.model.diagnostic import Refused

# what an API server takes: https://kubernetes.io/docs/concepts/configuration/configmap/
LARGEST = 1024 * 1024
NOT_IN_KEYS = re.compile(r"[^-._a-zA-Z0-9]")
DIGEST_ANNOTATION = "envwright.dev/files"


class File(NamedTuple):
    """A file: its key in the ConfigMap, its path in the volume, its bytes."""

    key: str
    path: str
    data: bytes


class Files(NamedTuple):
    """What the files make: a ConfigMap, volumes and mounts of the pod, and the digest of their content."""

    config_maps: tuple[dict[str, Any], ...] = ()
    volumes: tuple[dict[str, Any], ...] = ()
    mounts: tuple[dict[str, Any], ...] = ()
    digest: str = ""


def files_of(workload: Workload, context: WorkloadContext) -> Files:
    """Return what the workload's files make. Reports EW001 for files that are not there, EW506 for too many bytes."""
    files: list[File] = []
    mounts: list[dict[str, Any]] = []
    name = joined(context.name, "files")
    volume = free_name("files", {volume.name for volume in workload.volumes})
    for index, declared in enumerate(workload.files):
        found = read(index, declared, {file.key for file in files}, context.below("files", index))
        if found:
            files.extend(found)
            sub_path = directory(index) if is_glob(declared) else found[0].path
            mounts.append({"name": volume, "mountPath": declared.mount_path, "subPath": sub_path, "readOnly": True})
    if not files:
        return Files()
    size = sum(len(file.data) for file in files)
    if size > LARGEST:
        summary = f"the files have {size} bytes, and a ConfigMap takes {LARGEST}"
        context.error("EW506", summary, "files", hint="put large files into the image")
    source: dict[str, Any] = {"name": name}
    if any(file.key != file.path for file in files):
        source["items"] = [{"key": file.key, "path": file.path} for file in files]
    head = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(workload, context, name)}
    return Files(({**head, **data(files)},), ({"name": volume, "configMap": source},), tuple(mounts), digest(files))


def read(index: int, declared: FileMount, taken: set[str], context: WorkloadContext) -> list[File]:
    """Return the files of one declaration, with keys that are not in `taken`."""
    if not is_glob(declared) and declared.mount_path.endswith("/"):
        hint = "mountPath is the file in the container; the directory is meant where path is a glob"
        context.error("EW506", f'"{declared.mount_path}" is not the path of a file', "mountPath", hint=hint)
        return []
    keys = set(taken)
    files = []
    try:
        for path, content in contents(declared, context):
            key = free_name(NOT_IN_KEYS.sub("_", posixpath.basename(path)), keys)
            keys.add(key)
            files.append(File(key, f"{directory(index)}/{path}" if is_glob(declared) else key, content))
    except Refused as refused:
        context.report.extend(
            item._replace(where=item.where or context.place(("path",))) for item in refused.diagnostics
        )
    return files


def contents(declared: FileMount, context: WorkloadContext) -> Iterator[tuple[str, bytes]]:
    """Yield each file's path below the mount with its bytes. Raises Refused for one that cannot be read."""
    if declared.content is not None:
        yield posixpath.basename(declared.mount_path), declared.content.encode()
    elif is_glob(declared):
        pattern = str(declared.path)
        found = context.reader.glob(pattern)
        if not found:
            context.error("EW001", f"no file matches {pattern}", "path")
        root = fixed_part(pattern)
        for path in found:
            yield posixpath.relpath(path, root), context.reader.read_bytes(path)
    else:
        yield posixpath.basename(declared.mount_path), context.reader.read_bytes(str(declared.path))


def is_glob(declared: FileMount) -> bool:
    """Return whether the declaration means the files of a directory."""
    return declared.path is not None and any(sign in declared.path for sign in "*?[")


def fixed_part(pattern: str) -> str:
    """Return the directory before the first wildcard of a pattern."""
    parts = pattern.split("/")
    wild = next(index for index, part in enumerate(parts) if any(sign in part for sign in "*?["))
    return "/".join(parts[:wild]) or "."


def directory(index: int) -> str:
    """Return where the files of a directory lie in the volume."""
    return f"{index}.d"


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """Return the name, with a number where it is taken."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def data(files: list[File]) -> dict[str, dict[str, str]]:
    """Return `data` with the files that are text, and `binaryData` with the others."""
    texts: dict[str, str] = {}
    others: dict[str, str] = {}
    for file in files:
        try:
            texts[file.key] = file.data.decode()
        except UnicodeDecodeError:
            others[file.key] = base64.b64encode(file.data).decode()
    parts = {"data": texts, "binaryData": others}
    return {name: part for name, part in parts.items() if part}


def digest(files: list[File]) -> str:
    """Return `sha256:` of all keys and bytes."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(f"{file.key}\n{len(file.data)}\n".encode() + file.data)
    return f"sha256:{total.hexdigest()}"
