import pytest

from envwright.formats.pre_api_version.expressions import as_expression, expression, whole_expression
from envwright.formats.pre_api_version.rewriting import Names, rewrite
from envwright.templates.fault import Fault
from tests.formats.trees import parse

ROOT = parse("""
    project: shop
    baseDomain: {dev: dev.example.org, ai-staging: staging.example.org}
    storage: {registry: {size: 1Gi, accessModes: [ReadWriteOnce]}}
    codex: {reviewMCPEnabled: true, links: [{title: Web, path: /}]}
    registry: '{{ .Namespace }}:5000'
""")
NAMES = Names(
    {"$host": expression('envOr "HOST" (printf "r.%s" .Namespace)'), "$mount": expression(".Vars.mount")},
    ROOT,
    {("registry",): expression('printf "%v:5000" .Namespace')},
)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        # variables of the prelude: parentheses only where something else stands beside them
        ("{{ $host }}/api", '{{ envOr "HOST" (printf "r.%s" .Namespace) }}/api'),
        ('{{ printf "%s" $host }}', '{{ printf "%s" (envOr "HOST" (printf "r.%s" .Namespace)) }}'),
        ("{{ $host | toLower }}", '{{ envOr "HOST" (printf "r.%s" .Namespace) | toLower }}'),
        ("{{ if $host }}a{{ end }}", '{{ if envOr "HOST" (printf "r.%s" .Namespace) }}a{{ end }}'),
        ("{{ $mount }} {{ print $mount }}", "{{ .Vars.mount }} {{ print .Vars.mount }}"),
        # inside a loop dot is another
        (
            "{{ range .Versions }}{{ $host }}{{ end }}",
            '{{ range .Versions }}{{ envOr "HOST" (printf "r.%s" $.Namespace) }}{{ end }}',
        ),
        ("{{ with 1 }}{{ $mount }}{{ end }}", "{{ with 1 }}{{ $.Vars.mount }}{{ end }}"),
        # a template's own variable hides the prelude's
        ('{{ $host := "h" }}{{ $host }}', '{{ $host := "h" }}{{ $host }}'),
        # sections, whose fields are structures in any case
        ("{{ index .BaseDomain .Env }}", "{{ index .Vars.baseDomain .Env }}"),
        ("{{ .BaseDomain.dev }}", "{{ .Vars.baseDomain.dev }}"),
        ("{{ .Storage.Registry.StorageClass }}", "{{ .Vars.storage.registry.storageClass }}"),
        ("{{ with .Storage.Registry }}{{ .Size }}{{ end }}", "{{ with .Vars.storage.registry }}{{ .size }}{{ end }}"),
        ("{{ $s := .Storage }}{{ $s.Registry.Size }}", "{{ $s := .Vars.storage }}{{ $s.registry.size }}"),
        ("{{ (.Storage.Registry).Size }}", "{{ (.Vars.storage.registry).size }}"),
        (
            "{{ range $i, $l := .Codex.Links }}{{ $l.Title }}{{ .Path }}{{ $.Env }}{{ end }}",
            "{{ range $i, $l := .Vars.codex.links }}{{ $l.title }}{{ .path }}{{ $.Env }}{{ end }}",
        ),
        ("{{ .Codex.ReviewMCPEnabled }}", "{{ .Vars.codex.reviewMCPEnabled }}"),
        (
            "{{ with 1 }}{{ $.Storage.Registry.Size }}{{ end }}",
            "{{ with 1 }}{{ $.Vars.storage.registry.size }}{{ end }}",
        ),
        # a value that vars cannot hold
        ("{{ .Registry }}", '{{ printf "%v:5000" .Namespace }}'),
        ("{{ print .Registry }}", '{{ print (printf "%v:5000" .Namespace) }}'),
        # the process's variables
        ('{{ index .EnvMap "A" }}{{ .UserVars.B }}', '{{ envOr "A" "" }}{{ envOr "B" "" }}'),
        ("{{ print .EnvMap.C }}", '{{ print (envOr "C" "") }}'),
        # what both have
        ('{{- .Project -}} {{ index .Versions "x" }}', '{{- .Project -}} {{ index .Versions "x" }}'),
        ("{{/* .Storage */}}text .Storage", "{{/* .Storage */}}text .Storage"),
        ('{{ print ".Storage" }}', '{{ print ".Storage" }}'),
        ("привет 🚀 {{ .Storage.Registry.Size }}", "привет 🚀 {{ .Vars.storage.registry.size }}"),
    ],
)
def test_templates_get_the_names_of_v1(older: str, newer: str) -> None:
    assert rewrite(older, NAMES).text == newer


def test_what_v1_does_not_have_is_named_with_its_place() -> None:
    found = rewrite("{{ .ProjectRoot }} {{ .Foo.Bar }}", NAMES)
    assert [(lost.name, lost.start, lost.end) for lost in found.lost] == [(".ProjectRoot", 3, 15), (".Foo", 22, 30)]
    assert found.text == "{{ .ProjectRoot }} {{ .Foo.Bar }}"


def test_a_rewriting_tells_what_it_read() -> None:
    found = rewrite("{{ $mount }}{{ .Storage.Data.Size }}{{ range .BaseDomain }}{{ end }}", NAMES)
    assert found.variables == {"$mount"}
    assert found.sections == {("storage", "data", "size"), ("baseDomain",)}


def test_a_template_that_does_not_parse_is_a_fault() -> None:
    with pytest.raises(Fault):
        rewrite("{{ if }}", NAMES)


@pytest.mark.parametrize(
    ("text", "is_text", "is_truth"),
    [
        ('envOr "A" "b"', True, False),
        ('"a"', True, False),
        (".Project", True, False),
        ('(printf "%s" "a")', True, False),
        ('.Env | printf "%s"', True, False),
        (".Slot", False, False),
        ("1", False, False),
        ('ternary (eq 1 1) "a" "b"', False, False),
        ('eq .Env "ai"', False, True),
        ('or (eq .Env "ai") (not .Slot)', False, True),
        ('or (eq .Env "ai") "text"', False, False),
        ("true", False, True),
    ],
)
def test_an_expression_knows_what_it_surely_is(text: str, is_text: bool, is_truth: bool) -> None:
    found = expression(text)
    assert (found.is_text, found.is_truth) == (is_text, is_truth)


def test_a_template_becomes_one_expression() -> None:
    assert whole_expression(" {{ .Env }} ") == expression(".Env")
    assert whole_expression("a{{ .Env }}") is None
    assert whole_expression("{{ $x := 1 }}") is None
    mixed = as_expression('100% {{ .Env }}-{{ .Slot | printf "%d" }}"')
    assert mixed is not None
    assert mixed.text == r'printf "100%% %v-%v\"" .Env (.Slot | printf "%d")'
    assert as_expression("{{ if .Slot }}a{{ end }}") is None
    plain = as_expression("text")
    assert plain is not None
    assert plain.literal == "text"
