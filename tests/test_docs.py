"""What the guides show is what happens: stacks are valid, commands print what stands below them, links lead somewhere.

`make goldens` refreshes the output that is shown.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from envwright import api
from tests.support.paths import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")])
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def stacks(page: Path) -> list[str]:
    """Return the whole stacks that a page shows."""
    blocks = [text for language, text in FENCED.findall(page.read_text(encoding="utf-8")) if language == "yaml"]
    return [text for text in blocks if "apiVersion: envwright.dev/v1" in text and "metadata:" in text]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as a forge makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


SHOWN = [
    (page, index)
    for page in PAGES
    if "diagnostics" not in page.parts and page.name != "contract.md"
    for index in range(len(stacks(page)))
]


@pytest.mark.parametrize(("page", "index"), SHOWN, ids=lambda value: value.name if isinstance(value, Path) else value)
def test_every_stack_that_a_page_shows_is_valid(page: Path, index: int, tmp_path: Path) -> None:
    request = api.Request(file="-", text=stacks(page)[index])
    try:
        found = api.validate(request, api.open_world(tmp_path))
    except api.Refused as refused:
        found = refused.diagnostics
    # a floating image, and manifests that the page does not show
    assert [item for item in found if item.code not in ("EW312", "EW001")] == []


GUIDES = [ROOT / "README.md", ROOT / "docs/tutorial.md", ROOT / "docs/env-repo.md", ROOT / "docs/stacks.md"]
CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```)", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.+)\n", re.MULTILINE)


def lay_out(directory: Path) -> None:
    """Make a checkout whose virtual environment is the running one, as far as `make demo` looks at it."""
    shutil.copytree(ROOT / "golden", directory / "golden")
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy2(ROOT / name, directory)
    (directory / ".venv").mkdir()
    (directory / ".venv/bin").symlink_to(Path(sys.executable).parent)
    (directory / ".venv/runtime").touch()


def replayed(page: Path, directory: Path) -> str:
    """Return a page with the output that its commands have, run in their order in a copy of the example stacks."""
    lay_out(directory)
    path = f"{directory / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "COLUMNS": "100"}
    environment["XDG_CACHE_HOME"] = str(directory / "cache")

    def run(block: re.Match[str]) -> str:
        shown = ""
        for command in COMMAND.findall(block[0]):
            done = subprocess.run(
                ["bash", "-c", f"{{ {command}; }} 2>&1"],
                cwd=directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            shown += f"$ {command}\n{done.stdout}"
        return shown

    return CONSOLE.sub(run, page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_that_a_guide_shows_prints_what_stands_below_it(
    page: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    now = replayed(page, tmp_path)
    if request.config.getoption("--regen-all"):
        page.write_text(now, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == now, "if this is what you meant, refresh with: make goldens"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        path, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = page.parent / path if path else page
        assert target.exists(), f"{page.relative_to(ROOT)}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{page.relative_to(ROOT)}: {link}"


def test_the_index_lists_every_page() -> None:
    docs = ROOT / "docs"
    index = (docs / "index.md").read_text(encoding="utf-8")
    listed = {(docs / link.partition("#")[0]).resolve() for link in LINK.findall(FENCED.sub("", index))}
    pages = {*docs.glob("*.md"), *docs.glob("plugins/*.md")} - {docs / "index.md"}
    assert sorted(page.name for page in pages if page.resolve() not in listed) == []
