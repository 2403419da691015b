"""Kubernetes quantities as numbers, to compare them."""

from __future__ import annotations

import re
from typing import Any

# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
_QUANTITY = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|[mkMGTPE]|[eE][+-]?[0-9]{1,2})?")
_FACTORS: dict[str, float] = {
    "": 1.0,
    **{suffix: 1000.0**power for power, suffix in enumerate("kMGTPE", start=1)},
    **{f"{suffix}i": 1024.0**power for power, suffix in enumerate("KMGTPE", start=1)},
}


def amount_of(quantity: Any) -> float | None:
    """Return how much a quantity such as `10Gi` is, None for what is no quantity."""
    found = _QUANTITY.fullmatch(str(quantity))
    if found is None:
        return None
    number, suffix = found.groups()
    if suffix == "m":
        return float(number) / 1000  # not `* 0.001`, which makes more of 700m than of 0.7
    factor = _FACTORS.get(suffix or "") or 10.0 ** int(suffix[1:])
    return float(number) * factor
