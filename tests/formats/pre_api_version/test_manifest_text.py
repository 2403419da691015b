from textwrap import dedent

import pytest

from envwright.formats.pre_api_version.manifest_text import conditions_of, documents_of, skeleton, written
from envwright.model.nodes import Map, Scalar

MANIFEST = dedent("""\
    {{- $name := printf "%s-db" .Project -}}
    # comment
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: {{ $name }}
      labels: {a: "{{ .Env }}"}
    data:
    {{- range .Versions }}
      k: {{ . }}
    {{- end }}
    ---
    {{- if eq .Env "ai" }}
    kind: Secret
    metadata:
      name: '{{ .Env }}''s'
    {{- end }}
    ---
    {{ toYaml . }}
    """)


def test_every_character_stays_at_its_place() -> None:
    plain = skeleton(MANIFEST)
    assert len(plain) == len(MANIFEST)
    assert [len(line) for line in plain.splitlines()] == [len(line) for line in MANIFEST.splitlines()]
    assert "{{" not in plain
    assert "ConfigMap" in plain


def test_documents_are_found_with_their_kind_and_values() -> None:
    config, secret, opaque = documents_of(MANIFEST, "m.yaml")
    assert [config.kind, secret.kind, opaque.kind] == ["ConfigMap", "Secret", ""]
    assert isinstance(secret.node, Map)
    metadata = secret.node.get("metadata")
    assert isinstance(metadata, Map)
    name = metadata.get("name")
    assert isinstance(name, Scalar)
    assert written(MANIFEST, name) == "{{ .Env }}'s"
    assert (name.mark.line, name.mark.column) == (16, 9)
    assert opaque.first == opaque.last


def test_a_block_that_begins_in_a_document_ends_with_it() -> None:
    config, secret, _ = documents_of(MANIFEST, "m.yaml")
    assert MANIFEST[config.first : config.last].rstrip().endswith("{{- end }}")
    assert MANIFEST[secret.first : secret.last].startswith("kind: Secret")
    assert "end" not in MANIFEST[secret.first : secret.last]


TEMPLATE = """\
{{ if eq .Env "a" }}
first: 1
{{ else if .Slot }}
second: 2
{{ else }}
third: {{ if .X }}{{ .Y }}{{ end }}
{{ end }}
{{ range .Versions }}
looped: 4
{{ end }}
free: 5
{{ $x := 1 }}
"""


@pytest.mark.parametrize(
    ("line", "conditions"),
    [
        ("first: 1", ['eq .Env "a"']),
        ("second: 2", ['not (eq .Env "a")', ".Slot"]),
        ("third: {{ if .X }}{{ .Y }}{{ end }}", ['not (eq .Env "a")', "not (.Slot)"]),
        ("looped: 4", None),
        ("free: 5", []),
        ("free: 5\n{{ $x := 1 }}", None),
        ("looped: 4\n{{ end }}\nfree: 5", None),
    ],
)
def test_a_part_of_a_template_knows_its_conditions(line: str, conditions: list[str] | None) -> None:
    first = TEMPLATE.index(line)
    assert conditions_of(TEMPLATE, first, first + len(line)) == conditions
