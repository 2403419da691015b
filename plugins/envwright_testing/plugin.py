"""The plugin of pytest. It is there wherever envwright is installed, so it imports nothing that an unused one costs."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("envwright_testing.conformance")
