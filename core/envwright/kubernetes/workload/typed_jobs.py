"""Migrations and hooks: each is a workload of kind `job` that runs before or after its unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from envwright.kubernetes.jobs import is_job, rendered_job
from envwright.kubernetes.workload.build import workload_objects
from envwright.kubernetes.workload.context import WorkloadContext
from envwright.kubernetes.workload.labels import joined
from envwright.model.contract.job import TypedJob
from envwright.model.contract.unit import Infrastructure, Service
from envwright.model.contract.workload import Workload, WorkloadServiceAccount
from envwright.model.duration import seconds
from envwright.model.rendered import JobPurpose, JobStage, KubernetesObject, RenderedJob

# the migration tool that needs no plugin
COMMAND = "command"


class TypedJobs(NamedTuple):
    """The typed Jobs of a unit, and the objects that they need: ConfigMaps of their files, claims of their volumes."""

    jobs: tuple[RenderedJob, ...]
    objects: tuple[KubernetesObject, ...]


NO_JOBS = TypedJobs((), ())


def typed_jobs(declared: Infrastructure | Service, context: WorkloadContext) -> TypedJobs:
    """Return the Jobs that a unit declares, in the order of their lists; `context` is the unit's own.

    Left out are those whose `when` is false, and migrations of a tool that only a plugin knows. Reports what
    `workload_objects` reports.
    """
    built: list[tuple[RenderedJob, Sequence[KubernetesObject]]] = []
    if isinstance(declared, Service):
        for index, migration in enumerate(declared.migrations):
            if migration.when and migration.tool == COMMAND:
                built.append(typed_job(migration, "migration", "before", context.below("migrations", index)))
    for index, hook in enumerate(declared.hooks.before_deploy):
        if hook.when:
            built.append(typed_job(hook, "hook", "before", context.below("hooks", "beforeDeploy", index)))
    for index, hook in enumerate(declared.hooks.after_ready):
        if hook.when:
            built.append(typed_job(hook, "hook", "after", context.below("hooks", "afterReady", index)))
    return TypedJobs(tuple(job for job, _ in built), tuple(each for _, objects in built for each in objects))


def typed_job(
    declared: TypedJob, purpose: JobPurpose, stage: JobStage, context: WorkloadContext
) -> tuple[RenderedJob, tuple[KubernetesObject, ...]]:
    """Return one typed Job as a step, named `<unit>-<job>`, and the objects that it needs first."""
    # a dot, for a unit may well have the Job's name: its Service must not find the Job's pods
    label = joined(context.name, declared.name, by=".")
    named = context._replace(name=joined(context.name, declared.name), label=label)
    objects = workload_objects(as_workload(declared), named)
    (manifest,) = (each for each in objects if is_job(each))
    job = rendered_job(manifest, purpose, seconds(declared.timeout))._replace(
        stage=stage,
        run_on=declared.run_on,
        reversible=declared.reversible,
        target=declared.target,
        retries=declared.retries,
    )
    return job, tuple(each for each in objects if each is not manifest)


def as_workload(declared: TypedJob) -> Workload:
    """Return the workload that runs a typed Job's one container."""
    account = WorkloadServiceAccount(name=declared.service_account) if declared.service_account else None
    return Workload(
        kind="job",
        image=declared.image,
        image_pull_secrets=declared.image_pull_secrets,
        command=declared.command,
        args=declared.args,
        working_dir=declared.working_dir,
        env=declared.env,
        files=declared.files,
        volumes=declared.volumes,
        resources=declared.resources,
        security=declared.security,
        run_as_user=declared.run_as_user,
        service_account=account,
        timeout=declared.timeout,
    )
