from collections.abc import Callable
from textwrap import dedent, indent
from typing import Any

import pytest

from envwright.ast.plain import plain
from envwright.contract.check import check
from envwright.formats import detect
from envwright.model.diagnostic import Report
from envwright.model.nodes import Map
from tests.formats.trees import parse

HEAD = "apiVersion: codex-k8s.dev/v1alpha1\nkind: ServiceStack\nmetadata: {name: shop}\nspec:\n"


@pytest.fixture
def v1alpha1() -> Callable[[str], tuple[dict[str, Any], Report, Map]]:
    """Converts a v1alpha1 `spec` (YAML text); returns it as plain values, what was reported, and the tree."""

    def convert(spec: str) -> tuple[dict[str, Any], Report, Map]:
        root = parse(HEAD + indent(dedent(spec).strip() + "\n", "  "))
        found = detect(root)
        report = Report()
        check(root, found.stack_type, report)
        if report.failed or found.to_v1 is None:
            return {}, report, root
        tree = found.to_v1(root, report)
        return plain(tree)["spec"], report, tree

    return convert
