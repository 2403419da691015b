"""Generated templates: the engine and Go's text/template agree on output and error alike."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envwright.model.diagnostic import Refused
from tests.templates.examples import DATA, ENVIRON, go
from tests.templates.go_oracle import Oracle

# ORACLE_EXAMPLES=5000 before a release
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "100"))

FIELDS = [
    *(".Env", ".Project", ".Slot", ".Zero", ".Empty", ".Yes", ".No", ".Pi", ".Null", ".Vars", "$.Env", "$.Vars.ports"),
    *(".Vars.domain", ".Vars.ports", ".Vars.hosts", ".Vars.nested.deep.er", ".Vars.mixed", ".Versions.api"),
    *(".Vars.missing", ".Missing", ".Env.x", ".", "$", "$x", "$y", "$i", "(.Vars).domain", "(index .Vars.hosts 0)"),
]
LITERALS = ["0", "1", "2", "-3", "7", "1.5", "-0.25", "true", "false", '"ai"', '"a b"', "``", "'x'", "nil", "0x10"]
# Formats that fit every value: where Go has forms of its own for floats, the engine refuses (see go_cases.REFUSED).
FORMATS = ['"%v"', '"%s-%d"', '"%5v|%-5v|"', '"%q"', '"%t %T"', '"%05d"', '"%.2f"', '"%+v %%"', '"%[2]v %[1]v"', '"%z"']
ANY = [
    *("and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "print", "println", "html", "js", "urlquery", "len"),
    *("ternary", "default", "required", "toString", "quote", "squote", "list", "toJson", "int", "add", "sub", "mul"),
    *("div", "mod", "max", "min", "join", "split", "trim", "trimPrefix", "toUpper", "replace", "contains", "indent"),
    *("nindent", "slug", "truncSHA", "get", "keys", "dict", "envOr", "env", "b64enc", "hasPrefix", "fail", "call"),
]


def expressions() -> st.SearchStrategy[str]:
    operand = st.sampled_from([*FIELDS, *LITERALS])
    literals = st.lists(st.sampled_from(LITERALS), max_size=3).map(" ".join)

    def calls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        argument = st.one_of(operand, inner.map(lambda text: f"({text})"))
        arguments = st.lists(argument, max_size=3).map(" ".join)
        return st.one_of(
            st.tuples(st.sampled_from(ANY), arguments).map(" ".join),
            st.tuples(st.sampled_from(FORMATS), arguments).map(lambda parts: f"printf {parts[0]} {parts[1]}"),
            # positions in text are bytes in Go and integers here: lists and maps only
            st.tuples(st.sampled_from([".Vars", ".Vars.ports", ".Versions"]), argument).map(
                lambda p: f"index {p[0]} {p[1]}"
            ),
            # Go's slice takes no position that comes from data
            st.tuples(st.sampled_from([".Env", ".Vars.hosts"]), literals).map(lambda p: f"slice {p[0]} {p[1]}"),
            st.tuples(inner, st.sampled_from(["print", "quote", "len", "not", "printf `%v`", "eq 1", "default 2"])).map(
                lambda parts: f"{parts[0]} | {parts[1]}"
            ),
        )

    return st.recursive(operand, calls, max_leaves=5)


def templates() -> st.SearchStrategy[str]:
    expression = expressions()
    opening, closing = st.sampled_from(["{{", "{{- "]), st.sampled_from(["}}", " -}}"])
    action = st.tuples(opening, expression, closing).map(lambda parts: f"{parts[0]} {parts[1]} {parts[2]}")
    simple = st.one_of(
        st.sampled_from(["a", " \n ", "b: ", "\n\n", "{{/* c */}}", '{{ template "p" . }}', '{{ include "p" 1 }}']),
        action,
        st.tuples(st.sampled_from(["$x :=", "$y :=", "$x ="]), expression).map(lambda p: f"{{{{ {p[0]} {p[1]} }}}}"),
    )

    def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        body = st.lists(inner, max_size=3).map("".join)
        ranges = st.sampled_from(["range", "range $x :=", "range $i, $x :=", "range $x ="])
        jump = st.sampled_from(["", "", "{{ break }}", "{{ continue }}", "{{ if . }}{{ break }}{{ end }}"])
        return st.one_of(
            st.tuples(st.sampled_from(["if", "with", "if $y :="]), expression, body).map(_block),
            st.tuples(st.sampled_from(["if", "with"]), expression, body, body).map(_block_with_else),
            st.tuples(expression, body, expression, body, body).map(
                lambda p: f"{{{{if {p[0]}}}}}{p[1]}{{{{else if {p[2]}}}}}{p[3]}{{{{else}}}}{p[4]}{{{{end}}}}"
            ),
            st.tuples(ranges, expression, st.tuples(body, jump, body).map("".join), body).map(_block_with_else),
        )

    whole = st.lists(st.recursive(simple, blocks, max_leaves=6), min_size=1, max_size=4).map("".join)
    head = '{{ define "p" }}<{{ . }}>{{ end }}{{ $x := 1 }}{{ $y := "y" }}{{ $i := 0 }}'
    return whole.map(lambda text: head + text)


def _block(parts: tuple[str, ...]) -> str:
    return f"{{{{ {parts[0]} {parts[1]} }}}}{parts[2]}{{{{ end }}}}"


def _block_with_else(parts: tuple[str, ...]) -> str:
    return f"{{{{ {parts[0]} {parts[1]} }}}}{parts[2]}{{{{ else }}}}{parts[3]}{{{{ end }}}}"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(template=templates())
def test_the_engine_and_go_agree(oracle: Oracle, template: str) -> None:
    answer = oracle.ask(template, DATA, ENVIRON)
    if answer.output is not None:
        assert go(template, strict=False) == answer.output
        return
    with pytest.raises(Refused) as refused:
        go(template, strict=False)
    where = refused.value.diagnostics[0].where
    assert where is not None
    assert where.line == answer.line, answer.error
