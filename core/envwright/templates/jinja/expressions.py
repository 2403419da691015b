"""Evaluates Jinja's expressions on plain values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from jinja2 import nodes

from envwright.model.suggest import did_you_mean
from envwright.templates.fault import Fault, shortened
from envwright.templates.functions.function import Function
from envwright.templates.jinja.operators import ITEMS, OPERATORS, RANGE, WITHIN
from envwright.templates.jinja.parsing import line_place
from envwright.templates.markers import is_opaque
from envwright.templates.run import Run
from envwright.templates.scope import Scope
from envwright.templates.source import Source
from envwright.templates.tree import Node
from envwright.templates.values import LISTS, MAPS, described

# What Jinja calls functions of the table.
_ALIASES = {
    "lower": "toLower",
    "upper": "toUpper",
    "length": "len",
    "count": "len",
    "d": "default",
    "tojson": "toJson",
    "string": "toString",
    "e": "html",
    "escape": "html",
    "urlencode": "urlquery",
}
_OWN = {"range": RANGE, "items": ITEMS}

_COMPARISONS = {"eq": "eq", "ne": "ne", "lt": "lt", "lteq": "le", "gt": "gt", "gteq": "ge"}

_UNDEFINED: Final = object()


class Expressions(Run):
    """A run that evaluates expressions.

    `frames` are the variables that `for`, `set` and `with` made, the innermost last: a value, and the names of the
    passed variables that were read for it.
    """

    def __init__(self, scope: Scope, source: Source, *, masked: bool) -> None:
        super().__init__(scope, source, masked=masked)
        self.frames: list[dict[str, tuple[object, tuple[str, ...]]]] = [{}]

    def value(self, node: nodes.Node) -> Any:
        """Return the value of an expression. Raises Fault."""
        self.spend(1)
        return _EXPRESSIONS[type(node)](self, node)

    def at(self, node: nodes.Node) -> Node:
        """Return the place of a node: its line."""
        return Node(*line_place(self.source, node.lineno))

    def apply(self, function: Function, arguments: list[object], node: nodes.Node) -> Any:
        """Return a function's result; its faults and warnings get the node's place."""
        self.place = place = self.at(node)
        try:
            return self.call(function, arguments)
        except Fault as fault:
            fault.at(place.start, place.end)
            raise

    def fault(self, node: nodes.Node, code: str, summary: str, hint: str = "") -> Fault:
        """Return a fault at the place of a node."""
        place = self.at(node)
        return Fault(code, summary, hint, start=place.start, end=place.end)

    # Names ------------------------------------------------------------------------------------------------------------

    def _name(self, node: nodes.Name) -> Any:
        for frame in reversed(self.frames):
            if node.name in frame:
                value, names = frame[node.name]
                self.names.update(dict.fromkeys(names))
                return value
        return self._field(self.scope.data, node.name, node)

    def _attribute(self, node: nodes.Getattr) -> Any:
        return self._field(self.value(node.node), node.attr, node)

    def _field(self, value: Any, name: str, node: nodes.Node) -> Any:
        if type(value) not in MAPS:
            summary = f'{described(value)} has no attribute "{shortened(name)}"'
            raise self.fault(node, "EW209", summary, "only a map has fields")
        if name not in value:
            near = did_you_mean(shortened(name), value)
            raise self.fault(node, "EW201", f'undefined name "{shortened(name)}"', near)
        self.note_key(value, name)
        return value[name]

    def _item(self, node: nodes.Getitem) -> Any:
        value = self.value(node.node)
        if isinstance(node.arg, nodes.Slice):
            return self._part(value, node.arg, node)
        key = self.value(node.arg)
        if type(key) is str and not is_opaque(key):
            return self._field(value, key, node)
        if type(key) is int and key < 0 and type(value) in LISTS:
            key += len(value)
        return self.apply(self.functions["index"], [value, key], node)

    def _part(self, value: Any, part: nodes.Slice, node: nodes.Getitem) -> Any:
        if part.step is not None:
            raise self.fault(node, "EW209", "a slice with a step is not allowed in a template")
        start = 0 if part.start is None else self.value(part.start)
        stop = [] if part.stop is None else [self.value(part.stop)]
        return self.apply(self.functions["slice"], [value, start, *stop], node)

    # Calls ------------------------------------------------------------------------------------------------------------

    def _function(self, node: nodes.Call) -> Any:
        called = node.node
        if isinstance(called, nodes.Getattr) and called.attr == "items" and not node.args:
            return self.apply(ITEMS, [self.value(called.node)], node)
        if not isinstance(called, nodes.Name):
            raise self.fault(node, "EW209", "only functions can be called", "write VALUE | toUpper, not a method")
        function = self.functions.get(called.name) or _OWN.get(called.name)
        if function is None:
            raise self._unknown(called.name, node)
        return self.apply(function, [self.value(argument) for argument in node.args], node)

    def _filter(self, node: nodes.Filter) -> Any:
        name = _ALIASES.get(node.name, node.name)
        function = self.functions.get(name) or _OWN.get(name)
        if function is None:
            raise self._unknown(node.name, node)
        assert node.node is not None  # noqa: S101  # only a block has none, and the parser refused it
        value = self._value_or_undefined(node.node) if name == "default" else self.value(node.node)
        arguments = [self.value(argument) for argument in node.args]
        arguments.insert(function.piped, None if value is _UNDEFINED else value)
        return self.apply(function, arguments, node)

    def _unknown(self, name: str, node: nodes.Node) -> Fault:
        place = self.at(node)
        return self.unknown_function(name, place.start, place.end)

    def _test(self, node: nodes.Test) -> bool:
        if node.name in ("defined", "undefined"):
            return (self._value_or_undefined(node.node) is _UNDEFINED) == (node.name == "undefined")
        test = _TESTS.get(node.name)
        if test is None or node.args:
            hint = did_you_mean(node.name, _TESTS) or f"known are defined, undefined, {', '.join(_TESTS)}"
            raise self.fault(node, "EW202", f'unknown test "{node.name}"', hint)
        return test(self.value(node.node))

    def _value_or_undefined(self, node: nodes.Node) -> Any:
        """Return a value, or a value of its own for a name that is not defined."""
        try:
            return self.value(node)
        except Fault as fault:
            if fault.code == "EW201" and isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
                return _UNDEFINED
            raise

    # Operators --------------------------------------------------------------------------------------------------------

    def _binary(self, node: nodes.BinExpr) -> Any:
        return self.apply(OPERATORS[type(node)], [self.value(node.left), self.value(node.right)], node)

    def _unary(self, node: nodes.UnaryExpr) -> Any:
        return self.apply(OPERATORS[type(node)], [self.value(node.node)], node)

    def _concat(self, node: nodes.Concat) -> Any:
        return self.apply(OPERATORS[nodes.Concat], [self.value(part) for part in node.nodes], node)

    def _compare(self, node: nodes.Compare) -> bool:
        """Evaluate `a < b < c` from left to right, no further than the first that does not hold."""
        left = self.value(node.expr)
        for operand in node.ops:
            right = self.value(operand.expr)
            if operand.op in ("in", "notin"):
                holds = self.apply(WITHIN, [left, right], node) == (operand.op == "in")
            else:
                holds = self.apply(self.functions[_COMPARISONS[operand.op]], [left, right], node)
            if not holds:
                return False
            left = right
        return True

    def _conjunction(self, node: nodes.And) -> Any:
        return self.value(node.left) and self.value(node.right)

    def _disjunction(self, node: nodes.Or) -> Any:
        return self.value(node.left) or self.value(node.right)

    def _negation(self, node: nodes.Not) -> bool:
        return not self.value(node.node)

    def _condition(self, node: nodes.CondExpr) -> Any:
        if self.value(node.test):
            return self.value(node.expr1)
        if node.expr2 is None:
            raise self.fault(
                node, "EW201", "the condition is false and there is no else", "write A if CONDITION else B"
            )
        return self.value(node.expr2)

    # Literals ---------------------------------------------------------------------------------------------------------

    def _constant(self, node: nodes.Const) -> Any:
        if type(node.value) in (str, bool, float, type(None)):
            return node.value
        return self.apply(self.functions["int"], [node.value], node)

    def _sequence(self, node: nodes.List | nodes.Tuple) -> Any:
        return self.apply(self.functions["list"], [self.value(item) for item in node.items], node)

    def _mapping(self, node: nodes.Dict) -> Any:
        pairs = [part for pair in node.items for part in (self.value(pair.key), self.value(pair.value))]
        return self.apply(self.functions["dict"], pairs, node)


_EXPRESSIONS: dict[type[nodes.Node], Callable[[Expressions, Any], Any]] = {
    nodes.Name: Expressions._name,
    nodes.Getattr: Expressions._attribute,
    nodes.Getitem: Expressions._item,
    nodes.Call: Expressions._function,
    nodes.Filter: Expressions._filter,
    nodes.Test: Expressions._test,
    nodes.Compare: Expressions._compare,
    nodes.And: Expressions._conjunction,
    nodes.Or: Expressions._disjunction,
    nodes.Not: Expressions._negation,
    nodes.CondExpr: Expressions._condition,
    nodes.Const: Expressions._constant,
    nodes.TemplateData: lambda _, node: node.data,
    nodes.List: Expressions._sequence,
    nodes.Tuple: Expressions._sequence,
    nodes.Dict: Expressions._mapping,
    nodes.Concat: Expressions._concat,
    **dict.fromkeys([nodes.Neg, nodes.Pos], Expressions._unary),
    **dict.fromkeys(
        [nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow], Expressions._binary
    ),
}

_TESTS: dict[str, Callable[[object], bool]] = {
    "none": lambda value: value is None,
    "string": lambda value: type(value) is str,
    "number": lambda value: type(value) in (int, float),
    "integer": lambda value: type(value) is int,
    "float": lambda value: type(value) is float,
    "boolean": lambda value: type(value) is bool,
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "mapping": lambda value: type(value) in MAPS,
    "sequence": lambda value: type(value) in LISTS,
}
