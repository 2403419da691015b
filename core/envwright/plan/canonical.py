"""Canonical JSON and the digests over it."""

from __future__ import annotations

from hashlib import sha256
from json import JSONEncoder
from typing import Any

# one encoder for all: `json.dumps` makes a new one at every call. It does not look whether a value holds itself, which
# takes a quarter of the time: what is read from YAML and JSON cannot
_ENCODE = JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
).encode


def canonical_json(value: Any) -> bytes:
    """Return the one spelling of plain JSON values: keys sorted by code point, no blanks, UTF-8.

    Raises ValueError for a float that JSON cannot hold and for text that is not Unicode.
    """
    return _ENCODE(value).encode()


def digest_of(value: Any) -> str:
    """Return `sha256:` and the hexadecimal digest of `value` as canonical JSON. Raises what `canonical_json` raises."""
    return digest_of_bytes(canonical_json(value))


def digest_of_bytes(content: bytes) -> str:
    """Return `sha256:` and the hexadecimal digest of `content`."""
    return "sha256:" + sha256(content).hexdigest()
