"""The annotations of the plan's types, taken apart: what the strict reader and the JSON Schema are made from."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from envwright.model.value import Value


class Hint(NamedTuple):
    """An annotation without its wrappings.

    `origin` is the type, such as `str`, `tuple`, `Mapping`, `Literal` or a Value; `arguments` are its parameters;
    `facts` what `Annotated` adds; `nullable` whether None is allowed too. A union of Values has the origin Union.
    """

    origin: Any
    arguments: tuple[Any, ...]
    facts: tuple[Any, ...]
    nullable: bool


def hints_of(declared: type[Value]) -> Mapping[str, Any]:
    """Return the evaluated annotations of a type's fields, in the order of declaration."""
    evaluated = get_type_hints(declared, include_extras=True)
    return {name: evaluated[name] for name in declared.fields}


def hint_of(annotation: Any) -> Hint:
    """Take an evaluated annotation apart."""
    facts: tuple[Any, ...] = ()
    if get_origin(annotation) is Annotated:
        annotation, facts = annotation.__origin__, annotation.__metadata__
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, types.UnionType}:
        members = tuple(member for member in arguments if member is not types.NoneType)
        if len(members) == 1:
            return hint_of(members[0])._replace(nullable=True)
        return Hint(Union, members, facts, nullable=len(members) < len(arguments))
    return Hint(origin or annotation, arguments, facts, nullable=False)


def verb_of(step: type[Value]) -> str:
    """Return the verb that tells this member of the union of steps from the others."""
    return str(step.fields["verb"].default)
