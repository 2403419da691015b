"""Jobs as steps: a `kind: Job` of any manifest runs to its end once, it is never applied."""

from __future__ import annotations

from collections.abc import Iterable

from envwright.model.rendered import JobPurpose, KubernetesObject, RenderedJob

MIGRATIONS = "migrations"
# with these the Job itself says which failures count, and how many
OWN_FAILURE_RULES = ("backoffLimitPerIndex", "podFailurePolicy")


def take_jobs(
    manifests: Iterable[KubernetesObject], *, phase: str, timeout: int
) -> tuple[tuple[KubernetesObject, ...], tuple[RenderedJob, ...]]:
    """Return the objects that are no Jobs, and the Jobs as steps in the place of the objects (stage `main`).

    In the phase `migrations` a Job is a migration, elsewhere a hook. `timeout` is in seconds, for Jobs that do not say
    `activeDeadlineSeconds`.
    """
    kept: list[KubernetesObject] = []
    jobs: list[RenderedJob] = []
    purpose: JobPurpose = "migration" if phase == MIGRATIONS else "hook"
    for manifest in manifests:
        if is_job(manifest):
            jobs.append(rendered_job(manifest, purpose, timeout))
        else:
            kept.append(manifest)
    return tuple(kept), tuple(jobs)


def is_job(manifest: KubernetesObject) -> bool:
    """Return whether the object is a Job of Kubernetes itself."""
    return manifest.kind == "Job" and manifest.group == "batch"


def rendered_job(manifest: KubernetesObject, purpose: JobPurpose, timeout: int) -> RenderedJob:
    """Return a Job of a manifest as a step.

    The reconciler repeats and removes Jobs, so what the manifest says about it becomes the step's: `backoffLimit` is
    the number of retries, `activeDeadlineSeconds` the timeout, and `ttlSecondsAfterFinished` goes.
    """
    spec = manifest.content.get("spec")
    if not isinstance(spec, dict):
        return RenderedJob(manifest, purpose, "main", timeout)
    deadline, limit = spec.get("activeDeadlineSeconds"), spec.get("backoffLimit")
    allowed = deadline if isinstance(deadline, int) and deadline > 0 else timeout
    once = {key: value for key, value in spec.items() if key != "ttlSecondsAfterFinished"}
    once["activeDeadlineSeconds"] = allowed
    retries = 0
    if not any(key in spec for key in OWN_FAILURE_RULES):
        once["backoffLimit"] = 0
        retries = limit if isinstance(limit, int) and limit > 0 else 0
    content = {**manifest.content, "spec": once}
    return RenderedJob(manifest._replace(content=content), purpose, "main", allowed, retries=retries)
