"""Walks the tree of a Go template, as text/template does with `missingkey=error`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import repeat
from typing import Any, Final

from envwright.model.suggest import did_you_mean
from envwright.templates.fault import Fault, shortened
from envwright.templates.markers import is_opaque
from envwright.templates.run import Run, Segment
from envwright.templates.scope import Bound, Scope
from envwright.templates.source import Source
from envwright.templates.tree import (
    Action,
    Block,
    Branch,
    Break,
    Command,
    Continue,
    Dot,
    Expand,
    Fields,
    Literal,
    Name,
    Nil,
    Operand,
    Partial,
    Pipe,
    Range,
    Template,
    Text,
    Variable,
)
from envwright.templates.values import LISTS, MAPS, described

MISSING: Final = object()

_RANGED = LISTS | MAPS

# How many names a hint lists.
_SHOWN = 12

# What a block returns when it was left early.
_BREAK: Final = "break"
_CONTINUE: Final = "continue"


class Interpreter(Run):
    """A run of a Go template.

    `dot` and `variables` (a stack of name, value, and the passed variables that were read for it) are where the walk
    is; `dot_names` are the passed variables that dot was made of, where `with` or `range` set it.
    """

    def __init__(
        self, template: Template, scope: Scope, source: Source, bound: Mapping[str, Bound], *, masked: bool = False
    ) -> None:
        super().__init__(scope, source, masked=masked)
        self.dot: object = scope.data
        self.dot_names: tuple[str, ...] = ()
        self.variables: list[tuple[str, object, tuple[str, ...]]] = [("$", scope.data, ())]
        for name, variable in bound.items():
            self.variables.append((name, variable.masked if masked else variable.value, variable.names))
        self.partials: dict[str, tuple[Partial, Source]] = {}
        self.add(template)

    def add(self, template: Template) -> None:
        """Make a template's partials known and check the names that it uses. Raises Fault: EW200, EW201, EW202."""
        for name, (start, end) in template.calls.items():
            if name not in self.functions:
                raise self.unknown_function(name, start, end)
        for name, (start, end) in template.unbound.items():
            known = [known for known, _, _ in self.variables]
            if name not in known:
                hint = did_you_mean(name, known) or f"{name} := VALUE sets it, in the same block or around it"
                raise Fault("EW201", f"undefined variable {name}", hint, start=start, end=end)
        for name, partial in template.partials.items():
            self.partials[name] = partial, self.source
        for name, foreign in self.scope.partials.items():
            own = template.partials.get(name)
            if own is not None and not own.default:
                hint = f"it is defined in {foreign[1].origin.file} too"
                raise Fault(
                    "EW200", f'the partial template "{name}" is defined twice', hint, start=own.start, end=own.end
                )
            self.partials[name] = foreign

    # Statements -------------------------------------------------------------------------------------------------------

    def walk(self, block: Block) -> str | None:
        """Write what a block makes; return how it was left, if not at its end."""
        for statement in block:
            if type(statement) is Text:
                self.write(statement.content, statement.start, statement.end, None)
                continue
            try:
                left = _STATEMENTS[type(statement)](self, statement)
            except Fault as fault:
                fault.at(statement.start, statement.end)
                raise
            if left is not None:
                return left
        return None

    def _action(self, action: Action) -> None:
        self.names = {}
        pipe = action.pipe
        try:
            value = self.pipe(pipe)
            if not pipe.variables:
                self.place = action
                text = value if type(value) is str else self.printable(value)
                self.write(text, action.start, action.end, tuple(self.names))
        except Fault as fault:
            fault.at(pipe.start, pipe.end)
            if pipe.variables:
                raise
            self.recover(fault)

    def _branch(self, branch: Branch) -> str | None:
        mark = len(self.variables)
        self.enter()
        try:
            for pipe, body in branch.arms:
                value, names = self._control(pipe)
                if value:
                    return self._walk_with(body, value, names) if branch.rebinds else self.walk(body)
            return self.walk(branch.otherwise)
        finally:
            self.depth_left += 1
            del self.variables[mark:]

    def _control(self, pipe: Pipe) -> tuple[Any, tuple[str, ...]]:
        """Return the value of a pipe that decides something, and the passed variables that were read for it."""
        self.names = {}
        value = self.pipe(pipe)
        return value, tuple(self.names)

    def _walk_with(self, body: Block, dot: object, names: tuple[str, ...]) -> str | None:
        """Walk a block with another dot."""
        outer = self.dot, self.dot_names
        self.dot, self.dot_names = dot, names
        try:
            return self.walk(body)
        finally:
            self.dot, self.dot_names = outer

    def _range(self, loop: Range) -> str | None:
        mark = len(self.variables)
        self.enter()
        try:
            value, names = self._control(loop.pipe)
            rounds = self._rounds(value, loop.pipe)
            if not rounds:
                return self.walk(loop.otherwise)
            inside = len(self.variables)
            for key, element in rounds:
                self.iterate()
                self._bind_round(loop.pipe, inside, key, element, names)
                left = self._walk_with(loop.body, element, names)
                del self.variables[inside:]
                if left == _BREAK:
                    break
            return None
        finally:
            self.depth_left += 1
            del self.variables[mark:]

    def _rounds(self, value: Any, pipe: Pipe) -> Iterable[tuple[object, object]]:
        """Return key and element of each round of a range; an empty tuple if there is none."""
        if value is None or (not value and type(value) in _RANGED):
            return ()
        if type(value) in LISTS:
            return enumerate(value)
        if type(value) in MAPS:
            self.note_whole(value)
            return sorted(value.items())
        if type(value) is int:
            if len(pipe.variables) > 1:
                raise Fault("EW203", "a range over an integer sets one variable", start=pipe.start, end=pipe.end)
            return zip(repeat(None), range(value)) if value > 0 else ()
        hint = "lists, maps and integers have elements"
        raise Fault("EW212", f"{described(value)} has no elements", hint, start=pipe.start, end=pipe.end)

    def _bind_round(self, pipe: Pipe, inside: int, key: object, element: object, names: tuple[str, ...]) -> None:
        """Give the variables of a range the values of one round: one takes the element, two take key and element."""
        values = (element,) if len(pipe.variables) == 1 else (key, element)
        for position, (name, value) in enumerate(zip(pipe.variables, values, strict=False)):
            if pipe.assigns:
                self._assign(name, value, names, pipe)
            else:
                self.variables[inside - len(pipe.variables) + position] = (name, value, names)

    def _jump(self, statement: Break | Continue) -> str:
        return _BREAK if type(statement) is Break else _CONTINUE

    def _expand(self, statement: Expand) -> None:
        dot, names = (None, ()) if statement.pipe is None else self._control(statement.pipe)
        self._walk_partial(statement.name, dot, names)

    def _walk_partial(self, name: str, dot: object, names: tuple[str, ...]) -> None:
        """Write what a partial template makes of `dot`; it sees no variables of its surroundings."""
        if name not in self.partials:
            hint = did_you_mean(name, self.partials)
            raise Fault("EW210", f'unknown partial template "{shortened(name)}"', hint)
        partial, source = self.partials[name]
        self.spend(10)
        self.enter()
        outer = self.variables, self.source
        self.variables, self.source = [("$", dot, names)], source
        try:
            self._walk_with(partial.body, dot, names)
        except Fault as fault:
            fault.in_source(source)
            raise
        finally:
            self.variables, self.source = outer
            self.depth_left += 1

    def include(self, name: str, dot: object) -> str:
        """Return what a partial template makes, instead of writing it."""
        outer = self.output, self.segments, self.size, self.names
        inner: list[Segment] = []
        self.output, self.segments, self.size = [], inner, 0
        try:
            self._walk_partial(name, dot, tuple(self.names))
            return "".join(self.output)
        finally:
            self.output, self.segments, self.size, self.names = outer
            for *_, names in inner:
                self.names.update(dict.fromkeys(names or ()))

    # Expressions ------------------------------------------------------------------------------------------------------

    def pipe(self, pipe: Pipe) -> Any:
        """Return the value of a pipe; set the variables that it declares or assigns."""
        value: Any = MISSING
        for command in pipe.commands:
            value = self._command(command, value)
        if pipe.variables:
            names = tuple(self.names)
            for name in pipe.variables:
                if pipe.assigns:
                    self._assign(name, value, names, pipe)
                else:
                    self.variables.append((name, value, names))
        return value

    def _assign(self, name: str, value: object, names: tuple[str, ...], pipe: Pipe) -> None:
        for position in range(len(self.variables) - 1, -1, -1):
            if self.variables[position][0] == name:
                self.variables[position] = (name, value, names)
                return
        raise Fault(
            "EW201", f"undefined variable {name}", f"{name} := VALUE sets it first", start=pipe.start, end=pipe.end
        )

    def _command(self, command: Command, piped: Any) -> Any:
        operands = command.operands
        first = operands[0]
        self.steps_left -= 1
        if self.steps_left < 0:
            self.spend(0)
        if type(first) is Name:
            return self._function_call(first, command, piped)
        if len(operands) > 1 or piped is not MISSING:
            raise Fault("EW203", "only a function takes arguments", start=first.start, end=first.end)
        if type(first) is Nil:
            raise Fault("EW203", "nil stands only as an argument", start=first.start, end=first.end)
        return _OPERANDS[type(first)](self, first)

    def _function_call(self, name: Name, command: Command, piped: Any) -> Any:
        function = self.functions.get(name.name)
        if function is None:  # only in a partial of another file: this one's names were checked before it ran
            raise self.unknown_function(name.name, name.start, name.end)
        operands = command.operands
        if name.name in ("and", "or"):
            return self._short_circuit(name, operands[1:], piped)
        arguments: list[object] = []
        for operand in operands[1:]:
            # a comprehension would be a call of its own
            arguments.append(_OPERANDS[type(operand)](self, operand))  # noqa: PERF401  # see the line above
        if piped is not MISSING:
            arguments.append(piped)
        self.place = command
        try:
            return self.call(function, arguments)
        except Fault as fault:
            if 0 <= fault.argument < len(operands) - 1:
                place: Operand | Command = operands[fault.argument + 1]
            else:
                place = command
            fault.at(place.start, place.end)
            raise

    def _short_circuit(self, name: Name, operands: tuple[Operand, ...], piped: Any) -> Any:
        """Return the first operand that decides, evaluating no further; a piped value comes last."""
        value: Any = MISSING
        for operand in operands:
            value = _OPERANDS[type(operand)](self, operand)
            if bool(value) == (name.name == "or"):
                return value
        if piped is not MISSING:
            return piped
        if value is MISSING:
            raise Fault("EW203", f"{name.name} takes at least 1 argument, not 0", start=name.start, end=name.end)
        return value

    def _variable(self, variable: Variable) -> Any:
        for name, value, names in reversed(self.variables):
            if name == variable.name:
                if names:
                    self.names.update(dict.fromkeys(names))
                return value
        raise Fault("EW201", f"undefined variable {variable.name}", start=variable.start, end=variable.end)

    def _dot_value(self, _: Dot) -> Any:
        if self.dot_names:
            self.names.update(dict.fromkeys(self.dot_names))
        return self.dot

    def _fields(self, fields: Fields) -> Any:
        of = fields.of
        if type(of) is Dot and not self.dot_names:
            value: Any = self.dot
        else:
            value = _OPERANDS[type(of)](self, of)
        for position, name in enumerate(fields.path):
            if type(value) not in MAPS or name not in value:
                raise self._no_field(value, fields, position)
            if id(value) in self.watched:
                self.note_key(value, name)
            value = value[name]
        return value

    def _no_field(self, value: object, fields: Fields, position: int) -> Fault:
        """Return the fault of a field that is not there, placed at its name."""
        name = fields.path[position]
        before = fields.start if type(fields.of) is Dot else fields.of.end
        start = before + sum(len(passed) + 1 for passed in fields.path[:position]) + 1
        end = start + len(name)
        if is_opaque(value):
            return Fault("EW602", f'the value of a passed variable has no field "{name}"', start=start, end=end)
        if type(value) not in MAPS:
            summary = f'{described(value)} has no field "{name}"'
            return Fault("EW201", summary, "only a map has fields", start=start, end=end)
        known = sorted(value)  # type: ignore[call-overload]  # a map
        hint = did_you_mean(name, known) or f"known here: {', '.join(known[:_SHOWN]) or 'nothing'}"
        return Fault("EW201", f'undefined name "{name}"', hint, start=start, end=end)

    def _bare_call(self, name: Name) -> Any:
        """Call a function that stands as an argument, without arguments of its own."""
        return self._function_call(name, Command((name,), name.start, name.end), MISSING)


def _literal(_: Interpreter, literal: Literal) -> Any:
    return literal.value


def _nil(_: Interpreter, __: Nil) -> None:
    return None


_STATEMENTS: dict[type, Callable[[Interpreter, Any], str | None]] = {
    Action: Interpreter._action,
    Branch: Interpreter._branch,
    Range: Interpreter._range,
    Break: Interpreter._jump,
    Continue: Interpreter._jump,
    Expand: Interpreter._expand,
}

_OPERANDS: dict[type, Callable[[Interpreter, Any], Any]] = {
    Literal: _literal,
    Nil: _nil,
    Dot: Interpreter._dot_value,
    Name: Interpreter._bare_call,
    Variable: Interpreter._variable,
    Fields: Interpreter._fields,
    Pipe: Interpreter.pipe,
}
