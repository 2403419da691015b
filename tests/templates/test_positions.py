"""Every mistake is found at its file, line and column."""

from __future__ import annotations

import pytest

from envwright.model.diagnostic import Refused
from envwright.model.mark import Mark
from envwright.model.nodes import Scalar
from envwright.templates.render import evaluate
from envwright.templates.scope import Scope
from tests.templates.examples import go, jinja, scope


def places(template: str, *, strict: bool = True) -> list[tuple[str, int, int, int]]:
    """Return code, line, column and width of each mistake."""
    with pytest.raises(Refused) as refused:
        go(template, strict=strict)
    return [(item.code, item.where.line, item.where.column, item.where.width) for item in refused.value.diagnostics]


@pytest.mark.parametrize(
    ("template", "place"),
    [
        ("a: 1\nb: {{ .Missing }}", ("EW201", 2, 8, 7)),
        ("b: {{ .Vars.nested.missing }}", ("EW201", 1, 20, 7)),
        ("{{ $missing }}", ("EW201", 1, 4, 8)),
        ("{{ if true }}\n  {{ unknown 1 }}{{ end }}", ("EW202", 2, 6, 7)),
        ('{{ printf "%d" 1 | trimPrefix "a" 2 }}', ("EW203", 1, 20, 16)),
        ('{{ trimPrefix "a" 22 }}', ("EW203", 1, 19, 2)),
        ("{{ add 1 (add 2 `x`) }}", ("EW203", 1, 17, 3)),
        ('{{ index .Vars "missing" }}', ("EW204", 1, 16, 9)),
        ('{{ printf "%d" "x" }}', ("EW205", 1, 11, 4)),
        ("{{ .Null }}", ("EW212", 1, 4, 5)),
        ("{{ range .Env }}{{ end }}", ("EW212", 1, 10, 4)),
        ("{{ now }}", ("EW208", 1, 4, 3)),
        ("x\n {{ template `missing` }}", ("EW210", 2, 2, 24)),
        ("{{ fail `no` }}", ("EW211", 1, 4, 9)),
        ("{{ if .Yes }}\n{{ if .Yes }}\n{{ end }}", ("EW200", 1, 4, 2)),
        ("a {{ .Env", ("EW200", 1, 3, 2)),
        ('a {{ "x }}', ("EW200", 1, 6, 1)),
        ("a {{ .Env ? }}", ("EW200", 1, 11, 1)),
        ("Ключ: 🚀 {{ .Missing }}", ("EW201", 1, 13, 7)),
    ],
)
def test_in_a_file(template: str, place: tuple[str, int, int, int]) -> None:
    assert places(template) == [place]


def test_in_a_partial_template_of_the_same_file() -> None:
    assert places('{{ define "p" }}\n  {{ .x }}{{ end }}\n\n{{ include "p" 1 }}') == [("EW201", 2, 7, 1)]


def test_several_at_once() -> None:
    found = places("{{ .A }}\n{{ range .Vars.ports }}{{ .B }}{{ end }}\n{{ len 1 }}\n{{ $x := .C }}\n{{ .D }}")
    assert found == [("EW201", 1, 5, 1), ("EW201", 2, 28, 1), ("EW203", 3, 8, 1), ("EW201", 4, 11, 1)]


def test_never_more_than_twenty_at_once() -> None:
    assert len(places("{{ .Missing }}\n" * 100)) <= 21


def test_after_a_mistake_inside_a_partial_template_the_rest_is_where_it_was() -> None:
    template = '{{ define "p" }}{{ if .missing }}{{ end }}{{ end }}{{ $x := 1 }}{{ include "p" .Vars }}{{ $x }}{{ .A }}'
    assert [code for code, *_ in places(template)] == ["EW201", "EW201"]


def test_hints_name_what_is_near() -> None:
    with pytest.raises(Refused) as refused:
        go("{{ .Projct }}{{ index .Versions `apis` }}")
    assert [item.hint for item in refused.value.diagnostics] == ['did you mean "Project"?', 'did you mean "api"?']


@pytest.mark.parametrize(
    ("written", "style", "text", "column", "width"),
    [
        ("key: a {{ .X }}", "", "a {{ .X }}", 12, 1),
        ("key: 'it''s {{ .X }}'", "'", "it's {{ .X }}", 17, 1),
        (r'key: "\"a\" {{ .X }}"', '"', '"a" {{ .X }}', 17, 1),
        (r'key: "a\tb {{ printf \"%s\" .X }}"', '"', 'a\tb {{ printf "%s" .X }}', 30, 1),
    ],
)
def test_in_a_scalar_on_one_line(written: str, style: str, text: str, column: int, width: int) -> None:
    mark = Mark("services.yaml", 4, 6, len(written) - 5)
    with pytest.raises(Refused) as refused:
        evaluate(Scalar(text, mark, style), Scope({}))
    assert refused.value.diagnostics[0].where == Mark("services.yaml", 4, column, width)
    assert written[column - 1 :].startswith("X")


def test_in_a_literal_block_the_line_is_exact() -> None:
    with pytest.raises(Refused) as refused:
        evaluate(Scalar("one\ntwo {{ .X }}\n", Mark("services.yaml", 7, 9), "|"), Scope({}))
    assert refused.value.diagnostics[0].where == Mark("services.yaml", 9, 9, 1)


@pytest.mark.parametrize("style", ["", "'", '"', ">"])
def test_a_scalar_whose_lines_were_folded_is_named_as_a_whole(style: str) -> None:
    mark = Mark("services.yaml", 7, 9, 10)
    with pytest.raises(Refused) as refused:
        evaluate(Scalar("some words and then {{ .X }}", mark, style), Scope({}))
    assert refused.value.diagnostics[0].where == mark


def test_in_jinja_the_line_is_exact() -> None:
    with pytest.raises(Refused) as refused:
        jinja("a: 1\nb: {{ Missing }}\n{% if x %}\n{% endif %}\n")
    assert [(item.code, item.where.line) for item in refused.value.diagnostics] == [("EW201", 2), ("EW201", 3)]


def test_what_a_function_of_the_scope_refuses_is_placed_at_its_call() -> None:
    from envwright.model.diagnostic import refuse
    from envwright.templates.render import render

    def image(name: str) -> str:
        raise refuse("EW310", f'unknown image "{name}"', hint="define it")

    with pytest.raises(Refused) as refused:
        render('x: {{ image "db" }}', "a.tpl", scope(functions={"image": image}))
    found = refused.value.diagnostics[0]
    assert (found.code, found.where, found.hint) == ("EW310", Mark("a.tpl", 1, 7, 10), "define it")
