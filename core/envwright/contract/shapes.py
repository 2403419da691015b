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
- `filled_by`: the attribute whose entries bring what the class lacks, before it is checked
"""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Annotated, Any, Literal, Union, get_args, get_origin

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


Conditions = tuple[tuple[str, tuple[str, ...]], ...]
"""Spellings of siblings, each with values of it."""


class KeyShape:
    """A declared key of a record: its spelling, what may stand under it, and what was declared of it.

    `default` is the value of a key left out, MISSING if it has none. `allowed_with` and `required_with` say beside
    which values of siblings the key may, or must, stand. `partial`: see the facts above.
    """

    def __init__(self, owner: RecordShape, attribute: str, field: Field) -> None:
        declared, facts = owner.declared, field.facts
        self.owner = owner
        self.attribute = attribute
        self.facts = facts
        self.name = spelling(declared, attribute)
        self.default = field.default
        self.partial = bool(facts.get("partial"))
        self.required = self.name == owner.item_key if owner.partial else field.default is MISSING
        self.allowed_with = _conditions(declared, facts.get("allowed_with"))
        self.required_with = () if owner.partial else _conditions(declared, facts.get("required_with"))

    @property
    def description(self) -> str:
        """What the declaration says of the key, in Markdown."""
        return str(self.facts["description"])

    @property
    def example(self) -> Any:
        """The example of the declaration, as a JSON value."""
        return self.facts["example"]

    @cached_property
    def shape(self) -> Shape:
        """What may stand under the key; derived on first use, as no file has every key."""
        partial = self.owner.partial or self.partial
        shape = _evaluated(*_annotation(self.owner.declared, self.attribute), partial, self.facts.get("list_key", ""))
        if self.facts.get("null_is_value") and isinstance(shape, TableShape):
            return shape.but(null_is_value=True)
        return shape

    def __repr__(self) -> str:
        return f"<KeyShape {self.owner.name}.{self.name}>"


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
        return self.declared.__name__

    @property
    def description(self) -> str:
        """What the class says of itself."""
        return " ".join((self.declared.__doc__ or "").split())

    @cached_property
    def keys(self) -> Mapping[str, KeyShape]:
        """The declared keys by their spelling, in the order of declaration, inherited ones first."""
        keys = (KeyShape(self, attribute, field) for attribute, field in self.declared.fields.items())
        return {key.name: key for key in keys}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The keys that must be there."""
        return tuple(key.name for key in self.keys.values() if key.required)

    @cached_property
    def restricted(self) -> frozenset[str]:
        """The keys that may only stand beside some values of a sibling."""
        return frozenset(key.name for key in self.keys.values() if key.allowed_with)

    @cached_property
    def demanded(self) -> tuple[KeyShape, ...]:
        """The keys that must stand beside some values of a sibling."""
        return tuple(key for key in self.keys.values() if key.required_with)

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
    def filled_by(self) -> str:
        """The key whose entries bring what the record lacks, empty if there is none."""
        attribute = getattr(self.declared, "filled_by", "")
        return spelling(self.declared, attribute) if attribute else ""

    @cached_property
    def shared_names(self) -> tuple[str, ...]:
        """Keys of named lists whose items have their names in common."""
        return self._spelled(getattr(self.declared, "shared_names", ()))

    def _spelled(self, attributes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(spelling(self.declared, attribute) for attribute in attributes)

    def __repr__(self) -> str:
        return f"<RecordShape {'partial ' if self.partial else ''}{self.name}>"


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


def _conditions(declared: type[Value], facts: Mapping[str, tuple[str, ...]] | None) -> Conditions:
    return tuple((spelling(declared, sibling), values) for sibling, values in facts.items()) if facts else ()


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
    facts: dict[type, Any] = {type(fact): fact for fact in metadata}
    templated = Template in facts
    if Anything in facts:
        return AnyShape()
    if annotation is str:
        return TextShape(pattern=facts.get(Pattern), path=facts.get(RelativePath), templated=templated)
    if annotation is bool:
        return FlagShape(templated=templated)
    if annotation in (int, float):
        limits = facts.get(Range, Range())
        return NumberShape(range=limits, fraction=annotation is float, templated=templated)
    if get_origin(annotation) is Literal:
        return ChoiceShape(values=get_args(annotation), templated=templated)
    raise TypeError(f"the contract has no shape for {annotation!r}")
