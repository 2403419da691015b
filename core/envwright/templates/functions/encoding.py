"""Values as JSON and YAML, bytes as text."""

from __future__ import annotations

from envwright.templates.functions.function import ANYWHERE, Function, function
from envwright.templates.notation import json_text, yaml_text
from envwright.templates.values import utf8


def to_json(value: object) -> str:
    """Return the value as JSON on one line, keys sorted."""
    return json_text(value)


def to_yaml(value: object) -> str:
    """Return the value as YAML in blocks, keys sorted, strings quoted wherever readers may differ."""
    return yaml_text(value)


def b64enc(text: str) -> str:
    """Return the text in base64."""
    from binascii import b2a_base64  # few templates need it

    return b2a_base64(utf8(text), newline=False).decode()


def sha256sum(text: str) -> str:
    """Return the SHA-256 digest of the text in hexadecimal."""
    from hashlib import sha256  # few templates need it

    return sha256(utf8(text)).hexdigest()


ENCODING: tuple[Function, ...] = (
    function("toJson", to_json, passes=ANYWHERE),
    function("toYaml", to_yaml, passes=ANYWHERE),
    function("b64enc", b64enc, keeps=True),
    function("sha256sum", sha256sum, keeps=True),
)
