"""Walks the statements of a Jinja template."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import nodes

from envwright.templates.fault import Fault
from envwright.templates.jinja.expressions import Expressions
from envwright.templates.jinja.parsing import all_nodes, line_place
from envwright.templates.values import LISTS, MAPS, described

Names = tuple[str, ...]


class Walker(Expressions):
    """A run of a Jinja template."""

    def walk_template(self, template: nodes.Template) -> None:
        """Write what a template makes. Raises Fault."""
        self.places = self._text_places(template)
        self.walk(template.body)

    def _text_places(self, template: nodes.Template) -> dict[int, int]:
        """Return the offset of each text by the id of its node; one that the lexer changed has none."""
        found: dict[int, int] = {}
        cursor = 0
        for text in all_nodes(template):
            if not isinstance(text, nodes.TemplateData):
                continue
            offset = self.source.text.find(text.data, max(cursor, line_place(self.source, text.lineno)[0]))
            if offset >= 0:
                found[id(text)] = offset
                cursor = offset + len(text.data)
        return found

    def walk(self, body: Iterable[nodes.Node]) -> None:
        """Write what statements make. Raises Fault."""
        for statement in body:
            _STATEMENTS[type(statement)](self, statement)

    def _print(self, statement: nodes.Output) -> None:
        for node in statement.nodes:
            if isinstance(node, nodes.TemplateData):
                self._text(node)
            else:
                self._expression(node)

    def _text(self, node: nodes.TemplateData) -> None:
        offset = self.places.get(id(node))
        if offset is None:
            start, end = line_place(self.source, node.lineno)
            self.write(node.data, start, end, ())
        else:
            self.write(node.data, offset, offset + len(node.data), None)

    def _expression(self, node: nodes.Node) -> None:
        place = self.at(node)
        try:
            value, names = self._noted(node)
            self.place = place
            self.write(self.printable(value), place.start, place.end, names)
        except Fault as fault:
            self.recover(fault.at(place.start, place.end))

    def _noted(self, node: nodes.Node) -> tuple[Any, Names]:
        """Return an expression's value, and the passed variables that were read for it."""
        self.names = {}
        value = self.value(node)
        return value, tuple(self.names)

    def _branch(self, statement: nodes.If) -> None:
        self.enter()
        for arm in (statement, *statement.elif_):
            if self._noted(arm.test)[0]:
                self.walk(arm.body)
                break
        else:
            self.walk(statement.else_)
        self.depth_left += 1

    def _loop(self, statement: nodes.For) -> None:
        self.enter()
        value, names = self._noted(statement.iter)
        rounds = [self._bindings(statement.target, element, names) for element in self._elements(value, statement)]
        if statement.test is not None:
            rounds = [frame for frame in rounds if self._within(frame, statement.test)]
        for index, frame in enumerate(rounds):
            self.iterate()
            self.frames.append({**frame, "loop": (_loop(index, len(rounds)), ())})
            self.walk(statement.body)
            self.frames.pop()
        if not rounds:
            self.walk(statement.else_)
        self.depth_left += 1

    def _within(self, frame: dict[str, tuple[object, Names]], test: nodes.Node) -> Any:
        """Return the value of the condition of a loop for one round."""
        self.iterate()
        self.frames.append(frame)
        try:
            return self.value(test)
        finally:
            self.frames.pop()

    def _elements(self, value: Any, statement: nodes.For) -> list[object]:
        """Return what a loop runs over: the keys of a map, or keys and values if it has two targets."""
        if type(value) in LISTS:
            return list(value)
        if type(value) in MAPS:
            self.note_whole(value)
            pairs = isinstance(statement.target, nodes.Tuple)
            return [[name, item] if pairs else name for name, item in sorted(value.items())]
        raise self.fault(statement, "EW212", f"{described(value)} has no elements", "lists and maps have")

    def _assign(self, statement: nodes.Assign) -> None:
        value, names = self._noted(statement.node)
        self.frames[-1].update(self._bindings(statement.target, value, names))

    def _scope_block(self, statement: nodes.With) -> None:
        self.enter()
        frame: dict[str, tuple[object, Names]] = {}
        for target, node in zip(statement.targets, statement.values, strict=True):
            value, names = self._noted(node)
            frame.update(self._bindings(target, value, names))
        self.frames.append(frame)
        self.walk(statement.body)
        self.frames.pop()
        self.depth_left += 1

    def _bindings(self, target: nodes.Node, value: Any, names: Names) -> dict[str, tuple[object, Names]]:
        """Return the variables that a target takes from a value; several names take the elements of a list."""
        if isinstance(target, nodes.Name):
            return {target.name: (value, names)}
        assert isinstance(target, nodes.Tuple)  # noqa: S101  # the parser knows no other target
        if type(value) not in LISTS or len(value) != len(target.items):
            wanted = f"a list of {len(target.items)}"
            raise self.fault(target, "EW212", f"{described(value)} does not fit {len(target.items)} names", wanted)
        frame: dict[str, tuple[object, Names]] = {}
        for inner, item in zip(target.items, value, strict=True):
            frame.update(self._bindings(inner, item, names))
        return frame


def _loop(index: int, length: int) -> dict[str, object]:
    """Return what `loop` is in one round: plain data, like everything else."""
    return {
        "index": index + 1,
        "index0": index,
        "revindex": length - index,
        "revindex0": length - index - 1,
        "first": index == 0,
        "last": index == length - 1,
        "length": length,
    }


_STATEMENTS: dict[type[nodes.Node], Callable[[Walker, Any], None]] = {
    nodes.Output: Walker._print,
    nodes.If: Walker._branch,
    nodes.For: Walker._loop,
    nodes.Assign: Walker._assign,
    nodes.With: Walker._scope_block,
}
