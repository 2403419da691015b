"""What is not allowed in an environment, as far as the engine says so; plugins add theirs by `envwright_guidance`."""

from __future__ import annotations

from collections.abc import Iterator

from envwright.hookspecs import Guidance
from envwright.model.resolved import ResolvedEnvironment

SCOPES = {
    "refuse": "they are refused",
    "drop": "they are left out of the plan",
    "narrow": "cluster roles become roles of the namespace, the others are left out",
}


def forbidden(environment: ResolvedEnvironment) -> Iterator[Guidance]:
    """Yield what nobody may do in the environment."""
    yield Guidance(
        "Changing objects by hand.", "Edit the stack and render: the next run puts back what the stack says."
    )
    yield Guidance("Writing the value of a Secret into any file.", "Declare its keys in the stack's secrets.")
    if environment.declared.kind == "production":
        yield Guidance("Hot-reload.", "Commit: what runs in production is an image that was built.")
    if environment.instance_scope == "isolated":
        scope = environment.declared.cluster_scope
        yield Guidance(
            f"Objects of the cluster, and of other namespaces: {SCOPES[scope]}.",
            "Use the kind of the namespace, such as Role for ClusterRole.",
        )
    if environment.declared.shares_namespace_of:
        yield Guidance(
            "Objects that the environment which shares this namespace owns.", "Change them in that environment."
        )
