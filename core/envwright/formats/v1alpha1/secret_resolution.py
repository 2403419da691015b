"""`secretResolution`: which other variable overrides a secret's key in an environment."""

from __future__ import annotations

from collections.abc import Mapping

from envwright.model.contract.types import Templated
from envwright.model.value import Value, key


class KeyOverride(Value):
    """The variables that override one key, by environment."""

    source_key: Templated[str] = key("The key that is overridden.", example="OAUTH_CLIENT_ID")
    override_keys: Mapping[str, Templated[str]] = key(
        "The overriding variable by environment.", example={"ai": "OAUTH_CLIENT_ID_AI"}
    )


class OverridePattern(Value):
    """A rule that names the overriding variable of many keys."""

    source_prefix: Templated[str] = key("How the keys begin; all keys if left out.", example="SHOP_", default="")
    exclude_prefixes: tuple[Templated[str], ...] = key(
        "Keys that begin so are left alone.", example=["SHOP_AI_"], default=()
    )
    exclude_suffixes: tuple[Templated[str], ...] = key("Keys that end so are left alone.", example=["_AI"], default=())
    environments: tuple[Templated[str], ...] = key(
        "The environments it holds in; all if left out.", example=["ai"], default=()
    )
    override_template: Templated[str] = key(
        "The variable's name, with `{key}`, `{suffix}`, `{env}` and `{env_upper}`.", example="{key}_{env_upper}"
    )


class SecretResolution(Value):
    """Which variable a secret's key is taken from in an environment, where that is not the key's own name."""

    environment_aliases: Mapping[str, tuple[Templated[str], ...]] = key(
        "Other names of environments.", example={"production": ["prod"]}, default={}
    )
    key_overrides: tuple[KeyOverride, ...] = key(
        "Overrides key by key; they win over `patterns`.",
        example=[{"sourceKey": "OAUTH_CLIENT_ID", "overrideKeys": {"ai": "OAUTH_CLIENT_ID_AI"}}],
        default=(),
        list_key="source_key",
    )
    patterns: tuple[OverridePattern, ...] = key(
        "Overrides by rule; the first that fits decides.",
        example=[{"sourcePrefix": "SHOP_", "overrideTemplate": "{key}_{env_upper}"}],
        default=(),
    )
