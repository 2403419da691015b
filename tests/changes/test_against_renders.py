"""What is told to follow from an edit is what the next render does: no unit is forgotten, none is named for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from envwright import api
from envwright.adapters.entry_points import installed
from tests.changes.shop import FILES, request, shop, told

ROOT = "services.yaml"
# what only a person knows of: images on others by a fixed tag, code that no image is made of
BEYOND = ("base/", "libs/")
EDITED = [path for path in FILES if not path.endswith(("services.yaml", "service.yaml"))]


def rendered(folder: Path, environment: str) -> dict[str, str]:
    """Return the units with the digests of all that they put into the cluster."""
    response = api.render(request(environment), api.open_world(folder / ROOT, installed()))
    units: dict[str, str] = {}
    for item in response.plan.objects:
        units[item.unit] = f"{units.get(item.unit, '')} {item.digest}"
    return units


@pytest.mark.parametrize("path", EDITED)
def test_the_render_changes_what_was_told(path: str, tmp_path: Path) -> None:
    world = shop(tmp_path)
    before = rendered(tmp_path, "production")
    with (tmp_path / path).open("a") as file:
        file.write("# edited\n" if path.endswith((".py", "Dockerfile", "ignore")) else "\n")
    if path.endswith((".tpl", ".conf")):
        (tmp_path / path).write_text(FILES[path].replace("a: b", "a: c").replace("0 3", "0 4").replace("{}", "{ }"))
    after = rendered(tmp_path, "production")
    changed = {unit for unit in after if after[unit] != before.get(unit)} - {""}
    changes = told(world, "production", path)
    acted = {unit.name for unit in changes.units if unit.effect != "none" and unit.files}
    assert changed <= acted
    if path.startswith(BEYOND) or path.endswith((".dockerignore", "sql/1.sql")):
        return
    assert acted <= changed
