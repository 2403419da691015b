"""The engine needs no plugin: every step runs with all of the built-in ones switched off."""

from __future__ import annotations

from pathlib import Path

from tests.support.paths import ROOT
from tests.support.plugins import run

CODE = """
import sys

sys.modules["envwright_plugins"] = None  # whoever imports it fails

from envwright import api
from envwright.host import Host

world = api.open_world(sys.argv[1], Host())
api.validate(api.Request(), world, manifests=True)
for environment, slot in (("production", 0), ("preview", 7)):
    response = api.render(api.Request(environment=environment, slot=slot), world)
    print(len(response.plan.objects) > 20, response.plan.steps[-1].id)
"""


def test_a_monorepo_is_rendered_by_the_engine_alone(tmp_path: Path) -> None:
    ended = run([str(ROOT / "golden/monorepo/services.yaml")], cwd=tmp_path, code=CODE)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "True prune\nTrue prune\n"
