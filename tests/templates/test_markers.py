"""With markers, no value of a passed variable is ever in a render, in an error or in a repr."""

from __future__ import annotations

import pytest

from envwright.model.diagnostic import Refused
from envwright.templates.markers import CLOSE, OPEN, contains_marker, markers_in, readable
from envwright.templates.render import Rendered, render
from envwright.templates.scope import Scope

CANARY = "hunter2-canary"
ENVIRON = {"PW": CANARY, "USER": "admin", "EMPTY": "", "BLANK": "  ", "SITE": "example.org", "odd-name": "value"}
MARK = f"{OPEN}PW{CLOSE}"


def scope(**options: object) -> Scope:
    return Scope({"Env": "ai", "Vars": {"a": "x"}, "Versions": {}}, ENVIRON, public=["SITE*"], **options)  # type: ignore[arg-type]  # a test names the options


def masked(template: str, **options: object) -> Rendered:
    return render(template, "secret.yaml.tpl", scope(**options), markers=True)


PASSES = {
    '{{ envOr "PW" "" }}': MARK,
    '{{ env "PW" }}': MARK,
    '{{ envOr "NONE" "literal" }}': "literal",
    '{{ envOr "EMPTY" "literal" }}': "literal",
    '{{ envOr "BLANK" "literal" }}': "  ",
    '{{ envOr "NONE" (envOr "PW" "") }}': MARK,
    '{{ env "SITE" }}': "example.org",
    '{{ env "odd-name" }}': f"{OPEN}odd_name{CLOSE}",
    '{{ printf "%s:%v" (env "USER") (env "PW") }}': f"{OPEN}USER{CLOSE}:{MARK}",
    '{{ printf "%q" (env "PW") }}': f'"{MARK}"',
    '{{ printf "%.3s|%x" (env "PW") (env "PW") }}': f"{MARK}|{MARK}",
    '{{ printf "%v %q" (list (env "PW")) (list (env "PW")) }}': f'[{MARK}] ["{MARK}"]',
    '{{ print (env "PW") 1 }}': f"{MARK}1",
    '{{ env "PW" | quote }}': f'"{MARK}"',
    '{{ env "PW" | squote }}': f"'{MARK}'",
    '{{ env "PW" | b64enc | quote }}': f'"{MARK}"',
    '{{ env "PW" | sha256sum }}': MARK,
    '{{ env "PW" | toUpper | trim | trimSuffix "x" }}': MARK,
    '{{ replace (env "PW") "a" "b" }}': MARK,
    '{{ replace "abc" "b" (env "PW") }}': MARK,
    '{{ env "PW" | urlquery }}': MARK,
    '{{ env "PW" | js }}': MARK,
    '{{ env "PW" | html }}': MARK,
    '{{ env "PW" | indent 2 }}': f"  {MARK}",
    '{{ env "PW" | nindent 2 }}': f"\n  {MARK}",
    '{{ slug (env "PW") }}{{ truncSHA (env "PW") }}': MARK * 2,
    '{{ join (list (env "PW") "b") "," }}': f"{MARK},b",
    '{{ dict "k" (env "PW") | toJson }}': f'{{"k":"{MARK}"}}',
    '{{ dict "k" (env "PW") | toYaml }}': f'k: "{MARK}"',
    '{{ get (dict "k" (env "PW")) "k" "" }}{{ index (list (env "PW")) 0 }}': MARK * 2,
    '{{ get .Vars "none" (env "PW") }}': MARK,
    '{{ ternary true (env "PW") "b" }}{{ ternary false (env "PW") "b" }}': f"{MARK}b",
    '{{ default (env "PW") "b" }}{{ default "" (env "PW") }}': MARK * 2,
    '{{ required "m" (env "PW") }}': MARK,
    '{{ toString (env "PW") }}': MARK,
    '{{ $x := env "PW" }}{{ $x }}': MARK,
    '{{ range list (env "PW") "b" }}{{ . }};{{ end }}': f"{MARK};b;",
    '{{ define "p" }}<{{ . }}>{{ end }}{{ template "p" (env "PW") }}{{ include "p" (env "PW") }}': f"<{MARK}>" * 2,
    # whether a variable is set is no secret
    '{{ if env "PW" }}set{{ end }}{{ if envOr "EMPTY" "" }}set{{ else }}not{{ end }}': "setnot",
    '{{ with env "PW" }}{{ . }}{{ end }}': MARK,
    '{{ not (env "PW") }} {{ and (env "PW") 1 }} {{ or (env "PW") 1 }}': f"false 1 {MARK}",
    '{{ eq (env "PW") "" }} {{ ne (env "PW") "" }}': "false true",
    '{{ eq "" (env "PW") }} {{ eq (env "PW") nil }}': "false false",
    '{{ eq (envOr "EMPTY" "") "" }}': "true",
}

REFUSED = [
    '{{ eq (env "PW") "hunter2" }}',
    '{{ eq "a" "b" (env "PW") }}',
    '{{ ne (env "PW") (env "PW") }}',
    '{{ lt (env "PW") "z" }}',
    '{{ ge "z" (env "PW") }}',
    '{{ len (env "PW") }}',
    '{{ index (env "PW") 0 }}',
    '{{ slice (env "PW") 0 1 }}',
    '{{ contains (env "PW") "a" }}',
    '{{ contains "abc" (env "PW") }}',
    '{{ hasPrefix (env "PW") "h" }}',
    '{{ hasSuffix "x" (env "PW") }}',
    '{{ split (env "PW") "-" }}',
    '{{ split "a-b" (env "PW") }}',
    '{{ int (env "PW") }}',
    '{{ printf (env "PW") }}',
    '{{ index .Vars (env "PW") }}',
    '{{ get .Vars (env "PW") "x" }}',
    '{{ dict (env "PW") "x" }}',
    '{{ env (env "PW") }}',
    '{{ envOr (env "PW") "" }}',
    '{{ include (env "PW") . }}',
    '{{ (env "PW").x }}',
    '{{ if eq (env "PW") "hunter2-canary" }}yes{{ end }}',
]


@pytest.mark.parametrize("template", PASSES)
def test_a_value_is_put_in_without_being_looked_at(template: str) -> None:
    assert masked(template).text == PASSES[template]


@pytest.mark.parametrize("template", REFUSED)
def test_what_would_tell_something_of_a_value_is_refused(template: str) -> None:
    with pytest.raises(Refused) as refused:
        masked(template)
    assert {item.code for item in refused.value.diagnostics} == {"EW602"}


@pytest.mark.parametrize("template", [*PASSES, *REFUSED])
@pytest.mark.parametrize("other", ["x", "9", "two words", "a\nb: c", '"', "{{ .Env }}", "ünïcode"])
def test_the_render_is_the_same_whatever_the_value(template: str, other: str) -> None:
    def outcome(value: str) -> object:
        seen = Scope({"Env": "ai", "Vars": {"a": "x"}}, {**ENVIRON, "PW": value}, public=["SITE*"])
        try:
            result = render(template, "a.tpl", seen, markers=True)
        except Refused as refused:
            return refused.diagnostics
        return result.text, result.reads

    assert outcome(CANARY) == outcome(other)


LEAKS = [
    '{{ fail (env "PW") }}',
    '{{ required (env "PW") "" }}',
    '{{ fail (printf "wrong: %s" (env "PW")) }}',
    '{{ int (env "PW") }}',
    '{{ index .Vars (env "PW") }}',
    '{{ index .Versions (env "PW") }}',
    '{{ include (env "PW") . }}',
    '{{ env (env "PW") }}',
    '{{ printf (printf "%%%s" (env "PW")) 1 }}',
    '{{ image (env "PW") }}',
    '{{ (dict (env "PW") 1).missing }}',
    '{{ range (env "PW") }}{{ end }}',
    '{{ add 1 (env "PW") }}',
    '{{ env "PW" | toJson | int }}{{ .Missing }}',
    '{{ b64enc (env "PW") | int }}',
]


def image(name: str) -> str:
    from envwright.model.diagnostic import refuse

    raise refuse("EW310", f'unknown image "{name}"')


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("markers", [True, False])
@pytest.mark.parametrize("template", LEAKS)
def test_no_message_quotes_a_value(template: str, markers: bool, strict: bool) -> None:
    seen = scope(functions={"image": image}, strict=strict)
    said = []
    try:
        said.append(render(template, "a.tpl", seen, markers=markers).warnings)
    except Refused as refused:
        said += [refused, refused.diagnostics, refused.__context__, refused.__cause__]
    assert CANARY not in repr(said)
    assert CANARY not in str(said)


def test_no_message_of_jinja_quotes_a_value() -> None:
    for expression in ["fail(env('PW'))", "Vars[env('PW')]", "env('PW') | int", "1 + env('PW')", "env(env('PW'))"]:
        for markers in (True, False):
            with pytest.raises(Refused) as refused:
                render(f"{{{{ {expression} }}}}", "a.j2", scope(), syntax="jinja", markers=markers)
            assert CANARY not in repr([refused.value, refused.value.diagnostics, refused.value.__context__])


def test_messages_are_as_good_as_they_can_be() -> None:
    def only(template: str) -> tuple[str, str]:
        with pytest.raises(Refused) as refused:
            render(template, "a.tpl", scope())
        return refused.value.diagnostics[0].code, refused.value.diagnostics[0].summary

    assert only('{{ $x := env "PW" }}{{ .Missing }}') == ("EW201", 'undefined name "Missing"')
    assert only('{{ fail (printf "wrong: %s" (env "PW")) }}') == ("EW211", "wrong: <PW>")
    assert only('{{ int (env "PW") }}') == ("EW203", "a function was called with the wrong arguments")


@pytest.mark.parametrize(
    ("template", "output"),
    [
        ("{{ env('PW') }}", MARK),
        ("{{ env('PW') | b64enc | quote }}", f'"{MARK}"'),
        ("{{ 'a' ~ env('PW') }}{{ 'a' + env('PW') }}", f"a{MARK}a{MARK}"),
        ("{% if env('PW') %}set{% endif %}{% if env('PW') == '' %}empty{% endif %}", "set"),
        ("{% set x = env('PW') %}{{ x }}{{ [x] }}{{ {'k': x} }}", f"{MARK}[{MARK}]map[k:{MARK}]"),
        ("{% for x in [env('PW')] %}{{ x }}{% endfor %}", MARK),
        ("{{ env('PW') if Env == 'ai' else 'b' }}{{ env('PW') is string }}", f"{MARK}true"),
    ],
)
def test_jinja_puts_a_value_in_without_looking(template: str, output: str) -> None:
    assert render(template, "a.j2", scope(), syntax="jinja", markers=True).text == output


@pytest.mark.parametrize(
    "expression",
    [
        *("env('PW') == 'a'", "env('PW') != Env", "env('PW') < 'a'", "env('PW') | length", "env('PW')[0]"),
        *("env('PW')[1:]", "'a' in env('PW')", "env('PW') in ['a']", "env('PW') in Vars", "env('PW') * 2"),
        *(
            "Vars[env('PW')]",
            "env('PW') | int",
            "env('PW') | split('a')",
            "env('PW') is string and env('PW') > 'a'",
            "{env('PW'): 1}",
        ),
    ],
)
def test_jinja_refuses_what_would_tell_something(expression: str) -> None:
    with pytest.raises(Refused) as refused:
        render(f"{{{{ {expression} }}}}", "a.j2", scope(), syntax="jinja", markers=True)
    assert {item.code for item in refused.value.diagnostics} == {"EW602"}


def test_a_render_with_values_puts_them_in() -> None:
    assert render('{{ env "PW" }}', "a.tpl", scope()).text == CANARY


def test_reprs_do_not_show_values() -> None:
    assert CANARY not in repr(scope())
    assert CANARY not in repr(masked('{{ env "PW" }}'))


def test_markers_are_found_in_a_text() -> None:
    text = masked('a: {{ env "PW" }}-{{ env "USER" }}-{{ env "PW" }}').text
    assert contains_marker(text)
    assert markers_in(text) == ("PW", "USER")
    assert readable(text) == "a: <PW>-<USER>-<PW>"
    assert not contains_marker("a: b")
    assert markers_in("a: b") == ()


def test_yaml_carries_a_marker_unchanged() -> None:
    import yaml

    text = masked('data:\n  a: {{ env "PW" }}\n  b: "{{ env "PW" }}"\n  c: |\n    {{ env "PW" }}\n').text
    assert yaml.safe_load(text) == {"data": {"a": MARK, "b": MARK, "c": f"{MARK}\n"}}
