"""The plugin of pytest. It is there wherever envwright is installed, so it imports nothing that an unused one costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from envwright_testing.cases import RenderCase

pytest.register_assert_rewrite("envwright_testing.conformance")


@pytest.fixture
def render_case(request: pytest.FixtureRequest, tmp_path: Path) -> RenderCase:
    """Compare what the engine makes of the stack in a folder with the files in `expected/` there."""
    from envwright_testing.cases import RenderCase  # the engine: 0.2 s that other test runs need not spend

    options = ("--force-regen", "--regen-all")  # those of pytest-regressions
    keep, forgive = (bool(request.config.getoption(name, default=False)) for name in options)
    return RenderCase(tmp_path / "render-case", keep=keep or forgive, forgive=forgive)
