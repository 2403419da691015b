"""What a template read is recorded, neither more nor less."""

from __future__ import annotations

import pytest

from envwright.templates.render import render
from envwright.templates.scope import Reads
from tests.templates.examples import DATA, scope

ALL_VARS = tuple(sorted(DATA["Vars"]))


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("{{ .Vars.domain }}", ("domain",)),
        ("{{ .Vars.nested.deep.er }}", ("nested",)),
        ("{{ $v := .Vars }}{{ $v.domain }}", ("domain",)),
        ("{{ with .Vars }}{{ .flag }}{{ end }}", ("flag",)),
        ("{{ index .Vars `ports` 0 }}", ("ports",)),
        ("{{ get .Vars `missing` 1 }}", ("missing",)),
        ("{{ define `p` }}{{ .Vars.domain }}{{ end }}{{ include `p` . }}", ("domain",)),
        ("{{ define `p` }}{{ .root.Vars.domain }}{{ end }}{{ include `p` (dict `root` .) }}", ("domain",)),
        ("{{ $x := ternary true .Vars 1 }}{{ $x.domain }}", ("domain",)),
        ("{{ toJson .Vars }}", ALL_VARS),
        ("{{ toJson (list 1 .Vars) }}", ALL_VARS),
        ("{{ .Vars }}", ALL_VARS),
        ("{{ . }}", ALL_VARS),
        ("{{ len .Vars }}", ALL_VARS),
        ("{{ range .Vars }}{{ end }}", ALL_VARS),
        ("{{ .Env }}", ()),
        ("{{ if false }}{{ .Vars.domain }}{{ end }}", ()),
    ],
)
def test_vars(template: str, names: tuple[str, ...]) -> None:
    assert render(template, "a.tpl", scope()).reads.vars == names


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("{{ Vars.domain }}{{ Vars['flag'] }}", ("domain", "flag")),
        ("{{ Vars | tojson }}", ALL_VARS),
        ("{% for k in Vars %}{% endfor %}", ALL_VARS),
    ],
)
def test_vars_in_jinja(template: str, names: tuple[str, ...]) -> None:
    assert render(template, "a.j2", scope(), syntax="jinja").reads.vars == names


def test_versions() -> None:
    assert render("{{ index .Versions `api` }}", "a.tpl", scope()).reads == Reads(versions=("api",))


def test_passed_variables_are_recorded_whether_set_or_not() -> None:
    reads = render("{{ envOr `DOMAIN` `` }}{{ envOr `NONE` `` }}{{ env `BLANK` }}", "a.tpl", scope()).reads
    assert reads == Reads(passed=("BLANK", "DOMAIN", "NONE"), empty=("BLANK", "NONE"))


def test_reads_add_up() -> None:
    both = Reads(passed=("A", "B"), vars=("x",)).union(Reads(passed=("B", "C"), versions=("v",)))
    assert both == Reads(passed=("A", "B", "C"), vars=("x",), versions=("v",))
