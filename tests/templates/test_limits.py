"""Template bombs are refused with a diagnostic, in both syntaxes, before they cost anything.

A bomb takes a few milliseconds on a quiet machine, and minutes or all memory without limits.
"""

from __future__ import annotations

import pytest

from envwright.model.diagnostic import Refused
from envwright.templates.limits import LIMITS
from envwright.templates.render import render
from envwright.templates.scope import Scope
from tests.support.effort import cheap
from tests.templates.examples import scope

DOUBLING = "{{ $x := `0123456789` }}" + "{{ $x = print $x $x }}" * 40 + "{{ len $x }}"
LISTS = "{{ $x := list 1 }}" + "{{ $x = list $x $x $x $x }}" * 40 + "{{ $x }}"

GO = {
    "comments without end": "{{/*" * 100_000,
    "strings without end": '{{ "' * 100_000,
    "raw strings without end": "{{ `" * 100_000,
    "actions without end": "{{-" * 100_000,
    "nested ranges": "{{ range 100000 }}{{ range 100000 }}x{{ end }}{{ end }}",
    "a long range": "{{ range 9223372036854775807 }}x{{ end }}",
    "ranges that print nothing": "{{ range 9999 }}{{ range 9999 }}{{ end }}{{ end }}",
    "powers": "{{ $x := 10 }}{{ range 100 }}{{ $x = mul $x $x }}{{ end }}{{ $x }}",
    "a huge width": '{{ printf "%999999999d" 1 }}',
    "a huge width by argument": '{{ printf "%*d" 999999999 1 }}',
    "a huge precision": '{{ printf "%.999999999f" 1.5 }}',
    "a huge precision by argument": '{{ printf "%.*f" 999999999 1.5 }}',
    "a huge zero padding": '{{ printf "%0999999999d" 1 }}',
    "digits without end in a width": '{{ printf "%' + "9" * 100_000 + 'd" 1 }}',
    "replace": '{{ $x := printf "%1000s" "" }}' + '{{ $x = replace $x " " $x }}' * 5 + "{{ len $x }}",
    "replace of nothing": '{{ $x := printf "%1000s" "" }}' + '{{ $x = replace $x "" $x }}' * 5 + "{{ len $x }}",
    "join": '{{ $x := printf "%1000s" "" }}' + "{{ $x = join (split $x ``) $x }}" * 5 + "{{ len $x }}",
    "string doubling": DOUBLING,
    "string doubling by printf": DOUBLING.replace("print $x $x", "printf `%s%s` $x $x"),
    "string doubling by an argument index": DOUBLING.replace("print $x $x", "printf `%[1]s%[1]s%[1]s` $x"),
    "string doubling by html": "{{ $x := `<` }}" + "{{ $x = print (html $x) (html $x) }}" * 40,
    "quoting": '{{ $x := `"` }}' + "{{ $x = quote $x }}" * 200,
    "indent": '{{ $x := "a\\nb" }}' + "{{ $x = nindent 1000 (print $x $x) }}" * 20,
    "a huge indent": "{{ indent 999999999 `x` }}",
    "a negative indent": "{{ indent -1 `x` }}",
    "lists in lists": LISTS,
    "maps in maps": LISTS.replace("list $x $x $x $x", "dict `a` $x `b` $x `c` $x"),
    "one list many times": "{{ $x := split (printf `%1000s` ``) `` }}{{ $x = list $x $x $x $x $x $x $x $x $x $x $x }}",
    "one text many times": '{{ $x := printf "%1000s" "" }}{{ $x = join (list $x $x $x $x $x $x $x $x) "" }}'
    + "{{ $x = print $x $x $x $x $x $x $x $x }}" * 4,
    "lists as JSON": LISTS.replace("{{ $x }}", "{{ toJson $x }}"),
    "lists as YAML": LISTS.replace("{{ $x }}", "{{ toYaml $x }}"),
    "a list in itself by nesting": "{{ $x := list }}{{ range 1000 }}{{ $x = list $x }}{{ end }}",
    "endless template": '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}',
    "endless include": '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
    "include of two": '{{ define "a" }}{{ include "a" . }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
    "include in parentheses": '{{ define "a" }}{{ '
    + "(" * 30
    + 'include "a" .'
    + ")" * 30
    + ' }}{{ end }}{{ include "a" . }}',
    "fan-out without recursion": "".join(
        f'{{{{ define "{n}" }}}}{"".join(f"{{{{ template `{n + 1}` }}}}" for _ in range(10))}{{{{ end }}}}'
        for n in range(20)
    )
    + '{{ define "20" }}x{{ end }}{{ template "0" }}',
    "deep parentheses": "{{ " + "(" * 10_000 + "1" + ")" * 10_000 + " }}",
    "deep blocks": "{{ if true }}" * 10_000 + "{{ end }}" * 10_000,
    "a huge source": "x" * (LIMITS.source + 1) + "{{ 1 }}",
    "a huge output": "{{ range 9000 }}" + "x" * 1000 + "{{ end }}",
    "a huge output of values": '{{ $x := printf "%1000s" "" }}{{ range 9000 }}{{ $x }}{{ end }}',
    "much work on long texts": '{{ $x := printf "%1000s" "" }}{{ $x = replace $x " " (slice $x 0 200) }}'
    "{{ range 9999 }}{{ $y := toUpper $x }}{{ end }}",
    "much work on long lists": "{{ $x := split (printf `%1000s` ``) `` }}"
    "{{ range 9999 }}{{ $y := list $x $x $x }}{{ end }}",
    "looking at a long list": "{{ $x := split (printf `%1000s` ``) `` }}{{ $x = list $x $x $x $x $x $x $x $x }}"
    "{{ range 9999 }}{{ $y := len $x }}{{ end }}",
    "printing a long list": "{{ $x := split (printf `%1000s` ``) `` }}{{ $x = list $x $x $x $x $x $x $x $x }}"
    "{{ range 9999 }}{{ $y := print $x }}{{ end }}",
    "ranges that break at once": "{{ $x := split (printf `%1000s` ``) `` }}{{ $x = list $x $x $x $x $x $x $x $x }}"
    "{{ range 9999 }}{{ range 9999 }}{{ break }}{{ end }}{{ range $x }}{{ break }}{{ end }}{{ end }}",
    "ranges over a map that break at once": "{{ range 9999 }}{{ range $.Vars }}{{ break }}{{ end }}{{ end }}",
    "quoting long text": '{{ $x := replace (printf "%1000s" "") " " `' + "é\u200b" * 100 + "` }}"
    "{{ range 9999 }}{{ $y := quote $x }}{{ $y = js $x }}{{ $y = urlquery $x }}{{ $y = toLower $x }}{{ end }}",
    "a long format": '{{ $x := replace (printf "%1000s" "") " " `'
    + "%%" * 100
    + "` }}{{ range 9999 }}{{ $y := printf $x }}{{ end }}",
    "many commands": "{{ range 9999 }}" + "{{ $x := 1 }}" * 100 + "{{ end }}",
}

JINJA = {
    "nested loops": "{% for i in range(9999) %}{% for j in range(9999) %}x{% endfor %}{% endfor %}",
    "a long range": "{% for i in range(999999999999) %}x{% endfor %}",
    "loops that print nothing": "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
    "a condition in a loop": "{% for i in range(9999) %}{% for j in range(9999) if false %}{% endfor %}{% endfor %}",
    "powers": "{{ 9 ** 9 ** 9 ** 9 }}",
    "powers of floats": "{{ 9.5 ** 999999 }}",
    "shifting by multiplication": "{{ 9223372036854775807 * 9223372036854775807 }}",
    "string multiplication": "{{ 'x' * 999999999 }}",
    "string multiplication in steps": "{% set x = 'x' * 1000 %}{% set x = x * 1000 %}{% set x = x * 1000 %}",
    "string doubling": "{% set x = '0123456789' %}" + "{% set x = x ~ x %}" * 40,
    "string doubling by plus": "{% set x = '0123456789' %}" + "{% set x = x + x %}" * 40,
    "lists in lists": "{% set x = [1] %}" + "{% set x = [x, x, x, x] %}" * 40 + "{{ x }}",
    "list doubling": "{% set x = [1] %}" + "{% set x = x + x %}" * 40,
    "maps in maps": "{% set x = {} %}" + "{% set x = {'a': x, 'b': x, 'c': x} %}" * 40 + "{{ x }}",
    "replace": "{% set x = ' ' * 1000 %}" + "{% set x = x | replace(' ', x) %}" * 5,
    "join": "{% set x = 'x' * 1000 %}" + "{% set x = x | split('') | join(x) %}" * 5,
    "a huge width": "{{ printf('%999999999d', 1) }}",
    "indent": "{{ 'x' | indent(999999999) }}",
    "deep parentheses": "{{ " + "(" * 10_000 + "1" + ")" * 10_000 + " }}",
    "deep lists": "{{ " + "[" * 10_000 + "]" * 10_000 + " }}",
    "deep operators": "{{ " + "- " * 10_000 + "1 }}",
    "deep conditions": "{{ " + "1 if 1 else " * 10_000 + "1 }}",
    "deep blocks": "{% if 1 %}" * 10_000 + "{% endif %}" * 10_000,
    "a long sum": "{{ " + "1 + " * 3_000 + "1 }}",
    "a huge integer": "{{ " + "9" * 4000 + " }}",
    "an integer beyond what Python reads": "{{ " + "9" * 10_000 + " }}",
    "a huge source": "x" * (LIMITS.source + 1),
    "a huge output": "{% for i in range(9000) %}" + "x" * 1000 + "{% endfor %}",
    "many expressions": "{% for i in range(9999) %}" + "{% set x = 1 %}" * 100 + "{% endfor %}",
}


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    "mistake",
    [
        "{{ range 9999 }}{{ .Missing }}{{ end }}",
        "{{ range 9999 }}{{ index $.Vars `missing` }}{{ end }}",
        "{{ $x := printf `%1000s` `` }}{{ range 9999 }}{{ index $.Vars $x }}{{ end }}",
        "{{ range 9999 }}{{ printf `%d` `x` }}{{ end }}",
        "{{ range 9999 }}{{ env `NONE` }}{{ end }}",
    ],
)
def test_a_mistake_made_often_is_not_dear(mistake: str, strict: bool) -> None:
    with cheap():
        try:
            found = render(mistake, "a.tpl", scope(strict=strict)).warnings
        except Refused as refused:
            found = refused.diagnostics
    assert len(found) <= 2
    assert all(len(item.summary) < 200 for item in found)


@pytest.mark.parametrize("bomb", GO)
def test_a_bomb_is_refused(bomb: str) -> None:
    assert refused(GO[bomb], "go") <= LIMITED


@pytest.mark.parametrize("bomb", JINJA)
def test_a_bomb_in_jinja_is_refused(bomb: str) -> None:
    render("{{ 1 }}", "a.j2", scope(), syntax="jinja")  # importing Jinja2 is not what is measured
    assert refused(JINJA[bomb], "jinja") <= LIMITED


LIMITED = {"EW206", "EW200"}


def refused(template: str, syntax: str) -> set[str]:
    """Return the codes with which a template is refused, at little cost."""
    seen = scope()
    with cheap(), pytest.raises(Refused) as raised:
        render(template, "bomb", seen, syntax=syntax)  # type: ignore[arg-type]  # one of the two
    return {item.code for item in raised.value.diagnostics}


def test_a_limit_names_the_place() -> None:
    with pytest.raises(Refused) as refused:
        render("a\n{{ range 99999 }}{{ end }}", "a.tpl", scope())
    assert str(refused.value) == "a.tpl:2:1 EW206 the loops run more than 10000 times"


def test_limits_can_be_set() -> None:
    small = scope(limits=LIMITS.but(iterations=2, output=5))
    assert render("{{ range 2 }}ab{{ end }}", "a.tpl", small).text == "abab"
    for template in ("{{ range 3 }}a{{ end }}", "{{ range 2 }}abc{{ end }}"):
        with pytest.raises(Refused):
            render(template, "a.tpl", small)


def test_what_real_manifests_need_is_far_below_the_limits() -> None:
    many = Scope({"Units": [{"name": f"unit-{n}", "ports": [80, 443]} for n in range(200)]})
    template = "{{ range .Units }}{{ range .ports }}{{ printf `%d` . | quote }} {{ end }}{{ .name | upper2 }}{{ end }}"
    rendered = render(template.replace("upper2", "toUpper"), "a.tpl", many)
    assert rendered.text.count("UNIT") == 200
