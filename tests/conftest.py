"""What all tests share: hypothesis looks at what the code does, not at how busy the machine is."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("envwright", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("envwright")
