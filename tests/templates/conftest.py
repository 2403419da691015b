from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.templates import go_oracle
from tests.templates.go_oracle import Oracle


@pytest.fixture(scope="session")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    binary = go_oracle.build(tmp_path_factory.mktemp("oracle"))
    if binary is None:
        reason = "Go is not installed: nothing compares the templates with Go's text/template"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    running = Oracle(binary)
    yield running
    running.close()
