"""The phases of every golden are folders that `kustomize build` takes: kubectl carries it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support.paths import ROOT

FOLDERS = [path.parent for path in sorted(ROOT.glob("renders/*/*/manifests/**/kustomization.yaml"))]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(ROOT / "renders").as_posix())
def test_kustomize_builds_a_phase_with_every_manifest_in_it(assets: Path, folder: Path) -> None:
    command = [assets / "kubectl", "kustomize", folder]
    built = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = {(item["kind"], item["metadata"]["name"]) for item in yaml.safe_load_all(built)}
    files = [path for path in folder.rglob("*.yaml") if path.name != "kustomization.yaml"]
    written = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in files)
    assert found == {(item["kind"], item["metadata"]["name"]) for item in written}
