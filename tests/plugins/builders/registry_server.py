"""A running registry, what it was asked for, and the images in it."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ACCEPT = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)


class Registry:
    """A registry at `address`; what it is asked for goes to a file."""

    def __init__(self, address: str, log: Path) -> None:
        self.address = address
        self._log = log

    def requests(self) -> list[str]:
        """Return what it was asked for so far: who, how, what."""
        return self._log.read_text(encoding="utf-8").splitlines()

    def call(self, method: str, path: str, content: bytes = b"", kind: str = "application/octet-stream") -> Any:
        """Make a request as somebody who may do everything."""
        url = path if path.startswith("http") else f"http://{self.address}{path}"
        headers = {"Authorization": f"Basic {b64encode(b'pusher:pusher-password').decode()}", "Content-Type": kind}
        request = urllib.request.Request(url, content or None, {**headers, "Accept": ACCEPT}, method=method)
        return urllib.request.urlopen(request)

    def manifest(self, reference: str) -> tuple[str, dict[str, Any]]:
        """Return the digest and the manifest of an image of this registry."""
        name, _, tag = reference.removeprefix(f"{self.address}/").rpartition(":")
        with self.call("GET", f"/v2/{name}/manifests/{tag}") as answer:
            return answer.headers["Docker-Content-Digest"], json.loads(answer.read())

    def has(self, reference: str) -> bool:
        """Return whether an image is there."""
        try:
            self.manifest(reference)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return False
            raise
        return True

    def layers(self, reference: str) -> list[dict[str, tarfile.TarInfo]]:
        """Return what each layer of an image has, by its path."""
        return [{member.name.removeprefix("./"): member for member in archive} for archive in self.archives(reference)]

    def files(self, reference: str) -> dict[str, bytes]:
        """Return the files of an image by their paths, later layers over earlier ones."""
        found: dict[str, bytes] = {}
        for archive in self.archives(reference):
            for member in archive:
                file = archive.extractfile(member) if member.isfile() else None
                if file is not None:
                    found[member.name.removeprefix("./")] = file.read()
        return found

    def archives(self, reference: str) -> Iterator[tarfile.TarFile]:
        """Yield the layers of an image."""
        name = reference.removeprefix(f"{self.address}/").rpartition(":")[0]
        for layer in self.manifest(reference)[1]["layers"]:
            with self.call("GET", f"/v2/{name}/blobs/{layer['digest']}") as answer:
                content = io.BytesIO(answer.read())
            with tarfile.open(fileobj=content) as archive:
                yield archive

    def push(self, name: str, tag: str, layers: list[bytes], *, platforms: tuple[str, ...] = ()) -> str:
        """Push an image of these layers, uncompressed tar archives; an index of images with `platforms`.

        Returns its digest.
        """

        def blob(content: bytes) -> dict[str, Any]:
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            self.call("POST", f"/v2/{name}/blobs/uploads/?digest={digest}", content).close()
            return {"digest": digest, "size": len(content)}

        def image(architecture: str, at: str) -> dict[str, Any]:
            rootfs = {"type": "layers", "diff_ids": [blob(layer)["digest"] for layer in layers]}
            history = [{"created_by": "a test"} for _ in layers]
            config = {"architecture": architecture, "os": "linux", "config": {}, "rootfs": rootfs, "history": history}
            kind = "application/vnd.oci.image"
            manifest = {
                "schemaVersion": 2,
                "mediaType": f"{kind}.manifest.v1+json",
                "config": {"mediaType": f"{kind}.config.v1+json", **blob(json.dumps(config).encode())},
                "layers": [{"mediaType": f"{kind}.layer.v1.tar", **blob(layer)} for layer in layers],
            }
            return write(manifest, at, platform={"architecture": architecture, "os": "linux"})

        def write(manifest: dict[str, Any], at: str, **more: Any) -> dict[str, Any]:
            content = json.dumps(manifest).encode()
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            self.call("PUT", f"/v2/{name}/manifests/{at or digest}", content, manifest["mediaType"]).close()
            return {"mediaType": manifest["mediaType"], "digest": digest, "size": len(content), **more}

        if not platforms:
            return str(image("amd64", tag)["digest"])
        index = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [image(platform, "") for platform in platforms],
        }
        return str(write(index, tag)["digest"])


@contextmanager
def running(program: Path, log: Path) -> Iterator[Registry]:
    """Run a registry; it ends with its input."""
    with (
        log.open("w") as errors,
        subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        assert process.stdout is not None
        yield Registry(process.stdout.readline().strip(), log)
        assert process.stdin is not None
        process.stdin.close()
