"""A small client of the Kubernetes API: JSON over one wire."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from functools import cached_property
from http.client import HTTPResponse, HTTPSConnection
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
MANAGER = "envwright"
IDLE = 20.0  # seconds; the server cuts after 90


class Connection(NamedTuple):
    """How to reach an API server: its address, the file of its certificate authority, the token to show."""

    address: str
    authority: str
    token: str

    def kubeconfig(self) -> dict[str, Any]:
        """Return it as programs of Kubernetes read it."""
        server = {"server": self.address, "certificate-authority": self.authority}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "here", "cluster": server}],
            "users": [{"name": "me", "user": {"token": self.token}}],
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me"}}],
            "current-context": "here",
        }


class Answer(NamedTuple):
    """What the server says: the HTTP status, the object or the reason, and what it warns of."""

    status: int
    body: Any
    warnings: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Whether the server did as asked, or would do so."""
        return 200 <= self.status < 300

    @property
    def message(self) -> str:
        """Why the server did not do as asked."""
        return str(self.body.get("message", self.body)) if isinstance(self.body, dict) else str(self.body)


class Resource(NamedTuple):
    """A kind as the server serves it; `subresources` are names such as `scale`."""

    plural: str
    namespaced: bool
    subresources: frozenset[str]


class Serving(NamedTuple):
    """What discovery says of a kind at one place: whether it is a resource of its own, and the verbs it has there."""

    group: str
    kind: str
    on_its_own: bool
    verbs: frozenset[str]


class Wire(HTTPSConnection):
    """A connection that is made anew after a pause: the server cuts one that nobody used for a while."""

    used = 0.0

    def request(self, *arguments: Any, **options: Any) -> None:
        """Send a request."""
        if time.monotonic() - self.used > IDLE:
            self.close()
        super().request(*arguments, **options)
        self.used = time.monotonic()


class Client:
    """Speaks to the server as one account; clients of other accounts share its wire, which `close` cuts."""

    def __init__(self, connection: Connection, wire: Wire | None = None) -> None:
        self.connection = connection
        self._wire = wire or Wire(
            urlsplit(connection.address).netloc,
            context=ssl.create_default_context(cafile=connection.authority),
            timeout=30,
        )

    def close(self) -> None:
        """Cut the wire; a later request makes a new one."""
        self._wire.close()

    def showing(self, token: str) -> Client:
        """Return a client of another account."""
        return Client(self.connection._replace(token=token), self._wire)

    def ask(self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Send one request; `body` is plain JSON."""
        sent = None if body is None else json.dumps(body).encode()
        sends = {"Authorization": f"Bearer {self.connection.token}", "Content-Type": "application/json"}
        self._wire.request(method, path, sent, {**sends, **(headers or {})})
        response = self._wire.getresponse()
        return Answer(response.status, _body(response), tuple(response.headers.get_all("Warning", ())))

    def apply(self, content: Mapping[str, Any], *, dry_run: bool = False) -> Answer:
        """Apply an object on the server's side, every field of it known; a dry run stores nothing."""
        query = {"fieldManager": MANAGER, "fieldValidation": "Strict", **({"dryRun": "All"} if dry_run else {})}
        path = f"{self.path(content)}?{urlencode(query)}"
        return self.ask("PATCH", path, content, headers={"Content-Type": "application/apply-patch+yaml"})

    def path(self, content: Mapping[str, Any]) -> str:
        """Return the path of an object; KeyError of its version and kind if the server does not serve that."""
        version, metadata = content["apiVersion"], content["metadata"]
        resource = self.served[version, content["kind"]]
        namespace = f"/namespaces/{metadata['namespace']}" if resource.namespaced else ""
        root = "apis" if "/" in version else "api"
        return f"/{root}/{version}{namespace}/{resource.plural}/{metadata['name']}"

    @cached_property
    def served(self) -> dict[tuple[str, str], Resource]:
        """What the server serves by apiVersion and kind; delete the attribute to ask again."""
        return {
            ("/".join(filter(None, (group["metadata"].get("name"), version["version"]))), kind): resource
            for group in self._groups()
            for version in group["versions"]
            for kind, resource in _resources(version)
        }

    def servings(self) -> list[Serving]:
        """Return every kind at every place where the server takes or gives it, subresources too."""
        return [
            Serving(
                kind.get("group") or group["metadata"].get("name", ""),  # left out where it is the resource's
                kind["kind"],
                found is resource,
                frozenset(found["verbs"]),
            )
            for group in self._groups()
            for version in group["versions"]
            for resource in version["resources"]
            for found in (resource, *resource.get("subresources", ()))
            if (kind := found.get("responseKind"))
        ]

    def _groups(self) -> list[dict[str, Any]]:
        return [
            group
            for path in ("/api", "/apis")
            for group in self.ask("GET", path, headers={"Accept": AGGREGATED}).body["items"]
        ]


def _resources(version: Mapping[str, Any]) -> list[tuple[str, Resource]]:
    return [
        (
            found["responseKind"]["kind"],
            Resource(
                found["resource"],
                found["scope"] == "Namespaced",
                frozenset(below["subresource"] for below in found.get("subresources", ())),
            ),
        )
        for found in version["resources"]
    ]


def _body(response: HTTPResponse) -> Any:
    content = response.read()
    return json.loads(content) if response.headers.get_content_type() == "application/json" else content.decode()
