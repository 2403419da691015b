"""Scalar types of the contract: a Python type and what narrows it, readable by people, checker and JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple, TypeVar


class Pattern(NamedTuple):
    """The whole text matches `regex` (ECMA 262 and `re` agree on it); `says` tells a user what that means.

    `numeric`: a number is such a text too, so it needs no quotes.
    """

    regex: str
    says: str
    numeric: bool = False


class Range(NamedTuple):
    """The number lies between `least` and `most`, both included; None is no bound."""

    least: int | None = None
    most: int | None = None


class Template(NamedTuple):
    """The scalar may hold a template: text with `{{` where the file is read, the type itself after step 6."""


class RelativePath(NamedTuple):
    """A path relative to the file that declares it; after step 2 relative to the root file's directory."""

    glob: bool = False


class Anything(NamedTuple):
    """Any JSON value: maps, lists and scalars, checked by whoever reads it."""


T = TypeVar("T")
Templated = Annotated[T, Template()]

Json = Annotated[Any, Anything()]

# RFC 1123 label, as Kubernetes asks of names that become DNS labels:
# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
DnsLabel = Annotated[
    str,
    Pattern("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", "lower-case letters, digits and `-`, at most 63, no `-` at the ends"),
]
# RFC 1123 subdomain, as most object names:
# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
DnsName = Annotated[
    str,
    Pattern("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?", "lower-case letters, digits, `-` and `.`, at most 253"),
]
Hostname = Annotated[
    str,
    Pattern(
        r"(\*\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*",
        "a host name such as `shop.example.org`, `*.` in front for a wildcard",
    ),
]
Word = Annotated[
    str, Pattern("[A-Za-z_][A-Za-z0-9_.-]*", "a word: a letter first, then letters, digits, `_`, `-`, `.`")
]
VariableName = Annotated[str, Pattern("[A-Za-z_][A-Za-z0-9_]*", "an environment variable's name, such as `PORT`")]
PluginName = Annotated[str, Pattern("[a-z][a-z0-9_-]*", "a plugin's name: lower-case letters, digits, `_`, `-`")]
Duration = Annotated[
    str,
    Pattern("([0-9]+(h|m|s))+", "a duration such as `90s`, `10m` or `1h30m`"),
]
# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
Quantity = Annotated[
    str,
    Pattern(
        r"[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?",
        "a Kubernetes quantity such as `250m` or `1Gi`",
        numeric=True,
    ),
]
# https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports, RFC 6335 section 5.1
PortName = Annotated[
    str,
    Pattern(
        "(?=.{1,15}$)(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?",
        "lower-case letters, digits and single `-` inside, one letter at least, at most 15",
    ),
]
_LABEL_KEY = (
    r"([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*/)?"
    "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
)
# of labels and annotations: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
LabelKey = Annotated[
    str,
    Pattern(
        _LABEL_KEY,
        "letters, digits, `-`, `_` and `.`, at most 63, a letter or digit at the ends; before it `DOMAIN/` if need be",
    ),
]
LabelValue = Annotated[
    str,
    Pattern(
        "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?",
        "letters, digits, `-`, `_` and `.`, at most 63, a letter or digit at the ends",
        numeric=True,
    ),
]
# https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#downwardapi-fieldRef
PodField = Annotated[
    str,
    Pattern(
        rf"metadata\.(name|namespace|uid)|metadata\.(labels|annotations)\['{_LABEL_KEY}'\]"
        r"|spec\.(nodeName|serviceAccountName)|status\.(hostIP|podIP)s?",
        "one of `metadata.name`, `metadata.namespace`, `metadata.uid`, `metadata.labels['KEY']`, "
        "`metadata.annotations['KEY']`, `spec.nodeName`, `spec.serviceAccountName`, `status.hostIP`, `status.hostIPs`, "
        "`status.podIP`, `status.podIPs`",
    ),
]
# RFC 6901
JsonPointer = Annotated[str, Pattern("(/([^~/]|~[01])*)*", "a JSON Pointer such as `/spec/replicas`")]
UrlPath = Annotated[str, Pattern("/.*", "a path that begins with `/`")]
IntOrPercent = Annotated[str, Pattern("[0-9]+%?", "a whole number or a percentage such as `25%`", numeric=True)]
FilePath = Annotated[str, RelativePath()]
FileGlob = Annotated[str, RelativePath(glob=True)]
Port = Annotated[int, Range(1, 65535)]
Count = Annotated[int, Range(0, None)]
Positive = Annotated[int, Range(1, None)]

JsonMap = Mapping[str, Json]
JsonList = Sequence[Json]
