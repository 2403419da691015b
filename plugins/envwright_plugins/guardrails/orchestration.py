"""What an environment says about its end: how much a run may delete, and how long a slot lives."""

from __future__ import annotations

from collections.abc import Iterator

from envwright.kubernetes.kinds import CLUSTER, CUSTOM_CLUSTER, NAMESPACED
from envwright.kubernetes.places import Place
from envwright.model.diagnostic import Diagnostic, diagnostic
from envwright.model.duration import seconds
from envwright.model.resolved import ResolvedEnvironment
from envwright.model.suggest import did_you_mean

# shorter, and it is gone before it is up; longer, and it is no short-lived environment
SHORTEST, LONGEST = "10m", "2160h"


def check_orchestration(environment: ResolvedEnvironment, place: Place) -> Iterator[Diagnostic]:
    """Yield EW624 for a prune policy and EW625 for a time to live that cannot be meant."""
    yield from check_protected_kinds(environment, place)
    yield from check_ttl(environment, place)


def check_protected_kinds(environment: ResolvedEnvironment, place: Place) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each protected kind that is none: an error if it is a misspelled one, else a warning.

    A custom kind is known if the table of kinds has it, or a unit of the stack names it.
    """
    kinds = environment.orchestration.prune_policy.protected_kinds
    known = known_kinds(environment) if kinds else frozenset()
    for index, kind in enumerate(kinds):
        if kind not in known:
            meant = did_you_mean(kind, sorted(known))
            yield diagnostic(
                "error" if meant else "warning",
                "EW624",
                f'"{kind}" is no kind that is known here: it protects nothing',
                place(("orchestration", "prunePolicy", "protectedKinds", index)),
                hint=meant or "write the kind as manifests do, such as PersistentVolumeClaim",
            )


def known_kinds(environment: ResolvedEnvironment) -> frozenset[str]:
    """Return the kinds of Kubernetes, those of others that the engine knows, and those that units name."""
    tables = (NAMESPACED, CLUSTER, CUSTOM_CLUSTER)
    found = {kind for table in tables for kinds in table.values() for kind in kinds}
    for unit in environment.units:
        found.update(unit.declared.readiness.custom)
        found.update(owned.kind for owned in unit.declared.ownership)
    return frozenset(found)


def check_ttl(environment: ResolvedEnvironment, place: Place) -> Iterator[Diagnostic]:
    """Yield a diagnostic for a time to live of production, or one that is too short or too long."""
    ttl, kind = environment.declared.ttl, environment.declared.kind
    if ttl is None:
        return
    where = place(("environments", environment.environment, "ttl"))
    if kind == "production":
        hint = "remove `ttl`, or set it to null where it is inherited"
        yield diagnostic("error", "EW625", "a production environment is never torn down by its age", where, hint=hint)
    elif not seconds(SHORTEST) <= seconds(ttl) <= seconds(LONGEST):
        yield diagnostic("error", "EW625", f"a time to live of {ttl}", where, hint=f"choose {SHORTEST} to {LONGEST}")
