"""What all tests share: hypothesis looks at what the code does, not at how busy the machine is, and the tests on a
cluster share one.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("envwright", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("envwright")


class Scheduling(LoadScopeScheduling):
    """Gives all tests of `tests/cluster` to one worker, so to one server; the others function by function."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/cluster" if nodeid.startswith("tests/cluster/") else nodeid.partition("[")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Answer for xdist's `--dist`; its own `loadgroup` does not see marks with pytest 9.2."""
    return Scheduling(config, log)
