"""Names and labels of what a workload makes.

https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
"""

from __future__ import annotations

import hashlib
from typing import Any

from envwright.kubernetes.workload.context import WorkloadContext
from envwright.model.contract.workload import Workload

LONGEST_LABEL = 63


def selector(context: WorkloadContext) -> dict[str, str]:
    """Return the labels that tell this workload's pods from all others; they can never change."""
    return {"app.kubernetes.io/name": context.label or context.name, "app.kubernetes.io/part-of": context.project}


def labels(workload: Workload, context: WorkloadContext) -> dict[str, str]:
    """Return the labels of every object, the declared ones among them."""
    return {**workload.labels, **selector(context), "app.kubernetes.io/managed-by": "envwright"}


def metadata(workload: Workload, context: WorkloadContext, name: str = "") -> dict[str, Any]:
    """Return the metadata of an object of the workload's own name or of another."""
    return {"name": name or context.name, "labels": labels(workload, context)}


def joined(*parts: str, by: str = "-") -> str:
    """Return the parts as one name, cut with a hash where that is longer than a label may be."""
    name = by.join(parts)
    if len(name) <= LONGEST_LABEL:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_LABEL - len(digest) - 1].rstrip('-.')}-{digest}"
