"""What a place of the file may hold: shapes, derived from the annotations and facts of the contract's types.

Shapes are immutable, derived on first use and kept: a class that no file reaches costs nothing. Annotations are strings
(`from __future__ import annotations`) and evaluated one by one here, as `typing.get_type_hints` takes seven times as
long over the whole contract.

Facts that `envwright.model.value.key` takes, by name:

- `spelled`: the key in the file, where that is not the attribute in camelCase
- `list_key`: the attribute that names the items of this list; two items never share it, and lists merge by it
- `allowed_with`, `required_with`: `{sibling attribute: values}`; the key may, or must, stand only beside one of them
- `partial`: what stands here is merged over something complete, so nothing in it is required, and nothing is built
- `null_is_value`: `null` in this map is a value, where it unsets everywhere else

Attributes that a class of the contract may have:

- `shorthand`: the attribute that a lone scalar stands for
- `exactly_one`: attributes of which exactly one is set
- `exclusive`: groups of attributes of which at most one is set
- `shared_names`: attributes, each a list, whose items have their names in common
"""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from envwright.model.contract.types import Anything, Pattern, Range, RelativePath, Template
from envwright.model.value import MISSING, Field, Value


class TextShape(Value):
    """Text; `path` says that it names files relative to the file that declares it."""

    pattern: Pattern | None = None
    path: RelativePath | None = None
    templated: bool = False

    @property
    def takes_numbers(self) -> bool:
        """Whether an unquoted number is text here, as written: `1.10` stays `1.10`."""
        return self.path is None and (self.pattern is None or self.pattern.numeric)


class NumberShape(Value):
    """A number, whole unless `fraction`."""

    range: Range = Range()
    fraction: bool = False
    templated: bool = False


class FlagShape(Value):
    """`true` or `false`."""

    templated: bool = False


class ChoiceShape(Value):
    """One of a few words."""

    values: tuple[str, ...]
    templated: bool = False


class AnyShape(Value):
    """Any JSON value; every scalar in it may hold a template."""


class ListShape(Value):
    """A list; `key` is the key that names its items, empty for a list that is not named."""

    item: Shape
    key: str = ""


class TableShape(Value):
    """A map with free keys of one kind; `null_is_value` where a `null` in it does not unset."""

    name: TextShape
    item: Shape
    null_is_value: bool = False


class KeyShape(NamedTuple):
    """A declared key of a record: its spelling, what may stand under it, and what was declared of it.

    `default` is the value of a key left out, MISSING for a required key. `allowed_with` and `required_with` pair the
    spelling of a sibling with values of it.
    """

    name: str
    attribute: str
    shape: Shape
    required: bool
    default: Any
    description: str
    example: Any
    partial: bool
    allowed_with: tuple[tuple[str, tuple[str, ...]], ...] = ()
    required_with: tuple[tuple[str, tuple[str, ...]], ...] = ()


class RecordShape:
    """A map with declared keys: a class of the contract.

    A partial record is merged over a complete one: nothing is required in it but `item_key`, the key by which it finds
    its counterpart in a named list. Records of one class and mode are one object.
    """

    def __init__(self, declared: type[Value], partial: bool, item_key: str) -> None:
        self.declared = declared
        self.partial = partial
        self.item_key = item_key

    @property
    def name(self) -> str:
        """The name of the type, as the JSON Schema and the reference call it."""
        return f"Partial{self.declared.__name__}" if self.partial else self.declared.__name__

    @property
    def description(self) -> str:
        """What the class says of itself."""
        return " ".join((self.declared.__doc__ or "").split())

    @cached_property
    def keys(self) -> Mapping[str, KeyShape]:
        """The declared keys by their spelling, in the order of declaration, inherited ones first."""
        shapes = (_key_shape(self, attribute, field) for attribute, field in self.declared.fields.items())
        return {shape.name: shape for shape in shapes}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The keys that must be there."""
        return tuple(key.name for key in self.keys.values() if key.required)

    @cached_property
    def conditional(self) -> tuple[KeyShape, ...]:
        """The keys that depend on a sibling's value."""
        return tuple(key for key in self.keys.values() if key.allowed_with or key.required_with)

    @cached_property
    def shorthand(self) -> KeyShape | None:
        """The key that a lone scalar stands for, None if the record has to be written out."""
        attribute = getattr(self.declared, "shorthand", None)
        return self.keys[spelling(self.declared, attribute)] if attribute else None

    @cached_property
    def exactly_one(self) -> tuple[str, ...]:
        """Keys of which exactly one is set (in a partial record: at most one)."""
        return self._spelled(getattr(self.declared, "exactly_one", ()))

    @cached_property
    def exclusive(self) -> tuple[tuple[str, ...], ...]:
        """Groups of keys of which at most one is set."""
        return tuple(self._spelled(group) for group in getattr(self.declared, "exclusive", ()))

    @cached_property
    def shared_names(self) -> tuple[str, ...]:
        """Keys of named lists whose items have their names in common."""
        return self._spelled(getattr(self.declared, "shared_names", ()))

    def _spelled(self, attributes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(spelling(self.declared, attribute) for attribute in attributes)

    def __repr__(self) -> str:
        return f"<RecordShape {self.name}>"


ScalarShape = TextShape | NumberShape | FlagShape | ChoiceShape
Shape = ScalarShape | AnyShape | ListShape | TableShape | RecordShape


def shape_of(annotation: Any) -> Shape:
    """Return the shape of a class of the contract or of any other evaluated annotation, such as `tuple[Import, ...]`.

    Raises TypeError for what no file can hold.
    """
    return _derive(annotation, partial=False)


def record(declared: type[Value], *, partial: bool = False, item_key: str = "") -> RecordShape:
    """Return the one shape of a class of the contract in a mode."""
    mode = (declared, partial, item_key)
    known = _RECORDS.get(mode)
    if known is None:
        known = _RECORDS[mode] = RecordShape(declared, partial, item_key)
    return known


_RECORDS: dict[tuple[type[Value], bool, str], RecordShape] = {}


def spelling(declared: type[Value], attribute: str) -> str:
    """Return the key that the file uses for an attribute: `code_update_strategy` is `codeUpdateStrategy`."""
    spelled = declared.fields[attribute].facts.get("spelled")
    if spelled is not None:
        return str(spelled)
    first, *rest = attribute.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def _key_shape(owner: RecordShape, attribute: str, field: Field) -> KeyShape:
    declared, facts = owner.declared, field.facts
    name = spelling(declared, attribute)
    partial = bool(facts.get("partial"))
    module, annotation = _annotation(declared, attribute)
    shape = _evaluated(module, annotation, owner.partial or partial, facts.get("list_key", ""))
    if facts.get("null_is_value") and isinstance(shape, TableShape):
        shape = shape.but(null_is_value=True)
    return KeyShape(
        name=name,
        attribute=attribute,
        shape=shape,
        required=name == owner.item_key if owner.partial else field.default is MISSING,
        default=field.default,
        description=facts["description"],
        example=facts["example"],
        partial=partial,
        allowed_with=_conditions(declared, facts.get("allowed_with")),
        required_with=() if owner.partial else _conditions(declared, facts.get("required_with")),
    )


def _conditions(
    declared: type[Value], facts: Mapping[str, tuple[str, ...]] | None
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((spelling(declared, sibling), values) for sibling, values in (facts or {}).items())


def _annotation(declared: type[Value], attribute: str) -> tuple[str, str]:
    """Return the module and the text of an attribute's annotation, which a base class may hold."""
    for owner in declared.__mro__:
        # as in Value: `inspect` is not imported at every start
        text = owner.__dict__.get("__annotations__", {}).get(attribute)  # noqa: RUF063  # see the line above
        if text is not None:
            return owner.__module__, text
    raise TypeError(f"{declared.__name__}.{attribute} has no annotation")


@cache
def _evaluated(module: str, annotation: str, partial: bool, list_key: str) -> Shape:
    # the text is an annotation in a module that was imported: code of ours or of an installed plugin
    value = eval(annotation, sys.modules[module].__dict__)  # noqa: S307  # see the line above
    return _derive(value, partial=partial, list_key=list_key)


def _derive(annotation: Any, *, partial: bool, list_key: str = "") -> Shape:
    metadata: tuple[Any, ...] = ()
    origin = get_origin(annotation)
    if origin is Annotated:
        metadata = annotation.__metadata__
        annotation = annotation.__origin__
        origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        (inner,) = (member for member in get_args(annotation) if member is not type(None))
        return _derive(inner, partial=partial, list_key=list_key)
    if origin is tuple:
        return _list_shape(get_args(annotation)[0], partial, list_key)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        name, item = get_args(annotation)
        key = _derive(name, partial=False)
        assert isinstance(key, TextShape), "a map of the contract has text keys"  # noqa: S101  # tells the type
        return TableShape(name=key, item=_derive(item, partial=partial))
    if isinstance(annotation, type) and issubclass(annotation, Value):
        return record(annotation, partial=partial)
    return _scalar_shape(annotation, metadata)


def _list_shape(item: Any, partial: bool, list_key: str) -> ListShape:
    shape = _derive(item, partial=False)
    if not list_key:
        return ListShape(item=shape)
    if not isinstance(shape, RecordShape):
        raise TypeError(f"a named list holds records, not {shape!r}")
    key = spelling(shape.declared, list_key)
    return ListShape(item=record(shape.declared, partial=True, item_key=key) if partial else shape, key=key)


def _scalar_shape(annotation: Any, metadata: tuple[Any, ...]) -> Shape:
    templated = any(isinstance(fact, Template) for fact in metadata)
    if any(isinstance(fact, Anything) for fact in metadata):
        return AnyShape()
    if get_origin(annotation) is Literal:
        return ChoiceShape(values=get_args(annotation), templated=templated)
    if annotation is bool:
        return FlagShape(templated=templated)
    if annotation in (int, float):
        limits = next((fact for fact in metadata if isinstance(fact, Range)), Range())
        return NumberShape(range=limits, fraction=annotation is float, templated=templated)
    if annotation is str:
        pattern = next((fact for fact in metadata if isinstance(fact, Pattern)), None)
        path = next((fact for fact in metadata if isinstance(fact, RelativePath)), None)
        return TextShape(pattern=pattern, path=path, templated=templated)
    raise TypeError(f"the contract has no shape for {annotation!r}")
