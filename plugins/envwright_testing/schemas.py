"""Kubernetes' own schemas, strictly: what `kubernetes-validate` carries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from envwright import api
from envwright.kubernetes.kinds import is_built_in


def faults(response: api.Response, versions: Sequence[str]) -> list[str]:
    """Return what versions of Kubernetes, such as `1.34`, do not take of a render; custom kinds have no schema.

    Fails the test where versions are given and `kubernetes-validate` is not installed.
    """
    return list(_faults(response, versions)) if versions else []


def _faults(response: api.Response, versions: Sequence[str]) -> Iterator[str]:
    try:
        import kubernetes_validate  # not needed without versions, and not brought by envwright
    except ImportError:
        pytest.fail("kubernetes=... needs the package kubernetes-validate", pytrace=False)
    for planned in response.plan.objects:
        content = dict(response.rendered.read(planned.file))
        if not is_built_in(content["apiVersion"].rpartition("/")[0], content["kind"]):
            continue
        for version in versions:
            try:
                kubernetes_validate.validate(content, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                yield f"{planned.file}, {version}: {error}"
            except kubernetes_validate.SchemaNotFoundError:
                yield f"{planned.file}, {version}: it does not serve {content['apiVersion']} {content['kind']}"
