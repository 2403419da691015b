from __future__ import annotations

from typing import Any

import pytest

from envwright.kubernetes.jobs import take_jobs
from tests.kubernetes.making import manifest, manifests


def taken(spec: str, phase: str = "internal") -> Any:
    job = manifest(f"{{apiVersion: batch/v1, kind: Job, metadata: {{name: a}}, spec: {spec}}}")
    _, (rendered,) = take_jobs([job], phase=phase, timeout=600)
    return rendered


def test_jobs_leave_the_objects_that_are_applied() -> None:
    objects = manifests(
        """
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: c}}
        ---
        {apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {template: {}}}
        ---
        {apiVersion: batch.volcano.sh/v1alpha1, kind: Job, metadata: {name: v}}
        """
    )
    kept, jobs = take_jobs(objects, phase="internal", timeout=600)
    assert [each.name for each in kept] == ["c", "v"]
    assert [(each.object.name, each.stage, each.run_on) for each in jobs] == [("j", "main", "change")]


@pytest.mark.parametrize(
    ("phase", "purpose"), [("migrations", "migration"), ("internal", "hook"), ("stateful", "hook")]
)
def test_the_phase_says_the_purpose(phase: str, purpose: str) -> None:
    assert taken("{template: {}}", phase).purpose == purpose


def test_the_step_repeats_and_keeps_the_job_not_the_job_itself() -> None:
    job = taken("{backoffLimit: 3, activeDeadlineSeconds: 90, ttlSecondsAfterFinished: 5, template: {x: y}}")
    assert (job.retries, job.timeout) == (3, 90)
    assert job.object.content["spec"] == {"backoffLimit": 0, "activeDeadlineSeconds": 90, "template": {"x": "y"}}


def test_without_limits_of_its_own_it_runs_once_within_the_timeout() -> None:
    job = taken("{template: {}}")
    assert (job.retries, job.timeout) == (0, 600)
    assert job.object.content["spec"] == {"backoffLimit": 0, "activeDeadlineSeconds": 600, "template": {}}


def test_a_job_with_rules_of_its_own_for_failures_keeps_them() -> None:
    job = taken("{backoffLimit: 3, podFailurePolicy: {rules: []}, template: {}}")
    assert job.retries == 0
    assert job.object.content["spec"]["backoffLimit"] == 3


def test_a_job_of_the_wrong_shape_is_no_crash() -> None:
    assert taken("[]").timeout == 600
