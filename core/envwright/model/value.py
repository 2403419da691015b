"""Frozen values with declared fields, cheap to declare.

`dataclasses` generates and executes source text for each class: 1.3 ms a class, measured, or 0.1 s for the contract's
types at every start of the command line. `Value` reads the annotations instead and costs 0.05 ms a class. Type checkers
see a frozen, keyword-only dataclass (PEP 681).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self, dataclass_transform


class Missing:
    """The default of a field that has none: leaving it out is a TypeError."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


class Field:
    """What is declared of one field: `default` (or MISSING) and the facts that `key` took down of it."""

    __slots__ = ("default", "facts")

    def __init__(self, default: Any, facts: dict[str, Any]) -> None:
        self.default = default
        self.facts = facts


def key(description: str, *, example: Any, default: Any = MISSING, **facts: Any) -> Any:
    """Declare one key of the contract.

    `description` is one sentence or more in Markdown, `example` a YAML-like value (it stands in the JSON Schema and in
    the reference), `default` the frozen value of a key left out. The other facts are read by `envwright.contract`; see
    `envwright.contract.shapes` for their names.
    """
    return Field(default, {"description": description, "example": example, **facts})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(key,))
class Value:
    """Base of frozen values: keyword-only fields from the annotations, equality and hash by content."""

    __slots__ = ()
    fields: ClassVar[dict[str, Field]] = {}
    _defaults: ClassVar[dict[str, Any]] = {}
    _required: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        fields = dict(cls.fields)
        # `inspect.get_annotations` would cost the import of inspect at every start
        annotations = cls.__dict__.get("__annotations__", {})  # noqa: RUF063  # see the line above
        for name, annotation in annotations.items():
            if str(annotation).startswith("ClassVar"):
                continue
            declared = cls.__dict__.get(name, MISSING)
            fields[name] = declared if isinstance(declared, Field) else Field(declared, {})
            if name in cls.__dict__:
                delattr(cls, name)
        cls.fields = fields
        cls._defaults = {name: field.default for name, field in fields.items()}
        cls._required = frozenset(name for name, default in cls._defaults.items() if default is MISSING)

    def __init__(self, **given: Any) -> None:
        # not a loop over setattr: values are made by the thousand
        state = {**self._defaults, **given}
        if len(state) > len(self.fields):
            unknown = sorted(set(given) - set(self.fields))
            raise TypeError(f"{type(self).__name__} has no field {', '.join(unknown)}")
        if not self._required <= given.keys():
            absent = sorted(self._required - given.keys())
            raise TypeError(f"{type(self).__name__} needs {', '.join(absent)}")
        self.__dict__.update(state)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: use .but({name}=...)")

    __delattr__: Callable[[str], None] = __setattr__  # type: ignore[assignment]  # both refuse

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), tuple(self.__dict__.values())))

    def __repr__(self) -> str:
        body = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({body})"

    def but(self, **changes: Any) -> Self:
        """Return a copy with the fields named in `changes` replaced. Raises TypeError for an unknown field."""
        return type(self)(**{**self.__dict__, **changes})
