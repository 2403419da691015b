"""The same input gives the same bytes in every process."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.paths import ROOT

PROGRAM = """
import sys
from envwright.plan.transition import compute_transition, transition_bytes
from envwright.plan.views.markdown import plan_markdown
from envwright.plan.writing import plan_bytes
from tests.plan.trees import tree
from tests.support.plans import shop, unit
target = tree(*shop())
sys.stdout.buffer.write(plan_bytes(target.plan))
sys.stdout.buffer.write(plan_markdown(target.plan).encode())
sys.stdout.buffer.write(transition_bytes(compute_transition(tree(unit("api"), unit("old")), target)))
"""


def output(seed: str) -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    return subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True).stdout


def test_hash_seeds_do_not_reach_the_bytes() -> None:
    assert output("1") == output("2")
