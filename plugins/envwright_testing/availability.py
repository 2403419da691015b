"""What a service needs: brought, or the test says loudly what is missing."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import pytest

from envwright_testing.cache import program
from envwright_testing.service import FixtureService, Provided, UnavailableError


def provided_for(service: FixtureService, request: pytest.FixtureRequest) -> Provided:
    """Return what a service's image would have. Skips with the reason if it cannot be brought; fails where CI=true."""

    def progress(line: str) -> None:
        capture = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            print(f"\nenvwright_testing: {line}", file=sys.stderr, flush=True)

    try:
        program("git")
        return service.provide(service.folder, progress)
    except UnavailableError as error:
        unavailable(f"NOT TESTED with a real process: {error}")


def unavailable(reason: str) -> NoReturn:
    """Skip with a reason; in continuous integration, where all has to be there, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
