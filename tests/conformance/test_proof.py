"""What docs/stacks.md says of the proof of each stack is so."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.conformance.prepare import proofs
from tests.plugins.stacks.making import STACKS
from tests.support.paths import ROOT

ROW = re.compile(r"^\| `(\w+)` \|.*\| (run|rendered) \|$", re.MULTILINE)
PROOFS = dict(ROW.findall((ROOT / "docs/stacks.md").read_text(encoding="utf-8")))
RENDERS = ROOT / "renders/stacks/ai-7/manifests"


def test_every_stack_has_its_proof() -> None:
    assert set(PROOFS) == set(STACKS)


def test_those_are_run_that_are_said_to() -> None:
    assert {proof.stack for proof in proofs()} == {name for name, proof in PROOFS.items() if proof == "run"}


# what the pod of each runs, and where its source is; the whole of it stands in renders/stacks
RENDERED = {
    "next": ("next dev -H 0.0.0.0 -p 8080", "/srv/app"),
    "spring": ("gradle --continuous --quiet classes & exec gradle bootRun", "/src"),
    "rails": ("rm -f tmp/pids/server.pid && exec bin/rails server -b 0.0.0.0 -p 8080", "/rails"),
    "php": (
        "php -d opcache.validate_timestamps=1 -d opcache.revalidate_freq=0 -S 0.0.0.0:8080 -t public",
        "/var/www/app",
    ),
    "rust": ("bacon --headless run-long", "/src"),
    "static": ("", "/usr/share/nginx/html"),
}


@pytest.mark.parametrize("name", RENDERED)
def test_the_others_are_rendered(name: str) -> None:
    assert PROOFS[name] == "rendered"
    (file,) = RENDERS.glob(f"**/*deployment*{name}.yaml")
    (container,) = yaml.safe_load(file.read_text(encoding="utf-8"))["spec"]["template"]["spec"]["containers"]
    command, source = RENDERED[name]
    assert " ".join(container.get("command", [])).removeprefix("sh -c ") == command
    assert source in [mount["mountPath"] for mount in container["volumeMounts"]]
    assert "livenessProbe" not in container


def test_no_stack_is_forgotten() -> None:
    assert set(RENDERED) == {name for name, proof in PROOFS.items() if proof == "rendered"}
