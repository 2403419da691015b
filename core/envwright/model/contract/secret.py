"""Secrets that must exist; never a value."""

from __future__ import annotations

from typing import Literal

from envwright.model.contract.types import DnsName, Positive, Templated
from envwright.model.value import Value, key

SecretType = Literal[
    "Opaque",
    "kubernetes.io/basic-auth",
    "kubernetes.io/dockerconfigjson",
    "kubernetes.io/ssh-auth",
    "kubernetes.io/tls",
]


class GeneratedKey(Value):
    """A key that the reconciler generates once and then leaves alone."""

    length: Positive = key("How many random characters.", example=32, default=32)
    alphabet: Literal["alphanumeric", "hex", "base64url"] = key(
        "Which characters.", example="hex", default="alphanumeric"
    )


class SecretKey(Value):
    """One key of a declared Secret."""

    shorthand = "name"

    name: str = key("The key's name.", example="password")
    generate: GeneratedKey | None = key(
        "Generate the value once if the Secret lacks it.", example={"length": 32}, default=None
    )
    optional: bool = key("Whether the Secret may lack the key.", example=True, default=False)


class SecretSource(Value):
    """The Secret to copy from; it must itself permit that by an annotation that names this environment."""

    namespace: Templated[str] = key("The namespace of the source.", example="shop-shared")
    name: Templated[DnsName] = key("The name of the source; the declared one's if left out.", example="db", default="")


class SecretDeclaration(Value):
    """A Secret that must exist in the environment's namespace before its units come up."""

    name: Templated[DnsName] = key("The Secret's name.", example="db")
    keys: tuple[SecretKey, ...] = key(
        "The keys that must be there.", example=["username", {"name": "password", "generate": {}}], default=()
    )
    type: SecretType = key("The Secret's type.", example="kubernetes.io/tls", default="Opaque")
    copy_from: SecretSource | None = key(
        "Where to copy it from if it is missing.", example={"namespace": "shop-shared"}, default=None
    )
    when: Templated[bool] = key("Whether it is needed in this environment.", example='{{ ne .Env "ai" }}', default=True)
