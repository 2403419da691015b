"""`when` of the older format: false for `false`, `0` and `no` in any case, true for anything else, nothing included."""

from __future__ import annotations

from typing import NamedTuple

from envwright.formats.edit import text_of
from envwright.formats.pre_api_version.expressions import Expression, expression
from envwright.formats.pre_api_version.translator import Translator
from envwright.model.diagnostic import Refused
from envwright.model.mark import Mark
from envwright.model.nodes import Node, Scalar
from envwright.templates.render import evaluate
from envwright.templates.scope import Scope

_FALSE = ("false", "0", "no")


class Condition(NamedTuple):
    """A condition: `scalar` is what `when` says in v1, None for always; `expression` is the same, where it is one."""

    scalar: Scalar | None = None
    expression: Expression | None = None

    def also(self, others: list[str], mark: Mark) -> Condition:
        """Return the condition that holds where all of `others` do too, each a Go expression.

        A condition that is no expression cannot be combined and gives way to the others.
        """
        terms = [self.expression.text, *others] if self.expression is not None else others
        if not others:
            return self
        return condition_of(all_of(terms), mark)


def condition_of(text: str, mark: Mark) -> Condition:
    """Return the condition that is the Go expression `text`. Raises Fault if it is none."""
    return Condition(Scalar(f"{{{{ {text} }}}}", mark, "'"), expression(text))


def all_of(terms: list[str]) -> str:
    """Return the expression that is true where all terms are."""
    return _joined("and", terms)


def any_of(terms: list[str]) -> str:
    """Return the expression that is true where one of the terms is."""
    return _joined("or", terms)


def _joined(word: str, terms: list[str]) -> str:
    each = list(dict.fromkeys(terms))
    return each[0] if len(each) == 1 else " ".join([word, *(f"({term})" for term in each)])


def surely_off(condition: Condition, environment: str) -> bool:
    """Return whether a condition is false in an environment, whatever slot, variables and versions are."""
    if condition.scalar is None or condition.expression is None or condition.expression.fields - {"Env"}:
        return False
    try:
        found = evaluate(condition.scalar, Scope({"Env": environment}))
    except Refused:
        return False
    return not found.reads.passed and found.value in (False, "false")


def condition(when: Node | None, translator: Translator) -> Condition:
    """Return a unit's condition in v1's words."""
    if not isinstance(when, Scalar):
        return Condition()
    if "{{" not in when.text:
        return (
            Condition(Scalar("false", when.mark), expression("false"))
            if text_of(when).lower() in _FALSE
            else Condition()
        )
    whole = translator.whole(when)
    if whole is None:
        translator.notes.change(
            when.mark, "when", "v1 takes true or false only: see that the template gives one of them"
        )
        return Condition(translator.scalar(when))
    if whole.is_truth:
        return condition_of(whole.text, when.mark)
    operand = whole.within(dot_is_root=True, alone=False)
    word = operand if whole.is_text else f'(printf "%v" {operand})'
    falsehoods = " ".join(f'"{word}"' for word in _FALSE)
    return condition_of(f"not (eq (toLower {word}) {falsehoods})", when.mark)
