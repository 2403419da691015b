"""The fixture `render_case`, in the runs of pytest that an author sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.stacks import stack, write
from tests.testing.authors import run

STACK = stack(
    """\
    environments: {production: {}, ai: {kind: slot}}
    services:
      - {name: api, workload: {kind: deployment, image: 'registry.example.org/api:1'}}
    """
)
PLUGIN = """\
from envwright.hookspecs import ManifestTransform, Transformed
from envwright.host import hookimpl


def labelled(facts, objects):
    return Transformed(tuple(
        item._replace(content={**item.content, "metadata": {**item.content["metadata"], "labels": {"team": "LABEL"}}})
        for item in objects
    ))


@hookimpl
def envwright_manifest_transform():
    return ManifestTransform("labels", labelled)
"""
TEST = """\
from pathlib import Path

import pytest

import labels

CASES = sorted(Path(__file__).parent.glob("cases/*"))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_renders(folder, render_case):
    render_case(folder, plugins=[labels], kubernetes=["1.34"])
"""


@pytest.fixture
def author(tmp_path: Path) -> Path:
    """A package with a plugin and a case."""
    files = {
        "labels.py": PLUGIN.replace("LABEL", "shop"),
        "test_labels.py": TEST,
        "cases/hello/services.yaml": STACK,
        "pytest.ini": "[pytest]\nfilterwarnings = error\n",
    }
    write(tmp_path, files)
    return tmp_path


def test_the_first_run_writes_what_it_renders_and_says_so(author: Path) -> None:
    first = run(author)
    assert first.returncode == 1, first.stdout
    assert "was not there: it is written, look at it" in first.stdout
    expected = author / "cases/hello/expected"
    assert sorted(path.name for path in expected.iterdir()) == ["ai-1", "production"]
    (deployment,) = expected.glob("production/manifests/**/deployment-api.yaml")
    assert "team: shop" in deployment.read_text(encoding="utf-8")
    second = run(author)
    assert second.returncode == 0, second.stdout


def test_every_difference_is_shown_and_written_when_asked_for(author: Path) -> None:
    run(author)
    write(author, {"labels.py": PLUGIN.replace("LABEL", "cart"), "cases/hello/expected/ai-1/stray.txt": "x\n"})
    differs = run(author)
    assert differs.returncode == 1
    assert "hello renders something else; if this is what you meant: pytest --regen-all" in differs.stdout
    assert {"-    team: shop", "+    team: cart", "--- expected/ai-1/stray.txt"} <= set(differs.stdout.splitlines())
    forced = run(author, "--force-regen")
    assert forced.returncode == 1
    assert run(author).returncode == 0
    assert not (author / "cases/hello/expected/ai-1/stray.txt").exists()
    write(author, {"labels.py": PLUGIN.replace("LABEL", "mail")})
    assert run(author, "--regen-all").returncode == 0
    assert run(author).returncode == 0


def test_what_is_refused_is_a_case_too(author: Path) -> None:
    write(author, {"cases/hello/services.yaml": STACK.replace("deployment", "deploymnt")})
    assert run(author).returncode == 1
    text = (author / "cases/hello/expected/diagnostics.txt").read_text(encoding="utf-8")
    assert text.startswith("services.yaml:8:")
    assert 'did you mean "deployment"?' in text
    assert run(author).returncode == 0


def test_schemas_are_held(author: Path) -> None:
    wrong = PLUGIN.replace('"labels": {"team": "LABEL"}', '"labls": {"team": "shop"}')
    write(author, {"labels.py": wrong})
    found = run(author)
    assert "Kubernetes does not take" in found.stdout
    assert "labls" in found.stdout


def test_an_unused_plugin_costs_nothing(author: Path) -> None:
    write(
        author,
        {"test_labels.py": "import sys\n\ndef test_it():\n    assert not {'envwright', 'yaml'} & set(sys.modules)\n"},
    )
    done = run(author, "-p", "no:pytest-regressions")
    assert done.returncode == 0, done.stdout
