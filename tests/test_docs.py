from __future__ import annotations

import re
from pathlib import Path

import pytest

from envwright import api

ROOT = Path(__file__).resolve().parents[1]
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
    assert [found for found in api.validate(request, api.open_world(tmp_path)) if found.code != "EW312"] == []


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
