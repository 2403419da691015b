"""Scalars of services.yaml: text, or the value of one whole expression."""

from __future__ import annotations

import pytest

from envwright.model.diagnostic import Refused
from envwright.model.mark import Mark
from envwright.model.nodes import Scalar
from envwright.templates.render import evaluate, prelude, prelude_actions
from envwright.templates.scope import Reads, Scope
from tests.templates.examples import scope

AT = Mark("services.yaml", 3, 5)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("7", "7"),
        ("{{ .Slot }}", 7),
        ("{{- .Slot -}}", 7),
        ("{{ .Yes }}", True),
        ("{{ .Null }}", None),
        ("{{ .Vars.ports }}", [80, 443]),
        ("{{ dict `a` 1 }}", {"a": 1}),
        ("{{ .Pi }}", 3.25),
        ("{{ printf `%d` .Slot }}", "7"),
        (" {{ .Slot }}", " 7"),
        ("{{ .Slot }}{{ .Slot }}", "77"),
        ("{{ $x := 1 }}{{ $x }}", "1"),
        ("{{ $x := 1 }}", ""),
        ("{{ if .Yes }}{{ .Slot }}{{ end }}", "7"),
        ("{{/* c */}}{{ .Slot }}", 7),
    ],
)
def test_a_whole_expression_keeps_its_type(text: str, value: object) -> None:
    found = evaluate(Scalar(text, AT, '"'), scope()).value
    assert found == value
    assert type(found) is type(value)


def test_what_was_read_is_told() -> None:
    found = evaluate(Scalar('{{ envOr "DOMAIN" .Vars.domain }}{{ envOr "EMPTY" "" }}', AT), scope())
    assert found.reads == Reads(passed=("DOMAIN", "EMPTY"), empty=("EMPTY",), vars=("domain",), versions=())


PRELUDE = """\
# An ordinary comment.
# {{- $mount := envOr "MOUNT" "/workspace" -}}
#   {{- $root := envOr "ROOT" (printf "%s/envs" $mount) -}}

# {{ $both := printf "%s:%s" $mount $root }}
project: x
# {{ $late := 1 }}
"""


def test_a_prelude_is_found_with_its_places() -> None:
    assert prelude_actions(PRELUDE, "services.yaml") == [
        ('{{- $mount := envOr "MOUNT" "/workspace" -}}', Mark("services.yaml", 2, 3, 44)),
        ('{{- $root := envOr "ROOT" (printf "%s/envs" $mount) -}}', Mark("services.yaml", 3, 5, 55)),
        ('{{ $both := printf "%s:%s" $mount $root }}', Mark("services.yaml", 5, 3, 42)),
    ]


def test_a_prelude_sets_variables_for_the_scalars_of_its_file() -> None:
    seen = Scope({"Slot": 1}, {"ROOT": "/data"})
    found = prelude(prelude_actions(PRELUDE, "services.yaml"), seen)
    assert found.reads.passed == ("MOUNT", "ROOT")
    assert evaluate(Scalar("{{ $both }}-{{ .Slot }}", AT), seen, found.variables).value == "/workspace:/data-1"


def test_a_prelude_may_assign_what_it_declared_before() -> None:
    seen = Scope({})
    found = prelude([("{{ $x := 1 }}", AT), ("{{ if true }}{{ $x = 2 }}{{ end }}", AT)], seen)
    assert evaluate(Scalar("{{ $x }}", AT), seen, found.variables).value == 2


def test_a_mistake_in_a_prelude_has_its_place() -> None:
    with pytest.raises(Refused) as refused:
        prelude([("{{- $x := .Missing -}}", Mark("services.yaml", 2, 3, 22))], Scope({}))
    assert refused.value.diagnostics[0].where == Mark("services.yaml", 2, 14, 7)


def test_a_variable_without_a_prelude_is_undefined() -> None:
    with pytest.raises(Refused, match=r"EW201 undefined variable \$registryHost"):
        evaluate(Scalar("{{ $registryHost }}", AT), Scope({}))


def test_the_variables_of_a_prelude_stand_behind_markers_too() -> None:
    seen = Scope({}, {"TOKEN": "correct-horse"})
    actions = [('{{ $t := envOr "TOKEN" "" }}', AT), ('{{ $same := eq $t "x" }}', AT), ("{{ $n := 1 }}", AT)]
    variables = prelude(actions, seen).variables
    assert evaluate(Scalar("{{ $t }}", AT), seen, variables).value == "correct-horse"
    masked = evaluate(Scalar("{{ $t }} {{ $same }} {{ $n }}", AT), seen, variables, markers=True).value
    assert masked == "\ufdd0TOKEN\ufdd1 \ufdd0TOKEN\ufdd1 1"


def test_only_data_may_enter_a_scope() -> None:
    with pytest.raises(TypeError, match="Mark is not template data"):
        Scope({"Mark": AT})
    with pytest.raises(TypeError, match="keys of template data are text"):
        Scope({"Vars": {1: 2}})
