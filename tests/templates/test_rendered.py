"""From a line of the output back to the template, and to the variables that made it."""

from __future__ import annotations

import pytest

from envwright.model.mark import Mark
from envwright.templates.render import partials, render, verbatim
from envwright.templates.rendered import Rendered, SourceMap
from envwright.templates.scope import Scope
from tests.templates.examples import scope

TEMPLATE = """\
{{- $host := envOr "HOST" (envOr "OTHER" "") -}}
apiVersion: v1
metadata:
  name: {{ .Project }}
{{- if .Yes }}
  namespace: {{ envOr "NS" "" }}
{{- end }}
spec:
{{- range .Vars.ports }}
  - port: {{ . }}
{{- end }}
  host: {{ $host }}
  domain: {{ envOr "DOMAIN" "" }}
"""


def rendered(template: str = TEMPLATE) -> Rendered:
    return render(template, "app.yaml.tpl", scope())


def test_every_line_of_the_output_has_its_line_of_the_template() -> None:
    result = rendered()
    origins = SourceMap(result)
    lines = {line: origins.origin(number).line for number, line in enumerate(result.text.splitlines(), start=1)}
    assert lines == {
        "apiVersion: v1": 2,
        "metadata:": 3,
        "  name: shop": 4,
        "  namespace: ": 6,
        "spec:": 8,
        "  - port: 80": 10,
        "  - port: 443": 10,
        "  host: ": 12,
        "  domain: shop.example.org": 13,
    }


def test_a_column_leads_to_the_action() -> None:
    result = rendered()
    number = result.text.splitlines().index("  name: shop") + 1
    assert SourceMap(result).origin(number, 4) == Mark("app.yaml.tpl", 4, 4, 5)
    assert SourceMap(result).origin(number, 9) == Mark("app.yaml.tpl", 4, 9, 14)


def test_a_line_names_the_variables_that_were_read_for_it() -> None:
    result = rendered()
    lines = result.text.splitlines()
    sources = SourceMap(result)
    assert sources.variables(lines.index("  namespace: ") + 1) == ("NS",)
    assert sources.variables(lines.index("  host: ") + 1) == ("HOST", "OTHER")
    assert sources.variables(lines.index("  domain: shop.example.org") + 1) == ("DOMAIN",)
    assert sources.variables(lines.index("spec:") + 1) == ()


def test_only_empty_variables_are_to_blame_for_a_null() -> None:
    result = rendered()
    lines = result.text.splitlines()
    sources = SourceMap(result)
    assert sources.empty_variables(lines.index("  host: ") + 1) == ("HOST", "OTHER")
    assert sources.empty_variables(lines.index("  domain: shop.example.org") + 1) == ()


@pytest.mark.parametrize(
    "template",
    [
        '{{ with envOr "DOMAIN" "" }}a: {{ . }}{{ end }}',
        '{{ range list (envOr "DOMAIN" "") }}a: {{ . }}{{ end }}',
        '{{ range $x := list (envOr "DOMAIN" "") }}a: {{ $x }}{{ end }}',
        '{{ define "p" }}a: {{ .host }}{{ end }}{{ template "p" (dict "host" (envOr "DOMAIN" "")) }}',
        '{{ define "p" }}a: {{ envOr "DOMAIN" "" }}{{ end }}{{ include "p" . | trim }}',
        '{{ $d := envOr "DOMAIN" "" }}{{ $e := printf "x%s" $d }}a: {{ $e }}',
        '{{ $d := "" }}{{ if true }}{{ $d = envOr "DOMAIN" "" }}{{ end }}a: {{ $d }}',
    ],
)
def test_variables_are_followed(template: str) -> None:
    assert SourceMap(rendered(template)).variables(1) == ("DOMAIN",)


def test_a_partial_template_of_another_file_is_named() -> None:
    known = partials([("parts/labels.tpl", 'ignored\n{{ define "labels" }}app: {{ .Project }}\nenv: x{{ end }}')])
    result = render('labels:\n{{ template "labels" . }}\n', "app.tpl", scope(partials=known))
    assert result.text == "labels:\napp: shop\nenv: x\n"
    assert SourceMap(result).origin(2) == Mark("parts/labels.tpl", 2, 22, 5)
    assert SourceMap(result).origin(3).line == 3


def test_a_file_without_templates_maps_to_itself() -> None:
    for result in (render("a\nb\n", "a.yaml", Scope({})), verbatim("a\nb\n", "a.yaml")):
        assert SourceMap(result).origin(2) == Mark("a.yaml", 2, 1)


def test_a_line_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        SourceMap(rendered("a\n")).origin(3)


def test_jinja_knows_lines() -> None:
    template = (
        "{# c #}a: {{ Project }}\n{% for p in Vars.ports %}\n- {{ p }}\n{% endfor %}\nh: {{ envOr('HOST', '') }}\n"
    )
    result = render(template, "a.j2", scope(), syntax="jinja")
    lines = result.text.splitlines()
    sources = SourceMap(result)
    assert [sources.origin(number).line for number in range(1, len(lines) + 1)] == [1, 2, 3, 2, 3, 4, 5]
    assert sources.empty_variables(lines.index("h: ") + 1) == ("HOST",)
