"""The prelude: comment lines before the first key that hold one action each, and what they define."""

from __future__ import annotations

import re
from typing import NamedTuple

from envwright.formats.pre_api_version.expressions import Expression, expression, parsed
from envwright.formats.pre_api_version.notes import Notes
from envwright.formats.pre_api_version.rewriting import Names, rewrite
from envwright.model.mark import Mark
from envwright.model.nodes import Map
from envwright.templates.fault import Fault
from envwright.templates.render import prelude_actions
from envwright.templates.source import Source
from envwright.templates.tree import Action

_VAR_NAME = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


class Definition(NamedTuple):
    """A variable of the prelude: the expression it stands for, what that reads and where it is defined.

    `var` is its name in `vars`, empty where `vars` cannot hold it: they know no namespace and see no other templated
    value of `vars`, and a template gives them text.
    """

    expression: Expression
    var: str
    sections: frozenset[tuple[str, ...]]
    mark: Mark


def read_prelude(text: str, root: Map, names: Names, notes: Notes) -> dict[str, Definition]:
    """Return what the prelude defines, by `$name`; each line sees the variables before it."""
    definitions: dict[str, Definition] = {}
    for action, mark in prelude_actions(text, root.mark.file):
        so_far = names._replace(variables={name: known.expression for name, known in definitions.items()})
        try:
            definition = _definition(action, so_far, mark, notes)
        except Fault as fault:
            notes.fault(fault, Source(action, mark))
            continue
        if definition is not None:
            definitions[definition[0]] = definition[1]
    return definitions


def _definition(action: str, names: Names, mark: Mark, notes: Notes) -> tuple[str, Definition] | None:
    """Return the variable that a line defines. Raises Fault."""
    rewritten = rewrite(action, names)
    body = parsed(rewritten.text).body
    if not body:
        return None  # a comment of the template
    only = body[0]
    if len(body) != 1 or not isinstance(only, Action) or len(only.pipe.variables) != 1:
        notes.lose(mark, "a line before the first key", "only a line that defines one variable has a meaning in v1")
        return None
    for lost in rewritten.lost:
        notes.lose(mark, lost.name, lost.reason)
    name = only.pipe.variables[0]
    value = expression(rewritten.text[only.pipe.commands[0].start : only.pipe.end])
    word = _VAR_NAME.fullmatch(name)
    held = value.is_text and not value.fields & {"Namespace", "Vars"}
    return name, Definition(value, word[1] if word and held else "", rewritten.sections, mark)
