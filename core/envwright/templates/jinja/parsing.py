"""Jinja text to the tree of Jinja2's parser, refusing what a manifest may not hold."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, TemplateSyntaxError, nodes

from envwright.templates.fault import Fault
from envwright.templates.source import Source

_ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.With),
    *(nodes.Name, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair, nodes.CondExpr),
    *(nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Call, nodes.Filter, nodes.Test),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat),
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Neg, nodes.Pos),
)

_STATEMENTS = {
    nodes.Import: "import",
    nodes.FromImport: "import",
    nodes.Include: "include",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter as a block",
    nodes.AssignBlock: "set as a block",
    nodes.NSRef: "an attribute of a namespace",
    nodes.Keyword: "an argument by name",
}

# Names through which templates of others reached the program behind them.
_NAMES = frozenset(["lipsum", "cycler", "joiner", "namespace", "self", "super", "caller", "varargs", "kwargs"])
_FILTERS = frozenset(["attr", "format", "map", "select", "selectattr", "reject", "rejectattr", "groupby", "xmlattr"])


def line_place(source: Source, line: int) -> tuple[int, int]:
    """Return the offsets of a line, counted from 1: Jinja2 knows no columns."""
    starts = source.line_starts()
    line = min(line, len(starts))
    end = starts[line] - 1 if line < len(starts) else len(source.text)
    return starts[line - 1], max(end, starts[line - 1])


def parse(source: Source) -> nodes.Template:
    """Return the tree of a template. Raises Fault: EW200 where it does not parse, EW209 for what is not allowed."""
    try:
        template = _environment().parse(source.text)
    except TemplateSyntaxError as error:
        start, end = line_place(source, error.lineno)
        raise Fault("EW200", (error.message or "not a Jinja template").rstrip("."), start=start, end=end) from None
    except ValueError:  # an integer of more digits than Python reads
        raise Fault("EW200", "a number has too many digits", start=0, end=1) from None
    for node in all_nodes(template):
        why = _objection(node)
        if why:
            start, end = line_place(source, node.lineno)
            raise Fault("EW209", why, "a template has values, functions, if, for and set", start=start, end=end)
    return template


def all_nodes(template: nodes.Template) -> Iterator[nodes.Node]:
    """Yield every node in the order of the source; Jinja2's own `find_all` takes quadratic time on deep trees."""
    waiting: list[nodes.Node] = [template]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(list(node.iter_child_nodes()))


@cache
def _environment() -> Environment:
    return Environment(keep_trailing_newline=True, autoescape=False)  # noqa: S701  # YAML is made, not HTML


def _objection(node: nodes.Node) -> str:
    if isinstance(node, nodes.Call | nodes.Filter | nodes.Test) and (node.dyn_args or node.dyn_kwargs):
        return "* and ** are not allowed in a template"
    if isinstance(node, nodes.Getattr | nodes.Name):
        name = node.attr if isinstance(node, nodes.Getattr) else node.name
        return f"{name} is not allowed in a template" if name.startswith("_") or name in _NAMES else ""
    if isinstance(node, nodes.Filter):
        if node.node is None:
            return "filter as a block is not allowed in a template"
        return f"the filter {node.name} is not allowed in a template" if node.name in _FILTERS else ""
    if isinstance(node, nodes.For) and node.recursive:
        return "a recursive for is not allowed in a template"
    if type(node) in _ALLOWED:
        return ""
    return f"{_STATEMENTS.get(type(node), type(node).__name__.lower())} is not allowed in a template"
