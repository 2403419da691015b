"""The tree of a Go template: what the parser makes and the interpreter walks.

Every node knows the offsets of its first and past its last character. Nodes are made by the thousand and only ever
written by `__init__`; they are plain classes with slots because a NamedTuple takes twice the time to make one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Node:
    """What all nodes have."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


class Text(Node):
    """Text outside actions, already trimmed."""

    __slots__ = ("content",)

    def __init__(self, content: str, start: int, end: int) -> None:
        self.content = content
        self.start = start
        self.end = end


class Action(Node):
    """`{{ pipe }}`: prints its value, or sets variables."""

    __slots__ = ("pipe",)

    def __init__(self, pipe: Pipe, start: int, end: int) -> None:
        self.pipe = pipe
        self.start = start
        self.end = end


class Branch(Node):
    """`if` or `with`: the first arm whose pipe is true, else `otherwise`. `rebinds` is True for `with`."""

    __slots__ = ("arms", "otherwise", "rebinds")

    def __init__(
        self, arms: tuple[tuple[Pipe, Block], ...], otherwise: Block, rebinds: bool, start: int, end: int
    ) -> None:
        self.arms = arms
        self.otherwise = otherwise
        self.rebinds = rebinds
        self.start = start
        self.end = end


class Range(Node):
    """`range`: the body once for each element, `otherwise` if there is none."""

    __slots__ = ("body", "otherwise", "pipe")

    def __init__(self, pipe: Pipe, body: Block, otherwise: Block, start: int, end: int) -> None:
        self.pipe = pipe
        self.body = body
        self.otherwise = otherwise
        self.start = start
        self.end = end


class Break(Node):
    """`break`."""

    __slots__ = ()


class Continue(Node):
    """`continue`."""

    __slots__ = ()


class Expand(Node):
    """`template` or `block`: the partial template `name`, with the pipe's value as dot (None: null)."""

    __slots__ = ("name", "pipe")

    def __init__(self, name: str, pipe: Pipe | None, start: int, end: int) -> None:
        self.name = name
        self.pipe = pipe
        self.start = start
        self.end = end


class Pipe(Node):
    """`$x := command | command`: each value is the last argument of the next command."""

    __slots__ = ("assigns", "commands", "variables")

    def __init__(
        self, commands: tuple[Command, ...], variables: tuple[str, ...], assigns: bool, start: int, end: int
    ) -> None:
        self.commands = commands
        self.variables = variables
        self.assigns = assigns
        self.start = start
        self.end = end


class Command(Node):
    """A function with its arguments, or one operand alone."""

    __slots__ = ("operands",)

    def __init__(self, operands: tuple[Operand, ...], start: int, end: int) -> None:
        self.operands = operands
        self.start = start
        self.end = end


class Literal(Node):
    """A number, string, character or truth value."""

    __slots__ = ("value",)

    def __init__(self, value: str | int | float, start: int, end: int) -> None:
        self.value = value
        self.start = start
        self.end = end


class Nil(Node):
    """`nil`, an argument but never a command."""

    __slots__ = ()


class Dot(Node):
    """`.`."""

    __slots__ = ()


class Name(Node):
    """The name of a function."""

    __slots__ = ("name",)

    def __init__(self, name: str, start: int, end: int) -> None:
        self.name = name
        self.start = start
        self.end = end


class Variable(Node):
    """`$name`, with its dollar sign."""

    __slots__ = ("name",)

    def __init__(self, name: str, start: int, end: int) -> None:
        self.name = name
        self.start = start
        self.end = end


class Fields(Node):
    """`.a.b` of dot, `$x.a.b` or `(pipe).a.b`: `of` is what the fields are looked up in."""

    __slots__ = ("of", "path")

    def __init__(self, of: Operand, path: tuple[str, ...], start: int, end: int) -> None:
        self.of = of
        self.path = path
        self.start = start
        self.end = end


Operand = Literal | Nil | Dot | Name | Variable | Fields | Pipe
Statement = Text | Action | Branch | Range | Break | Continue | Expand
Block = tuple[Statement, ...]


class Partial(NamedTuple):
    """A named part of a template. `default` is True for a `block`, which a partial of another file may replace."""

    body: Block
    default: bool
    start: int
    end: int


class Template(NamedTuple):
    """A parsed template.

    `calls` are the functions it names and `unbound` the variables that it uses but does not declare, each with its
    first place: whether they exist is for the run to say.
    """

    body: Block
    partials: Mapping[str, Partial]
    calls: Mapping[str, tuple[int, int]]
    unbound: Mapping[str, tuple[int, int]]
