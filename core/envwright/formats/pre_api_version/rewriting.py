"""Templates of the older format with the names that v1 has, changed at the places that the parser names.

Variables of the prelude become the expressions that they stand for, `.BaseDomain`, `.Storage` and other sections of the
file become `.Vars`, and the variables of the process are asked for by `envOr`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from envwright.formats.pre_api_version.edits import Edit, apply
from envwright.formats.pre_api_version.expressions import Expression, parsed
from envwright.model.nodes import Map, Node, Seq
from envwright.templates.tree import (
    Action,
    Block,
    Branch,
    Command,
    Dot,
    Expand,
    Fields,
    Literal,
    Name,
    Operand,
    Pipe,
    Range,
    Variable,
)

KEPT = frozenset({"Env", "Slot", "Project", "Namespace", "Versions"})
_ENVIRONMENT = frozenset({"EnvMap", "UserVars"})
_IMPURE = {
    "ProjectRoot": "a render does not know on which machine's folder it runs",
    "Now": "a render has no clock",
}


class Names(NamedTuple):
    """What a template of the older format may name beside its own variables.

    `variables` are those of the prelude, with their dollar sign. `sections` is the file's root: its keys are fields of
    the root, in any case. `inlined` are the values of sections that `vars` cannot hold, by their path.
    """

    variables: Mapping[str, Expression]
    sections: Map
    inlined: Mapping[tuple[str, ...], Expression]


class Lost(NamedTuple):
    """What a template names and v1 cannot give: the offsets, the name and the reason."""

    start: int
    end: int
    name: str
    reason: str


class Rewritten(NamedTuple):
    """The edits that give a template v1's names, what it reads, and what it names in vain.

    `sections` are the paths that it reads of the file's sections, `variables` what it reads of the prelude.
    """

    original: str
    edits: tuple[Edit, ...]
    sections: frozenset[tuple[str, ...]]
    variables: frozenset[str]
    lost: tuple[Lost, ...]

    @property
    def text(self) -> str:
        """The template with v1's names."""
        return apply(self.original, self.edits)


class _Section(NamedTuple):
    """The value of dot or of a variable where that is a section of the file or something in it."""

    node: Node | None


_ROOT = "root"
_OTHER = "other"
_Value = _Section | str


def rewrite(text: str, names: Names) -> Rewritten:
    """Return how a template gets v1's names. Raises Fault where it does not parse."""
    template = parsed(text)
    rewriter = _Rewriter(names)
    rewriter.block(template.body, _ROOT, {})
    for partial in template.partials.values():
        rewriter.block(partial.body, _OTHER, {})
    sections, variables = frozenset(rewriter.sections), frozenset(rewriter.variables)
    return Rewritten(text, tuple(rewriter.edits), sections, variables, tuple(sorted(rewriter.lost)))


class _Rewriter:
    """Walks a template with what dot and each variable stand for, and collects edits."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.edits: list[Edit] = []
        self.sections: set[tuple[str, ...]] = set()
        self.variables: set[str] = set()
        self.lost: list[Lost] = []

    def block(self, body: Block, dot: _Value, declared: Mapping[str, _Value]) -> None:
        known = dict(declared)
        for statement in body:
            if isinstance(statement, Action | Expand) and statement.pipe is not None:
                self.pipe(statement.pipe, dot, known)
            elif isinstance(statement, Branch):
                self.branch(statement, dot, dict(known))
            elif isinstance(statement, Range):
                inner = dict(known)
                value = self.pipe(statement.pipe, dot, inner)
                element = _element(value)
                inner.update(dict.fromkeys(statement.pipe.variables[-1:], element))
                self.block(statement.body, element, inner)
                self.block(statement.otherwise, dot, inner)

    def branch(self, branch: Branch, dot: _Value, known: dict[str, _Value]) -> None:
        for pipe, body in branch.arms:
            value = self.pipe(pipe, dot, known)
            self.block(body, value if branch.rebinds else dot, known)
        self.block(branch.otherwise, dot, known)

    def pipe(self, pipe: Pipe, dot: _Value, known: dict[str, _Value]) -> _Value:
        """Rewrite a pipe; return what its value is."""
        for stage, command in enumerate(pipe.commands):
            self.command(command, stage, dot, known)
        first = pipe.commands[0]
        single = len(pipe.commands) == 1 and len(first.operands) == 1
        value = self.value(first.operands[0], dot, known) if single else _OTHER
        known.update(dict.fromkeys(pipe.variables, value))
        return value

    def command(self, command: Command, stage: int, dot: _Value, known: dict[str, _Value]) -> None:
        if self.index_of_environment(command, dot):
            return
        alone = stage == 0 and len(command.operands) == 1
        for operand in command.operands:
            self.operand(operand, alone, dot, known)

    def index_of_environment(self, command: Command, dot: _Value) -> bool:
        """Rewrite `index .EnvMap "NAME"`, which `envOr "NAME" ""` says; return whether the command is one."""
        operands = command.operands
        if len(operands) != 3 or not isinstance(operands[0], Name) or operands[0].name != "index":
            return False
        fields, name = operands[1], operands[2]
        if not isinstance(fields, Fields) or not isinstance(name, Literal) or not isinstance(name.value, str):
            return False
        if not self.of_root(fields, dot) or fields.path not in {(field,) for field in _ENVIRONMENT}:
            return False
        self.edits.append(Edit(command.start, command.end, f'envOr "{name.value}" ""'))
        return True

    def operand(self, operand: Operand, alone: bool, dot: _Value, known: dict[str, _Value]) -> None:
        if isinstance(operand, Pipe):
            self.pipe(operand, dot, dict(known))
        elif isinstance(operand, Variable):
            self.variable(operand, alone, dot, known)
        elif isinstance(operand, Fields):
            self.fields(operand, alone, dot, known)

    def variable(self, variable: Variable, alone: bool, dot: _Value, known: dict[str, _Value]) -> None:
        expression = None if variable.name in known else self.names.variables.get(variable.name)
        if expression is not None:
            self.variables.add(variable.name)
            self.insert(variable.start, variable.end, expression, alone, dot)

    def fields(self, fields: Fields, alone: bool, dot: _Value, known: dict[str, _Value]) -> None:
        if self.of_root(fields, dot):
            self.field_of_root(fields, alone, dot)
            return
        value = self.value(fields.of, dot, known)
        if isinstance(value, _Section):
            path, _ = _resolve(value.node, fields.path)
            start = fields.end - sum(len(name) + 1 for name in fields.path)
            self.edits.append(Edit(start, fields.end, "".join(f".{name}" for name in path)))
        self.operand(fields.of, alone=False, dot=dot, known=known)

    def of_root(self, fields: Fields, dot: _Value) -> bool:
        of = fields.of
        return (isinstance(of, Dot) and dot == _ROOT) or (isinstance(of, Variable) and of.name == "$")

    def field_of_root(self, fields: Fields, alone: bool, dot: _Value) -> None:
        first, *rest = fields.path
        if first in KEPT:
            return
        if first in _ENVIRONMENT and len(rest) == 1:
            asked = f'envOr "{rest[0]}" ""'
            self.edits.append(Edit(fields.start, fields.end, asked if alone else f"({asked})"))
            return
        path, _ = _resolve(self.names.sections, fields.path)
        if path in self.names.inlined:
            self.insert(fields.start, fields.end, self.names.inlined[path], alone, dot)
        elif first in _IMPURE or first in _ENVIRONMENT or path[0] not in SECTIONS:
            reason = _IMPURE.get(first, "v1 has no field of this name")
            self.lost.append(Lost(fields.start, fields.end, f".{first}", reason))
        else:
            self.sections.add(path)
            root = "$" if isinstance(fields.of, Variable) else ""
            self.edits.append(Edit(fields.start, fields.end, f"{root}.Vars.{'.'.join(path)}"))

    def value(self, operand: Operand, dot: _Value, known: Mapping[str, _Value]) -> _Value:
        """Return what an operand stands for."""
        if isinstance(operand, Dot):
            return dot
        if isinstance(operand, Variable):
            return _ROOT if operand.name == "$" else known.get(operand.name, _OTHER)
        if isinstance(operand, Fields):
            if self.of_root(operand, dot):
                path, node = _resolve(self.names.sections, operand.path)
                return _Section(node) if path[0] in SECTIONS else _OTHER
            value = self.value(operand.of, dot, known)
            return _Section(_resolve(value.node, operand.path)[1]) if isinstance(value, _Section) else _OTHER
        if isinstance(operand, Pipe) and len(operand.commands) == 1 and len(operand.commands[0].operands) == 1:
            return self.value(operand.commands[0].operands[0], dot, known)
        return _OTHER

    def insert(self, start: int, end: int, expression: Expression, alone: bool, dot: _Value) -> None:
        """Put an expression in the place of a name; what it reads is read here."""
        self.edits.append(Edit(start, end, expression.within(dot_is_root=dot == _ROOT, alone=alone)))


SECTIONS = frozenset({"baseDomain", "storage", "registry", "codex", "state", "dataPaths"})


def _resolve(node: Node | None, path: tuple[str, ...]) -> tuple[tuple[str, ...], Node | None]:
    """Return the keys and the node that fields name: keys of maps as written, fields of structures in any case."""
    keys = []
    for name in path:
        key = _key(node, name)
        keys.append(key)
        node = node.get(key) if isinstance(node, Map) else None
    return tuple(keys), node


def _key(node: Node | None, name: str) -> str:
    known = node.entries if isinstance(node, Map) else {}
    if name in known:
        return name
    same = [key for key in known if key.lower() == name.lower()]
    return same[0] if same else name[:1].lower() + name[1:]


def _element(value: _Value) -> _Value:
    node = value.node if isinstance(value, _Section) else None
    if isinstance(node, Seq) and node.items:
        return _Section(node.items[0])
    if isinstance(node, Map) and node.entries:
        return _Section(next(iter(node.entries.values())).node)
    return _OTHER
