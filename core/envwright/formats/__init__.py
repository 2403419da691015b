"""The formats of `services.yaml`, and which one a file has.

`envwright.dev/v1` is the contract itself. `codex-k8s.dev/v1alpha1` loads unchanged: its documents are checked against
its own types and become v1-shaped trees. Files without `apiVersion` are older still and are converted once, by
`envwright.formats.pre_api_version`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from envwright.formats.edit import text_of
from envwright.model.contract.stack import ServiceStack
from envwright.model.diagnostic import Refused, Report, refuse
from envwright.model.dialect import V1, V1ALPHA1, Dialect
from envwright.model.nodes import Map
from envwright.model.suggest import did_you_mean
from envwright.model.value import Value


class Format(NamedTuple):
    """A format: the rules of its `dialect`, the type that step 4 checks, `with_texts` and `to_v1`, None for v1 itself.

    `with_texts` takes a document before it is checked and returns it with what the format takes for text quoted.
    `to_v1` takes a checked document and a report, and returns the same in v1's shape.
    """

    dialect: Dialect
    stack_type: type[Value]
    with_texts: Callable[[Map], Map] | None = None
    to_v1: Callable[[Map, Report], Map] | None = None


class _Formats(Mapping[str, Format]):
    """The formats by `apiVersion`; the types of an older one are imported when a file of it turns up."""

    def __getitem__(self, version: str) -> Format:
        if version == V1.api_version:
            return Format(V1, ServiceStack)
        if version == V1ALPHA1.api_version:
            from envwright.formats import v1alpha1  # a v1 stack does not pay for it

            return Format(V1ALPHA1, v1alpha1.ServiceStack, v1alpha1.with_texts, v1alpha1.to_v1)
        raise KeyError(version)

    def __iter__(self) -> Iterator[str]:
        return iter((V1.api_version, V1ALPHA1.api_version))

    def __len__(self) -> int:
        return 2


FORMATS: Mapping[str, Format] = _Formats()

# what a file of the pre-apiVersion format has at its top, where later formats have `spec`
_OLDEST_KEYS = frozenset(
    {"project", "services", "infrastructure", "environments", "images", "versions", "namespace", "baseDomain", "codex"}
)


def detect(root: Map) -> Format:
    """Return the format that a root file declares.

    Raises Refused: EW100 for an `apiVersion` or a `kind` that is not known or missing, EW800 for a file that has to be
    converted first.
    """
    declared = root.get("apiVersion")
    if declared is None:
        raise _without_api_version(root)
    version = text_of(declared)
    if version not in FORMATS:
        hint = did_you_mean(version, FORMATS) or f"it takes {' or '.join(FORMATS)}"
        raise refuse("EW100", f'unknown apiVersion "{version}"', declared.mark, hint=hint)
    kind = root.get("kind")
    if kind is not None and text_of(kind) != "ServiceStack":
        hint = did_you_mean(text_of(kind), ["ServiceStack"]) or "it takes ServiceStack"
        raise refuse("EW100", f'unknown kind "{text_of(kind)}"', kind.mark, hint=hint)
    return FORMATS[version]


def _without_api_version(root: Map) -> Refused:
    if "spec" not in root.entries and _OLDEST_KEYS & root.entries.keys():
        return refuse(
            "EW800",
            "this file is of the format before apiVersion",
            root.mark,
            hint=f"convert it once: `envwright migrate -f {root.mark.file} --out DIR`",
        )
    hint = f"the file begins with `apiVersion: {V1.api_version}`"
    return refuse("EW100", "the file has no apiVersion", root.mark, hint=hint)
