"""The reference and the pages of the codes say what the engine does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from envwright import api
from envwright.model.codes.templates import TEMPLATES
from envwright.model.diagnostic import Diagnostic, Refused
from envwright.templates.functions import FUNCTIONS, GROUPS
from envwright.templates.limits import LIMITS
from envwright.templates.render import render
from envwright.templates.scope import Scope
from tests.support.paths import ROOT
from tests.templates.examples import DATA, go

REFERENCE = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^`(.*)` gives `(.*)`$")


def section(title: str) -> list[tuple[str, str, str, str]]:
    """Return signature, description, example and its result of each function of a group."""
    body = REFERENCE.partition(f"### {title}\n")[2].partition("\n##")[0].strip()
    found = []
    for item in ("\n" + body).split("\n- ")[1:]:
        *lines, last = [line[2:] if line.startswith("  ") else line for line in item.splitlines()]
        example = EXAMPLE.fullmatch(last)
        signature, _, text = " ".join(lines if example else [*lines, last]).partition(": ")
        found.append((signature.strip("`"), text, *(example.groups() if example else ("", ""))))
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_the_reference_lists_every_function_with_its_signature(group: str) -> None:
    def description(text: str | None) -> str:
        words = (text or "").removeprefix("Return ")
        return words if words.startswith("A ") else words[0].lower() + words[1:]

    documented = [(signature, text) for signature, text, _, _ in section(group)]
    assert documented == [(item.signature, description(item.run.__doc__)) for item in GROUPS[group]]


@pytest.mark.parametrize("group", GROUPS)
def test_the_examples_of_the_reference_give_what_it_says(group: str) -> None:
    for signature, _, example, result in section(group):
        if example:
            assert go(example) == result.replace("⏎", "\n"), signature


def test_nearly_every_function_has_an_example() -> None:
    without = [item[0].split()[0] for group in GROUPS for item in section(group) if not item[2]]
    assert without == ["fail", "println", "call"]


def test_the_reference_states_the_limits() -> None:
    for name in ("source", "output", "text", "items", "steps", "iterations", "depth", "width"):
        assert re.search(rf"^\| .* \| {getattr(LIMITS, name):,} \|$", REFERENCE, re.MULTILINE), name


def test_one_name_is_one_function() -> None:
    assert len(FUNCTIONS) == sum(map(len, GROUPS.values()))


def page(code: str) -> str:
    return (ROOT / f"docs/diagnostics/{code}.md").read_text(encoding="utf-8")


def shown(found: Diagnostic) -> list[str]:
    return [part for part in (f"{found.where}: error[{found.code}]: {found.summary}", found.hint) if part]


@pytest.mark.parametrize("code", TEMPLATES)
def test_every_code_has_its_page(code: str) -> None:
    assert page(code).startswith(f"# {code}: {TEMPLATES[code]}\n")


@pytest.mark.parametrize("code", [code for code in TEMPLATES if code not in ("EW207", "EW209")])
def test_the_page_of_a_code_shows_what_its_example_gives(code: str, tmp_path: Path) -> None:
    example = page(code).partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "services.yaml").write_text(example, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        api.validate(api.Request(), api.open_world(tmp_path / "services.yaml"))
    assert [item.code for item in refused.value.diagnostics] == [code]
    for part in shown(refused.value.diagnostics[0]):
        assert part in page(code)


@pytest.mark.parametrize(
    ("code", "name", "syntax"), [("EW209", "api.yaml.j2", "jinja"), ("EW602", "api.yaml.tpl", "go")]
)
def test_the_page_of_a_manifest_s_mistake(code: str, name: str, syntax: str) -> None:
    example = page(code).partition("```yaml\n")[2].partition("```")[0]
    with pytest.raises(Refused) as refused:
        render(example, name, Scope(DATA, {"API_TOKEN": "x"}), syntax=syntax, markers=True)  # type: ignore[arg-type]  # one of the two
    for part in shown(refused.value.diagnostics[0]):
        assert part in page(code)
