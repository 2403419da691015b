"""Go-template expressions that are moved from one template into another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from envwright.templates.limits import LIMITS
from envwright.templates.parser import parse
from envwright.templates.tree import (
    Action,
    Block,
    Branch,
    Dot,
    Expand,
    Fields,
    Literal,
    Name,
    Operand,
    Pipe,
    Range,
    Template,
    Text,
)

_OPEN, _CLOSE = "{{ ", " }}"
_TEXT_FIELDS = frozenset({("Project",), ("Env",), ("Namespace",)})
_TEXT_FUNCTIONS = frozenset(
    {"envOr", "printf", "print", "println", "trimPrefix", "toLower", "default", "join", "slug", "truncSHA"}
)
_TRUTH_FUNCTIONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "not"})


class Expression(NamedTuple):
    """An expression and what has to be known of it before it can stand elsewhere.

    `roots` are the offsets in `text` of fields of the root (`.Project`), `fields` their names. `simple`: one operand,
    which never needs parentheses. `is_text` and `is_truth`: its value surely is a string, a truth value. `literal` is
    what a string constant says, None for any other expression.
    """

    text: str
    roots: tuple[int, ...]
    fields: frozenset[str]
    simple: bool
    is_text: bool
    is_truth: bool
    literal: str | None = None

    def within(self, *, dot_is_root: bool, alone: bool) -> str:
        """Return the text for a place where dot is the root or something else, `alone` in its pipe or an operand."""
        text = self.text
        if not dot_is_root:
            for offset in reversed(self.roots):
                text = f"{text[:offset]}${text[offset:]}"
        return text if alone or self.simple else f"({text})"


def parsed(text: str) -> Template:
    """Return the tree of a template. Raises Fault."""
    return parse(text, LIMITS.depth)


def expression(text: str) -> Expression:
    """Return the expression that stands in `text`, without braces. Raises Fault if it is none."""
    template = parsed(_OPEN + text + _CLOSE)
    (action,) = template.body
    assert isinstance(action, Action)  # noqa: S101  # what stands between braces is one action
    pipe = action.pipe
    roots = [node for node in operands(template.body) if isinstance(node, Fields) and isinstance(node.of, Dot)]
    only = pipe.commands[0].operands[0]
    simple = len(pipe.commands) == 1 and len(pipe.commands[0].operands) == 1
    return Expression(
        text=text,
        roots=tuple(node.start - len(_OPEN) for node in roots),
        fields=frozenset(node.path[0] for node in roots),
        simple=simple,
        is_text=_is_text(pipe),
        is_truth=_is_truth(pipe),
        literal=only.value if simple and isinstance(only, Literal) and isinstance(only.value, str) else None,
    )


def whole_expression(text: str) -> Expression | None:
    """Return the expression of a template that is one action and nothing else, None for any other. Raises Fault."""
    template = parsed(text.strip())
    if len(template.body) != 1 or template.partials:
        return None
    action = template.body[0]
    if not isinstance(action, Action) or action.pipe.variables:
        return None
    return expression(text.strip()[action.pipe.start : action.pipe.end])


def as_expression(text: str) -> Expression | None:
    """Return an expression that gives what the template gives, None if it has control structures. Raises Fault."""
    if "{{" not in text:
        return expression(_quoted(text))
    whole = whole_expression(text)
    if whole is not None:
        return whole
    template = parsed(text)
    form, arguments = "", []
    for statement in template.body:
        if isinstance(statement, Text):
            form += statement.content.replace("%", "%%")
        elif isinstance(statement, Action) and not statement.pipe.variables:
            form += "%v"
            argument = expression(text[statement.pipe.start : statement.pipe.end])
            arguments.append(argument.within(dot_is_root=True, alone=False))
        else:
            return None
    return None if template.partials else expression(" ".join(["printf", _quoted(form), *arguments]))


def operands(body: Block) -> Iterator[Operand]:
    """Yield every operand below `body`, those in parentheses and partial templates' arguments too."""
    for statement in body:
        if isinstance(statement, Branch):
            for pipe, block in statement.arms:
                yield from _of_pipe(pipe)
                yield from operands(block)
            yield from operands(statement.otherwise)
        elif isinstance(statement, Range):
            yield from _of_pipe(statement.pipe)
            yield from operands(statement.body)
            yield from operands(statement.otherwise)
        elif isinstance(statement, Action | Expand) and statement.pipe is not None:
            yield from _of_pipe(statement.pipe)


def _of_pipe(pipe: Pipe) -> Iterator[Operand]:
    for command in pipe.commands:
        for operand in command.operands:
            yield from _of_operand(operand)


def _of_operand(operand: Operand) -> Iterator[Operand]:
    yield operand
    if isinstance(operand, Pipe):
        yield from _of_pipe(operand)
    elif isinstance(operand, Fields):
        yield from _of_operand(operand.of)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _is_text(pipe: Pipe) -> bool:
    first = pipe.commands[-1].operands[0]
    if isinstance(first, Name):
        return first.name in _TEXT_FUNCTIONS
    if isinstance(first, Pipe):
        return _is_text(first)
    if isinstance(first, Literal):
        return isinstance(first.value, str)
    return isinstance(first, Fields) and isinstance(first.of, Dot) and first.path in _TEXT_FIELDS


def _is_truth(pipe: Pipe) -> bool:
    command = pipe.commands[-1]
    first = command.operands[0]
    if isinstance(first, Name) and first.name in ("and", "or") and len(pipe.commands) == 1:
        return all(_is_true_or_false(operand) for operand in command.operands[1:])
    return _is_true_or_false(first) or (isinstance(first, Name) and first.name in _TRUTH_FUNCTIONS)


def _is_true_or_false(operand: Operand) -> bool:
    if isinstance(operand, Pipe):
        return _is_truth(operand)
    return isinstance(operand, Literal) and isinstance(operand.value, bool)
