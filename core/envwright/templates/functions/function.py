"""How a function of the table is declared: its Python signature says once what it takes."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any, Final, NamedTuple

from envwright.templates.fault import Fault
from envwright.templates.values import LISTS, MAPS, described

ANYWHERE: Final = range(1_000_000)
NOWHERE: Final = range(0)

_ACCEPTED: dict[str, Container[type] | None] = {
    "object": None,
    "Any": None,
    "str": frozenset({str}),
    "int": frozenset({int}),
    "float": frozenset({int, float}),
    "bool": frozenset({bool}),
    "list": LISTS,
    "dict": MAPS,
}

_EXPECTED = {
    "str": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "a bool",
    "list": "a list",
    "dict": "a map",
}


class Parameter(NamedTuple):
    """Return one parameter: its name, the name of its type, and the types of Python that are it (None: any)."""

    name: str
    kind: str
    accepted: Container[type] | None


class Function(NamedTuple):
    """A function that templates may call.

    The last of `parameters` is repeated if `variadic`, the last `optional` of them may be left out. `run` takes the
    run itself first if `needs_run`. `piped` is the index of the argument that a Jinja filter's value becomes.
    `passes` are the indexes of the arguments that may hold a marker; with `keeps`, a marker anywhere makes the call
    return the opaque arguments themselves. `reads_whole` is False for a function that hands maps on unread, or notes
    the keys that it reads.
    """

    name: str
    parameters: tuple[Parameter, ...]
    variadic: bool
    run: Callable[..., Any]
    needs_run: bool
    piped: int
    passes: Container[int]
    keeps: bool
    reads_whole: bool

    @property
    def signature(self) -> str:
        """How the reference shows it: `join LIST SEPARATOR`."""
        names = [parameter.name.upper() for parameter in self.parameters]
        if self.variadic:
            names[-1] += "..."
        return " ".join([self.name, *names])

    def check(self, arguments: list[object]) -> None:
        """Raise Fault (EW203) if the number or the types of the arguments are wrong."""
        given, known = len(arguments), len(self.parameters)
        least = known - 1 if self.variadic else known
        if given < least or (given > known and not self.variadic):
            wanted = f"at least {least}" if self.variadic else str(known)
            plural = "" if wanted == "1" else "s"
            raise Fault("EW203", f"{self.name} takes {wanted} argument{plural}, not {given}", f"write {self.signature}")
        for index, value in enumerate(arguments):
            parameter = self.parameters[index if index < known else known - 1]
            if parameter.accepted is not None and type(value) not in parameter.accepted:
                summary = (
                    f"{self.name} needs {_EXPECTED[parameter.kind]} as {parameter.name.upper()}, not {described(value)}"
                )
                raise Fault("EW203", summary, f"write {self.signature}", argument=index)


def function(
    name: str,
    run: Callable[..., Any],
    *,
    piped: int = 0,
    passes: Container[int] = NOWHERE,
    keeps: bool = False,
    reads_whole: bool = True,
) -> Function:
    """Declare a function by its Python signature.

    Parameters are positional, annotated with `str int float bool list dict`, or `object` or `Any` for any value; a
    first one named `run` is given the run, and `*rest` takes any number. Raises KeyError for another annotation.
    """
    code = run.__code__
    names = code.co_varnames[: code.co_argcount]
    variadic = bool(code.co_flags & 0x04)
    if variadic:
        names = (*names, code.co_varnames[code.co_argcount + code.co_kwonlyargcount])
    if getattr(run, "__self__", None) is not None:
        names = names[1:]
    needs_run = names[:1] == ("run",)
    parameters = tuple(_parameter(run, name) for name in (names[1:] if needs_run else names))
    return Function(name, parameters, variadic, run, needs_run, piped, passes, keeps, reads_whole)


def _parameter(run: Callable[..., Any], name: str) -> Parameter:
    annotation = run.__annotations__[name]
    written = annotation if isinstance(annotation, str) else annotation.__name__
    kind = written.partition("[")[0]
    return Parameter(name, kind, _ACCEPTED[kind])
