"""The example stacks of `golden/`: found, not listed, each with every environment that it declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import yaml

from envwright import api

ROOT = Path(__file__).resolve().parents[2]
SLOT = 7


class Golden(NamedTuple):
    """One environment of one example stack; `slot` is 0 outside slots."""

    stack: str
    environment: str
    slot: int

    def __str__(self) -> str:
        return f"{self.stack}/{self.instance}"

    @property
    def instance(self) -> str:
        """The name of the environment or of its slot, as the folder below `renders/<stack>` has it."""
        return f"{self.environment}-{self.slot}" if self.slot else self.environment

    @property
    def renders(self) -> Path:
        """The folder that holds what is committed of it."""
        return ROOT / "renders" / self.stack / self.instance

    def render(self, *, processes: bool = False) -> api.Response:
        """Render it, with the variables of the stack's `golden.env` if it has one."""
        directory = ROOT / "golden" / self.stack
        request = api.Request(environment=self.environment, slot=self.slot, variables=variables(directory))
        return api.render(request, api.open_world(directory / "services.yaml", processes=processes))


def goldens() -> list[Golden]:
    """Return every environment of every stack, slot 7 of those that take slots."""
    found = []
    for file in sorted(ROOT.glob("golden/*/services.yaml")):
        if file.parent.name.startswith("plugin-"):
            continue  # a stranger's plugin is installed for it: tests/plugins/test_plugin_golden.py
        environments = yaml.safe_load(file.read_text(encoding="utf-8"))["spec"]["environments"]
        found += [
            Golden(file.parent.name, name, SLOT if _takes_slots(name, environments) else 0) for name in environments
        ]
    return found


def variables(directory: Path) -> dict[str, str]:
    """Return the variables that a stack's `golden.env` passes, none without that file."""
    file = directory / "golden.env"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _takes_slots(name: str, environments: dict[str, Any]) -> bool:
    """Follow `from` to the first environment that says its kind."""
    declared = environments[name] or {}
    if "kind" in declared or "from" not in declared:
        return declared.get("kind") == "slot"
    return _takes_slots(declared["from"], environments)
