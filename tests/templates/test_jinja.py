"""Jinja: what Jinja2 itself makes of a template, as far as it is allowed; escapes are refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from envwright.model.diagnostic import Refused
from tests.support.effort import cheap
from tests.templates.examples import DATA, jinja


def printed(value: Any) -> Any:
    """Jinja2 prints Python's True, the engine YAML's true."""
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


REAL = SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True, finalize=printed)
REAL.filters["toLower"] = str.lower

# ruff: noqa: E501  # a template stands on one line, however long
SAME = [
    "plain\n",
    "{{ Project }}-{{ Env }}\n\n",
    "a\r\nb{{ Slot }}\r\n",
    "{{ Vars.domain }}{{ Vars['domain'] }}{{ Vars.nested.deep.er }}{{ Vars.ports[1] }}{{ Vars.ports[-1] }}",
    "{{ Vars.hosts[1] }}{{ Project[1:3] }}{{ Project[:2] }}{{ Project[2:] }}",
    "{{ 1 + 2 }} {{ 3 - 5 }} {{ 2 * 3 }} {{ 7 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 2 ** 10 }}",
    "{{ 1.5 + 1 }} {{ 2 ** -1 }} {{ 2.5 // 2 + 0.5 }} {{ -3 }} {{ +3 }} {{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }}",
    "{{ 'a' ~ 1 ~ 'b' }}{{ 'a' + 'b' }}{{ 'ab' * 2 }}",
    "{{ true }}{{ false }}{{ 1 == 1 }}{{ not true }}",
    "{{ 'yes' if Slot == 7 else 'no' }}{{ 'a' if Zero else 'b' }}",
    "{{ Slot > 3 and Slot < 10 }}{{ Slot < 3 or Env == 'ai' }}{{ 1 < 2 < 3 }}{{ 1 < 2 > 5 }}",
    "{{ 'a' in Vars.hosts }}{{ 'z' not in Vars.hosts }}{{ 'domain' in Vars }}{{ 'h' in Project }}{{ 80 in Vars.ports }}",
    "{{ Missing is defined }}{{ Env is defined }}{{ Vars.missing is undefined }}{{ Null is none }}",
    "{{ Env is string }}{{ Slot is number }}{{ Vars is mapping }}{{ Yes is boolean }}{{ Slot is integer }}{{ Pi is float }}",
    "{{ Env is not string }}{{ Yes is true }}{{ Yes is false }}",
    "{{ Missing | default('x') }}{{ Vars.missing | default('y') }}{{ Env | default('z') }}{{ Vars['no'] | d('w') }}",
    "{{ Env | upper }}{{ 'AB' | lower }}{{ Project | length }}{{ Vars.ports | length }}{{ '  a ' | trim }}",
    "{{ Vars.hosts | join('-') }}{{ 'a.b' | replace('.', '-') }}{{ '7' | int + 1 }}",
    "{% if Yes %}a{% elif No %}b{% else %}c{% endif %}{% if No %}a{% elif Yes %}b{% endif %}",
    "{% for h in Vars.hosts %}{{ loop.index }}{{ loop.index0 }}{{ h }}{{ ',' if not loop.last }}{% endfor %}".replace(
        "if not loop.last", "if not loop.last else ''"
    ),
    "{% for h in Vars.hosts %}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ loop.revindex0 }}{% endfor %}",
    "{% for h in Vars.hosts if h != 'b' %}{{ loop.index }}{{ h }}{% else %}none{% endfor %}",
    "{% for h in Vars.emptyList %}{{ h }}{% else %}none{% endfor %}",
    "{% for k, v in Vars.nested.deep.items() %}{{ k }}={{ v }}{% endfor %}",
    "{% for k, v in Vars.nested.deep | items %}{{ k }}={{ v }}{% endfor %}",
    "{% for k in Vars.nested.deep %}{{ k }}{% endfor %}",
    "{% for i in range(3) %}{{ i }}{% endfor %}{% for i in range(1, 7, 2) %}{{ i }}{% endfor %}",
    "{% for a in [[1, 2], [3, 4]] %}{% for b in a %}{{ b }}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}",
    "{% for a, b in [[1, 2], [3, 4]] %}{{ a }}-{{ b }};{% endfor %}",
    "{% set x = 1 %}{{ x }}{% set x = x + 1 %}{{ x }}",
    "{% set x = 1 %}{% for i in range(3) %}{% set x = i %}{{ x }}{% endfor %}{{ x }}",
    "{% set x = 1 %}{% if Yes %}{% set x = 2 %}{% endif %}{{ x }}",
    "{% if Yes %}{% set y = 2 %}{% endif %}{{ y }}",
    "{% set a, b = [1, 2] %}{{ a }}{{ b }}",
    "{% with x = 1, y = 2 %}{{ x }}{{ y }}{% endwith %}",
    "{% set Env = 'mine' %}{{ Env }}",
    "{# a comment #}x{#- trimmed -#} y",
    "a\n  {%- if Yes %}\n  b\n  {%- endif %}\nc\n",
    "{% raw %}{{ not a template }}{% endraw %}",
    "{{ '{{' }} {{ \"it's\" }} {{ 'a\\tb' }}",
    "{{ {'a': 1}.a }}{{ {'a': {'b': 2}}['a']['b'] }}{{ [1, 2][0] }}",
    "{{ None is none }}",
]


@pytest.mark.parametrize("template", SAME)
def test_jinja2_agrees(template: str) -> None:
    assert jinja(template) == REAL.from_string(template).render(DATA)


@given(
    st.recursive(
        st.sampled_from(["1", "2", "Negative", "0", "2.5", "Slot", "Zero", "Pi"]),
        lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%", "**"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        max_leaves=6,
    )
)
@settings(max_examples=200, deadline=None)
def test_arithmetic_agrees(expression: str) -> None:
    template = f"{{{{ {expression} }}}}"
    try:
        ours = jinja(template)
    except Refused:
        return  # beyond 64 bits, a division by zero, or no real result
    real = REAL.compile_expression(expression, undefined_to_none=False)(**DATA)
    assert float(ours) == pytest.approx(float(real), rel=1e-12)
    assert ("." in ours or "e" in ours or isinstance(real, int)) or float(real).is_integer()


@pytest.mark.parametrize(
    ("template", "output"),
    [
        ("{{ Yes }}{{ 1 == 2 }}", "truefalse"),
        ("{{ Vars.ports }}{{ Vars.nested.deep }}", "[80 443]map[er:bottom]"),
        ("{{ 1.0 }}{{ 4 / 2 }}", "12"),
        ("{% for k, v in Vars.nested.deep %}{{ k }}={{ v }}{% endfor %}", "er=bottom"),
        ("{% for k in {'b': 1, 'a': 2} %}{{ k }}{% endfor %}", "ab"),
        ("{{ envOr('NONE', 'x') }}{{ 'DOMAIN' | env }}", "xshop.example.org"),
        ("{{ ternary(Env == 'ai', 1, 2) }}{{ Yes | ternary(1, 2) }}", "11"),
        ("{{ 'a\nb' | indent(2) }}{{ 'a' | nindent(4) }}", "  a\n  b\n    a"),
        ("{{ Vars.ports | toJson }}{{ Vars.ports | tojson }}{{ {'a': 1} | toYaml }}", "[80,443][80,443]a: 1"),
        ("{{ printf('%05d', 7) }}{{ default('', 'x') }}{{ '' | default('x') }}", "00007xx"),
        ("{{ Blank | default('x') }}{{ 0 | default(1) }}", "x0"),
    ],
)
def test_where_the_engine_has_its_own_way(template: str, output: str) -> None:
    assert jinja(template) == output


ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ [].__class__.__base__.__subclasses__() }}",
    "{{ {}.__class__ }}",
    "{{ (1).__class__ }}",
    "{{ Vars.__class__ }}",
    "{{ Vars['__class__'] }}",
    "{{ Vars.get('domain') }}",
    "{{ Vars.update({'a': 1}) }}",
    "{{ Vars.hosts.append('x') }}",
    "{{ Project.format }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ '%s' % 1 }}",
    "{{ '%999999999d' % 1 }}",
    "{{ Project | attr('__class__') }}",
    "{{ Project | attr('upper') }}",
    "{{ '%s' | format('x') }}",
    "{{ Vars.hosts | map('upper') }}",
    "{{ Vars.hosts | map(attribute='__class__') }}",
    "{{ Vars.hosts | select('string') }}",
    "{{ Vars.hosts | selectattr('x') }}",
    "{{ Vars.hosts | groupby('__class__') }}",
    "{{ Vars | xmlattr }}",
    "{{ lipsum() }}",
    "{{ lipsum.__globals__ }}",
    "{{ lipsum['__globals__'] }}",
    "{{ cycler('a', 'b') }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ joiner(',') }}",
    "{{ namespace(a=1) }}",
    "{% set ns = namespace(a=1) %}",
    "{% set ns.a = 1 %}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ self.__init__ }}",
    "{{ super() }}",
    "{{ caller() }}",
    "{{ varargs }}",
    "{{ loop }}",
    "{% for i in [1] %}{{ loop.__class__ }}{% endfor %}",
    "{% for i in [1] %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for i in [1] %}{{ loop.changed(i) }}{% endfor %}",
    "{% for i in [[1]] recursive %}{{ loop(i) }}{% endfor %}",
    "{% import 'a' as a %}",
    "{% from 'a' import b %}",
    "{% include 'a' %}",
    "{% extends 'a' %}",
    "{% block a %}{% endblock %}",
    "{% macro a() %}{% endmacro %}",
    "{% call a() %}{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
    "{% set a %}b{% endset %}",
    "{% do 1 %}",
    "{{ range.__init__ }}",
    "{{ envOr.__globals__ }}",
    "{{ envOr }}",
    "{{ print(*Vars.hosts) }}",
    "{{ print(**Vars) }}",
    "{{ printf(format='%d') }}",
    "{{ dict(a=1) }}",
    "{{ Vars.hosts[::2] }}",
    "{{ _ }}",
    "{{ __import__('os') }}",
    "{{ open('/etc/passwd') }}",
    "{{ config }}",
    "{{ request }}",
    "{{ g }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{% if false %}{{ ''.__class__ }}{% endif %}",
]


@pytest.mark.parametrize("template", ESCAPES)
def test_an_escape_is_refused(template: str) -> None:
    jinja("")
    with cheap(), pytest.raises(Refused) as refused:
        jinja(template)
    assert {item.code for item in refused.value.diagnostics} <= {"EW200", "EW201", "EW202", "EW203", "EW209"}


def test_what_reaches_for_python_is_not_allowed() -> None:
    for template in ("{{ ''.__class__ }}", "{{ Project | attr('x') }}", "{{ lipsum }}", "{% import 'a' as a %}"):
        with pytest.raises(Refused, match="EW209"):
            jinja(template)


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("{{ Missing }}", "EW201"),
        ("{{ Vars.missing }}", "EW201"),
        ("{{ Vars['missing'] }}", "EW201"),
        ("{{ 'a' if No }}", "EW201"),
        ("{% if x %}", "EW200"),
        ("{{ 1 + }}", "EW200"),
        ("{{ unknown(1) }}", "EW202"),
        ("{{ 1 | unknown }}", "EW202"),
        ("{{ 1 is unknown }}", "EW202"),
        ("{{ now() }}", "EW208"),
        ("{{ 1 + 'a' }}", "EW203"),
        ("{{ 1 == 'a' }}", "EW203"),
        ("{{ 1 / 0 }}", "EW203"),
        ("{{ (-8) ** 0.5 }}", "EW203"),
        ("{{ Vars.ports[9] }}", "EW203"),
        ("{{ toUpper(1) }}", "EW203"),
        ("{{ Null }}", "EW212"),
        ("{% for x in 'abc' %}{% endfor %}", "EW212"),
        ("{% for a, b in [1] %}{% endfor %}", "EW212"),
        ("{{ printf('%d', 'x') }}", "EW205"),
        ("{{ include('a', 1) }}", "EW210"),
        ("{{ fail('no') }}", "EW211"),
    ],
)
def test_mistakes(template: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        jinja("\n" + template)
    assert [(item.code, item.where.line) for item in refused.value.diagnostics] == [(code, 2)]
